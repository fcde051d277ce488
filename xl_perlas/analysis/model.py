"""What financial analysis gives: figures that say why they are missing, and the rows of each kind of analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from xl_perlas.formula import LinearForm
from xl_perlas.model import Line, Result, Source

_MINUS = Fraction(-1)


class State(StrEnum):
    """What a figure is: the values of `model.Status`, and the reasons that only comparisons have.

    A figure has a value exactly when its state is `ok` or `dato_inconsistente`.
    """

    OK = "ok"
    INCONSISTENT = "dato_inconsistente"
    NO_DATA = "sin_dato"
    NO_BASE = "sin_periodo_previo"
    FROM_ZERO = "desde_cero"
    ZERO_TO_ZERO = "cero_a_cero"
    ZERO_DENOMINATOR = "denominador_cero"
    NOT_APPLICABLE = "no_aplica"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in full precision (ratios as fractions: 0.10 is 10 %), or why there is none, with a note in Spanish."""

    value: float | None
    state: State = State.OK
    note: str = ""

    @classmethod
    def of(cls, result: Result) -> Figure:
        """The engine's result as a figure."""
        return cls(result.value, State(str(result.status)), result.note)


@dataclass(frozen=True, eq=False)
class Item:
    """What is analysed: an account of the balance, or a line of a statement, as a form over accounts.

    `id` is the code of the account, or the name of the line; `line` is None for an account.
    """

    id: str
    name: str
    form: LinearForm
    line: Line | None = None

    @property
    def subtotal(self) -> bool:
        """Whether it is a margin or a result: a formula over other lines."""
        return self.line is not None and self.line.formula is not None

    @cached_property
    def flow(self) -> bool:
        """Whether it adds up income and expense alone, which accumulate from January."""
        return all(code[0] in "45" for code in self.form.codes())

    # Made once, so that a chart lays each of them over its rows once.

    @cached_property
    def earlier(self) -> LinearForm:
        """Its form in the period it is compared with."""
        return self.form.earlier()

    @cached_property
    def difference(self) -> LinearForm:
        """Now minus before."""
        return self.form + self.earlier.times(_MINUS)

    @cached_property
    def negated(self) -> tuple[LinearForm, LinearForm]:
        """Now and before with their signs changed: how the size of a contra account grows."""
        return self.form.times(_MINUS), self.earlier.times(_MINUS)


@dataclass(frozen=True, slots=True)
class Change:
    """Horizontal analysis of an item in one period, compared with `base` (its label, also when it is absent).

    `absolute` = current − previous, in the currency of the balance; `relative` = current ÷ previous − 1, a fraction.
    """

    period: str
    base: str
    previous: Figure
    current: Figure
    absolute: Figure
    relative: Figure


@dataclass(frozen=True, slots=True)
class Share:
    """Vertical analysis of an item in one period: its amount, and amount ÷ whole as a fraction."""

    period: str
    amount: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class HorizontalRow:
    """One change a period of the balance."""

    item: Item
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class VerticalRow:
    """One share a period of the balance; `whole` is what it is a part of, None when of nothing."""

    item: Item
    whole: Item | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of the income statement: its share of total income and its change, one a period."""

    item: Item
    shares: tuple[Share, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts of a whole. The whole is the sum of the parts, so that their shares add up to one.

    `total` carries a doubt (`dato_inconsistente`) where the account that holds the total says another figure.
    """

    id: str
    name: str
    account: str
    parts: tuple[VerticalRow, ...]
    total: VerticalRow


@dataclass(frozen=True, slots=True)
class Trend:
    """How an item moves over all the periods of the balance; time is in years, as the dates say.

    `points`: one figure a period, what the line is fitted to: balances; for income and expense with less than a year
    between periods, the amount of the month or quarter alone (accumulated figures start again every January).
    `mean` of the points, in the currency of the balance.
    `slope`: change of the fitted line a year. `r_squared`: part of the variance that the line explains, 0 to 1; of the
    series without its season where `seasons` are known.
    `growth`: average annual growth as a fraction, the constant rate that leads from the figure of `span[0]` to that of
    `span[1]` (same month, so that no season gets in): (last ÷ first)^(1 ÷ years) − 1. n figures a year apart are n − 1
    years. Of income and expense, both accumulated from January to that month.
    `fitted`: the line at each period. `seasons`: how far the month (or the last month of the quarter) lies above the
    line on average, by number of the month; empty where periods are years, or are too few to tell season from trend.
    """

    item: Item
    points: tuple[Figure, ...]
    mean: Figure
    slope: Figure
    r_squared: Figure
    growth: Figure
    span: tuple[str, str]
    fitted: tuple[float | None, ...]
    seasons: Mapping[int, float]
    note: str = ""

    @property
    def count(self) -> int:
        """How many periods have a figure."""
        return sum(point.value is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class CompositionDefinition:
    """Which line adds up the parts of a whole, and the account that should hold the same total."""

    id: str
    name: str
    line: str
    account: str


@dataclass(frozen=True)
class Statements:
    """The definitions of `definitions/analysis/estados.toml`, compiled: the same for every catalogue they name.

    `income`: lines of the income statement, in order. `wholes`: line that each class of accounts is a part of.
    """

    id: str
    name: str
    catalogs: tuple[str, ...]
    source: Source
    items: Mapping[str, Item]
    income: tuple[str, ...]
    income_source: Source
    compositions: tuple[CompositionDefinition, ...]
    wholes: Mapping[str, str]
