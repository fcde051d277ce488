"""Text for people: what the terminal can show, colours, numbers as Spanish readers write them, and tables."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TextIO

from xl_perlas.document.numbers import decimal
from xl_perlas.problems import ERROR, INFO, WARNING, Problem, money

#: What stands for a character that the terminal's encoding lacks; letters lose their accent, the rest becomes `?`.
FALLBACKS = {
    "−": "-", "–": "-", "—": "-", "·": "-", "…": "...", "≈": "~", "→": "->", "×": "x", "÷": "/", "«": '"', "»": '"',
    "✓": "si", "✗": "no", "¿": "", "¡": "", "≥": ">=", "≤": "<=", "\u00a0": " ",
}  # fmt: skip

_ERRORS = "xl_perlas_parecido"
_FALLBACK_WIDTH = 100

RED, GREEN, YELLOW, BOLD, DIM = "31", "32", "33", "1", "2"
PLAIN = ""


def _similar(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_fallback, error.object[error.start : error.end])), error.end


def _fallback(character: str) -> str:
    if character in FALLBACKS:
        return FALLBACKS[character]
    letters = [c for c in unicodedata.normalize("NFKD", character) if c.isascii() and c.isprintable()]
    return "".join(letters) or "?"


codecs.register_error(_ERRORS, _similar)


def prepare_streams() -> None:
    """Let standard output and error show similar text instead of failing where their encoding lacks a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=_ERRORS)


# --- one place where text goes ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Console:
    """What a place for text can show: its encoding, its width in characters, and whether it has colours."""

    encoding: str = "utf-8"
    width: int = _FALLBACK_WIDTH
    colour: bool = False

    def plain(self, text: str) -> str:
        """`text` in this encoding, on one line and without control characters (a file's names could hold some)."""
        clean = "".join(c if c.isprintable() else " " for c in text)
        return clean.encode(self.encoding, _ERRORS).decode(self.encoding)

    def paint(self, text: str, style: str) -> str:
        """`text` in a colour, where there are colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and style and text.strip() else text

    def mark(self, meets: bool | None) -> str:
        """✓ met, ✗ not met, · no verdict; in words where the encoding has no such signs."""
        signs = {True: "✓", False: "✗", None: "·"}
        try:
            "".join(signs.values()).encode(self.encoding)
        except UnicodeEncodeError:
            signs = {True: "sí", False: "no", None: "--"}
        return self.plain(signs[meets])

    def wrap(self, text: str, first: str = "", rest: str = "") -> list[str]:
        """`text` in lines of this width, the first one after `first` and the others after `rest`."""
        return textwrap.wrap(
            self.plain(text), max(self.width, 30), initial_indent=self.plain(first), subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def terminal(stream: TextIO | None) -> Console:
    """The console behind a stream. Colours only on a terminal, and not with NO_COLOR (https://no-color.org)."""
    tty = bool(stream and stream.isatty())
    windows = sys.platform == "win32" and "WT_SESSION" not in os.environ
    colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and not windows
    width = shutil.get_terminal_size((_FALLBACK_WIDTH, 24)).columns
    return Console(getattr(stream, "encoding", None) or "utf-8", max(40, width), colour)


def complain(problems: Iterable[Problem]) -> None:
    """Problems to standard error, one line each."""
    console = terminal(sys.stderr)
    for found in problems:
        say(console.plain(f"xl-perlas: {found}"))


def say(text: str) -> None:
    """A line to standard error, at once: progress and warnings, never results."""
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


# --- figures ----------------------------------------------------------------------------------------------------------


def figure(value: float, unit: str) -> str:
    """A value in its unit: `81,33%`, `1.234,50` (USD and times)."""
    if unit == "%":
        return decimal(value * 100) + "%"
    return money(value) if unit == "USD" else decimal(value)


def coefficient(value: float) -> str:
    """`-0.35` -> `−0,35`, without trailing zeros."""
    return f"{value:.10g}".replace(".", ",").replace("-", "−")


# --- tables -----------------------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of a table; `wraps`: its text may take several lines so that the table fits."""

    title: str
    right: bool = False
    wraps: bool = False


class Cell(NamedTuple):
    """Text of a cell and its style."""

    text: str
    style: str = PLAIN


#: A row, or a heading across the table.
Row = Sequence[Cell | str] | str

GAP = 2
_NARROWEST = 8


def table(columns: Sequence[Column], rows: Sequence[Row], console: Console) -> list[str]:
    """Lines of a table that fits the console where its wrapping columns allow it."""
    body = [row if isinstance(row, str) else [_cell(c, console) for c in row] for row in rows]
    head = [Cell(console.plain(c.title), BOLD) for c in columns]
    cells = [row for row in body if not isinstance(row, str)]
    natural = [max(len(row[i].text) for row in [head, *cells]) for i in range(len(columns))]
    widths = _widths(columns, natural, console.width)
    lines = [*_lines(head, columns, widths, console), "-" * min(console.width, sum(widths) + GAP * (len(widths) - 1))]
    for row in body:
        if isinstance(row, str):
            lines.append(console.paint(console.plain(row), BOLD))
        else:
            lines += _lines(row, columns, widths, console)
    return lines


def _cell(cell: Cell | str, console: Console) -> Cell:
    return Cell(console.plain(cell)) if isinstance(cell, str) else Cell(console.plain(cell.text), cell.style)


def _widths(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """Natural widths where they fit; else wrapping columns share what the others leave, the narrow ones first."""
    widths = list(natural)
    wrapping = sorted((i for i, c in enumerate(columns) if c.wraps), key=lambda i: natural[i])
    left = width - GAP * (len(columns) - 1) - sum(w for i, w in enumerate(natural) if i not in wrapping)
    for position, i in enumerate(wrapping):
        widths[i] = max(_NARROWEST, min(natural[i], left // (len(wrapping) - position)))
        left -= widths[i]
    return widths


def _lines(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], console: Console) -> list[str]:
    parts = [
        textwrap.wrap(cell.text, width) or [""] if column.wraps else [cell.text]
        for cell, column, width in zip(row, columns, widths, strict=True)
    ]
    lines = []
    for n in range(max(map(len, parts))):
        texts = [part[n] if n < len(part) else "" for part in parts]
        padded = [
            console.paint(text.rjust(width) if column.right else text.ljust(width), cell.style)
            for text, width, column, cell in zip(texts, widths, columns, row, strict=True)
        ]
        lines.append((" " * GAP).join(padded).rstrip())
    return lines


# --- problems ---------------------------------------------------------------------------------------------------------

SEVERITIES = ((ERROR, "Errores", RED), (WARNING, "Avisos", YELLOW), (INFO, "Notas", DIM))


def problem_lines(problems: Sequence[Problem], console: Console, limit: int | None = None) -> list[str]:
    """Problems under a heading for each severity; at most `limit` of each, and how many were left out."""
    lines: list[str] = []
    for severity, title, style in SEVERITIES:
        found = list(dict.fromkeys(p for p in problems if p.severity == severity))
        if not found:
            continue
        lines += ["", console.paint(console.plain(f"{title} ({len(found)})"), style)]
        for one in found[:limit]:
            lines += console.wrap(str(one), "  - ", "    ")
        if limit is not None and len(found) > limit:
            lines += console.wrap(f"y {len(found) - limit} más: véalos todos con xl-perlas validar.", "  - ", "    ")
    return lines
