"""The command `supervision`: the supervisor's ratios of a balance, and where they stand among peers."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_perlas.camel_load import Segment
from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.commands import asked_period
from xl_perlas.cli.output import (
    CSV,
    JSON,
    console_for,
    deliver,
    errors,
    format_asked,
    json_output,
    lines_text,
    unwritable,
)
from xl_perlas.cli.peers import check_peers, peers_asked
from xl_perlas.problems import PerlasError, problem
from xl_perlas.supervision import all_ratios, calculate_supervision


def supervision(args: argparse.Namespace) -> int:
    """Every ratio in every period; with peers, those of one period beside them; or one ratio account by account."""
    from xl_perlas.cli.supervision_views import detail_lines, supervision_csv, supervision_json, supervision_lines
    from xl_perlas.peers import Deviation, camel_segment, compare_with_peers
    from xl_perlas.reading import read_balances

    _check(args)
    report = calculate_supervision(read_balances(args.balance), args.promedio, args.catalogo)
    period = asked_period(report, args.periodo)
    inputs = [*args.balance, *filter(None, [args.pares])]
    if args.detalle:
        deliver(args, lines_text(detail_lines(report, _ratio(args.detalle), period, console_for(args))), inputs)
        return DONE
    peers, problems = None, list(report.problems)
    if table := peers_asked(args, period):
        deviation = Deviation(args.desviacion or Deviation.SAMPLE)
        peers = compare_with_peers(report, table, period, deviation)
        problems += peers.problems
        if args.segmento_camel:
            _write_segment(args, camel_segment(peers.table, deviation), inputs)
    shown = format_asked(args)
    if shown == JSON:
        deliver(args, json_output(args, supervision_json(report, peers)), inputs)
    elif shown == CSV:
        deliver(args, supervision_csv(report, peers), inputs)
    else:
        deliver(args, lines_text(supervision_lines(report, peers, problems, console_for(args))), inputs)
    return BAD_DATA if errors(problems) else DONE


def _check(args: argparse.Namespace) -> None:
    """What goes together. Raises PerlasError (U01)."""
    check_peers(args, "supervision", "desviacion", "segmento_camel")
    if args.detalle and (args.pares or args.formato in (JSON, CSV)):
        raise PerlasError(problem("U01", where="supervision", detail="--detalle va sin --pares y en tabla."))


def _ratio(written: str) -> str:
    key = written.strip().upper()
    if key not in all_ratios():
        raise PerlasError(problem("U02", profile="de supervisión", indicator=written, options=", ".join(all_ratios())))
    return key


def _write_segment(args: argparse.Namespace, segment: Segment, inputs: list[str]) -> None:
    """The segment as `xl-perlas camel --segmento` reads it; what it lacks is told by that command."""
    from xl_perlas.cli.supervision_views import segment_csv

    path = Path(args.segmento_camel)
    if any(path.resolve() == Path(one).resolve() for one in inputs):
        raise PerlasError(problem("U08", file=str(path), detail="es un archivo que esta orden lee"))
    try:
        path.write_text(segment_csv(segment), encoding="utf-8-sig", newline="\n")
    except OSError as error:
        raise unwritable(path, error) from None
