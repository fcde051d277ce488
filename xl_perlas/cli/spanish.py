"""A parser of arguments that speaks Spanish: argparse's own texts are English."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from xl_perlas.problems import PerlasError, problem

#: argparse's error messages (Python 3.11 to 3.14) and what they say in Spanish.
_ENGLISH = (
    (r"the following arguments are required: (.+)", r"falta indicar: \1"),
    (r"unrecognized arguments: (.+)", r"no se entiende: \1"),
    (r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)", r"«\2» no vale para \1; use uno de: \3"),
    (r"argument (.+?): invalid choice: '?(.*?)'?, maybe you meant .* \(choose from (.+)\)",
     r"«\2» no vale para \1; use uno de: \3"),
    (r"argument (.+?): expected (?:one|at least one|\d+) arguments?", r"falta el valor de \1"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 no lleva valor: sobra \2"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 y \2 no van juntos"),
    (r"argument (.+?): invalid .*?value: (.+)", r"el valor \2 no vale para \1"),
    (r"ambiguous option: (\S+) could match (.+)", r"«\1» puede ser: \2"),
)  # fmt: skip


def spanish(message: str) -> str:
    """An error message of argparse in Spanish; one that is not known is given as it is, and said to be so."""
    for pattern, text in _ENGLISH:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, text, message).replace("'", "")
    return f"argumentos no válidos ({message})"


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with Spanish headings."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose texts are Spanish and whose errors are raised as PerlasError (U01)."""

    def __init__(self, **options: Any):
        super().__init__(**{"formatter_class": Formatter, "add_help": False, "allow_abbrev": False, **options})
        self._positionals.title, self._optionals.title = "argumentos", "opciones"
        self.add_argument("-h", "--help", "--ayuda", action="help", help="muestra esta ayuda y termina")

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments."""
        where = self.prog.removeprefix("xl-perlas").strip()
        raise PerlasError(problem("U01", where=where, detail=spanish(message).rstrip(".") + "."))
