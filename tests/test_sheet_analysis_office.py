"""Horizontal, Vertical and Tendencias recalculated by LibreOffice, from deliberately wrong results."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from analysisbooks import BASE, CASES, CHARTED, CHOICES, codes, monthly, typed, view_of
from books import spoil
from office import Office, read_cells, running_office

from xl_perlas.balance import Balance
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.auditor_copy import make_copy
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import to_serial
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HORIZONTAL, TENDENCIAS, VERTICAL
from xl_perlas.workbook.plan_analysis import TrendColumn
from xl_perlas.workbook.sheets import horizontal, tendencias, vertical
from xl_perlas.workbook.view import View

pytestmark = pytest.mark.office

MODULES = (horizontal, vertical, tendencias)
Place = tuple[str, int, int]

@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with running_office() as running:
        yield running


def wanted(view: View) -> dict[Place, Any]:
    """What every formula of the three sheets shows, but the light."""
    found: dict[Place, Any] = {}
    for module in MODULES:
        shown = module.results(view)
        found |= {(module.NAME, *at): shown[at] for at in module.formulas(view.plan) if at != (3, 1)}
    return found


def recalculated(office: Office, path: Path, places: Mapping[Place, Any]) -> dict[Place, Any]:
    """The same cells after a hard recalculation; what they held before is deliberately wrong."""
    spoil(path, places)
    return dict(zip(places, read_cells(office, path, list(places), recalculate=True), strict=True))


def compare(found: Mapping[Place, Any], expected: Mapping[Place, Any]) -> None:
    """Numbers to nine digits, words and errors exactly."""
    wrong = {}
    for place, value in expected.items():
        want = to_serial(value) if isinstance(value, dt.date) else "" if value is None else value
        got = "" if found[place] is None else found[place]
        if isinstance(want, int | float):
            same = isinstance(got, int | float) and math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-11)
        else:
            same = got == want
        if not same:
            wrong[place] = (got, want)
    assert not wrong, f"{len(wrong)} of {len(expected)}: {list(wrong.items())[:5]}"


@pytest.mark.parametrize("case", CASES)
def test_native_formulas_equal_the_engine(case: str, office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    path = tmp_path / "x.xlsx"
    CASES[case](path, banco_indigena)
    expected = wanted(view_of(path))
    compare(recalculated(office, path, expected), expected)


@pytest.mark.parametrize("base", ["interanual", "anterior"])
def test_another_base_without_python(base: str, office: Office, tmp_path: Path) -> None:
    """Chosen in the sheet and never recalculated by this program: every cell follows."""
    path = create(tmp_path / "x.xlsx", balance=monthly(15))
    package = Package.open(path)
    package.sheet(BASE[0]).set_value(BASE[1], base)
    package.sheet(CHARTED[0]).set_value(CHARTED[1], "51")
    package.save()
    expected = wanted(view_of(path))
    compare(recalculated(office, path, expected), expected)


def test_an_account_typed_without_python_waits_for_it(
    office: Office, tmp_path: Path, banco_indigena: Balance
) -> None:
    """What is missing and what is zero only the program tells: until then there is no figure at all."""
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    typed(path, codes("1103"))
    package = Package.open(path)
    for (sheet, place), value in zip(CHOICES, ("1104", "999999"), strict=False):
        package.sheet(sheet).set_value(place, value)
    package.save()
    plan = view_of(path).plan
    amount, relative = (pa.column(plan, block, 2) for block in (pa.Block.AMOUNT, pa.Block.RELATIVE))
    places: dict[Place, Any] = {}
    for row in pa.choice_rows(HORIZONTAL)[:2]:
        places |= {
            (HORIZONTAL, row, pa.NAME): "Recalcule el libro para ver esta cuenta", (HORIZONTAL, row, amount): "#N/A",
            (HORIZONTAL, row, relative): "sin dato",
        }  # fmt: skip
    for row in pa.choice_rows(TENDENCIAS)[:2]:
        places |= {(TENDENCIAS, row, TrendColumn.SLOPE): "sin dato", (TENDENCIAS, row, TrendColumn.COUNT): 0}
    row = pa.choice_rows(VERTICAL)[1]
    places[VERTICAL, row, pa.CODE] = "999999"
    compare(recalculated(office, path, places), places)


def test_a_changed_balance_without_python(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    """A figure changed in the sheet moves its change, its share and its trend."""
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    package = Package.open(path)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "14")
    sheet.set_value(f"E{row}", 100000.0)
    package.save()
    expected = wanted(view_of(path))
    compare(recalculated(office, path, expected), expected)


def test_an_auditors_copy_lives(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    typed(path, codes("1103", "5104", "abc") | {BASE: "anterior", CHARTED: "5104"})
    copy = make_copy(path).path
    expected = wanted(view_of(copy))
    compare(recalculated(office, copy, expected), expected)
