"""What a received workbook keeps from its reader: judged by what is seen, not by how the file spells it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import ErrorValue, Value, column_number
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.template import Template
from xl_perlas.workbook.verify_book import VISIBLE, Received
from xl_perlas.workbook.verify_looks import Look, unreadable
from xl_perlas.workbook.verify_numfmt import ROUNDS, colour_of, conceals
from xl_perlas.workbook.verify_sheet import Lane, SheetXml, Stored
from xl_perlas.workbook.verify_values import NOTHING, told

#: Rows lower than this many points, and columns narrower than this many characters, show nothing.
_LOWEST, _NARROWEST = 4.0, 1.0
_TRUE = ("1", "true", "on")


def check_hidden(book: Received, template: Received, kind: Template, view: Any) -> list[Problem]:
    """Sheets, rows, columns and cells with content that cannot be seen, and settings that hide."""
    shown = period_columns(kind, view)
    found = [*_settings(book)]
    for name in book.sheet_names:
        found += _whole_sheet(book, template, name)
        found += hidden_in(book, template, name, shown.get(name, {}))
    return found


def hidden_in(book: Received, template: Received, name: str, periods: Mapping[int, bool]) -> list[Problem]:
    """Rows, columns and cells of a sheet that cannot be seen; `periods`: columns that are meant to be (True) or not."""
    sheet = book.sheet_xml(name)
    known = template.sheet_xml(name) if name in template.sheet_names else None
    found = [*_lanes(name, sheet, known, periods), *_merges(name, sheet, known)]
    found += _cells(book, template, name, sheet, known)
    if not sheet.shows_zeros:
        found.append(problem("V32", where=name, what="la hoja no muestra los ceros: se ven como celdas vacías"))
    return found


def _whole_sheet(book: Received, template: Received, name: str) -> Iterator[Problem]:
    usual = template.states.get(name, VISIBLE)
    if book.states[name] == VISIBLE or usual != VISIBLE:
        return
    count = sum(cell.filled for cell in book.sheet_xml(name).cells.values())
    how = " de modo que Excel no la ofrece" if book.states[name] == "veryHidden" else ""
    if count:
        yield problem("V27", where=name, how=how, count=count)


# --- columns of periods -----------------------------------------------------------------------------------------------


class _Recorder:
    """A workbook that only remembers which columns it was told to hide or show."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[int, bool]] = {}

    def sheet(self, name: str) -> Any:
        """A sheet that remembers."""
        columns = self.columns.setdefault(name, {})

        class Sheet:
            def hide_columns(self, first: str, last: str, hidden: bool) -> None:
                for column in range(column_number(first), column_number(last) + 1):
                    columns[column] = hidden

            def set_row_height(self, row: int, height: float | None) -> None:
                """Heights are nobody's to check: programs fit rows to their texts."""

        return Sheet()


def period_columns(kind: Template, view: Any) -> dict[str, dict[int, bool]]:
    """Of each sheet, the columns that a recalculation hides (True) or shows."""
    recorder = _Recorder()
    kind.fit(recorder, view)  # type: ignore[arg-type]
    return recorder.columns


# --- rows and columns -------------------------------------------------------------------------------------------------


def _lanes(name: str, sheet: SheetXml, known: SheetXml | None, periods: Mapping[int, bool]) -> Iterator[Problem]:
    rows: dict[int, int] = {}
    columns: dict[int, int] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.filled:
            rows[row] = rows.get(row, 0) + 1
            columns[column] = columns.get(column, 0) + 1
    kept = {row for row in rows if known and _unseen(known.row(row), _LOWEST)}
    gone = [row for row in sorted(rows) if row not in kept and _unseen(sheet.row(row), _LOWEST)]
    why = " (un filtro está puesto)" if sheet.filtered else ""
    for first, last in _runs(gone):
        what = f"fila {first} oculta" if first == last else f"filas {first} a {last} ocultas"
        yield _lane(f"{name}!{first}:{last}", what + why, sum(rows.get(r, 0) for r in range(first, last + 1)))

    def meant(column: int) -> bool:
        usual = bool(known and _unseen(known.column(column), _NARROWEST))
        return periods.get(column, usual)

    gone = [c for c in sorted(columns) if _unseen(sheet.column(c), _NARROWEST) and not meant(c)]
    for first, last in _runs(gone):
        one, other = get_column_letter(first), get_column_letter(last)
        what = f"columna {one} oculta" if first == last else f"columnas {one} a {other} ocultas"
        yield _lane(f"{name}!{one}:{other}", what, sum(columns.get(c, 0) for c in range(first, last + 1)))


def _lane(where: str, what: str, count: int) -> Problem:
    return problem("V28", where=where, what=what[0].upper() + what[1:], count=count)


def _unseen(lane: Lane, least: float) -> bool:
    return lane.hidden or (lane.size is not None and lane.size < least)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    first = last = 0
    for number in numbers:
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def _merges(name: str, sheet: SheetXml, known: SheetXml | None) -> Iterator[Problem]:
    usual = set(known.merges) if known else set()
    filled = sorted(place for place, cell in sheet.cells.items() if cell.filled)
    for area in sheet.merges:
        if area in usual:
            continue
        rows = filled[bisect_left(filled, (area.top, 0)) : bisect_left(filled, (area.bottom + 1, 0))]
        covered = sum(area.left <= column <= area.right for _, column in rows)
        covered -= (area.top, area.left) in sheet.cells and sheet.cells[area.top, area.left].filled
        if covered:
            yield problem("V31", where=f"{name}!{ref(area.left, area.top)}", area=str(area), count=covered)


# --- cells ------------------------------------------------------------------------------------------------------------


def _cells(
    book: Received, template: Received, name: str, sheet: SheetXml, known: SheetXml | None
) -> Iterator[Problem]:
    cells = known.cells if known else {}
    for place, cell in sheet.cells.items():
        if not cell.filled:
            continue
        look, model = book.styles.cell(cell.style), cells.get(place)
        usual = template.styles.cell(model.style) if model else Look()
        if look[:-2] == usual[:-2] and not look.formula_hidden:  # the same to the eye
            continue
        how = _how(book, cell, look, usual, typed=model is None or not usual.locked)
        if how:
            found = told(book.shown(cell))
            yield problem("V29", where=f"{name}!{ref(place[1], place[0])}", found=found, how=how)


def _how(book: Received, cell: Stored, look: Look, usual: Look, typed: bool) -> str:
    """How a look keeps a cell from being read; "" when it does not, or the template's own does too."""
    if look.formula_hidden and not usual.formula_hidden and cell.formula is not None:
        return "su fórmula está oculta (Formato de celdas > Proteger)"
    value = book.shown(cell)
    if told(value) == NOTHING:
        return ""
    if look.unreadable and not usual.unreadable:
        return f"está escrita {look.unreadable}"
    return _by_format(value, look, usual, typed)


def _by_format(value: Value, look: Look, usual: Look, typed: bool) -> str:
    if isinstance(value, ErrorValue) or look.code == usual.code:
        return ""
    done = conceals(look.code, value)
    if done and done != conceals(usual.code, value) and not (typed and done == ROUNDS):
        return f"el formato «{look.code}» {done}"
    colour = colour_of(look.code, value)
    if colour and unreadable(colour, look.paper):
        return f"el formato «{look.code}» lo escribe del color del fondo"
    return ""


# --- settings ---------------------------------------------------------------------------------------------------------

_SETTINGS: tuple[tuple[str, str, Callable[[str], bool], str], ...] = (
    ("workbookView", "visibility", lambda v: v in ("hidden", "veryHidden"), "la ventana del libro está oculta"),
    ("workbookView", "showSheetTabs", lambda v: v not in _TRUE, "las pestañas de las hojas están ocultas"),
    ("workbookPr", "showObjects", lambda v: v in ("none", "placeholders"), "los gráficos están ocultos"),
    ("calcPr", "calcMode", lambda v: v == "manual", "el cálculo es manual: lo que se vea puede ser de otras entradas"),
    ("calcPr", "fullPrecision", lambda v: v not in _TRUE, "se calcula con la precisión que se ve, no con toda"),
)  # fmt: skip


def _settings(book: Received) -> Iterator[Problem]:
    for element, attribute, hides, what in _SETTINGS:
        value = book.book_property(element, attribute)
        if value and hides(value):
            yield problem("V32", where=book.file, what=what)
