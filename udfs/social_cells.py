"""The functions of the Balance Social: what an entity knows in, an indicator's value, its mark, light and total out.

Zero, missing and badly written differ: a blank input leaves the indicator without a value (`#N/A`), one that the
indicator uses and nobody can read is an error that PERLAS_DIAG explains. The inputs of other indicators do not matter.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeAlias

from xl_perlas.formula import Name
from xl_perlas.model import Status
from xl_perlas.problems import PerlasError, problem
from xl_perlas.reading.layout import fold
from xl_perlas.social.evaluate import SocialReport, SocialResult, evaluate_social
from xl_perlas.social.inputs import Entry, SocialInputs, input_named, read_entry
from xl_perlas.social.load import load_social, social_names
from xl_perlas.social.marks import mark_report, plain_mean, principle_mean
from xl_perlas.social.model import AT_DATE, InputKind, Scale, SocialIndicator, SocialInput, SocialKind, SocialMethod
from xl_perlas.social.thresholds import TOP, Light, Thresholds, Unmarked, build_thresholds, load_thresholds
from xl_perlas.social.tree import evaluate
from xl_perlas.udfs.cells import Value
from xl_perlas.udfs.inputs import PREVIOUS_PERIOD, THIS_PERIOD, Unnamed
from xl_perlas.udfs.options import number_option, pairs, parse_choices
from xl_perlas.udfs.ranges import (
    DIVISION_BY_ZERO,
    NOT_AVAILABLE,
    ErrorCell,
    error_text,
    figure,
    is_blank,
    rows_of,
    used_rows,
)

COUNTRY, PREVIOUS, REFERENCE, UNMARKED, GREEN, AMBER = "pais", "previo", "referencia", "sin_nota", "verde", "amarillo"
MODE, SUBJECT, POINTS, ANSWERS = "modo", "sobre", "puntos", "opciones"
_RULE = (MODE, SUBJECT, POINTS, "si", "no", "respondido", ANSWERS)
_EXAMPLES = {POINTS: f"{POINTS}=0:0 | 20%:5 | 50%:10", ANSWERS: f"{ANSWERS}=Mensual:10 | Anual:5"}
_SOURCE = "entidad: opciones de la celda"

NO_LIGHT = "N/A"
_LIGHTS = {Light.GREEN: "Verde", Light.AMBER: "Amarillo", Light.RED: "Rojo", Light.NONE: NO_LIGHT}

#: How alike a text and an input that is missing must be to ask whether it is meant (1: the same).
_ALIKE = 0.8
#: The sheet does not say which year it is: only which is the year before.
_PERIODS = _NOW, _BEFORE = Unnamed(2, name=THIS_PERIOD), Unnamed(1, name=PREVIOUS_PERIOD)
_GIVEN = "valor"

Cells: TypeAlias = tuple[Any, ...]
#: What was typed for an input, and how many years ago it is of; None for nothing.
Typed: TypeAlias = dict[tuple[str, int], Entry | None]


def indicator(
    indicador: object, datos: object, valores: object, valores_previos: object = None, opciones: object = None
) -> Value:
    """Value of an indicator: a ratio or growth (0.10 is 10 %), a figure in its unit, `Sí` or `No`, or an answer."""
    method, one = _wanted(indicador, _options(opciones, (COUNTRY,)))
    sheet = _sheet(method, datos, valores, valores_previos)
    typed: Typed = {(key, lag): sheet.entry(method.inputs[key], lag) for key, lag in _used(one)}
    inputs = [method.inputs[key] for key, _ in typed]
    result = _evaluated(method, replace(one, repeats=""), inputs, typed).results[one.id][0]
    if result.status is Status.NO_DATA:
        sheet.ask_for_misspelled([method.inputs[key] for (key, _), entry in typed.items() if entry is None])
    return _shown(result)


def mark(indicador: object, valor: object, opciones: object = None) -> Value:
    """Mark of a value, 0 to 10, by the bundled thresholds or by those in `opciones`; `#N/A` where there is none."""
    given = _options(opciones, (COUNTRY, PREVIOUS, REFERENCE, *_RULE))
    method, one = _wanted(indicador, given)
    thresholds = _thresholds(method, given, one)
    answer, read = _answer(method, one)
    scales = {k: replace(s, indicator=one.id) for k, s in method.scales.items() if s.indicator in (one.id, one.repeats)}
    references = [method.inputs[s.reference] for s in scales.values()]
    values = [_without_zero(cell) for cell in (_one("valor", valor), given.get(PREVIOUS))]
    typed: Typed = {(answer.id, lag): _entry(answer, cell, lag) for lag, cell in enumerate(values)}
    typed |= {(r.id, 0): _entry(r, given.get(REFERENCE), 0) for r in references}
    report = _evaluated(method, read, [answer, *references], typed, scales)
    own = replace(report, method=replace(report.method, indicators={one.id: one}))  # rules go by its own kind
    found = mark_report(own, thresholds).marks[one.id][0].value
    return NOT_AVAILABLE if found is None else found


def light(nota: object, opciones: object = None) -> str:
    """`Verde`, `Amarillo` or `Rojo` of a mark; `N/A` for none."""
    given = _options(opciones, (COUNTRY, GREEN, AMBER))
    thresholds = _thresholds(_methods(given)[0], given)
    return _LIGHTS[thresholds.light(_mark("nota", _one("nota", nota)))]


def total(principios: object, notas: object, opciones: object = None) -> Value:
    """Plain mean of the means of the principles that have a mark; `#N/A` where none has."""
    unmarked = Unmarked(parse_choices(opciones, {UNMARKED: tuple(Unmarked)})[UNMARKED])
    names, marks = _columns("principios", principios, ("notas", notas))
    groups: dict[str, list[float | None]] = {}
    for name, cell in zip(names, marks or (None,), strict=True):
        if key := _principle(name):
            groups.setdefault(key, []).append(_mark("notas", cell))
        elif _counts(cell):
            if error := error_text(name):
                raise ErrorCell(error)
            options = ", ".join(load_social(social_names()[0]).principles)
            raise PerlasError(problem("U63", text="" if is_blank(name) else str(name)[:40], options=options))
    found = plain_mean(principle_mean(group, unmarked) for group in groups.values())
    return NOT_AVAILABLE if found is None else found


# --- the engine, one indicator at a time ------------------------------------------------------------------------------


def _evaluated(
    method: SocialMethod, one: SocialIndicator, inputs: Iterable[SocialInput], typed: Typed,
    scales: Mapping[str, Scale] | None = None,
) -> SocialReport:  # fmt: skip
    """The report of a method that has this indicator alone. Raises PerlasError with all that cannot be used (N02 …)."""
    entries = {(key, _PERIODS[lag].key): entry for (key, lag), entry in typed.items() if entry}
    if wrong := [e.problem for e in entries.values() if e.problem and e.value is None]:
        raise PerlasError(wrong)
    known = {given.id: given for given in inputs}
    alone = replace(method, indicators={one.id: one}, inputs=known, controls={}, lists={}, scales=scales or {})
    return evaluate_social(alone, SocialInputs((_NOW,), entries))


def _without_zero(cell: object) -> object:
    """A value of BS_INDICADOR: one that divides by zero has no mark, as one that is missing."""
    return NOT_AVAILABLE if error_text(cell) == DIVISION_BY_ZERO else cell


def _used(one: SocialIndicator) -> list[tuple[str, int]]:
    """The inputs of an indicator and how many years back each is taken."""
    parts = [evaluate(node, lambda *_: None) for node in (one.numerator, one.denominator) if node]
    return list(dict.fromkeys((absent.input, absent.lag) for part in parts for absent in part.missing))


def _answer(method: SocialMethod, one: SocialIndicator) -> tuple[SocialInput, SocialIndicator]:
    """The input that a value of the indicator is read as, and the indicator that has it for its value."""
    if one.kind in (SocialKind.COMPLIANCE, SocialKind.TEXT, SocialKind.CHOICE):
        return method.inputs[one.numerator_text.strip()], replace(one, repeats="")
    answer = SocialInput(_GIVEN, one.name, one.unit, InputKind.NUMBER, AT_DATE, "", one.source)
    read = replace(one, kind=SocialKind.VALUE, numerator=Name(_GIVEN), numerator_text=_GIVEN, denominator=None,
                   denominator_text="", repeats="")  # fmt: skip
    return answer, read


def _shown(result: SocialResult) -> Value:
    if result.status is Status.ZERO_DENOMINATOR:
        return DIVISION_BY_ZERO
    if result.text:
        return result.text
    return NOT_AVAILABLE if result.value is None else result.value


# --- inputs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each input of a method is in `datos`; `others`: what else stands there, such as headings."""

    rows: Mapping[str, tuple[int, ...]]
    others: tuple[tuple[int, object], ...]


@lru_cache(maxsize=16)
def _places(method_id: str, names: Cells) -> _Places:
    method, rows = load_social(method_id), dict[str, list[int]]()
    others: list[tuple[int, object]] = []
    for row, cell in enumerate(names):
        one = None if is_blank(cell) or error_text(cell) else input_named(method, cell)
        if one:
            rows.setdefault(one.id, []).append(row)
        elif not is_blank(cell):
            others.append((row, cell))
    return _Places({key: tuple(found) for key, found in rows.items()}, tuple(others))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the cells give: `columns[lag]` are the values of `lag` years ago, None where there are none."""

    method: SocialMethod
    places: _Places
    columns: tuple[Cells | None, ...]

    def entry(self, one: SocialInput, lag: int) -> Entry | None:
        """What was typed for an input; with two cells that differ, an entry without value that says so (N06)."""
        column, rows = self.columns[lag], self.places.rows.get(one.id, ())
        found = [(row, e) for row in rows if column and (e := _entry(one, column[row], lag))]
        if not found:
            return None
        first = found[0][1]
        if all((e.value, e.applies) == (first.value, first.applies) for _, e in found):
            return first
        where = ", ".join(f"fila {row + 1}" for row, _ in found)
        return Entry(None, problem=problem("N06", period=_PERIODS[lag].label, input=one.name, places=where))

    @property
    def strangers(self) -> list[object]:
        """What stands in `datos` beside a value and is no input: headings, misspelled names, errors."""
        return [cell for row, cell in self.places.others if any(c and not is_blank(c[row]) for c in self.columns)]

    def ask_for_misspelled(self, missing: Sequence[SocialInput]) -> None:
        """Raises PerlasError (U60) where something with a value looks like an input that is missing."""
        known = {fold(text): one for one in missing for text in (one.id, one.name)}
        for cell in self.strangers:
            if near := difflib.get_close_matches(fold(cell), list(known), 1, _ALIKE):
                found = known[near[0]].id
                raise PerlasError(problem("U60", text=str(cell)[:60], method=self.method.name, input=found))


def _sheet(method: SocialMethod, datos: object, valores: object, valores_previos: object) -> _Sheet:
    """The three ranges, read.

    Raises:
        PerlasError: ranges that do not fit together (U23, U33), or without a single input of the method (U61).
        ErrorCell: an error stands in the place of a name, beside a value: nobody can tell what that is of.
    """
    names, now, before = _columns("datos", datos, ("valores", valores), ("valores_previos", valores_previos))
    sheet = _Sheet(method, _places(method.id, names), (now, before))
    if not sheet.places.rows:
        raise PerlasError(problem("U61", method=method.name, example=", ".join(islice(method.inputs, 3))))
    if error := next(filter(None, map(error_text, sheet.strangers)), ""):
        raise ErrorCell(error)
    return sheet


def _columns(name: str, argument: object, *others: tuple[str, object]) -> tuple[Any, ...]:
    """The cells of ranges of one size, in any shape, down to the last that the first one uses.

    The first of `others` must be there; one that was left out, or is one blank cell, is None.
    """
    rows = rows_of(argument)
    if rows is None:
        raise PerlasError(problem("U23", argument=name))
    width, size = len(rows[0]), len(rows) * len(rows[0])
    count = used_rows(rows) if width == 1 else size
    found: list[Cells | None] = [tuple(islice(chain.from_iterable(rows), count))]
    for place, (other, given) in enumerate(others):
        beside = rows_of(given)
        if beside is None and size > 1 and not place:
            raise PerlasError(problem("U23", argument=other))
        if beside is not None and (cells := len(beside) * len(beside[0])) != size:
            raise PerlasError(problem("U33", one=other, found=cells, other=name, expected=size))
        found.append(None if beside is None else tuple(islice(chain.from_iterable(beside), count)))
    return tuple(found)


def _entry(one: SocialInput, cell: object, lag: int) -> Entry | None:
    """What a cell says of an input; None when blank. Raises ErrorCell for an error other than `#N/A`: not applicable.

    A percentage may carry its sign where the unit is one.
    """
    error = error_text(cell)
    if error and error != NOT_AVAILABLE:
        raise ErrorCell(error)
    signed = isinstance(cell, str) and cell.rstrip().endswith("%")
    if signed and one.kind is InputKind.NUMBER and one.unit == "%":
        one = replace(one, kind=InputKind.PERCENT)
    return read_entry(one, error or cell, _PERIODS[lag])


# --- arguments --------------------------------------------------------------------------------------------------------


def _one(name: str, argument: object) -> object:
    """The one cell of an argument; None when it was left out. Raises PerlasError (U35)."""
    cells = [cell for row in rows_of(argument) or () for cell in row]
    if len(cells) > 1:
        raise PerlasError(problem("U35", argument=name, found=len(cells)))
    return cells[0] if cells else None


def _options(opciones: object, known: Sequence[str]) -> dict[str, Any]:
    """Options by key. Raises PerlasError (U25, U29)."""
    rows = rows_of(opciones)
    given = dict(pairs(tuple(map(tuple, rows)))) if rows else {}
    for key in given:
        if key not in known:
            raise PerlasError(problem("U25", key=key, options=", ".join(known)))
    return given


def _methods(given: Mapping[str, Any]) -> list[SocialMethod]:
    """The method of the option `pais`; all of them without it. Raises PerlasError (U26)."""
    known = {method.country.lower(): method for method in map(load_social, social_names())}
    if COUNTRY not in given:
        return list(known.values())
    wanted = str(given[COUNTRY]).strip().lower()
    if wanted not in known:
        options = " o ".join(f"{COUNTRY}={country}" for country in known)
        raise PerlasError(problem("U26", key=COUNTRY, value=wanted[:40], why="no es un país posible", example=options))
    return [known[wanted]]


def _wanted(indicador: object, given: Mapping[str, Any]) -> tuple[SocialMethod, SocialIndicator]:
    """The indicator and its method: its id is of one country only. Raises PerlasError (U23, U35, U64)."""
    cell = _one("indicador", indicador)
    if is_blank(cell):
        raise PerlasError(problem("U23", argument="indicador"))
    if error := error_text(cell):
        raise ErrorCell(error)
    key = "".join(str(cell).split()).upper()
    methods = _methods(given)
    for method in methods:
        if key in method.indicators:
            return method, method.indicators[key]
    options = ", ".join(f"{ids[0]} a {ids[-1]} ({m.name})" for m in methods if (ids := list(m.indicators)))
    raise PerlasError(problem("U64", indicator=key[:40], options=options))


def _thresholds(method: SocialMethod, given: Mapping[str, Any], one: SocialIndicator | None = None) -> Thresholds:
    """The bundled thresholds, with the rule and the limits of the lights that the options give on top.

    Raises:
        PerlasError: figures that are none (U26), or what is no rule (U65, with every reason).
    """
    base = load_thresholds(method.id)
    changes: dict[str, Any] = {}
    rule = {key: _rule_value(key, given[key]) for key in _RULE if key in given}
    if rule and one:
        changes["indicadores"] = {one.id: {**rule, "fuente": _SOURCE}}
    if GREEN in given or AMBER in given:
        limits = {GREEN: base.green, AMBER: base.amber}
        limits |= {key: number_option(key, given[key], f"{key}=7,5") for key in limits if key in given}
        changes["semaforo"] = {**limits, "fuente": _SOURCE}
    if not changes:
        return base
    head = {"id": "celda", "nombre": "Opciones de la celda", "base": method.id, "fuente": _SOURCE}
    try:
        return build_thresholds({"notas": head, **changes}, "")
    except PerlasError as error:
        causes = [p.cause[:1].lower() + p.cause[1:] for p in error.problems]
        raise PerlasError([problem("U65", detail=cause) for cause in causes]) from None


def _rule_value(key: str, value: object) -> object:
    """What a definition file would say under this key."""
    if key in (MODE, SUBJECT):
        return str(value).strip().lower()
    example = _EXAMPLES.get(key, f"{key}=10")
    if key == POINTS:
        return [[number_option(key, part, example) for part in pair] for pair in _listed(key, value)]
    if key == ANSWERS:
        return {answer: number_option(key, text, example) for answer, text in _listed(key, value)}
    return number_option(key, value, example)


def _listed(key: str, value: object) -> list[tuple[str, str]]:
    """`0:0 | 20%:5` -> its pairs. Raises PerlasError (U26)."""
    found = [part.rpartition(":") for part in str(value).split("|") if part.strip()]
    if not all(left.strip() and right.strip() for left, _, right in found):
        why = "son pares separados por |, y en cada uno dos puntos antes de la nota"
        raise PerlasError(problem("U26", key=key, value=str(value)[:40], why=why, example=_EXAMPLES[key]))
    return [(left.strip(), right.strip()) for left, _, right in found]


def _mark(name: str, cell: object) -> float | None:
    """A mark from 0 to 10; None when blank, `#N/A` or `N/A`. Raises ErrorCell, PerlasError (U62)."""
    error = error_text(cell)
    if error and error != NOT_AVAILABLE:
        raise ErrorCell(error)
    if error or is_blank(cell) or (isinstance(cell, str) and cell.strip().upper() == NO_LIGHT):
        return None
    value = figure(cell)
    if value is not None and not 0 <= value <= TOP:
        raise PerlasError(problem("U62", argument=name, text=str(cell)[:40]))
    return value


def _counts(cell: object) -> bool:
    """Whether a cell beside no principle may be a mark, or an error in its place: somebody expects that it counts."""
    value = figure(cell)
    return error_text(cell) not in ("", NOT_AVAILABLE) or (value is not None and 0 <= value <= TOP)


def _principle(cell: object) -> str:
    """The id of a principle written as its id, its number or its name; nothing for another text."""
    text = fold(f"{cell:g}" if isinstance(cell, float) else cell)
    return _principles().get(text.removeprefix("principio "), "")


@lru_cache(maxsize=1)
def _principles() -> dict[str, str]:
    known = [item for method in map(load_social, social_names()) for item in method.principles.items()]
    return {fold(text): key for key, one in known for text in (key, key.removeprefix("P"), one.name)}
