"""Named styles and colours. Colour never stands alone: a symbol or a word says the same (for grey prints too)."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Color, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Calibri"
INK, MUTED = "1F2933", "6B7785"
NAVY, GRID = "17365D", "D5DBE3"
GREEN, AMBER, RED = "1E7B34", "9C6500", "B42318"
GREEN_FILL, AMBER_FILL, RED_FILL, GREY_FILL = "DDF3E1", "FFF1CC", "FBDDD9", "EEF1F5"

#: Tab and heading colour of each group of sheets.
GROUPS = {
    "inicio": "17365D",
    "entradas": "B7791F",
    "calculo": "5A6B7F",
    "resultados": "1E7B34",
    "control": "7A3E9D",
}

FORMATS = {"%": "0.00%", "USD": "#,##0.00", "veces": "0.00", "monto": "#,##0.00", "texto": "@", "": "General"}


@dataclass(frozen=True)
class _Kind:
    """What a cell is for: its fill, ink, and whether people may type in it."""

    fill: str
    ink: str
    locked: bool = True
    bold: bool = False


KINDS = {
    "entrada": _Kind("FFF9E3", "0B4A8F", locked=False),
    "calculo": _Kind("F4F6F9", INK),
    "resultado": _Kind("FFFFFF", INK, bold=True),
    "control": _Kind("F5EEFA", INK),
    "rotulo": _Kind("FFFFFF", INK),
}


def style(kind: str, unit: str = "") -> str:
    """Name of the style for a kind of cell (`entrada`, `calculo`, `resultado`, `control`, `rotulo`) and a unit."""
    suffix = {"%": "porcentaje", "USD": "monto", "monto": "monto", "veces": "veces", "texto": "texto", "": ""}[unit]
    return f"xlp_{kind}" + (f"_{suffix}" if suffix else "")


#: What a named style puts into a cell, of each workbook.
_known: WeakKeyDictionary[Workbook, dict[str, Any]] = WeakKeyDictionary()


def dress(cell: Any, name: str) -> None:
    """Give an openpyxl cell a named style: it goes itself through the list of them for every cell."""
    known = _known.setdefault(cell.parent.parent, {})
    if name in known:
        cell._style = copy(known[name])
        return
    cell.style = name
    known[name] = copy(cell._style)


def register(book: Workbook) -> None:
    """Add every named style to `book`."""
    side = Side(style="thin", color=GRID)
    border = Border(left=side, right=side, top=side, bottom=side)
    for kind, look in KINDS.items():
        for unit in ("", "%", "monto", "veces", "texto"):
            named = NamedStyle(style(kind, unit))
            named.font = Font(name=FONT, size=10, color=look.ink, bold=look.bold)
            named.fill = PatternFill("solid", fgColor=look.fill)
            named.border = border
            named.number_format = FORMATS[unit]
            named.protection = Protection(locked=look.locked)
            wrap = unit == "" and kind != "resultado"
            horizontal = "right" if kind == "resultado" and unit else None
            named.alignment = Alignment(vertical="center", wrap_text=wrap, horizontal=horizontal)
            book.add_named_style(named)
    plain = (
        ("xlp_titulo", Font(name=FONT, size=16, bold=True, color=NAVY), None, Alignment(vertical="center")),
        ("xlp_proposito", Font(name=FONT, size=10, color=MUTED), None, Alignment(vertical="center")),
        ("xlp_luz", Font(name=FONT, size=10, bold=True, color=INK), None, Alignment(vertical="center")),
        ("xlp_seccion", Font(name=FONT, size=11, bold=True, color=NAVY), "E3EAF3", Alignment(vertical="center")),
        ("xlp_texto_libre", Font(name=FONT, size=10, color=INK), None, Alignment(vertical="top", wrap_text=True)),
    )
    for name, font, fill, alignment in plain:
        named = NamedStyle(name)
        named.font, named.alignment = font, alignment
        if fill:
            named.fill = PatternFill("solid", fgColor=fill)
        book.add_named_style(named)
    for group, colour in GROUPS.items():
        named = NamedStyle(f"xlp_encabezado_{group}")
        named.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        named.fill = PatternFill("solid", fgColor=colour)
        named.border = border
        named.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        book.add_named_style(named)


def verdict_rules(sheet: Worksheet, cells: str, first: str) -> None:
    """Green for `Cumple`, red for `No cumple`, grey for no verdict, over `cells` whose top-left is `first`."""
    for text, fill, ink in (("Cumple", GREEN_FILL, GREEN), ("No cumple", RED_FILL, RED)):
        rule(sheet, cells, f'AND(NOT(ISERROR({first})),{first}="{text}")', fill, ink)
    rule(sheet, cells, f'OR(ISERROR({first}),LEFT({first},3)="Sin")', GREY_FILL, MUTED)


def error_rule(sheet: Worksheet, cells: str, first: str) -> None:
    """Grey for cells without a value (#N/A, #DIV/0!)."""
    rule(sheet, cells, f"OR(ISERROR({first}),ISTEXT({first}))", GREY_FILL, "9AA5B1")


def missing_rule(sheet: Worksheet, cells: str, first: str) -> None:
    """Grey for errors only: for cells whose values may be words."""
    rule(sheet, cells, f"ISERROR({first})", GREY_FILL, "9AA5B1")


def severity_rules(sheet: Worksheet, cells: str, key: str) -> None:
    """Rows of problems: red for errors, amber for warnings; `key` is the severity of the first row."""
    rule(sheet, cells, f'{key}="error"', RED_FILL, INK)
    rule(sheet, cells, f'{key}="aviso"', AMBER_FILL, INK)


def light_rules(sheet: Worksheet, cell: str) -> None:
    """The overall light: its first character is the state, its colour repeats it."""
    for symbol, fill, ink in (("✔", GREEN_FILL, GREEN), ("▲", AMBER_FILL, AMBER), ("✖", RED_FILL, RED)):
        rule(sheet, cell, f'LEFT({cell},1)="{symbol}"', fill, ink)


def rule(sheet: Worksheet, cells: str, formula: str, fill: str, ink: str) -> None:
    """Fill and ink for cells where a formula, written for the first of them, holds."""
    found = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[formula],
        fill=PatternFill(bgColor=Color(rgb=f"FF{fill}"), fill_type="solid"),
        font=Font(color=f"FF{ink}"),
    )
    sheet.conditional_formatting.add(cells, found)
