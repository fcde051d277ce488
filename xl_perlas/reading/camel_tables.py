"""CAMEL values and segments from text files. Figures are percentages, as they are printed: 15.12, 15,12 or 15,12 %.

Nothing is guessed: a cell that cannot be read, an unknown indicator or a figure given twice is a problem with its
place, and the figure is not used.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_perlas.camel import Values, segment_from_entities, values_from
from xl_perlas.camel_load import CamelMethod, Segment, Statistic, Unit, load_camel
from xl_perlas.model import Source
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
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
    tell_unused,
    titles_of,
    top_rows,
)
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import fold
from xl_perlas.reading.table import capped

_FIGURE = re.compile(r"-?[\d., ]*\d ?%?")
_NUMBERED = re.compile(r"if\W*(\d+)(?!\w)")


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ValuesLayout:
    """Header of a table of values: `periods` one a column (wide), or `period` and `value` columns (long)."""

    indicator: int
    periods: tuple[tuple[int, Period], ...] = ()
    period: int = -1
    value: int = -1

    @property
    def columns(self) -> set[int]:
        return {self.indicator, self.period, self.value, *(column for column, _ in self.periods)}


def read_values(path: str | os.PathLike[str], method: CamelMethod | None = None) -> Values:
    """The indicators in a text file, in percent: one column a period, or columns of indicator, period and value.

    Every indicator of the method is in the result; those that the file lacks have no value and a note.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), is a workbook (K15), has no table of values (K04), or none of
            its figures can be used (K09); with every other problem found.
    """
    method = method or load_camel()
    grid, notes = _text_grid(path)
    header, layout = find_header(grid, _values_layout, "K04")
    table = FigureTable(grid, problems=notes)
    tell_unused(table, header, layout.columns)
    periods: dict[tuple[int, int], Period] = {}
    for row in table.rows(header):
        cells = list(_periods_of_row(table, layout, row))
        if not any(grid.cell(row, column) is not None for column, _ in cells):
            continue
        key = _indicator(table, row, layout.indicator, method)
        for column, period in cells if key else ():
            label = periods.setdefault(period.key, period).label
            table.add((key, label), f"{key} en {label}", row, column)
    figures = table.figures()
    refuse_empty(table, figures)
    labels = [period.label for _, period in sorted(periods.items())]
    rows = {key: {label: figures.get((key, label)) for label in labels} for key in method.indicators}
    values = values_from(rows, Unit.PERCENT, method)
    return Values(values.periods, values.unit, values.results, tuple(capped(table.problems)))


def _values_layout(grid: Grid, row: int) -> tuple[int, _ValuesLayout] | None:
    titles = titles_of(grid, row)
    indicator = column_of(titles, INDICATOR_WORDS)
    period, value = column_of(titles, PERIOD_WORDS), column_of(titles, VALUE_WORDS)
    if indicator is not None and period is not None and value is not None:
        return len(titles), _ValuesLayout(indicator, period=period, value=value)
    first = indicator or 0
    found = [(c, parse_period(grid.cell(row, c))) for c in range(len(titles)) if c != first]
    periods = tuple((c, p) for c, p in found if p is not None)
    return (len(periods), _ValuesLayout(first, periods)) if periods else None


def _periods_of_row(table: FigureTable, layout: _ValuesLayout, row: int) -> Iterator[tuple[int, Period]]:
    """Columns of a row with a figure, and the period of each."""
    if layout.periods:
        yield from layout.periods
        return
    text = table.grid.cell(row, layout.period)
    period = parse_period(text)
    if period:
        yield layout.value, period
    elif table.grid.cell(row, layout.value) is not None:
        table.tell("K06", row, layout.period, text="" if text is None else text)


# --- segments ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _StatisticsLayout:
    indicator: int
    mean: int
    deviation: int


def read_segment(path: str | os.PathLike[str], method: CamelMethod | None = None) -> Segment:
    """The segment in a text file, in percent: a row an indicator with its mean and deviation, or a row an entity.

    From entities, means and deviations (of a sample, n − 1) are computed; rows that sum others up are left out.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), is a workbook (K15), has no table of a segment (K05), or none
            of its figures can be used (K09); with every other problem found.
    """
    method = method or load_camel()
    grid, notes = _text_grid(path)
    table = FigureTable(grid, problems=notes)
    if any(_statistics_layout(grid, row) for row in top_rows(grid)):
        return _from_statistics(table, *find_header(grid, _statistics_layout, "K05"), method)
    ids = _ids(method)

    def entities(where: Grid, row: int) -> tuple[int, dict[int, str]] | None:
        titles = titles_of(where, row)
        columns = {c: ids[k] for c, title in enumerate(titles) if (k := _short(title)) in ids}
        named = any(titles[c].startswith("if") for c in columns)
        figures = any(_FIGURE.fullmatch(title) for c, title in enumerate(titles) if c not in columns)
        return (len(columns), columns) if named and not figures else None

    return _from_entities(table, *find_header(grid, entities, "K05"))


def _statistics_layout(grid: Grid, row: int) -> tuple[int, _StatisticsLayout] | None:
    titles = titles_of(grid, row)
    columns = [column_of(titles, words) for words in (INDICATOR_WORDS, MEAN_WORDS, DEVIATION_WORDS)]
    found = [c for c in columns if c is not None]
    return (1, _StatisticsLayout(*found)) if len(found) == len(columns) else None


def _from_statistics(table: FigureTable, header: int, layout: _StatisticsLayout, method: CamelMethod) -> Segment:
    grid = table.grid
    tell_unused(table, header, {layout.indicator, layout.mean, layout.deviation})
    places: dict[str, str] = {}
    for row in table.rows(header):
        if grid.cell(row, layout.mean) is None and grid.cell(row, layout.deviation) is None:
            continue
        if key := _indicator(table, row, layout.indicator, method):
            places.setdefault(key, grid.address(row, layout.mean))
            table.add((key, "media"), f"la media de {key}", row, layout.mean)
            table.add((key, "desviacion"), f"la desviación de {key}", row, layout.deviation)
    figures = table.figures()
    refuse_empty(table, figures)
    statistics = {}
    for key, place in places.items():
        mean, deviation = figures[key, "media"], figures[key, "desviacion"]
        if mean is None or deviation is None:
            table.problems.append(problem("K24", where=place, indicator=key))
        elif math.isfinite(mean) and math.isfinite(deviation):
            statistics[key] = Statistic(mean, deviation, _source(place))
    problems = tuple(capped(table.problems))
    return Segment("propio", f"Segmento de {grid.file}", _source(grid.file), statistics, Unit.PERCENT, problems)


def _from_entities(table: FigureTable, header: int, columns: Mapping[int, str]) -> Segment:
    grid = table.grid
    label = next((c for c in range(len(grid.rows[header])) if c not in columns), None)
    tell_unused(table, header, {*columns, *(() if label is None else (label,))})
    names: dict[str, None] = {}
    for row in table.rows(header):
        if all(grid.cell(row, c) is None for c in columns):
            continue
        text = "" if label is None else " ".join(str(grid.cell(row, label) or "").split())
        if SUMMARY.fullmatch(fold(text)):
            table.tell("K08", row, label or 0, text=text)
            continue
        name = text or grid.address(row, 0)
        names[name] = None
        for column, key in columns.items():
            table.add((name, key), f"{key} de {name}", row, column)
    figures = table.figures()
    refuse_empty(table, figures)
    wanted = dict.fromkeys(columns.values())
    rows = {name: {key: figures.get((name, key)) for key in wanted} for name in names}
    return segment_from_entities(rows, Unit.PERCENT, _source(grid.file), tuple(capped(table.problems)))


def _source(place: str) -> Source:
    return Source("usuario", "Dato del usuario", place)


# --- what both share --------------------------------------------------------------------------------------------------


def _text_grid(path: str | os.PathLike[str]) -> tuple[Grid, list[Problem]]:
    grids, notes = load_grids(path)
    if grids and not grids[0].sheet:
        return grids[0], notes
    raise PerlasError(problem("K15", where=os.path.basename(path)))


def _indicator(table: FigureTable, row: int, column: int, method: CamelMethod) -> str:
    """Id of the indicator in a cell; a problem and nothing when it is none."""
    cell = table.grid.cell(row, column)
    key = _ids(method).get(_short(fold(cell)), "")
    if not key:
        text = "" if cell is None else str(cell).strip()[:60]
        table.tell("K01", row, column, text=text, method=method.name, options=", ".join(method.indicators))
    return key


def _ids(method: CamelMethod) -> dict[str, str]:
    return {_short(fold(key)): key for key in method.indicators}


def _short(folded: str) -> str:
    """What identifies an indicator however it is written: `114` of `IF114`, `if 114`, `IF(114) Patrimonio…`, `114`."""
    numbered = _NUMBERED.match(folded)
    return (numbered[1] if numbered else re.sub(r"\W+", "", folded).removeprefix("if")).lstrip("0")
