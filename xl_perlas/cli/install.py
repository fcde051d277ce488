"""The commands `instalar` and `desinstalar`: the cell functions in a spreadsheet program. Each gives the exit code."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from xl_perlas._version import __version__
from xl_perlas.cli import DONE
from xl_perlas.cli.console import complain, terminal
from xl_perlas.cli.output import progress, unwritable
from xl_perlas.problems import problem


def instalar(args: argparse.Namespace) -> int:
    """Build the add-in and install it; or, for all users and without the right to, show the administrator's command."""
    from xl_perlas.udfs.libreoffice import install

    office = install.find_office()
    try:
        if args.todos and not install.is_administrator():
            command = install.add_arguments(install.write_extension(), everyone=True)
        else:
            command = []
            progress("instalando el complemento …")
            install.install(office, args.todos)
    except OSError as error:
        raise unwritable(Path(str(error.filename)), error) from None
    if args.todos and (folder := install.unreadable_part()):
        complain([problem("H08", path=folder)])
    if command:
        _show_command(office.command(*command))
        return DONE
    whose = "para todos los usuarios" if args.todos else "para este usuario"
    _say(f"Complemento de xl-perlas {__version__} instalado en LibreOffice {whose}.",
         "Abra Calc (ciérrelo antes, si está abierto) y escriba =PERLAS_DIAG() en una celda: dice si todo está en "
         "orden.")  # fmt: skip
    return DONE


def desinstalar(args: argparse.Namespace) -> int:
    """Remove the add-in."""
    from xl_perlas.udfs.libreoffice import install

    office = install.find_office()
    if args.todos and not install.is_administrator():
        _show_command(office.command(*install.remove_arguments(everyone=True)))
        return DONE
    if install.uninstall(office, args.todos):
        _say("Complemento quitado de LibreOffice.")
    else:
        complain([problem("H07", whose=" para todos los usuarios" if args.todos else " para este usuario")])
    return DONE


def _show_command(command: list[str]) -> None:
    """The command on a line of its own, last: a script can take it from there."""
    _say("Para todos los usuarios hace falta un administrador. Con LibreOffice cerrado, ejecute:")
    print(subprocess.list2cmdline(command) if sys.platform == "win32" else f"sudo {shlex.join(command)}")


def _say(*sentences: str) -> None:
    console = terminal(sys.stdout)
    for sentence in sentences:
        print(*console.wrap(sentence), sep="\n")
