"""A workbook open with xlwings Lite, without Excel: the engine below xlwings' classes, as its documentation tells.

Values are there when the script starts, and changes are kept until it ends; here they are seen at once. There is no
object of Excel behind `api`, no message box, no status bar, no calculation mode, and formulas cannot be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import xlwings
from openexcel import Excel, SheetState, typed
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel
from xlwings import base_classes as base

from xl_perlas.workbook.cellxml import ERRORS


def lite_book(excel: Excel) -> Any:
    """The workbook of `excel`, whose sheets must not be protected, as the `xlwings.Book` that a script gets."""
    return xlwings.Book(impl=_Book(excel))


class _Engine:
    name, type = "excel", "remote"

    @staticmethod
    def clean_value_data(
        data: list[list[Any]], dates: Callable[..., Any], empty: Any, number: Callable[..., Any] | None, errors: bool
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value == "":
                return empty
            return None if not errors and isinstance(value, str) and value in ERRORS else value

        return [[clean(value) for value in row] for row in data]


class _App(base.App):
    engine, pid = _Engine(), 1


class _Book(base.Book):
    api = property(lambda self: {})

    def __init__(self, excel: Excel):
        self.excel = excel

    name = property(lambda self: self.excel.name)
    app = property(lambda self: _App())
    sheets = property(lambda self: _Sheets(self))
    names = property(lambda self: _Names(self.excel))


class _Names:
    def __init__(self, excel: Excel):
        self.texts = excel.names

    def contains(self, name: str) -> bool:
        return name in self.texts

    def __call__(self, name: str) -> Any:
        return SimpleNamespace(name=name, refers_to=self.texts[name])


class _Sheets(base.Sheets):
    def __init__(self, book: _Book):
        self.book = book

    def __len__(self) -> int:
        return len(self.book.excel.sheets)

    def __iter__(self) -> Iterator[_Sheet]:
        return (_Sheet(self.book, name) for name in self.book.excel.sheets)

    def __call__(self, name: str) -> _Sheet:
        return _Sheet(self.book, name)


class _Sheet(base.Sheet):
    api = property(lambda self: {})

    def __init__(self, book: _Book, name: str):
        self._book, self._name, self.state = book, name, book.excel.sheets[name]
        assert self.state.protection is None, "xlwings Lite cannot write to protected sheets"

    name = property(lambda self: self._name)
    book = property(lambda self: self._book)
    index = property(lambda self: list(self._book.excel.sheets).index(self._name) + 1)

    def range(self, first: Any, last: Any = None) -> _Range:
        left, top, right, bottom = (n or 1 for n in range_boundaries(first))
        return _Range(self, top, left, bottom, right)

    @property
    def used_range(self) -> _Range:
        """Cells with values only."""
        filled = list(self.state.cells) or [(1, 1)]
        return _Range(self, 1, 1, max(row for row, _ in filled), max(column for _, column in filled))


class _Range(base.Range):
    api = property(lambda self: {"not": "Excel's"})

    def __init__(self, sheet: _Sheet, top: int, left: int, bottom: int, right: int):
        self._sheet, self.state = sheet, sheet.state
        self._coords = (sheet.name, top, left, bottom - top + 1, right - left + 1)

    coords = property(lambda self: self._coords)
    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.coords[1])
    column = property(lambda self: self.coords[2])
    shape = property(lambda self: self.coords[3:])

    def __len__(self) -> int:
        return int(self.coords[3] * self.coords[4])

    def _places(self) -> list[list[tuple[int, int]]]:
        _, top, left, rows, columns = self.coords
        return [[(r, c) for c in range(left, left + columns)] for r in range(top, top + rows)]

    @property
    def raw_value(self) -> list[list[Any]]:
        return [[_given(self.state, *place) for place in row] for row in self._places()]

    @raw_value.setter
    def raw_value(self, rows: list[list[Any]]) -> None:
        self._sheet.book.excel.changing()
        for places, entries in zip(self._places(), rows, strict=True):
            for place, entry in zip(places, entries, strict=True):
                assert entry is None or isinstance(entry, (bool, int, float, str)), "not JSON"
                self.state.put(*place, typed(entry, self.state.formats.get(place, "General")))

    def _set_hidden(self, hidden: bool) -> None:
        columns = set(range(self.coords[2], self.coords[2] + self.coords[4]))
        self.state.hidden = self.state.hidden | columns if hidden else self.state.hidden - columns

    column_hidden = property(base.Range.column_hidden.fget, _set_hidden)


def _given(state: SheetState, row: int, column: int) -> Any:
    value = state.at(row, column).value
    if value is None:
        return ""
    look = state.formats.get((row, column), "General")
    if isinstance(value, float) and is_date_format(look) and 1 <= value < 2_958_466:
        moment = from_excel(value)
        return moment if isinstance(moment, dt.datetime) else value
    return str(value) if isinstance(value, str) else value
