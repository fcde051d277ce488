"""The functions of financial analysis: a chart's ranges in, one row of results for each of its rows out.

The table has as many rows as `codigos` down to its last code, so that it stands beside the chart: a blank where a row
holds no account, and titles in the last row above the first code, where there is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from xl_perlas.analysis import BASES, DECEMBER, GIVEN, Analysis, Change, Figure, Item, State, analyse
from xl_perlas.chart import Column
from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.cells import Table, Value
from xl_perlas.udfs.inputs import Inputs, read_inputs
from xl_perlas.udfs.options import pairs
from xl_perlas.udfs.ranges import BAD_NUMBER, DIVISION_BY_ZERO, NOT_AVAILABLE, Figures, rows_of

BASE = "base"
CHANGE_HEADER = ("Variación absoluta", "Variación relativa")
TREND_HEADER = ("Promedio", "Pendiente anual", "R²", "Crecimiento anual")
SHARE_HEADER = "Participación"

_DIVIDED_BY_ZERO = (State.FROM_ZERO, State.ZERO_TO_ZERO, State.ZERO_DENOMINATOR)


def horizontal(codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None) -> Table:
    """Absolute and relative change of each account, two columns a period.

    One column of balances is compared with `saldos_previos`, whatever their dates are; several, by their dates, as the
    option `base` says.
    """
    inputs, base = _inputs(codigos, saldos, saldos_previos, opciones)
    pair = len(inputs.periods) == 2 and len(inputs.shown) == 1
    analysis = analyse(inputs.balance(), inputs.choice.catalog.id, GIVEN if pair else base)
    shown = [inputs.periods[i] for i in inputs.shown]
    labels = [f"{text} {period}" for period in shown for text in CHANGE_HEADER]

    def row(item: Item) -> list[Value]:
        changes = [analysis.change(item.id, period) for period in shown]
        return [_cell(one, item, _used(inputs, change)) for change in changes
                for one in (change.absolute, change.relative)]  # fmt: skip

    return _beside(inputs, analysis, CHANGE_HEADER if len(shown) == 1 else labels, row)


def vertical(codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None) -> Table:
    """What part of total assets, or of total income, each account is: one column a period. Needs no previous one."""
    inputs, _ = _inputs(codigos, saldos, saldos_previos, opciones)
    analysis = analyse(inputs.balance(), inputs.choice.catalog.id)
    labels = inputs.labels()

    def row(item: Item) -> list[Value]:
        return [_cell(analysis.share(item.id, inputs.periods[i]).share, item, [inputs.columns[i]])
                for i in inputs.shown]  # fmt: skip

    return _beside(inputs, analysis, [SHARE_HEADER] if len(labels) == 1 else labels, row)


def trend(codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None) -> Table:
    """Mean, slope a year, R² and average annual growth of each account over all its periods, previous ones included."""
    inputs, _ = _inputs(codigos, saldos, saldos_previos, opciones)
    analysis = analyse(inputs.balance(), inputs.choice.catalog.id)

    def row(item: Item) -> list[Value]:
        found = analysis.trend(item.id)
        figures = (found.mean, found.slope, found.r_squared, found.growth)
        return [_cell(one, item, inputs.columns) for one in figures]

    return _beside(inputs, analysis, TREND_HEADER, row)


# --- arguments --------------------------------------------------------------------------------------------------------


def _inputs(codigos: object, saldos: object, saldos_previos: object, opciones: object) -> tuple[Inputs, str]:
    """The arguments read, and the option `base`, which only these functions have.

    Raises:
        PerlasError: arguments or options that are none (U20 … U31), among them a `base` that does not exist (U26).
    """
    rows = rows_of(opciones)
    chosen = pairs(tuple(map(tuple, rows))) if rows else []
    base = next((str(value).strip().lower() for key, value in chosen if key == BASE), DECEMBER)
    if base not in BASES:
        example = " o ".join(f"{BASE}={one}" for one in BASES)
        why = "no es una de las posibles"
        raise PerlasError(problem("U26", key=BASE, value=base[:40], why=why, example=example))
    rest = [(key, value) for key, value in chosen if key != BASE]
    return read_inputs(codigos, saldos, saldos_previos, rest or None, many=True), base


# --- results ----------------------------------------------------------------------------------------------------------


def _beside(
    inputs: Inputs, analysis: Analysis, header: Sequence[str], row: Callable[[Item], list[Value]]
) -> Table:
    """The rows of each account at the height of its codes."""
    accounts = inputs.accounts
    codes = accounts.chart.codes
    places = {code: accounts.repeated.get(i, (accounts.rows[i],)) for i, code in enumerate(codes)}
    height = 1 + max(place for own in places.values() for place in own)
    table: Table = [[""] * len(header) for _ in range(height)]
    if accounts.header:
        table[accounts.header - 1] = list(header)
    for code, own in places.items():
        if code.isdigit():  # the entity's data, such as the number of members, are no accounts
            cells = row(analysis.item(code))
            for place in own:
                table[place] = list(cells)
    return table


def _used(inputs: Inputs, change: Change) -> list[Column]:
    """The columns of a change: its own period and its base."""
    return [column for column, period in zip(inputs.columns, inputs.periods, strict=True)
            if period.label in (change.period, change.base)]  # fmt: skip


def _cell(figure: Figure, item: Item, columns: Sequence[Column]) -> Value:
    """What a cell shows for a figure: an error that stands in the account's own cells passes through."""
    if figure.value is not None:
        return figure.value if math.isfinite(figure.value) else BAD_NUMBER
    if figure.state in _DIVIDED_BY_ZERO:
        return DIVISION_BY_ZERO
    return next(filter(None, (_error(item.id, column) for column in columns)), NOT_AVAILABLE)


def _error(code: str, column: Column) -> str:
    row = column.chart.row.get(code)
    return column.values.error(row) if row is not None and isinstance(column.values, Figures) else ""
