"""Many matrices at once give what each gives alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judgements_cases import consistent, matrices, names_of, raw_weights

from xl_perlas import ahp_batch
from xl_perlas.ahp import METHODS, Matrix, consistency, random_indices, weights
from xl_perlas.ahp_batch import weigh_many
from xl_perlas.judgements import SCALE, published
from xl_perlas.problems import PerlasError

NEAR = {"rtol": 1e-12, "atol": 1e-12}


def stacked(*found):
    return np.array([matrix.values for matrix in found], dtype=float)


def assert_same(found, alone, method, table):
    """Every figure of the batch against `ahp`'s; a ratio that does not exist is NaN."""
    single = [consistency(matrix) for matrix in alone]
    ratios = [math.nan if one.ratios[table] is None else one.ratios[table] for one in single]
    np.testing.assert_allclose(found.weights, [weights(matrix, method) for matrix in alone], **NEAR)
    np.testing.assert_allclose(found.lambda_max, [one.lambda_max for one in single], **NEAR)
    np.testing.assert_allclose(found.index, [one.index for one in single], **NEAR)
    np.testing.assert_allclose(found.ratio, ratios, equal_nan=True, **NEAR)


@given(
    st.integers(1, 15).flatmap(lambda n: st.lists(matrices(st.just(n), complete=True), min_size=1, max_size=5)),
    st.sampled_from(sorted(METHODS)),
    st.sampled_from(sorted(random_indices())),
)
def test_many_at_once_are_what_each_is_alone(found, method, table):
    assert_same(weigh_many(stacked(*found), method, table), found, method, table)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("group", published())
def test_the_published_matrices(group, method):
    matrix = published()[group]
    for table in random_indices():
        assert_same(weigh_many(stacked(matrix, matrix), method, table), [matrix, matrix], method, table)


@given(raw_weights)
def test_consistent_judgements_return_their_weights(raw):
    for method in METHODS:
        found = weigh_many(stacked(consistent(raw)), method)
        np.testing.assert_allclose(found.weights[0], [float(w / sum(raw)) for w in raw], rtol=1e-12)
        np.testing.assert_allclose([found.index[0], found.ratio[0]], 0, atol=1e-12)


@pytest.mark.parametrize("size, count", [(12, 2300), (16, 40), (60, 3)])
def test_several_blocks_and_sizes_beyond_the_tables(size, count):
    """More matrices than are worked on together, in their order; every one encloses its eigenvalue."""
    drawn = np.random.default_rng(size).choice(np.array([float(v) for v in SCALE]), (count, size, size))
    upper = np.triu(drawn, 1)
    many = upper + np.tril(1 / drawn.transpose(0, 2, 1), -1) + np.eye(size)
    found = weigh_many(many)
    image = np.einsum("mij,mj->mi", many, found.weights)
    np.testing.assert_allclose(image, found.lambda_max[:, np.newaxis] * found.weights, rtol=1e-12)
    assert np.isnan(found.ratio).all() == (size > 15)
    some = [0, 1, count // 2, count - 1]
    alone = [Matrix(names_of(size), tuple(map(tuple, many[k].tolist()))) for k in some]
    np.testing.assert_allclose(found.weights[some], [matrix.eigen[1] for matrix in alone], **NEAR)


def circle(far):
    """Preferences in a circle: equal weights, and other eigenvalues nearly as large as the principal one."""
    return [[1, far, 1 / far], [1 / far, 1, far], [far, 1 / far, 1]]


def test_matrices_that_converge_slowly_do_not_hold_back_the_others_nor_lose_their_place():
    many = np.array([circle(1.0), circle(9.0**9), [[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]], circle(9.0**3)])
    found = weigh_many(many)
    np.testing.assert_allclose(found.weights, [[1 / 3] * 3, [1 / 3] * 3, [0.6, 0.3, 0.1], [1 / 3] * 3], rtol=1e-9)
    np.testing.assert_allclose(found.lambda_max, [3, 1 + 9.0**9 + 9.0**-9, 3, 1 + 9.0**3 + 9.0**-3], rtol=1e-12)


def test_no_matrices():
    found = weigh_many(np.empty((0, 4, 4)))
    assert [part.shape for part in (found.weights, found.lambda_max, found.index, found.ratio)] == [
        (0, 4), (0,), (0,), (0,),
    ]  # fmt: skip


def test_the_matrices_are_not_changed():
    many = np.array([circle(2.0)])
    before = many.copy()
    weigh_many(many)
    assert (many == before).all()


@pytest.mark.parametrize(
    "many, message",
    [
        (np.ones((3, 3)), r"shape \(m, n, n\)"),
        (np.ones((2, 3, 4)), r"shape \(m, n, n\)"),
        (np.ones((2, 0, 0)), r"shape \(m, n, n\)"),
        ([[[1, 2], [math.nan, 1]]], r"cell \(1, 0\) of matrix 0 is nan; .* missing judgements with xl_perlas.ahp"),
        ([[[1, 2], [0.5, 1]], [[1, 0], [0.5, 1]]], r"cell \(0, 1\) of matrix 1 is 0"),
        ([[[1, -2], [0.5, 1]]], r"cell \(0, 1\) of matrix 0 is -2"),
        ([[[1, math.inf], [0.5, 1]]], r"is inf"),
        ([[[1, 2], [0.5, 3]]], r"diagonal must be 1: cell \(1, 1\) of matrix 0 is 3"),
        ([[[1, 1e300, 1], [1e-300, 1, 1], [1, 1, 1]]], "too far from each other"),
    ],
)
def test_what_is_not_a_matrix_of_judgements(many, message):
    with pytest.raises(ValueError, match=message):
        weigh_many(np.array(many, dtype=float))


@pytest.mark.parametrize("options", [("mediana",), ("eigenvector", "otra")])
def test_unknown_methods_and_tables(options):
    with pytest.raises(PerlasError) as caught:
        weigh_many(np.ones((1, 2, 2)), *options)
    assert [p.code for p in caught.value.problems] == ["D02"]


def test_every_method_of_one_is_a_method_of_many():
    assert list(ahp_batch.METHODS) == list(METHODS)
