"""How sheet Pesos looks: headings, what each table is in words, and where pages end."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Color, Font
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import COLUMN_MEAN as BY_COLUMNS
from xl_perlas.ahp import EIGENVECTOR, GEOMETRIC_MEAN, random_indices
from xl_perlas.workbook import plan_weights as pw
from xl_perlas.workbook.native_weights import random_table
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_ahp import criterion_name, group_title
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.styles import error_rule, style

_GAP = "0.0E+00"
_WIDTH, _NAME_WIDTH = 13, 62
_RIGHT = Alignment(horizontal="right", vertical="center")
_HEADINGS = {
    pw.ID: "Id", pw.NAME: "Indicador", pw.COMPONENT: "Peso del componente", pw.LOCAL: "Peso dentro del área",
    pw.ADDIN: "Peso global (complemento)", pw.NATIVE: "Peso global (nativo)", pw.DIFFERENCE: "Diferencia",
    pw.NOTE: "Por qué no tiene peso",
}  # fmt: skip
_BLOCK_HEADINGS = {
    pw.ID: "Id", pw.NAME: "Criterio", pw.GIVEN: "Comparado con", pw.QUOTIENT: "λ de la fila",
    pw.ADDIN: "Peso (complemento)", pw.NATIVE: "Peso (nativo)", pw.DIFFERENCE: "Diferencia",
    pw.VECTOR: EIGENVECTOR, pw.GEOMETRIC: GEOMETRIC_MEAN, pw.COLUMN_MEAN: BY_COLUMNS,
    pw.PRODUCT: "Matriz por vector", pw.ROW_MEAN: "Media de la fila",
}  # fmt: skip
_BLOCK_FORMATS = {
    pw.GIVEN: "0", pw.QUOTIENT: "0.0000000", pw.DIFFERENCE: _GAP, pw.PRODUCT: "0.000000", pw.ROW_MEAN: "0.000000",
    pw.ADDIN: "0.00%", pw.NATIVE: "0.00%", pw.VECTOR: "0.00%", pw.GEOMETRIC: "0.00%", pw.COLUMN_MEAN: "0.00%",
}  # fmt: skip
_SUMMARY = {
    pw.COMPARED: ("Criterios comparados", "0"), pw.MISSING: ("Juicios que faltan", "0"),
    pw.LAMBDA: ("λmax (complemento)", "0.000000"), pw.LAMBDA + 1: ("λmax (nativo)", "0.000000"),
    pw.LAMBDA + 2: ("Diferencia", _GAP), pw.INDEX: ("IC", "0.000000"), pw.RANDOM: ("Índice aleatorio", "0.00"),
    pw.RATIO: ("RC (complemento)", "0.000000"), pw.RATIO + 1: ("RC (nativo)", "0.000000"),
    pw.RATIO + 2: ("Diferencia", _GAP), pw.LINKED: ("Enlazados (1 sí)", "0"), pw.FULL: ("Sin faltantes (1 sí)", "0"),
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
    "crecen. Son las que hacen falta para diez decimales, también con criterios enlazados solo en cadena.",
    "Vector propio (eigenvector): la suma de cada fila de la última potencia entre la suma de todas. La prueba está en "
    "«λ de la fila»: la matriz por el vector, entre el vector, da lo mismo en todas las filas, y eso es λmax. Si no lo "
    "da, los juicios son a la vez pocos y contradictorios.",
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
    common.widths(sheet, {pw.ID: 6, pw.NAME: _NAME_WIDTH} | dict.fromkeys(range(pw.COMPONENT, pw.LAST + 1), _WIDTH))
    _top(sheet, plan)
    _random(sheet, plan)
    for block in pw.blocks(plan):
        _block(sheet, plan, block)
        _tables(sheet, block)
    last = max(block.table_column(block.powers[-1]) + block.size for block in pw.blocks(plan))
    common.widths(sheet, dict.fromkeys(range(pw.FIRST_TABLE, last + 1), 8.5))
    common.widths(sheet, {pw.FIRST_TABLE - 1: 3})
    common.finish(sheet, ref(pw.COMPONENT, HEADER_ROW + 1))
    end = list(pw.blocks(plan))[-1].sums_row
    sheet.print_area = f"A1:{ref(pw.LAST, end)}"
    for row in _page_ends(plan):
        sheet.row_breaks.append(Break(id=row))


def _top(sheet: Worksheet, plan: Plan) -> None:
    common.header(sheet, "calculo", _HEADINGS.values())
    common.header(sheet, "calculo", [""] * (pw.LAST - pw.NOTE), column=pw.NOTE + 1)
    common.merge(sheet, HEADER_ROW, pw.NOTE, pw.LAST)
    common.area_sections(sheet, plan, plan.indicator_rows, pw.LAST)
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        common.put(sheet, row, pw.ID, indicator.id, style("rotulo", "texto"))
        common.put(sheet, row, pw.NAME, indicator.name, style("rotulo"))
        common.fit_height(sheet, row, [(indicator.name, _NAME_WIDTH)])
        _numbers(sheet, row)
        for column in range(pw.NOTE, pw.LAST + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        common.merge(sheet, row, pw.NOTE, pw.LAST)
    total = pw.total_row(plan)
    common.put(sheet, total, pw.ID, None, style("rotulo"))
    common.put(sheet, total, pw.NAME, "Suma de los pesos, y la mayor diferencia", style("resultado"))
    _numbers(sheet, total)
    first, last = plan.indicator_first_row, plan.indicator_last_row
    _bars(sheet, first, last)
    for column in range(pw.COMPONENT, pw.DIFFERENCE):
        _errors(sheet, column, first, last)


def _numbers(sheet: Worksheet, row: int) -> None:
    for column in (pw.COMPONENT, pw.LOCAL, pw.ADDIN):
        common.put(sheet, row, column, None, style("calculo", "%"))
        sheet.cell(row, column).alignment = _RIGHT
    common.put(sheet, row, pw.NATIVE, None, style("resultado", "%"))
    common.put(sheet, row, pw.DIFFERENCE, None, style("calculo"))
    sheet.cell(row, pw.DIFFERENCE).number_format = _GAP


def _bars(sheet: Worksheet, first: int, last: int) -> None:
    bar = DataBarRule(start_type="num", start_value=0, end_type="max", color="FF9DB8D9")  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{ref(pw.NATIVE, first)}:{ref(pw.NATIVE, last)}", bar)


def _errors(sheet: Worksheet, column: int, first: int, last: int) -> None:
    error_rule(sheet, f"{ref(column, first)}:{ref(column, last)}", ref(column, first))


def _random(sheet: Worksheet, plan: Plan) -> None:
    """Random indices by size, with their source, and how weights are reached, in words."""
    tables = random_indices()
    row = pw.random_section_row(plan)
    common.section(sheet, row, "Índices aleatorios de la RC, y cómo se llega a los pesos", pw.LAST)
    common.header(sheet, "calculo", ["Elementos comparados", *tables], row + 1, pw.SIZE)
    common.put(sheet, pw.coefficient_row(plan), pw.SIZE, "Coeficiente de la fórmula c · (n − 2) / n", style("rotulo"))
    for column, (name, table) in enumerate(tables.items(), pw.FIRST_RANDOM):
        common.put(sheet, pw.coefficient_row(plan), column, table.coefficient, style("calculo", "veces"))
        for at, value in enumerate(random_table(name), pw.random_first_row(plan)):
            typed = value if table.coefficient is None and isinstance(value, float) else None
            common.put(sheet, at, column, typed, style("calculo", "veces"))
        _errors(sheet, column, pw.random_first_row(plan), pw.random_first_row(plan) + len(random_table(name)) - 1)
    for size, _ in enumerate(random_table(next(iter(tables))), 1):
        common.put(sheet, pw.random_first_row(plan) + size - 1, pw.SIZE, size, style("rotulo"))
        sheet.cell(pw.random_first_row(plan) + size - 1, pw.SIZE).alignment = Alignment(horizontal="center")
    for at, what in ((pw.method_row(plan), "del método"), (pw.table_row(plan), "de la tabla")):
        common.put(sheet, at, pw.SIZE, f"Lugar {what} en uso, en la lista de AHP", style("rotulo"))
        common.put(sheet, at, pw.FIRST_RANDOM, None, style("calculo"))
    sources = "Fuentes. " + " ".join(f"{name}: {table.name}, {table.source}." for name, table in tables.items())
    at = row + 1
    for text in (*_EXPLANATION, sources):
        common.put(sheet, at, pw.NATIVE, text, "xlp_texto_libre")
        sheet.cell(at, pw.NATIVE).alignment = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
        lines = -(-len(text) // int((pw.LAST - pw.NATIVE + 1) * _WIDTH * 1.05))
        sheet.merge_cells(start_row=at, end_row=at + lines - 1, start_column=pw.NATIVE, end_column=pw.LAST)
        at += lines


def _block(sheet: Worksheet, plan: Plan, block: pw.Block) -> None:
    common.section(sheet, block.row, group_title(block.group), pw.LAST)
    common.put(sheet, block.labels_row, pw.ID, "Estado de los juicios", "xlp_proposito")
    for column in (pw.ID, pw.NAME):
        common.put(sheet, block.summary_row, column, None, style("resultado"))
    common.merge(sheet, block.summary_row, pw.ID, pw.NAME)
    for column, (label, number_format) in _SUMMARY.items():
        common.put(sheet, block.labels_row, column, label, "xlp_proposito")
        cell = sheet.cell(block.labels_row, column)
        cell.alignment = Alignment(horizontal="center", vertical="bottom", wrap_text=True)
        native = column in (pw.LAMBDA + 1, pw.RATIO + 1)
        common.put(sheet, block.summary_row, column, None, style("resultado" if native else "calculo"))
        sheet.cell(block.summary_row, column).number_format = number_format
        sheet.cell(block.summary_row, column).alignment = _RIGHT
    sheet.row_dimensions[block.labels_row].height = 28
    sheet.row_dimensions[block.summary_row].height = 18
    common.header(sheet, "calculo", _BLOCK_HEADINGS.values(), block.header_row)
    for i, criterion in enumerate(block.criteria):
        row = block.first_row + i
        common.put(sheet, row, pw.ID, criterion, style("rotulo", "texto"))
        name = criterion_name(plan, block.group, criterion)
        common.put(sheet, row, pw.NAME, name, style("rotulo"))
        common.fit_height(sheet, row, [(name, _NAME_WIDTH)])
        for column, number_format in _BLOCK_FORMATS.items():
            common.put(sheet, row, column, None, style("resultado" if column == pw.NATIVE else "calculo"))
            sheet.cell(row, column).number_format = number_format
            sheet.cell(row, column).alignment = _RIGHT
    _bars(sheet, block.first_row, block.last_row)
    for column in (pw.QUOTIENT, pw.ADDIN, pw.NATIVE, pw.VECTOR, pw.GEOMETRIC, pw.COLUMN_MEAN, pw.PRODUCT, pw.ROW_MEAN):
        _errors(sheet, column, block.first_row, block.last_row)
    for column in (pw.VECTOR, pw.PRODUCT):
        _grey_zeros(sheet, f"{ref(column, block.first_row)}:{ref(column, block.last_row)}")


def _tables(sheet: Worksheet, block: pw.Block) -> None:
    titles = dict(enumerate(("1. Juicios de todos", "2. Peso de quienes opinaron", "3. Matriz de Harker")))
    titles |= {table: f"4. Potencia {2**k}" for k, table in enumerate(block.powers, 1)}
    for table, title in titles.items():
        names, first = block.names_column(table), block.table_column(table)
        common.put(sheet, block.row, names, f"{title} · {block.group}", "xlp_luz")
        common.header(sheet, "calculo", ["", *block.criteria], block.header_row, names)
        if table >= pw.HARKER and table != block.powers[-1]:
            common.put(sheet, block.labels_row, first, "Mayor celda", "xlp_proposito")
            common.put(sheet, block.summary_row, first, None, style("calculo"))
            sheet.cell(block.summary_row, first).number_format = "0.000"
        for i, criterion in enumerate(block.criteria):
            row = block.first_row + i
            common.put(sheet, row, names, criterion, "xlp_encabezado_calculo")
            for j in range(block.size):
                value = 1 if table == pw.JUDGEMENTS and i == j else None
                common.put(sheet, row, first + j, value, style("calculo"))
                sheet.cell(row, first + j).number_format = "0.0000" if table > pw.HARKER else "0.000"
        _grey_zeros(sheet, block.area(table).replace("$", ""))
    common.put(sheet, block.sums_row, block.names_column(pw.HARKER), "Suma", "xlp_proposito")
    for j in range(block.size):
        cell = sheet.cell(block.sums_row, block.table_column(pw.HARKER) + j)
        cell.style, cell.number_format = style("calculo"), "0.000"


def _grey_zeros(sheet: Worksheet, cells: str) -> None:
    """Zeros, which stand for judgements that are not there, in grey."""
    first = cells.partition(":")[0]
    rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[f"AND(ISNUMBER({first}),{first}=0)"], font=Font(color=Color(rgb="FFB8C1CC"))
    )
    sheet.conditional_formatting.add(cells, rule)


def _page_ends(plan: Plan) -> Iterator[int]:
    """Rows after which a page ends: before the last area of the table on top, and where the next group has no room."""
    last_area = plan.indicators[-1].component
    row = min(plan.indicator_rows[i.id] for i in plan.indicators if i.component == last_area) - 2
    yield row
    for block in pw.blocks(plan):
        if block.sums_row - row > _ROWS_A_PAGE:
            row = block.row - 1
            yield row


#: Rows that fit a page at the size that its width asks for.
_ROWS_A_PAGE = 44
