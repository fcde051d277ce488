"""The financial analysis of one balance: the one call that the command line, the cells and the workbook share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from xl_perlas.analysis import eras, spacing
from xl_perlas.analysis.load import account_item, load_statements
from xl_perlas.analysis.measure import change, share
from xl_perlas.analysis.model import (
    Change,
    Composition,
    CompositionDefinition,
    Figure,
    HorizontalRow,
    Item,
    Share,
    State,
    StatementRow,
    Statements,
    Trend,
    VerticalRow,
)
from xl_perlas.analysis.series import Series
from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO, Choice, account_name, choose_for
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.evaluate import Context, context, note
from xl_perlas.identities import check, suspicion
from xl_perlas.periods import Comparison, Period
from xl_perlas.problems import Problem, problem

#: Accounts are shown down to this many digits.
LEVELS = (1, 2, 4, 6)

_SHOWN = 6  # missing periods that a message names


def analyse(balance: Balance, catalog: str = AUTO, base: str = spacing.DECEMBER) -> Analysis:
    """Horizontal, vertical and trend analysis, income statement and composition of `balance`.

    `base` says what balances are compared with: `diciembre` (the last December before), `interanual` (the same month a
    year before), `anterior` (the period before) or `dada` (the column before, whatever its date). Of yearly balances
    the first three are the same. Nothing is worked out before it is asked for.

    Raises:
        PerlasError: an unknown catalogue (D02). Bad data does not raise: it shows in states and problems.
    """
    return Analysis(balance, choose_for(balance, catalog), base, load_statements())


@dataclass(frozen=True, eq=False)
class Analysis:
    """The analyses of one balance. Rows of accounts are in the order of their codes, figures in that of the periods."""

    balance: Balance
    choice: Choice
    base: str
    statements: Statements
    _items: dict[str, Item] = field(default_factory=dict, init=False, repr=False)
    _contexts: dict[tuple[int, Comparison | None], Context] = field(default_factory=dict, init=False, repr=False)

    @property
    def periods(self) -> list[str]:
        """Labels of the periods, in order of time."""
        return [p.label for p in self.balance.periods]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found while reading, in how the periods follow one another, and in the identities."""
        found = [*self.balance.problems, self.choice.problem, *eras.changes(self.balance, self._eras)]
        if gaps := spacing.missing(self.balance.periods):
            names = ", ".join(p.label for p in gaps[:_SHOWN])
            more = f" y {len(gaps) - _SHOWN} más" if len(gaps) > _SHOWN else ""
            found.append(problem("F10", missing=names + more))
        if len(self.balance.periods) == 1:
            found.append(problem("F11"))
        return (*found, *check(self.balance, self.choice.catalog))

    # --- what is analysed ---------------------------------------------------------------------------------------------

    def item(self, key: str) -> Item:
        """An account by its code, listed or not, or a line of the statements by its id. Raises KeyError for others."""
        if key in self.statements.items:
            return self.statements.items[key]
        if key not in self._items:
            if not key.isdigit():
                raise KeyError(key)
            name = self.balance.name(key) or account_name(key, self.choice.catalog)
            self._items[key] = account_item(key, name)
        return self._items[key]

    def accounts(self, level: int = 2) -> list[Item]:
        """The accounts that the balance lists, down to `level` digits."""
        codes = (code for code in self.balance.chart.codes if code not in ENTITY_DATA and len(code) <= level)
        return [self.item(code) for code in sorted(codes)]

    # --- the analyses -------------------------------------------------------------------------------------------------

    def horizontal(self, level: int = 2) -> tuple[HorizontalRow, ...]:
        """How each account changed, in every period."""
        return tuple(HorizontalRow(item, self._changes(item)) for item in self.accounts(level))

    def vertical(self, level: int = 2) -> tuple[VerticalRow, ...]:
        """What part of total assets, or of total income, each account is, in every period."""
        return tuple(self._vertical_row(item) for item in self.accounts(level))

    def statement(self) -> tuple[StatementRow, ...]:
        """The income statement by margins: amount, share of total income and change of each line."""
        items = [self.item(key) for key in self.statements.income]
        return tuple(StatementRow(one, self._vertical_row(one).shares, self._changes(one)) for one in items)

    def compositions(self) -> tuple[Composition, ...]:
        """What assets, liabilities, equity, income and expenses are made of."""
        return tuple(map(self._composition, self.statements.compositions))

    def trends(self, level: int = 2) -> tuple[Trend, ...]:
        """The trend of each account."""
        return tuple(map(self._series.trend, self.accounts(level)))

    def change(self, key: str, period: Period | str) -> Change:
        """Change of an account or line in a period. Raises KeyError for one that is none."""
        return self._change(self.item(key), self.balance.position(period))

    def share(self, key: str, period: Period | str) -> Share:
        """Share of an account or line in a period. Raises KeyError for one that is none."""
        item = self.item(key)
        return share(item, *self._whole(item), self._context(self.balance.position(period), None))

    def trend(self, key: str) -> Trend:
        """Trend of an account or line. Raises KeyError for one that is none."""
        return self._series.trend(self.item(key))

    # --- horizontal ---------------------------------------------------------------------------------------------------

    def _changes(self, item: Item) -> tuple[Change, ...]:
        return tuple(self._change(item, position) for position in range(len(self.periods)))

    def _change(self, item: Item, position: int) -> Change:
        compared = spacing.comparison(self.balance.periods, position, self.base, item.flow)
        reason = "" if compared.base is None else self._incomparable(item, compared.base, position)
        return change(item, self._context(position, compared), reason)

    def _context(self, position: int, compared: Comparison | None) -> Context:
        """The period at `position` with what it is compared with; remembered, for what it looks up is."""
        key = (position, compared)
        if key not in self._contexts:
            self._contexts[key] = context(
                self.balance, position, compared or Comparison(None, ""), self.choice.catalog
            )
        return self._contexts[key]

    @cached_property
    def _eras(self) -> tuple[str, ...]:
        return eras.eras(self.balance)

    def _incomparable(self, item: Item, before: int, now: int) -> str:
        """Why an account of `before` is not the account of `now`; nothing when it is."""
        one, other = self._eras[before], self._eras[now]
        if item.line or eras.same(item.id, one, other):
            return ""
        labels = self.periods
        given, earlier = (f"{era}: {eras.meaning(item.id, era)}" for era in (other, one))
        return note("F09", account=item.id, base=labels[before], before=earlier, period=labels[now], given=given)

    @cached_property
    def _series(self) -> Series:
        return Series(self.balance.periods, self._context, self._mixed)

    def _mixed(self, item: Item) -> str:
        """Why the figures of all periods are not of one account; nothing when they are."""
        settled = [position for position, era in enumerate(self._eras) if era]
        return next(filter(None, (self._incomparable(item, a, b) for a, b in pairwise(settled))), "")

    # --- vertical -----------------------------------------------------------------------------------------------------

    def _vertical_row(self, item: Item) -> VerticalRow:
        whole, reason = self._whole(item)
        shares = (share(item, whole, reason, self._context(p, None)) for p in range(len(self.periods)))
        return VerticalRow(item, whole, tuple(shares))

    def _whole(self, item: Item) -> tuple[Item | None, str]:
        if item.id in self.choice.catalog.not_summed:
            return None, "repite el resultado, que ya está en los ingresos y los gastos"
        classes = {code[0] for code in item.form.codes()}
        wholes = {self.statements.wholes.get(digit) for digit in classes}
        key = wholes.pop()
        if key is None or wholes:
            return None, f"la clase {min(classes)} no es parte del activo ni de los ingresos"
        return self.statements.items[key], ""

    def _composition(self, definition: CompositionDefinition) -> Composition:
        whole = self.statements.items[definition.line]
        contexts = [self._context(p, None) for p in range(len(self.periods))]
        parts = tuple(
            VerticalRow(one, whole, tuple(share(one, whole, "", ctx) for ctx in contexts))
            for one in map(self.item, whole.line.accounts if whole.line else ())
        )
        doubted = tuple(self._total(whole, definition.account, ctx) for ctx in contexts)
        total = VerticalRow(whole, whole, doubted)
        return Composition(definition.id, definition.name, definition.account, parts, total)

    def _total(self, whole: Item, account: str, ctx: Context) -> Share:
        """The sum of the parts; with a doubt where `account`, which holds the same total, says another figure."""
        found = share(whole, whole, "", ctx)
        doubt = suspicion(ctx.now.column, account, self.choice.catalog) if ctx.now.column else ""
        if not doubt or found.amount.value is None:
            return found
        text = note("E07", detail=f"{doubt} en {ctx.now.label}")
        return Share(found.period, Figure(found.amount.value, State.INCONSISTENT, text), found.share)
