"""Indicadores: every indicator by principle, by native formulas over Datos and Notas, with the add-in's value."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.formula import Binary, Name, Node, spreadsheet
from xl_perlas.social import SocialIndicator
from xl_perlas.social.model import SocialKind
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
    VALUE,
    SocialPlan,
    is_number,
    lagged,
)
from xl_perlas.workbook.social.sheets import indicadores_look, notas
from xl_perlas.workbook.social.sheets.indicadores_look import BLOCKS, local
from xl_perlas.workbook.social.sheets.looks import BEFORE, NOW, year_headers, year_results
from xl_perlas.workbook.social.view import (
    LIGHTS,
    MISSING,
    NEGATIVE_BASE,
    ZERO_DENOMINATOR,
    ZERO_DIVISION,
    SocialView,
)
from xl_perlas.workbook.view import NOT_AVAILABLE

NAME = INDICADORES
ONE_SIDE, NO_ADDIN = "solo un lado", "sin complemento"
#: Decimals of a change as a part of the previous value: what binary rounding leaves decides nothing.
_DIGITS = 12
_EQUAL, _CHANGED = "igual", "cambió"


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Of each indicator and year: value, reason, what is marked, mark and light; and its change."""
    cells: Cells = {}
    for kind in BLOCKS:
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
                found[DECLARED] = f'={local(plan, DECLARED, plan.indicator_rows[one.repeats], k)}&""'
            cells.update({(row, plan.column(kind, k)): text for kind, text in found.items()})
        cells[(row, plan.column(CHANGE))] = _change(plan, one)
    for key, row in plan.scale_rows.items():
        for k in range(plan.capacity):
            cells[(row, plan.column(VALUE, k))] = _level(plan, key, k)
    return common.light(native_only(plan, cells))  # type: ignore[arg-type]


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
    cells, declared = _cells(plan, one, k), local(plan, DECLARED, plan.indicator_rows[one.id], k)
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
    reason = local(plan, REASON, plan.indicator_rows[one.id], k)
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
        f"{DATOS}!{span(c, first, last)}" for c in (plan.data_id, plan.use_column(k), plan.passed_column(k))
    )
    call = f'{spelling(plan, "BS_INDICADOR")}({ref(1, row, fix_column=True)},{ids},{now},{before},"{country(plan)}")'  # type: ignore[arg-type]
    return f'=IF(OR({plan.key(k)}="",{local(plan, DECLARED, row, k)}<>""),"",{call})'


def country(plan: SocialPlan) -> str:
    """The option of the functions that says whose indicators they are."""
    return f"pais={plan.method.country.lower()}"


def _gap(plan: SocialPlan, row: int, k: int) -> str:
    own, other = local(plan, VALUE, row, k), local(plan, ADDIN, row, k)
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
    value, before = local(plan, VALUE, row, k), local(plan, PREVIOUS, row, k)
    change = f"CHOOSE(2+SIGN({before}),NA(),SIGN({value}),ROUND(({value}-{before})/{before},{_DIGITS}))"
    scale = next((s for key, s in plan.scale_rows.items()
                  if plan.method.scales[key].indicator in (one.id, one.repeats)), None)  # fmt: skip
    level = "NA()" if scale is None else local(plan, VALUE, scale, k)
    subject = f"LOWER(TRIM({plan.note_cell(plan.note_subject, plan.note_rows[one.id])}))"
    chosen = f'1+({subject}="{Subject.CHANGE}")+2*({subject}="{Subject.SCALE}")'
    return f"=0*{value}+CHOOSE({chosen},{value},{change},{level})"  # of two errors the first one shows: its own


def _mark(plan: SocialPlan, one: SocialIndicator, k: int) -> str:
    row, at = plan.indicator_rows[one.id], plan.note_rows[one.id]
    usable = f'({plan.note_cell(notas.check_column(plan), at)}="{notas.WORKS}")'
    values, marks = plan.note_points(at), plan.note_marks(at)
    if not is_number(one):
        value, other = local(plan, VALUE, row, k), plan.note_cell(plan.note_answered, at)
        answered = f'{other}/({other}<>"")'
        return f'=IFERROR(IFERROR(INDEX({marks},MATCH({value},{values},0)),{answered})/{usable}/ISTEXT({value}),"")'
    x = local(plan, MARKED, row, k)
    way, count = (plan.note_cell(c, at) for c in (notas.way_column(plan), notas.count_column(plan)))
    steps = f"MAX(MIN({marks}),SUMPRODUCT(MAX(ISNUMBER({values})*(({x}-{values})*{way}>=0)*{marks})))"
    inside = f"MAX(MIN({values}),MIN(MAX({values}),{x}))"
    part = f"MIN({count}-1,MATCH({inside},{values},1))"
    ends = (f"INDEX({area},{part}):INDEX({area},{part}+1)" for area in (marks, values))
    linear = f"FORECAST({inside},{','.join(ends)})"
    mode = f'LOWER(TRIM({plan.note_cell(plan.note_mode, at)}))="{Mode.LINEAR}"'
    return f'=IFERROR(IF({mode},{linear},{steps})/{usable},"")'


def _light(plan: SocialPlan, row: int, k: int) -> str:
    mark = local(plan, MARK, row, k)
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
    value = local(plan, VALUE, plan.indicator_rows[scale.indicator], k)
    over = f"{value}-{plan.in_use(scale.reference, 0, k)}"
    low, high = (ref(c, row, fix_column=True) for c in (4, 5))
    levels = ",".join(f"{level}" for level in scale.levels)
    return f"=IFERROR(CHOOSE(1+({over}>={low})+({over}>{high}),{levels}),NA())"


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show, the sentence of the year that is reported, and the notes."""
    plan = view.plan
    cells: Cells = {}
    for kind in BLOCKS:
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


def _year(view: SocialView, one: SocialIndicator, k: int) -> dict[int, object]:
    value, unused = view.value(one.id, k), view.position(k) is None
    declared = (one.id, k) in view.book.declared
    own: object = "" if unused or declared else PlainText(value) if value in (NOT_AVAILABLE, ZERO_DIVISION) else value
    cells: dict[int, object] = {
        REASON: view.reason(one.id, k), VALUE: value, ADDIN: own, MARK: view.mark(one.id, k),
        LIGHT: view.light(one.id, k), NOTE: view.note(one.id, k), GAP: 0,
    }  # fmt: skip
    if is_number(one):
        earlier = view.value(one.id, view.column_before(k))
        cells[PREVIOUS] = earlier if isinstance(earlier, float) else NOT_AVAILABLE
        cells[MARKED] = value if isinstance(value, str) else view.marked(one, k)
    if one.repeats:
        cells[DECLARED] = view.book.declared_texts.get((one.repeats, k), "")
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
    plan, found = view.plan, dict[int, float | None]()
    for one in plan.indicators:
        result = view.result(one.id, view.now)
        notes = [view.note(one.id, k) for k in range(plan.capacity)]
        sentence = result.analysis if result else ""
        found[plan.indicator_rows[one.id]] = indicadores_look.height(one, plan, sentence, notes)
    return found


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Labels, styles, formulas."""
    indicadores_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
