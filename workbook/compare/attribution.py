"""How much of a movement each change made: shares that add up to all of it.

Of a quotient no change has "its" effect: that depends on which others came before. The Shapley value is the average
over all orders in which the changes could have come, and the only share that treats changes alike, gives nothing to a
change without effect, and adds up to the movement (Shapley 1953). It needs every set of changes, so it is exact up to
`EXACT` changes; with more, the average of one fixed order and its reverse stands for all the orders. Either way shares
add up to the movement exactly (they are computed as fractions), do not depend on the order of rows, and change their
signs when the versions are swapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import factorial
from typing import TypeAlias, TypeVar

#: Most changes whose orders are all counted: 2⁸ sets of them.
EXACT = 8

T = TypeVar("T")
S = TypeVar("S")

#: Value when only some of the changes are made; None where there is then no value.
Worth: TypeAlias = Callable[[Sequence[T]], float | None]


def attribute(
    players: Sequence[T], worth: Worth[T], together: Callable[[T], bool] = lambda _: False
) -> list[tuple[tuple[T, ...], float]]:
    """The share of each of `players` in `worth(players) − worth(())`, in their order; both must be numbers.

    Where some set of changes in between has no value (an account is gone, and the one in its place is not yet there),
    those of which `together` holds are one, and if that is not enough, all of them are: no share is invented.
    """
    for groups in _groupings(players, together):
        shares = _shares(groups, worth)
        if shares is not None:
            return list(zip(groups, map(float, shares), strict=True))
    raise ValueError("worth() gives no number for no change or for all of them")


def decisive(players: Sequence[T], state: Callable[[Sequence[T]], S]) -> list[T]:
    """Changes of which one alone decides a state that is no number.

    A change decides if making it alone already gives the new state, or if without it alone the old one is still there.
    All of them, if none does: it took several.
    """
    before, after = state(()), state(players)
    found = [
        player
        for player in players
        if state([player]) == after or state([other for other in players if other is not player]) == before
    ]
    return found or list(players)


def _groupings(players: Sequence[T], together: Callable[[T], bool]) -> Iterator[list[tuple[T, ...]]]:
    """Each change alone; some as one, in the place of the first; all as one."""
    yield [(player,) for player in players]
    joined = tuple(player for player in players if together(player))
    if 1 < len(joined) < len(players):
        yield [
            joined if player is joined[0] else (player,)
            for player in players
            if player is joined[0] or not together(player)
        ]
    if players:
        yield [tuple(players)]


def _shares(groups: Sequence[tuple[T, ...]], worth: Worth[T]) -> list[Fraction] | None:
    """Shares of groups; None where some set of them has no value."""
    return _every_order(groups, worth) if len(groups) <= EXACT else _two_orders(groups, worth)


def _every_order(groups: Sequence[tuple[T, ...]], worth: Worth[T]) -> list[Fraction] | None:
    count = len(groups)
    values: list[Fraction] = []
    for mask in range(1 << count):
        value = worth([player for i, group in enumerate(groups) if mask >> i & 1 for player in group])
        if value is None:
            return None
        values.append(Fraction(value))
    orders = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    return [
        sum(
            (orders[mask.bit_count()] * (values[mask | 1 << i] - values[mask])
             for mask in range(1 << count) if not mask >> i & 1),
            Fraction(0),
        ) / factorial(count)
        for i in range(count)
    ]  # fmt: skip


def _two_orders(groups: Sequence[tuple[T, ...]], worth: Worth[T]) -> list[Fraction] | None:
    forward = _one_order(groups, worth)
    backward = _one_order(groups[::-1], worth)
    if forward is None or backward is None:
        return None
    return [(a + b) / 2 for a, b in zip(forward, reversed(backward), strict=True)]


def _one_order(groups: Sequence[tuple[T, ...]], worth: Worth[T]) -> list[Fraction] | None:
    """What each group adds to those before it."""
    made: list[T] = []
    values: list[Fraction] = []
    for group in ((), *groups):
        made += group
        value = worth(made)
        if value is None:
            return None
        values.append(Fraction(value))
    return [after - before for before, after in pairwise(values)]
