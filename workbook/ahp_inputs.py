"""What experts typed on sheet AHP, understood: their matrices, how they are combined, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xl_perlas.ahp import DEFAULT_INDEX, EIGENVECTOR, METHODS, Matrix, random_indices
from xl_perlas.ahp_group import Expert, aggregate_judgements
from xl_perlas.judgements import read_judgement, read_matrix
from xl_perlas.problems import ERROR, Problem, problem
from xl_perlas.score import EXCLUDE, POLICIES
from xl_perlas.workbook import plan_ahp
from xl_perlas.workbook.plan import AHP, Plan, ref
from xl_perlas.workbook.plan_ahp import CHOICE_COLUMN, METHOD_ROW, POLICY_ROW, TABLE_ROW, Block
from xl_perlas.workbook.protocols import BookLike, SheetLike

#: Cells of a matrix, None on the diagonal and below it.
Cells: TypeAlias = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Judge:
    """An expert's sheet: matrices by group, only of the criteria compared; None where a group cannot be computed.

    `cells` are the matrices as they were typed, above the diagonal, and `typed_weight` the cell of the weight: what
    native formulas see.
    """

    name: str
    weight: float
    matrices: Mapping[str, Matrix | None]
    typed_weight: object
    cells: Mapping[str, Cells]

    @property
    def counts(self) -> bool:
        """Whether this expert has judged anything and has a weight."""
        return self.weight > 0 and any(self.matrices.values())


@dataclass(frozen=True)
class AhpInputs:
    """Judgements and choices. `matrices`: all experts' together; `left_out`: criteria that nobody compared."""

    judges: tuple[Judge, ...]
    method: str
    table: str
    policy: str
    matrices: Mapping[str, Matrix]
    left_out: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]

    def experts(self, group: str) -> list[Expert]:
        """Those who judged a group and count."""
        return [Expert(j.name, m, j.weight) for j in self.judges if j.weight > 0 and (m := j.matrices.get(group))]


def read_ahp(book: BookLike, plan: Plan) -> AhpInputs:
    """Everything on sheet AHP. Bad judgements are problems; their group then has no matrix."""
    sheet = book.sheet(AHP)
    found: list[Problem] = []
    method = _choice(sheet, METHOD_ROW, EIGENVECTOR, tuple(METHODS), found)
    table = _choice(sheet, TABLE_ROW, DEFAULT_INDEX, tuple(random_indices()), found)
    policy = _choice(sheet, POLICY_ROW, EXCLUDE, tuple(POLICIES), found)
    judges = tuple(_judge(sheet, plan, e, found) for e in range(plan_ahp.EXPERTS))
    matrices, left_out = {}, {}
    for group, criteria in plan_ahp.groups(plan).items():
        given = [Expert(j.name, matrix, j.weight) for j in judges if j.weight > 0 and (matrix := j.matrices[group])]
        if len(criteria) == 1:
            matrices[group] = Matrix(criteria, ((1.0,),))
        elif given:
            merged = aggregate_judgements(given)
            matrices[group] = merged.only([c for c in criteria if c in merged.names])
        compared = matrices[group].names if group in matrices else ()
        if missing := tuple(c for c in criteria if c not in compared):
            left_out[group] = missing
    if matrices and left_out:
        names = ", ".join(name for group in left_out.values() for name in group)
        found.append(problem("J12", where=AHP, names=names))
    return AhpInputs(judges, method, table, policy, matrices, left_out, tuple(found))


def _choice(sheet: SheetLike, row: int, default: str, options: Sequence[str], found: list[Problem]) -> str:
    value = sheet.cell(ref(CHOICE_COLUMN, row)).value
    text = str(value or default).strip().lower()
    if text in options:
        return text
    where = f"{AHP}!{ref(CHOICE_COLUMN, row)}"
    found.append(problem("L35", where=where, value=value, used=default, options=", ".join(options)))
    return default


def _judge(sheet: SheetLike, plan: Plan, expert: int, found: list[Problem]) -> Judge:
    row = plan_ahp.expert_row(plan, expert)
    name = sheet.cell(ref(CHOICE_COLUMN, row + 1)).value
    blocks = list(plan_ahp.blocks(plan, expert))
    cells = {b.group: _typed(sheet, b) for b in blocks}
    matrices = {b.group: _matrix(cells[b.group], b, found) for b in blocks}
    weight = sheet.cell(ref(CHOICE_COLUMN, row + 2)).value
    return Judge(
        str(name or f"Experto {expert + 1}"), _weight(weight, row + 2, matrices, found), matrices, weight, cells
    )


def _weight(value: object, row: int, matrices: Mapping[str, Matrix | None], found: list[Problem]) -> float:
    """Blank is 1 for who judged something: a lone expert need not write a weight."""
    if value is None or value == "":
        return 1.0 if any(matrices.values()) else 0.0
    if isinstance(value, float) and 0 <= value <= 1000:
        return value
    found.append(problem("L36", where=f"{AHP}!{ref(CHOICE_COLUMN, row)}", value=value))
    return 0.0


def _typed(sheet: SheetLike, block: Block) -> Cells:
    """The upper triangle as typed; the lower follows it."""
    rows = [[cell.value for cell in row] for row in sheet.rows(block.area)]
    return [[rows[i][j] if i < j else None for j in range(block.size)] for i in range(block.size)]


def _matrix(typed: Cells, block: Block, found: list[Problem]) -> Matrix | None:
    """The matrix of the criteria with some judgement."""
    used = [i for i in range(block.size) if any(not _blank(typed[min(i, j)][max(i, j)]) for j in range(block.size))]
    if not used:
        return None
    cells = [[typed[i][j] for j in used] for i in used]
    names = tuple(block.criteria[i] for i in used)
    matrix, problems = read_matrix(names, cells, f"{AHP}!{block.area}")
    faults = {p.code for p in problems if p.severity == ERROR}
    if faults == {"J09"}:  # other experts may link what this one does not: that is asked of everybody together
        found += [p for p in problems if p.code != "J09"]
        return _unlinked(names, cells)
    found += problems
    return matrix


def _unlinked(names: tuple[str, ...], cells: Cells) -> Matrix:
    none = tuple(tuple(1.0 if i == j else None for j in range(len(names))) for i in range(len(names)))
    matrix = Matrix(names, none)
    for i, j in matrix.pairs:
        value = read_judgement(cells[i][j])
        if isinstance(value, float):
            matrix = matrix.with_judgement(i, j, value)
    return matrix


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
