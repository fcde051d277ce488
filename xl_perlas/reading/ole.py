"""The compound files (OLE2) in which old .xls workbooks and protected ones come: just enough to look inside
and to put a stream into a new one.
"""

from __future__ import annotations

import struct

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free, table
_SMALL = 4096


def streams(data: bytes, wanted: set[str]) -> dict[str, bytes]:
    """The streams of the compound file `data` that are in `wanted`, by name (upper case).

    Raises:
        ValueError: the file is damaged.
    """
    try:
        return _Compound(data).streams(wanted)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("compound file damaged") from error


def wrapped(name: str, content: bytes) -> bytes:
    """A sound compound file with one stream."""
    size, per_table = 4096, 1024
    content += b"\0" * (max(len(content), _SMALL) - len(content))  # shorter streams are stored in another way
    sectors = 2 + -(-len(content) // size)  # the directory, a sector of small streams that is never used, the stream
    tables = -(-sectors // (per_table - 1))
    if tables > 109:
        raise ValueError("stream too long")
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [*[table] * tables, end, end, *range(tables + 3, tables + sectors), end]
    chain += [free] * (tables * per_table - len(chain))
    header = MAGIC + b"\0" * 16 + struct.pack("<HHHHH", 62, 4, 0xFFFE, 12, 6) + b"\0" * 6
    header += struct.pack("<9I", 1, tables, tables, 0, _SMALL, end, 0, end, 0)
    header += struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    directory = _entry("Root Entry", 5, tables + 1, size, 1) + _entry(name, 2, tables + 2, len(content), free)
    parts = (header, struct.pack(f"<{len(chain)}I", *chain), directory, b"\0" * size, content)
    return b"".join(part + b"\0" * (-len(part) % size) for part in parts)


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


class _Compound:
    """Sectors, their allocation table, and the directory of a compound file."""

    def __init__(self, data: bytes):
        self.data = data
        self.sector = 1 << min(max(struct.unpack_from("<H", data, 30)[0], 9), 16)
        self.table = self._allocation_table()
        self.directory = self._chain(struct.unpack_from("<I", data, 48)[0])

    def _at(self, number: int) -> bytes:
        begin = (number + 1) * self.sector
        return self.data[begin : begin + self.sector]

    def _allocation_table(self) -> list[int]:
        sectors = len(self.data) // self.sector + 1
        where = list(struct.unpack_from("<109I", self.data, 76))
        more = struct.unpack_from("<I", self.data, 68)[0]
        while more < _LAST and len(where) <= sectors:
            *numbers, more = _numbers(self._at(more))
            where += numbers
        most = sectors // (self.sector // 4) + 109  # a damaged list must not repeat the table without end
        used = [number for number in where if number < _LAST][:most]
        return [entry for number in used for entry in _numbers(self._at(number))]

    def _chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        while start < _LAST:
            if len(pieces) > len(self.table):
                raise ValueError("compound file with a loop")
            pieces.append(self._at(start))
            start = self.table[start]
        return b"".join(pieces)

    def streams(self, wanted: set[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        mini = b""
        if len(self.directory) < 128 or self.directory[66] != 5:
            raise ValueError("compound file without its root")
        for at in range(0, len(self.directory) - 127, 128):
            entry = self.directory[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            start, size = struct.unpack_from("<II", entry, 116)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").upper()
            if kind == 5:
                mini = self._chain(start)
            elif kind == 2 and name in wanted and name not in found:
                found[name] = (self._small(start, mini) if size < _SMALL else self._chain(start))[:size]
        return found

    def _small(self, start: int, mini: bytes) -> bytes:
        table = _numbers(self._chain(struct.unpack_from("<I", self.data, 60)[0]))
        pieces: list[bytes] = []
        while start < _LAST and len(pieces) <= len(table):
            pieces.append(mini[start * 64 : start * 64 + 64])
            start = table[start]
        return b"".join(pieces)


def _numbers(raw: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))
