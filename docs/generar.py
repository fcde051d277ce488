"""Write the reference pages that come from the program itself: `make docs`. A test tells when they are out of date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from xl_perlas.camel import load_camel
from xl_perlas.goals import goal_text
from xl_perlas.load import load_profile, profile_names
from xl_perlas.model import COMPONENTS, Indicator, Profile
from xl_perlas.problems import ERROR, INFO, MESSAGES, WARNING
from xl_perlas.udfs.functions import FUNCTIONS, Argument
from xl_perlas.words import indicator_words, line_words

FOLDER = Path(__file__).resolve().parent

_GROUPS = {
    "A": "Archivos", "B": "Lectura del balance", "C": "Catálogo e identidades contables", "D": "Definiciones",
    "E": "Valores y metas", "F": "Análisis financiero", "H": "Anfitrión: LibreOffice, Excel y xlwings Lite",
    "J": "Juicios, puntaje y calificación", "K": "CAMEL", "L": "Libro", "R": "Resultados publicados o hechos a mano",
    "I": "Informe", "N": "Balance Social", "S": "Indicadores de supervisión y pares", "T": "Fortalezas y debilidades",
    "U": "Uso de la orden y de las funciones", "V": "Verificación de un libro",
}  # fmt: skip
_SEVERITIES = {ERROR: "error", WARNING: "aviso", INFO: "nota"}
_MADE = "\n*Página hecha por `make docs` a partir del programa; no se edita a mano.*\n"


def pages() -> dict[str, str]:
    """Text of each page by its file name."""
    return {"codigos.md": codes(), "funciones.md": functions(), "indicadores.md": indicators(), "camel.md": camel()}


def codes() -> str:
    """Every problem code: what it says and what to do."""
    parts = ["# Códigos de problema\n", "Los puntos suspensivos son lo que cada mensaje completa: una cuenta, una "
             "cifra, un periodo.\n"]  # fmt: skip
    for letter, title in _GROUPS.items():
        own = {code: message for code, message in sorted(MESSAGES.items()) if code[0] == letter}
        rows = [(f"**{code}**", _SEVERITIES[severity], _text(cause), _text(step))
                for code, (severity, cause, step) in own.items()]  # fmt: skip
        parts += [f"## {letter} · {title}\n", _table(("Código", "Gravedad", "Qué dice", "Qué hacer"), rows)]
    return "\n".join([*parts, _MADE])


def functions() -> str:
    """Every cell function with its arguments."""
    rows = [(f"`{f.name}({'; '.join(map(_argument, f.arguments))})`", f.help, f"`{f.example}`") for f in FUNCTIONS]
    arguments = dict.fromkeys((a.name, a.help) for f in FUNCTIONS for a in f.arguments)
    return "\n".join([
        "# Funciones de celda\n", "Entre corchetes, lo que se puede omitir.\n",
        _table(("Función", "Qué da", "Ejemplo"), rows), "## Argumentos\n",
        _table(("Argumento", "Qué es"), [(f"`{name}`", text) for name, text in arguments]), _MADE,
    ])  # fmt: skip


def _argument(argument: Argument) -> str:
    return f"[{argument.name}]" if argument.optional else argument.name


def indicators() -> str:
    """Every indicator and line of every profile, with the page that defines it."""
    parts = ["# Indicadores y líneas\n"]
    for name in sorted(profile_names(), key=lambda n: (n != "woccu", n)):
        parts += _profile(load_profile(name))
    return "\n".join([*parts, _MADE])


def _profile(profile: Profile) -> Iterable[str]:
    yield f"## {profile.name} (`{profile.id}`)\n"
    yield f"{profile.description}\n"
    for letter, title in COMPONENTS.items():
        own = [i for i in profile.indicators.values() if i.component == letter]
        if own:
            yield f"### {letter} · {title}\n"
            yield _table(("Id", "Indicador", "Fórmula", "Meta", "Fuente"), [_indicator(i, profile) for i in own])
    yield "### Líneas\n"
    yield _lines(profile)


def _lines(profile: Profile) -> str:
    rows = [(f"`{line.id}`", line.name, line_words(profile, line), str(line.source), line.reason)
            for line in profile.lines.values()]  # fmt: skip
    return _table(("Línea", "Nombre", "Qué suma", "Fuente", "Por qué cambia"), rows)


def _indicator(indicator: Indicator, profile: Profile) -> tuple[str, ...]:
    goal = goal_text(indicator, profile, 0).replace(" (sin dato)", "")
    goal = f"{goal}. {indicator.goal.note}" if indicator.goal.note else goal
    text = f"{indicator_words(profile, indicator)} {indicator.reason}".strip()
    return f"**{indicator.id}**", indicator.name, text, goal, str(indicator.source)


def camel() -> str:
    """The CAMEL method: groups, indicators with formula and weight, and the accounts of each line."""
    method = load_camel()
    parts = ["# CAMEL\n", f"{method.description}\n"]
    for letter, group in method.groups.items():
        parts.append(f"## {letter} · {group.name}: {group.weight:.0%}\n")
        rows = [
            (f"**{key}**", indicator.name, indicator_words(method.profile, indicator), f"{method.weights[key]:.0%}",
             indicator.direction, str(indicator.source))
            for key in method.members(letter)
            for indicator in [method.indicators[key]]
        ]  # fmt: skip
        parts.append(_table(("Id", "Indicador", "Fórmula", "Peso en el grupo", "Mejor", "Fuente"), rows))
    parts += ["## Líneas\n", _lines(method.profile), _MADE]
    return "\n".join(parts)


def _text(template: str) -> str:
    """A message without its values."""
    return re.sub(r"\{[^}]*\}", "…", template)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    for file, content in pages().items():
        (FOLDER / file).write_text(content, encoding="utf-8", newline="\n")
        print(f"docs/{file}")
