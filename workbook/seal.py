"""The seal of a workbook: digests of what was typed, of the definitions in force, and of the results.

A digest changes when, and only when, something that counts does: not with formats, the order of rows, or the program
that saved the file. It tells that something changed, not who changed it: nothing here is a signature.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xl_perlas.analysis import load_statements
from xl_perlas.camel import load_camel
from xl_perlas.formula import LinearForm
from xl_perlas.load import load_catalog, load_profile
from xl_perlas.problems import Problem
from xl_perlas.score import load_scale
from xl_perlas.strengths import load_rules
from xl_perlas.supervision_load import load_supervision

if TYPE_CHECKING:  # the sheets that show a seal are part of what reads the inputs
    from xl_perlas.workbook.inputs import Inputs
    from xl_perlas.workbook.view import View

#: Hexadecimal digits kept of a SHA-256: 128 bits.
DIGITS = 32
#: Significant digits of a result: the last ones may differ from one processor to another.
_FIGURES = 12
#: Of a figure that was typed: all that any spreadsheet program keeps when it saves.
_TYPED = 15


@dataclass(frozen=True, slots=True)
class Seal:
    """Digests in hexadecimal."""

    inputs: str
    definitions: str
    results: str


def seal(inputs: Inputs, view: View) -> Seal:
    """The seal of what was read and what came of it."""
    return Seal(digest(input_facts(inputs)), definitions_digest(inputs.plan.profile.id), results_digest(view))


def input_facts(inputs: Inputs) -> dict[str, Any]:
    """Everything typed that counts, by kind; accounts in the order of their codes, for that of rows means nothing."""
    balance = inputs.balance
    accounts = {
        code: [balance.name(code), *(column[row] for column in balance.values)]
        for code, row in sorted(balance.chart.row.items())
    }
    return {
        "perfil": inputs.plan.profile.id,
        "catalogo": inputs.catalog,
        "entidad": balance.entity,
        "periodos": [list(period.key) for period in balance.periods],
        "cuentas": accounts,
        "parametros": {
            key: [p.value, p.values, p.source, p.date] for key, p in sorted(inputs.profile.parameters.items())
        },
        "cuentas_propias": [list(dataclasses.astuple(own)) for own in inputs.own.values()],
        "juicios": [[j.name, j.typed_weight, j.cells] for j in inputs.ahp.judges],
        "ponderacion": [inputs.ahp.method, inputs.ahp.table, inputs.ahp.policy],
        "analisis": [inputs.analysis.base, sorted(inputs.analysis.codes.values())],
        "supervision": [inputs.supervision.average],
        "pares": _peers(inputs),
        "segmento": [
            inputs.camel.segment.name, inputs.camel.segment.statistics,
            sorted((key, k, value) for (key, k), value in inputs.camel.typed.items()),
        ],
    }  # fmt: skip


def _peers(inputs: Inputs) -> list[Any]:
    """Sheet Pares: its choices, the peers that count in the order of their names, and the typed means."""
    typed = inputs.supervision
    entities = sorted(typed.table.entities.items()) if typed.table else []
    return [typed.texts, typed.unit, typed.deviation, typed.period, typed.in_camel, entities, typed.written]


def results_digest(view: View) -> str:
    """Values, verdicts, scores, ratings, CAMEL and supervisory ratios. Not what follows from a choice of period."""
    report = view.report
    facts = {
        "indicadores": {key: [[str(r.status), _figure(r.value)] for r in row] for key, row in report.results.items()},
        "veredictos": {key: [v.meets for v in row] for key, row in report.verdicts.items()},
        "puntajes": [s and [_figure(s.value), s.rating] for s in view.rating.scores],
        "camel": [_figure(total.value) for total in view.camel.total],
        "supervision": {
            key: [[str(r.status), _figure(r.value)] for r in row] for key, row in view.supervision.results.items()
        },
    }
    return digest(facts)


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.{_FIGURES}g}"


@lru_cache(maxsize=16)
def definitions_digest(profile: str) -> str:
    """Of all that the program defines for a profile: formulas, goals, catalogues, CAMEL, bands, ratios, statements."""
    catalogs = [load_catalog(name) for name in ("sbs", "seps")]
    ratios = [load_supervision(name) for name in ("sbs", "seps")]
    return digest(
        [load_profile(profile), catalogs, load_camel(), load_scale(), ratios, load_statements(), load_rules()]
    )


def chained(before: str, row: Sequence[object]) -> str:
    """Digest of a row of Bitácora together with the one before it: no row can change without all that follow."""
    return digest([before, [entry_text(value) for value in row]])


def entry_text(value: object) -> str:
    """A cell of Bitácora as text, the same whether it comes from the program or from a file."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def digest(facts: object) -> str:
    """Hexadecimal digest of facts: the same ones give the same, whatever order their keys have."""
    text = json.dumps(_plain(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _plain(value: Any) -> Any:
    """As JSON has it; problems are left out, and the names of types."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        return "ilegible" if value != value else f"{value:.{_TYPED}g}"
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, LinearForm):
        return _plain(value.coefficients)
    if isinstance(value, Problem):
        return None
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(map(str, map(_plain, value)))
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return str(value)
