"""Verificación: native checks by period, every problem found, and the light that all sheets repeat."""

from __future__ import annotations

import math

from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.findings.finding import Finding
from xl_perlas.problems import ERROR, WARNING
from xl_perlas.workbook import names, plan_weights
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook.copy_view import score_gap
from xl_perlas.workbook.hosts import is_copy
from xl_perlas.workbook.plan import CATALOGO, INDICADORES, LINEAS, PESOS, VERIFICACION, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import auditoria, common, pesos, problem_list
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.problem_list import VALUE
from xl_perlas.workbook.styles import light_rules, style
from xl_perlas.workbook.view import SAME, View, state_text

NAME = VERIFICACION
(STATE_ROW, ERROR_ROW, WARNING_ROW, NATIVE_ROW, TOLERANCE_ROW, CENT_ROW, WEIGHTS_ROW, WEIGHT_GAP_ROW, RATIO_ROW,
 AUDIT_ROW) = range(5, 15)  # fmt: skip
CHECK_HEADER = 16
CHECK_PERIOD = 5
(CLOSED, OPEN, BALANCED, RESULT_GAP, NOT_NUMBERS, MISSING, NO_VALUE, LARGEST, PRESENCE, SCORE_GAP) = range(17, 27)
PROBLEM_HEADER = 29
PROBLEM_ROWS = 400
CENT = 0.01
_WIDTHS = {1: 14, 2: 22, 3: 70, 4: 92, 6: 15, 8: 15}

_CHECKS = (
    ("Activo − pasivo − patrimonio", "Debe ser cero con el ejercicio cerrado."),
    ("… − (ingresos − gastos)", "Debe ser cero antes del cierre."),
    ("Ecuación contable", "✔ si cualquiera de las dos es cero."),
    ("(5 − 4) − (3603 + 3604)", "Debe ser cero con el ejercicio cerrado."),
    ("Celdas con texto en saldos", "Cifras que no son números; deben ser cero."),
    ("Cuentas sin dato", "Cuentas que alguna línea pide y el plan no trae."),
    ("Indicadores sin valor", "Muestran #N/A o #DIV/0!; la nota dice por qué."),
    ("Mayor diferencia con lo nativo", "Función del complemento menos fórmula nativa; debe ser cero."),
    ("Valor en un lado y no en el otro", "Indicadores con valor de un lado solamente; deben ser cero."),
    ("Puntaje, diferencia con lo nativo", "Función del complemento menos fórmula nativa; debe ser cero."),
)


def formulas(plan: Plan) -> Cells:
    """Counts, state and native checks."""
    last_problem = PROBLEM_HEADER + PROBLEM_ROWS
    severity = f"{ref(2, PROBLEM_HEADER + 1)}:{ref(2, last_problem)}"
    errors, warnings, native = (ref(VALUE, r) for r in (ERROR_ROW, WARNING_ROW, NATIVE_ROW))

    def row_of(row: int) -> str:
        return f"{ref(CHECK_PERIOD, row)}:{ref(CHECK_PERIOD + plan.capacity - 1, row)}"

    tolerance = ref(VALUE, TOLERANCE_ROW)
    cells: Cells = {
        (ERROR_ROW, VALUE): f'=COUNTIF({severity},"{ERROR}")',
        (WARNING_ROW, VALUE): f'=COUNTIF({severity},"{WARNING}")',
        (NATIVE_ROW, VALUE): (
            f'=COUNTIF({row_of(LARGEST)},">"&{tolerance})+SUM({row_of(PRESENCE)})'
            f'+COUNTIF({row_of(SCORE_GAP)},">"&{tolerance})+COUNTIF({ref(VALUE, WEIGHT_GAP_ROW)},">"&{tolerance})'
        ),
        **_weight_formulas(plan),
        (AUDIT_ROW, VALUE): f"={names.AUDIT}",
        (STATE_ROW, VALUE): (
            f"=CHOOSE(1+({warnings}>0)*({errors}+{native}=0)+2*({errors}+{native}>0),"
            f'"{state_text(0, 0)}","▲ Sin errores; "&{warnings}&" avisos",'
            f'"✖ "&({errors}+{native})&" errores: vea Verificación")'
        ),
    }
    cells.update(period_headers(plan, CHECK_PERIOD, CHECK_HEADER))
    for k in range(plan.capacity):
        cells.update({(row, CHECK_PERIOD + k): text for row, text in _check_formulas(plan, k).items()})
    return common.light(cells)


def _check_formulas(plan: Plan, k: int) -> dict[int, object]:
    at, here = plan.catalog_column(k), CHECK_PERIOD + k
    catalog = quoted(CATALOGO)
    column = f"{catalog}!{ref(at, plan.entity_first_row, fix_row=True)}:{ref(at, plan.data_last_row, fix_row=True)}"
    data = f"{catalog}!{ref(at, plan.data_first_row, fix_row=True)}:{ref(at, plan.data_last_row, fix_row=True)}"
    used = ref(here, CHECK_HEADER)

    def account(code: str) -> str:
        return f'SUMIF({names.CODES},"{code}",{column})'

    def when(text: str) -> str:
        return f'=IF({used}="","",{text})'

    def block(first_column: int, sheet: str = INDICADORES) -> str:
        rows = (plan.indicator_first_row, plan.indicator_last_row)
        return f"{quoted(sheet)}!{ref(first_column, rows[0])}:{ref(first_column, rows[1])}"

    # an auditor's copy compares what was sealed
    sealed = block(auditoria.addin_column(plan, k), auditoria.NAME)
    values = sealed if is_copy(plan) else block(plan.value_column(k))
    native = block(plan.native_column(k))
    both = f"ISNUMBER({values})*ISNUMBER({native})"
    flags = plan.flag_column(k)
    lines = plan.line_rows.values()
    missing = f"{quoted(LINEAS)}!{ref(flags, min(lines))}:{ref(flags, max(lines))}"
    tolerance = ref(VALUE, CENT_ROW, fix_column=True, fix_row=True)
    return {
        CLOSED: when(f"ROUND({account('1')}-{account('2')}-{account('3')},2)"),
        OPEN: when(f"ROUND({ref(here, CLOSED)}-{account('5')}+{account('4')},2)"),
        BALANCED: when(f'CHOOSE(1+(MIN(ABS({ref(here, CLOSED)}),ABS({ref(here, OPEN)}))<={tolerance}),"✖","✔")'),
        RESULT_GAP: when(f"ROUND({account('5')}-{account('4')}-{account('3603')}-{account('3604')},2)"),
        NOT_NUMBERS: when(f"COUNTA({data})-COUNT({data})"),
        MISSING: when(f"SUM({missing})"),
        NO_VALUE: when(f"SUMPRODUCT(--ISERROR({native}))"),
        LARGEST: ArrayFormula(ref(here, LARGEST), f"=MAX(IF({both},ABS({values}-{native}),0))"),
        PRESENCE: when(f"SUMPRODUCT(--(ISNUMBER({values})<>ISNUMBER({native})))"),
        SCORE_GAP: when(f"IFERROR(ABS({pr.there(ref(pr.period_column(k), pr.DIFFERENCE))}),0)"),
    }


def _weight_formulas(plan: Plan) -> dict[tuple[int, int], object]:
    """Sum of the weights, their distance from the native ones, and the largest CR of all matrices."""
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    gaps = f"{PESOS}!{span(plan_weights.DIFFERENCE, *rows)}"
    ratios = ",".join(f"IFERROR({PESOS}!{b.summary(plan_weights.RATIO)},0)" for b in plan_weights.blocks(plan))
    weights = names.NATIVE_WEIGHTS
    return {
        (WEIGHTS_ROW, VALUE): f'=IF(COUNT({weights})=0,"",SUMIF({weights},">0"))',
        (WEIGHT_GAP_ROW, VALUE): ArrayFormula(
            ref(VALUE, WEIGHT_GAP_ROW), f"=MAX(IF(ISNUMBER({gaps}),ABS({gaps}),0))"
        ),
        (RATIO_ROW, VALUE): f'=IF(COUNT({weights})=0,"",MAX({ratios}))',
    }


def _weight_results(view: View) -> dict[tuple[int, int], object]:
    shown = pesos.results(view)
    rows = range(view.plan.indicator_first_row, view.plan.indicator_last_row + 1)
    weights = [v for row in rows if isinstance(v := shown.get((row, plan_weights.NATIVE)), float)]
    gaps = [abs(v) for row in rows if isinstance(v := shown.get((row, plan_weights.DIFFERENCE)), float)]
    ratios = [shown.get((b.summary_row, plan_weights.RATIO)) for b in plan_weights.blocks(view.plan)]
    known = [ratio for ratio in ratios if isinstance(ratio, float | int)]
    return {
        (WEIGHTS_ROW, VALUE): math.fsum(weights) if weights else "",
        (WEIGHT_GAP_ROW, VALUE): max(gaps, default=0.0),
        (RATIO_ROW, VALUE): max(known, default=0.0) if weights else "",
    }


def results(view: View) -> Cells:
    """What they show, and the list of problems."""
    plan = view.plan
    errors, warnings = view.counts
    cells: Cells = {
        (ERROR_ROW, VALUE): errors, (WARNING_ROW, VALUE): warnings,
        (NATIVE_ROW, VALUE): view.native_failures,
        (STATE_ROW, VALUE): view.state, **_weight_results(view), (AUDIT_ROW, VALUE): auditoria.light(view),
    }  # fmt: skip
    cells.update(header_results(view, CHECK_PERIOD, CHECK_HEADER))
    for k in range(plan.capacity):
        shown = _check_results(view, k)
        cells.update({(row, CHECK_PERIOD + k): shown.get(row, "") for row in range(CLOSED, SCORE_GAP + 1)})
    cells.update(_finding_cells(view.findings))
    return common.light(cells, view.state)


def _check_results(view: View, k: int) -> dict[int, object]:
    position = view.position(k)
    if position is None:
        return {LARGEST: 0}
    column = view.native.balance.column(position)

    def account(code: str) -> float:
        row = column.chart.row.get(code)
        value = None if row is None else column.values[row]
        return 0.0 if value is None or value != value else value

    closed = round(account("1") - account("2") - account("3"), 2)
    still_open = round(closed - account("5") + account("4"), 2)
    lines = view.plan.line_rows
    return {
        CLOSED: closed,
        OPEN: still_open,
        BALANCED: "✔" if min(abs(closed), abs(still_open)) <= CENT else "✖",
        RESULT_GAP: round(account("5") - account("4") - account("3603") - account("3604"), 2),
        NOT_NUMBERS: view.text_cells[k],
        MISSING: sum(view.missing_cell(line, k) for line in lines),
        NO_VALUE: sum(view.native.results[i.id][position].value is None for i in view.plan.indicators),
        LARGEST: view.native_gaps(k)[0],
        PRESENCE: view.native_gaps(k)[1],
        SCORE_GAP: score_gap(view, k),
    }


def _finding_cells(ranked: tuple[Finding, ...]) -> Cells:
    listed = [problem_list.row_of(found.problem, _effect(found)) for found in ranked]
    advice = "Qué hacer: use xl-perlas hallazgos para verlos todos."
    return problem_list.cells(listed, PROBLEM_HEADER, PROBLEM_ROWS, advice)


def _effect(found: Finding) -> str:
    also = f"Lo mismo explica: {found.consequences}" if found.folded else ""
    return " ".join(filter(None, (found.effect, also, f"Qué hacer: {found.problem.next_step}")))


def heights(view: View) -> dict[int, float | None]:
    """Height of the row of each finding, by its longest text; None for the rows that are left over."""
    return problem_list.heights(_finding_cells(view.findings), PROBLEM_HEADER, PROBLEM_ROWS, _WIDTHS)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Summary, checks and an empty list of problems."""
    common.start(
        sheet, "control", "Verificación",
        "Lo que no cuadra y lo que conviene revisar. La luz de arriba se repite en todas las hojas.",
    )  # fmt: skip
    summary = (
        (STATE_ROW, "Estado general"), (ERROR_ROW, "Errores"), (WARNING_ROW, "Avisos"),
        (NATIVE_ROW, "Diferencias con lo nativo"), (TOLERANCE_ROW, "Tolerancia de esa diferencia"),
        (CENT_ROW, "Tolerancia contable"), (WEIGHTS_ROW, "Suma de los pesos (debe ser 1)"),
        (WEIGHT_GAP_ROW, "Pesos, diferencia con lo nativo"), (RATIO_ROW, "Mayor RC de los juicios (hasta 0,10)"),
        (AUDIT_ROW, "Auditoría (segundo camino)"),
    )  # fmt: skip
    problem_list.build_facts(sheet, summary)
    sheet.cell(TOLERANCE_ROW, VALUE).value = SAME
    sheet.cell(TOLERANCE_ROW, VALUE).number_format = "0.0E+00"
    sheet.cell(CENT_ROW, VALUE).value = CENT
    sheet.cell(WEIGHTS_ROW, VALUE).number_format = sheet.cell(RATIO_ROW, VALUE).number_format = "0.000"
    sheet.cell(WEIGHT_GAP_ROW, VALUE).number_format = "0.0E+00"
    for row in (STATE_ROW, AUDIT_ROW):
        light_rules(sheet, ref(VALUE, row))
    common.header(sheet, "control", ["Comprobación", "", "Qué dice", ""], CHECK_HEADER)
    common.period_header(sheet, "control", CHECK_PERIOD, plan.capacity, CHECK_HEADER)
    for i, (label, meaning) in enumerate(_CHECKS):
        row = CLOSED + i
        for column, text in enumerate((label, None, meaning, None), 1):
            common.put(sheet, row, column, text, style("rotulo"))
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        sheet.merge_cells(start_row=row, start_column=3, end_row=row, end_column=4)
        unit = "monto" if row in (CLOSED, OPEN, RESULT_GAP) else "texto" if row == BALANCED else ""
        for k in range(plan.capacity):
            common.put(sheet, row, CHECK_PERIOD + k, None, style("control", unit))
    problem_list.build_list(
        sheet, PROBLEM_HEADER, PROBLEM_ROWS, "Hallazgos del último recálculo: primero lo que más mueve la calificación",
        ("Código", "Gravedad", "Qué pasa", "Efecto, y qué hacer", "Periodo", "Cuentas", "Diferencia", "Dónde"),
    )  # fmt: skip
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, dict.fromkeys(range(CHECK_PERIOD, CHECK_PERIOD + plan.capacity), 15))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "A5", repeat_rows="1:3")


def defined() -> dict[str, str]:
    """The light."""
    return {names.STATE: f"{quoted(NAME)}!{ref(VALUE, STATE_ROW, fix_column=True, fix_row=True)}"}
