"""The rows of a sheet as text: where each row and cell stands, and the text again when some have changed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from xl_perlas.workbook.cellxml import (
    ATTRIBUTES,
    attribute,
    column_name,
    column_number,
    parse_ref,
    read_text,
    whole,
    with_attribute,
)


@dataclass(frozen=True)
class Markup:
    """The elements of a sheet whose names have a given prefix (`x:`, usually none)."""

    prefix: str
    data: re.Pattern[str]
    row: re.Pattern[str]
    cell: re.Pattern[str]
    formula: re.Pattern[str]
    value: re.Pattern[str]
    text: re.Pattern[str]
    phonetic: re.Pattern[str]


@lru_cache(maxsize=8)
def markup_of(prefix: str) -> Markup:
    """The markup for the prefix; groups 1 and 2 are the attributes and the content (`value`, `text`: 1 the content)."""
    p = re.escape(prefix)

    def element(name: str, attributes: str = f"({ATTRIBUTES})", content: str = ".*?") -> re.Pattern[str]:
        return re.compile(rf"<{p}{name}(?=[\s/>]){attributes}\s*(?:/>|>({content})</{p}{name}\s*>)", re.S)

    return Markup(
        prefix, element("sheetData", content=".*"), element("row"), element("c"), element("f"),
        element("v", ATTRIBUTES), element("t", ATTRIBUTES), element("rPh", ATTRIBUTES),
    )  # fmt: skip


def prefix_of(text: str) -> str:
    """The prefix of the root element, with its colon; "" when it has none."""
    root = re.search(r"<([\w.-]+:)?\w", text)
    return (root[1] or "") if root else ""


def rich_text(raw: str, markup: Markup) -> str:
    """The text of a shared or inline string; the parts of a rich one joined, pronunciation left out."""
    if "rPh" in raw:
        raw = markup.phonetic.sub("", raw)
    return "".join(map(read_text, markup.text.findall(raw)))


#: The usual spelling of a cell's first attribute; others take longer.
_LEADING_REF = re.compile(r'\s+r="([A-Z]{1,3})(\d+)"')


class CellXml:
    """A cell in the file: its attributes but the reference, its content, and its text while nobody changed it."""

    __slots__ = ("attributes", "body", "column", "source")

    def __init__(self, column: int, attributes: str, body: str, source: str | None):
        self.column, self.attributes, self.body, self.source = column, attributes, body, source


class RowXml:
    """A row in the file: where it stands in the text of the rows, and its cells once looked at."""

    __slots__ = ("attributes", "begin", "body", "by_column", "cells", "changed", "end", "number", "tail")

    def __init__(self, number: int, attributes: str, body: str, begin: int, end: int):
        self.number, self.attributes, self.body, self.begin, self.end = number, attributes, body, begin, end
        self.cells: list[CellXml] | None = None
        self.by_column: dict[int, CellXml] = {}
        self.changed = False
        self.tail = ""


class Rows:
    """What stands between `<sheetData>` and `</sheetData>`; rows and columns count from 1.

    ValueError, with the place as text, when rows or cells are damaged, repeated or out of order.
    """

    def __init__(self, text: str, markup: Markup):
        self.text, self.markup = text, markup
        self.created: list[tuple[int, int]] = []  # row and column of each new cell
        self.by_number: dict[int, RowXml] = {}
        number = 0
        for m in markup.row.finditer(text):
            given = attribute(m[1], "r")
            previous, number = number, whole(given) if given else number + 1
            if number <= previous:
                raise ValueError(f"fila {given}")
            self.by_number[number] = RowXml(number, m[1], m[2] or "", m.start(), m.end())
        self._order = list(self.by_number)

    @property
    def last(self) -> int:
        """Number of the last row, 0 when there is none."""
        return self._order[-1] if self._order else 0

    def between(self, top: int, bottom: int) -> Iterator[tuple[int, list[CellXml]]]:
        """The rows that exist from `top` to `bottom`, with their cells."""
        for number in self._order[bisect_left(self._order, top) : bisect_left(self._order, bottom + 1)]:
            yield number, self.cells(self.by_number[number])

    def cells(self, row: RowXml) -> list[CellXml]:
        """The cells of a row in the order of its columns."""
        if row.cells is None:
            cells: list[CellXml] = []
            end = column = 0
            for m in self.markup.cell.finditer(row.body):
                attributes, body = m.groups("")
                column, rest = _split_ref(row, attributes, column)
                cells.append(CellXml(column, rest, body, row.body[end : m.end()]))
                end = m.end()
            row.cells, row.tail = cells, row.body[end:]
            row.by_column = {cell.column: cell for cell in cells}
        return row.cells

    def find(self, number: int, column: int) -> CellXml | None:
        """The cell, if it exists."""
        row = self.by_number.get(number)
        if not row:
            return None
        if row.cells is None:
            self.cells(row)
        return row.by_column.get(column)

    def add(self, number: int, column: int, style: int) -> CellXml:
        """A new, empty cell in its place; its row too if there is none."""
        row = self.by_number.get(number)
        if not row:
            at = bisect_left(self._order, number)
            place = self.by_number[self._order[at - 1]].end if at else 0
            row = self.by_number[number] = RowXml(number, f' r="{number}"', "", place, place)
            self._order.insert(at, number)
        row.attributes = with_attribute(row.attributes, "spans", None)  # a hint, wrong from now on
        cells = self.cells(row)
        cell = CellXml(column, f' s="{style}"' if style else "", "", None)
        cells.insert(bisect_left(cells, column, key=lambda c: c.column), cell)
        row.by_column[column] = cell
        self.created.append((number, column))
        return cell

    def replace(self, number: int, cell: CellXml, attributes: str, body: str) -> None:
        """Give a cell other attributes (all but the reference) and content; what add-ins left in it stays."""
        if "extLst" in cell.body and "extLst" not in body:
            p = self.markup.prefix
            body += "".join(re.findall(rf"<{p}extLst[\s>].*</{p}extLst\s*>", cell.body, re.S))
        if (cell.attributes, cell.body) == (attributes, body) and cell.source is not None:
            return
        cell.attributes, cell.body, cell.source = attributes, body, None
        self.by_number[number].changed = True

    def set_height(self, number: int, height: float | None) -> None:
        """Give a row that exists a height in points; None leaves it to the program that opens the file."""
        row = self.by_number.get(number)
        if row is None:
            return
        given = {"ht": None, "customHeight": None} if height is None else {"ht": f"{height:g}", "customHeight": "1"}
        before = row.attributes
        for name, value in given.items():
            row.attributes = with_attribute(row.attributes, name, value)
        row.changed |= row.attributes != before

    def xml(self) -> str:
        """The text with the changes; rows without any are as they were."""
        parts: list[str] = []
        end = 0
        for row in map(self.by_number.__getitem__, self._order):
            if row.changed:
                parts += [self.text[end : row.begin], self._row_xml(row)]
                end = row.end
        return "".join([*parts, self.text[end:]])

    def _row_xml(self, row: RowXml) -> str:
        p = self.markup.prefix
        cells = "".join(
            c.source
            if c.source is not None
            else f'<{p}c r="{column_name(c.column)}{row.number}"{c.attributes}'
            + (f">{c.body}</{p}c>" if c.body else "/>")
            for c in self.cells(row)
        )
        return f"<{p}row{row.attributes}>{cells}{row.tail}</{p}row>"


def _split_ref(row: RowXml, attributes: str, previous: int) -> tuple[int, str]:
    """Column of a cell and its attributes without the reference; a cell without one follows the previous."""
    m = _LEADING_REF.match(attributes)
    if m:
        number, column, rest = int(m[2]), column_number(m[1]), attributes[m.end() :]
    else:
        ref = attribute(attributes, "r")
        number, column = parse_ref(ref) if ref else (row.number, previous + 1)
        rest = with_attribute(attributes, "r", None)
    if column <= previous or number != row.number:
        raise ValueError(f"{column_name(column)}{row.number}")
    return column, rest
