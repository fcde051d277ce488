"""Weights as the native formulas of sheets AHP and Pesos compute them, cell by cell: what those cells show.

Nothing is computed here that a cell does not compute, and in the same order, so that stored results are what a
spreadsheet program finds when it recalculates. A cell is a number, a text (`""` shows nothing) or an error such as
`#N/A`, which spreads to the cells that use it.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import mul
from typing import TypeAlias

from xl_perlas.ahp import METHODS, random_indices
from xl_perlas.judgements import scale_words
from xl_perlas.workbook.view import NOT_AVAILABLE

Value: TypeAlias = float | str
Cells: TypeAlias = Sequence[Sequence[Value]]

DIVISION, BAD_NUMBER = "#DIV/0!", "#NUM!"

#: How far the power method goes: what is left of the slowest case, relative to the weights.
_PRECISION = 1e-11

WRONG, NONE_GIVEN, UNLINKED, INCOMPLETE, COMPLETE = (
    "Con errores", "Sin juicios", "Los juicios no enlazan todos los criterios", "Faltan juicios", "Completos",
)  # fmt: skip


@lru_cache(maxsize=64)
def passes(size: int) -> int:
    """How many times a matrix of `size` criteria is multiplied by itself: k times are 2^k steps of the power method.

    The quotient of the second eigenvalue by the first says how slow it is. Of coherent judgements the slowest are a
    chain, each criterion compared with the next alone: 1 − 2 (1 − cos(π / n)) / n, from the chain's Laplacian. Of
    complete ones, three criteria in a circle, each 9 times the next. Judgements that are few and contradict each other
    too can be slower still; then λ differs from row to row, which the sheet shows.
    """
    chain = 1 - 2 * (1 - math.cos(math.pi / size)) / size
    turn = cmath.exp(2j * math.pi / 3)
    circle = abs(1 + 9 * turn + turn.conjugate() / 9) / (1 + 9 + 1 / 9)
    return math.ceil(math.log2(math.log(_PRECISION) / math.log(max(chain, circle))))


# --- cells ------------------------------------------------------------------------------------------------------------


def is_error(value: object) -> bool:
    """Whether a cell shows an error."""
    return isinstance(value, str) and value.startswith("#")


def first_error(values: Iterable[object]) -> str | None:
    """The first error among cells."""
    return next((str(value) for value in values if is_error(value)), None)


def _number(value: Value) -> float:
    """N(): text is 0."""
    return 0.0 if isinstance(value, str) else value


def _over_zero(values: Iterable[Value]) -> int:
    """COUNTIF(…; ">0")."""
    return sum(not isinstance(value, str) and value > 0 for value in values)


@lru_cache(maxsize=1)
def _scale() -> dict[str, float]:
    return {words.lower(): float(value) for value, words in scale_words().items()}


def inverse(cell: object) -> Value:
    """The lower triangle: the inverse of the judgement in the opposite cell, which is words of the scale or a number.

    Blank where there is no judgement; `#DIV/0!` where the cell holds neither.
    """
    if cell is None or cell == "":
        return ""
    value = _scale().get(cell.lower(), 0.0) if isinstance(cell, str) else cell
    return 1 / value if isinstance(value, int | float) and value else DIVISION


# --- one group --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """An expert's weight, and the lower triangle of their matrix (`inverses[i][j]`, j < i)."""

    weight: float
    inverses: Cells


@dataclass(frozen=True)
class GroupCells:
    """Every native cell of a group of `size` criteria, from what the experts said.

    `method` is the place of the method among `METHODS`, `table` the random indices in use by size (`#N/A`: none).
    """

    size: int
    voices: tuple[Voice, ...]
    method: int
    indices: Sequence[Value]

    @cached_property
    def shares(self) -> list[list[Value]]:
        """Lower triangle: the weights of the experts who compared the pair, added up."""

        def share(i: int, j: int) -> Value:
            said = [voice.inverses[i][j] for voice in self.voices]
            return first_error(said) or sum(v.weight * (s != "") for v, s in zip(self.voices, said, strict=True))

        return [[share(i, j) for j in range(i)] for i in range(self.size)]

    @cached_property
    def judgements(self) -> list[list[Value]]:
        """Everybody's judgements: weighted geometric means below the diagonal, their inverses above it."""
        rows: list[list[Value]] = [[1.0] * self.size for _ in range(self.size)]
        for i in range(self.size):
            for j in range(i):
                mean = self._mean(i, j)
                rows[i][j] = mean
                rows[j][i] = 1 / mean if isinstance(mean, float) else mean
        return rows

    def _mean(self, i: int, j: int) -> Value:
        share = self.shares[i][j]
        if isinstance(share, str):
            return share
        if share == 0:
            return ""
        if any(_number(v.inverses[i][j]) < 0 for v in self.voices):
            return BAD_NUMBER
        return math.exp(sum(v.weight * math.log(_number(v.inverses[i][j]) or 1.0) for v in self.voices) / share)

    @cached_property
    def given(self) -> list[int]:
        """Of each criterion, how many it is compared with."""
        return [sum(isinstance(value, float) for value in row) - 1 for row in self.judgements]

    @property
    def compared(self) -> int:
        """How many criteria are compared with some other."""
        return _over_zero(self.given)

    @property
    def missing(self) -> float:
        """Judgements missing among the criteria compared."""
        return (self.compared * (self.compared - 1) - sum(self.given)) / 2

    @cached_property
    def harker(self) -> list[list[Value]]:
        """Missing judgements are 0, and the diagonal 1 plus how many are missing in its row (Harker 1987)."""

        def cell(i: int, j: int) -> Value:
            value = self.judgements[i][j]
            if i == j:
                return float(self.compared - self.given[i]) if self.given[i] else 0.0
            return value if is_error(value) else _number(value)

        return [[cell(i, j) for j in range(self.size)] for i in range(self.size)]

    @cached_property
    def column_sums(self) -> list[Value]:
        """Sum of each column of that matrix."""
        return [first_error(column) or sum(map(_number, column)) for column in zip(*self.harker, strict=True)]

    @cached_property
    def powers(self) -> list[list[list[Value]]]:
        """The matrix multiplied by itself, the product by itself, and so on, each over its square of `peaks`."""
        found, table = [], self.harker
        for k in range(passes(self.size)):
            found.append(_squared(table, self._peak(table, k)))
            table = found[-1]
        return found

    @cached_property
    def peaks(self) -> list[Value]:
        """Greatest cell of the matrix and of each power but the last: dividing by it keeps numbers finite."""
        return [self._peak(table, k) for k, table in enumerate([self.harker, *self.powers[:-1]])]

    def _peak(self, table: Cells, k: int) -> Value:
        cells = [value for row in table for value in row]
        if error := first_error(cells):
            return error
        largest = max(map(_number, cells))
        return NOT_AVAILABLE if k == 0 and largest == 0 else largest

    @cached_property
    def linked(self) -> float:
        """1 when judgements link all the criteria compared: then no cell of the last power is 0."""
        filled = sum(map(_over_zero, self.powers[-1]))
        return float(self.compared > 0 and filled == self.compared**2)

    @property
    def state(self) -> str:
        """How the judgements stand, in words."""
        if first_error(value for row in self.harker for value in row):
            return WRONG
        place = (self.compared > 0) * (1 + int(self.linked) * (1 + (self.missing == 0)))
        return (NONE_GIVEN, UNLINKED, INCOMPLETE, COMPLETE)[place]

    @cached_property
    def vector(self) -> list[Value]:
        """Principal eigenvector with sum 1; 0 for a criterion that nobody compared."""
        last = self.powers[-1]
        if not self.linked:
            return [NOT_AVAILABLE] * self.size
        total = sum(sum(map(_number, row)) for row in last)
        return [sum(map(_number, row)) / total for row in last]

    @cached_property
    def products(self) -> list[Value]:
        """The matrix times the vector."""
        if not self.linked:
            return [NOT_AVAILABLE] * self.size
        numbers = [_number(value) for value in self.vector]
        return [sum(map(mul, map(_number, row), numbers)) for row in self.harker]

    @cached_property
    def quotients(self) -> list[Value]:
        """Product over vector: the same λ in every row; `#N/A` for a criterion that nobody compared."""
        pairs = zip(self.products, self.vector, self.given, strict=True)
        return [_number(p) / _number(v) if self.linked and given else NOT_AVAILABLE for p, v, given in pairs]

    @property
    def full(self) -> float:
        """1 when no judgement is missing among the criteria compared, and they are linked."""
        return self.linked * (self.missing == 0)

    @cached_property
    def row_means(self) -> list[Value]:
        """Geometric mean of each row; `#N/A` where judgements are missing."""

        def mean(row: Sequence[Value], given: int) -> Value:
            if not self.full or not given:
                return NOT_AVAILABLE
            return math.exp(sum(math.log(_number(v) or 1.0) for v in row) / self.compared)

        return [mean(row, given) for row, given in zip(self.harker, self.given, strict=True)]

    @cached_property
    def geometric(self) -> list[Value]:
        """Those means with sum 1."""
        total = sum(value for value in self.row_means if not isinstance(value, str))
        return [value if isinstance(value, str) else value / total for value in self.row_means]

    @cached_property
    def column_means(self) -> list[Value]:
        """Mean of the row once each column is divided by its sum; `#N/A` where judgements are missing."""
        sums = [_number(total) or 1.0 for total in self.column_sums]

        def mean(row: Sequence[Value], given: int) -> Value:
            if not self.full or not given:
                return NOT_AVAILABLE
            return sum(_number(v) / total for v, total in zip(row, sums, strict=True)) / self.compared

        return [mean(row, given) for row, given in zip(self.harker, self.given, strict=True)]

    @cached_property
    def weights(self) -> list[Value]:
        """Weights by the method in use; `#N/A` for a criterion that nobody compared."""
        chosen = (self.vector, self.geometric, self.column_means)[self.method]
        return [value if given else NOT_AVAILABLE for value, given in zip(chosen, self.given, strict=True)]

    @property
    def largest(self) -> Value:
        """λmax: the sum of the products, since the vector adds up to 1."""
        return first_error(self.products) or sum(map(_number, self.products))

    @property
    def index(self) -> Value:
        """CI = (λmax − n) / (n − 1)."""
        largest = self.largest
        return largest if isinstance(largest, str) else (largest - self.compared) / (self.compared - 1)

    @property
    def random_index(self) -> Value:
        """Random index of as many criteria as are compared."""
        return self.indices[self.compared - 1] if 0 < self.compared <= len(self.indices) else NOT_AVAILABLE

    @property
    def ratio(self) -> Value:
        """CR = CI / RI; 0 where the random index is 0."""
        index, random = self.index, self.random_index
        if isinstance(random, str):
            return random
        return 0.0 if random == 0 else index if isinstance(index, str) else index / random


def _squared(table: Cells, peak: Value) -> list[list[Value]]:
    """A table times itself, over the square of its greatest cell."""
    if isinstance(peak, str):
        return [[peak] * len(table) for _ in table]
    numbers = [tuple(map(_number, row)) for row in table]
    columns = tuple(zip(*numbers, strict=True))
    return [[sum(map(mul, row, column)) / peak**2 for column in columns] for row in numbers]


def difference(native: Value, other: Value) -> Value:
    """Native less the other; blank when neither is a number, `#N/A` when one alone is."""
    if isinstance(native, str) or isinstance(other, str):
        return "" if isinstance(native, str) and isinstance(other, str) else NOT_AVAILABLE
    return native - other


#: Random-index tables reach this size on Pesos.
MOST = 15


def random_table(name: str) -> list[Value]:
    """The random indices by size, from 1 to `MOST`; `#N/A` where the source has none."""
    table = random_indices()[name]
    found = (table.at(size) for size in range(1, MOST + 1))
    return [NOT_AVAILABLE if value is None else value for value in found]


METHOD_NAMES: tuple[str, ...] = tuple(METHODS)
