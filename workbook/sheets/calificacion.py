"""Calificación: score and risk rating of each period, what each indicator gives, and what meeting it would add."""

from __future__ import annotations

import math

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.goals import FAILS, MEETS
from xl_perlas.model import COMPONENTS
from xl_perlas.score import AS_FAILED, LOWER, POLICIES, Score, Term, load_scale
from xl_perlas.workbook import names, styles
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.plan import CALIFICACION, HEADER_ROW, INDICADORES, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_rating import (
    CHART_ROW, COUNTED, COVERAGE, DIFFERENCE, FIRST_PERIOD, ID, LABEL, MET, NATIVE_RATING, NATIVE_SCORE, POLICY_TEXT_ROW,
    POSSIBLE, RATING, SAME_RATING, SCORE, TABLE_FIRST, TABLE_HEADER, TABLE_SECTION, TITLE, WEIGHT, across, areas,
    band_first_row, band_last_row, band_section, change_column, counts, fixed, gain_column, highest, limits,
    period_column, policy_first_row, policy_row, policy_section, rating_of, rows, then_column, there, tolerance,
    tolerance_row, total_row, verdict_column,
)  # fmt: skip
from xl_perlas.workbook.sheets import common, rating_charts
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.indicadores import spelling
from xl_perlas.workbook.styles import error_rule, style, verdict_rules
from xl_perlas.workbook.view import NOT_AVAILABLE, SAME, View

NAME = CALIFICACION
#: Points of an indicator without verdict: none, which is not zero.
NO_POINTS = "–"
BETTER, EQUAL = "▲ sube", "igual"
#: Over the first column of points: what would be given with every goal met.
ALL_MET = "Si todo cumple"
_HERE = "◄ periodo elegido"
_WIDTHS = {ID: 11, TITLE: 46, WEIGHT: 11, POSSIBLE: 12}
_KNOWN = f'{{"{MEETS}","{FAILS}"}}'

_RESULTS = (
    (SCORE, "Puntaje · función del complemento", "PERLAS_PUNTAJE: de 0 a 100"),
    (RATING, "Calificación · función del complemento", "PERLAS_CALIFICACION"),
    (NATIVE_SCORE, "Puntaje · fórmulas nativas", "cumple ÷ cuenta × máximo"),
    (NATIVE_RATING, "Calificación · fórmulas nativas", "banda del puntaje nativo"),
    (DIFFERENCE, "Diferencia de puntaje", "función − nativo"),
    (SAME_RATING, "Calificaciones iguales", "✔ sí · ✖ no"),
    (COVERAGE, "Cobertura", "peso con veredicto"),
    (MET, "Peso que cumple su meta", "parte del peso total"),
    (COUNTED, "Peso que cuenta", "según la regla de arriba"),
    (LABEL, "Rótulo de los gráficos", ALL_MET),
)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Results by period, contributions, gains for the period chosen, and the policy in force."""
    cells = {**period_headers(plan, FIRST_PERIOD), **period_headers(plan, FIRST_PERIOD, TABLE_HEADER)}
    for k in range(plan.capacity):
        cells.update({(row, period_column(k)): text for row, text in _period_formulas(plan, k).items()})
    chosen = verdict_column(plan)
    for row in (HEADER_ROW, NATIVE_SCORE, NATIVE_RATING, COVERAGE, MET, COUNTED):
        cells[(row, chosen)] = f"=INDEX({across(plan, row)},{names.DECISION_POSITION})"
    for component, (first, last) in areas(plan).items():
        for column in _subtotal_columns(plan):
            values = f"{ref(column, first)}:{ref(column, last)}"
            cells[(first - 1, column)] = f'=IF(COUNT({values})>0,SUMIF({values},">0"),NA())'
    for key, row in rows(plan).items():
        cells.update({(row, column): text for column, text in _indicator_formulas(plan, key, row).items()})
    cells.update(_basis_formulas(plan))
    return common.light(cells)


def _subtotal_columns(plan: Plan) -> list[int]:
    return [WEIGHT, POSSIBLE, *map(period_column, range(plan.capacity))]


def _period_formulas(plan: Plan, k: int) -> dict[int, str]:
    column = period_column(k)

    def at(row: int, fix_row: bool = False) -> str:
        return ref(column, row, fix_row=fix_row)

    head = at(HEADER_ROW, True)
    verdicts = (
        f"{INDICADORES}!{ref(plan.verdict_column(k), plan.indicator_first_row, fix_row=True)}"
        f":{ref(plan.verdict_column(k), plan.indicator_last_row, fix_row=True)}"
    )
    weights, total = names.NATIVE_WEIGHTS, fixed(WEIGHT, total_row(plan))

    def with_verdict(word: str) -> str:
        return f'SUMIFS({weights},{verdicts},"{word}",{weights},">0")'

    points = f'{spelling(plan, "PERLAS_PUNTAJE")}({verdicts},{names.WEIGHTS},"sin_veredicto="&{_policy(plan)})'
    month = f"{quoted(LINEAS)}!{ref(plan.line_column(k), plan.month_row, fix_row=True)}"
    year = f"{quoted(LINEAS)}!{ref(plan.line_column(k), plan.year_row, fix_row=True)}"
    period = f'CHOOSE(1+({head}>{year}),{head},{month}&"/"&{year})'
    return {
        SCORE: f'=IF({head}="","",{points})',
        RATING: f'=IF({head}="","",{spelling(plan, "PERLAS_CALIFICACION")}({at(SCORE)}))',
        NATIVE_SCORE: f"=IF({at(COVERAGE)}>0,{at(MET)}/{at(COUNTED)}*{highest(plan)},NA())",
        NATIVE_RATING: f"={rating_of(plan, at(NATIVE_SCORE))}",
        DIFFERENCE: f'=IF({head}="","",{at(SCORE)}-{at(NATIVE_SCORE)})',
        SAME_RATING: f'=IF({head}="","",CHOOSE(1+({at(RATING)}={at(NATIVE_RATING)}),"✖","✔"))',
        COVERAGE: f'=IF({head}="",NA(),({with_verdict(MEETS)}+{with_verdict(FAILS)})/{total})',
        MET: f'=IF({head}="",NA(),{with_verdict(MEETS)}/{total})',
        COUNTED: f"={at(COVERAGE)}+{counts(plan)}*(1-{at(COVERAGE)})",
        LABEL: f'=IF({head}="","",{period}&" · "&IFERROR({at(NATIVE_RATING)},"sin puntaje"))',
    }


def _policy(plan: Plan) -> str:
    return fixed(ID, policy_row(plan))


def _indicator_formulas(plan: Plan, key: str, row: int) -> dict[int, str]:
    at, chosen = plan.indicator_rows[key], verdict_column(plan)
    weight = ref(WEIGHT, row, fix_column=True)
    place = f"ROWS({ref(ID, TABLE_FIRST, fix_row=True)}:{ref(ID, row)})"
    found = {
        WEIGHT: f"=INDEX({names.NATIVE_WEIGHTS},{place})",
        POSSIBLE: f"={weight}*{highest(plan)}",
    }
    for k in range(plan.capacity):
        verdict = f"{INDICADORES}!{ref(plan.verdict_column(k), at)}"
        given = f'({verdict}="{MEETS}")*{weight}*{highest(plan)}/{ref(period_column(k), COUNTED, fix_row=True)}'
        found[period_column(k)] = f'=IF(ISNUMBER(MATCH({verdict},{_KNOWN},0)),{given},"{NO_POINTS}")'
    verdicts = span(plan.verdict_column(0), at, at, plan.verdict_column(plan.capacity - 1))
    verdict, score, met, counted = (
        ref(chosen, row, fix_column=True), fixed(chosen, NATIVE_SCORE), fixed(chosen, MET), fixed(chosen, COUNTED),
    )  # fmt: skip
    joins = f"{weight}*ISNA(MATCH({verdict},{_KNOWN},0))*(1-{counts(plan)})"
    then = ref(then_column(plan), row)
    found[chosen] = f"=INDEX({INDICADORES}!{verdicts},{names.DECISION_POSITION})"
    found[gain_column(plan)] = (
        f'=({verdict}<>"{MEETS}")*(({met}+{weight})/({counted}+{joins})*{highest(plan)}-{score})'
    )
    found[then_column(plan)] = "=" + rating_of(plan, f"{score}+{ref(gain_column(plan), row)}")
    found[change_column(plan)] = f'=IF({then}={fixed(chosen, NATIVE_RATING)},"{EQUAL}","{BETTER}")'
    return found


def _basis_formulas(plan: Plan) -> Cells:
    first, row = policy_first_row(plan), policy_row(plan)
    keys, words, numbers = (span(column, first, row - 1) for column in (ID, TITLE, WEIGHT))
    weights = names.NATIVE_WEIGHTS
    which = f"MATCH({_policy(plan)},{keys},0)"
    bands = range(band_first_row(plan), band_last_row(plan) + 1)
    rating = fixed(verdict_column(plan), NATIVE_RATING)
    return {
        (row, ID): f"=IFERROR(INDEX({keys},MATCH(TRIM({names.POLICY}),{keys},0)),{fixed(ID, first)})",
        (row, TITLE): f"=INDEX({words},{which})",
        (row, WEIGHT): f"=INDEX({numbers},{which})",
        (POLICY_TEXT_ROW, 1): (
            f'="Indicadores sin veredicto, regla «"&{_policy(plan)}&"»: "&{fixed(TITLE, row)}'
            '&". Se elige en AHP."'
        ),
        (total_row(plan), WEIGHT): f'=IF(COUNT({weights})>0,SUMIF({weights},">0"),NA())',
        **{(band, TITLE): f'=IFERROR(IF({ref(ID, band)}={rating},"{_HERE}",""),"")' for band in bands},
    }


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show."""
    plan, k = view.plan, view.decision_column
    cells = {**header_results(view, FIRST_PERIOD), **header_results(view, FIRST_PERIOD, TABLE_HEADER)}
    for column in range(plan.capacity):
        cells.update({(row, period_column(column)): value for row, value in _period_results(view, column).items()})
    chosen = verdict_column(plan)
    shown = {} if k is None else _period_results(view, k)
    for row in (NATIVE_SCORE, NATIVE_RATING, COVERAGE, MET, COUNTED):
        cells[(row, chosen)] = shown.get(row, NOT_AVAILABLE)
    cells[(HEADER_ROW, chosen)] = NOT_AVAILABLE if k is None else view.headers[k]
    for key, row in rows(plan).items():
        cells.update({(row, column): value for column, value in _indicator_results(view, key).items()})
    for first, last in areas(plan).values():
        for column in _subtotal_columns(plan):
            numbers = [v for r in range(first, last + 1) if isinstance(v := cells[(r, column)], float)]
            cells[(first - 1, column)] = math.fsum(numbers) if numbers else NOT_AVAILABLE
    cells.update(_basis_results(view, shown.get(NATIVE_RATING)))
    return common.light(cells, view.state)


def _period_results(view: View, k: int) -> dict[int, object]:
    score = view.score(k)
    used = view.columns[k] is not None
    blank: object = "" if not used else NOT_AVAILABLE
    addin: object = "" if not used else PlainText(NOT_AVAILABLE)
    if score is None:
        label = f"{_period_text(view, k)} · sin puntaje" if used else ""
        none = dict.fromkeys((NATIVE_SCORE, NATIVE_RATING, COVERAGE, MET, COUNTED), NOT_AVAILABLE)
        return {**none, SCORE: addin, RATING: addin, DIFFERENCE: blank, SAME_RATING: blank, LABEL: label}
    known = score.value is not None
    met = math.fsum(t.weight for t in score.terms if t.meets) / _total(score)
    return {
        SCORE: score.value if known else addin,
        RATING: score.rating if known else addin,
        NATIVE_SCORE: score.value if known else NOT_AVAILABLE,
        NATIVE_RATING: score.rating if known else NOT_AVAILABLE,
        DIFFERENCE: 0.0 if known else blank,
        SAME_RATING: "✔" if known else blank,
        COVERAGE: score.coverage,
        MET: met,
        COUNTED: 1.0 if score.policy == AS_FAILED else score.coverage,
        LABEL: f"{_period_text(view, k)} · {score.rating or 'sin puntaje'}",
    }


def _total(score: Score) -> float:
    return math.fsum(t.weight for t in score.terms)


def _period_text(view: View, k: int) -> str:
    period = view.columns[k]
    if period is None:
        return ""
    return str(period.year) if period.annual else f"{period.month}/{period.year}"


def _indicator_results(view: View, key: str) -> dict[int, object]:
    plan, chosen = view.plan, view.decision_column
    hierarchy = view.rating.hierarchy
    weight = hierarchy.global_weights.get(key) if hierarchy else None
    found: dict[int, object] = {
        WEIGHT: NOT_AVAILABLE if weight is None else weight,
        POSSIBLE: NOT_AVAILABLE if weight is None else weight * load_scale().bands[0].upper,
    }
    for k in range(plan.capacity):
        judged = view.verdict_cell(key, k) in (MEETS, FAILS)
        term = _term(view, key, k)
        found[period_column(k)] = NO_POINTS if not judged else NOT_AVAILABLE if term is None else term.points
    term = None if chosen is None else _term(view, key, chosen)
    score = None if chosen is None else view.score(chosen)
    found[verdict_column(plan)] = NOT_AVAILABLE if chosen is None else view.verdict_cell(key, chosen)
    if term is None or score is None or term.gain is None:
        later = (gain_column(plan), then_column(plan), change_column(plan))
        return {**found, **dict.fromkeys(later, NOT_AVAILABLE)}
    found[gain_column(plan)] = term.gain
    found[then_column(plan)] = term.rating_if_met
    found[change_column(plan)] = EQUAL if term.rating_if_met == score.rating else BETTER
    return found


def _term(view: View, key: str, k: int) -> Term | None:
    score = view.score(k)
    return None if score is None else next((t for t in score.terms if t.indicator == key), None)


def _basis_results(view: View, rating: object) -> Cells:
    plan, hierarchy, policy = view.plan, view.rating.hierarchy, view.rating.inputs.policy
    row = policy_row(plan)
    bands = enumerate(load_scale().bands, band_first_row(plan))
    return {
        (row, ID): policy,
        (row, TITLE): POLICIES[policy],
        (row, WEIGHT): int(policy == AS_FAILED),
        (POLICY_TEXT_ROW, 1): (
            f"Indicadores sin veredicto, regla «{policy}»: {POLICIES[policy]}. Se elige en AHP."
        ),
        (total_row(plan), WEIGHT): math.fsum(hierarchy.global_weights.values()) if hierarchy else NOT_AVAILABLE,
        **{(at, TITLE): _HERE if band.rating == rating else "" for at, band in bands},
    }


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and charts."""
    common.start(
        sheet, "resultados", "Calificación",
        "Puntaje de 0 a 100: qué parte del peso de los indicadores cumple su meta. La banda en que cae es la calificación "
        "de riesgo.",
    )  # fmt: skip
    sheet.cell(POLICY_TEXT_ROW, 1).style = "xlp_proposito"
    _result_block(sheet, plan)
    _contributions(sheet, plan)
    _policies(sheet, plan)
    _bands(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
    for chart, anchor in rating_charts.rating_charts(sheet, plan):
        sheet.add_chart(chart, anchor)
    common.widths(sheet, _WIDTHS | dict.fromkeys(map(period_column, range(plan.capacity)), 12))
    chosen = verdict_column(plan)
    common.widths(sheet, {chosen - 1: 2, chosen: 14, chosen + 1: 12, chosen + 2: 13, chosen + 3: 10})
    common.finish(sheet, ref(FIRST_PERIOD, HEADER_ROW + 1), landscape=False)
    sheet.print_area = f"A1:{ref(change_column(plan), band_last_row(plan))}"


def _result_block(sheet: Worksheet, plan: Plan) -> None:
    common.header(sheet, "resultados", ["Resultado de cada periodo", "", "Cómo se obtiene", ""])
    common.period_header(sheet, "resultados", FIRST_PERIOD, plan.capacity)
    common.period_header(sheet, "resultados", verdict_column(plan), 1)
    common.put(sheet, POLICY_TEXT_ROW, verdict_column(plan), "Elegido en Decisiones", "xlp_proposito")
    sheet.merge_cells(start_row=HEADER_ROW, start_column=ID, end_row=HEADER_ROW, end_column=TITLE)
    sheet.merge_cells(start_row=HEADER_ROW, start_column=WEIGHT, end_row=HEADER_ROW, end_column=POSSIBLE)
    units = {SCORE: "veces", NATIVE_SCORE: "veces", COVERAGE: "%", MET: "%", COUNTED: "%", DIFFERENCE: "veces"}
    for row, label, how in _RESULTS:
        kind = "calculo" if row in (COVERAGE, MET, COUNTED, LABEL) else "control" if row in (
            DIFFERENCE, SAME_RATING) else "resultado"  # fmt: skip
        for column, text in ((ID, label), (TITLE, None), (WEIGHT, how), (POSSIBLE, None)):
            common.put(sheet, row, column, text, style("rotulo"))
        if row == LABEL:  # the first point of the chart by components
            common.put(sheet, row, WEIGHT, None, style("rotulo"))
            common.put(sheet, row, POSSIBLE, how, style(kind))
        else:
            sheet.merge_cells(start_row=row, start_column=WEIGHT, end_row=row, end_column=POSSIBLE)
        sheet.merge_cells(start_row=row, start_column=ID, end_row=row, end_column=TITLE)
        for column in [*map(period_column, range(plan.capacity)), verdict_column(plan)]:
            common.put(sheet, row, column, None, style(kind, units.get(row, "")))
            cell = sheet.cell(row, column)
            cell.alignment = Alignment(horizontal="right", vertical="center", shrink_to_fit=row == LABEL)
            if row == DIFFERENCE:
                cell.number_format = "0.0E+00;-0.0E+00;0"
        sheet.row_dimensions[row].height = 16
    for column in (FIRST_PERIOD, verdict_column(plan)):
        first = ref(column, SCORE)
        error_rule(sheet, f"{first}:{ref(column + plan.capacity - 1 if column == FIRST_PERIOD else column, COUNTED)}",
                   first)  # fmt: skip


def _contributions(sheet: Worksheet, plan: Plan) -> None:
    chosen = verdict_column(plan)
    common.section(
        sheet, TABLE_SECTION, "Puntos que da cada indicador, y lo que se ganaría en el periodo elegido", chosen + 3
    )
    common.header(sheet, "resultados", ["Id", "Indicador", "Peso global", ALL_MET], TABLE_HEADER)
    common.period_header(sheet, "resultados", FIRST_PERIOD, plan.capacity, TABLE_HEADER)
    common.header(
        sheet, "resultados", ["Veredicto", "Ganaría si cumple", "Calificación entonces", "Cambio"], TABLE_HEADER, chosen
    )
    for component, (first, _) in areas(plan).items():
        common.section(sheet, first - 1, f"{component} · {COMPONENTS[component]}", chosen + 3)
        for column in _subtotal_columns(plan):
            sheet.cell(first - 1, column).number_format = styles.FORMATS["%" if column == WEIGHT else "veces"]
        sheet.row_dimensions[first - 1].height = 16
    for key, row in rows(plan).items():
        name = plan.profile.indicators[key].name
        columns: tuple[tuple[int, object, str, str], ...] = (
            (ID, key, "rotulo", "texto"), (TITLE, name, "rotulo", ""), (WEIGHT, None, "calculo", "%"),
            (POSSIBLE, None, "calculo", "veces"),
            *((period_column(k), None, "resultado", "veces") for k in range(plan.capacity)),
            (chosen, None, "resultado", ""), (gain_column(plan), None, "resultado", "veces"),
            (then_column(plan), None, "resultado", ""), (change_column(plan), None, "rotulo", ""),
        )  # fmt: skip
        for column, value, kind, unit in columns:
            common.put(sheet, row, column, value, style(kind, unit))
        sheet.cell(row, gain_column(plan)).number_format = '+0.00;-0.00;"–"'
        common.fit_height(sheet, row, [(name, _WIDTHS[TITLE])])
    first, last = TABLE_FIRST, max(rows(plan).values())
    verdict_rules(sheet, f"{ref(chosen, first)}:{ref(chosen, last)}", ref(chosen, first))
    error_rule(sheet, f"{ref(WEIGHT, first)}:{ref(period_column(plan.capacity - 1), last)}", ref(WEIGHT, first))
    for column in (gain_column(plan), then_column(plan), change_column(plan)):
        error_rule_only(sheet, f"{ref(column, first)}:{ref(column, last)}", ref(column, first))
    change = ref(change_column(plan), first, fix_column=True)
    rule = f'AND(NOT(ISERROR({change})),LEFT({change},1)="▲")'
    styles._rule(
        sheet, f"{ref(gain_column(plan), first)}:{ref(change_column(plan), last)}", rule, styles.GREEN_FILL, styles.GREEN
    )


def error_rule_only(sheet: Worksheet, cells: str, first: str) -> None:
    """Grey for errors, not for text."""
    styles._rule(sheet, cells, f"ISERROR({first})", styles.GREY_FILL, "9AA5B1")


def _policies(sheet: Worksheet, plan: Plan) -> None:
    section = policy_section(plan)
    common.section(sheet, section, "En qué se apoya el cálculo", POSSIBLE)
    common.header(sheet, "resultados", ["Regla", "Indicador sin veredicto", "¿Cuenta?", ""], section + 1)
    for i, (key, words) in enumerate(POLICIES.items()):
        values = ((ID, key), (TITLE, words), (WEIGHT, int(key == AS_FAILED)), (POSSIBLE, None))
        for column, value in values:
            common.put(sheet, policy_first_row(plan) + i, column, value, style("rotulo"))
        common.fit_height(sheet, policy_first_row(plan) + i, [(words, _WIDTHS[TITLE])])
    extra = {
        policy_row(plan): ("", "", "", "en vigor"),
        total_row(plan): ("", "Suma de los pesos", "", ""),
        tolerance_row(plan): ("", "Margen con que un puntaje está en un límite", SAME, "redondeo"),
    }
    for row, values in extra.items():
        for column, value in enumerate(values, ID):
            common.put(sheet, row, column, value or None, style("rotulo" if column in (TITLE, POSSIBLE) else "calculo"))
    common.fit_height(sheet, policy_row(plan), [(max(POLICIES.values(), key=len), _WIDTHS[TITLE])])
    sheet.cell(policy_row(plan), TITLE).style = style("calculo")
    sheet.cell(total_row(plan), WEIGHT).number_format = styles.FORMATS["%"]
    sheet.cell(tolerance_row(plan), WEIGHT).number_format = "0E+00"


def _bands(sheet: Worksheet, plan: Plan) -> None:
    scale, section, first, last = load_scale(), band_section(plan), band_first_row(plan), band_last_row(plan)
    better = "mejor" if scale.closed == LOWER else "peor"
    common.section(sheet, section, "Bandas de calificación", POSSIBLE)
    common.header(sheet, "resultados", ["Calificación", "Periodo elegido", "Desde", "Hasta"], section + 1)
    for row, band in enumerate(scale.bands, first):
        values = ((ID, band.rating), (TITLE, None), (WEIGHT, band.lower), (POSSIBLE, band.upper))
        for column, value in values:
            common.put(sheet, row, column, value, style("rotulo", "veces" if column > TITLE else ""))
            if column > TITLE:
                sheet.cell(row, column).number_format = "0.000"
    here = f'{ref(TITLE, first, fix_column=True)}<>""'
    styles._rule(sheet, f"{ref(ID, first)}:{ref(POSSIBLE, last)}", here, styles.AMBER_FILL, styles.INK)
    source = f"{scale.source}. Un puntaje igual a un límite es de la banda {better}; la mejor incluye el máximo."
    common.put(sheet, last + 1, ID, source, "xlp_proposito")


def defined(plan: Plan) -> dict[str, str]:
    """Native score, rating and coverage by period."""
    found = {names.SCORES: NATIVE_SCORE, names.RATINGS: NATIVE_RATING, names.COVERAGE: COVERAGE}
    return {name: there(across(plan, row)) for name, row in found.items()}
