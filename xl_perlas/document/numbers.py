"""Numbers as people read them in Spanish: `1.234,5`, `81,33 %`. Rounding is for display only."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

#: From here on a figure is written with a power of ten.
_HUGE = 10.0**15
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_NBSP = "\u00a0"


class Unit(StrEnum):
    """What a number is. A percentage is kept as a ratio: 0.10 is shown as 10 %."""

    TEXT = "texto"
    PERCENT = "%"
    TIMES = "veces"
    AMOUNT = "USD"
    COUNT = "unidades"
    PLAIN = "número"


_PLACES = {Unit.PERCENT: 2, Unit.TIMES: 2, Unit.AMOUNT: 2, Unit.COUNT: 0, Unit.PLAIN: 2, Unit.TEXT: 2}

#: Amounts from each size on are told in these words, divided by the number.
_SCALES = ((1e12, 1e12, "billones"), (1e7, 1e6, "millones"), (1e4, 1e3, "miles"))
#: Amounts with so many figures are shortened beside a bar.
_LONG = 1e5
_SHORT = {"billones": "bill.", "millones": "mill.", "miles": "mil", "": ""}


def decimal(value: float, places: int = 2) -> str:
    """`1234.5` -> `1.234,50`; a half is rounded away from zero. Zero has no sign."""
    if not math.isfinite(value):
        return "sin dato"
    if abs(value) >= _HUGE:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa.replace('.', ',').replace('-', '−')}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,.{places}f}".translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−" if text.strip("-0.,") else "")


def shown(value: float, unit: Unit, places: int | None = None) -> str:
    """A number in its unit, with the unit's usual decimals unless told: `81,33 %`, `1.234,50`."""
    places = _PLACES[unit] if places is None else places
    if unit is Unit.PERCENT:
        return decimal(value * 100, places) + f"{_NBSP}%"
    return decimal(value, places)


def brief(value: float, unit: Unit) -> str:
    """A number for a chart, with few figures, large amounts in thousands or millions: `81,3 %`, `111,8 mil`."""
    if unit is Unit.COUNT or not value:
        return shown(value, unit, 0)
    if unit is Unit.AMOUNT:
        divisor, word = amount_scale(abs(value)) if abs(value) >= _LONG else (1.0, "")
        places = 1 if word else 0 if abs(value) >= 100 else 2
        return decimal(value / divisor, places) + (f"{_NBSP}{_SHORT[word]}" if word else "")
    size = abs(value) * (100 if unit is Unit.PERCENT else 1)
    return shown(value, unit, 0 if size >= 1000 else 1 if size >= 1 else 2)


def exact(value: float, unit: Unit) -> str:
    """A limit as its source writes it: two decimals at most, and no zeros after them: `5 %`, `15,91 %`."""
    text = shown(value, unit)
    number, space, sign = text.partition(_NBSP)
    return (number.rstrip("0").rstrip(",") if "," in number else number) + space + sign


def amount_scale(largest: float) -> tuple[float, str]:
    """What amounts up to `largest` are divided by, and its name: `(1000.0, "miles")`; `(1.0, "")` for small ones."""
    return next(((divisor, word) for limit, divisor, word in _SCALES if largest >= limit), (1.0, ""))


def tidy(text: str) -> str:
    """A text of goals with printed signs: `>= 5%` -> `≥ 5 %`."""
    spaced = "".join(
        f"{_NBSP}%" if sign == "%" and i and text[i - 1].isdigit() else sign for i, sign in enumerate(text)
    )
    return spaced.replace(">=", "≥").replace("<=", "≤")
