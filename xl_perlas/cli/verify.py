"""The command `verificar`: what an auditor asks of a workbook received from somebody. Gives the exit code."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, format_asked, json_output, lines_text, progress
from xl_perlas.problems import PerlasError, problem


def verificar(args: argparse.Namespace) -> int:
    """Whether everything in a workbook follows from its inputs and the template; nothing is written to it."""
    from xl_perlas.cli.verify_views import verification_csv, verification_lines
    from xl_perlas.workbook.verify import verify
    from xl_perlas.workbook.verify_report import write_report

    book, copy = Path(args.libro), Path(args.informe) if args.informe else None
    if copy:
        _check_copy(book, copy, args.reemplazar)
    found = verify(book, progress)
    if copy:
        write_report(found, copy)
        progress(f"escrito {copy}")
    shown = format_asked(args)
    if shown == JSON:
        text = json_output(args, found.to_json())
    elif shown == CSV:
        text = verification_csv(found)
    else:
        text = lines_text(verification_lines(found, console_for(args)))
    deliver(args, text, [args.libro])
    return DONE if found.holds else BAD_DATA


def _check_copy(book: Path, copy: Path, replacing: bool) -> None:
    """A copy has another name and the same kind: Excel opens no workbook with macros that is called .xlsx."""
    if copy.suffix.lower() != book.suffix.lower():
        detail = f"El informe va en una copia del libro: su nombre debe terminar en {book.suffix or '.xlsx'}."
        raise PerlasError(problem("U01", where="verificar --informe", detail=detail))
    if copy.exists() and book.exists() and copy.samefile(book):
        detail = "El informe va en una copia: indique otro archivo que el libro."
        raise PerlasError(problem("U01", where="verificar --informe", detail=detail))
    if copy.exists() and not replacing:
        raise PerlasError(problem("U04", file=str(copy)))
