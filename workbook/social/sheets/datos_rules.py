"""What may be typed on Datos."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import SocialInput
from xl_perlas.social.model import InputKind
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.social.cells import DOES_NOT_APPLY
from xl_perlas.workbook.social.plan import SocialPlan, takes_number


def add_rules(sheet: Worksheet, plan: SocialPlan) -> None:
    """What may be typed in each cell of Datos."""
    rules: dict[str, DataValidation] = {}
    for key, row in plan.input_rows.items():
        one = plan.method.inputs[key]
        cells = f"{ref(plan.typed_column(0), row)}:{ref(plan.typed_column(plan.capacity - 1), row)}"
        # a formula is relative to the first cell of its rule: each number has a rule of its own
        name = key if takes_number(one) else "".join(one.options) or str(one.kind)
        if name not in rules:
            found = _rule(one, ref(plan.typed_column(0), row))
            if found is None:
                continue
            rules[name] = found
        rules[name].add(cells)
    heads = span(plan.typed_column(0), plan.head_row, plan.head_row, plan.typed_column(plan.capacity - 1))
    years = DataValidation(type="list", formula1=heads, allow_blank=True)
    years.add(f"{ref(plan.choice_column, plan.now_row)}:{ref(plan.choice_column, plan.before_row)}")
    for found in (*rules.values(), years):
        sheet.add_data_validation(found)


def _rule(one: SocialInput, first: str) -> DataValidation | None:
    """What may be typed. Numbers may also be «no aplica», which only a formula can say."""
    if one.kind is InputKind.TEXT:
        return None
    if not takes_number(one):
        options = one.options or ("Sí", "No")
        found = DataValidation(type="list", formula1=f'"{",".join((*options, "No aplica"))}"', allow_blank=True)
        found.error = "Elija una respuesta de la lista; deje vacía la celda si falta."
    else:
        tests = {
            InputKind.COUNT: f"AND(ISNUMBER({first}),N({first})>=0,N({first})=INT(N({first})))",
            InputKind.PERCENT: f"AND(ISNUMBER({first}),ABS(N({first}))<=2)",
        }.get(one.kind, f"ISNUMBER({first})")
        formula = f'OR({tests},LOWER({first})="{DOES_NOT_APPLY}")'
        found = DataValidation(type="custom", formula1=formula, allow_blank=True)
        found.error = {
            InputKind.COUNT: "Escriba cuántos son, un entero desde 0, o «no aplica». Deje vacío lo que falte.",
            InputKind.PERCENT: "Escriba un porcentaje, como 89 %, o «no aplica». Deje vacío lo que falte.",
        }.get(one.kind, "Escriba un número o «no aplica». Deje vacío lo que falte.")
    found.errorTitle, found.showErrorMessage = "Dato", True
    return found
