"""CAMEL: published grades and totals, bands, segments, values from accounts, and the files they come in."""

from __future__ import annotations

import json
import math
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import badfiles
import pytest
from charts import chart
from hypothesis import assume, given
from hypothesis import strategies as st

from xl_perlas import camel
from xl_perlas.balance import Balance
from xl_perlas.camel import HIGHER, LOWER, CamelReport, Segment, Statistic, Unit, Values, grade
from xl_perlas.camel_load import build_method, build_segment
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, contexts, contributions, line_value
from xl_perlas.load import load_catalog, read_bundled, with_own_accounts
from xl_perlas.model import OwnAccount, Source, Status
from xl_perlas.problems import PerlasError, Problem

DATA = tomllib.loads((Path(__file__).parent / "published" / "tulcan_camel.toml").read_text(encoding="utf-8"))
YEARS = DATA["anios"]
PRINTED = DATA["indicador"]
MISPRINTED = [key for key, case in PRINTED.items() if "calificacion_anexo" in case]
CASES = [(key, i) for key in PRINTED for i in range(len(YEARS))]
BANK = DATA["banco_indigena"]
METHOD = camel.load_camel()
SEGMENT = camel.load_segment()
HERE = Source("usuario", "Dato del usuario", "prueba")

#: μ = 10, σ = 4: limits 18, 14, 6 and 2, exact in binary.
PLAIN = Statistic(10.0, 4.0, HERE)


def case_name(case):
    return f"{case['indicador']}-{case['periodo']}"


def agrees(printed: str, value: float) -> bool:
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-9


def is_total(year: str, value: float) -> bool:
    """Whether a total is the one printed; two decimals are printed, without the zeros at the end."""
    return abs(value - float(DATA["total"][year])) <= 0.005 + 1e-9


@pytest.fixture(scope="module")
def tulcan() -> CamelReport:
    rows = {key: dict(zip(YEARS, map(float, case["valor"]), strict=True)) for key, case in PRINTED.items()}
    return camel.calculate_camel(camel.values_from(rows, Unit.PERCENT))


# --- Tabla 4 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key, i", CASES)
def test_grade_of_tabla_4(tulcan, key, i):
    assert tulcan.grades[key][i].grade == PRINTED[key]["calificacion"][i]


def test_the_66_grades_and_six_totals_are_there():
    assert len(CASES) == 66
    assert list(PRINTED) == list(METHOD.indicators)
    assert all(case["pagina"] and case["anexo"] for case in PRINTED.values())
    assert set(YEARS) == set(DATA["total"]) - {"pagina"}


@pytest.mark.parametrize("year", YEARS)
def test_total_of_tabla_4(tulcan, year):
    assert is_total(year, tulcan.total[YEARS.index(year)].value)
    assert tulcan.problems == ()


def _with_annex_grades(report: CamelReport, keys: list[str], i: int) -> float:
    changes = [
        (PRINTED[k]["calificacion_anexo"][i] - PRINTED[k]["calificacion"][i])
        * METHOD.weights[k]
        * METHOD.groups[METHOD.indicators[k].area].weight
        for k in keys
    ]
    return report.total[i].value + math.fsum(changes)


@pytest.mark.parametrize("key", MISPRINTED)
def test_a_misprint_of_the_annex_holds_both_figures(tulcan, key):
    """The annex contradicts its own bands and table 4, and its grades do not give the totals of table 4."""
    case = PRINTED[key]
    limits = [float(x) for x in case["limites"]]
    by_its_bands = [1 + sum(float(v) < limit for limit in limits) for v in case["valor"]]
    assert METHOD.directions[key] == HIGHER
    assert by_its_bands == case["calificacion"] != case["calificacion_anexo"]
    assert case["motivo"]
    for i, year in enumerate(YEARS):
        alike = case["calificacion"][i] == case["calificacion_anexo"][i]
        assert is_total(year, _with_annex_grades(tulcan, [key], i)) == alike


def test_only_a10_and_a11_are_misprinted(tulcan):
    assert [PRINTED[key]["anexo"] for key in MISPRINTED] == ["A.10", "A.11"]
    assert not any(is_total(year, _with_annex_grades(tulcan, MISPRINTED, i)) for i, year in enumerate(YEARS))


@pytest.mark.parametrize("key", PRINTED)
def test_printed_limits_follow_from_mean_and_deviation_within_their_rounding(key):
    statistic = SEGMENT.statistics[key]
    found = camel.limits(statistic)
    for limit, multiple, printed in zip(found, METHOD.limits, PRINTED[key]["limites"], strict=True):
        assert abs(limit - float(printed)) <= 0.005 * (2 + abs(multiple))
    edges = {*found, *map(float, PRINTED[key]["limites"])}
    assert not edges & set(map(float, PRINTED[key]["valor"]))  # so that no printed grade rests on the rule for edges


def test_groups_and_contributions_add_up(tulcan):
    """The column POND. of table 4: 1.5 for a grade of 3 with half of its group."""
    for i in range(len(YEARS)):
        assert math.fsum(row[i].contribution for row in tulcan.grades.values()) == pytest.approx(tulcan.total[i].value)
        by_group = math.fsum(METHOD.groups[g].weight * row[i].value for g, row in tulcan.groups.items())
        assert by_group == pytest.approx(tulcan.total[i].value)
    assert [tulcan.grades["IF295"][i].weighted for i in (0, 3, 4)] == [1.5, 1.0, 0.5]
    assert [t.value for t in tulcan.groups["E"]] == [3, 3, 3, 2, 1.5, 3]


def test_json_of_the_report(tulcan):
    table = json.loads(json.dumps(tulcan.to_json(), allow_nan=False))
    assert set(table) == {
        "metodo", "segmento", "unidad", "periodos", "indicadores", "grupos", "total", "problemas",
    }  # fmt: skip
    assert (table["metodo"], table["segmento"], table["unidad"]) == ("tulcan_2016", "tulcan_2016", "razón")
    cell = table["indicadores"]["IF112"]["2010"]
    assert (cell["valor"], cell["calificacion"], cell["estado"], cell["nota"]) == (0.1512, 3, "ok", "")
    assert table["total"]["2013"] == pytest.approx(3)
    assert table["grupos"]["L"]["2008"] == 4


# --- bands ------------------------------------------------------------------------------------------------------------

EDGES = [
    (18, 2, 1, 4, 5), (14, 3, 2, 3, 4), (6, 4, 3, 2, 3), (2, 5, 4, 1, 2),
]  # limit, then grade under it and on it: the greater the better, and the smaller the better  # fmt: skip


@pytest.mark.parametrize("limit, high_below, high_at, low_below, low_at", EDGES)
def test_edges_of_bands(limit, high_below, high_at, low_below, low_at):
    around = [math.nextafter(limit, -math.inf), limit - 1e-9, limit, limit + 1e-9]
    assert [grade(v, PLAIN, HIGHER) for v in around] == [high_at, high_below, high_at, high_at]
    assert [grade(v, PLAIN, LOWER) for v in around] == [low_at, low_below, low_at, low_at]


@pytest.mark.parametrize("value, high, low", [(-1e9, 5, 1), (2.5, 4, 2), (10, 3, 3), (14.5, 2, 4), (1e9, 1, 5)])
def test_inside_the_bands(value, high, low):
    assert (grade(value, PLAIN, HIGHER), grade(value, PLAIN, LOWER)) == (high, low)


@pytest.mark.parametrize("key", ["IF112", "IF102"])
@pytest.mark.parametrize("unit", Unit)
def test_a_typed_value_on_a_limit_is_on_it_in_either_unit(key, unit):
    """18.07 % is μ + σ of IF112, written by hand: binary fractions do not move it to another band."""
    for i, limit in enumerate(camel.limits(SEGMENT.statistics[key])):
        written = round(limit, 2) if unit is Unit.PERCENT else round(limit / 100, 4)
        report = camel.calculate_camel(camel.values_from({key: {"2011": written}}, unit))
        assert report.grades[key][0].grade == (i + 1 if METHOD.directions[key] == HIGHER else 5 - i)


@pytest.mark.parametrize(
    "value, statistic",
    [
        (None, PLAIN), (math.nan, PLAIN), (math.inf, PLAIN), (1.0, None), (1.0, Statistic(10, 0, HERE)),
        (1.0, Statistic(10, -4, HERE)), (1.0, Statistic(math.nan, 4, HERE)), (1.0, Statistic(10, math.inf, HERE)),
        (1.0, Statistic(10, math.nan, HERE)),
    ],
)  # fmt: skip
def test_no_grade_without_a_value_and_bands(value, statistic):
    assert grade(value, statistic, HIGHER) is None
    assert grade(value, statistic, LOWER) is None


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rango"):
        grade(1.0, PLAIN, "rango")


FIGURES = st.floats(-1e6, 1e6)
DEVIATIONS = st.floats(1e-3, 1e6)


@given(FIGURES, FIGURES, FIGURES, DEVIATIONS)
def test_a_better_value_has_no_worse_grade(one, other, mean, deviation):
    statistic = Statistic(mean, deviation, HERE)
    low, high = sorted((one, other))
    assert grade(low, statistic, HIGHER) >= grade(high, statistic, HIGHER)
    assert grade(low, statistic, LOWER) <= grade(high, statistic, LOWER)
    assert grade(one, statistic, HIGHER) + grade(one, statistic, LOWER) == 6


@given(FIGURES, FIGURES, DEVIATIONS, st.floats(1e-3, 1e3))
def test_scaling_value_mean_and_deviation_together_changes_no_grade(value, mean, deviation, factor):
    statistic = Statistic(mean, deviation, HERE)
    near = min(abs(value - limit) for limit in camel.limits(statistic))
    assume(near > 1e-9 * max(abs(mean), deviation))
    scaled = Statistic(mean * factor, deviation * factor, HERE)
    for direction in (HIGHER, LOWER):
        assert grade(value * factor, scaled, direction) == grade(value, statistic, direction)


# --- missing is not zero ----------------------------------------------------------------------------------------------


def _all_but(missing: str | None = None, **changes: float | None) -> Values:
    rows = {key: {"2013": float(case["valor"][-1])} for key, case in PRINTED.items() if key != missing}
    return camel.values_from(rows | {key: {"2013": value} for key, value in changes.items()}, Unit.PERCENT)


def test_what_is_missing_has_no_grade_and_no_total_and_says_so():
    for values in (_all_but("IF293"), _all_but(IF293=None), _all_but(IF293=math.nan)):
        report = camel.calculate_camel(values)
        one = report.grades["IF293"][0]
        assert (one.result.value, one.grade, one.contribution) == (None, None, None)
        assert "IF293 en 2013" in one.note
        assert (report.total[0].value, report.groups["E"][0].value) == (None, None)
        assert "IF293" in report.total[0].note
        assert "IF295" not in report.total[0].note
        assert report.groups["C"][0].value == 3
        assert [p.code for p in report.problems] == ["K23"]
        assert report.to_json()["total"] == {"2013": None}


def test_zero_is_a_value():
    report = camel.calculate_camel(_all_but(IF293=0.0))
    assert report.grades["IF293"][0].grade == 4
    assert report.total[0].value == pytest.approx(3.1)


def test_a_segment_without_bands_is_told_with_its_place():
    statistics = {**SEGMENT.statistics, "IF101": Statistic(94.72, 0.0, HERE)}
    del statistics["IF016"]
    report = camel.calculate_camel(_all_but(), replace(SEGMENT, statistics=statistics))
    assert [report.grades[key][0].grade for key in ("IF101", "IF016", "IF013")] == [None, None, 3]
    assert "[K21] prueba: media y desviación de IF101 (94,72 y 0)" in report.grades["IF101"][0].note
    assert "[K20]" in report.grades["IF016"][0].note
    assert [p.code for p in report.problems] == ["K21", "K20", "K23"]


def test_an_unknown_indicator_is_told_and_left_out():
    report = camel.calculate_camel(_all_but(E9=1.0))
    assert "E9" not in report.grades
    assert [p.code for p in report.problems] == ["K01"]


# --- units ------------------------------------------------------------------------------------------------------------


def test_units_are_converted_and_never_mixed(tulcan):
    """Values as ratios, the segment as ratios, or both: the same grades and the same table."""
    rows = {k: {"2013": float(c["valor"][-1]) / 100} for k, c in PRINTED.items()}
    ratios = camel.values_from(rows, Unit.RATIO)
    statistics = {k: Statistic(s.mean / 100, s.deviation / 100, s.source) for k, s in SEGMENT.statistics.items()}
    segment = replace(SEGMENT, unit=Unit.RATIO, statistics=statistics)
    expected = [row[-1].grade for row in tulcan.grades.values()]
    for values in (ratios, _all_but()):
        for against in (SEGMENT, segment):
            report = camel.calculate_camel(values, against)
            assert [row[0].grade for row in report.grades.values()] == expected
            assert report.problems == ()
            assert report.to_json()["indicadores"]["IF101"]["2013"]["valor"] == pytest.approx(0.9575)


@pytest.mark.parametrize("values, unit", [(lambda v: v / 100, Unit.PERCENT), (lambda v: v, Unit.RATIO)])
def test_figures_in_another_unit_than_said_are_doubted(values, unit):
    rows = {key: {"2013": values(float(case["valor"][-1]))} for key, case in PRINTED.items()}
    assert "K14" in [p.code for p in camel.calculate_camel(camel.values_from(rows, unit)).problems]


# --- segments from entities -------------------------------------------------------------------------------------------

ENTITIES = {
    "Norte": {"IF112": 10.0, "IF293": 1.0, "IF016": 100.0},
    "Sur": {"IF112": 14.0, "IF293": None, "IF016": 100.0},
    "Este": {"IF112": 18.0, "IF293": 0.0, "IF101": 90.0, "IF016": 100.0},
    "Oeste": {"IF293": math.nan, "IF016": 100.0},
}


def test_segment_from_entities_leaves_out_what_is_missing_and_keeps_zero():
    """10, 14, 18: mean 14, sample deviation 4 (with n it would be 3.27)."""
    segment = camel.segment_from_entities(ENTITIES)
    assert (segment.statistics["IF112"].mean, segment.statistics["IF112"].deviation) == (14, 4)
    assert (segment.statistics["IF293"].mean, segment.statistics["IF293"].deviation) == (0.5, math.sqrt(0.5))
    assert "IF101" not in segment.statistics
    assert [(p.code, "IF101" in p.cause) for p in segment.problems] == [("K22", True)]
    report = camel.calculate_camel(_all_but(), segment)
    assert report.grades["IF112"][0].grade == 3
    assert "[K21]" in report.grades["IF016"][0].note  # four entities alike
    assert "[K20]" in report.grades["IF101"][0].note


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=12), st.randoms())
def test_the_order_of_entities_does_not_matter(column, order: random.Random):
    rows = {f"e{i}": {"IF112": value} for i, value in enumerate(column)}
    names = list(rows)
    order.shuffle(names)
    one, other = camel.segment_from_entities(rows), camel.segment_from_entities({n: rows[n] for n in names})
    assert one.statistics == other.statistics


def test_entities_whose_figures_overflow_have_no_statistic():
    segment = camel.segment_from_entities({"a": {"IF112": 1.7e308}, "b": {"IF112": -1.7e308}})
    assert [p.code for p in segment.problems] == ["K22"]


# --- values from accounts ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corrected(banco_indigena) -> Balance:
    """The bundled charts with account 4 of 2011 as its groups add up to (it is printed with two digits swapped)."""
    values = [list(column) for column in banco_indigena.values]
    values[-1][banco_indigena.chart.row["4"]] = 19549.88
    return replace(banco_indigena, values=tuple(map(tuple, values)))


@pytest.mark.parametrize("case", BANK, ids=case_name)
def test_real_chart_against_the_printed_figures(corrected, case):
    definitions = camel.camel_definitions("sbs")
    i = corrected.position(case["periodo"])
    values = camel.evaluate_camel(corrected)
    assert values.unit is Unit.RATIO
    result = values.results[case["indicador"]][i]
    assert (result.status, result.note) == (Status.OK, "")
    assert agrees(case["porcentaje"], result.value * 100)
    assert "impreso" not in case or (case["motivo"] and not agrees(case["impreso"], result.value * 100))
    parts = list(contributions(definitions.ratios[case["indicador"]], contexts(corrected, definitions.catalog)[i]))
    for part, printed in ((NUMERATOR, case["numerador"]), (DENOMINATOR, case["denominador"])):
        assert agrees(printed, math.fsum(c.amount for c in parts if c.part == part))


def test_every_indicator_but_fk_fi_is_compared_in_both_years():
    expected = {f"{key}-{year}" for key in METHOD.indicators if key != "IF112" for year in (2010, 2011)}
    assert {case_name(case) for case in BANK} == expected
    assert all(case["pagina"] for case in BANK)


@pytest.mark.parametrize("case", DATA["capitalizacion"], ids=lambda c: c["periodo"])
def test_net_capitalisation_is_fk_over_fi(corrected, case):
    equity, extraordinary, assets, idle = (
        float(case[k]) for k in ("patrimonio_y_resultados", "extraordinarios", "activo", "improductivos")
    )
    fk, fi = (equity - extraordinary) / assets, 1 + idle / assets
    value = camel.evaluate_camel(corrected).results["IF112"][corrected.position(case["periodo"])].value
    assert value == pytest.approx(fk / fi, abs=1e-12)
    assert agrees(case["porcentaje"], value * 100)


def test_the_chart_as_printed_says_which_values_rest_on_the_account_that_does_not_add_up(banco_indigena):
    report = camel.calculate_camel(camel.evaluate_camel(banco_indigena))
    doubtful = {k for k, row in report.grades.items() if row[2].result.status is Status.INCONSISTENT}
    assert doubtful == {"IF114", "IF112", "IF295", "IF293"}
    assert all("la cuenta 4 difiere en −90,00" in report.grades[key][2].note for key in doubtful)
    assert report.grades["IF293"][2].result.value == pytest.approx(2002.41 / 95672.70)
    assert [report.total[i].value for i in (1, 2)] == [pytest.approx(3.45), pytest.approx(3.175)]
    first = report.grades["IF295"][0]
    assert (first.grade, report.total[0].value) == (None, None)
    assert "2008" in first.note


def test_shares_booked_elsewhere_are_an_account_of_the_entity(corrected):
    """This entity books its shares in 1902; taken as productive, the ratio is 259.53 % in 2010 and 297.58 % in 2011."""
    own = [OwnAccount("sbs_otros_activos_productivos", "1902", 1, "Certificados de aportación en Fecoac.")]
    method = replace(METHOD, profile=with_own_accounts(METHOD.profile, own))
    values = [r.value for r in camel.evaluate_camel(corrected, method).results["IF114"]]
    assert [agrees(p, v * 100) for p, v in zip(("259.5345", "297.5752"), values[1:], strict=True)] == [True, True]


@pytest.mark.parametrize("line", DATA["cuentas"])
def test_accounts_of_a_line_are_those_printed(line):
    """Signs included; the portfolio, which each catalogue spells out in other accounts, aside."""
    printed = DATA["cuentas"][line]
    expected = {}
    for name, sign in (("suma", 1), ("resta", -1)):
        codes = f"{printed[name]} {printed.get(f'agregado_{name}', '')}".split()
        expected |= dict.fromkeys(codes, sign)
    form = camel.camel_definitions("sbs").lines[line]
    found = {code: int(c) for (code, _), c in form.coefficients.items() if c and not code.startswith("14")}
    assert found == expected
    assert "nota" in printed or not any(key.startswith("agregado") for key in printed)


@pytest.mark.parametrize("ninety_days, longer", [("210310", "210315"), ("210306", "210307")])
def test_short_term_deposits_reach_ninety_days_in_either_numbering(ninety_days, longer):
    rows = {"2": 100.0, "21": 100.0, "2101": 40.0, "2103": 60.0, "210305": 10.0, ninety_days: 20.0, longer: 30.0}
    line = camel.camel_definitions("sbs").lines["sbs_depositos_corto_plazo"]
    assert line_value(line, contexts(chart(rows), load_catalog("sbs"))[0]) == 70


@pytest.mark.parametrize("catalog, accounts", [("sbs", 16 * 6), ("seps", 54 * 6)])
def test_idle_portfolio_is_every_age_of_both_kinds(catalog, accounts):
    assert len(camel.camel_definitions(catalog).lines["sbs_cartera_improductiva"].codes()) == accounts


LEAVES = [
    "1101", "1103", "12", "13", "140405", "141405", "142405", "1499", "15", "16", "170105", "1702", "18", "1901",
    "190205", "190215", "1903", "1905", "210135", "210305", "3603", "45", "51", "56",
]  # fmt: skip


@st.composite
def balances(draw) -> dict[str, float]:
    """A chart whose accounts add up: leaves drawn, parents summed."""
    rows: dict[str, float] = {}
    for leaf in LEAVES:
        amount = draw(st.integers(0, 10**7)) / 100 * (-1 if leaf == "1499" else 1)
        for code in (leaf[:n] for n in (1, 2, 4, 6) if n <= len(leaf)):
            rows[code] = rows.get(code, 0.0) + amount
    return rows


@given(balances(), st.sampled_from(["sbs", "seps"]))
def test_productive_and_idle_assets_are_all_the_assets(rows, catalog):
    definitions = camel.camel_definitions(catalog)
    ctx = contexts(chart(rows), load_catalog(catalog))[0]
    productive, idle, total = (
        line_value(definitions.lines[f"sbs_{name}"], ctx)
        for name in ("activos_productivos", "activos_improductivos_netos", "activo_total")
    )
    assert productive + idle == pytest.approx(total, abs=0.01)


def test_equity_and_results_count_the_result_once_before_and_after_closing():
    line = camel.camel_definitions("sbs").lines["sbs_patrimonio_y_resultados"]
    for equity, closed in ((100.0, 0.0), (130.0, 30.0)):
        rows = {"3": equity, "31": 100.0, "36": closed, "3603": closed, "4": 20.0, "45": 20.0, "5": 50.0, "51": 50.0}
        assert line_value(line, contexts(chart(rows), load_catalog("sbs"))[0]) == 130


def test_income_of_part_of_a_year_becomes_a_year():
    rows = {"1": (100.0, 100.0), "3": (40.0, 40.0), "4": (0.0, 0.0), "5": (0.0, 3.0)}
    results = camel.evaluate_camel(chart(rows, "2010-12", "2011-06"), catalog="sbs").results
    assert results["IF293"][1].value == pytest.approx(0.06)
    assert results["IF295"][1].value == pytest.approx(0.15)


# --- typed values -----------------------------------------------------------------------------------------------------


def test_a_typed_value_wins_and_says_so(corrected):
    typed = camel.values_from({"IF112": {"2011-12-31": 15.12}, "IF295": {"2009": 8.0, "2010": None}}, Unit.PERCENT)
    report = camel.calculate_camel(camel.evaluate_camel(corrected, typed=typed))
    over, filled, kept = report.grades["IF112"][2], report.grades["IF295"][0], report.grades["IF295"][1]
    assert (over.result.value, over.grade) == (pytest.approx(0.1512), 3)
    assert "escrito por el usuario en lugar de 28,02 % que dan las cuentas" in over.note
    assert (filled.result.value, filled.result.status) == (pytest.approx(0.08), Status.OK)
    assert "escrito por el usuario." in filled.note
    assert (kept.result.value, kept.note) == (pytest.approx(302.89 / 36441.405), "")


def test_typed_values_of_a_period_that_the_balance_lacks_are_told(corrected):
    typed = camel.values_from({"IF112": {"2012": 15.12}}, Unit.PERCENT)
    values = camel.evaluate_camel(corrected, typed=typed)
    assert [p.period for p in values.problems if p.code == "K13"] == ["2012"]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path) -> Iterator[Callable[..., Values | Segment]]:
    """Write a text as a file and read it as values, or as a segment."""

    def run(text: str | bytes, what: str = "values", name: str = "tabla.csv") -> Values | Segment:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return getattr(camel, f"read_{what}")(path)

    return run


def told(found: Values | Segment) -> list[str]:
    return [p.code for p in found.problems if p.code not in ("B20", "K07", "A20")]


def column(values: Values, key: str) -> list[float | None]:
    return [r.value for r in values.results[key]]


@pytest.mark.parametrize(
    "text",
    [
        "indicador,2012,2013\nIF114,440.40,455.69\nif 112,14.34,14.93\n",
        "indicador;2012;2013\nIF(114);440,40;455,69\n112;14,34 %;14,93%\n",
        "Coop. Tulcán\n\nIndicador\tdic-12\tdic-13\tfuente\nIF 114 (A/B)\t440,40\t455,69\tx\nIF 112\t14,34\t14,93\n",
        "sep=;\nindicador;2013;2012\nC: CAPITAL;;\nIF114;455,69;440,40\nIF112;14,93;14,34\n",
        "nota,indicador,año,valor\nx,IF114,2012,440.40\nx,IF112,2013,14.93\nx,IF114,2013,455.69\nx,IF112,2012,14.34\n",
        "indicator,year,value,grade\nIF114,2012,440.40,3\nIF114,2013,455.69,3\nIF112,2012,14.34,3\nIF112,2013,14.93,3\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-16"])
def test_values_in_the_layouts_that_people_use(read, text, encoding):
    values = read(text.encode(encoding))
    assert told(values) == []
    assert values.unit is Unit.PERCENT
    assert [p[:4] for p in values.periods] == ["2012", "2013"]
    assert (column(values, "IF114"), column(values, "IF112")) == ([440.40, 455.69], [14.34, 14.93])
    assert column(values, "IF101") == [None, None]
    assert "[K10] falta el valor de IF101 en 2012" in values.results["IF101"][0].note


def test_a_file_of_tabla_4_gives_its_totals(read):
    lines = [f"{key};{';'.join(case['valor'])}" for key, case in PRINTED.items()]
    text = "\n".join([f"indicador;{';'.join(YEARS)}", *lines]).replace(".", ",")
    report = camel.calculate_camel(read(text))
    assert all(is_total(y, t.value) for y, t in zip(YEARS, report.total, strict=True))


@pytest.mark.parametrize(
    "text, codes, place, value",
    [
        ("indicador;2013\nIF114;455,69\nIF999;1,5\n", ["K01"], "línea 3, columna 1", 455.69),
        ("indicador;2013\nIF114;455,69\n;1,5\n", ["K01"], "línea 3, columna 1", 455.69),
        ("indicador;2013\nIF114;455,69\nIF112;alto\n", ["B23"], "línea 3, columna 2", 455.69),
        ("indicador;2013\nIF114;#DIV/0!\nIF112;1,5\n", ["B24"], "línea 2, columna 2", None),
        ("indicador;2013\nIF114;1.234\nIF112;10\n", ["B21"], "línea 2, columna 2", None),
        ("indicador;2013\nIF114;455,69\nIF 114;455,69\n", ["K03"], "línea 3, columna 2", 455.69),
        ("indicador;2013\nIF114;455,69\nIF 114;455,70\nIF112;1,5\n", ["K02"], "línea 3, columna 2", None),
        ("indicador;2013;dic-2013\nIF114;455,69;455,70\nIF112;1,5;\n", ["K02"], "línea 2, columna 3", None),
        ("indicador,2013\nIF114,455.69\nIF112,14,93\n", ["B18"], "línea 3, columna 3", 455.69),
        ("indicador,periodo,valor\nIF114,2013,455.69\nIF112,ayer,1.5\n", ["K06"], "línea 3, columna 2", 455.69),
    ],
)
def test_a_bad_cell_is_told_with_its_place_and_the_rest_is_read(read, text, codes, place, value):
    values = read(text)
    assert told(values) == codes
    assert place in next(p.where for p in values.problems if p.code == codes[0])
    assert column(values, "IF114") == [value]
    for result in (row[0] for row in values.results.values()):
        assert (result.value is None) == (result.status is Status.NO_DATA)


def test_every_problem_is_told_at_once(read):
    values = read("indicador;2012;2013\nIF114;x;1,5\nE9;1;2\nIF112;1,5;y\nIF112;1,6;\n")
    assert told(values) == ["K01", "B23", "B23", "K02"]
    report = camel.calculate_camel(values)
    assert "K01" in [p["codigo"] for p in report.to_json()["problemas"]]


@pytest.mark.parametrize(
    "text, what, code",
    [
        ("", "values", "A05"),
        ("a;b\n1;2\n", "values", "K04"),
        ("indicador;valor\nIF114;1\n", "values", "K04"),
        ("indicador;2013\n", "values", "K09"),
        ("indicador;2013\nE9;1,5\n", "values", "K09"),
        ('indicador;2013\nIF114;"1\n', "values", "A23"),
        ("indicador;media\nIF114;1\n", "segment", "K05"),
        ("indicador;media;sigma\nIF114;x;1,5\nIF114;;\n", "segment", None),
        ("indicador;media;sigma\nIF114;x;y\n", "segment", "K09"),
        ("entidad;E9\nNorte;1\n", "segment", "K05"),
        ("entidad;IF112\nTotal;1,5\n", "segment", "K09"),
        (b"PK\x03\x04 roto", "values", "A10"),
        (b"%PDF-1.7", "values", "A11"),
        ("<html><table>", "segment", "A07"),
    ],
)
def test_a_file_without_a_table_is_refused(read, text, what, code):
    if code is None:
        assert read(text, what).statistics == {}
        return
    with pytest.raises(PerlasError) as error:
        read(text, what)
    assert code in [p.code for p in error.value.problems]
    assert all(p.next_step for p in error.value.problems)


TEXTS = st.text(alphabet="indicaor;,IF14\n\t\"2013 mediasgm%.-−xé\0", max_size=120)


@given(TEXTS, st.sampled_from(["values", "segment"]))
def test_no_text_breaks_the_reader(tmp_path_factory, text, what):
    """Whatever a file holds, it is read or refused with problems."""
    path = tmp_path_factory.mktemp("camel") / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    problems: tuple[Problem, ...] | None = None
    try:
        getattr(camel, f"read_{what}")(path)
    except PerlasError as error:
        problems = error.problems
    assert problems is None or all(p.code[0] in "ABK" for p in problems)


def test_a_workbook_is_refused_because_its_percentages_are_ratios(tmp_path):
    path = tmp_path / "valores.xlsx"
    badfiles.write_xlsx(path, {"CAMEL": [["indicador", "2013"], ["IF112", 0.1493]]})
    with pytest.raises(PerlasError, match="K15"):
        camel.read_values(path)


@pytest.mark.parametrize(
    "text",
    [
        "indicador,media,desviacion\nIF112,15.01,3.06\nif 293,1.52,0.97\n",
        "Indicador;better;mu;sigma;limite\nIF112;high;15,01;3,06;21,14\nIF293;high;1,52 %;0,97 %;3,45\n",
        "Índice\tμ\tσ\nIF(112)\t15,01\t3,06\nIF(293)\t1,52\t0,97\n",
    ],
)
def test_a_segment_of_means_and_deviations(read, text):
    segment = read(text, "segment")
    assert (told(segment), segment.unit) == ([], Unit.PERCENT)
    found = {key: (one.mean, one.deviation) for key, one in segment.statistics.items()}
    assert found == {"IF112": (15.01, 3.06), "IF293": (1.52, 0.97)}
    assert "tabla.csv línea 2" in segment.statistics["IF112"].source.place


def test_a_segment_of_entities(read):
    segment = read(
        "entidad;IF 112;Activo;IF293\nNorte;10,0;500;1,5\nSur;14,0;600;\nEste;18,0;700;0\nPromedio;14,0;600;0,75\n"
        "Sur;14,0;600;\n",
        "segment",
    )
    assert told(segment) == ["K08", "K03"]
    assert (segment.statistics["IF112"].mean, segment.statistics["IF112"].deviation) == (14, 4)
    assert segment.statistics["IF293"].mean == 0.75
    assert "2 entidades" in segment.statistics["IF293"].source.place


def test_an_incomplete_row_of_a_segment_is_told(read):
    segment = read("indicador;media;desviacion\nIF112;15,01;\nIF293;1,52;0,97\nIF101;94,72;alta\n", "segment")
    assert told(segment) == ["B23", "K24"]
    assert list(segment.statistics) == ["IF293"]


# --- definitions ------------------------------------------------------------------------------------------------------


def test_the_method_is_that_of_tablas_2_to_4():
    assert {key: group.weight for key, group in METHOD.groups.items()} == {
        "C": 0.20, "A": 0.30, "M": 0.15, "E": 0.20, "L": 0.15,
    }  # fmt: skip
    assert [key for key, direction in METHOD.directions.items() if direction == LOWER] == ["IF102", "IF013", "IF1111"]
    assert (METHOD.limits, list(METHOD.weights)) == ((2, 1, -1, -2), list(PRINTED))
    assert METHOD.edge.endswith(".")
    places = [METHOD.source, METHOD.bands_source, *(g.source for g in METHOD.groups.values())]
    places += [s.source for s in SEGMENT.statistics.values()] + [line.source for line in METHOD.profile.lines.values()]
    places += [one.source for one in METHOD.indicators.values()]
    assert all("p. " in s.place or "pp. " in s.place for s in places)
    for one in METHOD.indicators.values():
        assert one.purpose.endswith(".")
        assert one.action.endswith(".")
        assert one.component in METHOD.groups


def test_its_lines_never_clash_with_those_of_perlas():
    assert all(key.startswith("sbs_") for key in METHOD.profile.lines)


@pytest.mark.parametrize(
    "table, change, detail",
    [
        ("metodo", {"autor": "x"}, "[metodo] clave desconocida «autor»"),
        ("bandas", {"limites": [2, 1, -1]}, "cuatro números, de mayor a menor"),
        ("bandas", {"limites": [1, 2, -1, -2]}, "cuatro números, de mayor a menor"),
        ("bandas", {"incluye": "limite_superior"}, "limite_inferior"),
        ("bandas", {"motivo": ""}, "[bandas] falta «motivo»"),
        ("grupos.L", {"peso": 0.2}, "los pesos suman 1.05"),
        ("grupos.L", {"peso": "mucho"}, "[grupos.L] peso: falta"),
        ("indicadores.IF114", {"peso": 0.4}, "[grupos.C] los pesos suman 0.9"),
        ("indicadores.IF114", {"grupo": "X"}, "el grupo «X» no existe"),
        ("indicadores.IF114", {"direccion": "rango"}, "«mayor» o «menor»"),
        ("indicadores.IF114", {"numerador": "patrimonio"}, "desconocido «patrimonio»"),
        ("indicadores.IF114", {"meta": [">= 1"]}, "clave desconocida «meta»"),
        ("indicadores.IF114", {"fuente": "x"}, "debe ser «documento: lugar»"),
        ("lineas.sbs_patrimonio", {"suma": [3]}, "códigos de cuenta"),
        ("lineas.nueva", {"nombre": "N", "suma": ["1"], "fuente": "tulcan_2016: p. 1"}, "ninguna fórmula la usa"),
        ("colores", {"rojo": 1}, "tabla desconocida"),
    ],
)
def test_a_mistake_in_a_method_is_told_with_its_place(table, change, detail):
    data, _ = read_bundled("camel", "tulcan_2016")
    group, _, key = table.partition(".")
    data = {**data, group: {**data.get(group, {})}}
    if key:
        data[group][key] = {**data[group].get(key, {}), **change}
    else:
        data[group] |= change
    with pytest.raises(PerlasError) as error:
        build_method(data, "propio.toml")
    assert any("propio.toml" in str(p) and detail in str(p) for p in error.value.problems), str(error.value)


@pytest.mark.parametrize(
    "data, detail",
    [
        ({"segmento": {"unidad": "tanto por mil"}}, "porcentaje o razón"),
        ({"estadisticas": {"IF112": {"media": 1, "desviacion": 0}}}, "mayor que cero"),
        ({"estadisticas": {"IF112": {"media": "x", "desviacion": 1}}}, "media: falta"),
        ({"otra": {}}, "tabla desconocida"),
    ],
)
def test_a_mistake_in_a_segment_is_told(data, detail):
    with pytest.raises(PerlasError) as error:
        build_segment(data, "propio.toml")
    assert detail in str(error.value)


def test_unknown_names_tell_the_options():
    with pytest.raises(PerlasError, match="tulcan_2016"):
        camel.load_camel("otra")
    with pytest.raises(PerlasError, match="tulcan_2016"):
        camel.load_segment("otro")
