"""What the command `informe` takes from a workbook, recalculated in memory: everything that its sheets show."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_perlas.analysis import Analysis, analyse
from xl_perlas.camel import CamelReport
from xl_perlas.cli.commands import asked_period
from xl_perlas.cli.informe_inputs import Source, cut
from xl_perlas.cli.peers import peers_asked
from xl_perlas.document import Origin
from xl_perlas.peers import PeerReport, compare_with_peers
from xl_perlas.perlas_document import perlas_document
from xl_perlas.problems import PerlasError, problem
from xl_perlas.report import Report
from xl_perlas.score import from_report
from xl_perlas.strengths import find_strengths
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.templates import template_of
from xl_perlas.workbook.view import View

#: Options about a balance, which a workbook says itself.
_OF_A_BALANCE = {
    "perfil": "--perfil", "parametros": "--parametros", "personalizacion": "--personalizacion", "pesos": "--pesos",
    "politica": "--sin-veredicto", "segmento": "--segmento", "entidad": "--entidad",
    "doce_meses": "--doce-meses",
}  # fmt: skip


def from_book(args: argparse.Namespace, path: Path) -> Source:
    """The report of a workbook, recalculated in memory: the file is not touched.

    Raises:
        PerlasError: options that are not for a workbook (U01), one that is not PERLAS' or has no balance (I01), a
            period that it does not have (U03), or what reading it finds (L01 to L23).
    """
    given = [option for name, option in _OF_A_BALANCE.items() if getattr(args, name)]
    if given or args.catalogo != "auto":
        options = ", ".join([*given, *(["--catalogo"] if args.catalogo != "auto" else [])])
        raise PerlasError(problem("U01", where="informe", detail=f"{options} no va con un libro: lo dicen sus hojas."))
    book = Package.open(path)
    template = template_of(book)
    inputs = template.read(book)
    view = template.view(inputs)
    if not isinstance(view, View) or view.decision_column is None or not view.report.balance.chart.codes:
        raise PerlasError(problem("I01", where=path.name))
    chosen = view.columns[view.decision_column]
    period = asked_period(view.report, args.periodo or (chosen.label if chosen else None))
    seal = template.seal(inputs, view)
    digests = {"las entradas": seal.inputs, "las definiciones": seal.definitions, "los resultados": seal.results}
    origin = Origin((path.name, *filter(None, (args.pares,))), _judges(view), digests)
    report, position = view.report, view.report.balance.position(period)
    hierarchy = view.rating.hierarchy
    weights = hierarchy.global_weights if hierarchy else None
    scores = from_report(report, weights, view.rating.inputs.policy) if weights else None
    peers = _peers_of(args, view, period)
    analysis = _until(report, view.analysis, position)
    document = perlas_document(
        report, analysis=analysis, scores=scores, camel=_camel_of(view), supervision=view.supervision, peers=peers,
        strengths=find_strengths(report, analysis, peers, period, weights), findings=view.findings, period=period,
        origin=origin,
    )  # fmt: skip
    return Source(document, report, (*view.problems, *(peers.problems if peers else ())), path)


def _judges(view: View) -> str:
    if view.rating.hierarchy is None:
        return ""
    who = ", ".join(judge.name for judge in view.rating.inputs.judges if judge.name)
    return f"juicios de la hoja AHP{f' ({who})' if who else ''}, método {view.rating.inputs.method}"


def _peers_of(args: argparse.Namespace, view: View, period: str) -> PeerReport | None:
    """The peers asked for, or those typed on sheet Pares."""
    table = peers_asked(args, period) or view.supervision_inputs.table
    return compare_with_peers(view.supervision, table, period) if table else None


def _camel_of(view: View) -> CamelReport | None:
    """The grades, where the workbook has a segment to grade against."""
    return view.camel if view.camel.segment.statistics else None


def _until(report: Report, analysis: Analysis, position: int) -> Analysis:
    """The same analysis, of the periods up to that of the report."""
    if position == len(report.periods) - 1:
        return analysis
    return analyse(cut(report.balance, position), report.choice.catalog.id, analysis.base)
