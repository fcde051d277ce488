"""Sealed workbooks, and verifying many tampered copies of one without doing what stays the same again."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tampering import Raw

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.workbook import verify, verify_book, verify_hidden, verify_rules
from xl_perlas.workbook.build import create
from xl_perlas.workbook.plan import SHEETS
from xl_perlas.workbook.recalc import recalculate

#: Sheets that reading the inputs looks at: those where people type, and those whose structure it checks.
_READ = (
    "Catálogo", "Datos", "Parámetros", "AHP", "Segmento", "Líneas", "Indicadores", "Pesos", "Calificación", "CAMEL",
    "Decisiones", "Detalle", "Horizontal", "Supervisión", "Pares",
)  # fmt: skip


def sealed_book(path: Path, balance: Balance, host: str = "libreoffice") -> Path:
    """The bundled charts with judgements, parameters and a segment, recalculated twice."""
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    create(path, host=host, balance=balance, profile=profile, judgements="tulcan_2016", segment="tulcan_2016")
    for _ in range(2):
        recalculate(path)
    return path


@contextmanager
def verified_once(path: Path) -> Iterator[Raw]:
    """The parts of the workbook at `path`, verified: what depends on parts that stay as they are is kept meanwhile.

    Each function kept is one of what it is given, and nothing else; answers to anything new are computed.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module, name, key, most in (
            (verify_book, "read_sheet", str, 2 * len(SHEETS)),  # those of the template too
            (verify, "read_inputs", lambda kind, book: _contents(book, _READ), 1),
            (verify, "expected_view", lambda kind, inputs: _facts(inputs), 1),
            (verify, "expected_results", lambda kind, view: id(view), 1),
            (verify, "check_sheet", _cells_key, len(SHEETS)),
            (verify_hidden, "hidden_in", _looks_key, len(SHEETS)), (verify_rules, "rules_in", _looks_key, len(SHEETS)),
        ):  # fmt: skip
            patch.setattr(module, name, _kept(getattr(module, name), key, most))
        raw = Raw(path)
        verify.verify(raw.save(path))
        gc.freeze()  # what is kept is not to be looked through each time
        yield raw
        gc.unfreeze()


def _kept(function: Callable[..., Any], key: Callable[..., Any], most: int) -> Callable[..., Any]:
    """The first answers are kept: those for the workbook that nobody touched."""
    known: list[tuple[Any, Any]] = []

    def call(*given: Any) -> Any:
        asked = key(*given)
        for other, answer in known:
            if other == asked:
                return answer
        answer = function(*given)
        if len(known) < most:
            known.append((asked, answer))
        return answer

    return call


def _facts(inputs: Any) -> tuple[Any, ...]:
    """Everything that inputs hold; a chart of accounts is told by its codes and names."""
    balance = inputs.balance
    names = [balance.name(code) for code in balance.chart.codes]
    return replace(inputs, balance=None), balance.chart.codes, names, balance.values, balance.periods, balance.entity


def _contents(book: Any, sheets: tuple[str, ...]) -> tuple[Any, ...]:
    known = (book.content(book.sheet_part(name)) for name in sheets if name in book.sheet_names)
    return book.file, tuple(book.sheet_names), tuple(book.defined_names.items()), *known


def _cells_key(book: Any, basis: Any, sheet: str) -> tuple[Any, ...]:
    return sheet, book.content(book.sheet_part(sheet)), id(basis.template), basis.results.get(sheet)


def _looks_key(book: Any, template: Any, sheet: str, periods: Any = ()) -> tuple[Any, ...]:
    contents = (book.content(book.sheet_part(sheet)), book.content("xl/styles.xml"))
    return sheet, *contents, id(template), tuple(sorted(dict(periods).items()))
