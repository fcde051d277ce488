"""Matrices of judgements for tests: random ones of the scale, consistent ones, complete or with judgements missing."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from xl_perlas.ahp import Matrix
from xl_perlas.judgements import SCALE, read_matrix


def matrix_of(text: str, names: str = "") -> Matrix:
    """The matrix whose rows are the lines of `text`; criteria are called a, b, c … unless `names` says otherwise."""
    rows = [line.split() for line in text.strip().splitlines()]
    matrix, _ = read_matrix(names.split() or [chr(97 + i) for i in range(len(rows))], rows)
    assert matrix is not None
    return matrix


def names_of(size: int) -> tuple[str, ...]:
    return tuple(f"c{i}" for i in range(size))


def from_upper(size: int, upper: dict[tuple[int, int], float | None]) -> Matrix:
    values: list[list[float | None]] = [[1.0 if i == j else None for j in range(size)] for i in range(size)]
    for (i, j), value in upper.items():
        values[i][j], values[j][i] = value, None if value is None else 1 / value
    return Matrix(names_of(size), tuple(map(tuple, values)))


def consistent(weights: list[Fraction]) -> Matrix:
    """Judgements that are exactly the quotients of `weights`."""
    return Matrix(names_of(len(weights)), tuple(tuple(float(a / b) for b in weights) for a in weights))


@st.composite
def links(draw, size):
    """Pairs that connect all criteria: a random tree and some pairs more."""
    order = draw(st.permutations(range(size)))
    tree = [tuple(sorted((order[k], order[draw(st.integers(0, k - 1))]))) for k in range(1, size)]
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    return {*tree, *(draw(st.sets(st.sampled_from(pairs))) if pairs else ())}


up_to_twelve = st.integers(1, 12)


@st.composite
def matrices(draw, size=up_to_twelve, complete=None):
    """Any judgements of the scale; `complete`: True, False (any connected part of them) or None for either."""
    n = draw(size)
    every = [(i, j) for i in range(n) for j in range(i + 1, n)]
    whole = draw(st.booleans()) if complete is None else complete
    pairs = every if whole else sorted(draw(links(n)))
    chosen = draw(st.lists(st.sampled_from(SCALE), min_size=len(pairs), max_size=len(pairs)))
    return from_upper(n, dict(zip(pairs, map(float, chosen), strict=True)))


#: Weights of 1 to 15 criteria, none over nine times another.
raw_weights = st.lists(st.integers(10, 90).map(Fraction), min_size=1, max_size=15)


def without(matrix: Matrix, kept: set[tuple[int, int]]) -> Matrix:
    """The same judgements, those of the pairs `kept` alone."""
    return from_upper(matrix.size, {(i, j): matrix.values[i][j] for i, j in kept})
