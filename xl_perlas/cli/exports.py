"""Results for other programs: JSON and CSV (comma, decimal point, one row a figure)."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, Contribution
from xl_perlas.problems import Problem
from xl_perlas.report import Report, problem_json

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def json_text(data: object, ascii_only: bool = False) -> str:
    """Indented JSON. Never `NaN`: no result is one."""
    return json.dumps(data, ensure_ascii=ascii_only, indent=2, allow_nan=False) + "\n"


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with one heading line; None is an empty field, and no text can be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_field(value) for value in row] for row in rows)
    return buffer.getvalue()


def _field(value: object) -> object:
    """A field; texts that a spreadsheet would run as a formula get an apostrophe before them."""
    if isinstance(value, bool):
        return "si" if value else "no"
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


# --- calcular ---------------------------------------------------------------------------------------------------------


def report_csv(report: Report) -> str:
    """One row an indicator and period."""
    head = ("indicador", "nombre", "unidad", "periodo", "valor", "estado", "meta", "cumple", "nota", "nota_meta")
    rows = [
        (
            indicator.id, indicator.name, indicator.unit, period, result.value, str(result.status), verdict.goal,
            verdict.meets, result.note, verdict.note,
        )
        for indicator in report.indicators
        for period, result, verdict in zip(
            report.periods, report.results[indicator.id], report.verdicts[indicator.id], strict=True
        )
    ]  # fmt: skip
    return csv_text(head, rows)


# --- detalle ----------------------------------------------------------------------------------------------------------


def totals(trace: Sequence[Contribution]) -> dict[str, float | None]:
    """Sum of each part of a trace; None where an account that it needs is missing, or there is no such part."""
    sums: dict[str, float | None] = {}
    for part in (NUMERATOR, DENOMINATOR):
        own = [c for c in trace if c.part == part and c.coefficient]
        whole = bool(own) and all(c.balance is not None for c in own)
        sums[part] = math.fsum(c.amount for c in own) if whole else None
    return sums


def detail_json(report: Report, indicator: str, period: str, definition: str) -> dict[str, Any]:
    """The build-up of one value."""
    definition_of, result = report.profile.indicators[indicator], report.result(indicator, period)
    verdict, trace = report.verdict(indicator, period), report.trace(indicator, period)
    sums = totals(trace)
    return {
        "indicador": indicator,
        "nombre": definition_of.name,
        "periodo": period,
        "perfil": report.profile.id,
        "catalogo": report.choice.catalog.id,
        "version": __version__,
        "definicion": definition,
        "fuente": str(definition_of.source),
        "valor": result.value,
        "estado": str(result.status),
        "nota": result.note,
        "meta": verdict.goal,
        "cumple": verdict.meets,
        "nota_meta": verdict.note,
        "numerador": sums[NUMERATOR],
        "denominador": sums[DENOMINATOR],
        "cuentas": [_contribution(report, one) for one in trace],
    }


def _contribution(report: Report, one: Contribution) -> dict[str, Any]:
    return {
        "parte": one.part,
        "codigo": one.code,
        "cuenta": account_name(report, one.code),
        "periodo": one.period,
        "coeficiente": one.coefficient,
        "saldo": one.balance,
        "aporte": None if one.balance is None else one.amount,
        "en_balance": one.listed,
    }


def account_name(report: Report, code: str) -> str:
    """Name of an account as the balance writes it, else as the catalogue does."""
    return report.balance.name(code) or report.choice.catalog.accounts.get(code, "")


def detail_csv(data: dict[str, Any]) -> str:
    """The accounts of `detail_json`, then the sums and the value."""
    rows = [tuple(one.values()) for one in data["cuentas"]]
    for part in (NUMERATOR, DENOMINATOR):
        rows.append((f"total_{part}", "", "", data["periodo"], None, None, data[part], None))
    rows.append(("valor", data["indicador"], data["nombre"], data["periodo"], None, None, data["valor"], None))
    return csv_text(("parte", "codigo", "cuenta", "periodo", "coeficiente", "saldo", "aporte", "en_balance"), rows)


# --- validar ----------------------------------------------------------------------------------------------------------


def problems_csv(problems: Sequence[Problem]) -> str:
    """One row a problem."""
    head = ("codigo", "gravedad", "donde", "periodo", "cuentas", "monto", "causa", "que_hacer")
    rows = [{**problem_json(p), "cuentas": " ".join(p.accounts)} for p in problems]
    return csv_text(head, [tuple(row.values()) for row in rows])
