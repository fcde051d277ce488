"""The command `fortalezas`: strengths, weaknesses and what to watch in one period, each with its evidence."""

from __future__ import annotations

import argparse

from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.commands import asked_period, profile_asked
from xl_perlas.cli.console import complain
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, errors, format_asked, json_output, lines_text
from xl_perlas.cli.peers import check_peers, peers_asked
from xl_perlas.cli.strengths_views import strengths_csv, strengths_json, strengths_lines
from xl_perlas.hierarchy import read_weights
from xl_perlas.peers import PeerReport, compare_with_peers
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE
from xl_perlas.report import Report, calculate
from xl_perlas.strengths import find_strengths
from xl_perlas.supervision import calculate_supervision

_FILES = ("pares", "pesos", "parametros", "personalizacion")


def fortalezas(args: argparse.Namespace) -> int:
    """The remarks on a balance in one period."""
    from xl_perlas.reading import read_balances

    check_peers(args, "fortalezas")
    profile, notes = profile_asked(args)
    mode = TWELVE_MONTHS if args.doce_meses else YEAR_TO_DATE
    report = calculate(read_balances(args.balance), profile, args.catalogo, mode)
    period = asked_period(report, args.periodo)
    weights = read_weights(args.pesos) if args.pesos else None
    peers = _peers(args, report, period)
    found = find_strengths(report, None, peers, period, weights.values if weights else None)
    beside = [*notes, *(weights.problems if weights else ()), *(peers.problems if peers else ())]
    shown, source = format_asked(args), weights.source if weights else ""
    inputs = [*args.balance, *filter(None, (getattr(args, name) for name in _FILES))]
    if shown in (JSON, CSV):
        complain([*errors(report.problems), *beside])
        data = strengths_csv(found) if shown == CSV else json_output(args, strengths_json(report, found, source))
        deliver(args, data, inputs)
    else:
        problems = [*errors(report.problems), *beside]
        deliver(args, lines_text(strengths_lines(report, found, source, problems, console_for(args))), inputs)
    return BAD_DATA if errors([*report.problems, *beside]) else DONE


def _peers(args: argparse.Namespace, report: Report, period: str) -> PeerReport | None:
    table = peers_asked(args, period)
    if table is None:
        return None
    return compare_with_peers(calculate_supervision(report.balance, args.promedio, args.catalogo), table, period)
