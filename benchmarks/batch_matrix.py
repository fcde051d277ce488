"""The 45 indicators of 1,000 entities × 12 months × 1,000 accounts, against pandas and against one pass over memory.

pandas gets the same compiled forms, its data in the layout it likes best, and a simpler job: what is not listed counts
nothing, no status is told, and the month without a base is left as it comes. Its fastest formulation counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.charts import panel
from benchmarks.measure import Ratio, medians
from xl_perlas.batch import STATUSES, BatchResult, Panel
from xl_perlas.batch_forms import form_table
from xl_perlas.compile import definitions
from xl_perlas.model import Definitions, Status
from xl_perlas.periods import Period, comparisons

ACCOUNTS, ENTITIES = 1000, 1000
PERIODS = (Period(2023, 12, annual=False), *(Period(2024, month, annual=False) for month in range(1, 12)))


@dataclass
class Prepared:
    """What pandas is given ready made: weights of the sums it needs, and which sums make which indicator."""

    used: list[str]
    weights: pd.DataFrame  # distinct sums × used accounts
    kinds: dict[str, int]  # used accounts that every sum treats alike
    by_kind: pd.DataFrame  # distinct sums × kinds
    sums: list[dict[str, float]]
    numerator: list[tuple[np.ndarray, np.ndarray]]
    denominator: list[tuple[np.ndarray, np.ndarray]]
    growth: np.ndarray
    factor: np.ndarray  # indicators × columns
    base: np.ndarray  # column of the base of each column


def prepare(compiled: Definitions, data: Panel) -> Prepared:
    """Split every form by lag, and keep each sum once."""
    table = form_table(compiled, data.codes)
    used = [code for code in table.class_of if code in table.chart.row]
    rows: dict[bytes, int] = {}
    sums: list[dict[str, float]] = []

    def sum_of(terms: list[tuple[str, float]]) -> int:
        scaled = {code: c for code, c in terms if code in table.chart.row}
        key = repr(sorted(scaled.items())).encode()
        if key not in rows:
            rows[key] = len(sums)
            sums.append(scaled)
        return rows[key]

    def split(form: int) -> tuple[int, int]:
        if form == len(table.forms):
            return -1, -1
        terms = table.forms[form].plain
        now = [(code, c) for code, lag, c in terms if lag == 0]
        before = [(code, c) for code, lag, c in terms if lag == 1]
        return sum_of(now), sum_of(before)

    pairs = [(split(n), split(d)) for n, d in zip(table.numerator, table.denominator, strict=True)]
    numerator = [np.array(part) for part in zip(*(n for n, _ in pairs), strict=True)]
    denominator = [np.array(part) for part in zip(*(d for _, d in pairs), strict=True)]
    weights = pd.DataFrame(sums).reindex(columns=used).fillna(0.0)
    kinds = {code: table.class_of[code] for code in used}
    by_kind = weights.T.groupby(kinds).first().T
    compared = comparisons(data.periods)
    entity = np.arange(len(data.entities))
    base = np.concatenate([(c.base or 0) * len(entity) + entity for c in compared])
    flow = np.array([ratio.indicator.flow for ratio in compiled.ratios.values()])
    factor = np.repeat([c.factor for c in compared], len(entity))
    return Prepared(
        used, weights, kinds, by_kind, sums, numerator, denominator, table.growth,
        np.where(flow[:, None], factor, 1.0), base,
    )  # fmt: skip


def indicators(ready: Prepared, sums: pd.DataFrame) -> pd.DataFrame:
    """indicators × columns from the distinct sums × columns: what every formulation ends with."""
    before = sums.take(ready.base, axis=1)

    def both(pair: list[np.ndarray]) -> np.ndarray:
        return sums.to_numpy()[pair[0]] + before.to_numpy()[pair[1]]

    with np.errstate(divide="ignore", invalid="ignore"):
        bottom = both(ready.denominator)
        bottom[ready.denominator[0] < 0] = 1.0  # amounts
        return pd.DataFrame(both(ready.numerator) * ready.factor / bottom - ready.growth)


def formulations(ready: Prepared, wide: pd.DataFrame, tall: pd.DataFrame) -> dict[str, Callable[[], pd.DataFrame]]:
    """Ways of writing it in pandas. `wide`: accounts × (month, entity); `tall`: the other way round."""

    def line_by_line() -> pd.DataFrame:
        return pd.DataFrame([_one_sum(wide, terms) for terms in ready.sums])

    def by_kind() -> pd.DataFrame:
        return ready.by_kind.dot(wide.loc[ready.used].groupby(ready.kinds).sum())

    return {
        "wide.loc[codes].sum(), line by line": lambda: indicators(ready, line_by_line()),
        "weights.dot(wide.loc[used].fillna(0))": lambda: indicators(
            ready, ready.weights.dot(wide.loc[ready.used].fillna(0.0))
        ),
        "tall[used].fillna(0).dot(weights.T)": lambda: indicators(
            ready, tall[ready.used].fillna(0.0).dot(ready.weights.T).T
        ),
        "wide.loc[used].groupby(kind).sum()": lambda: indicators(ready, by_kind()),
    }


def _one_sum(wide: pd.DataFrame, terms: dict[str, float]) -> pd.Series:
    total = pd.Series(0.0, index=wide.columns)
    for coefficient in set(terms.values()):
        codes = [code for code, c in terms.items() if c == coefficient]
        total = total + coefficient * (wide.loc[codes].sum() if len(codes) > 1 else wide.loc[codes[0]].fillna(0.0))
    return total


def same(found: BatchResult, table: pd.DataFrame) -> bool:
    """Whether pandas gives the same values wherever there is one and nothing is missing."""
    ok = found.status == STATUSES.index(Status.OK)
    theirs = table.to_numpy().reshape(found.value.shape)
    return bool(np.allclose(found.value[ok], theirs[ok], rtol=1e-9, atol=1e-12))


def run() -> list[Ratio]:
    """Three ratios: how many times faster than pandas, and how many passes over memory, without and with identities."""
    data, compiled = panel(ACCOUNTS, ENTITIES, PERIODS), definitions("woccu", "seps")
    ready = prepare(compiled, data)
    flat = data.values.reshape(ACCOUNTS, -1)
    wide = pd.DataFrame(flat, index=list(data.codes), copy=False)
    tall = pd.DataFrame(flat.T, columns=list(data.codes), copy=False)
    ways = formulations(ready, wide, tall)
    found = data.evaluate(compiled)
    for name, way in ways.items():
        if not same(found, way()):
            raise AssertionError(f"pandas does not give the same values: {name}")
    first = medians(ways, 2)
    fastest = min(first, key=lambda name: first[name])
    for name, seconds in sorted(first.items(), key=lambda item: item[1]):
        print(f"      pandas: {seconds / first[fastest]:5.2f} × its fastest  {name}", file=sys.stderr)
    taken = medians(
        {
            "batch": lambda: data.evaluate(compiled, check=False),
            "pandas": ways[fastest],
            "sum": lambda: data.values.sum(),
            "checked": lambda: data.evaluate(compiled),
        }
    )
    return [
        Ratio("batch matrix, times faster than pandas (identities not checked)", taken["pandas"] / taken["batch"], 3, True),
        Ratio("batch matrix, times one sum of the same figures (identities not checked)", taken["batch"] / taken["sum"], 3),
        Ratio("batch matrix with identities checked, times one sum", taken["checked"] / taken["sum"], float("inf")),
        Ratio("batch matrix with identities checked, times faster than pandas", taken["pandas"] / taken["checked"], 0, True),
    ]
