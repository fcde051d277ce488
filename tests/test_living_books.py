"""Every formula of every workbook, functions of the add-in included, is what Calc makes of it from wrong results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from books import package, spoil, stored
from office import Office, read_cells, running_calc
from socialbooks import demo_book

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.udfs.libreoffice import oxt
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import parse_ref

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def calc() -> Iterator[Office]:
    with running_calc(oxt.build()) as running:
        yield running


def perlas(path: Path, balance: Balance) -> Path:
    """The demonstration, with judgements and a segment."""
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(path, balance=balance, profile=profile, judgements="tulcan_2016", segment="tulcan_2016")


BOOKS: dict[str, Callable[[Path, Balance], Path]] = {
    "perlas": perlas,
    "colombia": lambda path, _: demo_book(path, "co"),
    "ecuador": lambda path, _: demo_book(path, "ec"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_every_formula_is_what_calc_computes(
    name: str, calc: Office, tmp_path: Path, banco_indigena: Balance
) -> None:
    path = BOOKS[name](tmp_path / "libro.xlsx", banco_indigena)
    book = package(path)
    cells = ((sheet, cell) for sheet in book.sheet_names for cell in book.sheet(sheet).cells())
    places = [(sheet, *parse_ref(cell.ref)) for sheet, cell in cells if cell.formula]
    expected = stored(path, places)
    spoil(path, places)
    found = read_cells(calc, path, places, recalculate=True)
    assert len(places) > 4000
    assert [(at, f, e) for at, f, e in zip(places, found, expected, strict=True) if not same(f, e)] == []


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    return str(found).strip() == str(expected).strip()  # a lone no-break space is blank too
