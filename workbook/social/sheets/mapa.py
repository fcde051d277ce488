"""Mapa: the light of every indicator, by principle, in the two years compared; read by its symbol as well."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import LIGHT, MAPA, SocialPlan
from xl_perlas.workbook.social.sheets.looks import BEFORE, NOW, block, chosen, light_rules
from xl_perlas.workbook.social.view import LIGHTS, SocialView
from xl_perlas.workbook.styles import style

NAME = MAPA
#: Indicators side by side.
ACROSS = 10
#: Column of the year of each map.
YEAR = 4
FIRST_ROW = 6
_WIDTH = 9.6


def _blocks(plan: SocialPlan) -> dict[str, int]:
    """First row of the map of each year: its heading."""
    size = sum(2 + -(-len(plan.method.of_principle(key)) // ACROSS) for key in plan.method.principles)
    return {NOW: FIRST_ROW, BEFORE: FIRST_ROW + size + 3}


def places(plan: SocialPlan, year: str) -> dict[str, tuple[int, int]]:
    """Row and column of each indicator on the map of a year."""
    row, found = _blocks(plan)[year] + 1, {}
    for key in plan.method.principles:
        for i, one in enumerate(plan.method.of_principle(key)):
            found[one.id] = (row + 1 + i // ACROSS, 1 + i % ACROSS)
        row += 2 + -(-len(plan.method.of_principle(key)) // ACROSS)
    return found


def _names(plan: SocialPlan, year: str) -> dict[str, int]:
    """Row of the name of each principle."""
    return {key: places(plan, year)[plan.method.of_principle(key)[0].id][0] - 1 for key in plan.method.principles}


def formulas(plan: SocialPlan) -> Cells:
    """The symbol of each light and the id of its indicator."""
    cells: Cells = {}
    for year, row in _blocks(plan).items():
        cells[(row, YEAR)] = chosen(plan, year)
        for key, place in places(plan, year).items():
            light = f"INDEX({plan.years(LIGHT, plan.indicator_rows[key])},{year})"
            cells[place] = f'=IFERROR(LEFT({light},1)&" ","")&"{key}"'
    return common.light(cells)


def results(view: SocialView) -> Cells:
    """What they show."""
    cells: Cells = {}
    for year, k in ((NOW, view.now), (BEFORE, view.before)):
        cells[(_blocks(view.plan)[year], YEAR)] = view.head(k)
        for key, place in places(view.plan, year).items():
            cells[place] = f"{view.light(key, k)[:1]} {key}" if k is not None else key
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """A cell an indicator, principle by principle, once for each year."""
    words = "   ".join(LIGHTS[light] for light in reversed(list(LIGHTS)))
    common.start(
        sheet, "resultados", "Mapa de luces", f"Cada celda es un indicador: {words}.", light_to="D3",
    )  # fmt: skip
    titles = {NOW: "Año que se informa", BEFORE: "Año con que se compara"}
    for year, row in _blocks(plan).items():
        common.section(sheet, row, titles[year], ACROSS)
        sheet.cell(row, YEAR).number_format = common.PERIOD_FORMAT
        sheet.cell(row, YEAR).alignment = Alignment(horizontal="left", vertical="center")
        for key, at in _names(plan, year).items():
            common.put(sheet, at, 1, f"{key} · {plan.method.principles[key].name}", "xlp_proposito")
        cells = places(plan, year).values()
        for place in cells:
            common.put(sheet, *place, None, style("resultado", "texto"))
            sheet.cell(*place).alignment = Alignment(horizontal="center", vertical="center")
            sheet.row_dimensions[place[0]].height = 22
        first, last = min(cells), max(cells)
        light_rules(sheet, block(first[0], 1, last[0], ACROSS), ref(1, first[0]))
    common.widths(sheet, dict.fromkeys(range(1, ACROSS + 1), _WIDTH))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "A5", landscape=False, repeat_rows="1:3")
    sheet.row_breaks.append(Break(id=_blocks(plan)[BEFORE] - 1))
