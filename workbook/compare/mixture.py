"""What the engine makes of a workbook in which only some of the changes between two versions have been made.

Nothing is computed here: the balance, the definitions and the judgements are altered, and the engine evaluates them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xl_perlas.camel import Statistic, grade
from xl_perlas.camel_load import camel_definitions
from xl_perlas.catalogs import Choice
from xl_perlas.chart import Chart, Column
from xl_perlas.compile import compile_profile
from xl_perlas.evaluate import Context, Moment, evaluate_ratio
from xl_perlas.goals import needs, verdict
from xl_perlas.hierarchy import from_matrices
from xl_perlas.load import with_own_accounts
from xl_perlas.model import Definitions, Parameter, Profile, Ratio, Result, Status
from xl_perlas.periods import Comparison, Period, comparisons
from xl_perlas.workbook.ahp_inputs import AhpInputs, read_ahp
from xl_perlas.workbook.compare.change import Change, Kind
from xl_perlas.workbook.compare.judgements import METHOD, POLICY, judgement_key, weight_key
from xl_perlas.workbook.compare.versions import Version, judgement_cells, own_accounts, typed_values
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import AHP, ref
from xl_perlas.workbook.plan_ahp import CHOICE_COLUMN, METHOD_ROW, expert_row

#: Ids of the changes that have been made.
Made = frozenset[str]

NONE: Made = frozenset()

Key = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Player:
    """Changes that are made together, most often one."""

    changes: tuple[Change, ...]

    @cached_property
    def ids(self) -> Made:
        """Ids of its changes."""
        return frozenset(one.id for one in self.changes)


def made(players: Iterable[Player]) -> Made:
    """Ids of all their changes."""
    return frozenset().union(*(player.ids for player in players))


def finite(result: Result) -> Result:
    """The result; one too large for a number is none."""
    return result if result.value is None or math.isfinite(result.value) else Result(None, Status.NO_DATA)


class _Plain(Context):
    """A context that does not ask whether figures add up: that is no part of a value."""

    def doubt(self, code: str, lag: int) -> str:
        return ""


@dataclass(frozen=True)
class _Figures:
    """A period in both versions, in the rows of the common chart; None where a version does not have it."""

    before: tuple[float | None, ...] | None
    after: tuple[float | None, ...] | None
    #: Row of each changed amount, by the id of its change.
    rows: Mapping[str, int]
    #: Change that adds or takes away the whole period; empty when both have it.
    whole: str


class Mixture:
    """The first version with some of the changes made: all of them give the second."""

    def __init__(self, a: Version, b: Version, changes: Sequence[Change]):
        self.a, self.b, self.changes = a, b, changes
        self.by_id = {one.id: one for one in changes}
        self.chart = Chart(tuple(sorted({*a.balance.chart.codes, *b.balance.chart.codes})))
        periods = {p.key: p for p in (*a.balance.periods, *b.balance.periods)}
        self.periods = sorted(periods.values(), key=lambda p: p.key)
        self.comparisons: dict[Key, Comparison] = dict(
            zip((p.key for p in self.periods), comparisons(self.periods), strict=True)
        )
        self.amounts: dict[Key, list[Change]] = {key: [] for key in periods}
        labels = {p.label: p.key for p in (*a.balance.periods, *b.balance.periods)}
        for one in changes:
            if one.kind is Kind.AMOUNT:
                self.amounts[labels[one.period]].append(one)
        whole = {labels[one.key]: one.id for one in changes if one.kind is Kind.PERIOD}
        self.figures = {
            key: _Figures(
                self._aligned(a, key), self._aligned(b, key),
                {one.id: self.chart.row[one.key] for one in self.amounts[key]}, whole.get(key, ""),
            )
            for key in periods
        }  # fmt: skip
        self._definitions: dict[Made, Definitions] = {}
        self._typed = typed_values(a), typed_values(b)
        self._weights: dict[Made, Mapping[str, float] | None] = {}

    def _aligned(self, version: Version, key: Key) -> tuple[float | None, ...] | None:
        position = version.positions.get(key)
        if position is None:
            return None
        values, row = version.balance.values[position], version.balance.chart.row
        return tuple(values[row[code]] if code in row else None for code in self.chart.codes)

    # --- definitions

    @cached_property
    def definitional(self) -> list[Player]:
        """Changes of what formulas read: catalogue, own accounts, parameters in formulas; or other definitions.

        Another profile has other lines and parameters, so that its own accounts and parameters come with it.
        """
        catalog = [one for one in self.changes if one.kind is Kind.CATALOG and one.before.value != one.after.value]
        own = [one for one in self.changes if one.kind is Kind.OWN]
        inside = [one for one in self.changes if one.kind is Kind.PARAMETER and self._in_formulas(one.key)]
        if self.other_profile:
            others = [one for one in self.changes if one.kind in (Kind.INDICATOR, Kind.PARAMETER)]
            profile = (self.other_profile, *others, *own)
            return [Player(profile), *(Player((one,)) for one in catalog)]
        return [Player((one,)) for one in (*catalog, *own, *inside)]

    @cached_property
    def other_profile(self) -> Change | None:
        """The change to another profile, if there is one."""
        return next((c for c in self.changes if c.kind is Kind.DEFINITIONS and c.key == "perfil"), None)

    def _in_formulas(self, parameter: str) -> bool:
        return any(
            p.in_formulas for v in (self.a, self.b) if (p := v.inputs.profile.parameters.get(parameter)) is not None
        )

    @cached_property
    def _definitional_ids(self) -> Made:
        return made(self.definitional)

    def choice(self, done: Made) -> Choice:
        """The catalogue in use."""
        player = f"{Kind.CATALOG}:catalogo:"
        return self.b.report.choice if player in done else self.a.report.choice

    def profile(self, done: Made) -> Profile:
        """The profile with own accounts and parameters, those that goals use included."""
        if self.other_profile:
            return (self.b if self.other_profile.id in done else self.a).inputs.profile
        tables = own_accounts(self.a), own_accounts(self.b)
        own = [
            one
            for line, code in sorted({*tables[0], *tables[1]})
            for one in tables[f"{Kind.OWN}:{line} {code}:" in done].get((line, code), ())
        ]
        before, after = self.a.inputs.profile.parameters, self.b.inputs.profile.parameters
        parameters = {key: _parameter(one, after[key], done) for key, one in before.items()}
        return replace(with_own_accounts(self.a.inputs.plan.profile, own), parameters=parameters)

    def definitions(self, done: Made) -> Definitions:
        """The compiled definitions."""
        key = done & self._definitional_ids
        if key not in self._definitions:
            self._definitions[key] = compile_profile(self.profile(key), self.choice(key).catalog)
        return self._definitions[key]

    # --- values

    def ratio(self, indicator: str, done: Made, camel: bool = False) -> Ratio | None:
        """The forms of an indicator; None where the definitions lack it."""
        if camel:
            return camel_definitions(self.choice(done).catalog.id).ratios.get(indicator)
        return self.definitions(done).ratios.get(indicator)

    def result(self, indicator: str, period: Period, done: Made, camel: bool = False) -> Result:
        """Value and status of an indicator, without doubts."""
        if camel and (typed := self._typed_value(indicator, period, done)) is not None:
            return Result(typed, Status.OK)
        ratio = self.ratio(indicator, done, camel)
        if ratio is None:
            return Result(None, Status.NO_DATA)
        return finite(evaluate_ratio(ratio, self._context(period, done)))

    def _typed_value(self, indicator: str, period: Period, done: Made) -> float | None:
        changed = f"{Kind.TYPED}:{indicator}:{period.label}" in done
        return self._typed[changed].get((indicator, period.key))

    def _context(self, period: Period, done: Made) -> Context:
        how = self.comparisons[period.key]
        base = None if how.base is None else self._column(self.periods[how.base].key, done)
        now = Moment(self._column(period.key, done), period.label)
        return _Plain(now, Moment(base, how.base_label), self.choice(done).catalog, how.factor)

    def _column(self, key: Key, done: Made) -> Column | None:
        figures = self.figures[key]
        if figures.whole:
            values = figures.after if figures.whole in done else figures.before
            return None if values is None else Column(self.chart, values)
        assert figures.before is not None and figures.after is not None  # noqa: PT018
        mixed = list(figures.before)
        for one in figures.rows.keys() & done:
            row = figures.rows[one]
            mixed[row] = figures.after[row]
        return Column(self.chart, mixed)

    def moments(self, period: Period) -> list[tuple[int, Key]]:
        """Lag and key of the periods that an indicator of `period` can read."""
        base = self.comparisons[period.key].base
        return [(0, period.key)] + ([] if base is None else [(1, self.periods[base].key)])

    def listed(self, key: Key, code: str) -> bool:
        """Whether both versions list an account in a period."""
        row, figures = self.chart.row.get(code), self.figures[key]
        return row is not None and all(
            values is not None and values[row] is not None for values in (figures.before, figures.after)
        )

    # --- verdicts and grades

    def verdict(self, indicator: str, period: Period, done: Made) -> bool | None:
        """Whether the goal is met."""
        profile = self.profile(done)
        if indicator not in profile.indicators:
            return None
        results = {key: self.result(key, period, done) for key in needs(profile, indicator)}
        return verdict(profile, indicator, results, period.year).meets

    def grade(self, indicator: str, period: Period, done: Made) -> int | None:
        """Grade of a CAMEL indicator."""
        statistic, method = self._statistic(indicator, done), self.a.inputs.plan.camel
        value = self.result(indicator, period, done, camel=True).value
        return grade(value, statistic, method.indicators[indicator].direction, method)

    def _statistic(self, indicator: str, done: Made) -> Statistic | None:
        version = self.b if f"{Kind.SEGMENT}:{indicator}:" in done else self.a
        return version.inputs.camel.segment.statistics.get(indicator)

    # --- weights

    @cached_property
    def weighing(self) -> list[Player]:
        """Changes that can move a weight; all of them as one where profiles differ, which compare other criteria."""
        found = [
            one
            for one in self.changes
            if one.kind is Kind.JUDGEMENT
            or (one.kind is Kind.EXPERT and one.key.startswith("peso"))
            or (one.kind is Kind.WEIGHTING and one.key == METHOD)
        ]
        if self.other_profile:
            return [Player((self.other_profile, *found))]
        return [Player((one,)) for one in found]

    @cached_property
    def policy_change(self) -> list[Player]:
        """The change of what an indicator without verdict does."""
        return [Player((c,)) for c in self.changes if c.kind is Kind.WEIGHTING and c.key == POLICY]

    def weights(self, done: Made) -> Mapping[str, float] | None:
        """Global weights; None where judgements do not give any."""
        key = done & made(self.weighing)
        if key not in self._weights:
            inputs = self._judgements(key)
            hierarchy = from_matrices(inputs.matrices, inputs.method)[0] if inputs.matrices else None
            self._weights[key] = None if hierarchy is None else hierarchy.global_weights
        return self._weights[key]

    def policy(self, done: Made) -> str:
        """What an indicator without verdict does."""
        return (self.b if done & made(self.policy_change) else self.a).inputs.ahp.policy

    def _judgements(self, done: Made) -> AhpInputs:
        """Sheet AHP with these changes of weights: as it is in one of the versions, or typed in a copy."""
        if not done or done == made(self.weighing):
            return (self.b if done else self.a).inputs.ahp
        sheet = self._scratch.sheet(AHP)
        for one, (cell, before, after) in self._ahp_cells.items():
            sheet.set_value(cell, after if one in done else before)
        return read_ahp(self._scratch, self.a.inputs.plan)

    @cached_property
    def _scratch(self) -> Package:
        """The first version in memory, to type judgements in it; it is never saved."""
        return Package.open(self.a.book.path)

    @cached_property
    def _ahp_cells(self) -> dict[str, tuple[str, object, object]]:
        """Cell and both contents of each change that moves a weight."""
        plan, ids = self.a.inputs.plan, made(self.weighing)
        found: dict[str, tuple[str, object, object]] = {
            f"{Kind.WEIGHTING}:{METHOD}:": (
                ref(CHOICE_COLUMN, METHOD_ROW), self.a.inputs.ahp.method, self.b.inputs.ahp.method
            )
        }  # fmt: skip
        for e, (one, other) in enumerate(zip(self.a.inputs.ahp.judges, self.b.inputs.ahp.judges, strict=True)):
            cell = ref(CHOICE_COLUMN, expert_row(plan, e) + 2)
            found[f"{Kind.EXPERT}:{weight_key(e)}:"] = cell, one.typed_weight, other.typed_weight
            after = judgement_cells(self.b, e)
            for pair, (place, content) in judgement_cells(self.a, e).items():
                found[f"{Kind.JUDGEMENT}:{judgement_key(pair, e)}:"] = place, content, after[pair][1]
        return {one: cells for one, cells in found.items() if one in ids}


def _parameter(before: Parameter, after: Parameter, done: Made) -> Parameter:
    """A parameter with the values whose changes have been made."""
    general = after if f"{Kind.PARAMETER}:{before.id}:" in done else before
    years = {
        year: value
        for year in {*before.values, *after.values}
        if (value := (after if f"{Kind.PARAMETER}:{before.id}:{year}" in done else before).values.get(year)) is not None
    }
    return replace(before, value=general.value, values=years)
