"""Workbooks written part by part, so that tests control every byte."""

from __future__ import annotations

import zipfile
from pathlib import Path

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
#: What an editor that loads and writes the workbook anew would lose or change.
EXTRAS = {
    "xl/vbaProject.bin": bytes(range(256)) * 40,
    "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)) * 10,
    "xl/media/image2.svg": b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'><svg/>",
    "xl/drawings/drawing1.xml": b"<xdr:wsDr xmlns:xdr='x'><!-- a text box --><xdr:sp/></xdr:wsDr>",
    "xl/charts/chart1.xml": b'<c:chartSpace xmlns:c="c"><c:chart>  </c:chart></c:chartSpace>',
    "xl/webextensions/webextension1.xml": b"<we:webextension xmlns:we='we'/>",
    "customXml/item1.xml": "<propio>año</propio>".encode(),
}
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="[Red]#,##0.00&quot;d&quot;"/></numFmts>'
    '<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>'
    '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="17"/>'
    '<xf numFmtId="20"/></cellXfs><cellStyles>'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>Código</t></si>'
    '<si><r><rPr><b/></rPr><t xml:space="preserve">Cartera </t></r><r><t>A&amp;B</t></r>'
    '<rPh sb="0" eb="1"><t>no</t></rPh></si><si/><si><t>dos_x000D_líneas</t></si></sst>'
)


def sheet_xml(rows: str, head: str = "", tail: str = "") -> str:
    """A worksheet with the given rows, as Excel writes it."""
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        f'{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'
    )


def book_parts(
    sheets: dict[str, str], *, names: str = "", calc: str = '<calcPr calcId="1" iterate="1"/>', target: str = ""
) -> dict[str, str | bytes]:
    """The parts of a workbook with these sheets (name in XML -> part), in the order in which Excel stores them."""
    tabs = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="{target}worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    more = "".join(
        f'<Relationship Id="x{n}" Type="{OFFICE}/{n}" Target="{n}.xml"/>'
        for n in ("styles", "sharedStrings", "calcChain")
    )
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"), ("calcChain", "calcChain"), ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
        )
    )  # fmt: skip
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/>'
        f"<sheets>{tabs}</sheets>{names}{calc}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{links}{more}</Relationships>',
    }
    for i, xml in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = xml
    parts |= {"xl/styles.xml": STYLES, "xl/sharedStrings.xml": SHARED}
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/></calcChain>'
    return parts | EXTRAS


def write_book(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Zip the parts: each with another date, images stored, the rest little compressed (so that redoing it shows)."""
    with zipfile.ZipFile(path, "w") as archive:
        for i, (name, content) in enumerate(parts.items()):
            info = zipfile.ZipInfo(name, (2021, 3, 1 + i, 10, 20, 30))
            stored = name.endswith(".png")
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=None if stored else 1)
    return path


def one_sheet(path: Path, rows: str, head: str = "", tail: str = "", name: str = "Hoja1") -> Path:
    """A workbook with one sheet holding `rows`."""
    return write_book(path, book_parts({name: sheet_xml(rows, head, tail)}))


def part(path: Path, name: str = "xl/worksheets/sheet1.xml") -> str:
    """The text of a part of the workbook."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def raw_members(path: Path) -> dict[str, tuple[bytes, tuple[int, ...]]]:
    """The compressed bytes and the date of each member of an archive."""
    data = path.read_bytes()
    members = {}
    with zipfile.ZipFile(path) as archive:
        for m in archive.infolist():
            name, extra = (int.from_bytes(data[m.header_offset + at : m.header_offset + at + 2], "little") for at in
                           (26, 28))  # fmt: skip
            begin = m.header_offset + 30 + name + extra
            members[m.filename] = (data[begin : begin + m.compress_size], m.date_time)
    return members
