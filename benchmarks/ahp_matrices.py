"""Weights and CR of 1,000 random 12 × 12 matrices of judgements, against the package `ahpy`.

Each program is given what it reads: ahpy a dictionary of comparisons per matrix, the batch one array, `ahp` rows. Their
results must agree before they are timed, to the decimals that ahpy rounds to while it iterates.
"""

from __future__ import annotations

import ahpy
import numpy as np

from benchmarks.measure import Ratio, medians
from xl_perlas.ahp import DEFAULT_INDEX, Matrix, consistency_index, consistency_ratio, random_index
from xl_perlas.ahp_batch import Floats, Weighed, weigh_many
from xl_perlas.judgements import SCALE

MATRICES, SIZE = 1000, 12
GOAL = 20.0
#: Decimals that ahpy is asked for; it offers the table of Saaty (2005) under this name too.
DECIMALS = 10
NAMES = tuple(f"c{i}" for i in range(SIZE))


def random_matrices() -> Floats:
    """Matrices whose judgements are drawn from the scale, each as likely as the others."""
    drawn = np.random.default_rng(12).choice(np.array([float(value) for value in SCALE]), (MATRICES, SIZE, SIZE))
    rows, columns = np.triu_indices(SIZE, 1)
    matrices = np.ones((MATRICES, SIZE, SIZE))
    matrices[:, rows, columns] = drawn[:, rows, columns]
    matrices[:, columns, rows] = 1 / drawn[:, rows, columns]
    return matrices


def comparisons(matrix: Floats) -> dict[tuple[str, str], float]:
    """The upper triangle, as ahpy reads it."""
    return {(NAMES[i], NAMES[j]): float(matrix[i, j]) for i in range(SIZE) for j in range(i + 1, SIZE)}


def with_ahpy(dictionaries: list[dict[tuple[str, str], float]]) -> list[ahpy.Compare]:
    """Constructing a `Compare` computes its weights and its ratio."""
    return [ahpy.Compare("m", pairs, precision=DECIMALS, random_index=DEFAULT_INDEX) for pairs in dictionaries]


def one_by_one(rows: list[tuple[tuple[float, ...], ...]]) -> list[tuple[tuple[float, ...], float | None]]:
    """Weights and ratio by `ahp`, in plain Python."""
    table, found = random_index(DEFAULT_INDEX), []
    for values in rows:
        largest, weights = Matrix(NAMES, values).eigen
        found.append((weights, consistency_ratio(consistency_index(largest, SIZE), SIZE, table)))
    return found


def agree(found: Weighed, weights: list[list[float]], ratios: list[float | None]) -> bool:
    """Whether weights and ratios are those of the batch, to what ahpy's rounding leaves of them."""
    near = 2 * 10.0**-DECIMALS
    return bool(
        np.allclose(found.weights, np.array(weights), rtol=0, atol=near)
        and np.allclose(found.ratio, np.array(ratios, dtype=float), rtol=0, atol=near)
    )


def run() -> list[Ratio]:
    """Times faster than ahpy: all at once, and one by one without numpy. Raises ImportError without ahpy."""
    matrices = random_matrices()
    dictionaries = [comparisons(matrix) for matrix in matrices]
    rows = [tuple(map(tuple, matrix)) for matrix in matrices.tolist()]
    found, theirs, ours = weigh_many(matrices), with_ahpy(dictionaries), one_by_one(rows)
    their_weights = [[float(one.local_weights[name]) for name in NAMES] for one in theirs]
    if not agree(found, their_weights, [float(one.consistency_ratio) for one in theirs]):
        raise AssertionError("ahpy does not give the same weights and ratios")
    if not agree(found, [list(weights) for weights, _ in ours], [ratio for _, ratio in ours]):
        raise AssertionError("plain Python does not give the same weights and ratios")
    taken = medians(
        {
            "ahpy": lambda: with_ahpy(dictionaries),
            "batch": lambda: weigh_many(matrices),
            "one by one": lambda: one_by_one(rows),
        },
        7,
    )
    name = f"weights and CR of {MATRICES:,} random {SIZE} × {SIZE} matrices"
    return [
        Ratio(f"{name}, all at once: times faster than ahpy", taken["ahpy"] / taken["batch"], GOAL, True),
        Ratio(f"{name}, one by one in plain Python: times faster than ahpy", taken["ahpy"] / taken["one by one"]),
    ]
