"""How sheet Pesos looks: headings, what each table is in words, and where pages end."""

from __future__ import annotations

from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Color, Font
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import COLUMN_MEAN as BY_COLUMNS
from xl_perlas.ahp import EIGENVECTOR, GEOMETRIC_MEAN, random_indices
from xl_perlas.model import COMPONENTS
from xl_perlas.workbook.native_weights import random_table
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_ahp import criterion_name, group_title, widest
from xl_perlas.workbook.plan_weights import (
    ADDIN, COLUMN_MEAN, COMPARED, COMPONENT, DIFFERENCE, FIRST_RANDOM, FIRST_TABLE, FULL, GEOMETRIC, GIVEN, HARKER, ID,
    INDEX, JUDGEMENTS, LAMBDA, LAST, LINKED, LOCAL, MISSING, NAME, NATIVE, NOTE, PRODUCT, QUOTIENT, RANDOM, RATIO,
    ROW_MEAN, SHARES, SIZE, VECTOR, Block, blocks, coefficient_row, method_row, random_first_row, random_section_row,
    table_row, total_row,
)  # fmt: skip
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.styles import error_rule, style

_GAP = "0.0E+00"
_WIDTH = 13.5
_RIGHT = Alignment(horizontal="right", vertical="center")
_HEADINGS = {
    ID: "Id", NAME: "Indicador", COMPONENT: "Peso del componente", LOCAL: "Peso dentro del área",
    ADDIN: "Peso global (complemento)", NATIVE: "Peso global (nativo)", DIFFERENCE: "Diferencia",
    NOTE: "Por qué no tiene peso",
}  # fmt: skip
_BLOCK_HEADINGS = {
    ID: "Id", NAME: "Criterio", GIVEN: "Comparado con", QUOTIENT: "λ de la fila", ADDIN: "Peso (complemento)",
    NATIVE: "Peso (nativo)", DIFFERENCE: "Diferencia", VECTOR: EIGENVECTOR, GEOMETRIC: GEOMETRIC_MEAN,
    COLUMN_MEAN: BY_COLUMNS, PRODUCT: "Matriz por vector", ROW_MEAN: "Media de la fila",
}  # fmt: skip
_BLOCK_FORMATS = {
    GIVEN: "0", QUOTIENT: "0.0000000", DIFFERENCE: _GAP, PRODUCT: "0.000000", ROW_MEAN: "0.000000", ADDIN: "0.00%",
    NATIVE: "0.00%", VECTOR: "0.00%", GEOMETRIC: "0.00%", COLUMN_MEAN: "0.00%",
}  # fmt: skip
_SUMMARY = {
    COMPARED: ("Criterios comparados", "0"), MISSING: ("Juicios que faltan", "0"),
    LAMBDA: ("λmax (complemento)", "0.000000"), LAMBDA + 1: ("λmax (nativo)", "0.000000"),
    LAMBDA + 2: ("Diferencia", _GAP), INDEX: ("IC", "0.000000"), RANDOM: ("Índice aleatorio", "0.00"),
    RATIO: ("RC (complemento)", "0.000000"), RATIO + 1: ("RC (nativo)", "0.000000"), RATIO + 2: ("Diferencia", _GAP),
    LINKED: ("Enlazados (1 sí)", "0"), FULL: ("Sin faltantes (1 sí)", "0"),
}  # fmt: skip
_EXPLANATION = (
    "Todo sale de los juicios de la hoja AHP. A la derecha de cada grupo están las tablas, en este orden:",
    "1. Juicios de todos: bajo la diagonal, la media geométrica de los juicios de los expertos que compararon el par, "
    "cada uno con su peso; sobre ella, los inversos.",
    "2. Peso de quienes opinaron: la suma de los pesos de esos expertos. Con 0 nadie comparó el par y la celda queda "
    "en blanco.",
    "3. Matriz de Harker: la misma, con 0 donde falta un juicio y en la diagonal un 1 más por cada uno que falta en su "
    "fila. Un criterio sin ningún juicio es todo ceros y no recibe peso.",
    "4. Potencias: la matriz multiplicada por sí misma, el producto por sí mismo, y así: 2, 4, 8, 16 … pasos. Cada una "
    "se divide entre el cuadrado de la mayor celda de la anterior: las proporciones no cambian y los números no "
    "crecen. Son las que hacen falta para diez decimales aunque los criterios solo estén enlazados en cadena.",
    "Vector propio (eigenvector): la suma de cada fila de la última potencia entre la suma de todas. La prueba está en "
    "«λ de la fila»: la matriz por el vector, entre el vector, da lo mismo en todas las filas, y eso es λmax.",
    "geometric_mean y column_mean piden todos los juicios: si falta alguno, #N/A. El peso en uso es el del método "
    "elegido en AHP.",
    "IC = (λmax − n) / (n − 1); RC = IC / índice aleatorio (Coral y Ruano 2016, pp. 89-91). Con juicios que faltan, RC "
    "es solo un mínimo.",
    "Complemento: la función AHP_PESOS, AHP_LAMBDA o AHP_RC sobre la tabla 1. Nativo: estas fórmulas. La diferencia "
    "debe ser cero, salvo redondeo.",
)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Everything but formulas."""
    common.start(
        sheet, "calculo", "Pesos",
        "Peso de cada indicador: el de su componente por el que tiene dentro de él. "
        "Cada uno está dos veces: con las funciones del complemento y con fórmulas nativas.",
    )  # fmt: skip
    common.widths(sheet, {ID: 6, NAME: 42} | dict.fromkeys(range(COMPONENT, LAST + 1), _WIDTH))
    _top(sheet, plan)
    _random(sheet, plan)
    for block in blocks(plan):
        _block(sheet, plan, block)
        _tables(sheet, block)
    width = widest(plan)
    last_table = max(block.powers[-1] for block in blocks(plan))
    sheet.column_dimensions[ref(FIRST_TABLE - 1, 1)[:-1]].width = 3
    for table in range(last_table + 1):
        start = next(blocks(plan)).names_column(table)
        common.widths(sheet, {start: 6} | dict.fromkeys(range(start + 1, start + 1 + width), 8.5))
        common.widths(sheet, {start + 1 + width: 3})
    common.finish(sheet, ref(COMPONENT, HEADER_ROW + 1))
    end = list(blocks(plan))[-1].sums_row
    sheet.print_area = f"A1:{ref(LAST, end)}"
    for row in _page_ends(plan):
        sheet.row_breaks.append(Break(id=row))


def _top(sheet: Worksheet, plan: Plan) -> None:
    common.header(sheet, "calculo", _HEADINGS.values())
    common.header(sheet, "calculo", [""] * (LAST - NOTE), column=NOTE + 1)
    sheet.merge_cells(start_row=HEADER_ROW, end_row=HEADER_ROW, start_column=NOTE, end_column=LAST)
    area = ""
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        if indicator.component != area:
            area = indicator.component
            common.section(sheet, row - 1, f"{area} · {COMPONENTS[area]}", LAST)
        common.put(sheet, row, ID, indicator.id, style("rotulo", "texto"))
        common.put(sheet, row, NAME, indicator.name, style("rotulo"))
        common.fit_height(sheet, row, [(indicator.name, 42)])
        _numbers(sheet, row)
        for column in range(NOTE, LAST + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        sheet.merge_cells(start_row=row, end_row=row, start_column=NOTE, end_column=LAST)
    total = total_row(plan)
    common.put(sheet, total, ID, None, style("rotulo"))
    common.put(sheet, total, NAME, "Suma de los pesos, y la mayor diferencia", style("resultado"))
    _numbers(sheet, total)
    first, last = plan.indicator_first_row, plan.indicator_last_row
    bars = f"{ref(NATIVE, first)}:{ref(NATIVE, last)}"
    sheet.conditional_formatting.add(bars, _bars())
    for column in range(COMPONENT, DIFFERENCE):
        _errors(sheet, column, first, total)


def _numbers(sheet: Worksheet, row: int) -> None:
    for column in (COMPONENT, LOCAL, ADDIN):
        common.put(sheet, row, column, None, style("calculo", "%"))
        sheet.cell(row, column).alignment = _RIGHT
    common.put(sheet, row, NATIVE, None, style("resultado", "%"))
    common.put(sheet, row, DIFFERENCE, None, style("calculo"))
    sheet.cell(row, DIFFERENCE).number_format = _GAP


def _bars() -> DataBarRule:
    return DataBarRule(start_type="num", start_value=0, end_type="max", color="FF9DB8D9")  # type: ignore[no-untyped-call]


def _errors(sheet: Worksheet, column: int, first: int, last: int) -> None:
    error_rule(sheet, f"{ref(column, first)}:{ref(column, last)}", ref(column, first))


def _random(sheet: Worksheet, plan: Plan) -> None:
    """Random indices by size, with their source, and how weights are reached, in words."""
    tables = random_indices()
    row = random_section_row(plan)
    common.section(sheet, row, "Índices aleatorios de la RC, y cómo se llega a los pesos", LAST)
    common.header(sheet, "calculo", ["Elementos comparados", *tables], row + 1, SIZE)
    common.put(sheet, coefficient_row(plan), SIZE, "Coeficiente de la fórmula c · (n − 2) / n", style("rotulo"))
    for column, (name, table) in enumerate(tables.items(), FIRST_RANDOM):
        common.put(sheet, coefficient_row(plan), column, table.coefficient, style("calculo", "veces"))
        for at, value in enumerate(random_table(name), random_first_row(plan)):
            typed = value if table.coefficient is None and isinstance(value, float) else None
            common.put(sheet, at, column, typed, style("calculo", "veces"))
        _errors(sheet, column, random_first_row(plan), random_first_row(plan) + len(random_table(name)) - 1)
    for size, _ in enumerate(random_table(next(iter(tables))), 1):
        common.put(sheet, random_first_row(plan) + size - 1, SIZE, size, style("rotulo"))
        sheet.cell(random_first_row(plan) + size - 1, SIZE).alignment = Alignment(horizontal="center")
    for at, label in ((method_row(plan), "Lugar del método en uso"), (table_row(plan), "Lugar de la tabla en uso")):
        common.put(sheet, at, SIZE, label, style("rotulo"))
        common.put(sheet, at, FIRST_RANDOM, None, style("calculo"))
    sources = "Fuentes. " + " ".join(f"{name}: {table.name}, {table.source}." for name, table in tables.items())
    at = row + 1
    for text in (*_EXPLANATION, sources):
        common.put(sheet, at, NATIVE, text, "xlp_texto_libre")
        sheet.cell(at, NATIVE).alignment = Alignment(vertical="top", wrap_text=True, indent=1)
        lines = -(-len(text) // int((LAST - NATIVE + 1) * _WIDTH * 1.05))
        sheet.merge_cells(start_row=at, end_row=at + lines - 1, start_column=NATIVE, end_column=LAST)
        at += lines


def _block(sheet: Worksheet, plan: Plan, block: Block) -> None:
    common.section(sheet, block.row, group_title(block.group), LAST)
    common.put(sheet, block.labels_row, ID, "Estado de los juicios", "xlp_proposito")
    for column in (ID, NAME):
        common.put(sheet, block.summary_row, column, None, style("resultado"))
    sheet.merge_cells(start_row=block.summary_row, end_row=block.summary_row, start_column=ID, end_column=NAME)
    for column, (label, number_format) in _SUMMARY.items():
        common.put(sheet, block.labels_row, column, label, "xlp_proposito")
        cell = sheet.cell(block.labels_row, column)
        cell.alignment = Alignment(horizontal="center", vertical="bottom", wrap_text=True)
        native = column in (LAMBDA + 1, RATIO + 1)
        common.put(sheet, block.summary_row, column, None, style("resultado" if native else "calculo"))
        sheet.cell(block.summary_row, column).number_format = number_format
        sheet.cell(block.summary_row, column).alignment = _RIGHT
    sheet.row_dimensions[block.labels_row].height = 28
    sheet.row_dimensions[block.summary_row].height = 18
    common.header(sheet, "calculo", _BLOCK_HEADINGS.values(), block.header_row)
    for i, criterion in enumerate(block.criteria):
        row = block.first_row + i
        common.put(sheet, row, ID, criterion, style("rotulo", "texto"))
        name = criterion_name(plan, block.group, criterion)
        common.put(sheet, row, NAME, name, style("rotulo"))
        common.fit_height(sheet, row, [(name, 42)])
        for column, number_format in _BLOCK_FORMATS.items():
            common.put(sheet, row, column, None, style("resultado" if column == NATIVE else "calculo"))
            sheet.cell(row, column).number_format = number_format
            sheet.cell(row, column).alignment = _RIGHT
    sheet.conditional_formatting.add(f"{ref(NATIVE, block.first_row)}:{ref(NATIVE, block.last_row)}", _bars())
    for column in (QUOTIENT, ADDIN, NATIVE, VECTOR, GEOMETRIC, COLUMN_MEAN, PRODUCT, ROW_MEAN):
        _errors(sheet, column, block.first_row, block.last_row)
    for column in (VECTOR, PRODUCT):
        _grey_zeros(sheet, f"{ref(column, block.first_row)}:{ref(column, block.last_row)}")


def _tables(sheet: Worksheet, block: Block) -> None:
    titles = {JUDGEMENTS: "1. Juicios de todos", SHARES: "2. Peso de quienes opinaron", HARKER: "3. Matriz de Harker"}
    for k, table in enumerate(block.powers, 1):
        titles[table] = f"4. Potencia {2**k}: la tabla anterior por sí misma"
    for table, title in titles.items():
        names, first = block.names_column(table), block.table_column(table)
        common.put(sheet, block.row, names, f"{title} · {group_title(block.group)}", "xlp_luz")
        common.header(sheet, "calculo", ["", *block.criteria], block.header_row, names)
        if table >= HARKER and table != block.powers[-1]:
            common.put(sheet, block.labels_row, first, "Mayor celda", "xlp_proposito")
            common.put(sheet, block.summary_row, first, None, style("calculo"))
            sheet.cell(block.summary_row, first).number_format = "0.000"
        for i, criterion in enumerate(block.criteria):
            row = block.first_row + i
            common.put(sheet, row, names, criterion, "xlp_encabezado_calculo")
            for j in range(block.size):
                value = 1 if table == JUDGEMENTS and i == j else None
                common.put(sheet, row, first + j, value, style("calculo"))
                sheet.cell(row, first + j).number_format = "0.0000" if table > HARKER else "0.000"
        _grey_zeros(sheet, block.area(table).replace("$", ""))
    common.put(sheet, block.sums_row, block.names_column(HARKER), "Suma", "xlp_proposito")
    for j in range(block.size):
        cell = sheet.cell(block.sums_row, block.table_column(HARKER) + j)
        cell.style, cell.number_format = style("calculo"), "0.000"


def _grey_zeros(sheet: Worksheet, cells: str) -> None:
    """Zeros, which stand for judgements that are not there, in grey."""
    first = cells.partition(":")[0]
    rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[f"AND(ISNUMBER({first}),{first}=0)"], font=Font(color=Color(rgb="FFB8C1CC"))
    )
    sheet.conditional_formatting.add(cells, rule)


def _page_ends(plan: Plan) -> list[int]:
    """Rows after which a page ends: the table on top, its explanation, and two or three groups a page."""
    ends, used = [total_row(plan) + 1], table_row(plan) - total_row(plan)
    for block in blocks(plan):
        height = block.sums_row + 3 - block.row
        if used + height > _ROWS_A_PAGE:
            ends.append(block.row - 1)
            used = 0
        used += height
    return ends


#: Rows that surely fit a page at the size that its width asks for.
_ROWS_A_PAGE = 34
