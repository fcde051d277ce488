"""Score and risk rating: how much of the weight meets its goal, and in which band that falls.

The score is 100 times the global weight of the indicators that meet their goals (Coral y Ruano 2016, Tablas 12 and 13,
pp. 96-98). What an indicator without verdict does is a policy, and goes beside every rating:

* `excluir` (EXCLUDE): it does not count, and the weights that have a verdict are enlarged to the sum of all. A score
  never falls when a verdict goes from not met to none, or from none to met; it never rises when one that had no verdict
  turns out not to be met.
* `no_cumple` (AS_FAILED): it counts as not met.

With a verdict for every weight both give the same score, and the thesis's.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.goals import percent
from xl_perlas.hierarchy import TOLERANCE
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.report import Report, problem_json

EXCLUDE, AS_FAILED = "excluir", "no_cumple"

#: Each policy as it is shown beside a rating.
POLICIES: Mapping[str, str] = {
    EXCLUDE: "los indicadores sin veredicto no cuentan y el peso de los demás se lleva al total",
    AS_FAILED: "los indicadores sin veredicto cuentan como no cumplidos",
}

LOWER, UPPER = "inferior", "superior"

#: A score this near to a limit is on it: what is left of adding weights in binary.
_NEAR = 1e-9

Verdicts = Mapping[str, bool | None]


# --- the scale --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """A rating and the scores that have it, between two limits."""

    rating: str
    lower: float
    upper: float


@dataclass(frozen=True)
class RatingScale:
    """Bands from the best to the worst.

    `closed` says which limit belongs to a band: `inferior`, a score equal to a limit has the better rating; `superior`,
    the worse. The best band always includes the highest score and the worst one the lowest.
    """

    id: str
    name: str
    source: str
    closed: str
    bands: tuple[Band, ...]

    def rating(self, score: float | None) -> str | None:
        """The rating of a score. None for none, and outside the scale by more than weights' sums may differ from 1."""
        best, worst = self.bands[0], self.bands[-1]
        room = TOLERANCE * (best.upper - worst.lower)
        if score is None or not worst.lower - room <= score <= best.upper + room:
            return None
        shift = -_NEAR if self.closed == LOWER else _NEAR
        return next((b.rating for b in self.bands if score > b.lower + shift), worst.rating)


@lru_cache(maxsize=4)
def load_scale(name: str = "tulcan_2016") -> RatingScale:
    """The rating scale that a source published; its limits are computed, equal parts of the range.

    Raises:
        PerlasError: there is none of that name (D02), or its file has faults (D01).
    """
    folder = resources.files("xl_perlas.definitions") / "score"
    known = {p.name[6:-5]: p for p in folder.iterdir() if p.name.startswith("bands_") and p.name.endswith(".toml")}
    if name not in known:
        raise PerlasError(problem("D02", kind="la escala", name=f"«{name}»", options=", ".join(sorted(known))))
    data = tomllib.loads(known[name].read_text(encoding="utf-8"))["escala"]
    ratings, count, low, high = data["calificaciones"], data["bandas"], data["minimo"], data["maximo"]
    if len(set(ratings)) != count or len(ratings) != count or data["cierra"] not in (LOWER, UPPER):
        raise PerlasError(problem("D01", where=known[name].name, detail="bandas, calificaciones o cierre"))
    limits = [float(high - Fraction(high - low) * i / count) for i in range(count + 1)]
    bands = tuple(Band(rating, limits[i + 1], limits[i]) for i, rating in enumerate(ratings))
    return RatingScale(name, data["nombre"], data["fuente"], data["cierra"], bands)


# --- the score --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """What one indicator does to the score.

    `weight` is its global weight; `meets` its verdict (None: none); `points` what it gives. `gain` is what the score
    would rise if it alone were met (0 when it is; None when there is no score to rise from), and `rating_if_met` the
    rating then. Without verdict and with `excluir`, meeting it also makes its weight count, so that the points of the
    others shrink: its gain is not its weight in points, but still the difference of the two scores.
    """

    indicator: str
    component: str
    weight: float
    meets: bool | None
    points: float
    gain: float | None
    rating_if_met: str | None


@dataclass(frozen=True, slots=True)
class ComponentPoints:
    """Points of the indicators of a component, and what they would be if all those that count were met."""

    points: float
    maximum: float


@dataclass(frozen=True)
class Score:
    """A score from 0 to 100 and its rating; both None when no weight has a verdict.

    `coverage` is the share of the weight that has a verdict; `factor` what weights are enlarged by (1 where each has a
    verdict; 0 without a score). `terms` are in the order of the weights; `without_weight` the indicators that have a
    verdict and no weight, which do not count.
    """

    value: float | None
    rating: str | None
    coverage: float
    policy: str
    factor: float
    terms: tuple[Term, ...]
    without_weight: tuple[str, ...] = ()

    @cached_property
    def by_component(self) -> Mapping[str, ComponentPoints]:
        """Points and maximum of each component, in the order of the weights."""
        of: dict[str, list[Term]] = {}
        for term in self.terms:
            of.setdefault(term.component, []).append(term)
        return {
            component: ComponentPoints(
                math.fsum(t.points for t in terms),
                _points(math.fsum(t.weight for t in terms if self._counts(t)), self.factor),
            )
            for component, terms in of.items()
        }

    def _counts(self, term: Term) -> bool:
        return term.meets is not None or self.policy == AS_FAILED


@dataclass(frozen=True, slots=True)
class _Sums:
    """Weight of all indicators, of those with a verdict, and of those that meet their goals."""

    total: float
    judged: float
    met: float

    def factor(self, policy: str) -> float:
        """What makes points of weights, beside the 100: 0 when nothing has a verdict."""
        if self.judged <= 0:
            return 0.0
        return 1.0 if policy == AS_FAILED else self.total / self.judged

    def value(self, policy: str) -> float | None:
        return _points(self.met, self.factor(policy)) if self.judged > 0 else None


def _points(weight: float, factor: float) -> float:
    return 100 * weight * factor


def _sums(verdicts: Verdicts, weights: Mapping[str, float]) -> _Sums:
    judged = [(weight, verdicts[key]) for key, weight in weights.items() if verdicts.get(key) is not None]
    return _Sums(
        math.fsum(weights.values()), math.fsum(weight for weight, _ in judged),
        math.fsum(weight for weight, meets in judged if meets),
    )  # fmt: skip


def score_value(verdicts: Verdicts, weights: Mapping[str, float], policy: str = EXCLUDE) -> float | None:
    """Only the number of `score`: what sensitivity asks for again and again."""
    _check_policy(policy)
    return _sums(verdicts, weights).value(policy)


def score(
    verdicts: Verdicts, weights: Mapping[str, float], policy: str = EXCLUDE, scale: RatingScale | None = None
) -> Score:
    """The score of one period, its rating, and what each indicator gives and would give.

    `verdicts` by indicator: True, False, or None; an indicator of `weights` that is not there has none. `weights` are
    global and add up to 1 (`hierarchy.check_weights` says when they do not; the score uses them as they are). Only what
    has a weight counts. Without `scale` the rating is by `tulcan_2016`.

    Raises:
        PerlasError: an unknown policy (D02).
    """
    _check_policy(policy)
    scale = scale or load_scale()
    sums = _sums(verdicts, weights)
    factor, value = sums.factor(policy), sums.value(policy)
    rating = scale.rating(value)

    def term(key: str, weight: float) -> Term:
        meets = verdicts.get(key)
        if value is None:
            return Term(key, key[:1], weight, meets, 0.0, None, None)
        if meets:
            return Term(key, key[:1], weight, meets, _points(weight, factor), 0.0, rating)
        judged = sums.judged + (weight if meets is None else 0.0)
        then = max(value, _Sums(sums.total, judged, sums.met + weight).value(policy) or 0.0)
        return Term(key, key[:1], weight, meets, 0.0, then - value, scale.rating(then))

    terms = tuple(term(key, weight) for key, weight in weights.items())
    strange = tuple(key for key, meets in verdicts.items() if key not in weights and meets is not None)
    coverage = sums.judged / sums.total if sums.total > 0 else 0.0
    return Score(value, rating, coverage, policy, factor, terms, strange)


def _check_policy(policy: str) -> None:
    if policy not in POLICIES:
        raise PerlasError(problem("D02", kind="la política", name=f"«{policy}»", options=", ".join(POLICIES)))


# --- several periods --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreReport:
    """The score of each period, by its label, with what they rest on."""

    scores: Mapping[str, Score]
    weights: Mapping[str, float]
    policy: str
    scale: RatingScale

    @property
    def periods(self) -> list[str]:
        """Labels of the periods, in the order given."""
        return list(self.scores)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Verdicts without weight (J47), weights without verdict (J48), periods without score (J49)."""
        strange = dict.fromkeys(key for one in self.scores.values() for key in one.without_weight)
        found = [problem("J47", names=", ".join(strange))] if strange else []
        for period, one in self.scores.items():
            missing = [term.indicator for term in one.terms if term.meets is None]
            if one.value is None:
                found.append(problem("J49", period=period))
            elif missing:
                found.append(
                    problem(
                        "J48", period=period, names=", ".join(missing), share=percent(1 - one.coverage),
                        policy=POLICIES[self.policy],
                    )
                )  # fmt: skip
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read; keys never change. Points and scores from 0 to 100, the rest shares."""
        return {
            "version": __version__,
            "politica": self.policy,
            "escala": {
                "id": self.scale.id, "nombre": self.scale.name, "fuente": self.scale.source,
                "cierra": self.scale.closed,
            },
            "periodos": self.periods,
            "puntaje": {period: one.value for period, one in self.scores.items()},
            "calificacion": {period: one.rating for period, one in self.scores.items()},
            "cobertura": {period: one.coverage for period, one in self.scores.items()},
            "pesos": dict(self.weights),
            "componentes": {
                period: {
                    component: {"puntos": part.points, "maximo": part.maximum}
                    for component, part in one.by_component.items()
                }
                for period, one in self.scores.items()
            },
            "aportes": {
                period: {
                    term.indicator: {
                        "peso": term.weight, "cumple": term.meets, "puntos": term.points, "ganancia": term.gain,
                        "calificacion_si_cumple": term.rating_if_met,
                    }
                    for term in one.terms
                }
                for period, one in self.scores.items()
            },
            "problemas": [problem_json(p) for p in self.problems],
        }  # fmt: skip


def score_report(
    verdicts: Mapping[str, Verdicts], weights: Mapping[str, float], policy: str = EXCLUDE,
    scale: RatingScale | None = None,
) -> ScoreReport:  # fmt: skip
    """The score of every period: `verdicts` by label of the period, each by indicator. Raises as `score` does."""
    _check_policy(policy)
    scale = scale or load_scale()
    scores = {period: score(row, weights, policy, scale) for period, row in verdicts.items()}
    return ScoreReport(scores, weights, policy, scale)


def from_report(
    report: Report, weights: Mapping[str, float], policy: str = EXCLUDE, scale: RatingScale | None = None
) -> ScoreReport:
    """The score of every period of a calculation, by the verdicts of its indicators. Raises as `score` does."""
    verdicts = {
        period: {key: row[i].meets for key, row in report.verdicts.items()} for i, period in enumerate(report.periods)
    }
    return score_report(verdicts, weights, policy, scale)
