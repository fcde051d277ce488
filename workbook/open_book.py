"""A workbook open in Excel, through xlwings: read once, changed in memory, and written in blocks, all or nothing.

Each call to Excel costs about a millisecond, so a sheet is read as a whole at its first use, and what is set reaches
Excel only with `OpenBook.commit`. Formulas are never written: Excel computes them.

Of xlwings only its public, documented interface is used, and Excel's own objects (`api`) where it has nothing: the raw
numbers of cells, sheet protection, hidden columns and a full recalculation. Hosts without `api` (xlwings Lite) do
without those.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeAlias

from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.workbook.cellxml import (
    ERRORS,
    Cell,
    ErrorValue,
    Value,
    column_name,
    column_number,
    encode,
    parse_range,
    parse_ref,
)
from xl_perlas.workbook.excel_cells import (
    Area,
    Names,
    address,
    as_rows,
    cells_of,
    decoded,
    plain_value,
    rectangles,
    runs,
    said,
    spans,
    typed_value,
)
from xl_perlas.workbook.sheetxml import MAX_RANGE

#: What a host of xlwings raises for what it cannot do.
_ABSENT = (NotImplementedError, AttributeError)

#: What is left to do after writing, in words, and how.
Restore: TypeAlias = list[tuple[str, Callable[[], object]]]

#: What protection allows, as `Worksheet.Protection` tells and `Worksheet.Protect` takes it.
_ALLOWED = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip

#: Suspended while writing: neither the screen, nor the user's macros, nor Excel's calculation run after each block.
_SUSPENDED: Mapping[str, tuple[object, str]] = {
    "screen_updating": (False, "encender otra vez la pantalla"),
    "enable_events": (False, "encender otra vez los eventos"),
    "calculation": ("manual", "restablecer el modo de cálculo"),
}


class OpenBook:
    """A workbook open in Excel. `book` is an `xlwings.Book`; nothing is read before it is asked for."""

    def __init__(self, book: Any):
        self._book = book
        self.file = str(book.name)
        self.defined_names: Mapping[str, str] = Names(book.names)
        self._sheets: dict[str, OpenSheet] = {}

    @cached_property
    def _found(self) -> dict[str, Any]:
        return {str(sheet.name): sheet for sheet in self._book.sheets}

    @cached_property
    def epoch_1904(self) -> bool:
        """Whether the days of the workbook count from 1904."""
        return bool(getattr(_api(self._book), "Date1904", False))

    def sheet(self, name: str) -> OpenSheet:
        """The sheet called `name` (upper case does not matter), read as it is at the first call.

        Raises:
            PerlasError: no such sheet (L04), or more than `MAX_RANGE` cells in use (L09).
        """
        found = next((n for n in self._found if n.casefold() == name.casefold()), "")
        if not found:
            names = ", ".join(f"«{n}»" for n in self._found)
            raise PerlasError(problem("L04", where=self.file, sheet=name, names=names))
        if found not in self._sheets:
            self._sheets[found] = OpenSheet(self, found, self._found[found])
        return self._sheets[found]

    def commit(self) -> None:
        """Write everything set so far into the workbook, and let Excel calculate. The file is not saved.

        Screen, events, calculation mode and protection are afterwards as they were.

        Raises:
            PerlasError: nothing changed: a sheet is protected with a password (H25), or Excel refused and what had been
                written was taken back (H26). Not all of it could be taken back (H27). Written, but formulas were not
                calculated or something of the above is not as it was (H28).
        """
        sheets = [sheet for sheet in self._sheets.values() if sheet.changed]
        restore: Restore = []
        found: list[Problem] = []
        try:
            self._suspend(restore)
            for sheet in sheets:
                sheet.unprotect(restore)
            self._write(sheets)
            self._calculate()
        except PerlasError as error:
            found += error.problems
        except Exception as error:  # whatever Excel or xlwings raise
            found.append(problem("H26", where=self.file, detail=said(error)))
        for what, action in reversed(restore):
            try:
                action()
            except Exception as error:
                found.append(problem("H28", where=self.file, what=what, detail=said(error)))
        if found:
            raise PerlasError(found)

    def _suspend(self, restore: Restore) -> None:
        app = self._book.app
        for name, (value, back) in _SUSPENDED.items():
            try:
                before = getattr(app, name)
            except Exception:  # a host that does not tell: it does not calculate or draw while a script runs either
                continue
            if before != value:
                restore.append((back, partial(setattr, app, name, before)))
                setattr(app, name, value)

    def _write(self, sheets: Sequence[OpenSheet]) -> None:
        done: list[Callable[[], None]] = []
        try:
            for sheet in sheets:
                sheet.write(done)
        except Exception as error:
            lost = False
            for undo in reversed(done):
                try:
                    undo()
                except Exception:
                    lost = True
            raise PerlasError(problem("H27" if lost else "H26", where=self.file, detail=said(error))) from error

    def _calculate(self) -> None:
        """Excel calculates what depends on what was written; everything, where a function was unknown until now."""
        api = _api(self._book.app)
        unknown = any(sheet.has_unknown_function for sheet in self._sheets.values())
        full = getattr(api, "CalculateFullRebuild", None) if unknown else None
        try:
            full() if full else self._book.app.calculate()
        except Exception as error:
            if not hasattr(api, "Calculate"):  # xlwings Lite: Excel calculates by itself once the script ends
                return
            text = problem("H28", where=self.file, what="recalcular las fórmulas", detail=said(error))
            raise PerlasError(text) from error


class OpenSheet:
    """One sheet of an `OpenBook`: the cells as they were when it was read, and what was set since."""

    def __init__(self, book: OpenBook, name: str, sheet: Any):
        """`sheet`: an `xlwings.Sheet`. It is read at once."""
        self.name = name
        self._book, self._sheet = book, sheet
        used = sheet.used_range
        rows, columns = used.shape
        self._used = Area(used.row, used.column, used.row + rows - 1, used.column + columns - 1)
        if rows * columns > MAX_RANGE:
            area = f"{name}!{address(self._used)}"
            raise PerlasError(problem("L09", where=book.file, area=area, limit=MAX_RANGE))
        self._raw = as_rows(getattr(_api(used), "Value2", None), rows)
        try:
            self._shown = _shown(used)
        except Exception:  # one cell that its format, a date or a currency, cannot hold
            if self._raw is None:
                raise
            self._shown = self._raw
        try:
            self._formulas = as_rows(used.formula, rows)
        except Exception:  # xlwings Lite does not tell formulas
            if self._raw is not None:
                raise
            self._formulas = None
        self._new: dict[tuple[int, int], tuple[str, str]] = {}
        self._styles: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._hidden: dict[int, bool] = {}

    # --- reading

    @property
    def last_row(self) -> int:
        """Number of the last row in use."""
        return self._used.bottom

    @property
    def changed(self) -> bool:
        """Whether anything was set."""
        return bool(self._new or self._styles or self._hidden)

    @cached_property
    def has_unknown_function(self) -> bool:
        """Whether a formula shows `#NAME?`: Excel does not try such a cell again until it calculates everything."""
        rows, columns = range(self._used.top, self._used.bottom + 1), range(self._used.left, self._used.right + 1)
        return any(self._held(r, c) == "#NAME?" and self._formula(r, c) is not None for r in rows for c in columns)

    def cell(self, ref: str) -> Cell:
        """The cell at `ref`."""
        return self._cell(*parse_ref(ref))

    def rows(self, area: str) -> list[list[Cell]]:
        """The cells of the range `area`, blank ones included; whole columns end at the last row in use."""
        top, left, bottom, right = parse_range(area, self.last_row)
        return [[self._cell(row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]

    def _cell(self, row: int, column: int) -> Cell:
        ref = f"{column_name(column)}{row}"
        if (row, column) in self._new:
            return Cell(ref, decoded(*self._new[row, column]))
        return Cell(ref, self._held(row, column), self._formula(row, column))

    def _at(self, grid: Sequence[Sequence[Any]], row: int, column: int) -> Any:
        used = self._used
        inside = used.top <= row <= used.bottom and used.left <= column <= used.right
        return grid[row - used.top][column - used.left] if inside else None

    def _held(self, row: int, column: int) -> Value:
        """What the cell held when it was read."""
        shown = self._at(self._shown, row, column)
        if self._raw is None:
            return ErrorValue(shown) if isinstance(shown, str) and shown in ERRORS else plain_value(shown)
        raw = self._at(self._raw, row, column)
        is_date = isinstance(shown, dt.date) and isinstance(raw, float) and raw >= 1  # below, only a time of day
        return plain_value(shown if is_date else raw)

    def _formula(self, row: int, column: int) -> str | None:
        """The formula that the cell held, without `=`; None where there was none, or the host does not tell."""
        text = self._at(self._formulas, row, column) if self._formulas else None
        if not isinstance(text, str) or not text.startswith("="):
            return None
        # of a text that begins with = Excel gives the same as "formula"; no formula has itself as its result
        return None if self._at(self._raw or self._shown, row, column) == text else text[1:]

    # --- changes, in memory

    def set_value(self, ref: str, value: object) -> None:
        """Make the cell hold `value`, in the style it has, once it is committed; its formula, if any, goes.

        Values are those of `sheetxml.Sheet.set_value`: text is text, whatever it begins with.

        Raises:
            TypeError: a cell cannot hold `value`.
        """
        self._new[parse_ref(ref)] = self._encoded(value)

    def set_cached(self, ref: str, value: object) -> bool:
        """Whether the cell holds a formula. Its result is Excel's, so `value` is not used.

        True, too, where the host does not tell formulas.
        """
        return self._formulas is None or self._formula(*parse_ref(ref)) is not None

    def set_style(self, ref: str, *, style_of: str) -> None:
        """Give the cell the style of the cell `style_of`, once it is committed."""
        target, source = parse_ref(ref), parse_ref(style_of)
        if target != source:
            self._styles.append((target, source))

    def hide_columns(self, first: str, last: str, hidden: bool) -> None:
        """Hide or show the columns `first` to `last` (letters), once it is committed."""
        self._hidden.update(dict.fromkeys(range(column_number(first), column_number(last) + 1), hidden))

    def set_row_height(self, row: int, height: float | None) -> None:
        """Excel fits the rows of an open book to their texts by itself."""

    # --- changes, in Excel

    def unprotect(self, restore: Restore) -> None:
        """Take protection off, and append to `restore` what puts it back with the same options.

        Raises:
            PerlasError: it has a password (H25).
        """
        api = _api(self._sheet)
        if not getattr(api, "ProtectContents", False):
            return
        allowed = api.Protection
        options = {name: bool(getattr(allowed, name)) for name in _ALLOWED}
        options |= {
            "DrawingObjects": bool(api.ProtectDrawingObjects), "Contents": True,
            "Scenarios": bool(api.ProtectScenarios), "UserInterfaceOnly": bool(api.ProtectionMode),
        }  # fmt: skip
        try:
            api.Unprotect("")  # with a text Excel does not ask for the password
        except Exception as error:
            raise PerlasError(problem("H25", where=self._book.file, sheet=self.name)) from error
        if api.ProtectContents:
            raise PerlasError(problem("H25", where=self._book.file, sheet=self.name))
        restore.append((f"volver a proteger la hoja {self.name}", partial(api.Protect, **options)))

    def write(self, done: list[Callable[[], None]]) -> None:
        """Write what was set, and append to `done`, before each step, what takes it back."""
        for source, target in runs(self._styles):
            done.append(partial(self._take_back, target))
            with contextlib.suppress(*_ABSENT):  # a host that copies no cells: they keep their own style
                self._range(source).copy(self._range(target))
        for area in rectangles(self._new):
            done.append(partial(self._take_back, area))
            self._type(area, lambda row, column: typed_value(*self._new[row, column]))
        for columns, hidden in spans(self._hidden):
            self._hide(columns, hidden, done)

    def _range(self, area: Area) -> Any:
        return self._sheet.range(address(area))

    def _type(self, area: Area, entry: Callable[[int, int], object]) -> None:
        """Type into each cell of `area` what `entry(row, column)` says: a float, a bool, or a text ("" empties it).

        Such entries need no conversion, and without it a block costs ten calls to Excel instead of seventy.
        """
        self._range(area).raw_value = [[entry(*cell) for cell in row] for row in cells_of(area)]

    def _take_back(self, area: Area) -> None:
        """Give the cells of `area` what they held. An area that refuses it, but never changed, is no failure."""
        try:
            self._type(area, self._retyped)
        except Exception:
            before = [[self._at(self._shown, *cell) for cell in row] for row in cells_of(area)]
            if _shown(self._range(area)) != before:
                raise

    def _retyped(self, row: int, column: int) -> object:
        formula = self._formula(row, column)
        if formula is not None:
            return f"={formula}"
        return typed_value(*self._encoded(self._held(row, column)))

    def _encoded(self, value: object) -> tuple[str, str]:
        return ("", "") if value is None else encode(value, self._book.epoch_1904)

    def _hide(self, columns: Area, hidden: bool, done: list[Callable[[], None]]) -> None:
        before = self._are_hidden(columns)
        if before is None and columns.left < columns.right:  # some are, some are not
            for column in range(columns.left, columns.right + 1):
                self._hide(columns._replace(left=column, right=column), hidden, done)
        elif before is not hidden:
            if before is not None:
                done.append(partial(self._set_hidden, columns, before))
            self._set_hidden(columns, hidden)

    def _are_hidden(self, columns: Area) -> bool | None:
        """Whether columns are hidden; None where they differ, or the host does not tell."""
        area = self._range(columns)
        entire = getattr(_api(area), "EntireColumn", None)
        with contextlib.suppress(*_ABSENT):
            hidden = entire.Hidden if entire is not None else area.columns.hidden
            return None if hidden is None else bool(hidden)
        return None

    def _set_hidden(self, columns: Area, hidden: bool) -> None:
        area = self._range(columns)
        entire = getattr(_api(area), "EntireColumn", None)
        with contextlib.suppress(*_ABSENT):  # older hosts: the columns stay as they are
            if entire is not None:
                entire.Hidden = hidden
            elif hasattr(type(area.columns), "hidden"):
                area.columns.hidden = hidden


# --- Excel's own objects


def _api(thing: Any) -> Any:
    """Excel's own object behind one of xlwings'; None where the host has none."""
    try:
        return thing.api
    except Exception:
        return None


def _shown(area: Any) -> Sequence[Sequence[Any]]:
    """What xlwings gives: dates as dates, errors as texts, and amounts in a currency cut to four places."""
    shown: Sequence[Sequence[Any]] = area.options(ndim=2, err_to_str=True).value
    return shown
