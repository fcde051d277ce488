"""Workbooks of Excel in Calc: formulas that Calc did not recognise live, and saved files hold the names Excel knows.

Part of the extension; see `engine.py`. LibreOffice 7.4 knows an add-in's function in a file of its own, and not by the
name that Excel and openpyxl write: such a cell holds a call of `perlas_e9`, in small letters, that means nothing.
Excel's own marks may stand before the name: `_xldudf_` (Office.js), `_xll.` (a library), `[1]!` (another workbook).
It saves the function by a name of its own, too; newer ones do neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

_EXCEL = "Calc MS Excel 2007"  # how the names of LibreOffice's filters for .xlsx and .xlsm begin
_FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
_MARKS = r"(?:_xldudf_|_xludf\.|_xlfn\.|_xlws\.|_xll\.|\[\d+\]!)?"
_TEXT = r'"(?:[^"]|"")*"'

if TYPE_CHECKING:
    Place = tuple[Any, int, int, str]


class Names:
    """Finds the functions' names, as Calc shows those it does not know, in formulas."""

    def __init__(self, settings: dict[str, Any]):
        self._known = {f["name"].lower(): f["name"] for f in settings["functions"].values()}
        names = "|".join(sorted(map(re.escape, self._known), key=len, reverse=True))
        self._pattern = re.compile(rf"({_TEXT})|(?<![\w.])(?:(?i:{_MARKS}))({names})(?=\s*\()")

    def restore(self, formula: str) -> str:
        """The formula with the names that Calc knows; texts in it stay."""
        return self._pattern.sub(lambda m: m[1] or self._known[m[2]], formula)


def resolve(document: Any, names: Names, ready: Callable[[], object]) -> int:
    """Enter again every formula that calls a function Calc did not recognise, and give how many cells that were.

    `ready` is called before the first one; where it raises, the document stays as it is. Afterwards the document
    counts as unchanged (charts that followed count as changes all the same), and there is nothing to undo.
    """
    places = list(_unknown(document, names))
    named = [n for n in _named(document) if names.restore(n.getContent()) != n.getContent()]
    if not places and not named:
        return 0
    ready()
    changed, undo = document.isModified(), document.getUndoManager()
    document.lockControllers()
    document.addActionLock()
    undo.lock()
    try:
        for name in named:
            name.setContent(names.restore(name.getContent()))
        _enter(places)
    finally:
        undo.unlock()
        document.removeActionLock()
        document.unlockControllers()
    document.setModified(changed)
    return len(places)


def saved_workbook(document: Any) -> str:
    """The URL of the workbook of Excel that the document was saved as; nothing for other kinds, and on a server."""
    filters = [str(a.Value) for a in document.getArgs() if a.Name == "FilterName"]
    url = str(document.getURL())
    return url if url.startswith("file:") and any(f.startswith(_EXCEL) for f in filters) else ""


def _unknown(document: Any, names: Names) -> Iterator[Place]:
    """Sheet, column, row and new formula of every cell that calls a function Calc did not recognise."""
    for sheet in _sheets(document):
        for area in sheet.queryContentCells(_FORMULAS).getRangeAddresses():
            block = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
            for row, formulas in enumerate(block.getFormulaArray(), area.StartRow):
                for column, formula in enumerate(formulas, area.StartColumn):
                    new = names.restore(formula)
                    if new != formula:
                        yield sheet, column, row, new


def _sheets(document: Any) -> Iterator[Any]:
    sheets = getattr(document, "Sheets", None)  # only a spreadsheet has them
    return (sheets.getByIndex(i) for i in range(sheets.getCount())) if sheets else iter(())


def _named(document: Any) -> Iterator[Any]:
    found = getattr(document, "NamedRanges", None)
    return (found.getByName(name) for name in found.getElementNames()) if found else iter(())


def _enter(places: Sequence[Place]) -> None:
    """Enter the formulas; an array formula, which shows in all its cells, once."""
    done = set()
    for sheet, column, row, formula in places:
        if (sheet.Name, column, row) in done:
            continue
        cell = sheet.getCellByPosition(column, row)
        if not formula.startswith("{"):
            cell.setFormula(formula)
            continue
        array = sheet.createCursorByRange(cell)
        array.collapseToCurrentArray()
        at = array.getRangeAddress()
        array.setArrayFormula(formula[1:-1])
        done |= {
            (sheet.Name, c, r)
            for c in range(at.StartColumn, at.EndColumn + 1)
            for r in range(at.StartRow, at.EndRow + 1)
        }
