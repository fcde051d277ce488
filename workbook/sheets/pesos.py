"""Pesos: everybody's judgements together, and the weights they give: from the add-in and natively."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import random_indices
from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.workbook import names, plan_ahp, plan_weights
from xl_perlas.workbook.ahp_inputs import AhpInputs
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.native_weights import (
    COMPLETE, INCOMPLETE, METHOD_NAMES, NONE_GIVEN, UNLINKED, WRONG, GroupCells, Value, difference, random_table,
)  # fmt: skip
from xl_perlas.workbook.plan import AHP, PESOS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_ahp import CHOICE_COLUMN, METHOD_ROW, OPTIONS_ROW, TABLE_ROW
from xl_perlas.workbook.plan_weights import (
    ADDIN, COLUMN_MEAN, COMPARED, COMPONENT, DIFFERENCE, FIRST_RANDOM, FULL, GEOMETRIC, GIVEN, HARKER, INDEX,
    JUDGEMENTS, LAMBDA, LINKED, LOCAL, MISSING, NATIVE, NOTE, PRODUCT, QUOTIENT, RANDOM, RATIO, ROW_MEAN, SHARES, SIZE,
    VECTOR, Block, blocks, coefficient_row, method_row, places, random_first_row, random_last_row, table_row, total_row,
)  # fmt: skip
from xl_perlas.workbook.sheets import ahp, common, pesos_look
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.indicadores import spelling
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = PESOS
NOT_COMPARED = "Sin juicios: nadie comparó este indicador."

_OPTIONS = f"{quoted(AHP)}!{ref(CHOICE_COLUMN, OPTIONS_ROW, fix_column=True, fix_row=True)}"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Global weights, random indices, and the blocks of every group."""
    cells = {**_top_formulas(plan), **_random_formulas(plan)}
    for block in blocks(plan):
        cells.update(_matrix_formulas(plan, block))
        cells.update(_power_formulas(block))
        cells.update(_weight_formulas(plan, block))
        cells.update(_summary_formulas(plan, block))
    return common.light(cells)


def _top_formulas(plan: Plan) -> Cells:
    rows = places(plan)
    components = next(blocks(plan))
    cells: Cells = {}
    for block in list(blocks(plan))[1:]:
        above, states = rows[block.group], (components.summary(1), block.summary(1))
        for key in block.criteria:
            row, here = plan.indicator_rows[key], rows[key]
            native = ref(NATIVE, row)
            cells[(row, COMPONENT)] = f"={ref(NATIVE, above)}"
            cells[(row, LOCAL)] = f"={ref(NATIVE, here)}"
            cells[(row, ADDIN)] = f"={ref(ADDIN, above)}*{ref(ADDIN, here)}"
            cells[(row, NATIVE)] = f"={ref(COMPONENT, row)}*{ref(LOCAL, row)}"
            cells[(row, DIFFERENCE)] = _difference(native, ref(ADDIN, row))
            why = f'"Juicios de los componentes: "&{states[0]}&"; del área: "&{states[1]}&"."'
            cells[(row, NOTE)] = f'=IF(ISNUMBER({native}),"",CHOOSE(1+({ref(GIVEN, here)}>0),"{NOT_COMPARED}",{why}))'
    total = total_row(plan)
    for column in (ADDIN, NATIVE):
        values = span(column, plan.indicator_first_row, plan.indicator_last_row)
        cells[(total, column)] = f'=IF(COUNT({values})=0,NA(),SUMIF({values},">0"))'
    gaps = span(DIFFERENCE, plan.indicator_first_row, plan.indicator_last_row)
    cells[(total, DIFFERENCE)] = f"=MAX(MAX({gaps}),-MIN({gaps}))"
    return cells


def _difference(native: str, other: str) -> str:
    """Blank where neither is a number; #N/A where one alone is."""
    return f'=IF(ISNUMBER({native})+ISNUMBER({other})=0,"",IFERROR({native}-{other},NA()))'


def _random_formulas(plan: Plan) -> Cells:
    first, last = random_first_row(plan), random_last_row(plan)
    cells: Cells = {}
    for column, (name, table) in enumerate(random_indices().items(), FIRST_RANDOM):
        for row, value in enumerate(random_table(name), first):
            if table.coefficient is not None:
                size, factor = ref(SIZE, row, fix_column=True), ref(column, coefficient_row(plan), fix_row=True)
                cells[(row, column)] = f"=IF({size}>2,{factor}*({size}-2)/{size},0)"
            elif value == NOT_AVAILABLE:
                cells[(row, column)] = "=NA()"
    for row, choice, count in (
        (method_row(plan), METHOD_ROW, len(METHOD_NAMES)), (table_row(plan), TABLE_ROW, len(random_indices())),
    ):  # fmt: skip
        listed = plan_ahp.possibilities(choice, count)
        name = names.METHOD if choice == METHOD_ROW else names.RANDOM_INDEX
        cells[(row, FIRST_RANDOM)] = f"=IFERROR(MATCH({name},{listed},0),1)"
    return cells


def _matrix_formulas(plan: Plan, block: Block) -> Cells:
    """Who compared each pair, everybody's judgements, and Harker's matrix."""
    cells: Cells = {}
    sources = [
        (next(b for b in plan_ahp.blocks(plan, e) if b.group == block.group), plan_ahp.effective_row(plan, e))
        for e in range(plan_ahp.EXPERTS)
    ]
    sheet = f"{quoted(AHP)}!"
    weights = [f"{sheet}{ref(CHOICE_COLUMN, row, fix_column=True, fix_row=True)}" for _, row in sources]
    for i in range(block.size):
        row = block.first_row + i
        given = ref(GIVEN, row, fix_column=True)
        for j in range(block.size):
            here, opposite = block.cell(JUDGEMENTS, i, j), block.cell(JUDGEMENTS, j, i)
            column = block.table_column(JUDGEMENTS) + j
            if j < i:
                said = [f"{sheet}{b.cell(i, j)}" for b, _ in sources]
                share = block.cell(SHARES, i, j)
                shares = "+".join(f'{w}*({s}<>"")' for w, s in zip(weights, said, strict=True))
                logs = "+".join(f'{w}*LN(N({s})+({s}=""))' for w, s in zip(weights, said, strict=True))
                cells[(row, block.table_column(SHARES) + j)] = f"={shares}"
                cells[(row, column)] = f'=IF({share}=0,"",EXP(({logs})/{share}))'
            elif i < j:
                cells[(row, column)] = f'=IF({opposite}="","",1/{opposite})'
            harker = f"=N({here})" if i != j else f"=IF({given}=0,0,{block.summary(COMPARED)}-{given})"
            cells[(row, block.table_column(HARKER) + j)] = harker
    for j in range(block.size):
        column = block.table_column(HARKER) + j
        cells[(block.sums_row, column)] = f"=SUM({block.column_of(HARKER, j)})"
    return cells


def _power_formulas(block: Block) -> Cells:
    """Each table is the one before it times itself, over the square of that one's greatest cell."""
    harker = block.area(HARKER)
    cells: Cells = {
        (block.summary_row, block.table_column(HARKER)): f"=IF(SUM({harker})=0,NA(),MAX({harker}))",
    }
    for table in block.powers:
        before = table - 1
        if table != block.powers[-1]:
            cells[(block.summary_row, block.table_column(table))] = f"=MAX({block.area(table)})"
        for i in range(block.size):
            row = block.first_row + i
            for j in range(block.size):
                product = f"MMULT({block.row_of(before, row)},{block.column_of(before, j)})"
                cells[(row, block.table_column(table) + j)] = f"={product}/{block.peak(before)}^2"
    return cells


def _weight_formulas(plan: Plan, block: Block) -> Cells:
    """Three methods, the one in use, and what the add-in gives for the same judgements."""
    cells: Cells = {}
    last = block.powers[-1]
    linked, full, compared = block.summary(LINKED), block.summary(FULL), block.summary(COMPARED)
    sums = block.row_of(HARKER, block.sums_row, fix_row=True)
    vector = block.values(VECTOR)
    matrix = block.named_area(JUDGEMENTS)
    method = ref(FIRST_RANDOM, method_row(plan), fix_column=True, fix_row=True)
    for i in range(block.size):
        row = block.first_row + i

        def at(column: int, row: int = row) -> str:
            return ref(column, row, fix_column=True)

        harker, given = block.row_of(HARKER, row), at(GIVEN)
        methods = f"{at(VECTOR)}:{at(COLUMN_MEAN)}"
        place = f"ROWS({ref(1, block.first_row, fix_column=True, fix_row=True)}:{at(1)})"
        addin = f"INDEX({spelling(plan, 'AHP_PESOS')}({matrix},{_OPTIONS}),{place})"
        texts = {
            GIVEN: f"COUNT({block.row_of(JUDGEMENTS, row)})-1",
            QUOTIENT: f"IF({linked}*{given}>0,{at(PRODUCT)}/{at(VECTOR)},NA())",
            ADDIN: f"IF({linked}>0,{addin},NA())",
            NATIVE: f"IF({given}=0,NA(),INDEX({methods},{method}))",
            VECTOR: f"IF({linked}>0,SUM({block.row_of(last, row)})/SUM({block.area(last)}),NA())",
            GEOMETRIC: f'{at(ROW_MEAN)}/SUMIF({block.values(ROW_MEAN)},">0")',
            COLUMN_MEAN: f"IF({full}*{given}>0,SUMPRODUCT({harker}/({sums}+({sums}=0)))/{compared},NA())",
            PRODUCT: f"IF({linked}>0,MMULT({harker},{vector}),NA())",
            ROW_MEAN: f"IF({full}*{given}>0,EXP(SUMPRODUCT(LN({harker}+({harker}=0)))/{compared}),NA())",
        }
        cells.update({(row, column): f"={text}" for column, text in texts.items()})
        cells[(row, DIFFERENCE)] = _difference(at(NATIVE), at(ADDIN))
    return cells


def _summary_formulas(plan: Plan, block: Block) -> Cells:
    """State of the judgements, λmax, CI and CR."""
    compared, missing, linked = block.summary(COMPARED), block.summary(MISSING), block.summary(LINKED)
    largest, index, random = block.summary(LAMBDA + 1), block.summary(INDEX), block.summary(RANDOM)
    given, matrix = block.values(GIVEN), block.named_area(JUDGEMENTS)
    filled = f'COUNTIF({block.area(block.powers[-1])},">0")'
    table = span(FIRST_RANDOM, random_first_row(plan), random_last_row(plan), FIRST_RANDOM + len(random_indices()) - 1)
    sizes = span(SIZE, random_first_row(plan), random_last_row(plan))
    column = ref(FIRST_RANDOM, table_row(plan), fix_column=True, fix_row=True)
    states = f'CHOOSE(1+({compared}>0)*(1+{linked}*(1+({missing}=0))),"{NONE_GIVEN}","{UNLINKED}",' \
             f'"{INCOMPLETE}","{COMPLETE}")'  # fmt: skip
    texts = {
        1: f'IF(ISERROR(SUM({block.area(HARKER)})),"{WRONG}",{states})',
        COMPARED: f'COUNTIF({given},">0")',
        MISSING: f"({compared}*({compared}-1)-SUM({given}))/2",
        LAMBDA: f"IF({linked}>0,{spelling(plan, 'AHP_LAMBDA')}({matrix},{_OPTIONS}),NA())",
        LAMBDA + 1: f"SUM({block.values(PRODUCT)})",
        INDEX: f"({largest}-{compared})/({compared}-1)",
        RANDOM: f"INDEX({table},MATCH({compared},{sizes},0),{column})",
        RATIO: f"IF({linked}>0,{spelling(plan, 'AHP_RC')}({matrix},{_OPTIONS}),NA())",
        RATIO + 1: f"IF({random}=0,0,{index}/{random})",
        LINKED: f"({compared}>0)*({filled}={compared}*{compared})",
        FULL: f"{linked}*({missing}=0)",
    }
    cells: Cells = {(block.summary_row, at): f"={text}" for at, text in texts.items()}
    for at in (LAMBDA, RATIO):
        cells[(block.summary_row, at + 2)] = _difference(block.summary(at + 1), block.summary(at))
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What the formulas show."""
    plan, inputs = view.plan, view.rating.inputs
    groups = {block.group: native_group(plan, inputs, block) for block in blocks(plan)}
    cells = _random_results(plan, inputs)
    for block in blocks(plan):
        cells.update(_block_results(inputs, block, groups[block.group]))
    cells.update(_top_results(plan, groups, cells))
    return common.light(cells, view.state)


def native_group(plan: Plan, inputs: AhpInputs, block: Block) -> GroupCells:
    """The native cells of a group."""
    voices = ahp.voices(plan, inputs, block.group)
    return GroupCells(block.size, voices, METHOD_NAMES.index(inputs.method), random_table(inputs.table))


def _random_results(plan: Plan, inputs: AhpInputs) -> Cells:
    found: Cells = {}
    for column, name in enumerate(random_indices(), FIRST_RANDOM):
        found.update({(row, column): v for row, v in enumerate(random_table(name), random_first_row(plan))})
    cells = {place: value for place, value in found.items() if place in _random_formulas(plan)}
    cells[(method_row(plan), FIRST_RANDOM)] = METHOD_NAMES.index(inputs.method) + 1
    cells[(table_row(plan), FIRST_RANDOM)] = list(random_indices()).index(inputs.table) + 1
    return cells


def _block_results(inputs: AhpInputs, block: Block, group: GroupCells) -> Cells:
    weights, largest, ratio = _addin(inputs, block, group)
    columns = {
        GIVEN: group.given, QUOTIENT: group.quotients, ADDIN: weights, NATIVE: group.weights,
        VECTOR: group.vector, GEOMETRIC: group.geometric, COLUMN_MEAN: group.column_means, PRODUCT: group.products,
        ROW_MEAN: group.row_means,
    }  # fmt: skip
    cells: Cells = {
        (block.first_row + i, column): value for column, values in columns.items() for i, value in enumerate(values)
    }
    for i in range(block.size):
        row = block.first_row + i
        cells[(row, DIFFERENCE)] = difference(cells[(row, NATIVE)], cells[(row, ADDIN)])
    tables = {JUDGEMENTS: group.judgements, SHARES: group.shares, HARKER: group.harker}
    tables |= dict(zip(block.powers, group.powers, strict=True))
    for table, rows in tables.items():
        cells.update(
            ((block.first_row + i, block.table_column(table) + j), value)
            for i, values in enumerate(rows)
            for j, value in enumerate(values)
            if table != JUDGEMENTS or i != j
        )
    for j, value in enumerate(group.column_sums):
        cells[(block.sums_row, block.table_column(HARKER) + j)] = value
    for table, peak in enumerate(group.peaks, HARKER):
        cells[(block.summary_row, block.table_column(table))] = peak
    summary = {
        1: group.state, COMPARED: group.compared, MISSING: group.missing, LAMBDA: largest,
        LAMBDA + 1: group.largest, LAMBDA + 2: difference(group.largest, largest), INDEX: group.index,
        RANDOM: group.random_index, RATIO: ratio, RATIO + 1: group.ratio,
        RATIO + 2: difference(group.ratio, ratio), LINKED: group.linked, FULL: group.full,
    }  # fmt: skip
    cells.update({(block.summary_row, column): value for column, value in summary.items()})
    return cells


def _addin(inputs: AhpInputs, block: Block, group: GroupCells) -> tuple[list[object], object, object]:
    """Weights, λmax and CR that the AHP functions give for everybody's judgements."""
    if not group.linked:
        none = PlainText(NOT_AVAILABLE)
        return [none] * block.size, none, none
    shown = ahp.Functions(block.criteria, group.judgements, (), inputs)
    return shown.weights, shown.largest, shown.ratio


def _top_results(plan: Plan, groups: Mapping[str, GroupCells], cells: Cells) -> Cells:
    rows = places(plan)
    found: Cells = {}
    for block in list(blocks(plan))[1:]:
        above = rows[block.group]
        states = (groups[COMPONENTS_GROUP].state, groups[block.group].state)
        for key in block.criteria:
            row, here = plan.indicator_rows[key], rows[key]
            component, local = cells[(above, NATIVE)], cells[(here, NATIVE)]
            native, addin = _product(component, local), _product(cells[(above, ADDIN)], cells[(here, ADDIN)])
            found[(row, COMPONENT)], found[(row, LOCAL)] = component, local
            found[(row, ADDIN)] = PlainText(addin) if isinstance(addin, str) else addin
            found[(row, NATIVE)], found[(row, DIFFERENCE)] = native, difference(native, addin)
            why = f"Juicios de los componentes: {states[0]}; del área: {states[1]}."
            note = why if cells[(here, GIVEN)] else NOT_COMPARED
            found[(row, NOTE)] = note if isinstance(native, str) else ""
    indicators = plan.indicator_rows.values()
    for column in (ADDIN, NATIVE):
        numbers = [v for row in indicators if isinstance(v := found[(row, column)], float)]
        found[(total_row(plan), column)] = sum(numbers) if numbers else NOT_AVAILABLE
    gaps = [found[(row, DIFFERENCE)] for row in indicators]
    numbers = [gap for gap in gaps if isinstance(gap, float)]
    largest = max(max(numbers), -min(numbers)) if numbers else 0.0
    found[(total_row(plan), DIFFERENCE)] = NOT_AVAILABLE if NOT_AVAILABLE in gaps else largest
    return found


def _product(component: Value, local: Value) -> Value:
    if isinstance(component, str):
        return str(component)
    return str(local) if isinstance(local, str) else component * local


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles."""
    pesos_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))


def defined(plan: Plan) -> dict[str, str]:
    """Weights for other sheets: of indicators in the rows of Indicadores, of components in the order of PERLAS."""
    components = next(blocks(plan))
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    return {
        names.WEIGHTS: f"{quoted(PESOS)}!{span(ADDIN, *rows)}",
        names.NATIVE_WEIGHTS: f"{quoted(PESOS)}!{span(NATIVE, *rows)}",
        names.COMPONENT_WEIGHTS: f"{quoted(PESOS)}!{components.values(NATIVE)}",
    }
