"""Tiny charts of accounts for tests: a code and its figures a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from xl_perlas.balance import Balance
from xl_perlas.model import Profile, Result
from xl_perlas.report import Report, calculate

Figure: TypeAlias = float | None
Rows: TypeAlias = Mapping[str, Figure | Sequence[Figure]]


def chart(rows: Rows, *periods: str) -> Balance:
    """A balance; with one period (2011 unless told) each row is one figure, with more a figure a period."""
    labels = periods or ("2011",)
    table = {code: list(v) if isinstance(v, Sequence) else [v] for code, v in rows.items()}
    return Balance.build(tuple(table), {p: [row[i] for row in table.values()] for i, p in enumerate(labels)})


def report(rows: Rows, *periods: str, profile: Profile | str = "woccu", mode: str = "acumulado") -> Report:
    """All indicators of a tiny chart with the catalogue of the SBS."""
    return calculate(chart(rows, *periods), profile, "sbs", mode)


def result(indicator: str, rows: Rows, *periods: str, mode: str = "acumulado") -> Result:
    """One indicator of `woccu` in the last period."""
    return report(rows, *periods, mode=mode).results[indicator][-1]
