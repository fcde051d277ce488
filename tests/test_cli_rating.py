"""The commands `ahp`, `calificar` and `camel`: their files, their JSON, and what they say about bad ones."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from xl_perlas.cli import main
from xl_perlas.hierarchy import published_weights
from xl_perlas.judgements import published, written

PUBLISHED = Path(__file__).parent / "published"
SCORES = tomllib.loads((PUBLISHED / "tulcan_score.toml").read_text(encoding="utf-8"))
CAMEL = tomllib.loads((PUBLISHED / "tulcan_camel.toml").read_text(encoding="utf-8"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def data(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    found, out, _ = run(capsys, *arguments, "--formato", "json")
    assert found == code
    return dict(json.loads(out))


def matrix_file(path: Path, group: str, separator: str = ",") -> str:
    matrix = published()[group]
    lines = [separator.join(["", *matrix.names])]
    for name, row in zip(matrix.names, matrix.values, strict=True):
        lines.append(separator.join([name, *(written(v or 0) for v in row)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def compliance_file(path: Path, years: str = "2008 2009 2010 2011 2012 2013") -> str:
    rows = [f"{key},{','.join(row.split())}" for key, row in SCORES["cumplimiento"]["veredictos"].items()]
    path.write_text("\n".join([f"indicador,{','.join(years.split())}", *rows]) + "\n", encoding="utf-8")
    return str(path)


def values_file(path: Path) -> str:
    rows = [f"{key},{','.join(one['valor'])}" for key, one in CAMEL["indicador"].items()]
    path.write_text("\n".join([f"indicador,{','.join(CAMEL['anios'])}", *rows]) + "\n", encoding="utf-8")
    return str(path)


# --- ahp


def test_ahp_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "ahp", matrix_file(tmp_path / "r.csv", "R"))
    assert found["metodo"] == "eigenvector"
    assert found["pesos"]["R1"] == pytest.approx(0.20402768, abs=1e-8)
    assert sum(found["pesos"].values()) == pytest.approx(1)
    assert found["lambda_max"] == pytest.approx(14.349930233258101)
    assert found["ic"] == pytest.approx(0.21363002120528193)
    assert found["rc"]["tabla7"] is None
    assert found["rc"]["formula_1_98"] == pytest.approx(0.1294727401244133)
    assert found["koczkodaj"] == pytest.approx(0.9841269841269842)
    assert found["consistente"] is False
    assert found["revisar"][0]["juicio"].count("/") == 1
    assert found["propuesta"]["rc_despues"] <= 0.10
    assert {p["codigo"] for p in found["problemas"]} >= {"J10"}


@pytest.mark.parametrize("separator", [";", "\t"])
def test_ahp_reads_other_separators_and_methods(
    separator: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = matrix_file(tmp_path / "p.csv", "P", separator)
    found = data(capsys, "ahp", file, "--metodo", "geometric_mean")
    assert found["pesos"]["P1"] == pytest.approx(0.32523322, abs=5e-9)
    assert found["consistente"] is True
    assert found["propuesta"] is None


def test_ahp_decimals_stand_for_fractions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.csv").write_text(",a,b,c\na,1,3,9\nb,0.333,1,3\nc,0.111,0.333,1\n", encoding="utf-8")
    found = data(capsys, "ahp", str(tmp_path / "m.csv"))
    assert list(found["pesos"].values()) == pytest.approx([9 / 13, 3 / 13, 1 / 13], abs=1e-12)
    assert found["ic"] == 0


def test_ahp_columns_in_another_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.csv").write_text(",b,a\na,3,1\nb,1,1/3\n", encoding="utf-8")
    assert data(capsys, "ahp", str(tmp_path / "m.csv"))["pesos"] == pytest.approx({"a": 0.75, "b": 0.25})


def test_ahp_names_the_crossed_cells_of_anexo_b1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ",P1,P2,P3,P6\nP1,1,1,7,1\nP2,1,1,5,1\nP3,1/5,1/7,1,1/7\nP6,1,1,7,1\n"
    (tmp_path / "b1.csv").write_text(text, encoding="utf-8")
    found = data(capsys, "ahp", str(tmp_path / "b1.csv"), code=1)
    causes = [p["causa"] for p in found["problemas"] if p["codigo"] == "J05"]
    assert ["P3/P1" in causes[0], "P3/P2" in causes[1], len(causes)] == [True, True, 2]
    assert found["consistente"] is False


def test_ahp_with_missing_judgements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.csv").write_text(",a,b,c\na,1,3,\nb,,1,3\nc,,,1\n", encoding="utf-8")
    found = data(capsys, "ahp", str(tmp_path / "m.csv"))
    assert list(found["pesos"].values()) == pytest.approx([9 / 13, 3 / 13, 1 / 13])
    assert found["consistente"] is None
    assert found["faltan"] == ["a/c"]
    assert "J07" in {p["codigo"] for p in found["problemas"]}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (",a,b\na,1,x\nb,,1\n", {"J02"}), (",a,b\na,1,-2\nb,,1\n", {"J03"}), (",a,b\na,1,3\n", {"J01"}),
        (",a,b\na,1,3\nc,1/3,1\n", {"J08"}), (",a,a\na,1,3\na,1/3,1\n", {"J08"}),
        (",a,b\na,1,\nb,,1\n", {"J07", "J09"}),
        (",a,b,c\na,1,x,0\nb,,1,2\nc,,,1\n", {"J02", "J03"}),
    ],
)  # fmt: skip
def test_ahp_bad_matrices_tell_everything_at_once(
    text: str, codes: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    found = data(capsys, "ahp", str(tmp_path / "m.csv"), code=1)
    assert {p["codigo"] for p in found["problemas"]} >= codes
    assert found["pesos"] is None
    assert found["rc"] == {"saaty": None, "tabla7": None, "formula_1_98": None}


def test_ahp_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ahp", matrix_file(tmp_path / "s.csv", "S"))
    assert code == 0
    assert "Inconsistente" in out
    assert "RC" in out
    assert "Juicio a revisar" in out
    assert "decide quien opina" in " ".join(out.split())


def test_ahp_where_the_table_has_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "ahp", matrix_file(tmp_path / "r.csv", "R"), "--indice", "tabla7")
    assert "J13" in {p["codigo"] for p in found["problemas"]}
    assert found["propuesta"] is None
    assert found["consistente"] is False
    code, _, err = run(capsys, "ahp", matrix_file(tmp_path / "r.csv", "R"), "--indice", "inventada")
    assert (code, "[D02]" in err) == (2, True)


# --- calificar


def test_the_printed_scores_and_ratings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "calificar", "--cumplimiento", compliance_file(tmp_path / "c.csv"), "--pesos", "tulcan_2016")
    printed = {"2008": 72.80389, "2009": 39.962347, "2010": 59.346824, "2011": 58.43411, "2012": 55.790419,
               "2013": 42.053853}  # fmt: skip
    assert found["puntaje"] == pytest.approx(printed, abs=1e-6)
    assert list(found["calificacion"].values()) == ["AA-", "BB+", "A-", "A-", "BBB+", "BB+"]
    assert set(found["cobertura"].values()) == {1.0}


def test_weights_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = published_weights().global_weights
    (tmp_path / "w.json").write_text(json.dumps(weights), encoding="utf-8")
    file = compliance_file(tmp_path / "c.csv")
    found = data(capsys, "calificar", "--cumplimiento", file, "--pesos", str(tmp_path / "w.json"))
    assert found["puntaje"]["2008"] == pytest.approx(72.80389, abs=1e-6)


def test_each_policy_for_what_has_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.csv").write_text("indicador,2020\nP1,SI\nP2,NO\nE1,\n", encoding="utf-8")
    (tmp_path / "w.json").write_text('{"P1": 0.4, "P2": 0.4, "E1": 0.2}', encoding="utf-8")
    order = ["calificar", "--cumplimiento", str(tmp_path / "c.csv"), "--pesos", str(tmp_path / "w.json")]
    assert data(capsys, *order)["puntaje"]["2020"] == pytest.approx(50)
    assert data(capsys, *order, "--sin-veredicto", "no_cumple")["puntaje"]["2020"] == pytest.approx(40)


def test_calificar_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "calificar", "--cumplimiento", compliance_file(tmp_path / "c.csv"), "--pesos", "tulcan_2016"
    )
    assert code == 0
    assert "AA-" in out
    assert "72,8039" in out
    assert "Ganaría" in out


def test_calificar_tells_every_bad_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.csv").write_text("indicador,2020,2021\nP1,SI,quizás\nP1,NO,NO\nZ9,SI,SI\n", encoding="utf-8")
    (tmp_path / "w.json").write_text('{"P1": 1.0}', encoding="utf-8")
    order = ["calificar", "--cumplimiento", str(tmp_path / "c.csv"), "--pesos", str(tmp_path / "w.json")]
    code, _, err = run(capsys, *order)
    out = err if code == 2 else json.dumps(data(capsys, *order, code=1))
    assert all(c in out for c in ("J41", "J42", "J45"))


@pytest.mark.parametrize("weights", ["no_existe", "[1, 2]", '{"P1": "x"}'])
def test_calificar_with_bad_weights(weights: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = weights
    if not weights.startswith("no_"):
        (tmp_path / "w.json").write_text(weights, encoding="utf-8")
        name = str(tmp_path / "w.json")
    code, out, err = run(capsys, "calificar", "--cumplimiento", compliance_file(tmp_path / "c.csv"), "--pesos", name)
    assert code in (1, 2)
    assert "Qué hacer" in err
    assert out == ""


# --- camel


def test_the_printed_grades_and_totals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "camel", values_file(tmp_path / "v.csv"))
    for key, one in CAMEL["indicador"].items():
        grades = [found["indicadores"][key][year]["calificacion"] for year in CAMEL["anios"]]
        assert grades == one["calificacion"], key
    assert found["total"]["2008"] == pytest.approx(3.15)
    assert found["total"]["2012"] == pytest.approx(2.625)


def test_camel_with_a_segment_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = list(CAMEL["indicador"])
    lines = ["indicador,media,desviacion", *(f"{key},{i * 10 + 10},5" for i, key in enumerate(keys))]
    (tmp_path / "s.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "v.csv").write_text(
        "indicador,2020\n" + "".join(f"{key},{i * 10 + 10}\n" for i, key in enumerate(keys)), encoding="utf-8"
    )
    found = data(capsys, "camel", str(tmp_path / "v.csv"), "--segmento", str(tmp_path / "s.csv"))
    assert found["total"] == {"2020": 3.0}


def test_camel_for_people_and_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.csv").write_text("indicador,2020\nIF112,16.21\n", encoding="utf-8")
    _, out, _ = run(capsys, "camel", str(tmp_path / "v.csv"))
    assert "16,21% (3)" in out
    assert "sin dato" in out
    assert "K23" in out
