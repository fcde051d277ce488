"""Results of `xl-perlas fortalezas`: as JSON, as CSV, and as lists for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.cli.console import BOLD, GREEN, RED, YELLOW, Console, problem_lines
from xl_perlas.cli.exports import csv_text
from xl_perlas.problems import Problem
from xl_perlas.report import Report
from xl_perlas.strengths import Remark, Side, Strengths

_TITLES = {
    Side.STRENGTH: ("Fortalezas", GREEN), Side.WEAKNESS: ("Debilidades", RED), Side.WATCH: ("Por vigilar", YELLOW),
}  # fmt: skip


def strengths_json(report: Report, found: Strengths, weights: str) -> dict[str, Any]:
    """The remarks that other programs read, and what they rest on; keys never change."""
    return {
        "perfil": report.profile.id,
        "catalogo": report.choice.catalog.id,
        "version": __version__,
        "entidad": report.balance.entity,
        "pesos": weights or None,
        **found.to_json(),
    }


def strengths_csv(found: Strengths) -> str:
    """One row a piece of evidence; those of a remark stand together, with the same number."""
    head = ("numero", "lado", "sujeto", "nombre", "grupo", "importancia", "texto", "evidencia", "fuente")
    rows = [
        (number, str(one.side), one.subject, one.name, one.group, one.importance, one.text, fact.text, fact.source)
        for number, one in enumerate(found.remarks, 1)
        for fact in one.evidence
    ]
    return csv_text(head, rows)


def strengths_lines(
    report: Report, found: Strengths, weights: str, problems: Sequence[Problem], console: Console
) -> list[str]:
    """The remarks by side, the most important first, each with its evidence; and what is left out of them."""
    title = f"Fortalezas y debilidades de {found.period} · perfil {report.profile.name} ({report.profile.id})"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    order = f"por el peso de sus indicadores ({weights})" if weights else "por su distancia a la meta o a los pares"
    entity = f"{report.balance.entity}. " if report.balance.entity else ""
    lines += console.wrap(f"{entity}De la más importante a la menos, {order}.")
    for side, (name, style) in _TITLES.items():
        own = found.of(side)
        lines += ["", console.paint(console.plain(f"{name} ({len(own)})"), style)]
        for number, one in enumerate(own, 1):
            lines += _remark_lines(f"{number:{len(str(len(own)))}}. ", one, console)
    return lines + problem_lines([*problems, *found.problems], console)


def _remark_lines(number: str, one: Remark, console: Console) -> list[str]:
    indent = " " * len(number)
    lines = _wrap(console, one.text, number, indent)
    for fact in one.evidence:
        lines += _wrap(console, f"{fact.text} [{fact.source}]", f"{indent}- ", f"{indent}  ")
    return lines


def _wrap(console: Console, text: str, first: str, rest: str) -> list[str]:
    """Lines in which no figure stands apart from its percent sign."""
    return [line.replace("~%", " %") for line in console.wrap(text.replace(" %", "~%"), first, rest)]
