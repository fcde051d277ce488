"""AHP: what the thesis prints, and what the mathematics says.

The published figures are in `published/tulcan_ahp.toml`; the matrices themselves are the bundled ones.
"""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judgements_cases import consistent, links, matrices, matrix_of, raw_weights, without

from xl_perlas.ahp import (
    BORDERLINE,
    COLUMN_MEAN,
    CONSISTENT,
    EIGENVECTOR,
    GEOMETRIC_MEAN,
    INCONSISTENT,
    METHODS,
    NO_VERDICT,
    Consistency,
    Matrix,
    consistency,
    koczkodaj,
    random_index,
    weights,
)
from xl_perlas.judgements import published, read_judgement, read_matrix
from xl_perlas.problems import PerlasError

FACTS = tomllib.loads((Path(__file__).parent / "published" / "tulcan_ahp.toml").read_text(encoding="utf-8"))
GROUPS, CALLS, B1 = FACTS["grupos"], FACTS["sintaxis"], FACTS["anexo_b1"]
TULCAN = published("tulcan_2016")

every_group = pytest.mark.parametrize("group", GROUPS)
every_method = pytest.mark.parametrize("method", METHODS)


def pairs_of(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def agrees(printed: str, value: float) -> bool:
    """Whether `value` rounds to what is printed: within half a unit of its last digit."""
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-13


def close(found, expected, tolerance=1e-9) -> bool:
    return all(abs(a - b) <= tolerance * abs(b) for a, b in zip(found, expected, strict=True))


def normalised(values) -> list[float]:
    return [float(value / sum(values)) for value in values]


# --- the Tulcán thesis ------------------------------------------------------------------------------------------------


@every_group
def test_the_printed_weights_are_row_geometric_means(group):
    printed, matrix = pairs_of(GROUPS[group]["impreso"]), TULCAN[group]
    assert tuple(printed) == matrix.names
    found = weights(matrix, GEOMETRIC_MEAN)
    assert [agrees(text, w) for text, w in zip(printed.values(), found, strict=True)] == [True] * matrix.size


@every_group
def test_the_eigenvectors_that_the_thesis_speaks_of(group):
    expected, matrix = pairs_of(GROUPS[group]["vector_propio"]), TULCAN[group]
    assert tuple(expected) == matrix.names
    assert all(abs(float(e) - w) < 1e-8 for e, w in zip(expected.values(), weights(matrix), strict=True))


def test_of_the_46_printed_weights_only_those_of_three_criteria_are_eigenvectors():
    """The text says eigenvector (p. 84); with three criteria both methods are the same."""
    found = {EIGENVECTOR: set(), GEOMETRIC_MEAN: set(), COLUMN_MEAN: set()}
    for group, facts in GROUPS.items():
        for method, those in found.items():
            printed = pairs_of(facts["impreso"]).items()
            given_ = weights(TULCAN[group], method)
            those |= {(group, n) for (n, text), w in zip(printed, given_, strict=True) if agrees(text, w)}
    assert len(found[GEOMETRIC_MEAN]) == 46
    assert found[EIGENVECTOR] == {("L", "L1"), ("L", "L2"), ("L", "L3"), ("A", "A1"), ("A", "A2"), ("A", "A3")}
    assert found[COLUMN_MEAN] == set()


@every_group
def test_consistency_of_the_published_matrices(group):
    facts, found = GROUPS[group], consistency(TULCAN[group])
    assert found.lambda_max == pytest.approx(facts["lambda_max"], abs=1e-9)
    assert found.lambda_equation_6 == pytest.approx(facts["lambda_6"], abs=1e-9)
    assert found.index == pytest.approx(facts["indice"], abs=1e-9)
    assert {k: v for k, v in found.ratios.items() if v is not None and k != "saaty"} == pytest.approx(
        facts["razon"], abs=1e-9
    )
    assert found.koczkodaj == pytest.approx(facts["koczkodaj"], abs=1e-9)
    assert found.triad == tuple(facts["terna"].split())


@every_group
def test_the_verdict_on_the_published_matrices(group):
    """R and S contradict themselves, E and the components pass by less than 0.01, the others hold."""
    found = consistency(TULCAN[group])
    assert found.verdict == GROUPS[group]["veredicto"]
    assert found.consistent is (found.verdict != INCONSISTENT)


def test_twelve_criteria_have_no_index_in_tabla_7_and_none_is_invented():
    found = consistency(TULCAN["R"])
    assert found.ratios["tabla7"] is None
    assert found.ratios["saaty"] == pytest.approx(found.index / 1.54)


def test_annex_b1_as_printed_is_not_reciprocal():
    matrix, problems = read_matrix(B1["criterios"].split(), [row.split() for row in B1["filas"]], "Anexo B.1")
    assert [(p.code, p.where) for p in problems] == [("J05", "Anexo B.1")] * 2
    for found, fault in zip(problems, B1["mal"], strict=True):
        first, second = fault["juicio"].split("/")
        for words in (f"{fault['juicio']} es {fault['impreso']}", f"ser {fault['inverso']}", f"de {second}/{first} ="):
            assert words in found.cause
    found = consistency(matrix)
    assert not found.reciprocal
    assert (found.verdict, found.consistent) == (INCONSISTENT, False)
    assert max(found.ratios.values()) < 0.1  # the ratio alone would let it pass
    assert matrix != TULCAN["P"]


def is_reduced(short: list[str], whole: list[str], lost: int) -> bool:
    """Whether `short` is `whole` less `lost` of its entries."""
    rest = iter(whole)
    return len(short) == len(whole) - lost and all(entry in rest for entry in short)


@every_group
def test_the_thesis_prints_each_matrix_a_second_time(group):
    """The bundled matrices, taken from Tabla 9 and Annex B, are those of the calls of R, read as cells are."""
    matrix, split = TULCAN[group], CALLS[group].get("parte_decimales", ())
    short = CALLS[group].get("falta_una", ())
    for name, row, printed in zip(matrix.names, matrix.values, CALLS[group]["filas"], strict=True):
        joined = printed.replace("0,2", "0.2") if name in split else printed
        entries = [read_judgement(text) for text in joined.split(",")]
        assert is_reduced(entries, list(row), name in short)
        assert len(printed.split(",")) > matrix.size if name in split else joined == printed


def test_the_call_for_r_as_printed_is_no_matrix():
    rows = [row.split(",") for row in CALLS["R"]["filas"]]
    matrix, problems = read_matrix(TULCAN["R"].names, rows)
    assert matrix is None
    assert [p.code for p in problems] == ["J01"]
    assert "12 filas y 16 columnas" in problems[0].cause


# --- another published example ----------------------------------------------------------------------------------------


def test_saaty_choosing_a_house():
    """Saaty (1990), How to make a decision, European Journal of Operational Research 48: λmax 9.669, CI 0.238."""
    house = matrix_of("""
        1   5   3   7 6   6   1/3 1/4
        1/5 1   1/3 5 3   3   1/5 1/7
        1/3 3   1   6 3   4   6   1/5
        1/7 1/5 1/6 1 1/3 1/4 1/7 1/8
        1/6 1/3 1/3 3 1   1/2 1/5 1/6
        1/6 1/3 1/4 4 2   1   1/5 1/6
        3   5   1/6 7 5   5   1   1/2
        4   7   5   8 6   6   2   1
    """)
    printed = [".173", ".054", ".188", ".018", ".031", ".036", ".167", ".333"]
    assert all(agrees(text, w) for text, w in zip(printed, weights(house), strict=True))
    found = consistency(house)
    assert agrees("9.669", found.lambda_max)
    assert agrees("0.238", found.index)
    assert agrees("0.17", found.ratios["saaty"])
    assert found.verdict == INCONSISTENT


# --- random indices and sizes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size, saaty, tabla7, formula",
    [
        (1, 0, 0, 0), (2, 0, 0, 0), (3, 0.52, 0.58, 0.66), (10, 1.49, 1.49, 1.584), (11, 1.52, None, 1.62),
        (13, 1.56, None, 1.98 * 11 / 13), (15, 1.59, None, 1.716), (16, None, None, 1.7325),
    ],
)  # fmt: skip
def test_ratios_by_size(size, saaty, tabla7, formula):
    """The first criterion against the last is 9, all else 1: incoherent from three criteria on."""
    ones = [["1"] * size for _ in range(size)]
    if size > 1:
        ones[0][-1], ones[-1][0] = "9", "1/9"
    matrix, problems = read_matrix([f"c{i}" for i in range(size)], ones)
    found, expected = consistency(matrix), {"saaty": saaty, "tabla7": tabla7, "formula_1_98": formula}
    assert problems == ()
    assert {name: random_index(name).at(size) for name in expected} == pytest.approx(expected)
    if size <= 2:
        assert (found.index, set(found.ratios.values()), found.verdict) == (0, {0.0}, CONSISTENT)
    else:
        assert found.index > 0
        wanted = {name: ri and found.index / ri for name, ri in expected.items()}
        assert found.ratios == {name: value and pytest.approx(value) for name, value in wanted.items()}


@pytest.mark.parametrize(
    "ratios, complete, reciprocal, verdict, agreed",
    [
        ({"a": 0.0899, "b": 0.05}, True, True, CONSISTENT, True),
        ({"a": 0.0901, "b": 0.05}, True, True, BORDERLINE, True),
        ({"a": 0.10, "b": None}, True, True, BORDERLINE, True),
        ({"a": 0.101, "b": 0.05}, True, True, BORDERLINE, False),
        ({"a": 0.101, "b": None}, True, True, INCONSISTENT, False),
        ({"a": 0.05, "b": 0.05}, False, True, NO_VERDICT, None),
        ({"a": 0.2, "b": 0.15}, False, True, INCONSISTENT, False),
        ({"a": 0.0, "b": 0.0}, True, False, INCONSISTENT, False),
        ({"a": 0.0, "b": 0.0}, False, False, INCONSISTENT, False),
    ],
)
def test_verdicts(ratios, complete, reciprocal, verdict, agreed):
    found = Consistency(4, 4.1, 4.1, 0.03, ratios, 0.2, ("x", "y", "z"), complete, reciprocal)
    assert (found.verdict, found.consistent) == (verdict, agreed)


# --- what the mathematics says ----------------------------------------------------------------------------------------


@given(raw_weights)
def test_consistent_judgements_return_their_weights_by_every_method(raw):
    matrix, expected = consistent(raw), normalised(raw)
    for method in METHODS:
        assert close(weights(matrix, method), expected)
    found = consistency(matrix)
    assert found.lambda_max == pytest.approx(len(raw))
    assert all(ratio == 0 for ratio in found.ratios.values() if ratio is not None)
    assert (found.koczkodaj <= 1e-9, found.verdict) == (True, CONSISTENT)


@given(st.data())
def test_consistent_judgements_return_their_weights_though_some_are_missing(data):
    raw = data.draw(raw_weights)
    matrix = without(consistent(raw), data.draw(links(len(raw))))
    for method in METHODS:
        assert close(weights(matrix, method), normalised(raw))
    found = consistency(matrix)
    assert set(found.ratios.values()) <= {0.0, None}
    assert found.koczkodaj <= 1e-9
    assert found.verdict == (NO_VERDICT if matrix.missing else CONSISTENT)


@given(st.data())
def test_the_order_of_the_criteria_does_not_matter(data):
    matrix = data.draw(matrices())
    other = matrix.only(data.draw(st.permutations(matrix.names)))
    for method in METHODS:
        first = dict(zip(matrix.names, weights(matrix, method), strict=True))
        second = dict(zip(other.names, weights(other, method), strict=True))
        assert second == pytest.approx(first, rel=1e-9)
    one, two = consistency(matrix), consistency(other)
    assert (one.lambda_max, one.koczkodaj) == pytest.approx((two.lambda_max, two.koczkodaj), rel=1e-9)
    assert (one.verdict, one.complete) == (two.verdict, two.complete)


@given(matrices())
def test_the_eigenvector_is_one(matrix):
    largest, vector = matrix.eigen
    assert math.fsum(vector) == pytest.approx(1, abs=1e-12)
    for row, w in zip(matrix.harker, vector, strict=True):
        assert math.fsum(a * b for a, b in zip(row, vector, strict=True)) == pytest.approx(largest * w, rel=1e-11)
    assert largest >= matrix.size - 1e-9


@given(matrices())
def test_opposite_judgements_give_inverse_geometric_means(matrix):
    opposite = Matrix(matrix.names, tuple(zip(*matrix.values, strict=True)))
    products = [a * b for a, b in zip(weights(matrix, GEOMETRIC_MEAN), weights(opposite, GEOMETRIC_MEAN), strict=True)]
    assert close(products, [products[0]] * matrix.size)


@given(matrices(st.integers(1, 3), complete=True))
def test_up_to_three_criteria_eigenvector_and_geometric_mean_are_the_same(matrix):
    assert close(weights(matrix, EIGENVECTOR), weights(matrix, GEOMETRIC_MEAN))


def test_a_matrix_that_converges_slowly():
    """A circle of preferences: equal weights, λmax = 1 + 9⁹ + 9⁻⁹, and the other eigenvalues nearly as large."""
    far = 9.0**9
    matrix = Matrix(("a", "b", "c"), ((1.0, far, 1 / far), (1 / far, 1.0, far), (far, 1 / far, 1.0)))
    largest, vector = matrix.eigen
    assert largest == pytest.approx(1 + far + 1 / far, rel=1e-12)
    assert vector == pytest.approx((1 / 3, 1 / 3, 1 / 3), rel=1e-9)


def test_missing_judgements_by_hand():
    """a = 2b and b = 3c, a against c not given: Harker's matrix has 2 on the diagonal of a and c."""
    matrix = Matrix(("a", "b", "c"), ((1.0, 2.0, None), (0.5, 1.0, 3.0), (None, 1 / 3, 1.0)))
    assert matrix.harker == ((2.0, 2.0, 0.0), (0.5, 1.0, 3.0), (0.0, 1 / 3, 2.0))
    assert weights(matrix) == pytest.approx((0.6, 0.3, 0.1))
    assert koczkodaj(matrix) == (0.0, ())


@pytest.mark.parametrize(
    "text, expected, triad",
    [
        ("1 2 6\n1/2 1 3\n1/6 1/3 1", 0, "abc"),
        ("1 2 3\n1/2 1 3\n1/3 1/3 1", 1 / 2, "abc"),
        ("1 1/2 1/6 1\n2 1 1/6 3\n6 6 1 3\n1 1/3 1/3 1", 5 / 6, "bcd"),
    ],
)
def test_koczkodaj_by_hand(text, expected, triad):
    matrix = matrix_of(text)
    found, where = koczkodaj(matrix)
    assert found == pytest.approx(expected)
    assert "".join(where) == triad


@pytest.mark.parametrize(
    "wrong, code",
    [
        (lambda: weights(TULCAN["L"], "mediana"), "D02"),
        (lambda: random_index("otra"), "D02"),
        (lambda: published("otra"), "D02"),
        (lambda: weights(Matrix(("a", "b"), ((1.0, None), (None, 1.0)))), "J09"),
        (lambda: weights(Matrix(("a", "b"), ((1.0, None), (None, 1.0))), GEOMETRIC_MEAN), "J09"),
        (lambda: weights(Matrix(("a", "b"), ((1.0, None), (None, 1.0))), COLUMN_MEAN), "J09"),
        (lambda: consistency(Matrix(("a", "b"), ((1.0, None), (None, 1.0)))), "J09"),
    ],
)
def test_what_cannot_be_done_says_so(wrong, code):
    with pytest.raises(PerlasError) as caught:
        wrong()
    assert [p.code for p in caught.value.problems] == [code]
