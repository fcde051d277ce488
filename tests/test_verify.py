"""What an auditor asks of a workbook received from somebody: each kind of problem, and what is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter
from sealedbooks import sealed_book, verified_once
from tampering import Raw, without_kind

from xl_perlas.balance import Balance
from xl_perlas.problems import ERROR, INFO, WARNING, PerlasError
from xl_perlas.udfs.excel import vba
from xl_perlas.udfs.excel.project import modules_of, with_modules
from xl_perlas.workbook.auditor_copy import make_copy
from xl_perlas.workbook.build import create
from xl_perlas.workbook.plan import BITACORA
from xl_perlas.workbook.seal import chained
from xl_perlas.workbook.sheets import bitacora
from xl_perlas.workbook.verify import Verification, place_of, verify

Change = Callable[[Raw], None]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Iterator[Raw]:
    """The bundled charts as a sealed workbook."""
    with verified_once(sealed_book(tmp_path_factory.mktemp("sellado") / "libro.xlsx", banco_indigena)) as raw:
        yield raw


@pytest.fixture(scope="module")
def excel(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Raw:
    """The same for Excel, with macros."""
    return Raw(sealed_book(tmp_path_factory.mktemp("macros") / "libro.xlsm", banco_indigena, host="excel"))


def found_in(raw: Raw, folder: Path, name: str = "libro.xlsx") -> Verification:
    return verify(raw.save(folder / name))


def reported(found: Verification) -> Counter[tuple[str, str]]:
    return Counter((p.code, p.where) for p in found.problems)


# --- what is no problem -----------------------------------------------------------------------------------------------


def swap_rows(raw: Raw, one: int, other: int) -> None:
    """As sorting does: two rows of accounts in each other's place."""
    cells = {c.ref: c for c in raw.cells("Catálogo") if c.row in (one, other) and c.column <= "E"}
    for column in "ABCDE":
        first, second = cells[f"{column}{one}"], cells[f"{column}{other}"]
        raw.put("Catálogo", first, second.attributes, second.body)
        raw.put("Catálogo", second, first.attributes, first.body)


def reorder_sheets(raw: Raw) -> None:
    """Verificación before all others; the names of single sheets follow theirs."""
    text = raw.text("xl/workbook.xml")
    sheets = re.findall(r"<sheet [^>]*/>", text)
    order = sorted(range(len(sheets)), key=lambda i: "Verificación" not in sheets[i])
    for old, new in zip(sheets, (sheets[i] for i in order), strict=True):
        text = text.replace(old, new.replace("<sheet ", "<SHEET "), 1)
    text = text.replace("<SHEET ", "<sheet ")
    moved = {str(old): str(new) for new, old in enumerate(order)}
    raw.set("xl/workbook.xml", re.sub(r'localSheetId="(\d+)"', lambda m: f'localSheetId="{moved[m[1]]}"', text))


def share_formulas(raw: Raw) -> None:
    """Two cells of a row with one formula, as Excel stores what was filled to the right."""
    one, other = raw.cell("Líneas", "E8"), raw.cell("Líneas", "F8")
    text = re.search(r"<f>(.*?)</f>", one.body)
    assert text
    first = f'<f t="shared" ref="E8:F8" si="0">{text[1]}</f>'
    raw.put("Líneas", one, one.attributes, one.body.replace(text[0], first))
    raw.put("Líneas", other, other.attributes, re.sub(r"<f>.*?</f>", '<f t="shared" si="0"/>', other.body))


def widen(raw: Raw) -> None:
    raw.edit_sheet("Indicadores", lambda t: re.sub(r'<col width="\d+"', '<col width="33"', t))


def filter_nothing(raw: Raw) -> None:
    raw.edit_sheet("Catálogo", lambda t: t.replace("<mergeCells", '<autoFilter ref="A5:H186"/><mergeCells', 1))


def style_inputs(raw: Raw) -> None:
    cell = raw.cell("Catálogo", "C12")
    raw.restyle("Catálogo", cell, raw.style(cell.style, code="#,##0"))


@pytest.mark.parametrize(
    "change", [lambda r: swap_rows(r, 20, 31), reorder_sheets, share_formulas, widen, filter_nothing, style_inputs],
    ids=["sorted", "reordered", "shared", "widths", "filter", "format"],
)  # fmt: skip
def test_what_people_may_do(change: Change, sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    change(raw)
    found = found_in(raw, tmp_path)
    assert found.holds
    assert {p.code for p in found.problems} <= {"V40"}  # places that the list of problems tells


def test_an_earlier_name_of_the_file_means_nothing(sealed: Raw, tmp_path: Path) -> None:
    assert found_in(sealed, tmp_path, "otro nombre.xlsx").holds


# --- what is: one change, one report ----------------------------------------------------------------------------------


def add_part(raw: Raw, part: str, content: str, kind: str, owner: str, target: str = "", outside: bool = False) -> None:
    """A part, and what refers to it."""
    folder, _, name = owner.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = raw.text(rels) if rels in raw.parts else empty
    mode = ' TargetMode="External"' if outside else ""
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rIdX" Type="{types}/{kind}" Target="{target or f"/{part}"}"{mode}/></Relationships>'
    raw.parts[rels] = text.replace("</Relationships>", link).encode()
    if part:
        raw.parts[part] = content.encode()


def add_rule(
    raw: Raw, sheet: str, area: str, dxf: str, rule: str = 'type="expression"', inside: str = "<formula>TRUE</formula>"
) -> None:
    count = len(re.findall(r"<dxf>", raw.text("xl/styles.xml")))
    if dxf:
        raw.edit("xl/styles.xml", lambda t: t.replace("</dxfs>", f"<dxf>{dxf}</dxf></dxfs>"))
    look = f' dxfId="{count}"' if dxf else ""
    new = f'<cfRule {rule} priority="99"{look}>{inside}</cfRule>'
    block = f'<conditionalFormatting sqref="{area}">{new}</conditionalFormatting>'
    raw.edit_sheet(sheet, lambda t: t.replace("<pageMargins", f"{block}<pageMargins", 1))


def add_sheet(raw: Raw, state: str) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData></worksheet>'
    add_part(raw, "xl/worksheets/mia.xml", sheet, "worksheet", "xl/workbook.xml")
    new = f'<sheet name="Mía" sheetId="99" state="{state}" r:id="rIdX" /></sheets>'
    raw.edit("xl/workbook.xml", lambda t: t.replace("</sheets>", new))


def with_attributes(part: str, element: str, attributes: str) -> Change:
    return lambda raw: raw.edit(part, lambda t: re.sub(rf"<{element}\b", f"<{element} {attributes}", t, count=1))


def replaced(sheet: str, old: str, new: str) -> Change:
    """A piece of the text of a sheet put for another."""
    return lambda raw: raw.edit_sheet(sheet, lambda t: re.sub(old, new, t, count=1, flags=re.S))


def in_book(old: str, new: str) -> Change:
    """A piece of the list of sheets and names put for another."""
    return lambda raw: raw.edit("xl/workbook.xml", lambda t: re.sub(old, new, t, count=1))


def of_book(part: str, kind: str) -> Change:
    """A part that the workbook refers to."""
    return lambda raw: add_part(raw, part, "<a/>", kind, "xl/workbook.xml")


def put(sheet: str, ref: str, body: str, kind: str = "") -> Change:
    """Other content in a cell of the template."""
    def change(raw: Raw) -> None:
        cell = raw.cell(sheet, ref)
        raw.put(sheet, cell, without_kind(cell.attributes) + (f' t="{kind}"' if kind else ""), body)

    return change


def added(sheet: str, ref: str, body: str) -> Change:
    return lambda raw: raw.add(sheet, ref, body)


def name(text: str) -> Change:
    return lambda raw: raw.edit("xl/workbook.xml", lambda t: t.replace("</definedNames>", f"{text}</definedNames>"))


def hidden_formula(raw: Raw) -> None:
    cell = raw.cell("Líneas", "E30")
    raw.restyle("Líneas", cell, raw.style(cell.style, hidden=True))


def without_array(raw: Raw) -> None:
    cell = raw.cell("Verificación", "C12")
    raw.put("Verificación", cell, cell.attributes, re.sub(r"<f [^>]*>", "<f>", cell.body))


def filtered(raw: Raw) -> None:
    column = '<filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn>'
    new = f'<autoFilter ref="A5:H186">{column}</autoFilter><mergeCells'
    raw.edit_sheet("Catálogo", lambda t: t.replace("<mergeCells", new, 1))
    raw.edit_sheet("Catálogo", lambda t: re.sub(r'<row r="(2[0-3])"[^>]*>', r'<row r="\1" hidden="1">', t))


def charts(raw: Raw, sheet: str) -> tuple[str, list[str]]:
    """The part that lists the charts of a sheet, and them."""
    target = re.compile(r'Target="/?([^"]+)"')
    drawing = target.findall(raw.text(raw.sheets[sheet].replace("sheets/", "sheets/_rels/") + ".rels"))[0]
    links = drawing.replace("drawings/", "drawings/_rels/") + ".rels"
    return links, target.findall(raw.text(links))


def charted(raw: Raw) -> None:
    def lower(m: re.Match[str]) -> str:
        return f"{m[1]}{int(m[2]) + 1}"

    raw.edit(charts(raw, "Gráficos")[1][3], lambda t: re.sub(r"(!\$W\$)(\d+)", lower, t, count=2))


def uncharted(raw: Raw) -> None:
    raw.edit(charts(raw, "Tablero")[0], lambda t: re.sub(r"<Relationship [^>]*/>", "", t, count=1))


def shape(raw: Raw) -> None:
    xdr = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    drawing = f'<xdr:wsDr xmlns:xdr="{xdr}"><xdr:twoCellAnchor><xdr:sp/></xdr:twoCellAnchor></xdr:wsDr>'
    add_part(raw, "xl/drawings/mio.xml", drawing, "drawing", raw.sheets["Líneas"])


def linked(raw: Raw) -> None:
    add_part(raw, "", "", "hyperlink", raw.sheets["Líneas"], "https://example.org/x", outside=True)
    link = '<hyperlinks xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">' \
           '<hyperlink ref="B30" r:id="rIdX"/></hyperlinks>'  # fmt: skip
    raw.edit_sheet("Líneas", lambda t: t.replace("<pageMargins", f"{link}<pageMargins", 1))


_GREY = '<font><color rgb="FF777777"/></font>'
_WHITE = '<font><color rgb="FFFFFFFF"/></font><fill><patternFill><bgColor rgb="FFFEFEFE"/></patternFill></fill>'
_HIDDEN_NUMBER = '<numFmt numFmtId="991" formatCode=";;;"/>'

#: What is done, and what must be reported: code and place.
CASES: dict[str, tuple[Change, str, str]] = {
    "rule hides by format": (lambda r: add_rule(r, "Indicadores", "H6:J9", _HIDDEN_NUMBER), "V30", "Indicadores!H6"),
    "rule hides by colour": (lambda r: add_rule(r, "Indicadores", "H6:J9", _WHITE), "V30", "Indicadores!H6"),
    "rule shows a bar alone": (
        lambda r: add_rule(r, "Indicadores", "H6:J9", "", 'type="dataBar"', '<dataBar showValue="0"/>'),
        "V30", "Indicadores!H6",
    ),
    "merged over figures": (replaced("Indicadores", r"<mergeCells[^>]*>", '<mergeCells><mergeCell ref="H10:J11"/>'),
                            "V31", "Indicadores!H10"),
    "merged over everything": (
        replaced("Bitácora", r"<mergeCells[^>]*>", '<mergeCells><mergeCell ref="A6:XFD1048576"/>'),
        "V31", "Bitácora!A6",
    ),
    "zeros are not shown": (replaced("Líneas", "<sheetView ", '<sheetView showZeros="0" '), "V32", "Líneas"),
    "window is hidden": (in_book('visibility="visible"', 'visibility="hidden"'), "V32", "libro.xlsx"),
    "calculation by hand": (with_attributes("xl/workbook.xml", "calcPr", 'calcMode="manual"'), "V32", "libro.xlsx"),
    "as precise as shown": (with_attributes("xl/workbook.xml", "calcPr", 'fullPrecision="0"'), "V32", "libro.xlsx"),
    "formula cannot be seen": (hidden_formula, "V29", "Líneas!E30"),
    "rows hidden by a filter": (filtered, "V28", "Catálogo!20:23"),
    "hidden sheet of his own": (lambda r: add_sheet(r, "hidden"), "V27", "Mía"),
    "not an array formula": (without_array, "V15", "Verificación!C12"),
    "text where there is none": (put("Bitácora", "A5", "<v>5</v>"), "V19", "Bitácora!A5"),
    "figure in a free cell": (put("Verificación", "B6", "<v>5</v>"), "V20", "Verificación!B6"),
    "formula in a label": (put("Indicadores", "B7", "<f>1+1</f><v>2</v>"), "V17", "Indicadores!B7"),
    "where columns are read": (added("Decisiones", "E3000", "<v>5</v>"), "V20", "Decisiones!E3000"),
    "another workbook": (added("Inicio", "Z900", "<f>[1]Hoja1!A1</f><v>5</v>"), "V36", "Inicio!Z900"),
    "data server": (put("Catálogo", "C20", "<f>cmd|'/c calc'!A0</f><v>5</v>"), "V36", "Catálogo!C20"),
    "name with a data server": (name('<definedName name="yo">cmd|\'/c calc\'!A0</definedName>'), "V36", "nombre yo"),
    "hidden name": (name('<definedName name="yo" hidden="1">1</definedName>'), "V24", "libro.xlsx"),
    "erased name": (in_book(r'<definedName name="xlp_entidad".*?</definedName>', ""), "V23", "libro.xlsx"),
    "external link": (of_book("xl/externalLinks/externalLink1.xml", "externalLink"), "V37", "libro.xlsx"),
    "connection": (of_book("xl/connections.xml", "connections"), "V37", "libro.xlsx"),
    "embedded file": (lambda r: add_part(r, "xl/embeddings/a.bin", "x", "oleObject", r.sheets["Líneas"]),
                      "V37", "Líneas"),
    "template from outside": (
        lambda r: add_part(r, "", "", "attachedTemplate", "xl/workbook.xml", "http://example.org/x.xltm", outside=True),
        "V37", "libro.xlsx",
    ),
    "macros in a workbook without": (of_book("xl/vbaProject.bin", "vbaProject"), "V38", "libro.xlsx"),
    "chart of other cells": (charted, "V35", "Gráficos"),
    "result taken away": (replaced("Líneas", r'(<c r="E30"[^>]*><f>.*?</f>)<v>.*?</v>', r"\1"), "V12", "Líneas!E30"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_is_reported(case: str, sealed: Raw, tmp_path: Path) -> None:
    change, code, where = CASES[case]
    raw = sealed.copy()
    change(raw)
    found = found_in(raw, tmp_path)
    assert (code, where) in reported(found), reported(found)
    assert not found.holds


#: What is worth a look and does not keep the workbook from holding: severity, code and place.
NOTES: dict[str, tuple[Change, str, str, str]] = {
    "rule that colours": (lambda r: add_rule(r, "Líneas", "E30:F31", _GREY), INFO, "V34", "Líneas!E30"),
    "rules gone": (replaced("Líneas", r"<conditionalFormatting.*</conditionalFormatting>", ""),
                   WARNING, "V33", "Líneas!A3"),
    "validation gone": (replaced("Datos", r"<dataValidations.*</dataValidations>", ""), WARNING, "V33", "Datos!C6"),
    "protection lifted": (replaced("Líneas", r"<sheetProtection [^>]*>", ""), WARNING, "V33", "Líneas"),
    "chart gone": (uncharted, WARNING, "V33", "Tablero"),
    "sheet of his own": (lambda r: add_sheet(r, "visible"), INFO, "V26", "Mía"),
    "cell of his own": (added("Inicio", "Z900", "<v>5</v>"), INFO, "V21", "Inicio!Z900"),
    "name of his own": (name('<definedName name="mio">Inicio!$A$1</definedName>'), INFO, "V25", "libro.xlsx"),
    "picture over cells": (shape, INFO, "V40", "Líneas"),
    "link to a page": (linked, INFO, "V40", "Líneas!B30"),
    "XML of his own": (of_book("customXml/item1.xml", "customXml"), INFO, "V40", "libro.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTES)
def test_each_is_mentioned(case: str, sealed: Raw, tmp_path: Path) -> None:
    change, severity, code, where = NOTES[case]
    raw = sealed.copy()
    change(raw)
    found = found_in(raw, tmp_path)
    assert (code, where) in reported(found), reported(found)
    assert found.holds
    assert found.count(severity) >= 1


def test_accounts_below_the_table_are_inputs(sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    raw.add("Catálogo", "A1600", "<is><t>990101</t></is>", ' t="inlineStr"')
    found = reported(found_in(raw, tmp_path))
    assert found["V02", "Bitácora!M7"] == 1
    assert not any(where.startswith("Catálogo!A16") for _, where in found)


def test_an_auditors_copy_holds(sealed: Raw, tmp_path: Path) -> None:
    path = sealed.save(tmp_path / "libro.xlsx")
    found = verify(make_copy(path, tmp_path / "copia.xlsx").path)
    assert found.holds
    assert not found.problems


def test_an_input_may_be_a_formula_and_is_told(sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    cell = raw.cell("Catálogo", "C20")
    raw.put("Catálogo", cell, cell.attributes, f"<f>{cell.value}+0</f><v>{cell.value}</v>")
    found = found_in(raw, tmp_path)
    assert [(p.code, p.where, p.severity) for p in found.problems] == [("V18", "Catálogo!C20", WARNING)]


# --- results ----------------------------------------------------------------------------------------------------------


def without_results(text: str) -> str:
    return re.sub(r'( t="\w+")?>(<f[^>]*>[^<]*</f>)<v[^>]*>[^<]*</v>', r">\2", text)


def test_without_any_result_there_is_nothing_to_compare(sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    for sheet in raw.sheets:
        raw.edit_sheet(sheet, without_results)
    found = found_in(raw, tmp_path)
    assert [p.code for p in found.problems] == ["V11"]
    assert found.holds
    assert found.looked_at["resultados"] == 0


def test_results_without_the_add_in_are_not_tampered_with(sealed: Raw, tmp_path: Path) -> None:
    """A cell that could not be computed, one that follows from it, and one that does not."""
    raw = sealed.copy()
    row = next(c.row for c in raw.cells("Indicadores") if c.column == "A" and c.value == "E9")
    calls = raw.cell("Indicadores", f"J{row}")
    assert "PERLAS_E9" in str(calls.formula)
    formula = re.search(r"<f.*?</f>", calls.body, re.S)
    assert formula
    raw.put("Indicadores", calls, without_kind(calls.attributes) + ' t="e"', f"{formula[0]}<v>#NAME?</v>")
    for sheet, ref in (("Auditoría", f"F{row}"), ("Líneas", "E30")):
        cell = raw.cell(sheet, ref)
        raw.put(sheet, cell, without_kind(cell.attributes), re.sub(r"<v>.*?</v>", "<v>123456</v>", cell.body))
    assert reported(found_in(raw, tmp_path)) == {("V13", f"Indicadores!J{row}"): 1, ("V09", "Líneas!E30"): 1}


# --- the seal ---------------------------------------------------------------------------------------------------------


def forge(raw: Raw, row: int, column: str, value: str) -> None:
    """A cell of Bitácora changed by somebody who knows how rows are linked."""
    raw.inline(BITACORA, raw.cell(BITACORA, f"{column}{row}"), value)
    before = raw.cell(BITACORA, f"P{row - 1}").value if row > bitacora.FIRST_ROW else ""
    while any(c.ref == f"A{row}" and c.value for c in raw.cells(BITACORA)):
        texts = [raw.cell(BITACORA, f"{letter}{row}").value for letter in "ABCDEFGHIJKLMNO"]
        before = chained(before, texts)
        if raw.cell(BITACORA, f"P{row}").value != before:
            raw.inline(BITACORA, raw.cell(BITACORA, f"P{row}"), before)
        row += 1


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("O", "0" * 32, "V04"), ("N", "0" * 32, "V03"), ("H", "0", "V08"), ("L", "✔ Sin errores ni avisos", "V08")],
)
def test_a_forged_row_is_held_against_the_workbook(
    column: str, value: str, code: str, sealed: Raw, tmp_path: Path
) -> None:
    raw = sealed.copy()
    forge(raw, 7, column, value)
    found = found_in(raw, tmp_path)
    assert (code, f"Bitácora!{column}7") in reported(found)
    assert "V05" not in {p.code for p in found.problems}


def test_sealed_by_another_version_with_the_same_definitions(sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    forge(raw, 7, "B", "0.0.9")
    raw.inline("Inicio", raw.cell("Inicio", "C7"), "xl-perlas 0.0.8")
    found = found_in(raw, tmp_path)
    assert reported(found) == {("V07", "Bitácora!B7"): 1, ("V07", "Inicio!C7"): 1}
    assert found.holds
    assert found.seal.version == "0.0.9"


def test_a_workbook_that_was_never_recalculated(tmp_path: Path) -> None:
    found = verify(create(tmp_path / "nuevo.xlsx", periods=("2024",)))
    assert [p.code for p in found.problems] == ["V01"]
    assert found.seal.written is None


def test_erased_history_shows_on_inicio(sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    raw.edit_sheet(BITACORA, lambda t: re.sub(r'<row r="[67]".*?</row>', "", t, flags=re.S))
    found = found_in(raw, tmp_path)
    assert [p.code for p in found.problems] == ["V01"]
    assert "Inicio!C10" in found.problems[0].cause


# --- macros -----------------------------------------------------------------------------------------------------------

_PROJECT = "xl/vbaProject.bin"


def macros(raw: Raw, change: Callable[[dict[str, str]], dict[str, str]]) -> Raw:
    """The same workbook with other modules of macros."""
    copy = raw.copy()
    modules = modules_of(copy.parts[_PROJECT])
    new = change(modules)
    copy.parts[_PROJECT] = with_modules(copy.parts[_PROJECT], new, [m for m in (vba.MODULE_NAME,) if m not in new])
    return copy


def reworded(old: str, new: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda modules: {vba.MODULE_NAME: modules[vba.MODULE_NAME].replace(old, new)}


def ours(modules: dict[str, str]) -> dict[str, str]:
    return {vba.MODULE_NAME: modules[vba.MODULE_NAME]}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (ours, []),
        (reworded("    Exit Function", "  exit  function"), []),
        (reworded("CVErr(2042)", "0"), ["V38"]),
        (lambda m: {**ours(m), "Otro": 'Attribute VB_Name = "Otro"\nSub Auto_Open()\nShell "x"\nEnd Sub\n'}, ["V38"]),
        (lambda m: {**ours(m), "Otro": 'Attribute VB_Name = "Otro"\nOption Explicit\n'}, []),
        (lambda m: {}, ["V39"]),
    ],
    ids=["same", "spelt otherwise", "changed", "added", "added without code", "gone"],
)  # fmt: skip
def test_macros(
    change: Callable[[dict[str, str]], dict[str, str]], codes: list[str], excel: Raw, tmp_path: Path
) -> None:
    found = found_in(macros(excel, change), tmp_path, "libro.xlsm")
    assert [p.code for p in found.problems] == codes
    assert found.holds is ("V38" not in codes)


def test_settings_that_run_another_python(excel: Raw, tmp_path: Path) -> None:
    raw = excel.copy()
    raw.inline("xlwings.conf", raw.cell("xlwings.conf", "B1"), "otro_modulo")
    raw.add("xlwings.conf", "A40", "<is><t>Interpreter_Win</t></is>", ' t="inlineStr"')
    found = found_in(raw, tmp_path, "libro.xlsm")
    assert reported(found) == {("V19", "xlwings.conf!B1"): 1, ("V20", "xlwings.conf!A40"): 1}


def test_macros_under_another_name(excel: Raw, tmp_path: Path) -> None:
    found = found_in(excel, tmp_path, "libro.xlsx")
    assert [p.code for p in found.problems] == ["V39"]


def test_saved_without_its_macros(excel: Raw, tmp_path: Path) -> None:
    """What Excel writes when a workbook with macros is saved as .xlsx: the same sheets, no macros, no button."""
    path = excel.save(tmp_path / "con.xlsm")
    book = openpyxl.load_workbook(path)
    book.save(tmp_path / "sin.xlsx")
    found = verify(tmp_path / "sin.xlsx")
    assert found.holds
    assert {p.code for p in found.problems} <= {"V11", "V33"}


# --- workbooks that cannot be verified --------------------------------------------------------------------------------


def insert_row(raw: Raw, sheet: str, at: int) -> None:
    """A row put in, as an editor of the file would: cells below move down, formulas stay as they are."""
    def lower(m: re.Match[str]) -> str:
        row = int(m[2])
        return f"{m[1]}{row + (row >= at)}{m[3]}"

    raw.edit_sheet(sheet, lambda t: re.sub(r'(<row r=")(\d+)(")', lower, re.sub(r'(<c r="[A-Z]+)(\d+)(")', lower, t)))


def insert_column(raw: Raw, sheet: str) -> None:
    def shift(m: re.Match[str]) -> str:
        return f'<c r="{get_column_letter(column_index_from_string(m[1]) + 1)}{m[2]}"'

    raw.edit_sheet(sheet, lambda t: re.sub(r'<c r="([A-Z]+)(\d+)"', shift, t))


def version(number: str) -> Change:
    return lambda raw: raw.edit("xl/workbook.xml", lambda t: re.sub(r"version=\d+", f"version={number}", t))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda r: r.edit("xl/workbook.xml", lambda t: t.replace('name="Indicadores"', 'name="Matriz"')), {"L04"}),
        (in_book(r'<sheet name="Tablero"[^>]*>', ""), {"L04"}),
        (lambda r: insert_row(r, "Indicadores", 9), {"L23"}),
        (lambda r: insert_row(r, "Catálogo", 7), {"L23"}),
        (version("1"), {"L19"}), (version("99"), {"L21"}), (version("no"), {"L20"}),
        (lambda r: r.edit("xl/workbook.xml", lambda t: t.replace("periodos=6;", "periodos=5;")), {"L23", "L20"}),
        (lambda r: r.edit("xl/workbook.xml", lambda t: t.replace("anfitrion=libreoffice", "anfitrion=otro")), {"D02"}),
        (lambda r: r.edit_sheet("Tablero", lambda t: t.replace("<row ", "<fila ", 1)), {"L03"}),
    ],
    ids=["renamed", "deleted", "row in Indicadores", "row in Catálogo", "older", "newer", "no version", "other plan",
         "other host", "damaged"],
)  # fmt: skip
def test_refused_with_cause_and_next_step(change: Change, codes: set[str], sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    change(raw)
    with pytest.raises(PerlasError) as refused:
        found_in(raw, tmp_path)
    assert {p.code for p in refused.value.problems} & codes
    assert all(p.next_step for p in refused.value.problems)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda r: insert_row(r, "Auditoría", 20), "Auditoría!A20"),
        (lambda r: insert_row(r, "Definiciones", 40), "Definiciones!A40"),
        (lambda r: insert_column(r, "Auditoría"), "Auditoría!A"),
    ],
    ids=["row", "row in definitions", "column"],
)  # fmt: skip
def test_rows_and_columns_put_in_are_told_once(change: Change, where: str, sealed: Raw, tmp_path: Path) -> None:
    raw = sealed.copy()
    change(raw)
    sheet = where.partition("!")[0]
    own = [p for p in found_in(raw, tmp_path).problems if place_of(p)[0] == sheet]
    assert [p.code for p in own if p.severity == ERROR] == ["V22"]
    assert own[0].where.startswith(where)
