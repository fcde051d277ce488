"""The figures of one item over all the periods of a balance, and their trend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from xl_perlas.analysis import spacing, trends
from xl_perlas.analysis.measure import amount
from xl_perlas.analysis.model import Figure, Item, State, Trend
from xl_perlas.evaluate import Context, note
from xl_perlas.periods import Comparison, Period

_YEAR = 12
_SEASONS = {1: "mes", 2: "bimestre", 3: "trimestre", 4: "cuatrimestre", 6: "semestre"}


@dataclass(frozen=True, eq=False)
class Series:
    """The periods of a balance in time. `context` gives one ready to be evaluated, `mixed` why an item cannot be."""

    periods: Sequence[Period]
    context: Callable[[int, Comparison | None], Context]
    mixed: Callable[[Item], str]

    @cached_property
    def step(self) -> int:
        """Months from one period to the next."""
        return spacing.step(self.periods)

    @cached_property
    def times(self) -> tuple[float, ...]:
        """Years since the first period."""
        first = spacing.months(self.periods[0])
        return tuple((spacing.months(p) - first) / _YEAR for p in self.periods)

    def trend(self, item: Item) -> Trend:
        """The trend of an item."""
        reason = self.mixed(item)
        if reason:
            points = (Figure(None, State.NOT_APPLICABLE, reason),) * len(self.periods)
        else:
            points = tuple(self._point(item, i) for i in range(len(self.periods)))
        known = [i for i, point in enumerate(points) if point.value is not None]
        values = [point.value for point in points if point.value is not None]
        few = reason or note("F12", count=len(known), total=len(points), needed=2)
        none = Figure(None, State.NOT_APPLICABLE if reason else State.NO_DATA, few)
        seasons = [self.periods[i].month for i in known]
        seasonal = self.step < _YEAR and trends.separable(seasons, self.step)
        line = trends.fit([self.times[i] for i in known], values, seasons if seasonal else ())
        if line is None:
            mean = _doubted(values[0], points) if values else none
            return Trend(item, points, mean, none, none, none, ("", ""), (None,) * len(points), {}, few)
        growth, span = self._growth(item)
        return Trend(
            item, points, _doubted(math.fsum(values) / len(values), points), _doubted(line.slope, points),
            self._r_squared(line, points, len(known)), growth, span,
            tuple(line.intercept + line.slope * time for time in self.times), line.seasons,
            note("F13", season=_SEASONS.get(self.step, "periodo")) if self.step < _YEAR and not seasonal else "",
        )  # fmt: skip

    def _point(self, item: Item, position: int) -> Figure:
        """A balance; or the income and expense of the period alone, without what accumulated before it."""
        period = self.periods[position]
        if not item.flow:
            return amount(item.form, self.context(position, None))
        if self.step % _YEAR == 0:
            whole = period.month == self.periods[0].month
            compared = None
        else:
            whole = spacing.aligned(period, self.step)
            compared = spacing.within_year(self.periods, position, self.step)
        if not whole:
            reason = "los ingresos y gastos de una parte del periodo no se comparan con los de uno completo"
            text = note("F15", what=f"cifra de {period.label} para la tendencia", reason=reason)
            return Figure(None, State.NOT_APPLICABLE, text)
        return amount(item.difference if compared else item.form, self.context(position, compared))

    def _r_squared(self, line: trends.Line, points: Sequence[Figure], count: int) -> Figure:
        if line.r_squared is None:
            return Figure(None, State.NOT_APPLICABLE, note("F15", what="R²", reason="la serie no varía"))
        needed = 3  # a line always goes through two points
        if count < needed:
            return Figure(None, State.NOT_APPLICABLE, note("F12", count=count, total=len(points), needed=needed))
        return _doubted(line.r_squared, points)

    def _growth(self, item: Item) -> tuple[Figure, tuple[str, str]]:
        """Average annual growth between the first and the last figure of the same month, and which those are."""
        figures = [amount(item.form, self.context(i, None)) for i in range(len(self.periods))]
        ends = next(
            (
                (first, last)
                for last, first in product(reversed(range(len(figures))), range(len(figures)))
                if first < last and self.periods[first].month == self.periods[last].month
                and figures[first].value is not None and figures[last].value is not None
            ),
            None,
        )  # fmt: skip
        if ends is None:
            reason = "no hay dos cifras del mismo mes con años entre ellas"
            return Figure(None, State.NOT_APPLICABLE, note("F14", reason=reason)), ("", "")
        first, last = ends
        span = self.periods[first].label, self.periods[last].label
        start, end = figures[first].value or 0.0, figures[last].value or 0.0
        found = trends.average_growth(start, end, self.times[last] - self.times[first])
        if found is not None:
            grown = _doubted(found, (figures[first], figures[last]))
            return (replace(grown, note=f"{note('F05')} {grown.note}".strip()) if start < 0 else grown), span
        if start:
            reason = f"la cifra de {span[1]} es cero" if not end else f"cambia de signo entre {span[0]} y {span[1]}"
            return Figure(None, State.NOT_APPLICABLE, note("F14", reason=reason)), span
        state = State.FROM_ZERO if end else State.ZERO_TO_ZERO
        return Figure(None, state, note("F14", reason=f"la cifra de {span[0]} es cero")), span


def _doubted(value: float, sources: Sequence[Figure]) -> Figure:
    """`value`, with every doubt about the figures that it rests on."""
    doubts = dict.fromkeys(one.note for one in sources if one.state is State.INCONSISTENT)
    return Figure(value, State.INCONSISTENT, " ".join(doubts)) if doubts else Figure(value)
