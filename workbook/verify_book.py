"""A workbook received from somebody: every part of it can be looked at, nothing is ever written."""

from __future__ import annotations

import os
import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, Self
from urllib.parse import unquote
from xml.parsers import expat

from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook.cellxml import ErrorValue, Value, whole
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.parts import check_xml
from xl_perlas.workbook.verify_looks import Styles, read_styles
from xl_perlas.workbook.verify_sheet import SheetXml, Stored, read_sheet

VISIBLE = "visible"
_STRICT = "http://purl.oclc.org/ooxml/"


class Name(NamedTuple):
    """A defined name; `sheet` is the only one where it holds, "" when it holds everywhere."""

    name: str
    text: str
    sheet: str
    hidden: bool


class Target(NamedTuple):
    """Something that a part refers to: by whom, as what, where, and whether it lies outside the file."""

    part: str
    kind: str
    target: str
    outside: bool
    id: str


class Received(Package):
    """A workbook to be verified: what `Package` reads of it, and what only who verifies asks for."""

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Read the workbook at `path`; see `Package.open`."""
        found = super().open(path)
        assert isinstance(found, cls)
        return found

    @property
    def part_names(self) -> list[str]:
        """The names of its parts, in small letters."""
        return list(self._parts)

    def content(self, part: str) -> bytes:
        """The content of a part, b"" when there is none."""
        return self._parts.get(part.lower(), b"")

    def sheet_part(self, sheet: str) -> str:
        """The part that holds a sheet, in small letters."""
        return self._sheet_parts[sheet].lower()

    def tree(self, part: str) -> ET.Element | None:
        """The XML of a part; None where it has none, is damaged or not safe to read."""
        try:
            check_xml(self.content(part))
            return ET.fromstring(self.content(part))
        except (ET.ParseError, expat.ExpatError, LookupError, ValueError):
            return None

    def sheet_xml(self, name: str) -> SheetXml:
        """A sheet as it lies in the file.

        Raises:
            PerlasError: it is damaged (L03).
        """
        if name not in self._read:
            part = self._sheet_parts[name]
            try:
                self._read[name] = read_sheet(self._text(part))
            except (ValueError, ET.ParseError) as error:
                raise self._damaged(f"la hoja {name}") from error
        return self._read[name]

    @cached_property
    def _read(self) -> dict[str, SheetXml]:
        return {}

    def shown(self, cell: Stored | None) -> Value:
        """What a cell holds, numbers as numbers whatever their format; None where it is blank.

        Raises:
            PerlasError: its content does not fit its kind (L03).
        """
        if cell is None or cell.raw is None:
            return None
        raw, kind = cell.raw, cell.kind
        if kind in ("str", "inlineStr"):
            return raw
        if kind == "e":
            return ErrorValue(raw)
        try:
            return float(raw) if kind == "n" and raw.strip() else self.value(kind, raw, 0) if raw.strip() else None
        except (ValueError, IndexError) as error:
            raise PerlasError(problem("L03", where=self.file, part=f"una celda ({raw[:40]})")) from error

    @cached_property
    def styles(self) -> Styles:
        """The formats of its cells.

        Raises:
            PerlasError: they are damaged (L03).
        """
        parts = {kind: self._linked(f"/{kind}") or "" for kind in ("styles", "theme")}
        try:
            for part in filter(None, parts.values()):
                check_xml(self.content(part))
            return read_styles(self.content(parts["styles"]), self.content(parts["theme"]))
        except (ValueError, LookupError, ET.ParseError, expat.ExpatError) as error:
            raise self._damaged(parts["styles"]) from error

    @cached_property
    def book_tree(self) -> ET.Element:
        """The part that lists the sheets."""
        return self._tree(self._book_part)

    def _every(self, name: str) -> Iterator[ET.Element]:
        return (e for e in self.book_tree.iter() if e.tag.rpartition("}")[2] == name)

    def book_property(self, element: str, attribute: str) -> str:
        """An attribute of one of the workbook's own elements, as `calcPr`; "" where there is none."""
        return next((e.get(attribute, "") for e in self._every(element)), "")

    @cached_property
    def states(self) -> dict[str, str]:
        """`visible`, `hidden` or `veryHidden` for each sheet."""
        return {e.get("name", ""): e.get("state", VISIBLE) for e in self._every("sheet")}

    @cached_property
    def names(self) -> list[Name]:
        """Every defined name."""
        sheets = self.sheet_names

        def where(e: ET.Element) -> str:
            number = e.get("localSheetId")
            return "" if number is None else sheets[whole(number)] if whole(number) < len(sheets) else "?"

        return [
            Name(e.get("name", ""), (e.text or "").strip(), where(e), e.get("hidden", "0") in ("1", "true"))
            for e in self._every("definedName")
        ]

    @cached_property
    def targets(self) -> list[Target]:
        """Everything that the parts refer to, inside and outside the file."""
        found = []
        for name in self.part_names:
            holder = re.fullmatch(r"(.*?)_rels/([^/]*)\.rels", name)
            root = self.tree(name) if holder else None
            if holder is None or root is None:
                continue
            folder, part = holder[1], holder[1] + holder[2]
            for e in root:
                target, outside = e.get("Target", ""), e.get("TargetMode") == "External"
                if not outside:
                    target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/").lower()
                kind = e.get("Type", "").rpartition("/")[2]
                found.append(Target(part, kind, target, outside and not target.startswith("#"), e.get("Id", "")))
        return found
