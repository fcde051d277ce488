"""What the sheets of a Balance Social workbook show: report, marks and plan, laid over its year columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from xl_perlas.evaluate import note
from xl_perlas.model import Status
from xl_perlas.problems import ERROR, INFO, WARNING, Problem
from xl_perlas.social import (
    ImprovementPlan,
    Light,
    SocialIndicator,
    SocialMarks,
    SocialReport,
    SocialResult,
    evaluate_social,
    improvement_plan,
    mark_report,
)
from xl_perlas.social.marks import relative_change
from xl_perlas.social.plan import PlanItem
from xl_perlas.social.texts import no_value_sentence, shown
from xl_perlas.social.thresholds import Subject
from xl_perlas.workbook.social.cells import DOES_NOT_APPLY
from xl_perlas.workbook.social.inputs import SocialBook
from xl_perlas.workbook.social.plan import SocialPlan, is_number
from xl_perlas.workbook.view import NOT_AVAILABLE, state_text

ZERO_DIVISION = "#DIV/0!"
#: Why there is no value, as the cells of block REASON say it.
NEGATIVE_BASE, ZERO_DENOMINATOR, MISSING = "base negativa", "denominador cero", "falta"
#: A symbol and a word for each light: a print in grey says the same.
LIGHTS: Mapping[Light, str] = {
    Light.NONE: "○ sin nota", Light.RED: "▼ rojo", Light.AMBER: "● amarillo", Light.GREEN: "▲ verde",
}  # fmt: skip
#: Where the value in use of an input comes from.
TYPED, BOOKED, LISTED, ABSENT, UNUSABLE = "escrito", "cuentas", "saldos", "falta", "no sirve"
#: The one catalogue of accounts that the definitions name.
CATALOG = "seps"
_RANKS = (ERROR, WARNING, INFO)


@dataclass(frozen=True)
class SocialView:
    """The report, its marks, and the plan of the year that is reported (None where there is no year)."""

    plan: SocialPlan
    book: SocialBook
    report: SocialReport
    marks: SocialMarks
    improvement: ImprovementPlan | None
    problems: tuple[Problem, ...]

    def position(self, k: int | None) -> int | None:
        """Where the year of column `k` stands in the report."""
        period = None if k is None else self.book.columns[k]
        return None if period is None else [p.key for p in self.report.periods].index(period.key)

    @property
    def now(self) -> int | None:
        """Column of the year that is reported."""
        return self.book.now

    @property
    def before(self) -> int | None:
        """Column of the year it is compared with."""
        return self.book.before

    def label(self, k: int | None) -> str:
        """The year of a column in words."""
        period = None if k is None else self.book.columns[k]
        return "" if period is None else period.label

    def head(self, k: int | None) -> object:
        """The year of a column as cells show it; nothing where the column is not used."""
        return "" if k is None or self.book.columns[k] is None else self.book.heads[k]

    def key(self, k: int) -> object:
        """Months since year 0 of the year of a column."""
        period = self.book.columns[k]
        return "" if period is None else period.year * 12 + period.month

    def column_before(self, k: int) -> int | None:
        """Column of the same month a year before that of column `k`."""
        period = self.book.columns[k]
        wanted = None if period is None else (period.year - 1, period.month)
        return next((j for j, p in self.book.used if p.key == wanted), None)

    # --- inputs

    def origin(self, key: str, k: int) -> str:
        """Where the value in use of an input comes from, or why there is none."""
        position = self.position(k)
        if position is None:
            return ""
        found = self.report.values[key][position]
        if not found.applies:
            return DOES_NOT_APPLY
        if (key, k) in self.book.from_lists:
            return LISTED
        if found.value is not None:
            return TYPED if found.origin == TYPED else BOOKED
        return ABSENT if (key, k) in self.book.blank else UNUSABLE

    def in_use(self, key: str, k: int | None) -> object:
        """The value in use of an input: a number, `Sí` or `No`, a text, `no aplica`, or #N/A."""
        position = self.position(k)
        if position is None:
            return NOT_AVAILABLE
        found = self.report.values[key][position]
        if not found.applies:
            return DOES_NOT_APPLY
        if isinstance(found.value, bool):
            return "Sí" if found.value else "No"
        return NOT_AVAILABLE if found.value is None else found.value

    # --- indicators

    def result(self, key: str, k: int | None) -> SocialResult | None:
        """Result of an indicator in a column; None where the column is not used."""
        position = self.position(k)
        return None if position is None else self.report.results[key][position]

    def value(self, key: str, k: int | None) -> object:
        """What the cell of a value shows."""
        found = self.result(key, k)
        if found is None:
            return NOT_AVAILABLE
        if found.text:
            return found.text
        if found.value is not None:
            return found.value
        return ZERO_DIVISION if found.status is Status.ZERO_DENOMINATOR else NOT_AVAILABLE

    def reason(self, key: str, k: int) -> str:
        """Why there is no value; nothing where there is one, or no year."""
        found = self.result(key, k)
        if found is None or found.value is not None or found.text:
            return ""
        if found.status is Status.NOT_APPLICABLE:
            return NEGATIVE_BASE if found.numerator is not None else DOES_NOT_APPLY
        return ZERO_DENOMINATOR if found.status is Status.ZERO_DENOMINATOR else MISSING

    def marked(self, one: SocialIndicator, k: int) -> object:
        """The number that is marked: the value, its change as a part of the previous value, or its level."""
        found, row = self.result(one.id, k), self.book.notes[one.repeats or one.id]
        if found is None or found.value is None:
            return NOT_AVAILABLE
        if row.subject == Subject.CHANGE:
            growth = relative_change(found)
            return NOT_AVAILABLE if growth is None else growth
        if row.subject == Subject.SCALE:
            return next((self.level(key, k) for key, scale in self.plan.method.scales.items()
                         if scale.indicator in (one.id, one.repeats)), NOT_AVAILABLE)  # fmt: skip
        return found.value

    def level(self, scale: str, k: int) -> object:
        """Level on a scale."""
        position, found = self.position(k), self.result(self.plan.method.scales[scale].indicator, k)
        if position is None or found is None or found.value is None:
            return NOT_AVAILABLE
        value = self.report.scales[scale][position].value
        return NOT_AVAILABLE if value is None else value

    def mark(self, key: str, k: int | None) -> object:
        """Mark, or nothing."""
        position = self.position(k)
        value = None if position is None else self.marks.marks[key][position].value
        return "" if value is None else value

    def light(self, key: str, k: int | None) -> str:
        """Light in symbol and word; nothing where there is no year."""
        position = self.position(k)
        return "" if position is None else LIGHTS[self.marks.marks[key][position].light]

    def note(self, key: str, k: int) -> str:
        """The notes of value and mark."""
        position = self.position(k)
        if position is None:
            return ""
        texts = (self.report.results[key][position].note, self.marks.marks[key][position].note)
        return " ".join(dict.fromkeys(filter(None, texts)))

    def mean(self, principle: str, k: int | None) -> object:
        """Mean of the marks of a principle; #N/A where there is none."""
        position = self.position(k)
        value = None if position is None else self.marks.principles[principle][position]
        return NOT_AVAILABLE if value is None else value

    def total(self, k: int | None) -> object:
        """Mean of the principles; #N/A where there is none."""
        position = self.position(k)
        value = None if position is None else self.marks.totals[position]
        return NOT_AVAILABLE if value is None else value

    def item(self, key: str) -> PlanItem | None:
        """The indicator in the improvement plan."""
        items = self.improvement.items if self.improvement else ()
        return next((one for one in items if one.indicator == key), None)

    # --- what is wrong

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Errors and warnings."""
        severities = [p.severity for p in self.problems]
        return severities.count(ERROR), severities.count(WARNING)

    @property
    def state(self) -> str:
        """The overall light in words; its first character is its colour."""
        return state_text(*self.counts)

    @property
    def computed(self) -> tuple[int, int, int]:
        """How many indicators, years, and values there are."""
        valued = sum(r.value is not None or bool(r.text) for row in self.report.results.values() for r in row)
        return len(self.plan.indicators), len(self.report.periods), valued


def make_view(book: SocialBook) -> SocialView:
    """What the sheets show of what was typed."""
    report = evaluate_social(book.plan.method, book.inputs, book.balance, CATALOG)
    report = _declared(report, book)
    marks = mark_report(report, book.thresholds)
    shown_years = {p.label for k, p in book.used if k in (book.now, book.before)}
    found = [*book.problems, *report.problems, *(p for p in marks.problems if p.period in shown_years)]
    ranked = sorted(dict.fromkeys(found), key=lambda p: _RANKS.index(p.severity))
    return SocialView(book.plan, book, report, marks, _improvement(book, marks), tuple(ranked))


def _declared(report: SocialReport, book: SocialBook) -> SocialReport:
    """The report without the values of indicators that the entity says do not apply."""
    if not book.declared:
        return report
    method, results = report.method, {key: list(row) for key, row in report.results.items()}
    order = [p.key for p in report.periods]
    for key, k in book.declared:
        period = book.columns[k]
        assert period is not None
        one, at = method.indicators[key], order.index(period.key)
        why = note("N51", indicator=f"«{one.name}»", period=period.label)
        results[key][at] = SocialResult(
            None, Status.NOT_APPLICABLE, why, analysis=no_value_sentence(one, period.label, f"{DOES_NOT_APPLY}.")
        )
        later = (period.year + 1, period.month)
        if later in order and (found := results[key][order.index(later)]).previous is not None:
            next_year = order.index(later)
            results[key][next_year] = _without_previous(one, found, report.labels[next_year], period.label)
    return replace(report, results={key: tuple(row) for key, row in results.items()})


def _without_previous(one: SocialIndicator, found: SocialResult, label: str, before: str) -> SocialResult:
    value = found.text or shown(found.value or 0.0, one.unit)
    text = f"«{one.name}»: {value} en {label}; en {before} se declaró que no aplica."
    return replace(found, previous=None, change=None, analysis=text)


def _improvement(book: SocialBook, marks: SocialMarks) -> ImprovementPlan | None:
    now, before = (None if k is None else book.columns[k] for k in (book.now, book.before))
    if now is None:
        return None
    earlier = None if before is None else improvement_plan(marks, period=before.label)
    found = improvement_plan(marks, earlier, period=now.label, actions=book.actions)
    if earlier is None:  # the year before may be a column, and still not the one it is compared with
        return replace(found, previous="", items=tuple(replace(one, before=None) for one in found.items))
    return found


__all__ = ["LIGHTS", "SocialView", "is_number", "make_view"]
