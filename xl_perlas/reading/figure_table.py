"""Tables of figures in a grid: a header that is found by its words, and under it figures that each have a key.

Nothing is guessed: a cell that cannot be read or a figure given twice is a problem with its place, and is not used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from xl_perlas.figures import read_column
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid
from xl_perlas.reading.layout import HEADER_ROWS, fold

INDICATOR_WORDS = frozenset({"indicador", "indicator", "indice", "id", "codigo", "if"})
PERIOD_WORDS = frozenset({"periodo", "period", "ano", "year", "fecha", "date"})
VALUE_WORDS = frozenset({"valor", "value", "porcentaje", "resultado", "ind"})
MEAN_WORDS = frozenset({"media", "mu", "μ", "promedio", "mean", "average"})
DEVIATION_WORDS = frozenset({"desviacion", "desviacion estandar", "desv estandar", "sigma", "σ", "std", "deviation"})

#: A row that sums others up, by how its name begins.
SUMMARY = re.compile(r"(?:total|promedio|media|mediana|desviacion|desv|suma|sumas|minimo|maximo|mu|sigma|sistema)\b.*")

_Layout = TypeVar("_Layout")
Key = tuple[str, str]


@dataclass
class FigureTable:
    """The figures of one table: where each is, under a key, and what was set aside."""

    grid: Grid
    cells: list[tuple[Key, str, int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rows(self, header: int) -> Iterator[int]:
        """Rows under the header. One with more figures than it has columns was cut in the wrong places: not used."""
        width = len(self.grid.rows[header])
        for row in range(header + 1, len(self.grid.rows)):
            if any(self.grid.cell(row, c) is not None for c in range(width, len(self.grid.rows[row]))):
                self.tell("B18", row, width)
            else:
                yield row

    def add(self, key: Key, what: str, row: int, column: int) -> None:
        """A cell with the figure of `key`, which messages call `what`."""
        self.cells.append((key, what, row, column))

    def tell(self, code: str, row: int, column: int, **values: object) -> None:
        """Keep the problem `code` of a cell."""
        self.problems.append(problem(code, where=self.grid.address(row, column), **values))  # type: ignore[arg-type]

    def figures(self) -> dict[Key, float | None]:
        """The figure of each key: None where its cell is empty, NaN where it cannot be used.

        One decimal mark for the whole table: a file is written in one.
        """
        texts = [_without_sign(self.grid.cell(row, column)) for _, _, row, column in self.cells]
        numbers, problems = read_column(texts, lambda i: self.grid.address(*self.cells[i][2:]), "la tabla")
        self.problems += problems
        found: dict[Key, float | None] = {}
        first: dict[Key, str] = {}
        for (key, what, row, column), number in zip(self.cells, numbers, strict=True):
            place = self.grid.address(row, column)
            known = found.setdefault(key, None)
            if known is None or number is None:
                found[key] = known if number is None else number
                first[key] = first.get(key, place) if number is None else place
                continue
            same = known == number
            self.tell("K03" if same else "K02", row, column, what=what, places=f"{first[key]} y {place}")
            found[key] = number if same else math.nan
        return found


def _without_sign(cell: object) -> object:
    return cell.strip().removesuffix("%").rstrip() if isinstance(cell, str) else cell


def top_rows(grid: Grid) -> range:
    """Rows among which the header is."""
    return range(min(HEADER_ROWS, len(grid.rows)))


def find_header(
    grid: Grid, detect: Callable[[Grid, int], tuple[int, _Layout] | None], code: str
) -> tuple[int, _Layout]:
    """The row of the header and its layout: of those detected, the one that names most columns, and the first."""
    found = [(row, *one) for row in top_rows(grid) if (one := detect(grid, row)) is not None]
    if not found:
        raise PerlasError(problem(code, where=grid.file))
    row, _, layout = max(found, key=lambda one: one[1])
    return row, layout


def titles_of(grid: Grid, row: int) -> list[str]:
    """The cells of a row as words to compare."""
    return [fold(grid.cell(row, c)) for c in range(len(grid.rows[row]))]


def column_of(titles: Sequence[str], words: frozenset[str]) -> int | None:
    """The first column whose title is one of `words`."""
    return next((c for c, title in enumerate(titles) if title in words), None)


def tell_unused(table: FigureTable, header: int, used: Iterable[int]) -> None:
    """Titles of the columns that are not `used` (K07)."""
    row = table.grid.rows[header]
    cells = [table.grid.cell(header, c) for c in range(len(row)) if c not in set(used)]
    titles = ", ".join(f"«{str(cell).strip()}»" for cell in cells if cell is not None)
    if titles:
        table.problems.append(problem("K07", where=table.grid.file, columns=titles))


def refuse_empty(table: FigureTable, figures: Mapping[Key, float | None]) -> None:
    """Raise when no figure can be used (K09), with every other problem found."""
    if all(value is None or math.isnan(value) for value in figures.values()):
        raise PerlasError([*table.problems, problem("K09", where=table.grid.file)])
