"""Two versions of a workbook, each read and computed from what was typed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_perlas.balance import Balance, normalise_code
from xl_perlas.camel import CamelReport
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.model import OwnAccount
from xl_perlas.periods import Period
from xl_perlas.report import Report, calculate
from xl_perlas.workbook import plan_ahp
from xl_perlas.workbook.camel_inputs import camel_report
from xl_perlas.workbook.inputs import Inputs, read_inputs
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import BITACORA, CATALOGO, DATOS, DEFINICIONES, ref
from xl_perlas.workbook.rating import Rating, rate
from xl_perlas.workbook.sheets import bitacora, datos


@dataclass(frozen=True, eq=False, repr=False)
class Version:
    """One workbook: what was typed in it, and what the engine makes of that now."""

    book: Package
    inputs: Inputs
    report: Report
    rating: Rating
    camel: CamelReport

    @property
    def balance(self) -> Balance:
        """Its balance."""
        return self.inputs.balance

    @cached_property
    def columns(self) -> dict[tuple[int, int], int]:
        """Column of each period on the sheets, by the period's key."""
        return {p.key: k for k, p in enumerate(self.inputs.columns) if p is not None}

    @cached_property
    def positions(self) -> dict[tuple[int, int], int]:
        """Place of each period in the report."""
        return {p.key: i for i, p in enumerate(self.balance.periods)}

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each account on Catálogo; the first where a code is written twice."""
        plan, sheet = self.inputs.plan, self.book.sheet(CATALOGO)
        first, last = plan.data_first_row, max(plan.data_last_row, sheet.last_row)
        found: dict[str, int] = {}
        for row, (cell,) in enumerate(sheet.rows(f"A{first}:A{last}"), first):
            if (code := normalise_code(cell.value)) is not None:
                found.setdefault(code, row)
        return found

    def place(self, code: str, period: Period | None = None) -> str:
        """Cell of an account's code, or of its balance in a period; empty where there is none."""
        sheet, row = CATALOGO, self.rows.get(code)
        if row is None and code in ENTITY_DATA:
            sheet, row = DATOS, datos.FIRST_ROW + list(ENTITY_DATA).index(code)
        column = 1 if period is None else self.inputs.plan.catalog_column(self.columns.get(period.key, -1))
        return f"{sheet}!{ref(column, row)}" if row and (period is None or period.key in self.columns) else ""

    @cached_property
    def program(self) -> str:
        """The program that last recalculated the workbook, as Bitácora says; empty when it says nothing."""
        sheet = self.book.sheet(BITACORA)
        if sheet.last_row < bitacora.FIRST_ROW:
            return ""
        versions = [row[0].value for row in sheet.rows(f"B{bitacora.FIRST_ROW}:B{sheet.last_row}")]
        return next((str(v) for v in reversed(versions) if v not in (None, "")), "")

    @cached_property
    def definition_rows(self) -> list[tuple[str, ...]]:
        """What sheet Definiciones says: line, account, catalogue and coefficient."""
        plan = self.inputs.plan
        first, count = plan.definition_first_row, len(plan.definition_rows)
        cells = self.book.sheet(DEFINICIONES).rows(f"A{first}:D{first + count - 1}")
        return [tuple(plain(cell.value) for cell in row) for row in cells]


def plain(value: object) -> str:
    """What a cell holds as text; nothing where it is blank."""
    return f"{value:g}" if isinstance(value, float) else str(value or "")


def read_version(path: str) -> Version:
    """Read a workbook and compute it from what was typed.

    Raises:
        PerlasError: it cannot be read, or is not a workbook of this program.
    """
    book = Package.open(path)
    inputs = read_inputs(book)
    report = calculate(inputs.balance, inputs.profile, inputs.catalog)
    return Version(book, inputs, report, rate(inputs.ahp, report), camel_report(inputs.camel, report))


def common_periods(a: Version, b: Version) -> list[Period]:
    """Periods of both, as the second writes them, in order of time."""
    return [p for p in b.balance.periods if p.key in a.positions]


# --- what was typed, by what it means


def own_accounts(version: Version) -> Mapping[tuple[str, str], Sequence[OwnAccount]]:
    """The entity's own accounts by line and code: an account may be written twice."""
    found: dict[tuple[str, str], list[OwnAccount]] = {}
    for one in sorted(version.inputs.own.values(), key=lambda o: (o.coefficient, o.reason)):
        found.setdefault((one.line, one.code), []).append(one)
    return found


def typed_values(version: Version) -> dict[tuple[str, tuple[int, int]], float]:
    """The entity's own CAMEL values, by indicator and key of the period."""
    columns = version.inputs.columns
    return {(key, p.key): v for (key, k), v in version.inputs.camel.typed.items() if (p := columns[k]) is not None}


def judgement_cells(version: Version, expert: int) -> dict[str, tuple[str, object]]:
    """Cell and content of each judgement of an expert, by pair of criteria (`P1/P3`; `P/E` for components)."""
    judge = version.inputs.ahp.judges[expert]
    return {
        f"{block.criteria[i]}/{block.criteria[j]}": (block.cell(i, j), judge.cells[block.group][i][j])
        for block in plan_ahp.blocks(version.inputs.plan, expert)
        for i in range(block.size)
        for j in range(i + 1, block.size)
    }
