"""Verify a workbook received from somebody: is everything in it what follows from its inputs and the template?

Everything is computed again from what was typed in it; formulas, results, texts, names and looks are held against a
new workbook of the same plan. Nothing is written to the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.problems import ERROR, INFO, WARNING, PerlasError, Problem, problem
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.template import Template
from xl_perlas.workbook.templates import formulas_of, template_of
from xl_perlas.workbook.verify_addin import settle_results
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_cells import Basis, check_sheet
from xl_perlas.workbook.verify_hidden import check_hidden
from xl_perlas.workbook.verify_names import check_names
from xl_perlas.workbook.verify_outside import check_outside, has_macros
from xl_perlas.workbook.verify_reference import reference
from xl_perlas.workbook.verify_rules import check_rules
from xl_perlas.workbook.verify_seal import SealFacts, check_seal

#: What is told first among problems of the same severity: what may harm, the seal, formulas, results, what is hidden.
_ORDER = (
    "V38", "V37", "V36", "V39", "V01", "V03", "V02", "V04", "V05", "V06", "V08", "V23", "V24", "V22", "V14", "V15",
    "V16", "V17", "V20", "V19", "V27", "V28", "V29", "V30", "V31", "V32", "V35", "V13", "V09", "V12", "V10", "V18",
    "V33", "V11", "V07", "V26", "V25", "V21", "V34", "V40",
)  # fmt: skip
_SEVERITIES = (ERROR, WARNING, INFO)


@dataclass(frozen=True)
class Verification:
    """What was found in the workbook at `path`: `problems`, the most serious first, its seal, and what was looked at.

    `entity`, `profile`, `periods` and `state` (the overall light) are those of its inputs; `looked_at` counts cells.
    """

    path: Path
    problems: tuple[Problem, ...]
    seal: SealFacts
    entity: str
    profile: str
    periods: tuple[str, ...]
    state: str
    looked_at: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong: warnings and notes may remain."""
        return not any(p.severity == ERROR for p in self.problems)

    def count(self, severity: str) -> int:
        """How many problems have a severity."""
        return sum(p.severity == severity for p in self.problems)

    def to_json(self) -> dict[str, Any]:
        """As other programs read it; keys never change."""
        return {
            "version": __version__,
            "archivo": self.path.name,
            "verificado": self.holds,
            "entidad": self.entity,
            "perfil": self.profile,
            "periodos": list(self.periods),
            "estado_del_balance": self.state,
            "sello": self.seal.to_json(),
            "celdas": self.looked_at,
            "errores": self.count(ERROR),
            "avisos": self.count(WARNING),
            "notas": self.count(INFO),
            "hallazgos": [_problem_json(p) for p in self.problems],
        }


def _problem_json(found: Problem) -> dict[str, Any]:
    sheet, cell = place_of(found)
    return {
        "codigo": found.code, "gravedad": found.severity, "hoja": sheet, "celda": cell, "causa": found.cause,
        "que_hacer": found.next_step,
    }  # fmt: skip


def place_of(found: Problem) -> tuple[str, str]:
    """Sheet and cell of a problem, "" where it is of the whole workbook or sheet."""
    sheet, _, cell = found.where.rpartition("!")
    return (sheet, cell) if sheet else (found.where, "")


def verify(path: str | os.PathLike[str], progress: Callable[[str], None] | None = None) -> Verification:
    """Verify the workbook at `path`; `progress` is told each step in words.

    Raises:
        PerlasError: it cannot be read (A01-A15), is no workbook of this program or of another version of the template
            (L01-L05, L19-L21), or its structure was changed so that its inputs cannot be found (L23).
    """
    say = progress or _silent
    say("Leyendo el libro")
    book = Received.open(path)
    kind = template_of(book)
    inputs = read_inputs(kind, book)
    _require_sheets(kind, book)
    say("Calculando de nuevo")
    view = expected_view(kind, inputs)
    say("Comparando con la plantilla")
    template = reference(kind, inputs.plan, has_macros(book), book.file)
    basis = Basis(kind, inputs.plan, template, formulas_of(kind, inputs.plan), expected_results(kind, view))
    facts, found = check_seal(book, kind, view, kind.seal(inputs, view))
    checks = [check_sheet(book, basis, name) for name in template.sheet_names if name in book.sheet_names]
    found += [one for check in checks for one in check.problems]
    found += settle_results(book, basis, checks)
    moved = {place_of(one)[0] for one in found if one.code == "V22"}
    looks = [*check_hidden(book, template, kind, view), *check_rules(book, template)]
    found += [one for one in looks if one.code == "V27" or place_of(one)[0] not in moved]
    found += check_names(book, template)
    found += check_outside(book, template, inputs.plan)
    looked_at = {
        "formulas": sum(check.formulas for check in checks), "resultados": sum(check.calculated for check in checks),
        "textos": sum(check.texts for check in checks),
    }  # fmt: skip
    entity, definitions, periods = kind.about(inputs)
    return Verification(
        Path(path), tuple(_ranked(found, book)), facts, entity, definitions, periods, view.state, looked_at
    )


def _require_sheets(kind: Template, book: Received) -> None:
    names = ", ".join(f"«{name}»" for name in book.sheet_names)
    missing = [module.NAME for module in kind.modules if module.NAME not in book.sheet_names]
    if missing:
        raise PerlasError(problem("L04", where=book.file, sheet=name, names=names) for name in missing)


def read_inputs(kind: Template, book: Received) -> Any:
    """What was typed in the workbook."""
    return kind.read(book)


def expected_view(kind: Template, inputs: Any) -> Any:
    """What a recalculation would show of the inputs."""
    return kind.view(inputs)


def expected_results(kind: Template, view: Any) -> dict[str, Cells]:
    """What each sheet should show."""
    return {module.NAME: module.results(view) for module in kind.modules}


def _silent(step: str) -> None:
    """For callers who need not be told the steps."""


def _ranked(found: list[Problem], book: Received) -> list[Problem]:
    """Most serious first; of one kind, in the order of the tabs."""
    tabs = {name: i for i, name in enumerate(book.sheet_names)}
    ranks = {code: i for i, code in enumerate(_ORDER)}

    def key(one: Problem) -> tuple[int, int, int]:
        return _SEVERITIES.index(one.severity), ranks[one.code], tabs.get(place_of(one)[0], -1)

    return sorted(dict.fromkeys(found), key=key)
