"""What every chart is drawn with: SVG elements with escaped text, and looks that stay apart without colour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, MUTED, GRID, AXIS, PAPER = "#1c2733", "#55616e", "#e3e7ec", "#7b8794", "#ffffff"
GOOD, BAD = "#1b6e3c", "#b03a1e"

#: Sizes of text.
TEXT, SMALL = 11.0, 10.0

#: Lines told apart by colour, dashes and marker, and areas by lightness and hatching.
LINES = ("#0b4f8a", "#c8500a", "#0a7d5d", "#8a3f7c", "#8a6a00", "#222222", "#3b8fc4", "#a0522d")
DASHES = ("", "7 3", "2 2.5", "9 3 2 3", "5 2 1.5 2 1.5 2", "1.5 4", "12 4", "4 4")
AREAS = ("#15436b", "#f0b84a", "#3f8f86", "#bfe0f5", "#8a4a7a", "#e9e2d4", "#c5673b", "#9aa5b1")
_HATCHES = ("", "rising", "", "dots", "falling", "level", "cross", "")


def clean(text: str) -> str:
    """Text without the characters that no page can hold."""
    return "".join(
        c if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\x7f\ufffe\uffff") else " "
        for c in text
    )


def safe(text: str) -> str:
    """Text as it stands in a page: whatever it holds, it is only text."""
    return escape(clean(text), quote=True)


def number(value: float) -> str:
    """A place in a drawing: one decimal, for the same drawing on every machine."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; `stroke_width=2` is `stroke-width="2"`, None is left out. `content` is markup already."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{number(v) if isinstance(v, float) else safe(str(v))}"'
        for key, v in attributes.items()
        if v is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    x: float, y: float, content: str, *, size: float = TEXT, anchor: str = "start", fill: str = INK,
    bold: bool = False, halo: bool = False, turned: bool = False,
) -> str:  # fmt: skip
    """A line of text on its base line; `halo` keeps it readable over lines, `turned` makes it go upwards."""
    return element(
        "text", safe(content), x=x, y=y, font_size=size, text_anchor=None if anchor == "start" else anchor, fill=fill,
        font_weight=600 if bold else None, paint_order="stroke" if halo else None, stroke=PAPER if halo else None,
        stroke_width=3 if halo else None, stroke_linejoin="round" if halo else None,
        transform=f"rotate(-90 {number(x)} {number(y)})" if turned else None,
    )  # fmt: skip


def line(x1: float, y1: float, x2: float, y2: float, colour: str = AXIS, width: float = 1.0, dash: str = "") -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, stroke_dasharray=dash or None)


def path(points: Sequence[tuple[float, float]], colour: str, width: float, dash: str = "") -> str:
    """A broken line through points."""
    places = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element(
        "polyline", points=places, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dash or None,
        stroke_linejoin="round", stroke_linecap="round" if not dash else None,
    )  # fmt: skip


def polygon(points: Iterable[tuple[float, float]], **attributes: object) -> str:
    """A closed shape."""
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), **attributes)


def rectangle(x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """A rectangle; never of negative size."""
    return element("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), **attributes)


def marker(x: float, y: float, kind: int, size: float, colour: str, hollow: bool = False) -> str:
    """A mark at a point: circle, square, triangle, diamond, inverted triangle, cross; by turns."""
    looks = {"fill": PAPER if hollow else colour, "stroke": colour, "stroke_width": 1.5}
    shape = kind % 6
    if shape == 0:
        return element("circle", cx=x, cy=y, r=size, **looks)
    if shape == 1:
        return rectangle(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8, **looks)
    if shape == 5:
        return cross(x, y, size, colour)
    turns = {2: (3, -90), 3: (4, -90), 4: (3, 90)}[shape]
    reach = size * 1.25
    corners = [
        (x + reach * math.cos(math.radians(turns[1] + 360 * k / turns[0])),
         y + reach * math.sin(math.radians(turns[1] + 360 * k / turns[0])))
        for k in range(turns[0])
    ]  # fmt: skip
    return polygon(corners, **looks)


def cross(x: float, y: float, size: float, colour: str = MUTED) -> str:
    """The mark of what is missing."""
    return line(x - size, y - size, x + size, y + size, colour, 1.5) + line(
        x - size, y + size, x + size, y - size, colour, 1.5
    )


# --- areas ------------------------------------------------------------------------------------------------------------
#
# Hatchings are lines, not patterns: programs that print turn patterns into pictures, and pages into megabytes.


def area(x: float, y: float, width: float, height: float, index: int, edge: str = PAPER, border: float = 0.8) -> str:
    """A rectangle in the look of the part at `index`."""
    kind = index % len(AREAS)
    drawn = rectangle(x, y, width, height, fill=AREAS[kind], stroke=edge if border else None, stroke_width=border)
    if not _HATCHES[kind]:
        return drawn
    ink = PAPER if _HATCHES[kind] in ("falling", "cross") else "#3a4652"
    return drawn + _hatching(x, y, width, height, _HATCHES[kind], 6.0, ink)


def zone(x: float, y: float, width: float, height: float) -> str:
    """The light hatching of the side where a goal is met."""
    drawn = rectangle(x, y, width, height, fill="#eef7f1")
    return drawn + _hatching(x, y, width, height, "rising", 7.0, "#a9cdb6")


def _hatching(x: float, y: float, width: float, height: float, kind: str, step: float, ink: str) -> str:
    """Lines (or dots) over a rectangle, on a grid that is the same for the whole drawing."""
    if width <= 0 or height <= 0:
        return ""
    right, bottom = x + width, y + height
    strokes: list[str] = []
    if kind in ("rising", "cross"):
        for c in _steps(x + y, right + bottom, step):
            strokes.append(_stroke(max(x, c - bottom), min(bottom, c - x), min(right, c - y), max(y, c - right)))
    if kind in ("falling", "cross"):
        for c in _steps(x - bottom, right - y, step):
            strokes.append(_stroke(max(x, c + y), max(y, x - c), min(right, c + bottom), min(bottom, right - c)))
    if kind == "level":
        strokes += [_stroke(x, at, right, at) for at in _steps(y, bottom, step / 1.5)]
    if kind == "dots":
        strokes += [_stroke(across, down, across, down) for down in _steps(y + 1, bottom - 1, step)
                    for across in _steps(x + 1, right - 1, step)]  # fmt: skip
    if not strokes:
        return ""
    dots = kind == "dots"
    return element("path", d="".join(strokes), fill="none", stroke=ink, stroke_width=1.6 if dots else 0.8,
                   stroke_linecap="round" if dots else None)  # fmt: skip


def _steps(low: float, high: float, step: float) -> list[float]:
    """Multiples of `step` between two figures."""
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"


def swatch(x: float, y: float, index: int) -> str:
    """A sample of the part at `index` in a legend; `y` is the base line of its text."""
    return area(x, y - 9, 12.0, 10.0, index, AXIS, 0.5)
