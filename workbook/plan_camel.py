"""Where CAMEL stands: statistics, typed values and entities on sheet Segmento; grades by period on sheet CAMEL."""

from __future__ import annotations

from enum import IntEnum

from xl_perlas.camel import BEST, WORST
from xl_perlas.workbook.plan import HEADER_ROW, Plan

# --- Segmento: its name, date and source; then three tables that share their first columns and where figures begin

NAME_ROW, DATE_ROW, SOURCE_ROW = 6, 7, 8
ID, TITLE, SOURCE = 1, 2, 3
FIRST_FIGURE = 4

#: Statistics: direction; mean and deviation typed, computed from how many entities, and in use; where from.
(DIRECTION, MEAN, DEVIATION, COUNT, COMPUTED_MEAN, COMPUTED_DEVIATION, MEAN_USED, DEVIATION_USED, ORIGIN) = range(
    FIRST_FIGURE, FIRST_FIGURE + 9
)
STATISTIC_HEADER = 11
ENTITY_ROWS = 60


def statistic_rows(plan: Plan) -> dict[str, int]:
    """Row of the mean and deviation of each indicator; a heading row stands before each group."""
    return _indicator_rows(plan, STATISTIC_HEADER + 1)


def typed_header(plan: Plan) -> int:
    """Row with the periods over the entity's typed values."""
    return max(statistic_rows(plan).values()) + 3


def typed_rows(plan: Plan) -> dict[str, int]:
    """Row of the typed values of each indicator: one column a period from `FIRST_FIGURE` on."""
    return _indicator_rows(plan, typed_header(plan) + 1)


def entity_header(plan: Plan) -> int:
    """Row with the indicators over the segment's entities."""
    return max(typed_rows(plan).values()) + 3


def entity_span(plan: Plan) -> tuple[int, int]:
    """First and last row of the entities: one column an indicator from `FIRST_FIGURE` on."""
    first = entity_header(plan) + 1
    return first, first + ENTITY_ROWS - 1


def _indicator_rows(plan: Plan, first: int) -> dict[str, int]:
    rows: dict[str, int] = {}
    for group in plan.camel.groups:
        first += 1
        for indicator in plan.camel.members(group):
            rows[indicator] = first
            first += 1
    return rows


def group_rows(plan: Plan, rows: dict[str, int]) -> dict[str, int]:
    """Row of the heading of each group, given those of its indicators."""
    return {group: min(rows[key] for key in plan.camel.members(group)) - 1 for group in plan.camel.groups}


# --- CAMEL: fixed columns, then blocks of period columns

LABEL, NAME, GROUP_WEIGHT, WEIGHT, WAY, MU, SIGMA, LIMIT, MARGIN, PAGE = 1, 2, 3, 4, 5, 6, 7, 8, 12, 13
FIRST_PERIOD = 14
#: Above the indicators: the total, what it means, and the multiples of σ that make the limits.
TOTAL_ROW, WORD_ROW, MULTIPLE_ROW = HEADER_ROW + 1, HEADER_ROW + 2, HEADER_ROW + 3
#: Above the headings: the name of the segment.
SEGMENT_ROW = HEADER_ROW - 1
CHART_ROWS = 20
GRADES = range(BEST, WORST + 1)


class Block(IntEnum):
    """Blocks of period columns on sheet CAMEL, from left to right."""

    VALUE, GRADE, NATIVE, GAP, ORIGIN, NOTE = range(6)


def block_column(plan: Plan, block: Block, k: int) -> int:
    """Column of period `k` in a block; a blank one stands between blocks."""
    return FIRST_PERIOD + block * (plan.capacity + 1) + k


def grade_rows(plan: Plan) -> dict[str, int]:
    """Row of each indicator on sheet CAMEL; a heading row with the grade of its group stands before each group."""
    return _indicator_rows(plan, MULTIPLE_ROW + 1)


def last_grade_row(plan: Plan) -> int:
    """Row of the last indicator."""
    return max(grade_rows(plan).values())


def check_row(plan: Plan) -> int:
    """Row with how many grades and totals differ from the native ones."""
    return last_grade_row(plan) + 1


def charts_row(plan: Plan) -> int:
    """Heading over the charts."""
    return check_row(plan) + 2


# Below the charts: the scale, what it rests on, and the data of the charts.


def scale_header(plan: Plan) -> int:
    """Column headings of the scale; a row a grade follows."""
    return charts_row(plan) + CHART_ROWS + 2


def scale_row(plan: Plan, grade: int) -> int:
    """Row of a grade in the scale."""
    return scale_header(plan) + 1 + grade - BEST


def tolerance_row(plan: Plan) -> int:
    """Row with the tolerance for rounding; the rule for values on a limit follows."""
    return scale_row(plan, WORST) + 1


def band_row(plan: Plan, grade: int) -> int:
    """Row with the height of a band in the chart of totals, under the native grades."""
    return tolerance_row(plan) + 5 + grade - BEST


def distance_header(plan: Plan) -> int:
    """Column headings of the distances to the mean in the latest period; a row an indicator follows."""
    return band_row(plan, WORST) + 3


def distance_rows(plan: Plan) -> dict[str, int]:
    """Row of the distance of each indicator."""
    return {key: distance_header(plan) + 1 + i for i, key in enumerate(plan.camel.indicators)}
