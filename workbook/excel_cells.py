"""Cells as Excel gives and takes them through xlwings, and rectangles of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from xl_perlas.udfs.ranges import ERRORS as CELL_ERRORS
from xl_perlas.workbook.cellxml import ErrorValue, Value, column_name

#: COM gives the error of a cell as this plus its number (2042: #N/A); numbers of cells are never integers there.
_COM_ERROR = -2146828288

#: Texts that Excel takes for truth values, in the languages of those who use this program.
_TRUTH = frozenset({"true", "false", "verdadero", "falso", "verdadeiro"})
#: Words without figures: Excel cannot take them for a number, a date or a formula.
_WORDS = re.compile(r"[^\W\d_]\D*")


# --- what Excel gives


def as_rows(values: Any, rows: int) -> Sequence[Sequence[Any]] | None:
    """Values of an area as rows: of one cell, engines give the cell; of one row or one column, some give a list."""
    if values is None:
        return None
    if not isinstance(values, (list, tuple)):
        return [[values]]
    if isinstance(values[0], (list, tuple)):
        return values
    return [values] if rows == 1 else [[value] for value in values]


def plain_value(value: object) -> Value:
    """A value of xlwings or COM as `sheetxml.Sheet.cell` gives it."""
    if value is None or isinstance(value, (bool, float, str)):
        return value
    if isinstance(value, int):
        is_error = value < _COM_ERROR + 10_000
        return ErrorValue(CELL_ERRORS.get(value - _COM_ERROR, "#VALUE!")) if is_error else float(value)
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    return float(value) if isinstance(value, Decimal) else str(value)


class Names(Mapping[str, str]):
    """The defined names of a workbook, each read when it is asked for: some workbooks hold thousands."""

    def __init__(self, names: Any):
        self._names = names

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return str(self._names[name].refers_to or "").removeprefix("=")

    def __iter__(self) -> Iterator[str]:
        return (str(name.name) for name in self._names)

    def __len__(self) -> int:
        return len(self._names)


def said(error: Exception) -> str:
    """The sentence in an error of Excel, which comes with numbers around it."""
    details = error.args[2] if len(error.args) > 2 else None
    text = details[2] if isinstance(details, tuple) and len(details) > 2 else None
    return str(text or error or type(error).__name__).strip().rstrip(".")


# --- what Excel takes


def typed_text(text: str) -> str:
    """What to type into a cell so that it holds `text` and nothing else, in any language of Excel.

    A leading apostrophe makes Excel take the rest as text and is no part of it; without one, `=1+1` would become a
    formula, `2011` a number and `#N/A` an error. Only words without figures go without.
    """
    return text if _WORDS.fullmatch(text) and text.casefold() not in _TRUTH else "'" + text


def typed_value(kind: str, text: str) -> object:
    """A value encoded by `cellxml.encode` (kind "" for a blank), as it is typed into a cell; "" empties it."""
    return "" if kind == "" else typed_text(text) if kind == "str" else decoded(kind, text)


def decoded(kind: str, text: str) -> Value:
    """A value encoded by `cellxml.encode` (kind "" for a blank), as a cell gives it back."""
    if kind == "":
        return None
    if kind == "n":
        return float(text)
    if kind == "b":
        return text == "1"
    return ErrorValue(text) if kind == "e" else text


# --- areas


class Area(NamedTuple):
    """A rectangle of cells, rows and columns from 1."""

    top: int
    left: int
    bottom: int
    right: int


def address(area: Area) -> str:
    """`A1:P9`."""
    return f"{column_name(area.left)}{area.top}:{column_name(area.right)}{area.bottom}"


def cells_of(area: Area) -> list[list[tuple[int, int]]]:
    """Row and column of each cell of an area."""
    return [[(r, c) for c in range(area.left, area.right + 1)] for r in range(area.top, area.bottom + 1)]


def rectangles(cells: Mapping[tuple[int, int], object]) -> list[Area]:
    """Areas that cover the cells and nothing else: neighbours in a row, and equal stretches of rows one below."""
    stretches: list[Area] = []
    for row, column in sorted(cells):
        last = stretches[-1] if stretches else None
        if last and last.top == row and last.right == column - 1:
            stretches[-1] = last._replace(right=column)
        else:
            stretches.append(Area(row, column, row, column))
    found: dict[tuple[int, int, int], Area] = {}  # by columns and the row below
    for area in stretches:
        above = found.pop((area.left, area.right, area.top), area)
        found[area.left, area.right, area.bottom + 1] = above._replace(bottom=area.bottom)
    return sorted(found.values())


def spans(columns: Mapping[int, bool]) -> Iterator[tuple[Area, bool]]:
    """Neighbouring columns with the same answer."""
    for answer in (False, True):
        for area in rectangles({(1, c): None for c, hidden in columns.items() if hidden is answer}):
            yield area, answer


def runs(pairs: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[tuple[Area, Area]]:
    """Source and target areas of (target, source) cells: neighbours in both go together."""
    by_move: dict[tuple[int, int], dict[tuple[int, int], None]] = {}
    for target, source in pairs:
        by_move.setdefault((target[0] - source[0], target[1] - source[1]), {})[target] = None
    for (down, across), targets in by_move.items():
        for area in rectangles(targets):
            yield Area(area.top - down, area.left - across, area.bottom - down, area.right - across), area
