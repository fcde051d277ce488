"""Sums of accounts for many entities and periods: one reading of the figures, then products over classes of accounts.

A plain sum is good to the last digits of its largest part, not of itself. Where parts cancel (a result of 3 cents out
of millions, a base that should be zero) it is added up again in twice the precision: `batch` and `evaluate` agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xl_perlas.batch_forms import Bits, Floats, Form, FormTable, Integers, Weights
from xl_perlas.evaluate import _ROUNDING
from xl_perlas.periods import Comparison

#: Rows and entities read at a time: few enough for the processor's cache. A multiple of 8 entities.
ROWS, BLOCK = 32, 1024

#: Multiplications up to which OpenBLAS uses no threads. Products here are thin: threads gain nothing, and on a busy
#: machine waiting for one costs far more than the product.
_ONE_THREAD = 1 << 18


@dataclass(frozen=True, eq=False)
class ClassSums:
    """What one reading of the figures leaves.

    `total`: periods × classes × entities, the sum of each class of accounts, with nothing for what is not listed.
    `negative[period][class]`: what the negative figures among them add, where there are any. `positive`: classes with
    figures above zero. `unlisted`, `unreadable`: gathered rows × periods × bytes of 8 entities.
    """

    total: Floats
    negative: list[dict[int, Floats]]
    positive: NDArray[np.bool_]
    unlisted: Bits
    unreadable: Bits | None

    def size(self, period: int) -> Floats:
        """classes × entities: the sums of absolute values."""
        size = self.total[period].copy()
        for c, below in self.negative[period].items():
            size[c] -= 2 * below
        return size


def class_sums(table: FormTable, values: Floats, unreadable: NDArray[np.bool_] | None) -> ClassSums:
    """Read `values` (accounts × periods × entities) once, a few rows at a time."""
    _, periods, entities = values.shape
    bits = (len(table.rows), periods, (entities + 7) // 8)
    sums = ClassSums(
        np.zeros((periods, len(table.classes), entities)),
        [{} for _ in range(periods)],
        np.zeros(len(table.classes), np.bool_),
        np.empty(bits, np.uint8),
        None if unreadable is None else np.empty(bits, np.uint8),
    )
    spans = [_Span.of(table, start) for start in range(0, len(table.rows), ROWS)]
    buffer = np.empty((ROWS, min(BLOCK, entities)))
    for first in range(0, entities, BLOCK):
        block = slice(first, min(first + BLOCK, entities))
        for p in range(periods):
            for span in spans:
                figures = buffer[: len(span.rows), : block.stop - first]
                _copy(values, span.rows, p, block, figures)
                _note_absent(sums, span, p, block, figures, unreadable)
                if span.classes:
                    _add(sums, span, p, block, figures[: span.classes[-1][2]])
    return sums


@dataclass(frozen=True, slots=True)
class _Span:
    """A few of the gathered rows: where they start, the rows, and (class, first, last) of the classes among them."""

    start: int
    rows: Integers
    classes: list[tuple[int, int, int]]

    @classmethod
    def of(cls, table: FormTable, start: int) -> _Span:
        stop = min(start + ROWS, len(table.rows))
        classes = [
            (c, max(first, start) - start, min(last, stop) - start)
            for c, (first, last) in enumerate(pairwise(table.starts))
            if max(first, start) < min(last, stop)
        ]
        return cls(start, table.rows[start:stop], classes)


def _copy(values: Floats, rows: Integers, p: int, block: slice, out: Floats) -> None:
    periods, entities = values.shape[1:]
    if values.flags.c_contiguous and block.stop - block.start == entities:
        # the indices are within bounds: "clip" only spares numpy a copy of `out`
        np.take(values.reshape(-1, entities), rows * periods + p, axis=0, out=out, mode="clip")
    else:
        for i, row in enumerate(rows.tolist()):
            out[i] = values[row, p, block]


def _note_absent(
    sums: ClassSums, span: _Span, p: int, block: slice, figures: Floats, unreadable: NDArray[np.bool_] | None
) -> None:
    absent, rows = np.isnan(figures), slice(span.start, span.start + len(span.rows))
    octets = slice(block.start // 8, (block.stop + 7) // 8)
    if unreadable is not None and sums.unreadable is not None:
        broken = unreadable[span.rows, p, block] & absent
        sums.unreadable[rows, p, octets] = np.packbits(broken, axis=1)
        absent &= ~broken
    sums.unlisted[rows, p, octets] = np.packbits(absent, axis=1)


def _add(sums: ClassSums, span: _Span, p: int, block: slice, figures: Floats) -> None:
    # fmax and fmin pass over NaN. Few accounts have figures below zero: those are added apart
    lowest, total = np.fmin.reduce(figures, axis=1), sums.total[p, :, block]
    negative = (lowest < 0).tolist()
    for c, first, last in span.classes:
        for row in range(first, last):
            if negative[row]:
                below = np.fmin(figures[row], 0.0)
                total[c] += below
                sums.negative[p].setdefault(c, np.zeros(sums.total.shape[2]))[block] += below
    np.fmax(figures, 0.0, out=figures)
    for c, first, last in span.classes:
        total[c] += figures[first] if last - first == 1 else figures[first:last].sum(axis=0)
        sums.positive[c] |= not negative[first] or last - first > 1 or bool(figures[first].any())


# --- forms ------------------------------------------------------------------------------------------------------------


def form_totals(
    table: FormTable, sums: ClassSums, values: Floats, comparisons: Sequence[Comparison]
) -> NDArray[np.float64]:
    """periods × forms + 1 × entities: the value of each form (what is missing counts nothing) and, last, a one.

    Raises:
        ValueError: infinite figures, or figures so large that their sum is.
    """
    products = {weights: _Products(weights, sums) for weights in (table.plain, table.trailing)}
    totals = np.empty((len(comparisons), len(table.forms) + 1, values.shape[2]))
    doubts: list[tuple[Integers, Integers, Integers]] = []
    for p, comparison in enumerate(comparisons):
        product = products[table.trailing if comparison.trailing else table.plain]
        form, entity = product.add(lags(p, comparison), totals[p, :-1])
        doubts.append((form, np.full(len(form), p), entity))
    totals[:, -1] = 1.0
    if not np.isfinite(totals).all():
        raise ValueError("hay cifras infinitas; use NaN donde no hay cifra")
    form, period, entity = (np.concatenate(part) for part in zip(*doubts, strict=True))
    for f in np.unique(form):
        mine = form == f
        totals[period[mine], f, entity[mine]] = _add_again(
            table, table.forms[f], values, comparisons, period[mine], entity[mine]
        )
    for p, comparison in enumerate(comparisons):
        if comparison.factor != 1:
            totals[p, table.flows] *= comparison.factor
    return totals


class _Products:
    """Weights × class sums. The twelve months of a year share one December: what comes from it is computed once."""

    def __init__(self, weights: Weights, sums: ClassSums):
        self._weights, self._sums = weights, sums
        self._mixed = self._forms_that_mix_signs()
        self._known: dict[tuple[int, int], tuple[Floats, Floats]] = {}

    def add(self, at: Sequence[int | None], out: Floats) -> tuple[Integers, Integers]:
        """Put the forms × entities of one period in `out`; gives forms and entities where parts cancel too much."""
        size = np.zeros((len(self._mixed), out.shape[1]))
        for lag, position in enumerate(at):
            if position is None or not (lag == 0 or len(self._weights.of_lag[lag])):
                continue
            total, part = self._of_lag(lag, position)
            if lag == 0:
                out[:] = total
            else:
                out[self._weights.of_lag[lag]] += total
            size += part
        doubtful = np.abs(out[self._mixed]) < self._weights.doubtful[self._mixed] * size
        form, entity = np.divmod(np.flatnonzero(doubtful), out.shape[1])
        return self._mixed[form], entity

    def _of_lag(self, lag: int, position: int) -> tuple[Floats, Floats]:
        if (lag, position) not in self._known:
            matrix = self._weights.matrix[lag]
            forms = self._weights.of_lag[lag] if lag else slice(None)
            size = _product(np.abs(matrix[self._mixed]), self._sums.size(position))
            found = _product(matrix[forms], self._sums.total[position]), size
            if not lag:
                return found
            self._known[lag, position] = found
        return self._known[lag, position]

    def _forms_that_mix_signs(self) -> Integers:
        """Forms in which something is taken from something else: only there can parts cancel."""
        plus, minus = self._weights.matrix > 0, self._weights.matrix < 0
        negative = np.zeros(len(self._sums.positive), np.bool_)
        negative[[c for period in self._sums.negative for c in period]] = True
        above = plus & self._sums.positive | minus & negative
        below = plus & negative | minus & self._sums.positive
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


def _add_again(
    table: FormTable,
    form: Form,
    values: Floats,
    comparisons: Sequence[Comparison],
    period: Integers,
    entity: Integers,
) -> Floats:
    """Sums of `form` in the cells (period, entity), exact but for their last digit; rounding residue is zero."""
    result = np.empty(len(period))
    for trailing, terms in ((False, form.plain), (True, form.trailing)):
        chosen = np.array([comparison.trailing is trailing for comparison in comparisons])[period]
        if not chosen.any():
            continue
        known = [(table.chart.row[code], lag, c) for code, lag, c in terms if code in table.chart.row]
        positions = np.array([[-1 if at is None else at for at in lags(p, c)] for p, c in enumerate(comparisons)])
        rows, lag, coefficient = (np.array(part) for part in zip(*known, strict=True))
        where = positions[period[chosen][None, :], lag[:, None]]
        parts = values[rows[:, None], where, entity[chosen][None, :]]
        parts = np.where(np.isnan(parts) | (where < 0), 0.0, parts) * coefficient[:, None]
        total = exact_sum(parts)
        result[chosen] = np.where(np.abs(total) <= _ROUNDING * np.abs(parts).max(axis=0), 0.0, total)
    return result


def exact_sum(parts: Floats) -> Floats:
    """Sum over the first axis as if in twice the precision: what each addition loses is added at the end."""
    lost = np.zeros(parts.shape[1:])
    while len(parts) > 1:
        half = len(parts) // 2
        a, b, odd = parts[:half], parts[half : 2 * half], parts[2 * half :]
        added = a + b
        of_b = added - a
        lost += ((a - (added - of_b)) + (b - of_b)).sum(axis=0)
        parts = np.concatenate((added, odd)) if len(odd) else added
    return parts[0] + lost if len(parts) else lost
