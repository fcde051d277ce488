"""Recalculate a workbook: read what was typed, compute, and put results in their cells.

What people typed, formatted or added stays. In a file, formulas stay formulas and get their results, so that it opens
complete in any program, with or without the add-in; it is replaced in one step, or not touched at all. In a workbook
open in Excel, formulas are left to Excel, and nothing is saved.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.workbook.open_book import OpenBook
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.seal import Seal
from xl_perlas.workbook.sheets import bitacora, inicio
from xl_perlas.workbook.template import Module, Place, Template
from xl_perlas.workbook.templates import formulas_of, template_of


@dataclass(frozen=True)
class Recalculation:
    """What a recalculation found: what the sheets show (`View` of PERLAS, or another template's), and every problem.

    `path` is the file; of a workbook open in Excel only its name.
    """

    path: Path
    view: Any

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem on Verificación."""
        found: tuple[Problem, ...] = self.view.problems
        return found


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
    return Recalculation(Path(path), view)


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
    return Recalculation(Path(opened.file), view)


def refresh(book: BookLike, say: Callable[[str], None], *, log: bool = True) -> Any:
    """Read what was typed in `book`, compute, and set the results; keeping them is up to the caller.

    Raises:
        PerlasError: it is not a workbook of this program, or was changed where it must not be.
    """
    template = template_of(book)
    inputs = template.read(book)
    say("Calculando indicadores")
    view = template.view(inputs)
    say("Escribiendo resultados")
    formulas = formulas_of(template, view.plan)
    for module in template.modules:
        _write(book, module, formulas[module.NAME], view)
    template.fit(book, view)
    if log:
        _append_log(book, template, view, template.seal(inputs, view))
    for (sheet, place), row in template.repeated(view.plan).items():
        known = book.sheet(inicio.NAME).cell(ref(inicio.VALUE, row)).value
        book.sheet(sheet).set_cached(place, str(known or ""))
    return view


def _silent(step: str) -> None:
    """For callers who need not be told the steps."""


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(book: BookLike, module: Module, formulas: Mapping[Place, Any], view: Any) -> None:
    """Results of one sheet: into its formulas, or as values where the sheet has none."""
    sheet = book.sheet(module.NAME)
    for (row, column), value in module.results(view).items():
        place = ref(column, row)
        if (row, column) in formulas:
            if not sheet.set_cached(place, value):
                raise PerlasError(problem("L23", where=f"{book.file}, hoja {sheet.name}", cell=place))
        else:
            sheet.set_value(place, value)


def _append_log(book: BookLike, template: Template, view: Any, own: Seal) -> None:
    when = now_text()
    sheet = book.sheet(bitacora.NAME)
    row, before = bitacora.FIRST_ROW, ""
    while sheet.cell(ref(1, row)).value not in (None, ""):
        before = str(sheet.cell(ref(bitacora.LINK, row)).value or "")
        row += 1
    for i, value in enumerate(template.log_entry(view, when, own, before)):
        sheet.set_value(ref(1 + i, row), value)
        sheet.set_style(ref(1 + i, row), style_of=ref(1 + i, bitacora.FIRST_ROW))
    for row, text in inicio.sealed(when, own).items():
        book.sheet(inicio.NAME).set_value(ref(inicio.VALUE, row), text)


def now_text() -> str:
    """The moment of the recalculation; `SOURCE_DATE_EPOCH` fixes it for reproducible builds."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = dt.datetime.fromtimestamp(int(fixed), dt.UTC) if fixed else dt.datetime.now()
    return moment.strftime("%Y-%m-%d %H:%M:%S")
