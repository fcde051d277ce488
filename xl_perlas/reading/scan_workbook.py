"""What must be known about a workbook that the library which reads its cells does not tell.

It gives an empty cell for one in error (`#REF!`), which would make an account "not listed"; and it reserves memory for
the rectangle between the first and the last cell and for every count that the file declares, so that one cell in
XFD1048576 ends the process. Both are looked up here in the parts of the file, before. Old .xls: `scan_xls.py`.
"""

from __future__ import annotations

import posixpath
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from xl_perlas.figures import UNCALCULATED
from xl_perlas.problems import PerlasError, problem
from xl_perlas.reading.safe_archive import safe_parts

Errors = dict[tuple[int, int], str]  #: (row, column), from 0, of each cell in error and its text

MAX_CELLS = 65_536 * 256  # the largest sheet of the old .xls; a balance of 200,000 rows fits with 80 columns
MAX_COLUMNS = 16_384  # Excel's own limit
MAX_TEXT = 4 * 1024**3  # characters of shared texts once copied to each cell

_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REF = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_LONGER = rb"""r\s*=\s*["'][A-Za-z]{%d}[A-Za-z]+\d"""
_BARE = re.compile(rb"""<c(?! r="[A-Z]+\d+")[\s/>]|:c[\s/>]""")
_FILLED = re.compile(rb"""<(?:\w+:)?c((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*>""")

ERROR_NAMES = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA",
}  # fmt: skip


def scan_archive(data: bytes, where: str) -> dict[str, Errors]:
    """The cells in error of a .xlsx, .xlsm, .xlsb or .ods, by sheet.

    Raises:
        PerlasError: not a safe archive (see `safe_parts`), not a workbook (A11), protected (A06), or a sheet whose
            cells lie too far apart (A18).
    """
    sheets: dict[str, Errors] = {}
    kept: dict[str, bytes] = {}
    longest, texts = 0, 0
    for name, content in safe_parts(data, where):
        low = name.lower()
        if low in ("xl/workbook.xml", "xl/workbook.bin", "mimetype") or low.endswith((".rels", "manifest.xml")):
            kept[low] = content
        elif low == "content.xml":
            kept[low] = b""
            sheets.update(_scan_ods(content, where))
        elif content[:2] == b"\x81\x01":
            sheets[low] = _scan_xlsb(content, where)
        elif low.endswith("sharedstrings.xml"):
            longest = _longest_shared_text(content, where)
        elif b"sheetData" in content:
            texts += len(re.findall(rb"""=\s*["']s["']""", content))
            sheets[low] = _scan_xlsx(content, where)
    if longest * texts > MAX_TEXT:
        raise PerlasError(problem("A18", where=where))
    return _by_sheet_name(kept, sheets, where)


def _by_sheet_name(kept: dict[str, bytes], parts: dict[str, Errors], where: str) -> dict[str, Errors]:
    if "content.xml" in kept:
        if b"spreadsheet" not in kept.get("mimetype", b"spreadsheet"):
            raise PerlasError(problem("A11", where=where, kind="un documento de texto o una presentación"))
        if any(b"encryption-data" in content for content in kept.values()):
            raise PerlasError(problem("A06", where=where))
        return parts
    book = next((n for n in ("xl/workbook.xml", "xl/workbook.bin") if n in kept), "")
    if not book:
        raise PerlasError(problem("A11", where=where, kind="un archivo comprimido o de otro programa"))
    try:
        names = _xlsb_sheets(kept[book]) if book.endswith(".bin") else _xlsx_sheets(kept[book])
        links = ET.fromstring(kept[posixpath.join("xl/_rels", posixpath.basename(book) + ".rels")])
    except (ET.ParseError, KeyError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise PerlasError(problem("A16", where=where)) from error
    targets = {e.get("Id", ""): posixpath.join("/xl", e.get("Target", "")).lower().strip("/") for e in links}
    return {name: parts.get(targets.get(link, ""), {}) for name, link in names}


def _xlsx_sheets(book: bytes) -> list[tuple[str, str]]:
    return [
        (e.get("name", ""), next((v for k, v in e.attrib.items() if k.endswith("}id")), ""))
        for e in ET.fromstring(book).iter()
        if e.tag.endswith("}sheet")
    ]


def _scan_xlsx(content: bytes, where: str) -> Errors:
    _refuse_sparse_xlsx(content, where)
    errors: Errors = {}
    for m in re.finditer(rb"""=\s*["']e["']""", content):
        begin = content.rfind(b"<", 0, m.start())
        tag = content[begin : content.find(b">", m.start())]
        ref = _REF.search(tag)
        value = re.compile(rb"<(?:\w+:)?v>([^<]*)").search(content, m.end(), m.end() + 20_000)
        if ref:
            errors[int(ref[2]) - 1, _column(ref[1])] = value[1].decode("utf-8", "replace") if value else "#N/A"
    for m in _FORMULA_ALONE.finditer(content):
        tag = content[content.rfind(b"<", 0, m.start()) : m.start()]
        ref = _REF.search(tag)
        if ref and b'"str"' not in tag:  # an empty text is a result
            errors[int(ref[2]) - 1, _column(ref[1])] = UNCALCULATED
    return errors


def _refuse_sparse_xlsx(content: bytes, where: str) -> None:
    """A cheap upper bound first; cells are looked at one by one only when it is too large.

    Then only those that hold something count: a format alone at the end of the sheet does no harm.
    """
    references = re.findall(rb"""r\s*=\s*["'][A-Za-z]+(\d+)["']""", content)
    numbered = re.findall(rb"""r\s*=\s*["'](\d+)["']""", content)  # <row r="7">
    rows = max(map(int, {*references, *numbered}), default=0)
    letters = next((n for n in (1, 2, 3) if not re.search(_LONGER % n, content)), 4)
    bare = _BARE.search(content) is not None  # cells may come without their address, one after the other
    width = max(len(re.findall(rb"[<:]c[\s/>]", row)) for row in re.split(rb"[<:]row\b", content)) if bare else 0
    if rows * max(26**letters, width) > MAX_CELLS:
        filled = [m for m in map(_REF.search, re.findall(_FILLED, content)) if m]
        last = max((int(m[2]) for m in filled), default=0)
        columns = max((_column(letter) + 1 for letter in {m[1] for m in filled}), default=0)
        refuse_sparse(max(last, rows if bare else 0), max(columns, width), where)


def _longest_shared_text(content: bytes, where: str) -> int:
    """The library reserves room for as many texts as the part declares."""
    head = re.search(rb"<(?:\w+:)?sst\b[^>]*", content)
    declared = [int(n) for n in re.findall(rb"""["'](\d+)["']""", head[0])] if head else []
    if max(declared, default=0) > max(len(content), 1_000_000):
        raise PerlasError(problem("A18", where=where))
    return max(map(len, re.split(rb"<(?:\w+:)?si\b", content)))


def refuse_sparse(rows: int, columns: int, where: str) -> None:
    if rows * columns > MAX_CELLS or columns > MAX_COLUMNS:
        raise PerlasError(problem("A18", where=where))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


_ODS = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)"
    rb"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>"""
)


def _scan_ods(content: bytes, where: str) -> dict[str, Errors]:
    if re.search(rb"""text:c\s*=\s*["']\d{6,}""", content):  # that many spaces in one cell
        raise PerlasError(problem("A18", where=where))
    sheets: dict[str, Errors] = {}
    errors: Errors = {}
    row = column = row_step = column_step = 0
    for m in _ODS.finditer(content):
        tag, attributes, closed = m.groups()
        if tag == b"table":
            errors = sheets.setdefault(_attribute(attributes, b"name"), {})
            row = row_step = 0
        elif tag == b"table-row":
            row, row_step = row + row_step, _repeats(attributes, b"number-rows-repeated")
            column = column_step = 0
        else:
            column, column_step = column + column_step, _repeats(attributes, b"number-columns-repeated")
            if b"value" in attributes or not closed:
                refuse_sparse(row + row_step, column + column_step, where)
            if b'"error"' in attributes:
                text = re.compile(rb"<text:p[^>]*>([^<]*)").search(content, m.end(), m.end() + 2000)
                said = text[1].decode("utf-8", "replace") if text else "#N/A"
                for r in range(row, row + min(row_step, 1000)):
                    errors.update({(r, c): said for c in range(column, column + min(column_step, 1000))})
    return sheets


def _repeats(attributes: bytes, name: bytes) -> int:
    text = _attribute(attributes, name)
    return int(text) if text.isdecimal() else 1


def _attribute(attributes: bytes, name: bytes) -> str:
    m = re.search(rb"table:" + name + rb"""\s*=\s*["']([^"']*)["']""", attributes)
    if not m:
        return ""
    text = m[1].decode("utf-8", "replace")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _xlsb_records(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, position and size of each record."""
    at = 0
    while at + 1 < len(content):
        kind = content[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = content[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        yield kind, at, size
        at += size


def _scan_xlsb(content: bytes, where: str) -> Errors:
    errors: Errors = {}
    row = rows = columns = 0
    try:
        for kind, at, _ in _xlsb_records(content):
            if kind == 0:
                row = struct.unpack_from("<I", content, at)[0]
            elif 2 <= kind <= 11:
                column = struct.unpack_from("<I", content, at)[0]
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                if kind in (3, 11):
                    errors[row, column] = ERROR_NAMES.get(content[at + 8], "#N/A")
    except (IndexError, struct.error) as error:
        raise PerlasError(problem("A16", where=where)) from error
    refuse_sparse(rows, columns, where)
    return errors


def _xlsb_sheets(book: bytes) -> list[tuple[str, str]]:
    found = []
    for kind, at, _ in _xlsb_records(book):
        if kind == 156:
            link, after = _wide(book, at + 8)
            found.append((_wide(book, after)[0], link))
    return found


def _wide(content: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * int(struct.unpack_from("<I", content, at)[0])
    return content[at + 4 : end].decode("utf-16-le"), end
