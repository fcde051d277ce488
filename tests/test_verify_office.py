"""A sealed workbook that other programs only saved again holds; one that Calc recalculated says what it lacks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from office import add_extension, convert, running_calc, running_office, steps
from sealedbooks import sealed_book

from xl_perlas.balance import Balance
from xl_perlas.udfs.libreoffice import oxt
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.verify import Verification, verify
from xl_perlas.workbook.verify_report import write_report


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts as a sealed workbook."""
    return sealed_book(tmp_path_factory.mktemp("sellado") / "libro.xlsx", banco_indigena)


@pytest.fixture
def lent() -> Iterator[Path]:
    """A folder that a user without rights can be given; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="perlas-verify-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def codes(found: Verification) -> set[str]:
    return {p.code for p in found.problems}


def test_saved_again_by_openpyxl(sealed: Path, tmp_path: Path) -> None:
    """It keeps formulas and loses their results: nothing is left to compare, and nothing is wrong."""
    openpyxl.load_workbook(sealed).save(tmp_path / "otro.xlsx")
    found = verify(tmp_path / "otro.xlsx")
    assert found.holds
    assert codes(found) == {"V11"}
    assert found.seal.holds


@pytest.mark.office
def test_saved_again_by_libreoffice(sealed: Path, tmp_path: Path) -> None:
    found = verify(convert(sealed, "xlsx", tmp_path / "salida", tmp_path / "profile"))
    assert found.holds
    assert codes(found) == set()
    assert found.looked_at["resultados"] == found.looked_at["formulas"]


@pytest.mark.office
def test_saved_again_by_libreoffice_with_the_add_in(sealed: Path, tmp_path: Path, lent: Path) -> None:
    found = verify(convert(sealed, "xlsx", tmp_path / "salida", add_extension(lent, oxt.build())))
    assert found.holds
    assert codes(found) == set()


@pytest.mark.office
def test_recalculated_by_libreoffice_with_the_add_in(sealed: Path, tmp_path: Path) -> None:
    target = tmp_path / "recalculado.xlsx"
    with running_calc(oxt.build()) as office:
        steps(office, ("open", str(sealed)), ("calculate",), ("save as", str(target)), ("close",))
    assert _without_unused(verify(target)) == []


@pytest.mark.office
def test_recalculated_by_libreoffice_without_the_add_in(sealed: Path, tmp_path: Path) -> None:
    """What could not be computed, and what follows from it, is told once and not taken for tampering."""
    target = tmp_path / "recalculado.xlsx"
    with running_office() as office:
        steps(office, ("open", str(sealed)), ("calculate",), ("save as", str(target)), ("close",))
    found = verify(target)
    assert not found.holds
    assert _without_unused(found) == ["V13"]


def _without_unused(found: Verification) -> list[str]:
    """Codes but for helpers of columns without period, which are hidden: Calc finds an empty text among empty texts."""
    row = Plan.base_column_row
    helpers = {f"Líneas!{ref(column, row)}" for column in range(Plan.line_first_period + 3, Plan.line_first_period + 6)}
    return [p.code for p in found.problems if p.where not in helpers]


@pytest.mark.office
def test_report_opens_in_libreoffice(sealed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "informe.xlsx"
    write_report(verify(sealed), copy)
    again = openpyxl.load_workbook(convert(copy, "xlsx", tmp_path / "salida", tmp_path / "profile"))
    sheet = again["Informe de verificación"]
    assert str(sheet["A3"].value).startswith("✔ El libro se sostiene")
    assert again.active.title == sheet.title
