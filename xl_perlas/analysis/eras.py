"""Balances that change from one catalogue of accounts to another: which accounts still mean the same."""

from __future__ import annotations

from itertools import groupby

from xl_perlas.balance import Balance
from xl_perlas.catalogs import AUTO, account_name, choose
from xl_perlas.load import load_catalog
from xl_perlas.problems import Problem, problem


def eras(balance: Balance) -> tuple[str, ...]:
    """The catalogue that each period's own accounts show (`sbs`, `seps`); empty where they do not settle it."""
    found = []
    for position, period in enumerate(balance.periods):
        choice = choose(AUTO, (code for code, _ in balance.column(position).listed_rows()), (period.year,))
        found.append(choice.catalog.id if choice.certain else "")
    return tuple(found)


def changes(balance: Balance, known: tuple[str, ...]) -> list[Problem]:
    """F08 where the periods are of more than one catalogue."""
    labelled = [(era, p.label) for era, p in zip(known, balance.periods, strict=True) if era]
    runs = [(era, [label for _, label in run]) for era, run in groupby(labelled, key=lambda pair: pair[0])]
    if len(runs) < 2:
        return []
    spans = [f"{era} en {labels[0]}" + (f" a {labels[-1]}" if len(labels) > 1 else "") for era, labels in runs]
    return [problem("F08", period=runs[1][1][0], detail=", ".join(spans))]


def meaning(code: str, era: str) -> str:
    """What an account is in a catalogue: its name, or the name of the account of four digits that it belongs to."""
    return account_name(code[:4], load_catalog(era)) or "sin uso"


def same(code: str, one: str, other: str) -> bool:
    """Whether an account means the same in two catalogues; one that is unsettled contradicts none."""
    return not one or not other or one == other or meaning(code, one) == meaning(code, other)
