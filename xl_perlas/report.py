"""The whole calculation of a balance: one call that the command line, the workbook and other programs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO, Choice, choose_for
from xl_perlas.compile import compile_profile
from xl_perlas.evaluate import Context, Contribution, Results, contexts, contributions, evaluate_ratio
from xl_perlas.goals import Verdict, bounds, verdicts
from xl_perlas.identities import check
from xl_perlas.load import load_profile
from xl_perlas.model import Definitions, Indicator, Profile, Result
from xl_perlas.periods import YEAR_TO_DATE
from xl_perlas.problems import Problem, problem


@dataclass(frozen=True)
class Report:
    """Indicators, verdicts and problems of one balance, and what each rests on."""

    balance: Balance
    definitions: Definitions
    choice: Choice
    mode: str
    contexts: list[Context]
    results: Results
    verdicts: Mapping[str, tuple[Verdict, ...]]

    @property
    def profile(self) -> Profile:
        """The definitions in force."""
        return self.definitions.profile

    @property
    def periods(self) -> list[str]:
        """Labels of the periods, in order of time."""
        return [p.label for p in self.balance.periods]

    @property
    def indicators(self) -> list[Indicator]:
        """Indicators in the order of PERLAS."""
        return list(self.profile.indicators.values())

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found while reading, choosing the catalogue and checking identities."""
        found = [*self.balance.problems, self.choice.problem]
        expected = self.profile.catalog
        if expected and expected != self.choice.catalog.id:
            found.append(problem("C13", profile=self.profile.id, expected=expected, catalog=self.choice.catalog.id))
        return (*found, *check(self.balance, self.choice.catalog))

    def result(self, indicator: str, period: str) -> Result:
        """Value, status and note. Raises KeyError for an unknown indicator or period."""
        return self.results[indicator][self.balance.position(period)]

    def verdict(self, indicator: str, period: str) -> Verdict:
        """Whether the goal is met. Raises KeyError for an unknown indicator or period."""
        return self.verdicts[indicator][self.balance.position(period)]

    def trace(self, indicator: str, period: str) -> list[Contribution]:
        """Numerator and denominator account by account. Raises KeyError for an unknown indicator or period."""
        return list(contributions(self.definitions.ratios[indicator], self.contexts[self.balance.position(period)]))

    def bounds(self, indicator: str, position: int) -> tuple[float | None, float | None]:
        """Lowest and highest value that meet the goal in the period at `position`, for charts."""
        row = {key: results[position] for key, results in self.results.items()}
        return bounds(self.profile.indicators[indicator], self.profile, row, self.balance.periods[position].year)

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read; keys never change."""
        return {
            "perfil": self.profile.id,
            "catalogo": self.choice.catalog.id,
            "periodos": self.periods,
            "version": __version__,
            "entidad": self.balance.entity,
            "indicadores": {
                key: {
                    period: {
                        "valor": result.value,
                        "estado": str(result.status),
                        "nota": result.note,
                        "meta": verdict.goal,
                        "cumple": verdict.meets,
                        "nota_meta": verdict.note,
                    }
                    for period, result, verdict in zip(self.periods, results, self.verdicts[key], strict=True)
                }
                for key, results in self.results.items()
            },
            "problemas": [problem_json(p) for p in self.problems],
        }


def problem_json(found: Problem) -> dict[str, Any]:
    """One problem as other programs read it."""
    return {
        "codigo": found.code,
        "gravedad": found.severity,
        "donde": found.where,
        "periodo": found.period,
        "cuentas": list(found.accounts),
        "monto": found.amount,
        "causa": found.cause,
        "que_hacer": found.next_step,
    }


def calculate(
    balance: Balance, profile: Profile | str = "woccu", catalog: str = AUTO, mode: str = YEAR_TO_DATE
) -> Report:
    """Every indicator of `profile` in every period of `balance`, with goals and problems.

    `profile` is a bundled name or a loaded profile (with parameters or an overlay applied); `catalog` is `auto`, `sbs`
    or `seps`; `mode` is `acumulado` or `doce_meses` (see `periods.py`).

    Raises:
        PerlasError: unknown profile or catalogue. Bad data does not raise: it shows in statuses and problems.
    """
    loaded = load_profile(profile) if isinstance(profile, str) else profile
    choice = choose_for(balance, catalog)
    definitions = compile_profile(loaded, choice.catalog)
    ready = contexts(balance, choice.catalog, mode)
    results = {key: tuple(evaluate_ratio(r, ctx) for ctx in ready) for key, r in definitions.ratios.items()}
    years = [p.year for p in balance.periods]
    return Report(balance, definitions, choice, mode, ready, results, verdicts(loaded, results, years))
