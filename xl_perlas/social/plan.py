"""The improvement plan: which indicators to keep, to watch and to repair, who does what by when, and how it evolves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from xl_perlas.social.marks import SocialMarks
from xl_perlas.social.thresholds import Category, Light, PlanRule


class Evolution(StrEnum):
    """How an indicator's category compares with the year before."""

    ENTERED = "entró"
    STAYED = "sigue"
    NEW = "sin año anterior"


@dataclass(frozen=True, slots=True)
class Action:
    """What the entity decided about an indicator: who, by when, and how it goes."""

    responsible: str = ""
    date: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An indicator in the plan; `before` is its category a year earlier, None when that is not known."""

    indicator: str
    name: str
    principle: str
    mark: float | None
    light: Light
    category: Category
    strategy: str
    action: Action = Action()
    before: Category | None = None

    @property
    def evolution(self) -> Evolution:
        """Whether it came into its category, stayed there, or there is nothing to compare with."""
        if self.before is None:
            return Evolution.NEW
        return Evolution.STAYED if self.before is self.category else Evolution.ENTERED


@dataclass(frozen=True, slots=True)
class Movement:
    """A category in two years: how many indicators, and which came in, went out and stayed."""

    category: Category
    before: int | None
    now: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    stayed: tuple[str, ...]


@dataclass(frozen=True)
class ImprovementPlan:
    """Every indicator of a period with its category, in the order of the method."""

    period: str
    previous: str
    rules: tuple[PlanRule, ...]
    items: tuple[PlanItem, ...]

    @cached_property
    def counts(self) -> dict[Category, int]:
        """How many indicators each category has."""
        return {c: sum(one.category is c for one in self.items) for c in Category}

    @property
    def shares(self) -> dict[Category, float | None]:
        """Part of each category in all indicators (0.761 is 76.1 %)."""
        return {c: n / len(self.items) if self.items else None for c, n in self.counts.items()}

    @property
    def evolution(self) -> list[Movement]:
        """What came into each category, left it and stayed since the year before; `before` is None without one."""
        return [self._movement(category) for category in Category]

    def _movement(self, category: Category) -> Movement:
        was = {one.indicator for one in self.items if one.before is category}
        now = {one.indicator for one in self.items if one.category is category and one.before is not None}
        known = any(one.before is not None for one in self.items)

        def named(wanted: set[str]) -> tuple[str, ...]:
            return tuple(one.indicator for one in self.items if one.indicator in wanted)

        return Movement(
            category, len(was) if known else None, self.counts[category], named(now - was), named(was - now),
            named(now & was),
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read; keys never change."""
        return {
            "periodo": self.period,
            "anterior": self.previous,
            "categorias": {
                str(m.category): {
                    "antes": m.before, "ahora": m.now, "parte": self.shares[m.category], "entran": list(m.entered),
                    "salen": list(m.left), "siguen": len(m.stayed),
                }
                for m in self.evolution
            },
            "indicadores": {
                one.indicator: {
                    "nombre": one.name, "principio": one.principle, "nota": one.mark, "luz": str(one.light),
                    "categoria": str(one.category), "estrategia": one.strategy, "antes": one.before,
                    "evolucion": str(one.evolution), "responsable": one.action.responsible, "fecha": one.action.date,
                    "seguimiento": one.action.follow_up,
                }
                for one in self.items
            },
        }  # fmt: skip


def improvement_plan(
    marks: SocialMarks,
    previous: ImprovementPlan | None = None,
    *,
    period: str | None = None,
    actions: Mapping[str, Action] | None = None,
) -> ImprovementPlan:
    """The plan of a period (the last, unless told), compared with `previous` or with the year before in `marks`.

    Raises:
        KeyError: a period that the marks do not have, or an action for an indicator that does not exist.
    """
    labels = marks.report.labels
    if not labels:
        return ImprovementPlan("", "", marks.thresholds.plan, ())
    label = labels[-1] if period is None else period
    if label not in labels:
        raise KeyError(label)
    if unknown := set(actions or {}) - set(marks.marks):
        raise KeyError(min(unknown))
    position = labels.index(label)
    before, named = _before(marks, position, previous)
    items = tuple(
        _item(marks, key, position, before.get(key), (actions or {}).get(key, Action())) for key in marks.marks
    )
    return ImprovementPlan(label, named, marks.thresholds.plan, items)


def _before(
    marks: SocialMarks, position: int, previous: ImprovementPlan | None
) -> tuple[dict[str, Category], str]:
    """Categories of the year before, and its label; nothing when that year is not known."""
    if previous is not None:
        return {one.indicator: one.category for one in previous.items}, previous.period
    now = marks.report.periods[position]
    for i, one in enumerate(marks.report.periods):
        if one.key == (now.year - 1, now.month):
            rows = {key: marks.thresholds.category(row[i].light) for key, row in marks.marks.items()}
            return rows, one.label
    return {}, ""


def _item(marks: SocialMarks, key: str, position: int, before: Category | None, action: Action) -> PlanItem:
    one, mark = marks.report.method.indicators[key], marks.marks[key][position]
    rule = next(r for r in marks.thresholds.plan if mark.light in r.lights)
    return PlanItem(
        key, one.name, one.principle, mark.value, mark.light, rule.category, rule.strategy, action, before
    )  # fmt: skip
