"""A UNO type library with one interface, in the binary format that LibreOffice reads: no SDK is needed to make it.

The format is that of `unoidl-write`: numbers are little-endian 32-bit; a text stands where it is first used, with its
length before it, and is pointed at afterwards; names are kept in maps, one a module, the root's place in the header.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_MAGIC = b"UNOIDL\xff\0"
_INTERFACE, _IN = 5, 0
_SEEN = 0x80000000  # marks the place of a text that was already written
_BASE = "com.sun.star.uno.XInterface"


@dataclass(frozen=True, slots=True)
class Method:
    """A method: parameters (name, type) go in. Types as UNO writes them: `any`, `string`, `[][]any`, an interface."""

    name: str
    returns: str
    parameters: tuple[tuple[str, str], ...]


def type_library(name: str, methods: Sequence[Method]) -> bytes:
    """The library of the interface `name` (`module.XName`) with `methods`. Names are ASCII."""
    modules = name.split(".")
    out = _Writer()
    entity = out.interface(methods)
    own = modules.pop()
    while modules:
        entity = out.map(own, entity)
        own = modules.pop()
    root = out.root(own, entity)
    out.data[len(_MAGIC) : len(_MAGIC) + 8] = struct.pack("<II", root, 1)
    return bytes(out.data)


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray(_MAGIC + bytes(8))
        self._places: dict[str, int] = {}

    def _number(self, *values: int) -> None:
        self.data += struct.pack(f"<{len(values)}I", *values)

    def _text(self, text: str) -> None:
        if text in self._places:
            self._number(self._places[text] | _SEEN)
            return
        self._places[text] = len(self.data)
        self._number(len(text))
        self.data += text.encode("ascii")

    def _label(self, name: str) -> int:
        place = len(self.data)
        self.data += name.encode("ascii") + b"\0"
        return place

    def interface(self, methods: Sequence[Method]) -> int:
        """Write the interface and give its place."""
        place = len(self.data)
        self.data.append(_INTERFACE)
        self._number(1)
        self._text(_BASE)
        self._number(0, 0, len(methods))  # optional bases, attributes, methods
        for method in methods:
            self._text(method.name)
            self._text(method.returns)
            self._number(len(method.parameters))
            for name, kind in method.parameters:
                self.data.append(_IN)
                self._text(name)
                self._text(kind)
            self._number(0)  # exceptions
        return place

    def map(self, name: str, place: int) -> int:
        """Write a module that holds the one entity `name` at `place`, and give its own place."""
        label = self._label(name)
        module = len(self.data)
        self.data.append(0)
        self._number(1, label, place)
        return module

    def root(self, name: str, place: int) -> int:
        """Write the map of the library, which holds the one entity `name`, and give its place."""
        label = self._label(name)
        root = len(self.data)
        self._number(label, place)
        return root
