"""What was typed: one entry an input and period, with who supplied it, on what date and with what evidence.

Nothing is guessed: what cannot be an input's value is a problem with its place, and the entry holds no value.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from xl_perlas.figures import DecimalMark, Unreadable, parse_figure
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import Problem, problem
from xl_perlas.reading.layout import fold
from xl_perlas.social.concentration import Concentration
from xl_perlas.social.model import NUMERIC, InputKind, SocialInput, SocialMethod
from xl_perlas.social.texts import shown

Value: TypeAlias = float | bool | str

#: A percentage typed without its sign is a fraction; above this nobody can tell 3 % from 300 %.
_DOUBTFUL_PERCENT = 2.0
_TOO_LARGE = 1e18
DECIMAL_MARKS: tuple[DecimalMark, ...] = (",", ".")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_YES = frozenset({"si", "s", "cumple", "verdadero", "true", "1", "x"})
_NO = frozenset({"no", "n", "no cumple", "falso", "false", "0"})
_NOT_APPLICABLE = frozenset({"no aplica", "n/a", "na", "n a", "#n/a"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who supplied a figure, when, and what shows it."""

    who: str = ""
    date: str = ""
    evidence: str = ""

    @property
    def complete(self) -> bool:
        """Whether all three are told."""
        return bool(self.who and self.date and self.evidence)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for an input in a period.

    `value`: a float (percentages as fractions), a bool for a yes/no, or a text; None where what was typed cannot be
    used (`problem` says why) or the input is said not to apply (`applies` is false).
    """

    value: Value | None
    provenance: Provenance = Provenance()
    applies: bool = True
    problem: Problem | None = None
    where: str = ""


@dataclass(frozen=True)
class SocialInputs:
    """Entries by input and period (`Period.key`), the periods in order of time, and what was found on the way."""

    periods: tuple[Period, ...]
    entries: Mapping[tuple[str, tuple[int, int]], Entry]
    entity: str = ""
    problems: tuple[Problem, ...] = field(default=())

    @classmethod
    def build(
        cls,
        method: SocialMethod,
        values: Mapping[object, Mapping[str, object]],
        provenance: Provenance | Mapping[str, Provenance] = Provenance(),
        entity: str = "",
    ) -> SocialInputs:
        """Inputs from `{period: {input: value}}`; periods are anything that `parse_period` reads.

        A value may be a number, a bool, a text as people type it (`1.234`, `89 %`, `sí`, `no aplica`) or None, which is
        the same as not typing it. `provenance` is one for all, or one for each input. Bad values do not raise: they
        become problems. Raises ValueError for a period that is none or comes twice.
        """
        periods: dict[tuple[int, int], Period] = {}
        entries: dict[tuple[str, tuple[int, int]], Entry] = {}
        problems: list[Problem] = []
        for raw, row in values.items():
            period = raw if isinstance(raw, Period) else parse_period(raw)
            if period is None or period.key in periods:
                raise ValueError(f"periodo repetido o ilegible: {raw!r}")
            periods[period.key] = period
            for key, value in row.items():
                if key not in method.inputs:
                    problems.append(unknown_input(method, key, period.label))
                    continue
                origin = provenance if isinstance(provenance, Provenance) else provenance.get(key, Provenance())
                entry = read_entry(method.inputs[key], value, period, origin)
                if entry:
                    entries[key, period.key] = entry
        found = [*problems, *(e.problem for e in entries.values() if e.problem)]
        return cls(tuple(sorted(periods.values(), key=lambda p: p.key)), entries, entity, tuple(found))

    def entry(self, key: str, period: Period) -> Entry | None:
        """What was typed for an input in a period; None when nothing was."""
        return self.entries.get((key, period.key))

    def with_concentration(
        self, method: SocialMethod, name: str, period: Period | str, found: Concentration,
        provenance: Provenance = Provenance(),
    ) -> SocialInputs:  # fmt: skip
        """These inputs with the two counts that the list of balances called `name` gives in a period.

        Counts typed for the same inputs win, and a difference is told. A list without a single holder gives nothing.

        Raises:
            KeyError: the method has no such list.
            ValueError: a period that is none.
        """
        when = period if isinstance(period, Period) else parse_period(period)
        if when is None:
            raise ValueError(f"periodo ilegible: {period!r}")
        spec, origin = method.lists[name], provenance
        if not origin.evidence:
            origin = replace(origin, evidence=found.source)
        entries, problems = dict(self.entries), [*self.problems, *found.problems]
        for key, count in ((spec.holders, found.holders), (spec.total, found.total)):
            known = entries.get((key, when.key))
            if known is None and found.total:
                entries[key, when.key] = Entry(float(count), origin, where=found.source)
            elif known is not None and known.value != count:
                name_of, typed = method.inputs[key].name, known.value
                shown_typed = shown(typed, "") if isinstance(typed, float) else "nada que se pueda usar"
                problems.append(problem("N22", period=when.label, input=name_of, typed=shown_typed,
                                        other=shown(float(count), ""), origin=f"la lista de {spec.name}"))  # fmt: skip
        periods = {p.key: p for p in (*self.periods, when)}
        ordered = tuple(sorted(periods.values(), key=lambda p: p.key))
        return replace(self, periods=ordered, entries=entries, problems=tuple(problems))


def unknown_input(method: SocialMethod, text: str, period: str = "", where: str = "") -> Problem:
    """The problem of a name that is no input of the method, with those it may have meant (N01)."""
    near = difflib.get_close_matches(fold(text), [fold(k) for k in method.inputs], 3, 0.6)
    known = {fold(key): key for key in method.inputs}
    meant = " o ".join(f"«{known[n]}»" for n in near)
    options = f"quizá es {meant}" if meant else "la plantilla (--plantilla) los trae todos"
    return problem("N01", where=where, period=period, text=text[:60], method=method.name, options=options)


def input_named(method: SocialMethod, written: object) -> SocialInput | None:
    """The input with this id or name, however its capitals and accents are written."""
    text = fold(written).replace(" ", "")
    for one in method.inputs.values():
        if text in (fold(one.id).replace(" ", ""), fold(one.name).replace(" ", "")):
            return one
    return None


def read_entry(
    one: SocialInput, raw: object, period: Period, provenance: Provenance = Provenance(), where: str = "",
    decimal: DecimalMark | None = None,
) -> Entry | None:  # fmt: skip
    """What was typed for an input: its value, that it does not apply, or why it cannot be used; None for an empty cell.

    `decimal` is the decimal mark of the table that a text comes from; without it a text must leave no doubt.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, float) and math.isnan(raw)):
        return None
    if isinstance(raw, str) and fold(raw) in _NOT_APPLICABLE:
        return Entry(None, provenance, applies=False, where=where)
    about = {"where": where, "period": period.label, "input": one.name}
    value = _value(one, raw, about, decimal)
    if isinstance(value, Problem):
        return Entry(None, provenance, problem=value, where=where)
    asked = None
    if one.kind is InputKind.PERCENT and isinstance(value, float) and abs(value) > 1:
        asked = problem("N13", **about, value=shown(value, "%"))  # type: ignore[arg-type]
    return Entry(value, provenance, problem=asked, where=where)


def _value(one: SocialInput, raw: object, about: Mapping[str, str], decimal: DecimalMark | None) -> Value | Problem:
    match one.kind:
        case InputKind.YES_NO:
            return _yes_no(raw, about)
        case InputKind.TEXT:
            return " ".join(str(raw).split())
        case InputKind.CHOICE:
            return _option(one, raw, about)
        case _:
            return _number(one, raw, about, decimal)


def _yes_no(raw: object, about: Mapping[str, str]) -> bool | Problem:
    if isinstance(raw, bool):
        return raw
    text = fold(f"{raw:g}" if isinstance(raw, float) else raw)
    if text in _YES or text in _NO:
        return text in _YES
    return problem("N08", **about, text=str(raw)[:40])  # type: ignore[arg-type]


def _option(one: SocialInput, raw: object, about: Mapping[str, str]) -> str | Problem:
    for option in one.options:
        if fold(option) == fold(raw):
            return option
    return problem("N09", **about, text=str(raw)[:40], options=", ".join(one.options))  # type: ignore[arg-type]


def _number(
    one: SocialInput, raw: object, about: Mapping[str, str], decimal: DecimalMark | None
) -> float | Problem:
    if isinstance(raw, dt.date | dt.time) or (isinstance(raw, str) and _DATE.fullmatch(raw.strip())):
        return problem("N05", **about, text=str(raw))  # type: ignore[arg-type]
    signed = isinstance(raw, str) and raw.strip().endswith("%")
    plain = raw.strip().removesuffix("%").rstrip() if isinstance(raw, str) else raw
    read = parse_figure(plain, decimal)
    if isinstance(read, Unreadable) and one.kind is InputKind.COUNT:
        read = _whole(plain)
    if read is None or isinstance(read, Unreadable) or abs(read) > _TOO_LARGE:
        return problem("N02", **about, text=str(raw)[:40])  # type: ignore[arg-type]
    return checked_number(one, read / 100 if signed else read, signed, about)


def _whole(text: object) -> float | None:
    """A text that is a whole number under one decimal mark alone: a count of `1.234` can only be 1234."""
    readings = {r for mark in DECIMAL_MARKS if isinstance(r := parse_figure(text, mark), float) and r % 1 == 0}
    return readings.pop() if len(readings) == 1 else None


def checked_number(one: SocialInput, value: float, signed: bool, about: Mapping[str, str]) -> float | Problem:
    """`value` when the input can have it; `signed`: it was written with a percent sign."""
    percent = one.kind is InputKind.PERCENT
    if one.kind is InputKind.COUNT and value < 0:
        return problem("N03", **about, value=shown(value, ""))  # type: ignore[arg-type]
    if one.kind is InputKind.COUNT and (value % 1 or signed):
        return problem("N04", **about, value=shown(value, "%" if signed else ""))  # type: ignore[arg-type]
    if percent and not signed and abs(value) > _DOUBTFUL_PERCENT:
        return problem("N10", **about, value=shown(value, ""))  # type: ignore[arg-type]
    if signed and not percent:
        return problem("N02", **about, text=shown(value, "%"))  # type: ignore[arg-type]
    return value


def without_provenance(entries: Iterable[Entry]) -> tuple[int, int]:
    """How many values lack who, date or evidence, and how many values there are."""
    complete = [e.provenance.complete for e in entries if e.value is not None]
    return complete.count(False), len(complete)


__all__ = [
    "NUMERIC", "Entry", "Provenance", "SocialInputs", "checked_number", "input_named", "read_entry", "unknown_input",
    "without_provenance",
]  # fmt: skip
