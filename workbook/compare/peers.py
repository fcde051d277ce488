"""What differs between two versions of a workbook on sheets Supervisión and Pares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_perlas.workbook import plan_peers, plan_supervision
from xl_perlas.workbook.compare.change import ABSENT, BLANK, Change, Kind, Side, State, change, places, text_side
from xl_perlas.workbook.compare.versions import Version
from xl_perlas.workbook.plan import PARES, SUPERVISION, ref
from xl_perlas.workbook.plan_peers import Use

_TEXTS = (("nombre", plan_peers.NAME_ROW), ("fecha", plan_peers.DATE_ROW), ("fuente", plan_peers.SOURCE_ROW))
#: What the last period is called where none is chosen.
_LAST = "el último"


def peer_changes(a: Version, b: Version) -> Iterator[Change]:
    """The rule of averages; choices and texts of sheet Pares; figures of the peers that count, and typed means."""
    for key, where, before, after in _choices(a, b):
        if before != after:
            was, becomes = (Side(State.VALUE, str(text), str(text)) for text in (before, after))
            yield change(Kind.SUPERVISION, key, "", was, becomes, where, key[:1].upper() + key[1:])
    for i, (name, row) in enumerate(_TEXTS):
        texts = [v.inputs.supervision.texts[i] for v in (a, b)]
        if texts[0] != texts[1]:
            where = f"{PARES}!{ref(plan_peers.VALUE, row)}"
            was, becomes = (text_side(text) for text in texts)
            yield change(Kind.SUPERVISION, f"pares, {name}", "", was, becomes, where, f"Tabla de pares, {name}")
    yield from _figures(a, b)


def _choices(a: Version, b: Version) -> Iterator[tuple[str, str, str, str]]:
    one, other = a.inputs.supervision, b.inputs.supervision

    def cell(row: int) -> str:
        return f"{PARES}!{ref(plan_peers.VALUE, row)}"

    rule = f"{SUPERVISION}!{ref(plan_supervision.RULE_COLUMN, plan_supervision.RULE_ROW)}"
    yield "promedio de los indicadores de supervisión", rule, one.average, other.average
    yield "unidad de los pares", cell(plan_peers.UNIT_ROW), one.unit, other.unit
    yield "desviación de los pares", cell(plan_peers.DEVIATION_ROW), one.deviation, other.deviation
    yield "periodo de los pares", cell(plan_peers.PERIOD_ROW), one.period or _LAST, other.period or _LAST
    yield "pares en CAMEL", cell(plan_peers.CAMEL_ROW), one.in_camel, other.in_camel


def _figures(a: Version, b: Version) -> Iterator[Change]:
    rows = [_rows(v) for v in (a, b)]
    tables = [_table(v) for v in (a, b)]
    columns = plan_peers.figure_columns()
    for name in sorted({*tables[0], *tables[1]}):
        for key, column in columns.items():
            before, after = (_side(table.get(name), key) for table in tables)
            if before.value == after.value:
                continue
            where = places(*(f"{PARES}!{ref(column, row[name])}" if name in row else "" for row in rows))
            yield change(Kind.PEERS, f"{name}, {key}", "", before, after, where, f"Par {name}, {key}")


def _rows(version: Version) -> dict[str, int]:
    """Row of each peer that counts, and of the typed means."""
    inputs, first = version.inputs.supervision, plan_peers.mean_row()
    counting = (row for row, use in inputs.uses.items() if use is Use.YES)
    entities = inputs.table.entities if inputs.table else {}
    return {"media publicada": first, "desviación publicada": first + 1, **dict(zip(entities, counting, strict=True))}


def _table(version: Version) -> Mapping[str, Mapping[str, float | None]]:
    inputs = version.inputs.supervision
    entities = inputs.table.entities if inputs.table else {}
    means = {key: one.mean for key, one in inputs.written.items()}
    deviations = {key: one.deviation for key, one in inputs.written.items()}
    return {"media publicada": means, "desviación publicada": deviations, **entities}


def _side(row: Mapping[str, float | None] | None, key: str) -> Side:
    if row is None:
        return ABSENT
    value = row.get(key)
    return BLANK if value is None else Side(State.VALUE, value, f"{value:.12g}".replace(".", ","))
