"""Judgements of several experts as one: by their judgements or by their weights, and how far the experts agree.

An expert with weight 0 does not count anywhere here. Experts may compare different criteria, in different orders; those
of the group are all of them, in the order in which they first appear.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_perlas.ahp import EIGENVECTOR, Matrix, Row, weights
from xl_perlas.judgements import written
from xl_perlas.problems import PerlasError, Problem, problem

#: The greatest judgement of the scale: what bounds how unequal the priorities of one expert are taken to be.
_GREATEST = 9
#: Ratios of judgements nearer to 1 than this are the same judgement, written in binary.
_SAME = 1e-9

#: Pairs that `agreement` names.
_SHOWN = 3
#: Consensus below each limit, in words; from the last one on it is very high. Equal steps from 0.5 up (K. D. Goepel).
WORDS: tuple[tuple[float, str], ...] = ((0.5, "Muy bajo"), (0.625, "Bajo"), (0.75, "Moderado"), (0.875, "Alto"))
HIGHEST_WORD = "Muy alto"


@dataclass(frozen=True)
class Expert:
    """One expert's comparisons, and how much they count beside those of the others (any number from 0 up)."""

    name: str
    matrix: Matrix
    weight: float = 1.0


@dataclass(frozen=True)
class Disagreement:
    """A pair of criteria that experts judge differently: how many times more important `row` is than `column`.

    `ratio` is the highest judgement over the lowest; `lowest_by` and `highest_by` name the experts who gave them.
    """

    row: str
    column: str
    lowest: float
    lowest_by: tuple[str, ...]
    highest: float
    highest_by: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """How many times the lowest judgement fits in the highest: 1 where all agree, 81 between 1/9 and 9."""
        return self.highest / self.lowest


# --- who counts, and what they judge ----------------------------------------------------------------------------------


def criteria(experts: Sequence[Expert]) -> tuple[str, ...]:
    """The criteria of the group, in order of first appearance. Raises PerlasError (J20) as `aggregate_judgements`."""
    return tuple(dict.fromkeys(name for expert in _counting(experts) for name in expert.matrix.names))


def _counting(experts: Sequence[Expert]) -> list[Expert]:
    """Experts whose weight is not 0."""
    wrong = [expert for expert in experts if not (math.isfinite(expert.weight) and expert.weight >= 0)]
    if wrong:
        detail = ", ".join(f"el peso de «{expert.name}» es {_shown(expert.weight)}" for expert in wrong)
        raise PerlasError(problem("J20", detail=detail))
    counting = [expert for expert in experts if expert.weight > 0]
    if not counting:
        detail = "todos los expertos pesan 0" if experts else "no hay ningún experto"
        raise PerlasError(problem("J20", detail=detail))
    return counting


def _shown(weight: float) -> str:
    return f"{weight:.6g}".replace(".", ",") if math.isfinite(weight) else "un número que no se puede leer"


def _judgement(matrix: Matrix, row: str, column: str) -> float | None:
    """The judgement of `row` against `column`; of two that contradict each other, the one midway in logarithms."""
    if row not in matrix.names or column not in matrix.names:
        return None
    i, j = matrix.names.index(row), matrix.names.index(column)
    direct, opposite = matrix.values[i][j], matrix.values[j][i]
    return None if direct is None or opposite is None else math.sqrt(direct / opposite)


def _judgements(experts: Sequence[Expert], row: str, column: str) -> list[tuple[Expert, float]]:
    """Who judged `row` against `column`, and what they said."""
    found = ((expert, _judgement(expert.matrix, row, column)) for expert in experts)
    return [(expert, value) for expert, value in found if value is not None]


# --- aggregation ------------------------------------------------------------------------------------------------------


def aggregate_judgements(experts: Sequence[Expert]) -> Matrix:
    """One matrix for the group: each judgement the weighted geometric mean of those of the experts who gave it.

    The geometric mean is the only one that keeps reciprocal judgements reciprocal. A judgement that nobody gave stays
    missing. Where one expert's opposite cells contradict each other, their midpoint in logarithms counts.

    Raises:
        PerlasError: no experts, a weight that is negative or not finite, or no weight above 0 (J20).
    """
    counting = _counting(experts)
    names = criteria(counting)
    values: list[list[float | None]] = [[1.0 if row == column else None for column in names] for row in names]
    group = Matrix(names, tuple(map(tuple, values)))
    for i, j in group.pairs:
        given = _judgements(counting, names[i], names[j])
        if given:
            mean = _geometric_mean([value for _, value in given], [expert.weight for expert, _ in given])
            values[i][j], values[j][i] = mean, 1 / mean
    return Matrix(names, tuple(map(tuple, values)))


def _geometric_mean(values: Sequence[float], shares: Sequence[float]) -> float:
    largest = max(shares)  # so that enormous weights do not overflow when they are added up
    scaled = [share / largest for share in shares]
    logarithms = [share * math.log(value) for share, value in zip(scaled, values, strict=True)]
    return math.exp(math.fsum(logarithms) / math.fsum(scaled))


def priorities(experts: Sequence[Expert], method: str = EIGENVECTOR) -> tuple[Row, ...]:
    """Weights by each expert who counts, in the order of `criteria`: what `consensus` compares.

    Raises:
        PerlasError: as `aggregate_judgements`; experts who did not compare every criterion (J21) or whose judgements
            leave criteria unlinked (J09), all of them named; an unknown method (D02).
    """
    counting = _counting(experts)
    names = criteria(counting)
    if faults := _incomplete(counting, names):
        raise PerlasError(faults)
    return tuple(weights(expert.matrix.only(names), method) for expert in counting)


def _incomplete(experts: Sequence[Expert], names: Sequence[str]) -> list[Problem]:
    lacking = [(expert.name, [name for name in names if name not in expert.matrix.names]) for expert in experts]
    detail = "; ".join(f"a «{who}» le falta {', '.join(what)}" for who, what in lacking if what)
    faults = [problem("J21", detail=detail)] if detail else []
    return faults + [problem("J09", where=expert.name) for expert in experts if not expert.matrix.connected]


def aggregate_priorities(experts: Sequence[Expert], method: str = EIGENVECTOR) -> Mapping[str, float]:
    """Weights of the group by criterion, with sum 1: the weighted geometric mean of those of each expert, normalised.

    With complete judgements and row geometric means, the same as the weights of `aggregate_judgements`.

    Raises:
        PerlasError: as `priorities`.
    """
    shares = [expert.weight for expert in _counting(experts)]
    means = [_geometric_mean(column, shares) for column in zip(*priorities(experts, method), strict=True)]
    total = math.fsum(means)
    return {name: mean / total for name, mean in zip(criteria(experts), means, strict=True)}


# --- agreement --------------------------------------------------------------------------------------------------------


def consensus(priorities: Sequence[Sequence[float]]) -> float | None:
    """How far experts agree about priorities (each with sum 1, one expert a row): 0 not at all, 1 wholly.

    Goepel's S* (2013): the diversity of the group's mean priorities against the mean diversity of each expert's, scaled
    between the least that the 1 to 9 scale lets be and 1. That least supposes experts who each prefer one criterion 9
    times to every other, and a group whose means are all equal (his simplification, later than the paper); priorities
    more extreme than that would fall below 0 and are 0.
    None for fewer than two experts or criteria, who have nothing to agree on.

    Raises:
        ValueError: experts with different numbers of priorities.
    """
    columns = list(zip(*priorities, strict=True))
    experts, size = len(priorities), len(columns)
    if experts < 2 or size < 2:
        return None
    alpha = math.fsum(map(_entropy, priorities)) / experts
    gamma = _entropy([math.fsum(column) / experts for column in columns])
    share = 1 / (size + _GREATEST - 1)
    least = math.exp(_entropy([_GREATEST * share, *[share] * (size - 1)])) / size
    return min(max((math.exp(alpha - gamma) - least) / (1 - least), 0.0), 1.0)


def _entropy(shares: Sequence[float]) -> float:
    """Shannon's entropy, natural logarithm."""
    return -math.fsum(share * math.log(share) for share in shares if share > 0)


def consensus_word(value: float) -> str:
    """A consensus in words: `Muy bajo` under 0.5, `Bajo` under 0.625, `Moderado` under 0.75, `Alto` under 0.875."""
    return next((word for limit, word in WORDS if value < limit), HIGHEST_WORD)


def disagreements(experts: Sequence[Expert]) -> tuple[Disagreement, ...]:
    """Pairs on which experts differ, the widest first: what the group should talk about.

    Width is the highest judgement over the lowest and not a deviation, because it says something by itself (one expert
    sees the pair 15 times as another does), is the same whichever criterion is named first, and points at two experts.

    Raises:
        PerlasError: as `aggregate_judgements`.
    """
    counting = _counting(experts)
    names = criteria(counting)
    found = []
    for place, row in enumerate(names):
        for column in names[place + 1 :]:
            given = _judgements(counting, row, column)
            if given:
                found.append(_spread(row, column, given))
    differing = [pair for pair in found if pair.ratio > 1 + _SAME]
    return tuple(sorted(differing, key=lambda pair: -pair.ratio))


def _spread(row: str, column: str, given: Sequence[tuple[Expert, float]]) -> Disagreement:
    lowest, highest = min(value for _, value in given), max(value for _, value in given)

    def said(wanted: float) -> tuple[str, ...]:
        return tuple(expert.name for expert, value in given if abs(value / wanted - 1) <= _SAME)

    return Disagreement(row, column, lowest, said(lowest), highest, said(highest))


def agreement(experts: Sequence[Expert], method: str = EIGENVECTOR) -> tuple[Problem, ...]:
    """Consensus of a group in words, and the pairs on which its experts differ most (J22).

    Nothing for fewer than two experts who count, and for experts who did not compare the same criteria.
    """
    counting = [expert for expert in experts if expert.weight > 0]
    if len(counting) < 2 or _incomplete(counting, criteria(counting)):
        return ()
    value = consensus(priorities(counting, method))
    if value is None:
        return ()
    pairs = [
        f"{pair.row}/{pair.column}, de {written(pair.lowest)} ({pair.lowest_by[0]}) a {written(pair.highest)} "
        f"({pair.highest_by[0]})"
        for pair in disagreements(counting)[:_SHOWN]
    ]
    widest = f" Donde más difieren: {'; '.join(pairs)}." if pairs else ""
    word = consensus_word(value).lower()
    return (problem("J22", count=len(counting), share=f"{100 * value:.0f}%", word=word, widest=widest),)
