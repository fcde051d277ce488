"""The same as `scan_workbook.py` for the old .xls: its cells in error, and its workbook in a container made anew.

What a compound file declares about its own streams can exhaust memory or never end in the library that reads it.
So the stream of the workbook is taken out here, checked, and wrapped again.
"""

from __future__ import annotations

import struct

from xl_perlas.problems import PerlasError, problem
from xl_perlas.reading import ole
from xl_perlas.reading.scan_workbook import ERROR_NAMES, Errors, refuse_sparse

_FORMULA, _ERROR_CELL, _PROTECTED, _SHEET, _SHARED, _BEGIN, _SIZE = 0x06, 0x205, 0x2F, 0x85, 0xFC, 0x809, 0x200
_CELLS = {_FORMULA, _ERROR_CELL, 0x203, 0x27E, 0xFD, 0x204}  # number, packed number, shared text, text
_MANY_CELLS = 0xBD


def scan_xls(data: bytes, where: str) -> tuple[bytes, dict[str, Errors]]:
    """The workbook in `data` in a sound container, and its cells in error by sheet.

    Raises:
        PerlasError: protected with a password (A06), damaged (A16), not a workbook (A11), or cells too far apart
            (A18).
    """
    try:
        found = ole.streams(data, {"WORKBOOK", "BOOK", "ENCRYPTEDPACKAGE"})
        if "ENCRYPTEDPACKAGE" in found:
            raise PerlasError(problem("A06", where=where))
        if "WORKBOOK" not in found and "BOOK" not in found:
            raise PerlasError(problem("A11", where=where, kind="un documento de otro programa de oficina"))
        name = "Workbook" if found.get("WORKBOOK") else "Book"
        content = found.get(name.upper(), b"")
        return ole.wrapped(name, content), _scan(content, where)
    except (ValueError, struct.error, IndexError) as error:
        raise PerlasError(problem("A16", where=where)) from error


def _scan(content: bytes, where: str) -> dict[str, Errors]:
    sheets: dict[str, Errors] = {}
    starts: dict[int, str] = {}
    errors: Errors = {}
    rows = columns = at = 0
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        body = at + 4
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", content, body)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if code := _error(kind, content, body):
                errors[row, column] = code
        elif kind == _MANY_CELLS:
            rows = max(rows, struct.unpack_from("<H", content, body)[0] + 1)
            columns = max(columns, struct.unpack_from("<H", content, body + size - 2)[0] + 1)
        elif kind == _PROTECTED:
            raise PerlasError(problem("A06", where=where))
        elif kind == _SHEET:
            starts[struct.unpack_from("<I", content, body)[0]] = _name(content[body + 6 : body + size])
        elif kind == _BEGIN and at in starts:
            errors = sheets.setdefault(starts[at], {})
        elif kind in (_SIZE, _SHARED):
            _refuse_declared(kind, content[body : body + size], len(content), where)
        at = body + size
    refuse_sparse(rows, columns, where)
    return sheets


def _error(kind: int, content: bytes, body: int) -> str:
    if kind == _ERROR_CELL and content[body + 7]:
        return ERROR_NAMES.get(content[body + 6], "#N/A")
    if kind == _FORMULA and content[body + 6] == 2 and content[body + 12 : body + 14] == b"\xff\xff":
        return ERROR_NAMES.get(content[body + 8], "#N/A")
    return ""


def _refuse_declared(kind: int, record: bytes, length: int, where: str) -> None:
    """The size that a sheet declares, and the number of shared texts: memory is reserved for both."""
    if kind == _SHARED:
        if struct.unpack_from("<I", record, 4)[0] > length:
            raise PerlasError(problem("A16", where=where))
        return
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(record) >= 14 else "<HHHH", record)
    if top > bottom or left > right:
        raise PerlasError(problem("A16", where=where))
    refuse_sparse(bottom - top + 1, right - left + 1, where)


def _name(raw: bytes) -> str:
    length, flags = raw[0], raw[1] if len(raw) > 1 else 0
    if len(raw) == 1 + length:  # before Excel 97 there are no flags
        return raw[1:].decode("cp1252", "replace")
    text = raw[2:]
    return text[: 2 * length].decode("utf-16-le", "replace") if flags & 1 else text[:length].decode("latin-1")
