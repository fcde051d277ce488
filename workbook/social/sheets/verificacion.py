"""Verificación: what each year has and lacks, every problem found, and the light that all sheets repeat."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.problems import ERROR, WARNING, Problem
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import quoted, ref, span
from xl_perlas.workbook.sheets import common, problem_list
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.problem_list import VALUE
from xl_perlas.workbook.social.cells import DOES_NOT_APPLY
from xl_perlas.workbook.social.plan import DATOS, GAP, INDICADORES, LIGHT, REASON, VERIFICACION, SocialPlan
from xl_perlas.workbook.social.sheets import indicadores
from xl_perlas.workbook.social.sheets.looks import put, year_head, year_headers, year_results
from xl_perlas.workbook.social.view import (
    ABSENT,
    BOOKED,
    LIGHTS,
    LISTED,
    MISSING,
    NEGATIVE_BASE,
    TYPED,
    UNUSABLE,
    ZERO_DENOMINATOR,
    SocialView,
)
from xl_perlas.workbook.styles import light_rules, style
from xl_perlas.workbook.view import SAME, state_text

NAME = VERIFICACION
STATE_ROW, ERROR_ROW, WARNING_ROW, NATIVE_ROW, TOLERANCE_ROW, AUDIT_ROW = range(5, 11)
CHECK_HEADER = 13
CHECK_YEAR = 5
PROBLEM_ROWS = 800
_WIDTHS = {1: 14, 2: 22, 3: 70, 4: 60, 6: 15, 8: 26}
_ORIGINS = {
    TYPED: "Datos escritos", BOOKED: "Datos que salen de las cuentas", LISTED: "Datos que salen de Saldos",
    DOES_NOT_APPLY: "Datos que no aplican", ABSENT: "Datos que faltan", UNUSABLE: "Datos que no se pueden usar",
}  # fmt: skip
_REASONS = {
    MISSING: "Indicadores a los que falta un dato", ZERO_DENOMINATOR: "Indicadores con denominador cero",
    NEGATIVE_BASE: "Crecimientos desde una base negativa", DOES_NOT_APPLY: "Indicadores que no aplican",
}  # fmt: skip
AUDIT_WORDS = ("✔ Función y fórmula coinciden", "✖ No coinciden en ")


def problem_header() -> int:
    """Row with the headings of the list of problems."""
    return CHECK_HEADER + 1 + len(_ORIGINS) + len(_REASONS) + len(LIGHTS) + 3


def defined(plan: SocialPlan) -> dict[str, str]:
    """The light, and whether functions and native formulas agree."""
    rows = {names.STATE: STATE_ROW, names.AUDIT: AUDIT_ROW}
    return {
        name: f"{quoted(NAME)}!{ref(VALUE, row, fix_column=True, fix_row=True)}" for name, row in rows.items()
    }  # fmt: skip


def formulas(plan: SocialPlan) -> Cells:
    """Counts, state and checks by year."""
    first = problem_header() + 1
    severity = f"{ref(2, first)}:{ref(2, first + PROBLEM_ROWS - 1)}"
    errors, warnings, native = (ref(VALUE, r) for r in (ERROR_ROW, WARNING_ROW, NATIVE_ROW))
    gaps = plan.area(GAP, *plan.indicator_span)
    cells: Cells = {
        (ERROR_ROW, VALUE): f'=COUNTIF({severity},"{ERROR}")',
        (WARNING_ROW, VALUE): f'=COUNTIF({severity},"{WARNING}")',
        (NATIVE_ROW, VALUE): (
            f'=COUNTIF({gaps},">"&{ref(VALUE, TOLERANCE_ROW)})+COUNTIF({gaps},"{indicadores.ONE_SIDE}")'
        ),
        (AUDIT_ROW, VALUE): f'=IF({native}=0,"{AUDIT_WORDS[0]}","{AUDIT_WORDS[1]}"&{native})',
        (STATE_ROW, VALUE): (
            f"=CHOOSE(1+({warnings}>0)*({errors}+{native}=0)+2*({errors}+{native}>0),"
            f'"{state_text(0, 0)}","▲ Sin errores; "&{warnings}&" avisos",'
            f'"✖ "&({errors}+{native})&" errores: vea Verificación")'
        ),
        **year_headers(plan, CHECK_YEAR, CHECK_HEADER),
    }
    for k in range(plan.capacity):
        used = ref(CHECK_YEAR + k, CHECK_HEADER, fix_row=True)
        for i, (column, word) in enumerate(_counted(plan, k)):
            cells[(CHECK_HEADER + 1 + i, CHECK_YEAR + k)] = f'=IF({used}="","",COUNTIF({column},"{word}"))'
    return common.light(cells)


def _counted(plan: SocialPlan, k: int) -> list[tuple[str, str]]:
    """Columns to count in, and the word to count, of year `k`."""
    origins = f"{DATOS}!{span(plan.origin_column(k), *plan.input_span)}"
    rows = plan.indicator_span
    reasons, lights = (f"{INDICADORES}!{span(plan.column(kind, k), *rows)}" for kind in (REASON, LIGHT))
    return [
        *((origins, word) for word in _ORIGINS), *((reasons, word) for word in _REASONS),
        *((lights, word) for word in LIGHTS.values()),
    ]  # fmt: skip


def results(view: SocialView) -> Cells:
    """What they show, and the list of problems."""
    plan = view.plan
    errors, warnings = view.counts
    cells: Cells = {
        (ERROR_ROW, VALUE): errors, (WARNING_ROW, VALUE): warnings, (NATIVE_ROW, VALUE): 0,
        (AUDIT_ROW, VALUE): AUDIT_WORDS[0], (STATE_ROW, VALUE): view.state,
        **year_results(view, CHECK_YEAR, CHECK_HEADER),
    }  # fmt: skip
    for k in range(plan.capacity):
        origins = [view.origin(key, k) for key in plan.method.inputs]
        reasons = [view.reason(one.id, k) for one in plan.indicators]
        lights = [view.light(one.id, k) for one in plan.indicators]
        counts = [origins.count(w) for w in _ORIGINS] + [reasons.count(w) for w in _REASONS]
        counts += [lights.count(w) for w in LIGHTS.values()]
        unused = view.position(k) is None
        for i, count in enumerate(counts):
            cells[(CHECK_HEADER + 1 + i, CHECK_YEAR + k)] = "" if unused else count
    cells.update(_problem_cells(view.problems))
    return common.light(cells, view.state)


def _problem_cells(found: tuple[Problem, ...]) -> Cells:
    listed = [problem_list.row_of(p, p.next_step[:1].upper() + p.next_step[1:]) for p in found]
    return problem_list.cells(listed, problem_header(), PROBLEM_ROWS, "Corrija primero los de arriba.")


def heights(view: SocialView) -> dict[int, float | None]:
    """Height of the row of each problem, by its longest text; None for the rows that are left over."""
    return problem_list.heights(_problem_cells(view.problems), problem_header(), PROBLEM_ROWS, _WIDTHS)


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Summary, checks and an empty list of problems."""
    common.start(
        sheet, "control", "Verificación",
        "Lo que no cuadra, lo que falta y lo que conviene revisar. La luz de arriba se repite en todas las hojas.",
        light_to="C3",
    )  # fmt: skip
    summary = (
        (STATE_ROW, "Estado general"), (ERROR_ROW, "Errores"), (WARNING_ROW, "Avisos"),
        (NATIVE_ROW, "Diferencias con lo nativo"), (TOLERANCE_ROW, "Tolerancia de esa diferencia"),
        (AUDIT_ROW, "Función y fórmula"),
    )  # fmt: skip
    problem_list.build_facts(sheet, summary)
    sheet.cell(TOLERANCE_ROW, VALUE).value = SAME
    sheet.cell(TOLERANCE_ROW, VALUE).number_format = "0.0E+00"
    for row in (STATE_ROW, AUDIT_ROW):
        light_rules(sheet, ref(VALUE, row))
    common.header(sheet, "control", ["Cuántos hay en cada año", "", "", ""], CHECK_HEADER)
    sheet.merge_cells(start_row=CHECK_HEADER, start_column=1, end_row=CHECK_HEADER, end_column=4)
    year_head(sheet, "control", CHECK_HEADER, CHECK_YEAR, plan.capacity)
    labels = [*_ORIGINS.values(), *_REASONS.values(), *(f"Luz {word}" for word in LIGHTS.values())]
    for i, label in enumerate(labels):
        row = CHECK_HEADER + 1 + i
        for column, text in enumerate((label, None, None, None), 1):
            common.put(sheet, row, column, text, style("rotulo"))
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        for k in range(plan.capacity):
            put(sheet, row, CHECK_YEAR + k, None, "control", "datos")
    problem_list.build_list(
        sheet, problem_header(), PROBLEM_ROWS, "Hallazgos del último recálculo: primero los errores",
        ("Código", "Gravedad", "Qué pasa", "Qué hacer", "Año", "Cuentas", "Diferencia", "Dónde"),
    )  # fmt: skip
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, {CHECK_YEAR + k: 15 for k in range(max(plan.capacity, 3))} | {8: 26})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "A5", repeat_rows="1:3")
