"""A workbook that prints some of its sheets only: the others stay, for the cells that read them, out of sight."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from xl_perlas.workbook.cellxml import ATTRIBUTES, attribute, with_attribute


def print_only(book: str, names: Sequence[str], kept: Collection[str]) -> str:
    """The XML of a workbook whose sheets are `names`, in order, with all but those in `kept` hidden.

    What is hidden is not printed, unless it has a print area: those areas go too.
    """
    hidden = [i for i, name in enumerate(names) if name not in kept]
    first = next(i for i in range(len(names)) if i not in hidden)
    book = re.sub(rf"<((?:[\w.-]+:)?workbookView)({ATTRIBUTES})", lambda m: _showing(m, first), book)
    sheets = iter(range(len(names)))
    book = re.sub(rf"<((?:[\w.-]+:)?sheet)({ATTRIBUTES})(?=\s*/?>)", lambda m: _state(m, next(sheets) in hidden), book)
    return re.sub(
        rf"<((?:[\w.-]+:)?definedName)({ATTRIBUTES})>[^<]*</\1\s*>", lambda m: _without_area(m, hidden), book
    )


def _showing(view: re.Match[str], first: int) -> str:
    attributes = with_attribute(view[2], "activeTab", str(first))
    return f"<{view[1]}{with_attribute(attributes, 'firstSheet', str(first))}"


def _state(sheet: re.Match[str], hide: bool) -> str:
    return f"<{sheet[1]}{with_attribute(sheet[2], 'state', 'hidden' if hide else None)}"


def _without_area(name: re.Match[str], hidden: Collection[int]) -> str:
    area = attribute(name[2], "name") == "_xlnm.Print_Area"
    return "" if area and int(attribute(name[2], "localSheetId") or -1) in hidden else name[0]
