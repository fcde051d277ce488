"""BS_INDICADOR, BS_NOTA, BS_SEMAFORO and BS_TOTAL: published figures, the engine's own, and what cells may hold."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parity import as_cell

from xl_perlas.model import Status
from xl_perlas.social import (
    SocialInputs,
    SocialMarks,
    SocialResult,
    build_thresholds,
    evaluate_social,
    load_social,
    load_thresholds,
    mark_report,
)
from xl_perlas.udfs.diagnosis import diagnose, forget_failures
from xl_perlas.udfs.functions import function

PUBLISHED = Path(__file__).parent / "published"
COLOMBIA = tomllib.loads((PUBLISHED / "social_colombia.toml").read_text(encoding="utf-8"))
ECUADOR = tomllib.loads((PUBLISHED / "social_ecuador.toml").read_text(encoding="utf-8"))
PRINTED = [(year, key, text) for year, one in COLOMBIA["publicado"].items() for key, text in one["resultados"].items()]


def call(name: str, *arguments: object) -> Any:
    return function(name)(*arguments)


def reason(name: str, *arguments: object) -> str:
    forget_failures()
    assert call(name, *arguments) == "#VALUE!"
    return diagnose()


def ranges(values: Mapping[Any, object], *more: Mapping[Any, object]) -> list[list[list[object]]]:
    """Names, and a column for each table; one year's may have less than another."""
    names = list(dict.fromkeys(name for table in (values, *more) for name in table))
    return [[[name] for name in names], *([[table.get(name)] for name in names] for table in (values, *more))]


def value(indicator: str, values: Mapping[Any, object], *more: Mapping[Any, object]) -> Any:
    return call("BS_INDICADOR", indicator, *ranges(values, *more))


def printed(number: float, like: str) -> str:
    places = len(like.partition(".")[2])
    return str(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


# --- published --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year, key, text", PRINTED)
def test_published_results_of_colombia(year: str, key: str, text: str) -> None:
    shown = value(key, COLOMBIA["datos"][year], COLOMBIA["datos"][str(int(year) - 1)])
    errors = {"denominador_cero": "#DIV/0!", "sin_dato": "#N/A"}
    if text in errors:
        assert shown == errors[text]
    else:
        percent = load_social("colombia").indicators[key].unit == "%"
        found = printed(float(Fraction(repr(shown)) * (100 if percent else 1)), text)
        assert found == text or Decimal(found) == Decimal(text) == 0


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_published_marks_of_ecuador(year: str) -> None:
    """Green is 10, amber 5, and red and what has no mark 0, over all the indicators of each principle."""
    wanted, method = ECUADOR["calificacion"][year], load_social("ecuador")
    principles: list[list[object]] = []
    marks: list[list[object]] = []
    for key, (green, amber) in ECUADOR["luces"][year].items():
        own = [10.0] * green + [5.0] * amber
        own += [None] * (len(method.of_principle(key)) - len(own))  # type: ignore[list-item]
        assert printed(call("BS_TOTAL", [[key]] * len(own), [[m] for m in own], "sin_nota=cero"), "0.00") == wanted[key]
        principles += [[key]] * len(own)
        marks += [[m] for m in own]
    assert len(marks) == 159
    assert printed(call("BS_TOTAL", principles, marks, "sin_nota=cero"), "0.00") == wanted["total"]
    means = {key: float(text) for key, text in wanted.items() if key != "total"}
    assert printed(call("BS_TOTAL", *ranges(means)), "0.00") == wanted["total"]


# --- the engine -------------------------------------------------------------------------------------------------------


def sample(method_id: str, year: int) -> dict[str, object]:
    """Something for most inputs, different for each and each year; a few are missing, zero or do not apply."""
    found: dict[str, object] = {}
    for i, (key, one) in enumerate(load_social(method_id).inputs.items()):
        number = 37 * i % 101 + 7 * (year - 2022) + 3
        kinds: dict[str, object] = {
            "conteo": float(number), "importe": number * 1000.25, "porcentaje": number / 250, "numero": number / 8,
            "si_no": bool(number % 2), "texto": f"radio, {year}", "opcion": (one.options or ("",))[-1],
        }  # fmt: skip
        odd: dict[int, object] = {5: None, 11: 0.0 if one.kind in ("conteo", "importe") else None, 17: "no aplica"}
        found[key] = odd.get(i % 23, kinds[one.kind])
    return found


@cache
def engine(method_id: str) -> SocialMarks:
    method = load_social(method_id)
    inputs = SocialInputs.build(method, {str(year): sample(method_id, year) for year in (2022, 2023)})
    return mark_report(evaluate_social(method, inputs), load_thresholds(method_id))


def in_cell(result: SocialResult) -> object:
    return result.text or as_cell(result)  # type: ignore[arg-type]


@pytest.mark.parametrize("method_id", ["colombia", "ecuador"])
def test_cells_equal_the_engine(method_id: str) -> None:
    marks, names = engine(method_id), ranges(sample(method_id, 2023), sample(method_id, 2022))
    report, statuses = marks.report, set()
    rows: list[tuple[str, object]] = []
    for key, one in report.method.indicators.items():
        before, now = report.results[key]
        statuses.add(now.status)
        shown = call("BS_INDICADOR", key, *names)
        assert shown == in_cell(now), key
        options = [["previo", in_cell(before)], ["referencia", sample(method_id, 2023).get("ipc")]]
        mark = call("BS_NOTA", key, shown, options)
        expected = marks.marks[key][1]
        assert mark == ("#N/A" if expected.value is None else expected.value), key
        light = {"verde": "Verde", "amarillo": "Amarillo", "rojo": "Rojo", "sin_nota": "N/A"}[expected.light]
        assert call("BS_SEMAFORO", mark) == light
        rows.append((one.principle, mark))
    assert statuses == set(Status)
    principles, found = [[p] for p, _ in rows], [[m] for _, m in rows]
    assert call("BS_TOTAL", principles, found) == marks.totals[1]
    for key, mean in marks.principles.items():
        own = [[m] for p, m in rows if p == key]
        assert call("BS_TOTAL", [[key]] * len(own), own) == ("#N/A" if mean[1] is None else mean[1])


@given(st.dictionaries(st.integers(-400, 400), st.integers(0, 40), min_size=2, max_size=6),
       st.sampled_from(["lineal", "escalones"]), st.floats(-5, 5))  # fmt: skip
def test_own_thresholds_are_those_of_a_file(points: dict[int, int], mode: str, number: float) -> None:
    marks = sorted(points.values()) if mode == "escalones" else list(points.values())
    pairs = [[limit / 100, mark / 4] for limit, mark in zip(sorted(points), marks, strict=True)]
    written = " | ".join(f"{limit:.2f}:{mark:.2f}" for limit, mark in pairs)
    thresholds = build_thresholds({
        "notas": {"id": "x", "nombre": "x", "base": "colombia", "fuente": "entidad: x"},
        "indicadores": {"CO22": {"modo": mode, "puntos": pairs, "fuente": "entidad: x"}},
    }, "x")  # fmt: skip
    expected = thresholds.own["CO22"].mark(number)
    assert call("BS_NOTA", "CO22", number, f"modo={mode}; puntos={written}") == expected
    assert call("BS_NOTA", "CO22", number, [["modo", mode], ["puntos", written.replace(".", ",")]]) == expected


@given(st.lists(st.tuples(st.integers(1, 7), st.none() | st.integers(0, 1000).map(lambda n: n / 100)), max_size=30))
def test_the_total_is_the_mean_of_the_means(rows: list[tuple[int, float | None]]) -> None:
    groups: dict[int, list[Fraction]] = {}
    for principle, mark in rows:
        if mark is not None:
            groups.setdefault(principle, []).append(Fraction(str(mark)))
    means = [sum(group) / len(group) for group in groups.values()]
    shown = call("BS_TOTAL", [["Principio"], *([p] for p, _ in rows)], [["Nota"], *([m] for _, m in rows)])
    assert shown == (pytest.approx(float(sum(means) / len(means))) if means else "#N/A")


# --- what cells hold --------------------------------------------------------------------------------------------------

PAIR = {"asociados_activos": 3.0, "asociados_habiles": 4.0}


def test_zero_missing_and_not_applicable_differ() -> None:
    assert value("CO01", PAIR) == 0.75
    assert value("CO01", {**PAIR, "asociados_activos": 0.0}) == 0.0
    assert value("CO01", {**PAIR, "asociados_habiles": 0.0}) == "#DIV/0!"
    for missing in (None, "", "  ", "no aplica", "#N/A", -2146826246):
        assert value("CO01", {**PAIR, "asociados_activos": missing}) == "#N/A", missing
    assert value("CO01", {"asociados_habiles": 4.0}) == "#N/A"


def test_growth_needs_the_year_before() -> None:
    now, before = {"gastos_educacion": 150.0}, {"gastos_educacion": 100.0}
    assert value("CO28", now, before) == 0.5
    assert value("CO28", now) == "#N/A"
    assert value("CO28", now, {"gastos_educacion": None}) == "#N/A"
    assert value("CO28", now, {"gastos_educacion": 0.0}) == "#DIV/0!"
    assert value("CO28", now, {"gastos_educacion": -1.0}) == "#N/A"


def test_answers_of_ecuador() -> None:
    method = load_social("ecuador")
    compliance = next(one for one in method.indicators.values() if one.kind == "cumplimiento")
    for typed, shown in ((True, "Sí"), ("si", "Sí"), (1.0, "Sí"), ("NO", "No"), (False, "No"), (None, "#N/A")):
        assert value(compliance.id, {compliance.numerator_text: typed}) == shown
        assert call("BS_NOTA", compliance.id, typed) == {"Sí": 10.0, "No": 0.0}.get(shown, "#N/A")
    assert value("P705", {"frecuencia_paneles": "mensual"}) == "Mensual"
    assert call("BS_NOTA", "P705", "Mensual") == 10.0
    assert call("BS_NOTA", "P705", "Anual", "opciones=Mensual:10 | Anual:5") == 5.0
    assert "[N09]" in reason("BS_NOTA", "P705", "cuando se puede")
    assert "[N08]" in reason("BS_INDICADOR", compliance.id, [[compliance.numerator_text]], [["quizá"]])


@pytest.mark.parametrize(
    "names",
    [
        ["asociados_activos", "asociados_habiles"], ["ASOCIADOS ACTIVOS", " Asociados_Hábiles "],
        ["Asociados que usaron algún producto o servicio", "asociados habiles"],
    ],
)  # fmt: skip
def test_inputs_by_id_or_name(names: list[str]) -> None:
    assert value("co 01", dict(zip(names, (3.0, 4.0), strict=True))) == 0.75


@pytest.mark.parametrize(
    ("names", "values"),
    [
        ([["Dato"], ["asociados_activos"], ["Asociados"], [None], ["asociados_habiles"]],
         [[2023.0], [3.0], [None], ["ver acta"], [4.0]]),
        ([["asociados_activos", "asociados_habiles"]], [[3.0, 4.0]]),
        (["asociados_activos", "asociados_habiles"], [3.0, 4.0]),
        ([["asociados_activos"], ["asociados_habiles"]], [[3.0, 4.0]]),
        ([["asociados_activos"], ["asociados_habiles"], *[[None]] * 9000], [[3.0], [4.0], *[[None]] * 9000]),
        ([["asociados_activos"], ["asociados_habiles"], ["Empleados de planta"]], [[3.0], [4.0], [35.0]]),
    ],
    ids=["headings", "row", "flat", "turned", "whole column", "another row"],
)  # fmt: skip
def test_shapes_of_ranges(names: object, values: object) -> None:
    assert call("BS_INDICADOR", "CO01", names, values) == 0.75


def test_one_input_in_one_cell() -> None:
    assert call("BS_INDICADOR", "CO14", "satisfaccion", [["89 %"]]) == pytest.approx(0.89)
    assert call("BS_INDICADOR", "CO14", "satisfaccion", [[None]]) == "#N/A"
    assert call("BS_INDICADOR", "CO14", "satisfaccion", None) == "#N/A"


@pytest.mark.parametrize("figure", [3, 3.0, Decimal("3"), "3", "3,0", "3.0"])
def test_figures_as_they_are_written(figure: object) -> None:
    assert value("CO01", {**PAIR, "asociados_activos": figure}) == 0.75


@pytest.mark.parametrize(
    ("figure", "code"),
    [("tres", "N02"), (-1.0, "N03"), (2.5, "N04"), (dt.datetime(2023, 1, 3), "N05"), ("03/01/2023", "N05")],
)
def test_what_no_input_can_be_is_told_where_it_is_used(figure: object, code: str) -> None:
    typed = ranges({**PAIR, "asociados_activos": figure, "asociados": 8.0, "transacciones": 16.0})
    told = reason("BS_INDICADOR", "CO01", *typed)
    assert f"[{code}]" in told
    assert "Asociados que usaron" in told
    assert call("BS_INDICADOR", "CO11", *typed) == 2.0


@pytest.mark.parametrize("error", ["#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
def test_errors_that_count_come_back(error: str) -> None:
    broken = {**PAIR, "asociados": error, "transacciones": 16.0}
    assert value("CO11", broken) == error
    assert value("CO01", broken) == 0.75
    assert value("CO01", PAIR, {"asociados_activos": error}) == 0.75
    assert value("CO28", {"gastos_educacion": 1.0}, {"gastos_educacion": error}) == error
    assert call("BS_INDICADOR", error, *ranges(PAIR)) == error
    assert value("CO01", {**PAIR, error: 5.0}) == error
    assert value("CO01", {**PAIR, error: None}) == 0.75
    assert call("BS_SEMAFORO", error) == error
    no_mark = "#N/A" if error == "#DIV/0!" else error  # BS_INDICADOR says so of a value that has none
    assert call("BS_NOTA", "CO01", error) == call("BS_NOTA", "CO19", 0.1, [["previo", error]]) == no_mark
    assert call("BS_NOTA", "CO20", 0.1, [["referencia", error]]) == error
    assert call("BS_TOTAL", [["P1"], ["P2"]], [[5.0], [error]]) == error
    assert call("BS_TOTAL", [["P1"], [error]], [[5.0], [5.0]]) == error
    assert call("BS_TOTAL", [["P1"], [error]], [[5.0], [None]]) == 5.0


def test_an_input_in_two_rows() -> None:
    names = [["asociados_activos"], ["asociados_habiles"], ["Asociados hábiles"]]
    for other, shown in ((4.0, 0.75), (None, 0.75)):
        assert call("BS_INDICADOR", "CO01", names, [[3.0], [4.0], [other]]) == shown
    told = reason("BS_INDICADOR", "CO01", names, [[3.0], [4.0], [5.0]])
    assert "[N06]" in told
    assert "fila 2, fila 3" in told


def test_a_name_that_looks_like_the_one_missing_is_asked_about() -> None:
    wrong = ranges({"asociados": 8.0, "asociado_activo": 3.0, "asociados_habiles": 4.0, "transacciones": 16.0})
    told = reason("BS_INDICADOR", "CO01", *wrong)
    assert "[U60] «asociado_activo»" in told
    assert "falta «asociados_activos»" in told
    assert call("BS_INDICADOR", "CO11", *wrong) == 2.0
    assert "[U60]" in reason("BS_INDICADOR", "CO01", *ranges({"Asociados hábil": 4.0, "asociados_activos": 3.0}))
    assert value("CO01", {"Datos": 2023.0, "asociados_habiles": 4.0, "Asociados": "ver acta"}) == "#N/A"
    assert value("CO01", {"asociados_habiles": 4.0, "Empleados de planta": 35.0}) == "#N/A"
    assert value("CO01", {"asociados_habiles": 4.0, "asociado_activo": None}) == "#N/A"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("CO99", [["asociados"]], [[1.0]]), "U64"), (("E9", [["asociados"]], [[1.0]]), "U64"),
        (("CO01", [["asociados"]], [[1.0]], None, "pais=ec"), "U64"),
        (("CO01", [["asociados"]], [[1.0]], None, "pais=pe"), "U26"),
        (("CO01", [["asociados"]], [[1.0]], None, "perfil=woccu"), "U25"),
        (("CO01", [["asociados"]], [[1.0]], None, "colombia"), "U29"),
        ((None, [["asociados"]], [[1.0]]), "U23"), (([["CO01"], ["CO02"]], [["asociados"]], [[1.0]]), "U35"),
        (("CO01", None, [[1.0]]), "U23"), (("CO01", [["asociados"], ["activo"]], None), "U23"),
        (("CO01", [["asociados"], ["activo"]], [[1.0]]), "U33"),
        (("CO01", [["asociados"], ["activo"]], [[1.0], [2.0]], [[1.0]]), "U33"),
        (("CO01", [["1"], ["14"]], [[1.0], [2.0]]), "U61"), (("P101", [["aportes_amortizados"]], [[1.0]]), "U61"),
        (("CO01", [[{1: 2}]], [[1.0]]), "U32"),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be(arguments: tuple[object, ...], code: str) -> None:
    assert f"[{code}]" in reason("BS_INDICADOR", *arguments)


def test_the_country_can_be_said() -> None:
    names = ranges({"socios_activos": 3.0, "socios": 4.0})
    for options in (None, "pais=EC", [["País", "ec"]]):
        assert call("BS_INDICADOR", "p101", *names, None, options) == 0.75


# --- marks, lights and total ------------------------------------------------------------------------------------------


def test_a_mark_of_a_change_needs_the_year_before() -> None:
    assert call("BS_NOTA", "CO19", 0.05) == "#N/A"
    assert call("BS_NOTA", "CO19", 0.05, "previo=") == "#N/A"
    assert call("BS_NOTA", "CO19", 0.05, [["previo", "#N/A"]]) == "#N/A"
    assert [call("BS_NOTA", "CO19", now, "previo=5%") for now in (0.04, 0.05, "5,26%")] == [0.0, 5.0, 10.0]
    assert call("BS_NOTA", "CO01", 0.6, "previo=5%") == call("BS_NOTA", "CO01", 0.6) == 10.0
    assert "[N02]" in reason("BS_NOTA", "CO19", 0.05, "previo=poco")


def test_a_mark_on_a_scale_needs_its_reference() -> None:
    """CPI 9.28 %: below +2 points is level 1, up to +5 is 2, above is 3 (CO20, purpose of the row)."""
    assert call("BS_NOTA", "CO20", 0.12) == "#N/A"
    growths = (-0.3393, 0.1127, 0.1128, 0.1428, "14,29 %")
    assert [call("BS_NOTA", "CO20", g, "referencia=9,28%") for g in growths] == [0.0, 0.0, 5.0, 5.0, 10.0]
    assert "[N10]" in reason("BS_NOTA", "CO20", 0.12, "referencia=9,28")


def test_values_are_fractions_or_carry_their_sign() -> None:
    options = "puntos=0:0 | 200%:10"
    for written in (1.0313, "103,13 %"):
        assert call("BS_NOTA", "CO01", written, options) == pytest.approx(5.1565)
    assert call("BS_NOTA", "CO11", 16.21, "puntos=0:0 | 20:10") == pytest.approx(8.105)
    assert "[N02]" in reason("BS_NOTA", "CO11", "16 %")
    assert "[N02]" in reason("BS_NOTA", "CO01", "casi todos")


@pytest.mark.parametrize("nothing", [None, "", "#N/A", "no aplica"])
def test_no_value_no_mark(nothing: object) -> None:
    assert call("BS_NOTA", "CO01", nothing) == "#N/A"
    assert call("BS_SEMAFORO", nothing if nothing != "no aplica" else "N/A") == "N/A"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("puntos=0:0", "U65"), ("puntos=0:0 | 1:11", "U65"), ("puntos=1:0 | 0:10", "U65"), ("modo=escalones", "U65"),
        ("modo=curva; puntos=0:0 | 1:10", "U65"), ("sobre=escala; puntos=1:0 | 3:10", "U65"), ("puntos=0 | 1", "U26"),
        ("puntos=0:0 | mucho:10", "U26"), ("puntos=0:0 | 1,250:10", "U26"), ("si=bien", "U26"), ("cero=0", "U25"),
    ],
)  # fmt: skip
def test_thresholds_that_cannot_be(options: str, code: str) -> None:
    assert f"[{code}]" in reason("BS_NOTA", "CO01", 0.5, options)


def test_lights_by_the_bundled_limits_or_own_ones() -> None:
    limits = {(t.green, t.amber) for t in map(load_thresholds, ("colombia", "ecuador"))}
    assert len(limits) == 1  # else BS_SEMAFORO could not do without a country
    green, amber = limits.pop()
    marks = (10.0, green, green - 0.001, amber, amber - 0.001, 0.0)
    assert [call("BS_SEMAFORO", m) for m in marks] == ["Verde", "Verde", "Amarillo", "Amarillo", "Rojo", "Rojo"]
    assert [call("BS_SEMAFORO", m, "verde=9; amarillo=8,5") for m in (9.0, 8.6, 8.4)] == ["Verde", "Amarillo", "Rojo"]
    assert call("BS_SEMAFORO", 7.6, [["Verde", 8.0], ["País", "co"]]) == "Amarillo"
    assert "[U65]" in reason("BS_SEMAFORO", 5.0, "verde=5; amarillo=8")
    assert "[U62]" in reason("BS_SEMAFORO", 98.0)
    assert "[U62]" in reason("BS_SEMAFORO", "bien")


def test_total_leaves_out_what_has_no_mark() -> None:
    rows = [["P1"], ["P1"], ["P2"], ["P3"], ["P3"]]
    marks: list[list[object]] = [[10.0], [5.0], ["#N/A"], [None], [4.0]]
    assert call("BS_TOTAL", rows, marks) == (7.5 + 4.0) / 2
    assert call("BS_TOTAL", rows, marks, "sin_nota=cero") == (7.5 + 2.0) / 2
    assert call("BS_TOTAL", rows, [[None], [""], ["N/A"], ["#N/A"], [None]]) == "#N/A"
    assert call("BS_TOTAL", [["P1"], ["P2"]], [[0.0], [None]]) == 0.0


def test_principles_by_id_number_or_name() -> None:
    names = [["principio 2"], [2.0], ["p2"], ["Control Democrático"], ["Adhesión voluntaria, responsable y abierta"],
             ["Compromiso con la comunidad"]]  # fmt: skip
    assert call("BS_TOTAL", names, [*[[10.0]] * 5, [5.0]]) == 7.5


def test_rows_that_are_no_indicators() -> None:
    principles: list[list[object]] = [["Principio"], ["P1"], ["P2"], [None], ["Total"]]
    marks: list[list[object]] = [[2023.0], [10.0], [5.0], [None], [None]]
    assert call("BS_TOTAL", principles, marks) == 7.5
    for row in (3, 4):
        counted = [list(one) for one in marks]
        counted[row] = [7.5]
        assert "[U63]" in reason("BS_TOTAL", principles, counted)
    misspelled = [["Pl"], ["P2"]]
    assert "[U63] junto a una nota, «Pl»" in reason("BS_TOTAL", misspelled, [[10.0], [5.0]])
    assert "[U62]" in reason("BS_TOTAL", [["P1"]], [[98.0]])
    assert "[U33]" in reason("BS_TOTAL", [["P1"], ["P2"]], [[9.0]])
    assert "[U23]" in reason("BS_TOTAL", None, [[9.0]])
    assert "[U26]" in reason("BS_TOTAL", [["P1"]], [[9.0]], "sin_nota=media")
