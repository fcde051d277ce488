"""`xl-perlas recalcular` of ten years and 1,500 accounts, against openpyxl merely loading and saving the workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl

from benchmarks.charts import balance
from benchmarks.measure import Ratio, medians
from xl_perlas.periods import Period

ACCOUNTS, YEARS, GOAL = 1500, range(2015, 2025), 1.5


def run() -> list[Ratio]:
    """One ratio. Raises ImportError while the workbook's modules are not there."""
    from xl_perlas.workbook.build import create
    from xl_perlas.workbook.recalc import recalculate

    with tempfile.TemporaryDirectory() as folder:
        book, saved = Path(folder) / "libro.xlsx", Path(folder) / "guardado.xlsx"
        create(book, balance=balance(ACCOUNTS, tuple(Period(year) for year in YEARS)))
        taken = medians(
            {"recalculate": lambda: recalculate(book), "load and save": lambda: _load_and_save(book, saved)}, 5
        )
    name = f"recalcular, {len(YEARS)} years × {ACCOUNTS:,} accounts: against openpyxl loading and saving it"
    return [Ratio(name, taken["recalculate"] / taken["load and save"], GOAL)]


def _load_and_save(source: Path, target: Path) -> None:
    book = openpyxl.load_workbook(source)
    book.save(target)
