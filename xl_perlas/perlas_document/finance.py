"""The financial analysis: what the balance and the result are made of, how they change, and where they are going."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_perlas.analysis import Analysis, Composition, Trend, VerticalRow
from xl_perlas.document import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    GroupedBars,
    Heading,
    Items,
    Paragraph,
    Row,
    RowKind,
    Section,
    Series,
    StackedBars,
    Table,
    Unit,
    Value,
)
from xl_perlas.perlas_document.material import Material, figure_cell, figure_value, note_items

#: Parts of a whole with a bar of their own; the others are one.
_PARTS = 6
#: Periods side by side in the chart of margins.
_SIDE_BY_SIDE = 3

_NONE = "No hay análisis financiero: no se calculó para este informe."

#: (note, row, period) of a figure with something to say.
_Notes = list[tuple[str, str, str]]

#: Notes that only say what the word in the cell says.
_SILENT = ("[F01]", "[F02]", "[F03]")


def finance(material: Material) -> Section:
    """Composition, income statement, horizontal analysis and trends."""
    if material.analysis is None:
        return Section("analisis", "Análisis financiero", (Callout(_NONE),))
    notes: _Notes = []
    blocks = [
        *_compositions(material, material.analysis, notes), *_statement(material, material.analysis, notes),
        *_horizontal(material, material.analysis, notes), *_trends(material, material.analysis),
    ]  # fmt: skip
    told = [one for one in dict.fromkeys(notes) if not one[0].startswith(_SILENT)]
    if items := note_items(told, material.labels):
        blocks += [Heading("Notas de las cifras"), Items(items)]
    return Section("analisis", "Análisis financiero", tuple(blocks))


# --- composition ------------------------------------------------------------------------------------------------------


def _compositions(material: Material, analysis: Analysis, notes: _Notes) -> Iterator[Block]:
    yield Heading("De qué se compone")
    for one in analysis.compositions():
        whole = [share.amount for share in one.total.shares[: len(material.periods)]]
        notes += [(f.note, one.name, label) for f, label in zip(whole, material.labels, strict=True) if f.note]
        amounts = any(f.value is not None and f.value < 0 for f in whole)
        caption = f"Parte de cada grupo en la suma de la cuenta {one.account}; arriba, la suma en USD."
        if amounts:
            caption = "En USD: el total es negativo en algún periodo, y entonces las partes no se leen como porcentaje."
        yield Figure(_stacked(material, one, amounts), caption)


def _stacked(material: Material, one: Composition, amounts: bool) -> StackedBars:
    unit = Unit.AMOUNT if amounts else Unit.PERCENT
    rows = [(row.item.name or row.item.id, _values(material, row, amounts)) for row in one.parts]
    rows = [(f"{name[:1]}{name[1:].lower()}" if name.isupper() else name, values) for name, values in rows
            if any(v.value for v in values)]  # fmt: skip
    rows.sort(key=lambda row: -max(abs(v.value or 0.0) for v in row[1]))
    main, rest = rows[:_PARTS], rows[_PARTS:]
    if len(rest) == 1:
        main, rest = rows, []
    if rest:
        main.append((f"Otros ({len(rest)})", [_sum(values) for values in zip(*(v for _, v in rest), strict=True)]))
    if not main:
        main = [("Sin saldos", [figure_value(one.total.shares[i].share) for i in range(len(material.periods))])]
    totals = () if amounts else material.series("", [
        figure_value(share.amount) for share in one.total.shares[: len(material.periods)]
    ]).values  # fmt: skip
    return StackedBars(
        one.name, unit, tuple(p for p, _ in material.slots), tuple(material.series(*row) for row in main), totals
    )


def _values(material: Material, row: VerticalRow, amounts: bool) -> list[Value]:
    return [figure_value(s.amount if amounts else s.share) for s in row.shares[: len(material.periods)]]


def _sum(values: Sequence[Value]) -> Value:
    known = [v.value for v in values if v.value is not None]
    return Value(sum(known)) if known else values[0]


# --- income statement -------------------------------------------------------------------------------------------------


def _statement(material: Material, analysis: Analysis, notes: _Notes) -> Iterator[Block]:
    yield Heading("Estado de resultados por márgenes")
    statement, count = analysis.statement(), len(material.periods)
    columns = (Column("Línea", wide=True), *material.columns(), Column(f"% de ingresos, {material.period}", True),
               Column("Variación", True))  # fmt: skip
    rows = []
    for row in statement:
        shares, change = row.shares[:count], row.changes[count - 1]
        notes += [(s.amount.note, row.item.name, s.period) for s in shares if s.amount.note]
        rows.append(Row((
            Cell(row.item.name), *(figure_cell(s.amount, Unit.AMOUNT) for s in shares),
            figure_cell(shares[-1].share, Unit.PERCENT), figure_cell(change.relative, Unit.PERCENT),
        ), RowKind.TOTAL if row.item.subtotal else RowKind.BODY))  # fmt: skip
    yield Table(columns, tuple(rows), f"En USD. Variación: frente a {statement[0].changes[count - 1].base or '—'}.")
    if material.crowded:
        yield Paragraph(material.crowded, quiet=True, paper=True)
    margins = [row for row in statement if row.item.subtotal]
    shown = range(max(0, count - _SIDE_BY_SIDE), count)
    series = tuple(
        Series(material.labels[i], tuple(figure_value(row.shares[i].amount) for row in margins)) for i in shown
    )
    names = tuple(row.item.name for row in margins)
    chart = GroupedBars("Del margen de intereses al resultado", Unit.AMOUNT, names, series)
    yield Figure(chart, "En USD, acumulado desde enero de cada año.")
    yield Paragraph(f"Fuente: {analysis.statements.income_source}.", quiet=True)


# --- changes and trends -----------------------------------------------------------------------------------------------


def _horizontal(material: Material, analysis: Analysis, notes: _Notes) -> Iterator[Block]:
    yield Heading("Cómo cambió")
    position = len(material.periods) - 1
    rows = [(row.item, row.changes[position]) for row in analysis.horizontal(2)]
    if not rows:
        yield Callout("El balance no tiene grupos de cuentas que comparar.")
        return
    bases = dict.fromkeys(change.base for _, change in rows)
    columns = (Column("Cuenta"), Column("Nombre"), Column("Antes", True), Column(material.period, True),
               Column("Variación", True), Column("%", True))  # fmt: skip
    table = []
    for item, change in rows:
        notes += [(f.note, item.id, change.period) for f in (change.relative, change.current) if f.note]
        table.append(Row((
            Cell(item.id), Cell(item.name), figure_cell(change.previous, Unit.AMOUNT),
            figure_cell(change.current, Unit.AMOUNT), figure_cell(change.absolute, Unit.AMOUNT),
            figure_cell(change.relative, Unit.PERCENT),
        ), RowKind.TOTAL if len(item.id) == 1 else RowKind.BODY))  # fmt: skip
    compared = " o ".join(bases) + (" (ingresos y gastos)" if len(bases) > 1 else "")
    yield Table(columns, tuple(table), f"Análisis horizontal de los grupos: {material.period} frente a {compared}, en "
                                       "USD.")  # fmt: skip


def _trends(material: Material, analysis: Analysis) -> Iterator[Block]:
    yield Heading("Hacia dónde va")
    if len(analysis.periods) < 2:
        yield Callout("No hay tendencias: el balance tiene un solo periodo, y hacen falta dos al menos.")
        return
    columns = (Column("Cuenta"), Column("Nombre"), Column("Cifras", True), Column("Promedio", True),
               Column("Por año", True), Column("R²", True), Column("Crecimiento anual", True))  # fmt: skip
    trends = [one for one in analysis.trends(2) if one.count and any(p.value for p in one.points)]
    yield Table(columns, tuple(map(_trend, trends)), f"De {analysis.periods[0]} a {analysis.periods[-1]}, en USD")
    yield Paragraph(
        "Por año: pendiente de la recta. Crecimiento anual: la tasa constante que lleva de la primera a la última "
        "cifra del mismo mes; n cifras anuales son n − 1 años.", quiet=True,
    )  # fmt: skip


def _trend(one: Trend) -> Row:
    return Row((
        Cell(one.item.id), Cell(one.item.name), Cell(float(one.count), Unit.COUNT), figure_cell(one.mean, Unit.AMOUNT),
        figure_cell(one.slope, Unit.AMOUNT), figure_cell(one.r_squared, Unit.PLAIN, 4),
        figure_cell(one.growth, Unit.PERCENT),
    ), RowKind.TOTAL if len(one.item.id) == 1 else RowKind.BODY)  # fmt: skip
