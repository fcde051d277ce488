"""TOML to model, strictly: what does not load says in which file, which table and why, all of it at once.

A profile may have a base: its lines and indicators then override or add, each with its reason (`motivo`). An overlay
(`personalización`) does the same for one entity, and can extend a line with accounts of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from xl_perlas.chart import ENTITY_DATA
from xl_perlas.formula import FormulaError, LinearForm, Node, Value, linear, names, parse
from xl_perlas.model import (
    COMPONENTS,
    Bands,
    Catalog,
    Comparison,
    Condition,
    Definitions,
    Goal,
    Indicator,
    Kind,
    Line,
    Parameter,
    Profile,
    Ratio,
    Source,
)
from xl_perlas.problems import PerlasError, problem

Table = Mapping[str, Any]

UNITS = ("%", "USD", "veces")
DIRECTIONS = ("mayor", "menor", "rango", "relativa")
OPERATORS = ("<=", ">=", "<", ">", "=")

_PARAMETER_KEYS = {"nombre", "unidad", "valor", "valores", "fuente", "fecha", "en_formulas"}
_LINE_KEYS = {"nombre", "suma", "resta", "cero", "bandas", "formula", "agrega", "quita", "fuente", "motivo"}
_INDICATOR_KEYS = {
    "nombre", "numerador", "denominador", "crecimiento", "monto", "flujo", "unidad", "direccion", "meta",
    "meta_texto", "meta_cumplen", "meta_estructura", "minimizar", "nota_meta", "proposito", "accion", "fuente", "motivo",
}  # fmt: skip
_SHAPE_KEYS = {"numerador", "denominador", "crecimiento", "monto"}
_GOAL_KEYS = {"meta", "meta_texto", "meta_cumplen", "meta_estructura", "minimizar", "nota_meta"}
_PROFILE_KEYS = {"id", "nombre", "descripcion", "base", "catalogo", "omite", "motivo_omite"}


# --- files ------------------------------------------------------------------------------------------------------------


def _bundled(kind: str) -> dict[str, Any]:
    folder = resources.files("xl_perlas.definitions") / kind
    return {p.name.removesuffix(".toml"): p for p in folder.iterdir() if p.name.endswith(".toml")}


def _read_bundled(kind: str, name: str) -> tuple[Table, str]:
    known = _bundled(kind)
    if name not in known:
        what = {"profiles": "el perfil", "catalogs": "el catálogo", "parameters": "el archivo de parámetros"}[kind]
        options = ", ".join(sorted(n for n in known if n != "comun"))
        raise PerlasError(problem("D02", kind=what, name=f"«{name}»", options=options))
    return tomllib.loads(known[name].read_text(encoding="utf-8")), f"{kind}/{name}.toml"


def _read_file(path: str | Path) -> tuple[Table, str]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig")), str(path)
    except OSError as error:
        raise PerlasError(problem("D01", where=str(path), detail=error.strerror or str(error))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PerlasError(problem("D01", where=str(path), detail=f"no es TOML válido ({error})")) from None


def profile_names() -> list[str]:
    """Names of the bundled profiles."""
    return sorted(_bundled("profiles"))


@lru_cache(maxsize=1)
def sources() -> dict[str, tuple[str, str]]:
    """Documents that definitions cite: id -> (short title, full description)."""
    text = (resources.files("xl_perlas.definitions") / "sources.toml").read_text(encoding="utf-8")
    return {key: (value["titulo"], value["detalle"]) for key, value in tomllib.loads(text).items()}


# --- reading tables, collecting what is wrong -------------------------------------------------------------------------


class _Reader:
    """One file being read: every complaint is kept with its place, and raised together at the end."""

    def __init__(self, where: str):
        self.where = where
        self.complaints: list[str] = []

    def complain(self, table: str, detail: str) -> None:
        self.complaints.append(f"[{table}] {detail}")

    def keys(self, table: str, data: Table, allowed: set[str]) -> None:
        for key in sorted(set(data) - allowed):
            self.complain(table, f"clave desconocida «{key}»")

    def text(self, table: str, data: Table, key: str, required: bool = True) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.complain(table, f"falta «{key}»")
            return ""
        return value

    def formula(self, table: str, key: str, text: str) -> Node:
        try:
            return parse(text)
        except FormulaError as error:
            self.complain(table, f"{key}: {error}")
            return parse("0")

    def source(self, table: str, data: Table) -> Source:
        text = self.text(table, data, "fuente")
        document, _, place = text.partition(":")
        known = sources().get(document.strip())
        if text and (known is None or not place.strip()):
            self.complain(table, f"fuente «{text}»: debe ser «documento: lugar» con un documento de sources.toml")
        return Source(document.strip(), known[0] if known else document, place.strip())

    def finish(self) -> None:
        if self.complaints:
            raise PerlasError([problem("D01", where=self.where, detail=c) for c in self.complaints])


def _parameter(reader: _Reader, key: str, data: Table) -> Parameter:
    table = f"parametros.{key}"
    reader.keys(table, data, _PARAMETER_KEYS)
    value = data.get("valor")
    values = data.get("valores", {})
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        reader.complain(table, f"valor «{value}» no es un número")
        value = None
    years: dict[int, float] = {}
    for year, number in values.items() if isinstance(values, dict) else ():
        if not str(year).isdigit() or isinstance(number, bool) or not isinstance(number, int | float):
            reader.complain(table, f"valores: «{year} = {number}» no es un año y un número")
        else:
            years[int(year)] = float(number)
    in_formulas = bool(data.get("en_formulas", False))
    if in_formulas and value is None:
        reader.complain(table, "es parte de una fórmula y no tiene valor")
    return Parameter(
        key, reader.text(table, data, "nombre"), reader.text(table, data, "unidad"),
        reader.text(table, data, "fuente"), str(data.get("fecha", "")),
        None if value is None else float(value), years, in_formulas,
    )  # fmt: skip


def _codes(reader: _Reader, table: str, data: Table, key: str) -> list[str]:
    codes = data.get(key, [])
    good = isinstance(codes, list) and all(
        isinstance(c, str) and (c.isdigit() or c in ENTITY_DATA) for c in codes
    )
    if not good:
        reader.complain(table, f"{key}: debe ser una lista de códigos de cuenta entre comillas")
        return []
    return list(codes)


def _line(reader: _Reader, key: str, data: Table, base: Line | None, origin: str) -> Line:
    table = f"lineas.{key}"
    reader.keys(table, data, _LINE_KEYS)
    extends = "agrega" in data or "quita" in data
    if extends and base is None:
        reader.complain(table, "extiende una línea que no existe")
    accounts: dict[str, Fraction] = dict(base.accounts) if extends and base else {}
    signs = {"suma": 1, "resta": -1, "cero": 0, "agrega": 1, "quita": -1}
    for name, sign in signs.items():
        for code in _codes(reader, table, data, name):
            if code in accounts:
                reader.complain(table, f"{name}: la cuenta {code} ya está en la línea")
            accounts[code] = Fraction(sign)
    text = data.get("formula", "")
    formula = reader.formula(table, "formula", text) if text else None
    bands = _bands(reader, table, data) if "bandas" in data else (base.bands if extends and base else None)
    if bool(accounts or bands) == bool(formula):
        reader.complain(table, "debe tener cuentas (suma, resta, bandas) o una fórmula: una de las dos cosas")
    if base is not None and not data.get("motivo"):
        reader.complain(table, "cambia una definición de la base y no dice el motivo")
    name = data.get("nombre") or (base.name if base else reader.text(table, data, "nombre"))
    source = base.source if extends and base and "fuente" not in data else reader.source(table, data)
    return Line(key, name, source, accounts, bands, formula, text, str(data.get("motivo", "")), origin)


def _bands(reader: _Reader, table: str, data: Table) -> Bands | None:
    spec = data["bandas"]
    if not isinstance(spec, dict) or set(spec) != {"cartera", "tramos"}:
        reader.complain(table, "bandas: lleva «cartera» y «tramos»")
        return None
    return Bands(tuple(spec["cartera"]), tuple(spec["tramos"]))


def _indicator(reader: _Reader, key: str, data: Table, base: Indicator | None, raw: Table, origin: str) -> Indicator:
    table = f"indicadores.{key}"
    reader.keys(table, data, _INDICATOR_KEYS)
    if key[:1] not in COMPONENTS or not key[1:].replace(".", "").isdigit():
        reader.complain(table, "el nombre es una letra de PERLAS y un número")
    if base is not None and not data.get("motivo"):
        reader.complain(table, "cambia una definición de la base y no dice el motivo")
    merged = _merge(raw, data)
    if base is not None and merged == {**raw, "motivo": data.get("motivo")}:
        reader.complain(table, "no cambia nada de la base")
    kind, numerator, denominator = _shape(reader, table, merged)
    unit, direction = reader.text(table, merged, "unidad"), reader.text(table, merged, "direccion")
    if unit and unit not in UNITS:
        reader.complain(table, f"unidad «{unit}»: debe ser una de {', '.join(UNITS)}")
    if direction and direction not in DIRECTIONS:
        reader.complain(table, f"direccion «{direction}»: debe ser una de {', '.join(DIRECTIONS)}")
    return Indicator(
        id=key,
        name=reader.text(table, merged, "nombre"),
        kind=kind,
        numerator=reader.formula(table, "numerador", numerator),
        numerator_text=numerator,
        denominator=reader.formula(table, "denominador", denominator) if denominator else None,
        denominator_text=denominator,
        unit=unit,
        direction=direction,
        goal=_goal(reader, table, merged),
        action=reader.text(table, merged, "accion"),
        purpose=reader.text(table, merged, "proposito"),
        source=reader.source(table, merged),
        flow=bool(merged.get("flujo", False)),
        reason=str(data.get("motivo", "")),
        origin=origin,
    )


def _merge(raw: Table, data: Table) -> dict[str, Any]:
    """Base fields that the override leaves alone; a new shape or a new goal replaces the old one whole."""
    kept = dict(raw)
    for group in (_SHAPE_KEYS, _GOAL_KEYS):
        if group & set(data):
            kept = {k: v for k, v in kept.items() if k not in group}
    return {**kept, **data}


def _shape(reader: _Reader, table: str, data: Table) -> tuple[Kind, str, str]:
    growth, amount = str(data.get("crecimiento", "")), str(data.get("monto", ""))
    numerator, denominator = str(data.get("numerador", "")), str(data.get("denominador", ""))
    given = [bool(growth), bool(amount), bool(numerator or denominator)]
    if sum(given) != 1 or bool(numerator) != bool(denominator):
        reader.complain(table, "lleva «numerador» y «denominador», o «crecimiento», o «monto»")
        return Kind.AMOUNT, "0", ""
    if growth:
        return Kind.GROWTH, growth, f"previo({growth})"
    return (Kind.AMOUNT, amount, "") if amount else (Kind.RATIO, numerator, denominator)


def _goal(reader: _Reader, table: str, data: Table) -> Goal:
    note, structure = str(data.get("nota_meta", "")), str(data.get("meta_estructura", ""))
    requires = tuple(data.get("meta_cumplen", ()))
    minimise = bool(data.get("minimizar", False))
    raw = data.get("meta", [])
    if sum((bool(raw), bool(structure), bool(requires), minimise)) != 1:
        reader.complain(table, "lleva una meta: «meta», «meta_estructura», «meta_cumplen» o «minimizar»")
    text = str(data.get("meta_texto", ""))
    if structure:
        text = text or f"según {structure}: más, igual o menos que S11"
        return Goal(text, structure=structure, reference="S11", tolerance="tolerancia_crecimiento", note=note)
    if requires:
        return Goal(text or "cumplir " + " y ".join(requires), requires=requires, note=note)
    if minimise:
        return Goal(text or "minimizar", minimise=True, note=note)
    conditions = tuple(_condition(reader, table, item) for item in raw)
    return Goal(text, conditions, note=note)


def _condition(reader: _Reader, table: str, item: object) -> Condition:
    if isinstance(item, dict) and set(item) == {"condicion", "si"}:
        subject, operator, bound = _split_condition(reader, table, str(item["si"]))
        when = Comparison(subject, operator, reader.formula(table, "si", bound), bound)
        plain = _condition(reader, table, item["condicion"])
        return replace(plain, when=when)
    if not isinstance(item, str):
        reader.complain(table, f"meta: no se entiende «{item}»")
        item = ">= 0"
    _, operator, bound = _split_condition(reader, table, item)
    return Condition(operator, reader.formula(table, "meta", bound), bound)


def _split_condition(reader: _Reader, table: str, text: str) -> tuple[str, str, str]:
    for operator in OPERATORS:
        subject, found, bound = text.partition(operator)
        if found and bound.strip():
            return subject.strip(), operator, bound.strip()
    reader.complain(table, f"meta: «{text}» no compara con <=, >=, <, > o =")
    return "", ">=", "0"


# --- profiles ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _raw_profile(name: str) -> tuple[Profile, Mapping[str, Table]]:
    data, where = _read_bundled("profiles", name)
    return _build_profile(data, where)


def load_profile(name: str = "woccu") -> Profile:
    """A bundled profile (`woccu`, `tulcan_2016`, `banco_indigena_2013`).

    Raises:
        PerlasError: unknown name (D02), or definitions that do not load (D01, with every place and reason).
    """
    return _raw_profile(name)[0]


def apply_overlay(profile: Profile, path: str | Path) -> Profile:
    """`profile` with an entity's own definitions from a TOML file, each with its reason.

    Raises:
        PerlasError: the file does not load (D01).
    """
    data, where = _read_file(path)
    own = {k: v for k, v in data.items() if k != "personalizacion"}
    raw = _raw_profile(profile.id)[1]
    name = data.get("personalizacion", {}).get("entidad", Path(path).stem)
    return _override(_Reader(where), profile, raw, own, f"personalización de {name}")[0]


def _build_profile(data: Table, where: str) -> tuple[Profile, Mapping[str, Table]]:
    reader = _Reader(where)
    head = data.get("perfil", {})
    reader.keys("perfil", head, _PROFILE_KEYS)
    base, raw = _raw_profile(head["base"]) if "base" in head else (_EMPTY, {})
    omitted = head.get("omite", [])
    if omitted and not head.get("motivo_omite"):
        reader.complain("perfil", "omite indicadores y no dice el motivo (motivo_omite)")
    for key in omitted:
        if key not in base.indicators:
            reader.complain("perfil", f"omite «{key}», que la base no tiene")
    profile = Profile(
        reader.text("perfil", head, "id"), reader.text("perfil", head, "nombre"),
        reader.text("perfil", head, "descripcion"), str(head.get("catalogo", "")), base.lines,
        {k: v for k, v in base.indicators.items() if k not in omitted}, base.parameters,
    )  # fmt: skip
    raw = {k: v for k, v in raw.items() if k not in omitted}
    return _override(reader, profile, raw, {k: v for k, v in data.items() if k != "perfil"}, profile.id)


_EMPTY = Profile("", "", "", "", {}, {}, {})


def _override(
    reader: _Reader, profile: Profile, raw: Mapping[str, Table], data: Table, origin: str
) -> tuple[Profile, Mapping[str, Table]]:
    for key in sorted(set(data) - {"lineas", "indicadores", "parametros"}):
        reader.complain(key, "tabla desconocida")
    parameters = dict(profile.parameters)
    for key, table in data.get("parametros", {}).items():
        parameters[key] = _parameter(reader, key, table)
    lines = dict(profile.lines)
    for key, table in data.get("lineas", {}).items():
        lines[key] = _line(reader, key, table, profile.lines.get(key), origin)
        old = profile.lines.get(key)
        if old and (lines[key].accounts, lines[key].bands, lines[key].formula_text) == (
            old.accounts, old.bands, old.formula_text,
        ):  # fmt: skip
            reader.complain(f"lineas.{key}", "no cambia nada de la base")
    raws, indicators = dict(raw), dict(profile.indicators)
    for key, table in data.get("indicadores", {}).items():
        old_raw = raws.get(key, {})
        indicators[key] = _indicator(reader, key, table, profile.indicators.get(key), old_raw, origin)
        raws[key] = _merge(old_raw, {k: v for k, v in table.items() if k != "motivo"})
    order = sorted(indicators, key=_perlas_order)
    used = _check_names(reader, lines, indicators, parameters, set(data.get("lineas", {})))
    reader.finish()
    return replace(
        profile,
        lines={k: v for k, v in lines.items() if k in used},
        indicators={k: indicators[k] for k in order},
        parameters=parameters,
    ), raws


def _perlas_order(key: str) -> tuple[int, float]:
    return "PERLAS".index(key[0]), float(key[1:] or 0)


def _check_names(
    reader: _Reader, lines: Mapping[str, Line], indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter], own: set[str],
) -> set[str]:  # fmt: skip
    """Every name must exist, and every line that this file defines must be used. Gives the lines that are used."""
    used: set[str] = set()

    def use(table: str, key: str, node: Node | None) -> None:
        for name in names(node) if node else ():
            if name in lines:
                if name not in used:
                    used.add(name)
                    use(f"lineas.{name}", "formula", lines[name].formula)
            elif name not in parameters:
                reader.complain(table, f"{key}: línea o parámetro desconocido «{name}»")
            elif not parameters[name].in_formulas:
                reader.complain(table, f"{key}: el parámetro «{name}» no está marcado en_formulas")

    for indicator in indicators.values():
        table = f"indicadores.{indicator.id}"
        use(table, "numerador", indicator.numerator)
        use(table, "denominador", indicator.denominator)
        for name in _goal_names(indicator.goal):
            if name not in indicators and name not in parameters:
                reader.complain(table, f"meta: indicador o parámetro desconocido «{name}»")
    for key in sorted(own - used):
        reader.complain(f"lineas.{key}", "ninguna fórmula la usa")
    return used


def _goal_names(goal: Goal) -> Iterable[str]:
    for condition in goal.conditions:
        yield from names(condition.bound)
        if condition.when:
            yield condition.when.subject
            yield from names(condition.when.bound)
    yield from goal.requires
    yield from (n for n in (goal.structure, goal.reference, goal.tolerance) if n)


# --- parameters -------------------------------------------------------------------------------------------------------


def with_parameters(profile: Profile, origin: str | Path | Mapping[str, Any]) -> Profile:
    """`profile` with parameters from a TOML file, a bundled file's name, or `{id: number}`; only known ids.

    Raises:
        PerlasError: an unknown parameter or a value that is no number (D01).
    """
    where = str(origin) if isinstance(origin, str | Path) else "parámetros"
    if isinstance(origin, Mapping):
        tables: Table = {k: {"valor": v} for k, v in origin.items()}
    elif isinstance(origin, str) and origin in _bundled("parameters"):
        tables = _read_bundled("parameters", origin)[0].get("parametros", {})
    else:
        tables = _read_file(origin)[0].get("parametros", {})
    reader = _Reader(where)
    parameters = dict(profile.parameters)
    for key, table in tables.items():
        if key not in parameters:
            reader.complain(f"parametros.{key}", f"el perfil {profile.id} no usa ese parámetro")
            continue
        old = parameters[key]
        merged = {"nombre": old.name, "unidad": old.unit, "fuente": old.source, "fecha": old.date, **table}
        if old.in_formulas:
            merged["en_formulas"] = True
        parameters[key] = _parameter(reader, key, merged)
    reader.finish()
    return replace(profile, parameters=parameters)


# --- catalogues -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def load_catalog(name: str) -> Catalog:
    """The catalogue `sbs` or `seps`. Raises PerlasError (D02) for another name."""
    data, _ = _read_bundled("catalogs", name)
    common, _ = _read_bundled("catalogs", data["comun"])
    accounts: dict[str, str] = dict(common["cuentas"])
    for span, label in data.get("rangos", {}).items():
        accounts.update(dict.fromkeys(_expand([span]), label))
    rules = data["reglas"]
    return Catalog(
        id=data["id"],
        name=data["nombre"],
        era=data["epoca"],
        accounts=accounts,
        portfolios={key: _expand(data[key]) for key in ("no_devenga", "vencida")},
        ages={key: tuple(value) for key, value in data["tramos"].items()},
        contra=frozenset(rules["contra"]),
        not_summed=frozenset(rules["no_suman"]),
        exclusive=_expand(rules["exclusivas"]),
        source=data["fuente"],
    )


def _expand(spans: Iterable[str]) -> tuple[str, ...]:
    """`["1411-1413", "1479"]` -> `("1411", "1412", "1413", "1479")`."""
    codes: list[str] = []
    for span in spans:
        first, _, last = span.partition("-")
        codes += map(str, range(int(first), int(last or first) + 1))
    return tuple(codes)


# --- compiling --------------------------------------------------------------------------------------------------------


def compile_profile(profile: Profile, catalog: Catalog) -> Definitions:
    """Reduce every line and indicator of `profile` to linear forms over the accounts of `catalog`.

    Raises:
        PerlasError: a formula that is not linear, or that goes round in circles (D01).
    """
    constants = {
        p.id: Fraction(repr(p.value)) for p in profile.parameters.values() if p.in_formulas and p.value is not None
    }
    forms: dict[str, LinearForm] = {}
    open_lines: list[str] = []

    def lookup(name: str) -> Value:
        return constants[name] if name in constants else line_form(name)

    def line_form(name: str) -> LinearForm:
        if name not in forms:
            if name in open_lines:
                raise FormulaError(f"definición circular: {' → '.join([*open_lines, name])}")
            open_lines.append(name)
            forms[name] = _compile_line(profile.lines[name], catalog, lookup)
            open_lines.pop()
        return forms[name]

    try:
        ratios = {
            key: Ratio(
                indicator,
                _form(indicator.numerator, lookup),
                _form(indicator.denominator, lookup) if indicator.denominator else None,
            )
            for key, indicator in profile.indicators.items()
        }
        lines = {name: line_form(name) for name in profile.lines}
    except FormulaError as error:
        raise PerlasError(problem("D01", where=f"perfil {profile.id}", detail=str(error))) from None
    return Definitions(profile, catalog, lines, ratios, constants)


def _form(node: Node, lookup: Callable[[str], Value]) -> LinearForm:
    form = linear(node, lookup)
    if not isinstance(form, LinearForm):
        raise FormulaError("la fórmula no usa ninguna línea")
    return form


def _compile_line(line: Line, catalog: Catalog, lookup: Callable[[str], Value]) -> LinearForm:
    if line.formula is not None:
        return _form(line.formula, lookup)
    accounts = dict(line.accounts)
    if line.bands:
        for portfolio in line.bands.portfolios:
            for account in catalog.portfolios[portfolio]:
                for age in line.bands.ages:
                    accounts.update(dict.fromkeys((account + suffix for suffix in catalog.ages[age]), Fraction(1)))
    return LinearForm({(code, 0): c for code, c in accounts.items()})


@lru_cache(maxsize=64)
def definitions(profile: str = "woccu", catalog: str = "seps", constants: tuple[tuple[str, float], ...] = ()) -> Definitions:
    """A bundled profile compiled for a catalogue, with other values for the parameters in its formulas. Cached."""
    loaded = load_profile(profile)
    if constants:
        loaded = with_parameters(loaded, dict(constants))
    return compile_profile(loaded, load_catalog(catalog))
