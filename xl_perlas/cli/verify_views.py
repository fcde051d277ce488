"""Results of `xl-perlas verificar`: as CSV, and as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xl_perlas._version import __version__
from xl_perlas.cli.console import BOLD, DIM, GREEN, RED, SEVERITIES, Console
from xl_perlas.cli.exports import csv_text
from xl_perlas.problems import Problem
from xl_perlas.workbook.verify import Verification, place_of
from xl_perlas.workbook.verify_words import looked_at, seal_lines, verdict

#: Problems with one code that are shown; all of them are in JSON, CSV and the report.
_SHOWN = 5


def verification_csv(found: Verification) -> str:
    """One row a finding."""
    head = ("codigo", "gravedad", "hoja", "celda", "causa", "que_hacer")
    return csv_text(head, [(p.code, p.severity, *place_of(p), p.cause, p.next_step) for p in found.problems])


def verification_lines(found: Verification, console: Console) -> list[str]:
    """The verdict, the seal, and the findings, the most serious first."""
    about = ", ".join(filter(None, (found.entity, f"perfil {found.profile}", ", ".join(found.periods))))
    lines = [console.paint(line, BOLD) for line in console.wrap(f"Verificación de {found.path.name}")]
    lines += console.wrap(f"{about} · con xl-perlas {__version__}")
    style, said = GREEN if found.holds else RED, f"{console.mark(found.holds)} {verdict(found)}"
    lines += ["", *(console.paint(line, style) for line in console.wrap(said))]
    lines += [line for text in seal_lines(found.seal) for line in console.wrap(text, "  ", "    ")]
    lines += console.wrap(looked_at(found), "  ", "    ")
    data = f"De los datos, que aquí no se juzgan: {found.state}."
    lines += [console.paint(line, DIM) for line in console.wrap(data, "  ", "    ")]
    for severity, title, colour in SEVERITIES:
        own = [p for p in found.problems if p.severity == severity]
        if own:
            lines += ["", console.paint(console.plain(f"{title} ({len(own)})"), colour), *_listed(own, console)]
    return lines


def _listed(problems: Sequence[Problem], console: Console) -> list[str]:
    lines: list[str] = []
    for code, group in groupby(problems, key=lambda one: one.code):  # they come in the order of their codes
        own = list(group)
        lines += [line for one in own[:_SHOWN] for line in console.wrap(str(one), "  - ", "    ")]
        if len(own) > _SHOWN:
            more = f"y {len(own) - _SHOWN} más como [{code}]: véalos con --formato json o --informe."
            lines += console.wrap(more, "  - ", "    ")
    return lines
