"""The thresholds on sheet Notas: settings, and a row of points or answers for each indicator, all of them editable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from xl_perlas.model import Source
from xl_perlas.problems import Problem, problem
from xl_perlas.social import SocialIndicator, Thresholds, load_thresholds
from xl_perlas.social.model import InputKind
from xl_perlas.social.thresholds import TOP, Mode, Rule, Subject, Unmarked
from xl_perlas.workbook.cellxml import Cell
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.protocols import SheetLike
from xl_perlas.workbook.social.cells import NO, YES, is_empty, number, said, trimmed
from xl_perlas.workbook.social.plan import NOTAS, SocialPlan, is_number


@dataclass(frozen=True, slots=True)
class Settings:
    """Lowest marks of the green and the amber light, and what an indicator without mark does, all in use."""

    green: float
    amber: float
    unmarked: Unmarked


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A row of Notas: `rule` is None where it is empty or cannot be used (`wrong` says why).

    `points` counts the numbers among the values of its points; `rises` says whether the last mark is not below the
    first: both as the sheet's own formulas give them.
    """

    subject: str
    mode: str
    points: int
    rises: bool
    empty: bool
    rule: Rule | None
    wrong: str = ""


def defaults(plan: SocialPlan) -> Thresholds:
    """The bundled thresholds of the method."""
    return load_thresholds(plan.method.id)


def read_settings(sheet: SheetLike, plan: SocialPlan, found: list[Problem]) -> Settings:
    """The settings in use: those typed, or the bundled ones where what was typed is none."""
    base = defaults(plan)
    green, amber, policy = (sheet.cell(ref(plan.note_value, r)) for r in (plan.green_row, plan.amber_row,
                                                                           plan.policy_row))  # fmt: skip
    high, low = number(green), number(amber)
    if high is None or low is None or not 0 <= low <= high <= TOP:
        detail = f"verde «{said(green)}», amarillo «{said(amber)}»"
        found.append(problem("N48", where=f"{NOTAS}!{green.ref}", what=detail, used=f"{base.green:g} y {base.amber:g}",
                             wanted="0 ≤ amarillo ≤ verde ≤ 10"))  # fmt: skip
        high, low = base.green, base.amber
    word = trimmed(policy.value).lower()
    if word not in list(Unmarked):
        found.append(problem("N48", where=f"{NOTAS}!{policy.ref}", what=f"«{said(policy)}»", used=base.unmarked,
                             wanted=" o ".join(Unmarked)))  # fmt: skip
        word = base.unmarked
    return Settings(high, low, Unmarked(word))


def read_notes(sheet: SheetLike, plan: SocialPlan, found: list[Problem]) -> dict[str, NoteRow]:
    """The row of each indicator that has a formula of its own."""
    scaled = {scale.indicator for scale in plan.method.scales.values()}
    rows = {}
    for one in plan.indicators:
        if one.repeats:
            continue
        row = plan.note_rows[one.id]
        last = ref(plan.note_answered + 1, row)
        cells = list(sheet.rows(f"{ref(plan.note_subject, row)}:{last}")[0])
        rows[one.id] = read = _Reader(plan, one, cells, one.id in scaled).row()
        if read.wrong:
            where = f"{NOTAS}!{ref(plan.note_subject, row)}"
            found.append(problem("N47", where=where, indicator=f"{one.id} {one.name}", detail=read.wrong))
    return rows


def thresholds_of(plan: SocialPlan, settings: Settings, notes: Mapping[str, NoteRow]) -> Thresholds:
    """The thresholds that the sheet holds."""
    own = {key: row.rule for key, row in notes.items() if row.rule is not None}
    return replace(
        defaults(plan), green=settings.green, amber=settings.amber, unmarked=settings.unmarked, rules=(), own=own
    )  # fmt: skip


def answers_of(plan: SocialPlan, one: SocialIndicator) -> tuple[str, ...]:
    """The answers that an indicator without a number may have; nothing for a free text."""
    given = plan.method.inputs[one.numerator_text.strip()]
    return (YES, NO) if given.kind is InputKind.YES_NO else given.options


class _Reader:
    """Reads a row: the cells from what is marked to the source."""

    def __init__(self, plan: SocialPlan, one: SocialIndicator, cells: Sequence[Cell], scaled: bool):
        self.one, self.scaled = one, scaled
        self.options: Sequence[str] = () if is_number(one) else answers_of(plan, one)
        self.subject, self.mode = (trimmed(cell.value).lower() for cell in cells[:2])
        first = plan.note_point - plan.note_subject
        middle, end = first + plan.points, first + 2 * plan.points
        self.values, self.marks, self.answered = cells[first:middle], cells[middle:end], cells[end]
        self.source = str(cells[end + 1].value or "entidad: sin fuente")

    def row(self) -> NoteRow:
        """What the row says."""
        numbers = [number(cell) for cell in self.marks]
        empty = all(map(is_empty, (*self.values, *self.marks, self.answered)))
        wrong = "" if empty else self._wrong()
        rule = None if empty or wrong else self._rule()
        count = sum(number(cell) is not None for cell in self.values)
        return NoteRow(self.subject, self.mode, count, self._last() >= (numbers[0] or 0.0), empty, rule, wrong)

    def _last(self) -> float:
        """The mark of the last point, as INDEX over the count of points takes it."""
        count = sum(number(cell) is not None for cell in self.values)
        return number(self.marks[max(1, count) - 1]) or 0.0

    def _wrong(self) -> str:
        marks = [number(cell) for cell in (*self.marks, self.answered)]
        if any(mark is None and not is_empty(c) for mark, c in zip(marks, (*self.marks, self.answered), strict=True)):
            return "una nota no es un número"
        if any(mark is not None and not 0 <= mark <= TOP for mark in marks):
            return "las notas van de 0 a 10"
        pairs = zip(self.values, self.marks, strict=True)
        if any(is_empty(value) is not is_empty(mark) for value, mark in pairs):
            return "cada punto lleva un valor y una nota"
        return self._wrong_points() if is_number(self.one) else self._wrong_answers()

    def _wrong_points(self) -> str:
        values = [number(cell) for cell in self.values]
        points = [v for v in values if v is not None]
        if len(points) < 2 or any(a is None and b is not None for a, b in pairwise(values)):
            return "son dos puntos o más, sin huecos"
        if any(v is None and not is_empty(cell) for v, cell in zip(values, self.values, strict=True)):
            return "un valor no es un número"
        if any(a >= b for a, b in pairwise(points)):
            return "los valores van de menor a mayor, sin repetirse"
        if self.mode not in list(Mode):
            return f"el modo es {' o '.join(Mode)}"
        if self.subject not in list(Subject) or (self.subject == Subject.SCALE and not self.scaled):
            return f"se califica sobre {' o '.join(s for s in Subject if self.scaled or s is not Subject.SCALE)}"
        marks = [number(cell) or 0.0 for cell in self.marks[: len(points)]]
        if self.mode == Mode.STEPS and marks not in (sorted(marks), sorted(marks, reverse=True)):
            return "con escalones las notas solo suben o solo bajan"
        return ""

    def _wrong_answers(self) -> str:
        if any(not is_empty(cell) and not trimmed(cell.value) for cell in self.values):
            return "las respuestas son textos"
        return ""

    def _rule(self) -> Rule:
        document, _, place = self.source.partition(":")
        source = Source(document.strip(), "", place.strip())
        name = f"{NOTAS}: {self.one.id}"
        marks = [number(cell) or 0.0 for cell in self.marks]
        if is_number(self.one):
            found = [(v, m) for cell, m in zip(self.values, marks, strict=True) if (v := number(cell)) is not None]
            return Rule(name, source, Mode(self.mode), Subject(self.subject), tuple(found))
        known = {option.lower(): option for option in self.options}
        written = [(trimmed(c.value), m) for c, m in zip(self.values, marks, strict=True) if not is_empty(c)]
        answers = {known.get(text.lower(), text): mark for text, mark in reversed(written)}  # MATCH takes the first
        return Rule(name, source, answers=answers or None, answered=number(self.answered))
