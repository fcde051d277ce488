"""Informe: the period chosen on Decisiones, on A4 pages: rating, remarks, goals by component, indicators, findings."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.goals import FAILS, MEETS
from xl_perlas.peers import Light
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook import plan_informe as pi
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook.plan import (
    CATALOGO,
    DECISIONES,
    FODA,
    HEADER_ROW,
    HORIZONTAL,
    INDICADORES,
    INFORME,
    INICIO,
    LINEAS,
    PARES,
    SUPERVISION,
    TABLERO,
    VERIFICACION,
    VERTICAL,
    Plan,
    quoted,
    ref,
    span,
)
from xl_perlas.workbook.plan_supervision import Block, block_column
from xl_perlas.workbook.plan_supervision import ratio_rows as supervision_rows
from xl_perlas.workbook.sheets import (
    common,
    decisiones,
    foda,
    horizontal,
    informe_look,
    inicio,
    pares,
    supervision,
    tablero,
    verificacion,
    vertical,
)
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = INFORME
#: Facts of Inicio that the report repeats, and where: rows below the heading of its last section.
_FACTS = (inicio.PROFILE, inicio.PROGRAM, inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL)
#: Columns of Verificación and of FODA that each part of a row repeats.
_FINDING = {"code": 1, "severity": 2, "cause": 3, "effect": 4}
_REMARK = {"name": foda.TITLE, "text": foda.TEXT}
#: Columns of Pares that each part of a ratio repeats, and when there is something to repeat.
_STANDING = {
    "percentile": (pp.PERCENTILE, "ISNUMBER({})"), "light": (pp.LIGHT, f'({{}}<>"{pp.LIGHTS[Light.NONE]}")'),
}  # fmt: skip
_NO_BASE = "sin base"
#: Characters of running text that fit a column: more than the figures that widths count. And what an indent takes.
_ROOM, _INDENT = pi.WIDTH * 1.15, 3


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Everything is brought from other sheets, which compute it."""
    at = pi.layout(plan)
    cells: Cells = {
        (pi.HEAD_ROW, 1): f'={names.ENTITY}&""', (pi.HEAD_ROW, tablero.CAMEL): f"={names.DECISION_PERIOD}",
        **_card_formulas(), **_remark_formulas(plan), **_component_formulas(plan), **_indicator_formulas(plan),
        **_structure_formulas(plan), **_ratio_formulas(plan),
    }  # fmt: skip
    for i in range(pi.FINDINGS):
        for part, column in _FINDING.items():
            there = f"{quoted(VERIFICACION)}!{ref(column, verificacion.PROBLEM_HEADER + 1 + i)}"
            cells[(at.findings + 2 + i, pi.FINDING_PARTS[part][0])] = f'={there}&""'
    for i, row in enumerate(_FACTS):
        cells[(at.sources + 1 + i, informe_look.FACT)] = f'={INICIO}!{ref(inicio.VALUE, row)}&""'
    return common.light(cells)


def _card_formulas() -> Cells:
    rows = {pi.VALUE_ROW: tablero.VALUE_ROW, pi.NOTE_ROW: tablero.NOTE_ROW}
    return {
        (row, column): f"={TABLERO}!{ref(column, there)}" for row, there in rows.items() for column in tablero.CARDS
    }


def remark_row(plan: Plan, side: int, i: int) -> int:
    """Row of the `i`-th remark of a side."""
    return pi.layout(plan).remarks + 2 + side * pi.REMARKS + i


def _remark_formulas(plan: Plan) -> Cells:
    cells: Cells = {}
    rows = (foda.FIRST_ROW, foda.LAST_ROW)
    sides = f"{FODA}!{span(foda.SIDE, *rows)}"
    for s, word in enumerate(foda.WORDS.values()):
        for i in range(pi.REMARKS):
            row = remark_row(plan, s, i)
            here = ref(pi.REMARK_PARTS["side"][0], row, fix_column=True)
            cells[(row, pi.REMARK_PARTS["side"][0])] = f'=IF({i}<COUNTIF({sides},"{word}"),"{word}","")'
            for part, column in _REMARK.items():
                found = f'INDEX({FODA}!{span(column, *rows)},MATCH("{word}",{sides},0)+{i})'
                cells[(row, pi.REMARK_PARTS[part][0])] = f'=IF({here}="","",{found})'
    return cells


def _component_formulas(plan: Plan) -> Cells:
    cells: Cells = {}
    there = decisiones.rows(plan)
    for component, row in pi.component_rows(plan).items():
        own = [there[key] for key in pi.components(plan)[component]]
        verdicts = f"{DECISIONES}!{span(decisiones.VERDICT, min(own), max(own))}"
        met, failed = (ref(pi.COMPONENT_PARTS[part][0], row) for part in ("met", "failed"))
        cells[(row, pi.COMPONENT_PARTS["met"][0])] = f'=COUNTIF({verdicts},"{MEETS}")'
        cells[(row, pi.COMPONENT_PARTS["failed"][0])] = f'=COUNTIF({verdicts},"{FAILS}")'
        cells[(row, pi.COMPONENT_PARTS["share"][0])] = f"=IF({met}+{failed}=0,NA(),{met}/({met}+{failed}))"
    return cells


def _indicator_formulas(plan: Plan) -> Cells:
    base_row = plan.base_column_row
    columns = f"{quoted(LINEAS)}!{span(plan.line_column(0), base_row, base_row, plan.line_column(plan.capacity - 1))}"
    base = f"INDEX({columns},{names.DECISION_POSITION})"
    heads = span(plan.catalog_first_period, HEADER_ROW, HEADER_ROW, plan.catalog_column(plan.capacity - 1))
    heading = pi.layout(plan).indicators + 1
    cells: Cells = {
        (heading, pi.INDICATOR_PARTS["before"][0]): f'=IFERROR(INDEX({quoted(CATALOGO)}!{heads},{base}),"{_NO_BASE}")',
        (heading, pi.INDICATOR_PARTS["value"][0]): f"={names.DECISION_PERIOD}",
    }
    there = decisiones.rows(plan)
    parts = {"value": decisiones.REACHED, "goal": decisiones.GOAL, "verdict": decisiones.VERDICT}
    for key, row in pi.indicator_rows(plan).items():
        at = plan.indicator_rows[key]
        block = span(plan.native_column(0), at, at, plan.native_column(plan.capacity - 1))
        cells[(row, pi.INDICATOR_PARTS["before"][0])] = f'=IFERROR(INDEX({INDICADORES}!{block},{base}),"")'
        for part, column in parts.items():
            cells[(row, pi.INDICATOR_PARTS[part][0])] = f"={DECISIONES}!{ref(column, there[key])}"
    return cells


def _chosen(sheet: str, plan: Plan, first: int, row: int) -> str:
    """What a row of period columns holds in the period chosen."""
    return f"INDEX({quoted(sheet)}!{span(first, row, row, first + plan.capacity - 1)},{names.DECISION_POSITION})"


def _structure_columns(plan: Plan) -> dict[str, tuple[str, int]]:
    """Sheet and first column of what each part of a row repeats."""
    return {
        "amount": (HORIZONTAL, pa.column(plan, pa.Block.AMOUNT, 0)),
        "absolute": (HORIZONTAL, pa.column(plan, pa.Block.ABSOLUTE, 0)),
        "relative": (HORIZONTAL, pa.column(plan, pa.Block.RELATIVE, 0)),
        "share": (VERTICAL, pa.part_column(plan, pa.Part.SHARE, 0)),
    }


def _structure_formulas(plan: Plan) -> Cells:
    cells: Cells = {}
    for key, row in pi.structure_rows(plan).items():
        for part, (sheet, first) in _structure_columns(plan).items():
            cells[(row, pi.STRUCTURE_PARTS[part][0])] = "=" + _chosen(sheet, plan, first, pa.rows(sheet)[key])
    return cells


def _ratio_formulas(plan: Plan) -> Cells:
    """Ratios of the period chosen; what Pares says of them, where it is of the same period."""
    cells: Cells = {}
    there = pp.result_rows()
    same = f"{PARES}!{pp.choice(pp.POSITION_ROW)}={names.DECISION_POSITION}"
    native = block_column(plan, Block.NATIVE, 0)
    for key, row in pi.ratio_rows(plan).items():
        cells[(row, pi.RATIO_PARTS["value"][0])] = "=" + _chosen(SUPERVISION, plan, native, supervision_rows()[key])
        for part, (column, known) in _STANDING.items():
            text = f"{PARES}!{ref(column, there[key])}"
            when = f"({same})*{known.format(text)}"
            cells[(row, pi.RATIO_PARTS[part][0])] = f'=IFERROR(CHOOSE(1+{when},"",{text}),"")'
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show."""
    plan, k = view.plan, view.decision_column
    at = pi.layout(plan)
    chosen = NOT_AVAILABLE if k is None else view.headers[k]
    cells: Cells = {(pi.HEAD_ROW, 1): view.report.balance.entity, (pi.HEAD_ROW, tablero.CAMEL): chosen}
    cards = tablero.results(view)
    for row, there in ((pi.VALUE_ROW, tablero.VALUE_ROW), (pi.NOTE_ROW, tablero.NOTE_ROW)):
        cells.update({(row, column): cards[(there, column)] for column in tablero.CARDS})
    cells |= {**_remark_results(view), **_component_results(view), **_indicator_results(view)}
    cells |= {**_structure_results(view), **_ratio_results(view)}
    found = verificacion.results(view)
    for i in range(pi.FINDINGS):
        for part, column in _FINDING.items():
            text = found[(verificacion.PROBLEM_HEADER + 1 + i, column)]
            cells[(at.findings + 2 + i, pi.FINDING_PARTS[part][0])] = text or ""
    return common.light(cells, view.state)


def facts(plan: Plan) -> dict[str, int]:
    """Cells that repeat what Inicio says of the workbook, and the row of each there: no view knows the seal."""
    first = pi.layout(plan).sources + 1
    return {ref(informe_look.FACT, first + i): row for i, row in enumerate(_FACTS)}


def _remark_results(view: View) -> Cells:
    cells: Cells = {}
    shown, plan = foda.results(view), view.plan
    rows = [row for row in range(foda.FIRST_ROW, foda.LAST_ROW + 1) if shown[(row, foda.SIDE)]]
    for s, word in enumerate(foda.WORDS.values()):
        own = [row for row in rows if shown[(row, foda.SIDE)] == word]
        for i in range(pi.REMARKS):
            there = own[i] if i < len(own) else None
            row = remark_row(plan, s, i)
            cells[(row, pi.REMARK_PARTS["side"][0])] = "" if there is None else word
            for part, column in _REMARK.items():
                cells[(row, pi.REMARK_PARTS[part][0])] = "" if there is None else shown[(there, column)]
    return cells


def _component_results(view: View) -> Cells:
    cells: Cells = {}
    shown, there = decisiones.results(view), decisiones.rows(view.plan)
    for component, row in pi.component_rows(view.plan).items():
        words = [shown[(there[key], decisiones.VERDICT)] for key in pi.components(view.plan)[component]]
        met, failed = words.count(MEETS), words.count(FAILS)
        share: object = met / (met + failed) if met + failed else NOT_AVAILABLE
        for part, value in (("met", met), ("failed", failed), ("share", share)):
            cells[(row, pi.COMPONENT_PARTS[part][0])] = value
    return cells


def _indicator_results(view: View) -> Cells:
    plan, k = view.plan, view.decision_column
    base = plan.capacity if k is None else view.base_column(k)
    known = base < plan.capacity
    heading = pi.layout(plan).indicators + 1
    cells: Cells = {
        (heading, pi.INDICATOR_PARTS["before"][0]): view.headers[base] if known else _NO_BASE,
        (heading, pi.INDICATOR_PARTS["value"][0]): NOT_AVAILABLE if k is None else view.headers[k],
    }
    shown, there = decisiones.results(view), decisiones.rows(plan)
    for key, row in pi.indicator_rows(plan).items():
        before = view.native_cell(key, base) if known else ""
        cells[(row, pi.INDICATOR_PARTS["before"][0])] = before if isinstance(before, float) else ""
        for part, column in (("value", decisiones.REACHED), ("goal", decisiones.GOAL), ("verdict", decisiones.VERDICT)):
            cells[(row, pi.INDICATOR_PARTS[part][0])] = shown[(there[key], column)]
    return cells


def _structure_results(view: View) -> Cells:
    cells: Cells = {}
    plan, k = view.plan, view.decision_column
    known = {HORIZONTAL: horizontal.results(view), VERTICAL: vertical.results(view)}
    for key, row in pi.structure_rows(plan).items():
        for part, (sheet, first) in _structure_columns(plan).items():
            value = NOT_AVAILABLE if k is None else known[sheet][(pa.rows(sheet)[key], first + k)]
            cells[(row, pi.STRUCTURE_PARTS[part][0])] = value
    return cells


def _ratio_results(view: View) -> Cells:
    cells: Cells = {}
    plan, k = view.plan, view.decision_column
    ratios, standings = supervision.results(view), pares.results(view)
    same = k is not None and pares.chosen_column(view) == k
    for key, row in pi.ratio_rows(plan).items():
        there = supervision_rows()[key]
        value = NOT_AVAILABLE if k is None else ratios[(there, block_column(plan, Block.NATIVE, k))]
        cells[(row, pi.RATIO_PARTS["value"][0])] = value
        for part, (column, _) in _STANDING.items():
            shown = standings.get((pp.result_rows()[key], column))
            told = isinstance(shown, float | int) if part == "percentile" else shown != pp.LIGHTS[Light.NONE]
            cells[(row, pi.RATIO_PARTS[part][0])] = shown if same and told else ""
    return cells


def heights(view: View) -> dict[int, float | None]:
    """Height of each row with texts, by the longest; without one, as low as a row may be."""
    plan, shown = view.plan, results(view)
    first = pi.layout(plan).findings + 2
    names = {row: plan.profile.indicators[key].name for key, row in pi.indicator_rows(plan).items()}
    wide = {part: pi.INDICATOR_PARTS[part][1] * _ROOM for part in ("title", "goal")}
    goal = pi.INDICATOR_PARTS["goal"][0]
    found: dict[int, float | None] = {
        row: common.height([(name, wide["title"]), (shown[(row, goal)], wide["goal"] - _INDENT)], 15)
        for row, name in names.items()
    }
    tables = [
        ([remark_row(plan, s, i) for s in range(len(foda.WORDS)) for i in range(pi.REMARKS)], pi.REMARK_PARTS),
        (list(range(first, first + pi.FINDINGS)), pi.FINDING_PARTS),
    ]
    for rows, parts in tables:
        for row in rows:
            texts = [(shown[(row, column)], spread * _ROOM) for column, spread in parts.values()]
            found[row] = common.height(texts, 15)
    return found


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and charts."""
    informe_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
