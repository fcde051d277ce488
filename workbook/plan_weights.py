"""Where weights stand on sheet Pesos: a table in the rows of Indicadores, random indices, and one block a group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xl_perlas.workbook.native_weights import MOST, passes
from xl_perlas.workbook.plan import Plan, ref, span
from xl_perlas.workbook.plan_ahp import MatrixRows, groups

ID, NAME = 1, 2
#: Of the table on top: weight of the component and inside it; the product from the add-in, natively, and compared.
COMPONENT, LOCAL, ADDIN, NATIVE, DIFFERENCE, NOTE = 3, 4, 5, 6, 7, 8
#: Of a block, besides ADDIN, NATIVE and DIFFERENCE: what its weights come from.
GIVEN, QUOTIENT, VECTOR, GEOMETRIC, COLUMN_MEAN, PRODUCT, ROW_MEAN = 3, 4, 8, 9, 10, 11, 12
#: Of a block's summary: two columns for its state, then these.
COMPARED, MISSING, LAMBDA, INDEX, RANDOM, RATIO, LINKED, FULL = 3, 4, 5, 8, 9, 10, 13, 14
LAST = 14
#: Tables begin here, each with a column of names before it and a free one after it.
FIRST_TABLE = 16
JUDGEMENTS, SHARES, HARKER, FIRST_POWER = 0, 1, 2, 3

#: Rows of the table of random indices before its first size: section, headings, coefficient.
_RANDOM_HEAD = 3
SIZE, FIRST_RANDOM = 2, 3
#: Rows of a block besides its criteria: title, labels, summary, headings, sums of columns, and two free.
_BLOCK_EXTRA = 7


def total_row(plan: Plan) -> int:
    """Row with the sums of the table on top."""
    return plan.indicator_last_row + 1


def random_section_row(plan: Plan) -> int:
    """Heading of the table of random indices."""
    return total_row(plan) + 2


def coefficient_row(plan: Plan) -> int:
    """Row with the coefficient of the random indices that a formula gives."""
    return random_section_row(plan) + 2


def random_first_row(plan: Plan) -> int:
    """Row with the random indices of one element."""
    return random_section_row(plan) + _RANDOM_HEAD


def random_last_row(plan: Plan) -> int:
    """Row with the last of the random indices."""
    return random_first_row(plan) + MOST - 1


def method_row(plan: Plan) -> int:
    """Row with the place of the method in use; that of the random-index table is the next one."""
    return random_last_row(plan) + 1


def table_row(plan: Plan) -> int:
    """Row with the place of the random-index table in use."""
    return method_row(plan) + 1


@dataclass(frozen=True)
class Block(MatrixRows):
    """One group: its weights in columns A to M, and the tables that they come from to the right."""

    @property
    def sums_row(self) -> int:
        """Row with the sums of columns."""
        return self.last_row + 1

    @property
    def powers(self) -> range:
        """Tables of powers."""
        return range(FIRST_POWER, FIRST_POWER + passes(self.size))

    def names_column(self, table: int) -> int:
        """Column with the criteria beside a table."""
        return self.table_column(table) - 1

    def table_column(self, table: int) -> int:
        """First column of a table."""
        return FIRST_TABLE + 1 + table * (self.size + 2)

    def cell(self, table: int, i: int, j: int) -> str:
        """A cell of a table."""
        return ref(self.table_column(table) + j, self.first_row + i)

    def area(self, table: int) -> str:
        """Range of a table's cells."""
        column = self.table_column(table)
        return span(column, self.first_row, self.last_row, column + self.size - 1)

    def named_area(self, table: int) -> str:
        """Range of a table with its criteria over it and beside it."""
        column = self.table_column(table)
        return span(column - 1, self.header_row, self.last_row, column + self.size - 1)

    def row_of(self, table: int, row: int, *, fix_row: bool = False) -> str:
        """Range of one row of a table."""
        first = self.table_column(table)
        start, end = (ref(c, row, fix_column=True, fix_row=fix_row) for c in (first, first + self.size - 1))
        return f"{start}:{end}"

    def column_of(self, table: int, j: int) -> str:
        """Range of one column of a table."""
        column = self.table_column(table) + j
        return f"{ref(column, self.first_row, fix_row=True)}:{ref(column, self.last_row, fix_row=True)}"

    def peak(self, table: int) -> str:
        """Cell with the greatest cell of a table."""
        return ref(self.table_column(table), self.summary_row, fix_column=True, fix_row=True)

    def summary(self, column: int) -> str:
        """A cell of the summary."""
        return ref(column, self.summary_row, fix_column=True, fix_row=True)

    def values(self, column: int) -> str:
        """Range of the criteria's values in one of the columns A to M."""
        return span(column, self.first_row, self.last_row)


def blocks(plan: Plan) -> Iterator[Block]:
    """The groups, from top to bottom."""
    row = table_row(plan) + 3
    for group, criteria in groups(plan).items():
        yield Block(group, criteria, row)
        row += len(criteria) + _BLOCK_EXTRA


def places(plan: Plan) -> dict[str, int]:
    """Row of each component and indicator in its block."""
    return {key: block.first_row + i for block in blocks(plan) for i, key in enumerate(block.criteria)}
