"""Help to make pairwise comparisons coherent: which judgements to reconsider first, and the smallest sufficient change.

Nothing here changes a judgement: doubts and proposals are shown to whoever made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from xl_perlas import ahp
from xl_perlas.ahp import DEFAULT_INDEX, LIMIT, Matrix, random_index
from xl_perlas.ahp_search import EFFORT, given, nearest, smallest_plan
from xl_perlas.judgements import written
from xl_perlas.problems import PerlasError, Problem, problem

#: How many doubts advice names.
_NAMED = 3
#: How far under the limit a proposal stays, relative, so that binary rounding does not put it over; and, for a limit of
#: 0, a CI that `ahp.consistency` still takes for rounding.
_ROUNDING, _NO_INDEX = 1e-9, 5e-13


# --- doubts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doubt:
    """One judgement against all the others.

    `implied` is what the others imply, and `nearest` the value on the scale nearest to it in ratio; `share` the part
    of CI that would go if `nearest` replaced the judgement (negative where it would add); `index_without` CI of the
    others alone; `ratio_if_changed` CR with `nearest`, None where the table has no index for the size.
    """

    row: str
    column: str
    value: float
    implied: float
    nearest: Fraction
    share: float
    index_without: float
    ratio_if_changed: float | None

    def __str__(self) -> str:
        return f"{self.row}/{self.column} = {written(self.value)} (los demás implican {written(self.nearest)})"


@lru_cache(maxsize=128)
def doubts(matrix: Matrix, table: str = DEFAULT_INDEX) -> tuple[Doubt, ...]:
    """Every judgement of the upper triangle against the others, the one that adds most inconsistency first.

    `implied` comes from Harker's eigenvector without the judgement. Judgements about which the others say nothing are
    left out: they link criteria that nothing else links, and so contradict nothing (all of them, up to two criteria).
    A matrix that is not reciprocal has no doubts: its faults are cells that contradict their inverses (J05).

    Raises:
        PerlasError: judgements that leave criteria unlinked (J09); an unknown table (D02).
    """
    random_index(table)
    index, found = ahp.consistency(matrix).index, []
    for i, j, value in given(matrix) if matrix.reciprocal else ():
        others = matrix.with_judgement(i, j, None)
        if others.connected:
            w = others.eigen[1]
            better = nearest(w[i] / w[j])
            changed = ahp.consistency(matrix.with_judgement(i, j, float(better)))
            share = (index - changed.index) / index if index else 0.0
            doubt = Doubt(
                matrix.names[i], matrix.names[j], value, w[i] / w[j], better, share, ahp.consistency(others).index,
                changed.ratios[table],
            )  # fmt: skip
            found.append((-round(share, 9), i, j, doubt))
    return tuple(doubt for *_, doubt in sorted(found, key=lambda entry: entry[:3]))


def implied_missing(matrix: Matrix) -> tuple[tuple[str, str, float], ...]:
    """Each missing judgement (row, column) with the quotient of weights that the given ones imply.

    Raises:
        PerlasError: judgements that leave criteria unlinked (J09).
    """
    names, w = matrix.names, matrix.eigen[1]
    return tuple((names[i], names[j], w[i] / w[j]) for i, j in matrix.missing)


# --- advice -----------------------------------------------------------------------------------------------------------


def advice(matrix: Matrix, table: str = DEFAULT_INDEX) -> tuple[Problem, ...]:
    """What to tell whoever judged: J10 (incoherent) or J11 (borderline) with the worst doubts, or nothing.

    The verdict is that of `ahp.Consistency`, by every table. The ratio is by `table`, or by the table that gives the
    highest where `table` has no index for the size (J13 says so) or would not by itself raise the warning.

    Raises:
        PerlasError: as `doubts`.
    """
    found = [_without_index(table, matrix.size)] if random_index(table).at(matrix.size) is None else []
    state = ahp.consistency(matrix)
    code = {ahp.INCONSISTENT: "J10", ahp.BORDERLINE: "J11"}.get(state.verdict)
    if code is None or not matrix.reciprocal:
        return tuple(found)
    ratios = {name: ratio for name, ratio in state.ratios.items() if ratio is not None}
    shown = table if ratios.get(table, 0.0) > LIMIT - ahp.MARGIN else max(ratios, key=ratios.__getitem__)
    every = doubts(matrix, table)
    worst = [doubt for doubt in every if doubt.share > 0] or every
    named = ", ".join(map(str, worst[:_NAMED]))
    return (*found, problem(code, ratio=_ratio_text(ratios[shown]), table=shown, worst=named))


def _without_index(table: str, size: int) -> Problem:
    options = [name for name, other in ahp.random_indices().items() if other.at(size) is not None]
    return problem("J13", table=table, size=size, options=", ".join(options))


def _ratio_text(ratio: float) -> str:
    """`0,139`; more decimals where three would make a ratio look equal to the limit."""
    decimals = next((d for d in range(3, 9) if round(ratio, d) != LIMIT), 3)
    return f"{ratio:.{decimals}f}".replace(".", ",")


# --- the smallest change ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Replace the judgement of `row` against `column` by `after`, a value of the scale."""

    row: str
    column: str
    before: float
    after: Fraction


@dataclass(frozen=True)
class Proposal:
    """Changes that bring CR to the limit or below; `matrix` is what would result, and nobody's judgement yet.

    `before` and `after` are CR by `table`. `proven`: fewer changes cannot do it; otherwise these are the fewest found.
    """

    changes: tuple[Change, ...]
    before: float
    after: float
    table: str
    proven: bool
    matrix: Matrix


def propose(
    matrix: Matrix, table: str = DEFAULT_INDEX, limit: float = LIMIT, effort: int = EFFORT
) -> Proposal | None:
    """The smallest set of changes on the scale that brings CR to `limit` or below; None when it is there already.

    Smallest: fewest judgements changed; then fewest steps along the 17 values of the scale; then lowest CR; then order
    of the criteria. There is always one, because a matrix of ones has CR 0. `effort` is how many eigenvalue problems
    the proof may take; a search that ends before keeps the best it had. Missing judgements stay missing. None too for a
    matrix that is not reciprocal: it needs the correction that J05 names.

    Raises:
        PerlasError: the table has no index for the size (J13) or is unknown (D02); criteria not linked (J09).
        ValueError: a negative limit, which no matrix reaches.
    """
    if limit < 0:
        raise ValueError("limit must not be negative")
    expected = random_index(table).at(matrix.size)
    ratio = ahp.consistency(matrix).ratios[table]
    if expected is None or ratio is None:
        raise PerlasError(_without_index(table, matrix.size))
    if not matrix.reciprocal or ratio <= limit:
        return None
    allowed = max(limit * expected * (1 - _ROUNDING), _NO_INDEX)
    plan, proven = smallest_plan(matrix, matrix.size + allowed * (matrix.size - 1), effort)
    result, changes = matrix, []
    for i, j, value in given(matrix):
        if (i, j) in plan:
            changes.append(Change(matrix.names[i], matrix.names[j], value, plan[i, j]))
            result = result.with_judgement(i, j, float(plan[i, j]))
    after = ahp.consistency(result).index / expected
    return Proposal(tuple(changes), ratio, after, table, proven, result)
