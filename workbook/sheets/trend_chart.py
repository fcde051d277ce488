"""What Tendencias rests on: times, what each period's income and expense take off, and the row that the chart shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.worksheet.formula import ArrayFormula

from xl_perlas.analysis import Trend, eras, spacing
from xl_perlas.catalogs import CATALOGS
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HORIZONTAL, TENDENCIAS, Plan, ref, span
from xl_perlas.workbook.plan_analysis import Help, TrendColumn, TrendHelp, point_column, trend_help_row
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.horizontal_help import by_period as amounts_help
from xl_perlas.workbook.sheets.horizontal_help import of_period as amount_help
from xl_perlas.workbook.sheets.horizontal_help import single
from xl_perlas.workbook.view import NOT_AVAILABLE, View

#: A criterion that every number meets and no word does; the months of a year.
NUMBER, MONTHS = '">-1E+300"', "{" + ",".join(map(str, range(1, 13))) + "}"

#: Variation this small beside the figures is rounding: as `analysis.trends` says.
STEADY = 1e-11

_THERE = f"{HORIZONTAL}!"
_YEAR = 12
#: Places in time start in the year 1900: this is none.
_NOWHERE = -1


def by_period(plan: Plan, what: TrendHelp) -> str:
    """A helper in every period, as a range of the sheet."""
    row = trend_help_row(what)
    return span(point_column(plan, 0), row, row, point_column(plan, plan.capacity - 1))


def of_period(plan: Plan, what: TrendHelp, k: int) -> str:
    """A helper in period `k`; the row is fixed."""
    return ref(point_column(plan, k), trend_help_row(what), fix_row=True)


def trend_single(what: TrendHelp) -> str:
    """A helper that is the same for all periods."""
    return ref(pa.CODE, trend_help_row(what), fix_column=True, fix_row=True)


def season_means(plan: Plan, points: str, months: str = "") -> tuple[str, str]:
    """Mean of the points of each one's month, and of their times; or of the given months."""
    times, own = by_period(plan, TrendHelp.TIME), by_period(plan, TrendHelp.MONTH)
    asked = months or own
    return f"AVERAGEIFS({points},{own},{asked})", f"AVERAGEIFS({times},{own},{asked},{points},{NUMBER})"


def _index() -> str:
    return ref(pa.NAME, pa.INDEX_ROW, fix_column=True, fix_row=True)


def _rows() -> tuple[int, int]:
    return pa.table(TENDENCIAS)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Helpers by period; the row chosen, its facts, and the data of its chart."""
    keys = span(pa.CODE, *_rows())
    chosen = ref(pa.NAME, pa.CHOICE_ROW, fix_column=True, fix_row=True)
    place = f'MATCH({chosen}&"",{keys},0)'
    found = f'({chosen}<>"")*(INDEX({keys},{place})={chosen}&"")'
    first = min(pa.rows(TENDENCIAS).values()) - _rows()[0] + 1
    catalogs = amounts_help(plan, Help.CATALOG)
    cells: Cells = {
        (pa.INDEX_ROW, pa.NAME): f"=IFERROR(CHOOSE(1+{found},{first},{place}),{first})",
        (pa.NAME_ROW, pa.NAME): f"=INDEX({span(pa.NAME, *_rows())},{_index()})",
        (pa.INTERCEPT_ROW, pa.NAME): ArrayFormula(ref(pa.NAME, pa.INTERCEPT_ROW), f"={_intercept(plan)}"),
        (trend_help_row(TrendHelp.CATALOGS), pa.CODE): "=" + "*".join(
            f'(COUNTIF({_THERE}{catalogs},"{one}")>0)' for one in CATALOGS
        ),
    }
    for i, column in enumerate(pa.SUMMARY):
        cells[(pa.FACT_ROW + i, pa.NAME)] = f"=INDEX({span(column, *_rows())},{_index()})"
    for k in range(plan.capacity):
        here = point_column(plan, k)
        cells.update({(trend_help_row(what), here): text for what, text in _period_formulas(plan, k).items()})
    return cells


def _intercept(plan: Plan) -> str:
    """Where the line begins: the mean of its level in each month, where the season was taken off."""
    area = span(point_column(plan, 0), *_rows(), point_column(plan, plan.capacity - 1))
    points, seasonal = f"INDEX({area},{_index()},0)", f"INDEX({span(TrendColumn.SEASONAL, *_rows())},{_index()})"
    level, middle = season_means(plan, points, MONTHS)
    slope = ref(pa.NAME, pa.FACT_ROW + pa.SUMMARY.index(TrendColumn.SLOPE), fix_column=True, fix_row=True)
    plain = f"INTERCEPT({points},{by_period(plan, TrendHelp.TIME)})"
    return f'IFERROR(CHOOSE(1+{seasonal},{plain},AVERAGE(IFERROR({level}-{slope}*{middle},""))),NA())'


def _period_formulas(plan: Plan, k: int) -> dict[TrendHelp, str]:
    place, month = (_THERE + amount_help(plan, what, k) for what in (Help.PLACE, Help.MONTH))
    places, step = _THERE + amounts_help(plan, Help.PLACE), _THERE + single(Help.STEP)
    whole, own_month, date, time = (
        of_period(plan, what, k) for what in (TrendHelp.WHOLE, TrendHelp.MONTH, TrendHelp.DATE, TrendHelp.TIME)
    )
    first_month = f"MOD(MIN({places}),{_YEAR})+1"
    here = point_column(plan, k)
    first, last = (ref(here, row, fix_row=True) for row in _rows())
    figure = f"INDEX({first}:{last},{_index()})"
    slope, intercept = (
        ref(pa.NAME, row, fix_column=True, fix_row=True)
        for row in (pa.FACT_ROW + pa.SUMMARY.index(TrendColumn.SLOPE), pa.INTERCEPT_ROW)
    )
    return {
        TrendHelp.PLACE: f'=IF({place}="",{_NOWHERE},{place})',
        TrendHelp.MONTH: f"={month}",
        TrendHelp.TIME: f'=IF({place}="","",({place}-MIN({places}))/{_YEAR})',
        TrendHelp.WHOLE: (
            f'=IF({place}="",0,CHOOSE(1+(MOD({step},{_YEAR})=0),MOD({month},{step})=0,{month}={first_month})*1)'
        ),
        TrendHelp.BEFORE: (
            f"=IF({whole}=0,NA(),CHOOSE(1+(MOD({step},{_YEAR})>0)*({own_month}>{step}),0,"
            f"MATCH({place}-{step},{places},0)))"
        ),
        TrendHelp.DATE: f'=IF({place}="",NA(),({place}+1)/{_YEAR}-1)',
        TrendHelp.FIGURE: f"=IF(ISNUMBER({figure}),{figure},NA())",
        TrendHelp.LINE: f"=IFERROR({intercept}+{slope}*{time}+0*{date},NA())",
    }


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View, trend: Trend | None, row: int, shown: Mapping[tuple[int, int], Any]) -> Cells:
    """What they show for the row `row` of the sheet, whose cells are among `shown`."""
    cells: Cells = {
        (trend_help_row(TrendHelp.STEADY), pa.CODE): STEADY,
        (trend_help_row(TrendHelp.CATALOGS), pa.CODE): int(set(eras.eras(view.native.balance)) >= set(CATALOGS)),
        (pa.INDEX_ROW, pa.NAME): row - _rows()[0] + 1,
        (pa.NAME_ROW, pa.NAME): shown.get((row, pa.NAME)) or pa.name_of(trend.item.id if trend else ""),
    }
    for i, column in enumerate(pa.SUMMARY):
        cells[(pa.FACT_ROW + i, pa.NAME)] = shown[(row, column)]
    slope = trend.slope.value if trend else None
    intercept = trend.fitted[0] if trend and trend.fitted else None  # the line where time begins
    cells[(pa.INTERCEPT_ROW, pa.NAME)] = NOT_AVAILABLE if intercept is None else intercept
    for k in range(view.plan.capacity):
        found = _period_results(view, k)
        figure, time = shown[(row, point_column(view.plan, k))], found[TrendHelp.TIME]
        found[TrendHelp.FIGURE] = figure if isinstance(figure, float | int) else NOT_AVAILABLE
        found[TrendHelp.LINE] = NOT_AVAILABLE
        if intercept is not None and slope is not None and isinstance(time, float):
            found[TrendHelp.LINE] = intercept + slope * time
        here = point_column(view.plan, k)
        cells.update({(trend_help_row(what), here): value for what, value in found.items()})
    return cells


def is_whole(view: View, k: int) -> bool:
    """Whether the income and expense of column `k` are of whole periods: whole steps from January, or whole years."""
    period, periods = view.columns[k], view.native.balance.periods
    if period is None:
        return False
    step = spacing.step(periods)
    return period.month == periods[0].month if step % _YEAR == 0 else spacing.aligned(period, step)


def _period_results(view: View, k: int) -> dict[TrendHelp, object]:
    period, position = view.columns[k], view.position(k)
    if period is None or position is None:
        return {
            TrendHelp.PLACE: _NOWHERE, TrendHelp.MONTH: "", TrendHelp.TIME: "", TrendHelp.WHOLE: 0,
            TrendHelp.BEFORE: NOT_AVAILABLE, TrendHelp.DATE: NOT_AVAILABLE,
        }  # fmt: skip
    periods = view.native.balance.periods
    place, step = spacing.months(period), spacing.step(periods)
    compared = None if step % _YEAR == 0 else spacing.within_year(periods, position, step)
    before: object = 0
    if not is_whole(view, k) or (compared and compared.base is None):
        before = NOT_AVAILABLE
    elif compared:
        before = view.column_of(compared.base) + 1
    return {
        TrendHelp.PLACE: place, TrendHelp.MONTH: period.month,
        TrendHelp.TIME: (place - spacing.months(periods[0])) / _YEAR, TrendHelp.WHOLE: int(is_whole(view, k)),
        TrendHelp.BEFORE: before, TrendHelp.DATE: (place + 1) / _YEAR - 1,
    }  # fmt: skip
