"""Indicadores: every indicator by principle, by native formulas over Datos and Notas, with the add-in's value."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.formula import Binary, Name, Node, spreadsheet
from xl_perlas.social import SocialIndicator
from xl_perlas.social.model import HIGHER, LOWER, SocialKind
from xl_perlas.social.texts import definition_words
from xl_perlas.social.thresholds import Mode, Subject
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.plan import ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.cells import DOES_NOT_APPLY
from xl_perlas.workbook.social.plan import (
    ADDIN,
    ANALYSIS,
    CHANGE,
    DATOS,
    DECLARED,
    GAP,
    INDICADORES,
    LIGHT,
    MARK,
    MARKED,
    NOTE,
    PREVIOUS,
    REASON,
    SOURCE,
    VALUE,
    SocialPlan,
    is_number,
    lagged,
)
from xl_perlas.workbook.social.sheets import notas
from xl_perlas.workbook.social.sheets.looks import (
    BEFORE,
    NOW,
    block,
    light_rules,
    put,
    year_head,
    year_headers,
    year_results,
)
from xl_perlas.workbook.social.view import (
    LIGHTS,
    MISSING,
    NEGATIVE_BASE,
    NOT_AVAILABLE,
    ZERO_DENOMINATOR,
    ZERO_DIVISION,
    SocialView,
)
from xl_perlas.workbook.styles import missing_rule, style

NAME = INDICADORES
ONE_SIDE, NO_ADDIN = "solo un lado", "sin complemento"
#: Blocks with a heading of years, and what stands over them.
_BLOCKS = {
    VALUE: "Valor (fórmula nativa)", MARK: "Nota de 0 a 10", LIGHT: "Luz", REASON: "Por qué no hay valor",
    DECLARED: "Declare aquí «no aplica»", NOTE: "Nota de lectura", ADDIN: "Valor (función del complemento)",
    GAP: "Diferencia entre los dos", PREVIOUS: "Valor un año antes", MARKED: "Lo que se califica",
}  # fmt: skip
_WIDTHS = {1: 8, 2: 40, 3: 48, 4: 14, 5: 14}
_DIRECTIONS = {HIGHER: "más es mejor", LOWER: "menos es mejor"}
#: Decimals of a change as a part of the previous value: what binary rounding leaves decides nothing.
_DIGITS = 12
_EQUAL, _CHANGED = "igual", "cambió"
_SENTENCE_WIDTH = 70


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Of each indicator and year: value, reason, what is marked, mark and light; and its change."""
    cells: Cells = {}
    for kind in _BLOCKS:
        cells.update(year_headers(plan, plan.column(kind), plan.indicator_header))
    for one in plan.indicators:
        row = plan.indicator_rows[one.id]
        for k in range(plan.capacity):
            found = {
                REASON: _reason(plan, one, k), VALUE: _value(plan, one, k), ADDIN: _addin(plan, row, k),
                GAP: _gap(plan, row, k), MARK: _mark(plan, one, k), LIGHT: _light(plan, row, k),
            }  # fmt: skip
            if is_number(one):
                found |= {PREVIOUS: _previous(plan, row, k), MARKED: _marked(plan, one, k)}
            if one.repeats:
                found[DECLARED] = f'={_local(plan, DECLARED, plan.indicator_rows[one.repeats], k)}&""'
            cells.update({(row, plan.column(kind, k)): text for kind, text in found.items()})
        cells[(row, plan.column(CHANGE))] = _change(plan, one)
    for key, row in plan.scale_rows.items():
        for k in range(plan.capacity):
            cells[(row, plan.column(VALUE, k))] = _level(plan, key, k)
    return common.light(native_only(plan, cells))  # type: ignore[arg-type]


def _local(plan: SocialPlan, kind: int, row: int, k: int = 0) -> str:
    return ref(plan.column(kind, k), row)


def _cells(plan: SocialPlan, one: SocialIndicator, k: int) -> list[str]:
    """Cells of Datos that the indicator uses in year `k`, each once."""
    nodes = [node for node in (one.numerator, one.denominator) if node is not None]
    found = ((n.name, lag) for node in nodes for n, lag in lagged(node) if isinstance(n, Name))
    return [plan.in_use(name, lag, k) for name, lag in dict.fromkeys(found)]


def _text(plan: SocialPlan, node: Node, k: int, lag: int = 0) -> str:
    return spreadsheet(node, lambda name, at: plan.in_use(name, at + lag, k))


def _divisors(plan: SocialPlan, one: SocialIndicator, k: int) -> list[str]:
    nodes = [node for node in (one.numerator, one.denominator) if node is not None]
    inner = [
        _text(plan, n.right, k, lag) for node in nodes for n, lag in lagged(node)
        if isinstance(n, Binary) and n.operator == "/"
    ]  # fmt: skip
    return [*inner, *([_text(plan, one.denominator, k)] if one.denominator else [])]


def _reason(plan: SocialPlan, one: SocialIndicator, k: int) -> str:
    """No value: declared, an input does not apply or is missing, a divisor is zero, or growth from a negative."""
    cells, declared = _cells(plan, one, k), _local(plan, DECLARED, plan.indicator_rows[one.id], k)
    said = f'IFERROR((LOWER(TRIM({declared}))="no aplica")+(LOWER(TRIM({declared}))="n/a"),0)'
    if is_number(one):
        not_applying = "+".join(f"ISTEXT({cell})" for cell in cells)
        missing = f"(COUNT({','.join(cells)})<{len(cells)})"
    else:
        not_applying = "+".join(f'IFERROR({cell}="{DOES_NOT_APPLY}",0)' for cell in cells)
        missing = "+".join(f"ISERROR({cell})" for cell in cells)
    states = [f"5*(({said}+{not_applying})>0)", f"4*({missing}>0)" if not is_number(one) else f"4*{missing}"]
    if divisors := _divisors(plan, one, k):
        states.append(f"3*({'+'.join(f'IFERROR(({d})=0,1)' for d in divisors)}>0)")
    if one.kind is SocialKind.GROWTH and one.denominator is not None:
        states.append(f"2*IFERROR(({_text(plan, one.denominator, k)})<0,0)")
    words = ",".join(f'"{word}"' for word in ("", NEGATIVE_BASE, ZERO_DENOMINATOR, MISSING, DOES_NOT_APPLY))
    return f'=IF({plan.key(k)}="","",CHOOSE(MAX(1,{",".join(states)}),{words}))'


def _value(plan: SocialPlan, one: SocialIndicator, k: int) -> str:
    reason = _local(plan, REASON, plan.indicator_rows[one.id], k)
    top = _text(plan, one.numerator, k)
    bottom = None if one.denominator is None else _text(plan, one.denominator, k)
    found = top if bottom is None else f"({top})/({bottom})"
    if one.kind is SocialKind.GROWTH:
        found += "-1"
    return f'=IF({reason}="",{found},CHOOSE(1+({reason}="{ZERO_DENOMINATOR}"),NA(),1/0))'


def _addin(plan: SocialPlan, row: int, k: int) -> str:
    """The same by the add-in's function, from the values in use of this year and of the one before."""
    first, last = plan.input_span
    ids, now, before = (
        f"{DATOS}!{span(c, first, last)}" for c in (plan.data_id, plan.use_column(k), plan.lag_column(k))
    )
    call = f'{spelling(plan, "BS_INDICADOR")}({ref(1, row, fix_column=True)},{ids},{now},{before},"{country(plan)}")'  # type: ignore[arg-type]
    return f'=IF(OR({plan.key(k)}="",{_local(plan, DECLARED, row, k)}<>""),"",{call})'


def country(plan: SocialPlan) -> str:
    """The option of the functions that says whose indicators they are."""
    return f"pais={plan.method.country.lower()}"


def _gap(plan: SocialPlan, row: int, k: int) -> str:
    own, other = _local(plan, VALUE, row, k), _local(plan, ADDIN, row, k)
    same = f"ISNUMBER({own})=ISNUMBER({other})"
    words = f'CHOOSE(1+IFERROR(ERROR.TYPE({other})=5,FALSE),"{ONE_SIDE}","{NO_ADDIN}")'
    return f"=IF({same},IFERROR(ABS({own}-{other}),CHOOSE(1+IFERROR({own}={other},TRUE),1,0)),{words})"


def _previous(plan: SocialPlan, row: int, k: int) -> str:
    values = span(plan.column(VALUE), row, row, plan.column(VALUE, plan.capacity - 1))
    keys = plan.year_span(plan.used_key_row)
    return f"=IFERROR(INDEX({values},MATCH({plan.key(k)}-12,{keys},0)),NA())"


def _marked(plan: SocialPlan, one: SocialIndicator, k: int) -> str:
    """The value; its change as a part of the value of a year before (from nothing to something, all); or its level."""
    row = plan.indicator_rows[one.id]
    value, before = _local(plan, VALUE, row, k), _local(plan, PREVIOUS, row, k)
    change = f"CHOOSE(2+SIGN({before}),NA(),SIGN({value}),ROUND(({value}-{before})/{before},{_DIGITS}))"
    scale = next((s for key, s in plan.scale_rows.items()
                  if plan.method.scales[key].indicator in (one.id, one.repeats)), None)  # fmt: skip
    level = "NA()" if scale is None else _local(plan, VALUE, scale, k)
    subject = f"LOWER(TRIM({plan.note_cell(plan.note_subject, plan.note_rows[one.id])}))"
    chosen = f'1+({subject}="{Subject.CHANGE}")+2*({subject}="{Subject.SCALE}")'
    return f"=CHOOSE({chosen},{value},{change},{level})+0*{value}"


def _mark(plan: SocialPlan, one: SocialIndicator, k: int) -> str:
    row, at = plan.indicator_rows[one.id], plan.note_rows[one.id]
    usable = f'({plan.note_cell(notas.check_column(plan), at)}="{notas.WORKS}")'
    values, marks = plan.note_points(at), plan.note_marks(at)
    if not is_number(one):
        value, other = _local(plan, VALUE, row, k), plan.note_cell(plan.note_answered, at)
        answered = f'{other}/({other}<>"")'
        return f'=IFERROR(IFERROR(INDEX({marks},MATCH({value},{values},0)),{answered})/{usable}/ISTEXT({value}),"")'
    x = _local(plan, MARKED, row, k)
    way, count = (plan.note_cell(c, at) for c in (notas.way_column(plan), notas.count_column(plan)))
    steps = f"MAX(MIN({marks}),SUMPRODUCT(MAX(ISNUMBER({values})*(({x}-{values})*{way}>=0)*{marks})))"
    inside = f"MAX(MIN({values}),MIN(MAX({values}),{x}))"
    part = f"MIN({count}-1,MATCH({inside},{values},1))"
    ends = (f"INDEX({area},{part}):INDEX({area},{part}+1)" for area in (marks, values))
    linear = f"FORECAST({inside},{','.join(ends)})"
    mode = f'LOWER(TRIM({plan.note_cell(plan.note_mode, at)}))="{Mode.LINEAR}"'
    return f'=IFERROR(IF({mode},{linear},{steps})/{usable},"")'


def _light(plan: SocialPlan, row: int, k: int) -> str:
    mark = _local(plan, MARK, row, k)
    place = f"COUNT({mark})*(1+({mark}>={notas.amber(plan)})+({mark}>={notas.green(plan)}))"
    words = ",".join(f'"{word}"' for word in LIGHTS.values())
    return f'=IF({plan.key(k)}="","",CHOOSE(1+{place},{words}))'


def _change(plan: SocialPlan, one: SocialIndicator) -> str:
    row = plan.indicator_rows[one.id]
    values = span(plan.column(VALUE), row, row, plan.column(VALUE, plan.capacity - 1))
    now, before = (f"INDEX({values},{place})" for place in (NOW, BEFORE))
    if is_number(one):
        return f'=IFERROR({now}-{before},"")'
    return f'=IFERROR(CHOOSE(1+({now}={before}),"{_CHANGED}","{_EQUAL}"),"")'


def _level(plan: SocialPlan, key: str, k: int) -> str:
    """Level by how far a value is over its reference."""
    scale, row = plan.method.scales[key], plan.scale_rows[key]
    value = _local(plan, VALUE, plan.indicator_rows[scale.indicator], k)
    over = f"{value}-{plan.in_use(scale.reference, 0, k)}"
    low, high = (ref(c, row, fix_column=True) for c in (4, 5))
    levels = ",".join(f"{level}" for level in scale.levels)
    return f"=IFERROR(CHOOSE(1+({over}>={low})+({over}>{high}),{levels}),NA())"


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show, the sentence of the year that is reported, and the notes."""
    plan = view.plan
    cells: Cells = {}
    for kind in _BLOCKS:
        cells.update(year_results(view, plan.column(kind), plan.indicator_header))
    for one in plan.indicators:
        row = plan.indicator_rows[one.id]
        for k in range(plan.capacity):
            cells.update({(row, plan.column(kind, k)): v for kind, v in _year(view, one, k).items()})
        found = view.result(one.id, view.now)
        cells[(row, plan.column(ANALYSIS))] = "" if found is None else found.analysis
        cells[(row, plan.column(CHANGE))] = change_shown(view, one)
    for key, row in plan.scale_rows.items():
        for k in range(plan.capacity):
            cells[(row, plan.column(VALUE, k))] = view.level(key, k)
    return common.light(settled(plan, cells), view.state)  # type: ignore[arg-type]


def _year(view: SocialView, one: SocialIndicator, k: int) -> Cells:
    value, unused = view.value(one.id, k), view.position(k) is None
    declared = (one.id, k) in view.book.declared
    own: object = "" if unused or declared else PlainText(value) if value in (NOT_AVAILABLE, ZERO_DIVISION) else value
    cells: Cells = {
        REASON: view.reason(one.id, k), VALUE: value, ADDIN: own, MARK: view.mark(one.id, k),
        LIGHT: view.light(one.id, k), NOTE: view.note(one.id, k), GAP: 0,
    }  # type: ignore[dict-item]  # fmt: skip
    if is_number(one):
        earlier = view.value(one.id, view.column_before(k))
        cells[PREVIOUS] = earlier if isinstance(earlier, float) else NOT_AVAILABLE  # type: ignore[index]
        cells[MARKED] = value if isinstance(value, str) else view.marked(one, k)  # type: ignore[index]
    if one.repeats:
        cells[DECLARED] = view.book.declared_texts.get((one.repeats, k), "")  # type: ignore[index]
    return cells


def change_shown(view: SocialView, one: SocialIndicator) -> object:
    """Value of the year that is reported less that of the other; of words, whether they changed."""
    now, before = (view.value(one.id, k) for k in (view.now, view.before))
    if isinstance(now, float) and isinstance(before, float):
        return now - before
    errors = (NOT_AVAILABLE, ZERO_DIVISION)
    if is_number(one) or now in errors or before in errors:
        return ""
    return _EQUAL if now == before else _CHANGED


def heights(view: SocialView) -> dict[int, float | None]:
    """Height of the row of each indicator, by its longest text."""
    plan, found = view.plan, {}
    for one in plan.indicators:
        result = view.result(one.id, view.now)
        texts: list[tuple[object, float]] = [
            (one.name, _WIDTHS[2]), (definition_words(one, plan.method.inputs), _WIDTHS[3]),
            (result.analysis if result else "", _SENTENCE_WIDTH), (source_of(one), 44),
            *((view.note(one.id, k), 40.0) for k in range(plan.capacity)),
        ]  # fmt: skip
        found[plan.indicator_rows[one.id]] = common.height(texts, 18)
    return dict(found)


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Labels, styles, formulas."""
    common.start(
        sheet, "calculo", "Indicadores",
        "Cada indicador, con su fórmula y su fuente. El valor, la nota y la luz son fórmulas sobre Datos y Notas.",
        light_to="B3",
    )  # fmt: skip
    common.header(sheet, "calculo", ["Id", "Indicador", "Fórmula", "Unidad", "Sentido"], plan.indicator_header)
    singles = {CHANGE: "Cambio", ANALYSIS: "Análisis del año que se informa", SOURCE: "Fuente y lectura"}
    for kind, text in singles.items():
        common.header(sheet, "calculo", [text], plan.indicator_header, plan.column(kind))
    for kind, text in _BLOCKS.items():
        group = "entradas" if kind == DECLARED else "resultados" if kind in (VALUE, MARK, LIGHT) else "calculo"
        common.put(sheet, plan.indicator_header - 1, plan.column(kind), text, "xlp_proposito")
        year_head(sheet, group, plan.indicator_header, plan.column(kind), plan.capacity)
    width = plan.column(MARKED, plan.capacity - 1)
    for key, row in plan.principle_rows.items():
        common.section(sheet, row, f"{key} · {plan.method.principles[key].name}", width)
    for one in plan.indicators:
        _row(sheet, plan, one)
    _scales(sheet, plan)
    _rules(sheet, plan)
    _widths(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, plan.indicator_header + 1), repeat_rows=f"4:{plan.indicator_header}")
    sheet.print_title_cols = "A:B"
    sheet.page_setup.fitToWidth = 2
    sheet.print_area = f"A1:{ref(plan.column(SOURCE), plan.indicator_span[1])}"


def source_of(one: SocialIndicator) -> str:
    """Where the formula comes from, and what was decided where that is not clear."""
    return f"{one.source}. {one.note}".strip().rstrip(".") + "." if one.note else str(one.source)


def _row(sheet: Worksheet, plan: SocialPlan, one: SocialIndicator) -> None:
    row, words = plan.indicator_rows[one.id], definition_words(one, plan.method.inputs)
    if one.repeats:
        words = f"El mismo valor que {one.repeats}: {words}"
    for column, text in enumerate((one.id, one.name, words, one.unit, _DIRECTIONS.get(one.direction, "neutro")), 1):
        common.put(sheet, row, column, text, style("rotulo", "texto" if column == 1 else ""))
    unit = one.unit if is_number(one) else "veces"  # which stands to the right, as figures do
    for k in range(plan.capacity):
        looks = {VALUE: ("resultado", unit), ADDIN: ("calculo", unit), PREVIOUS: ("calculo", unit)}
        for kind, (look, shown) in looks.items():
            put(sheet, row, plan.column(kind, k), None, look, shown)
        for kind in (REASON, NOTE):
            put(sheet, row, plan.column(kind, k), None, "calculo")
        put(sheet, row, plan.column(DECLARED, k), None, "calculo" if one.repeats else "entrada", "texto")
        put(sheet, row, plan.column(MARK, k), None, "resultado", "veces")
        put(sheet, row, plan.column(LIGHT, k), None, "resultado", "texto")
        put(sheet, row, plan.column(MARKED, k), None, "calculo")
        sheet.cell(row, plan.column(MARKED, k)).number_format = "0.0000"
        put(sheet, row, plan.column(GAP, k), None, "control")
        sheet.cell(row, plan.column(GAP, k)).number_format = "0.0E+00"
    put(sheet, row, plan.column(CHANGE), None, "resultado", unit)
    if unit == "%":
        sheet.cell(row, plan.column(CHANGE)).number_format = '+0.00%;-0.00%;0.00%'
    put(sheet, row, plan.column(ANALYSIS), None, "calculo")
    common.put(sheet, row, plan.column(SOURCE), source_of(one), style("rotulo"))
    common.fit_height(sheet, row, [(words, _WIDTHS[3]), (one.name, _WIDTHS[2]), (source_of(one), 44)], 18)


def _scales(sheet: Worksheet, plan: SocialPlan) -> None:
    if not plan.scale_rows:
        return
    top = min(plan.scale_rows.values()) - 1
    common.section(sheet, top, "Escalas: nivel según cuánto supera el valor a su referencia (los dos límites, a la "
                   "derecha)", plan.column(SOURCE))  # fmt: skip
    for key, row in plan.scale_rows.items():
        scale = plan.method.scales[key]
        texts = (scale.indicator, scale.name, f"Niveles {', '.join(map(str, scale.levels))}. {scale.source}")
        for column, text in enumerate(texts, 1):
            common.put(sheet, row, column, text, style("rotulo"))
        for column, limit in zip((4, 5), scale.limits, strict=True):
            common.put(sheet, row, column, limit, style("calculo", "%"))
        for k in range(plan.capacity):
            put(sheet, row, plan.column(VALUE, k), None, "calculo", "nivel")
        sheet.row_dimensions[row].height = 30


def _rules(sheet: Worksheet, plan: SocialPlan) -> None:
    first, last = plan.indicator_span[0] - 1, plan.indicator_span[1]
    end = plan.capacity - 1
    for kind in (VALUE, ADDIN, PREVIOUS, MARKED):
        missing_rule(sheet, block(first, plan.column(kind), last, plan.column(kind, end)), _local(plan, kind, first))
    light_rules(sheet, block(first, plan.column(LIGHT), last, plan.column(LIGHT, end)), _local(plan, LIGHT, first))
    declared = DataValidation(type="list", formula1='"No aplica"', allow_blank=True)
    declared.error, declared.errorTitle = "Elija «No aplica» o deje vacía la celda.", "No aplica"
    for one in plan.indicators:
        if not one.repeats:
            row = plan.indicator_rows[one.id]
            declared.add(f"{_local(plan, DECLARED, row)}:{_local(plan, DECLARED, row, end)}")
    sheet.add_data_validation(declared)


def _widths(sheet: Worksheet, plan: SocialPlan) -> None:
    common.widths(sheet, _WIDTHS)
    sizes = {VALUE: 14, MARK: 8, LIGHT: 12, REASON: 15, DECLARED: 11, NOTE: 40, ADDIN: 14, GAP: 11, PREVIOUS: 13,
             MARKED: 11}  # fmt: skip
    for kind, size in sizes.items():
        common.widths(sheet, {plan.column(kind, k): size for k in range(plan.capacity)})
    common.widths(sheet, {plan.column(CHANGE): 13, plan.column(ANALYSIS): _SENTENCE_WIDTH, plan.column(SOURCE): 44})
