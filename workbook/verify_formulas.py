"""Formulas compared by what they mean: every program that saves a workbook spells them in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from xl_perlas.udfs.libreoffice.oxt import stored_names
from xl_perlas.workbook.cellxml import column_number
from xl_perlas.workbook.verify_sheet import Area

#: What a formula is made of. A sheet's name may be quoted; references lose their `$` in cells, where it means nothing.
_TOKEN = re.compile(
    r"""
    (?P<text>"(?:[^"]|"")*")
    | (?P<sheet>'(?:[^']|'')*'(?=!))
    | (?P<error>\#[A-Z0-9/_]+[!?]?)
    | (?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.(]))
    | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(]))
    | (?P<rows>\$?\d{1,7}:\$?\d{1,7}(?![\w.]))
    | (?P<word>[^\W\d][\w.\\?]*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)
    | (?P<space>\s+)
    | (?P<sign><>|<=|>=|.)
    """,
    re.X | re.S,
)
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xludf\.|_xldudf_)+", re.I)
_WHOLE = re.compile(r"\$?([A-Za-z]{1,3})\$?1:\$?([A-Za-z]{1,3})\$?1048576(?!\d)")
_ARGUMENTLESS = ("TRUE", "FALSE")


@lru_cache(maxsize=1)
def _stored() -> dict[str, str]:
    return stored_names()


@lru_cache(maxsize=65536)
def tokens(formula: str, absolute: bool = False) -> tuple[str, ...]:
    """The parts of a formula (without its `=`) in one spelling; `absolute`: `$` counts, as in defined names.

    Gone are blanks, the case of names, quotes around sheets, prefixes of functions, and the names that LibreOffice
    stores for the add-in's; numbers are in one form. Nothing else is.
    """
    if "1048576" in formula:
        formula = _WHOLE.sub(r"\1:\2", formula)
    found: list[str] = []
    for token in _TOKEN.finditer(formula):
        kind, text = token.lastgroup, token[0]
        if kind == "space":
            continue
        if kind == "sheet":
            text = text[1:-1].replace("''", "'").casefold()
        elif kind in ("cell", "columns", "rows"):
            text = text.upper() if absolute else text.upper().replace("$", "")
        elif kind == "word":
            text = _word(text)
        elif kind == "number":
            text = repr(float(text))
        elif kind == "error":
            text = text.upper()
        elif text == ")" and found[-1:] == ["("] and found[-2:-1] and found[-2] in _ARGUMENTLESS:
            found.pop()
            continue
        found.append(text)
    return tuple(found)


def _word(text: str) -> str:
    """A function, a name or a sheet. Sheets are compared in small letters, as the quoted ones."""
    text = _PREFIX.sub("", text)
    return _stored().get(text.upper(), text).casefold() if text.upper() not in _ARGUMENTLESS else text.upper()


def same(one: str, other: str, absolute: bool = False) -> bool:
    """Whether two formulas (without `=`) say the same."""
    return one == other or tokens(one, absolute) == tokens(other, absolute)


_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")


def relative(formula: str, anchor: Area) -> tuple[str, ...]:
    """The parts of a rule's formula with its cells told from the first cell of the area that it is written for."""
    return tuple(
        _from_anchor(m, anchor) if (m := _CELL.fullmatch(token)) else token for token in tokens(formula, absolute=True)
    )


def _from_anchor(cell: re.Match[str], anchor: Area) -> str:
    row, column = int(cell[4]), column_number(cell[2])
    across = f"C{column}" if cell[1] else f"C[{column - anchor.left}]"
    return (f"R{row}" if cell[3] else f"R[{row - anchor.top}]") + across


# --- what reaches outside ---------------------------------------------------------------------------------------------

#: Another workbook, or a server of data (`=cmd|'…'!A1`).
_OTHER_BOOK = re.compile(r"\[[^\]]*\][^!,;()\"]*!|'[^']*\[[^\]]*\][^']*'!|\[\d+\]!")
_SERVER = re.compile(r"(?:^|[=(,;+\-*/&<>])\s*'?[\w.]+'?\s*\|\s*'?[^!\"]*'?!")
_REACHING = re.compile(
    r"\b(WEBSERVICE|FILTERXML|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE|STOCKHISTORY|CUBE\w+|SQL\.REQUEST|EVALUATE|"
    r"FOPEN|RUN|GET\.\w+|PY)\s*\(",
    re.I,
)
_LINK = re.compile(r"\bHYPERLINK\s*\(", re.I)
_STRINGS = re.compile(r'"(?:[^"]|"")*"')


def reaches_outside(formula: str) -> str:
    """What of a formula looks outside the workbook: other books, servers of data, the web; "" when nothing does."""
    bare = _STRINGS.sub('""', formula)
    for pattern, words in (
        (_OTHER_BOOK, "otro libro"), (_SERVER, "un servidor de datos (DDE)"), (_REACHING, "fuera del libro"),
    ):  # fmt: skip
        if found := pattern.search(bare):
            return f"{words}: {found[0].strip('=(,; ')}"
    return ""


def opens_links(formula: str) -> bool:
    """Whether a formula makes a link to follow."""
    return bool(_LINK.search(_STRINGS.sub('""', formula)))


# --- whole columns ----------------------------------------------------------------------------------------------------

_COLUMNS = re.compile(r"(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!\$?([A-Z]{1,3}):\$?([A-Z]{1,3})(?![\w(])")


def whole_columns(formulas: Iterable[str]) -> set[tuple[str, str, str]]:
    """Sheet, first and last column of every reference to whole columns."""
    found = set()
    for formula in formulas:
        if ":" in formula:
            found |= {(m[1].replace("''", "'") if m[1] else m[2], m[3], m[4]) for m in _COLUMNS.finditer(formula)}
    return found
