"""What each cell function computes: ranges in, a value or a table out. Errors are texts (`#N/A`) that hosts make real.

Nothing here knows a spreadsheet program, and nothing here is a formula: the engine does the work.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from xl_perlas._version import __version__
from xl_perlas.catalogs import account_name
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, Context, Contribution, contributions, evaluate_ratio
from xl_perlas.figures import Unreadable, parse_figure, unreadable_problem
from xl_perlas.goals import goal_text, needs, verdict
from xl_perlas.identities import check
from xl_perlas.model import Profile, Ratio, Result, Status
from xl_perlas.problems import INFO, PerlasError, Problem, problem
from xl_perlas.udfs.inputs import Inputs, read_inputs
from xl_perlas.udfs.options import parse_options
from xl_perlas.udfs.ranges import (
    BAD_NUMBER,
    DIVISION_BY_ZERO,
    NOT_AVAILABLE,
    Figures,
    error_text,
)
from xl_perlas.words import indicator_words

Value: TypeAlias = float | str
Table: TypeAlias = list[list[Value]]

NO_PROBLEMS = "Sin problemas"
INDICATOR = "Indicador"
DETAIL_HEADER = ["Parte", "Cuenta", "Periodo", "Coeficiente", "Saldo", "Aporte", "Nombre en el catálogo"]
PROBLEMS_HEADER = ["Código", "Gravedad", "Periodo", "Cuentas", "Diferencia", "Causa", "Qué hacer"]


def indicator(
    indicador: object, codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None
) -> Value:
    """Value of one indicator: a ratio (0.10 is 10 %) or an amount, or an error text."""
    inputs = read_inputs(codigos, saldos, saldos_previos, opciones)
    ratio = _ratio(inputs, indicador)
    ctx = inputs.contexts[0]
    return shown(evaluate_ratio(ratio, ctx), ratio, ctx)


def matrix(codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None) -> Table:
    """Every indicator in every period: a header row, then one row an indicator."""
    inputs = read_inputs(codigos, saldos, saldos_previos, opciones, many=True)
    table: Table = [[INDICATOR, *inputs.labels()]]
    for key, ratio in inputs.definitions.ratios.items():
        table.append([key, *(shown(evaluate_ratio(ratio, ctx), ratio, ctx) for ctx in inputs.contexts)])
    return table


def detail(
    indicador: object, codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None
) -> Table:
    """Numerator and denominator account by account, totals, the definition and its page, the value and its note."""
    inputs = read_inputs(codigos, saldos, saldos_previos, opciones)
    ratio, ctx = _ratio(inputs, indicador), inputs.contexts[0]
    parts = list(contributions(ratio, ctx))
    result = evaluate_ratio(ratio, ctx)
    catalog, profile = inputs.definitions.catalog, inputs.definitions.profile
    table: Table = [list(DETAIL_HEADER), *([*_detail_row(c, ctx), account_name(c.code, catalog)] for c in parts)]
    for part in (NUMERATOR, DENOMINATOR) if ratio.denominator else (NUMERATOR,):
        table.append([f"Total {part}", "", "", "", "", _total([c for c in parts if c.part == part]), ""])
    table.append(["Definición", indicator_words(profile, ratio.indicator), *[""] * 5])
    table.append(["Fuente", str(ratio.indicator.source), *[""] * 5])
    table.append(["Valor", ratio.indicator.id, ctx.now.label, "", "", shown(result, ratio, ctx), ""])
    if result.note:
        table.append(["Nota", result.note, *[""] * 5])
    return table


def goal(indicador: object, opciones: object = None) -> str:
    """The goal of an indicator as people read it, with its parameters."""
    options = parse_options(opciones)
    profile = options.loaded()
    key = _known(profile, indicador)
    return goal_text(profile.indicators[key], profile, options.period.year if options.period else 0)


def meets(
    indicador: object, codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None
) -> str:
    """`Cumple`, `No cumple`, or `Sin veredicto` (no value, no parameter, or a goal without number)."""
    inputs = read_inputs(codigos, saldos, saldos_previos, opciones)
    key = _ratio(inputs, indicador).indicator.id
    profile, ctx = inputs.options.loaded(), inputs.contexts[0]
    ratios = inputs.definitions.ratios
    results = {name: evaluate_ratio(ratios[name], ctx) for name in needs(profile, key)}
    return verdict(profile, key, results, inputs.year(0)).word


def validate(codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None) -> Table:
    """Every problem of the balance, one a row under a header; or the one cell `Sin problemas`."""
    inputs = read_inputs(codigos, saldos, saldos_previos, opciones, many=True)
    choice = inputs.choice.problem
    found = [*_cell_problems(inputs), choice, *check(inputs.balance(), inputs.choice.catalog)]
    rows = [_problem_row(p) for p in found if p.severity != INFO]
    return [list(PROBLEMS_HEADER), *rows] if rows else [[NO_PROBLEMS]]


def version() -> str:
    """Version of the program."""
    return __version__


# --- indicators -------------------------------------------------------------------------------------------------------


def _ratio(inputs: Inputs, indicador: object) -> Ratio:
    return inputs.definitions.ratios[_known(inputs.definitions.profile, indicador)]


def _known(profile: Profile, indicador: object) -> str:
    """The id in `indicador`, however it is written. Raises PerlasError (U21, U23)."""
    while isinstance(indicador, list | tuple) and len(indicador) == 1:
        indicador = indicador[0]
    if indicador is None or indicador == "":
        raise PerlasError(problem("U23", argument="indicador"))
    key = str(indicador).strip().upper()
    if key not in profile.indicators:
        options = ", ".join(profile.indicators)
        raise PerlasError(problem("U21", profile=profile.id, indicator=key[:40], options=options))
    return key


def shown(result: Result, ratio: Ratio, ctx: Context) -> Value:
    """What a cell shows for a result."""
    if result.value is not None:
        return result.value if math.isfinite(result.value) else BAD_NUMBER
    if result.status is Status.ZERO_DENOMINATOR:
        return DIVISION_BY_ZERO
    error = _used_error(ratio, ctx) if result.status is Status.NO_DATA else ""
    return error or NOT_AVAILABLE


def _used_error(ratio: Ratio, ctx: Context) -> str:
    """The first error among the cells that a formula uses, or nothing. Errors elsewhere do not matter."""
    columns = [moment.column for moment in (ctx.now, ctx.base, ctx.december) if moment]
    if not any(column and isinstance(column.values, Figures) for column in columns):
        return ""
    return next((e for c in contributions(ratio, ctx) if c.coefficient and (e := _error_at(c, ctx))), "")


def _error_at(contribution: Contribution, ctx: Context) -> str:
    column = ctx.moment(contribution.lag).column
    if column is None or not isinstance(column.values, Figures):
        return ""
    row = column.chart.row.get(contribution.code)
    return "" if row is None else column.values.error(row)


def _detail_row(contribution: Contribution, ctx: Context) -> list[Value]:
    c = contribution
    missing = _error_at(c, ctx) or NOT_AVAILABLE
    amounts: tuple[Value, Value] = (missing, missing) if c.balance is None else (c.balance, c.amount)
    return [c.part, c.code, c.period, c.coefficient, *amounts]


def _total(parts: list[Contribution]) -> Value:
    if any(c.balance is None and c.coefficient for c in parts):
        return NOT_AVAILABLE
    return math.fsum(c.amount for c in parts)


# --- problems ---------------------------------------------------------------------------------------------------------


def _cell_problems(inputs: Inputs) -> list[Problem]:
    """Cells that cannot be read, and codes that stand in several rows."""
    found: list[Problem] = []
    for column, period in zip(inputs.columns, inputs.periods, strict=True):
        if not isinstance(column.values, Figures):
            continue
        for i, code in enumerate(inputs.accounts.chart.codes):
            where = f"cuenta {code}"
            cells = column.values.cells(i)
            bad = [b for cell in cells if isinstance(b := _unreadable(cell), Unreadable)]
            found += [unreadable_problem(b, where, period.label) for b in bad]
            if len(cells) > 1 and not bad:
                found.append(_repeated(code, cells, inputs.accounts.repeated[i], column.values[i], period.label))
    return found


def _unreadable(cell: object) -> object:
    error = error_text(cell)
    return Unreadable(error, "B24") if error else parse_figure(cell)


def _repeated(code: str, cells: tuple[object, ...], rows: tuple[int, ...], value: object, period: str) -> Problem:
    places = ", ".join(f"fila {row + 1}" for row in rows)
    differs = value != value
    return problem("B10" if differs else "B09", period=period, accounts=(code,), code=code, places=places)


def _problem_row(found: Problem) -> list[Value]:
    place = f"{found.where}: " if found.where else ""
    return [
        found.code, found.severity, found.period, ", ".join(found.accounts),
        "" if found.amount is None else found.amount, place + found.cause, found.next_step,
    ]  # fmt: skip
