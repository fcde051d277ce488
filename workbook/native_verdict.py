"""Verdicts as native formulas: the same goals that the program judges by, over the native values.

Each condition becomes 1 (met), 0 (not met) or an error (it cannot be judged). One that is not met decides, even where
another cannot be judged; otherwise what cannot be judged leaves no verdict.
"""

from __future__ import annotations

from collections.abc import Callable

from xl_perlas.formula import Node, spreadsheet
from xl_perlas.goals import FAILS, MEETS, NO_VERDICT
from xl_perlas.model import Condition, Goal, Indicator
from xl_perlas.workbook.plan import LINEAS, Plan, quoted, ref

#: Figures that differ by less, relative to the larger, are the same figure written twice in binary (see `goals.py`).
_SAME = "1E-12"

#: Where the value of an indicator stands, and where its verdict.
Cell = Callable[[str], str]


def verdict_formula(plan: Plan, indicator: Indicator, k: int, head: str, value: Cell, verdict: Cell) -> str:
    """The verdict in period column `k`; nothing where `head`, the period's heading, is blank."""
    goal = indicator.goal
    if goal.minimise:
        return f'=IF({head}="","","{NO_VERDICT}")'
    own = value(indicator.id)
    if goal.requires:
        met = [f'(MATCH({verdict(key)},{{"{FAILS}","{MEETS}"}},0)-1)' for key in goal.requires]
    elif goal.structure:
        met = [_relative(plan, goal, own, k, value)]
    else:
        met = [_condition(plan, c, own, k, value) for c in goal.conditions]
    every = "*".join([*met, f"(1+0*{own})"])
    known = "*".join(f"IFERROR({one},1)" for one in met)
    judged = f"IFERROR(1+2*{every},IFERROR(1+{known}+0*{own},2))"
    return f'=IF({head}="","",CHOOSE({judged},"{FAILS}","{NO_VERDICT}","{MEETS}"))'


def _condition(plan: Plan, condition: Condition, own: str, k: int, value: Cell) -> str:
    holds = _compare(own, condition.operator, _bound(plan, condition.bound, k, value))
    when = condition.when
    if when is None:
        return holds
    applies = _compare(value(when.subject), when.operator, _bound(plan, when.bound, k, value))
    return f"CHOOSE(1+{applies},1,{holds})"


def _bound(plan: Plan, node: Node, k: int, value: Cell) -> str:
    """Parameters in force and other indicators; 1* makes a blank parameter an error instead of nothing."""

    def cell(name: str, _: int) -> str:
        if name in plan.profile.parameters:
            effective = ref(plan.line_column(k), plan.effective_row(name), fix_row=True)
            return f"(1*{quoted(LINEAS)}!{effective})"
        return value(name)

    return f"({spreadsheet(node, cell)})"


def _compare(left: str, operator: str, bound: str) -> str:
    """1 or 0."""
    gap, room = f"({left}-{bound})", f"{_SAME}*MAX(1,ABS({left}),ABS({bound}))"
    return {
        "=": f"(ABS{gap}<={room})*1", ">=": f"({gap}>=-{room})*1", "<=": f"({gap}<={room})*1",
        ">": f"({gap}>{room})*1", "<": f"({gap}<-{room})*1",
    }[operator].join("()")  # fmt: skip


def _relative(plan: Plan, goal: Goal, own: str, k: int, value: Cell) -> str:
    """Growth over, like or under that of `reference`, as the structure indicator is under, in or over its range."""
    reference = f"(1*{value(goal.reference)})"
    tolerance = f"(1*{quoted(LINEAS)}!{ref(plan.line_column(k), plan.effective_row(goal.tolerance), fix_row=True)})"
    near = _compare(f"ABS({own}-{reference})", "<=", tolerance)
    faster, slower = _compare(own, ">", reference), _compare(own, "<", reference)
    return f"CHOOSE(2+{_side(plan, goal.structure, k, value)},{faster},{near},{slower})"


def _side(plan: Plan, structure: str, k: int, value: Cell) -> str:
    """-1 under the range of its goal, 0 inside, 1 above: the first condition that does not hold decides."""
    text = "0"
    own = value(structure)
    for condition in reversed(plan.profile.indicators[structure].goal.conditions):
        bound = _bound(plan, condition.bound, k, value)
        out = {">": "-1", ">=": "-1", "<": "1", "<=": "1", "=": f"SIGN({own}-{bound})"}[condition.operator]
        text = f"CHOOSE(1+{_condition(plan, condition, own, k, value)},{out},{text})"
    return text
