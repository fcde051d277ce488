"""Where everything stands in the workbook. Sheets are built from it, and recalculation finds their cells with it.

A plan is small enough to be written into the workbook itself (a defined name), so that a file made with another number
of periods or accounts is read back with its own geometry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from openpyxl.utils import get_column_letter

from xl_perlas.camel import CamelMethod, load_camel
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.load import load_catalog
from xl_perlas.model import Indicator, Line, Parameter, Profile

VERSION = 4

MIN_CAPACITY = 6
#: Columns left free after the periods a workbook is made with.
SPARE_PERIODS = 3
MIN_ROWS = 1500
#: Rows that a workbook has beyond the accounts it is made with.
SPARE_ROWS = 500

# Every sheet: title, purpose and the overall light stand in the same cells.
TITLE, PURPOSE, LIGHT = "A1", "A2", "A3"

HEADER_ROW = 5

INICIO, CATALOGO, DATOS, PARAMETROS = "Inicio", "Catálogo", "Datos", "Parámetros"
DEFINICIONES, LINEAS, INDICADORES = "Definiciones", "Líneas", "Indicadores"
DECISIONES, GRAFICOS, VERIFICACION, BITACORA = "Decisiones", "Gráficos", "Verificación", "Bitácora"
AHP, PESOS, TABLERO = "AHP", "Pesos", "Tablero"
CALIFICACION, SENSIBILIDAD = "Calificación", "Sensibilidad"
SEGMENTO, CAMEL = "Segmento", "CAMEL"
AUDITORIA, DETALLE = "Auditoría", "Detalle"
HORIZONTAL, VERTICAL, TENDENCIAS = "Horizontal", "Vertical", "Tendencias"
SUPERVISION, PARES = "Supervisión", "Pares"
FODA, INFORME = "FODA", "Informe"
SHEETS = (
    INICIO, CATALOGO, DATOS, PARAMETROS, AHP, SEGMENTO, PARES, DEFINICIONES, LINEAS, INDICADORES, DETALLE, PESOS,
    TABLERO, CALIFICACION, SENSIBILIDAD, CAMEL, HORIZONTAL, VERTICAL, TENDENCIAS, SUPERVISION, DECISIONES, FODA,
    INFORME, GRAFICOS, VERIFICACION, AUDITORIA, BITACORA,
)  # fmt: skip


def quoted(sheet: str) -> str:
    """Sheet name as formulas write it: quoted when it is not plain ASCII."""
    return sheet if re.fullmatch(r"[A-Za-z]\w*", sheet, re.A) else f"'{sheet}'"


def ref(column: int, row: int, *, fix_column: bool = False, fix_row: bool = False) -> str:
    """`(3, 5)` -> `C5`, with `$` where fixed."""
    return f"{'$' * fix_column}{get_column_letter(column)}{'$' * fix_row}{row}"


def span(column: int, first: int, last: int, to_column: int | None = None) -> str:
    """Absolute range: one column, or a block to `to_column`."""
    start = ref(column, first, fix_column=True, fix_row=True)
    return f"{start}:{ref(to_column or column, last, fix_column=True, fix_row=True)}"


@dataclass(frozen=True)
class DefinitionRow:
    """One account of one line on sheet Definiciones: its code, coefficient, and the catalogue it belongs to."""

    line: str
    code: str
    coefficient: float
    catalog: str


@dataclass(frozen=True)
class Plan:
    """Geometry of one workbook: `capacity` period columns, `rows` account rows, and the profile's lists."""

    profile: Profile
    capacity: int
    rows: int
    host: str = "libreoffice"

    # --- Catálogo: A code, B name, then one column a period and one that stays empty (a period without base)
    catalog_first_period = 3
    entity_first_row = HEADER_ROW + 1
    data_note_row = HEADER_ROW + 1 + len(ENTITY_DATA)
    data_first_row = data_note_row + 1

    @property
    def data_last_row(self) -> int:
        """Last row for accounts on Catálogo."""
        return self.data_first_row + self.rows - 1

    def catalog_column(self, k: int) -> int:
        """Column of period `k` on Catálogo and Datos; `k == capacity` is the empty one."""
        return self.catalog_first_period + k

    # --- Parámetros: A id, B name, C unit, D source, E date, F value, then one column a year and an empty one
    parameter_first_row = 13
    parameter_value_column = 6
    year_first_column = 7

    @property
    def parameter_rows(self) -> dict[str, int]:
        """Row of each parameter on Parámetros."""
        return {p.id: self.parameter_first_row + i for i, p in enumerate(self.parameters)}

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Parameters of the profile, those in formulas first."""
        return sorted(self.profile.parameters.values(), key=lambda p: not p.in_formulas)

    # --- Parámetros, below: own accounts: A line, B code, C coefficient, D reason
    own_rows = 10

    @property
    def own_first_row(self) -> int:
        """First of the rows for own accounts on Parámetros."""
        return self.parameter_first_row + len(self.parameters) + 3

    # --- Líneas: A id, B name, C how, D source, then periods, an empty one, and the count of missing accounts
    line_first_period = 5
    year_row, month_row, key_row, base_key_row, base_column_row, year_column_row, factor_row = range(6, 13)
    effective_first_row = 13

    def line_column(self, k: int) -> int:
        """Column of period `k` on Líneas; `k == capacity` is the one for a missing base (all #N/A)."""
        return self.line_first_period + k

    def flag_column(self, k: int) -> int:
        """Column on Líneas with how many accounts of a line are missing in period `k`."""
        return self.line_first_period + self.capacity + 2 + k

    def effective_row(self, parameter: str) -> int:
        """Row on Líneas with the parameter in force in each period."""
        return self.effective_first_row + [p.id for p in self.parameters].index(parameter)

    @property
    def options_row(self) -> int:
        """Row on Líneas with the `opciones` text of each period."""
        return self.effective_first_row + len(self.parameters)

    @property
    def line_first_row(self) -> int:
        """First line on Líneas."""
        return self.options_row + 3

    @property
    def camel(self) -> CamelMethod:
        """The CAMEL method of the workbook."""
        return load_camel()

    @cached_property
    def profile_lines(self) -> list[Line]:
        """Lines of the profile: sums of accounts first, formulas over them after."""
        return _sums_first(self.profile.lines)

    @cached_property
    def camel_lines(self) -> list[Line]:
        """Lines of CAMEL, in the same order. Their ids are never those of a profile's."""
        return _sums_first(self.camel.profile.lines)

    @property
    def lines(self) -> list[Line]:
        """Every line on Líneas."""
        return [*self.profile_lines, *self.camel_lines]

    @property
    def camel_heading_row(self) -> int:
        """Heading over CAMEL's lines on Líneas."""
        return self.line_first_row + len(self.profile_lines)

    @cached_property
    def line_rows(self) -> dict[str, int]:
        """Row of each line on Líneas: the profile's, a heading, and CAMEL's."""
        rows = {line.id: self.line_first_row + i for i, line in enumerate(self.profile_lines)}
        first = self.camel_heading_row + 1
        return {**rows, **{line.id: first + i for i, line in enumerate(self.camel_lines)}}

    # --- Definiciones: A line, B code, C catalogue, D coefficient, E in force, F account name, G source
    definition_first_row = HEADER_ROW + 1

    @cached_property
    def definition_rows(self) -> list[DefinitionRow]:
        """Accounts of every line that is a sum of accounts; ages of arrears are spelled out for both catalogues."""
        found: list[DefinitionRow] = []
        for line in self.lines:
            if line.formula is not None:
                continue
            found += [DefinitionRow(line.id, code, float(c), "ambos") for code, c in line.accounts.items()]
            if line.bands:
                for name in ("sbs", "seps"):
                    catalog = load_catalog(name)
                    found += [
                        DefinitionRow(line.id, account + suffix, 1.0, name)
                        for portfolio in line.bands.portfolios
                        for account in catalog.portfolios[portfolio]
                        for age in line.bands.ages
                        for suffix in catalog.ages[age]
                    ]
        return found

    def definition_span(self, line: str) -> tuple[int, int]:
        """First and last row of a line's accounts on Definiciones."""
        rows = [i for i, row in enumerate(self.definition_rows) if row.line == line]
        return self.definition_first_row + rows[0], self.definition_first_row + rows[-1]

    # --- Indicadores: A id, B name, C formula, D unit, E goal, F direction, G source, then blocks of periods
    indicator_first_row = HEADER_ROW + 1
    indicator_first_period = 8

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Indicators in the order of PERLAS."""
        return list(self.profile.indicators.values())

    @cached_property
    def indicator_rows(self) -> dict[str, int]:
        """Row of each indicator on Indicadores: a heading row stands before each area."""
        rows: dict[str, int] = {}
        row, area = self.indicator_first_row, ""
        for indicator in self.indicators:
            if indicator.component != area:
                area = indicator.component
                row += 1
            rows[indicator.id] = row
            row += 1
        return rows

    @property
    def indicator_last_row(self) -> int:
        """Last row with an indicator."""
        return max(self.indicator_rows.values())

    def value_column(self, k: int) -> int:
        """Add-in's value."""
        return self.indicator_first_period + k

    def verdict_column(self, k: int) -> int:
        """Whether the goal is met."""
        return self.indicator_first_period + self.capacity + 1 + k

    def native_column(self, k: int) -> int:
        """The same value from native formulas over Líneas."""
        return self.indicator_first_period + 2 * (self.capacity + 1) + k

    def note_column(self, k: int) -> int:
        """Why there is no value, or why to doubt it."""
        return self.indicator_first_period + 3 * (self.capacity + 1) + k

    # --- the plan inside the workbook

    def to_text(self) -> str:
        """The plan as the workbook keeps it."""
        return (
            f"version={VERSION};perfil={self.profile.id};periodos={self.capacity};filas={self.rows};"
            f"anfitrion={self.host}"
        )


def _sums_first(lines: Mapping[str, Line]) -> list[Line]:
    return sorted(lines.values(), key=lambda line: line.formula is not None)


def make_plan(profile: Profile, periods: Sequence[object], accounts: int = 0, host: str = "libreoffice") -> Plan:
    """A plan with room for `periods` and `accounts`, and some to spare."""
    return Plan(
        profile,
        max(MIN_CAPACITY, len(periods) + SPARE_PERIODS),
        max(MIN_ROWS, accounts + SPARE_ROWS),
        host,
    )


def parse_plan(text: str) -> dict[str, str]:
    """`to_text` back: `{"perfil": "woccu", "periodos": "13", …}`."""
    return dict(part.split("=", 1) for part in text.strip('="').split(";") if "=" in part)
