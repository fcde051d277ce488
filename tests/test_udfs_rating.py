"""The functions of weights, score, rating and CAMEL: what cells give them and what they give back."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from xl_perlas.ahp import weights
from xl_perlas.hierarchy import published_weights
from xl_perlas.judgements import published, scale_words
from xl_perlas.udfs.diagnosis import diagnose, forget_failures
from xl_perlas.udfs.functions import function

PUBLISHED = Path(__file__).parent / "published"
CAMEL_2013 = {
    "IF114": 455.69, "IF112": 14.93, "IF101": 95.75, "IF102": 4.25, "IF013": 5.69, "IF016": 102.89, "IF1111": 65.50,
    "IF688": 120.44, "IF295": 15.82, "IF293": 2.20, "IF1112": 17.80,
}  # fmt: skip


def call(name: str, *arguments: object) -> Any:
    return function(name)(*arguments)


def reason(name: str, *arguments: object) -> str:
    forget_failures()
    result = call(name, *arguments)
    text = result if isinstance(result, str) else result[0][0]
    assert text == "#VALUE!", result
    return diagnose()


def cells(group: str) -> list[list[object]]:
    """A published matrix as a sheet holds it: names, worded judgements above the diagonal, numbers below."""
    matrix = published()[group]
    words = {float(value): text for value, text in scale_words().items()}
    rows: list[list[object]] = [["", *matrix.names]]
    for i, name in enumerate(matrix.names):
        row: list[object] = [name]
        row += [words[v or 0] if j > i else v for j, v in enumerate(matrix.values[i])]
        rows.append(row)
    return rows


# --- AHP


@pytest.mark.parametrize("group", list(published()))
@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean", "column_mean"])
def test_weights_of_a_sheet(group: str, method: str) -> None:
    matrix = published()[group]
    table = call("AHP_PESOS", cells(group), f"metodo={method}")
    assert [w for (w,) in table] == list(weights(matrix, method))
    bare = [row[1:] for row in cells(group)[1:]]
    assert call("AHP_PESOS", bare, f"metodo={method}") == table


def test_consistency_of_a_sheet() -> None:
    r = cells("R")
    assert call("AHP_LAMBDA", r) == pytest.approx(14.349930233258101, rel=1e-12)
    assert call("AHP_RC", r, "indice=formula_1_98") == pytest.approx(0.1294727401244133, rel=1e-10)
    assert call("AHP_RC", r, "indice=tabla7") == "#N/A"
    assert call("AHP_RC", r) == call("AHP_RC", r, "indice=saaty")


def test_either_triangle_is_enough_and_a_criterion_may_be_left_out() -> None:
    upper = [["", "a", "b", "c", "d"], ["a", "", "3", None, "9"], ["b", None, None, None, "3"],
             ["c", None, None, None, None], ["d", None, None, None, None]]  # fmt: skip
    (a,), (b,), (c,), (d,) = call("AHP_PESOS", upper)
    assert (a, b, d) == pytest.approx((9 / 13, 3 / 13, 1 / 13))
    assert c == "#N/A"
    lower = [list(row) for row in zip(*[row[1:] for row in upper[1:]], strict=True)]
    turned = [row[0] for row in call("AHP_PESOS", lower)]
    assert turned[0] == pytest.approx(1 / 13)


def test_diagnosis_says_what_to_reconsider_and_proposes() -> None:
    table = call("AHP_DIAGNOSTICO", cells("S"))
    assert {len(row) for row in table} == {5}
    shown = {row[0]: row[1] for row in table[:8]}
    assert shown["Coherencia"] == "Inconsistente"
    assert shown["RC (tabla7)"] == pytest.approx(0.11092528, abs=1e-8)
    assert shown["Koczkodaj"] == pytest.approx(0.9333333333)
    assert table[8][0] == "Juicio"
    first = table[9]
    assert "/" in first[0]
    assert isinstance(first[2], float)
    after = next(row for row in table if str(row[0]).startswith("RC con los cambios"))
    assert after[1] <= 0.10


def test_diagnosis_of_sound_judgements_has_the_same_shape() -> None:
    table = call("AHP_DIAGNOSTICO", cells("P"))
    assert table[0][1] == "Consistente"
    assert len(table) >= 12
    assert not any(str(row[0]).startswith("Cambio") for row in table)


def test_a_matrix_that_contradicts_itself_has_no_weights_and_says_where() -> None:
    """Anexo B.1 as printed: two inverses crossed."""
    printed = [[1, 1, 7, 1], [1, 1, 5, 1], ["1/5", "1/7", 1, "1/7"], [1, 1, 7, 1]]
    text = reason("AHP_PESOS", printed)
    assert "3/1" in text
    assert "3/2" in text
    table = call("AHP_DIAGNOSTICO", printed)
    assert table[0][1] == "Con errores"
    assert [row[0] for row in table[9:11]] == ["J05", "J05"]
    assert {len(row) for row in table} == {5}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[1, 2, 3], ["1/2", 1, 1]], "J01"), ([[1, "mucho"], ["", 1]], "J02"),
        ([[1, dt.date(2026, 3, 1)], ["", 1]], "J02"),
        ([[1, 0], ["", 1]], "J03"), ([[2, 3], ["", 1]], "J04"), ([[1, 3], [3, 1]], "J05"),
        ([[1, 2, "", ""], ["", 1, "", ""], ["", "", 1, 2], ["", "", "", 1]], "J09"), (None, "U23"),
    ],
)  # fmt: skip
def test_judgements_that_cannot_be_weighed(rows: Any, code: str) -> None:
    assert f"[{code}]" in reason("AHP_PESOS", rows)


def test_an_error_cell_is_the_result() -> None:
    assert call("AHP_RC", [[1, "#REF!"], ["", 1]]) == "#REF!"


@pytest.mark.parametrize("options", ["metodo=saaty", "indice=otra", "perfil=woccu", "metodo"])
def test_options_that_do_not_exist(options: str) -> None:
    assert "[U2" in reason("AHP_PESOS", [[1, 3], ["", 1]], options)


# --- score and rating


@pytest.mark.parametrize("year", range(2008, 2014))
def test_the_printed_scores_and_ratings_in_cells(year: int) -> None:
    data = tomllib.loads((PUBLISHED / "tulcan_score.toml").read_text(encoding="utf-8"))
    verdicts = data["cumplimiento"]["veredictos"]
    weight = published_weights().global_weights
    column = [[verdicts[key].split()[year - 2008]] for key in weight]
    score = call("PERLAS_PUNTAJE", column, [[w] for w in weight.values()])
    printed = {2008: (72.80389, "AA-"), 2009: (39.962347, "BB+"), 2010: (59.346824, "A-"), 2011: (58.43411, "A-"),
               2012: (55.790419, "BBB+"), 2013: (42.053853, "BB+")}[year]  # fmt: skip
    assert score == pytest.approx(printed[0], abs=1e-6)
    assert call("PERLAS_CALIFICACION", score) == printed[1]


def test_without_verdict_by_each_policy() -> None:
    verdicts, weight = [["Cumple"], ["No cumple"], ["Sin veredicto"], [""]], [[0.4], [0.4], [0.2], ["#N/A"]]
    assert call("PERLAS_PUNTAJE", verdicts, weight) == pytest.approx(50)
    assert call("PERLAS_PUNTAJE", verdicts, weight, "sin_veredicto=no_cumple") == pytest.approx(40)
    assert call("PERLAS_PUNTAJE", [["Sin veredicto"]], [[1.0]]) == "#N/A"


def test_headings_among_the_rows_do_not_count() -> None:
    verdicts = [["P · Protección"], ["SI"], ["NO"]]
    assert call("PERLAS_PUNTAJE", verdicts, [["Peso"], [0.5], [0.5]]) == pytest.approx(50)


@pytest.mark.parametrize(("score", "shown"), [(100, "AAA+"), (0, "E"), (None, "#N/A"), ("#N/A", "#N/A"), (140, "#N/A"),
                                              ("#REF!", "#REF!"), (100 / 21, "D")])  # fmt: skip
def test_ratings(score: object, shown: str) -> None:
    assert call("PERLAS_CALIFICACION", score) == shown


def test_scores_that_cannot_be() -> None:
    assert "[U33]" in reason("PERLAS_PUNTAJE", [["SI"], ["NO"]], [[0.5]])
    assert "[U34]" in reason("PERLAS_PUNTAJE", [["SI"], ["NO"]], [[32], [30]])
    assert "[J35]" in reason("PERLAS_PUNTAJE", [["SI"]], [[-0.5]])
    assert "[U36]" in reason("PERLAS_CALIFICACION", "alto")


# --- CAMEL


@pytest.mark.parametrize(
    ("indicator", "value", "shown"),
    [
        ("IF112", 21.14, 1), ("if 112", 15.01, 3), ("IF112", 8.0, 5), ("IF013", 11.0, 5), ("IF013", 1.0, 2),
        ("mayor", 22, 1), ("menor", 22, 5), ("IF112", "16,21", 3), ("IF112", None, "#N/A"), ("IF112", "#N/A", "#N/A"),
        ("IF112", "#DIV/0!", "#DIV/0!"),
    ],
)  # fmt: skip
def test_grades(indicator: str, value: object, shown: object) -> None:
    mean, deviation = (4.41, 3.24) if indicator == "IF013" else (15.01, 3.06)
    assert call("CAMEL_NOTA", indicator, value, mean, deviation) == shown


def test_a_deviation_of_zero_gives_no_grade() -> None:
    assert call("CAMEL_NOTA", "IF112", 15.0, 15.0, 0.0) == "#N/A"
    assert "[U37]" in reason("CAMEL_NOTA", "IF999", 15.0, 15.0, 1.0)


def test_the_total_of_2012() -> None:
    grades = {**dict.fromkeys(CAMEL_2013, 3), "IF1111": 2, "IF295": 1, "IF293": 2}
    rows = [["C: suficiencia de capital"], *[[key] for key in grades]]
    assert call("CAMEL_TOTAL", rows, [[""], *[[g] for g in grades.values()]]) == pytest.approx(2.625)
    assert call("CAMEL_TOTAL", rows, [[""], [None], *[[g] for g in list(grades.values())[1:]]]) == "#N/A"
    assert "[U36]" in reason("CAMEL_TOTAL", rows, [[""], [7], *[[g] for g in list(grades.values())[1:]]])
    assert "[U33]" in reason("CAMEL_TOTAL", rows, [[3]])
