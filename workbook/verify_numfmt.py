"""What a number format does to a value: shows it, or hides it, replaces it, or makes it read as another."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

#: Parts of a section that are not placeholders: quoted text, an escaped character, a blank as wide as another, a
#: repeated character, and what stands in brackets.
_PIECES = re.compile(r'"([^"]*)"?|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(.)', re.S)
_GENERAL = re.compile(r"general|est[aá]ndar|standard", re.I)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:[.,]\d+)?)")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
#: The colours that a format can name.
COLOURS = {
    "black": "000000", "negro": "000000", "white": "FFFFFF", "blanco": "FFFFFF", "red": "FF0000", "rojo": "FF0000",
    "green": "00FF00", "verde": "00FF00", "blue": "0000FF", "azul": "0000FF", "yellow": "FFFF00",
    "amarillo": "FFFF00", "magenta": "FF00FF", "cyan": "00FFFF",
}  # fmt: skip

HIDES, REPLACES, ROUNDS, SIGN, SCALES = (
    "lo oculta", "pone un texto en su lugar", "lo muestra como cero", "le quita el signo", "lo muestra en otra escala",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format: its placeholders as they stand, its literal text, its colour and its condition."""

    marks: str
    literal: str
    colour: str
    condition: tuple[str, float] | None
    general: bool

    @property
    def shows(self) -> bool:
        """Whether a value appears in it at all."""
        return self.general or bool(re.search(r"[0#?@ymdhs]", self.marks, re.I))

    @property
    def dates(self) -> bool:
        return not self.general and bool(re.search(r"[ymdhs]", self.marks, re.I))

    @property
    def smallest(self) -> float:
        """The least size of a value that is not shown as zero."""
        if self.general or "e" in self.marks.lower() or "/" in self.marks or self.dates:
            return 0.0
        places = len(re.sub(r"[^0#?]", "", self.marks.partition(".")[2]))
        scale = 100 ** self.marks.count("%") * 0.001 ** len(self.scaling)
        return float(0.5 * 10**-places / scale)

    @property
    def scaling(self) -> str:
        """Commas after the last digit: each divides by a thousand."""
        found = re.search(r"[0#?](,+)(?![0#?,])", self.marks)
        return found[1] if found else ""


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    found: list[list[re.Match[str]]] = [[]]
    for piece in _PIECES.finditer(code):
        if piece[6] == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return tuple(map(_section, found))


def _section(pieces: list[re.Match[str]]) -> _Section:
    marks = "".join(p[6] or "" for p in pieces)
    literal = "".join((p[1] or "") + (p[2] or "") for p in pieces)
    inside = [p[5] for p in pieces if p[5] is not None]
    conditions = [m for text in inside if (m := _CONDITION.fullmatch(text.strip()))]
    condition = (conditions[0][1], float(conditions[0][2].replace(",", "."))) if conditions else None
    marks += "h" * any(re.fullmatch(r"h+|m+|s+", text, re.I) for text in inside)  # elapsed time
    general = bool(_GENERAL.search(marks))
    colour = next((COLOURS[text.lower()] for text in inside if text.lower() in COLOURS), "")
    return _Section(marks, literal, colour, condition, general)


def colour_of(code: str, value: object) -> str:
    """The colour that the format gives to the value (hexadecimal), "" when it gives none."""
    section = _chosen(code, value)
    return section.colour if section else ""


def _chosen(code: str, value: object) -> _Section | None:
    """The section for a value; None where the value is shown as it is."""
    sections = _sections(code)
    if isinstance(value, str):
        if len(sections) > 3:
            return sections[3]
        return sections[-1] if "@" in sections[-1].marks else None
    if not isinstance(value, float | int) or isinstance(value, bool):
        return None
    numeric = sections[:3]
    if any(s.condition for s in numeric):
        held = (s for s in numeric if s.condition and _HOLDS[s.condition[0]](value, s.condition[1]))
        return next(held, next((s for s in numeric if not s.condition), None))
    if len(numeric) == 1 or value > 0 or (value == 0 and len(numeric) < 3):
        return numeric[0]
    return numeric[1] if value < 0 else numeric[2]


@lru_cache(maxsize=65536)
def conceals(code: str, value: object) -> str:
    """What the format `code` does to a number or text that its reader should know; "" when it shows it.

    Errors are shown whatever the format.
    """
    section = _chosen(code, value)
    if section is None:
        return ""
    if not section.shows or (isinstance(value, str) and not (section.general or "@" in section.marks)):
        return REPLACES if section.literal.strip() else HIDES
    if re.search(r"\d", section.literal):
        return REPLACES
    return "" if isinstance(value, str) else _number_concealed(section, code, value)


def _number_concealed(section: _Section, code: str, value: object) -> str:
    assert isinstance(value, float | int)
    if section.dates or section.general:
        return ""
    if section.scaling:
        return SCALES
    if value == 0:
        return "" if re.search(r"[0?]", section.marks) else HIDES
    if abs(value) < section.smallest:
        return ROUNDS
    sections = _sections(code)
    own = value < 0 and len(sections) > 1 and section is sections[1]
    marked = section.colour or section.condition or re.search(r"[-−(]", section.marks + section.literal)
    return SIGN if own and not marked else ""
