"""Charts as data: what is shown, not how. `svg` draws them and `words` tells them.

Numbers are in full precision (percentages as ratios). A value that is missing is None and says why in a word; it is
drawn as a gap, never as zero. Numbers that are not finite are missing too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from xl_perlas.document.numbers import Unit
from xl_perlas.periods import Period

NO_DATA = "sin dato"


class Tone(StrEnum):
    """How something is judged; each has a sign of its own, so that colour is never all there is."""

    GOOD = "bien"
    WATCH = "atención"
    BAD = "mal"
    NONE = "sin juicio"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure. `why`: the word that stands for it where there is none; `tone`: how it compares with its goal."""

    value: float | None
    why: str = NO_DATA
    tone: Tone = Tone.NONE

    @property
    def known(self) -> float | None:
        """The figure where it can be drawn."""
        return self.value if self.value is not None and math.isfinite(self.value) else None


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one name, in the order of the periods (or categories) of the chart."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The goal in one period: from `low` to `high`; None where that side has no limit, or it is not known."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LineChart:
    """Figures over time. `bounds`, one a period or none, draw the goal; the signs say how a limit is written.

    `goal` is the word before a limit (`meta ≥ 10 %`). Periods are in order of time, their distances to scale.
    """

    title: str
    unit: Unit
    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    bounds: tuple[Bounds, ...] = ()
    low_sign: str = "≥"
    high_sign: str = "≤"
    equal_sign: str = "="
    goal: str = "meta"


@dataclass(frozen=True, slots=True)
class StackedBars:
    """What a whole is made of in each period. Negative parts hang below zero.

    `totals`, one a period or none, stand above the bars in `total_unit`.
    """

    title: str
    unit: Unit
    periods: tuple[Period, ...]
    parts: tuple[Series, ...]
    totals: tuple[Value, ...] = ()
    total_unit: Unit = Unit.AMOUNT


@dataclass(frozen=True, slots=True)
class GroupedBars:
    """One bar a series for each category: `series[s].values[c]` is of `categories[c]`."""

    title: str
    unit: Unit
    categories: tuple[str, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Spoke:
    """An axis of a radar: a share from 0 to 1, the one before it, and what it counts (`3 de 5`)."""

    name: str
    value: Value
    before: Value
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RadarChart:
    """Shares of several things around a centre; `now` and `before` name the two outlines (`before` may be empty)."""

    title: str
    spokes: tuple[Spoke, ...]
    now: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class PeerRow:
    """An entity among its peers, on a scale of its own. `place` is told beside it, `hint` under its name.

    Without `peers`, `mean` and `deviation` draw where they stand.
    """

    name: str
    unit: Unit
    value: Value
    peers: tuple[float, ...] = ()
    mean: float | None = None
    deviation: float | None = None
    place: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PeerStrip:
    """Several ratios of an entity beside those of its peers."""

    title: str
    entity: str
    rows: tuple[PeerRow, ...]


ChartKind: TypeAlias = LineChart | StackedBars | GroupedBars | RadarChart | PeerStrip
