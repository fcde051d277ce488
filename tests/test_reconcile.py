"""Somebody's own results: how their figures are read, which agree, and which single change gives the others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from charts import Rows, chart
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.figures import DecimalMark
from xl_perlas.findings import published
from xl_perlas.findings.claims import read_claim
from xl_perlas.findings.reconcile import Claim, Claims, Explanation, Outcome, explain, read_claims, reconcile
from xl_perlas.findings.whatif import shown
from xl_perlas.problems import PerlasError
from xl_perlas.report import Report, calculate

DEMO = resources.files("xl_perlas.definitions") / "demo"
PUBLISHED = str(DEMO / "banco_indigena_publicado.csv")


@pytest.fixture(scope="module")
def woccu(banco_indigena: Balance) -> Report:
    return calculate(banco_indigena)


@pytest.fixture(scope="module")
def demo() -> Claims:
    return read_claims(PUBLISHED)


def claim(indicator: str, period: str, text: str, decimal: DecimalMark | None = None) -> Claim:
    found = read_claim(indicator, period, text, decimal)
    assert found is not None
    return found


def said(found: Explanation) -> list[str]:
    """What the explanation tells, without its amounts."""
    return [way.change.words([]) for way in found.ways]


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, value, half, scale",
    [
        ("-3,04 %", -3.04, 0.005, 100), ("9.13", 9.13, 0.005, None), ("(3,04)%", -3.04, 0.005, 100),
        ("7,22 veces", 7.22, 0.005, 1), ("1.912,41", 1912.41, 0.005, None), ("12%", 12.0, 0.5, 100),
        ("−0,4150%", -0.4150, 0.00005, 100), ("US$ 308,00", 308.0, 0.005, None),
        ("ERR DATOS", None, 0.0, None), ("N/A", None, 0.0, None), ("NO APLICABLE", None, 0.0, None),
        ("#DIV/0!", None, 0.0, None), ("sin dato", None, 0.0, None),
    ],
)  # fmt: skip
def test_a_figure_is_read_with_half_of_its_last_digit(
    text: str, value: float | None, half: float, scale: int | None
) -> None:
    found = claim("E9", "2011", text)
    assert (found.value, found.half_digit, found.scale) == (value, pytest.approx(half), scale)


@pytest.mark.parametrize("text", ["1,234", "1.234%", "ver anexo", "12 34"])
def test_what_may_be_two_figures_or_none_is_not_guessed(text: str) -> None:
    assert read_claim("E9", "2011", text) is None


def test_numbers_of_a_workbook_are_as_exact_as_they_are_written(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Indicador", 2010, "31/12/2011"], ["E9", 0.0131, 0.00783732610562622], ["L1", 6.03, None]):
        sheet.append(row)
    book.save(tmp_path / "hoja.xlsx")
    found = {(c.indicator, c.period[:4]): c for c in read_claims(tmp_path / "hoja.xlsx").values}
    assert set(found) == {("E9", "2010"), ("E9", "2011"), ("L1", "2010")}
    assert found["E9", "2010"].half_digit == pytest.approx(0.00005)
    assert 0 < found["E9", "2011"].half_digit < 1e-12


def table(path: Path, *rows: str) -> Claims:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_claims(path)


def test_faults_of_a_table_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    found = table(
        tmp_path / "t.csv", "indicador;2010;2011;comentario", "E9;-3,04%;9.13;x", "Cuadro 17;1;2;", "E8;1.234;mucho;",
        "E9;-3,05%;9.13;", "Fuente: la entidad;;;",
    )  # fmt: skip
    assert [(c.indicator, c.period, c.text) for c in found.values] == [
        ("E9", "2010", "-3,04%"), ("E9", "2011", "9.13"),
    ]  # fmt: skip
    assert sorted(p.code for p in found.problems) == ["R12", "R12", "R13", "R14", "R15"]
    places = {p.code: p.where for p in found.problems}
    assert places["R13"] == "t.csv línea 5, columna 2"


def test_an_ambiguous_figure_is_read_as_the_rest_of_its_table(tmp_path: Path) -> None:
    found = table(tmp_path / "t.csv", "indicador;2011", "E8;0,41%", "R13;1,234%")
    assert [c.value for c in found.values] == [0.41, 1.234]


@pytest.mark.parametrize(
    "rows, code", [(("indicador,valor", "E9,3"), "R10"), (("indicador,2011", "Total,3"), "R11")]
)
def test_a_table_without_periods_or_indicators_is_refused(tmp_path: Path, rows: Iterable[str], code: str) -> None:
    with pytest.raises(PerlasError) as error:
        table(tmp_path / "t.csv", *rows)
    assert error.value.problems[-1].code == code


# --- the published work -----------------------------------------------------------------------------------------------

#: What comes of each indicator of the published work with the canonical definitions; those not here agree.
WOCCU = {
    **dict.fromkeys(("P1", "P2"), Outcome.SCALE),
    **dict.fromkeys(("E1", "E9", "R1", "A1", "A2"), Outcome.EXPLAINED),
    **dict.fromkeys(("E2", "R5", "S5", "S8", "S9"), Outcome.PUBLISHED),
    **dict.fromkeys(("E3", "E6", "R7"), Outcome.NO_FIGURE),
    "R5.1": Outcome.NO_INDICATOR,
}


def test_every_published_figure_agrees_or_is_explained(woccu: Report, demo: Claims) -> None:
    found = reconcile(woccu, demo.values)
    assert len(found) == 72
    for one in found:
        expected = WOCCU.get(one.claim.indicator, Outcome.AGREES)
        if (one.claim.indicator, one.claim.period) == ("R2", "2011"):
            expected = Outcome.NO_FIGURE
        assert one.kind is expected, one.claim
    assert Counter(one.kind for one in found) == {
        Outcome.AGREES: 39, Outcome.EXPLAINED: 10, Outcome.PUBLISHED: 10, Outcome.NO_FIGURE: 7, Outcome.SCALE: 4,
        Outcome.NO_INDICATOR: 2,
    }  # fmt: skip


def test_an_explanation_gives_the_figure_to_its_last_digit(woccu: Report, demo: Claims) -> None:
    for one in reconcile(woccu, demo.values):
        for way in one.ways:
            if one.claim.value is not None:
                assert way.value is not None
                assert abs(way.value * 100 - one.claim.value) <= one.claim.half_digit + 1e-9
            else:
                assert way.value is None


@pytest.mark.parametrize(
    "indicator, accounts, words, profiles",
    [
        ("E1", ("14", "1499"), ["en bruto y no neta"], ("banco_indigena_2013", "tulcan_2016")),
        ("E9", ("1499", "141425"), ["1499", "signo contrario", "141425", "se deja fuera"], ("banco_indigena_2013",)),
        ("A1", ("1499", "141425"), ["1499", "denominador con el signo contrario", "141425", "se deja fuera"], ()),
        ("A2", ("18",), ["18", "se deja fuera"], ()),
        ("R1", ("52",), ["52", "se deja fuera"], ()),
        ("S8", ("31", "33"), ["banco_indigena_2013", "31", "y no 33"], ()),
    ],
)
def test_what_the_published_figures_come_from(
    woccu: Report, demo: Claims, indicator: str, accounts: tuple[str, ...], words: list[str], profiles: tuple[str, ...]
) -> None:
    found = [one for one in reconcile(woccu, demo.values) if one.claim.indicator == indicator]
    for one in found:
        (way,) = one.ways
        assert way.change.accounts == accounts
        assert way.profiles == profiles
        text, at = way.change.words([1, 2]), 0
        for word in words:
            at = text.index(word, at) + 1


def test_two_changes_are_found_without_any_other_profile(
    woccu: Report, demo: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "profile_names", lambda: ["woccu"])
    kinds = {}
    for one in reconcile(woccu, demo.values):
        kinds.setdefault(one.claim.indicator, set()).add(one.kind)
        if one.claim.indicator == "E9":
            assert one.ways[0].change.accounts == ("1499", "141425")
    assert kinds["E9"] == kinds["A1"] == kinds["A2"] == {Outcome.EXPLAINED}
    assert kinds["E2"] == kinds["R5"] == kinds["S5"] == {Outcome.UNEXPLAINED}
    assert kinds["S8"] == {Outcome.NO_VALUE, Outcome.UNEXPLAINED}


def test_with_the_definitions_of_the_work_only_its_slips_remain(banco_indigena: Balance, demo: Claims) -> None:
    report = calculate(banco_indigena, "banco_indigena_2013")
    found = {(e.claim.indicator, e.kind) for e in reconcile(report, demo.values) if e.kind is not Outcome.AGREES}
    assert found == {
        ("P1", Outcome.SCALE), ("P2", Outcome.SCALE), ("A2", Outcome.EXPLAINED), ("A1", Outcome.UNEXPLAINED),
        ("E3", Outcome.NO_FIGURE), ("E6", Outcome.NO_FIGURE), ("R7", Outcome.NO_FIGURE), ("R2", Outcome.NO_FIGURE),
    }  # fmt: skip


def test_a_text_where_an_account_is_not_listed_names_it(woccu: Report) -> None:
    assert explain(woccu, claim("R2", "2011", "ERR DATOS")).unlisted == ("5101",)
    assert explain(woccu, claim("R3", "2011", "N/A")).kind is Outcome.AGREES, "there is no base for it"


# --- scale ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts, kinds",
    [
        (("82,20%", "9.13"), (Outcome.AGREES, Outcome.SCALE)),  # a percent sign elsewhere: the other is read as one
        (("82.20", "912.82"), (Outcome.AGREES, Outcome.AGREES)),  # no signs: the size of most tells
        (("0.8220", "9.1282"), (Outcome.AGREES, Outcome.AGREES)),
        (("82,20%", "9,13 veces"), (Outcome.AGREES, Outcome.AGREES)),
        (("82,20%", "9,13%"), (Outcome.AGREES, Outcome.SCALE)),
        (("0.8220", "0.0913"), (Outcome.AGREES, Outcome.SCALE)),  # 9.13 % in a cell with the format of percentages
        (("8220%", "912,82%"), (Outcome.SCALE, Outcome.AGREES)),
    ],
)
def test_percentages_and_times_are_told_apart_by_the_table(
    woccu: Report, texts: tuple[str, str], kinds: tuple[Outcome, Outcome]
) -> None:
    claims = [claim("E1", "2010", texts[0]), claim("P1", "2010", texts[1])]
    assert tuple(one.kind for one in reconcile(woccu, claims)) == kinds


def test_amounts_have_no_scale(woccu: Report) -> None:
    assert explain(woccu, claim("P3", "2011", "308,00")).kind is Outcome.AGREES


# --- rules ------------------------------------------------------------------------------------------------------------

YEARS = ("2010", "2011")


def figures(balance: Balance) -> Callable[..., float]:
    def figure(code: str, year: str, back: int = 0) -> float:
        value = balance.column(balance.position(year) - back).get(code)
        assert isinstance(value, float)
        return value

    return figure


#: What somebody did instead, by hand; the rule in its words.
RULES: list[tuple[str, Callable[[Callable[..., float], str], float], str]] = [
    ("R12", lambda f, y: (f("5", y) - f("4", y)) / f("1", y), "el denominador es el saldo final y no el promedio"),
    ("R9", lambda f, y: f("45", y) / f("1", y, 1), "el denominador es el saldo inicial y no el promedio"),
    ("E5", lambda f, y: f("21", y) * 2 / (f("1", y) + f("1", y, 1)), "es el promedio del periodo y no el saldo final"),
    ("E7", lambda f, y: f("3103", y, 1) / f("1", y, 1), "se toman los saldos del periodo anterior"),
    ("A3", lambda f, y: 1 / A3[y], "numerador y denominador están intercambiados"),
    ("S1", lambda f, y: f("14", y) / f("14", y, 1), "al cociente no se le resta 1"),
    ("S11", lambda f, y: f("1", y, 1) / f("1", y) - 1, "los dos periodos están intercambiados"),
    ("S7", lambda f, y: (f("3103", y) - f("3103", y, 1)) / f("3103", y), "se divide para el saldo final"),
    ("S5", lambda f, y: (f("21", y) - f("21", y, 1)) / 100, "se restan los saldos en lugar de dividirlos"),
    ("R8", lambda f, y: (f("51", y) + f("52", y) + f("54", y) + f("41", y) - f("42", y, 0)) * 2 / (
        f("1", y) + f("1", y, 1)), "la cuenta 41 «INTERESES PAGADOS - CAUSADOS» () entra en el numerador con el signo"),
    ("R11", lambda f, y: f("56", y) / ((f("1", y) + f("1", y, 1)) / 2) * -1, "la cuenta 56 «RECUPERACIONES» () entra"),
    ("A1", lambda f, y: (f("1414", y) + f("1424", y) - f("141425", y) - f("142425", y)) / (f("14", y) - f("1499", y)),
     "la línea «préstamos morosos a más de 12 meses» se deja fuera"),
]  # fmt: skip
A3 = {"2010": 0.1812958992270365, "2011": 0.21390045676075371}


@pytest.mark.parametrize("indicator, instead, words", RULES, ids=[rule[0] for rule in RULES])
def test_each_rule_is_found(
    woccu: Report, banco_indigena: Balance, indicator: str, instead: Callable[..., float], words: str
) -> None:
    f = figures(banco_indigena)
    claims = [claim(indicator, year, f"{instead(f, year) * 100:.4f}%") for year in YEARS]
    for one in reconcile(woccu, claims):
        assert one.kind is Outcome.EXPLAINED, (one.claim, one.ours)
        assert words in said(one)[0]


def test_a_total_that_does_not_add_up_is_found_in_the_claim_that_corrects_it(woccu: Report) -> None:
    """The balance says 4 is 19,459.88; somebody who added up its sub-accounts has 2.00 % and not 2.09 %."""
    found = explain(woccu, claim("R12", "2011", "1,9989%"))
    assert found.kind is Outcome.EXPLAINED
    assert "en lugar de la cuenta 4 «GASTOS» () se suman sus subcuentas" in said(found)[0]


def test_a_percentage_of_the_formula_that_was_not_applied() -> None:
    rows: Rows = {"14": 900.0, "1402": 950.0, "1425": 60.0, "142505": 37.0, "142525": 23.0, "1499": -110.0}
    report = calculate(chart(rows), "woccu", "sbs")
    found = explain(report, claim("P2", "2011", f"{(110 - 23) / 37 * 100:.4f}%"))
    assert found.kind is Outcome.EXPLAINED
    assert "no se aplica el 35,00 %" in said(found)[0]


def test_income_that_was_not_brought_to_a_year() -> None:
    rows: Rows = {"1": [1000.0, 1100.0], "45": [80.0, 23.0], "4501": [80.0, 23.0]}
    report = calculate(chart(rows, "2010-12-31", "2011-03-31"), "woccu", "sbs")
    found = explain(report, claim("R9", "2011-03-31", f"{23 / 1050 * 100:.4f}%"))
    assert found.kind is Outcome.EXPLAINED
    assert said(found) == ["el ingreso o gasto acumulado no se lleva a un año"]


# --- no false explanations --------------------------------------------------------------------------------------------


def test_two_equally_simple_explanations_are_both_told() -> None:
    rows: Rows = {"1": 1000.0, "16": 31.0, "17": 31.0, "18": 77.0, "11": 40.0, "1101": 40.0}
    report = calculate(chart(rows), "woccu", "sbs")
    found = explain(report, claim("A2", "2011", "14,80%"))
    assert found.kind is Outcome.SEVERAL
    assert [way.change.accounts for way in found.ways] == [("16",), ("17",)]


def test_a_change_that_a_printed_digit_does_not_show_explains_nothing(woccu: Report) -> None:
    """A2 is 15.85 %; 3 % is far from it, and only a change that reaches it could explain; 16 % is it, rounded."""
    assert explain(woccu, claim("A2", "2011", "16%")).kind is Outcome.AGREES
    assert explain(woccu, claim("A2", "2011", "17%")).kind is Outcome.UNEXPLAINED


@given(st.data())
def test_our_own_value_rounded_agrees(banco_indigena: Balance, data: st.DataObject) -> None:
    report = calculate(banco_indigena)
    cells = [(k, p) for k in report.results for p in report.periods if report.result(k, p).value is not None]
    indicator, period = data.draw(st.sampled_from(cells))
    places = data.draw(st.integers(0, 6))
    unit, value = report.profile.indicators[indicator].unit, report.result(indicator, period).value
    assert explain(report, claim(indicator, period, shown(value, unit, places), ",")).kind is Outcome.AGREES


@pytest.mark.parametrize("seed", range(4))
def test_figures_at_random_are_hardly_ever_explained(woccu: Report, seed: int) -> None:
    """Far from our values and near them, a period at a time and two together."""
    rng = random.Random(seed)
    claims = []
    for key, row in woccu.results.items():
        if woccu.profile.indicators[key].unit != "%":
            continue
        for period, result in zip(woccu.periods[1:], row[1:], strict=True):
            if result.value:
                near = result.value * 100 * rng.uniform(0.5, 1.5)
                claims.append(claim(key, period, f"{rng.choice((near, rng.uniform(-100, 200))):.2f}%"))
    assert len(claims) > 50
    together = reconcile(woccu, claims)
    alone = [explain(woccu, one) for one in claims]
    told = [e for e in (*together, *alone) if e.kind in (Outcome.EXPLAINED, Outcome.PUBLISHED, Outcome.SEVERAL)]
    assert len(told) <= len(claims) * 2 // 50


def test_claims_that_cannot_be_compared_say_so(woccu: Report) -> None:
    kinds = [
        explain(woccu, claim(*one)).kind
        for one in (("E9", "2015", "3%"), ("E99", "2011", "3%"), ("S10", "2011", "5%"), ("S10", "2011", "N/A"))
    ]
    assert kinds == [Outcome.NO_PERIOD, Outcome.NO_INDICATOR, Outcome.NO_VALUE, Outcome.AGREES]
