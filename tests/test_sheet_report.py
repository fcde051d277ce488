"""Sheets FODA and Informe, and the report as PDF: what they repeat is what the other sheets say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from books import package, plan_of, spoil, stored
from office import Office, read_cells, require_office, running_office
from ratedbooks import cells, choose_period, rated, view_of, write

from xl_perlas.balance import Balance
from xl_perlas.problems import PerlasError
from xl_perlas.strengths import Side
from xl_perlas.udfs.libreoffice import install
from xl_perlas.workbook import plan_informe as pi
from xl_perlas.workbook.build import create
from xl_perlas.workbook.informe_pdf import to_pdf
from xl_perlas.workbook.plan import DECISIONES, FODA, INFORME, ref
from xl_perlas.workbook.printed import print_only
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import decisiones, foda, informe


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    return rated(tmp_path_factory.mktemp("libro") / "perlas.xlsx", banco_indigena)


@pytest.fixture
def book(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "perlas.xlsx"))


def remarks(path: Path) -> list[tuple[str, str]]:
    """Side and subject of each row of FODA in use."""
    sheet = cells(path, FODA)
    rows = [[sheet.cell(row, column).value for column in (foda.SIDE, foda.SUBJECT)]
            for row in range(foda.FIRST_ROW, foda.LAST_ROW + 1)]  # fmt: skip
    return [(side, subject) for side, subject in rows if side]


# --- FODA


def test_every_subject_is_on_one_side_with_its_evidence(made: Path) -> None:
    listed, found = remarks(made), view_of(made).strengths
    assert found is not None
    subjects = [subject for _, subject in listed]
    assert len(set(subjects)) == len(subjects) == len(found.remarks)
    assert [side for side, _ in listed] == sorted((side for side, _ in listed), key=list(foda.WORDS.values()).index)
    sheet = cells(made, FODA)
    for row in range(foda.FIRST_ROW, foda.FIRST_ROW + len(listed)):
        assert any(character.isdigit() for character in sheet.cell(row, foda.EVIDENCE).value)
        assert sheet.cell(row, foda.SOURCE).value
    last = foda.FIRST_ROW + len(listed)
    assert all(sheet.cell(last, column).value in (None, "") for column in range(1, foda.SAME + 1))


def test_remarks_follow_the_period_chosen(book: Path) -> None:
    before = remarks(book)
    choose_period(book, 2010)
    recalculate(book)
    assert cells(book, FODA).cell(foda.PERIOD_ROW, 1).value == "Periodo: 2010"
    assert remarks(book) != before


def test_without_a_balance_nothing_is_said(tmp_path: Path) -> None:
    path = create(tmp_path / "vacio.xlsx", periods=["2024", "2025"])
    assert remarks(path) == []


# --- Informe


def test_the_report_repeats_the_other_sheets(made: Path) -> None:
    plan, sheet, decided = plan_of(made), cells(made, INFORME), cells(made, DECISIONES)
    rows = decisiones.rows(plan)
    for key, row in pi.indicator_rows(plan).items():
        for part, column in (("value", decisiones.REACHED), ("verdict", decisiones.VERDICT)):
            assert sheet.cell(row, pi.INDICATOR_PARTS[part][0]).value == decided.cell(rows[key], column).value
    met = sum(sheet.cell(row, pi.COMPONENT_PARTS["met"][0]).value for row in pi.component_rows(plan).values())
    assert met == [decided.cell(row, decisiones.VERDICT).value for row in rows.values()].count("Cumple")
    first = [sheet.cell(informe.remark_row(plan, s, 0), 1).value for s in range(len(Side))]
    assert first == list(foda.WORDS.values())


def test_the_report_says_what_sealed_it(book: Path) -> None:
    recalculate(book)
    inicio = cells(book, "Inicio")
    for place, row in informe.facts(plan_of(book)).items():
        assert cells(book, INFORME)[place].value == str(inicio.cell(row, 3).value) != ""


# --- printing


def test_only_the_sheets_asked_for_are_printed() -> None:
    xml = (
        '<workbook><bookViews><workbookView activeTab="0" /></bookViews><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        '<sheet name="B" sheetId="2" state="hidden" r:id="r2"/><sheet name="C" sheetId="3" r:id="r3"/></sheets>'
        '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">A!$A$1</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="1">B!$A$1</definedName>'
        '<definedName name="x">A!$A$1</definedName></definedNames></workbook>'
    )
    found = print_only(xml, ["A", "B", "C"], {"B"})
    assert found.count('state="hidden"') == 2
    assert 'name="B" sheetId="2" r:id' in found
    assert 'activeTab="1"' in found
    assert "A!$A$1</definedName><" in found.replace('name="x">', "")  # the name stays, the print area goes
    assert 'localSheetId="0"' not in found
    assert 'localSheetId="1"' in found


def test_without_libreoffice_nothing_is_written(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_folders", lambda: iter(()))
    with pytest.raises(PerlasError, match="H01"):
        to_pdf(book, tmp_path / "informe.pdf")
    assert not (tmp_path / "informe.pdf").exists()


@pytest.mark.office
def test_the_pdf_holds_report_and_charts_and_the_book_stays(made: Path, book: Path, tmp_path: Path) -> None:
    require_office()
    before = book.read_bytes()
    target = tmp_path / "informe.pdf"
    to_pdf(book, target)
    assert book.read_bytes() == before
    pages = subprocess.run(["pdftotext", "-layout", str(target), "-"], capture_output=True, text=True, check=True)
    shown = pages.stdout.split("\f")[:-1]
    titles = [page.strip().splitlines()[0].strip() for page in shown]
    assert set(titles) == {"Informe financiero", "Gráficos"}
    assert titles == sorted(titles, reverse=True)  # the report first
    text = " ".join(pages.stdout.split())
    for words in ("53.79", "BBB+", "Estructura y resultados", "Razones de supervisión", "Elaborado por"):
        assert words in text


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with running_office() as running:
        yield running


@pytest.mark.office
def test_a_remark_that_no_longer_holds_says_so(office: Office, book: Path) -> None:
    """A balance is changed and nobody recalculates: native formulas see that the figure cited is another."""
    sheet = cells(book, FODA)
    rows = [row for row in range(foda.FIRST_ROW, foda.LAST_ROW + 1) if sheet.cell(row, foda.SUBJECT).value == "E1"]
    assert rows
    places: list[tuple[str, int, int]] = [(FODA, rows[0], foda.SAME)]
    assert read_cells(office, book, places, recalculate=True) == ["✔ Sí"]
    code = next(r for r in range(8, 1500) if str(cells(book, "Catálogo").cell(r, 1).value) == "1")
    write(book, "Catálogo", ref(5, code), 150000.0)
    assert read_cells(office, book, places, recalculate=True) == ["✖ Cambió: recalcule"]


@pytest.mark.office
def test_native_formulas_of_the_report_equal_the_engine(office: Office, book: Path) -> None:
    choose_period(book, 2010)
    recalculate(book)
    plan, sheet = plan_of(book), package(book).sheet(INFORME)
    parts, tables = (pi.STRUCTURE_PARTS, pi.RATIO_PARTS), (pi.structure_rows(plan), pi.ratio_rows(plan))
    places = [
        (INFORME, row, column)
        for own, rows in zip(parts, tables, strict=True)
        for row in rows.values()
        for column, _ in own.values()
        if sheet.cell(ref(column, row)).formula is not None
    ]
    expected = stored(book, places)
    spoil(book, places)
    found = read_cells(office, book, places, recalculate=True)
    for place, new, old in zip(places, found, expected, strict=True):
        assert new == (old if isinstance(old, str) else pytest.approx(old, rel=1e-9, abs=1e-9)), place
