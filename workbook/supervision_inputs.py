"""What is typed on sheets Supervisión and Pares: how averages are taken, and whom the entity is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from xl_perlas.camel import Statistic, Unit, convert
from xl_perlas.model import Source
from xl_perlas.peers import Deviation, Mean, PeerReport, PeerTable, Row, camel_segment, peers_from
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, problem
from xl_perlas.supervision import Average, SupervisionReport
from xl_perlas.workbook import plan_peers, plan_supervision
from xl_perlas.workbook.cellxml import Cell, ErrorValue
from xl_perlas.workbook.number_cells import is_blank, numbers_in
from xl_perlas.workbook.plan import CATALOGO, HEADER_ROW, PARES, SUPERVISION, Plan, ref
from xl_perlas.workbook.plan_peers import Use
from xl_perlas.workbook.protocols import BookLike, SheetLike

_Choice = TypeVar("_Choice", bound=StrEnum)

#: A table whose name nobody wrote.
UNNAMED = "tabla de pares"

#: Of what is found computing the ratios, what the list of problems does not know from the report of PERLAS.
_OF_REPORT = ("S01", "S02")
#: How many peers have a ratio: Pares says it beside each.
_BESIDE = ("S17", "S18")


class YesNo(StrEnum):
    """Whether the means and deviations of Pares are lent to CAMEL."""

    NO = "no"
    YES = "sí"


@dataclass(frozen=True)
class SupervisionInputs:
    """Sheets Supervisión and Pares.

    `table` are the peers that count, or the means where there are none; None without either. `period` is the label of
    the period that they are of (None: the last one), `column` its column. `uses` says by row which entities count, and
    `written` are the typed means and deviations, in the unit of the table. `lent` are the statistics that CAMEL may
    use, as ratios; `texts` the name, date and source of the table.
    """

    average: Average
    deviation: Deviation
    table: PeerTable | None
    period: str | None
    problems: tuple[Problem, ...] = ()
    unit: Unit = Unit.PERCENT
    column: int | None = None
    uses: Mapping[int, Use] = field(default_factory=dict)
    written: Mapping[str, Mean] = field(default_factory=dict)
    in_camel: YesNo = YesNo.NO
    lent: Mapping[str, Statistic] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


def read_supervision(
    book: BookLike, plan: Plan, columns: Sequence[Period | None], entity: str = ""
) -> SupervisionInputs:
    """What is typed on sheets Supervisión and Pares; `columns[k]` is the period of column `k`.

    The row of `entity` itself, repeated ones and summaries are no peers. Bad cells are problems, and not used.
    """
    found: list[Problem] = []
    rule_cell = book.sheet(SUPERVISION).cell(ref(plan_supervision.RULE_COLUMN, plan_supervision.RULE_ROW))
    average = _chosen(rule_cell, SUPERVISION, Average.YEAR_END, found)
    sheet = book.sheet(PARES)

    def cell(row: int) -> Cell:
        return sheet.cell(ref(plan_peers.VALUE, row))

    unit = _chosen(cell(plan_peers.UNIT_ROW), PARES, Unit.PERCENT, found)
    deviation = _chosen(cell(plan_peers.DEVIATION_ROW), PARES, Deviation.SAMPLE, found)
    in_camel = _chosen(cell(plan_peers.CAMEL_ROW), PARES, YesNo.NO, found)
    column = _period(cell(plan_peers.PERIOD_ROW), book.sheet(CATALOGO), plan, columns, found)
    period = None if column is None else columns[column]
    texts = tuple(
        "" if (value := cell(row).value) is None else str(value)
        for row in (plan_peers.NAME_ROW, plan_peers.DATE_ROW, plan_peers.SOURCE_ROW)
    )
    entities, uses = _entities(sheet, entity, found)
    written = _written(sheet, found)
    means = {} if entities else written
    if entities and written:
        found.append(problem("L57", where=f"{PARES}!{ref(plan_peers.FIRST_FIGURE, plan_peers.mean_row())}"))
    table = None
    if entities or means:
        name, source = texts[0] or UNNAMED, Source("usuario", "Dato del usuario", texts[2] or f"hoja {PARES}")
        table = peers_from(entities, unit, means, name, source)
    lent = _lent(table, deviation) if in_camel is YesNo.YES else {}
    if in_camel is YesNo.YES and not lent:
        found.append(problem("L58", where=f"{PARES}!{ref(plan_peers.VALUE, plan_peers.CAMEL_ROW)}"))
    return SupervisionInputs(
        average, deviation, table, period.label if period else None, tuple(found), unit, column, uses, written,
        in_camel, lent, texts,
    )  # fmt: skip


def told(report: SupervisionReport, peers: PeerReport | None) -> tuple[Problem, ...]:
    """What the list of problems says of the ratios and of their peers."""
    found = [p for p in report.problems if p.code in _OF_REPORT]
    among = peers.problems if peers else ()
    return (*found, *(replace(p, where=PARES) for p in among if p.code not in _BESIDE))


# --- choices ----------------------------------------------------------------------------------------------------------


def _chosen(cell: Cell, sheet: str, default: _Choice, found: list[Problem]) -> _Choice:
    """The choice in a cell; `default` where it is blank, and where it is none, which is told."""
    kind, text = type(default), str(cell.value or "").strip().lower()
    if not text:
        return default
    if text in tuple(kind):
        return kind(text)
    options = ", ".join(kind)
    found.append(problem("L35", where=f"{sheet}!{cell.ref}", value=cell.value, used=default, options=options))
    return default


def _period(
    cell: Cell, catalog: SheetLike, plan: Plan, columns: Sequence[Period | None], found: list[Problem]
) -> int | None:
    """Column of the period chosen; None for the last one. As MATCH: the first heading with the same content."""
    if is_blank(cell):
        return None
    for k, period in enumerate(columns):
        if period is not None and catalog.cell(ref(plan.catalog_column(k), HEADER_ROW)).value == cell.value:
            return k
    options = ", ".join(p.label for p in columns if p is not None)
    found.append(problem("L35", where=f"{PARES}!{cell.ref}", value=cell.value, used="el último", options=options))
    return None


# --- the table --------------------------------------------------------------------------------------------------------


def _entities(sheet: SheetLike, own: str, found: list[Problem]) -> tuple[dict[str, Row], dict[int, Use]]:
    """The figures of the entities that count, of the ratios that some of them has; and which rows count."""
    first, last = plan_peers.entity_span()
    columns = plan_peers.figure_columns()
    block = sheet.rows(f"{ref(plan_peers.NAME, first)}:{ref(plan_peers.last_column(), last)}")
    offset = plan_peers.FIRST_FIGURE - plan_peers.NAME
    by_column = {
        key: numbers_in([row[offset + i] for row in block], PARES, found, "L59") for i, key in enumerate(columns)
    }
    uses: dict[int, Use] = {}
    entities: dict[str, dict[str, float | None]] = {}
    seen: dict[str, int] = {}
    for i, cells in enumerate(block):
        figures = {key: numbers[i] for key, numbers in by_column.items()}
        if all(value is None for value in figures.values()):
            continue
        row, name = first + i, _name(cells[0])
        uses[row] = _use(name, row, plain(own), seen, found)
        if uses[row] is Use.YES:
            seen.setdefault(plain(name), row)
            entities[f"{name} (fila {row})" if name in entities or not name else name] = figures
    used = [key for key in columns if any(row[key] is not None for row in entities.values())]
    return {name: {key: row[key] for key in used} for name, row in entities.items()}, uses


def _name(cell: Cell) -> str:
    return "" if cell.value is None or isinstance(cell.value, ErrorValue) else str(cell.value)


def plain(name: str) -> str:
    """A name as it is compared: however it is spaced, in small letters."""
    return " ".join(name.lower().split())


def _use(name: str, row: int, own: str, seen: Mapping[str, int], found: list[Problem]) -> Use:
    """Whether a row counts as a peer; why it does not is told."""
    where, key = f"{PARES}!{ref(plan_peers.NAME, row)}", plain(name)
    if not key:
        return Use.YES
    if key == own:
        found.append(problem("S13", where=where, entity=name))
        return Use.OWN
    if key.split()[0] in plan_peers.SUMMARY_WORDS:
        found.append(problem("K08", where=where, text=name))
        return Use.SUMMARY
    if key in seen:
        found.append(problem("L55", where=where, entity=name, row=seen[key]))
        return Use.REPEATED
    return Use.YES


def _written(sheet: SheetLike, found: list[Problem]) -> dict[str, Mean]:
    """Means as typed, each with its deviation where there is one above zero."""
    columns, row = plan_peers.figure_columns(), plan_peers.mean_row()
    area = f"{ref(plan_peers.FIRST_FIGURE, row)}:{ref(plan_peers.last_column(), row + 1)}"
    means, deviations = (numbers_in(cells, PARES, found, "L59") for cells in sheet.rows(area))
    written = {}
    for (key, column), mean, deviation in zip(columns.items(), means, deviations, strict=True):
        good = deviation is not None and deviation > 0
        if deviation is not None and not (good and mean is not None):
            found.append(problem("L56", where=f"{PARES}!{ref(column, row + 1)}", indicator=key))
        if mean is not None:
            written[key] = Mean(mean, deviation if good else None)
    return written


def _lent(table: PeerTable | None, deviation: Deviation) -> dict[str, Statistic]:
    """Mean and deviation of each indicator of CAMEL that the table has, as ratios."""
    if table is None:
        return {}
    segment = camel_segment(table, deviation)

    def ratio(figure: float) -> float:
        return convert(figure, segment.unit, Unit.RATIO)

    return {
        key: Statistic(ratio(s.mean), ratio(s.deviation), s.source) for key, s in segment.statistics.items()
    }
