"""The linear forms of a profile laid over the rows of one chart: dense matrices for `batch.py`. Made once, remembered.

Accounts that every form treats alike (the 300 bands of arrears are two such kinds) make a *class*: they are added up
first, so that the products are over some fifty classes and not over every account.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xl_perlas.chart import ENTITY_DATA, Chart
from xl_perlas.evaluate import Context, Moment, flow_terms
from xl_perlas.formula import LinearForm
from xl_perlas.model import Catalog, Definitions, Kind

Floats: TypeAlias = NDArray[np.float64]
Bits: TypeAlias = NDArray[np.uint8]
Integers: TypeAlias = NDArray[np.intp]

#: Now, the base of comparison, and last December (trailing income): the lags of `evaluate.Context`.
LAGS = 3

#: Relative error allowed to a sum before it is added up again in higher precision; rounding unit of a float64.
_PRECISION, _UNIT = 1e-12, 2.0**-53

Term: TypeAlias = tuple[str, int, float]


@dataclass(frozen=True, eq=False)
class Form:
    """One numerator or denominator: its terms (no zero coefficients) as they are, and with trailing income."""

    flow: bool
    plain: tuple[Term, ...]
    trailing: tuple[Term, ...]


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms of a form that a chart has, as arrays: rows, lags and coefficients."""

    rows: Integers
    lags: list[int]
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Weights:
    """Forms × classes of accounts for one way of reading income (as it is, or trailing).

    `matrix[lag]`: forms × classes. `users[class]`: (form, lag) pairs with a coefficient for it. `of_lag[lag]`: forms
    that look at that lag. `doubtful`: how small a sum may be beside its parts before cancellation can be seen in it.
    """

    matrix: Floats
    users: tuple[tuple[tuple[int, int], ...], ...]
    of_lag: tuple[Integers, ...]
    doubtful: Floats


@dataclass(frozen=True, eq=False)
class FormTable:
    """Every indicator of `definitions` over the rows of `chart`.

    `rows`: rows to gather, class after class (class `c` is `rows[starts[c]:starts[c + 1]]`; the first `single` classes
    are one account each, the last ones may have none in the chart) and then the accounts above them. `numerator`,
    `denominator`: form of each indicator; amounts have the form `len(forms)`, the number one.
    """

    definitions: Definitions
    chart: Chart
    forms: tuple[Form, ...]
    classes: tuple[tuple[str, ...], ...]
    rows: Integers
    starts: tuple[int, ...]
    single: int
    plain: Weights
    trailing: Weights
    numerator: Integers
    denominator: Integers

    def terms(self, form: int, trailing: bool) -> Terms:
        """The terms of a form. Made once for each."""
        known = self._terms.get((form, trailing))
        if known is None:
            all_terms = self.forms[form].trailing if trailing else self.forms[form].plain
            here = [(self.chart.row[code], lag, c) for code, lag, c in all_terms if code in self.chart.row]
            rows, lags, coefficients = ([term[i] for term in here] for i in range(3))
            known = Terms(np.array(rows, dtype=np.intp), lags, np.array(coefficients))  # type: ignore[arg-type]
            self._terms[form, trailing] = known
        return known

    @cached_property
    def _terms(self) -> dict[tuple[int, bool], Terms]:
        return {}

    @property
    def catalog(self) -> Catalog:
        """Where `not_summed` is."""
        return self.definitions.catalog

    @cached_property
    def flows(self) -> Integers:
        """Forms of income and expense, to be annualised."""
        return np.flatnonzero([form.flow for form in self.forms])

    @cached_property
    def class_of(self) -> dict[str, int]:
        """Class of each account that has a coefficient."""
        return {code: c for c, codes in enumerate(self.classes) for code in codes}

    @cached_property
    def leaves(self) -> list[tuple[str, list[tuple[int, int]]]]:
        """Gathered accounts with nothing under them, those with the same row above together.

        Each group is one of its accounts, and for all of them the position in `rows` and the class.
        """
        groups: dict[str, list[tuple[str, int]]] = {}
        for code, c in self.class_of.items():
            if code in self.chart.row and code not in ENTITY_DATA and not self.chart.descendants(code):
                groups.setdefault(self.above[code] or code[0] + "…", []).append((code, c))
        return [
            (group[0][0], [(self.position[self.chart.row[code]], c) for code, c in group]) for group in groups.values()
        ]

    @cached_property
    def others(self) -> list[tuple[str, int]]:
        """The other accounts that have a coefficient, and their class."""
        return [
            (code, c)
            for code, c in self.class_of.items()
            if code not in self.chart.row or code in ENTITY_DATA or self.chart.descendants(code)
        ]

    @cached_property
    def above(self) -> dict[str, str]:
        """For each account that has a coefficient and each account above it: the nearest row above, or nothing."""
        codes = {*self.class_of, *(self.chart.codes[row] for row in self.rows)}
        row = self.chart.row
        return {code: next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in row), "") for code in codes}

    @cached_property
    def below(self) -> dict[str, tuple[list[int], Integers]]:
        """For those and the classes (`1` … `7`): positions in `rows`, and other rows, of what is under them."""
        return {code: self._below(code) for code in {*self.above, *(code[0] for code in self.above)}}

    def _below(self, code: str) -> tuple[list[int], Integers]:
        # the totals first: hardly any entity leaves them all out
        rows = sorted(self.chart.descendants(code), key=lambda row: len(self.chart.codes[row]))
        gathered = [self.position[row] for row in rows if row in self.position]
        return gathered, np.array([row for row in rows if row not in self.position], dtype=np.intp)

    @cached_property
    def position(self) -> dict[int, int]:
        """Where each gathered row stands in `rows`."""
        return {int(row): i for i, row in enumerate(self.rows)}

    @cached_property
    def growth(self) -> Floats:
        """indicators × 1: what a quotient is reduced by (growth: one)."""
        kinds = [ratio.indicator.kind for ratio in self.definitions.ratios.values()]
        return np.array([[float(kind is Kind.GROWTH)] for kind in kinds])


class _Identity:
    """A key that compares by identity: definitions hold dictionaries, and are made once."""

    def __init__(self, value: Definitions):
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.value is self.value


def form_table(definitions: Definitions, codes: Sequence[str]) -> FormTable:
    """The table of `definitions` for a chart of `codes`; the last few are remembered."""
    return _form_table(_Identity(definitions), tuple(codes))


@lru_cache(maxsize=8)
def _form_table(key: _Identity, codes: tuple[str, ...]) -> FormTable:
    definitions, chart = key.value, Chart(codes)
    forms, numerator, denominator = _unique_forms(definitions)
    used = list(dict.fromkeys(code for form in forms for code, _, _ in form.plain))
    alike = _alike(_dense([form.plain for form in forms], used))
    present: list[list[str]] = [[used[i] for i in members] for members in alike]
    present.sort(key=lambda codes: _class_order(sum(code in chart.row for code in codes)))
    rows, starts = _gathered(present, chart)
    classes = tuple(map(tuple, present))
    return FormTable(
        definitions=definitions,
        chart=chart,
        forms=forms,
        classes=classes,
        rows=np.array(rows, dtype=np.intp),
        starts=starts,
        single=sum(stop - start == 1 for start, stop in pairwise(starts)),
        plain=_weights([form.plain for form in forms], classes),
        trailing=_weights([form.trailing for form in forms], classes),
        numerator=np.array(numerator, dtype=np.intp),
        denominator=np.array(denominator, dtype=np.intp),
    )


def _unique_forms(definitions: Definitions) -> tuple[tuple[Form, ...], list[int], list[int]]:
    """Every different form, and which one each indicator divides by which."""
    nowhere = Moment(None, "")
    trailing = Context(nowhere, nowhere, definitions.catalog, december=nowhere)
    known: dict[tuple[tuple[Term, ...], bool], int] = {}
    forms: list[Form] = []

    def number(form: LinearForm, flow: bool) -> int:
        plain = _without_zeros(form.terms)
        key = (plain, flow)
        if key not in known:
            known[key] = len(forms)
            forms.append(Form(flow, plain, _without_zeros(flow_terms(form, trailing, flow))))
        return known[key]

    ratios = definitions.ratios.values()
    numerator = [number(ratio.numerator, ratio.indicator.flow) for ratio in ratios]
    denominator = [-1 if ratio.denominator is None else number(ratio.denominator, False) for ratio in ratios]
    return tuple(forms), numerator, [len(forms) if d < 0 else d for d in denominator]


def _without_zeros(terms: Any) -> tuple[Term, ...]:
    return tuple(term for term in terms if term[2])


def _dense(forms: Sequence[tuple[Term, ...]], codes: Sequence[str]) -> Floats:
    """lags × forms × codes."""
    column = {code: i for i, code in enumerate(codes)}
    matrix = np.zeros((LAGS, len(forms), len(codes)))
    for f, terms in enumerate(forms):
        for code, lag, coefficient in terms:
            matrix[lag, f, column[code]] += coefficient
    return matrix


def _alike(matrix: Floats) -> list[list[int]]:
    """Columns of `matrix`, those that are equal together."""
    groups: dict[bytes, list[int]] = {}
    for column in range(matrix.shape[2]):
        groups.setdefault(matrix[:, :, column].tobytes(), []).append(column)
    return list(groups.values())


def _class_order(listed: int) -> int:
    """Classes of one account first, those of several then, and those that the chart lacks last."""
    return 0 if listed == 1 else 1 if listed else 2


def _gathered(classes: Sequence[Sequence[str]], chart: Chart) -> tuple[list[int], tuple[int, ...]]:
    rows: list[int] = []
    starts = [0]
    for codes in classes:
        rows += sorted(chart.row[code] for code in codes if code in chart.row)
        starts.append(len(rows))
    above = {code[:end] for codes in classes for code in codes for end in range(1, len(code))}
    taken = set(rows)
    rows += sorted(chart.row[code] for code in above if code in chart.row and chart.row[code] not in taken)
    return rows, tuple(starts)


def _weights(forms: Sequence[tuple[Term, ...]], classes: tuple[tuple[str, ...], ...]) -> Weights:
    matrix = _by_class(forms, classes)
    users = tuple(
        tuple((int(f), int(lag)) for lag, f in np.argwhere(matrix[:, :, c] != 0)) for c in range(len(classes))
    )
    of_lag = tuple(np.flatnonzero((matrix[lag] != 0).any(axis=1)) for lag in range(LAGS))
    doubtful = np.array([[_doubtful(terms)] for terms in forms])
    return Weights(matrix, users, of_lag, doubtful)


def _by_class(forms: Sequence[tuple[Term, ...]], classes: tuple[tuple[str, ...], ...]) -> Floats:
    """lags × forms × classes: the coefficients of any account of each class."""
    first = {codes[0]: c for c, codes in enumerate(classes)}
    own = [tuple(term for term in terms if term[0] in first) for terms in forms]
    return _dense(own, list(first))


def _doubtful(terms: tuple[Term, ...]) -> float:
    """The share of its parts under which a plain sum of `terms` may be off by more than `_PRECISION`.

    Two terms with coefficients such as ±1 or ±0.5 lose nothing until rounding itself: only a sum that should be zero is
    in doubt. Rounding errors of many terms partly cancel: they grow like the root of their number.
    """
    n = len(terms)
    if n <= 2 and all(abs(math.frexp(c)[0]) == 0.5 for _, _, c in terms):
        return 2 * _PRECISION
    return min(n + 2.0, 4 * math.sqrt(n + 2)) * _UNIT / (_PRECISION / 2)
