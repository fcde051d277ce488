"""A copy of a verified workbook with what was found on a sheet of its own; the rest of the copy is as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_perlas._version import __version__
from xl_perlas.problems import ERROR, INFO, WARNING, Problem
from xl_perlas.workbook import recalc
from xl_perlas.workbook.archive import rewrite
from xl_perlas.workbook.atomic import replace_file
from xl_perlas.workbook.cellxml import ATTRIBUTES, attribute, escape, with_attribute, write_text
from xl_perlas.workbook.parts import check_xml
from xl_perlas.workbook.plan import quoted, ref
from xl_perlas.workbook.rowsxml import prefix_of
from xl_perlas.workbook.styles import (
    AMBER,
    AMBER_FILL,
    FONT,
    GREEN,
    GREEN_FILL,
    GRID,
    GROUPS,
    INK,
    MUTED,
    NAVY,
    RED,
    RED_FILL,
)
from xl_perlas.workbook.verify import Verification, place_of
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_words import by_code, looked_at, seal_lines, verdict

TITLE = "Informe de verificación"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
#: Findings that fit a page that a person reads; all of them are in the program's JSON.
_MOST = 5000
_WIDTHS = (9, 11, 24, 84, 60)
_SIGNS = {ERROR: "✖ error", WARNING: "▲ aviso", INFO: "· nota"}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class _Style:
    """Look of cells of the report: font size, ink, bold, fill ("" for none), whether it has a border and wraps."""

    size: int = 10
    ink: str = INK
    bold: bool = False
    fill: str = ""
    border: bool = True
    wrap: bool = True
    centre: bool = False
    underline: bool = False


_STYLES = {
    "title": _Style(16, NAVY, True, border=False, wrap=False),
    "purpose": _Style(10, MUTED, border=False, wrap=False),
    "good": _Style(11, GREEN, True, GREEN_FILL, border=False, wrap=False),
    "bad": _Style(11, RED, True, RED_FILL, border=False, wrap=False),
    "section": _Style(11, NAVY, True, "E3EAF3", border=False, wrap=False),
    "label": _Style(bold=True),
    "text": _Style(),
    "link": _Style(ink=NAVY, underline=True),
    "head": _Style(10, "FFFFFF", True, GROUPS["control"], centre=True),
    ERROR: _Style(ink=RED, bold=True, fill=RED_FILL),
    WARNING: _Style(ink=AMBER, bold=True, fill=AMBER_FILL),
    INFO: _Style(ink=MUTED),
}


def write_report(found: Verification, target: Path) -> None:
    """Write the workbook that was verified to `target`, with a sheet that tells what was found.

    Raises:
        PerlasError: the workbook cannot be read again, or `target` cannot be written (L06, L07, L11).
    """
    book = _Copy.open(found.path)
    replace_file(target, book.with_sheet(found))


class _Copy(Received):
    """The workbook, and its bytes with one sheet more."""

    def with_sheet(self, found: Verification) -> bytes:
        title = self._free_title()
        part = next(p for i in range(1, 10_000) if (p := f"xl/worksheets/informe{i}.xml") not in self._parts)
        names = {m.filename.replace("\\", "/").lstrip("/").lower(): m.filename for m in self._members}
        styles = self._linked("/styles") or ""
        style_text, first = _with_styles(self._text(styles))
        folder, name = self._book_part.rpartition("/")[::2]
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        changed = {
            names[styles.lower()]: style_text, names[rels.lower()]: _with_link(self._text(rels), part),
            names[self._book_part.lower()]: self._with_tab(title),
            names["[content_types].xml"]: _with_type(self._text("[Content_Types].xml"), part),
            **{names[p.lower()]: text for p, text in self._unselected()},
        }  # fmt: skip
        contents = {n: text.encode("utf-8") for n, text in changed.items()}
        contents[part] = _Page(found, first, self.sheet_names).xml().encode("utf-8")
        for content in contents.values():
            check_xml(content)
        info = zipfile.ZipInfo(part, _ZIP_DATE)
        info.compress_type = zipfile.ZIP_DEFLATED
        data = rewrite(self._data, [*self._members, info], contents, self._comment)
        zipfile.ZipFile(io.BytesIO(data)).close()
        return data

    def _free_title(self) -> str:
        known = {name.casefold() for name in self.sheet_names}
        titles = (TITLE, *(f"{TITLE} ({i})" for i in range(2, 1000)))
        return next(title for title in titles if title.casefold() not in known)

    def _with_tab(self, title: str) -> str:
        """The list of sheets with one more, which is the one that opens."""
        text = self._book_text
        p = prefix_of(text)
        numbers = [int(n) for n in re.findall(r'sheetId="(\d+)"', text)]
        tab = f'<{p}sheet xmlns:r="{_LINKS}" name="{escape(title)}" sheetId="{max(numbers) + 1}" r:id="{_ID}"/>'
        text = text.replace(f"</{p}sheets>", f"{tab}</{p}sheets>", 1)
        last = str(len(self.sheet_names))
        return re.sub(
            rf"(<{p}workbookView)({ATTRIBUTES})",
            lambda m: m[1] + with_attribute(with_attribute(m[2], "activeTab", last), "firstSheet", None), text, count=1,
        )  # fmt: skip

    def _unselected(self) -> Iterator[tuple[str, str]]:
        """The sheets that were selected, no longer so: programs edit all selected sheets at once."""
        for name in self.sheet_names:
            part = self._sheet_parts[name]
            text = self._text(part)
            new = re.sub(r'(<(?:\w+:)?sheetView\b[^>]*?)\stabSelected="(?:1|true)"', r"\1", text)
            if new != text:
                yield part, new


_ID = "rIdInforme"


def _with_link(text: str, part: str) -> str:
    link = f'<Relationship Id="{_ID}" Type="{_LINKS}/worksheet" Target="/{part}"/>'
    return _appended(text, "Relationships", link)


def _with_type(text: str, part: str) -> str:
    return _appended(text, "Types", f'<Override PartName="/{part}" ContentType="{_TYPE}"/>')


def _appended(text: str, element: str, added: str) -> str:
    """`added`, in the prefix that the document uses, as the last child of its root."""
    p = prefix_of(text)
    added = re.sub(r"<(?=\w)", f"<{p}", added)
    begin, end = text.rsplit(f"</{p}{element}>", 1)
    return f"{begin}{added}</{p}{element}>{end}"


# --- styles -----------------------------------------------------------------------------------------------------------


def _with_styles(text: str) -> tuple[str, dict[str, int]]:
    """The styles part with those of the report at the end of each list, and their numbers."""
    p = prefix_of(text)
    looks = list(_STYLES.values())
    fonts = [_font(p, one) for one in looks]
    fills = [_fill(p, one) for one in looks]
    sides = ("left", "right", "top", "bottom")
    side = "".join(f'<{p}{s} style="thin"><{p}color rgb="FF{GRID}"/></{p}{s}>' for s in sides)
    borders = [f"<{p}border/>", f"<{p}border>{side}</{p}border>"]
    text, font = _list_with(text, p, "fonts", fonts)
    text, fill = _list_with(text, p, "fills", fills)
    text, border = _list_with(text, p, "borders", borders)
    formats = [_format(p, one, font + i, fill + i, border + one.border) for i, one in enumerate(looks)]
    text, first = _list_with(text, p, "cellXfs", formats)
    return text, {name: first + i for i, name in enumerate(_STYLES)}


def _list_with(text: str, p: str, name: str, items: Sequence[str]) -> tuple[str, int]:
    """A list of the styles part with more at its end, and the position of the first of them."""
    found = re.search(rf"<{p}{name}(?=[\s>])({ATTRIBUTES})>(.*?)</{p}{name}>", text, re.S)
    assert found, f"styles without {name}"
    one = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}[name]
    count = len(re.findall(rf"<{p}{one}[\s/>]", found[2]))
    attributes = found[1] if attribute(found[1], "count") is None else with_attribute(
        found[1], "count", str(count + len(items))
    )  # fmt: skip
    new = f"<{p}{name}{attributes}>{found[2]}{''.join(items)}</{p}{name}>"
    return text[: found.start()] + new + text[found.end() :], count


def _font(p: str, one: _Style) -> str:
    marks = f"<{p}b/>" * one.bold + f"<{p}u/>" * one.underline
    look = f'<{p}sz val="{one.size}"/><{p}color rgb="FF{one.ink}"/><{p}name val="{FONT}"/>'
    return f"<{p}font>{marks}{look}</{p}font>"


def _fill(p: str, one: _Style) -> str:
    if not one.fill:
        return f'<{p}fill><{p}patternFill patternType="none"/></{p}fill>'
    colour = f'<{p}fgColor rgb="FF{one.fill}"/>'
    return f'<{p}fill><{p}patternFill patternType="solid">{colour}</{p}patternFill></{p}fill>'


def _format(p: str, one: _Style, font: int, fill: int, border: int) -> str:
    across = ' horizontal="center"' * one.centre
    wrap = ' wrapText="1"' * one.wrap
    return (
        f'<{p}xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1"><{p}alignment{across} vertical="center"{wrap}/></{p}xf>'
    )


# --- the sheet --------------------------------------------------------------------------------------------------------


class _Page:
    """The sheet, row by row."""

    def __init__(self, found: Verification, styles: dict[str, int], sheets: Sequence[str]):
        self._found, self._styles, self._sheets = found, styles, sheets
        self._rows: list[str] = []
        self._merges: list[str] = []
        self._links: list[str] = []

    def xml(self) -> str:
        """The XML of the sheet."""
        self._heading()
        self._facts()
        self._findings()
        columns = "".join(f'<col min="{i}" max="{i}" width="{w}" customWidth="1"/>' for i, w in enumerate(_WIDTHS, 1))
        links = f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""
        merges = "".join(f'<mergeCell ref="{area}"/>' for area in self._merges)
        return (
            f'{_PROLOGUE}<worksheet xmlns="{_MAIN}"><sheetPr><tabColor rgb="FF{GROUPS["control"]}"/>'
            '<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1" '
            'workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f"<cols>{columns}</cols><sheetData>{''.join(self._rows)}</sheetData>"
            f'<mergeCells count="{len(self._merges)}">{merges}</mergeCells>{links}'
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            '<pageSetup orientation="landscape" paperSize="9" fitToHeight="0" fitToWidth="1"/>'
            "<headerFooter><oddFooter>&amp;Lxl-perlas&amp;C&amp;A&amp;R&amp;P de &amp;N</oddFooter></headerFooter>"
            "</worksheet>"
        )

    @property
    def _next(self) -> int:
        return len(self._rows) + 1

    def _row(self, cells: Sequence[tuple[str, str]], height: float = 18) -> None:
        """A row of (text, style) from column A on."""
        number = self._next
        inner = "".join(
            f'<c r="{ref(i, number)}" s="{self._styles[style]}"'
            + (f' t="inlineStr"><is><t xml:space="preserve">{write_text(text)}</t></is></c>' if text else "/>")
            for i, (text, style) in enumerate(cells, 1)
        )
        self._rows.append(f'<row r="{number}" ht="{height:g}" customHeight="1">{inner}</row>')

    def _band(self, text: str, style: str, height: float = 18) -> None:
        self._merges.append(f"A{self._next}:E{self._next}")
        self._row([(text, style), *[("", style)] * 4], height)

    def _heading(self) -> None:
        found = self._found
        self._band(TITLE, "title", 24)
        self._band("Lo que dice el libro frente a lo que sale de sus entradas y de la plantilla.", "purpose")
        sign = "✔" if found.holds else "✖"
        self._band(f"{sign} {verdict(found)}", "good" if found.holds else "bad", 22)
        self._row([])

    def _facts(self) -> None:
        found = self._found
        when, *digests = seal_lines(found.seal)
        self._band("Qué se verificó", "section")
        self._fact("Libro", found.path.name)
        self._fact("Entidad", found.entity or "—")
        self._fact("Perfil y periodos", f"{found.profile}: {', '.join(found.periods) or '—'}")
        self._fact("Verificado", f"{recalc.now_text()} con xl-perlas {__version__}")
        self._fact("Sello", when)
        for text in digests:
            self._fact("", text)
        self._fact("Comparado", looked_at(found))
        if found.problems:
            self._fact("Por código", by_code(found))
        data = "Lo que no cuadra en el balance está en la hoja Verificación; aquí no se juzga."
        self._fact("Datos", f"{found.state}. {data}")
        self._row([])

    def _fact(self, label: str, text: str) -> None:
        number = self._next
        self._merges += [f"A{number}:B{number}", f"C{number}:E{number}"]
        self._row([(label, "label"), ("", "label"), (text, "text"), ("", "text"), ("", "text")])

    def _findings(self) -> None:
        problems = self._found.problems
        self._band(f"Hallazgos ({len(problems)})", "section")
        if not problems:
            self._band("Ninguno.", "purpose")
            return
        self._row([(t, "head") for t in ("Código", "Gravedad", "Dónde", "Qué pasa", "Qué hacer")], 22)
        for one in problems[:_MOST]:
            self._finding(one)
        if len(problems) > _MOST:
            self._band(f"Y {len(problems) - _MOST} más: véalos con «xl-perlas verificar --formato json».", "purpose")

    def _finding(self, one: Problem) -> None:
        sheet, cell = place_of(one)
        linked = sheet in self._sheets
        if linked:
            target = escape(f"{quoted(sheet)}!{cell or 'A1'}", quote=True)
            display = escape(one.where, quote=True)
            self._links.append(f'<hyperlink ref="C{self._next}" location="{target}" display="{display}"/>')
        texts = (one.code, _SIGNS[one.severity], one.where, _sentence(one.cause), _sentence(one.next_step))
        styles = (one.severity, one.severity, "link" if linked else "text", "text", "text")
        lines = max(-(-len(text) // width) for text, width in zip(texts, _WIDTHS, strict=True))
        self._row(list(zip(texts, styles, strict=True)), max(18, 13.5 * lines + 4))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
