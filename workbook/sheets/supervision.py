"""Supervisión: the supervisor's ratios by period. Every value stands twice: the add-in's and a native formula's."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.evaluate import line_value, missing_count
from xl_perlas.formula import LinearForm
from xl_perlas.model import Ratio, Result
from xl_perlas.supervision import At, Average, SupervisionReport
from xl_perlas.supervision_load import all_ratios, is_averaged
from xl_perlas.workbook import names
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.native_supervision import average_formula, balance_formula, head, in_year, ratio_formula
from xl_perlas.workbook.native_values import balances_of
from xl_perlas.workbook.plan import CATALOGO, HEADER_ROW, LINEAS, SUPERVISION, Plan, quoted, ref, span
from xl_perlas.workbook.plan_supervision import (
    CATALOG_ROW,
    ID,
    RULE_COLUMN,
    RULE_ROW,
    USED_ROW,
    WORDS,
    Block,
    Helper,
    average_rows,
    averaged_lines,
    block_column,
    check_row,
    helper_cell,
    helper_row,
    native_cell,
    ratio_rows,
)
from xl_perlas.workbook.sheets import common, supervision_charts, supervision_look
from xl_perlas.workbook.sheets.auditoria import ONE_SIDE
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.view import CELL_ERRORS, NOT_AVAILABLE, SAME, View

NAME = SUPERVISION
_LINES = f"{quoted(LINEAS)}!"
#: What helpers show in a column without period.
_UNUSED: dict[Helper, object] = {**dict.fromkeys(Helper, ""), Helper.CLOSED: 0, Helper.EMPTIED: 0}


def blocks(plan: Plan) -> tuple[int, ...]:
    """First column of each block of periods: columns without period are hidden."""
    return tuple(block_column(plan, block, 0) for block in Block)


def defined() -> dict[str, str]:
    """The rule of averages in use."""
    return {names.AVERAGE: f"{quoted(NAME)}!{ref(RULE_COLUMN, USED_ROW, fix_column=True, fix_row=True)}"}


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Helpers by period; each ratio by the add-in, by a native formula, and their difference; data of the charts."""
    typed = ref(RULE_COLUMN, RULE_ROW)
    rule = f'=IF(TRIM({typed})="{Average.MONTHLY}","{Average.MONTHLY}","{Average.YEAR_END}")'
    cells: Cells = {(USED_ROW, RULE_COLUMN): rule}
    for block in Block:
        cells.update(period_headers(plan, block_column(plan, block, 0)))
    for k in range(plan.capacity):
        column = block_column(plan, Block.NATIVE, k)
        cells.update({(helper_row(one), column): text for one, text in _helper_formulas(plan, k).items()})
        for line, (balance, average) in average_rows().items():
            cells[(balance, column)] = balance_formula(plan, line, balance, k)
            cells[(average, column)] = average_formula(plan, balance, k)
        for key, row in ratio_rows().items():
            cells[(row, block_column(plan, Block.VALUE, k))] = _value_formula(plan, key, row, k)
            cells[(row, column)] = ratio_formula(plan, key, row, k)
            cells[(row, block_column(plan, Block.GAP, k))] = _gap_formula(plan, row, k)
        cells[(check_row(), block_column(plan, Block.GAP, k))] = _check_formula(plan, k)
    row = check_row()
    counts = span(block_column(plan, Block.GAP, 0), row, row, block_column(plan, Block.GAP, plan.capacity - 1))
    cells[(row, WORDS)] = f"=SUM({counts})"
    cells.update(supervision_charts.formulas(plan))
    return common.light(native_only(plan, cells))


def _helper_formulas(plan: Plan, k: int) -> dict[Helper, str]:
    balances, used, years = balances_of(plan, k), head(plan, k), in_year(plan, k)

    def account(code: str) -> str:
        return f'SUMIF({names.CODES},"{code}",{balances})'

    def empty(code: str) -> str:
        return f'({account(code)}=0)*(COUNTIFS({names.CODES},"{code}",{balances},"<>")>0)'

    def line(row: int) -> str:
        return _LINES + ref(plan.line_column(k), row, fix_row=True)

    last = plan.line_column(plan.capacity - 1)
    places = f"(COLUMN({_LINES}{span(plan.line_column(0), HEADER_ROW, HEADER_ROW, last)})-{plan.line_first_period - 1})"
    beyond = plan.capacity + 1
    result = f"({account('3603')}<>0)+({account('3604')}<>0)"
    options = (
        f'"promedio="&{names.AVERAGE}&";catalogo="&{native_cell(plan, CATALOG_ROW, k)}&'
        f'";periodo="&{line(plan.year_row)}&"-"&{line(plan.month_row)}'
    )
    return {
        Helper.CLOSED: f'=IF({used}="",0,({line(plan.month_row)}=12)*({result}>0))',
        Helper.EMPTIED: f'=IF({used}="",0,{helper_cell(plan, Helper.CLOSED, k)}*{empty("4")}*{empty("5")})',
        Helper.MONTHS: f'=IF({used}="","",SUMPRODUCT({years}))',
        Helper.FIRST_MONTH: f'=IF({used}="","",{beyond}-SUMPRODUCT(MAX({years}*({beyond}-{places}))))',
        Helper.LAST_MONTH: f'=IF({used}="","",SUMPRODUCT(MAX({years}*{places})))',
        Helper.OPTIONS: f'=IF({used}="","",{options})',
    }


def _value_formula(plan: Plan, key: str, row: int, k: int) -> str:
    """`SEPS_INDICADOR("ROE", codigos, saldos, saldos_previos, opciones)`.

    For an average of months it takes every column from last December's to the period's, with the headings that say
    which month each is.
    """
    used = ref(block_column(plan, Block.VALUE, k), HEADER_ROW, fix_row=True)
    name, identity = spelling(plan, "SEPS_INDICADOR"), ref(ID, row, fix_column=True)
    options = helper_cell(plan, Helper.OPTIONS, k)
    base = f"INDEX({names.BALANCES},0,{_LINES}{ref(plan.line_column(k), plan.base_column_row, fix_row=True)})"
    call = f"{name}({identity},{names.CODES},{balances_of(plan, k)},{base},{options})"
    if is_averaged(all_ratios()[key]):
        catalog, last = f"{quoted(CATALOGO)}!", plan.data_last_row
        codes = catalog + span(1, HEADER_ROW, last)
        months = catalog + span(
            plan.catalog_first_period, HEADER_ROW, last, plan.catalog_column(plan.capacity - 1)
        )
        first, until = (helper_cell(plan, one, k) for one in (Helper.FIRST_MONTH, Helper.LAST_MONTH))
        between = f"INDEX({months},0,{first}):INDEX({months},0,{until})"
        monthly = f"{name}({identity},{codes},{between},,{options})"
        call = f'CHOOSE(1+({names.AVERAGE}="{Average.MONTHLY}"),{call},{monthly})'
    return f'=IF({used}="","",{call})'


def _gap_formula(plan: Plan, row: int, k: int) -> str:
    own, native = (ref(block_column(plan, b, k), row) for b in (Block.VALUE, Block.NATIVE))
    sides = f"1+ISNUMBER({own})+ISNUMBER({native})"
    return f'=IFERROR(ABS({own}-{native})/MAX(1,ABS({native})),CHOOSE({sides},"","{ONE_SIDE}","{ONE_SIDE}"))'


def _check_formula(plan: Plan, k: int) -> str:
    rows, column = ratio_rows().values(), block_column(plan, Block.GAP, k)
    gaps = f"{ref(column, min(rows))}:{ref(column, max(rows))}"
    return f'=COUNTIF({gaps},">"&{SAME:.0E})+COUNTIF({gaps},"{ONE_SIDE}")'


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: View) -> Cells:
    """What they show; the catalogue of each period, how many accounts are missing, and the notes."""
    plan = view.plan
    cells: Cells = {(USED_ROW, RULE_COLUMN): str(view.supervision_inputs.average)}
    for block in Block:
        cells.update(header_results(view, block_column(plan, block, 0)))
    for k in range(plan.capacity):
        column = block_column(plan, Block.NATIVE, k)
        cells.update({(helper_row(one), column): value for one, value in _helper_results(view, k).items()})
        found = _moments(view, k)
        cells[(CATALOG_ROW, column)] = "" if found is None else found[0].context.catalog.id
        for (row, block), value in {**_average_results(view, k), **_ratio_results(view, k)}.items():
            cells[(row, block_column(plan, block, k))] = value
    counts = [cells[(check_row(), block_column(plan, Block.GAP, k))] for k in range(plan.capacity)]
    cells[(check_row(), WORDS)] = sum(counts)
    cells.update(supervision_charts.results(view, cells))
    return common.light(settled(plan, cells), view.state)


def _moments(view: View, k: int) -> tuple[At, At] | None:
    """The period of column `k`, as it is and as native formulas see it."""
    position = view.position(k)
    return None if position is None else (view.supervision.moments[position], view.native_supervision.moments[position])


def _helper_results(view: View, k: int) -> dict[Helper, object]:
    found = _moments(view, k)
    if found is None:
        return dict(_UNUSED)
    own, native = found
    period, average = own.period, view.supervision_inputs.average
    keys = {j: p.key for j in view.used if (p := view.columns[j]) is not None}
    year = [j + 1 for j, key in keys.items() if (period.year - 1, 12) <= key <= period.key]
    catalog = own.context.catalog.id
    return {
        Helper.CLOSED: int(native.closed), Helper.EMPTIED: int(native.emptied),
        Helper.MONTHS: len(year), Helper.FIRST_MONTH: min(year), Helper.LAST_MONTH: max(year),
        Helper.OPTIONS: f"promedio={average};catalogo={catalog};periodo={period.year}-{period.month}",
    }  # fmt: skip


def _average_results(view: View, k: int) -> dict[tuple[int, Block], object]:
    found = _moments(view, k)
    cells: dict[tuple[int, Block], object] = {}
    for line, (balance, average) in average_rows().items():
        cells[balance, Block.NATIVE] = cells[average, Block.NATIVE] = NOT_AVAILABLE
        cells[balance, Block.MISSING] = 1
        if found is not None:
            own, native = found
            form = own.definitions.lines[line]
            cells[balance, Block.MISSING] = missing_count(form, own.context)
            cells[balance, Block.NATIVE] = _line_shown(form, native)
            cells[average, Block.NATIVE] = _line_shown(_denominator(native, averaged_lines()[line]), native)
    return cells


def _denominator(moment: At, key: str) -> LinearForm:
    """The averaged denominator of a ratio: both catalogues have those that average something."""
    form = moment.ratio(key).denominator
    assert form is not None
    return form


def _line_shown(form: LinearForm, moment: At) -> object:
    value = line_value(form, moment.context)
    return NOT_AVAILABLE if value is None else value


def _ratio_results(view: View, k: int) -> dict[tuple[int, Block], object]:
    cells: dict[tuple[int, Block], object] = {}
    gaps = []
    for key, row in ratio_rows().items():
        own, native = (value_shown(view, report, key, k) for report in (view.supervision, view.native_supervision))
        gap = _gap(own, native)
        gaps.append(gap)
        own = "" if view.columns[k] is None else own
        cells[row, Block.VALUE] = PlainText(own) if isinstance(own, str) and own else own
        cells[row, Block.NATIVE], cells[row, Block.GAP] = native, gap
        cells[row, Block.MISSING] = _missing(view, key, k)
        cells[row, Block.NOTE] = note_shown(view, key, k)
    cells[check_row(), Block.GAP] = sum(gap == ONE_SIDE or (isinstance(gap, float) and gap > SAME) for gap in gaps)
    return cells


def value_shown(view: View, report: SupervisionReport, key: str, k: int | None) -> object:
    """What the cell of a ratio shows in column `k`: the number, or the error of its status."""
    position = None if k is None else view.position(k)
    if position is None:
        return NOT_AVAILABLE
    result = _result(report, key, position)
    return CELL_ERRORS[result.status] if result.value is None else result.value


def _result(report: SupervisionReport, key: str, position: int) -> Result:
    """The result in a period, also of a ratio that no catalogue in use has."""
    return report.results[key][position] if key in report.results else report.moments[position].result(key)


def note_shown(view: View, key: str, k: int | None) -> str:
    """Why there is no value in column `k`, or why to doubt it."""
    position = None if k is None else view.position(k)
    return "" if position is None else _result(view.supervision, key, position).note


def _missing(view: View, key: str, k: int) -> int:
    """How many accounts a ratio lacks, in the period and in those that it averages."""
    found = _moments(view, k)
    if found is None:
        return 1
    moment = found[0]
    if key not in moment.supervision.indicators:
        return 0
    ratio: Ratio = moment.ratio(key)
    return sum(missing_count(form, moment.context) for form in (ratio.numerator, ratio.denominator) if form)


def _gap(own: object, native: object) -> object:
    numbers = [value for value in (own, native) if isinstance(value, float)]
    if len(numbers) == 2:
        return abs(numbers[0] - numbers[1]) / max(1.0, abs(numbers[1]))
    return ONE_SIDE if numbers else ""


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles, charts and formulas."""
    supervision_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
