"""AHP: the judgements of the experts, how coherent they are, and which to review first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import Matrix, consistency, weights
from xl_perlas.ahp_review import doubts
from xl_perlas.judgements import SCALE, read_matrix, written
from xl_perlas.problems import ERROR
from xl_perlas.workbook import names, native_weights, plan_ahp
from xl_perlas.workbook.ahp_inputs import AhpInputs, Judge
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.native_weights import Value, Voice
from xl_perlas.workbook.plan import AHP, Plan, ref, span
from xl_perlas.workbook.plan_ahp import (
    CHOICE_COLUMN,
    FIRST_COLUMN,
    ID_COLUMN,
    METHOD_ROW,
    NAME_COLUMN,
    OPTIONS_ROW,
    POLICY_ROW,
    REVIEW_WIDTH,
    SCALE_ROW,
    TABLE_ROW,
    WEIGHT_COLUMN,
    Block,
)  # fmt: skip
from xl_perlas.workbook.sheets import ahp_look, common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = AHP

#: Of a matrix's summary: coherence, CR, judgements given and possible, λmax, CI, Koczkodaj's index and its triad.
STATE, RATIO, COUNT, POSSIBLE, LAMBDA, INDEX, KOCZKODAJ, TRIAD = NAME_COLUMN, WEIGHT_COLUMN, 4, 5, 6, 7, 8, 9
NO_JUDGEMENTS = "Sin juicios"
#: Stored where an AHP function gives a blank text: LibreOffice recalculates what is stored empty when it loads a file,
#: and without the add-in would show #NAME? where nothing is wrong.
_BLANK = "\u00a0"
#: Cells of the diagnosis that the summary shows, by their column: (row, column) of what AHP_DIAGNOSTICO gives.
DIAGNOSIS = {STATE: (1, 2), LAMBDA: (2, 2), INDEX: (3, 2), KOCZKODAJ: (7, 2), TRIAD: (7, 3)}
#: Row of the diagnosis with the first judgement to review.
_FIRST_DOUBT = 10

_OPTIONS = ref(CHOICE_COLUMN, OPTIONS_ROW, fix_column=True, fix_row=True)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Choices as text, and of each expert the weight in force and the matrices."""
    cells: Cells = {(OPTIONS_ROW, CHOICE_COLUMN): _options_formula()}
    for expert in range(plan_ahp.EXPERTS):
        blocks = list(plan_ahp.blocks(plan, expert))
        row = plan_ahp.effective_row(plan, expert)
        typed = ref(CHOICE_COLUMN, row - 1)
        given = ",".join(ref(COUNT, block.summary_row) for block in blocks)
        cells[(row, CHOICE_COLUMN)] = f'=IF({typed}="",SIGN(SUM({given})),MAX(N({typed}),0))'
        for block in blocks:
            cells.update(_block_formulas(plan, block))
    return common.light(native_only(plan, cells))


def _options_formula() -> str:
    """`metodo=eigenvector;indice=saaty`: what is not on the list counts as the first that is."""
    parts = []
    for key, row, count in ahp_look.LISTS[:2]:
        listed = plan_ahp.possibilities(row, count)
        chosen = ref(CHOICE_COLUMN, row)
        parts.append(f'"{key}="&INDEX({listed},IFERROR(MATCH({chosen},{listed},0),1))')
    return "=" + '&";"&'.join(parts)


def _block_formulas(plan: Plan, block: Block) -> Cells:
    area, first = block.area, block.cell(0, 0)
    count = ref(COUNT, block.summary_row, fix_column=True, fix_row=True)
    arguments = f"{block.named_area},{_OPTIONS}"

    def when_judged(text: str, otherwise: str = '""') -> str:
        return f"=IF({count}=0,{otherwise},{text})"

    def diagnosis(row: int, column: int) -> str:
        return f"INDEX({spelling(plan, 'AHP_DIAGNOSTICO')}({arguments}),{row},{column})"

    below = f"(ROW({area})-ROW({first})>COLUMN({area})-COLUMN({first}))"
    cells: Cells = {(block.summary_row, COUNT): f"=SUMPRODUCT({below}*ISNUMBER({area}))"}
    for column, place in DIAGNOSIS.items():
        otherwise = f'"{NO_JUDGEMENTS}"' if column == STATE else '""'
        cells[(block.summary_row, column)] = when_judged(diagnosis(*place), otherwise)
    cells[(block.summary_row, RATIO)] = when_judged(f"{spelling(plan, 'AHP_RC')}({arguments})")
    scale = span(FIRST_COLUMN, SCALE_ROW, SCALE_ROW + 1, FIRST_COLUMN + len(SCALE) - 1)
    for i in range(block.size):
        row = block.first_row + i
        place_in = f"ROWS({ref(ID_COLUMN, block.first_row, fix_row=True)}:{ref(ID_COLUMN, row)})"
        cells[(row, WEIGHT_COLUMN)] = when_judged(f"INDEX({spelling(plan, 'AHP_PESOS')}({arguments}),{place_in})")
        for j in range(i):
            typed = block.cell(j, i)
            cells[(row, FIRST_COLUMN + j)] = f'=IF({typed}="","",1/IFERROR(HLOOKUP({typed},{scale},2,0),N({typed})))'
    for k in range(block.reviewed):
        for column in range(REVIEW_WIDTH):
            cells[(block.first_row + k, block.review_column + column)] = when_judged(
                diagnosis(_FIRST_DOUBT + k, column + 1)
            )
    return cells


# --- what experts typed -----------------------------------------------------------------------------------------------


def inverses(judge: Judge, block: Block) -> list[list[Value]]:
    """The lower triangle: inverses of what was typed above it."""
    cells = judge.cells[block.group]
    return [[native_weights.inverse(cells[j][i]) for j in range(i)] for i in range(block.size)]


def effective_weight(plan: Plan, expert: int, judge: Judge) -> float:
    """The weight of an expert in force: a blank one is 1 for who gave any judgement."""
    if judge.typed_weight not in (None, ""):
        return max(judge.typed_weight, 0.0) if isinstance(judge.typed_weight, float) else 0.0
    return float(any(_count(inverses(judge, block)) for block in plan_ahp.blocks(plan, expert)))


def _count(lower: Sequence[Sequence[Value]]) -> int:
    return sum(isinstance(value, float) for row in lower for value in row)


def voices(plan: Plan, inputs: AhpInputs, group: str) -> tuple[Voice, ...]:
    """What each expert says of a group, as sheet Pesos takes it from here."""
    found = []
    for expert, judge in enumerate(inputs.judges):
        block = next(b for b in plan_ahp.blocks(plan, expert) if b.group == group)
        found.append(Voice(effective_weight(plan, expert, judge), inverses(judge, block)))
    return tuple(found)


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What the formulas show."""
    inputs = view.rating.inputs
    cells: Cells = {(OPTIONS_ROW, CHOICE_COLUMN): options_text(inputs)}
    for expert, judge in enumerate(inputs.judges):
        weight = effective_weight(view.plan, expert, judge)
        cells[(plan_ahp.effective_row(view.plan, expert), CHOICE_COLUMN)] = weight
        for block in plan_ahp.blocks(view.plan, expert):
            cells.update(_block_results(inputs, judge, block))
    return common.light(settled(view.plan, cells), view.state)


def options_text(inputs: AhpInputs) -> str:
    """The choices as the AHP functions take them."""
    return f"metodo={inputs.method};indice={inputs.table}"


def _block_results(inputs: AhpInputs, judge: Judge, block: Block) -> Cells:
    lower = inverses(judge, block)
    count = _count(lower)
    cells: Cells = {
        (block.first_row + i, FIRST_COLUMN + j): value for i, row in enumerate(lower) for j, value in enumerate(row)
    }
    cells[(block.summary_row, COUNT)] = count
    shown = Functions(block.criteria, judge.cells[block.group], lower, inputs) if count else None
    diagnosis = shown.diagnosis if shown else {}
    for column, place in DIAGNOSIS.items():
        cells[(block.summary_row, column)] = diagnosis.get(place, NO_JUDGEMENTS if column == STATE else "")
    cells[(block.summary_row, RATIO)] = shown.ratio if shown else ""
    for i in range(block.size):
        cells[(block.first_row + i, WEIGHT_COLUMN)] = shown.weights[i] if shown else ""
    for k in range(block.reviewed):
        for column in range(REVIEW_WIDTH):
            place = (_FIRST_DOUBT + k, column + 1)
            cells[(block.first_row + k, block.review_column + column)] = diagnosis.get(place, _BLANK if shown else "")
    return cells


class Functions:
    """What the AHP functions give for a matrix in cells, so that the file opens complete where they are absent."""

    def __init__(
        self, criteria: Sequence[str], cells: Sequence[Sequence[object]], others: Sequence[Sequence[object]],
        inputs: AhpInputs,
    ):  # fmt: skip
        """`cells`: judgements above the diagonal; `others`: the cells below it, where a wrong judgement shows."""
        self._inputs, self._criteria = inputs, criteria
        self._error = native_weights.first_error(value for row in others for value in row)
        used = [
            i for i in range(len(criteria))
            if any(cells[min(i, j)][max(i, j)] not in (None, "") for j in range(len(criteria)) if j != i)
        ]  # fmt: skip
        upper = [[cells[i][j] if i < j else None for j in used] for i in used]
        matrix, problems = read_matrix([criteria[i] for i in used], upper)
        self._problems = [p for p in problems if p.severity == ERROR]
        self._matrix: Matrix | None = None if self._error or self._problems else matrix

    @property
    def weights(self) -> list[Value]:
        """AHP_PESOS."""
        if self._matrix is None:
            return [PlainText(self._error or "#VALUE!")] * len(self._criteria)
        found: dict[str, Value] = dict(zip(self._matrix.names, weights(self._matrix, self._inputs.method), strict=True))
        return [found.get(key, PlainText(NOT_AVAILABLE)) for key in self._criteria]

    @property
    def ratio(self) -> Value:
        """AHP_RC."""
        if self._matrix is None:
            return PlainText(self._error or "#VALUE!")
        found = consistency(self._matrix).ratios[self._inputs.table]
        return PlainText(NOT_AVAILABLE) if found is None else found

    @property
    def largest(self) -> Value:
        """AHP_LAMBDA."""
        return PlainText(self._error or "#VALUE!") if self._matrix is None else consistency(self._matrix).lambda_max

    @property
    def diagnosis(self) -> dict[tuple[int, int], object]:
        """The cells of AHP_DIAGNOSTICO that are shown, by row and column from 1."""
        if self._error:
            places = [*DIAGNOSIS.values(), *_review_places()]
            return dict.fromkeys(places, PlainText(self._error))
        if self._matrix is None:
            return self._faults()
        found = consistency(self._matrix)
        cells: dict[tuple[int, int], object] = {
            DIAGNOSIS[STATE]: found.verdict, DIAGNOSIS[LAMBDA]: found.lambda_max, DIAGNOSIS[INDEX]: found.index,
            DIAGNOSIS[KOCZKODAJ]: found.koczkodaj, DIAGNOSIS[TRIAD]: "-".join(found.triad) or _BLANK,
        }  # fmt: skip
        worst = [d for d in doubts(self._matrix, self._inputs.table) if d.share > 0]
        for k, doubt in enumerate(worst[: plan_ahp.REVIEWED]):
            row = (f"{doubt.row}/{doubt.column}", doubt.value, doubt.implied, written(doubt.nearest))
            cells.update({(_FIRST_DOUBT + k, 1 + c): value for c, value in enumerate(row)})
        return cells

    def _faults(self) -> dict[tuple[int, int], object]:
        cells: dict[tuple[int, int], object] = dict.fromkeys(DIAGNOSIS.values(), PlainText(NOT_AVAILABLE))
        cells |= {DIAGNOSIS[STATE]: "Con errores", DIAGNOSIS[TRIAD]: _BLANK}
        for k, p in enumerate(self._problems[: plan_ahp.REVIEWED]):
            cells.update({(_FIRST_DOUBT + k, 1 + c): text for c, text in enumerate((p.code, p.cause, p.next_step))})
        return cells


def _review_places() -> list[tuple[int, int]]:
    return [(_FIRST_DOUBT + k, 1 + c) for k in range(plan_ahp.REVIEWED) for c in range(REVIEW_WIDTH)]


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(
    sheet: Worksheet, plan: Plan, judgements: Mapping[str, Matrix] | None = None, expert_name: str = ""
) -> None:
    """Labels, dropdowns and styles. `judgements` fill the matrices of the first expert, by group, in words."""
    ahp_look.build(sheet, plan, expert_name)
    if judgements:
        ahp_look.fill(sheet, plan, judgements)
    common.write_formulas(sheet, formulas(plan))


def defined(plan: Plan) -> dict[str, str]:
    """Names of the choices."""
    return {
        names.METHOD: plan_ahp.choice(METHOD_ROW),
        names.RANDOM_INDEX: plan_ahp.choice(TABLE_ROW),
        names.POLICY: plan_ahp.choice(POLICY_ROW),
    }
