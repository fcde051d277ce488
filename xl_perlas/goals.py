"""Verdicts: whether an indicator meets its goal, and why there may be no verdict. A verdict is never a silent pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from xl_perlas.evaluate import Results, note
from xl_perlas.formula import Node, Number, names, number, render
from xl_perlas.model import Condition, Goal, Indicator, Parameter, Profile, Result

MEETS, FAILS, NO_VERDICT = "Cumple", "No cumple", "Sin veredicto"

#: Values closer than this are the same figure written twice in binary.
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the goal is met (None: no verdict), the goal with its numbers, and a note."""

    meets: bool | None
    goal: str
    note: str = ""

    @property
    def word(self) -> str:
        """`Cumple`, `No cumple` or `Sin veredicto`: what cells and sheets show."""
        return NO_VERDICT if self.meets is None else MEETS if self.meets else FAILS


class _NoVerdict(Exception):
    """A parameter or an indicator that the goal needs has no value; the text is the note."""


@dataclass(frozen=True, slots=True)
class _Period:
    """What goals can look at in one period."""

    profile: Profile
    results: Mapping[str, Result]
    year: int

    def lookup(self, name: str) -> float:
        if name in self.profile.parameters:
            value = self.profile.parameters[name].at(self.year)
            if value is None:
                raise _NoVerdict(note("E20", parameter=f"{name} ({self.profile.parameters[name].name})"))
            return value
        result = self.results.get(name)
        if result is None or result.value is None:
            raise _NoVerdict(note("E21", indicator=name))
        return result.value


def verdicts(profile: Profile, results: Results, years: Sequence[int]) -> dict[str, tuple[Verdict, ...]]:
    """The verdict of every indicator in every period; `years[i]` is the year of period `i`, for parameters."""
    periods = [
        _Period(profile, {key: row[i] for key, row in results.items()}, year) for i, year in enumerate(years)
    ]
    return {
        key: tuple(_verdict(indicator, p) for p in periods)
        for key, indicator in profile.indicators.items()
        if key in results
    }


def verdict(profile: Profile, indicator: str, results: Mapping[str, Result], year: int) -> Verdict:
    """The verdict of one indicator in one period, given that period's results (its own, and those its goal names)."""
    return _verdict(profile.indicators[indicator], _Period(profile, results, year))


def needs(profile: Profile, indicator: str) -> set[str]:
    """Indicators whose results a verdict needs, itself included."""
    found: set[str] = set()
    pending = [indicator]
    while pending:
        key = pending.pop()
        if key in found or key not in profile.indicators:
            continue
        found.add(key)
        goal = profile.indicators[key].goal
        pending += [*goal.requires, goal.structure, goal.reference]
        for condition in goal.conditions:
            pending += _names(condition)
    return found


def _names(condition: Condition) -> list[str]:
    found = list(names(condition.bound))
    if condition.when:
        found += [condition.when.subject, *names(condition.when.bound)]
    return found


def _verdict(indicator: Indicator, period: _Period) -> Verdict:
    goal = indicator.goal
    text = goal_text(indicator, period.profile, period.year)
    value = period.results[indicator.id].value
    if goal.minimise:
        return Verdict(None, text, note("E22"))
    if value is None:
        return Verdict(None, text, note("E23"))
    try:
        if goal.requires:
            return Verdict(_all_met(goal, period), text)
        if goal.structure:
            return _relative(goal, value, text, period)
        return _conditions(goal, value, text, period)
    except _NoVerdict as reason:
        return Verdict(None, text, str(reason))


def _conditions(goal: Goal, value: float, text: str, period: _Period) -> Verdict:
    """One condition that fails decides, even where another cannot be judged."""
    unknown = ""
    for condition in goal.conditions:
        try:
            if not _holds(condition, value, period):
                return Verdict(False, text)
        except _NoVerdict as reason:
            unknown = unknown or str(reason)
    return Verdict(None, text, unknown) if unknown else Verdict(True, text)


def _all_met(goal: Goal, period: _Period) -> bool:
    """As with conditions, one that is not met decides, even where another cannot be judged."""
    verdicts_of = {key: _verdict(period.profile.indicators[key], period).meets for key in goal.requires}
    if False in verdicts_of.values():
        return False
    for key, meets in verdicts_of.items():
        if meets is None:
            raise _NoVerdict(note("E21", indicator=key))
    return True


def _holds(condition: Condition, value: float, period: _Period) -> bool:
    if condition.when:
        subject = period.lookup(condition.when.subject)
        if not compare(subject, condition.when.operator, number(condition.when.bound, period.lookup)):
            return True
    return compare(value, condition.operator, number(condition.bound, period.lookup))


def compare(value: float, operator: str, bound: float) -> bool:
    """`value operator bound`, where figures that differ only in binary rounding are equal."""
    equal = abs(value - bound) <= _SAME * max(1.0, abs(value), abs(bound))
    if operator == "=":
        return equal
    if operator in ("<=", ">="):
        return equal or (value < bound if operator == "<=" else value > bound)
    return not equal and (value < bound if operator == "<" else value > bound)


def _relative(goal: Goal, value: float, text: str, period: _Period) -> Verdict:
    """Growth against the growth of assets, in the direction that the structure indicator asks for."""
    reference = period.lookup(goal.reference)
    side = _side(period.profile.indicators[goal.structure], period.lookup(goal.structure), period)
    near = compare(abs(value - reference), "<=", period.lookup(goal.tolerance))
    position, rule, met = {
        -1: ("bajo", "más", compare(value, ">", reference)),
        0: ("dentro", "igual", near),
        1: ("sobre", "menos", compare(value, "<", reference)),
    }[side]
    operator = {"más": ">", "igual": "≈", "menos": "<"}[rule]
    why = note(
        "E24", estructura=goal.structure, reference=goal.reference,
        position={"bajo": "por debajo", "dentro": "dentro", "sobre": "por encima"}[position],
        rule={"más": "más", "igual": "al mismo ritmo", "menos": "menos"}[rule],
    )  # fmt: skip
    return Verdict(met, f"{operator} {goal.reference} ({percent(reference)})", why)


def _side(structure: Indicator, value: float, period: _Period) -> int:
    """-1 under the range of its goal, 0 inside, 1 above."""
    for condition in structure.goal.conditions:
        if not _holds(condition, value, period):
            if condition.operator == "=":
                return 1 if value > number(condition.bound, period.lookup) else -1
            return -1 if condition.operator in (">", ">=") else 1
    return 0


# --- texts ------------------------------------------------------------------------------------------------------------


def percent(value: float, decimals: int = 2) -> str:
    """`0.1591` -> `15,91%`; trailing zeros are dropped: goals are written as their sources write them."""
    text = f"{value * 100:.{decimals}f}".rstrip("0").rstrip(".").replace(".", ",").replace("-", "−")
    return f"{text or '0'}%"


def goal_text(indicator: Indicator, profile: Profile, year: int) -> str:
    """The goal as people read it, with the value of each parameter: `>= tasa_empresarial (15,91%)`."""
    goal = indicator.goal
    if goal.text or not goal.conditions:
        return goal.text
    bounds = [c.bound for c in goal.conditions]
    operators = [c.operator for c in goal.conditions]
    if operators == [">=", "<="] and all(isinstance(b, Number) for b in bounds):
        return " - ".join(_bound(c, indicator, profile, year) for c in goal.conditions)
    return "; ".join(
        f"{c.operator} {_bound(c, indicator, profile, year)}{_when(c, profile, year)}" for c in goal.conditions
    )


def _bound(condition: Condition, indicator: Indicator, profile: Profile, year: int) -> str:
    return _bound_text(condition.bound, indicator.unit, profile, year)


def _bound_text(bound: Node, unit: str, profile: Profile, year: int) -> str:
    if isinstance(bound, Number):
        value = float(bound.value)
        return percent(value) if unit == "%" else f"{value:g}"

    def name(word: str, _: int) -> str:
        parameter: Parameter | None = profile.parameters.get(word)
        if parameter is None:
            return word
        value = parameter.at(year)
        return f"{word} ({'sin dato' if value is None else percent(value)})"

    return render(bound, name, decimal=",")


def _when(condition: Condition, profile: Profile, year: int) -> str:
    if not condition.when:
        return ""
    subject = profile.indicators.get(condition.when.subject)
    bound = _bound_text(condition.when.bound, subject.unit if subject else "%", profile, year)
    return f" si {condition.when.subject} {condition.when.operator} {bound}"


def bounds(
    indicator: Indicator, profile: Profile, results: Mapping[str, Result], year: int
) -> tuple[float | None, float | None]:
    """Lowest and highest value that meet the goal, for charts; None where there is no such limit or it is not known."""
    period = _Period(profile, results, year)
    low: list[float] = []
    high: list[float] = []
    unknown: list[list[float]] = []

    def add(to: list[float], get: Callable[[], float]) -> None:
        try:
            to.append(get())
        except _NoVerdict:
            unknown.append(to)

    goal = indicator.goal
    for condition in goal.conditions:
        sides = {"=": (low, high), ">": (low,), ">=": (low,), "<": (high,), "<=": (high,)}[condition.operator]
        for side in sides:
            add(side, lambda c=condition: number(c.bound, period.lookup))  # type: ignore[misc]
    if goal.structure:
        with suppress(_NoVerdict):
            side_of = _side(profile.indicators[goal.structure], period.lookup(goal.structure), period)
            for to in ([low], [low, high], [high])[side_of + 1]:
                add(to, lambda: period.lookup(goal.reference))
    known_low = bool(low) and not any(to is low for to in unknown)
    known_high = bool(high) and not any(to is high for to in unknown)
    return (max(low) if known_low else None), (min(high) if known_high else None)
