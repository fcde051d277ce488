"""What stands on sheet Segmento, understood: typed values, the segment in use, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from xl_perlas.camel import (
    CamelReport,
    Segment,
    Statistic,
    Unit,
    Values,
    calculate_camel,
    convert,
    evaluate_camel,
    load_segment,
    segment_from_entities,
    values_from,
)
from xl_perlas.model import Source
from xl_perlas.periods import Period
from xl_perlas.problems import INFO, Problem, problem
from xl_perlas.report import Report
from xl_perlas.workbook import plan_camel
from xl_perlas.workbook.cellxml import Cell
from xl_perlas.workbook.number_cells import more, numbers_in
from xl_perlas.workbook.plan import SEGMENTO, Plan, ref
from xl_perlas.workbook.plan_camel import DEVIATION, FIRST_FIGURE, MEAN, SOURCE
from xl_perlas.workbook.protocols import BookLike, SheetLike

#: A figure this many times the published one is probably a percentage without its sign.
_TIMES = 20

#: What is missing for a grade: sheet CAMEL says it beside its #N/A, and PERLAS does without.
_MISSING = ("K20", "K22", "K23")
_CATALOG = ("C10", "C11")

#: A segment whose name nobody wrote.
UNNAMED = "sin nombre"


@dataclass(frozen=True)
class CamelInputs:
    """Sheet Segmento. Every figure is a ratio: 0.1512 is 15.12 %.

    `typed`: the entity's own values by (indicator, period column); `values` the same by period, for the engine.
    `written` and `computed`: statistics as typed and from the entities, of which `counts` have a value; `lent` those of
    sheet Pares. `segment` is what is in use: a typed mean and deviation win over the computed ones, and these over the
    lent ones.
    """

    typed: Mapping[tuple[str, int], float]
    values: Values
    written: Mapping[str, Statistic]
    computed: Mapping[str, Statistic]
    counts: Mapping[str, int]
    segment: Segment
    problems: tuple[Problem, ...]
    lent: Mapping[str, Statistic] = field(default_factory=dict)


def camel_report(inputs: CamelInputs, report: Report) -> CamelReport:
    """Grades of a report's balance against the segment in use; typed values stand in place of the accounts'."""
    values = evaluate_camel(report.balance, catalog=report.choice.catalog.id, mode=report.mode, typed=inputs.values)
    others = tuple(p for p in values.problems if p.code not in _CATALOG)  # the report tells its catalogue already
    return calculate_camel(replace(values, problems=others), inputs.segment)


def told(graded: CamelReport) -> tuple[Problem, ...]:
    """What the list of problems says of the grades: whatever is only missing is a note, and no segment just one."""
    found = [p for p in graded.problems if p.code != "K20"]
    lacking = [key for key in graded.method.indicators if key not in graded.segment.statistics]
    if len(lacking) == len(graded.method.indicators):
        found = [p for p in found if p.code not in _MISSING]
    if lacking:
        found.append(problem("K20", where=SEGMENTO, segment=graded.segment.name, indicator=", ".join(lacking)))
    return tuple(replace(p, severity=INFO) if p.code in _MISSING else p for p in found)


def read_camel_inputs(
    book: BookLike, plan: Plan, columns: Sequence[Period | None], lent: Mapping[str, Statistic] | None = None
) -> CamelInputs:
    """Everything on sheet Segmento; `columns[k]` is the period of column `k`. Bad cells are problems, and not used.

    `lent` are the statistics of sheet Pares, as ratios: they count where Segmento has none.
    """
    sheet = book.sheet(SEGMENTO)
    found: list[Problem] = []
    typed = _typed(sheet, plan, columns, found)
    rows = {key: {p.label: typed.get((key, k)) for k, p in enumerate(columns) if p} for key in plan.camel.indicators}
    written = _written(sheet, plan, found)
    computed, counts = _entities(sheet, plan, found)
    borrowed = lent or {}
    statistics = {
        key: s for key in plan.camel.indicators if (s := written.get(key) or computed.get(key) or borrowed.get(key))
    }
    header = plan_camel.entity_header(plan)
    few = tuple(
        problem("K22", where=f"{SEGMENTO}!{ref(FIRST_FIGURE + i, header)}", indicator=key, count=counts[key])
        for i, key in enumerate(plan.camel.indicators)
        if counts[key] == 1 and key not in statistics
    )
    name = str(sheet.cell(ref(SOURCE, plan_camel.NAME_ROW)).value or UNNAMED)
    segment = Segment("libro", name, _source("hoja Segmento"), statistics, Unit.RATIO, few)
    values = values_from(rows, Unit.RATIO, plan.camel)
    return CamelInputs(typed, values, written, computed, counts, segment, tuple(found), borrowed)


# --- the three tables -------------------------------------------------------------------------------------------------


def _written(sheet: SheetLike, plan: Plan, found: list[Problem]) -> dict[str, Statistic]:
    """Means and deviations as typed, where both are."""
    statistics = {}
    for key, row in plan_camel.statistic_rows(plan).items():
        known = _published(key)
        mean, = _numbers([sheet.cell(ref(MEAN, row))], f"la media de {key}", known.mean, found)
        deviation, = _numbers([sheet.cell(ref(DEVIATION, row))], f"la desviación de {key}", known.deviation, found)
        if mean is not None and deviation is not None:
            place = f"{SEGMENTO}!{ref(MEAN, row)}"
            source = sheet.cell(ref(SOURCE, row)).value
            statistics[key] = Statistic(mean, deviation, _source(f"{source}, {place}" if source else place))
        elif mean is not None or deviation is not None:
            found.append(problem("K24", where=f"{SEGMENTO}!{ref(MEAN, row)}", indicator=key))
    return statistics


def _typed(
    sheet: SheetLike, plan: Plan, columns: Sequence[Period | None], found: list[Problem]
) -> dict[tuple[str, int], float]:
    """The entity's own values in columns that have a period."""
    typed = {}
    idle: list[str] = []
    for key, row in plan_camel.typed_rows(plan).items():
        cells = sheet.rows(f"{ref(FIRST_FIGURE, row)}:{ref(FIRST_FIGURE + plan.capacity - 1, row)}")[0]
        for k, number in enumerate(_numbers(cells, key, _published(key).mean, found)):
            if number is not None and columns[k] is None:
                idle.append(cells[k].ref)
            elif number is not None:
                typed[key, k] = number
    if idle:
        found.append(problem("L39", where=f"{SEGMENTO}!{idle[0]}"))
    return typed


def _entities(sheet: SheetLike, plan: Plan, found: list[Problem]) -> tuple[Mapping[str, Statistic], dict[str, int]]:
    """Statistics of the entities, and how many have each indicator.

    A column with an error has no statistic: the sheet's own AVERAGE gives none either.
    """
    first, last = plan_camel.entity_span(plan)
    names = list(plan.camel.indicators)
    block = sheet.rows(f"{ref(FIRST_FIGURE, first)}:{ref(FIRST_FIGURE + len(names) - 1, last)}")
    rows: dict[str, dict[str, float | None]] = {}
    counts = {}
    for i, key in enumerate(names):
        cells = [row[i] for row in block]
        numbers = _numbers(cells, key, _published(key).mean, found)
        counts[key] = sum(number is not None for number in numbers)
        if not any(cell.is_error for cell in cells):
            for row, number in enumerate(numbers, first):
                rows.setdefault(str(row), {})[key] = number
    return segment_from_entities(rows, Unit.RATIO, _source("hoja Segmento")).statistics, counts


def _source(place: str) -> Source:
    return Source("usuario", "Dato del usuario", place)


# --- cells ------------------------------------------------------------------------------------------------------------


def _numbers(cells: Sequence[Cell], what: str, published: float, found: list[Problem]) -> list[float | None]:
    """The numbers among `cells`, as native formulas see them; texts and implausible figures are told, once each."""
    numbers = numbers_in(cells, SEGMENTO, found)
    far = [(c, n) for c, n in zip(cells, numbers, strict=True) if n is not None and abs(n) > _TIMES * abs(published)]
    if far:
        place, value = f"{SEGMENTO}!{far[0][0].ref}", _percent(far[0][1])
        found.append(
            problem("L38", where=place, value=value, indicator=what, times=_TIMES, reference=_percent(published),
                    more=more(far))
        )  # fmt: skip
    return numbers


def _percent(value: float) -> str:
    return f"{convert(value, Unit.RATIO, Unit.PERCENT):.2f} %".replace(".", ",").replace("-", "−")


@lru_cache(maxsize=16)
def _published(indicator: str) -> Statistic:
    """Mean and deviation of the bundled segment, as ratios: the yardstick of what is plausible."""
    segment = load_segment()
    known = segment.statistics[indicator]
    mean, deviation = (convert(x, segment.unit, Unit.RATIO) for x in (known.mean, known.deviation))
    return Statistic(mean, deviation, known.source)
