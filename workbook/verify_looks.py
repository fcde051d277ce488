"""How cells look in a received workbook: the formats of its styles part, with colours made plain."""

from __future__ import annotations

import colorsys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import BUILTIN_FORMATS

from xl_perlas.workbook.cellxml import whole

INK, PAPER = "000000", "FFFFFF"
#: Two colours with less contrast than this (W3C's ratio, from 1 to 21) cannot be told apart.
_LEAST_CONTRAST = 1.25
_LEAST_SIZE = 5.0
#: Fonts that show other signs in the place of letters and digits.
_SIGNS = ("wingdings", "webdings", "symbol", "marlett", "zapf dingbats", "opensymbol", "zapfdingbats")
#: Positions in the theme: the first two pairs are swapped in what refers to them.
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{i}" for i in range(1, 7)), "hlink", "folHlink")
_TRUE = ("1", "true")


class Look(NamedTuple):
    """Format of a cell. Colours are hexadecimal; `paper` is None where a pattern fills it.

    `locked`: nobody is to type there; a cell in a style for typing that was locked afterwards is not.
    """

    code: str = "General"
    ink: str = INK
    paper: str | None = PAPER
    size: float = 11.0
    font: str = ""
    locked: bool = True
    formula_hidden: bool = False

    @property
    def unreadable(self) -> str:
        """Why its text cannot be read, "" when it can."""
        return unreadable(self.ink, self.paper) or (
            f"con letra de {self.size:g} puntos" if self.size < _LEAST_SIZE
            else f"con la fuente {self.font}, de signos" if self.font.lower().startswith(_SIGNS)
            else ""
        )  # fmt: skip


class RuleLook(NamedTuple):
    """Format of a conditional rule: what it changes, None where it changes nothing."""

    ink: str | None = None
    paper: str | None = None
    code: str | None = None


def unreadable(ink: str | None, paper: str | None) -> str:
    """Whether text of a colour disappears on another."""
    if ink is None or paper is None or contrast(ink, paper) >= _LEAST_CONTRAST:
        return ""
    return "con la letra del color del fondo"


def contrast(one: str, other: str) -> float:
    """W3C's contrast ratio of two colours (Web Content Accessibility Guidelines 2.1, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@dataclass(frozen=True, eq=False)
class Styles:
    """The formats of a workbook: `cells` by the number that cells have, `rules` by that of conditional formats."""

    cells: Sequence[Look]
    rules: Sequence[RuleLook]

    def cell(self, number: int) -> Look:
        """The format of a cell."""
        return self.cells[number] if 0 <= number < len(self.cells) else Look()

    def rule(self, number: int) -> RuleLook:
        """The format of a conditional rule."""
        return self.rules[number] if 0 <= number < len(self.rules) else RuleLook()


def read_styles(styles: bytes, theme: bytes) -> Styles:
    """The formats in the parts of a workbook (b"" where it has none).

    Raises:
        ElementTree.ParseError, ValueError: they are damaged.
    """
    if not styles:
        return Styles((), ())
    return _Reader(ET.fromstring(styles), ET.fromstring(theme) if theme else None).read()


class _Reader:
    def __init__(self, root: ET.Element, theme: ET.Element | None):
        self._root, self._theme = root, theme

    def read(self) -> Styles:
        fonts = [*self._all("fonts")]
        fills = [self._paper(e) for e in self._all("fills")]
        codes = BUILTIN_FORMATS | {
            whole(e.get("numFmtId")): e.get("formatCode", "") for e in self._all("numFmts")
        }
        bases = [*self._all("cellStyleXfs")]
        looks = [self._look(e, fonts, fills, codes, bases) for e in self._all("cellXfs")]
        return Styles(looks, [self._rule(e) for e in self._all("dxfs")])

    def _all(self, name: str) -> Iterable[ET.Element]:
        found = next((e for e in self._root if _name(e) == name), None)
        return found if found is not None else ()

    def _look(
        self, xf: ET.Element, fonts: Sequence[ET.Element], fills: Sequence[str | None], codes: dict[int, str],
        bases: Sequence[ET.Element],
    ) -> Look:  # fmt: skip
        font, fill = whole(xf.get("fontId")), whole(xf.get("fillId"))
        letters = _children(fonts[font]) if font < len(fonts) else {}
        base = whole(xf.get("xfId"))
        given = _attributes(_child(xf, "protection"))
        style = _attributes(_child(bases[base], "protection")) if base < len(bases) else {}
        name = letters.get("name")
        size = letters.get("sz")
        return Look(
            codes.get(whole(xf.get("numFmtId")), "General"),
            self._colour(letters.get("color")) or INK,
            fills[fill] if fill < len(fills) else PAPER,
            float(size.get("val", "11")) if size is not None else 11.0,
            name.get("val", "") if name is not None else "",
            given.get("locked", "1") in _TRUE and style.get("locked", "1") in _TRUE,
            given.get("hidden", "0") in _TRUE,
        )  # fmt: skip

    def _rule(self, dxf: ET.Element) -> RuleLook:
        parts = _children(dxf)
        font, fill, code = parts.get("font"), parts.get("fill"), parts.get("numFmt")
        ink = self._colour(_child(font, "color")) if font is not None else None
        pattern = _child(fill, "patternFill") if fill is not None else None
        paper = None
        if pattern is not None:  # in a rule the colour of a solid fill is the background's
            paper = self._colour(_child(pattern, "bgColor")) or self._colour(_child(pattern, "fgColor"))
        return RuleLook(ink, paper, code.get("formatCode") if code is not None else None)

    def _paper(self, fill: ET.Element) -> str | None:
        pattern = _child(fill, "patternFill")
        kind = "gradient" if pattern is None else pattern.get("patternType", "none")
        if kind == "none":
            return PAPER
        return (self._colour(_child(pattern, "fgColor")) or INK) if kind == "solid" and pattern is not None else None

    def _colour(self, element: ET.Element | None) -> str | None:
        """The colour as six digits; None where it is left to the program."""
        if element is None:
            return None
        colour = None
        if (rgb := element.get("rgb")) and len(rgb) in (6, 8):
            colour = rgb[-6:].upper()
        elif (position := element.get("theme")) is not None:
            colour = self._themes.get(whole(position))
        elif (index := element.get("indexed")) is not None:
            colour = self._indexed(whole(index))
        if colour is None:
            return None
        int(colour, 16)
        return _tinted(colour, float(element.get("tint", "0")))

    def _indexed(self, index: int) -> str | None:
        own = [e.get("rgb", "") for e in self._root.iter() if _name(e) == "rgbColor"]
        if index in (64, 65):  # the system's text and window
            return INK if index == 64 else PAPER
        palette = own or COLOR_INDEX
        return palette[index][-6:].upper() if index < len(palette) else None

    @cached_property
    def _themes(self) -> dict[int, str]:
        found: dict[int, str] = {}
        elements = self._theme.iter() if self._theme is not None else ()
        for part in next((e for e in elements if _name(e) == "clrScheme"), ()):
            value = next((e.get("lastClr") or e.get("val") for e in part), None)
            if _name(part) in _THEME and value and len(value) == 6:
                found[_THEME.index(_name(part))] = value.upper()
        return found


def _tinted(colour: str, tint: float) -> str:
    """A colour made darker (to -1) or lighter (to 1), as themes ask."""
    if not tint:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    parts = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation)
    return "".join(f"{round(c * 255):02X}" for c in parts)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ET.Element) -> dict[str, ET.Element]:
    return {_name(e): e for e in element}


def _attributes(element: ET.Element | None) -> dict[str, str]:
    return {} if element is None else dict(element.attrib)


def _child(element: ET.Element | None, name: str) -> ET.Element | None:
    return None if element is None else _children(element).get(name)
