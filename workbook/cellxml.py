"""Cells as a workbook's XML spells them: references, attributes, text, values and dates, both ways."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xl_perlas.reading.grid import column_letters

MAX_TEXT = 32_767  # UTF-16 units: what Excel accepts in a cell
MAX_COLUMN, MAX_ROW = 16_384, 1_048_576

ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)

ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*+"""
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_NO_ELEMENT = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.S)
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_SIDE = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d{1,7})?")
_QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')


class ErrorValue(str):
    """An error in a cell, such as `#N/A`; the only text that `Sheet.set_value` writes as an error."""

    __slots__ = ()


#: What a cell holds. Errors are `ErrorValue` (a str); numbers shown as dates are dates (datetimes if they have a time).
Value = float | str | bool | dt.date | None


class PlainText(str):
    """Text that stays text as the result of a formula, even where it reads `#N/A`."""

    __slots__ = ()


class Cell(NamedTuple):
    """A cell. `formula` is as stored, without `=`; None when there is none, "" in all but the first of a shared one.

    `calculated` is False when the file holds the formula but no result (its `value` is then None).
    """

    ref: str
    value: Value
    formula: str | None = None
    calculated: bool = True

    @property
    def is_error(self) -> bool:
        """Whether the value is an error such as `#N/A`."""
        return isinstance(self.value, ErrorValue)


# --- references


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """1 for `A`, 27 for `AA`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=1024)
def column_name(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    return column_letters(number - 1)


def parse_ref(ref: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as `B7` or `$B$7`.

    Raises:
        ValueError: it is not the reference of one cell.
    """
    m = _REF.fullmatch(ref)
    row, column = (int(m[2]), column_number(m[1])) if m else (0, 0)
    if not 1 <= row <= MAX_ROW or column > MAX_COLUMN:
        raise ValueError(f"not a cell reference: {ref!r}")
    return row, column


def parse_range(text: str, last_row: int) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of `B7`, `A1:P9`, `$A:$C` or `3:3`.

    Whole columns end in row `last_row` (rows below the last one in use would only be blank).

    Raises:
        ValueError: it is not the reference of a range.
    """
    first, _, second = text.partition(":")
    sides = _SIDE.fullmatch(first), _SIDE.fullmatch(second or first)
    if not sides[0] or not sides[1] or not any(sides[0].groups()):
        raise ValueError(f"not a range: {text!r}")
    (left, top), (right, bottom) = sides[0].groups(), sides[1].groups()
    if bool(left) != bool(right) or bool(top) != bool(bottom):
        raise ValueError(f"not a range: {text!r}")
    rows = sorted((int(top), int(bottom))) if top else [1, max(last_row, 1)]
    columns = sorted((column_number(left), column_number(right))) if left else [1, MAX_COLUMN]
    if not (rows[0] >= 1 and rows[1] <= MAX_ROW and columns[1] <= MAX_COLUMN):
        raise ValueError(f"not a range: {text!r}")
    return rows[0], columns[0], rows[1], columns[1]


def split_reference(text: str) -> tuple[str, str]:
    """Sheet and range of a reference: `'Catálogo'!$A$7:$A$9` -> `("Catálogo", "A7:A9")`.

    Raises:
        ValueError: it is not a plain reference to one range of one sheet.
    """
    sheet, mark, area = text.lstrip("=").rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    area = area.replace("$", "")
    if not mark or not sheet:
        raise ValueError(f"not a reference: {text!r}")
    parse_range(area, 1)
    return sheet, area


# --- attributes and text


def attribute(tag: str, name: str) -> str | None:
    """The attribute `name` in the text of a tag, unescaped; None when it has none."""
    for key, double, single in _ATTRIBUTE.findall(tag):
        if key == name:
            return unescape(double or single)
    return None


def whole(text: str | None) -> int:
    """The number that an attribute holds, 0 when it holds none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def with_attribute(attributes: str, name: str, value: str | None) -> str:
    """`attributes` with one set, in its place or at the end, or removed (None)."""
    if value is None and name not in attributes:
        return attributes.rstrip()
    pattern = rf"""\s+{name}\s*=\s*(?:"[^"]*"|'[^']*')"""
    new = "" if value is None else f' {name}="{escape(value, quote=True)}"'
    changed, count = re.subn(pattern, lambda _: new, attributes, count=1)
    return changed if count else attributes.rstrip() + new


def elements_only(text: str) -> str:
    """Drop comments and instructions and escape CDATA, so that every `<` begins an element (or the declaration)."""
    start = text.find("?>") + 2 if text.lstrip("\ufeff").startswith("<?xml") else 0
    if "<!" not in text and text.find("<?", start) < 0:
        return text
    return text[:start] + _NO_ELEMENT.sub(lambda m: escape(m[1] or ""), text[start:])


def escape(text: str, quote: bool = False) -> str:
    """`text` as XML: markup escaped."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if quote else text


def unescape(raw: str) -> str:
    """Characters of the XML text `raw` (which holds no markup)."""
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_character, raw) if "&" in raw else raw


def _character(m: re.Match[str]) -> str:
    if m[3]:
        return _NAMED.get(m[3], m[0])
    code = int(m[1]) if m[1] else int(m[2], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def read_text(raw: str) -> str:
    """Text of a cell: unescaped, with `_x000D_` and the like decoded."""
    text = unescape(raw)
    return _CODED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def write_text(text: str) -> str:
    """`text` as the content of a cell: escaped, line ends as `\\n`, without control characters, at most `MAX_TEXT`."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) > 2 * MAX_TEXT:
        text = text.encode("utf-16-le")[: 2 * (MAX_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    return escape(_CODED.sub(lambda m: "_x005F" + m[0], text))


def space(text: str) -> str:
    """The attribute that keeps blanks at the ends of `text`, if it has any."""
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""


# --- values


def encode(value: object, epoch_1904: bool = False) -> tuple[str, str]:
    """Kind (`n`, `b`, `e`, `str`) and unescaped text of a value that is not None.

    A number that is no number (NaN, infinite) is the error `#NUM!`, as in Excel.

    Raises:
        TypeError: a cell cannot hold it.
    """
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, ErrorValue):
        return "e", str(value)
    if isinstance(value, str):
        return "str", value
    if isinstance(value, dt.date):
        return "n", _number(to_serial(value, epoch_1904))
    if isinstance(value, (float, int, Decimal)) or hasattr(value, "__float__"):
        number = float(value)
        return ("n", _number(number)) if math.isfinite(number) else ("e", "#NUM!")
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def _number(number: float) -> str:
    if number == 0:
        return "0"  # also for -0.0, which would be shown as "-0"
    text = float.__repr__(float(number))
    return text[:-2] if text.endswith(".0") else text


def to_serial(value: dt.date, epoch_1904: bool = False) -> float:
    """Days since the workbook's first day, with the hour as fraction."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    moment = moment.replace(tzinfo=None)
    first = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    days = (moment - first) / dt.timedelta(days=1)
    return days if epoch_1904 or days >= 61 else days - 1  # Excel counts a 29 February 1900


def from_serial(serial: float, epoch_1904: bool = False) -> dt.date | float:
    """The date, or datetime if it has a time, of a serial; the number itself when no date corresponds."""
    if not (0 if epoch_1904 else 1) <= serial < 2_958_466:
        return serial
    first = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    days = serial if epoch_1904 or serial >= 60 else serial + 1
    try:
        moment = first + dt.timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return serial
    return moment.date() if moment.time() == dt.time() else moment


def is_date_format(number: int, code: str | None) -> bool:
    """Whether a number format shows a date (times of day alone are not dates)."""
    if code is None:
        return 14 <= number <= 17 or number == 22 or 27 <= number <= 31 or number == 36 or 50 <= number <= 58
    letters = _QUOTED_IN_FORMAT.sub("", code).split(";")[0].lower()
    if letters.strip() in ("general", "estándar", "standard"):
        return False
    return "y" in letters or "d" in letters or ("m" in letters and not re.search("[hs]", letters))
