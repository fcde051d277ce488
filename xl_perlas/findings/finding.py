"""One thing that the program doubts: by which rule, where, what it does to the rating, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_perlas.findings.whatif import (
    Effect,
    Judged,
    Move,
    differences,
    effect_words,
    effects_words,
    listed,
    moves,
    moves_words,
)
from xl_perlas.problems import ERROR, INFO, WARNING, Problem
from xl_perlas.report import Report, problem_json
from xl_perlas.score import EXCLUDE

_SEVERITY = {ERROR: 0, WARNING: 1, INFO: 2}


@dataclass(frozen=True)
class Finding:
    """A doubt and its effect.

    `problem` has the rule's code, accounts, periods, amount, cause and next step. `effects` are what would change if it
    were corrected in the way that `reading` tells; without a single correction there are none, and `reading` says so.
    `moves` is what that does to the score, None when no weights were given. `indicators` rest on it or have no value or
    verdict because of it; `lost_weight` is the share of the weight that is so left out of the score. `folded` are
    other problems that it causes: they are not told again. `claims` tells which published figures rest on it.
    """

    problem: Problem
    effects: tuple[Effect, ...] = ()
    moves: tuple[Move, ...] | None = None
    reading: str = ""
    indicators: tuple[str, ...] = ()
    lost_weight: float | None = None
    folded: tuple[Problem, ...] = ()
    claims: str = ""

    @property
    def code(self) -> str:
        """The rule."""
        return self.problem.code

    @property
    def severity(self) -> str:
        """`error`, `aviso` or `nota`."""
        return self.problem.severity

    @property
    def points(self) -> float | None:
        """How far the score would move, in the period where it moves most; None without weights."""
        return None if self.moves is None else max((move.points for move in self.moves), default=0.0)

    @property
    def flips(self) -> int:
        """How many goals would be met and are not, or the other way round."""
        return sum(effect.flips for effect in self.effects)

    @property
    def cause(self) -> str:
        """What is wrong, with its place."""
        place = f"{self.problem.where}: " if self.problem.where else ""
        text = self.problem.cause
        return place + (text if place else text[:1].upper() + text[1:])

    @property
    def effect(self) -> str:
        """What it does, in words: `R12 de 2011 sería 2,00 % y no 2,09 %.`"""
        parts = (self.reading, effects_words(self.effects), moves_words(self.moves or ()), self.claims)
        return " ".join(filter(None, parts))

    @property
    def consequences(self) -> str:
        """The problems that it causes, in words."""
        return " ".join(f"[{one.code}] {one.cause[:1].upper()}{one.cause[1:]}" for one in self.folded)

    @property
    def text(self) -> str:
        """All of it in one paragraph."""
        also = f"Lo mismo explica: {self.consequences}" if self.folded else ""
        step = f"Qué hacer: {self.problem.next_step}"
        return " ".join(filter(None, (f"[{self.code}] {self.cause}", self.effect, also, step)))

    @property
    def order(self) -> tuple[float, int, float, int, float, str, str]:
        """The lower, the more it matters: points, verdicts, relative change, severity, weight lost."""
        relative = max((e.relative for e in self.effects), default=0.0)
        return (
            -round(self.points or 0.0, 6), -self.flips, -round(relative, 9), _SEVERITY[self.severity],
            -(self.lost_weight or 0.0), self.code, self.problem.period,
        )  # fmt: skip


def weighed(
    report: Report, before: Judged, after: Judged, positions: Sequence[int], weights: Mapping[str, float] | None,
    policy: str = EXCLUDE,
) -> tuple[tuple[Effect, ...], tuple[Move, ...] | None]:  # fmt: skip
    """What is different between two judgements of some periods, and what that does to the score."""
    effects = differences(report, before, after, positions)
    return effects, None if weights is None else moves(report, before, after, positions, weights, policy)


def users(report: Report, codes: Iterable[str]) -> tuple[str, ...]:
    """Indicators whose formulas use any of these accounts."""
    wanted = set(codes)
    return tuple(
        key
        for key, ratio in report.definitions.ratios.items()
        if any(
            coefficient and code in wanted
            for form in (ratio.numerator, ratio.denominator)
            for (code, _), coefficient in (form.coefficients.items() if form else ())
        )
    )


def in_periods(pairs: Iterable[tuple[str, str]]) -> str:
    """(indicator, period) pairs in words, those of the same periods together: `P4 y P5 en 2010 y 2011; S4 en 2011`."""
    of: dict[str, list[str]] = {}
    for indicator, period in pairs:
        of.setdefault(indicator, []).append(period)
    together: dict[tuple[str, ...], list[str]] = {}
    for indicator, periods in of.items():
        together.setdefault(tuple(dict.fromkeys(periods)), []).append(indicator)
    return "; ".join(f"{listed(names)} en {listed(periods)}" for periods, names in together.items())


def finding_json(found: Finding) -> dict[str, Any]:
    """One finding as other programs read it; keys never change. Values are ratios or amounts, scores go to 100."""
    return {
        **problem_json(found.problem),
        "lectura": found.reading,
        "efectos": [
            {
                "indicador": e.indicator, "periodo": e.period, "valor": e.value, "corregido": e.corrected,
                "cumple": e.meets, "cumple_corregido": e.corrected_meets, "texto": effect_words(e),
            }
            for e in found.effects
        ],
        "puntos": found.points,
        "puntajes": [
            {"periodo": m.period, "puntaje": m.before, "corregido": m.after, "calificacion": m.rating,
             "calificacion_corregida": m.rating_after}
            for m in found.moves or ()
        ],
        "indicadores": list(found.indicators),
        "peso_sin_veredicto": found.lost_weight,
        "explica": [problem_json(p) for p in found.folded],
        "texto": found.text,
    }  # fmt: skip
