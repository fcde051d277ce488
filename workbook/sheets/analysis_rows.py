"""The rows of Horizontal, Vertical and Tendencias as a recalculation finds them, and what has no figure in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xl_perlas.analysis import Analysis, Change, Figure, State
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HORIZONTAL
from xl_perlas.workbook.view import View

#: What a cell says where there is no figure: zero, missing and not applicable are three different things.
NO_DATA, NO_BASE, NOT_APPLICABLE = "sin dato", "sin periodo previo", "no aplica"
FROM_ZERO, ZERO_TO_ZERO, CHANGED_SIGN, ZERO_WHOLE = "desde cero", "cero a cero", "cambia de signo", "total en cero"
WORDS = {
    State.NO_DATA: NO_DATA, State.NO_BASE: NO_BASE, State.NOT_APPLICABLE: NOT_APPLICABLE,
    State.FROM_ZERO: FROM_ZERO, State.ZERO_TO_ZERO: ZERO_TO_ZERO, State.ZERO_DENOMINATOR: ZERO_WHOLE,
}  # fmt: skip

#: Notes that the cells and the headings say already: the base that is absent, and zero in both periods.
_SAID = ("F02", "F03")
_CODE = re.compile(r"(?=\[[A-Z]\d\d\] )")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the three sheets: `offset` from the top of the table.

    `key` is the account or line, None where nothing (or no code) was typed; `typed` what stands in a row to choose,
    and `choice` its place among them (None: a fixed row). `flow`: it accumulates from January.
    """

    offset: int
    key: str | None
    flow: bool
    choice: int | None = None
    typed: str = ""

    @property
    def blank(self) -> bool:
        """Whether it is a row to choose in which nothing stands."""
        return self.choice is not None and not self.typed

    def at(self, sheet: str) -> int:
        """Its row on a sheet."""
        return pa.table(sheet)[0] + self.offset


def table_rows(view: View) -> Iterator[TableRow]:
    """Every row with figures, from top to bottom."""
    top = pa.table(HORIZONTAL)[0]
    for key, row in pa.rows(HORIZONTAL).items():
        yield TableRow(row - top, key, view.analysis.item(key).flow)
    inputs = view.analysis_inputs
    for i, row in enumerate(pa.choice_rows(HORIZONTAL)):
        typed = inputs.typed.get(row, "")
        yield TableRow(row - top, inputs.codes.get(row), typed[:1] in ("4", "5"), i, typed)


def changes(view: View, analysis: Analysis, key: str) -> dict[int, Change]:
    """Change of an account or line in every column that has a period."""
    return {k: analysis.change(key, period) for k, period in enumerate(view.columns) if period is not None}


def shown(figure: Figure) -> object:
    """A figure as a cell shows it: the number, or why there is none."""
    return WORDS[figure.state] if figure.value is None else figure.value


def row_note(notes: Iterable[tuple[str, str]]) -> str:
    """The notes of a row, given as (period, note): each kind once, and in how many more periods it holds."""
    found: dict[str, list[str]] = {}
    for period, text in notes:
        for one in filter(None, map(str.strip, _CODE.split(text))):
            code = one[1:4]
            known = found.setdefault(code, [])
            told = f"{period}: {one}" if period else one
            if code not in _SAID and told not in known:
                known.append(told)
    return " ".join(
        texts[0] + (f" (y en {len(texts) - 1} periodos más)" if len(texts) > 1 else "")
        for texts in found.values()
        if texts
    )
