"""What a Balance Social report is made from, and how its results become cells, points of charts and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from xl_perlas.document import Cell, Origin, Tone, Unit, Value
from xl_perlas.document.numbers import decimal
from xl_perlas.model import Source, Status
from xl_perlas.problems import Problem, notes_in
from xl_perlas.social import ImprovementPlan, Mark, SocialIndicator, SocialMarks, SocialResult
from xl_perlas.social import Light as Colour
from xl_perlas.social.model import InputKind, SocialKind, SocialMethod
from xl_perlas.social.texts import shown
from xl_perlas.social.thresholds import PlanRule, Subject, Unmarked

#: Date, principle (its id, or nothing), what was done, how many benefited, budget and what was spent; None: no figure.
ActivityRow: TypeAlias = tuple[str, str, str, float | None, float | None, float | None]

TONES = {Colour.GREEN: Tone.GOOD, Colour.AMBER: Tone.WATCH, Colour.RED: Tone.BAD, Colour.NONE: Tone.NONE}
COLOURS = {Colour.GREEN: "verde", Colour.AMBER: "amarillo", Colour.RED: "rojo", Colour.NONE: "sin nota"}
#: How many have a light: `16 en verde`.
COUNTED = {light: "sin nota" if light is Colour.NONE else f"en {word}" for light, word in COLOURS.items()}
#: Lights from the best on; the one of no mark at the end.
ORDER = (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.NONE)

POLICIES = {
    Unmarked.LEAVE_OUT: "queda fuera del promedio de su principio",
    Unmarked.ZERO: "cuenta como cero en el promedio de su principio",
}

NO_DATA, ZERO_DENOMINATOR, NOT_APPLICABLE, NEGATIVE_BASE = "sin dato", "denominador cero", "no aplica", "base negativa"
NO_RULE, NO_MARK, NO_COMPARISON = "sin umbral", "sin nota", "no se compara"

#: Kinds with an answer in words, not with a figure.
_WORDS = frozenset({SocialKind.COMPLIANCE, SocialKind.TEXT, SocialKind.CHOICE})
#: Units that say nothing beside an answer, or stand in the figure already.
_SILENT = frozenset({"%", "sí o no", "texto", "frecuencia"})
#: Letters of an answer that a narrow cell shows; its sentence has it whole.
_ANSWER = 18

#: The document that definitions name where the program decided by itself.
_PROGRAM = "xl_perlas"



@dataclass(frozen=True)
class Material:
    """Everything to be told, the position of the year that is reported, and of the one it is compared with."""

    marks: SocialMarks
    plan: ImprovementPlan
    problems: tuple[Problem, ...]
    activities: tuple[ActivityRow, ...] | None
    origin: Origin
    entity: str
    now: int
    before: int | None

    @property
    def method(self) -> SocialMethod:
        """The Balance Social of a country."""
        return self.marks.report.method

    @property
    def period(self) -> str:
        """Label of the year that is reported."""
        return self.marks.report.labels[self.now]

    @property
    def earlier(self) -> str:
        """Label of the year that it is compared with; nothing without one."""
        return "" if self.before is None else self.marks.report.labels[self.before]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Positions of both, the year reported first."""
        return (self.now,) if self.before is None else (self.now, self.before)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of both, in the same order."""
        return tuple(self.marks.report.labels[i] for i in self.years)

    def result(self, key: str, position: int) -> SocialResult:
        """A result."""
        return self.marks.report.results[key][position]

    def mark(self, key: str, position: int) -> Mark:
        """A mark."""
        return self.marks.marks[key][position]

    @property
    def money(self) -> str:
        """What amounts are in."""
        return next((one.unit for one in self.method.inputs.values() if one.kind is InputKind.AMOUNT), "")

    @cached_property
    def own_criterion(self) -> str:
        """How many indicators have thresholds that are this program's own criterion; nothing where none has."""
        rules = [self.marks.thresholds.rule(one) for one in self.method.indicators.values()]
        count = sum(rule is not None and rule.source.document == _PROGRAM for rule in rules)
        if not count:
            return ""
        return (
            f"Los umbrales de {count} de los {len(rules)} indicadores son un criterio propio de xl-perlas: la norma no "
            "publica los suyos, y cada entidad debe poner los que le corresponden."
        )

    # --- cells

    def value_cell(self, one: SocialIndicator, position: int) -> Cell:
        """A result as a cell: its figure, its answer, or why there is none."""
        found = self.result(one.id, position)
        doubtful = found.status is Status.INCONSISTENT
        if found.text:
            return Cell(short(found.text), doubtful=doubtful)
        if found.value is None:
            return Cell(None, missing=reason(found))
        return Cell(shown(found.value, one.unit), doubtful=doubtful)

    def name_cell(self, one: SocialIndicator, *remarks: str) -> Cell:
        """The name of an indicator, and beneath it the unit of its figures and `remarks`."""
        return Cell(one.name, detail=". ".join(filter(None, (unit_words(one.unit), *remarks))))

    def change_cell(self, one: SocialIndicator) -> Cell:
        """The year reported less the other, in points where they are percentages; of answers, whether they changed."""
        if self.before is None:
            return Cell(None, missing=NO_COMPARISON)
        now, before = self.result(one.id, self.now), self.result(one.id, self.before)
        if one.kind in _WORDS and now.text and before.text:
            return Cell("igual" if now.text == before.text else "cambió")
        if now.value is None or before.value is None or one.kind in _WORDS:
            return Cell(None, missing=NO_COMPARISON)
        return Cell(change_text(now.value - before.value, one.unit))

    def mark_cell(self, one: SocialIndicator, position: int) -> Cell:
        """A mark from 0 to 10, or why there is none."""
        return Cell(self.mark(one.id, position).value, Unit.PLAIN, missing=self._why_unmarked(one, position))

    def _why_unmarked(self, one: SocialIndicator, position: int) -> str:
        found, rule = self.result(one.id, position), self.marks.thresholds.rule(one)
        if found.value is None and not found.text:
            return reason(found)
        if rule is None:
            return NO_RULE
        return NO_COMPARISON if rule.subject is Subject.CHANGE else NO_MARK

    def light_cell(self, one: SocialIndicator, position: int, marked: bool = False) -> Cell:
        """A light in symbol and word; `marked`: with the mark beneath it, or why there is none."""
        mark = self.mark(one.id, position)
        number = self._why_unmarked(one, position) if mark.value is None else f"nota {decimal(mark.value)}"
        return Cell(COLOURS[mark.light], tone=TONES[mark.light], detail=number * marked)


def short(answer: str) -> str:
    """The beginning of a long answer."""
    return answer if len(answer) <= _ANSWER else answer[: _ANSWER - 1].rstrip() + "…"


def reason(found: SocialResult) -> str:
    """Why a result has no value."""
    if found.status is Status.NOT_APPLICABLE:
        return NEGATIVE_BASE if found.numerator is not None else NOT_APPLICABLE
    return ZERO_DENOMINATOR if found.status is Status.ZERO_DENOMINATOR else NO_DATA


def unit_words(unit: str) -> str:
    """`En transacciones`; nothing where the figure carries its unit."""
    return "" if unit in _SILENT else f"En {unit}"


def change_text(change: float, unit: str) -> str:
    """`+4,26 p. p.` for percentages, `−12` for other units; `igual` where nothing of it would be seen."""
    points = unit == "%"
    size = shown(abs(change) * 100, "veces") if points else shown(abs(change), unit)
    if not size.strip("0.,"):
        return "igual"
    return f"{'+' if change > 0 else '−'}{size}{' p. p.' if points else ''}"


def mark_value(mark: float | None, top: float = 1.0) -> Value:
    """A mark as a point; divided by `top` where a share is drawn."""
    return Value(None if mark is None else mark / top, NO_MARK)


def category_words(rule: PlanRule) -> str:
    """A category of the plan and its lights: `urgentes, rojo o sin nota`."""
    return f"{rule.name.lower()}, {' o '.join(COLOURS[light] for light in ORDER if light in rule.lights)}"


def source_words(source: Source) -> str:
    """A source by its title, or by its name where the entity or this program wrote it."""
    if source.document == _PROGRAM:
        return f"xl-perlas: {source.place}"
    return ", ".join(filter(None, (source.title or source.document, source.place)))


def day(date: str) -> str:
    """`2024-06-30` -> `30/06/2024`; any other text as it is."""
    try:
        return dt.date.fromisoformat(date).strftime("%d/%m/%Y")
    except ValueError:
        return date


def capital(text: str) -> str:
    """A sentence: it begins with a capital, and no line ends between a figure and its percent sign."""
    return text[:1].upper() + text[1:].replace(" %", "\u00a0%")


def notes(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Code, cause and next step of every note in some texts, each once."""
    yield from dict.fromkeys(found for text in texts for found in notes_in(text))
