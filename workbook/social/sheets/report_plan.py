"""Where everything stands on sheet Informe: sections one under another, on A4 pages twelve columns wide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.view import LIGHTS

COLUMNS, WIDTH = 12, 8.6
#: Indicators that moved most, of each side; and urgent ones that the report names.
MOVES, URGENT_ROWS = 10, 12
_CHART_ROWS = 17

#: Where a part of a table stands: its first column, and how many it spans.
Part = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Row of the heading of each section; the headings of its columns follow, then its rows. `last` is the last row."""

    head: int
    principles: int
    charts: int
    lights: int
    better: int
    worse: int
    sentences: Mapping[str, int]
    plan: int
    urgent: int
    activities: int
    sources: int
    last: int


def layout(plan: SocialPlan) -> Layout:
    """Sections one under another, a blank row between them."""
    count = len(plan.method.principles)
    head = 6
    principles = head + 2
    charts = principles + count + 4
    lights = charts + _CHART_ROWS
    better = lights + len(LIGHTS) + 4
    worse = better + MOVES + 3
    row = worse + MOVES + 4
    sentences = {}
    for key in plan.method.principles:
        sentences[key] = row
        row += len(plan.method.of_principle(key)) + 3
    urgent = row + 6
    activities = urgent + URGENT_ROWS + 3
    sources = activities + count + 4
    return Layout(
        head, principles, charts, lights, better, worse, sentences, row, urgent, activities, sources, sources + 10
    )  # fmt: skip


def sentence_rows(plan: SocialPlan) -> dict[str, int]:
    """Row of the sentence of each indicator."""
    return {
        one.id: row + 2 + i
        for key, row in layout(plan).sentences.items()
        for i, one in enumerate(plan.method.of_principle(key))
    }
