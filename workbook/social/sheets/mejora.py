"""Plan de mejora: what to keep, to watch and to repair. What people type stays with its indicator; the list follows."""

from __future__ import annotations

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social.plan import PlanItem
from xl_perlas.social.thresholds import Category, PlanRule
from xl_perlas.workbook.plan import quoted, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.social.notes import defaults
from xl_perlas.workbook.social.plan import MEJORA, SocialPlan
from xl_perlas.workbook.social.sheets import comparacion
from xl_perlas.workbook.social.sheets.looks import BEFORE, NOW, block, chosen, light_rules, put, word_rules, year_head
from xl_perlas.workbook.social.view import LIGHTS, SocialView
from xl_perlas.workbook.styles import style

NAME = MEJORA
#: What comes first in the list.
ORDER = (Category.URGENT, Category.IMPORTANT, Category.IMPACT)
ENTERED, STAYED, NEW = "entró", "sigue", "sin otro año"
#: Columns of the summary: category, strategy, both years, entered, left, stayed, share.
(SUM_NAME, SUM_STRATEGY, SUM_BEFORE, SUM_NOW, SUM_ENTERED, SUM_LEFT, SUM_STAYED, SUM_SHARE) = range(2, 10)
#: Columns of the list by category.
(L_PLACE, L_NAME, L_ID, L_LIGHT, L_MARK, L_CATEGORY, L_BEFORE, L_EVOLUTION, L_STRATEGY, L_WHO, L_WHEN,
 L_HOW) = range(1, 13)  # fmt: skip
_WIDTHS = {1: 8, 2: 44, 3: 20, 4: 12, 5: 9, 6: 15, 7: 15, 8: 13, 9: 18, 10: 24, 11: 12, 12: 44, 13: 8}
_DAY = "dd/mm/yyyy;;;@"


def rules(plan: SocialPlan) -> dict[Category, PlanRule]:
    """What the plan does with each category."""
    return {rule.category: rule for rule in defaults(plan).plan}


def summary_rows(plan: SocialPlan) -> dict[Category, int]:
    """Row of each category; all of them together follow."""
    return {category: plan.category_header + 1 + i for i, category in enumerate(reversed(ORDER))}


def listed_span(plan: SocialPlan) -> tuple[int, int]:
    """First and last row of the list by category."""
    return plan.listed_header + 1, plan.listed_header + len(plan.indicators)


def there(column: int, row: int) -> str:
    """A cell of this sheet."""
    return f"{quoted(NAME)}!{ref(column, row, fix_column=True, fix_row=True)}"


def _rows(plan: SocialPlan, column: int) -> str:
    return span(column, min(plan.action_rows.values()), max(plan.action_rows.values()))


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Category of each indicator in both years, what it asks for, and its place in the list."""
    cells: Cells = {}
    for column, place in ((SUM_BEFORE, BEFORE), (SUM_NOW, NOW)):
        cells[(plan.category_header, column)] = chosen(plan, place)
    for key, row in plan.action_rows.items():
        category, before = ref(plan.action_category, row), ref(plan.action_before, row)
        light = ref(plan.action_light, row)
        cells[(row, plan.action_light)] = f"={comparacion.cell(plan, comparacion.LIGHT_NOW, key)}"
        cells[(row, plan.action_mark)] = f"={comparacion.cell(plan, comparacion.MARK_NOW, key)}"
        cells[(row, plan.action_category)] = _category(plan, light)
        cells[(row, plan.action_before)] = _category(plan, comparacion.cell(plan, comparacion.LIGHT_BEFORE, key))
        words = f'"{ENTERED}","{STAYED}"'
        cells[(row, plan.action_evolution)] = (
            f'=IF(OR({category}="",{before}=""),"{NEW}",CHOOSE(1+({category}={before}),{words}))'
        )
        strategies = ",".join(f'"{rule.strategy}"' for rule in rules(plan).values())
        names = "+".join(f'{i}*({category}="{rule.name}")' for i, rule in enumerate(rules(plan).values()))
        cells[(row, plan.action_strategy)] = f'=IF({category}="","",CHOOSE(1+{names},{strategies}))'
        cells[(row, plan.action_order)] = _order(plan, row)
    cells.update(_summary_formulas(plan))
    for row in range(listed_span(plan)[0], listed_span(plan)[1] + 1):
        cells.update(_listed_formulas(plan, row))
    return common.light(cells)


def _category(plan: SocialPlan, light: str) -> str:
    """The category of a light; nothing where there is no year."""
    order = list(LIGHTS.items())
    names = ",".join(f'"{next(r.name for r in rules(plan).values() if one in r.lights)}"' for one, _ in order)
    places = "+".join(f'{i}*({light}="{word}")' for i, (_, word) in enumerate(order))
    return f'=IF({light}="","",CHOOSE(1+{places},{names}))'


def _order(plan: SocialPlan, row: int) -> str:
    """Place in the list: the urgent ones first, each category in the order of the method."""
    category, first = ref(plan.action_category, row), min(plan.action_rows.values())
    so_far = f"{ref(plan.action_category, first, fix_column=True, fix_row=True)}:{category}"
    rows = summary_rows(plan)
    counts = [ref(SUM_NOW, rows[one], fix_column=True, fix_row=True) for one in ORDER]
    names = [rules(plan)[one].name for one in ORDER]
    ahead = f'({category}<>"{names[0]}")*{counts[0]}+({category}="{names[2]}")*{counts[1]}'
    return f'=IF({category}="","",COUNTIF({so_far},{category})+{ahead})'


def _summary_formulas(plan: SocialPlan) -> Cells:
    cells: Cells = {}
    now, before = (_rows(plan, c) for c in (plan.action_category, plan.action_before))
    moved = _rows(plan, plan.action_evolution)
    rows = summary_rows(plan)
    last = max(rows.values()) + 1
    for category, row in rows.items():
        name = rules(plan)[category].name
        cells[(row, SUM_BEFORE)] = f'=COUNTIF({before},"{name}")'
        cells[(row, SUM_NOW)] = f'=COUNTIF({now},"{name}")'
        cells[(row, SUM_ENTERED)] = f'=COUNTIFS({now},"{name}",{moved},"{ENTERED}")'
        cells[(row, SUM_LEFT)] = f'=COUNTIFS({before},"{name}",{moved},"{ENTERED}")'
        cells[(row, SUM_STAYED)] = f'=COUNTIFS({now},"{name}",{moved},"{STAYED}")'
        cells[(row, SUM_SHARE)] = f'=IFERROR({ref(SUM_NOW, row)}/{ref(SUM_NOW, last, fix_row=True)},"")'
    for column in range(SUM_BEFORE, SUM_STAYED + 1):
        cells[(last, column)] = f"=SUM({ref(column, min(rows.values()))}:{ref(column, last - 1)})"
    cells[(last, SUM_SHARE)] = f'=IFERROR({ref(SUM_NOW, last)}/{ref(SUM_NOW, last, fix_row=True)},"")'
    return cells


def _listed_formulas(plan: SocialPlan, row: int) -> Cells:
    """What stands in a place of the list, brought from the row of its indicator."""
    place = f"MATCH({ref(L_PLACE, row, fix_column=True)},{_rows(plan, plan.action_order)},0)"
    texts = {L_NAME: plan.action_name, L_ID: plan.action_id, L_LIGHT: plan.action_light,
             L_CATEGORY: plan.action_category, L_BEFORE: plan.action_before, L_EVOLUTION: plan.action_evolution,
             L_STRATEGY: plan.action_strategy, L_WHO: plan.action_responsible, L_HOW: plan.action_follow_up}
    cells: Cells = {
        (row, column): f'=IFERROR(INDEX({_rows(plan, source)},{place})&"","")' for column, source in texts.items()
    }
    for column, source in ((L_MARK, plan.action_mark), (L_WHEN, plan.action_date)):
        cells[(row, column)] = f'=IFERROR(INDEX({_rows(plan, source)},{place}),"")'
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: SocialView) -> Cells:
    """What they show."""
    plan = view.plan
    cells: Cells = {
        (plan.category_header, SUM_BEFORE): view.head(view.before),
        (plan.category_header, SUM_NOW): view.head(view.now),
    }
    named = {category: rule.name for category, rule in rules(plan).items()}
    items = list(view.improvement.items) if view.improvement else []
    places = _places(items)
    for key, row in plan.action_rows.items():
        item = view.item(key)
        before = named[item.before] if item and item.before else ""
        evolution = NEW if not item or item.before is None else STAYED if item.before is item.category else ENTERED
        shown = {
            plan.action_light: view.light(key, view.now), plan.action_mark: view.mark(key, view.now),
            plan.action_category: named[item.category] if item else "", plan.action_before: before,
            plan.action_evolution: evolution, plan.action_strategy: item.strategy if item else "",
            plan.action_order: places.get(key, ""),
        }  # fmt: skip
        cells.update({(row, column): value for column, value in shown.items()})
    cells.update(_summary_results(view, items))
    by_place = {place: key for key, place in places.items()}
    for row in range(listed_span(plan)[0], listed_span(plan)[1] + 1):
        cells.update(_listed_results(view, cells, row, by_place.get(row - plan.listed_header)))
    return common.light(cells, view.state)


def _places(items: list[PlanItem]) -> dict[str, int]:
    """Place of each indicator in the list."""
    ordered = [one.indicator for category in ORDER for one in items if one.category is category]
    return {key: i for i, key in enumerate(ordered, 1)}


def _summary_results(view: SocialView, items: list[PlanItem]) -> Cells:
    cells: Cells = {}
    rows = summary_rows(view.plan)
    totals = [0] * 5
    for category, row in rows.items():
        was = [one for one in items if one.before is category]
        now = [one for one in items if one.category is category]
        stayed = sum(one.before is category for one in now)
        came = sum(one.before is not None for one in now) - stayed
        counts = [len(was), len(now), came, len(was) - stayed, stayed]
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        cells.update({(row, SUM_BEFORE + j): count for j, count in enumerate(counts)})
        cells[(row, SUM_SHARE)] = len(now) / len(items) if items else ""
    last = max(rows.values()) + 1
    cells.update({(last, SUM_BEFORE + j): total for j, total in enumerate(totals)})
    cells[(last, SUM_SHARE)] = 1.0 if items else ""
    return cells


def _listed_results(view: SocialView, cells: Cells, row: int, key: str | None) -> Cells:
    plan = view.plan
    if key is None:
        return {(row, column): "" for column in range(L_NAME, L_HOW + 1)}
    at = plan.action_rows[key]
    who, when, how = view.book.typed_actions.get(key, (None, None, None))
    shown = {L_NAME: plan.method.indicators[key].name, L_ID: key, L_WHO: text_of(who), L_HOW: text_of(how),
             L_WHEN: 0 if when is None else when}
    sources = {L_LIGHT: plan.action_light, L_MARK: plan.action_mark, L_CATEGORY: plan.action_category,
               L_BEFORE: plan.action_before, L_EVOLUTION: plan.action_evolution, L_STRATEGY: plan.action_strategy}
    shown |= {column: cells[(at, source)] for column, source in sources.items()}
    return {(row, column): value for column, value in shown.items()}


def text_of(value: object) -> str:
    """A cell as `&""` gives it."""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def heights(view: SocialView) -> dict[int, float | None]:
    """Height of the rows of the list, by their longest text."""
    shown, plan = results(view), view.plan
    found: dict[int, float | None] = {}
    for row in range(listed_span(plan)[0], listed_span(plan)[1] + 1):
        texts = [(shown[(row, column)], _WIDTHS[column]) for column in (L_NAME, L_STRATEGY, L_WHO, L_HOW)]
        found[row] = common.height(texts, 16)
    return found


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """The categories, a row an indicator to type in, and the list by category."""
    common.start(
        sheet, "entradas", "Plan de mejora",
        "Qué conservar, vigilar y corregir. Escriba responsable, fecha y seguimiento: se quedan con su indicador "
        "aunque cambie de categoría.", light_to="B3",
    )  # fmt: skip
    _summary(sheet, plan)
    common.section(sheet, plan.action_header - 1, "Un indicador por fila: escriba aquí", plan.action_order)
    heads = ["Id", "Indicador", "Principio", "Luz", "Nota", "Categoría", "Antes", "Evolución", "Estrategia"]
    common.header(sheet, "calculo", heads, plan.action_header)
    typed = ["Responsable", "Fecha", "Seguimiento"]
    common.header(sheet, "entradas", typed, plan.action_header, plan.action_responsible)
    common.header(sheet, "calculo", ["Lugar"], plan.action_header, plan.action_order)
    for one in plan.indicators:
        row, name = plan.action_rows[one.id], plan.method.principles[one.principle].name
        for column, text in ((1, one.id), (2, one.name), (3, f"{one.principle} {name}")):
            common.put(sheet, row, column, text, style("rotulo", "texto" if column != 2 else ""))
        for column in range(plan.action_light, plan.action_responsible):
            put(sheet, row, column, None, "calculo", "veces" if column == plan.action_mark else "texto")
        for column in (plan.action_responsible, plan.action_date, plan.action_follow_up):
            put(sheet, row, column, None, "entrada")
        sheet.cell(row, plan.action_date).number_format = "dd/mm/yyyy"
        put(sheet, row, plan.action_order, None, "calculo")
        common.fit_height(sheet, row, [(one.name, _WIDTHS[2])], 18)
    _listed(sheet, plan)
    first, last = min(plan.action_rows.values()), max(plan.action_rows.values())
    for top, end, light, category in ((first, last, plan.action_light, plan.action_category),
                                      (*listed_span(plan), L_LIGHT, L_CATEGORY)):  # fmt: skip
        light_rules(sheet, block(top, light, end, light), ref(light, top))
        colours = zip(ORDER, ("rojo", "amarillo", "verde"), strict=True)
        names = {rules(plan)[one].name: colour for one, colour in colours}
        word_rules(sheet, block(top, category, end, category + 1), ref(category, top), names)
    common.widths(sheet, _WIDTHS)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "C5", repeat_rows="1:3")
    sheet.row_breaks.append(Break(id=plan.listed_header - 2))
    sheet.print_area = f"A1:{ref(L_HOW, listed_span(plan)[1])}"


def _summary(sheet: Worksheet, plan: SocialPlan) -> None:
    common.section(sheet, plan.category_header - 1, "Categorías: cuántos indicadores tiene cada una", plan.action_order)
    common.header(sheet, "resultados", ["", "Categoría", "Qué pide"], plan.category_header)
    year_head(sheet, "resultados", plan.category_header, SUM_BEFORE, 2)
    common.header(sheet, "resultados", ["Entran", "Salen", "Siguen", "Parte"], plan.category_header, SUM_ENTERED)
    rows = summary_rows(plan)
    for category, row in [*rows.items(), (None, max(rows.values()) + 1)]:
        rule = rules(plan)[category] if category else None
        for column, text in ((1, None), (SUM_NAME, rule.name if rule else "Todas"),
                             (SUM_STRATEGY, rule.strategy if rule else None)):  # fmt: skip
            common.put(sheet, row, column, text, style("rotulo"))
        for column in range(SUM_BEFORE, SUM_SHARE):
            put(sheet, row, column, None, "resultado", "indicadores")
        put(sheet, row, SUM_SHARE, None, "resultado", "%")


def _listed(sheet: Worksheet, plan: SocialPlan) -> None:
    common.section(sheet, plan.listed_header - 1, "Por categoría: primero lo urgente", plan.action_order)
    heads = ["Lugar", "Indicador", "Id", "Luz", "Nota", "Categoría", "Antes", "Evolución", "Estrategia", "Responsable",
             "Fecha", "Seguimiento"]  # fmt: skip
    common.header(sheet, "resultados", heads, plan.listed_header)
    first, last = listed_span(plan)
    for i, row in enumerate(range(first, last + 1), 1):
        put(sheet, row, L_PLACE, i, "rotulo")
        for column in range(L_NAME, L_HOW + 1):
            wrapped = column in (L_NAME, L_STRATEGY, L_WHO, L_HOW)
            put(sheet, row, column, None, "calculo", "veces" if column == L_MARK else "" if wrapped else "texto")
        sheet.cell(row, L_WHEN).number_format = _DAY
