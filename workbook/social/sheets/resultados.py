"""Resultados: the mean of each principle, the total, and how many lights of each colour, in the two years compared."""

from __future__ import annotations

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import Light
from xl_perlas.social.thresholds import Unmarked
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.social.plan import INDICADORES, LIGHT, MARK, RESULTADOS, SocialPlan
from xl_perlas.workbook.social.sheets import charts, notas
from xl_perlas.workbook.social.sheets.looks import (
    BEFORE,
    NOW,
    block,
    chosen,
    light_rules,
    put,
    year_head,
    year_headers,
    year_results,
)
from xl_perlas.workbook.social.view import LIGHTS, SocialView
from xl_perlas.workbook.styles import missing_rule, style

NAME = RESULTADOS
HEADER = 6
FIRST_YEAR = 4
#: Rows that the charts of the principles cover, under their table.
CHART_ROWS = 18
#: From the best light to none, as tables show them.
ORDER = (Light.GREEN, Light.AMBER, Light.RED, Light.NONE)
_WIDTHS = {1: 6, 2: 52, 3: 12}


def principle_rows(plan: SocialPlan) -> dict[str, int]:
    """Row of each principle."""
    return {key: HEADER + 1 + i for i, key in enumerate(plan.method.principles)}


def total_row(plan: SocialPlan) -> int:
    """The total, under the principles."""
    return HEADER + 1 + len(plan.method.principles)


def light_header(plan: SocialPlan) -> int:
    """Headings of the table of lights."""
    return total_row(plan) + CHART_ROWS + 4


def light_rows(plan: SocialPlan) -> dict[Light, int]:
    """Row of each light; all of them together follow."""
    return {light: light_header(plan) + 1 + i for i, light in enumerate(ORDER)}


def split_header(plan: SocialPlan) -> int:
    """Headings of the table of lights by principle."""
    return light_header(plan) + len(ORDER) + 5


def split_rows(plan: SocialPlan) -> dict[str, int]:
    """Row of each principle in that table."""
    return {key: split_header(plan) + 1 + i for i, key in enumerate(plan.method.principles)}


def before_column(plan: SocialPlan) -> int:
    """The year compared; the year that is reported, the change and the light follow."""
    return FIRST_YEAR + plan.capacity


def there(plan: SocialPlan, column: int, row: int) -> str:
    """A cell of this sheet."""
    return f"{NAME}!{ref(column, row, fix_column=True, fix_row=True)}"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Means and total of each year, those of the two compared, and lights."""
    cells = year_headers(plan, FIRST_YEAR, HEADER)
    start = before_column(plan)
    for i, place in enumerate((BEFORE, NOW)):
        for row, column in _head_cells(plan, i):
            cells[(row, column)] = chosen(plan, place)
    for key, row in {**principle_rows(plan), "": total_row(plan)}.items():
        for k in range(plan.capacity):
            cells[(row, FIRST_YEAR + k)] = _mean(plan, key, k) if key else _total(plan, k)
        years = span(FIRST_YEAR, row, row, FIRST_YEAR + plan.capacity - 1)
        before, now = ref(start, row), ref(start + 1, row)
        cells[(row, start)], cells[(row, start + 1)] = (f"=INDEX({years},{place})" for place in (BEFORE, NOW))
        cells[(row, start + 2)] = f'=IFERROR({now}-{before},"")'
        place = f"1+IFERROR(1+({now}>={notas.amber(plan)})+({now}>={notas.green(plan)}),0)"
        words = ",".join(f'"{word}"' for word in LIGHTS.values())
        cells[(row, start + 3)] = f"=CHOOSE({place},{words})"
    cells.update(_light_formulas(plan, start))
    return common.light(cells)


def _head_cells(plan: SocialPlan, i: int) -> list[tuple[int, int]]:
    """Headings of one of the two years: over its means, its counts and its shares."""
    start, header = before_column(plan) + i, light_header(plan)
    return [(HEADER, start), (header, start), (header, start + 2)]


def _mean(plan: SocialPlan, principle: str, k: int) -> str:
    """The plain mean; where what has no mark counts as zero, over all indicators."""
    marks = f"{INDICADORES}!{span(plan.column(MARK, k), *plan.principle_span(principle))}"
    among = f'CHOOSE(1+({notas.policy(plan)}="{Unmarked.ZERO}"),COUNT({marks}),ROWS({marks}))'
    return f"=IF(COUNT({marks})=0,NA(),SUM({marks})/{among})"


def _total(plan: SocialPlan, k: int) -> str:
    rows = list(principle_rows(plan).values())
    means = f"{ref(FIRST_YEAR + k, rows[0])}:{ref(FIRST_YEAR + k, rows[-1])}"
    return f'=IFERROR(SUMIF({means},">=0")/COUNT({means}),NA())'


def _light_formulas(plan: SocialPlan, start: int) -> Cells:
    cells: Cells = {}
    rows = list(light_rows(plan).values())
    for i, place in enumerate((BEFORE, NOW)):
        count, share = start + i, start + 2 + i
        column = f"INDEX({plan.area(LIGHT, *plan.indicator_span)},0,{place})"
        for light, row in light_rows(plan).items():
            cells[(row, count)] = f'=IFERROR(COUNTIF({column},"{LIGHTS[light]}"),"")'
        cells[(rows[-1] + 1, count)] = f"=SUM({ref(count, rows[0])}:{ref(count, rows[-1])})"
        for row in (*rows, rows[-1] + 1):
            cells[(row, share)] = f'=IFERROR({ref(count, row)}/{ref(count, rows[-1] + 1, fix_row=True)},"")'
    for key, row in split_rows(plan).items():
        for i, light in enumerate(ORDER):
            column = f"INDEX({plan.area(LIGHT, *plan.principle_span(key))},0,{NOW})"
            cells[(row, start + i)] = f'=IFERROR(COUNTIF({column},"{LIGHTS[light]}"),"")'
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: SocialView) -> Cells:
    """What they show."""
    plan = view.plan
    cells = year_results(view, FIRST_YEAR, HEADER)
    start = before_column(plan)
    for i, k in enumerate((view.before, view.now)):
        for row, column in _head_cells(plan, i):
            cells[(row, column)] = view.head(k)
    for key, row in {**principle_rows(plan), "": total_row(plan)}.items():
        for k in range(plan.capacity):
            cells[(row, FIRST_YEAR + k)] = _shown(view, key, k)
        before, now = (_shown(view, key, k) for k in (view.before, view.now))
        cells[(row, start)], cells[(row, start + 1)] = before, now
        cells[(row, start + 2)] = now - before if isinstance(now, float) and isinstance(before, float) else ""
        light = view.book.thresholds.light(now if isinstance(now, float) else None)
        cells[(row, start + 3)] = LIGHTS[light]
    cells.update(_light_results(view, start))
    return common.light(cells, view.state)


def _shown(view: SocialView, principle: str, k: int | None) -> object:
    return view.mean(principle, k) if principle else view.total(k)


def _light_results(view: SocialView, start: int) -> Cells:
    cells: Cells = {}
    last = max(light_rows(view.plan).values()) + 1
    for i, k in enumerate((view.before, view.now)):
        position = view.position(k)
        counts = None if position is None else view.marks.lights[position]
        for light, row in light_rows(view.plan).items():
            cells[(row, start + i)] = "" if counts is None else counts.counts[light]
            cells[(row, start + 2 + i)] = "" if counts is None else counts.shares[light]
        cells[(last, start + i)] = 0 if counts is None else counts.total
        cells[(last, start + 2 + i)] = "" if counts is None else 1.0
    position = view.position(view.now)
    for key, row in split_rows(view.plan).items():
        found = None if position is None else view.marks.lights_of(key, position).counts
        for i, light in enumerate(ORDER):
            cells[(row, start + i)] = "" if found is None else found[light]
    return cells


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Tables and charts."""
    common.start(
        sheet, "resultados", "Resultados",
        "Cada principio es el promedio simple de las notas de sus indicadores; el total, el de los principios.",
        light_to="C3",
    )  # fmt: skip
    start = before_column(plan)
    common.section(sheet, HEADER - 1, "Nota de cada principio, de 0 a 10", start + 3)
    common.header(sheet, "resultados", ["Id", "Principio", "Indicadores"], HEADER)
    year_head(sheet, "calculo", HEADER, FIRST_YEAR, plan.capacity)
    year_head(sheet, "resultados", HEADER, start, 2)
    common.header(sheet, "resultados", ["Cambio", "Luz"], HEADER, start + 2)
    names = {key: one.name for key, one in plan.method.principles.items()} | {"": "Total"}
    for key, row in {**principle_rows(plan), "": total_row(plan)}.items():
        count = len(plan.method.of_principle(key)) if key else len(plan.indicators)
        kind = "rotulo" if key else "resultado"
        for column, value in ((1, key or None), (2, names[key]), (3, count)):
            common.put(sheet, row, column, value, style(kind, "texto" if column == 1 else ""))
        for k in range(plan.capacity):
            put(sheet, row, FIRST_YEAR + k, None, "calculo", "veces")
        for column in (start, start + 1, start + 2):
            put(sheet, row, column, None, "resultado", "veces")
        sheet.cell(row, start + 2).number_format = "+0.00;-0.00;0.00"
        put(sheet, row, start + 3, None, "resultado", "texto")
        common.fit_height(sheet, row, [(names[key], _WIDTHS[2])], 20)
    first, last = HEADER + 1, total_row(plan)
    missing_rule(sheet, block(first, FIRST_YEAR, last, start + 2), ref(FIRST_YEAR, first))
    light_rules(sheet, block(first, start + 3, last, start + 3), ref(start + 3, first))
    _lights(sheet, plan, start)
    _split(sheet, plan, start)
    charts.results(sheet, plan)
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, {FIRST_YEAR + k: 11 for k in range(plan.capacity)} | {start + i: 13 for i in range(4)})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "C5", repeat_rows="1:1")
    sheet.row_breaks.append(Break(id=light_header(plan) - 2))
    sheet.print_area = f"A1:{ref(start + 3, charts.last_row(plan))}"


def _lights(sheet: Worksheet, plan: SocialPlan, start: int) -> None:
    header = light_header(plan)
    common.section(sheet, header - 1, "Luces de todos los indicadores: cuántas hay, y qué parte son", start + 3)
    common.header(sheet, "resultados", ["", "Luz"], header)
    year_head(sheet, "resultados", header, start, 2)
    year_head(sheet, "resultados", header, start + 2, 2)
    rows = {**{LIGHTS[light]: row for light, row in light_rows(plan).items()}, "Todos": header + 1 + len(ORDER)}
    for word, row in rows.items():
        for column in (1, 2):
            common.put(sheet, row, column, word if column == 2 else None, style("rotulo"))
        for i in range(2):
            put(sheet, row, start + i, None, "resultado", "indicadores")
            put(sheet, row, start + 2 + i, None, "resultado", "%")
        sheet.row_dimensions[row].height = 18
    light_rules(sheet, block(header + 1, 2, header + len(ORDER), 2), ref(2, header + 1))


def _split(sheet: Worksheet, plan: SocialPlan, start: int) -> None:
    header = split_header(plan)
    common.section(sheet, header - 1, "Luces de cada principio en el año que se informa", start + 3)
    common.header(sheet, "resultados", ["Id", "Principio"], header)
    common.header(sheet, "resultados", [LIGHTS[light] for light in ORDER], header, start)
    for key, row in split_rows(plan).items():
        for column, value in ((1, key), (2, plan.method.principles[key].name)):
            common.put(sheet, row, column, value, style("rotulo", "texto" if column == 1 else ""))
        for i in range(len(ORDER)):
            put(sheet, row, start + i, None, "resultado", "indicadores")
        common.fit_height(sheet, row, [(plan.method.principles[key].name, _WIDTHS[2])], 20)


__all__ = [
    "HEADER", "NAME", "ORDER", "before_column", "build", "formulas", "light_header", "light_rows",
    "principle_rows", "results", "split_header", "split_rows", "there", "total_row",
]  # fmt: skip
