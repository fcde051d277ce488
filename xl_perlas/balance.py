"""A trial balance: codes × periods, immutable. Files become one in `reading`; its identities are in `identities.py`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xl_perlas.chart import ENTITY_DATA, ENTITY_DATA_NAMES, Chart, Column
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_PLAIN = re.compile(r"[1-9]\d*")
_GROUPED = re.compile(r"0*[1-9]\d*(?:[.\- ]\d+)+")


def normalise_code(raw: object) -> str | None:
    """The account code in `raw` (`1101`, `1101.0`, `"1.01.05"`, `" 110105 "`, `"socios"`), or None when it is none."""
    if isinstance(raw, str):
        text = raw.strip().strip("'\u00a0\ufeff").strip()
        if _PLAIN.fullmatch(text):
            return text
        if text.upper() in ENTITY_DATA:
            return text.upper()
        if text.isdigit():
            return text.lstrip("0") or None
        if re.fullmatch(r"[1-9]\d*[.,]0", text):  # a number that some program wrote as text
            return text[:-2]
        text = text.rstrip(".-")
        if text.isdigit():
            return text.lstrip("0") or None
        if _GROUPED.fullmatch(text):
            return re.sub(r"[.\- ]", "", text).lstrip("0")
        return None
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        number = float(raw)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return str(int(number)) if number >= 1 and number == int(number) and number < 1e15 else None


def _finite(value: float | None) -> float | None:
    """An infinite figure is one that cannot be read."""
    return math.nan if value in (math.inf, -math.inf) else value


@dataclass(frozen=True, eq=False)
class Balance:
    """Balances of one entity, by account and period.

    `values[p][row]` is the balance of `chart.codes[row]` in `periods[p]`: a float, None where the account is not
    listed in that period, NaN where its figure cannot be read. Periods are in order of time. `problems` holds
    everything found while reading.
    """

    chart: Chart
    names: tuple[str, ...]
    periods: tuple[Period, ...]
    values: tuple[tuple[float | None, ...], ...]
    problems: tuple[Problem, ...] = ()
    entity: str = ""

    @classmethod
    def build(
        cls,
        codes: Sequence[str],
        values: Mapping[object, Sequence[float | None]],
        names: Sequence[str] = (),
        problems: Iterable[Problem] = (),
        entity: str = "",
    ) -> Balance:
        """Make a balance from normalised codes (each once) and one column of figures a period.

        Periods are `Period`s or anything `parse_period` reads; columns may come in any order.

        Raises:
            ValueError: a code twice, a period that is none or twice, or columns of another length.
        """
        columns: dict[Period, Sequence[float | None]] = {}
        for raw, column in values.items():
            period = raw if isinstance(raw, Period) else parse_period(raw)
            if period is None or any(period.key == known.key for known in columns):
                raise ValueError(f"periodo repetido o ilegible: {raw!r}")
            if len(column) != len(codes):
                raise ValueError(f"la columna {raw!r} tiene {len(column)} cifras y hay {len(codes)} códigos")
            columns[period] = column
        if len(set(codes)) != len(codes):
            raise ValueError("hay códigos repetidos")
        ordered = sorted(columns, key=lambda p: p.key)
        return cls(
            Chart(tuple(codes)),
            tuple(names) or ("",) * len(codes),
            tuple(ordered),
            tuple(tuple(map(_finite, columns[p])) for p in ordered),
            tuple(problems),
            entity,
        )

    def column(self, position: int) -> Column:
        """The period at `position`."""
        return self._columns[position]

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return tuple(Column(self.chart, values) for values in self.values)

    def position(self, period: Period | str) -> int:
        """Where `period` stands. Raises KeyError when the balance does not hold it."""
        wanted = period if isinstance(period, Period) else parse_period(period)
        for i, known in enumerate(self.periods):
            if wanted is not None and known.key == wanted.key:
                return i
        raise KeyError(str(period))

    def name(self, code: str) -> str:
        """Name of the account as the entity wrote it (names inform; only codes identify)."""
        row = self.chart.row.get(code)
        written = self.names[row] if row is not None else ""
        return written or ENTITY_DATA_NAMES.get(code, "")

    def to_numpy(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """float64 array, periods × codes; NaN where there is no figure."""
        import numpy as np

        return np.array(
            [[math.nan if v is None else v for v in column] for column in self.values], dtype=np.float64
        ).reshape(len(self.periods), len(self.chart.codes))

    def to_frame(self) -> pd.DataFrame:
        """pandas table, one row a code and one column a period."""
        import pandas as pd

        return pd.DataFrame(
            self.to_numpy().T, index=pd.Index(self.chart.codes, name="codigo"),
            columns=[p.label for p in self.periods],
        )  # fmt: skip


def merge(balances: Sequence[Balance]) -> Balance:
    """One balance out of files of one period each (or several), by code; later files name what earlier ones do not.

    Raises:
        ValueError: the same period in two of them.
    """
    codes: dict[str, str] = {}
    for balance in balances:
        for code, name in zip(balance.chart.codes, balance.names, strict=True):
            codes[code] = codes.get(code) or name
    columns: dict[object, list[float | None]] = {}
    for balance in balances:
        for period, values in zip(balance.periods, balance.values, strict=True):
            if any(isinstance(p, Period) and p.key == period.key for p in columns):
                raise ValueError(f"periodo repetido o ilegible: {period.label!r}")
            row = balance.chart.row
            columns[period] = [values[row[c]] if c in row else None for c in codes]
    return Balance.build(
        tuple(codes), columns, tuple(codes.values()), [p for b in balances for p in b.problems],
        next((b.entity for b in balances if b.entity), ""),
    )  # fmt: skip
