"""What an unlisted account is worth, for many entities and periods at once: the rule of `chart.Column.get`.

Whether an account is listed is one bit an entity and period, eight to a byte, so that the rule (unlisted, and the
nearest listed account above lists others or is zero) costs a few operations on short arrays. Most questions are
settled by the rows that the formulas read anyway; the rest of the chart is looked at only where they leave a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from xl_perlas.batch_forms import Bits, Floats, FormTable, Integers
from xl_perlas.batch_sums import ClassSums
from xl_perlas.chart import ENTITY_DATA


class Absences:
    """Where accounts are missing. Bits are periods × bytes of 8 entities; those past the last entity are always 0."""

    def __init__(self, table: FormTable, values: Floats, unreadable: NDArray[np.bool_] | None, sums: ClassSums):
        self._table, self._values, self._unreadable, self._sums = table, values, unreadable, sums
        _, periods, entities = values.shape
        self.everywhere = np.packbits(np.ones((periods, entities), np.bool_), axis=1)
        self._zero_under: dict[str, Bits] = {}

    def by_class(self) -> dict[int, Bits]:
        """Classes of accounts of which some has no value, and where."""
        found: dict[int, Bits] = {}
        for code, c in self._table.class_of.items():
            absent = self.missing(code)
            if absent is not None:
                found[c] = found[c] | absent if c in found else absent
        return found

    def missing(self, code: str) -> Bits | None:
        """Where `code` has no value, not even zero; None when nowhere."""
        unlisted = self._unlisted(code)
        absent = self._without_value(code, unlisted) if unlisted.any() else None
        row = self._table.chart.row.get(code)
        if row is not None and self._sums.unreadable is not None:
            broken = self._sums.unreadable[self._table.position[row]]
            absent = broken if absent is None else absent | broken
        return absent if absent is not None and absent.any() else None

    def _without_value(self, code: str, unlisted: Bits) -> Bits | None:
        if code in ENTITY_DATA:
            return unlisted if ENTITY_DATA[code] is None else None
        # its own sub-accounts are listed, so the total is not zero: it was left out
        left_out = self._lists_under(code, unlisted)
        return left_out | (unlisted & ~left_out & ~self._worth_zero(code))

    def _worth_zero(self, code: str) -> Bits:
        """Where an account is zero if neither it nor anything between it and the nearest row above is listed."""
        row = self._table.chart.row
        above = next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in row), "")
        key = above or code[0] + "…"
        if key not in self._zero_under:
            self._zero_under[key] = self._decide(above) if above else self._lists_under(code[0], self.everywhere)
        return self._zero_under[key]

    def _decide(self, above: str) -> Bits:
        unlisted = self._unlisted(above)
        listed = self.everywhere & ~unlisted
        zero = self._lists_under(above, listed)
        if (doubt := listed & ~zero).any():
            zero |= self._is_zero(above, doubt)
        if unlisted.any():
            further = self._lists_under(above, unlisted) if len(above) == 1 else self._worth_zero(above)
            zero |= unlisted & further
        return zero

    def _unlisted(self, code: str) -> Bits:
        row = self._table.chart.row.get(code)
        return self.everywhere if row is None else self._sums.unlisted[self._table.position[row]]

    def _is_zero(self, code: str, where: Bits) -> Bits:
        period, entity = self._cells(where)
        return self._bits(period, entity, self._values[self._table.chart.row[code], period, entity] == 0)

    def _lists_under(self, code: str, where: Bits) -> Bits:
        """Where, among `where`, some account under `code` is listed."""
        rows = sorted(self._table.chart.descendants(code), key=lambda row: len(self._table.chart.codes[row]))
        position = self._table.position
        pending = where
        for row in rows:
            if row in position:
                pending = pending & self._sums.unlisted[position[row]]
                if not pending.any():
                    return where
        rest = np.array([row for row in rows if row not in position], dtype=np.intp)
        return where & ~self._none_listed(rest, pending)

    def _none_listed(self, rows: Integers, where: Bits) -> Bits:
        """Where, among `where`, none of `rows` is listed; a few rows at first, more for what few cells remain."""
        if not len(rows) or not where.any():
            return where
        period, entity = self._cells(where)
        for some in _growing(rows):
            listed = ~np.isnan(self._values[some[:, None], period, entity])
            if self._unreadable is not None:
                listed |= self._unreadable[some[:, None], period, entity]
            keep = ~listed.any(axis=0)
            period, entity = period[keep], entity[keep]
            if not len(period):
                break
        return self._bits(period, entity, np.ones(len(period), np.bool_))

    def _cells(self, bits: Bits) -> tuple[Integers, Integers]:
        period, entity = np.nonzero(np.unpackbits(bits, axis=1))
        return period, entity

    def _bits(self, period: Integers, entity: Integers, chosen: NDArray[np.bool_]) -> Bits:
        cells = np.zeros(self._values.shape[1:], np.bool_)
        cells[period[chosen], entity[chosen]] = True
        return np.packbits(cells, axis=1)


def _growing(rows: Integers) -> Iterator[Integers]:
    sizes = chain((4, 16), iter(lambda: 64, 0))
    start = 0
    while start < len(rows):
        size = next(sizes)
        yield rows[start : start + size]
        start += size
