"""Supervisory ratios: printed and official figures, the two averages, closed years, catalogues, and bad balances."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from charts import Rows, chart
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.camel import camel_definitions
from xl_perlas.catalogs import CATALOGS
from xl_perlas.cli import main
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR
from xl_perlas.load import load_catalog
from xl_perlas.model import Result, Status
from xl_perlas.periods import Period
from xl_perlas.problems import PerlasError
from xl_perlas.supervision import SupervisionReport, all_ratios, calculate_supervision, load_supervision
from xl_perlas.supervision_load import build_supervision, load_camel, supervision_definitions

PUBLISHED = Path(__file__).parent / "published"
PRINTED = tomllib.loads((PUBLISHED / "banco_indigena_sbs.toml").read_text(encoding="utf-8"))
SEPS = tomllib.loads((PUBLISHED / "seps_2026.toml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = PRINTED["resultado"]
OFFICIAL = ("ROE", "ROA", "GO_ACT", "GP_ACT", "GO_MNF", "MARG_ACT", "MARG_PAT")
AVERAGED = {"ROE", "ROA", "GO_ACT", "GP_ACT", "MARG_ACT", "MARG_PAT"}


def name(case: dict[str, Any]) -> str:
    return f"{case['indicador']}-{case['periodo']}-{case['denominador']}"


def agrees(printed: str, value: float) -> bool:
    """Whether `value` rounds to what is printed."""
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-9


def parts(report: SupervisionReport, key: str, period: str) -> dict[str, float]:
    trace = report.trace(key, period)
    return {p: math.fsum(c.amount for c in trace if c.part == p) for p in (NUMERATOR, DENOMINATOR)}


def value_of(result: Result) -> float:
    assert result.value is not None, result.note
    return result.value


@pytest.fixture(scope="module")
def thesis(banco_indigena: Balance) -> SupervisionReport:
    return calculate_supervision(banco_indigena)


# --- Banco Indígena: section 4.2.5 as printed -------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_printed_percentage_is_the_printed_quotient(case: dict[str, Any]) -> None:
    assert agrees(case["impreso"], 100 * float(case["numerador"]) / float(case["denominador"]))


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_printed_numerator_comes_from_the_accounts(thesis: SupervisionReport, case: dict[str, Any]) -> None:
    assert agrees(case["numerador"], parts(thesis, case["indicador"], case["periodo"])[NUMERATOR])


@pytest.mark.parametrize("case", [c for c in CASES if "cuenta_propia" not in c], ids=name)
def test_the_right_value_beside_the_printed_one(thesis: SupervisionReport, case: dict[str, Any]) -> None:
    value = 100 * value_of(thesis.result(case["indicador"], case["periodo"]))
    denominator = parts(thesis, case["indicador"], case["periodo"])[DENOMINATOR]
    if "correcto" in case:
        assert agrees(case["correcto"], value)
        assert not agrees(case["impreso"], value)
        assert not agrees(case["denominador"], denominator)
        assert case["motivo"].endswith(".")
    else:
        assert agrees(case["impreso"], value)
        assert agrees(case["denominador"], denominator)


@pytest.mark.parametrize("case", [c for c in CASES if "denominador_impreso_es" in c], ids=name)
def test_the_wrong_denominator_comes_from_these_accounts(banco_indigena: Balance, case: dict[str, Any]) -> None:
    said = case["denominador_impreso_es"]
    columns = [banco_indigena.column(banco_indigena.position(p)) for p in said["periodos"]]
    signs = [(1, code) for code in said["suma"]] + [(-1, code) for code in said["resta"]]
    sums = [math.fsum(sign * float(column.get(code)) for sign, code in signs) for column in columns]  # type: ignore[arg-type]
    assert agrees(case["denominador"], math.fsum(sums) / len(sums))


@pytest.mark.parametrize("case", [c for c in CASES if "cuenta_propia" in c], ids=name)
def test_an_own_account_gives_the_other_capital_adequacy(thesis: SupervisionReport, case: dict[str, Any]) -> None:
    """The formula as the supervisor writes it gives what is printed; with the shares deducted, the other value."""
    found = parts(thesis, "SUF_PAT", case["periodo"])
    assert agrees(case["impreso"], 100 * found[NUMERATOR] / found[DENOMINATOR])
    code = case["cuenta_propia"]["codigo"]
    shares = thesis.balance.column(thesis.balance.position(case["periodo"])).get(code)
    assert isinstance(shares, float)
    line = supervision_definitions("sbs", True).lines["sbs_activos_inmovilizados"].coefficients
    assert (code, 0) not in line
    assert agrees(case["correcto"], 100 * found[NUMERATOR] / (found[DENOMINATOR] - shares))


def test_every_printed_ratio_is_here() -> None:
    assert len(CASES) == 34
    assert {c["indicador"] for c in CASES if "denominador_impreso_es" in c} == AVERAGED
    assert sum("no_sale" in c for c in CASES) == 2
    assert all(c["pagina"] for c in CASES)


@pytest.mark.parametrize("key", PRINTED["diferencias"])
def test_printed_differences_come_from_unrounded_percentages(key: str) -> None:
    quotients = {
        c["periodo"]: 100 * float(c["numerador"]) / float(c["denominador"])
        for c in CASES if c["indicador"] == key and "no_sale" not in c
    }  # fmt: skip
    assert agrees(PRINTED["diferencias"][key], quotients["2011"] - quotients["2010"])


# --- the supervisor's own figures -------------------------------------------------------------------------------------


def official(entity: str) -> Balance:
    rows = SEPS["entidad"][entity]["saldos"]
    figures = {code: [None if v == "" else float(v) for v in row] for code, row in rows.items()}
    return chart(figures, *SEPS["periodos"])


@pytest.mark.parametrize("entity", ["abril", "tungurahua"])
def test_official_ratios_with_the_monthly_average(entity: str) -> None:
    report = calculate_supervision(official(entity), "mensual", "seps")
    for key in OFFICIAL:
        published = SEPS["entidad"][entity]["indicadores"][key]
        for period, expected in zip(SEPS["periodos"][1:], published, strict=True):
            assert value_of(report.result(key, period)) == pytest.approx(expected, abs=1e-9), (key, period)


def test_a_month_that_was_not_published_gives_no_average_and_says_which() -> None:
    report = calculate_supervision(official("pucara"), "mensual", "seps")
    for key in OFFICIAL:
        result = report.result(key, "2026-02-28")
        if key == "GO_MNF":
            assert value_of(result) == pytest.approx(SEPS["entidad"]["pucara"]["indicadores"][key][1], abs=1e-9)
        else:
            assert (result.value, result.status) == (None, Status.NO_DATA)
            assert "2026-01-31" in result.note


def test_the_year_end_average_is_another_value() -> None:
    monthly, ends = (calculate_supervision(official("abril"), a, "seps") for a in ("mensual", "fin_de_anio"))
    assert value_of(monthly.result("ROA", "2026-01-31")) == value_of(ends.result("ROA", "2026-01-31"))
    assert value_of(monthly.result("ROA", "2026-02-28")) != value_of(ends.result("ROA", "2026-02-28"))


# --- the two averages -------------------------------------------------------------------------------------------------

MONTHS = [Period(2024, 12, annual=False).label, *(Period(2025, m, annual=False).label for m in range(1, 13))]


def monthly(assets: list[float], **accounts: float) -> Balance:
    """Assets by month; income accounts grow by the same amount each month and start again in January."""
    rows: dict[str, list[float | None]] = {"1": list(assets), "3": [a / 10 for a in assets]}
    for code, each in accounts.items():
        rows[code.removeprefix("c")] = [12 * each, *(each * m for m in range(1, 13))]
    return chart(rows, *MONTHS)


def test_monthly_average_and_annual_income_month_by_month() -> None:
    assets = [1000.0 + 10 * i for i in range(13)]
    report = calculate_supervision(monthly(assets, c5=30.0, c4=20.0, c45=12.0), "mensual", "seps")
    for month in range(1, 13):
        mean = math.fsum(assets[: month + 1]) / (month + 1)
        assert value_of(report.results["ROA"][month]) == pytest.approx(120 / mean)
        assert value_of(report.results["GO_ACT"][month]) == pytest.approx(144 / mean)
        assert value_of(report.results["ROE"][month]) == pytest.approx(1200 / mean)
    trace = [c for c in report.trace("ROA", "2025-12-31") if c.part == DENOMINATOR]
    assert [c.period for c in trace] == ["2025-12-31", *MONTHS[:-1]]
    assert {c.coefficient for c in trace} == {1 / 13}


def test_december_of_a_closed_year_takes_the_result_from_equity_once() -> None:
    """3603 holds the result: equity plus results is account 3, and the result is 3603, whatever 5 − 4 says."""
    rows: Rows = {"1": [900.0, 1000.0], "2": [800.0, 880.0], "3": [100.0, 120.0], "36": [0.0, 20.0],
                  "3603": [0.0, 20.0], "4": [50.0, 60.0], "5": [50.0, 80.0], "18": [40.0, 40.0]}  # fmt: skip
    closed = calculate_supervision(chart(rows, "2010", "2011"), catalog="sbs")
    assert value_of(closed.result("ROE", "2011")) == pytest.approx(20 / 110)
    assert parts(closed, "FK", "2011")[NUMERATOR] == 120
    opened = {**rows, "3": [100.0, 100.0], "36": [0.0, 0.0], "3603": [0.0, 0.0]}
    not_yet = calculate_supervision(chart(opened, "2010", "2011"), catalog="sbs")
    assert value_of(not_yet.result("ROE", "2011")) == pytest.approx(20 / 100)
    assert parts(not_yet, "FK", "2011")[NUMERATOR] == 120


def test_a_closed_result_that_contradicts_the_accounts_is_doubtful(thesis: SupervisionReport) -> None:
    """Account 4 of 2011 is printed with two digits swapped."""
    for key in ("ROE", "ROA"):
        result = thesis.result(key, "2011")
        assert result.status is Status.INCONSISTENT
        assert "2.002,41" in result.note
        assert "1.912,41" in result.note
    assert thesis.result("SUF_PAT", "2011").status is Status.OK
    assert thesis.result("ROE", "2010").status is Status.OK


def test_an_income_statement_that_was_already_emptied_has_no_ratios() -> None:
    rows: Rows = {"1": [900.0, 1000.0], "3": [100.0, 120.0], "36": [0.0, 20.0], "3603": [0.0, 20.0],
                  "4": [50.0, 0.0], "45": [50.0, 0.0], "5": [50.0, 0.0]}  # fmt: skip
    report = calculate_supervision(chart(rows, "2010", "2011"), catalog="sbs")
    assert value_of(report.result("ROE", "2011")) == pytest.approx(20 / 110)
    result = report.result("GO_ACT", "2011")
    assert (result.value, result.status) == (None, Status.NO_DATA)
    assert "[S04]" in result.note


def test_last_years_result_still_in_equity_is_told() -> None:
    rows: Rows = {"1": [900.0, 1000.0], "3": [100.0, 120.0], "36": [10.0, 10.0], "3603": [10.0, 10.0],
                  "4": [50.0, 5.0], "5": [60.0, 8.0], "51": [60.0, 8.0]}  # fmt: skip
    report = calculate_supervision(chart(rows, "2024-12-31", "2025-01-31"), catalog="seps")
    assert parts(report, "FK", "2025-01-31")[NUMERATOR] == 113
    assert "[S06]" in report.result("FK", "2025-01-31").note
    assert "[S06]" not in report.result("ROE", "2025-01-31").note


# --- bad balances -----------------------------------------------------------------------------------------------------


def test_a_month_missing_in_the_middle_leaves_the_others_alone() -> None:
    whole = monthly([1000.0] * 13, c5=30.0, c4=20.0)
    holes = Balance.build(
        whole.chart.codes, {p: v for p, v in zip(whole.periods, whole.values, strict=True) if p.month != 3}
    )
    report = calculate_supervision(holes, "mensual", "seps")
    assert value_of(report.result("ROA", "2025-02-28")) == pytest.approx(0.12)
    for period in ("2025-04-30", "2025-12-31"):
        result = report.result("ROA", period)
        assert (result.value, result.status) == (None, Status.NO_DATA)
        assert "2025-03-31" in result.note
    ends = calculate_supervision(holes, "fin_de_anio", "seps")
    assert value_of(ends.result("ROA", "2025-12-31")) == pytest.approx(0.12)


def test_an_annual_balance_has_no_monthly_average(banco_indigena: Balance) -> None:
    report = calculate_supervision(banco_indigena, "mensual")
    for key, row in report.results.items():
        if key in AVERAGED:
            assert {r.value for r in row} == {None}
            assert "11 meses (de 2011-01-31 a 2011-11-30)" in row[-1].note
    assert value_of(report.result("LIQ", "2011")) == pytest.approx(0.240134, abs=1e-6)
    assert any(p.code == "S02" for p in report.problems)


def test_one_single_period_has_what_needs_no_average() -> None:
    rows = {"1": 1000.0, "3": 100.0, "4": 60.0, "45": 60.0, "5": 80.0, "51": 80.0}
    report = calculate_supervision(chart(rows), catalog="sbs")
    assert value_of(report.result("GO_MNF", "2011")) == pytest.approx(0.75)
    assert "falta el periodo 2010" in report.result("ROA", "2011").note


def test_negative_equity_is_a_doubtful_value() -> None:
    rows: Rows = {"1": [1000.0, 1000.0], "3": [-60.0, -40.0], "36": [0.0, 0.0], "3601": [0.0, 0.0],
                  "4": [50.0, 90.0], "5": [50.0, 80.0]}  # fmt: skip
    result = calculate_supervision(chart(rows, "2010", "2011"), catalog="sbs").result("ROE", "2011")
    assert result.status is Status.INCONSISTENT
    assert value_of(result) == pytest.approx(10 / 50)
    assert "[E08]" in result.note


def test_without_income_there_is_no_margin_to_divide_by() -> None:
    rows: Rows = {"1": [1000.0, 1000.0], "3": [100.0, 100.0], "36": [0.0, 0.0], "3601": [0.0, 0.0],
                  "4": [0.0, 0.0], "45": [0.0, 0.0], "5": [0.0, 0.0], "51": [0.0, 0.0]}  # fmt: skip
    report = calculate_supervision(chart(rows, "2010", "2011"), catalog="sbs")
    assert value_of(report.result("ROA", "2011")) == 0
    assert report.result("GO_MNF", "2011").status is Status.ZERO_DENOMINATOR


def portfolio(**figures: float) -> dict[str, float | None]:
    return {code.removeprefix("c"): value for code, value in figures.items()}


def test_a_balance_that_changes_catalogue_on_the_way() -> None:
    """1414 is unproductive microcredit until 2012, and refinanced performing credit from 2013 on."""
    old = portfolio(c1=1000.0, c14=480.0, c1404=400.0, c1414=60.0, c1424=40.0, c1499=-20.0, c149920=-20.0, c3=100.0)
    new = portfolio(c1=1100.0, c14=570.0, c1404=500.0, c1428=60.0, c1452=40.0, c1499=-30.0, c149920=-30.0, c3=110.0)
    codes = sorted({*old, *new})
    balance = Balance.build(codes, {"2012": [old.get(c) for c in codes], "2013": [new.get(c) for c in codes]})
    report = calculate_supervision(balance)
    assert [c.catalog.id for c in report.choices] == ["sbs", "seps"]
    assert value_of(report.result("MOR_MICRO", "2012")) == pytest.approx(100 / 500)
    assert value_of(report.result("MOR_MICRO", "2013")) == pytest.approx(100 / 600)
    assert report.result("MOR_PROD", "2012").status is Status.NOT_APPLICABLE
    assert report.result("MOR_COM", "2013").status is Status.NOT_APPLICABLE
    assert any(p.code == "S01" and "sbs: 2012; seps: 2013" in p.cause for p in report.problems)
    told = calculate_supervision(balance, catalog="seps")
    assert [c.catalog.id for c in told.choices] == ["seps", "seps"]


def test_unknown_names_are_errors(banco_indigena: Balance) -> None:
    with pytest.raises(PerlasError, match="D02"):
        calculate_supervision(banco_indigena, catalog="puc")
    with pytest.raises(ValueError, match="trimestral"):
        calculate_supervision(banco_indigena, "trimestral")


# --- definitions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", CATALOGS)
def test_every_ratio_has_page_unit_direction_and_texts(catalog: str) -> None:
    loaded = load_supervision(catalog)
    for key, one in loaded.indicators.items():
        assert one.area in loaded.groups, key
        assert one.unit == "%"
        assert one.direction in ("mayor", "menor", "rango")
        assert one.purpose.endswith("."), key
        assert one.action.endswith("."), key
        assert re.search(r"\bpp?\. \d+", one.source.place) or one.source.document == "seps_2026", key


@pytest.mark.parametrize("catalog", CATALOGS)
def test_segments_share_out_the_whole_portfolio(catalog: str) -> None:
    """Every account of the catalogue is of one segment, so that segments add up to the whole."""
    lines, official_catalog = supervision_definitions(catalog).lines, load_catalog(catalog)
    unused = {"1474", "1476", "1478"}  # the catalogue's names of education credit cover a whole range
    performing = [c for c, text in official_catalog.accounts.items() if c[:2] == "14" and "por vencer" in text.lower()]
    performing = [c for c in performing if c not in unused]
    arrears = [*official_catalog.portfolios["no_devenga"], *official_catalog.portfolios["vencida"]]
    for prefix, whole in (("por_vencer_", performing), ("improductiva_", arrears)):
        accounts = [code for key, form in lines.items() if key.startswith(prefix) for code, _ in form.coefficients]
        assert sorted(accounts) == sorted(whole)


def test_what_camel_grades_is_the_same_formula() -> None:
    """Before the year is closed the forms are those of CAMEL; nothing is written twice."""
    ours, theirs = supervision_definitions("seps").ratios, camel_definitions("seps").ratios
    graded = load_supervision().camel
    assert set(graded.values()) == set(theirs)
    for key, camel in graded.items():
        for part in ("numerator", "denominator"):
            assert getattr(ours[key], part).coefficients == getattr(theirs[camel], part).coefficients, key


def test_a_mistake_in_the_definitions_is_told_with_its_place() -> None:
    bad = {
        "metodo": {"id": "x", "nombre": "X", "descripcion": "X", "fuente": "xl_perlas: prueba"},
        "grupos": {"g": {"nombre": "G", "fuente": "xl_perlas: prueba"}},
        "indicadores": {
            "A": {"nombre": "A", "grupo": "otro", "camel": "IF999", "fuente": "xl_perlas: prueba", "unidad": "%"},
            "B": {"nombre": "B", "grupo": "g", "numerador": "promedio(sbs_patrimonio)", "denominador": "nada",
                  "unidad": "%", "direccion": "relativa", "proposito": "x.", "accion": "x.",
                  "fuente": "xl_perlas: prueba"},
        },
    }  # fmt: skip
    with pytest.raises(PerlasError) as caught:
        build_supervision(bad, "prueba.toml", load_camel())
    text = str(caught.value)
    for expected in ("el grupo «otro» no existe", "«IF999»", "vuelve a decir: unidad", "desconocido «nada»",
                     "promedio() es todo el denominador", "direccion", "diciembre", "minimo"):  # fmt: skip
        assert expected in text, expected


# --- properties -------------------------------------------------------------------------------------------------------

FIGURES = st.floats(1.0, 1e7)
ACCOUNTS = ("1", "11", "1103", "14", "1404", "140405", "1428", "142805", "1499", "149920", "16", "18", "21", "2101",
            "210135", "2103", "210305", "3", "31", "4", "45", "4501", "44", "5", "51", "56")  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(FIGURES, min_size=3 * len(ACCOUNTS), max_size=3 * len(ACCOUNTS)), st.sampled_from([0.5, 2.0, 1024.0]))
def test_scaling_a_balance_changes_no_ratio(figures: list[float], factor: float) -> None:
    periods = ("2024-12-31", "2025-01-31", "2025-02-28")
    rows = {code: figures[3 * i : 3 * i + 3] for i, code in enumerate(ACCOUNTS)}
    scaled = {code: [factor * v for v in row] for code, row in rows.items()}
    for average in ("fin_de_anio", "mensual"):
        one = calculate_supervision(chart(rows, *periods), average, "seps")
        other = calculate_supervision(chart(scaled, *periods), average, "seps")
        for key, row in one.results.items():
            for before, after in zip(row, other.results[key], strict=True):
                assert (before.value is None) == (after.value is None), key
                assert before.value is None or math.isclose(before.value, after.value or 0.0, rel_tol=1e-9), key


# --- the command ------------------------------------------------------------------------------------------------------


def csv_file(path: Path, balance: Balance) -> str:
    lines = [",".join(["codigo", "cuenta", *(p.label for p in balance.periods)])]
    for i, code in enumerate(balance.chart.codes):
        figures = ("" if v[i] is None else repr(v[i]) for v in balance.values)
        lines.append(",".join([code, "x", *figures]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_the_command_shows_values_notes_and_one_ratio_by_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path / "b.csv", official("abril"))
    main(["supervision", path, "--promedio", "mensual", "--catalogo", "seps"])
    shown = capsys.readouterr().out
    assert "Rentabilidad" in shown
    assert "promedios de todos los meses" in shown
    main(["supervision", path, "--promedio", "mensual", "--catalogo", "seps", "--detalle", "roa"])
    detail = capsys.readouterr().out
    assert detail.count("denominador") >= 3
    assert "0,3333333333" in detail
    assert "Fuente:" in detail


def test_csv_holds_what_a_value_is_made_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv_file(tmp_path / "b.csv", official("abril"))
    main(["supervision", path, "--promedio", "mensual", "--catalogo", "seps", "--formato", "csv"])
    lines = capsys.readouterr().out.splitlines()
    head = lines[0].split(",")
    rows = [dict(zip(head, line.split(","), strict=False)) for line in lines[1:] if ",ROA," in line]
    last = rows[-1]
    assert float(last["numerador"]) / float(last["denominador"]) == pytest.approx(float(last["valor"]))


@pytest.mark.parametrize(
    ("options", "text"),
    [(["--detalle", "XYZ"], "U02"), (["--periodo", "1999"], "U03"), (["--segmento-pares", "1"], "va con --pares"),
     (["--promedio", "anual"], "no vale"), (["--detalle", "ROA", "--formato", "json"], "--detalle va sin")],
)  # fmt: skip
def test_wrong_options_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], text: str
) -> None:
    path = csv_file(tmp_path / "b.csv", official("abril"))
    assert main(["supervision", path, *options]) == 2
    assert text in capsys.readouterr().err


def test_all_ratios_in_the_order_of_their_groups() -> None:
    groups = [one.area for one in all_ratios().values()]
    assert groups == sorted(groups, key=list(load_supervision().groups).index)
    assert {"MOR_COM", "MOR_PROD", "COB_EDU", "FK", "FI", "CAP_NETO", "VULN_PAT"} <= set(all_ratios())
