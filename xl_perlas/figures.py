"""Money figures as people write them: `1.912,41`, `1,912.41`, `(1.912,41)`, `US$ 1 912,41`, `-`.

Whether a comma or a point marks the decimals is decided once a column, from the figures that leave no doubt.
A figure that stays in doubt, contradicts its column or is none is reported with its cell and becomes NaN: it is
never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, NamedTuple

from xl_perlas.problems import Problem, problem

#: Stands in a cell whose formula has no stored result: a program wrote it, and no spreadsheet opened it since.
UNCALCULATED = "#SIN_CALCULAR!"

DecimalMark = Literal[",", "."]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell with something that is no figure. `code`: its message; `suggestion`: what was perhaps meant."""

    text: str
    code: str = "B23"
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many figures of a column can only have a decimal comma, only a decimal point, or either."""

    comma: int = 0
    point: int = 0
    doubtful: int = 0

    @property
    def decimal(self) -> DecimalMark | None:
        """The mark that most of the unmistakable figures use; None when there are none, or on a tie."""
        if self.comma == self.point:
            return None
        return "," if self.comma > self.point else "."


class _Reading(NamedTuple):
    """What a text is worth under each decimal mark; None where it cannot be."""

    text: str
    comma: float | None
    point: float | None


_Cell = float | Unreadable | _Reading | None

# Nearly every cell of a CSV is one of these three, and they leave no doubt: no need to look further.
_SIMPLE = re.compile(r"-?\d{1,15}(?:\.\d\d?)?", re.ASCII)
_SIMPLE_COMMA = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})*,\d\d?", re.ASCII)
_SIMPLE_POINT = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+\.\d\d?", re.ASCII)
_COMMA = re.compile(r"(?:[1-9]\d{0,2}(?:[.' ]\d{3})+|\d+)(?:,\d+)?|,\d+", re.ASCII)
_POINT = re.compile(r"(?:[1-9]\d{0,2}(?:[,' ]\d{3})+|\d+)(?:\.\d+)?|\.\d+", re.ASCII)
_FULL_PRECISION = re.compile(r"-?\d\.\d{9,}e[+-]?\d+", re.IGNORECASE)  # a float as programs print it, whole
_LOOKS_MEANT = re.compile(r"(\d{1,3}(?:[.,' ]+\d{3})*|\d+)[., ]+(\d{1,2})", re.ASCII)
_CURRENCY = re.compile(r"(?:US\$|USD|COP|EUR|\$|€)", re.IGNORECASE)
_SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
_SWAP = str.maketrans(",.", ".,")
_MARKS = str.maketrans("−–—’´`", "---'''")
_ERROR = re.compile(r"#(?:[^\s]*[!?]|N/?[AD]|N/?A!|[A-Z_]{3,})|Err:\d+", re.IGNORECASE)


def parse_figure(value: object, decimal: DecimalMark | None = None) -> float | Unreadable | None:
    """The figure in one cell, in the currency of the balance.

    `decimal` is the mark of its column (`decide_decimal`), or None when nothing decides it: then only figures
    that read the same either way, or in one way alone, are taken. Empty cells and a printed dash give None.
    """
    return _settle(_read(value), decimal)


def decide_decimal(values: Iterable[object]) -> Evidence:
    """What the figures of one column say about its decimal mark. Real numbers say nothing."""
    return _weigh(_read(value) for value in values)


def read_column(
    values: Sequence[object], addresses: Sequence[str] | Callable[[int], str], column_label: str
) -> tuple[list[float | None], list[Problem]]:
    """Read a column of cells: its figures (None: empty, NaN: unreadable) and what is wrong with it.

    `addresses` gives the address of each cell, as a sequence or as a function of the position in `values`.
    """
    readings = [_read(value) for value in values]
    evidence = _weigh(readings)
    decimal = evidence.decimal
    problems = _say_evidence(evidence, column_label)
    where = addresses if callable(addresses) else addresses.__getitem__
    figures: list[float | None] = []
    for i, reading in enumerate(readings):
        figure = reading if isinstance(reading, float) else _settle(reading, decimal)
        if isinstance(figure, Unreadable):
            problems.append(unreadable_problem(figure, where(i), column_label))
            figure = math.nan
        figures.append(figure)
    return figures, problems


def unreadable_problem(cell: Unreadable, where: str, column_label: str) -> Problem:
    """The problem that a cell which cannot be read is."""
    hint = f" (¿quiso decir {cell.suggestion}?)" if cell.suggestion else ""
    text = cell.text if len(cell.text) <= 60 else cell.text[:57] + "…"
    return problem(cell.code, where=where, text=text, hint=hint, column=column_label)


def _say_evidence(evidence: Evidence, column: str) -> list[Problem]:
    code = "B20" if evidence.decimal else "B25"
    if not evidence.comma and not evidence.point:
        return []
    return [
        problem(
            code, column=column, mark="coma decimal" if evidence.decimal == "," else "punto decimal",
            comma=evidence.comma, point=evidence.point, doubtful=evidence.doubtful,
        )
    ]  # fmt: skip


def _weigh(readings: Iterable[_Cell]) -> Evidence:
    comma = point = doubtful = 0
    for reading in readings:
        if isinstance(reading, _Reading):
            if reading.point is None:
                comma += 1
            elif reading.comma is None:
                point += 1
            else:
                doubtful += 1
    return Evidence(comma, point, doubtful)


def _settle(reading: _Cell, decimal: DecimalMark | None) -> float | Unreadable | None:
    if isinstance(reading, Unreadable):
        return replace(reading, suggestion=reading.suggestion.translate(_SWAP)) if decimal == "." else reading
    if not isinstance(reading, _Reading):
        return reading
    text, comma, point = reading
    if decimal is None:
        if comma is not None and point is not None:
            return Unreadable(text, "B21", f"{_written(comma, ',')} o {_written(point, ',')}")
        return comma if point is None else point
    figure, other = (comma, point) if decimal == "," else (point, comma)
    if figure is not None:
        return figure
    return Unreadable(text, "B22", "" if other is None else _written(other, decimal))


def _read(value: object) -> _Cell:
    """A number, None (empty), a text that is no figure, or one whose reading depends on the decimal mark."""
    if isinstance(value, float) and math.isfinite(value):
        return float(value)  # numpy's float64 is a float too
    if isinstance(value, str):
        if _SIMPLE.fullmatch(value):
            number = float(value)
            return _Reading(value, None, number) if "." in value else number
        if _SIMPLE_COMMA.fullmatch(value):
            return _Reading(value, float(value.replace(".", "").replace(",", ".")), None)
        if _SIMPLE_POINT.fullmatch(value):
            return _Reading(value, None, float(value.replace(",", "")))
        return _read_text(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return Unreadable("VERDADERO" if value else "FALSO")
    if isinstance(value, (int, float, Decimal)) or hasattr(value, "__float__"):  # numpy's numbers have it too
        number = float(value)
        return number if math.isfinite(number) else Unreadable(str(value))
    return Unreadable(str(value))


def _read_text(raw: str) -> _Cell:
    text = _SPACES.sub(" ", raw).strip(" '\ufeff")
    if not text:
        return None
    if _ERROR.fullmatch(text):
        return Unreadable(text, "B27" if text == UNCALCULATED else "B24")
    body, sign = _unsigned(text.translate(_MARKS))
    if body is None:
        return None
    comma, point = _number(_COMMA, body, ".", ","), _number(_POINT, body, ",", ".")
    if comma is None and point is None:
        if _FULL_PRECISION.fullmatch(text):
            return float(text)
        return Unreadable(text, suggestion=_suggest(body, sign))
    if comma == point:
        return sign * comma if comma else 0.0
    return _Reading(text, None if comma is None else sign * comma, None if point is None else sign * point)


def _unsigned(text: str) -> tuple[str | None, int]:
    """The digits and marks of a figure and its sign; None for a printed dash (`-`, `$ -`): nothing there."""
    text, sign = _CURRENCY.sub("", text, count=1).strip(), 1
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1].strip(), -1
        text = _CURRENCY.sub("", text, count=1).strip()
    if text and not text.strip("- "):
        return None, 1
    if sign == 1 and text.startswith(("-", "+")):
        sign, text = (-1 if text[0] == "-" else 1), text[1:].strip()
    elif sign == 1 and text.endswith("-"):
        sign, text = -1, text[:-1].strip()
    return text, sign


def _number(form: re.Pattern[str], text: str, group: str, decimal: str) -> float | None:
    if not form.fullmatch(text):
        return None
    number = float(text.replace(group, "").replace("'", "").replace(" ", "").replace(decimal, "."))
    return number if math.isfinite(number) else None


def _suggest(body: str, sign: int) -> str:
    m = _LOOKS_MEANT.fullmatch(body)
    if not m:
        return ""
    return _written(sign * float(re.sub(r"[^\d]", "", m[1]) + "." + m[2]), ",")


def _written(number: float, decimal: DecimalMark) -> str:
    digits = f"{number:.10f}".rstrip("0")
    places = max(2, len(digits) - digits.index(".") - 1)
    text = f"{number:,.{places}f}"
    return text.translate(_SWAP) if decimal == "," else text
