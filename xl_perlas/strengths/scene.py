"""Everything that facts are taken from: the report, the analysis, the peers and the rules, in one period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from xl_perlas.analysis import Analysis
from xl_perlas.model import COMPONENTS, Indicator, Result, Status
from xl_perlas.peers import PeerReport, Standing
from xl_perlas.periods import Period
from xl_perlas.report import Report
from xl_perlas.strengths.model import Evidence, Rules


@dataclass(frozen=True)
class Scene:
    """The period at `position`, and the ones before it: nothing later is looked at.

    `peers` is of the same period, or None.
    """

    report: Report
    analysis: Analysis
    peers: PeerReport | None
    rules: Rules
    position: int

    @property
    def label(self) -> str:
        """The period."""
        return self.report.periods[self.position]

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The period and those before it."""
        return self.report.balance.periods[: self.position + 1]

    @cached_property
    def ratios(self) -> dict[str, Standing]:
        """The supervisor's ratios beside their peers."""
        return dict(self.peers.standings) if self.peers else {}

    def goals(self, key: str) -> bool:
        """Whether `key` is an indicator of the profile, which has a goal."""
        return key in self.report.profile.indicators

    def measured(self, key: str) -> bool:
        """Whether there is anything about `key` here."""
        return self.goals(key) or key in self.ratios

    def indicator(self, key: str) -> Indicator:
        """The definition of an indicator of the profile or of a ratio with peers."""
        if self.goals(key) or self.peers is None:
            return self.report.profile.indicators[key]
        return self.peers.report.indicators[key]

    def results(self, key: str) -> tuple[Result, ...]:
        """Its results up to the period."""
        return tuple(self.report.results[key][: self.position + 1]) if self.goals(key) else self.ratio_results(key)

    def ratio_results(self, key: str) -> tuple[Result, ...]:
        """Results of a ratio of the supervisor up to the period, with peers of its own or without; none without any."""
        return self.peers.report.results[key][: self.position + 1] if self.peers else ()

    def group(self, key: str) -> str:
        """The name of its area."""
        area = self.indicator(key).component
        if self.goals(key) or self.peers is None:
            return COMPONENTS.get(area, area)
        return self.peers.report.moments[self.position].supervision.groups[area].name

    def doubtful(self, key: str, position: int | None = None) -> bool:
        """Whether its value rests on figures that do not add up."""
        results = self.results(key)
        return results[self.position if position is None else position].status is Status.INCONSISTENT

    def evidence(self, text: str, source: str, doubtful: bool) -> Evidence:
        """A fact in words, with its doubt."""
        return Evidence(text + (self.rules.say("duda") if doubtful else ""), source)


def until(analysis: Analysis, position: int) -> Analysis:
    """The analysis of the periods up to `position` alone: no trend looks into the future."""
    balance = analysis.balance
    if position == len(balance.periods) - 1:
        return analysis
    part = replace(balance, periods=balance.periods[: position + 1], values=balance.values[: position + 1])
    return replace(analysis, balance=part)
