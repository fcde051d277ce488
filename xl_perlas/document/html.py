"""A document as one page of HTML that holds everything: no script, nothing fetched, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from xl_perlas.document.draw import safe
from xl_perlas.document.model import (
    Block,
    Callout,
    Cards,
    Cell,
    Column,
    Document,
    Figure,
    Gallery,
    Heading,
    Items,
    Light,
    Lights,
    Paragraph,
    Row,
    RowKind,
    Section,
    Table,
    Tone,
)
from xl_perlas.document.numbers import Unit, shown
from xl_perlas.document.style import CSS
from xl_perlas.document.svg import NARROW, SMALL, WIDE, to_svg

_CLASSES = {Tone.GOOD: "good", Tone.WATCH: "watch", Tone.BAD: "bad", Tone.NONE: "none"}
_SIGNS = {Tone.GOOD: "✓", Tone.WATCH: "▲", Tone.BAD: "✗", Tone.NONE: "·"}

#: What the page may do, should text ever get past the escaping: nothing but look as it does.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def to_html(document: Document) -> str:
    """The whole page."""
    page = _Page()
    name = " · ".join(filter(None, (document.title, document.entity, document.period)))
    about = " · ".join(filter(None, (document.period, document.subtitle)))
    footer = f"<footer>{safe(document.footer)}</footer>" if document.footer else ""
    return "\n".join((
        "<!DOCTYPE html>", '<html lang="es">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{safe(name)}</title>", f"<style>{CSS}{paper_margins(document)}</style>", "</head>", "<body>",
        '<div class="page">',
        f'<header class="cover"><p class="kind">{safe(document.title)}</p>'
        f"<h1>{safe(document.entity or document.title)}</h1>"
        f'<p class="about">{safe(about)}</p></header>',
        _contents(document), "<main>", *(page.section(one) for one in document.sections), footer, "</main>",
        "</div>", "</body>", "</html>", "",
    ))  # fmt: skip


def paper_margins(document: Document) -> str:
    """Header and footer of every printed page, where the program that prints knows of them."""
    name = " · ".join(filter(None, (document.entity, document.period)))
    small = "font:8pt system-ui,sans-serif;color:#55616e"
    return (
        f"@page{{size:A4;margin:17mm 14mm 16mm;"
        f"@top-left{{content:{_css_text(document.title)};{small}}}@top-right{{content:{_css_text(name)};{small}}}"
        f'@bottom-right{{content:counter(page) " / " counter(pages);{small}}}}}'
        "@page:first{@top-left{content:none}@top-right{content:none}}"
    )


def _css_text(text: str) -> str:
    """Any text as a string of CSS: whatever could end it, or the style, is written by its number."""
    kept = (c if c.isalnum() and c.isascii() else f"\\{ord(c):06x}" for c in text if c.isprintable())
    return f'"{"".join(kept)}"'


def _contents(document: Document) -> str:
    links = "".join(
        f'<li><a href="#{safe(one.id)}">{safe(one.short or one.title)}</a></li>' for one in document.sections
    )
    return f'<nav class="contents" aria-label="Contenido"><ul>{links}</ul></nav>'


class _Page:
    """Goes over the blocks of a document; charts are numbered as they come."""

    def __init__(self) -> None:
        self._keys = count(1)

    def section(self, section: Section) -> str:
        """A chapter with its blocks."""
        blocks = "\n".join(self._block(one) for one in section.blocks)
        return f'<section id="{safe(section.id)}">\n<h2>{safe(section.title)}</h2>\n{blocks}\n</section>'

    def _block(self, block: Block) -> str:
        if isinstance(block, Figure):
            return self._figure(block, both=True)
        if isinstance(block, Gallery):
            return f'<div class="gallery">{"".join(self._figure(one, both=False) for one in block.figures)}</div>'
        return _plain_block(block)

    def _figure(self, figure: Figure, both: bool) -> str:
        """A chart; `both`: laid out twice, for wide and narrow screens, of which one is shown."""
        status = f" {_badge(figure.status)}" if figure.status else ""
        caption = f'<span class="caption">{safe(figure.caption)}{status}</span>' if figure.caption or status else ""
        title = f"<figcaption>{safe(figure.chart.title)}{caption}</figcaption>"
        key = f"g{next(self._keys)}"
        if not both:
            return f"<figure>{title}{to_svg(figure.chart, key, SMALL)}</figure>"
        wide, narrow = to_svg(figure.chart, key, WIDE), to_svg(figure.chart, f"{key}n", NARROW)
        return f'<figure>{title}<div class="wide">{wide}</div><div class="narrow">{narrow}</div></figure>'


def _plain_block(block: Block) -> str:
    if isinstance(block, Paragraph):
        classes = " ".join(name for name, on in (("quiet", block.quiet), ("paper", block.paper)) if on)
        return f"<p{_class(classes)}>{safe(block.text)}</p>"
    if isinstance(block, Heading):
        mark = f'<span class="mark">{safe(block.mark)}</span>' if block.mark else ""
        return f"<h3>{mark}{safe(block.text)}</h3>"
    if isinstance(block, Callout):
        title = f"<p><strong>{safe(block.title)}</strong></p>" if block.title else ""
        return f'<div class="callout {_CLASSES[block.tone]}">{title}<p>{safe(block.text)}</p></div>'
    if isinstance(block, Lights):
        return f'<ul class="lights">{"".join(f"<li>{_light(one)}</li>" for one in block.lights)}</ul>'
    if isinstance(block, Cards):
        return _cards(block)
    if isinstance(block, Items):
        return _items(block)
    return _table(block) if isinstance(block, Table) else ""


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _light(light: Light) -> str:
    return _badge(light) + (f" {safe(light.label)}" if light.label else "")


def _badge(light: Light) -> str:
    return f'<span class="badge {_CLASSES[light.tone]}">{_SIGNS[light.tone]} {safe(light.word)}</span>'


def _cards(block: Cards) -> str:
    cards = "".join(
        f'<div class="card {_CLASSES[one.tone]}"><p class="label">{safe(one.label)}</p>'
        f'<p class="figure">{safe(one.figure)}</p>'
        + (f'<p class="remark">{safe(one.remark)}</p>' if one.remark else "") + "</div>"
        for one in block.cards
    )  # fmt: skip
    return f'<div class="cards">{cards}</div>'


def _items(block: Items) -> str:
    tag = "ol" if block.numbered else "ul"
    items = []
    for one in block.items:
        sign = f"{_sign(one.tone)} " if one.tone else ""
        title = f"<strong>{safe(one.title)}</strong> " if one.title else ""
        sources = "".join(f'<span class="source">{safe(text)}</span>' for text in one.sources)
        items.append(f"<li>{sign}{title}{safe(one.text)}{sources}</li>")
    return f'<{tag} class="items">{"".join(items)}</{tag}>'


def _sign(tone: Tone) -> str:
    return f'<span class="sign {_CLASSES[tone]}">{_SIGNS[tone]}</span>'


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(table: Table) -> str:
    caption = f"<caption>{safe(table.caption)}</caption>" if table.caption else ""
    head = "".join(f'<th scope="col"{_column_class(c)}>{safe(c.title)}</th>' for c in table.columns)
    body = "".join(_row(row, table.columns) for row in table.rows)
    name = f' aria-label="{safe(table.caption)}"' if table.caption else ""
    return (
        f'<div class="table" tabindex="0" role="region"{name}><table>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _column_class(column: Column) -> str:
    looks = (("n", column.right), ("older", column.older), ("w", column.wide))
    return _class(" ".join(name for name, on in looks if on))


def _row(row: Row, columns: tuple[Column, ...]) -> str:
    if row.kind is RowKind.GROUP:
        text = _content(row.cells[0]) if row.cells else ""
        return f'<tr class="group"><th scope="rowgroup" colspan="{len(columns)}">{text}</th></tr>'
    cells = "".join(_cells(row, columns))
    return f"<tr{_class('total' if row.kind is RowKind.TOTAL else '')}>{cells}</tr>"


def _cells(row: Row, columns: tuple[Column, ...]) -> Iterator[str]:
    for n, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        tag, scope = ("th", ' scope="row"') if n == 0 else ("td", "")
        detail = f'<span class="detail">{safe(cell.detail)}</span>' if cell.detail else ""
        yield f"<{tag}{scope}{_column_class(column)}>{_content(cell)}{detail}</{tag}>"


def _content(cell: Cell) -> str:
    doubt = ' <span class="sign watch" title="cifra dudosa: vea las notas">!</span>' if cell.doubtful else ""
    if isinstance(cell.value, str):
        return (_badge(Light(cell.value, cell.tone)) if cell.tone and cell.value else safe(cell.value)) + doubt
    sign = f"{_sign(cell.tone)} " if cell.tone else ""
    if cell.value is None:
        return f'{sign}<span class="missing">{safe(cell.missing)}</span>{doubt}'
    unit = Unit.PLAIN if cell.unit is Unit.TEXT else cell.unit
    return f"{sign}{safe(shown(cell.value, unit, cell.places))}{doubt}"
