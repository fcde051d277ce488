"""A sheet of a received workbook, with everything that decides what its reader sees: cells, looks, what is hidden."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from openpyxl.formula.translate import Translator

from xl_perlas.workbook.cellxml import (
    MAX_ROW,
    attribute,
    elements_only,
    parse_range,
    read_text,
    unescape,
    whole,
)
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.rowsxml import Markup, Rows, markup_of, prefix_of, rich_text

_TRUE = ("1", "true", "on")
#: Characters of width, and points of height, of a column or row that has none of its own.
_WIDTH, _HEIGHT = 9.140625, 15.0


class Area(NamedTuple):
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, other: Area) -> bool:
        """Whether `other` lies in it."""
        return (
            self.top <= other.top and self.left <= other.left
            and self.bottom >= other.bottom and self.right >= other.right
        )  # fmt: skip

    def __str__(self) -> str:
        first, last = ref(self.left, self.top), ref(self.right, self.bottom)
        return first if first == last else f"{first}:{last}"


class Stored(NamedTuple):
    """A cell as it lies in the file. `formula` is None where there is none; `array`: the range that it fills."""

    style: int
    kind: str = "n"
    raw: str | None = None
    formula: str | None = None
    array: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is anything in it but a format."""
        return self.formula is not None or bool(self.raw)


class Lane(NamedTuple):
    """How a row or a column lies: hidden, and its size (points or characters; None: the sheet's own)."""

    hidden: bool
    size: float | None


class Rule(NamedTuple):
    """A conditional format or a data validation; `look` is its format in the workbook's list, -1 without one."""

    kind: str
    formulas: tuple[str, ...]
    areas: tuple[Area, ...]
    look: int = -1
    shows_value: bool = True


class Link(NamedTuple):
    """A hyperlink: the cell, and the id of its target outside the workbook ("" when inside)."""

    cell: str
    target: str


@dataclass(frozen=True, eq=False)
class SheetXml:
    """What a sheet's part says. `kind` is its root element: only a `worksheet` has cells.

    `rows` and `columns` hold only those with something of their own; `default` is the sheet's (row, column).
    """

    kind: str
    cells: dict[tuple[int, int], Stored]
    rows: dict[int, Lane]
    columns: list[tuple[int, int, Lane]]
    default: tuple[Lane, Lane]
    merges: list[Area]
    formats: list[Rule]
    validations: list[Rule]
    links: list[Link]
    protected: bool
    password: bool
    filtered: bool
    shows_zeros: bool

    def row(self, number: int) -> Lane:
        """How row `number` lies."""
        return _lane(self.rows.get(number), self.default[0])

    def column(self, number: int) -> Lane:
        """How column `number` lies."""
        own = next((lane for first, last, lane in self.columns if first <= number <= last), None)
        return _lane(own, self.default[1])


def _lane(own: Lane | None, default: Lane) -> Lane:
    if own is None:
        return default
    return Lane(own.hidden or (default.hidden and own.size is None), default.size if own.size is None else own.size)


def read_sheet(text: str) -> SheetXml:
    """What the XML of a sheet says.

    Raises:
        ValueError: a cell stands twice, or nowhere.
        ElementTree.ParseError: it is no XML.
    """
    text = elements_only(text)
    markup = markup_of(prefix_of(text))
    data = markup.data.search(text)
    cells: dict[tuple[int, int], Stored] = {}
    rows: dict[int, Lane] = {}
    if data:
        cells, rows = _cells(Rows(data[2] or "", markup), markup)
        text = text[: data.start()] + text[data.end() :]
    root = ET.fromstring(text.encode("utf-8"), ET.XMLParser(encoding="utf-8"))
    space, _, kind = root.tag.rpartition("}")
    space = f"{space}}}" if space else ""
    rest = list(root.iter())
    guard = root.find(f"{space}sheetProtection")
    view = root.find(f"{space}sheetViews/{space}sheetView")
    return SheetXml(
        kind, cells, rows, list(_columns(root, space)), _defaults(root, space),
        [area for e in rest if _name(e) == "mergeCell" for area in areas(e.get("ref", ""))],
        list(_formats(rest)), list(_validations(rest)),
        [Link(e.get("ref", ""), _id(e)) for e in rest if _name(e) == "hyperlink"],
        guard is not None and guard.get("sheet", "") in _TRUE,
        guard is not None and any(guard.get(name) for name in ("password", "hashValue")),
        any(_name(e) == "filterColumn" for e in rest),
        view is None or view.get("showZeros", "1") in _TRUE,
    )  # fmt: skip


def _id(element: ET.Element) -> str:
    return next((v for k, v in element.attrib.items() if k.endswith("}id")), "")


# --- cells ------------------------------------------------------------------------------------------------------------


def _cells(found: Rows, markup: Markup) -> tuple[dict[tuple[int, int], Stored], dict[int, Lane]]:
    cells: dict[tuple[int, int], Stored] = {}
    rows: dict[int, Lane] = {}
    shared: dict[str, tuple[str, str]] = {}
    for number, row in found.by_number.items():
        hidden, height = attribute(row.attributes, "hidden"), attribute(row.attributes, "ht")
        if hidden is not None or height is not None:
            rows[number] = Lane(hidden in _TRUE, _size(height))
        for cell in found.cells(row):
            style, kind = _style_and_kind(cell.attributes)
            if not cell.body:
                cells[number, cell.column] = _blank(style)
                continue
            formula, array = None, ""
            if "f" in cell.body and (m := markup.formula.search(cell.body)):
                formula, array = _formula(m[1], unescape(m[2] or ""), (number, cell.column), shared)
            cells[number, cell.column] = Stored(style, kind, _raw(cell.body, kind, markup), formula, array)
    return cells, rows


@lru_cache(maxsize=4096)
def _style_and_kind(attributes: str) -> tuple[int, str]:
    return whole(attribute(attributes, "s")), attribute(attributes, "t") or "n"


@lru_cache(maxsize=4096)
def _blank(style: int) -> Stored:
    return Stored(style)


def _raw(body: str, kind: str, markup: Markup) -> str | None:
    """What is stored in a cell, texts as they are read; None where nothing is."""
    if kind == "inlineStr":
        return rich_text(body, markup)
    found = markup.value.search(body)
    if not found:
        return None
    return read_text(found[1] or "") if kind == "str" else unescape(found[1] or "")


def _formula(tag: str, text: str, place: tuple[int, int], shared: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Text of a formula, and the range it fills; one that is shared is written out."""
    if not tag.strip():
        return text, ""
    kind, group, here = attribute(tag, "t"), attribute(tag, "si") or "", ref(place[1], place[0])
    if kind == "shared" and text:
        shared[group] = (text, here)
    elif kind == "shared" and group in shared:
        model, origin = shared[group]
        text = Translator(f"={model}", origin=origin).translate_formula(here)[1:]
    return text, (attribute(tag, "ref") or here) if kind in ("array", "dataTable") else ""


# --- rows and columns -------------------------------------------------------------------------------------------------


def _size(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _columns(root: ET.Element, space: str) -> Iterator[tuple[int, int, Lane]]:
    for e in root.iterfind(f"{space}cols/{space}col"):
        lane = Lane(e.get("hidden", "") in _TRUE, _size(e.get("width")))
        yield whole(e.get("min")), whole(e.get("max")), lane


def _defaults(root: ET.Element, space: str) -> tuple[Lane, Lane]:
    shape = root.find(f"{space}sheetFormatPr")
    given = {} if shape is None else shape.attrib
    height, width = _size(given.get("defaultRowHeight")), _size(given.get("defaultColWidth"))
    return (
        Lane(given.get("zeroHeight", "") in _TRUE, _HEIGHT if height is None else height),
        Lane(False, _WIDTH if width is None else width),
    )


# --- rules ------------------------------------------------------------------------------------------------------------


def areas(text: str) -> tuple[Area, ...]:
    """The rectangles of `A1:B3 D5`; what is none is left out."""
    found = []
    for part in text.replace("$", "").split():
        try:
            found.append(Area(*parse_range(part, MAX_ROW)))
        except ValueError:
            continue
    return tuple(found)


#: Conditional formats without a condition of their own, and validations between two limits.
_DRAWN = ("dataBar", "colorScale", "iconSet")
_TWO_LIMITS = ("between", "notBetween")


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _formats(elements: list[ET.Element]) -> Iterator[Rule]:
    """Conditional formats, also those in the extensions of newer programs."""
    for block in (e for e in elements if _name(e) == "conditionalFormatting"):
        inside = " ".join(e.text or "" for e in block.iter() if _name(e) == "sqref")
        where = areas(block.get("sqref") or inside)
        for rule in (e for e in block if _name(e) == "cfRule"):
            kind = " ".join(filter(None, (rule.get("type"), rule.get("operator"))))
            drawn = rule.get("type") in _DRAWN  # spelt twice, the second time with the limits as formulas
            formulas = () if drawn else tuple(e.text or "" for e in rule.iter() if _name(e) in ("formula", "f"))
            shown = all(e.get("showValue", "1") in _TRUE for e in rule.iter())
            yield Rule(kind, formulas, where, int(rule.get("dxfId", "-1")), shown)


def _validations(elements: list[ET.Element]) -> Iterator[Rule]:
    for e in (e for e in elements if _name(e) == "dataValidation"):
        inside = " ".join(s.text or "" for s in e.iter() if _name(s) == "sqref")
        operator = "" if e.get("type") in ("list", "custom") else e.get("operator", "between")
        limits = ("formula1", "formula2") if operator in _TWO_LIMITS else ("formula1",)
        formulas = [f for limit in limits for f in e.iter() if _name(f) == limit]
        texts = tuple("".join(f.itertext()).removeprefix("=") for f in formulas)
        yield Rule(f"{e.get('type', 'none')} {operator}".strip(), texts, areas(e.get("sqref") or inside))
