"""Which accounts of the formulas do not add up, for many entities and periods: the rule of `identities.suspicion`.

Sub-accounts are added in twice the precision, which gives what `math.fsum` gives: a difference of a cent is compared
with a tolerance of a cent, and both paths must say the same of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from xl_perlas.batch_forms import Bits, Floats, FormTable, Integers
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.identities import CENT

Mask = NDArray[np.bool_]

#: Entities looked at together.
BLOCK = 256


def doubts_by_class(table: FormTable, values: Floats, unreadable: Mask | None) -> dict[int, Bits]:
    """Classes of accounts of which some breaks an identity, and where (periods × bytes of 8 entities)."""
    found: dict[int, Mask] = {}
    codes = [code for code in table.class_of if code in table.chart.row and code not in ENTITY_DATA]
    for first in range(0, values.shape[2], BLOCK):
        block = slice(first, first + BLOCK)
        part = _Block(table, values[:, :, block], None if unreadable is None else unreadable[:, :, block])
        for code in codes:
            broken = part.breaks(code)
            if broken is not None and broken.any():
                cells = found.setdefault(table.class_of[code], np.zeros(values.shape[1:], np.bool_))
                cells[:, block] |= broken
    return {c: np.packbits(cells, axis=1) for c, cells in found.items()}


class _Block:
    """Some entities: arrays here are periods × entities."""

    def __init__(self, table: FormTable, values: Floats, unreadable: Mask | None):
        self._table, self._values, self._unreadable = table, values, unreadable
        self._equation: Mask | None = None

    def breaks(self, code: str) -> Mask | None:
        """Where `code` is not the sum of its sub-accounts, or the accounting equation fails around it."""
        broken = self._child_breaks(code)
        if code in ("1", "2", "3"):
            equation = self._equation_breaks()
            broken = equation if broken is None else broken | equation
        return broken

    def _child_breaks(self, code: str) -> Mask | None:
        everywhere = np.ones(self._values.shape[1:], np.bool_)
        children = [
            (row, where)
            for row, where in self._children(code, everywhere)
            if self._table.chart.codes[row] not in self._table.catalog.not_summed
        ]
        if not children:
            return None
        rows = [row for row, _ in children]
        counted = self._listed(rows) & np.array([where for _, where in children])
        total = _exact_sum(np.where(counted, self._values[rows], 0.0))
        given, figures = self._values[self._table.chart.row[code]], counted.sum(axis=0)
        # NaN (not listed, or unreadable) compares false: nothing can be said
        difference = np.abs(given - total)
        limit = np.full(difference.shape, CENT)
        large = (difference > CENT) & (figures > 0)
        self._widen(limit, large, figures)
        broken: Mask = large & (difference > limit)
        return broken

    def _children(self, code: str, where: Mask) -> Iterator[tuple[int, Mask]]:
        """Rows under `code`, and where each has no listed row between them: there it is part of the sum."""
        for row in self._table.chart.child_rows(code):
            yield row, where
            below = self._table.chart.codes[row]
            if self._table.chart.child_rows(below):
                unlisted = where & ~self._listed([row])[0]
                if unlisted.any():
                    yield from self._children(below, unlisted)

    def _listed(self, rows: list[int]) -> Mask:
        listed: Mask = ~np.isnan(self._values[rows])
        return listed if self._unreadable is None else listed | self._unreadable[rows]

    def _widen(self, limit: Floats, where: Mask, figures: Integers) -> None:
        """Half a unit a figure where the whole column has no cents (see `identities.tolerance`)."""
        chosen = where & (figures > 1)
        if chosen.any():
            period, entity = self._without_cents(chosen)
            limit[period, entity] = 0.5 * (figures[period, entity] + 1)

    def _without_cents(self, where: Mask) -> tuple[Integers, Integers]:
        period, entity = np.nonzero(where)
        start, size = 0, 8
        while start < len(self._values) and len(period):
            figures = self._values[start : start + size, period, entity]
            keep = (np.isnan(figures) | (figures == np.trunc(figures))).all(axis=0)
            period, entity = period[keep], entity[keep]
            start, size = start + size, min(2 * size, 64)
        return period, entity

    def _equation_breaks(self) -> Mask:
        if self._equation is None:
            assets, liabilities, equity, expenses, income = map(self._figure, "12345")
            closed = assets - (liabilities + equity)
            open_ = closed - income + expenses
            difference = np.fmin(np.abs(closed), np.abs(open_))  # NaN: only one form of the equation can be told
            difference[np.isnan(closed)] = np.nan
            limit = np.full(difference.shape, CENT)
            self._widen(limit, difference > CENT, np.full(difference.shape, 4))
            self._equation = difference > limit
        return self._equation

    def _figure(self, code: str) -> Floats:
        row = self._table.chart.row.get(code)
        return np.full(self._values.shape[1:], np.nan) if row is None else self._values[row]


def _exact_sum(parts: Floats) -> Floats:
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
