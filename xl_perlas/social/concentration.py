"""How few hold most: the smallest number of holders whose balances reach a share of the total."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from xl_perlas.figures import Unreadable, parse_figure
from xl_perlas.model import Result, Status
from xl_perlas.problems import ERROR, Problem, problem


@dataclass(frozen=True, slots=True)
class Concentration:
    """`holders` of `total` people have at least `share` of what all have together.

    `held` and `whole` are what they and all of them have, in the currency of the list; `tied`: how many of those left
    out have exactly the balance of the last one counted, so that other people could stand in its place.
    """

    holders: int
    total: int
    share: float
    held: float
    whole: float
    tied: int
    source: str
    problems: tuple[Problem, ...] = ()

    @property
    def result(self) -> Result:
        """The share of people that hold it (0.046 is 4.6 %), or why there is none."""
        if not self.total:
            return Result(None, Status.NO_DATA, " ".join(str(p) for p in self.problems))
        doubts = [str(p) for p in self.problems if p.severity == ERROR]
        return Result(self.holders / self.total, Status.INCONSISTENT if doubts else Status.OK, " ".join(doubts))


def concentration(balances: Iterable[object], share: float = 0.8, source: str = "") -> Concentration:
    """The smallest number of holders that have at least `share` of the sum of `balances`.

    Balances are numbers or texts, one a person. Zeros and negative balances hold nothing: they are left out of both
    counts and told; what is no number is left out and told as an error. `source` says where the list is from.

    Raises:
        ValueError: `share` is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"la parte debe estar entre 0 y 1: {share!r}")
    kept, zeros, negatives, unreadable = _sorted(balances)
    told = [
        problem(code, where=source, count=count)
        for code, count in (("N34", unreadable), ("N32", negatives), ("N33", zeros)) if count
    ]  # fmt: skip
    if not kept:
        return Concentration(0, 0, share, 0.0, 0.0, 0, source, (*told, problem("N36", where=source)))
    whole = sum(kept, Fraction(0))
    goal, held, holders = Fraction(str(share)) * whole, Fraction(0), 0
    while held < goal:
        held += kept[holders]
        holders += 1
    tied = sum(balance == kept[holders - 1] for balance in kept[holders:])
    if tied:
        told.append(problem("N35", where=source, count=tied))
    return Concentration(holders, len(kept), share, float(held), float(whole), tied, source, tuple(told))


def _sorted(balances: Iterable[object]) -> tuple[list[Fraction], int, int, int]:
    """Positive balances, the largest first; and how many are zero, negative and unreadable. Empty cells are nobody."""
    kept: list[Fraction] = []
    zeros = negatives = unreadable = 0
    for raw in balances:
        figure = parse_figure(raw)
        if figure is None:
            continue
        if isinstance(figure, Unreadable) or not math.isfinite(figure):
            unreadable += 1
        elif figure > 0:
            kept.append(Fraction(repr(float(figure))))
        elif figure < 0:
            negatives += 1
        else:
            zeros += 1
    return sorted(kept, reverse=True), zeros, negatives, unreadable
