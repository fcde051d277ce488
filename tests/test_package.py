"""Reading and changing the cells of a workbook in place."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from pathlib import Path

import openpyxl
import pytest
from office import convert
from openpyxl.worksheet.formula import ArrayFormula
from rawbooks import MAIN, OFFICE, STRICT, book_parts, one_sheet, part, sheet_xml, write_book

from xl_perlas.problems import PerlasError
from xl_perlas.workbook.cellxml import ErrorValue
from xl_perlas.workbook.package import Package


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "libro.xlsx"


def reopened(book: Package, path: Path, *, results: bool = True) -> openpyxl.Workbook:
    book.save(path)
    return openpyxl.load_workbook(path, data_only=results)


KINDS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
    '<c r="D1" t="s"><v>3</v></c><c r="E1" t="inlineStr"><is><r><t xml:space="preserve">en </t></r><r><t>dos</t></r>'
    "</is></c></row>"
    '<row r="2"><c r="A2"><v>1234.5</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#REF!</v></c>'
    '<c r="D2" s="1"/><c r="E2" t="str"><f>A1</f><v xml:space="preserve"> á &lt; b </v></c></row>'
    '<row r="3"><c r="A3" s="1"><v>40908</v></c><c r="B3" s="2"><v>40908</v></c><c r="C3" s="3"><v>40908</v></c>'
    '<c r="D3" s="4"><v>0.5</v></c><c r="E3" s="1"><v>40908.75</v></c></row>'
)


def test_every_kind_of_cell_is_read(path: Path) -> None:
    sheet = Package.open(one_sheet(path, KINDS)).sheet("Hoja1")
    assert sheet.values("A1:E3") == [
        ["Código", "Cartera A&B", "", "dos\rlíneas", "en dos"],
        [1234.5, True, "#REF!", None, " á < b "],
        [dt.date(2011, 12, 31), 40908.0, dt.date(2011, 12, 31), 0.5, dt.datetime(2011, 12, 31, 18)],
    ]
    assert isinstance(sheet.values("B2:B2")[0][0], bool)
    assert [c.ref for c in sheet.cells("B2:Z2") if c.is_error] == ["C2"]
    assert sheet.cell("$E$2").formula == "A1"


def test_days_count_from_1904_where_the_workbook_says_so(path: Path) -> None:
    parts = book_parts({"H": sheet_xml('<row r="1"><c r="A1" s="1"><v>39446</v></c></row>')})
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    book = Package.open(write_book(path, parts))
    assert book.sheet("H").values("A1") == [[dt.date(2011, 12, 31)]]
    book.sheet("H").set_value("B1", dt.date(2012, 1, 1))
    assert "<v>39447</v>" in (book.sheet("H").xml() or "")


@pytest.mark.parametrize(
    "serial, day", [("1", dt.date(1900, 1, 1)), ("59", dt.date(1900, 2, 28)), ("61", dt.date(1900, 3, 1))]
)
def test_the_first_days_of_1900_are_those_of_excel(path: Path, serial: str, day: dt.date) -> None:
    sheet = Package.open(one_sheet(path, f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>')).sheet("Hoja1")
    assert sheet.values("A1") == [[day]]
    sheet.set_value("B1", day)
    assert f'<c r="B1"><v>{serial}</v></c>' in (sheet.xml() or "")


def test_a_formula_without_result_differs_from_an_empty_result(path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1" t="str"><f>""</f><v></v></c>'
        '<c r="D1"><f t="shared" si="0"/><v>0</v></c></row>'
    )
    cells = Package.open(one_sheet(path, rows)).sheet("Hoja1").rows("A1:D1")[0]
    assert [(c.value, c.formula, c.calculated) for c in cells] == [
        (None, "1+1", False), (None, "1+1", False), ("", '""', True), (0.0, "", True),
    ]  # fmt: skip


def test_ranges_with_blanks_whole_columns_and_names(path: Path) -> None:
    names = (
        "<definedNames><definedName name=\"xlp_codigos\">'Año &amp; &quot;O''Brien&quot;'!$A$2:$A$4</definedName>"
        '<definedName name="_xlnm.Print_Area" localSheetId="0">H!$A$1</definedName>'
        '<definedName name="suelto">OFFSET(H!$A$1,1,1)</definedName></definedNames>'
    )
    data = sheet_xml('<row r="2"><c r="A2"><v>1</v></c></row><row r="4"><c r="B4"><v>2</v></c></row>')
    book = Package.open(
        write_book(path, book_parts({"Año &amp; &quot;O'Brien&quot;": data, "H": sheet_xml("")}, names=names))
    )
    assert book.sheet_names == ["Año & \"O'Brien\"", "H"]
    assert book.defined_names["xlp_codigos"] == "'Año & \"O''Brien\"'!$A$2:$A$4"
    assert "_xlnm.Print_Area" not in book.defined_names
    sheet, area = book.area("XLP_Codigos")
    assert (sheet.name, area, sheet.values(area)) == ("Año & \"O'Brien\"", "A2:A4", [[1.0], [None], [None]])
    assert sheet.values("A:B") == [[None, None], [1.0, None], [None, None], [None, 2.0]]
    for name in ("suelto", "no_hay"):
        with pytest.raises(PerlasError, match=rf"\[L10\].*{name}"):
            book.area(name)


def test_a_range_too_large_is_refused_before_it_fills_the_memory(path: Path) -> None:
    sheet = Package.open(one_sheet(path, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')).sheet("Hoja1")
    with pytest.raises(PerlasError, match=r"\[L09\]"):
        sheet.values("A:XFD")
    assert [c.ref for c in sheet.cells()] == ["XFD1048576"]


RESULTS = [("#N/A", "e"), (True, "b"), (0.1, "n"), (3, "n"), (dt.date(2011, 12, 31), "d"), ("=1+1 <&>", "s")]


@pytest.mark.parametrize("value, kind", RESULTS)
def test_results_are_stored_beside_their_formulas(path: Path, value: object, kind: str) -> None:
    wb = openpyxl.Workbook()
    wb.active["B2"] = "=SUM(A1:A9)"  # type: ignore[index]
    wb.active["B2"].number_format = "dd/mm/yyyy" if kind == "d" else "0.00"  # type: ignore[index]
    wb.save(path)
    book = Package.open(path)
    assert book.sheet("Sheet").set_cached("B2", value)
    cell = reopened(book, path)["Sheet"]["B2"]
    expected = dt.datetime(2011, 12, 31) if kind == "d" else value
    assert (cell.value, cell.data_type) == (expected, kind)
    assert openpyxl.load_workbook(path)["Sheet"]["B2"].value == "=SUM(A1:A9)"
    assert Package.open(path).sheet("Sheet").cell("B2").value == value


def test_a_result_replaces_the_one_before_whatever_its_kind(path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1" t="e" vm="1"><f>B1</f><v>#REF!</v></c></row>'
    book = Package.open(one_sheet(path, rows))
    sheet = book.sheet("Hoja1")
    for value, cell in [
        (None, '<c r="A1" s="1" t="str"><f>B1</f><v></v></c>'),
        (" x ", '<c r="A1" s="1" t="str"><f>B1</f><v xml:space="preserve"> x </v></c>'),
        (math.nan, '<c r="A1" s="1" t="e"><f>B1</f><v>#NUM!</v></c>'),
        (-0.0, '<c r="A1" s="1"><f>B1</f><v>0</v></c>'),
        (1e-300, '<c r="A1" s="1"><f>B1</f><v>1e-300</v></c>'),
    ]:
        assert sheet.set_cached("A1", value)
        assert cell in (sheet.xml() or "")


def test_a_cell_without_formula_gets_no_result(path: Path) -> None:
    book = Package.open(one_sheet(path, '<row r="1"><c r="A1"><v>1</v></c></row>'))
    sheet = book.sheet("Hoja1")
    assert not sheet.set_cached("A1", 2)
    assert not sheet.set_cached("C9", 2)
    assert sheet.xml() is None


def test_array_formulas_take_results_in_all_their_cells(path: Path) -> None:
    wb = openpyxl.Workbook()
    wb.active["B2"] = ArrayFormula("B2:C3", "=PERLAS_MATRIZ(A1:A9)")  # type: ignore[index]
    wb.save(path)
    book = Package.open(path)
    sheet = book.sheet("Sheet")
    for ref, value in {"B2": "E9", "C2": 0.25, "B3": "A1", "C3": "#N/A"}.items():
        assert sheet.set_cached(ref, value)
    assert not sheet.set_cached("D2", 1)
    back = reopened(book, path)["Sheet"]
    assert [[c.value for c in row] for row in back["B2:C3"]] == [["E9", 0.25], ["A1", "#N/A"]]
    assert openpyxl.load_workbook(path)["Sheet"]["B2"].value.ref == "B2:C3"


SHARED_ROWS = "".join(
    f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}"><f t="shared" {master}si="0"{end}<v>0</v></c></row>'
    for r, master, end in [(1, 'ref="B1:B3" ', ">A1*$A$1&lt;2</f>"), (2, "", "/>"), (3, "", "/>")]
)


def test_results_keep_shared_formulas(path: Path) -> None:
    book = Package.open(one_sheet(path, SHARED_ROWS))
    for row in (1, 2, 3):
        assert book.sheet("Hoja1").set_cached(f"B{row}", row * 10)
    book.save()
    text = part(path)
    assert '<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$A$1&lt;2</f><v>10</v></c>' in text
    assert '<c r="B3"><f t="shared" si="0"/><v>30</v></c>' in text


def test_the_others_keep_a_shared_formula_when_its_first_cell_loses_it(path: Path) -> None:
    book = Package.open(one_sheet(path, SHARED_ROWS))
    book.sheet("Hoja1").set_value("B1", 5)
    back = reopened(book, path, results=False)["Hoja1"]
    assert [back[f"B{r}"].value for r in (1, 2, 3)] == [5, "=A2*$A$1<2", "=A3*$A$1<2"]


def test_values_replace_what_was_there_and_keep_the_style(path: Path) -> None:
    book = Package.open(one_sheet(path, KINDS))
    sheet = book.sheet("Hoja1")
    new = {"A1": "=HYPERLINK(1)", "B1": 7, "A2": None, "A3": dt.date(2012, 12, 31), "E2": 1.5, "E1": "+1 & <2>\n"}
    for ref, value in new.items():
        sheet.set_value(ref, value)
    assert {ref: sheet.cell(ref).value for ref in new} == new
    text = sheet.xml() or ""
    assert '<c r="A3" s="1"><v>41274</v></c>' in text
    assert '<c r="E2"><v>1.5</v></c>' in text
    back = reopened(book, path, results=False)["Hoja1"]
    assert (back["A1"].value, back["A1"].data_type) == ("=HYPERLINK(1)", "s")
    assert back["E1"].value == "+1 & <2>\n"
    assert back["B2"].value is True


@pytest.mark.parametrize(
    "given, kept",
    [
        ("a\x00b\x0bc\ud800\uffff", "abc"), ("x\r\ny\rz", "x\ny\nz"), ("_x0041_", "_x0041_"), (" ", " "),
        ("]]>", "]]>"), ("😀" * 20_000, "😀" * 16_383 + "…"), ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_any_text_is_written_so_that_it_can_be_read(path: Path, given: str, kept: str) -> None:
    book = Package.open(one_sheet(path, ""))
    book.sheet("Hoja1").set_value("A1", given)
    book.save()
    value = Package.open(path).sheet("Hoja1").cell("A1").value
    assert value == kept
    assert not isinstance(value, ErrorValue)
    openpyxl.load_workbook(path)


def test_an_error_value_is_written_as_an_error(path: Path) -> None:
    book = Package.open(one_sheet(path, ""))
    book.sheet("Hoja1").set_value("A1", ErrorValue("#N/A"))
    assert reopened(book, path)["Hoja1"]["A1"].data_type == "e"


def test_what_a_cell_cannot_hold_is_refused(path: Path) -> None:
    sheet = Package.open(one_sheet(path, "")).sheet("Hoja1")
    with pytest.raises(TypeError):
        sheet.set_value("A1", ["lista"])
    for ref in ("A0", "XFE1", "A1048577", "A1:B2", "7", ""):
        with pytest.raises(ValueError, match="not a cell"):
            sheet.set_value(ref, 1)
    assert sheet.xml() is None


def scattered(path: Path, tail: str = "") -> Package:
    head = '<dimension ref="B2:D5"/><cols><col min="6" max="6" width="9" style="2"/></cols>'
    rows = (
        '<row r="2" spans="2:4" ht="20"><c r="B2"><v>1</v></c>\n <c r="D2"><v>3</v></c></row>'
        '<row r="5" s="1" customFormat="1"/>'
    )
    book = Package.open(one_sheet(path, rows, head, tail))
    sheet = book.sheet("Hoja1")
    for ref, value in {"C2": "dos", "F2": 6, "A2": 0, "A5": 40908, "C3": 33, "A1": "uno", "B9": "fin"}.items():
        sheet.set_value(ref, value)
    return book


def test_new_cells_and_rows_come_in_order_with_the_style_of_their_row_or_column(path: Path) -> None:
    book = scattered(path)
    back = reopened(book, path)["Hoja1"]
    filled = {c.coordinate: c.value for row in back.iter_rows() for c in row if c.value is not None}
    assert filled == {"A1": "uno", "A2": 0, "B2": 1, "C2": "dos", "D2": 3, "F2": 6, "C3": 33,
                      "A5": dt.datetime(2011, 12, 31), "B9": "fin"}  # fmt: skip
    text = part(path)
    assert re.findall(r'<row r="(\d+)', text) == ["1", "2", "3", "5", "9"]
    assert re.findall(r'<c r="(\w2)"', text) == ["A2", "B2", "C2", "D2", "F2"]
    assert '<c r="F2" s="2">' in text
    assert '<row r="2" ht="20">' in text
    assert '<dimension ref="A1:F9"/>' in text


@pytest.mark.office
def test_libreoffice_reads_new_cells_and_shows_stored_results(path: Path, tmp_path: Path) -> None:
    book = scattered(path)
    sheet = book.sheet("Hoja1")
    wb = openpyxl.Workbook()
    for ref, formula in {"A1": "=1+1", "B1": '="x"', "C1": "=NA()"}.items():
        wb.active[ref] = formula  # type: ignore[index]
    wb.save(tmp_path / "formulas.xlsx")
    other = Package.open(tmp_path / "formulas.xlsx")
    for ref, value in {"A1": 42, "B1": "texto ñ", "C1": "#N/A"}.items():
        other.sheet("Sheet").set_cached(ref, value)
    other.sheet("Sheet").set_value("A2", "=1+1")
    other.set_full_calc_on_load(False)
    other.save()
    sheet.set_value("A7", "_x0041_ <á>")
    book.save()
    found = []
    for name in (path, tmp_path / "formulas.xlsx"):
        made = convert(name, "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path, tmp_path / "perfil")
        with made.open(encoding="utf-8") as file:
            found.append(list(csv.reader(file)))
    assert found[0][0][0] == "uno"
    assert found[0][1][:4] == ["0", "1", "dos", "3"]
    assert (found[0][4][0], found[0][6][0], found[0][8][1]) == ("31/12/2011", "_x0041_ <á>", "fin")
    assert found[1] == [["42", "texto ñ", "#N/A"], ["=1+1", "", ""]]


def test_a_style_is_copied_from_another_cell(path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="3"><v>1</v></c><c r="B1" s="2"><v>1</v></c><c r="C1" s="1"/></row>'
    sheet = Package.open(one_sheet(path, rows)).sheet("Hoja1")
    sheet.set_style("B1", style_of="A1")
    sheet.set_style("A2", style_of="A1")
    sheet.set_style("C1", style_of="Z9")
    text = sheet.xml() or ""
    assert '<c r="B1" s="3"><v>1</v></c><c r="C1"/>' in text
    assert '<c r="A2" s="3"/>' in text


@pytest.mark.parametrize(
    "before, first, last, hidden, after",
    [
        ('<cols><col min="1" max="9" width="12" style="3" customWidth="1"/></cols>', "C", "D", True,
         [(1, 2, 12, 0), (3, 4, 12, 1), (5, 9, 12, 0)]),
        ('<cols><col min="3" max="6" width="12" hidden="1"/></cols>', "E", "H", False,
         [(3, 4, 12, 1), (5, 6, 12, 0)]),
        ('<cols><col min="2" max="2" width="5"/><col min="4" max="4" width="6"/></cols>', "A", "E", True,
         [(1, 1, 9.140625, 1), (2, 2, 5, 1), (3, 3, 9.140625, 1), (4, 4, 6, 1), (5, 5, 9.140625, 1)]),
        ('<sheetFormatPr defaultColWidth="11"/>', "B", "C", True, [(2, 3, 11, 1)]),
        ("", "B", "C", False, []),
    ],
)  # fmt: skip
def test_columns_are_hidden_and_shown(
    path: Path, before: str, first: str, last: str, hidden: bool, after: list[tuple[float, ...]]
) -> None:
    book = Package.open(one_sheet(path, '<row r="1"><c r="A1"><v>1</v></c></row>', before))
    book.sheet("Hoja1").hide_columns(first, last, hidden)
    book.save()
    found = [dict(re.findall(r'(\w+)="([^"]*)"', c)) for c in re.findall("<col (.*?)/>", part(path))]
    assert [tuple(float(c.get(k, 0)) for k in ("min", "max", "width", "hidden")) for c in found] == after
    assert all(c.get("style") == "3" for c in found) is ("style" in before or not found)
    openpyxl.load_workbook(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.replace('r="1"', "").replace('r="A1" ', "").replace('r="B1" ', ""),
        lambda s: s.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x="),
        lambda s: s.replace('"', "'").replace("?>", "?><!-- <c r='A1'><v>9</v></c> -->"),
        lambda s: s.replace("<v>7</v>", "<v><![CDATA[7]]></v>").replace("<c ", "\n  <c\n ").replace("</c>", "</c >"),
        lambda s: "\ufeff" + s,
        lambda s: s.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda s: s.replace(MAIN, STRICT[MAIN]).replace(OFFICE, STRICT[OFFICE]),
    ],
    ids=["no refs", "prefixed", "single quotes and comments", "cdata and blanks", "bom", "utf-16", "strict"],
)
def test_other_spellings_of_the_same_sheet(path: Path, change) -> None:  # type: ignore[no-untyped-def]
    rows = '<row r="1"><c r="A1" s="2"><v>7</v></c><c r="B1" s="1"><f>A1&lt;3</f><v>8</v></c></row>'
    parts = book_parts({"Hoja": sheet_xml(rows)}, target="/xl/")
    parts["xl/worksheets/sheet1.xml"] = change(str(parts["xl/worksheets/sheet1.xml"]))
    if STRICT[MAIN].encode() in str(parts["xl/worksheets/sheet1.xml"]).encode():
        parts["xl/workbook.xml"] = change(str(parts["xl/workbook.xml"]))
        parts["_rels/.rels"] = change(str(parts["_rels/.rels"]))
    book = Package.open(write_book(path, parts))
    sheet = book.sheet("Hoja")
    assert sheet.values("A1:B1") == [[7.0, dt.date(1900, 1, 8)]]
    assert sheet.set_cached("B1", 41274)
    sheet.set_value("D1", "ñ")
    sheet.set_value("A2", 2)
    sheet.hide_columns("C", "C", True)
    book.set_full_calc_on_load(True)
    book.save()
    again = Package.open(path).sheet("Hoja")
    assert again.values("A1:D2") == [[7.0, dt.date(2012, 12, 31), None, "ñ"], [2.0, None, None, None]]
    assert again.cell("B1").formula == "A1<3"


@pytest.mark.parametrize(
    "calc",
    ['<calcPr calcId="1" iterate="1" fullCalcOnLoad="1"/>', "<calcPr></calcPr>", ""],
    ids=["own", "long", "none"],
)
@pytest.mark.parametrize("full", [True, False])
def test_whether_all_is_calculated_on_load(path: Path, calc: str, full: bool) -> None:
    parts = book_parts({"H": sheet_xml("")}, calc=calc, names="<definedNames/>")
    book = Package.open(write_book(path, parts))
    book.set_full_calc_on_load(full)
    book.save()
    workbook = part(path, "xl/workbook.xml")
    assert len(re.findall("<calcPr", workbook)) == 1
    assert ('fullCalcOnLoad="1"' in workbook) is full
    assert ('iterate="1"' in workbook) is ("iterate" in calc)
    assert workbook.index("definedNames") < workbook.index("calcPr")
    assert openpyxl.load_workbook(path).calculation.calcId == 191029
