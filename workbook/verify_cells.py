"""One sheet of a received workbook, cell by cell: formulas, results, and what the template writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import Value
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import bitacora, inicio, verificacion
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.template import Place, Template
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_formulas import opens_links, reaches_outside, same, whole_columns
from xl_perlas.workbook.verify_sheet import Area, Stored, areas
from xl_perlas.workbook.verify_values import NOTHING, agree, as_result, as_written, told, told_pair, without_places

#: Texts that must be missing before anything is said of rows put in.
_FEW = 4
#: Rows or columns put in (or taken out) that are tried.
_NEAR = (-3, -2, -1, 1, 2, 3)


@dataclass(frozen=True)
class Basis:
    """What a workbook is held against: the template, and the formulas and results of each sheet."""

    kind: Template
    plan: Any
    template: Received
    formulas: Mapping[str, Cells]
    results: Mapping[str, Cells]

    @cached_property
    def read_whole(self) -> dict[str, list[Area]]:
        """Columns of each sheet that formulas of the template read to their end."""
        texts = (text_of(f) for cells in self.formulas.values() for f in cells.values())
        found: dict[str, list[Area]] = {}
        for sheet, first, last in whole_columns(texts):
            found.setdefault(sheet, []).extend(areas(f"{first}:{last}"))
        return found


class Difference(NamedTuple):
    """A result that is not what follows from the inputs."""

    sheet: str
    place: Place
    found: Value
    wanted: Value


@dataclass
class SheetCheck:
    """What is wrong in the cells of a sheet, and how many formulas, results and texts were compared.

    Results that differ and formulas without one are told of all sheets together (`verify_addin.settle_results`).
    """

    problems: list[Problem] = field(default_factory=list)
    formulas: int = 0
    calculated: int = 0
    texts: int = 0
    missing: list[Difference] = field(default_factory=list)
    different: list[Difference] = field(default_factory=list)


def text_of(formula: Any) -> str:
    """Text of a template's formula, without `=`; of an array formula too."""
    return str(getattr(formula, "text", formula)).removeprefix("=")


def check_sheet(book: Received, basis: Basis, sheet: str) -> SheetCheck:
    """The cells of a sheet against the template and against what follows from the inputs."""
    checker = _Sheet(book, basis, sheet)
    checker.found.problems.extend(checker.problems())
    return checker.found


class _Sheet:
    def __init__(self, book: Received, basis: Basis, sheet: str):
        self.book, self.basis, self.name, self.found = book, basis, sheet, SheetCheck()
        self.cells = book.sheet_xml(sheet).cells
        self.template = basis.template.sheet_xml(sheet).cells
        self.formulas, self.results = basis.formulas.get(sheet, {}), basis.results.get(sheet, {})
        self._elsewhere = basis.kind.kept(basis.plan).get(sheet, frozenset[Place]())

    def where(self, place: Place) -> str:
        return f"{self.name}!{ref(place[1], place[0])}"

    def value(self, place: Place) -> Value:
        return self.book.shown(self.cells.get(place))

    def problems(self) -> Iterator[Problem]:
        moved = self._moved()
        if moved:
            yield moved
            return
        for place, formula in self.formulas.items():
            yield from self._formula(place, formula)
        yield from self._written()
        for place, cell in self.template.items():
            if cell.filled and self._is_text(place):
                yield from self._text(place, cell)
        for place, cell in self.cells.items():
            if cell.filled and place not in self.formulas and place not in self.results:
                yield from self._unexpected(place, cell)

    def _kept(self, place: Place) -> bool:
        """Whether it is not for this check: a row of Bitácora, a digest, what was copied when the book was made."""
        history = self.name == bitacora.NAME and place[0] >= bitacora.FIRST_ROW and place[1] <= bitacora.LINK
        return history or place in self._elsewhere

    def _locked(self, place: Place) -> bool:
        """Whether the template keeps people from typing there."""
        cell = self.template.get(place)
        return cell is not None and self.basis.template.styles.cell(cell.style).locked

    def _is_text(self, place: Place) -> bool:
        known = place in self.formulas or place in self.results or self._kept(place)
        return not known and self._locked(place)

    # --- formulas

    def _formula(self, place: Place, formula: Any) -> Iterator[Problem]:
        cell, wanted = self.cells.get(place), text_of(formula)
        self.found.formulas += 1
        if cell is None or not cell.filled:
            yield problem("V16", where=self.where(place), wanted=f"={told_pair(wanted, '')[0]}")
        elif cell.formula is None:
            found = told(self.book.shown(cell))
            yield problem("V14", where=self.where(place), found=found, wanted=f"={told_pair(wanted, '')[0]}")
        elif not same(wanted, cell.formula) or areas(cell.array) != areas(getattr(formula, "ref", "")):
            yield from self._changed(place, cell, formula)
        else:
            self._result(place, cell, wanted)

    def _changed(self, place: Place, cell: Stored, formula: Any) -> Iterator[Problem]:
        texts = text_of(formula), str(cell.formula)
        wanted, found = told_pair(*(f"={text}" for text in texts))
        if same(*texts):  # only one of them is an array formula, or they fill different ranges
            found, wanted = (
                f"matricial en {area}: ={texts[0][:40]}…" if area else f"={texts[0][:40]}…, no matricial"
                for area in (cell.array, getattr(formula, "ref", ""))
            )
        yield problem("V15", where=self.where(place), found=found, wanted=wanted)
        yield from self._outside(place, texts[1])

    def _outside(self, place: Place, formula: str) -> Iterator[Problem]:
        if found := reaches_outside(formula):
            yield problem("V36", where=self.where(place), found=found)
        elif opens_links(formula):
            yield problem("V40", where=self.where(place), what="una fórmula que abre un enlace")

    def _result(self, place: Place, cell: Stored, formula: str) -> None:
        wanted = as_result(self.results.get(place))
        if cell.raw is None or (not cell.raw and cell.kind != "str"):
            self.found.missing.append(Difference(self.name, place, None, wanted))
            return
        self.found.calculated += 1
        found = self.book.shown(cell)
        if place in self.results and not agree(found, wanted, joined="&" in formula):
            self.found.different.append(Difference(self.name, place, found, wanted))

    # --- values that recalculating writes

    def _written(self) -> Iterator[Problem]:
        wrong = [
            (place, found, wanted)
            for place, value in self.results.items()
            if place not in self.formulas
            for found, wanted in [(self.value(place), as_written(value))]
            if not agree(found, wanted)
        ]
        self.found.texts += sum(place not in self.formulas for place in self.results)
        if self.name == verificacion.NAME and self._only_moved(wrong):
            first = wrong[0][0]
            what = "problemas contados de filas o de un archivo con otro lugar o nombre"
            yield problem("V40", where=self.where(first), what=what)
            return
        for place, found, wanted in wrong:
            if self.cells.get(place, Stored(0)).formula is not None:
                yield from self._unexpected(place, self.cells[place])
            else:
                yield problem("V10", where=self.where(place), found=told(found), wanted=told(wanted))

    def _only_moved(self, wrong: list[tuple[Place, Value, Value]]) -> bool:
        """Whether the list of problems is the same but for the order of rows in Catálogo and the name of the file."""
        rows = {place[0] for place, _, _ in wrong}
        header, known = self.basis.kind.problem_header, self.results
        if not rows or min(rows) <= header:
            return False
        columns = sorted({c for r, c in known if r > header and (r, c) not in self.formulas})

        def table(read: Any) -> Counter[tuple[object, ...]]:
            return Counter(tuple(without_places(read((row, c))) or "" for c in columns) for row in rows)

        return table(self.value) == table(lambda place: as_written(known.get(place)))

    # --- what the template writes

    def _text(self, place: Place, cell: Stored) -> Iterator[Problem]:
        self.found.texts += 1
        wanted, found = self.basis.template.shown(cell), self.value(place)
        own = self.cells.get(place)
        if own is not None and own.formula is not None:
            yield from self._unexpected(place, own)
        elif not agree(found, wanted) and not self.basis.kind.says_the_same(self.name, place, found, wanted):
            if (self.name, place) == (inicio.NAME, (inicio.PROGRAM, 3)) and str(found).startswith("xl-perlas "):
                return  # told by the seal
            yield problem("V19", where=self.where(place), found=told(found), wanted=told(wanted))

    def _unexpected(self, place: Place, cell: Stored) -> Iterator[Problem]:
        """Content where the template has no formula and writes nothing: typed, added, or put where it must not be."""
        known = self.template.get(place)
        below = place[0] > self.basis.kind.read_below(self.basis.plan).get(self.name, place[0])
        where, typed = self.where(place), below or (known is not None and not self._locked(place))
        if cell.formula is not None:
            found = f"={told_pair(cell.formula, '')[0]}"
            yield from self._outside(place, cell.formula)
            if typed:
                yield problem("V18", where=where, found=found)
            elif known is not None or self._kept(place):
                yield problem("V17", where=where, found=found)
            else:
                yield self._added(place, found)
        elif typed or self._kept(place) or (found := told(self.value(place))) == NOTHING:
            return
        elif known is None:
            yield self._added(place, found)
        elif not known.filled:
            yield problem("V20", where=where, found=found, detail="")

    def _added(self, place: Place, found: str) -> Problem:
        if all(self.name != module.NAME for module in self.basis.kind.modules):  # it says which Python runs
            return problem("V20", where=self.where(place), found=found, detail=", en una hoja que gobierna las macros")
        if any(area.holds(Area(*place, *place)) for area in self.basis.read_whole.get(self.name, ())):
            return problem("V20", where=self.where(place), found=found, detail=", en una columna que otras hojas leen")
        return problem("V21", where=self.where(place), found=found)

    # --- rows and columns put in or taken out

    def _moved(self) -> Problem | None:
        """Whether the texts of the template stand a number of rows or columns away from their place."""
        texts = {
            place: shown
            for place, cell in self.template.items()
            if cell.filled and self._is_text(place) and isinstance(shown := self.basis.template.shown(cell), str)
        }
        lost = {place: text for place, text in texts.items() if not agree(self.value(place), text)}
        if len(lost) < max(_FEW, len(texts) // 10):
            return None
        rows, columns = max(self._steps(texts, lost), key=lambda step: self._fits(lost, step))
        if self._fits(lost, (rows, columns)) < len(lost) / 2:
            return None
        first = min(lost) if rows else min(lost, key=lambda place: (place[1], place[0]))
        what = "filas y columnas" if rows and columns else "filas" if rows else "columnas"
        return problem("V22", where=self.where(first), what=what)

    def _fits(self, lost: Mapping[Place, str], step: Place) -> int:
        """How many of the texts stand a step away."""
        return sum(agree(self.value((row + step[0], column + step[1])), text) for (row, column), text in lost.items())

    def _steps(self, texts: Mapping[Place, str], lost: Mapping[Place, str]) -> set[Place]:
        """Steps to try: a few rows or columns, and where a text that is nowhere else now stands."""
        count = Counter(texts.values())
        here = {self.book.shown(cell): place for place, cell in self.cells.items() if cell.formula is None}
        found = Counter(
            (here[text][0] - row, here[text][1] - column)
            for (row, column), text in lost.items()
            if count[text] == 1 and text in here
        )
        near = {(n, 0) for n in _NEAR} | {(0, n) for n in _NEAR}
        return near | {step for step, _ in found.most_common(2) if step != (0, 0)}
