"""What the command `informe` computes of a balance: everything there is."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from xl_perlas.analysis import analyse
from xl_perlas.balance import Balance
from xl_perlas.camel import CamelReport, Segment, calculate_camel, evaluate_camel, load_segment, read_segment
from xl_perlas.cli.commands import profile_asked
from xl_perlas.cli.peers import peers_asked
from xl_perlas.document import Document, Origin
from xl_perlas.findings import review
from xl_perlas.hierarchy import read_weights
from xl_perlas.peers import PeerTable, camel_segment, compare_with_peers
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE
from xl_perlas.perlas_document import perlas_document
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.report import Report, calculate
from xl_perlas.score import EXCLUDE, from_report
from xl_perlas.strengths import find_strengths
from xl_perlas.supervision import calculate_supervision


@dataclass(frozen=True)
class Source:
    """A document, the report it rests on, and everything found in the data.

    `report` is None where it is not of a balance; `book` is the workbook read, None for a balance.
    """

    document: Document
    report: Report | None
    problems: tuple[Problem, ...]
    book: Path | None = None


def is_template(path: Path) -> bool:
    """Whether a file is a workbook of this program: one with a plan."""
    from xl_perlas.workbook import names
    from xl_perlas.workbook.package import Package

    if path.suffix.lower() not in (".xlsx", ".xlsm") or not path.is_file():
        return False
    try:
        return names.PLAN in Package.open(path).defined_names
    except PerlasError:  # whatever is wrong with it is told by who reads it as a balance
        return False


def cut(balance: Balance, position: int) -> Balance:
    """A balance without the periods after `position`."""
    last = position + 1
    return replace(balance, periods=balance.periods[:last], values=balance.values[:last])


def from_balance(args: argparse.Namespace) -> Source:
    """The report of a balance up to the period asked for.

    Raises:
        PerlasError: what cannot be read (A01 to A23 …), a period that is not there (U03), or options that are none.
    """
    from xl_perlas.reading import read_balances

    args.perfil = args.perfil or "woccu"
    profile, notes = profile_asked(args)
    balance = read_balances(args.entrada)
    if args.periodo:
        try:
            balance = cut(balance, balance.position(args.periodo))
        except KeyError:
            options = ", ".join(p.label for p in balance.periods)
            raise PerlasError(problem("U03", wanted=args.periodo, options=options)) from None
    if args.entidad:
        balance = replace(balance, entity=args.entidad)
    mode = TWELVE_MONTHS if args.doce_meses else YEAR_TO_DATE
    report = calculate(balance, profile, args.catalogo, mode)
    weights = read_weights(args.pesos) if args.pesos else None
    policy = args.politica or EXCLUDE
    table = peers_asked(args, report.periods[-1])
    supervision = calculate_supervision(balance, catalog=args.catalogo)
    peers = compare_with_peers(supervision, table) if table else None
    values = weights.values if weights else None
    analysis = analyse(balance, args.catalogo)
    beside = (*notes, *(weights.problems if weights else ()), *(peers.problems if peers else ()))
    found = review(report, values, policy, problems=beside).findings
    files = [Path(one).name for one in (*args.entrada, *filter(None, (args.pares, args.parametros)))]
    document = perlas_document(
        report, analysis=analysis, scores=from_report(report, values, policy) if values else None,
        camel=_graded(args, report, table), supervision=supervision, peers=peers,
        strengths=find_strengths(report, analysis, peers, None, values), findings=found,
        origin=Origin(tuple(files), weights.source if weights else ""),
    )  # fmt: skip
    return Source(document, report, (*report.problems, *beside))


def _graded(args: argparse.Namespace, report: Report, table: PeerTable | None) -> CamelReport | None:
    """CAMEL against the segment asked for, or against the peers."""
    segment = _segment(args, table)
    if segment is None:
        return None
    values = evaluate_camel(report.balance, catalog=args.catalogo, mode=report.mode)
    return calculate_camel(values, segment)


def _segment(args: argparse.Namespace, table: PeerTable | None) -> Segment | None:
    if args.segmento:
        known = Path(args.segmento)
        return read_segment(known) if known.suffix or known.exists() else load_segment(args.segmento)
    found = camel_segment(table) if table else None
    return found if found and found.statistics else None
