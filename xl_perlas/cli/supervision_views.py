"""Results of `xl-perlas supervision`: as JSON, as CSV, and as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xl_perlas.camel import Segment, Unit, convert
from xl_perlas.cli.console import (
    BOLD,
    GREEN,
    PLAIN,
    RED,
    YELLOW,
    Cell,
    Column,
    Console,
    coefficient,
    problem_lines,
    table,
)
from xl_perlas.cli.console import Row as TableRow
from xl_perlas.cli.exports import csv_text, totals
from xl_perlas.cli.views import line_definitions, note_lines
from xl_perlas.document.numbers import decimal
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR
from xl_perlas.model import Result, Status
from xl_perlas.peers import Light, PeerReport, Standing
from xl_perlas.problems import Problem, money
from xl_perlas.supervision import Average, SupervisionReport
from xl_perlas.words import indicator_words

_AVERAGES = {
    Average.YEAR_END: "promedios de diciembre anterior y el periodo",
    Average.MONTHLY: "promedios de todos los meses desde el diciembre anterior",
}
_LIGHTS = {Light.GREEN: GREEN, Light.YELLOW: YELLOW, Light.RED: RED, Light.NONE: PLAIN}
_DOUBT = "!"


def supervision_json(report: SupervisionReport, peers: PeerReport | None) -> dict[str, Any]:
    """The ratios, and beside them the peers when there are."""
    return report.to_json() | ({"pares": peers.to_json()} if peers else {})


def supervision_csv(report: SupervisionReport, peers: PeerReport | None) -> str:
    """One row a ratio and period; the columns of peers are filled in the period that is compared."""
    head = (
        "periodo", "grupo", "indicador", "nombre", "unidad", "valor", "estado", "numerador", "denominador", "nota",
        "posicion", "pares", "percentil", "media", "desviacion", "distancia_puntos", "distancia_desviaciones", "luz",
    )  # fmt: skip
    rows = []
    for key, one in report.indicators.items():
        for period, result, sums in zip(report.periods, report.results[key], _sums(report, key), strict=True):
            standing = peers.standings.get(key) if peers and peers.period == period else None
            rows.append((
                period, one.area, key, one.name, one.unit, result.value, str(result.status), *sums, result.note,
                *_standing_fields(standing),
            ))  # fmt: skip
    return csv_text(head, rows)


def _sums(report: SupervisionReport, key: str) -> Iterator[tuple[float | None, float | None]]:
    """Numerator and denominator of a ratio in each period, where its catalogue has it."""
    for moment in report.moments:
        found = totals(moment.trace(key)) if key in moment.supervision.indicators else {}
        yield found.get(NUMERATOR), found.get(DENOMINATOR)


def _standing_fields(s: Standing | None) -> tuple[object, ...]:
    if s is None:
        return (None,) * 8
    return s.position, s.count, s.percentile, s.mean, s.deviation, s.points, s.sigmas, str(s.light)


def segment_csv(segment: Segment) -> str:
    """Mean and deviation of each CAMEL indicator, in percent."""
    rows = [
        (key, *(convert(figure, segment.unit, Unit.PERCENT) for figure in (one.mean, one.deviation)))
        for key, one in segment.statistics.items()
    ]
    return csv_text(("indicador", "media", "desviacion"), rows)


# --- for people -------------------------------------------------------------------------------------------------------


def supervision_lines(
    report: SupervisionReport, peers: PeerReport | None, problems: Sequence[Problem], console: Console
) -> list[str]:
    """The ratios by group and period, the peers of one period, why values are missing, and the problems."""
    title = f"Indicadores de supervisión · {_AVERAGES[report.average]}"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    catalogs = dict.fromkeys(choice.catalog.id for choice in report.choices)
    lines += console.wrap(f"Catálogo: {', '.join(catalogs)}. {_DOUBT} cifra dudosa; siga su nota.")
    columns = [Column("Indicador", wraps=True), *(Column(period, right=True) for period in report.periods)]
    lines += ["", *table(columns, list(_ratio_rows(report)), console)]
    if peers:
        lines += ["", *_peer_lines(peers, console)]
    lines += note_lines("Notas de los valores", _result_notes(report), console)
    return lines + problem_lines(problems, console)


def _ratio_rows(report: SupervisionReport) -> Iterator[TableRow]:
    groups, group = report.moments[-1].supervision.groups, ""
    for key, one in report.indicators.items():
        if one.area != group:
            group = one.area
            yield groups[group].name
        yield [f"  {key} {one.name}", *(_value(result) for result in report.results[key])]


def _value(result: Result) -> Cell | str:
    if result.value is None:
        return {Status.ZERO_DENOMINATOR: "÷ 0", Status.NOT_APPLICABLE: "no aplica"}.get(result.status, "sin dato")
    shown = _percent(result.value)
    return Cell(f"{shown} {_DOUBT}", YELLOW) if result.status is Status.INCONSISTENT else shown


def _percent(value: float | None) -> str:
    return "" if value is None else decimal(value * 100) + "%"


def _result_notes(report: SupervisionReport) -> Iterator[tuple[str, str, str]]:
    for key, results in report.results.items():
        for period, result in zip(report.periods, results, strict=True):
            if result.note and result.status not in (Status.ZERO_DENOMINATOR, Status.NOT_APPLICABLE):
                yield result.note, key, period


def _peer_lines(peers: PeerReport, console: Console) -> list[str]:
    title = f"Frente a los pares · {peers.period} · {peers.segment.name}"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    columns = [
        Column("Indicador", wraps=True), Column("Valor", right=True), Column("Media", right=True),
        Column("Puntos", right=True), Column("Desv.", right=True), Column("Lugar", right=True),
        Column("Percentil", right=True), Column("Luz"),
    ]  # fmt: skip
    rows: list[TableRow] = []
    for key, s in peers.standings.items():
        place = "" if s.position is None else f"{s.position} de {s.count + 1}"
        share = "" if s.percentile is None else decimal(s.percentile, 0)
        rows.append([
            f"{key} {peers.report.indicators[key].name}", _percent(s.value) or "sin dato", _percent(s.mean),
            "" if s.points is None else decimal(s.points), "" if s.sigmas is None else decimal(s.sigmas),
            place, share, Cell(str(s.light), _LIGHTS[s.light]),
        ])  # fmt: skip
    lines += table(columns, rows, console)
    return lines + console.wrap(
        "Percentil: de cada cien pares, a cuántos supera, con 100 el mejor lado; los empates cuentan por mitad."
    )


def detail_lines(report: SupervisionReport, key: str, period: str, console: Console) -> list[str]:
    """One ratio in one period: its accounts with coefficient and balance, its sums, its value and who defines it."""
    moment, result = report.moments[report.balance.position(period)], report.result(key, period)
    lines = [console.paint(line, BOLD) for line in console.wrap(f"{key} · {report.indicators[key].name} · {period}")]
    if key not in moment.supervision.indicators:
        return lines + console.wrap(result.note)
    one, profile, trace = moment.supervision.indicators[key], moment.definitions.profile, moment.trace(key)
    lines += console.wrap(f"Definición: {indicator_words(profile, one)} ({_AVERAGES[report.average]}).")
    lines += console.wrap(f"Fuente: {one.source}")
    columns = [Column("Parte"), Column("Cuenta"), Column("Periodo"), Column("Coeficiente", right=True),
               Column("Saldo", right=True), Column("Aporte", right=True)]  # fmt: skip
    rows: list[TableRow] = [
        [c.part, c.code, c.period, coefficient(c.coefficient), *(
            (Cell("falta", RED), "") if c.balance is None else (money(c.balance), money(c.amount))
        )]
        for c in trace if c.listed or c.balance is None or c.balance
    ]  # fmt: skip
    for part, total in totals(trace).items():
        rows.append([f"Total {part}", "", "", "", "", Cell("sin dato" if total is None else money(total), BOLD)])
    lines += ["", *table(columns, rows, console), ""]
    value = _percent(result.value) or _value(result)
    lines.append(console.paint(console.plain(f"{key} = {value}"), BOLD))
    lines += console.wrap(result.note) if result.note else []
    return lines + line_definitions(one, profile, console)
