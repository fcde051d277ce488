"""Tampering with a workbook as somebody would who edits the file itself: zip and text, nothing of the product."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_FORMULA = re.compile(r"<f([^>]*)>(.*?)</f>", re.S)
_VALUE = re.compile(r"<v>(.*?)</v>", re.S)
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.S)


class RawCell(NamedTuple):
    """A cell in the text of its sheet: column, row, attributes, content."""

    column: str
    row: int
    attributes: str
    body: str

    @property
    def ref(self) -> str:
        return f"{self.column}{self.row}"

    @property
    def formula(self) -> str | None:
        found = _FORMULA.search(self.body)
        return unescape(found[2]) if found else None

    @property
    def is_array(self) -> bool:
        found = _FORMULA.search(self.body)
        return bool(found and "array" in found[1])

    @property
    def kind(self) -> str:
        found = re.search(r't="(\w+)"', self.attributes)
        return found[1] if found else "n"

    @property
    def style(self) -> int:
        found = re.search(r's="(\d+)"', self.attributes)
        return int(found[1]) if found else 0

    @property
    def value(self) -> str:
        found = _VALUE.search(self.body) or _TEXT.search(self.body)
        return unescape(found[1]) if found else ""


class Raw:
    """The parts of a workbook that the program made, to be changed one by one."""

    def __init__(self, path: Path, shared: Raw | None = None):
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self._shared = shared

    def copy(self) -> Raw:
        other = object.__new__(Raw)
        other.parts, other._shared = dict(self.parts), self
        return other

    def save(self, path: Path) -> Path:
        """Stored without compression: it is read many times and kept none."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return path

    # --- parts

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Part of each sheet by its name."""
        links = {}
        for one in re.findall(r"<Relationship\b[^>]*>", self.text("xl/_rels/workbook.xml.rels")):
            known = dict(re.findall(r'(\w+)="([^"]*)"', one))
            links[known["Id"]] = known["Target"].removeprefix("/xl/")
        found = re.findall(r'<sheet\b[^>]*?name="([^"]+)"[^>]*?r:id="([^"]+)"', self.text("xl/workbook.xml"))
        return {unescape(name): f"xl/{links[link]}" for name, link in found}

    def text(self, part: str) -> str:
        return self.parts[part].decode("utf-8")

    def set(self, part: str, text: str) -> None:
        assert text != self.text(part) if part in self.parts else True, f"nothing changed in {part}"
        self.parts[part] = text.encode("utf-8")

    def edit(self, part: str, change: Callable[[str], str]) -> None:
        self.set(part, change(self.text(part)))

    def sheet(self, name: str) -> str:
        return self.text(self.sheets[name])

    def edit_sheet(self, name: str, change: Callable[[str], str]) -> None:
        self.edit(self.sheets[name], change)

    # --- cells

    def cells(self, name: str) -> list[RawCell]:
        if self._shared is not None and self.parts[self.sheets[name]] is self._shared.parts[self.sheets[name]]:
            return self._shared.cells(name)
        if name not in self._known:
            self._known[name] = list(_cells(self.sheet(name)))
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, list[RawCell]]:
        return {}

    def cell(self, name: str, ref: str) -> RawCell:
        return next(c for c in self.cells(name) if c.ref == ref)

    def put(self, name: str, cell: RawCell, attributes: str, body: str) -> None:
        """Replace a cell that is there."""
        new = f'<c r="{cell.ref}"{attributes}>{body}</c>' if body else f'<c r="{cell.ref}"{attributes}/>'
        pattern = re.compile(rf'<c r="{cell.ref}"(?:[^>]*?/>|[^>]*?>.*?</c>)', re.S)
        self.edit_sheet(name, lambda text: pattern.sub(lambda _: new, text, count=1))

    def number(self, name: str, cell: RawCell, value: float) -> None:
        self.put(name, cell, without_kind(cell.attributes), f"<v>{value!r}</v>")

    def inline(self, name: str, cell: RawCell, text: str) -> None:
        attributes = without_kind(cell.attributes) + ' t="inlineStr"'
        self.put(name, cell, attributes, f"<is><t>{escape(text)}</t></is>")

    def add(self, name: str, ref: str, body: str, attributes: str = "") -> None:
        """A cell in a row of its own, after all others."""
        row = re.sub(r"\D", "", ref)
        new = f'<row r="{row}"><c r="{ref}"{attributes}>{body}</c></row></sheetData>'
        self.edit_sheet(name, lambda text: text.replace("</sheetData>", new, 1))

    # --- looks

    def style(self, base: int, *, code: str = "", font: str = "", fill: int | None = None, hidden: bool = False) -> int:
        """A new cell format: as `base`, with another number format, font or fill."""
        text = self.text("xl/styles.xml")
        formats = re.search(r"(<cellXfs[^>]*>)(.*?)</cellXfs>", text, re.S)
        assert formats
        every = re.findall(r"<xf\b[^>]*?/>|<xf\b.*?</xf>", formats[2], re.S)
        new = every[base]
        if code:
            known = escape(code, {'"': "&quot;"})
            text = text.replace("</numFmts>", f'<numFmt numFmtId="990" formatCode="{known}"/></numFmts>', 1)
            new = re.sub(r'numFmtId="\d+"', 'numFmtId="990"', new)
        if font:
            fonts = re.search(r"<fonts[^>]*>(.*?)</fonts>", text, re.S)
            assert fonts
            number = len(re.findall(r"<font\b", fonts[1]))
            text = text.replace("</fonts>", f"<font>{font}</font></fonts>", 1)
            new = re.sub(r'fontId="\d+"', f'fontId="{number}"', new)
        if fill is not None:
            new = re.sub(r'fillId="\d+"', f'fillId="{fill}"', new)
        if hidden:
            new = re.sub(r"<protection[^>]*/>", "", new)
            new = new[:-2] + "></xf>" if new.endswith("/>") else new
            new = new.replace("</xf>", '<protection locked="1" hidden="1"/></xf>')
        self.set("xl/styles.xml", text.replace("</cellXfs>", new + "</cellXfs>", 1))
        return len(every)

    def restyle(self, name: str, cell: RawCell, style: int) -> None:
        attributes = re.sub(r'\ss="\d+"', "", cell.attributes) + f' s="{style}"'
        self.put(name, cell, attributes, cell.body)


def without_kind(attributes: str) -> str:
    return re.sub(r'\st="\w+"', "", attributes)


def _cells(text: str) -> Iterator[RawCell]:
    for m in _CELL.finditer(text):
        yield RawCell(m[1], int(m[2]), m[3], m[4] or "")
