"""Where an entity stands among its peers: position, percentile, distance from the mean, and a light, for each ratio.

Peers are a table of entities, or of a segment's means (with deviations or without). The segment's mean and deviation
are those that CAMEL grades with (`camel_segment`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xl_perlas.camel import Values, segment_from_entities, unit_doubt
from xl_perlas.camel_load import Segment, Statistic, Unit, convert
from xl_perlas.model import Result, Source
from xl_perlas.problems import Problem, problem
from xl_perlas.report import problem_json
from xl_perlas.supervision import SupervisionReport
from xl_perlas.supervision_load import BOTH, HIGHER, LOWER, Lights, load_supervision

if TYPE_CHECKING:
    from xl_perlas.reading.peer_tables import read_peers

__all__ = [
    "Deviation", "Light", "Mean", "PeerReport", "PeerTable", "Standing", "camel_segment", "compare_with_peers",
    "peers_from", "percentile", "position", "read_peers", "stand",
]  # fmt: skip

#: Two figures this close, beside the larger, are the same: what is between them is binary rounding.
SAME = 1e-12

Row = Mapping[str, float | None]


def __getattr__(name: str) -> object:
    """Files are read by a module that cells do without."""
    if name == "read_peers":
        from xl_perlas.reading import peer_tables

        return peer_tables.read_peers
    raise AttributeError(f"module 'xl_perlas.peers' has no attribute {name!r}")


class Deviation(StrEnum):
    """Which standard deviation: of a sample (divided by n − 1) or of a population (by n)."""

    SAMPLE = "muestral"
    POPULATION = "poblacional"


class Light(StrEnum):
    """How a value compares with its peers; without a light where nothing can be said."""

    GREEN = "verde"
    YELLOW = "amarillo"
    RED = "rojo"
    NONE = "sin luz"


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mean:
    """A segment's mean and its standard deviation, where the source gives one, in the unit of its table."""

    mean: float
    deviation: float | None = None


@dataclass(frozen=True)
class PeerTable:
    """Peers with their figures, all in `unit`: `entities[name][ratio]`, or `means[ratio]` where only those are known.

    None and figures that are not finite are missing. `problems` is what was found reading them.
    """

    name: str
    source: Source
    unit: Unit
    entities: Mapping[str, Row]
    means: Mapping[str, Mean]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def ratios(self) -> list[str]:
        """Ids of the ratios with a column."""
        return list(dict.fromkeys([*(key for row in self.entities.values() for key in row), *self.means]))

    def values(self, key: str) -> list[float]:
        """Figures of a ratio, of the entities that have one."""
        return [v for row in self.entities.values() if (v := row.get(key)) is not None and math.isfinite(v)]

    def without(self, entity: str) -> PeerTable:
        """The same table without `entity`, however its name is written; itself when it is not there."""
        kept = {name: row for name, row in self.entities.items() if _plain(name) != _plain(entity)}
        if len(kept) == len(self.entities):
            return self
        return replace(self, entities=kept, problems=(*self.problems, problem("S13", entity=entity)))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def peers_from(
    entities: Mapping[str, Row] | None = None,
    unit: Unit = Unit.PERCENT,
    means: Mapping[str, Mean] | None = None,
    name: str = "pares",
    source: Source | None = None,
) -> PeerTable:
    """Peers that the user typed: `entities[name][ratio]`, or `means[ratio]`, in `unit`."""
    origin = source or Source("usuario", "Dato del usuario", "tabla de pares")
    return PeerTable(name, origin, unit, entities or {}, means or {})


# --- one ratio --------------------------------------------------------------------------------------------------------


def _against(value: float, peers: Iterable[float]) -> tuple[int, int]:
    """How many peers are below a value, and how many are the same."""
    below = equal = 0
    for peer in peers:
        if math.isclose(value, peer, rel_tol=SAME, abs_tol=SAME):
            equal += 1
        elif peer < value:
            below += 1
    return below, equal


def percentile(value: float, peers: Sequence[float], direction: str = HIGHER) -> float | None:
    """Percentage of peers that a value is better than, counting half of those that are the same: 0 to 100.

    With `menor` a lower value is better; otherwise a higher one. None without peers. `peers` does not include the
    entity itself.
    """
    if not peers:
        return None
    below, equal = _against(value, peers)
    beaten = len(peers) - below - equal if direction == LOWER else below
    return 100 * (beaten + equal / 2) / len(peers)


def position(value: float, peers: Sequence[float], direction: str = HIGHER) -> int | None:
    """Place among peers and itself, 1 the best; those that are the same share the better place. None without peers."""
    if not peers:
        return None
    below, equal = _against(value, peers)
    return 1 + (below if direction == LOWER else len(peers) - below - equal)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ratio beside its peers. `value`, `mean` and `deviation` are ratios (0.10 is 10 %).

    `points` is value − mean in percentage points and `sigmas` in deviations, positive when above the mean. `position`
    is out of `count` + 1; `percentile` is 100 at the best side (see `percentile`). `rule` says what gave the light.
    """

    value: float | None
    count: int
    position: int | None
    percentile: float | None
    mean: float | None
    deviation: float | None
    points: float | None
    sigmas: float | None
    light: Light
    rule: str
    note: str = ""


def stand(
    value: float | None, peers: Sequence[float], direction: str, lights: Lights,
    mean: float | None = None, deviation: float | None = None, note: str = "",
) -> Standing:  # fmt: skip
    """Where `value` stands among `peers` and from their `mean`; all ratios, in one unit. Nothing raises."""
    if value is None or not math.isfinite(value):
        return Standing(None, len(peers), None, None, mean, deviation, None, None, Light.NONE, "", note)
    ranked = direction != BOTH
    share = percentile(value, peers, direction) if ranked else None
    sigmas = (value - mean) / deviation if mean is not None and deviation else None
    points = None if mean is None else convert(value - mean, Unit.RATIO, Unit.PERCENT)
    light, rule = _light(share if len(peers) >= lights.minimum else None, sigmas, points, direction, lights)
    place = position(value, peers, direction) if ranked else None
    return Standing(value, len(peers), place, share, mean, deviation, points, sigmas, light, rule, note)


def _light(
    share: float | None, sigmas: float | None, points: float | None, direction: str, lights: Lights
) -> tuple[Light, str]:
    """By percentile; else by distance in σ; else by the side of the mean."""
    if direction == BOTH:
        if sigmas is None:
            return Light.NONE, ""
        return _step(-abs(sigmas), -lights.far[0], -lights.far[1]), "lejos"
    if share is not None:
        return _step(share, *lights.percentile), "percentil"
    sign = -1 if direction == LOWER else 1
    if sigmas is not None:
        return _step(sign * sigmas, *lights.deviations), "desviaciones"
    if points is not None:
        return (Light.GREEN if sign * points >= 0 else Light.RED), "media"
    return Light.NONE, ""


def _step(value: float, green: float, yellow: float) -> Light:
    return Light.GREEN if value >= green else Light.YELLOW if value >= yellow else Light.RED


# --- segments ---------------------------------------------------------------------------------------------------------


def segment_of(table: PeerTable, deviation: Deviation = Deviation.SAMPLE) -> Segment:
    """Mean and deviation of each ratio of a table, by the ids of the ratios, in the unit of the table.

    A mean without a deviation, or of fewer than two entities, is no statistic: `Segment.problems` tells it (K22).
    """
    return _segment(table, deviation, lambda key: key)


def camel_segment(table: PeerTable, deviation: Deviation = Deviation.SAMPLE) -> Segment:
    """The segment that CAMEL grades against (`calculate_camel`), by the ids of CAMEL; other ratios are left out."""
    return _segment(table, deviation, load_supervision().camel.get)


def _segment(table: PeerTable, deviation: Deviation, rename: Callable[[str], str | None]) -> Segment:
    ids = {key: name for key in table.ratios if (name := rename(key))}
    if table.means:
        given = {ids[k]: m for k, m in table.means.items() if k in ids and m.deviation is not None}
        known = {k: Statistic(m.mean, m.deviation or 0.0, table.source) for k, m in given.items()}
        return Segment("propio", table.name, table.source, known, table.unit, table.problems)
    rows = {name: {ids[k]: v for k, v in row.items() if k in ids} for name, row in table.entities.items()}
    sample = segment_from_entities(rows, table.unit, table.source, table.problems)
    counts = {ids[key]: len(table.values(key)) for key in ids}
    statistics = {
        key: replace(one, deviation=one.deviation * _factor(counts[key], deviation))
        for key, one in sample.statistics.items()
    }
    return replace(sample, name=f"{table.name} ({len(rows)} entidades, desviación {deviation})", statistics=statistics)


def _factor(count: int, deviation: Deviation) -> float:
    """From the deviation of a sample to the one asked for."""
    return math.sqrt((count - 1) / count) if deviation is Deviation.POPULATION else 1.0


# --- a whole balance --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeerReport:
    """The ratios of an entity in one period beside its peers: `standings[ratio]`."""

    report: SupervisionReport
    period: str
    table: PeerTable
    deviation: Deviation
    segment: Segment
    standings: Mapping[str, Standing]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was found in the table, ratios with few peers, and units that do not match."""
        found = list(self.table.problems)
        for key in self.standings:
            if self.table.means:
                continue
            total, count = len(self.table.entities), len(self.table.values(key))
            if 0 < count < total:
                found.append(problem("S18", indicator=key, count=total - count, total=total))
            elif not count:
                found.append(problem("S17", indicator=key))
        results = {key: (self.report.result(key, self.period),) for key in self.standings}
        values = Values((self.period,), Unit.RATIO, results)
        return (*found, *filter(None, [unit_doubt(values, self.segment)]))

    def to_json(self) -> dict[str, Any]:
        """What other programs read: ratios (0.10 is 10 %), percentiles of 0 to 100, points of a percentage."""
        return {
            "tabla": self.table.name,
            "periodo": self.period,
            "desviacion": str(self.deviation),
            "indicadores": {
                key: {
                    "valor": s.value, "pares": s.count, "posicion": s.position, "percentil": s.percentile,
                    "media": s.mean, "desviacion": s.deviation, "distancia_puntos": s.points,
                    "distancia_desviaciones": s.sigmas, "luz": str(s.light), "criterio": s.rule, "nota": s.note,
                }
                for key, s in self.standings.items()
            },
            "problemas": [problem_json(p) for p in self.problems],
        }  # fmt: skip


def compare_with_peers(
    report: SupervisionReport, table: PeerTable, period: str | None = None, deviation: Deviation = Deviation.SAMPLE
) -> PeerReport:
    """Each ratio that the table has, in `period` (the last one unless told), beside its peers.

    The entity of the balance does not count as a peer of its own. Ratios are in the order of the report.

    Raises:
        KeyError: the balance does not hold the period.
    """
    label = report.periods[report.balance.position(period)] if period else report.periods[-1]
    others = table.without(report.balance.entity) if report.balance.entity else table
    segment = segment_of(others, deviation)
    supervision = report.moments[report.balance.position(label)].supervision
    standings = {
        key: _standing(report.result(key, label), others, segment, key, one.direction, supervision.lights)
        for key, one in report.indicators.items()
        if key in others.ratios and key in supervision.indicators
    }
    return PeerReport(report, label, others, deviation, segment, standings)


def _standing(
    result: Result, table: PeerTable, segment: Segment, key: str, direction: str, lights: Lights
) -> Standing:
    def ratio(figure: float) -> float:
        return convert(figure, table.unit, Unit.RATIO)

    statistic, given = segment.statistics.get(key), table.means.get(key)
    mean = ratio(statistic.mean) if statistic else ratio(given.mean) if given else None
    deviation = ratio(statistic.deviation) if statistic else None
    peers = [ratio(v) for v in table.values(key)]
    return stand(result.value, peers, direction, lights, mean, deviation, result.note)
