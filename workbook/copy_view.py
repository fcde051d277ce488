"""What the sheets of an auditor's copy show: native formulas lead, and xl-perlas' own results stand beside them.

Both are the same unless some cell means nothing to native formulas (a figure written as text, a code with points).
"""

from __future__ import annotations

import dataclasses
from functools import cached_property

from xl_perlas.score import Score
from xl_perlas.workbook.camel_inputs import camel_report
from xl_perlas.workbook.hosts import is_copy
from xl_perlas.workbook.rating import rate
from xl_perlas.workbook.view import SAME, View


class CopyView(View):
    """Values, verdicts, scores and CAMEL as native formulas give them; `sealed` is the view of xl-perlas' own."""

    @cached_property
    def sealed(self) -> View:
        """What xl-perlas gives for the same inputs."""
        return View(**{f.name: getattr(self, f.name) for f in dataclasses.fields(View)})

    def value_cell(self, indicator: str, k: int) -> object:
        """What the native formula shows; nothing where there is no period."""
        return "" if self.columns[k] is None else self.native_cell(indicator, k)

    def verdict_cell(self, indicator: str, k: int) -> object:
        """The verdict that native formulas come to."""
        return self.native_verdict_cell(indicator, k)

    @cached_property
    def _scores(self) -> tuple[Score | None, ...]:
        same = self.native is self.report
        return self.rating.scores if same else rate(self.rating.inputs, self.native).scores

    def score(self, k: int) -> Score | None:
        """The score of the native verdicts."""
        position = self.position(k)
        return None if position is None else self._scores[position]

    def camel_total(self, k: int | None) -> float | None:
        """CAMEL's total of the native values."""
        position = None if k is None else self.position(k)
        if position is None:
            return None
        report = self.camel if self.native is self.report else camel_report(self.camel_inputs, self.native)
        return report.total[position].value

    def native_gaps(self, k: int) -> tuple[float, int]:
        """Differences between what xl-perlas gave and the native formulas in column `k`."""
        return self.sealed.native_gaps(k)

    @cached_property
    def native_failures(self) -> int:
        """Those differences, and the scores that are not the native ones."""
        return self.sealed.native_failures + sum(score_gap(self, k) > SAME for k in self.used)


def as_copy(view: View) -> View:
    """The view as the sheets show it: another one only for an auditor's copy."""
    if not is_copy(view.plan) or isinstance(view, CopyView):
        return view
    return CopyView(**{f.name: getattr(view, f.name) for f in dataclasses.fields(View)})


def sealed(view: View) -> View:
    """The view of what xl-perlas gives, whatever the sheets follow."""
    return view.sealed if isinstance(view, CopyView) else view


def score_gap(view: View, k: int) -> float:
    """Distance between the score that xl-perlas gives and the one shown in column `k`; 0 where one is missing."""
    own, shown = sealed(view).score(k), view.score(k)
    if own is None or shown is None or own.value is None or shown.value is None:
        return 0.0
    return abs(own.value - shown.value)
