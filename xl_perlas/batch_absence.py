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
        self._table, self._sums = table, sums
        self._shape, self._size = values.shape[1:], values[0].size if len(values) else 0
        self._flat = values.reshape(-1)  # a view: `evaluate_many` makes the figures contiguous
        self._unreadable = None if unreadable is None else unreadable.reshape(-1)
        self.everywhere = np.packbits(np.ones(self._shape, np.bool_), axis=1)
        self._unknown_under: dict[str, Bits | None] = {}

    def by_class(self) -> dict[int, Bits]:
        """Classes of accounts of which some has no value, and where."""
        found: dict[int, Bits] = {}

        def note(c: int, absent: Bits | None) -> None:
            if absent is not None and absent.any():
                found[c] = found[c] | absent if c in found else absent

        for code, members in self._table.leaves:
            unknown = self._unknown(code)
            for position, c in members:
                if unknown is not None:
                    note(c, self._sums.unlisted[position] & unknown)
        for code, c in self._table.others:
            note(c, self._without_value(code))
        for code, c in self._table.class_of.items() if self._sums.unreadable is not None else ():
            note(c, self._broken(code))
        return found

    def _broken(self, code: str) -> Bits | None:
        row = self._table.chart.row.get(code)
        known = self._sums.unreadable
        return None if row is None or known is None else known[self._table.position[row]]

    def _without_value(self, code: str) -> Bits | None:
        unlisted = self._unlisted(code)
        if code in ENTITY_DATA:
            return unlisted if ENTITY_DATA[code] is None else None
        unknown = self._unknown(code)
        absent = None if unknown is None else unlisted & unknown
        if self._table.chart.descendants(code) and unlisted.any():
            # where its own sub-accounts are listed it is not zero: it was left out
            left_out = unlisted & ~self._lists_nothing(code, unlisted)
            absent = left_out if absent is None else absent | left_out
        return absent

    def _unknown(self, code: str) -> Bits | None:
        """Where an account is not zero if neither it nor anything up to the nearest row above is listed."""
        above = self._table.above[code]
        key = above or code[0] + "…"
        if key not in self._unknown_under:
            unknown = self._decide(above) if above else self._lists_nothing(code[0], self.everywhere)
            self._unknown_under[key] = unknown if unknown.any() else None
        return self._unknown_under[key]

    def _decide(self, above: str) -> Bits:
        unlisted = self._unlisted(above)
        doubt = self._lists_nothing(above, self.everywhere & ~unlisted)
        unknown = doubt & ~self._is_zero(above, doubt) if doubt.any() else doubt
        if unlisted.any():
            further = self._lists_nothing(above, unlisted) if len(above) == 1 else self._unknown(above)
            if further is not None:
                unknown = unknown | (unlisted & further)
        return unknown

    def _unlisted(self, code: str) -> Bits:
        row = self._table.chart.row.get(code)
        return self.everywhere if row is None else self._sums.unlisted[self._table.position[row]]

    def _lists_nothing(self, code: str, where: Bits) -> Bits:
        """Where, among `where`, no account under `code` is listed."""
        gathered, rest = self._table.below[code]
        pending: Bits = where
        for position in gathered:
            pending = pending & self._sums.unlisted[position]
            if not pending.any():
                return pending
        return self._none_listed(rest, pending)

    def _is_zero(self, code: str, where: Bits) -> Bits:
        cells = self._cells(where)
        return self._bits(cells[self._flat[self._table.chart.row[code] * self._size + cells] == 0])

    def _none_listed(self, rows: Integers, where: Bits) -> Bits:
        """Where, among `where`, none of `rows` is listed; a few rows at first, more for what few cells remain."""
        if not len(rows) or not where.any():
            return where
        cells = self._cells(where)
        for some in _growing(rows):
            at = some[:, None] * self._size + cells
            listed = ~np.isnan(self._flat[at])
            if self._unreadable is not None:
                listed |= self._unreadable[at]
            cells = cells[~listed.any(axis=0)]
            if not len(cells):
                break
        return self._bits(cells)

    def _cells(self, bits: Bits) -> Integers:
        """Positions of the bits that are set, among the periods × entities of an account."""
        return np.flatnonzero(np.unpackbits(bits, axis=1, count=self._shape[1]).view(np.bool_))

    def _bits(self, cells: Integers) -> Bits:
        chosen = np.zeros(self._size, np.bool_)
        chosen[cells] = True
        return np.packbits(chosen.reshape(self._shape), axis=1)


def _growing(rows: Integers) -> Iterator[Integers]:
    sizes = chain((4, 16), iter(lambda: 64, 0))
    start = 0
    while start < len(rows):
        size = next(sizes)
        yield rows[start : start + size]
        start += size
