"""What must hold in any trial balance, and what is worth a second look.

Breaks (errors): a parent that is not the sum of its children; 1 = 2 + 3 [+ 5 − 4]; the result against 3603 and 59.
Warnings: contra accounts with the wrong sign, accounts the catalogue lacks, jumps, articulation with the year before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from xl_perlas.balance import Balance
from xl_perlas.chart import ENTITY_DATA, Column
from xl_perlas.model import Catalog
from xl_perlas.periods import comparisons
from xl_perlas.problems import Problem, money, problem

#: Half of what one figure rounded to the cent can be off, with room for binary sums.
CENT = 0.01

#: (expense, what it should add to, concept, name of the contra account)
ARTICULATION = (
    ("4402", "1499", "provisiones de cartera", "la provisión acumulada (1499)"),
    ("4505", "1899", "depreciación", "la depreciación acumulada (1899)"),
    ("4506", "190599", "amortización", "la amortización acumulada (190599)"),
)

#: A jump: at least this many times larger or smaller, and at least this share of total assets (or income).
JUMP_RATIO, JUMP_SHARE = 5.0, 0.05


def tolerance(column: Column, figures: int) -> float:
    """Largest difference that rounding alone explains: one cent, or half a unit a figure in a chart without cents."""
    if column.chart.codes and column.whole:
        return 0.5 * (figures + 1) if figures > 1 else CENT
    return CENT


def child_break(column: Column, code: str, catalog: Catalog) -> float | None:
    """Difference between `code` and the sum of its children when rounding does not explain it; else None.

    None too when there are no children, or a figure among them cannot be read.
    """
    row = column.chart.row.get(code)
    given = None if row is None else column.values[row]
    if given is None:
        return None
    codes, values = column.chart.codes, column.values
    rows = [r for r in column.children(code) if codes[r] not in catalog.not_summed]
    if not rows:
        return None
    difference = given - math.fsum(values[r] or 0.0 for r in rows)
    if abs(difference) <= CENT:  # no tolerance is smaller, and finding it may read the whole column
        return None
    # NaN (an unreadable figure) compares false: nothing can be said of the sum
    return difference if abs(difference) > tolerance(column, len(rows)) else None


def equation_break(column: Column) -> float | None:
    """Assets minus liabilities and equity [and result] when neither form of the equation holds; else None.

    Before the year is closed the result is still in 5 − 4; after, in 36. Either may hold.
    """
    assets, liabilities, equity = (_figure(column, code) for code in "123")
    if assets is None or liabilities is None or equity is None:
        return None
    closed = assets - math.fsum((liabilities, equity))
    expenses, income = _figure(column, "4"), _figure(column, "5")
    differences = [closed] if expenses is None or income is None else [closed, closed - income + expenses]
    worst = min(differences, key=abs)
    return worst if abs(worst) > tolerance(column, 4) else None


def _figure(column: Column, code: str) -> float | None:
    row = column.chart.row.get(code)
    value = None if row is None else column.values[row]
    return None if value is None or value != value else value


def suspicion(column: Column, code: str, catalog: Catalog) -> str:
    """Why a formula that uses `code` rests on figures that do not add up, in words; empty when it does not."""
    difference = child_break(column, code, catalog)
    if difference is not None:
        return f"la cuenta {code} difiere en {money(difference)} de la suma de sus subcuentas"
    if code in ("1", "2", "3"):
        difference = equation_break(column)
        if difference is not None:
            return f"activo y pasivo más patrimonio difieren en {money(difference)}"
    return ""


# --- the full check ---------------------------------------------------------------------------------------------------


def check(balance: Balance, catalog: Catalog) -> list[Problem]:
    """Every identity and every doubt, by period: breaks first within each."""
    found: list[Problem] = []
    for position in range(len(balance.periods)):
        found += _period_breaks(balance, position, catalog)
        found += _period_doubts(balance, position, catalog)
    found += _unknown_accounts(balance, catalog)
    found += _between_periods(balance)
    return found


def breaks(problems: list[Problem]) -> list[Problem]:
    """Those that are errors: what makes `validar` fail."""
    return [p for p in problems if p.severity == "error"]


def _period_breaks(balance: Balance, position: int, catalog: Catalog) -> Iterator[Problem]:
    column, period = balance.column(position), balance.periods[position].label
    gaps: dict[str, float] = {}
    for code, given in column.listed_rows():
        difference = child_break(column, code, catalog)
        if difference is not None:
            gaps[code] = difference
            yield problem(
                "C01", period=period, accounts=(code,), amount=difference, code=code, name=balance.name(code),
                given=money(given), expected=money(given - difference), difference=money(difference),
                hint=_swapped_digits(given, given - difference),
            )  # fmt: skip
    if (difference := equation_break(column)) is not None:
        yield problem(
            "C02", period=period, accounts=("1", "2", "3"), amount=difference, given=money(_figure(column, "1") or 0),
            expected=money((_figure(column, "1") or 0) - difference), difference=money(difference),
        )  # fmt: skip
    yield from _result_breaks(column, period, gaps)


def _result_breaks(column: Column, period: str, gaps: dict[str, float]) -> Iterator[Problem]:
    income, expenses = _figure(column, "5"), _figure(column, "4")
    if income is None or expenses is None:
        return
    result = income - expenses
    booked = [v for v in (_figure(column, "3603"), _figure(column, "3604")) if v]
    if booked:
        difference = result - math.fsum(booked)
        if abs(difference) > tolerance(column, 4):
            yield problem(
                "C03", period=period, accounts=("5", "4", "3603"), amount=difference, given=money(result),
                expected=money(math.fsum(booked)), difference=money(difference), hint=_consequence(difference, gaps),
            )  # fmt: skip
    own = _figure(column, "59")
    if own and abs(own - result) > tolerance(column, 3):
        yield problem(
            "C04", period=period, accounts=("59", "5", "4"), amount=own - result, given=money(own),
            expected=money(result), difference=money(own - result),
        )  # fmt: skip


def _consequence(difference: float, gaps: dict[str, float]) -> str:
    for code, sign in (("4", -1), ("5", 1)):
        if code in gaps and abs(difference - sign * gaps[code]) <= CENT:
            return f" Es la misma diferencia de la cuenta {code} con sus subcuentas."
    return ""


def _swapped_digits(given: float, expected: float) -> str:
    a, b = f"{abs(given):.2f}", f"{abs(expected):.2f}"
    if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 2 and sorted(a) == sorted(b):
        return f" Parecen dígitos trastocados: ¿{money(expected)}?"
    return ""


def _period_doubts(balance: Balance, position: int, catalog: Catalog) -> Iterator[Problem]:
    column, period = balance.column(position), balance.periods[position].label
    figures = [(c, v) for c, v in column.listed_rows() if c not in ENTITY_DATA]
    if figures and all(v == 0 for _, v in figures):
        yield problem("C12", period=period)
        return
    assets = _figure(column, "1")
    if assets is not None and assets < 0:
        yield problem("C09", period=period, accounts=("1",), amount=assets, given=money(assets))
    for code in sorted(catalog.contra):
        value = _figure(column, code)
        if value is not None and value > 0:
            yield problem(
                "C05", period=period, accounts=(code,), amount=value, code=code, given=money(value),
                name=balance.name(code) or catalog.accounts.get(code, ""),
            )  # fmt: skip


def _unknown_accounts(balance: Balance, catalog: Catalog) -> Iterator[Problem]:
    seen: set[str] = set()
    for code in balance.chart.codes:
        if code in ENTITY_DATA:
            continue
        unknown = next((code[:n] for n in (1, 2, 4) if len(code) >= n and code[:n] not in catalog.accounts), None)
        if unknown and unknown not in seen:
            seen.add(unknown)
            name = balance.name(unknown) or balance.name(code)
            yield problem("C06", accounts=(code,), code=unknown, name=name, catalog=catalog.id)


def _between_periods(balance: Balance) -> Iterator[Problem]:
    for position, comparison in enumerate(comparisons(balance.periods)):
        if comparison.base is None:
            continue
        now, before = balance.column(position), balance.column(comparison.base)
        period, base = balance.periods[position], balance.periods[comparison.base]
        if period.month == 12:
            yield from _articulation(now, before, period.label)
            accumulated, later = _figure(before, "3601"), _figure(now, "3603")
            if accumulated and later and abs(accumulated - later) <= CENT and accumulated != _figure(before, "3603"):
                yield problem(
                    "C14", period=base.label, accounts=("3601", "3603"), base=period.label, given=money(accumulated)
                )
            yield from _jumps(balance, now, before, period.label, base.label)


def _articulation(now: Column, before: Column, period: str) -> Iterator[Problem]:
    for expense, contra, concept, contra_name in ARTICULATION:
        spent, current, earlier = _figure(now, expense), _figure(now, contra), _figure(before, contra)
        if spent is None or current is None or earlier is None:
            continue
        grown = earlier - current
        if abs(spent - grown) > tolerance(now, 3):
            yield problem(
                "C08", period=period, accounts=(expense, contra), amount=spent - grown, concept=concept,
                expense=expense, contra=contra_name, given=money(spent), expected=money(grown),
                difference=money(spent - grown),
            )  # fmt: skip


def _jumps(balance: Balance, now: Column, before: Column, period: str, base: str) -> Iterator[Problem]:
    for code, value in now.listed_rows():
        if len(code) > 4 or code in ENTITY_DATA:
            continue
        earlier = _figure(before, code)
        scale = abs(_figure(now, "5" if code[0] in "45" else "1") or 0.0)
        if not earlier or not value or abs(value - earlier) < JUMP_SHARE * scale or not scale:
            continue
        if not 1 / JUMP_RATIO < value / earlier < JUMP_RATIO:
            yield problem(
                "C07", period=period, accounts=(code,), amount=value - earlier, code=code, name=balance.name(code),
                before=money(earlier), base=base, given=money(value),
            )  # fmt: skip
