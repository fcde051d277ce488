"""Sums of accounts for many entities and periods: one reading of the figures, then products over classes of accounts.

A plain sum is good to the last digits of its largest part, not of itself. Where parts cancel (a result of 3 cents out
of millions, a base that should be zero) it is added up again as `evaluate` does, so that both agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from xl_perlas.batch_forms import Bits, Floats, FormTable, Integers, Terms, Weights
from xl_perlas.evaluate import rounded
from xl_perlas.periods import Comparison

Mask: TypeAlias = NDArray[np.bool_]

#: Rows and entities read at a time: few enough for the processor's cache. A multiple of 8 entities.
ROWS, BLOCK = 32, 1024

#: Multiplications up to which OpenBLAS uses no threads. Products here are thin: threads gain nothing, and on a busy
#: machine waiting for one costs far more than the product.
_ONE_THREAD = 1 << 18


@dataclass(frozen=True, eq=False)
class ClassSums:
    """What one reading of the figures leaves.

    `total`: periods × classes × entities, the sum of each class of accounts, with nothing for what is not listed.
    `negative[period][class]`: what the negative figures among them add, where there are any; `note_negative` completes
    it. `unlisted`, `unreadable`: gathered rows × periods × bytes of 8 entities.
    """

    total: Floats
    negative: list[dict[int, Floats]]
    unlisted: Bits
    unreadable: Bits | None

    def note_negative(self, single: int) -> None:
        """Classes of one account (the first `single`) are below zero where their sum is."""
        for total, negative in zip(self.total[:, :single], self.negative, strict=True):
            for c in np.flatnonzero(total.min(axis=1, initial=0.0) < 0).tolist():
                negative[c] = np.minimum(total[c], 0.0)

    def some_positive(self, c: int) -> bool:
        """Whether the class has a figure above zero in any period."""
        return any((total[c] > below.get(c, 0.0)).any() for total, below in zip(self.total, self.negative, strict=True))


def class_sums(table: FormTable, values: Floats, unreadable: Mask | None) -> ClassSums:
    """Read `values` (accounts × periods × entities) once, a few rows at a time."""
    _, periods, entities = values.shape
    bits = (len(table.rows), periods, (entities + 7) // 8)
    sums = ClassSums(
        np.empty((periods, len(table.classes), entities)),
        [{} for _ in range(periods)],
        np.empty(bits, np.uint8),
        None if unreadable is None else np.empty(bits, np.uint8),
    )
    sums.total[:, [start == stop for start, stop in pairwise(table.starts)]] = 0.0
    spans = _spans(table)
    for first in range(0, entities, BLOCK):
        block = slice(first, min(first + BLOCK, entities))
        for p in range(periods):
            for span in spans:
                figures = values[span.rows, p, block]
                _note_absent(sums, span, p, block, figures, unreadable)
                _add(sums, span, p, block, figures)
    sums.note_negative(table.single)
    return sums


@lru_cache(maxsize=8)
def _spans(table: FormTable) -> list[_Span]:
    return [_Span.of(table, start) for start in range(0, len(table.rows), ROWS)]


@dataclass(frozen=True, slots=True)
class _Span:
    """A few of the gathered rows: where they start, and the rows themselves.

    `alone`: (first class, first row, last row) of classes that are one account each. `several`: (class, first row, last
    row, whether the class starts here). `class_of`: class of each row; rows beyond its end have none: they are there to
    know whether they are listed.
    """

    start: int
    rows: Integers
    alone: tuple[int, int, int]
    several: list[tuple[int, int, int, bool]]
    class_of: list[int]

    @classmethod
    def of(cls, table: FormTable, start: int) -> _Span:
        stop = min(start + ROWS, len(table.rows))
        classes = [
            (c, max(first, start) - start, min(last, stop) - start)
            for c, (first, last) in enumerate(pairwise(table.starts))
            if max(first, start) < min(last, stop)
        ]
        alone = [found for found in classes if found[0] < table.single]
        ends = (alone[0][0], alone[0][1], alone[-1][2]) if alone else (0, 0, 0)
        class_of = [c for c, first, last in classes for _ in range(first, last)]
        several = [(c, first, last, table.starts[c] >= start) for c, first, last in classes[len(alone) :]]
        return cls(start, table.rows[start:stop], ends, several, class_of)


def _note_absent(sums: ClassSums, span: _Span, p: int, block: slice, figures: Floats, unreadable: Mask | None) -> None:
    absent, rows = np.isnan(figures), slice(span.start, span.start + len(span.rows))
    octets = slice(block.start // 8, (block.stop + 7) // 8)
    if unreadable is not None and sums.unreadable is not None:
        broken = unreadable[span.rows, p, block] & absent
        sums.unreadable[rows, p, octets] = np.packbits(broken, axis=1)
        absent &= ~broken
    sums.unlisted[rows, p, octets] = np.packbits(absent, axis=1)


def _add(sums: ClassSums, span: _Span, p: int, block: slice, figures: Floats) -> None:
    # fmax and fmin pass over NaN, which is nothing to add
    total = sums.total[p, :, block]
    c, first, last = span.alone
    if first < last:
        alone = figures[first:last]
        np.add(np.fmax(alone, 0.0), np.fmin(alone, 0.0), out=total[c : c + last - first])
    if not span.several:
        return
    figures = figures[: len(span.class_of)]
    negative = _negative(span, figures) if np.fmin.reduce(figures, axis=None) < 0 else []
    np.fmax(figures, 0.0, out=figures)
    for c, first, last, starts in span.several:
        if starts:
            np.sum(figures[first:last], axis=0, out=total[c])
        else:
            total[c] += figures[first:last].sum(axis=0)
    for c, below in negative:
        total[c] += below
        sums.negative[p].setdefault(c, np.zeros(sums.total.shape[2]))[block] += below


def _negative(span: _Span, figures: Floats) -> list[tuple[int, Floats]]:
    """Figures below zero, by class, of the classes of several accounts. Few of those have any."""
    first = span.several[0][1]
    rows = (np.flatnonzero(np.fmin.reduce(figures[first:], axis=1) < 0) + first).tolist()
    return [(span.class_of[row], np.fmin(figures[row], 0.0)) for row in rows]


# --- forms ------------------------------------------------------------------------------------------------------------


class FormTotals:
    """The forms of one period after the other, for every entity.

    Raises:
        ValueError: infinite figures.
    """

    def __init__(self, table: FormTable, sums: ClassSums, values: Floats, comparisons: Sequence[Comparison]):
        if not np.isfinite(sums.total).all():
            raise ValueError("hay cifras infinitas; use NaN donde no hay cifra")
        self._table, self._values, self._comparisons = table, values, comparisons
        self._products = {
            trailing: _Products(table.trailing if trailing else table.plain, sums)
            for trailing in {comparison.trailing for comparison in comparisons}
        }

    def of(self, p: int) -> Floats:
        """forms + 1 × entities: the value of each form (what is missing counts nothing) and, last, the number one."""
        comparison = self._comparisons[p]
        product, at = self._products[comparison.trailing], lags(p, comparison)
        found = product.of(at)
        for form, entities in product.doubtful(found):
            terms = self._table.terms(form, comparison.trailing)
            found[form, entities] = self._add_again(terms, at, entities)
        totals = found[: len(self._table.forms) + 1]
        totals[-1] = 1.0
        if comparison.factor != 1:
            totals[self._table.flows] *= comparison.factor
        return totals

    def _add_again(self, terms: Terms, at: Sequence[int | None], entities: Integers) -> list[float]:
        """One form in a few entities, added up as `evaluate` does."""
        there = [i for i, lag in enumerate(terms.lags) if at[lag] is not None]
        periods = np.array([at[terms.lags[i]] for i in there], dtype=np.intp)
        figures = self._values[terms.rows[there][:, None], periods[:, None], entities]
        parts = terms.coefficients[there][:, None] * np.where(np.isnan(figures), 0.0, figures)
        return [rounded(part) for part in parts.T.tolist()]


class _Products:
    """Weights × class sums. The twelve months of a year share one December: what comes from it is computed once.

    Rows of a product: every form, room for one more, and then the sum of absolute values of those in which parts may
    cancel (`mixed`).
    """

    def __init__(self, weights: Weights, sums: ClassSums):
        self._sums = sums
        self._mixed = _forms_that_mix_signs(weights, sums)
        self._limit = weights.doubtful[self._mixed]
        room = np.zeros_like(weights.matrix[:, :1])
        self._matrix = np.concatenate((weights.matrix, room, np.abs(weights.matrix[:, self._mixed])), axis=1)
        self._sizes = weights.matrix.shape[1] + 1
        self._rows = [np.flatnonzero(lag.any(axis=1)) for lag in self._matrix]
        self._known: dict[tuple[int, int], Floats] = {}

    def of(self, at: Sequence[int | None]) -> Floats:
        """rows × entities of the period whose lags are `at`."""
        now = at[0]
        assert now is not None
        found = self._product(0, now, np.arange(self._matrix.shape[1]))
        for lag, position in enumerate(at[1:], 1):
            rows = self._rows[lag]
            if position is not None and len(rows):
                if (lag, position) not in self._known:
                    self._known[lag, position] = self._product(lag, position, rows)
                found[rows] += self._known[lag, position]
        return found

    def doubtful(self, found: Floats) -> Iterator[tuple[int, Integers]]:
        """Forms, and entities, where parts cancel so far that the sum may be off."""
        doubt = np.abs(found[self._mixed]) < self._limit * found[self._sizes :]
        for i in np.flatnonzero(doubt.any(axis=1)):
            yield int(self._mixed[i]), np.flatnonzero(doubt[i])

    def _product(self, lag: int, position: int, rows: Integers) -> Floats:
        matrix = self._matrix[lag, rows]
        found = _product(matrix, self._sums.total[position])
        if negative := self._sums.negative[position]:  # taken off the total: to be added, so added twice
            sizes = np.searchsorted(rows, self._sizes)
            found[sizes:] -= _product(2 * matrix[sizes:, list(negative)], np.array(list(negative.values())))
        return found


def _forms_that_mix_signs(weights: Weights, sums: ClassSums) -> Integers:
    """Forms in which something is taken from something else: only there can parts cancel."""
    plus, minus = weights.matrix > 0, weights.matrix < 0
    positive, negative = np.ones((2, plus.shape[2]), np.bool_)
    negative[:] = [any(c in period for period in sums.negative) for c in range(len(negative))]
    for c in np.flatnonzero(negative).tolist():
        positive[c] = sums.some_positive(c)
    above, below = plus & positive | minus & negative, plus & negative | minus & positive
    return np.flatnonzero(above.any(axis=(0, 2)) & below.any(axis=(0, 2)))


def lags(position: int, comparison: Comparison) -> tuple[int | None, int | None, int | None]:
    """Positions of the periods that a formula sees from `position`: itself, its base, last December."""
    return position, comparison.base, comparison.december


def _product(matrix: Floats, columns: Floats) -> Floats:
    """`matrix @ columns`, a few columns at a time: BLAS would hand a larger product to threads, and wait for them."""
    width = max(8, _ONE_THREAD // max(1, matrix.size))
    out = np.empty((len(matrix), columns.shape[1]))
    for first in range(0, columns.shape[1], width):
        np.matmul(matrix, columns[:, first : first + width], out=out[:, first : first + width])
    return out
