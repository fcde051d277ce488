"""Where everything stands on sheet Supervisión: the rule on top, helpers by period, ratios by group, charts below."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from xl_perlas.catalogs import CATALOGS
from xl_perlas.formula import Call, Name
from xl_perlas.model import Indicator
from xl_perlas.supervision_load import SupervisionGroup, all_ratios, load_supervision
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref

# --- fixed columns, then blocks of period columns

ID, TITLE, WORDS, UNIT, PAGE = range(1, 6)
FIRST_PERIOD = 6

#: Where the rule of averages is chosen, and which one is in use; the catalogue of each period, in its native column.
(RULE_ROW, USED_ROW, CATALOG_ROW) = (HEADER_ROW + 1, HEADER_ROW + 2, HEADER_ROW + 3)
RULE_COLUMN = WORDS
CHART_ROWS = 22


class Block(IntEnum):
    """Blocks of period columns, from left to right."""

    VALUE, NATIVE, GAP, MISSING, NOTE = range(5)


def block_column(plan: Plan, block: Block, k: int) -> int:
    """Column of period `k` in a block; a blank one stands between blocks."""
    return FIRST_PERIOD + block * (plan.capacity + 1) + k


def native_cell(plan: Plan, row: int, k: int) -> str:
    """A cell of the native block, its row fixed."""
    return ref(block_column(plan, Block.NATIVE, k), row, fix_row=True)


@lru_cache(maxsize=1)
def averaged_lines() -> dict[str, str]:
    """The lines that some ratio averages over time, each with one of those ratios."""
    found: dict[str, str] = {}
    for key, indicator in all_ratios().items():
        node = indicator.denominator
        if isinstance(node, Call) and isinstance(node.argument, Name):
            found.setdefault(node.argument.name, key)
    return found


def catalogs_of(key: str) -> tuple[str, ...]:
    """The catalogues that have a ratio."""
    return tuple(name for name in CATALOGS if key in load_supervision(name).indicators)


def groups() -> dict[str, SupervisionGroup]:
    """Groups of ratios, in their order."""
    return dict(load_supervision().groups)


def members(group: str) -> dict[str, Indicator]:
    """Ratios of a group, of every catalogue."""
    return {key: one for key, one in all_ratios().items() if one.area == group}


@lru_cache(maxsize=1)
def ratio_rows() -> dict[str, int]:
    """Row of each ratio; a heading stands before each group."""
    return rows_by_group(CATALOG_ROW + 1)


def rows_by_group(first: int) -> dict[str, int]:
    """Row of each ratio in a table that begins with the heading of a group in row `first`."""
    rows: dict[str, int] = {}
    for group in groups():
        first += 1
        for key in members(group):
            rows[key] = first
            first += 1
    return rows


def heading_rows(rows: dict[str, int]) -> dict[str, int]:
    """Row of the heading of each group, given those of its ratios."""
    return {group: min(rows[key] for key in members(group)) - 1 for group in groups()}


def check_row() -> int:
    """Row with how many values differ from the native ones."""
    return max(ratio_rows().values()) + 1


def charts_row() -> int:
    """Heading over the charts."""
    return check_row() + 2


# --- what the ratios of a period rest on, in the columns of the native block


class Helper(IntEnum):
    """Whether the year is closed, and accounts 4 and 5 at zero besides; how many months of the average are there, and
    in which columns they stand; what the functions are told."""

    CLOSED, EMPTIED, MONTHS, FIRST_MONTH, LAST_MONTH, OPTIONS = range(6)


def helper_row(which: Helper) -> int:
    """Row of a helper."""
    return charts_row() + CHART_ROWS + 3 + which


def helper_cell(plan: Plan, which: Helper, k: int) -> str:
    """The helper of period `k`, its row fixed."""
    return native_cell(plan, helper_row(which), k)


@lru_cache(maxsize=1)
def average_rows() -> dict[str, tuple[int, int]]:
    """Rows of each averaged line: its balance in the period, and its average."""
    first = helper_row(Helper.OPTIONS) + 1
    return {line: (first + 2 * i, first + 2 * i + 1) for i, line in enumerate(averaged_lines())}


# --- data of the charts: one row a credit segment, those of both catalogues that follow one another in the same row

#: Title, and its id in each catalogue, in the order of `CATALOGS`; empty where a catalogue has no such segment.
SEGMENTS = (
    ("Toda la cartera", ("TOT", "TOT")),
    ("Productivo (comercial en sbs)", ("COM", "PROD")),
    ("Consumo", ("CONS", "CONS")),
    ("Inmobiliario (vivienda en sbs)", ("VIV", "INMOB")),
    ("Microcrédito", ("MICRO", "MICRO")),
    ("Vivienda social y pública", ("", "VIV_IP")),
    ("Educativo", ("", "EDU")),
)
#: Beginning of the ids of the ratios of each chart, and its title.
CHARTS = (("MOR", "Morosidad por segmento de crédito"), ("COB", "Cobertura de la cartera improductiva, por segmento"))


def data_row(chart: int, segment: int) -> int:
    """Row with the values of a segment in a chart."""
    return max(average_rows().values())[1] + 4 + chart * (len(SEGMENTS) + 2) + segment


def blank_row() -> int:
    """A row without anything, below the data of the charts."""
    return data_row(len(CHARTS) - 1, len(SEGMENTS))


def last_row() -> int:
    """Last row with something."""
    return blank_row() - 1
