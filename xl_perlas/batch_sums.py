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

#: Entities gathered at a time: all the accounts of one period then stay in the processor's cache. A multiple of 8.
BLOCK = 256


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
    """Read `values` (accounts × periods × entities) once, block by block."""
    _, periods, entities = values.shape
    rows, width = table.rows, (entities + 7) // 8
    sums = ClassSums(
        np.zeros((periods, len(table.classes), entities)),
        np.zeros((periods, len(table.classes), entities)),
        np.empty((len(rows), periods, width), np.uint8),
        None if unreadable is None else np.empty((len(rows), periods, width), np.uint8),
    )
    for first in range(0, entities, BLOCK):
        block, octets = slice(first, first + BLOCK), slice(first // 8, (first + BLOCK) // 8)
        for p in range(periods):
            figures = values[rows, p, block]
            absent = np.isnan(figures)
            if unreadable is not None and sums.unreadable is not None:
                broken = unreadable[rows, p, block] & absent
                sums.unreadable[:, p, octets] = np.packbits(broken, axis=1)
                absent &= ~broken
            sums.unlisted[:, p, octets] = np.packbits(absent, axis=1)
            _add_classes(table, figures[: table.starts[-1]], sums.total[p, :, block], sums.size[p, :, block])
    return sums


def _add_classes(table: FormTable, figures: Floats, total: Floats, size: Floats) -> None:
    # fmax and fmin pass over NaN: together they give the sum and, for nothing more, the sum of absolute values
    above, below = np.fmax(figures, 0.0), np.fmin(figures, 0.0)
    one = table.single
    np.add(above[:one], below[:one], out=total[:one])
    np.subtract(above[:one], below[:one], out=size[:one])
    for c, (start, stop) in enumerate(pairwise(table.starts[one:]), one):
        if stop > start:
            more, less = above[start:stop].sum(axis=0), below[start:stop].sum(axis=0)
            np.add(more, less, out=total[c])
            np.subtract(more, less, out=size[c])


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
        weak = np.abs(total) < weights.doubtful * size
        if weak.any():
            form, entity = np.nonzero(weak)
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
