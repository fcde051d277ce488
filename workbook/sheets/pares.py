"""Pares: whom the entity is compared with in the ratios of supervision, and where it stands among them."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import LOWER, Unit, convert
from xl_perlas.model import Indicator
from xl_perlas.peers import Deviation, PeerReport, Standing, segment_of, stand
from xl_perlas.supervision_load import BOTH, all_ratios, load_supervision
from xl_perlas.workbook import names, plan_supervision
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.hosts import native_only, settled, spelling
from xl_perlas.workbook.plan import LINEAS, PARES, SUPERVISION, Plan, quoted, ref, span
from xl_perlas.workbook.plan_peers import LIGHTS, Use
from xl_perlas.workbook.plan_supervision import Block, block_column
from xl_perlas.workbook.sheets import common, pares_chart, pares_look
from xl_perlas.workbook.sheets.auditoria import ONE_SIDE
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.sheets.supervision import note_shown, value_shown
from xl_perlas.workbook.view import NOT_AVAILABLE, SAME, View

NAME = PARES
_BY_PERCENTILE, _BY_SIGMAS, _BY_MEAN, _BY_DISTANCE = pp.CRITERIA


def defined() -> dict[str, str]:
    """Whether means and deviations are lent to CAMEL."""
    return {names.PEERS_IN_CAMEL: f"{NAME}!{pp.choice(pp.CAMEL_ROW)}"}


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """What follows from the choices, each ratio among its peers, and the figures that count."""
    cells: Cells = {**_choice_formulas(plan), **_table_formulas()}
    for key, row in pp.result_rows().items():
        cells.update({(row, column): text for column, text in _result_formulas(plan, key, row).items()})
    gaps = span(pp.GAP, min(pp.result_rows().values()), max(pp.result_rows().values()))
    cells[(pp.check_row(), pp.GAP)] = f'=COUNTIF({gaps},">"&{SAME:.0E})+COUNTIF({gaps},"{ONE_SIDE}")'
    cells.update(pares_chart.formulas())
    return common.light(native_only(plan, cells))


def _choice_formulas(plan: Plan) -> Cells:
    keys = f"{quoted(LINEAS)}!" + span(
        plan.line_column(0), plan.key_row, plan.key_row, plan.line_column(plan.capacity - 1)
    )
    period = pp.choice(pp.PERIOD_ROW)
    chosen = f'IF({period}="",NA(),MATCH({period},{names.PERIODS},0))'
    uses = span(pp.USE, *pp.entity_span())
    return {
        (pp.POSITION_ROW, pp.VALUE): f"=IFERROR({chosen},MATCH(MAX({keys}),{keys},0))",
        (pp.DIVISOR_ROW, pp.VALUE): f'=IF({pp.choice(pp.UNIT_ROW)}="{Unit.RATIO}",1,100)',
        (pp.PEERS_ROW, pp.VALUE): f'=COUNTIF({uses},"{Use.YES}")',
    }


def _table_formulas() -> Cells:
    """Which rows count as peers, and their figures as ratios."""
    cells: Cells = {}
    columns = pp.figure_columns().values()
    words = ",".join(f'"{word}"' for word in pp.SUMMARY_WORDS)
    divisor = pp.choice(pp.DIVISOR_ROW)
    first, last = pp.entity_span()
    for row in range(first, last + 1):
        name = f"LOWER(TRIM({ref(pp.NAME, row)}))"
        above = [f"{ref(c, first - 1, fix_row=True)}:{ref(c, row - 1)}" for c in (pp.NAME, pp.USE)]
        repeated = f'(SUMPRODUCT((LOWER(TRIM({above[0]}))={name})*({above[1]}="{Use.YES}"))>0)'
        summary = f'ISNUMBER(MATCH(LEFT({name},FIND(" ",{name}&" ")-1),{{{words}}},0))'
        own = f"({name}=LOWER(TRIM({names.ENTITY})))"
        why = f"MAX(1,2*{repeated},3*{summary},4*{own})"
        # without a name there is nothing to hold against others
        kinds = ",".join(f'"{use}"' for use in Use)
        figures = f"{ref(min(columns), row)}:{ref(max(columns), row)}"
        named = f"1+({why}-1)*(LEN({name})>0)"
        cells[(row, pp.USE)] = f'=IF(COUNT({figures})=0,"",IFERROR(CHOOSE({named},{kinds}),"{Use.YES}"))'
        use = ref(pp.USE, row, fix_column=True)
        for column in columns:
            figure = ref(column, row)
            counts = f'AND({use}="{Use.YES}",ISNUMBER({figure}))'
            cells[(pp.counted_row(row), column)] = f'=IF({counts},{figure}/{divisor},"")'
    return cells


def _result_formulas(plan: Plan, key: str, row: int) -> dict[int, str]:
    indicator, peers = all_ratios()[key], pp.counted(key)

    def here(column: int) -> str:
        return ref(column, row)

    def of_period(block: Block) -> str:
        at = plan_supervision.ratio_rows()[key]
        cells = span(block_column(plan, block, 0), at, at, block_column(plan, block, plan.capacity - 1))
        return f"INDEX({quoted(SUPERVISION)}!{cells},{pp.choice(pp.POSITION_ROW)})"

    own, count, tie = here(pp.OWN), here(pp.COUNT), pp.limit(pp.TIE)
    near = f"{tie}*MAX(1,ABS({own}))"
    below, above = f'COUNTIF({peers},"<"&({own}-{near}))', f'COUNTIF({peers},">"&({own}+{near}))'
    worse, better = (above, below) if indicator.direction == LOWER else (below, above)
    given = f"ISNUMBER({own})*({count}>0)"
    found = {
        pp.OWN: f"={of_period(Block.NATIVE)}",
        pp.COUNT: f"=COUNT({peers})",
        pp.MEAN: _mean_formula(key, row),
        pp.DEVIATION: _deviation_formula(key, row),
        pp.POINTS: f"=IF(ISNUMBER({own})*ISNUMBER({here(pp.MEAN)}),({own}-{here(pp.MEAN)})*100,NA())",
        pp.SIGMAS: f"=IFERROR(({own}-{here(pp.MEAN)})/{_spread(row)},NA())",
        pp.LIGHT: _light_formula(indicator, row),
        pp.RULE: _rule_formula(indicator, row),
    }
    if indicator.direction == BOTH:
        return found
    function = spelling(plan, "PERCENTIL_PAR")
    call = f'{function}({of_period(Block.VALUE)},{peers},"sentido={indicator.direction}")'
    side = f"1+ISNUMBER({here(pp.ADDIN)})+ISNUMBER({here(pp.PERCENTILE)})"
    gap = f"ABS({here(pp.ADDIN)}-{here(pp.PERCENTILE)})"
    return found | {
        pp.POSITION: f"=IF({given},1+{better},NA())",
        pp.PERCENTILE: f"=IF({given},100*({count}+{worse}-{better})/(2*{count}),NA())",
        pp.ADDIN: f"=IF(ISNUMBER({of_period(Block.VALUE)})*({count}>0),{call},NA())",
        pp.GAP: f'=IFERROR({gap},CHOOSE({side},"","{ONE_SIDE}","{ONE_SIDE}"))',
    }


def _mean_formula(key: str, row: int) -> str:
    """Of the entities, two or more; without any, the typed one."""
    typed = ref(pp.figure_columns()[key], pp.mean_row(), fix_column=True, fix_row=True)
    ours = f"CHOOSE(1+({ref(pp.COUNT, row)}>1),NA(),AVERAGE({pp.counted(key)}))"
    theirs = f"CHOOSE(1+ISNUMBER({typed}),NA(),{typed}/{pp.choice(pp.DIVISOR_ROW)})"
    return f"=IF({pp.choice(pp.PEERS_ROW)}>0,{ours},{theirs})"


def _deviation_formula(key: str, row: int) -> str:
    column, count = pp.figure_columns()[key], ref(pp.COUNT, row)
    mean, typed = (ref(column, pp.mean_row() + i, fix_column=True, fix_row=True) for i in (0, 1))
    population = f'({pp.choice(pp.DEVIATION_ROW)}="{Deviation.POPULATION}")'
    factor = f"CHOOSE(1+{population},1,SQRT(({count}-1)/{count}))"
    ours = f"CHOOSE(1+({count}>1),NA(),STDEV({pp.counted(key)})*{factor})"
    known = f"ISNUMBER({mean})*ISNUMBER({typed})*(N({typed})>0)"
    theirs = f"CHOOSE(1+{known},NA(),{typed}/{pp.choice(pp.DIVISOR_ROW)})"
    return f"=IF({pp.choice(pp.PEERS_ROW)}>0,{ours},{theirs})"


def _spread(row: int) -> str:
    """The deviation; none where it is only the rounding of equal figures."""
    mean, deviation = ref(pp.MEAN, row), ref(pp.DEVIATION, row)
    return f"CHOOSE(1+({deviation}>{pp.limit(pp.TIE)}*ABS({mean})),NA(),{deviation})"


def _rule_formula(indicator: Indicator, row: int) -> str:
    """What decides the light: the percentile among enough peers; else the distance in σ; else the side of the mean."""
    own, count, points, sigmas = (ref(c, row) for c in (pp.OWN, pp.COUNT, pp.POINTS, pp.SIGMAS))
    if indicator.direction == BOTH:
        return f'=IF(ISNUMBER({sigmas}),"{_BY_DISTANCE}","")'
    which = f"MAX(1,2*ISNUMBER({points}),3*ISNUMBER({sigmas}),4*({count}>={pp.limit(pp.MINIMUM)}))"
    return f'=IF(ISNUMBER({own}),CHOOSE({which},"","{_BY_MEAN}","{_BY_SIGMAS}","{_BY_PERCENTILE}"),"")'


def _light_formula(indicator: Indicator, row: int) -> str:
    """1 plus the limits that the figure of the criterion does not reach."""
    rule, sigmas = ref(pp.RULE, row), ref(pp.SIGMAS, row)
    green, yellow, red, none = (f'"{text}"' for text in LIGHTS.values())
    if indicator.direction == BOTH:
        missed = "+".join(f"(ABS({sigmas})>{pp.limit(pp.FAR_LIMIT, c)})" for c in (pp.GREEN, pp.YELLOW))
        return f'=IF({rule}="",{none},CHOOSE(1+{missed},{green},{yellow},{red}))'
    sign = "-" if indicator.direction == LOWER else ""
    figures = ",".join((ref(pp.PERCENTILE, row), f"{sign}{sigmas}", f"{sign}{ref(pp.POINTS, row)}"))
    names_ = span(pp.CRITERION, pp.limit_row(pp.PERCENTILE_LIMIT), pp.limit_row(pp.MEAN_LIMIT))
    at = f"MATCH({rule},{names_},0)"

    def bound(column: int) -> str:
        rows = pp.limit_row(pp.PERCENTILE_LIMIT), pp.limit_row(pp.MEAN_LIMIT)
        return f"INDEX({span(column, *rows)},{at})"

    missed = "+".join(f"(CHOOSE({at},{figures})<{bound(c)})" for c in (pp.GREEN, pp.YELLOW))
    return f'=IF({rule}="",{none},CHOOSE(1+{missed},{green},{yellow},{red}))'


# --- results ----------------------------------------------------------------------------------------------------------


@once_a_view
def results(view: View) -> Cells:
    """What they show, and the notes."""
    plan, inputs = view.plan, view.supervision_inputs
    k = chosen_column(view)
    count = len(inputs.table.entities) if inputs.table else 0
    cells: Cells = {
        (pp.POSITION_ROW, pp.VALUE): NOT_AVAILABLE if k is None else k + 1,
        (pp.DIVISOR_ROW, pp.VALUE): convert(1.0, Unit.RATIO, inputs.unit),
        (pp.PEERS_ROW, pp.VALUE): count,
        **_table_results(view),
    }
    gaps = []
    for key, row in pp.result_rows().items():
        shown = _result_results(view, key, k)
        gaps.append(shown.get(pp.GAP))
        cells.update({(row, column): value for column, value in shown.items()})
    apart = sum(gap == ONE_SIDE or (isinstance(gap, float) and gap > SAME) for gap in gaps)
    cells[(pp.check_row(), pp.GAP)] = apart
    cells.update(pares_chart.results(cells))
    return common.light(settled(plan, cells), view.state)


def chosen_column(view: View) -> int | None:
    """Column of the period that is compared: the one chosen, or the last."""
    chosen = view.supervision_inputs.column
    return view.last if chosen is None else chosen


def _table_results(view: View) -> Cells:
    inputs = view.supervision_inputs
    cells: Cells = {}
    first, last = pp.entity_span()
    entities = iter(inputs.table.entities.values() if inputs.table else ())
    for row in range(first, last + 1):
        use = inputs.uses.get(row)
        figures = next(entities) if use is Use.YES else {}
        cells[(row, pp.USE)] = "" if use is None else str(use)
        for key, column in pp.figure_columns().items():
            figure = figures.get(key)
            shown = "" if figure is None else convert(figure, inputs.unit, Unit.RATIO)
            cells[(pp.counted_row(row), column)] = shown
    return cells


def standing(view: View, report: PeerReport | None, key: str) -> Standing:
    """Where a ratio stands; what is known of its peers where the entity has no value, or no peer has one."""
    if report is not None and key in report.standings:
        return report.standings[key]
    inputs = view.supervision_inputs
    table, ratio = inputs.table, all_ratios()[key]
    lights = load_supervision(plan_supervision.catalogs_of(key)[0]).lights
    if table is None:
        return stand(None, [], ratio.direction, lights)
    segment = report.segment if report is not None else segment_of(table, inputs.deviation)
    statistic, given = segment.statistics.get(key), table.means.get(key)
    figures = [statistic.mean, statistic.deviation] if statistic else [given.mean if given else None, None]
    mean, deviation = (None if x is None else convert(x, table.unit, Unit.RATIO) for x in figures)
    return stand(None, table.values(key), ratio.direction, lights, mean, deviation)


def _result_results(view: View, key: str, k: int | None) -> dict[int, object]:
    found, ranked = standing(view, view.native_peers, key), all_ratios()[key].direction != BOTH
    shown: dict[int, object] = {
        pp.OWN: value_shown(view, view.native_supervision, key, k), pp.COUNT: found.count,
        pp.MEAN: _or_missing(found.mean), pp.DEVIATION: _or_missing(found.deviation),
        pp.POINTS: _or_missing(found.points), pp.SIGMAS: _or_missing(found.sigmas),
        pp.LIGHT: LIGHTS[found.light], pp.RULE: found.rule, pp.NOTE: _note(view, key, k, found),
    }  # fmt: skip
    if not ranked:
        return shown
    own = standing(view, view.peers, key).percentile
    addin: object = PlainText(NOT_AVAILABLE) if own is None else own
    return shown | {
        pp.POSITION: _or_missing(found.position), pp.PERCENTILE: _or_missing(found.percentile), pp.ADDIN: addin,
        pp.GAP: _gap(own, found.percentile),
    }  # fmt: skip


def _or_missing(value: float | None) -> object:
    return NOT_AVAILABLE if value is None else value


def _gap(own: float | None, native: float | None) -> object:
    if own is not None and native is not None:
        return abs(own - native)
    return "" if own is None and native is None else ONE_SIDE


def _note(view: View, key: str, k: int | None, found: Standing) -> str:
    """Why there is no value, or why to doubt it; how many peers lack the ratio."""
    table = view.supervision_inputs.table
    text = note_shown(view, key, k)
    if text or table is None or not table.entities or found.count == len(table.entities):
        return text
    lacking = len(table.entities) - found.count
    return f"{lacking} de {len(table.entities)} pares no tienen esta cifra." if found.count else "Sin pares."


def build(sheet: Worksheet, plan: Plan) -> None:
    """Choices, results, limits, chart and the table to fill in."""
    pares_look.build(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
