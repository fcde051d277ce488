"""The command `analizar`: horizontal, vertical and trend analysis, income statement and composition."""

from __future__ import annotations

import argparse

from xl_perlas.analysis import analyse
from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.analysis_exports import KINDS, analysis_csv, analysis_json
from xl_perlas.cli.analysis_views import analysis_lines
from xl_perlas.cli.console import complain
from xl_perlas.cli.output import CSV, TABLE, console_for, deliver, errors, format_asked, json_output, lines_text


def analizar(args: argparse.Namespace) -> int:
    """The analyses asked for, of every account down to a number of digits."""
    from xl_perlas.reading import read_balances

    analysis = analyse(read_balances(args.balance), args.catalogo, args.base)
    kinds = [args.tipo] if args.tipo else list(KINDS)
    shown = format_asked(args)
    if shown == TABLE:
        text = lines_text(analysis_lines(analysis, kinds, args.nivel, console_for(args)))
    else:
        complain(errors(analysis.problems))
        if shown == CSV:
            text = analysis_csv(analysis, kinds, args.nivel)
        else:
            text = json_output(args, analysis_json(analysis, kinds, args.nivel))
    deliver(args, text, args.balance)
    return BAD_DATA if errors(analysis.problems) else DONE
