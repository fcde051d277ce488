"""The kinds of workbook that there are, and which of them one is."""

from __future__ import annotations

from typing import Any

from xl_perlas.workbook import names
from xl_perlas.workbook.perlas import PERLAS
from xl_perlas.workbook.plan import parse_plan
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.social.template import COLOMBIA, ECUADOR
from xl_perlas.workbook.template import Place, Template

#: By what the plan of a workbook calls its template; one that calls it nothing is PERLAS'.
TEMPLATES: dict[str, Template] = {"": PERLAS, "balance-social-co": COLOMBIA, "balance-social-ec": ECUADOR}

#: Formulas kept, by plan: they are the same in every workbook that has it.
_MOST = 4
_formulas: dict[str, dict[str, dict[Place, Any]]] = {}


def template_of(book: BookLike) -> Template:
    """The kind of a workbook, by its plan; PERLAS' refuses what is of no kind when it reads it."""
    kind = parse_plan(book.defined_names.get(names.PLAN, "")).get("plantilla", "")
    return TEMPLATES.get(kind, PERLAS)


def formulas_of(kind: Template, plan: Any) -> dict[str, dict[Place, Any]]:
    """The formulas of each sheet of a workbook with this plan. Kept: look, do not change."""
    key = plan.to_text()
    if key not in _formulas:
        if len(_formulas) >= _MOST:
            _formulas.pop(next(iter(_formulas)))
        _formulas[key] = {module.NAME: module.formulas(plan) for module in kind.modules}
    return _formulas[key]
