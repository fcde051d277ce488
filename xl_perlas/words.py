"""Definitions in Spanish words: one wording for cells, sheets, terminal and documents."""

from __future__ import annotations

from xl_perlas.formula import Binary, Node, in_words
from xl_perlas.model import Indicator, Kind, Line, Profile

_AGES = {"hasta_12m": "de 1 a 12 meses", "mas_12m": "a más de 12 meses"}
_PORTFOLIOS = {"no_devenga": "que no devenga intereses", "vencida": "vencida"}

#: More accounts than these are counted, not listed.
_LISTED = 9


def label(profile: Profile, name: str) -> str:
    """Name of a line or parameter as people read it inside a sentence."""
    named = profile.lines.get(name) or profile.parameters[name]
    return named.name[:1].lower() + named.name[1:]


def formula_words(profile: Profile, node: Node) -> str:
    """A formula with the names of its lines: `promedio de cartera neta`."""
    return in_words(node, lambda name: label(profile, name))


def indicator_words(profile: Profile, indicator: Indicator) -> str:
    """`capital institucional neto ÷ activo total`."""
    numerator = formula_words(profile, indicator.numerator)
    if indicator.denominator is None:
        return numerator
    numerator = _grouped(numerator, indicator.numerator)
    if indicator.kind is Kind.GROWTH:
        return f"{numerator} ÷ lo mismo en el periodo base − 1"
    denominator = _grouped(formula_words(profile, indicator.denominator), indicator.denominator)
    return f"{numerator} ÷ {denominator}" + (", llevado a un año" if indicator.flow else "")


def _grouped(text: str, node: Node) -> str:
    return f"({text})" if isinstance(node, Binary) else text


def line_words(profile: Profile, line: Line) -> str:
    """What a line adds up: `14 − 1499`, ages of arrears, or other lines."""
    if line.formula is not None:
        return formula_words(profile, line.formula)
    if len(line.accounts) > _LISTED:
        return f"{len(line.accounts)} cuentas"
    signs = {1: "+", -1: "−", 0: "0 ×"}
    parts = [f"{signs.get(int(c), f'{float(c):g} ×')} {code}" for code, c in line.accounts.items()]
    text = " ".join(parts).removeprefix("+ ")
    if line.bands:
        ages = " y ".join(_AGES.get(a, a) for a in line.bands.ages)
        portfolios = " y ".join(_PORTFOLIOS.get(p, p) for p in line.bands.portfolios)
        text = " + ".join(filter(None, (text, f"mora {ages} de la cartera {portfolios}")))
    return text
