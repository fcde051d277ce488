"""How the periods of a balance follow one another: their step, those that are missing, and which each compares with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from xl_perlas.periods import Comparison, Period

#: What balances (assets, liabilities, equity) are compared with. Income and expense accumulate from January, so their
#: figures only compare with those of the same month a year before, whatever the rule; except with `GIVEN`.
DECEMBER, YEAR_AGO, PREVIOUS = "diciembre", "interanual", "anterior"
BASES = (DECEMBER, YEAR_AGO, PREVIOUS)

#: The column before, whatever its date: somebody put the two side by side on purpose.
GIVEN = "dada"

_UNNAMED = "anterior"


def months(period: Period) -> int:
    """Months since the beginning of our era: where a period stands in time."""
    return period.year * 12 + period.month - 1


def period_at(month: int, annual: bool) -> Period:
    """The period that stands at `month`."""
    return Period(month // 12, month % 12 + 1, annual)


def step(periods: Sequence[Period]) -> int:
    """Months from one period to the next where none is missing: 12 for years, 1 for months, 3 for quarters.

    Year-ends that come before the months of the current year do not count, nor does a part of a year after them.
    """
    body = _body(periods)
    return min((b - a for a, b in pairwise(body)), default=12)


def missing(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Periods that should stand between the first and the last and do not."""
    size, annual = step(periods), all(p.annual for p in periods)
    return tuple(period_at(at, annual) for a, b in pairwise(_body(periods)) for at in range(a + size, b, size))


def _body(periods: Sequence[Period]) -> list[int]:
    """Places in time of the periods that follow one another at one step."""
    places = [months(p) for p in periods]
    december = [place % 12 == 11 for place in places]
    if all(december[:-1]):
        return places if all(december) else places[:-1] if len(places) > 2 else places
    first = 0
    while december[first] and december[first + 1] and places[first + 1] - places[first] == 12:
        first += 1
    return places[first:]


def comparison(periods: Sequence[Period], position: int, rule: str, flow: bool) -> Comparison:
    """Which period the one at `position` is compared with; `base` is None when the balance does not have it."""
    period = periods[position]
    if rule == GIVEN:
        return Comparison(position - 1 if position else None, periods[position - 1].label if position else _UNNAMED)
    place = months(period)
    if flow or rule == YEAR_AGO:
        wanted = place - 12
    elif rule == DECEMBER:
        wanted = place - period.month
    else:
        wanted = place - step(periods)
    return _at(periods, wanted)


def within_year(periods: Sequence[Period], position: int, size: int) -> Comparison | None:
    """The period whose accumulated figures are taken from this one's to leave its own; None when there is none to take.

    None too where the step does not divide the year from January (`aligned` tells that apart).
    """
    period = periods[position]
    return _at(periods, months(period) - size) if period.month > size else None


def aligned(period: Period, size: int) -> bool:
    """Whether whole steps from January lead to the end of this period."""
    return period.month % size == 0


def _at(periods: Sequence[Period], place: int) -> Comparison:
    found = next((i for i, p in enumerate(periods) if months(p) == place), None)
    label = period_at(place, all(p.annual for p in periods)).label if place >= 1900 * 12 else _UNNAMED
    return Comparison(found, label)
