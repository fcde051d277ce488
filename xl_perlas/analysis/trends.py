"""The line through a series in time, with or without a season, and its average growth. Standard library alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Variation this small beside the figures is binary rounding: the series does not vary.
_ROUNDING = 1e-11

#: A month must be seen this often before its season can be told from the trend.
_TWICE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """value = intercept + slope × time, plus the season. `r_squared` is None where the series does not vary."""

    slope: float
    intercept: float
    r_squared: float | None
    seasons: Mapping[int, float]


def fit(times: Sequence[float], values: Sequence[float], seasons: Sequence[int] = ()) -> Line | None:
    """Least squares line of `values` over `times`; None with fewer than two different times.

    With `seasons` (which season each value is of) the line is found through them: every season has a level of its own
    and all share one slope. `intercept` is then the average level of the seasons, `Line.seasons` how far each lies from
    it, and R² is that of the line on the values less their season. Without them, of the line on the values.
    """
    groups = list(seasons) or [0] * len(times)
    mean_time, mean_value = _means(times, groups), _means(values, groups)
    t = [time - mean_time[g] for time, g in zip(times, groups, strict=True)]
    y = [value - mean_value[g] for value, g in zip(values, groups, strict=True)]
    spread = math.fsum(a * a for a in t)
    if not spread:
        return None
    noise = _ROUNDING * max(map(abs, values))
    slope = math.fsum(a * b for a, b in zip(t, y, strict=True)) / spread
    if abs(slope) * math.sqrt(spread) <= noise:
        slope = 0.0
    levels = {g: mean_value[g] - slope * mean_time[g] for g in mean_time}
    intercept = math.fsum(levels.values()) / len(levels)
    effects = {g: level - intercept for g, level in levels.items()}
    adjusted = [value - effects[g] for value, g in zip(values, groups, strict=True)]
    left = math.fsum((b - slope * a) ** 2 for a, b in zip(t, y, strict=True))
    centre = math.fsum(adjusted) / len(adjusted)
    total = math.fsum((value - centre) ** 2 for value in adjusted)
    varies = total > len(values) * noise * noise
    r_squared = min(1.0, max(0.0, 1 - left / total)) if varies else None
    return Line(slope, intercept, r_squared, effects if seasons else {})


def _means(values: Sequence[float], groups: Sequence[int]) -> dict[int, float]:
    found: dict[int, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        found.setdefault(group, []).append(value)
    return {group: math.fsum(own) / len(own) for group, own in found.items()}


def separable(seasons: Sequence[int], step: int) -> bool:
    """Whether every season of the year is there at least twice; `step`: months from one to the next."""
    return all(sum(s == month for s in seasons) >= _TWICE for month in range(step, 13, step))


def average_growth(first: float, last: float, years: float) -> float | None:
    """The constant yearly rate that leads from `first` to `last` in `years`: (last ÷ first)^(1 ÷ years) − 1.

    A series of n figures a year apart spans n − 1 years, not n. None without time between them, where either is zero,
    and where they differ in sign; two negative figures give the growth of their size.
    """
    if years <= 0 or not first or not last or (first > 0) != (last > 0):
        return None
    # as a difference of logarithms: the quotient of two large figures may be no float
    return math.expm1((math.log(abs(last)) - math.log(abs(first))) / years)
