"""How sheet Calificación looks: labels, styles, bands and charts."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import COMPONENTS
from xl_perlas.score import AS_FAILED, LOWER, POLICIES, load_scale
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook import styles
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.sheets import common, rating_charts
from xl_perlas.workbook.styles import error_rule, style, verdict_rules
from xl_perlas.workbook.view import SAME

#: Points of an indicator without verdict: none, which is not zero.
NO_POINTS = "–"
NO_WEIGHTS = "Sin pesos no hay puntaje: escriba los juicios en AHP."
#: What is said of the policy, around its name and its words.
POLICY_TEXT = ("Indicadores sin veredicto, regla «", "»: ", ". Se elige en AHP.")
BETTER, EQUAL = "▲ sube", "igual"
#: Over the first column of points: what would be given with every goal met.
ALL_MET = "Si todo cumple"
HERE = "◄ periodo elegido"
_WIDTHS = {pr.ID: 11, pr.TITLE: 50, pr.WEIGHT: 11, pr.POSSIBLE: 12}

_RESULTS = (
    (pr.SCORE, "Puntaje · función del complemento", "PERLAS_PUNTAJE: de 0 a 100"),
    (pr.RATING, "Calificación · función del complemento", "PERLAS_CALIFICACION"),
    (pr.NATIVE_SCORE, "Puntaje · fórmulas nativas", "cumple ÷ cuenta × máximo"),
    (pr.NATIVE_RATING, "Calificación · fórmulas nativas", "banda del puntaje nativo"),
    (pr.DIFFERENCE, "Diferencia de puntaje", "función − nativo"),
    (pr.SAME_RATING, "Calificaciones iguales", "✔ sí · ✖ no"),
    (pr.COVERAGE, "Cobertura", "peso con veredicto"),
    (pr.MET, "Peso que cumple su meta", "parte del peso total"),
    (pr.COUNTED, "Peso que cuenta", "según la regla de arriba"),
    (pr.LABEL, "Rótulo de los gráficos", ALL_MET),
)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and charts."""
    common.start(
        sheet, "resultados", "Calificación",
        "Puntaje de 0 a 100: la parte del peso de los indicadores que cumple su meta. Su banda da la calificación.",
    )  # fmt: skip
    sheet.cell(pr.POLICY_TEXT_ROW, 1).style = "xlp_proposito"
    _result_block(sheet, plan)
    _contributions(sheet, plan)
    _policies(sheet, plan)
    _bands(sheet, plan)
    for chart, anchor in rating_charts.rating_charts(sheet, plan):
        sheet.add_chart(chart, anchor)
    common.widths(sheet, _WIDTHS | dict.fromkeys(map(pr.period_column, range(plan.capacity)), 12))
    chosen = pr.verdict_column(plan)
    common.widths(sheet, {chosen - 1: 2, chosen: 14, chosen + 1: 12, chosen + 2: 13, chosen + 3: 10})
    common.finish(sheet, ref(pr.FIRST_PERIOD, HEADER_ROW + 1), landscape=False)
    sheet.row_breaks.append(Break(id=pr.policy_section(plan) - 1))
    sheet.print_area = f"A1:{ref(pr.change_column(plan), pr.band_last_row(plan) + 2)}"


def _result_block(sheet: Worksheet, plan: Plan) -> None:
    common.header(sheet, "resultados", ["Resultado de cada periodo", "", "Cómo se obtiene", ""])
    common.period_header(sheet, "resultados", pr.FIRST_PERIOD, plan.capacity)
    common.period_header(sheet, "resultados", pr.verdict_column(plan), 1)
    common.put(sheet, pr.POLICY_TEXT_ROW, pr.verdict_column(plan), "Elegido en Decisiones", "xlp_proposito")
    sheet.merge_cells(start_row=HEADER_ROW, start_column=pr.ID, end_row=HEADER_ROW, end_column=pr.TITLE)
    sheet.merge_cells(start_row=HEADER_ROW, start_column=pr.WEIGHT, end_row=HEADER_ROW, end_column=pr.POSSIBLE)
    scores, shares = (pr.SCORE, pr.NATIVE_SCORE, pr.DIFFERENCE), (pr.COVERAGE, pr.MET, pr.COUNTED)
    units = {**dict.fromkeys(scores, "veces"), **dict.fromkeys(shares, "%")}
    for row, label, how in _RESULTS:
        kind = "calculo" if row in (pr.COVERAGE, pr.MET, pr.COUNTED, pr.LABEL) else "control" if row in (
            pr.DIFFERENCE, pr.SAME_RATING) else "resultado"  # fmt: skip
        for column, text in ((pr.ID, label), (pr.TITLE, None), (pr.WEIGHT, how), (pr.POSSIBLE, None)):
            common.put(sheet, row, column, text, style("rotulo"))
        if row == pr.LABEL:  # the first point of the chart by components
            common.put(sheet, row, pr.WEIGHT, None, style("rotulo"))
            common.put(sheet, row, pr.POSSIBLE, how, style(kind))
        else:
            sheet.merge_cells(start_row=row, start_column=pr.WEIGHT, end_row=row, end_column=pr.POSSIBLE)
        sheet.merge_cells(start_row=row, start_column=pr.ID, end_row=row, end_column=pr.TITLE)
        chosen = [pr.verdict_column(plan)] if row in (pr.NATIVE_SCORE, pr.NATIVE_RATING, *shares) else []
        for column in [*map(pr.period_column, range(plan.capacity)), *chosen]:
            common.put(sheet, row, column, None, style(kind, units.get(row, "")))
            cell = sheet.cell(row, column)
            cell.alignment = Alignment(horizontal="right", vertical="center", shrink_to_fit=row == pr.LABEL)
            if row == pr.DIFFERENCE:
                cell.number_format = "0.0E+00;-0.0E+00;0"
        sheet.row_dimensions[row].height = 16
    first = ref(pr.FIRST_PERIOD, pr.SCORE)
    styles.missing_rule(sheet, f"{first}:{ref(pr.verdict_column(plan), pr.COUNTED)}", first)


def _contributions(sheet: Worksheet, plan: Plan) -> None:
    chosen = pr.verdict_column(plan)
    title = "Puntos de cada indicador, y lo que ganaría el periodo elegido · «–» sin veredicto · #N/A sin juicio en AHP"
    common.section(sheet, pr.TABLE_SECTION, title, chosen + 3)
    common.header(sheet, "resultados", ["Id", "Indicador", "Peso global", ALL_MET], pr.TABLE_HEADER)
    common.period_header(sheet, "resultados", pr.FIRST_PERIOD, plan.capacity, pr.TABLE_HEADER)
    later = ["Veredicto", "Ganaría si cumple", "Calificación entonces", "Cambio"]
    common.header(sheet, "resultados", later, pr.TABLE_HEADER, chosen)
    for component, (first, _) in pr.areas(plan).items():
        common.section(sheet, first - 1, f"{component} · {COMPONENTS[component]}", chosen + 3)
        for column in pr.subtotal_columns(plan):
            sheet.cell(first - 1, column).number_format = styles.FORMATS["%" if column == pr.WEIGHT else "veces"]
        sheet.row_dimensions[first - 1].height = 16
    for key, row in pr.rows(plan).items():
        name = plan.profile.indicators[key].name
        columns: tuple[tuple[int, object, str, str], ...] = (
            (pr.ID, key, "rotulo", "texto"), (pr.TITLE, name, "rotulo", ""), (pr.WEIGHT, None, "calculo", "%"),
            (pr.POSSIBLE, None, "calculo", "veces"),
            *((pr.period_column(k), None, "resultado", "veces") for k in range(plan.capacity)),
            (chosen, None, "resultado", ""), (pr.gain_column(plan), None, "resultado", "veces"),
            (pr.then_column(plan), None, "resultado", ""), (pr.change_column(plan), None, "rotulo", ""),
        )  # fmt: skip
        for column, value, kind, unit in columns:
            common.put(sheet, row, column, value, style(kind, unit))
        sheet.cell(row, pr.gain_column(plan)).number_format = '+0.00;-0.00;"–"'
        for column in (chosen, pr.then_column(plan), pr.change_column(plan)):
            sheet.cell(row, column).alignment = Alignment(horizontal="center", vertical="center")
        common.fit_height(sheet, row, [(name, _WIDTHS[pr.TITLE])])
    first, last = pr.TABLE_FIRST, max(pr.rows(plan).values())
    verdict_rules(sheet, f"{ref(chosen, first)}:{ref(chosen, last)}", ref(chosen, first))
    no_points = f"{ref(pr.WEIGHT, first)}:{ref(pr.period_column(plan.capacity - 1), last)}"
    error_rule(sheet, no_points, ref(pr.WEIGHT, first))
    gains = f"{ref(pr.gain_column(plan), first)}:{ref(pr.change_column(plan), last)}"
    styles.missing_rule(sheet, gains, ref(pr.gain_column(plan), first))
    change = ref(pr.change_column(plan), first, fix_column=True)
    rule = f'AND(NOT(ISERROR({change})),LEFT({change},1)="▲")'
    styles.rule(sheet, gains, rule, styles.GREEN_FILL, styles.GREEN)


def _policies(sheet: Worksheet, plan: Plan) -> None:
    section = pr.policy_section(plan)
    common.section(sheet, section, "En qué se apoya el cálculo", pr.POSSIBLE)
    common.header(sheet, "resultados", ["Regla", "Indicador sin veredicto", "¿Cuenta?", ""], section + 1)
    for i, (key, words) in enumerate(POLICIES.items()):
        for column, value in enumerate((key, words, int(key == AS_FAILED), None), pr.ID):
            common.put(sheet, pr.policy_first_row(plan) + i, column, value, style("rotulo"))
        common.fit_height(sheet, pr.policy_first_row(plan) + i, [(words, _WIDTHS[pr.TITLE])])
    margin = SAME if load_scale().closed == LOWER else -SAME  # on a limit: to the better band, or to the worse
    extra: dict[int, tuple[str, str, object, str]] = {
        pr.policy_row(plan): ("", "", "", "en vigor"),
        pr.total_row(plan): ("", "Suma de los pesos", "", ""),
        pr.tolerance_row(plan): ("", "Margen con que un puntaje está en un límite", margin, "redondeo"),
    }
    for row, cells in extra.items():
        for column, cell in enumerate(cells, pr.ID):
            kind = "rotulo" if column in (pr.TITLE, pr.POSSIBLE) else "calculo"
            common.put(sheet, row, column, cell or None, style(kind))
    common.fit_height(sheet, pr.policy_row(plan), [(max(POLICIES.values(), key=len), _WIDTHS[pr.TITLE])])
    sheet.cell(pr.policy_row(plan), pr.TITLE).style = style("calculo")
    for row in range(pr.policy_first_row(plan), pr.policy_row(plan) + 1):
        sheet.cell(row, pr.WEIGHT).number_format = '"sí";;"no"'
    sheet.cell(pr.total_row(plan), pr.WEIGHT).number_format = styles.FORMATS["%"]
    sheet.cell(pr.tolerance_row(plan), pr.WEIGHT).number_format = "0E+00"


def _bands(sheet: Worksheet, plan: Plan) -> None:
    scale, section, first, last = load_scale(), pr.band_section(plan), pr.band_first_row(plan), pr.band_last_row(plan)
    better = "mejor" if scale.closed == LOWER else "peor"
    common.section(sheet, section, "Bandas de calificación", pr.POSSIBLE)
    common.header(sheet, "resultados", ["Calificación", "Periodo elegido", "Desde", "Hasta"], section + 1)
    for row, band in enumerate(scale.bands, first):
        values = ((pr.ID, band.rating), (pr.TITLE, None), (pr.WEIGHT, band.lower), (pr.POSSIBLE, band.upper))
        for column, value in values:
            common.put(sheet, row, column, value, style("rotulo", "veces" if column > pr.TITLE else ""))
            if column > pr.TITLE:
                sheet.cell(row, column).number_format = "0.000"
    here = f'{ref(pr.TITLE, first, fix_column=True)}<>""'
    styles.rule(sheet, f"{ref(pr.ID, first)}:{ref(pr.POSSIBLE, last)}", here, styles.AMBER_FILL, styles.INK)
    printed = scale.source.partition(": ")[2]
    for row, text in enumerate((
        f"{scale.name}: {printed}.",
        f"Un puntaje igual a un límite es de la banda {better}; la mejor incluye el máximo.",
    ), last + 1):  # fmt: skip
        common.put(sheet, row, pr.ID, text, "xlp_proposito")
