"""Where a command's output goes: the screen or a file, as a table, JSON or CSV."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from xl_perlas.cli.console import Console, say, terminal
from xl_perlas.cli.exports import json_text
from xl_perlas.problems import ERROR, PerlasError, Problem, problem

TABLE, JSON, CSV = "tabla", "json", "csv"


def format_asked(args: argparse.Namespace) -> str:
    """The format asked for, or the one that the output's name shows."""
    suffix = Path(args.salida).suffix.lower() if args.salida else ""
    return args.formato or {".json": JSON, ".csv": CSV}.get(suffix, TABLE)


def console_for(args: argparse.Namespace) -> Console:
    """What can be shown where the output goes."""
    return Console() if args.salida else terminal(sys.stdout)


def json_output(args: argparse.Namespace, data: object) -> str:
    """JSON in characters that the output's encoding has."""
    encoding = "utf-8" if args.salida else getattr(sys.stdout, "encoding", None) or "utf-8"
    return json_text(data, ascii_only=encoding.lower().replace("-", "") != "utf8")


def lines_text(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines) + "\n"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that keep a figure from being trusted."""
    return [p for p in problems if p.severity == ERROR]


def progress(message: str) -> None:
    """A step of long work, to standard error."""
    say(terminal(sys.stderr).plain(f"xl-perlas: {message}"))


def deliver(args: argparse.Namespace, text: str, inputs: Sequence[str]) -> None:
    """To standard output, or to the file asked for (CSV with a byte order mark, so that Excel reads its accents).

    Raises:
        PerlasError: the file is one of `inputs`, a workbook (U08), or cannot be written (U05).
    """
    if not args.salida:
        sys.stdout.write(text)
        return
    path = Path(args.salida)
    _check_output(path, inputs)
    try:
        path.write_text(text, encoding="utf-8-sig" if format_asked(args) == CSV else "utf-8", newline="\n")
    except OSError as error:
        raise unwritable(path, error) from None
    progress(f"escrito {path}")


def _check_output(path: Path, inputs: Sequence[str]) -> None:
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
        raise PerlasError(problem("U08", file=str(path), detail="esta orden escribe texto, no libros"))
    if any(path.resolve() == Path(one).resolve() for one in inputs):
        raise PerlasError(problem("U08", file=str(path), detail="es un archivo que esta orden lee"))


def unwritable(path: Path, error: OSError) -> PerlasError:
    """Why a file cannot be written, in words (U05)."""
    known = {
        errno.ENOENT: "la carpeta no existe", errno.EACCES: "no hay permiso", errno.EPERM: "no hay permiso",
        errno.EISDIR: "es una carpeta", errno.ENOTDIR: "parte de la ruta no es una carpeta",
        errno.EROFS: "el disco es de solo lectura", errno.ENOSPC: "no queda espacio en el disco",
        errno.EEXIST: "parte de la ruta no es una carpeta",
    }  # fmt: skip
    return PerlasError(problem("U05", file=str(path), detail=known.get(error.errno or 0, str(error.strerror or error))))
