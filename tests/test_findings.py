"""Everything the program doubts, as a person reads it: on the published case, in each rule, and in the right order."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from charts import Rows, chart, report
from hypothesis import given
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.findings import findings
from xl_perlas.findings.finding import Finding
from xl_perlas.findings.reconcile import read_claims
from xl_perlas.hierarchy import published_weights
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.problems import ERROR, PerlasError
from xl_perlas.report import Report, calculate
from xl_perlas.score import from_report

DEMO = resources.files("xl_perlas.definitions") / "demo"
CHART, PUBLISHED = str(DEMO / "banco_indigena.csv"), str(DEMO / "banco_indigena_publicado.csv")
WEIGHTS = published_weights().global_weights

# --- the published case -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def woccu(banco_indigena: Balance) -> Report:
    return calculate(banco_indigena, with_parameters(load_profile(), "banco_indigena_2013"))


@pytest.fixture(scope="module")
def case(woccu: Report) -> tuple[Finding, ...]:
    return findings(woccu, WEIGHTS, claims=read_claims(PUBLISHED).values)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["hallazgos", *arguments])
    return code, capsys.readouterr().out


def paragraphs(out: str) -> list[str]:
    """The numbered findings of a list, each on one line."""
    parts = re.split(r"\n\n *\d+\. ", out)[1:]
    return [" ".join(part.split()) for part in parts]


def the(items: list[str], *words: str) -> str:
    """The only finding that says all these words, in this order."""
    pattern = ".*?".join(map(re.escape, words))
    (found,) = [item for item in items if re.search(pattern, item)]
    return found


def test_the_demonstration_tells_what_is_wrong_with_the_published_work(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "--demo")
    items = paragraphs(out)
    assert code == 1
    assert "72 cifras. 39 coinciden; 4 están en otra escala; 10 salen con un cambio de la definición" in " ".join(
        out.split()
    )
    assert "sin explicar" not in out

    swapped = the(items, "[C01]", "La cuenta 4 «GASTOS» dice 19.459,88 en 2011", "19.549,88: diferencia −90,00")
    assert "dígitos trastocados" in swapped
    assert "R12 de 2011 sería 2,00 % y no 2,09 %" in swapped
    assert "R13 de 2011 sería 110,72 % y no 115,93 %" in swapped
    assert "La cifra publicada, 2,09 % (R12 de 2011), sale del balance tal como está." in swapped
    assert "Lo mismo explica: [C03]" in swapped

    depreciation = the(items, "[C01]", "La cuenta 1899", "dice −7.220,36 en 2010", "suman −7.130,36")
    assert "La cuenta 18 sí cuadra con −7.220,36: lo que falla está en las subcuentas de 1899" in depreciation
    assert "ningún valor cambia" in depreciation

    net = the(items, "[R01]", "E9 de 2010 y 2011: la cifra publicada, −3,04 % y −3,01 %")
    assert "la cuenta 1499 «(PROVISIONES PARA CRÉDITOS INCOBRABLES)» (−1.780,00 y −2.222,22) entra en el" in net
    assert "en el numerador con el signo contrario" in net
    assert "la cuenta 141425 «Más de 360 días» (95,00 y 208,00) se deja fuera" in net
    assert "da −3,0444 % y −3,0067 %" in net
    assert "E9 de 2011 sería 0,78 % y no −3,01 %" in net

    gross = the(items, "[R01]", "E1 de 2010 y 2011: la cifra publicada, 84,43 % y 83,32 %")
    assert "la cuenta 14 «CARTERA DE CRÉDITOS» (65.411,35 y 90.897,58) se toma" in gross
    assert "se toma en el numerador en bruto y no neta: sin la cuenta 1499" in gross
    assert "E1 de 2011 sería 81,33 % y no 83,32 %" in gross

    for indicator, printed, real in (("P1", "9,13 y 7,22", "721,50 %"), ("P2", "1,56 y 1,27", "127,48 %")):
        times = the(items, "[R03]", f"{indicator} de 2010 y 2011: la cifra publicada, {printed}")
        assert "no lleva el signo de porcentaje: es el cociente en veces" in times
        assert "parece que no cumple la meta (>= 100%), y la cumple" in times
        last = printed.split()[-1]
        assert f"{indicator} de 2011 sería {real} y no {last} %, y pasaría a cumplir" in times
        assert "R10 de 2011 pasaría a cumplir" in times

    missing = the(items, "[R01]", "A2 de 2010 y 2011: la cifra publicada, 10,97 % y 13,69 %")
    assert "la cuenta 18 «PROPIEDADES Y EQUIPO» (3.712,25 y 2.413,36) se deja fuera" in missing
    assert "A2 de 2011 sería 15,85 % y no 13,69 %" in missing


def test_every_line_fits_the_width_and_no_figure_is_parted_from_its_sign(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "--demo")[1].splitlines()
    assert max(map(len, lines)) <= 100
    assert not [line for line in lines if line.strip().startswith("%")]


def test_the_most_important_comes_first(woccu: Report, case: tuple[Finding, ...]) -> None:
    points = [one.points or 0.0 for one in case]
    assert points == sorted(points, reverse=True)
    assert [one.problem.cause[:2] for one in case[:2]] == ["P1", "P2"]
    judged = from_report(woccu, WEIGHTS).scores["2010"].coverage
    assert case[0].points == pytest.approx(100 * (WEIGHTS["P1"] + WEIGHTS["R10"]) / judged)
    still = [one for one in case if not one.points]
    assert [one.flips for one in still] == [0] * len(still)
    errors = [i for i, one in enumerate(still) if one.severity == ERROR and not one.effects]
    others = [i for i, one in enumerate(still) if one.severity != ERROR and not one.effects]
    assert max(errors) < min(others), "with the same effect, errors before warnings"


def test_without_weights_verdicts_decide(woccu: Report) -> None:
    found = findings(woccu, claims=read_claims(PUBLISHED).values)
    assert all(one.points is None for one in found)
    flips = [one.flips for one in found]
    assert flips == sorted(flips, reverse=True)
    assert flips[0] == 4
    relative = [max((e.relative for e in one.effects), default=0.0) for one in found if not one.flips]
    assert all(a >= b - 1e-9 for a, b in pairwise(relative))


def test_nothing_is_told_twice(case: tuple[Finding, ...]) -> None:
    keys = [(one.code, one.problem.accounts, one.problem.period, one.problem.cause) for one in case]
    assert len(set(keys)) == len(keys)
    assert "C03" not in {one.code for one in case}, "it is a consequence of account 4"
    jumps = {one.accounts for one in (one.problem for one in case) if one.code == "C07"}
    assert ("52",) not in jumps
    assert ("5202",) in jumps, "the jump is told where it comes from"
    assert not {"B20", "C10"} & {one.code for one in case}, "choices made in reading are no doubts"


def test_what_keeps_an_indicator_from_a_value_is_told_by_account(case: tuple[Finding, ...]) -> None:
    gaps = {one.problem.accounts: one for one in case if one.code in ("E01", "E02")}
    assert set(gaps) == {
        ("SOCIOS",), ("7103",), ("RECUPERACIONES_ACUMULADAS",), ("INVERSIONES_NO_FINANCIERAS",),
        ("INGRESOS_NO_FINANCIEROS",),
    }  # fmt: skip
    assert gaps["7103",].indicators == ("P4", "P5")
    assert gaps["SOCIOS",].lost_weight == pytest.approx(WEIGHTS["S10"])
    (parameter,) = [one for one in case if one.code == "E20"]
    assert parameter.indicators == ("R5", "R13", "S11")
    (first,) = [one for one in case if one.code == "E03"]
    assert "R12" in first.indicators
    assert "E9" not in first.indicators


# --- rules ------------------------------------------------------------------------------------------------------------

SOUND: Rows = {
    "1": 1000.0, "11": 100.0, "1101": 100.0, "14": 850.0, "1402": 900.0, "1425": 40.0, "142505": 25.0, "142525": 15.0,
    "1499": -90.0, "18": 50.0, "2": 700.0, "21": 700.0, "2101": 700.0, "3": 300.0, "31": 250.0, "3103": 250.0,
    "33": 40.0, "36": 10.0, "3603": 10.0, "4": 90.0, "41": 50.0, "4101": 50.0, "45": 40.0, "5": 100.0, "51": 100.0,
    "5104": 100.0,
}  # fmt: skip


def told(rows: Rows, *codes: str) -> list[Finding]:
    return [one for one in findings(report(rows)) if one.code in codes or (not codes and one.code[0] in "BC")]


def test_a_sound_balance_has_no_findings_about_its_figures() -> None:
    assert not told(SOUND)


@pytest.mark.parametrize(
    "changes, code, effects, folded, words",
    [
        ({"14": 805.0}, "C01", {"E1": 0.85, "A1": 40 / 940}, ["C01"],
         "Si la cuenta 14 es la suma de sus subcuentas, 850,00:"),
        ({"1499": 90.0}, "C05", {"P1": 6.0, "P2": 75 / 8.75, "E9": (40 + 90 - 15 - 8.75) / 1000, "A1": 40 / 940,
         "P6": None, "A3": None}, ["C01"], "Con el signo negativo en 1499:"),
        ({"3603": 4.0, "36": 4.0, "33": 46.0}, "C03", {}, [], "Si vale el resultado que lleva el balance, ningún"),
        ({"2": 650.0, "21": 650.0, "2101": 650.0}, "C02", {}, [], "No hay una corrección única"),
        ({"142525": 20.0}, "C01", {}, [],
         "La cuenta 14 sí cuadra con 40,00: lo que falla está en las subcuentas de 1425"),
    ],
)  # fmt: skip
def test_what_a_correction_would_do(
    changes: Rows, code: str, effects: dict[str, float | None], folded: list[str], words: str
) -> None:
    (found,) = told({**SOUND, **changes})
    assert found.code == code
    assert {e.indicator for e in found.effects} == set(effects)
    for effect in found.effects:
        if (expected := effects[effect.indicator]) is not None:
            assert effect.corrected == pytest.approx(expected)
    assert [one.code for one in found.folded] == folded
    assert words in found.text


def test_a_result_that_the_balance_carries_otherwise_moves_the_return() -> None:
    two = {code: [figure, figure] for code, figure in SOUND.items()}
    two |= {"3603": [10.0, 4.0], "36": [10.0, 4.0], "33": [40.0, 46.0]}
    (found,) = [one for one in findings(report(two, "2010", "2011")) if one.code == "C03"]
    assert {e.indicator: e.corrected for e in found.effects}["R12"] == pytest.approx(0.004)
    assert "R12 de 2011 sería 0,40 % y no 1,00 %" in found.text


def test_a_sign_that_the_totals_bear_out_is_said_to_be_so_in_every_period() -> None:
    rows = {**SOUND, "1499": 90.0, "14": 1030.0, "1": 1180.0, "2": 880.0, "21": 880.0, "2101": 880.0}
    two = {code: [figure, figure] for code, figure in rows.items()}
    (found,) = [one for one in findings(report(two, "2010", "2011")) if one.code == "C05"]
    assert found.problem.period == "2010 y 2011"
    assert "Los totales del balance suman la cuenta tal como está." in found.text
    flips = {(e.indicator, e.period) for e in found.effects if e.flips}
    assert flips == {("P1", "2010"), ("P1", "2011"), ("P2", "2010"), ("P2", "2011"), ("R10", "2011")}


def test_periods_in_the_wrong_order_change_places() -> None:
    later = {code: [round(figure * 1.2, 2), figure] for code, figure in SOUND.items()}
    rows = later | {"36": [22.0, 10.0], "3601": [10.0, None], "3603": [12.0, 10.0], "33": [38.0, 40.0]}
    (found,) = [one for one in findings(report(rows, "2010", "2011")) if one.code == "C14"]
    growth = {(e.indicator, e.period): e for e in found.effects}
    assert growth["S11", "2011"].value == pytest.approx(1 / 1.2 - 1)
    assert growth["S11", "2011"].corrected == pytest.approx(0.2)


def test_an_uncertain_catalogue_is_weighed_against_the_other() -> None:
    rows = {"1": 1000.0, "14": 850.0, "1402": 900.0, "1499": -50.0}
    (found,) = [one for one in findings(calculate(chart(rows), "woccu")) if one.code == "C11"]
    assert "Con el catálogo seps" in found.text


def test_a_figure_that_cannot_be_read_is_told_with_what_it_takes_away(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("codigo,cuenta,2011\n1,Activo,1000.00\n14,Cartera,85O.00\n2,Pasivo,1000.00\n", encoding="utf-8")
    from xl_perlas.reading import read_balance

    found = findings(calculate(read_balance(path), "woccu", "sbs"))
    (unread,) = [one for one in found if one.code in ("B23", "E04")]
    assert unread.code == "B23"
    assert "b.csv línea 3, columna 3" in unread.text
    assert "Sin valor: P4, E1, R1, A1 y S1 en 2011" in unread.text


def test_a_negative_base_and_a_zero_one_are_told_apart() -> None:
    rows = {"1": [100.0, 90.0], "33": [-4.0, 5.0], "34": [0.0, 0.0], "31": [0.0, 9.0], "3103": [0.0, 9.0]}
    found = findings(report(rows, "2010", "2011"))
    negative = [one for one in found if one.code == "E06"]
    assert [one.indicators for one in negative] == [("S8",)]
    assert "la base del crecimiento es negativa (−4,00 en 2010)" in negative[0].text
    zero = {one.problem.accounts: one.indicators for one in found if one.code == "E05"}
    assert "S7" in zero["3103",]


@given(st.sampled_from(["14", "1499", "1101", "2101", "3103", "33", "4101", "5104"]), st.integers(-40_000, 40_000))
def test_a_what_if_is_what_the_corrected_balance_gives(code: str, cents: int) -> None:
    """Change any figure of a sound balance: whatever a finding says would be, is what the balance without it gives."""
    rows = {**SOUND, code: (SOUND[code] or 0.0) + cents / 100}  # type: ignore[operator]
    found = [one for one in told(rows, "C01", "C05") if one.effects]
    for one in found:
        (account,) = one.problem.accounts
        amount = one.problem.amount or 0.0
        given_figure = float(rows[account])  # type: ignore[arg-type]
        right = calculate(chart({**rows, account: given_figure - amount * (1 + (one.code == "C05"))}), "woccu", "sbs")
        for effect in one.effects:
            value = right.result(effect.indicator, effect.period).value
            assert (effect.corrected, effect.corrected_meets) == (
                pytest.approx(value), right.verdict(effect.indicator, effect.period).meets,
            )  # fmt: skip


def test_many_totals_that_do_not_add_up_are_all_told_and_the_largest_weighed() -> None:
    rows: dict[str, float] = {}
    for i in range(10, 90):
        rows |= {f"14{i}": float(i), f"14{i}05": float(i) / 2}
    found = [one for one in findings(report(rows)) if one.code == "C01"]
    assert len(found) == 80
    assert sum("solo se estima el efecto de los mayores" in one.text for one in found) == 20


def test_an_unknown_policy_is_refused(woccu: Report) -> None:
    with pytest.raises(PerlasError):
        findings(woccu, WEIGHTS, "otra", read_claims(PUBLISHED).values)


# --- the command ------------------------------------------------------------------------------------------------------

CLEAN = "codigo,cuenta,2011\n" + "".join(f"{code},Cuenta {code},{figure:.2f}\n" for code, figure in SOUND.items())


@pytest.fixture
def clean(tmp_path: Path) -> str:
    path = tmp_path / "balance.csv"
    path.write_text(CLEAN, encoding="utf-8")
    return str(path)


def test_exit_code_tells_whether_there_are_errors(clean: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, clean)[0] == 0
    assert run(capsys, CHART)[0] == 1


def test_own_results_are_compared(clean: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mios.csv"
    mine.write_text("indicador;2011\nE1;94,00%\nE7;25,00%\nE5;12,34%\n", encoding="utf-8")
    code, out = run(capsys, clean, "--publicados", str(mine))
    items = paragraphs(out)
    assert code == 1
    assert "3 cifras. 1 coincide; 1 sale con un cambio de la definición; 1 queda sin explicar." in " ".join(out.split())
    gross = the(items, "[R01]", "E1 de 2011", "94,00 %")
    assert "en bruto y no neta" in gross
    assert "mios.csv línea 2" in gross
    lost = the(items, "[R05]", "E5 de 2011", "12,34 %", "ni de ningún cambio simple")
    assert "E5 de 2011 sería 70,00 % y no 12,34 %, y pasaría a cumplir" in lost


def test_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "--demo", "--formato", "json")
    data = json.loads(out)
    assert code == 1
    assert (data["perfil"], data["catalogo"], len(data["cifras"])) == ("woccu", "sbs", 72)
    (swapped,) = [one for one in data["hallazgos"] if one["cuentas"] == ["4"]]
    assert swapped["codigo"] == "C01"
    effect = {e["indicador"]: e for e in swapped["efectos"]}["R12"]
    assert (effect["valor"], effect["corregido"]) == (pytest.approx(0.0209298), pytest.approx(0.0199891, abs=1e-6))
    assert [one["codigo"] for one in swapped["explica"]] == ["C03"]
    assert data["hallazgos"][0]["puntos"] == pytest.approx(8.7722, abs=1e-3)
    assert data["hallazgos"][0]["puntajes"][0]["calificacion_corregida"] == "BBB"
    e9 = {c["periodo"]: c for c in data["cifras"] if c["indicador"] == "E9"}["2011"]
    assert (e9["publicado"], e9["resultado"]) == (pytest.approx(-0.0301), "explicada")
    assert e9["explicado"][0] == pytest.approx(-0.0300672, abs=1e-7)


def test_csv_has_a_row_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--demo", "--formato", "csv")[1]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [int(row["numero"]) for row in rows] == list(range(1, len(rows) + 1))
    (row,) = [row for row in rows if row["cuentas"] == "4"]
    assert (row["regla"], row["gravedad"], float(row["monto"])) == ("C01", "error", pytest.approx(-90.0))
    assert "R12 de 2011 sería 2,00 % y no 2,09 %" in row["efecto"]
    target = tmp_path / "h.csv"
    assert main(["hallazgos", "--demo", "--salida", str(target)]) == 1
    assert target.read_bytes().startswith(b"\xef\xbb\xbfnumero,")


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        ([], 2, "falta indicar: BALANCE, o --demo"),
        (["--demo", "b.csv"], 2, "no van juntos"),
        (["--demo", "--publicados", "no_existe.csv"], 2, "[A01]"),
        (["--demo", "--pesos", "nadie"], 2, "[D02]"),
        (["--demo", "--publicados", CHART], 1, "[R11]"),
    ],
)
def test_wrong_orders_are_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert main(["hallazgos", *arguments]) == code
    assert words in capsys.readouterr().err


def test_other_definitions_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--demo", "--perfil", "banco_indigena_2013")[1]
    items = paragraphs(out)
    assert "A1 de 2010" in the(items, "[R05]", "A1 de 2010")
    assert not [item for item in items if "E9 de 2010 y 2011: la cifra publicada" in item]


def test_figures_of_a_balance_never_reach_json_as_nan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.csv"
    path.write_text(CLEAN.replace("14,Cuenta 14,850.00", "14,Cuenta 14,???"), encoding="utf-8")
    data = json.loads(run(capsys, str(path), "--formato", "json")[1])
    assert all(e["valor"] is None or math.isfinite(e["valor"]) for one in data["hallazgos"] for e in one["efectos"])
