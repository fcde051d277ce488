"""The button Recalcular on sheet Inicio of a workbook with macros: a shape that runs one.

openpyxl writes no shapes, so the parts of the file get it after they were written: a drawing, and what leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_perlas.workbook.styles import FONT, NAVY

_SHEET = "xl/worksheets/sheet1.xml"  # Inicio is the first one
_SHEET_LINKS = "xl/worksheets/_rels/sheet1.xml.rels"
_TYPES = "[Content_Types].xml"
_ID = "rIdBoton"

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# What may follow <drawing> in a sheet, in the order of the schema.
_AFTER = ("legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst")

# Right of the title and its purpose, where the sheet has no text: the end of column E, rows 2 and 3. Zero-based, and in
# English metric units (914,400 to the inch). Excel draws it on screen; a button on paper would serve nobody.
_DRAWING = (
    _PROLOGUE
    + f"""<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" \
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor editAs="oneCell">\
<xdr:from><xdr:col>4</xdr:col><xdr:colOff>900000</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>\
<xdr:to><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>170000</xdr:rowOff></xdr:to>\
<xdr:sp macro="[0]!{{macro}}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="Recalcular" \
descr="Botón: vuelve a calcular el libro con xl-perlas"/><xdr:cNvSpPr/></xdr:nvSpPr>\
<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1400000" cy="368000"/></a:xfrm>\
<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val 16667"/></a:avLst></a:prstGeom>\
<a:solidFill><a:srgbClr val="{NAVY}"/></a:solidFill><a:ln><a:noFill/></a:ln></xdr:spPr>\
<xdr:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/><a:p>\
<a:pPr algn="ctr"/><a:r><a:rPr lang="es-EC" sz="1100" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>\
<a:latin typeface="{FONT}"/></a:rPr><a:t>Recalcular</a:t></a:r></a:p></xdr:txBody></xdr:sp>\
<xdr:clientData fPrintsWithSheet="0"/></xdr:twoCellAnchor></xdr:wsDr>"""
)


def with_button(parts: Mapping[str, bytes], macro: str) -> dict[str, bytes]:
    """The parts of a workbook, by name, with a button on its first sheet that runs `macro`."""
    drawing = f"xl/drawings/drawing{1 + sum(bool(re.fullmatch(r'xl/drawings/drawing.*', p)) for p in parts)}.xml"
    link = f'<Relationship Id="{_ID}" Type="{_RELATIONS}/drawing" Target="/{drawing}"/>'
    kind = f'<Override PartName="/{drawing}" ContentType="{_DRAWING_TYPE}"/>'
    links = parts.get(_SHEET_LINKS, f'{_PROLOGUE}<Relationships xmlns="{_LINKS}"></Relationships>'.encode())
    return {
        **parts,
        _SHEET: _with_drawing(parts[_SHEET].decode()).encode(),
        _SHEET_LINKS: _before(links.decode(), "</Relationships>", link).encode(),
        _TYPES: _before(parts[_TYPES].decode(), "</Types>", kind).encode(),
        drawing: _DRAWING.format(macro=macro).encode(),
    }


def _with_drawing(sheet: str) -> str:
    """The XML of a sheet without drawing, with a reference to one where the schema wants it."""
    following = re.search(rf"<(?:{'|'.join(_AFTER)})\b|</worksheet>", sheet)
    assert following, "a worksheet ends"
    return _before(sheet, following[0], f'<drawing xmlns:r="{_RELATIONS}" r:id="{_ID}"/>')


def _before(text: str, mark: str, added: str) -> str:
    begin, found, end = text.partition(mark)
    return f"{begin}{added}{found}{end}"
