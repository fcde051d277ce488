"""A whole Balance Social: value, change and analysis of every indicator in every period, and what is wrong.

Bad data never raises here: it becomes a status and a note that says the cause and the next step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO
from xl_perlas.evaluate import note
from xl_perlas.formula import Call, Node, names
from xl_perlas.model import Status
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, money
from xl_perlas.report import problem_json
from xl_perlas.social import tree
from xl_perlas.social.checks import check_inputs, check_same_base
from xl_perlas.social.inputs import SocialInputs
from xl_perlas.social.model import InputKind, Scale, SocialIndicator, SocialKind, SocialMethod
from xl_perlas.social.resolve import Resolved, Resolver, by_period
from xl_perlas.social.texts import change_words, formula_words, no_value_sentence, sentence, shown, variation_words

#: A ratio that is no part of a whole and is over this is asked about: its units are perhaps not those of the formula.
_IMPLAUSIBLE = 10.0


@dataclass(frozen=True, slots=True)
class SocialResult:
    """An indicator in a period.

    `value`: a ratio or growth as a fraction (0.10 is 10 %), a figure in the indicator's unit, or 1 and 0 for yes and
    no; None exactly when the status is sin_dato, denominador_cero or no_aplica, or the indicator is a `text`. `change`
    is the value minus that of a year before (`previous`). `analysis` always agrees with the value.
    """

    value: float | None
    status: Status
    note: str = ""
    text: str = ""
    numerator: float | None = None
    denominator: float | None = None
    previous: float | None = None
    change: float | None = None
    analysis: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """Level of an indicator on a scale, or None and why there is none."""

    value: int | None
    note: str = ""


@dataclass(frozen=True)
class SocialReport:
    """`results[indicator][position of the period]`, the value of every input, the scales, and every problem."""

    method: SocialMethod
    inputs: SocialInputs
    balance: Balance | None
    periods: tuple[Period, ...]
    values: Mapping[str, tuple[Resolved, ...]]
    results: Mapping[str, tuple[SocialResult, ...]]
    scales: Mapping[str, tuple[Level, ...]]
    problems: tuple[Problem, ...]

    @cached_property
    def labels(self) -> list[str]:
        """Labels of the periods, in order of time."""
        return [p.label for p in self.periods]

    def result(self, indicator: str, period: str) -> SocialResult:
        """One result. Raises KeyError for an unknown indicator or period."""
        if period not in self.labels:
            raise KeyError(period)
        return self.results[indicator][self.labels.index(period)]

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read: ratios as fractions (0.10 is 10 %); keys never change."""
        return {
            "metodo": self.method.id,
            "periodos": self.labels,
            "version": __version__,
            "entidad": self.inputs.entity or (self.balance.entity if self.balance else ""),
            "indicadores": {
                key: dict(zip(self.labels, map(_result_json, row), strict=True)) for key, row in self.results.items()
            },
            "escalas": {
                key: {k: {"nivel": one.value, "nota": one.note} for k, one in zip(self.labels, row, strict=True)}
                for key, row in self.scales.items()
            },
            "datos": {
                key: dict(zip(self.labels, map(_input_json, row), strict=True)) for key, row in self.values.items()
            },
            "problemas": [problem_json(p) for p in self.problems],
        }


def _result_json(one: SocialResult) -> dict[str, Any]:
    return {
        "valor": one.value, "texto": one.text, "estado": str(one.status), "nota": one.note,
        "numerador": one.numerator, "denominador": one.denominator, "anterior": one.previous, "cambio": one.change,
        "analisis": one.analysis,
    }  # fmt: skip


def _input_json(one: Resolved) -> dict[str, Any]:
    origin = one.entry.provenance if one.entry else None
    return {
        "valor": one.value, "origen": one.origin, "aplica": one.applies,
        "responsable": origin.who if origin else "", "fecha": origin.date if origin else "",
        "evidencia": origin.evidence if origin else "",
    }  # fmt: skip


def evaluate_social(
    method: SocialMethod, inputs: SocialInputs, balance: Balance | None = None, catalog: str = AUTO
) -> SocialReport:
    """Every indicator of `method` in every period of `inputs`; in those of `balance` when nothing was typed.

    Inputs with accounts come from `balance` in the same period unless they were typed. `previo` is the same month a
    year earlier. Repeated indicators are computed once. Raises PerlasError for an unknown catalogue (D02).
    """
    periods = inputs.periods or (balance.periods if balance else ())
    resolver = Resolver(method, inputs, balance, catalog)
    values = by_period(resolver, periods)
    moments = [_Moment(resolver, period) for period in periods]
    own = {
        key: tuple(moment.result(one) for moment in moments)
        for key, one in method.indicators.items() if not one.repeats
    }  # fmt: skip
    results = {
        key: _said_again(one, own[one.repeats], moments) if one.repeats else own[key]
        for key, one in method.indicators.items()
    }
    scales = {
        key: tuple(_level(one, results[one.indicator][i], m) for i, m in enumerate(moments))
        for key, one in method.scales.items()
    }  # fmt: skip
    found = [*inputs.problems, *(balance.problems if balance else ()), *resolver.problems]
    for moment in moments:
        found += check_inputs(resolver, moment.period)
    for i, period in enumerate(periods):
        found += check_same_base(method, {key: row[i].value for key, row in results.items()}, period.label)
    return SocialReport(method, inputs, balance, periods, values, results, scales, tuple(dict.fromkeys(found)))


class _Moment:
    """A period ready to be evaluated, with the year before it."""

    def __init__(self, resolver: Resolver, period: Period):
        self.resolver, self.period = resolver, period
        self.method = resolver.method

    def at(self, lag: int) -> Period:
        """The period, or the same month `lag` years before it."""
        return replace(self.period, year=self.period.year - lag)

    def result(self, one: SocialIndicator) -> SocialResult:
        """Value, change and analysis."""
        found = self._value(one, 0)
        before = self._value(one, 1).value if found.value is not None else None
        if found.value is not None and before is not None:
            found = replace(found, previous=before, change=found.value - before)
        return replace(found, analysis=self.analysis(one, found))

    # --- values

    def _value(self, one: SocialIndicator, lag: int) -> SocialResult:
        used: dict[tuple[str, int], Resolved] = {}
        top = self._figure(one.numerator, lag, used)
        bottom = self._figure(one.denominator, lag, used) if one.denominator else tree.Figure(Fraction(1))
        if any(not u.applies for u in used.values()):
            return SocialResult(None, Status.NOT_APPLICABLE, self._not_applying(used))
        if one.kind in (SocialKind.COMPLIANCE, SocialKind.TEXT, SocialKind.CHOICE):
            return self._as_given(one, next(iter(used.values())), lag)
        if missing := (*top.missing, *bottom.missing):
            return SocialResult(None, Status.NO_DATA, self._missing_note(missing, lag))
        if zeros := (*top.zeros, *bottom.zeros):
            return SocialResult(None, Status.ZERO_DENOMINATOR, self._zero_note(zeros[0]))
        doubts = list(dict.fromkeys(u.doubt for u in used.values() if u.doubt))
        return self._quotient(one, top.value or Fraction(0), bottom.value or Fraction(0), doubts, lag)

    def _figure(self, node: Node, lag: int, used: dict[tuple[str, int], Resolved]) -> tree.Figure:
        def lookup(name: str, at: int) -> Fraction | None:
            used[name, at] = self.resolver.get(name, self.at(at))
            return self.resolver.number(name, self.at(at))

        return tree.evaluate(node, lookup, lag)

    def _quotient(
        self, one: SocialIndicator, top: Fraction, bottom: Fraction, doubts: list[str], lag: int
    ) -> SocialResult:
        if one.denominator is None:
            return self._valued(one, top, (float(top), None), doubts)
        parts = (float(top), float(bottom))
        if bottom == 0:
            return replace(
                SocialResult(None, Status.ZERO_DENOMINATOR, self._zero_note(tree.Zero(one.denominator, lag))),
                numerator=parts[0], denominator=parts[1],
            )  # fmt: skip
        if one.kind is SocialKind.GROWTH:
            if bottom < 0:
                text = note("E06", amount=money(parts[1]), period=self.at(lag + 1).label)
                return SocialResult(None, Status.NOT_APPLICABLE, text, "", *parts)
            return self._valued(one, top / bottom - 1, parts, doubts)
        if bottom < 0:
            doubts = [note("E08", amount=money(parts[1])), *doubts]
        return self._valued(one, top / bottom, parts, doubts)

    def _valued(
        self, one: SocialIndicator, exact: Fraction, parts: tuple[float, float | None], doubts: list[str]
    ) -> SocialResult:
        try:
            value = float(exact)
        except OverflowError:
            return SocialResult(None, Status.NOT_APPLICABLE, note("N28"), "", *parts)
        if one.part and not 0 <= value <= 1:
            doubts = [*doubts, note("N11", value=shown(value, one.unit))]
        elif one.kind is SocialKind.RATIO and one.unit == "%" and abs(value) > _IMPLAUSIBLE:
            doubts = [*doubts, note("N12", value=shown(value, one.unit))]
        status = Status.INCONSISTENT if doubts else Status.OK
        return SocialResult(value, status, " ".join(doubts), "", *parts)

    def _as_given(self, one: SocialIndicator, given: Resolved, lag: int) -> SocialResult:
        if given.value is None:
            absent = tree.Missing(one.numerator_text.strip(), lag)
            return SocialResult(None, Status.NO_DATA, self._missing_note((absent,), lag))
        if isinstance(given.value, bool):
            return SocialResult(float(given.value), Status.OK, text="Sí" if given.value else "No")
        return SocialResult(None, Status.OK, text=str(given.value))

    # --- notes

    def _not_applying(self, used: Mapping[tuple[str, int], Resolved]) -> str:
        labels: dict[str, list[str]] = {}
        for (name, at), found in used.items():
            if not found.applies:
                labels.setdefault(self.at(at).label, []).append(f"«{self.method.inputs[name].name}»")
        return " ".join(note("N23", inputs=", ".join(who), period=label) for label, who in labels.items())

    def _missing_note(self, missing: tuple[tree.Missing, ...], lag: int) -> str:
        """Every input that is missing, by period: not typed, or typed in a way that cannot be used."""
        absent: dict[str, list[str]] = {}
        told: dict[str, None] = {}
        for one in dict.fromkeys(missing):
            period = self.at(one.lag)
            found = self.resolver.get(one.input, period)
            if found.why:
                told[found.why] = None
            else:
                absent.setdefault(period.label, []).append(f"«{self.method.inputs[one.input].name}»")
        notes = [
            note("N24" if label == self.at(lag).label else "N26", inputs=", ".join(dict.fromkeys(who)), period=label)
            for label, who in absent.items()
        ]  # fmt: skip
        return " ".join([*notes, *told])

    def _zero_note(self, zero: tree.Zero) -> str:
        """Which divisor is zero, and in which year: what `previo` takes is of the year before."""
        back = 0
        divisor = zero.divisor
        while isinstance(divisor, Call):
            divisor, back = divisor.argument, back + 1
        words = formula_words(divisor, self.method.inputs)
        return note("E05", denominator=f"{words}, {self.at(zero.lag + back).label}")

    # --- sentences

    def analysis(self, one: SocialIndicator, found: SocialResult) -> str:
        """What the result means, in words that follow from it."""
        if found.value is None and not found.text:
            return no_value_sentence(one, self.period.label, _why(found))
        before = self.at(1).label
        return sentence(one.analysis, {
            "valor": found.text or shown(found.value or 0.0, one.unit),
            "numerador": self._part(found.numerator, one.numerator),
            "denominador": self._part(found.denominator, one.denominator),
            "periodo": self.period.label,
            "anterior": self._before(one, found),
            "cambio": change_words(found.change, found.previous, one.unit, before),
            "variacion": variation_words(found.value or 0.0),
        })  # fmt: skip

    def _before(self, one: SocialIndicator, found: SocialResult) -> str:
        if found.previous is None:
            return ""
        return ("Sí" if found.previous else "No") if found.text else shown(found.previous, one.unit)

    def _part(self, value: float | None, node: Node | None) -> str:
        if value is None or node is None:
            return "sin dato"
        kinds = {self.method.inputs[name] for name in names(node)}
        amounts = [one for one in kinds if one.kind is InputKind.AMOUNT]
        percents = [one for one in kinds if one.kind is InputKind.PERCENT]
        return shown(value, "%" if percents and not amounts else amounts[0].unit if amounts else "")


def _why(found: SocialResult) -> str:
    words = {
        Status.ZERO_DENOMINATOR: "el denominador es cero.", Status.NOT_APPLICABLE: "no aplica.",
        Status.NO_DATA: "faltan datos.",
    }  # fmt: skip
    return words.get(found.status, "no se pudo calcular.")


def _said_again(
    one: SocialIndicator, row: tuple[SocialResult, ...], moments: Sequence[_Moment]
) -> tuple[SocialResult, ...]:
    """The results of the indicator that `one` shows again, each with its own sentence."""
    return tuple(replace(r, analysis=m.analysis(one, r)) for r, m in zip(row, moments, strict=True))


def _level(scale: Scale, found: SocialResult, moment: _Moment) -> Level:
    reference = moment.resolver.number(scale.reference, moment.period)
    if found.value is None:
        return Level(None, found.note)
    if reference is None:
        name = moment.method.inputs[scale.reference].name
        return Level(None, note("N38", scale=scale.name, input=name, period=moment.period.label))
    excess = Fraction(repr(found.value)) - reference
    low, high = (Fraction(str(limit)) for limit in scale.limits)
    return Level(scale.levels[0 if excess < low else 1 if excess <= high else 2])
