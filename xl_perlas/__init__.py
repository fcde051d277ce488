"""PERLAS indicators of savings-and-credit cooperatives, traceable to the account and the page.

    >>> import xl_perlas
    >>> balance = xl_perlas.read_balance("balance.csv")
    >>> report = xl_perlas.calculate(balance)
    >>> report.result("E9", "2011").value

Names are imported on first use, so that the command line and the cells start at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from xl_perlas._version import __version__

if TYPE_CHECKING:
    from xl_perlas.balance import Balance
    from xl_perlas.load import load_profile
    from xl_perlas.problems import PerlasError, Problem
    from xl_perlas.reading import read_balance, read_balances
    from xl_perlas.report import Report, calculate

__all__ = [
    "Balance",
    "PerlasError",
    "Problem",
    "Report",
    "__version__",
    "calculate",
    "load_profile",
    "read_balance",
    "read_balances",
]

_HOME = {
    "Balance": "balance",
    "PerlasError": "problems",
    "Problem": "problems",
    "Report": "report",
    "calculate": "report",
    "load_profile": "load",
    "read_balance": "reading",
    "read_balances": "reading",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"xl_perlas.{_HOME[name]}"), name)
    raise AttributeError(f"module 'xl_perlas' has no attribute {name!r}")
