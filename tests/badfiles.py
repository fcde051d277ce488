"""Makes workbooks of every kind, sound and hostile, for the tests of reading."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Table = Sequence[Sequence[object]]

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
PASSWORD = "secreta"


def write_xlsx(path: Path, sheets: dict[str, Table], hidden: Sequence[str] = ()) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))  # openpyxl stores "#REF!" and its like as cells in error
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def write_xls(path: Path, sheets: dict[str, Table]) -> Path:
    import xlwt

    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str) and value in ERRORS:
                    sheet.row(r).set_cell_error(c, ERRORS[value])
                elif value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))
    return path


def write_ods(path: Path, sheets: dict[str, Table]) -> Path:
    body = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    return write_ods_body(path, body)


def write_ods_body(path: Path, body: str) -> Path:
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in names.items())
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_row(row: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    text = f"<text:p>{escape(str(value))}</text:p>"
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}">{text}</table:table-cell>'
    if value in ERRORS:
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            f'calcext:value-type="error">{text}</table:table-cell>'
        )
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def write_xlsb(path: Path, sheets: dict[str, Table]) -> Path:
    """A minimal binary workbook: nothing writes them, so the records are put together here."""
    parts: dict[str, bytes] = {}
    bundles = b""
    links = ""
    for n, (name, rows) in enumerate(sheets.items(), 1):
        bundles += _record(156, struct.pack("<II", 0, n) + _wide(f"rId{n}") + _wide(name))
        links += (
            f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.bin" Type="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships/worksheet"/>'
        )
        parts[f"xl/worksheets/sheet{n}.bin"] = _xlsb_sheet(rows)
    parts["xl/workbook.bin"] = (
        _record(131) + _record(153, b"\0" * 12) + _record(143) + bundles + _record(144) + _record(132)
    )
    parts["xl/_rels/workbook.bin.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>"
    ).encode()
    return write_zip(path, parts)


def _record(kind: int, payload: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(payload)
    while size > 0x7F:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + payload


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_sheet(rows: Table) -> bytes:
    cells = b""
    for r, row in enumerate(rows):
        cells += _record(0, struct.pack("<I", r) + b"\0" * 13)
        for c, value in enumerate(row):
            place = struct.pack("<II", c, 0)
            if isinstance(value, str) and value in ERRORS:
                cells += _record(3, place + bytes([ERRORS[value]]))
            elif isinstance(value, str):
                cells += _record(6, place + _wide(value))
            elif isinstance(value, (int, float)):
                cells += _record(5, place + struct.pack("<d", value))
    width = max((len(row) for row in rows), default=1)
    dimensions = _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1))
    return _record(129) + dimensions + _record(145) + cells + _record(146) + _record(130)


def write_zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def replace_part(path: Path, part: str, content: bytes) -> Path:
    """Put `content` in the place of one part of the archive at `path` (or add it)."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return write_zip(path, parts | {part: content})


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def encrypt_xlsx(path: Path) -> Path:
    """Protect the workbook at `path` with a password, as Excel does."""
    from msoffcrypto.format.ooxml import OOXMLFile

    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(path.read_bytes())).encrypt(PASSWORD, sealed)
    path.write_bytes(sealed.getvalue())
    return path


def truncate(path: Path, share: float = 0.6) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def zip_bomb(path: Path, mib: int) -> Path:
    """A workbook with a sheet of `mib` MiB of spaces."""
    archive = zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED)
    with archive, archive.open("xl/worksheets/sheet9.xml", "w") as sheet:
        for _ in range(mib):
            sheet.write(b" " * 1024 * 1024)
    return path


def lying_zip_bomb(path: Path, mib: int) -> Path:
    """The same, and the archive declares that the sheet has 100 bytes."""
    zip_bomb(path, mib)
    size = struct.pack("<I", mib * 1024 * 1024)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 100)))
    return path


def many_members(path: Path, count: int) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        for n in range(count):
            archive.writestr(f"xl/media/{n}.bin", b"")
    return path


ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&c;</t></si></sst>'
)


def compound_file(path: Path, stream: str, content: bytes) -> Path:
    """An OLE2 file with one stream, as Word, Excel 97 and protected workbooks are stored."""
    content = content.ljust(4096, b"\0")
    content += b"\0" * (-len(content) % 512)
    sectors = len(content) // 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [table, end, *range(3, 2 + sectors), end]
    fat += [free] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<I", free) * 108

    def entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        fixed = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return fixed + b"\0" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, end, 0, 1) + entry(stream, 2, 2, len(content), free) + b"\0" * 256
    path.write_bytes(header + struct.pack("<128I", *fat) + directory + content)
    return path
