"""The score, rating and CAMEL functions: verdicts, weights and grades in, one value out."""

from __future__ import annotations

import math

from xl_perlas.camel import HIGHER, LOWER, CamelMethod, Statistic, grade, load_camel, total_grade
from xl_perlas.compliance import read_verdict
from xl_perlas.hierarchy import TOLERANCE
from xl_perlas.problems import PerlasError, problem
from xl_perlas.score import POLICIES, load_scale, score_value
from xl_perlas.udfs.cells import Value
from xl_perlas.udfs.options import parse_choices
from xl_perlas.udfs.ranges import NOT_AVAILABLE, ErrorCell, error_text, figure, is_blank, rows_of

POLICY, SCALE, METHOD = "sin_veredicto", "escala", "metodo"
_PUBLISHED = ("tulcan_2016",)


def points(veredictos: object, pesos: object, opciones: object = None) -> Value:
    """Score from 0 to 100; `#N/A` when nothing that has a weight has a verdict."""
    policy = parse_choices(opciones, {POLICY: tuple(POLICIES)})[POLICY]
    verdicts = dict(enumerate(map(_verdict, _cells("veredictos", veredictos))))
    weights = dict(enumerate(map(_weight, _cells("pesos", pesos))))
    if len(verdicts) != len(weights):
        raise PerlasError(problem("U33", one="veredictos", found=len(verdicts), other="pesos", expected=len(weights)))
    counted = {str(i): weight for i, weight in weights.items() if weight is not None}
    if math.fsum(counted.values()) > 1 + TOLERANCE:
        raise PerlasError(problem("U34", total=f"{math.fsum(counted.values()):.4g}"))
    found = score_value({str(i): verdict for i, verdict in verdicts.items()}, counted, policy)
    return NOT_AVAILABLE if found is None else found


def rating(puntaje: object, opciones: object = None) -> str:
    """The rating of a score; `#N/A` for none, and outside 0 to 100."""
    scale = load_scale(parse_choices(opciones, {SCALE: _PUBLISHED})[SCALE])
    return scale.rating(_number("puntaje", puntaje)) or NOT_AVAILABLE


def camel_grade(
    indicador: object, valor: object, media: object, desviacion: object, opciones: object = None
) -> Value:
    """Grade of a value from 1 (best) to 5; `#N/A` when value or statistics are missing, or the deviation is not > 0."""
    method = _method(opciones)
    direction = _direction(method, _one("indicador", indicador))
    value, mean, deviation = (
        _number(name, cell) for name, cell in (("valor", valor), ("media", media), ("desviacion", desviacion))
    )
    if value is None or mean is None or deviation is None:
        return NOT_AVAILABLE
    found = grade(value, Statistic(mean, deviation, method.source), direction, method)
    return NOT_AVAILABLE if found is None else found


def camel_total(indicadores: object, calificaciones: object, opciones: object = None) -> Value:
    """Weighted total of grades, 1 to 5; `#N/A` when an indicator of the method has no grade."""
    method = _method(opciones)
    names = _cells("indicadores", indicadores)
    grades = _cells("calificaciones", calificaciones)
    if len(names) != len(grades):
        raise PerlasError(problem("U33", one="indicadores", found=len(names), other="calificaciones",
                                  expected=len(grades)))  # fmt: skip
    known = {_plain(key): key for key in method.indicators}
    given: dict[str, float | None] = {}
    for name, cell in zip(names, grades, strict=True):
        key = known.get(_plain(name))
        if key is not None:  # headings of groups stand among the indicators
            given[key] = _grade(key, cell)
    found = total_grade(given, method)
    return NOT_AVAILABLE if found is None else found


# --- arguments --------------------------------------------------------------------------------------------------------


def _cells(name: str, argument: object) -> list[object]:
    rows = rows_of(argument)
    if rows is None:
        raise PerlasError(problem("U23", argument=name))
    return [cell for row in rows for cell in row]


def _one(name: str, argument: object) -> object:
    cells = _cells(name, argument)
    if len(cells) != 1:
        raise PerlasError(problem("U35", argument=name, found=len(cells)))
    return cells[0]


def _number(name: str, argument: object) -> float | None:
    """A figure; None when blank or `#N/A`. Other errors are the result's error; what is no figure raises (U36)."""
    rows = rows_of(argument)
    cell = None if rows is None else _one(name, argument)
    value = _figure(cell)
    if value is not None and not math.isfinite(value):
        raise PerlasError(problem("U36", argument=name, text=str(cell)[:40]))
    return value


def _figure(cell: object) -> float | None:
    if is_blank(cell) or error_text(cell) == NOT_AVAILABLE:
        return None
    if error := error_text(cell):
        raise ErrorCell(error)
    return figure(cell)


def _weight(cell: object) -> float | None:
    """A weight; None for what has none: blanks, `#N/A` and texts such as headings."""
    value = _figure(cell)
    if value is None or (isinstance(cell, str) and not math.isfinite(value)):
        return None
    if not math.isfinite(value) or value < 0:
        raise PerlasError(problem("J35", name="pesos", value=cell))
    return value


def _verdict(cell: object) -> bool | None:
    """A verdict; None where there is none. Titles beside cells without weight do not matter, so no text is refused."""
    error = error_text(cell)
    if error and error != NOT_AVAILABLE:
        raise ErrorCell(error)
    found = None if error else read_verdict(cell)
    return found if isinstance(found, bool) else None


def _grade(key: str, cell: object) -> float | None:
    value = _figure(cell)
    if value is not None and value not in (1, 2, 3, 4, 5):
        raise PerlasError(problem("U36", argument=f"calificaciones ({key})", text=str(cell)[:40]))
    return value


def _method(opciones: object) -> CamelMethod:
    return load_camel(parse_choices(opciones, {METHOD: _PUBLISHED})[METHOD])


def _direction(method: CamelMethod, cell: object) -> str:
    """`mayor` or `menor`, or the direction of an indicator of the method."""
    if error := error_text(cell):
        raise ErrorCell(error)
    text = _plain(cell)
    for key, direction in method.directions.items():
        if text == _plain(key):
            return direction
    if text in (HIGHER.upper(), LOWER.upper()):
        return text.lower()
    options = ", ".join((*method.indicators, HIGHER, LOWER))
    raise PerlasError(problem("U37", text=str(cell)[:40], options=options))


def _plain(text: object) -> str:
    """`if 112` -> `IF112`."""
    return "".join(str(text).split()).upper()
