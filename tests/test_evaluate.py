"""Values, statuses and notes on charts small enough to work out by hand."""

from __future__ import annotations

import math

import pytest
from charts import chart, report, result
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, line_value, missing_count
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.model import Kind, Status
from xl_perlas.report import calculate

# --- absent is not zero -----------------------------------------------------------------------------------------------


def test_an_account_left_out_among_listed_siblings_is_zero():
    """1103 is not listed, but its group 11 lists 1101: the trial balance left an empty account out."""
    found = result("E2", {"1": 20.0, "11": 20.0, "1101": 20.0})
    assert (found.value, found.status, found.note) == (0.0, Status.OK, "")


def test_an_account_under_a_total_without_detail_is_missing():
    """11 has a balance and lists nothing: nobody knows how much of it is 1103."""
    found = result("E2", {"1": 100.0, "11": 20.0})
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert found.note.startswith("[E01] falta la cuenta 1103, 110305 en 2011.")


def test_an_account_under_a_total_of_zero_is_zero():
    found = result("E2", {"1": 100.0, "11": 0.0, "14": 100.0})
    assert (found.value, found.status) == (0.0, Status.OK)


def test_the_nearest_listed_ancestor_decides():
    """1103 lists detail but not 110305: zero. Without that detail nobody knows."""
    rows = {"1": 100.0, "11": 20.0, "1101": 5.0, "1103": 15.0, "110310": 15.0}
    assert result("E2", rows).value == 0.15
    assert result("L3", rows).value == 0.05
    del rows["110310"]
    assert result("E2", rows).status is Status.NO_DATA
    assert "110305" in result("E2", rows).note


def test_a_group_left_out_of_a_listed_class_is_zero():
    found = result("E6", {"1": 100.0, "2": 60.0, "21": 60.0, "2101": 60.0})
    assert (found.value, found.status) == (0.0, Status.OK)


def test_a_class_left_out_is_missing():
    found = result("E6", {"1": 100.0, "11": 100.0})
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert "falta la cuenta 26" in found.note


def test_a_total_left_out_above_its_listed_accounts_is_asked_for():
    """13 is not listed although 1301 is: adding its accounts up could leave some out."""
    found = result("E3", {"1": 100.0, "11": 90.0, "1301": 10.0})
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert found.note.startswith("[E09] la cuenta 13 no figura en 2011 aunque sí sus subcuentas.")


def test_zero_in_the_chart_is_zero():
    found = result("E3", {"1": 100.0, "11": 100.0, "13": 0.0})
    assert (found.value, found.status) == (0.0, Status.OK)


def test_a_figure_that_cannot_be_read_is_no_zero():
    found = result("E3", {"1": 100.0, "13": math.nan})
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert found.note.startswith("[E04] la cifra de 13 en 2011 no se puede leer.")


def test_a_row_without_figure_in_one_period_is_not_listed_in_it():
    rows = {"1": [100.0, 100.0], "11": [60.0, 60.0], "1103": [60.0, None], "1101": [None, 60.0]}
    found = report({**rows, "13": [40.0, 40.0]}, "2010", "2011").results["E2"]
    assert found[0].status is Status.NO_DATA  # 110305: 1103 lists no detail
    assert (found[1].value, found[1].status) == (0.0, Status.OK)


def test_entity_data_are_missing_unless_given_and_losses_are_zero_unless_given():
    rows = {"1": 100.0, "14": 100.0, "1404": 100.0, "3": 40.0, "33": 40.0}
    found = result("E4", rows)
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert "INVERSIONES_NO_FINANCIERAS" in found.note
    assert "[E02]" in found.note
    assert result("E4", {**rows, "INVERSIONES_NO_FINANCIERAS": 5.0}).value == 0.05
    assert result("E9", rows).value == 0.40
    assert result("E9", {**rows, "PERDIDAS_POR_LIQUIDAR": 10.0}).value == pytest.approx(0.30)


def test_a_chart_that_stops_at_four_digits_names_the_bands_it_lacks():
    """P1 needs arrears by age; totals by kind of credit do not tell them."""
    found = result("P1", {"1": 100.0, "14": 90.0, "1404": 80.0, "1414": 6.0, "1424": 5.0, "1499": -1.0})
    assert found.status is Status.NO_DATA
    for code in ("141425", "142425"):
        assert code in found.note
    assert "141325" not in found.note  # 1413 is not listed, and 14 lists others: zero


def test_every_missing_account_of_a_long_list_is_counted():
    """Eight kinds of credit without detail: sixteen accounts in each kind of portfolio; six are named."""
    kinds = [str(code) for code in (*range(1411, 1419), *range(1421, 1429))]
    found = result("P3", {"1": 100.0, "14": 16.0, **dict.fromkeys(kinds, 1.0)})
    assert "y 26 más" in found.note


def test_how_many_accounts_a_line_lacks():
    whole = report({"1": 100.0, "11": 20.0, "3": 1.0, "33": 1.0})
    line = whole.definitions.lines["inversiones_liquidas"]
    assert line_value(line, whole.contexts[0]) is None
    assert missing_count(line, whole.contexts[0]) == 2
    assert missing_count(whole.definitions.lines["capital_institucional"], whole.contexts[0]) == 0


def test_an_account_that_counts_nothing_is_never_missing():
    """The 0 % of loans not yet due is in the form and in the trace, and does not ask for the account."""
    balance = chart({"14": 10.0, "1499": -1.0, "1414": 3.0, "141405": 2.0, "141425": 1.0})
    whole = calculate(balance, "banco_indigena_2013", "sbs")
    assert whole.result("P2", "2011").value == 0.0
    trace = {c.code: c for c in whole.trace("P2", "2011") if c.part == DENOMINATOR}
    assert (trace["1404"].coefficient, trace["1404"].amount, trace["1404"].listed) == (0.0, 0.0, False)


# --- denominators, growth ---------------------------------------------------------------------------------------------


def test_no_denominator_no_quotient():
    found = result("P1", {"14": 10.0, "1404": 11.0, "1499": -1.0})
    assert (found.value, found.status) == (None, Status.ZERO_DENOMINATOR)
    assert "el denominador es cero (provisión requerida a más de 12 meses)" in found.note


def test_a_denominator_that_is_zero_but_for_binary_rounding_is_zero():
    """0.1 + 0.2 - 0.3 is 5.6e-17 in binary."""
    rows = {"21": 0.30, "2102": 0.1 + 0.2, "1": 1.0, "11": 1.0, "1101": 1.0, "25": 0.0, "2": 0.30, "13": 0.0}
    assert rows["21"] - rows["2102"] != 0
    assert result("L2", rows).status is Status.ZERO_DENOMINATOR


def test_a_negative_denominator_is_said_and_shown():
    found = result("E7", {"1": -100.0, "3": 10.0, "3103": 10.0})
    assert (found.value, found.status) == (-0.1, Status.INCONSISTENT)
    assert found.note.startswith("[E08] el denominador es negativo (−100,00).")


def test_growth():
    assert result("S11", {"1": [80.0, 100.0]}, "2010", "2011").value == pytest.approx(0.25)


def test_growth_from_zero_is_no_number():
    found = result("S7", {"3": [1.0, 1.0], "31": [1.0, 1.0], "3103": [0.0, 1.0]}, "2010", "2011")
    assert (found.value, found.status) == (None, Status.ZERO_DENOMINATOR)


def test_growth_from_a_negative_base_is_no_growth():
    found = result("S7", {"3": [1.0, 1.0], "3103": [-20.0, 10.0]}, "2010", "2011")
    assert (found.value, found.status) == (None, Status.NOT_APPLICABLE)
    assert found.note.startswith("[E06] la base del crecimiento es negativa (−20,00 en 2010).")


# --- suspect is said --------------------------------------------------------------------------------------------------


def test_a_sum_that_does_not_add_up_is_computed_as_given_and_said():
    found = result("E3", {"1": 100.0, "11": 80.0, "13": 20.0, "1301": 15.0})
    assert (found.value, found.status) == (0.20, Status.INCONSISTENT)
    assert "la cuenta 13 difiere en 5,00 de la suma de sus subcuentas en 2011" in found.note


def test_only_the_formulas_that_use_the_doubtful_account_are_doubtful():
    rows = {"1": 100.0, "11": 80.0, "1101": 80.0, "13": 20.0, "1301": 15.0}
    assert result("L3", rows).status is Status.OK


def test_a_broken_equation_makes_what_rests_on_it_doubtful():
    rows = {"1": 100.0, "11": 100.0, "1101": 100.0, "2": 50.0, "21": 50.0, "2101": 50.0, "3": 40.0}
    found = result("E5", rows)
    assert (found.value, found.status) == (0.5, Status.INCONSISTENT)
    assert "activo y pasivo más patrimonio difieren en 10,00" in found.note


def test_a_doubt_in_the_base_names_the_base():
    rows = {"1": [100.0, 110.0], "11": [90.0, 110.0]}
    found = result("S11", rows, "2010", "2011")
    assert found.status is Status.INCONSISTENT
    assert "la cuenta 1 difiere en 10,00 de la suma de sus subcuentas en 2010" in found.note
    assert found.value == pytest.approx(0.10)


# --- periods ----------------------------------------------------------------------------------------------------------

MONTHS = ("2010-12-31", "2011-06-30", "2011-12-31", "2012-06-30")
#           dic-10  jun-11  dic-11  jun-12
EXPENSES = {"1": [100.0, 110.0, 120.0, 140.0], "4": [18.0, 10.0, 24.0, 15.0], "45": [18.0, 10.0, 24.0, 15.0]}


def test_within_the_year_income_is_annualised_and_compared_with_december():
    rows = report(EXPENSES, *MONTHS)
    assert rows.result("R9", "2011-06-30").value == pytest.approx(10 * 2 / 105)
    assert rows.result("R9", "2011-12-31").value == pytest.approx(24 / 110)
    assert rows.result("R9", "2012-06-30").value == pytest.approx(15 * 2 / 130)
    assert rows.result("S11", "2012-06-30").value == pytest.approx(140 / 120 - 1)
    assert rows.result("E3", "2012-06-30").status is Status.NO_DATA  # no group is listed: 1 is a total without detail


def test_quarters_and_months_annualise_by_their_month():
    rows = {"1": [100.0, 100.0, 100.0], "45": [9.0, 3.0, 4.0], "4": [9.0, 3.0, 4.0]}
    found = report(rows, "2010", "2011-03-31", "2011-04-30")
    assert found.result("R9", "2011-03-31").value == pytest.approx(3 * 4 / 100)
    assert found.result("R9", "2011-04-30").value == pytest.approx(4 * 3 / 100)


def test_twelve_months_compares_with_the_same_month_and_trails_the_income():
    """June 2012: 15 of this year, plus 24 of the whole last year, less the 10 of its first half."""
    rows = report(EXPENSES, *MONTHS, mode="doce_meses")
    assert rows.result("R9", "2012-06-30").value == pytest.approx((15 + 24 - 10) / ((140 + 110) / 2))
    assert rows.result("S11", "2012-06-30").value == pytest.approx(140 / 110 - 1)
    assert rows.result("R9", "2011-12-31").value == pytest.approx(24 / 110)
    numerator = [(c.period, c.coefficient) for c in rows.trace("R9", "2012-06-30") if c.part == NUMERATOR]
    assert numerator == [("2012-06-30", 1.0), ("2011-12-31", 1.0), ("2011-06-30", -1.0)]


def test_balances_are_never_annualised():
    rows = report({"1": [100.0, 100.0], "13": [10.0, 10.0], "11": [90.0, 90.0]}, "2010", "2011-06-30")
    assert rows.result("E3", "2011-06-30").value == 0.10


@pytest.mark.parametrize(
    "mode, periods, needed",
    [
        ("acumulado", ("2011",), "2010"),
        ("acumulado", ("2011-06-30", "2011-09-30"), "2010-12-31"),
        ("doce_meses", ("2010-12-31", "2011-06-30"), "2010-06-30"),
        ("doce_meses", ("2010-06-30", "2011-06-30"), "2010-12-31"),
    ],
)
def test_a_period_that_the_formula_needs_and_the_balance_lacks_is_named(mode, periods, needed):
    rows = {"1": [100.0] * len(periods), "4": [5.0] * len(periods), "45": [5.0] * len(periods)}
    found = result("R9", rows, *periods, mode=mode)
    assert (found.value, found.status) == (None, Status.NO_DATA)
    assert found.note.startswith(f"[E03] falta el periodo {needed}, que la fórmula compara.")


def test_a_year_and_its_december_are_the_same_base():
    rows = {"1": [100.0, 130.0], "4": [5.0, 5.0], "45": [5.0, 5.0]}
    assert report(rows, "2010", "2011-06-30").result("S11", "2011-06-30").value == pytest.approx(0.30)


def test_columns_may_come_in_any_order():
    rows = {"1": [120.0, 100.0]}
    assert report(rows, "2011", "2010").result("S11", "2011").value == pytest.approx(0.20)


# --- properties -------------------------------------------------------------------------------------------------------

PROFILES = ["woccu", "banco_indigena_2013", "tulcan_2016"]


def scaled(balance: Balance, factor: float) -> Balance:
    values = {
        p: [None if v is None else v * factor for v in column]
        for p, column in zip(balance.periods, balance.values, strict=True)
    }
    return Balance.build(balance.chart.codes, values, balance.names)


def values_of(balance, profile="woccu"):
    return {key: [r.value for r in row] for key, row in calculate(balance, profile, "sbs").results.items()}


@settings(max_examples=25, deadline=None)
@given(factor=st.floats(min_value=1e-3, max_value=1e6))
def test_the_currency_unit_changes_no_ratio(banco_indigena, factor):
    kinds = {key: i.kind for key, i in load_profile("woccu").indicators.items()}
    now, before = values_of(scaled(banco_indigena, factor)), values_of(banco_indigena)
    for key, row in before.items():
        expected = [v if v is None or kinds[key] is not Kind.AMOUNT else v * factor for v in row]
        assert now[key] == [v if v is None else pytest.approx(v, rel=1e-9, abs=1e-12) for v in expected], key


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_order_of_the_rows_is_irrelevant(banco_indigena, data):
    codes = list(banco_indigena.chart.codes)
    order = data.draw(st.permutations(range(len(codes))))
    columns = zip(banco_indigena.periods, banco_indigena.values, strict=True)
    mixed = Balance.build([codes[i] for i in order], {p: [column[i] for i in order] for p, column in columns})
    assert values_of(mixed) == values_of(banco_indigena)


@st.composite
def random_charts(draw):
    """Any subset of the accounts that definitions use, with any figures, in one to three years."""
    codes = draw(st.lists(st.sampled_from(sorted(USED)), unique=True, min_size=1, max_size=25))
    years = draw(st.lists(st.sampled_from(["2009", "2010", "2011"]), unique=True, min_size=1))
    figure = st.none() | st.integers(-(10**8), 10**8).map(lambda cents: cents / 100)
    return Balance.build(codes, {y: draw(st.lists(figure, min_size=len(codes), max_size=len(codes))) for y in years})


USED = {
    code
    for profile in PROFILES
    for line in load_profile(profile).lines.values()
    for code in line.accounts
} | {"14", "1404", "1414", "141405", "141425", "1424", "142405", "142425", "149920", "11", "2", "25", "4"}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(balance=random_charts(), profile=st.sampled_from(PROFILES), mode=st.sampled_from(["acumulado", "doce_meses"]))
def test_any_chart_has_an_answer_and_its_trace_adds_up_to_it(balance, profile, mode):
    whole = calculate(balance, profile, "sbs", mode)
    for key, row in whole.results.items():
        kind = whole.profile.indicators[key].kind
        for period, found in zip(whole.periods, row, strict=True):
            assert (found.value is None) == (found.status not in (Status.OK, Status.INCONSISTENT))
            assert (found.status is Status.OK) == (found.note == "")
            if found.value is None:
                continue
            sums = {NUMERATOR: 0.0, DENOMINATOR: 0.0}
            for c in whole.trace(key, period):
                sums[c.part] = math.fsum((sums[c.part], c.amount))
            if kind is Kind.AMOUNT:
                assert found.value == pytest.approx(sums[NUMERATOR], abs=1e-6)
                continue
            quotient = sums[NUMERATOR] / sums[DENOMINATOR] - (kind is Kind.GROWTH)
            assert found.value == pytest.approx(quotient, rel=1e-6, abs=1e-9)


def test_the_trace_of_a_real_ratio(banco_indigena):
    """E9 of 2011: 463.27 + 2,222.22 - 308.00 - 0.35 × 4,290.12 over 111,766.18."""
    trace = [c for c in calculate(banco_indigena).trace("E9", "2011") if c.amount]
    assert [(c.part, c.code, c.period, round(c.amount, 4)) for c in trace] == [
        ("numerador", "33", "2011", 463.27),
        ("numerador", "1499", "2011", 2222.22),
        ("numerador", "141425", "2011", -208.0),
        ("numerador", "142425", "2011", -100.0),
        ("numerador", "141405", "2011", -311.913),
        ("numerador", "141410", "2011", -164.7555),
        ("numerador", "141415", "2011", -98.035),
        ("numerador", "141420", "2011", -126.0),
        ("numerador", "142405", "2011", -140.525),
        ("numerador", "142410", "2011", -185.815),
        ("numerador", "142415", "2011", -196.2135),
        ("numerador", "142420", "2011", -278.285),
        ("denominador", "1", "2011", 111766.18),
    ]


def test_statuses_do_not_depend_on_parameters_of_goals(banco_indigena):
    plain = calculate(banco_indigena)
    filled = calculate(banco_indigena, with_parameters(load_profile("woccu"), "banco_indigena_2013"))
    assert plain.results == filled.results


def test_an_infinite_figure_is_one_that_cannot_be_read():
    found = result("E1", {"1": float("inf"), "11": 1.0, "14": 5.0})
    assert (found.value, str(found.status)) == (None, "sin_dato")
    assert "no se puede leer" in found.note
