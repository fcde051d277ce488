"""Files as grids of cells: what kind of file it is (by its content), its encoding and separator, its sheets."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading import ole
from xl_perlas.reading.safe_archive import MIB
from xl_perlas.reading.scan_workbook import Errors, scan_archive
from xl_perlas.reading.scan_xls import scan_xls

MAX_FILE = 512 * MIB
_SEPARATORS = ";\t|,"  # the comma last: it is also inside names and figures
_OTHER_KINDS = (
    (b"%PDF", "un PDF"),
    (b"{\\rtf", "un documento de texto (RTF)"),
    (b"\x89PNG", "una imagen"),
    (b"\xff\xd8\xff", "una imagen"),
    (b"GIF8", "una imagen"),
    (b"Rar!", "un archivo comprimido"),
    (b"7z\xbc\xaf", "un archivo comprimido"),
    (b"\x1f\x8b", "un archivo comprimido"),
    (b"SQLite format", "una base de datos"),
)


@dataclass(frozen=True, eq=False)
class Grid:
    """A sheet of a workbook, or a text file.

    `lines[i]` is the number (row or line, from 1) of `rows[i]`.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[object]]
    lines: Sequence[int]
    hidden: bool = False

    def address(self, row: int, column: int) -> str:
        """`Hoja1!C14`, or `archivo.csv línea 14, columna 3`."""
        if not self.sheet:
            return f"{self.file} línea {self.lines[row]}, columna {column + 1}"
        plain = self.sheet.replace("_", "").isalnum() and not self.sheet[0].isdigit()
        name = self.sheet if plain else "'" + self.sheet.replace("'", "''") + "'"
        return f"{name}!{column_letters(column)}{self.lines[row]}"

    def cell(self, row: int, column: int) -> object:
        """What the cell holds; None when it is empty or outside the grid."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return None
        value = self.rows[row][column]
        return None if isinstance(value, str) and not value.strip(" \t\r\n\u00a0\ufeff") else value


def column_letters(column: int) -> str:
    """`A` for column 0, `AA` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def load_grids(path: str | os.PathLike[str], sheet: str | None = None) -> tuple[list[Grid], list[Problem]]:
    """The grids of a file (one for a text file; each sheet, or only `sheet`, of a workbook) and what was noticed.

    Raises:
        PerlasError: the file cannot be opened or is of another kind (codes A01 to A23), or nothing can read workbooks
            here (H30).
    """
    file = Path(path)
    data = _bytes(file)
    if data.startswith(b"PK"):
        return _workbook(data, scan_archive(data, file.name), file.name, sheet), []
    if data.startswith(ole.MAGIC):
        return _workbook(*scan_xls(data, file.name), file.name, sheet), []
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic):
            raise PerlasError(problem("A11", where=file.name, kind=kind))
    _refuse_markup(data[:4096], file.name)
    text, notes = _decode(data, file.name)
    return [_csv(text, file.name)], notes


def _bytes(file: Path) -> bytes:
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PerlasError(problem("A02", where=str(file)))
        if not stat.S_ISREG(status.st_mode):
            raise PerlasError(problem("A04", where=str(file), detail="no es un archivo"))
        if status.st_size > MAX_FILE:
            raise PerlasError(problem("A15", where=file.name, size=status.st_size // MIB, limit=MAX_FILE // MIB))
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise PerlasError(problem("A01", where=str(file))) from error
    except PermissionError as error:
        raise PerlasError(problem("A03", where=str(file))) from error
    except (OSError, ValueError) as error:
        raise PerlasError(problem("A04", where=str(file), detail=str(error))) from error
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise PerlasError(problem("A05", where=file.name))
    return data


def _refuse_markup(head: bytes, where: str) -> None:
    """Web pages and XML saved with the name of a workbook."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith(b"<?xml"):
        raise PerlasError(problem("A08", where=where))
    if start.startswith(b"mime-version:") or (
        start.startswith(b"<") and any(tag in start for tag in (b"<html", b"<!doctype html", b"<table", b"<meta"))
    ):
        raise PerlasError(problem("A07", where=where))
    if start.startswith((b"<?xml", b"<!doctype")):
        raise PerlasError(problem("A11", where=where, kind="un archivo XML"))


def _decode(data: bytes, where: str) -> tuple[str, list[Problem]]:
    if data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:4096]:  # UTF-16 without its mark has a zero in every other byte
        zeros = data[:4096:2].count(0), data[1:4096:2].count(0)
        encodings = ["utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"] if sum(zeros) > len(data[:4096]) // 4 else []
    else:
        encodings = ["utf-8"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, []
    if b"\0" in data:
        raise PerlasError(problem("A19", where=where))
    try:
        return data.decode("cp1252"), [problem("A20", where=where, encoding="Windows-1252")]
    except UnicodeDecodeError:
        return data.decode("latin-1"), [problem("A20", where=where, encoding="Latin-1")]


def _csv(text: str, file: str) -> Grid:
    first = text[:20].partition("\n")[0]
    declared = first.strip().lower().removeprefix("sep=") if first[:4].lower() == "sep=" else ""
    separator = declared if len(declared) == 1 else _separator(text)
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise PerlasError(problem("A23", where=f"{file} línea {line}")) from error
    skip = 1 if declared else 0
    return Grid(file, "", rows[skip:], lines[skip:])


def _separator(text: str) -> str:
    """The separator that gives most lines the same number of fields."""
    sample = text[:200_000].splitlines()[:300]
    best, most = ",", 0
    for separator in _SEPARATORS:
        try:
            counts = Counter(len(row) for row in csv.reader(sample, delimiter=separator))
        except csv.Error:
            continue
        alike = max((n for fields, n in counts.items() if fields > 1), default=0)
        if alike > most:
            best, most = separator, alike
    return best


def _workbook(
    data: bytes, errors: dict[str, Errors], file: str, sheet: str | None
) -> list[Grid]:
    try:
        return _sheets(data, errors, file, sheet)
    except (PerlasError, KeyboardInterrupt, SystemExit):
        raise
    except ImportError as error:
        raise PerlasError(problem("H30", where=file, package="python-calamine")) from error
    except BaseException as error:  # calamine panics on some damaged files, and a panic is no Exception
        code = "A06" if "password" in f"{type(error).__name__} {error}".lower() else "A16"
        raise PerlasError(problem(code, where=file)) from error


def _sheets(data: bytes, errors: dict[str, Errors], file: str, sheet: str | None) -> list[Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        chosen = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        if sheet is not None:
            chosen = [m for m in chosen if m.name.strip().casefold() == sheet.strip().casefold()]
            if not chosen:
                names = ", ".join(f"«{name}»" for name in book.sheet_names)
                raise PerlasError(problem("A17", where=file, sheet=sheet, names=names))
        grids = []
        for meta in chosen:
            cells = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            rows = [_trimmed(row) for row in cells]
            _put_errors(rows, errors.get(meta.name, {}))
            hidden = meta.visible != SheetVisibleEnum.Visible
            grids.append(Grid(file, meta.name, rows, range(1, len(rows) + 1), hidden))
        return grids


def _trimmed(row: Sequence[object]) -> list[object]:
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return list(row[:end])


def _put_errors(rows: list[list[object]], errors: Errors) -> None:
    """Put the text of each error back into its cell, which calamine leaves empty."""
    for (row, column), text in errors.items():
        if row < len(rows):
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = text
