"""Balance Social: definitions, inputs, results, cross-checks, concentration, marks, plan and the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import tomllib
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.model import Status
from xl_perlas.problems import PerlasError
from xl_perlas.social import (
    Action,
    Category,
    Light,
    Provenance,
    SocialInputs,
    SocialMethod,
    SocialReport,
    build_social,
    build_thresholds,
    concentration,
    evaluate_social,
    feasible_bases,
    improvement_plan,
    load_social,
    load_thresholds,
    mark_report,
    social_names,
)
from xl_perlas.social.load import read_social_file
from xl_perlas.social.read import read_balance_list, read_social_inputs, template_csv
from xl_perlas.social.texts import shown

METHODS = {name: load_social(name) for name in ("colombia", "ecuador")}
COLOMBIA, ECUADOR = METHODS["colombia"], METHODS["ecuador"]
INDICATORS = [(name, key) for name, method in METHODS.items() for key in method.indicators]

Row = dict[str, Any]


def report(method: SocialMethod, values: dict[Any, Row], balance: Balance | None = None) -> SocialReport:
    return evaluate_social(method, SocialInputs.build(method, values), balance)


def codes(found: Any) -> list[str]:
    return [p.code for p in found]


def whole_row(method: SocialMethod, skip: tuple[str, ...] = (), year: int = 0) -> Row:
    """A value for every input, each different."""
    kinds = {"conteo": lambda i: 100 + 7 * i + year, "importe": lambda i: 1000.25 + 31 * i + 3 * year,
             "porcentaje": lambda i: 0.1 + i / 1000, "numero": lambda i: 1.5 + i, "si_no": lambda i: i % 2 == 0,
             "texto": lambda i: f"respuesta {i}"}  # fmt: skip
    return {
        key: one.options[0] if one.options else kinds[one.kind](i)
        for i, (key, one) in enumerate(method.inputs.items()) if key not in skip
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> dict[str, SocialReport]:
    return {
        name: report(method, {"2022": whole_row(method), "2023": whole_row(method, year=1)})
        for name, method in METHODS.items()
    }


# --- definitions ------------------------------------------------------------------------------------------------------


def test_the_two_methods_have_seven_principles_and_all_their_indicators() -> None:
    assert social_names() == ["colombia", "ecuador"]
    assert [len(m.principles) for m in METHODS.values()] == [7, 7]
    assert [len(m.indicators) for m in METHODS.values()] == [42, 159]
    per = {name: [len(m.of_principle(p)) for p in m.principles] for name, m in METHODS.items()}
    assert per == {"colombia": [9, 5, 8, 6, 5, 5, 4], "ecuador": [20, 11, 13, 31, 29, 31, 24]}


@pytest.mark.parametrize("name, key", INDICATORS)
def test_every_indicator_has_its_words_its_source_and_a_computed_case(
    whole: dict[str, SocialReport], name: str, key: str
) -> None:
    one, result = METHODS[name].indicators[key], whole[name].result(key, "2023")
    assert one.name
    assert one.unit
    assert one.purpose.endswith(".")
    assert one.source.document in ("bs_colombia_2023", "seps_balance_social")
    assert re.search(r"fila \d+|P\d{3}", one.source.place)
    assert one.direction in ("mayor", "menor", "neutro")
    assert result.status in (Status.OK, Status.INCONSISTENT)
    assert result.analysis.endswith(".")
    assert "{" not in result.analysis
    if result.text:
        assert one.kind in ("cumplimiento", "texto", "seleccion")
        return
    assert result.value == pytest.approx(_by_hand(METHODS[name], key), rel=1e-12)


def _by_hand(method: SocialMethod, key: str) -> float:
    """The indicator computed apart from the program, from the text of its formula."""
    one = method.indicators[key]
    now, before = whole_row(method, year=1), whole_row(method)

    def value(text: str, row: Row) -> float:
        text = re.sub(r"previo\((\w+)\)", lambda m: f"({before[m[1]]!r})", text)
        text = re.sub(r"[a-z_][a-z0-9_]*", lambda m: f"({row[m[0]]!r})", text)
        return float(eval(text))  # noqa: S307 - a bundled formula, computed by something else than the program

    if one.kind == "crecimiento":
        return value(one.numerator_text, now) / value(one.numerator_text, before) - 1
    if one.kind == "razon":
        return value(one.numerator_text, now) / value(one.denominator_text, now)
    return value(one.numerator_text, now)


@pytest.mark.parametrize("name", METHODS)
def test_every_input_has_unit_group_and_source(name: str) -> None:
    method = METHODS[name]
    names = [one.name for one in method.inputs.values()]
    assert len(set(names)) == len(names)
    for one in method.inputs.values():
        assert one.unit
        assert one.group
        assert one.source.place
        assert one.moment in ("corte", "año")


def test_a_count_that_many_indicators_use_is_one_input() -> None:
    used = [k for k, one in ECUADOR.indicators.items() if "socios" in (one.numerator_text, one.denominator_text)]
    assert len(used) >= 10
    base = report(ECUADOR, {"2023": whole_row(ECUADOR)})
    less = report(ECUADOR, {"2023": whole_row(ECUADOR, skip=("socios",))})
    lost = [k for k in ECUADOR.indicators if base.result(k, "2023").value != less.result(k, "2023").value]
    assert lost == used
    assert all("«Socios»" in less.result(k, "2023").note for k in lost)


BROKEN = [
    ('[indicadores.CO01]', '[indicadores.CO01]\nsobra = 1', "[indicadores.CO01] clave desconocida «sobra»"),
    ('numerador = "asociados_activos"', 'numerador = "asociado_activos"', "el dato «asociado_activos» no existe"),
    ('numerador = "asociados_activos"', 'numerador = "asociados_activos +"', "está incompleta"),
    ('{denominador} asociados hábiles, {numerador} usaron', '{denominador} {otro} usaron', "«{otro}» no se puede usar"),
    ('repite = "CO12"', 'repite = "CO99"', "repite: «CO99»"),
    ('fuente = "bs_colombia_2023: principio 1, fila 1"', 'fuente = "otro: p. 1"', "sources.toml"),
    ('tipo = "suma"', 'tipo = "resta"', "tipo «resta»: debe ser uno de"),
    ('indicadores = ["CO06", "CO08"]', 'indicadores = ["CO06", "CO14"]', "«CO14» no es una razón"),
    ('limites = [0.02, 0.05]', 'limites = [0.05, 0.02]', "limites: van de menor a mayor"),
    ('denominador = "previo(asociados_habiles)"', 'denominador = "previo(previo(asociados_habiles))"', "dos veces"),
    ('[principios.P7]', '[principios.P8]\nnombre = "x"\nfuente = "usuario: x"\n[principios.P7]', "no tiene indicad"),
]


@pytest.mark.parametrize("old, new, told", BROKEN)
def test_a_mistake_in_a_definition_is_told_with_its_place(old: str, new: str, told: str) -> None:
    text = (resources.files("xl_perlas.definitions") / "social" / "colombia.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PerlasError) as error:
        build_social(tomllib.loads(text.replace(old, new, 1)), "prueba.toml")
    assert all(p.code == "D01" and p.where == "prueba.toml" for p in error.value.problems)
    assert told in str(error.value)


def test_all_mistakes_are_told_at_once() -> None:
    data, where = read_social_file("colombia", "x")
    bad = {**data, "indicadores": {k: {**t, "unidad": 3} for k, t in list(data["indicadores"].items())[:5]}}
    with pytest.raises(PerlasError) as error:
        build_social(bad, where)
    assert sum("falta «unidad»" in str(p) for p in error.value.problems) == 5


def test_an_unknown_method_names_those_there_are() -> None:
    with pytest.raises(PerlasError, match="colombia, ecuador"):
        load_social("peru")


# --- inputs -----------------------------------------------------------------------------------------------------------

ACCEPTED = [
    ("asociados", 120, 120), ("asociados", "1.234", 1234), ("asociados", "1,234", 1234), ("asociados", " 0 ", 0),
    ("satisfaccion", "89 %", 0.89), ("satisfaccion", "89,5%", 0.895), ("satisfaccion", 0.89, 0.89),
    ("satisfaccion", "0,89", 0.89), ("activo", "1.234.567,89", 1234567.89), ("activo", -5.5, -5.5),
]  # fmt: skip


@pytest.mark.parametrize("key, raw, value", ACCEPTED)
def test_figures_as_people_type_them(key: str, raw: object, value: float) -> None:
    inputs = SocialInputs.build(COLOMBIA, {"2023": {key: raw}})
    assert inputs.entry(key, inputs.periods[0]).value == pytest.approx(value, rel=1e-15)
    assert inputs.problems == ()


REJECTED = [
    ("asociados", -1, "N03"), ("asociados", 12.5, "N04"), ("asociados", "12,5", "N04"), ("asociados", "muchos", "N02"),
    ("asociados", "1.000", "N02"), ("asociados", dt.datetime(2023, 12, 31), "N05"), ("asociados", "31/12/2023", "N05"),
    ("asociados", "50 %", "N04"), ("asociados", math.inf, "N02"), ("asociados", True, "N02"), ("activo", 1e300, "N02"),
    ("activo", "12 %", "N02"), ("satisfaccion", 89, "N10"), ("satisfaccion", "89", "N10"), ("nada", 1, "N01"),
]  # fmt: skip


@pytest.mark.parametrize("key, raw, code", REJECTED)
def test_what_cannot_be_a_value_is_told_and_not_used(key: str, raw: object, code: str) -> None:
    found = report(COLOMBIA, {"2023": {key: raw, "asociados_habiles": 10, "transacciones": 5, "obligaciones": 1}})
    assert code in codes(found.problems)
    if key in COLOMBIA.inputs:
        assert found.values[key][0].value is None
        using = {"asociados": "CO11", "activo": "CO29", "satisfaccion": "CO14"}[key]
        result = found.result(using, "2023")
        assert (result.value, result.status) == (None, Status.NO_DATA)
        assert f"[{code}]" in result.note


@pytest.mark.parametrize("raw, text", [
    (True, "Sí"), ("sí", "Sí"), ("SI", "Sí"), (1, "Sí"), (0.0, "No"), ("no cumple", "No"), ("quizá", ""),
])  # fmt: skip
def test_yes_and_no(raw: object, text: str) -> None:
    key, one = next((k, o) for k, o in ECUADOR.indicators.items() if o.kind == "cumplimiento")
    found = report(ECUADOR, {"2023": {one.numerator_text: raw}})
    assert found.result(key, "2023").text == text
    assert ("N08" in codes(found.problems)) is (not text)


def test_an_option_is_one_of_those_there_are() -> None:
    key, one = next((k, o) for k, o in ECUADOR.indicators.items() if o.kind == "seleccion")
    option = ECUADOR.inputs[one.numerator_text].options[0]
    assert report(ECUADOR, {"2023": {one.numerator_text: option.upper()}}).result(key, "2023").text == option
    assert codes(report(ECUADOR, {"2023": {one.numerator_text: "nunca jamás"}}).problems) == ["N09"]


def test_a_percentage_over_100_is_used_and_asked_about() -> None:
    found = report(COLOMBIA, {"2023": {"satisfaccion": "103,13 %"}})
    assert found.result("CO14", "2023").value == pytest.approx(1.0313)
    assert codes(found.problems) == ["N13"]


def test_a_near_name_is_suggested() -> None:
    (found,) = SocialInputs.build(COLOMBIA, {"2023": {"asociado_habil": 1}}).problems
    assert "«asociados_habiles»" in found.next_step


# --- results ----------------------------------------------------------------------------------------------------------


def test_zero_missing_and_not_applicable_are_three_things() -> None:
    found = report(COLOMBIA, {"2023": {
        "proveedores": 0, "proveedores_locales": 0, "inversiones": 10, "deudores": "no aplica", "mayores_deudores": 3,
        "gastos": 100, "gastos_difusion": 0,
    }})  # fmt: skip
    status = {key: found.result(key, "2023").status for key in ("CO38", "CO40", "CO31", "CO27")}
    assert status == {
        "CO38": Status.ZERO_DENOMINATOR, "CO40": Status.NO_DATA, "CO31": Status.NOT_APPLICABLE, "CO27": Status.OK,
    }  # fmt: skip
    assert found.result("CO27", "2023").value == 0
    assert "Proveedores, 2023" in found.result("CO38", "2023").note.replace("proveedores", "Proveedores")
    for key in ("CO38", "CO40", "CO31"):
        sentence = found.result(key, "2023").analysis
        assert not re.search(r"\d", sentence.replace("2023", ""))
        assert "%" not in sentence


def test_everything_missing_is_named_at_once() -> None:
    note = report(COLOMBIA, {"2023": {"fondos_sociales": 5}}).result("CO20", "2023").note
    assert "[N24] falta «Asociados beneficiados con programas y actividades sociales» en 2023" in note
    assert "[N26]" in note
    assert "en 2022, el año con que se compara" in note


def test_growth_of_a_quotient_and_its_zero_bases() -> None:
    rows: dict[Any, Row] = {
        "2022": {"fondos_sociales": 100, "asociados_beneficiados": 10},
        "2023": {"fondos_sociales": 360, "asociados_beneficiados": 30},
    }
    assert report(COLOMBIA, rows).result("CO20", "2023").value == pytest.approx(0.2)
    rows["2022"]["fondos_sociales"] = 0
    assert report(COLOMBIA, rows).result("CO20", "2023").status is Status.ZERO_DENOMINATOR
    rows["2022"]["asociados_beneficiados"] = 0
    found = report(COLOMBIA, rows).result("CO20", "2023")
    assert found.status is Status.ZERO_DENOMINATOR
    assert "2022" in found.note
    rows["2022"] = {"fondos_sociales": -100, "asociados_beneficiados": 10}
    assert report(COLOMBIA, rows).result("CO20", "2023").status is Status.NOT_APPLICABLE


def test_decimals_that_cancel_are_a_zero() -> None:
    """0.1 + 0.2 - 0.3 is not zero in binary; what is typed is decimal."""
    data, where = read_social_file("colombia", "x")
    one = {**data["indicadores"]["CO19"], "numerador": "activo", "parte": False,
           "denominador": "aportes_amortizados + reserva_aportes - fondo_amortizacion + 0 * donaciones"}  # fmt: skip
    method = build_social({**data, "indicadores": {**data["indicadores"], "CO19": one}}, where)
    row = {"activo": 1, "aportes_amortizados": 0.1, "reserva_aportes": 0.2, "fondo_amortizacion": 0.3, "donaciones": 9}
    assert report(method, {"2023": row}).result("CO19", "2023").status is Status.ZERO_DENOMINATOR


CHANGES = [
    (50, 60, "10,00 puntos porcentuales más que en 2022"), (60, 50, "10,00 puntos porcentuales menos que en 2022"),
    (50, 50, "igual que en 2022"), (None, 50, ""),
]  # fmt: skip


@pytest.mark.parametrize("before, now, words", CHANGES)
def test_change_and_its_words(before: int | None, now: int, words: str) -> None:
    found = report(COLOMBIA, {
        "2022": {"asociados": 100, "ahorradores": before}, "2023": {"asociados": 100, "ahorradores": now},
    }).result("CO15", "2023")  # fmt: skip
    assert found.analysis.endswith(f"Cambio: {words}." if words else f"{now},00 %.")
    assert found.change == (None if before is None else pytest.approx((now - before) / 100))


@pytest.mark.parametrize("before, now, verb", [(100, 112, "creció 12,00 %"), (100, 66.07, "disminuyó 33,93 %"),
                                               (100, 100, "no cambió")])  # fmt: skip
def test_a_growth_says_its_direction(before: float, now: float, verb: str) -> None:
    found = report(COLOMBIA, {"2022": {"gastos_educacion": before}, "2023": {"gastos_educacion": now}})
    assert verb in found.result("CO28", "2023").analysis


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_sentence_always_agrees_with_its_value(now: int, base: int, before: int, before_base: int) -> None:
    found = report(COLOMBIA, {
        "2022": {"ahorradores": before, "asociados": before_base}, "2023": {"ahorradores": now, "asociados": base},
    }).result("CO15", "2023")  # fmt: skip
    assert found.value == float(Fraction(now, base))
    assert shown(now / base, "%") in found.analysis
    difference = Fraction(now, base) - Fraction(before, before_base)
    says = {"más": " más que " in found.analysis, "menos": " menos que " in found.analysis}
    if abs(difference) * 100 > Fraction(1, 100):
        assert says == {"más": difference > 0, "menos": difference < 0}
    assert (found.status is Status.INCONSISTENT) is (now > base)


@pytest.mark.parametrize("value, unit, text", [
    (0.98874, "%", "98,87 %"), (-0.3393, "%", "−33,93 %"), (88.2471, "%", "8.824,71 %"), (0.12345, "%", "12,35 %"),
    (1.02, "veces", "1,02"), (20.0, "personas", "20"), (1234567.0, "dólares", "1.234.567,00"),
    (-0.000001, "%", "0,00 %"), (65.7, "transacciones por asociado", "65,70"), (2.5, "dólares por socio", "2,50"),
])  # fmt: skip
def test_figures_as_people_read_them(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_results_survive_any_numbers() -> None:
    row = {k: 10**17 if one.kind == "importe" else 1 for k, one in COLOMBIA.inputs.items() if one.kind != "porcentaje"}
    row |= {"gastos": 1e-300, "activo": -5, "obligaciones": -5}
    found = report(COLOMBIA, {"2022": row, "2023": row})
    assert found.result("CO27", "2023").status in (Status.NOT_APPLICABLE, Status.INCONSISTENT)
    assert "[E08]" in found.result("CO29", "2023").note
    json.dumps(found.to_json(), allow_nan=False)


def test_nothing_at_all() -> None:
    empty = report(COLOMBIA, {})
    assert empty.periods == ()
    assert improvement_plan(mark_report(empty, load_thresholds("colombia"))).items == ()
    blank = report(COLOMBIA, {"2023": {}})
    assert {r[0].status for r in blank.results.values()} == {Status.NO_DATA}
    marks = mark_report(blank, load_thresholds("colombia"))
    assert (marks.totals, codes(marks.problems)) == ((None,), ["N30"])
    assert marks.lights[0].counts[Light.NONE] == 42


def test_who_supplied_a_figure_stays_with_it() -> None:
    origin = Provenance("Ana", "2024-01-31", "acta 12")
    inputs = SocialInputs.build(COLOMBIA, {"2023": {"asociados": 5}}, {"asociados": origin})
    data = evaluate_social(COLOMBIA, inputs).to_json()["datos"]["asociados"]["2023"]
    assert (data["valor"], data["origen"]) == (5.0, "escrito")
    assert [data[k] for k in ("responsable", "fecha", "evidencia")] == ["Ana", "2024-01-31", "acta 12"]


# --- accounts ---------------------------------------------------------------------------------------------------------


def accounts(**extra: float) -> Balance:
    rows = {"1": 900.0, "14": 800.0, "1404": 840.0, "1499": -40.0, "2": 600.0, "21": 500.0, "2101": 480.0, "2102": 20.0,
            "3": 300.0, "31": 100.0, "33": 200.0, "3301": 150.0, "4": 50.0, "45": 20.0, "5": 60.0}  # fmt: skip
    rows |= {code.removeprefix("c"): value for code, value in extra.items()}
    return Balance.build(tuple(rows), {"2023": tuple(rows.values())})


def test_inputs_come_from_accounts_by_code() -> None:
    found = report(ECUADOR, {"2023": {"cartera_mujeres": 420}}, accounts())
    assert found.values["cartera_bruta"][0].value == 840.0  # 14 − 1499, and 1499 is negative
    assert found.values["cartera_bruta"][0].origin == "cuentas"
    assert found.result("P111", "2023").value == 0.5
    assert found.result("P301", "2023").value == pytest.approx(1 / 3)
    assert found.result("P310", "2023").value == 2.0
    assert codes(p for p in found.problems if p.code.startswith("N")) == []


def test_what_is_typed_wins_and_the_difference_is_told() -> None:
    found = report(ECUADOR, {"2023": {"cartera_mujeres": 420, "cartera_bruta": 800}}, accounts())
    assert found.result("P111", "2023").value == 0.525
    (told,) = [p for p in found.problems if p.code == "N22"]
    assert told.amount == pytest.approx(-40)
    for part in ("800,00", "840,00", "14 − 1499"):
        assert part in told.cause
    same = report(ECUADOR, {"2023": {"cartera_bruta": 840.004}}, accounts())
    assert "N22" not in codes(same.problems)


def test_accounts_that_do_not_add_up_make_a_doubt() -> None:
    found = report(ECUADOR, {"2023": {}}, accounts(c2102=90.0)).result("P310", "2023")
    clean = report(ECUADOR, {"2023": {}}, accounts()).result("P310", "2023")
    assert (found.value, clean.value) == (2.0, 2.0)
    broken = report(ECUADOR, {"2023": {}}, accounts(c21=400.0)).result("P310", "2023")
    assert broken.status is Status.INCONSISTENT
    assert "[E07]" in broken.note


def test_an_account_that_is_not_there_is_missing() -> None:
    few = Balance.build(("2", "21"), {"2023": (1.0, 1.0)})
    found = report(ECUADOR, {"2023": {"socios": 10}}, few)
    result = found.result("P302", "2023")
    assert result.status is Status.NO_DATA
    assert "[E01] falta la cuenta 33 en 2023" in result.note


def test_a_balance_alone_gives_what_it_can() -> None:
    found = evaluate_social(ECUADOR, SocialInputs((), {}), accounts())
    assert found.labels == ["2023"]
    assert found.result("P301", "2023").value == pytest.approx(1 / 3)


# --- cross-checks -----------------------------------------------------------------------------------------------------

CHECKS = [
    ({"mujeres_asamblea": 51, "integrantes_asamblea": 50}, "N14"),
    ({"asistentes_asamblea": 11, "asociados_habiles": 10, "integrantes_asamblea": 5}, "N14"),
    ({"asociados_formados": 5, "gastos_educacion": 0, "asociados": 9}, "N17"),
    ({"integrantes_organos": 216, "mujeres_organos": 80, "jovenes_organos": 27}, "N16"),
]


@pytest.mark.parametrize("row, code", CHECKS)
def test_a_contradiction_among_inputs_is_told(row: Row, code: str) -> None:
    assert codes(report(COLOMBIA, {"2023": row}).problems) == [code]
    assert all(p.period == "2023" for p in report(COLOMBIA, {"2023": row}).problems)


@pytest.mark.parametrize("row", [
    {"mujeres_asamblea": 50, "integrantes_asamblea": 50}, {"asociados_formados": 0, "gastos_educacion": 0},
    {"integrantes_organos": 27, "mujeres_organos": 10, "jovenes_organos": 3}, {"mujeres_asamblea": 51},
])  # fmt: skip
def test_what_agrees_or_is_not_known_is_not_told(row: Row) -> None:
    assert report(COLOMBIA, {"2023": row}).problems == ()


def test_parts_add_up_to_the_whole() -> None:
    rows = {"2022": {"asociados_habiles": 100},
            "2023": {"asociados_habiles": 110, "habiles_vinculados": 15, "habiles_retirados": 5}}  # fmt: skip
    assert report(COLOMBIA, rows).problems == ()
    rows["2023"]["asociados_habiles"] = 111
    (told,) = report(COLOMBIA, rows).problems
    assert (told.code, told.amount) == ("N15", -1.0)


@given(st.integers(1, 400), st.lists(st.integers(0, 400), min_size=1, max_size=3))
def test_shares_of_a_number_of_people_are_possible_with_it(people: int, counts: list[int]) -> None:
    shares = [f"{100 * min(count, people) / people:.2f}" for count in counts]
    assert people in feasible_bases(shares, people)


def test_printed_precision_counts() -> None:
    assert feasible_bases(["33"], 5) == [3]
    assert feasible_bases(["33.33"], 5) == [3]
    assert feasible_bases(["33.4"], 300)[0] == 287
    with pytest.raises(ValueError, match="porcentaje"):
        feasible_bases(["nada"])


# --- concentration ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("balances, holders, total, share", [
    ([80, 10, 10], 1, 3, 1 / 3), ([20, 20, 20, 20, 20], 4, 5, 0.8), ([0.1] * 10, 8, 10, 0.8), ([5], 1, 1, 1.0),
    ([100, "1.000,50", "", None, 0], 1, 2, 0.5), ([-5, 10, 0, 30, 60], 2, 3, 2 / 3),
])  # fmt: skip
def test_smallest_number_of_holders(balances: list[object], holders: int, total: int, share: float) -> None:
    found = concentration(balances)
    assert (found.holders, found.total) == (holders, total)
    assert found.result.value == pytest.approx(share)


@given(st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=8), st.sampled_from([0.5, 0.8, 0.95]))
def test_no_fewer_holders_would_do(balances: list[Any], share: float) -> None:
    positive = sorted((Fraction(b) for b in balances if b), reverse=True)
    found = concentration([float(b) for b in balances], share)
    if not positive:
        assert found.result.status is Status.NO_DATA
        return
    goal = Fraction(str(share)) * sum(positive)
    assert sum(positive[: found.holders]) >= goal > sum(positive[: found.holders - 1])


def test_a_list_tells_what_it_leaves_out() -> None:
    found = concentration([50, 50, 50, 0, -1, "nada"], 0.5, "saldos.csv")
    assert codes(found.problems) == ["N34", "N32", "N33", "N35"]
    assert (found.holders, found.total, found.tied, found.source) == (2, 3, 1, "saldos.csv")
    assert found.result.status is Status.INCONSISTENT
    assert codes(concentration([]).problems) == codes(concentration([0, -1]).problems[-1:]) == ["N36"]


def test_a_list_gives_its_two_counts_and_a_typed_one_wins() -> None:
    found = concentration([70, 20, 5, 5], 0.8, "depositos.csv")
    inputs = SocialInputs.build(COLOMBIA, {"2023": {"asociados": 8}}).with_concentration(
        COLOMBIA, "depositos", "2023", found)  # fmt: skip
    result = evaluate_social(COLOMBIA, inputs)
    assert result.result("CO30", "2023").value == 0.5
    assert result.result("CO15", "2023").value == 0.5
    assert result.to_json()["datos"]["mayores_ahorradores"]["2023"]["evidencia"] == "depositos.csv"
    typed = SocialInputs.build(COLOMBIA, {"2023": {"ahorradores": 5}}).with_concentration(
        COLOMBIA, "depositos", "2023", found)  # fmt: skip
    assert evaluate_social(COLOMBIA, typed).result("CO30", "2023").value == pytest.approx(2 / 5)
    assert codes(typed.problems) == ["N22"]


# --- marks ------------------------------------------------------------------------------------------------------------


def thresholds(method: str = "colombia", head: Row | None = None, **rules: Row) -> Any:
    own = {key: {"fuente": "entidad: prueba", **rule} for key, rule in rules.items()}
    data = {"notas": {"id": "p", "nombre": "P", "base": method, "fuente": "entidad: prueba", **(head or {})},
            "indicadores": own}  # fmt: skip
    return build_thresholds(data, "prueba.toml")


MARKS = [
    ("lineal", [[0, 0], [1, 10]], 0.25, 2.5), ("lineal", [[0, 0], [0.5, 10]], 0.9, 10),
    ("lineal", [[0, 10], [1, 0]], 0.2, 8), ("lineal", [[0, 0], [0.5, 10], [1, 0]], 0.75, 5),
    ("escalones", [[0, 0], [0.2, 5], [0.5, 10]], 0.2, 5),
    ("escalones", [[0, 0], [0.2, 5], [0.5, 10]], 0.19, 0), ("escalones", [[0.2, 10], [0.5, 5], [1, 0]], 0.2, 10),
    ("escalones", [[0.2, 10], [0.5, 5], [1, 0]], 0.21, 5), ("escalones", [[0.2, 10], [0.5, 5], [1, 0]], 0.9, 0),
]  # fmt: skip


@pytest.mark.parametrize("mode, points, value, mark", MARKS)
def test_marks_between_points_and_on_steps(mode: str, points: list[list[float]], value: float, mark: float) -> None:
    found = report(COLOMBIA, {"2023": {"satisfaccion": value}})
    one = mark_report(found, thresholds(CO14={"modo": mode, "puntos": points})).marks["CO14"][0]
    assert one.value == pytest.approx(mark)


def test_yes_is_ten_no_is_zero_and_missing_is_neither() -> None:
    keys = [k for k, o in ECUADOR.indicators.items() if o.kind == "cumplimiento"][:3]
    names = [ECUADOR.indicators[k].numerator_text for k in keys]
    found = mark_report(report(ECUADOR, {"2023": {names[0]: "sí", names[1]: "no"}}), load_thresholds("ecuador"))
    assert [found.marks[k][0].value for k in keys] == [10, 0, None]
    assert [found.marks[k][0].light for k in keys] == [Light.GREEN, Light.RED, Light.NONE]
    assert "[N24]" in found.marks[keys[2]][0].note


def test_means_leave_out_what_has_no_mark_or_count_it_as_zero_as_the_data_say() -> None:
    found = report(COLOMBIA, {"2023": {"satisfaccion": 0.9}})
    rule = {"puntos": [[0, 0], [1, 10]]}
    left_out = mark_report(found, thresholds(CO14=rule))
    assert left_out.principles["P2"] == (pytest.approx(9),)
    assert left_out.totals == (pytest.approx(9),)
    assert codes(left_out.problems) == ["N29"] * 6
    as_zero = mark_report(found, thresholds(head={"sin_nota": "cero"}, CO14=rule))
    assert as_zero.principles["P2"] == (pytest.approx(9 / 5),)
    assert as_zero.principles["P1"] == (None,)


def test_total_is_the_plain_mean_of_principles_not_of_indicators() -> None:
    row = {"satisfaccion": 1.0, "asociados": 10, "ahorradores": 10, "transacciones": 5}
    row |= {"proveedores": 10, "proveedores_locales": 0}
    marks = mark_report(report(COLOMBIA, {"2023": row}), load_thresholds("colombia"))
    assert (marks.principles["P2"], marks.principles["P3"], marks.principles["P6"]) == ((10,), (10,), (0,))
    assert marks.totals[0] == pytest.approx(20 / 3)
    assert sum(one.counts[Light.GREEN] for one in marks.lights) == 2
    assert sum(share for share in marks.lights[0].shares.values() if share is not None) == pytest.approx(1)


def test_change_marks_need_the_year_before() -> None:
    rows: dict[Any, Row] = {"2023": {"transacciones": 110, "asociados": 10}}
    alone = mark_report(report(COLOMBIA, rows), load_thresholds("colombia")).marks["CO11"][0]
    assert alone.value is None
    assert "[N25]" in alone.note
    for before, mark in ((100, 10), (110, 5), (120, 0), (0, 10)):
        rows["2022"] = {"transacciones": before, "asociados": 10}
        marks = mark_report(report(COLOMBIA, rows), load_thresholds("colombia"))
        assert marks.marks["CO11"][1].value == mark


@pytest.mark.parametrize("name", METHODS)
def test_bundled_thresholds_say_they_are_our_own_and_serve_all_but_the_neutral(name: str) -> None:
    found = load_thresholds(name)
    assert "criterio propio, cámbielo" in str(found.source)
    without = [one for one in METHODS[name].indicators.values() if found.rule(one) is None]
    assert all(one.direction == "neutro" for one in without)
    rules = [*found.rules, *found.own.values()]
    assert all(rule.source.place for rule in rules)
    assert {found.category(light) for light in Light} == set(Category)


@pytest.mark.parametrize("change, told", [
    ({"indicadores": {"CO99": {"si": 10}}}, "no existe"),
    ({"indicadores": {"CO14": {"puntos": [[0, 0], [1, 11]]}}}, "una nota va de 0 a 10"),
    ({"indicadores": {"CO14": {"puntos": [[1, 0], [0, 10]]}}}, "de menor a mayor"),
    ({"indicadores": {"CO14": {"modo": "escalones", "puntos": [[0, 0], [1, 10], [2, 5]]}}}, "solo suben o solo bajan"),
    ({"indicadores": {"CO14": {}}}, "lleva «puntos»"), ({"indicadores": {"CO14": {"puntos": [[0, 0]]}}}, "dos o más"),
    ({"indicadores": {"CO14": {"sobre": "escala", "puntos": [[0, 0], [1, 1]]}}}, "no tiene escala"),
    ({"semaforo": {"verde": 3, "amarillo": 5, "fuente": "entidad: x"}}, "amarillo ≤ verde"),
    ({"plan": {"impacto": {"luces": ["verde", "rojo"]}, "fuente": "entidad: x"}}, "una categoría y solo en una"),
    ({"reglas": {"x": {"tipo": "otro", "si": 1}}}, "no es uno de los que hay"),
    ({"notas": {"id": "p", "nombre": "P", "base": "colombia", "metodo": "ecuador", "fuente": "entidad: x"}}, "método"),
])  # fmt: skip
def test_a_mistake_in_the_thresholds_is_told(change: Row, told: str) -> None:
    head = {"notas": {"id": "p", "nombre": "P", "base": "colombia", "fuente": "entidad: x"}}
    with pytest.raises(PerlasError, match=re.escape(told)):
        build_thresholds({**head, **change}, "prueba.toml")


def test_thresholds_of_another_country_are_refused() -> None:
    with pytest.raises(PerlasError, match="N39"):
        mark_report(report(COLOMBIA, {"2023": {}}), load_thresholds("ecuador"))


# --- plan -------------------------------------------------------------------------------------------------------------


def test_plan_has_who_does_what_by_when_and_its_evolution() -> None:
    found = report(COLOMBIA, {
        "2022": {"satisfaccion": 0.5, "asociados": 100, "ahorradores": 90},
        "2023": {"satisfaccion": 0.9, "asociados": 100, "ahorradores": 10},
    })  # fmt: skip
    action = Action("Gerencia", "2024-06-30", "Encuesta semestral")
    plan = improvement_plan(mark_report(found, load_thresholds("colombia")), actions={"CO14": action})
    items = {one.indicator: one for one in plan.items}
    assert (items["CO14"].category, items["CO14"].before) == (Category.IMPACT, Category.URGENT)
    assert items["CO14"].action == action
    assert (items["CO14"].evolution, items["CO15"].evolution, items["CO01"].evolution) == ("entró", "entró", "sigue")
    moves = {m.category: m for m in plan.evolution}
    assert (moves[Category.IMPACT].entered, moves[Category.IMPACT].left) == (("CO14",), ("CO15",))
    assert moves[Category.URGENT].before == moves[Category.URGENT].now == 41
    assert (plan.previous, plan.period) == ("2022", "2023")
    first = improvement_plan(mark_report(found, load_thresholds("colombia")), period="2022")
    assert {one.evolution for one in first.items} == {"sin año anterior"}
    assert [m.before for m in first.evolution] == [None] * 3
    with pytest.raises(KeyError):
        improvement_plan(mark_report(found, load_thresholds("colombia")), actions={"CO99": action})


# --- files ------------------------------------------------------------------------------------------------------------

LONG = """dato;periodo;valor;responsable;fecha;evidencia
asociados;2023;1.234;Ana;2024-01-31;acta 1
Asociados con ahorros;2023;617;Ana;2024-01-31;acta 1
satisfaccion;2023;"89,5 %";Luis;2024-02-01;encuesta
deudores;2023;no aplica;;;
activo;2023;1.234.567,89;;;
"""


def written(tmp_path: Path, text: str, name: str = "datos.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_long_table_with_provenance(tmp_path: Path) -> None:
    inputs = read_social_inputs(written(tmp_path, LONG), COLOMBIA)
    found = evaluate_social(COLOMBIA, inputs)
    assert found.result("CO15", "2023").value == 0.5
    assert found.result("CO14", "2023").value == 0.895
    assert found.result("CO31", "2023").status is Status.NOT_APPLICABLE
    assert found.values["activo"][0].value == 1234567.89
    data = found.to_json()["datos"]["asociados"]["2023"]
    assert [data[k] for k in ("responsable", "fecha", "evidencia")] == ["Ana", "2024-01-31", "acta 1"]
    assert codes(inputs.problems) == ["N18"]


def test_wide_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Dato", 2022, 2023, "Responsable", "Fecha", "Evidencia"],
        ["asociados", 100, 120, "Ana", dt.date(2024, 1, 31), "acta"],
        ["ahorradores", 50, 90, None, None, None],
        ["mujeres_asamblea", None, dt.datetime(2023, 12, 31), None, None, None],
        ["desconocido", 1, 2, None, None, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "datos.xlsx")
    inputs = read_social_inputs(tmp_path / "datos.xlsx", COLOMBIA)
    found = evaluate_social(COLOMBIA, inputs)
    assert [r.value for r in found.results["CO15"]] == [0.5, 0.75]
    assert found.result("CO15", "2023").change == 0.25
    assert codes(inputs.problems) == ["N01", "N05", "N18"]
    assert [p.where for p in inputs.problems][:2] == ["Sheet!A5", "Sheet!C4"]
    assert found.to_json()["datos"]["asociados"]["2022"]["fecha"] == "2024-01-31"


@pytest.mark.parametrize("text, told", [
    ("dato;periodo;valor\nasociados;2023;5\nasociados;2023;5\n", ["N07"]),
    ("dato;periodo;valor\ndeudores;2023;1\nasociados;2023;5\nasociados;2023;6\n", ["N06"]),
    ("dato;periodo;valor\nasociados;ayer;5\ndeudores;2023;1\n", ["N19"]),
    ("dato;periodo;valor\nactivo;2023;1,5\nobligaciones;2023;1.234\n", []),
])  # fmt: skip
def test_what_a_table_says_twice_or_wrongly(tmp_path: Path, text: str, told: list[str]) -> None:
    inputs = read_social_inputs(written(tmp_path, text), COLOMBIA)
    assert [c for c in codes(inputs.problems) if c != "N18"] == told
    if "N06" in told:
        assert evaluate_social(COLOMBIA, inputs).values["asociados"][0].value is None
    if "1.234" in text:
        assert evaluate_social(COLOMBIA, inputs).values["obligaciones"][0].value == 1234.0


@pytest.mark.parametrize("text, code", [
    ("a;b\n1;2\n", "N20"), ("dato;periodo;valor\nnada;2023;1\n", "N21"), ("dato;periodo;valor\n", "N21"), ("", "A05"),
])  # fmt: skip
def test_a_file_without_usable_inputs(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(PerlasError) as error:
        read_social_inputs(written(tmp_path, text), COLOMBIA)
    assert error.value.problems[-1].code == code


@pytest.mark.parametrize("name", METHODS)
def test_the_blank_table_can_be_filled_in_and_read(tmp_path: Path, name: str) -> None:
    rows = list(csv.reader(io.StringIO(template_csv(METHODS[name], "2023")), delimiter=";"))
    values = whole_row(METHODS[name])
    assert [row[0] for row in rows[1:]] == list(values)
    for row in rows[1:]:
        value = values[row[0]]
        row[2] = "sí" if value is True else "no" if value is False else str(value)
    text = "\n".join(";".join(row) for row in rows)
    found = evaluate_social(METHODS[name], read_social_inputs(written(tmp_path, text), METHODS[name]))
    assert {r[0].status for r in found.results.values()} <= {Status.OK, Status.INCONSISTENT, Status.NO_DATA}
    assert {k: v[0].value for k, v in found.values.items()} == values


@pytest.mark.parametrize("text", ["socio;saldo\na;70\nb;20\nc;5\nd;5\n", "70\n20\n5\n5\n", "lista\n70\n20\n5\n5\n"])
def test_lists_of_balances(tmp_path: Path, text: str) -> None:
    balances, source = read_balance_list(written(tmp_path, text, "saldos.csv"))
    assert source.startswith("saldos.csv")
    assert concentration(balances, 0.8, source).result.value == 0.5


# --- command line -----------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["balance-social", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_command_in_three_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(written(tmp_path, LONG))
    code, out, _ = run(capsys, "--pais", "co", path)
    assert code == 0
    for part in ("CO15 Cultura de ahorro", "50,00 %", "Semáforo", "Plan de mejora 2023", "89,50 %", "no aplica"):
        assert part in out
    code, out, _ = run(capsys, "--pais", "co", path, "--formato", "json")
    data = json.loads(out)
    assert data["indicadores"]["CO15"]["2023"]["valor"] == 0.5
    assert data["notas"]["indicadores"]["CO15"]["2023"] == {
        "nota": 10.0, "luz": "verde", "regla": "reglas.parte_mayor", "motivo": "",
    }  # fmt: skip
    assert data["plan"]["categorias"]["impacto"]["ahora"] == 2
    code, out, _ = run(capsys, "--pais", "co", path, "--formato", "csv")
    rows = {row["indicador"]: row for row in csv.DictReader(io.StringIO(out))}
    assert len(rows) == 42
    assert (rows["CO15"]["valor"], rows["CO15"]["nota_10"], rows["CO15"]["categoria"]) == ("0.5", "10.0", "impacto")
    assert rows["CO38"]["valor"] == rows["CO38"]["nota_10"] == ""


def test_command_with_lists_balance_and_own_thresholds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(written(tmp_path, "dato;2023\nasociados;8\n"))
    deposits = written(tmp_path, "saldo\n70\n20\n5\n5\n", "d.csv")
    own = written(tmp_path, '[notas]\nid = "n"\nnombre = "Nuestras"\nbase = "colombia"\nfuente = "entidad: acta 3"\n'
                  '[indicadores.CO30]\nfuente = "entidad: acta 3"\npuntos = [[0, 0], [1, 10]]\n', "n.toml")  # fmt: skip
    code, out, _ = run(capsys, "--pais", "co", data, "--lista", f"depositos={deposits}", "--notas", str(own),
                       "--formato", "json")  # fmt: skip
    assert json.loads(out)["notas"]["indicadores"]["CO30"]["2023"]["nota"] == 5.0
    assert code == 0
    code, _, err = run(capsys, "--pais", "co", data, "--lista", f"otra={deposits}")
    assert (code, "N37" in err) == (1, True)
    balance = written(tmp_path, "codigo,cuenta,2023\n3,Patrimonio,300\n31,Capital,100\n33,Reservas,200\n", "b.csv")
    code, out, _ = run(capsys, "--pais", "ec", "--balance", str(balance), "--formato", "json")
    assert json.loads(out)["indicadores"]["P301"]["2023"]["valor"] == pytest.approx(1 / 3)


def test_command_writes_the_blank_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plantilla.csv"
    assert run(capsys, "--pais", "ec", "--plantilla", "2024", "--salida", str(path))[0] == 0
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("dato;periodo;valor;responsable;fecha;evidencia")
    assert len(lines) == 1 + len(ECUADOR.inputs)


@pytest.mark.parametrize("arguments, code", [
    (("--pais", "pe", "x.csv"), 2), (("--pais", "co"), 2), (("--pais", "co", "noexiste.csv"), 2),
    (("--pais", "co", "--plantilla", "ayer"), 2), (("--pais", "co", "x.csv", "--plantilla", "2023"), 2),
])  # fmt: skip
def test_command_badly_used(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int) -> None:
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert "Qué hacer" in err
