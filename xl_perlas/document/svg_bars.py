"""Bars: what a whole is made of over time, and figures by category side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xl_perlas.document import draw
from xl_perlas.document.charts import NO_DATA, GroupedBars, Series, StackedBars, Value
from xl_perlas.document.numbers import Unit, brief
from xl_perlas.document.scale import Scale, TimeAxis, scale, spread, text_width, tick_texts, time_axis, wrapped
from xl_perlas.document.svg_time import ROW, gap_marks, time_marks

_TOP, _HEIGHT, _LOW_HEIGHT = 22.0, 236.0, 170.0
#: From this width on labels stand beside the bars; below it, in a legend.
_LARGE = 500
_WIDEST_BAR = 76.0
#: Room that one bar takes at most, so that one or two do not float in an empty chart.
_ROOM = 130.0
_NAME = 200.0


# --- stacked ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stack:
    """Where everything stands in a chart of stacked bars."""

    chart: StackedBars
    left: float
    right: float
    bottom: float
    y: Scale
    time: TimeAxis

    @property
    def bar(self) -> float:
        return min(_WIDEST_BAR, self.time.slot * 0.72)


def draw_stacked(chart: StackedBars, width: float) -> tuple[str, float]:
    """The drawing and its height."""
    large = width >= _LARGE
    sums = [_sums(chart, i) for i in range(len(chart.periods))]
    y = scale([v for pair in sums for v in pair], 5 if large else 4, zero=True, unit=chart.unit, tight=True)
    names = sum(12 * len(_label(chart, one)) + 4 for one in chart.parts) if large else 0
    bottom = _TOP + max(_HEIGHT if large else _LOW_HEIGHT, names)
    y = y.spanning(bottom, _TOP)
    ticks, name = tick_texts(y.ticks, chart.unit)
    left = max(text_width(t, draw.SMALL) for t in ticks) + 8
    right = min(width - (_NAME + 46 if large else 4), left + max(1, len(chart.periods)) * _ROOM)
    time = time_axis(chart.periods, left, right, draw.SMALL, even=True)
    stack = _Stack(chart, left, right, bottom, y, time)
    drawing = [*_ticks(stack, ticks, name)]
    for i in range(len(chart.periods)):
        drawing += _bar(stack, i)
    drawing += [*_totals(stack, sums), *time_marks(time, bottom), *gap_marks(time, _empty(chart), y.at(0))]
    drawing.append(draw.line(left, y.at(0), right, y.at(0), draw.AXIS, 1.2))
    height = bottom + ROW * time.rows + 4
    labels, height = _names(stack, height) if large else _legend(stack, width, height)
    return "".join([*drawing, *labels]), height


def _sums(chart: StackedBars, i: int) -> tuple[float, float]:
    """How far the parts of a period reach below zero and above it."""
    known = [v for one in chart.parts if (v := one.values[i].known) is not None]
    return sum(v for v in known if v < 0), sum(v for v in known if v > 0)


def _ticks(stack: _Stack, ticks: Sequence[str], name: str) -> Iterator[str]:
    for value, label in zip(stack.y.ticks, ticks, strict=True):
        place = stack.y.at(value)
        yield draw.line(stack.left, place, stack.right, place, draw.GRID, 0.8)
        yield draw.text(stack.left - 5, place + 3.5, label, size=draw.SMALL, anchor="end", fill=draw.MUTED)
    if name:
        yield draw.text(0, 8, name, size=draw.SMALL, fill=draw.MUTED)


def _ends(stack: _Stack, i: int) -> list[tuple[float, float] | None]:
    """Where each part of a period begins and ends; None where it has no figure."""
    low = high = 0.0
    found: list[tuple[float, float] | None] = []
    for one in stack.chart.parts:
        value = one.values[i].known
        if value is None:
            found.append(None)
        elif value < 0:
            found.append((stack.y.at(low), stack.y.at(low + value)))
            low += value
        else:
            found.append((stack.y.at(high + value), stack.y.at(high)))
            high += value
    return found


def _bar(stack: _Stack, i: int) -> Iterator[str]:
    x, width = stack.time.xs[i], stack.bar
    ends = _ends(stack, i)
    for k, (end, one) in enumerate(zip(ends, stack.chart.parts, strict=True)):
        if end is None or one.values[i].known is None:
            continue
        top, bottom = end
        yield draw.area(x - width / 2, top, width, bottom - top, k, border=0.8 if width > 8 else 0.0)
        value = one.values[i].known
        text = "" if value is None else brief(value, stack.chart.unit)
        room = text_width(text, draw.SMALL) + 8
        if bottom - top >= 17 and room <= width:
            middle = (top + bottom) / 2
            yield draw.rectangle(x - room / 2, middle - 7, room, 14, fill=draw.PAPER, opacity="0.88", rx=3)
            yield draw.text(x, middle + 3.6, text, size=draw.SMALL, anchor="middle")


def _empty(chart: StackedBars) -> dict[int, str]:
    """Periods in which no part has a figure, and why."""
    return {
        i: next((one.values[i].why for one in chart.parts), NO_DATA)
        for i in range(len(chart.periods))
        if all(one.values[i].known is None for one in chart.parts)
    }


def _totals(stack: _Stack, sums: Sequence[tuple[float, float]]) -> Iterator[str]:
    texts = [_total(stack.chart, i) for i in range(len(stack.chart.periods))]
    if any(text_width(t, draw.SMALL) + 4 > stack.time.slot for t in texts):
        return
    for x, text, (_, high) in zip(stack.time.xs, texts, sums, strict=True):
        if text:
            yield draw.text(x, stack.y.at(high) - 5, text, size=draw.SMALL, anchor="middle", bold=True, halo=True)


def _total(chart: StackedBars, i: int) -> str:
    value = chart.totals[i].known if i < len(chart.totals) else None
    has_bar = any(one.values[i].known is not None for one in chart.parts)
    return "" if value is None or not has_bar else brief(value, chart.total_unit)


def _label(chart: StackedBars, one: Series) -> list[str]:
    """Name of a part and its figure in the last period."""
    figure = _last_text(one, chart.unit)
    return wrapped(f"{one.name} · {figure}" if figure else one.name, draw.SMALL, _NAME, 2)


def _last_text(one: Series, unit: Unit) -> str:
    value = one.values[-1].known if one.values else None
    return "" if value is None else brief(value, unit)


def _names(stack: _Stack, height: float) -> tuple[list[str], float]:
    """Names beside the last bar, each with a line to its part."""
    ends = _ends(stack, len(stack.chart.periods) - 1) if stack.chart.periods else []
    centres = [(end[0] + end[1]) / 2 if end else stack.y.at(0) for end in ends]
    lines = [_label(stack.chart, one) for one in stack.chart.parts]
    heights = [12.0 * len(own) + 4 for own in lines]
    placed = spread(centres, heights, 4.0, stack.bottom + 6)
    edge = (stack.time.xs[-1] if stack.time.xs else stack.left) + stack.bar / 2
    x = stack.right + 26
    drawn, lowest = [], height
    for k, (own, centre, y) in enumerate(zip(lines, centres, placed, strict=True)):
        if ends[k]:
            drawn.append(draw.path([(edge + 1, centre), (stack.right + 4, centre), (x - 6, y)], draw.AXIS, 0.6))
        top = y - heights[k] / 2 + 11
        drawn.append(draw.swatch(x - 2, top, k))
        drawn += [draw.text(x + 15, top + 12 * n, words, size=draw.SMALL) for n, words in enumerate(own)]
        lowest = max(lowest, y + heights[k] / 2)
    return drawn, lowest


def _legend(stack: _Stack, width: float, top: float) -> tuple[list[str], float]:
    """Below the chart: a sample of each part, its name and its last figure."""
    drawn, y = [], top + 8
    for k, one in enumerate(stack.chart.parts):
        figure = _last_text(one, stack.chart.unit)
        lines = wrapped(one.name, draw.SMALL, width - 28 - text_width(figure, draw.SMALL) * 1.1, 2)
        drawn.append(draw.swatch(0, y + 9, k))
        drawn += [draw.text(18, y + 9 + 12 * n, words, size=draw.SMALL) for n, words in enumerate(lines)]
        if figure:
            drawn.append(draw.text(width, y + 9, figure, size=draw.SMALL, anchor="end", bold=True))
        y += 12 * len(lines) + 5
    return drawn, y


# --- grouped ----------------------------------------------------------------------------------------------------------


def draw_grouped(chart: GroupedBars, width: float) -> tuple[str, float]:
    """The drawing and its height: lying bars, each category with its name."""
    large = width >= _LARGE
    thick, gap = (11.0, 2.0) if large else (12.0, 2.0)
    shown = [v for one in chart.series for v in one.values]
    unit_scale = scale([v.known for v in shown if v.known is not None], 4, zero=True, unit=chart.unit)
    widest = max((text_width(_text(v, chart.unit), draw.SMALL) for v in shown), default=0.0) + 8
    left = _NAME + 12 if large else 0.0
    negative = unit_scale.low < 0
    x = unit_scale.spanning(left + (widest if negative else 2), width - widest)
    drawing: list[str] = []
    y = 4.0
    if len(chart.series) > 1:
        samples, y = _series_legend(chart, width)
        drawing += samples
    for c, name in enumerate(chart.categories):
        lines = wrapped(name, draw.TEXT, _NAME if large else width, 2)
        bars = len(chart.series) * (thick + gap)
        tall = max(bars, 13.0 * len(lines)) if large else bars
        if large:
            first = y + tall / 2 - 6.5 * len(lines) + 10
            drawing += [draw.text(_NAME, first + 13 * n, t, anchor="end") for n, t in enumerate(lines)]
        else:
            drawing += [draw.text(0, y + 11 + 13 * n, t) for n, t in enumerate(lines)]
            y += 13 * len(lines) + 4
        start = y + (tall - bars) / 2
        for s, one in enumerate(chart.series):
            top = start + s * (thick + gap)
            drawing += _lying(one.values[c], chart.unit, x, top, thick, s)
        drawing.append(draw.line(x.at(0), y - 2, x.at(0), y + tall + 2, draw.AXIS, 1.2))
        y += tall + (10 if large else 8)
    return "".join(drawing), y


def _text(value: Value, unit: Unit) -> str:
    return value.why if value.known is None else brief(value.known, unit)


def _lying(value: Value, unit: Unit, x: Scale, top: float, thick: float, look: int) -> Iterator[str]:
    zero, base = x.at(0), top + thick - 2.2
    if value.known is None:
        yield draw.text(zero + 5, base, value.why, size=draw.SMALL, fill=draw.MUTED)
        return
    end = x.at(value.known)
    yield draw.area(min(zero, end), top, max(abs(end - zero), 0.8), thick, look, draw.AXIS, 0.5)
    behind = value.known < 0
    yield draw.text(end - 4 if behind else end + 4, base, brief(value.known, unit), size=draw.SMALL,
                    anchor="end" if behind else "start")  # fmt: skip


def _series_legend(chart: GroupedBars, width: float) -> tuple[list[str], float]:
    drawn, x, y = [], 0.0, 10.0
    for s, one in enumerate(chart.series):
        name = wrapped(one.name, draw.SMALL, width - 20, 1)[0]
        needed = text_width(name, draw.SMALL) + 30
        if x and x + needed > width:
            x, y = 0.0, y + 15
        drawn += [draw.swatch(x, y, s), draw.text(x + 17, y, name, size=draw.SMALL)]
        x += needed
    return drawn, y + 12
