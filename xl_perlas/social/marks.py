"""Marks from 0 to 10, principle means, total and lights of a Balance Social, from thresholds that are data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Any

from xl_perlas.evaluate import note
from xl_perlas.model import Status
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.social.evaluate import SocialReport, SocialResult
from xl_perlas.social.model import SocialIndicator
from xl_perlas.social.thresholds import Category, Light, Rule, Subject, Thresholds, Unmarked

#: Decimals of a change that count.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """Mark of an indicator in a period, 0 to 10; None where there is none, and why. `rule`: the threshold used."""

    value: float | None
    light: Light
    note: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class LightCount:
    """How many indicators have each light, N/A among them; shares are of all of them."""

    counts: Mapping[Light, int]

    @property
    def total(self) -> int:
        """All indicators."""
        return sum(self.counts.values())

    @property
    def shares(self) -> dict[Light, float | None]:
        """Part of each light in the total (0.5912 is 59.12 %)."""
        return {light: n / self.total if self.total else None for light, n in self.counts.items()}


@dataclass(frozen=True)
class SocialMarks:
    """Marks by indicator, principle and period. Repeated indicators count in each principle that shows them.

    `principles[id]` is the plain mean of the marks of a principle, `totals` the plain mean of the principles that have
    one; None where nothing has a mark.
    """

    report: SocialReport
    thresholds: Thresholds
    marks: Mapping[str, tuple[Mark, ...]]
    principles: Mapping[str, tuple[float | None, ...]]
    totals: tuple[float | None, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def lights(self) -> tuple[LightCount, ...]:
        """Lights of every period."""
        return tuple(count_lights(row[i].light for row in self.marks.values()) for i in range(len(self.report.periods)))

    def lights_of(self, principle: str, position: int) -> LightCount:
        """Lights of one principle in the period at `position`."""
        return count_lights(self.marks[one.id][position].light for one in self.report.method.of_principle(principle))

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read; keys never change."""
        labels = self.report.labels
        return {
            "notas": self.thresholds.id,
            "fuente": str(self.thresholds.source),
            "sin_nota": str(self.thresholds.unmarked),
            "indicadores": {
                key: {
                    label: {"nota": m.value, "luz": str(m.light), "regla": m.rule, "motivo": m.note}
                    for label, m in zip(labels, row, strict=True)
                }
                for key, row in self.marks.items()
            },
            "principios": {key: dict(zip(labels, row, strict=True)) for key, row in self.principles.items()},
            "total": dict(zip(labels, self.totals, strict=True)),
            "luces": {
                label: {str(light): {"cuantos": n, "parte": one.shares[light]} for light, n in one.counts.items()}
                for label, one in zip(labels, self.lights, strict=True)
            },
        }


def count_lights(lights: Iterable[Light]) -> LightCount:
    """Lights counted, every colour named."""
    found = Counter(lights)
    return LightCount({light: found[light] for light in Light})


def plain_mean(marks: Iterable[float | None]) -> float | None:
    """Mean of the marks there are; None when there are none. What is missing is not zero."""
    given = [mark for mark in marks if mark is not None]
    return fsum(given) / len(given) if given else None


def mark_report(report: SocialReport, thresholds: Thresholds) -> SocialMarks:
    """Marks of every indicator and period of `report`.

    A missing, zero-denominator or not applicable result has no mark; thresholds say whether that leaves it out of the
    mean of its principle or counts as zero. A principle without a mark is left out of the total and told.

    Raises:
        PerlasError: thresholds of another method (N39).
    """
    method = report.method
    if thresholds.method != method.id:
        raise PerlasError(problem("N39", given=thresholds.method, wanted=method.id))
    levels = {scale.indicator: report.scales[key] for key, scale in method.scales.items()}
    marks = {}
    for key, one in method.indicators.items():
        scale = levels.get(key) or levels.get(one.repeats)
        marks[key] = tuple(
            _mark(one, result, thresholds, None if scale is None else scale[i].value)
            for i, result in enumerate(report.results[key])
        )  # fmt: skip
    places = range(len(report.periods))
    principles = {
        key: tuple(
            principle_mean([marks[one.id][i].value for one in method.of_principle(key)], thresholds.unmarked)
            for i in places
        )
        for key in method.principles
    }  # fmt: skip
    totals = tuple(plain_mean(row[i] for row in principles.values()) for i in places)
    problems = tuple(p for i in places for p in _lacking(report, principles, totals, i))
    return SocialMarks(report, thresholds, marks, principles, totals, problems)


def principle_mean(marks: Sequence[float | None], unmarked: Unmarked) -> float | None:
    """Mean of the marks of a principle, None without any; `unmarked`: whether an indicator without one counts as 0."""
    if unmarked is Unmarked.ZERO and any(mark is not None for mark in marks):
        return plain_mean(mark or 0.0 for mark in marks)
    return plain_mean(marks)


def _mark(one: SocialIndicator, result: SocialResult, thresholds: Thresholds, level: int | None) -> Mark:
    rule = thresholds.rule(one)
    if result.value is None and not result.text:
        return Mark(None, Light.NONE, result.note)
    if rule is None:
        return Mark(None, Light.NONE, note("N27", indicator=f"«{one.name}»"))
    value = _by_answer(rule, result) if result.text else _by_number(rule, result, level)
    if value is None:
        return Mark(None, Light.NONE, _why_unmarked(one, rule), rule.name)
    return Mark(value, thresholds.light(value), result.note if result.status is Status.INCONSISTENT else "", rule.name)


def _by_answer(rule: Rule, result: SocialResult) -> float | None:
    return (rule.answers or {}).get(result.text, rule.answered)


def _by_number(rule: Rule, result: SocialResult, level: int | None) -> float | None:
    if not rule.points:
        return None
    if rule.subject is Subject.SCALE:
        return None if level is None else rule.mark(level)
    if rule.subject is Subject.VALUE:
        return rule.mark(result.value or 0.0)
    growth = relative_change(result)
    return None if growth is None else rule.mark(growth)


def relative_change(result: SocialResult) -> float | None:
    """Change in a year as a share of the previous value: from zero to zero none, from zero to something 100 %.

    None without a previous value, or with a negative one.
    """
    if result.change is None or result.previous is None or result.previous < 0:
        return None
    if result.previous == 0:
        return 0.0 if not result.change else 1.0 if result.change > 0 else -1.0
    # from 5 % to 5.25 % is 5 %: what binary rounding leaves must not decide on which side of a limit it falls
    return round(result.change / result.previous, _DIGITS)


def _why_unmarked(one: SocialIndicator, rule: Rule) -> str:
    if rule.subject is Subject.CHANGE:
        return note("N25", indicator=f"«{one.name}»")
    return note("N27", indicator=f"«{one.name}»")


def _lacking(
    report: SocialReport, principles: Mapping[str, tuple[float | None, ...]], totals: tuple[float | None, ...], i: int
) -> list[Problem]:
    label = report.labels[i]
    if totals[i] is None:
        return [problem("N30", period=label)]
    names = report.method.principles
    return [
        problem("N29", period=label, principle=f"{key} {names[key].name}")
        for key, row in principles.items() if row[i] is None
    ]  # fmt: skip


def compare_counts(
    thresholds: Thresholds, lights: Mapping[Light, int], categories: Mapping[Category, int], period: str = ""
) -> list[Problem]:
    """Whether the lights that a report prints make the categories that it prints (N31)."""
    made = Counter(dict.fromkeys(Category, 0))
    for light, n in lights.items():
        made[thresholds.category(Light(light))] += n
    if all(made[category] == categories.get(category, 0) for category in Category):
        return []
    names = {rule.category: rule.name.lower() for rule in thresholds.plan}
    return [problem(
        "N31", period=period, lights=", ".join(f"{made[c]} {names[c]}" for c in Category),
        categories=", ".join(f"{categories.get(c, 0)} {names[c]}" for c in Category),
    )]  # fmt: skip
