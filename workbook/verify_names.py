"""Defined names of a received workbook, and the sheets that are not the template's."""

from __future__ import annotations

from collections.abc import Iterator

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.verify_book import Name, Received
from xl_perlas.workbook.verify_formulas import reaches_outside, same
from xl_perlas.workbook.verify_values import told

#: Names that spreadsheet programs make for themselves: printing, filters, functions they do not know.
_BUILT_IN = ("_xlnm.", "_xlfn.", "_xlws.", "_xludf.", "_xlpm.", "hiddenname_")


def check_names(book: Received, template: Received) -> list[Problem]:
    """Names that are missing, changed, hidden or that stand before the template's; and sheets that were added."""
    found = [*_changed(book, template), *_added(book, template)]
    found += [problem("V26", where=s) for s in book.sheet_names if s not in template.sheet_names]
    gone = [s for s in template.sheet_names if s not in book.sheet_names]  # of those without figures
    return found + [problem("V33", where=book.file, what=f"la hoja {s}") for s in gone]


def _own(book: Received) -> list[Name]:
    return [name for name in book.names if not name.name.lower().startswith(_BUILT_IN)]


def _changed(book: Received, template: Received) -> Iterator[Problem]:
    here = {name.name.casefold(): name for name in _own(book) if not name.sheet}
    for name in (n for n in _own(template) if not n.sheet):
        there = here.get(name.name.casefold())
        if there is None or not same(name.text, there.text, absolute=True):
            found = told(there.text if there else None)
            yield problem("V23", where=book.file, name=name.name, found=found, wanted=told(name.text))


def _added(book: Received, template: Received) -> Iterator[Problem]:
    known = {name.name.casefold() for name in _own(template)}
    for name in _own(book):
        place, found = name.sheet or book.file, told(name.text)
        if outside := reaches_outside(name.text):
            yield problem("V36", where=f"nombre {name.name}", found=outside)
        if name.name.casefold() in known:
            if name.sheet:
                why = f"tapa en la hoja {name.sheet} al de la plantilla"
                yield problem("V24", where=place, name=name.name, found=found, why=why)
        elif name.hidden:
            yield problem("V24", where=place, name=name.name, found=found, why="está oculto")
        else:
            yield problem("V25", where=place, name=name.name, found=found)
