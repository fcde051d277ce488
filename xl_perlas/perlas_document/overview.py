"""The first pages: where the cooperative stands, component by component, and what weighs most."""

from __future__ import annotations

from collections.abc import Iterator

from xl_perlas.document import (
    Block,
    Callout,
    Card,
    Cards,
    Cell,
    Column,
    Figure,
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
    Spoke,
    Table,
    Tone,
    Unit,
    Value,
)
from xl_perlas.document.numbers import shown
from xl_perlas.findings.finding import Finding
from xl_perlas.model import COMPONENTS
from xl_perlas.perlas_document.material import Material, goal_words, result_cell
from xl_perlas.perlas_document.tally import Tally, met_by_component, tally
from xl_perlas.problems import ERROR, INFO, WARNING
from xl_perlas.score import POLICIES, Score, Term

#: Goals not met and doubts that the summary tells.
_GAPS, _DOUBTS = 5, 3

SEVERITY_TONES = {ERROR: Tone.BAD, WARNING: Tone.WATCH, INFO: Tone.NONE}

NO_SCORE = (
    "No hay puntaje ni calificación de riesgo: hacen falta los pesos de los indicadores. Use una plantilla con juicios "
    "en la hoja AHP, o indique los pesos con --pesos."
)


def summary(material: Material) -> Section:
    """Key figures, lights, the gaps that weigh most, and the first doubts."""
    report, position = material.report, material.position
    whole = tally(report.verdicts[one.id][position] for one in report.indicators)
    blocks: list[Block] = [Cards(tuple(_cards(material, whole))), Lights((
        Light(f"{whole.met} cumplen", Tone.GOOD), Light(f"{whole.failed} no cumplen", Tone.BAD),
        Light(f"{whole.without} sin veredicto", Tone.NONE),
    ))]  # fmt: skip
    score = material.score(position)
    if score is None:
        blocks.append(Callout(NO_SCORE))
    else:
        blocks += _score_remarks(material, score)
    later = report.periods[position + 1 :]
    if later:
        blocks.append(Paragraph(f"El balance tiene también {', '.join(later)}, posterior a este informe.", quiet=True))
    blocks += _gaps(material, score)
    blocks += _doubts(material.findings)
    return Section("resumen", "Resumen", tuple(blocks))


def _cards(material: Material, whole: Tally) -> Iterator[Card]:
    score, before = material.score(material.position), material.score(material.before)
    earlier = "" if material.before is None else material.labels[material.before]
    if score is not None and score.value is not None:
        was = f"en {earlier}, {before.rating}" if before and before.rating else "sin periodo anterior"
        yield Card("Calificación de riesgo", score.rating or "sin dato", was)
        number = f"en {earlier}, {shown(before.value, Unit.PLAIN, 1)}" if before and before.value is not None else (
            "sin periodo anterior"
        )  # fmt: skip
        yield Card("Puntaje, de 0 a 100", shown(score.value, Unit.PLAIN, 1), number)
    share = "" if whole.share is None else f"{shown(whole.share, Unit.PERCENT, 0)} de las que tienen veredicto"
    yield Card("Metas que se cumplen", whole.text, share)
    total = _camel_total(material)
    if total is not None:
        tone = Tone.GOOD if total <= 2 else Tone.WATCH if total <= 3 else Tone.BAD
        yield Card("CAMEL", shown(total, Unit.PLAIN, 2), "de 1, la mejor, a 5, la peor", tone)


def _camel_total(material: Material) -> float | None:
    camel = material.camel
    if camel is None or material.period not in camel.periods:
        return None
    return camel.total[camel.periods.index(material.period)].value


def _score_remarks(material: Material, score: Score) -> Iterator[Block]:
    if score.value is None:
        yield Callout(f"No hay puntaje en {material.period}: ningún indicador con peso tiene veredicto.")
    elif score.coverage < 1 and material.scores is not None:
        share = shown(score.coverage, Unit.PERCENT, 1)
        yield Paragraph(f"Tiene veredicto el {share} del peso; {POLICIES[material.scores.policy]}.", quiet=True)


def _gaps(material: Material, score: Score | None) -> Iterator[Block]:
    """The goals not met that would give most points; without weights, none is more than another."""
    if score is None or score.value is None:
        return
    failed = sorted((t for t in score.terms if t.meets is False and t.gain), key=lambda t: -(t.gain or 0.0))
    if not failed:
        return
    yield Heading(f"Las metas no cumplidas que más puntos darían ({min(_GAPS, len(failed))} de {len(failed)})")
    columns = (
        Column("Id"), Column("Indicador"), Column("Valor", True), Column("Meta"), Column("Daría, en puntos", True),
        Column("Calificación si se cumple"), Column("Qué hacer", wide=True),
    )  # fmt: skip
    yield Table(columns, tuple(_gap(material, term) for term in failed[:_GAPS]))


def _gap(material: Material, term: Term) -> Row:
    indicator = material.report.profile.indicators[term.indicator]
    result = material.report.results[term.indicator][material.position]
    goal = material.report.verdicts[term.indicator][material.position].goal
    return Row((
        Cell(term.indicator), Cell(indicator.name), result_cell(result, indicator.unit),
        Cell(goal_words(material, goal)), Cell(term.gain, Unit.PLAIN), Cell(term.rating_if_met or ""),
        Cell(indicator.action),
    ))  # fmt: skip


def _doubts(findings: tuple[Finding, ...] | None) -> Iterator[Block]:
    serious = [one for one in findings or () if one.severity != INFO][:_DOUBTS]
    if serious:
        yield Heading("Lo primero que hay que revisar")
        yield Items(tuple(
            Item(" ".join(filter(None, (one.cause, one.effect))), f"[{one.code}]", (), SEVERITY_TONES[one.severity])
            for one in serious
        ))  # fmt: skip
        yield Paragraph("Todas las dudas, con lo que hay que hacer, están en «Qué se puede dudar».", quiet=True)


# --- components -------------------------------------------------------------------------------------------------------


def components(material: Material) -> Section:
    """The radar of goals met, its table, and the score over time."""
    report, position, before = material.report, material.position, material.before
    now = met_by_component(report, position)
    then = met_by_component(report, before) if before is not None else {}
    spokes = tuple(
        Spoke(f"{letter} · {COMPONENTS[letter]}", _share(one), _share(then.get(letter)), one.text)
        for letter, one in now.items()
    )
    earlier = "" if before is None else material.labels[before]
    radar = RadarChart("Parte de las metas que se cumple en cada componente", spokes, material.period, earlier)
    blocks: list[Block] = [
        Figure(radar, "De los indicadores con veredicto de cada componente, cuántos cumplen su meta. El borde es el "
                      "100 %."),
        _component_table(material, now, then),
    ]  # fmt: skip
    blocks += _score_chart(material)
    return Section("componentes", "Los seis componentes", tuple(blocks), "Componentes")


def _share(one: Tally | None) -> Value:
    return Value(None, "sin veredicto") if one is None else Value(one.share, "sin veredicto")


def _component_table(material: Material, now: dict[str, Tally], then: dict[str, Tally]) -> Table:
    score = material.score(material.position)
    points = score.by_component if score and score.value is not None else {}
    columns = [Column("Componente"), Column("Cumplen", True), Column("No cumplen", True), Column("Sin veredicto", True),
               Column("Parte que cumple", True)]  # fmt: skip
    if then and material.before is not None:
        columns.append(Column(f"En {material.labels[material.before]}", True))
    if points:
        columns += [Column("Puntos", True), Column("Puntos posibles", True)]
    rows = []
    for letter, one in now.items():
        cells = [Cell(f"{letter} · {COMPONENTS[letter]}"), *_counts(one), Cell(one.share, Unit.PERCENT, 0)]
        if then and material.before is not None:
            cells.append(Cell(then[letter].share if letter in then else None, Unit.PERCENT, 0))
        if points:
            part = points.get(letter)
            cells += [Cell(part.points if part else None, Unit.PLAIN), Cell(part.maximum if part else None, Unit.PLAIN)]
        rows.append(Row(tuple(cells)))
    whole = Tally(*(sum(getattr(one, name) for one in now.values()) for name in ("met", "failed", "without")))
    cells = [Cell("En total"), *_counts(whole), Cell(whole.share, Unit.PERCENT, 0)]
    blank = len(columns) - len(cells) - (2 if points else 0)
    cells += [Cell("")] * blank
    if points and score is not None:
        cells += [Cell(score.value, Unit.PLAIN), Cell(sum(p.maximum for p in points.values()), Unit.PLAIN)]
    rows.append(Row(tuple(cells), RowKind.TOTAL))
    return Table(tuple(columns), tuple(rows), f"Metas por componente en {material.period}")


def _counts(one: Tally) -> list[Cell]:
    return [Cell(float(n), Unit.COUNT) for n in (one.met, one.failed, one.without)]


def _score_chart(material: Material) -> Iterator[Block]:
    if material.scores is None or len(material.periods) < 2:
        return
    scores = [material.score(i) for i in range(len(material.periods))]
    values = [Value(one.value if one else None) for one in scores]
    bands = "; ".join(
        f"{b.rating} de {shown(b.lower, Unit.PLAIN, 0)} a {shown(b.upper, Unit.PLAIN, 0)}"
        for b in material.scores.scale.bands
    )
    yield Figure(material.lines("Puntaje en el tiempo", Unit.PLAIN, [("Puntaje", values)]), f"Escala: {bands}.")
