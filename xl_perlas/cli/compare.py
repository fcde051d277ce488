"""The command `comparar`: what changed between two versions of a workbook, and what that moved."""

from __future__ import annotations

import argparse

from xl_perlas.cli import DONE
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, format_asked, json_output, lines_text


def comparar(args: argparse.Namespace) -> int:
    """Changes and movements between two workbooks. Done is done, whether they differ or not."""
    from xl_perlas.cli.compare_views import comparison_csv, comparison_lines
    from xl_perlas.workbook.compare import compare

    found = compare(args.a, args.b).only(args.periodo or "", (args.indicador or "").strip().upper())
    shown = format_asked(args)
    if shown == JSON:
        text = json_output(args, found.to_json())
    elif shown == CSV:
        text = comparison_csv(found)
    else:
        text = lines_text(comparison_lines(found, console_for(args)))
    deliver(args, text, [args.a, args.b])
    return DONE
