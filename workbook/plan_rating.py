"""Where everything stands on sheets Calificación and Sensibilidad."""

from __future__ import annotations

from xl_perlas.score import POLICIES, load_scale
from xl_perlas.workbook.plan import CALIFICACION, HEADER_ROW, Plan, quoted, ref, span

# --- Calificación: A id, B name, C weight, D points if met, then periods, an empty column, and the period chosen
ID, TITLE, WEIGHT, POSSIBLE, FIRST_PERIOD = range(1, 6)

POLICY_TEXT_ROW = HEADER_ROW - 1
#: Results by period.
(SCORE, RATING, NATIVE_SCORE, NATIVE_RATING, DIFFERENCE, SAME_RATING, COVERAGE, MET, COUNTED, LABEL) = range(
    HEADER_ROW + 1, HEADER_ROW + 11
)
CHART_ROW = LABEL + 2
#: Rows that the charts cover.
CHART_ROWS = 17
TABLE_SECTION = CHART_ROW + CHART_ROWS
TABLE_HEADER = TABLE_SECTION + 1
TABLE_FIRST = TABLE_HEADER + 1


def period_column(k: int) -> int:
    """Column of period `k`."""
    return FIRST_PERIOD + k


def verdict_column(plan: Plan) -> int:
    """Column of the period chosen: over the table its results, in it the verdicts. Three more follow."""
    return FIRST_PERIOD + plan.capacity + 1


def gain_column(plan: Plan) -> int:
    """What the score would rise if the indicator were met."""
    return verdict_column(plan) + 1


def then_column(plan: Plan) -> int:
    """The rating then."""
    return verdict_column(plan) + 2


def change_column(plan: Plan) -> int:
    """Whether it is a better one."""
    return verdict_column(plan) + 3


def subtotal_columns(plan: Plan) -> list[int]:
    """Columns that add up by component: weights, points possible, and points of each period."""
    return [WEIGHT, POSSIBLE, *map(period_column, range(plan.capacity))]


def rows(plan: Plan) -> dict[str, int]:
    """Row of each indicator: the same order as on Indicadores."""
    offset = TABLE_FIRST - plan.indicator_first_row
    return {key: row + offset for key, row in plan.indicator_rows.items()}


def areas(plan: Plan) -> dict[str, tuple[int, int]]:
    """First and last row of the indicators of each component; its subtotals stand in the row above."""
    found: dict[str, tuple[int, int]] = {}
    for key, row in rows(plan).items():
        component = plan.profile.indicators[key].component
        found[component] = (found.get(component, (row, row))[0], row)
    return found


def policy_section(plan: Plan) -> int:
    """Heading of what the calculation rests on: policies, and then the bands."""
    return max(rows(plan).values()) + 2


def policy_first_row(plan: Plan) -> int:
    """First policy: A its name, B in words, C whether an indicator without verdict counts."""
    return policy_section(plan) + 2


def policy_row(plan: Plan) -> int:
    """Policy in force."""
    return policy_first_row(plan) + len(POLICIES)


def total_row(plan: Plan) -> int:
    """Sum of the weights."""
    return policy_row(plan) + 1


def tolerance_row(plan: Plan) -> int:
    """How near to a limit a score is on it."""
    return policy_row(plan) + 2


def band_section(plan: Plan) -> int:
    """Heading of the bands."""
    return policy_row(plan) + 4


def band_first_row(plan: Plan) -> int:
    """Best band: A rating, B whether it is the one of the period chosen, C from, D to."""
    return band_section(plan) + 2


def band_last_row(plan: Plan) -> int:
    """Worst band."""
    return band_first_row(plan) + len(load_scale().bands) - 1


def fixed(column: int, row: int) -> str:
    """A cell of Calificación, absolute."""
    return ref(column, row, fix_column=True, fix_row=True)


def there(text: str) -> str:
    """The same from another sheet."""
    return f"{quoted(CALIFICACION)}!{text}"


def across(plan: Plan, row: int) -> str:
    """The periods of a row, absolute."""
    return span(FIRST_PERIOD, row, row, FIRST_PERIOD + plan.capacity - 1)


def limits(plan: Plan) -> str:
    """Where each band begins, absolute."""
    return span(WEIGHT, band_first_row(plan), band_last_row(plan))


def highest(plan: Plan) -> str:
    """The highest score: where the best band ends."""
    return fixed(POSSIBLE, band_first_row(plan))


def counts(plan: Plan) -> str:
    """Whether an indicator without verdict counts with the policy in force: 1 or 0."""
    return fixed(WEIGHT, policy_row(plan))


def tolerance(plan: Plan) -> str:
    """How near to a limit a score is on it."""
    return fixed(WEIGHT, tolerance_row(plan))


def rating_of(plan: Plan, score: str, sheet: str = "") -> str:
    """The rating of a score: the one that follows as many bands as begin above it.

    `sheet` is written before the cells of Calificación when the formula stands elsewhere.
    """
    ratings = span(ID, band_first_row(plan), band_last_row(plan))
    return f"INDEX({sheet}{ratings},1+SUMPRODUCT(--({sheet}{limits(plan)}>={score}+{sheet}{tolerance(plan)})))"
