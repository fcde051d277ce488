"""Where things go in a chart: ticks at round numbers, periods in time, and labels that do not run into one another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xl_perlas.document.numbers import Unit, amount_scale, decimal, shown
from xl_perlas.periods import Period

#: Figures beyond this are drawn here: a chart cannot show more, and its text tells the figure itself.
FARTHEST = 1e100
_TINY = 1e-100
_FLAT = 1e-12

MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")

_NARROW, _WIDE = set("iIjlt.,:;|!'()[] ·\u00a0"), set("mwMWOQGD%@—≥≤✓✗▲")


def text_width(text: str, size: float) -> float:
    """Width of a text in the unit of `size`, on the generous side: fonts differ."""
    widths = (0.36 if c in _NARROW else 0.95 if c in _WIDE else 0.7 if c.isupper() else 0.62 for c in text)
    return size * sum(widths)


def wrapped(text: str, size: float, width: float, most: int = 2) -> list[str]:
    """`text` in at most `most` lines no wider than `width`; what does not fit ends in `…`."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= width:
            line += f" {words.pop(0)}"
        lines.append(line)
    if words:
        lines[-1] += "…"
    return [_cut(line, size, width) for line in lines]


def _cut(line: str, size: float, width: float) -> str:
    if text_width(line, size) <= width:
        return line
    kept = line.rstrip("…")
    while len(kept) > 1 and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def clamp(value: float) -> float:
    """A figure that can be drawn."""
    return max(-FARTHEST, min(FARTHEST, value))


# --- figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures from `low` to `high` at places from `start` to `end`, and round ticks among them."""

    ticks: tuple[float, ...]
    low: float
    high: float
    start: float = 0.0
    end: float = 1.0

    def at(self, value: float) -> float:
        """Place of a figure, inside the scale; the middle where there is only one."""
        share = (clamp(value) - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.start + max(0.0, min(1.0, share)) * (self.end - self.start)

    def spanning(self, start: float, end: float) -> Scale:
        """The same ticks between other places."""
        return Scale(self.ticks, self.low, self.high, start, end)


def scale(
    values: Iterable[float], count: int = 4, zero: bool = False, unit: Unit = Unit.PLAIN, tight: bool = False,
    inside: Iterable[float] = (),
) -> Scale:  # fmt: skip
    """A scale of about `count` steps of 1, 2 or 5 that holds `values`; with `zero`, or where it is near, also zero.

    It ends at ticks; with `tight`, at the values. `inside`: values beyond which it goes on, but not below zero.
    """
    within = [clamp(v) for v in inside]
    values = [*values, *within]
    known = [clamp(v) for v in values]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if zero or high - low <= max(_FLAT * max(abs(low), abs(high)), _TINY) or 0 < low < high / 2:
        low = min(low, 0.0)
    if zero or high - low <= max(_FLAT * max(abs(low), abs(high)), _TINY) or low / 2 < high < 0:
        high = max(high, 0.0)
    if high - low <= _TINY:
        low, high = 0.0, 0.1 if unit is Unit.PERCENT else 1.0
    raw = high / count - low / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw * (1 - 1e-9))
    if tight:
        return Scale(_inside(low, high, step), low, high)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    last += any(v >= (last - 0.01) * step for v in within)
    first -= bool(first) and any(v <= (first + 0.01) * step for v in within)
    return Scale(tuple(k * step for k in range(first, last + 1)), first * step, last * step)


def _inside(low: float, high: float, step: float) -> tuple[float, ...]:
    """Ticks between two figures; of a smaller step where they would be fewer than two."""
    for smaller in (1.0, 0.5, 0.2, 0.1):
        size = step * smaller
        first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
        if last > first:
            break
    return tuple(k * size for k in range(first, last + 1))


def tick_texts(ticks: Sequence[float], unit: Unit) -> tuple[list[str], str]:
    """The ticks with no more decimals than their step needs, and the name of their scale (`miles de USD`)."""
    divisor, word = amount_scale(max(abs(t) for t in ticks)) if unit is Unit.AMOUNT else (1.0, "")
    factor = 100.0 if unit is Unit.PERCENT else 1.0 / divisor
    step = (ticks[1] - ticks[0]) * factor
    places = max(0, min(6, -math.floor(math.log10(step) + 1e-9))) if step > 0 else 0
    if unit is Unit.PERCENT:
        return [shown(t, unit, places) for t in ticks], ""
    name = f"{word} de USD" if word else "USD" if unit is Unit.AMOUNT else ""
    return [decimal(t * factor, places) for t in ticks], name


# --- labels -----------------------------------------------------------------------------------------------------------


def spread(centres: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Centres moved as little as is needed so that things of these heights do not overlap, between `top` and `bottom`.

    Where they do not all fit they go below `bottom`.
    """
    order = sorted(range(len(centres)), key=lambda i: (centres[i], i))
    placed: dict[int, float] = {}
    edge = top
    for i in order:
        placed[i] = max(centres[i], edge + heights[i] / 2)
        edge = placed[i] + heights[i] / 2
    edge = max(bottom, top + sum(heights))
    for i in reversed(order):
        placed[i] = min(placed[i], edge - heights[i] / 2)
        edge = placed[i] - heights[i] / 2
    return [placed[i] for i in range(len(centres))]


@dataclass(frozen=True, slots=True)
class TimeLabel:
    """A label of the time axis: its centre, its text, and its row (0 the nearest to the axis)."""

    x: float
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Places of the periods, the room each has, their labels, and where one year ends and the next begins."""

    xs: tuple[float, ...]
    slot: float
    labels: tuple[TimeLabel, ...]
    breaks: tuple[float, ...]
    rows: int


def time_axis(periods: Sequence[Period], left: float, right: float, size: float, even: bool = False) -> TimeAxis:
    """Periods between `left` and `right`, at their distances in time (`even`: one beside the other, for bars).

    Years alone have one row of labels; months two, with the year beneath. Labels are thinned until they fit.
    """
    xs, slot = _places(periods, left, right, even)
    if all(p.annual for p in periods):
        named = [(x, str(p.year)) for x, p in zip(xs, periods, strict=True)]
        return TimeAxis(xs, slot, _thinned(named, size, 0), (), 1)
    months = _months(periods, xs, size)
    years: dict[int, list[float]] = {}
    for period, x in zip(periods, xs, strict=True):
        years.setdefault(period.year, []).append(x)
    spans = list(years.items())
    breaks = tuple((a[1][-1] + b[1][0]) / 2 for a, b in pairwise(spans))
    row = 1 if months else 0
    middles = [((own[0] + own[-1]) / 2, str(year)) for year, own in spans]
    return TimeAxis(xs, slot, (*months, *_thinned(middles, size, row)), breaks, row + 1)


def _places(periods: Sequence[Period], left: float, right: float, even: bool) -> tuple[tuple[float, ...], float]:
    places = [i if even else p.year * 12 + p.month for i, p in enumerate(periods)]
    if len(places) < 2 or places[-1] == places[0]:
        return ((left + right) / 2,) * len(places), right - left
    step = min(b - a for a, b in pairwise(places) if b > a)
    slot = (right - left) / ((places[-1] - places[0]) / step + 1)
    return tuple(left + slot * ((place - places[0]) / step + 0.5) for place in places), slot


def _months(periods: Sequence[Period], xs: Sequence[float], size: float) -> tuple[TimeLabel, ...]:
    """Names of months: all, every second, every quarter or half year, as fits; none where not even those do."""
    room = text_width("mmm", size) * 0.8
    for every in (1, 2, 3, 6):
        kept = [(x, p) for x, p in zip(xs, periods, strict=True) if p.month % every == 0 or len(periods) == 1]
        if kept and all(b[0] - a[0] >= room for a, b in pairwise(kept)):
            return tuple(TimeLabel(x, MONTHS[p.month - 1], 0) for x, p in kept)
    return ()


def _thinned(labels: Sequence[tuple[float, str]], size: float, row: int) -> tuple[TimeLabel, ...]:
    """Every label, or every second, fifth or tenth …, counted from the last."""
    room = max((text_width(text, size) for _, text in labels), default=0) + size / 2
    for every in (1, 2, 5, 10, 20, 50):
        kept = labels[::-1][::every][::-1]
        if every == 50 or all(b[0] - a[0] >= room for a, b in pairwise(kept)):
            break
    fitting: list[tuple[float, str]] = []
    for x, text in reversed(kept):  # uneven distances: whatever still runs into the next is left out
        if not fitting or fitting[-1][0] - x >= room:
            fitting.append((x, text))
    return tuple(TimeLabel(x, text, row) for x, text in reversed(fitting))
