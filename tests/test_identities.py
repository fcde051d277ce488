"""What must hold in any trial balance: found in the real charts, and in charts made for the purpose."""

from __future__ import annotations

import math

import pytest
from charts import chart, report

from xl_perlas.identities import breaks, check
from xl_perlas.load import load_catalog
from xl_perlas.model import Status

SBS = load_catalog("sbs")


def found(rows, *periods, catalog=SBS):
    """(code of the problem, period, accounts) of everything found in a chart."""
    return [(p.code, p.period, p.accounts) for p in check(chart(rows, *periods), catalog)]


def only(code, rows, *periods):
    problems = [p for p in check(chart(rows, *periods), SBS) if p.code == code]
    assert len(problems) == 1
    return problems[0]


SOUND = {
    "1": 100.25, "11": 40.25, "1101": 40.25, "14": 60.0, "1404": 65.0, "1499": -5.0, "2": 70.0, "21": 70.0,
    "2101": 70.0, "3": 30.25, "31": 20.0, "3103": 20.0, "36": 10.25, "3603": 10.25, "4": 9.0, "45": 9.0,
    "5": 19.25, "51": 19.25,
}  # fmt: skip


def test_a_sound_chart_has_nothing_to_tell():
    assert found(SOUND) == []


# --- the real charts --------------------------------------------------------------------------------------------------


def test_the_real_charts_break_by_90_twice_and_by_the_consequence(banco_indigena):
    errors = breaks(check(banco_indigena, SBS))
    assert [(p.code, p.period, p.accounts, round(p.amount, 2)) for p in errors] == [
        ("C01", "2010", ("1899",), -90.0),
        ("C01", "2011", ("4",), -90.0),
        ("C03", "2011", ("5", "4", "3603"), 90.0),
    ]
    assert "¿19.549,88?" in errors[1].cause
    assert "la misma diferencia de la cuenta 4" in errors[2].cause


def test_the_real_charts_do_not_articulate_in_2010_and_do_in_2011(banco_indigena):
    """Depreciation and amortisation of 2010 do not add up to their contra accounts; provisions always do."""
    doubts = [p for p in check(banco_indigena, SBS) if p.code == "C08"]
    assert [(p.period, p.accounts, round(p.amount, 2)) for p in doubts] == [
        ("2010", ("4505", "1899"), 300.0),
        ("2010", ("4506", "190599"), 1603.79),
    ]


def test_the_real_charts_warn_of_nothing_but_articulation_and_jumps(banco_indigena):
    warnings = [p for p in check(banco_indigena, SBS) if p.severity == "aviso"]
    assert {p.code for p in warnings} == {"C07", "C08"}
    jumps = {(p.period, p.accounts[0]) for p in warnings if p.code == "C07"}
    assert ("2011", "1101") in jumps  # cash, 1,275.41 to 7,638.44
    assert ("2011", "52") in jumps  # commissions, 3,557.50 to 45.10


# --- sums of sub-accounts ---------------------------------------------------------------------------------------------


def test_a_total_that_is_not_the_sum_of_its_accounts():
    one = only("C01", {**SOUND, "1101": 39.25})
    assert (one.severity, one.period, one.accounts) == ("error", "2011", ("11",))
    assert one.amount == pytest.approx(1.0)


@pytest.mark.parametrize(
    "given, swapped",
    [(41.25, True), (15.24, True), (24.15, True), (42.15, False), (14.35, False), (114.25, False), (12.45, True)],
)
def test_digits_that_trade_places_are_suggested(given, swapped):
    """Two digits, no more: 14.25 against what the total says."""
    one = only("C01", {"11": given, "1101": 14.25})
    assert ("Parecen dígitos trastocados: ¿14,25?" in one.cause) is swapped


def test_totals_are_checked_against_the_nearest_listed_level():
    """1411 is not listed: its six-digit accounts stand directly under 14."""
    assert ("C01", "2011", ("14",)) not in found({"14": 30.5, "1404": 20.5, "141105": 4.0, "141110": 6.0})
    assert ("C01", "2011", ("14",)) in found({"14": 31.5, "1404": 20.5, "141105": 4.0, "141110": 6.0})


def test_an_account_without_detail_in_one_period_is_only_checked_where_it_has_it():
    rows = {"11": [10.0, 12.0], "1101": [4.0, None], "1103": [6.0, None]}
    assert [p for p in found(rows, "2010", "2011") if p[0] == "C01"] == []


def test_account_59_is_no_part_of_class_5():
    rows = {**SOUND, "59": 10.25}
    assert found(rows) == []
    assert found({**SOUND, "59": 11.0}) == [("C04", "2011", ("59", "5", "4"))]


@pytest.mark.parametrize("difference, told", [(0.005, False), (0.009, False), (0.02, True)])
def test_a_cent_is_rounding(difference, told):
    assert (("C01", "2011", ("11",)) in found({"11": 10.0 + difference, "1101": 4.25, "1103": 5.75})) is told


def test_figures_without_cents_may_miss_by_half_a_unit_each():
    """Three rounded figures and their rounded total: two units at most."""
    assert found({"11": 12, "1101": 3, "1102": 3, "1103": 4}) == []
    assert found({"11": 13, "1101": 3, "1102": 3, "1103": 4}) == [("C01", "2011", ("11",))]


def test_a_lone_sub_account_without_cents_must_be_equal():
    assert found({"11": 12, "1101": 11}) == [("C01", "2011", ("11",))]


def test_nothing_can_be_said_of_a_sum_with_a_figure_that_cannot_be_read():
    assert found({"11": 12.5, "1101": math.nan, "1103": 1.0}) == []
    assert found({"11": math.nan, "1101": 1.5}) == []


# --- the equation -----------------------------------------------------------------------------------------------------


def test_assets_equal_liabilities_and_equity():
    one = only("C02", {**SOUND, "3": 29.0, "36": 9.0, "3603": 9.0, "4": 10.25, "45": 10.25})
    assert (one.severity, one.accounts) == ("error", ("1", "2", "3"))


def test_before_closing_the_result_is_still_in_income_less_expenses():
    unclosed = {"1": 100.25, "2": 70.0, "3": 20.0, "4": 9.0, "5": 19.25}
    assert found(unclosed) == []
    assert found({**unclosed, "5": 20.0}) == [("C02", "2011", ("1", "2", "3"))]
    assert found({k: v for k, v in unclosed.items() if k not in "45"}) == [("C02", "2011", ("1", "2", "3"))]


def test_the_result_of_the_year_is_income_less_expenses():
    one = only("C03", {**SOUND, "5": 20.25, "51": 20.25})
    assert one.amount == pytest.approx(1.0)
    assert "Es la misma diferencia" not in one.cause


def test_a_loss_is_booked_in_3604():
    rows = {**SOUND, "4": 25.0, "45": 25.0, "36": -5.75, "3603": None, "3604": -5.75, "3": 14.25, "1": 84.25,
            "11": 24.25, "1101": 24.25}  # fmt: skip
    assert found(rows) == []


# --- doubts -----------------------------------------------------------------------------------------------------------


def test_a_contra_account_is_negative():
    one = only("C05", {**SOUND, "14": 70.0, "1499": 5.0, "1": 110.25, "3": 40.25, "31": 30.0, "3103": 30.0})
    assert (one.severity, one.accounts) == ("aviso", ("1499",))
    assert "Provisión para créditos incobrables" in one.cause


def test_a_contra_account_of_zero_is_right():
    assert "C05" not in {p[0] for p in found({**SOUND, "1499": 0.0, "1404": 60.0})}


def test_accounts_that_the_catalog_lacks_are_told_once_a_group():
    rows = {**SOUND, "19": 0.0, "1977": 0.0, "197705": 0.0, "88": 0.0}
    assert [p for p in found(rows) if p[0] == "C06"] == [("C06", "", ("1977",)), ("C06", "", ("88",))]


def test_an_account_of_another_era_is_unknown_in_the_old_catalog():
    rows = {"14": 60.0, "1449": 60.0}
    assert ("C06", "", ("1449",)) in found(rows)
    assert ("C06", "", ("1449",)) not in found(rows, catalog=load_catalog("seps"))


def test_entity_data_are_no_unknown_accounts():
    assert found({**SOUND, "SOCIOS": 350.0}) == []


@pytest.mark.parametrize(
    "before, now, jumps",
    [(10.0, 60.0, True), (60.0, 10.0, True), (10.0, 49.0, False), (0.1, 4.0, False), (0.0, 60.0, False),
     (-10.0, 60.0, True)],
)  # fmt: skip
def test_a_jump_is_fivefold_and_weighs_in_the_balance(before, now, jumps):
    rows = {"1": [100.5, 100.5], "16": [before, now], "11": [100.5 - before, 100.5 - now]}
    told = {p[2] for p in found(rows, "2010", "2011") if p[0] == "C07"}
    assert (("16",) in told) is jumps


def test_expense_and_contra_account_articulate_from_december_to_december():
    rows = {"1499": [-10.0, -14.5], "4402": [3.0, 4.5]}
    assert found(rows, "2010", "2011") == []
    one = only("C08", {"1499": [-10.0, -13.0], "4402": [3.0, 4.5]}, "2010", "2011")
    assert (one.accounts, one.amount) == (("4402", "1499"), pytest.approx(1.5))
    assert found({"1499": [-10.0, -13.0], "4402": [3.0, 4.5]}, "2010", "2012") == []


def test_swapped_periods_show_in_the_accumulated_result():
    """Last year's result stands in this year's 3601. When the columns are swapped it is the other way round."""
    right = {"36": [30.5, 50.25], "3601": [0.0, 30.5], "3603": [30.5, 19.75]}
    assert found(right, "2010", "2011") == []
    swapped = {code: figures[::-1] for code, figures in right.items()}
    assert [p for p in found(swapped, "2010", "2011") if p[0] == "C14"] == [("C14", "2010", ("3601", "3603"))]


# --- strange charts ---------------------------------------------------------------------------------------------------


def test_all_zeros_is_said_once_and_gives_no_ratio():
    whole = report(dict.fromkeys(SOUND, 0.0))
    assert [p.code for p in check(whole.balance, SBS)] == ["C12"]
    assert whole.results["E1"][0].status is Status.ZERO_DENOMINATOR


def test_negative_assets():
    one = only("C09", {"1": -5.5, "11": -5.5})
    assert (one.severity, one.amount) == ("aviso", -5.5)


def test_a_chart_of_assets_only_gives_what_assets_can():
    whole = report({"1": 100.5, "11": 40.5, "1101": 40.5, "14": 60.0, "1404": 60.0})
    assert check(whole.balance, SBS) == []
    assert whole.results["E1"][0].value == pytest.approx(60 / 100.5)
    assert whole.results["E5"][0].status is Status.NO_DATA
    assert "21" in whole.results["E5"][0].note


def test_an_empty_chart_has_no_breaks():
    assert check(chart({}), SBS) == []
