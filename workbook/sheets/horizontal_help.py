"""What sheet Horizontal rests on, below its table: places in time, bases of comparison, accounts that are missing."""

from __future__ import annotations

from collections.abc import Mapping

from xl_perlas.analysis import Change, eras, spacing
from xl_perlas.catalogs import CATALOGS
from xl_perlas.evaluate import note
from xl_perlas.periods import Comparison, parse_period
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HEADER_ROW, HORIZONTAL, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_analysis import Block, Choice, Help, choice_column, column, help_row
from xl_perlas.workbook.sheets.analysis_rows import TableRow, table_rows
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.view import NOT_AVAILABLE, View

#: Of a code that is none, of one typed after the last recalculation, and of an account that nothing names.
NO_CODE, STALE, UNNAMED = "no es un código de cuenta", "Recalcule el libro para ver esta cuenta", "sin nombre"

#: What is left of a subtraction is rounding when it is this small beside the largest part: as `evaluate.rounded` says.
ROUNDING = 1e-12

_YEAR = 12


def by_period(plan: Plan, what: Help) -> str:
    """A helper in every period, as a range of the sheet."""
    row = help_row(what)
    return span(column(plan, Block.AMOUNT, 0), row, row, column(plan, Block.AMOUNT, plan.capacity - 1))


def of_period(plan: Plan, what: Help, k: int) -> str:
    """A helper in period `k`; the row is fixed."""
    return ref(column(plan, Block.AMOUNT, k), help_row(what), fix_row=True)


def single(what: Help) -> str:
    """A helper that is the same for all periods."""
    return ref(pa.CODE, help_row(what), fix_column=True, fix_row=True)


def choice_cell(plan: Plan, what: Choice, i: int) -> str:
    """What is known of the account chosen in row `i` of those to choose."""
    return ref(choice_column(plan, what), pa.choice_flag_rows()[i], fix_column=True)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Helpers by period, and what is known of each account to choose."""
    cells: Cells = {}
    for k in range(plan.capacity):
        here = column(plan, Block.AMOUNT, k)
        cells.update({(help_row(what), here): text for what, text in _period_formulas(plan, k).items()})
    for i, row in enumerate(pa.choice_flag_rows()):
        typed = ref(pa.CODE, pa.choice_rows(HORIZONTAL)[i])
        own, written = ref(pa.CODE, row, fix_column=True), choice_cell(plan, Choice.WRITTEN, i)
        # neither an error, nor a logical value, nor a fraction is a code: programs spell them in their own ways
        other = f"ISLOGICAL({typed})+(N({typed})<>INT(N({typed})))"
        cells[(row, pa.CODE)] = f'=IFERROR(IF({other},"",{typed}&""),"")'
        cells[(row, choice_column(plan, Choice.STATE))] = f'=1+({own}<>"")*(1+({own}={written}))'
        cells[(row, choice_column(plan, Choice.FLOW))] = f'=(LEFT({own},1)="4")+(LEFT({own},1)="5")'
    return cells


def _period_formulas(plan: Plan, k: int) -> dict[Help, str]:
    here, there = column(plan, Block.AMOUNT, k), plan.line_column(k)
    lines, last = quoted(LINEAS), plan.line_column(plan.capacity - 1)
    keys = f"{lines}!{span(plan.line_column(0), plan.key_row, plan.key_row, last)}"
    key, year, month = (f"{lines}!{ref(there, row)}" for row in (plan.key_row, plan.year_row, plan.month_row))
    nth = f"COLUMNS({ref(column(plan, Block.AMOUNT, 0), HEADER_ROW, fix_column=True)}:{ref(here, HEADER_ROW)})"
    place, own_month, catalog = (ref(here, help_row(what)) for what in (Help.PLACE, Help.MONTH, Help.CATALOG))
    rule = f'IFERROR(1+({names.ANALYSIS_BASE}="{spacing.YEAR_AGO}")+2*({names.ANALYSIS_BASE}="{spacing.PREVIOUS}"),1)'
    found = {
        Help.PLACE: f'=IFERROR(CHOOSE(1+(MATCH({key},{keys},0)={nth}),"",{year}*{_YEAR}+{month}-1),"")',
        Help.MONTH: f'=IF({place}="","",MOD({place},{_YEAR})+1)',
        Help.BALANCE_WANTED: (
            f'=IF({place}="","",{place}-CHOOSE({rule},{own_month},{_YEAR},{single(Help.STEP)}))'
        ),
        Help.FLOW_WANTED: f'=IF({place}="","",{place}-{_YEAR})',
    }
    for wanted, base, changed in (
        (Help.BALANCE_WANTED, Help.BALANCE_BASE, Help.BALANCE_CHANGED),
        (Help.FLOW_WANTED, Help.FLOW_BASE, Help.FLOW_CHANGED),
    ):
        at = ref(here, help_row(wanted))
        found[base] = f'=IF({at}="",NA(),MATCH({at},{by_period(plan, Help.PLACE)},0))'
        other = f"INDEX({by_period(plan, Help.CATALOG)},{ref(here, help_row(base))})"
        found[changed] = f'=IFERROR(({catalog}<>{other})*({catalog}<>"")*({other}<>""),0)'
    return found


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show; the step, the catalogues, and what is known of the accounts to choose."""
    balance = view.native.balance
    cells: Cells = {
        (help_row(Help.STEP), pa.CODE): spacing.step(balance.periods),
        (help_row(Help.ROUNDING), pa.CODE): ROUNDING,
    }
    known = dict(zip((p.key for p in balance.periods), eras.eras(balance), strict=True))
    for k in range(view.plan.capacity):
        here = column(view.plan, Block.AMOUNT, k)
        cells.update({(help_row(what), here): value for what, value in _period_results(view, known, k).items()})
    for row in table_rows(view):
        if row.choice is not None:
            cells.update(_choice_results(view, row))
    return cells


def comparison(view: View, k: int, flow: bool) -> Comparison | None:
    """What the period of column `k` is compared with; None where the column has none."""
    position, inputs = view.position(k), view.analysis_inputs
    return None if position is None else spacing.comparison(view.native.balance.periods, position, inputs.base, flow)


def base_column(view: View, k: int, flow: bool) -> int | None:
    """Column of that period; None where it is not there."""
    found = comparison(view, k, flow)
    return None if found is None or found.base is None else view.column_of(found.base)


def _period_results(view: View, known: dict[tuple[int, int], str], k: int) -> dict[Help, object]:
    period = view.columns[k]
    catalog = known[period.key] if period else ""
    found: dict[Help, object] = {
        Help.PLACE: spacing.months(period) if period else "", Help.MONTH: period.month if period else "",
        Help.CATALOG: catalog,
    }  # fmt: skip
    for flow, place, base, changed in (
        (False, Help.BALANCE_WANTED, Help.BALANCE_BASE, Help.BALANCE_CHANGED),
        (True, Help.FLOW_WANTED, Help.FLOW_BASE, Help.FLOW_CHANGED),
    ):
        at = base_column(view, k, flow)
        before = None if at is None else view.columns[at]
        other = known[before.key] if before else ""
        compared = comparison(view, k, flow)
        wanted = parse_period(compared.base_label) if compared else None
        found[place] = spacing.months(wanted) if wanted else ""
        found[base] = NOT_AVAILABLE if at is None else at + 1
        found[changed] = int(bool(catalog and other and catalog != other))
    return found


def flag_results(view: View, row: TableRow, seen: Mapping[int, Change]) -> Cells:
    """1 where the account is missing: the engine's own answer, for no short formula gives it."""
    plan, flags = view.plan, pa.flag_rows()
    if row.choice is None and row.key not in flags:
        return {}
    at = flags[str(row.key)] if row.choice is None else pa.choice_flag_rows()[row.choice]
    return {
        (at, column(plan, Block.AMOUNT, k)): int(k not in seen or seen[k].current.value is None)
        for k in range(plan.capacity)
    }


def _choice_results(view: View, row: TableRow) -> Cells:
    plan, at = view.plan, pa.choice_flag_rows()[row.choice or 0]
    same = row.key is None or eras.same(row.key, *CATALOGS)
    return {
        (at, pa.CODE): row.typed, (at, pa.NAME): choice_name(view, row),
        (at, choice_column(plan, Choice.WRITTEN)): row.typed or None, (at, choice_column(plan, Choice.SAME)): int(same),
        (at, choice_column(plan, Choice.STATE)): 1 if row.blank else 3,
        (at, choice_column(plan, Choice.FLOW)): int(row.flow),
    }


def choice_name(view: View, row: TableRow) -> str | None:
    """Name of an account to choose, as of this recalculation; None where nothing is typed."""
    if row.key is None:
        return NO_CODE if row.typed else None
    return view.analysis.item(row.key).name or UNNAMED


def unlisted_note(view: View, key: str) -> str:
    """Of an account to choose that the balance does not list: what that makes it worth."""
    if key in view.report.balance.chart.row:
        return ""
    more = "" if view.analysis.item(key).name else " ni en el catálogo de cuentas"
    return note("L49", account=key, more=more)
