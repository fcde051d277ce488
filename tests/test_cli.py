"""The command line as its users and other programs see it."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from pathlib import Path

import pytest

import xl_perlas
from xl_perlas.cli import arguments, main
from xl_perlas.cli.exports import csv_text
from xl_perlas.problems import PerlasError

DEMO = str(resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv")

SOUND = """codigo,cuenta,2019,2020
1,ACTIVO,1000,1200
11,FONDOS DISPONIBLES,100,150
1101,Caja,100,150
14,CARTERA DE CREDITOS,900,1050
1402,Consumo por vencer,950,1100
1499,(Provisiones),-50,-50
2,PASIVO,700,800
21,OBLIGACIONES CON EL PUBLICO,700,800
2101,Depositos a la vista,700,800
3,PATRIMONIO,300,400
31,CAPITAL SOCIAL,300,400
3103,Aportes de socios,300,400
"""


@pytest.fixture
def sound(tmp_path: Path) -> str:
    path = tmp_path / "balance.csv"
    path.write_text(SOUND, encoding="utf-8")
    return str(path)


# --- calcular ---------------------------------------------------------------------------------------------------------


def test_calcular_shows_value_goal_and_verdict_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    main(["calcular", DEMO])
    out = capsys.readouterr().out
    (row,) = [line for line in out.splitlines() if line.startswith("E9")]
    assert "0,74% ✗" in row
    assert "1,31% ✗" in row
    assert "0,78% ✗" in row
    assert ">= 10%" in row
    assert "2,09% ✓!" in out, "R12 rests on an account that does not add up"
    assert "sin dato" in out
    assert "denom. 0" in out


def test_calcular_exit_code_tells_whether_the_data_is_sound(sound: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calcular", DEMO]) == 1
    assert "[C01]" in capsys.readouterr().out
    assert main(["calcular", sound]) == 0


def test_calcular_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    main(["calcular", DEMO, "--formato", "json"])
    data = json.loads(capsys.readouterr().out)
    assert (data["perfil"], data["catalogo"], data["version"]) == ("woccu", "sbs", xl_perlas.__version__)
    assert data["periodos"] == ["2009", "2010", "2011"]
    e9 = data["indicadores"]["E9"]["2011"]
    assert e9["valor"] == pytest.approx(0.0078373261, abs=5e-11)
    assert (e9["estado"], e9["nota"], e9["meta"], e9["cumple"]) == ("ok", "", ">= 10%", False)
    assert data["indicadores"]["S10"]["2011"]["valor"] is None
    assert data["indicadores"]["S10"]["2011"]["estado"] == "sin_dato"


def test_calcular_csv_has_a_row_an_indicator_and_period(capsys: pytest.CaptureFixture[str]) -> None:
    main(["calcular", DEMO, "--formato", "csv"])
    captured = capsys.readouterr()
    rows = {(r["indicador"], r["periodo"]): r for r in csv.DictReader(io.StringIO(captured.out))}
    assert len(rows) == 45 * 3
    assert float(rows["E9", "2011"]["valor"]) == pytest.approx(0.0078373261, abs=5e-11)
    assert rows["E9", "2011"]["cumple"] == "no"
    assert rows["S10", "2011"]["valor"] == ""
    assert rows["E4", "2011"]["meta"] == "'= 0%", "a goal that looks like a formula"
    assert "[C01]" in captured.err


def test_salida_takes_the_format_from_its_name(sound: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "r.json"
    assert main(["calcular", sound, "--salida", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["periodos"] == ["2019", "2020"]
    assert capsys.readouterr().out == ""
    main(["calcular", sound, "--salida", str(tmp_path / "r.csv")])
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfindicador,")


@pytest.mark.parametrize("name", ["balance.csv", "resultado.xlsx"])
def test_salida_never_writes_over_the_balance_or_a_workbook(
    sound: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calcular", sound, "--salida", str(tmp_path / name)]) == 2
    assert "[U08]" in capsys.readouterr().err
    assert Path(sound).read_text(encoding="utf-8") == SOUND


def test_parameters_and_overlay_change_the_result(
    sound: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = tmp_path / "tasas.toml"
    rates.write_text("[parametros.inflacion]\nvalores = { 2020 = 0.03 }\nfuente = 'prueba'\n", encoding="utf-8")
    own = tmp_path / "propia.toml"
    own.write_text(
        "[personalizacion]\nentidad = 'Prueba'\n[lineas.aportaciones]\nagrega = ['3199']\nmotivo = 'cuenta propia'\n",
        encoding="utf-8",
    )
    main(["calcular", sound, "--formato", "json"])
    plain = json.loads(capsys.readouterr().out)["indicadores"]["S11"]["2020"]
    main(["calcular", sound, "--formato", "json", "--parametros", str(rates), "--personalizacion", str(own)])
    given = json.loads(capsys.readouterr().out)["indicadores"]["S11"]["2020"]
    assert (plain["cumple"], given["cumple"]) == (None, True)
    main(["detalle", "E7", sound, "--personalizacion", str(own)])
    assert "cuenta propia" in capsys.readouterr().out


# --- detalle ----------------------------------------------------------------------------------------------------------


def test_detalle_builds_the_value_from_its_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detalle", "e9", DEMO, "--periodo", "2011"]) == 0
    out = capsys.readouterr().out
    assert "(PROVISIONES PARA CRÉDITOS INCOBRABLES)" in out
    assert "−2.222,22" in out
    assert "875,95" in out
    assert "E9 = 0,78%" in out
    assert "cap. VI, E9, p. 110" in out
    assert "PERDIDAS_POR_LIQUIDAR" in out, "accounts at zero that the chart leaves out are named"


def test_detalle_json_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    main(["detalle", "E9", DEMO, "--periodo", "2011", "--formato", "json"])
    data = json.loads(capsys.readouterr().out)
    parts = {"numerador": 0.0, "denominador": 0.0}
    for account in data["cuentas"]:
        assert account["aporte"] == pytest.approx(account["coeficiente"] * account["saldo"])
        parts[account["parte"]] += account["aporte"]
    assert parts["numerador"] == pytest.approx(data["numerador"])
    assert data["numerador"] / data["denominador"] == pytest.approx(data["valor"])


def test_detalle_csv_ends_with_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    main(["detalle", "E9", DEMO, "--formato", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["parte"] for r in rows[-3:]] == ["total_numerador", "total_denominador", "valor"]
    assert float(rows[-1]["aporte"]) == pytest.approx(0.0078373261, abs=5e-11)


def test_detalle_of_a_value_that_lacks_data_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detalle", "S10", DEMO]) == 1
    out = capsys.readouterr().out
    assert "falta" in out
    assert "SOCIOS" in out
    assert "S10 = sin dato" in out


# --- validar ----------------------------------------------------------------------------------------------------------


def test_validar_lists_what_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validar", DEMO]) == 1
    out = capsys.readouterr().out
    assert "no cuadra" in out
    assert out.count("[C01]") == 2
    assert "19.549,88" in out


def test_validar_passes_with_warnings(sound: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(sound).write_text(SOUND.replace("1499,(Provisiones),-50,-50", "1499,(Provisiones),-50,50")
                           .replace("950,1100", "950,1000"), encoding="utf-8")  # fmt: skip
    assert main(["validar", sound]) == 0
    out = capsys.readouterr().out
    assert "El balance cuadra" in out
    assert "[C05]" in out


def test_validar_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validar", DEMO, "--formato", "json"])
    data = json.loads(capsys.readouterr().out)
    assert data["valido"] is False
    assert {"codigo", "gravedad", "periodo", "cuentas", "monto", "causa", "que_hacer"} <= set(data["problemas"][0])


# --- formulas in CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+caja", "-caja", "@SUM(A1)", "\t=1", " =1"])
def test_csv_cannot_carry_formulas(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert next(csv.reader(io.StringIO(csv_text(("a",), [(name,)]).split("\n", 1)[1]))) == ["'" + name]
    path = tmp_path / "b.csv"
    path.write_text(SOUND.replace("ACTIVO", f'"{name}"', 1), encoding="utf-8")
    main(["detalle", "E1", str(path), "--formato", "csv"])
    names = [r["cuenta"] for r in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert not [n for n in names if n.lstrip()[:1] in ("=", "+", "-", "@")]


def test_csv_numbers_stay_numbers() -> None:
    assert csv_text(("a", "b"), [(-0.03, None)]) == "a,b\n-0.03,\n"


# --- bad use ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["calcular"], "[U01]"),
        (["calcul"], "[U01]"),
        (["calcular", DEMO, "--formato", "pdf"], "[U01]"),
        (["calcular", DEMO, "--colores"], "[U01]"),
        (["calcular", DEMO, "--perfil"], "[U01]"),
        (["calcular", DEMO, "--perfil", "otro"], "[D02]"),
        (["calcular", DEMO, "--catalogo", "puc"], "[D02]"),
        (["calcular", DEMO, "--parametros", "no_existe.toml"], "[D01]"),
        (["calcular", "no_existe.csv"], "[A01]"),
        (["validar", "no_existe.csv"], "[A01]"),
        (["recalcular", "no_existe.xlsx"], "[A01]"),
        (["detalle", "E99", DEMO], "[U02]"),
        (["detalle", "E9", DEMO, "--periodo", "2015"], "[U03]"),
        (["detalle", "E9", DEMO, "--periodo", "ayer"], "[U03]"),
        (["nuevo", "libro.ods"], "[U10]"),
        (["nuevo", "libro.xlsx", "--periodos", "2024-2019"], "[U06]"),
        (["nuevo", "libro.xlsx", "--anfitrion", "google"], "[U01]"),
    ],
)
def test_bad_use_is_one_spanish_line_and_exit_2(
    args: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert code in line
    assert "Qué hacer:" in line
    assert "argument" not in line.replace("argumentos", "")


def test_a_file_that_is_no_balance_is_bad_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nota.csv"
    path.write_text("hola\n", encoding="utf-8")
    assert main(["calcular", str(path)]) == 1
    assert "[B0" in capsys.readouterr().err


def test_a_fault_of_the_program_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("algo raro")

    monkeypatch.setattr("xl_perlas.reading.read_balances", fail)
    assert main(["calcular", DEMO]) == 70
    err = capsys.readouterr().err
    assert "[U09]" in err
    assert "algo raro" in err
    assert "Traceback" not in err


def test_interrupting_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xl_perlas.reading.read_balances", interrupt)
    assert main(["calcular", DEMO]) == 130
    assert capsys.readouterr() == ("", "")


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["", "demo", "nuevo", "calcular", "detalle", "validar", "recalcular"])
def test_help_is_spanish(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*([order] if order else []), "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("uso: xl-perlas")
    assert "muestra esta ayuda" in out
    for english in ("usage", "options", "positional", "show this", "default"):
        assert english not in out


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "órdenes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [["calcular"], ["otra"], ["calcular", "a", "--formato=x"], ["calcular", "a", "--perfil"],
     ["nuevo", "a", "--reemplazar=si"], ["nuevo", "a", "--periodos"]],
)  # fmt: skip
def test_every_message_of_argparse_is_known(args: list[str]) -> None:
    with pytest.raises(PerlasError) as caught:
        arguments.build().parse_args(args)
    assert "argumentos no válidos" not in str(caught.value)


# --- workbooks --------------------------------------------------------------------------------------------------------

def test_demo_makes_a_workbook_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # it may replace its own workbook
        assert main(["demo"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert Path(lines[-1]) == Path("salida") / "perlas_banco_indigena.xlsx"
    assert Path(lines[-1]).stat().st_size > 0
    assert any(line.startswith("E9") and "0,78% ✗" in line for line in lines)
    assert any("[C01]" in line for line in lines)


def test_nuevo_does_not_replace_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "libro.xlsx"
    assert main(["nuevo", str(path), "--periodos", "2019-2021"]) == 0
    made = path.read_bytes()
    assert main(["nuevo", str(path)]) == 2
    assert "[U04]" in capsys.readouterr().err
    assert path.read_bytes() == made
    assert main(["nuevo", str(path), "--periodos", "2019-2021", "--reemplazar"]) == 0


def test_recalcular_a_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "demo.xlsx"
    assert main(["demo", "--salida", str(path)]) == 0
    capsys.readouterr()
    assert main(["recalcular", str(path)]) == 1, "the demo's figures do not add up"
    assert "0,78% ✗" in capsys.readouterr().out
