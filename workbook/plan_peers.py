"""Where everything stands on sheet Pares: choices on top, results by ratio, limits, a chart, and the peers below."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from xl_perlas.peers import Light
from xl_perlas.supervision_load import BOTH, all_ratios
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.plan_supervision import rows_by_group

# --- choices: label, cell, and what it is for

LABEL, VALUE, HINT = 2, 3, 7
(NAME_ROW, DATE_ROW, SOURCE_ROW, UNIT_ROW, DEVIATION_ROW, PERIOD_ROW, CAMEL_ROW) = range(6, 13)
#: What follows from them: the period's place among the columns, the divisor that makes ratios, how many peers count.
(POSITION_ROW, DIVISOR_ROW, PEERS_ROW) = range(13, 16)


class Use(StrEnum):
    """Whether a row of the table counts as a peer."""

    YES = "sí"
    REPEATED = "repetida"
    SUMMARY = "resumen"
    OWN = "la propia"


#: How the names of rows that sum others up begin, in small letters.
SUMMARY_WORDS = (
    "total", "promedio", "media", "mediana", "desviacion", "desviación", "suma", "sumas", "minimo", "mínimo", "maximo",
    "máximo", "sistema",
)  # fmt: skip

# --- results: a row a ratio, under the headings of the groups

(ID, TITLE, WAY, OWN, COUNT, POSITION, PERCENTILE, ADDIN, GAP, MEAN, DEVIATION, POINTS, SIGMAS, LIGHT, RULE,
 NOTE) = range(1, 17)  # fmt: skip
LAST = NOTE + 6
RESULT_HEADER = 18


@lru_cache(maxsize=1)
def result_rows() -> dict[str, int]:
    """Row of each ratio; a heading stands before each group."""
    return rows_by_group(RESULT_HEADER + 1)


def check_row() -> int:
    """Row with how many percentiles differ from the native ones."""
    return max(result_rows().values()) + 1


#: Each light says itself with a symbol and a word.
LIGHTS = {Light.GREEN: "✔ verde", Light.YELLOW: "▲ amarillo", Light.RED: "✖ rojo", Light.NONE: "— sin luz"}

# --- limits of the lights: criterion, green from, yellow from; then how many peers a percentile needs, and a tie

CRITERION, GREEN, YELLOW, LIMIT_SOURCE = 2, 3, 4, 5


def limits_header() -> int:
    """Column headings of the limits; a row a criterion follows."""
    return check_row() + 3


#: What decides a light, in the order of the limits.
CRITERIA = ("percentil", "desviaciones", "media", "lejos")
(PERCENTILE_LIMIT, SIGMA_LIMIT, MEAN_LIMIT, FAR_LIMIT, MINIMUM, TIE) = range(6)


def limit_row(which: int) -> int:
    """Row of a limit."""
    return limits_header() + 1 + which


def limit(which: int, column: int = GREEN) -> str:
    """Cell of a limit."""
    return ref(column, limit_row(which), fix_column=True, fix_row=True)


CHART_ROWS = 46


def chart_row() -> int:
    """Heading over the chart."""
    return limit_row(TIE) + 2


# --- the table: number, entity, whether it counts, and a column a ratio; on top the means that somebody else computed

NUMBER, NAME, USE, FIRST_FIGURE = 1, 2, 3, 4
ENTITY_ROWS = 80


def table_header() -> int:
    """Row with the ids of the ratios; their names stand above."""
    return chart_row() + CHART_ROWS + 4


def mean_row() -> int:
    """Row with the typed means; that of the typed deviations follows, and then the entities."""
    return table_header() + 1


def entity_span() -> tuple[int, int]:
    """First and last row of the entities."""
    return mean_row() + 2, mean_row() + 1 + ENTITY_ROWS


@lru_cache(maxsize=1)
def figure_columns() -> dict[str, int]:
    """Column of each ratio."""
    return {key: FIRST_FIGURE + i for i, key in enumerate(all_ratios())}


def last_column() -> int:
    """Last column of the table."""
    return max(figure_columns().values())


# --- below: the figures that count, as ratios, in the same columns; and the data of the chart


def counted_header() -> int:
    """Row with the ids over the figures that count."""
    return entity_span()[1] + 3


def counted_row(row: int) -> int:
    """Row with the figures that count of the entity in `row`."""
    return counted_header() + 1 + row - entity_span()[0]


def counted(key: str) -> str:
    """The figures of a ratio that count."""
    first, last = entity_span()
    return span(figure_columns()[key], counted_row(first), counted_row(last))


#: Columns of the chart's data: a bar for each light.
BARS = {Light.GREEN: 3, Light.YELLOW: 4, Light.RED: 5, Light.NONE: 6}


def bars_header() -> int:
    """Headings of the data of the chart; a row a ratio follows."""
    return counted_row(entity_span()[1]) + 3


def bar_rows() -> dict[str, int]:
    """Row of each ratio in the data of the chart; one without a best side has no percentile."""
    ranked = [key for key, one in all_ratios().items() if one.direction != BOTH]
    return {key: bars_header() + 1 + i for i, key in enumerate(ranked)}


def choice(row: int) -> str:
    """A choice, or what follows from it, as formulas of the sheet write it."""
    return ref(VALUE, row, fix_column=True, fix_row=True)
