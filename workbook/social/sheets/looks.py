"""What the sheets of the Balance Social share: headings of years, how figures of each unit look, and lights."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social.texts import MONEY
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.view import SocialView
from xl_perlas.workbook.styles import AMBER, AMBER_FILL, GREEN, GREEN_FILL, GREY_FILL, MUTED, RED, RED_FILL, rule, style

#: Positions among the years of the one that is reported and the one it is compared with.
NOW, BEFORE = "xlp_posicion_actual", "xlp_posicion_anterior"
WHOLE, MARK_FORMAT = "#,##0", "0.00"
_LIGHTS = (("▲", GREEN_FILL, GREEN), ("●", AMBER_FILL, AMBER), ("▼", RED_FILL, RED), ("○", GREY_FILL, MUTED))


def put(sheet: Worksheet, row: int, column: int, value: object, kind: str, unit: str = "") -> None:
    """A cell for a figure of a unit of the definitions; `texto` for words that stay in one line."""
    if unit == "texto":
        common.put(sheet, row, column, value, style(kind, "texto"))
        return
    common.put(sheet, row, column, value, style(kind, look(unit)))
    if not look(unit) and unit:
        sheet.cell(row, column).number_format = WHOLE


def look(unit: str) -> str:
    """The unit of `styles.style` for one of the definitions."""
    if unit == "%":
        return "%"
    if unit.startswith(MONEY):
        return "monto"
    return "veces" if unit.startswith("veces") or " por " in unit else ""


def year_headers(plan: SocialPlan, column: int, row: int) -> Cells:
    """Headings that repeat the years of Datos, one a column from `column` on."""
    return {(row, column + k): f'=IF({plan.head(k)}="","",{plan.head(k)})' for k in range(plan.capacity)}


def year_results(view: SocialView, column: int, row: int) -> Cells:
    """What those headings show."""
    return {(row, column + k): view.head(k) for k in range(view.plan.capacity)}


def chosen(plan: SocialPlan, position: str) -> str:
    """The heading of the year at a position."""
    return f'=IFERROR(INDEX({plan.year_span(plan.head_row)},{position}),"")'


def year_head(sheet: Worksheet, group: str, row: int, column: int, count: int = 1) -> None:
    """Cells for headings of years."""
    common.period_header(sheet, group, column, count, row)


def light_rules(sheet: Worksheet, cells: str, first: str) -> None:
    """The colour of a light by its symbol, for `cells` whose top left is `first`."""
    for symbol, fill, ink in _LIGHTS:
        rule(sheet, cells, f'LEFT({first},1)="{symbol}"', fill, ink)


def word_rules(sheet: Worksheet, cells: str, first: str, words: Mapping[str, str]) -> None:
    """Green, amber, red or grey for words that begin alike: `{"✔": "verde"}`."""
    colours = {"verde": (GREEN_FILL, GREEN), "amarillo": (AMBER_FILL, AMBER), "rojo": (RED_FILL, RED),
               "gris": (GREY_FILL, MUTED)}  # fmt: skip
    for word, colour in words.items():
        rule(sheet, cells, f'LEFT({first},{len(word)})="{word}"', *colours[colour])


def block(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """`B5:D9`."""
    return f"{ref(first_column, first_row)}:{ref(last_column, last_row)}"


__all__ = [
    "BEFORE", "MARK_FORMAT", "NOW", "WHOLE", "block", "chosen", "light_rules", "look", "put", "word_rules",
    "year_head", "year_headers", "year_results",
]  # fmt: skip
