"""The template as this program makes it: what a received workbook is held against."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile
from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_plan
from xl_perlas.workbook.plan import MIN_ROWS, SPARE_PERIODS, Plan
from xl_perlas.workbook.sheets import MODULES
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.verify_book import Received

_FIRST_YEAR = 2001
#: Rows that a workbook has beyond the accounts it was made with.
_SPARE_ROWS = 500


def reference(plan: Plan, macros: bool, file: str) -> Received:
    """A new workbook of the same plan, with macros or without. Kept: making one takes seconds.

    Raises:
        PerlasError: no workbook of this program has such a plan (L20, about `file`).
    """
    made = _made(plan.profile.id, plan.capacity, plan.rows, plan.host, macros)
    own = read_plan(made)
    if (own.capacity, own.rows) != (plan.capacity, plan.rows):
        raise PerlasError(problem("L20", where=file))
    return made


def expected_formulas(plan: Plan) -> dict[str, Cells]:
    """The formulas of each sheet of the template: look, do not change."""
    return _formulas(plan.profile.id, plan.capacity, plan.rows, plan.host)


@lru_cache(maxsize=4)
def _formulas(profile: str, capacity: int, rows: int, host: str) -> dict[str, Cells]:
    plan = Plan(load_profile(profile), capacity, rows, host)
    return {module.NAME: module.formulas(plan) for module in MODULES}


@lru_cache(maxsize=4)
def _made(profile: str, capacity: int, rows: int, host: str, macros: bool) -> Received:
    years = [str(_FIRST_YEAR + i) for i in range(max(0, capacity - SPARE_PERIODS))]
    balance = _balance(rows - _SPARE_ROWS, years) if rows > MIN_ROWS else None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("plantilla.xlsm" if macros else "plantilla.xlsx")
        return Received.open(create(path, host=host, periods=years, profile=profile, balance=balance))


def _balance(accounts: int, years: list[str]) -> Balance:
    """So many accounts, whatever they are: they decide how many rows the template has."""
    return Balance.build([f"1{i:06d}" for i in range(accounts)], {year: [0.0] * accounts for year in years})
