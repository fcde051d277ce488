"""Financial analysis: chapter IV of the thesis as printed, what has no value and why, and what must always hold."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from charts import Rows, chart
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xl_perlas.analysis import (
    BASES,
    GIVEN,
    PREVIOUS,
    YEAR_AGO,
    Analysis,
    Figure,
    State,
    analyse,
    average_growth,
    fit,
    load_statements,
)
from xl_perlas.balance import Balance
from xl_perlas.load import load_catalog
from xl_perlas.problems import problem

PUBLISHED = Path(__file__).parent / "published"
PRINTED = tomllib.loads((PUBLISHED / "banco_indigena_analisis.toml").read_text(encoding="utf-8"))
GROWTH = tomllib.loads((PUBLISHED / "tulcan_crecimiento.toml").read_text(encoding="utf-8"))
CAMEL = tomllib.loads((PUBLISHED / "tulcan_camel.toml").read_text(encoding="utf-8"))

HORIZONTAL = [(c["cuadro"], *row) for c in PRINTED["horizontal"] for row in c["filas"]]
VERTICAL = [(c["cuadro"], *row) for c in PRINTED["vertical"] for row in c["filas"]]
PARTS = [(c["id"], *row) for c in PRINTED["composicion"] for row in c["filas"]]
ERRATUM = PRINTED["erratas"]["relativa"]

#: The balance sheet of a small cooperative, in equilibrium.
SOUND: Rows = {
    "1": [100.0, 150.0, 240.0], "11": [10.0, 0.0, 24.0], "14": [90.0, 150.0, 216.0], "2": [80.0, 110.0, 180.0],
    "21": [80.0, 110.0, 180.0], "3": [20.0, 40.0, 60.0], "31": [20.0, 40.0, 60.0],
}  # fmt: skip


def agrees(printed: str, value: float | None, scale: float = 1) -> bool:
    """Whether `value` rounds to what is printed; the dash is the zero of these tables."""
    if value is None:
        return False
    if printed == "-":
        return value == 0
    decimals = len(printed.partition(".")[2])
    return abs(value * scale - float(printed)) <= 0.5 * 10**-decimals + 1e-9


def codes(analysis: Analysis) -> list[str]:
    return [p.code for p in analysis.problems]


@pytest.fixture(scope="module")
def thesis(banco_indigena: Balance) -> Analysis:
    return analyse(banco_indigena)


# --- chapter IV as printed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cuadro, key, before, now, absolute, relative", HORIZONTAL)
def test_printed_changes(
    thesis: Analysis, cuadro: str, key: str, before: str, now: str, absolute: str, relative: str
) -> None:
    found = thesis.change(key, "2011")
    assert (found.base, found.period) == ("2010", "2011")
    assert agrees(before, found.previous.value)
    assert agrees(now, found.current.value)
    assert agrees(absolute, found.absolute.value)
    if cuadro == ERRATUM["cuadro"] and key in ERRATUM["filas"]:
        assert relative == ERRATUM["impreso"]
        assert (found.relative.value, str(found.relative.state)) == (None, ERRATUM["estado"])
    else:
        assert agrees(relative, found.relative.value, 100)


@pytest.mark.parametrize("cuadro, key, before, share_before, now, share_now", VERTICAL)
def test_printed_shares(
    thesis: Analysis, cuadro: str, key: str, before: str, share_before: str, now: str, share_now: str
) -> None:
    for period, amount, share in (("2010", before, share_before), ("2011", now, share_now)):
        found = thesis.share(key, period)
        assert agrees(amount, found.amount.value)
        assert agrees(share, found.share.value, 100)


@pytest.mark.parametrize("whole, key, amount, share", PARTS)
def test_printed_composition(thesis: Analysis, whole: str, key: str, amount: str, share: str) -> None:
    (composition,) = (c for c in thesis.compositions() if c.id == whole)
    (part,) = (p for p in composition.parts if p.item.id == key)
    assert agrees(amount, part.shares[-1].amount.value)
    assert agrees(share, part.shares[-1].share.value, 100)


@pytest.mark.parametrize("case", PRINTED["composicion"], ids=lambda c: str(c["id"]))
def test_printed_totals_of_the_composition(thesis: Analysis, case: dict[str, Any]) -> None:
    (composition,) = (c for c in thesis.compositions() if c.id == case["id"])
    total = composition.total.shares[-1]
    assert agrees(case["total"][0], total.amount.value)
    assert agrees(case["total"][1], total.share.value, 100)


@pytest.mark.parametrize("row", PRINTED["tendencia"]["filas"], ids=lambda r: str(r[0]))
def test_printed_trends(thesis: Analysis, row: list[str]) -> None:
    key, *points, mean = row
    found = thesis.trend(key)
    assert all(agrees(printed, point.value) for printed, point in zip(points, found.points, strict=True))
    assert agrees(mean, found.mean.value)


def test_every_printed_cell_is_there() -> None:
    assert sum(len(row) - 2 for row in HORIZONTAL) == 144
    assert sum(len(row) - 2 for row in map(list, PRINTED["tendencia"]["filas"])) + 3 == 12
    shares = [cell for *_, one, _, other in VERTICAL for cell in (one, other)]
    shares += [share for *_, share in PARTS]
    assert len(shares) + 2 * len(PRINTED["composicion"]) >= 71


def test_the_total_that_an_account_denies_is_doubted(thesis: Analysis) -> None:
    """The chart's account 4 has two digits of 2011 swapped; the thesis adds up the groups."""
    (expenses,) = (c for c in thesis.compositions() if c.id == "gastos")
    before, now = expenses.total.shares[-2:]
    assert now.amount.state is State.INCONSISTENT
    assert "−90,00" in now.amount.note
    assert before.amount.state is State.OK
    assert thesis.change("4", "2011").current.state is State.INCONSISTENT


@pytest.mark.parametrize("key", [key for key in GROWTH if key != "anios"])
def test_the_other_thesis_divides_growth_by_one_year_too_many(key: str) -> None:
    first, *_, last = map(float, CAMEL["indicador"][key]["valor"])
    years = GROWTH["anios"]
    theirs, right = average_growth(first, last, years), average_growth(first, last, years - 1)
    assert theirs is not None
    assert right is not None
    if "motivo" in GROWTH[key]:  # the values it had before rounding them to two decimals
        ends = [average_growth(first + a, last - a, years) or 0.0 for a in (0.005, -0.005)]
        printed = float(GROWTH[key]["impreso"])
        assert min(ends) <= (printed + 0.005) / 100
        assert max(ends) >= (printed - 0.005) / 100
    else:
        assert agrees(GROWTH[key]["impreso"], theirs, 100)
    assert abs(right) > abs(theirs)
    analysis = analyse(chart({"1": [first, 1, 1, 1, 1, last]}, *map(str, range(2008, 2014))))
    assert analysis.trend("1").growth.value == pytest.approx(right, rel=1e-12)


# --- definitions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", ["sbs", "seps"])
def test_the_statements_name_accounts_of_every_catalogue(catalog: str) -> None:
    statements = load_statements()
    assert catalog in statements.catalogs
    known = load_catalog(catalog).accounts
    used = {code for item in statements.items.values() for code in item.form.codes()}
    assert used <= set(known)
    parts = {c for one in statements.compositions for c in statements.items[one.line].form.codes()}
    groups = {code for code in known if len(code) == 2 and code[0] in "12345"} - load_catalog(catalog).not_summed
    assert parts == groups, "every group is part of one composition"
    assert all(item.line and item.line.source.place for item in statements.items.values())


def test_each_margin_follows_from_the_one_before() -> None:
    """Each group of income counts once for, and each of expense once against, the result."""
    result = load_statements().items["ganancia_ejercicio"].form.coefficients
    assert {code: int(c) for (code, _), c in result.items()} == {
        **{f"5{n}": 1 for n in range(1, 7)}, **{f"4{n}": -1 for n in range(1, 9)},
    }  # fmt: skip


# --- what has no value, and why ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "value", "state", "code"),
    [
        (0.0, 5.0, None, State.FROM_ZERO, "F01"), (0.0, -5.0, None, State.FROM_ZERO, "F01"),
        (0.0, 0.0, None, State.ZERO_TO_ZERO, "F02"), (5.0, 0.0, -1.0, State.OK, ""), (4.0, 5.0, 0.25, State.OK, ""),
        (4.0, -2.0, -1.5, State.OK, ""), (-4.0, 5.0, None, State.NOT_APPLICABLE, "F04"),
        (-4.0, -5.0, 0.25, State.OK, "F05"), (-4.0, 0.0, -1.0, State.OK, "F05"),
        (math.nan, 5.0, None, State.NO_DATA, "E04"), (4.0, math.nan, None, State.NO_DATA, "E04"),
    ],
)  # fmt: skip
def test_relative_change(before: float, now: float, value: float | None, state: State, code: str) -> None:
    found = analyse(chart({"13": [before, now]}, "2010", "2011")).change("13", "2011")
    assert (found.relative.value, found.relative.state) == (value, state)
    assert found.relative.note.startswith(f"[{code}]" if code else "")
    if not math.isnan(before) and not math.isnan(now):
        assert found.absolute.value == now - before


def test_zero_missing_and_not_comparable_are_different_things() -> None:
    rows: Rows = {"1": [100.0, 120.0], "11": [0.0, 120.0], "16": [7.0, None], "21": [5.0, 6.0]}
    analysis = analyse(chart(rows, "2010", "2011"))
    assert analysis.change("13", "2011").relative.state is State.ZERO_TO_ZERO, "unlisted beside its brothers: zero"
    assert analysis.change("16", "2011").relative.value == -1, "no longer listed: zero"
    missing = analysis.change("4", "2011")
    assert missing.relative.state is State.NO_DATA
    assert "[E01]" in missing.relative.note
    assert analysis.change("2", "2011").current.note.startswith("[E09]"), "a total that is not listed"
    first = analysis.change("11", "2010")
    assert {first.previous.state, first.absolute.state, first.relative.state} == {State.NO_BASE}
    assert first.current == Figure(0.0)


def test_one_single_period() -> None:
    analysis = analyse(chart({"1": 100.0, "11": 40.0, "14": 60.0}))
    assert "F11" in codes(analysis)
    assert {row.changes[0].relative.state for row in analysis.horizontal()} == {State.NO_BASE}
    assert analysis.share("14", "2011").share.value == 0.6
    trend = analysis.trend("14")
    assert trend.mean.value == 60.0
    assert {trend.slope.state, trend.r_squared.state, trend.growth.state} == {State.NO_DATA}
    assert "1 de 1" in trend.note


def test_two_periods_have_a_slope_and_no_r_squared() -> None:
    trend = analyse(chart({"1": [100.0, 120.0]}, "2010", "2011")).trend("1")
    assert trend.slope.value == pytest.approx(20)
    assert trend.growth.value == pytest.approx(0.2)
    assert trend.r_squared.state is State.NOT_APPLICABLE
    assert trend.fitted == (pytest.approx(100), pytest.approx(120))


def test_a_year_missing_in_the_middle_is_neither_skipped_nor_taken_for_the_next() -> None:
    analysis = analyse(chart(SOUND, "2008", "2009", "2012"))
    assert "F10" in codes(analysis)
    (gap,) = (p for p in analysis.problems if p.code == "F10")
    assert "2010, 2011" in gap.cause
    found = analysis.change("14", "2012")
    assert (found.base, found.relative.state) == ("2011", State.NO_BASE)
    trend = analysis.trend("14")
    assert trend.span == ("2008", "2012")
    assert trend.growth.value == pytest.approx((216 / 90) ** (1 / 4) - 1)
    line = fit([0, 1, 4], [90, 150, 216])
    assert line is not None
    assert trend.slope.value == pytest.approx(line.slope)


def test_a_month_missing_in_the_middle() -> None:
    periods = [f"2022-{m:02d}" for m in (1, 2, 3, 5, 6)]
    analysis = analyse(chart({"5": [10.0, 20.0, 30.0, 50.0, 60.0], "51": [10.0, 20.0, 30.0, 50.0, 60.0]}, *periods))
    (gap,) = (p for p in analysis.problems if p.code == "F10")
    assert "2022-04-30" in gap.cause
    points = [point.value for point in analysis.trend("51").points]
    assert points == [10, 10, 10, None, 10], "May alone cannot be told without April"


@pytest.mark.parametrize(
    ("periods", "lacking"),
    [
        (("2009", "2010", "2011"), ()), (("2009", "2010", "2011-06"), ()), (("2009-12", "2010-12", "2011-01"), ()),
        (("2009-12", "2010-12", "2011-01", "2011-02", "2011-03"), ()),
        (("2010-12", "2011-03", "2011-06", "2011-12"), ("2011-09-30",)), (("2010-01", "2010-02"), ()),
        (("2009-06", "2010-06", "2012-06"), ("2011-06-30",)),
    ],
)  # fmt: skip
def test_which_periods_are_missing(periods: tuple[str, ...], lacking: tuple[str, ...]) -> None:
    analysis = analyse(chart({"1": [1.0] * len(periods)}, *periods))
    found = [p.cause for p in analysis.problems if p.code == "F10"]
    assert found == ([problem("F10", missing=", ".join(lacking)).cause] if lacking else [])


def test_a_balance_that_changes_catalogue() -> None:
    """1411 was a loan in arrears until 2012; it is now a refinanced one that is not due."""
    sbs = chart({"1": 100.0, "14": 100.0, "1401": 60.0, "1411": 30.0, "1421": 10.0, "1499": 0.0}, "2012")
    seps = chart({"1": 130.0, "14": 130.0, "1401": 70.0, "1411": 50.0, "1449": 10.0, "1499": 0.0}, "2013")
    rows = dict(zip(sbs.chart.codes, sbs.values[0], strict=True))
    later = dict(zip(seps.chart.codes, seps.values[0], strict=True))
    both = tuple(dict.fromkeys((*rows, *later)))
    analysis = analyse(Balance.build(both, {"2012": [rows.get(c) for c in both], "2013": [later.get(c) for c in both]}))
    (found,) = (p for p in analysis.problems if p.code == "F08")
    assert "sbs en 2012, seps en 2013" in found.cause
    assert analysis.change("14", "2013").relative.value == pytest.approx(0.3), "groups mean the same in both"
    assert analysis.change("1401", "2013").relative.value == pytest.approx(1 / 6)
    for key in ("1411", "1449", "1421"):
        change = analysis.change(key, "2013")
        assert {change.absolute.state, change.relative.state} == {State.NOT_APPLICABLE}, key
        assert "[F09]" in change.relative.note
        assert change.current.value == later.get(key, 0.0)
        assert analysis.trend(key).slope.state is State.NOT_APPLICABLE
    assert "no devenga" in analysis.change("1411", "2013").relative.note
    assert analysis.trend("14").slope.value == pytest.approx(30)


def test_negative_equity() -> None:
    rows: Rows = {
        "1": [100.0, 100.0], "11": [100.0, 100.0], "2": [90.0, 120.0], "21": [90.0, 120.0], "3": [10.0, -20.0],
        "31": [30.0, 30.0], "36": [-20.0, -50.0],
    }  # fmt: skip
    analysis = analyse(chart(rows, "2010", "2011"))
    assert analysis.change("3", "2011").relative.value == -3
    assert analysis.change("36", "2011").relative.value == pytest.approx(1.5)
    assert analysis.share("3", "2011").share.value == -0.2
    assert analysis.trend("3").growth.state is State.NOT_APPLICABLE
    assert "cambia de signo" in analysis.trend("3").growth.note
    (equity,) = (c for c in analysis.compositions() if c.id == "patrimonio")
    part = next(p for p in equity.parts if p.item.id == "31").shares[1].share
    assert part.value == -1.5
    assert part.state is State.INCONSISTENT
    assert "[E08]" in part.note


def test_zero_income() -> None:
    rows: Rows = {"4": [50.0, 60.0], "45": [50.0, 60.0], "5": [0.0, 0.0], "51": [0.0, 0.0]}
    analysis = analyse(chart(rows, "2010", "2011"))
    share = analysis.share("45", "2011")
    assert share.amount.value == 60
    assert (share.share.value, share.share.state) == (None, State.ZERO_DENOMINATOR)
    assert "total de ingresos" in share.share.note
    assert analysis.share("51", "2011").share.state is State.ZERO_DENOMINATOR
    assert analysis.change("ganancia_ejercicio", "2011").current.value == -60
    (income,) = (c for c in analysis.compositions() if c.id == "ingresos")
    assert income.parts[0].shares[1].share.state is State.ZERO_DENOMINATOR


def test_accounts_that_are_part_of_no_whole() -> None:
    rows: Rows = {"1": 10.0, "5": 5.0, "51": 5.0, "59": 2.0, "6": 3.0, "64": 3.0, "SOCIOS": 12.0}
    analysis = analyse(chart(rows))
    assert {analysis.share(key, "2011").share.state for key in ("59", "6", "64")} == {State.NOT_APPLICABLE}
    assert [row.item.id for row in analysis.vertical(2)] == ["1", "5", "51", "59", "6", "64"]
    with pytest.raises(KeyError):
        analysis.change("SOCIOS", "2011")
    with pytest.raises(KeyError):
        analysis.change("1", "2010")


# --- months -----------------------------------------------------------------------------------------------------------


def monthly(years: int, stock: Any, month_flow: Any) -> Balance:
    """Months from January of 2020: loans as `stock(i)`, interest income of the month alone as `month_flow(i)`."""
    columns: dict[object, list[float | None]] = {}
    accumulated = 0.0
    for i in range(12 * years):
        accumulated = month_flow(i) + (accumulated if i % 12 else 0.0)
        columns[f"{2020 + i // 12}-{i % 12 + 1:02d}"] = [stock(i), stock(i), accumulated, accumulated]
    return Balance.build(("1", "14", "5", "51"), columns)


@pytest.mark.parametrize(
    ("base", "stock_base", "flow_base"),
    [("diciembre", "2020-12-31", "2020-06-30"), (YEAR_AGO, "2020-06-30", "2020-06-30"),
     (PREVIOUS, "2021-05-31", "2020-06-30")],
)  # fmt: skip
def test_what_a_month_is_compared_with(base: str, stock_base: str, flow_base: str) -> None:
    analysis = analyse(monthly(2, lambda i: 100.0 + i, lambda i: 10.0), base=base)
    assert analysis.change("14", "2021-06-30").base == stock_base
    income = analysis.change("51", "2021-06-30")
    assert income.base == flow_base, "accumulated income compares only with as many months"
    assert income.relative.value == 0


@pytest.mark.parametrize("base", BASES)
def test_years_compare_with_the_year_before_by_any_rule(thesis: Analysis, base: str) -> None:
    other = analyse(thesis.balance, base=base)
    for one, two in zip(thesis.horizontal(4), other.horizontal(4), strict=True):
        assert one.changes == two.changes


def test_columns_put_side_by_side_are_compared_whatever_their_dates() -> None:
    analysis = analyse(chart({"51": [10.0, 15.0]}, "2009", "2011-06"), base=GIVEN)
    assert analysis.change("51", "2011-06-30").relative.value == 0.5


def test_the_trend_of_months_is_found_through_their_season() -> None:
    season = [30.0, -12, 5, -8, 0, 4, -3, 9, -14, -6, -10, 5]
    assert sum(season) == 0
    balance = monthly(3, lambda i: 1000 + 7 * i + 10 * season[i % 12], lambda i: 200 + 2 * i + season[i % 12])
    analysis = analyse(balance)
    stock, flow = analysis.trend("14"), analysis.trend("51")
    assert stock.slope.value == pytest.approx(84)
    assert flow.slope.value == pytest.approx(24)
    assert stock.r_squared.value == pytest.approx(1)
    assert flow.r_squared.value == pytest.approx(1)
    assert [stock.seasons[m] for m in range(1, 13)] == pytest.approx([10 * s for s in season], abs=1e-9)
    assert [flow.seasons[m] for m in range(1, 13)] == pytest.approx(season, abs=1e-9)
    assert stock.fitted[0] == pytest.approx(1000)
    assert [p.value for p in flow.points] == pytest.approx([200 + 2 * i + season[i % 12] for i in range(36)])
    plain = fit([i / 12 for i in range(36)], [point.value or 0.0 for point in stock.points])
    assert plain is not None
    assert plain.slope != pytest.approx(84, rel=1e-3), "without the season the line is another"
    assert flow.span == ("2020-12-31", "2022-12-31")
    assert flow.growth.value == pytest.approx((sum(range(248, 272, 2)) / sum(range(200, 224, 2))) ** 0.5 - 1)
    assert not stock.note


def test_months_of_less_than_two_years_say_that_the_season_is_in_the_slope() -> None:
    trend = analyse(monthly(1, lambda i: 100.0 + i, lambda i: 10.0)).trend("14")
    assert trend.seasons == {}
    assert "[F13]" in trend.note
    assert trend.slope.value == pytest.approx(12)
    assert trend.growth.state is State.NOT_APPLICABLE
    assert trend.growth.note.startswith("[F14]")


def test_a_part_of_a_year_after_whole_years() -> None:
    analysis = analyse(chart({"14": [100.0, 110.0, 120.0, 125.0], "51": [10.0, 20.0, 30.0, 16.0]},
                             "2009", "2010", "2011", "2012-06"))  # fmt: skip
    stock, flow = analysis.trend("14"), analysis.trend("51")
    assert stock.slope.value == pytest.approx(10)
    assert stock.count == 4
    assert flow.slope.value == pytest.approx(10), "half a year of income is no point beside whole years"
    assert flow.points[-1].state is State.NOT_APPLICABLE
    assert (stock.span, flow.span) == (("2009", "2011"), ("2009", "2011"))


def test_a_series_that_does_not_vary() -> None:
    trend = analyse(chart({"1": [0.1, 0.1, 0.1]}, "2009", "2010", "2011")).trend("1")
    assert (trend.slope.value, trend.growth.value) == (0.0, 0.0)
    assert trend.r_squared.state is State.NOT_APPLICABLE
    assert "[F15]" in trend.r_squared.note


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [(0.0, 5.0, State.FROM_ZERO), (0.0, 0.0, State.ZERO_TO_ZERO), (5.0, 0.0, State.NOT_APPLICABLE),
     (-5.0, 5.0, State.NOT_APPLICABLE), (-5.0, -10.0, State.OK)],
)  # fmt: skip
def test_growth_that_has_no_value(first: float, last: float, state: State) -> None:
    growth = analyse(chart({"13": [first, 1.0, last]}, "2009", "2010", "2011")).trend("13").growth
    assert growth.state is state
    assert (growth.value is None) == (state is not State.OK)
    assert growth.note.startswith("[F05]" if state is State.OK else "[F14]")


# --- what must always hold --------------------------------------------------------------------------------------------

FIGURES = st.floats(1.0, 1e9)
GROUPS = ("11", "14", "18", "21", "31", "41", "45", "51", "54")


@st.composite
def balances(draw: st.DrawFn) -> dict[str, list[float]]:
    """Three years in which every total is the sum of its groups."""
    rows = {code: draw(st.lists(FIGURES, min_size=3, max_size=3)) for code in GROUPS}
    for total in "12345":
        own = [rows[code] for code in GROUPS if code[0] == total]
        rows[total] = [math.fsum(values) for values in zip(*own, strict=True)]
    return rows


def analysed(rows: dict[str, list[float]]) -> Analysis:
    return analyse(chart(rows, "2009", "2010", "2011"), "sbs")


def figures(analysis: Analysis) -> dict[tuple[str, ...], Figure]:
    """Everything that is a ratio."""
    found: dict[tuple[str, ...], Figure] = {}
    for row in analysis.horizontal():
        found |= {("horizontal", row.item.id, c.period): c.relative for c in row.changes}
    for part in analysis.vertical():
        found |= {("vertical", part.item.id, s.period): s.share for s in part.shares}
    for line in analysis.statement():
        found |= {("resultados", line.item.id, s.period): s.share for s in line.shares}
    for trend in analysis.trends():
        found |= {("r2", trend.item.id): trend.r_squared, ("crecimiento", trend.item.id): trend.growth}
    return found


@settings(max_examples=40, deadline=None)
@given(balances(), st.floats(1e-3, 1e3))
def test_another_unit_changes_no_ratio(rows: dict[str, list[float]], factor: float) -> None:
    one = figures(analysed(rows))
    other = figures(analysed({code: [factor * v for v in values] for code, values in rows.items()}))
    assert one.keys() == other.keys()
    for key, figure in one.items():
        assert other[key].value == (None if figure.value is None else pytest.approx(figure.value, rel=1e-6, abs=1e-6))


@settings(max_examples=30, deadline=None)
@given(balances(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: dict[str, list[float]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert figures(analysed(rows)) == figures(analysed({code: rows[code] for code in shuffled}))


@settings(max_examples=40, deadline=None)
@given(balances())
def test_the_parts_add_up_to_the_whole(rows: dict[str, list[float]]) -> None:
    analysis = analysed(rows)
    for composition in analysis.compositions():
        for position in range(3):
            parts = [part.shares[position] for part in composition.parts]
            assert math.fsum(p.share.value or 0.0 for p in parts) == pytest.approx(1)
            total = composition.total.shares[position].amount.value
            assert math.fsum(p.amount.value or 0.0 for p in parts) == pytest.approx(total)
    for whole, groups in (("1", ("11", "14", "18")), ("5", ("51", "54"))):
        shares = [analysis.share(code, "2011").share.value or 0.0 for code in groups]
        assert math.fsum(shares) == pytest.approx(analysis.share(whole, "2011").share.value)
    result = rows["5"][2] - rows["4"][2]
    noise = 1e-9 * (rows["5"][2] + rows["4"][2])
    assert analysis.change("ganancia_ejercicio", "2011").current.value == pytest.approx(result, abs=noise)


@settings(max_examples=60, deadline=None)
@given(FIGURES, FIGURES, st.sampled_from([1, -1]))
def test_a_relative_change_inverts(a: float, b: float, sign: int) -> None:
    there = analyse(chart({"13": [sign * a, sign * b]}, "2010", "2011")).change("13", "2011")
    back = analyse(chart({"13": [sign * b, sign * a]}, "2010", "2011")).change("13", "2011")
    assert there.relative.value is not None
    assert back.relative.value is not None
    assert (1 + there.relative.value) * (1 + back.relative.value) == pytest.approx(1)
    assert there.absolute.value == -(back.absolute.value or 0.0)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-1e6, 1e6), st.floats(-1e6, 1e6),
    st.lists(st.integers(1990, 2030), min_size=3, max_size=12, unique=True),
)
def test_a_straight_series_has_its_own_slope(level: float, slope: float, years: list[int]) -> None:
    assume(abs(slope) > 1e-6 * (1 + abs(level)))
    balance = chart({"1": [level + slope * (year - 1990) for year in years]}, *map(str, years))
    rows = dict(zip((p.year for p in balance.periods), balance.values, strict=True))
    trend = analyse(balance).trend("1")
    assert trend.slope.value == pytest.approx(slope, rel=1e-6)
    assert trend.r_squared.value == pytest.approx(1, abs=1e-6)
    for fitted, (value,) in zip(trend.fitted, rows.values(), strict=True):
        assert fitted == pytest.approx(value, rel=1e-6, abs=1e-6 * (1 + abs(level) + 40 * abs(slope)))


@settings(max_examples=40, deadline=None)
@given(st.floats(-100, 100), st.lists(st.floats(-1e4, 1e4), min_size=12, max_size=12), st.integers(2, 5))
def test_a_season_never_hides_the_trend(slope: float, season: list[float], years: int) -> None:
    trend = analyse(monthly(years, lambda i: 1e5 + slope * i + season[i % 12], lambda i: 1.0)).trend("14")
    assert trend.slope.value == pytest.approx(12 * slope, rel=1e-6, abs=1e-6)
    assert math.fsum(trend.seasons.values()) == pytest.approx(0, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(FIGURES, st.floats(-0.5, 1.0), st.integers(1, 20))
def test_constant_growth_is_found(first: float, rate: float, years: int) -> None:
    assert average_growth(first, first * (1 + rate) ** years, years) == pytest.approx(rate, rel=1e-9, abs=1e-12)
