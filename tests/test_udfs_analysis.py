"""The functions of financial analysis: what a chart's ranges give, in each of its rows, and what they refuse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import classic_host
import pytest

from xl_perlas.analysis import analyse
from xl_perlas.balance import Balance
from xl_perlas.udfs.diagnosis import diagnose, forget_failures
from xl_perlas.udfs.functions import MAX_HELP, function

NAMES = ("ANALISIS_HORIZONTAL", "ANALISIS_VERTICAL", "ANALISIS_TENDENCIA")
EXCEL = "xl_perlas.udfs.excel.xlwings_udfs"


def call(name: str, *arguments: object) -> Any:
    return function(name)(*arguments)


def reason(name: str, *arguments: object) -> str:
    forget_failures()
    assert call(name, *arguments) == "#VALUE!"
    return diagnose()


def column(values: Any) -> list[list[object]]:
    return [[value] for value in values]


@pytest.fixture
def sheet(banco_indigena: Balance) -> dict[str, Any]:
    """The bundled charts as a sheet holds them: `codes` and a column a year, `wide` under a row of titles."""
    codes = banco_indigena.chart.codes
    wide = [[p.label for p in banco_indigena.periods], *map(list, zip(*banco_indigena.values, strict=True))]
    years = {p.label: column(v) for p, v in zip(banco_indigena.periods, banco_indigena.values, strict=True)}
    return {"codes": column(codes), "titled": column(["Código", *codes]), "wide": wide, **years}


# --- the engine's figures, each in its row ----------------------------------------------------------------------------


def test_changes_stand_in_the_row_of_their_account(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    table = call("ANALISIS_HORIZONTAL", sheet["codes"], sheet["2011"], sheet["2010"])
    analysis = analyse(banco_indigena)
    assert len(table) == len(banco_indigena.chart.codes)
    errors = {"desde_cero": "#DIV/0!", "cero_a_cero": "#DIV/0!"}
    for code, row in zip(banco_indigena.chart.codes, table, strict=True):
        change = analysis.change(code, "2011")
        assert row == [f.value if f.value is not None else errors.get(str(f.state), "#N/A")
                       for f in (change.absolute, change.relative)], code  # fmt: skip
    assert table[banco_indigena.chart.row["14"]] == pytest.approx([25486.23, 0.3896], abs=5e-5)


def test_several_periods_have_titles_where_the_chart_has_them(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    table = call("ANALISIS_HORIZONTAL", sheet["titled"], sheet["wide"])
    assert table[0] == [f"Variación {kind} {year}" for year in (2009, 2010, 2011) for kind in ("absoluta", "relativa")]
    row = table[1 + banco_indigena.chart.row["11"]]
    assert row[:2] == ["#N/A", "#N/A"], "2009 has nothing to compare with"
    assert row[2:] == pytest.approx([1439.35, 0.985242, 7797.29, 2.688480], abs=1e-5)
    only = call("ANALISIS_HORIZONTAL", sheet["titled"], sheet["wide"], None, "periodo=2011")
    assert only[1 + banco_indigena.chart.row["11"]] == row[4:]


def test_shares(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    table = call("ANALISIS_VERTICAL", sheet["titled"], sheet["wide"])
    assert table[0] == ["2009", "2010", "2011"]
    analysis, at = analyse(banco_indigena), banco_indigena.chart.row
    for code in ("1", "14", "21", "36", "41", "51"):
        assert table[1 + at[code]] == [analysis.share(code, year).share.value for year in ("2009", "2010", "2011")]
    assert table[1 + at["59"]] == ["#N/A"] * 3
    assert call("ANALISIS_VERTICAL", sheet["codes"], sheet["2011"]) == [row[2:] for row in table[1:]]


def test_trends(banco_indigena: Balance, sheet: dict[str, Any]) -> None:
    table = call("ANALISIS_TENDENCIA", sheet["titled"], sheet["wide"])
    assert table[0] == ["Promedio", "Pendiente anual", "R²", "Crecimiento anual"]
    found = analyse(banco_indigena).trend("1")
    row = table[1 + banco_indigena.chart.row["1"]]
    assert row == [found.mean.value, found.slope.value, found.r_squared.value, found.growth.value]
    assert row[3] == pytest.approx((111766.18 / 70936.08) ** 0.5 - 1)
    previous = call("ANALISIS_TENDENCIA", sheet["codes"], [row[1:] for row in sheet["wide"][1:]], sheet["2009"])
    assert previous[banco_indigena.chart.row["1"]] == pytest.approx(row), "the previous balances are part of the series"


def test_rows_without_an_account_stay_blank_and_repeated_codes_agree() -> None:
    codes = column(["ACTIVO", 1, "", "11 ", 11, "TOTAL", "SOCIOS", None])
    table = call("ANALISIS_HORIZONTAL", codes, column([None, 120, None, 30, 30, 150, 9, None]),
                 column([None, 100, None, 20, 20, 120, 8, None]))  # fmt: skip
    assert table[0] == ["Variación absoluta", "Variación relativa"]
    assert table[1] == pytest.approx([20, 0.2])
    assert table[2] == table[5] == ["", ""]
    assert table[3] == table[4] == pytest.approx([10, 0.5])
    assert len(table) in (5, 7)
    assert all(row == ["", ""] for row in table[5:])


# --- what has no value ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        (0, 5, [5, "#DIV/0!"]), (0, 0, [0, "#DIV/0!"]), (-4, 5, [9, "#N/A"]), (4, "#REF!", ["#REF!", "#REF!"]),
        ("#NAME?", 4, ["#NAME?", "#NAME?"]), ("n/d", 4, ["#N/A", "#N/A"]), ("1.250,50", "2.501,00", [1250.5, 1.0]),
    ],
)  # fmt: skip
def test_cells(before: object, now: object, shown: list[object]) -> None:
    table = call("ANALISIS_HORIZONTAL", column([1, 13]), column([100.0, now]), column([100.0, before]))
    assert table == [[0, 0], shown]


def test_without_previous_balances_and_with_one_period() -> None:
    codes, now = column([1, 11]), column([100.0, 25.0])
    assert call("ANALISIS_HORIZONTAL", codes, now) == [["#N/A", "#N/A"]] * 2
    assert call("ANALISIS_VERTICAL", codes, now) == [[1.0], [0.25]]
    assert call("ANALISIS_TENDENCIA", codes, now) == [[100.0, "#N/A", "#N/A", "#N/A"], [25.0, "#N/A", "#N/A", "#N/A"]]


def test_zero_assets() -> None:
    assert call("ANALISIS_VERTICAL", column([1, 11]), column([0.0, 0.0])) == [["#DIV/0!"], ["#DIV/0!"]]


def test_months_compare_by_their_dates_and_a_pair_of_columns_by_its_place() -> None:
    codes = column(["", 1, 11, 5, 51])
    months = [["2010-06", "2010-12", "2011-06"], [80, 100, 120], [80, 100, 120], [30, 70, 45], [30, 70, 45]]
    table = call("ANALISIS_HORIZONTAL", codes, months, None, "periodo=2011-6")
    assert [row[1] for row in table[1:]] == pytest.approx([0.2, 0.2, 0.5, 0.5])
    table = call("ANALISIS_HORIZONTAL", codes, months, None, [["periodo", "2011-6"], ["base", "interanual"]])
    assert [row[1] for row in table[1:]] == pytest.approx([0.5, 0.5, 0.5, 0.5])
    june, december = [[row[2]] for row in months], [[row[1]] for row in months]
    pair = call("ANALISIS_HORIZONTAL", codes, june, december)
    assert [row[1] for row in pair[1:]] == pytest.approx([0.2, 0.2, 45 / 70 - 1, 45 / 70 - 1])


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((None, [[1]]), "U23"), (([["x"]], [[1]]), "U22"), (([[1], [2]], [[1]]), "U20"),
        (([[1]], [[1]], None, "base=ayer"), "U26"), (([[1]], [[1]], None, "nivel=2"), "U25"),
        (([[1]], [[1]], None, "base"), "U29"), (([[1]], [[1, 2]], [[3, 4]]), "U24"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit(name: str, arguments: tuple[object, ...], code: str) -> None:
    assert f"[{code}]" in reason(name, *arguments)


@pytest.mark.parametrize("name", NAMES)
def test_the_wizard_explains_each(name: str) -> None:
    one = function(name)
    assert [a.name for a in one.arguments] == ["codigos", "saldos", "saldos_previos", "opciones"]
    assert len(one.wizard_text) <= MAX_HELP
    assert f"Ejemplo: ={name}(" in one.wizard_text


# --- in Excel ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def book() -> Iterator[classic_host.Book]:
    yield classic_host.load().import_functions(EXCEL)
    sys.modules.pop(EXCEL, None)  # the next import must not find the functions with Windows' decorators


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the real pywin32 answers")
def test_excel_gets_the_same_table(book: classic_host.Book, sheet: dict[str, Any]) -> None:
    host = classic_host.load()
    for name in NAMES:
        assert f"Function {name}(" in book.module
        given = (sheet["codes"], sheet["2011"], sheet["2010"])
        shown: Any = host.call(EXCEL, name, *map(host.range, given), host.MISSING)
        expected = call(name, *given)
        assert [list(row) for row in shown] == expected
