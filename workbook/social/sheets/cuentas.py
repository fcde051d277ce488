"""Cuentas: the balance of each year, and what the inputs that come from it sum up."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.balance import Balance
from xl_perlas.evaluate import contexts, missing_count
from xl_perlas.load import load_catalog
from xl_perlas.periods import Period
from xl_perlas.social import SocialInput
from xl_perlas.social.resolve import account_ratio
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import CUENTAS, SocialPlan
from xl_perlas.workbook.social.sheets.looks import block, put, year_head, year_headers, year_results
from xl_perlas.workbook.social.view import CATALOG, SocialView
from xl_perlas.workbook.styles import missing_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE

NAME = CUENTAS
_WIDTHS = {1: 14, 2: 52}


def defined(plan: SocialPlan) -> dict[str, str]:
    """Codes of the accounts."""
    return {names.CODES: f"{NAME}!{span(1, *plan.account_span)}"}


def formulas(plan: SocialPlan) -> Cells:
    """Sums of accounts by SUMIF; an account that is missing leaves its input without value."""
    cells: Cells = {}
    for column in (plan.account_first_balance, plan.account_sum_column(0), plan.account_missing_column(0)):
        cells.update(year_headers(plan, column, plan.account_header))
    for key, row in plan.sum_rows.items():
        for k in range(plan.capacity):
            missing = ref(plan.account_missing_column(k), row)
            cells[(row, plan.account_sum_column(k))] = (
                f"=IF({missing}>0,NA(),{_sum(plan, plan.method.inputs[key], k)})"
            )
    return common.light(cells)


def _sum(plan: SocialPlan, one: SocialInput, k: int) -> str:
    balances = span(plan.account_first_balance + k, *plan.account_span)
    assert one.accounts is not None
    codes = ",".join(f'"{code}"' for code, _, _ in one.accounts.terms)
    weights = ",".join(f"{c:g}" for _, _, c in one.accounts.terms)
    if set(weights.split(",")) == {"1"}:
        return f"SUMPRODUCT(SUMIF({names.CODES},{{{codes}}},{balances}))"
    return f"SUMPRODUCT(SUMIF({names.CODES},{{{codes}}},{balances}),{{{weights}}})"


def results(view: SocialView) -> Cells:
    """What they show, and how many accounts are missing."""
    plan, balance = view.plan, view.book.balance
    cells: Cells = {}
    for column in (plan.account_first_balance, plan.account_sum_column(0), plan.account_missing_column(0)):
        cells.update(year_results(view, column, plan.account_header))
    ready = contexts(balance, load_catalog(CATALOG)) if balance is not None else []
    for k, period in enumerate(view.book.columns):
        at = None if period is None or balance is None else balance.position(period)
        for key, row in plan.sum_rows.items():
            form = account_ratio(plan.method.inputs[key]).numerator
            lacking = 1 if at is None else missing_count(form, ready[at])
            cells[(row, plan.account_missing_column(k))] = lacking
            cells[(row, plan.account_sum_column(k))] = NOT_AVAILABLE if lacking else _total(view, key, k)
    return common.light(cells, view.state)


def _total(view: SocialView, key: str, k: int) -> float:
    """The sum that SUMIF gives: accounts that are not listed add nothing."""
    balance, period, form = view.book.balance, view.book.columns[k], view.plan.method.inputs[key].accounts
    assert balance is not None
    assert period is not None
    assert form is not None
    column = balance.values[balance.position(period)]
    rows = balance.chart.row
    return sum(c * (column[rows[code]] or 0.0) for code, _, c in form.terms if code in rows)


def build(sheet: Worksheet, plan: SocialPlan, periods: list[Period], balance: Balance | None) -> None:
    """Rows for accounts, filled from `balance`, and the inputs beside them."""
    common.start(
        sheet, "entradas", "Cuentas",
        "Pegue aquí el balance de cada año: código sin puntos, cuenta y saldos. De él salen los datos de la derecha.",
        light_to="B3",
    )  # fmt: skip
    first, last = plan.account_span
    common.header(sheet, "entradas", ["Código", "Cuenta"], plan.account_header)
    year_head(sheet, "entradas", plan.account_header, plan.account_first_balance, plan.capacity)
    for row in range(first, last + 1):
        common.put(sheet, row, 1, None, style("entrada", "texto"))
        common.put(sheet, row, 2, None, style("entrada", "texto"))
        for k in range(plan.capacity):
            common.put(sheet, row, plan.account_first_balance + k, None, style("entrada", "monto"))
    if balance is not None:
        _fill(sheet, plan, periods, balance)
    _inputs(sheet, plan)
    figure = DataValidation(type="decimal", operator="between", formula1="-1E15", formula2="1E15", allow_blank=True)
    figure.showErrorMessage = True
    figure.errorTitle, figure.error = "Saldo", "Escriba un número; deje vacía la celda si la cuenta no existe."
    figure.add(block(first, plan.account_first_balance, last, plan.account_first_balance + plan.capacity - 1))
    sheet.add_data_validation(figure)
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, {plan.account_first_balance + k: 17 for k in range(plan.capacity)})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, first), repeat_rows=f"{plan.account_header}:{plan.account_header}")
    sheet.print_area = f"A1:{ref(plan.account_missing_column(plan.capacity - 1), plan.account_header + 60)}"


def _fill(sheet: Worksheet, plan: SocialPlan, periods: list[Period], balance: Balance) -> None:
    known = {period.key: i for i, period in enumerate(balance.periods)}
    for i, code in enumerate(balance.chart.codes):
        row = plan.account_header + 1 + i
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = code, balance.name(code) or None
        for k, period in enumerate(periods):
            value = balance.values[known[period.key]][i] if period.key in known else None
            sheet.cell(row, plan.account_first_balance + k).value = None if value is None or value != value else value


def _inputs(sheet: Worksheet, plan: SocialPlan) -> None:
    """The inputs that come from accounts."""
    start = plan.sum_column
    common.header(sheet, "calculo", ["Id", "Dato", "Cuentas"], plan.account_header, start)
    titles = {plan.account_sum_column(0): "Suma de sus cuentas",
              plan.account_missing_column(0): "Cuentas sin dato, según el último recálculo"}  # fmt: skip
    for column, title in titles.items():
        common.put(sheet, plan.account_header - 1, column, title, "xlp_proposito")
        year_head(sheet, "calculo", plan.account_header, column, plan.capacity)
    for key, row in plan.sum_rows.items():
        one = plan.method.inputs[key]
        for i, text in enumerate((key, one.name, one.accounts_text)):
            common.put(sheet, row, start + i, text, style("rotulo", "texto"))
        for k in range(plan.capacity):
            put(sheet, row, plan.account_sum_column(k), None, "calculo", "dólares")
            put(sheet, row, plan.account_missing_column(k), 1, "calculo")
    first, last = min(plan.sum_rows.values()), max(plan.sum_rows.values())
    missing_rule(sheet, block(first, plan.account_sum_column(0), last, plan.account_sum_column(plan.capacity - 1)),
                 ref(plan.account_sum_column(0), first))  # fmt: skip
    common.widths(sheet, {plan.sum_column - 1: 3, start: 30, start + 1: 34, start + 2: 60})
    common.widths(sheet, dict.fromkeys(range(start + 3, plan.account_missing_column(0)), 16))
    common.widths(sheet, {plan.account_missing_column(k): 9 for k in range(plan.capacity)})
