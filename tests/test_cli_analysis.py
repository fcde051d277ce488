"""`xl-perlas analizar` as its users and other programs see it."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from xl_perlas.cli import main

DEMO = str(resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv")
KINDS = ("horizontal", "vertical", "resultados", "composicion", "tendencia")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["analizar", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def rows_of(text: str, start: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.startswith(start)]


def monthly(path: Path, months: int) -> str:
    """Months from January 2021 in a file: loans grow by 1 a month, income accumulates 10 a month."""
    periods = [f"{2021 + i // 12}-{i % 12 + 1:02d}" for i in range(months)]
    loans = [100 + i for i in range(months)]
    income = [10 * (i % 12 + 1) for i in range(months)]
    table = {"1": loans, "14": loans, "1402": loans, "5": income, "51": income}
    text = "\n".join(f"{code},Cuenta {code}," + ",".join(map(str, row)) for code, row in table.items())
    path.write_text(f"codigo,cuenta,{','.join(periods)}\n{text}\n", encoding="utf-8")
    return str(path)


def test_every_analysis_is_shown_in_spanish_within_the_width(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, DEMO)
    assert code == 1, "the chart has an account that does not add up"
    assert max(map(len, out.splitlines())) <= 100
    first, second = rows_of(out, "14 ")[:2]
    assert first.endswith("58.312,98 65.411,35 7.098,37 12,17%")
    assert second.endswith("65.411,35 90.897,58 25.486,23 38,96%")
    assert rows_of(out, "Margen neto de intereses")[0].endswith("10.918,04 64,10% 14.892,98 69,39%")
    assert rows_of(out, "36 ")[0].endswith("−261,14 302,89 564,03 no aplica")
    assert rows_of(out, "33 ")[0].endswith("desde 0")
    assert rows_of(out, "42 ")[1].endswith("0/0")
    assert any(row.endswith("3 87.427,16 20.415,05 0,9002 25,52%") for row in rows_of(out, "1 "))
    assert "desde 0: pasa de cero" in " ".join(out.split())
    assert "[F04]" in out
    assert "19.459,88!" in out
    assert "[C01]" in out


@pytest.mark.parametrize("kind", KINDS)
def test_one_analysis_alone(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    titles = {"horizontal": "Análisis horizontal", "vertical": "Análisis vertical", "tendencia": "Tendencias",
              "resultados": "Estado de resultados", "composicion": "Composición"}  # fmt: skip
    _, out, _ = run(capsys, DEMO, "--tipo", kind)
    assert [k for k, title in titles.items() if f"\n{title}" in out] == [kind]


def test_levels(capsys: pytest.CaptureFixture[str]) -> None:
    counts = []
    for level in ("1", "2", "4", "6"):
        _, out, _ = run(capsys, DEMO, "--tipo", "vertical", "--nivel", level, "--formato", "json")
        rows = json.loads(out)["vertical"]
        assert max(len(row["id"]) for row in rows) == int(level)
        counts.append(len(rows))
    assert counts == sorted(set(counts))


def test_json_tells_zero_from_missing(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, DEMO, "--formato", "json")
    data = json.loads(out)
    assert set(data) == {"catalogo", "periodos", "version", "entidad", "base", "nivel", *KINDS, "problemas"}
    change = {row["id"]: row["periodos"] for row in data["horizontal"]}
    assert change["14"]["2011"]["relativa"]["valor"] == pytest.approx(0.38963, abs=1e-6)
    assert change["42"]["2011"]["actual"]["valor"] == 0
    assert (change["42"]["2011"]["relativa"]["valor"], change["42"]["2011"]["relativa"]["estado"]) == (
        None, "cero_a_cero",
    )  # fmt: skip
    assert change["14"]["2009"]["anterior"]["estado"] == "sin_periodo_previo"
    trend = {row["id"]: row for row in data["tendencia"]}
    assert trend["margen_neto_financiero"]["crecimiento_anual"]["valor"] == pytest.approx(0.1886, abs=1e-4)
    assert trend["1"]["recta"]["2010"] == pytest.approx(87427.16)
    expenses = next(one for one in data["composicion"] if one["id"] == "gastos")
    assert expenses["total"]["2011"]["saldo"]["estado"] == "dato_inconsistente"
    assert "C01" in err


def test_csv_has_one_row_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, DEMO, "--formato", "csv")
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(out)))
    found = {(r["tipo"], r["id"], r["periodo"], r["medida"]): r for r in rows}
    assert len(found) == len(rows), "no figure is there twice"
    assert float(found["horizontal", "14", "2011", "relativa"]["valor"]) == pytest.approx(0.38963, abs=1e-6)
    assert found["horizontal", "42", "2011", "actual"]["valor"] == "0.0"
    assert found["horizontal", "42", "2011", "relativa"]["valor"] == ""
    share = found["composicion_gastos", "45", "2011", "participacion"]
    assert float(share["valor"]) == pytest.approx(0.88529, abs=1e-5)
    assert found["composicion_gastos", "total", "2011", "saldo"]["estado"] == "dato_inconsistente"
    growth = found["tendencia", "1", "2011", "crecimiento_anual"]
    assert growth["base"] == "2009"


def test_to_a_file_in_the_format_of_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "analisis.csv"
    run(capsys, DEMO, "--tipo", "vertical", "--salida", str(path))
    assert path.read_text(encoding="utf-8-sig").startswith("tipo,id,nombre,periodo,base,medida,valor,estado,nota\n")


def test_many_months_show_the_last_and_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, monthly(tmp_path / "m.csv", 36))
    assert code == 0
    assert max(map(len, out.splitlines())) <= 100
    text = " ".join(out.split())
    assert "Se muestra el último de 24 periodos comparados" in text
    assert rows_of(out, "14 ")[0].endswith("123,00 135,00 12,00 9,76%")
    assert "descontada la estacionalidad" in text
    trend = next(row for row in rows_of(out, "51 ") if " 36 " in row)
    assert trend.endswith("36 10,00 0,00 no aplica 0,00%")


def test_what_balances_are_compared_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = monthly(tmp_path / "m.csv", 18)
    for base, loans in (("diciembre", "2021-12-31"), ("interanual", "2021-06-30"), ("anterior", "2022-05-31")):
        _, out, _ = run(capsys, path, "--tipo", "horizontal", "--base", base, "--formato", "json")
        rows = {row["id"]: row["periodos"]["2022-06-30"]["base"] for row in json.loads(out)["horizontal"]}
        assert (rows["14"], rows["51"]) == (loans, "2021-06-30")


@pytest.mark.parametrize(("months", "code"), [(1, "F11"), (14, "F13")])
def test_few_periods_say_what_is_missing(
    months: int, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done, out, _ = run(capsys, monthly(tmp_path / "m.csv", months))
    assert done == 0
    assert f"[{code}]" in out
    assert ("No hay dos periodos que comparar." in out) == (months == 1)


def test_wrong_orders(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analizar"]) == 2
    assert main(["analizar", DEMO, "--nivel", "3"]) == 2
    assert main(["analizar", DEMO, "--tipo", "radial"]) == 2
    assert "[U01]" in capsys.readouterr().err
