"""The activities and budget that people list on Actividades."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import Cell
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.social.cells import is_empty, number, said
from xl_perlas.workbook.social.plan import ACTIVIDADES, SocialPlan


@dataclass(frozen=True, slots=True)
class Activity:
    """A row of the list: figures are None where there is none that can be used.

    `principle` is empty where what was typed (`principle_text`) is none.
    """

    row: int
    date: str
    principle: str
    text: str
    people: float | None
    budget: float | None
    spent: float | None
    principle_text: str


def read_activities(book: BookLike, plan: SocialPlan, found: list[Problem]) -> list[Activity]:
    """Every row with anything in it."""
    first, last = plan.activity_span
    area = f"{ref(plan.activity_date, first)}:{ref(plan.activity_spent, last)}"
    listed = []
    for i, cells in enumerate(book.sheet(ACTIVIDADES).rows(area)):
        if all(map(is_empty, cells)):
            continue
        date, principle, text, *figures = cells
        people, budget, spent = (_figure(cell, found) for cell in figures)
        wanted = str(principle.value or "").upper()  # as COUNTIF takes it: no spaces around
        if wanted not in plan.method.principles:
            options = ", ".join(plan.method.principles)
            found.append(problem("N50", where=f"{ACTIVIDADES}!{principle.ref}", text=said(principle)
                                 if not is_empty(principle) else "vacío", options=options))  # fmt: skip
            wanted = ""
        words = ["" if cell.value is None else str(cell.value) for cell in (text, principle)]
        listed.append(Activity(first + i, _day(date), wanted, words[0], people, budget, spent, words[1]))
    return listed


def _figure(cell: Cell, found: list[Problem]) -> float | None:
    value = number(cell)
    if value is None and not is_empty(cell):
        found.append(problem("N49", where=f"{ACTIVIDADES}!{cell.ref}", text=said(cell)))
    elif value is not None and value < 0:
        found.append(problem("N59", where=f"{ACTIVIDADES}!{cell.ref}", amount=value))
    return value


def _day(cell: Cell) -> str:
    value = cell.value
    return value.isoformat()[:10] if isinstance(value, dt.date) else "" if value is None else str(value)
