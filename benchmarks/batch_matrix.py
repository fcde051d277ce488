"""The 45 indicators of 1,000 entities × 12 months × 1,000 accounts, against pandas and against one pass over memory.

pandas gets the same compiled forms, split and deduplicated beforehand, its data in the layout it likes best, and a
simpler rule of absence: an account that is not listed counts nothing where something else of its group (the first two
digits) is or the group is zero, and has no value elsewhere. Statuses are told too. Its fastest formulation counts; one
of them is given the kinds of accounts that batch finds for itself (see `xl_perlas.batch_forms`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.charts import panel
from benchmarks.measure import Ratio, medians
from xl_perlas.batch import BatchResult, Panel
from xl_perlas.batch_forms import FormTable, form_table
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.compile import definitions
from xl_perlas.model import Definitions
from xl_perlas.periods import Period, comparisons

ACCOUNTS, ENTITIES = 1000, 1000
PERIODS = (Period(2023, 12, annual=False), *(Period(2024, month, annual=False) for month in range(1, 12)))

OK, INCONSISTENT, NOT_APPLICABLE, ZERO, NO_DATA = range(5)


@dataclass
class Prepared:
    """What pandas is given ready made.

    `used`: accounts, kind after kind; `kinds`: those that every sum treats alike. `groups`: positions in `used` of the
    accounts of each group; `totals`, `others`: rows of its total, and of its accounts that no formula uses. `weights`:
    distinct sums of one period × used accounts; `by_kind`: × kinds. `needs`: distinct sums × groups. `numerator`,
    `denominator`: rows of the sums now and at the base that make each indicator.
    """

    used: list[str]
    weights: pd.DataFrame
    kinds: dict[str, int]
    by_kind: pd.DataFrame
    sums: list[dict[str, float]]
    needs: np.ndarray
    groups: list[np.ndarray]
    totals: list[int]
    others: list[np.ndarray]
    numerator: tuple[np.ndarray, np.ndarray]
    denominator: tuple[np.ndarray, np.ndarray]
    growth: np.ndarray
    factor: np.ndarray
    base: np.ndarray
    no_base: np.ndarray


def prepare(compiled: Definitions, data: Panel) -> Prepared:
    """Split every form by lag, keep each sum once, and lay out periods and their bases as columns."""
    table = form_table(compiled, data.codes)
    used = [code for code in table.class_of if code in table.chart.row]
    groups = pd.Series([_group(code) for code in used], index=used)
    sums, numerator, denominator = _split(table)
    weights = pd.DataFrame(sums).reindex(columns=used).fillna(0.0)
    kinds = {code: table.class_of[code] for code in used}
    needs = weights.ne(0).T.groupby(groups, sort=False).any().T.astype(float)
    needs[[code for code in needs.columns if ENTITY_DATA.get(code) is not None]] = 0.0
    compared, entities = comparisons(data.periods), len(data.entities)
    entity = np.arange(entities)
    flow = np.array([[ratio.indicator.flow] for ratio in compiled.ratios.values()])
    return Prepared(
        used, weights, kinds, weights.T.groupby(kinds).first().T, sums, needs.to_numpy(),
        [np.flatnonzero(groups == group) for group in groups.unique()],
        [table.chart.row.get(group, -1) for group in groups.unique()], _others(data.codes, groups),
        numerator, denominator, table.growth,
        np.where(flow, np.repeat([c.factor for c in compared], entities), 1.0),
        np.concatenate([(c.base or 0) * entities + entity for c in compared]),
        np.repeat([c.base is None for c in compared], entities),
    )  # fmt: skip


def _group(code: str) -> str:
    if code in ENTITY_DATA:
        return code
    return code[:2] if len(code) > 2 else code[0]


def _others(codes: tuple[str, ...], groups: pd.Series) -> list[np.ndarray]:
    used = set(groups.index)
    unused = np.array(["" if code in used else _group(code) for code in codes])
    return [np.flatnonzero(unused == group) for group in groups.unique()]


def _split(table: FormTable) -> tuple[list[dict[str, float]], tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    sums: list[dict[str, float]] = [{}]

    def number(terms: dict[str, float]) -> int:
        if terms not in sums:
            sums.append(terms)
        return sums.index(terms)

    def split(form: int) -> tuple[int, int]:
        terms = table.forms[form].plain if form < len(table.forms) else ()
        return tuple(number({code: c for code, lag, c in terms if lag == wanted}) for wanted in (0, 1))

    numerator, denominator = (
        tuple(np.array([split(form) for form in forms]).T) for forms in (table.numerator, table.denominator)
    )
    return sums, numerator, denominator


def indicators(
    ready: Prepared, sums: pd.DataFrame, chosen: pd.DataFrame, wide: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Values and statuses (indicators × columns) from the distinct sums × columns: how every formulation ends.

    `chosen`: used accounts × columns.
    """
    present = chosen.notna().to_numpy()
    listed = np.array([present[group].any(axis=0) for group in ready.groups])
    figures = wide.to_numpy()
    for group, total, others in zip(listed, ready.totals, ready.others, strict=True):
        doubt = np.flatnonzero(~group)
        if len(others) and len(doubt):
            group[doubt] = ~np.isnan(figures[np.ix_(others, doubt)]).all(axis=0) | (figures[total, doubt] == 0)
    gone = ready.needs @ (~listed).astype(float) > 0
    values = sums.to_numpy()

    def both(pair: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
        now, before = pair
        later = np.flatnonzero(before)  # sum 0 is that of no accounts
        total, missing = values[now], gone[now]
        total[later] += values[before[later]][:, ready.base]
        missing[later] |= gone[before[later]][:, ready.base] | ready.no_base
        return total, missing

    top, top_missing = both(ready.numerator)
    bottom, bottom_missing = both(ready.denominator)
    bottom[(ready.denominator[0] == 0) & (ready.denominator[1] == 0)] = 1.0  # amounts
    with np.errstate(divide="ignore", invalid="ignore"):
        value = top * ready.factor / bottom - ready.growth
    status = np.where(bottom < 0, np.where(ready.growth, NOT_APPLICABLE, INCONSISTENT), OK).astype(np.int8)
    status[bottom == 0] = ZERO
    status[top_missing | bottom_missing] = NO_DATA
    value[(status != OK) & (status != INCONSISTENT)] = np.nan
    return value, status


Formulation = Callable[[], tuple[np.ndarray, np.ndarray]]


def formulations(ready: Prepared, wide: pd.DataFrame, tall: pd.DataFrame) -> dict[str, Formulation]:
    """Ways of writing it in pandas. `wide`: accounts × (month, entity); `tall`: the other way round."""

    def line_by_line() -> tuple[np.ndarray, np.ndarray]:
        sums = pd.DataFrame([_one_sum(wide, terms) for terms in ready.sums])
        return indicators(ready, sums, wide.loc[ready.used], wide)

    def weighted() -> tuple[np.ndarray, np.ndarray]:
        chosen = wide.loc[ready.used]
        return indicators(ready, ready.weights.dot(chosen.fillna(0.0)), chosen, wide)

    def weighted_tall() -> tuple[np.ndarray, np.ndarray]:
        chosen = tall[ready.used]
        return indicators(ready, chosen.fillna(0.0).dot(ready.weights.T).T, chosen.T, wide)

    def by_kind() -> tuple[np.ndarray, np.ndarray]:
        chosen = wide.loc[ready.used]
        return indicators(ready, ready.by_kind.dot(chosen.groupby(ready.kinds).sum()), chosen, wide)

    return {
        "wide.loc[codes].sum() for each sum": line_by_line,
        "weights.dot(wide.loc[used].fillna(0))": weighted,
        "tall[used].fillna(0).dot(weights.T)": weighted_tall,
        "by_kind.dot(wide.loc[used].groupby(kinds).sum())": by_kind,
    }


def _one_sum(wide: pd.DataFrame, terms: dict[str, float]) -> pd.Series:
    total = pd.Series(0.0, index=wide.columns)
    for coefficient in set(terms.values()):
        codes = [code for code, c in terms.items() if c == coefficient and code in wide.index]
        total = total + coefficient * (wide.loc[codes].sum() if len(codes) != 1 else wide.loc[codes[0]].fillna(0.0))
    return total


def same(found: BatchResult, value: np.ndarray, status: np.ndarray) -> bool:
    """Whether pandas gives the same values and statuses."""
    close = np.isclose(found.value, value.reshape(found.value.shape), rtol=1e-9, atol=1e-12, equal_nan=True)
    return bool(close.all() and (found.status == status.reshape(found.status.shape)).all())


def run() -> list[Ratio]:
    """Times faster than pandas and passes over memory, without the identities and with them."""
    data, compiled = panel(ACCOUNTS, ENTITIES, PERIODS), definitions("woccu", "seps")
    ready = prepare(compiled, data)
    flat = data.values.reshape(ACCOUNTS, -1)
    wide = pd.DataFrame(flat, index=list(data.codes), copy=False)
    tall = pd.DataFrame(flat.T, columns=list(data.codes), copy=False)
    ways = formulations(ready, wide, tall)
    found = data.evaluate(compiled)
    for name, way in ways.items():
        if not same(found, *way()):
            raise AssertionError(f"pandas does not give the same values: {name}")
    tried = medians(ways, 3)
    fastest = min(tried, key=lambda name: tried[name])
    for name, seconds in sorted(tried.items(), key=lambda item: item[1]):
        print(f"      pandas, {seconds / tried[fastest]:.2f} × its fastest: {name}", file=sys.stderr)
    taken = medians(
        {
            "pandas": ways[fastest],
            "batch": lambda: data.evaluate(compiled, check=False),
            "sum": lambda: data.values.sum(),
            "checked": lambda: data.evaluate(compiled),
        },
        15,
    )
    name = "1,000 entities × 12 months × 1,000 accounts"
    return [
        Ratio(f"{name}, identities not checked: times faster than pandas", taken["pandas"] / taken["batch"], 3, True),
        Ratio(f"{name}, identities not checked: against one sum of the figures", taken["batch"] / taken["sum"], 3),
        Ratio(f"{name}, identities checked: times faster than pandas without", taken["pandas"] / taken["checked"]),
        Ratio(f"{name}, identities checked: against one sum of the figures", taken["checked"] / taken["sum"]),
    ]
