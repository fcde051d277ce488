"""One chapter a principle: its indicators in two years, and what each of them says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from xl_perlas.document import Block, Cell, Column, Heading, Item, Items, Paragraph, Row, RowKind, Section, Table, Unit
from xl_perlas.document.numbers import decimal
from xl_perlas.social import SocialIndicator
from xl_perlas.social_document.material import COUNTED, NO_MARK, ORDER, TONES, Material, capital, notes
from xl_perlas.social_document.overview import short_name

_LEGEND = (
    "✓ verde, ▲ amarillo, ✗ rojo, · sin nota. p. p.: puntos porcentuales. ! cifra dudosa: su nota dice por qué."
)


def principles(material: Material) -> Iterator[Section]:
    """A section for each principle of the method."""
    for key, principle in material.method.principles.items():
        own = material.method.of_principle(key)
        blocks: list[Block] = [
            Paragraph(_about(material, key, len(own))), _table(material, key, own), Paragraph(_LEGEND, quiet=True),
            Heading(f"Qué dice cada indicador en {material.period}"),
            Items(tuple(_said(material, one) for one in own)), *_steps(material, own),
        ]  # fmt: skip
        short = f"{key} · {short_name(principle.name)}"
        yield Section(f"principio-{key.lower()}", f"{key} · {principle.name}", tuple(blocks), short)


def _about(material: Material, key: str, count: int) -> str:
    marks, lights = material.marks, material.marks.lights_of(key, material.now)
    told = ", ".join(f"{n} {COUNTED[light]}" for light in ORDER if (n := lights.counts[light]))
    means = [_mean(marks.principles[key][i]) for i in material.years]
    both = "; ".join(f"en {label}, {mean}" for label, mean in zip(material.labels, means, strict=True))
    return f"Nota del principio: {both}. De sus {count} indicadores, en {material.period}: {told}."


def _mean(mark: float | None) -> str:
    return NO_MARK if mark is None else decimal(mark)


def _table(material: Material, key: str, own: list[SocialIndicator]) -> Table:
    compared = material.before is not None
    columns = (
        Column("Id"), Column("Indicador", wide=True), *(Column(label, True) for label in material.labels),
        *([Column("Cambio", True)] if compared else []), Column(f"Nota {material.period}", True), Column("Luz"),
    )  # fmt: skip
    rows = [_row(material, one) for one in own]
    blank = [Cell("")] * (len(material.years) + compared)
    total = Cell(material.marks.principles[key][material.now], Unit.PLAIN, missing=NO_MARK)
    rows.append(Row((Cell(key), Cell("Nota del principio"), *blank, total, Cell("")), RowKind.TOTAL))
    return Table(columns, tuple(rows))


def _row(material: Material, one: SocialIndicator) -> Row:
    again = f"Es el mismo que {one.repeats}: se calcula una vez" if one.repeats else ""
    change = [material.change_cell(one)] if material.before is not None else []
    return Row((
        Cell(one.id), material.name_cell(one, again), *(material.value_cell(one, i) for i in material.years), *change,
        material.mark_cell(one, material.now), material.light_cell(one, material.now),
    ))  # fmt: skip


def _said(material: Material, one: SocialIndicator) -> Item:
    """The sentence of an indicator, and beneath it what qualifies its figures."""
    tone = TONES[material.mark(one.id, material.now).light]
    return Item(capital(material.result(one.id, material.now).analysis), one.id, tuple(_causes(material, one)), tone)


def _texts(material: Material, one: SocialIndicator) -> tuple[list[str], list[str]]:
    """Notes of the year reported, and those of the value of the other: its mark is not what the report is about."""
    now = [material.result(one.id, material.now).note, material.mark(one.id, material.now).note]
    return now, [] if material.before is None else [material.result(one.id, material.before).note]


def _causes(material: Material, one: SocialIndicator) -> Iterator[str]:
    """Causes of the notes of both years; those of the earlier one name it."""
    own, earlier = _texts(material, one)
    now = [(code, cause) for code, cause, _ in notes(own)]
    yield from (f"[{code}] {capital(cause)}" for code, cause in now)
    for code, cause, _ in notes(earlier):
        if (code, cause) not in now:
            place = "" if material.earlier in cause else f"{material.earlier}: "
            yield f"[{code}] {capital(place + cause)}"


def _steps(material: Material, own: list[SocialIndicator]) -> Iterator[Block]:
    """What to do about the notes: each step once, with the indicators it is about."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in own:
        for code, _, step in notes(chain(*_texts(material, one))):
            found.setdefault((code, step), {})[one.id] = None
    if found:
        yield Heading("Qué hacer con estas notas")
        items = (Item(capital(step), f"[{code}]", (", ".join(keys),)) for (code, step), keys in found.items())
        yield Items(tuple(items))
