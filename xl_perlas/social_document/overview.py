"""The first pages: the marks of two years and the lights, in figures and drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from xl_perlas.document import (
    Block,
    Callout,
    Card,
    Cards,
    Cell,
    Column,
    Figure,
    GroupedBars,
    Heading,
    Item,
    Items,
    Light,
    Lights,
    Paragraph,
    RadarChart,
    Row,
    RowKind,
    Section,
    Series,
    Spoke,
    Table,
    Tone,
    Unit,
    Value,
)
from xl_perlas.document.numbers import decimal
from xl_perlas.document.numbers import shown as number
from xl_perlas.problems import ERROR, INFO, WARNING
from xl_perlas.social import Category
from xl_perlas.social.thresholds import TOP
from xl_perlas.social_document.material import (
    COLOURS,
    COUNTED,
    NO_MARK,
    ORDER,
    POLICIES,
    TONES,
    Material,
    capital,
    mark_value,
    reason,
)

SEVERITY_TONES = {ERROR: Tone.BAD, WARNING: Tone.WATCH, INFO: Tone.NONE}

#: Where a name may end beside a chart with little room: `Autonomía` for `Autonomía e independencia`.
_LINK = re.compile(r",| (?:a|con|de|e|y) ")

#: Problems that the summary tells.
_DOUBTS = 3

_TOTAL = "La nota de un principio es el promedio de las de sus indicadores, y la total, el de los principios con nota."


# --- summary ----------------------------------------------------------------------------------------------------------


def summary(material: Material) -> Section:
    """Key figures of both years, lights, the mark of each principle, and the first doubts."""
    blocks: list[Block] = [Cards(tuple(_cards(material))), _lights(material)]
    own = material.own_criterion
    if own:
        blocks.append(Callout(f"{own} Las notas, las luces y el plan dependen de ellos.", Tone.WATCH))
    blocks += _about_years(material)
    blocks += [_principle_table(material), Paragraph(f"{_TOTAL} El indicador que no tiene nota "
                         f"{POLICIES[material.marks.thresholds.unmarked]}.", quiet=True)]
    serious = [one for one in material.problems if one.severity != INFO]
    serious.sort(key=lambda one: one.severity != ERROR)
    if serious:
        blocks += [
            Heading("Lo primero que hay que revisar"),
            Items(tuple(Item(capital(one.cause), f"[{one.code}]", (), SEVERITY_TONES[one.severity])
                        for one in serious[:_DOUBTS])),
            Paragraph("Todas las dudas, con lo que hay que hacer, están en «Qué se puede dudar».", quiet=True),
        ]  # fmt: skip
    return Section("resumen", "Resumen", tuple(blocks))


def _cards(material: Material) -> Iterator[Card]:
    marks, now, before = material.marks, material.now, material.before
    total = marks.totals[now]
    yield Card("Nota total, de 0 a 10", NO_MARK if total is None else decimal(total), _total_before(material))
    missing = Counter(reason(row[now]) for row in marks.report.results.values() if not row[now].text
                      and row[now].value is None)  # fmt: skip
    count = len(marks.marks)
    why = "; ".join(f"{word}: {n}" for word, n in missing.items())
    yield Card("Indicadores con valor", f"{count - missing.total()} de {count}", why or "no falta ninguno")
    judged = sum(row[now].value is not None for row in marks.marks.values())
    earlier = "" if before is None else (
        f"en {material.earlier}, {sum(row[before].value is not None for row in marks.marks.values())}"
    )  # fmt: skip
    yield Card("Indicadores con nota", f"{judged} de {count}", earlier)
    urgent = next(one for one in material.plan.evolution if one.category is Category.URGENT)
    was = f"en {material.plan.previous}, {urgent.before}" if urgent.before is not None else "sin año con que comparar"
    yield Card("Urgentes en el plan de mejora", str(urgent.now), was)


def _total_before(material: Material) -> str:
    if material.before is None:
        return "sin año con que comparar"
    total = material.marks.totals[material.before]
    return f"en {material.earlier}, {NO_MARK if total is None else decimal(total)}"


def _lights(material: Material) -> Lights:
    found = material.marks.lights[material.now]
    names = {**COUNTED, ORDER[-1]: "sin nota (N/A)"}
    return Lights(tuple(
        Light(f"{found.counts[light]} {names[light]}", TONES[light], _share(found.shares[light])) for light in ORDER
    ))  # fmt: skip


def _share(share: float | None) -> str:
    return "" if share is None else number(share, Unit.PERCENT)


def _about_years(material: Material) -> Iterator[Block]:
    """What is not compared, and what is compared with another year than the one before."""
    periods, now = material.marks.report.periods, material.now
    if material.before is None:
        yield Callout(f"No hay otro año con que comparar {material.period}: no se muestran cambios.")
    elif periods[material.before].key != (periods[now].year - 1, periods[now].month):
        yield Callout(
            f"{material.period} se compara con {material.earlier}, que no es el año anterior: los crecimientos, las "
            "notas que dependen del cambio y las frases de análisis solo se comparan con el año anterior.", Tone.WATCH
        )  # fmt: skip
    yield from _about_marks(material)
    others = [one.label for i, one in enumerate(periods) if i not in material.years]
    if others:
        yield Paragraph(f"Los datos tienen también {', '.join(others)}, que este informe no muestra.", quiet=True)


def _about_marks(material: Material) -> Iterator[Block]:
    """That the marks of the two years are not of the same indicators, where they are not."""
    if material.before is None:
        return
    marked = [{key for key, row in material.marks.marks.items() if row[i].value is not None} for i in material.years]
    apart = marked[0] ^ marked[1]
    if apart:
        yield Callout(
            f"Las notas de los dos años no salen de los mismos indicadores: {len(apart)} tienen nota solo en uno de "
            f"ellos ({len(marked[0])} la tienen en {material.period} y {len(marked[1])} en {material.earlier}). Que "
            "una nota suba o baje puede deberse a eso.", Tone.WATCH
        )  # fmt: skip


def _principle_table(material: Material) -> Table:
    marks = material.marks
    columns = (
        Column("Principio", wide=True), *(Column(f"Nota {label}", True) for label in material.labels),
        *(Column(f"{COLOURS[light].capitalize()}", True) for light in ORDER), Column("Indicadores", True),
    )  # fmt: skip
    rows = []
    for key, one in material.method.principles.items():
        lights = marks.lights_of(key, material.now)
        cells = [Cell(f"{key} · {one.name}"), *_means([marks.principles[key][i] for i in material.years])]
        cells += [Cell(float(n), Unit.COUNT) for n in (*(lights.counts[light] for light in ORDER), lights.total)]
        rows.append(Row(tuple(cells)))
    whole = marks.lights[material.now]
    cells = [Cell("Total"), *_means([marks.totals[i] for i in material.years])]
    cells += [Cell(float(n), Unit.COUNT) for n in (*(whole.counts[light] for light in ORDER), whole.total)]
    rows.append(Row(tuple(cells), RowKind.TOTAL))
    return Table(columns, tuple(rows), f"Nota de cada principio, y luces de {material.period}")


def _means(found: list[float | None]) -> list[Cell]:
    return [Cell(mark, Unit.PLAIN, missing=NO_MARK) for mark in found]


# --- charts -----------------------------------------------------------------------------------------------------------


def standing(material: Material) -> Section:
    """The marks of the principles, drawn."""
    marks, principles = material.marks, material.method.principles
    names = tuple(f"{key} · {one.name}" for key, one in principles.items())
    series = tuple(
        Series(label, tuple(mark_value(marks.principles[key][i]) for key in principles))
        for label, i in zip(material.labels, material.years, strict=True)
    )
    bars = GroupedBars("Nota de cada principio, de 0 a 10", Unit.PLAIN, names, series)
    radar = Figure(_radar(material), "Junto al porcentaje, la nota: 100 % es 10, y el centro es 0.")
    return Section("notas", "Nota de cada principio", (Figure(bars), radar), "Notas")


def lights(material: Material) -> Section:
    """The shares of the lights, drawn and counted."""
    return Section("semaforo", "Semáforo", (Figure(_light_bars(material)), _light_table(material)))


def _radar(material: Material) -> RadarChart:
    marks, before = material.marks, material.before
    spokes = tuple(
        Spoke(
            f"{key} · {_LINK.split(one.name)[0]}", mark_value(marks.principles[key][material.now], TOP),
            Value(None, NO_MARK) if before is None else mark_value(marks.principles[key][before], TOP),
            _told(marks.principles[key][material.now]),
        )
        for key, one in material.method.principles.items()
    )  # fmt: skip
    return RadarChart("Qué parte de la nota más alta alcanza cada principio", spokes, material.period, material.earlier)


def _told(mark: float | None) -> str:
    return "" if mark is None else decimal(mark)


def short_name(name: str) -> str:
    """A name up to its first comma."""
    return name.partition(",")[0]


def _light_bars(material: Material) -> GroupedBars:
    found = material.marks.lights
    series = tuple(
        Series(label, tuple(Value(found[i].shares[light]) for light in ORDER))
        for label, i in zip(material.labels, material.years, strict=True)
    )
    names = tuple(COLOURS[light].capitalize() for light in ORDER)
    return GroupedBars("Parte de los indicadores con cada luz", Unit.PERCENT, names, series)


def _light_table(material: Material) -> Table:
    found = material.marks.lights
    columns = (Column("Luz"), *(c for label in material.labels for c in (Column(label, True),
               Column(f"% {label}", True))))  # fmt: skip
    rows = [
        Row((Cell(COLOURS[light], tone=TONES[light]), *(cell for i in material.years for cell in (
            Cell(float(found[i].counts[light]), Unit.COUNT), Cell(found[i].shares[light], Unit.PERCENT)))))
        for light in ORDER
    ]  # fmt: skip
    whole = (c for i in material.years for c in (Cell(float(found[i].total), Unit.COUNT), Cell(1.0, Unit.PERCENT)))
    rows.append(Row((Cell("Todos"), *whole), RowKind.TOTAL))
    limits = material.marks.thresholds
    caption = f"Verde desde {decimal(limits.green)}; amarillo desde {decimal(limits.amber)}; rojo por debajo."
    return Table(columns, tuple(rows), caption)
