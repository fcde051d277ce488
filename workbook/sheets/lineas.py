"""Líneas: periods, parameters in force, and every line as a native formula over the accounts of Catálogo."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.formula import spreadsheet
from xl_perlas.model import Line
from xl_perlas.words import line_words
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import CATALOGO, DEFINICIONES, HEADER_ROW, LINEAS, PARAMETROS, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import common, definiciones
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers, typed_period
from xl_perlas.workbook.sheets.parametros import OWN_TEXT, own_account_text
from xl_perlas.workbook.styles import error_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = LINEAS
SOURCE = 4
_WIDTHS = (28, 38, 56, 48)

_HELPERS = (
    ("Año", "Año del periodo."),
    ("Mes", "Mes de cierre; un año sin fecha es diciembre."),
    ("Clave", "Año × 100 + mes."),
    ("Clave del periodo base", "Diciembre del año anterior: con él se comparan saldos y crecimientos."),
    ("Columna del periodo base", "Posición de esa clave en la fila anterior; si no está, la columna vacía del final."),
    ("Columna del año en Parámetros", "Para tomar la tasa del año; si no está, la columna vacía del final."),
    ("Factor de anualización", "12 / mes: lleva a un año los ingresos y gastos acumulados desde enero."),
)


def formulas(plan: Plan) -> Cells:
    """Headings, helper rows, parameters in force, options text and lines."""
    cells = {**_dates(plan), **period_headers(plan, plan.flag_column(0))}
    for k in range(plan.capacity):
        column = plan.line_column(k)
        cells.update({(row, column): text for row, text in _helper_formulas(plan, column).items()})
        cells.update({(row, column): text for row, text in _effective_formulas(plan, column).items()})
        cells[(plan.options_row, column)] = _options_formula(plan, column)
        for line in plan.lines:
            cells[(plan.line_rows[line.id], column)] = _line_formula(plan, line, k)
    for line in plan.lines:  # the base that is not there
        cells[(plan.line_rows[line.id], plan.line_column(plan.capacity))] = "=NA()"
    cells[(plan.options_row, 1)] = _own_formula(plan)
    return common.light(cells)


def _dates(plan: Plan) -> Cells:
    """The periods as numbers to reckon with, also those pasted as text; a text that is none stays as it is."""
    cells: Cells = {}
    for k in range(plan.capacity):
        typed = typed_period(plan, k)
        cells[(HEADER_ROW, plan.line_column(k))] = f'=IF({typed}="","",IFERROR(VALUE({typed}),{typed}))'
    return cells


def _own_formula(plan: Plan) -> str:
    first, last = _own_span(plan)
    return "=" + "&".join(f"{quoted(PARAMETROS)}!{ref(OWN_TEXT, row)}" for row in range(first, last + 1))


def _helper_formulas(plan: Plan, column: int) -> dict[int, str]:
    def at(row: int) -> str:
        return ref(column, row)

    head = at(HEADER_ROW)
    last = plan.line_column(plan.capacity - 1)
    keys = span(plan.line_column(0), plan.key_row, plan.key_row, last)
    from_parameters = plan.year_first_column
    years = span(from_parameters, 12, 12, from_parameters + plan.capacity - 1)
    none = plan.capacity + 1
    return {
        plan.year_row: f'=IF({head}="","",CHOOSE(1+({head}>3000),{head},YEAR({head})))',
        plan.month_row: f'=IF({head}="","",CHOOSE(1+({head}>3000),12,MONTH({head})))',
        plan.key_row: f'=IF({head}="","",{at(plan.year_row)}*100+{at(plan.month_row)})',
        plan.base_key_row: f'=IF({head}="","",({at(plan.year_row)}-1)*100+12)',
        plan.base_column_row: f"=IFERROR(MATCH(1*{at(plan.base_key_row)},{keys},0),{none})",
        plan.year_column_row: f"=IFERROR(MATCH({at(plan.year_row)},{quoted(PARAMETROS)}!{years},0),{none})",
        plan.factor_row: f'=IF({head}="","",12/{at(plan.month_row)})',
    }


def _effective_formulas(plan: Plan, column: int) -> dict[int, str]:
    """The year's value where there is one, else the general value (as text where it may be blank)."""
    found = {}
    sheet = quoted(PARAMETROS)
    position = ref(column, plan.year_column_row)
    for p in plan.parameters:
        row = plan.parameter_rows[p.id]
        first, last = plan.year_first_column, plan.year_first_column + plan.capacity
        if p.in_formulas:  # percentages of the definitions: the same in every year
            found[plan.effective_row(p.id)] = f"={sheet}!{ref(plan.parameter_value_column, row, fix_column=True)}"
            continue
        year = f"INDEX({sheet}!{span(first, row, row, last)},{position})"
        general = f"{sheet}!{ref(plan.parameter_value_column, row, fix_column=True)}"
        found[plan.effective_row(p.id)] = f'=IF(COUNT({year})=0,{general}&"",{year})'
    return found


def _options_formula(plan: Plan, column: int) -> str:
    """`perfil=woccu;catalogo=sbs;periodo=2011-12;inflacion=0,0541;…`: what the cell functions take."""
    head = ref(column, HEADER_ROW)
    period = f'{ref(column, plan.year_row)}&"-"&{ref(column, plan.month_row)}'
    parts = [f'"perfil={plan.profile.id};catalogo="&{names.CATALOG_IN_USE}&";periodo="&{period}']
    parts += [f'";{p.id}="&{ref(column, plan.effective_row(p.id))}' for p in plan.parameters]
    parts.append('";cuentas="&' + ref(1, plan.options_row, fix_column=True, fix_row=True))
    return f'=IF({head}="","",{"&".join(parts)})'


def _line_formula(plan: Plan, line: Line, k: int) -> str:
    column = plan.line_column(k)
    if line.formula is not None:
        return "=" + spreadsheet(line.formula, line_cell(plan, column))
    first, last = plan.definition_span(line.id)
    codes = f"{DEFINICIONES}!{span(definiciones.CODE, first, last)}"
    weights = f"{DEFINICIONES}!{span(definiciones.IN_FORCE, first, last)}"
    at = plan.catalog_column(k)
    balances = (
        f"{quoted(CATALOGO)}!{ref(at, plan.entity_first_row, fix_row=True)}:{ref(at, plan.data_last_row, fix_row=True)}"
    )
    missing = ref(plan.flag_column(k), plan.line_rows[line.id])
    own, own_codes, own_weights = (f"{quoted(PARAMETROS)}!{span(c, *_own_span(plan))}" for c in (1, 2, 3))
    here = ref(1, plan.line_rows[line.id], fix_column=True)
    return (
        f"=IF({missing}>0,NA(),SUMPRODUCT(SUMIF({names.CODES},{codes},{balances}),{weights})"
        f"+SUMPRODUCT(({own}={here})*SUMIF({names.CODES},{own_codes},{balances})*{own_weights}))"
    )


def _own_span(plan: Plan) -> tuple[int, int]:
    return plan.own_first_row, plan.own_first_row + plan.own_rows - 1


def line_cell(plan: Plan, column: int, sheet: str = "") -> Callable[[str, int], str]:
    """How formulas point at a line or a parameter: here in `column`, or (lag 1) in the column of the base period."""

    def cell(name: str, lag: int) -> str:
        if name in plan.profile.parameters:
            return sheet + ref(column, plan.effective_row(name), fix_row=True)
        row = plan.line_rows[name]
        if lag == 0:
            return sheet + ref(column, row)
        block = span(plan.line_column(0), row, row, plan.line_column(plan.capacity))
        return f"INDEX({sheet}{block},{sheet}{ref(column, plan.base_column_row, fix_row=True)})"

    return cell


def results(view: View) -> Cells:
    """What the formulas show, and how many accounts of each line are missing."""
    plan = view.plan
    cells = {**header_results(view, plan.line_column(0)), **header_results(view, plan.flag_column(0))}
    for k, head in enumerate(view.headers):
        if isinstance(head, str):
            cells[(HEADER_ROW, plan.line_column(k))] = _number(head)
    for k in range(plan.capacity):
        column = plan.line_column(k)
        cells.update({(row, column): value for row, value in _helper_results(view, k).items()})
        for line in plan.lines:
            row = plan.line_rows[line.id]
            cells[(row, column)] = view.line_cell(line.id, k)
            cells[(row, plan.flag_column(k))] = view.missing_cell(line.id, k)
    for line in plan.lines:
        cells[(plan.line_rows[line.id], plan.line_column(plan.capacity))] = NOT_AVAILABLE
    for line in view.report.profile.lines.values():  # own accounts change what they say
        cells[(plan.line_rows[line.id], SOURCE)] = _source_text(line)
    cells[(plan.options_row, 1)] = own_text(view)
    return common.light(cells, view.state)


def _number(head: str) -> object:
    """A period written as text as `VALUE` reads it: a year, or a date with its year first or its day first."""
    if re.fullmatch(r"\s*\d{4}\s*", head):
        return int(head)
    for order in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(head.strip(), order)
        except ValueError:
            continue
    return head


def _source_text(line: Line) -> str:
    return str(line.source) + (f". {line.origin}: {line.reason}" if line.reason else "")


def _helper_results(view: View, k: int) -> dict[int, object]:
    plan, period = view.plan, view.columns[k]
    found: dict[int, object] = dict.fromkeys(
        (plan.year_row, plan.month_row, plan.key_row, plan.base_key_row, plan.factor_row, plan.options_row), ""
    )
    years = list(view.parameter_years)
    in_years = period is not None and period.year in years
    found[plan.year_column_row] = years.index(period.year) + 1 if period and in_years else plan.capacity + 1
    found[plan.base_column_row] = plan.capacity + 1
    if period is not None:
        found[plan.year_row], found[plan.month_row] = period.year, period.month
        found[plan.key_row], found[plan.base_key_row] = period.year * 100 + period.month, (period.year - 1) * 100 + 12
        found[plan.factor_row] = 12 / period.month
        found[plan.base_column_row] = view.base_column(k) + 1
        found[plan.options_row] = options_text(view, k)
    for p in plan.parameters:
        parameter = view.report.profile.parameters[p.id]
        value = parameter.at(period.year) if period else parameter.value
        found[plan.effective_row(p.id)] = "" if value is None else value
    return found


def options_text(view: View, k: int) -> str:
    """The text that `_options_formula` gives in column `k`."""
    period = view.columns[k]
    if period is None:
        return ""
    parts = [
        f"perfil={view.plan.profile.id}", f"catalogo={view.report.choice.catalog.id}",
        f"periodo={period.year}-{period.month}",
    ]  # fmt: skip
    for p in view.plan.parameters:
        value = view.report.profile.parameters[p.id].at(period.year)
        parts.append(f"{p.id}={'' if value is None else f'{value:.15g}'}")
    parts.append(f"cuentas={own_text(view)}")
    return ";".join(parts)


def own_text(view: View) -> str:
    """`ingresos_prestamos:+540110,`: the own accounts as the option `cuentas` takes them."""
    return "".join(own_account_text(o) for o in view.own.values())


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles."""
    common.start(
        sheet, "calculo", "Líneas",
        "Lo que suman los indicadores: cada línea sale de las cuentas del Catálogo con fórmulas nativas.",
    )  # fmt: skip
    last = plan.flag_column(plan.capacity - 1)
    flags = "Cuentas sin dato, según el último recálculo"
    common.put(sheet, HEADER_ROW - 1, plan.flag_column(0), flags, "xlp_proposito")
    common.header(sheet, "calculo", ["Línea", "Nombre", "Cómo se calcula", "Fuente"])
    common.period_header(sheet, "calculo", plan.line_column(0), plan.capacity)
    common.header(sheet, "calculo", ["sin base"], column=plan.line_column(plan.capacity))
    common.period_header(sheet, "calculo", plan.flag_column(0), plan.capacity)
    for i, (label, how) in enumerate(_HELPERS):
        _row(sheet, plan, plan.year_row + i, ("", label, how, ""), "")
    for p in plan.parameters:
        _row(sheet, plan, plan.effective_row(p.id), (p.id, p.name, "Parámetro vigente en el año.", p.source), "%")
    how = "Texto que reciben las funciones PERLAS_… del periodo."
    _row(sheet, plan, plan.options_row, ("", "Opciones", how, ""), "texto")
    common.section(sheet, plan.line_first_row - 1, "Líneas", last)
    common.section(sheet, plan.camel_heading_row, "Líneas de CAMEL", last)
    for line in plan.lines:
        row = plan.line_rows[line.id]
        words = line_words(plan.profile if line.id in plan.profile.lines else plan.camel.profile, line)
        _row(sheet, plan, row, (line.id, line.name, words, _source_text(line)), "monto")
        common.put(sheet, row, plan.line_column(plan.capacity), None, style("calculo"))
        for k in range(plan.capacity):
            common.put(sheet, row, plan.flag_column(k), 1, style("calculo"))
    top = ref(plan.line_column(0), plan.line_first_row)
    error_rule(sheet, f"{top}:{ref(plan.line_column(plan.capacity - 1), max(plan.line_rows.values()))}", top)
    common.widths(sheet, dict(enumerate(_WIDTHS, 1)))
    common.widths(sheet, {plan.line_column(k): 15 for k in range(plan.capacity)})
    common.widths(sheet, {plan.flag_column(k): 9 for k in range(plan.capacity)})
    common.hide(sheet, [plan.line_column(plan.capacity)])
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, HEADER_ROW + 1))  # id and name: more would not fit a screen


def _row(sheet: Worksheet, plan: Plan, row: int, labels: tuple[str, ...], unit: str) -> None:
    for i, text in enumerate(labels):
        common.put(sheet, row, 1 + i, text, style("rotulo", "texto" if i == 0 else ""))
    common.fit_height(sheet, row, zip(labels, _WIDTHS, strict=True))
    for k in range(plan.capacity):
        common.put(sheet, row, plan.line_column(k), None, style("calculo", unit))
