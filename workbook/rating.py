"""From judgements and verdicts to weights, scores and ratings: what the rating sheets show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xl_perlas.ahp_group import agreement
from xl_perlas.ahp_review import advice
from xl_perlas.hierarchy import Hierarchy, from_matrices
from xl_perlas.problems import Problem
from xl_perlas.report import Report
from xl_perlas.score import Score, from_report
from xl_perlas.workbook.ahp_inputs import AhpInputs
from xl_perlas.workbook.plan import AHP
from xl_perlas.workbook.plan_ahp import group_title


@dataclass(frozen=True)
class Rating:
    """Weights from everybody's judgements (None: there are not enough) and the score of each period of the report."""

    inputs: AhpInputs
    hierarchy: Hierarchy | None
    scores: tuple[Score | None, ...]
    problems: tuple[Problem, ...]


def rate(inputs: AhpInputs, report: Report) -> Rating:
    """Weigh and score; what is wrong with the judgements, and how coherent they are, becomes problems."""
    hierarchy, problems = from_matrices(inputs.matrices, inputs.method) if inputs.matrices else (None, ())
    coherence = [
        replace(p, where=f"{AHP}, {group_title(group)}")
        for group, matrix in inputs.matrices.items()
        if matrix.connected
        for p in advice(matrix, inputs.table)
    ]
    accord = [
        replace(p, where=f"{AHP}, {group_title(group)}")
        for group in inputs.matrices
        for p in agreement(inputs.experts(group), inputs.method)
    ]
    scores: tuple[Score | None, ...] = (None,) * len(report.periods)
    if hierarchy is not None:
        scores = tuple(from_report(report, hierarchy.global_weights, inputs.policy).scores.values())
    return Rating(inputs, hierarchy, scores, (*inputs.problems, *problems, *coherence, *accord))
