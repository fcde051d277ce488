"""Saldos: lists of balances, one a person, and how few of them have most of the money."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import BALANCE_ROWS, SALDOS, SocialPlan
from xl_perlas.workbook.social.sheets.looks import put, year_head, year_headers, year_results
from xl_perlas.workbook.social.view import SocialView
from xl_perlas.workbook.styles import missing_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE

NAME = SALDOS
#: Rounding that a sum may have below the share it must reach.
_ALMOST = 1e-12


def formulas(plan: SocialPlan) -> Cells:
    """People and total, and in thirteen steps the most people that do not reach the share: one more does.

    A step adds 4.096, 2.048, …, 1 people when their balances, the largest ones, still do not reach it.
    """
    cells: Cells = {}
    for i, one in enumerate(plan.lists):
        for row in (plan.list_total_row - 1, plan.list_header):
            cells.update(year_headers(plan, plan.list_column(i, 0), row))
        for k in range(plan.capacity):
            column = plan.list_column(i, k)
            balances = span(column, *plan.list_span)
            total, people = (ref(column, row) for row in (plan.list_total_row, plan.list_people_row))
            cells[(plan.list_total_row, column)] = f'=SUMIF({balances},">0")'
            cells[(plan.list_people_row, column)] = f'=IF(COUNTIF({balances},">0")=0,NA(),COUNTIF({balances},">0"))'
            goal = f"{total}*({one.share:g}-{_ALMOST:.0E})"
            for j, step in enumerate(plan.list_steps):
                row = plan.list_step_row + j
                cells[(row, column)] = _step(balances, people, goal, ref(column, row - 1) if j else "0", step)
            last = ref(column, plan.list_holders_row - 1)
            cells[(plan.list_holders_row, column)] = f"={last}+1"
    return common.light(cells)


def _step(balances: str, people: str, goal: str, so_far: str, step: int) -> str:
    count = f"{so_far}+{step}" if so_far != "0" else str(step)
    least = f"LARGE({balances},{count})"
    above = f'">"&{least}'
    held = f"SUMIF({balances},{above})+({count}-COUNTIF({balances},{above}))*{least}"
    return f"=IF({count}>{people},{so_far},{so_far}+{step}*({held}<{goal}))"


def results(view: SocialView) -> Cells:
    """What they show."""
    plan = view.plan
    cells: Cells = {}
    for i, one in enumerate(plan.lists):
        for row in (plan.list_total_row - 1, plan.list_header):
            cells.update(year_results(view, plan.list_column(i, 0), row))
        for k in range(plan.capacity):
            shown = _counted(view.book.lists[one.id, k], one.share, plan.list_steps)
            cells.update({(plan.list_total_row + j, plan.list_column(i, k)): v for j, v in enumerate(shown)})
    return common.light(cells, view.state)


def _counted(balances: Sequence[float], share: float, steps: Sequence[int]) -> list[object]:
    """Total, people, the steps, and the holders."""
    kept = sorted((b for b in balances if b > 0), reverse=True)
    total = fsum(kept)
    if not kept:
        return [0.0, NOT_AVAILABLE, *[NOT_AVAILABLE] * len(steps), NOT_AVAILABLE]
    found: list[object] = [total, len(kept)]
    so_far = 0
    for step in steps:
        if so_far + step <= len(kept) and fsum(kept[: so_far + step]) < total * (share - _ALMOST):
            so_far += step
        found.append(so_far)
    return [*found, so_far + 1]


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """A column for each list and year."""
    common.start(
        sheet, "entradas", "Saldos",
        f"Pegue el saldo de cada persona, uno por fila (hasta {BALANCE_ROWS}). Lo escrito en Datos gana a lo que salga "
        "de aquí.", light_to="C3",
    )  # fmt: skip
    labels = {plan.list_total_row: "Suma de los saldos mayores que cero", plan.list_people_row: "Personas con saldo",
              plan.list_holders_row: "Personas que tienen la parte indicada"}  # fmt: skip
    labels |= {plan.list_step_row + j: f"Más {step} si aún no llegan" for j, step in enumerate(plan.list_steps)}
    for row, label in labels.items():
        common.put(sheet, row, 1, label, style("rotulo", "texto"))
    common.put(sheet, plan.list_header, 1, "Saldos: pegue desde aquí", style("rotulo", "texto"))
    first, last = plan.list_span
    for i, one in enumerate(plan.lists):
        start = plan.list_column(i, 0)
        title = f"{one.name[:1].upper()}{one.name[1:]}: {one.share:.0%} del total"
        common.put(sheet, plan.list_total_row - 2, start, title, "xlp_proposito")
        for row in (plan.list_total_row - 1, plan.list_header):
            year_head(sheet, "entradas" if row == plan.list_header else "calculo", row, start, plan.capacity)
        for k in range(plan.capacity):
            column = plan.list_column(i, k)
            for row in labels:
                kind = "resultado" if row == plan.list_holders_row else "calculo"
                put(sheet, row, column, None, kind, "pesos" if row == plan.list_total_row else "personas")
            for row in range(first, last + 1):
                common.put(sheet, row, column, None, style("entrada", "monto"))
    common.widths(sheet, {1: 40, **dict.fromkeys(range(2, 2 + len(plan.lists) * plan.capacity), 16)})
    top, end = ref(2, plan.list_people_row), ref(1 + len(plan.lists) * plan.capacity, plan.list_holders_row)
    missing_rule(sheet, f"{top}:{end}", top)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(2, first), repeat_rows="1:3")
    sheet.print_area = f"A1:{ref(1 + len(plan.lists) * plan.capacity, plan.list_header + 10)}"
