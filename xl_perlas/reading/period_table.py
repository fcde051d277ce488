"""A table with indicators in rows and periods in columns: which sheet holds it, and which columns are what."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import fold

_KEY_TITLES = {"indicador", "indicadores", "indicator", "codigo", "sigla", "siglas"}


class PeriodTable:
    """The grid, the row of its header, the column of the indicators, and the period of each other column.

    `others` are the titles of columns that head no period and are not among those passed over.
    """

    def __init__(self, grid: Grid, header: int, passed_over: AbstractSet[str] = frozenset()):
        self.grid, self.header = grid, header
        titles = grid.rows[header]
        self.key = next((i for i, title in enumerate(titles) if fold(title) in _KEY_TITLES), 0)
        periods = {i: parse_period(title) for i, title in enumerate(titles) if i != self.key}
        self.others = [
            f"«{titles[i]}»" for i, period in periods.items()
            if period is None and fold(titles[i]) and fold(titles[i]) not in passed_over
        ]  # fmt: skip
        self.columns: dict[int, Period] = {i: period for i, period in periods.items() if period is not None}


def load_period_table(
    path: Path, none: str, passed_over: AbstractSet[str] = frozenset()
) -> tuple[PeriodTable, list[Problem]]:
    """The table in a text file or a workbook, and what was noticed on the way; `none`: the code for no header.

    The first sheet with periods in a row is taken, visible before hidden; that others were left is a note (A22).

    Raises:
        PerlasError: the file cannot be read (A01 to A23), or no row has periods (`none`).
    """
    grids, notes = load_grids(path)
    grid, header = _sheet(grids, path.name, none)
    if len(grids) > 1:
        others = ", ".join(f"«{one.sheet}»" for one in grids if one is not grid)
        notes.append(problem("A22", where=grid.file, sheet=grid.sheet, others=others))
    return PeriodTable(grid, header, passed_over), notes


def _sheet(grids: Sequence[Grid], file: str, none: str) -> tuple[Grid, int]:
    for grid in sorted(grids, key=lambda one: one.hidden):
        periods = [sum(parse_period(cell) is not None for cell in row) for row in grid.rows]
        if any(periods):
            return grid, periods.index(max(periods))
    raise PerlasError(problem(none, where=file))
