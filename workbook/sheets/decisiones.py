"""Decisiones: for the chosen period, what was reached, the goal, the verdict, and what to do."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.goals import FAILS, MEETS, goal_text
from xl_perlas.workbook import names
from xl_perlas.workbook.copy_view import as_copy
from xl_perlas.workbook.hosts import is_copy, spelling
from xl_perlas.workbook.plan import DECISIONES, INDICADORES, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.styles import error_rule, style, verdict_rules
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = DECISIONES
ID, TITLE, REACHED, GOAL, VERDICT, DECISION, NOTE, ACTION = range(1, 9)
#: Only in an auditor's copy, out of sight: the goal of each period in words, which GOAL chooses from.
GOAL_TEXTS = ACTION + 2
CHOICE_ROW, POSITION_ROW = 5, 6
HEADER = 10
KEEP = "Mantener la política."
COMPLETE = "Sin veredicto: complete el dato o el parámetro que falta (ver nota)."
#: Row of each count.
_COUNTS = ((MEETS, 7), (FAILS, 8))


def rows(plan: Plan) -> dict[str, int]:
    """Row of each indicator: the same order as on Indicadores."""
    offset = HEADER + 1 - plan.indicator_first_row
    return {key: row + offset for key, row in plan.indicator_rows.items()}


def formulas(plan: Plan) -> Cells:
    """Everything follows from the period chosen."""
    position, matrix = names.DECISION_POSITION, f"{INDICADORES}!"
    cells: Cells = {(POSITION_ROW, 3): f"=MATCH({names.DECISION_PERIOD},{names.PERIODS},0)"}
    found = rows(plan)
    verdicts = f"{ref(VERDICT, min(found.values()))}:{ref(VERDICT, max(found.values()))}"
    for word, row in _COUNTS:
        cells[(row, 3)] = f'=COUNTIF({verdicts},"{word}")'
    for key, row in found.items():
        at = plan.indicator_rows[key]

        def pick(column: int, at: int = at) -> str:
            return f"INDEX({matrix}{span(column, at, at, column + plan.capacity - 1)},{position})"

        cells[(row, REACHED)] = "=" + pick(plan.native_column(0))
        cells[(row, GOAL)] = _goal_formula(plan, row)
        cells[(row, VERDICT)] = "=" + pick(plan.verdict_column(0))
        which = f'MATCH({ref(VERDICT, row)},{{"{MEETS}","{FAILS}"}},0)'
        cells[(row, DECISION)] = f'=IFERROR(CHOOSE({which},"{KEEP}",{ref(ACTION, row)}),"{COMPLETE}")'
        cells[(row, NOTE)] = f'={pick(plan.note_column(0))}&""'
    return common.light(cells)


def _goal_formula(plan: Plan, row: int) -> str:
    """The goal in words, with the parameters in force."""
    if is_copy(plan):
        texts = span(GOAL_TEXTS, row, row, GOAL_TEXTS + plan.capacity - 1)
        return f'=INDEX({texts},{names.DECISION_POSITION})&""'
    options = span(plan.line_column(0), plan.options_row, plan.options_row, plan.line_column(plan.capacity - 1))
    chosen = f"INDEX({quoted(LINEAS)}!{options},{names.DECISION_POSITION})"
    return f'={spelling(plan, "PERLAS_META")}({ref(ID, row, fix_column=True)},{chosen})'


@once_a_view
def results(view: View) -> Cells:
    """What they show for the period chosen."""
    plan, k, shown = view.plan, view.decision_column, as_copy(view)
    cells: Cells = {(POSITION_ROW, 3): NOT_AVAILABLE if k is None else k + 1}
    counts = dict.fromkeys((MEETS, FAILS), 0)
    for key, row in rows(plan).items():
        indicator = plan.profile.indicators[key]
        verdict = NOT_AVAILABLE if k is None else shown.verdict_cell(key, k)
        if verdict in counts:
            counts[str(verdict)] += 1
        cells[(row, REACHED)] = NOT_AVAILABLE if k is None else view.native_cell(key, k)
        cells[(row, GOAL)] = NOT_AVAILABLE if k is None else _goal(view, key, k)
        if is_copy(plan):
            cells.update({(row, GOAL_TEXTS + j): _goal(view, key, j) for j in range(plan.capacity)})
        cells[(row, VERDICT)] = verdict
        cells[(row, DECISION)] = KEEP if verdict == MEETS else indicator.action if verdict == FAILS else COMPLETE
        cells[(row, NOTE)] = NOT_AVAILABLE if k is None else view.note_cell(key, k)
    for word, row in _COUNTS:
        cells[(row, 3)] = counts[word]
    cells[(CHOICE_ROW, 3)] = None if k is None else view.headers[k]
    return common.light(cells, view.state)


def _goal(view: View, key: str, k: int) -> str:
    period = view.columns[k]
    return goal_text(view.plan.profile.indicators[key], view.report.profile, period.year) if period else ""


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, areas and styles."""
    common.start(
        sheet, "resultados", "Decisiones",
        "Elija el periodo: la hoja dice qué se alcanzó, qué pide la meta y qué hacer donde no se cumple.",
    )  # fmt: skip
    common.put(sheet, CHOICE_ROW, 2, "Periodo", style("rotulo"))
    common.put(sheet, CHOICE_ROW, 3, None, style("entrada"))
    sheet.cell(CHOICE_ROW, 3).number_format = common.PERIOD_FORMAT
    common.put(sheet, POSITION_ROW, 2, "Posición del periodo en el Catálogo", style("rotulo"))
    common.put(sheet, POSITION_ROW, 3, None, style("calculo"))
    for word, row in _COUNTS:
        common.put(sheet, row, 2, word, style("rotulo"))
        common.put(sheet, row, 3, None, style("resultado"))
    common.header(
        sheet, "resultados",
        ["Id", "Indicador", "Alcanzado", "Meta", "Veredicto", "Decisión", "Nota", "Qué hacer si no cumple"], HEADER,
    )  # fmt: skip
    common.area_sections(sheet, plan, rows(plan), ACTION)
    for key, row in rows(plan).items():
        indicator = plan.profile.indicators[key]
        texts = (
            (ID, key, "rotulo", "texto"), (TITLE, indicator.name, "rotulo", ""),
            (REACHED, None, "resultado", indicator.unit), (GOAL, None, "rotulo", ""),
            (VERDICT, None, "resultado", ""), (DECISION, None, "rotulo", ""), (NOTE, None, "rotulo", ""),
            (ACTION, indicator.action, "rotulo", ""),
        )  # fmt: skip
        for column, value, kind, unit in texts:
            common.put(sheet, row, column, value, style(kind, unit))
        sheet.row_dimensions[row].height = 44
    first, last = HEADER + 1, max(rows(plan).values())
    verdict_rules(sheet, f"{ref(VERDICT, first)}:{ref(VERDICT, last)}", ref(VERDICT, first))
    error_rule(sheet, f"{ref(REACHED, first)}:{ref(REACHED, last)}", ref(REACHED, first))
    choice = DataValidation(showErrorMessage=True, type="list", formula1=f"={names.PERIODS}", allow_blank=False)
    choice.add(ref(3, CHOICE_ROW))
    sheet.add_data_validation(choice)
    common.widths(sheet, {ID: 6, TITLE: 42, REACHED: 14, GOAL: 26, VERDICT: 13, DECISION: 44, NOTE: 70, ACTION: 44})
    common.hide(sheet, [ACTION])
    if is_copy(plan):
        common.hide(sheet, range(GOAL_TEXTS, GOAL_TEXTS + plan.capacity))
        common.put(sheet, HEADER, GOAL_TEXTS, "Meta de cada periodo, al sellar", "xlp_proposito")
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(REACHED, HEADER + 1), repeat_rows=f"1:{HEADER}")


def defined() -> dict[str, str]:
    """Names of the choice."""
    return {
        names.DECISION_PERIOD: f"{NAME}!{ref(3, CHOICE_ROW, fix_column=True, fix_row=True)}",
        names.DECISION_POSITION: f"{NAME}!{ref(3, POSITION_ROW, fix_column=True, fix_row=True)}",
    }
