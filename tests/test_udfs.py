"""The cell functions as plain Python: their table, and what a cell shows for good and bad arguments."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile
from xl_perlas.model import Result, Status
from xl_perlas.problems import PerlasError, problem
from xl_perlas.report import calculate
from xl_perlas.udfs import cells, diagnosis, functions, options
from xl_perlas.udfs.functions import FUNCTIONS, INDICATORS, MAX_HELP, TABLE, Function, function
from xl_perlas.udfs.inputs import read_inputs

#: A tiny balance: E1 = 14 / 1 = 0.75, E8 = (33 + 34) / 1 = 0.10.
SMALL = {
    "1": 1000.0, "11": 250.0, "14": 750.0, "2": 800.0, "21": 800.0, "3": 200.0, "33": 60.0, "34": 40.0, "31": 100.0,
}  # fmt: skip
EARLIER = {**SMALL, "1": 800.0, "14": 600.0, "11": 200.0}


def call(name: str, *arguments: object) -> Any:
    return function(name)(*arguments)


def ranges(chart: dict[Any, Any]) -> tuple[list[list[Any]], list[list[Any]]]:
    return [[code] for code in chart], [[figure] for figure in chart.values()]


def value(name: str, chart: dict[Any, Any], *more: object) -> Any:
    return call(name, *ranges(chart), *more)


def reason() -> str:
    return str(call("PERLAS_DIAG"))


@pytest.fixture(autouse=True)
def _no_old_failures() -> Iterator[None]:
    diagnosis.forget_failures()
    yield
    diagnosis.forget_failures()


@pytest.fixture
def sheet(banco_indigena: Balance) -> dict[str, Any]:
    """The bundled charts as ranges: `codes`, and a column a year."""
    columns = {
        period.label: [[v] for v in values]
        for period, values in zip(banco_indigena.periods, banco_indigena.values, strict=True)
    }
    wide = [list(row) for row in zip(*banco_indigena.values, strict=True)]
    return {"codes": [[code] for code in banco_indigena.chart.codes], "wide": wide, **columns}


def as_cell(result: Result) -> float | str:
    errors = {Status.NO_DATA: "#N/A", Status.NOT_APPLICABLE: "#N/A", Status.ZERO_DENOMINATOR: "#DIV/0!"}
    return errors[result.status] if result.value is None else result.value


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_woccu_indicator_has_a_function() -> None:
    assert set(INDICATORS) == set(load_profile("woccu").indicators)
    assert len(INDICATORS) == 45
    assert {f.name for f in FUNCTIONS} >= {f"PERLAS_{key}" for key in INDICATORS}


def test_released_signatures() -> None:
    ranges = ("codigos", "saldos", "saldos_previos", "opciones")
    general = {
        "PERLAS": ("indicador", *ranges), "PERLAS_MATRIZ": ranges, "PERLAS_DETALLE": ("indicador", *ranges),
        "PERLAS_META": ("indicador", "opciones"), "PERLAS_CUMPLE": ("indicador", *ranges),
        "BALANCE_VALIDAR": ranges, "PERLAS_VERSION": (), "PERLAS_DIAG": ("opciones",),
        **dict.fromkeys(("AHP_PESOS", "AHP_LAMBDA", "AHP_RC", "AHP_DIAGNOSTICO"), ("matriz", "opciones")),
        "PERLAS_PUNTAJE": ("veredictos", "pesos", "opciones"), "PERLAS_CALIFICACION": ("puntaje", "opciones"),
        "CAMEL_NOTA": ("indicador", "valor", "media", "desviacion", "opciones"),
        "CAMEL_TOTAL": ("indicadores", "calificaciones", "opciones"),
        **dict.fromkeys(("ANALISIS_HORIZONTAL", "ANALISIS_VERTICAL", "ANALISIS_TENDENCIA"), ranges),
        "SEPS_INDICADOR": ("indicador", *ranges), "PERCENTIL_PAR": ("valor", "pares", "opciones"),
        "BS_INDICADOR": ("indicador", "datos", "valores", "valores_previos", "opciones"),
        "BS_NOTA": ("indicador", "valor", "opciones"), "BS_SEMAFORO": ("nota", "opciones"),
        "BS_TOTAL": ("principios", "notas", "opciones"),
    }  # fmt: skip
    expected = {**general, **{f"PERLAS_{key}": ranges for key in INDICATORS}}
    assert {f.name: tuple(a.name for a in f.arguments) for f in FUNCTIONS} == expected


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda f: f.name)
def test_names_and_texts(one: Function) -> None:
    assert re.fullmatch(r"(PERLAS|BALANCE|AHP|CAMEL|ANALISIS|SEPS|PERCENTIL|BS)(_[A-Z0-9]+)?", one.name)
    assert len(one.wizard_text) <= MAX_HELP
    assert f"Ejemplo: ={one.name}(" in one.wizard_text
    assert all(0 < len(a.help) <= MAX_HELP for a in one.arguments)
    assert [a.optional for a in one.arguments] == sorted(a.optional for a in one.arguments)


def test_the_table_stands_when_definitions_do_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str = "") -> object:
        raise PerlasError(problem("D01", detail="TOML roto"))

    monkeypatch.setattr(functions, "load_profile", broken)
    monkeypatch.setattr(diagnosis, "load_profile", broken)
    assert functions._indicator("E9").help == "Indicador E9 de PERLAS."
    text = reason()
    assert "Hay problemas" in text
    assert "TOML roto" in text
    assert "Todo en orden" not in text


# --- parity with the engine -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2010", "2011"])
def test_single_functions_equal_the_report(banco_indigena: Balance, sheet: dict[str, Any], year: str) -> None:
    report = calculate(banco_indigena)
    before = str(int(year) - 1)
    arguments = (sheet["codes"], sheet[year], sheet[before])
    expected = {key: as_cell(report.result(key, year)) for key in INDICATORS}
    assert {key: call(f"PERLAS_{key}", *arguments) for key in INDICATORS} == expected
    assert {key: call("PERLAS", key.lower(), *arguments) for key in INDICATORS} == expected
    matrix = call("PERLAS_MATRIZ", *arguments)
    assert matrix[0] == ["Indicador", "periodo actual"]
    assert dict(matrix[1:]) == expected


def test_matrix_equals_the_report(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    report = calculate(banco_indigena)
    expected = [[key, *map(as_cell, row)] for key, row in report.results.items()]
    headed = call("PERLAS_MATRIZ", [["codigo"], *sheet["codes"]], [[2009.0, 2010.0, 2011.0], *sheet["wide"]])
    assert headed == [["Indicador", "2009", "2010", "2011"], *expected]
    bare = call("PERLAS_MATRIZ", sheet["codes"], sheet["wide"])
    assert bare == [["Indicador", "periodo 1", "periodo 2", "periodo 3"], *expected]
    dated = call("PERLAS_MATRIZ", sheet["codes"], sheet["wide"], None, "periodo=2011")
    assert dated == [["Indicador", "2009", "2010", "2011"], *expected]


@pytest.mark.parametrize("mode", ["acumulado", "doce_meses"])
def test_matrix_of_months_equals_the_report(banco_indigena: Balance, sheet: dict[str, Any], mode: str) -> None:
    codes = banco_indigena.chart.codes
    months = ("2010-06-30", "2010-12-31", "2011-06-30")
    balance = Balance.build(codes, dict(zip(months, banco_indigena.values, strict=True)))
    report = calculate(balance, mode=mode)
    header = [dt.datetime(2010, 6, 30), 40543.0, "jun-2011"]  # a date, Excel's number of 31 December 2010, a text
    table = call("PERLAS_MATRIZ", [["codigo"], *sheet["codes"]], [header, *sheet["wide"]], None, f"modo={mode}")
    assert table == [["Indicador", *months], *([k, *map(as_cell, row)] for k, row in report.results.items())]


def test_columns_in_any_order_keep_their_place(sheet: dict[str, Any]) -> None:
    codes = [["codigo"], *sheet["codes"]]
    forward = call("PERLAS_MATRIZ", codes, [[2009.0, 2010.0, 2011.0], *sheet["wide"]])
    backward = call("PERLAS_MATRIZ", codes, [[2011.0, 2010.0, 2009.0], *(row[::-1] for row in sheet["wide"])])
    assert [[row[0], *row[:0:-1]] for row in backward] == forward


# --- which period a column is -----------------------------------------------------------------------------------------

INCOME = {**SMALL, "4": 40.0, "45": 40.0, "5": 70.0, "51": 70.0}


def test_income_of_half_a_year_is_annualised() -> None:
    r9 = 40.0 / 900.0
    assert value("PERLAS_R9", INCOME, ranges(EARLIER | {"4": 1.0, "45": 1.0, "5": 1.0, "51": 1.0})[1]) == r9
    previous = ranges({**EARLIER, "4": 1.0, "45": 1.0, "5": 1.0, "51": 1.0})[1]
    assert value("PERLAS_R9", INCOME, previous, "periodo=2011-6") == pytest.approx(2 * r9)
    headed = {"codigo": dt.datetime(2011, 6, 30), **INCOME}
    assert value("PERLAS_R9", headed, [["previo"], *previous]) == pytest.approx(2 * r9)
    assert value("PERLAS_R9", headed, [["previo"], *previous], "periodo=2011") == r9


def test_without_previous_balances_growth_has_no_value() -> None:
    assert value("PERLAS_S11", SMALL) == "#N/A"
    assert value("PERLAS_S11", SMALL, ranges(EARLIER)[1]) == 0.25
    note = call("PERLAS_DETALLE", "S11", *ranges(SMALL))[-1]
    assert note[0] == "Nota"
    assert "[E03] falta el periodo anterior," in note[1]
    dated = call("PERLAS_DETALLE", "S11", *ranges(SMALL), None, "periodo=2011")[-1]
    assert "[E03] falta el periodo 2010" in dated[1]


def test_previous_balances_are_the_base_of_the_first_column() -> None:
    codes, figures = ranges(SMALL)
    wide = [[a[0], b[0]] for a, b in zip(ranges(EARLIER)[1], figures, strict=True)]
    before = [[v[0] / 2] for v in ranges(EARLIER)[1]]
    growth = {row[0]: row[1:] for row in call("PERLAS_MATRIZ", codes, wide, before)}["S11"]
    assert growth == [1.0, 0.25]
    named = {row[0]: row[1:] for row in call(
        "PERLAS_MATRIZ", [["c"], *codes], [[2010.0, 2011.0], *wide], [[2009.0], *before]
    )}  # fmt: skip
    assert named["Indicador"] == ["2010", "2011"]
    assert named["S11"] == [1.0, 0.25]


def test_what_a_base_is_called() -> None:
    def base(*arguments: object) -> object:
        return call("PERLAS_DETALLE", "S11", *arguments)[2][2]

    codes, figures, earlier = [["c"], *ranges(SMALL)[0]], ranges(SMALL)[1], ranges(EARLIER)[1]
    assert base(codes, [["saldo"], *figures], [["saldo"], *earlier]) == "periodo anterior"
    assert base(codes, [[2011.0], *figures], [["saldo"], *earlier]) == "periodo anterior"
    assert base(codes, [[2011.0], *figures], [["dic-2010"], *earlier]) == "2010-12-31"


def test_years_come_only_from_the_sheet() -> None:
    codes, figures = ranges(SMALL)
    assert read_inputs(codes, figures).year(0) == 0
    assert read_inputs(codes, figures, None, "periodo=2011-6").year(0) == 2011
    assert read_inputs([["c"], *codes], [[2010.0], *figures]).year(0) == 2010
    assert read_inputs(codes, figures).choice.catalog.id == "seps"  # nothing decides: the one in force
    assert read_inputs(codes, figures, None, "periodo=2009").choice.catalog.id == "sbs"


def test_the_period_option_picks_a_column() -> None:
    codes, figures = ranges(SMALL)
    wide = [[a[0], b[0]] for a, b in zip(ranges(EARLIER)[1], figures, strict=True)]
    table = call("PERLAS_MATRIZ", [["c"], *codes], [[2010.0, 2011.0], *wide], None, "periodo=2011")
    assert table[0] == ["Indicador", "2011"]
    assert ["S11", 0.25] in table
    assert call("PERLAS_MATRIZ", [["c"], *codes], [[2010.0, 2011.0], *wide], None, "periodo=2015") == "#VALUE!"
    assert "[U30]" in reason()


@pytest.mark.parametrize("header", [[2010.0, "Saldo"], [2010.0, 2010.0], [2010.0, None]])
def test_headers_that_name_no_period_of_their_own(header: list[object]) -> None:
    codes, figures = ranges(SMALL)
    wide = [[v[0], v[0], v[0]] for v in figures]
    assert call("PERLAS_MATRIZ", [["c"], *codes], [[2009.0, *header], *wide]) == "#VALUE!"
    assert "[U28]" in reason()


def test_trailing_income_needs_named_columns() -> None:
    assert value("PERLAS_R9", INCOME, ranges(INCOME)[1], "modo=doce_meses") == "#VALUE!"
    assert "PERLAS_MATRIZ con una fila de encabezado" in reason()
    assert value("PERLAS_MATRIZ", INCOME, ranges(INCOME)[1], "modo=doce_meses") == "#VALUE!"


# --- what cells hold --------------------------------------------------------------------------------------------------


def test_zero_missing_and_no_base_differ() -> None:
    assert value("PERLAS_E3", SMALL) == 0.0  # 13 is left out among listed assets: it is zero
    assert value("PERLAS_E4", SMALL) == "#N/A"  # entity data that nobody gave
    assert value("PERLAS_E1", {**SMALL, "1": 0.0}) == "#DIV/0!"
    assert value("PERLAS_E1", {**SMALL, "1": None}) == "#N/A"
    assert value("PERLAS_S8", SMALL, ranges({**SMALL, "33": -60.0})[1]) == "#N/A"  # growth from a negative base
    assert value("PERLAS_S6", {**SMALL, "26": 5.0}, ranges({**SMALL, "26": 0.0})[1]) == "#DIV/0!"


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0"])
def test_a_blank_balance_is_an_account_not_listed(blank: object) -> None:
    assert value("PERLAS_E3", {**SMALL, "13": blank}) == 0.0
    assert value("PERLAS_E1", {**SMALL, "14": blank, "1401": blank}) == 0.0


@pytest.mark.parametrize(
    ("code", "spelled"),
    [
        ("1", 1.0), ("1", "1"), ("14", 14), ("14", " 14 "), ("14", "'14"), ("14", "1.4"), ("14", Decimal(14)),
        ("14", "14.0"),
    ],
)  # fmt: skip
def test_codes_as_they_are_written(code: str, spelled: object) -> None:
    assert value("PERLAS_E1", {spelled if c == code else c: v for c, v in SMALL.items()}) == 0.75


@pytest.mark.parametrize("figure", ["750,00", "750.00", Decimal(750), 750, "$ 750,00", "750"])
def test_figures_as_they_are_written(figure: object) -> None:
    assert value("PERLAS_E1", {**SMALL, "14": figure}) == 0.75


@pytest.mark.parametrize("figure", ["1.750", "setecientos", True, dt.datetime(2011, 1, 1), "#SIN DATO!"])
def test_figures_that_leave_doubt_are_not_guessed(figure: object) -> None:
    assert value("PERLAS_E1", {**SMALL, "14": figure}) == "#N/A"
    assert value("PERLAS_E8", {**SMALL, "14": figure}) == 0.10


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
def test_an_error_among_the_accounts_used_comes_back(error: str) -> None:
    broken = {**SMALL, "14": error}
    assert value("PERLAS_E1", broken) == error
    assert value("PERLAS_E8", broken) == 0.10
    table = value("PERLAS_MATRIZ", broken)
    assert ["E1", error] in table
    assert ["E8", 0.10] in table
    assert ["numerador", "14", "periodo actual", 1.0, error, error] in value_of_detail("E1", broken)


def value_of_detail(indicator: str, chart: dict[Any, Any]) -> Any:
    return [row[:6] for row in call("PERLAS_DETALLE", indicator, *ranges(chart))]


def test_errors_without_a_text_of_their_own() -> None:
    spill, missing = -2146826243, "Err:502"  # COM's number of #SPILL!, LibreOffice's text
    assert value("PERLAS_E1", {**SMALL, "14": spill}) == "#N/A"
    assert value("PERLAS_E1", {**SMALL, "14": missing}) == "#N/A"
    assert value("PERLAS_E1", {**SMALL, "14": -2146826265}) == "#REF!"


def test_an_error_in_a_code_with_a_balance_comes_back() -> None:
    assert value("PERLAS_E1", {**SMALL, "#REF!": 5.0}) == "#REF!"
    assert value("PERLAS_E1", {**SMALL, "#REF!": None}) == 0.75


def test_a_code_in_two_rows() -> None:
    codes, figures = ranges(SMALL)
    assert call("PERLAS_E1", [*codes, ["14"]], [*figures, [750.0]]) == 0.75
    assert call("PERLAS_E1", [*codes, ["14"]], [*figures, [None]]) == 0.75
    assert call("PERLAS_E1", [*codes, ["14"]], [*figures, [751.0]]) == "#N/A"
    assert call("PERLAS_E8", [*codes, ["14"]], [*figures, [751.0]]) == 0.10


def test_rows_that_are_no_accounts_are_passed_over() -> None:
    titled = {"COOPERATIVA X": None, None: None, "CÓDIGO": "SALDO", **SMALL, "TOTAL": 99999.0}
    assert value("PERLAS_E1", titled) == 0.75


def test_whole_columns() -> None:
    codes, figures = ranges(SMALL)
    blank = [[None]] * (2**20 - len(codes))
    assert call("PERLAS_E1", codes + blank, figures + blank) == 0.75
    assert call("PERLAS_S11", codes + blank, figures + blank, ranges(EARLIER)[1] + blank) == 0.25
    notes = [["nota al pie"], *blank[1:]]
    assert call("PERLAS_E1", codes + blank, figures + notes) == 0.75


def test_flat_lists_and_tuples_are_columns() -> None:
    assert call("PERLAS_E1", list(SMALL), tuple(SMALL.values())) == 0.75
    assert call("PERLAS_E1", tuple((c,) for c in SMALL), tuple((v,) for v in SMALL.values())) == 0.75


def test_one_account_is_a_balance_too() -> None:
    assert call("PERLAS_P3", [["1"]], [[110.0]]) == "#N/A"
    assert call("PERLAS_S11", [["1"]], [[110.0]], [[100.0]]) == pytest.approx(0.10)
    assert call("PERLAS_S11", "1", 110.0, 100.0) == pytest.approx(0.10)


# --- bad arguments ----------------------------------------------------------------------------------------------------

CODES, FIGURES = ranges(SMALL)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("PERLAS_E1", (CODES, FIGURES[:-1]), "U20"),
        ("PERLAS_E1", (CODES, FIGURES, FIGURES[1:]), "U20"),
        ("PERLAS", ("E99", CODES, FIGURES), "U21"),
        ("PERLAS", ([["E1"], ["E2"]], CODES, FIGURES), "U21"),
        ("PERLAS_META", ("Z1",), "U21"),
        ("PERLAS_E1", ([["caja"], ["bancos"]], [[1.0], [2.0]]), "U22"),
        ("PERLAS_E1", ([[None], [None]], [[1.0], [2.0]]), "U22"),
        ("PERLAS_E1", (None, FIGURES), "U23"),
        ("PERLAS_E1", (CODES, None), "U23"),
        ("PERLAS", (None, CODES, FIGURES), "U23"),
        ("PERLAS_E1", ([c * 2 for c in CODES], FIGURES), "U24"),
        ("PERLAS_E1", (CODES, [f * 2 for f in FIGURES]), "U24"),
        ("PERLAS_MATRIZ", (CODES, [f * 2 for f in FIGURES], None, "periodo=2011-6"), "U31"),
        ("PERLAS_E1", (CODES, FIGURES, None, "perfil=otro"), "D02"),
        ("PERLAS_E1", (CODES, FIGURES, None, "catalogo=niif"), "U26"),
    ],
)
def test_bad_arguments_give_value_error_and_a_reason(name: str, arguments: tuple[object, ...], code: str) -> None:
    assert call(name, *arguments) == "#VALUE!"
    text = reason()
    assert f"{name}: [{code}]" in text
    assert "Qué hacer:" in text


@pytest.mark.parametrize("error", [RuntimeError("roto"), ZeroDivisionError(), RecursionError(), KeyError("x")])
def test_no_exception_reaches_a_cell(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object) -> object:
        raise error

    monkeypatch.setattr(cells, "evaluate_ratio", broken)
    for name in ("PERLAS_E1", "PERLAS_MATRIZ"):
        assert call(name, CODES, FIGURES) == "#VALUE!"
    for name in ("PERLAS_DETALLE", "PERLAS_CUMPLE"):
        assert call(name, "E1", CODES, FIGURES) == "#VALUE!"
    monkeypatch.setattr(cells, "check", broken)
    assert call("BALANCE_VALIDAR", CODES, FIGURES) == "#VALUE!"
    monkeypatch.setattr(diagnosis, "parse_options", broken)
    assert type(error).__name__ in reason()


def test_wrong_number_of_arguments_is_no_exception_either() -> None:
    assert call("PERLAS_E1") == "#VALUE!"
    assert call("PERLAS_VERSION", 1, 2, 3) == "#VALUE!"


def test_cells_that_cannot_be_keys_are_no_exception() -> None:
    assert call("PERLAS_E1", [[{}], ["1"]], [[1.0], [2.0]]) == "#VALUE!"


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "periodo=2011; inflacion=3,5%",
        " Período = 2011 ; INFLACIÓN = 0,035 ;",
        "inflacion=0.035;periodo=31/12/2011;tasa_pasiva=;perfil=",
        "periodo=40908\ninflacion=3.5 %",
        [["Clave", "Valor"], ["periodo", 2011.0], ["inflacion", Decimal("0.035")], ["tasa_pasiva", None], [None, None]],
        [["periodo", dt.datetime(2011, 12, 31)], ["inflacion", 0.035]],
        [["periodo=2011"], ["inflacion=3,5%"]],
    ],
)
def test_ways_to_write_options(given: object) -> None:
    read = options.parse_options(given)
    assert read.period is not None
    assert read.period.key == (2011, 12)
    assert dict(read.parameters) == {"inflacion": pytest.approx(0.035)}
    assert (read.profile, read.catalog, read.mode) == ("woccu", "auto", "acumulado")


@pytest.mark.parametrize("given", [None, "", "  ", [[None]], "inflacion=; perfil= ;"])
def test_options_left_out(given: object) -> None:
    assert options.parse_options(given) == options.Options()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("inflación anual=3%", "U25"), ("inflacion=mucha", "U26"), ("inflacion=3,5", "U26"), ("inflacion=#N/A", "U26"),
        ("periodo=ayer", "U26"), ("modo=siempre", "U26"), ("inflacion=1%;inflacion=2%", "U26"), ("2011", "U29"),
        ("perfil=woccu, catalogo=sbs", "U29"), ([["a", "b", "c"]], "U29"), ([["inflacion", True]], "U26"),
    ],
)  # fmt: skip
def test_bad_options(given: object, code: str) -> None:
    assert call("PERLAS_E1", CODES, FIGURES, None, given) == "#VALUE!"
    assert f"[{code}]" in reason()
    diagnosis.forget_failures()
    assert f"[{code}]" in call("PERLAS_DIAG", given)


def test_parameters_enter_the_formulas() -> None:
    arrears = {**SMALL, "1499": -30.0, "1425": 100.0, "142505": 100.0}
    assert value("PERLAS_P2", arrears) == pytest.approx(30.0 / 35.0)
    assert value("PERLAS_P2", arrears, None, "provision_1_12m=60%") == pytest.approx(0.5)


def test_the_catalogue_can_be_fixed() -> None:
    arrears = {**SMALL, "1499": -30.0, "1425": 100.0, "142505": 100.0}  # vencida in one, no devenga in the other
    sbs_only = {**SMALL, "1499": -30.0, "1411": 100.0, "141105": 100.0}
    assert value("PERLAS_A1", sbs_only) == pytest.approx(100 / 780)
    assert value("PERLAS_A1", sbs_only, None, "catalogo=seps") == 0.0
    assert value("PERLAS_A1", arrears, None, "catalogo=sbs") == pytest.approx(100 / 780)


# --- goals, detail, validation, diagnosis -----------------------------------------------------------------------------


def test_goals_show_their_parameters() -> None:
    assert call("PERLAS_META", "E9") == ">= 10%"
    assert call("PERLAS_META", "r5", "inflacion=3,5%") == "> inflacion (3,5%); >= tasa_depositos_ahorro (sin dato)"


def test_verdicts() -> None:
    assert value_of_meets("E1", SMALL) == "Cumple"
    assert value_of_meets("E3", {**SMALL, "13": 500.0}) == "No cumple"
    assert value_of_meets("E4", SMALL) == "Sin veredicto"
    assert value_of_meets("P4", SMALL) == "Sin veredicto"  # minimise: no number to meet


def test_a_verdict_without_its_parameter_is_not_a_pass() -> None:
    earlier = ranges(EARLIER)[1]
    assert call("PERLAS_CUMPLE", "S11", CODES, FIGURES, earlier) == "Sin veredicto"
    assert call("PERLAS_CUMPLE", "S11", CODES, FIGURES, earlier, "inflacion=3%") == "Cumple"
    assert call("PERLAS_CUMPLE", "S11", CODES, FIGURES, earlier, "inflacion=20%") == "No cumple"


def test_verdicts_equal_the_report(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    report = calculate(banco_indigena)
    words = {True: "Cumple", False: "No cumple", None: "Sin veredicto"}
    given = {key: call("PERLAS_CUMPLE", key, sheet["codes"], sheet["2011"], sheet["2010"]) for key in INDICATORS}
    assert given == {key: words[report.verdict(key, "2011").meets] for key in INDICATORS}


def value_of_meets(indicator: str, chart: dict[Any, Any]) -> Any:
    return call("PERLAS_CUMPLE", indicator, *ranges(chart))


def test_detail_adds_up() -> None:
    table = call("PERLAS_DETALLE", "E8", CODES, FIGURES, None, "periodo=2011")
    assert table[0] == ["Parte", "Cuenta", "Periodo", "Coeficiente", "Saldo", "Aporte", "Nombre en el catálogo"]
    words = {row[0]: row[1] for row in table if row[0] in ("Definición", "Fuente")}
    assert words["Definición"] == "capital institucional ÷ activo total"
    assert "p. " in words["Fuente"]
    assert all(row[6] for row in table if row[0] in ("numerador", "denominador"))
    accounts = [row for row in table if row[0] in ("numerador", "denominador")]
    assert all(row[3] * row[4] == row[5] for row in accounts)
    totals = {row[0]: row[5] for row in table if row[0].startswith("Total")}
    assert totals["Total numerador"] == sum(row[5] for row in accounts if row[0] == "numerador")
    assert totals["Total denominador"] == sum(row[5] for row in accounts if row[0] == "denominador") == 1000.0
    assert table[-1][:3] == ["Valor", "E8", "2011"]
    assert table[-1][5] == totals["Total numerador"] / totals["Total denominador"]


def test_detail_says_what_is_missing() -> None:
    table = value_of_detail("E4", SMALL)
    assert ["numerador", "INVERSIONES_NO_FINANCIERAS", "periodo actual", 1.0, "#N/A", "#N/A"] in table
    assert ["Total numerador", "", "", "", "", "#N/A"] in table
    assert ["Total denominador", "", "", "", "", 1000.0] in table
    assert "[E02]" in table[-1][1]


def test_validation_lists_problems(sheet: dict[str, Any]) -> None:
    table = call("BALANCE_VALIDAR", [["codigo"], *sheet["codes"]], [[2009.0, 2010.0, 2011.0], *sheet["wide"]])
    assert table[0] == ["Código", "Gravedad", "Periodo", "Cuentas", "Diferencia", "Causa", "Qué hacer"]
    breaks = {(row[0], row[2], row[3]): row[4] for row in table[1:] if row[1] == "error"}
    assert breaks[("C01", "2011", "4")] == pytest.approx(-90.0)
    assert breaks[("C01", "2010", "1899")] == pytest.approx(-90.0)
    assert all(len(row) == 7 and row[5] and row[6] for row in table)


def test_validation_finds_cells_that_cannot_be_used() -> None:
    codes, figures = ranges({**SMALL, "13": "1.750", "16": "#REF!"})
    table = call("BALANCE_VALIDAR", [*codes, ["14"], ["33"]], [*figures, [751.0], [60.0]])
    found = {row[0] for row in table[1:]}
    assert {"B21", "B24", "B10", "B09"} <= found
    assert any("fila 3, fila 12" in row[5] for row in table[1:] if row[0] == "B10")


def test_a_sound_balance_has_no_problems() -> None:
    sound = {**SMALL, "1411": 0.0, "1401": 750.0}
    assert call("BALANCE_VALIDAR", *ranges(sound), None, "catalogo=sbs") == [["Sin problemas"]]


def test_diagnosis_of_a_sound_installation() -> None:
    text = reason()
    assert f"xl-perlas {call('PERLAS_VERSION')}" in text
    assert "Todo en orden" in text
    assert "#VALUE!" not in text


def test_tables_are_rectangular() -> None:
    for one in FUNCTIONS:
        if one.returns == TABLE:
            first = {"indicador": ("E1", CODES, FIGURES), "matriz": ([[1, 3], [None, 1]],)}
            table = one(*first.get(one.arguments[0].name, (CODES, FIGURES)))
            assert isinstance(table, list)
            assert len({len(row) for row in table}) == 1, one.name


def test_cells_need_neither_numpy_nor_a_spreadsheet() -> None:
    script = (
        "import sys\n"
        "from xl_perlas.udfs.functions import function\n"
        "assert function('PERLAS_E1')([['1'], ['14']], [[4.0], [3.0]]) == 0.75\n"
        "assert len(function('PERLAS_MATRIZ')([['1'], ['14']], [[4.0, 5.0], [3.0, 4.0]])) == 46\n"
        "function('BALANCE_VALIDAR')([['1'], ['14']], [[4.0], [3.0]])\n"
        "assert function('AHP_PESOS')([[1, 3], ['', 1]]) == [[0.75], [0.25]]\n"
        "assert len(function('AHP_DIAGNOSTICO')([[1, 3], ['', 1]])) >= 12\n"
        "assert function('PERLAS_PUNTAJE')([['SI']], [[1.0]]) == 100.0\n"
        "assert function('CAMEL_NOTA')('IF112', 21.2, 15.01, 3.06) == 1\n"
        "data = [['asociados_activos'], ['asociados_habiles']]\n"
        "assert function('BS_INDICADOR')('CO01', data, [[3.0], [4.0]]) == 0.75\n"
        "assert function('BS_NOTA')('CO01', 0.75) == 10\n"
        "assert function('BS_SEMAFORO')(10.0) == 'Verde'\n"
        "assert function('BS_TOTAL')([['P1'], ['P2']], [[10.0], [5.0]]) == 7.5\n"
        "heavy = {'numpy', 'pandas', 'openpyxl', 'xlwings', 'python_calamine'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_account_at_zero_per_cent_decides_nothing() -> None:
    """The Tulcán thesis multiplies 1401 by 0 %: it is shown, but an error there changes neither value nor total."""
    chart = {**SMALL, "1401": "#REF!", "1425": 100.0, "142505": 100.0, "1499": -30.0}
    opciones = "perfil=tulcan_2016;catalogo=seps"
    sound = value("PERLAS_P2", {**chart, "1401": 680.0}, None, opciones)
    assert isinstance(sound, float)
    assert value("PERLAS_P2", chart, None, opciones) == sound
    assert value("PERLAS_P2", {**chart, "1499": "n/d"}, None, opciones) == "#N/A"
    table = call("PERLAS_DETALLE", "P2", *ranges(chart), None, opciones)
    assert ["denominador", "1401", "periodo actual", 0.0, "#REF!", "#REF!"] in [row[:6] for row in table]
    totals = {row[0]: row[5] for row in table}
    assert totals["Total numerador"] / totals["Total denominador"] == pytest.approx(sound)


def test_an_indicator_that_the_profile_leaves_out() -> None:
    omitted = sorted(set(INDICATORS) - set(load_profile("tulcan_2016").indicators))
    assert omitted
    assert value(f"PERLAS_{omitted[0]}", SMALL, None, "perfil=tulcan_2016") == "#VALUE!"
    assert "[U21] el perfil tulcan_2016 no tiene" in reason()


def test_own_accounts_through_options() -> None:
    chart = {**SMALL, "51": 30.0, "5104": 20.0, "52": 5.0, "54": 10.0, "540110": 4.0}
    plain = call("PERLAS_DETALLE", "R1", *ranges(chart), None, None)
    own = call("PERLAS_DETALLE", "R1", *ranges(chart), None, "cuentas=ingresos_prestamos:+540110, depositos:-2105")
    assert not any("540110" in row for row in plain)
    assert any("540110" in row and row[3] == 1.0 for row in own)


@pytest.mark.parametrize("text", ["cuentas=540110", "cuentas=resultado", "cuentas=capital_institucional_neto:+11",
                                  "cuentas=no_existe:+11"])  # fmt: skip
def test_own_accounts_that_make_no_sense(text: str) -> None:
    assert call("PERLAS_E1", *ranges(SMALL), None, text) == "#VALUE!"
