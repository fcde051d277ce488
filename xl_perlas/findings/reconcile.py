"""Somebody's own results against ours: which agree, and by which single change the others come out exactly.

An explanation must give every claimed figure to its last printed digit, and a definition has so many accounts that one
of them could by chance. So the figures of an indicator in all periods are explained together first; how many changes
would fit by chance is estimated from those that come near; and two changes are only put together where no single one,
and no other published definition, explains.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations

from xl_perlas.evaluate import NUMERATOR, evaluate_ratio
from xl_perlas.findings.claims import PERCENT, TIMES, Claim, Claims, read_claims, with_scale
from xl_perlas.findings.hypotheses import PUBLISHED, Change, signature, singles, trimmed, with_both
from xl_perlas.findings.published import published
from xl_perlas.model import Kind, Ratio, Result, Status
from xl_perlas.report import Report

__all__ = ["Claim", "Claims", "Explanation", "Outcome", "explain", "read_claims", "reconcile", "settled"]

#: Room for binary rounding in half a printed digit.
_ROOM = 1e-9

#: Changes that come within this many half digits of a claim tell how dense they are there.
_NEAR = 25

#: An explanation is told only if fewer than this many would have been found by chance.
_CHANCE = 0.1

#: Pairs are made of the single changes that move the value most, at most this many.
_PAIRED = 48

#: More explanations than these explain nothing.
_SEVERAL = 4


class Outcome(StrEnum):
    """What comes of a claim."""

    AGREES = "coincide"
    SCALE = "escala"
    EXPLAINED = "explicada"
    PUBLISHED = "otra_definicion"
    SEVERAL = "varias"
    UNEXPLAINED = "sin_explicar"
    NO_FIGURE = "sin_cifra"
    NO_VALUE = "sin_valor"
    NO_INDICATOR = "sin_indicador"
    NO_PERIOD = "sin_periodo"


@dataclass(frozen=True, slots=True)
class Way:
    """One change that gives the claimed figure: what it is, the value it gives, and profiles that define it so."""

    change: Change
    value: float | None
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim beside our result, and why they differ.

    `claimed` is the claim as a value of ours (a ratio, 0.10 is 10 %, or an amount), None when it is no figure. `ways`
    holds what gives it: one, or several equally simple ones (`Outcome.SEVERAL`). `unlisted`: accounts of the numerator
    that the balance leaves out, for a claim that is no figure.
    """

    claim: Claim
    kind: Outcome
    claimed: float | None
    ours: Result | None
    ways: tuple[Way, ...] = ()
    unlisted: tuple[str, ...] = ()


def explain(report: Report, claim: Claim) -> Explanation:
    """One claim by itself. Several periods of an indicator tell more together: see `reconcile`."""
    return reconcile(report, [claim])[0]


def reconcile(report: Report, claims: Iterable[Claim]) -> tuple[Explanation, ...]:
    """Every claim explained, in the order given. Bad claims do not raise: they are of a kind that says so."""
    known = list(settled(report, claims))
    rows: dict[str, list[int]] = {}
    for i, claim in enumerate(known):
        rows.setdefault(claim.indicator, []).append(i)
    found: dict[int, Explanation] = {}
    for indicator, row in rows.items():
        found |= zip(row, _Row(report, indicator, [known[i] for i in row]).explain(), strict=True)
    return tuple(found[i] for i in range(len(known)))


# --- scale ------------------------------------------------------------------------------------------------------------


def settled(report: Report, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims with a scale each: amounts as they are; ratios that do not say theirs, as the rest of the table.

    Where some have a percent sign the others are percentages too, or are read as such: that is what a reader does.
    Where none has, the scale is the one at which more of them have the size of our values.
    """
    known = list(claims)
    ratios = [claim for claim in known if _is_percent(report, claim)]
    if any(claim.scale == PERCENT for claim in ratios):
        usual = PERCENT
    else:
        votes = Counter(scale for claim in ratios if (scale := _size(report, claim)))
        usual = TIMES if votes[TIMES] > votes[PERCENT] else PERCENT
    return (with_scale(claim, usual if _is_percent(report, claim) else TIMES) for claim in known)


def _is_percent(report: Report, claim: Claim) -> bool:
    indicator = report.profile.indicators.get(claim.indicator)
    return indicator is None or indicator.unit == "%"


def _size(report: Report, claim: Claim) -> int | None:
    """The scale at which a claim is nearer to our value in size; None where that cannot be told."""
    try:
        value = report.result(claim.indicator, claim.period).value
    except KeyError:
        return None
    if not value or not claim.value:
        return None
    return PERCENT if math.log10(abs(claim.value / value)) > math.log10(PERCENT) / 2 else TIMES


def claimed_value(claim: Claim) -> float | None:
    """A claim as a value of ours."""
    return None if claim.value is None else claim.value / (claim.scale or PERCENT)


def fits(claim: Claim, result: Result | None, scale: float | None = None) -> bool:
    """Whether a result rounds to the claimed figure, at its scale or another one.

    A claim that is no figure fits where there is no base for one.
    """
    if result is None:
        return False
    if claim.value is None:
        return result.status in (Status.ZERO_DENOMINATOR, Status.NOT_APPLICABLE)
    if result.value is None:
        return False
    scale = scale or claim.scale or PERCENT
    return abs(result.value - claim.value / scale) <= claim.half_digit / scale * (1 + _ROOM) + 1e-15


# --- one indicator ----------------------------------------------------------------------------------------------------


class _Row:
    """The claims of one indicator, in all their periods."""

    def __init__(self, report: Report, indicator: str, claims: Sequence[Claim]):
        self.report, self.indicator, self.claims = report, indicator, claims
        self.ratio = report.definitions.ratios.get(indicator)
        self.positions = [self._position(claim) for claim in claims]
        self.ours = [
            None if p is None or self.ratio is None else report.results[indicator][p] for p in self.positions
        ]
        self.ratios: dict[Change, Ratio] = {}
        self.values: dict[tuple[Change, int], Result] = {}
        self.known = [p for p in self.positions if p is not None]

    @cached_property
    def small(self) -> Ratio | None:
        """The indicator as far as it matters in these periods; None when the profile lacks it."""
        return trimmed(self.ratio, [self.report.contexts[p] for p in self.known]) if self.ratio else None

    @cached_property
    def single(self) -> list[Change]:
        """Every single change."""
        return singles(self.report, self.indicator, self.known)

    @cached_property
    def others(self) -> list[Change]:
        """The other published definitions."""
        return published(self.report, self.indicator, self.known)

    def _position(self, claim: Claim) -> int | None:
        try:
            return self.report.balance.position(claim.period)
        except KeyError:
            return None

    def explain(self) -> list[Explanation]:
        """One explanation a claim."""
        found: dict[int, Explanation] = {}
        open_: list[int] = []
        for i, claim in enumerate(self.claims):
            kind = self._kind(i, claim)
            if kind is None:
                open_.append(i)
            else:
                found[i] = self._told(i, kind)
        found |= self._search(open_)
        return [found[i] for i in range(len(self.claims))]

    def _kind(self, i: int, claim: Claim) -> Outcome | None:
        """What a claim is when nothing need be searched; None when it differs."""
        if self.positions[i] is None:
            return Outcome.NO_PERIOD
        ours = self.ours[i]
        if fits(claim, ours):
            return Outcome.AGREES
        return Outcome.SCALE if self._kind_of_scale(claim, ours) else None

    def _kind_of_scale(self, claim: Claim, ours: Result | None) -> bool:
        """Whether a ratio is ours a hundred times too small or too large: read as a percentage, or made one twice."""
        if not claim.value or ours is None or not ours.value or not _is_percent(self.report, claim):
            return False
        scale = claim.scale or PERCENT
        return fits(claim, ours, scale / PERCENT) or fits(claim, ours, scale * PERCENT)

    def _told(self, i: int, kind: Outcome, ways: Sequence[Way] = ()) -> Explanation:
        claim, unlisted = self.claims[i], tuple[str, ...]()
        if kind is Outcome.NO_FIGURE:
            trace = self.report.trace(self.indicator, claim.period)
            unlisted = tuple(
                dict.fromkeys(c.code for c in trace if c.part == NUMERATOR and c.coefficient and not c.listed)
            )
        return Explanation(claim, kind, claimed_value(claim), self.ours[i], tuple(ways), unlisted)

    # --- the search ---------------------------------------------------------------------------------------------------

    def _search(self, differ: Sequence[int]) -> dict[int, Explanation]:
        """All periods together, and where nothing explains them so, each by itself."""
        ways = self._ways(differ, paired=True) if differ else []
        if ways or len(differ) < 2:
            return {i: self._outcome(i, ways) for i in differ}
        return {i: self._outcome(i, self._ways([i], paired=False)) for i in differ}

    def _outcome(self, i: int, ways: Sequence[Change]) -> Explanation:
        if not ways:
            return self._told(i, self._without_ways(i))
        told = [self._way(change, i) for change in ways]
        if len(ways) > 1:
            return self._told(i, Outcome.SEVERAL, told)
        if self.ratio is None:
            return self._told(i, Outcome.NO_INDICATOR, told)
        return self._told(i, Outcome.PUBLISHED if ways[0].rank == PUBLISHED else Outcome.EXPLAINED, told)

    def _without_ways(self, i: int) -> Outcome:
        ours = self.ours[i]
        if self.ratio is None:
            return Outcome.NO_INDICATOR
        if self.claims[i].value is None:
            return Outcome.NO_FIGURE if ours and ours.value is not None else Outcome.AGREES
        return Outcome.NO_VALUE if ours is None or ours.value is None else Outcome.UNEXPLAINED

    def _ways(self, rows: Sequence[int], paired: bool) -> list[Change]:
        """The simplest changes that give the claims of these rows, all of them; two at once only if `paired`."""
        elsewhere = self._fitting(self.others, rows, guarded=False)
        if all(self.claims[i].value is None for i in rows) or self.ratio is None:
            return elsewhere
        if ways := self._fitting(self.single, rows):
            return ways
        pairs = self._fitting(self._pairs(rows), rows) if paired else []
        if len(pairs) == 1 and (not elsewhere or self._same(pairs[0], elsewhere[0], rows)):
            return pairs
        return elsewhere

    def _pairs(self, rows: Sequence[int]) -> list[Change]:
        moved = sorted((c for c in self.single if "*" not in c.touches), key=lambda c: -self._moved(c, rows))[:_PAIRED]
        return [with_both(a, b) for a, b in combinations(moved, 2) if not a.touches & b.touches]

    def _moved(self, change: Change, rows: Sequence[int]) -> float:
        return max(abs((self._result(change, i).value or 0.0) - (self._own(i) or 0.0)) for i in rows)

    def _own(self, i: int) -> float | None:
        ours = self.ours[i]
        return ours.value if ours else None

    def _fitting(self, changes: Sequence[Change], rows: Sequence[int], guarded: bool = True) -> list[Change]:
        """Those that give every claim, each once; none if as many could be expected by chance, or if they are many."""
        hits = [c for c in changes if all(self._fits(c, i) for i in rows)]
        if guarded and hits and self._by_chance(changes, hits, rows) > _CHANCE:
            return []
        unique: dict[object, Change] = {}
        for change in hits:
            unique.setdefault(self._signature(change, rows), change)
        return list(unique.values()) if len(unique) <= _SEVERAL else []

    def _fits(self, change: Change, i: int) -> bool:
        """Whether a change gives the claim, and matters: it moves our value by more than half a printed digit."""
        claim, result, own = self.claims[i], self._result(change, i), self._own(i)
        amount = self._changed(change).indicator.kind is Kind.AMOUNT  # a difference of balances, in currency
        scale = TIMES if amount else claim.scale or PERCENT
        if not fits(claim, result, scale):
            return False
        half = claim.half_digit / scale
        return own is None or result.value is None or abs(result.value - own) > half

    def _by_chance(self, changes: Sequence[Change], hits: Sequence[Change], rows: Sequence[int]) -> float:
        """How many of `changes` would give all the claims if their values fell as densely anywhere near them."""
        count = len(changes)
        expected = float(count)
        for i in rows:
            claim, target = self.claims[i], claimed_value(self.claims[i])
            if target is None:
                continue
            room = _NEAR * claim.half_digit / (claim.scale or PERCENT)
            values = {
                v for c in changes
                if c not in hits and (v := self._result(c, i).value) is not None and abs(v - target) <= room
            }  # fmt: skip
            expected *= len(values) / (_NEAR * count)
        return expected

    # --- what a change gives ------------------------------------------------------------------------------------------

    def _result(self, change: Change, i: int) -> Result:
        known = self.values.get((change, i))
        if known is None:
            position = self.positions[i]
            assert position is not None
            known = self.values[change, i] = evaluate_ratio(self._changed(change), self.report.contexts[position])
        return known

    def _changed(self, change: Change) -> Ratio:
        if change not in self.ratios:
            self.ratios[change] = change.apply(self.small)  # type: ignore[arg-type]  # published ones take none
        return self.ratios[change]

    def _signature(self, change: Change, rows: Sequence[int]) -> object:
        contexts = [self.report.contexts[p] for i in rows if (p := self.positions[i]) is not None]
        return signature(self._changed(change), contexts)

    def _same(self, one: Change, other: Change, rows: Sequence[int]) -> bool:
        return self._signature(one, rows) == self._signature(other, rows)

    def _way(self, change: Change, i: int) -> Way:
        same = [other for other in self.others if other is not change and self._same(change, other, [i])]
        return Way(change, self._result(change, i).value, tuple(name for other in same for name in other.touches))
