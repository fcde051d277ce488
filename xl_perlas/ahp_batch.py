"""Weights and consistency of many pairwise-comparison matrices at once, as `ahp` gives them one by one.

For simulations and sensitivity: thousands of complete matrices of one size. Missing judgements are for `ahp` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from xl_perlas.ahp import (
    COLUMN_MEAN,
    DEFAULT_INDEX,
    EIGENVECTOR,
    GEOMETRIC_MEAN,
    consistency_index,
    consistency_ratio,
    random_index,
)
from xl_perlas.problems import PerlasError, problem

Floats: TypeAlias = NDArray[np.float64]

#: Width of the interval that encloses the principal eigenvalue when iteration stops, relative to it.
_PRECISION = 1e-14
#: A matrix is raised to the 16th power before it is iterated: four products save some fifty steps in sixty.
_SQUARINGS = 4
#: Steps before what has not converged is raised to the 16th power again, and how often that is done.
_STEPS, _ROUNDS = 16, 16
#: Matrices worked on together: what a processor's cache holds of 15 criteria.
_BLOCK = 1000


@dataclass(frozen=True)
class Weighed:
    """What is known of each of m matrices of n criteria.

    `weights` (m × n) by the method asked for, each row with sum 1. By matrix (m): `lambda_max`, the principal
    eigenvalue; `index`, CI; `ratio`, CR by the random-index table asked for, NaN where it has none for n criteria.
    """

    weights: Floats
    lambda_max: Floats
    index: Floats
    ratio: Floats


def weigh_many(matrices: Floats, method: str = EIGENVECTOR, table: str = DEFAULT_INDEX) -> Weighed:
    """Weights, λmax, CI and CR of `matrices` (m × n × n), to the precision of `ahp.weights` and `ahp.consistency`.

    Every judgement must be there: positive, finite, 1 on the diagonal. Whether opposite cells are reciprocal is not
    asked, as `ahp` does not.

    Raises:
        PerlasError: an unknown method or random-index table (D02).
        ValueError: another shape, or cells that are not judgements.
    """
    if method not in METHODS:
        raise PerlasError(problem("D02", kind="el método", name=f"«{method}»", options=", ".join(METHODS)))
    expected = random_index(table)
    matrices = np.ascontiguousarray(matrices, dtype=np.float64)
    _check(matrices)
    count, size, _ = matrices.shape
    with np.errstate(all="ignore"):  # judgements too far from each other end in an error of their own
        blocks = [_principal(matrices[start : start + _BLOCK]) for start in range(0, count, _BLOCK)]
    largest = np.concatenate([found for found, _ in blocks]) if blocks else np.empty(0)
    vectors = np.concatenate([found for _, found in blocks]) if blocks else np.empty((0, size))
    index = [consistency_index(value, size) for value in largest.tolist()]
    ratio = [consistency_ratio(value, size, expected) for value in index]
    return Weighed(
        METHODS[method](matrices, vectors), largest, np.array(index, dtype=np.float64),
        np.array(ratio, dtype=np.float64),  # None becomes NaN
    )  # fmt: skip


def _check(matrices: Floats) -> None:
    if matrices.ndim != 3 or matrices.shape[1] != matrices.shape[2] or not matrices.shape[1]:
        raise ValueError(f"matrices must have shape (m, n, n) with n of at least 1, not {matrices.shape}")
    wrong = ~(np.isfinite(matrices) & (matrices > 0))
    if wrong.any():
        m, i, j = np.argwhere(wrong)[0]
        raise ValueError(
            f"matrices must be complete, positive and finite: cell ({i}, {j}) of matrix {m} is {matrices[m, i, j]}; "
            "weigh matrices with missing judgements with xl_perlas.ahp"
        )
    places = np.argwhere(np.diagonal(matrices, axis1=1, axis2=2) != 1)
    if len(places):
        m, i = places[0]
        raise ValueError(f"the diagonal must be 1: cell ({i}, {i}) of matrix {m} is {matrices[m, i, i]}")


# --- the principal eigenvectors ---------------------------------------------------------------------------------------


def _principal(matrices: Floats) -> tuple[Floats, Floats]:
    """Principal eigenvalues (m) and eigenvectors (m × n), enclosed as `ahp.principal` encloses one.

    Powers of a matrix have its eigenvector, and of positive matrices ever flatter columns: each round raises those that
    have not converged to the 16th power and iterates with that.
    """
    count, size, _ = matrices.shape
    found = np.empty((count, size))
    pending, powered, w = np.arange(count), matrices, np.full((count, size), 1 / size)
    for _ in range(_ROUNDS):
        for _ in range(_SQUARINGS):
            powered = _squared(powered)
        w, done = _iterated(powered, w)
        found[pending] = w
        pending, powered, w = pending[~done], powered[~done], w[~done]
        if not len(pending):
            low, high = _enclosure(_times(matrices, found), found)
            return (low + high) / 2, found
    raise ValueError("judgements too far from each other: their principal eigenvector has no floating-point value")


def _iterated(matrices: Floats, w: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    for _ in range(_STEPS):
        image = _times(matrices, w)
        low, high = _enclosure(image, w)
        w = image / image.sum(axis=1, keepdims=True)
        done = high - low <= _PRECISION * high
        if done.all():
            break
    return w, done


def _times(matrices: Floats, vectors: Floats) -> Floats:
    product: Floats = (matrices @ vectors[:, :, np.newaxis])[:, :, 0]
    return product


def _enclosure(images: Floats, vectors: Floats) -> tuple[Floats, Floats]:
    quotients = images / vectors
    return quotients.min(axis=1), quotients.max(axis=1)


def _squared(matrices: Floats) -> Floats:
    product: Floats = matrices @ matrices
    product /= product.max(axis=(1, 2), keepdims=True)
    return product


# --- weights ----------------------------------------------------------------------------------------------------------


def _eigenvector(matrices: Floats, vectors: Floats) -> Floats:
    return vectors


def _geometric_mean(matrices: Floats, vectors: Floats) -> Floats:
    means = np.exp(np.log(matrices).mean(axis=2))
    normalised: Floats = means / means.sum(axis=1, keepdims=True)
    return normalised


def _column_mean(matrices: Floats, vectors: Floats) -> Floats:
    mean: Floats = (matrices / matrices.sum(axis=1, keepdims=True)).mean(axis=2)
    return mean


#: By method, from the matrices and their principal eigenvectors.
METHODS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    EIGENVECTOR: _eigenvector, GEOMETRIC_MEAN: _geometric_mean, COLUMN_MEAN: _column_mean,
}  # fmt: skip
