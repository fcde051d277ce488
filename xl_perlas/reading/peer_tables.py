"""Tables of peers from text files and workbooks: entities by ratio, one figure a row (as the supervisor publishes), or
means with their deviations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xl_perlas.camel_load import Unit
from xl_perlas.model import Source
from xl_perlas.peers import Mean, PeerTable
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.reading.figure_table import (
    DEVIATION_WORDS,
    INDICATOR_WORDS,
    MEAN_WORDS,
    PERIOD_WORDS,
    SUMMARY,
    VALUE_WORDS,
    FigureTable,
    column_of,
    find_header,
    refuse_empty,
    titles_of,
    top_rows,
)
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import fold
from xl_perlas.reading.table import capped
from xl_perlas.supervision_load import all_ratios, load_supervision

_ENTITY = frozenset({"entidad", "cooperativa", "entity", "nombre", "institucion", "razon social", "coac"})
_SEGMENT = frozenset({"segmento", "segment"})
_MEAN, _DEVIATION = "media", "desviacion"
_SAMPLE = 200  # rows under a header that tell which column holds the ids


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of a table, −1 where there is none. With `ratios` each has its column; else `indicator` holds its id."""

    kind: str
    indicator: int = -1
    value: int = -1
    deviation: int = -1
    entity: int = -1
    segment: int = -1
    period: int = -1
    ratios: Mapping[int, str] = field(default_factory=dict)


def read_peers(
    path: str | os.PathLike[str], unit: Unit | None = None, segment: str = "", period: str = "",
    sheet: str | None = None,
) -> PeerTable:  # fmt: skip
    """The peers in a file: a row an entity and a column a ratio; or columns of entity, ratio and value; or of ratio,
    mean and deviation.

    A text file is in percent unless `unit` says so; of a workbook it must be told. With columns of segment and date,
    only the rows of `segment` (all, if blank) and of `period` (the last, if blank or not there) count.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), has no such table (S10), its unit is not known (S11), no row
            is of the segment (S14), or no figure can be used (K09).
    """
    grids, notes = load_grids(path, sheet)
    if unit is None and any(grid.sheet for grid in grids):
        raise PerlasError(problem("S11", where=os.path.basename(path)))
    grid = next((g for g in grids if _found(g)), grids[0])
    header, layout = find_header(grid, _layout, "S10")
    table = FigureTable(grid, problems=notes)
    rows = _rows(table, header, layout, segment, period)
    reading = _Reading(table, layout, rows)
    name = f"{grid.file}{f', {segment}' if segment else ''}"
    source = Source("usuario", "Dato del usuario", name)
    entities, means = reading.entities(), reading.means()
    return PeerTable(name, source, unit or Unit.PERCENT, entities, means, tuple(capped(table.problems)))


def _found(grid: Grid) -> bool:
    return any(_layout(grid, row) for row in top_rows(grid))


@lru_cache(maxsize=1)
def _ids() -> dict[str, str]:
    """Ids of the ratios by what identifies them however they are written; those of CAMEL stand for the same ratio."""
    known = {_short(key): key for key in all_ratios()}
    return {**{_short(camel): key for key, camel in load_supervision().camel.items()}, **known}


def _short(text: object) -> str:
    return re.sub(r"\W+", "", fold(text))


def _layout(grid: Grid, row: int) -> tuple[int, _Layout] | None:
    """How the row heads a table, and how many columns it names; None when it does not."""
    titles = titles_of(grid, row)
    entity, segment, period, mean, deviation, value = (
        _column(titles, words) for words in (_ENTITY, _SEGMENT, PERIOD_WORDS, MEAN_WORDS, DEVIATION_WORDS, VALUE_WORDS)
    )
    indicator = _indicator_column(grid, row, titles)
    if indicator >= 0 and mean >= 0:
        return len(titles), _Layout("means", indicator, mean, deviation)
    if min(indicator, value, entity) >= 0:
        return len(titles), _Layout("long", indicator, value, entity=entity, segment=segment, period=period)
    ratios = {c: _ids()[_short(title)] for c, title in enumerate(titles) if _short(title) in _ids()}
    used = {*ratios, segment, period}
    free = [entity] if entity >= 0 else [c for c, title in enumerate(titles) if title and c not in used]
    if not ratios or not free:
        return None
    return len(ratios), _Layout("wide", entity=free[0], segment=segment, period=period, ratios=ratios)


def _column(titles: list[str], words: frozenset[str]) -> int:
    found = column_of(titles, words)
    return -1 if found is None else found


def _indicator_column(grid: Grid, row: int, titles: list[str]) -> int:
    """The column with the ids of ratios: of those so called, the one that holds most; −1 when none holds any."""
    named = [c for c, title in enumerate(titles) if title in INDICATOR_WORDS]
    under = range(row + 1, min(row + 1 + _SAMPLE, len(grid.rows)))
    counts = {c: sum(_short(grid.cell(r, c)) in _ids() for r in under) for c in named}
    best = max(counts, key=lambda c: counts[c], default=None)
    return best if best is not None and counts[best] else -1


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(table: FigureTable, header: int, layout: _Layout, segment: str, period: str) -> list[int]:
    """The rows of the segment and of the period."""
    rows = list(_named_rows(table, header, layout))
    if segment:
        cells = {row: str(table.grid.cell(row, layout.segment) or "").strip() for row in rows}
        rows = [row for row in rows if fold(cells[row]) == fold(segment)]
        if not rows:
            options = ", ".join(sorted({*cells.values()} - {""})) or "la tabla no tiene columna de segmento"
            raise PerlasError([*table.problems, problem("S14", where=table.grid.file, wanted=segment, options=options)])
    return rows if layout.period < 0 else _of_period(table, layout, rows, period)


def _named_rows(table: FigureTable, header: int, layout: _Layout) -> Iterator[int]:
    """Rows with a figure that are no summary of others."""
    columns = list(layout.ratios) or [layout.value]
    for row in table.rows(header):
        if all(table.grid.cell(row, c) is None for c in columns):
            continue
        name = "" if layout.entity < 0 else str(table.grid.cell(row, layout.entity) or "").strip()
        if layout.entity >= 0 and SUMMARY.fullmatch(fold(name)):
            table.tell("K08", row, layout.entity, text=name)
        else:
            yield row


def _of_period(table: FigureTable, layout: _Layout, rows: list[int], wanted: str) -> list[int]:
    found: dict[int, Period] = {}
    for row in rows:
        cell = table.grid.cell(row, layout.period)
        period = parse_period(cell)
        if period is None:
            table.tell("S19", row, layout.period, text="" if cell is None else cell)
        else:
            found[row] = period
    known = dict(sorted({p.key: p.label for p in found.values()}.items()))
    asked = parse_period(wanted)
    chosen = asked.key if asked and asked.key in known else next(reversed(known), None)
    if wanted and chosen and (asked is None or chosen != asked.key):
        table.problems.append(problem("S16", wanted=wanted, period=known[chosen]))
    elif not wanted and chosen and len(known) > 1:
        table.problems.append(problem("S15", period=known[chosen], options=", ".join(known.values())))
    return [row for row, period in found.items() if period.key == chosen]


# --- figures ----------------------------------------------------------------------------------------------------------


class _Reading:
    """The figures of the rows that count, under (entity, ratio) or (ratio, mean or deviation)."""

    def __init__(self, table: FigureTable, layout: _Layout, rows: list[int]):
        self.table, self.layout, self.rows = table, layout, rows
        self.names: dict[str, None] = {}
        self.ratios: dict[str, None] = dict.fromkeys(layout.ratios.values())
        self._add()
        self.figures = table.figures()
        refuse_empty(table, self.figures)

    def _add(self) -> None:
        unknown: dict[str, None] = {}
        for row in self.rows:
            if self.layout.kind == "wide":
                name = self._name(row)
                for column, key in self.layout.ratios.items():
                    self.table.add((name, key), f"{key} de {name}", row, column)
                continue
            cell = self.table.grid.cell(row, self.layout.indicator)
            found = _ids().get(_short(cell))
            if found is None:
                unknown[str(cell or "").strip()] = None
                continue
            self.ratios[found] = None
            self._add_one(row, found)
        if unknown:
            options = ", ".join(all_ratios())
            place = self.table.grid.file
            self.table.problems.append(problem("S12", where=place, text=", ".join(unknown), options=options))

    def _add_one(self, row: int, key: str) -> None:
        if self.layout.kind == "long":
            name = self._name(row)
            self.table.add((name, key), f"{key} de {name}", row, self.layout.value)
            return
        self.table.add((key, _MEAN), f"la media de {key}", row, self.layout.value)
        if self.layout.deviation >= 0:
            self.table.add((key, _DEVIATION), f"la desviación de {key}", row, self.layout.deviation)

    def _name(self, row: int) -> str:
        text = " ".join(str(self.table.grid.cell(row, self.layout.entity) or "").split())
        name = text or self.table.grid.address(row, 0)
        self.names[name] = None
        return name

    def entities(self) -> dict[str, dict[str, float | None]]:
        """Figures by entity and ratio; nothing for a table of means."""
        return {name: {key: self.figures.get((name, key)) for key in self.ratios} for name in self.names}

    def means(self) -> dict[str, Mean]:
        """Mean and deviation by ratio; nothing for a table of entities. A mean that cannot be read is left out."""
        if self.layout.kind != "means":
            return {}
        found = {}
        for key in self.ratios:
            mean, deviation = self.figures.get((key, _MEAN)), self.figures.get((key, _DEVIATION))
            if mean is not None and mean == mean:
                found[key] = Mean(mean, deviation if deviation is not None and deviation > 0 else None)
        return found
