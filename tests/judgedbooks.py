"""Workbooks with judgements typed on sheet AHP, for the tests of sheets AHP and Pesos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.judgements import scale_words
from xl_perlas.workbook import plan_ahp
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import AHP, Plan, ref
from xl_perlas.workbook.recalc import recalculate

EXPERT_2: dict[str, object] = {
    "P/E": 3, "P/R": 1, "P/A": "1/5", "E/R": 2, "R/L": 4, "A/S": 7, "L/S": "1/2",
    "P1/P2": "1/3", "P1/P4": 5, "P2/P4": 9, "P4/P5": 3, "L1/L2": "1/7", "S1/S2": 8, "S2/S4": "1/9",
}  # fmt: skip
#: Everybody is compared with the next one alone: the slowest there is for the power method.
CHAIN: dict[str, object] = {
    "P/E": 3, "E/R": "1/2", "R/L": 5, "L/A": 1, "A/S": "1/9",
    **{f"R{i}/R{i + 1}": ("1/7", 9, 2)[i % 3] for i in range(1, 13)},
}  # fmt: skip
#: name -> method, index table, judgements changed for expert 1, judgements of expert 2, weights of both
CASES: dict[str, tuple[str, str, dict[str, object], dict[str, object], tuple[object, object]]] = {
    "thesis": ("eigenvector", "saaty", {}, {}, (None, None)),
    "two experts": ("geometric_mean", "tabla7", {}, EXPERT_2, (2.0, 0.5)),
    "an expert without weight": ("column_mean", "formula_1_98", {}, EXPERT_2, (None, 0.0)),
    "missing": ("eigenvector", "tabla7", {"R1/R3": None, "P/A": None, "P1/P3": 2.5, "L1/L2": 0.25}, {}, (3.0, None)),
    "missing, geometric mean": ("geometric_mean", "saaty", {"R1/R3": None, "L1/L2": None}, {}, (None, None)),
    "chain": ("eigenvector", "saaty", {}, CHAIN, (0.0, None)),
    "half filled": ("eigenvector", "saaty", {}, {"P1/P2": 3, "P4/P5": 5, "S1/S2": 2, "S2/S4": 3}, (None, 2.0)),
    "cells that are no judgements": (
        "eigenvector", "saaty", {"L1/L2": "hola", "A1/A2": "1/3 ", "P1/P2": 0.333, "S1/S2": -2.0}, {}, (None, "dos"),
    ),
}


def judged(folder: Path) -> Path:
    """WOCCU's 45 indicators, judged as the thesis does: without P4, P5, E4, R4 and S4."""
    return create(folder / "x.xlsx", periods=("2020", "2021"), judgements="tulcan_2016")


def words(value: object) -> object:
    """A judgement as the dropdown writes it."""
    known = {str(key): text for key, text in scale_words().items()}
    return known.get(str(value), value)


def block(plan: Plan, expert: int, group: str) -> plan_ahp.Block:
    """Where an expert's matrix stands."""
    return next(b for b in plan_ahp.blocks(plan, expert) if b.group == group)


def judge(path: Path, plan: Plan, expert: int, judgements: dict[str, object]) -> None:
    """Type judgements: `{"P1/P3": 5, "R/A": "1/3", "P/E": None}`."""
    package = Package.open(path)
    sheet = package.sheet(AHP)
    for pair, value in judgements.items():
        row, column = pair.split("/")
        where = block(plan, expert, row[0] if len(row) > 1 else COMPONENTS_GROUP)
        i, j = where.criteria.index(row), where.criteria.index(column)
        sheet.set_value(where.cell(i, j), words(value))
    package.save()


def choose(path: Path, row: int, value: object) -> None:
    """Type a choice, or an expert's weight, in its row of sheet AHP."""
    package = Package.open(path)
    package.sheet(AHP).set_value(ref(plan_ahp.CHOICE_COLUMN, row), value)
    package.save()


def value_at(path: Path, sheet: str, cell: str) -> Any:
    """What a cell shows."""
    return Package.open(path).sheet(sheet).cell(cell.replace("$", "")).value


def set_up(path: Path, plan: Plan, case: str) -> None:
    """Change a judged workbook into one of `CASES`, and recalculate it."""
    method, table, first, second, shares = CASES[case]
    choose(path, plan_ahp.METHOD_ROW, method)
    choose(path, plan_ahp.TABLE_ROW, table)
    judge(path, plan, 0, first)
    judge(path, plan, 1, second)
    for expert, share in enumerate(shares):
        choose(path, plan_ahp.expert_row(plan, expert) + 2, share)
    recalculate(path)
