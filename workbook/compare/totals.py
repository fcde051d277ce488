"""What moved the totals between two versions of a workbook.

The score moves through verdicts that turned and changes of weights; the CAMEL total through grades that turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xl_perlas.camel import total_grade
from xl_perlas.model import Status
from xl_perlas.periods import Period
from xl_perlas.score import Score, score_value
from xl_perlas.workbook.compare.attribution import EXACT, attribute, decisive
from xl_perlas.workbook.compare.change import Change, Kind
from xl_perlas.workbook.compare.mixture import NONE, Mixture, Player, made
from xl_perlas.workbook.compare.movements import Movement, Part, Turn, What, by_size, changes_of
from xl_perlas.workbook.compare.versions import Version, common_periods

#: Scores this near are the same one: what is left of adding up weights in binary.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class _Through:
    """Something that moves a total: an indicator whose verdict or grade turned, or changes of the weights."""

    label: str
    changes: tuple[Change, ...]
    turn: Turn | None = None
    players: tuple[Player, ...] = ()


def _total_movement(
    what: What, period: Period, sides: tuple[float | None, float | None], through: Sequence[_Through],
    value: Callable[[Sequence[_Through]], float | None],
) -> Movement:  # fmt: skip
    before, after = sides
    if before is not None and after is not None:
        shares = attribute(through, value, lambda one: one.turn is None)
        parts = [_joined(group, amount) for group, amount in shares if amount]
    else:
        parts = [_joined((one,), None) for one in decisive(through, lambda done: value(done) is None)]
    states = [str(Status.NO_DATA if side is None else Status.OK) for side in sides]
    return Movement(what, "", period.label, before, after, states[0], states[1], "puntos", by_size(parts))


def _joined(group: Sequence[_Through], amount: float | None) -> Part:
    label = ", ".join(one.label for one in group[:3]) + (f" y {len(group) - 3} más" if len(group) > 3 else "")
    label += " (juntos)" if len(group) > 1 else ""
    keys = [one.turn.key for one in group if one.turn]
    return Part(label, tuple({c.id: c for one in group for c in one.changes}.values()), amount, ", ".join(keys))


def score_movements(mixture: Mixture, turns: Sequence[Turn]) -> Iterator[Movement]:
    """Movements of the score, through the verdicts that turned and the changes of weights and policy."""
    for period in common_periods(mixture.a, mixture.b):
        before, after = (score_of(v, period) for v in (mixture.a, mixture.b))
        sides = before.value if before else None, after.value if after else None
        if not _same(*sides):
            yield _score_movement(mixture, period, sides, turns)


def _same(before: float | None, after: float | None) -> bool:
    return before == after if before is None or after is None else abs(after - before) <= _ROUNDING


def score_of(version: Version, period: Period) -> Score | None:
    """The score of a period; None where there are no weights."""
    return version.rating.scores[version.positions[period.key]]


def _score_movement(
    mixture: Mixture, period: Period, sides: tuple[float | None, float | None], turns: Sequence[Turn]
) -> Movement:
    before, after = (
        {key: row[v.positions[period.key]].meets for key, row in v.report.verdicts.items()}
        for v in (mixture.a, mixture.b)
    )
    weighed = {*(mixture.weights(NONE) or ()), *(mixture.weights(made(mixture.weighing)) or ())}
    known = {turn.key: turn for turn in turns if turn.what is What.INDICATOR and turn.period == period.label}
    through = [
        _Through(f"{key} {_verdict(before.get(key))} → {_verdict(after.get(key))}", known[key].changes, known[key])
        for key in sorted(weighed & known.keys())
    ]
    through += _weighing(mixture, len(through))

    def value(done: Sequence[_Through]) -> float | None:
        turned = {one.turn.key for one in done if one.turn}
        ids = made(player for one in done for player in one.players)
        weights = mixture.weights(ids)
        if weights is None:
            return None
        verdicts = {**after, **before, **{key: after[key] for key in turned}}
        return score_value(verdicts, weights, mixture.policy(ids))

    return _total_movement(What.SCORE, period, sides, through, value)


def _weighing(mixture: Mixture, others: int) -> list[_Through]:
    """Changes of weights and policy: each alone, or by matrix where that makes too many."""
    policy = [_Through(p.changes[0].short(), p.changes, None, (p,)) for p in mixture.policy_change]
    if others + len(mixture.weighing) + len(policy) <= EXACT:
        return [*(_Through(p.changes[0].short(), p.changes, None, (p,)) for p in mixture.weighing), *policy]
    groups: dict[str, list[Player]] = {}
    for player in mixture.weighing:
        groups.setdefault(_matrix(player.changes[0]), []).append(player)
    return [*(_Through(name, changes_of(group), None, tuple(group)) for name, group in groups.items()), *policy]


def _matrix(one: Change) -> str:
    """Which matrix a judgement is of: `juicios de P`; other changes stand for themselves."""
    if one.kind is not Kind.JUDGEMENT:
        return one.short()
    first = one.key.partition("/")[0]
    return "juicios de los componentes" if len(first) == 1 else f"juicios de {first[0]}"


def _verdict(meets: bool | None) -> str:
    return {True: "cumple", False: "no cumple", None: "sin veredicto"}[meets]


def total_movements(mixture: Mixture, turns: Sequence[Turn]) -> Iterator[Movement]:
    """Movements of the CAMEL total, through the grades that turned."""
    a, b = mixture.a, mixture.b
    for period in common_periods(a, b):
        before, after = (v.camel.total[v.positions[period.key]].value for v in (a, b))
        if before == after:
            continue
        grades, others = (
            {key: row[v.positions[period.key]].grade for key, row in v.camel.grades.items()} for v in (a, b)
        )
        through = [
            _Through(f"{turn.key} {_grade(turn.before)} → {_grade(turn.after)}", turn.changes, turn)
            for turn in turns
            if turn.what is What.CAMEL and turn.period == period.label
        ]

        def value(
            done: Sequence[_Through], grades: dict[str, int | None] = grades, others: dict[str, int | None] = others
        ) -> float | None:
            turned = {one.turn.key: others[one.turn.key] for one in done if one.turn}
            return total_grade({**grades, **turned}, a.camel.method)

        yield _total_movement(What.TOTAL, period, (before, after), through, value)


def _grade(value: bool | int | None) -> str:
    return "sin nota" if value is None else str(value)
