"""Which changes can touch a value, a verdict or a grade: only those take part in what they moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_perlas.camel import Total
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.formula import names
from xl_perlas.goals import needs
from xl_perlas.model import Goal, Profile, Ratio, Result, Status
from xl_perlas.periods import Period
from xl_perlas.workbook.compare.change import Change, Kind, State
from xl_perlas.workbook.compare.mixture import NONE, Mixture, Player, made


class Players:
    """The changes that can touch each value."""

    def __init__(self, mixture: Mixture):
        self.mixture = mixture
        self._reads: dict[tuple[str, bool], tuple[list[Player], dict[int, set[str]]]] = {}
        self._found: dict[tuple[str, tuple[int, int], bool], list[Player]] = {}

    def of_value(self, indicator: str, period: Period, camel: bool = False) -> list[Player]:
        """Changes that can move an indicator in a period, in an order that does not depend on rows."""
        key = indicator, period.key, camel
        if key not in self._found:
            self._found[key] = self._of_value(indicator, period, camel)
        return self._found[key]

    def _of_value(self, indicator: str, period: Period, camel: bool) -> list[Player]:
        mixture = self.mixture
        definitional, codes = self._read(indicator, camel)
        found = list(definitional)
        others: list[Change] = []
        for lag, key in mixture.moments(period):
            if not codes[lag]:
                continue
            if whole := mixture.figures[key].whole:
                found.append(Player((mixture.by_id[whole],)))
            found += [Player((one,)) for one in mixture.amounts[key] if one.key in codes[lag]]
            others += self._tellers(key, codes[lag])
        if others:
            found.append(Player(tuple(others)))
        if camel and (typed := mixture.by_id.get(f"{Kind.TYPED}:{indicator}:{period.label}")):
            found.append(Player((typed,)))
        return found

    def _tellers(self, key: tuple[int, int], codes: set[str]) -> list[Change]:
        """Changes of accounts that a formula does not name, and that may tell what one that it names is worth.

        An account that is not listed is zero or missing according to which others of its class are (`Column.get`).
        """
        unlisted = {code[0] for code in codes if code not in ENTITY_DATA and not self.mixture.listed(key, code)}
        return [
            one
            for one in self.mixture.amounts[key]
            if one.key not in codes and one.key[0] in unlisted and one.key not in ENTITY_DATA and _listing(one)
        ]

    def _read(self, indicator: str, camel: bool) -> tuple[list[Player], dict[int, set[str]]]:
        """Changes of the definitions that reach an indicator, and the accounts that it reads, by lag."""
        key = indicator, camel
        if key not in self._reads:
            every = self.mixture.definitional
            whole = made(every)
            forms = {ids: _form(self.mixture.ratio(indicator, ids, camel)) for ids in (NONE, whole)}
            found = []
            for player in every:
                for before, after in ((NONE, player.ids), (whole - player.ids, whole)):
                    for ids in (before, after):
                        if ids not in forms:
                            forms[ids] = _form(self.mixture.ratio(indicator, ids, camel))
                    if forms[before] != forms[after] and player not in found:
                        found.append(player)
            codes: dict[int, set[str]] = {0: set(), 1: set()}
            for form in forms.values():
                for _, code, lag in form:
                    codes[lag].add(code)
            self._reads[key] = found, codes
        return self._reads[key]

    def of_verdict(self, indicator: str, period: Period) -> list[Player]:
        """Changes that can turn a verdict: of the values that it compares, and of the parameters of its goal."""
        mixture = self.mixture
        profiles = [version.inputs.profile for version in (mixture.a, mixture.b)]
        wanted = sorted(set().union(*(needs(profile, indicator) for profile in profiles)))
        found = [p for key in wanted for p in self.of_value(key, period)]
        if mixture.other_profile:
            found += [p for p in mixture.definitional if mixture.other_profile in p.changes]
        else:
            used = set().union(*(_parameters(profile, wanted) for profile in profiles))
            found += [
                Player((one,))
                for one in mixture.changes
                if one.kind is Kind.PARAMETER and one.key in used and one.period in ("", str(period.year))
            ]
        return _apart(found)

    def of_grade(self, indicator: str, period: Period) -> list[Player]:
        """Changes that can turn a CAMEL grade: of the value, and of the segment."""
        segment = self.mixture.by_id.get(f"{Kind.SEGMENT}:{indicator}:")
        return [*self.of_value(indicator, period, camel=True), *([Player((segment,))] if segment else [])]


def _apart(players: Sequence[Player]) -> list[Player]:
    """The players of several values, no change in two of them: else to undo one would leave it made by the other.

    What plays alone leaves the groups that it is in; groups that share a change are one.
    """
    alone = {one.id for player in players if len(player.changes) == 1 for one in player.changes}
    found: list[Player] = []
    for player in players:
        changes = {c.id: c for c in player.changes if len(player.changes) == 1 or c.id not in alone}
        sharing = [other for other in found if other.ids & changes.keys()]
        for other in sharing:
            changes = {**{c.id: c for c in other.changes}, **changes}
            found.remove(other)
        if changes:
            found.append(Player(tuple(changes.values())))
    return found


def _form(ratio: Ratio | None) -> dict[tuple[str, str, int], object]:
    """Coefficients of an indicator by part, account and lag."""
    parts = (("n", ratio.numerator), ("d", ratio.denominator)) if ratio else ()
    return {
        (part, code, lag): c for part, form in parts if form for (code, lag), c in form.coefficients.items() if c
    }


def _listing(one: Change) -> bool:
    """Whether an account comes, goes, or becomes or stops being zero: that decides what unlisted ones are worth."""
    return one.before.state is not State.VALUE or one.after.state is not State.VALUE or 0.0 in (
        one.before.value, one.after.value
    )  # fmt: skip


def _parameters(profile: Profile, indicators: Sequence[str]) -> set[str]:
    """Parameters that the goals of some indicators name."""
    goals = [profile.indicators[key].goal for key in indicators if key in profile.indicators]
    return {name for goal in goals for name in _goal_names(goal)} & profile.parameters.keys()


def _goal_names(goal: Goal) -> Iterator[str]:
    for condition in goal.conditions:
        yield from names(condition.bound)
        if condition.when:
            yield from names(condition.when.bound)
    yield goal.tolerance
    yield goal.reference


def state(result: Result | Total) -> str:
    """Why there is no value; a doubtful value is a value."""
    if isinstance(result, Total):
        return str(Status.NO_DATA if result.value is None else Status.OK)
    return str(Status.OK if result.value is not None else result.status)
