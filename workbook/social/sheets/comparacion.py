"""Comparación: the two years side by side: what improved and what got worse, by principle and by indicator."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import quoted, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.social.plan import (
    CHANGE,
    COMPARACION,
    INDICADORES,
    LIGHT,
    MARK,
    VALUE,
    SocialPlan,
    is_number,
)
from xl_perlas.workbook.social.sheets import indicadores, resultados
from xl_perlas.workbook.social.sheets.looks import (
    BEFORE,
    NOW,
    block,
    chosen,
    light_rules,
    put,
    word_rules,
    year_head,
)
from xl_perlas.workbook.social.view import SocialView
from xl_perlas.workbook.styles import missing_rule, style

NAME = COMPARACION
BETTER, WORSE, SAME, CAME, WENT, NOWHERE = "▲ mejoró", "▼ empeoró", "→ igual", "◆ entró", "◇ salió", "○ sin nota"
MOVES = (BETTER, WORSE, SAME, CAME, WENT, NOWHERE)
HEADER = 6
(ID, TITLE, VALUE_BEFORE, VALUE_NOW, VALUE_CHANGE, MARK_BEFORE, MARK_NOW, LIGHT_BEFORE, LIGHT_NOW, MOVE, GAIN,
 LOSS) = range(1, 13)  # fmt: skip
#: First of the columns that count movements by principle.
COUNTED = 6
_WIDTHS = {ID: 8, TITLE: 48, VALUE_BEFORE: 14, VALUE_NOW: 14, VALUE_CHANGE: 13, MARK_BEFORE: 11, MARK_NOW: 11,
           LIGHT_BEFORE: 12, LIGHT_NOW: 12, MOVE: 13, GAIN: 9, LOSS: 9}  # fmt: skip
#: What keeps apart two indicators that changed alike: the first one listed comes first.
_STEP = 1e-7


def summary_rows(plan: SocialPlan) -> dict[str, int]:
    """Row of each principle in the summary; the total follows, as «»."""
    rows = {key: HEADER + 1 + i for i, key in enumerate(plan.method.principles)}
    return rows | {"": HEADER + 1 + len(rows)}


def header(plan: SocialPlan) -> int:
    """Headings of the list of indicators."""
    return HEADER + len(plan.method.principles) + 4


def rows(plan: SocialPlan) -> dict[str, int]:
    """Row of each indicator: those of a principle follow its name."""
    shift = header(plan) + 1 - plan.indicator_rows[plan.indicators[0].id] + 1
    return {key: row + shift for key, row in plan.indicator_rows.items()}


def own_rows(plan: SocialPlan, principle: str) -> tuple[int, int]:
    """First and last row of a principle."""
    found = [rows(plan)[one.id] for one in plan.method.of_principle(principle)]
    return found[0], found[-1]


def all_rows(plan: SocialPlan) -> tuple[int, int]:
    """First and last row of all indicators."""
    found = rows(plan).values()
    return min(found), max(found)


def cell(plan: SocialPlan, column: int, key: str) -> str:
    """A cell of an indicator on this sheet."""
    return f"{quoted(NAME)}!{ref(column, rows(plan)[key], fix_column=True)}"


def column_span(plan: SocialPlan, column: int) -> str:
    """A column of this sheet over all indicators."""
    return f"{quoted(NAME)}!{span(column, *all_rows(plan))}"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Both years of each indicator, how its mark moved, and how many moved how."""
    cells: Cells = {}
    heads = ((HEADER, 3), (header(plan), VALUE_BEFORE), (header(plan), MARK_BEFORE), (header(plan), LIGHT_BEFORE))
    for row, column in heads:
        cells[(row, column)], cells[(row, column + 1)] = chosen(plan, BEFORE), chosen(plan, NOW)
    for i, one in enumerate(plan.indicators):
        row, there = rows(plan)[one.id], plan.indicator_rows[one.id]
        for kind, first in ((VALUE, VALUE_BEFORE), (MARK, MARK_BEFORE), (LIGHT, LIGHT_BEFORE)):
            missing = "NA()" if kind == VALUE else '""'
            for j, place in enumerate((BEFORE, NOW)):
                cells[(row, first + j)] = f"=IFERROR(INDEX({plan.years(kind, there)},{place}),{missing})"
        cells[(row, VALUE_CHANGE)] = f"={INDICADORES}!{ref(plan.column(CHANGE), there)}"
        before, now, move = ref(MARK_BEFORE, row), ref(MARK_NOW, row), ref(MOVE, row)
        moved = f'CHOOSE(2+SIGN(ROUND({now}-{before},9)),"{WORSE}","{SAME}","{BETTER}")'
        cells[(row, MOVE)] = f'=CHOOSE(1+COUNT({before})+2*COUNT({now}),"{NOWHERE}","{WENT}","{CAME}",{moved})'
        cells[(row, GAIN)] = f'=IF({move}="{BETTER}",{now}-{before}-{i}*{_STEP:.0E},"")'
        cells[(row, LOSS)] = f'=IF({move}="{WORSE}",{before}-{now}-{i}*{_STEP:.0E},"")'
    start = resultados.before_column(plan)
    for key, row in summary_rows(plan).items():
        there = resultados.principle_rows(plan)[key] if key else resultados.total_row(plan)
        for j in range(3):
            cells[(row, 3 + j)] = f"={resultados.there(plan, start + j, there)}"
        moves = span(MOVE, *(own_rows(plan, key) if key else all_rows(plan)))
        for j, word in enumerate(MOVES):
            cells[(row, COUNTED + j)] = f'=COUNTIF({moves},"{word}")'
    return common.light(cells)


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: SocialView) -> Cells:
    """What they show."""
    plan, cells = view.plan, {}
    years = (view.before, view.now)
    for row, column in ((HEADER, 3), (header(plan), VALUE_BEFORE), (header(plan), MARK_BEFORE),
                        (header(plan), LIGHT_BEFORE)):  # fmt: skip
        cells[(row, column)], cells[(row, column + 1)] = (view.head(k) for k in years)
    moves: dict[str, str] = {}
    for i, one in enumerate(plan.indicators):
        row = rows(plan)[one.id]
        for j, k in enumerate(years):
            value = view.value(one.id, k)
            cells[(row, VALUE_BEFORE + j)] = "#N/A" if value == "#DIV/0!" else value
            cells[(row, MARK_BEFORE + j)] = view.mark(one.id, k)
            cells[(row, LIGHT_BEFORE + j)] = view.light(one.id, k)
        cells[(row, VALUE_CHANGE)] = indicadores.change_shown(view, one)
        before, now = cells[(row, MARK_BEFORE)], cells[(row, MARK_NOW)]
        moves[one.id] = cells[(row, MOVE)] = _move(before, now)
        gained = now - before if isinstance(now, float) and isinstance(before, float) else 0.0
        cells[(row, GAIN)] = gained - i * _STEP if moves[one.id] == BETTER else ""
        cells[(row, LOSS)] = -gained - i * _STEP if moves[one.id] == WORSE else ""
    for key, row in summary_rows(plan).items():
        before, now = ((view.mean(key, k) if key else view.total(k)) for k in years)
        change = now - before if isinstance(now, float) and isinstance(before, float) else ""
        cells.update({(row, 3): before, (row, 4): now, (row, 5): change})
        found = [moves[one.id] for one in plan.indicators if not key or one.principle == key]
        cells.update({(row, COUNTED + j): found.count(word) for j, word in enumerate(MOVES)})
    return common.light(cells, view.state)


def _move(before: object, now: object) -> str:
    if isinstance(before, float) and isinstance(now, float):
        gained = round(now - before, 9)
        return BETTER if gained > 0 else WORSE if gained < 0 else SAME
    return WENT if isinstance(before, float) else CAME if isinstance(now, float) else NOWHERE


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """The summary by principle, and every indicator."""
    common.start(
        sheet, "resultados", "Comparación",
        "Los dos años elegidos en Datos. Mejora o empeora la nota; entra el que antes no la tenía, y sale el que la "
        "perdió.", light_to="B3",
    )  # fmt: skip
    common.section(sheet, HEADER - 1, "Por principio: nota media, y cuántos indicadores se movieron", LOSS)
    common.header(sheet, "resultados", ["Id", "Principio"], HEADER)
    year_head(sheet, "resultados", HEADER, 3, 2)
    common.header(sheet, "resultados", ["Cambio", *MOVES], HEADER, 5)
    names = {key: one.name for key, one in plan.method.principles.items()} | {"": "Total"}
    for key, row in summary_rows(plan).items():
        for column, text in ((1, key or None), (2, names[key])):
            kind = "rotulo" if key else "resultado"
            common.put(sheet, row, column, text, style(kind, "texto" if column == 1 else ""))
        for column in range(3, 6):
            put(sheet, row, column, None, "resultado", "veces")
        sheet.cell(row, 5).number_format = "+0.00;-0.00;0.00"
        for j in range(len(MOVES)):
            put(sheet, row, COUNTED + j, None, "resultado", "indicadores")
        common.fit_height(sheet, row, [(names[key], _WIDTHS[TITLE])], 18)
    _list(sheet, plan)
    common.widths(sheet, _WIDTHS)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "C5", repeat_rows=f"{header(plan)}:{header(plan)}")
    sheet.print_area = f"A1:{ref(MOVE, all_rows(plan)[1])}"


def _list(sheet: Worksheet, plan: SocialPlan) -> None:
    at = header(plan)
    common.section(sheet, at - 1, "Indicador por indicador", LOSS)
    common.header(sheet, "resultados", ["Id", "Indicador"], at)
    for column in (VALUE_BEFORE, MARK_BEFORE, LIGHT_BEFORE):
        year_head(sheet, "resultados", at, column, 2)
    common.header(sheet, "resultados", ["Cambio"], at, VALUE_CHANGE)
    common.header(sheet, "resultados", ["Movimiento", "Ganó", "Perdió"], at, MOVE)
    for key in plan.method.principles:
        common.section(sheet, own_rows(plan, key)[0] - 1, f"{key} · {plan.method.principles[key].name}", LOSS)
    for one in plan.indicators:
        row, unit = rows(plan)[one.id], one.unit if is_number(one) else "veces"
        for column, text in ((ID, one.id), (TITLE, one.name)):
            common.put(sheet, row, column, text, style("rotulo", "texto" if column == ID else ""))
        for column in (VALUE_BEFORE, VALUE_NOW, VALUE_CHANGE):
            put(sheet, row, column, None, "resultado", unit)
        if unit == "%":
            sheet.cell(row, VALUE_CHANGE).number_format = "+0.00%;-0.00%;0.00%"
        for column in (MARK_BEFORE, MARK_NOW):
            put(sheet, row, column, None, "resultado", "veces")
        for column in (LIGHT_BEFORE, LIGHT_NOW, MOVE):
            put(sheet, row, column, None, "resultado", "texto")
        for column in (GAIN, LOSS):
            put(sheet, row, column, None, "calculo", "veces")
        common.fit_height(sheet, row, [(one.name, _WIDTHS[TITLE])], 18)
    first, last = all_rows(plan)
    missing_rule(sheet, block(first, VALUE_BEFORE, last, VALUE_NOW), ref(VALUE_BEFORE, first))
    light_rules(sheet, block(first, LIGHT_BEFORE, last, LIGHT_NOW), ref(LIGHT_BEFORE, first))
    words = {"▲": "verde", "▼": "rojo", "◆": "amarillo", "◇": "amarillo", "○": "gris"}
    word_rules(sheet, block(first, MOVE, last, MOVE), ref(MOVE, first), words)
