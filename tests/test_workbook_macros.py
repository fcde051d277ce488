"""The workbook for Excel on Windows: functions in its own macros, xlwings' settings, and the button Recalcular."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from books import opened
from madeonce import fresh

from xl_perlas.udfs.excel.project import modules_of
from xl_perlas.udfs.excel.vba import MACRO, MODULE_NAME, vba_module
from xl_perlas.workbook.build import create
from xl_perlas.workbook.plan import SHEETS
from xl_perlas.workbook.recalc import recalculate

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LINKS = "xl/worksheets/_rels/sheet1.xml.rels"


@pytest.fixture(scope="module")
def for_excel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create(tmp_path_factory.mktemp("excel") / "x.xlsm", periods=("2020",), host="excel")


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def button_part(path: Path) -> str:
    """The drawing of sheet Inicio."""
    found = re.search(rb'Target="/(xl/drawings/[^"]+)"', parts_of(path)[LINKS])
    assert found
    return found[1].decode()


def test_macro_workbook_has_the_functions_in_its_macros(for_excel: Path, tmp_path: Path) -> None:
    again = fresh(tmp_path / "y.xlsm", periods=("2020",), host="excel")
    assert again.read_bytes() == for_excel.read_bytes(), "building twice gives the same bytes"
    parts = parts_of(for_excel)
    assert b"macroEnabled" in parts["[Content_Types].xml"]
    modules = modules_of(parts["xl/vbaProject.bin"])
    assert set(modules) == {"ThisWorkbook", "Sheet1", "Sheet2", MODULE_NAME}
    assert modules[MODULE_NAME].splitlines() == vba_module().splitlines()
    book = opened(for_excel)
    assert book.code_name == "ThisWorkbook"
    bound = {sheet.title: sheet.sheet_properties.codeName for sheet in book if sheet.sheet_properties.codeName}
    assert bound == {"Inicio": "Sheet1", "xlwings.conf": "Sheet2"}, "the sheets that the macro project knows"


def test_macro_workbook_leaves_python_to_who_opens_it(for_excel: Path) -> None:
    """xlwings takes each setting from this sheet first: one that is there, even blank, hides the user's own."""
    book = opened(for_excel)
    assert book.sheetnames == [*SHEETS, "xlwings.conf"]
    sheet = book["xlwings.conf"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["UDF Modules", "xl_perlas.udfs.excel.xlwings_udfs"], ["ADD_WORKBOOK_TO_PYTHONPATH", "false"],
    ]  # fmt: skip
    assert sheet.sheet_state == "hidden"


def test_macro_workbook_has_a_button_that_recalculating_keeps(for_excel: Path, tmp_path: Path) -> None:
    path = tmp_path / "copia.xlsm"
    path.write_bytes(for_excel.read_bytes())
    before = parts_of(path)
    name = button_part(path)
    link = re.search(rb'<drawing [^>]*r:id="(.*?)"/></worksheet>', before["xl/worksheets/sheet1.xml"])
    assert link
    assert b'Id="%s"' % link[1] in before[LINKS]
    assert f'PartName="/{name}"'.encode() in before["[Content_Types].xml"]
    [button] = ET.fromstring(before[name]).iter(f"{XDR}sp")
    assert button.get("macro") == f"[0]!{MACRO}"
    assert "".join(button.itertext()) == "Recalcular"
    recalculate(path)
    after = parts_of(path)
    assert link[0] in after["xl/worksheets/sheet1.xml"]
    assert list(after) == list(before)
    kept = (name, LINKS, "xl/vbaProject.bin", "[Content_Types].xml")
    assert {part: after[part] for part in kept} == {part: before[part] for part in kept}


def test_the_button_covers_no_text(for_excel: Path) -> None:
    """Cells under it are blank, and no text of a neighbour runs into them."""
    [anchor] = ET.fromstring(parts_of(for_excel)[button_part(for_excel)])
    [left, top], [right, bottom] = (
        [int(anchor.findtext(f"{XDR}{end}/{XDR}{what}", "")) for what in ("col", "row")] for end in ("from", "to")
    )
    assert not int(anchor.findtext(f"{XDR}to/{XDR}colOff", "")), "it ends where the column before begins"
    sheet = opened(for_excel)["Inicio"]
    under = list(sheet.iter_rows(top + 1, bottom + 1, left + 1, right))
    assert [[cell.value for cell in row] for row in under] == [[None]] * 2
    assert not any(cell.coordinate in area for row in under for cell in row for area in sheet.merged_cells.ranges)
    widths = sum(sheet.column_dimensions[column].width for column in "ABCD")
    for row in range(top + 1, bottom + 2):
        assert {cell.column_letter for cell in sheet[row] if cell.value} <= {"A"}
        assert len(str(sheet.cell(row, 1).value)) < widths


def test_macros_only_for_excel(tmp_path: Path) -> None:
    for name, host in (("x.xlsm", "libreoffice"), ("x.xlsx", "excel")):
        parts = parts_of(create(tmp_path / name, periods=("2020",), host=host))
        assert not any(b"PerlasRecalcular" in content for part, content in parts.items() if part.endswith(".xml"))
        assert LINKS not in parts
