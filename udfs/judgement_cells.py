"""The AHP functions: a range of judgements in, weights and their coherence out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xl_perlas.ahp import METHODS, Consistency, Matrix, consistency, random_index, random_indices, weights
from xl_perlas.ahp_review import Doubt, Proposal, doubts, propose
from xl_perlas.judgements import read_judgement, read_matrix, written
from xl_perlas.problems import ERROR, PerlasError, Problem, problem
from xl_perlas.udfs.cells import Table, Value
from xl_perlas.udfs.options import parse_choices
from xl_perlas.udfs.ranges import NOT_AVAILABLE, ErrorCell, Rows, error_text, is_blank, rows_of

METHOD, INDEX = "metodo", "indice"

#: Eigenvalue problems that looking for the smallest repair may cost in a cell: about a tenth of a second.
_EFFORT = 500
#: Judgements to review that AHP_DIAGNOSTICO always has rows for, so that a sheet can point at them.
SHOWN = 3
_WIDTH = 5
DOUBTS_HEADER: list[Value] = [
    "Juicio", "Valor", "Los demás implican", "Más cercano en la escala", "Parte de la incoherencia",
]  # fmt: skip
CHANGES_HEADER: list[Value] = ["Cambio propuesto", "Valor", "Nuevo", "", ""]


def pesos(matriz: object, opciones: object = None) -> Table:
    """One weight a criterion, in order; `#N/A` for a criterion that nothing is compared with."""
    choices = _choices(opciones)
    matrix, places, count = _matrix(matriz)
    column: list[Value] = [NOT_AVAILABLE] * count
    for place, weight in zip(places, _weights(matrix, choices[METHOD]), strict=True):
        column[place] = weight
    return [[value] for value in column]


def lambda_max(matriz: object, opciones: object = None) -> float:
    """Principal eigenvalue of the judgements."""
    _choices(opciones)
    return _consistency(_matrix(matriz)[0]).lambda_max


def ratio(matriz: object, opciones: object = None) -> Value:
    """Consistency ratio by the table asked for; `#N/A` where that table has no index for the size."""
    choices = _choices(opciones)
    found = _consistency(_matrix(matriz)[0]).ratios[choices[INDEX]]
    return NOT_AVAILABLE if found is None else found


def diagnosis(matriz: object, opciones: object = None) -> Table:
    """Coherence, λmax, CI, CR by each table, and the judgements to review; the first rows are always the same."""
    choices = _choices(opciones)
    try:
        matrix = _matrix(matriz)[0]
    except PerlasError as error:
        return _faults(error.problems)
    found = _consistency(matrix)
    table = [*_summary(found), list(DOUBTS_HEADER)]
    worst = _doubts(matrix, choices[INDEX])
    rows = [_doubt_row(d) for d in worst if d.share > 0]
    table += rows + [[""] * _WIDTH for _ in range(SHOWN - len(rows))]
    proposal = _proposal(matrix, choices[INDEX])
    return table if proposal is None else [*table, *_proposal_rows(proposal)]


# --- rows -------------------------------------------------------------------------------------------------------------


def _summary(found: Consistency) -> Table:
    rows: Table = [["Coherencia", found.verdict], ["λmax", found.lambda_max], ["IC", found.index]]
    rows += [[f"RC ({name})", NOT_AVAILABLE if r is None else r] for name, r in found.ratios.items()]
    rows.append(["Koczkodaj", found.koczkodaj, "-".join(found.triad)])
    rows.append(["λ de la ecuación (6)", found.lambda_equation_6])
    return [[*row, *[""] * (_WIDTH - len(row))] for row in rows]


def _doubt_row(doubt: Doubt) -> list[Value]:
    place = f"{doubt.row}/{doubt.column}"
    return [place, doubt.value, doubt.implied, written(doubt.nearest), doubt.share]


def _proposal_rows(proposal: Proposal) -> Table:
    rows: Table = [list(CHANGES_HEADER)]
    rows += [[f"{c.row}/{c.column}", c.before, written(c.after), "", ""] for c in proposal.changes]
    return [*rows, [f"RC con los cambios ({proposal.table})", proposal.after, "", "", ""]]


def _faults(problems: tuple[Problem, ...]) -> Table:
    """Same first rows, and in the place of judgements to review what keeps the matrix from being one."""
    labels = ["λmax", "IC", *(f"RC ({name})" for name in random_indices()), "Koczkodaj", "λ de la ecuación (6)"]
    table: Table = [["Coherencia", "Con errores", "", "", ""]]
    table += [[label, NOT_AVAILABLE, "", "", ""] for label in labels]
    table.append(["Código", "Causa", "Qué hacer", "", ""])
    rows: Table = [[p.code, p.cause, p.next_step, "", ""] for p in problems]
    return table + rows + [[""] * _WIDTH for _ in range(SHOWN - len(rows))]


# --- arguments --------------------------------------------------------------------------------------------------------


def _choices(opciones: object) -> dict[str, str]:
    return parse_choices(opciones, {METHOD: tuple(METHODS), INDEX: tuple(random_indices())})


def _matrix(matriz: object) -> tuple[Matrix, list[int], int]:
    """The matrix in a range, the place of each of its criteria among those of the range, and how many these are.

    Raises:
        PerlasError: no range (U23), or judgements with errors (J…).
        ErrorCell: a cell with an error.
    """
    rows = rows_of(matriz)
    if rows is None:
        raise PerlasError(problem("U23", argument="matriz"))
    for cell in (cell for row in rows for cell in row):
        if error := error_text(cell):
            raise ErrorCell(error)
    return _read(tuple(map(tuple, rows)))


@lru_cache(maxsize=64)
def _read(rows: tuple[tuple[Any, ...], ...]) -> tuple[Matrix, list[int], int]:
    names, cells = _split(rows)
    size = len(cells)
    square = all(len(row) == size for row in cells) and len(names) == size
    places = [i for i in range(size) if not square or size == 1 or _compared(cells, i)] or list(range(size))
    if square:
        names, cells = [names[i] for i in places], [[cells[i][j] for j in places] for i in places]
    matrix, problems = read_matrix(names, cells)
    if matrix is None or any(p.severity == ERROR for p in problems):
        raise PerlasError([p for p in problems if p.severity == ERROR])
    return matrix, places, size


def _compared(cells: Rows, i: int) -> bool:
    """Whether any judgement compares criterion `i` with another."""
    return any(not is_blank(cells[i][j]) or not is_blank(cells[j][i]) for j in range(len(cells)) if j != i)


def _split(rows: Rows) -> tuple[list[str], Rows]:
    """Names of the criteria and cells of the matrix: names may stand in the first row, the first column or both."""
    over, beside = _is_title(rows[0][1:]), _is_title([row[0] for row in rows[1:]])
    if over != beside and len(rows) == len(rows[0]):  # names on one side only would not leave a square
        over = beside = False
    cells = [row[beside:] for row in rows[over:]]
    if beside:
        names = [str(row[0]).strip() for row in rows[over:]]
    elif over:
        names = [str(cell).strip() for cell in rows[0]]
    else:
        names = [str(i + 1) for i in range(len(cells))]
    return names, cells


def _is_title(cells: Any) -> bool:
    """Whether cells hold names: texts that are no judgements, and nothing else."""
    return bool(cells) and all(isinstance(c, str) and isinstance(read_judgement(c), str) for c in cells)


@lru_cache(maxsize=64)
def _weights(matrix: Matrix, method: str) -> tuple[float, ...]:
    return weights(matrix, method)


@lru_cache(maxsize=64)
def _consistency(matrix: Matrix) -> Consistency:
    return consistency(matrix)


@lru_cache(maxsize=64)
def _doubts(matrix: Matrix, table: str) -> tuple[Doubt, ...]:
    return doubts(matrix, table)


@lru_cache(maxsize=64)
def _proposal(matrix: Matrix, table: str) -> Proposal | None:
    return None if random_index(table).at(matrix.size) is None else propose(matrix, table, effort=_EFFORT)
