"""Lines over time, with their goal: a gap where there is no figure, the last figure told beside its point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xl_perlas.document import draw
from xl_perlas.document.charts import Bounds, LineChart, Series, Tone, Value
from xl_perlas.document.numbers import brief, exact
from xl_perlas.document.scale import Scale, TimeAxis, scale, spread, text_width, tick_texts, time_axis, wrapped
from xl_perlas.document.svg_time import ROW, gap_marks, time_marks

#: Part of the width that labels at the right may take before they go below as a legend.
_GUTTER = 0.36
_TOP, _SMALL_HEIGHT, _HEIGHT = 20.0, 132.0, 230.0
#: From this width on a chart is a large one.
_LARGE = 500
#: Above so many points, markers are small.
_MANY = 14


@dataclass(frozen=True, slots=True)
class _Label:
    """A label at the right: where it belongs, its lines, and whether it is a figure."""

    y: float
    lines: tuple[str, ...]
    bold: bool
    colour: str
    from_x: float

    @property
    def height(self) -> float:
        return 12.0 * len(self.lines) + 2


@dataclass(frozen=True)
class _Frame:
    """Where everything stands."""

    chart: LineChart
    width: float
    left: float
    right: float
    bottom: float
    y: Scale
    time: TimeAxis

    @property
    def single(self) -> bool:
        return len(self.chart.series) == 1

    @property
    def radius(self) -> float:
        return 2.1 if len(self.chart.periods) > _MANY else 3.4


def draw_lines(chart: LineChart, width: float) -> tuple[str, float]:
    """The drawing and its height."""
    values = [v.known for one in chart.series for v in one.values]
    limits = [limit for b in chart.bounds for limit in (b.low, b.high)]
    plot = _HEIGHT if width >= _LARGE else _SMALL_HEIGHT
    y = scale([v for v in values if v is not None], 5 if width >= _LARGE else 4, unit=chart.unit,
              inside=[v for v in limits if v is not None])  # fmt: skip
    bottom = _TOP + plot
    y = y.spanning(bottom, _TOP)
    ticks, name = tick_texts(y.ticks, chart.unit)
    left = max(text_width(t, draw.SMALL) for t in ticks) + 8
    gutter = _gutter(chart, width)
    legend = gutter is None
    right = width - (gutter if gutter is not None else _legend_gutter(chart))
    time = time_axis(chart.periods, left, right, draw.SMALL)
    frame = _Frame(chart, width, left, right, bottom, y, time)
    everywhere = frame.single and _all_fit(frame)
    drawing = [
        *_zones(frame), *_axes(frame, ticks, name), *_goals(frame), *_gaps(frame),
        *(part for i, one in enumerate(chart.series) for part in _series(frame, i, one)),
    ]  # fmt: skip
    if not any(v is not None for v in values):
        drawing.append(draw.text((left + right) / 2, (_TOP + bottom) / 2, "sin dato en ningún periodo", anchor="middle",
                                 fill=draw.MUTED, halo=True))  # fmt: skip
    elif everywhere:
        drawing += _figures(frame)
    labels = [*_goal_labels(frame), *(() if everywhere else _last_labels(frame, legend))]
    placed, lowest = _place(labels, frame)
    height = max(bottom + ROW * time.rows + 4, lowest)
    drawing += placed
    if legend:
        extra, height = _legend(frame, height)
        drawing += extra
    return "".join(drawing), height


# --- the frame --------------------------------------------------------------------------------------------------------


def _axes(frame: _Frame, ticks: Sequence[str], name: str) -> Iterator[str]:
    y, time = frame.y, frame.time
    for value, label in zip(y.ticks, ticks, strict=True):
        place = y.at(value)
        zero = value == 0
        yield draw.line(frame.left, place, frame.right, place, draw.AXIS if zero else draw.GRID, 1.2 if zero else 0.8)
        yield draw.text(frame.left - 5, place + 3.5, label, size=draw.SMALL, anchor="end", fill=draw.MUTED)
    if name:
        yield draw.text(0, 8, name, size=draw.SMALL, fill=draw.MUTED)
    yield from time_marks(time, frame.bottom)


def _edges(frame: _Frame) -> list[tuple[float, float]]:
    """From where to where each period reaches: half-way to its neighbours."""
    xs = frame.time.xs
    middles = [frame.left, *((a + b) / 2 for a, b in pairwise(xs)), frame.right]
    return list(pairwise(middles))


# --- the goal ---------------------------------------------------------------------------------------------------------


def _runs(frame: _Frame) -> list[tuple[float, float, Bounds]]:
    """Stretches of time with one goal."""
    found: list[tuple[float, float, Bounds]] = []
    for (start, end), bounds in zip(_edges(frame), frame.chart.bounds, strict=False):
        if found and found[-1][2] == bounds:
            start = found.pop()[0]
        found.append((start, end, bounds))
    return [one for one in found if (one[2].low, one[2].high) != (None, None)]


def _zones(frame: _Frame) -> Iterator[str]:
    for start, end, bounds in _runs(frame):
        low = frame.y.low if bounds.low is None else bounds.low
        high = frame.y.high if bounds.high is None else bounds.high
        if low <= high:
            top, bottom = frame.y.at(high), frame.y.at(low)
            yield draw.zone(start, top, end - start, bottom - top)


def _goals(frame: _Frame) -> Iterator[str]:
    for start, end, bounds in _runs(frame):
        for limit in dict.fromkeys(v for v in (bounds.low, bounds.high) if v is not None):
            place = frame.y.at(limit)
            yield draw.line(start, place, end, place, draw.GOOD, 1.4, "5 3")


def _goal_labels(frame: _Frame) -> Iterator[_Label]:
    """The goal of the last period, beside its line."""
    if not frame.chart.bounds:
        return
    for limit, words in goal_sides(frame.chart, frame.chart.bounds[-1]):
        yield _Label(frame.y.at(limit), (words,), False, draw.GOOD, frame.right)


def goal_sides(chart: LineChart, bounds: Bounds) -> list[tuple[float, str]]:
    """Each limit of a goal and its label: `meta ≥ 10 %`."""
    low, high = bounds.low, bounds.high
    if low is not None and low == high:
        return [(low, f"{chart.goal} {chart.equal_sign} {exact(low, chart.unit)}")]
    sides = ((high, chart.high_sign), (low, chart.low_sign))
    return [(limit, f"{chart.goal} {sign} {exact(limit, chart.unit)}") for limit, sign in sides if limit is not None]


# --- the figures ------------------------------------------------------------------------------------------------------


def _points(frame: _Frame, one: Series) -> list[tuple[float, float | None, Value]]:
    return [
        (x, None if v.known is None else frame.y.at(v.known), v)
        for x, v in zip(frame.time.xs, one.values, strict=True)
    ]  # fmt: skip


def _series(frame: _Frame, index: int, one: Series) -> Iterator[str]:
    colour, dash = (draw.LINES[0], "") if frame.single else _look(index)
    run: list[tuple[float, float]] = []
    points = _points(frame, one)
    for x, y, _ in [*points, (0.0, None, Value(None))]:
        if y is not None:
            run.append((x, y))
        elif run:
            if len(run) > 1:
                yield draw.path(run, colour, 2.0 if frame.single else 1.8, dash)
            run = []
    for x, y, value in points:
        if y is not None:
            failed = value.tone is Tone.BAD
            size = frame.radius if value.tone is not Tone.NONE or not frame.single else frame.radius * 0.85
            shape, ink = (3 if failed else 0, draw.BAD if failed else colour) if frame.single else (index, colour)
            yield draw.marker(x, y, shape, size, ink, hollow=failed)


def _look(index: int) -> tuple[str, str]:
    return draw.LINES[index % len(draw.LINES)], draw.DASHES[index % len(draw.DASHES)]


def _gaps(frame: _Frame) -> Iterator[str]:
    """A cross on the axis for every period in which nothing has a figure, and the word once a stretch."""
    rows = list(zip(*(one.values for one in frame.chart.series), strict=True))
    empty = [i for i, row in enumerate(rows) if all(v.known is None for v in row)]
    if len(empty) == len(rows):
        return
    words = {i: rows[i][0].why for i in empty}
    yield from gap_marks(frame.time, words, frame.bottom)


def _all_fit(frame: _Frame) -> bool:
    """Whether every figure can be told beside its point."""
    texts = [brief(v.known, frame.chart.unit) for v in frame.chart.series[0].values if v.known is not None]
    edge = frame.time.xs[:1] + frame.time.xs[-1:]
    widest = max((text_width(t, draw.TEXT) for t in texts), default=0.0)
    inside = not edge or (edge[0] - frame.left >= widest / 2 - 6 and frame.right - edge[-1] >= widest / 2 - 6)
    return inside and widest + 4 <= frame.time.slot


def _figures(frame: _Frame) -> Iterator[str]:
    """Every figure, above its point or, in a valley, below it."""
    points = _points(frame, frame.chart.series[0])
    last = max(i for i, (_, y, _) in enumerate(points) if y is not None)
    for i, (x, y, value) in enumerate(points):
        if y is None or value.known is None:
            continue
        around = [p[1] for p in points[max(0, i - 1) : i] + points[i + 1 : i + 2] if p[1] is not None]
        valley = bool(around) and all(other < y - 4 for other in around) and y + 18 < frame.bottom
        yield draw.text(x, y + 16 if valley else y - 8, brief(value.known, frame.chart.unit), anchor="middle",
                        bold=i == last, halo=True)  # fmt: skip


# --- labels at the right, and the legend ------------------------------------------------------------------------------


def _last(one: Series) -> int | None:
    """Position of the last figure, if it is of the last period."""
    return len(one.values) - 1 if one.values and one.values[-1].known is not None else None


def _figure_text(frame: LineChart, one: Series) -> str:
    position = _last(one)
    value = one.values[position].known if position is not None else None
    return "" if value is None else brief(value, frame.unit)


def _gutter(chart: LineChart, width: float) -> float | None:
    """Room for the labels at the right; None where they take too much and go into a legend."""
    goals = [words for b in chart.bounds[-1:] for _, words in goal_sides(chart, b)]
    widest = max((text_width(t, draw.SMALL) for t in goals), default=0.0)
    if len(chart.series) == 1:
        figure = _figure_text(chart, chart.series[0])
        return max(widest, text_width(figure, draw.TEXT) * 1.08, 14.0) + 10
    if width < _LARGE:
        return None
    names = [max(text_width(t, draw.SMALL) for t in _name_lines(chart, one)) for one in chart.series]
    needed = max(widest, *names) + 12
    return needed if needed <= width * _GUTTER else None


def _legend_gutter(chart: LineChart) -> float:
    goals = [text_width(words, draw.SMALL) for b in chart.bounds[-1:] for _, words in goal_sides(chart, b)]
    return max(goals, default=0.0) + 12


def _name_lines(chart: LineChart, one: Series) -> list[str]:
    figure = _figure_text(chart, one)
    return [*wrapped(one.name, draw.SMALL, 170, 2), *([figure] if figure else [])]


def _last_labels(frame: _Frame, legend: bool) -> Iterator[_Label]:
    for i, one in enumerate(frame.chart.series):
        known = [(x, y) for x, y, _ in _points(frame, one) if y is not None]
        if legend or not known:
            continue
        x, y = known[-1]
        if frame.single:
            if figure := _figure_text(frame.chart, one):
                yield _Label(y, (figure,), True, draw.INK, x)
        else:
            yield _Label(y, tuple(_name_lines(frame.chart, one)), False, _look(i)[0], x)


def _place(labels: Sequence[_Label], frame: _Frame) -> tuple[list[str], float]:
    """Labels one below the other, with a thin line from the point of one that had to move."""
    centres = spread([one.y for one in labels], [one.height for one in labels], 4.0, frame.bottom + 6)
    drawn, lowest = [], 0.0
    for label, centre in zip(labels, centres, strict=True):
        x = frame.right + 8
        away = label.from_x < frame.right - 12 or abs(centre - label.y) > 4
        if away and (label.bold or not frame.single):
            drawn.append(draw.line(label.from_x + 5, label.y, frame.right + 5, centre, draw.AXIS, 0.6))
        for n, words in enumerate(label.lines):
            strong = label.bold or (not frame.single and n == len(label.lines) - 1 and label.colour != draw.GOOD)
            drawn.append(draw.text(
                x, centre - label.height / 2 + 11 + 12 * n, words, size=draw.TEXT if label.bold else draw.SMALL,
                fill=label.colour, bold=strong,
            ))  # fmt: skip
        lowest = max(lowest, centre + label.height / 2 + 2)
    return drawn, lowest


def _legend(frame: _Frame, top: float) -> tuple[list[str], float]:
    """Below the chart: a sample of each line, its name and its last figure."""
    drawn: list[str] = []
    y = top + 6
    for i, one in enumerate(frame.chart.series):
        colour, dash = _look(i)
        figure = _figure_text(frame.chart, one)
        room = frame.width - 40 - text_width(figure, draw.TEXT) * 1.08
        lines = wrapped(one.name, draw.SMALL, room, 2)
        drawn.append(draw.path([(0, y + 6), (26, y + 6)], colour, 1.8, dash))
        drawn.append(draw.marker(13, y + 6, i, 3.2, colour))
        drawn += [draw.text(32, y + 10 + 12 * n, t, size=draw.SMALL) for n, t in enumerate(lines)]
        if figure:
            drawn.append(draw.text(frame.width, y + 10, figure, anchor="end", bold=True))
        y += 12 * len(lines) + 4
    return drawn, y + 2
