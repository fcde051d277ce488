"""What sheets Verificación of every kind of workbook share: facts on top, and the list of problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.problems import INFO, Problem
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import severity_rules, style

#: Column of the facts on top.
VALUE = 3
#: Look of each column of the list: code, severity, cause, what to do, period, accounts, difference, place.
_UNITS = ("texto", "texto", "", "", "texto", "", "monto", "")
COLUMNS = len(_UNITS)


def row_of(found: Problem, text: str) -> tuple[object, ...]:
    """A problem as a row of the list; `text` says what to do about it."""
    cause = found.cause[:1].upper() + found.cause[1:]
    accounts = ", ".join(found.accounts)
    return (found.code, found.severity, cause, text, found.period, accounts, found.amount, found.where)


def cells(listed: Sequence[tuple[object, ...]], header: int, most: int, advice: str) -> Cells:
    """The list under the headings in row `header`; of more than `most` problems the last row counts the rest.

    `advice`: what to do about those. Rows left over are emptied.
    """
    shown = listed if len(listed) <= most else listed[: most - 1]
    found: Cells = {}
    for i in range(most):
        values: tuple[object, ...] = (None,) * COLUMNS
        if i < len(shown):
            values = shown[i]
        elif i == len(shown) < len(listed):
            values = ("", INFO, f"Y {len(listed) - len(shown)} más.", advice, *[None] * (COLUMNS - 4))
        found.update({(header + 1 + i, 1 + j): value for j, value in enumerate(values)})
    return found


def heights(shown: Cells, header: int, most: int, widths: Mapping[int, float]) -> dict[int, float | None]:
    """Height of each row of the list, by its longest text; None for those that are left over."""
    found: dict[int, float | None] = {}
    for row in range(header + 1, header + most + 1):
        texts = [(shown[(row, column)], width) for column, width in widths.items()]
        found[row] = None if shown[(row, 1)] is None else common.height(texts)
    return found


def build_facts(sheet: Worksheet, labels: Iterable[tuple[int, str]]) -> None:
    """Labels of the facts on top, by row, and room for them."""
    for row, label in labels:
        common.put(sheet, row, 1, label, style("rotulo"))
        common.put(sheet, row, 2, None, style("rotulo"))
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        common.put(sheet, row, VALUE, None, style("control"))
        sheet.cell(row, VALUE).alignment = Alignment(horizontal="left", vertical="center")


def build_list(sheet: Worksheet, header: int, most: int, title: str, headings: Sequence[str]) -> None:
    """An empty list with its title and headings, and the colours of the severities."""
    common.section(sheet, header - 1, title, COLUMNS)
    common.header(sheet, "control", headings, header)
    for i in range(most):
        for j, unit in enumerate(_UNITS):
            common.put(sheet, header + 1 + i, 1 + j, None, style("rotulo", unit))
    first, last = header + 1, header + most
    severity_rules(sheet, f"A{first}:H{last}", f"$B{first}")
