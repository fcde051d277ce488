"""How sheet Informe looks: A4 pages, each table whole, and nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.sheets import charts, mejora, resultados
from xl_perlas.workbook.social.sheets.looks import block, light_rules
from xl_perlas.workbook.social.sheets.report_plan import (
    COLUMNS,
    MOVES,
    URGENT_ROWS,
    WIDTH,
    Layout,
    Part,
    layout,
    sentence_rows,
)
from xl_perlas.workbook.social.view import LIGHTS
from xl_perlas.workbook.styles import FONT, missing_rule, style

#: Column of the facts of the last section; their labels stand before it.
FACT = 4
_FACT_LABELS = ("Método", "Programa", "Último recálculo", "Huella de las entradas", "Huella de los resultados")
PRINCIPLE: Mapping[str, Part] = {
    "id": (1, 1), "name": (2, 6), "before": (8, 1), "now": (9, 1), "change": (10, 1), "light": (11, 2),
}  # fmt: skip
LIGHT: Mapping[str, Part] = {
    "name": (1, 4), "before": (5, 2), "now": (7, 2), "before_share": (9, 2), "now_share": (11, 2),
}  # fmt: skip
MOVE: Mapping[str, Part] = {"id": (1, 1), "name": (2, 7), "before": (9, 1), "now": (10, 1), "gain": (11, 2)}
SENTENCE: Mapping[str, Part] = {"id": (1, 1), "light": (2, 2), "text": (4, 9)}
PLAN: Mapping[str, Part] = {"name": (1, 3), "ask": (4, 3), "before": (7, 1), "now": (8, 1), "came": (9, 1),
                             "left": (10, 1), "stayed": (11, 1), "share": (12, 1)}  # fmt: skip
URGENT: Mapping[str, Part] = {"id": (1, 1), "name": (2, 5), "who": (7, 2), "when": (9, 1), "how": (10, 3)}
ACTIVITY: Mapping[str, Part] = {"id": (1, 1), "name": (2, 5), "count": (7, 1), "people": (8, 1), "budget": (9, 2),
                                 "spent": (11, 1), "share": (12, 1)}  # fmt: skip
ROOM = WIDTH * 1.15


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
    _section(sheet, at.principles, "Nota de cada principio, de 0 a 10", PRINCIPLE, headings)
    named = [*((key, one.name) for key, one in plan.method.principles.items()), (None, "Total")]
    for i, (key, name) in enumerate(named):
        row = at.principles + 2 + i
        kind = "rotulo" if key else "resultado"
        looks = {"id": (kind, "texto"), "name": (kind, ""), "before": ("calculo", "veces"),
                 "now": ("resultado", "veces"), "change": ("resultado", "veces"), "light": ("resultado", "texto")}
        _table(sheet, row, PRINCIPLE, looks, {"id": key, "name": name}, {"change": "+0.00;-0.00;0.00"})
        common.fit_height(sheet, row, [(name, 6 * ROOM)], 18)
    first, last = at.principles + 2, at.principles + 1 + len(named)
    light = PRINCIPLE["light"][0]
    light_rules(sheet, block(first, light, last, light + 1), ref(light, first, fix_column=True))
    before = PRINCIPLE["before"][0]
    missing_rule(sheet, block(first, before, last, before + 1), ref(before, first))
    source = sheet.parent[resultados.NAME]  # type: ignore[index]
    sheet.add_chart(charts.principle_bars(source, plan, 11.2, 8.0), ref(1, at.charts))
    sheet.add_chart(charts.principle_radar(source, plan, 8.2, 8.0), ref(8, at.charts))


def _lights(sheet: Worksheet, at: Layout) -> None:
    headings = {"name": "Luz", "before": "", "now": "", "before_share": "", "now_share": ""}
    _section(sheet, at.lights, "Luces de todos los indicadores: cuántas hay, y qué parte son", LIGHT, headings)
    for i, word in enumerate([*(LIGHTS[light] for light in resultados.ORDER), "Todos"]):
        looks = {"name": ("rotulo", ""), "before": ("calculo", "n"), "now": ("resultado", "n"),
                 "before_share": ("calculo", "%"), "now_share": ("resultado", "%")}  # fmt: skip
        _table(sheet, at.lights + 2 + i, LIGHT, looks, {"name": word})
    first = at.lights + 2
    light_rules(sheet, block(first, 1, first + 3, 4), ref(1, first, fix_column=True))


def _moves(sheet: Worksheet, at: Layout) -> None:
    titles = {at.better: "Los diez indicadores cuya nota más mejoró", at.worse: "Los diez cuya nota más empeoró"}
    headings = {"id": "Id", "name": "Indicador", "before": "Antes", "now": "Ahora", "gain": "Cambio de la nota"}
    for top, title in titles.items():
        _section(sheet, top, title, MOVE, headings)
        for i in range(MOVES):
            looks = {"id": ("rotulo", "texto"), "name": ("rotulo", ""), "before": ("calculo", "veces"),
                     "now": ("resultado", "veces"), "gain": ("resultado", "veces")}  # fmt: skip
            _table(sheet, top + 2 + i, MOVE, looks, None, {"gain": "▲ +0.00;▼ -0.00;0.00"})


def _sentences(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    title = min(at.sentences.values()) - 1
    common.put(sheet, title, 1, "Análisis de cada principio", "xlp_titulo")
    sheet.row_dimensions[title].height = 26
    for key, row in at.sentences.items():
        common.section(sheet, row, f"{key} · {plan.method.principles[key].name}", COLUMNS)
        _spread(sheet, row + 1, (1, COLUMNS), None, "xlp_texto_libre")
    for key, row in sentence_rows(plan).items():
        looks = {"id": ("rotulo", "texto"), "light": ("resultado", "texto"), "text": ("rotulo", "")}
        _table(sheet, row, SENTENCE, looks, {"id": key})
        sheet.cell(row, SENTENCE["light"][0]).alignment = Alignment(horizontal="center", vertical="center")
        sheet.cell(row, SENTENCE["text"][0]).alignment = Alignment(indent=1, vertical="center", wrap_text=True)
    rows = sentence_rows(plan).values()
    light, first = SENTENCE["light"][0], min(rows)
    light_rules(sheet, block(first, light, max(rows), light + 1), ref(light, first, fix_column=True))


def _plan(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    headings = {"name": "Categoría", "ask": "Qué pide", "before": "", "now": "", "came": "Entran", "left": "Salen",
                "stayed": "Siguen", "share": "Parte"}  # fmt: skip
    _section(sheet, at.plan, "Plan de mejora: indicadores de cada categoría", PLAN, headings)
    for i, category in enumerate(mejora.summary_rows(plan)):
        rule = mejora.rules(plan)[category]
        counts = dict.fromkeys(("before", "now", "came", "left", "stayed"), ("resultado", "n"))
        looks = {"name": ("rotulo", ""), "ask": ("rotulo", ""), **counts, "share": ("resultado", "%")}
        _table(sheet, at.plan + 2 + i, PLAN, looks, {"name": rule.name, "ask": rule.strategy}, {"share": "0%"})
    headings = {"id": "Id", "name": "Indicador", "who": "Responsable", "when": "Fecha", "how": "Seguimiento"}
    _section(sheet, at.urgent, f"Lo urgente: los primeros {URGENT_ROWS} (todos, en Plan de mejora)", URGENT, headings)
    for i in range(URGENT_ROWS):
        looks = {"id": ("rotulo", "texto"), "name": ("rotulo", ""), "who": ("rotulo", ""), "when": ("rotulo", ""),
                 "how": ("rotulo", "")}  # fmt: skip
        _table(sheet, at.urgent + 2 + i, URGENT, looks, None, {"when": "dd/mm/yy;;;@"})


def _activities(sheet: Worksheet, plan: SocialPlan, at: Layout) -> None:
    headings = {"id": "Id", "name": "Principio", "count": "N.º", "people": "Benef.", "budget": "Presupuesto",
                "spent": "Gasto", "share": "Ejec."}  # fmt: skip
    _section(sheet, at.activities, "Actividades y presupuesto", ACTIVITY, headings)
    named = [*((key, one.name) for key, one in plan.method.principles.items()), (None, "Todas")]
    for i, (key, name) in enumerate(named):
        kind = "rotulo" if key else "resultado"
        looks = {"id": (kind, "texto"), "name": (kind, ""), "count": ("resultado", "n"), "people": ("resultado", "n"),
                 "budget": ("resultado", "n"), "spent": ("resultado", "n"), "share": ("resultado", "%")}  # fmt: skip
        row = at.activities + 2 + i
        _table(sheet, row, ACTIVITY, looks, {"id": key, "name": name}, {"share": "0%"})
        common.fit_height(sheet, row, [(name, 5 * ROOM)], 18)


def _sources(sheet: Worksheet, row: int) -> None:
    common.section(sheet, row, "De dónde sale este informe", COLUMNS)
    for i, label in enumerate(_FACT_LABELS):
        _spread(sheet, row + 1 + i, (1, FACT - 1), label, style("rotulo"))
        _spread(sheet, row + 1 + i, (FACT, COLUMNS - FACT + 1), None, style("rotulo"))
    sheet.row_dimensions[row + 1].height = 46
    common.signatures(sheet, row + 9, COLUMNS)



