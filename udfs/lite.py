"""Excel for Mac, Windows and the web, with xlwings Lite: what the workbook's main.py needs, in one line.

    from xl_perlas.udfs.lite import *

xlwings Lite offers the decorated functions that it finds among the names of main.py: the functions of the table become
functions of the sheet, and `recalcular` a script with its button. Python runs in Excel's own browser there (Pyodide),
where the engine and the cells need the standard library alone.
"""

from __future__ import annotations

import xlwings as xw

from xl_perlas.udfs.excel import xlwings_udfs
from xl_perlas.udfs.functions import FUNCTIONS

__all__ = ["recalcular", *(function.name for function in FUNCTIONS)]

globals().update({function.name: getattr(xlwings_udfs, function.name) for function in FUNCTIONS})


@xw.script
def recalcular(book: xw.Book) -> None:
    """Recalcula el libro: valores, veredictos, notas, gráficos y bitácora."""
    from xl_perlas.udfs.excel.recalculate import main

    main(book)
