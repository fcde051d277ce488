"""Workbooks read once: a test that only looks need not wait for the file to be parsed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import openpyxl

from xl_perlas.workbook.cellxml import Cell, to_serial
from xl_perlas.workbook.inputs import read_plan
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.sheetxml import Sheet

#: What is made of a file.
Read = TypeVar("Read")


def _once(read: Callable[[Path], Read]) -> Callable[[Path], Read]:
    """What `read` makes of a file, kept until the file is another."""

    @lru_cache(maxsize=6)
    def kept(path: Path, *_version: int) -> Read:
        return read(path)

    @wraps(read)
    def shared(path: Path) -> Read:
        status = path.stat()
        return kept(path, status.st_mtime_ns, status.st_size)

    return shared


@_once
def opened(path: Path) -> Any:
    """The workbook at `path` with formulas and looks, as openpyxl reads it. It is shared: look, do not change."""
    return openpyxl.load_workbook(path)


@_once
def package(path: Path) -> Package:
    """The workbook at `path` as this program reads it. It is shared: look, do not change."""
    return Package.open(path)


@_once
def plan_of(path: Path) -> Plan:
    """Where everything is in the PERLAS workbook at `path`."""
    return read_plan(package(path))


class ShownBook:
    """What the cells of a workbook show, sheet by sheet: a fifth of the time of reading its looks too."""

    def __init__(self, path: Path):
        self._book = package(path)

    def __getitem__(self, name: str) -> ShownSheet:
        return ShownSheet(self._book.sheet(name))


class ShownSheet:
    """The cells of a sheet by place, or by row and column from 1."""

    def __init__(self, sheet: Sheet):
        self._sheet = sheet
        self.max_row = sheet.last_row

    def __getitem__(self, place: str) -> Cell:
        return self._sheet.cell(place)

    def rows(self, area: str) -> list[list[Any]]:
        """The values of a range, by rows."""
        return self._sheet.values(area)

    def cell(self, row: int, column: int) -> Cell:
        """The cell of a row and a column."""
        return self._sheet.cell(ref(column, row))


def stored(path: Path, places: Iterable[tuple[str, int, int]]) -> list[Any]:
    """What the file holds in cells (sheet, row, column), as LibreOffice gives it: dates as numbers, blanks as ""."""
    book, found = package(path), []
    for sheet, row, column in places:
        value = book.sheet(sheet).cell(ref(column, row)).value
        found.append(to_serial(value) if isinstance(value, dt.date) else "" if value is None else value)
    return found


def spoil(path: Path, places: Iterable[tuple[str, int, int]]) -> None:
    """Deliberately wrong results in cells with formulas: what is right afterwards was really recalculated."""
    book = Package.open(path)
    for sheet, row, column in places:
        assert book.sheet(sheet).set_cached(ref(column, row), 123456.0), (sheet, row, column)
    book.save()
