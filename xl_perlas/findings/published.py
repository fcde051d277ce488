"""Another published definition as a hypothesis: the same indicator in the other bundled profiles, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from xl_perlas.compile import definitions
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, Context
from xl_perlas.findings.hypotheses import PUBLISHED, Change
from xl_perlas.findings.whatif import amounts_words
from xl_perlas.formula import LinearForm
from xl_perlas.load import profile_names
from xl_perlas.model import Kind, Ratio
from xl_perlas.report import Report
from xl_perlas.words import indicator_words

#: At most this many accounts are told one by one.
_TOLD = 5


def published(report: Report, indicator: str, positions: Sequence[int]) -> list[Change]:
    """The definitions of the same indicator in the other bundled profiles, each with what it does otherwise."""
    found = []
    for name in profile_names():
        if name == report.profile.id:
            continue
        ratio = definitions(name, report.choice.catalog.id).ratios.get(indicator)
        if ratio is None:
            continue
        words, apply = partial(_published_words, report, name, ratio), partial(_instead, other=ratio)
        accounts = _otherwise(report, ratio, positions)[1]
        found.append(Change(PUBLISHED, frozenset((name,)), words, accounts, apply))
    return found


def _instead(_: Ratio, other: Ratio) -> Ratio:
    return other


def _published_words(report: Report, name: str, ratio: Ratio, at: Sequence[int]) -> str:
    profile, told = definitions(name, report.choice.catalog.id).profile, _otherwise(report, ratio, at)[0]
    formula = f"{indicator_words(profile, ratio.indicator)}; {ratio.indicator.source}"
    return f"se usa la definición de {name} ({formula})" + (f", donde {told}" if told else "")


def _otherwise(report: Report, other: Ratio, positions: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    """The accounts, with a balance in some of the periods, that another definition takes otherwise, in words."""
    own = report.definitions.ratios.get(other.indicator.id)
    if own is None:
        return "", ()
    contexts = [report.contexts[i] for i in positions]
    texts: list[str] = []
    accounts: list[str] = []

    def told(codes: Sequence[str]) -> str:
        some = [f"{code} ({amounts_words(report, code, positions)})" for code in codes[:_TOLD]]
        return ", ".join(some) + (f" y {len(codes) - _TOLD} más" if len(codes) > _TOLD else "")

    for part in (NUMERATOR,) if own.indicator.kind is Kind.GROWTH else (NUMERATOR, DENOMINATOR):
        ours, theirs = (_by_code(_part(ratio, part), contexts) for ratio in (own, other))
        more = [code for code in theirs if code not in ours]
        less = [code for code in ours if code not in theirs]
        turned = [code for code in ours if code in theirs and ours[code] != theirs[code]]
        words = []
        if more:
            words.append(f"entra{'n' * (len(more) > 1)} {told(more)}" + (f" y no {told(less)}" if less else ""))
        elif less:
            words.append(f"no entra{'n' * (len(less) > 1)} {told(less)}")
        if turned:
            words.append(f"cambia{'n' * (len(turned) > 1)} de signo o de peso {told(turned)}")
        place = f"en el {part} " if own.indicator.kind is Kind.RATIO and words else ""
        texts += [place + ", y ".join(words)] if words else []
        accounts += [*more, *less, *turned]
    return "; ".join(texts), tuple(dict.fromkeys(accounts))


def _part(ratio: Ratio, part: str) -> LinearForm | None:
    return ratio.numerator if part == NUMERATOR else ratio.denominator


def _by_code(form: LinearForm | None, contexts: Sequence[Context]) -> dict[str, Fraction]:
    """Sum of the coefficients of each account that has a balance in some of the periods."""
    found: dict[str, Fraction] = {}
    for (code, lag), coefficient in form.coefficients.items() if form else ():
        if coefficient and any(isinstance(v := ctx.value(code, lag), int | float) and v != 0 for ctx in contexts):
            found[code] = found.get(code, Fraction(0)) + coefficient
    return found
