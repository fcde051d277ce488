"""The rules as data: `definitions/analysis/fortalezas.toml` to the model."""

from __future__ import annotations

import math
import string
from functools import lru_cache

from xl_perlas.analysis import load_statements
from xl_perlas.load import load_profile, profile_names, read_bundled
from xl_perlas.schema import Reader, Table
from xl_perlas.strengths.model import Rules, Subject
from xl_perlas.supervision_load import all_ratios

_TABLES = {"metodo", "reglas", "sujetos", "segmentos", "frases"}
_HEAD_KEYS = {"id", "nombre", "fuente"}
_LIMITS = ("cifras_recta", "anios_a_la_meta", "cambio_anual", "crecimiento", "diferencia")
_SUBJECT_KEYS = {"nombre", "mismo_que", "motivo", "cuentas", "frente_a", "positiva", "grupo", "por_que"}
_LEAST_FIGURES = 3  # a line always goes through two points

_GOAL = {"id", "periodo", "valor", "meta", "pide"}
_PEERS = {"id", "periodo", "valor", "lugar"}
_LINE = {"id", "ritmo", "desde", "hasta"}
_CHANGE = {"id", "antes", "ahora", "desde", "hasta"}
_RATE = {"cuenta", "tasa", "desde", "hasta"}
_PACE = {"movimiento", "anios"}

#: Every phrase and what it says: all of it, so that no text comes out without its figure and its period.
PHRASES = {
    "cumple": _GOAL, "no_cumple": _GOAL, "pide": {"estructura", "regla"},
    "dato_meta": {"id", "valor", "periodo", "meta"},
    "pares_verde": _PEERS, "pares_amarillo": _PEERS, "pares_rojo": _PEERS, "pares_lejos": _PEERS,
    "lugar_percentil": {"percentil", "pares", "media"}, "lugar_media": {"media"},
    "dato_pares": {"id", "valor", "periodo", "lugar", "luz"},
    "recta_sube": _LINE, "recta_baja": _LINE, "recta_fija": _LINE,
    "cambio_sube": _CHANGE, "cambio_baja": _CHANGE, "cambio_fijo": _CHANGE - {"antes"},
    "llega": _PACE, "llega_tarde": _PACE, "la_pierde": _PACE, "con_margen": _PACE,
    "se_aleja": {"movimiento"}, "mejora": {"movimiento"}, "empeora": {"movimiento"}, "sin_juicio": {"movimiento"},
    "tasa_crece": _RATE, "tasa_baja": _RATE, "tasa_fija": _RATE,
    "salto_crece": _RATE, "salto_baja": _RATE, "salto_fijo": _RATE,
    "paso": {"cuenta", "antes", "ahora", "desde", "hasta"}, "frente": {"una", "otra"},
    "negativa": {"cuenta", "periodo", "valor"}, "duda": set(),
}  # fmt: skip


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The bundled rules.

    Raises:
        PerlasError: definitions that do not load (D01, with every place and reason).
    """
    return build_rules(*read_bundled("analysis", "fortalezas"))


def build_rules(data: Table, where: str) -> Rules:
    """The rules from the tables of a TOML file called `where`.

    Raises:
        PerlasError: whatever is wrong, all at once (D01).
    """
    reader = Reader(where)
    reader.keys("archivo", data, _TABLES)
    head = reader.table("metodo", data.get("metodo", {}))
    reader.keys("metodo", head, _HEAD_KEYS)
    identity, name = reader.text("metodo", head, "id"), reader.text("metodo", head, "nombre")
    reader.source("metodo", head)
    limits = reader.table("reglas", data.get("reglas", {}))
    reader.keys("reglas", limits, {*_LIMITS, "fuente"})
    source = reader.source("reglas", limits)
    figures, years, change, growth, difference = (_limit(reader, limits, key) for key in _LIMITS)
    if figures < _LEAST_FIGURES or figures != int(figures):
        reader.complain("reglas", f"cifras_recta: debe ser un número entero, {_LEAST_FIGURES} o más")
    known = {key for profile in profile_names() for key in load_profile(profile).indicators}
    subjects = {key: _subject(reader, key, table, known) for key, table in reader.tables(data, "sujetos")}
    _check_once(reader, subjects)
    segments = reader.table("segmentos", data.get("segmentos", {}))
    for total in segments.values():
        _check_member(reader, "segmentos", total, known)
    phrases = _phrases(reader, data)
    reader.finish()
    return Rules(
        identity, name, source, int(figures), years, change, growth, difference, subjects, dict(segments), phrases
    )


def _limit(reader: Reader, data: Table, key: str) -> float:
    value = data.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    reader.complain("reglas", f"{key}: debe ser un número mayor que cero")
    return float(_LEAST_FIGURES)


# --- subjects ---------------------------------------------------------------------------------------------------------


def _subject(reader: Reader, key: str, data: Table, known: set[str]) -> Subject:
    place = f"sujetos.{key}"
    reader.keys(place, data, _SUBJECT_KEYS)
    others, accounts = _list(reader, place, data, "mismo_que"), _list(reader, place, data, "cuentas")
    for other in others:
        _check_member(reader, place, other, known)
    measured = key in known or key in all_ratios()
    if not measured and others:
        reader.complain(place, "mismo_que une indicadores, y este asunto no es uno")
    if not measured and not accounts:
        reader.complain(place, "no es un indicador y no tiene cuentas")
    for account in (*accounts, *filter(None, (data.get("frente_a"),))):
        if not str(account).isdigit() and account not in load_statements().items:
            reader.complain(place, f"«{account}» no es una cuenta ni una línea de los estados")
    return Subject(
        key, (key, *others) if measured else (),
        reader.text(place, data, "nombre"), reader.text(place, data, "grupo", required=not measured),
        reader.text(place, data, "por_que", required=not measured),
        reader.text(place, data, "motivo", required=bool(others)),
        accounts, reader.text(place, data, "frente_a", required=False), data.get("positiva") is True,
    )  # fmt: skip


def _list(reader: Reader, place: str, data: Table, key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    reader.complain(place, f"{key}: debe ser una lista de textos")
    return ()


def _check_member(reader: Reader, place: str, key: object, known: set[str]) -> None:
    if key not in known and key not in all_ratios():
        reader.complain(place, f"«{key}» no es un indicador de un perfil ni del supervisor")


def _check_once(reader: Reader, subjects: dict[str, Subject]) -> None:
    """No indicator is of two subjects: that is what makes contradictions impossible."""
    owners: dict[str, str] = {}
    for subject in subjects.values():
        for member in subject.members:
            if member in owners:
                reader.complain(f"sujetos.{subject.id}", f"«{member}» ya es del asunto {owners[member]}")
            owners[member] = subject.id


# --- phrases ----------------------------------------------------------------------------------------------------------


def _phrases(reader: Reader, data: Table) -> dict[str, str]:
    table = reader.table("frases", data.get("frases", {}))
    reader.keys("frases", table, set(PHRASES))
    phrases = {key: reader.text("frases", table, key) for key in PHRASES}
    for key, text in phrases.items():
        if text and (fields := _fields(text)) != PHRASES[key]:
            said, expected = (", ".join(sorted(names)) or "nada" for names in (fields, PHRASES[key]))
            reader.complain("frases", f"{key}: entre llaves lleva {said} y debe llevar {expected}")
    return phrases


def _fields(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:  # a brace without its pair
        return {"llaves sin pareja"}
