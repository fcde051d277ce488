"""How accounts grow up to a period: the last change and the average of the years, alone or beside another account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xl_perlas.analysis import Figure, Item, State
from xl_perlas.findings.whatif import shown
from xl_perlas.strengths.facts import demanded, distance
from xl_perlas.strengths.model import Fact, Subject
from xl_perlas.strengths.scene import Scene


@dataclass(frozen=True, slots=True)
class _Rate:
    """Growth of an item between two periods, a year or over all; `phrases` are those that tell it."""

    item: Item
    value: float
    first: str
    last: str
    phrases: str
    doubtful: bool


def growth_facts(scene: Scene, subject: Subject, verdict: str = "") -> Iterator[Fact]:
    """What the growth of the accounts of a subject says of it.

    `verdict` is an indicator of the subject whose goal judges the last change; only the average of the years is then
    added, in the direction that its goal asks for. Without one, growing is better.
    """
    wanted = demanded(scene, verdict) if verdict else 1
    for key in subject.accounts:
        item = scene.analysis.item(key)
        if not verdict:
            if subject.positive and (fact := _negative(scene, item)):
                yield fact
            yield from _last_change(scene, subject, item)
        if wanted and (rate := _average(scene, item)):
            yield from _judged(scene, rate, _average(scene, _other(scene, subject)), wanted)


def _other(scene: Scene, subject: Subject) -> Item | None:
    return scene.analysis.item(subject.against) if subject.against else None


# --- the last change --------------------------------------------------------------------------------------------------


def _last_change(scene: Scene, subject: Subject, item: Item) -> Iterator[Fact]:
    rate = _last(scene, item)
    if rate:
        yield from _judged(scene, rate, _last(scene, _other(scene, subject)), 1)
    elif not subject.against and (fact := _jump(scene, item)):
        yield fact


def _last(scene: Scene, item: Item | None) -> _Rate | None:
    """The last change as a rate; None from zero, and from a negative figure, where no rate measures it."""
    if item is None:
        return None
    found = scene.analysis.change(item.id, scene.label)
    if found.relative.value is None or (found.previous.value or 0.0) <= 0:
        return None
    return _Rate(item, found.relative.value, found.base, found.period, "salto", _doubt(found.relative))


def _jump(scene: Scene, item: Item) -> Fact | None:
    """A change that is no rate: from zero, or between figures of which one is negative. The amounts tell it."""
    found = scene.analysis.change(item.id, scene.label)
    before, now, moved = found.previous.value, found.current.value, found.absolute.value
    if before is None or now is None or not moved:
        return None
    size = found.relative.value
    counts = size is None or abs(size) >= scene.rules.growth
    text = scene.rules.say(
        "paso", cuenta=_named(item), antes=shown(before, "USD"), ahora=shown(now, "USD"), desde=found.base,
        hasta=found.period,
    )  # fmt: skip
    doubtful = _doubt(found.absolute)
    sign = (1 if moved > 0 else -1) if counts else 0
    evidence = scene.evidence(text, _source(item), doubtful)
    return Fact(sign, text, evidence, distance(now, before), doubtful=doubtful)


def _negative(scene: Scene, item: Item) -> Fact | None:
    amount = scene.analysis.share(item.id, scene.label).amount
    if amount.value is None or amount.value >= 0:
        return None
    text = scene.rules.say(
        "negativa", cuenta=_named(item), periodo=scene.label, valor=shown(amount.value, "USD")
    )
    evidence = scene.evidence(text, _source(item), _doubt(amount))
    return Fact(-1, text, evidence, 1.0, doubtful=_doubt(amount))


# --- the average of the years -----------------------------------------------------------------------------------------


def _average(scene: Scene, item: Item | None) -> _Rate | None:
    """Average annual growth up to the period; None where it would only repeat the last change, or measures nothing."""
    if item is None:
        return None
    trend, last = scene.analysis.trend(item.id), scene.analysis.change(item.id, scene.label)
    first, end = trend.span
    if trend.growth.value is None or end != scene.label or first == last.base:
        return None
    start = scene.analysis.share(item.id, first).amount.value
    if start is None or start <= 0:
        return None
    return _Rate(item, trend.growth.value, first, end, "tasa", _doubt(trend.growth))


# --- judging ----------------------------------------------------------------------------------------------------------


def _judged(scene: Scene, rate: _Rate, other: _Rate | None, wanted: int) -> Iterator[Fact]:
    """A rate beside another of the same periods, where there is one to compare with; else by itself."""
    rules, text, doubtful = scene.rules, _rate_words(scene, rate), rate.doubtful
    difference, limit, source = rate.value, rules.growth, _source(rate.item)
    far = abs(rate.value) / (1 + abs(rate.value))
    if other is not None:
        if (other.first, other.last) != (rate.first, rate.last):
            return
        difference, limit = rate.value - other.value, rules.difference
        text = rules.say("frente", una=text, otra=_rate_words(scene, other))
        source, doubtful = f"{source} y {_source(other.item)}", doubtful or other.doubtful
        far = distance(rate.value, other.value)
    sign = 0 if abs(difference) < limit else wanted if difference > 0 else -wanted
    yield Fact(sign, text, scene.evidence(text, source, doubtful), far, doubtful=doubtful)


def _rate_words(scene: Scene, rate: _Rate) -> str:
    size = shown(abs(rate.value), "%")
    verb = "crece" if rate.value > 0 else "baja"
    if size == shown(0.0, "%"):
        verb = "fija" if rate.phrases == "tasa" else "fijo"
    return scene.rules.say(
        f"{rate.phrases}_{verb}", cuenta=_named(rate.item), tasa=size, desde=rate.first, hasta=rate.last
    )


def _named(item: Item) -> str:
    """`la cuenta 14 «CARTERA DE CRÉDITOS»`, or the name of a line of the statements."""
    name = f"«{item.name}»" if item.name else ""
    return name if item.line else f"la cuenta {item.id} {name}".rstrip()


def _source(item: Item) -> str:
    return str(item.line.source) if item.line else f"cuenta {item.id} del balance"


def _doubt(figure: Figure) -> bool:
    return figure.state is State.INCONSISTENT
