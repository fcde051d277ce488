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


@dataclass(frozen=True, eq=False)
class ClassSums:
    """What one reading of the figures leaves.

    `total`, `size`: periods × classes × entities, the sum of each class of accounts and of their absolute values, with
    nothing for what is not listed. `unlisted`, `unreadable`: gathered rows × periods × bytes of 8 entities.
    """

    total: Floats
    size: Floats
    unlisted: Bits
    unreadable: Bits | None


def class_sums(table: FormTable, values: Floats, unreadable: NDArray[np.bool_] | None) -> ClassSums:
    """Read `values` (accounts × periods × entities) once, a few rows at a time."""
    _, periods, entities = values.shape
    bits = (len(table.rows), periods, (entities + 7) // 8)
    sums = ClassSums(
        np.zeros((periods, len(table.classes), entities)),
        np.zeros((periods, len(table.classes), entities)),
        np.empty(bits, np.uint8),
        None if unreadable is None else np.empty(bits, np.uint8),
    )
    width = min(BLOCK, entities)
    figures, above = np.empty((ROWS, width)), np.empty((ROWS, width))
    spans = [_Span.of(table, start) for start in range(0, len(table.rows), ROWS)]
    for first in range(0, entities, BLOCK):
        block = slice(first, min(first + BLOCK, entities))
        for p in range(periods):
            for span in spans:
                part = figures[: len(span.rows), : block.stop - first]
                for i, row in enumerate(span.rows):
                    part[i] = values[row, p, block]
                _note_absent(sums, span, p, block, part, unreadable)
                _add(sums, span, p, block, part, above[: span.used, : block.stop - first])
    return sums


@dataclass(frozen=True, slots=True)
class _Span:
    """A few of the gathered rows: where they start, the rows themselves, how many of them formulas use, and classes.

    `single`: first class, first and last row of those that are one account each; `several`: class, first and last row.
    """

    start: int
    rows: list[int]
    used: int
    single: tuple[int, int, int]
    several: list[tuple[int, int, int]]

    @classmethod
    def of(cls, table: FormTable, start: int) -> _Span:
        stop = min(start + ROWS, len(table.rows))
        ranges = [
            (c, max(first, start) - start, min(last, stop) - start)
            for c, (first, last) in enumerate(pairwise(table.starts))
            if max(first, start) < min(last, stop)
        ]
        alone = [r for r in ranges if r[0] < table.single]
        return cls(
            start,
            table.rows[start:stop].tolist(),
            max((last for _, _, last in ranges), default=0),
            (alone[0][0], alone[0][1], alone[-1][2]) if alone else (0, 0, 0),
            [r for r in ranges if r[0] >= table.single],
        )


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


def _add(sums: ClassSums, span: _Span, p: int, block: slice, figures: Floats, above: Floats) -> None:
    # fmax and fmin pass over NaN: together they give the sum and, for nothing more, the sum of absolute values
    below = figures[: span.used]
    np.fmax(below, 0.0, out=above)
    np.fmin(below, 0.0, out=below)
    c, first, last = span.single
    classes = slice(c, c + last - first)
    np.add(above[first:last], below[first:last], out=sums.total[p, classes, block])
    np.subtract(above[first:last], below[first:last], out=sums.size[p, classes, block])
    for c, first, last in span.several:
        more, less = above[first:last].sum(axis=0), below[first:last].sum(axis=0)
        sums.total[p, c, block] += more + less
        sums.size[p, c, block] += more - less


def form_totals(
    table: FormTable, sums: ClassSums, values: Floats, comparisons: Sequence[Comparison]
) -> NDArray[np.float64]:
    """forms + 1 × periods × entities: the value of each form (what is missing counts nothing) and, last, a one.

    Raises:
        ValueError: infinite figures, or figures so large that their sum is.
    """
    periods, entities = len(comparisons), values.shape[2]
    totals = np.ones((len(table.forms) + 1, periods, entities))
    doubts: list[tuple[Integers, Integers, Integers]] = []
    for p, comparison in enumerate(comparisons):
        weights = table.trailing if comparison.trailing else table.plain
        total, size = _products(weights, sums, lags(p, comparison))
        if not np.isfinite(total).all():
            raise ValueError("hay cifras infinitas; use NaN donde no hay cifra")
        weak = np.flatnonzero(np.abs(total) < weights.doubtful * size)
        if len(weak):
            form, entity = np.divmod(weak, entities)
            doubts.append((form, np.full(len(form), p), entity))
        totals[:-1, p] = total
    if doubts:
        form, period, entity = (np.concatenate(part) for part in zip(*doubts, strict=True))
        for f in np.unique(form):
            mine = form == f
            totals[f, period[mine], entity[mine]] = _add_again(
                table, table.forms[f], values, comparisons, period[mine], entity[mine]
            )
    for p, comparison in enumerate(comparisons):
        if comparison.factor != 1:
            totals[table.flows, p] *= comparison.factor
    return totals


def lags(position: int, comparison: Comparison) -> tuple[int | None, int | None, int | None]:
    """Positions of the periods that a formula sees from `position`: itself, its base, last December."""
    return position, comparison.base, comparison.december


def _products(weights: Weights, sums: ClassSums, at: Sequence[int | None]) -> tuple[Floats, Floats]:
    """forms × entities of one period: the sum of each form, and of the absolute values of its parts."""
    now = at[0]
    assert now is not None
    total, size = weights.matrix[0] @ sums.total[now], np.abs(weights.matrix[0]) @ sums.size[now]
    for lag in (1, 2):
        forms, position = weights.of_lag[lag], at[lag]
        if position is not None and len(forms):
            matrix = weights.matrix[lag][forms]
            total[forms] += matrix @ sums.total[position]
            size[forms] += np.abs(matrix) @ sums.size[position]
    return total, size


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
