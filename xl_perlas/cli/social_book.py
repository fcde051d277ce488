"""Balance Social workbooks on the command line: a new one, and what recalculating one found."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xl_perlas.cli import DONE
from xl_perlas.cli.console import Console, problem_lines, terminal
from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook.recalc import Recalculation

#: Options of `nuevo` that only a PERLAS workbook has, with what they are when nobody gives them.
_OF_PERLAS = {"juicios": "", "segmento": "", "perfil": "woccu", "catalogo": "auto", "parametros": None}


def new_social(args: argparse.Namespace, path: Path) -> int:
    """An empty Balance Social workbook of a country.

    Raises:
        PerlasError: options that are for PERLAS (U01), or a path that cannot be written.
    """
    from xl_perlas.cli.commands import asked_periods, made_folder
    from xl_perlas.workbook.social.build import create_social

    given = [f"--{name}" for name, usual in _OF_PERLAS.items() if getattr(args, name) != usual]
    if given:
        detail = f"{', '.join(given)} no va con --plantilla {args.plantilla}."
        raise PerlasError(problem("U01", where="nuevo", detail=detail))
    made_folder(path)
    host = args.anfitrion or ("excel" if path.suffix.lower() == ".xlsm" else "libreoffice")
    years = asked_periods(args.periodos, years=2)
    create_social(path, args.plantilla.rpartition("-")[2], host=host, entity=args.entidad, years=years)
    console = terminal(sys.stdout)
    said = "Escriba los datos de cada año en la hoja Datos, con quién los dio y su evidencia, y recalcule."
    print(*console.wrap(said), sep="\n")
    print(console.plain(str(path)))
    return DONE


def recalculated_lines(done: Recalculation, console: Console) -> list[str]:
    """Marks, lights and plan of the workbook, and its problems."""
    from xl_perlas.cli.social_views import social_lines

    view = done.view
    if view.improvement is None:
        return problem_lines(done.problems, console)
    return social_lines(view.marks, view.improvement, done.problems, console)
