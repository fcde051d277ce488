"""The functions of supervision: one of the supervisor's ratios, and where a value stands among its peers."""

from __future__ import annotations

import math

from xl_perlas.catalogs import CATALOGS, choose
from xl_perlas.model import Catalog
from xl_perlas.peers import percentile
from xl_perlas.problems import PerlasError, problem
from xl_perlas.supervision import Average, all_ratios, at, listed
from xl_perlas.supervision_load import HIGHER, LOWER
from xl_perlas.udfs.cells import Value, shown
from xl_perlas.udfs.inputs import Inputs, Unnamed, read_inputs
from xl_perlas.udfs.options import CATALOG, PERIOD, pairs, parse_choices
from xl_perlas.udfs.ranges import NOT_AVAILABLE, ErrorCell, error_text, figure, is_blank, rows_of

AVERAGE, DIRECTION = "promedio", "sentido"


def ratio(
    indicador: object, codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None
) -> Value:
    """Value of a supervisory ratio (0.10 is 10 %) in the last period of `saldos`, or in the one that is asked for."""
    average, others = _options(opciones)
    key = _known(indicador)
    inputs = read_inputs(codigos, saldos, saldos_previos, others, many=True)
    position = max(inputs.shown, key=lambda i: inputs.periods[i].key)
    if average is Average.MONTHLY and isinstance(inputs.periods[position], Unnamed):
        raise PerlasError(problem("S20"))
    moment = at(inputs.columns, inputs.periods, position, _catalog(inputs, position), average)
    found = moment.result(key)
    if key not in moment.supervision.indicators:
        return NOT_AVAILABLE
    return shown(found, moment.ratio(key), moment.context)


def percentile_among(valor: object, pares: object, opciones: object = None) -> Value:
    """Percentage of the peers that a value is better than, 0 to 100; `#N/A` without a value or without peers."""
    direction = parse_choices(opciones, {DIRECTION: (HIGHER, LOWER)})[DIRECTION]
    rows = rows_of(pares)
    if rows is None:
        raise PerlasError(problem("U23", argument="pares"))
    value, peers = _number("valor", valor), _peers([cell for row in rows for cell in row])
    found = None if value is None else percentile(value, peers, direction)
    return NOT_AVAILABLE if found is None else found


# --- arguments --------------------------------------------------------------------------------------------------------


def _options(opciones: object) -> tuple[Average, list[list[object]] | None]:
    """The average, and the other options as `read_inputs` takes them. Raises PerlasError (U25, U26, U29)."""
    rows = rows_of(opciones)
    given = dict(pairs(tuple(map(tuple, rows)))) if rows else {}
    known = (AVERAGE, CATALOG, PERIOD)
    for key in given:
        if key not in known:
            raise PerlasError(problem("U25", key=key, options=", ".join(known)))
    written = str(given.pop(AVERAGE, Average.YEAR_END)).strip().lower()
    if written not in tuple(Average):
        example = " o ".join(f"{AVERAGE}={one}" for one in Average)
        raise PerlasError(problem("U26", key=AVERAGE, value=written[:40], why="no es una de las posibles",
                                  example=example))  # fmt: skip
    return Average(written), [[key, value] for key, value in given.items()] or None


def _known(indicador: object) -> str:
    """The id in `indicador`, however it is written. Raises PerlasError (U21, U23)."""
    rows = rows_of(indicador)
    if rows is None:
        raise PerlasError(problem("U23", argument="indicador"))
    key = str(rows[0][0]).strip().upper()
    if key not in all_ratios():
        options = ", ".join(all_ratios())
        raise PerlasError(problem("U21", profile="de supervisión", indicator=key[:40], options=options))
    return key


def _catalog(inputs: Inputs, position: int) -> Catalog:
    """The catalogue that the accounts of the period show; where they do not, the one of the whole range."""
    whole = inputs.choice.catalog
    if inputs.options.catalog in CATALOGS:
        return whole
    own = choose(inputs.options.catalog, listed(inputs.columns[position]))
    return own.catalog if own.certain else whole


def _number(name: str, argument: object) -> float | None:
    """A figure; None when blank or `#N/A`. Raises ErrorCell for another error, PerlasError (U35, U36) for no figure."""
    rows = rows_of(argument)
    cells = [cell for row in rows or () for cell in row]
    if len(cells) > 1:
        raise PerlasError(problem("U35", argument=name, found=len(cells)))
    return _figure(name, cells[0]) if cells else None


def _figure(name: str, cell: object) -> float | None:
    if is_blank(cell) or error_text(cell) == NOT_AVAILABLE:
        return None
    if error := error_text(cell):
        raise ErrorCell(error)
    value = figure(cell)
    if value is not None and not math.isfinite(value):
        raise PerlasError(problem("U36", argument=name, text=str(cell)[:40]))
    return value


def _peers(cells: list[object]) -> list[float]:
    """The figures of the peers; blanks and `#N/A` are peers without one. A heading may stand over them."""
    first, *others = cells
    heading = isinstance(first, str) and not error_text(first) and _is_text(first)
    found = (_figure("pares", cell) for cell in (others if heading else cells))
    return [value for value in found if value is not None]


def _is_text(cell: str) -> bool:
    value = figure(cell)
    return value is not None and not math.isfinite(value)
