"""What is known of an indicator in a period by itself: whether its goal is met, and where it stands among peers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_perlas.findings.whatif import shown
from xl_perlas.model import Indicator
from xl_perlas.peers import Light, Standing
from xl_perlas.strengths.model import Fact
from xl_perlas.strengths.scene import Scene
from xl_perlas.supervision_load import BOTH, HIGHER, LOWER
from xl_perlas.words import label

_SIGNS = {Light.GREEN: 1, Light.YELLOW: 0, Light.RED: -1}
_PHRASES = {Light.GREEN: "pares_verde", Light.YELLOW: "pares_amarillo", Light.RED: "pares_rojo"}
_MARKS = (("<=", "≤"), (">=", "≥"), (" - ", " a "))

#: Which way a growth must differ from that of its reference, in words.
_PACES = {1: "más", -1: "menos", 0: "al mismo ritmo"}


def facts_of(scene: Scene, key: str) -> Iterator[Fact]:
    """The verdict and the light of an indicator, where there are."""
    if scene.goals(key) and (fact := _goal(scene, key)):
        yield fact
    if key in scene.ratios and (fact := _light(scene, key, scene.ratios[key])):
        yield fact


def limits(scene: Scene, key: str) -> tuple[float | None, float | None]:
    """Lowest and highest value of an indicator that meet its goal; of one that has a better side, only the other side.

    A value of the better side, however far, never stops meeting the goal.
    """
    if not scene.goals(key):
        return None, None
    low, high = scene.report.bounds(key, scene.position)
    direction = scene.indicator(key).direction
    return (None if direction == LOWER else low), (None if direction == HIGHER else high)


def demanded(scene: Scene, key: str) -> int | None:
    """How a growth must be beside that of its reference: more (1), the same (0) or less (−1); None where not known."""
    low, high = scene.report.bounds(key, scene.position)
    if low is None and high is None:
        return None
    return 0 if low is not None and high is not None else 1 if low is not None else -1


def distance(value: float, limit: float | None) -> float:
    """How far apart two figures are, from 0 to 1, whatever their unit; 0 without a limit."""
    if limit is None or value == limit:
        return 0.0
    return min(1.0, abs(value - limit) / (abs(value) + abs(limit)))


def _goal(scene: Scene, key: str) -> Fact | None:
    verdict, indicator = scene.report.verdict(key, scene.label), scene.indicator(key)
    value = scene.report.result(key, scene.label).value
    if verdict.meets is None or value is None:
        return None
    said, goal = shown(value, indicator.unit), _goal_words(scene, verdict.goal)
    clause = scene.rules.say(
        "cumple" if verdict.meets else "no_cumple",
        id=key, periodo=scene.label, valor=said, meta=goal, pide=_structure(scene, indicator),
    )  # fmt: skip
    doubtful = scene.doubtful(key)
    text = scene.rules.say("dato_meta", id=key, valor=said, periodo=scene.label, meta=goal)
    evidence = scene.evidence(text, str(indicator.source), doubtful)
    far = min((distance(value, limit) for limit in limits(scene, key) if limit is not None), default=0.0)
    return Fact(1 if verdict.meets else -1, clause, evidence, far, decides=True, doubtful=doubtful)


def _structure(scene: Scene, indicator: Indicator) -> str:
    """Why a growth has the goal that it has."""
    goal, wanted = indicator.goal, demanded(scene, indicator.id) if indicator.goal.structure else None
    return "" if wanted is None else scene.rules.say("pide", estructura=goal.structure, regla=_PACES[wanted])


def _goal_words(scene: Scene, text: str) -> str:
    """`>= tasa_empresarial (15,91%)` -> `≥ tasa empresarial (15,91 %)`: parameters have their names."""
    for written, read in _MARKS:
        text = text.replace(written, read)
    for name in scene.report.profile.parameters:
        text = re.sub(rf"\b{name}\b", lambda found: label(scene.report.profile, found[0]).partition(":")[0], text)
    return re.sub(r"(?<=\d)%", " %", text)


def _light(scene: Scene, key: str, standing: Standing) -> Fact | None:
    """A ratio without a better side is never good or bad: far from its peers, it is worth watching."""
    indicator, light = scene.indicator(key), standing.light
    undirected = indicator.direction == BOTH
    if standing.value is None or light is Light.NONE or (undirected and light is not Light.RED):
        return None
    said, place = shown(standing.value, indicator.unit), _place(scene, standing, indicator.unit)
    clause = scene.rules.say(
        "pares_lejos" if undirected else _PHRASES[light], id=key, periodo=scene.label, valor=said, lugar=place
    )
    text = scene.rules.say("dato_pares", id=key, valor=said, periodo=scene.label, lugar=place, luz=light)
    doubtful = scene.doubtful(key)
    evidence = scene.evidence(text, _table_words(scene), doubtful)
    sign = 0 if undirected else _SIGNS[light]
    far = distance(standing.value, standing.mean)
    return Fact(sign, clause, evidence, far, decides=True, caution=not sign, doubtful=doubtful)


def _place(scene: Scene, standing: Standing, unit: str) -> str:
    mean = shown(standing.mean, unit)
    if standing.percentile is None or standing.rule != "percentil":
        return scene.rules.say("lugar_media", media=mean)
    peers = f"{standing.count} pares"
    return scene.rules.say("lugar_percentil", percentil=shown(standing.percentile, "", 0), pares=peers, media=mean)


def _table_words(scene: Scene) -> str:
    if scene.peers is None:
        return ""
    name, source = scene.peers.table.name, str(scene.peers.table.source)
    return source if name in source else f"{name}; {source}"
