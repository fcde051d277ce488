"""`xl-perlas verificar`: exit codes, text, JSON, CSV and the report in a copy."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sealedbooks import sealed_book, verified_once
from tampering import Raw

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.problems import ERROR
from xl_perlas.workbook.verify import Verification, verify
from xl_perlas.workbook.verify_report import TITLE


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Iterator[Raw]:
    """The bundled charts as a sealed workbook."""
    with verified_once(sealed_book(tmp_path_factory.mktemp("sellado") / "libro.xlsx", banco_indigena)) as raw:
        yield raw


@pytest.fixture
def tampered(sealed: Raw, tmp_path: Path) -> Path:
    """A formula in a label, a formula over another workbook, and a cell of somebody's own."""
    raw = sealed.copy()
    label = raw.cell("Indicadores", "B7")
    raw.put("Indicadores", label, re.sub(r' t="\w+"', "", label.attributes), "<f>1+1</f><v>2</v>")
    raw.add("Inicio", "Z900", "<f>[1]Hoja1!A1</f><v>5</v>")
    raw.add("Líneas", "Z901", "<v>5</v>")
    return raw.save(tmp_path / "recibido.xlsx")


def reported(found: Verification) -> Counter[tuple[str, str]]:
    return Counter((p.code, p.where) for p in found.problems)


def test_exit_codes(sealed: Raw, tampered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verificar", str(sealed.save(tmp_path / "libro.xlsx"))]) == 0
    shown = capsys.readouterr().out
    assert "El libro se sostiene" in shown
    assert "coincide" in shown
    assert main(["verificar", str(tampered)]) == 1
    shown = capsys.readouterr().out
    assert "[V36]" in shown
    assert shown.index("[V36]") < shown.index("[V17]") < shown.index("[V21]")
    assert main(["verificar", str(tmp_path / "no está.xlsx")]) == 2
    assert main(["verificar"]) == 2


def test_json_tells_everything(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tampered.read_bytes()
    assert main(["verificar", str(tampered), "--formato", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["verificado"] is False
    assert data["sello"]["coinciden"] is True
    places = {(h["codigo"], h["hoja"], h["celda"]) for h in data["hallazgos"]}
    assert {("V36", "Inicio", "Z900"), ("V17", "Indicadores", "B7"), ("V21", "Líneas", "Z901")} <= places
    assert data["errores"] == sum(h["gravedad"] == ERROR for h in data["hallazgos"]) == 2
    assert tampered.read_bytes() == before


def test_csv_has_a_row_for_each(tampered: Path, tmp_path: Path) -> None:
    target = tmp_path / "salida.csv"
    assert main(["verificar", str(tampered), "--salida", str(target)]) == 1
    rows = target.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "codigo,gravedad,hoja,celda,causa,que_hacer"
    assert rows[1].startswith("V36,error,Inicio,Z900,")


def test_report_is_a_sheet_in_a_copy(tampered: Path, tmp_path: Path) -> None:
    before, copy = tampered.read_bytes(), tmp_path / "informe.xlsx"
    assert main(["verificar", str(tampered), "--informe", str(copy)]) == 1
    assert tampered.read_bytes() == before
    book = openpyxl.load_workbook(copy)
    sheet = book[TITLE]
    assert book.active.title == TITLE
    assert [s.title for s in book if s.sheet_view.tabSelected] == [TITLE]
    texts = [[c.value for c in row] for row in sheet.iter_rows()]
    assert any(row[0] == "✖ El libro no se sostiene: 2 errores." for row in texts)
    places = {row[2]: i for i, row in enumerate(texts, 1) if row[0] in ("V36", "V17", "V21")}
    assert {"Inicio!Z900", "Indicadores!B7", "Líneas!Z901"} <= set(places)
    link = sheet.cell(places["Indicadores!B7"], 3).hyperlink
    assert link.location == "Indicadores!B7"
    original = openpyxl.load_workbook(tampered)
    assert [s.title for s in original] == [s.title for s in book][:-1]
    again = verify(copy)  # the rest of the copy is as it was
    assert reported(again) - Counter({("V26", TITLE): 1}) == reported(verify(tampered)) - Counter()
    assert main(["verificar", str(tampered), "--informe", str(copy)]) == 2
    assert main(["verificar", str(tampered), "--informe", str(tampered), "--reemplazar"]) == 2
    assert main(["verificar", str(tampered), "--informe", str(tmp_path / "x.xlsm")]) == 2
    assert main(["verificar", str(copy), "--informe", str(tmp_path / "otro.xlsx")]) == 1
    assert openpyxl.load_workbook(tmp_path / "otro.xlsx", read_only=True).sheetnames[-1] == f"{TITLE} (2)"
