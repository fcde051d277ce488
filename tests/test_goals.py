"""Verdicts: the goals of `woccu` judged on results made up for the purpose."""

from __future__ import annotations

import math

import pytest

from xl_perlas.goals import bounds, compare, goal_text, needs, percent, verdict
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.model import Result, Status

WOCCU = load_profile("woccu")
RATES = with_parameters(WOCCU, "banco_indigena_2013")


def judge(indicator, profile=RATES, year=2011, **values):
    """The verdict given the values of indicators; None stands for an indicator without value."""
    results = {k: Result(v, Status.NO_DATA if v is None else Status.OK) for k, v in values.items()}
    return verdict(profile, indicator, results, year)


# --- a number ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicator, value, meets",
    [
        ("P1", 1.0, True), ("P1", 0.9999, False), ("P3", 0.0, True), ("P3", 0.01, False), ("P5", 0.75, False),
        ("P5", 0.7501, True), ("P6", 1.11, True), ("P6", 1.1099, False),
        ("E1", 0.70, True), ("E1", 0.80, True), ("E1", 0.75, True), ("E1", 0.6999, False), ("E1", 0.8001, False),
        ("E2", 0.16, True), ("E2", 0.1601, False), ("E6", 0.0, True), ("E6", 0.05, True), ("E6", -0.01, False),
        ("R9", 0.05, True), ("R9", 0.0501, False), ("R11", 0.01, True), ("R11", -0.01, True), ("R11", 0.0101, False),
        ("R12", 0.01, False), ("R12", 0.0101, True), ("L1", 0.15, True), ("L1", 0.20, True), ("L1", 0.2001, False),
        ("L3", 0.01, False), ("L3", 0.0099, True), ("A3", 2.0, True), ("S10", 0.15, True), ("S10", 0.1499, False),
    ],
)  # fmt: skip
def test_the_edge_of_a_goal_belongs_to_it_or_not_as_written(indicator, value, meets):
    assert judge(indicator, **{indicator: value}).meets is meets


@pytest.mark.parametrize(
    "indicator, value",
    [
        ("E1", math.nextafter(0.70, 0)),
        ("E1", math.nextafter(0.80, 1)),
        ("E2", math.nextafter(0.16, 1)),
        ("P6", math.nextafter(1.11, 0)),
    ],
)
def test_a_value_that_misses_the_edge_only_in_binary_is_on_it(indicator, value):
    assert judge(indicator, **{indicator: value}).meets is True


def test_equality_and_strict_comparison_agree_at_the_edge():
    nearly = 0.1 + 0.2
    assert nearly != 0.3
    assert [compare(nearly, op, 0.3) for op in ("=", "<=", ">=", "<", ">")] == [True, True, True, False, False]


def test_no_value_no_verdict():
    found = judge("E1", E1=None)
    assert found.meets is None
    assert found.note.startswith("[E23]")


def test_minimise_is_no_verdict():
    found = judge("P4", P4=0.0)
    assert found.meets is None
    assert found.note.startswith("[E22]")


# --- parameters -------------------------------------------------------------------------------------------------------


def test_a_goal_with_a_parameter():
    assert judge("R1", R1=0.1591).meets is True
    assert judge("R1", R1=0.1590).meets is False
    assert judge("R1", R1=0.16).goal == ">= tasa_empresarial (15,91%)"


def test_without_its_parameter_a_goal_has_no_verdict_and_asks_for_it():
    found = judge("R1", WOCCU, R1=0.90)
    assert found.meets is None
    assert found.note.startswith("[E20] sin veredicto: falta el parámetro tasa_empresarial (Tasa empresarial")
    assert found.goal == ">= tasa_empresarial (sin dato)"


def test_a_parameter_counts_in_its_year():
    assert judge("R13", year=2011, R13=0.06).meets is True
    assert judge("R13", year=2011, R13=0.0541).meets is False
    assert judge("R13", year=2010, R13=0.06).meets is None


def test_a_condition_that_fails_decides_even_where_another_cannot_be_judged():
    """R5 must beat inflation (unknown in 2010) and reach 1.41 %."""
    assert judge("R5", year=2010, R5=0.0140).meets is False
    found = judge("R5", year=2010, R5=0.09)
    assert found.meets is None
    assert "inflacion" in found.note
    assert judge("R5", year=2011, R5=0.0541).meets is False
    assert judge("R5", year=2011, R5=0.0542).meets is True


def test_assets_must_beat_inflation_by_ten_points():
    assert judge("S11", S11=0.1541).meets is False
    assert judge("S11", S11=0.1542).meets is True
    assert judge("S11", S11=0.2).goal == "> inflacion (5,41%) + margen_crecimiento (10%)"


# --- other indicators -------------------------------------------------------------------------------------------------


def test_what_is_no_finance_must_yield_at_least_what_loans_do():
    assert judge("R4", R4=0.21, R1=0.21).meets is True
    assert judge("R4", R4=0.20, R1=0.21).meets is False
    found = judge("R4", R4=0.20, R1=None)
    assert found.meets is None
    assert found.note.startswith("[E21] sin veredicto: R1 no tiene valor.")


@pytest.mark.parametrize("value, meets", [(0.03, True), (0.0299, False), (0.0453, True), (0.0454, False), (0.04, True)])
def test_shares_pay_between_savings_and_the_market(value, meets):
    profile = with_parameters(WOCCU, {"tasa_pasiva": 0.0453})
    assert judge("R7", profile, R7=value, R5=0.03).meets is meets


def test_shares_that_pay_less_than_savings_fail_whatever_the_market_pays():
    assert judge("R7", WOCCU, R7=0.02, R5=0.03).meets is False
    assert judge("R7", WOCCU, R7=0.04, R5=0.03).meets is None


@pytest.mark.parametrize(
    "margin, capital, meets",
    [
        (0.06, 0.05, False),  # covers costs exactly, and capital is short: it must exceed them
        (0.0601, 0.05, True),
        (0.06, 0.0999, False),
        (0.06, 0.10, True),  # capital is at its goal: covering costs is enough
        (0.0599, 0.10, False),
        (0.0599, None, False),  # short of costs fails whatever the capital
        (0.07, None, None),
    ],
)
def test_margin_covers_costs_and_exceeds_them_while_capital_is_short(margin, capital, meets):
    assert judge("R8", R8=margin, R9=0.05, R10=0.01, E9=capital).meets is meets


@pytest.mark.parametrize(
    "p1, p2, meets",
    [
        (1.0, 1.0, True), (1.0, 0.9, False), (0.9, 1.0, False), (0.9, 0.9, False),
        (1.0, None, None), (None, 1.0, None), (0.9, None, False), (None, 0.9, False),
    ],
)  # fmt: skip
def test_provisions_are_enough_when_p1_and_p2_are_met(p1, p2, meets):
    found = judge("R10", R10=0.001, P1=p1, P2=p2)
    assert found.meets is meets
    assert found.note.startswith("[E21]") == (meets is None)


# --- growth -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "structure, growth, meets, goal",
    [
        (0.60, 0.21, True, "> S11 (20%)"),  # under 70-80 %: must outgrow the assets
        (0.60, 0.20, False, "> S11 (20%)"),
        (0.70, 0.21, True, "≈ S11 (20%)"),  # inside, edges too: as fast, within one point
        (0.80, 0.19, True, "≈ S11 (20%)"),
        (0.75, 0.2101, False, "≈ S11 (20%)"),
        (0.75, 0.1899, False, "≈ S11 (20%)"),
        (0.85, 0.19, True, "< S11 (20%)"),  # above: slower
        (0.85, 0.20, False, "< S11 (20%)"),
    ],
)
def test_growth_follows_the_structure(structure, growth, meets, goal):
    found = judge("S1", S1=growth, E1=structure, S11=0.20)
    assert (found.meets, found.goal) == (meets, goal)


@pytest.mark.parametrize("structure, rule", [(0.60, "más"), (0.75, "al mismo ritmo"), (0.85, "menos")])
def test_the_direction_is_told(structure, rule):
    assert f"debe crecer {rule} que el activo" in judge("S1", S1=0.1, E1=structure, S11=0.2).note


def test_above_a_maximum_growth_must_slow_down_and_below_a_minimum_speed_up():
    assert judge("S7", S7=0.1, E7=0.30, S11=0.2).meets is True
    assert judge("S8", S8=0.1, E8=0.05, S11=0.2).meets is False
    assert judge("S4", S4=-0.5, E4=0.02, S11=0.2).meets is True


@pytest.mark.parametrize("missing", ["E1", "S11"])
def test_growth_is_not_judged_without_structure_or_assets(missing):
    values = {"S1": 0.1, "E1": 0.75, "S11": 0.2, missing: None}
    found = judge("S1", **values)
    assert found.meets is None
    assert f"{missing} no tiene valor" in found.note


# --- texts, charts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicator, text",
    [
        ("E1", "70% - 80%"), ("E2", "<= 16%"), ("P3", "Sí (saldo = 0)"), ("P4", "minimizar"),
        ("R8", ">= R9 + R10; > R9 + R10 mientras E9 < 10%"), ("R11", "−1% - 1%"),
        ("R5", "> inflacion (5,41%); >= tasa_depositos_ahorro (1,41%)"), ("S1", "según E1: más, igual o menos que S11"),
    ],
)  # fmt: skip
def test_goal_text(indicator, text):
    assert goal_text(RATES.indicators[indicator], RATES, 2011) == text


def test_percent():
    assert [percent(v) for v in (0.1591, 0.006, 1.0, 0.0, -0.01)] == ["15,91%", "0,6%", "100%", "0%", "−1%"]


def test_what_a_verdict_needs():
    assert needs(WOCCU, "E1") == {"E1"}
    assert needs(WOCCU, "R8") == {"R8", "R9", "R10", "E9", "P1", "P2"}
    assert needs(WOCCU, "S1") == {"S1", "E1", "S11"}


@pytest.mark.parametrize(
    "indicator, values, expected",
    [
        ("E1", {}, (0.70, 0.80)), ("E2", {}, (None, 0.16)), ("P3", {}, (0.0, 0.0)), ("P4", {}, (None, None)),
        ("R5", {}, (0.0541, None)), ("R4", {"R1": 0.2}, (0.2, None)), ("R4", {"R1": None}, (None, None)),
        ("S1", {"E1": 0.6, "S11": 0.2}, (0.2, None)), ("S1", {"E1": 0.75, "S11": 0.2}, (0.2, 0.2)),
        ("S1", {"E1": 0.9, "S11": 0.2}, (None, 0.2)), ("S1", {"E1": None, "S11": 0.2}, (None, None)),
    ],
)  # fmt: skip
def test_bounds_for_charts(indicator, values, expected):
    results = {k: Result(v, Status.NO_DATA if v is None else Status.OK) for k, v in values.items()}
    assert bounds(RATES.indicators[indicator], RATES, results, 2011) == expected


def test_a_chart_draws_no_limit_that_is_only_half_known():
    profile = with_parameters(load_profile(), {"tasa_depositos_ahorro": 0.0141})
    results = {"R5": Result(0.02, Status.OK)}
    assert bounds(profile.indicators["R5"], profile, results, 2010) == (None, None)
    profile = with_parameters(profile, {"inflacion": 0.05})
    assert bounds(profile.indicators["R5"], profile, results, 2010) == (0.05, None)
