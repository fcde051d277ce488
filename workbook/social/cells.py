"""What people typed in a cell of a Balance Social workbook, as its native formulas see it."""

from __future__ import annotations

import datetime as dt

from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import Problem, problem
from xl_perlas.social import Entry, Provenance, SocialInput
from xl_perlas.social.inputs import Value, checked_number
from xl_perlas.social.model import InputKind
from xl_perlas.social.texts import shown
from xl_perlas.workbook.cellxml import Cell, ErrorValue, to_serial

#: What says that something does not apply, and what it is shown as.
NOT_APPLYING = ("no aplica", "n/a")
YES, NO, DOES_NOT_APPLY = "Sí", "No", "no aplica"
_YES, _NO = ("sí", "si"), ("no",)
#: A number over this is the day of a date; years are numbers below it. And the day that is not in this century.
FIRST_DATE, LAST_DATE = 3000, 73051
_EPOCH = dt.date(1899, 12, 30)
_LARGEST, _DOUBTFUL_PERCENT = 1e18, 1.0


def trimmed(value: object) -> str:
    """A text as TRIM leaves it; nothing for what is no text."""
    if not isinstance(value, str) or isinstance(value, ErrorValue):
        return ""
    return " ".join(part for part in value.split(" ") if part)


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen. A formula without result may give something."""
    if cell.value is None:
        return cell.formula is None or cell.calculated
    return isinstance(cell.value, str) and not isinstance(cell.value, ErrorValue) and not trimmed(cell.value)


def said(cell: Cell) -> str:
    """What a cell holds, for messages."""
    return "una fórmula sin resultado" if cell.value is None else str(cell.value)[:40]


def number(cell: Cell) -> float | None:
    """The number of a cell: that of the day where it holds a date."""
    if isinstance(cell.value, float):
        return cell.value
    return to_serial(cell.value) if isinstance(cell.value, dt.date) else None


def period_in(cell: Cell) -> Period | None:
    """The year or the date over a column: a number as native formulas read it."""
    value = number(cell)
    if value is None or not 1900 <= value < LAST_DATE:
        return None
    if value < FIRST_DATE:
        return parse_period(value)
    day = _EPOCH + dt.timedelta(days=int(value))
    return Period(day.year, day.month, annual=False)


def heading(cell: Cell) -> object:
    """A heading as it was typed: a year even where its format shows numbers as dates."""
    value = number(cell)
    if value is None:
        return trimmed(cell.value) or None
    if value < FIRST_DATE:
        return int(value) if value == int(value) else value
    return cell.value


def entry_of(one: SocialInput, cell: Cell, period: Period, provenance: Provenance, where: str) -> Entry | None:
    """What was typed for an input: None for an empty cell; what formulas cannot use has no value, and says why."""
    if is_empty(cell):
        return None
    text = trimmed(cell.value)
    if text.lower() in NOT_APPLYING:
        return Entry(None, provenance, applies=False, where=where)
    about = {"where": where, "period": period.label, "input": one.name}
    value: Value | Problem
    match one.kind:
        case InputKind.YES_NO:
            value = _yes_no(cell, text, about)
        case InputKind.CHOICE:
            value = _answer(one, cell, text, about)
        case InputKind.TEXT:
            value = text or _wrong("N53", about, text=said(cell))
        case _:
            value = _figure(one, cell, about)
    if isinstance(value, Problem):
        return Entry(None, provenance, problem=value, where=where)
    asked = None
    if one.kind is InputKind.PERCENT and isinstance(value, float) and abs(value) > _DOUBTFUL_PERCENT:
        asked = _wrong("N13", about, value=shown(value, "%"))
    return Entry(value, provenance, problem=asked, where=where)


def _wrong(code: str, about: dict[str, str], **values: object) -> Problem:
    return problem(code, **about, **values)  # type: ignore[arg-type]


def _yes_no(cell: Cell, text: str, about: dict[str, str]) -> bool | Problem:
    if isinstance(cell.value, bool):
        return cell.value
    if text.lower() in (*_YES, *_NO):
        return text.lower() in _YES
    return _wrong("N08", about, text=said(cell))


def _answer(one: SocialInput, cell: Cell, text: str, about: dict[str, str]) -> str | Problem:
    for option in one.options:
        if option.lower() == text.lower():
            return option
    return _wrong("N09", about, text=said(cell), options=", ".join(one.options))


def _figure(one: SocialInput, cell: Cell, about: dict[str, str]) -> float | Problem:
    if isinstance(cell.value, dt.date):
        return _wrong("N05", about, text=cell.value.isoformat()[:10])
    if cell.value is None:
        return _wrong("N54", about)
    if isinstance(cell.value, str) and not isinstance(cell.value, ErrorValue):
        return _wrong("N43", about, text=said(cell))
    if not isinstance(cell.value, float) or abs(cell.value) > _LARGEST:
        return _wrong("N02", about, text=said(cell))
    return checked_number(one, cell.value, False, about)
