"""The seal of a received workbook: digests written in it against those of what it holds, and its chain of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

from xl_perlas._version import __version__
from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.cellxml import Value
from xl_perlas.workbook.plan import BITACORA, INICIO, ref
from xl_perlas.workbook.seal import Seal, chained, entry_text
from xl_perlas.workbook.sheets import bitacora, inicio
from xl_perlas.workbook.template import Template
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_values import agree, as_written, told

_WHEN, _VERSION, _INPUTS, _DEFINITIONS, _RESULTS = 0, 1, 12, 13, 14
#: Columns of Bitácora that follow from the inputs: from the profile to the overall light.
_FACTS = range(2, 12)
_UNSEALED = ("", "—")


@dataclass(frozen=True)
class SealFacts:
    """What the workbook says of its last recalculation, and what this program finds.

    `written` is the seal in the last row of Bitácora, None when there is none; `own` that of what the workbook holds
    now. `when` and `version`: the moment and the program of the last recalculation; `rows`: how many there were.
    """

    written: Seal | None
    own: Seal
    when: str
    version: str
    rows: int

    @property
    def holds(self) -> bool:
        """Whether the last seal is that of what the workbook holds."""
        return self.written == self.own

    def to_json(self) -> dict[str, Any]:
        """As other programs read it; null where the workbook is not sealed."""
        def digests(seal: Seal | None) -> dict[str, str] | None:
            if seal is None:
                return None
            return {"entradas": seal.inputs, "definiciones": seal.definitions, "resultados": seal.results}

        return {
            "sellado": self.when or None, "con_version": self.version or None, "version_instalada": __version__,
            "recalculos": self.rows, "huellas_escritas": digests(self.written), "huellas_halladas": digests(self.own),
            "coinciden": self.holds,
        }  # fmt: skip


def check_seal(book: Received, kind: Template, view: Any, own: Seal) -> tuple[SealFacts, list[Problem]]:
    """The seal, and everything about it that does not hold."""
    rows = _rows(book)
    if not rows:
        facts = SealFacts(None, own, "", "", 0)
        left = [place for place, value in _summary(book).items() if entry_text(value) not in _UNSEALED]
        detail = f", o se borró su historia (queda {', '.join(f'{INICIO}!{p}' for p in left)})" if left else ""
        return facts, [problem("V01", where=f"{BITACORA}!A{bitacora.FIRST_ROW}", detail=detail)]
    last = [entry_text(value) for value in rows[-1][1]]
    written = Seal(last[_INPUTS], last[_DEFINITIONS], last[_RESULTS])
    facts = SealFacts(written, own, last[_WHEN], last[_VERSION], len(rows))
    return facts, [
        *_chain(rows), *_digests(facts, rows[-1][0]), *_on_inicio(book, last), *_facts(kind, view, facts, rows[-1]),
        *_program(book), *_repeated(book, kind, view),
    ]  # fmt: skip


def _rows(book: Received) -> list[tuple[int, list[Value]]]:
    """Rows of Bitácora with anything in them, and their numbers."""
    cells = book.sheet_xml(BITACORA).cells
    used = {row for (row, column), cell in cells.items() if column <= bitacora.LINK and cell.filled}
    numbers = sorted(row for row in used if row >= bitacora.FIRST_ROW)
    columns = range(1, bitacora.LINK + 1)
    found = [(row, [book.shown(cells.get((row, column))) for column in columns]) for row in numbers]
    return [(row, values) for row, values in found if any(entry_text(v) for v in values)]


def _chain(rows: list[tuple[int, list[Value]]]) -> Iterator[Problem]:
    before = ""
    for expected, (row, values) in enumerate(rows, bitacora.FIRST_ROW):
        *entry, link = values
        where = f"{BITACORA}!{ref(bitacora.LINK, row)}"
        if row != expected:
            yield problem("V05", where=where, detail="hay filas vacías en medio")
            return
        if chained(before, entry) != entry_text(link):
            wanted = chained(before, entry)
            yield problem("V05", where=where, detail=f"su eslabón es {told(link)} y debe ser {told(wanted)}")
        before = entry_text(link)


def _digests(facts: SealFacts, row: int) -> Iterator[Problem]:
    written, own = facts.written, facts.own
    assert written is not None

    def at(column: int) -> str:
        return f"{BITACORA}!{ref(column + 1, row)}"

    if written.inputs != own.inputs:
        yield problem("V02", where=at(_INPUTS), when=facts.when, written=written.inputs, found=own.inputs)
    if written.definitions != own.definitions:
        yield problem(
            "V03", where=at(_DEFINITIONS), sealed=facts.version, installed=__version__, written=written.definitions,
            found=own.definitions,
        )  # fmt: skip
    elif facts.version != __version__:
        yield problem(
            "V07", where=at(_VERSION), what="se selló con", sealed=facts.version, installed=__version__,
            same="las mismas definiciones",
        )  # fmt: skip
    same = (written.inputs, written.definitions) == (own.inputs, own.definitions)
    if same and written.results != own.results:
        yield problem("V04", where=at(_RESULTS), written=written.results, found=own.results)


def _summary(book: Received) -> dict[str, Value]:
    """The moment and the digests on Inicio, by cell."""
    cells = book.sheet_xml(INICIO).cells
    return {ref(3, r): book.shown(cells.get((r, 3))) for r in (inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL)}


def _on_inicio(book: Received, last: list[str]) -> Iterator[Problem]:
    words = ("el último recálculo", "la huella de las entradas", "la huella de los resultados")
    pairs = zip(_summary(book).items(), words, (_WHEN, _INPUTS, _RESULTS), strict=True)
    for (place, value), what, column in pairs:
        if entry_text(value) != last[column]:
            yield problem("V06", where=f"{INICIO}!{place}", what=what, written=told(value), found=told(last[column]))


def _facts(kind: Template, view: Any, facts: SealFacts, last: tuple[int, list[Value]]) -> Iterator[Problem]:
    """What the last row counts, where it was written by this version from these inputs."""
    row, values = last
    if facts.version != __version__ or not facts.holds:
        return
    wanted = kind.log_entry(view, facts.when, facts.own, "")
    for column in _FACTS:
        if not agree(values[column], as_written(wanted[column])):
            yield problem(
                "V08", where=f"{BITACORA}!{ref(column + 1, row)}", what=bitacora.COLUMNS[column],
                written=told(values[column]), found=told(wanted[column]),
            )  # fmt: skip


def _repeated(book: Received, kind: Template, view: Any) -> Iterator[Problem]:
    """What other sheets repeat of Inicio is what stands there; `_program` tells of the program."""
    cells = book.sheet_xml(INICIO).cells
    repeated = kind.repeated(view.plan)
    for (sheet, place), row in ((place, row) for place, row in repeated.items() if row != inicio.PROGRAM):
        found = book.shown(book.sheet_xml(sheet).cells.get(coordinate_to_tuple(place)))
        there = book.shown(cells.get((row, inicio.VALUE)))
        if entry_text(found) not in ("", entry_text(there)):
            yield problem(
                "V06", where=f"{sheet}!{place}", what=f"lo que dice {INICIO}!{ref(inicio.VALUE, row)}",
                written=told(found), found=told(there),
            )  # fmt: skip


def _program(book: Received) -> Iterator[Problem]:
    cell = book.sheet_xml(INICIO).cells.get((inicio.PROGRAM, 3))
    made = str(book.shown(cell)).removeprefix("xl-perlas ")
    if made != __version__ and str(book.shown(cell)).startswith("xl-perlas "):
        yield problem(
            "V07", where=f"{INICIO}!{ref(3, inicio.PROGRAM)}", what="el libro se hizo con", sealed=made,
            installed=__version__, same="la misma plantilla",
        )  # fmt: skip
