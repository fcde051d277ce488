"""The indicators whose mark rose and fell most between the two years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_perlas.document import Block, Callout, Cell, Column, Heading, Paragraph, Row, Section, Table
from xl_perlas.social import SocialIndicator
from xl_perlas.social.marks import relative_change
from xl_perlas.social.model import LOWER
from xl_perlas.social_document.material import Material

#: Indicators told on each side.
_MOVED = 10


def moved(material: Material) -> Section:
    """The indicators whose mark rose and fell most."""
    title = "Lo que más mejoró y lo que más empeoró"
    if material.before is None:
        return Section("cambios", title, (Callout("Hacen falta dos años."),), "Cambios")
    changes = {key: c for key in material.method.indicators if (c := _mark_change(material, key)) is not None}
    up, down = (_ranked(material, changes, side) for side in (1, -1))
    count, same = len(material.method.indicators), len(changes) - len(up) - len(down)
    text = (
        f"De {count} indicadores, {len(changes)} tienen nota en {material.earlier} y en {material.period}: en "
        f"{len(up)} subió, en {len(down)} bajó y en {same} no cambió."
    )
    if count > len(changes):
        text += f" En los otros {count - len(changes)} no hay nota que comparar: falta en un año o en los dos."
    blocks: list[Block] = [Paragraph(text)]
    for name, keys in (("Mejoraron", up), ("Empeoraron", down)):
        blocks += _side(material, name, keys)
    return Section("cambios", title, tuple(blocks), "Cambios")


def _mark_change(material: Material, key: str) -> float | None:
    if material.before is None:
        return None
    now, before = material.mark(key, material.now).value, material.mark(key, material.before).value
    return None if now is None or before is None else now - before


def _ranked(material: Material, changes: Mapping[str, float], side: int) -> list[str]:
    """Indicators whose mark rose (`side` 1) or fell (-1), the one that moved most first."""
    own = [key for key, change in changes.items() if change * side > 0]
    return sorted(own, key=lambda key: _rank(material, key, changes[key], side))


def _rank(material: Material, key: str, change: float, side: int) -> tuple[float, float]:
    """Largest change of mark first; between equal ones, the largest change of the value on its better side."""
    one = material.method.indicators[key]
    share = relative_change(material.result(key, material.now)) or 0.0
    return -change * side, -share * side * (-1 if one.direction == LOWER else 1)


def _side(material: Material, name: str, keys: list[str]) -> Iterator[Block]:
    shown = keys[:_MOVED]
    yield Heading(f"{name} ({len(shown)} de {len(keys)})" if len(keys) > _MOVED else f"{name} ({len(keys)})")
    if not keys:
        yield Paragraph("Ninguno.", quiet=True)
        return
    columns = (
        Column("Id"), Column("Indicador", wide=True), *(Column(f"Nota {label}", True) for label in material.labels),
        *(Column(f"Valor {label}", True) for label in material.labels), Column("Cambio del valor", True), Column("Luz"),
    )  # fmt: skip
    yield Table(columns, tuple(_moved_row(material, material.method.indicators[key]) for key in shown))


def _moved_row(material: Material, one: SocialIndicator) -> Row:
    return Row((
        Cell(one.id), material.name_cell(one, f"Principio {one.principle}"),
        *(material.mark_cell(one, i) for i in material.years), *(material.value_cell(one, i) for i in material.years),
        material.change_cell(one), material.light_cell(one, material.now),
    ))  # fmt: skip
