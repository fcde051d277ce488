"""One chapter a component: its indicators period by period, a chart of each with its goal, and what qualifies them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xl_perlas.document import (
    Block,
    Cell,
    Column,
    Figure,
    Gallery,
    Heading,
    Items,
    Light,
    LineChart,
    Paragraph,
    Row,
    Section,
    Table,
)
from xl_perlas.model import COMPONENTS, Indicator
from xl_perlas.perlas_document.material import (
    TONES,
    UNITS,
    Material,
    goal_words,
    note_items,
    result_cell,
    result_value,
    verdict_light,
)
from xl_perlas.perlas_document.tally import met_by_component

#: Notes that only repeat what stands beside them.
_SILENT = ("[E23]", "[E24]")

_LEGEND = (
    "En los gráficos: ● cumple la meta, ◇ no la cumple, punto pequeño sin veredicto, × no hay cifra (la línea se "
    "corta, no se completa). La línea de trazos es la meta, y el lado rayado, donde se cumple."
)


def areas(material: Material) -> Iterator[Section]:
    """A section for each component with indicators."""
    counts = met_by_component(material.report, material.position)
    for letter, count in counts.items():
        own = [one for one in material.report.indicators if one.component == letter]
        text = f"En {material.period} se cumplen {count.text} metas con veredicto"
        text += f"; {count.without} de {len(own)} indicadores no lo tienen." if count.without else "."
        blocks: list[Block] = [Paragraph(text), _table(material, own)]
        if material.crowded:
            blocks.append(Paragraph(material.crowded, quiet=True, paper=True))
        blocks += [Paragraph(_LEGEND, quiet=True), Gallery(tuple(_figure(material, one) for one in own))]
        notes = note_items(_notes(material, own), material.labels)
        if notes:
            blocks += [Heading("Notas"), Items(notes)]
        yield Section(f"area-{letter.lower()}", f"{letter} · {COMPONENTS[letter]}", tuple(blocks))


def _table(material: Material, own: list[Indicator]) -> Table:
    columns = (Column("Id"), Column("Indicador y fuente", wide=True), Column("Meta"),
               Column(f"En {material.period}"), *material.columns())  # fmt: skip
    return Table(columns, tuple(_row(material, one) for one in own))


def _row(material: Material, one: Indicator) -> Row:
    results, verdicts = material.report.results[one.id], material.report.verdicts[one.id]
    cells = [result_cell(results[i], one.unit, verdicts[i]) for i in range(len(material.periods))]
    last = verdicts[material.position]
    return Row((
        Cell(one.id), Cell(one.name, detail=str(one.source)), Cell(goal_words(material, last.goal)),
        Cell(last.word, tone=TONES[last.meets]), *cells,
    ))  # fmt: skip


def _figure(material: Material, one: Indicator) -> Figure:
    verdict = material.report.verdicts[one.id][material.position]
    light: Light = verdict_light(verdict)
    return Figure(indicator_chart(material, one), f"Meta: {goal_words(material, verdict.goal)}", light)


def indicator_chart(material: Material, one: Indicator) -> LineChart:
    """The figures of an indicator over time, with its goal as it stands in each period."""
    results, verdicts = material.report.results[one.id], material.report.verdicts[one.id]
    values = [result_value(results[i], TONES[verdicts[i].meets]) for i in range(len(material.periods))]
    chart = material.lines(f"{one.id} · {one.name}", UNITS[one.unit], [(one.name, values)])
    operators = {condition.operator for condition in one.goal.conditions}
    return replace(
        chart, bounds=material.bounds(one.id), low_sign=">" if _strict(operators, ">", one) else "≥",
        high_sign="<" if _strict(operators, "<", one) else "≤", equal_sign="≈" if one.goal.structure else "=",
    )  # fmt: skip


def _strict(operators: set[str], sign: str, one: Indicator) -> bool:
    """Whether the limit itself does not meet the goal."""
    return bool(one.goal.structure) or (sign in operators and f"{sign}=" not in operators)


def _notes(material: Material, own: list[Indicator]) -> Iterator[tuple[str, str, str]]:
    for one in own:
        results, verdicts = material.report.results[one.id], material.report.verdicts[one.id]
        for label, result, verdict in zip(material.labels, results, verdicts, strict=False):
            if result.note:
                yield result.note, one.id, label
            if verdict.note and verdict.meets is None and not verdict.note.startswith(_SILENT):
                yield verdict.note, one.id, label
