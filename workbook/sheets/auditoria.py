"""Auditoría: every value and verdict a second time, by native formulas alone, beside the add-in's."""

from __future__ import annotations

from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import COMPONENTS
from xl_perlas.words import indicator_words
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_weights as pw
from xl_perlas.workbook.copy_view import sealed
from xl_perlas.workbook.hosts import is_copy, settled
from xl_perlas.workbook.native_values import direct_formula
from xl_perlas.workbook.native_verdict import verdict_formula
from xl_perlas.workbook.native_weights import METHOD_NAMES
from xl_perlas.workbook.plan import AUDITORIA, HEADER_ROW, INDICADORES, PESOS, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import common, pesos
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.styles import error_rule, light_rules, style, verdict_rules
from xl_perlas.workbook.view import SAME, View

NAME = AUDITORIA
ID, TITLE, FORMULA = 1, 2, 3
FIRST_PERIOD = 4
_WIDTHS = {ID: 6, TITLE: 36, FORMULA: 52}
_MATRIX = f"{INDICADORES}!"
ONE_SIDE = "✖"
RESIDUAL = 3
#: The weights that a residual says something of.
_EIGENVECTOR = METHOD_NAMES.index("eigenvector") + 1


# --- where things stand: the rows of indicators are those of Indicadores ----------------------------------------------


def addin_column(plan: Plan, k: int) -> int:
    """The add-in's value, repeated from Indicadores."""
    return FIRST_PERIOD + k


def direct_column(plan: Plan, k: int) -> int:
    """The same value by one native formula over Catálogo."""
    return FIRST_PERIOD + plan.capacity + 1 + k


def gap_column(plan: Plan, k: int) -> int:
    """Their difference, relative where the value is over one."""
    return FIRST_PERIOD + 2 * (plan.capacity + 1) + k


def verdict_column(plan: Plan, k: int) -> int:
    """The verdict by native formulas."""
    return FIRST_PERIOD + 3 * (plan.capacity + 1) + k


def sealed_verdict_column(plan: Plan, k: int) -> int:
    """Only in an auditor's copy: the verdict that xl-perlas gave when it was sealed, a value."""
    return FIRST_PERIOD + 4 * (plan.capacity + 1) + k


def residual_rows(plan: Plan) -> dict[str, int]:
    """Row of each matrix of judgements, under the indicators."""
    first = plan.indicator_last_row + 4
    return {block.group: first + i for i, block in enumerate(pw.blocks(plan))}


def light_row(plan: Plan) -> int:
    """Row with the one light for everything on the sheet."""
    return max(residual_rows(plan).values()) + 2


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Blocks of periods, the residuals of the weights, and the light.

    In an auditor's copy the add-in's values are not formulas: they are those that xl-perlas gave when it was sealed.
    """
    cells: Cells = {}
    for first in _blocks(plan):
        cells.update(period_headers(plan, first))
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        for k in range(plan.capacity):
            addin, direct = ref(addin_column(plan, k), row), ref(direct_column(plan, k), row)
            shown = f"{_MATRIX}{ref(plan.value_column(k), row)}"
            if not is_copy(plan):
                cells[(row, addin_column(plan, k))] = f'=IF({shown}="","",{shown})'
            cells[(row, direct_column(plan, k))] = direct_formula(plan, indicator, k)
            sides = f"1+ISNUMBER({addin})+ISNUMBER({direct})"
            gap = f"ABS({addin}-{direct})/MAX(1,ABS({direct}))"
            cells[(row, gap_column(plan, k))] = f'=IFERROR({gap},CHOOSE({sides},"","{ONE_SIDE}","{ONE_SIDE}"))'
            cells[(row, verdict_column(plan, k))] = _verdict(plan, indicator.id, k)
    for block in pw.blocks(plan):
        row = residual_rows(plan)[block.group]
        cells[(row, RESIDUAL)] = ArrayFormula(ref(RESIDUAL, row), _residual(plan, block))
    cells.update(_light_formulas(plan))
    cells[(HEADER_ROW - 1, ID)] = f"={names.AUDIT}"
    return common.light(cells)


def _blocks(plan: Plan) -> tuple[int, ...]:
    blocks = (addin_column, direct_column, gap_column, verdict_column)
    return tuple(column(plan, 0) for column in (*blocks, *((sealed_verdict_column,) if is_copy(plan) else ())))


def _verdict(plan: Plan, key: str, k: int) -> str:
    def value(name: str) -> str:
        return ref(direct_column(plan, k), plan.indicator_rows[name], fix_row=True)

    def verdict(name: str) -> str:
        return ref(verdict_column(plan, k), plan.indicator_rows[name], fix_row=True)

    head = ref(verdict_column(plan, k), HEADER_ROW, fix_row=True)
    return verdict_formula(plan, plan.profile.indicators[key], k, head, value, verdict)


def _residual(plan: Plan, block: pw.Block) -> str:
    """Largest cell of A·w − λ·w, with the add-in's w and λ."""
    sheet = f"{quoted(PESOS)}!"
    weights = f"IFERROR({sheet}{block.values(pw.ADDIN)}*1,0)"
    method = f"{sheet}{ref(pw.FIRST_RANDOM, pw.method_row(plan), fix_column=True, fix_row=True)}"
    matrix, largest = f"{sheet}{block.area(pw.HARKER)}", f"{sheet}{block.summary(pw.LAMBDA)}"
    known = f"ISNUMBER({largest})*({method}={_EIGENVECTOR})"
    return f'=IF({known}=0,"",MAX(ABS(MMULT({matrix},{weights})-{largest}*{weights})))'


def _light_formulas(plan: Plan) -> Cells:
    row = light_row(plan)
    first, last = plan.indicator_first_row, plan.indicator_last_row

    def block(column: int, sheet: str = "") -> str:
        return f"{sheet}{span(column, first, last, column + plan.capacity - 1)}"

    gaps, verdicts = block(gap_column(plan, 0)), block(verdict_column(plan, 0))
    residuals = residual_rows(plan).values()
    residual = span(RESIDUAL, min(residuals), max(residuals))
    apart = f'COUNTIF({gaps},">"&{SAME:.0E})+COUNTIF({gaps},"{ONE_SIDE}")'
    given = block(sealed_verdict_column(plan, 0)) if is_copy(plan) else block(plan.verdict_column(0), _MATRIX)
    judged = f"SUMPRODUCT(--({verdicts}<>{given}))"
    weights = f'COUNTIF({residual},">"&{SAME:.0E})'
    counts = [ref(RESIDUAL, row + 1 + i) for i in range(3)]
    return {
        (row + 1, RESIDUAL): f"={apart}",
        (row + 2, RESIDUAL): f"={judged}",
        (row + 3, RESIDUAL): f"={weights}",
        (row, RESIDUAL): f'=CHOOSE(1+({"+".join(counts)}>0),"{_AGREE}","{_DIFFER}")',
    }


_AGREE, _DIFFER = "✔ Todo coincide", "✖ Hay diferencias"


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: View) -> Cells:
    """What they show."""
    plan, weights, own = view.plan, pesos.results(view), sealed(view)
    cells: Cells = {}
    for block in _blocks(plan):
        cells.update(header_results(view, block))
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        for k in range(plan.capacity):
            addin, direct = own.value_cell(indicator.id, k), view.native_cell(indicator.id, k)
            cells[(row, addin_column(plan, k))] = addin
            cells[(row, direct_column(plan, k))] = direct
            cells[(row, gap_column(plan, k))] = _gap(addin, direct)
            cells[(row, verdict_column(plan, k))] = view.native_verdict_cell(indicator.id, k)
            if is_copy(plan):
                cells[(row, sealed_verdict_column(plan, k))] = own.verdict_cell(indicator.id, k)
    for group, row in residual_rows(plan).items():
        cells[(row, RESIDUAL)] = _residual_result(plan, group, weights)
    cells.update(_light_results(own, cells))
    return common.light(settled(plan, cells), view.state)


def light(view: View) -> str:
    """The one light of the sheet."""
    return str(results(view)[(light_row(view.plan), RESIDUAL)])


def _gap(addin: object, direct: object) -> object:
    if isinstance(addin, float) and isinstance(direct, float):
        return abs(addin - direct) / max(1.0, abs(direct))
    return ONE_SIDE if isinstance(addin, float) or isinstance(direct, float) else ""


def _residual_result(plan: Plan, group: str, shown: Cells) -> object:
    block = next(b for b in pw.blocks(plan) if b.group == group)
    largest = shown[(block.summary_row, pw.LAMBDA)]
    method = shown[(pw.method_row(plan), pw.FIRST_RANDOM)]
    if not isinstance(largest, float) or method != _EIGENVECTOR:
        return ""
    column = block.table_column(pw.HARKER)
    weights = [w if isinstance(w := shown[(block.first_row + i, pw.ADDIN)], float) else 0.0 for i in range(block.size)]
    rows = [[float(shown[(block.first_row + i, column + j)]) for j in range(block.size)] for i in range(block.size)]
    products = [sum(a * w for a, w in zip(row, weights, strict=True)) for row in rows]
    return max(abs(product - largest * weight) for product, weight in zip(products, weights, strict=True))


def _light_results(view: View, cells: Cells) -> Cells:
    plan, row = view.plan, light_row(view.plan)
    places = [(plan.indicator_rows[i.id], k, i.id) for i in plan.indicators for k in range(plan.capacity)]
    gaps = [cells[(r, gap_column(plan, k))] for r, k, _ in places]
    residuals = [cells[(r, RESIDUAL)] for r in residual_rows(plan).values()]
    counts = (
        sum(g == ONE_SIDE or (isinstance(g, float) and g > SAME) for g in gaps),
        sum(cells[(r, verdict_column(plan, k))] != view.verdict_cell(key, k) for r, k, key in places),
        sum(isinstance(r, float) and r > SAME for r in residuals),
    )
    return {
        **dict.fromkeys(((row, RESIDUAL), (HEADER_ROW - 1, ID)), _DIFFER if any(counts) else _AGREE),
        **{(row + 1 + i, RESIDUAL): count for i, count in enumerate(counts)},
    }


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, areas and styles."""
    common.start(
        sheet, "control", "Auditoría",
        "Cada valor y cada veredicto por un segundo camino: fórmulas nativas sobre el Catálogo, sin complemento.",
    )  # fmt: skip
    common.put(sheet, HEADER_ROW - 1, ID, None, "xlp_luz")
    sheet.merge_cells(start_row=HEADER_ROW - 1, start_column=ID, end_row=HEADER_ROW - 1, end_column=TITLE)
    light_rules(sheet, ref(ID, HEADER_ROW - 1))
    common.header(sheet, "control", ["Id", "Indicador", "Fórmula en palabras"])
    titles = [
        "Valor (función del complemento)", "El mismo, con una fórmula nativa sobre el Catálogo",
        "Diferencia (relativa si el valor pasa de 1)", "Veredicto con fórmulas nativas",
    ]  # fmt: skip
    if is_copy(plan):
        titles.append("Veredicto según xl-perlas al sellar")
    for column, title in zip(_blocks(plan), titles, strict=True):
        common.put(sheet, HEADER_ROW - 1, column, title, "xlp_proposito")
        common.period_header(sheet, "control", column, plan.capacity)
    last = _blocks(plan)[-1] + plan.capacity - 1
    common.area_sections(sheet, plan, plan.indicator_rows, last)
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        texts = (indicator.id, indicator.name, indicator_words(plan.profile, indicator))
        for column, text in enumerate(texts, 1):
            common.put(sheet, row, column, text, style("rotulo", "texto" if column == ID else ""))
        common.fit_height(sheet, row, [(text, _WIDTHS[c]) for c, text in enumerate(texts, 1)], 20)
        for k in range(plan.capacity):
            common.put(sheet, row, addin_column(plan, k), None, style("resultado", indicator.unit))
            common.put(sheet, row, direct_column(plan, k), None, style("control", indicator.unit))
            common.put(sheet, row, gap_column(plan, k), None, style("control"))
            sheet.cell(row, gap_column(plan, k)).number_format = _GAP_FORMAT
            for column in _verdict_columns(plan, k):
                common.put(sheet, row, column, None, style("control"))
    _foot(sheet, plan)
    _conditional(sheet, plan)
    common.widths(sheet, _WIDTHS)
    for k in range(plan.capacity):
        shown = (addin_column(plan, k), direct_column(plan, k), gap_column(plan, k))
        common.widths(sheet, dict.fromkeys((*shown, *_verdict_columns(plan, k)), 12))
    gaps = [column - 1 for column in _blocks(plan)[1:]]
    common.widths(sheet, dict.fromkeys(gaps, 2))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(FORMULA, HEADER_ROW + 1))
    sheet.print_area = f"A1:{ref(last, light_row(plan) + 3)}"


def _verdict_columns(plan: Plan, k: int) -> list[int]:
    return [verdict_column(plan, k), *([sealed_verdict_column(plan, k)] if is_copy(plan) else [])]


#: A difference of nothing is shown as such: `0` says more than `0.0E+00`.
_GAP_FORMAT = "[=0]0;0.0E+00"


def _foot(sheet: Worksheet, plan: Plan) -> None:
    rows = residual_rows(plan)
    first = min(rows.values())
    common.section(sheet, first - 1, "Pesos: mayor residuo de A·w − λ·w en cada matriz de juicios", FORMULA)
    for group, row in rows.items():
        words = "Componentes" if group not in COMPONENTS else f"Indicadores de {group} · {COMPONENTS[group]}"
        common.put(sheet, row, ID, group if group in COMPONENTS else "", style("rotulo", "texto"))
        common.put(sheet, row, TITLE, words, style("rotulo"))
        common.put(sheet, row, RESIDUAL, None, style("control"))
        sheet.cell(row, RESIDUAL).number_format = _GAP_FORMAT
    row = light_row(plan)
    labels = ("Resultado de la auditoría", "Valores que no coinciden", "Veredictos que no coinciden",
              "Matrices cuyo residuo pasa de la tolerancia")  # fmt: skip
    for i, label in enumerate(labels):
        common.put(sheet, row + i, ID, None, style("rotulo"))
        common.put(sheet, row + i, TITLE, label, style("rotulo"))
        common.put(sheet, row + i, RESIDUAL, None, style("control", "texto"))
    light_rules(sheet, ref(RESIDUAL, row))


def _conditional(sheet: Worksheet, plan: Plan) -> None:
    first, last = plan.indicator_first_row, plan.indicator_last_row

    def block(column: int) -> tuple[str, str]:
        return f"{ref(column, first)}:{ref(column + plan.capacity - 1, last)}", ref(column, first)

    for column in _verdict_columns(plan, 0):
        verdict_rules(sheet, *block(column))
    for column in (addin_column(plan, 0), direct_column(plan, 0)):
        error_rule(sheet, *block(column))


def defined(plan: Plan) -> dict[str, str]:
    """The light, for Verificación."""
    row = light_row(plan)
    return {names.AUDIT: f"{quoted(NAME)}!{ref(RESIDUAL, row, fix_column=True, fix_row=True)}"}

