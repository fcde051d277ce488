"""Results of `xl-perlas calificar`: as CSV, and as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from xl_perlas.cli.console import BOLD, GREEN, RED, Cell, Column, Console, problem_lines, table
from xl_perlas.cli.exports import csv_text
from xl_perlas.document.numbers import decimal
from xl_perlas.model import COMPONENTS
from xl_perlas.problems import Problem
from xl_perlas.score import POLICIES, Score, ScoreReport

#: Gaps that the table for people shows.
_SHOWN = 5


def score_csv(report: ScoreReport) -> str:
    """One row a period and indicator, with the score and rating of the period."""
    head = ("periodo", "puntaje", "calificacion", "cobertura", "indicador", "peso", "cumple", "puntos", "ganancia")
    rows = [
        (period, one.value, one.rating, one.coverage, t.indicator, t.weight, t.meets, t.points, t.gain)
        for period, one in report.scores.items()
        for t in one.terms
    ]
    return csv_text(head, rows)


def score_lines(
    report: ScoreReport, source: str, problems: Sequence[Problem], console: Console
) -> list[str]:
    """Score, rating and points by component of each period, and the heaviest goals not met in the last one."""
    lines = [console.paint(console.plain(f"Puntaje y calificación · {report.scale.name}"), BOLD)]
    policy = f"{report.policy}: {POLICIES[report.policy]}"
    lines += console.wrap(f"Pesos: {source}. Sin veredicto, {policy}.")
    columns = [Column(""), *(Column(period, right=True) for period in report.periods)]
    scores = list(report.scores.values())
    rows: list[Sequence[Cell | str]] = [
        ["Calificación", *(Cell(one.rating or "sin dato", BOLD) for one in scores)],
        ["Puntaje", *(_number(one.value) for one in scores)],
        ["Cobertura", *(f"{decimal(one.coverage * 100, 1)}%" for one in scores)],
    ]
    for component in dict.fromkeys(c for one in scores for c in one.by_component):
        rows.append([f"  {component} {COMPONENTS.get(component, '')}", *(_part(one, component) for one in scores)])
    lines += ["", *table(columns, rows, console)]
    if scores and (gaps := _gaps(scores[-1])):
        lines += ["", *console.wrap(f"Lo que más puntos daría si se cumpliera, en {report.periods[-1]}:")]
        lines += table((Column("Indicador"), Column("Ganaría", right=True), Column("Calificación")), gaps, console)
    return lines + problem_lines(problems, console)


def rating_lines(
    periods: Sequence[str], scores: Sequence[Score | None], camel: Sequence[float | None], console: Console
) -> list[str]:
    """Score, rating and CAMEL of each period of a workbook; `sin dato` where there is none."""
    columns = [Column("Calificación"), *(Column(period, right=True) for period in periods)]
    rows: list[Sequence[Cell | str]] = [
        ["Puntaje (0 a 100)", *(_number(one.value if one else None) for one in scores)],
        ["Calificación de riesgo", *(Cell((one and one.rating) or "sin dato", BOLD) for one in scores)],
        ["CAMEL (1 la mejor, 5 la peor)", *("sin dato" if total is None else decimal(total) for total in camel)],
    ]
    return table(columns, rows, console)


def _number(value: float | None) -> str:
    return "sin dato" if value is None else decimal(value, 4)


def _part(one: Score, component: str) -> Cell | str:
    part = one.by_component.get(component)
    if part is None or one.value is None:
        return "—"
    text = f"{decimal(part.points)} de {decimal(part.maximum)}"
    return Cell(text, GREEN if part.points == part.maximum else RED if part.points == 0 else "")


def _gaps(one: Score) -> list[Sequence[Cell | str]]:
    """Goals not met, from the one that would give most points."""
    failed = sorted((t for t in one.terms if t.meets is False and t.gain), key=lambda t: -(t.gain or 0))
    return [(t.indicator, f"+{decimal(t.gain or 0)}", t.rating_if_met or "") for t in failed[:_SHOWN]]
