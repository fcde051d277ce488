"""CAMEL: indicators graded 1 (best) to 5 by their distance to the mean of a segment; every grade stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import HIGHER, CamelReport, Statistic, grade, limits
from xl_perlas.model import Indicator
from xl_perlas.workbook import names, plan_camel
from xl_perlas.workbook.camel_inputs import UNNAMED, camel_report
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import is_copy, native_only, settled, spelling
from xl_perlas.workbook.plan import CAMEL, HEADER_ROW, SEGMENTO, Plan, ref, span
from xl_perlas.workbook.plan_camel import (
    GROUP_WEIGHT,
    LABEL,
    LIMIT,
    MARGIN,
    MU,
    MULTIPLE_ROW,
    SEGMENT_ROW,
    SIGMA,
    TOTAL_ROW,
    WEIGHT,
    WORD_ROW,
    Block,
    block_column,
)
from xl_perlas.workbook.sheets import camel_charts, camel_look, camel_scale, common
from xl_perlas.workbook.sheets.camel_charts import value_shown
from xl_perlas.workbook.sheets.camel_look import ACCOUNTS, ONE_SIDE, TYPED
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.indicadores import native_formula
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = CAMEL
#: What the function and the native formula show in a cell: a number, or an error.
_Pair: TypeAlias = tuple[object, object]


def blocks(plan: Plan) -> tuple[int, ...]:
    """First column of each block of periods: columns without period are hidden."""
    return tuple(block_column(plan, block, 0) for block in Block)


def defined(plan: Plan) -> dict[str, str]:
    """The native totals over the period columns."""
    first, last = (block_column(plan, Block.NATIVE, k) for k in (0, plan.capacity - 1))
    return {names.CAMEL_TOTALS: f"{NAME}!{span(first, TOTAL_ROW, TOTAL_ROW, last)}"}


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Statistics and limits of each indicator; value, grade twice, and difference by period; scale and chart data."""
    name = f"{SEGMENTO}!{ref(plan_camel.SOURCE, plan_camel.NAME_ROW)}"
    cells: Cells = {(SEGMENT_ROW, LABEL): f'="Segmento: "&IF({name}="","{UNNAMED}",{name})'}
    for block in Block:
        cells.update(period_headers(plan, block_column(plan, block, 0)))
    for key, row in plan_camel.grade_rows(plan).items():
        cells.update({(row, column): text for column, text in _limit_formulas(plan, key, row).items()})
        for k in range(plan.capacity):
            cells.update(_grade_formulas(plan, plan.camel.indicators[key], row, k))
    for k in range(plan.capacity):
        cells.update(_total_formulas(plan, k))
    cells.update(camel_scale.formulas(plan))
    cells.update(camel_charts.formulas(plan))
    return common.light(native_only(plan, cells))


def _limit_formulas(plan: Plan, key: str, row: int) -> dict[int, str]:
    at = plan_camel.statistic_rows(plan)[key]
    mean, deviation = (ref(column, row, fix_column=True) for column in (MU, SIGMA))
    found = {
        MU: f"={SEGMENTO}!{ref(plan_camel.MEAN_USED, at)}",
        SIGMA: f"={SEGMENTO}!{ref(plan_camel.DEVIATION_USED, at)}",
        MARGIN: f"={camel_scale.tolerance(plan)}*MAX(ABS({mean}),{deviation})",
    }
    for i in range(len(plan.camel.limits)):
        found[LIMIT + i] = f"={mean}+{ref(LIMIT + i, MULTIPLE_ROW, fix_row=True)}*{deviation}"
    return found


def _grade_formulas(plan: Plan, indicator: Indicator, row: int, k: int) -> Cells:
    """1 plus how many limits are above the value, where more is better; plus how many it reaches, where less is."""
    value, origin, grade, native = (
        ref(block_column(plan, b, k), row) for b in (Block.VALUE, Block.ORIGIN, Block.GRADE, Block.NATIVE)
    )
    typed = f"{SEGMENTO}!{ref(plan_camel.FIRST_FIGURE + k, plan_camel.typed_rows(plan)[indicator.id])}"
    identity, mean, deviation, margin = (ref(c, row, fix_column=True) for c in (LABEL, MU, SIGMA, MARGIN))
    bounds = f"{ref(LIMIT, row, fix_column=True)}:{ref(MARGIN - 1, row, fix_column=True)}"
    compared = {"mayor": "<", "menor": ">="}[indicator.direction]
    from_accounts = native_formula(plan, indicator, k).removeprefix("=")
    return {
        (row, block_column(plan, Block.VALUE, k)): f'=IF({origin}="{TYPED}",{typed},{from_accounts})',
        (row, block_column(plan, Block.ORIGIN, k)): _when_used(
            plan, Block.ORIGIN, k, f'CHOOSE(1+ISNUMBER({typed}),"{ACCOUNTS}","{TYPED}")'
        ),
        (row, block_column(plan, Block.GRADE, k)): _when_used(
            plan, Block.GRADE, k, f"{spelling(plan, 'CAMEL_NOTA')}({identity},{value},{mean},{deviation})"
        ),
        (row, block_column(plan, Block.NATIVE, k)): (
            f"=IF({deviation}>{margin},1+SUMPRODUCT(--({value}{compared}{bounds}-{margin})),NA())"
        ),
        (row, block_column(plan, Block.GAP, k)): _gap(grade, native),
    }


def _when_used(plan: Plan, block: Block, k: int, text: str) -> str:
    return f'=IF({ref(block_column(plan, block, k), HEADER_ROW, fix_row=True)}="","",{text})'


def _gap(grade: str, native: str) -> str:
    return f'=IF(ISNUMBER({grade})=ISNUMBER({native}),IFERROR(ABS({grade}-{native}),NA()),"{ONE_SIDE}")'


def _total_formulas(plan: Plan, k: int) -> Cells:
    """Grades of the groups and the total; what the total means; how many differ from the native ones."""
    rows = plan_camel.grade_rows(plan)
    first, last = plan_camel.MULTIPLE_ROW + 1, plan_camel.last_grade_row(plan)
    grade, native, gap = (block_column(plan, b, k) for b in (Block.GRADE, Block.NATIVE, Block.GAP))
    cells: Cells = {}
    for group, row in plan_camel.group_rows(plan, rows).items():
        members = [rows[key] for key in plan.camel.members(group)]
        weights, own, theirs = (
            f"{ref(c, min(members), fix_column=c == WEIGHT)}:{ref(c, max(members), fix_column=c == WEIGHT)}"
            for c in (WEIGHT, grade, native)
        )
        cells[(row, grade)] = _when_used(plan, Block.GRADE, k, f"SUMPRODUCT({weights}*{own})")
        cells[(row, native)] = f"=SUMPRODUCT({weights},{theirs})"
        cells[(row, gap)] = _gap(ref(grade, row), ref(native, row))
    identities, weights = (span(column, first, last) for column in (LABEL, GROUP_WEIGHT))
    own, theirs = (f"{ref(column, first)}:{ref(column, last)}" for column in (grade, native))
    total = f"{spelling(plan, 'CAMEL_TOTAL')}({identities},{own})"
    cells[(TOTAL_ROW, grade)] = _when_used(plan, Block.GRADE, k, total)
    cells[(TOTAL_ROW, native)] = f"=SUMPRODUCT({weights},{theirs})"
    cells[(TOTAL_ROW, gap)] = _gap(ref(grade, TOTAL_ROW), ref(native, TOTAL_ROW))
    meaning = f"INDEX({camel_scale.words(plan)},{camel_scale.nearest(plan, ref(native, TOTAL_ROW))})"
    cells[(WORD_ROW, native)] = f"={meaning}"
    gaps = f"{ref(gap, TOTAL_ROW)}:{ref(gap, last)}"
    cells[(plan_camel.check_row(plan), gap)] = (
        f'=COUNTIF({gaps},">"&{camel_scale.tolerance(plan)})+COUNTIF({gaps},"{ONE_SIDE}")'
    )
    return cells


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show, and the notes."""
    plan = view.plan
    seen = view.camel if view.native is view.report else camel_report(view.camel_inputs, view.native)
    cells: Cells = {(SEGMENT_ROW, LABEL): f"Segmento: {seen.segment.name}"}
    for block in Block:
        cells.update(header_results(view, block_column(plan, block, 0)))
    for key, row in plan_camel.grade_rows(plan).items():
        statistic = seen.segment.statistics.get(key)
        cells.update({(row, column): value for column, value in _limit_results(plan, statistic).items()})
    for k in range(plan.capacity):
        for (row, block), value in _period_results(view, seen, k).items():
            cells[(row, block_column(plan, block, k))] = value
    cells.update(camel_scale.results(plan))
    cells.update(camel_charts.results(view, seen))
    return common.light(settled(plan, cells), view.state)


def _limit_results(plan: Plan, statistic: Statistic | None) -> dict[int, object]:
    if statistic is None:
        return dict.fromkeys((MU, SIGMA, *range(LIMIT, MARGIN + 1)), NOT_AVAILABLE)
    margin = camel_scale.TOLERANCE * max(abs(statistic.mean), statistic.deviation)
    return {
        MU: statistic.mean, SIGMA: statistic.deviation, **dict(enumerate(limits(statistic, plan.camel), LIMIT)),
        MARGIN: margin,
    }  # fmt: skip


def _period_results(view: View, seen: CamelReport, k: int) -> dict[tuple[int, Block], object]:
    """Every cell of the blocks in column `k`."""
    cells = _value_results(view, seen, k)
    position = view.position(k)
    pairs = _grade_pairs(view.plan, seen, position)
    # the function takes the value of the cell beside it; an auditor's copy holds the grade that xl-perlas gave
    given = _grade_pairs(view.plan, view.camel, position) if is_copy(view.plan) else pairs
    gaps = {row: _gap_shown(given[row][0], pair[1]) for row, pair in pairs.items()}
    for row, (_, native) in pairs.items():
        own = given[row][0]
        cells[row, Block.GRADE] = PlainText(own) if isinstance(own, str) else own
        cells[row, Block.NATIVE], cells[row, Block.GAP] = native, gaps[row]
    total = pairs[TOTAL_ROW][1]
    cells[WORD_ROW, Block.NATIVE] = camel_scale.word(total) if isinstance(total, float) else total
    numbers = (gap for gap in gaps.values() if isinstance(gap, int | float))
    apart = sum(gap > camel_scale.TOLERANCE for gap in numbers) + list(gaps.values()).count(ONE_SIDE)
    cells[plan_camel.check_row(view.plan), Block.GAP] = apart
    return cells


def _gap_shown(own: object, native: object) -> object:
    """Where a cell of both does not give a grade there is no difference; where one alone does, they differ."""
    grades = [value for value in (own, native) if isinstance(value, int | float)]
    if len(grades) == 1:
        return ONE_SIDE
    return abs(grades[0] - grades[1]) if grades else NOT_AVAILABLE


def _value_results(view: View, seen: CamelReport, k: int) -> dict[tuple[int, Block], object]:
    """Values, where they come from, and the notes of indicators, groups and total."""
    plan, position = view.plan, view.position(k)
    rows = plan_camel.grade_rows(plan)
    cells: dict[tuple[int, Block], object] = {}
    for key, row in rows.items():
        cells[row, Block.VALUE], cells[row, Block.ORIGIN], cells[row, Block.NOTE] = NOT_AVAILABLE, "", ""
        if position is not None:
            cells[row, Block.VALUE] = value_shown(seen.values.results[key][position])
            cells[row, Block.ORIGIN] = TYPED if (key, k) in view.camel_inputs.typed else ACCOUNTS
            cells[row, Block.NOTE] = view.camel.grades[key][position].note
    totals = {row: view.camel.groups[group] for group, row in plan_camel.group_rows(plan, rows).items()}
    for row, total in {**totals, TOTAL_ROW: view.camel.total}.items():
        cells[row, Block.NOTE] = "" if position is None else total[position].note
    return cells


def _grade_pairs(plan: Plan, seen: CamelReport, position: int | None) -> dict[int, _Pair]:
    """What the function and the native formula show in each row; an error is that of the first one without grade."""
    rows = plan_camel.grade_rows(plan)
    grades = {key: _grade_pair(plan, seen, key, position) for key in rows}
    pairs = {rows[key]: pair for key, pair in grades.items()}
    totals = {TOTAL_ROW: (seen.total, list(rows))}
    totals |= {row: (seen.groups[g], plan.camel.members(g)) for g, row in plan_camel.group_rows(plan, rows).items()}
    for row, (total, members) in totals.items():
        found = None if position is None else total[position].value
        pairs[row] = _first_error([grades[key] for key in members]) if found is None else (found, found)
    return pairs


def _grade_pair(plan: Plan, seen: CamelReport, key: str, position: int | None) -> _Pair:
    if position is None:
        return "", NOT_AVAILABLE
    graded = seen.grades[key][position]
    if graded.grade is not None:
        return graded.grade, graded.grade
    value, statistic = value_shown(graded.result), seen.segment.statistics.get(key)
    error = value if isinstance(value, str) else NOT_AVAILABLE
    banded = statistic is not None and grade(statistic.mean, statistic, HIGHER, plan.camel) is not None
    return error, error if banded else NOT_AVAILABLE  # the native formula looks at μ and σ first


def _first_error(pairs: Sequence[_Pair]) -> _Pair:
    own, native = ([one for one in side if isinstance(one, str)] for side in zip(*pairs, strict=True))
    return own[0], native[0]


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles, charts and formulas."""
    camel_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
