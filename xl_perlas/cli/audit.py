"""The command `copia-auditor`: a workbook that an auditor can check without the add-in. Gives the exit code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xl_perlas.cli import DONE
from xl_perlas.cli.console import terminal
from xl_perlas.cli.output import progress


def copia_auditor(args: argparse.Namespace) -> int:
    """The auditor's copy of a workbook, beside it or where asked. Done is done, whatever its figures say."""
    from xl_perlas.workbook.auditor_copy import make_copy

    target = Path(args.salida) if args.salida else None
    made = make_copy(Path(args.libro), target, progress, replacing=args.reemplazar)
    console = terminal(sys.stdout)
    if made.origin is None:
        said = "Ese libro nunca se había recalculado con xl-perlas: los resultados se calcularon al hacer la copia."
    elif made.changed:
        said = f"Desde el último recálculo de ese libro ({made.origin.when}) cambiaron: {', '.join(made.changed)}. " \
               "Los resultados de la copia se calcularon de nuevo."  # fmt: skip
    else:
        said = f"El libro estaba al día: la copia tiene las huellas de su último recálculo ({made.origin.when})."
    about = f"Errores: {made.errors}; están en la hoja Verificación de la copia." if made.errors else ""
    for text in filter(None, (said, about)):
        print(*console.wrap(text), sep="\n")
    print(console.plain(str(made.path)))
    return DONE
