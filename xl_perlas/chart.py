"""Charts of accounts: codes, who is the parent of whom, and what an unlisted account is worth.

A code is a string of digits; a parent is a proper prefix (`14` of `1499`, `1499` of `149920`). Entity data that no
account holds have the codes of `ENTITY_DATA`.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from xl_perlas.formula import LinearForm

#: Rows of the balance that are not accounts, and what they are worth when not given (None: missing).
ENTITY_DATA: dict[str, float | None] = {
    "SOCIOS": None,
    "PERDIDAS_POR_LIQUIDAR": 0.0,
    "INVERSIONES_NO_FINANCIERAS": None,
    "INGRESOS_NO_FINANCIEROS": None,
    "RECUPERACIONES_ACUMULADAS": None,
}

ENTITY_DATA_NAMES: dict[str, str] = {
    "SOCIOS": "Número de socios",
    "PERDIDAS_POR_LIQUIDAR": "Pérdidas por liquidar (activos problemáticos)",
    "INVERSIONES_NO_FINANCIERAS": "Inversiones no financieras",
    "INGRESOS_NO_FINANCIEROS": "Ingresos por inversiones no financieras",
    "RECUPERACIONES_ACUMULADAS": "Recuperaciones acumuladas de cartera castigada",
}


class Absence(Enum):
    """Why an account has no value. Zero is not among the reasons: it is a value."""

    MISSING = "falta"
    ENTITY = "dato"
    UNREADABLE = "ilegible"
    TOTAL_NOT_LISTED = "sin_total"


@dataclass(frozen=True, slots=True)
class Plan:
    """A linear form laid over the rows of one chart: all that stays the same while only the figures change.

    `listed`: (code, lag, row, coefficient) of the accounts that the chart lists. `unlisted`: one (code, lag) for each
    set of accounts that it does not list and that are worth the same in any period. `checkable`: the accounts that an
    identity speaks about (they have sub-accounts, or are 1, 2 or 3). Terms with a coefficient of zero are left out.
    """

    listed: tuple[tuple[str, int, int, float], ...]
    unlisted: tuple[tuple[str, int], ...]
    checkable: tuple[tuple[str, int], ...]
    compares: bool


@dataclass(frozen=True, eq=False)
class Chart:
    """The codes of a balance in the order of its rows, each once. Builds its lookups once, on first use."""

    codes: tuple[str, ...]

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of each code."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def sorted_codes(self) -> tuple[list[str], list[int]]:
        """Codes in order, so that the descendants of an account stand together, and their rows."""
        order = sorted(range(len(self.codes)), key=self.codes.__getitem__)
        return [self.codes[i] for i in order], order

    def descendants(self, code: str) -> Sequence[int]:
        """Rows of every listed account under `code`, in the order of their codes."""
        codes, rows = self.sorted_codes
        return rows[bisect_right(codes, code) : bisect_left(codes, code + ":")]  # ':' follows '9'

    @cached_property
    def _child_rows(self) -> dict[str, tuple[int, ...]]:
        return {}

    def child_rows(self, code: str) -> tuple[int, ...]:
        """Rows of the listed accounts whose nearest listed ancestor is `code`."""
        known = self._child_rows.get(code)
        if known is None:
            known = self._child_rows[code] = tuple(self._top_level(self.descendants(code)))
        return known

    @cached_property
    def _plans(self) -> WeakKeyDictionary[LinearForm, Plan]:
        return WeakKeyDictionary()

    def plan(self, form: LinearForm) -> Plan:
        """How `form` reads this chart. Made once for each form."""
        known = self._plans.get(form)
        if known is None:
            known = self._plans[form] = self._make_plan(form)
        return known

    def _make_plan(self, form: LinearForm) -> Plan:
        terms = [term for term in form.terms if term[2]]
        here = [(code, lag, self.row[code], c) for code, lag, c in terms if code in self.row]
        unlisted = {(self._alike(code), lag): (code, lag) for code, lag, _ in terms if code not in self.row}
        return Plan(
            tuple(here),
            tuple(unlisted.values()),
            tuple((code, lag) for code, lag, _, _ in here if code in ("1", "2", "3") or self.descendants(code)),
            any(lag for _, lag, _ in terms),
        )

    def _alike(self, code: str) -> str:
        """Unlisted accounts with the same answer here are worth the same in any period (see `Column.get`)."""
        if code in ENTITY_DATA or self.descendants(code):
            return code
        ancestors = (code[:end] for end in range(len(code) - 1, 0, -1))
        return next((f"{a}…" for a in ancestors if a in self.row), f"{code[0]}…")

    def _top_level(self, rows: Sequence[int]) -> Iterator[int]:
        last = ""
        for row in rows:
            code = self.codes[row]
            if not last or not code.startswith(last):
                last = code
                yield row


@dataclass(frozen=True, eq=False)
class Column:
    """One period of a balance: a chart and a value a row.

    A value is a number, None (the account is not listed in this period) or NaN (listed, but its figure cannot be read).
    """

    chart: Chart
    values: Sequence[float | None]

    def listed(self, code: str) -> bool:
        """Whether the account has a row with a figure (readable or not) in this period."""
        row = self.chart.row.get(code)
        return row is not None and self.values[row] is not None

    def get(self, code: str) -> float | Absence:
        """The balance of `code`, or why there is none (see *Absent is not zero* in docs/metodologia.md)."""
        row = self.chart.row.get(code)
        if row is not None:
            value = self.values[row]
            if value is not None:
                return value if value == value else Absence.UNREADABLE
        if code in ENTITY_DATA:
            default = ENTITY_DATA[code]
            return Absence.ENTITY if default is None else default
        return self._unlisted(code)

    def _unlisted(self, code: str) -> float | Absence:
        if self._lists_under(code):
            return Absence.TOTAL_NOT_LISTED
        for end in range(len(code) - 1, 0, -1):
            ancestor = code[:end]
            if self.listed(ancestor):
                value = self.values[self.chart.row[ancestor]]
                return 0.0 if value == 0 or self._lists_under(ancestor) else Absence.MISSING
        return 0.0 if self._lists_under(code[0]) else Absence.MISSING

    def _lists_under(self, code: str) -> bool:
        values = self.values
        return any(values[row] is not None for row in self.chart.descendants(code))

    @cached_property
    def whole(self) -> bool:
        """Whether every readable figure is a whole number: a chart without cents, or in thousands."""
        return all(v is None or v != v or v % 1 == 0 for v in self.values)

    def children(self, code: str) -> list[int]:
        """Rows of the accounts that should add up to `code` in this period."""
        rows = self.chart.child_rows(code)
        if all(self.values[row] is not None for row in rows):
            return list(rows)
        return list(
            self.chart._top_level([r for r in self.chart.descendants(code) if self.values[r] is not None])
        )

    def listed_rows(self) -> Iterator[tuple[str, float]]:
        """Codes with a readable figure, and the figure."""
        for code, value in zip(self.chart.codes, self.values, strict=True):
            if value is not None and not math.isnan(value):
                yield code, value
