"""Value, status and note of every indicator and period, and the accounts behind each value.

Bad data never raises here: it becomes a status and a note that says the cause and the next step.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from xl_perlas.balance import Balance
from xl_perlas.chart import Absence, Column
from xl_perlas.formula import LinearForm
from xl_perlas.identities import suspicion
from xl_perlas.model import Catalog, Kind, Ratio, Result, Status
from xl_perlas.periods import YEAR_TO_DATE, Comparison, comparisons
from xl_perlas.problems import money, problem

#: A sum this small beside what was added up is zero: what is left over is binary rounding.
_ROUNDING = 1e-12

NUMERATOR, DENOMINATOR = "numerador", "denominador"


@dataclass(frozen=True, slots=True)
class Moment:
    """A period of a balance as a formula sees it: its column, its name, and when it is compared, the base's."""

    column: Column | None
    label: str


@dataclass
class Context:
    """One period ready to be evaluated: itself, its base and, for trailing income, last December.

    Remembers what it looked up, so that the 45 indicators share the work.
    """

    now: Moment
    base: Moment
    catalog: Catalog
    factor: float = 1.0
    december: Moment | None = None
    _values: dict[tuple[str, int], float | Absence] = field(default_factory=dict)
    _doubts: dict[tuple[str, int], str] = field(default_factory=dict)

    def moment(self, lag: int) -> Moment:
        """Lag 0: this period; 1: the one it is compared with; 2: last December, for trailing income."""
        if lag == 2 and self.december:
            return self.december
        return self.base if lag else self.now

    def value(self, code: str, lag: int) -> float | Absence:
        """Balance of an account at a lag, or why there is none."""
        key = (code, lag)
        known = self._values.get(key)
        if known is None:
            column = self.moment(lag).column
            known = Absence.MISSING if column is None else column.get(code)
            self._values[key] = known
        return known

    def doubt(self, code: str, lag: int) -> str:
        """Why this account's figures do not add up, or nothing."""
        key = (code, lag)
        if key not in self._doubts:
            column = self.moment(lag).column
            self._doubts[key] = suspicion(column, code, self.catalog) if column else ""
        return self._doubts[key]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One account's part in an indicator: `coefficient × balance`, in a period.

    `balance` is None where it is missing; `listed` tells a zero in the chart from an account that it leaves out.
    """

    part: str
    code: str
    lag: int
    period: str
    coefficient: float
    balance: float | None
    listed: bool

    @property
    def amount(self) -> float:
        """What it adds to its part."""
        return self.coefficient * (self.balance or 0.0)


def context(
    balance: Balance, position: int, comparison: Comparison, catalog: Catalog
) -> Context:
    """The period at `position` with what it is compared with."""

    def moment(at: int | None, label: str) -> Moment:
        return Moment(None, label) if at is None else Moment(balance.column(at), balance.periods[at].label)

    december = moment(comparison.december, comparison.december_label) if comparison.trailing else None
    return Context(
        Moment(balance.column(position), balance.periods[position].label),
        moment(comparison.base, comparison.base_label),
        catalog,
        comparison.factor,
        december,
    )


def flow_terms(form: LinearForm, ctx: Context, flow: bool) -> Iterable[tuple[str, int, float]]:
    """(code, lag, coefficient) of a form; income becomes a year's: annualised, or the trailing twelve months."""
    if not flow:
        return form.terms
    if ctx.december:
        return [
            term
            for code, _, c in form.terms
            for term in ((code, 0, c), (code, 2, c), (code, 1, -c))
        ]
    if ctx.factor == 1.0:
        return form.terms
    return [(code, lag, c * ctx.factor) for code, lag, c in form.terms]


def contributions(ratio: Ratio, ctx: Context) -> Iterator[Contribution]:
    """Every account of the numerator and then of the denominator: what adds up to each."""
    for part, form in ((NUMERATOR, ratio.numerator), (DENOMINATOR, ratio.denominator)):
        if form is None:
            continue
        for code, lag, coefficient in flow_terms(form, ctx, ratio.indicator.flow and part == NUMERATOR):
            value = ctx.value(code, lag)
            column = ctx.moment(lag).column
            yield Contribution(
                part, code, lag, ctx.moment(lag).label, coefficient,
                None if isinstance(value, Absence) else value, column is not None and column.listed(code),
            )  # fmt: skip


def evaluate_ratio(ratio: Ratio, ctx: Context) -> Result:
    """Value of one indicator in one period.

    Shapes: ratios and growths are fractions (0.10 is 10 %), amounts are in the currency of the balance.
    """
    flow = ratio.indicator.flow
    missing: dict[tuple[Absence, int], list[str]] = {}
    numerator = _sum(ratio.numerator, ctx, flow, missing)
    denominator = None
    if ratio.denominator is not None:
        denominator = _sum(ratio.denominator, ctx, False, missing)
    if missing:
        return Result(None, Status.NO_DATA, _missing_note(missing, ctx))
    return _quotient(ratio, numerator, denominator, ctx)


def _sum(form: LinearForm, ctx: Context, flow: bool, missing: dict[tuple[Absence, int], list[str]]) -> float:
    """Value of a form; what it lacks goes into `missing`. The planned way unless something is missing or trailing."""
    planned = None if flow and ctx.december else _planned_total(form, ctx, ctx.factor if flow else 1.0)
    return _total(flow_terms(form, ctx, flow), ctx, missing) if planned is None else planned


def _planned_total(form: LinearForm, ctx: Context, factor: float) -> float | None:
    """The same sum as `_total`, row by row over the chart's plan of the form; None where something is missing."""
    now, base = ctx.now.column, ctx.base.column
    if now is None:
        return None
    plan = now.chart.plan(form)
    if plan.compares and (base is None or base.chart is not now.chart):
        return None
    columns = (now, base or now)
    if any(isinstance(ctx.value(code, lag), Absence) for code, lag in plan.unlisted):
        return None
    figures = (columns[0].values, columns[1].values)
    parts = []
    for code, lag, row, coefficient in plan.listed:
        value = figures[lag][row]
        if value is None or value != value:
            known = ctx.value(code, lag)
            if isinstance(known, Absence):
                return None
            value = known
        parts.append(coefficient * factor * value)
    return rounded(parts)


def _total(
    terms: Iterable[tuple[str, int, float]], ctx: Context, missing: dict[tuple[Absence, int], list[str]]
) -> float:
    parts = []
    for code, lag, coefficient in terms:
        if coefficient:
            value = ctx.value(code, lag)
            if isinstance(value, Absence):
                missing.setdefault((value, lag), []).append(code)
            else:
                parts.append(coefficient * value)
    return rounded(parts)


def rounded(parts: list[float]) -> float:
    total = math.fsum(parts)
    return 0.0 if parts and abs(total) <= _ROUNDING * max(map(abs, parts)) else total


def _quotient(ratio: Ratio, numerator: float, denominator: float | None, ctx: Context) -> Result:
    kind = ratio.indicator.kind
    doubts = _doubts(ratio, ctx)
    if denominator is None:
        return _valued(numerator, doubts)
    if denominator == 0:
        return Result(None, Status.ZERO_DENOMINATOR, note("E05", denominator=ratio.denominator_words))
    if kind is Kind.GROWTH:
        if denominator < 0:
            text = note("E06", amount=money(denominator), period=ctx.base.label)
            return Result(None, Status.NOT_APPLICABLE, text)
        return _valued(numerator / denominator - 1, doubts)
    if denominator < 0:
        doubts = [note("E08", amount=money(denominator)), *doubts]
    return _valued(numerator / denominator, doubts)


def _valued(value: float, doubts: list[str]) -> Result:
    return Result(value, Status.INCONSISTENT, " ".join(doubts)) if doubts else Result(value, Status.OK)


def _doubts(ratio: Ratio, ctx: Context) -> list[str]:
    """Identities that the accounts of this indicator break, each once."""
    found: dict[str, None] = {}
    for form in (ratio.numerator, ratio.denominator):
        for code, lag in _checkable(form, ctx) if form else ():
            if doubt := ctx.doubt(code, lag):
                found[f"{doubt} en {ctx.moment(lag).label}"] = None
    return [note("E07", detail="; ".join(found))] if found else []


def _checkable(form: LinearForm, ctx: Context) -> Iterable[tuple[str, int]]:
    """Accounts of a form that an identity speaks about."""
    now, base = ctx.now.column, ctx.base.column
    if now and (base is None or base.chart is now.chart):
        return now.chart.plan(form).checkable
    return [(code, lag) for code, lag, coefficient in form.terms if coefficient]


def note(code: str, **values: object) -> str:
    """A result's note: `[E05] causa. Qué hacer: paso.`"""
    return str(problem(code, **values))  # type: ignore[arg-type]


def _missing_note(missing: Mapping[tuple[Absence, int], list[str]], ctx: Context) -> str:
    codes_of = {
        Absence.MISSING: "E01", Absence.ENTITY: "E02", Absence.UNREADABLE: "E04", Absence.TOTAL_NOT_LISTED: "E09",
    }  # fmt: skip
    periods: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (absence, lag), codes in missing.items():
        moment = ctx.moment(lag)
        key = ("E03", ()) if moment.column is None else (codes_of[absence], _some(codes))
        periods.setdefault(key, []).append(moment.label)
    return " ".join(
        note(code, accounts=accounts, period=" y ".join(dict.fromkeys(labels)))
        for (code, accounts), labels in periods.items()
    )


def _some(codes: list[str]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(codes))
    return unique if len(unique) <= 6 else (*unique[:6], f"y {len(unique) - 6} más")


# --- a whole balance --------------------------------------------------------------------------------------------------

#: results[indicator id][position of the period]
Results: TypeAlias = Mapping[str, tuple[Result, ...]]


def contexts(balance: Balance, catalog: Catalog, mode: str = YEAR_TO_DATE) -> list[Context]:
    """One context a period; `mode` is `acumulado` (since December, annualised) or `doce_meses`."""
    return [
        context(balance, i, comparison, catalog)
        for i, comparison in enumerate(comparisons(balance.periods, mode))
    ]


def line_value(form: LinearForm, ctx: Context) -> float | None:
    """Value of a line in a period; None where an account it needs is missing."""
    missing: dict[tuple[Absence, int], list[str]] = {}
    total = _total(form.terms, ctx, missing)
    return None if missing else total


def missing_count(form: LinearForm, ctx: Context) -> int:
    """How many accounts of a line are missing in a period."""
    return sum(c != 0 and isinstance(ctx.value(code, lag), Absence) for code, lag, c in form.terms)


