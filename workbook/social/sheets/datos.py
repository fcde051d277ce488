"""Datos: every input once, by group, with who gave it; and beside it the value in use and where it is from."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.periods import Period
from xl_perlas.social import SocialInput, SocialInputs
from xl_perlas.social.model import InputKind
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.cells import DOES_NOT_APPLY, FIRST_DATE, LAST_DATE
from xl_perlas.workbook.social.plan import CUENTAS, DATOS, SALDOS, SocialPlan, takes_number
from xl_perlas.workbook.social.sheets.datos_rules import add_rules
from xl_perlas.workbook.social.sheets.looks import (
    BEFORE,
    NOW,
    block,
    put,
    word_rules,
    year_head,
    year_headers,
    year_results,
)
from xl_perlas.workbook.social.view import ABSENT, BOOKED, LISTED, TYPED, UNUSABLE, SocialView
from xl_perlas.workbook.styles import missing_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE

NAME = DATOS
COMPLETE, UNSUPPORTED, ONE_MISSING, ALL_MISSING, WRONG = (
    "✔ completo", "▲ sin respaldo", "▲ falta el otro año", "✖ falta", "✖ no sirve",
)  # fmt: skip
_NAPPLY = ("no aplica", "n/a")
_KINDS = {
    InputKind.COUNT: "número entero", InputKind.AMOUNT: "importe", InputKind.PERCENT: "porcentaje",
    InputKind.NUMBER: "número", InputKind.YES_NO: "Sí / No", InputKind.TEXT: "texto",
}  # fmt: skip
_MOMENTS = {"corte": "a la fecha", "año": "en el año"}
#: Longest list of accounts that is shown under a name.
_MOST_ACCOUNTS = 60
_WIDTHS = {1: 26, 2: 42, 3: 13, 4: 16, 5: 11}


def defined(plan: SocialPlan) -> dict[str, str]:
    """Entity, and the places of the two years compared."""
    return {
        names.ENTITY: plan.there(plan.choice_column, plan.entity_row),
        NOW: plan.there(plan.choice_column + 1, plan.now_row),
        BEFORE: plan.there(plan.choice_column + 1, plan.before_row),
    }


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Keys of the years, the two compared, and of each input its origin, the value in use and that of a year before."""
    cells = _year_formulas(plan)
    for column in (plan.origin_column(0), plan.use_column(0), plan.lag_column(0)):
        cells.update(year_headers(plan, column, plan.data_header))
    for key, row in plan.input_rows.items():
        one = plan.method.inputs[key]
        cells[(row, plan.check_column)] = _check_formula(plan, row)
        for k in range(plan.capacity):
            cells[(row, plan.origin_column(k))] = _origin_formula(plan, one, row, k)
            cells[(row, plan.use_column(k))] = _use_formula(plan, one, row, k)
            cells[(row, plan.lag_column(k))] = _lag_formula(plan, row, k)
            cells[(row, plan.passed_column(k))] = f'=IFERROR({ref(plan.lag_column(k), row)},"")'
    return common.light(cells)


def _local(plan: SocialPlan, column: int, row: int) -> str:
    return ref(column, row, fix_row=row <= plan.data_header)


def _row_span(plan: SocialPlan, row: int, column: int | None = None) -> str:
    first = plan.typed_column(0) if column is None else column
    return span(first, row, row, first + plan.capacity - 1)


def _year_formulas(plan: SocialPlan) -> Cells:
    cells: Cells = {}
    for k in range(plan.capacity):
        column = plan.typed_column(k)
        typed, raw, key = (ref(column, row) for row in (plan.data_header, plan.key_row, plan.used_key_row))
        year = f"({typed}>=1900)*({typed}<2100)*({typed}=INT({typed}))"
        date = f"({typed}>={FIRST_DATE})*({typed}<{LAST_DATE})"
        cells[(plan.key_row, column)] = (
            f'=IF(COUNT({typed})=1,CHOOSE(1+{year}+2*{date},"",{typed}*12+12,YEAR({typed})*12+MONTH({typed})),"")'
        )
        so_far = f"{ref(plan.typed_column(0), plan.key_row, fix_column=True)}:{raw}"
        cells[(plan.used_key_row, column)] = f'=IF(COUNTIF({so_far},{raw})>1,"",{raw})'
        cells[(plan.head_row, column)] = f'=IF({key}="","",{typed})'
    keys, heads = (_row_span(plan, row) for row in (plan.used_key_row, plan.head_row))
    now, before = (ref(plan.choice_column, row) for row in (plan.now_row, plan.before_row))
    place = ref(plan.choice_column + 1, plan.now_row)
    cells[(plan.now_row, plan.choice_column + 1)] = (
        f'=IFERROR(IFERROR(MATCH(IF({now}="",NA(),{now}),{heads},0),MATCH(MAX({keys}),{keys},0)),NA())'
    )
    later = f'COUNTIF({keys},">="&INDEX({keys},{place}))'
    cells[(plan.before_row, plan.choice_column + 1)] = (
        f'=IFERROR(IFERROR(MATCH(IF({before}="",NA(),{before}),{heads},0),MATCH(LARGE({keys},{later}+1),{keys},0)),NA())'
    )
    for row in (plan.now_row, plan.before_row):
        cells[(row, plan.choice_column + 2)] = f'=IFERROR(INDEX({heads},{ref(plan.choice_column + 1, row)}),"ninguno")'
    return cells


def _usable(plan: SocialPlan, one: SocialInput, row: int, k: int) -> str:
    """1 where formulas can use what was typed, else 0."""
    cell = ref(plan.typed_column(k), row)
    if takes_number(one):
        tests = {
            InputKind.COUNT: f"*(N({cell})>=0)*(N({cell})=INT(N({cell})))",
            InputKind.PERCENT: f"*(ABS(N({cell}))<=2)",
        }.get(one.kind, "")
        return f"IFERROR(COUNT({cell})*(ABS(N({cell}))<=1E+18){tests}*(N({cell})<>{ref(plan.date_column(k), row)}),0)"
    words = f"LOWER(TRIM({cell}))"
    if one.kind is InputKind.YES_NO:
        return f'IFERROR(ISLOGICAL({cell})+({words}="sí")+({words}="si")+({words}="no"),0)'
    if one.kind is InputKind.CHOICE:
        return f"ISTEXT({cell})*ISNUMBER(MATCH(TRIM({cell}),{_options(plan, one, row)},0))"
    return f"ISTEXT({cell})*IFERROR(LEN(TRIM({cell}))>0,0)*(1-{_not_applying(cell)})"


def _options(plan: SocialPlan, one: SocialInput, row: int) -> str:
    return span(plan.option_column, row, row, plan.option_column + len(one.options) - 1)


def _not_applying(cell: str) -> str:
    words = f"LOWER(TRIM({cell}))"
    return f'IFERROR(({words}="{_NAPPLY[0]}")+({words}="{_NAPPLY[1]}"),0)'


def _origin_formula(plan: SocialPlan, one: SocialInput, row: int, k: int) -> str:
    cell, other = ref(plan.typed_column(k), row), _other(plan, one.id, k)
    elsewhere = f"3*ISNUMBER({other})," if other else ""
    states = (
        f"1,2*IFERROR(LEN(TRIM({cell}))=0,0),{elsewhere}4*{_not_applying(cell)},5*{_usable(plan, one, row, k)}"
    )
    words = ",".join(f'"{w}"' for w in (UNUSABLE, ABSENT, _other_word(one), DOES_NOT_APPLY, TYPED))
    return f'=IF({_local(plan, plan.typed_column(k), plan.used_key_row)}="","",CHOOSE(MAX({states}),{words}))'


def _other_word(one: SocialInput) -> str:
    return BOOKED if one.accounts is not None else LISTED


def _other(plan: SocialPlan, key: str, k: int) -> str:
    """The cell that gives an input that was not typed; nothing where there is none."""
    if key in plan.sum_rows:
        return f"{CUENTAS}!{ref(plan.account_sum_column(k), plan.sum_rows[key])}"
    for i, one in enumerate(plan.lists):
        if key in (one.holders, one.total):
            row = plan.list_holders_row if key == one.holders else plan.list_people_row
            return f"{SALDOS}!{ref(plan.list_column(i, k), row)}"
    return ""


def _use_formula(plan: SocialPlan, one: SocialInput, row: int, k: int) -> str:
    cell, origin = ref(plan.typed_column(k), row), ref(plan.origin_column(k), row)
    typed = cell if takes_number(one) else f"TRIM({cell})"
    if one.kind is InputKind.YES_NO:
        no = f'IFERROR(({cell}=FALSE)*ISLOGICAL({cell})+(LOWER(TRIM({cell}))="no"),0)'
        typed = f'CHOOSE(1+{no},"Sí","No")'
    elif one.kind is InputKind.CHOICE:
        typed = f"INDEX({_options(plan, one, row)},MATCH(TRIM({cell}),{_options(plan, one, row)},0))"
    other = _other(plan, one.id, k) or "NA()"
    rest = f'CHOOSE(1+({origin}="{_other_word(one)}")+2*({origin}="{DOES_NOT_APPLY}"),NA(),{other},"{DOES_NOT_APPLY}")'
    return f'=IF({origin}="{TYPED}",{typed},{rest})'


def _lag_formula(plan: SocialPlan, row: int, k: int) -> str:
    """The value in use of the same month a year before, wherever its column stands."""
    keys, own = _row_span(plan, plan.used_key_row), _local(plan, plan.typed_column(k), plan.used_key_row)
    return f"=IFERROR(INDEX({_row_span(plan, row, plan.use_column(0))},MATCH({own}-12,{keys},0)),NA())"


def _check_formula(plan: SocialPlan, row: int) -> str:
    origins = _row_span(plan, row, plan.origin_column(0))
    backed = f"{ref(plan.check_column + 1, row)}:{ref(plan.check_column + 3, row)}"
    now, before = (
        f'IFERROR(INDEX({origins},{ref(plan.choice_column + 1, year, fix_column=True, fix_row=True)})="{ABSENT}",0)'
        for year in (plan.now_row, plan.before_row)
    )
    unsupported = f'(COUNTA({backed})<3)*(COUNTIF({origins},"{TYPED}")>0)'
    states = f"1,2*{unsupported},3*{before},4*{now}"
    words = ",".join(f'"{w}"' for w in (COMPLETE, UNSUPPORTED, ONE_MISSING, ALL_MISSING))
    return f'=IF(COUNTIF({origins},"{UNUSABLE}")>0,"{WRONG}",CHOOSE(MAX({states}),{words}))'


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show, and the numbers of dates (and of TRUE, 1 for some programs) typed where a figure belongs."""
    plan = view.plan
    cells = _year_results(view)
    for column in (plan.origin_column(0), plan.use_column(0), plan.lag_column(0)):
        cells.update(year_results(view, column, plan.data_header))
    for key, row in plan.input_rows.items():
        cells[(row, plan.check_column)] = _check(view, key)
        for k in range(plan.capacity):
            cells[(row, plan.origin_column(k))] = view.origin(key, k)
            cells[(row, plan.use_column(k))] = view.in_use(key, k)
            before = view.in_use(key, view.column_before(k))
            cells[(row, plan.lag_column(k))] = before
            cells[(row, plan.passed_column(k))] = "" if before == NOT_AVAILABLE else before
            if takes_number(plan.method.inputs[key]):
                known = view.book.dates.get((key, k))
                cells[(row, plan.date_column(k))] = NO_DATE if known is None else float(known)
    return common.light(cells, view.state)


#: Stands where no date was typed: no figure is this text.
NO_DATE = "—"


def _year_results(view: SocialView) -> Cells:
    plan = view.plan
    cells: Cells = {}
    for k in range(plan.capacity):
        column, key = plan.typed_column(k), view.key(k)
        cells[(plan.used_key_row, column)], cells[(plan.head_row, column)] = key, view.head(k)
        cells[(plan.key_row, column)] = view.book.raw_keys[k]
    for row, place in ((plan.now_row, view.now), (plan.before_row, view.before)):
        cells[(row, plan.choice_column + 1)] = NOT_AVAILABLE if place is None else place + 1
        cells[(row, plan.choice_column + 2)] = "ninguno" if place is None else view.head(place)
    return cells


def _check(view: SocialView, key: str) -> str:
    plan = view.plan
    origins = [view.origin(key, k) for k in range(plan.capacity)]
    if UNUSABLE in origins:
        return WRONG
    now, before = ("" if k is None else origins[k] for k in (view.now, view.before))
    if now == ABSENT:
        return ALL_MISSING
    if before == ABSENT:
        return ONE_MISSING
    return UNSUPPORTED if TYPED in origins and key not in view.book.backed else COMPLETE


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(
    sheet: Worksheet, plan: SocialPlan, periods: Sequence[Period], inputs: SocialInputs | None, entity: str,
    chosen: tuple[object, object],
) -> None:  # fmt: skip
    """One row an input. `periods` head the columns, and `inputs` fill them; `chosen` are the two years compared."""
    common.start(
        sheet, "entradas", "Datos",
        "Cada dato se escribe una vez, en cada año. Vacío es «falta», cero es «no hay», y «no aplica» se escribe.",
        light_to="C3",
    )  # fmt: skip
    _head(sheet, plan, [headed(p) for p in periods], entity, chosen)
    common.header(sheet, "entradas", ["Id", "Dato", "Unidad", "Qué se escribe", "Momento"], plan.data_header)
    for group, row in plan.group_rows.items():
        common.section(sheet, row, group, plan.data_last_column)
    for key, row in plan.input_rows.items():
        _row(sheet, plan, plan.method.inputs[key], row)
        if inputs is not None:
            _fill(sheet, plan, key, row, periods, inputs)
    first, last = plan.input_span
    check = ref(plan.check_column, first)
    word_rules(sheet, block(first, plan.check_column, last, plan.check_column), check,
               {"✔": "verde", "▲": "amarillo", "✖": "rojo"})  # fmt: skip
    use = plan.use_column(0)
    missing_rule(sheet, block(first, use, last, plan.data_last_column), ref(use, first))
    add_rules(sheet, plan)
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, dict.fromkeys(range(plan.first_typed, plan.option_column), 14))
    common.widths(sheet, {plan.check_column: 18, plan.check_column + 1: 20, plan.check_column + 2: 12,
                          plan.check_column + 3: 46})  # fmt: skip
    common.hide(sheet, range(plan.passed_column(0), plan.option_column + plan.option_count))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, plan.data_header + 1), repeat_rows=f"{plan.data_header}:{plan.data_header}")
    sheet.print_area = f"A1:{ref(plan.check_column + 3, last)}"


def _head(
    sheet: Worksheet, plan: SocialPlan, heads: Sequence[object], entity: str, chosen: tuple[object, object]
) -> None:
    rows = ((plan.entity_row, "Entidad", entity or None), (plan.now_row, "Año que se informa", chosen[0]),
            (plan.before_row, "Se compara con", chosen[1]))  # fmt: skip
    for row, label, value in rows:
        common.put(sheet, row, 2, label, style("rotulo"))
        common.put(sheet, row, plan.choice_column, value, style("entrada", "texto" if row == plan.entity_row else ""))
        if row == plan.entity_row:
            for column in (plan.choice_column + 1, plan.choice_column + 2):
                common.put(sheet, row, column, None, style("entrada", "texto"))
            sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=5)
        else:
            sheet.cell(row, plan.choice_column).number_format = common.PERIOD_FORMAT
            for column in (plan.choice_column + 1, plan.choice_column + 2):
                common.put(sheet, row, column, None, style("calculo"))
            sheet.cell(row, plan.choice_column + 2).number_format = common.PERIOD_FORMAT
    labels = {plan.key_row: "Clave (año × 12 + mes)", plan.used_key_row: "Clave en uso", plan.head_row: "Año en uso"}
    for row, label in labels.items():
        common.put(sheet, row, 5, label, style("rotulo", "texto"))
    for k in range(plan.capacity):
        column = plan.typed_column(k)
        for row in labels:
            common.put(sheet, row, column, None, style("calculo"))
        sheet.cell(plan.head_row, column).number_format = common.PERIOD_FORMAT
        common.put(sheet, plan.data_header, column, heads[k] if k < len(heads) else None, style("entrada"))
        sheet.cell(plan.data_header, column).number_format = common.PERIOD_FORMAT
    common.put(sheet, plan.key_row, 2, "Deje vacías las dos celdas para informar el último año y compararlo con el "
               "anterior.", "xlp_proposito")  # fmt: skip
    common.header(sheet, "entradas", ["¿Completo?", "Quién lo dio", "Fecha", "Evidencia"], plan.data_header,
                  plan.check_column)  # fmt: skip
    titles = {plan.origin_column(0): "De dónde sale", plan.use_column(0): "Valor en uso",
              plan.lag_column(0): "El mismo, un año antes"}  # fmt: skip
    for column, title in titles.items():
        common.put(sheet, plan.data_header - 1, column, title, "xlp_proposito")
        year_head(sheet, "calculo", plan.data_header, column, plan.capacity)


def _row(sheet: Worksheet, plan: SocialPlan, one: SocialInput, row: int) -> None:
    kind = " / ".join(one.options) if one.options else _KINDS[one.kind]
    short = one.accounts_text and len(one.accounts_text) < _MOST_ACCOUNTS
    name = f"{one.name}\nCuentas: {one.accounts_text}" if short else one.name
    texts = (one.id, name, one.unit, kind, _MOMENTS[one.moment])
    for column, text in enumerate(texts, 1):
        common.put(sheet, row, column, text, style("rotulo", "texto" if column == 1 else ""))
    unit = "" if not takes_number(one) else one.unit
    for k in range(plan.capacity):
        put(sheet, row, plan.typed_column(k), None, "entrada", unit)
        put(sheet, row, plan.origin_column(k), None, "calculo", "texto")
        for column in (plan.use_column(k), plan.lag_column(k), plan.passed_column(k)):
            put(sheet, row, column, None, "calculo", unit)
        if takes_number(one):
            put(sheet, row, plan.date_column(k), NO_DATE, "calculo")
    put(sheet, row, plan.check_column, None, "control", "texto")
    for i in (1, 2, 3):
        put(sheet, row, plan.check_column + i, None, "entrada")
    for i, option in enumerate(one.options):
        put(sheet, row, plan.option_column + i, option, "calculo", "texto")
    common.fit_height(sheet, row, [(name, _WIDTHS[2]), (kind, _WIDTHS[4]), (one.unit, _WIDTHS[3])], 18)


def headed(period: Period) -> object:
    """What stands over a column: a year as a number, a month as its last day."""
    return period.year if period.annual else period.date


def _fill(
    sheet: Worksheet, plan: SocialPlan, key: str, row: int, periods: Sequence[Period], inputs: SocialInputs
) -> None:
    known = [inputs.entry(key, period) for period in periods]
    for k, entry in enumerate(known):
        if entry is not None:
            value = entry.value if entry.applies else DOES_NOT_APPLY
            value = {True: "Sí", False: "No"}[value] if isinstance(value, bool) else value
            sheet.cell(row, plan.typed_column(k)).value = value
    origins = [entry.provenance for entry in known if entry is not None]
    if origins:
        for i, text in enumerate((origins[-1].who, origins[-1].date, origins[-1].evidence), 1):
            sheet.cell(row, plan.check_column + i).value = text or None
