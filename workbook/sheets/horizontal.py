"""Horizontal: how much each account and each line of the income statement changed, with the period it compares with."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.analysis import Change, Item, State, load_statements
from xl_perlas.formula import spreadsheet
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import CATALOGO, HEADER_ROW, HORIZONTAL, Plan, quoted, ref, span
from xl_perlas.workbook.plan_analysis import Block, Choice, Help, column
from xl_perlas.workbook.sheets import analysis_look, common, horizontal_help
from xl_perlas.workbook.sheets.analysis_rows import (
    CHANGED_SIGN,
    FROM_ZERO,
    NO_BASE,
    NO_DATA,
    NOT_APPLICABLE,
    ZERO_TO_ZERO,
    TableRow,
    changes,
    row_note,
    shown,
    table_rows,
)
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.horizontal_help import STALE, choice_cell, of_period, single
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = HORIZONTAL
_YEAR = 12
#: Rows of the labels of both bases, and what they are made from.
_LABELS = (
    (pa.BALANCE_LABEL_ROW, False, Help.BALANCE_WANTED, Help.BALANCE_BASE),
    (pa.FLOW_LABEL_ROW, True, Help.FLOW_WANTED, Help.FLOW_BASE),
)


def blocks(plan: Plan) -> tuple[int, ...]:
    """First column of each block of periods: columns without period are hidden."""
    return tuple(column(plan, block, 0) for block in Block)


def defined() -> dict[str, str]:
    """The choice of what balances are compared with."""
    return {names.ANALYSIS_BASE: f"{NAME}!{ref(pa.NAME, pa.BASE_ROW, fix_column=True, fix_row=True)}"}


def amount_cell(plan: Plan, key: str, k: int, sheet: str = "") -> str:
    """The amount of an account or line in period `k`."""
    return sheet + ref(column(plan, Block.AMOUNT, k), pa.rows(HORIZONTAL)[key])


def amounts(plan: Plan, row: int, sheet: str = "") -> str:
    """The amounts of a row in all periods, as a range."""
    return sheet + span(column(plan, Block.AMOUNT, 0), row, row, column(plan, Block.AMOUNT, plan.capacity - 1))


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Headings, bases, amounts and both changes; what they rest on below."""
    cells: Cells = {}
    for block in Block:
        cells.update(period_headers(plan, column(plan, block, 0)))
    for k in range(plan.capacity):
        cells.update(_label_formulas(plan, k))
        for key, row in pa.rows(HORIZONTAL).items():
            item = load_statements().items.get(key)
            cells[(row, column(plan, Block.AMOUNT, k))] = (
                _line_formula(plan, item, k) if item else _account_formula(plan, key, row, k)
            )
            base = Help.FLOW_BASE if is_flow(key) else Help.BALANCE_BASE
            now, before = _pair(plan, row, k, of_period(plan, base, k))
            cells[(row, column(plan, Block.ABSOLUTE, k))] = f"={now}-{before}"
            cells[(row, column(plan, Block.RELATIVE, k))] = f"={_relative(now, before, of_period(plan, base, k))}"
        for i in range(pa.CHOICES):
            cells.update(_choice_formulas(plan, i, k))
    for i, row in enumerate(pa.choice_rows(HORIZONTAL)):
        name = ref(pa.NAME, pa.choice_flag_rows()[i])
        cells[(row, pa.NAME)] = f'=CHOOSE({choice_cell(plan, Choice.STATE, i)},"","{STALE}",{name}&"")'
    cells.update(horizontal_help.formulas(plan))
    return common.light(cells)


def is_flow(key: str) -> bool:
    """Whether a fixed row adds up income and expense alone, which accumulate from January."""
    item = load_statements().items.get(key)
    return item.flow if item else key[0] in "45"


def _balances(plan: Plan, k: int) -> str:
    at = plan.catalog_column(k)
    first, last = (ref(at, row, fix_row=True) for row in (plan.entity_first_row, plan.data_last_row))
    return f"{quoted(CATALOGO)}!{first}:{last}"


def _account_formula(plan: Plan, key: str, row: int, k: int) -> str:
    missing = ref(column(plan, Block.AMOUNT, k), pa.flag_rows()[key])
    return f"=IF({missing}>0,NA(),SUMIF({names.CODES},{ref(pa.CODE, row, fix_column=True)},{_balances(plan, k)}))"


def _line_formula(plan: Plan, item: Item, k: int) -> str:
    """A line of the statements over the groups and lines above it; what is left of a rounding is zero."""
    parts = [amount_cell(plan, code, k) for code, _ in item.form.coefficients]

    def line(name: str, _lag: int) -> str:
        return amount_cell(plan, name, k)

    formula = item.line.formula if item.line else None
    text = "+".join(parts) if formula is None else spreadsheet(formula, line)
    if len(parts) == 1:
        return f"={text}"
    listed = ",".join(parts)
    return f"=IF(ABS({text})>{single(Help.ROUNDING)}*MAX(MAX({listed}),-MIN({listed})),{text},0)"


def _pair(plan: Plan, row: int, k: int, base: str) -> tuple[str, str]:
    """The amount now, and the one before."""
    return ref(column(plan, Block.AMOUNT, k), row), f"INDEX({amounts(plan, row)},{base})"


def _relative(now: str, before: str, base: str) -> str:
    """now ÷ before − 1; in words where a percentage means nothing."""
    which = f"1+({before}=0)*(1+({now}=0))+({before}<0)*({now}>0)*3"
    words = f'"{FROM_ZERO}","{ZERO_TO_ZERO}","{CHANGED_SIGN}"'
    absent = f'CHOOSE(1+ISNA({base}),"{NO_DATA}","{NO_BASE}")'
    return f"IFERROR(CHOOSE({which},{now}/{before}-1,{words}),{absent})"


def _choice_formulas(plan: Plan, i: int, k: int) -> Cells:
    """The same of an account to choose: nothing where nothing is typed, and no change where it is another account."""
    row, here = pa.choice_rows(HORIZONTAL)[i], column(plan, Block.AMOUNT, k)
    state, same, flow = (choice_cell(plan, what, i) for what in (Choice.STATE, Choice.SAME, Choice.FLOW))
    code, missing = ref(pa.CODE, pa.choice_flag_rows()[i], fix_column=True), ref(here, pa.choice_flag_rows()[i])
    balances, flows = (of_period(plan, what, k) for what in (Help.BALANCE_BASE, Help.FLOW_BASE))
    base = f"CHOOSE(1+{flow},{balances},{flows})"
    changed = "CHOOSE(1+{},{},{})".format(
        flow, *(of_period(plan, what, k) for what in (Help.BALANCE_CHANGED, Help.FLOW_CHANGED))
    )
    now, before = _pair(plan, row, k, base)
    other = f"(1-{same})*{changed}"
    return {
        (row, here): f'=CHOOSE(MIN({state},3-{missing}),"",NA(),SUMIF({names.CODES},{code},{_balances(plan, k)}))',
        (row, column(plan, Block.ABSOLUTE, k)): f'=CHOOSE(MIN({state},3-{other}),"",NA(),{now}-{before})',
        (row, column(plan, Block.RELATIVE, k)): (
            f'=CHOOSE(1+({state}>1)*(1+{other}),"",{_relative(now, before, base)},"{NOT_APPLICABLE}")'
        ),
    }


def _label_formulas(plan: Plan, k: int) -> Cells:
    """The period of each base, or which one is missing."""
    cells: Cells = {}
    first, last = (column(plan, Block.AMOUNT, at) for at in (0, plan.capacity - 1))
    heads, head = span(first, HEADER_ROW, HEADER_ROW, last), ref(column(plan, Block.AMOUNT, k), HEADER_ROW)
    for row, _, wanted, base in _LABELS:
        place, at = of_period(plan, wanted, k), of_period(plan, base, k)
        month = f'"-"&RIGHT("0"&MOD({place},{_YEAR})+1,2)'
        dated = f"1+((({head}>3000)+(MOD({place},{_YEAR})<{_YEAR - 1}))>0)"
        absent = f'"falta "&INT({place}/{_YEAR})&CHOOSE({dated},"",{month})'
        text = f'=IF({place}="","",IFERROR(INDEX({heads},{at}),{absent}))'
        own = ref(column(plan, Block.ABSOLUTE, k), row)
        cells[(row, column(plan, Block.ABSOLUTE, k))] = text
        cells[(row, column(plan, Block.RELATIVE, k))] = f"={own}"
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


@common.once_a_view
def results(view: View) -> Cells:
    """What they show, the notes, and what is written for them."""
    plan = view.plan
    cells: Cells = {}
    for block in Block:
        cells.update(header_results(view, column(plan, block, 0)))
    for k in range(plan.capacity):
        cells.update(_label_results(view, k))
    for row in table_rows(view):
        cells.update(_row_results(view, row))
    cells.update(horizontal_help.results(view))
    return common.light(cells, view.state)


def _label_results(view: View, k: int) -> Cells:
    cells: Cells = {}
    for row, flow, _, _ in _LABELS:
        for block in (Block.ABSOLUTE, Block.RELATIVE):
            cells[(row, column(view.plan, block, k))] = _label(view, k, flow)
    return cells


def _label(view: View, k: int, flow: bool) -> object:
    compared, at = horizontal_help.comparison(view, k, flow), horizontal_help.base_column(view, k, flow)
    if at is not None:
        return view.headers[at]
    period = view.columns[k]
    if compared is None or period is None:
        return ""
    year, _, rest = compared.base_label.partition("-")
    month = rest.partition("-")[0] or str(_YEAR)
    return f"falta {year}" if period.annual and month == str(_YEAR) else f"falta {year}-{month}"


def _row_results(view: View, row: TableRow) -> Cells:
    plan, at = view.plan, row.at(HORIZONTAL)
    seen = changes(view, view.native_analysis, row.key) if row.key else {}
    own = seen if view.native_analysis is view.analysis or not row.key else changes(view, view.analysis, row.key)
    cells: Cells = {(at, pa.note_column(plan)): _note(view, row, own) or None}
    for k in range(plan.capacity):
        for block, value in zip(Block, _values(view, row, seen.get(k), k), strict=True):
            cells[(at, column(plan, block, k))] = value
    if row.choice is not None:
        cells[(at, pa.NAME)] = horizontal_help.choice_name(view, row) or ""
    cells.update(horizontal_help.flag_results(view, row, seen))
    return cells


def _values(view: View, row: TableRow, change: Change | None, k: int) -> tuple[object, object, object]:
    if row.blank:
        return "", "", ""
    if change is None:  # no period, or no code
        known = horizontal_help.base_column(view, k, row.flow) is not None
        return NOT_AVAILABLE, NOT_AVAILABLE, NO_DATA if known else NO_BASE
    own, absolute = (NOT_AVAILABLE if f.value is None else f.value for f in (change.current, change.absolute))
    relative = shown(change.relative)
    if relative == NOT_APPLICABLE and change.absolute.state is not State.NOT_APPLICABLE:
        relative = CHANGED_SIGN
    return own, absolute, relative


def _note(view: View, row: TableRow, seen: Mapping[int, Change]) -> str:
    """What the engine says of a row, and of an account that the balance does not list."""
    told = [("", horizontal_help.unlisted_note(view, row.key))] if row.choice is not None and row.key else []
    for change in seen.values():
        figures = (change.current, change.previous, change.absolute, change.relative)
        told += [(change.period, text) for text in dict.fromkeys(f.note for f in figures)]
    return row_note(told)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and formulas."""
    analysis_look.horizontal(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
