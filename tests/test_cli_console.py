"""What the command line does with start-up time, encodings, pipes, widths, figures and lists of periods."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources

import pytest

import xl_perlas
from xl_perlas.cli.console import Column, Console, decimal, figure, table
from xl_perlas.cli.spans import parse_periods
from xl_perlas.problems import PerlasError

DEMO = str(resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv")


def run(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "xl_perlas", *args], capture_output=True, check=False, env={**os.environ, **env},
    )  # fmt: skip


# --- start-up, encodings, pipes ---------------------------------------------------------------------------------------


def test_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; from xl_perlas.cli import main; main(['--version']); "
        "print([m for m in ('numpy', 'pandas', 'openpyxl', 'xlwings', 'argparse', 'importlib.metadata') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"xl-perlas {xl_perlas.__version__}\n[]\n"


def test_calcular_from_csv_does_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from xl_perlas.cli import main; main(['calcular', sys.argv[1]]); "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'pandas', 'openpyxl', 'xlwings')))"
    )
    done = subprocess.run([sys.executable, "-c", code, DEMO], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
@pytest.mark.parametrize("args", [["calcular", DEMO], ["detalle", "R12", DEMO], ["validar", DEMO], ["--help"]])
def test_output_survives_any_encoding(encoding: str, args: list[str]) -> None:
    done = run(*args, PYTHONIOENCODING=encoding)
    assert done.returncode in (0, 1)
    assert done.stderr == b""
    text = done.stdout.decode(encoding)
    assert "?" not in text.replace("19.549,88?", ""), "every character has something like it"


def test_ascii_output_says_verdicts_in_words() -> None:
    text = run("calcular", DEMO, PYTHONIOENCODING="ascii").stdout.decode("ascii")
    (row,) = [line for line in text.splitlines() if line.startswith("E9")]
    assert "0,78% no" in row


def test_json_is_valid_in_ascii() -> None:
    done = run("calcular", DEMO, "--formato", "json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["indicadores"]["P1"]["2009"]["cumple"] is True


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
def test_a_broken_pipe_is_quiet() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "xl_perlas", "calcular", DEMO], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 141


def test_colour_only_where_it_is_wanted() -> None:
    assert b"\x1b" not in run("calcular", DEMO).stdout
    assert "\x1b[31m" in Console(colour=True).paint("no", "31")


# --- text -------------------------------------------------------------------------------------------------------------


def test_tables_fit_the_width() -> None:
    rows = [["E9", "Capital institucional neto sobre el activo total", "1,00%"]]
    for width in (40, 60, 100):
        lines = table([Column("Id"), Column("Nombre", wraps=True), Column("2011", True)], rows, Console(width=width))
        assert max(map(len, lines)) <= width
        assert " ".join(" ".join(line.split()) for line in lines).count("institucional") == 1


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_calcular_fits_the_terminal(width: str) -> None:
    lines = run("calcular", DEMO, COLUMNS=width, PYTHONIOENCODING="utf-8").stdout.decode().splitlines()
    assert max(map(len, lines)) <= int(width)


def test_names_cannot_write_to_the_terminal() -> None:
    assert Console().plain("caja\x1b[2J\r\nx") == "caja [2J  x"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.8133, "%", "81,33%"), (-0.0301, "%", "−3,01%"), (1234567.5, "USD", "1.234.567,50"), (2.5, "veces", "2,50"),
     (-0.00001, "%", "0,00%")],
)  # fmt: skip
def test_figures_read_as_in_spanish(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_decimal_groups_thousands() -> None:
    assert decimal(-1234567.891, 1) == "−1.234.567,9"


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2019-2021", ["2019", "2020", "2021"]),
        ("2019..2020", ["2019", "2020"]),
        ("2020, 2019", ["2019", "2020"]),
        ("2022-11..2023-02", ["2022-11-30", "2022-12-31", "2023-01-31", "2023-02-28"]),
        ("2022,2023-03,2023-06", ["2022", "2023-03-31", "2023-06-30"]),
    ],
)
def test_period_lists(text: str, labels: list[str]) -> None:
    assert [p.label for p in parse_periods(text)] == labels


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-2019", "posterior"),
        ("2019,2019", "dos veces"),
        ("2019,2019-12", "dos veces"),
        ("2019-01..2020", "no son los dos"),
        ("1900..2099", "más de"),
        ("2019,,2020", "falta"),
        ("ayer", "no es un periodo"),
        ("", "falta"),
    ],
)
def test_bad_period_lists_say_why(text: str, reason: str) -> None:
    with pytest.raises(PerlasError, match=reason):
        parse_periods(text)
