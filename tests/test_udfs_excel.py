"""The functions as Excel gets them: xlwings' own Windows code, the VBA modules, the texts of the wizard.

Nothing here runs in Excel itself: see tests/classic_host.py for what is real and what stands in.
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import classic_host
import pytest
from office import running_office

from xl_perlas.balance import Balance
from xl_perlas.model import Status
from xl_perlas.report import calculate
from xl_perlas.udfs import cells, diagnosis
from xl_perlas.udfs.excel import vba
from xl_perlas.udfs.functions import CATEGORY, FUNCTIONS, INDICATORS, MAX_HELP
from xl_perlas.workbook.build import create

MODULE = "xl_perlas.udfs.excel.xlwings_udfs"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="on Windows the real pywin32 answers")

# VBA's keywords and what its own library already calls something; names are compared without case.
_WORDS = (
    "addressof alias and any array as attribute base binary boolean byref byte byval call case cbool cbyte ccur cdate "
    "cdbl cdec cint class clng close compare const csng cstr currency cvar cverr date debug declare defbool dim dir do "
    "double each else elseif empty end endif enum eqv erase err error event exit explicit false fix for format "
    "friend function get global gosub goto if iif imp implements in input instr int integer is isarray iserror key "
    "kill lbound left len let lib like line loc local lock lof long longlong longptr loop lset me mid mod module name "
    "new next not nothing now null object on open option optional or output paramarray preserve print private property "
    "ptrsafe public put raiseevent random read redim rem reset resume return right rset seek select set sgn shared "
    "single spc split static step stop str string sub tab then time timer to trim true type typeof ubound unlock until "
    "val variant wend while width with withevents write xor"
)
RESERVED = frozenset(_WORDS.split())

SMALL = [("1", 1000.0), ("11", 250.0), ("14", 750.0), ("2", 800.0), ("21", 800.0), ("3", 200.0), ("33", 60.0),
         ("34", 40.0), ("31", 100.0)]  # fmt: skip


@pytest.fixture(scope="module")
def host() -> classic_host.Host:
    return classic_host.load()


@pytest.fixture(scope="module")
def book(host: classic_host.Host) -> Iterator[classic_host.Book]:
    yield host.import_functions(MODULE)
    sys.modules.pop(MODULE, None)  # the next import must not find the functions with Windows' decorators


@pytest.fixture
def call(host: classic_host.Host, book: classic_host.Book) -> Any:
    """A cell: `call(function, *ranges)`; a Python list is a range, a missing trailing argument is left out."""

    def run(function: str, *arguments: object) -> object:
        left_out = [host.MISSING] * (len(_ARGUMENTS[function]) - len(arguments))
        given = [host.range(a) if isinstance(a, list) else a for a in arguments]
        return host.call(MODULE, function, *given, *left_out)

    return run


_ARGUMENTS = {f.name: [a.name for a in f.arguments] for f in FUNCTIONS}


def columns(rows: list[tuple[object, object]]) -> tuple[list[object], list[object]]:
    """Codes and balances as ranges."""
    return [(code,) for code, _ in rows], [(figure,) for _, figure in rows]


def replaced(code: str, figure: object) -> list[tuple[object, object]]:
    return [(c, figure if c == code else f) for c, f in SMALL]


# --- what "Import Functions" makes ------------------------------------------------------------------------------------


def signatures(module: str) -> dict[str, list[str]]:
    found = re.findall(r"^(?:Public )?Function (\w+)\((.*?)\)(?: As Variant)?$", module, re.M)
    return {name: [a for a in arguments.replace(" As Variant", "").split(", ") if a] for name, arguments in found}


def expected_signatures() -> dict[str, list[str]]:
    return {f.name: [("Optional " if a.optional else "") + a.name for a in f.arguments] for f in FUNCTIONS}


def test_xlwings_finds_every_function(book: classic_host.Book) -> None:
    assert signatures(book.module) == expected_signatures()


def test_names_that_vba_and_cells_allow(book: classic_host.Book) -> None:
    for name, arguments in signatures(book.module).items():
        words = [name, *(a.removeprefix("Optional ") for a in arguments)]
        assert len({w.lower() for w in words}) == len(words), name
        for word in words:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,254}", word, re.ASCII), word
            assert word.lower() not in RESERVED, word
        assert not re.fullmatch(r"[A-Z]{1,3}\d{1,7}", name), f"{name} is a cell"
        assert not re.fullmatch(r"[RL]\d*C\d*", name), f"{name} is a cell in R1C1 notation"


def test_functions_are_not_volatile_nor_called_by_the_wizard(book: classic_host.Book) -> None:
    assert "Volatile" not in book.module
    bodies = re.findall(r"^Function .*?^End Function", book.module, re.M | re.S)
    assert len(bodies) == len(FUNCTIONS)
    assert all('CommandBars("Standard").Controls(1).Enabled) Then Exit Function' in body for body in bodies)


def test_lines_fit_in_vba(book: classic_host.Book) -> None:
    assert max(map(len, book.module.splitlines())) <= 1023


def test_wizard_texts(book: classic_host.Book) -> None:
    assert set(book.help) == set(_ARGUMENTS)
    for function in FUNCTIONS:
        texts = book.help[function.name]
        assert texts["Category"] == CATEGORY
        assert f"Ejemplo: ={function.name}(" in str(texts["Description"])
        assert len(str(texts["Description"])) <= MAX_HELP
        descriptions = texts["ArgumentDescriptions"]
        assert descriptions == ([a.help for a in function.arguments] or None)


def test_importing_without_windows_changes_nothing() -> None:
    sys.modules.pop(MODULE, None)
    module = importlib.import_module(MODULE)
    assert module.PERLAS_E1(*map(list, columns(SMALL))) == 0.75
    assert module.PERLAS_E1.__doc__.startswith("E1. ")


# --- what arrives from cells ------------------------------------------------------------------------------------------


def test_values_equal_the_report(call: Any, banco_indigena: Balance) -> None:
    report = calculate(banco_indigena)
    codes = [(code,) for code in banco_indigena.chart.codes]
    before, now = ([(v,) for v in values] for values in banco_indigena.values[1:])
    for key in INDICATORS:
        result = report.result(key, "2011")
        expected = result.value
        if expected is None:
            expected = "#DIV/0!" if result.status is Status.ZERO_DENOMINATOR else "#N/A"
        assert call(f"PERLAS_{key}", codes, now, before) == expected, key


def test_the_matrix_as_a_table(call: Any, banco_indigena: Balance) -> None:
    codes = [("codigo",), *((code,) for code in banco_indigena.chart.codes)]
    header = tuple(classic_host.ComTime(year, 12, 31) for year in (2009, 2010, 2011))
    table = call("PERLAS_MATRIZ", codes, [header, *zip(*banco_indigena.values, strict=True)])
    assert table[0] == ["Indicador", "2009-12-31", "2010-12-31", "2011-12-31"]
    assert len(table) == 46
    assert table[15][0] == "E9"
    assert table[15][3] == calculate(banco_indigena).result("E9", "2011").value


def test_optional_arguments(call: Any, host: classic_host.Host) -> None:
    codes, figures = columns(SMALL)
    assert call("PERLAS_E1", codes, figures) == 0.75
    assert call("PERLAS_E1", codes, figures, host.MISSING, "catalogo=sbs") == 0.75
    assert call("PERLAS_E1", codes, figures, [None], [None]) == 0.75
    assert call("PERLAS_S11", codes, figures) == "#N/A"
    assert call("PERLAS_S11", codes, figures, [(f * 0.8,) for (f,) in figures]) == pytest.approx(0.25)


def test_options_in_cells(call: Any) -> None:
    codes, figures = columns(SMALL)
    pairs = [("periodo", classic_host.ComTime(2011, 12, 31)), ("inflacion", Decimal("0.0350")), ("tasa_pasiva", None)]
    earlier = [(f * 0.8,) for (f,) in figures]
    assert call("PERLAS_CUMPLE", "S11", codes, figures, earlier, pairs) == "Cumple"
    assert call("PERLAS_CUMPLE", ["S11"], codes, figures, earlier, ["inflacion=30%"]) == "No cumple"
    assert call("PERLAS_META", "R13", pairs) == "> inflacion (3,5%)"


@pytest.mark.parametrize("spelled", [14.0, 14, "14", " 14 ", "1.4", Decimal("14.0000"), "014"])
def test_codes_as_they_arrive(call: Any, spelled: object) -> None:
    codes, figures = columns([(spelled if c == "14" else c, f) for c, f in SMALL])
    assert call("PERLAS_E1", codes, figures) == 0.75


def test_six_digit_codes_as_they_arrive(call: Any) -> None:
    for spelled in (110305.0, "1.10.305", "11.03.05", " 110305 ", "110305"):
        rows = [*SMALL, ("1103", 250.0), (spelled, 50.0), ("110310", 200.0)]
        assert call("PERLAS_E2", *columns(rows)) == 0.20, spelled


@pytest.mark.parametrize("figure", [750, 750.0, Decimal("750.0000"), "750,00", "750.00", "US$ 750,00"])
def test_figures_as_they_arrive(call: Any, figure: object) -> None:
    assert call("PERLAS_E1", *columns(replaced("14", figure))) == 0.75


@pytest.mark.parametrize("figure", [True, "n/d", "1.750", classic_host.ComTime(2011, 12, 31), dt.datetime(2011, 1, 1)])
def test_figures_that_are_none(call: Any, figure: object) -> None:
    assert call("PERLAS_E1", *columns(replaced("14", figure))) == "#N/A"


def test_blank_cells(call: Any) -> None:
    for blank in (None, ""):
        assert call("PERLAS_E3", *columns([*SMALL, ("13", blank)])) == 0.0
        assert call("PERLAS_E1", *columns(replaced("1", blank))) == "#N/A"


@pytest.mark.parametrize("text", sorted(classic_host.COM_ERRORS))
def test_error_cells(call: Any, text: str) -> None:
    code = classic_host.COM_ERRORS[text]
    assert call("PERLAS_E1", *columns(replaced("14", code))) == text
    assert call("PERLAS_E8", *columns(replaced("14", code))) == 0.10
    assert call("PERLAS_E1", *columns([*SMALL, (code, 1.0)])) == text


def test_whole_columns(call: Any) -> None:
    blank: list[object] = [(None,)] * (2**20 - len(SMALL))
    codes, figures = columns(SMALL)
    assert call("PERLAS_E1", codes + blank, figures + blank) == 0.75


def test_ranges_of_one_cell(call: Any) -> None:
    assert call("PERLAS_S11", ["1"], [110.0], [100.0]) == pytest.approx(0.10)
    assert call("PERLAS_E1", ["1"], [110.0]) == "#N/A"


def test_zero_denominator(call: Any) -> None:
    assert call("PERLAS_E1", *columns(replaced("1", 0.0))) == "#DIV/0!"


def test_arguments_that_do_not_fit(call: Any) -> None:
    codes, figures = columns(SMALL)
    assert call("PERLAS_E1", codes, figures[:-1]) == "#VALUE!"
    assert call("PERLAS_E1", codes, figures, classic_host.MISSING, "perfil=ninguno") == "#VALUE!"
    assert call("PERLAS", "E77", codes, figures) == "#VALUE!"
    assert call("PERLAS", [("E1",), ("E2",)], codes, figures) == "#VALUE!"
    assert call("PERLAS_MATRIZ", codes, figures[:-1]) == "#VALUE!"


def test_no_exception_reaches_a_cell(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("roto por dentro")

    monkeypatch.setattr(cells, "evaluate_ratio", broken)
    diagnosis.forget_failures()
    codes, figures = columns(SMALL)
    shown = {
        name: call(name, *(["E1"] if arguments[:1] == ["indicador"] else []), codes, figures)
        for name, arguments in _ARGUMENTS.items()
        if name.startswith("PERLAS") and "saldos" in arguments
    }
    assert len(shown) == 49
    assert set(shown.values()) == {"#VALUE!"}
    assert "roto por dentro" in call("PERLAS_DIAG")
    diagnosis.forget_failures()


def test_functions_without_ranges(call: Any) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", call("PERLAS_VERSION"))
    assert "Excel" in call("PERLAS_DIAG")



def test_weights_scores_and_grades_through_excel(call: Any) -> None:
    """What arrives from cells: worded judgements, blanks, errors as texts, currency cells as decimals."""
    judgements = [(None, "a", "b"), ("a", 1.0, "3 · solo un poco más"), ("b", None, 1.0)]
    assert call("AHP_PESOS", judgements) == [[0.75], [0.25]]
    assert call("AHP_RC", judgements, "indice=tabla7") == 0.0
    assert call("AHP_LAMBDA", judgements) == pytest.approx(2)
    assert call("AHP_DIAGNOSTICO", judgements)[0][:2] == ["Coherencia", "Consistente"]
    assert call("PERLAS_PUNTAJE", [("Cumple",), ("No cumple",)], [(Decimal("0.5"),), (0.5,)]) == pytest.approx(50)
    assert call("PERLAS_CALIFICACION", 72.8) == "AA-"
    assert call("CAMEL_NOTA", "IF112", 16.21, 15.01, 3.06) == 3
    assert call("CAMEL_TOTAL", [("IF112",)], [(3.0,)]) == "#N/A"


# --- the module with true errors --------------------------------------------------------------------------------------


def test_own_module_declares_the_same_functions(book: classic_host.Book) -> None:
    text = vba.vba_module()
    own = {name: a for name, a in signatures(text).items() if name in _ARGUMENTS}
    assert own == signatures(book.module)
    assert f'Attribute VB_Name = "{vba.MODULE_NAME}"' in text
    assert vba.MODULE_NAME not in ("xlwings_udfs", *_ARGUMENTS)


def test_own_module_calls_python_as_xlwings_does(book: classic_host.Book) -> None:
    def calls(text: str) -> set[str]:
        return set(re.findall(r"XLPy\.CallUDF\(.*?, Application\.Caller\)", text))

    assert calls(vba.vba_module()) == calls(book.module)


def test_own_module_is_fit_for_vba() -> None:
    text = vba.vba_module()
    assert max(map(len, text.splitlines())) <= 1023
    text.encode(vba.ENCODING)
    assert "Volatile" not in text
    for block in re.findall(r"(?:^.* _\n)+", text, re.M):
        assert block.count("\n") <= 24, "VBA joins 25 lines at most"
    procedures = re.findall(r"^(?:Public|Private) (?:Sub|Function).*?^End (?:Sub|Function)", text, re.M | re.S)
    assert max(map(len, procedures)) < 40_000, "a procedure may not pass 64 KB compiled"


def test_every_error_that_a_cell_can_get_becomes_one() -> None:
    """An error text that the module does not know would stay a text, and SUM would pass over it."""
    known = dict(re.findall(r'Case "(#.*?)": PerlasError = CVErr\((\d+)\)', vba.vba_module()))
    assert known == {
        "#NULL!": "2000", "#DIV/0!": "2007", "#VALUE!": "2015", "#REF!": "2023", "#NAME?": "2029", "#NUM!": "2036",
        "#N/A": "2042",
    }  # fmt: skip
    shown = {cells.NOT_AVAILABLE, cells.DIVISION_BY_ZERO, cells.BAD_NUMBER, diagnosis.BAD_VALUE}
    assert shown | set(classic_host.COM_ERRORS) == set(known)


def test_without_python_values_are_errors_and_the_diagnosis_is_words() -> None:
    bodies = re.findall(r"^Public Function (\w+)\(.*?^fallo:\n(.*?)^End Function", vba.vba_module(), re.M | re.S)
    speaking = {name for name, failure in bodies if "No se pudo llamar a Python" in failure}
    assert speaking == {"PERLAS_DIAG", "PERLAS_VERSION"}
    assert all("CVErr(2015)" in failure for name, failure in bodies if name not in speaking)


# --- the workbook with macros, in LibreOffice -------------------------------------------------------------------------

# LibreOffice takes the module out of the workbook, compiles and runs it; Python's part of each call is a function that
# answers by the name asked for, and what would be a message box is kept.
_STAND_INS = (
    ("XLPy.CallUDF(", "PythonAnswers("), ("ThisWorkbook, Application.Caller", "0, 0"), ("RunPython(", "PythonRuns("),
    ("MsgBox ", "Tell "), ("ThisWorkbook.Activate", "activated = activated + 1"),
    ("Option Explicit\n", "Option Explicit\nDim outcome, activated As Integer, told As String, command As String\n"),
)  # fmt: skip
_PROBES = """
Function PythonAnswers(modulo, nombre, argumentos, libro, celda)
    Select Case nombre
        Case "PERLAS_E1": PythonAnswers = 0.75
        Case "PERLAS_E2": PythonAnswers = "#N/A"
        Case "PERLAS_E3": PythonAnswers = "#DIV/0!"
        Case "PERLAS_E4": PythonAnswers = "#VALUE!"
        Case "PERLAS_META": PythonAnswers = "> 75%"
        Case "PERLAS_MATRIZ"
            Dim tabla(1, 1)
            tabla(0, 0) = "Indicador" : tabla(0, 1) = "2011" : tabla(1, 0) = "#REF!" : tabla(1, 1) = 0.5
            PythonAnswers = tabla
        Case "BALANCE_VALIDAR": PythonAnswers = Array("Sin problemas", "#NUM!")
        Case "PERLAS_CUMPLE": PythonAnswers = UBound(argumentos) - LBound(argumentos) + 1
        Case Else: Err.Raise 5
    End Select
End Function
Function PythonRuns(orden)
    command = orden
    If outcome = 1 Then Err.Raise 5
    PythonRuns = outcome
End Function
Sub Tell(texto, clase, titulo)
    told = told & titulo & ": " & texto
End Sub
Function Shown(v)
    If IsError(v) Then
        Shown = "error " & CLng(v)
    Else
        Shown = v
    End If
End Function
Function Probe()
    Dim m, b
    m = PERLAS_MATRIZ(1, 2)
    b = BALANCE_VALIDAR(1, 2)
    Probe = Array(PERLAS_E1(1, 2), IsError(PERLAS_E2(1, 2)), IsError(PERLAS_E3(1, 2)), IsError(PERLAS_E4(1, 2)), _
        PERLAS_META("E9"), m(0, 0), IsError(m(1, 0)), m(1, 1), b(0), IsError(b(1)), PERLAS_CUMPLE("E1", 1, 2), _
        IsError(PERLAS_S1(1, 2)), PERLAS_DIAG())
End Function
Function Press(asked)
    outcome = asked
    activated = 0
    told = ""
    PerlasRecalcular
    Press = Array(command, activated, told)
End Function
"""

_RUN = """
document = desktop.loadComponentFromURL(
    url(arguments["book"]), "_blank", 0, (prop("Hidden", True), prop("MacroExecutionMode", 4)))
library = document.BasicLibraries.getByName("VBAProject")
loaded = {name: library.getByName(name) for name in library.ElementNames}
text = loaded[arguments["module"]]
for found, stand_in in arguments["stand_ins"]:
    assert found in text, found
    text = text.replace(found, stand_in)
library.replaceByName(arguments["module"], text + arguments["probes"])

def run(name, *given):
    script = document.getScriptProvider().getScript(
        "vnd.sun.star.script:VBAProject.%s.%s?language=Basic&location=document" % (arguments["module"], name))
    return list(script.invoke(given, (), ())[0])

page = document.Sheets.getByName("Inicio").DrawPage
shapes = [page.getByIndex(i) for i in range(page.Count)]
buttons = [(s.String, s.Events.getByName("OnClick")[1].Value) for s in shapes]
shown = run("Probe"), [run("Press", outcome) for outcome in (0, -1, 1)]
document.close(True)
answer([loaded, buttons, *shown])
"""


@pytest.fixture(scope="module")
def in_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """What LibreOffice finds in a new workbook for Excel: modules, buttons, what functions and the button answer."""
    book = create(tmp_path_factory.mktemp("excel") / "perlas.xlsm", host="excel", periods=("2020",))
    with running_office() as office:
        given = {"book": str(book), "module": vba.MODULE_NAME, "stand_ins": _STAND_INS, "probes": _PROBES}
        yield office.run(_RUN, given)


@pytest.mark.office
def test_the_module_is_in_the_workbook(in_office: list[Any]) -> None:
    modules, buttons, *_ = in_office
    assert set(modules) == {"ThisWorkbook", "Sheet1", "Sheet2", vba.MODULE_NAME}, "without xlwings' sample"
    head = "Rem Attribute VBA_ModuleType=VBAModule\nOption VBASupport 1\n"
    text = vba.vba_module().partition("\n")[2]  # without its Attribute, which VBA's editor does not show either
    assert modules[vba.MODULE_NAME].rstrip() == (head + text).rstrip()
    macro = f"VBAProject.{vba.MODULE_NAME}.{vba.MACRO}"
    assert buttons == [["Recalcular", f"vnd.sun.star.script:{macro}?language=Basic&location=document"]]


@pytest.mark.office
def test_own_module_runs_and_its_errors_are_errors(in_office: list[Any]) -> None:
    answers = in_office[2]
    assert answers[:12] == [0.75, True, True, True, "> 75%", "Indicador", True, 0.5, "Sin problemas", True, 5, True]
    assert answers[12].startswith("No se pudo llamar a Python: ")


@pytest.mark.office
def test_the_button_runs_python_and_tells_why_it_could_not(in_office: list[Any]) -> None:
    done, unfinished, failed = in_office[3]
    assert done == [vba.RECALCULATION, 1, ""], "what Python says is enough"
    assert unfinished[2].startswith("xl-perlas: El recálculo no terminó.")
    assert failed[2].startswith("xl-perlas: No se pudo recalcular: ")
    for *_, told in (unfinished, failed):
        assert "Qué hacer: guarde y cierre Excel, ejecute en una consola «xl-perlas instalar --anfitrion excel»" in told


def test_the_button_runs_what_there_is() -> None:
    """The command line of RunPython is an import and a call of something that exists, and has no quotes to be lost."""
    found = re.fullmatch(r"import (\S+) as r; r\.(\w+)\(\)", vba.RECALCULATION)
    assert found
    assert callable(getattr(importlib.import_module(found[1]), found[2]))
    assert f'RunPython("{vba.RECALCULATION}")' in vba.vba_module()
    assert f"Public Sub {vba.MACRO}()" in vba.vba_module()
