"""Ranges of cells as spreadsheets hand them over, read as charts and columns without touching every cell.

A column of codes is read once and remembered: the cells of one sheet ask for the same accounts again and again. The
figures of a column are cleaned only where something looks at them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from xl_perlas.balance import normalise_code
from xl_perlas.catalogs import Choice, choose
from xl_perlas.chart import Chart, Column
from xl_perlas.figures import Unreadable, parse_figure

Rows: TypeAlias = Sequence[Sequence[object]]

#: What a spreadsheet shows for an error, by the number of Excel's CVErr.
ERRORS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
}  # fmt: skip
NOT_AVAILABLE, DIVISION_BY_ZERO, BAD_VALUE, BAD_NUMBER = "#N/A", "#DIV/0!", "#VALUE!", "#NUM!"

_ERROR_TEXTS = frozenset(ERRORS.values())
_COM_ERROR = -2146828288  # COM delivers CVErr(n) as the integer _COM_ERROR + n; a real figure arrives as a float
_BLOCK = 4096
_first: Callable[[Sequence[object]], object] = itemgetter(0)
_PLAIN = frozenset((float, type(None)))


class ErrorCell(Exception):
    """A cell that the result rests on holds this error: the result is the same error."""


def rows_of(argument: object) -> Rows | None:
    """The rows of an argument; None when it was left out, or is one blank cell. A flat list is one column."""
    if argument is None:
        return None
    if not isinstance(argument, list | tuple):
        rows: Rows = ((argument,),)
    elif argument and isinstance(argument[0], list | tuple):
        rows = argument
    else:
        rows = [(cell,) for cell in argument]
    if not rows or (len(rows) == 1 and len(rows[0]) == 1 and is_blank(rows[0][0])):
        return None
    return rows


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing that one can see."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def used_rows(rows: Rows) -> int:
    """Rows up to the last one whose first cell holds something: whole columns are a million rows of nothing."""
    end = len(rows)
    while end > _BLOCK and not any(map(_first, rows[end - _BLOCK : end])):
        end -= _BLOCK
    while end and not rows[end - 1][0]:
        end -= 1
    return end


def error_text(cell: object) -> str:
    """The error that a cell holds (`#REF!` …), or nothing. Errors with no number of their own count as `#N/A`."""
    if type(cell) is int and 2000 <= cell - _COM_ERROR < 2100:
        return ERRORS.get(cell - _COM_ERROR, NOT_AVAILABLE)
    if isinstance(cell, str) and cell.lstrip()[:1] in ("#", "E"):
        text = cell.strip()
        if text in _ERROR_TEXTS:
            return text
        found = parse_figure(text)
        if isinstance(found, Unreadable) and found.code in ("B24", "B27"):
            return NOT_AVAILABLE
    return ""


def figure(cell: object) -> float | None:
    """The figure in a cell, in the currency of the balance; None when blank, NaN when it cannot be read."""
    if type(cell) is float:
        return cell
    read = math.nan if error_text(cell) else parse_figure(cell)
    return math.nan if isinstance(read, Unreadable) else read


class Figures(Sequence[Any]):
    """The figures of a column, each read from its cell when it is asked for.

    A code that stands in several rows has the figure they agree on; where they differ it cannot be read.
    """

    __slots__ = ("_cells", "_repeated")

    def __init__(self, cells: Sequence[object], repeated: Mapping[int, tuple[object, ...]]):
        self._cells, self._repeated = cells, repeated

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, row: Any) -> Any:
        if row in self._repeated:
            return _agreed(self._repeated[row])
        return figure(self._cells[row])

    def error(self, row: int) -> str:
        """The error in the cell of a row, or nothing."""
        return next(filter(None, map(error_text, self.cells(row))), "")

    def cells(self, row: int) -> tuple[object, ...]:
        """The cells that give the figure of a row: one, unless the code is repeated."""
        return self._repeated.get(row, (self._cells[row],))


def _agreed(cells: tuple[object, ...]) -> float | None:
    figures = [value for value in map(figure, cells) if value is not None]
    if not figures:
        return None
    return figures[0] if all(value == figures[0] for value in figures) else math.nan


@dataclass(frozen=True, eq=False)
class Accounts:
    """A column of codes, read.

    `rows[i]` is the row in the range of `chart.codes[i]` (the first, when the code is repeated: `repeated` has them
    all); `failed` the rows whose code is an error; `header` how many rows stand above the first code.
    """

    chart: Chart
    rows: tuple[int, ...]
    repeated: Mapping[int, tuple[int, ...]]
    failed: tuple[tuple[int, str], ...]
    header: int

    @cached_property
    def _pick(self) -> Callable[[Sequence[object]], tuple[object, ...]]:
        get = itemgetter(*self.rows)
        return get if len(self.rows) > 1 else lambda cells: (get(cells),)

    def column(self, cells: Sequence[object]) -> Column:
        """The column of figures in `cells`, one a row of the range.

        Raises:
            ErrorCell: a row with a balance whose code is an error: nobody can tell which account that is.
        """
        for row, error in self.failed:
            if not is_blank(cells[row]):
                raise ErrorCell(error)
        picked: Any = self._pick(cells)
        if self.repeated or not _PLAIN.issuperset(map(type, picked)):
            picked = Figures(picked, {i: tuple(cells[r] for r in rows) for i, rows in self.repeated.items()})
        return Column(self.chart, picked)

    @cached_property
    def _choices(self) -> dict[tuple[str, tuple[int, ...]], Choice]:
        return {}

    def choice(self, catalog: str, years: tuple[int, ...]) -> Choice:
        """The catalogue of accounts: `catalog`, or the one that the codes show."""
        key = (catalog, years)
        if key not in self._choices:
            self._choices[key] = choose(catalog, self.chart.codes, years)
        return self._choices[key]


@lru_cache(maxsize=16)
def read_accounts(cells: tuple[object, ...]) -> Accounts:
    """Read a column of codes. Rows that hold no code (titles, totals, blanks) are passed over."""
    rows: dict[str, list[int]] = {}
    failed: list[tuple[int, str]] = []
    header = len(cells)
    for row, cell in enumerate(cells):
        code = normalise_code(cell)
        if code is not None:
            rows.setdefault(code, []).append(row)
            header = min(header, row)
        elif error := error_text(cell):
            failed.append((row, error))
    return Accounts(
        Chart(tuple(rows)),
        tuple(found[0] for found in rows.values()),
        {i: tuple(found) for i, found in enumerate(rows.values()) if len(found) > 1},
        tuple(failed),
        header,
    )
