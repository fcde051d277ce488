"""A document as data: sections of paragraphs, tables, charts and verdicts. `html` makes a page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from xl_perlas.document.charts import NO_DATA, ChartKind, Tone
from xl_perlas.document.numbers import Unit

__all__ = [
    "Block", "Callout", "Card", "Cards", "Cell", "Column", "Document", "Figure", "Gallery", "Heading", "Item", "Items",
    "Light", "Lights", "Origin", "Paragraph", "Row", "RowKind", "Section", "Table", "Tone", "Unit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; `quiet`: a source or a remark, smaller; `paper`: only on paper."""

    text: str
    quiet: bool = False
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside a section; `mark` stands before it, such as the letter of an area."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Callout:
    """Something to be noticed."""

    text: str
    tone: Tone = Tone.NONE
    title: str = ""


@dataclass(frozen=True, slots=True)
class Light:
    """A verdict: its word, what it is of (may be empty), and how it is judged."""

    word: str
    tone: Tone
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lights:
    """Verdicts in a row."""

    lights: tuple[Light, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure: what it is, the figure, and a remark beneath."""

    label: str
    figure: str
    remark: str = ""
    tone: Tone = Tone.NONE


@dataclass(frozen=True, slots=True)
class Cards:
    """Key figures side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list: its text, a title before it, and where it comes from."""

    text: str
    title: str = ""
    sources: tuple[str, ...] = ()
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `numbered` where the order counts."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its caption; `status` is a verdict beside the title."""

    chart: ChartKind
    caption: str = ""
    status: Light | None = None


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small charts side by side."""

    figures: tuple[Figure, ...]


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `right`: numbers; `older`: left out on paper, where there is no room for it; `wide`: long texts."""

    title: str
    right: bool = False
    older: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Text, or a number in `unit` (in full precision); None is shown as `missing`, never as zero.

    `tone` puts its sign beside a number and makes a text a verdict; `detail` stands beneath, smaller; `doubtful` marks
    a figure that a note qualifies.
    """

    value: str | float | None = ""
    unit: Unit = Unit.TEXT
    places: int | None = None
    tone: Tone | None = None
    detail: str = ""
    missing: str = NO_DATA
    doubtful: bool = False


class RowKind(StrEnum):
    """A row of figures, a title across the table (its first cell), or a total."""

    BODY = "cuerpo"
    GROUP = "grupo"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.BODY


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `caption` says what the table is."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""


Block: TypeAlias = Paragraph | Heading | Callout | Lights | Cards | Items | Figure | Gallery | Table


# --- the whole --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: `id` names it inside the page, `short` in the table of contents (its title unless given)."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from: names of files and digests, told at the end of the document."""

    files: tuple[str, ...] = ()
    weights: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `footer` stands at its end."""

    title: str
    entity: str
    period: str
    subtitle: str
    sections: tuple[Section, ...]
    footer: str = ""
