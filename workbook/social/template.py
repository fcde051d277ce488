"""The Balance Social workbooks as recalculating, verifying, copying and reporting see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.model import Status
from xl_perlas.problems import problem
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.seal import Seal
from xl_perlas.workbook.sheets import inicio as start
from xl_perlas.workbook.social import facts
from xl_perlas.workbook.social.inputs import SocialBook, read_social
from xl_perlas.workbook.social.modules import modules
from xl_perlas.workbook.social.plan import (
    ACCOUNT_ROWS,
    ADDIN,
    CUENTAS,
    DATOS,
    DECLARED,
    GAP,
    INDICADORES,
    LIGHT,
    MARK,
    MARKED,
    MIN_YEARS,
    NOTE,
    PREVIOUS,
    REASON,
    RESULTADOS,
    SALDOS,
    VALUE,
    SocialPlan,
    make_plan,
)
from xl_perlas.workbook.social.sheets import bitacora, indicadores, informe, inicio, mejora, resultados, verificacion
from xl_perlas.workbook.social.view import ABSENT, SocialView, make_view
from xl_perlas.workbook.template import Module, Place

_FIRST_YEAR = 2001
_SPARE_ACCOUNTS = 500


class SocialTemplate:
    """The Balance Social of a country."""

    open_sheets: Sequence[str] = ()
    printed: Sequence[str] = (informe.NAME,)

    def __init__(self, country: str):
        self.country = country

    @cached_property
    def _plan(self) -> SocialPlan:
        return make_plan(self.country, ())

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._plan.method.name

    @cached_property
    def modules(self) -> Sequence[Module]:
        """Its sheets, in the order of their tabs."""
        return modules(self._plan)

    @property
    def problem_header(self) -> int:
        """Row on Verificación with the headings of the list of problems."""
        return verificacion.problem_header()

    def read(self, book: BookLike) -> SocialBook:
        """What was typed in `book`. Raises PerlasError (L19-L21, L23)."""
        return read_social(book)

    def view(self, inputs: SocialBook) -> SocialView:
        """What the sheets show of the inputs."""
        view = make_view(inputs)
        return replace(view, problems=(*view.problems, *_lacking(view)))

    def seal(self, inputs: SocialBook, view: SocialView) -> Seal:
        """Digests of what was typed, of the definitions, and of the results."""
        return facts.seal(inputs, view)

    def fit(self, book: BookLike, view: SocialView) -> None:
        """Columns of years in use, and heights of rows with texts."""
        for name, starts in year_blocks(view.plan).items():
            sheet = book.sheet(name)
            for first in starts:
                for k, period in enumerate(view.book.columns):
                    letter = get_column_letter(first + k)
                    sheet.hide_columns(letter, letter, period is None)
        for module in (indicadores, mejora, informe, verificacion):
            for row, height in module.heights(view).items():
                book.sheet(module.NAME).set_row_height(row, height)

    def log_entry(self, view: SocialView, when: str, seal: Seal, before: str) -> list[object]:
        """The row of one recalculation on Bitácora."""
        return bitacora.entry(view, when, seal, before)

    def blank(self, plan: SocialPlan, macros: bool, folder: Path) -> Path:
        """A new workbook of the same plan, without inputs."""
        from xl_perlas.workbook.social.build import create_social  # which recalculates what it makes

        years = [str(_FIRST_YEAR + i) for i in range(plan.capacity)] if plan.capacity > MIN_YEARS else []
        balance = None
        if plan.rows > ACCOUNT_ROWS:
            codes = [f"1{i:06d}" for i in range(plan.rows - _SPARE_ACCOUNTS)]
            balance = Balance.build(codes, {str(_FIRST_YEAR): [0.0] * len(codes)})
        path = folder / ("plantilla.xlsm" if macros else "plantilla.xlsx")
        return create_social(path, self.country, host=plan.host, years=years, balance=balance)

    def blank_copy(self, book: BookLike, plan: SocialPlan) -> Any:
        """The auditor's copy without inputs, its cells for typing still open."""
        from xl_perlas.workbook.social.build import blank_copy

        return blank_copy(plan)

    def repeated(self, plan: SocialPlan) -> dict[tuple[str, str], int]:
        """Cells elsewhere, by sheet and place, that repeat a row of facts of Inicio."""
        return {(informe.NAME, place): row for place, row in informe.facts(plan).items()}

    def kept(self, plan: SocialPlan) -> Mapping[str, Set[Place]]:
        """Cells, by sheet, whose content is no result: the seal, and what was written when the workbook was made."""
        rows = {start.UPDATED, start.INPUTS_SEAL, start.RESULTS_SEAL}
        if facts.is_copy(plan):  # what it was copied from
            rows |= set(range(start.COPY_SECTION + 1, start.COPY_WITHOUT + 1))
        return {inicio.NAME: {(row, start.VALUE) for row in rows}}

    def read_below(self, plan: SocialPlan) -> Mapping[str, int]:
        """What stands below the tables to paste into is read, and told to be out of place."""
        found = {CUENTAS: plan.account_span[1]} if plan.has_accounts else {}
        return found | ({SALDOS: plan.list_span[1]} if plan.lists else {})

    def says_the_same(self, sheet: str, place: Place, found: object, wanted: object) -> bool:
        """No text of the template depends on when the workbook was made."""
        return False

    def about(self, inputs: SocialBook) -> tuple[str, str, tuple[str, ...]]:
        """Entity, method, and labels of the years."""
        return inputs.entity, inputs.plan.method.id, tuple(p.label for p in inputs.inputs.periods)


def year_blocks(plan: SocialPlan) -> dict[str, list[int]]:
    """First column of each block of years: columns without year are hidden, but where the year is typed."""
    kinds = (VALUE, MARK, LIGHT, REASON, DECLARED, NOTE, ADDIN, GAP, PREVIOUS, MARKED)
    return {
        DATOS: [plan.origin_column(0), plan.use_column(0), plan.lag_column(0)],
        INDICADORES: [plan.column(kind) for kind in kinds],
        RESULTADOS: [resultados.FIRST_YEAR],
    }


def _lacking(view: SocialView) -> list[Any]:
    """How many inputs the year that is reported lacks, and how many indicators have no value for that."""
    now = view.now
    if now is None:
        return []
    missing = sum(view.origin(key, now) == ABSENT for key in view.plan.method.inputs)
    found = [view.result(one.id, now) for one in view.plan.indicators]
    without = sum(result is not None and result.status is Status.NO_DATA for result in found)
    if not missing:
        return []
    total = len(view.plan.method.inputs)
    return [problem("N55", where=DATOS, period=view.label(now), count=missing, total=total, without=without)]


COLOMBIA, ECUADOR = SocialTemplate("co"), SocialTemplate("ec")
__all__ = ["COLOMBIA", "ECUADOR", "SocialTemplate", "year_blocks"]
