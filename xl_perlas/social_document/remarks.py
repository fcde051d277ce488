"""The last pages: what is to be doubted, and where everything comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    RowKind,
    Section,
    Table,
    Tone,
    Unit,
)
from xl_perlas.document.numbers import decimal, exact
from xl_perlas.model import Status
from xl_perlas.problems import ERROR, INFO, WARNING, Problem
from xl_perlas.social import SocialIndicator, SocialInput
from xl_perlas.social.resolve import Resolved
from xl_perlas.social.texts import definition_words, shown
from xl_perlas.social.thresholds import Mode, Rule, Subject
from xl_perlas.social_document.material import (
    NO_DATA,
    NO_RULE,
    NOT_APPLICABLE,
    POLICIES,
    Material,
    capital,
    category_words,
    day,
    short,
    source_words,
    unit_words,
)
from xl_perlas.social_document.overview import SEVERITY_TONES

#: Cases of one kind that are told.
_CASES = 40

_SUBJECTS = {
    Subject.VALUE: "el valor", Subject.CHANGE: "el cambio del año como parte del valor anterior",
    Subject.SCALE: "el nivel en su escala",
}  # fmt: skip
_ARROW = "\u00a0→\u00a0"
_MODES = {Mode.STEPS: "por escalones", Mode.LINEAR: "interpolada"}


# --- doubts -----------------------------------------------------------------------------------------------------------


def doubts(material: Material) -> Section:
    """Everything found, errors first, each next step once."""
    kinds = {kind: [one for one in material.problems if one.severity == kind] for kind in (ERROR, WARNING, INFO)}
    blocks: list[Block] = []
    if kinds[ERROR] or kinds[WARNING]:
        blocks.append(Paragraph(f"Errores: {len(kinds[ERROR])}; avisos: {len(kinds[WARNING])}."))
        blocks.append(Items(tuple(_grouped((*kinds[ERROR], *kinds[WARNING])))))
    else:
        blocks.append(Callout("No se encontró ningún error ni aviso en los datos.", Tone.GOOD))
    found = _doubtful(material)
    if found:
        blocks.append(Paragraph(f"Cifras marcadas con ! por dudosas: {', '.join(found)}. Su principio dice por qué."))
    blocks.append(Paragraph("Lo que falta en cada indicador, y lo que no aplica, se dice en su principio.", quiet=True))
    if kinds[INFO]:
        blocks += [Heading("Notas"), Items(tuple(_grouped(kinds[INFO])))]
    return Section("dudas", "Qué se puede dudar", tuple(blocks), "Dudas")


def _doubtful(material: Material) -> list[str]:
    """Indicators whose figure in either year is to be doubted."""
    results = material.marks.report.results
    return [k for k, row in results.items() if any(row[i].status is Status.INCONSISTENT for i in material.years)]


def _grouped(found: Sequence[Problem]) -> Iterator[Item]:
    groups: dict[tuple[str, str], list[Problem]] = {}
    for one in found:
        groups.setdefault((one.code, one.next_step), []).append(one)
    for (code, step), own in groups.items():
        told = [_cause(one) for one in own]
        more = [f"Y {len(told) - _CASES} casos más."] if len(told) > _CASES else []
        tone, do = SEVERITY_TONES[own[0].severity], f"Qué hacer: {step}"
        if len(told) == 1:
            yield Item(told[0], f"[{code}]", (do,), tone)
        else:
            yield Item(f"{len(told)} casos. {do}", f"[{code}]", (*told[:_CASES], *more), tone)


def _cause(one: Problem) -> str:
    place = f"{one.where}: " if one.where else ""
    period = f" ({one.period})" if one.period and one.period not in one.cause else ""
    return capital(f"{place}{one.cause}{period}")


# --- sources ----------------------------------------------------------------------------------------------------------


def sources(material: Material) -> Section:
    """The norm, the thresholds, the formula of every indicator, and every input with who supplied it."""
    own = material.own_criterion
    blocks: list[Block] = [Items(tuple(_method(material)))]
    blocks += [Callout(own, Tone.WATCH)] if own else []
    blocks += [Heading("Fórmula y umbrales de cada indicador"), _definitions(material)]
    blocks += [Heading("Datos de los que sale todo"), _inputs(material)]
    return Section("fuentes", "Fuentes y método", tuple(blocks), "Fuentes")


def _method(material: Material) -> Iterator[Item]:
    method, thresholds, origin = material.method, material.marks.thresholds, material.origin
    yield Item(f"{method.description} {source_words(method.source)}.", f"{method.name}:")
    if method.rule:
        yield Item(f"{method.rule}.", "Norma:")
    yield Item(f"{thresholds.name.rstrip('.')}. {source_words(thresholds.source)}.", "Umbrales de las notas:")
    lights = f"verde desde {decimal(thresholds.green)}, amarillo desde {decimal(thresholds.amber)}, rojo por debajo"
    yield Item(f"{lights}. {source_words(thresholds.light_source)}.", "Luces:")
    yield Item(f"El que no la tiene {POLICIES[thresholds.unmarked]}. La nota de un principio es el promedio simple de "
               "las de sus indicadores; la total, el de los principios que tienen nota.", "Indicador sin nota:")
    categories = "; ".join(map(category_words, thresholds.plan))
    yield Item(f"{categories}. {source_words(thresholds.plan_source)}.", "Plan de mejora:")
    yield Item("Lo que falta, lo que se divide entre cero y lo que no aplica no tienen valor ni nota: no son cero.",
               "Sin valor:")  # fmt: skip
    if origin.files:
        yield Item(f"{', '.join(origin.files)}.", "Archivos leídos:")
    for name, digest in origin.digests.items():
        yield Item(digest, f"Huella de {name}:")
    yield Item(f"xl-perlas {__version__}.", "Programa:")


def _definitions(material: Material) -> Table:
    columns = (Column("Id"), Column("Indicador, fórmula y fuente", wide=True), Column("Nota según", wide=True))
    rows: list[Row] = []
    for key, principle in material.method.principles.items():
        rows.append(Row((Cell(f"{key} · {principle.name}"),), RowKind.GROUP))
        rows += [_definition(material, one) for one in material.method.of_principle(key)]
    return Table(columns, tuple(rows))


def _definition(material: Material, one: SocialIndicator) -> Row:
    rule = material.marks.thresholds.rule(one)
    formula = f"{definition_words(one, material.method.inputs)}."
    words = " ".join(filter(None, (formula, one.note, f"Fuente: {source_words(one.source)}.")))
    judged = Cell(None, missing=NO_RULE) if rule is None else Cell(_rule(rule, one), detail=source_words(rule.source))
    return Row((Cell(one.id), Cell(one.name, detail=words), judged))


def _rule(rule: Rule, one: SocialIndicator) -> str:
    """`el valor, por escalones: 0 % → 0; 20 % → 5`, or the marks of the answers."""
    if rule.points:
        unit = {Subject.CHANGE: "%", Subject.SCALE: ""}.get(rule.subject, one.unit)
        kind = Unit.PERCENT if unit == "%" else Unit.PLAIN
        points = "; ".join(f"{exact(value, kind)}{_ARROW}{exact(mark, Unit.PLAIN)}" for value, mark in rule.points)
        return f"{_SUBJECTS[rule.subject]}, {_MODES[rule.mode]}: {points}"
    answers = [f"{answer}{_ARROW}{exact(mark, Unit.PLAIN)}" for answer, mark in (rule.answers or {}).items()]
    answers += [f"otra respuesta{_ARROW}{exact(rule.answered, Unit.PLAIN)}"] if rule.answered is not None else []
    return f"la respuesta: {'; '.join(answers)}"


def _inputs(material: Material) -> Table:
    columns = (
        Column("Dato", wide=True), *(Column(label, True) for label in material.labels), Column("De dónde sale"),
        Column("Responsable"), Column("Fecha"), Column("Evidencia"),
    )  # fmt: skip
    rows: list[Row] = []
    group = ""
    for one in material.method.inputs.values():
        if one.group != group:
            group = one.group
            rows.append(Row((Cell(group),), RowKind.GROUP))
        rows.append(_input(material, one))
    return Table(columns, tuple(rows))


def _input(material: Material, one: SocialInput) -> Row:
    found = [material.marks.report.values[one.id][i] for i in material.years]
    accounts = f"Cuentas: {one.accounts_text}" if one.accounts_text else ""
    beneath = ". ".join(filter(None, (unit_words(one.unit), accounts)))
    entry = next((each.entry for each in found if each.entry and each.value is not None), None)
    who = entry.provenance if entry else None
    origin = next((each.origin for each in found if each.origin), "")
    return Row((
        Cell(one.name, detail=beneath), *(_given(one, each) for each in found),
        Cell(origin or None, missing="ninguna parte"),
        Cell((who and who.who) or None, missing=NO_DATA), Cell((who and day(who.date)) or None, missing=NO_DATA),
        Cell((who and who.evidence) or None, missing=NO_DATA),
    ))  # fmt: skip


def _given(one: SocialInput, found: Resolved) -> Cell:
    if found.value is None:
        return Cell(None, missing=NOT_APPLICABLE if not found.applies else NO_DATA)
    if isinstance(found.value, bool):
        return Cell("Sí" if found.value else "No")
    if isinstance(found.value, str):
        return Cell(short(found.value))
    return Cell(shown(found.value, one.unit), doubtful=bool(found.doubt))
