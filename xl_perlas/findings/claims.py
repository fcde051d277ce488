"""Results that somebody else computed: a published table, a sheet made by hand. Indicators in rows, periods in columns.

A figure is kept as it was written: `-3,04 %`, `9.13`, `ERR DATOS`, `N/A`. What it can be compared at is half a unit of
its last digit.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from xl_perlas.figures import DecimalMark, Unreadable, decide_decimal, parse_figure
from xl_perlas.hierarchy import indicator_id
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.period_table import PeriodTable, load_period_table

PERCENT, TIMES = 100, 1

#: Columns of a table of results that hold no results.
_OTHER_TITLES = {"", "nombre", "fuente", "pagina", "paginas", "meta", "nota", "notas", "unidad"}
#: What stands where there is no figure.
_NO_FIGURE = re.compile(
    r"n\.?\s*/?\s*a\.?|s\s*/\s*d|no aplica(ble)?|sin (dato|datos|valor)|err(or)?\b.*|#.*|-+|–|—", re.IGNORECASE
)
_PERCENT = re.compile(r"\s*%$")
_TIMES = re.compile(r"\s*(?:veces|x)$", re.IGNORECASE)
#: A number that a program computed has more digits than a person writes; beyond these they are binary rounding.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of somebody else's.

    `value` is the number as written (`7.22`, `-3.04`), None for a text that is no figure; `half_digit`, half a unit of
    its last digit; `scale`, by how much it was multiplied: 100 with a percent sign, 1 in times or in currency, None
    where the figure does not say.
    """

    indicator: str
    period: str
    text: str
    value: float | None
    half_digit: float = 0.0
    scale: int | None = None
    where: str = ""


@dataclass(frozen=True)
class Claims:
    """Every figure of a table, in its order, and what is wrong with the table."""

    values: tuple[Claim, ...]
    problems: tuple[Problem, ...] = ()
    source: str = ""


def read_claims(path: str | os.PathLike[str]) -> Claims:
    """Read a table of results from a text file or a workbook.

    The header is the row with most periods; the column of indicators, the one headed `Indicador`, or the first. Each
    figure is read by itself, since a page may print `9.13` beside `0,05%`; one that could be two numbers is read as the
    rest of the table, and where the rest has both marks it is not used (R12). So with what is neither figure nor one of
    the usual texts for none, and with a row or a column that says something else a second time (R13).

    Raises:
        PerlasError: the file cannot be read (A01 to A23), has no header with periods (R10) or no indicators (R11).
    """
    table, notes = load_period_table(Path(path), "R10", _OTHER_TITLES)
    reader = _Reader(table)
    found = reader.read()
    if not found:
        raise PerlasError([*notes, *reader.problems, problem("R11", where=table.grid.file)])
    return Claims(tuple(found), (*notes, *reader.problems), Path(path).name)


class _Reader:
    """Goes over the rows below the header, collecting figures and problems."""

    def __init__(self, table: PeriodTable):
        self.grid, self.header, self.key, self.columns = table.grid, table.header, table.key, table.columns
        self.problems: list[Problem] = []
        if table.others:
            self.problems.append(problem("R14", where=self.grid.file, columns=", ".join(table.others)))
        self.decimal = self._decimal()

    def _decimal(self) -> DecimalMark | None:
        """The decimal mark of the whole table; None when its figures have both marks, or none."""
        rows = range(self.header + 1, len(self.grid.rows))
        cells = [bare(self.grid.cell(row, column))[0] for row in rows for column in self.columns]
        evidence = decide_decimal(cells)
        return None if evidence.comma and evidence.point else evidence.decimal

    def read(self) -> list[Claim]:
        """Every claim once; the second time that a row or a column says the same is left out."""
        found: dict[tuple[str, tuple[int, int]], Claim] = {}
        for row in range(self.header + 1, len(self.grid.rows)):
            key = indicator_id(self.grid.cell(row, self.key))
            for column, period in self.columns.items():
                cell = self.grid.cell(row, column)
                if cell is None:
                    continue
                where = self.grid.address(row, column)
                if key is None:
                    self._complain_row(row, cell)
                    break
                claim = read_claim(key, period.label, cell, self.decimal, where)
                if claim is None:
                    self.problems.append(problem("R12", where=where, text=str(cell).strip()[:40]))
                    continue
                before = found.setdefault((key, period.key), claim)
                if before is not claim and (before.value, before.text) != (claim.value, claim.text):
                    self.problems.append(
                        problem("R13", where=where, indicator=key, period=period.label, other=before.where)
                    )
        return list(found.values())

    def _complain_row(self, row: int, cell: object) -> None:
        """A row that is no indicator is a title or a source; with a figure in it, perhaps a mistake."""
        if isinstance(parse_figure(bare(cell)[0], self.decimal), float):
            shown = str(self.grid.cell(row, self.key) or "").strip()[:40]
            self.problems.append(problem("R15", where=self.grid.address(row, self.key), text=shown))


def read_claim(
    indicator: str, period: str, cell: object, decimal: DecimalMark | None = None, where: str = ""
) -> Claim | None:
    """The claim that a cell makes; None when it is neither a figure nor one of the usual texts for none."""
    text = str(cell).strip()
    stripped, scale = bare(cell)
    if isinstance(cell, str) and _NO_FIGURE.fullmatch(text):
        return Claim(indicator, period, text, None, where=where)
    value = parse_figure(stripped)
    if isinstance(value, Unreadable):
        value = parse_figure(stripped, decimal)
    if not isinstance(value, float):
        return None
    if isinstance(stripped, str):
        return Claim(indicator, period, text, value, _half_digit(stripped, value), scale, where)
    exact = Decimal(repr(value)).normalize()
    places = -int(exact.as_tuple().exponent)
    if len(exact.as_tuple().digits) > _DIGITS:  # computed, and so as exact as it can be
        places = _DIGITS - exact.adjusted() - 1
    shown = f"{value:.10g}".replace(".", ",").replace("-", "−")
    return Claim(indicator, period, shown, value, 0.5 * 10.0**-places, scale, where)


def bare(cell: object) -> tuple[object, int | None]:
    """A cell without its percent sign or its word for times, and the scale that these say."""
    if not isinstance(cell, str):
        return cell, None
    text = cell.strip()
    for pattern, scale in ((_PERCENT, PERCENT), (_TIMES, TIMES)):
        if pattern.search(text):
            return pattern.sub("", text), scale
    return text, None


def _half_digit(text: str, value: float) -> float:
    """Half a unit of the last digit of `text`, which was read as `value`."""
    for mark, other in ((",", "."), (".", ",")):
        whole, found, decimals = text.rpartition(mark)
        digits = re.sub(r"\D", "", decimals)
        if found and digits:
            plain = re.sub(r"\D", "", whole.replace(other, "")) + "." + digits
            if plain.count(".") == 1 and float("0" + plain) == abs(value):
                return 0.5 * 10.0 ** -len(digits)
    return 0.5


def with_scale(claim: Claim, scale: int) -> Claim:
    """The claim, when its figure does not say its scale, with the one that its table shows."""
    return claim if claim.scale else replace(claim, scale=scale)
