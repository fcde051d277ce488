"""Money figures as they are written: what is read, and what is said instead of guessing."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.figures import Evidence, Unreadable, decide_decimal, parse_figure, read_column

COMMA_FORMS = [
    ("1912,41", 1912.41), ("1.912,41", 1912.41), ("(1.912,41)", -1912.41), ("-1.912,41", -1912.41),
    ("1.912,41-", -1912.41), ("−1.912,41", -1912.41), ("$ 1.912,41", 1912.41), ("US$1.912,41", 1912.41),
    ("1.912,41 USD", 1912.41), ("€ 1.912,41", 1912.41), ("COP 1.234.567", 1234567.0), ("-$ 5,10", -5.1),
    ("($ 5,10)", -5.1), ("1 912,41", 1912.41), ("1\u00a0912,41", 1912.41), ("1\u202f912,41", 1912.41),
    ("1'234.567,89", 1234567.89), ("1’234.567,89", 1234567.89), ("12,5", 12.5), ("0,123", 0.123),
    (" 1.912,41 ", 1912.41), ("\u00a01912,41\u00a0", 1912.41), ("+5,00", 5.0), ("1.234", 1234.0), (",50", 0.5),
]  # fmt: skip
POINT_FORMS = [
    ("1912.41", 1912.41), ("1,912.41", 1912.41), ("(1,912.41)", -1912.41), ("1,912.41-", -1912.41),
    ("$1,912.41", 1912.41), ("1'912.41", 1912.41), ("1 912.41", 1912.41), ("12.50", 12.5), ("0.123", 0.123),
    ("1,234,567", 1234567.0), ("1,234", 1234.0), ("1234.567", 1234.567), (".5", 0.5),
    ("-5.820766091346741e-11", -5.820766091346741e-11),
]  # fmt: skip
ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#¡REF!", "#¡DIV/0!", "#¿NOMBRE?", "#¡VALOR!", "#NUM!", "#N/D", "Err:502"]
NO_FIGURES = [
    "1.460.91", "2.496, 67", "12..3", "abc", "1,2,3", "12 34", "1.2E+08", "12 %", "--5", "12.", "٣", "VERDADERO",
]  # fmt: skip


@pytest.mark.parametrize("text, figure", COMMA_FORMS)
def test_figures_with_decimal_comma(text, figure):
    assert parse_figure(text, ",") == figure


@pytest.mark.parametrize("text, figure", POINT_FORMS)
def test_figures_with_decimal_point(text, figure):
    assert parse_figure(text, ".") == figure


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "-", "–", "$ -", " - ", "--", None])
def test_empty_and_printed_dash_are_not_listed(text):
    assert parse_figure(text, ",") is None


@pytest.mark.parametrize("number", [0, 7, -3, 1912.41, Decimal("1912.41")])
def test_numbers_are_taken_as_they_are(number):
    assert parse_figure(number) == float(number)
    assert decide_decimal([number]) == Evidence()


@pytest.mark.parametrize("value", [True, False, math.nan, math.inf, Decimal("NaN"), "9" * 400, object()])
def test_what_is_no_number_is_unreadable(value):
    assert isinstance(parse_figure(value), Unreadable)


@pytest.mark.parametrize("text", ERRORS)
def test_errors_of_cells(text):
    assert parse_figure(text, ",").code == "B24"


@pytest.mark.parametrize("text", NO_FIGURES)
@pytest.mark.parametrize("decimal", [",", ".", None])
def test_impossible_figures_are_never_guessed(text, decimal):
    assert isinstance(parse_figure(text, decimal), Unreadable)


@pytest.mark.parametrize(
    "text, decimal, meant",
    [("1.460.91", ",", "1.460,91"), ("1.460.91", ".", "1,460.91"), ("2.496, 67", ",", "2.496,67")],
)
def test_a_misprint_comes_with_a_suggestion(text, decimal, meant):
    assert parse_figure(text, decimal).suggestion == meant


def test_without_evidence_only_the_unmistakable_is_read():
    assert parse_figure("1.912,41") == 1912.41
    assert parse_figure("1,912.41") == 1912.41
    assert parse_figure("1500") == 1500
    assert parse_figure("1.234").code == parse_figure("1,234").code == "B21"


def test_evidence_counts():
    assert decide_decimal(["1.912,41", "12,5", "1.234", "5", 3.2, None]) == Evidence(2, 0, 1)
    assert decide_decimal(["1.912,41"]).decimal == ","
    assert decide_decimal(["12.50"]).decimal == "."
    assert decide_decimal(["1.234"]).decimal is None
    assert decide_decimal(["1,5", "1.5"]).decimal is None


def read(*cells):
    return read_column(cells, [f"H!C{i}" for i in range(1, len(cells) + 1)], "la columna 2011")


def test_the_column_decides_doubtful_figures_and_says_so():
    figures, problems = read("1.912,41", "1.234", "", None, "-", 5.0)
    assert figures == [1912.41, 1234.0, None, None, None, 5.0]
    assert [p.code for p in problems] == ["B20"]
    assert "coma decimal" in problems[0].cause
    assert "1 con coma, 0 con punto" in problems[0].cause


def test_the_minority_is_an_error_at_its_cell():
    figures, problems = read("1.912,41", "12,5", "1,7", "12.50")
    assert figures[:3] == [1912.41, 12.5, 1.7]
    assert math.isnan(figures[3])
    wrong = [p for p in problems if p.code == "B22"]
    assert [p.where for p in wrong] == ["H!C4"]
    assert "12,50" in wrong[0].cause


def test_a_tie_leaves_the_doubtful_unread():
    figures, problems = read("1.912,41", "1,912.41", "1.234")
    assert figures[:2] == [1912.41, 1912.41]
    assert math.isnan(figures[2])
    assert [p.code for p in problems] == ["B25", "B21"]


def test_doubtful_figures_without_evidence():
    figures, problems = read("1.234", "5.678")
    assert all(map(math.isnan, figures))
    assert [p.where for p in problems] == ["H!C1", "H!C2"]
    assert "1.234,00 o 1,234" in problems[0].cause


def test_two_real_misprints():
    figures, problems = read("70.936,08", "1.460.91", "2.496, 67")
    assert figures[0] == 70936.08
    assert all(map(math.isnan, figures[1:]))
    assert "¿quiso decir 1.460,91?" in problems[1].cause
    assert "¿quiso decir 2.496,67?" in problems[2].cause


def test_addresses_are_asked_only_for_problems():
    asked = []
    read_column(["1,5", "x", "2,5"], lambda i: asked.append(i) or f"C{i}", "c")
    assert asked == [1]


def write(cents: int, style: str) -> str:
    group, mark = {"eu": (".", ","), "us": (",", "."), "sp": (" ", ","), "ap": ("'", "."), "no": ("", ",")}[style]
    text = f"{abs(cents) / 100:,.2f}".translate(str.maketrans({",": group, ".": mark}))
    return f"-{text}" if cents < 0 else text


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30),
    st.sampled_from(["eu", "us", "sp", "ap", "no"]),
)
def test_what_is_written_in_one_style_is_read_back(cents, style):
    figures, problems = read(*(write(c, style) for c in cents))
    assert figures == [pytest.approx(c / 100, abs=0.001) for c in cents]
    assert [p.code for p in problems] == ["B20"]


@given(st.integers(0, 10**11), st.sampled_from(["({})", "{}-", "-{}", "−{}", "-$ {}", "$ -{}", "(US$ {})"]))
def test_every_way_to_write_a_negative(cents, form):
    assert parse_figure(form.format(write(cents, "eu")), ",") == pytest.approx(-cents / 100, abs=0.001)


@given(st.one_of(st.text(max_size=20), st.text("0123456789.,- ()$'", max_size=14)))
def test_any_text_gives_a_number_nothing_or_unreadable(text):
    for decimal in (",", ".", None):
        figure = parse_figure(text, decimal)
        assert figure is None or isinstance(figure, Unreadable) or math.isfinite(figure)


@given(st.permutations(["1.912,41", "12,5", "1.234", "8", "abc", "7.000,00"]))
def test_the_order_of_cells_does_not_matter(cells):
    expected = {"1.912,41": 1912.41, "12,5": 12.5, "1.234": 1234.0, "8": 8.0, "7.000,00": 7000.0}
    figures, _ = read(*cells)
    assert {c: f for c, f in zip(cells, figures, strict=True) if c != "abc"} == expected
