"""Figures and sentences of a Balance Social, as Spanish readers write them. A sentence follows from its value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter

from xl_perlas.formula import Node, in_words
from xl_perlas.social.model import SocialIndicator, SocialInput, SocialKind

_SWAP = str.maketrans(",.", ".,")
_NO_PREVIOUS = "sin dato del año anterior"
_SENTENCE = re.compile(r"(?<=[.;])\s+")


def shown(value: float, unit: str, places: int = 2) -> str:
    """`0.9887`, `%` -> `98,87 %`; `1234.5` -> `1.234,50`; whole numbers without decimals, but for money and times.

    A half is rounded away from zero, as spreadsheets show it.
    """
    exact = Decimal(repr(float(value)))
    if unit == "%":
        return f"{_decimal(exact * 100, places)} %"
    whole = exact == exact.to_integral_value() and not unit.startswith(("veces", *MONEY))
    return _decimal(exact, 0 if whole else places)


#: Units that are shown with cents.
MONEY = ("pesos", "dólares", "USD", "COP")


def _decimal(exact: Decimal, places: int) -> str:
    if abs(exact) < 10**15:  # beyond, a float has no decimals to round
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,.{places}f}".translate(_SWAP)
    return text.replace("-", "−" if text.strip("-0.,") else "")


def formula_words(node: Node, inputs: Mapping[str, SocialInput]) -> str:
    """A formula with the names of its inputs."""

    def label(name: str) -> str:
        return inputs[name].name[:1].lower() + inputs[name].name[1:] if name in inputs else name

    return in_words(node, label).replace("del periodo base", "del año anterior")


def definition_words(one: SocialIndicator, inputs: Mapping[str, SocialInput]) -> str:
    """`asociados activos ÷ asociados hábiles`; a growth compares with the year before."""
    first = formula_words(one.numerator, inputs)
    if one.kind is SocialKind.GROWTH:
        return f"({first}) ÷ lo mismo del año anterior − 1"
    if one.denominator is None:
        return first
    return f"({first}) ÷ ({formula_words(one.denominator, inputs)})"


# --- change -----------------------------------------------------------------------------------------------------------


def change_words(change: float | None, previous: float | None, unit: str, label: str) -> str:
    """`4,26 puntos porcentuales menos que en 2022`, with the direction that the figures as shown have."""
    if change is None or previous is None:
        return _NO_PREVIOUS
    size = abs(change) * (100 if unit == "%" else 1)
    text = shown(size, "veces" if unit == "%" else unit)
    if not text.strip("0.,"):
        return f"igual que en {label}"
    what = "puntos porcentuales " if unit == "%" else ""
    return f"{text} {what}{'más' if change > 0 else 'menos'} que en {label}"


def variation_words(value: float) -> str:
    """A growth as a verb: `creció 12,00 %`, `disminuyó 33,93 %`, `no cambió`."""
    text = shown(abs(value), "%")
    if not text.strip("0., %"):
        return "no cambió"
    return f"{'creció' if value > 0 else 'disminuyó'} {text}"


# --- sentences --------------------------------------------------------------------------------------------------------


def sentence(template: str, fields: Mapping[str, str]) -> str:
    """An analysis template with its figures (`fields`, by placeholder).

    Without a previous value the parts that speak of it are left out; with one, and where the template does not compare,
    the comparison is added.
    """
    if not fields["anterior"]:
        template = _without_previous(template)
    elif not {"anterior", "cambio"} & {field for _, field, _, _ in Formatter().parse(template)}:
        template += " Cambio: {cambio}."
    text = template.format(**{key: value or _NO_PREVIOUS for key, value in fields.items()})
    return text[:1].upper() + text[1:]


def _without_previous(template: str) -> str:
    """The sentences that do not speak of the year before; the whole template when all of them do."""
    kept = [s for s in _SENTENCE.split(template) if "{anterior}" not in s and "{cambio}" not in s]
    return " ".join(kept) or template


def no_value_sentence(one: SocialIndicator, period: str, why: str) -> str:
    """What is said of an indicator that has no value: why, never a figure."""
    return f"«{one.name}» no tiene valor en {period}: {why}"
