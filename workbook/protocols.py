"""What reading inputs and writing results need of a workbook, be it a file or open in Excel.

`package.Package` and `sheetxml.Sheet` are the file; `open_book.OpenBook` and `OpenSheet` the workbook open in Excel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from xl_perlas.workbook.cellxml import Cell


class SheetLike(Protocol):
    """The cells of one sheet. References are like `B7`, ranges like `A1:P9`; reading sees what was set before."""

    name: str

    @property
    def last_row(self) -> int:
        """Number of the last row in use, 0 when there is none."""
        ...

    def cell(self, ref: str) -> Cell:
        """The cell at `ref`; blank where the sheet holds none."""
        ...

    def rows(self, area: str) -> Sequence[Sequence[Cell]]:
        """The cells of the range `area`, blank ones included."""
        ...

    def set_value(self, ref: str, value: object) -> None:
        """Make the cell hold `value`: text is text, whatever it begins with; None empties it."""
        ...

    def set_cached(self, ref: str, value: object) -> bool:
        """Say what the formula in the cell gives. False where there is no formula."""
        ...

    def set_style(self, ref: str, *, style_of: str) -> None:
        """Give the cell the style of the cell `style_of` of the same sheet."""
        ...

    def hide_columns(self, first: str, last: str, hidden: bool) -> None:
        """Hide or show the columns `first` to `last` (letters)."""
        ...

    def set_row_height(self, row: int, height: float | None) -> None:
        """Give a row in use a height in points; None leaves it to the program."""
        ...


class BookLike(Protocol):
    """A workbook: its name for messages, its defined names and its sheets."""

    @property
    def file(self) -> str:
        """Name of the file, without folder."""
        ...

    @property
    def defined_names(self) -> Mapping[str, str]:
        """What each name of the workbook stands for, without `=`."""
        ...

    def sheet(self, name: str) -> SheetLike:
        """The sheet called `name`.

        Raises:
            PerlasError: there is none (L04).
        """
        ...
