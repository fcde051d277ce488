"""What people typed in the workbook, understood: periods, balance, parameters, own accounts, and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from xl_perlas.balance import Balance, normalise_code
from xl_perlas.catalogs import AUTO, CATALOGS
from xl_perlas.chart import ENTITY_DATA, ENTITY_DATA_NAMES
from xl_perlas.figures import UNCALCULATED, Unreadable, decide_decimal, parse_figure
from xl_perlas.load import load_profile, with_own_accounts
from xl_perlas.model import OwnAccount, Parameter, Profile
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid
from xl_perlas.reading.layout import Layout, ValueColumn
from xl_perlas.reading.table import read_table
from xl_perlas.workbook import (
    names,
    plan_ahp,
    plan_analysis,
    plan_camel,
    plan_detail,
    plan_peers,
    plan_rating,
    plan_supervision,
)
from xl_perlas.workbook.ahp_inputs import AhpInputs, read_ahp
from xl_perlas.workbook.analysis_inputs import AnalysisInputs, read_analysis
from xl_perlas.workbook.camel_inputs import CamelInputs, read_camel_inputs
from xl_perlas.workbook.cellxml import Cell, ErrorValue, to_serial
from xl_perlas.workbook.plan import (
    AHP,
    CALIFICACION,
    CAMEL,
    CATALOGO,
    DATOS,
    DETALLE,
    HEADER_ROW,
    HORIZONTAL,
    PARES,
    PESOS,
    SEGMENTO,
    SUPERVISION,
    TENDENCIAS,
    VERSION,
    VERTICAL,
    Plan,
    parse_plan,
    ref,
)
from xl_perlas.workbook.protocols import BookLike, SheetLike
from xl_perlas.workbook.sheets import datos, decisiones, indicadores, lineas, parametros
from xl_perlas.workbook.supervision_inputs import SupervisionInputs, read_supervision

#: Years are numbers below this; dates are serial numbers above it.
_FIRST_DATE = 3000

@dataclass(frozen=True)
class _Native:
    """What native formulas make of Catálogo: texts among the figures of each column, and (code, column) unseen."""

    texts: list[int]
    unseen: set[tuple[str, int]]


@dataclass(frozen=True)
class Inputs:
    """What people typed, understood."""

    plan: Plan
    profile: Profile
    catalog: str
    balance: Balance
    headers: list[object]
    columns: list[Period | None]
    parameter_years: list[int | None]
    decision_period: object
    detail_choice: tuple[object, object]
    native: _Native
    own: dict[int, OwnAccount]
    ahp: AhpInputs
    camel: CamelInputs
    analysis: AnalysisInputs
    supervision: SupervisionInputs
    problems: list[Problem]


def as_native(inputs: Inputs) -> Balance:
    """The balance as SUMIF sees it: figures written as text, and codes written otherwise, add nothing."""
    balance = inputs.balance
    if not inputs.native.unseen:
        return balance
    column_of = {period.key: k for k, period in enumerate(inputs.columns) if period is not None}

    def seen(code: str, value: float | None, k: int) -> float | None:
        unseen = value is not None and value == value and (code, k) in inputs.native.unseen
        return 0.0 if unseen else value

    values = tuple(
        tuple(seen(c, v, column_of[period.key]) for c, v in zip(balance.chart.codes, column, strict=True))
        for period, column in zip(balance.periods, balance.values, strict=True)
    )
    return replace(balance, values=values)


def read_inputs(book: BookLike) -> Inputs:
    plan = read_plan(book)
    problems: list[Problem] = []
    sheet = book.sheet(parametros.NAME)
    years = _years(sheet, plan)
    own = _read_own_accounts(sheet, plan, problems)
    profile = replace(
        with_own_accounts(plan.profile, own.values()), parameters=_read_parameters(sheet, plan, years, problems)
    )
    choice = str(sheet.cell(ref(parametros.VALUE, parametros.CHOICE_ROW)).value or AUTO).strip().lower()
    if choice not in (AUTO, *CATALOGS):
        problems.append(problem("L22", where=f"{parametros.NAME}!F{parametros.CHOICE_ROW}", value=choice))
        choice = AUTO
    headers, columns = _read_headers(book.sheet(CATALOGO), plan, problems)
    grid_rows, native, lines = _read_rows(book, plan, problems)
    balance = _balance(grid_rows, lines, columns, plan, book.file, problems)
    entity = sheet.cell(ref(parametros.VALUE, parametros.ENTITY_ROW)).value
    decision = book.sheet(decisiones.NAME).cell(ref(3, decisiones.CHOICE_ROW)).value
    key, period = (book.sheet(DETALLE).cell(ref(plan_detail.VALUE, row)).value
                   for row in (plan_detail.INDICATOR_ROW, plan_detail.PERIOD_ROW))  # fmt: skip
    supervision = read_supervision(book, plan, columns, str(entity or ""))
    return Inputs(
        plan, profile, choice, replace(balance, entity=str(entity or "")), headers, columns, years,
        _typed_header(decision), (key, _typed_header(period)), native, own, read_ahp(book, plan),
        read_camel_inputs(book, plan, columns, supervision.lent), read_analysis(book, plan), supervision, problems,
    )  # fmt: skip


def read_plan(book: BookLike) -> Plan:
    text = book.defined_names.get(names.PLAN)
    if text is None:
        raise PerlasError(problem("L20", where=book.file))
    found = parse_plan(text)
    if found.get("plantilla"):  # of another kind, with versions of its own
        raise PerlasError(problem("L61", where=book.file))
    try:
        version = int(found["version"])
        if version != VERSION:
            raise PerlasError(problem("L21" if version > VERSION else "L19", where=book.file, version=version))
        plan = Plan(
            load_profile(found["perfil"]), int(found["periodos"]), int(found["filas"]), found.get("anfitrion", "")
        )
    except (KeyError, ValueError) as error:
        raise PerlasError(problem("L20", where=book.file)) from error
    _check_structure(book, plan)
    return plan


def _check_structure(book: BookLike, plan: Plan) -> None:
    """Rows that are found by place must still be there: results never land in the wrong cell."""
    expected: list[tuple[str, int, int, str]] = []
    for sheet, rows in (
        (lineas.NAME, plan.line_rows), (indicadores.NAME, plan.indicator_rows), (parametros.NAME, plan.parameter_rows),
        (decisiones.NAME, decisiones.rows(plan)), (PESOS, plan.indicator_rows), (CALIFICACION, plan_rating.rows(plan)),
        (SEGMENTO, plan_camel.statistic_rows(plan)), (SEGMENTO, plan_camel.typed_rows(plan)),
        (CAMEL, plan_camel.grade_rows(plan)), (SUPERVISION, plan_supervision.ratio_rows()),
        (PARES, plan_peers.result_rows()),
    ):  # fmt: skip
        expected += [(sheet, row, 1, key) for key, row in rows.items()]
    for sheet in (HORIZONTAL, VERTICAL, TENDENCIAS):
        expected += [(sheet, *place, text) for place, text in plan_analysis.anchors(sheet).items()]
    for block in (b for expert in range(plan_ahp.EXPERTS) for b in plan_ahp.blocks(plan, expert)):
        criteria = enumerate(block.criteria)
        expected += [(AHP, block.first_row + i, plan_ahp.ID_COLUMN, criterion) for i, criterion in criteria]
    for sheet, first in ((CATALOGO, plan.entity_first_row), (DATOS, datos.FIRST_ROW)):
        expected += [(sheet, first + i, 1, code) for i, code in enumerate(ENTITY_DATA)]
    expected += [(PARES, plan_peers.table_header(), c, key) for key, c in plan_peers.figure_columns().items()]
    moved: dict[str, str] = {}
    for sheet, row, column, text in expected:
        if sheet not in moved and str(book.sheet(sheet).cell(ref(column, row)).value or "") != text:
            moved[sheet] = ref(column, row)
    if moved:
        raise PerlasError(
            problem("L23", where=f"{book.file}, hoja {sheet}", cell=cell) for sheet, cell in moved.items()
        )


def _years(sheet: SheetLike, plan: Plan) -> list[int | None]:
    first = sheet.cell(ref(plan.year_first_column, parametros.HEADER_ROW)).value
    start = int(first) if isinstance(first, float) and 1900 <= first < 2100 else None
    return [None if start is None else start + k for k in range(plan.capacity)]


def _read_parameters(
    sheet: SheetLike, plan: Plan, years: Sequence[int | None], problems: list[Problem]
) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for p in plan.parameters:
        row = plan.parameter_rows[p.id]

        def rate(column: int, row: int = row, p: Parameter = p) -> float | None:
            cell = sheet.cell(ref(column, row))
            figure = parse_figure(_readable(cell), decide_decimal([cell.value]).decimal)
            if isinstance(figure, Unreadable):
                problems.append(
                    problem("L24", where=f"{parametros.NAME}!{cell.ref}", parameter=p.id, value=cell.value)
                )
                return None
            return figure

        general = rate(parametros.VALUE)
        if general is None and p.in_formulas:
            general = plan.profile.parameters[p.id].value
            problems.append(problem("L25", where=f"{parametros.NAME}!F{row}", parameter=p.id, value=general))
        values = {
            year: value
            for k, year in enumerate(years)
            if year is not None and (value := rate(plan.year_first_column + k)) is not None
        }
        source, date = (sheet.cell(ref(c, row)).value for c in (4, 5))
        found[p.id] = replace(
            p, value=general, values={} if p.in_formulas else values, source=str(source or ""), date=str(date or "")
        )
    return {key: found[key] for key in plan.profile.parameters}


def _read_own_accounts(sheet: SheetLike, plan: Plan, problems: list[Problem]) -> dict[int, OwnAccount]:
    found: dict[int, OwnAccount] = {}
    for row in range(plan.own_first_row, plan.own_first_row + plan.own_rows):
        line, code, weight, reason = (sheet.cell(ref(c, row)).value for c in (1, 2, 3, 4))
        if all(v is None or v == "" for v in (line, code, weight)):
            continue
        account = normalise_code(code)
        where = f"{parametros.NAME}!A{row}"
        summed = plan.profile.lines.get(str(line))
        if account is None or weight not in (1, -1) or summed is None or summed.formula is not None:
            problems.append(problem("L33", where=where, line=line, code=code, weight=weight))
            continue
        if not reason:
            problems.append(problem("L34", where=where, accounts=(account,), code=account))
        found[row] = OwnAccount(str(line), account, 1 if weight == 1 else -1, str(reason or ""))
    return found


def _typed_header(value: object) -> object:
    """A heading as it was typed: a year even where the cell's format shows numbers as dates."""
    if isinstance(value, dt.date):
        serial = to_serial(value)
        return int(serial) if serial < _FIRST_DATE else value
    return int(value) if isinstance(value, float) and value == int(value) else value


def _read_headers(
    sheet: SheetLike, plan: Plan, problems: list[Problem]
) -> tuple[list[object], list[Period | None]]:
    headers: list[object] = []
    columns: list[Period | None] = []
    seen: dict[tuple[int, int], str] = {}
    for k in range(plan.capacity):
        place = ref(plan.catalog_column(k), HEADER_ROW)
        value = _typed_header(sheet.cell(place).value)
        value = None if isinstance(value, str) and not value.strip() else value
        period = None
        if value is not None:
            period = parse_period(value)
            if period is None:
                problems.append(problem("L26", where=f"{CATALOGO}!{place}", value=value))
            elif period.key in seen:
                problems.append(problem("L27", where=f"{CATALOGO}!{place}", value=value, other=seen[period.key]))
                period = None
            else:
                seen[period.key] = f"{CATALOGO}!{place}"
                if isinstance(value, str):
                    problems.append(problem("L60", where=f"{CATALOGO}!{place}", value=value))
        headers.append(value)
        columns.append(period)
    return headers, columns


def _readable(cell: Cell) -> object:
    """The value of a cell for reading: a formula without result cannot be taken for a blank."""
    return UNCALCULATED if cell.formula is not None and not cell.calculated else cell.value


def _read_rows(
    book: BookLike, plan: Plan, problems: list[Problem]
) -> tuple[list[list[object]], _Native, list[int]]:
    """Rows of Catálogo with the entity's data taken from Datos, what native formulas make of them, and row numbers."""
    last = plan.catalog_column(plan.capacity - 1)
    rows: list[list[object]] = []
    lines: list[int] = []
    native = _Native([0] * plan.capacity, set())
    for i, cells in enumerate(book.sheet(DATOS).rows(_block(plan, datos.FIRST_ROW, len(ENTITY_DATA)))):
        code, values = list(ENTITY_DATA)[i], [_readable(cell) for cell in cells]
        if any(value is not None for value in values):
            rows.append([code, ENTITY_DATA_NAMES[code], *values])
            lines.append(plan.entity_first_row + i)
            _native_doubts(rows[-1], lines[-1], plan, native, problems)
    sheet = book.sheet(CATALOGO)
    area = f"A{plan.data_first_row}:{ref(last, max(plan.data_last_row, sheet.last_row))}"
    for i, cells in enumerate(sheet.rows(area)):
        values = [_readable(cell) for cell in cells]
        if all(v is None for v in values):
            continue
        rows.append(values)
        lines.append(plan.data_first_row + i)
        _native_doubts(values, lines[-1], plan, native, problems)
    return rows, native, lines


def _block(plan: Plan, first: int, count: int) -> str:
    last = plan.catalog_column(plan.capacity - 1)
    return f"{ref(plan.catalog_first_period, first)}:{ref(last, first + count - 1)}"


def _native_doubts(
    values: list[object], line: int, plan: Plan, native: _Native, problems: list[Problem]
) -> None:
    """What this program understands and native formulas do not: codes with points, numbers written as text."""
    raw = values[0]
    code = normalise_code(raw)
    if code and isinstance(raw, str) and raw != code and code not in ENTITY_DATA:
        problems.append(problem("L28", where=f"{CATALOGO}!A{line}", accounts=(code,), text=raw, code=code))
        native.unseen.update((code, k) for k in range(plan.capacity))
    if code and line > plan.data_last_row:
        problems.append(problem("L29", where=f"{CATALOGO}!A{line}", accounts=(code,), last=plan.data_last_row))
    for k in range(plan.capacity):
        value = values[plan.catalog_first_period - 1 + k]
        if value is not None and not isinstance(value, float | bool):
            native.texts[k] += line >= plan.data_first_row  # the sheet counts them there
            figure = parse_figure(value, ",") if not isinstance(value, ErrorValue) else None
            if code and isinstance(figure, float):
                where = f"{CATALOGO}!{ref(plan.catalog_column(k), line)}"
                problems.append(problem("L30", where=where, accounts=(code,), text=value))
                native.unseen.add((code, k))


def _balance(
    rows: list[list[object]], lines: list[int], columns: Sequence[Period | None], plan: Plan, file: str,
    problems: list[Problem],
) -> Balance:  # fmt: skip
    used = [(k, period) for k, period in enumerate(columns) if period is not None]
    layout = Layout(
        0, 0, 0, 1, tuple(ValueColumn(plan.catalog_first_period - 1 + k, p) for k, p in used),
        plan.catalog_first_period + plan.capacity, "", (),
    )  # fmt: skip
    if not used or all(line < plan.data_first_row for line in lines):
        problems.append(problem("L31", where=CATALOGO) if used else problem("L32", where=CATALOGO))
        return Balance.build((), {period: () for _, period in used})
    return read_table(Grid(file, CATALOGO, rows, lines), layout)
