"""The seal of a Balance Social workbook: digests of what was typed, of the definitions, and of the results."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xl_perlas.social import load_social, load_thresholds
from xl_perlas.workbook import hosts
from xl_perlas.workbook.seal import Seal, digest
from xl_perlas.workbook.social.inputs import SocialBook
from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.view import SocialView

#: Significant digits of a result: the last ones may differ from one processor to another.
_FIGURES = 12


def is_copy(plan: SocialPlan) -> bool:
    """Whether the workbook is an auditor's copy."""
    return plan.host == hosts.AUDITOR


def seal(book: SocialBook, view: SocialView) -> Seal:
    """The seal of what was read and what came of it."""
    return Seal(digest(input_facts(book)), definitions_digest(book.plan.method.id), digest(_results(view)))


def input_facts(book: SocialBook) -> dict[str, Any]:
    """Everything typed that counts, by kind; accounts in the order of their codes."""
    balance = book.balance
    accounts = {} if balance is None else {
        code: [column[row] for column in balance.values] for code, row in sorted(balance.chart.row.items())
    }  # fmt: skip
    typed = sorted((key, period, e.value, e.applies, e.provenance) for (key, period), e in book.inputs.entries.items()
                   if e.value is not None or not e.applies)  # fmt: skip
    return {
        "metodo": book.plan.method.id,
        "entidad": book.entity,
        "anios": [None if period is None else list(period.key) for period in book.columns],
        "comparados": [book.now, book.before],
        "datos": typed,
        "cuentas": accounts,
        "saldos": {f"{key}@{k}": sorted(values) for (key, k), values in sorted(book.lists.items())},
        "no_aplican": sorted(map(list, book.declared)),
        "ajustes": [book.settings.green, book.settings.amber, str(book.settings.unmarked)],
        "umbrales": {key: row.rule for key, row in sorted(book.notes.items())},
        "acciones": {key: [a.responsible, a.date, a.follow_up] for key, a in sorted(book.actions.items())},
        "actividades": [[a.date, a.principle, a.text, a.people, a.budget, a.spent] for a in book.activities],
    }


def _results(view: SocialView) -> dict[str, Any]:
    """Values, marks, means and totals."""
    report, marks = view.report, view.marks
    values = {k: [[str(r.status), _figure(r.value), r.text] for r in row] for k, row in report.results.items()}
    return {
        "indicadores": values,
        "notas": {key: [_figure(mark.value) for mark in row] for key, row in marks.marks.items()},
        "principios": {key: list(map(_figure, row)) for key, row in marks.principles.items()},
        "totales": list(map(_figure, marks.totals)),
    }


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.{_FIGURES}g}"


@lru_cache(maxsize=4)
def definitions_digest(method: str) -> str:
    """Of everything that the installed program defines for a method: its formulas, and the thresholds to start from."""
    return digest([load_social(method), load_thresholds(method)])
