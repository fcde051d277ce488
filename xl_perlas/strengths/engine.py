"""The remarks of a period: subjects, their facts, and the side that the facts leave.

Each indicator is of one subject and each subject gives at most one remark, so none can be on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from xl_perlas.analysis import Analysis, analyse
from xl_perlas.findings.whatif import listed
from xl_perlas.model import Result, Status
from xl_perlas.peers import SAME, PeerReport
from xl_perlas.periods import parse_period
from xl_perlas.problems import Problem, problem
from xl_perlas.report import Report
from xl_perlas.strengths.facts import facts_of
from xl_perlas.strengths.growth import growth_facts
from xl_perlas.strengths.load import load_rules
from xl_perlas.strengths.model import Fact, Remark, Rules, Side, Strengths, Subject
from xl_perlas.strengths.movement import movement_fact
from xl_perlas.strengths.scene import Scene, until

_WITHOUT = (Status.ZERO_DENOMINATOR, Status.NOT_APPLICABLE)


def find_strengths(
    report: Report, analysis: Analysis | None = None, peers: PeerReport | None = None, period: str | None = None,
    weights: Mapping[str, float] | None = None, rules: Rules | None = None,
) -> Strengths:  # fmt: skip
    """What is strong, weak or to be watched in `period` (the last one unless told), one remark a subject.

    `analysis` and `peers` are of the balance of `report`; without `analysis` one is made. `weights` are global, by
    indicator: they order the remarks, else how far each is from its limits does. `rules` are the bundled ones unless
    told. Bad data does not raise: what has no value, verdict or peers gives no remark and is told in `problems`.

    Raises:
        KeyError: the balance does not hold the period.
    """
    position = len(report.periods) - 1 if period is None else report.balance.position(period)
    label = report.periods[position]
    problems: list[Problem] = []
    if peers and parse_period(peers.period) != parse_period(label):
        problems.append(problem("T01", period=label, found=peers.period))
        peers = None
    whole = analysis or analyse(report.balance, report.choice.catalog.id)
    scene = Scene(report, until(whole, position), peers, rules or load_rules(), position)
    found: list[Remark] = []
    doubted: list[str] = []
    for subject in _subjects(scene):
        facts = _facts(scene, subject)
        remark = _remark(scene, subject, facts, weights)
        if remark:
            found.append(remark)
            doubted += [remark.name] if any(fact.doubtful for fact in facts) else []
    found.sort(key=lambda one: -one.importance)  # stable: those as important keep the order of the definitions
    problems += _left_out(scene, doubted)
    return Strengths(label, tuple(found), tuple(problems))


# --- subjects ---------------------------------------------------------------------------------------------------------


def _subjects(scene: Scene) -> Iterator[Subject]:
    """Those of this balance: in the order of the indicators, then the ratios of peers, then the accounts."""
    owners = {member: subject for subject in scene.rules.subjects.values() for member in subject.members}
    wholes = dict(_wholes(scene))
    seen: set[str] = set()
    for key in (*scene.report.profile.indicators, *scene.ratios):
        subject = owners.get(wholes.get(key, key)) or Subject(key, (key,))
        if subject.id in seen:
            continue
        seen.add(subject.id)
        parts = [part for part, total in wholes.items() if total in subject.members]
        yield replace(subject, members=tuple(m for m in (*subject.members, *parts) if scene.measured(m)))
    yield from (subject for subject in scene.rules.subjects.values() if not subject.members)


def _wholes(scene: Scene) -> Iterator[tuple[str, str]]:
    """Ratios of a segment that is all there is, with the ratio of the total that has the same figures."""
    for family, total in scene.rules.segments.items():
        known = (key for key, standing in scene.ratios.items() if standing.value is not None)
        for key in known:
            own = key.startswith(f"{family}_") and key != total
            if own and all(map(_same, scene.ratio_results(key), scene.ratio_results(total))):
                yield key, total


def _same(one: Result, other: Result) -> bool:
    if one.value is None or other.value is None:
        return one.value is other.value
    return math.isclose(one.value, other.value, rel_tol=SAME)


# --- facts ------------------------------------------------------------------------------------------------------------


def _facts(scene: Scene, subject: Subject) -> list[Fact]:
    """Verdicts and lights first, then what moves. An indicator without either has nothing to say."""
    if not subject.members:
        return list(growth_facts(scene, subject))
    facts: list[Fact] = []
    mover = judged = ""
    for key in subject.members:
        own = list(facts_of(scene, key))
        mover = mover or (key if own else "")
        if not judged and scene.goals(key) and scene.indicator(key).goal.structure and own:
            judged = key
        facts += own
    if not facts:
        return []
    meets = scene.report.verdict(mover, scene.label).meets if scene.goals(mover) else None
    if moved := movement_fact(scene, mover, meets):
        facts.append(moved)
    return facts + (list(growth_facts(scene, subject, judged)) if judged else [])


# --- remarks ----------------------------------------------------------------------------------------------------------


def side_of(facts: Iterable[Fact]) -> Side | None:
    """The rule: facts for it alone, against it alone, or both; None where nothing counts either way."""
    known = list(facts)
    signs = {fact.sign for fact in known if fact.sign}
    if len(signs) == 2:
        return Side.WATCH
    if signs:
        return Side.STRENGTH if 1 in signs else Side.WEAKNESS
    return Side.WATCH if any(fact.caution for fact in known) else None


def _remark(
    scene: Scene, subject: Subject, facts: Sequence[Fact], weights: Mapping[str, float] | None
) -> Remark | None:
    side = side_of(facts)
    if side is None:
        return None
    lead = subject.members[0] if subject.members else ""
    name = subject.name or scene.indicator(lead).name
    why = subject.why or scene.indicator(lead).purpose
    counted = [fact.distance for fact in facts if fact.sign or fact.caution]
    importance = max(counted) if weights is None else sum(weights.get(key, 0.0) for key in subject.members)
    text = f"{name}: {_joined(facts)}. {why}"
    group = subject.group or scene.group(lead)
    return Remark(subject.id, name, group, side, text, tuple(fact.evidence for fact in facts), importance)


def _joined(facts: Sequence[Fact]) -> str:
    """The clauses: those of the first side, `pero` those of the other, and those of neither."""
    first = next((fact.sign for fact in facts if fact.sign), 0)
    own, other, neither = ("; ".join(f.clause for f in facts if f.sign == sign) for sign in (first, -first, 0))
    if not first:
        return neither
    return "; ".join(filter(None, (", pero ".join(filter(None, (own, other))), neither)))


# --- what is left out -------------------------------------------------------------------------------------------------


def _left_out(scene: Scene, doubted: Sequence[str]) -> Iterator[Problem]:
    """What gives no remark for want of a value, a verdict or a second period; and what rests on doubtful figures."""
    keys = (*scene.report.profile.indicators, *scene.ratios)
    last = {key: scene.results(key)[-1] for key in keys}
    missing = [key for key in keys if last[key].status is Status.NO_DATA]
    undefined = [key for key in keys if last[key].status in _WITHOUT]
    silent = [key for key in keys if last[key].value is not None and not list(facts_of(scene, key))]
    for code, names in (("T02", missing), ("T03", undefined), ("T04", silent), ("T05", doubted)):
        if names:
            yield problem(code, period=scene.label, count=len(names), names=listed(names))
    if not scene.position:
        yield problem("T06", period=scene.label)
