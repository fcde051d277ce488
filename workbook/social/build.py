"""Make a Balance Social workbook: an empty template, or one filled with inputs. Building twice gives the same bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xl_perlas.balance import Balance
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.social import SocialInputs
from xl_perlas.workbook import build, names
from xl_perlas.workbook.copy_look import lock, reword
from xl_perlas.workbook.social import facts
from xl_perlas.workbook.social.copy_words import WORDS
from xl_perlas.workbook.social.modules import modules
from xl_perlas.workbook.social.plan import TEMPLATES, SocialPlan, make_plan
from xl_perlas.workbook.social.sheets import (
    actividades,
    bitacora,
    comparacion,
    cuentas,
    datos,
    indicadores,
    informe,
    inicio,
    mapa,
    mejora,
    notas,
    resultados,
    saldos,
    verificacion,
)

COUNTRIES = tuple(name.rpartition("-")[2] for name in TEMPLATES)


def create_social(
    path: str | os.PathLike[str],
    country: str,
    *,
    host: str = "libreoffice",
    inputs: SocialInputs | None = None,
    balance: Balance | None = None,
    entity: str = "",
    years: Sequence[str | Period] = (),
    report: str | Period | None = None,
    against: str | Period | None = None,
) -> Path:
    """Write the workbook of a country (`co` or `ec`) to `path`, replacing it atomically.

    `years` head the columns, the oldest first; without them those of `inputs` and `balance` do. `inputs` and `balance`
    fill what they know. `report` and `against` are the two years compared: without them the last one, and the one
    before it. `host` decides how add-in functions are spelt in the file.

    Raises:
        PerlasError: an unknown host or country (D02), a year that is none (U01), or a path that cannot be written.
    """
    if host not in build.HOSTS:
        raise PerlasError(problem("D02", kind="el anfitrión", name=f"«{host}»", options=", ".join(build.HOSTS)))
    if country.lower() not in COUNTRIES:
        raise PerlasError(problem("D02", kind="el país", name=f"«{country}»", options=", ".join(COUNTRIES)))
    periods = [_period(one) for one in years] or _known(inputs, balance)
    accounts = len(balance.chart.codes) if balance else 0
    plan = make_plan(country, periods, accounts, host)
    chosen = tuple(None if one is None else datos.headed(_period(one)) for one in (report, against))
    target = Path(path)
    book = build.start_book(target.suffix.lower() == ".xlsm")
    fill(book, plan, periods, inputs, balance, entity or (inputs.entity if inputs else ""), (chosen[0], chosen[1]))
    if facts.is_copy(plan):
        reword(book, {name: words for name, words in WORDS.items() if name in book.sheetnames})
        lock(book, ())
    build.store(book, host, target)
    return target


def _period(raw: str | Period) -> Period:
    period = raw if isinstance(raw, Period) else parse_period(raw)
    if period is None:
        raise PerlasError(problem("U01", detail=f"No se entiende el año «{raw}»."))
    return period


def _known(inputs: SocialInputs | None, balance: Balance | None) -> list[Period]:
    """Every year that inputs or balance have, in order of time."""
    found = {p.key: p for source in (balance, inputs) if source is not None for p in source.periods}
    return [found[key] for key in sorted(found)]


def blank_copy(plan: SocialPlan) -> Any:
    """An auditor's copy without inputs, as an openpyxl workbook whose cells for them are still open."""
    book = build.start_book(macros=False)
    fill(book, plan, [], None, None, "", (None, None))
    reword(book, {name: words for name, words in WORDS.items() if name in book.sheetnames})
    return book


def fill(
    book: Any, plan: SocialPlan, periods: Sequence[Period], inputs: SocialInputs | None, balance: Balance | None,
    entity: str, chosen: tuple[object, object],
) -> None:  # fmt: skip
    """Every sheet of a new openpyxl workbook, its defined names and its properties."""
    build.add_sheets(book, [module.NAME for module in modules(plan)])
    datos.build(book[datos.NAME], plan, periods, inputs, entity, chosen)
    if plan.has_accounts:
        cuentas.build(book[cuentas.NAME], plan, list(periods), balance)
    if plan.lists:
        saldos.build(book[saldos.NAME], plan)
    for module in (
        notas, indicadores, resultados, mapa, comparacion, mejora, actividades, informe, verificacion, bitacora, inicio,
    ):  # fmt: skip
        module.build(book[module.NAME], plan)
    named = {
        names.PLAN: f'"{plan.to_text()}"', **datos.defined(plan), **verificacion.defined(plan),
        **(cuentas.defined(plan) if plan.has_accounts else {}),
    }  # fmt: skip
    build.finish_book(book, plan.host, plan.method.name, named)
