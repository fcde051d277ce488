"""Many entities and periods at once: the same linear forms as `evaluate.py`, as matrix products.

    >>> panel = stack(balances)
    >>> result = panel.evaluate(definitions("woccu", "seps"))
    >>> result.value[result.indicators.index("E9")]          # periods × entities, NaN where there is none

Figures are accounts × periods × entities: a formula reads one account and one period of every entity, and that is then
one run of memory. Values, statuses and what counts as missing are those of `evaluate_ratio`, cell by cell; notes are
not made here: `calculate` the balance of the entity in question to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from xl_perlas.balance import Balance, normalise_code
from xl_perlas.batch_absence import Absences
from xl_perlas.batch_forms import Bits, Floats, FormTable, form_table
from xl_perlas.batch_identities import doubts_by_class
from xl_perlas.batch_sums import FormTotals, class_sums, lags
from xl_perlas.model import Definitions, Result, Status
from xl_perlas.periods import YEAR_TO_DATE, Comparison, Period, comparisons, parse_period

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")

#: What the codes of `BatchResult.status` mean: the worse the higher, and from the third on there is no value.
STATUSES = (Status.OK, Status.INCONSISTENT, Status.NOT_APPLICABLE, Status.ZERO_DENOMINATOR, Status.NO_DATA)
_OK, _INCONSISTENT, _NOT_APPLICABLE, _ZERO, _NO_DATA = (np.int8(code) for code in range(len(STATUSES)))


@dataclass(frozen=True, eq=False)
class BatchResult:
    """Indicators × periods × entities.

    `value`: float64, ratios (0.10 is 10 %) or amounts, NaN where there is none. `status`: int8, see `STATUSES`.
    """

    indicators: tuple[str, ...]
    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    value: Floats
    status: NDArray[np.int8]

    def result(self, indicator: str, period: int, entity: int) -> Result:
        """One cell, without its note; `period` and `entity` are positions. Raises ValueError: unknown indicator."""
        at = (self.indicators.index(indicator), period, entity)
        value = float(self.value[at])
        return Result(None if value != value else value, STATUSES[self.status[at]])

    def to_frame(self) -> pd.DataFrame:
        """Tidy table: `entidad`, `periodo`, `indicador`, `valor`, `estado`."""
        import pandas as pd

        shape = (len(self.entities), len(self.periods), len(self.indicators))
        entity, period, indicator = (axis.ravel() for axis in np.indices(shape))

        def labels(positions: NDArray[np.integer[Any]], names: Sequence[str]) -> NDArray[np.object_]:
            found: NDArray[np.object_] = np.array(names, dtype=object)[positions]
            return found

        return pd.DataFrame(
            {
                "entidad": labels(entity, self.entities),
                "periodo": labels(period, [p.label for p in self.periods]),
                "indicador": labels(indicator, self.indicators),
                "valor": self.value.transpose(2, 1, 0).ravel(),
                "estado": labels(self.status.transpose(2, 1, 0).ravel(), [str(s) for s in STATUSES]),
            }
        )


@dataclass(frozen=True, eq=False)
class Panel:
    """Balances of many entities over one chart of accounts and the same periods.

    `values`: float64, accounts × periods × entities, NaN where an account is not listed. `unreadable`: same shape, True
    where it is listed and its figure cannot be read (its value is then NaN); None when there are none.
    """

    codes: tuple[str, ...]
    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    values: Floats
    unreadable: NDArray[np.bool_] | None = None

    def evaluate(self, definitions: Definitions, *, mode: str = YEAR_TO_DATE, check: bool = True) -> BatchResult:
        """`evaluate_many` of this panel."""
        return evaluate_many(
            definitions, self.codes, self.values, self.periods,
            mode=mode, unreadable=self.unreadable, check=check, entities=self.entities,
        )  # fmt: skip


def evaluate_many(
    definitions: Definitions,
    codes: Sequence[str],
    values: Floats,
    periods: Sequence[Period],
    *,
    mode: str = YEAR_TO_DATE,
    unreadable: NDArray[np.bool_] | None = None,
    check: bool = True,
    entities: Sequence[str] = (),
) -> BatchResult:
    """Every indicator of every entity and period.

    `codes` are normalised account codes, each once; `values` is accounts × periods × entities, NaN where an account is
    not listed; `unreadable` marks those that are listed with a figure that cannot be read. `mode` is `acumulado` or
    `doce_meses` (see `periods.py`). Without `check` the identities of the charts are not looked at, which reads only
    the accounts that the formulas use: results that `evaluate` calls dato_inconsistente for their sake are then ok.

    Raises:
        ValueError: shapes that do not match, a code or a period twice, or infinite figures.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    _check_shapes(codes, values, periods, unreadable, entities)
    table = form_table(definitions, codes)
    compared = comparisons(periods, mode)
    sums = class_sums(table, values, unreadable)
    absences = Absences(table, values, unreadable, sums)
    missing = _missing(table, absences.by_class(), absences.everywhere, compared)
    totals = FormTotals(table, sums, values, compared)
    doubts = doubts_by_class(table, values, unreadable) if check else {}
    doubted = _doubted(table, doubts, absences.everywhere, compared)
    value, status = _quotients(table, totals, missing, doubted, (len(definitions.ratios), *values.shape[1:]))
    names = tuple(entities) or tuple(str(i + 1) for i in range(values.shape[2]))
    return BatchResult(tuple(definitions.ratios), tuple(periods), names, value, status)


def _check_shapes(
    codes: Sequence[str], values: Floats, periods: Sequence[Period], unreadable: NDArray[np.bool_] | None,
    entities: Sequence[str],
) -> None:  # fmt: skip
    if values.ndim != 3 or values.shape[:2] != (len(codes), len(periods)):
        raise ValueError(
            f"las cifras son cuentas × periodos × entidades: ({len(codes)}, {len(periods)}, n), no {values.shape}"
        )
    if unreadable is not None and unreadable.shape != values.shape:
        raise ValueError(f"«unreadable» tiene la forma {unreadable.shape} y las cifras {values.shape}")
    if entities and len(entities) != values.shape[2]:
        raise ValueError(f"hay {len(entities)} nombres y {values.shape[2]} entidades")
    if len(set(codes)) != len(codes):
        raise ValueError("hay códigos repetidos")
    if len({period.key for period in periods}) != len(periods):
        raise ValueError("hay periodos repetidos")


# --- from accounts to forms -------------------------------------------------------------------------------------------


def _missing(
    table: FormTable, absent: Mapping[int, Bits], everywhere: Bits, compared: Sequence[Comparison]
) -> Bits:
    """forms + 1 × periods × bytes of 8 entities: where some account of a form has no value."""
    missing = np.zeros((len(table.forms) + 1, *everywhere.shape), np.uint8)
    for p, comparison in enumerate(compared):
        weights, at = table.trailing if comparison.trailing else table.plain, lags(p, comparison)
        for lag, position in enumerate(at):
            if position is None:  # the whole period is missing
                missing[weights.of_lag[lag], p] = everywhere[p]
        _spread(missing, p, absent, weights.users, at)
    return missing


def _doubted(
    table: FormTable, doubts: Mapping[int, Bits], everywhere: Bits, compared: Sequence[Comparison]
) -> Bits | None:
    """The same for accounts that break an identity now or in the base; None when none does."""
    if not doubts:
        return None
    doubted = np.zeros((len(table.forms) + 1, *everywhere.shape), np.uint8)
    for p, comparison in enumerate(compared):
        _spread(doubted, p, doubts, table.plain.users, lags(p, comparison))
    return doubted


def _spread(
    out: Bits,
    position: int,
    by_class: Mapping[int, Bits],
    users: Sequence[Sequence[tuple[int, int]]],
    at: Sequence[int | None],
) -> None:
    for c, bits in by_class.items():
        for form, lag in users[c]:
            if (seen := at[lag]) is not None:
                out[form, position] |= bits[seen]


# --- from forms to indicators -----------------------------------------------------------------------------------------


def _quotients(
    table: FormTable, totals: FormTotals, missing: Bits, doubted: Bits | None, shape: tuple[int, ...]
) -> tuple[Floats, NDArray[np.int8]]:
    """Values and statuses, indicators × periods × entities: `evaluate._quotient` for all of them."""
    below_zero = np.where(table.growth, _NOT_APPLICABLE, _INCONSISTENT)
    growth = np.flatnonzero(table.growth[:, 0])
    bottoms = np.unique(table.denominator)
    value, status = np.empty(shape), np.empty(shape, np.int8)

    def of_forms(bits: Bits, p: int, code: np.int8) -> NDArray[np.int8]:
        return np.unpackbits(bits[:, p], axis=1, count=shape[2]).view(np.int8) * code

    for p in range(shape[1]):
        total = totals.of(p)
        top = of_forms(missing, p, _NO_DATA)  # what each form is worth, before it is asked for twice or more
        if doubted is not None:
            np.maximum(top, of_forms(doubted, p, _INCONSISTENT), out=top)
        below = top.copy()
        below[bottoms] = np.maximum(below[bottoms], (total[bottoms] == 0) * _ZERO)
        found = np.maximum(top[table.numerator], below[table.denominator], out=status[:, p])
        if (negative := total < 0)[bottoms].any():
            np.maximum(found, negative[table.denominator] * below_zero, out=found)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = np.divide(total[table.numerator], total[table.denominator], out=value[:, p])
        quotient[growth] -= 1
        quotient[found >= _NOT_APPLICABLE] = np.nan
    return value, status


# --- into this layout -------------------------------------------------------------------------------------------------


def stack(balances: Sequence[Balance]) -> Panel:
    """Balances of several entities side by side: every account and period that any of them holds.

    What an entity does not list, and whole periods that it lacks, are not listed there.
    """
    codes = tuple(dict.fromkeys(code for balance in balances for code in balance.chart.codes))
    by_key = {period.key: period for balance in balances for period in balance.periods}
    periods = tuple(by_key[key] for key in sorted(by_key))
    row, at = {code: i for i, code in enumerate(codes)}, {p.key: i for i, p in enumerate(periods)}
    values = np.full((len(codes), len(periods), len(balances)), np.nan)
    unreadable = np.zeros(values.shape, np.bool_)
    for e, balance in enumerate(balances):
        rows = np.array([row[code] for code in balance.chart.codes], dtype=np.intp)
        figures = balance.to_numpy()
        for p, (period, column) in enumerate(zip(balance.periods, balance.values, strict=True)):
            values[rows, at[period.key], e] = figures[p]
            listed = np.array([figure is not None for figure in column], dtype=np.bool_)
            unreadable[rows, at[period.key], e] = listed & np.isnan(figures[p])
    names = tuple(balance.entity or str(e + 1) for e, balance in enumerate(balances))
    return Panel(codes, periods, names, values, unreadable if unreadable.any() else None)


def from_frame(frame: pd.DataFrame) -> Panel:
    """A tidy table (columns `entidad`, `periodo`, `codigo`, `saldo`; one row a figure) as a panel.

    An empty `saldo` is an account that is not listed; a text that is no number, a figure that cannot be read.

    Raises:
        KeyError: a column is missing.
        ValueError: a code or period that is none, or an account twice in one entity and period.
    """
    import pandas as pd

    code, codes = _coded(frame["codigo"], normalise_code, str, "código de cuenta")
    period, found = _coded(frame["periodo"], _read_period, lambda p: p.key, "periodo")
    by_key = {p.key: p for p in found}
    periods = tuple(by_key[key] for key in sorted(by_key))
    place = {p.key: i for i, p in enumerate(periods)}
    period = np.array([place[p.key] for p in found], dtype=np.intp)[period]
    entity, names = pd.factorize(frame["entidad"].astype(str))
    shape = (len(codes), len(periods), len(names))
    cell = np.ravel_multi_index((code, period, entity), shape)
    if len(np.unique(cell)) != len(cell):
        raise ValueError("hay cuentas repetidas en una misma entidad y periodo")
    values, unreadable = np.full(shape, np.nan), np.zeros(shape, np.bool_)
    figures = pd.to_numeric(frame["saldo"], errors="coerce").to_numpy(dtype=np.float64)
    values.ravel()[cell] = figures
    unreadable.ravel()[cell] = np.isnan(figures) & frame["saldo"].notna().to_numpy()
    return Panel(tuple(codes), periods, tuple(map(str, names)), values, unreadable if unreadable.any() else None)


def _read_period(raw: object) -> Period | None:
    return raw if isinstance(raw, Period) else parse_period(raw)


def _coded(
    column: pd.Series[Any], read: Callable[[object], _T | None], key: Callable[[_T], Hashable], what: str
) -> tuple[NDArray[np.intp], list[_T]]:
    """What each cell says, as positions in the list of different readings."""
    import pandas as pd

    positions, raw = pd.factorize(column, use_na_sentinel=False)
    known: dict[Hashable, int] = {}
    readings: list[_T] = []
    of_raw = []
    for cell in raw:
        reading = read(cell)
        if reading is None:
            raise ValueError(f"«{cell}» no es un {what}")
        if key(reading) not in known:
            known[key(reading)] = len(readings)
            readings.append(reading)
        of_raw.append(known[key(reading)])
    return np.array(of_raw, dtype=np.intp)[positions], readings
