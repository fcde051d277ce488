"""Help with coherence: doubts, the smallest change and advice, on the thesis's matrices and on made-up ones."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.ahp import LIMIT, Matrix, consistency, random_index
from xl_perlas.ahp_review import advice, doubts, implied_missing, propose
from xl_perlas.ahp_search import nearest
from xl_perlas.judgements import SCALE, published
from xl_perlas.problems import PerlasError

THESIS = published()


def matrix_of(upper, size, missing=()):
    """A matrix from its upper triangle, row by row, without the judgements numbered in `missing`."""
    values = [[1.0 if i == j else None for j in range(size)] for i in range(size)]
    for m, (i, j) in enumerate(combinations(range(size), 2)):
        if m not in missing:
            values[i][j], values[j][i] = float(upper[m]), float(1 / upper[m])
    return Matrix(tuple("ABCDEFGHIJKLMNO"[:size]), tuple(map(tuple, values)))


def random_matrix(size, seed):
    chance = random.Random(seed)
    return matrix_of([chance.choice(SCALE) for _ in range(size * (size - 1) // 2)], size)


@st.composite
def matrices(draw, least=3, most=7, holes=False):
    """Judgements drawn from the scale; with `holes`, up to a third missing and every criterion linked to the first."""
    size = draw(st.integers(least, most))
    count = size * (size - 1) // 2
    upper = draw(st.lists(st.sampled_from(SCALE), min_size=count, max_size=count))
    free = st.sets(st.integers(size - 1, count - 1), max_size=count // 3)
    return matrix_of(upper, size, draw(free) if holes else ())


def place(matrix, change):
    return matrix.names.index(change.row), matrix.names.index(change.column)


def ratio(matrix, table="saaty"):
    return consistency(matrix).ratios[table]


def assert_nothing_to_spare(matrix, proposal, limit=LIMIT):
    """Every change taken back, whole or by one step of the scale, would leave the matrix over the limit."""
    for change in proposal.changes:
        i, j = place(matrix, change)
        low, high = sorted((Fraction(change.before), change.after))
        way = [value for value in SCALE if low <= value <= high]
        nearer = way[-2:-1] if change.after > change.before else way[1:2]
        for value in [change.before, *map(float, nearer)]:
            assert ratio(proposal.matrix.with_judgement(i, j, value), proposal.table) > limit


def steps(before, after):
    """Values of the scale passed on the way from one judgement to another, counting the last."""
    low, high = sorted((float(before), float(after)))
    inside = sum(low - 1e-9 <= value <= high + 1e-9 for value in map(float, SCALE))
    return inside - any(abs(float(before) - float(value)) < 1e-9 for value in SCALE)


def exhaustive(matrix, count, table="saaty"):
    """(steps, CR) of the best of all ways to change `count` judgements, by numpy's eigenvalues; None if none does."""
    pairs = [(i, j) for i, j in matrix.pairs if (i, j) not in matrix.missing]
    found = []
    for places in combinations(pairs, count):
        options = [[v for v in SCALE if abs(float(v) - matrix.values[i][j]) > 1e-9] for i, j in places]
        plans = list(product(*options))
        cells = np.tile(np.array(matrix.harker), (len(plans), 1, 1))
        for k, (i, j) in enumerate(places):
            cells[:, i, j] = [float(plan[k]) for plan in plans]
            cells[:, j, i] = 1 / cells[:, i, j]
        index = (np.linalg.eigvals(cells).real.max(axis=1) - matrix.size) / (matrix.size - 1)
        ratios = index / random_index(table).at(matrix.size)
        for plan, reached in zip(plans, ratios, strict=True):
            if reached <= LIMIT:
                moved = [steps(matrix.values[i][j], value) for (i, j), value in zip(places, plan, strict=True)]
                found.append((sum(moved), round(float(reached), 9)))
    return min(found, default=None)


def assert_smallest(matrix, table="saaty"):
    """No smaller number of changes will do, nor fewer steps with as many, nor a lower CR with as few steps."""
    proposal = propose(matrix, table)
    assert proposal.proven
    best = None
    for count in range(1, len(proposal.changes) + 1):
        assert best is None
        best = exhaustive(matrix, count, table)
    taken = sum(steps(change.before, change.after) for change in proposal.changes)
    assert (taken, pytest.approx(proposal.after, abs=1e-8)) == best


# --- the thesis -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "group, table, changes, before, after",
    [
        ("R", "saaty", [("R5", "R9", Fraction(2))], 0.13872, 0.09926),
        ("R", "formula_1_98", [("R5", "R9", Fraction(1))], 0.12947, 0.09591),
        ("S", "saaty", [("S2", "S10", Fraction(1))], 0.11093, 0.09581),
        ("S", "tabla7", [("S2", "S10", Fraction(1))], 0.11093, 0.09581),
        ("S", "formula_1_98", [("S3", "S7", Fraction(1, 2))], 0.10434, 0.09553),
    ],
)
def test_one_change_makes_the_incoherent_matrices_of_the_thesis_coherent(group, table, changes, before, after):
    proposal = propose(THESIS[group], table)
    assert [(c.row, c.column, c.after) for c in proposal.changes] == changes
    assert (proposal.before, proposal.after) == pytest.approx((before, after), abs=5e-6)
    assert proposal.proven
    assert proposal.table == table
    assert_smallest(THESIS[group], table)


@pytest.mark.parametrize("group", ["PERLAS", "P", "E", "L", "A"])
def test_coherent_matrices_need_no_change(group):
    assert propose(THESIS[group]) is None


def test_the_judgements_to_reconsider_first_are_told_with_what_the_others_imply():
    (told,) = advice(THESIS["R"])
    assert (told.code, told.severity) == ("J10", "aviso")
    assert "RC = 0,139 (saaty)" in told.cause
    assert told.next_step == (
        "reconsidere primero R5/R9 = 1/5 (los demás implican 3), R3/R10 = 3 (los demás implican 1/2), "
        "R1/R10 = 1/3 (los demás implican 2)."
    )


@pytest.mark.parametrize(
    "group, table, told",
    [
        ("S", "saaty", [("J10", "0,111 (saaty)")]), ("S", "formula_1_98", [("J10", "0,104 (formula_1_98)")]),
        ("E", "saaty", [("J11", "0,099 (saaty)")]), ("E", "formula_1_98", [("J11", "0,094 (formula_1_98)")]),
        ("PERLAS", "saaty", [("J11", "0,093 (saaty)")]), ("PERLAS", "formula_1_98", [("J11", "0,094 (tabla7)")]),
        ("P", "saaty", []), ("L", "saaty", []), ("A", "saaty", []),
        ("R", "tabla7", [("J13", "12 elementos"), ("J10", "0,139 (saaty)")]),
    ],
)  # fmt: skip
def test_advice_follows_the_verdict_of_all_tables_and_shows_one_that_explains_it(group, table, told):
    found = advice(THESIS[group], table)
    assert [p.code for p in found] == [code for code, _ in told]
    assert all(text in p.cause for p, (_, text) in zip(found, told, strict=True))


# --- doubts -----------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_wrong_judgement_among_coherent_ones_is_the_first_doubt_and_the_others_imply_the_truth(data):
    family = data.draw(st.sampled_from([(1, 2, 4, 8), (1, 3, 9), (1, 2, 6), (1, 5)]))
    weights = data.draw(st.lists(st.sampled_from(family), min_size=4, max_size=8))
    size = len(weights)
    truth = [Fraction(a, b) for a, b in combinations(weights, 2)]
    faulty = data.draw(st.integers(0, len(truth) - 1))
    wrong = data.draw(st.sampled_from([value for value in SCALE if value != truth[faulty]]))
    matrix = matrix_of([*truth[:faulty], wrong, *truth[faulty + 1 :]], size)
    i, j = matrix.pairs[faulty]

    first = doubts(matrix)[0]
    assert (first.row, first.column, first.value) == (matrix.names[i], matrix.names[j], float(wrong))
    assert (first.implied, first.nearest) == (pytest.approx(float(truth[faulty])), truth[faulty])
    assert (first.share, first.index_without, first.ratio_if_changed) == pytest.approx((1, 0, 0))
    proposal = propose(matrix, limit=0)
    assert [(*place(matrix, change), change.after) for change in proposal.changes] == [(i, j, truth[faulty])]
    assert proposal.after == 0


@settings(deadline=None, max_examples=40)
@given(matrices(holes=True), st.randoms(use_true_random=False))
def test_the_order_of_the_criteria_changes_no_doubt(matrix, chance):
    names = list(matrix.names)
    chance.shuffle(names)
    others = {(d.row, d.column): d for d in doubts(matrix.only(names))}
    found = doubts(matrix)
    assert len(found) == len(others)
    assert [d.share for d in found] == pytest.approx(sorted((d.share for d in found), reverse=True))
    for doubt in found:
        turn = -1 if (doubt.column, doubt.row) in others else 1
        same = others[(doubt.row, doubt.column)[::turn]]
        assert (doubt.value, doubt.implied) == pytest.approx((same.value**turn, same.implied**turn))
        assert doubt.nearest == same.nearest**turn
        assert (doubt.share, doubt.index_without) == pytest.approx((same.share, same.index_without), abs=1e-8)


def test_a_doubt_says_what_replacing_the_judgement_would_do():
    matrix = THESIS["S"]
    for doubt in doubts(matrix, "formula_1_98"):
        i, j = place(matrix, doubt)
        changed = consistency(matrix.with_judgement(i, j, float(doubt.nearest)))
        index = consistency(matrix).index
        assert doubt.ratio_if_changed == pytest.approx(changed.ratios["formula_1_98"])
        assert doubt.share == pytest.approx((index - changed.index) / index)
        assert doubt.index_without == pytest.approx(consistency(matrix.with_judgement(i, j, None)).index)


def test_equal_shares_keep_the_order_of_the_criteria_and_coherent_judgements_have_none():
    coherent = doubts(matrix_of([Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 2), Fraction(1, 4),
                                 Fraction(1, 2)], 4))  # fmt: skip
    assert [d.row + d.column for d in coherent] == ["AB", "AC", "AD", "BC", "BD", "CD"]
    assert {d.share for d in coherent} == {0.0}


@given(st.one_of(st.floats(0.05, 20), st.integers(1, 8).map(lambda k: (k * (k + 1)) ** 0.5)))
def test_the_nearest_judgement_to_an_inverse_is_the_inverse_of_the_nearest(ratio):
    assert nearest(1 / ratio) == 1 / nearest(ratio)
    assert all(abs(math.log(nearest(ratio) / ratio)) <= abs(math.log(value / ratio)) + 1e-9 for value in SCALE)


def test_the_ratio_is_not_invented_where_the_table_ends():
    assert {d.ratio_if_changed for d in doubts(THESIS["R"], "tabla7")} == {None}


def test_judgements_of_which_the_others_say_nothing_raise_no_doubt():
    assert doubts(matrix_of([], 1)) == doubts(matrix_of([Fraction(5)], 2)) == ()
    # A, B and C compared among themselves; D only with A.
    bridged = matrix_of([Fraction(2), Fraction(4), Fraction(5), Fraction(9), 1, 1], 4, missing=(4, 5))
    assert {d.row + d.column for d in doubts(bridged)} == {"AB", "AC", "BC"}


def test_what_the_others_imply_for_a_missing_judgement():
    matrix = matrix_of([Fraction(2), Fraction(6), 1], 3, missing=(2,))
    assert implied_missing(matrix) == (("B", "C", pytest.approx(3)),)
    assert implied_missing(THESIS["L"]) == ()


# --- the smallest change ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size, seeds", [(3, range(12)), (4, range(12))])
def test_no_smaller_change_exists(size, seeds):
    tried = [matrix for matrix in (random_matrix(size, seed) for seed in seeds) if ratio(matrix) > LIMIT]
    assert len(tried) > 5
    for matrix in tried:
        assert_smallest(matrix)


def test_among_equal_changes_the_first_criteria_change():
    circular = matrix_of([Fraction(2), Fraction(1, 2), Fraction(2)], 3)  # A over B over C over A
    (change,) = propose(circular).changes
    assert (change.row, change.column, change.after) == ("A", "B", Fraction(1, 2))


@pytest.mark.parametrize(
    "upper, size, missing",
    [
        ([2.5, 7, 0.4, 6, 0.3, 5.5], 4, ()),  # means of a group, between the values of the scale
        ([12, 3, 1, 0.05, 2, 1], 4, ()),  # outside it
        ([2, 4, 8, 1, Fraction(1, 9), 2], 4, (3,)),
        ([3, Fraction(1, 5), 7, 1, Fraction(1, 7), 9, 1, 3, 1, 5], 5, (4, 8)),
    ],
)
def test_no_smaller_change_exists_for_judgements_off_the_scale_or_missing(upper, size, missing):
    assert_smallest(matrix_of(upper, size, missing))


@settings(deadline=None, max_examples=50)
@given(matrices(holes=True), st.sampled_from(["saaty", "formula_1_98"]), st.sampled_from([0, 400]))
def test_every_proposal_reaches_the_limit_and_has_no_change_to_spare(matrix, table, effort):
    proposal = propose(matrix, table, effort=effort)
    if ratio(matrix, table) <= LIMIT:
        assert proposal is None
        return
    assert proposal.before == ratio(matrix, table)
    assert proposal.after == pytest.approx(ratio(proposal.matrix, table))
    assert ratio(proposal.matrix, table) <= LIMIT
    assert proposal.matrix.missing == matrix.missing
    assert proposal.matrix.reciprocal
    changed = {place(matrix, change) for change in proposal.changes}
    for i, j in matrix.pairs:
        assert (proposal.matrix.values[i][j] != matrix.values[i][j]) is ((i, j) in changed)
    for change in proposal.changes:
        i, j = place(matrix, change)
        assert i < j
        assert change.before == matrix.values[i][j]
        assert proposal.matrix.values[i][j] == float(change.after)
        assert change.after in SCALE
    assert_nothing_to_spare(matrix, proposal)


@pytest.mark.parametrize("limit, effort", [(LIMIT, 0), (0, 0)])
def test_a_proposal_always_reaches_the_limit_however_wild_the_judgements(limit, effort):
    matrix = random_matrix(15, 1)
    proposal = propose(matrix, limit=limit, effort=effort)
    assert ratio(proposal.matrix) <= limit
    assert not proposal.proven
    assert_nothing_to_spare(matrix, proposal, limit)


@pytest.mark.parametrize("seed", range(4))
def test_full_coherence_can_be_asked_for(seed):
    matrix = random_matrix(4, seed)
    proposal = propose(matrix, limit=0, effort=500)
    assert ratio(proposal.matrix) == proposal.after == 0
    assert_nothing_to_spare(matrix, proposal, 0)


@pytest.mark.parametrize("seed", [7, 15, 21])
def test_a_search_cut_short_says_that_fewer_changes_might_do(seed):
    matrix = random_matrix(5, seed)
    quick, full = propose(matrix, effort=0), propose(matrix)
    assert (quick.proven, full.proven) == (False, True)
    assert len(quick.changes) > len(full.changes)


def test_nothing_is_proposed_where_no_change_of_judgement_helps():
    assert propose(matrix_of([Fraction(9)], 2)) is None
    crossed = Matrix(("A", "B", "C"), ((1.0, 9.0, 1.0), (5.0, 1.0, 9.0), (1.0, 1 / 9, 1.0)))
    assert propose(crossed) is None
    assert doubts(crossed) == advice(crossed) == ()


def test_what_cannot_be_answered_is_said():
    with pytest.raises(PerlasError) as refused:
        propose(THESIS["R"], "tabla7")
    assert [p.code for p in refused.value.problems] == ["J13"]
    assert "saaty, formula_1_98" in refused.value.problems[0].next_step
    unlinked = matrix_of([Fraction(2), 1, 1], 3, missing=(1, 2))
    for ask in (doubts, propose, advice, implied_missing):
        with pytest.raises(PerlasError, match="J09"):
            ask(unlinked)
    for ask in (doubts, propose, advice):
        with pytest.raises(PerlasError, match="D02"):
            ask(THESIS["R"], "otra")
    with pytest.raises(ValueError, match="negative"):
        propose(THESIS["R"], limit=-0.1)
