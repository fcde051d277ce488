"""Vertical: what part of total assets or total income each account is, and of what each class is made."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.analysis import State, load_statements
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HORIZONTAL, VERTICAL, Plan, ref
from xl_perlas.workbook.plan_analysis import Block, Help, Part, part_column
from xl_perlas.workbook.sheets import analysis_look, common
from xl_perlas.workbook.sheets.analysis_rows import (
    NO_DATA,
    NOT_APPLICABLE,
    ZERO_WHOLE,
    TableRow,
    row_note,
    shown,
    table_rows,
)
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.horizontal import amount_cell
from xl_perlas.workbook.sheets.horizontal_help import choice_name, single
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = VERTICAL
#: Of an account that is part of no total.
NO_WHOLE = "—"
_THERE = f"{HORIZONTAL}!"


def blocks(plan: Plan) -> tuple[int, ...]:
    """First column of each block of periods: columns without period are hidden."""
    return tuple(part_column(plan, part, 0) for part in Part)


def wholes() -> dict[str, str]:
    """Name of each total that accounts are a part of, and the account that holds it."""
    statements = load_statements()
    items = [statements.items[key] for key in dict.fromkeys(statements.wholes.values())]
    return {item.name: code for item in items for code in item.form.codes()}


def composed() -> dict[str, tuple[str, str]]:
    """The composition that each class and group is of, and the account that holds its total."""
    statements, found = load_statements(), {}
    for one in statements.compositions:
        line = statements.items[one.line].line
        found.update(dict.fromkeys((one.account, *(line.accounts if line else ())), (one.id, one.account)))
    return found


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Headings, accounts chosen on Horizontal, shares and compositions; the sums that these rest on below."""
    cells: Cells = {}
    for part in Part:
        cells.update(period_headers(plan, part_column(plan, part, 0)))
    cells.update(choice_labels(VERTICAL))
    for k in range(plan.capacity):
        cells.update(_sum_formulas(plan, k))
        for key, row in pa.rows(VERTICAL).items():
            amount, total = (amount_cell(plan, code, k, _THERE) for code in (key, wholes()[pa.whole_of(key)]))
            cells[(row, part_column(plan, Part.SHARE, k))] = f'=IFERROR({_share(amount, total)},"{NO_DATA}")'
            if key in composed():
                one, account = composed()[key]
                total = ref(part_column(plan, Part.COMPOSITION, k), pa.sum_rows()[one])
                amount = total if key == account else amount
                cells[(row, part_column(plan, Part.COMPOSITION, k))] = f'=IFERROR({_share(amount, total)},"{NO_DATA}")'
        for i, row in enumerate(pa.choice_rows(VERTICAL)):
            cells[(row, part_column(plan, Part.SHARE, k))] = _choice_formula(plan, i, row, k)
    return common.light(cells)


def choice_labels(sheet: str) -> Cells:
    """Code and name of the accounts chosen on Horizontal, on another sheet."""
    cells: Cells = {}
    for here, there, helper in zip(
        pa.choice_rows(sheet), pa.choice_rows(HORIZONTAL), pa.choice_flag_rows(), strict=True
    ):
        cells[(here, pa.CODE)] = f'={_THERE}{ref(pa.CODE, helper)}&""'
        cells[(here, pa.NAME)] = f'={_THERE}{ref(pa.NAME, there)}&""'
    return cells


def _share(amount: str, total: str) -> str:
    """amount ÷ total; an amount that is missing is an error also where the total is zero."""
    return f'CHOOSE(1+({total}=0)+0*{amount},{amount}/{total},"{ZERO_WHOLE}")'


def _choice_formula(plan: Plan, i: int, row: int, k: int) -> str:
    column = pa.column(plan, Block.AMOUNT, k)
    amount = _THERE + ref(column, pa.choice_rows(HORIZONTAL)[i])
    code, whole = (ref(c, row, fix_column=True) for c in (pa.CODE, pa.WHOLE))
    named = ",".join(f'"{name}"' for name in wholes())
    held = ",".join(amount_cell(plan, account, k, _THERE) for account in wholes().values())
    total = f"CHOOSE(MATCH({whole},{{{named}}},0),{held})"
    absent = f'CHOOSE(1+({whole}="{NO_WHOLE}"),"{NO_DATA}","{NOT_APPLICABLE}")'
    return f'=IF({code}="","",IFERROR({_share(amount, total)},{absent}))'


def _sum_formulas(plan: Plan, k: int) -> Cells:
    """The groups of each class together: what the composition of a class is a part of."""
    cells: Cells = {}
    statements = load_statements()
    for one in statements.compositions:
        line = statements.items[one.line].line
        parts = list(line.accounts) if line else []
        first, last = (amount_cell(plan, code, k) for code in (parts[0], parts[-1]))
        groups = f"{_THERE}{first}:{last}"
        small = f"{_THERE}{single(Help.ROUNDING)}*MAX(MAX({groups}),-MIN({groups}))"
        place = (pa.sum_rows()[one.id], part_column(plan, Part.COMPOSITION, k))
        cells[place] = f"=IF(ABS(SUM({groups}))>{small},SUM({groups}),0)"
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


@common.once_a_view
def results(view: View) -> Cells:
    """What they show, what each chosen account is part of, and the notes."""
    plan = view.plan
    cells: Cells = {}
    for part in Part:
        cells.update(header_results(view, part_column(plan, part, 0)))
    remarks = _remarks(view)
    for row in table_rows(view):
        cells.update(_share_results(view, row))
        cells[(row.at(VERTICAL), pa.vertical_note(plan))] = _note(view, row, remarks) or None
    cells.update(choice_label_results(view, VERTICAL))
    cells.update(_composition_results(view))
    return common.light(cells, view.state)


def choice_label_results(view: View, sheet: str) -> Cells:
    """What the codes and names of chosen accounts show on another sheet."""
    cells: Cells = {}
    for row in table_rows(view):
        if row.choice is not None:
            cells[(row.at(sheet), pa.CODE)] = row.typed
            cells[(row.at(sheet), pa.NAME)] = choice_name(view, row) or ""
    return cells


def _share_results(view: View, row: TableRow) -> Cells:
    plan, at = view.plan, row.at(VERTICAL)
    analysis = view.native_analysis
    seen = {k: analysis.share(row.key, period) for k, period in enumerate(view.columns) if row.key and period}
    whole = _whole(view, row)
    cells: Cells = {}
    for k in range(plan.capacity):
        absent: object = "" if row.blank else NOT_APPLICABLE if whole == NO_WHOLE else NO_DATA
        cells[(at, part_column(plan, Part.SHARE, k))] = shown(seen[k].share) if k in seen else absent
    if row.choice is not None:
        cells[(at, pa.WHOLE)] = whole or None
    return cells


def _whole(view: View, row: TableRow) -> str:
    """The total that a row is a part of; a dash for none, nothing where nothing is typed."""
    if row.choice is None:
        return pa.whole_of(str(row.key))
    if row.key is None:
        return "" if row.blank else NO_WHOLE
    periods = [period for period in view.columns if period]
    statements = view.analysis.statements
    if periods and view.analysis.share(row.key, periods[0]).share.state is State.NOT_APPLICABLE:
        return NO_WHOLE
    key = statements.wholes.get(row.key[0])
    return statements.items[key].name if key else NO_WHOLE


def _note(view: View, row: TableRow, remarks: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    told: list[tuple[str, str]] = []
    for one in [view.analysis.share(row.key, period) for period in view.columns if row.key and period]:
        found = dict.fromkeys((one.amount.note, one.share.note, *remarks.get((str(row.key), one.period), ())))
        told += [("" if one.share.state is State.NOT_APPLICABLE else one.period, text) for text in found]
    return row_note(told)


def _remarks(view: View) -> dict[tuple[str, str], tuple[str, str]]:
    """What there is to say of compositions, by account and period: of a class, also where its groups add up to less."""
    found = {}
    for one in view.analysis.compositions():
        for part in (*one.parts, one.total):
            key = one.account if part is one.total else part.item.id
            found.update({(key, share.period): (share.amount.note, share.share.note) for share in part.shares})
    return found


def _composition_results(view: View) -> Cells:
    plan = view.plan
    cells: Cells = {}
    for one in view.native_analysis.compositions():
        for part in (*one.parts, one.total):
            key = one.account if part is one.total else part.item.id
            for k in range(plan.capacity):
                position, column = view.position(k), part_column(plan, Part.COMPOSITION, k)
                share = None if position is None else part.shares[position]
                cells[(pa.rows(VERTICAL)[key], column)] = shown(share.share) if share else NO_DATA
                if part is one.total:
                    value = share.amount.value if share else None
                    cells[(pa.sum_rows()[one.id], column)] = NOT_AVAILABLE if value is None else value
    return cells


def heights(view: View) -> dict[int, float | None]:
    """Height of the rows of chosen accounts: low while nothing stands in them."""
    return analysis_look.heights(view, NAME)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles, charts and formulas."""
    analysis_look.vertical(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
