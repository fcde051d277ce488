"""Somebody's own results as findings: where they differ from ours, by what, and what that does to the rating."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from xl_perlas.findings.claims import PERCENT, Claim
from xl_perlas.findings.finding import Finding, weighed
from xl_perlas.findings.reconcile import Explanation, Outcome, Way, fits
from xl_perlas.findings.whatif import Judged, account_words, judged, listed, shown, standing
from xl_perlas.goals import goal_text
from xl_perlas.model import Result, Status
from xl_perlas.problems import Problem, problem
from xl_perlas.report import Report
from xl_perlas.score import EXCLUDE

_CODES = {
    Outcome.EXPLAINED: "R01", Outcome.PUBLISHED: "R02", Outcome.SCALE: "R03", Outcome.SEVERAL: "R04",
    Outcome.UNEXPLAINED: "R05", Outcome.NO_FIGURE: "R06", Outcome.NO_VALUE: "R07",
    Outcome.NO_INDICATOR: "R08", Outcome.NO_PERIOD: "R09",
}  # fmt: skip

#: Decimals with which the figure that an explanation gives is told.
_EXACT = 4


def claim_findings(
    report: Report, explanations: Iterable[Explanation], weights: Mapping[str, float] | None = None,
    policy: str = EXCLUDE,
) -> list[Finding]:  # fmt: skip
    """One finding for each difference; the periods of an indicator that have the same explanation together."""
    groups: dict[object, list[Explanation]] = {}
    for one in explanations:
        if one.kind is Outcome.NO_PERIOD:
            groups.setdefault((one.kind, one.claim.period), []).append(one)
        elif one.kind is not Outcome.AGREES:
            changes = tuple(id(way.change) for way in one.ways)
            groups.setdefault((one.claim.indicator, one.kind, changes), []).append(one)
    return [_finding(report, group, weights, policy) for group in groups.values()]


def _finding(
    report: Report, group: Sequence[Explanation], weights: Mapping[str, float] | None, policy: str
) -> Finding:
    one, indicator = _problem(report, group), group[0].claim.indicator
    if indicator not in report.results or group[0].kind is Outcome.NO_PERIOD:
        return Finding(one, (), None if weights is None else ())
    positions = sorted(_positions(report, group))
    before, after = _as_claimed(report, group, positions), standing(report, positions)
    effects, moves = weighed(report, before, after, positions, weights, policy)
    return Finding(one, effects, moves, _as_read(report, group), (indicator,))


def _as_claimed(report: Report, group: Sequence[Explanation], positions: Sequence[int]) -> Judged:
    """What the report would say with the claimed figures in the place of ours."""
    of = {report.balance.position(e.claim.period): e for e in group}

    def result(position: int) -> Result:
        claimed = of[position].claimed
        return Result(claimed, Status.OK if claimed is not None else Status.NOT_APPLICABLE)

    results = dict(standing(report, positions)[0])
    results[group[0].claim.indicator] = tuple(result(position) for position in positions)
    return judged(report, results, positions)


def _as_read(report: Report, group: Sequence[Explanation]) -> str:
    """How the claimed figures were, or would be, judged where ours are judged otherwise."""
    indicator = report.profile.indicators[group[0].claim.indicator]
    before = _as_claimed(report, group, _positions(report, group))[1][indicator.id]
    turned = [
        (e, verdict.meets)
        for e, verdict in zip(group, before, strict=True)
        if None not in (verdict.meets, ours := report.verdict(indicator.id, e.claim.period).meets)
        and verdict.meets != ours
    ]
    if not turned:
        return ""
    first, meets = turned[0]
    year = report.balance.periods[report.balance.position(first.claim.period)].year
    goal = goal_text(indicator, report.profile, year)
    figures = listed(dict.fromkeys(shown(e.claimed, indicator.unit) for e, _ in turned))
    read = "Leída como porcentaje" if group[0].kind is Outcome.SCALE else "Con la cifra publicada"
    seems, is_so = ("cumple", "no la cumple") if meets else ("no cumple", "la cumple")
    return f"{read}, {figures}, parece que {seems} la meta ({goal}), y {is_so}."


def _positions(report: Report, group: Sequence[Explanation]) -> list[int]:
    return [report.balance.position(e.claim.period) for e in group]


# --- the problem ------------------------------------------------------------------------------------------------------


def _problem(report: Report, group: Sequence[Explanation]) -> Problem:
    """The rule's message, for all the periods of the group."""
    first = group[0]
    accounts = tuple(dict.fromkeys(code for way in first.ways for code in way.change.accounts)) or first.unlisted
    return problem(
        _CODES[first.kind], where=first.claim.where if len(group) == 1 else "", accounts=accounts,
        period=listed(dict.fromkeys(e.claim.period for e in group)), indicator=first.claim.indicator,
        claimed=listed(_once([claim_words(e.claim) for e in group])),
        ours=listed(_once([_ours(report, e) for e in group])), words=_ways_words(report, group), also=_also(first.ways),
        profile=report.profile.id, detail=_detail(report, group), count=len(group),
    )  # fmt: skip


def claim_words(claim: Claim) -> str:
    """A claim as it was written, with a decimal comma: `−3,04 %`, `9,13`, `«ERR DATOS»`."""
    if claim.value is None:
        return f"«{claim.text}»"
    places = max(0, round(-math.log10(2 * claim.half_digit)))
    text = shown(claim.value, "", min(places, 12))
    return f"{text} %" if claim.text.endswith("%") else text


def _once(texts: Sequence[str]) -> Sequence[str]:
    """The same text for all is told once."""
    return texts[:1] if len(set(texts)) == 1 else texts


def _ours(report: Report, one: Explanation) -> str:
    if one.ours is None:
        return "sin valor"
    return shown(one.ours.value, report.profile.indicators[one.claim.indicator].unit)


def _ways_words(report: Report, group: Sequence[Explanation]) -> str:
    """What gives the claimed figures, and the figures it gives at more decimals."""
    first = group[0]
    if first.kind is Outcome.SCALE:
        return _scale_words(first)
    texts, positions = [], _positions(report, group)
    for i, way in enumerate(first.ways):
        exact = listed(_exact(report, e, e.ways[i]) for e in group)
        texts.append(f"{way.change.words(positions)}: da {exact}")
    return "; o ".join(texts)


def _exact(report: Report, one: Explanation, way: Way) -> str:
    indicator = report.profile.indicators.get(one.claim.indicator)
    return "«sin valor»" if way.value is None else shown(way.value, indicator.unit if indicator else "%", _EXACT)


def _scale_words(one: Explanation) -> str:
    """What is wrong with a figure that is ours a hundred times too small, or too large."""
    small = one.ours is not None and abs(one.ours.value or 0.0) > abs(one.claimed or 0.0)
    if one.claim.scale == PERCENT and "%" not in one.claim.text:
        return "no lleva el signo de porcentaje: es el cociente en veces" if small else "es cien veces mayor"
    if small:
        return "es cien veces menor: lo que está en veces se tomó por porcentaje"
    return "es cien veces mayor: lo que ya era un porcentaje se multiplicó por cien"


def _also(ways: Sequence[Way]) -> str:
    """Profiles that define it so."""
    names = list(dict.fromkeys(name for way in ways for name in way.profiles))
    if not names:
        return ""
    verb = "definen también los perfiles" if len(names) > 1 else "define también el perfil"
    return f" Así lo {verb} {listed(names)}."


def _detail(report: Report, group: Sequence[Explanation]) -> str:
    """Why a text stands where there is a value, or why there is none of ours."""
    first = group[0]
    if first.kind is Outcome.NO_FIGURE and first.unlisted:
        codes = listed(account_words(report, code) for code in first.unlisted)
        return f" La cuenta {codes} no figura en el balance y vale cero: es un dato, no un error."
    if first.kind is Outcome.NO_VALUE and first.ours is not None:
        return f" {first.ours.note.partition(' Qué hacer: ')[0]}"
    if first.kind is Outcome.NO_INDICATOR and first.ways:
        return f" Coincide si {first.ways[0].change.words(_positions(report, group))}."
    return ""


def as_it_stands(report: Report, finding: Finding, explanations: Iterable[Explanation]) -> str:
    """Claims on a value that a correction would change: they agree with it as it stands, or as corrected."""
    sides: dict[bool, list[str]] = {}
    of = {(e.indicator, e.period): e for e in finding.effects}
    for one in explanations:
        effect = of.get((one.claim.indicator, one.claim.period))
        if effect is None or one.claim.value is None:
            continue
        now, then = (fits(one.claim, Result(v, Status.OK)) for v in (effect.value, effect.corrected))
        if now != then:
            sides.setdefault(now, []).append(f"{claim_words(one.claim)} ({one.claim.indicator} de {one.claim.period})")
    texts = []
    if True in sides:
        texts.append(f"La cifra publicada, {listed(sides[True])}, sale del balance tal como está.")
    if False in sides:
        texts.append(f"La cifra publicada, {listed(sides[False])}, sale del balance corregido.")
    return " ".join(texts)
