"""Indicators without value or verdict, by what they lack: one finding an account, a parameter, a denominator.

An account that is missing takes the same indicators away wherever it is used, so that accounts which take away the same
ones are told together. What has no verdict for want of another indicator's value is told with that one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_perlas.chart import Absence
from xl_perlas.evaluate import Context, flow_terms, note
from xl_perlas.findings.finding import Finding, in_periods
from xl_perlas.findings.whatif import account_words, listed, shown
from xl_perlas.goals import needs
from xl_perlas.model import Ratio, Status
from xl_perlas.problems import ERROR, INFO, WARNING, Problem, problem
from xl_perlas.report import Report

#: (indicator, position of the period).
_Cell = tuple[str, int]

_ABSENT = {
    Absence.MISSING: "E01", Absence.ENTITY: "E02", Absence.UNREADABLE: "E04", Absence.TOTAL_NOT_LISTED: "E09",
}  # fmt: skip
_NO_PERIOD = "E03"

#: What a value lacks is a doubt about the rating, not about the balance; only a figure that cannot be read is that too.
_SEVERITIES = {"E01": WARNING, "E02": WARNING, "E03": INFO, "E04": ERROR, "E05": INFO, "E06": WARNING, "E09": WARNING}

#: Accounts that a message lists; so few that their names fit too.
_NAMED, _DESCRIBED = 6, 2


@dataclass
class _Gap:
    """What some indicators lack: a rule, accounts, periods in which they are absent, and the cells without value."""

    code: str
    accounts: list[str] = field(default_factory=list)
    periods: dict[str, None] = field(default_factory=dict)
    cells: dict[_Cell, None] = field(default_factory=dict)
    unjudged: dict[_Cell, None] = field(default_factory=dict)


def value_findings(report: Report, weights: Mapping[str, float] | None = None) -> list[Finding]:
    """Everything that keeps an indicator from having a value or a verdict, and values on a negative base."""
    gaps = [*_absent(report), *_zero(report)]
    _add_unjudged(report, gaps)
    found = [_gap_finding(report, gap, weights) for gap in gaps]
    return [*found, *_noted(report, weights), *_parameters(report, weights), *_minimised(report, weights)]


# --- accounts and periods that are not there --------------------------------------------------------------------------


def _absent(report: Report) -> list[_Gap]:
    """Gaps by account, those of the same cells and periods as one."""
    gaps: dict[tuple[str, str], _Gap] = {}
    for key, ratio in report.definitions.ratios.items():
        for i, ctx in enumerate(report.contexts):
            if report.results[key][i].status is Status.NO_DATA:
                for code, account, label in _lacks(ratio, ctx):
                    gap = gaps.setdefault((code, account or label), _Gap(code, [account] if account else []))
                    gap.periods[label] = None
                    gap.cells[key, i] = None
    alike: dict[object, _Gap] = {}
    for gap in gaps.values():
        same = (gap.code, frozenset(gap.periods), frozenset(gap.cells))
        known = alike.setdefault(same, gap)
        if known is not gap:
            known.accounts += gap.accounts
    return list(alike.values())


def _lacks(ratio: Ratio, ctx: Context) -> Iterator[tuple[str, str, str]]:
    """(rule, account, label of the period) of all that one value lacks; no account where the period is absent."""
    for form in (ratio.numerator, ratio.denominator):
        if form is None:
            continue
        for code, lag, coefficient in flow_terms(form, ctx, ratio.indicator.flow and form is ratio.numerator):
            value, moment = ctx.value(code, lag), ctx.moment(lag)
            if coefficient and isinstance(value, Absence):
                yield (_NO_PERIOD, "", moment.label) if moment.column is None else (_ABSENT[value], code, moment.label)


def _zero(report: Report) -> list[_Gap]:
    """Denominators that are zero, by the accounts that they add up."""
    gaps: dict[frozenset[str], _Gap] = {}
    for key, ratio in report.definitions.ratios.items():
        for i, result in enumerate(report.results[key]):
            if result.status is Status.ZERO_DENOMINATOR and ratio.denominator is not None:
                codes = [code for (code, _), c in ratio.denominator.coefficients.items() if c]
                gap = gaps.setdefault(frozenset(codes), _Gap("E05", list(dict.fromkeys(codes))))
                gap.periods[report.periods[i]] = None
                gap.cells[key, i] = None
    return list(gaps.values())


def _add_unjudged(report: Report, gaps: Sequence[_Gap]) -> None:
    """Verdicts that wait for the value of another indicator, to the gaps that keep that one from having it."""
    for key, row in report.verdicts.items():
        others = needs(report.profile, key) - {key}
        for i, verdict in enumerate(row):
            if verdict.meets is not None or report.results[key][i].value is None:
                continue
            lacking = {(one, i) for one in others if one in report.results and report.results[one][i].value is None}
            for gap in gaps:
                if lacking & set(gap.cells):
                    gap.unjudged[key, i] = None


def _gap_finding(report: Report, gap: _Gap, weights: Mapping[str, float] | None) -> Finding:
    cells = [*gap.cells, *(cell for cell in gap.unjudged if cell not in gap.cells)]
    parts = [f"Sin valor: {_cells(report, gap.cells)}."]
    if gap.unjudged:
        parts.append(f"Sin veredicto por ello: {_cells(report, gap.unjudged)}.")
    return _without(report, _gap_problem(report, gap), " ".join(parts), cells, weights)


def _gap_problem(report: Report, gap: _Gap) -> Problem:
    names = gap.accounts if len(gap.accounts) > _DESCRIBED else [account_words(report, code) for code in gap.accounts]
    some = names if len(names) <= _NAMED else [*names[:_NAMED], f"y {len(names) - _NAMED} más"]
    periods = listed(gap.periods)
    if gap.code == "E05":
        words = report.definitions.ratios[next(iter(gap.cells))[0]].denominator_words
        found = problem("E05", period=periods, denominator=f"{words}: {', '.join(some)}")
    else:
        found = problem(gap.code, accounts=tuple(some), period=periods)
    return replace(found, severity=_SEVERITIES[gap.code], accounts=tuple(gap.accounts))


# --- values and verdicts that say why themselves ----------------------------------------------------------------------


def _noted(report: Report, weights: Mapping[str, float] | None) -> Iterator[Finding]:
    """A base that is negative (E06: no value; E08: a value whose sign misleads): each as its result's note tells it."""
    for key, row in report.results.items():
        for i, result in enumerate(row):
            code = result.note[1:4]
            if code not in ("E06", "E08"):
                continue
            cause, _, step = result.note[6:].partition(" [E")[0].partition(" Qué hacer: ")
            period = report.periods[i]
            one = Problem(code, WARNING, f"{key} de {period}: {cause}", step, period=period)
            if result.value is None:
                yield _without(report, one, "No tiene valor.", [(key, i)], weights)
            else:
                unit = report.profile.indicators[key].unit
                yield Finding(one, (), None if weights is None else (), f"Vale {shown(result.value, unit)}.", (key,))


def _parameters(report: Report, weights: Mapping[str, float] | None) -> Iterator[Finding]:
    """Goals that wait for a parameter, by parameter."""
    waiting: dict[str, list[_Cell]] = {}
    notes = {
        note("E20", parameter=f"{name} ({parameter.name})"): name
        for name, parameter in report.profile.parameters.items()
    }
    for key, row in report.verdicts.items():
        for i, verdict in enumerate(row):
            if verdict.meets is None and verdict.note in notes:
                waiting.setdefault(notes[verdict.note], []).append((key, i))
    for name, cells in waiting.items():
        one = problem("E20", parameter=f"{name} ({report.profile.parameters[name].name})")
        yield _without(report, one, f"Afecta a {_cells(report, cells)}.", cells, weights)


def _minimised(report: Report, weights: Mapping[str, float] | None) -> Iterator[Finding]:
    """Goals without a number."""
    cells = [
        (key, i)
        for key, indicator in report.profile.indicators.items()
        if indicator.goal.minimise
        for i, result in enumerate(report.results[key])
        if result.value is not None
    ]
    if cells:
        yield _without(report, problem("E22"), f"Afecta a {_cells(report, cells)}.", cells, weights)


# --- what they have in common -----------------------------------------------------------------------------------------


def _cells(report: Report, cells: Iterable[_Cell]) -> str:
    return in_periods((key, report.periods[i]) for key, i in cells)


def _without(
    report: Report, one: Problem, text: str, cells: Sequence[_Cell], weights: Mapping[str, float] | None
) -> Finding:
    """A finding about indicators that have no verdict, with the share of the weight that they take out of the score."""
    indicators = tuple(dict.fromkeys(key for key, _ in cells))
    if weights is None:
        return Finding(one, (), None, text, indicators)
    lost = [
        (math.fsum(weights.get(key, 0.0) for key in {k for k, at in cells if at == i}), i)
        for i in sorted({i for _, i in cells})
    ]
    share, at = max(lost)
    if share:
        text += f" Eso deja sin veredicto el {shown(share, '%')} del peso del puntaje de {report.periods[at]}."
    return Finding(one, (), (), text, indicators, share)
