"""Judgements as people write them in cells: what is read, and what is told about what is not."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

import pytest
from hypothesis import given
from judgements_cases import matrices

from xl_perlas.judgements import SCALE, read_judgement, read_matrix, scale_words, written

# --- one cell ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("1/3", 1 / 3), (" 1 / 3 ", 1 / 3), ("3", 3), (3, 3), (3.0, 3), ("3.0", 3), ("2,5", 2.5), ("2.5", 2.5),
        (1 / 3, 1 / 3), (0.333, 1 / 3), ("0,333", 1 / 3), ("0.333", 1 / 3), (",33", 1 / 3), ("0.3333333333333", 1 / 3),
        (0.14, 1 / 7), ("0,1429", 1 / 7), (0.11, 1 / 9), (0.2, 0.2), ("0,45", 0.45), (0.34, 0.34), (0.25, 0.25),
        ("3 · solo un poco más", 3), ("1/3 · solo un poco menos", 1 / 3), ("9·", 9),
        (None, None), ("", None), ("  ", None), ("\u00a0", None), (Fraction(1, 3), 1 / 3),
        ("-2", -2), ("mucho más", "mucho más"), ("1/0", "1/0"), ("1e3", "1e3"), ("3,", "3,"), ("· más", "· más"),
        (True, "True"), (dt.date(2024, 3, 1), "2024-03-01"), (dt.datetime(2024, 3, 1), "2024-03-01 00:00:00"),
        (math.nan, "nan"), (math.inf, "inf"),
    ],
)  # fmt: skip
def test_read_judgement(cell, expected):
    found = read_judgement(cell)
    assert type(found) is type(expected) or isinstance(found, float)
    assert found == (pytest.approx(expected, rel=1e-15) if isinstance(expected, int | float) else expected)


NINES = "9" * 400
ABSURD = [1e200, 1e-200, int(NINES), NINES, f"{NINES}/1", f"1/{NINES}", f"0,{'0' * 300}1"]


@pytest.mark.parametrize("cell", ABSURD, ids=range(7))
def test_a_number_that_no_judgement_can_be_is_told_and_not_computed_with(cell):
    matrix, problems = read_matrix("abc", [[1, cell, 1], [None, 1, 3], [None, None, 1]])
    assert matrix is None
    assert [p.code for p in problems] == ["J02"]


@pytest.mark.parametrize("value", SCALE, ids=str)
def test_the_scale_in_words_is_read_back(value):
    for text in (scale_words()[value], written(value), written(float(value)), f"{float(value):.4f}", float(value)):
        assert read_judgement(text) == pytest.approx(float(value), rel=1e-15)
    assert ("menos" in scale_words()[value]) is (value < 1)


def test_the_scale_has_17_judgements_from_the_greatest_to_the_least():
    assert list(scale_words()) == sorted(SCALE, reverse=True)
    assert (len(SCALE), len(set(scale_words().values()))) == (17, 17)
    assert scale_words()[Fraction(1, 3)] == "1/3 · solo un poco menos"


# --- a matrix ---------------------------------------------------------------------------------------------------------

CLEAN = ((1, 3, 5), ("1/3", 1, 2), ("1/5", "1/2", 1))


def read_with(changes, names="abc"):
    rows = [list(row) for row in CLEAN]
    for (i, j), cell in changes.items():
        rows[i][j] = cell
    return read_matrix(names, rows, "AHP!C4")


@pytest.mark.parametrize(
    "changes",
    [
        {}, {(0, 0): None, (1, 1): "", (2, 2): "1"}, {(1, 0): None, (2, 0): "", (2, 1): " "},
        {(0, 1): None, (0, 2): None, (1, 2): None}, {(0, 1): None, (2, 1): None}, {(1, 0): 0.33, (2, 1): "0,5"},
        {(1, 0): "0,335"}, {(0, 1): "3 · solo un poco más", (1, 0): "1/3 · solo un poco menos"},
    ],
    ids=str,
)  # fmt: skip
def test_ways_of_writing_the_same_matrix(changes):
    """Either triangle is enough, cell by cell; of a judgement and its rounded inverse, the one over 1 holds."""
    assert read_with(changes) == read_with({})
    assert read_with({})[1] == ()


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({(0, 1): "mucho"}, [("J02", "a/b", "«mucho»")]),
        ({(0, 1): dt.date(2024, 3, 1)}, [("J02", "a/b", "Parece una fecha")]),
        ({(0, 1): 0}, [("J03", "a/b", "es 0")]),
        ({(1, 0): -3}, [("J03", "b/a", "es -3")]),
        ({(1, 0): "-3"}, [("J03", "b/a", "es -3")]),
        ({(1, 1): 2}, [("J04", "b/b", "es 2")]),
        ({(1, 0): 3}, [("J05", "b/a", "debe ser 1/3, el inverso de a/b = 3")]),
        ({(1, 0): 0.36}, [("J05", "b/a", "es 0,36 y debe ser 1/3")]),
        ({(0, 1): 10, (1, 0): None}, [("J06", "a/b", "= 10 está fuera")]),
        ({(0, 1): 10, (1, 0): 0.1}, [("J06", "a/b", "10"), ("J06", "b/a", "0,1")]),
        ({(0, 1): "", (1, 0): None}, [("J07", "a/b", "Faltan 1 de 3")]),
        (
            {(0, 1): None, (1, 0): None, (0, 2): None, (2, 0): None},
            [("J07", "a/b, a/c", "Faltan 2 de 3"), ("J09", "", "no enlazan")],
        ),
        (
            {(0, 1): "x", (1, 2): 0, (1, 1): 5, (2, 0): 20},
            [("J02", "a/b", "«x»"), ("J04", "b/b", "5"), ("J03", "b/c", "0"), ("J06", "c/a", "20")],
        ),
        (
            {(0, 2): 12, (1, 0): 3, (1, 2): None, (2, 1): None, (2, 2): 4, (2, 0): None},
            [("J06", "a/c", "12"), ("J04", "c/c", "4"), ("J05", "b/a", "1/3"), ("J07", "b/c", "Faltan 1")],
        ),
    ],
    ids=str,
)
def test_every_fault_of_a_matrix_is_told_with_its_cell(changes, expected):
    matrix, problems = read_with(changes)
    assert [p.code for p in problems] == [code for code, _, _ in expected]
    assert all(p.where == "AHP!C4" for p in problems)
    for found, (_, cell, words) in zip(problems, expected, strict=True):
        assert cell in found.cause
        assert words in found.cause
    useless = {"J02", "J03", "J09"} & {p.code for p in problems}
    assert (matrix is None) is bool(useless)


@pytest.mark.parametrize(
    "names, rows, codes",
    [
        ("abc", [[1, 2, 3], [None, 1, 4]], ["J01"]),
        ("ab", [[1, 2, 3], [None, 1, 4]], ["J01"]),
        ("ab", [[1, 2], [None]], ["J01"]),
        ("abc", [[1, 2], [None, 1]], ["J01"]),
        ("aba", CLEAN, ["J08"]),
        (["a", "", "c"], CLEAN, ["J08"]),
        ("", [], ["J08"]),
        ("aa", CLEAN, ["J08", "J01"]),
    ],
)
def test_shapes_and_names(names, rows, codes):
    matrix, problems = read_matrix(names, rows)
    assert matrix is None
    assert [p.code for p in problems] == codes


def test_a_long_list_of_missing_judgements_is_cut():
    _, problems = read_matrix("abcdefgh", [[1 if i == j or not i else None for j in range(8)] for i in range(8)])
    assert [p.code for p in problems] == ["J07"]
    assert "Faltan 21 de 28 juicios: b/c, " in problems[0].cause
    assert "y 9 más" in problems[0].cause


@given(matrices())
def test_what_is_written_is_read_back(matrix):
    rows = [[None if value is None else written(value) for value in row] for row in matrix.values]
    found, problems = read_matrix(matrix.names, rows)
    assert {p.code for p in problems} <= {"J07"}
    assert [v and pytest.approx(v, rel=1e-15) for row in matrix.values for v in row] == [
        v for row in found.values for v in row
    ]
