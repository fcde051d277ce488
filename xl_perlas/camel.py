"""CAMEL: grades of 1 (best) to 5 (worst) from how far an indicator is from the mean of a segment, and their total.

Values come from accounts (`evaluate_camel`), from a file (`read_values`) or from the user, who has the last word. A
value, a statistic or a grade that is missing is None with a note: it is never zero, and no total counts without it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xl_perlas.balance import Balance
from xl_perlas.camel_load import (
    HIGHER,
    LOWER,
    CamelMethod,
    Group,
    Segment,
    Statistic,
    Unit,
    camel_definitions,
    convert,
    load_camel,
    load_segment,
)
from xl_perlas.catalogs import AUTO, choose_for
from xl_perlas.compile import compile_profile
from xl_perlas.evaluate import contexts, evaluate_ratio, note
from xl_perlas.model import Result, Source, Status
from xl_perlas.periods import YEAR_TO_DATE, parse_period
from xl_perlas.problems import Problem, problem
from xl_perlas.report import problem_json

if TYPE_CHECKING:
    from xl_perlas.reading.camel_tables import read_segment, read_values

__all__ = [
    "HIGHER", "LOWER", "CamelMethod", "CamelReport", "Graded", "Group", "Segment", "Statistic", "Total", "Unit",
    "Values", "calculate_camel", "camel_definitions", "convert", "evaluate_camel", "grade", "limits", "load_camel",
    "load_segment", "read_segment", "read_values", "segment_from_entities", "total_grade", "values_from",
    "with_typed",
]  # fmt: skip

BEST, WORST = 1, 5

#: A value this close to a limit, beside μ and σ, is on it: what is between them is binary rounding.
SAME = 1e-12

#: Values this many times the means of their segment, or this small a part of them, are probably in the other unit.
_OTHER_UNIT = 20
_ENOUGH = 3


def __getattr__(name: str) -> object:
    """Files are read by a module that cells do without."""
    if name in ("read_segment", "read_values"):
        from xl_perlas.reading import camel_tables

        return getattr(camel_tables, name)
    raise AttributeError(f"module 'xl_perlas.camel' has no attribute {name!r}")


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Values:
    """The indicators of one entity: `results[indicator][position of the period]`, all of them in `unit`."""

    periods: tuple[str, ...]
    unit: Unit
    results: Mapping[str, tuple[Result, ...]]
    problems: tuple[Problem, ...] = ()


def values_from(
    rows: Mapping[str, Mapping[str, float | None]], unit: Unit, method: CamelMethod | None = None
) -> Values:
    """Values that the user typed: `rows[indicator][period]`, in `unit`; None and absent are missing.

    An id that the method does not have is told in `problems` (K01) and left out.
    """
    method = method or load_camel()
    periods = tuple(dict.fromkeys(period for row in rows.values() for period in row))
    options = ", ".join(method.indicators)
    unknown = [problem("K01", text=k, method=method.name, options=options) for k in rows if k not in method.indicators]
    results = {key: tuple(_typed(key, rows.get(key, {}).get(p), p) for p in periods) for key in method.indicators}
    return Values(periods, unit, results, tuple(unknown))


def _typed(indicator: str, value: float | None, period: str) -> Result:
    if value is not None and math.isfinite(value):
        return Result(float(value), Status.OK)
    code = "K10" if value is None else "K11"
    return Result(None, Status.NO_DATA, note(code, indicator=indicator, period=period))


def evaluate_camel(
    balance: Balance,
    method: CamelMethod | None = None,
    catalog: str = AUTO,
    mode: str = YEAR_TO_DATE,
    typed: Values | None = None,
) -> Values:
    """The indicators of a method from the accounts of a balance, as ratios (0.1512 is 15.12 %), in each period.

    `catalog` is `auto`, `sbs` or `seps`, `mode` `acumulado` or `doce_meses`; `typed` values win (`with_typed`).

    Raises:
        PerlasError: an unknown catalogue (D02). Bad data does not raise: it shows in statuses and notes.
    """
    choice = choose_for(balance, catalog)
    definitions = compile_profile((method or load_camel()).profile, choice.catalog)
    ready = contexts(balance, choice.catalog, mode)
    results = {key: tuple(evaluate_ratio(r, ctx) for ctx in ready) for key, r in definitions.ratios.items()}
    values = Values(tuple(p.label for p in balance.periods), Unit.RATIO, results, (choice.problem,))
    return with_typed(values, typed) if typed else values


def with_typed(values: Values, typed: Values) -> Values:
    """`values` where what the user typed stands in place of what the accounts give, and says so in its note.

    Units may differ: what is typed is written in the unit of `values`. Blank cells change nothing.
    """
    position = {_moment(period): i for i, period in enumerate(typed.periods)}
    results = dict(values.results)
    for key, row in values.results.items():
        own = typed.results.get(key, ())
        places = [position.get(_moment(period)) for period in values.periods]
        results[key] = tuple(
            old if place is None or not own else _override(old, own[place], values.unit, typed.unit)
            for old, place in zip(row, places, strict=True)
        )
    known = {_moment(period) for period in values.periods}
    filled = [p for i, p in enumerate(typed.periods) if any(row[i].value is not None for row in typed.results.values())]
    lost = [problem("K13", period=period) for period in filled if _moment(period) not in known]
    return Values(values.periods, values.unit, results, (*values.problems, *typed.problems, *lost))


def _moment(period: str) -> object:
    parsed = parse_period(period)
    return parsed.key if parsed else period


def _override(old: Result, own: Result, unit: Unit, own_unit: Unit) -> Result:
    if own.value is None:
        return old
    instead = "" if old.value is None else f" en lugar de {_percent(old.value, unit)} que dan las cuentas"
    return Result(convert(own.value, own_unit, unit), Status.OK, note("K12", instead=instead))


def _percent(value: float, unit: Unit) -> str:
    return f"{convert(value, unit, Unit.PERCENT):.2f} %".replace(".", ",").replace("-", "−")


# --- segments ---------------------------------------------------------------------------------------------------------


def segment_from_entities(
    rows: Mapping[str, Mapping[str, float | None]],
    unit: Unit = Unit.PERCENT,
    source: Source | None = None,
    problems: tuple[Problem, ...] = (),
) -> Segment:
    """Mean and standard deviation of a segment's entities: `rows[entity][indicator]`, in `unit`.

    The deviation is that of a sample (n − 1). Missing values (None, or not finite) are left out; an indicator with
    fewer than two has no statistic, and `Segment.problems` tells it (K22).
    """
    source = source or Source("usuario", "Dato del usuario", "entidades del segmento")
    found: dict[str, Statistic] = {}
    few: list[Problem] = []
    for key in dict.fromkeys(k for row in rows.values() for k in row):
        column = [v for row in rows.values() if (v := row.get(key)) is not None and math.isfinite(v)]
        statistic = _statistic(column, source)
        if statistic:
            found[key] = statistic
        else:
            few.append(problem("K22", indicator=key, count=len(column)))
    name = f"Segmento propio ({len(rows)} entidades)"
    return Segment("propio", name, source, found, unit, (*problems, *few))


def _statistic(column: list[float], source: Source) -> Statistic | None:
    if len(column) < 2:
        return None
    try:
        mean, deviation = statistics.fmean(column), statistics.stdev(column)
    except OverflowError:
        return None
    place = f"{source.place}, {len(column)} entidades"
    return Statistic(mean, deviation, Source(source.document, source.title, place))


# --- grades -----------------------------------------------------------------------------------------------------------


def limits(statistic: Statistic, method: CamelMethod | None = None) -> tuple[float, float, float, float]:
    """The four limits of the bands, from the highest down (μ+2σ, μ+σ, μ−σ, μ−2σ), in the unit of the statistic."""
    a, b, c, d = (statistic.mean + k * statistic.deviation for k in (method or load_camel()).limits)
    return a, b, c, d


def grade(
    value: float | None, statistic: Statistic | None, direction: str, method: CamelMethod | None = None
) -> int | None:
    """Grade of a value, 1 (best) to 5 (worst); value and statistic are in the same unit (`calculate_camel` sees to it).

    A value on a limit belongs to the band above it (Tabla 3 of Coral y Ruano (2016), p. 54, does not say). None where
    the value or the statistic is missing or not finite, or σ is not above zero.

    Raises:
        ValueError: `direction` is neither `mayor` nor `menor`.
    """
    if direction not in (HIGHER, LOWER):
        raise ValueError(f"dirección «{direction}»: debe ser «{HIGHER}» o «{LOWER}»")
    if value is None or statistic is None or not math.isfinite(value) or not _has_bands(statistic):
        return None
    near = SAME * max(abs(statistic.mean), statistic.deviation)
    under = sum(value < limit - near for limit in limits(statistic, method))
    return BEST + under if direction == HIGHER else WORST - under


def _has_bands(statistic: Statistic) -> bool:
    return statistic.deviation > 0 and math.isfinite(statistic.mean) and math.isfinite(statistic.deviation)


def total_grade(
    grades: Mapping[str, float | None], method: CamelMethod | None = None, group: str = ""
) -> float | None:
    """Grades by indicator added up with their weights: the total, 1 to 5, or that of one group.

    None where an indicator has no grade: a total without it would be of something else.
    """
    method = method or load_camel()
    parts = []
    for key in method.members(group) if group else method.indicators:
        found = grades.get(key)
        if found is None:
            return None
        parts.append((method.weights[key] if group else method.share(key)) * found)
    return math.fsum(parts)


# --- report -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Graded:
    """An indicator in a period: its value (in the unit of its report's values), its grade, and what the grade adds.

    `weighted` is grade × weight in the group; `contribution` that × weight of the group, what it adds to the total.
    """

    result: Result
    grade: int | None
    weighted: float | None
    contribution: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Total:
    """Grade of a group or of the entity, 1 to 5; None where an indicator has none, and the note names which."""

    value: float | None
    note: str = ""


@dataclass(frozen=True)
class CamelReport:
    """Grades, groups and totals of one entity: `grades[indicator]`, `groups[letter]` and `total`, by period."""

    method: CamelMethod
    segment: Segment
    values: Values
    grades: Mapping[str, tuple[Graded, ...]]
    groups: Mapping[str, tuple[Total, ...]]
    total: tuple[Total, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods, in the order of the values."""
        return self.values.periods

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was found in the values, in the segment, and what leaves a period without a total."""
        found = [*self.values.problems, *self.segment.problems]
        found += filter(None, (_no_bands(key, self.segment) for key in self.method.indicators))
        found += filter(None, [unit_doubt(self.values, self.segment)])
        for i, period in enumerate(self.periods):
            row = {key: graded[i].grade for key, graded in self.grades.items()}
            found += filter(None, [_no_total(row, self.method, period)])
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """The table that other programs read: `valor` is a ratio (0.1512 is 15.12 %), grades and totals 1 to 5."""
        return {
            "metodo": self.method.id,
            "segmento": self.segment.id,
            "unidad": str(Unit.RATIO),
            "periodos": list(self.periods),
            "indicadores": {key: self._by_period([self._cell(g) for g in row]) for key, row in self.grades.items()},
            "grupos": {key: self._by_period([t.value for t in row]) for key, row in self.groups.items()},
            "total": self._by_period([t.value for t in self.total]),
            "problemas": [problem_json(p) for p in self.problems],
        }

    def _by_period(self, row: list[Any]) -> dict[str, Any]:
        return dict(zip(self.periods, row, strict=True))

    def _cell(self, graded: Graded) -> dict[str, Any]:
        value = graded.result.value
        return {
            "valor": None if value is None else convert(value, self.values.unit, Unit.RATIO),
            "calificacion": graded.grade,
            "aporte": graded.contribution,
            "estado": str(graded.result.status),
            "nota": graded.note,
        }


def calculate_camel(
    values: Values, segment: Segment | None = None, method: CamelMethod | None = None
) -> CamelReport:
    """Grade every value against `segment` and add up the grades, by group and in total, in each period.

    Units of values and segment may differ: every value is graded in the unit of the segment. Without a segment or a
    method, the bundled ones. Nothing raises: what is missing has None and a note, and so has the total.
    """
    segment, method = segment or load_segment(), method or load_camel()
    grades = {}
    for key in method.indicators:
        row = values.results.get(key) or [_typed(key, None, p) for p in values.periods]
        pairs = zip(row, values.periods, strict=True)
        grades[key] = tuple(_graded(key, result, period, values.unit, segment, method) for result, period in pairs)
    by_period = [(p, {key: row[i].grade for key, row in grades.items()}) for i, p in enumerate(values.periods)]
    groups = {key: tuple(_total(row, method, period, key) for period, row in by_period) for key in method.groups}
    total = tuple(_total(row, method, period) for period, row in by_period)
    return CamelReport(method, segment, values, grades, groups, total)


def _graded(key: str, result: Result, period: str, unit: Unit, segment: Segment, method: CamelMethod) -> Graded:
    value = None if result.value is None else convert(result.value, unit, segment.unit)
    indicator = method.indicators[key]
    found = grade(value, segment.statistics.get(key), indicator.direction, method)
    if found is None:
        reason = _no_bands(key, segment) or problem("K11", indicator=key, period=period)
        text = result.note if value is None else " ".join(filter(None, (result.note, str(reason))))
        return Graded(result, None, None, None, text)
    return Graded(result, found, method.weights[key] * found, method.share(key) * found, result.note)


def _no_bands(key: str, segment: Segment) -> Problem | None:
    """Why the segment gives this indicator no bands, if so."""
    statistic = segment.statistics.get(key)
    if statistic is None:
        return problem("K20", segment=segment.name, indicator=key)
    if _has_bands(statistic):
        return None
    text = f"{statistic.mean:g} y {statistic.deviation:g}".replace(".", ",").replace("-", "−")
    return problem("K21", indicator=key, where=statistic.source.place, text=text)


def _total(grades: Mapping[str, int | None], method: CamelMethod, period: str, group: str = "") -> Total:
    missing = _no_total(grades, method, period, group)
    return Total(total_grade(grades, method, group), str(missing or ""))


def _no_total(
    grades: Mapping[str, int | None], method: CamelMethod, period: str, group: str = ""
) -> Problem | None:
    """Which indicators leave a group or a period without a grade, if any does."""
    keys = method.members(group) if group else method.indicators
    missing = [key for key in keys if grades[key] is None]
    what = f"del grupo {group}" if group else "total"
    return problem("K23", period=period, what=what, indicators=", ".join(missing)) if missing else None


def unit_doubt(values: Values, segment: Segment) -> Problem | None:
    """Values and means that differ a hundredfold: one of them is probably not in the unit that it says."""
    times = []
    for key, row in values.results.items():
        statistic = segment.statistics.get(key)
        known = [abs(convert(r.value, values.unit, segment.unit)) for r in row if r.value]
        if statistic and statistic.mean and known and math.isfinite(statistic.mean):
            times.append(statistics.median(known) / abs(statistic.mean))
    if len(times) < _ENOUGH or 1 / _OTHER_UNIT <= statistics.median(times) <= _OTHER_UNIT:
        return None
    return problem("K14", values=values.unit, segment=segment.unit)
