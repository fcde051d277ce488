"""What others measure: the supervisor's ratios, the entity among its peers, and CAMEL's grades."""

from __future__ import annotations

from collections.abc import Iterator

from xl_perlas.camel import BEST, WORST, CamelReport, convert
from xl_perlas.camel import Unit as CamelUnit
from xl_perlas.document import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    Heading,
    Items,
    Paragraph,
    PeerRow,
    PeerStrip,
    Row,
    RowKind,
    Section,
    Table,
    Tone,
    Unit,
    Value,
)
from xl_perlas.document.numbers import shown
from xl_perlas.peers import Light as PeerLight
from xl_perlas.peers import PeerReport, Standing
from xl_perlas.perlas_document.material import UNITS, Material, note_items, result_cell, result_value
from xl_perlas.supervision import Average, SupervisionReport
from xl_perlas.supervision_load import BOTH, HIGHER, LOWER

_AVERAGES = {
    Average.YEAR_END: "Los promedios son del diciembre anterior y el periodo.",
    Average.MONTHLY: "Los promedios son de todos los meses desde el diciembre anterior.",
}
_DELINQUENCY = "morosidad"
_SIDES = {HIGHER: "más es mejor", LOWER: "menos es mejor", BOTH: "sin un lado mejor"}
_LIGHTS = {
    PeerLight.GREEN: Tone.GOOD, PeerLight.YELLOW: Tone.WATCH, PeerLight.RED: Tone.BAD, PeerLight.NONE: Tone.NONE,
}  # fmt: skip

#: Ratios in one chart of peers.
_STRIPS = 12

_NO_RATIOS = "No hay indicadores de supervisión: no se calcularon para este informe."
_NO_PEERS = (
    "No hay comparación con otras cooperativas: hace falta una tabla de pares. Indíquela con --pares (una fila por "
    "entidad y una columna por indicador)."
)
_NO_CAMEL = (
    "No hay notas CAMEL: hace falta un segmento con que comparar (media y desviación de cada indicador). Complete la "
    "hoja Segmento de la plantilla, o indíquelo con --segmento o --pares."
)


# --- supervision ------------------------------------------------------------------------------------------------------


def supervision(material: Material) -> Section:
    """The ratios by group, and delinquency by segment of credit."""
    title, report = "Indicadores de supervisión", material.supervision
    if report is None:
        return Section("supervision", title, (Callout(_NO_RATIOS),), "Supervisión")
    columns = (Column("Indicador", wide=True), *material.columns())
    blocks: list[Block] = [
        Paragraph(_AVERAGES[report.average]), Table(columns, tuple(_ratio_rows(material, report))),
    ]  # fmt: skip
    if material.crowded:
        blocks.append(Paragraph(material.crowded, quiet=True, paper=True))
    blocks += _delinquency(material, report)
    found = [(result.note, key, label) for key, row in report.results.items()
             for label, result in zip(material.labels, row, strict=False) if result.note]  # fmt: skip
    if notes := note_items(found, material.labels):
        blocks += [Heading("Notas"), Items(notes)]
    return Section("supervision", title, tuple(blocks), "Supervisión")


def _ratio_rows(material: Material, report: SupervisionReport) -> Iterator[Row]:
    groups, group = report.moments[-1].supervision.groups, ""
    for key, one in report.indicators.items():
        if one.area != group:
            group = one.area
            yield Row((Cell(groups[group].name),), RowKind.GROUP)
        cells = (result_cell(result, one.unit) for result in report.results[key][: len(material.periods)])
        yield Row((Cell(one.name, detail=f"{key} · {one.source}"), *cells))


def _delinquency(material: Material, report: SupervisionReport) -> Iterator[Block]:
    yield Heading("Morosidad por segmento")
    series = [
        (one.name, [result_value(result) for result in report.results[key][: len(material.periods)]])
        for key, one in report.indicators.items()
        if one.area == _DELINQUENCY
    ]
    known = [(name, values) for name, values in series if any(v.known is not None for v in values)]
    if not known:
        yield Callout("El balance no tiene las cuentas de cartera por segmento de crédito que hacen falta.")
        return
    yield Figure(
        material.lines("Morosidad por segmento de crédito", Unit.PERCENT, known),
        "Cartera improductiva ÷ cartera bruta de cada segmento. Una línea se corta donde no hay cartera del segmento.",
    )


# --- peers ------------------------------------------------------------------------------------------------------------


def peers(material: Material) -> Section:
    """Where the entity stands among other entities."""
    title, report = "Frente a los pares", material.peers
    if report is None:
        return Section("pares", title, (Callout(_NO_PEERS),), "Pares")
    own = report.standings
    if not own:
        text = "La tabla de pares no tiene ninguno de los indicadores de supervisión de este balance."
        return Section("pares", title, (Callout(text),), "Pares")
    entity = material.report.balance.entity or "La entidad"
    drawn = {key: s for key, s in own.items() if s.value is not None}
    strips = _strips(f"{entity} y sus pares en {report.period}", entity,
                     [_peer_row(report, key, s) for key, s in drawn.items()])  # fmt: skip
    caption = "Cada indicador tiene su propia escala, del menor al mayor valor."
    if len(drawn) < len(own):
        caption += f" Sin valor propio, y por eso solo en la tabla: {', '.join(k for k in own if k not in drawn)}."
    columns = (
        Column("Indicador", wide=True), Column("Valor", True), Column("Media", True),
        Column("Distancia, en puntos", True), Column("Lugar", True), Column("Percentil", True), Column("Luz"),
    )  # fmt: skip
    count = len(report.table.entities)
    about = f"{report.table.name}: {count} entidades." if count else f"{report.table.name}: solo medias."
    blocks: tuple[Block, ...] = (
        Paragraph(f"{about} Fuente: {report.table.source}."),
        *(Figure(one, caption if not i else "") for i, one in enumerate(strips)),
        Table(columns, tuple(_standing(report, key, s) for key, s in own.items())),
        Paragraph("Percentil: de cada cien pares, a cuántos supera, con 100 el mejor lado; los empates cuentan por "
                  "mitad.", quiet=True),
    )  # fmt: skip
    return Section("pares", title, blocks, "Pares")


def _strips(title: str, entity: str, rows: list[PeerRow]) -> list[PeerStrip]:
    """Strips in charts that a page holds."""
    charts = -(-len(rows) // _STRIPS)
    return [
        PeerStrip(f"{title} ({i + 1} de {charts})" if charts > 1 else title, entity,
                  tuple(rows[i * _STRIPS : (i + 1) * _STRIPS]))
        for i in range(charts)
    ]  # fmt: skip


def _peer_row(report: PeerReport, key: str, s: Standing) -> PeerRow:
    one = report.report.indicators[key]
    figures = tuple(convert(v, report.table.unit, CamelUnit.RATIO) for v in report.table.values(key))
    place = [] if s.percentile is None else [f"percentil {shown(s.percentile, Unit.PLAIN, 0)}"]
    place += [] if s.position is None else [f"lugar {s.position} de {s.count + 1}"]
    place += [] if s.light is PeerLight.NONE else [f"luz: {s.light}"]
    return PeerRow(one.name, Unit.PERCENT, Value(s.value), figures, s.mean, s.deviation, tuple(place),
                   _SIDES.get(one.direction, ""))  # fmt: skip


def _standing(report: PeerReport, key: str, s: Standing) -> Row:
    one = report.report.indicators[key]
    return Row((
        Cell(one.name, detail=key), Cell(s.value, UNITS[one.unit]), Cell(s.mean, UNITS[one.unit]),
        Cell(s.points, Unit.PLAIN, missing=""), Cell("" if s.position is None else f"{s.position} de {s.count + 1}"),
        Cell(s.percentile, Unit.PLAIN, 0, missing=""), Cell(str(s.light), tone=_LIGHTS[s.light]),
    ))  # fmt: skip


# --- CAMEL ------------------------------------------------------------------------------------------------------------


def camel(material: Material) -> Section:
    """Grades by indicator and group, and the total over time."""
    report = material.camel
    if report is None or material.period not in report.periods:
        return Section("camel", "CAMEL", (Callout(_NO_CAMEL),))
    kept = [label for label in material.labels if label in report.periods]
    places = [report.periods.index(label) for label in kept]
    blocks: list[Block] = [
        Paragraph(f"Notas de {BEST}, la mejor, a {WORST}, la peor, frente a «{report.segment.name}» "
                  f"({report.segment.source}). Método: {report.method.name}."),
        _grades(material, report, kept, places),
    ]  # fmt: skip
    totals = {label: report.total[i].value for label, i in zip(kept, places, strict=True)}
    if sum(v is not None for v in totals.values()) > 1:
        values = [Value(totals.get(label)) for label in material.labels]
        blocks.append(Figure(material.lines("Nota CAMEL en el tiempo", Unit.PLAIN, [("Total", values)]),
                             "Cuanto más baja, mejor."))  # fmt: skip
    found = [(g.note, key, label) for key, row in report.grades.items()
             for label, i in zip(kept, places, strict=True) if (g := row[i]).note]  # fmt: skip
    found += [(total.note, "total", label) for label, i in zip(kept, places, strict=True)
              if (total := report.total[i]).note]  # fmt: skip
    if notes := note_items(found, material.labels):
        blocks += [Heading("Notas"), Items(notes)]
    return Section("camel", "CAMEL", tuple(blocks))


def _grades(material: Material, report: CamelReport, labels: list[str], places: list[int]) -> Table:
    columns = (Column("Indicador", wide=True), Column(f"Valor, {labels[-1]}", True),
               *(c for c in material.columns() if c.title in labels))  # fmt: skip
    rows: list[Row] = []
    for letter, group in report.method.groups.items():
        totals = (Cell(report.groups[letter][i].value, Unit.PLAIN) for i in places)
        share = shown(group.weight, Unit.PERCENT, 0)
        rows.append(Row((Cell(f"{letter} · {group.name}", detail=f"peso {share}"), Cell(""), *totals), RowKind.TOTAL))
        for key in report.method.members(letter):
            last = report.grades[key][places[-1]].result.value
            ratio = None if last is None else convert(last, report.values.unit, CamelUnit.RATIO)
            grades = (_grade(report.grades[key][i].grade) for i in places)
            rows.append(Row((Cell(report.method.indicators[key].name, detail=key), Cell(ratio, Unit.PERCENT), *grades)))
    totals = (Cell(report.total[i].value, Unit.PLAIN) for i in places)
    rows.append(Row((Cell("Total"), Cell(""), *totals), RowKind.TOTAL))
    return Table(columns, tuple(rows), "Nota de cada indicador y periodo")


def _grade(value: int | None) -> Cell:
    tone = None if value is None else Tone.GOOD if value < 3 else Tone.WATCH if value == 3 else Tone.BAD
    return Cell(None if value is None else float(value), Unit.COUNT, tone=tone)
