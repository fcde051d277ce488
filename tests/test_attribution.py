"""Shares of a movement: they add up to it, treat changes alike, and never invent a value where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.workbook.compare.attribution import EXACT, attribute, decisive

Quotient = tuple[tuple[float, float], list[tuple[float, float]]]
AMOUNTS = st.floats(-1e6, 1e6, allow_nan=False)


def quotient(start: tuple[float, float], steps: Sequence[tuple[float, float]], made: Sequence[int]) -> float | None:
    """A ratio whose numerator and denominator each change adds to."""
    above, below = (Fraction(start[i]) + sum(Fraction(steps[k][i]) for k in made) for i in (0, 1))
    return float(above / below) if below else None


@st.composite
def quotients(draw: st.DrawFn, most: int) -> Quotient:
    """Denominators stay above zero, whatever changes are made."""
    below = st.floats(0.5, 1e6)
    steps = draw(st.lists(st.tuples(AMOUNTS, below), min_size=1, max_size=most))
    return (draw(AMOUNTS), draw(below)), steps


@given(quotients(EXACT + 3))
def test_shares_add_up_to_the_movement(game: Quotient) -> None:
    start, steps = game
    players = range(len(steps))
    shares = attribute(players, lambda made: quotient(start, steps, made))
    whole = Fraction(quotient(start, steps, players) or 0) - Fraction(quotient(start, steps, ()) or 0)
    total = sum((Fraction(share) for _, share in shares), Fraction(0))
    assert abs(total - whole) <= Fraction(1, 10**12) * max(1, max(abs(Fraction(share)) for _, share in shares))
    assert [group for group, _ in shares] == [(k,) for k in players]


@given(quotients(EXACT + 3))
def test_undoing_the_changes_takes_the_same_shares_back(game: Quotient) -> None:
    start, steps = game
    end = tuple(start[i] + sum(step[i] for step in steps) for i in (0, 1))
    players = list(range(len(steps)))

    def worth(made: Sequence[int]) -> float | None:
        return quotient(start, steps, made)

    def undone(made: Sequence[int]) -> float | None:
        return worth([k for k in players if k not in made])

    assert end[1] > 0
    forth, back = attribute(players, worth), attribute(players, undone)
    assert [(group, -share) for group, share in back] == forth


@given(quotients(5))
def test_few_changes_are_averaged_over_every_order(game: Quotient) -> None:
    start, steps = game
    players = list(range(len(steps)))
    orders = list(permutations(players))
    for (player,), share in attribute(players, lambda made: quotient(start, steps, made)):
        added = [
            (quotient(start, steps, order[: order.index(player) + 1]) or 0)
            - (quotient(start, steps, order[: order.index(player)]) or 0)
            for order in orders
        ]
        assert share == pytest.approx(sum(added) / len(orders), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("count", [3, EXACT + 2])
def test_a_change_without_effect_has_no_share_and_equal_ones_have_equal_shares(count: int) -> None:
    def worth(made: Sequence[int]) -> float:
        return float(sum(k > 0 for k in made) ** 2) if count <= EXACT else float(sum(k > 0 for k in made))

    shares = [share for _, share in attribute(range(count), worth)]
    assert shares[0] == 0
    assert len(set(shares[1:])) == 1


def test_changes_without_a_value_in_between_are_one() -> None:
    """An account is renamed: with only its going or its coming there is no value."""

    def worth(made: Sequence[str]) -> float | None:
        if ("goes" in made) != ("comes" in made):
            return None
        return 2.0 * ("goes" in made) + 1.0 * ("rate" in made)

    players = ["comes", "goes", "rate"]
    shares = attribute(players, worth, lambda player: player != "rate")
    assert shares == [(("comes", "goes"), 2.0), (("rate",), 1.0)]
    assert attribute(players, worth) == [(("comes", "goes", "rate"), 3.0)], "nobody said which belong together"


def test_of_a_state_only_the_changes_that_decide_are_told() -> None:
    def any_of(made: Sequence[str]) -> bool:
        return "a" in made or "b" in made

    def both(made: Sequence[str]) -> bool:
        return "a" in made and "b" in made

    def two_of_three(made: Sequence[str]) -> bool:
        return len(made) >= 2

    assert decisive(["a", "b", "c"], any_of) == ["a", "b"]
    assert decisive(["a", "b", "c"], both) == ["a", "b"]
    assert decisive(["a", "b", "c"], two_of_three) == ["a", "b", "c"]
