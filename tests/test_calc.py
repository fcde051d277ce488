"""The add-in in LibreOffice Calc itself: a workbook and hand-made sheets give the engine's numbers, and stay alive.

The extension is installed in profiles of their own, which are gone afterwards.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from office import (
    Error,
    Office,
    add_extension,
    clean_environment,
    convert,
    require_office,
    running_calc,
    steps,
    unprivileged,
)
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from xl_perlas._version import __version__
from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.load import load_catalog
from xl_perlas.report import calculate
from xl_perlas.udfs.functions import FUNCTIONS, INDICATORS, TABLE, Argument, Function, function
from xl_perlas.udfs.libreoffice import install, oxt
from xl_perlas.udfs.ranges import ERRORS
from xl_perlas.workbook.addin_names import repair_names
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_plan
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import Plan

pytestmark = pytest.mark.office

SMALL = [("1", 1000.0), ("11", 250.0), ("14", 750.0), ("2", 800.0), ("21", 800.0), ("3", 200.0), ("33", 60.0),
         ("34", 40.0), ("31", 100.0)]  # fmt: skip
NEW = [("new",), ("data", "", "A1", SMALL)]
E1 = 750 / 1000


@pytest.fixture(scope="module")
def calc() -> Iterator[Office]:
    with running_calc(oxt.build()) as office:
        yield office


def shows(office: Office, *formulas: str, before: Sequence[Sequence[Any]] = NEW) -> list[Any]:
    """What the cells show in which the formulas are typed."""
    found = steps(office, *before, ("formulas", "", "H1", formulas), ("read", "", f"H1:H{len(formulas)}"))
    return [row[0] for row in found[0]]


def in_calc(value: object) -> object:
    """A result of a function as Calc shows it."""
    return Error(value) if isinstance(value, str) and value in ERRORS.values() else value


def assert_same(shown: Any, expected: Any, place: object) -> None:
    if isinstance(expected, float | int):
        assert shown == pytest.approx(expected, rel=1e-12, abs=1e-12), place
    else:
        assert (type(shown), shown) == (type(expected), expected), place


# --- the workbook -----------------------------------------------------------------------------------------------------


class Values:
    """The add-in's values on sheet Indicadores: three periods beside each other."""

    def __init__(self, plan: Plan):
        self.rows = plan.indicator_rows
        self.first, self.last = min(self.rows.values()), max(self.rows.values())
        self.columns = [get_column_letter(plan.value_column(k)) for k in range(3)]
        self.reading = ("read", "Indicadores", f"{self.columns[0]}{self.first}:{self.columns[2]}{self.last}")

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        """Indicator and cell of each."""
        return ((key, f"{column}{row}") for key, row in self.rows.items() for column in self.columns)

    def assert_engine(self, block: list[list[Any]], balance: Balance) -> None:
        """What was read is what the engine makes of the balance."""
        report = calculate(balance, catalog="sbs")
        for key, row in self.rows.items():
            for k, shown in enumerate(block[row - self.first]):
                value = report.results[key][k].value
                if value is None:
                    assert isinstance(shown, Error), (key, k, shown)
                else:
                    assert_same(shown, value, (key, k))


def test_the_workbook_lives_and_keeps_its_names(calc: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "libro.xlsx", balance=banco_indigena, catalog="sbs")
    package = Package.open(path)
    plan = read_plan(package)
    values = Values(plan)
    for _, place in values.places:  # wrong results: what is right afterwards was really computed
        assert package.sheet("Indicadores").set_cached(place, 123456.0)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "1499")
    package.save()

    balance_cell = f"{get_column_letter(plan.catalog_column(2))}{row}"
    saved = tmp_path / "guardado.xlsx"
    first, second, *unknown = steps(
        calc, ("open", str(path)), ("calculate",), values.reading,
        ("data", "Catálogo", balance_cell, [[-5000.0]]), ("calculate",), values.reading, ("unknown names",),
        ("save as", str(saved)),
    )  # fmt: skip
    assert unknown == []
    values.assert_engine(first, banco_indigena)
    column = list(banco_indigena.values[2])
    column[banco_indigena.chart.row["1499"]] = -5000.0
    changed = replace(banco_indigena, values=(*banco_indigena.values[:2], tuple(column)))
    values.assert_engine(second, changed)
    assert second != first

    sheet = Package.open(saved).sheet("Indicadores")
    for key, place in values.places:
        assert re.search(rf"\bPERLAS_{key}\(", str(sheet.cell(place).formula)), place
    (again,) = steps(calc, ("open", str(saved)), values.reading)
    values.assert_engine(again, changed)


# --- sheets made by hand ----------------------------------------------------------------------------------------------

ROWS, YEARS = 1500, range(2019, 2025)


def big_balance() -> Balance:
    """A chart of 1,500 accounts and six years: the catalogue of the SEPS, its bands of arrears and sub-accounts."""
    catalog = load_catalog("seps")
    suffixes = [suffix for ages in catalog.ages.values() for suffix in ages]
    codes = dict.fromkeys(catalog.accounts)
    codes |= dict.fromkeys(a + s for kind in catalog.portfolios.values() for a in kind for s in suffixes)
    codes |= dict.fromkeys(f"{a}{n:02d}" for a in catalog.accounts if len(a) == 4 for n in range(5, 100, 5))
    dice = random.Random(1)
    chosen = list(codes)[:ROWS]
    columns = {str(year): [round(dice.uniform(1, 1e6), 2) if dice.random() > 0.1 else None for _ in chosen]
               for year in YEARS}  # fmt: skip
    return Balance.build(tuple(chosen), columns)


def test_276_cells_over_1500_rows_and_one_matrix(calc: Office, tmp_path: Path) -> None:
    balance = big_balance()
    codes = [(code,) for code in balance.chart.codes]
    columns = [[(value,) for value in column] for column in balance.values]
    rows = [[code, *values] for (code,), *values in zip(codes, *balance.values, strict=True)]
    options = "catalogo=seps"

    def area(column: str) -> str:
        return f"${column}$2:${column}${ROWS + 1}"

    formulas, expected = [], []
    for k, letter in enumerate("BCDEFG"):
        for key in (*INDICATORS, "R5"):
            previous = area("ABCDEF"[k]) if k else ""
            arguments = f'{area("A")};{area(letter)};{previous};"{options}"'
            name = f"PERLAS_{key}"
            formulas.append(f"={name}({arguments})")
            expected.append(function(name)(codes, columns[k], columns[k - 1] if k else None, options))
    assert len(formulas) == 276
    saved = tmp_path / "hecho a mano.xlsx"
    matrix_area = f"K1:Q{len(INDICATORS) + 1}"
    matrix_formula = f'=PERLAS_MATRIZ(A1:A{ROWS + 1};B1:G{ROWS + 1};;"{options}")'
    cells, matrix = steps(
        calc, ("new",), ("data", "", "A1", [["codigo", *YEARS], *rows]), ("formulas", "", "I1", formulas),
        ("array", "", matrix_area, matrix_formula), ("read", "", "I1:I276"), ("read", "", matrix_area),
        ("save as", str(saved)),
    )  # fmt: skip
    for formula, (shown,), value in zip(formulas, cells, expected, strict=True):
        assert_same(shown, in_calc(value), formula)

    report = calculate(balance, catalog="seps")
    assert matrix[0] == ["Indicador", *map(str, YEARS)]
    for row in matrix[1:]:
        for k, shown in enumerate(row[1:]):
            value = report.results[row[0]][k].value
            assert isinstance(shown, Error) if value is None else shown == pytest.approx(value, rel=1e-12), (row[0], k)
    assert sum(isinstance(value, float) for (value,) in cells) > 150

    stored = load_workbook(saved).worksheets[0]
    assert stored["I1"].value == f'PERLAS_{INDICATORS[0]}($A$2:$A$1501,$B$2:$B$1501,,"{options}")'.join(("=", ""))
    assert stored["K1"].value.text == matrix_formula.replace(";", ",")
    again = steps(calc, ("open", str(saved)), ("read", "", "I1:I276"), ("read", "", matrix_area))
    assert again == [cells, matrix]


#: What is typed for each argument, and what the function gets then.
_GIVEN: dict[str, tuple[str, Any]] = {
    "codigos": ("A1:A9", [(code,) for code, _ in SMALL]),
    "saldos": ("B1:B9", [(figure,) for _, figure in SMALL]),
    "saldos_previos": ("C1:C9", [(figure / 2,) for _, figure in SMALL]),
    "indicador": ('"E1"', "E1"),
    "matriz": ("D1:F3", [(1.0, 3.0, 5.0), ("1/3", 1.0, 2.0), (0.2, "1/2", 1.0)]),
    "veredictos": ("A11:A13", [("Cumple",), ("No cumple",), ("",)]),
    "pesos": ("B11:B13", [(0.5,), (0.25,), (0.25,)]),
    "puntaje": ("C11", [(72.8,)]),
    "valor": ("C12", [(16.21,)]),
    "media": ("C13", [(15.01,)]),
    "desviacion": ("C14", [(3.06,)]),
    "indicadores": ("A15:A16", [("IF112",), ("IF013",)]),
    "calificaciones": ("B15:B16", [(1.0,), (3.0,)]),
    "pares": ("A18:A22", [(10.0,), (14.5,), (16.21,), (20.0,), (31.0,)]),
    "datos": ("A24:A26", [("Dato",), ("Fondos sociales ejecutados",), ("asociados_beneficiados",)]),
    "valores": ("B24:B26", [(2023.0,), ("1.350,5",), (20.0,)]),
    "valores_previos": ("C24:C26", [(2022.0,), (1000.0,), (10.0,)]),
    "nota": ("A28", [(8.1,)]),
    "principios": ("A30:A33", [("P1",), ("P1",), (2.0,), ("P3",)]),
    "notas": ("B30:B33", [(10.0,), (5.0,), (2.5,), ("",)]),
}
_OPTIONS_OF = {"AHP": "metodo=geometric_mean", "PERLAS_PUNTAJE": "sin_veredicto=no_cumple",
               "PERLAS_CALIFICACION": "escala=tulcan_2016", "CAMEL": "metodo=tulcan_2016",
               "PERCENTIL": "sentido=menor", "BS_INDICADOR": "pais=co", "BS_NOTA": "modo=lineal; puntos=0:0 | 20:10",
               "BS_SEMAFORO": "verde=9", "BS_TOTAL": "sin_nota=cero"}  # fmt: skip


def _given(called: Function, argument: Argument) -> tuple[str, Any]:
    if argument.name == "opciones":
        text = next((t for start, t in _OPTIONS_OF.items() if called.name.startswith(start)), "catalogo=sbs")
        return f'"{text}"', text
    if called.name.startswith("CAMEL") and argument.name == "indicador":
        return '"IF112"', "IF112"
    if called.name.startswith("SEPS") and argument.name == "indicador":
        return '"SUF_PAT"', "SUF_PAT"
    if called.name.startswith("BS") and argument.name == "indicador":
        return '"CO20"', "CO20"
    return _GIVEN[argument.name]


def test_every_function_gives_in_calc_what_the_table_gives(calc: Office) -> None:
    sheet: dict[str, Any] = {place: rows for place, rows in _GIVEN.values() if not place.startswith('"')}
    before: list[Any] = [("new",), *(("data", "", place.partition(":")[0], rows) for place, rows in sheet.items())]
    reads, expected = [], []
    for i, called in enumerate(FUNCTIONS):
        given = [_given(called, argument) for argument in called.arguments]
        formula = f"={called.name}({';'.join(text for text, _ in given)})"
        result = called(*(value for _, value in given))
        rows = result if called.returns == TABLE else [[result]]
        width, height = max(map(len, rows)), len(rows)
        area = f"{get_column_letter(20 * i + 20)}1:{get_column_letter(20 * i + 19 + width)}{height}"
        before += [("array", "", area, formula)] if called.returns == TABLE else [
            ("formulas", "", area.partition(":")[0], [formula])
        ]
        reads.append(("read", "", area))
        expected.append((called.name, [[in_calc(cell) for cell in row] for row in rows]))
    shown = steps(calc, *before, *reads)
    assert sum(name != "PERLAS_DIAG" for name, _ in expected) == len(FUNCTIONS) - 1
    for found, (name, rows) in zip(shown, expected, strict=True):
        if name == "PERLAS_DIAG":
            assert f"xl-perlas {__version__} | Python " in found[0][0]
            assert "anfitrión: LibreOffice" in found[0][0]
            assert "Todo en orden." in found[0][0]
            continue
        for one, row in zip(found, rows, strict=True):
            for cell, value in zip(one, row, strict=True):
                assert_same(cell, value, name)


_WIZARD = """
known = context.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", context)
found = {}
for name in arguments:
    one = {p.Name: p.Value for p in known.getByName(name)}
    arguments_of = [[a.Name, a.Description, a.IsOptional] for a in one["Arguments"] or ()]
    found[name] = [one["Category"], one["Description"], arguments_of]
answer(found)
"""
_ADD_IN = 11  # the last of Calc's categories: it knows no others


def test_the_wizard_has_every_function(calc: Office) -> None:
    shown = calc.run(_WIZARD, [f.name for f in FUNCTIONS])
    for known in FUNCTIONS:
        arguments = [[a.name, a.help, a.optional] for a in known.arguments]
        assert shown[known.name] == [_ADD_IN, known.wizard_text, arguments]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("A1:A9;B1:B9;C1:C9", "previous"),
        ('A1:A9;B1:B9;C1:C9;"catalogo=sbs"', "previous"),
        ("A1:A9;B1:B9", "none"),
        ("A1:A9;B1:B9;;", "none"),
        ('A1:A9;B1:B9;;"catalogo=sbs"', "none"),
        ("A1:A9;B1:B9;D1", "none"),  # a blank cell
        ("A1:A9;B1:B9;D1:D9", "none"),  # blank cells
        ('A1:A9;B1:B9;""', "none"),
        ("A1:A9;B1:B9;C1:C9;D1", "previous"),
        ("A1:A9;B1:B9;C1:C9;F1:G2", "previous"),  # options as two columns
    ],
)
def test_optional_arguments(calc: Office, arguments: str, expected: str) -> None:
    previous = [(figure / 2,) for _, figure in SMALL]
    before = [*NEW, ("data", "", "C1", previous), ("data", "", "F1", [["catalogo", "sbs"], ["perfil", "woccu"]])]
    growth, ratio = shows(calc, f"=PERLAS_S11({arguments})", f"=PERLAS_E1({arguments})", before=before)
    assert ratio == pytest.approx(E1)
    assert growth == (pytest.approx(1.0) if expected == "previous" else Error("#N/A"))


# --- errors and bad input ---------------------------------------------------------------------------------------------

_ERROR_FORMULAS = {"#DIV/0!": "=1/0", "#N/A": "=NA()", "#VALUE!": '="a"+1', "#NUM!": "=EXP(1000)",
                   "#NAME?": "=nada(1)", "#REF!": '=INDIRECT("nada.A1")'}  # fmt: skip


def test_errors_are_errors(calc: Office) -> None:
    shown = shows(
        calc, "=PERLAS_E1(A1:A9;B1:B8)", "=ISERROR(H1)", "=SUM(H1;1)", "=PERLAS_R9(A1:A9;B1:B9)", "=ISNA(H4)",
        "=IFERROR(H1;7)", "=PERLAS_E1(A11:A12;B11:B12)", "=ISNA(INDEX(PERLAS_MATRIZ(A1:A9;B1:B9);3;2))",
    )  # fmt: skip
    assert shown == [Error("#VALUE!"), 1.0, Error("#VALUE!"), Error("#N/A"), 1.0, 7.0, Error("#VALUE!"), 1.0]


def test_division_by_zero(calc: Office) -> None:
    zero = [(code, 0.0) for code, _ in SMALL]
    assert shows(calc, "=PERLAS_E1(A1:A9;B1:B9)", before=[("new",), ("data", "", "A1", zero)]) == [Error("#DIV/0!")]


@pytest.mark.parametrize("name", _ERROR_FORMULAS)
def test_error_cells_propagate_where_they_count(calc: Office, name: str) -> None:
    """An error in an account that the indicator uses is its error; in another it does not matter."""
    def broken(row: int) -> list[Any]:
        return [*NEW, ("formulas", "", f"B{row}", [_ERROR_FORMULAS[name]])]

    formulas = "=PERLAS_E1(A1:A9;B1:B9)", "=PERLAS_E1(A:A;B:B)", '=PERLAS("E1";A1:A9;B1:B9)'
    assert shows(calc, *formulas, before=broken(3)) == [Error(name)] * 3
    assert shows(calc, *formulas, before=broken(9)) == [E1] * 3
    (validated,) = shows(calc, "=INDEX(BALANCE_VALIDAR(A1:A9;B1:B9);2;1)", before=broken(3))
    assert validated == "B24"


def test_an_error_among_the_codes_and_in_the_options(calc: Office) -> None:
    before = [*NEW, ("formulas", "", "A3", ["=1/0"]), ("formulas", "", "D1", ["=NA()"])]
    assert shows(calc, "=PERLAS_E1(A1:A9;B1:B9)", "=PERLAS_META(\"R5\";D1)", "=PERLAS(A3;A1:A9;B1:B9)",
                 before=before) == [Error("#DIV/0!"), Error("#N/A"), Error("#DIV/0!")]  # fmt: skip


#: What is wrong, the formula, and what it shows: a true error, or the right value. Data as in `_messy_sheet`.
_BAD_INPUT = [
    ("text among the balances", "=PERLAS_E1(A1:A9;D1:D9)", Error("#N/A")),
    ("text in an account that is not used", "=PERLAS_E1(A1:A9;E1:E9)", E1),
    ("blanks among codes and balances", "=PERLAS_E1(A1:A20;B1:B20)", E1),
    ("figures written as text", "=PERLAS_E1(A1:A9;F1:F9)", E1),
    ("codes as numbers", "=PERLAS_E1(G1:G9;B1:B9)", E1),
    ("codes as dates", "=PERLAS_E1(I1:I9;B1:B9)", Error("#N/A")),
    ("ranges of different length", "=PERLAS_E1(A1:A9;B1:B8)", Error("#VALUE!")),
    ("a column and a range", "=PERLAS_E1(A:A;B1:B9)", Error("#VALUE!")),
    ("ranges that differ where nothing is", "=PERLAS_E1(A1:A1000;B1:B900)", Error("#VALUE!")),
    ("swapped arguments", "=PERLAS_E1(B1:B9;A1:A9)", Error("#N/A")),
    ("one row", "=PERLAS_E1(A1;B1)", Error("#N/A")),
    ("whole columns", "=PERLAS_E1(A:A;B:B)", E1),
    ("whole columns, also of the previous balance", "=PERLAS_E1(A:A;B:B;J:J)", E1),
    ("whole columns, many periods", "=INDEX(PERLAS_MATRIZ(A:A;B:C);8;3)", E1),
    ("too many columns", "=PERLAS_E1(A1:A9;B1:C9)", Error("#VALUE!")),
    ("whole sheet", "=PERLAS_E1(A:A;B:AMJ)", Error("#VALUE!")),
    ("whole rows", "=PERLAS_E1(1:1;2:2)", Error("#VALUE!")),
    ("no codes", "=PERLAS_E1(K1:K9;B1:B9)", Error("#VALUE!")),
    ("a sheet that has nothing below", "=PERLAS_E1(A1:A1048576;B1:B1048576)", E1),
    ("a missing argument", "=PERLAS_E1(;B1:B9)", Error("#VALUE!")),
    ("too few arguments", "=PERLAS_E1(A1:A9)", Error("Err:504")),
    ("too many arguments", "=PERLAS_E1(A1:A9;B1:B9;;;;)", Error("Err:504")),
    ("no range", "=PERLAS_E1(1;2)", Error("Err:504")),
    ("an unknown indicator", '=PERLAS("Z9";A1:A9;B1:B9)', Error("#VALUE!")),
    ("an unknown option", '=PERLAS_E1(A1:A9;B1:B9;;"nada=1")', Error("#VALUE!")),
    ("an option that is no text", "=PERLAS_E1(A1:A9;B1:B9;;5)", Error("#VALUE!")),
    ("a blank score is no score", "=PERLAS_CALIFICACION(K1)", Error("#N/A")),
    ("a score of zero is one", "=PERLAS_CALIFICACION(L1)", "E"),
    ("a matrix that is none", "=AHP_RC(A1:C9)", Error("#VALUE!")),
]  # fmt: skip


@pytest.fixture(scope="module")
def messy(calc: Office) -> dict[str, Any]:
    """What each formula of `_BAD_INPUT` shows, all typed on one sheet."""
    plain = [figure for _, figure in SMALL]
    columns: dict[str, list[object]] = {
        "C": [*plain], "D": [*plain[:2], "texto", *plain[3:]], "E": [*plain[:8], "texto"],
        "F": [f"{figure:.2f}".replace(".", ",") for figure in plain], "G": [float(code) for code, _ in SMALL],
        "J": [*plain], "L": [0.0],
    }  # fmt: skip
    before: list[Any] = [*NEW, *(("data", "", f"{c}1", [[v] for v in values]) for c, values in columns.items())]
    before.append(("formulas", "", "I1", [f"=DATE(2011;1;{day})" for day in range(1, 10)]))
    texts = [formula for _, formula, _ in _BAD_INPUT]
    found = steps(calc, *before, ("formulas", "", "AZ1", texts), ("read", "", f"AZ1:AZ{len(texts)}"))
    return {what: row[0] for (what, _, _), row in zip(_BAD_INPUT, found[0], strict=True)}


@pytest.mark.parametrize(("what", "formula", "expected"), _BAD_INPUT, ids=[what for what, _, _ in _BAD_INPUT])
def test_bad_input(messy: dict[str, Any], what: str, formula: str, expected: Any) -> None:
    assert_same(messy[what], expected, formula)


def test_a_hundred_thousand_rows(calc: Office) -> None:
    rows = [*SMALL, *((f"9{i:06d}", 1.0) for i in range(100_000 - len(SMALL)))]
    before = [("new",), ("data", "", "A1", rows)]
    shown = shows(calc, "=PERLAS_E1(A1:A100000;B1:B100000)", "=PERLAS_E1(A:A;B:B)", before=before)
    assert shown == [E1, E1]


def test_thousands_of_error_cells(calc: Office) -> None:
    before = [*NEW, ("formulas", "", "B10", ["=1/0"] * 5000), ("formulas", "", "A10", ["=ROW()*1000"] * 5000)]
    assert shows(calc, "=PERLAS_E1(A:A;B:B)", before=before) == [E1]


def test_a_whole_column_that_costs_is_told_of(calc: Office) -> None:
    value, said = shows(calc, "=PERLAS_E1(A:A;B:B;C:C)", "=PERLAS_DIAG()")
    assert value == E1
    assert "[H14] En Calc, una columna entera" in said


def test_formulas_between_their_ranges(calc: Office) -> None:
    """They are not read with them; and columns beyond everything in use are still columns."""
    balances = [[figure] for _, figure in SMALL]
    formulas = ["=PERLAS_E1(A1:A9;C1:C9)", "=PERLAS_E1(A:A;C:C)", "=PERLAS_E1(A:A;C:Z)"]
    found = steps(calc, *NEW, ("data", "", "C1", balances), ("formulas", "", "B1", formulas), ("calculate",),
                  ("read", "", "B1:B3"))  # fmt: skip
    assert found == [[[E1], [E1], [Error("#VALUE!")]]]


def test_circular_references_and_what_is_not_there(calc: Office) -> None:
    before = [*NEW, ("formulas", "", "B3", ["=H1*1000"])]
    circular, missing = shows(calc, "=PERLAS_E1(A1:A9;B1:B9)", "=PERLAS_E1(#REF!;B1:B9)", before=before)
    assert isinstance(circular, Error)
    assert isinstance(missing, Error)
    assert shows(calc, "=PERLAS_E1(A1:A9;B1:B9)") == [E1]


def test_the_cells_follow_the_sheet(calc: Office) -> None:
    reading = ("read", "", "H1")
    found = steps(calc, *NEW, ("formulas", "", "H1", ["=PERLAS_E1(A1:A9;B1:B9)"]), reading,
                  ("data", "", "B3", [[500.0]]), reading, ("formulas", "", "B3", ["=B1/4"]), reading,
                  ("data", "", "B1", [[2000.0]]), reading, ("data", "", "A1", [["1x"]]), reading)  # fmt: skip
    assert [block[0][0] for block in found] == [0.75, 0.5, 0.25, 0.25, Error("#N/A")]


# --- files of Excel ---------------------------------------------------------------------------------------------------


def excel_file(path: Path) -> Path:
    """A workbook as Excel and openpyxl write it, with names in every form and wrong results."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Hoja"
    for row in SMALL:
        sheet.append(row)
    formulas = ["PERLAS_E1(A1:A9,B1:B9)", "_xldudf_PERLAS_E1(A1:A9,B1:B9)", "_xll.PERLAS_E1(A1:A9,B1:B9)",
                'IF(A1="","",PERLAS_E1(A1:A9,B1:B9))', 'PERLAS_META("R5","perfil=woccu")&" perlas_e1(x)"', "valor"]
    for i, formula in enumerate(formulas, 1):
        sheet[f"D{i}"] = f"={formula}"
    sheet["F1"] = ArrayFormula("F1:G46", "=PERLAS_MATRIZ(A1:A9,B1:B9)")
    book.defined_names["valor"] = DefinedName("valor", attr_text="PERLAS_E1(Hoja!$A$1:$A$9,Hoja!$B$1:$B$9)")
    locked = book.create_sheet("Protegida")
    locked["A1"] = "=PERLAS_E1(Hoja!A1:A9,Hoja!B1:B9)"
    locked.protection.sheet = True
    book.save(path)
    package = Package.open(path)
    for i in range(1, len(formulas) + 1):
        assert package.sheet("Hoja").set_cached(f"D{i}", 123456.0)
    package.save()
    return path


def _live(office: Office, path: Path, *more: Sequence[Any]) -> list[Any]:
    found = steps(office, ("open", str(path)), ("calculate",), ("read", "Hoja", "D1:D6"), ("read", "Hoja", "F1:G9"),
                  ("read", "Protegida", "A1"), *more)  # fmt: skip
    values, table, locked, *_ = found
    goal = function("PERLAS_META")("R5", "perfil=woccu")
    assert [row[0] for row in values] == [E1, E1, E1, E1, f"{goal} perlas_e1(x)", E1]
    assert [row[0] for row in table] == ["Indicador", "P1", "P2", "P3", "P4", "P5", "P6", "E1", "E2"]
    assert table[7][1] == E1
    assert locked == [[E1]]
    return found


def test_files_of_excel_open_live_and_are_saved_for_it(calc: Office, tmp_path: Path) -> None:
    path = excel_file(tmp_path / "de_excel.xlsx")
    again, native = tmp_path / "otra vez.xlsx", tmp_path / "de_calc.ods"
    assert steps(calc, ("open", str(path)), ("modified",)) == [False], "cells that live are no change of the user's"
    _live(calc, path, ("data", "Hoja", "B20", [[1.0]]), ("save",), ("data", "Hoja", "B20", [[2.0]]), ("save",),
          ("save as", str(again)), ("save as", str(native)))  # fmt: skip
    for saved in (path, again):
        book = load_workbook(saved)
        formulas = [book["Hoja"][f"D{i}"].value for i in range(1, 7)]
        assert formulas[0] == formulas[1] == formulas[2] == "=PERLAS_E1(A1:A9,B1:B9)"
        assert formulas[3] == '=IF(A1="","",PERLAS_E1(A1:A9,B1:B9))'
        assert formulas[4].endswith('&" perlas_e1(x)"')
        assert book["Hoja"]["F1"].value.text == "=PERLAS_MATRIZ(A1:A9,B1:B9)"
        assert book["Protegida"]["A1"].value.startswith("=PERLAS_E1(")
        assert "PERLAS_E1(" in book.defined_names["valor"].attr_text
        assert "XLPERLAS" not in book.defined_names["valor"].attr_text
        values = load_workbook(saved, data_only=True)["Hoja"]
        assert values["D1"].value == E1
        assert values["G2"].value == "#N/A"
    assert load_workbook(path)["Hoja"]["B20"].value == 2.0
    for saved in (path, again, native):
        _live(calc, saved)


@pytest.fixture
def lent() -> Iterator[Path]:
    """A folder that a user without rights can be given; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="perlas-calc-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def test_converted_without_a_window_and_repaired(tmp_path: Path, lent: Path) -> None:
    """`soffice --convert-to` computes too; the copy that it writes is repaired afterwards."""
    source = excel_file(tmp_path / "libro.xlsx")
    saved = convert(source, "xlsx", tmp_path / "guardado", add_extension(lent, oxt.build()))
    repair_names(saved)
    assert repair_names(saved) == 0
    assert load_workbook(saved)["Hoja"]["D1"].value == "=PERLAS_E1(A1:A9,B1:B9)"
    assert load_workbook(saved, data_only=True)["Hoja"]["D1"].value == E1


# --- what PERLAS_DIAG says --------------------------------------------------------------------------------------------


def test_without_the_program_cells_say_so_and_files_keep_their_results(tmp_path: Path) -> None:
    home = oxt.Home(str(tmp_path / "no está"), str(tmp_path / "python"))
    path = excel_file(tmp_path / "libro.xlsx")
    with running_calc(oxt.build(home)) as office:
        diagnosis, version, value, table = shows(
            office, "=PERLAS_DIAG()", "=PERLAS_VERSION()", "=PERLAS_E1(A1:A9;B1:B9)",
            "=INDEX(PERLAS_MATRIZ(A1:A9;B1:B9);1;1)",
        )  # fmt: skip
        assert diagnosis == version
        assert diagnosis.startswith("[H10] El complemento no encuentra xl-perlas en ")
        assert home.packages in diagnosis
        assert "Qué hacer:" in diagnosis
        assert [value, table] == [Error("#NAME?")] * 2
        kept = steps(office, ("open", str(path)), ("modified",), ("unknown names",),
                     ("save as", str(tmp_path / "copia.xlsx")))  # fmt: skip
        assert kept[0] is False
        assert "=perlas_e1(A1:A9;B1:B9)" in kept
    assert "perlas_e1" in load_workbook(tmp_path / "copia.xlsx")["Hoja"]["D1"].value.lower()


def test_an_old_python_asks_the_one_that_has_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With an extension of another version; the process that answers is replaced when it ends."""
    monkeypatch.setattr(oxt, "__version__", "0.0.1")
    extension = oxt.build(oxt.Home("", sys.executable), oldest_python=(99, 0))
    path = excel_file(tmp_path / "libro.xlsx")
    with running_calc(extension) as office:
        shown = shows(office, "=PERLAS_E1(A1:A9;B1:B9)", "=PERLAS_E1(A1:A9;B1:B8)", "=PERLAS_DIAG()",
                      "=INDEX(PERLAS_MATRIZ(A1:A9;B1:B9);8;2)", "=PERLAS_META(\"R5\")")  # fmt: skip
        assert shown[:2] == [E1, Error("#VALUE!")]
        assert sys.executable in shown[2]
        assert "anfitrión: LibreOffice (Python aparte)" in shown[2]
        assert f"[H12] El complemento es de xl-perlas 0.0.1 y el programa instalado es {__version__}." in shown[2]
        assert shown[3:] == [E1, function("PERLAS_META")("R5")]
        _live(office, path, ("save",))
    assert load_workbook(path)["Hoja"]["D1"].value == "=PERLAS_E1(A1:A9,B1:B9)"


# --- instalar, desinstalar --------------------------------------------------------------------------------------------


def test_install_upgrade_and_remove(
    lent: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With LibreOffice's own unopkg, which refuses root: then it is run as somebody else."""
    require_office()
    monkeypatch.setenv("HOME", str(lent))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    run = subprocess.run

    def run_unprivileged(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return run(command, **options, **unprivileged(lent))

    monkeypatch.setattr(install, "is_administrator", lambda: False)
    monkeypatch.setattr(install.subprocess, "run", run_unprivileged)

    def installed() -> list[str]:
        environment = {**clean_environment(), "HOME": str(lent)}
        done = run_unprivileged(["unopkg", "list"], env=environment, capture_output=True, text=True, check=True)
        return re.findall(rf"Identifier: {re.escape(oxt.EXTENSION)}\s+Version: (\S+)", done.stdout)

    order = ["--anfitrion", "libreoffice"]
    with monkeypatch.context() as older:
        older.setattr(oxt, "__version__", "0.0.1")
        assert main(["instalar", *order]) == 0
    assert installed() == ["0.0.1"]
    assert main(["instalar", *order]) == 0
    assert installed() == [__version__]
    assert "PERLAS_DIAG()" in capsys.readouterr().out
    assert main(["desinstalar", *order]) == 0
    assert installed() == []
    assert main(["desinstalar", *order]) == 0
    assert "[H07]" in capsys.readouterr().err
