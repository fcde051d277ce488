"""Where everything stands on sheet Informe: sections one under another, on A4 pages twelve columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from xl_perlas.model import COMPONENTS
from xl_perlas.supervision_load import all_ratios
from xl_perlas.workbook.plan import Plan
from xl_perlas.workbook.plan_supervision import groups, rows_by_group

COLUMNS, WIDTH = 12, 8.6
HEAD_ROW = 5
LABEL_ROW, VALUE_ROW, NOTE_ROW = 7, 8, 10
#: Remarks of each side, and findings, that the report repeats; their own sheets have them all.
REMARKS, FINDINGS = 5, 8
#: Rows that the radar covers, and each of the charts below one another: four of them fill a page.
RADAR_ROWS, CHART_ROWS = 17, 11

#: Where a part of a table stands: its first column, and how many it spans.
Part = tuple[int, int]
REMARK_PARTS: Mapping[str, Part] = {"side": (1, 2), "name": (3, 3), "text": (6, 7)}
COMPONENT_PARTS: Mapping[str, Part] = {
    "id": (1, 1), "name": (2, 3), "met": (5, 1), "failed": (6, 1), "share": (7, 1),
}  # fmt: skip
INDICATOR_PARTS: Mapping[str, Part] = {
    "id": (1, 1), "title": (2, 4), "before": (6, 1), "value": (7, 1), "goal": (8, 3), "verdict": (11, 2),
}  # fmt: skip
#: Accounts and lines of the statements that the report shows, of those on Horizontal.
STRUCTURE = (
    "1", "11", "13", "14", "18", "2", "21", "26", "3", "31", "33", "5", "51", "4", "41", "44", "45",
    "margen_neto_intereses", "ganancia_ejercicio",
)  # fmt: skip
STRUCTURE_PARTS: Mapping[str, Part] = {
    "name": (1, 4), "amount": (5, 2), "absolute": (7, 2), "relative": (9, 2), "share": (11, 2),
}  # fmt: skip
RATIO_PARTS: Mapping[str, Part] = {
    "id": (1, 2), "title": (3, 5), "value": (8, 1), "percentile": (9, 2), "light": (11, 2),
}  # fmt: skip
FINDING_PARTS: Mapping[str, Part] = {"code": (1, 1), "severity": (2, 1), "cause": (3, 5), "effect": (8, 5)}


@dataclass(frozen=True)
class Layout:
    """Row of the heading of each section; the headings of its columns follow, then its rows. `last` is the last row."""

    remarks: int
    components: int
    indicators: int
    structure: int
    balance: int
    result: int
    segments: int
    ratios: int
    findings: int
    sources: int
    last: int


def components(plan: Plan) -> dict[str, list[str]]:
    """The indicators of each component of the profile, in order."""
    found: dict[str, list[str]] = {name: [] for name in COMPONENTS}
    for indicator in plan.indicators:
        found[indicator.component].append(indicator.id)
    return {name: own for name, own in found.items() if own}


def layout(plan: Plan) -> Layout:
    """Sections one under another, a blank row between them."""
    return Layout(*accumulate(_sizes(plan), initial=NOTE_ROW + 2))


def _sizes(plan: Plan) -> Iterator[int]:
    """Rows of each section, with its heading, the headings of its columns, and a blank row."""
    yield 3 * REMARKS + 3
    yield max(len(components(plan)) + 2, RADAR_ROWS) + 2
    yield len(plan.indicators) + len(components(plan)) + 3
    yield len(STRUCTURE) + 3
    for _ in range(3):
        yield 2 * CHART_ROWS + 2
    yield len(all_ratios()) + len(groups()) + 3
    yield FINDINGS + 3
    yield 12


def component_rows(plan: Plan) -> dict[str, int]:
    """Row of each component in its table."""
    return {name: layout(plan).components + 2 + i for i, name in enumerate(components(plan))}


def indicator_rows(plan: Plan) -> dict[str, int]:
    """Row of each indicator in its table: a heading row stands before each component."""
    rows: dict[str, int] = {}
    row = layout(plan).indicators + 2
    for own in components(plan).values():
        row += 1
        for key in own:
            rows[key] = row
            row += 1
    return rows


def structure_rows(plan: Plan) -> dict[str, int]:
    """Row of each account and line of the statements."""
    return {key: layout(plan).structure + 2 + i for i, key in enumerate(STRUCTURE)}


def ratio_rows(plan: Plan) -> dict[str, int]:
    """Row of each supervisory ratio: a heading row stands before each group."""
    return rows_by_group(layout(plan).ratios + 2)
