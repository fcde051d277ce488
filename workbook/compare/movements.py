"""What moved between two versions of a workbook, and how much of it each change made.

Values of indicators are shared out among the changes that they can read: accounts of their linear forms, and what
those forms depend on. `attribution` says by which rule; `totals` does the same for score and CAMEL total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xl_perlas.model import Result
from xl_perlas.periods import Period
from xl_perlas.workbook.compare.attribution import attribute, decisive
from xl_perlas.workbook.compare.change import Change, Kind
from xl_perlas.workbook.compare.mixture import Made, Player, finite, made
from xl_perlas.workbook.compare.players import Players, state
from xl_perlas.workbook.compare.versions import common_periods


class What(StrEnum):
    """What can move."""

    INDICATOR = "indicador"
    CAMEL = "camel"
    SCORE = "puntaje"
    TOTAL = "camel_total"


@dataclass(frozen=True, slots=True)
class Part:
    """What some changes, or the indicator through which they work, add to a movement; None: it is no number."""

    label: str
    changes: tuple[Change, ...]
    amount: float | None
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """A value that is not the same in both versions. The amounts of its parts, if it has any, add up to all of it.

    A side is None where there is no value, and its state says why. `key` is an indicator, or empty for a total; `unit`
    is that of the indicator (`%`, `veces`, `USD`), or `puntos`.
    """

    what: What
    key: str
    period: str
    before: float | None
    after: float | None
    state_before: str
    state_after: str
    unit: str
    parts: tuple[Part, ...]

    @property
    def change(self) -> float | None:
        """After minus before; None where one of them is no number."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict (True, False, None) or a CAMEL grade that is another, and the changes that decided it."""

    what: What
    key: str
    period: str
    before: bool | int | None
    after: bool | int | None
    changes: tuple[Change, ...]


def by_size(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The greatest first; equal ones by name."""
    return tuple(sorted(parts, key=lambda p: (-abs(p.amount or 0.0), p.label)))


def changes_of(players: Sequence[Player]) -> tuple[Change, ...]:
    """Every change of some players."""
    return tuple(one for player in players for one in player.changes)


# --- values -----------------------------------------------------------------------------------------------------------


def value_movements(players: Players) -> Iterator[Movement]:
    """Movements of the indicators that both versions have, PERLAS and CAMEL, in the periods of both."""
    a, b = players.mixture.a, players.mixture.b
    periods = common_periods(a, b)
    for what, tables, profile in (
        (What.INDICATOR, (a.report.results, b.report.results), b.inputs.profile),
        (What.CAMEL, (a.camel.values.results, b.camel.values.results), b.camel.method.profile),
    ):
        for key, indicator in profile.indicators.items():
            for period in periods if key in tables[0] else ():
                before, after = (finite(t[key][v.positions[period.key]]) for t, v in zip(tables, (a, b), strict=True))
                if (before.value, state(before)) != (after.value, state(after)):
                    yield _value_movement(players, what, key, period, before, after, indicator.unit)


def _value_movement(
    players: Players, what: What, key: str, period: Period, before: Result, after: Result, unit: str
) -> Movement:
    camel = what is What.CAMEL
    found = players.of_value(key, period, camel)

    def result(done: Sequence[Player]) -> Result:
        return players.mixture.result(key, period, made(done), camel)

    if before.value is not None and after.value is not None:
        shares = attribute(found, lambda done: result(done).value, _absence)
        parts = [_part(group, period.label, amount) for group, amount in shares if amount]
    else:
        parts = [_part((p,), period.label, None) for p in decisive(found, lambda done: state(result(done)))]
    return Movement(what, key, period.label, before.value, after.value, state(before), state(after), unit,
                    by_size(parts))  # fmt: skip


def _absence(player: Player) -> bool:
    """Changes that may only make sense together: what comes and what goes, and the definitions that read it."""
    return any(
        one.kind not in (Kind.AMOUNT, Kind.PARAMETER, Kind.TYPED) or one.before.state is not one.after.state
        for one in player.changes
    )


def _part(players: Sequence[Player], period: str, amount: float | None) -> Part:
    changes = changes_of(players)
    shown = [c for c in changes if c.kind in (Kind.DEFINITIONS, Kind.CATALOG)] or changes
    label = ", ".join(one.short(period) for one in shown[:3])
    more = f" y {len(shown) - 3} más" if len(shown) > 3 else ""
    return Part(label + more + (" (juntas)" if len(players) > 1 else ""), changes, amount)


# --- verdicts and grades ----------------------------------------------------------------------------------------------


def verdict_turns(players: Players) -> Iterator[Turn]:
    """Verdicts that are others, of the indicators that both versions have."""
    a, b = players.mixture.a, players.mixture.b
    for key in b.inputs.profile.indicators:
        for period in common_periods(a, b) if key in a.report.verdicts else ():
            before, after = (v.report.verdicts[key][v.positions[period.key]].meets for v in (a, b))
            if before is not after:
                causes = _causes(players.of_verdict(key, period), players.mixture.verdict, key, period)
                yield Turn(What.INDICATOR, key, period.label, before, after, causes)


def grade_turns(players: Players) -> Iterator[Turn]:
    """CAMEL grades that are others."""
    a, b = players.mixture.a, players.mixture.b
    for key in b.camel.method.indicators:
        for period in common_periods(a, b):
            before, after = (v.camel.grades[key][v.positions[period.key]].grade for v in (a, b))
            if before != after:
                causes = _causes(players.of_grade(key, period), players.mixture.grade, key, period)
                yield Turn(What.CAMEL, key, period.label, before, after, causes)


def _causes(
    found: Sequence[Player], outcome: Callable[[str, Period, Made], int | None], key: str, period: Period
) -> tuple[Change, ...]:
    return changes_of(decisive(found, lambda done: outcome(key, period, made(done))))
