"""What the command `informe` takes from a Balance Social workbook, recalculated in memory."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_perlas.cli.informe_inputs import Source
from xl_perlas.document import Origin
from xl_perlas.problems import PerlasError, problem
from xl_perlas.social_document import social_document
from xl_perlas.workbook import names
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import parse_plan
from xl_perlas.workbook.social.plan import TEMPLATES
from xl_perlas.workbook.templates import template_of

#: Options about a balance, its peers or its score: none of it is of a Balance Social.
_OTHERS = {
    "perfil": "--perfil", "parametros": "--parametros", "personalizacion": "--personalizacion", "pesos": "--pesos",
    "politica": "--sin-veredicto", "segmento": "--segmento", "doce_meses": "--doce-meses", "pares": "--pares",
    "entidad": "--entidad", "periodo": "--periodo",
}  # fmt: skip


def is_social_book(path: Path) -> bool:
    """Whether a workbook of this program is a Balance Social. Raises PerlasError for one that cannot be opened."""
    return parse_plan(Package.open(path).defined_names.get(names.PLAN, "")).get("plantilla") in TEMPLATES


def from_social_book(args: argparse.Namespace, path: Path) -> Source:
    """The report of a Balance Social workbook, of the years chosen on its sheet Datos: the file is not touched.

    Raises:
        PerlasError: options that are not for it (U01), no year or no value yet (N70), or what reading it finds (L19 to
            L23).
    """
    given = [option for name, option in _OTHERS.items() if getattr(args, name)]
    if given or args.catalogo != "auto":
        options = ", ".join([*given, *(["--catalogo"] if args.catalogo != "auto" else [])])
        detail = f"{options} no va con un libro del Balance Social: lo dicen sus hojas."
        raise PerlasError(problem("U01", where="informe", detail=detail))
    book = Package.open(path)
    template = template_of(book)
    inputs = template.read(book)
    view = template.view(inputs)
    if view.improvement is None or not view.computed[-1]:
        raise PerlasError(problem("N70", where=path.name))
    seal = template.seal(inputs, view)
    digests = {"las entradas": seal.inputs, "las definiciones": seal.definitions, "los resultados": seal.results}
    document = social_document(
        view.marks, view.improvement, problems=view.problems, entity=inputs.entity,
        activities=[(a.date, a.principle, a.text, a.people, a.budget, a.spent) for a in inputs.activities],
        origin=Origin((path.name,), "", digests),
    )  # fmt: skip
    return Source(document, None, view.problems, path)
