"""Sensitivity: how score and rating move when one weight, one judgement or one verdict does, and what flips the rating.

Everything changes one thing at a time and leaves the rest as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from xl_perlas.ahp import EIGENVECTOR, Matrix, Row, weights
from xl_perlas.hierarchy import COMPONENTS_GROUP, Hierarchy, from_matrices
from xl_perlas.judgements import SCALE
from xl_perlas.problems import PerlasError
from xl_perlas.score import EXCLUDE, RatingScale, Score, Verdicts, load_scale, score, score_value

DOWN, UP = "baja", "sube"

#: Judgements, and weights, closer than this are the same one, written in binary.
_SAME = 1e-9

_Flip = TypeVar("_Flip")


def _sorted_flips(flips: Iterable[_Flip], size: Callable[[_Flip], float | None]) -> tuple[_Flip, ...]:
    """The smallest change first; what never flips the rating, last. Equal ones keep their order."""
    return tuple(sorted(flips, key=lambda flip: math.inf if (found := size(flip)) is None else found))


# --- the weight of a component ----------------------------------------------------------------------------------------


def with_component_weight(hierarchy: Hierarchy, component: str, weight: float) -> Hierarchy:
    """The hierarchy where `component` has `weight` and the others the rest, in the proportions that they have.

    Others that all weigh nothing share the rest equally; a component alone always weighs 1. Component weights then add
    up to 1, whatever they did before.
    Raises KeyError for a component that is not there, ValueError for a weight outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"a component weighs from 0 to 1, not {weight}")
    others = {key: value for key, value in hierarchy.components.items() if key != component}
    if len(others) == len(hierarchy.components):
        raise KeyError(component)
    if not others:
        return Hierarchy({component: 1.0}, hierarchy.local)
    total = math.fsum(others.values())
    shares = {key: value / total if total else 1 / len(others) for key, value in others.items()}
    components = {key: weight if key == component else (1 - weight) * shares[key] for key in hierarchy.components}
    return Hierarchy(components, hierarchy.local)


def component_curve(
    hierarchy: Hierarchy, verdicts: Verdicts, component: str, component_weights: Iterable[float],
    policy: str = EXCLUDE, scale: RatingScale | None = None,
) -> tuple[tuple[float, Score], ...]:  # fmt: skip
    """The score for each weight of one component, in the order given. Raises as `with_component_weight` does."""
    return tuple(
        (w, score(verdicts, with_component_weight(hierarchy, component, w).global_weights, policy, scale))
        for w in component_weights
    )


@dataclass(frozen=True, slots=True)
class ComponentFlip:
    """The nearest weight, going down or up, at which the rating changes; None where no weight from 0 to 1 does it.

    `direction` is `baja` or `sube`; `rating` the rating from there on. `included`: whether it changes at `weight`
    itself, or only beyond it (a score on a limit still has the better rating).
    """

    component: str
    direction: str
    weight_now: float
    weight: float | None
    rating: str | None
    included: bool = False

    @property
    def change(self) -> float | None:
        """How much the weight moves: negative going down."""
        return None if self.weight is None else self.weight - self.weight_now


def component_flips(
    hierarchy: Hierarchy, verdicts: Verdicts, policy: str = EXCLUDE, scale: RatingScale | None = None
) -> tuple[ComponentFlip, ...]:
    """For each component, down and up, the nearest weight that changes the rating: the smallest change first.

    Not a search: the score is a quotient of polynomials in the weight, so the weights at which it crosses each limit of
    a band are the roots of an equation, and between two of them the rating is one. Component weights that do not add up
    to 1 are first brought to it, and so is `weight_now`.
    """
    scale = scale or load_scale()
    flips = [
        flip
        for component in hierarchy.components
        for flip in _component_flips(hierarchy, verdicts, component, policy, scale)
    ]
    return _sorted_flips(flips, lambda flip: None if flip.change is None else abs(flip.change))


def _component_flips(
    hierarchy: Hierarchy, verdicts: Verdicts, component: str, policy: str, scale: RatingScale
) -> list[ComponentFlip]:
    now = min(1.0, hierarchy.components[component] / (math.fsum(hierarchy.components.values()) or 1))

    def rating(weight: float) -> str | None:
        changed = with_component_weight(hierarchy, component, weight)
        return scale.rating(score_value(verdicts, changed.global_weights, policy))

    crossings = _crossings(hierarchy, verdicts, component, policy, scale)
    flips = []
    for direction, end in ((DOWN, 0.0), (UP, 1.0)):
        ahead = sorted(
            {w for w in crossings if min(now, end) <= w <= max(now, end)} | {now}, key=lambda w: abs(w - now)
        )
        weight, found, included = _first_change(ahead, end, rating)
        flips.append(ComponentFlip(component, direction, now, weight, found, included))
    return flips


def _first_change(
    stops: Sequence[float], end: float, rating: Callable[[float], str | None]
) -> tuple[float | None, str | None, bool]:
    """The first stop at which, or past which, the rating is another than at `stops[0]`; None when there is none."""
    before = rating(stops[0])
    if before is None:
        return None, None, False
    for stop, following in zip(stops, [*stops[1:], end], strict=True):
        at, past = rating(stop), rating((stop + following) / 2)
        if at not in (before, None):
            return stop, at, True
        if past not in (before, None):
            return stop, past, False
    return None, None, False


#: Total weight and weight with a verdict, as lines, where neither changes the score: 100·M is 100·T·M / V with both 1.
_ONE = ((1.0, 0.0), (1.0, 0.0))


def _crossings(
    hierarchy: Hierarchy, verdicts: Verdicts, component: str, policy: str, scale: RatingScale
) -> list[float]:
    """Weights of the component, from 0 to 1, at which the score is a limit between two bands.

    Total weight T, weight with a verdict V and weight met M are linear in the component's weight, and the score is
    100·T·M / V, or 100·M where indicators without verdict count as not met. A limit b is crossed where
    100·T·M − b·V is zero: a quadratic, or less where local weights add up to the same in every component.
    """
    ends = [with_component_weight(hierarchy, component, w).global_weights for w in (0.0, 1.0)]

    def line(keep: Callable[[bool | None], bool]) -> tuple[float, float]:
        """Value at weight 0, and slope, of the weight whose verdict `keep` accepts."""
        low, high = (math.fsum(w for key, w in end.items() if keep(verdicts.get(key))) for end in ends)
        return low, high - low

    met = line(lambda meets: meets is True)
    total, judged = (line(lambda _: True), line(lambda meets: meets is not None)) if policy == EXCLUDE else _ONE
    found = []
    for band in scale.bands[:-1]:
        share = band.lower / 100
        found += _roots(
            total[1] * met[1],
            total[0] * met[1] + total[1] * met[0] - share * judged[1],
            total[0] * met[0] - share * judged[0],
        )
    inside = [w for w in found if -_SAME <= w <= 1 + _SAME]
    return [0.0 if w < _SAME else 1.0 if w > 1 - _SAME else w for w in inside]


def _roots(a: float, b: float, c: float) -> list[float]:
    """Real roots of a·x² + b·x + c; the one near 0 without the cancellation of the textbook formula."""
    square = b * b - 4 * a * c
    if square < 0 or (a == 0 and b == 0):
        return []
    q = -(b + math.copysign(math.sqrt(square), b)) / 2
    return [*([q / a] if abs(a) > abs(q) * 1e-6 else []), *([c / q] if q else [])]


# --- one judgement ----------------------------------------------------------------------------------------------------


def judgement_curve(
    matrices: Mapping[str, Matrix], verdicts: Verdicts, group: str, row: str, column: str, method: str = EIGENVECTOR,
    policy: str = EXCLUDE, scale: RatingScale | None = None,
) -> tuple[tuple[Fraction, Score], ...]:  # fmt: skip
    """The score for each of the 17 values of the scale that the judgement of `row` against `column` can have.

    `matrices` as for `hierarchy.from_matrices`; `group` is `PERLAS` or a component. Raises PerlasError when the
    matrices give no weights, KeyError or ValueError for a group or criterion that is not there.
    """
    base = _hierarchy(matrices, method)
    matrix = matrices[group]
    i, j = matrix.names.index(row), matrix.names.index(column)
    return tuple(
        (value, score(verdicts, _with_judgement(base, group, matrix, i, j, value, method), policy, scale))
        for value in SCALE
    )


@dataclass(frozen=True, slots=True)
class JudgementFlip:
    """The fewest steps on the scale by which one judgement changes the rating; None where none of its 17 values does.

    `now` is the judgement of `row` against `column`, `value` the one that changes the rating, to `rating`. A judgement
    between two values of the scale reaches either with one step. Steps are positive upwards.
    """

    group: str
    row: str
    column: str
    now: float
    steps: int | None
    value: Fraction | None
    rating: str | None


def judgement_flips(
    matrices: Mapping[str, Matrix], verdicts: Verdicts, method: str = EIGENVECTOR, policy: str = EXCLUDE,
    scale: RatingScale | None = None,
) -> tuple[JudgementFlip, ...]:  # fmt: skip
    """Every judgement that was given, in every matrix, with the fewest steps that change the rating: fewest first.

    The first is the smallest change of a judgement that flips the rating. Upwards and downwards with the same steps,
    upwards is told. Raises PerlasError when the matrices give no weights.
    """
    scale = scale or load_scale()
    base = _hierarchy(matrices, method)
    before = scale.rating(score_value(verdicts, base.global_weights, policy))
    flips = []
    for group, matrix in matrices.items():
        for i, j in matrix.pairs:
            now = matrix.values[i][j]
            if now is None:
                continue
            found: tuple[int | None, Fraction | None, str | None] = (None, None, None)
            for steps, value in _outward(now) if before is not None else ():
                changed = _with_judgement(base, group, matrix, i, j, value, method)
                rating = scale.rating(score_value(verdicts, changed, policy))
                if rating != before:
                    found = (steps, value, rating)
                    break
            flips.append(JudgementFlip(group, matrix.names[i], matrix.names[j], now, *found))
    return _sorted_flips(flips, lambda flip: None if flip.steps is None else abs(flip.steps))


def _outward(now: float) -> list[tuple[int, Fraction]]:
    """Values of the scale with their steps from `now`, the nearest first and upwards before downwards."""
    above = [value for value in SCALE if value > now * (1 + _SAME)]
    below = [value for value in reversed(SCALE) if value < now * (1 - _SAME)]
    steps = [*enumerate(above, 1), *((-k, value) for k, value in enumerate(below, 1))]
    return sorted(steps, key=lambda step: abs(step[0]))


def _hierarchy(matrices: Mapping[str, Matrix], method: str) -> Hierarchy:
    hierarchy, problems = from_matrices(matrices, method)
    if hierarchy is None:
        raise PerlasError(problems)
    return hierarchy


def _with_judgement(
    base: Hierarchy, group: str, matrix: Matrix, i: int, j: int, value: Fraction, method: str
) -> Mapping[str, float]:
    """Global weights with another judgement: only its own group is computed again."""
    own = dict(zip(matrix.names, _changed_weights(matrix, i, j, value, method), strict=True))
    if group == COMPONENTS_GROUP:
        return Hierarchy(own, base.local).global_weights
    return Hierarchy(base.components, {**base.local, group: own}).global_weights


@lru_cache(maxsize=8192)  # they are the same in every period, whose verdicts alone differ
def _changed_weights(matrix: Matrix, i: int, j: int, value: Fraction, method: str) -> Row:
    return weights(matrix.with_judgement(i, j, float(value)), method)


# --- one verdict ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerdictFlip:
    """An indicator whose verdict, were it `changed` and not `meets`, would change the rating; the score then too."""

    indicator: str
    weight: float
    meets: bool | None
    changed: bool
    value: float
    rating: str


def verdict_flips(
    verdicts: Verdicts, global_weights: Mapping[str, float], policy: str = EXCLUDE, scale: RatingScale | None = None
) -> tuple[VerdictFlip, ...]:
    """Which verdicts change the rating, each changed alone: those of least weight first.

    A verdict changes to its opposite; where there is none, to met and to not met.
    """
    scale = scale or load_scale()
    before = scale.rating(score_value(verdicts, global_weights, policy))
    flips = []
    for key, weight in global_weights.items() if before is not None else ():
        meets = verdicts.get(key)
        for changed in {True, False} - {meets}:
            value = score_value({**verdicts, key: changed}, global_weights, policy)
            rating = scale.rating(value)
            if value is not None and rating is not None and rating != before:
                flips.append(VerdictFlip(key, weight, meets, changed, value, rating))
    return _sorted_flips(flips, lambda flip: flip.weight)
