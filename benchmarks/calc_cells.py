"""LibreOffice Calc: 276 cells of the add-in over 1,500 accounts, one PERLAS_MATRIZ, and the same values by SUMIFS.

    python -m benchmarks calc_cells

The same Calc holds all sheets; at its turn each gets new figures in a row that every cell rests on, and recalculates.
Two sheets of SUMIFS give the same values: in one each cell sums its accounts, as each cell of the add-in does; in the
other the lines that indicators share are summed once a period, as on the workbook's sheet Líneas.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from office import missing_office, running_calc

from benchmarks.charts import balance
from benchmarks.measure import Ratio
from xl_perlas.compile import definitions
from xl_perlas.formula import LinearForm, Node, spreadsheet
from xl_perlas.model import Kind
from xl_perlas.periods import Period
from xl_perlas.udfs.functions import INDICATORS
from xl_perlas.udfs.libreoffice import oxt

ACCOUNTS, YEARS = 1500, tuple(range(2019, 2025))
AT_MOST, AT_LEAST = 2.0, 10.0
_ROUNDS = 7
_BALANCES = "BCDEFG"
_OPTIONS = '"catalogo=seps"'
_KEYS = (*INDICATORS, INDICATORS[-1])  # 46 a year, 276 in all
_DEFINITIONS = definitions("woccu", "seps")

_SCRIPT = """
def sheet(blocks):
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    document.enableAutomaticCalculation(False)
    cells = document.Sheets.getByIndex(0)
    rows = arguments["rows"]
    cells.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1).setDataArray(tuple(map(tuple, rows)))
    for corner, formulas in blocks.items():
        at = cells.getCellRangeByName(corner).getRangeAddress()
        block = cells.getCellRangeByPosition(at.StartColumn, at.StartRow, at.StartColumn,
                                             at.StartRow + len(formulas) - 1)
        block.setFormulaArray(tuple((f,) for f in formulas))
    if not blocks:
        cells.getCellRangeByName(arguments["area"]).setArrayFormula(arguments["matrix"])
    return document, cells

def recalculate(document, cells, turn):
    figures = tuple(value + turn for value in arguments["rows"][arguments["row"]][1:])
    cells.getCellRangeByPosition(1, arguments["row"], len(figures), arguments["row"]).setDataArray((figures,))
    start = time.perf_counter()
    document.calculate()
    return time.perf_counter() - start

sheets = {name: sheet(blocks) for name, blocks in arguments["sheets"].items()}
times = {name: [] for name in sheets}
for turn in range(arguments["rounds"]):
    for name, (document, cells) in sheets.items():
        recalculate(document, cells, turn + 0.5)
        times[name].append(recalculate(document, cells, turn))
areas = {name: (arguments["area"] if name == "matrix" else "I1:I276") for name in sheets}
values = {name: cells.getCellRangeByName(areas[name]).getDataArray() for name, (document, cells) in sheets.items()}
for document, cells in sheets.values():
    document.close(True)
answer([{name: sorted(taken)[len(taken) // 2] for name, taken in times.items()}, values])
"""


def run() -> list[Ratio]:
    """The ratios. Raises ImportError where LibreOffice is absent."""
    if missing := missing_office():
        raise ImportError(missing)
    found = balance(ACCOUNTS, tuple(map(Period, YEARS)))
    rows: list[list[Any]] = [["codigo", *YEARS]]
    rows += [[code, *("" if v is None else v for v in values)]
             for code, *values in zip(found.chart.codes, *found.values, strict=True)]  # fmt: skip
    full = next(i for i, row in enumerate(rows) if i and "" not in row)
    arguments = {
        "rows": rows, "row": full, "rounds": _ROUNDS, "area": f"I1:O{len(INDICATORS) + 1}",
        "matrix": f"=PERLAS_MATRIZ(A1:A{ACCOUNTS + 1};B1:G{ACCOUNTS + 1};;{_OPTIONS})",
        "sheets": {
            "cells": {"I1": [_cell(key, k) for k in range(len(YEARS)) for key in _KEYS]}, "matrix": {},
            "SUMIFS": {"I1": [_native(key, k, _sums(k)) for k in range(len(YEARS)) for key in _KEYS]},
            "lines": _line_blocks(),
        },
    }  # fmt: skip
    with running_calc(oxt.build()) as office:
        times, values = office.run(_SCRIPT, arguments, timeout=600)
    _check(values)
    each, shared = "each cell sums its accounts", "lines summed once a period"
    return [
        Ratio(f"Calc, 276 cells: against SUMIFS, {each}", times["cells"] / times["SUMIFS"], AT_MOST),
        Ratio(f"Calc, one PERLAS_MATRIZ: times faster than SUMIFS, {each}", times["SUMIFS"] / times["matrix"],
              AT_LEAST, at_least=True),
        Ratio(f"Calc, 276 cells: against SUMIFS, {shared}", times["cells"] / times["lines"]),
        Ratio(f"Calc, one PERLAS_MATRIZ: times faster than SUMIFS, {shared}", times["lines"] / times["matrix"]),
    ]  # fmt: skip


def _area(column: str) -> str:
    return f"${column}$2:${column}${ACCOUNTS + 1}"


def _cell(key: str, k: int) -> str:
    previous = _area(_BALANCES[k - 1]) if k else ""
    return f"=PERLAS_{key}({_area('A')};{_area(_BALANCES[k])};{previous};{_OPTIONS})"


def _sumifs(form: LinearForm, k: int) -> str:
    terms = (
        f'{coefficient:+.15g}*SUMIFS({_area(_BALANCES[k - lag])};{_area("A")};"{code}")'
        for code, lag, coefficient in form.terms
        if coefficient
    )
    return "".join(terms) or "0"


def _sums(k: int) -> Callable[[str, str], str]:
    """Numerator and denominator of an indicator as sums of its accounts."""

    def text(key: str, part: str) -> str:
        return _sumifs(getattr(_DEFINITIONS.ratios[key], part), k)

    return text


def _native(key: str, k: int, text: Callable[[str, str], str]) -> str:
    ratio = _DEFINITIONS.ratios[key]
    forms = [f for f in (ratio.numerator, ratio.denominator) if f]
    if not k and any(lag for form in forms for _, lag, _ in form.terms):
        return "=NA()"
    numerator = text(key, "numerator")
    if ratio.denominator is None:
        return f"={numerator}"
    growth = "-1" if ratio.indicator.kind is Kind.GROWTH else ""
    return f"=({numerator})/({text(key, 'denominator')}){growth}"


def _line_blocks() -> dict[str, list[str]]:
    """Lines a column a year from J on, and the indicators as arithmetic over them in I."""
    lines = list(_DEFINITIONS.profile.lines.values())
    rows = {line.id: i for i, line in enumerate(lines, 1)}

    def cell(k: int) -> Callable[[str, int], str]:
        def at(name: str, lag: int) -> str:
            constant = _DEFINITIONS.constants.get(name)
            return f"{'JKLMNO'[k - lag]}{rows[name]}" if constant is None else repr(float(constant))

        return at

    def native(node: Node, k: int) -> str:
        return spreadsheet(node, cell(k)).replace(",", ";")

    def line(name: str, k: int) -> str:
        node = _DEFINITIONS.profile.lines[name].formula
        return "=" + (_sumifs(_DEFINITIONS.lines[name], k) if node is None else native(node, k))

    def part(k: int) -> Callable[[str, str], str]:
        return lambda key, side: native(getattr(_DEFINITIONS.profile.indicators[key], side), k)

    blocks = {f"{column}1": [line(name, k) for name in rows] for k, column in enumerate("JKLMNO")}
    return {**blocks, "I1": [_native(key, k, part(k)) for k in range(len(YEARS)) for key in _KEYS]}


def _check(values: dict[str, list[list[Any]]]) -> None:
    """All sheets must show the same before a time counts."""
    cells = [row[0] for row in values["cells"]]
    for name in ("SUMIFS", "lines"):
        for i, (one, (other,)) in enumerate(zip(cells, values[name], strict=True)):
            if (one is None) != (other is None) or (one is not None and not math.isclose(one, other, rel_tol=1e-9)):
                raise RuntimeError(f"{name}: {_KEYS[i % len(_KEYS)]} is {other} and not {one}")
    of_matrix = {row[0]: row[1:] for row in values["matrix"]}
    for i, one in enumerate(cells):
        if of_matrix[_KEYS[i % len(_KEYS)]][i // len(_KEYS)] != one:
            raise RuntimeError(f"PERLAS_MATRIZ: {_KEYS[i % len(_KEYS)]} is not {one}")
