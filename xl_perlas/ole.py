"""The compound files (OLE2) in which old .xls workbooks and protected ones come: just enough to look inside."""

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


class _Compound:
    """Sectors, their allocation table, and the directory of a compound file."""

    def __init__(self, data: bytes):
        self.data = data
        self.sector = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self.table = self._allocation_table()
        self.directory = self._chain(struct.unpack_from("<I", data, 48)[0])

    def _at(self, number: int) -> bytes:
        begin = (number + 1) * self.sector
        return self.data[begin : begin + self.sector]

    def _allocation_table(self) -> list[int]:
        where = list(struct.unpack_from("<109I", self.data, 76))
        more, seen = struct.unpack_from("<I", self.data, 68)[0], 0
        while more < _LAST and seen <= len(self.data) // self.sector:
            *numbers, more = _numbers(self._at(more))
            where += numbers
            seen += 1
        return [entry for number in where if number < _LAST for entry in _numbers(self._at(number))]

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
        for at in range(0, len(self.directory) - 127, 128):
            entry = self.directory[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            start, size = struct.unpack_from("<II", entry, 116)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").upper()
            if kind == 5:
                mini = self._chain(start)
            elif kind == 2 and name in wanted:
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
