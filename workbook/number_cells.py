"""The numbers in cells where people type, as native formulas see them: text is no number, and neither is a blank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import Cell, ErrorValue, to_serial


def numbers_in(cells: Sequence[Cell], sheet: str, found: list[Problem], code: str = "L37") -> list[float | None]:
    """The number in each of some `cells` of a sheet, None where there is none; what else stands there is told, once.

    `code` is the problem that tells it: L37 where percentages are typed as such.
    """
    numbers = [number_in(cell) for cell in cells]
    texts = [c for c, number in zip(cells, numbers, strict=True) if number is None and not is_blank(c)]
    if texts:
        value = "fórmula sin calcular" if texts[0].value is None else texts[0].value
        found.append(problem(code, where=f"{sheet}!{texts[0].ref}", value=value, more=more(texts)))
    return numbers


def number_in(cell: Cell) -> float | None:
    """The number of a cell: that of the day where it holds a date."""
    if isinstance(cell.value, float):
        return cell.value
    return to_serial(cell.value) if isinstance(cell.value, dt.date) else None


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or nothing that can be seen."""
    if cell.value is None:
        return cell.formula is None or cell.calculated
    return isinstance(cell.value, str) and not isinstance(cell.value, ErrorValue) and not cell.value.strip()


def more(cells: Sequence[object]) -> str:
    """For messages about the first of some cells: how many others there are."""
    return "" if len(cells) == 1 else f" (y {len(cells) - 1} celdas más)"
