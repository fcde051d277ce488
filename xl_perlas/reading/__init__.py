"""Trial balances from files: CSV and text, .xlsx, .xlsm, .xlsb, .xls and .ods."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xl_perlas.balance import Balance, merge
from xl_perlas.problems import ERROR, PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import Layout, find_layout, fold
from xl_perlas.reading.table import read_table

_TEMPLATE_SHEET = "catalogo"  # where this product's own workbooks keep the balance


def read_balance(path: str | os.PathLike[str], *, sheet: str | None = None) -> Balance:
    """Read the trial balance in a file. What kind of file it is, is decided by its content.

    The table may stand anywhere near the top: a column of codes, perhaps one of names, and one column of balances
    a period (or a single one, with its period in a title, the sheet's name or the file's). Figures that cannot be
    read are NaN, accounts that are not listed None; `Balance.problems` tells both, and every choice made.
    `sheet` names the sheet of a workbook; without it the one with the best table is read.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), or no table with codes, balances and periods is in it
            (B01 to B05, B19).
    """
    with _collector_paused():
        return _read(path, sheet)


def _read(path: str | os.PathLike[str], sheet: str | None) -> Balance:
    grids, notes = load_grids(path, sheet)
    grid, layout = _best(grids, Path(path).name)
    if len(grids) > 1:
        others = ", ".join(f"«{g.sheet}»" for g in grids if g is not grid)
        notes.append(problem("A22", where=grid.file, sheet=grid.sheet, others=others))
    balance = read_table(grid, layout)
    if not balance.chart.codes:
        raise PerlasError([*notes, *balance.problems])
    return Balance(
        balance.chart, balance.names, balance.periods, balance.values, (*notes, *balance.problems), balance.entity
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Cells make no cycles, but millions of them make Python look for some again and again: half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_balances(paths: Iterable[str | os.PathLike[str]]) -> Balance:
    """Read several files, of one period each or more, as one balance.

    Raises:
        PerlasError: no file, or files that cannot be read (the problems of all of them), or the same period in two
            of them (B26).
    """
    files = list(paths)
    balances: list[Balance] = []
    problems: list[Problem] = []
    for path in files:
        try:
            balances.append(read_balance(path))
        except PerlasError as error:
            problems += error.problems
    if not files:
        problems.append(problem("A01", where="(ninguno)"))
    problems += _repeated(files, balances) if not problems else []
    if problems:
        raise PerlasError(problems)
    return balances[0] if len(balances) == 1 else merge(balances)


def _repeated(files: Sequence[str | os.PathLike[str]], balances: Sequence[Balance]) -> list[Problem]:
    holders: dict[tuple[int, int], list[str]] = {}
    labels: dict[tuple[int, int], str] = {}
    for path, balance in zip(files, balances, strict=True):
        for period in balance.periods:
            holders.setdefault(period.key, []).append(Path(path).name)
            labels.setdefault(period.key, period.label)
    return [
        problem("B26", period=labels[key], files=", ".join(names)) for key, names in holders.items() if len(names) > 1
    ]


def _best(grids: Sequence[Grid], file: str) -> tuple[Grid, Layout]:
    """The grid with the best table: the template's own sheet, else visible before hidden, then the most accounts."""
    found: list[tuple[Grid, Layout]] = []
    failures: list[Problem] = []
    for grid in grids:
        if not any(grid.rows):
            continue
        try:
            found.append((grid, find_layout(grid)))
        except PerlasError as error:
            failures += error.problems
    if found:
        return max(found, key=lambda one: _merit(*one))
    if not failures:
        raise PerlasError(problem("A21" if len(grids) != 1 or grids[0].sheet else "A05", where=file))
    # The sheet that came nearest to being a table tells why it is none.
    raise PerlasError(max(failures, key=lambda p: (p.severity == ERROR, p.code)))


def _merit(grid: Grid, layout: Layout) -> tuple[bool, bool, int]:
    accounts = sum(grid.cell(r, layout.code) is not None for r in range(layout.first, len(grid.rows)))
    return fold(grid.sheet) == _TEMPLATE_SHEET, not grid.hidden, accounts * len(layout.values)
