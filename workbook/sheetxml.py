"""One sheet of a workbook as text: cells are found and replaced in it, and whatever is not asked for stays as it is."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook.cellxml import (
    ERRORS,
    MAX_COLUMN,
    Cell,
    ErrorValue,
    PlainText,
    Value,
    attribute,
    column_name,
    column_number,
    elements_only,
    encode,
    escape,
    parse_range,
    parse_ref,
    read_text,
    space,
    unescape,
    whole,
    with_attribute,
    write_text,
)
from xl_perlas.workbook.columns import hide_columns, style_of_column
from xl_perlas.workbook.rowsxml import CellXml, Rows, markup_of, rich_text

if TYPE_CHECKING:
    from xl_perlas.workbook.package import Package

MAX_RANGE = 4_000_000  # cells handed out at once


@lru_cache(maxsize=4096)
def _style_and_kind(attributes: str) -> tuple[int, str]:
    return whole(attribute(attributes, "s")), attribute(attributes, "t") or "n"


class Sheet:
    """The cells of one worksheet, to be read and changed.

    References are like `B7` (`$` is allowed); a wrong one raises ValueError. Reading sees the changes made before.
    What reads cells raises PerlasError L03 at one that is damaged.
    """

    def __init__(self, book: Package, name: str, text: str):
        """`text`: the XML of the sheet. Raises PerlasError: L03 damaged, L05 not a sheet with cells."""
        self.name = name
        self._book = book
        text = elements_only(text)
        root = re.search(r"<([\w.-]+:)?(\w+)[\s/>]", text)
        if not root or root[2] != "worksheet":
            raise PerlasError(problem("L05", where=book.file, sheet=name))
        self._markup = markup_of(root[1] or "")
        data = self._markup.data.search(text)
        if not data:
            raise self._damaged()
        self._head, self._data_attributes, self._tail = text[: data.start()], data[1], text[data.end() :]
        try:
            self._rows = Rows(data[2] or "", self._markup)
        except ValueError as error:
            raise self._damaged(str(error)) from error
        self._changed = False

    def _damaged(self, place: str = "") -> PerlasError:
        where = f"{self.name}!{place}" if place else self.name
        return PerlasError(problem("L03", where=self._book.file, part=f"la hoja {where}"))

    def _find(self, row: int, column: int) -> CellXml | None:
        try:
            return self._rows.find(row, column)
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def _find_or_add(self, row: int, column: int) -> CellXml:
        """The cell, made if need be in the style of its row or column."""
        return self._find(row, column) or self._rows.add(row, column, self._default_style(row, column))

    def _default_style(self, number: int, column: int) -> int:
        row = self._rows.by_number.get(number)
        if row and attribute(row.attributes, "customFormat") in ("1", "true"):
            return whole(attribute(row.attributes, "s"))
        return style_of_column(self._head, self._markup.prefix, column)

    def _replace(self, row: int, cell: CellXml, attributes: str, body: str) -> None:
        self._rows.replace(row, cell, attributes, body)
        self._changed = True

    # --- reading

    @property
    def last_row(self) -> int:
        """Number of the last row in the file, 0 when there is none."""
        return self._rows.last

    def cell(self, ref: str) -> Cell:
        """The cell at `ref`; one that the file does not hold is blank."""
        row, column = parse_ref(ref)
        return self._read(row, column, self._find(row, column))

    def cells(self, area: str | None = None) -> Iterator[Cell]:
        """The cells that the file holds (in `area`, or all), row by row; also those with only a format."""
        top, left, bottom, right = parse_range(area, self.last_row) if area else (1, 1, self.last_row, MAX_COLUMN)
        for number, cells in self._existing(top, bottom):
            for cell in cells:
                if left <= cell.column <= right:
                    yield self._read(number, cell.column, cell)

    def rows(self, area: str) -> list[list[Cell]]:
        """The cells of the range `area`, blank ones included; whole columns end at the last row of the sheet.

        Raises:
            PerlasError: more than `MAX_RANGE` cells (L09).
        """
        return [[self._read(row, column, cell) for column, cell in cells] for row, cells in self._area(area)]

    def values(self, area: str) -> list[list[Value]]:
        """What the cells of the range `area` hold, as rows; see `rows`."""
        return [[self._decode(row, cell) if cell else None for _, cell in cells] for row, cells in self._area(area)]

    def _existing(self, top: int, bottom: int) -> Iterator[tuple[int, list[CellXml]]]:
        try:
            yield from self._rows.between(top, bottom)
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def _area(self, area: str) -> list[tuple[int, list[tuple[int, CellXml | None]]]]:
        top, left, bottom, right = parse_range(area, self.last_row)
        if (bottom - top + 1) * (right - left + 1) > MAX_RANGE:
            raise PerlasError(problem("L09", where=self._book.file, area=f"{self.name}!{area}", limit=MAX_RANGE))
        held = {number: {c.column: c for c in cells} for number, cells in self._existing(top, bottom)}
        columns = range(left, right + 1)
        none: dict[int, CellXml] = {}
        return [(row, [(c, held.get(row, none).get(c)) for c in columns]) for row in range(top, bottom + 1)]

    def _read(self, row: int, column: int, cell: CellXml | None) -> Cell:
        ref = f"{column_name(column)}{row}"
        if cell is None:
            return Cell(ref, None)
        value = self._decode(row, cell)
        found = self._markup.formula.search(cell.body) if f"<{self._markup.prefix}f" in cell.body else None
        if not found:
            return Cell(ref, value)
        # an empty text is a result; no <v>, or an empty one in a cell of another kind, is none
        is_text = _style_and_kind(cell.attributes)[1] == "str" and bool(self._markup.value.search(cell.body))
        return Cell(ref, value, unescape(found[2] or ""), value is not None or is_text)

    def _decode(self, row: int, cell: CellXml) -> Value:
        if not cell.body:
            return None
        style, kind = _style_and_kind(cell.attributes)
        if kind == "inlineStr":
            return rich_text(cell.body, self._markup)
        found = self._markup.value.search(cell.body)
        if not found:
            return None
        raw = found[1] or ""
        if kind == "str":
            return read_text(raw)
        if not raw.strip():
            return None
        try:
            return self._book.value(kind, raw, style)
        except (ValueError, IndexError) as error:
            raise self._damaged(f"{column_name(cell.column)}{row}") from error

    # --- writing

    def set_value(self, ref: str, value: object) -> None:
        """Make the cell hold `value`, in the style it has; its formula, if any, goes.

        Text is text, whatever it begins with; dates become the number of their day; None empties the cell. A number
        that is none (NaN) becomes `#NUM!`; other errors are written only for an `ErrorValue`.

        Raises:
            TypeError: a cell cannot hold `value`.
        """
        row, column = parse_ref(ref)
        kind, text = ("", "") if value is None else encode(value, self._book.epoch_1904)
        cell = self._find(row, column)
        if cell is None and value is None:
            return
        cell = cell or self._find_or_add(row, column)
        formula = self._markup.formula.search(cell.body)
        if formula:
            self._release_shared(row, cell, formula)
            self._book.forget_calculation_chain()
        p = self._markup.prefix
        attributes = with_attribute(with_attribute(cell.attributes, "cm", None), "vm", None)
        if kind == "str":
            body = f"<{p}is><{p}t{space(text)}>{write_text(text)}</{p}t></{p}is>"
            kind = "inlineStr"
        else:
            body = f"<{p}v>{escape(text)}</{p}v>" if kind else ""
        self._replace(row, cell, with_attribute(attributes, "t", None if kind in ("", "n") else kind), body)

    def set_cached(self, ref: str, value: object) -> bool:
        """Store `value` as the result of the formula in the cell, which stays; None is an empty text.

        Texts such as `#N/A` are errors here. Also for the cells that an array formula fills, which hold no formula
        of their own. Returns False, and does nothing, where there is no formula.

        Raises:
            TypeError: a cell cannot hold `value`.
        """
        row, column = parse_ref(ref)
        if isinstance(value, str) and value in ERRORS and not isinstance(value, PlainText):
            value = ErrorValue(value)
        kind, text = encode("" if value is None else value, self._book.epoch_1904)
        cell = self._find(row, column)
        formula = self._markup.formula.search(cell.body) if cell else None
        if not formula and not self._in_array(row, column):
            return False
        cell = cell or self._find_or_add(row, column)
        p = self._markup.prefix
        blanks = space(text) if kind == "str" else ""
        body = f"{formula[0] if formula else ''}<{p}v{blanks}>{write_text(text)}</{p}v>"
        attributes = with_attribute(cell.attributes, "t", None if kind == "n" else kind)
        self._replace(row, cell, with_attribute(attributes, "vm", None), body)
        return True

    def _in_array(self, row: int, column: int) -> bool:
        return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self._arrays)

    @cached_property
    def _arrays(self) -> list[tuple[int, int, int, int]]:
        """The ranges that array formulas and data tables fill."""
        found = []
        for m in self._markup.formula.finditer(self._rows.text):
            if attribute(m[1], "t") in ("array", "dataTable"):
                with contextlib.suppress(ValueError):  # a damaged reference covers nothing
                    found.append(parse_range(attribute(m[1], "ref") or "", self.last_row))
        return found

    def _release_shared(self, row: int, cell: CellXml, formula: re.Match[str]) -> None:
        """Before the first cell of a shared formula loses it, give the others, which refer to it, their own."""
        group = attribute(formula[1], "si")
        if attribute(formula[1], "t") != "shared" or not formula[2] or group is None:
            return
        from openpyxl.formula.translate import Translator

        shared = Translator("=" + unescape(formula[2]), origin=f"{column_name(cell.column)}{row}")
        p = self._markup.prefix
        for number, cells in self._existing(1, self.last_row):
            for other in cells:
                found = self._markup.formula.search(other.body)
                if found and other is not cell and attribute(found[1], "si") == group:
                    own = escape(shared.translate_formula(f"{column_name(other.column)}{number}")[1:])
                    body = f"{other.body[: found.start()]}<{p}f>{own}</{p}f>{other.body[found.end() :]}"
                    self._replace(number, other, other.attributes, body)

    def set_style(self, ref: str, *, style_of: str) -> None:
        """Give the cell (made if need be) the style of the cell `style_of` of the same sheet."""
        (row, column), (from_row, from_column) = parse_ref(ref), parse_ref(style_of)
        model = self._find(from_row, from_column)
        style = _style_and_kind(model.attributes)[0] if model else self._default_style(from_row, from_column)
        cell = self._find_or_add(row, column)
        self._replace(row, cell, with_attribute(cell.attributes, "s", str(style) if style else None), cell.body)

    def hide_columns(self, first: str, last: str, hidden: bool) -> None:
        """Hide or show the columns `first` to `last` (letters); their widths and styles stay."""
        head = hide_columns(self._head, self._markup.prefix, column_number(first), column_number(last), hidden)
        self._changed |= head != self._head
        self._head = head

    def set_row_height(self, row: int, height: float | None) -> None:
        """Give a row in use a height in points; None: whatever its texts need, where programs see to it."""
        self._rows.set_height(row, height)
        self._changed = True

    # --- the text again

    def xml(self) -> str | None:
        """The XML of the sheet with its changes; None when there are none."""
        if not self._changed:
            return None
        p = self._markup.prefix
        data = f"<{p}sheetData{self._data_attributes}>{self._rows.xml()}</{p}sheetData>"
        return self._with_dimension() + data + self._tail

    def _with_dimension(self) -> str:
        """What stands before the rows, with the range in use widened to the new cells."""
        found = re.search(rf"<{self._markup.prefix}dimension(\s[^>]*)", self._head)
        area = attribute(found[1], "ref") if found else None
        if not found or not area or not self._rows.created:
            return self._head
        try:
            top, left, bottom, right = parse_range(area, self.last_row)
        except ValueError:
            return self._head
        rows, columns = zip(*self._rows.created, strict=True)
        first = f"{column_name(min(left, *columns))}{min(top, *rows)}"
        wide = f"{first}:{column_name(max(right, *columns))}{max(bottom, *rows)}"
        new = re.sub(r"""(\sref\s*=\s*)(?:"[^"]*"|'[^']*')""", rf'\g<1>"{wide}"', found[1])
        return self._head[: found.start(1)] + new + self._head[found.end(1) :]
