"""The arguments `codigos`, `saldos` and `saldos_previos` as periods ready to be evaluated.

Which period a column is: the option `periodo` for a single column; else the header (a row above the first code whose
cells over the balances are periods); else columns are years that follow one another, the last of them being `periodo`
where it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_perlas.balance import Balance
from xl_perlas.catalogs import Choice
from xl_perlas.chart import Column
from xl_perlas.evaluate import Context, Moment
from xl_perlas.model import Definitions
from xl_perlas.periods import TWELVE_MONTHS, Comparison, Period, comparisons
from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.options import Options, cell_period, parse_options
from xl_perlas.udfs.ranges import Accounts, Rows, is_blank, read_accounts, rows_of, used_rows

CODES, BALANCES, PREVIOUS = "codigos", "saldos", "saldos_previos"
THIS_PERIOD, PREVIOUS_PERIOD = "periodo actual", "periodo anterior"
_NO_PREVIOUS = "anterior"  # in the note «falta el periodo …»

Cells = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Unnamed(Period):
    """A period that the sheet does not name: only its place among the others is known."""

    name: str = ""

    @property
    def label(self) -> str:
        """What it is called in tables and notes."""
        return self.name


@dataclass(frozen=True)
class Inputs:
    """What a cell function works on. The first `shown` periods are asked for; later ones only serve to compare."""

    accounts: Accounts
    columns: tuple[Column, ...]
    periods: tuple[Period, ...]
    shown: tuple[int, ...]
    options: Options

    @cached_property
    def choice(self) -> Choice:
        """The catalogue of accounts in force, and why."""
        years = tuple(p.year for p in self.periods if not isinstance(p, Unnamed))
        return self.accounts.choice(self.options.catalog, years)

    @cached_property
    def definitions(self) -> Definitions:
        """The profile compiled for that catalogue."""
        return self.options.definitions(self.choice.catalog.id)

    @cached_property
    def contexts(self) -> tuple[Context, ...]:
        """One context for each period asked for."""
        compared = comparisons(self.periods, self.options.mode)
        return tuple(self._context(i, compared[i]) for i in self.shown)

    def _context(self, position: int, comparison: Comparison) -> Context:
        now = self.periods[position]
        base = _NO_PREVIOUS if isinstance(now, Unnamed) else comparison.base_label
        december = self._moment(comparison.december, comparison.december_label) if comparison.trailing else None
        return Context(
            self._moment(position, ""), self._moment(comparison.base, base), self.choice.catalog,
            comparison.factor, december,
        )  # fmt: skip

    def _moment(self, at: int | None, label: str) -> Moment:
        return Moment(None, label) if at is None else Moment(self.columns[at], self.periods[at].label)

    def labels(self) -> list[str]:
        """Names of the periods asked for."""
        return [self.periods[i].label for i in self.shown]

    def year(self, position: int) -> int:
        """Year of a period asked for, for the parameters in force (no year when the sheet names none)."""
        period = self.periods[self.shown[position]]
        return 0 if isinstance(period, Unnamed) else period.year

    def balance(self) -> Balance:
        """Everything as a balance, in order of time, for the checks that read it whole."""
        names = self.choice.catalog.accounts
        order = sorted(range(len(self.periods)), key=lambda i: self.periods[i].key)
        return Balance(
            self.accounts.chart,
            tuple(names.get(code, "") for code in self.accounts.chart.codes),
            tuple(self.periods[i] for i in order),
            tuple(tuple(self.columns[i].values) for i in order),
        )


def read_inputs(
    codigos: object, saldos: object, saldos_previos: object = None, opciones: object = None, many: bool = False
) -> Inputs:
    """Read the arguments of a cell function; `many` when it takes several columns of balances.

    Raises:
        PerlasError: arguments that do not fit together (U20 … U31), each with what to do.
        ErrorCell: a row with a balance whose code is an error.
    """
    options = parse_options(opciones)
    accounts, height = _accounts(codigos)
    now = _columns(saldos, BALANCES, len(rows_of(codigos) or ()), height)
    if now is None:
        raise PerlasError(problem("U23", argument=BALANCES))
    if len(now) > 1 and not many:
        raise _too_wide(BALANCES, len(now))
    before = _columns(saldos_previos, PREVIOUS, len(rows_of(codigos) or ()), height) or ()
    periods, bases, shown = _periods(accounts.header, now, before, options, many)
    columns = tuple(accounts.column(cells) for cells in (*now, *before))
    return Inputs(accounts, columns, (*periods, *bases), shown, options)


def _accounts(codigos: object) -> tuple[Accounts, int]:
    rows = rows_of(codigos)
    if rows is None:
        raise PerlasError(problem("U23", argument=CODES))
    if len(rows[0]) > 1:
        raise _too_wide(CODES, len(rows[0]))
    height = used_rows(rows)
    accounts = read_accounts(_across(rows, height)[0]) if height else None
    if accounts is None or not accounts.rows:
        raise PerlasError(problem("U22"))
    return accounts, height


def _columns(argument: object, name: str, expected: int, height: int) -> tuple[Cells, ...] | None:
    rows = rows_of(argument)
    if rows is None:
        return None
    if len(rows) != expected:
        raise PerlasError(problem("U20", argument=name, found=len(rows), expected=expected))
    return _across(rows, height)


def _across(rows: Rows, height: int) -> tuple[Cells, ...]:
    """The columns of the first `height` rows."""
    return tuple(zip(*rows[:height], strict=False))


def _too_wide(argument: str, width: int) -> PerlasError:
    return PerlasError(problem("U24", argument=argument, found=width))


# --- which period each column is --------------------------------------------------------------------------------------


def _periods(
    header: int, now: Sequence[Cells], before: Sequence[Cells], options: Options, many: bool
) -> tuple[tuple[Period, ...], tuple[Period, ...], tuple[int, ...]]:
    """Periods of the balances, of the previous balances, and the positions that are asked for."""
    named = _header_periods(header, now, BALANCES)
    if named and many and (len(now) > 1 or options.mode == TWELVE_MONTHS):
        bases = _header_periods(header, before, PREVIOUS) if before else ()
        if bases is None:
            raise PerlasError(problem("U28", argument=PREVIOUS, found="no hay ninguno"))
        _distinct((*named, *bases), BALANCES)
        return named, bases, _wanted(named, options.period)
    if options.mode == TWELVE_MONTHS:
        raise PerlasError(problem("U27"))
    if len(before) > 1:
        raise _too_wide(PREVIOUS, len(before))
    if len(now) == 1:
        periods: tuple[Period, ...] = (options.period or (named[0] if named else Unnamed(1, name=THIS_PERIOD)),)
    else:
        periods = _consecutive(len(now), options.period)
    return periods, _base(header, before, periods[0]), tuple(range(len(now)))


def _header_periods(header: int, columns: Sequence[Cells], argument: str) -> tuple[Period, ...] | None:
    """The periods in the first row above the accounts that names one for every column; None when no row does.

    Raises:
        PerlasError: a row names a period for some columns only (U28).
    """
    partial: list[object] = []
    for row in range(header):
        cells = [column[row] for column in columns]
        found = [period for cell in cells if (period := cell_period(cell))]
        if found and len(found) == len(cells):
            return tuple(found)
        if len(found) > 1:
            partial = cells
    if partial:
        raise PerlasError(problem("U28", argument=argument, found=_some(partial)))
    return None


def _distinct(periods: Sequence[Period], argument: str) -> None:
    keys = [p.key for p in periods]
    if len(set(keys)) < len(keys):
        raise PerlasError(problem("U28", argument=argument, found=_some([p.label for p in periods])))


def _wanted(periods: Sequence[Period], only: Period | None) -> tuple[int, ...]:
    found = tuple(i for i, p in enumerate(periods) if only is None or p.key == only.key)
    if only is not None and not found:
        raise PerlasError(problem("U30", wanted=only.label, options=_some([p.label for p in periods])))
    return found


def _consecutive(count: int, last: Period | None) -> tuple[Period, ...]:
    if last is None:
        return tuple(Unnamed(i, name=f"periodo {i}") for i in range(1, count + 1))
    if last.month != 12:
        raise PerlasError(problem("U31", wanted=last.label, found=count))
    return tuple(Period(year) for year in range(last.year - count + 1, last.year + 1))


def _base(header: int, before: Sequence[Cells], first: Period) -> tuple[Period, ...]:
    """Previous balances are what the first period is compared with, whatever their header calls them."""
    if not before:
        return ()
    named = _header_periods(header, before, PREVIOUS)
    return (Unnamed(first.year - 1, name=named[0].label if named else PREVIOUS_PERIOD),)


def _some(cells: Sequence[object]) -> str:
    texts = ["vacía" if is_blank(cell) else str(cell)[:20] for cell in cells[:6]]
    return ", ".join(texts) + ("…" if len(cells) > 6 else "")
