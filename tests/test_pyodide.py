"""xlwings Lite's side as far as it can be run without Excel: the wheel in Pyodide, and the functions Lite is given.

See tests/pyodide_host.py for what is real and what stands in.
"""

from __future__ import annotations

import io
from typing import Any

import pyodide_host
import pytest
from openpyxl import Workbook
from parity import Gap

from xl_perlas._version import __version__
from xl_perlas.balance import Balance
from xl_perlas.judgements import published
from xl_perlas.udfs.functions import FUNCTIONS, INDICATORS, RANGE, Argument, function

_ANALYSIS = ("ANALISIS_HORIZONTAL", "ANALISIS_VERTICAL", "ANALISIS_TENDENCIA")


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    """What there is after main.py has imported the functions."""
    return pyodide_host.run("""
import typing
book = typing.get_type_hints(scripts["recalcular"])["book"]
answer({
    "platform": sys.platform,
    "signatures": {name: [[p.name, p.default is None] for p in inspect.signature(f).parameters.values()]
                   for name, f in functions.items()},
    "texts": {name: f.__doc__ for name, f in functions.items()},
    "options": options,
    "scripts": sorted(name for name, f in inspect.getmembers(main) if f in scripts.values()),
    "book": book is xlwings.Book,
    "loaded": sorted({name.partition(".")[0] for name in set(sys.modules) - bundled}),
    "own": sorted(sys.stdlib_module_names),
    "diagnosis": call("PERLAS_DIAG"),
})""")


def test_lite_finds_every_function(facts: dict[str, Any]) -> None:
    assert facts["platform"] == "emscripten"
    assert facts["signatures"] == {f.name: [[a.name, a.optional] for a in f.arguments] for f in FUNCTIONS}
    assert facts["texts"] == {f.name: f.wizard_text for f in FUNCTIONS}


def test_ranges_arrive_as_rows_and_errors_as_texts(facts: dict[str, Any]) -> None:
    def asked(argument: Argument) -> dict[str, object]:
        return {"err_to_str": True, "doc": argument.help} | ({"ndim": 2} if argument.kind == RANGE else {})

    expected = {f.name: {a.name: asked(a) for a in f.arguments} for f in FUNCTIONS if f.arguments}
    assert facts["options"] == expected


def test_the_script_that_recalculates_gets_the_book(facts: dict[str, Any]) -> None:
    assert facts["scripts"] == ["recalcular"]
    assert facts["book"]


def test_only_what_python_itself_has_is_loaded(facts: dict[str, Any]) -> None:
    assert set(facts["loaded"]) - set(facts["own"]) == {"xl_perlas"}


def test_the_diagnosis_says_where_it_runs(facts: dict[str, Any]) -> None:
    assert f"xl-perlas {__version__} | " in facts["diagnosis"]
    assert "anfitrión: xlwings Lite (Python en el navegador)" in facts["diagnosis"]
    assert "Todo en orden" in facts["diagnosis"]


# --- values -----------------------------------------------------------------------------------------------------------


def as_lite_gives(cell: object) -> object:
    """JavaScript has one kind of number: whole ones arrive as integers."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def examples(balance: Balance) -> list[list[Any]]:
    """A call of every function, the indicators' for two years, and the whole matrix."""
    codes = [[code] for code in balance.chart.codes]
    years = [[[as_lite_gives(cell)] for cell in column] for column in balance.values]
    wide = [[as_lite_gives(cell) for cell in row] for row in zip(*balance.values, strict=True)]
    judgements = [["", *published()["R"].names],
                  *([name, *row] for name, row in zip(published()["R"].names, published()["R"].values, strict=True))]
    options = "periodo=2011; inflacion=3,5%"
    calls: list[list[Any]] = [
        [f"PERLAS_{key}", codes, years[k], years[k - 1], None] for k in (1, 2) for key in INDICATORS
    ]
    calls += [
        ["PERLAS", "s11", codes, years[2], years[1], options],
        ["PERLAS_MATRIZ", [["codigo"], *codes], [[2009, 2010, 2011], *wide], None, None],
        ["PERLAS_DETALLE", "E9", codes, years[2], years[1], options],
        ["PERLAS_META", "R13", options],
        ["PERLAS_CUMPLE", "S11", codes, years[2], years[1], options],
        ["BALANCE_VALIDAR", [["codigo"], *codes], [[2009, 2010, 2011], *wide], None, None],
        ["PERLAS_VERSION"],
        *([name, judgements, None] for name in ("AHP_PESOS", "AHP_LAMBDA", "AHP_RC", "AHP_DIAGNOSTICO")),
        ["PERLAS_PUNTAJE", [["Cumple"], ["No cumple"], ["Sin veredicto"]], [[0.5], [0.3], [0.2]], None],
        ["PERLAS_CALIFICACION", [[85.5]], None],
        *([name, codes, years[2], years[1], options] for name in _ANALYSIS),
        ["SEPS_INDICADOR", "ROE", codes, years[2], years[1], "catalogo=sbs"],
        ["PERCENTIL_PAR", [[16.21]], [[10.0], [14.5], [16.21], [31.0]], "sentido=menor"],
        ["CAMEL_NOTA", "IF112", [[21.2]], [[15.01]], [[3.06]], None],
        ["CAMEL_TOTAL", [["IF112"], ["IF101"]], [[1], [3]], None],
        ["BS_INDICADOR", "CO01", [["asociados_activos"], ["Asociados hábiles"]], [[3], ["4,0"]], None, None],
        ["BS_INDICADOR", "P105", [["socios_minorias"], ["socios"]], [[3], [None]], None, "pais=ec"],
        ["BS_NOTA", "CO20", [["14,29 %"]], [["referencia", 0.0928], ["previo", None]]],
        ["BS_NOTA", "CO01", [[0.5]], "modo=lineal; puntos=20%:0 | 80%:10"],
        ["BS_SEMAFORO", [[7.49]], None],
        ["BS_TOTAL", [["P1"], ["P1"], [2]], [[10], [5], ["#N/A"]], "sin_nota=cero"],
    ]  # fmt: skip
    return calls


def test_every_function_gives_the_same_here_and_there(banco_indigena: Balance) -> None:
    calls = examples(banco_indigena)
    assert {name for name, *_ in calls} == {f.name for f in FUNCTIONS} - {"PERLAS_DIAG"}
    shown = pyodide_host.run(pyodide_host.CALLS, calls)
    gap = Gap()
    for (name, *arguments), there in zip(calls, shown, strict=True):
        gap.add(function(name)(*arguments), there, name)
    print(f"Pyodide: {gap}")
    assert gap.numbers > 300


SMALL = [["1", 1000], ["11", 250], ["14", 750], ["2", 800], ["21", 800], ["3", 200], ["33", 60], ["34", 40],
         ["31", 100]]  # fmt: skip


@pytest.fixture(scope="module")
def odd() -> list[Any]:
    """E1 (14 over 1) of a small balance in which one cell is something else."""
    cells = [(0, 1, 1000), (2, 1, None), (2, 1, "#REF!"), (2, 1, "750,00"), (2, 0, 14), (2, 0, "1.4"), (2, 1, "n/d")]
    calls = []
    for row, column, cell in cells:
        sheet = [list(one) for one in SMALL]
        sheet[row][column] = cell
        calls.append(["PERLAS_E1", [[code] for code, _ in sheet], [[figure] for _, figure in sheet], None, None])
    return pyodide_host.run(pyodide_host.CALLS, calls)


def test_cells_as_they_arrive(odd: list[Any]) -> None:
    assert odd == [0.75, 0.0, "#REF!", 0.75, 0.75, 0.75, "#N/A"]


def test_files_text_is_read_and_workbooks_say_what_is_missing() -> None:
    file = io.BytesIO()
    Workbook().save(file)
    script = """
from xl_perlas import PerlasError, calculate, read_balance
with open("b.csv", "w", encoding="utf-8") as file:
    file.write("codigo;2023\\n1;10,5\\n14;3,5\\n")
with open("b.xlsx", "wb") as file:
    file.write(bytes.fromhex(arguments))
try:
    read_balance("b.xlsx")
except PerlasError as error:
    said = str(error)
answer([calculate(read_balance("b.csv")).result("E1", "2023").value, said])
"""
    csv, workbook = pyodide_host.run(script, file.getvalue().hex())
    assert csv == 3.5 / 10.5
    assert workbook.startswith("[H30] b.xlsx: ")
