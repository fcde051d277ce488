"""Bitácora of a Balance Social: one row a recalculation; rows are only ever added."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas._version import __version__
from xl_perlas.social import Light
from xl_perlas.workbook.seal import Seal, chained
from xl_perlas.workbook.sheets import bitacora
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.view import SocialView

NAME = bitacora.NAME
COLUMNS = (
    "Fecha y hora", "Versión", "Método", "País", "Años", "Datos escritos", "Errores", "Avisos", "Con valor",
    "Luces verdes", "Luces rojas", "Estado", "Huella de entradas", "Huella de definiciones", "Huella de resultados",
    "Eslabón",
)  # fmt: skip


def formulas(plan: SocialPlan) -> Cells:
    """Only the light."""
    return bitacora.formulas(_any(plan))


def results(view: SocialView) -> Cells:
    """Only the light: rows are added by `entry`."""
    return bitacora.results(_any(view))


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Headings and styled rows."""
    bitacora.build(sheet, _any(plan), COLUMNS)


def _any(value: Any) -> Any:
    """What the sheet of PERLAS needs of a plan or a view, this one has."""
    return value


def entry(view: SocialView, when: str, seal: Seal, before: str) -> list[object]:
    """The row of one recalculation; `before` is the link of the row above it, the last of its cells."""
    position = view.position(view.now)
    counts = {} if position is None else view.marks.lights[position].counts
    errors, warnings = view.counts
    row: list[object] = [
        when, __version__, view.plan.method.id, view.plan.method.country, ", ".join(view.report.labels),
        len(view.book.inputs.entries), errors, warnings, view.computed[2], counts.get(Light.GREEN, 0),
        counts.get(Light.RED, 0), view.state, seal.inputs, seal.definitions, seal.results,
    ]  # fmt: skip
    return [*row, chained(before, row)]
