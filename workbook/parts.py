"""The parts that all sheets of a workbook share: its texts, its styles; and what any part must satisfy."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from xml.parsers import expat

from xl_perlas.workbook.cellxml import ATTRIBUTES, elements_only, is_date_format, whole
from xl_perlas.workbook.rowsxml import markup_of, prefix_of, rich_text


class SharedTexts:
    """The texts that cells refer to by number, read when asked for."""

    def __init__(self, text: str):
        """`text`: the XML of the part, "" when the workbook has none."""
        text = elements_only(text)
        p = prefix_of(text)
        self._markup = markup_of(p)
        self._raw = re.findall(rf"<{p}si(?=[\s/>]){ATTRIBUTES}\s*(?:/>|>(.*?)</{p}si\s*>)", text, re.S)
        self._read: dict[int, str] = {}

    def __getitem__(self, index: int) -> str:
        """The text with that number. Raises IndexError when there is none."""
        known = self._read.get(index)
        if known is None:
            if index < 0:
                raise IndexError(index)
            known = self._read[index] = rich_text(self._raw[index], self._markup)
        return known


def date_styles(root: ET.Element) -> frozenset[int]:
    """The cell styles (positions in cellXfs of the style sheet `root`) that show a number as a date."""
    ns = root.tag.partition("}")[0] + "}"
    own = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iterfind(f"{ns}numFmts/{ns}numFmt")}
    formats = [e.get("numFmtId", "0") for e in root.iterfind(f"{ns}cellXfs/{ns}xf")]
    return frozenset(i for i, f in enumerate(formats) if is_date_format(whole(f), own.get(f)))


def check_xml(content: bytes) -> str:
    """The encoding of an XML document; checked to be well-formed and without document type.

    Raises:
        expat.ExpatError: not well-formed.
        LookupError: an encoding that does not exist.
        ValueError: a document type, or another encoding than spreadsheets use.
    """
    found: list[str] = []

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        found.append((encoding or "utf-8").lower())

    def refuse(*_: object) -> None:
        raise ValueError("document type")

    parser = expat.ParserCreate(namespace_separator=" ")  # so that undeclared prefixes are noticed
    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if content[:2] == b"\xff\xfe" else "utf-16-be"
    encoding = found[0] if found else "utf-8"
    if encoding not in ("utf-8", "us-ascii", "ascii", "iso-8859-1"):
        raise ValueError(f"encoding {encoding}")
    return encoding
