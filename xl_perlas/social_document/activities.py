"""The activities of the year: what was done for each principle, for how many, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from xl_perlas.document import Block, Cell, Column, Paragraph, Row, RowKind, Section, Table, Unit
from xl_perlas.social_document.material import ActivityRow, Material, day

_NO_FIGURE, _NO_BUDGET, _ZERO_BUDGET = "sin cifra", "sin presupuesto", "presupuesto cero"

#: Where the figures of an activity stand, and what they are called.
_FIGURES = {3: "beneficiarios", 4: "presupuesto", 5: "gasto"}


def activities(material: Material) -> Iterator[Section]:
    """A section by principle and one by one; nothing where no list of activities was given."""
    listed = material.activities
    if listed is None:
        return
    blocks: list[Block] = [Paragraph("No hay actividades anotadas.")]
    if listed:
        blocks = [_by_principle(material, listed), _one_by_one(material, listed), *_remarks(listed)]
    yield Section("actividades", "Actividades y presupuesto", tuple(blocks), "Actividades")


def _by_principle(material: Material, listed: Sequence[ActivityRow]) -> Table:
    groups = {key: [one for one in listed if one[1] == key] for key in (*material.method.principles, "")}
    groups[""] = [one for one in listed if one[1] not in material.method.principles]
    rows = [
        Row((_principle(material, key), Cell(float(len(own)), Unit.COUNT), *_sums(own)))
        for key, own in groups.items() if own
    ]  # fmt: skip
    rows.append(Row((Cell("Total"), Cell(float(len(listed)), Unit.COUNT), *_sums(listed)), RowKind.TOTAL))
    columns = (Column("Principio", wide=True), Column("Actividades", True), *_figure_columns())
    return Table(columns, tuple(rows), f"Por principio{_money(material)}")


def _one_by_one(material: Material, listed: Sequence[ActivityRow]) -> Table:
    rows = [
        Row((Cell(day(one[0]) or None, missing="sin fecha"), Cell(one[2] or None, missing="sin descripción"),
             Cell(one[1] or None, missing="ninguno"), *_figures(one[3:])))
        for one in listed
    ]  # fmt: skip
    rows.append(Row((Cell("Total"), Cell(""), Cell(""), *_sums(listed)), RowKind.TOTAL))
    columns = (Column("Fecha"), Column("Actividad", wide=True), Column("Principio"), *_figure_columns())
    return Table(columns, tuple(rows), f"Una por una{_money(material)}")


def _figure_columns() -> tuple[Column, ...]:
    return tuple(Column(title, True) for title in ("Beneficiarios", "Presupuesto", "Gastado", "Ejecutado"))


def _money(material: Material) -> str:
    return f"; importes en {material.money}" if material.money else ""


def _principle(material: Material, key: str) -> Cell:
    one = material.method.principles.get(key)
    return Cell(f"{key} · {one.name}") if one else Cell(None, missing="Sin principio")


def _sums(listed: Sequence[ActivityRow]) -> tuple[Cell, ...]:
    """The sums of the figures there are."""
    columns = zip(*(one[3:] for one in listed), strict=True)
    given = ([figure for figure in column if figure is not None] for column in columns)
    return _figures([fsum(own) if own else None for own in given])


def _figures(figures: Sequence[float | None]) -> tuple[Cell, ...]:
    people, budget, spent = figures
    share = spent / budget if spent is not None and budget else None
    why = _NO_BUDGET if budget is None else _NO_FIGURE if spent is None else _ZERO_BUDGET
    return (Cell(people, Unit.COUNT, missing=_NO_FIGURE), Cell(budget, Unit.AMOUNT, missing=_NO_BUDGET),
            Cell(spent, Unit.AMOUNT, missing=_NO_FIGURE), Cell(share, Unit.PERCENT, missing=why))  # fmt: skip


def _remarks(listed: Sequence[ActivityRow]) -> Iterator[Block]:
    lacking = [f"{n} sin {name}" for i, name in _FIGURES.items() if (n := sum(one[i] is None for one in listed))]
    if lacking:
        yield Paragraph(f"Hay actividades con cifras que faltan ({'; '.join(lacking)}): los totales suman solo las "
                        "que hay.", quiet=True)  # fmt: skip
    yield Paragraph("Ejecutado es lo gastado como parte del presupuesto.", quiet=True)
    yield Paragraph("La suma de beneficiarios cuenta otra vez a quien participó en varias actividades.", quiet=True)
