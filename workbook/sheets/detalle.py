"""Detalle: one indicator in one period, account by account, to the balance and the page that defines it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.chart import ENTITY_DATA, Absence
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR
from xl_perlas.model import Kind, Ratio
from xl_perlas.report import Report
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_detail as pd
from xl_perlas.workbook.plan import CATALOGO, DETALLE, INDICADORES, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import catalogo, common, detalle_look
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.indicadores import FORMULA, SOURCE, TITLE, labels
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = DETALLE
TOLERANCE = "1E-09"
_KINDS = {Kind.RATIO: 1, Kind.GROWTH: 2, Kind.AMOUNT: 3}
SAME_WORDS = ("✖ No coincide: recalcule el libro", "✔ Coincide con Indicadores", "— Sin valor: vea la nota")


@dataclass(frozen=True, slots=True)
class Term:
    """An account in the definition of an indicator: coefficient as defined; `yearly`, to be made a year's."""

    indicator: str
    part: str
    code: str
    lag: int
    coefficient: float
    yearly: bool


#: Definitions of more accounts (arrears by age in every portfolio) are shown without those that the chart lacks.
_LONG = 20


def terms(report: Report) -> dict[str, list[Term]]:
    """Accounts of each indicator; of a long definition, those that the chart lists or whose absence leaves no value."""
    return {key: list(_terms(report, key)) for key in report.definitions.ratios}


def _terms(report: Report, key: str) -> Iterator[Term]:
    ratio = report.definitions.ratios[key]
    whole = _length(ratio) <= _LONG
    for part, form in ((NUMERATOR, ratio.numerator), (DENOMINATOR, ratio.denominator)):
        for code, lag, coefficient in form.terms if form else ():
            if whole or _is_shown(report, code):
                yield Term(key, part, code, lag, coefficient, ratio.indicator.flow and part == NUMERATOR)


def _length(ratio: Ratio) -> int:
    return sum(len(form.terms) for form in (ratio.numerator, ratio.denominator) if form)


def _is_shown(report: Report, code: str) -> bool:
    return code in report.balance.chart.row or any(isinstance(c.value(code, 0), Absence) for c in report.contexts)


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Everything follows from the indicator and the period chosen."""
    return common.light({**_helper_formulas(plan), **_summary_formulas(plan), **_row_formulas(plan)})


def _pick(plan: Plan, first_column: int) -> str:
    """The cell of Indicadores for the indicator and the period chosen."""
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    block = f"{INDICADORES}!{span(first_column, *rows, first_column + plan.capacity - 1)}"
    return f"INDEX({block},{pd.fixed(pd.MATRIX_ROW, pd.HELPER)},{pd.fixed(pd.POSITION_ROW, pd.HELPER)})"


def _label(plan: Plan, column: int) -> str:
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    return f'IFERROR(INDEX({INDICADORES}!{span(column, *rows)},{pd.fixed(pd.MATRIX_ROW, pd.HELPER)})&"","")'


def _helper_formulas(plan: Plan) -> Cells:
    keys = f"{INDICADORES}!{span(1, plan.indicator_first_row, plan.indicator_last_row)}"
    chosen = pd.fixed(pd.INDICATOR_ROW)
    index = f"MATCH({chosen},{span(pd.INDICATOR, pd.LIST_FIRST, pd.index_last(plan))},0)"
    kinds = span(pd.KIND, pd.LIST_FIRST, pd.index_last(plan))
    return {
        (pd.POSITION_ROW, pd.HELPER): f"=MATCH({pd.fixed(pd.PERIOD_ROW)},{names.PERIODS},0)",
        (pd.FIRST_TERM_ROW, pd.HELPER): f"=IFERROR(MATCH({chosen},{pd.listed(pd.TERM)},0),0)",
        (pd.COUNT_ROW, pd.HELPER): f"=COUNTIF({pd.listed(pd.TERM)},{chosen})",
        (pd.KIND_ROW, pd.HELPER): f"=INDEX({kinds},{index})",
        (pd.MATRIX_ROW, pd.HELPER): f"=MATCH({chosen},{keys},0)",
    }


def _summary_formulas(plan: Plan) -> Cells:
    def total(part: str) -> str:
        parts, amounts = (span(column, pd.FIRST_ROW, pd.FIRST_ROW + pd.ROWS - 1) for column in (pd.PART, pd.AMOUNT))
        return f'SUMIF({parts},"{part}",{amounts})'

    numerator, denominator, here = pd.fixed(pd.NUMERATOR_ROW), pd.fixed(pd.DENOMINATOR_ROW), pd.fixed(pd.VALUE_ROW)
    other, kind = pd.fixed(pd.OTHER_ROW), pd.fixed(pd.KIND_ROW, pd.HELPER)
    ways = f"CHOOSE({kind},{numerator}/{denominator},{numerator}/{denominator}-1,{numerator})"
    same = f"IFERROR(1+(ABS({here}-{other})<={TOLERANCE}*MAX(1,ABS({other}))),3)"
    unlisted = span(pd.UNLISTED, pd.LIST_FIRST, pd.index_last(plan))
    index = f"MATCH({pd.fixed(pd.INDICATOR_ROW)},{span(pd.INDICATOR, pd.LIST_FIRST, pd.index_last(plan))},0)"
    return {
        (pd.NAME_ROW, pd.VALUE): "=" + _label(plan, TITLE),
        (pd.WORDS_ROW, pd.VALUE): "=" + _label(plan, FORMULA),
        (pd.SOURCE_ROW, pd.VALUE): "=" + _label(plan, SOURCE),
        (pd.NOTE_ROW, pd.VALUE): f'=IFERROR({_pick(plan, plan.note_column(0))}&"","")',
        (pd.UNLISTED_ROW, pd.VALUE): f"=IFERROR(INDEX({unlisted},{index}),0)",
        (pd.NUMERATOR_ROW, pd.VALUE): "=" + total(NUMERATOR),
        (pd.DENOMINATOR_ROW, pd.VALUE): f'=IF({kind}=3,"",{total(DENOMINATOR)})',
        (pd.VALUE_ROW, pd.VALUE): f"=IF(ISERROR({other}),{other},{ways})",
        (pd.OTHER_ROW, pd.VALUE): "=" + _pick(plan, plan.native_column(0)),
        (pd.SAME_ROW, pd.VALUE): "=CHOOSE(" + same + "," + ",".join(f'"{words}"' for words in SAME_WORDS) + ")",
    }


def _row_formulas(plan: Plan) -> Cells:
    cells: Cells = {}
    position, factor = pd.fixed(pd.POSITION_ROW, pd.HELPER), _lines_row(plan, plan.factor_row)
    base = f"INDEX({_lines_row(plan, plan.base_column_row)},{position})"
    catalog = f"{quoted(CATALOGO)}!"
    accounts = f"{catalog}{span(2, plan.entity_first_row, plan.data_last_row)}"
    headers = f"{catalog}{span(plan.catalog_first_period, 5, 5, plan.catalog_column(plan.capacity))}"
    for i in range(pd.ROWS):
        row = pd.FIRST_ROW + i
        part, code = ref(pd.PART, row, fix_column=True), ref(pd.CODE, row, fix_column=True)

        def listed(column: int, i: int = i) -> str:
            return f"INDEX({pd.listed(column)},{pd.fixed(pd.FIRST_TERM_ROW, pd.HELPER)}+{i})"

        def when(text: str, part: str = part) -> str:
            return f'=IF({part}="","",{text})'

        def name(searched: str) -> str:
            return f'INDEX({accounts},MATCH({searched},{names.CODES},0))&""'

        at = f"CHOOSE(1+{listed(pd.LAG)},{position},{base})"
        balances = f"INDEX({names.BALANCES},0,{at})"
        yearly = f"CHOOSE(1+{listed(pd.YEARLY)},1,INDEX({factor},{position}))"
        filled = f'IFERROR(SUMPRODUCT(({names.CODES}&""={code})*({balances}<>"")),1)'
        state = f"1+(COUNTIF({names.CODES},{code})>0)+({filled}>0)"
        words = ",".join(f'"{word}"' for word in pd.LISTED_WORDS)
        cells |= {
            (row, pd.PART): f'=IF({i}<{pd.fixed(pd.COUNT_ROW, pd.HELPER)},{listed(pd.TERM_PART)},"")',
            (row, pd.CODE): when(f'{listed(pd.TERM_CODE)}&""'),
            (row, pd.ACCOUNT): when(f'IFERROR({name(code)},IFERROR({name("1*" + code)},""))'),
            (row, pd.PERIOD): when(f'IFERROR(INDEX({headers},{at}),"")'),
            (row, pd.COEFFICIENT): when(f"{listed(pd.WEIGHT)}*{yearly}"),
            (row, pd.BALANCE): when(f"SUMIF({names.CODES},{code},{balances})"),
            (row, pd.AMOUNT): when(f"{ref(pd.COEFFICIENT, row)}*{ref(pd.BALANCE, row)}"),
            (row, pd.LISTED): when(f"CHOOSE(MIN(3,{state}),{words})"),
        }
    return cells


def _lines_row(plan: Plan, row: int) -> str:
    return f"{quoted(LINEAS)}!{span(plan.line_column(0), row, row, plan.line_column(plan.capacity - 1))}"


# --- results ----------------------------------------------------------------------------------------------------------


def chosen(view: View) -> tuple[str, int | None]:
    """The indicator and the period column that the sheet shows; at first, the first and the latest."""
    keys = [i.id for i in view.plan.indicators]
    wanted, period = view.detail_choice
    key = str(wanted) if wanted in keys else keys[0]
    matches = [k for k in view.used if view.headers[k] == period]
    return key, matches[0] if matches else view.last


def results(view: View) -> Cells:
    """What they show, and the list of accounts of every indicator."""
    listed = terms(view.report)
    cells = {**_list_cells(view, listed), **_choice_results(view, listed)}
    return common.light(cells, view.state)


def _list_cells(view: View, listed: Mapping[str, list[Term]]) -> Cells:
    """Written anew each time: what a longer list had left goes."""
    cells: Cells = {}
    rows = [term for found in listed.values() for term in found][:pd.LIST_ROWS]
    for i in range(pd.LIST_ROWS):
        values: tuple[object, ...] = (None,) * 6
        if i < len(rows):
            t = rows[i]
            values = (t.indicator, t.part, t.code, t.lag, t.coefficient, int(t.yearly))
        cells |= {(pd.LIST_FIRST + i, pd.TERM + j): value for j, value in enumerate(values)}
    for i, indicator in enumerate(view.plan.indicators):
        left_out = _length(view.report.definitions.ratios[indicator.id]) - len(listed[indicator.id])
        values = (indicator.id, _KINDS[indicator.kind], left_out)
        cells |= {(pd.LIST_FIRST + i, pd.INDICATOR + j): value for j, value in enumerate(values)}
    return cells


def _choice_results(view: View, listed: Mapping[str, list[Term]]) -> Cells:
    plan = view.plan
    key, k = chosen(view)
    cells: Cells = {
        (pd.INDICATOR_ROW, pd.VALUE): key, (pd.PERIOD_ROW, pd.VALUE): None if k is None else view.headers[k],
    }  # fmt: skip
    own = listed[key][:pd.ROWS]
    before = sum(len(found) for _, found in takewhile(lambda item: item[0] != key, listed.items()))
    for row, value in (
        (pd.POSITION_ROW, NOT_AVAILABLE if k is None else k + 1), (pd.FIRST_TERM_ROW, before + 1 if listed[key] else 0),
        (pd.COUNT_ROW, len(listed[key])), (pd.KIND_ROW, _KINDS[plan.profile.indicators[key].kind]),
        (pd.MATRIX_ROW, plan.indicator_rows[key] - plan.indicator_first_row + 1),
    ):  # fmt: skip
        cells[(row, pd.HELPER)] = value
    shown = [_row_results(view, term, k) for term in own]
    for i in range(pd.ROWS):
        values = shown[i] if i < len(shown) else ("",) * 8
        cells |= {(pd.FIRST_ROW + i, 1 + j): value for j, value in enumerate(values)}
    cells |= {(row, pd.VALUE): value for row, value in _summary_results(view, key, k, shown).items()}
    cells[(pd.UNLISTED_ROW, pd.VALUE)] = _length(view.report.definitions.ratios[key]) - len(listed[key])
    return cells


def _row_results(view: View, term: Term, k: int | None) -> tuple[object, ...]:
    """What a row shows: native formulas find neither codes written otherwise nor figures written as text."""
    hidden = all((term.code, column) in view.unseen for column in range(view.plan.capacity))
    row = None if hidden else view.report.balance.chart.row.get(term.code)
    entity = term.code in ENTITY_DATA
    name = catalogo.entity_name(term.code) if entity else "" if row is None else view.report.balance.name(term.code)
    if k is None:
        return (term.part, term.code, name, "", *[NOT_AVAILABLE] * 3, pd.LISTED_WORDS[2])
    at = view.base_column(k) if term.lag else k
    position = view.position(at) if at < view.plan.capacity else None
    raw = None if row is None or position is None else view.native.balance.values[position][row]
    value = 0.0 if raw is None or raw != raw else raw
    period = view.columns[k]
    coefficient = term.coefficient * (12 / period.month if term.yearly and period else 1.0)
    header = "" if at >= view.plan.capacity else view.headers[at]
    state = pd.LISTED_WORDS[0 if row is None and not entity else 1 if raw is None else 2]
    return (term.part, term.code, name, header, coefficient, value, coefficient * value, state)


def _summary_results(view: View, key: str, k: int | None, shown: list[tuple[object, ...]]) -> dict[int, object]:
    plan = view.plan
    indicator = view.report.profile.indicators[key]

    def total(part: str) -> float:
        return float(sum(v for r in shown if r[0] == part and isinstance(v := r[pd.AMOUNT - 1], float)))

    numerator, denominator = total(NUMERATOR), total(DENOMINATOR)
    other = NOT_AVAILABLE if k is None else view.native_cell(key, k)
    value: object = other
    if isinstance(other, float):
        quotient = numerator if indicator.kind is Kind.AMOUNT else numerator / denominator
        value = quotient - 1 if indicator.kind is Kind.GROWTH else quotient
    same = 2
    if isinstance(other, float) and isinstance(value, float):
        same = int(abs(value - other) <= float(TOLERANCE) * max(1.0, abs(other)))
    words = _matrix_words(plan, key)
    return {
        pd.NAME_ROW: words[0], pd.WORDS_ROW: words[1], pd.SOURCE_ROW: words[2],
        pd.NOTE_ROW: "" if k is None else view.note_cell(key, k), pd.NUMERATOR_ROW: numerator,
        pd.DENOMINATOR_ROW: "" if indicator.kind is Kind.AMOUNT else denominator, pd.VALUE_ROW: value,
        pd.OTHER_ROW: other, pd.SAME_ROW: SAME_WORDS[same],
    }  # fmt: skip


def _matrix_words(plan: Plan, key: str) -> tuple[str, str, str]:
    """Name, formula in words and source, as Indicadores shows them."""
    texts = labels(plan, plan.profile.indicators[key])
    return texts[TITLE], texts[FORMULA], texts[SOURCE]


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles."""
    detalle_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))


def defined() -> dict[str, str]:
    """Names of the choices."""
    sheet = quoted(NAME)
    return {
        names.DETAIL_INDICATOR: f"{sheet}!{pd.fixed(pd.INDICATOR_ROW)}",
        names.DETAIL_PERIOD: f"{sheet}!{pd.fixed(pd.PERIOD_ROW)}",
    }
