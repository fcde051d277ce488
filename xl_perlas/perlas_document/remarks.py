"""The last pages: strengths and weaknesses, what is to be doubted, and where everything comes from."""

from __future__ import annotations

from collections.abc import Iterator

from xl_perlas._version import __version__
from xl_perlas.document import (
    Block,
    Callout,
    Cell,
    Column,
    Heading,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
    Tone,
    Unit,
)
from xl_perlas.findings.finding import Finding
from xl_perlas.periods import TWELVE_MONTHS
from xl_perlas.perlas_document.material import Material
from xl_perlas.perlas_document.overview import SEVERITY_TONES
from xl_perlas.problems import ERROR, INFO, WARNING
from xl_perlas.score import POLICIES
from xl_perlas.strengths import Remark, Side
from xl_perlas.words import indicator_words, line_words

#: Doubts told one by one.
_DOUBTS = 40

#: What each side of a remark is called, and how it is judged.
_SIDES = (
    (Side.STRENGTH, "Fortalezas", Tone.GOOD), (Side.WEAKNESS, "Debilidades", Tone.BAD),
    (Side.WATCH, "Para vigilar", Tone.WATCH),
)  # fmt: skip

_NO_STRENGTHS = "No hay fortalezas ni debilidades: no se buscaron para este informe."
_NO_DOUBTS = "No se revisaron las dudas sobre el balance para este informe."


# --- strengths --------------------------------------------------------------------------------------------------------


def strengths(material: Material) -> Section:
    """What is strong, what is weak and what to watch, each with its facts."""
    title, found = "Fortalezas y debilidades", material.strengths
    if found is None:
        return Section("fortalezas", title, (Callout(_NO_STRENGTHS),))
    blocks: list[Block] = []
    for side, name, tone in _SIDES:
        own = found.of(side)
        blocks.append(Heading(f"{name} ({len(own)})"))
        blocks.append(Items(tuple(_remark(one, tone) for one in own)) if own else Paragraph("Ninguna.", quiet=True))
    told = [p for p in found.problems if p.severity != INFO]
    if told:
        blocks += [Heading("Lo que no se pudo decir"), Items(tuple(Item(p.cause, f"[{p.code}]") for p in told))]
    return Section("fortalezas", title, tuple(blocks))


def _remark(one: Remark, tone: Tone) -> Item:
    evidence = tuple(
        f"{e.text[:1].upper()}{e.text[1:].rstrip('.')}." + (f" Fuente: {e.source}." if e.source else "")
        for e in one.evidence
    )
    return Item(one.text, "" if one.text.startswith(one.name) else f"{one.name}.", evidence, tone)


# --- doubts -----------------------------------------------------------------------------------------------------------


def doubts(material: Material) -> Section:
    """Everything doubted, what moves the rating most first."""
    title = "Qué se puede dudar"
    if material.findings is None:
        return Section("dudas", title, (Callout(_NO_DOUBTS),))
    later = set(material.report.periods[material.position + 1 :])
    found = [one for one in material.findings if one.problem.period not in later]
    serious = [one for one in found if one.severity != INFO]
    notes = [one for one in found if one.severity == INFO]
    blocks: list[Block] = []
    if not serious:
        blocks.append(Callout("No se encontró ningún error ni aviso.", Tone.GOOD))
    else:
        counts = [sum(one.severity == kind for one in serious) for kind in (ERROR, WARNING)]
        blocks.append(Paragraph(f"Errores: {counts[0]}; avisos: {counts[1]}. Primero lo que más mueve la calificación "
                                "o los indicadores."))  # fmt: skip
        blocks += _listed(serious)
    if notes:
        blocks += [Heading("Notas"), *_listed(notes)]
    return Section("dudas", title, tuple(blocks), "Dudas")


def _listed(found: list[Finding]) -> Iterator[Block]:
    yield Items(tuple(map(_doubt, found[:_DOUBTS])), numbered=True)
    if len(found) > _DOUBTS:
        yield Paragraph(f"Y {len(found) - _DOUBTS} más: véalas todas con xl-perlas hallazgos.", quiet=True)


def _doubt(one: Finding) -> Item:
    text = " ".join(filter(None, (one.cause, one.effect)))
    folded = (f"Lo mismo explica: {one.consequences}",) if one.folded else ()
    step = f"Qué hacer: {one.problem.next_step}"
    return Item(text, f"[{one.code}]", (*folded, step), SEVERITY_TONES[one.severity])


# --- sources ----------------------------------------------------------------------------------------------------------


def sources(material: Material) -> Section:
    """Definitions in force, accounts behind them, parameters, and how everything was computed."""
    blocks: list[Block] = [Items(tuple(_method(material)))]
    blocks += [Heading("Parámetros"), *_parameters(material)]
    blocks += [Heading("Definición de cada indicador"), _definitions(material)]
    blocks += [Heading("De qué cuentas sale cada línea"), _lines(material)]
    return Section("fuentes", "Fuentes y método", tuple(blocks), "Fuentes")


def _method(material: Material) -> Iterator[Item]:
    report, origin = material.report, material.origin
    profile = report.profile
    version = f", versión {profile.version}" if profile.version else ""
    yield Item(f"{profile.name} ({profile.id}{version}). {profile.description}", "Definiciones:")
    yield Item(f"{report.choice.catalog.name} ({report.choice.catalog.id}). {report.choice.catalog.source}",
               "Plan de cuentas:")  # fmt: skip
    mode = (
        "cada mes con el mismo mes del año anterior, con ingresos de doce meses"
        if report.mode == TWELVE_MONTHS
        else "cada periodo con el diciembre anterior; los ingresos y gastos se llevan a un año"
    )
    yield Item(f"{mode}.", "Comparación:")
    if material.scores is not None:
        scale = material.scores.scale
        yield Item(f"{scale.name}. {scale.source}. Sin veredicto: {POLICIES[material.scores.policy]}.", "Puntaje:")
    if origin.weights:
        yield Item(f"{origin.weights}.", "Pesos:")
    if origin.files:
        yield Item(f"{', '.join(origin.files)}.", "Archivos leídos:")
    for name, digest in origin.digests.items():
        yield Item(digest, f"Huella de {name}:")
    yield Item(f"xl-perlas {__version__}.", "Programa:")


def _parameters(material: Material) -> Iterator[Block]:
    parameters = list(material.report.profile.parameters.values())
    if not parameters:
        yield Paragraph("Estas definiciones no usan parámetros.")
        return
    year = material.periods[-1].year
    columns = (Column("Parámetro"), Column(f"Valor en {year}", True), Column("Fuente y fecha"))
    rows = tuple(
        Row((Cell(p.name, detail=p.id), Cell(p.at(year), Unit.PERCENT if p.unit == "%" else Unit.PLAIN),
             Cell(", ".join(filter(None, (p.source, p.date))))))
        for p in parameters
    )  # fmt: skip
    yield Table(columns, rows)


def _definitions(material: Material) -> Table:
    profile = material.report.profile
    columns = (Column("Id"), Column("Definición"), Column("Fuente"))
    rows = (
        Row((Cell(one.id), Cell(indicator_words(profile, one), detail=_own(one.origin, one.reason)),
             Cell(str(one.source))))
        for one in material.report.indicators
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _lines(material: Material) -> Table:
    profile = material.report.profile
    columns = (Column("Línea"), Column("Cuentas, o las líneas que suma"), Column("Fuente"))
    rows = (
        Row((Cell(one.name), Cell(line_words(profile, one), detail=_own(one.origin, one.reason)),
             Cell(str(one.source))))
        for one in profile.lines.values()
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _own(origin: str, reason: str) -> str:
    return f"Cambio de {origin}: {reason}" if reason else ""
