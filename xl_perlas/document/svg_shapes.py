"""The radar of several shares, and the strips that show an entity among its peers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import quantiles
from typing import TypeAlias

from xl_perlas.document import draw
from xl_perlas.document.charts import PeerRow, PeerStrip, RadarChart, Spoke, Value
from xl_perlas.document.numbers import Unit, brief
from xl_perlas.document.scale import Scale, clamp, text_width, wrapped

_RINGS = (0.25, 0.5, 0.75, 1.0)
_LARGE = 500
#: Where a share of an axis (by its number) stands.
_Place: TypeAlias = Callable[[int, float], tuple[float, float]]

#: Fewer peers than these are shown as points alone: quarters of so few say nothing.
_QUARTERS = 4


# --- radar ------------------------------------------------------------------------------------------------------------


def draw_radar(chart: RadarChart, width: float) -> tuple[str, float]:
    """The drawing and its height."""
    large = width >= _LARGE
    radius = 118.0 if large else 82.0
    middle, centre = width / 2, radius + 46
    count = len(chart.spokes)
    angles = [2 * math.pi * k / count - math.pi / 2 for k in range(count)]

    def at(k: int, share: float) -> tuple[float, float]:
        reach = radius * max(0.0, min(1.0, clamp(share)))
        return middle + reach * math.cos(angles[k]), centre + reach * math.sin(angles[k])

    drawing: list[str] = []
    for ring in _RINGS:
        drawing.append(draw.polygon([at(k, ring) for k in range(count)], fill="none", stroke=draw.GRID))
    drawing += [draw.line(middle, centre, *at(k, 1.0), draw.GRID) for k in range(count)]
    before = [one.before for one in chart.spokes]
    if chart.before:
        drawing += _outline(before, at, draw.MUTED, 1.5, "5 3", "none")
        drawing += [draw.marker(*at(k, v.known), 1, 2.6, draw.MUTED, True) for k, v in enumerate(before)
                    if v.known is not None]  # fmt: skip
    now = [one.value for one in chart.spokes]
    drawing += _outline(now, at, draw.LINES[0], 2.2, "", draw.LINES[0])
    drawing += [draw.marker(*at(k, v.known), 0, 3.6, draw.LINES[0]) for k, v in enumerate(now) if v.known is not None]
    drawing += [draw.cross(*at(k, 0.5), 4.0) for k, v in enumerate(now) if v.known is None]
    drawing.append(draw.text(middle + 4, centre - radius * 0.5 - 3, "50 %", size=9, fill=draw.MUTED, halo=True))
    room = (width - 2 * radius * 0.87) / 2 - 14 if count > 2 else width / 2 - 10
    lowest = centre + radius
    for k, one in enumerate(chart.spokes):
        own, bottom = _spoke_label(one, at(k, 1.0), angles[k], room)
        drawing += own
        lowest = max(lowest, bottom)
    legend, height = _radar_legend(chart, width, lowest + 12)
    return "".join([*drawing, *legend]), height


def _outline(
    values: Sequence[Value], place: _Place, colour: str, width: float, dash: str, fill: str
) -> Iterator[str]:
    """The shape through the figures; broken where one is missing, for then there is no shape."""
    known = [v.known for v in values]
    corners = [place(k, v) for k, v in enumerate(known) if v is not None]
    if len(corners) == len(known) > 2:
        yield draw.polygon(corners, fill=fill, fill_opacity="0.16", stroke=colour, stroke_width=width,
                           stroke_dasharray=dash or None, stroke_linejoin="round")  # fmt: skip
        return
    for k, value in enumerate(known):
        after = (k + 1) % len(known)
        other = known[after]
        if value is not None and other is not None and len(known) > 2:
            yield draw.path([place(k, value), place(after, other)], colour, width, dash)


def _spoke_label(one: Spoke, tip: tuple[float, float], angle: float, room: float) -> tuple[list[str], float]:
    """Name, share and what it counts, outside the end of the axis."""
    share = one.value.why if one.value.known is None else brief(one.value.known, Unit.PERCENT)
    detail = f"{share} · {one.detail}" if one.detail else share
    side = math.cos(angle)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    names = wrapped(one.name, draw.TEXT, room * 2 if anchor == "middle" else room, 1 if anchor == "middle" else 3)
    details = wrapped(detail, draw.SMALL, room * 2 if anchor == "middle" else room, 2)
    tall = 13.0 * (len(names) + len(details))
    x = tip[0] + (8 if anchor == "start" else -8 if anchor == "end" else 0)
    above = math.sin(angle) < -0.9
    top = tip[1] - tall - 8 if above else tip[1] + 6 if anchor == "middle" else tip[1] - tall / 2
    drawn = [draw.text(x, top + 11 + 13 * n, t, anchor=anchor, bold=True) for n, t in enumerate(names)]
    start = top + 13 * len(names)
    drawn += [draw.text(x, start + 11 + 13 * n, t, size=draw.SMALL, anchor=anchor, fill=draw.MUTED)
              for n, t in enumerate(details)]  # fmt: skip
    return drawn, top + tall


def _radar_legend(chart: RadarChart, width: float, y: float) -> tuple[list[str], float]:
    names = [chart.now, *([chart.before] if chart.before else [])]
    total = sum(text_width(name, draw.SMALL) + 50 for name in names)
    x = max(0.0, (width - total) / 2)
    drawn = []
    for k, name in enumerate(names):
        colour, dash = ((draw.LINES[0], ""), (draw.MUTED, "5 3"))[k]
        drawn.append(draw.path([(x, y), (x + 24, y)], colour, 2.0 if not k else 1.5, dash))
        drawn.append(draw.marker(x + 12, y, k, 3.2 - k * 0.4, colour, bool(k)))
        drawn.append(draw.text(x + 30, y + 3.6, name, size=draw.SMALL))
        x += text_width(name, draw.SMALL) + 50
    return drawn, y + 12


# --- peers ------------------------------------------------------------------------------------------------------------


def draw_peers(chart: PeerStrip, width: float) -> tuple[str, float]:
    """The drawing and its height: a strip a ratio, each on a scale of its own."""
    large = width >= _LARGE
    drawing, y = _peer_legend(chart, width)
    for row in chart.rows:
        own, y = _strip(row, y, width, large)
        drawing += own
    return "".join(drawing), y


def _strip(row: PeerRow, top: float, width: float, large: bool) -> tuple[list[str], float]:
    name_room = width * 0.32 if large else width * 0.62
    names = wrapped(row.name, draw.TEXT, name_room, 2)
    hints = wrapped(row.hint, draw.SMALL, name_room, 1) if row.hint else []
    places = [t for one in row.place for t in wrapped(one, draw.SMALL, width * 0.19 if large else width * 0.36, 1)]
    head = 13.0 * (len(names) + len(hints))
    first = top + 12
    drawn = [draw.text(0, first + 13 * n, t) for n, t in enumerate(names)]
    drawn += [draw.text(0, first + 13 * (len(names) + n), t, size=draw.SMALL, fill=draw.MUTED)
              for n, t in enumerate(hints)]  # fmt: skip
    drawn += [draw.text(width, first + 12 * n, t, size=draw.SMALL, anchor="end") for n, t in enumerate(places)]
    tall = max(head, 12.0 * len(places))
    if large:
        left, right, middle = width * 0.34, width * 0.8, top + 20
        bottom = max(top + tall, middle + 20)
    else:
        left, right, middle = 8.0, width - 8, top + tall + 20
        bottom = middle + 20
    drawn += _marks(row, left, right, middle)
    drawn.append(draw.line(0, bottom + 5, width, bottom + 5, draw.GRID, 0.8))
    return drawn, bottom + 8


def _marks(row: PeerRow, left: float, right: float, y: float) -> Iterator[str]:
    peers = sorted(clamp(v) for v in row.peers if math.isfinite(v))
    value, mean = row.value.known, row.mean
    ends = [*peers, *(v for v in (value, mean) if v is not None)]
    if mean is not None and row.deviation and not peers:
        ends += [mean - 2 * row.deviation, mean + 2 * row.deviation]
    if not ends:
        yield draw.text((left + right) / 2, y + 4, row.value.why, size=draw.SMALL, anchor="middle", fill=draw.MUTED)
        return
    low, high = clamp(min(ends)), clamp(max(ends))
    x = Scale((), low, high, left, right)
    yield draw.line(left, y, right, y, draw.GRID, 1.0)
    box = _box(row, peers)
    if box:
        start, end = x.at(box[0]), x.at(box[1])
        yield draw.rectangle(start, y - 7, end - start, 14, fill="#e4ecf4", stroke="#9fb2c6", stroke_width=0.8)
    for peer in peers:
        yield draw.element("circle", cx=x.at(peer), cy=y, r=2.4, fill="none", stroke="#5f7387", stroke_width=0.9)
    if mean is not None:
        yield draw.line(x.at(mean), y - 10, x.at(mean), y + 10, draw.INK, 1.4, "3 2")
    low_text, high_text = brief(low, row.unit), brief(high, row.unit)
    yield draw.text(left, y + 20, low_text, size=9, fill=draw.MUTED)
    if high > low:
        yield draw.text(right, y + 20, high_text, size=9, anchor="end", fill=draw.MUTED)
    if value is None:
        yield draw.text((left + right) / 2, y - 10, row.value.why, size=draw.SMALL, anchor="middle", fill=draw.MUTED,
                        halo=True)  # fmt: skip
        return
    place = x.at(value)
    text = brief(value, row.unit)
    half = text_width(text, draw.TEXT) * 0.55
    yield draw.marker(place, y, 3, 5.2, draw.BAD)
    yield draw.text(max(left + half, min(right - half, place)), y - 10, text, anchor="middle", bold=True, halo=True)


def _box(row: PeerRow, peers: Sequence[float]) -> tuple[float, float] | None:
    """The middle half of the peers; or a deviation around their mean."""
    if len(peers) >= _QUARTERS:
        first, _, third = quantiles(peers, n=4, method="inclusive")
        return first, third
    if not peers and row.mean is not None and row.deviation:
        return row.mean - row.deviation, row.mean + row.deviation
    return None


def _peer_legend(chart: PeerStrip, width: float) -> tuple[list[str], float]:
    """What the marks are."""
    only_means = not any(row.peers for row in chart.rows)
    entries = [(chart.entity or "la entidad", 0), *([] if only_means else [("cada par", 1)]),
               ("media ± desviación" if only_means else "la mitad del medio", 2), ("media", 3)]  # fmt: skip
    drawn, x, y = [], 0.0, 10.0
    for name, kind in entries:
        words = wrapped(name, draw.SMALL, min(width * 0.6, 320), 1)[0]
        needed = text_width(words, draw.SMALL) + 34
        if x and x + needed > width:
            x, y = 0.0, y + 16
        drawn.append(_sample(kind, x + 8, y - 4))
        drawn.append(draw.text(x + 20, y, words, size=draw.SMALL))
        x += needed
    return drawn, y + 12


def _sample(kind: int, x: float, y: float) -> str:
    if kind == 0:
        return draw.marker(x, y, 3, 4.6, draw.BAD)
    if kind == 1:
        return draw.element("circle", cx=x, cy=y, r=2.4, fill="none", stroke="#5f7387", stroke_width=0.9)
    if kind == 2:
        return draw.rectangle(x - 8, y - 5, 16, 10, fill="#e4ecf4", stroke="#9fb2c6", stroke_width=0.8)
    return draw.line(x, y - 6, x, y + 6, draw.INK, 1.4, "3 2")
