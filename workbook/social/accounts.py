"""The balance pasted on Cuentas, as SUMIF sees it."""

from __future__ import annotations

from collections.abc import Sequence

from xl_perlas.balance import Balance, normalise_code
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import Cell
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.social.cells import is_empty, number, said
from xl_perlas.workbook.social.plan import CUENTAS, SocialPlan


def read_accounts(
    book: BookLike, plan: SocialPlan, columns: Sequence[Period | None], found: list[Problem]
) -> Balance | None:
    """The balance of the years in use; None without any account.

    A row that SUMIF would not find, or would add up twice, is told and left out: what needs it has no value.
    """
    used = [(k, period) for k, period in enumerate(columns) if period is not None]
    sheet, (first, last) = book.sheet(CUENTAS), plan.account_span
    area = f"A{first}:{ref(plan.account_first_balance + plan.capacity - 1, max(last, sheet.last_row))}"
    rows: dict[str, list[float | None]] = {}
    labels: dict[str, str] = {}
    twice: set[str] = set()
    for i, cells in enumerate(sheet.rows(area)):
        code = _code(cells, first + i, last, found)
        if code is None:
            continue
        if code in rows:
            twice.add(code)
            found.append(problem("N46", where=f"{CUENTAS}!A{first + i}", accounts=(code,), code=code))
            continue
        labels[code] = str(cells[1].value or "")
        rows[code] = [_balance(cells[plan.account_first_balance - 1 + k], code, found) for k, _ in used]
    rows = {code: [float("nan")] * len(used) if code in twice else row for code, row in rows.items()}
    if not rows or not used:
        return None
    values: dict[object, list[float | None]] = {
        period: [row[j] for row in rows.values()] for j, (_, period) in enumerate(used)
    }
    return Balance.build(list(rows), values, list(labels.values()))


def _code(cells: Sequence[Cell], row: int, last: int, found: list[Problem]) -> str | None:
    """The code of a row as SUMIF finds it; None where there is none."""
    raw = cells[0].value
    code = normalise_code(raw)
    if all(is_empty(cell) for cell in cells):
        return None
    where = f"{CUENTAS}!A{row}"
    if code is None:
        if any(isinstance(cell.value, float) for cell in cells[2:]):
            found.append(problem("N45", where=where, text=said(cells[0]), code="solo cifras, como 1401"))
        return None
    if row > last:
        found.append(problem("L29", where=where, accounts=(code,), last=last))
        return None
    if isinstance(raw, str) and raw != code:
        found.append(problem("N45", where=where, accounts=(code,), text=raw[:40], code=code))
        return None
    return code


def _balance(cell: Cell, code: str, found: list[Problem]) -> float | None:
    """The figure of a cell: None where it is empty, NaN where it cannot be used."""
    if is_empty(cell):
        return None
    value = number(cell)
    if value is None:
        found.append(problem("N44", where=f"{CUENTAS}!{cell.ref}", accounts=(code,), code=code, text=said(cell)))
        return float("nan")
    return value
