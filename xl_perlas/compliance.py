"""Verdicts from a file: a row for each indicator, a column for each period, and SI or NO in the cells."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from xl_perlas.goals import FAILS, MEETS, NO_VERDICT
from xl_perlas.hierarchy import indicator_id
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.layout import fold
from xl_perlas.reading.period_table import PeriodTable, load_period_table

_YES = {"si", "s", "1", "verdadero", "true", "yes", "y", fold(MEETS)}
_NO = {"no", "n", "0", "falso", "false", fold(FAILS)}
_NONE = {"", "-", "–", "—", "n/a", "s/d", "sin dato", "no aplica", fold(NO_VERDICT)}


_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Compliance:
    """Verdicts by label of the period, each by indicator, in the order of the file; and what is wrong with it."""

    verdicts: Mapping[str, Mapping[str, bool | None]]
    problems: tuple[Problem, ...] = ()


def read_verdict(cell: object) -> bool | str | None:
    """What a cell says: True, False, None (blank, `Sin veredicto`), or its text when that is no verdict.

    `SI`, `sí`, `s`, `1`, `Cumple` and `NO`, `n`, `0`, `No cumple` are read, whatever their accents and capitals.
    """
    if isinstance(cell, bool) or cell is None:
        return cell
    word = fold(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    if word in _NONE:
        return None
    return word in _YES if word in _YES or word in _NO else str(cell).strip()


def read_compliance(path: str | os.PathLike[str]) -> Compliance:
    """Read verdicts from a text file or a workbook.

    The header is the row with most periods; the column of indicators, the one headed `Indicador`, or the first. Other
    columns are not used (J44). A cell that is no verdict counts as none (J41), and so does one that a repeated row or
    column contradicts (J42, J43).

    Raises:
        PerlasError: the file cannot be read (A01 to A23), has no header with periods (J40) or no indicators (J46).
    """
    table, notes = load_period_table(Path(path), "J40")
    reader = _Reader(table)
    verdicts = reader.read()
    if not any(verdicts.values()):
        raise PerlasError([*notes, *reader.problems, problem("J46", where=table.grid.file)])
    return Compliance(verdicts, (*notes, *reader.problems))


class _Reader:
    """Goes over the rows below the header, collecting verdicts and problems."""

    def __init__(self, table: PeriodTable):
        self.grid, self.header, self.key, self.columns = table.grid, table.header, table.key, table.columns
        self.problems: list[Problem] = []
        if table.others:
            self.problems.append(problem("J44", where=self.grid.file, columns=", ".join(table.others)))

    def read(self) -> dict[str, dict[str, bool | None]]:
        """Verdicts by period and indicator."""
        rows = self._rows()
        first: dict[tuple[int, int], int] = {}
        verdicts: dict[str, dict[str, bool | None]] = {}
        for column, period in self.columns.items():
            found = {key: row[column] for key, row in rows.items()}
            before = first.setdefault(period.key, column)
            label = self.columns[before].label
            if before == column:
                verdicts[label] = found
            else:
                detail = _contradictions(verdicts[label], found)
                where, other = self.grid.address(self.header, column), self.grid.address(self.header, before)
                self.problems.append(problem("J43", where=where, period=label, other=other, detail=detail))
        return verdicts

    def _rows(self) -> dict[str, dict[int, bool | None]]:
        """Verdicts by indicator and column."""
        rows: dict[str, dict[int, bool | None]] = {}
        first: dict[str, int] = {}
        for row in range(self.header + 1, len(self.grid.rows)):
            text = self.grid.cell(row, self.key)
            key = indicator_id(text)
            if key is None:
                self._check_no_verdicts(row, text)
                continue
            found = {column: self._verdict(row, column) for column in self.columns}
            if key not in rows:
                rows[key], first[key] = found, row
            else:
                detail = _contradictions(rows[key], found)
                where, other = self.grid.address(row, self.key), self.grid.address(first[key], self.key)
                self.problems.append(problem("J42", where=where, indicator=key, other=other, detail=detail))
        return rows

    def _check_no_verdicts(self, row: int, text: object) -> None:
        """A row that is no indicator is a title or a source; with a verdict in it, a mistake."""
        if any(isinstance(read_verdict(self.grid.cell(row, column)), bool) for column in self.columns):
            shown = "" if text is None else str(text).strip()[:40]
            self.problems.append(problem("J45", where=self.grid.address(row, self.key), text=shown))

    def _verdict(self, row: int, column: int) -> bool | None:
        value = read_verdict(self.grid.cell(row, column))
        if isinstance(value, str):
            self.problems.append(problem("J41", where=self.grid.address(row, column), text=value[:40]))
            return None
        return value


def _contradictions(kept: dict[_Key, bool | None], found: Mapping[_Key, bool | None]) -> str:
    """Take the verdicts away where `found`, read again, is another; say how many they are."""
    differ = [key for key, verdict in found.items() if kept[key] != verdict]
    kept.update(dict.fromkeys(differ))
    return f", con otro veredicto en {len(differ)} de {len(found)} celdas: no se usa ninguno" if differ else ""
