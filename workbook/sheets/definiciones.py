"""Definiciones: the accounts of every line with their coefficients, and how the catalogue is detected."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.catalogs import account_name
from xl_perlas.load import load_catalog
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import DEFINICIONES, LINEAS, Plan, quoted, ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = DEFINICIONES
LINE, CODE, CATALOG, COEFFICIENT, IN_FORCE, ACCOUNT, SOURCE = range(1, 8)
DETECTION_LABEL, DETECTION_VALUE = 9, 10
DETECTED_ROW = 9


def formulas(plan: Plan) -> Cells:
    """Coefficients in force for the catalogue in use, and the catalogue that the codes show."""
    cells: Cells = {}
    for i in range(len(plan.definition_rows)):
        row = plan.definition_first_row + i
        catalog = ref(CATALOG, row)
        chosen = f'OR({catalog}="ambos",{catalog}={names.CATALOG_IN_USE})'
        cells[(row, IN_FORCE)] = f"=IF({chosen},{ref(COEFFICIENT, row)},0)"
    account = f"LEFT({names.CODES},4)"
    first, last = ref(plan.line_column(0), plan.year_row), ref(plan.line_column(plan.capacity - 1), plan.year_row)
    years = f"{quoted(LINEAS)}!{first}:{last}"
    j6, j7, j8 = (ref(DETECTION_VALUE, r) for r in (6, 7, 8))
    cells[(6, DETECTION_VALUE)] = f'=SUMPRODUCT(({account}>="1429")*({account}<="1490")*(LEN({names.CODES})>=4))'
    cells[(7, DETECTION_VALUE)] = (
        f'=SUMPRODUCT((({account}>="1411")*({account}<="1414")+({account}>="1421")*({account}<="1424"))'
        f"*(LEN({names.CODES})>=4))"
    )
    cells[(8, DETECTION_VALUE)] = f"=MIN({years})"
    cells[(DETECTED_ROW, DETECTION_VALUE)] = f'=IF(OR({j6}>0,AND({j7}=0,{j8}>=2013)),"seps","sbs")'
    return common.light(cells)


def results(view: View) -> Cells:
    """What they show."""
    catalog = view.report.choice.catalog.id
    cells: Cells = {
        (view.plan.definition_first_row + i, IN_FORCE): row.coefficient if row.catalog in ("ambos", catalog) else 0
        for i, row in enumerate(view.plan.definition_rows)
    }
    accounts = [c[:4] for c in view.report.balance.chart.codes if len(c) >= 4]
    sbs = sum("1411" <= a <= "1414" or "1421" <= a <= "1424" for a in accounts)
    seps = sum("1429" <= a <= "1490" for a in accounts)
    years = [p.year for p in view.report.balance.periods]
    cells[(6, DETECTION_VALUE)], cells[(7, DETECTION_VALUE)] = seps, sbs
    cells[(8, DETECTION_VALUE)] = oldest = min(years, default=0)
    cells[(DETECTED_ROW, DETECTION_VALUE)] = "seps" if seps or (not sbs and oldest >= 2013) else "sbs"
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: Plan) -> None:
    """One row an account of a line."""
    common.start(
        sheet, "calculo", "Definiciones: cuentas de cada línea",
        "Cada línea de la hoja Líneas es la suma de estas cuentas por su coeficiente. Vienen del perfil; no se editan.",
    )  # fmt: skip
    common.header(
        sheet, "calculo", ["Línea", "Cuenta", "Catálogo", "Coeficiente", "En uso", "Nombre en el catálogo", "Fuente"]
    )
    catalogs = {name: load_catalog(name) for name in ("sbs", "seps")}
    lines = {line.id: line for line in plan.lines}
    previous = ""
    for i, item in enumerate(plan.definition_rows):
        row, line = plan.definition_first_row + i, lines[item.line]
        account = account_name(item.code, catalogs.get(item.catalog, catalogs["seps"]))
        source = ""
        if item.line != previous:
            source = str(line.source) + (f". Motivo: {line.reason}" if line.reason else "")
        previous = item.line
        cells = (
            (LINE, item.line, "calculo", "texto"), (CODE, item.code, "calculo", "texto"),
            (CATALOG, item.catalog, "calculo", "texto"), (COEFFICIENT, item.coefficient, "calculo", "veces"),
            (IN_FORCE, None, "calculo", "veces"), (ACCOUNT, account, "rotulo", "texto"),
            (SOURCE, source, "rotulo", "texto"),
        )  # fmt: skip
        for column, value, kind, unit in cells:
            common.put(sheet, row, column, value, style(kind, unit))
    common.header(sheet, "calculo", ["Detección del catálogo", ""], column=DETECTION_LABEL)
    labels = ("Cuentas 1429-1490 (solo SEPS)", "Cuentas 1411-1414, 1421-1424", "Año más antiguo", "Catálogo detectado")
    for i, label in enumerate(labels):
        common.put(sheet, 6 + i, DETECTION_LABEL, label, style("rotulo"))
        common.put(sheet, 6 + i, DETECTION_VALUE, None, style("calculo"))
    common.widths(sheet, {1: 30, 2: 30, 3: 10, 4: 12, 5: 9, 6: 44, 7: 70, 8: 3, 9: 34, 10: 12})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "A6")
