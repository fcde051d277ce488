"""A formula laid over a chart once (`Chart.plan`) gives what looking up account by account gives, note by note."""

from __future__ import annotations

import math
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas import evaluate
from xl_perlas.chart import Chart, Column
from xl_perlas.compile import definitions
from xl_perlas.evaluate import Context, Moment, evaluate_ratio
from xl_perlas.model import Result, Status

#: Accounts at every depth, some of them used by formulas, some beside and under those.
CODES = (
    "1", "11", "1101", "1103", "110305", "13", "14", "1411", "141105", "141125", "1425", "142530", "1499", "149920",
    "16", "2", "21", "2102", "2105", "25", "2504", "26", "3", "31", "3103", "33", "3301", "34", "36", "4", "41", "4101",
    "45", "5", "51", "5104", "52", "7", "71", "7103", "SOCIOS", "PERDIDAS_POR_LIQUIDAR",
)  # fmt: skip
FIGURES = st.sampled_from([None, 0.0, math.nan, 1.0, -3.0, 10.25, 250.0])


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    codes = tuple(draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1)))
    chart = Chart(codes)
    now, before = (draw(st.tuples(*[FIGURES] * len(codes))) for _ in range(2))
    catalog = definitions("woccu", draw(st.sampled_from(["sbs", "seps"]))).catalog
    base = Column(chart, before) if draw(st.booleans()) else None
    factor = draw(st.sampled_from([1.0, 2.0, 12 / 7]))
    return Context(Moment(Column(chart, now), "2011"), Moment(base, "2010"), catalog, factor)


def results(ctx: Context) -> dict[str, Result]:
    ratios = definitions("woccu", ctx.catalog.id).ratios
    fresh = Context(ctx.now, ctx.base, ctx.catalog, ctx.factor)
    return {key: evaluate_ratio(ratio, fresh) for key, ratio in ratios.items()}


@settings(max_examples=300, deadline=None)
@given(contexts())
def test_the_plan_changes_nothing(ctx: Context) -> None:
    planned = results(ctx)
    with (
        mock.patch.object(evaluate, "_planned_total", return_value=None),
        mock.patch.object(evaluate, "_checkable", lambda form, _: [(c, lag) for c, lag, w in form.terms if w]),
    ):
        plain = results(ctx)
    assert planned == plain


def test_a_base_with_another_chart_is_read_by_its_own_rows() -> None:
    now = Column(Chart(("1", "14")), (1000.0, 750.0))
    before = Column(Chart(("14", "1")), (600.0, 800.0))
    ratios = definitions("woccu", "sbs")
    ctx = Context(Moment(now, "2011"), Moment(before, "2010"), ratios.catalog)
    assert evaluate_ratio(ratios.ratios["S11"], ctx).value == pytest.approx(0.25)
    assert evaluate_ratio(ratios.ratios["S1"], ctx).value == pytest.approx(0.25)


def test_the_equation_is_checked_where_no_account_has_children() -> None:
    column = Column(Chart(("1", "2", "3")), (1000.0, 800.0, 150.0))
    known = definitions("woccu", "sbs")
    result = evaluate_ratio(known.ratios["S11"], Context(Moment(column, "2011"), Moment(column, "2010"), known.catalog))
    assert result.status is Status.INCONSISTENT
    assert "difieren en 50,00" in result.note
