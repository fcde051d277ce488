"""Everything the program doubts about a balance, in one list: the most important for the rating first.

    >>> report = calculate(read_balance("balance.csv"))
    >>> for finding in findings(report, weights):
    ...     print(finding.text)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from xl_perlas.findings.balance import balance_findings
from xl_perlas.findings.claimed import as_it_stands, claim_findings
from xl_perlas.findings.claims import Claim
from xl_perlas.findings.finding import Finding
from xl_perlas.findings.reconcile import Explanation, reconcile
from xl_perlas.findings.values import value_findings
from xl_perlas.problems import INFO, Problem
from xl_perlas.report import Report
from xl_perlas.score import EXCLUDE

#: Rules about a figure that cannot be read: the cause of [E04].
_UNREADABLE = ("B10", "B12", "B18", "B21", "B22", "B23", "B24", "B27")


@dataclass(frozen=True)
class Review:
    """The findings, in order, and what came of each claim."""

    findings: tuple[Finding, ...]
    explanations: tuple[Explanation, ...] = ()


def findings(
    report: Report, weights: Mapping[str, float] | None = None, policy: str = EXCLUDE, claims: Iterable[Claim] = ()
) -> tuple[Finding, ...]:
    """Every doubt about a balance and, with `claims`, about somebody's own results for it.

    They are ordered by the points of the score that a correction moves (with `weights`, global ones by indicator), then
    by the verdicts that flip, the largest relative change of a value, severity, and the weight without verdict.

    Raises:
        PerlasError: an unknown policy (D02).
    """
    return review(report, weights, policy, claims).findings


def review(
    report: Report, weights: Mapping[str, float] | None = None, policy: str = EXCLUDE, claims: Iterable[Claim] = (),
    problems: Iterable[Problem] = (),
) -> Review:  # fmt: skip
    """`findings`, with what came of each claim; `problems` of other files that were read are doubts too."""
    explanations = reconcile(report, claims)
    found = [
        _with_claims(report, one, explanations) if one.effects else one
        for one in balance_findings(report, weights, policy)
    ]
    found += value_findings(report, weights)
    found += claim_findings(report, explanations, weights, policy)
    found = _with_their_cause(found)
    moves = None if weights is None else ()
    found += [Finding(one, (), moves) for one in dict.fromkeys(problems) if one.severity != INFO]
    return Review(tuple(sorted(found, key=lambda one: one.order)), explanations)


def _with_their_cause(found: list[Finding]) -> list[Finding]:
    """Indicators without value for a figure that cannot be read are told with its cell, where that is known."""
    unread, cells = ([f for f in found if f.code in codes] for codes in (("E04",), _UNREADABLE))
    merged: dict[Finding, Finding] = {}
    for one in unread:
        own = [cell for cell in cells if set(cell.problem.accounts) & set(one.problem.accounts)]
        if len(unread) == 1 and len(cells) == 1:
            own = cells
        if len(own) == 1 and own[0] not in merged:
            merged[own[0]] = replace(one, problem=own[0].problem)
            merged[one] = merged[own[0]]
    return list(dict.fromkeys(merged.get(one, one) for one in found))


def _with_claims(report: Report, one: Finding, explanations: Iterable[Explanation]) -> Finding:
    text = as_it_stands(report, one, explanations)
    return replace(one, claims=text) if text else one
