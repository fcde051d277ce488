"""A kind of workbook: what recalculating, verifying, copying and reporting ask of it, whatever its sheets are about.

There is PERLAS, and the Balance Social of each country. A workbook says which it is in its own plan (a defined name).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Protocol

from xl_perlas.problems import Problem
from xl_perlas.workbook.protocols import BookLike
from xl_perlas.workbook.seal import Seal

#: Row and column of a cell.
Place = tuple[int, int]


class PlanLike(Protocol):
    """The geometry of one workbook."""

    @property
    def host(self) -> str:
        """How add-in functions are spelt in it, or `auditor`."""
        ...

    def to_text(self) -> str:
        """The plan as the workbook keeps it."""
        ...


class InputsLike(Protocol):
    """What people typed in a workbook, understood."""

    @property
    def plan(self) -> Any:
        """Its plan."""
        ...


class ViewLike(Protocol):
    """What the sheets of a workbook show."""

    @property
    def plan(self) -> Any:
        """Its plan."""
        ...

    @property
    def state(self) -> str:
        """The overall light in words; its first character is its colour."""
        ...

    @property
    def counts(self) -> tuple[int, int]:
        """Errors and warnings."""
        ...

    @property
    def computed(self) -> tuple[int, int, int]:
        """How many indicators, periods (or years), and values there are."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found."""
        ...


class Module(Protocol):
    """A sheet: its formulas, and what they and the cells without one show."""

    NAME: str

    def formulas(self, plan: Any) -> dict[Place, Any]:
        """Formula of each cell that has one."""
        ...

    def results(self, view: Any) -> dict[Place, Any]:
        """What each formula shows, and the values written where there is none."""
        ...


class Template(Protocol):
    """A kind of workbook."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def modules(self) -> Sequence[Module]:
        """Its sheets, in the order of their tabs."""
        ...

    @property
    def problem_header(self) -> int:
        """Row on Verificación with the headings of the list of problems."""
        ...

    @property
    def open_sheets(self) -> Sequence[str]:
        """Sheets of the auditor's copy whose cells for typing only choose what is shown."""
        ...

    @property
    def printed(self) -> Sequence[str]:
        """Sheets that make up the printed report."""
        ...

    def read(self, book: BookLike) -> Any:
        """What was typed in `book` (`InputsLike`).

        Raises:
            PerlasError: it is no such workbook (L20), of another version (L19, L21), or changed in its structure (L23).
        """
        ...

    def view(self, inputs: Any) -> Any:
        """What the sheets show of the inputs (`ViewLike`)."""
        ...

    def seal(self, inputs: Any, view: Any) -> Seal:
        """Digests of what was typed, of the definitions, and of the results."""
        ...

    def fit(self, book: BookLike, view: Any) -> None:
        """Hide the columns that are not used, show the others, and give rows the height of their texts."""
        ...

    def log_entry(self, view: Any, when: str, seal: Seal, before: str) -> list[object]:
        """The row of one recalculation on Bitácora; `before` is the link of the row above it, the last of its cells."""
        ...

    def blank(self, plan: Any, macros: bool, folder: Path) -> Path:
        """A new workbook of the same plan, without inputs, in `folder`: .xlsm with macros, .xlsx without."""
        ...

    def blank_copy(self, book: BookLike, plan: Any) -> Any:
        """The auditor's copy of `book` (`plan` is that of the copy) without inputs, as an openpyxl workbook.

        Its cells for typing are still open.
        """
        ...

    def repeated(self, plan: Any) -> Mapping[tuple[str, str], int]:
        """Cells elsewhere, by sheet and place, that repeat a row of facts of Inicio: no view knows the seal."""
        ...

    def kept(self, plan: Any) -> Mapping[str, Set[Place]]:
        """Cells, by sheet, whose content is no result: the seal, what was copied when the workbook was made."""
        ...

    def read_below(self, plan: Any) -> Mapping[str, int]:
        """Sheets that are read below their table, and its last row: what stands there is told to be out of place."""
        ...

    def says_the_same(self, sheet: str, place: Place, found: object, wanted: object) -> bool:
        """Whether a text of the template may stand as it was when the workbook was made."""
        ...

    def about(self, inputs: Any) -> tuple[str, str, tuple[str, ...]]:
        """Entity, definitions in use (their id), and labels of the periods."""
        ...
