"""The value of each input in each period: typed, or else from the chart of accounts by code. A typed value wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO, choose_for
from xl_perlas.evaluate import Context, contexts, evaluate_ratio
from xl_perlas.formula import Number
from xl_perlas.identities import CENT
from xl_perlas.model import Goal, Indicator, Kind, Ratio, Result, Status
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, problem
from xl_perlas.social.inputs import Entry, SocialInputs, Value
from xl_perlas.social.model import SocialInput, SocialMethod
from xl_perlas.social.texts import shown

TYPED, ACCOUNTS, NOWHERE = "escrito", "cuentas", ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An input in a period: its value, where it is from (`escrito`, `cuentas` or nothing), and what is to be said.

    `applies` is false where the entity says so. `doubt`: its accounts do not add up. `why`: it has no value because.
    """

    value: Value | None
    origin: str = NOWHERE
    applies: bool = True
    doubt: str = ""
    why: str = ""
    entry: Entry | None = None


class Resolver:
    """Looks inputs up, remembering what it found; `problems`: where what was typed and the accounts differ."""

    def __init__(self, method: SocialMethod, inputs: SocialInputs, balance: Balance | None, catalog: str = AUTO):
        self.method, self.inputs, self.balance = method, inputs, balance
        self._contexts: dict[tuple[int, int], Context] = {}
        self._known: dict[tuple[str, tuple[int, int]], Resolved] = {}
        self.problems: list[Problem] = []
        if balance is not None:
            choice = choose_for(balance, catalog)
            ready = contexts(balance, choice.catalog)
            self._contexts = {p.key: ctx for p, ctx in zip(balance.periods, ready, strict=True)}

    def get(self, key: str, period: Period) -> Resolved:
        """An input in a period."""
        place = (key, period.key)
        if place not in self._known:
            self._known[place] = self._find(self.method.inputs[key], period)
        return self._known[place]

    def number(self, key: str, period: Period) -> Fraction | None:
        """A numeric input as the exact decimal that was typed; None where it has no value."""
        value = self.get(key, period).value
        if isinstance(value, bool | str) or value is None:
            return None
        return Fraction(repr(float(value)))

    def _find(self, one: SocialInput, period: Period) -> Resolved:
        entry = self.inputs.entry(one.id, period)
        booked = self._from_accounts(one, period)
        if entry is not None and (entry.value is not None or not entry.applies):
            self._compare(one, entry, booked, period)
            return Resolved(entry.value, TYPED, entry.applies, entry=entry)
        if booked is not None and booked.value is not None:
            doubt = booked.note if booked.status is Status.INCONSISTENT else ""
            return Resolved(booked.value, ACCOUNTS, doubt=doubt, entry=entry)
        why = str(entry.problem) if entry and entry.problem else booked.note if booked else ""
        return Resolved(None, why=why, entry=entry)

    def _from_accounts(self, one: SocialInput, period: Period) -> Result | None:
        """What the balance gives, through the evaluator of every indicator; None without accounts or balance."""
        ctx = self._contexts.get(period.key)
        if one.accounts is None or ctx is None:
            return None
        return evaluate_ratio(account_ratio(one), ctx)

    def _compare(self, one: SocialInput, entry: Entry, booked: Result | None, period: Period) -> None:
        if booked is None or booked.value is None or not isinstance(entry.value, float):
            return
        if abs(entry.value - booked.value) > CENT:
            self.problems.append(problem(
                "N22", where=entry.where, period=period.label, input=one.name, typed=shown(entry.value, one.unit),
                other=shown(booked.value, one.unit), origin=f"el balance (cuentas {one.accounts_text})",
                amount=entry.value - booked.value,
            ))  # fmt: skip


def account_ratio(one: SocialInput) -> Ratio:
    """The sum of an input's accounts as the evaluator takes it. Raises ValueError for an input without accounts."""
    if one.accounts is None:
        raise ValueError(f"«{one.id}» no sale de las cuentas")
    node = Number(Fraction(0))
    amount = Indicator(
        one.id, one.name, Kind.AMOUNT, node, "", None, "", one.unit, "", Goal(""), "", "", one.source
    )  # fmt: skip
    return Ratio(amount, one.accounts, None)


def by_period(resolver: Resolver, periods: tuple[Period, ...]) -> Mapping[str, tuple[Resolved, ...]]:
    """Every input of the method in every period."""
    return {key: tuple(resolver.get(key, p) for p in periods) for key in resolver.method.inputs}
