"""Ranges of a Calc sheet as rows of cells, and results as Calc wants them.

Part of the extension; see `engine.py`. Reading is most of what a cell function costs in Calc: every row that crosses
from LibreOffice into Python is paid for, so ranges end where the sheet does and neighbours are read together.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

#: Calc's number of each error that has a name in every spreadsheet.
NUMBERS = {
    "#NULL!": 521, "#DIV/0!": 532, "#VALUE!": 519, "#REF!": 524, "#NAME?": 525, "#NUM!": 503, "#N/A": 32767,
}  # fmt: skip
_NAMES = {number: name for name, number in NUMBERS.items()}
BAD_VALUE, NOT_FOUND = "#VALUE!", "#NAME?"

_ERRORS = 4  # com.sun.star.sheet.FormulaResult.ERROR
_SHORT = 256  # rows that are not worth asking where the sheet ends
_WASTE = 100_000  # rows of a value that were copied, one by one, for the sake of a few
_LOOKED_AT = 2000  # error cells whose own error is asked for

if TYPE_CHECKING:
    Rows = Sequence[tuple[Any, ...]]


def error(name: str) -> float:
    """The number that Calc shows as the error `name`: a NaN whose low half is the error's number."""
    packed = struct.pack("<Q", 0x7FF8000000000000 | NUMBERS[name])
    return float(struct.unpack("<d", packed)[0])


_MARKS = {name: error(name) for name in NUMBERS}


def result(value: Any) -> Any:
    """A result as one cell holds it: numbers as floats, the texts of errors as errors."""
    if isinstance(value, str):
        return _MARKS.get(value, value)
    if value is None:
        return ""
    number = float(value)
    return number if math.isfinite(number) else _MARKS["#NUM!"]


def table(value: Any) -> tuple[tuple[Any, ...], ...]:
    """A table as Calc takes it: rows of one length. What is no table fills one cell."""
    if not isinstance(value, (list, tuple)) or not value:
        return ((result("" if isinstance(value, (list, tuple)) else value),),)
    width = max(map(len, value))
    return tuple(tuple(map(result, row)) + ("",) * (width - len(row)) for row in value)


# --- arguments


def read(arguments: Sequence[Any], is_range: Sequence[bool]) -> tuple[Any, ...]:
    """The arguments as the functions take them: ranges as rows.

    What may be left out comes from Calc as a value: nothing, a number, a text or rows. Calc gives 0 for a blank cell
    there, so 0 counts as left out: it is no text of options, and no balance of a whole chart.
    """
    ranges = {i: _Range(a) for i, a in enumerate(arguments) if is_range[i] and a is not None}
    values = {i: None if _is_nothing(a) else a for i, a in enumerate(arguments) if i not in ranges}
    held = list(ranges.values())
    _trim(held, values)
    rows = iter(_rows(held))
    return tuple(next(rows) if i in ranges else values[i] for i in range(len(arguments)))


def is_wasteful(arguments: Sequence[Any]) -> bool:
    """Whether a whole column came as a value, which Calc copies before anybody can say where the sheet ends."""
    return any(isinstance(a, tuple) and len(a) > _WASTE for a in arguments)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value == 0)


class _Range:
    """A range, and how many of its rows and columns are worth reading."""

    def __init__(self, cells: Any):
        self.cells, self.address = cells, cells.getRangeAddress()
        self.height: int = self.address.EndRow - self.address.StartRow + 1
        self.width: int = self.address.EndColumn - self.address.StartColumn + 1
        self.full = (self.height, self.width)

    @property
    def sheet(self) -> Any:
        return self.cells.getSpreadsheet()

    def read(self) -> Rows:
        part = self.cells
        if (self.height, self.width) != self.full:
            part = part.getCellRangeByPosition(0, 0, self.width - 1, self.height - 1)
        return _read(part)


def _trim(ranges: list[_Range], values: dict[int, Any]) -> None:
    """Leave out what lies below and beyond everything in use; whole columns are a million rows of nothing.

    Ranges of different length stay so, and whoever compares them sees that they were. A value that is as long as the
    ranges is cut like them.
    """
    if all(r.height <= _SHORT and r.width <= _SHORT for r in ranges):
        return
    rows = columns = 1
    for r in ranges:
        cursor = r.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.getRangeAddress()
        rows = max(rows, end.EndRow - r.address.StartRow + 1)
        columns = max(columns, end.EndColumn - r.address.StartColumn + 1)
    lengths = {r.height for r in ranges}
    shortest = min(lengths)
    for r in ranges:
        r.height = min(r.height, rows + (r.height > shortest))
        r.width = min(r.width, columns)
    for i, value in values.items():
        if isinstance(value, tuple) and lengths == {len(value)}:
            values[i] = value[:rows]


def _rows(ranges: list[_Range]) -> list[Rows]:
    """The rows of each range; ranges that touch are read at once.

    Nothing between them is read: it may be the very cell that is being calculated.
    """
    left = min((r.address.StartColumn for r in ranges), default=0)
    covered = {c for r in ranges for c in range(r.address.StartColumn, r.address.StartColumn + r.width)}
    level = {(r.address.Sheet, r.address.StartRow, r.height) for r in ranges}
    if len(ranges) < 2 or len(level) > 1 or len(covered) <= max(covered) - left:
        return [r.read() for r in ranges]
    top, bottom = ranges[0].address.StartRow, ranges[0].address.StartRow + ranges[0].height - 1
    block = _read(ranges[0].sheet.getCellRangeByPosition(left, top, max(covered), bottom))
    spans = [(r.address.StartColumn - left, r.address.StartColumn - left + r.width) for r in ranges]
    return [[row[begin:end] for row in block] for begin, end in spans]


def _read(part: Any) -> Rows:
    """The cells of a range; errors as their texts."""
    rows: Rows = part.getDataArray()
    return _with_errors(part, rows) if None in chain.from_iterable(rows) else rows


def _with_errors(part: Any, rows: Rows) -> Rows:
    """`rows` with the names of the errors where Calc gives nothing for them."""
    cells = [list(row) for row in rows]
    sheet, at = part.getSpreadsheet(), part.getRangeAddress()
    seen, name = 0, BAD_VALUE
    for area in part.queryFormulaCells(_ERRORS).getRangeAddresses():
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                if seen < _LOOKED_AT:  # a column of thousands of errors has one cause
                    name = error_name(sheet.getCellByPosition(column, row).getError()) or BAD_VALUE
                    seen += 1
                cells[row - at.StartRow][column - at.StartColumn] = name
    return [tuple(row) for row in cells]


def error_name(number: int) -> str | None:
    """The name of Calc's error `number`; those that other programs do not know count as `#VALUE!`. None for 0."""
    return _NAMES.get(number, BAD_VALUE) if number else None
