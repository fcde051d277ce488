"""What every sheet has in common: title, purpose, overall light, headings, protection and printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Protocol, TypeVar

from openpyxl.styles import Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import COMPONENTS
from xl_perlas.workbook import names, styles
from xl_perlas.workbook.plan import HEADER_ROW, LIGHT, PURPOSE, TITLE, Plan
from xl_perlas.workbook.view import View

PERIOD_FORMAT = "[<3000]0;dd/mm/yyyy"
_SIGNATURES = ("Elaborado por", "Revisado por", "Fecha")

#: (row, column) -> formula text, or value to show
Cells = dict[tuple[int, int], Any]

#: What the sheets of some template show.
_View = TypeVar("_View")


class SheetModule(Protocol):
    """What each module of this folder offers besides building its sheet."""

    NAME: str

    def formulas(self, plan: Plan) -> Cells:
        """Formula of each cell that has one."""
        ...

    def results(self, view: View) -> Cells:
        """What each formula shows, and the values written where there is none."""
        ...


def once_a_view(results: Callable[[_View], Cells]) -> Callable[[_View], Cells]:
    """What a sheet shows, computed once: other sheets ask for it too. Nobody changes it."""

    @wraps(results)
    def shown(view: _View) -> Cells:
        known: dict[object, Cells] = view.__dict__.setdefault("_shown", {})
        if results not in known:
            known[results] = results(view)
        return known[results]

    return shown


def start(sheet: Worksheet, group: str, title: str, purpose: str, light_to: str = "B3") -> None:
    """Title, purpose and light, tab colour, and no grid lines."""
    sheet.sheet_properties.tabColor = styles.GROUPS[group]
    sheet.sheet_view.showGridLines = False
    sheet[TITLE], sheet[TITLE].style = title, "xlp_titulo"
    sheet[PURPOSE], sheet[PURPOSE].style = purpose, "xlp_proposito"
    sheet[LIGHT].style = "xlp_luz"
    sheet.merge_cells(f"{LIGHT}:{light_to}")
    sheet.row_dimensions[1].height = 24
    styles.light_rules(sheet, LIGHT)


def light(sheet_cells: Cells, text: str | None = None) -> Cells:
    """Add the overall light to a sheet's formulas (or, with `text`, to its results)."""
    sheet_cells[(3, 1)] = f"={names.STATE}" if text is None else text
    return sheet_cells


def put(sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
    """One cell. Text that begins like a formula stays text."""
    cell = sheet.cell(row, column)
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str) and value[:1] in "=+-@#":
        cell.data_type = "s"
    styles.dress(cell, style)


def write_formulas(sheet: Worksheet, formulas: Mapping[tuple[int, int], Any]) -> None:
    """Formulas into cells that keep their style."""
    for (row, column), formula in formulas.items():
        sheet.cell(row, column).value = formula


def merge(sheet: Worksheet, row: int, first: int, last: int) -> None:
    """Merge the cells of a row from column `first` to `last`, each with a style of its own already.

    openpyxl's own way works out the borders anew, which takes longer than all else in a sheet of merged cells.
    """
    sheet.merged_cells.ranges.add(CellRange(min_col=first, min_row=row, max_col=last, max_row=row))


def signatures(sheet: Worksheet, row: int, columns: int) -> None:
    """Lines to sign on, side by side across `columns`, each over the name of who signs."""
    line, wide = Border(bottom=Side(style="thin", color=styles.MUTED)), columns // len(_SIGNATURES)
    for i, label in enumerate(_SIGNATURES):
        first = 1 + i * wide
        for column in range(first, first + wide - 1):
            sheet.cell(row, column).border = line
        cell: Any = sheet.cell(row + 1, first)
        cell.value, cell.font = label, Font(name=styles.FONT, size=9, color=styles.MUTED)


def header(sheet: Worksheet, group: str, labels: Iterable[str], row: int = HEADER_ROW, column: int = 1) -> None:
    """A row of column headings."""
    for i, label in enumerate(labels):
        put(sheet, row, column + i, label, f"xlp_encabezado_{group}")
    sheet.row_dimensions[row].height = 30


def period_header(sheet: Worksheet, group: str, column: int, count: int, row: int = HEADER_ROW) -> None:
    """Headings for `count` periods: a year shows as `2011`, a date as `31/12/2011`."""
    header(sheet, group, [""] * count, row, column)
    for k in range(count):
        sheet.cell(row, column + k).number_format = PERIOD_FORMAT


def section(sheet: Worksheet, row: int, text: str, columns: int) -> None:
    """A heading across `columns`."""
    for column in range(1, columns + 1):
        styles.dress(sheet.cell(row, column), "xlp_seccion")
    sheet.cell(row, 1).value = text


def area_sections(sheet: Worksheet, plan: Plan, rows: Mapping[str, int], columns: int) -> None:
    """A heading across `columns` before the first indicator of each area; `rows` are those of the indicators."""
    area = ""
    for key, row in rows.items():
        component = plan.profile.indicators[key].component
        if component != area:
            area = component
            section(sheet, row - 1, f"{area} · {COMPONENTS[area]}", columns)


def fit_height(sheet: Worksheet, row: int, texts: Iterable[tuple[object, float]], lowest: float = 16) -> None:
    """Row height for wrapped texts, each with the width of its column in characters."""
    sheet.row_dimensions[row].height = height(texts, lowest)


def height(texts: Iterable[tuple[object, float]], lowest: float = 16) -> float:
    """Points that wrapped texts need, each with the width of its column in characters."""
    lines = max((_lines(str(text or ""), max(1, int(width * 1.05))) for text, width in texts), default=1)
    return max(lowest, 13.5 * lines + 3)


def _lines(text: str, width: int) -> int:
    """Lines of `width` characters that a text takes, counting those it begins by itself."""
    return sum(max(1, -(-len(part) // width)) for part in text.split("\n"))


def widths(sheet: Worksheet, sizes: Mapping[int, float]) -> None:
    """Column widths, in characters."""
    for column, size in sizes.items():
        sheet.column_dimensions[get_column_letter(column)].width = size


def hide(sheet: Worksheet, columns: Iterable[int]) -> None:
    """Hide columns."""
    for column in columns:
        sheet.column_dimensions[get_column_letter(column)].hidden = True


def finish(sheet: Worksheet, freeze: str | None = None, landscape: bool = True, repeat_rows: str = "1:5") -> None:
    """Protection without password (cells for input stay open), frozen headings, and pages that fit their width."""
    sheet.protection.sheet = True
    sheet.protection.formatCells = sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.sort = sheet.protection.autoFilter = False
    if freeze:
        sheet.freeze_panes = freeze
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = repeat_rows
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    footer = sheet.oddFooter
    if footer is not None:
        footer.left.text, footer.center.text, footer.right.text = "xl-perlas", "&A", "&P de &N"
