"""SEPS_INDICADOR and PERCENTIL_PAR: what cells give them and what they give back."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from xl_perlas.balance import Balance
from xl_perlas.supervision import calculate_supervision
from xl_perlas.udfs.diagnosis import diagnose, forget_failures
from xl_perlas.udfs.functions import function

SEPS = tomllib.loads((Path(__file__).parent / "published" / "seps_2026.toml").read_text(encoding="utf-8"))
DATES = [dt.datetime.fromisoformat(p) for p in SEPS["periodos"]]


def call(name: str, *arguments: object) -> Any:
    return function(name)(*arguments)


def reason(name: str, *arguments: object) -> str:
    forget_failures()
    assert call(name, *arguments) == "#VALUE!"
    return diagnose()


def official(entity: str) -> tuple[list[list[object]], list[list[object]]]:
    """Codes, and balances by month under a row of dates."""
    rows = SEPS["entidad"][entity]["saldos"]
    return [["Código"], *[[code] for code in rows]], [list(DATES), *[list(row) for row in rows.values()]]


@pytest.mark.parametrize("key", ["ROE", "ROA", "GO_ACT", "GP_ACT", "GO_MNF", "MARG_ACT", "MARG_PAT"])
def test_official_ratios_in_cells(key: str) -> None:
    codes, figures = official("tungurahua")
    january, february = SEPS["entidad"]["tungurahua"]["indicadores"][key]
    options = "promedio=mensual; catalogo=seps"
    assert call("SEPS_INDICADOR", key, codes, figures, None, options) == pytest.approx(february, abs=1e-9)
    asked = f"{options}; periodo=2026-01"
    assert call("SEPS_INDICADOR", key, codes, figures, None, asked) == pytest.approx(january, abs=1e-9)


def test_a_missing_month_is_not_available() -> None:
    codes, figures = official("pucara")
    assert call("SEPS_INDICADOR", "ROE", codes, figures, None, "promedio=mensual; catalogo=seps") == "#N/A"


@pytest.mark.parametrize("year", ["2010", "2011"])
def test_cells_agree_with_the_engine(banco_indigena: Balance, year: str) -> None:
    report, at = calculate_supervision(banco_indigena), banco_indigena.position(year)
    codes = [[code] for code in banco_indigena.chart.codes]
    now, before = ([[v] for v in banco_indigena.values[i]] for i in (at, at - 1))
    for key, row in report.results.items():
        shown = call("SEPS_INDICADOR", key.lower(), codes, now, before, [["periodo", int(year)]])
        expected = row[at].value
        if expected is None:
            assert shown in ("#N/A", "#DIV/0!"), key
        else:
            assert shown == expected, key
    assert call("SEPS_INDICADOR", "MOR_PROD", codes, now) == "#N/A"
    assert call("SEPS_INDICADOR", "ROE", codes, now) == "#N/A"
    assert call("SEPS_INDICADOR", "LIQ", codes, now) == report.results["LIQ"][at].value


def test_an_error_among_the_accounts_is_the_result() -> None:
    codes, figures = [["1"], ["3"], ["4"], ["5"]], [[100.0], ["#REF!"], [1.0], [2.0]]
    assert call("SEPS_INDICADOR", "ROE", codes, figures, figures) == "#REF!"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("promedio=trimestral", "U26"), ("perfil=woccu", "U25"), ("modo=doce_meses", "U25"),
        ("promedio=mensual", "S20"), ("promedio", "U29"),
    ],
)  # fmt: skip
def test_options_that_cannot_be(options: str, text: str) -> None:
    codes, figures = [["1"], ["3"]], [[100.0], [10.0]]
    assert text in reason("SEPS_INDICADOR", "ROE", codes, figures, None, options)


def test_an_unknown_ratio_is_told() -> None:
    assert "U21" in reason("SEPS_INDICADOR", "E9", [["1"]], [[100.0]])
    assert "U23" in reason("SEPS_INDICADOR", None, [["1"]], [[100.0]])


PEERS = [["ROE"], [5.0], [7.0], [""], ["#N/A"], [7.0], [9.0]]


@pytest.mark.parametrize(
    ("value", "options", "share"),
    [(7.0, None, 50.0), (9.5, None, 100.0), (5.0, "sentido=menor", 87.5), (9.5, "sentido=menor", 0.0),
     ("7,0", None, 50.0)],
)  # fmt: skip
def test_percentile_among_peers(value: object, options: object, share: float) -> None:
    assert call("PERCENTIL_PAR", value, PEERS, options) == share


def test_percentile_without_value_or_peers_and_with_bad_cells() -> None:
    assert call("PERCENTIL_PAR", "#N/A", PEERS) == "#N/A"
    assert call("PERCENTIL_PAR", None, PEERS) == "#N/A"
    assert call("PERCENTIL_PAR", 7.0, [["ROE"], [""]]) == "#N/A"
    assert call("PERCENTIL_PAR", 7.0, [[5.0], ["#REF!"]]) == "#REF!"
    assert "U36" in reason("PERCENTIL_PAR", 7.0, [[5.0], ["siete"]])
    assert "U23" in reason("PERCENTIL_PAR", 7.0, None)
    assert "U26" in reason("PERCENTIL_PAR", 7.0, PEERS, "sentido=alto")
