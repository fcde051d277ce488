"""Periods of a balance: a year or the end of a month, and which earlier period each is compared with.

Annual charts compare with the year before. Monthly and quarterly charts compare with the last December before the
period, because WOCCU measures growth within the year and income accounts accumulate from January; `doce_meses`
compares with the same month a year earlier and uses trailing twelve-month income.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

YEAR_TO_DATE, TWELVE_MONTHS = "acumulado", "doce_meses"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar month; `annual` when the source gave only a year (its December)."""

    year: int
    month: int = 12
    annual: bool = True

    @property
    def label(self) -> str:
        """`2011` or `2011-06-30`: the key used in files, JSON and sheets."""
        return str(self.year) if self.annual else self.date.isoformat()

    @property
    def date(self) -> dt.date:
        """Last day of the month."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def key(self) -> tuple[int, int]:
        """Identity in time, however it was written: `2011` and `2011-12-31` are the same period."""
        return self.year, self.month

    def __str__(self) -> str:
        return self.label


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("ene", "enero", "jan"), ("feb", "febrero"), ("mar", "marzo"), ("abr", "abril", "apr"),
            ("may", "mayo"), ("jun", "junio"), ("jul", "julio"), ("ago", "agosto", "aug"),
            ("sep", "sept", "septiembre", "set", "setiembre"), ("oct", "octubre"), ("nov", "noviembre"),
            ("dic", "diciembre", "dec"),
        ),
        1,
    )
    for name in names
}  # fmt: skip


def parse_period(value: object) -> Period | None:
    """Read a period from a year, a date, or a text such as `2011`, `dic-11`, `31/12/2011`, `2011-06`; else None.

    A day-and-month order that the figure itself does not settle is read day first (as in Ecuador and Colombia).
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, dt.datetime | dt.date):
        return _month(value.year, value.month)
    if isinstance(value, int | float):
        return _year(value)
    text = re.sub(r"\s+", " ", str(value).strip().lower())
    text = re.sub(r"^(saldo|saldos|año|ano|al|a|periodo|período|ejercicio)\b\.?( al| a)?\s*:?\s*", "", text)
    if re.fullmatch(r"(19|20)\d\d(\.0+)?", text):
        return _year(float(text))
    if m := re.fullmatch(r"((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[ t]\d\d:\d\d(?::\d\d)?)?", text):
        return _month(int(m[1]), int(m[2]))
    if m := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)?\d\d)", text):
        day, month, year = int(m[1]), int(m[2]), _full_year(m[3])
        if month > 12 >= day:
            day, month = month, day
        return _month(year, month)
    if m := re.fullmatch(r"(\d{1,2})[-/]((?:19|20)\d\d)", text):
        return _month(int(m[2]), int(m[1]))
    if m := re.fullmatch(r"(?:\d{1,2}[-/. ]+(?:de )?)?([a-z]+)\.?[-/. ]+(?:de |del )?((?:19|20)?\d\d)", text):
        month = _MONTHS.get(m[1], 0)
        return _month(_full_year(m[2]), month) if month else None
    return None


def _full_year(text: str) -> int:
    year = int(text)
    return year if year > 99 else 2000 + year if year < 70 else 1900 + year


def _year(value: float) -> Period | None:
    return Period(int(value)) if value == int(value) and 1900 <= value < 2100 else None


def _month(year: int, month: int) -> Period | None:
    return Period(year, month, annual=False) if 1 <= month <= 12 and 1900 <= year < 2100 else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a period is compared: which period is `x'`, and how income accumulated from January becomes a year's.

    `base` is the position of `x'` in the balance (None when absent; `base_label` then names what is needed).
    `factor` annualises income (12 / month). With `doce_meses` income is instead this period plus last December minus
    the same month a year earlier: `december` is that December's position.
    """

    base: int | None
    base_label: str
    factor: float = 1.0
    trailing: bool = False
    december: int | None = None
    december_label: str = ""


def comparisons(periods: Sequence[Period], mode: str = YEAR_TO_DATE) -> tuple[Comparison, ...]:
    """One `Comparison` a period, in the order given."""
    position = {p.key: i for i, p in enumerate(periods)}

    def label(year: int, month: int) -> str:
        return str(year) if all(p.annual for p in periods) else Period(year, month, annual=False).label

    def one(p: Period) -> Comparison:
        december = (p.year - 1, 12)
        if mode == TWELVE_MONTHS and p.month != 12:
            year_ago = (p.year - 1, p.month)
            return Comparison(
                position.get(year_ago), label(*year_ago), 1.0, True, position.get(december), label(*december)
            )
        return Comparison(position.get(december), label(*december), 12 / p.month)

    return tuple(one(p) for p in periods)
