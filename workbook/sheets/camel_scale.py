"""The scale on sheet CAMEL: what each grade and each total mean, and the rules that grades rest on."""

from __future__ import annotations

from itertools import pairwise

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import BEST, SAME, WORST
from xl_perlas.workbook.plan import Plan, ref, span
from xl_perlas.workbook.plan_camel import GRADES, LABEL, PAGE, TITLE, scale_header, scale_row, tolerance_row
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import AMBER, AMBER_FILL, GREEN, GREEN_FILL, RED, RED_FILL, rule, style

#: A value this close to a limit, beside μ and σ, is on it: as in `camel.grade`.
TOLERANCE = SAME

WORDS = ("Muy buena", "Buena", "Regular", "Débil", "Crítica")
#: What a total says; a total belongs to the nearest grade, halves to the worse.
_MEANINGS = (
    "Supera con claridad a las entidades de su segmento. Basta el seguimiento habitual.",
    "Está mejor que su segmento. Corrija lo que tenga 4 o 5.",
    "Está como su segmento, con debilidades. Analice a fondo los indicadores con 4 o 5.",
    "Está peor que su segmento. Haga un plan de corrección con responsables y plazos.",
    "Está muy por debajo de su segmento. Actúe de inmediato.",
)
_FILLS = (GREEN_FILL, "EEF6DA", AMBER_FILL, "FCE2CC", RED_FILL)
_INKS = (GREEN, "55701A", AMBER, "A8500C", RED)
#: Width in characters of the text of a rule.
_RULE_WIDTH = 106
#: Columns: grade, word, total from, total to, value when more is better, when less is, what the total says.
_FROM, _TO, _MORE, _LESS, _SAYS = 3, 4, 5, 8, 11


def lowest(grade: int) -> float:
    """Total from which a grade is the nearest."""
    return BEST if grade == BEST else grade - 0.5


def word(total: float) -> str:
    """What a total means."""
    return WORDS[sum(total + TOLERANCE >= lowest(grade) for grade in GRADES) - 1]


def tolerance(plan: Plan) -> str:
    """Cell with the tolerance."""
    return ref(_FROM, tolerance_row(plan), fix_column=True, fix_row=True)


def words(plan: Plan) -> str:
    """Range with the words."""
    return span(TITLE, scale_row(plan, BEST), scale_row(plan, WORST))


def nearest(plan: Plan, total: str) -> str:
    """Formula text: the grade nearest to the cell `total`."""
    return f"MATCH({total}+{tolerance(plan)},{span(_FROM, scale_row(plan, BEST), scale_row(plan, WORST))},1)"


def bounds(plan: Plan, grade: int) -> tuple[str, str]:
    """Cells with the lowest and the highest total of a grade."""
    row = scale_row(plan, grade)
    low, high = (ref(column, row, fix_column=True, fix_row=True) for column in (_FROM, _TO))
    return low, high


def formulas(plan: Plan) -> Cells:
    """Where the totals of each grade end: where the next begin; at the worst grade, the last."""
    cells: Cells = {
        (scale_row(plan, grade), _TO): f"={ref(_FROM, scale_row(plan, grade + 1))}" for grade in GRADES[:-1]
    }
    cells[(scale_row(plan, WORST), _TO)] = f"={ref(LABEL, scale_row(plan, WORST))}"
    return cells


def results(plan: Plan) -> Cells:
    """What they show."""
    return {(scale_row(plan, grade), _TO): highest(grade) for grade in GRADES}


def highest(grade: int) -> float:
    """Total up to which a grade is the nearest."""
    return WORST if grade == WORST else lowest(grade + 1)


def build(sheet: Worksheet, plan: Plan) -> None:
    """The scale, the tolerance and the rule for values on a limit."""
    header = scale_header(plan)
    common.section(sheet, header - 1, "Qué significa cada calificación", PAGE)
    common.header(
        sheet, "resultados",
        ["Nota", "Significado", "Total desde", "Total hasta", "Valor, si más es mejor", "", "",
         "Valor, si menos es mejor", "", "", "Qué dice del total", "", ""], header,
    )  # fmt: skip
    for first, last in ((_MORE, _LESS - 1), (_LESS, _SAYS - 1), (_SAYS, PAGE)):
        sheet.merge_cells(start_row=header, start_column=first, end_row=header, end_column=last)
    bands = _bands(plan.camel.limits)
    for grade, name, says, more, less in zip(GRADES, WORDS, _MEANINGS, bands, reversed(bands), strict=True):
        row = scale_row(plan, grade)
        texts = {
            LABEL: (grade, "resultado"), TITLE: (name, "rotulo"), _FROM: (lowest(grade), "calculo"),
            _TO: (None, "calculo"), _MORE: (more, "rotulo"), _LESS: (less, "rotulo"), _SAYS: (says, "rotulo"),
        }  # fmt: skip
        for column in range(LABEL, PAGE + 1):
            value, kind = texts.get(column, (None, "rotulo"))
            common.put(sheet, row, column, value, style(kind, "veces" if column in (_FROM, _TO) else ""))
        for first, last in ((_MORE, _LESS - 1), (_LESS, _SAYS - 1), (_SAYS, PAGE)):
            sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        sheet.row_dimensions[row].height = 28
    _rules(sheet, plan)
    marks = f"{ref(LABEL, scale_row(plan, BEST))}:{ref(LABEL, scale_row(plan, WORST))}"
    colours(sheet, plan, marks, ref(LABEL, scale_row(plan, BEST)))


def _rules(sheet: Worksheet, plan: Plan) -> None:
    row = tolerance_row(plan)
    rules = (
        ("Tolerancia", TOLERANCE, "Un valor que dista de un límite menos que esto × el mayor de |μ| y σ está en el "
         "límite: lo que queda es redondeo del computador. Es la columna Margen."),
        ("Valor en un límite", None, plan.camel.edge),
        ("Total", None, "Suma de peso del grupo × calificación del grupo; la de un grupo, de peso × calificación. Un "
         "total es de la nota más cercana y, a medio camino, de la peor; la fuente no fija bandas para él; "
         "Coral y Ruano (2016), p. 55, leen un promedio de 2,90 como debilidad financiera."),
    )  # fmt: skip
    for i, (name, figure, text) in enumerate(rules):
        for column in range(LABEL, PAGE + 1):
            common.put(sheet, row + i, column, None, style("rotulo"))
        common.put(sheet, row + i, TITLE, name, style("rotulo"))
        common.put(sheet, row + i, _FROM, figure, style("calculo"))
        sheet.cell(row + i, _FROM).number_format = "0E+00"
        common.put(sheet, row + i, _MORE, text, style("rotulo"))
        sheet.merge_cells(start_row=row + i, start_column=_MORE, end_row=row + i, end_column=PAGE)
        common.fit_height(sheet, row + i, [(text, _RULE_WIDTH)], 20)


def _bands(multiples: tuple[float, ...]) -> list[str]:
    """The bands in words, from the highest: `μ + 2σ o más`, `de μ + 1σ a μ + 2σ`, …"""
    marks = [f"μ {'+' if k >= 0 else '−'} {abs(k):g}σ" for k in multiples]
    between = [f"de {low} a {high}" for high, low in pairwise(marks)]
    return [f"{marks[0]} o más", *between, f"menos de {marks[-1]}"]


def colours(sheet: Worksheet, plan: Plan, cells: str, first: str) -> None:
    """Each grade its colour, from green to red, over `cells` whose top-left is `first`; the number says the same."""
    for grade, fill, ink in zip(GRADES, _FILLS, _INKS, strict=True):
        own = ref(LABEL, scale_row(plan, grade), fix_column=True, fix_row=True)
        rule(sheet, cells, f"{nearest(plan, first)}={own}", fill, ink)


def fill_of(grade: int) -> str:
    """Colour of a grade's band in a chart."""
    return _FILLS[grade - BEST]
