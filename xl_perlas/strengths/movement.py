"""How an indicator moves up to a period, and what that does to its goal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xl_perlas.analysis import fit, spacing
from xl_perlas.analysis.trends import separable
from xl_perlas.findings.whatif import shown
from xl_perlas.goals import needs
from xl_perlas.model import Indicator, Kind, Result, Status
from xl_perlas.periods import Period, comparisons
from xl_perlas.strengths.facts import limits
from xl_perlas.strengths.model import Fact
from xl_perlas.strengths.scene import Scene
from xl_perlas.supervision_load import HIGHER, LOWER

_YEAR = 12
_MOST_YEARS = 99


@dataclass(frozen=True, slots=True)
class Movement:
    """A line over `positions`, or the change between the first and the last of them.

    `pace` is the change in a year, or since the first period where that is less than a year ago; in the unit of the
    values. `size` is the mean size of the values.
    """

    fitted: bool
    pace: float
    size: float
    positions: tuple[int, ...]
    values: tuple[float, ...]


def movement_of(scene: Scene, key: str) -> Movement | None:
    """How the values of an indicator move; None where there are not two to compare.

    A line through them all where there are enough and their season can be taken out; else the change since the same
    month a year before, or since the base of the indicator.
    """
    results = scene.results(key)
    if results[-1].value is None:
        return None
    known = [i for i, result in enumerate(results) if result.value is not None]
    step = spacing.step(scene.periods)
    seasons = [scene.periods[i].month for i in known]
    seasonal = step < _YEAR
    if len(known) >= scene.rules.line_figures and (not seasonal or separable(seasons, step)):
        times = [_years(scene.periods, 0, i) for i in known]
        values = [_value(results[i]) for i in known]
        line = fit(times, values, seasons if seasonal else ())
        if line:
            pace = line.slope * min(1.0, times[-1] - times[0])
            return Movement(True, pace, _mean_size(values), tuple(known), tuple(values))
    return _change(scene, results)


def _change(scene: Scene, results: Sequence[Result]) -> Movement | None:
    now = scene.position
    places = {p.key: i for i, p in enumerate(scene.periods)}
    period = scene.periods[now]
    compared = comparisons(scene.periods, scene.report.mode)[now].base
    for then in (places.get((period.year - 1, period.month)), compared):
        if then is not None and results[then].value is not None:
            values = _value(results[then]), _value(results[now])
            pace = (values[1] - values[0]) / max(1.0, _years(scene.periods, then, now))
            return Movement(False, pace, _mean_size(values), (then, now), values)
    return None


def _value(result: Result) -> float:
    return 0.0 if result.value is None else result.value


def _mean_size(values: Sequence[float]) -> float:
    return math.fsum(map(abs, values)) / len(values)


def _years(periods: Sequence[Period], start: int, end: int) -> float:
    return (spacing.months(periods[end]) - spacing.months(periods[start])) / _YEAR


# --- what it means ----------------------------------------------------------------------------------------------------


def movement_fact(scene: Scene, key: str, meets: bool | None) -> Fact | None:
    """The movement of an indicator as a fact for it or against it; `meets` is its verdict, None for a ratio of peers.

    With a limit, only crossing it soon counts against a verdict; without one, a change that is large beside the values.
    Growths do not move: they are movements. A movement that rounds to nothing is none.
    """
    indicator = scene.indicator(key)
    if indicator.kind is Kind.GROWTH or (found := movement_of(scene, key)) is None:
        return None
    text = movement_words(scene, key, indicator.unit, found)
    steady = _steady(found, indicator.unit)
    low, high = limits(scene, key) if _fixed(scene, key) else (None, None)
    if meets is None or (low is None and high is None):
        sign, phrase, years = _without_limit(scene, indicator, found)
    else:
        sign, phrase, years = _with_limits(scene, indicator, found, meets, (low, high))
    if steady:
        sign, phrase = 0, "sin_juicio"
    values = {"movimiento": text} | ({"anios": _years_words(years)} if years is not None else {})
    doubtful = any(scene.results(key)[i].status is Status.INCONSISTENT for i in found.positions)
    return Fact(sign, scene.rules.say(phrase, **values), scene.evidence(text, _source(scene, key, found), doubtful))


def _fixed(scene: Scene, key: str) -> bool:
    """Whether the limits of a goal are numbers; those that are other indicators move too."""
    return not scene.goals(key) or needs(scene.report.profile, key) == {key}


def _without_limit(scene: Scene, indicator: Indicator, found: Movement) -> tuple[int, str, float | None]:
    side = {HIGHER: 1, LOWER: -1}.get(indicator.direction, 0)
    if not side or not found.size or abs(found.pace) < scene.rules.yearly_change * found.size:
        return 0, "sin_juicio", None
    return (1, "mejora", None) if side * found.pace > 0 else (-1, "empeora", None)


def _with_limits(
    scene: Scene, indicator: Indicator, found: Movement, meets: bool, edges: tuple[float | None, float | None]
) -> tuple[int, str, float | None]:
    low, high = edges
    value, pace = found.values[-1], found.pace
    if not meets:
        side = _needed(value, low, high)
        if side * pace <= 0:
            return (-1, "se_aleja", None) if pace else (0, "sin_juicio", None)
        years = _crossing(value, low if side > 0 else high, pace)
        return (1, "llega", years) if years <= scene.rules.years_to_goal else (0, "llega_tarde", years)
    edge = high if pace > 0 else low
    if edge is not None and pace:
        years, soon = _crossing(value, edge, pace), scene.rules.years_to_goal
        return (-1, "la_pierde", years) if years <= soon else (0, "con_margen", soon)
    if indicator.direction in (HIGHER, LOWER) and pace:
        return 1, "mejora", None
    return 0, "sin_juicio", None


def _needed(value: float, low: float | None, high: float | None) -> int:
    """Which way a value that does not meet its goal must go: up (1) or down (−1)."""
    if high is not None and (low is None or value >= high):
        return -1
    return 1


def _crossing(value: float, edge: float | None, pace: float) -> float:
    """Years to the edge at this pace."""
    return math.inf if edge is None else abs(edge - value) / abs(pace)


# --- in words ---------------------------------------------------------------------------------------------------------


def movement_words(scene: Scene, key: str, unit: str, found: Movement) -> str:
    """`E1 bajó 0,35 puntos por año de 2009 a 2011`; the verb is that of the figures as they are shown."""
    first, last = scene.periods[found.positions[0]].label, scene.periods[found.positions[-1]].label
    if found.fitted:
        pace = _pace_words(abs(found.pace), unit)
        verb = "fija" if _steady(found, unit) else "sube" if found.pace > 0 else "baja"
        return scene.rules.say(f"recta_{verb}", id=key, ritmo=pace, desde=first, hasta=last)
    before, now = (shown(value, unit) for value in found.values)
    if _steady(found, unit):
        return scene.rules.say("cambio_fijo", id=key, ahora=now, desde=first, hasta=last)
    verb = "sube" if found.pace > 0 else "baja"
    return scene.rules.say(f"cambio_{verb}", id=key, antes=before, ahora=now, desde=first, hasta=last)


def _steady(found: Movement, unit: str) -> bool:
    if found.fitted:
        return shown(abs(found.pace), unit) == shown(0.0, unit)
    before, now = (shown(value, unit) for value in found.values)
    return before == now


def _pace_words(pace: float, unit: str) -> str:
    """A change of a ratio is in percentage points."""
    if unit == "%":
        return f"{shown(pace, unit).removesuffix(' %')} puntos"
    return f"{shown(pace, unit)} veces" if unit == "veces" else shown(pace, unit)


def _years_words(years: float) -> str:
    """`0,6 años`."""
    if years > _MOST_YEARS:
        return f"más de {_MOST_YEARS} años"
    text = shown(years, "", 1).removesuffix(",0")
    return "un año" if text == "1" else f"{text} años"


def _source(scene: Scene, key: str, found: Movement) -> str:
    first, last = (scene.periods[found.positions[i]].label for i in (0, -1))
    kind = "recta por sus valores" if found.fitted else "sus valores"
    return f"{kind} de {first} a {last}; {scene.indicator(key).source}"
