"""Score and rating: as the Tulcán thesis printed them, and whatever verdicts and weights come in."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from tulcan_score import PUBLISHED, SCORES, VERDICTS, YEARS, agrees, table_11

from xl_perlas.ahp import GEOMETRIC_MEAN, Matrix
from xl_perlas.compliance import read_compliance, read_verdict
from xl_perlas.hierarchy import check_weights, from_matrices, published_weights, read_weights
from xl_perlas.judgements import published
from xl_perlas.problems import PerlasError
from xl_perlas.report import calculate
from xl_perlas.score import AS_FAILED, EXCLUDE, UPPER, from_report, load_scale, score, score_report

THESIS = published_weights()
WEIGHTS = THESIS.global_weights
SCALE = load_scale()
RATINGS = [band.rating for band in SCALE.bands]
LIMITS = [(better.rating, worse.rating, better.lower) for better, worse in pairwise(SCALE.bands)]


def codes(problems):
    return [p.code for p in problems]


# --- the thesis -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [EXCLUDE, AS_FAILED])
@pytest.mark.parametrize("year", YEARS)
def test_the_printed_score_and_rating(year, policy):
    found = score(VERDICTS[year], WEIGHTS, policy)
    assert abs(found.value - float(SCORES[year]["puntaje"])) < 1e-6
    assert found.rating == SCORES[year]["calificacion"]
    assert found.coverage == found.factor == 1


def test_the_printed_mean_of_six_years():
    average = mean(score(row, WEIGHTS).value for row in VERDICTS.values())
    assert agrees(PUBLISHED["promedio"]["puntaje"], average)
    assert SCALE.rating(average) == PUBLISHED["promedio"]["calificacion"]


@pytest.mark.parametrize("indicator", PUBLISHED["productos"])
def test_the_printed_product(indicator):
    printed = PUBLISHED["productos"][indicator]
    assert agrees(printed, WEIGHTS[indicator])
    points = {t.indicator: t.points for t in score(VERDICTS["2008"], WEIGHTS).terms}
    assert agrees(printed, points[indicator] / 100)


def test_the_printed_bands():
    assert list(PUBLISHED["bandas"]) == RATINGS
    for band in SCALE.bands:
        low, high = PUBLISHED["bandas"][band.rating]
        assert agrees(low, band.lower)
        assert agrees(high, band.upper)
    assert all(b.upper - b.lower == pytest.approx(float(Fraction(100, 21)), abs=1e-12) for b in SCALE.bands)


def test_only_p_departs_from_the_geometric_means_of_the_printed_matrices():
    means, problems = from_matrices(published(), GEOMETRIC_MEAN)
    assert problems == ()
    assert list(means.global_weights) == list(WEIGHTS)
    differ = {key[0] for key in WEIGHTS if abs(means.global_weights[key] - WEIGHTS[key]) > 1e-8}
    assert differ == {"P"}


# --- bands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("better, worse, limit", LIMITS)
def test_a_limit_belongs_to_the_better_band_or_to_the_worse_one_as_the_scale_says(better, worse, limit):
    worse_at_limit = replace(SCALE, closed=UPPER)
    for scale, at in ((SCALE, better), (worse_at_limit, worse)):
        assert scale.rating(limit) == at
        assert scale.rating(limit - 1e-12) == at  # what adding weights in binary leaves
        assert scale.rating(limit + 1e-12) == at
        assert scale.rating(limit + 1e-6) == better
        assert scale.rating(limit - 1e-6) == worse


@pytest.mark.parametrize(
    "value, rating",
    [(100, "AAA+"), (100.09, "AAA+"), (0, "E"), (-1e-12, "E"), (101, None), (7280.4, None), (-1, None),
     (math.nan, None), (None, None)],
)  # fmt: skip
def test_the_ends_of_the_scale(value, rating):
    assert SCALE.rating(value) == rating
    assert replace(SCALE, closed=UPPER).rating(value) == rating


def test_another_scale_or_policy_or_published_weights_do_not_exist():
    for call in (lambda: load_scale("otra"), lambda: score({}, WEIGHTS, "otra"), lambda: published_weights("otra")):
        with pytest.raises(PerlasError, match="D02"):
            call()


# --- what holds for any verdicts and weights --------------------------------------------------------------------------

INDICATORS = ["P1", "P2", "E1", "E9", "R12", "L1", "A1", "S11"]
POLICY = st.sampled_from([EXCLUDE, AS_FAILED])


@st.composite
def cases(draw):
    parts = draw(st.lists(st.integers(1, 50), min_size=1, max_size=len(INDICATORS)))
    weights = {key: part / sum(parts) for key, part in zip(INDICATORS, parts, strict=False)}
    return weights, {key: draw(st.sampled_from([True, False, None])) for key in weights}


@given(cases(), POLICY)
def test_a_score_lies_between_0_and_100_and_is_the_sum_of_its_parts(case, policy):
    weights, verdicts = case
    found = score(verdicts, weights, policy)
    if not any(v is not None for v in verdicts.values()):
        assert (found.value, found.rating, found.coverage) == (None, None, 0)
        assert all(t.points == 0 and t.gain is None and t.rating_if_met is None for t in found.terms)
        return
    assert -1e-9 <= found.value <= 100 + 1e-9
    assert found.rating == SCALE.rating(found.value)
    assert math.fsum(t.points for t in found.terms) == pytest.approx(found.value, abs=1e-9)
    assert math.fsum(c.points for c in found.by_component.values()) == pytest.approx(found.value, abs=1e-9)
    assert math.fsum(c.maximum for c in found.by_component.values()) == pytest.approx(100, abs=1e-9)
    given_weight = math.fsum(w for key, w in weights.items() if verdicts[key] is not None)
    assert found.coverage == pytest.approx(given_weight)


@given(cases(), POLICY)
def test_the_gain_is_what_the_score_rises_by_meeting_that_indicator_alone(case, policy):
    weights, verdicts = case
    found = score(verdicts, weights, policy)
    for term in found.terms:
        if found.value is None:
            continue
        then = score({**verdicts, term.indicator: True}, weights, policy)
        assert found.value + term.gain == pytest.approx(then.value, abs=1e-9)
        assert term.rating_if_met == then.rating
        assert term.gain >= 0
        assert term.gain == 0 or not term.meets


@given(cases(), POLICY, st.data())
def test_a_score_never_falls_when_a_verdict_improves(case, policy, data):
    weights, verdicts = case
    key = data.draw(st.sampled_from(list(weights)))
    value = {v: score({**verdicts, key: v}, weights, policy).value for v in (False, None, True)}
    assert value[True] >= value[False] - 1e-9
    if value[None] is None:
        return
    assert value[True] >= value[None] - 1e-9
    if policy == EXCLUDE:
        assert value[None] >= value[False] - 1e-9
    else:
        assert value[None] == value[False]


@given(cases())
def test_with_every_verdict_both_policies_give_the_sum_of_weights_met(case):
    weights, verdicts = case
    whole = {key: bool(v) for key, v in verdicts.items()}
    expected = 100 * math.fsum(w for key, w in weights.items() if whole[key])
    assert score(whole, weights, EXCLUDE).value == score(whole, weights, AS_FAILED).value == expected


def test_without_verdict_an_indicator_is_excluded_or_failed():
    weights = {"P1": 0.5, "P2": 0.3, "E1": 0.2}
    verdicts = {"P1": True, "P2": False, "R1": True, "R2": None}
    excluded, failed = score(verdicts, weights), score(verdicts, weights, AS_FAILED)
    assert excluded.value == pytest.approx(62.5)
    assert failed.value == pytest.approx(50)
    assert excluded.coverage == failed.coverage == pytest.approx(0.8)
    assert excluded.without_weight == ("R1",)
    assert [t.gain for t in excluded.terms] == pytest.approx([0, 37.5, 7.5])
    assert [t.gain for t in failed.terms] == pytest.approx([0, 30, 20])
    assert excluded.by_component["E"].maximum == 0
    assert failed.by_component["E"].maximum == pytest.approx(20)


@given(st.floats(0, 100), st.floats(0, 100), st.booleans())
def test_every_score_has_a_rating_and_a_greater_one_never_a_worse_rating(one, other, closed):
    scale = replace(SCALE, closed=UPPER) if closed else SCALE
    low, high = sorted((one, other))
    assert RATINGS.index(scale.rating(high)) <= RATINGS.index(scale.rating(low))


# --- reports ----------------------------------------------------------------------------------------------------------


def test_the_report_as_other_programs_read_it():
    report = score_report(VERDICTS, WEIGHTS, AS_FAILED)
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["calificacion"] == {year: SCORES[year]["calificacion"] for year in YEARS}
    assert data["puntaje"] == {year: score(VERDICTS[year], WEIGHTS).value for year in YEARS}
    assert (data["politica"], data["escala"]["cierra"]) == ("no_cumple", "inferior")
    assert data["cobertura"] == dict.fromkeys(YEARS, 1)
    l1 = data["aportes"]["2009"]["L1"]
    assert (l1["cumple"], l1["puntos"]) == (False, 0)
    assert l1["ganancia"] == pytest.approx(100 * WEIGHTS["L1"])
    assert l1["calificacion_si_cumple"] == "BBB+"
    assert data["componentes"]["2009"]["L"]["maximo"] == pytest.approx(19.5948)
    assert data["problemas"] == []


def test_a_calculation_scored_by_its_own_verdicts(banco_indigena):
    report = calculate(banco_indigena)
    weights = {key: weight for key, weight in WEIGHTS.items() if key != "E9"}
    found = from_report(report, weights)
    assert found.periods == report.periods
    for period, one in found.scores.items():
        assert [t.meets for t in one.terms] == [report.verdict(t.indicator, period).meets for t in one.terms]
        assert 0 < one.coverage < 1
        assert one.rating == SCALE.rating(one.value)
    by_code = {p.code: p for p in found.problems}
    assert "E9" in by_code["J47"].cause
    assert "R13" in by_code["J48"].cause
    assert "no cuentan" in by_code["J48"].cause


def test_a_period_without_any_verdict_says_so():
    found = score_report({"2020": {}, "2021": {"P1": True}}, {"P1": 1.0}, AS_FAILED)
    assert found.to_json()["puntaje"] == {"2020": None, "2021": 100}
    assert found.to_json()["calificacion"] == {"2020": None, "2021": "AAA+"}
    assert [(p.code, p.period) for p in found.problems] == [("J49", "2020")]


# --- hierarchies from matrices ----------------------------------------------------------------------------------------


def test_a_component_with_one_indicator_has_a_matrix_of_one_cell():
    matrices = {
        "PERLAS": Matrix(("L", "P"), ((1.0, 3.0), (1 / 3, 1.0))), "L": Matrix(("L1",), ((1.0,),)),
        "P": Matrix(("P1", "P2"), ((1.0, 4.0), (0.25, 1.0))),
    }  # fmt: skip
    hierarchy, problems = from_matrices(matrices)
    assert problems == ()
    assert list(hierarchy.global_weights) == ["P1", "P2", "L1"]  # in the order of PERLAS
    assert list(hierarchy.global_weights.values()) == pytest.approx([0.2, 0.05, 0.75])


def unlinked(matrix):
    return Matrix(matrix.names, tuple(
        tuple(1.0 if i == j else None for j in range(matrix.size)) for i in range(matrix.size)
    ))  # fmt: skip


@pytest.mark.parametrize(
    "change, expected",
    [
        (lambda m: m.pop("PERLAS"), ["J30"]),
        (lambda m: m.pop("L"), ["J31"]),
        (lambda m: m.update(PERLAS=m["PERLAS"].only("PERAS")), ["J32"]),
        (lambda m: m.update(A=Matrix(("A1", "E1"), ((1.0, 1.0), (1.0, 1.0)))), ["J33"]),
        (lambda m: m.update(A=unlinked(m["A"])), ["J09"]),
        (lambda m: (m.pop("L"), m.update(A=unlinked(m["A"]), X=m["P"])), ["J09", "J31", "J32", "J33"]),
    ],
)
def test_a_hierarchy_that_does_not_close_says_everything_that_is_wrong(change, expected):
    matrices = dict(published())
    change(matrices)
    hierarchy, problems = from_matrices(matrices)
    assert hierarchy is None
    assert codes(problems) == expected


# --- weights from a file ----------------------------------------------------------------------------------------------


def written_json(tmp_path, data):
    path = tmp_path / "pesos.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_published_weights_by_name():
    found = read_weights("tulcan_2016")
    assert found.values == WEIGHTS
    assert found.hierarchy == THESIS
    assert found.problems == ()
    assert check_weights(found.values) == ()  # they add up to 1 but for rounding


@pytest.mark.parametrize("shape", ["flat", "pesos", "hierarchy", "both"])
def test_weights_from_a_file(tmp_path, shape):
    hierarchy = {"componentes": THESIS.components, "indicadores": THESIS.local}
    data = {
        "flat": WEIGHTS, "pesos": {"metodo": "eigenvector", "pesos": WEIGHTS}, "hierarchy": hierarchy,
        "both": {**hierarchy, "pesos": WEIGHTS},
    }[shape]  # fmt: skip
    found = read_weights(written_json(tmp_path, data))
    assert found.problems == ()
    assert found.values == pytest.approx(WEIGHTS)
    assert (found.hierarchy == THESIS) is (shape in ("hierarchy", "both"))


def test_weights_that_do_not_add_up_to_1_are_used_as_they_are_with_a_warning(tmp_path):
    found = read_weights(written_json(tmp_path, {"p1": 0.5, " E1": 0.4}))
    assert found.values == {"P1": 0.5, "E1": 0.4}
    assert codes(found.problems) == ["J36"]
    assert "90%" in found.problems[0].cause
    assert score({"P1": True, "E1": True}, found.values).value == pytest.approx(90)
    rounded = table_11()
    data = {"componentes": rounded.components, "indicadores": rounded.local}
    sums = [p.cause.split(" y ")[0] for p in read_weights(written_json(tmp_path, data)).problems]
    assert sums == [f"Los pesos de {group} suman {total}%"
                    for group, total in (("los componentes", 101), ("E", 99), ("R", 101), ("S", 101))]  # fmt: skip


def test_global_weights_that_contradict_their_hierarchy(tmp_path):
    data = {"componentes": {"P": 1}, "indicadores": {"P": {"P1": 0.5, "P2": 0.5}}, "pesos": {"P1": 0.6, "P2": 0.5}}
    found = read_weights(written_json(tmp_path, data))
    assert found.values == {"P1": 0.5, "P2": 0.5}
    assert codes(found.problems) == ["J37"]
    assert "P1" in found.problems[0].cause
    assert "P2" not in found.problems[0].cause


@pytest.mark.parametrize(
    "data, expected",
    [
        ("no es json", ["J34"]), ("[1, 2]", ["J34"]), ("{}", ["J34"]), ('{"P1": 0.5, "p1": 0.5}', ["J34"]),
        ({"pesos": []}, ["J34"]), ({"componentes": {"P": 1}}, ["J34"]), ("[" * 100_000, ["J34"]),
        ({"P1": -0.1, "E1": True, "R1": "0,3", "L1": 0.5}, ["J35"] * 3), ('{"P1": NaN, "E1": 1e999}', ["J35"] * 2),
        ({"P1": 1, "nombre": 0}, ["J34"]), (f'{{"P1": 1{"0" * 400}}}', ["J35"]),
        ({"P": 0.2, "E": 0.8}, ["J38"]), ({"pesos": {"P": 1}}, ["J38"]),
        ({"componentes": {"P": 0.5, "L": 0.5}, "indicadores": {"P": {"P1": "x", "E1": 1}, "A": {"A1": 1}}},
         ["J31", "J32", "J33", "J35"]),
    ],
)  # fmt: skip
def test_a_file_of_weights_that_cannot_be_used(tmp_path, data, expected):
    with pytest.raises(PerlasError) as error:
        read_weights(written_json(tmp_path, data))
    assert codes(error.value.problems) == expected


def test_a_file_or_name_that_is_not_there(tmp_path):
    for source, code in ((tmp_path / "no.json", "A01"), ("tulcan", "D02"), (tmp_path, "A04")):
        with pytest.raises(PerlasError) as error:
            read_weights(source)
        assert codes(error.value.problems) == [code]


# --- verdicts from a file ---------------------------------------------------------------------------------------------


def test_the_thesis_table_from_a_file(tmp_path):
    path = tmp_path / "cumplimiento.csv"
    lines = [",".join(["indicator", *YEARS, "weight_product"])]
    lines += [
        ",".join([key, *("SI" if VERDICTS[year][key] else "NO" for year in YEARS), str(weight)])
        for key, weight in WEIGHTS.items()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_compliance(path)
    assert found.verdicts == VERDICTS
    assert codes(found.problems) == ["J44"]
    assert "weight_product" in found.problems[0].cause


@pytest.mark.parametrize(
    "meets, cells",
    [
        (True, ["SI", "sí", " Sí ", "s", "1", 1, 1.0, True, "Cumple", "CUMPLE", "VERDADERO"]),
        (False, ["NO", "no", "N", "0", 0, 0.0, False, "No cumple", "no  cumple", "falso"]),
        (None, [None, "", "  ", "Sin veredicto", "SIN VEREDICTO", "sin dato", "-", "n/a"]),
    ],
)
def test_the_words_of_a_verdict(meets, cells):
    for cell in cells:
        assert read_verdict(cell) is meets, cell


@pytest.mark.parametrize("cell", ["x", "quizás", "2", 2, 0.5, "si no", "SI?"])
def test_what_is_no_verdict(cell):
    assert isinstance(read_verdict(cell), str)


def test_everything_wrong_with_a_file_of_verdicts_is_told_at_once(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "Metas al;31/12/2013;;;;\n"
        "Indicador;Nombre;2012;dic-2013;2013-12;Nota\n"
        "P;PROTECCIÓN;;;;\n"
        "P1;Provisión;SI;SI;SI;\n"
        " p2 ;Provisión;quizás;NO;NO;\n"
        "P1;Otra vez;NO;SI;SI;\n"
        "E1;Préstamos;;Sin veredicto;SI;\n"
        "Total;;SI;;;\n"
        "Fuente: la entidad;;;;;\n",
        encoding="utf-8",
    )
    found = read_compliance(path)
    assert found.verdicts == {
        "2012": {"P1": None, "P2": None, "E1": None},
        "2013-12-31": {"P1": True, "P2": False, "E1": None},
    }
    assert [(p.code, p.where) for p in found.problems] == [
        ("J44", "c.csv"), ("J41", "c.csv línea 5, columna 3"), ("J42", "c.csv línea 6, columna 1"),
        ("J45", "c.csv línea 8, columna 1"), ("J43", "c.csv línea 2, columna 5"),
    ]  # fmt: skip
    assert "«Nombre», «Nota»" in found.problems[0].cause


def test_verdicts_from_a_workbook(tmp_path):
    book = Workbook()
    book.active.append(["Indicador", 2012])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Metas")
    for row in (["Indicador", 2012, 2013], ["E9", True, 0], ["L1", "Cumple", None]):
        sheet.append(row)
    book.save(tmp_path / "c.xlsx")
    found = read_compliance(tmp_path / "c.xlsx")
    assert found.verdicts == {"2012": {"E9": True, "L1": True}, "2013": {"E9": False, "L1": None}}
    assert codes(found.problems) == ["A22"]


@pytest.mark.parametrize("text, code", [("Indicador;Cumple\nP1;SI\n", "J40"), ("Indicador;2012\nX;SI\n", "J46")])
def test_a_file_without_verdicts(tmp_path, text, code):
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PerlasError) as error:
        read_compliance(tmp_path / "c.csv")
    assert codes(error.value.problems)[-1] == code
