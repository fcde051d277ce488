"""The Analytic Hierarchy Process: weights from pairwise comparisons, and whether the comparisons hold together.

Cell (i, j) of a matrix says how many times more important criterion i is than criterion j, from 1/9 to 9; cell (j, i)
is its reciprocal. A judgement may be missing (None): weights then come from those that were given (Harker 1987).
Definitions: Coral y Ruano (2016), section 3.4.2, pp. 81-91.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from itertools import combinations
from operator import mul
from typing import TypeAlias

from xl_perlas.problems import PerlasError, problem

Row: TypeAlias = tuple[float, ...]
Rows: TypeAlias = Sequence[Sequence[float]]

EIGENVECTOR, GEOMETRIC_MEAN, COLUMN_MEAN = "eigenvector", "geometric_mean", "column_mean"

#: Largest consistency ratio of acceptable judgements (Coral y Ruano 2016, p. 91).
LIMIT = 0.10
#: A ratio this near under the limit is said to be borderline: another published random index would reject it.
MARGIN = 0.01

CONSISTENT, BORDERLINE, INCONSISTENT, NO_VERDICT = "Consistente", "Al límite", "Inconsistente", "Sin veredicto"

#: Judgements closer than this are the same one, written in binary.
_SAME = 1e-9
#: A consistency index under this is what binary rounding leaves of 0.
_NO_INDEX = 1e-12
#: Width of the interval that encloses the principal eigenvalue when iteration stops, relative to it.
_PRECISION = 1e-14
_ROUND = 64
#: Each round after the first squares the matrix: 2 to the power of this many steps are more than any matrix needs.
_ROUNDS = 64


@dataclass(frozen=True)
class Matrix:
    """Pairwise comparisons of `names`; `values[i][j]` is None where the judgement was not given.

    `judgements.read_matrix` makes one from cells and says what is wrong with them.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]

    @property
    def size(self) -> int:
        """How many criteria are compared."""
        return len(self.names)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Every pair of criteria, row before column: the upper triangle."""
        return list(combinations(range(self.size), 2))

    @cached_property
    def missing(self) -> tuple[tuple[int, int], ...]:
        """Pairs without a judgement."""
        return tuple((i, j) for i, j in self.pairs if self.values[i][j] is None)

    @cached_property
    def reciprocal(self) -> bool:
        """Whether every judgement is the inverse of its opposite, as the first axiom asks (p. 83)."""
        return all(
            value is None or abs(value * (self.values[j][i] or 0) - 1) < _SAME
            for i, row in enumerate(self.values)
            for j, value in enumerate(row)
        )

    @cached_property
    def connected(self) -> bool:
        """Whether judgements link every criterion with every other; without that there are no weights."""
        reached, pending = {0}, [0]
        while pending:
            i = pending.pop()
            for j in range(self.size):
                if j not in reached and self.values[i][j] is not None:
                    reached.add(j)
                    pending.append(j)
        return len(reached) == self.size

    def with_judgement(self, i: int, j: int, value: float | None) -> Matrix:
        """The same comparisons with another judgement of (i, j), and its reciprocal in (j, i)."""
        rows = [list(row) for row in self.values]
        rows[i][j], rows[j][i] = value, None if value is None else 1 / value
        return Matrix(self.names, tuple(map(tuple, rows)))

    def only(self, names: Sequence[str]) -> Matrix:
        """The comparisons among `names`, in their order. Raises ValueError for a name that is not there."""
        places = [self.names.index(name) for name in names]
        return Matrix(tuple(names), tuple(tuple(self.values[i][j] for j in places) for i in places))

    @cached_property
    def harker(self) -> tuple[Row, ...]:
        """The matrix whose principal eigenvector are the weights: where nothing is missing, the matrix itself.

        Otherwise a missing judgement is 0 and the diagonal 1 plus how many are missing in its row (Harker 1987).
        """
        return tuple(
            tuple(
                1.0 + sum(v is None for v in row) if i == j else (0.0 if v is None else v) for j, v in enumerate(row)
            )
            for i, row in enumerate(self.values)
        )

    @cached_property
    def eigen(self) -> tuple[float, Row]:
        """Principal eigenvalue, and its eigenvector with sum 1. Raises PerlasError (J09) when not `connected`."""
        if not self.connected:
            raise PerlasError(problem("J09", where=", ".join(self.names)))
        return principal(self.harker)

    @cached_property
    def completed(self) -> tuple[Row, ...]:
        """Judgements, and in the place of the missing ones the quotient of the eigenvector's weights."""
        if not self.missing:
            return self.harker
        w = self.eigen[1]
        return tuple(
            tuple(w[i] / w[j] if v is None else v for j, v in enumerate(row)) for i, row in enumerate(self.values)
        )


# --- the principal eigenvector ----------------------------------------------------------------------------------------


def principal(matrix: Rows, start: Sequence[float] | None = None) -> tuple[float, Row]:
    """Principal eigenvalue and eigenvector (sum 1) of a matrix without negative cells and with a positive diagonal.

    Power iteration from `start`. Any positive vector encloses the eigenvalue between the least and the greatest
    quotient (A w)ᵢ / wᵢ (Collatz and Wielandt): iteration stops when these differ by less than 1e-14 of it, so the
    precision is known and not supposed. A matrix that converges slowly is squared, which has the same eigenvector.

    Raises:
        ArithmeticError: cells so far apart that floating point cannot hold their powers.
    """
    powered = matrix
    w = tuple(start) if start else (1 / len(matrix),) * len(matrix)
    for _ in range(_ROUNDS):
        w, done = _iterate(powered, w)
        if done:
            break
        powered = _squared(powered)
    else:
        raise ArithmeticError("the eigenvector does not converge")
    low, high = _enclosure(times(matrix, w), w)
    return (low + high) / 2, w


def times(matrix: Rows, vector: Sequence[float]) -> Row:
    """Matrix by vector."""
    return tuple(sum(map(mul, row, vector)) for row in matrix)


def _iterate(matrix: Rows, w: Row) -> tuple[Row, bool]:
    for _ in range(_ROUND):
        image = times(matrix, w)
        low, high = _enclosure(image, w)
        total = sum(image)
        w = tuple(value / total for value in image)
        if high - low <= _PRECISION * high:
            return w, True
    return w, False


def _enclosure(image: Row, w: Row) -> tuple[float, float]:
    quotients = [a / b for a, b in zip(image, w, strict=True)]
    return min(quotients), max(quotients)


def _squared(matrix: Rows) -> Rows:
    columns = tuple(zip(*matrix, strict=True))
    product = [[sum(map(mul, row, column)) for column in columns] for row in matrix]
    scale = max(map(max, product))
    return [[value / scale for value in row] for row in product]


# --- weights ----------------------------------------------------------------------------------------------------------


def weights(matrix: Matrix, method: str = EIGENVECTOR) -> Row:
    """Weights of the criteria, with sum 1.

    `eigenvector`: the principal eigenvector (p. 84). `geometric_mean`: row geometric means, which are what the R
    package used by the thesis gives, though its text says eigenvector (Anexo C, pp. 168-172). `column_mean`: means of
    the columns normalised to sum 1 (p. 88). With missing judgements the second is the least-squares solution in
    logarithms and the third completes them with the eigenvector's quotients.

    Raises:
        PerlasError: judgements that leave criteria unlinked (J09); an unknown method (D02).
    """
    if method not in METHODS:
        raise PerlasError(problem("D02", kind="el método", name=f"«{method}»", options=", ".join(METHODS)))
    return METHODS[method](matrix)


def _eigenvector(matrix: Matrix) -> Row:
    return matrix.eigen[1]


def _geometric_mean(matrix: Matrix) -> Row:
    """Row geometric means; where judgements are missing, the solution of the least squares that they are."""
    if not matrix.missing:
        return _normalised([math.exp(math.fsum(map(math.log, row)) / matrix.size) for row in matrix.harker])
    return _normalised([math.exp(value) for value in _log_least_squares(matrix)])


def _column_mean(matrix: Matrix) -> Row:
    rows = matrix.completed
    totals = [math.fsum(column) for column in zip(*rows, strict=True)]
    return tuple(math.fsum(v / t for v, t in zip(row, totals, strict=True)) / matrix.size for row in rows)


METHODS: Mapping[str, Callable[[Matrix], Row]] = {
    EIGENVECTOR: _eigenvector, GEOMETRIC_MEAN: _geometric_mean, COLUMN_MEAN: _column_mean,
}  # fmt: skip


def _normalised(values: Sequence[float]) -> Row:
    total = math.fsum(values)
    return tuple(value / total for value in values)


def _log_least_squares(matrix: Matrix) -> list[float]:
    """Logarithms of the weights that come nearest to the given judgements; the last is 0.

    The normal equations: for every row, its number of judgements times its own logarithm, less those of the criteria it
    is compared with, is the sum of the logarithms of its judgements.
    """
    if not matrix.connected:
        raise PerlasError(problem("J09", where=", ".join(matrix.names)))
    n = matrix.size - 1
    system = []
    for i in range(n):
        row = matrix.values[i]
        given = [j for j, v in enumerate(row) if v is not None and j != i]
        line = [float(len(given)) if j == i else -1.0 if j in given else 0.0 for j in range(n)]
        system.append([*line, math.fsum(math.log(row[j] or 1) for j in given)])
    return [*_solved(system), 0.0]


def _solved(system: list[list[float]]) -> list[float]:
    """Gauss and Jordan; the system is symmetric, diagonally dominant and of full rank, so no pivoting is needed."""
    for k, pivot_row in enumerate(system):
        pivot = pivot_row[k]
        system[k] = pivot_row = [value / pivot for value in pivot_row]
        for i, row in enumerate(system):
            if i != k and row[k]:
                factor = row[k]
                system[i] = [a - factor * b for a, b in zip(row, pivot_row, strict=True)]
    return [row[-1] for row in system]


# --- random indices ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomIndex:
    """Mean consistency index of random matrices, by size: a table, or `coefficient · (n − 2) / n`."""

    id: str
    name: str
    source: str
    values: Mapping[int, float]
    coefficient: float | None = None

    def at(self, size: int) -> float | None:
        """The index for `size` criteria; None where the source has none (nothing is invented)."""
        if self.coefficient is not None and size > 2:
            return self.coefficient * (size - 2) / size
        return 0.0 if size <= 2 else self.values.get(size)


@lru_cache(maxsize=1)
def random_indices() -> Mapping[str, RandomIndex]:
    """The random-index tables by name: `saaty`, `tabla7`, `formula_1_98`, each with its source."""
    text = (resources.files("xl_perlas.definitions") / "ahp" / "random_index.toml").read_text(encoding="utf-8")
    return {
        key: RandomIndex(
            key, data["nombre"], data["fuente"],
            dict(enumerate(data.get("valores", ()), data.get("desde", 0))), data.get("coeficiente"),
        )
        for key, data in tomllib.loads(text).items()
    }  # fmt: skip


#: The table used where only one is shown: it reaches 15 criteria.
DEFAULT_INDEX = "saaty"


def random_index(name: str) -> RandomIndex:
    """The table called `name`. Raises PerlasError (D02) for another name."""
    known = random_indices()
    if name not in known:
        raise PerlasError(problem("D02", kind="la tabla de índices", name=f"«{name}»", options=", ".join(known)))
    return known[name]


# --- consistency ------------------------------------------------------------------------------------------------------


def lambda_of(matrix: Matrix, w: Sequence[float]) -> float:
    """λ of equation (6), p. 89: the sum of A·w, for weights with sum 1. For the eigenvector it is λmax."""
    return math.fsum(times(matrix.completed, w)) / math.fsum(w)


def consistency_index(lambda_max: float, size: int) -> float:
    """CI = (λmax − n) / (n − 1), equation (4), p. 89; 0 up to two criteria, and where only binary rounding is left."""
    index = (lambda_max - size) / (size - 1) if size > 2 else 0.0
    return 0.0 if abs(index) < _NO_INDEX else index


def consistency_ratio(index: float, size: int, table: RandomIndex) -> float | None:
    """CR = CI / RI, equation (3), p. 89. 0 up to two criteria; None where the table has no index for the size."""
    if size <= 2:
        return 0.0
    expected = table.at(size)
    return None if expected is None else index / expected


def koczkodaj(matrix: Matrix) -> tuple[float, tuple[str, ...]]:
    """Koczkodaj's inconsistency, 0 to 1, and the triad of criteria that gives it (empty when none is compared whole).

    Of a triad i, j, k it is how far a(i,k) lies from a(i,j)·a(j,k), relative, on the side where it is less; of the
    matrix, its worst triad's (Koczkodaj 1993).
    """
    worst, where = 0.0, tuple[str, ...]()
    for i, j, k in combinations(range(matrix.size), 3):
        direct, first, second = matrix.values[i][k], matrix.values[i][j], matrix.values[j][k]
        if direct is None or first is None or second is None:
            continue
        quotient = direct / (first * second)
        found = 1 - min(quotient, 1 / quotient)
        if found > worst + _SAME or not where:
            worst, where = found, (matrix.names[i], matrix.names[j], matrix.names[k])
    return worst, where


@dataclass(frozen=True)
class Consistency:
    """How well judgements hold together.

    `index` is CI; `ratios` CR by random-index table (None where the table has none for the size); `lambda_equation_6`
    the thesis's λ, from means of normalised columns. `complete`: with missing judgements CR is only a lower bound,
    because no table has an index for incomplete matrices.
    """

    size: int
    lambda_max: float
    lambda_equation_6: float
    index: float
    ratios: Mapping[str, float | None]
    koczkodaj: float
    triad: tuple[str, ...]
    complete: bool = True
    reciprocal: bool = True

    @property
    def verdict(self) -> str:
        """`Consistente`, `Al límite`, `Inconsistente`, or `Sin veredicto` (missing judgements that seem coherent).

        Every table must agree: borderline is a ratio within 0.01 under the limit, or tables on both sides of it.
        Judgements that contradict their own inverses are inconsistent whatever the ratio says.
        """
        known = [ratio for ratio in self.ratios.values() if ratio is not None]
        if min(known) > LIMIT or not self.reciprocal:
            return INCONSISTENT
        if not self.complete:
            return NO_VERDICT
        return BORDERLINE if max(known) > LIMIT - MARGIN else CONSISTENT

    @property
    def consistent(self) -> bool | None:
        """Whether CR is at most 0.10 by every table that has an index; None when judgements are missing."""
        if self.verdict == NO_VERDICT:
            return None
        return self.reciprocal and all(ratio <= LIMIT for ratio in self.ratios.values() if ratio is not None)


def consistency(matrix: Matrix) -> Consistency:
    """λmax, CI, CR by each table, Koczkodaj's inconsistency. Raises PerlasError (J09) as `weights` does."""
    largest, size = matrix.eigen[0], matrix.size
    index = consistency_index(largest, size)
    ratios = {name: consistency_ratio(index, size, table) for name, table in random_indices().items()}
    return Consistency(
        size, largest, lambda_of(matrix, _column_mean(matrix)), index, ratios, *koczkodaj(matrix), not matrix.missing,
        matrix.reciprocal,
    )  # fmt: skip
