"""Recalculate a workbook: read what was typed, compute, and put results in their cells.

What people typed, formatted or added stays. In a file, formulas stay formulas and get their results, so that it opens
complete in any program, with or without the add-in; it is replaced in one step, or not touched at all. In a workbook
open in Excel, formulas are left to Excel, and nothing is saved.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from xl_perlas.camel import CamelReport
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.report import Report, calculate
from xl_perlas.workbook import plan_camel, plan_rating
from xl_perlas.workbook.camel_inputs import camel_report, told
from xl_perlas.workbook.copy_view import as_copy
from xl_perlas.workbook.hosts import is_copy
from xl_perlas.workbook.inputs import Inputs, as_native, read_inputs
from xl_perlas.workbook.open_book import OpenBook
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.rating import Rating, rate
from xl_perlas.workbook.seal import Seal, seal
from xl_perlas.workbook.sheets import (
    MODULES,
    auditoria,
    bitacora,
    calificacion,
    camel,
    graficos,
    indicadores,
    inicio,
    lineas,
    verificacion,
)
from xl_perlas.workbook.sheets.common import SheetModule
from xl_perlas.workbook.view import View


@dataclass(frozen=True)
class Recalculation:
    """What a recalculation found: the report behind the cells, scores and CAMEL, and every problem on Verificación.

    `path` is the file; of a workbook open in Excel only its name.
    """

    path: Path
    report: Report
    rating: Rating
    camel: CamelReport
    problems: tuple[Problem, ...]


def recalculate(
    path: str | os.PathLike[str],
    progress: Callable[[str], None] | None = None,
    *,
    log: bool = True,
    force: bool = False,
) -> Recalculation:
    """Recalculate the workbook at `path` in place.

    `progress` is told each step in words; `log=False` leaves Bitácora and the time of the last recalculation alone;
    `force` ignores the lock file of a program that has the workbook open.

    Raises:
        PerlasError: the file cannot be read, is not a workbook of this program, was changed where it must not be, or
            is open elsewhere. It is then as it was.
    """
    say = progress or _silent
    say("Leyendo el libro")
    book = Package.open(path)
    view = refresh(book, say, log=log)
    book.set_full_calc_on_load(False)
    book.save(force=force)
    return _found(Path(path), view)


def recalculate_open(
    book: Any, progress: Callable[[str], None] | None = None, *, log: bool = True
) -> Recalculation:
    """Recalculate a workbook that is open in Excel: an `xlwings.Book`, of any host of xlwings. It is not saved.

    Everything is read and computed before anything is written; see `OpenBook.commit`.

    Raises:
        PerlasError: it is not a workbook of this program, was changed where it must not be, or cannot be written to:
            it is then as it was. H27: it could not be left as it was. H28: written, but something is left to do.
    """
    say = progress or _silent
    say("Leyendo el libro")
    opened = OpenBook(book)
    view = refresh(opened, say, log=log)
    opened.commit()
    return _found(Path(opened.file), view)


def refresh(book: BookLike, say: Callable[[str], None], *, log: bool = True) -> View:
    """Read what was typed in `book`, compute, and set the results; keeping them is up to the caller.

    Raises:
        PerlasError: it is not a workbook of this program, or was changed where it must not be.
    """
    inputs = read_inputs(book)
    say("Calculando indicadores")
    report = calculate(inputs.balance, inputs.profile, inputs.catalog)
    view = make_view(inputs, report)
    say("Escribiendo resultados")
    for module in MODULES:
        _write(book, module, view)
    show_used_columns(book, view)
    for row, height in verificacion.heights(view).items():
        book.sheet(verificacion.NAME).set_row_height(row, height)
    if log:
        _append_log(book, view, seal(inputs, view))
    return view


def _found(path: Path, view: View) -> Recalculation:
    return Recalculation(path, view.report, view.rating, view.camel, view.problems)


def _silent(step: str) -> None:
    """For callers who need not be told the steps."""


# --- writing ----------------------------------------------------------------------------------------------------------


def make_view(inputs: Inputs, report: Report) -> View:
    """What the sheets show of a report, and of what native formulas make of the same cells."""
    seen = as_native(inputs)
    native = report if seen is inputs.balance else calculate(seen, inputs.profile, report.choice.catalog.id)
    rating = rate(inputs.ahp, report)
    graded = camel_report(inputs.camel, report)
    found = [*inputs.problems, *report.problems, *rating.problems, *inputs.camel.problems, *told(graded)]
    if not any(c not in ENTITY_DATA for c in report.balance.chart.codes):  # nothing to detect a catalogue from
        found = [p for p in found if p.code not in ("C10", "C11")]
    view = View(
        inputs.plan, report, native, inputs.columns, inputs.headers, rating, graded, inputs.camel, tuple(found),
        inputs.parameter_years, inputs.decision_period, inputs.native.texts, inputs.own,
        inputs.detail_choice, inputs.native.unseen,
    )  # fmt: skip
    return as_copy(view)


def _write(book: BookLike, module: SheetModule, view: View) -> None:
    """Results of one sheet: into its formulas, or as values where the sheet has none."""
    sheet = book.sheet(module.NAME)
    formulas = module.formulas(view.plan)
    for (row, column), value in module.results(view).items():
        place = ref(column, row)
        if (row, column) in formulas:
            if not sheet.set_cached(place, value):
                raise PerlasError(problem("L23", where=f"{book.file}, hoja {sheet.name}", cell=place))
        else:
            sheet.set_value(place, value)


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
    }  # fmt: skip
    for name, starts in blocks.items():
        sheet = book.sheet(name)
        for start in starts:
            for k in range(plan.capacity):
                letter = get_column_letter(start + k)
                sheet.hide_columns(letter, letter, view.columns[k] is None)


def _append_log(book: BookLike, view: View, own: Seal) -> None:
    when = now_text()
    sheet = book.sheet(bitacora.NAME)
    row, before = bitacora.FIRST_ROW, ""
    while sheet.cell(ref(1, row)).value not in (None, ""):
        before = str(sheet.cell(ref(bitacora.LINK, row)).value or "")
        row += 1
    for i, value in enumerate(bitacora.entry(view, when, own, before)):
        sheet.set_value(ref(1 + i, row), value)
        sheet.set_style(ref(1 + i, row), style_of=ref(1 + i, bitacora.FIRST_ROW))
    for place, value in inicio.sealed(when, own).items():
        book.sheet(inicio.NAME).set_value(place, value)


def now_text() -> str:
    """The moment of the recalculation; `SOURCE_DATE_EPOCH` fixes it for reproducible builds."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = dt.datetime.fromtimestamp(int(fixed), dt.UTC) if fixed else dt.datetime.now()
    return moment.strftime("%Y-%m-%d %H:%M:%S")
