"""Supervisory ratios as data: the TOML tables of `definitions/supervision`, on top of the lines and ratios of CAMEL.

Lines and indicators are those of every profile (same keys, same formula language). An indicator with `camel` has the
formula that CAMEL has, and a credit segment gives one indicator for each template of `por_segmento`: no formula is
written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from xl_perlas.camel_load import CamelMethod, load_camel
from xl_perlas.catalogs import CATALOGS
from xl_perlas.compile import compile_profile
from xl_perlas.formula import AVERAGE, Call, FormulaError, LinearForm, Node, linear, parse, parts
from xl_perlas.load import check_names, load_catalog, read_bundled
from xl_perlas.model import Definitions, Indicator, Line, Profile, Ratio, Source
from xl_perlas.schema import Reader, Table, build_indicator, read_line

HIGHER, LOWER, BOTH = "mayor", "menor", "rango"

_COMMON, _KIND = "comun", "supervision"
_TABLES = {"metodo", "diciembre", "luces", "grupos", "lineas", "indicadores", "por_segmento", "segmentos"}
_METHOD_KEYS = {"id", "nombre", "descripcion", "fuente"}
_DECEMBER_KEYS = {"linea", "usa", "fuente"}
_LIGHT_KEYS = {"minimo", "percentil", "desviaciones", "lejos", "fuente"}
_GROUP_KEYS = {"nombre", "fuente"}
_FORMULA_KEYS = {"numerador", "denominador", "flujo", "unidad", "direccion", "proposito", "accion"}
_INDICATOR_KEYS = _FORMULA_KEYS | {"nombre", "grupo", "fuente", "camel"}
_SEGMENT_KEYS = {"nombre", "por_vencer", "improductiva", "provisiones", "fuente"}


@dataclass(frozen=True, slots=True)
class SupervisionGroup:
    """What the supervisor publishes together: capital, delinquency, profitability …"""

    id: str
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class Lights:
    """Where a light changes, best first: two percentiles, two distances in σ, and two for a ratio without a best side.

    `minimum`: with fewer entities than this the percentile does not decide.
    """

    minimum: int
    percentile: tuple[float, float]
    deviations: tuple[float, float]
    far: tuple[float, float]
    source: Source


@dataclass(frozen=True, eq=False)
class Supervision:
    """The ratios of one catalogue. `closed` are the same for a December whose result is already in equity.

    `camel` gives, for each ratio that CAMEL grades, its id there.
    """

    id: str
    name: str
    description: str
    source: Source
    groups: Mapping[str, SupervisionGroup]
    profile: Profile
    closed: Profile
    camel: Mapping[str, str]
    lights: Lights

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """The ratios by id, in the order of their groups."""
        return self.profile.indicators


@lru_cache(maxsize=4)
def load_supervision(catalog: str = "seps") -> Supervision:
    """The ratios for the catalogue `sbs` or `seps`.

    Raises:
        PerlasError: unknown catalogue (D02), or definitions that do not load (D01, with every place and reason).
    """
    load_catalog(catalog)
    common, where = read_bundled(_KIND, _COMMON)
    own, _ = read_bundled(_KIND, catalog)
    return build_supervision({**common, **own}, f"{where}, {catalog}.toml", load_camel())


@lru_cache(maxsize=4)
def supervision_definitions(catalog: str = "seps", closed: bool = False) -> Definitions:
    """The ratios compiled over account codes; `closed` for a December whose result is already in equity."""
    loaded = load_supervision(catalog)
    return compile_profile(loaded.closed if closed else loaded.profile, load_catalog(catalog))


@lru_cache(maxsize=1)
def all_ratios() -> Mapping[str, Indicator]:
    """Every ratio of every catalogue by id, in the order of their groups."""
    found: dict[str, Indicator] = {}
    for catalog in CATALOGS:
        found.update(load_supervision(catalog).indicators)
    groups = list(load_supervision(CATALOGS[0]).groups)
    return {key: found[key] for key in sorted(found, key=lambda k: groups.index(found[k].area))}


def build_supervision(data: Table, where: str, camel: CamelMethod) -> Supervision:
    """The ratios from the tables of TOML files called `where`, with the lines and formulas of `camel`.

    Raises:
        PerlasError: whatever is wrong, all at once (D01).
    """
    reader = Reader(where)
    for key in sorted(set(data) - _TABLES):
        reader.complain(key, "tabla desconocida")
    head = reader.table("metodo", data.get("metodo", {}))
    reader.keys("metodo", head, _METHOD_KEYS)
    identity, name = reader.text("metodo", head, "id"), reader.text("metodo", head, "nombre")
    description = reader.text("metodo", head, "descripcion")
    groups = {key: _group(reader, key, table) for key, table in reader.tables(data, "grupos")}
    lines = dict(camel.profile.lines)
    own = [*reader.tables(data, "lineas"), *_segment_lines(reader, data)]
    for key, table in own:
        lines[key] = read_line(reader, key, table, None, identity)
    tables = [*reader.tables(data, "indicadores"), *_segment_indicators(reader, data)]
    indicators = {key: _indicator(reader, key, table, groups, camel) for key, table in tables}
    order = list(groups)
    indicators = {k: indicators[k] for k in sorted(indicators, key=lambda k: _place(indicators[k].area, order))}
    december = _december(reader, data, lines)
    used = check_names(reader, lines, indicators, {}, {key for key, _ in own}) | {december[1]}
    lights, source = _lights(reader, data), reader.source("metodo", head)
    reader.finish()
    profile = Profile(identity, name, description, "", {k: v for k, v in lines.items() if k in used}, indicators, {})
    graded = {key: str(table["camel"]) for key, table in tables if "camel" in table}
    closed = _closed(profile, *december)
    return Supervision(identity, name, description, source, groups, profile, closed, graded, lights)


def _place(group: str, order: list[str]) -> int:
    return order.index(group) if group in order else len(order)


def _group(reader: Reader, key: str, data: Table) -> SupervisionGroup:
    table = f"grupos.{key}"
    reader.keys(table, data, _GROUP_KEYS)
    return SupervisionGroup(key, reader.text(table, data, "nombre"), reader.source(table, data))


def _indicator(
    reader: Reader, key: str, data: Table, groups: Mapping[str, SupervisionGroup], camel: CamelMethod
) -> Indicator:
    table = f"indicadores.{key}"
    reader.keys(table, data, _INDICATOR_KEYS)
    group = reader.text(table, data, "grupo")
    if group and group not in groups:
        reader.complain(table, f"el grupo «{group}» no existe")
    if "camel" not in data:
        one = build_indicator(reader, key, {k: v for k, v in data.items() if k != "grupo"})
        _check_average(reader, table, one)
        return replace(one, area=group)
    if repeated := sorted(_FORMULA_KEYS & set(data)):
        reader.complain(table, f"toma su fórmula de CAMEL y vuelve a decir: {', '.join(repeated)}")
    known = camel.indicators.get(str(data["camel"]))
    if known is None:
        reader.complain(table, f"camel: «{data['camel']}» no es un indicador de {camel.name}")
        known = next(iter(camel.indicators.values()))
    _check_average(reader, table, known)
    name, source = reader.text(table, data, "nombre"), reader.source(table, data)
    return replace(known, id=key, name=name, area=group, source=source)


def _check_average(reader: Reader, table: str, indicator: Indicator) -> None:
    """Averages are whole denominators: only so does one over many months mean one thing."""
    nodes = [p for n in (indicator.numerator, indicator.denominator) if n for p in parts(n) if isinstance(p, Call)]
    if any(node.function != AVERAGE or node is not indicator.denominator for node in nodes):
        reader.complain(table, "promedio() es todo el denominador, y previo() no se usa")
    if indicator.direction and indicator.direction not in (HIGHER, LOWER, BOTH):
        reader.complain(table, f"direccion: debe ser {HIGHER}, {LOWER} o {BOTH}")


# --- credit segments --------------------------------------------------------------------------------------------------


def _segment_lines(reader: Reader, data: Table) -> list[tuple[str, Table]]:
    """The lines of each segment: performing, unproductive and gross portfolio, and its provisions."""
    found: list[tuple[str, Table]] = []
    for key, table in reader.tables(data, "segmentos"):
        reader.keys(f"segmentos.{key}", table, _SEGMENT_KEYS)
        of, source = f"de {table.get('nombre', '')}", table.get("fuente", "")
        found += [
            (f"por_vencer_{key}", {"nombre": f"Cartera por vencer {of}", "suma": table.get("por_vencer")}),
            (f"improductiva_{key}", {"nombre": f"Cartera improductiva {of}", "suma": table.get("improductiva")}),
            (f"bruta_{key}", {"nombre": f"Cartera bruta {of}", "formula": f"por_vencer_{key} + improductiva_{key}"}),
            (f"provision_{key}", {"nombre": f"Provisiones {of} (en positivo)", "resta": table.get("provisiones")}),
        ]
        found[-4:] = [(name, {**line, "fuente": source}) for name, line in found[-4:]]
    return found


def _segment_indicators(reader: Reader, data: Table) -> list[tuple[str, Table]]:
    """One indicator a template and segment: `MOR_MICRO`, `COB_MICRO` …"""
    segments = reader.tables(data, "segmentos")
    return [
        (f"{template}_{key}", {k: _filled(v, key, segment) for k, v in table.items()})
        for template, table in reader.tables(data, "por_segmento")
        for key, segment in segments
    ]


def _filled(value: Any, key: str, segment: Table) -> Any:
    return value.format(id=key, segmento=segment.get("nombre", "")) if isinstance(value, str) else value


# --- December and lights ----------------------------------------------------------------------------------------------


def _december(reader: Reader, data: Table, lines: Mapping[str, Line]) -> tuple[str, str, Source]:
    table = reader.table("diciembre", data.get("diciembre", {}))
    reader.keys("diciembre", table, _DECEMBER_KEYS)
    line, instead = reader.text("diciembre", table, "linea"), reader.text("diciembre", table, "usa")
    for name in (line, instead):
        if name not in lines:
            reader.complain("diciembre", f"la línea «{name}» no existe")
    return line, instead, reader.source("diciembre", table)


def _closed(profile: Profile, line: str, instead: str, source: Source) -> Profile:
    """`profile` with the line `instead` wherever a formula says `line`."""
    old, formula = profile.lines[line], parse(instead)
    other = replace(old, accounts={}, bands=None, formula=formula, formula_text=instead, source=source)
    return replace(profile, lines={**profile.lines, line: other})


def _lights(reader: Reader, data: Table) -> Lights:
    table = reader.table("luces", data.get("luces", {}))
    reader.keys("luces", table, _LIGHT_KEYS)
    minimum = table.get("minimo")
    if not isinstance(minimum, int) or minimum < 2:
        reader.complain("luces", "minimo: debe ser un número entero, 2 o más")
        minimum = 2
    percentile, deviations, far = (_pair(reader, table, key) for key in ("percentil", "desviaciones", "lejos"))
    return Lights(minimum, percentile, deviations, far, reader.source("luces", table))


def _pair(reader: Reader, table: Table, key: str) -> tuple[float, float]:
    value = table.get(key)
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value):
        return float(value[0]), float(value[1])
    reader.complain("luces", f"{key}: debe ser una lista de dos números")
    return 0.0, 0.0


# --- averages over months ---------------------------------------------------------------------------------------------


def is_averaged(indicator: Indicator) -> bool:
    """Whether the denominator is an average over time."""
    return isinstance(indicator.denominator, Call)


def over_months(definitions: Definitions, key: str, count: int) -> Ratio:
    """The ratio `key` with its average taken over `count` balances, at lags 0 (the period) to `count` − 1.

    A ratio without an average is itself.
    """
    ratio = definitions.ratios[key]
    node = ratio.indicator.denominator
    if not isinstance(node, Call):
        return ratio
    form = _average_of(definitions, node.argument)
    terms = {(code, lag): c / count for lag in range(count) for (code, _), c in form.coefficients.items()}
    return replace(ratio, denominator=LinearForm(terms))


def _average_of(definitions: Definitions, node: Node) -> LinearForm:
    form = linear(node, definitions.lines.__getitem__)
    if not isinstance(form, LinearForm):
        raise FormulaError("promedio() se aplica a una línea, no a un número")
    return form
