"""A workbook edited in place: the cells asked for change, everything else in the file stays byte for byte.

Libraries that load a workbook and write it anew lose what they do not know: shapes, pictures, buttons, add-ins' parts.
Here the parts of the file are text in which cells are replaced, and parts that do not change are copied as they lie.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading import ole
from xl_perlas.reading.grid import MAX_FILE
from xl_perlas.reading.safe_archive import MIB, safe_parts
from xl_perlas.workbook.archive import rewrite
from xl_perlas.workbook.atomic import Stamp, replace_file, stamp
from xl_perlas.workbook.cellxml import (
    ATTRIBUTES,
    ErrorValue,
    Value,
    attribute,
    from_serial,
    read_text,
    split_reference,
    with_attribute,
)
from xl_perlas.workbook.parts import SharedTexts, check_xml, date_styles
from xl_perlas.workbook.printed import print_only
from xl_perlas.workbook.rowsxml import prefix_of
from xl_perlas.workbook.sheetxml import Sheet

CALC_ID = "191029"  # Excel 2019's engine: newer ones do not recalculate on load what it left
_SPREADSHEET_ML = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # "Strict Open XML"
)
_BEFORE_CALC_PR = ("definedNames", "externalReferences", "functionGroups", "sheets")  # nearest first
_CHAIN = "/calcChain"


class Package:
    """An .xlsx or .xlsm: its sheets, to be read and changed, and its saving.

    Sheets and what is asked of them live until the package is dropped; it can be saved several times.
    """

    def __init__(self, path: Path, data: bytes, seen: Stamp):
        """Use `open`."""
        self.path = path
        self.file = path.name
        self._data, self._seen = data, seen
        self._parts: dict[str, bytes] = {}
        for name, content in safe_parts(data, self.file):
            if _key(name) in self._parts:
                raise PerlasError(problem("A10", where=self.file))
            self._parts[_key(name)] = content
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._members, self._comment = archive.infolist(), archive.comment
        self._book_part = self._find_book()
        self._book_text = self._text(self._book_part)
        self._links = self._relationships(self._book_part)
        self._sheet_parts = self._find_sheets()
        self._sheets: dict[str, Sheet] = {}
        self._without_chain = False

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Package:
        """Read the workbook at `path`.

        Raises:
            PerlasError: it cannot be read (A01-A04, A15), is protected with a password (A06), damaged or not safe to
                open (A10, A12-A14, L03), or not a workbook that can be changed in place (L01, L02).
        """
        file = Path(path)
        data, seen = _read(file)
        if data.startswith(ole.MAGIC):
            raise PerlasError(_old_or_protected(data, file.name))
        if not data.startswith(b"PK"):
            code = "A10" if not data else "L02"
            raise PerlasError(problem(code, where=file.name))
        return cls(file, data, seen)

    # --- parts

    def _damaged(self, part: str) -> PerlasError:
        return PerlasError(problem("L03", where=self.file, part=part))

    def _text(self, part: str) -> str:
        """The XML of a part, checked to be well-formed."""
        content = self._parts.get(_key(part))
        if content is None:
            raise self._damaged(part)
        try:
            encoding = check_xml(content)
            return content.decode(encoding)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise self._damaged(part) from error

    def _tree(self, part: str) -> ET.Element:
        return ET.fromstring(self._text(part).encode("utf-8"), ET.XMLParser(encoding="utf-8"))

    def _relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """Type and target part of each relationship of `part` within the file, by its id."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found = {}
        for e in self._tree(rels):
            if e.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, unquote(e.get("Target", ""))))
                found[e.get("Id", "")] = (e.get("Type", ""), target.lstrip("/"))
        return found

    def _find_book(self) -> str:
        if "_rels/.rels" not in self._parts:
            raise PerlasError(self._other_kind())
        for kind, part in self._relationships("").values():
            if kind.endswith("/officeDocument"):
                if part.endswith(".bin"):
                    raise PerlasError(problem("L01", where=self.file, kind="un libro binario (.xlsb)"))
                content = self._parts.get(_key(part), b"")
                if b"workbook" not in content[:4000]:
                    raise PerlasError(self._other_kind() if content else problem("L03", where=self.file, part=part))
                return part
        raise PerlasError(self._other_kind())

    def _other_kind(self) -> Problem:
        if b"opendocument.spreadsheet" in self._parts.get("mimetype", b""):
            return problem("L01", where=self.file, kind="una hoja de cálculo de OpenDocument (.ods)")
        return problem("L02", where=self.file)

    def _find_sheets(self) -> dict[str, str]:
        root = self._tree(self._book_part)
        if root.tag not in {f"{{{ns}}}workbook" for ns in _SPREADSHEET_ML}:
            raise PerlasError(problem("L02", where=self.file))
        sheets = {}
        for e in root.iter(root.tag.replace("}workbook", "}sheet")):
            link = next((v for k, v in e.attrib.items() if k.endswith("}id")), "")
            if link not in self._links:
                raise self._damaged(self._book_part)
            sheets[e.get("name", "")] = self._links[link][1]
        return sheets

    def _linked(self, kind: str) -> str | None:
        return next((part for t, part in self._links.values() if t.endswith(kind)), None)

    # --- contents

    @property
    def data(self) -> bytes:
        """The file as it was read."""
        return self._data

    @property
    def sheet_names(self) -> list[str]:
        """Names of the sheets in the order of their tabs."""
        return list(self._sheet_parts)

    @cached_property
    def defined_names(self) -> dict[str, str]:
        """What each name of the workbook stands for, as `'Catálogo'!$A$7:$A$1506`; names of one sheet are left out."""
        root = self._tree(self._book_part)
        tag = root.tag.replace("}workbook", "}definedName")
        return {
            e.get("name", ""): (e.text or "").strip() for e in root.iter(tag) if e.get("localSheetId") is None
        }

    def area(self, name: str) -> tuple[Sheet, str]:
        """Sheet and range of a defined name; as Excel does, without regard to upper case.

        Raises:
            PerlasError: there is no such name, or it is no range of a sheet (L10).
        """
        known = {key.casefold(): text for key, text in self.defined_names.items()}
        try:
            sheet, area = split_reference(known[name.casefold()])
        except (KeyError, ValueError) as error:
            raise PerlasError(problem("L10", where=self.file, name=name)) from error
        return self.sheet(sheet), area

    def sheet(self, name: str) -> Sheet:
        """The sheet called `name` (upper case does not matter).

        Raises:
            PerlasError: no such sheet (L04), damaged (L03), or a sheet without cells, as those of a chart (L05).
        """
        found = next((n for n in self._sheet_parts if n == name), "") or next(
            (n for n in self._sheet_parts if n.casefold() == name.casefold()), ""
        )
        if not found:
            names = ", ".join(f"«{n}»" for n in self._sheet_parts)
            raise PerlasError(problem("L04", where=self.file, sheet=name, names=names))
        if found not in self._sheets:
            self._sheets[found] = Sheet(self, found, self._text(self._sheet_parts[found]))
        return self._sheets[found]

    @cached_property
    def epoch_1904(self) -> bool:
        """Whether the days of the workbook count from 1904."""
        properties = re.search(rf"<(?:[\w.-]+:)?workbookPr({ATTRIBUTES})", self._book_text)
        return attribute(properties[1] if properties else "", "date1904") in ("1", "true")

    @cached_property
    def _shared(self) -> SharedTexts:
        part = self._linked("/sharedStrings")
        return SharedTexts(self._text(part) if part and _key(part) in self._parts else "")

    @cached_property
    def _date_styles(self) -> frozenset[int]:
        part = self._linked("/styles")
        return date_styles(self._tree(part)) if part and _key(part) in self._parts else frozenset()

    def value(self, kind: str, raw: str, style: int) -> Value:
        """What a cell with type `kind` and stored text `raw` holds.

        Raises:
            ValueError, IndexError: the text does not fit the type.
        """
        if kind == "n":
            number = float(raw)
            return from_serial(number, self.epoch_1904) if style in self._date_styles else number
        if kind == "s":
            return self._shared[int(raw)]
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "e":
            return ErrorValue(read_text(raw))
        if kind == "d":
            moment = dt.datetime.fromisoformat(raw.strip())
            return moment.date() if moment.time() == dt.time() else moment
        raise ValueError(f"unknown cell type {kind!r}")

    # --- changes

    def set_full_calc_on_load(self, on: bool) -> None:
        """Whether the spreadsheet program calculates everything when it opens the file.

        False: it shows the results that the file holds.
        """
        p = prefix_of(self._book_text)
        found = re.search(rf"<{p}calcPr({ATTRIBUTES})", self._book_text)
        attributes = with_attribute(found[1] if found else "", "calcId", CALC_ID)
        attributes = with_attribute(attributes, "fullCalcOnLoad", "1" if on else None)
        if found:
            begin, end = found.span(1)
            self._book_text = self._book_text[:begin] + attributes + self._book_text[end:]
            return
        for name in _BEFORE_CALC_PR:
            before = re.search(rf"</{p}{name}\s*>|<{p}{name}{ATTRIBUTES}\s*/>", self._book_text)
            if before:
                at = before.end()
                self._book_text = f"{self._book_text[:at]}<{p}calcPr{attributes}/>{self._book_text[at:]}"
                return

    def print_only(self, kept: Collection[str]) -> None:
        """Hide all sheets but those in `kept`, of which there is one at least: the others are not printed."""
        self._book_text = print_only(self._book_text, self.sheet_names, kept)

    def forget_calculation_chain(self) -> None:
        """Leave out the list of the cells with formulas, which no longer holds; the program makes it anew."""
        self._without_chain = True

    def _changed_parts(self) -> dict[str, bytes]:
        """The new content of each part that has one, by the key of its name."""
        texts = {self._book_part: self._book_text}
        for name, sheet in self._sheets.items():
            text = sheet.xml()
            if text is not None:
                texts[self._sheet_parts[name]] = text
        if self._without_chain and self._linked(_CHAIN):
            texts |= self._texts_without_chain()
        changed = {}
        for part, text in texts.items():
            old = self._parts[_key(part)]
            new = text.encode(check_xml(old), "xmlcharrefreplace")
            check_xml(new)  # never save what cannot be read again
            if new != old:
                changed[_key(part)] = new
        return changed

    def _texts_without_chain(self) -> dict[str, str]:
        folder, name = posixpath.split(self._book_part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        texts = {}
        for part, tag in ((rels, "Relationship"), ("[Content_Types].xml", "Override")):
            texts[part] = re.sub(
                rf"<((?:[\w.-]+:)?{tag})({ATTRIBUTES})\s*(?:/>|>\s*</\1\s*>)",
                lambda m: "" if "calcChain" in m[2] else m[0],
                self._text(part),
            )
        return texts

    # --- saving

    def save(self, path: str | os.PathLike[str] | None = None, *, force: bool = False) -> None:
        """Write the workbook where it was read, or to `path`.

        Nothing is written when nothing changed. The same file and changes always give the same bytes.

        Raises:
            PerlasError: open in another program (L06; `force` ignores the lock files that say so), cannot be written
                (L07), or another program saved it meanwhile (L08). The file there is then as it was.
        """
        target = Path(path) if path is not None else self.path
        in_place = os.path.realpath(target) == os.path.realpath(self.path)
        data = self._bytes()
        if in_place and data == self._data:
            return
        written = replace_file(target, data, force=force, seen=self._seen if in_place else None)
        if in_place:
            self._seen = written

    def _bytes(self) -> bytes:
        changed = self._changed_parts()
        if not changed:
            return self._data
        chain = _key(self._linked(_CHAIN) or "") if self._without_chain else None
        members = [m for m in self._members if _key(m.filename) != chain]
        named = {m.filename: changed[_key(m.filename)] for m in members if _key(m.filename) in changed}
        return rewrite(self._data, members, named, self._comment)


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _read(file: Path) -> tuple[bytes, Stamp]:
    try:
        if file.is_dir():
            raise PerlasError(problem("A02", where=str(file)))
        with file.open("rb") as handle:
            seen = stamp(os.fstat(handle.fileno()))
            if seen.size > MAX_FILE:
                raise PerlasError(
                    problem("A15", where=file.name, size=seen.size // MIB, limit=MAX_FILE // MIB)
                )
            return handle.read(), seen
    except FileNotFoundError as error:
        raise PerlasError(problem("A01", where=str(file))) from error
    except PermissionError as error:
        raise PerlasError(problem("A03", where=str(file))) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise PerlasError(problem("A04", where=str(file), detail=detail)) from error


def _old_or_protected(data: bytes, file: str) -> Problem:
    try:
        found = ole.streams(data, {"WORKBOOK", "BOOK", "ENCRYPTEDPACKAGE"})
    except ValueError:
        return problem("A10", where=file)
    if "ENCRYPTEDPACKAGE" in found:
        return problem("A06", where=file)
    if found:
        return problem("L01", where=file, kind="un libro de Excel 97-2003 (.xls)")
    return problem("L02", where=file)
