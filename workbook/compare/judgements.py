"""What differs between two versions of a workbook on sheets AHP and Segmento."""

from __future__ import annotations

from collections.abc import Iterator

from xl_perlas.camel import Statistic
from xl_perlas.goals import percent
from xl_perlas.judgements import read_judgement, written
from xl_perlas.score import POLICIES
from xl_perlas.workbook import plan_ahp, plan_camel
from xl_perlas.workbook.ahp_inputs import Judge
from xl_perlas.workbook.compare.change import (
    ABSENT,
    BLANK,
    DECIMALS,
    Change,
    Kind,
    Side,
    State,
    change,
    places,
    text_side,
)
from xl_perlas.workbook.compare.versions import Version, common_periods, judgement_cells, plain, typed_values
from xl_perlas.workbook.plan import AHP, SEGMENTO, ref
from xl_perlas.workbook.plan_ahp import CHOICE_COLUMN, METHOD_ROW, POLICY_ROW, TABLE_ROW

#: Keys of the choices of sheet AHP; the table of indices alone moves no weight.
METHOD, TABLE, POLICY = "método de los pesos", "tabla de índices", "indicadores sin veredicto"


def rating_changes(a: Version, b: Version) -> Iterator[Change]:
    """Choices, experts and judgements of sheet AHP; statistics and typed values of sheet Segmento."""
    yield from _weighting(a, b)
    yield from _experts(a, b)
    yield from _segment(a, b)
    yield from _typed(a, b)


def _weighting(a: Version, b: Version) -> Iterator[Change]:
    one, other = a.inputs.ahp, b.inputs.ahp
    for key, row, before, after in (
        (METHOD, METHOD_ROW, one.method, other.method), (TABLE, TABLE_ROW, one.table, other.table),
        (POLICY, POLICY_ROW, one.policy, other.policy),
    ):  # fmt: skip
        if before != after:
            sides = [Side(State.VALUE, text, f"{text}: {POLICIES[text]}" if key == POLICY else text)
                     for text in (before, after)]  # fmt: skip
            where = f"{AHP}!{ref(CHOICE_COLUMN, row)}"
            yield change(Kind.WEIGHTING, key, "", sides[0], sides[1], where, key[:1].upper() + key[1:])


def weight_key(expert: int) -> str:
    """Key of the change of an expert's weight."""
    return f"peso del experto {expert + 1}"


def _experts(a: Version, b: Version) -> Iterator[Change]:
    plans = a.inputs.plan, b.inputs.plan
    for e, judges in enumerate(zip(a.inputs.ahp.judges, b.inputs.ahp.judges, strict=True)):
        rows = [plan_ahp.expert_row(plan, e) for plan in plans]
        names = [text_side(j.name) for j in judges]
        weights = [_weight(j) for j in judges]
        if names[0] != names[1]:
            where = places(*(f"{AHP}!{ref(CHOICE_COLUMN, row + 1)}" for row in rows))
            yield change(Kind.EXPERT, f"nombre del experto {e + 1}", "", names[0], names[1], where,
                         f"Nombre del experto {e + 1}")  # fmt: skip
        if weights[0] != weights[1]:
            where = places(*(f"{AHP}!{ref(CHOICE_COLUMN, row + 2)}" for row in rows))
            yield change(Kind.EXPERT, weight_key(e), "", weights[0], weights[1], where, f"Peso del experto {e + 1}")
        cells = [judgement_cells(v, e) for v in (a, b)]
        for pair in sorted({*cells[0], *cells[1]}):
            before, after = (_judgement(table.get(pair)) for table in cells)
            if before != after:
                where = places(*(f"{AHP}!{table[pair][0]}" if pair in table else "" for table in cells))
                yield change(Kind.JUDGEMENT, judgement_key(pair, e), "", before, after, where,
                             f"Juicio {pair}, {judges[1].name}")  # fmt: skip


def judgement_key(pair: str, expert: int) -> str:
    """Key of the change of a judgement: `P1/P3, experto 1`."""
    return f"{pair}, experto {expert + 1}"


def _weight(judge: Judge) -> Side:
    typed = judge.typed_weight
    if typed is None or typed == "":
        return BLANK
    return Side(State.VALUE, typed if isinstance(typed, float) else str(typed), plain(typed).replace(".", ","))


def _judgement(found: tuple[str, object] | None) -> Side:
    if found is None:
        return ABSENT
    value = read_judgement(found[1])
    if value is None:
        return BLANK
    return Side(State.VALUE, value, value if isinstance(value, str) else written(value))


# --- the segment


def _segment(a: Version, b: Version) -> Iterator[Change]:
    for name, row in (
        ("nombre", plan_camel.NAME_ROW), ("fecha", plan_camel.DATE_ROW), ("fuente", plan_camel.SOURCE_ROW),
    ):  # fmt: skip
        place = ref(plan_camel.SOURCE, row)
        before, after = (text_side(plain(v.book.sheet(SEGMENTO).cell(place).value)) for v in (a, b))
        if before != after:
            where = f"{SEGMENTO}!{place}"
            yield change(Kind.SEGMENT_TEXT, name, "", before, after, where, f"Segmento, {name}")
    rows = plan_camel.statistic_rows(b.inputs.plan)
    for key, row in rows.items():
        before, after = (_statistic(v, key) for v in (a, b))
        if before != after:
            place = f"{SEGMENTO}!{ref(plan_camel.MEAN, row)}"
            yield change(Kind.SEGMENT, key, "", before, after, place, f"Segmento, {key}")


def _statistic(version: Version, key: str) -> Side:
    statistic: Statistic | None = version.inputs.camel.segment.statistics.get(key)
    if statistic is None:
        return BLANK
    camel = version.inputs.camel
    computed = "de las entidades" if key in camel.computed else "de la hoja Pares"
    origin = "escritas" if key in camel.written else computed
    text = f"media {percent(statistic.mean, DECIMALS)} y desviación {percent(statistic.deviation, DECIMALS)}"
    return Side(State.VALUE, f"media={statistic.mean!r}; desviacion={statistic.deviation!r}", f"{text} ({origin})")


def _typed(a: Version, b: Version) -> Iterator[Change]:
    tables = [typed_values(v) for v in (a, b)]
    for period in common_periods(a, b):
        for key in a.inputs.plan.camel.indicators:
            values = [table.get((key, period.key)) for table in tables]
            if values[0] == values[1]:
                continue
            before, after = (BLANK if v is None else Side(State.VALUE, v, percent(v, DECIMALS)) for v in values)
            cells = []
            for version in (a, b):
                row = plan_camel.typed_rows(version.inputs.plan)[key]
                column = plan_camel.FIRST_FIGURE + version.columns[period.key]
                cells.append(f"{SEGMENTO}!{ref(column, row)}")
            yield change(Kind.TYPED, key, period.label, before, after, places(*cells),
                         f"{key} escrito en Segmento, {period.label}")  # fmt: skip
