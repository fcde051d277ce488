"""Where the financial analysis stands: the rows that Horizontal, Vertical and Tendencias share, and their blocks.

Each sheet has the same list of rows: classes and groups of accounts, the income statement, and accounts that somebody
asks for on Horizontal. What the tables rest on (which period each compares with, which accounts are missing) stands
below them.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from xl_perlas.analysis import load_statements
from xl_perlas.catalogs import account_name
from xl_perlas.load import load_catalog
from xl_perlas.workbook.plan import HORIZONTAL, TENDENCIAS, VERTICAL, Plan

#: Rows for accounts of any level.
CHOICES = 40
#: Code of the account, or id of the line; name.
CODE, NAME = 1, 2

#: Row of the first heading of the table on each sheet. On Tendencias the chart stands above it.
_FIRST = {HORIZONTAL: 8, VERTICAL: 6, TENDENCIAS: 28}

STATEMENT_TITLE, CHOICES_TITLE = "Estado de resultados", "Cuentas a elección"


class Section(NamedTuple):
    """A heading and the rows under it: codes of accounts, ids of lines, or (`keys` empty) those to choose."""

    title: str
    keys: tuple[str, ...]


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """The table from top to bottom: the classes of accounts, the income statement, and the accounts to choose."""
    statements, catalog = load_statements(), load_catalog(load_statements().catalogs[0])
    found = []
    for one in sorted(statements.compositions, key=lambda c: c.account):
        line = statements.items[one.line].line
        parts = tuple(line.accounts) if line else ()
        total = ("total_pasivo_patrimonio",) if one.account == "3" else ()
        found.append(Section(account_name(one.account, catalog), (one.account, *parts, *total)))
    return (*found, Section(STATEMENT_TITLE, statements.income), Section(CHOICES_TITLE, ()))


@lru_cache(maxsize=3)
def rows(sheet: str) -> dict[str, int]:
    """Row of each account and line on a sheet, in order; accounts to choose are not among them."""
    found, row = {}, _FIRST[sheet]
    for section in sections():
        found.update({key: row + 1 + i for i, key in enumerate(section.keys)})
        row += 1 + len(section.keys)
    return found


@lru_cache(maxsize=3)
def headings(sheet: str) -> dict[int, str]:
    """Row of the heading of each section on a sheet."""
    found, row = {}, _FIRST[sheet]
    for section in sections():
        found[row] = section.title
        row += 1 + len(section.keys)
    return found


def choice_rows(sheet: str) -> range:
    """Rows of the accounts to choose."""
    first = max(headings(sheet)) + 1
    return range(first, first + CHOICES)


def table(sheet: str) -> tuple[int, int]:
    """First and last row of the table on a sheet, headings included."""
    return _FIRST[sheet], choice_rows(sheet)[-1]


def accounts() -> tuple[str, ...]:
    """The accounts among the fixed rows."""
    return tuple(key for key in rows(HORIZONTAL) if key.isdigit())


def name_of(key: str) -> str:
    """Name of a fixed row: the account's in the catalogues, which call their groups the same, or the line's."""
    statements = load_statements()
    line = statements.items.get(key)
    return line.name if line else account_name(key, load_catalog(statements.catalogs[0]))


def whole_of(key: str) -> str:
    """Name of the total that a fixed row is a part of."""
    statements = load_statements()
    item = statements.items.get(key)
    digit = min(item.form.codes())[0] if item else key[0]
    return statements.items[statements.wholes[digit]].name


# --- Horizontal: code, name, three blocks of periods, the note, and helpers of the accounts to choose

FIRST_PERIOD = 3
#: What balances are compared with is chosen here; labels of both bases, by period.
BASE_ROW = 4
BALANCE_LABEL_ROW, FLOW_LABEL_ROW = 6, 7


class Block(IntEnum):
    """Blocks of period columns on Horizontal, from left to right."""

    AMOUNT, ABSOLUTE, RELATIVE = range(3)


def column(plan: Plan, block: Block, k: int) -> int:
    """Column of period `k` in a block of Horizontal; a blank one stands between blocks."""
    return FIRST_PERIOD + block * (plan.capacity + 1) + k


def note_column(plan: Plan) -> int:
    """Column with the notes, the last one of the table."""
    return column(plan, Block.RELATIVE, plan.capacity)


class Choice(IntEnum):
    """Columns with what is known of an account to choose, after the notes: code and meaning as recalculated; what
    native formulas make of it (1 blank, 2 not recalculated, 3 in use); and whether it accumulates from January."""

    WRITTEN, SAME, STATE, FLOW = range(1, 5)


def choice_column(plan: Plan, what: Choice) -> int:
    """Column of a helper of the accounts to choose."""
    return note_column(plan) + what


class Help(IntEnum):
    """Rows below the table of Horizontal: single values first, in column A; then by period, under the amounts."""

    STEP, ROUNDING, PLACE, MONTH, CATALOG, BALANCE_WANTED, BALANCE_BASE, BALANCE_CHANGED, FLOW_WANTED, FLOW_BASE, \
        FLOW_CHANGED = range(11)  # fmt: skip


#: What each of them says.
HELP_TEXTS = {
    Help.STEP: "Meses de un periodo al siguiente, según el último recálculo",
    Help.ROUNDING: "Redondeo: lo que queda de una resta y es menor que esto por el mayor de sus sumandos es cero",
    Help.PLACE: "Lugar en el tiempo: año × 12 + mes − 1; vacío en una columna sin periodo o repetida",
    Help.MONTH: "Mes",
    Help.CATALOG: "Catálogo que muestran las cuentas del periodo, según el último recálculo",
    Help.BALANCE_WANTED: "Saldos: lugar del periodo con que se comparan",
    Help.BALANCE_BASE: "Saldos: posición de ese periodo en el Catálogo; #N/A si no está",
    Help.BALANCE_CHANGED: "Saldos: el catálogo de ese periodo es otro (1 sí)",
    Help.FLOW_WANTED: "Ingresos y gastos: lugar del mismo mes del año anterior",
    Help.FLOW_BASE: "Ingresos y gastos: posición de ese periodo en el Catálogo; #N/A si no está",
    Help.FLOW_CHANGED: "Ingresos y gastos: el catálogo de ese periodo es otro (1 sí)",
}


def legend_row() -> int:
    """Heading of the meaning of the words; a row a word follows."""
    return table(HORIZONTAL)[1] + 2


def help_heading() -> int:
    """Heading over the helpers of Horizontal."""
    return legend_row() + 9


def help_row(what: Help) -> int:
    """Row of a helper on Horizontal."""
    return help_heading() + 1 + what


def flags_heading() -> int:
    """Heading over the accounts that are missing, by period: 1 where there is none."""
    return help_row(Help.FLOW_CHANGED) + 2


def flag_rows() -> dict[str, int]:
    """Row with whether each fixed account is missing, in every period."""
    return {key: flags_heading() + 1 + i for i, key in enumerate(accounts())}


def choice_flag_rows() -> range:
    """The same of the accounts to choose, in their order; columns A and B hold their code and name."""
    first = max(flag_rows().values()) + 1
    return range(first, first + CHOICES)


# --- Vertical: code, name, what it is part of, two blocks of periods, and the note

WHOLE = 3
VERTICAL_FIRST_PERIOD = 4


class Part(IntEnum):
    """Blocks of period columns on Vertical: share of total assets or income; share of the sum of its class."""

    SHARE, COMPOSITION = range(2)


def part_column(plan: Plan, part: Part, k: int) -> int:
    """Column of period `k` in a block of Vertical."""
    return VERTICAL_FIRST_PERIOD + part * (plan.capacity + 1) + k


def vertical_note(plan: Plan) -> int:
    """Column with the notes of Vertical."""
    return part_column(plan, Part.COMPOSITION, plan.capacity)


#: Rows of a chart, and of the space after it.
CHART_ROWS = 19


def charts_heading() -> int:
    """Heading over the charts of Vertical."""
    return table(VERTICAL)[1] + 2


def sums_heading() -> int:
    """Heading over the sums of the groups of each class, which are 100 % of the composition."""
    return charts_heading() + 1 + 4 * CHART_ROWS + 1


def sum_rows() -> dict[str, int]:
    """Row of the sum of each composition, by its id."""
    return {one.id: sums_heading() + 1 + i for i, one in enumerate(load_statements().compositions)}


# --- Tendencias: code, name, figures of the trend, helpers, points by period, and the note


class TrendColumn(IntEnum):
    """Columns of the trend of each row."""

    FIRST, FIRST_PERIOD, LAST, LAST_PERIOD, MEAN, SLOPE, R_SQUARED, GROWTH, COUNT, SEASONAL, FIRST_AT, LAST_AT = range(
        3, 15
    )


#: Columns with a value that the summary of the chosen row repeats.
SUMMARY = (TrendColumn.MEAN, TrendColumn.SLOPE, TrendColumn.R_SQUARED, TrendColumn.GROWTH)

POINT_FIRST_PERIOD = max(TrendColumn) + 2


def point_column(plan: Plan, k: int) -> int:
    """Column of period `k` among the points."""
    return POINT_FIRST_PERIOD + k


def trend_note(plan: Plan) -> int:
    """Column with the notes of Tendencias."""
    return point_column(plan, plan.capacity) + 1


#: Above the table: the row of the sheet that the chart shows, and facts of it; the chart is beside them.
CHOICE_ROW, NAME_ROW, FACT_ROW = 5, 6, 7
INDEX_ROW, INTERCEPT_ROW = FACT_ROW + len(SUMMARY), FACT_ROW + len(SUMMARY) + 1
CHART_TOP, CHART_BOTTOM = 5, _FIRST[TENDENCIAS] - 2


class TrendHelp(IntEnum):
    """Rows below the table of Tendencias: single values first, in column A; then by period, under the points."""

    STEADY, CATALOGS, PLACE, MONTH, TIME, WHOLE, BEFORE, DATE, FIGURE, LINE = range(10)


#: What each of them says.
TREND_HELP_TEXTS = {
    TrendHelp.STEADY: "Una serie que varía menos que esto por su mayor cifra no varía: es redondeo",
    TrendHelp.CATALOGS: "Los periodos son de más de un catálogo de cuentas (1 sí)",
    TrendHelp.PLACE: "Lugar en el tiempo, como en Horizontal; −1 en una columna sin periodo",
    TrendHelp.MONTH: "Mes",
    TrendHelp.TIME: "Años desde el primer periodo",
    TrendHelp.WHOLE: "Ingresos y gastos: el periodo está completo (1 sí)",
    TrendHelp.BEFORE: "Ingresos y gastos: posición del acumulado que se resta; 0, nada; #N/A, no está o no aplica",
    TrendHelp.DATE: "Gráfico: fin del periodo, en años (2011 es el 31 de diciembre de 2011)",
    TrendHelp.FIGURE: "Gráfico: cifra",
    TrendHelp.LINE: "Gráfico: recta ajustada",
}


def trend_help_heading() -> int:
    """Heading over the helpers of Tendencias."""
    return table(TENDENCIAS)[1] + 2


def trend_help_row(what: TrendHelp) -> int:
    """Row of a helper on Tendencias."""
    return trend_help_heading() + 1 + what


# --- what must still be in its place


def anchors(sheet: str) -> dict[tuple[int, int], str]:
    """Texts by (row, column) that show that nobody put rows or columns into a sheet."""
    found = {(row, CODE): key for key, row in rows(sheet).items()}
    if sheet == HORIZONTAL:
        found |= {(help_row(what), NAME): text for what, text in HELP_TEXTS.items()}
        found |= {(row, CODE): key for key, row in flag_rows().items()}
    if sheet == TENDENCIAS:
        found |= {(trend_help_row(what), NAME): text for what, text in TREND_HELP_TEXTS.items()}
    return found
