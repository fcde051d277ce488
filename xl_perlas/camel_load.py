"""CAMEL methods and segments as data: what they are made of, and how they are read from TOML.

Lines and indicators are those of every profile (same keys, same formula language), so that whatever evaluates, traces
or writes a PERLAS indicator does the same with one of CAMEL.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from xl_perlas.compile import compile_profile
from xl_perlas.load import check_names, load_catalog, read_bundled
from xl_perlas.model import Definitions, Indicator, Line, Profile, Source
from xl_perlas.problems import Problem
from xl_perlas.schema import Reader, Table, build_indicator, read_line

HIGHER, LOWER = "mayor", "menor"

_LIMITS = 4
_LOWER_LIMIT = "limite_inferior"  # the one rule for the edges of bands that `camel.grade` follows
_METHOD_KEYS = {"id", "nombre", "descripcion", "fuente"}
_BAND_KEYS = {"limites", "incluye", "motivo", "fuente"}
_GROUP_KEYS = {"nombre", "peso", "fuente"}
_INDICATOR_KEYS = {
    "nombre", "grupo", "peso", "numerador", "denominador", "flujo", "unidad", "direccion", "proposito", "accion",
    "fuente",
}  # fmt: skip
_SEGMENT_KEYS = {"id", "nombre", "unidad", "fuente"}
_STATISTIC_KEYS = {"media", "desviacion", "fuente"}


class Unit(StrEnum):
    """How a figure is written: `porcentaje` (15.12) or `razón` (0.1512). Whatever holds figures says which."""

    PERCENT = "porcentaje"
    RATIO = "razón"


def convert(value: float, origin: Unit, target: Unit) -> float:
    """`value` written in another unit. The only place where a figure changes its unit."""
    if origin is target:
        return value
    return value / 100 if target is Unit.RATIO else value * 100


@dataclass(frozen=True, slots=True)
class Group:
    """A letter of CAMEL and its part of the total."""

    id: str
    name: str
    weight: float
    source: Source


@dataclass(frozen=True, eq=False)
class CamelMethod:
    """How a balance is graded: its indicators, their groups, weights and bands.

    `weights` are inside the group; `limits` are multiples of σ over μ, from the highest down; `edge` says to which
    band a value on a limit belongs, and why.
    """

    id: str
    name: str
    description: str
    source: Source
    groups: Mapping[str, Group]
    profile: Profile
    weights: Mapping[str, float]
    limits: tuple[float, ...]
    edge: str
    bands_source: Source

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """The indicators by id, in the order of their groups."""
        return self.profile.indicators

    @property
    def directions(self) -> Mapping[str, str]:
        """Which way each indicator is better: `mayor` or `menor`."""
        return {key: one.direction for key, one in self.indicators.items()}

    def share(self, key: str) -> float:
        """Weight of an indicator in the total."""
        return self.groups[self.indicators[key].area].weight * self.weights[key]

    def members(self, group: str) -> list[str]:
        """Ids of the indicators of a group."""
        return [key for key, one in self.indicators.items() if one.area == group]


@dataclass(frozen=True, slots=True)
class Statistic:
    """Mean and standard deviation of an indicator in a segment, in the unit of its segment."""

    mean: float
    deviation: float
    source: Source


@dataclass(frozen=True)
class Segment:
    """The entities that one is graded against. Every figure is in `unit`; `problems` is what was found reading them."""

    id: str
    name: str
    source: Source
    statistics: Mapping[str, Statistic]
    unit: Unit
    problems: tuple[Problem, ...] = ()


# --- methods ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def load_camel(name: str = "tulcan_2016") -> CamelMethod:
    """A bundled method.

    Raises:
        PerlasError: unknown name (D02), or a definition that does not load (D01, with every place and reason).
    """
    return build_method(*read_bundled("camel", name))


@lru_cache(maxsize=8)
def camel_definitions(catalog: str = "seps", method: str = "tulcan_2016") -> Definitions:
    """A bundled method compiled for the catalogue `sbs` or `seps`: its lines and ratios over account codes."""
    return compile_profile(load_camel(method).profile, load_catalog(catalog))


def build_method(data: Table, where: str) -> CamelMethod:
    """A method from the tables of a TOML file called `where`.

    Raises:
        PerlasError: whatever is wrong with it, all at once (D01).
    """
    reader = Reader(where)
    for key in sorted(set(data) - {"metodo", "bandas", "grupos", "lineas", "indicadores"}):
        reader.complain(key, "tabla desconocida")
    head = reader.table("metodo", data.get("metodo", {}))
    reader.keys("metodo", head, _METHOD_KEYS)
    identity, name = reader.text("metodo", head, "id"), reader.text("metodo", head, "nombre")
    description = reader.text("metodo", head, "descripcion")
    groups = {key: _group(reader, key, table) for key, table in reader.tables(data, "grupos")}
    lines = {key: read_line(reader, key, table, None, identity) for key, table in reader.tables(data, "lineas")}
    tables = reader.tables(data, "indicadores")
    indicators = {key: _indicator(reader, key, table, groups) for key, table in tables}
    weights = {key: _number(reader, f"indicadores.{key}", table, "peso") for key, table in tables}
    _check_weights(reader, groups, indicators, weights)
    limits, edge, bands_source = _bands(reader, data)
    used = check_names(reader, lines, indicators, {}, set(lines))
    source = reader.source("metodo", head)
    reader.finish()
    profile = Profile(identity, name, description, "", _only(lines, used), indicators, {})
    return CamelMethod(identity, name, description, source, groups, profile, weights, limits, edge, bands_source)


def _only(lines: Mapping[str, Line], used: set[str]) -> dict[str, Line]:
    return {key: line for key, line in lines.items() if key in used}


def _group(reader: Reader, key: str, data: Table) -> Group:
    table = f"grupos.{key}"
    reader.keys(table, data, _GROUP_KEYS)
    weight = _number(reader, table, data, "peso")
    return Group(key, reader.text(table, data, "nombre"), weight, reader.source(table, data))


def _indicator(reader: Reader, key: str, data: Table, groups: Mapping[str, Group]) -> Indicator:
    table = f"indicadores.{key}"
    reader.keys(table, data, _INDICATOR_KEYS)
    group = reader.text(table, data, "grupo")
    if group and group not in groups:
        reader.complain(table, f"el grupo «{group}» no existe")
    one = build_indicator(reader, key, data)
    if one.direction not in (HIGHER, LOWER):
        reader.complain(table, f"direccion: debe ser «{HIGHER}» o «{LOWER}»")
    return replace(one, area=group)


def _check_weights(
    reader: Reader, groups: Mapping[str, Group], indicators: Mapping[str, Indicator], weights: Mapping[str, float]
) -> None:
    """Groups add up to 1, and so do the indicators of each."""
    sums = {"grupos": [g.weight for g in groups.values()]}
    sums |= {f"grupos.{g}": [weights[key] for key, one in indicators.items() if one.area == g] for g in groups}
    for table, parts in sums.items():
        if not math.isclose(math.fsum(parts), 1, abs_tol=1e-9):
            reader.complain(table, f"los pesos suman {math.fsum(parts):g} y deben sumar 1")


def _bands(reader: Reader, data: Table) -> tuple[tuple[float, ...], str, Source]:
    table = reader.table("bandas", data.get("bandas", {}))
    reader.keys("bandas", table, _BAND_KEYS)
    limits = table.get("limites", [])
    numbers = [float(x) for x in limits if _is_number(x)] if isinstance(limits, list) else []
    if len(numbers) != _LIMITS or numbers != limits or numbers != sorted(set(numbers), reverse=True):
        reader.complain("bandas", "limites: deben ser cuatro números, de mayor a menor")
    if table.get("incluye") != _LOWER_LIMIT:
        reader.complain("bandas", f"incluye: debe ser «{_LOWER_LIMIT}»")
    return tuple(numbers), reader.text("bandas", table, "motivo"), reader.source("bandas", table)


def _number(reader: Reader, table: str, data: Table, key: str) -> float:
    value = data.get(key)
    if not _is_number(value):
        reader.complain(table, f"{key}: falta, o no es un número")
        return math.nan
    return float(value)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


# --- segments ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def load_segment(name: str = "tulcan_2016") -> Segment:
    """A bundled segment.

    Raises:
        PerlasError: unknown name (D02), or a definition that does not load (D01).
    """
    return build_segment(*read_bundled("segments", name))


def build_segment(data: Table, where: str) -> Segment:
    """A segment from the tables of a TOML file called `where`. Raises PerlasError (D01)."""
    reader = Reader(where)
    for key in sorted(set(data) - {"segmento", "estadisticas"}):
        reader.complain(key, "tabla desconocida")
    head = reader.table("segmento", data.get("segmento", {}))
    reader.keys("segmento", head, _SEGMENT_KEYS)
    unit = head.get("unidad")
    if unit not in tuple(Unit):
        reader.complain("segmento", f"unidad: debe ser {' o '.join(Unit)}")
        unit = Unit.PERCENT
    statistics = {}
    for key, table in reader.tables(data, "estadisticas"):
        place = f"estadisticas.{key}"
        reader.keys(place, table, _STATISTIC_KEYS)
        mean, deviation = (_number(reader, place, table, name) for name in ("media", "desviacion"))
        if deviation <= 0:
            reader.complain(place, "desviacion: debe ser mayor que cero")
        statistics[key] = Statistic(mean, deviation, reader.source(place, table))
    identity, name = reader.text("segmento", head, "id"), reader.text("segmento", head, "nombre")
    segment = Segment(identity, name, reader.source("segmento", head), statistics, Unit(unit))
    reader.finish()
    return segment
