"""Inputs of a Balance Social, and lists of balances, from files: CSV, text and workbooks.

Two shapes: long (`dato;periodo;valor;responsable;fecha;evidencia`) and wide (`dato` and a column a period, with those
last three for the whole row). An input is told by its id or its name.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xl_perlas.figures import DecimalMark, decide_decimal, read_column
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.figure_table import column_of, titles_of, top_rows
from xl_perlas.reading.grid import Grid, load_grids
from xl_perlas.reading.layout import fold
from xl_perlas.reading.table import capped
from xl_perlas.social.inputs import (
    Entry,
    Provenance,
    SocialInputs,
    input_named,
    read_entry,
    unknown_input,
    without_provenance,
)
from xl_perlas.social.model import NUMERIC, SocialInput, SocialMethod

_INPUT_WORDS = frozenset({"dato", "datos", "id", "codigo", "variable"})
_PERIOD_WORDS = frozenset({"periodo", "period", "ano"})
_VALUE_WORDS = frozenset({"valor", "cifra", "respuesta"})
_WHO_WORDS = frozenset({"responsable", "quien", "suministra"})
_DATE_WORDS = frozenset({"fecha"})
_EVIDENCE_WORDS = frozenset({"evidencia", "soporte", "respaldo"})
_BALANCE_WORDS = frozenset({"saldo", "saldos", "monto", "valor"})

HEAD = ("dato", "periodo", "valor", "responsable", "fecha", "evidencia")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Header of a table of inputs: `periods` one a column, or `period` and `value` columns; -1: not there."""

    header: int
    input: int
    periods: tuple[tuple[int, Period], ...]
    period: int
    value: int
    who: int
    date: int
    evidence: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell with what was typed for an input in a period."""

    one: SocialInput
    period: Period
    raw: object
    provenance: Provenance
    place: str


def read_social_inputs(path: str | os.PathLike[str], method: SocialMethod) -> SocialInputs:
    """The inputs in a file. What cannot be used is a problem with its place; figures share one decimal mark.

    An input given twice in a period with different values is not used.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), has no table of inputs (N20), or none of it can be used (N21,
            with every other problem found).
    """
    grids, notes = load_grids(path)
    grid, layout = _table(grids, os.path.basename(path))
    problems = [*notes, *_left_out(grids, grid)]
    cells = list(_cells(grid, layout, method, problems))
    decimal = _decimal_mark(cells)
    entries: dict[tuple[str, tuple[int, int]], Entry] = {}
    for cell in cells:
        entry = read_entry(cell.one, cell.raw, cell.period, cell.provenance, cell.place, decimal)
        if entry:
            _put(entries, cell, entry, problems)
    problems += [e.problem for e in entries.values() if e.problem]
    if not any(e.value is not None or not e.applies for e in entries.values()):
        raise PerlasError([*problems, problem("N21", where=grid.file)])
    lacking, total = without_provenance(entries.values())
    if lacking:
        problems.append(problem("N18", where=grid.file, count=lacking, total=total))
    periods = {p.key: p for p in (*(c.period for c in cells), *(p for _, p in layout.periods))}
    ordered = tuple(sorted(periods.values(), key=lambda p: p.key))
    return SocialInputs(ordered, entries, "", tuple(capped(dict.fromkeys(problems))))


def _left_out(grids: Sequence[Grid], used: Grid) -> list[Problem]:
    others = ", ".join(f"«{one.sheet}»" for one in grids if one is not used)
    return [problem("A22", where=used.file, sheet=used.sheet, others=others)] if others else []


def _table(grids: Iterable[Grid], file: str) -> tuple[Grid, _Layout]:
    for grid in sorted(grids, key=lambda one: one.hidden):
        for row in top_rows(grid):
            if layout := _layout(grid, row):
                return grid, layout
    raise PerlasError(problem("N20", where=file))


def _layout(grid: Grid, row: int) -> _Layout | None:
    titles = titles_of(grid, row)
    key = column_of(titles, _INPUT_WORDS)
    if key is None:
        return None
    found = [column_of(titles, words) for words in (_PERIOD_WORDS, _VALUE_WORDS, _WHO_WORDS, _DATE_WORDS,
                                                    _EVIDENCE_WORDS)]  # fmt: skip
    period, value, who, date, evidence = (-1 if c is None else c for c in found)
    if period >= 0 and value >= 0:
        return _Layout(row, key, (), period, value, who, date, evidence)
    taken = {key, who, date, evidence}
    periods = tuple(
        (c, p) for c in range(len(titles)) if c not in taken and (p := parse_period(grid.cell(row, c))) is not None
    )
    return _Layout(row, key, periods, -1, -1, who, date, evidence) if periods else None


def _cells(grid: Grid, layout: _Layout, method: SocialMethod, problems: list[Problem]) -> Iterator[_Cell]:
    for row in range(layout.header + 1, len(grid.rows)):
        written = grid.cell(row, layout.input)
        if written is None:
            continue
        where = [(layout.value, grid.cell(row, layout.period))] if layout.value >= 0 else list(layout.periods)
        filled = [(c, p) for c, p in where if grid.cell(row, c) is not None]
        one = input_named(method, written)
        if one is None:
            if filled:
                problems.append(unknown_input(method, str(written).strip(), where=grid.address(row, layout.input)))
            continue
        for column, raw_period in filled:
            period = raw_period if isinstance(raw_period, Period) else parse_period(raw_period)
            place = grid.address(row, column)
            if period is None:
                problems.append(problem("N19", where=place, text=str(raw_period or "").strip()[:40]))
            else:
                yield _Cell(one, period, grid.cell(row, column), _provenance(grid, layout, row), place)


def _provenance(grid: Grid, layout: _Layout, row: int) -> Provenance:
    return Provenance(*(_text(grid.cell(row, c)) for c in (layout.who, layout.date, layout.evidence)))


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return "" if cell is None else cell.isoformat() if isinstance(cell, dt.date) else " ".join(str(cell).split())


def _decimal_mark(cells: Sequence[_Cell]) -> DecimalMark | None:
    """The one decimal mark that the numbers of the table show, or None."""
    texts = [c.raw.strip().removesuffix("%") for c in cells if c.one.kind in NUMERIC and isinstance(c.raw, str)]
    return decide_decimal(texts).decimal


def _put(
    entries: dict[tuple[str, tuple[int, int]], Entry], cell: _Cell, entry: Entry, problems: list[Problem]
) -> None:
    key = (cell.one.id, cell.period.key)
    known = entries.get(key)
    if known is None:
        entries[key] = entry
        return
    same = known.value == entry.value and known.applies == entry.applies
    told = problem(
        "N07" if same else "N06", where=cell.place, period=cell.period.label, input=cell.one.name,
        places=f"{known.where} y {cell.place}",
    )  # fmt: skip
    if same:
        problems.append(told)
    else:
        entries[key] = Entry(None, known.provenance, problem=told, where=known.where)


def template_csv(method: SocialMethod, period: str) -> str:
    """A table to fill in, one row an input, for a period: what it is, its unit and the columns that are read."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow((*HEAD, "nombre", "unidad", "momento", "grupo", "opciones"))
    for one in method.inputs.values():
        options = " / ".join(one.options) or ("sí / no" if one.kind == "si_no" else "")
        writer.writerow((one.id, period, "", "", "", "", one.name, one.unit, one.moment, one.group, options))
    return buffer.getvalue()


# --- lists of balances ------------------------------------------------------------------------------------------------


def read_balance_list(path: str | os.PathLike[str]) -> tuple[list[object], str]:
    """The balances of a list, one a person, and where they are: the column `saldo`, or the only one with figures.

    Raises:
        PerlasError: the file cannot be read (A01 to A23), or has no column of balances (N36).
    """
    grids, _ = load_grids(path)
    for grid in sorted(grids, key=lambda one: one.hidden):
        for row in top_rows(grid):
            column = column_of(titles_of(grid, row), _BALANCE_WORDS)
            if column is not None:
                return _balances(grid, row + 1, column), grid.address(row, column)
        if grid.rows and max(map(len, grid.rows)) == 1:
            first = 0 if any(c.isdigit() for c in fold(grid.cell(0, 0))) else 1
            return _balances(grid, first, 0), grid.address(first, 0) if len(grid.rows) > first else grid.file
    raise PerlasError(problem("N36", where=os.path.basename(path)))


def _balances(grid: Grid, first: int, column: int) -> list[object]:
    """Texts are read under the decimal mark of the column; what cannot be read stays as it is, to be told."""
    cells = [grid.cell(row, column) for row in range(first, len(grid.rows))]
    figures, _ = read_column(cells, lambda i: grid.address(first + i, column), "los saldos")
    return [c if f is None or math.isnan(f) else f for c, f in zip(cells, figures, strict=True)]
