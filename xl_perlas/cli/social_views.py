"""Results of `xl-perlas balance-social`: as JSON, as CSV, and as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xl_perlas.cli.console import (
    BOLD,
    GREEN,
    PLAIN,
    RED,
    YELLOW,
    Cell,
    Column,
    Console,
    problem_lines,
    table,
)
from xl_perlas.cli.console import Row as TableRow
from xl_perlas.cli.exports import csv_text
from xl_perlas.cli.views import note_lines
from xl_perlas.document.numbers import decimal
from xl_perlas.model import Status
from xl_perlas.problems import Problem
from xl_perlas.social import Category, ImprovementPlan, Light, Mark, SocialMarks, SocialResult
from xl_perlas.social.texts import definition_words, shown

_COLOURS = {Light.GREEN: GREEN, Light.AMBER: YELLOW, Light.RED: RED, Light.NONE: PLAIN}
#: A letter too, for those who see no colours.
_LETTERS = {Light.GREEN: "V", Light.AMBER: "A", Light.RED: "R", Light.NONE: "N/A"}
_NAMES = {Light.GREEN: "verde", Light.AMBER: "amarillo", Light.RED: "rojo", Light.NONE: "sin nota (N/A)"}
_CATEGORIES = {Category.IMPACT: "De impacto", Category.IMPORTANT: "Importantes", Category.URGENT: "Urgentes"}
_WHY = {Status.ZERO_DENOMINATOR: "÷ 0", Status.NOT_APPLICABLE: "no aplica", Status.NO_DATA: "sin dato"}
_DOUBT = "!"


def social_json(marks: SocialMarks, plan: ImprovementPlan) -> dict[str, Any]:
    """The report, its marks and the plan of the last period."""
    return marks.report.to_json() | {"notas": marks.to_json(), "plan": plan.to_json()}


def social_csv(marks: SocialMarks, plan: ImprovementPlan) -> str:
    """One row an indicator and period; the category is that of the plan, in its period."""
    report = marks.report
    head = (
        "principio", "indicador", "nombre", "unidad", "periodo", "valor", "texto", "estado", "numerador", "denominador",
        "anterior", "cambio", "nota_10", "luz", "categoria", "analisis", "nota", "formula", "fuente",
    )  # fmt: skip
    category = {one.indicator: str(one.category) for one in plan.items}
    rows = []
    for key, one in report.method.indicators.items():
        words = definition_words(one, report.method.inputs)
        for i, label in enumerate(report.labels):
            r, mark = report.results[key][i], marks.marks[key][i]
            rows.append((
                one.principle, key, one.name, one.unit, label, r.value, r.text, str(r.status), r.numerator,
                r.denominator, r.previous, r.change, mark.value, str(mark.light),
                category[key] if label == plan.period else None, r.analysis, r.note, words, str(one.source),
            ))  # fmt: skip
    return csv_text(head, rows)


# --- for people -------------------------------------------------------------------------------------------------------


def social_lines(
    marks: SocialMarks, plan: ImprovementPlan, problems: Sequence[Problem], console: Console
) -> list[str]:
    """Indicators by principle, marks, lights, plan, the analysis of the last period, notes and problems."""
    report = marks.report
    lines = [console.paint(line, BOLD) for line in console.wrap(report.method.name)]
    lines += console.wrap(f"Notas sobre 10: {marks.thresholds.name}. {_DOUBT} cifra dudosa; siga su nota.")
    columns = [Column("Indicador", wraps=True), *(c for label in report.labels for c in (
        Column(label, right=True), Column("nota", right=True)))]  # fmt: skip
    lines += ["", *table(columns, list(_rows(marks)), console)]
    lines += ["", *_lights(marks, console), "", *_plan(plan, console)]
    lines += ["", console.paint(console.plain(f"Análisis {plan.period}"), BOLD)]
    for key, row in report.results.items():
        lines += console.wrap(f"{key} {row[-1].analysis}", "  ", "    ")
    lines += note_lines("Notas de los valores", _notes(marks), console)
    return lines + problem_lines(problems, console)


def _rows(marks: SocialMarks) -> Iterator[TableRow]:
    report = marks.report
    for principle in report.method.principles.values():
        yield f"{principle.id} {principle.name}"
        for one in report.method.of_principle(principle.id):
            cells: list[Cell | str] = [f"  {one.id} {one.name}"]
            for result, mark in zip(report.results[one.id], marks.marks[one.id], strict=True):
                cells += [_value(result, one.unit), _mark(mark)]
            yield cells
        yield ["  Nota del principio", *(c for m in marks.principles[principle.id] for c in ("", _mean(m)))]
    yield ["Nota total", *(c for m in marks.totals for c in ("", _mean(m)))]


def _value(result: SocialResult, unit: str) -> Cell | str:
    if result.text:
        return result.text if len(result.text) <= 20 else result.text[:19] + "…"
    if result.value is None:
        return _WHY.get(result.status, "sin dato")
    text = shown(result.value, unit)
    return Cell(f"{text} {_DOUBT}", YELLOW) if result.status is Status.INCONSISTENT else text


def _mark(mark: Mark) -> Cell | str:
    if mark.value is None:
        return _LETTERS[Light.NONE]
    return Cell(f"{decimal(mark.value)} {_LETTERS[mark.light]}", _COLOURS[mark.light])


def _mean(mark: float | None) -> Cell | str:
    return _LETTERS[Light.NONE] if mark is None else Cell(decimal(mark), BOLD)


def _lights(marks: SocialMarks, console: Console) -> list[str]:
    columns = [Column("Semáforo"), *(c for label in marks.report.labels for c in (
        Column(label, right=True), Column("%", right=True)))]  # fmt: skip
    rows: list[TableRow] = []
    for light in Light:
        cells: list[Cell | str] = [Cell(f"{_LETTERS[light]} {_NAMES[light]}", _COLOURS[light])]
        for count in marks.lights:
            cells += [str(count.counts[light]), _share(count.shares[light])]
        rows.append(cells)
    return table(columns, rows, console)


def _share(share: float | None) -> str:
    return "" if share is None else shown(share, "%")


def _plan(plan: ImprovementPlan, console: Console) -> list[str]:
    columns = [
        Column(f"Plan de mejora {plan.period}"), Column("Antes", right=True), Column("Ahora", right=True),
        *(Column(title, right=True) for title in ("%", "Entran", "Salen", "Siguen")),
    ]  # fmt: skip
    rows: list[TableRow] = []
    for m in plan.evolution:
        moved = [str(len(keys)) if m.before is not None else "" for keys in (m.entered, m.left, m.stayed)]
        before = "" if m.before is None else str(m.before)
        rows.append([_CATEGORIES[m.category], before, str(m.now), _share(plan.shares[m.category]), *moved])
    return table(columns, rows, console)


def _notes(marks: SocialMarks) -> Iterator[tuple[str, str, str]]:
    report = marks.report
    for key, row in report.results.items():
        for label, result in zip(report.labels, row, strict=True):
            if result.note:
                yield result.note, key, label
