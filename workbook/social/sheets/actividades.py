"""Actividades: what was done for each principle, for how many people, what was to be spent and what was."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.social.plan import ACTIVIDADES, SocialPlan
from xl_perlas.workbook.social.sheets.looks import block, put
from xl_perlas.workbook.social.view import SocialView
from xl_perlas.workbook.styles import style

NAME = ACTIVIDADES
_WIDTHS = {1: 6, 2: 13, 3: 11, 4: 60, 5: 15, 6: 17, 7: 17, 8: 13}


def summary_rows(plan: SocialPlan) -> dict[str, int]:
    """Row of each principle; the total of the whole list follows, as «»."""
    rows = {key: plan.activity_summary + 1 + i for i, key in enumerate(plan.method.principles)}
    return rows | {"": plan.activity_summary + 1 + len(rows)}


def formulas(plan: SocialPlan) -> Cells:
    """Share executed of each activity; activities, people, budget and spending by principle and in all."""
    cells: Cells = {}
    rows = plan.activity_span

    def listed(column: int) -> str:
        return span(column, *rows)

    for row in range(rows[0], rows[1] + 1):
        cells[(row, plan.activity_share)] = _share(plan, row)
    for key, row in summary_rows(plan).items():
        principles = listed(plan.activity_principle)
        texts = listed(plan.activity_text)
        cells[(row, plan.activity_principle)] = (
            f'=COUNTIF({principles},"{key}")' if key else f'=SUMPRODUCT(--(LEN({texts})+LEN({principles})>0))'
        )
        for column in (plan.activity_people, plan.activity_budget, plan.activity_spent):
            figures = listed(column)
            cells[(row, column)] = f'=SUMIF({principles},"{key}",{figures})' if key else f"=SUM({figures})"
        cells[(row, plan.activity_share)] = _share(plan, row)
    return common.light(cells)


def _share(plan: SocialPlan, row: int) -> str:
    return f'=IFERROR(N({ref(plan.activity_spent, row)})/N({ref(plan.activity_budget, row)}),"")'


@once_a_view
def results(view: SocialView) -> Cells:
    """What they show."""
    plan, listed = view.plan, view.book.activities
    shares = {one.row: _executed(one.spent, one.budget) for one in listed}
    rows = plan.activity_span
    cells: Cells = {(row, plan.activity_share): shares.get(row, "") for row in range(rows[0], rows[1] + 1)}
    for key, row in summary_rows(plan).items():
        own = [one for one in listed if not key or one.principle == key]
        figures = ([one.people for one in own], [one.budget for one in own], [one.spent for one in own])
        sums = [sum(value for value in column if value is not None) for column in figures]
        count = len(own) if key else sum(bool(one.text or one.principle_text) for one in own)
        cells[(row, plan.activity_principle)] = count
        for column, total in zip((plan.activity_people, plan.activity_budget, plan.activity_spent), sums, strict=True):
            cells[(row, column)] = total
        cells[(row, plan.activity_share)] = _executed(sums[2], sums[1])
    return common.light(cells, view.state)


def _executed(spent: float | None, budget: float | None) -> object:
    return (spent or 0.0) / budget if budget else ""


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Totals by principle, and rows to type in."""
    common.start(
        sheet, "entradas", "Actividades y presupuesto",
        "Escriba cada actividad del balance social, su principio, a cuántas personas llegó, su presupuesto y su gasto.",
        light_to="D3",
    )  # fmt: skip
    common.section(sheet, plan.activity_summary - 1, "Por principio", plan.activity_share)
    heads = ["Id", "", "Actividades", "Principio", "Beneficiarios", "Presupuesto", "Gasto", "Ejecutado"]
    common.header(sheet, "resultados", heads, plan.activity_summary)
    for key, row in summary_rows(plan).items():
        name = plan.method.principles[key].name if key else "Todas las actividades de la lista"
        for column, text in ((1, key or None), (2, None), (plan.activity_text, name)):
            kind = "rotulo" if key else "resultado"
            common.put(sheet, row, column, text, style(kind, "texto" if column == 1 else ""))
        looks = {plan.activity_principle: "n", plan.activity_people: "n", plan.activity_budget: "dólares",
                 plan.activity_spent: "dólares", plan.activity_share: "%"}  # fmt: skip
        for column, unit in looks.items():
            put(sheet, row, column, None, "resultado", unit)
        common.fit_height(sheet, row, [(name, _WIDTHS[4])], 18)
    common.section(sheet, plan.activity_header - 1, "Lista: una actividad por fila", plan.activity_share)
    heads = ["N.º", "Fecha", "Principio", "Actividad", "Beneficiarios", "Presupuesto", "Gasto"]
    common.header(sheet, "entradas", heads, plan.activity_header)
    common.header(sheet, "calculo", ["Ejecutado"], plan.activity_header, plan.activity_share)
    first, last = plan.activity_span
    for row in range(first, last + 1):
        common.put(sheet, row, 1, row - first + 1, style("rotulo"))
        for column, unit in ((2, ""), (3, ""), (4, ""), (5, "n"), (6, "dólares"), (7, "dólares")):
            put(sheet, row, column, None, "entrada", unit)
        sheet.cell(row, 2).number_format = "dd/mm/yyyy"
        put(sheet, row, plan.activity_share, None, "calculo", "%")
    _validation(sheet, plan)
    common.widths(sheet, _WIDTHS)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(1, 5), repeat_rows="1:3")


def _validation(sheet: Worksheet, plan: SocialPlan) -> None:
    first, last = plan.activity_span
    principle = DataValidation(type="list", formula1=f'"{",".join(plan.method.principles)}"', allow_blank=True)
    principle.errorTitle, principle.error = "Principio", "Elija uno de los principios."
    principle.add(block(first, plan.activity_principle, last, plan.activity_principle))
    figure = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    figure.showErrorMessage = True
    figure.errorTitle, figure.error = "Cifra", "Escriba un número; deje vacía la celda si no lo tiene."
    figure.add(block(first, plan.activity_people, last, plan.activity_spent))
    sheet.add_data_validation(principle)
    sheet.add_data_validation(figure)
