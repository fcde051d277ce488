"""Pesos: everybody's judgements together, and the weights they give: from the add-in and natively."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import random_indices
from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.workbook import names, plan_ahp
from xl_perlas.workbook import plan_weights as pw
from xl_perlas.workbook.ahp_inputs import AhpInputs
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.native_weights import (
    COMPLETE,
    INCOMPLETE,
    METHOD_NAMES,
    NONE_GIVEN,
    UNLINKED,
    WRONG,
    GroupCells,
    Value,
    difference,
    random_table,
)  # fmt: skip
from xl_perlas.workbook.plan import AHP, PESOS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_ahp import CHOICE_COLUMN, METHOD_ROW, OPTIONS_ROW, TABLE_ROW
from xl_perlas.workbook.sheets import ahp, common, pesos_look
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = PESOS
NOT_COMPARED = "Sin juicios: nadie comparó este indicador."

_OPTIONS = f"{quoted(AHP)}!{ref(CHOICE_COLUMN, OPTIONS_ROW, fix_column=True, fix_row=True)}"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Global weights, random indices, and the blocks of every group."""
    cells = {**_top_formulas(plan), **_random_formulas(plan)}
    for block in pw.blocks(plan):
        cells.update(_matrix_formulas(plan, block))
        cells.update(_power_formulas(block))
        cells.update(_weight_formulas(plan, block))
        cells.update(_summary_formulas(plan, block))
    return common.light(native_only(plan, cells))


def _top_formulas(plan: Plan) -> Cells:
    rows = pw.places(plan)
    components = next(pw.blocks(plan))
    cells: Cells = {}
    for block in list(pw.blocks(plan))[1:]:
        above, states = rows[block.group], (components.summary(1), block.summary(1))
        for key in block.criteria:
            row, here = plan.indicator_rows[key], rows[key]
            native = ref(pw.NATIVE, row)
            cells[(row, pw.COMPONENT)] = f"={ref(pw.NATIVE, above)}"
            cells[(row, pw.LOCAL)] = f"={ref(pw.NATIVE, here)}"
            cells[(row, pw.ADDIN)] = f"={ref(pw.ADDIN, above)}*{ref(pw.ADDIN, here)}"
            cells[(row, pw.NATIVE)] = f"={ref(pw.COMPONENT, row)}*{ref(pw.LOCAL, row)}"
            cells[(row, pw.DIFFERENCE)] = _difference(native, ref(pw.ADDIN, row))
            why = f'"Juicios de los componentes: "&{states[0]}&"; del área: "&{states[1]}&"."'
            which = f"1+({ref(pw.GIVEN, here)}>0)"
            cells[(row, pw.NOTE)] = f'=IF(ISNUMBER({native}),"",CHOOSE({which},"{NOT_COMPARED}",{why}))'
    total = pw.total_row(plan)
    for column in (pw.ADDIN, pw.NATIVE):
        values = span(column, plan.indicator_first_row, plan.indicator_last_row)
        cells[(total, column)] = f'=IF(COUNT({values})=0,NA(),SUMIF({values},">0"))'
    gaps = span(pw.DIFFERENCE, plan.indicator_first_row, plan.indicator_last_row)
    cells[(total, pw.DIFFERENCE)] = f"=MAX(MAX({gaps}),-MIN({gaps}))"
    return cells


def _difference(native: str, other: str) -> str:
    """Blank where neither is a number; #N/A where one alone is."""
    return f'=IF(ISNUMBER({native})+ISNUMBER({other})=0,"",IFERROR({native}-{other},NA()))'


def _random_formulas(plan: Plan) -> Cells:
    first = pw.random_first_row(plan)
    cells: Cells = {}
    for column, (name, table) in enumerate(random_indices().items(), pw.FIRST_RANDOM):
        for row, value in enumerate(random_table(name), first):
            if table.coefficient is not None:
                size, factor = ref(pw.SIZE, row, fix_column=True), ref(column, pw.coefficient_row(plan), fix_row=True)
                cells[(row, column)] = f"=IF({size}>2,{factor}*({size}-2)/{size},0)"
            elif value == NOT_AVAILABLE:
                cells[(row, column)] = "=NA()"
    for row, choice, count in (
        (pw.method_row(plan), METHOD_ROW, len(METHOD_NAMES)), (pw.table_row(plan), TABLE_ROW, len(random_indices())),
    ):  # fmt: skip
        listed = plan_ahp.possibilities(choice, count)
        name = names.METHOD if choice == METHOD_ROW else names.RANDOM_INDEX
        cells[(row, pw.FIRST_RANDOM)] = f"=IFERROR(MATCH({name},{listed},0),1)"
    return cells


def _matrix_formulas(plan: Plan, block: pw.Block) -> Cells:
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
        given = ref(pw.GIVEN, row, fix_column=True)
        for j in range(block.size):
            here, opposite = block.cell(pw.JUDGEMENTS, i, j), block.cell(pw.JUDGEMENTS, j, i)
            column = block.table_column(pw.JUDGEMENTS) + j
            if j < i:
                said = [f"{sheet}{b.cell(i, j)}" for b, _ in sources]
                share = block.cell(pw.SHARES, i, j)
                shares = "+".join(f'{w}*({s}<>"")' for w, s in zip(weights, said, strict=True))
                logs = "+".join(f'{w}*LN(N({s})+({s}=""))' for w, s in zip(weights, said, strict=True))
                cells[(row, block.table_column(pw.SHARES) + j)] = f"={shares}"
                cells[(row, column)] = f'=IF({share}=0,"",EXP(({logs})/{share}))'
            elif i < j:
                cells[(row, column)] = f'=IF({opposite}="","",1/{opposite})'
            harker = f"=N({here})" if i != j else f"=IF({given}=0,0,{block.summary(pw.COMPARED)}-{given})"
            cells[(row, block.table_column(pw.HARKER) + j)] = harker
    for j in range(block.size):
        column = block.table_column(pw.HARKER) + j
        cells[(block.sums_row, column)] = f"=SUM({block.column_of(pw.HARKER, j)})"
    return cells


def _power_formulas(block: pw.Block) -> Cells:
    """Each table is the one before it times itself, over the square of that one's greatest cell."""
    harker = block.area(pw.HARKER)
    cells: Cells = {
        (block.summary_row, block.table_column(pw.HARKER)): f"=IF(SUM({harker})=0,NA(),MAX({harker}))",
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


def _weight_formulas(plan: Plan, block: pw.Block) -> Cells:
    """Three methods, the one in use, and what the add-in gives for the same judgements."""
    cells: Cells = {}
    last = block.powers[-1]
    linked, full, compared = block.summary(pw.LINKED), block.summary(pw.FULL), block.summary(pw.COMPARED)
    sums = block.row_of(pw.HARKER, block.sums_row, fix_row=True)
    vector = block.values(pw.VECTOR)
    matrix = block.named_area(pw.JUDGEMENTS)
    method = ref(pw.FIRST_RANDOM, pw.method_row(plan), fix_column=True, fix_row=True)
    for i in range(block.size):
        row = block.first_row + i

        def at(column: int, row: int = row) -> str:
            return ref(column, row, fix_column=True)

        harker, given = block.row_of(pw.HARKER, row), at(pw.GIVEN)
        methods = f"{at(pw.VECTOR)}:{at(pw.COLUMN_MEAN)}"
        place = f"ROWS({ref(1, block.first_row, fix_column=True, fix_row=True)}:{at(1)})"
        addin = f"INDEX({spelling(plan, 'AHP_PESOS')}({matrix},{_OPTIONS}),{place})"
        texts = {
            pw.GIVEN: f"COUNT({block.row_of(pw.JUDGEMENTS, row)})-1",
            pw.QUOTIENT: f"IF({linked}*{given}>0,{at(pw.PRODUCT)}/{at(pw.VECTOR)},NA())",
            pw.ADDIN: f"IF({linked}>0,{addin},NA())",
            pw.NATIVE: f"IF({given}=0,NA(),INDEX({methods},{method}))",
            pw.VECTOR: f"IF({linked}>0,SUM({block.row_of(last, row)})/SUM({block.area(last)}),NA())",
            pw.GEOMETRIC: f'{at(pw.ROW_MEAN)}/SUMIF({block.values(pw.ROW_MEAN)},">0")',
            pw.COLUMN_MEAN: f"IF({full}*{given}>0,SUMPRODUCT({harker}/({sums}+({sums}=0)))/{compared},NA())",
            pw.PRODUCT: f"IF({linked}>0,MMULT({harker},{vector}),NA())",
            pw.ROW_MEAN: f"IF({full}*{given}>0,EXP(SUMPRODUCT(LN({harker}+({harker}=0)))/{compared}),NA())",
        }
        cells.update({(row, column): f"={text}" for column, text in texts.items()})
        cells[(row, pw.DIFFERENCE)] = _difference(at(pw.NATIVE), at(pw.ADDIN))
    return cells


def _summary_formulas(plan: Plan, block: pw.Block) -> Cells:
    """State of the judgements, λmax, CI and CR."""
    compared, missing, linked = block.summary(pw.COMPARED), block.summary(pw.MISSING), block.summary(pw.LINKED)
    largest, index, random = block.summary(pw.LAMBDA + 1), block.summary(pw.INDEX), block.summary(pw.RANDOM)
    given, matrix = block.values(pw.GIVEN), block.named_area(pw.JUDGEMENTS)
    filled = f'COUNTIF({block.area(block.powers[-1])},">0")'
    rows = (pw.random_first_row(plan), pw.random_last_row(plan))
    table, sizes = span(pw.FIRST_RANDOM, *rows, pw.FIRST_RANDOM + len(random_indices()) - 1), span(pw.SIZE, *rows)
    column = ref(pw.FIRST_RANDOM, pw.table_row(plan), fix_column=True, fix_row=True)
    states = f'CHOOSE(1+({compared}>0)*(1+{linked}*(1+({missing}=0))),"{NONE_GIVEN}","{UNLINKED}",' \
             f'"{INCOMPLETE}","{COMPLETE}")'  # fmt: skip
    texts = {
        1: f'IF(ISERROR(SUM({block.area(pw.HARKER)})),"{WRONG}",{states})',
        pw.COMPARED: f'COUNTIF({given},">0")',
        pw.MISSING: f"({compared}*({compared}-1)-SUM({given}))/2",
        pw.LAMBDA: f"IF({linked}>0,{spelling(plan, 'AHP_LAMBDA')}({matrix},{_OPTIONS}),NA())",
        pw.LAMBDA + 1: f"SUM({block.values(pw.PRODUCT)})",
        pw.INDEX: f"({largest}-{compared})/({compared}-1)",
        pw.RANDOM: f"INDEX({table},MATCH({compared},{sizes},0),{column})",
        pw.RATIO: f"IF({linked}>0,{spelling(plan, 'AHP_RC')}({matrix},{_OPTIONS}),NA())",
        pw.RATIO + 1: f"IF({random}=0,0,{index}/{random})",
        pw.LINKED: f"({compared}>0)*({filled}={compared}*{compared})",
        pw.FULL: f"{linked}*({missing}=0)",
    }
    cells: Cells = {(block.summary_row, at): f"={text}" for at, text in texts.items()}
    for at in (pw.LAMBDA, pw.RATIO):
        cells[(block.summary_row, at + 2)] = _difference(block.summary(at + 1), block.summary(at))
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: View) -> Cells:
    """What the formulas show."""
    plan, inputs = view.plan, view.rating.inputs
    groups = {block.group: native_group(plan, inputs, block) for block in pw.blocks(plan)}
    cells = _random_results(plan, inputs)
    for block in pw.blocks(plan):
        cells.update(_block_results(inputs, block, groups[block.group]))
    cells.update(_top_results(plan, groups, cells))
    return common.light(settled(plan, cells), view.state)


def native_group(plan: Plan, inputs: AhpInputs, block: pw.Block) -> GroupCells:
    """The native cells of a group."""
    voices = ahp.voices(plan, inputs, block.group)
    return GroupCells(block.size, voices, METHOD_NAMES.index(inputs.method), random_table(inputs.table))


def _random_results(plan: Plan, inputs: AhpInputs) -> Cells:
    found: Cells = {}
    for column, name in enumerate(random_indices(), pw.FIRST_RANDOM):
        found.update({(row, column): v for row, v in enumerate(random_table(name), pw.random_first_row(plan))})
    cells = {place: value for place, value in found.items() if place in _random_formulas(plan)}
    cells[(pw.method_row(plan), pw.FIRST_RANDOM)] = METHOD_NAMES.index(inputs.method) + 1
    cells[(pw.table_row(plan), pw.FIRST_RANDOM)] = list(random_indices()).index(inputs.table) + 1
    return cells


def _block_results(inputs: AhpInputs, block: pw.Block, group: GroupCells) -> Cells:
    weights, largest, ratio = _addin(inputs, block, group)
    columns: dict[int, Sequence[Value]] = {
        pw.GIVEN: group.given, pw.QUOTIENT: group.quotients, pw.ADDIN: weights, pw.NATIVE: group.weights,
        pw.VECTOR: group.vector, pw.GEOMETRIC: group.geometric, pw.COLUMN_MEAN: group.column_means,
        pw.PRODUCT: group.products, pw.ROW_MEAN: group.row_means,
    }  # fmt: skip
    cells: Cells = {
        (block.first_row + i, column): value for column, values in columns.items() for i, value in enumerate(values)
    }
    for i in range(block.size):
        row = block.first_row + i
        cells[(row, pw.DIFFERENCE)] = difference(cells[(row, pw.NATIVE)], cells[(row, pw.ADDIN)])
    tables = {pw.JUDGEMENTS: group.judgements, pw.SHARES: group.shares, pw.HARKER: group.harker}
    tables |= dict(zip(block.powers, group.powers, strict=True))
    for table, rows in tables.items():
        cells.update(
            ((block.first_row + i, block.table_column(table) + j), value)
            for i, values in enumerate(rows)
            for j, value in enumerate(values)
            if table != pw.JUDGEMENTS or i != j
        )
    for j, value in enumerate(group.column_sums):
        cells[(block.sums_row, block.table_column(pw.HARKER) + j)] = value
    for table, peak in enumerate(group.peaks, pw.HARKER):
        cells[(block.summary_row, block.table_column(table))] = peak
    summary = {
        1: group.state, pw.COMPARED: group.compared, pw.MISSING: group.missing, pw.LAMBDA: largest,
        pw.LAMBDA + 1: group.largest, pw.LAMBDA + 2: difference(group.largest, largest), pw.INDEX: group.index,
        pw.RANDOM: group.random_index, pw.RATIO: ratio, pw.RATIO + 1: group.ratio,
        pw.RATIO + 2: difference(group.ratio, ratio), pw.LINKED: group.linked, pw.FULL: group.full,
    }  # fmt: skip
    cells.update({(block.summary_row, column): value for column, value in summary.items()})
    return cells


def _addin(inputs: AhpInputs, block: pw.Block, group: GroupCells) -> tuple[list[Value], Value, Value]:
    """Weights, λmax and CR that the AHP functions give for everybody's judgements."""
    if not group.linked:
        none: Value = PlainText(NOT_AVAILABLE)
        return [none] * block.size, none, none
    shown = ahp.Functions(block.criteria, group.judgements, (), inputs)
    return shown.weights, shown.largest, shown.ratio


def _top_results(plan: Plan, groups: Mapping[str, GroupCells], cells: Cells) -> Cells:
    rows = pw.places(plan)
    found: Cells = {}
    for block in list(pw.blocks(plan))[1:]:
        above = rows[block.group]
        states = (groups[COMPONENTS_GROUP].state, groups[block.group].state)
        for key in block.criteria:
            row, here = plan.indicator_rows[key], rows[key]
            component, local = cells[(above, pw.NATIVE)], cells[(here, pw.NATIVE)]
            native, addin = _product(component, local), _product(cells[(above, pw.ADDIN)], cells[(here, pw.ADDIN)])
            found[(row, pw.COMPONENT)], found[(row, pw.LOCAL)] = component, local
            found[(row, pw.ADDIN)] = PlainText(addin) if isinstance(addin, str) else addin
            found[(row, pw.NATIVE)], found[(row, pw.DIFFERENCE)] = native, difference(native, addin)
            why = f"Juicios de los componentes: {states[0]}; del área: {states[1]}."
            note = why if cells[(here, pw.GIVEN)] else NOT_COMPARED
            found[(row, pw.NOTE)] = note if isinstance(native, str) else ""
    indicators = plan.indicator_rows.values()
    for column in (pw.ADDIN, pw.NATIVE):
        numbers = [v for row in indicators if isinstance(v := found[(row, column)], float)]
        found[(pw.total_row(plan), column)] = sum(numbers) if numbers else NOT_AVAILABLE
    gaps = [found[(row, pw.DIFFERENCE)] for row in indicators]
    numbers = [gap for gap in gaps if isinstance(gap, float)]
    largest = max(max(numbers), -min(numbers)) if numbers else 0.0
    found[(pw.total_row(plan), pw.DIFFERENCE)] = NOT_AVAILABLE if NOT_AVAILABLE in gaps else largest
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
    components = next(pw.blocks(plan))
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    return {
        names.WEIGHTS: f"{quoted(PESOS)}!{span(pw.ADDIN, *rows)}",
        names.NATIVE_WEIGHTS: f"{quoted(PESOS)}!{span(pw.NATIVE, *rows)}",
        names.COMPONENT_WEIGHTS: f"{quoted(PESOS)}!{components.values(pw.NATIVE)}",
    }
