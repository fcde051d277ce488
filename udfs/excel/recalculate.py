"""The button "Recalcular" of a workbook open in Excel.

From VBA `RunPython "import xl_perlas.udfs.excel.recalculate as r; r.main()"`, from xlwings' ribbon, and from a script
of xlwings Lite, which hands its book over. It tells in one message what it did, shows no traceback and saves nothing.
"""

from __future__ import annotations

import contextlib
from typing import Any

from xl_perlas.problems import ERROR, WARNING, PerlasError, Problem, problem
from xl_perlas.workbook.plan import TABLERO, VERIFICACION
from xl_perlas.workbook.recalc import Recalculation, recalculate_open

TITLE = "xl-perlas"

#: A message box holds about this many problems before it outgrows the screen.
_SHOWN = 4


def main(book: Any = None) -> None:
    """Recalculate `book` (an `xlwings.Book`; by default the one that called) and tell the user what came of it.

    Progress stands in the status bar, the end in a message box; hosts without them (xlwings Lite) print instead, and
    there sheets Inicio and Verificación tell the rest. Never raises: whatever happens is told.
    """
    try:
        if book is None:
            import xlwings

            book = xlwings.Book.caller()
        done, text = True, summary(recalculate_open(book, lambda step: _show_step(book, f"{TITLE}: {step}…")))
    except PerlasError as error:
        done, text = False, failure(error.problems)
    except Exception as error:  # the last line of defence: the user gets words, not a traceback
        done, text = False, failure([problem("H29", detail=f"{type(error).__name__}: {error}")])
    _show_step(book, False)
    _tell(book, text, done)


def summary(found: Recalculation) -> str:
    """What was done, errors and warnings, and what comes next."""
    indicators, periods, valued = found.view.computed
    errors, warnings = (sum(p.severity == kind for p in found.problems) for kind in (ERROR, WARNING))
    where = VERIFICACION if errors or warnings else TABLERO
    return (
        f"Recálculo terminado: {indicators} indicadores en {_count(periods, 'periodo')}, "
        f"{_count(valued, 'valor', 'valores')}. {_count(errors, 'error', 'errores')} y {_count(warnings, 'aviso')}.\n\n"
        f"Qué hacer: lea la hoja {where} y guarde el libro; todavía no se ha guardado nada."
    )


def failure(problems: list[Problem] | tuple[Problem, ...]) -> str:
    """Why nothing was recalculated, or what went wrong afterwards: codes, causes and next steps."""
    lines = [str(p) for p in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    return "\n\n".join([*lines, f"Y {more} más."] if more > 0 else lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _show_step(book: Any, text: str | bool) -> None:
    """The status bar; False gives it back to Excel."""
    with contextlib.suppress(Exception):  # no book, or a host without a status bar: it is only a courtesy
        book.app.status_bar = text


def _tell(book: Any, text: str, done: bool) -> None:
    try:
        book.app.alert(text, title=TITLE, mode="info" if done else "critical")
    except Exception:  # no book, or a host without message boxes: xlwings Lite shows what is printed
        print(text)
