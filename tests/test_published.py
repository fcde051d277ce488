"""Figures printed in the sources, at half of their last printed digit, and the canonical values on the real charts.

The data are in `published/`: a misprint is a case with both figures and a reason.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from charts import chart

from xl_perlas.compile import definitions
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, line_value
from xl_perlas.formula import LinearForm
from xl_perlas.goals import verdict
from xl_perlas.load import apply_overlay, load_profile, with_parameters
from xl_perlas.model import Result, Status
from xl_perlas.report import Report, calculate

DATA = Path(__file__).parent / "published"
PRINTED = tomllib.loads((DATA / "banco_indigena.toml").read_text(encoding="utf-8"))
ANNEX_D = tomllib.loads((DATA / "tulcan_anexo_d.toml").read_text(encoding="utf-8"))
TULCAN_2013 = tomllib.loads((DATA / "tulcan_2013.toml").read_text(encoding="utf-8"))
EXPECTED = list(csv.DictReader((DATA / "expected_woccu.csv").open(encoding="utf-8")))

CASES = PRINTED["resultado"]
PAIRS = [c for c in CASES if "numerador" in c]
OTHER_SUMS = [c for c in CASES if "aritmetica_numerador" in c]


def name(case):
    return f"{case['indicador']}-{case['periodo']}"


def is_figure(text):
    return text.lstrip("-").replace(".", "", 1).isdigit()


def agrees(printed: str, value: float) -> bool:
    """Whether `value` rounds to what is printed: within half a unit of its last digit."""
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-9


def form_of(accounts) -> LinearForm:
    signs = {"suma": Fraction(1), "resta": Fraction(-1)}
    return LinearForm({(code, 0): sign for key, sign in signs.items() for code in accounts.get(key, [])})


@pytest.fixture(scope="module")
def thesis(banco_indigena) -> Report:
    return calculate(banco_indigena, "banco_indigena_2013")


@pytest.fixture(scope="module")
def canonical(banco_indigena) -> Report:
    return calculate(banco_indigena, "woccu")


# --- Banco Indígena: chapter VI as printed ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=name)
def test_printed_result(thesis, case):
    result = thesis.result(case["indicador"], case["periodo"])
    if "estado" in case:
        assert (result.value, str(result.status)) == (None, case["estado"])
        return
    expected = case.get("recalculado", case["impreso"])
    assert agrees(expected, result.value * case["escala"])


@pytest.mark.parametrize("case", PAIRS, ids=name)
def test_printed_numerator_and_denominator(thesis, case):
    if case in OTHER_SUMS:
        ctx = thesis.contexts[thesis.balance.position(case["periodo"])]
        sums = [line_value(form_of(case[f"aritmetica_{part}"]), ctx) for part in (NUMERATOR, DENOMINATOR)]
    else:
        trace = thesis.trace(case["indicador"], case["periodo"])
        sums = [math.fsum(c.amount for c in trace if c.part == part) for part in (NUMERATOR, DENOMINATOR)]
    assert [agrees(case[p], s) for p, s in zip((NUMERATOR, DENOMINATOR), sums, strict=True)] == [True, True]


@pytest.mark.parametrize("case", OTHER_SUMS, ids=name)
def test_a_misprint_holds_both_figures(thesis, case):
    """The printed figure comes from the sum that is held, and not from the printed formula."""
    ctx = thesis.contexts[thesis.balance.position(case["periodo"])]
    numerator, denominator = (line_value(form_of(case[f"aritmetica_{p}"]), ctx) for p in (NUMERATOR, DENOMINATOR))
    assert agrees(case["impreso"], numerator / denominator * case["escala"])
    value = thesis.result(case["indicador"], case["periodo"]).value
    assert not agrees(case["impreso"], value * case["escala"])


@pytest.mark.parametrize("case", PRINTED["cita"], ids=name)
def test_a_figure_quoted_in_the_text_contradicts_its_own_table(thesis, case):
    value = thesis.result(case["indicador"], case["periodo"]).value * case["escala"]
    assert agrees(case["recalculado"], value)
    assert not agrees(case["citado"], value)


def test_every_indicator_of_the_profile_is_compared_in_both_years():
    profile = load_profile("banco_indigena_2013")
    assert Counter(map(name, CASES)) == Counter(f"{key}-{y}" for key in profile.indicators for y in (2010, 2011))
    assert len(PAIRS) == 44


def test_every_case_that_departs_says_why_and_every_case_its_page():
    assert all(c["pagina"] for c in CASES)
    departs = [c for c in CASES if not is_figure(c["impreso"]) or "recalculado" in c or "estado" in c]
    assert {c["indicador"] for c in departs} == {"A1", "A2", "R2", "S2", "S9", "E3", "E6", "R3", "R6", "R7", "S3", "S6"}
    assert all(c["motivo"] for c in departs)


def test_the_result_that_rests_on_the_misprinted_account_says_so(thesis):
    result = thesis.result("R12", "2011")
    assert result.status is Status.INCONSISTENT
    assert "la cuenta 4 difiere en −90,00" in result.note


# --- WOCCU: the canonical values --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", EXPECTED, ids=name)
def test_canonical_value(canonical, case):
    result = canonical.result(case["indicador"], case["periodo"])
    assert str(result.status) == case["estado"]
    for word in filter(None, case["nombra"].split("|")):
        assert word in result.note
    if case["valor"]:
        assert result.value == pytest.approx(float(case["valor"]), abs=1e-9)
    else:
        assert result.value is None


def test_the_canonical_table_covers_the_45_indicators_and_gives_a_reason_for_each_doubt():
    expected = {f"{key}-{y}" for key in load_profile("woccu").indicators for y in (2009, 2010, 2011)}
    assert {name(c) for c in EXPECTED} == expected
    assert len(EXPECTED) == 135
    assert all(bool(c["motivo"]) == (c["estado"] != "ok") for c in EXPECTED)


@pytest.mark.parametrize(
    "period, printed, with_commissions", [("2010", "19.02", 0.24774868), ("2011", "21.36", 0.26822498)]
)
def test_loan_commissions_outside_group_52_are_an_overlay(banco_indigena, tmp_path, period, printed, with_commissions):
    """This entity books loan commissions in 540110: the overlay adds them, and its reason stays with the line."""
    path = tmp_path / "banco.toml"
    path.write_text(
        '[personalizacion]\nentidad = "COAC Banco Indígena"\n[lineas.ingresos_prestamos]\nagrega = ["540110"]\n'
        'motivo = "Las comisiones de créditos dados se registran en 540110."\n',
        encoding="utf-8",
    )
    profile = apply_overlay(load_profile("woccu"), path)
    report = calculate(banco_indigena, profile)
    assert report.result("R1", period).value == pytest.approx(with_commissions, abs=1e-8)
    assert not agrees(printed, report.result("R1", period).value * 100)
    line = report.profile.lines["ingresos_prestamos"]
    assert (line.reason, line.origin) == (
        "Las comisiones de créditos dados se registran en 540110.", "personalización de COAC Banco Indígena",
    )  # fmt: skip


# --- Tulcán: annex D --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ANNEX_D)
def test_annex_d_accounts(key):
    """The accounts in the compiled forms are those of the annex: as many as were counted there, and the same ones."""
    ratio, printed = definitions("tulcan_2016", "seps").ratios[key], ANNEX_D[key]
    numerator, denominator = ratio.numerator, ratio.denominator or LinearForm({})
    at = [{code for code, lag in denominator.coefficients if lag == wanted} for wanted in (0, 1)]
    assert [len(numerator.coefficients), len(at[0]), len(at[1])] == printed["n"]
    assert numerator.codes() == set(printed["numerador"].split())
    assert at[0] == set(printed.get("denominador", "").split())


def test_annex_d_has_exactly_its_forty_indicators():
    wanted = (
        "P1 P2 P3 P6 E1 E2 E3 E5 E6 E7 E8 E9 R1 R2 R3 R5 R6 R7 R8 R9 R10 R11 R12 R13 L1 L2 L3 A1 A2 A3 "
        "S1 S2 S3 S5 S6 S7 S8 S9 S10 S11"
    )
    assert list(load_profile("tulcan_2016").indicators) == wanted.split() == list(ANNEX_D)


def weights(key, part="numerator"):
    form = getattr(definitions("tulcan_2016", "seps").ratios[key], part)
    return {f"{code}'" if lag else code: float(c) for (code, lag), c in form.coefficients.items()}


@pytest.mark.parametrize(
    "key, part, some",
    [
        ("P1", "numerator", {"1499": -1}),
        ("P2", "numerator", {"1499": -1, "142525": -1, "145130": -1}),
        ("P2", "denominator", {"144905": 0.35, "142820": 0.35, "1401": 0, "1404": 0}),
        ("P3", "numerator", {"142525": 1, "145225": 1}),
        ("P6", "numerator", {"1": 1, "2": -1, "1499": -1, "210135": 1, "142525": -1, "144905": -0.35}),
        ("E1", "numerator", {"14": 1, "1499": -1}),
        ("E9", "numerator", {"33": 1, "34": 1, "1499": -1, "144925": -1, "145130": -1, "142505": -0.35}),
        ("A1", "denominator", {"14": 1, "1499": 1}),
        ("A3", "numerator", {"33": 2, "34": 1, "35": 1, "1499": -1, "145225": -1, "145220": -0.35}),
        ("R8", "numerator", {"54": 1, "4101": -1, "4103": -1, "4105": -1}),
        ("R1", "denominator", {"14": 0.5, "14'": 0.5}),
        ("R13", "denominator", {"33": 1, "34": 1, "35": 1, "33'": 1, "34'": 1, "35'": 1}),
        ("L1", "numerator", {"1103": 1, "1101": 1, "110205": 1, "2504": -1, "250315": -1, "2506": -1}),
        ("S8", "denominator", {"33'": 1, "34'": 1, "1'": 1}),
        ("S9", "denominator", {"33'": 1, "1499'": -1, "144925'": -1, "142820'": -0.35}),
    ],
)  # fmt: skip
def test_annex_d_signs_and_weights(key, part, some):
    found = weights(key, part)
    assert {code: found[code] for code in some} == some


def test_annex_d_signs_give_the_ratios_printed_for_2013():
    """Arrears 5.69 % of gross loans and coverage 102.89 % (annex A, p. 162), with P1 249.08 %, give P2 and A1.

    A1 is 6.44 % only when 1499 is added with its negative sign; E9 exceeds E8 (9.43 % over 5.73 %) only when E9
    takes it as an absolute value.
    """
    gross, arrears = 100.0, 5.69
    provision = arrears * 1.0289
    old = provision / 2.4908
    rows = {
        "1": 120.0, "14": gross - provision, "1425": arrears, "142505": arrears - old, "142525": old, "1449": 0.0,
        "144905": 0.0, "1499": -provision, "3": 9.0, "31": 2.0, "33": 7.0,
    }  # fmt: skip
    results = {key: row[0].value for key, row in calculate(chart(rows, "2013"), "tulcan_2016", "seps").results.items()}
    assert agrees("2.4908", results["P1"])
    assert results["P2"] == pytest.approx(2.9978, abs=0.005)
    assert agrees("6.44", results["A1"] * 100)
    assert results["E9"] > results["E8"]


@pytest.mark.parametrize("key", TULCAN_2013)
def test_goals_judge_the_figures_of_2013_as_printed(key):
    profile = with_parameters(load_profile("tulcan_2016"), "tulcan_2016")
    results = {k: Result(float(c["alcanzado"]) / 100, Status.OK) for k, c in TULCAN_2013.items()}
    case = TULCAN_2013[key]
    expected = {"SI": True, "NO": False, "": None}[case.get("veredicto", case["cumple"])]
    assert verdict(profile, key, results, 2013).meets is expected
    assert "veredicto" not in case or case["motivo"]


def test_the_parameters_of_tulcan_leave_only_what_the_thesis_does_not_print():
    profile = with_parameters(load_profile("tulcan_2016"), "tulcan_2016")
    unset = {key for key, parameter in profile.parameters.items() if parameter.at(2013) is None}
    assert unset - {"tasa_credito_externo"} == {"inflacion"}  # no goal of this profile names the former
