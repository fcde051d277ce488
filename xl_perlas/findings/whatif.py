"""What would change: a balance with some figures corrected, evaluated by the same engine, beside the one at hand."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from xl_perlas.balance import Balance
from xl_perlas.evaluate import Results, context, evaluate_ratio
from xl_perlas.goals import Verdict, verdicts
from xl_perlas.model import Result
from xl_perlas.periods import comparisons
from xl_perlas.problems import money
from xl_perlas.report import Report
from xl_perlas.score import EXCLUDE, load_scale, score_value

#: (account, position of the period) -> the figure that it should perhaps have.
Changes: TypeAlias = Mapping[tuple[str, int], float]

#: What is judged: results and verdicts of every indicator, period by period of `positions`.
Judged: TypeAlias = tuple[Results, Mapping[str, tuple[Verdict, ...]]]

#: Values closer than this, relatively, are the same figure written twice in binary.
_SAME = 1e-9

#: Figures are shown with these decimals, and with more, up to the second, where two of them look alike.
_DECIMALS, _MOST_DECIMALS = 2, 4

#: At most this many effects are told one by one.
_TOLD = 6


@dataclass(frozen=True, slots=True)
class Effect:
    """One indicator in one period, as it stands (`value`, `meets`) and as it would be (`corrected`, `corrected_meets`).

    Values are ratios or amounts, None where there is none; verdicts are None where there is none.
    """

    indicator: str
    period: str
    value: float | None
    corrected: float | None
    meets: bool | None
    corrected_meets: bool | None
    unit: str = "%"

    @property
    def flips(self) -> bool:
        """Whether a goal met would be a goal not met, or the other way round."""
        return None not in (self.meets, self.corrected_meets) and self.meets != self.corrected_meets

    @property
    def relative(self) -> float:
        """How much the value would change, as a share of what it is; 0 where there is none on either side."""
        if self.value is None or self.corrected is None:
            return 0.0
        change = abs(self.corrected - self.value)
        return change / abs(self.value) if self.value else float(change > 0)


@dataclass(frozen=True, slots=True)
class Move:
    """The score of a period, from 0 to 100, and its rating: as they stand and as they would be."""

    period: str
    before: float | None
    after: float | None
    rating: str | None
    rating_after: str | None

    @property
    def points(self) -> float:
        """How far the score would move."""
        return abs((self.after or 0.0) - (self.before or 0.0))


# --- another balance --------------------------------------------------------------------------------------------------


def corrected(balance: Balance, changes: Changes) -> Balance:
    """`balance` with other figures in accounts that it has. Raises KeyError for an account that is not in its chart."""
    values = [list(column) for column in balance.values]
    for (code, position), figure in changes.items():
        values[position][balance.chart.row[code]] = figure
    return replace(balance, values=tuple(map(tuple, values)))


def affected(report: Report, changed: Collection[int]) -> list[int]:
    """Positions of the periods whose indicators read any of the periods `changed`."""
    return [
        i
        for i, comparison in enumerate(comparisons(report.balance.periods, report.mode))
        if {i, comparison.base, comparison.december} & set(changed)
    ]


def evaluated(report: Report, balance: Balance, positions: Sequence[int]) -> Judged:
    """Results and verdicts of `balance` in some periods, by the definitions of `report`."""
    compared = comparisons(balance.periods, report.mode)
    ready = [context(balance, i, compared[i], report.choice.catalog) for i in positions]
    return judged(
        report,
        {key: tuple(evaluate_ratio(ratio, ctx) for ctx in ready) for key, ratio in report.definitions.ratios.items()},
        positions,
    )


def judged(report: Report, results: Results, positions: Sequence[int]) -> Judged:
    """Results with their verdicts; `results[key][i]` is of the period at `positions[i]`."""
    return results, verdicts(report.profile, results, [report.balance.periods[i].year for i in positions])


def standing(report: Report, positions: Sequence[int]) -> Judged:
    """What `report` says in some periods."""
    return (
        {key: tuple(row[i] for i in positions) for key, row in report.results.items()},
        {key: tuple(row[i] for i in positions) for key, row in report.verdicts.items()},
    )


# --- what is different ------------------------------------------------------------------------------------------------


def differences(report: Report, before: Judged, after: Judged, positions: Sequence[int]) -> tuple[Effect, ...]:
    """Every indicator and period whose value or verdict differs: verdicts that flip first, then the largest changes.

    The periods of an indicator stay together, in order.
    """
    found = []
    for key, indicator in report.profile.indicators.items():
        for i, position in enumerate(positions):
            old, new = before[0][key][i], after[0][key][i]
            meets, then = before[1][key][i].meets, after[1][key][i].meets
            if not _same(old, new) or meets != then:
                period = report.periods[position]
                found.append(Effect(key, period, old.value, new.value, meets, then, indicator.unit))
    largest: dict[str, float] = {}
    for effect in found:
        largest[effect.indicator] = max(round(effect.relative, 9), largest.get(effect.indicator, 0.0))
    return tuple(sorted(found, key=lambda e: (not e.flips, -largest[e.indicator])))


def _same(old: Result, new: Result) -> bool:
    if old.value is None or new.value is None:
        return old.value is new.value
    return math.isclose(old.value, new.value, rel_tol=_SAME, abs_tol=1e-15)


def moves(
    report: Report, before: Judged, after: Judged, positions: Sequence[int], weights: Mapping[str, float],
    policy: str = EXCLUDE,
) -> tuple[Move, ...]:  # fmt: skip
    """The score of each period, where it would be another. Raises PerlasError for an unknown policy (D02)."""
    scale, found = load_scale(), []
    for i, position in enumerate(positions):
        old, new = (
            score_value({key: row[i].meets for key, row in judged[1].items()}, weights, policy)
            for judged in (before, after)
        )
        move = Move(report.periods[position], old, new, scale.rating(old), scale.rating(new))
        if move.points > _SAME or (old is None) != (new is None):
            found.append(move)
    return tuple(found)


# --- in words ---------------------------------------------------------------------------------------------------------


def shown(value: float | None, unit: str, decimals: int = _DECIMALS) -> str:
    """`0.0209` -> `2,09 %`, `1234.5` -> `1.234,50`; a half is rounded away from zero."""
    if value is None:
        return "sin valor"
    exact = Decimal(repr(value * 100 if unit == "%" else value))
    if abs(exact) < 10**15:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    text = text.replace("-", "−" if text.strip("-0.,") else "")
    return f"{text} %" if unit == "%" else text


def listed(parts: Iterable[str], last: str = "y") -> str:
    """`a, b y c`."""
    items = list(parts)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def effect_words(effect: Effect) -> str:
    """`R12 de 2011 sería 2,00 % y no 2,09 %, y dejaría de cumplir`."""
    where, verdict = f"{effect.indicator} de {effect.period}", _verdict_words(effect)
    if effect.value == effect.corrected:
        return f"{where} {verdict}"
    places = _decimals(effect)
    now, then = (shown(value, effect.unit, places) for value in (effect.value, effect.corrected))
    if effect.value is None:
        text = f"{where} tendría valor: {then}"
    elif effect.corrected is None:
        text = f"{where} quedaría sin valor y no en {now}"
    else:
        text = f"{where} sería {then} y no {now}"
    return f"{text}, y {verdict}" if verdict else text


def _decimals(effect: Effect) -> int:
    places = _DECIMALS
    while places < _MOST_DECIMALS and shown(effect.value, effect.unit, places) == shown(
        effect.corrected, effect.unit, places
    ):
        places += 1
    return places


def _verdict_words(effect: Effect) -> str:
    if effect.meets == effect.corrected_meets:
        return ""
    if effect.corrected_meets is None:
        return "quedaría sin veredicto"
    if effect.meets is None:
        return "cumpliría" if effect.corrected_meets else "no cumpliría"
    return "pasaría a cumplir" if effect.corrected_meets else "dejaría de cumplir"


def effects_words(effects: Sequence[Effect]) -> str:
    """The effects in one or two sentences; the smallest of many are only counted."""
    if not effects:
        return ""
    visible = [e for e in effects if _verdict_words(e) or _visible(e)]
    parts = [effect_words(e) for e in visible[:_TOLD]]
    rest = len(visible) - _TOLD
    if rest > 0:
        parts.append(f"y {rest} cambio{'s' * (rest > 1)} más, menor{'es' * (rest > 1)}")
    text = "; ".join(parts) + "." if parts else ""
    return text if any(map(_verdict_words, visible)) else f"{text} Ningún veredicto cambia.".strip()


def _visible(effect: Effect) -> bool:
    """Whether the change is seen in the figures as they are shown."""
    now, then = (shown(value, effect.unit, _MOST_DECIMALS) for value in (effect.value, effect.corrected))
    return now != then


def moves_words(found: Sequence[Move]) -> str:
    """`El puntaje de 2011 pasaría de 41,20 a 44,10 (de CC a CCC).`"""
    parts = []
    for move in found:
        before, after = (shown(value, "") if value is not None else "ninguno" for value in (move.before, move.after))
        rating = f" (de {move.rating} a {move.rating_after})" if move.rating != move.rating_after else ""
        parts.append(f"el de {move.period} pasaría de {before} a {after}{rating}")
    return f"Puntaje: {listed(parts)}." if parts else ""


def account_words(report: Report, code: str) -> str:
    """`1499 «Provisiones»`: an account with the name that the balance or the catalogue gives it."""
    name = report.balance.name(code) or report.choice.catalog.accounts.get(code, "")
    return f"{code} «{name}»" if name else code


def amounts_words(report: Report, code: str, positions: Iterable[int]) -> str:
    """The balances of an account in some periods: `−1.780,00 y −2.222,22`; `no figura` where there is none."""
    figures = []
    for position in positions:
        value = report.balance.column(position).get(code)
        figures.append(money(value) if isinstance(value, int | float) else "no figura")
    return listed(figures)
