"""Results of `xl-perlas hallazgos`: as JSON, as CSV, and as a numbered list for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.cli.console import BOLD, SEVERITIES, Console
from xl_perlas.cli.exports import csv_text
from xl_perlas.document.numbers import decimal
from xl_perlas.findings import Review
from xl_perlas.findings.finding import Finding, finding_json
from xl_perlas.findings.reconcile import Explanation, Outcome
from xl_perlas.problems import ERROR, INFO, WARNING
from xl_perlas.report import Report

_STYLES = {severity: style for severity, _, style in SEVERITIES}

#: What came of the claims, of one and of several.
_OUTCOMES = {
    Outcome.AGREES: ("coincide", "coinciden"),
    Outcome.SCALE: ("está en otra escala", "están en otra escala"),
    Outcome.EXPLAINED: ("sale con un cambio de la definición", "salen con un cambio de la definición"),
    Outcome.PUBLISHED: ("sale con otra definición publicada", "salen con otra definición publicada"),
    Outcome.SEVERAL: ("sale de varias maneras", "salen de varias maneras"),
    Outcome.UNEXPLAINED: ("queda sin explicar", "quedan sin explicar"),
    Outcome.NO_FIGURE: ("es un texto donde hay valor", "son textos donde hay valor"),
    Outcome.NO_VALUE: ("no tiene aquí con qué compararse", "no tienen aquí con qué compararse"),
    Outcome.NO_INDICATOR: ("es de un indicador que el perfil no tiene", "son de indicadores que el perfil no tiene"),
    Outcome.NO_PERIOD: ("es de un periodo que el balance no tiene", "son de periodos que el balance no tiene"),
}

_COUNTED = {ERROR: ("error", "errores"), WARNING: ("aviso", "avisos"), INFO: ("nota", "notas")}


def findings_json(report: Report, review: Review, weights: str, claims: str) -> dict[str, Any]:
    """The list that other programs read; keys never change."""
    return {
        "perfil": report.profile.id,
        "catalogo": report.choice.catalog.id,
        "periodos": report.periods,
        "version": __version__,
        "entidad": report.balance.entity,
        "pesos": weights or None,
        "publicados": claims or None,
        "cifras": [_claim_json(one) for one in review.explanations],
        "hallazgos": [finding_json(one) for one in review.findings],
    }


def _claim_json(one: Explanation) -> dict[str, Any]:
    return {
        "indicador": one.claim.indicator,
        "periodo": one.claim.period,
        "texto": one.claim.text,
        "publicado": one.claimed,
        "valor": one.ours.value if one.ours else None,
        "resultado": str(one.kind),
        "explicado": [way.value for way in one.ways],
    }


def findings_csv(review: Review) -> str:
    """One row a finding, the most important first."""
    head = (
        "numero", "regla", "gravedad", "donde", "periodo", "cuentas", "monto", "indicadores", "puntos", "veredictos",
        "causa", "efecto", "explica", "que_hacer",
    )  # fmt: skip
    rows = [
        (
            number, one.code, one.severity, one.problem.where, one.problem.period, " ".join(one.problem.accounts),
            one.problem.amount, " ".join(one.indicators), one.points, one.flips, one.problem.cause, one.effect,
            one.consequences, one.problem.next_step,
        )
        for number, one in enumerate(review.findings, 1)
    ]  # fmt: skip
    return csv_text(head, rows)


def findings_lines(report: Report, review: Review, weights: str, claims: str, console: Console) -> list[str]:
    """The list for people, with what it rests on."""
    title = f"Hallazgos · perfil {report.profile.name} ({report.profile.id}) · catálogo {report.choice.catalog.id}"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    about = f"{len(report.balance.chart.codes)} cuentas · periodos {', '.join(report.periods)}"
    lines += console.wrap(f"{about} · ponderación: {weights}" if weights else about)
    if claims:
        counts = Counter(one.kind for one in review.explanations)
        outcomes = "; ".join(f"{n} {_OUTCOMES[kind][n > 1]}" for kind in _OUTCOMES if (n := counts[kind]))
        lines += console.wrap(f"Resultados de {claims}: {len(review.explanations)} cifras. {outcomes}.")
    if not review.findings:
        return [*lines, "", *console.wrap("No hay hallazgos.")]
    found = Counter(one.severity for one in review.findings)
    counts_text = ", ".join(f"{n} {_COUNTED[s][n > 1]}" for s in _COUNTED if (n := found[s]))
    by = "del que más mueve el puntaje al que menos" if weights else "del que más veredictos cambia al que menos"
    lines += console.wrap(f"{len(review.findings)} hallazgo{'s' * (len(review.findings) > 1)} ({counts_text}), {by}.")
    width = len(str(len(review.findings)))
    for number, one in enumerate(review.findings, 1):
        lines += ["", *_finding_lines(f"{number:{width}}. ", one, console)]
    return lines


def _finding_lines(number: str, one: Finding, console: Console) -> list[str]:
    indent = " " * len(number)
    head = " · ".join(filter(None, (f"[{one.code}] {one.severity}", *_facts(one))))
    lines = [console.paint(line, _STYLES[one.severity]) for line in _wrap(console, head, number, indent)]
    lines += _wrap(console, one.cause, indent, indent)
    if one.effect:
        lines += _wrap(console, f"Efecto: {one.effect}", indent, indent)
    if one.folded:
        lines += _wrap(console, f"Lo mismo explica: {one.consequences}", indent, indent)
    return lines + _wrap(console, f"Qué hacer: {one.problem.next_step}", indent, indent)


def _facts(one: Finding) -> Sequence[str]:
    """Periods, accounts and how much it matters."""
    codes = one.problem.accounts
    accounts = f"cuenta{'s' * (len(codes) > 1)} {', '.join(codes)}" if 0 < len(codes) <= 3 else ""
    points = f"{decimal(one.points)} puntos" if one.points else ""
    flips = f"{one.flips} veredicto{'s' * (one.flips > 1)}" if one.flips else ""
    return one.problem.period, accounts, points, flips


def _wrap(console: Console, text: str, first: str, rest: str) -> list[str]:
    """Lines in which no figure stands apart from its percent sign."""
    return [line.replace("~%", " %") for line in console.wrap(text.replace(" %", "~%"), first, rest)]
