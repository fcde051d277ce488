"""Whether what a cell holds is what it should hold, and how either is told."""

from __future__ import annotations

import datetime as dt
import math
import re

from xl_perlas.figures import parse_figure
from xl_perlas.workbook.cellxml import ERRORS, MAX_TEXT, ErrorValue, PlainText, Value, to_serial
from xl_perlas.workbook.view import SAME

_BLANKS = " \t\n\u00a0"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 90
#: How a blank cell is told.
NOTHING = "nada"


def as_result(value: object) -> Value:
    """What a formula's cell holds once the program has stored `value` as its result."""
    if isinstance(value, str) and value in ERRORS and not isinstance(value, PlainText):
        return ErrorValue(value)
    return as_written(value)


def as_written(value: object) -> Value:
    """What a cell holds once the program has written `value` in it: dates are the number of their day."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dt.date):
        return to_serial(value)
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else ErrorValue("#NUM!")


def agree(found: Value, wanted: Value, joined: bool = False) -> bool:
    """Whether a cell holds what it should: numbers to a part in 10^9 (of 1, when smaller), the rest exactly.

    Nothing and an empty text are the same. Text that reads `#N/A` may have become the error (the first recalculation
    with the add-in makes one). `joined`: the formula gives numbers as text, in the decimals of its program.
    """
    if type(found) is type(wanted) and found == wanted:
        return True
    if isinstance(wanted, float):
        if isinstance(found, float):
            return math.isclose(found, wanted, rel_tol=SAME, abs_tol=SAME)
        if isinstance(found, str) and joined and not isinstance(found, ErrorValue):
            figure = parse_figure(found, "," if "," in found else ".")
            return isinstance(figure, float) and agree(figure, wanted)
        return False
    if isinstance(wanted, bool):
        return found in (wanted, float(wanted))
    if isinstance(wanted, ErrorValue):
        return isinstance(found, ErrorValue) and found == wanted
    if wanted in ERRORS and isinstance(found, ErrorValue):
        return found == wanted
    if isinstance(found, ErrorValue) or not isinstance(found, str | None):
        return False
    return _text(found) == _text(wanted if isinstance(wanted, str) else None)


def _text(value: str | None) -> str:
    text = _CONTROL.sub("", (value or "").replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip(_BLANKS)[: MAX_TEXT // 2]


# --- in words ---------------------------------------------------------------------------------------------------------


def told(value: object) -> str:
    """`81,33`, `«Cumple»`, `#N/A`, `nada`."""
    if value is None or (isinstance(value, str) and not value.strip(_BLANKS)):
        return NOTHING
    if isinstance(value, ErrorValue):
        return str(value)
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float | int):
        return f"{value:.15g}".replace(".", ",").replace("-", "−")
    text = str(value)
    return f"«{text[:_LONGEST]}…»" if len(text) > _LONGEST else f"«{text}»"


def told_pair(one: str, other: str) -> tuple[str, str]:
    """Two long texts, each cut around the first place where they differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return _cut(one, at), _cut(other, at)


def _cut(text: str, at: int) -> str:
    begin = max(0, min(at, len(text)) - _LONGEST // 3)
    piece = text[begin : begin + _LONGEST]
    return ("…" if begin else "") + piece + ("…" if begin + _LONGEST < len(text) else "")


# --- texts that say where ---------------------------------------------------------------------------------------------

_PLACE = re.compile(r"Catálogo!\$?[A-Z]{1,3}\$?\d+")
_FILE = re.compile(r"^.+\.xls[xm](?=$|[,:!])")


def without_places(value: object) -> object:
    """A text without the rows of Catálogo and the name of the file that it speaks of."""
    if not isinstance(value, str):
        return value
    return _FILE.sub("libro", _PLACE.sub("Catálogo!", value))
