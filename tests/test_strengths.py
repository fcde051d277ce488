"""Strengths and weaknesses: the published case that is on both sides, the rule, what is missing, and the command."""

from __future__ import annotations

import copy
import csv
import io
import itertools
import json
import math
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from charts import Rows, chart, report
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.load import load_profile, read_bundled, with_parameters
from xl_perlas.peers import Mean, PeerReport, compare_with_peers, peers_from
from xl_perlas.problems import PerlasError
from xl_perlas.report import Report, calculate
from xl_perlas.strengths import Remark, Side, Strengths, build_rules, find_strengths, load_rules
from xl_perlas.supervision import calculate_supervision

PUBLISHED = Path(__file__).parent / "published"
LISTS: list[dict[str, Any]] = tomllib.loads(
    (PUBLISHED / "banco_indigena_foda.toml").read_text(encoding="utf-8")
)["lista"]  # fmt: skip
CUADRO_14 = tomllib.loads((PUBLISHED / "banco_indigena_sbs.toml").read_text(encoding="utf-8"))["pares"]
DEMO = str(resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv")
STRENGTH, WEAKNESS, WATCH = Side.STRENGTH, Side.WEAKNESS, Side.WATCH

#: The subject that each indicator and ratio is of.
OWNER = {member: subject.id for subject in load_rules().subjects.values() for member in subject.members}


def by_subject(found: Strengths) -> dict[str, Remark]:
    assert len({one.subject for one in found.remarks}) == len(found.remarks)
    return {one.subject: one for one in found.remarks}


def sides(found: Strengths) -> dict[str, Side]:
    return {key: one.side for key, one in by_subject(found).items()}


def codes(found: Strengths) -> set[str]:
    return {one.code for one in found.problems}


# --- the thesis, which lists one ratio as both ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def thesis(banco_indigena: Balance) -> Report:
    return calculate(banco_indigena, with_parameters(load_profile("banco_indigena_2013"), "banco_indigena_2013"))


@pytest.fixture(scope="module")
def cuadro_14(banco_indigena: Balance) -> PeerReport:
    means = {key: Mean(float(row["cuadro_14"])) for key, row in CUADRO_14.items()}
    return compare_with_peers(calculate_supervision(banco_indigena), peers_from(means=means, name="Cuadro 14"))


@pytest.fixture(scope="module")
def case(thesis: Report, cuadro_14: PeerReport) -> Strengths:
    return find_strengths(thesis, peers=cuadro_14)


def printed(side: str) -> set[str]:
    return {OWNER.get(key, key) for one in LISTS for key in one[side]}


def test_the_thesis_puts_these_on_both_sides() -> None:
    perlas = LISTS[-1]
    assert set(perlas["fortaleza"]) & set(perlas["debilidad"]) == {"R9", "S5", "S8"}
    assert all(perlas["fortaleza"][key] == perlas["debilidad"][key] for key in ("R9", "S5", "S8"))
    assert "GO_ACT" in LISTS[0]["fortaleza"]
    assert "GO_ACT" in LISTS[1]["debilidad"]
    assert OWNER["R9"] == OWNER["GO_ACT"]
    assert printed("fortaleza") & printed("debilidad") == {"R9", "S5", "S9"}


def test_operating_expenses_are_a_weakness_with_its_reasons(case: Strengths) -> None:
    found = by_subject(case)["R9"]
    assert found.side is WEAKNESS
    assert [one.text for one in found.evidence] == [
        "R9 = 18,09 % en 2011; meta: < 10 %",
        "GO_ACT = 18,09 % en 2011; pares: media de 9,97 %, luz: rojo",
        "R9 bajó de 19,53 % en 2010 a 18,09 % en 2011",
    ]
    assert "p. " in found.evidence[0].source or "pp. " in found.evidence[0].source
    assert "Cuadro 14" in found.evidence[1].source
    assert "a ese paso tarda 5,6 años en llegar a la meta" in found.text


@pytest.mark.parametrize(
    ("subject", "side", "words"),
    [
        ("S5", WATCH, ("no cumple la meta «> S11 (40,45 %)»", "creció 57,70 % por año", "creció 25,52 % por año")),
        ("S9", WEAKNESS, ("S9 de 2011 es −2,04 % y no cumple", "S8 de 2011 es 8,65 % y no cumple")),
        ("P1", WATCH, ("721,50 % y cumple la meta «≥ 100 %», pero P1 bajó", "deja de cumplir en 0,6 años")),
        ("P2", WATCH, ("P2 de 2011 es 127,48 % y cumple", ", pero COB_TOT de 2011 es 48,33 % y está en rojo")),
        ("L1", WATCH, ("14,40 % y no cumple la meta «≥ 15 %», pero L2", "cumple la meta «≥ 10 %»")),
        ("R12", STRENGTH, ("ROA de 2011 es 2,00 % y está en verde", "y mejora")),
        ("SUF_PAT", WEAKNESS, ("295,20 % y está en rojo frente a sus pares (media de 468,16 %)",)),
        ("E5", WATCH, ("no cumple la meta «70 % a 80 %», pero E5 subió 12,14 puntos por año",)),
        ("A1", STRENGTH, ("sigue cumpliendo más de 2 años", "MOR_MICRO de 2011 es 4,94 % y está en verde")),
        ("patrimonio", WEAKNESS, ("creció 14,31 % de 2010 a 2011", "creció 40,45 % de 2010 a 2011")),
        ("resultado", STRENGTH, ("creció 531,39 % de 2010 a 2011", "creció 99,12 % por año de 2009 a 2011")),
    ],
)
def test_the_other_printed_ratios_have_one_side_each(
    case: Strengths, subject: str, side: Side, words: tuple[str, ...]
) -> None:
    found = by_subject(case)[subject]
    assert found.side is side
    for text in words:
        assert text in found.text


def test_doubtful_figures_are_told(case: Strengths) -> None:
    assert "(cifra dudosa)" in by_subject(case)["R12"].evidence[0].text
    [told] = [one for one in case.problems if one.code == "T05"]
    assert "Rentabilidad del activo (ROA)" in told.cause


# --- the rule ---------------------------------------------------------------------------------------------------------

YEARS = ("2009", "2010", "2011")


def shares(*percent: float) -> Rows:
    """Members' shares (E7, at most 20 % of assets) in each year."""
    return {"1": [1000.0] * len(percent), "3103": [10 * one for one in percent]}


@pytest.mark.parametrize(
    ("percent", "side", "words"),
    [
        ((15, 15, 15), STRENGTH, "se mantuvo de 2009 a 2011 (0,00 puntos por año)"),
        ((17, 16, 15), STRENGTH, "bajó 1,00 puntos por año de 2009 a 2011 y mejora"),
        ((13, 14, 15), STRENGTH, "subió 1,00 puntos por año de 2009 a 2011: a ese paso sigue cumpliendo más de 2 años"),
        ((11, 14, 17), WATCH, ", pero E7 subió 3,00 puntos por año de 2009 a 2011: a ese paso deja de cumplir en un a"),
        ((36, 33, 30), WEAKNESS, "a ese paso tarda 3,3 años en llegar a la meta"),
        ((40, 31, 22), WATCH, ", pero E7 bajó 9,00 puntos por año de 2009 a 2011: a ese paso llega a la meta en 0,2"),
        ((28, 29, 30), WEAKNESS, "subió 1,00 puntos por año de 2009 a 2011 y se aleja de la meta"),
        ((25, 22), WATCH, ", pero E7 bajó de 25,00 % en 2009 a 22,00 % en 2010: a ese paso llega a la meta en 0,7"),
        ((30, 29), WEAKNESS, "; E7 bajó de 30,00 % en 2009 a 29,00 % en 2010: a ese paso tarda 9 años"),
        ((19.999, 20), STRENGTH, "E7 se mantuvo en 20,00 % de 2009 a 2010"),
        ((15,), STRENGTH, "E7 de 2009 es 15,00 % y cumple la meta «≤ 20 %». Mide"),
        ((30,), WEAKNESS, "E7 de 2009 es 30,00 % y no cumple la meta «≤ 20 %». Mide"),
    ],
)
def test_the_goal_and_the_pace_towards_its_limit_decide(
    percent: tuple[float, ...], side: Side, words: str
) -> None:
    found = find_strengths(report(shares(*percent), *YEARS[: len(percent)]))
    assert by_subject(found)["E7"].side is side
    assert words in by_subject(found)["E7"].text
    assert ("T06" in codes(found)) == (len(percent) == 1)


def test_inside_a_range_both_edges_count() -> None:
    rows = {"1": [1000.0] * 3, "14": [710.0, 745.0, 780.0]}
    assert "a ese paso deja de cumplir en 0,6 años" in by_subject(find_strengths(report(rows, *YEARS)))["E1"].text
    falling = {"1": [1000.0] * 3, "14": [790.0, 755.0, 720.0]}
    assert sides(find_strengths(report(falling, *YEARS)))["E1"] is WATCH


def rated(value: float, before: float, peers: list[float], key: str = "ROE") -> Strengths:
    """Return on equity (no goal here) of two years, and peers of the second, in percent."""
    base = {"1": [1000.0] * 3, "3": [100.0] * 3, "3603": [1.0, before, value], "3604": [0.0] * 3}
    rows = base | {"5": [100.0 + v for v in base["3603"]], "4": [100.0] * 3}
    balance = chart(rows, *YEARS)
    table = peers_from({f"E{i}": {key: one} for i, one in enumerate(peers)}, name="tabla de pares")
    standing = compare_with_peers(calculate_supervision(balance, catalog="sbs"), table)
    return find_strengths(calculate(balance, "woccu", "sbs"), peers=standing)


@pytest.mark.parametrize(
    ("value", "before", "side"),
    [
        (9.0, 9.0, STRENGTH), (9.0, 5.0, STRENGTH), (9.0, 20.0, WATCH),
        (1.0, 1.0, WEAKNESS), (1.0, 4.0, WEAKNESS), (4.1, 1.0, WATCH), (5.0, 5.0, WATCH),
    ],
)  # fmt: skip
def test_the_light_of_the_peers_and_the_change_decide(value: float, before: float, side: Side) -> None:
    """Lights are by quartile of 2, 4, 6, 8 and 10: at least the half is green and under the quarter is red."""
    found = by_subject(rated(value, before, [4.2, 4.4, 6.0, 8.0, 10.0]))["R13"]
    assert found.side is side
    assert re.search(r"ROE = \d,\d\d % en 2011; pares: percentil \d+ entre 5 pares, con media de 6,52 %", "\n".join(
        one.text for one in found.evidence
    ))  # fmt: skip
    assert "tabla de pares" in found.evidence[0].source


def test_a_ratio_without_a_better_side_is_never_good_or_bad() -> None:
    rows = {"1": 1000.0, "14": 700.0, "1499": -10.0, "1404": 710.0, "2101": 400.0, "2103": 300.0, "21": 700.0}
    for mean, expected in ((101.0, None), (30.0, WATCH)):
        table = peers_from(means={"INTERM": Mean(mean, 10.0)})
        standing = compare_with_peers(calculate_supervision(chart(rows), catalog="sbs"), table)
        assert sides(find_strengths(report(rows), peers=standing)).get("INTERM") is expected


def test_peers_of_another_period_are_not_used(thesis: Report, cuadro_14: PeerReport) -> None:
    found = find_strengths(thesis, peers=cuadro_14, period="2010")
    assert "T01" in codes(found)
    assert sides(found) == sides(find_strengths(thesis, period="2010"))
    assert "SUF_PAT" not in sides(found)


def test_the_only_segment_is_the_portfolio_and_two_are_not() -> None:
    """Microcredit in arrears beside peers is the delinquency of the portfolio only where there is no other credit."""
    one = {"1": 1000.0, "14": 500.0, "1499": 0.0, "1404": 480.0, "1424": 20.0, "142405": 20.0}
    two = one | {"1402": 100.0, "1404": 380.0}
    for rows, expected in ((one, {"A1"}), (two, {"A1", "MOR_MICRO"})):
        table = peers_from(means={"MOR_MICRO": Mean(9.0)})
        standing = compare_with_peers(calculate_supervision(chart(rows), catalog="sbs"), table)
        found = by_subject(find_strengths(report(rows), peers=standing))
        assert {"A1", "MOR_MICRO"} & set(found) == expected
        assert any("MOR_MICRO" in e.text for key in expected for e in found[key].evidence)


# --- accounts ---------------------------------------------------------------------------------------------------------


def result(*amounts: float) -> Rows:
    return {"1": [1000.0] * len(amounts), "51": [500.0 + one for one in amounts], "41": [500.0] * len(amounts)}


@pytest.mark.parametrize(
    ("amounts", "side", "words"),
    [
        ((100, 120), STRENGTH, "creció 20,00 % de 2009 a 2010"),
        ((100, 80), WEAKNESS, "bajó 20,00 % de 2009 a 2010"),
        ((100, 101), None, ""),
        ((-100, -50), WATCH, "es negativa en 2010: −50,00, pero «Ganancia o pérdida del ejercicio» pasó de −100,00"),
        ((-50, -100), WEAKNESS, "pasó de −50,00 en 2009 a −100,00 en 2010"),
        ((-50, 50), STRENGTH, "pasó de −50,00 en 2009 a 50,00 en 2010"),
        ((0, 50), STRENGTH, "pasó de 0,00 en 2009 a 50,00 en 2010"),
        ((50, -50), WEAKNESS, "es negativa en 2010: −50,00"),
        ((0, 0), None, ""),
        ((100, 300, 200), WATCH, "bajó 33,33 % de 2010 a 2011, pero «Ganancia o pérdida del ejercicio» creció 41,42 %"),
    ],
)
def test_the_result_of_the_year_by_how_it_grows(amounts: tuple[float, ...], side: Side | None, words: str) -> None:
    found = by_subject(find_strengths(report(result(*amounts), *YEARS[: len(amounts)]))).get("resultado")
    assert (found and found.side) is side
    assert words in (found.text if found else "")


def test_a_growth_that_fails_now_and_leads_over_the_years_is_to_be_watched() -> None:
    """Deposits under their range must grow more than assets: in the last year they did not, in three years they did."""
    rows = {"1": [1000.0, 1000.0, 1500.0], "21": [100.0, 400.0, 440.0], "2102": [0.0] * 3}
    found = by_subject(find_strengths(report(rows, *YEARS)))["S5"]
    assert found.side is WATCH
    assert "(por E5 debe crecer más que el activo), pero la cuenta 21" in found.text
    assert "creció 109,76 % por año de 2009 a 2011" in found.text


# --- time -------------------------------------------------------------------------------------------------------------


def test_nothing_later_than_the_period_is_looked_at(banco_indigena: Balance) -> None:
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    values = dict(zip(banco_indigena.periods, banco_indigena.values, strict=True))
    early = Balance.build(
        banco_indigena.chart.codes, {p: v for p, v in values.items() if p.year < 2011}, banco_indigena.names
    )
    then = find_strengths(calculate(banco_indigena, profile, "sbs"), period="2010")
    alone = find_strengths(calculate(early, profile, "sbs"))
    assert then.remarks == alone.remarks


def monthly(count: int) -> tuple[Rows, list[str]]:
    """Shares that swing with the season between 12 % and 19 % and have no trend."""
    labels = [f"{2020 + i // 12}-{i % 12 + 1:02}" for i in range(count)]
    swing = [155.0 + 35 * math.sin(2 * math.pi * (i + 1) / 12) for i in range(count)]
    return {"1": [1000.0] * count, "3103": swing}, labels


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (27, "E7 se mantuvo de 2020-01-31 a 2022-03-31 (0,00 puntos por año)"),
        (15, "E7 se mantuvo en 19,00 % de 2020-03-31 a 2021-03-31"),
    ],
)
def test_a_season_is_no_trend(count: int, words: str) -> None:
    rows, labels = monthly(count)
    found = by_subject(find_strengths(report(rows, *labels)))["E7"]
    assert found.side is STRENGTH
    assert words in found.text


# --- what is missing --------------------------------------------------------------------------------------------------


def test_what_is_missing_is_no_weakness() -> None:
    found = find_strengths(report({"1": 1000.0, "14": 750.0, "1499": 0.0, "21": None}, "2011"))
    told = {one.code: one.cause for one in found.problems}
    assert "E5" not in sides(found)
    assert "E5" in told["T02"]
    assert "R11" not in sides(found)
    assert {"T02", "T06"} <= set(told)
    assert not any("sin valor" in one.text for one in found.remarks)


def test_a_zero_denominator_and_a_goal_without_its_parameter_are_told_apart() -> None:
    rows = {"1": [1000.0, 1200.0], "13": [0.0, 0.0], "5103": [0.0, 0.0]}
    told = {one.code: one.cause for one in find_strengths(report(rows, "2010", "2011")).problems}
    assert "R3" in told["T03"]
    assert "R3" not in told["T02"]
    assert "S11" in told["T04"]


def test_an_empty_balance_says_nothing() -> None:
    found = find_strengths(report({"1": None}, "2011"))
    assert not found.remarks
    assert found.problems


def test_an_unknown_period_is_refused(thesis: Report) -> None:
    with pytest.raises(KeyError):
        find_strengths(thesis, period="1999")


# --- importance -------------------------------------------------------------------------------------------------------


def test_weights_order_the_remarks_and_else_the_distance_from_the_limits(thesis: Report) -> None:
    weighed = find_strengths(thesis, weights={"E1": 0.3, "L1": 0.1, "L2": 0.15, "R9": 0.05})
    assert [(one.subject, one.importance) for one in weighed.remarks[:4]] == [
        ("E1", 0.3), ("L1", pytest.approx(0.25)), ("R9", 0.05), (weighed.remarks[3].subject, 0.0),
    ]  # fmt: skip
    plain = find_strengths(thesis)
    assert sides(plain) == sides(weighed)
    for side in Side:
        importance = [one.importance for one in plain.of(side)]
        assert importance == sorted(importance, reverse=True)
        assert all(0 <= one <= 1 for one in importance)
    assert [one.subject for one in plain.of(WEAKNESS)].index("R9") < [o.subject for o in plain.of(WEAKNESS)].index("E1")


# --- whatever the balance ---------------------------------------------------------------------------------------------

ACCOUNTS = (
    "1", "11", "1101", "1103", "110305", "13", "14", "1404", "1499", "142405", "142425", "16", "18", "2", "21", "2101",
    "2102", "2103", "26", "3", "3103", "33", "34", "35", "36", "3603", "4", "41", "4101", "44", "45", "5", "51", "5101",
    "5104", "52",
)  # fmt: skip
CENTS = st.integers(0, 10**7).map(lambda cents: cents / 100)
FIGURES = st.one_of(st.just(0.0), CENTS, CENTS, CENTS.map(lambda amount: -amount), st.none())


@st.composite
def balances(draw: st.DrawFn) -> dict[str, list[float | None]]:
    columns = draw(st.integers(1, 4))
    return {code: draw(st.lists(FIGURES, min_size=columns, max_size=columns)) for code in ACCOUNTS}


PEERS = peers_from(means={key: Mean(10.0) for key in ("ROE", "ROA", "MOR_TOT", "COB_TOT", "LIQ", "GO_ACT", "ACT_IMPR")})


def judged(rows: Rows) -> Strengths:
    columns = len(next(v for v in rows.values() if isinstance(v, list)))
    balance = chart(rows, *(str(2009 + i) for i in range(columns)))
    standing = compare_with_peers(calculate_supervision(balance, catalog="sbs"), PEERS)
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return find_strengths(calculate(balance, profile, "sbs"), peers=standing)


def number(text: str) -> float:
    return float(text.replace(".", "").replace(",", ".").replace("−", "-"))


@settings(max_examples=60)
@given(balances())
def test_no_subject_is_on_two_sides_and_no_remark_is_without_a_figure(rows: dict[str, list[float | None]]) -> None:
    found = judged(rows)
    seen = [OWNER.get(one.subject, one.subject) for one in found.remarks]
    assert len(set(seen)) == len(seen)
    for one in found.remarks:
        assert one.evidence
        assert sum(one in found.of(side) for side in Side) == 1
        for evidence in one.evidence:
            assert re.search(r"\d,\d", evidence.text)
            assert re.search(r"\b20\d\d\b", evidence.text)
            assert evidence.source
            assert evidence.text.removesuffix(" (cifra dudosa)") in one.text or "; " in evidence.text
        assert not re.search(r"[{}]|\b(nan|inf|None)\b", one.text)
        assert math.isfinite(one.importance)


@settings(max_examples=60)
@given(balances())
def test_verbs_agree_with_the_figures_beside_them(rows: dict[str, list[float | None]]) -> None:
    texts = [evidence.text for one in judged(rows).remarks for evidence in one.evidence]
    changes = r"(subió|bajó) de (\S+)(?: %)? en \d+ a (\S+)(?: %)? en \d+"
    for verb, before, after in re.findall(changes, "\n".join(texts)):
        assert (number(after) > number(before)) == (verb == "subió")
        assert number(after) != number(before)
    for verb, size in re.findall(r"(subió|bajó|creció) (\S+) (?:puntos|%)", "\n".join(texts)):
        assert number(size) > 0, verb


@settings(max_examples=30)
@given(balances(), st.sampled_from([0.25, 4.0, 1024.0]))
def test_the_unit_of_the_balance_changes_nothing(rows: dict[str, list[float | None]], factor: float) -> None:
    scaled = {code: [None if v is None else v * factor for v in row] for code, row in rows.items()}
    plain, other = ({one.subject: (one.side, one.importance) for one in judged(r).remarks} for r in (rows, scaled))
    assert {key: side for key, (side, _) in plain.items()} == {key: side for key, (side, _) in other.items()}
    assert all(plain[key][1] == pytest.approx(other[key][1]) for key in plain)


@settings(max_examples=30)
@given(st.data(), balances())
def test_the_order_of_the_rows_changes_nothing(data: st.DataObject, rows: dict[str, list[float | None]]) -> None:
    order = data.draw(st.permutations(list(rows)))
    assert judged({code: rows[code] for code in order}).to_json()["observaciones"] == (
        judged(rows).to_json()["observaciones"]
    )


# --- the rules as data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("reglas", "anios_a_la_meta"), 0, "anios_a_la_meta: debe ser un número mayor que cero"),
        (("reglas", "cifras_recta"), 2, "cifras_recta: debe ser un número entero, 3 o más"),
        (("reglas", "otra"), 1, "clave desconocida «otra»"),
        (("frases", "cumple"), "{id} cumple", "cumple: entre llaves lleva id y debe llevar id, meta, periodo"),
        (("frases", "cumple"), "{id", "cumple: entre llaves lleva llaves sin pareja"),
        (("frases", "mejora"), "", "falta «mejora»"),
        (("sujetos", "A1", "mismo_que"), ["R9"], "«R9» ya es del asunto"),
        (("sujetos", "A1", "mismo_que"), ["A77"], "«A77» no es un indicador"),
        (("sujetos", "A1", "motivo"), "", "falta «motivo»"),
        (("sujetos", "patrimonio", "cuentas"), ["tres"], "«tres» no es una cuenta"),
        (("sujetos", "patrimonio", "cuentas"), [], "no es un indicador y no tiene cuentas"),
        (("sujetos", "patrimonio", "por_que"), "", "falta «por_que»"),
        (("segmentos", "MOR"), "MORA", "«MORA» no es un indicador"),
    ],
)
def test_rules_that_are_wrong_say_where(place: tuple[str, ...], value: object, complaint: str) -> None:
    data, where = read_bundled("analysis", "fortalezas")
    changed: Any = copy.deepcopy(data)
    table = changed
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = value
    with pytest.raises(PerlasError, match=re.escape(complaint)):
        build_rules(changed, where)


def test_another_limit_gives_another_side(thesis: Report) -> None:
    data, where = read_bundled("analysis", "fortalezas")
    patient = build_rules({**data, "reglas": {**data["reglas"], "anios_a_la_meta": 6}}, where)
    assert sides(find_strengths(thesis))["R9"] is WEAKNESS
    assert sides(find_strengths(thesis, rules=patient))["R9"] is WATCH


# --- the command ------------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["fortalezas", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


THESIS = (DEMO, "--perfil", "banco_indigena_2013")


def test_the_list_for_people(capsys: pytest.CaptureFixture[str], case: Strengths, tmp_path: Path) -> None:
    peers = tmp_path / "pares.csv"
    rows = [f"{key},{row['cuadro_14']}" for key, row in CUADRO_14.items()]
    peers.write_text("\n".join(["indicador,media", *rows]), encoding="utf-8")
    code, out, _ = run(capsys, *THESIS, "--pares", str(peers), "--pesos", "tulcan_2016")
    text = " ".join(out.split())
    assert code == 1  # the balance has errors
    for side, title in ((STRENGTH, "Fortalezas"), (WEAKNESS, "Debilidades"), (WATCH, "Por vigilar")):
        assert f"{title} ({len(case.of(side))})" in out
    assert "Gastos de operación frente al activo: R9 de 2011 es 18,09 % y no cumple la meta «< 10 %»" in text
    assert "[C01]" in out
    assert "[T05]" in out
    assert max(map(len, out.splitlines())) <= 100


def test_json_and_csv_say_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, err = run(capsys, *THESIS, "--formato", "json", "--periodo", "2010")
    data = json.loads(out)
    assert data["periodo"] == "2010"
    assert "[C01]" in err
    path = tmp_path / "fortalezas.csv"
    run(capsys, *THESIS, "--periodo", "2010", "--salida", str(path))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    grouped = [list(group) for _, group in itertools.groupby(rows, key=lambda row: row["numero"])]
    assert [(g[0]["sujeto"], g[0]["lado"], [row["evidencia"] for row in g]) for g in grouped] == [
        (one["sujeto"], one["lado"], [e["texto"] for e in one["evidencia"]]) for one in data["observaciones"]
    ]


@pytest.mark.parametrize("arguments", [("--periodo", "1999"), ("--segmento-pares", "3"), ("--pares", "no_existe.csv")])
def test_what_is_not_there_is_a_mistake_of_use(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *THESIS, *arguments)
    assert code == 2
    assert not out
    assert err
