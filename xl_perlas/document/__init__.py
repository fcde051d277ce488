"""Documents as data, and the pages made of them. Standard library alone; nothing here knows what a document is about.

    document = Document("Informe", "Cooperativa", "2011", "", (Section("a", "Balance", (Paragraph("…"),)),))
    page = to_html(document)      # one file: charts as inline SVG, no script, nothing fetched
"""

from xl_perlas.document.charts import (
    Bounds,
    ChartKind,
    GroupedBars,
    LineChart,
    PeerRow,
    PeerStrip,
    RadarChart,
    Series,
    Spoke,
    StackedBars,
    Tone,
    Value,
)
from xl_perlas.document.html import to_html
from xl_perlas.document.model import (
    Block,
    Callout,
    Card,
    Cards,
    Cell,
    Column,
    Document,
    Figure,
    Gallery,
    Heading,
    Item,
    Items,
    Light,
    Lights,
    Origin,
    Paragraph,
    Row,
    RowKind,
    Section,
    Table,
)
from xl_perlas.document.numbers import Unit
from xl_perlas.document.svg import to_svg

__all__ = [
    "Block", "Bounds", "Callout", "Card", "Cards", "Cell", "ChartKind", "Column", "Document", "Figure", "Gallery",
    "GroupedBars", "Heading", "Item", "Items", "Light", "Lights", "LineChart", "Origin", "Paragraph", "PeerRow",
    "PeerStrip", "RadarChart", "Row", "RowKind", "Section", "Series", "Spoke", "StackedBars", "Table", "Tone", "Unit",
    "Value", "to_html", "to_svg",
]  # fmt: skip
