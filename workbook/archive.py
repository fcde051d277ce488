"""The zip archive of a workbook with some members replaced; the others keep their compressed bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipInfo

_UTF8_NAME = 0x800
_DEFLATE_HINTS = 0x6
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class _Stored:
    """The content of a member as it lies in an archive."""

    packed: bytes
    crc: int
    size: int
    method: int
    flags: int


def rewrite(data: bytes, members: Sequence[ZipInfo], changed: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    """A new archive of `members` of the archive `data`, in their order and with their dates.

    Members whose name is in `changed` get that content, compressed; the others are copied as they are. The same
    input gives the same bytes. `members` must have been checked (`safe_archive.safe_parts`).
    """
    pieces: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for info in members:
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")
        content = changed.get(info.filename)
        stored = _copy(data, info) if content is None else _compress(content, info)
        pieces += [_local(info, name, stored), stored.packed]
        directory.append(_central(info, name, stored, at))
        at += len(pieces[-2]) + len(stored.packed)
    listing = b"".join(directory)
    count = len(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), at, len(comment))
    return b"".join([*pieces, listing, end, comment])


def _copy(data: bytes, info: ZipInfo) -> _Stored:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    begin = info.header_offset + _LOCAL.size + name + extra
    packed = data[begin : begin + info.compress_size]
    flags = info.flag_bits & (_UTF8_NAME | _DEFLATE_HINTS)  # the sizes stand in the header, not behind the data
    return _Stored(packed, info.CRC, info.file_size, info.compress_type, flags)


def _compress(content: bytes, info: ZipInfo) -> _Stored:
    engine = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = engine.compress(content) + engine.flush()
    return _Stored(packed, zlib.crc32(content), len(content), ZIP_DEFLATED, info.flag_bits & _UTF8_NAME)


def _common(info: ZipInfo, stored: _Stored) -> tuple[int, int, int, int, int, int, int]:
    year, month, day, hour, minute, second = info.date_time
    time = hour << 11 | minute << 5 | second // 2
    date = (year - 1980) << 9 | month << 5 | day
    return stored.flags, stored.method, time, date, stored.crc, len(stored.packed), stored.size


def _local(info: ZipInfo, name: bytes, stored: _Stored) -> bytes:
    header = _LOCAL.pack(b"PK\x03\x04", max(info.extract_version, 20), *_common(info, stored), len(name), 0)
    return header + name


def _central(info: ZipInfo, name: bytes, stored: _Stored, at: int) -> bytes:
    header = _CENTRAL.pack(
        b"PK\x01\x02", info.create_version, info.create_system, max(info.extract_version, 20) & 0xFF, 0,
        *_common(info, stored), len(name), 0, len(info.comment), 0, info.internal_attr, info.external_attr, at,
    )  # fmt: skip
    return header + name + info.comment
