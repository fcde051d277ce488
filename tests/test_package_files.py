"""The file of a workbook changed in place: what stays byte for byte, and that no failure harms it."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from rawbooks import EXTRAS, book_parts, one_sheet, part, raw_members, sheet_xml, write_book

from xl_perlas.problems import PerlasError
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.parts import check_xml

ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1+1</f><v>0</v></c></row>'
    '<row r="2" x14ac:dyDescent="0.3" ><c r="A2"  s="1"><v>5</v></c></row>'
)
TAIL = (
    '<conditionalFormatting sqref="A1"><cfRule type="cellIs" priority="1" operator="lessThan">'
    '<formula>3</formula></cfRule></conditionalFormatting><drawing r:id="rId1"/><legacyDrawing r:id="rId2"/>'
)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    parts = book_parts({"Hoja1": sheet_xml(ROWS, tail=TAIL), "Otra": sheet_xml('<row r="1" ></row>')})
    return write_book(tmp_path / "libro.xlsm", parts)


def edited(path: Path, value: object = 2) -> Package:
    book = Package.open(path)
    assert book.sheet("Hoja1").set_cached("B1", value)
    return book


def test_only_the_cell_changes_and_other_members_keep_their_compressed_bytes(path: Path) -> None:
    before, sheet = raw_members(path), part(path)
    book = edited(path)
    book.sheet("Otra").values("A1:C3")
    book.save()
    after = raw_members(path)
    assert [n for n in before if after[n] != before[n]] == [SHEET]
    assert list(after) == list(before)
    assert after[SHEET][1] == before[SHEET][1]  # also the date
    assert part(path) == sheet.replace("<v>0</v>", "<v>2</v>")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in EXTRAS} == EXTRAS


def test_archives_as_streams_write_them(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def tell(self) -> int:
            raise OSError("a pipe")

    pipe = Pipe()  # sizes then stand behind the data, as LibreOffice and others write them
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in book_parts({"Hoja1": sheet_xml(ROWS)}).items():
            archive.writestr(name, content)
        archive.comment = b"nota"
    path = tmp_path / "ñandú.xlsx"
    path.write_bytes(pipe.getvalue())
    before = raw_members(path)
    with zipfile.ZipFile(path) as archive:
        assert all(m.flag_bits & 8 for m in archive.infolist())
    edited(path).save()
    after = raw_members(path)
    assert [n for n in before if after[n] != before[n]] == [SHEET]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.comment == b"nota"
        assert not any(m.flag_bits & 8 for m in archive.infolist())  # no sizes behind the data any more


def test_charts_and_pictures_of_a_real_workbook_stay(tmp_path: Path) -> None:
    wb = openpyxl.Workbook()
    ws = wb["Sheet"]
    ws.append([1, 2, "=SUM(A1:B1)"])
    chart = BarChart()
    chart.add_data(Reference(ws, min_col=1, min_row=1, max_col=2))
    ws.add_chart(chart, "E2")
    wb.save(tmp_path / "a.xlsx")
    book = Package.open(tmp_path / "a.xlsx")
    assert book.sheet("Sheet").set_cached("C1", 3)
    book.save(tmp_path / "b.xlsx")
    a, b = raw_members(tmp_path / "a.xlsx"), raw_members(tmp_path / "b.xlsx")
    assert [n for n in a if a[n] != b.get(n)] == [SHEET]
    assert "xl/charts/chart1.xml" in b
    assert len(openpyxl.load_workbook(tmp_path / "b.xlsx")["Sheet"]._charts) == 1


def test_saving_is_deterministic_and_nothing_is_written_when_nothing_changed(path: Path, tmp_path: Path) -> None:
    for name in ("uno.xlsm", "dos.xlsm"):
        edited(path).save(tmp_path / name)
    first = (tmp_path / "uno.xlsm").read_bytes()
    assert first == (tmp_path / "dos.xlsm").read_bytes()
    os.utime(tmp_path / "uno.xlsm", ns=(1, 1))
    edited(tmp_path / "uno.xlsm").save()
    assert (tmp_path / "uno.xlsm").stat().st_mtime_ns == 1
    Package.open(path).save(tmp_path / "tres.xlsm")
    assert (tmp_path / "tres.xlsm").read_bytes() == path.read_bytes()


def test_a_package_can_be_saved_again(path: Path) -> None:
    book = edited(path)
    book.save()
    assert book.sheet("Hoja1").set_cached("B1", 3)
    book.save()
    assert Package.open(path).sheet("Hoja1").values("B1") == [[3.0]]


def test_the_list_of_formulas_goes_only_when_a_formula_goes(path: Path) -> None:
    edited(path).save()
    assert "xl/calcChain.xml" in raw_members(path)
    book = Package.open(path)
    book.sheet("Hoja1").set_value("B1", 2)
    book.save()
    assert "xl/calcChain.xml" not in raw_members(path)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert "calcChain" not in part(path, name)
        assert "styles" in part(path, name)
    openpyxl.load_workbook(path)


def test_permissions_and_links_stay(path: Path, tmp_path: Path) -> None:
    os.chmod(path, 0o640)
    link = tmp_path / "acceso.xlsm"
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("no symbolic links here")
    edited(link).save()
    assert link.is_symlink()
    assert Package.open(path).sheet("Hoja1").values("B1") == [[2.0]]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


# --- failures


def refused(path: Path, code: str) -> str:
    """Opening fails with that problem alone, and the file is not touched."""
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(PerlasError) as caught:
        Package.open(path).sheet("Hoja1").values("A1:C3")
    assert [p.code for p in caught.value.problems] == [code], str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before
    return str(caught.value)


def test_files_that_are_no_workbook(path: Path, tmp_path: Path) -> None:
    refused(tmp_path / "no_hay.xlsx", "A01")
    refused(tmp_path, "A02")
    other = tmp_path / "otro.xlsx"
    other.write_bytes(b"")
    refused(other, "A10")
    other.write_text("codigo;2011\n11;5\n")
    refused(other, "L02")
    other.write_bytes(path.read_bytes()[:-300])
    refused(other, "A10")
    write_book(other, {"word/document.xml": "<w/>", "_rels/.rels": ""})
    refused(other, "L03")
    write_book(other, {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    assert ".ods" in refused(other, "L01")
    parts = book_parts({"Hoja1": sheet_xml("")})
    parts["_rels/.rels"] = str(parts["_rels/.rels"]).replace("workbook.xml", "workbook.bin")
    assert ".xlsb" in refused(write_book(other, parts), "L01")


def test_old_and_protected_workbooks(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    book.add_sheet("Hoja1").write(0, 0, 1)
    book.save(str(tmp_path / "viejo.xls"))
    assert ".xlsx" in refused(tmp_path / "viejo.xls", "L01")
    offcrypto = pytest.importorskip("msoffcrypto.format.ooxml")
    plain = one_sheet(tmp_path / "plano.xlsx", ROWS)
    with plain.open("rb") as source, (tmp_path / "clave.xlsx").open("wb") as target:
        offcrypto.OOXMLFile(source).encrypt("secreta", target)
    refused(tmp_path / "clave.xlsx", "A06")


@pytest.mark.parametrize(
    "name, old, new, code",
    [
        (SHEET, "</row>", "", "L03"),
        (SHEET, 'r="2"', 'r="1"', "L03"),
        (SHEET, 'r="A2"', 'r="A9"', "L03"),
        (SHEET, 'r="A2"', "r='A0'", "L03"),
        (SHEET, 'r="B1"', 'r="A1"', "L03"),
        (SHEET, "<v>5</v>", "<v>cinco</v>", "L03"),
        (SHEET, "<v>5</v>", "", None),
        (SHEET, '<c r="A1">', '<c r="A1" t="s">', "L03"),
        (SHEET, 's="1"', 's="x"', None),
        (SHEET, 'encoding="UTF-8"', 'encoding="cp037"', "L03"),
        (SHEET, "?>", "?><!DOCTYPE x [<!ENTITY a 'b'>]>", "A13"),
        ("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId77"', "L03"),
        ("xl/workbook.xml", "</workbook>", "", "L03"),
        ("xl/workbook.xml", 'name="Hoja1"', 'name="Hoja9"', "L04"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet7.xml", "L03"),
        ("xl/sharedStrings.xml", "<sst", "<<sst", None),
    ],
)
def test_damaged_parts(path: Path, name: str, old: str, new: str, code: str | None) -> None:
    rows = ROWS.replace("<v>1</v>", "<v>99</v>")
    parts = book_parts({"Hoja1": sheet_xml(rows)})
    text = str(parts[name])
    assert old in text
    parts[name] = text.replace(old, new, 1)
    write_book(path, parts)
    if code:
        refused(path, code)
    else:
        assert Package.open(path).sheet("Hoja1").values("A1") == [[99.0]]


def test_a_document_type_is_refused_in_whatever_part_it_comes() -> None:
    with pytest.raises(ValueError, match="document type"):
        check_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")


def test_a_chart_sheet_has_no_cells(path: Path) -> None:
    parts = book_parts({"Hoja1": sheet_xml("").replace("worksheet", "chartsheet")})
    refused(write_book(path, parts), "L05")


def test_a_bomb_is_refused(path: Path) -> None:
    parts = book_parts({"Hoja1": sheet_xml(ROWS)}) | {"xl/media/bomba.xml": b" " * (80 * 1024 * 1024)}
    refused(write_book(path, parts), "A12")


def test_members_twice_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/Workbook.xml", "<otro/>")
    refused(path, "A10")


@pytest.mark.parametrize("name", [".~lock.libro.xlsm#", "~$libro.xlsm"])
def test_a_workbook_open_elsewhere_is_left_alone_unless_forced(path: Path, name: str) -> None:
    before = path.read_bytes()
    lock = path.with_name(name)
    lock.write_bytes(b"")
    with pytest.raises(PerlasError, match=r"\[L06\].*abierto en (LibreOffice|Excel)") as caught:
        edited(path).save()
    assert name in str(caught.value)
    assert path.read_bytes() == before
    edited(path).save(force=True)
    assert path.read_bytes() != before
    assert lock.exists()


def test_a_workbook_saved_meanwhile_by_another_program_is_left_alone(path: Path) -> None:
    book = edited(path)
    one_sheet(path, '<row r="1"><c r="A1"><v>777</v></c></row>')
    os.utime(path, ns=(time.time_ns(), time.time_ns() + 5_000_000_000))
    before = path.read_bytes()
    with pytest.raises(PerlasError, match=r"\[L08\]"):
        book.save()
    assert path.read_bytes() == before


def test_a_read_only_file_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    path.chmod(0o444)
    try:
        with pytest.raises(PerlasError, match=r"\[L11\]"):
            edited(path).save()
    finally:
        path.chmod(0o644)
    assert path.read_bytes() == before


def test_a_folder_that_does_not_exist(path: Path, tmp_path: Path) -> None:
    with pytest.raises(PerlasError, match=r"\[L07\]"):
        edited(path).save(tmp_path / "no_hay" / "x.xlsm")


@pytest.mark.parametrize("function", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize(
    "error, shown, code",
    [
        (OSError(28, "No space left on device"), PerlasError, "L07"),
        (PermissionError(13, "Permission denied"), PerlasError, "L11"),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
    ],
)
def test_an_interrupted_save_leaves_the_file_and_nothing_beside_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: BaseException,
    shown: type[BaseException], code: str | None,
) -> None:  # fmt: skip
    before, files = path.read_bytes(), sorted(path.parent.iterdir())
    book = edited(path)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(shown, match=code):
        book.save()
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == files
    book.save()
    assert Package.open(path).sheet("Hoja1").values("B1") == [[2.0]]
