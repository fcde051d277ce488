"""Cross-checks: parts and wholes among inputs, and shares that a common number of people can or cannot give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from xl_perlas.formula import Node
from xl_perlas.identities import CENT
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, problem
from xl_perlas.social.model import Control, ControlKind, SocialMethod
from xl_perlas.social.resolve import Resolver
from xl_perlas.social.texts import formula_words, shown
from xl_perlas.social.tree import evaluate

#: Shares are printed with this many decimals of a percentage.
_PLACES = 2
#: Larger numbers of people give nearly any share.
_SEARCHED = 10_000


def check_inputs(resolver: Resolver, period: Period) -> Iterator[Problem]:
    """What the inputs of a period contradict. A check is made only where everything it needs is there."""
    checks = {
        ControlKind.NOT_MORE: _not_more, ControlKind.SUM: _sum, ControlKind.TOGETHER: _together,
    }  # fmt: skip
    for one in resolver.method.controls.values():
        if check := checks.get(one.kind):
            yield from check(one, resolver, period)


#: What binary sums of cents leave, beside the whole.
_ROUNDING = Fraction(1, 10**9)


def _value(node: Node | None, resolver: Resolver, period: Period) -> Fraction | None:
    if node is None:
        return None

    def lookup(name: str, lag: int) -> Fraction | None:
        return resolver.number(name, Period(period.year - lag, period.month, period.annual))

    return evaluate(node, lookup).value


def _words(node: Node | None, resolver: Resolver) -> str:
    return formula_words(node, resolver.method.inputs) if node else ""


def _not_more(one: Control, resolver: Resolver, period: Period) -> Iterator[Problem]:
    part, whole = (_value(node, resolver, period) for node in (one.part, one.whole))
    if part is not None and whole is not None and part - whole > _ROUNDING * max(Fraction(1), abs(whole)):
        yield problem(
            "N14", period=period.label, part=_words(one.part, resolver), whole=_words(one.whole, resolver),
            given=shown(float(part), ""), most=shown(float(whole), ""),
        )  # fmt: skip


def _sum(one: Control, resolver: Resolver, period: Period) -> Iterator[Problem]:
    whole = _value(one.whole, resolver, period)
    parts = [_value(node, resolver, period) for node in one.parts]
    given = [p for p in parts if p is not None]
    if whole is None or len(given) < len(parts):
        return
    difference = sum(given, Fraction(0)) - whole
    if abs(difference) > Fraction(str(CENT)):
        yield problem(
            "N15", period=period.label, parts=" + ".join(_words(node, resolver) for node in one.parts),
            whole=_words(one.whole, resolver), given=shown(float(sum(given)), ""), wanted=shown(float(whole), ""),
            amount=float(difference),
        )  # fmt: skip


def _together(one: Control, resolver: Resolver, period: Period) -> Iterator[Problem]:
    given = {_words(node, resolver): _value(node, resolver, period) for node in one.parts}
    if None in given.values():
        return
    zero, not_zero = ([name for name, value in given.items() if bool(value) is some] for some in (False, True))
    if zero and not_zero:
        yield problem("N17", period=period.label, zero=", ".join(zero), some=", ".join(not_zero))


# --- shares of one same number of people ------------------------------------------------------------------------------


def feasible_bases(printed: Sequence[str], most: int = 1000) -> list[int]:
    """Numbers of people, up to `most`, of which every printed percentage can be a share (`37.04`, `12.50` -> 216 …).

    Each percentage is taken with the precision it is printed with: `12.5` says less than `12.50`. A half may have been
    rounded either way. Raises ValueError for a text that is no number.
    """
    shares = [_share(text) for text in printed]
    return [n for n in range(1, most + 1) if all(_possible(share, half, n) for share, half in shares)]


def _share(text: str) -> tuple[Fraction, Fraction]:
    """A printed percentage as a fraction, and half of its last digit."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        value = Fraction(plain)
    except ValueError:
        raise ValueError(f"no es un porcentaje: {text!r}") from None
    return value / 100, Fraction(1, 2 * 100 * 10 ** len(plain.partition(".")[2]))


def _possible(share: Fraction, half: Fraction, people: int) -> bool:
    """Whether some whole number of `people` is within half a digit of the share."""
    return abs(Fraction(round(share * people), people) - share) <= half


def check_same_base(
    method: SocialMethod, values: Mapping[str, float | None], period: str = ""
) -> Iterator[Problem]:
    """Shares that no common number of people, up to the most that is likely, can give."""
    for one in method.controls.values():
        if one.kind is ControlKind.SAME_BASE:
            shares = {key: value for key in one.indicators if (value := values.get(key)) is not None}
            yield from _check_base(one, method, {key: _printed(value) for key, value in shares.items()}, period)


def _printed(value: float) -> str:
    return str((Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP))


def _check_base(one: Control, method: SocialMethod, printed: Mapping[str, str], period: str) -> Iterator[Problem]:
    if len(printed) < 2 or feasible_bases(list(printed.values()), one.most):
        return
    beyond = feasible_bases(list(printed.values()), _SEARCHED)
    least = f"la menor posible es {beyond[0]}" if beyond else f"ninguna sirve, ni hasta {_SEARCHED}"
    shares = ", ".join(
        f"{method.indicators[key].name} {text.replace('.', ',')} %" for key, text in printed.items()
    )  # fmt: skip
    yield problem("N16", period=period, shares=shares, most=one.most, least=least)


def check_declared(method: SocialMethod, declared: Mapping[str, str], period: str = "") -> list[Problem]:
    """What is doubtful in percentages that a report printed (`{"CO07": "37.04", "CO09": "12.50"}`): shares of one base
    that no likely number of people gives, and parts of a whole over 100 %.

    Raises:
        KeyError: an id that the method does not have.
        ValueError: a text that is no percentage.
    """
    found = list(_over(method, declared, period))
    for one in method.controls.values():
        if one.kind is ControlKind.SAME_BASE:
            found += _check_base(one, method, {k: declared[k] for k in one.indicators if k in declared}, period)
    return found


def _over(method: SocialMethod, declared: Mapping[str, str], period: str) -> Iterable[Problem]:
    for key, text in declared.items():
        one = method.indicators[key]
        share, _ = _share(text)
        if one.part and not 0 <= share <= 1:
            yield problem("N11", where=one.name, period=period, value=shown(float(share), "%"))
