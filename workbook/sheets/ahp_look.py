"""How sheet AHP looks: choices, scale, matrices with their dropdowns, what is marked, and where pages end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Border, Color, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.ahp import (
    BORDERLINE,
    COLUMN_MEAN,
    CONSISTENT,
    DEFAULT_INDEX,
    EIGENVECTOR,
    GEOMETRIC_MEAN,
    INCONSISTENT,
    LIMIT,
    METHODS,
    Matrix,
    random_indices,
)  # fmt: skip
from xl_perlas.hierarchy import COMPONENTS_GROUP
from xl_perlas.judgements import SCALE, scale_words
from xl_perlas.score import EXCLUDE, POLICIES
from xl_perlas.workbook import plan_ahp
from xl_perlas.workbook.plan import Plan, ref, span
from xl_perlas.workbook.plan_ahp import (
    CHOICE_COLUMN,
    FIRST_COLUMN,
    ID_COLUMN,
    LIMIT_ROW,
    METHOD_ROW,
    NAME_COLUMN,
    OPTIONS_ROW,
    POLICY_ROW,
    POSSIBILITY_COLUMN,
    REVIEW_WIDTH,
    SCALE_ROW,
    TABLE_ROW,
    WEIGHT_COLUMN,
    Block,
)  # fmt: skip
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.styles import (
    AMBER,
    AMBER_FILL,
    FONT,
    GREEN,
    GREEN_FILL,
    GREY_FILL,
    GRID,
    INK,
    KINDS,
    MUTED,
    RED,
    RED_FILL,
    error_rule,
    style,
)  # fmt: skip

#: Choices with the key that the AHP functions know them by: first row and number of possibilities.
LISTS = (
    ("metodo", METHOD_ROW, len(METHODS)),
    ("indice", TABLE_ROW, len(random_indices())),
    ("sin_veredicto", POLICY_ROW, len(POLICIES)),
)
_METHOD_TEXTS = {
    EIGENVECTOR: "Vector propio principal de la matriz (p. 84). También da pesos cuando faltan juicios.",
    GEOMETRIC_MEAN: "Media geométrica de cada fila: es lo que imprime Coral y Ruano (2016, Anexo C, pp. 168-172).",
    COLUMN_MEAN: "Promedio de cada fila después de dividir cada columna por su suma (p. 88).",
}
JUDGEMENT, INVERSE, SMALL = "xlp_juicio", "xlp_juicio_inverso", "xlp_rotulo_menor"
#: 3 shows as 3, and 1/3 as 1/3.
INVERSE_FORMAT = "[>=1]General;?/?"
#: Fill of a judgement to review: dark enough beside the fill of inputs, in grey too.
_MARK_FILL = "FFC94D"
_JUDGEMENT_HEIGHT = 43.0
_WIDTHS = {NAME_COLUMN: 25, WEIGHT_COLUMN: 10, ID_COLUMN: 6}
_CELL_WIDTH = 11.3
#: Points of a page's height at full size (A4 across), of a character's width, and of the rows that pages repeat.
_PAGE, _PAGE_WIDTH, _CHARACTER, _REPEATED = 523.0, 784.0, 5.25, 69.0


def build(sheet: Worksheet, plan: Plan, expert_name: str) -> None:
    """Everything but formulas and judgements."""
    _register(sheet)
    common.start(
        sheet, "entradas", "AHP · juicios",
        "Compare los criterios de dos en dos: cuánto más importa el de la fila que el de la columna. "
        "Elija cada juicio de la lista, sobre la diagonal; debajo se llena solo.",
    )  # fmt: skip
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, dict.fromkeys(range(FIRST_COLUMN, plan_ahp.last_column(plan) + 1), _CELL_WIDTH))
    _choices(sheet, plan)
    _scale(sheet, plan)
    judgement = _judgement_list()
    for expert in range(plan_ahp.EXPERTS):
        _expert(sheet, plan, expert, expert_name if expert == 0 else "")
        for block in plan_ahp.blocks(plan, expert):
            _block(sheet, plan, block, judgement)
    sheet.add_data_validation(judgement)
    common.finish(sheet, ref(FIRST_COLUMN, 4), repeat_rows="1:4")
    last = max(block.last_row for block in plan_ahp.blocks(plan, plan_ahp.EXPERTS - 1))
    sheet.print_area = f"A1:{ref(plan_ahp.last_column(plan), last)}"
    for row in _page_ends(sheet, plan):
        sheet.row_breaks.append(Break(id=row))


def fill(sheet: Worksheet, plan: Plan, judgements: Mapping[str, Matrix]) -> None:
    """Judgements into the matrices of the first expert: in words, or as a number where the scale has no words."""
    words = scale_words()
    for block in plan_ahp.blocks(plan, 0):
        matrix = judgements.get(block.group)
        for i, row in enumerate(block.criteria):
            for j, column in enumerate(block.criteria[i + 1 :], i + 1):
                if matrix is None or row not in matrix.names or column not in matrix.names:
                    continue
                value = matrix.values[matrix.names.index(row)][matrix.names.index(column)]
                if value is not None:
                    exact = Fraction(value).limit_denominator(9)
                    near = exact in words and abs(float(exact) - value) < 1e-9
                    sheet[block.cell(i, j)].value = words[exact] if near else value


# --- choices and scale ------------------------------------------------------------------------------------------------


def _register(sheet: Worksheet) -> None:
    """Styles of this sheet: judgements in small wrapped text, their inverses as fractions."""
    book: Any = sheet.parent
    side = Side(style="thin", color=GRID)
    border = Border(left=side, right=side, top=side, bottom=side)
    looks = (
        (JUDGEMENT, "entrada", 8, "General", "center", True), (INVERSE, "calculo", 9, INVERSE_FORMAT, "center", False),
        (SMALL, "rotulo", 9, "General", "left", True),
    )  # fmt: skip
    for name, kind, size, number_format, horizontal, wrap in looks:
        named = NamedStyle(name)
        look = KINDS[kind]
        named.font = Font(name=FONT, size=size, color=look.ink)
        named.fill = PatternFill("solid", fgColor=look.fill)
        named.border, named.number_format = border, number_format
        named.protection = Protection(locked=look.locked)
        named.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=wrap)
        book.add_named_style(named)


def _choices(sheet: Worksheet, plan: Plan) -> None:
    last = plan_ahp.last_column(plan)
    common.section(sheet, METHOD_ROW - 1, "Elecciones", last)
    tables = {key: f"{table.name}. {table.source}." for key, table in random_indices().items()}
    policies = {key: f"{text[0].upper()}{text[1:]}." for key, text in POLICIES.items()}
    texts = {
        METHOD_ROW: ("Método de los pesos", EIGENVECTOR, _METHOD_TEXTS),
        TABLE_ROW: ("Índice aleatorio de la RC", DEFAULT_INDEX, tables),
        POLICY_ROW: ("Indicadores sin veredicto", EXCLUDE, policies),
    }
    for row, (label, default, possible) in texts.items():
        _pair(sheet, row, label, default, "entrada")
        for i, (key, text) in enumerate(possible.items()):
            _possibility(sheet, row + i, key, text, last)
        choice = DataValidation(type="list", formula1=f"={span(POSSIBILITY_COLUMN, row, row + len(possible) - 1)}")
        choice.showErrorMessage, choice.errorTitle, choice.error = True, label, "Elija una posibilidad de la lista."
        choice.add(ref(CHOICE_COLUMN, row))
        sheet.add_data_validation(choice)
    _pair(sheet, LIMIT_ROW, "RC máxima aceptable", LIMIT, "calculo")
    sheet.cell(LIMIT_ROW, CHOICE_COLUMN).number_format = "0.00"
    _possibility(sheet, LIMIT_ROW, "", "Sobre ella los juicios se contradicen demasiado (p. 91).", last)
    _pair(sheet, OPTIONS_ROW, "Opciones de las funciones", None, "calculo", POSSIBILITY_COLUMN + 1)
    note = "Lo que reciben AHP_PESOS, AHP_RC y AHP_DIAGNOSTICO. Las páginas son de Coral y Ruano (2016)."
    _note(sheet, OPTIONS_ROW, note, last)


def _pair(sheet: Worksheet, row: int, label: str, value: object, kind: str, last: int = ID_COLUMN) -> None:
    common.put(sheet, row, NAME_COLUMN, label, style("rotulo"))
    for column in range(CHOICE_COLUMN, last + 1):
        common.put(sheet, row, column, value if column == CHOICE_COLUMN else None, style(kind, "texto"))
    sheet.merge_cells(start_row=row, start_column=CHOICE_COLUMN, end_row=row, end_column=last)


def _possibility(sheet: Worksheet, row: int, key: str, text: str, last: int) -> None:
    for column in range(POSSIBILITY_COLUMN, last + 1):
        common.put(sheet, row, column, None, "xlp_texto_libre")
    common.put(sheet, row, POSSIBILITY_COLUMN, key or None, style("rotulo", "texto"))
    sheet.merge_cells(start_row=row, start_column=POSSIBILITY_COLUMN, end_row=row, end_column=POSSIBILITY_COLUMN + 1)
    _note(sheet, row, text, last)


def _note(sheet: Worksheet, row: int, text: str, last: int) -> None:
    common.put(sheet, row, POSSIBILITY_COLUMN + 2, text, "xlp_texto_libre")
    sheet.cell(row, POSSIBILITY_COLUMN + 2).alignment = Alignment(horizontal="left", vertical="center", indent=1)
    sheet.merge_cells(start_row=row, start_column=POSSIBILITY_COLUMN + 2, end_row=row, end_column=last)


def _scale(sheet: Worksheet, plan: Plan) -> None:
    title = "Escala de los juicios: la fila frente a la columna (Coral y Ruano 2016, Tabla 8, p. 91)"
    common.section(sheet, SCALE_ROW - 1, title, plan_ahp.last_column(plan))
    common.put(sheet, SCALE_ROW, NAME_COLUMN, "Lo que se elige en la lista", style("rotulo"))
    common.put(sheet, SCALE_ROW + 1, NAME_COLUMN, "Cuántas veces importa la fila", style("rotulo"))
    for i, (value, words) in enumerate(sorted(scale_words().items(), reverse=True)):
        common.put(sheet, SCALE_ROW, FIRST_COLUMN + i, words, SMALL)
        sheet.cell(SCALE_ROW, FIRST_COLUMN + i).font = Font(name=FONT, size=8, color=INK)
        sheet.cell(SCALE_ROW, FIRST_COLUMN + i).alignment = Alignment(
            horizontal="center", vertical="center", wrap_text=True
        )
        common.put(sheet, SCALE_ROW + 1, FIRST_COLUMN + i, float(value), INVERSE)
    sheet.row_dimensions[SCALE_ROW].height = _JUDGEMENT_HEIGHT
    note = (
        "Ámbar y negrita en una matriz: los juicios que más se contradicen con los demás; revíselos primero. "
        "Una celda en blanco es un juicio que no se da, no un 1."
    )
    common.put(sheet, SCALE_ROW + 2, NAME_COLUMN, note, "xlp_proposito")


def _judgement_list() -> DataValidation:
    last = FIRST_COLUMN + len(SCALE) - 1
    rule = DataValidation(
        type="list", formula1=f"={span(FIRST_COLUMN, SCALE_ROW, SCALE_ROW, last)}", allow_blank=True,
        showErrorMessage=True, showInputMessage=True, errorStyle="stop",
    )  # fmt: skip
    rule.errorTitle = "Juicio"
    rule.error = "Elija un juicio de la lista, de «9 · extremadamente más» a «1/9 · extremadamente menos»."
    rule.promptTitle = "Fila frente a columna"
    rule.prompt = "¿Cuánto más importa el criterio de la fila que el de la columna? Si importa menos, elija 1/2 a 1/9."
    return rule


# --- experts and matrices ---------------------------------------------------------------------------------------------


def _expert(sheet: Worksheet, plan: Plan, expert: int, name: str) -> None:
    row, last = plan_ahp.expert_row(plan, expert), plan_ahp.last_column(plan)
    optional = " (opcional): se llena solo si opinan varios expertos" if expert else ""
    common.header(sheet, "entradas", [f"Experto {expert + 1}{optional}", *[""] * (last - 1)], row)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
    sheet.cell(row, 1).alignment = Alignment(horizontal="left", vertical="center")
    sheet.row_dimensions[row].height = 20
    _pair(sheet, row + 1, "Nombre y cargo", name or None, "entrada", FIRST_COLUMN + 3)
    _pair(sheet, row + 2, "Peso de su opinión", None, "entrada")
    _pair(sheet, row + 3, "Peso en uso", None, "calculo")
    for offset in (2, 3):
        sheet.cell(row + offset, CHOICE_COLUMN).number_format = "0.##"
        sheet.cell(row + offset, CHOICE_COLUMN).alignment = Alignment(horizontal="left", vertical="center")
    note = "Un número de 0 en adelante. En blanco vale 1 si el experto dio algún juicio; 0 lo deja fuera."
    common.put(sheet, row + 2, FIRST_COLUMN, note, "xlp_proposito")
    weight = DataValidation(type="decimal", operator="between", formula1="0", formula2="1000", allow_blank=True)
    weight.showErrorMessage, weight.errorTitle = True, "Peso de su opinión"
    weight.error = "Escriba un número de 0 a 1000, o deje la celda en blanco."
    weight.add(ref(CHOICE_COLUMN, row + 2))
    sheet.add_data_validation(weight)


def _block(sheet: Worksheet, plan: Plan, block: Block, judgement: DataValidation) -> None:
    common.section(sheet, block.row, _title(block), plan_ahp.last_column(plan))
    _summary(sheet, block)
    common.header(sheet, "entradas", ["Criterio", "Peso", "", *block.criteria], block.header_row)
    sheet.row_dimensions[block.header_row].height = 20 if block.size < 3 else 28
    for i, criterion in enumerate(block.criteria):
        row = block.first_row + i
        sheet.row_dimensions[row].height = _JUDGEMENT_HEIGHT
        common.put(sheet, row, NAME_COLUMN, plan_ahp.criterion_name(plan, block.group, criterion), SMALL)
        common.put(sheet, row, WEIGHT_COLUMN, None, style("resultado", "%"))
        common.put(sheet, row, ID_COLUMN, criterion, "xlp_encabezado_entradas")
        for j in range(block.size):
            common.put(sheet, row, FIRST_COLUMN + j, 1 if i == j else None, JUDGEMENT if i < j else INVERSE)
        if i + 1 < block.size:
            judgement.add(f"{block.cell(i, i + 1)}:{block.cell(i, block.size - 1)}")
    if block.reviewed:
        _review(sheet, block)
    _conditional(sheet, block)


def _title(block: Block) -> str:
    what = "área de PERLAS pesa más" if block.group == COMPONENTS_GROUP else "indicador pesa más dentro del área"
    return f"{plan_ahp.group_title(block.group)}: qué {what}"


def _summary(sheet: Worksheet, block: Block) -> None:
    labels = ("Coherencia", "RC", "", "Juicios dados", "de", "λmax", "IC", "Koczkodaj", "Terna peor", "")
    formats = {WEIGHT_COLUMN: "0.000", 6: "0.0000", 7: "0.0000", 8: "0.000"}
    for column, label in enumerate(labels, 1):
        if column == ID_COLUMN:
            continue
        common.put(sheet, block.labels_row, column, label, "xlp_proposito")
        sheet.cell(block.labels_row, column).alignment = Alignment(horizontal="center", vertical="bottom")
        common.put(sheet, block.summary_row, column, None, style("calculo" if column != 1 else "resultado"))
        cell = sheet.cell(block.summary_row, column)
        cell.number_format = formats.get(column, "General")
        cell.alignment = Alignment(horizontal="center", vertical="center")
    sheet.cell(block.summary_row, 5).value = block.pairs
    sheet.merge_cells(start_row=block.summary_row, end_row=block.summary_row, start_column=9, end_column=10)
    sheet.merge_cells(start_row=block.labels_row, end_row=block.labels_row, start_column=9, end_column=10)
    sheet.row_dimensions[block.summary_row].height = 18


def _review(sheet: Worksheet, block: Block) -> None:
    """Table of the judgements to review, beside the matrix."""
    labels = ["Juicios a revisar", "Valor", "Los demás implican", "Más cercano"]
    common.header(sheet, "entradas", labels, block.header_row, block.review_column)
    sheet.row_dimensions[block.header_row].height = 28
    for k in range(block.reviewed):
        for column in range(REVIEW_WIDTH):
            common.put(sheet, block.first_row + k, block.review_column + column, None, INVERSE)
            cell = sheet.cell(block.first_row + k, block.review_column + column)
            cell.number_format = "0.00" if column == 2 else INVERSE_FORMAT
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _conditional(sheet: Worksheet, block: Block) -> None:
    state = ref(NAME_COLUMN, block.summary_row, fix_column=True, fix_row=True)
    for words, fill, ink in (
        ((CONSISTENT,), GREEN_FILL, GREEN), ((BORDERLINE,), AMBER_FILL, AMBER),
        ((INCONSISTENT, "Con errores"), RED_FILL, RED), (("Sin juicios", "Sin veredicto"), GREY_FILL, MUTED),
    ):  # fmt: skip
        tests = ",".join(f'{state}="{word}"' for word in words)
        _mark(sheet, state.replace("$", ""), f"OR({tests})", fill, ink)
    ratio = ref(WEIGHT_COLUMN, block.summary_row, fix_column=True, fix_row=True)
    limit = ref(CHOICE_COLUMN, LIMIT_ROW, fix_column=True, fix_row=True)
    for sign, fill, ink in (("<=", GREEN_FILL, GREEN), (">", RED_FILL, RED)):
        _mark(sheet, ratio.replace("$", ""), f"AND(ISNUMBER({ratio}),{ratio}{sign}{limit})", fill, ink)
    weights = f"{ref(WEIGHT_COLUMN, block.first_row)}:{ref(WEIGHT_COLUMN, block.last_row)}"
    bar = DataBarRule(start_type="num", start_value=0, end_type="max", color="FF9DB8D9")  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(weights, bar)
    error_rule(sheet, weights, ref(WEIGHT_COLUMN, block.first_row))
    if block.reviewed:
        doubtful = f'OR({state}="{INCONSISTENT}",{state}="{BORDERLINE}")'
        listed = span(block.review_column, block.first_row, block.first_row + block.reviewed - 1)
        beside = ref(ID_COLUMN, block.first_row, fix_column=True)
        pair = f'{beside}&"/"&{ref(FIRST_COLUMN, block.header_row, fix_row=True)}'
        _mark(sheet, block.area, f"AND({doubtful},COUNTIF({listed},{pair})>0)", _MARK_FILL, INK)
        _mark(sheet, listed.replace("$", ""), doubtful, _MARK_FILL, INK)


def _mark(sheet: Worksheet, cells: str, formula: str, fill: str, ink: str) -> None:
    rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[formula],
        fill=PatternFill(bgColor=Color(rgb=f"FF{fill}"), fill_type="solid"),
        font=Font(color=f"FF{ink}", bold=True),
    )
    sheet.conditional_formatting.add(cells, rule)


# --- pages ------------------------------------------------------------------------------------------------------------


def _page_ends(sheet: Worksheet, plan: Plan) -> Iterator[int]:
    """Rows after which a page ends, so that no matrix is cut in two; each expert begins a page."""
    columns = plan_ahp.last_column(plan) - FIRST_COLUMN + 1
    width = (sum(_WIDTHS.values()) + columns * _CELL_WIDTH + plan_ahp.last_column(plan)) * _CHARACTER
    room = _PAGE * width / _PAGE_WIDTH - _REPEATED
    for expert in range(plan_ahp.EXPERTS):
        start = plan_ahp.expert_row(plan, expert)
        if expert:
            yield start - 1
        used = _height(sheet, start if expert else 4, start + 3)
        for block in plan_ahp.blocks(plan, expert):
            height = _height(sheet, block.row, block.last_row + 1)
            if used + height > room:
                yield block.row - 1
                used = 0.0
            used += height


def _height(sheet: Worksheet, first: int, last: int) -> float:
    return sum(sheet.row_dimensions[row].height or 15.0 for row in range(first, last + 1))
