"""Charts in words: what a reader who does not see them is told, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xl_perlas.document.charts import (
    Bounds,
    ChartKind,
    GroupedBars,
    LineChart,
    PeerRow,
    PeerStrip,
    RadarChart,
    Spoke,
    StackedBars,
    Tone,
    Value,
)
from xl_perlas.document.numbers import Unit, shown

_TONES = {Tone.GOOD: "cumple", Tone.BAD: "no cumple", Tone.WATCH: "atención", Tone.NONE: ""}


def describe(chart: ChartKind) -> str:
    """Everything that a chart shows, as text."""
    if isinstance(chart, LineChart):
        return _lines(chart)
    if isinstance(chart, StackedBars):
        return _stacked(chart)
    if isinstance(chart, GroupedBars):
        return " ".join(f"{one.name}: {_listed(chart.categories, one.values, chart.unit)}." for one in chart.series)
    if isinstance(chart, RadarChart):
        return f"{chart.now}. " + " ".join(_spoke(chart, one) for one in chart.spokes)
    return " ".join(_peer(chart, one) for one in chart.rows)


def figure_words(value: Value, unit: Unit) -> str:
    """A figure, or the word that says why there is none."""
    return value.why if value.known is None else shown(value.known, unit)


def _listed(labels: Iterable[str], values: Sequence[Value], unit: Unit) -> str:
    return "; ".join(
        f"{label}: {figure_words(v, unit)}" + (f" ({word})" if (word := _TONES[v.tone]) and v.known is not None else "")
        for label, v in zip(labels, values, strict=True)
    )


def _lines(chart: LineChart) -> str:
    labels = [p.label for p in chart.periods]
    parts = [f"{one.name}: {_listed(labels, one.values, chart.unit)}." for one in chart.series]
    told = [(label, text) for label, b in zip(labels, chart.bounds, strict=False) if (text := goal_words(chart, b))]
    if told and len({text for _, text in told}) == 1 and len(told) == len(labels):
        parts.append(f"{told[0][1].capitalize()}.")
    elif told:
        parts.append("; ".join(f"{text} en {label}" for label, text in told) + ".")
    return " ".join(parts)


def goal_words(chart: LineChart, bounds: Bounds) -> str:
    """The goal of a period as the chart writes it: `meta ≥ 10 %`; nothing where it has none."""
    low, high = bounds.low, bounds.high
    if low is not None and low == high:
        return f"{chart.goal} {chart.equal_sign} {shown(low, chart.unit)}"
    sides = [f"{sign} {shown(limit, chart.unit)}" for sign, limit in
             ((chart.low_sign, low), (chart.high_sign, high)) if limit is not None]  # fmt: skip
    return f"{chart.goal} {' y '.join(sides)}" if sides else ""


def _stacked(chart: StackedBars) -> str:
    labels = [p.label for p in chart.periods]
    parts = [f"{one.name}: {_listed(labels, one.values, chart.unit)}." for one in chart.parts]
    if chart.totals:
        parts.append(f"Total: {_listed(labels, chart.totals, chart.total_unit)}.")
    return " ".join(parts)


def _spoke(chart: RadarChart, one: Spoke) -> str:
    before = f"; {chart.before}: {figure_words(one.before, Unit.PERCENT)}" if chart.before else ""
    detail = f" ({one.detail})" if one.detail else ""
    return f"{one.name}: {figure_words(one.value, Unit.PERCENT)}{detail}{before}."


def _peer(chart: PeerStrip, one: PeerRow) -> str:
    parts = [f"{chart.entity}: {figure_words(one.value, one.unit)}"]
    if one.peers:
        parts.append(f"{len(one.peers)} pares: {', '.join(shown(v, one.unit) for v in sorted(one.peers))}")
    if one.mean is not None:
        parts.append(f"media {shown(one.mean, one.unit)}")
    if one.deviation is not None:
        parts.append(f"desviación {shown(one.deviation, one.unit)}")
    return f"{one.name}: {'; '.join([*parts, *one.place])}."
