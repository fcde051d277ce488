"""Where everything stands on sheet Sensibilidad."""

from __future__ import annotations

from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.judgements import SCALE
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_ahp import groups

#: What is there today, label in column A and value in column C; the last also whether the tables belong to it.
PERIOD, SCORE, RATING, POLICY, CALCULATED = range(HEADER_ROW, HEADER_ROW + 5)
LABEL, VALUE, CALCULATED_SCORE, STATE = 1, 3, 4, 5

#: Component, its name and its weight; shares of weight met and with verdict, inside it and in the rest.
ID, NAME, NOW, MET, JUDGED, REST_MET, REST_JUDGED = range(1, 8)
FIRST_STEP = 8
#: Weights that a component is given.
STEPS = tuple(i / 100 for i in range(0, 65, 5))
#: The tables below it use the same columns: what would change, what it is now, and what then.
NEW, MOVE, THEN_RATING, THEN_SCORE = 4, 5, 6, 7
#: Of a component, how the change is: words across these columns.
HOW, HOW_LAST = 7, 11
LAST = FIRST_STEP + len(SCALE) - 1

#: Rows of the longest lists: flips by judgement and by verdict.
SHOWN = 10
CHART_ROWS = 21
SCORE_SECTION = CALCULATED + 2


def components(plan: Plan) -> tuple[str, ...]:
    """Components, in the order of their weights."""
    return groups(plan)[COMPONENTS_GROUP]


def score_row(plan: Plan, component: str) -> int:
    """Scores of a component for each weight."""
    return SCORE_SECTION + 2 + components(plan).index(component)


def lower_row(plan: Plan) -> int:
    """Where the band of today begins; in the next row, where it ends."""
    return SCORE_SECTION + 2 + len(components(plan))


def rating_section(plan: Plan) -> int:
    """Heading of the ratings."""
    return lower_row(plan) + 3


def rating_row(plan: Plan, component: str) -> int:
    """Ratings of a component for each weight."""
    return rating_section(plan) + 2 + components(plan).index(component)


def coverage_section(plan: Plan) -> int:
    """Heading of the shares with verdict."""
    return rating_section(plan) + len(components(plan)) + 3


def coverage_row(plan: Plan, component: str) -> int:
    """Share of the weight with a verdict, for each weight of a component."""
    return coverage_section(plan) + 2 + components(plan).index(component)


def chart_row(plan: Plan) -> int:
    """First row of the chart."""
    return coverage_section(plan) + len(components(plan)) + 3


def component_section(plan: Plan) -> int:
    """Heading of the flips by component; below it what is said of them, headings, and two rows a component."""
    return chart_row(plan) + CHART_ROWS


def judgement_section(plan: Plan) -> int:
    """Heading of the flips by judgement; below it as for components."""
    return component_section(plan) + 3 + 2 * len(components(plan)) + 1


def verdict_section(plan: Plan) -> int:
    """Heading of the flips by verdict; below it as for components."""
    return judgement_section(plan) + 3 + SHOWN + 1


def last_row(plan: Plan) -> int:
    """Last row of the sheet."""
    return verdict_section(plan) + 2 + SHOWN


def step_column(j: int) -> int:
    """Column of the weight `STEPS[j]`, and of the judgement `SCALE[j]`."""
    return FIRST_STEP + j


def value(row: int) -> str:
    """What is there today, absolute."""
    return ref(VALUE, row, fix_column=True, fix_row=True)
