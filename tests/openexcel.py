"""A workbook open in Excel, without Excel: what COM does with cells, below xlwings' own Windows classes.

    excel = Excel.open("libro.xlsx")
    book = excel.book()                      # an xlwings.Book: everything above COM is xlwings' code
    excel.sheets["Catálogo"].cells[8, 3]     # what the cell holds now

Typing into cells, reading them back, protection and hidden columns follow what Excel documents. Formulas keep the
results they were saved with: nothing is computed, but every request to compute is kept in `excel.calculated`.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import classic_host
import openpyxl
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel, to_excel

from xl_perlas.workbook.cellxml import ERRORS, ErrorValue

AUTOMATIC, MANUAL = -4105, -4135
COM_ERRORS = classic_host.COM_ERRORS

#: A number as people write it, in either language: typed into a cell, such a text becomes one.
_NUMBER = re.compile(r"[-+]?[$€]?\s*(\d[\d.,  ]*|[.,]\d+)(e[-+]?\d+)?\s*%?", re.I)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?( \d{1,2}:\d\d(:\d\d)?)?|\d{1,2}:\d\d(:\d\d)?|[a-z]{3,10}[-. /]\d+", re.I
)


class Held(NamedTuple):
    """A cell: what it shows (None, bool, float, str, ErrorValue), and its formula with `=`."""

    value: object = None
    formula: str | None = None


BLANK = Held()
#: Result of a formula that nobody has computed yet.
NOT_YET = 0.0


def typed(entry: object, number_format: str) -> Held:
    """What a cell holds after something was typed into it, or assigned to its Value."""
    if entry is None or entry == "":
        return BLANK
    if isinstance(entry, bool):
        return Held(entry)
    if isinstance(entry, dt.date):
        return Held(float(to_excel(entry)))
    if not isinstance(entry, str):
        return Held(float(entry))  # type: ignore[arg-type]
    if entry.startswith("'"):
        return Held(entry[1:])
    if number_format == "@":
        return Held(entry)
    if entry.startswith(("=", "@")) or (entry[0] in "+-" and not _NUMBER.fullmatch(entry) and len(entry) > 1):
        return Held(NOT_YET, entry if entry.startswith("=") else f"={entry}")
    if entry in ERRORS:
        return Held(ErrorValue(entry))
    if entry.strip().lower() in ("true", "verdadero", "false", "falso"):
        return Held(entry.strip().lower() in ("true", "verdadero"))
    if _NUMBER.fullmatch(entry.strip()):
        return Held(float(re.sub(r"\D", "", entry)))
    return Held(1.0) if _DATE.fullmatch(entry.strip()) else Held(entry)


@dataclass
class SheetState:
    """One sheet: cells, their number formats and which are open for typing, its protection and hidden columns."""

    cells: dict[tuple[int, int], Held] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    unlocked: set[tuple[int, int]] = field(default_factory=set)
    extent: tuple[int, int] = (1, 1)
    hidden: set[int] = field(default_factory=set)
    protection: dict[str, bool] | None = None
    password: str = ""

    def put(self, row: int, column: int, held: Held) -> None:
        if held == BLANK:
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = held
            self.extent = max(self.extent[0], row), max(self.extent[1], column)

    def copy(self) -> SheetState:
        """The same sheet; cells and formats are never changed, only replaced."""
        return replace(
            self, cells=dict(self.cells), formats=dict(self.formats), unlocked=set(self.unlocked),
            hidden=set(self.hidden), protection=self.protection and dict(self.protection),
        )  # fmt: skip

    def at(self, row: int, column: int) -> Held:
        return self.cells.get((row, column), BLANK)


class Excel:
    """Excel with one workbook open."""

    def __init__(self, name: str, sheets: dict[str, SheetState], names: dict[str, str]):
        self.name, self.sheets, self.names = name, sheets, names
        self.settings: dict[str, object] = {
            "ScreenUpdating": True, "EnableEvents": True, "Calculation": AUTOMATIC, "StatusBar": False,
        }  # fmt: skip
        self.bar: list[object] = []  # everything the status bar showed
        self.calculated: list[str] = []
        self.saved = False
        self.calls = 0
        self.changes = 0
        self.refuse_from = self.refuse_to = 0  # changes of the workbook that Excel refuses, from 1; 0: none

    @classmethod
    def open(cls, path: Path, name: str = "perlas.xlsm") -> Excel:
        """The workbook in the file at `path`."""
        formulas, results = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        sheets = {sheet.title: _state(sheet, results[sheet.title]) for sheet in formulas}
        return cls(name, sheets, {n: f"={d.attr_text}" for n, d in formulas.defined_names.items()})

    def copy(self) -> Excel:
        """The same workbook, open once more."""
        return Excel(self.name, {name: sheet.copy() for name, sheet in self.sheets.items()}, dict(self.names))

    def book(self) -> Any:
        """The workbook as an `xlwings.Book`."""
        classic_host.load()
        xlwings = sys.modules["xlwings"]
        return xlwings.Book(impl=xlwings._xlwindows.Book(xl=_Workbook(self)))

    def picture(self) -> object:
        """Everything that must not change when something goes wrong."""
        return {name: sheet.copy() for name, sheet in self.sheets.items()}, dict(self.settings), dict(self.names)

    def called(self) -> None:
        """One call through COM."""
        self.calls += 1

    def changing(self) -> None:
        """One change of the workbook, which Excel may refuse."""
        self.changes += 1
        if self.refuse_from <= self.changes <= self.refuse_to:
            raise refused("Excel está ocupado.")


def refused(text: str) -> Exception:
    """How pywin32 tells an error of Excel."""
    return classic_host.ComError(-2147352567, "Ocurrió una excepción.", (0, "Microsoft Excel", text, None, 0, -1), None)


def _state(sheet: Any, results: Any) -> SheetState:
    state = SheetState(extent=(sheet.max_row, sheet.max_column))
    for row in sheet.iter_rows():
        for cell in row:
            place = (cell.row, cell.column)
            formula = str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else None
            state.put(*place, Held(_value(results[cell.coordinate]), formula))
            state.formats[place] = cell.number_format
            if not cell.protection.locked:
                state.unlocked.add(place)
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            first = range_boundaries(f"{letter}1")[0]
            state.hidden.update(range(column.min or first, (column.max or first) + 1))
    kept = sheet.protection
    if kept.sheet:
        state.protection = {
            "DrawingObjects": kept.objects, "Contents": True, "Scenarios": kept.scenarios, "UserInterfaceOnly": False,
            "AllowFormattingCells": not kept.formatCells, "AllowFormattingColumns": not kept.formatColumns,
            "AllowFormattingRows": not kept.formatRows, "AllowInsertingColumns": not kept.insertColumns,
            "AllowInsertingRows": not kept.insertRows, "AllowInsertingHyperlinks": not kept.insertHyperlinks,
            "AllowDeletingColumns": not kept.deleteColumns, "AllowDeletingRows": not kept.deleteRows,
            "AllowSorting": not kept.sort, "AllowFiltering": not kept.autoFilter,
            "AllowUsingPivotTables": not kept.pivotTables,
        }  # fmt: skip
    return state


def _value(cell: Any) -> object:
    value = cell.value
    if isinstance(value, bool) or value is None:
        return value
    if cell.data_type == "e":
        return ErrorValue(value)
    if isinstance(value, dt.date):
        return float(to_excel(value))
    return value if isinstance(value, str) else float(value)


# --- Excel's objects, as COM shows them


class _Com:
    """An object of Excel: each use of a member of it, whose names begin with a capital, is a call."""

    excel: Excel

    def __getattribute__(self, name: str) -> Any:
        if name[0].isupper():
            object.__getattribute__(self, "excel").called()
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            self.excel.called()
        object.__setattr__(self, name, value)


class _Application(_Com):
    Version, Hwnd = "16.0", 1

    def __init__(self, excel: Excel):
        self.excel = excel

    def __getattr__(self, name: str) -> object:
        try:
            return self.excel.settings[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        if name == "excel":
            object.__setattr__(self, name, value)
            return
        self.excel.called()
        assert name in self.excel.settings, name
        self.excel.settings[name] = value
        if name == "StatusBar":
            self.excel.bar.append(value)

    def Calculate(self) -> None:
        self.excel.calculated.append("changed")

    def CalculateFullRebuild(self) -> None:
        self.excel.calculated.append("everything")


class _Workbook(_Com):
    Date1904 = False

    def __init__(self, excel: Excel):
        self.excel = excel

    Name = property(lambda self: self.excel.name)
    Application = property(lambda self: _Application(self.excel))
    Worksheets = property(lambda self: _Worksheets(self))
    Names = property(lambda self: _Names(self.excel))

    def Save(self) -> None:
        self.excel.saved = True


class _Names(_Com):
    def __init__(self, excel: Excel):
        self.excel = excel

    def __call__(self, name: str) -> _Name:
        self.excel.called()
        if name not in self.excel.names:
            raise refused("no existe")
        return _Name(self.excel, name)


class _Name(_Com):
    def __init__(self, excel: Excel, name: str):
        self.excel, self.name = excel, name

    Name = property(lambda self: self.name)
    RefersTo = property(lambda self: self.excel.names[self.name])


class _Worksheets(_Com):
    def __init__(self, book: _Workbook):
        self.excel, self.book = book.excel, book

    Count = property(lambda self: len(self.excel.sheets))

    def __call__(self, key: str | int) -> _Worksheet:
        self.excel.called()
        return _Worksheet(self.book, key if isinstance(key, str) else list(self.excel.sheets)[int(key) - 1])

    def __iter__(self) -> Iterator[_Worksheet]:
        return (_Worksheet(self.book, name) for name in self.excel.sheets)


class _Worksheet(_Com):
    def __init__(self, book: _Workbook, name: str):
        self.excel, self.book, self.name, self.state = book.excel, book, name, book.excel.sheets[name]

    Name = property(lambda self: self.name)
    Index = property(lambda self: list(self.excel.sheets).index(self.name) + 1)
    Parent = property(lambda self: self.book)
    Application = property(lambda self: self.book.Application)
    Cells = property(lambda self: _Range(self, 1, 1, 1_048_576, 16_384))
    UsedRange = property(lambda self: _Range(self, 1, 1, *self.state.extent))
    ProtectContents = property(lambda self: self.state.protection is not None)
    ProtectDrawingObjects = property(lambda self: (self.state.protection or {}).get("DrawingObjects", False))
    ProtectScenarios = property(lambda self: (self.state.protection or {}).get("Scenarios", False))
    ProtectionMode = property(lambda self: (self.state.protection or {}).get("UserInterfaceOnly", False))
    Protection = property(lambda self: _Protection(self))

    def Range(self, first: _Range | str, last: _Range | None = None) -> _Range:
        if isinstance(first, str):
            left, top, right, bottom = (n or 1 for n in range_boundaries(first))
            return _Range(self, top, left, bottom - top + 1, right - left + 1)
        last = last or first
        return _Range(self, first.top, first.left, last.bottom - first.top + 1, last.right - first.left + 1)

    def Unprotect(self, password: str | None = None) -> None:
        assert password is not None, "Excel would ask the user"
        if self.state.password and password != self.state.password:
            raise refused("La contraseña no es correcta.")
        self.state.protection, self.state.password = None, ""

    def Protect(self, Password: str = "", **options: bool) -> None:
        absent = {"DrawingObjects": True, "Contents": True, "Scenarios": True, "UserInterfaceOnly": False}
        allowed = dict.fromkeys(_Protection.names, False)
        self.state.protection, self.state.password = absent | allowed | options, Password


class _Protection(_Com):
    names = tuple(
        f"Allow{what}" for what in (
            "FormattingCells", "FormattingColumns", "FormattingRows", "InsertingColumns", "InsertingRows",
            "InsertingHyperlinks", "DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables",
        )
    )  # fmt: skip

    def __init__(self, sheet: _Worksheet):
        self.excel, self.state = sheet.excel, sheet.state

    def __getattr__(self, name: str) -> bool:
        if name not in self.names:
            raise AttributeError(name)
        return (self.state.protection or {}).get(name, True)


class _Count(_Com):
    def __init__(self, excel: Excel, count: int):
        self.excel, self.Count = excel, count


class _Range(_Com):
    def __init__(self, sheet: _Worksheet, top: int, left: int, rows: int, columns: int):
        self.excel, self.sheet, self.top, self.left = sheet.excel, sheet, top, left
        self.bottom, self.right = top + rows - 1, left + columns - 1

    Worksheet = property(lambda self: self.sheet)
    Row = property(lambda self: self.top)
    Column = property(lambda self: self.left)
    Rows = property(lambda self: _Count(self.excel, self.bottom - self.top + 1))
    Columns = property(lambda self: _Count(self.excel, self.right - self.left + 1))
    Count = property(lambda self: (self.bottom - self.top + 1) * (self.right - self.left + 1))
    EntireColumn = property(lambda self: _EntireColumn(self))

    def __call__(self, row: int, column: int) -> _Range:
        self.excel.called()
        return _Range(self.sheet, self.top + row - 1, self.left + column - 1, 1, 1)

    def places(self) -> list[list[tuple[int, int]]]:
        return [[(r, c) for c in range(self.left, self.right + 1)] for r in range(self.top, self.bottom + 1)]

    def table(self, one: Any) -> Any:
        rows = tuple(tuple(one(*place) for place in row) for row in self.places())
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    def change(self) -> None:
        """Refuses what protection refuses, before anything changes."""
        self.excel.changing()
        state = self.sheet.state
        guarded = state.protection is not None and not state.protection["UserInterfaceOnly"]
        if guarded and any(place not in state.unlocked for row in self.places() for place in row):
            raise refused("La celda está en una hoja protegida.")

    @property
    def Value2(self) -> Any:
        def one(row: int, column: int) -> object:
            value = self.sheet.state.at(row, column).value
            return COM_ERRORS[value] if isinstance(value, ErrorValue) else value

        return self.table(one)

    @property
    def Value(self) -> Any:
        def one(row: int, column: int) -> object:
            value, look = self.sheet.state.at(row, column).value, self.sheet.state.formats.get((row, column), "General")
            if isinstance(value, float) and "$" in look:
                return Decimal(repr(value)).quantize(Decimal("0.0001"), ROUND_DOWN)
            if isinstance(value, float) and is_date_format(look):
                if not 0 <= value < 2_958_466:
                    raise refused("Desbordamiento")
                moment = from_excel(value) if value >= 1 else dt.datetime(1899, 12, 30) + dt.timedelta(days=value)
                return classic_host.ComTime.fromisoformat(moment.isoformat())
            return COM_ERRORS[value] if isinstance(value, ErrorValue) else value

        return self.table(one)

    @Value.setter
    def Value(self, entries: Any) -> None:
        self.change()
        state = self.sheet.state
        for i, row in enumerate(self.places()):
            for j, place in enumerate(row):
                entry = entries[i][j] if isinstance(entries, (list, tuple)) else entries
                state.put(*place, typed(entry, state.formats.get(place, "General")))

    @property
    def Formula(self) -> Any:
        def one(row: int, column: int) -> str:
            value, formula = self.sheet.state.at(row, column)
            if formula is not None:
                return formula
            return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)

        return self.table(one)

    def Copy(self, Destination: _Range) -> None:
        Destination.change()
        state = self.sheet.state
        for mine, theirs in zip(self.places(), Destination.places(), strict=True):
            for source, target in zip(mine, theirs, strict=True):
                state.put(*target, state.at(*source))
                state.formats[target] = state.formats.get(source, "General")


class _EntireColumn(_Com):
    def __init__(self, cells: _Range):
        self.excel, self.cells = cells.excel, cells

    @property
    def Hidden(self) -> bool | None:
        hidden = self.cells.sheet.state.hidden
        found = {column in hidden for column in range(self.cells.left, self.cells.right + 1)}
        return found.pop() if len(found) == 1 else None

    @Hidden.setter
    def Hidden(self, value: bool) -> None:
        state, columns = self.cells.sheet.state, range(self.cells.left, self.cells.right + 1)
        self.excel.changing()
        if state.protection and not state.protection["AllowFormattingColumns"]:
            raise refused("La hoja está protegida.")
        state.hidden = state.hidden | set(columns) if value else state.hidden - set(columns)
