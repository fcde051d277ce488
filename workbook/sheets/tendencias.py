"""Tendencias: where each account and line is going, by the line through its figures, and a chart of the one chosen."""

from __future__ import annotations

from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.analysis import State, Trend
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HEADER_ROW, HORIZONTAL, TENDENCIAS, Plan, ref, span
from xl_perlas.workbook.plan_analysis import Block, Choice, Help, TrendColumn, TrendHelp, point_column
from xl_perlas.workbook.sheets import analysis_look, common, trend_chart
from xl_perlas.workbook.sheets.analysis_rows import (
    FROM_ZERO,
    NO_DATA,
    NOT_APPLICABLE,
    ZERO_TO_ZERO,
    TableRow,
    row_note,
    shown,
    table_rows,
)
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.horizontal import amounts, is_flow
from xl_perlas.workbook.sheets.horizontal_help import choice_cell, single
from xl_perlas.workbook.sheets.trend_chart import MONTHS, NUMBER, by_period, of_period, season_means, trend_single
from xl_perlas.workbook.sheets.vertical import choice_label_results, choice_labels
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = TENDENCIAS
_YEAR = 12
_THERE = f"{HORIZONTAL}!"


def blocks(plan: Plan) -> tuple[int, ...]:
    """First column of the points: columns without period are hidden."""
    return (point_column(plan, 0),)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Headings, points and trend of each row; the chart of the one chosen."""
    cells: Cells = {**choice_labels(TENDENCIAS), **trend_chart.formulas(plan)}
    for row in pa.headings(TENDENCIAS):
        cells.update(period_headers(plan, point_column(plan, 0), row))
    for key, row in pa.rows(TENDENCIAS).items():
        for k in range(plan.capacity):
            cells[(row, point_column(plan, k))] = f"={_point(plan, pa.rows(HORIZONTAL)[key], k, is_flow(key))}"
        for column, text in _trend_formulas(plan, row, pa.rows(HORIZONTAL)[key], "0").items():
            cells[(row, column)] = _stored(row, column, f"={text}")
    for i, row in enumerate(pa.choice_rows(TENDENCIAS)):
        cells.update(_choice_formulas(plan, i, row))
    return common.light(cells)


def _stored(row: int, column: int, text: str) -> object:
    """Formulas that need it are array formulas: without, some programs take only one cell of each range."""
    arrays = (TrendColumn.SLOPE, TrendColumn.R_SQUARED)
    return ArrayFormula(ref(column, row), text) if column in arrays else text


def _point(plan: Plan, there: int, k: int, flow: bool) -> str:
    """A balance; or the income and expense of the period alone, less what had accumulated before it."""
    own = _THERE + ref(pa.column(plan, Block.AMOUNT, k), there)
    if not flow:
        return f'IFERROR({own}*1,"{NO_DATA}")'
    whole, before = (of_period(plan, what, k) for what in (TrendHelp.WHOLE, TrendHelp.BEFORE))
    earlier = f"INDEX({amounts(plan, there, _THERE)},{before})"
    return f'IFERROR({own}-IF({before}=0,0,{earlier}),CHOOSE(1+{whole},"{NOT_APPLICABLE}","{NO_DATA}"))'


def _choice_formulas(plan: Plan, i: int, row: int) -> Cells:
    """The same of an account to choose; its points do not apply where it has been two different accounts."""
    there, blank = pa.choice_rows(HORIZONTAL)[i], f'{ref(pa.CODE, row, fix_column=True)}=""'
    flow, same = (_THERE + choice_cell(plan, what, i) for what in (Choice.FLOW, Choice.SAME))
    mixed = f"(1-{same})*{trend_single(TrendHelp.CATALOGS)}"
    cells: Cells = {}
    for k in range(plan.capacity):
        ways = ",".join(_point(plan, there, k, is_flow) for is_flow in (False, True))
        which = f"1+({ref(pa.CODE, row, fix_column=True)}<>\"\")*(1+{flow}+(2-{flow})*{mixed})"
        cells[(row, point_column(plan, k))] = f'=CHOOSE({which},"",{ways},"{NOT_APPLICABLE}")'
    for column, text in _trend_formulas(plan, row, there, mixed).items():
        absent = "NA()" if column in (TrendColumn.FIRST_AT, TrendColumn.LAST_AT) else '""'
        cells[(row, column)] = _stored(row, column, f"=CHOOSE(1+({blank}),{text},{absent})")
    return cells


def _trend_formulas(plan: Plan, row: int, there: int, mixed: str) -> dict[int, str]:
    """`mixed`: 1 where the figures of all periods are not of one account."""
    points = span(point_column(plan, 0), row, row, point_column(plan, plan.capacity - 1))
    figures = amounts(plan, there, _THERE)
    times, months, places = (
        by_period(plan, what) for what in (TrendHelp.TIME, TrendHelp.MONTH, TrendHelp.PLACE)
    )
    heads = amounts(plan, HEADER_ROW, _THERE)
    first, last, slope, count, seasonal, first_at, last_at = (
        ref(column, row, fix_column=True)
        for column in (
            TrendColumn.FIRST, TrendColumn.LAST, TrendColumn.SLOPE, TrendColumn.COUNT, TrendColumn.SEASONAL,
            TrendColumn.FIRST_AT, TrendColumn.LAST_AT,
        )
    )
    few = f'CHOOSE(1+{mixed},"{NO_DATA}","{NOT_APPLICABLE}")'
    none = f'CHOOSE(1+({count}<2)*(1-{mixed}),"{NOT_APPLICABLE}","{NO_DATA}")'
    level, middle = season_means(plan, points)
    left = f'IFERROR({points}-{level},"")'
    adjusted = f'CHOOSE(1+{seasonal},{points},IFERROR({points}-{level}+{slope}*{middle},""))'
    largest = f"MAX(MAX({points}),-MIN({points}))"
    varies = f"DEVSQ({adjusted})>{count}*({trend_single(TrendHelp.STEADY)}*{largest})^2"
    twice = f"(COUNTIFS({months},{months},{figures},{NUMBER})>1)*ISNUMBER({figures})"
    same_month = f"ISNUMBER({figures})*({months}=INDEX({months},{last_at}))"
    step = _THERE + single(Help.STEP)
    seasons = f"(MOD({MONTHS},{step})=0)*(COUNTIFS({months},{MONTHS},{points},{NUMBER})>1)"
    years = f"((INDEX({places},{last_at})-INDEX({places},{first_at}))/{_YEAR})"
    kind = f"1+({first}=0)*(1+({last}=0))+({first}<>0)*({first}*{last}<=0)*3"
    far = "1E+6"
    return {
        TrendColumn.FIRST: f'IFERROR(INDEX({figures},{first_at}),"")',
        TrendColumn.FIRST_PERIOD: f'IFERROR(INDEX({heads},{first_at}),"")',
        TrendColumn.LAST: f'IFERROR(INDEX({figures},{last_at}),"")',
        TrendColumn.LAST_PERIOD: f'IFERROR(INDEX({heads},{last_at}),"")',
        TrendColumn.MEAN: f"IFERROR(AVERAGE({points}),{few})",
        TrendColumn.SLOPE: (
            f"IFERROR(CHOOSE(1+{seasonal},SLOPE({points},{times}),"
            f'SLOPE({left},IFERROR({times}-{middle},""))),{few})'
        ),
        TrendColumn.R_SQUARED: f"IFERROR(CHOOSE(1+({count}>2)*({varies}),NA(),RSQ({adjusted},{times})),{none})",
        TrendColumn.GROWTH: (
            f'IFERROR(CHOOSE({kind},({last}/{first})^(1/{years})-1,"{FROM_ZERO}","{ZERO_TO_ZERO}",'
            f'"{NOT_APPLICABLE}"),{none})'
        ),
        TrendColumn.COUNT: f"COUNT({points})",
        TrendColumn.SEASONAL: f"({step}<{_YEAR})*(SUMPRODUCT({seasons})=INT({_YEAR}/{step}))",
        TrendColumn.FIRST_AT: f"MATCH(SUMPRODUCT(MIN({far}-({far}-{places})*{same_month})),{places},0)",
        TrendColumn.LAST_AT: f"IF({count}<2,NA(),MATCH(SUMPRODUCT(MAX({twice}*{places})),{places},0))",
    }


# --- results ----------------------------------------------------------------------------------------------------------


@common.once_a_view
def results(view: View) -> Cells:
    """What they show, and the notes."""
    plan = view.plan
    cells: Cells = {**choice_label_results(view, TENDENCIAS)}
    for heading in pa.headings(TENDENCIAS):
        cells.update(header_results(view, point_column(plan, 0), heading))
    charted: Trend | None = None
    at = 0
    for row in table_rows(view):
        trend = view.native_analysis.trend(row.key) if row.key else None
        cells.update(_row_results(view, row, trend))
        own = view.analysis.trend(row.key) if row.key else None
        cells[(row.at(NAME), pa.trend_note(plan))] = _note(own) if own else None
        if not at and view.analysis_inputs.charted == (row.typed if row.choice is not None else row.key):
            charted, at = trend, row.at(NAME)
    cells.update(trend_chart.results(view, charted, at, cells))
    return common.light(cells, view.state)


def _row_results(view: View, row: TableRow, trend: Trend | None) -> Cells:
    plan, at = view.plan, row.at(NAME)
    cells: Cells = {}
    for k in range(plan.capacity):
        position = view.position(k)
        if trend is None or position is None:
            value: object = _no_point(view, row, k, trend)
        else:
            value = shown(trend.points[position])
        cells[(at, point_column(plan, k))] = value
    for column, value in (_trend_results(view, trend) if trend else _no_trend(row)).items():
        cells[(at, column)] = value
    return cells


def _no_point(view: View, row: TableRow, k: int, trend: Trend | None) -> object:
    """Where there is no period, or no account: what the formula says of it."""
    if row.blank:
        return ""
    # every figure of income and expense, or every balance: those of two different accounts
    points = trend.points if trend else ()
    mixed = bool(points) and all(point.state is State.NOT_APPLICABLE for point in points)
    if mixed or (row.flow and not trend_chart.is_whole(view, k)):
        return NOT_APPLICABLE
    return NO_DATA


def _trend_results(view: View, trend: Trend) -> dict[int, object]:
    ends = [next((k for k in view.used if _label(view, k) == label), None) for label in trend.span]
    found: dict[int, object] = {
        TrendColumn.MEAN: shown(trend.mean), TrendColumn.SLOPE: shown(trend.slope),
        TrendColumn.R_SQUARED: shown(trend.r_squared), TrendColumn.GROWTH: shown(trend.growth),
        TrendColumn.COUNT: trend.count, TrendColumn.SEASONAL: int(bool(trend.seasons)),
    }  # fmt: skip
    for at, figure, period, k in (
        (TrendColumn.FIRST_AT, TrendColumn.FIRST, TrendColumn.FIRST_PERIOD, ends[0]),
        (TrendColumn.LAST_AT, TrendColumn.LAST, TrendColumn.LAST_PERIOD, ends[1]),
    ):
        found[at], found[figure], found[period] = NOT_AVAILABLE, "", ""
        moment = None if k is None else view.columns[k]
        if k is not None and moment is not None:
            found[at], found[period] = k + 1, view.headers[k]
            found[figure] = shown(view.native_analysis.change(trend.item.id, moment).current)
    return found


def _label(view: View, k: int) -> str:
    period = view.columns[k]
    return period.label if period else ""


def _no_trend(row: TableRow) -> dict[int, object]:
    """What a row shows in which nothing, or no code, was typed."""
    word: object = "" if row.blank else NO_DATA
    found: dict[int, object] = dict.fromkeys(pa.SUMMARY, word)
    found |= dict.fromkeys((TrendColumn.FIRST, TrendColumn.FIRST_PERIOD, TrendColumn.LAST, TrendColumn.LAST_PERIOD), "")
    found |= dict.fromkeys((TrendColumn.COUNT, TrendColumn.SEASONAL), "" if row.blank else 0)
    return found | dict.fromkeys((TrendColumn.FIRST_AT, TrendColumn.LAST_AT), NOT_AVAILABLE)


def _note(trend: Trend) -> str | None:
    figures = (trend.mean, trend.slope, trend.r_squared, trend.growth)
    return row_note(("", text) for text in dict.fromkeys((trend.note, *(f.note for f in figures)))) or None


def heights(view: View) -> dict[int, float | None]:
    """Height of the rows of chosen accounts: low while nothing stands in them."""
    return analysis_look.heights(view, NAME)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles, the chart and formulas."""
    analysis_look.tendencias(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
