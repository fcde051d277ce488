"""Where everything stands on sheet Detalle: the choice on top, its accounts below, the list they come from beside."""

from __future__ import annotations

from xl_perlas.workbook.plan import Plan, ref, span

PART, CODE, ACCOUNT, PERIOD, COEFFICIENT, BALANCE, AMOUNT, LISTED = range(1, 9)
INDICATOR_ROW, PERIOD_ROW = 5, 6
(NAME_ROW, WORDS_ROW, SOURCE_ROW, NOTE_ROW, UNLISTED_ROW, NUMERATOR_ROW, DENOMINATOR_ROW, VALUE_ROW, OTHER_ROW,
 SAME_ROW) = range(7, 17)  # fmt: skip
POSITION_ROW, FIRST_TERM_ROW, COUNT_ROW, KIND_ROW, MATRIX_ROW = 5, 6, 7, 8, 9
VALUE, HELPER = 3, 8
HEADER = 18
FIRST_ROW = HEADER + 1
ROWS = 700

#: The list of accounts of every indicator, to the right: what the rows above choose from. The longest definitions have
#: 656 accounts in one indicator and 2,672 in all; an entity may add its own.
LIST_HEADER = 5
LIST_FIRST = LIST_HEADER + 1
LIST_ROWS = 3600
INDICATOR, KIND, UNLISTED, TERM, TERM_PART, TERM_CODE, LAG, WEIGHT, YEARLY = range(11, 20)

#: Of an account: it is not in the chart, it has no figure, it has one.
LISTED_WORDS = ("no figura", "en blanco", "figura")


def fixed(row: int, column: int = VALUE) -> str:
    """A cell of the summary or, in column `HELPER`, of what helps it."""
    return ref(column, row, fix_column=True, fix_row=True)


def listed(column: int) -> str:
    """A column of the list."""
    return span(column, LIST_FIRST, LIST_FIRST + LIST_ROWS - 1)


def index_last(plan: Plan) -> int:
    """Last row of the indicators beside the list."""
    return LIST_FIRST + len(plan.indicators) - 1
