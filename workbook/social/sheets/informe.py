"""Informe: the year that is reported, on A4 pages: marks, lights, what moved most, analysis, plan and activities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import Light
from xl_perlas.social.thresholds import Category
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common, inicio
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import ACTIVIDADES, ANALYSIS, INDICADORES, INFORME, INICIO, SocialPlan
from xl_perlas.workbook.social.sheets import actividades, charts, comparacion, mejora, resultados
from xl_perlas.workbook.social.sheets.looks import BEFORE, NOW, block, chosen, light_rules
from xl_perlas.workbook.social.sheets.report_plan import (
    COLUMNS,
    MOVES,
    URGENT,
    WIDTH,
    Layout,
    Part,
    layout,
    sentence_rows,
)
from xl_perlas.workbook.social.view import LIGHTS, SocialView
from xl_perlas.workbook.styles import FONT, MUTED, style

NAME = INFORME
#: Column of the facts of the last section; their labels stand before it.
_FACT = 4
_FACTS = (inicio.PROFILE, inicio.PROGRAM, inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL)
_FACT_LABELS = ("Método", "Programa", "Último recálculo", "Huella de las entradas", "Huella de los resultados")
_SIGNATURES = ("Elaborado por", "Revisado por", "Fecha")
_PRINCIPLE: Mapping[str, Part] = {
    "id": (1, 1), "name": (2, 6), "before": (8, 1), "now": (9, 1), "change": (10, 1), "light": (11, 2),
}  # fmt: skip
_LIGHT: Mapping[str, Part] = {
    "name": (1, 4), "before": (5, 2), "now": (7, 2), "before_share": (9, 2), "now_share": (11, 2),
}  # fmt: skip
_MOVE: Mapping[str, Part] = {"id": (1, 1), "name": (2, 7), "before": (9, 1), "now": (10, 1), "gain": (11, 2)}
_SENTENCE: Mapping[str, Part] = {"id": (1, 1), "light": (2, 2), "text": (4, 9)}
_PLAN: Mapping[str, Part] = {"name": (1, 3), "ask": (4, 3), "before": (7, 1), "now": (8, 1), "came": (9, 1),
                             "left": (10, 1), "stayed": (11, 1), "share": (12, 1)}  # fmt: skip
_URGENT: Mapping[str, Part] = {"id": (1, 1), "name": (2, 5), "who": (7, 2), "when": (9, 1), "how": (10, 3)}
_ACTIVITY: Mapping[str, Part] = {"id": (1, 1), "name": (2, 5), "count": (7, 1), "people": (8, 1), "budget": (9, 2),
                                 "spent": (11, 1), "share": (12, 1)}  # fmt: skip
#: Columns of the list of Plan de mejora that the report repeats.
_LISTED = {"id": mejora.L_ID, "name": mejora.L_NAME, "who": mejora.L_WHO, "when": mejora.L_WHEN, "how": mejora.L_HOW}
_IN_WORDS = {Light.GREEN: "en verde", Light.AMBER: "en amarillo", Light.RED: "en rojo", Light.NONE: "sin nota"}
_ROOM = WIDTH * 1.15


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
        cells[(row, _SENTENCE["light"][0])] = f"={comparacion.cell(plan, comparacion.LIGHT_NOW, key)}"
        there = f"{INDICADORES}!{ref(plan.column(ANALYSIS), plan.indicator_rows[key])}"
        cells[(row, _SENTENCE["text"][0])] = f'={there}&""'
    for i, row in enumerate(_FACTS):
        cells[(at.sources + 1 + i, _FACT)] = f'={INICIO}!{ref(inicio.VALUE, row)}&""'
    return common.light(cells)


def _principle_formulas(plan: SocialPlan, at: Layout) -> Cells:
    start = resultados.before_column(plan)
    cells: Cells = {
        (at.principles + 1, _PRINCIPLE["before"][0]): chosen(plan, BEFORE),
        (at.principles + 1, _PRINCIPLE["now"][0]): chosen(plan, NOW),
    }
    rows = [*resultados.principle_rows(plan).values(), resultados.total_row(plan)]
    for i, there in enumerate(rows):
        for j, part in enumerate(("before", "now", "change", "light")):
            cells[(at.principles + 2 + i, _PRINCIPLE[part][0])] = f"={resultados.there(plan, start + j, there)}"
    return cells


def _light_formulas(plan: SocialPlan, at: Layout) -> Cells:
    start, header = resultados.before_column(plan), resultados.light_header(plan)
    cells: Cells = {}
    for j, part in enumerate(("before", "now", "before_share", "now_share")):
        for i in range(len(LIGHTS) + 2):
            cells[(at.lights + 1 + i, _LIGHT[part][0])] = f"={resultados.there(plan, start + j, header + i)}"
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
                cells[(row, _MOVE[part][0])] = f'=IFERROR(INDEX({source},{found}),"")'
            now, before = (ref(_MOVE[part][0], row) for part in ("now", "before"))
            cells[(row, _MOVE["gain"][0])] = f'=IFERROR({now}-{before},"")'
    return cells


def _plan_formulas(plan: SocialPlan, at: Layout) -> Cells:
    cells: Cells = {
        (at.plan + 1, _PLAN["before"][0]): chosen(plan, BEFORE), (at.plan + 1, _PLAN["now"][0]): chosen(plan, NOW),
    }  # fmt: skip
    parts = {"before": mejora.SUM_BEFORE, "now": mejora.SUM_NOW, "came": mejora.SUM_ENTERED, "left": mejora.SUM_LEFT,
             "stayed": mejora.SUM_STAYED, "share": mejora.SUM_SHARE}  # fmt: skip
    for i, there in enumerate(mejora.summary_rows(plan).values()):
        for part, column in parts.items():
            cells[(at.plan + 2 + i, _PLAN[part][0])] = f"={mejora.there(column, there)}"
    urgent = mejora.there(mejora.SUM_NOW, mejora.summary_rows(plan)[Category.URGENT])
    for i in range(URGENT):
        there = mejora.listed_span(plan)[0] + i
        for part, column in _LISTED.items():
            cells[(at.urgent + 2 + i, _URGENT[part][0])] = f'=IF({i}<{urgent},{mejora.there(column, there)},"")'
    return cells


def _activity_formulas(plan: SocialPlan, at: Layout) -> Cells:
    parts = {"count": plan.activity_principle, "people": plan.activity_people, "budget": plan.activity_budget,
             "spent": plan.activity_spent, "share": plan.activity_share}  # fmt: skip
    return {
        (at.activities + 2 + i, _ACTIVITY[part][0]): f"={ACTIVIDADES}!{ref(column, there)}"
        for i, there in enumerate(actividades.summary_rows(plan).values()) for part, column in parts.items()
    }  # fmt: skip


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show, and a sentence about each principle."""
    plan, at = view.plan, layout(view.plan)
    before, now = view.head(view.before), view.head(view.now)
    cells: Cells = {(at.head, 1): view.book.entity, (at.head, 9): now, (at.head, 11): before}
    start, shown = resultados.before_column(plan), resultados.results(view)
    cells[(at.principles + 1, _PRINCIPLE["before"][0])], cells[(at.principles + 1, _PRINCIPLE["now"][0])] = before, now
    rows = [*resultados.principle_rows(plan).values(), resultados.total_row(plan)]
    for i, there in enumerate(rows):
        for j, part in enumerate(("before", "now", "change", "light")):
            cells[(at.principles + 2 + i, _PRINCIPLE[part][0])] = shown[(there, start + j)]
    for j, part in enumerate(("before", "now", "before_share", "now_share")):
        for i in range(len(LIGHTS) + 2):
            cells[(at.lights + 1 + i, _LIGHT[part][0])] = shown[(resultados.light_header(plan) + i, start + j)]
    cells |= {**_move_results(view, at), **_plan_results(view, at), **_sentence_results(view)}
    own = actividades.results(view)
    parts = {"count": plan.activity_principle, "people": plan.activity_people, "budget": plan.activity_budget,
             "spent": plan.activity_spent, "share": plan.activity_share}  # fmt: skip
    for i, there in enumerate(actividades.summary_rows(plan).values()):
        cells |= {(at.activities + 2 + i, _ACTIVITY[p][0]): own[(there, column)] for p, column in parts.items()}
    return common.light(cells, view.state)


def facts(plan: SocialPlan) -> dict[str, int]:
    """Cells that repeat what Inicio says of the workbook, and the row of each there: no view knows the seal."""
    return {ref(_FACT, layout(plan).sources + 1 + i): row for i, row in enumerate(_FACTS)}


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
                gained = now - before  # type: ignore[operator]
                texts = (key, view.plan.method.indicators[key].name, before, now, gained)
            for part, text in zip(_MOVE, texts, strict=True):
                cells[(top + 2 + i, _MOVE[part][0])] = text
    return cells


def _plan_results(view: SocialView, at: Layout) -> Cells:
    plan, shown, cells = view.plan, mejora.results(view), Cells()
    cells[(at.plan + 1, _PLAN["before"][0])] = view.head(view.before)
    cells[(at.plan + 1, _PLAN["now"][0])] = view.head(view.now)
    rows = mejora.summary_rows(plan)
    columns = (mejora.SUM_BEFORE, mejora.SUM_NOW, mejora.SUM_ENTERED, mejora.SUM_LEFT, mejora.SUM_STAYED,
               mejora.SUM_SHARE)  # fmt: skip
    for i, there in enumerate(rows.values()):
        for part, column in zip(("before", "now", "came", "left", "stayed", "share"), columns, strict=True):
            cells[(at.plan + 2 + i, _PLAN[part][0])] = shown[(there, column)]
    urgent = shown[(rows[Category.URGENT], mejora.SUM_NOW)]
    for i in range(URGENT):
        there = mejora.listed_span(plan)[0] + i
        for part, column in _LISTED.items():
            cells[(at.urgent + 2 + i, _URGENT[part][0])] = shown[(there, column)] if i < urgent else ""
    return cells


def _sentence_results(view: SocialView) -> Cells:
    plan, at, cells = view.plan, layout(view.plan), Cells()
    for key, row in sentence_rows(plan).items():
        found = view.result(key, view.now)
        cells[(row, _SENTENCE["light"][0])] = view.light(key, view.now)
        cells[(row, _SENTENCE["text"][0])] = "" if found is None else found.analysis
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
        column, wide = _SENTENCE["text"]
        found[row] = common.height([(shown[(row, column)], wide * _ROOM)], 15)
    for row in at.sentences.values():
        found[row + 1] = common.height([(shown[(row + 1, 1)], COLUMNS * _ROOM * 1.2)], 16)
    tables = [(at.better, MOVES, _MOVE, ("name",)), (at.worse, MOVES, _MOVE, ("name",)),
              (at.urgent, URGENT, _URGENT, ("name", "who", "how"))]  # fmt: skip
    for top, count, parts, texts in tables:
        for row in range(top + 2, top + 2 + count):
            found[row] = common.height([(shown[(row, parts[p][0])], parts[p][1] * _ROOM) for p in texts], 15)
    return found


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Title, tables and charts."""
    common.start(
        sheet, "resultados", f"Informe · {plan.method.name}",
        "El año que se informa, para imprimir: cada cifra está también en la hoja de donde viene.", light_to="F3",
    )  # fmt: skip
    at = layout(plan)
    _head(sheet, at.head)
    _principles(sheet, plan, at)
    _lights(sheet, at)
    _moves(sheet, at)
    _sentences(sheet, plan, at)
    _plan(sheet, plan, at)
    _activities(sheet, plan, at)
    _sources(sheet, at.sources)
    common.widths(sheet, dict.fromkeys(range(1, COLUMNS + 1), WIDTH))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, landscape=False, repeat_rows="1:1")
    for row in (at.better, min(at.sentences.values()) - 1, at.plan):
        sheet.row_breaks.append(Break(id=row - 1))
    sheet.print_area = f"A1:{ref(COLUMNS, at.last)}"


def _spread(sheet: Worksheet, row: int, part: Part, value: object, look: str) -> None:
    """A value across the columns of its part."""
    column, wide = part
    for c in range(column, column + wide):
        common.put(sheet, row, c, None, look)
    if wide > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + wide - 1)
    sheet.cell(row, column).value = value  # type: ignore[assignment]


def _section(sheet: Worksheet, row: int, text: str, parts: Mapping[str, Part], headings: Mapping[str, str]) -> None:
    common.section(sheet, row, text, COLUMNS)
    for part, label in headings.items():
        _spread(sheet, row + 1, parts[part], label, "xlp_encabezado_resultados")
        if not label:
            sheet.cell(row + 1, parts[part][0]).number_format = common.PERIOD_FORMAT
    sheet.row_dimensions[row + 1].height = 18


def _table(sheet: Worksheet, row: int, parts: Mapping[str, Part], looks: Mapping[str, tuple[str, str]],
           texts: Mapping[str, object] | None = None, number_format: Mapping[str, str] | None = None) -> None:
    """A row of a table: kind and unit of each part, and the labels it begins with."""
    for part, (kind, unit) in looks.items():
        unit_look = "" if unit in ("", "n") else unit
        _spread(sheet, row, parts[part], (texts or {}).get(part), style(kind, unit_look))
        if unit == "n":
            sheet.cell(row, parts[part][0]).number_format = "#,##0"
        if number_format and part in number_format:
            sheet.cell(row, parts[part][0]).number_format = number_format[part]


def _head(sheet: Worksheet, row: int) -> None:
    for column, label in ((1, "Entidad"), (9, "Año que se informa"), (11, "Se compara con")):
        common.put(sheet, row - 1, column, label, "xlp_proposito")
    for part in ((1, 8), (9, 2), (11, 2)):
        _spread(sheet, row, part, None, style("resultado"))
        cell: Any = sheet.cell(row, part[0])
        cell.font = Font(name=FONT, size=13, bold=True)
        cell.alignment = Alignment(horizontal="left", vertical="center")
        cell.number_format = common.PERIOD_FORMAT
    sheet.row_dimensions[row].height = 24


def _principles(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    headings = {"id": "Id", "name": "Principio", "before": "", "now": "", "change": "Cambio", "light": "Luz"}
    _section(sheet, at.principles, "Nota de cada principio, de 0 a 10", _PRINCIPLE, headings)
    named = [*((key, one.name) for key, one in plan.method.principles.items()), (None, "Total")]
    for i, (key, name) in enumerate(named):
        row = at.principles + 2 + i
        kind = "rotulo" if key else "resultado"
        looks = {"id": (kind, "texto"), "name": (kind, ""), "before": ("calculo", "veces"),
                 "now": ("resultado", "veces"), "change": ("resultado", "veces"), "light": ("resultado", "texto")}
        _table(sheet, row, _PRINCIPLE, looks, {"id": key, "name": name}, {"change": "+0.00;-0.00;0.00"})
        common.fit_height(sheet, row, [(name, 6 * _ROOM)], 18)
    first, last = at.principles + 2, at.principles + 1 + len(named)
    light = _PRINCIPLE["light"][0]
    light_rules(sheet, block(first, light, last, light + 1), ref(light, first, fix_column=True))
    source = sheet.parent[resultados.NAME]  # type: ignore[index]
    sheet.add_chart(charts.principle_bars(source, plan, 11.2, 8.0), ref(1, at.charts))
    sheet.add_chart(charts.principle_radar(source, plan, 8.2, 8.0), ref(8, at.charts))


def _lights(sheet: Worksheet, at: Layout) -> None:
    headings = {"name": "Luz", "before": "", "now": "", "before_share": "", "now_share": ""}
    _section(sheet, at.lights, "Luces de todos los indicadores: cuántas hay, y qué parte son", _LIGHT, headings)
    for i, word in enumerate([*(LIGHTS[light] for light in resultados.ORDER), "Todos"]):
        looks = {"name": ("rotulo", ""), "before": ("calculo", "n"), "now": ("resultado", "n"),
                 "before_share": ("calculo", "%"), "now_share": ("resultado", "%")}  # fmt: skip
        _table(sheet, at.lights + 2 + i, _LIGHT, looks, {"name": word})
    first = at.lights + 2
    light_rules(sheet, block(first, 1, first + 3, 4), ref(1, first, fix_column=True))


def _moves(sheet: Worksheet, at: Layout) -> None:
    titles = {at.better: "Los diez indicadores cuya nota más mejoró", at.worse: "Los diez cuya nota más empeoró"}
    headings = {"id": "Id", "name": "Indicador", "before": "Antes", "now": "Ahora", "gain": "Cambio de la nota"}
    for top, title in titles.items():
        _section(sheet, top, title, _MOVE, headings)
        for i in range(MOVES):
            looks = {"id": ("rotulo", "texto"), "name": ("rotulo", ""), "before": ("calculo", "veces"),
                     "now": ("resultado", "veces"), "gain": ("resultado", "veces")}  # fmt: skip
            _table(sheet, top + 2 + i, _MOVE, looks, None, {"gain": "▲ +0.00;▼ -0.00;0.00"})


def _sentences(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    title = min(at.sentences.values()) - 1
    common.put(sheet, title, 1, "Análisis de cada principio", "xlp_titulo")
    sheet.row_dimensions[title].height = 26
    for key, row in at.sentences.items():
        common.section(sheet, row, f"{key} · {plan.method.principles[key].name}", COLUMNS)
        _spread(sheet, row + 1, (1, COLUMNS), None, "xlp_texto_libre")
    for key, row in sentence_rows(plan).items():
        looks = {"id": ("rotulo", "texto"), "light": ("resultado", "texto"), "text": ("rotulo", "")}
        _table(sheet, row, _SENTENCE, looks, {"id": key})
        sheet.cell(row, _SENTENCE["light"][0]).alignment = Alignment(horizontal="center", vertical="center")
        sheet.cell(row, _SENTENCE["text"][0]).alignment = Alignment(indent=1, vertical="center", wrap_text=True)
    rows = sentence_rows(plan).values()
    light, first = _SENTENCE["light"][0], min(rows)
    light_rules(sheet, block(first, light, max(rows), light + 1), ref(light, first, fix_column=True))


def _plan(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    headings = {"name": "Categoría", "ask": "Qué pide", "before": "", "now": "", "came": "Entran", "left": "Salen",
                "stayed": "Siguen", "share": "Parte"}  # fmt: skip
    _section(sheet, at.plan, "Plan de mejora: indicadores de cada categoría", _PLAN, headings)
    for i, category in enumerate(mejora.summary_rows(plan)):
        rule = mejora.rules(plan)[category]
        counts = dict.fromkeys(("before", "now", "came", "left", "stayed"), ("resultado", "n"))
        looks = {"name": ("rotulo", ""), "ask": ("rotulo", ""), **counts, "share": ("resultado", "%")}
        _table(sheet, at.plan + 2 + i, _PLAN, looks, {"name": rule.name, "ask": rule.strategy}, {"share": "0%"})
    headings = {"id": "Id", "name": "Indicador", "who": "Responsable", "when": "Fecha", "how": "Seguimiento"}
    _section(sheet, at.urgent, f"Lo urgente: los primeros {URGENT} (todos, en Plan de mejora)", _URGENT, headings)
    for i in range(URGENT):
        looks = {"id": ("rotulo", "texto"), "name": ("rotulo", ""), "who": ("rotulo", ""), "when": ("rotulo", ""),
                 "how": ("rotulo", "")}  # fmt: skip
        _table(sheet, at.urgent + 2 + i, _URGENT, looks, None, {"when": "dd/mm/yy;;;@"})


def _activities(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    headings = {"id": "Id", "name": "Principio", "count": "N.º", "people": "Benef.", "budget": "Presupuesto",
                "spent": "Gasto", "share": "Ejec."}  # fmt: skip
    _section(sheet, at.activities, "Actividades y presupuesto", _ACTIVITY, headings)
    named = [*((key, one.name) for key, one in plan.method.principles.items()), (None, "Todas")]
    for i, (key, name) in enumerate(named):
        kind = "rotulo" if key else "resultado"
        looks = {"id": (kind, "texto"), "name": (kind, ""), "count": ("resultado", "n"), "people": ("resultado", "n"),
                 "budget": ("resultado", "n"), "spent": ("resultado", "n"), "share": ("resultado", "%")}  # fmt: skip
        row = at.activities + 2 + i
        _table(sheet, row, _ACTIVITY, looks, {"id": key, "name": name}, {"share": "0%"})
        common.fit_height(sheet, row, [(name, 5 * _ROOM)], 18)


def _sources(sheet: Worksheet, row: int) -> None:
    common.section(sheet, row, "De dónde sale este informe", COLUMNS)
    for i, label in enumerate(_FACT_LABELS):
        _spread(sheet, row + 1 + i, (1, _FACT - 1), label, style("rotulo"))
        _spread(sheet, row + 1 + i, (_FACT, COLUMNS - _FACT + 1), None, style("rotulo"))
    sheet.row_dimensions[row + 1].height = 46
    line = Border(bottom=Side(style="thin", color=MUTED))
    wide = COLUMNS // len(_SIGNATURES)
    for i, label in enumerate(_SIGNATURES):
        first = 1 + i * wide
        for column in range(first, first + wide - 1):
            sheet.cell(row + 9, column).border = line
        cell: Any = sheet.cell(row + 10, first)
        cell.value, cell.font = label, Font(name=FONT, size=9, color=MUTED)



