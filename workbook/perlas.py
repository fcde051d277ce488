"""The PERLAS workbook: what its sheets show of what was typed in it, and what else recalculating does to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.report import Report, calculate
from xl_perlas.workbook import plan_camel, plan_rating
from xl_perlas.workbook.camel_inputs import camel_report, told
from xl_perlas.workbook.copy_view import as_copy
from xl_perlas.workbook.hosts import is_copy
from xl_perlas.workbook.inputs import Inputs, as_native, read_inputs
from xl_perlas.workbook.plan import (
    CATALOGO,
    DECISIONES,
    DETALLE,
    GRAFICOS,
    HEADER_ROW,
    INFORME,
    MIN_ROWS,
    SPARE_PERIODS,
    SPARE_ROWS,
    TENDENCIAS,
    Plan,
    ref,
)
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.rating import rate
from xl_perlas.workbook.seal import Seal, seal
from xl_perlas.workbook.sheets import (
    MODULES,
    auditoria,
    bitacora,
    calificacion,
    camel,
    foda,
    graficos,
    horizontal,
    indicadores,
    informe,
    inicio,
    lineas,
    parametros,
    supervision,
    tendencias,
    verificacion,
    vertical,
)
from xl_perlas.workbook.supervision_inputs import told as supervision_told
from xl_perlas.workbook.template import Place
from xl_perlas.workbook.view import View

_FIRST_YEAR = 2001
#: What the analysis finds wrong with the periods themselves: a change of catalogue, and periods missing between.
_OF_PERIODS = ("F08", "F10")
#: A rate in a goal, `>= inflacion (5,41%)`.
_RATE = re.compile(r" \(-?[\d.,]+ ?%?\)")


class PerlasTemplate:
    """PERLAS: indicators, weights, rating, CAMEL and financial analysis of a balance."""

    name = "PERLAS"
    modules = MODULES
    problem_header = verificacion.PROBLEM_HEADER
    open_sheets = (DECISIONES, DETALLE, TENDENCIAS)
    printed = (INFORME, GRAFICOS)  # the report, and behind it a chart an indicator

    def read(self, book: BookLike) -> Inputs:
        """What was typed in `book`. Raises PerlasError (L19-L21, L23)."""
        return read_inputs(book)

    def view(self, inputs: Inputs) -> View:
        """What the sheets show of the inputs."""
        return make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))

    def seal(self, inputs: Inputs, view: View) -> Seal:
        """Digests of what was typed, of the definitions, and of the results."""
        return seal(inputs, view)

    def fit(self, book: BookLike, view: View) -> None:
        """Columns of periods in use, heights of rows with texts, and what Informe repeats of Inicio."""
        show_used_columns(book, view)
        for module in (vertical, tendencias, foda, informe, verificacion):
            for row, height in module.heights(view).items():
                book.sheet(module.NAME).set_row_height(row, height)

    def log_entry(self, view: View, when: str, seal: Seal, before: str) -> list[object]:
        """The row of one recalculation on Bitácora."""
        return bitacora.entry(view, when, seal, before)

    def repeated(self, plan: Plan) -> dict[tuple[str, str], int]:
        """Cells elsewhere, by sheet and place, that repeat a row of facts of Inicio."""
        return {(informe.NAME, place): row for place, row in informe.facts(plan).items()}

    def kept(self, plan: Plan) -> Mapping[str, Set[Place]]:
        """Cells, by sheet, whose content is no result: the seal, and what was written when the workbook was made."""
        rows = {inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL}
        if is_copy(plan):  # what it was copied from
            rows |= set(range(inicio.COPY_SECTION + 1, inicio.COPY_WITHOUT + 1))
        return {
            inicio.NAME: {(row, inicio.VALUE) for row in rows},
            parametros.NAME: {(parametros.HEADER_ROW, plan.year_first_column)},  # the first year: the others follow
            lineas.NAME: {(plan.effective_row(p.id), lineas.SOURCE) for p in plan.parameters},
        }


    def blank(self, plan: Plan, macros: bool, folder: Path) -> Path:
        """A new workbook of the same plan, without inputs."""
        from xl_perlas.workbook.build import create  # which recalculates what it makes

        years = [str(_FIRST_YEAR + i) for i in range(max(0, plan.capacity - SPARE_PERIODS))]
        balance = _accounts(plan.rows - SPARE_ROWS, years) if plan.rows > MIN_ROWS else None
        path = folder / ("plantilla.xlsm" if macros else "plantilla.xlsx")
        return create(path, host=plan.host, periods=years, profile=plan.profile.id, balance=balance)

    def blank_copy(self, book: BookLike, plan: Plan) -> Any:
        """The auditor's copy of `book` without inputs, its cells for typing still open."""
        from xl_perlas.workbook.build import blank_copy

        first = book.sheet(parametros.NAME).cell(ref(plan.year_first_column, parametros.HEADER_ROW)).value
        return blank_copy(plan, int(first) if isinstance(first, float) else 0)

    def read_below(self, plan: Plan) -> Mapping[str, int]:
        """Accounts below the table of Catálogo are read, and said to be out of place."""
        return {CATALOGO: plan.data_last_row}

    def says_the_same(self, sheet: str, place: Place, found: object, wanted: object) -> bool:
        """Whether a goal differs only in the rates that it repeats: those of the day the workbook was made."""
        if sheet != indicadores.NAME or place[1] != indicadores.GOAL or place[0] <= HEADER_ROW:
            return False
        return isinstance(found, str) and isinstance(wanted, str) and _RATE.sub("", found) == _RATE.sub("", wanted)

    def about(self, inputs: Inputs) -> tuple[str, str, tuple[str, ...]]:
        """Entity, profile, and labels of the periods."""
        return inputs.balance.entity, inputs.plan.profile.id, tuple(p.label for p in inputs.balance.periods)


PERLAS = PerlasTemplate()


def _accounts(count: int, years: list[str]) -> Balance:
    """So many accounts, whatever they are: they decide how many rows the template has."""
    return Balance.build([f"1{i:06d}" for i in range(count)], {year: [0.0] * count for year in years})


def make_view(inputs: Inputs, report: Report) -> View:
    """What the sheets show of a report, and of what native formulas make of the same cells."""
    seen = as_native(inputs)
    native = report if seen is inputs.balance else calculate(seen, inputs.profile, report.choice.catalog.id)
    rating = rate(inputs.ahp, report)
    graded = camel_report(inputs.camel, report)
    found = [*inputs.problems, *report.problems, *rating.problems, *inputs.camel.problems, *told(graded),
             *inputs.analysis.problems, *inputs.supervision.problems]
    if not any(c not in ENTITY_DATA for c in report.balance.chart.codes):  # nothing to detect a catalogue from
        found = [p for p in found if p.code not in ("C10", "C11")]
    view = View(
        inputs.plan, report, native, inputs.columns, inputs.headers, rating, graded, inputs.camel, inputs.analysis,
        inputs.supervision, inputs.catalog, tuple(found),
        inputs.parameter_years, inputs.decision_period, inputs.native.texts, inputs.own,
        inputs.detail_choice, inputs.native.unseen,
    )  # fmt: skip
    periods = (p for p in view.analysis.problems if p.code in _OF_PERIODS)
    problems = (*view.problems, *periods, *supervision_told(view.supervision, view.peers))
    return as_copy(replace(view, problems=problems))


def show_used_columns(book: BookLike, view: View) -> None:
    """Columns of periods are shown as they fill up."""
    plan = view.plan
    blocks = {
        lineas.NAME: (plan.line_column(0), plan.flag_column(0)),
        indicadores.NAME: (
            plan.value_column(0), plan.verdict_column(0), plan.native_column(0), plan.note_column(0),
        ),
        graficos.NAME: (graficos.DATA_PERIOD,),
        calificacion.NAME: (plan_rating.FIRST_PERIOD,),
        auditoria.NAME: tuple(
            column(plan, 0)
            for column in (
                auditoria.addin_column, auditoria.direct_column, auditoria.gap_column, auditoria.verdict_column,
                *((auditoria.sealed_verdict_column,) if is_copy(plan) else ()),
            )
        ),
        camel.NAME: tuple(plan_camel.block_column(plan, block, 0) for block in plan_camel.Block),
        horizontal.NAME: horizontal.blocks(plan),
        vertical.NAME: vertical.blocks(plan),
        tendencias.NAME: tendencias.blocks(plan),
        supervision.NAME: supervision.blocks(plan),
    }  # fmt: skip
    for name, starts in blocks.items():
        sheet = book.sheet(name)
        for start in starts:
            for k in range(plan.capacity):
                letter = get_column_letter(start + k)
                sheet.hide_columns(letter, letter, view.columns[k] is None)
