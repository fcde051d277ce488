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
from xl_perlas.problems import PerlasError, problem

_TRUST = (
    "Archivo > Opciones > Centro de confianza > Configuración del Centro de confianza > Configuración de macros > "
    "«Confiar en el acceso al modelo de objetos de proyectos de VBA»"
)


def instalar(args: argparse.Namespace) -> int:
    """Put the functions in the program asked for."""
    return _install_excel(args) if args.anfitrion == "excel" else _install_libreoffice(args)


def desinstalar(args: argparse.Namespace) -> int:
    """Take them away."""
    return _uninstall_excel(args) if args.anfitrion == "excel" else _uninstall_libreoffice(args)


# --- LibreOffice


def _install_libreoffice(args: argparse.Namespace) -> int:
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


def _uninstall_libreoffice(args: argparse.Namespace) -> int:
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


# --- Excel


def _install_excel(args: argparse.Namespace) -> int:
    """Install xlwings' add-in for this Python, and say what to do next."""
    _refuse_everyone(args)
    from xl_perlas.udfs.excel import install

    done = install.install(progress)
    complain(done.notes)
    bits = f"Excel de {done.excel.bits} bits, " if done.excel.bits else ""
    before = f" Había uno de la versión {done.replaced}; «desinstalar» lo devuelve." if done.replaced else ""
    ticked = " (ya está marcada)" if done.trusts_macros else ""
    _say(f"Complemento xlwings {done.version} instalado en {done.addin}.{before}",
         f"Excel usará el Python {done.python} ({bits}Python de {done.python_bits} bits).",
         "Ahora: «xl-perlas nuevo perlas.xlsm»; abra ese libro en Excel, pulse «Habilitar contenido» y escriba "
         "=PERLAS_DIAG() en una celda: dice si todo está en orden. No hay que marcar ninguna opción ni importar nada.",
         f"Solo para usar las funciones en un libro suyo hay que marcar una opción{ticked}: {_TRUST}. Después guárdelo "
         "como .xlsm, marque xlwings en Alt+F11 > Herramientas > Referencias y pulse «Import Functions» en la pestaña "
         "xlwings. Ahí los errores llegan como texto y SUMA no los ve: es mejor el libro de «nuevo».")  # fmt: skip
    return DONE


def _uninstall_excel(args: argparse.Namespace) -> int:
    _refuse_everyone(args)
    from xl_perlas.udfs.excel import install

    if install.uninstall():
        _say("Complemento quitado de Excel; la configuración de xlwings quedó como antes de instalarlo.")
    else:
        complain([problem("H07", whose=" en Excel por xl-perlas")])
    return DONE


def _refuse_everyone(args: argparse.Namespace) -> None:
    if args.todos:
        raise PerlasError(problem("U01", where=args.command, detail="--todos solo vale con --anfitrion libreoffice."))


def _say(*sentences: str) -> None:
    console = terminal(sys.stdout)
    for sentence in sentences:
        print(*console.wrap(sentence), sep="\n")
