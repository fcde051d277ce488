"""A matrix of pairwise comparisons from a file: the first row and the first column name the criteria."""

from __future__ import annotations

import os
from collections.abc import Sequence

from xl_perlas.ahp import Matrix
from xl_perlas.judgements import read_matrix
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid, load_grids


def read_matrix_file(path: str | os.PathLike[str], *, sheet: str | None = None) -> tuple[Matrix | None, list[Problem]]:
    """The matrix in a text file or a sheet of a workbook, and everything wrong with it; None when it has no weights.

    Cells like `1/3`, `0.333`, `0,333` or `3 · solo un poco más`; blank where there is no judgement. Columns may stand
    in another order than rows. Of a workbook without `sheet` the first sheet is read.

    Raises:
        PerlasError: the file cannot be opened (A…), or holds no table.
    """
    grids, notes = load_grids(path, sheet)
    grid = grids[0]
    if len(grids) > 1:
        others = ", ".join(f"«{g.sheet}»" for g in grids[1:])
        notes.append(problem("A22", where=grid.file, sheet=grid.sheet, others=others))
    filled = [i for i in range(len(grid.rows)) if any(grid.cell(i, j) for j in range(len(grid.rows[i])))]
    if not filled:
        raise PerlasError(problem("A05", where=grid.file))
    columns = _used_columns(grid, filled)
    over = [str(grid.cell(filled[0], j) or "").strip() for j in columns[1:]]
    beside = [str(grid.cell(i, columns[0]) or "").strip() for i in filled[1:]]
    cells = [[grid.cell(i, j) for j in columns[1:]] for i in filled[1:]]
    if len(over) != len(beside):
        return None, [*notes, problem("J01", where=grid.file, rows=len(beside), columns=len(over))]
    if len(set(over)) == len(over) and set(over) == set(beside):
        cells = [[row[over.index(name)] for name in beside] for row in cells]
    elif over != beside:
        return None, [*notes, problem("J08", where=grid.file, detail=_difference(over, beside))]
    matrix, problems = read_matrix(beside, cells, grid.file)
    return matrix, [*notes, *problems]


def _used_columns(grid: Grid, rows: Sequence[int]) -> list[int]:
    """From the first column with something in it to the last one with a heading or a judgement."""
    used = {j for i in rows for j in range(len(grid.rows[i])) if grid.cell(i, j) is not None}
    return list(range(min(used), max(used) + 1))


def _difference(over: Sequence[str], beside: Sequence[str]) -> str:
    only_over = [f"«{name}»" for name in over if name not in beside]
    only_beside = [f"«{name}»" for name in beside if name not in over]
    parts = [f"en la primera fila y no en la columna: {', '.join(only_over)}"] if only_over else []
    parts += [f"en la primera columna y no en la fila: {', '.join(only_beside)}"] if only_beside else []
    return "; ".join(parts) or "hay criterios repetidos"
