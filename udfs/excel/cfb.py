"""Compound files ([MS-CFB]) as trees: the container of a VBA project, read and written with the same bytes each time.

A tree maps the path of each stream, as `("VBA", "dir")`, to its content; storages are the paths' folders. Only what
VBA projects need: version 3 (sectors of 512 bytes), up to 109 sectors of allocation table (about 7 MB).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xl_perlas.reading.ole import MAGIC

Path = tuple[str, ...]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_ENTRY = 128
_END, _FREE, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks
_STORAGE, _STREAM, _ROOT, _BLACK = 1, 2, 5, 1
_TABLES = 109  # places for the table's sectors in the header
_NAME_UNITS = 32  # UTF-16 units of a name, with the zero at its end


# --- reading


def read(data: bytes) -> dict[Path, bytes]:
    """The streams of a compound file.

    Raises:
        ValueError: the file is none, damaged, or of a kind that VBA projects do not use.
    """
    if not data.startswith(MAGIC) or len(data) < _SECTOR:
        raise ValueError("not a compound file")
    if struct.unpack_from("<HHHH", data, 26) != (3, 0xFFFE, 9, 6):
        raise ValueError("a compound file of another version")
    try:
        return dict(_Reader(data).streams())
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("compound file damaged") from error


class _Reader:
    def __init__(self, data: bytes):
        self._data = data
        tables, directory = struct.unpack_from("<II", data, 44)
        if tables > _TABLES:
            raise ValueError("compound file too long")
        self._table = [n for at in struct.unpack_from(f"<{tables}I", data, 76) for n in _numbers(self._sector(at))]
        raw = self._chain(directory)
        self._entries = [_Entry.unpack(raw[at : at + _ENTRY]) for at in range(0, len(raw), _ENTRY)]
        self._small = self._chain(self._entries[0].start)
        self._small_table = _numbers(self._chain(struct.unpack_from("<I", data, 60)[0]))

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * _SECTOR
        return self._data[begin : begin + _SECTOR]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(n) for n in _follow(self._table, start))

    def streams(self) -> Iterator[tuple[Path, bytes]]:
        """Every stream with its path."""
        seen: set[int] = set()
        pending: list[tuple[Path, int]] = [((), self._entries[0].child)]
        while pending:
            folder, number = pending.pop()
            if number == _NONE:
                continue
            if number in seen:
                raise ValueError("compound file with a loop")
            seen.add(number)
            entry = self._entries[number]
            pending += [(folder, entry.left), (folder, entry.right)]
            if entry.kind == _STORAGE:
                pending.append(((*folder, entry.name), entry.child))
            elif entry.kind == _STREAM:
                yield (*folder, entry.name), self._content(entry)

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= _CUTOFF:
            content = self._chain(entry.start)
        else:
            numbers = _follow(self._small_table, entry.start if entry.size else _END)
            content = b"".join(self._small[n * _MINI : (n + 1) * _MINI] for n in numbers)
        if len(content) < entry.size:
            raise ValueError("compound file damaged")
        return content[: entry.size]


def _follow(table: Sequence[int], start: int) -> Iterator[int]:
    for _ in range(len(table) + 1):
        if start >= _LAST:
            return
        yield start
        start = table[start]
    raise ValueError("compound file with a loop")


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(raw) // 4}I", raw)


# --- writing


def write(tree: Mapping[Path, bytes]) -> bytes:
    """A compound file with the streams of `tree`; equal trees give equal bytes: it carries no times.

    Raises:
        ValueError: a name of more than 31 characters, or more than fits in the file.
    """
    entries = _directory(tree)
    small, small_table = _small_streams(entries)
    placed = _Sectors()
    entries[0].start, entries[0].size = placed.add(small), len(small)
    for entry in entries:
        if entry.kind == _STREAM and len(entry.content) >= _CUTOFF:
            entry.start = placed.add(entry.content)
    first_small_table = placed.add(_pack(small_table, _FREE))
    directory = b"".join(e.pack() for e in entries)
    unused = _Entry("", 0).pack()
    directory += unused * (-len(entries) % (_SECTOR // _ENTRY))
    first_directory = placed.add(directory)
    return placed.file(first_directory, first_small_table, len(small_table))


@dataclass
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    @classmethod
    def unpack(cls, raw: bytes) -> _Entry:
        length, kind, _, left, right, child = struct.unpack_from("<HBBIII", raw, 64)
        start, size = struct.unpack_from("<II", raw, 116)
        name = raw[: max(length - 2, 0)].decode("utf-16-le")
        return cls(name, kind, left=left, right=right, child=child, start=start, size=size)

    def pack(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0" if self.kind else b""
        if len(name) > 2 * _NAME_UNITS:
            raise ValueError(f"name too long: {self.name}")
        head = struct.pack("<HBBIII", len(name), self.kind, int(self.kind != 0), self.left, self.right, self.child)
        return name.ljust(64, b"\0") + head + b"\0" * 36 + struct.pack("<IQ", self.start, self.size)


def _directory(tree: Mapping[Path, bytes]) -> list[_Entry]:
    """The root, then storages and streams by their paths; the children of each form a search tree."""
    folders = {path[:depth] for path in tree for depth in range(1, len(path))}
    entries = [_Entry("Root Entry", _ROOT)]
    places: dict[Path, int] = {(): 0}
    for path in sorted({*tree, *folders}):
        places[path] = len(entries)
        entries[places[path[:-1]]].children.append(len(entries))
        content = tree.get(path, b"")
        start = _END if path in tree else 0
        entries.append(
            _Entry(path[-1], _STREAM if path in tree else _STORAGE, content, start=start, size=len(content))
        )
    for entry in entries:
        entry.child = _search_tree(entries, sorted(entry.children, key=lambda i: _rank(entries[i].name)))
    return entries


def _rank(name: str) -> tuple[int, str]:
    """Names are ordered by length first ([MS-CFB] 2.6.4)."""
    return len(name), name.upper()


def _search_tree(entries: list[_Entry], numbers: Sequence[int]) -> int:
    """Link `numbers`, in order, as a balanced tree; all its nodes are black, which the format allows. Its root."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entries[numbers[middle]].left = _search_tree(entries, numbers[:middle])
    entries[numbers[middle]].right = _search_tree(entries, numbers[middle + 1 :])
    return numbers[middle]


def _small_streams(entries: Sequence[_Entry]) -> tuple[bytes, list[int]]:
    """Streams under 4096 bytes share one, in sectors of 64; it and their allocation table."""
    content, table = bytearray(), list[int]()
    for entry in entries:
        if entry.kind == _STREAM and 0 < len(entry.content) < _CUTOFF:
            entry.start = len(table)
            count = -(-len(entry.content) // _MINI)
            table += [*range(entry.start + 1, entry.start + count), _END]
            content += entry.content.ljust(count * _MINI, b"\0")
    return bytes(content), table


class _Sectors:
    """Sectors in the order they were added, and their allocation table."""

    def __init__(self) -> None:
        self._content, self._table = bytearray(), list[int]()

    def add(self, content: bytes) -> int:
        """Place `content`; its first sector."""
        if not content:
            return _END
        first, count = len(self._table), -(-len(content) // _SECTOR)
        self._table += [*range(first + 1, first + count), _END]
        self._content += content.ljust(count * _SECTOR, b"\0")
        return first

    def file(self, directory: int, small_table: int, small_count: int) -> bytes:
        """Header, contents, and the allocation table at the end, which has an entry for itself too."""
        places = _SECTOR // 4
        count = -(-len(self._table) // (places - 1))
        if count > _TABLES:
            raise ValueError("too much for a compound file of this kind")
        first = len(self._table)
        table = _pack([*self._table, *[_TABLE] * count], _FREE)
        small_sectors = -(-small_count // places)
        header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        header += struct.pack("<IIIII", 0, count, directory, 0, _CUTOFF)
        header += struct.pack("<IIII", small_table, small_sectors, _END, 0)
        header += struct.pack(f"<{_TABLES}I", *range(first, first + count), *[_FREE] * (_TABLES - count))
        return header + bytes(self._content) + table


def _pack(numbers: Sequence[int], rest: int) -> bytes:
    """Numbers of sectors, filled up to whole sectors with `rest`."""
    places = _SECTOR // 4
    filled = [*numbers, *[rest] * (-len(numbers) % places)]
    return struct.pack(f"<{len(filled)}I", *filled)
