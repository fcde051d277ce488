"""Bitácora: one row a recalculation; rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas._version import __version__
from xl_perlas.workbook.plan import BITACORA, HEADER_ROW, Plan
from xl_perlas.workbook.seal import Seal, chained
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = BITACORA
FIRST_ROW = HEADER_ROW + 1
STYLED_ROWS = 200
COLUMNS = (
    "Fecha y hora", "Versión", "Perfil", "Catálogo", "Periodos", "Cuentas", "Errores", "Avisos", "Con valor",
    "Cumplen", "No cumplen", "Estado", "Huella de entradas", "Huella de definiciones", "Huella de resultados",
    "Eslabón",
)  # fmt: skip

#: Column of the digest that links a row to those before it.
LINK = len(COLUMNS)


def formulas(plan: Plan) -> Cells:
    """Only the light."""
    return common.light({})


def results(view: View) -> Cells:
    """Only the light: rows are added by `entry`."""
    return common.light({}, view.state)


def entry(view: View, when: str, seal: Seal, before: str) -> list[object]:
    """The row of one recalculation; `before` is the link of the row above it, the last of its cells."""
    report = view.report
    verdicts = [v.meets for row in report.verdicts.values() for v in row]
    valued = sum(r.value is not None for row in report.results.values() for r in row)
    errors, warnings = view.counts
    row: list[object] = [
        when, __version__, report.profile.id, report.choice.catalog.id, ", ".join(report.periods),
        len(report.balance.chart.codes), errors, warnings, valued, verdicts.count(True), verdicts.count(False),
        view.state, seal.inputs, seal.definitions, seal.results,
    ]  # fmt: skip
    return [*row, chained(before, row)]


def build(sheet: Worksheet, plan: Plan, columns: Sequence[str] = COLUMNS) -> None:
    """Headings and styled rows."""
    common.start(
        sheet, "control", "Bitácora",
        "Cada recálculo agrega una fila; ninguna se reescribe. El eslabón depende de su fila y de las anteriores.",
    )  # fmt: skip
    common.header(sheet, "control", columns)
    for i in range(STYLED_ROWS):
        for j in range(len(COLUMNS)):
            common.put(sheet, FIRST_ROW + i, 1 + j, None, style("control"))
    common.widths(sheet, {1: 20, 2: 10, 3: 20, 4: 10, 5: 34, 6: 10, 7: 9, 8: 9, 9: 14, 10: 10, 11: 12, 12: 34})
    common.widths(sheet, dict.fromkeys(range(13, 17), 36))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, f"A{FIRST_ROW}")
