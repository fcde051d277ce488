"""Native cells of sheets AHP and Pesos, recalculated by LibreOffice from deliberately wrong results."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from books import plan_of, spoil, stored
from judgedbooks import CASES, judge, judged, set_up
from office import Office, read_cells, running_office

from xl_perlas.ahp import weights
from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.judgements import published
from xl_perlas.workbook import plan_weights
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import parse_ref
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import AHP, PESOS, Plan

pytestmark = pytest.mark.office

ADDIN = ("PERLAS_", "AHP_")

@pytest.fixture(scope="module")
def office() -> Any:
    with running_office() as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return judged(tmp_path_factory.mktemp("ahp"))


@pytest.fixture(scope="module")
def plan(made: Path) -> Plan:
    return plan_of(made)


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copy(made, tmp_path / "copia.xlsx"))


def native_cells(path: Path, plan: Plan) -> list[tuple[str, int, int]]:
    """Formula cells, but for those that rest on the add-in, which is not there, and the overall light."""
    top = range(plan.indicator_first_row, plan_weights.total_row(plan) + 1)
    resting = {(row, column) for row in top for column in (plan_weights.ADDIN, plan_weights.DIFFERENCE)} | {(3, 1)}
    package = Package.open(path)
    found: list[tuple[str, int, int]] = []
    for name in (PESOS, AHP):
        formulas = {parse_ref(c.ref): c.formula for c in package.sheet(name).cells() if c.formula}
        found += [
            (name, *place)
            for place, text in formulas.items()
            if not any(function in text for function in ADDIN)
            and not (text.startswith("IF(ISNUMBER(") and "IFERROR" in text)
            and (name == AHP or place not in resting)
            and place != (3, 1)
        ]
    return found


def check_native(office: Office, path: Path, plan: Plan) -> int:
    """What was stored is what LibreOffice finds after the cells were spoilt on purpose; how many were compared."""
    places = native_cells(path, plan)
    expected = stored(path, places)
    spoil(path, places)
    found = read_cells(office, path, places, recalculate=True)
    for place, new, old in zip(places, found, expected, strict=True):
        if isinstance(old, str) or isinstance(new, str):
            assert new == old, place
        else:
            assert math.isclose(new, old, rel_tol=1e-9, abs_tol=1e-12), (place, new, old)
    return len(places)


@pytest.mark.parametrize("case", CASES)
def test_native_cells_are_what_libreoffice_computes(case: str, office: Office, book: Path, plan: Plan) -> None:
    set_up(book, plan, case)
    assert check_native(office, book, plan) > 6500


def test_native_cells_without_judgements(office: Office, plan: Plan, tmp_path: Path) -> None:
    assert check_native(office, create(tmp_path / "x.xlsx", periods=("2020",)), plan) > 6500


def test_a_judgement_changed_in_libreoffice_moves_native_weights(office: Office, book: Path, plan: Plan) -> None:
    """Without Python: the lower triangle, the powers and the weights follow."""
    judge(book, plan, 0, {"P/A": 9})
    where = plan_weights.places(plan)["P"]
    found = read_cells(office, book, [(PESOS, where, plan_weights.NATIVE)], recalculate=True)
    matrix = published()[COMPONENTS_GROUP].with_judgement(0, 4, 9.0)
    assert found[0] == pytest.approx(weights(matrix)[0], rel=1e-10)
