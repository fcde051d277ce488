"""Informe: the year that is reported, on A4 pages: marks, lights, what moved most, analysis, plan and activities."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import Light
from xl_perlas.social.thresholds import Category
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common, inicio
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import ACTIVIDADES, ANALYSIS, INDICADORES, INFORME, INICIO, SocialPlan
from xl_perlas.workbook.social.sheets import actividades, comparacion, informe_look, mejora, resultados
from xl_perlas.workbook.social.sheets.informe_look import (
    ACTIVITY,
    FACT,
    LIGHT,
    MOVE,
    PLAN,
    PRINCIPLE,
    ROOM,
    SENTENCE,
    URGENT,
)
from xl_perlas.workbook.social.sheets.looks import BEFORE, NOW, chosen
from xl_perlas.workbook.social.sheets.report_plan import COLUMNS, MOVES, URGENT_ROWS, Layout, layout, sentence_rows
from xl_perlas.workbook.social.view import LIGHTS, SocialView

NAME = INFORME
_FACTS = (inicio.PROFILE, inicio.PROGRAM, inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL)
#: Columns of the list of Plan de mejora that the report repeats.
_LISTED = {"id": mejora.L_ID, "name": mejora.L_NAME, "who": mejora.L_WHO, "when": mejora.L_WHEN, "how": mejora.L_HOW}
_IN_WORDS = {Light.GREEN: "en verde", Light.AMBER: "en amarillo", Light.RED: "en rojo", Light.NONE: "sin nota"}


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Everything is brought from other sheets, which compute it."""
    at = layout(plan)
    cells: Cells = {
        (at.head, 1): f'={names.ENTITY}&""', (at.head, 9): chosen(plan, NOW), (at.head, 11): chosen(plan, BEFORE),
        **_principle_formulas(plan, at), **_light_formulas(plan, at), **_move_formulas(plan, at),
        **_plan_formulas(plan, at), **_activity_formulas(plan, at),
    }  # fmt: skip
    for key, row in sentence_rows(plan).items():
        cells[(row, SENTENCE["light"][0])] = f"={comparacion.cell(plan, comparacion.LIGHT_NOW, key)}"
        there = f"{INDICADORES}!{ref(plan.column(ANALYSIS), plan.indicator_rows[key])}"
        cells[(row, SENTENCE["text"][0])] = f'={there}&""'
    for i, row in enumerate(_FACTS):
        cells[(at.sources + 1 + i, FACT)] = f'={INICIO}!{ref(inicio.VALUE, row)}&""'
    return common.light(cells)


def _principle_formulas(plan: SocialPlan, at: Layout) -> Cells:
    start = resultados.before_column(plan)
    cells: Cells = {
        (at.principles + 1, PRINCIPLE["before"][0]): chosen(plan, BEFORE),
        (at.principles + 1, PRINCIPLE["now"][0]): chosen(plan, NOW),
    }
    rows = [*resultados.principle_rows(plan).values(), resultados.total_row(plan)]
    for i, there in enumerate(rows):
        for j, part in enumerate(("before", "now", "change", "light")):
            cells[(at.principles + 2 + i, PRINCIPLE[part][0])] = f"={resultados.there(plan, start + j, there)}"
    return cells


def _light_formulas(plan: SocialPlan, at: Layout) -> Cells:
    start, header = resultados.before_column(plan), resultados.light_header(plan)
    cells: Cells = {}
    for j, part in enumerate(("before", "now", "before_share", "now_share")):
        for i in range(len(LIGHTS) + 2):
            cells[(at.lights + 1 + i, LIGHT[part][0])] = f"={resultados.there(plan, start + j, header + i)}"
    return cells


def _move_formulas(plan: SocialPlan, at: Layout) -> Cells:
    """The indicators whose marks moved most, of each side."""
    cells: Cells = {}
    ids, titles = (comparacion.column_span(plan, c) for c in (comparacion.ID, comparacion.TITLE))
    for top, score in ((at.better, comparacion.GAIN), (at.worse, comparacion.LOSS)):
        scores = comparacion.column_span(plan, score)
        for i in range(MOVES):
            row = top + 2 + i
            found = f"MATCH(LARGE({scores},{i + 1}),{scores},0)"
            sources = {"id": ids, "name": titles, "before": comparacion.column_span(plan, comparacion.MARK_BEFORE),
                       "now": comparacion.column_span(plan, comparacion.MARK_NOW)}  # fmt: skip
            for part, source in sources.items():
                cells[(row, MOVE[part][0])] = f'=IFERROR(INDEX({source},{found}),"")'
            now, before = (ref(MOVE[part][0], row) for part in ("now", "before"))
            cells[(row, MOVE["gain"][0])] = f'=IFERROR({now}-{before},"")'
    return cells


def _plan_formulas(plan: SocialPlan, at: Layout) -> Cells:
    cells: Cells = {
        (at.plan + 1, PLAN["before"][0]): chosen(plan, BEFORE), (at.plan + 1, PLAN["now"][0]): chosen(plan, NOW),
    }  # fmt: skip
    parts = {"before": mejora.SUM_BEFORE, "now": mejora.SUM_NOW, "came": mejora.SUM_ENTERED, "left": mejora.SUM_LEFT,
             "stayed": mejora.SUM_STAYED, "share": mejora.SUM_SHARE}  # fmt: skip
    for i, there in enumerate(mejora.summary_rows(plan).values()):
        for part, column in parts.items():
            cells[(at.plan + 2 + i, PLAN[part][0])] = f"={mejora.there(column, there)}"
    urgent = mejora.there(mejora.SUM_NOW, mejora.summary_rows(plan)[Category.URGENT])
    for i in range(URGENT_ROWS):
        there = mejora.listed_span(plan)[0] + i
        for part, column in _LISTED.items():
            cells[(at.urgent + 2 + i, URGENT[part][0])] = f'=IF({i}<{urgent},{mejora.there(column, there)},"")'
    return cells


def _activity_formulas(plan: SocialPlan, at: Layout) -> Cells:
    parts = {"count": plan.activity_principle, "people": plan.activity_people, "budget": plan.activity_budget,
             "spent": plan.activity_spent, "share": plan.activity_share}  # fmt: skip
    return {
        (at.activities + 2 + i, ACTIVITY[part][0]): f"={ACTIVIDADES}!{ref(column, there)}"
        for i, there in enumerate(actividades.summary_rows(plan).values()) for part, column in parts.items()
    }  # fmt: skip


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show, and a sentence about each principle."""
    plan, at = view.plan, layout(view.plan)
    before, now = view.head(view.before), view.head(view.now)
    cells: Cells = {(at.head, 1): view.book.entity, (at.head, 9): now, (at.head, 11): before}
    start, shown = resultados.before_column(plan), resultados.results(view)
    cells[(at.principles + 1, PRINCIPLE["before"][0])], cells[(at.principles + 1, PRINCIPLE["now"][0])] = before, now
    rows = [*resultados.principle_rows(plan).values(), resultados.total_row(plan)]
    for i, there in enumerate(rows):
        for j, part in enumerate(("before", "now", "change", "light")):
            cells[(at.principles + 2 + i, PRINCIPLE[part][0])] = shown[(there, start + j)]
    for j, part in enumerate(("before", "now", "before_share", "now_share")):
        for i in range(len(LIGHTS) + 2):
            cells[(at.lights + 1 + i, LIGHT[part][0])] = shown[(resultados.light_header(plan) + i, start + j)]
    cells |= {**_move_results(view, at), **_plan_results(view, at), **_sentence_results(view)}
    own = actividades.results(view)
    parts = {"count": plan.activity_principle, "people": plan.activity_people, "budget": plan.activity_budget,
             "spent": plan.activity_spent, "share": plan.activity_share}  # fmt: skip
    for i, there in enumerate(actividades.summary_rows(plan).values()):
        cells |= {(at.activities + 2 + i, ACTIVITY[p][0]): own[(there, column)] for p, column in parts.items()}
    return common.light(cells, view.state)


def facts(plan: SocialPlan) -> dict[str, int]:
    """Cells that repeat what Inicio says of the workbook, and the row of each there: no view knows the seal."""
    return {ref(FACT, layout(plan).sources + 1 + i): row for i, row in enumerate(_FACTS)}


def _move_results(view: SocialView, at: Layout) -> Cells:
    shown, rows, cells = comparacion.results(view), comparacion.rows(view.plan), Cells()
    for top, score in ((at.better, comparacion.GAIN), (at.worse, comparacion.LOSS)):
        found = [(v, key) for key, row in rows.items() if isinstance(v := shown[(row, score)], float)]
        ordered = [key for _, key in sorted(found, key=lambda pair: -pair[0])]
        for i in range(MOVES):
            texts: tuple[object, ...] = ("",) * 5
            if i < len(ordered):
                key = ordered[i]
                before, now = (shown[(rows[key], c)] for c in (comparacion.MARK_BEFORE, comparacion.MARK_NOW))
                gained = now - before
                texts = (key, view.plan.method.indicators[key].name, before, now, gained)
            for part, text in zip(MOVE, texts, strict=True):
                cells[(top + 2 + i, MOVE[part][0])] = text
    return cells


def _plan_results(view: SocialView, at: Layout) -> Cells:
    plan, shown, cells = view.plan, mejora.results(view), Cells()
    cells[(at.plan + 1, PLAN["before"][0])] = view.head(view.before)
    cells[(at.plan + 1, PLAN["now"][0])] = view.head(view.now)
    rows = mejora.summary_rows(plan)
    columns = (mejora.SUM_BEFORE, mejora.SUM_NOW, mejora.SUM_ENTERED, mejora.SUM_LEFT, mejora.SUM_STAYED,
               mejora.SUM_SHARE)  # fmt: skip
    for i, there in enumerate(rows.values()):
        for part, column in zip(("before", "now", "came", "left", "stayed", "share"), columns, strict=True):
            cells[(at.plan + 2 + i, PLAN[part][0])] = shown[(there, column)]
    urgent = shown[(rows[Category.URGENT], mejora.SUM_NOW)]
    for i in range(URGENT_ROWS):
        there = mejora.listed_span(plan)[0] + i
        for part, column in _LISTED.items():
            cells[(at.urgent + 2 + i, URGENT[part][0])] = shown[(there, column)] if i < urgent else ""
    return cells


def _sentence_results(view: SocialView) -> Cells:
    plan, at, cells = view.plan, layout(view.plan), Cells()
    for key, row in sentence_rows(plan).items():
        found = view.result(key, view.now)
        cells[(row, SENTENCE["light"][0])] = view.light(key, view.now)
        cells[(row, SENTENCE["text"][0])] = "" if found is None else found.analysis
    for principle, row in at.sentences.items():
        cells[(row + 1, 1)] = _about(view, principle)
    return cells


def _about(view: SocialView, principle: str) -> str:
    """A sentence about a principle: its marks, its lights, and how many indicators moved."""
    position = view.position(view.now)
    if position is None:
        return ""
    means = [view.mean(principle, k) for k in (view.now, view.before)]
    said = [f"{mean:.2f}".replace(".", ",") if isinstance(mean, float) else "sin nota" for mean in means]
    counts = view.marks.lights_of(principle, position).counts
    lights = (f"{counts[light]} {word}" for light, word in _IN_WORDS.items())
    shown, row = comparacion.results(view), comparacion.summary_rows(view.plan)[principle]
    better, worse = (shown[(row, comparacion.COUNTED + i)] for i in (0, 1))
    against = f" ({view.label(view.before)}: {said[1]})" if view.before is not None else ""
    moved = f" Mejoraron {better} y empeoraron {worse}." if view.before is not None else ""
    return f"Nota en {view.label(view.now)}: {said[0]}{against}. De {sum(counts.values())} indicadores, " \
           f"{', '.join(lights)}.{moved}"  # fmt: skip


def heights(view: SocialView) -> dict[int, float | None]:
    """Height of each row with texts, by the longest."""
    plan, shown = view.plan, results(view)
    at = layout(plan)
    found: dict[int, float | None] = {}
    for row in sentence_rows(plan).values():
        column, wide = SENTENCE["text"]
        found[row] = common.height([(shown[(row, column)], wide * ROOM)], 15)
    for row in at.sentences.values():
        found[row + 1] = common.height([(shown[(row + 1, 1)], COLUMNS * ROOM * 1.2)], 16)
    tables = [(at.better, MOVES, MOVE, ("name",)), (at.worse, MOVES, MOVE, ("name",)),
              (at.urgent, URGENT_ROWS, URGENT, ("name", "who", "how"))]  # fmt: skip
    for top, count, parts, texts in tables:
        for row in range(top + 2, top + 2 + count):
            found[row] = common.height([(shown[(row, parts[p][0])], parts[p][1] * ROOM) for p in texts], 15)
    return found


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Labels, styles, charts and formulas."""
    informe_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
