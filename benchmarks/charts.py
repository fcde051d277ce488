"""Synthetic charts of accounts of realistic size: the catalogue of the SEPS with sub-accounts, made from a seed.

Leaves are drawn in whole cents and everything above them is their sum, so every identity holds: assets are liabilities,
equity and the result of the year so far.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xl_perlas.balance import Balance
from xl_perlas.batch import Panel
from xl_perlas.chart import ENTITY_DATA, Chart
from xl_perlas.load import load_catalog
from xl_perlas.model import Catalog
from xl_perlas.periods import Period

_CONTRA_SHARE = 0.05
_SCALE = {"1": 1.0, "2": 0.8, "3": 0.15, "4": 0.08, "5": 0.09, "6": 0.02, "7": 0.02}
_PLUG = "3301"


def codes(accounts: int) -> tuple[str, ...]:
    """`accounts` codes in order: the catalogue, the bands of arrears, entity data, and sub-accounts of what is left.

    Raises:
        ValueError: fewer than the catalogue and its bands need.
    """
    catalog = load_catalog("seps")
    bands = [account + suffix for account, suffixes in _arrears(catalog).items() for suffix in suffixes]
    known = [c for c in catalog.accounts if c not in catalog.not_summed] + bands
    filler = (account + suffix for suffix in ("05", "10", "15", "20") for account in sorted(_plain(catalog)))
    wanted = accounts - len(known) - len(ENTITY_DATA)
    extra = [code for code, _ in zip(filler, range(wanted), strict=False)]
    if wanted < 0 or len(extra) < wanted:
        raise ValueError(f"no chart of {accounts} accounts can be made")
    return (*sorted({*known, *extra}), *ENTITY_DATA)


def _arrears(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    suffixes = tuple(suffix for ages in catalog.ages.values() for suffix in ages)
    return {account: suffixes for kind in catalog.portfolios.values() for account in kind}


def _plain(catalog: Catalog) -> list[str]:
    arrears = _arrears(catalog)
    return [c for c in catalog.accounts if len(c) == 4 and c not in arrears and c not in (_PLUG, "1499")]


def panel(accounts: int, entities: int, periods: tuple[Period, ...], unlisted: float = 0.13, seed: int = 1) -> Panel:
    """Charts of many entities: `unlisted` is the share of four-digit accounts that each leaves out, with all below."""
    chart, catalog = Chart(codes(accounts)), load_catalog("seps")
    random = np.random.default_rng(seed)
    shape = (len(chart.codes), len(periods), entities)
    cents = _leaves(chart, catalog, shape, random)
    gone = _left_out(chart, shape, unlisted, random)
    cents[gone] = 0
    _sum_up(chart, cents)
    _balance(chart, cents)
    values: NDArray[np.float64] = cents / 100
    values[gone] = np.nan
    names = tuple(f"COAC {i + 1}" for i in range(entities))
    return Panel(chart.codes, periods, names, values)


def balance(accounts: int, periods: tuple[Period, ...], seed: int = 1) -> Balance:
    """The chart of one entity."""
    one = panel(accounts, 1, periods, seed=seed)
    columns: dict[object, list[float | None]] = {
        period: [None if value != value else value for value in one.values[:, p, 0].tolist()]
        for p, period in enumerate(periods)
    }
    names = load_catalog("seps").accounts
    labels = [names.get(code, names.get(code[:4], "")) for code in one.codes]
    return Balance.build(one.codes, columns, labels, entity="COAC de prueba")


def _leaves(
    chart: Chart, catalog: Catalog, shape: tuple[int, int, int], random: np.random.Generator
) -> NDArray[np.int64]:
    size = random.lognormal(15, 1, shape[2])  # entities from tens of thousands to hundreds of millions
    share = random.lognormal(0, 1.5, shape[0])[:, None, None]
    growth = np.cumprod(random.normal(1.01, 0.01, (1, *shape[1:])), axis=1)
    figures = share * growth * size * random.lognormal(0, 0.3, (shape[0], 1, shape[2]))
    for row, code in enumerate(chart.codes):
        scale = _SCALE.get(code[0], 1e-4)
        contra = any(code.startswith(account) for account in catalog.contra)
        figures[row] *= scale * (-_CONTRA_SHARE if contra else 1.0)
    return np.rint(figures).astype(np.int64)


def _left_out(
    chart: Chart, shape: tuple[int, int, int], share: float, random: np.random.Generator
) -> NDArray[np.bool_]:
    """accounts × periods × entities: an entity leaves an account out in every period, its sub-accounts with it."""
    gone = np.zeros(shape, np.bool_)
    for row, code in enumerate(chart.codes):
        if len(code) == 4 and code not in (_PLUG, "1499") and code.isdigit():
            absent = random.random(shape[2]) < share
            gone[[row, *chart.descendants(code)]] |= absent
    return gone


def _sum_up(chart: Chart, cents: NDArray[np.int64]) -> None:
    for code in sorted(chart.codes, key=len, reverse=True):
        children = chart.child_rows(code)
        if children:
            cents[chart.row[code]] = cents[list(children)].sum(axis=0)


def _balance(chart: Chart, cents: NDArray[np.int64]) -> None:
    assets, liabilities, equity, expenses, income = (cents[chart.row[code]] for code in "12345")
    gap = assets - liabilities - equity - (income - expenses)
    for end in (1, 2, 4):
        cents[chart.row[_PLUG[:end]]] += gap
