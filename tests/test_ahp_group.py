"""Several experts: their judgements as one, their weights as one, how far they agree and on what they do not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judgements_cases import consistent, matrices, matrix_of, raw_weights

from xl_perlas.ahp import GEOMETRIC_MEAN, METHODS, Matrix, consistency, weights
from xl_perlas.ahp_group import (
    Expert,
    aggregate_judgements,
    aggregate_priorities,
    agreement,
    consensus,
    consensus_word,
    criteria,
    disagreements,
    priorities,
)
from xl_perlas.judgements import published, read_matrix
from xl_perlas.problems import PerlasError

TULCAN = published()


def group_of(*found, shares=None):
    pairs = zip(found, shares or [1.0] * len(found), strict=True)
    return [Expert(f"experto {k}", matrix, share) for k, (matrix, share) in enumerate(pairs)]


def same_matrix(one: Matrix, two: Matrix) -> bool:
    cells = zip(sum(one.values, ()), sum(two.values, ()), strict=True)
    return one.names == two.names and all(a == b or math.isclose(a, b, rel_tol=1e-12) for a, b in cells)


groups = st.integers(1, 8).flatmap(
    lambda size: st.lists(matrices(st.just(size), complete=True), min_size=1, max_size=5)
)
#: Groups whose experts leave judgements out.
partial_groups = st.integers(1, 8).flatmap(lambda size: st.lists(matrices(st.just(size)), min_size=1, max_size=5))
weights_of_experts = st.floats(0.01, 100)


# --- one matrix, one vector -------------------------------------------------------------------------------------------


def test_judgements_by_hand():
    """9 twice and 1/3 once, with weights 1, 1 and 2: the fourth root of 9 · 9 · 1/9."""
    experts = group_of(*(matrix_of(f"1 {a}\n{b} 1") for a, b in (("9", "1/9"), ("9", "1/9"), ("1/3", "3"))),
                       shares=[1, 1, 2])  # fmt: skip
    found = aggregate_judgements(experts)
    assert found.names == ("a", "b")
    assert found.values[0][1] == pytest.approx(9**0.25)
    assert aggregate_priorities(experts) == pytest.approx({"a": 9**0.25 / (9**0.25 + 1), "b": 1 / (9**0.25 + 1)})


@pytest.mark.parametrize("group", TULCAN)
def test_experts_who_say_the_same_are_one_expert(group):
    matrix = TULCAN[group]
    experts = group_of(matrix, matrix, matrix, shares=[0.2, 3, 1])
    assert same_matrix(aggregate_judgements(experts), matrix)
    for method in METHODS:
        expected = dict(zip(matrix.names, weights(matrix, method), strict=True))
        assert aggregate_priorities(experts, method) == pytest.approx(expected, rel=1e-12)
        assert consensus(priorities(experts, method)) == pytest.approx(1, abs=1e-12)
    assert disagreements(experts) == ()


@given(groups, st.data())
def test_by_judgements_and_by_weights_is_the_same_with_geometric_means(found, data):
    """A theorem for complete matrices: the geometric mean over experts and that over rows can change places."""
    shares = data.draw(st.lists(weights_of_experts, min_size=len(found), max_size=len(found)))
    experts = group_of(*found, shares=shares)
    by_judgements = aggregate_judgements(experts)
    assert aggregate_priorities(experts, GEOMETRIC_MEAN) == pytest.approx(
        dict(zip(by_judgements.names, weights(by_judgements, GEOMETRIC_MEAN), strict=True)), rel=1e-9
    )


@given(partial_groups, st.data())
def test_the_matrix_of_the_group_is_reciprocal_and_within_what_its_experts_said(found, data):
    shares = data.draw(st.lists(weights_of_experts, min_size=len(found), max_size=len(found)))
    group = aggregate_judgements(group_of(*found, shares=shares))
    assert group.reciprocal
    for i, j in group.pairs:
        given_ = [m.values[i][j] for m in found if m.values[i][j] is not None]
        if given_:
            assert min(given_) * (1 - 1e-9) <= group.values[i][j] <= max(given_) * (1 + 1e-9)
            assert group.values[j][i] == 1 / group.values[i][j]
        else:
            assert group.values[i][j] is None is group.values[j][i]


@given(raw_weights, raw_weights)
def test_a_group_of_consistent_experts_is_consistent(one, two):
    size = min(len(one), len(two))
    group = aggregate_judgements(group_of(consistent(one[:size]), consistent(two[:size])))
    assert consistency(group).index == pytest.approx(0, abs=1e-9)


@given(partial_groups, st.data())
def test_what_an_expert_with_weight_0_says_changes_nothing(found, data):
    other = data.draw(matrices(st.just(found[0].size)))
    alone, joined = group_of(*found), [Expert("nadie", other, 0.0), *group_of(*found)]
    assert aggregate_judgements(joined) == aggregate_judgements(alone)
    assert aggregate_priorities(joined) == aggregate_priorities(alone)
    assert priorities(joined) == priorities(alone)
    assert disagreements(joined) == disagreements(alone)


@given(groups, st.floats(1e-6, 1e6), st.randoms())
def test_only_the_proportions_of_the_weights_matter_and_no_order_does(found, factor, random):
    experts = group_of(*found, shares=[k + 1.0 for k in range(len(found))])
    scaled = [Expert(e.name, e.matrix, e.weight * factor) for e in experts]
    random.shuffle(scaled)
    assert same_matrix(aggregate_judgements(scaled), aggregate_judgements(experts))
    assert aggregate_priorities(scaled) == pytest.approx(aggregate_priorities(experts), rel=1e-9)


@pytest.mark.parametrize("share", [1e308, 1e-308])
def test_extreme_weights_neither_overflow_nor_vanish(share):
    found = aggregate_judgements(group_of(matrix_of("1 9\n1/9 1"), matrix_of("1 1\n1 1"), shares=[share, share]))
    assert found.values[0][1] == pytest.approx(3)


# --- blanks, criteria and orders --------------------------------------------------------------------------------------


def test_who_leaves_a_judgement_out_does_not_count_in_it():
    nothing = Matrix(("a", "b", "c"), ((1.0, 4.0, None), (0.25, 1.0, 2.0), (None, 0.5, 1.0)))
    found = aggregate_judgements(group_of(matrix_of("1 1 9\n1 1 2\n1/9 1/2 1"), nothing, shares=[1, 1]))
    assert found.values[0][1:] == (pytest.approx(2), pytest.approx(9))
    assert found.values[1][2] == pytest.approx(2)


def test_criteria_are_all_of_them_in_order_of_appearance():
    experts = group_of(matrix_of("1 3\n1/3 1", "P E"), matrix_of("1 1/5 2\n5 1 1\n1/2 1 1", "R P E"))
    found = aggregate_judgements(experts)
    assert found.names == criteria(experts) == ("P", "E", "R")
    assert found.values[0][1] == pytest.approx(math.sqrt(3 * 1))
    assert found.values[2] == (pytest.approx(1 / 5), pytest.approx(2), 1.0)
    assert found.missing == ()


def test_what_nobody_compared_stays_missing():
    found = aggregate_judgements(group_of(matrix_of("1 3\n1/3 1", "P E"), matrix_of("1 5\n1/5 1", "E R")))
    assert found.missing == ((0, 2),)
    assert weights(found) == pytest.approx((15 / 21, 5 / 21, 1 / 21))
    apart = aggregate_judgements(group_of(matrix_of("1 3\n1/3 1", "P E"), matrix_of("1 5\n1/5 1", "L R")))
    assert not apart.connected


def test_experts_may_order_their_criteria_differently():
    matrix = TULCAN["E"]
    turned = matrix.only(matrix.names[::-1])
    assert same_matrix(aggregate_judgements(group_of(matrix, turned)), matrix)
    assert aggregate_priorities(group_of(matrix, turned)) == pytest.approx(
        dict(zip(matrix.names, weights(matrix), strict=True))
    )
    assert consensus(priorities(group_of(turned, matrix))) == pytest.approx(1)


def test_of_cells_that_contradict_each_other_the_midpoint_counts():
    """b/a says 1/12 and a/b says 3: between 12 and 3, in logarithms, is 6."""
    matrix = Matrix(("a", "b"), ((1.0, 3.0), (1 / 12, 1.0)))
    found = aggregate_judgements([Expert("Ana", matrix)])
    assert found.reciprocal
    assert found.values[0][1] == pytest.approx(6)


# --- what cannot be put together --------------------------------------------------------------------------------------

PAIR, OTHER = matrix_of("1 3\n1/3 1", "P E"), matrix_of("1 1 1\n1 1 1\n1 1 1", "E R L")


@pytest.mark.parametrize("operation", [aggregate_judgements, aggregate_priorities, priorities, disagreements, criteria])
@pytest.mark.parametrize(
    "shares, words",
    [
        ([], ["no hay ningún experto"]),
        ([0, 0.0], ["todos los expertos pesan 0"]),
        ([1, -1.5], ["«experto 1» es -1,5"]),
        ([math.nan, 1, math.inf], ["«experto 0» es un número que no se puede leer", "«experto 2»"]),
    ],
    ids=str,
)
def test_weights_that_no_expert_can_have(operation, shares, words):
    with pytest.raises(PerlasError) as caught:
        operation(group_of(*[PAIR] * len(shares), shares=shares))
    assert [p.code for p in caught.value.problems] == ["J20"]
    assert all(word in caught.value.problems[0].cause for word in words)


def test_weights_need_every_expert_to_have_compared_everything():
    """Who lacks what, all of it at once; joining judgements needs neither."""
    loose = Matrix(("P", "E", "R", "L"), tuple(tuple(1.0 if i == j else None for j in range(4)) for i in range(4)))
    experts = [Expert("Ana", PAIR), Expert("Luis", OTHER), Expert("Eva", loose), Expert("nadie", PAIR, 0.0)]
    with pytest.raises(PerlasError) as caught:
        aggregate_priorities(experts)
    assert [p.code for p in caught.value.problems] == ["J21", "J09"]
    assert "a «Ana» le falta R, L; a «Luis» le falta P." in caught.value.problems[0].cause
    assert caught.value.problems[1].where == "Eva"
    assert aggregate_judgements(experts).connected


def test_an_unknown_method():
    with pytest.raises(PerlasError) as caught:
        aggregate_priorities(group_of(PAIR), "media")
    assert [p.code for p in caught.value.problems] == ["D02"]


# --- agreement --------------------------------------------------------------------------------------------------------

#: What one criterion 9 times every other gives among 2 and 3 criteria.
EXTREME_2, EXTREME_3 = (0.9, 0.1), (9 / 11, 1 / 11, 1 / 11)


def turned(row, by):
    return row[by:] + row[:by]


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([EXTREME_2] * 4, 1),
        ([(0.5, 0.5), (0.5, 0.5)], 1),
        ([EXTREME_2, EXTREME_2[::-1]], 0),
        ([turned(EXTREME_3, k) for k in range(3)], 0),
        ([(0.99, 0.01), (0.01, 0.99)], 0),
        ([(1.0, 0.0), (0.0, 1.0)], 0),
        ([EXTREME_2], None),
        ([], None),
        ([(1.0,), (1.0,)], None),
    ],
)
def test_consensus_at_its_ends(rows, expected):
    assert consensus(rows) == (None if expected is None else pytest.approx(expected, abs=1e-12))


def test_consensus_by_hand():
    """(0.8, 0.2) and (0.4, 0.6): entropies 0.500402 and 0.673012, of the mean (0.6, 0.4) 0.673012, least 0.325083.

    S = exp(0.586707 - 0.673012) = 0.917315, its least exp(0.325083) / 2 = 0.692073, S* = 0.731478.
    """
    assert consensus([(0.8, 0.2), (0.4, 0.6)]) == pytest.approx(0.731478, abs=1e-6)


@given(partial_groups, st.randoms())
def test_consensus_is_between_0_and_1_whatever_the_order(found, random):
    rows = list(priorities(group_of(*found)))
    value = consensus(rows)
    assert (value is None) is (len(rows) < 2 or len(rows[0]) < 2)
    if value is None:
        return
    assert 0 <= value <= 1
    order = list(range(len(rows[0])))
    random.shuffle(order)
    random.shuffle(rows)
    assert consensus([[row[k] for k in order] for row in rows]) == pytest.approx(value, abs=1e-12)


def test_rows_of_different_lengths_have_no_consensus():
    with pytest.raises(ValueError, match="argument 2"):
        consensus([(0.5, 0.5), (0.2, 0.3, 0.5)])


@pytest.mark.parametrize(
    "value, word",
    [
        (0, "Muy bajo"), (0.4999, "Muy bajo"), (0.5, "Bajo"), (0.6249, "Bajo"), (0.625, "Moderado"), (0.75, "Alto"),
        (0.8749, "Alto"), (0.875, "Muy alto"), (1, "Muy alto"),
    ],
)  # fmt: skip
def test_consensus_in_words(value, word):
    assert consensus_word(value) == word


def test_disagreements_name_who_said_what_the_widest_first():
    ana = matrix_of("1 5 3\n1/5 1 1\n1/3 1 1", "P E R")
    luis = matrix_of("1 1/3 3\n3 1 2\n1/3 1/2 1", "P E R")
    eva = matrix_of("1 2\n1/2 1", "R E")
    found = disagreements([Expert("Ana", ana), Expert("Luis", luis, 0.1), Expert("Eva", eva), Expert("Leo", luis)])
    assert [(d.row, d.column) for d in found] == [("P", "E"), ("E", "R")]
    assert [d.ratio for d in found] == pytest.approx([15, 4])
    assert (found[0].lowest, found[0].highest) == pytest.approx((1 / 3, 5))
    assert (found[0].lowest_by, found[0].highest_by) == (("Luis", "Leo"), ("Ana",))
    assert (found[1].lowest, found[1].highest) == pytest.approx((1 / 2, 2))
    assert (found[1].lowest_by, found[1].highest_by) == (("Eva",), ("Luis", "Leo"))


@given(partial_groups)
def test_the_width_of_a_disagreement_does_not_depend_on_which_criterion_comes_first(found):
    names = found[0].names
    straight = disagreements(group_of(*found))
    turned_round = disagreements(group_of(*(m.only(names[::-1]) for m in found)))
    widths = [{frozenset((d.row, d.column)): d.ratio for d in those} for those in (straight, turned_round)]
    assert widths[0] == pytest.approx(widths[1])
    assert [d.ratio for d in straight] == sorted((d.ratio for d in straight), reverse=True)
    assert all(d.ratio > 1 for d in straight)


def test_agreement_in_words_names_who_differs_most() -> None:
    first, second = (
        read_matrix(("a", "b", "c"), [[1, one, 3], [None, 1, 1], [None, None, 1]])[0] for one in ("5", "1/5")
    )
    assert first is not None
    assert second is not None
    (found,) = agreement([Expert("Ana", first), Expert("Luis", second)])
    assert found.code == "J22"
    assert "a/b, de 1/5 (Luis) a 5 (Ana)" in found.cause
    assert agreement([Expert("Ana", first)]) == ()
    assert agreement([Expert("Ana", first), Expert("Luis", second, 0)]) == ()
    (same,) = agreement([Expert("Ana", first), Expert("Luis", first)])
    assert "100%" in same.cause
    assert "difieren:" not in same.cause
