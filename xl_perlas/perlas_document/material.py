"""What a PERLAS report is made from, and how its figures become cells, points of charts and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_perlas.analysis import Analysis, State
from xl_perlas.analysis import Figure as Amount
from xl_perlas.analysis.spacing import missing
from xl_perlas.camel import CamelReport
from xl_perlas.document import Bounds, Cell, Column, Item, Light, LineChart, Origin, Series, Tone, Unit, Value
from xl_perlas.document.numbers import tidy
from xl_perlas.findings.finding import Finding
from xl_perlas.goals import Verdict
from xl_perlas.model import Result, Status
from xl_perlas.peers import PeerReport
from xl_perlas.periods import Period
from xl_perlas.problems import notes_in
from xl_perlas.report import Report
from xl_perlas.score import Score, ScoreReport
from xl_perlas.strengths import Strengths
from xl_perlas.supervision import SupervisionReport
from xl_perlas.words import label

UNITS = {"%": Unit.PERCENT, "veces": Unit.TIMES, "USD": Unit.AMOUNT}
TONES = {True: Tone.GOOD, False: Tone.BAD, None: Tone.NONE}

_STATUS = {
    Status.NO_DATA: "sin dato", Status.ZERO_DENOMINATOR: "divide entre 0", Status.NOT_APPLICABLE: "no aplica",
}  # fmt: skip
_STATE = {
    State.NO_DATA: "sin dato", State.NO_BASE: "sin base", State.FROM_ZERO: "desde 0", State.ZERO_TO_ZERO: "0 a 0",
    State.ZERO_DENOMINATOR: "total 0", State.NOT_APPLICABLE: "no aplica",
}  # fmt: skip

#: Periods that fit beside the rest of a table on paper; a screen shows them all.
ON_PAPER = 5

_NAMED = 3  # stretches of periods that a note names
_CAUSES = 6  # causes of one kind that are told


@dataclass(frozen=True)
class Material:
    """Everything computed, and the period that the document is of: later ones are not shown. None: not computed."""

    report: Report
    position: int
    analysis: Analysis | None
    scores: ScoreReport | None
    camel: CamelReport | None
    supervision: SupervisionReport | None
    peers: PeerReport | None
    strengths: Strengths | None
    findings: tuple[Finding, ...] | None
    origin: Origin

    @property
    def period(self) -> str:
        """Label of the period."""
        return self.report.periods[self.position]

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Periods up to that of the document."""
        return self.report.balance.periods[: self.position + 1]

    @property
    def labels(self) -> list[str]:
        """Their labels."""
        return [p.label for p in self.periods]

    @cached_property
    def slots(self) -> tuple[tuple[Period, int | None], ...]:
        """Periods with their positions, and in their places those that the balance lacks, with None."""
        known: list[tuple[Period, int | None]] = [(p, i) for i, p in enumerate(self.periods)]
        return tuple(sorted([*known, *((p, None) for p in missing(self.periods))], key=lambda one: one[0].key))

    @property
    def before(self) -> int | None:
        """Position of the December before the period, as scores are compared; None without one."""
        year = self.periods[-1].year - 1
        return next((i for i, p in enumerate(self.periods[:-1]) if p.key == (year, 12)), None)

    def score(self, position: int | None) -> Score | None:
        """Score of a period."""
        if self.scores is None or position is None:
            return None
        return self.scores.scores.get(self.report.periods[position])

    def columns(self) -> tuple[Column, ...]:
        """A column of numbers a period."""
        late = len(self.labels) - ON_PAPER
        return tuple(Column(label, right=True, older=i < late) for i, label in enumerate(self.labels))

    @property
    def crowded(self) -> str:
        """What to say where paper does not hold all periods."""
        count = len(self.labels)
        return f"En papel caben los últimos {ON_PAPER} de {count} periodos; los gráficos los tienen todos." * (
            count > ON_PAPER
        )

    def series(self, name: str, values: Sequence[Value]) -> Series:
        """Figures by position, as a series over the slots of time."""
        return Series(name, tuple(Value(None) if at is None else values[at] for _, at in self.slots))

    def lines(self, title: str, unit: Unit, series: Sequence[tuple[str, Sequence[Value]]]) -> LineChart:
        """A chart of figures by position over time."""
        return LineChart(title, unit, tuple(p for p, _ in self.slots), tuple(self.series(*one) for one in series))

    def bounds(self, indicator: str) -> tuple[Bounds, ...]:
        """The goal of an indicator over the slots of time."""
        return tuple(Bounds() if at is None else Bounds(*self.report.bounds(indicator, at)) for _, at in self.slots)


# --- figures ----------------------------------------------------------------------------------------------------------


def result_value(result: Result, tone: Tone = Tone.NONE) -> Value:
    """A result as a point."""
    return Value(result.value, _STATUS.get(result.status, ""), tone)


def result_cell(result: Result, unit: str, verdict: Verdict | None = None) -> Cell:
    """A result as a cell, with its verdict's sign."""
    judged = verdict is not None and verdict.meets is not None
    return Cell(
        result.value, UNITS[unit], tone=TONES[verdict.meets] if judged and verdict else None,
        missing=_STATUS.get(result.status, ""), doubtful=result.status is Status.INCONSISTENT,
    )  # fmt: skip


def figure_value(figure: Amount) -> Value:
    """A figure of the analysis as a point."""
    return Value(figure.value, _STATE.get(figure.state, ""))


def figure_cell(figure: Amount, unit: Unit, places: int | None = None) -> Cell:
    """A figure of the analysis as a cell."""
    doubtful = figure.state is State.INCONSISTENT
    return Cell(figure.value, unit, places, missing=_STATE.get(figure.state, ""), doubtful=doubtful)


def goal_words(material: Material, goal: str) -> str:
    """A goal with printed signs, and parameters by their names: `≥ inflación anual (5,41 %)`."""
    profile = material.report.profile
    words = re.split(r"(\w+)", goal)
    named = (label(profile, word).partition(":")[0] if word in profile.parameters else word for word in words)
    return tidy("".join(named))


def verdict_light(verdict: Verdict) -> Light:
    """A verdict as a light."""
    return Light(verdict.word, TONES[verdict.meets])


# --- notes ------------------------------------------------------------------------------------------------------------


def note_items(found: Iterable[tuple[str, str, str]], labels: Sequence[str]) -> tuple[Item, ...]:
    """(note, row, period): each next step once, with its causes and whom they are about."""
    steps: dict[tuple[str, str], dict[str, dict[str, list[str]]]] = {}
    for note, key, period in found:
        for code, cause, step in notes_in(note):
            same = cause.rstrip(".").replace(f" en {period}", "")  # the period is told with whom it is about
            periods = steps.setdefault((code, step), {}).setdefault(same, {}).setdefault(key, [])
            periods += [period] if period not in periods else []
    items = []
    for (code, step), causes in steps.items():
        told = [f"{cause}: {_whom(keys, labels)}." for cause, keys in causes.items()]
        if len(told) > _CAUSES:
            told = [*told[:_CAUSES], f"Y {len(told) - _CAUSES} casos más."]
        items.append(Item(f"Qué hacer: {step}", f"[{code}]", tuple(text[:1].upper() + text[1:] for text in told)))
    return tuple(items)


def _whom(keys: Mapping[str, Sequence[str]], labels: Sequence[str]) -> str:
    """`R1, R2 (2009); S8 (2010 a 2013)`."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, periods in keys.items():
        groups.setdefault(tuple(periods), []).append(key)
    return "; ".join(f"{', '.join(own)} ({_stretches(periods, labels)})" for periods, own in groups.items())


def _stretches(periods: Sequence[str], labels: Sequence[str]) -> str:
    """Periods that follow one another by their ends: `2009, 2011 a 2013`."""
    places = sorted(labels.index(p) for p in periods if p in labels)
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    names = [labels[r[0]] if len(r) == 1 else f"{labels[r[0]]} a {labels[r[-1]]}" for r in runs]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" y {more} tramos más" if more > 0 else "") or ", ".join(periods)
