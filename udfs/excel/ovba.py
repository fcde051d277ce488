"""VBA's storage ([MS-OVBA]): compressed containers, and the records of the stream `dir`."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SIGNATURE = 1  # of a container
_CHUNK = 4096  # decompressed bytes of every chunk but the last
_HEADER_SIGNATURE, _COMPRESSED = 0x3000, 0x8000
_SHORTEST = 3  # a copy of fewer bytes saves nothing

#: The one record whose size field does not count its last two bytes ([MS-OVBA] 2.3.4.2.1.11).
_VERSION = 0x0009


# --- compressed containers ([MS-OVBA] 2.4.1)


def decompress(container: bytes) -> bytes:
    """The content of a compressed container.

    Raises:
        ValueError: it is damaged.
    """
    if not container or container[0] != _SIGNATURE:
        raise ValueError("not a compressed container")
    content, at = bytearray(), 1
    while at < len(container):
        if at + 2 > len(container):
            raise ValueError("compressed container cut short")
        header = struct.unpack_from("<H", container, at)[0]
        if header & 0x7000 != _HEADER_SIGNATURE:
            raise ValueError("compressed container damaged")
        end = at + (header & 0x0FFF) + 3
        if end > len(container):
            raise ValueError("compressed container cut short")
        chunk = container[at + 2 : end]
        content += _expand(chunk) if header & _COMPRESSED else chunk
        at = end
    return bytes(content)


def _expand(chunk: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(chunk):
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk):
                break
            if not flags >> bit & 1:
                out.append(chunk[at])
                at += 1
                continue
            if at + 2 > len(chunk) or not out:
                raise ValueError("compressed chunk damaged")
            token, lengths = struct.unpack_from("<H", chunk, at)[0], _length_bits(len(out))
            distance, length = (token >> lengths) + 1, (token & (1 << lengths) - 1) + _SHORTEST
            if distance > len(out):
                raise ValueError("compressed chunk damaged")
            for _ in range(length):  # a copy may reach into itself
                out.append(out[-distance])
            at += 2
    return bytes(out)


def compress(content: bytes) -> bytes:
    """A compressed container with `content`.

    `decompress` gives it back; only a last chunk that does not compress and is shorter than 4096 bytes comes back
    with zeros up to that length, because the format has no shorter chunk as it lies. No text is like that.
    """
    out = bytearray([_SIGNATURE])
    for at in range(0, len(content), _CHUNK):
        chunk = content[at : at + _CHUNK]
        packed, flag = _shrink(chunk), _COMPRESSED
        if len(packed) > _CHUNK:
            packed, flag = chunk.ljust(_CHUNK, b"\0"), 0
        out += struct.pack("<H", flag | _HEADER_SIGNATURE | len(packed) - 1) + packed
    return bytes(out)


def _shrink(chunk: bytes) -> bytes:
    """Literal bytes and copies of what came before, eight to a byte of flags."""
    out, seen, at = bytearray(), dict[bytes, list[int]](), 0
    while at < len(chunk):
        flags_at = len(out)
        out.append(0)
        for bit in range(8):
            if at >= len(chunk):
                break
            distance, length = _longest(chunk, at, seen)
            if length:
                out[flags_at] |= 1 << bit
                out += struct.pack("<H", distance - 1 << _length_bits(at) | length - _SHORTEST)
            else:
                out.append(chunk[at])
            for passed in range(at, at + max(length, 1)):
                seen.setdefault(chunk[passed : passed + _SHORTEST], []).append(passed)
            at += max(length, 1)
    return bytes(out)


def _longest(chunk: bytes, at: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """Distance and length of the longest copy of what starts at `at`, the nearest of equals; (0, 0) for none."""
    most = min(len(chunk) - at, (1 << _length_bits(at)) + _SHORTEST - 1) if at else 0
    if most < _SHORTEST:
        return 0, 0
    best = (0, 0)
    for start in reversed(seen.get(chunk[at : at + _SHORTEST], ())):
        length = _SHORTEST
        while length < most and chunk[start + length] == chunk[at + length]:
            length += 1
        if length > best[1]:
            best = at - start, length
            if length == most:
                break
    return best


def _length_bits(done: int) -> int:
    """How many of a copy's 16 bits are its length, after `done` bytes of the chunk ([MS-OVBA] 2.4.1.3.19.1)."""
    return 16 - max((done - 1).bit_length(), 4)


# --- the stream `dir` ([MS-OVBA] 2.3.4.2)


class Record(NamedTuple):
    """A record of the stream `dir`: its kind and its data."""

    kind: int
    data: bytes


def read_records(stream: bytes) -> Iterator[Record]:
    """The records of the decompressed stream `dir`.

    Raises:
        ValueError: it is cut short.
    """
    at = 0
    while at < len(stream):
        if at + 6 > len(stream):
            raise ValueError("stream dir cut short")
        kind, size = struct.unpack_from("<HI", stream, at)
        size += 2 * (kind == _VERSION)
        if at + 6 + size > len(stream):
            raise ValueError("stream dir cut short")
        yield Record(kind, stream[at + 6 : at + 6 + size])
        at += 6 + size


def write_records(records: Iterable[Record]) -> bytes:
    """The stream `dir`, to be compressed."""
    return b"".join(struct.pack("<HI", kind, len(data) - 2 * (kind == _VERSION)) + data for kind, data in records)
