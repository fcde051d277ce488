"""The formula language: what it reads, what it refuses, the linear forms, and the texts written from them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.formula import (
    Binary,
    Call,
    FormulaError,
    LinearForm,
    Name,
    Negative,
    Number,
    in_words,
    linear,
    names,
    number,
    parse,
    render,
    spreadsheet,
)

LINES = {"cartera": {"14": 1, "1499": -1}, "activo": {"1": 1}, "pasivo": {"2": 1, "29": Fraction(1, 2)}}
CONSTANTS = {"provision": Fraction("0.35")}


def lookup(name):
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name not in LINES:
        raise FormulaError(f"línea desconocida «{name}»")
    return LinearForm({(code, 0): Fraction(c) for code, c in LINES[name].items()})


def form(text):
    return {f"{code}'" if lag else code: c for (code, lag), c in linear(parse(text), lookup).coefficients.items()}


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("activo", {"1": 1}),
        ("activo - pasivo", {"1": 1, "2": -1, "29": -Fraction(1, 2)}),
        ("activo - (pasivo - activo)", {"1": 2, "2": -1, "29": -Fraction(1, 2)}),
        ("activo - pasivo - activo", {"1": 0, "2": -1, "29": -Fraction(1, 2)}),
        ("2 * activo / 4", {"1": Fraction(1, 2)}),
        ("provision * activo", {"1": Fraction("0.35")}),
        ("activo + provision * pasivo", {"1": 1, "2": Fraction("0.35"), "29": Fraction("0.175")}),
        ("-activo", {"1": -1}),
        ("(1 - provision) * activo", {"1": Fraction("0.65")}),
        ("previo(activo)", {"1'": 1}),
        ("promedio(cartera)", {"14": Fraction(1, 2), "1499": -Fraction(1, 2), "14'": Fraction(1, 2),
                               "1499'": -Fraction(1, 2)}),
        ("activo - previo(activo)", {"1": 1, "1'": -1}),
        ("  activo+pasivo ", {"1": 1, "2": 1, "29": Fraction(1, 2)}),
    ],
)  # fmt: skip
def test_linear_form(text, expected):
    assert form(text) == expected


def test_decimals_are_exact():
    assert form("0.1 * activo + 0.2 * activo") == {"1": Fraction(3, 10)}


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "incompleta"),
        ("activo +", "incompleta"),
        ("(activo", "incompleta"),
        ("activo pasivo", "sobra «pasivo» (posición 8)"),
        ("activo)", "sobra «)» (posición 7)"),
        ("(activo pasivo)", "falta «)» antes de «pasivo»"),
        ("activo + * pasivo", "no se esperaba «*» (posición 10)"),
        ("activo ^ 2", "no se entiende «^ 2» (posición 8)"),
        ("activo; pasivo", "no se entiende"),
        ("suma(activo)", "función desconocida «suma»"),
        ("__import__(activo)", "función desconocida «__import__»"),
    ],
)
def test_a_text_that_is_no_formula_says_where(text, message):
    with pytest.raises(FormulaError) as error:
        form(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "text, message",
    [
        ("activo * pasivo", "producto de dos líneas"),
        ("activo / pasivo", "cociente entre líneas"),
        ("1 / activo", "cociente entre líneas"),
        ("activo + 1", "número suelto"),
        ("activo - provision", "número suelto"),
        ("activo / 0", "división por cero"),
        ("activo / (provision - 0.35)", "división por cero"),
        ("previo(previo(activo))", "dos veces"),
        ("promedio(previo(activo))", "dos veces"),
        ("promedio(provision)", "a una línea"),
        ("activos", "desconocida «activos»"),
    ],
)
def test_what_is_not_linear_is_refused(text, message):
    with pytest.raises(FormulaError) as error:
        form(text)
    assert message in str(error.value)


def test_names_in_reading_order_with_repeats():
    assert list(names(parse("-a + promedio(b - 0.35 * a) / 2"))) == ["a", "b", "a"]


def test_the_bound_of_a_goal_is_a_number():
    values = {"inflacion": 0.05, "margen": 0.10}
    assert number(parse("inflacion + margen"), values.__getitem__) == pytest.approx(0.15)
    assert number(parse("-(inflacion - margen) * 2 / 4"), values.__getitem__) == pytest.approx(0.025)
    with pytest.raises(FormulaError, match="no se usa en una meta"):
        number(parse("promedio(inflacion)"), values.__getitem__)


# --- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c)", "a - (b + c)", "a + b - c", "(a + b) * 2", "a / (2 * 3)", "a / 2 / 3", "-(a + b)", "-a * 2",
        "a - -b", "0.35 * a", "0.00001 * a", "promedio(a - b)", "previo(a)",
    ],
)  # fmt: skip
def test_render_keeps_the_brackets_that_matter_and_no_others(text):
    assert render(parse(text), lambda name, _: name) == text


numbers = st.decimals(min_value=0, max_value=1000, places=6).map(lambda d: Number(Fraction(d)))
lines = st.sampled_from(sorted(LINES)).map(Name)
scalars = st.recursive(
    numbers | st.just(Name("provision")),
    lambda inner: st.builds(Binary, st.sampled_from("+-*"), inner, inner) | st.builds(Negative, inner),
    max_leaves=3,
)
flat = st.recursive(
    lines,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from("+-"), inner, inner),
        st.builds(Negative, inner),
        st.builds(Binary, st.just("*"), scalars, inner),
        st.builds(Binary, st.just("*"), inner, scalars),
        st.builds(Binary, st.just("/"), inner, numbers.filter(lambda n: n.value)),
    ),
    max_leaves=8,
)
lagged = st.one_of(flat, st.builds(Call, st.sampled_from(["previo", "promedio"]), flat))
trees = st.one_of(lagged, st.builds(Binary, st.sampled_from("+-"), lagged, lagged))


@given(trees)
def test_what_is_written_reads_as_the_same_linear_form(tree):
    text = render(tree, lambda name, _: name)
    assert linear(parse(text), lookup).coefficients == linear(tree, lookup).coefficients


@given(trees)
def test_the_spreadsheet_text_computes_the_linear_form(tree):
    """Python reads the same operators as a spreadsheet: evaluate the text with every line and lag worth something."""
    worth = {"cartera": (3.0, 5.0), "activo": (7.0, 11.0), "pasivo": (13.0, 17.0), "provision": (0.35, 0.35)}
    text = spreadsheet(tree, lambda name, lag: f"{name}[{lag}]")
    scope = {**worth, "AVERAGE": lambda a, b: (a + b) / 2, "__builtins__": {}}
    computed = eval(text, scope)  # noqa: S307 - the texts are made here

    def line(name):
        return CONSTANTS.get(name) or LinearForm({(name, 0): Fraction(1)})

    expected = [float(c) * worth[name][lag] for (name, lag), c in linear(tree, line).coefficients.items()]
    assert computed == pytest.approx(sum(expected), rel=1e-9, abs=1e-6)


def test_spreadsheet_text_of_the_real_shapes():
    cells = {("a", 0): "D5", ("a", 1): "C5", ("b", 0): "D6", ("b", 1): "C6", ("k", 0): "$B$2", ("k", 1): "$B$2"}

    def text(formula):
        return spreadsheet(parse(formula), lambda name, lag: cells[name, lag])

    assert text("a - k * b") == "D5-$B$2*D6"
    assert text("promedio(a + b)") == "AVERAGE(D5+D6,C5+C6)"
    assert text("a - previo(a - b)") == "D5-(C5-C6)"
    assert text("0.35 * (a + b)") == "0.35*(D5+D6)"


def test_in_words():
    label = {"a": "cartera neta", "b": "activo total", "k": "provisión"}.__getitem__
    assert in_words(parse("a - k * b"), label) == "cartera neta − provisión × activo total"
    assert in_words(parse("0.35 * a / 2"), label) == "0,35 × cartera neta ÷ 2"
    assert in_words(parse("promedio(a)"), label) == "promedio de cartera neta"
    assert in_words(parse("a - previo(a)"), label) == "cartera neta − cartera neta del periodo base"
