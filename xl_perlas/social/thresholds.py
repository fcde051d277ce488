"""How values become marks from 0 to 10, lights and categories: data that the entity or a norm sets, with its source.

`definitions/social/notas_<id>.toml`, or a file of the entity's own on top of one of those (`base`).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from xl_perlas.model import Source
from xl_perlas.problems import PerlasError, problem
from xl_perlas.schema import Reader, Table
from xl_perlas.social.load import load_social, read_social_file, social_names
from xl_perlas.social.model import HIGHER, LOWER, NEUTRAL, SocialIndicator, SocialKind, SocialMethod

TOP = 10.0

_PREFIX = "notas_"
_TABLES = {"notas", "semaforo", "plan", "reglas", "indicadores"}
_HEAD_KEYS = {"id", "nombre", "metodo", "base", "sin_nota", "fuente"}
_FILTER_KEYS = {"tipo", "unidad", "sentido", "parte", "indicadores"}
_RULE_KEYS = {"modo", "sobre", "puntos", "si", "no", "respondido", "opciones", "fuente"}
_PLAN_KEYS = {"luces", "estrategia", "nombre"}


class Light(StrEnum):
    """Colour of a mark; none where there is no mark."""

    GREEN = "verde"
    AMBER = "amarillo"
    RED = "rojo"
    NONE = "sin_nota"


class Category(StrEnum):
    """What the improvement plan does with an indicator."""

    IMPACT = "impacto"
    IMPORTANT = "importantes"
    URGENT = "urgentes"


class Mode(StrEnum):
    """Between two points a mark is interpolated, or is that of the last point reached."""

    LINEAR = "lineal"
    STEPS = "escalones"


class Subject(StrEnum):
    """What is marked: the value, its change in a year as a share of the previous value, or its level on a scale."""

    VALUE = "valor"
    CHANGE = "cambio"
    SCALE = "escala"


class Unmarked(StrEnum):
    """What an indicator without a mark does in the mean of its principle: it is left out, or counts as zero."""

    LEAVE_OUT = "excluir"
    ZERO = "cero"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one indicator, or all of a kind, get their marks.

    Numbers: `points` as (value, mark), in order of value. Yes/no: `answers` by `Sí` and `No`. Texts and choices:
    `answers` by option, and `answered` for any other answer.
    """

    name: str
    source: Source
    mode: Mode = Mode.LINEAR
    subject: Subject = Subject.VALUE
    points: tuple[tuple[float, float], ...] = ()
    answers: Mapping[str, float] | None = None
    answered: float | None = None
    filters: Mapping[str, object] | None = None

    def fits(self, one: SocialIndicator) -> bool:
        """Whether a rule for a kind is for this indicator."""
        own = {"tipo": str(one.kind), "unidad": one.unit, "sentido": one.direction, "parte": one.part}
        wanted = dict(self.filters or {})
        listed = wanted.pop("indicadores", None)
        return (not isinstance(listed, list) or one.id in listed) and all(own[k] == v for k, v in wanted.items())

    def mark(self, value: float) -> float:
        """Mark of a number. Steps are climbed from the worst mark: each one whose value is reached counts."""
        if self.mode is Mode.STEPS:
            return self._step(value)
        values = [v for v, _ in self.points]
        if value <= values[0]:
            return self.points[0][1]
        for (low, a), (high, b) in pairwise(self.points):
            if value <= high:
                return a + (b - a) * (value - low) / (high - low)
        return self.points[-1][1]

    def _step(self, value: float) -> float:
        rising = self.points[-1][1] >= self.points[0][1]
        reached = [mark for limit, mark in self.points if (value >= limit if rising else value <= limit)]
        return max(reached) if reached else min(mark for _, mark in self.points)


@dataclass(frozen=True, slots=True)
class PlanRule:
    """A category of the improvement plan: the lights that belong to it and what it asks for."""

    category: Category
    name: str
    lights: frozenset[Light]
    strategy: str


@dataclass(frozen=True)
class Thresholds:
    """Rules for one method. An indicator's own rule wins; else the first rule for its kind. `green`, `amber`: lowest
    marks of those lights."""

    id: str
    name: str
    method: str
    source: Source
    unmarked: Unmarked
    green: float
    amber: float
    light_source: Source
    plan: tuple[PlanRule, ...]
    plan_source: Source
    rules: tuple[Rule, ...]
    own: Mapping[str, Rule]

    def rule(self, one: SocialIndicator) -> Rule | None:
        """The rule of an indicator; that of the one it repeats when it has none of its own."""
        for key in filter(None, (one.id, one.repeats)):
            if key in self.own:
                return self.own[key]
        return next((rule for rule in self.rules if rule.fits(one)), None)

    def light(self, mark: float | None) -> Light:
        """Colour of a mark."""
        if mark is None:
            return Light.NONE
        return Light.GREEN if mark >= self.green else Light.AMBER if mark >= self.amber else Light.RED

    def category(self, light: Light) -> Category:
        """Category of a light: every light has one."""
        return next(rule.category for rule in self.plan if light in rule.lights)


@lru_cache(maxsize=4)
def _bundled(name: str) -> Thresholds:
    return build_thresholds(*read_social_file(name, "las notas", _PREFIX))


def load_thresholds(name: str | Path) -> Thresholds:
    """The bundled marks of a method (`colombia`, `ecuador`), or those of the entity in a TOML file.

    Raises:
        PerlasError: unknown name (D02), or a file that does not load (D01, with every place and reason).
    """
    if isinstance(name, str) and not name.lower().endswith(".toml"):
        return _bundled(name)
    try:
        data = tomllib.loads(Path(name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PerlasError(problem("D01", where=str(name), detail=error.strerror or str(error))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PerlasError(problem("D01", where=str(name), detail=f"no es TOML válido ({error})")) from None
    return build_thresholds(data, str(name))


def build_thresholds(data: Table, where: str) -> Thresholds:
    """Thresholds from the tables of a TOML file called `where`.

    Raises:
        PerlasError: whatever is wrong, all at once (D01).
    """
    reader = Reader(where)
    for key in sorted(set(data) - _TABLES):
        reader.complain(key, "tabla desconocida")
    head = reader.table("notas", data.get("notas", {}))
    reader.keys("notas", head, _HEAD_KEYS)
    base = _bundled(str(head["base"])) if "base" in head else None
    method_id = str(head.get("metodo", base.method if base else ""))
    if method_id not in social_names():
        reader.complain("notas", f"metodo: debe ser uno de {', '.join(social_names())}")
        reader.finish()
    method = load_social(method_id)
    if base and base.method != method_id:
        reader.complain("notas", f"la base es del método {base.method}")
    unmarked = str(head.get("sin_nota", base.unmarked if base else ""))
    if unmarked not in list(Unmarked):
        reader.complain("notas", f"sin_nota: debe ser uno de {', '.join(Unmarked)}")
        unmarked = Unmarked.LEAVE_OUT
    green, amber, light_source = _lights(reader, data, base)
    plan, plan_source = _plan(reader, data, base)
    kinds = [_kind_rule(reader, key, table, method) for key, table in reader.tables(data, "reglas")]
    own = {key: _own_rule(reader, key, table, method) for key, table in reader.tables(data, "indicadores")}
    result = Thresholds(
        reader.text("notas", head, "id"), reader.text("notas", head, "nombre"), method_id,
        reader.source("notas", head), Unmarked(unmarked), green, amber, light_source, plan, plan_source,
        (*kinds, *(base.rules if base else ())), {**(base.own if base else {}), **own},
    )  # fmt: skip
    reader.finish()
    return result


def _lights(reader: Reader, data: Table, base: Thresholds | None) -> tuple[float, float, Source]:
    if base and "semaforo" not in data:
        return base.green, base.amber, base.light_source
    table = reader.table("semaforo", data.get("semaforo", {}))
    reader.keys("semaforo", table, {"verde", "amarillo", "fuente"})
    green, amber = (_number(reader, "semaforo", key, table.get(key)) for key in ("verde", "amarillo"))
    if not 0 <= amber <= green <= TOP:
        reader.complain("semaforo", "0 ≤ amarillo ≤ verde ≤ 10")
    return green, amber, reader.source("semaforo", table)


def _number(reader: Reader, table: str, key: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    reader.complain(table, f"{key}: «{value}» no es un número")
    return 0.0


def _plan(reader: Reader, data: Table, base: Thresholds | None) -> tuple[tuple[PlanRule, ...], Source]:
    if base and "plan" not in data:
        return base.plan, base.plan_source
    plan = reader.table("plan", data.get("plan", {}))
    reader.keys("plan", plan, {*map(str, Category), "fuente"})
    rules = []
    for category in Category:
        where = f"plan.{category}"
        table = reader.table(where, plan.get(category, {}))
        reader.keys(where, table, _PLAN_KEYS)
        lights = table.get("luces", [])
        if not isinstance(lights, list) or not set(lights) <= set(Light):
            reader.complain(where, f"luces: es una lista con alguna de {', '.join(Light)}")
            lights = []
        name, strategy = reader.text(where, table, "nombre"), reader.text(where, table, "estrategia")
        rules.append(PlanRule(category, name, frozenset(map(Light, lights)), strategy))
    every = [light for rule in rules for light in rule.lights]
    if sorted(every) != sorted(Light):
        reader.complain("plan", "cada luz está en una categoría y solo en una")
    return tuple(rules), reader.source("plan", plan)


# --- rules ------------------------------------------------------------------------------------------------------------


def _kind_rule(reader: Reader, key: str, data: Table, method: SocialMethod) -> Rule:
    table = f"reglas.{key}"
    reader.keys(table, data, _RULE_KEYS | _FILTER_KEYS)
    filters = {k: data[k] for k in _FILTER_KEYS & set(data)}
    known: dict[str, list[object]] = {
        "tipo": list(SocialKind), "sentido": [HIGHER, LOWER, NEUTRAL], "parte": [True, False],
    }  # fmt: skip
    for name, options in known.items():
        if name in filters and filters[name] not in options:
            reader.complain(table, f"{name}: «{filters[name]}» no es uno de los que hay")
    listed = filters.get("indicadores", [])
    if not isinstance(listed, list) or not set(listed) <= set(method.indicators):
        reader.complain(table, f"indicadores: es una lista de indicadores de {method.name}")
    return replace(_rule(reader, table, data), filters=filters)


def _own_rule(reader: Reader, key: str, data: Table, method: SocialMethod) -> Rule:
    table = f"indicadores.{key}"
    reader.keys(table, data, _RULE_KEYS)
    if key not in method.indicators:
        reader.complain(table, f"el indicador no existe en {method.name}")
    rule = _rule(reader, table, data)
    if rule.subject is Subject.SCALE and key not in {scale.indicator for scale in method.scales.values()}:
        reader.complain(table, "sobre: este indicador no tiene escala")
    return rule


def _rule(reader: Reader, table: str, data: Table) -> Rule:
    mode = _word(reader, table, data, "modo", list(Mode), Mode.LINEAR)
    subject = _word(reader, table, data, "sobre", list(Subject), Subject.VALUE)
    points = _points(reader, table, data.get("puntos", []))
    answers = {word: _mark(reader, table, key, data[key]) for key, word in (("si", "Sí"), ("no", "No")) if key in data}
    for option, mark in reader.table(table, data.get("opciones", {})).items():
        answers[option] = _mark(reader, table, option, mark)
    answered = _mark(reader, table, "respondido", data["respondido"]) if "respondido" in data else None
    if bool(points) == bool(answers or answered is not None):
        reader.complain(table, "lleva «puntos», o bien «si» y «no», «opciones» o «respondido»")
    marks = [mark for _, mark in points]
    if mode == Mode.STEPS and marks not in (sorted(marks), sorted(marks, reverse=True)):
        reader.complain(table, "puntos: con escalones las notas solo suben o solo bajan")
    return Rule(
        table, reader.source(table, data), Mode(mode), Subject(subject), points, answers or None, answered
    )  # fmt: skip


def _word(reader: Reader, table: str, data: Table, key: str, options: Sequence[str], default: str) -> str:
    word = str(data.get(key, default))
    if word not in options:
        reader.complain(table, f"{key} «{word}»: debe ser uno de {', '.join(options)}")
        return default
    return word


def _mark(reader: Reader, table: str, key: str, value: object) -> float:
    mark = _number(reader, table, key, value)
    if not 0 <= mark <= TOP:
        reader.complain(table, f"{key}: una nota va de 0 a 10")
    return mark


def _points(reader: Reader, table: str, written: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(written, list) or not all(isinstance(p, list) and len(p) == 2 for p in written):
        reader.complain(table, "puntos: es una lista de pares [valor, nota]")
        return ()
    points = [(_number(reader, table, "puntos", v), _mark(reader, table, "puntos", m)) for v, m in written]
    if written and len(points) < 2:
        reader.complain(table, "puntos: son dos o más")
    if any(a[0] >= b[0] for a, b in pairwise(points)):
        reader.complain(table, "puntos: los valores van de menor a mayor, sin repetirse")
        return ()
    return tuple(points)
