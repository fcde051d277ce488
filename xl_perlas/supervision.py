"""Supervisory ratios of a balance in each period, with the accounts behind each and the supervisor's two averages.

`fin_de_anio` averages last December and the period; `mensual` every month from last December to the period, as the
supervisor publishes. Values come from the same linear forms and evaluator as every other indicator. Bad data never
raises: it becomes a status and a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO, Choice, choose, choose_for
from xl_perlas.chart import Absence, Column
from xl_perlas.evaluate import Context, Contribution, Moment, contributions, evaluate_ratio, note, rounded
from xl_perlas.identities import CENT, check
from xl_perlas.model import Catalog, Definitions, Indicator, Ratio, Result, Status
from xl_perlas.periods import Period, comparisons
from xl_perlas.problems import Problem, money, problem
from xl_perlas.report import problem_json
from xl_perlas.supervision_load import (
    Supervision,
    all_ratios,
    is_averaged,
    load_supervision,
    over_months,
    supervision_definitions,
)

__all__ = [
    "At", "Average", "Supervision", "SupervisionReport", "all_ratios", "at", "calculate_supervision",
    "load_supervision",
]  # fmt: skip

_PROFIT, _LOSS, _INCOME, _EXPENSE = "3603", "3604", "5", "4"
_LISTED = 3  # more missing months than these are counted, not listed


class Average(StrEnum):
    """How an average over time is taken; the word is the option's value everywhere."""

    YEAR_END = "fin_de_anio"
    MONTHLY = "mensual"


@dataclass
class _MonthlyContext(Context):
    """A period with every month from last December: lag 0 is the period, lag 1 December, lag 2 January …

    `base` has no column here: the evaluator's way for two periods does not apply, and it takes the general one.
    """

    months: tuple[Moment, ...] = ()

    def moment(self, lag: int) -> Moment:
        """The period, or one of the months before it."""
        return self.months[lag - 1] if lag else self.now


@dataclass(frozen=True, eq=False)
class At:
    """One period of a balance, ready for any ratio of its catalogue.

    `closed`: a December whose result is already in equity; `emptied`: its accounts 4 and 5 are at zero besides.
    `missing` are the months that a monthly average lacks; `count` how many balances the average takes.
    """

    period: Period
    context: Context
    supervision: Supervision
    average: Average
    closed: bool
    emptied: bool
    missing: tuple[str, ...] = ()
    count: int = 2

    @cached_property
    def definitions(self) -> Definitions:
        """The ratios over account codes, in their December form where the year is closed."""
        return supervision_definitions(self.context.catalog.id, self.closed)

    def ratio(self, key: str) -> Ratio:
        """The two linear forms of a ratio of this catalogue. Raises KeyError for another."""
        if self.average is Average.MONTHLY:
            return over_months(self.definitions, key, self.count)
        return self.definitions.ratios[key]

    def result(self, key: str) -> Result:
        """Value (0.10 is 10 %), status and note of a ratio; one that the catalogue does not have is `no_aplica`."""
        if key not in self.supervision.indicators:
            text = note("S03", indicator=key, catalog=self.context.catalog.id, period=self.period.label)
            return Result(None, Status.NOT_APPLICABLE, text)
        ratio = self.ratio(key)
        if self.missing and is_averaged(ratio.indicator):
            return Result(None, Status.NO_DATA, note("S02", months=_some(self.missing), period=self.period.label))
        if self.emptied and any(code[0] in (_INCOME, _EXPENSE) for code in _weighted(ratio)):
            return Result(None, Status.NO_DATA, note("S04", period=self.period.label))
        found = evaluate_ratio(ratio, self.context)
        return self._with_doubts(found, key) if found.value is not None else found

    def trace(self, key: str) -> list[Contribution]:
        """Numerator and denominator account by account, each month of an average apart. Raises KeyError."""
        return list(contributions(self.ratio(key), self.context))

    def _with_doubts(self, found: Result, key: str) -> Result:
        """What is to be said of a value that counts accounts 3603 and 3604."""
        held = self._sum({_PROFIT: 1, _LOSS: 1})
        if not held or _PROFIT not in _weighted(self.ratio(key)):
            return found
        if not self.closed:
            return _noted(found, found.status, note("S06", period=self.period.label, held=money(held)))
        shown = self._sum({_INCOME: 1, _EXPENSE: -1})
        if shown is None or self.emptied or abs(shown - held) <= CENT:
            return found
        text = note("S05", period=self.period.label, given=money(shown), held=money(held))
        return _noted(found, Status.INCONSISTENT, text)

    def _sum(self, coefficients: dict[str, int]) -> float | None:
        values = [(c, self.context.value(code, 0)) for code, c in coefficients.items()]
        if any(isinstance(v, Absence) for _, v in values):
            return None
        return rounded([c * v for c, v in values if not isinstance(v, Absence)])


def _noted(found: Result, status: Status, text: str) -> Result:
    return Result(found.value, status, " ".join(filter(None, (found.note, text))))


def _weighted(ratio: Ratio) -> set[str]:
    """Accounts that count in a ratio."""
    forms = filter(None, (ratio.numerator, ratio.denominator))
    return {code for form in forms for code, _, coefficient in form.terms if coefficient}


def _some(labels: Sequence[str]) -> str:
    if len(labels) <= _LISTED:
        return " y ".join(labels)
    return f"{len(labels)} meses (de {labels[0]} a {labels[-1]})"


def at(
    columns: Sequence[Column], periods: Sequence[Period], position: int, catalog: Catalog,
    average: Average = Average.YEAR_END,
) -> At:  # fmt: skip
    """The period at `position` of some columns of one chart, ready to be evaluated with `catalog`."""
    place = {p.key: i for i, p in enumerate(periods)}
    period, loaded = periods[position], load_supervision(catalog.id)
    now = Moment(columns[position], period.label)
    year = [(period.year - 1, 12), *((period.year, m) for m in range(1, period.month))]
    if average is Average.MONTHLY:
        moments = tuple(_moment(columns, periods, place.get(key), key) for key in year)
        missing = tuple(m.label for m in moments if m.column is None)
        ctx: Context = _MonthlyContext(
            now, Moment(None, moments[0].label), catalog, 12 / period.month, months=moments
        )  # fmt: skip
    else:
        compared, missing = comparisons(periods)[position], ()
        base = Moment(None, compared.base_label)
        if compared.base is not None:
            base = Moment(columns[compared.base], periods[compared.base].label)
        ctx = Context(now, base, catalog, compared.factor)
    closed = period.month == 12 and any(_figure(ctx, code) for code in (_PROFIT, _LOSS))
    emptied = closed and _figure(ctx, _INCOME) == 0 == _figure(ctx, _EXPENSE)
    return At(period, ctx, loaded, average, closed, emptied, missing, len(year) + 1)


def _moment(
    columns: Sequence[Column], periods: Sequence[Period], found: int | None, key: tuple[int, int]
) -> Moment:
    if found is None:
        return Moment(None, Period(*key, annual=False).label)
    return Moment(columns[found], periods[found].label)


def _figure(ctx: Context, code: str) -> float | None:
    value = ctx.value(code, 0)
    return None if isinstance(value, Absence) else value


# --- a whole balance --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SupervisionReport:
    """Every ratio of a balance in every period: `results[ratio][position of the period]`.

    A period has the catalogue that its own accounts show (`choices`), so a balance may change it on the way.
    """

    balance: Balance
    average: Average
    choices: tuple[Choice, ...]
    moments: tuple[At, ...]

    @property
    def periods(self) -> list[str]:
        """Labels of the periods, in order of time."""
        return [p.label for p in self.balance.periods]

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The ratios of the catalogues in use, in the order of their groups."""
        used = {key for one in self.moments for key in one.supervision.indicators}
        return {key: one for key, one in all_ratios().items() if key in used}

    @cached_property
    def results(self) -> dict[str, tuple[Result, ...]]:
        """Value, status and note of each ratio in each period."""
        return {key: tuple(one.result(key) for one in self.moments) for key in self.indicators}

    def result(self, key: str, period: str) -> Result:
        """One ratio in one period. Raises KeyError for an unknown one."""
        return self.results[key][self.balance.position(period)]

    def trace(self, key: str, period: str) -> list[Contribution]:
        """Its numerator and denominator account by account. Raises KeyError, also where the catalogue lacks it."""
        return self.moments[self.balance.position(period)].trace(key)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was found while reading, choosing catalogues, checking identities, and missing months."""
        found = [*self.balance.problems, *dict.fromkeys(choice.problem for choice in self.choices)]
        used = dict.fromkeys(choice.catalog.id for choice in self.choices)
        if len(used) > 1:
            spans = "; ".join(f"{one}: {self._span(one)}" for one in used)
            found.append(problem("S01", spans=spans))
        for one in used:
            found += check(self._part(one), next(c.catalog for c in self.choices if c.catalog.id == one))
        found += [problem("S02", months=_some(m.missing), period=m.period.label) for m in self.moments if m.missing]
        return tuple(found)

    def _span(self, catalog: str) -> str:
        labels = [label for label, c in zip(self.periods, self.choices, strict=True) if c.catalog.id == catalog]
        return labels[0] if len(labels) == 1 else f"{labels[0]} a {labels[-1]}"

    def _part(self, catalog: str) -> Balance:
        """The periods of one catalogue."""
        kept = [i for i, choice in enumerate(self.choices) if choice.catalog.id == catalog]
        periods, values = self.balance.periods, self.balance.values
        return replace(
            self.balance, periods=tuple(periods[i] for i in kept), values=tuple(values[i] for i in kept)
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read: values are ratios (0.10 is 10 %)."""
        return {
            "promedio": str(self.average),
            "periodos": self.periods,
            "catalogos": dict(zip(self.periods, (c.catalog.id for c in self.choices), strict=True)),
            "version": __version__,
            "entidad": self.balance.entity,
            "indicadores": {
                key: {
                    label: {"valor": r.value, "estado": str(r.status), "nota": r.note}
                    for label, r in zip(self.periods, row, strict=True)
                }
                for key, row in self.results.items()
            },
            "problemas": [problem_json(p) for p in self.problems],
        }


def calculate_supervision(
    balance: Balance, average: Average | str = Average.YEAR_END, catalog: str = AUTO
) -> SupervisionReport:
    """Every supervisory ratio in every period of `balance`.

    `average` is `fin_de_anio` or `mensual`; `catalog` is `auto` (each period by its own accounts), `sbs` or `seps`.

    Raises:
        PerlasError: an unknown catalogue (D02).
        ValueError: an unknown average.
    """
    rule, choices = Average(average), _choices(balance, catalog)
    columns = [balance.column(i) for i in range(len(balance.periods))]
    moments = tuple(at(columns, balance.periods, i, choice.catalog, rule) for i, choice in enumerate(choices))
    return SupervisionReport(balance, rule, choices, moments)


def _choices(balance: Balance, name: str) -> tuple[Choice, ...]:
    """The catalogue of each period. One whose accounts do not show it has that of the nearest that does."""
    whole = choose_for(balance, name)
    own = [choose(name, listed(balance.column(i)), [p.year]) for i, p in enumerate(balance.periods)]
    certain = [i for i, choice in enumerate(own) if choice.certain]
    if len({own[i].catalog.id for i in certain}) < 2:
        return (whole,) * len(own)
    return tuple(own[min(certain, key=lambda j: (abs(j - i), j))] for i in range(len(own)))


def listed(column: Column) -> list[str]:
    """Accounts with a balance in a period: those that show its catalogue."""
    return [code for code, value in zip(column.chart.codes, column.values, strict=True) if value]
