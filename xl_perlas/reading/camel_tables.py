"""CAMEL values and segments from text files. Figures are percentages, as they are printed: 15.12, 15,12 or 15,12 %.

Nothing is guessed: a cell that cannot be read, an unknown indicator or a figure given twice is a problem with its
place, and the figure is not used.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from xl_perlas.camel import Values, segment_from_entities, values_from
from xl_perlas.camel_load import CamelMethod, Segment, Statistic, Unit, load_camel
from xl_perlas.figures import read_column
from xl_perlas.model import Source
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import HEADER_ROWS, fold
from xl_perlas.reading.table import capped

_INDICATOR = frozenset({"indicador", "indicator", "indice", "id", "codigo", "if"})
_PERIOD = frozenset({"periodo", "period", "ano", "year", "fecha", "date"})
_VALUE = frozenset({"valor", "value", "porcentaje", "resultado", "ind"})
_MEAN = frozenset({"media", "mu", "μ", "promedio", "mean", "average"})
_DEVIATION = frozenset({"desviacion", "desviacion estandar", "desv estandar", "sigma", "σ", "std", "deviation"})
_SUMMARY = re.compile(r"(?:total|promedio|media|mediana|desviacion|desv|suma|sumas|minimo|maximo|mu|sigma|sistema)\b.*")
_FIGURE = re.compile(r"-?[\d., ]*\d ?%?")
_NUMBERED = re.compile(r"if\W*(\d+)(?!\w)")

_Layout = TypeVar("_Layout")
_Key = tuple[str, str]


@dataclass
class _Table:
    """The figures of one table: where each is, under a key, and what was set aside."""

    grid: Grid
    cells: list[tuple[_Key, str, int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rows(self, header: int) -> Iterator[int]:
        """Rows under the header. One with more figures than it has columns was cut in the wrong places: not used."""
        width = len(self.grid.rows[header])
        for row in range(header + 1, len(self.grid.rows)):
            if any(self.grid.cell(row, c) is not None for c in range(width, len(self.grid.rows[row]))):
                self.tell("B18", row, width)
            else:
                yield row

    def add(self, key: _Key, what: str, row: int, column: int) -> None:
        """A cell with the figure of `key`, which messages call `what`."""
        self.cells.append((key, what, row, column))

    def tell(self, code: str, row: int, column: int, **values: object) -> None:
        self.problems.append(problem(code, where=self.grid.address(row, column), **values))  # type: ignore[arg-type]

    def figures(self) -> dict[_Key, float | None]:
        """The figure of each key: None where its cell is empty, NaN where it cannot be used.

        One decimal mark for the whole table: a file is written in one.
        """
        texts = [_without_sign(self.grid.cell(row, column)) for _, _, row, column in self.cells]
        numbers, problems = read_column(texts, lambda i: self.grid.address(*self.cells[i][2:]), "la tabla")
        self.problems += problems
        found: dict[_Key, float | None] = {}
        first: dict[_Key, str] = {}
        for (key, what, row, column), number in zip(self.cells, numbers, strict=True):
            place = self.grid.address(row, column)
            known = found.setdefault(key, None)
            if known is None or number is None:
                found[key] = known if number is None else number
                first[key] = first.get(key, place) if number is None else place
                continue
            same = known == number
            self.tell("K03" if same else "K02", row, column, what=what, places=f"{first[key]} y {place}")
            found[key] = number if same else math.nan
        return found


def _without_sign(cell: object) -> object:
    return cell.strip().removesuffix("%").rstrip() if isinstance(cell, str) else cell


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
    header, layout = _find(grid, _values_layout, "K04")
    table = _Table(grid, problems=notes)
    _tell_unused(table, header, layout.columns)
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
    _refuse_empty(table, figures)
    labels = [period.label for _, period in sorted(periods.items())]
    rows = {key: {label: figures.get((key, label)) for label in labels} for key in method.indicators}
    values = values_from(rows, Unit.PERCENT, method)
    return Values(values.periods, values.unit, values.results, tuple(capped(table.problems)))


def _values_layout(grid: Grid, row: int) -> tuple[int, _ValuesLayout] | None:
    titles = _titles(grid, row)
    indicator = _column(titles, _INDICATOR)
    period, value = _column(titles, _PERIOD), _column(titles, _VALUE)
    if indicator is not None and period is not None and value is not None:
        return len(titles), _ValuesLayout(indicator, period=period, value=value)
    first = indicator or 0
    found = [(c, parse_period(grid.cell(row, c))) for c in range(len(titles)) if c != first]
    periods = tuple((c, p) for c, p in found if p is not None)
    return (len(periods), _ValuesLayout(first, periods)) if periods else None


def _periods_of_row(table: _Table, layout: _ValuesLayout, row: int) -> Iterator[tuple[int, Period]]:
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
    table = _Table(grid, problems=notes)
    if any(_statistics_layout(grid, row) for row in _top(grid)):
        return _from_statistics(table, *_find(grid, _statistics_layout, "K05"), method)
    ids = _ids(method)

    def entities(where: Grid, row: int) -> tuple[int, dict[int, str]] | None:
        titles = _titles(where, row)
        columns = {c: ids[k] for c, title in enumerate(titles) if (k := _short(title)) in ids}
        named = any(titles[c].startswith("if") for c in columns)
        figures = any(_FIGURE.fullmatch(title) for c, title in enumerate(titles) if c not in columns)
        return (len(columns), columns) if named and not figures else None

    return _from_entities(table, *_find(grid, entities, "K05"))


def _statistics_layout(grid: Grid, row: int) -> tuple[int, _StatisticsLayout] | None:
    titles = _titles(grid, row)
    columns = [_column(titles, words) for words in (_INDICATOR, _MEAN, _DEVIATION)]
    found = [c for c in columns if c is not None]
    return (1, _StatisticsLayout(*found)) if len(found) == len(columns) else None


def _from_statistics(table: _Table, header: int, layout: _StatisticsLayout, method: CamelMethod) -> Segment:
    grid = table.grid
    _tell_unused(table, header, {layout.indicator, layout.mean, layout.deviation})
    places: dict[str, str] = {}
    for row in table.rows(header):
        if grid.cell(row, layout.mean) is None and grid.cell(row, layout.deviation) is None:
            continue
        if key := _indicator(table, row, layout.indicator, method):
            places.setdefault(key, grid.address(row, layout.mean))
            table.add((key, "media"), f"la media de {key}", row, layout.mean)
            table.add((key, "desviacion"), f"la desviación de {key}", row, layout.deviation)
    figures = table.figures()
    _refuse_empty(table, figures)
    statistics = {}
    for key, place in places.items():
        mean, deviation = figures[key, "media"], figures[key, "desviacion"]
        if mean is None or deviation is None:
            table.problems.append(problem("K24", where=place, indicator=key))
        elif math.isfinite(mean) and math.isfinite(deviation):
            statistics[key] = Statistic(mean, deviation, _source(place))
    problems = tuple(capped(table.problems))
    return Segment("propio", f"Segmento de {grid.file}", _source(grid.file), statistics, Unit.PERCENT, problems)


def _from_entities(table: _Table, header: int, columns: Mapping[int, str]) -> Segment:
    grid = table.grid
    label = next((c for c in range(len(grid.rows[header])) if c not in columns), None)
    _tell_unused(table, header, {*columns, *(() if label is None else (label,))})
    names: dict[str, None] = {}
    for row in table.rows(header):
        if all(grid.cell(row, c) is None for c in columns):
            continue
        text = "" if label is None else " ".join(str(grid.cell(row, label) or "").split())
        if _SUMMARY.fullmatch(fold(text)):
            table.tell("K08", row, label or 0, text=text)
            continue
        name = text or grid.address(row, 0)
        names[name] = None
        for column, key in columns.items():
            table.add((name, key), f"{key} de {name}", row, column)
    figures = table.figures()
    _refuse_empty(table, figures)
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


def _top(grid: Grid) -> range:
    return range(min(HEADER_ROWS, len(grid.rows)))


def _find(
    grid: Grid, detect: Callable[[Grid, int], tuple[int, _Layout] | None], code: str
) -> tuple[int, _Layout]:
    """The row of the header and its layout: of those detected, the one that names most columns, and the first."""
    found = [(row, *one) for row in _top(grid) if (one := detect(grid, row)) is not None]
    if not found:
        raise PerlasError(problem(code, where=grid.file))
    row, _, layout = max(found, key=lambda one: one[1])
    return row, layout


def _titles(grid: Grid, row: int) -> list[str]:
    return [fold(grid.cell(row, c)) for c in range(len(grid.rows[row]))]


def _column(titles: Sequence[str], words: frozenset[str]) -> int | None:
    return next((c for c, title in enumerate(titles) if title in words), None)


def _tell_unused(table: _Table, header: int, used: Iterable[int]) -> None:
    row = table.grid.rows[header]
    cells = [table.grid.cell(header, c) for c in range(len(row)) if c not in set(used)]
    titles = ", ".join(f"«{str(cell).strip()}»" for cell in cells if cell is not None)
    if titles:
        table.problems.append(problem("K07", where=table.grid.file, columns=titles))


def _indicator(table: _Table, row: int, column: int, method: CamelMethod) -> str:
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


def _refuse_empty(table: _Table, figures: Mapping[_Key, float | None]) -> None:
    if all(value is None or math.isnan(value) for value in figures.values()):
        raise PerlasError([*table.problems, problem("K09", where=table.grid.file)])
