"""From the tables of a TOML definition to the model, strictly: unknown keys and missing sources do not pass.

Every complaint is kept with its place, so that a file's mistakes are told all at once.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Any

from xl_perlas.chart import ENTITY_DATA
from xl_perlas.formula import Binary, Call, FormulaError, Node, Number, parse, parts
from xl_perlas.model import (
    COMPONENTS,
    Bands,
    Comparison,
    Condition,
    Goal,
    Indicator,
    Kind,
    Line,
    Parameter,
    Source,
)
from xl_perlas.problems import PerlasError, problem

Table = Mapping[str, Any]

UNITS = ("%", "USD", "veces")
DIRECTIONS = ("mayor", "menor", "rango", "relativa")
OPERATORS = ("<=", ">=", "<", ">", "=")
PORTFOLIOS = ("no_devenga", "vencida")
AGES = ("hasta_12m", "mas_12m")

_INDICATOR_ID = re.compile(rf"[{''.join(COMPONENTS)}]\d+(\.\d+)?")

_PARAMETER_KEYS = {"nombre", "unidad", "valor", "valores", "fuente", "fecha", "en_formulas"}
_LINE_KEYS = {"nombre", "suma", "resta", "cero", "bandas", "formula", "agrega", "quita", "fuente", "motivo"}
_INDICATOR_KEYS = {
    "nombre", "numerador", "denominador", "crecimiento", "monto", "flujo", "unidad", "direccion", "meta",
    "meta_texto", "meta_cumplen", "meta_estructura", "minimizar", "nota_meta", "proposito", "accion", "fuente",
    "motivo",
}  # fmt: skip
_SHAPE_KEYS = {"numerador", "denominador", "crecimiento", "monto"}
_GOAL_KEYS = {"meta", "meta_texto", "meta_cumplen", "meta_estructura", "minimizar", "nota_meta"}
PROFILE_KEYS = {"id", "nombre", "descripcion", "base", "catalogo", "omite", "motivo_omite"}


@lru_cache(maxsize=1)
def sources() -> dict[str, tuple[str, str]]:
    """Documents that definitions cite: id -> (short title, full description)."""
    text = (resources.files("xl_perlas.definitions") / "sources.toml").read_text(encoding="utf-8")
    return {key: (value["titulo"], value["detalle"]) for key, value in tomllib.loads(text).items()}


class Reader:
    """One file being read: every complaint is kept with its place, and raised together at the end."""

    def __init__(self, where: str):
        self.where = where
        self.complaints: list[str] = []

    def complain(self, table: str, detail: str) -> None:
        self.complaints.append(f"[{table}] {detail}")

    def table(self, table: str, value: object) -> Table:
        """`value` when it is a table; else a complaint and an empty one."""
        if isinstance(value, Mapping):
            return value
        self.complain(table, f"«{value}» no es una tabla")
        return {}

    def tables(self, data: Table, group: str) -> list[tuple[str, Table]]:
        """The tables `[group.key]` of a file; what is no table is a complaint and is left out."""
        found = self.table(group, data.get(group, {}))
        for key, value in found.items():
            self.table(f"{group}.{key}", value)
        return [(key, value) for key, value in found.items() if isinstance(value, Mapping)]

    def keys(self, table: str, data: Table, allowed: set[str]) -> None:
        for key in sorted(set(data) - allowed):
            self.complain(table, f"clave desconocida «{key}»")

    def text(self, table: str, data: Table, key: str, required: bool = True) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.complain(table, f"falta «{key}»")
            return ""
        return value

    def formula(self, table: str, key: str, text: object) -> Node:
        if not isinstance(text, str):
            self.complain(table, f"{key}: «{text}» no es una fórmula entre comillas")
            return parse("0")
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


def read_parameter(reader: Reader, key: str, data: Table) -> Parameter:
    table = f"parametros.{key}"
    reader.keys(table, data, _PARAMETER_KEYS)
    value = data.get("valor")
    values = data.get("valores", {})
    if value is not None and not _is_number(value):
        reader.complain(table, f"valor «{value}» no es un número")
        value = None
    years: dict[int, float] = {}
    for year, number in values.items() if isinstance(values, dict) else ():
        if not str(year).isdigit() or not _is_number(number):
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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _codes(reader: Reader, table: str, data: Table, key: str) -> list[str]:
    codes = data.get(key, [])
    good = isinstance(codes, list) and all(
        isinstance(c, str) and (c.isdigit() or c in ENTITY_DATA) for c in codes
    )
    if not good:
        reader.complain(table, f"{key}: debe ser una lista de códigos de cuenta entre comillas")
        return []
    return list(codes)


def read_line(reader: Reader, key: str, data: Table, base: Line | None, origin: str) -> Line:
    table = f"lineas.{key}"
    reader.keys(table, data, _LINE_KEYS)
    extends = "agrega" in data or "quita" in data
    if extends and base is None:
        reader.complain(table, "extiende una línea que no existe")
    accounts: dict[str, Fraction] = dict(base.accounts) if extends and base else {}
    for code in _codes(reader, table, data, "quita"):
        _leave_out(reader, table, accounts, code)
    signs = {"suma": 1, "resta": -1, "cero": 0, "agrega": 1}
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


def _leave_out(reader: Reader, table: str, accounts: dict[str, Fraction], code: str) -> None:
    """The balance of `code` no longer counts: it goes, or is taken from the account of the line that contains it."""
    if accounts.pop(code, None) is not None:
        return
    holders = [parent for parent in accounts if code.startswith(parent)]
    if not holders:
        reader.complain(table, f"quita: la cuenta {code} no está en la línea")
        return
    accounts[code] = -accounts[max(holders, key=len)]


def _bands(reader: Reader, table: str, data: Table) -> Bands | None:
    spec = data["bandas"]
    if not isinstance(spec, dict) or set(spec) != {"cartera", "tramos"}:
        reader.complain(table, "bandas: lleva «cartera» y «tramos»")
        return None
    for name, known in (("cartera", PORTFOLIOS), ("tramos", AGES)):
        if not isinstance(spec[name], list) or not spec[name] or not set(spec[name]) <= set(known):
            reader.complain(table, f"bandas: «{name}» es una lista con alguno de: {', '.join(known)}")
            return None
    return Bands(tuple(spec["cartera"]), tuple(spec["tramos"]))


def read_indicator(reader: Reader, key: str, data: Table, base: Indicator | None, raw: Table, origin: str) -> Indicator:
    table = f"indicadores.{key}"
    reader.keys(table, data, _INDICATOR_KEYS)
    if not _INDICATOR_ID.fullmatch(key):
        reader.complain(table, "el nombre es una letra de PERLAS y un número")
    if base is not None and not data.get("motivo"):
        reader.complain(table, "cambia una definición de la base y no dice el motivo")
    merged = merge_override(raw, data)
    if base is not None and merged == {**raw, "motivo": data.get("motivo")}:
        reader.complain(table, "no cambia nada de la base")
    goal, reason = _goal(reader, table, merged), str(data.get("motivo", ""))
    return replace(build_indicator(reader, key, merged), goal=goal, reason=reason, origin=origin)


def build_indicator(reader: Reader, key: str, data: Table) -> Indicator:
    """What an indicator of any method says of itself; a goal, a reason or a group are its reader's to add."""
    table = f"indicadores.{key}"
    kind, numerator, denominator = _shape(reader, table, data)
    unit, direction = reader.text(table, data, "unidad"), reader.text(table, data, "direccion")
    if unit and unit not in UNITS:
        reader.complain(table, f"unidad «{unit}»: debe ser una de {', '.join(UNITS)}")
    if direction and direction not in DIRECTIONS:
        reader.complain(table, f"direccion «{direction}»: debe ser una de {', '.join(DIRECTIONS)}")
    return Indicator(
        id=key,
        name=reader.text(table, data, "nombre"),
        kind=kind,
        numerator=reader.formula(table, "numerador", numerator),
        numerator_text=numerator,
        denominator=reader.formula(table, "denominador", denominator) if denominator else None,
        denominator_text=denominator,
        unit=unit,
        direction=direction,
        goal=Goal(""),
        action=reader.text(table, data, "accion"),
        purpose=reader.text(table, data, "proposito"),
        source=reader.source(table, data),
        flow=bool(data.get("flujo", False)),
    )


def merge_override(raw: Table, data: Table) -> dict[str, Any]:
    """Base fields that the override leaves alone; a new shape or a new goal replaces the old one whole."""
    kept = dict(raw)
    for group in (_SHAPE_KEYS, _GOAL_KEYS):
        if group & set(data):
            kept = {k: v for k, v in kept.items() if k not in group}
    return {**kept, **data}


def _shape(reader: Reader, table: str, data: Table) -> tuple[Kind, str, str]:
    growth, amount = str(data.get("crecimiento", "")), str(data.get("monto", ""))
    numerator, denominator = str(data.get("numerador", "")), str(data.get("denominador", ""))
    given = [bool(growth), bool(amount), bool(numerator or denominator)]
    if sum(given) != 1 or bool(numerator) != bool(denominator):
        reader.complain(table, "lleva «numerador» y «denominador», o «crecimiento», o «monto»")
        return Kind.AMOUNT, "0", ""
    if growth:
        return Kind.GROWTH, growth, f"previo({growth})"
    return (Kind.AMOUNT, amount, "") if amount else (Kind.RATIO, numerator, denominator)


def _goal(reader: Reader, table: str, data: Table) -> Goal:
    note, structure = str(data.get("nota_meta", "")), str(data.get("meta_estructura", ""))
    for key in ("meta", "meta_cumplen"):
        if not isinstance(data.get(key, []), list):
            reader.complain(table, f"{key}: «{data[key]}» debe ser una lista")
            data = {**data, key: []}
    requires = tuple(map(str, data.get("meta_cumplen", ())))
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


def _condition(reader: Reader, table: str, item: object) -> Condition:
    if isinstance(item, dict) and set(item) == {"condicion", "si"}:
        subject, operator, bound = _split_condition(reader, table, str(item["si"]))
        when = Comparison(subject, operator, _bound(reader, table, "si", bound), bound)
        plain = _condition(reader, table, item["condicion"])
        return replace(plain, when=when)
    if not isinstance(item, str):
        reader.complain(table, f"meta: no se entiende «{item}»")
        item = ">= 0"
    _, operator, bound = _split_condition(reader, table, item)
    return Condition(operator, _bound(reader, table, "meta", bound), bound)


def _bound(reader: Reader, table: str, key: str, text: str) -> Node:
    """What a goal compares with: sums of numbers, parameters and indicators, of one and the same period."""
    node = reader.formula(table, key, text)
    if any(isinstance(part, Call) for part in parts(node)):
        reader.complain(table, f"{key}: previo() y promedio() no se usan en una meta")
    if any(isinstance(p, Binary) and p.operator == "/" and not _divisor(p.right) for p in parts(node)):
        reader.complain(table, f"{key}: «{text}» solo puede dividir para un número distinto de cero")
    return node


def _divisor(node: Node) -> bool:
    return isinstance(node, Number) and node.value != 0


def _split_condition(reader: Reader, table: str, text: str) -> tuple[str, str, str]:
    for operator in OPERATORS:
        subject, found, bound = text.partition(operator)
        if found and bound.strip():
            return subject.strip(), operator, bound.strip()
    reader.complain(table, f"meta: «{text}» no compara con <=, >=, <, > o =")
    return "", ">=", "0"
