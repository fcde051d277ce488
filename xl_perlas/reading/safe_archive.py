"""Workbooks are zip archives: what is checked before a library opens one.

Nothing an archive says about itself is believed: every member is inflated here, counted and dropped. Zip bombs,
damaged members and XML with a document type (where entity bombs and external entities live) are refused.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from xl_perlas.problems import PerlasError, problem

MIB = 1024 * 1024
MAX_UNZIPPED = 512 * MIB
MAX_RATIO, RATIO_FROM = 200, 64 * MIB  # real workbooks stay under 60; small ones may compress more
MAX_MEMBERS = 10_000
_ENCRYPTED = 1
_FORBIDDEN = [
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
]


def safe_parts(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """Each member of the archive `data` with its content, one at a time; `where` names the file in messages.

    Raises:
        PerlasError: damaged (A10), too large when unzipped (A12), XML with a DOCTYPE or ENTITY (A13), too many
            members (A14), or protected (A06).
    """
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:  # counted here: the list itself could exhaust memory
        raise PerlasError(problem("A14", where=where, limit=MAX_MEMBERS))
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
        raise PerlasError(problem("A10", where=where)) from error
    _refuse_bomb(sum(m.file_size for m in members), len(data), where)
    total = 0
    for member in members:
        content = _inflate(data, member, MAX_UNZIPPED - total, where)
        total += len(content)
        _refuse_bomb(total, len(data), where)
        if not member.filename.lower().endswith(".svg"):  # pictures have one and nothing here reads them
            _refuse_doctype(content, where)
        yield member.filename, content


def _refuse_bomb(unzipped: int, zipped: int, where: str) -> None:
    if unzipped > MAX_UNZIPPED or (unzipped > RATIO_FROM and unzipped > MAX_RATIO * zipped):
        raise PerlasError(problem("A12", where=where, limit=MAX_UNZIPPED // MIB))


def _inflate(data: bytes, member: zipfile.ZipInfo, limit: int, where: str) -> bytes:
    """The content of `member`, whatever size it declares; at most `limit` bytes."""
    if member.flag_bits & _ENCRYPTED:
        raise PerlasError(problem("A06", where=where))
    start = member.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        raise PerlasError(problem("A10", where=where))
    name, extra = struct.unpack_from("<HH", data, start + 26)
    begin = start + 30 + name + extra
    packed = memoryview(data)[begin : begin + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        content = bytes(packed)
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        content = _deflated(packed, limit, where)
    else:
        raise PerlasError(problem("A10", where=where))
    if zlib.crc32(content) != member.CRC:
        raise PerlasError(problem("A10", where=where))
    return content


def _deflated(packed: memoryview, limit: int, where: str) -> bytes:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = engine.decompress(packed, limit + 1)
    except zlib.error as error:
        raise PerlasError(problem("A10", where=where)) from error
    if len(content) > limit:
        raise PerlasError(problem("A12", where=where, limit=MAX_UNZIPPED // MIB))
    if not engine.eof:
        raise PerlasError(problem("A10", where=where))
    return content


def _refuse_doctype(content: bytes, where: str) -> None:
    """No spreadsheet program writes a document type; a DOCTYPE in a cell's text is escaped, so it is not found."""
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<" and any(mark in content for mark in _FORBIDDEN):
        raise PerlasError(problem("A13", where=where))
