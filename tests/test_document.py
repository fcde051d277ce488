"""The document package as those who use it see it: charts as SVG, and pages of HTML."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.document import (
    Bounds,
    Callout,
    Card,
    Cards,
    Cell,
    ChartKind,
    Column,
    Document,
    Figure,
    Gallery,
    GroupedBars,
    Heading,
    Item,
    Items,
    Light,
    Lights,
    LineChart,
    Paragraph,
    PeerRow,
    PeerStrip,
    RadarChart,
    Row,
    Section,
    Series,
    Spoke,
    StackedBars,
    Table,
    Tone,
    Unit,
    Value,
    to_html,
    to_svg,
)
from xl_perlas.document.numbers import brief, decimal, exact, shown
from xl_perlas.document.scale import scale, spread, text_width, tick_texts, time_axis
from xl_perlas.periods import Period

#: Names that people could give, and that must stay names.
HOSTILE = (
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", '" onload="alert(1)', "]]><svg onload=alert(1)>", "</style><b>",
    "a\x00b\x1b\ud800c", "&lt;ya&gt;",
)  # fmt: skip

units = st.sampled_from([Unit.PERCENT, Unit.TIMES, Unit.AMOUNT, Unit.PLAIN])
figures = st.one_of(
    st.none(), st.floats(-10, 10), st.floats(allow_nan=True, allow_infinity=True), st.just(0.0),
    st.floats(-1e12, 1e12),
)  # fmt: skip
values = st.builds(Value, figures, st.sampled_from(["sin dato", "no aplica"]), st.sampled_from(list(Tone)))
names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
bounds = st.builds(Bounds, st.one_of(st.none(), st.floats(-10, 10)), st.one_of(st.none(), st.floats(-10, 10)))


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, ...]:
    annual = draw(st.booleans())
    places = draw(st.lists(st.integers(0, 60), min_size=1, max_size=40, unique=True))
    return tuple(Period(1990 + p) if annual else Period(2015 + p // 12, p % 12 + 1, False) for p in sorted(places))


@st.composite
def charts(draw: st.DrawFn) -> ChartKind:
    kind = draw(st.integers(0, 4))
    time = draw(periods())

    def row(count: int) -> tuple[Value, ...]:
        return tuple(draw(st.lists(values, min_size=count, max_size=count)))

    many = draw(st.integers(1, 7))
    title, unit = draw(names), draw(units)
    if kind == 0:
        goal = tuple(draw(bounds) for _ in time) if draw(st.booleans()) else ()
        return LineChart(title, unit, time, tuple(Series(draw(names), row(len(time))) for _ in range(many)), goal)
    if kind == 1:
        totals = row(len(time)) if draw(st.booleans()) else ()
        return StackedBars(title, unit, time, tuple(Series(draw(names), row(len(time))) for _ in range(many)), totals)
    if kind == 2:
        labels = tuple(draw(names) for _ in range(many))
        return GroupedBars(title, unit, labels, tuple(Series(draw(names), row(many)) for _ in range(3)))
    if kind == 3:
        spokes = tuple(Spoke(draw(names), *row(2), "3 de 5") for _ in range(many))
        return RadarChart(title, spokes, "2011", draw(st.sampled_from(["", "2010"])))
    finite = st.floats(-5, 5)
    rows = tuple(
        PeerRow(draw(names), unit, row(1)[0], tuple(draw(st.lists(finite, max_size=9))), draw(st.none() | finite),
                draw(st.none() | st.floats(0, 3)), ("percentil 50",), "más es mejor")
        for _ in range(many)
    )  # fmt: skip
    return PeerStrip(title, draw(names), rows)


def told(chart: ChartKind) -> list[tuple[Value, Unit]]:
    """Every figure of a chart."""
    if isinstance(chart, LineChart | GroupedBars):
        return [(v, chart.unit) for one in chart.series for v in one.values]
    if isinstance(chart, StackedBars):
        return [(v, chart.unit) for one in chart.parts for v in one.values] + [
            (v, chart.total_unit) for v in chart.totals
        ]  # fmt: skip
    if isinstance(chart, RadarChart):
        return [(one.value, Unit.PERCENT) for one in chart.spokes]
    return [(one.value, one.unit) for one in chart.rows]


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ET.fromstring(svg).iter("text")]


# --- every chart ------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(charts(), st.sampled_from([340.0, 680.0]))
def test_any_chart_is_an_image_that_tells_every_figure(chart: ChartKind, width: float) -> None:
    svg = to_svg(chart, "g", width)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    title, words = root.find("title"), root.find("desc")
    assert title is not None
    assert words is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    for value, unit in told(chart):
        figure = value.why if value.value is None or not math.isfinite(value.value) else shown(value.value, unit)
        assert figure in (words.text or "")
    assert not re.search(r'="[^"]*\b(nan|inf)\b', svg)
    assert not {e.tag for e in root.iter()} & {"script", "image", "use", "foreignObject", "a"}
    assert to_svg(chart, "g", width) == svg


@settings(max_examples=100, deadline=None)
@given(charts(), st.sampled_from([340.0, 680.0]))
def test_any_chart_draws_inside_its_frame(chart: ChartKind, width: float) -> None:
    root = ET.fromstring(to_svg(chart, "g", width))
    _, _, w, h = map(float, (root.get("viewBox") or "").split())
    assert w == width
    for e in root.iter():
        for keys, end in ((("x", "x1", "x2", "cx"), w), (("y", "y1", "y2", "cy"), h)):
            for place in (float(e.get(k, "0")) for k in keys):
                assert -14 <= place <= end + 14, ET.tostring(e)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_names_in_charts(name: str) -> None:
    time = (Period(2010), Period(2011))
    row = (Value(0.1), Value(0.2))
    for chart in (
        LineChart(name, Unit.PERCENT, time, (Series(name, row), Series(name, row))),
        StackedBars(name, Unit.PERCENT, time, (Series(name, row),)),
        GroupedBars(name, Unit.PERCENT, (name, name), (Series(name, row),)),
        RadarChart(name, (Spoke(name, *row, name),) * 3, name, name),
        PeerStrip(name, name, (PeerRow(name, Unit.PERCENT, row[0], (0.1, 0.3), place=(name,), hint=name),)),
    ):
        root = ET.fromstring(to_svg(chart, "g"))
        assert not {e.tag for e in root.iter()} & {"script", "b"}
        assert not any(key.startswith("on") for e in root.iter() for key in e.attrib)


# --- lines ------------------------------------------------------------------------------------------------------------


def line(*figures: float | None, monthly: bool = False, **more: object) -> LineChart:
    count = len(figures)
    time = [Period(2021 + i // 12, i % 12 + 1, False) if monthly else Period(2009 + i) for i in range(count)]
    return LineChart("A1", Unit.PERCENT, tuple(time), (Series("A1", tuple(map(Value, figures))),), **more)  # type: ignore[arg-type]


def points_of(svg: str) -> list[list[str]]:
    return [(e.get("points") or "").split() for e in ET.fromstring(svg).iter("polyline")]


def test_a_gap_breaks_the_line_and_is_named() -> None:
    svg = to_svg(line(0.01, 0.02, None, 0.04, 0.05), "g", 340)
    assert [len(run) for run in points_of(svg)] == [2, 2]
    assert len(list(ET.fromstring(svg).iter("circle"))) == 4
    assert texts(svg).count("sin dato") == 1
    assert "2011: sin dato" in svg


def test_a_period_that_is_not_there_takes_its_place_in_time() -> None:
    time = (Period(2009), Period(2010), Period(2013))
    chart = LineChart("A1", Unit.PERCENT, time, (Series("A1", (Value(0.1), Value(0.1), Value(0.1))),))
    xs = [float(e.get("cx", "0")) for e in ET.fromstring(to_svg(chart, "g", 680)).iter("circle")]
    assert (xs[2] - xs[1]) / (xs[1] - xs[0]) == pytest.approx(3, abs=0.02)


@pytest.mark.parametrize("count", [1, 2, 3, 36])
def test_every_figure_has_a_point_whatever_the_number_of_periods(count: int) -> None:
    svg = to_svg(line(*[0.01 * (i + 1) for i in range(count)], monthly=True), "g", 340)
    assert len(list(ET.fromstring(svg).iter("circle"))) == count
    assert sum(map(len, points_of(svg))) == (count if count > 1 else 0)
    assert brief(0.01 * count, Unit.PERCENT) in texts(svg), "the last figure is told beside its point"


def test_the_goal_is_drawn_where_it_is_known_and_labelled_as_it_stands_last() -> None:
    goal = (Bounds(None, 0.05), Bounds(), Bounds(None, 0.04))
    svg = to_svg(line(0.01, 0.02, 0.03, bounds=goal), "g", 340)
    dashed = [e for e in ET.fromstring(svg).iter("line") if e.get("stroke-dasharray")]
    assert len(dashed) == 2
    assert "meta ≤ 4 %" in [t.replace("\u00a0", " ") for t in texts(svg)]
    assert "meta ≤ 5,00\u00a0% en 2009" in svg
    outside = line(0.02, bounds=(Bounds(0.7, 0.8),))
    assert {"meta ≥ 70 %", "meta ≤ 80 %"} <= {t.replace("\u00a0", " ") for t in texts(to_svg(outside, "g"))}


def test_met_and_not_met_have_different_shapes_not_only_colours() -> None:
    time = (Period(2010), Period(2011))
    row = (Value(0.1, tone=Tone.GOOD), Value(0.2, tone=Tone.BAD))
    svg = to_svg(LineChart("A1", Unit.PERCENT, time, (Series("A1", row),)), "g")
    root = ET.fromstring(svg)
    assert len(list(root.iter("circle"))) == 1
    assert len(list(root.iter("polygon"))) == 1


def test_several_lines_are_told_apart_without_colour() -> None:
    time = tuple(Period(2009 + i) for i in range(3))
    rows = tuple(Series(f"Segmento {n}", tuple(Value(0.01 * n + 0.01 * i) for i in range(3))) for n in range(6))
    root = ET.fromstring(to_svg(LineChart("M", Unit.PERCENT, time, rows), "g", 680))
    lines = [(e.get("stroke-dasharray"), e.get("stroke")) for e in root.iter("polyline")]
    assert len({dash for dash, _ in lines}) == len({colour for _, colour in lines}) == 6


# --- bars and others --------------------------------------------------------------------------------------------------


def test_negative_parts_hang_below_zero() -> None:
    parts = (Series("Capital", (Value(1.2),)), Series("Pérdidas", (Value(-0.2),)))
    root = ET.fromstring(to_svg(StackedBars("P", Unit.PERCENT, (Period(2011),), parts), "g", 340))
    capital, losses = [e for e in root.iter("rect") if e.get("stroke") == "#ffffff"][:2]
    assert float(capital.get("y", "0")) + float(capital.get("height", "0")) == pytest.approx(
        float(losses.get("y", "0")), abs=0.2
    )  # fmt: skip
    assert float(capital.get("height", "0")) / float(losses.get("height", "0")) == pytest.approx(6, abs=0.1)


def test_a_radar_with_a_missing_share_has_no_closed_shape() -> None:
    def shapes(*shares: float | None) -> list[str]:
        spokes = tuple(Spoke("S", Value(v, "sin veredicto"), Value(None)) for v in shares)
        root = ET.fromstring(to_svg(RadarChart("R", spokes, "2011"), "g"))
        return [e.get("fill", "") for e in root.iter("polygon") if e.get("fill") != "none"]

    assert len(shapes(0.5, 0.6, 0.7, 0.2)) == 1
    assert shapes(0.5, None, 0.7, 0.2) == []


def test_every_peer_is_a_dot() -> None:
    peers = (0.1, 0.12, 0.2, 0.3, 0.31)
    row = PeerRow("ROA", Unit.PERCENT, Value(0.15), peers, 0.2)
    svg = to_svg(PeerStrip("Pares", "Coop", (row,)), "g", 680)
    dots = [e for e in ET.fromstring(svg).iter("circle") if e.get("fill") == "none"]
    assert len(dots) == len(peers) + 1, "the legend has one of its own"


# --- scales and labels ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.booleans())
def test_ticks_are_round_and_hold_every_figure(numbers: list[float], zero: bool) -> None:
    found = scale(numbers, zero=zero)
    steps = {b - a for a, b in pairwise(found.ticks)}
    mantissas = {round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) for step in steps}
    assert mantissas <= {1, 2, 5}
    near = 1e-6 + 1e-8 * (max(numbers) - min(numbers))
    assert found.low <= min(numbers) + near
    assert max(numbers) <= found.high + near
    assert len(found.ticks) <= 9
    if zero:
        assert found.low <= 0 <= found.high
    assert len(set(tick_texts(found.ticks, Unit.PLAIN)[0])) == len(found.ticks) or max(map(abs, numbers)) < 1e-5


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(5, 30)), min_size=1, max_size=8))
def test_labels_are_moved_apart_in_their_order(boxes: list[tuple[float, float]]) -> None:
    centres, heights = zip(*boxes, strict=True)
    placed = spread(centres, heights, 0.0, 200.0)
    order = sorted(range(len(boxes)), key=lambda i: (centres[i], i))
    for a, b in pairwise(order):
        assert placed[b] - placed[a] >= (heights[a] + heights[b]) / 2 - 1e-6
    assert placed[order[0]] - heights[order[0]] / 2 >= -1e-6


@settings(deadline=None)
@given(periods(), st.floats(60, 640))
def test_labels_of_periods_never_run_into_one_another(time: tuple[Period, ...], width: float) -> None:
    axis = time_axis(time, 0.0, width, 10.0)
    assert axis.labels, "some period is named"
    for row in {label.row for label in axis.labels}:
        own = [label for label in axis.labels if label.row == row]
        for a, b in pairwise(own):
            room = (text_width(a.text, 10.0) + text_width(b.text, 10.0)) / 2
            assert b.x - a.x >= room * 0.75


def test_months_have_their_year_beneath() -> None:
    time = tuple(Period(2021 + i // 12, i % 12 + 1, False) for i in range(36))
    axis = time_axis(time, 40.0, 260.0, 10.0)
    assert [label.text for label in axis.labels if label.row == 1] == ["2021", "2022", "2023"]
    assert {label.text for label in axis.labels if label.row == 0} >= {"jun", "dic"}
    assert len(axis.breaks) == 2
    alone = time_axis(time[5:6], 0.0, 200.0, 10.0)
    assert [(label.text, label.x) for label in alone.labels] == [("jun", 100.0), ("2021", 100.0)]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(1234.5, 2, "1.234,50"), (-0.004, 2, "0,00"), (-1234567.891, 1, "−1.234.567,9"), (2.5e17, 2, "2,50·10¹⁷"),
     (0.125, 2, "0,13"), (math.inf, 2, "sin dato")],
)  # fmt: skip
def test_numbers_read_in_spanish(value: float, places: int, text: str) -> None:
    assert decimal(value, places) == text


def test_shares_amounts_and_limits_are_short_in_charts() -> None:
    told = [brief(0.81328, Unit.PERCENT), brief(111766.18, Unit.AMOUNT), brief(1912.41, Unit.AMOUNT),
            brief(0.0, Unit.PERCENT), brief(7.3e7, Unit.AMOUNT), exact(0.05, Unit.PERCENT), exact(0.1591, Unit.PERCENT),
            exact(1.0, Unit.PERCENT), brief(0.0041, Unit.PERCENT)]  # fmt: skip
    assert [t.replace("\u00a0", " ") for t in told] == [
        "81,3 %", "111,8 mil", "1.912", "0 %", "73,0 mill.", "5 %", "15,91 %", "100 %", "0,41 %",
    ]  # fmt: skip


# --- pages ------------------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def document(name: str) -> Document:
    """A document with every kind of block, whose every text is `name`."""
    chart = LineChart(name, Unit.PERCENT, (Period(2011),), (Series(name, (Value(0.1, name),)),))
    table = Table((Column(name), Column(name, right=True)), (Row((Cell(name, detail=name), Cell(None, missing=name))),),
                  name)  # fmt: skip
    blocks = (
        Paragraph(name), Heading(name, name), Callout(name, Tone.BAD, name), Lights((Light(name, Tone.GOOD, name),)),
        Cards((Card(name, name, name),)), Items((Item(name, name, (name,), Tone.WATCH),)), table,
        Figure(chart, name, Light(name, Tone.BAD)), Gallery((Figure(chart),)),
    )  # fmt: skip
    return Document(name, name, name, name, (Section("uno", name, blocks, name),), name)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_names_in_pages(name: str) -> None:
    page = to_html(document(name))
    read = _Reader(page)
    assert not set(read.tags) & {"script", "b", "img", "link", "iframe", "object"}
    assert not [key for key, _ in read.attributes if key.startswith("on")]
    assert read.tags.count("style") == 1
    shown_name = "".join(c if c >= " " and c != "\ud800" else " " for c in name)
    assert "".join(read.text).count(shown_name) >= 15
    page.encode("utf-8")


def test_a_page_holds_everything_and_fetches_nothing() -> None:
    page = to_html(document("Cooperativa"))
    assert not re.search(r"(https?:)?//\w|<script|<link|<img|url\(|@import|\ssrc=", page)
    assert "default-src 'none'" in page
    assert '<html lang="es">' in page
    assert to_html(document("Cooperativa")) == page
    ids = [value for key, value in _Reader(page).attributes if key == "id"]
    assert len(ids) == len(set(ids))


def test_zero_and_missing_are_different_in_tables() -> None:
    cells = (Cell(0.0, Unit.PERCENT), Cell(None, Unit.PERCENT), Cell(None, missing="no aplica"), Cell(0.1, Unit.PERCENT,
             tone=Tone.BAD, doubtful=True))  # fmt: skip
    table = Table(tuple(Column(str(i), right=True) for i in range(4)), (Row(cells),))
    text = " ".join(_Reader(to_html(Document("t", "e", "p", "", (Section("a", "A", (table,)),)))).text)
    assert "0,00\u00a0%" in text
    assert "sin dato" in text
    assert "no aplica" in text
    assert re.search(r"✗\s+10,00\u00a0%\s+!", text)
