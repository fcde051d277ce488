"""Results of `xl-perlas camel`: as CSV, and as a table for people."""

from __future__ import annotations

from xl_perlas.camel import CamelReport, Graded, Unit, convert
from xl_perlas.cli.console import BOLD, GREEN, PLAIN, RED, YELLOW, Cell, Column, Console, problem_lines, table
from xl_perlas.cli.console import Row as TableRow
from xl_perlas.cli.exports import csv_text
from xl_perlas.document.numbers import decimal

_STYLES = {1: GREEN, 2: GREEN, 3: PLAIN, 4: YELLOW, 5: RED}


def camel_csv(report: CamelReport) -> str:
    """One row a period and indicator; the value is a ratio."""
    head = ("periodo", "grupo", "indicador", "valor", "calificacion", "aporte", "total", "nota")
    rows = [
        (
            period, indicator.area, key, _ratio(report, graded[i]), graded[i].grade, graded[i].contribution,
            report.total[i].value, graded[i].note,
        )
        for key, indicator in report.method.indicators.items()
        for graded in [report.grades[key]]
        for i, period in enumerate(report.periods)
    ]  # fmt: skip
    return csv_text(head, rows)


def _ratio(report: CamelReport, graded: Graded) -> float | None:
    value = graded.result.value
    return None if value is None else convert(value, report.values.unit, Unit.RATIO)


def camel_lines(report: CamelReport, console: Console) -> list[str]:
    """Value and grade of each indicator under its group, subtotals and total by period."""
    title = f"CAMEL · {report.method.name} · segmento: {report.segment.name}"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    lines += console.wrap("Cada celda: valor y, entre paréntesis, la nota: 1 la mejor, 5 la peor.")
    rows: list[TableRow] = []
    for letter, group in report.method.groups.items():
        totals = (Cell("" if t.value is None else decimal(t.value), BOLD) for t in report.groups[letter])
        rows.append([Cell(f"{letter} {group.name}", BOLD), f"{decimal(group.weight * 100, 0)}%", *totals])
        for key in report.method.members(letter):
            weight = f"{decimal(report.method.weights[key] * 100, 0)}%"
            cells = (_cell(report, graded) for graded in report.grades[key])
            rows.append([f"  {key} {report.method.indicators[key].name}", weight, *cells])
    totals = (Cell("sin dato" if t.value is None else decimal(t.value), BOLD) for t in report.total)
    rows.append([Cell("Total", BOLD), "", *totals])
    columns = [Column("Indicador", wraps=True), Column("Peso", right=True)]
    columns += [Column(period, right=True) for period in report.periods]
    lines += ["", *table(columns, rows, console)]
    return lines + problem_lines(report.problems, console)


def _cell(report: CamelReport, graded: Graded) -> Cell | str:
    value = _ratio(report, graded)
    if value is None:
        return "sin dato"
    note = "—" if graded.grade is None else str(graded.grade)
    return Cell(f"{decimal(value * 100)}% ({note})", _STYLES.get(graded.grade or 3, PLAIN))
