"""The auditor's copy of a workbook: native formulas and values, no add-in, inputs as they were typed, and locked.

It is made anew from the inputs: whatever else somebody did to the workbook (formulas written over, sheets of their
own, macros) stays behind. The workbook itself is only read.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl.utils.cell import coordinate_to_tuple

from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook import build, recalc
from xl_perlas.workbook.atomic import replace_file
from xl_perlas.workbook.cellxml import Cell
from xl_perlas.workbook.copy_look import input_cells
from xl_perlas.workbook.hosts import AUDITOR
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import INICIO, VERIFICACION, ref
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.seal import Seal, entry_text
from xl_perlas.workbook.sheets import bitacora, inicio
from xl_perlas.workbook.template import Template
from xl_perlas.workbook.templates import template_of

#: Cells by sheet and place.
_Typed: TypeAlias = Mapping[str, list[Cell]]

#: How many places a message names.
_NAMED = 5

_NEVER = (
    "▲ Ese libro nunca se recalculó con xl-perlas: no tiene huellas. Los resultados de esta copia se calcularon al "
    "hacerla."
)
_STALE = (
    "▲ Desde su último recálculo cambiaron: {what}. Los resultados de esta copia se calcularon de nuevo al hacerla."
)
_CURRENT = "✔ Sí: sus entradas, definiciones y resultados son los de esta copia."
_BEHIND = "Macros, hojas propias, celdas auxiliares y formatos que alguien agregó; de las fórmulas de las entradas, "\
          "su valor."  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """The last recalculation of a workbook, as its Bitácora tells it."""

    when: str
    version: str
    seal: Seal


@dataclass(frozen=True)
class AuditorCopy:
    """A copy that was made.

    `origin` is the last recalculation of the workbook copied (None: there was none) and `changed` what differs since
    then, in words; `seal` is that of the copy, `errors` counts those on its Verificación.
    """

    path: Path
    origin: Origin | None
    changed: tuple[str, ...]
    seal: Seal
    errors: int


def default_path(source: Path) -> Path:
    """`perlas.xlsm` -> `perlas (auditor).xlsx`, beside it."""
    return source.with_name(f"{source.stem} (auditor).xlsx")


def make_copy(
    source: Path, target: Path | None = None, progress: Callable[[str], None] | None = None, *, replacing: bool = False
) -> AuditorCopy:
    """Write the auditor's copy of the workbook at `source` to `target`, all of it or nothing.

    Raises:
        PerlasError: `source` cannot be read or is no workbook of this program; an input is a formula without result
            (L71); `target` is `source` (U08), is no .xlsx (L70), is there and not `replacing` (U04), or cannot be
            written (L06, L07, L11).
    """
    path = target or default_path(source)
    say = progress or (lambda step: None)
    _check_target(source, path, replacing)
    say("Leyendo el libro")
    book = Package.open(source)
    kind = template_of(book)
    inputs = kind.read(book)
    own = kind.seal(inputs, kind.view(inputs))
    plan = replace(inputs.plan, host=AUDITOR)
    say("Haciendo la copia")
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        copy = _filled(kind, book, plan, draft)
        view = recalc.refresh(copy, say)
        found = _last_recalculation(book)
        changed = _changed(found.seal, own) if found else ()
        _tell_origin(copy, book.file, found, changed, view)
        sealed = _checked(kind, copy, view, own)
        copy.set_full_calc_on_load(False)
        copy.save()
        replace_file(path, draft.read_bytes())
    return AuditorCopy(path, found, changed, sealed, view.counts[0])


def _check_target(source: Path, path: Path, replacing: bool) -> None:
    if path.suffix.lower() != ".xlsx":
        raise PerlasError(problem("L70", where=str(path)))
    if path.exists() and path.resolve() == source.resolve():
        raise PerlasError(problem("U08", file=str(path), detail="es el libro que se copia"))
    if path.is_dir():
        raise PerlasError(problem("A02", where=str(path)))
    if path.exists() and not replacing:
        raise PerlasError(problem("U04", file=str(path)))


# --- carrying over what was typed


def _filled(kind: Template, book: Package, plan: Any, draft: Path) -> Package:
    """The copy at `draft` with everything that was typed, and the rows of Bitácora."""
    blank = kind.blank_copy(book, plan)
    typed = _typed(kind, book, plan, blank)
    dates = {sheet: [c.ref for c in cells if isinstance(c.value, dt.date)] for sheet, cells in typed.items()}
    draft.write_bytes(build.locked_copy(blank, kind.open_sheets, dates))
    copy = Package.open(draft)
    for sheet, cells in typed.items():
        for cell in cells:
            copy.sheet(sheet).set_value(cell.ref, cell.value)
    _carry_log(book, copy)
    return copy


def _typed(kind: Template, book: Package, plan: Any, blank: Any) -> _Typed:
    """Every cell for typing that holds something in the workbook, or would in the blank copy.

    Raises:
        PerlasError: formulas without result (L71).
    """
    found: dict[str, list[Cell]] = {}
    below = kind.read_below(plan)
    for name, places in input_cells(blank).items():
        cells = {place: book.sheet(name).cell(place) for place in places}
        if name in below:
            cells |= {cell.ref: cell for cell in _below(book, name, below[name], places)}
        found[name] = [c for c in cells.values() if c != Cell(c.ref, None) or blank[name][c.ref].value is not None]
    unknown = [f"{name}!{c.ref}" for name, cells in found.items() for c in cells if not c.calculated]
    if unknown:
        more = f" y {len(unknown) - _NAMED} más" if len(unknown) > _NAMED else ""
        raise PerlasError(problem("L71", where=book.file, cells=", ".join(unknown[:_NAMED]) + more))
    return found


def _below(book: Package, name: str, row: int, places: Sequence[str]) -> Iterator[Cell]:
    """Cells under a table, as wide as it: the program reads them, and says that they are out of place."""
    sheet, last = book.sheet(name), max(coordinate_to_tuple(place)[1] for place in places)
    if sheet.last_row > row:
        yield from sheet.cells(f"A{row + 1}:{ref(last, sheet.last_row)}")


def _log_rows(book: BookLike) -> Iterator[int]:
    row = bitacora.FIRST_ROW
    while book.sheet(bitacora.NAME).cell(ref(1, row)).value not in (None, ""):
        yield row
        row += 1


def _carry_log(book: Package, copy: Package) -> None:
    """Every row of Bitácora, so that the chain of its links stays whole."""
    sheet = copy.sheet(bitacora.NAME)
    for row in _log_rows(book):
        for column in range(1, bitacora.LINK + 1):
            place = ref(column, row)
            sheet.set_value(place, book.sheet(bitacora.NAME).cell(place).value)
            sheet.set_style(place, style_of=ref(column, bitacora.FIRST_ROW))


# --- what the copy says of itself


def _last_recalculation(book: Package) -> Origin | None:
    last = max(_log_rows(book), default=None)
    if last is None:
        return None
    cells = book.sheet(bitacora.NAME).rows(f"A{last}:{ref(bitacora.LINK, last)}")[0]
    known = dict(zip(bitacora.COLUMNS, (entry_text(cell.value) for cell in cells), strict=True))
    digests = (known[f"Huella de {what}"] for what in ("entradas", "definiciones", "resultados"))
    return Origin(known["Fecha y hora"], known["Versión"], Seal(*digests))


def _changed(then: Seal, now: Seal) -> tuple[str, ...]:
    pairs = (
        ("las entradas", then.inputs, now.inputs), ("las definiciones del programa", then.definitions, now.definitions),
        ("los resultados", then.results, now.results),
    )  # fmt: skip
    return tuple(words for words, old, new in pairs if old != new)


def _tell_origin(copy: Package, file: str, origin: Origin | None, changed: tuple[str, ...], view: Any) -> None:
    digests = origin.seal if origin else Seal("—", "—", "—")
    state = _NEVER if origin is None else _STALE.format(what=", ".join(changed)) if changed else _CURRENT
    errors, warnings = view.counts
    facts = {
        inicio.COPY_FILE: file,
        inicio.COPY_SEALED: f"{origin.when} · xl-perlas {origin.version}" if origin else "ninguno",
        inicio.COPY_INPUTS: digests.inputs, inicio.COPY_DEFINITIONS: digests.definitions,
        inicio.COPY_RESULTS: digests.results, inicio.COPY_STATE: state,
        inicio.COPY_PROBLEMS: f"errores: {errors}; avisos: {warnings}. Están en {VERIFICACION}.",
        inicio.COPY_WITHOUT: _BEHIND,
    }  # fmt: skip
    sheet = copy.sheet(INICIO)
    for row, text in facts.items():
        sheet.set_value(ref(3, row), text)


def _checked(kind: Template, copy: Package, view: Any, own: Seal) -> Seal:
    """The seal of the copy, which is that of what was copied."""
    found = kind.seal(kind.read(copy), view)
    if found != own:
        raise PerlasError(problem("L72", where=copy.file))
    return found
