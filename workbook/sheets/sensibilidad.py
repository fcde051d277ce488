"""Sensibilidad: how score and rating move with a component's weight, a judgement or a verdict, and what flips them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import Matrix
from xl_perlas.goals import FAILS, MEETS, NO_VERDICT, percent
from xl_perlas.hierarchy import Hierarchy
from xl_perlas.judgements import SCALE, written
from xl_perlas.model import COMPONENTS
from xl_perlas.score import POLICIES, Score, load_scale
from xl_perlas.sensitivity import (
    DOWN,
    ComponentFlip,
    JudgementFlip,
    VerdictFlip,
    component_curve,
    component_flips,
    judgement_curve,
    judgement_flips,
    verdict_flips,
)
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook import plan_sensitivity as ps
from xl_perlas.workbook.judgement_variants import weighed_together
from xl_perlas.workbook.plan import SENSIBILIDAD, VERIFICACION, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import common, sensibilidad_look
from xl_perlas.workbook.sheets.calificacion_look import NO_WEIGHTS
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.problem_list import VALUE as CHECK_VALUE
from xl_perlas.workbook.sheets.verificacion import TOLERANCE_ROW
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = SENSIBILIDAD
CURRENT = "✔ al día: las tablas 2 a 4 parten de este puntaje"
OUTDATED = "▲ recalcule: las tablas 2 a 4 parten de otro puntaje"
NO_SCORE = "▲ sin puntaje: no hay nada que variar"
NO_VERDICTS = "Ningún indicador con peso tiene veredicto en el periodo elegido: no hay puntaje que variar."
NOTHING = "no cambia"
_NONE = "–"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """What is there today, and score, rating and share with verdict for each weight of each component."""
    chosen = pr.verdict_column(plan)
    today = {row: pr.there(pr.fixed(chosen, at)) for row, at in (
        (ps.PERIOD, ps.PERIOD), (ps.SCORE, pr.NATIVE_SCORE), (ps.RATING, pr.NATIVE_RATING))}  # fmt: skip
    cells: Cells = {(row, ps.VALUE): f"={cell}" for row, cell in today.items()}
    cells[(ps.POLICY, ps.VALUE)] = f"={pr.there(pr.fixed(pr.TITLE, pr.policy_row(plan)))}"
    cells[(ps.CALCULATED, ps.STATE)] = _state_formula()
    for component in ps.components(plan):
        cells.update(_share_formulas(plan, component))
        for j in range(len(ps.STEPS)):
            cells.update(_step_formulas(plan, component, j))
    ratings, limits = (pr.there(span(c, pr.band_first_row(plan), pr.band_last_row(plan))) for c in (pr.ID, pr.WEIGHT))
    ends = pr.there(span(pr.POSSIBLE, pr.band_first_row(plan), pr.band_last_row(plan)))
    which = f"MATCH({ps.value(ps.RATING)},{ratings},0)"
    for j in range(len(ps.STEPS)):
        cells[(ps.lower_row(plan), ps.step_column(j))] = f"=INDEX({limits},{which})"
        cells[(ps.lower_row(plan) + 1, ps.step_column(j))] = f"=INDEX({ends},{which})"
    return common.light(cells)


def _tolerance() -> str:
    return f"{quoted(VERIFICACION)}!{ref(CHECK_VALUE, TOLERANCE_ROW, fix_column=True, fix_row=True)}"


def _state_formula() -> str:
    """Whether the tables without formulas belong to the score of now."""
    period, points = ref(ps.VALUE, ps.CALCULATED), ref(ps.CALCULATED_SCORE, ps.CALCULATED)
    same = f"({period}={ps.value(ps.PERIOD)})*(ABS({points}-{ps.value(ps.SCORE)})<={_tolerance()})"
    return f'=IFERROR(IF({same},"{CURRENT}","{OUTDATED}"),"{NO_SCORE}")'


def _share_formulas(plan: Plan, component: str) -> Cells:
    """Weight of the component, and shares of weight: inside it from its indicators, in the rest by subtraction."""
    row, chosen = ps.score_row(plan, component), pr.verdict_column(plan)
    first, last = pr.areas(plan)[component]
    weights, verdicts = (pr.there(span(column, first, last)) for column in (pr.WEIGHT, chosen))
    own = pr.there(pr.fixed(pr.WEIGHT, first - 1))
    place = f"ROWS({ref(ps.ID, ps.SCORE_SECTION + 2, fix_row=True)}:{ref(ps.ID, row)})"

    def share(*words: str) -> str:
        sums = "+".join(f'SUMIFS({weights},{verdicts},"{word}",{weights},">0")' for word in words)
        return f"=IF(ISNUMBER({names.DECISION_POSITION}),({sums})/{own},NA())"

    def rest(whole: int, inside: int) -> str:
        now = ref(ps.NOW, row)
        return f"=IFERROR(({pr.there(pr.fixed(chosen, whole))}-{now}*{ref(inside, row)})/(1-{now}),NA())"

    return {
        (row, ps.NOW): f"=INDEX({names.COMPONENT_WEIGHTS},{place})",
        (row, ps.MET): share(MEETS),
        (row, ps.JUDGED): share(MEETS, FAILS),
        (row, ps.REST_MET): rest(pr.MET, ps.MET),
        (row, ps.REST_JUDGED): rest(pr.COVERAGE, ps.JUDGED),
    }


def _step_formulas(plan: Plan, component: str, j: int) -> Cells:
    """A mean of the component and the rest, each with its weight; the score is what is met over what counts."""
    column, row = ps.step_column(j), ps.score_row(plan, component)
    weight = ref(column, ps.SCORE_SECTION + 1, fix_row=True)
    judged = ref(column, ps.coverage_row(plan, component))

    def mean(inside: int, rest: int) -> str:
        return f"(1-{weight})*{ref(rest, row, fix_column=True)}+{weight}*{ref(inside, row, fix_column=True)}"

    counted = f"({judged}+{pr.there(pr.counts(plan))}*(1-{judged}))"
    points = f"({mean(ps.MET, ps.REST_MET)})/{counted}*{pr.there(pr.highest(plan))}"
    return {
        (row, column): f"=IF({judged}>{_tolerance()},{points},NA())",
        (ps.rating_row(plan, component), column): "=" + pr.rating_of(plan, ref(column, row), pr.there("")),
        (ps.coverage_row(plan, component), column): "=" + mean(ps.JUDGED, ps.REST_JUDGED),
    }


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show, and the tables of what flips the rating."""
    plan, k = view.plan, view.decision_column
    score = None if k is None else view.score(k)
    known = score is not None and score.value is not None
    band = next((b for b in load_scale().bands if score and b.rating == score.rating), None)
    cells: Cells = {
        (ps.PERIOD, ps.VALUE): NOT_AVAILABLE if k is None else view.headers[k],
        (ps.SCORE, ps.VALUE): score.value if score and known else NOT_AVAILABLE,
        (ps.RATING, ps.VALUE): score.rating if score and known else NOT_AVAILABLE,
        (ps.POLICY, ps.VALUE): POLICIES[view.rating.inputs.policy],
        (ps.CALCULATED, ps.VALUE): None if k is None else view.headers[k],
        (ps.CALCULATED, ps.CALCULATED_SCORE): score.value if score and known else "sin puntaje",
        (ps.CALCULATED, ps.STATE): CURRENT if known else NO_SCORE,
    }
    for j in range(len(ps.STEPS)):
        cells[(ps.lower_row(plan), ps.step_column(j))] = band.lower if band else NOT_AVAILABLE
        cells[(ps.lower_row(plan) + 1, ps.step_column(j))] = band.upper if band else NOT_AVAILABLE
    for component in ps.components(plan):
        cells.update(_component_results(view, component, score))
    cells.update(_tables(view, score))
    return common.light(cells, view.state)


def _component_results(view: View, component: str, score: Score | None) -> Cells:
    plan, hierarchy = view.plan, view.rating.hierarchy
    row = ps.score_row(plan, component)
    shares = (ps.NOW, ps.MET, ps.JUDGED, ps.REST_MET, ps.REST_JUDGED)
    rows = (row, ps.rating_row(plan, component), ps.coverage_row(plan, component))
    cells: Cells = dict.fromkeys(((row, column) for column in shares), NOT_AVAILABLE)
    cells.update({(r, ps.step_column(j)): NOT_AVAILABLE for r in rows for j in range(len(ps.STEPS))})
    if hierarchy is None or component not in hierarchy.components:
        return cells
    now = hierarchy.components[component]
    cells[(row, ps.NOW)] = now
    if score is None:
        return cells
    verdicts = {t.indicator: t.meets for t in score.terms}
    met, judged = _shares(hierarchy, verdicts, component)
    cells.update({(row, ps.MET): met, (row, ps.JUDGED): judged})
    if now == 1:
        return cells
    total = math.fsum(t.weight for t in score.terms)
    all_met = math.fsum(t.weight for t in score.terms if t.meets) / total
    cells[(row, ps.REST_MET)] = (all_met - now * met) / (1 - now)
    cells[(row, ps.REST_JUDGED)] = (score.coverage - now * judged) / (1 - now)
    curve = component_curve(hierarchy, verdicts, component, ps.STEPS, score.policy)
    for j, (_, then) in enumerate(curve):
        shown = (then.value, then.rating, then.coverage)
        for at, value in zip(rows, shown, strict=True):
            cells[(at, ps.step_column(j))] = NOT_AVAILABLE if value is None else value
    return cells


def _shares(hierarchy: Hierarchy, verdicts: Mapping[str, bool | None], component: str) -> tuple[float, float]:
    """Shares of a component's weight that are met, and that have a verdict."""
    local = hierarchy.local[component]
    total = math.fsum(local.values())
    met, judged = (
        math.fsum(weight for key, weight in local.items() if verdicts.get(key) in accepted) / total
        for accepted in ((True,), (True, False))
    )
    return met, judged


def _tables(view: View, score: Score | None) -> Cells:
    """The three lists of what flips the rating, each under what is said of it."""
    plan, hierarchy, inputs = view.plan, view.rating.hierarchy, view.rating.inputs
    sections = (ps.component_section(plan), ps.judgement_section(plan), ps.verdict_section(plan))
    lengths = (2 * len(ps.components(plan)), ps.SHOWN, ps.SHOWN)
    columns = range(ps.ID, ps.LAST + 1)
    cells: Cells = {
        (section + 3 + i, column): None
        for section, length in zip(sections, lengths, strict=True) for i in range(length) for column in columns
    }  # fmt: skip
    if hierarchy is None or score is None or score.value is None:
        cells.update({(section + 1, 1): NO_WEIGHTS if hierarchy is None else NO_VERDICTS for section in sections})
        return cells
    verdicts = {t.indicator: t.meets for t in score.terms}
    moved = component_flips(hierarchy, verdicts, score.policy)
    matrices = weighed_together(inputs.matrices, inputs.method)
    judged = judgement_flips(matrices, verdicts, inputs.method, score.policy)
    changed = verdict_flips(verdicts, hierarchy.global_weights, score.policy)
    cells.update({(section + 1, 1): text for section, text in zip(sections, (
        _said_of_components(moved), _said_of_judgements(judged), _said_of_verdicts(changed, len(verdicts))
    ), strict=True)})  # fmt: skip
    for section, rows in zip(sections, (
        map(_component_row, moved),
        (_judgement_row(view, matrices, verdicts, flip) for flip in judged[: ps.SHOWN]),
        (_verdict_row(view, flip) for flip in changed[: ps.SHOWN]),
    ), strict=True):  # fmt: skip
        cells.update(_listed(section + 3, rows))
    return cells


def _listed(first: int, rows: Iterable[Mapping[int, object]]) -> Cells:
    return {(first + i, column): value for i, row in enumerate(rows) for column, value in row.items()}


# --- what is said of the flips ----------------------------------------------------------------------------------------


def _said_of_components(flips: tuple[ComponentFlip, ...]) -> str:
    first = flips[0]
    if first.weight is None or first.rating is None:
        return "Ningún cambio del peso de un solo componente, de 0 % a 100 %, cambia la calificación."
    beyond = "" if first.included else "menos de " if first.direction == DOWN else "más de "
    return (
        f"El menor cambio: {first.component} · {COMPONENTS[first.component]} {first.direction} de "
        f"{percent(first.weight_now)} a {beyond}{percent(first.weight)}; entonces es {first.rating}."
    )


def _said_of_judgements(flips: tuple[JudgementFlip, ...]) -> str:
    count = sum(flip.steps is not None for flip in flips)
    if not count:
        return "Ningún cambio de un solo juicio, de 1/9 a 9, cambia la calificación."
    first = flips[0]
    return (
        f"{count} de {len(flips)} juicios cambian la calificación por sí solos. El menor cambio: "
        f"{first.row} frente a {first.column}, de {written(first.now)} a {written(first.value or 0)}; "
        f"entonces es {first.rating}."
    )


def _said_of_verdicts(flips: tuple[VerdictFlip, ...], count: int) -> str:
    if not flips:
        return "Ningún cambio de un solo veredicto cambia la calificación."
    first = flips[0]
    known = len({flip.indicator for flip in flips})
    return (
        f"{known} de {count} indicadores con peso cambian la calificación por sí solos. El de menor peso: "
        f"{first.indicator}, {percent(first.weight)}; si {_would(first.changed)}, es {first.rating}."
    )


def _would(meets: bool) -> str:
    return "cumpliera" if meets else "no cumpliera"


def _component_row(flip: ComponentFlip) -> dict[int, object]:
    row: dict[int, object] = {ps.ID: flip.component, ps.NAME: COMPONENTS[flip.component], ps.NOW: flip.weight_now}
    if flip.weight is None:
        end = percent(0 if flip.direction == DOWN else 1)
        nothing = {ps.NEW: _NONE, ps.MOVE: _NONE, ps.THEN_RATING: NOTHING}
        return {**row, **nothing, ps.HOW: f"ni si {flip.direction} hasta {end}"}
    edge = "desde ese peso" if flip.included else "en cuanto lo pasa"
    arrow = "▼" if flip.direction == DOWN else "▲"
    return {
        **row, ps.NEW: flip.weight, ps.MOVE: flip.change, ps.THEN_RATING: flip.rating,
        ps.HOW: f"{arrow} {flip.direction}; {edge}",
    }  # fmt: skip


def _judgement_row(
    view: View, matrices: Mapping[str, Matrix], verdicts: Mapping[str, bool | None], flip: JudgementFlip
) -> dict[int, object]:
    inputs = view.rating.inputs
    curve = judgement_curve(matrices, verdicts, flip.group, flip.row, flip.column, inputs.method, inputs.policy)
    scores = {value: score.value for value, score in curve}
    row: dict[int, object] = {
        ps.ID: flip.group, ps.NAME: f"{flip.row} frente a {flip.column}", ps.NOW: written(flip.now),
        **{ps.step_column(j): scores[value] for j, value in enumerate(SCALE)},
    }  # fmt: skip
    if flip.value is None or flip.steps is None:
        return {**row, ps.NEW: _NONE, ps.MOVE: _NONE, ps.THEN_RATING: NOTHING, ps.THEN_SCORE: _NONE}
    return {
        **row, ps.NEW: written(flip.value), ps.MOVE: f"{flip.steps:+d}".replace("-", "−"), ps.THEN_RATING: flip.rating,
        ps.THEN_SCORE: scores[flip.value],
    }  # fmt: skip


def _verdict_row(view: View, flip: VerdictFlip) -> dict[int, object]:
    words = {True: MEETS, False: FAILS, None: NO_VERDICT}
    return {
        ps.ID: flip.indicator, ps.NAME: view.plan.profile.indicators[flip.indicator].name, ps.NOW: flip.weight,
        ps.NEW: words[flip.meets], ps.MOVE: words[flip.changed], ps.THEN_RATING: flip.rating, ps.THEN_SCORE: flip.value,
    }  # fmt: skip


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and the chart."""
    sensibilidad_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
