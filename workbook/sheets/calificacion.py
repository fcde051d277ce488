"""Calificación: score and risk rating of each period, what each indicator gives, and what meeting it would add."""

from __future__ import annotations

import math

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.goals import FAILS, MEETS
from xl_perlas.score import AS_FAILED, POLICIES, Score, Term, load_scale
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.copy_view import as_copy, sealed
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.plan import CALIFICACION, HEADER_ROW, INDICADORES, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import calificacion_look, common
from xl_perlas.workbook.sheets.calificacion_look import BETTER, EQUAL, HERE, NO_POINTS, NO_WEIGHTS, POLICY_TEXT
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = CALIFICACION
_KNOWN = f'{{"{MEETS}","{FAILS}"}}'


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Results by period, contributions, gains for the period chosen, and the policy in force."""
    cells = {**period_headers(plan, pr.FIRST_PERIOD), **period_headers(plan, pr.FIRST_PERIOD, pr.TABLE_HEADER)}
    for k in range(plan.capacity):
        cells.update({(row, pr.period_column(k)): text for row, text in _period_formulas(plan, k).items()})
    chosen = pr.verdict_column(plan)
    for row in (HEADER_ROW, pr.NATIVE_SCORE, pr.NATIVE_RATING, pr.COVERAGE, pr.MET, pr.COUNTED):
        cells[(row, chosen)] = f"=INDEX({pr.across(plan, row)},{names.DECISION_POSITION})"
    for first, last in pr.areas(plan).values():
        for column in pr.subtotal_columns(plan):
            values = f"{ref(column, first)}:{ref(column, last)}"
            cells[(first - 1, column)] = f'=IF(COUNT({values})>0,SUMIF({values},">0"),NA())'
    for key, row in pr.rows(plan).items():
        cells.update({(row, column): text for column, text in _indicator_formulas(plan, key, row).items()})
    cells.update(_basis_formulas(plan))
    return common.light(native_only(plan, cells))


def _period_formulas(plan: Plan, k: int) -> dict[int, str]:
    column = pr.period_column(k)

    def at(row: int, fix_row: bool = False) -> str:
        return ref(column, row, fix_row=fix_row)

    head = at(HEADER_ROW, True)
    verdicts = (
        f"{INDICADORES}!{ref(plan.verdict_column(k), plan.indicator_first_row, fix_row=True)}"
        f":{ref(plan.verdict_column(k), plan.indicator_last_row, fix_row=True)}"
    )
    weights, total = names.NATIVE_WEIGHTS, pr.fixed(pr.WEIGHT, pr.total_row(plan))

    def with_verdict(word: str) -> str:
        return f'SUMIFS({weights},{verdicts},"{word}",{weights},">0")'

    points = f'{spelling(plan, "PERLAS_PUNTAJE")}({verdicts},{names.WEIGHTS},"sin_veredicto="&{_policy(plan)})'
    month = f"{quoted(LINEAS)}!{ref(plan.line_column(k), plan.month_row, fix_row=True)}"
    year = f"{quoted(LINEAS)}!{ref(plan.line_column(k), plan.year_row, fix_row=True)}"
    period = f'CHOOSE(1+({head}>{year}),{head},{month}&"/"&{year})'
    return {
        pr.SCORE: f'=IF({head}="","",{points})',
        pr.RATING: f'=IF({head}="","",{spelling(plan, "PERLAS_CALIFICACION")}({at(pr.SCORE)}))',
        pr.NATIVE_SCORE: f"=IF({at(pr.COVERAGE)}>0,{at(pr.MET)}/{at(pr.COUNTED)}*{pr.highest(plan)},NA())",
        pr.NATIVE_RATING: f"={pr.rating_of(plan, at(pr.NATIVE_SCORE))}",
        pr.DIFFERENCE: f'=IF({head}="","",IFERROR({at(pr.SCORE)}-{at(pr.NATIVE_SCORE)},NA()))',
        pr.SAME_RATING: f'=IF({head}="","",CHOOSE(1+({at(pr.RATING)}={at(pr.NATIVE_RATING)}),"✖","✔"))',
        pr.COVERAGE: f'=IF({head}="",NA(),({with_verdict(MEETS)}+{with_verdict(FAILS)})/{total})',
        pr.MET: f'=IF({head}="",NA(),{with_verdict(MEETS)}/{total})',
        pr.COUNTED: f"={at(pr.COVERAGE)}+{pr.counts(plan)}*(1-{at(pr.COVERAGE)})",
        pr.LABEL: f'=IF({head}="","",{period}&" · "&IFERROR({at(pr.NATIVE_RATING)},"sin puntaje"))',
    }


def _policy(plan: Plan) -> str:
    return pr.fixed(pr.ID, pr.policy_row(plan))


def _indicator_formulas(plan: Plan, key: str, row: int) -> dict[int, str]:
    at, chosen = plan.indicator_rows[key], pr.verdict_column(plan)
    weight = ref(pr.WEIGHT, row, fix_column=True)
    place = f"ROWS({ref(pr.ID, pr.TABLE_FIRST, fix_row=True)}:{ref(pr.ID, row)})"
    found = {
        pr.WEIGHT: f"=INDEX({names.NATIVE_WEIGHTS},{place})",
        pr.POSSIBLE: f"={weight}*{pr.highest(plan)}",
    }
    for k in range(plan.capacity):
        verdict = f"{INDICADORES}!{ref(plan.verdict_column(k), at)}"
        counted = ref(pr.period_column(k), pr.COUNTED, fix_row=True)
        given = f'({verdict}="{MEETS}")*{weight}*{pr.highest(plan)}/{counted}'
        found[pr.period_column(k)] = f'=IF(ISNUMBER(MATCH({verdict},{_KNOWN},0)),{given},"{NO_POINTS}")'
    verdicts = span(plan.verdict_column(0), at, at, plan.verdict_column(plan.capacity - 1))
    verdict = ref(chosen, row, fix_column=True)
    score, met, counted = (pr.fixed(chosen, line) for line in (pr.NATIVE_SCORE, pr.MET, pr.COUNTED))
    joins = f"{weight}*ISNA(MATCH({verdict},{_KNOWN},0))*(1-{pr.counts(plan)})"
    then = ref(pr.then_column(plan), row)
    found[chosen] = f"=INDEX({INDICADORES}!{verdicts},{names.DECISION_POSITION})"
    found[pr.gain_column(plan)] = (
        f'=({verdict}<>"{MEETS}")*(({met}+{weight})/({counted}+{joins})*{pr.highest(plan)}-{score})'
    )
    found[pr.then_column(plan)] = "=" + pr.rating_of(plan, f"{score}+{ref(pr.gain_column(plan), row)}")
    found[pr.change_column(plan)] = f'=IF({then}={pr.fixed(chosen, pr.NATIVE_RATING)},"{EQUAL}","{BETTER}")'
    return found


def _basis_formulas(plan: Plan) -> Cells:
    first, row = pr.policy_first_row(plan), pr.policy_row(plan)
    keys, words, numbers = (span(column, first, row - 1) for column in (pr.ID, pr.TITLE, pr.WEIGHT))
    weights = names.NATIVE_WEIGHTS
    which = f"MATCH({_policy(plan)},{keys},0)"
    bands = range(pr.band_first_row(plan), pr.band_last_row(plan) + 1)
    rating = pr.fixed(pr.verdict_column(plan), pr.NATIVE_RATING)
    return {
        (row, pr.ID): f"=IFERROR(INDEX({keys},MATCH(TRIM({names.POLICY}),{keys},0)),{pr.fixed(pr.ID, first)})",
        (row, pr.TITLE): f"=INDEX({words},{which})",
        (row, pr.WEIGHT): f"=INDEX({numbers},{which})",
        (pr.POLICY_TEXT_ROW, 1): (
            f'=IF(ISNUMBER({pr.fixed(pr.WEIGHT, pr.total_row(plan))}),"{POLICY_TEXT[0]}"&{_policy(plan)}'
            f'&"{POLICY_TEXT[1]}"&{pr.fixed(pr.TITLE, row)}&"{POLICY_TEXT[2]}","{NO_WEIGHTS}")'
        ),
        (pr.total_row(plan), pr.WEIGHT): f'=IF(COUNT({weights})>0,SUMIF({weights},">0"),NA())',
        **{(band, pr.TITLE): f'=IFERROR(IF({ref(pr.ID, band)}={rating},"{HERE}",""),"")' for band in bands},
    }


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show."""
    state, view = view.state, as_copy(view)
    plan, k = view.plan, view.decision_column
    cells = {**header_results(view, pr.FIRST_PERIOD), **header_results(view, pr.FIRST_PERIOD, pr.TABLE_HEADER)}
    for column in range(plan.capacity):
        cells.update({(row, pr.period_column(column)): value for row, value in _period_results(view, column).items()})
    chosen = pr.verdict_column(plan)
    shown = {} if k is None else _period_results(view, k)
    for row in (pr.NATIVE_SCORE, pr.NATIVE_RATING, pr.COVERAGE, pr.MET, pr.COUNTED):
        cells[(row, chosen)] = shown.get(row, NOT_AVAILABLE)
    cells[(HEADER_ROW, chosen)] = NOT_AVAILABLE if k is None else view.headers[k]
    for key, row in pr.rows(plan).items():
        cells.update({(row, column): value for column, value in _indicator_results(view, key).items()})
    for first, last in pr.areas(plan).values():
        for column in pr.subtotal_columns(plan):
            numbers = [v for r in range(first, last + 1) if isinstance(v := cells[(r, column)], float)]
            cells[(first - 1, column)] = math.fsum(numbers) if numbers else NOT_AVAILABLE
    cells.update(_basis_results(view, shown.get(pr.NATIVE_RATING)))
    return common.light(settled(plan, cells), state)


def _period_results(view: View, k: int) -> dict[int, object]:
    score, own = view.score(k), sealed(view).score(k)
    used = view.columns[k] is not None
    blank: object = "" if not used else NOT_AVAILABLE
    addin: object = "" if not used else PlainText(NOT_AVAILABLE)
    if score is None or own is None:
        label = f"{_period_text(view, k)} · sin puntaje" if used else ""
        none = dict.fromkeys((pr.NATIVE_SCORE, pr.NATIVE_RATING, pr.COVERAGE, pr.MET, pr.COUNTED), NOT_AVAILABLE)
        return {**none, pr.SCORE: addin, pr.RATING: addin, pr.DIFFERENCE: blank, pr.SAME_RATING: blank, pr.LABEL: label}
    both = None if own.value is None or score.value is None else own.value - score.value
    met = math.fsum(t.weight for t in score.terms if t.meets) / _total(score)
    return {
        pr.SCORE: addin if own.value is None else own.value,
        pr.RATING: addin if own.value is None else own.rating,
        pr.NATIVE_SCORE: NOT_AVAILABLE if score.value is None else score.value,
        pr.NATIVE_RATING: NOT_AVAILABLE if score.value is None else score.rating,
        pr.DIFFERENCE: blank if both is None else both,
        pr.SAME_RATING: blank if both is None else "✔" if own.rating == score.rating else "✖",
        pr.COVERAGE: score.coverage,
        pr.MET: met,
        pr.COUNTED: 1.0 if score.policy == AS_FAILED else score.coverage,
        pr.LABEL: f"{_period_text(view, k)} · {score.rating or 'sin puntaje'}",
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
        pr.WEIGHT: NOT_AVAILABLE if weight is None else weight,
        pr.POSSIBLE: NOT_AVAILABLE if weight is None else weight * load_scale().bands[0].upper,
    }
    for k in range(plan.capacity):
        judged = view.verdict_cell(key, k) in (MEETS, FAILS)
        term = _term(view, key, k)
        found[pr.period_column(k)] = NO_POINTS if not judged else NOT_AVAILABLE if term is None else term.points
    term = None if chosen is None else _term(view, key, chosen)
    score = None if chosen is None else view.score(chosen)
    found[pr.verdict_column(plan)] = NOT_AVAILABLE if chosen is None else view.verdict_cell(key, chosen)
    if term is None or score is None or term.gain is None:
        later = (pr.gain_column(plan), pr.then_column(plan), pr.change_column(plan))
        return {**found, **dict.fromkeys(later, NOT_AVAILABLE)}
    found[pr.gain_column(plan)] = term.gain
    found[pr.then_column(plan)] = term.rating_if_met
    found[pr.change_column(plan)] = EQUAL if term.rating_if_met == score.rating else BETTER
    return found


def _term(view: View, key: str, k: int) -> Term | None:
    score = view.score(k)
    return None if score is None else next((t for t in score.terms if t.indicator == key), None)


def _basis_results(view: View, rating: object) -> Cells:
    plan, hierarchy, policy = view.plan, view.rating.hierarchy, view.rating.inputs.policy
    row = pr.policy_row(plan)
    bands = enumerate(load_scale().bands, pr.band_first_row(plan))
    return {
        (row, pr.ID): policy,
        (row, pr.TITLE): POLICIES[policy],
        (row, pr.WEIGHT): int(policy == AS_FAILED),
        (pr.POLICY_TEXT_ROW, 1): (
            f"{POLICY_TEXT[0]}{policy}{POLICY_TEXT[1]}{POLICIES[policy]}{POLICY_TEXT[2]}" if hierarchy else NO_WEIGHTS
        ),
        (pr.total_row(plan), pr.WEIGHT): math.fsum(hierarchy.global_weights.values()) if hierarchy else NOT_AVAILABLE,
        **{(at, pr.TITLE): HERE if band.rating == rating else "" for at, band in bands},
    }


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and charts."""
    calificacion_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))


def defined(plan: Plan) -> dict[str, str]:
    """Native score, rating and coverage by period."""
    found = {names.SCORES: pr.NATIVE_SCORE, names.RATINGS: pr.NATIVE_RATING, names.COVERAGE: pr.COVERAGE}
    return {name: pr.there(pr.across(plan, row)) for name, row in found.items()}
