"""What is typed for the financial analysis: what balances are compared with, and accounts that somebody asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from xl_perlas.analysis import BASES, DECEMBER
from xl_perlas.balance import normalise_code
from xl_perlas.problems import Problem, problem
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.cellxml import Cell, ErrorValue, to_serial
from xl_perlas.workbook.plan import HORIZONTAL, TENDENCIAS, Plan, ref
from xl_perlas.workbook.protocols import BookLike

#: A longer run of digits is no account: as a number it would lose some of them.
_LONGEST = 15


@dataclass(frozen=True)
class AnalysisInputs:
    """`base`: one of `analysis.BASES`; `codes`: accounts of any level, beside the groups, by their row.

    `typed` are the same cells as formulas see them, also those that are no codes; `charted` is the account or line that
    the chart of Tendencias shows.
    """

    base: str
    codes: Mapping[int, str]
    problems: tuple[Problem, ...] = ()
    typed: Mapping[int, str] = field(default_factory=dict)
    charted: str = "1"


def read_analysis(book: BookLike, plan: Plan) -> AnalysisInputs:
    """What is typed on sheets Horizontal and Tendencias. Bad cells are problems, and not used."""
    found: list[Problem] = []
    sheet = book.sheet(HORIZONTAL)
    base = _base(sheet.cell(ref(pa.NAME, pa.BASE_ROW)), found)
    rows = pa.choice_rows(HORIZONTAL)
    typed: dict[int, str] = {}
    codes: dict[int, str] = {}
    for row, (cell,) in zip(rows, sheet.rows(f"{ref(pa.CODE, rows[0])}:{ref(pa.CODE, rows[-1])}"), strict=True):
        text = as_text(cell)
        if text:
            typed[row] = text
        if code := _code(cell, text, codes, found):
            codes[row] = code
    charted = _charted(book.sheet(TENDENCIAS).cell(ref(pa.NAME, pa.CHOICE_ROW)), typed, found)
    return AnalysisInputs(base, codes, tuple(found), typed, charted)


def as_text(cell: Cell) -> str:
    """A text or a whole number as `&""` gives it; nothing for anything else: programs spell it in their own ways."""
    value = to_serial(cell.value) if isinstance(cell.value, dt.date) else cell.value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return value if isinstance(value, str) and not isinstance(value, ErrorValue) else ""


def _base(cell: Cell, found: list[Problem]) -> str:
    text = as_text(cell)
    if text.lower() in BASES:
        return text.lower()
    if text or not _blank(cell):
        where, options = f"{HORIZONTAL}!{cell.ref}", ", ".join(BASES)
        found.append(problem("L35", where=where, value=_told(cell), used=DECEMBER, options=options))
    return DECEMBER


def _code(cell: Cell, text: str, known: Mapping[int, str], found: list[Problem]) -> str:
    """The account asked for in a cell, as formulas find it: digits alone; nothing where there is none."""
    if _blank(cell):
        return ""
    where = f"{HORIZONTAL}!{cell.ref}"
    code = normalise_code(text)
    if code is None or not code.isdigit() or len(code) > _LONGEST:
        found.append(problem("L45", where=where, value=_told(cell)))
        return ""
    if code != text:
        found.append(problem("L46", where=where, text=text, code=code))
        return ""
    if code in known.values():
        found.append(problem("L47", where=where, code=code))
    return code


def _charted(cell: Cell, typed: Mapping[int, str], found: list[Problem]) -> str:
    text = as_text(cell)
    for key in (*pa.rows(TENDENCIAS), *typed.values()):
        if text.lower() == key.lower():
            return key
    first = next(iter(pa.rows(TENDENCIAS)))
    if not _blank(cell):
        found.append(problem("L48", where=f"{TENDENCIAS}!{cell.ref}", value=_told(cell), used=first))
    return first


def _blank(cell: Cell) -> bool:
    if cell.value is None:
        return cell.formula is None or cell.calculated
    return isinstance(cell.value, str) and not isinstance(cell.value, ErrorValue) and not cell.value


def _told(cell: Cell) -> object:
    return "fórmula sin calcular" if cell.value is None else cell.value
