"""What must be known about a workbook that the library which reads its cells does not tell.

It gives an empty cell for one in error (`#REF!`), which would make an account "not listed"; and it reserves memory for
the rectangle between the first and the last cell, so that one cell in XFD1048576 ends the process. Both are looked up
here in the parts of the file, before.
"""

from __future__ import annotations

import posixpath
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from xl_perlas import ole
from xl_perlas.problems import PerlasError, problem
from xl_perlas.safe_archive import safe_parts

Errors = dict[tuple[int, int], str]  #: (row, column), from 0, of each cell in error and its text

MAX_CELLS = 65_536 * 256  # the largest sheet of the old .xls; a balance of 200,000 rows fits with 80 columns
MAX_TEXT = 4 * 1024**3  # characters of shared texts once copied to each cell

_ERROR_NAMES = {
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
            longest = max(map(len, re.split(rb"<(?:\w+:)?si\b", content)))
        elif b"sheetData" in content:
            texts += len(re.findall(rb"""=\s*["']s["']""", content))
            sheets[low] = _scan_xlsx(content, where)
    if longest * texts > MAX_TEXT:
        raise PerlasError(problem("A18", where=where))
    return _by_sheet_name(kept, sheets, where)


def scan_xls(data: bytes, where: str) -> dict[str, Errors]:
    """The cells in error of an old .xls, by sheet.

    Raises:
        PerlasError: protected with a password (A06), damaged (A16), or not a workbook (A11).
    """
    try:
        found = ole.streams(data, {"WORKBOOK", "BOOK", "ENCRYPTEDPACKAGE"})
    except ValueError as error:
        raise PerlasError(problem("A16", where=where)) from error
    if "ENCRYPTEDPACKAGE" in found:
        raise PerlasError(problem("A06", where=where))
    if "WORKBOOK" not in found and "BOOK" not in found:
        raise PerlasError(problem("A11", where=where, kind="un documento de otro programa de oficina"))
    try:
        return _scan_biff(found.get("WORKBOOK") or found["BOOK"], where)
    except (struct.error, IndexError) as error:
        raise PerlasError(problem("A16", where=where)) from error


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
        ref = re.search(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""", tag)
        value = re.compile(rb"<(?:\w+:)?v>([^<]*)").search(content, m.end(), m.end() + 20_000)
        if ref:
            errors[int(ref[2]) - 1, _column(ref[1])] = value[1].decode("utf-8", "replace") if value else "#N/A"
    return errors


def _refuse_sparse_xlsx(content: bytes, where: str) -> None:
    """Cells that hold something count, not those that only have a format; looked at one by one only if need be."""
    rows = max(map(int, set(re.findall(rb"""=\s*["'][A-Za-z]{1,3}(\d{1,9})["']""", content))), default=0)
    letters = 3 if re.search(rb"""=\s*["'][A-Za-z]{3}\d""", content) else 2
    if rows * 26**letters <= MAX_CELLS:
        return
    cells = re.findall(rb"""=\s*["']([A-Za-z]{1,3})(\d{1,9})["']((?:\s+\w+="\w*")*\s*/>)?""", content)
    filled = [(col, row) for col, row, empty in cells if not empty]
    rows = max(map(int, {row for _, row in filled}), default=0)
    columns = max((_column(col) + 1 for col in {col for col, _ in filled}), default=0)
    _refuse_sparse(rows, columns, where)


def _refuse_sparse(rows: int, columns: int, where: str) -> None:
    if rows * columns > MAX_CELLS:
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
    sheets: dict[str, Errors] = {}
    errors: Errors = {}
    row = column = row_step = column_step = 0
    for m in _ODS.finditer(content):
        tag, attributes, closed = m.groups()
        if tag == b"table":
            errors = sheets.setdefault(_attribute(attributes, b"name"), {})
            row = row_step = 0
        elif tag == b"table-row":
            row, row_step = row + row_step, int(_attribute(attributes, b"number-rows-repeated") or 1)
            column = column_step = 0
        else:
            column, column_step = column + column_step, int(_attribute(attributes, b"number-columns-repeated") or 1)
            if b"value" in attributes or not closed:
                _refuse_sparse(row + row_step, column + column_step, where)
            if b'"error"' in attributes:
                text = re.compile(rb"<text:p[^>]*>([^<]*)").search(content, m.end(), m.end() + 2000)
                for r in range(row, row + min(row_step, 1000)):
                    for c in range(column, column + min(column_step, 1000)):
                        errors[r, c] = text[1].decode("utf-8", "replace") if text else "#N/A"
    return sheets


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
                    errors[row, column] = _ERROR_NAMES.get(content[at + 8], "#N/A")
    except (IndexError, struct.error) as error:
        raise PerlasError(problem("A16", where=where)) from error
    _refuse_sparse(rows, columns, where)
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


def _scan_biff(content: bytes, where: str) -> dict[str, Errors]:
    sheets: dict[str, Errors] = {}
    starts: dict[int, str] = {}
    errors: Errors = {}
    at = 0
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        body = at + 4
        if kind == 0x2F:  # FILEPASS: what follows is enciphered
            raise PerlasError(problem("A06", where=where))
        if kind == 0x85:
            starts[struct.unpack_from("<I", content, body)[0]] = _biff_name(content[body + 6 : body + size])
        elif kind == 0x809 and at in starts:
            errors = sheets.setdefault(starts[at], {})
        elif (kind == 0x205 and content[body + 7]) or (
            kind == 0x06 and content[body + 6] == 2 and content[body + 12 : body + 14] == b"\xff\xff"
        ):
            code = content[body + (6 if kind == 0x205 else 8)]
            errors[struct.unpack_from("<HH", content, body)] = _ERROR_NAMES.get(code, "#N/A")
        at = body + size
    return sheets


def _biff_name(raw: bytes) -> str:
    length, flags = raw[0], raw[1] if len(raw) > 1 else 0
    if len(raw) == 1 + length:  # before Excel 97 there are no flags
        return raw[1:].decode("cp1252", "replace")
    text = raw[2:]
    return text[: 2 * length].decode("utf-16-le", "replace") if flags & 1 else text[:length].decode("latin-1")
