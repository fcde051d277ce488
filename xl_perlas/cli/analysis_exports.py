"""Financial analysis for other programs: JSON by kind, and CSV with one row a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from xl_perlas._version import __version__
from xl_perlas.analysis import Analysis, Change, Composition, Figure, Item, Share, Trend
from xl_perlas.cli.exports import csv_text
from xl_perlas.report import problem_json

HORIZONTAL, VERTICAL, INCOME, COMPOSITION, TREND = "horizontal", "vertical", "resultados", "composicion", "tendencia"

Json: TypeAlias = dict[str, Any]


def analysis_json(analysis: Analysis, kinds: Sequence[str], level: int) -> Json:
    """The analyses that other programs read, each under the name of its kind; keys never change."""
    return {
        "catalogo": analysis.choice.catalog.id,
        "periodos": analysis.periods,
        "version": __version__,
        "entidad": analysis.balance.entity,
        "base": analysis.base,
        "nivel": level,
        **{kind: KINDS[kind](analysis, level) for kind in kinds},
        "problemas": [problem_json(p) for p in analysis.problems],
    }


def all_trends(analysis: Analysis, level: int) -> list[Trend]:
    """Trends of the accounts, and after them of the margins and results of the income statement."""
    margins = (key for key in analysis.statements.income if analysis.item(key).subtotal)
    return [*analysis.trends(level), *map(analysis.trend, margins)]


def _figure(figure: Figure) -> Json:
    return {"valor": figure.value, "estado": str(figure.state), "nota": figure.note}


def _named(item: Item, **more: object) -> Json:
    return {"id": item.id, "nombre": item.name, **more}


def _change(change: Change) -> Json:
    return {
        "base": change.base,
        "anterior": _figure(change.previous),
        "actual": _figure(change.current),
        "absoluta": _figure(change.absolute),
        "relativa": _figure(change.relative),
    }


def _shares(shares: Sequence[Share]) -> Json:
    return {s.period: {"saldo": _figure(s.amount), "participacion": _figure(s.share)} for s in shares}


def _horizontal(analysis: Analysis, level: int) -> list[Json]:
    return [
        _named(row.item, periodos={c.period: _change(c) for c in row.changes}) for row in analysis.horizontal(level)
    ]


def _vertical(analysis: Analysis, level: int) -> list[Json]:
    return [
        _named(row.item, total=row.whole.id if row.whole else None, periodos=_shares(row.shares))
        for row in analysis.vertical(level)
    ]


def _income(analysis: Analysis, _level: int) -> list[Json]:
    return [
        _named(row.item, margen=row.item.subtotal, fuente=str(row.item.line.source) if row.item.line else "", periodos={
            share.period: {"participacion": _figure(share.share), **_change(change)}
            for share, change in zip(row.shares, row.changes, strict=True)
        })
        for row in analysis.statement()
    ]  # fmt: skip


def _composition(analysis: Analysis, _level: int) -> list[Json]:
    return [_whole(one) for one in analysis.compositions()]


def _whole(one: Composition) -> Json:
    return {
        "id": one.id,
        "nombre": one.name,
        "cuenta": one.account,
        "partes": [_named(part.item, periodos=_shares(part.shares)) for part in one.parts],
        "total": _shares(one.total.shares),
    }


def _trend(analysis: Analysis, level: int) -> list[Json]:
    return [
        _named(
            one.item, puntos=dict(zip(analysis.periods, map(_figure, one.points), strict=True)),
            promedio=_figure(one.mean), pendiente_anual=_figure(one.slope), r2=_figure(one.r_squared),
            crecimiento_anual=_figure(one.growth), desde=one.span[0], hasta=one.span[1],
            recta=dict(zip(analysis.periods, one.fitted, strict=True)),
            estacion={str(month): effect for month, effect in one.seasons.items()}, nota=one.note,
        )
        for one in all_trends(analysis, level)
    ]  # fmt: skip


#: What each kind of analysis gives, in the order in which all of them are shown.
KINDS: Mapping[str, Callable[[Analysis, int], list[Json]]] = {
    HORIZONTAL: _horizontal, VERTICAL: _vertical, INCOME: _income, COMPOSITION: _composition, TREND: _trend,
}  # fmt: skip


# --- CSV --------------------------------------------------------------------------------------------------------------


def analysis_csv(analysis: Analysis, kinds: Sequence[str], level: int) -> str:
    """One row a figure: of which analysis, row and period, what it measures, and its value, state and note."""
    head = ("tipo", "id", "nombre", "periodo", "base", "medida", "valor", "estado", "nota")
    rows = (row for kind in kinds for one in KINDS[kind](analysis, level) for row in _rows(kind, one))
    return csv_text(head, list(rows))


def _rows(kind: str, one: Json) -> Iterator[tuple[object, ...]]:
    """The figures of what JSON gives for one row, part or trend."""
    for part in one.get("partes", ()):
        yield from _rows(f"{kind}_{one['id']}", part)
    if "total" in one and isinstance(one["total"], dict):
        yield from _rows(f"{kind}_{one['id']}", {"id": "total", "nombre": one["nombre"], "periodos": one["total"]})
    for period, figures in one.get("periodos", {}).items():
        yield from _figures(kind, one, period, figures.get("base", ""), figures)
    for period, figure in one.get("puntos", {}).items():
        yield from _figures(kind, one, period, "", {"punto": figure})
    yield from _figures(kind, one, one.get("hasta", ""), one.get("desde", ""), one)


def _figures(kind: str, one: Json, period: str, base: str, found: Json) -> Iterator[tuple[object, ...]]:
    for measure, figure in found.items():
        if isinstance(figure, dict) and "estado" in figure:
            yield (
                kind, one["id"], one["nombre"], period, base, measure, figure["valor"], figure["estado"],
                figure["nota"],
            )  # fmt: skip
