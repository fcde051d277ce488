"""The VBA project of a workbook (`xl/vbaProject.bin`) with modules put in, as [MS-OVBA] asks of who writes one.

What other programs may read is kept: references to libraries and add-ins, the modules bound to the workbook and its
sheets. What only the program that wrote it understands (compiled code) is left out: Excel compiles when it opens it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from xl_perlas.udfs.excel import cfb, ovba
from xl_perlas.udfs.excel.ovba import Record

_FOLDER, _DIR, _CACHE, _LIST, _NAMES = "VBA", "dir", "_VBA_PROJECT", "PROJECT", "PROJECTwm"

#: Of no version and without compiled code ([MS-OVBA] 2.3.4.1).
_NO_CACHE = bytes.fromhex("cc61ffff000000")
_NO_COOKIE = b"\xff\xff"

# Kinds of records of the stream `dir` ([MS-OVBA] 2.3.4.2)
_CODE_PAGE, _MODULES, _COOKIE, _END = 0x0003, 0x000F, 0x0013, 0x0010
_NAME, _NAME_WIDE, _STREAM, _STREAM_WIDE = 0x0019, 0x0047, 0x001A, 0x0032
_ABOUT, _ABOUT_WIDE, _OFFSET, _HELP = 0x001C, 0x0048, 0x0031, 0x001E
_MODULE_COOKIE, _PROCEDURAL, _BOUND, _MODULE_END = 0x002C, 0x0021, 0x0022, 0x002B


@dataclass(frozen=True)
class _Module:
    """A module: its source, the stream that holds it, and its records in the stream `dir`."""

    name: str
    source: bytes
    stream: str
    records: tuple[Record, ...]

    @property
    def bound(self) -> bool:
        """Whether it belongs to the workbook, to a sheet or to a class."""
        return any(record.kind == _BOUND for record in self.records)


@dataclass(frozen=True)
class _Project:
    head: tuple[Record, ...]  # of the stream `dir`, up to the list of modules
    modules: tuple[_Module, ...]
    encoding: str
    listed: str  # the stream PROJECT


def modules_of(vba_project: bytes) -> dict[str, str]:
    """The source of each module of a project, by its name, as VBA's editor exports it (lines end with CR LF).

    Raises:
        ValueError: it is not a VBA project, or damaged.
    """
    project = _read(vba_project)
    return {module.name: module.source.decode(project.encoding) for module in project.modules}


def with_modules(vba_project: bytes, modules: Mapping[str, str], without: Collection[str] = ()) -> bytes:
    """`vba_project` with standard `modules` (name -> source, whose first line is its `Attribute VB_Name`).

    References, the modules bound to documents and all others stay, but for those of the same names and those named in
    `without`. The same arguments give the same bytes.

    Raises:
        ValueError: it is not a VBA project, is damaged, has forms, which would be lost, or a module that would go is
            bound to the workbook or to a sheet.
        UnicodeEncodeError: a source has characters that the project's code page lacks.
    """
    old = _read(vba_project)
    if re.search(r"^BaseClass=", old.listed, re.M):
        raise ValueError("a project with forms")
    gone = {name.casefold() for name in (*modules, *without)}
    if any(module.bound for module in old.modules if module.name.casefold() in gone):
        raise ValueError("a module that is bound to a document")
    kept = [module for module in old.modules if module.name.casefold() not in gone]
    return _write(old, kept, [_standard_module(name, source, old.encoding) for name, source in modules.items()])


def _standard_module(name: str, source: str, encoding: str) -> _Module:
    text = "".join(f"{line}\r\n" for line in source.splitlines())
    narrow, wide = name.encode(encoding), name.encode("utf-16-le")
    records = (
        Record(_NAME, narrow), Record(_NAME_WIDE, wide), Record(_STREAM, narrow), Record(_STREAM_WIDE, wide),
        Record(_ABOUT, b""), Record(_ABOUT_WIDE, b""), Record(_OFFSET, bytes(4)), Record(_HELP, bytes(4)),
        Record(_MODULE_COOKIE, _NO_COOKIE), Record(_PROCEDURAL, b""), Record(_MODULE_END, b""),
    )  # fmt: skip
    return _Module(name, text.encode(encoding), name, records)


# --- reading


def _read(vba_project: bytes) -> _Project:
    tree = {tuple(part.casefold() for part in path): content for path, content in cfb.read(vba_project).items()}
    try:
        records = list(ovba.read_records(ovba.decompress(tree[_FOLDER.casefold(), _DIR])))
        encoding = f"cp{int.from_bytes(_first(records, _CODE_PAGE), 'little')}"
        head = tuple(takewhile(lambda record: record.kind != _MODULES, records))
        return _Project(
            head, tuple(_modules(tree, records[len(head) :], encoding)), encoding,
            tree[(_LIST.casefold(),)].decode(encoding),
        )  # fmt: skip
    except (KeyError, LookupError, UnicodeDecodeError) as error:
        raise ValueError("not a VBA project") from error


def _first(records: Sequence[Record], kind: int) -> bytes:
    return next(iter(record.data for record in records if record.kind == kind), b"")


def _modules(tree: Mapping[cfb.Path, bytes], records: Sequence[Record], encoding: str) -> Iterator[_Module]:
    own: list[Record] = []
    for record in records:
        own = [record] if record.kind == _NAME else [*own, record]
        if record.kind == _MODULE_END:
            stream = _first(own, _STREAM).decode(encoding)
            content = tree[_FOLDER.casefold(), stream.casefold()]
            offset = int.from_bytes(_first(own, _OFFSET), "little")  # compiled code lies before the source
            name = _first(own, _NAME).decode(encoding)
            yield _Module(name, ovba.decompress(content[offset:]), stream, tuple(own))


# --- writing


def _write(old: _Project, kept: Sequence[_Module], added: Sequence[_Module]) -> bytes:
    modules = [*kept, *added]
    dropped = {module.name for module in old.modules if module not in kept}
    tree = {
        (_FOLDER, _DIR): ovba.compress(ovba.write_records(_dir_records(old, modules))),
        (_FOLDER, _CACHE): _NO_CACHE,
        (_LIST,): _listed(old.listed, dropped, [module.name for module in added]).encode(old.encoding),
        (_NAMES,): b"".join(_both_names(module.name, old.encoding) for module in modules) + b"\0\0",
    }
    tree |= {(_FOLDER, module.stream): ovba.compress(module.source) for module in modules}
    return cfb.write(tree)


def _dir_records(old: _Project, modules: Sequence[_Module]) -> Iterator[Record]:
    yield from old.head
    yield Record(_MODULES, len(modules).to_bytes(2, "little"))
    yield Record(_COOKIE, _NO_COOKIE)
    fresh = {_OFFSET: bytes(4), _MODULE_COOKIE: _NO_COOKIE}  # no compiled code before the source
    for module in modules:
        yield from (Record(kind, fresh.get(kind, data)) for kind, data in module.records)
    yield Record(_END, b"")


def _both_names(name: str, encoding: str) -> bytes:
    return name.encode(encoding) + b"\0" + name.encode("utf-16-le") + b"\0\0"


def _listed(text: str, dropped: Collection[str], added: Sequence[str]) -> str:
    """The stream PROJECT ([MS-OVBA] 2.3.1) without some modules and with others: a list of them and of their windows.

    Its identity and the protection that depends on it stay as they are.
    """
    lines = [line for line in text.splitlines() if not _names_one(line, dropped)]
    last = max(i for i, line in enumerate(lines) if re.match(r"(Document|Module|Class)=", line))
    lines[last + 1 : last + 1] = [f"Module={name}" for name in added]
    if "[Workspace]" in lines:
        lines += [f"{name}=0, 0, 0, 0, C" for name in added]
    return "".join(f"{line}\r\n" for line in lines)


def _names_one(line: str, names: Collection[str]) -> bool:
    return any(re.match(rf"(?:(?:Module|Class)={re.escape(n)}$|{re.escape(n)}=[-\d, ]+\w)", line) for n in names)
