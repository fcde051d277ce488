"""Where judgements stand on sheet AHP: the choices, the scale, and one block a matrix for each expert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xl_perlas.ahp import METHODS, random_indices
from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.judgements import SCALE
from xl_perlas.model import COMPONENTS
from xl_perlas.score import POLICIES
from xl_perlas.workbook.plan import AHP, Plan, quoted, ref, span

#: Experts that a workbook has room for.
EXPERTS = 3

#: Choices: label in column A, value in column B; from column D the possibilities, one a row.
CHOICE_COLUMN, POSSIBILITY_COLUMN = 2, 4
METHOD_ROW = 6
TABLE_ROW = METHOD_ROW + len(METHODS)
POLICY_ROW = TABLE_ROW + len(random_indices())
#: Largest acceptable consistency ratio, and the choices as text for the AHP functions.
LIMIT_ROW = POLICY_ROW + len(POLICIES)
OPTIONS_ROW = LIMIT_ROW + 1

#: The scale: words over numbers, from the greatest judgement to the least.
SCALE_ROW = OPTIONS_ROW + 3
_FIRST_EXPERT_ROW = SCALE_ROW + 5
#: Of an expert: heading, name, weight, weight in force, and a blank row before the first matrix.
_EXPERT_HEAD = 5
#: Of a matrix, besides a row a criterion: heading, labels and values of the summary, column headings, blank row.
_BLOCK_EXTRA = 5

NAME_COLUMN, WEIGHT_COLUMN, ID_COLUMN, FIRST_COLUMN = 1, 2, 3, 4
#: Of a judgement to review: the pair, its value, what the others imply, and the nearest judgement of the scale.
REVIEW_WIDTH = 4
#: How many judgements to review each matrix shows.
REVIEWED = 3


@dataclass(frozen=True)
class MatrixRows:
    """Rows of one group's matrix: heading, labels, summary, column headings, then a row a criterion."""

    group: str
    criteria: tuple[str, ...]
    row: int

    @property
    def labels_row(self) -> int:
        """Row with what the summary says."""
        return self.row + 1

    @property
    def summary_row(self) -> int:
        """Row with the state of the judgements, λmax and CR."""
        return self.row + 2

    @property
    def header_row(self) -> int:
        """Row with the criteria over the columns."""
        return self.row + 3

    @property
    def first_row(self) -> int:
        """Row of the first criterion."""
        return self.row + 4

    @property
    def last_row(self) -> int:
        """Row of the last criterion."""
        return self.first_row + self.size - 1

    @property
    def size(self) -> int:
        """How many criteria."""
        return len(self.criteria)


@dataclass(frozen=True)
class Block(MatrixRows):
    """One matrix of an expert; a blank row follows."""

    expert: int

    @property
    def pairs(self) -> int:
        """How many judgements fill the matrix."""
        return self.size * (self.size - 1) // 2

    @property
    def review_column(self) -> int:
        """First column of the judgements to review, one column after the matrix."""
        return FIRST_COLUMN + self.size + 1

    @property
    def reviewed(self) -> int:
        """Judgements to review: none up to two criteria, which cannot contradict each other."""
        return REVIEWED if self.size > 2 else 0

    def cell(self, i: int, j: int) -> str:
        """Cell of the judgement of criterion `i` against `j`."""
        return ref(FIRST_COLUMN + j, self.first_row + i)

    @property
    def area(self) -> str:
        """Range of the cells, without names."""
        return f"{self.cell(0, 0)}:{self.cell(self.size - 1, self.size - 1)}"

    @property
    def named_area(self) -> str:
        """Range of the cells with the criteria over them and beside them: what the AHP functions take."""
        return span(ID_COLUMN, self.header_row, self.last_row, FIRST_COLUMN + self.size - 1)


def groups(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What is compared with what: the components, then the indicators of each."""
    found: dict[str, list[str]] = {}
    for indicator in plan.indicators:
        found.setdefault(indicator.component, []).append(indicator.id)
    return {COMPONENTS_GROUP: tuple(found), **{key: tuple(value) for key, value in found.items()}}


def group_title(group: str) -> str:
    """What a group compares, in words."""
    return "Componentes" if group == COMPONENTS_GROUP else f"{group} · {COMPONENTS[group]}"


def criterion_name(plan: Plan, group: str, criterion: str) -> str:
    """Name of a component or an indicator."""
    return COMPONENTS[criterion] if group == COMPONENTS_GROUP else plan.profile.indicators[criterion].name


def expert_row(plan: Plan, expert: int) -> int:
    """Heading of an expert (from 0); name and weight stand in column B of the two rows below."""
    height = _EXPERT_HEAD + sum(len(criteria) + _BLOCK_EXTRA for criteria in groups(plan).values()) + 1
    return _FIRST_EXPERT_ROW + expert * height


def effective_row(plan: Plan, expert: int) -> int:
    """Row with the weight of an expert in force: a blank one is 1 for who judged anything."""
    return expert_row(plan, expert) + 3


def blocks(plan: Plan, expert: int) -> Iterator[Block]:
    """The matrices of an expert, from top to bottom."""
    row = expert_row(plan, expert) + _EXPERT_HEAD
    for group, criteria in groups(plan).items():
        yield Block(group, criteria, row, expert)
        row += len(criteria) + _BLOCK_EXTRA


def widest(plan: Plan) -> int:
    """Criteria of the largest matrix."""
    return max(map(len, groups(plan).values()))


def last_column(plan: Plan) -> int:
    """Last column in use: that of the widest matrix's judgements to review, or of the scale."""
    return FIRST_COLUMN - 1 + max(len(SCALE), widest(plan) + 1 + REVIEW_WIDTH)


def choice(row: int) -> str:
    """A choice, from any sheet."""
    return f"{quoted(AHP)}!{ref(CHOICE_COLUMN, row, fix_column=True, fix_row=True)}"


def possibilities(first_row: int, count: int) -> str:
    """The possibilities of a choice, from any sheet."""
    return f"{quoted(AHP)}!{span(POSSIBILITY_COLUMN, first_row, first_row + count - 1)}"
