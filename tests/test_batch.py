"""The batch says, cell by cell, what the evaluation of one entity says."""

import math
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xl_perlas import batch_sums
from xl_perlas.balance import Balance
from xl_perlas.batch import STATUSES, evaluate_many, from_frame, stack
from xl_perlas.compile import definitions
from xl_perlas.evaluate import contexts, evaluate_ratio
from xl_perlas.model import Kind, Status
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE, Period
from xl_perlas.reading import read_balance

DEMO = resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv"
ANNUAL = tuple(Period(year) for year in (2009, 2010, 2011))
MONTHLY = tuple(
    Period(year, month, annual=False) for year, month in ((2018, 6), (2018, 12), (2019, 3), (2019, 6), (2019, 12))
)


def compare(found, balances, compiled, mode):
    """Every cell of `found` against the evaluation of its entity alone."""
    for e, balance in enumerate(balances):
        ready = contexts(balance, compiled.catalog, mode)
        for i, (key, ratio) in enumerate(compiled.ratios.items()):
            for context, period in zip(ready, balance.periods, strict=True):
                p = [known.key for known in found.periods].index(period.key)
                expected = evaluate_ratio(ratio, context)
                got = found.result(key, p, e)
                assert got.status is expected.status, (key, period.label, e, expected)
                assert (got.value is None) == math.isnan(found.value[i, p, e])
                if expected.value is None:
                    assert got.value is None, (key, period.label, e)
                else:
                    # a growth is a quotient less one: its digits are those of the quotient
                    size = abs(expected.value) + (ratio.indicator.kind is Kind.GROWTH)
                    assert abs(got.value - expected.value) <= 1e-12 * size, (key, period.label, e)


# --- random charts ----------------------------------------------------------------------------------------------------

CODES = (
    "1", "11", "1101", "1102", "1103", "110305", "110310", "13", "1301", "14", "1402", "140205", "1426", "142605",
    "142610", "14261005", "142630", "1450", "145005", "145025", "1499", "149905", "16", "17", "18", "19", "1904",
    "1905", "2", "21", "2101", "2102", "210205", "2103", "23", "25", "2504", "2503", "250315", "26", "29", "3", "31",
    "3103", "33", "3301", "34", "35", "36", "3603", "4", "41", "4101", "4103", "42", "44", "45", "46", "5", "51",
    "5101", "5104", "52", "53", "54", "55", "59", "7", "71", "7103", "710305", "SOCIOS", "PERDIDAS_POR_LIQUIDAR",
    "INVERSIONES_NO_FINANCIERAS", "RECUPERACIONES_ACUMULADAS",
)  # fmt: skip

cents = st.integers(-10_000, 10_000_000_000).map(lambda n: n / 100)
whole = st.integers(-3, 2_000).map(float)
# amounts that meet each other, so that sums cancel to nothing, to a cent or to rounding residue
shared = st.sampled_from([0.0, 0.0, 0.1, 0.2, 0.3, 100.0, 100.01, 99.99, -100.0, 7_000_000.07, -7_000_000.07])
absent = st.one_of(st.none(), st.none(), st.none(), st.just(math.nan))


def some_of(things):
    """Few of them, all, or all but a few."""
    few = st.lists(st.sampled_from(things), unique=True, min_size=1)
    most = st.sets(st.sampled_from(things), max_size=4).map(lambda gone: [t for t in things if t not in gone])
    return st.one_of(few, most.filter(bool), st.just(list(things)))


@st.composite
def balances(draw, periods):
    codes = draw(some_of(CODES))
    figure = draw(st.sampled_from([st.one_of(cents, shared), st.one_of(shared, whole), whole, cents]))
    cell = st.one_of(figure, figure, figure, figure, absent) if draw(st.booleans()) else figure
    columns = {
        period: draw(st.lists(cell, min_size=len(codes), max_size=len(codes)))
        for period in draw(some_of(periods))
    }
    return Balance.build(codes, columns)


@st.composite
def consistent(draw, periods):
    """A chart whose parents are the sums of their children but for the few that are then altered by little."""
    balance = draw(balances(periods))
    chart = balance.chart
    columns = {}
    for period, values in zip(balance.periods, balance.values, strict=True):
        column = list(values)
        for row in sorted(range(len(chart.codes)), key=lambda r: -len(chart.codes[r])):
            children = [column[child] for child in chart.child_rows(chart.codes[row]) if chart.codes[child] != "59"]
            readable = [value for value in children if value is not None and not math.isnan(value)]
            if readable and column[row] is not None:
                nudge = draw(st.sampled_from([0.0, 0.0, 0.0, 0.01, -0.01, 0.02, 1.0, 1.5, 2.0, 90.0]))
                column[row] = round(math.fsum(readable), 2) + nudge
        columns[period] = column
    return Balance.build(chart.codes, columns)


def agree(group, catalog, mode):
    compiled = definitions("woccu", catalog)
    compare(stack(group).evaluate(compiled, mode=mode), group, compiled, mode)


CATALOG = st.sampled_from(["sbs", "seps"])
MODE = st.sampled_from([YEAR_TO_DATE, TWELVE_MONTHS])
relaxed = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


@relaxed
@given(st.lists(balances(MONTHLY), min_size=1, max_size=3), CATALOG, MODE)
def test_random_monthly_charts(group, catalog, mode):
    agree(group, catalog, mode)


@relaxed
@given(st.lists(balances(ANNUAL), min_size=1, max_size=3), CATALOG)
def test_random_annual_charts(group, catalog):
    agree(group, catalog, YEAR_TO_DATE)


@relaxed
@given(st.lists(consistent(ANNUAL), min_size=1, max_size=3), CATALOG)
def test_random_charts_that_nearly_add_up(group, catalog):
    agree(group, catalog, YEAR_TO_DATE)


# --- the bundled chart ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", ["sbs", "seps"])
@pytest.mark.parametrize("mode", [YEAR_TO_DATE, TWELVE_MONTHS])
def test_demo(catalog, mode):
    balance = read_balance(DEMO)
    agree([balance], catalog, mode)


@pytest.mark.parametrize("block", [1024, 64])
def test_demo_among_many_entities(block, monkeypatch):
    """Blocks of entities: each position gives the same, whatever stands beside it."""
    monkeypatch.setattr(batch_sums, "BLOCK", block)
    balance, compiled = read_balance(DEMO), definitions("woccu", "sbs")
    alone, empty = stack([balance]), np.full((1, 3, 1), np.nan)
    values = np.concatenate([alone.values, empty * np.ones((len(alone.codes), 1, 1))] * 301, axis=2)[:, :, :601]
    found = evaluate_many(compiled, alone.codes, values, alone.periods)
    one = alone.evaluate(compiled)
    np.testing.assert_array_equal(found.status[:, :, ::2], np.repeat(one.status, 301, axis=2))
    np.testing.assert_allclose(found.value[:, :, ::2], np.repeat(one.value, 301, axis=2), rtol=1e-13)
    assert (found.status[:, :, 1::2] == STATUSES.index(Status.NO_DATA)).all()


def test_without_check_identities_are_not_looked_at():
    """Account 4 of 2011 does not add up: R12 says so, and only so, when identities are checked."""
    panel, compiled = stack([read_balance(DEMO)]), definitions("woccu", "sbs")
    checked, unchecked = panel.evaluate(compiled), panel.evaluate(compiled, check=False)
    assert checked.result("R12", 2, 0).status is Status.INCONSISTENT
    assert unchecked.result("R12", 2, 0).status is Status.OK
    np.testing.assert_array_equal(checked.value, unchecked.value)


@pytest.mark.parametrize(
    "assets, parts, status",
    [
        (5.0, (1.0, 2.0), Status.INCONSISTENT),  # whole figures, two parts: half a unit a figure is 1.5
        (4.0, (1.0, 2.0), Status.OK),
        (3.5, (1.0, 2.0), Status.INCONSISTENT),  # with cents only a cent is allowed
        (3.01, (1.0, 2.0), Status.OK),
        (3.02, (1.0, 2.0), Status.INCONSISTENT),
        (100.01, (60.0, 40.0), Status.INCONSISTENT),  # a cent and a little, in binary
        (300.01, (160.0, 140.0), Status.OK),  # a cent and a little less
        (0.61, (0.1, 0.2, 0.3), Status.INCONSISTENT),  # added one after the other they would be a little more
    ],
)
def test_tolerance_of_identities(assets, parts, status):
    balance = Balance.build(["1", "14", "11", "16"][: 1 + len(parts)], {2020: [assets, *parts]})
    compiled = definitions("woccu", "seps")
    assert stack([balance]).evaluate(compiled).result("E1", 0, 0).status is status
    agree([balance], "seps", YEAR_TO_DATE)


# --- sums that cancel -------------------------------------------------------------------------------------------------


def net_capital(parts):
    """A balance where the net capital over assets (E9) is the sum of `parts` over one."""
    codes = ["1", "33", "34", "1499", "14", "3", "PERDIDAS_POR_LIQUIDAR"]
    return Balance.build(codes, {2020: [1.0, parts[0], parts[1], -parts[2], 1.0, 1.0, -parts[3]]})


@pytest.mark.parametrize(
    "parts, value",
    [
        ((0.1, 0.2, -0.3, 0.0), 0.0),
        ((1e9, 0.03, -1e9, 0.0), 0.03),
        ((7e8 + 0.1, -7e8, -0.1, 0.0), 0.0),
        ((123456789.01, 987654321.02, -1111111110.03, 0.01), 0.01),
    ],
)
def test_residue_is_zero_and_what_is_left_is_exact(parts, value):
    compiled = definitions("woccu", "seps")
    group = [net_capital(parts)]
    found = stack(group).evaluate(compiled, check=False)
    expected = evaluate_ratio(compiled.ratios["E9"], contexts(group[0], compiled.catalog)[0])
    assert found.result("E9", 0, 0).value == expected.value
    assert expected.value == pytest.approx(value, rel=1e-5, abs=0)


def test_infinite_figures_are_refused():
    compiled = definitions("woccu", "seps")
    with pytest.raises(ValueError, match="infinitas"):
        evaluate_many(compiled, ["1", "14"], np.array([[[1.0]], [[math.inf]]]), [Period(2020)])


# --- panels -----------------------------------------------------------------------------------------------------------


def test_stack_keeps_unlisted_and_unreadable_apart():
    one = Balance.build(["1", "14"], {2020: [10.0, None], 2021: [11.0, math.nan]}, entity="Una")
    two = Balance.build(["1", "16"], {2021: [5.0, 0.0]}, entity="Otra")
    panel = stack([one, two])
    assert (panel.codes, [p.label for p in panel.periods]) == (("1", "14", "16"), ["2020", "2021"])
    assert panel.entities == ("Una", "Otra")
    assert panel.unreadable[1].tolist() == [[False, False], [True, False]]
    np.testing.assert_array_equal(panel.values[0], [[10.0, np.nan], [11.0, 5.0]])
    assert panel.values[2, 1, 1] == 0


def test_tidy_frame_is_the_same_panel():
    balance = read_balance(DEMO)
    rows = [
        ("COAC", period.date, code + ".0" if len(code) < 4 else code, value)
        for period, column in zip(balance.periods, balance.values, strict=True)
        for code, value in zip(balance.chart.codes, column, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["entidad", "periodo", "codigo", "saldo"]).sample(frac=1, random_state=1)
    compiled = definitions("woccu", "sbs")
    found, expected = from_frame(frame).evaluate(compiled), stack([balance]).evaluate(compiled)
    np.testing.assert_array_equal(found.status, expected.status)
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-14)


def test_tidy_frame_tells_empty_from_unreadable():
    frame = pd.DataFrame(
        {"entidad": "COAC", "periodo": 2020, "codigo": ["1", "14", "16"], "saldo": [10, None, "diez"]}
    )
    panel = from_frame(frame)
    assert panel.unreadable.ravel().tolist() == [False, False, True]


@pytest.mark.parametrize(
    "change, message",
    [({"codigo": ["1", "1"]}, "repetidas"), ({"codigo": ["1", "TOTAL"]}, "TOTAL"), ({"periodo": "antes"}, "antes")],
)
def test_bad_frames(change, message):
    frame = pd.DataFrame({"entidad": "COAC", "periodo": 2020, "codigo": ["1", "14"], "saldo": 1.0}).assign(**change)
    with pytest.raises(ValueError, match=message):
        from_frame(frame)


@pytest.mark.parametrize(
    "codes, shape, periods, message",
    [
        (["1", "14"], (2, 1), [2020], "cuentas × periodos × entidades"),
        (["1", "14"], (1, 2, 3), [2020], "cuentas × periodos × entidades"),
        (["1", "1"], (2, 1, 3), [2020], "códigos repetidos"),
        (["1", "14"], (2, 2, 3), [2020, 2020], "periodos repetidos"),
    ],
)
def test_shapes_that_do_not_match(codes, shape, periods, message):
    with pytest.raises(ValueError, match=message):
        evaluate_many(definitions("woccu", "seps"), codes, np.ones(shape), [Period(year) for year in periods])


def test_result_as_a_table():
    compiled = definitions("woccu", "sbs")
    found = stack([read_balance(DEMO)]).evaluate(compiled)
    table = found.to_frame().set_index(["periodo", "indicador"])
    assert table.loc[("2011", "S10"), "estado"] == "sin_dato"
    assert table.loc[("2011", "E1"), "valor"] == found.result("E1", 2, 0).value
    assert len(table) == 3 * len(compiled.ratios)


def test_no_entities():
    compiled = definitions("woccu", "seps")
    found = evaluate_many(compiled, ["1", "14"], np.ones((2, 1, 0)), [Period(2020)])
    assert found.value.shape == (len(compiled.ratios), 1, 0)
