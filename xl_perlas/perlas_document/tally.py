"""How many goals are met, in all and by component: what the radar shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xl_perlas.goals import Verdict
from xl_perlas.model import COMPONENTS
from xl_perlas.report import Report


@dataclass(frozen=True, slots=True)
class Tally:
    """Goals met, not met, and indicators without verdict."""

    met: int
    failed: int
    without: int

    @property
    def judged(self) -> int:
        """Indicators with a verdict."""
        return self.met + self.failed

    @property
    def share(self) -> float | None:
        """Part of those with a verdict that meet their goal, 0 to 1; None where none has one."""
        return self.met / self.judged if self.judged else None

    @property
    def text(self) -> str:
        """`3 de 5`: met, of those with a verdict."""
        return f"{self.met} de {self.judged}"


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """The count of some verdicts."""
    found = [one.meets for one in verdicts]
    return Tally(found.count(True), found.count(False), found.count(None))


def met_by_component(report: Report, position: int) -> dict[str, Tally]:
    """The count of each component of PERLAS with indicators, in the period at `position`."""
    rows = {
        letter: [report.verdicts[one.id][position] for one in report.indicators if one.component == letter]
        for letter in COMPONENTS
    }
    return {letter: tally(row) for letter, row in rows.items() if row}
