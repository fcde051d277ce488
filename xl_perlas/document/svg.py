"""A chart as SVG text: self-contained, readable without colour, and told in words for those who do not see it."""

from __future__ import annotations

from xl_perlas.document import draw
from xl_perlas.document.charts import ChartKind, GroupedBars, LineChart, RadarChart, StackedBars
from xl_perlas.document.svg_bars import draw_grouped, draw_stacked
from xl_perlas.document.svg_lines import draw_lines
from xl_perlas.document.svg_shapes import draw_peers, draw_radar
from xl_perlas.document.words import describe

#: Widths that a page shows charts in: across the text, on a telephone, and side by side.
WIDE, NARROW, SMALL = 680.0, 340.0, 340.0


def to_svg(chart: ChartKind, key: str, width: float = WIDE) -> str:
    """The chart `width` wide (its layout adapts; its height follows). `key` names its parts inside a page.

    A chart with wrong lengths (a series with more or fewer figures than periods) raises ValueError.
    """
    drawn, height = _draw(chart, width)
    title, told = f"{key}-t", f"{key}-d"
    words = draw.element("title", draw.safe(chart.title) or "Gráfico", id=title)
    words += draw.element("desc", draw.safe(describe(chart)) or "Sin datos", id=told)
    body = draw.element("g", drawn, font_family=draw.FONT) if drawn else ""
    return draw.element(
        "svg", words + body, viewBox=f"0 0 {draw.number(width)} {draw.number(height)}", role="img",
        aria_labelledby=f"{title} {told}", **{"class": "chart"},
    )  # fmt: skip


def _draw(chart: ChartKind, width: float) -> tuple[str, float]:
    if isinstance(chart, LineChart):
        return draw_lines(chart, width)
    if isinstance(chart, StackedBars):
        return draw_stacked(chart, width)
    if isinstance(chart, GroupedBars):
        return draw_grouped(chart, width)
    if isinstance(chart, RadarChart):
        return draw_radar(chart, width)
    return draw_peers(chart, width)
