"""The LibreOffice extension and its installer, without LibreOffice: what is in the file, and every way it can fail."""

from __future__ import annotations

import ast
import io
import json
import math
import os
import pickle
import re
import struct
import subprocess
import sys
import types
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from xl_perlas._version import __version__
from xl_perlas.cli import main
from xl_perlas.problems import PerlasError
from xl_perlas.udfs.functions import FUNCTIONS, MAX_HELP, RANGE, TABLE, function
from xl_perlas.udfs.libreoffice import cells, documents, engine, install, oxt, server
from xl_perlas.udfs.libreoffice.typelib import Method, type_library
from xl_perlas.workbook.addin_names import repair_names
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package

HERE = Path(oxt.__file__).parent
HOME = oxt.Home("/donde/sea", "/un/python")
_OOR = "{http://openoffice.org/2001/registry}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(oxt.build(HOME))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- the file ---------------------------------------------------------------------------------------------------------


def test_equal_settings_give_equal_bytes() -> None:
    assert oxt.build(HOME) == oxt.build(HOME)
    assert oxt.build(HOME) != oxt.build(oxt.Home("/otro", HOME.python))


def test_the_extension_holds_what_its_manifest_names(parts: dict[str, bytes]) -> None:
    manifest = ET.fromstring(parts["META-INF/manifest.xml"])
    prefix = "{http://openoffice.org/2001/manifest}"
    named = {e.get(f"{prefix}full-path"): e.get(f"{prefix}media-type") for e in manifest}
    assert set(named) <= set(parts)
    assert {str(kind).rpartition(".")[2] for kind in named.values()} == {
        "uno-typelibrary;type=RDB", "configuration-data", "uno-components",
    }  # fmt: skip
    components = ET.fromstring(parts["xl-perlas.components"])
    assert components[0].get("uri") in parts


@pytest.mark.parametrize("name", ["description.xml", "CalcAddIns.xcu", "Jobs.xcu", "xl-perlas.components"])
def test_xml_is_well_formed(parts: dict[str, bytes], name: str) -> None:
    assert ET.fromstring(parts[name]) is not None


def test_names_that_files_hold_never_change(parts: dict[str, bytes]) -> None:
    """Files in LibreOffice's own format hold service and method; upgrading needs the same identifier."""
    assert (oxt.EXTENSION, oxt.SERVICE, oxt.INTERFACE) == (
        "xl-perlas.libreoffice", "xlperlas.AddIn", "xlperlas.XFunctions",
    )  # fmt: skip
    stored = oxt.stored_names()
    assert len(stored) == len(FUNCTIONS)
    for name, method in {"PERLAS": "PERLAS", "PERLAS_E9": "PERLASE9", "PERLAS_MATRIZ": "PERLASMATRIZ",
                         "BALANCE_VALIDAR": "BALANCEVALIDAR", "AHP_PESOS": "AHPPESOS"}.items():  # fmt: skip
        assert stored[f"XLPERLAS.ADDIN.{method}"] == name
    description = parts["description.xml"].decode()
    assert f'<version value="{__version__}"/>' in description
    assert '<identifier value="xl-perlas.libreoffice"/>' in description
    assert 'LibreOffice-minimal-version value="7.4"' in description


def texts(node: ET.Element, name: str) -> dict[str, str]:
    prop = next(p for p in node.findall("prop") if p.get(f"{_OOR}name") == name)
    return {v.get(_LANGUAGE, ""): v.text or "" for v in prop}


def test_the_wizard_has_names_and_help_in_spanish(parts: dict[str, bytes]) -> None:
    root = ET.fromstring(parts["CalcAddIns.xcu"])
    assert root[0][0].get(f"{_OOR}name") == oxt.SERVICE
    nodes = {node.get(f"{_OOR}name"): node for node in root[0][0][0]}
    assert set(nodes) == {oxt.method_name(f.name) for f in FUNCTIONS}
    for known in FUNCTIONS:
        node = nodes[oxt.method_name(known.name)]
        for prop in ("DisplayName", "CompatibilityName"):
            assert set(texts(node, prop).values()) == {known.name}
        assert set(texts(node, "Description").values()) == {known.wizard_text}
        assert len(known.wizard_text) <= MAX_HELP
        arguments = node.find("node")
        assert arguments is not None
        assert [a.get(f"{_OOR}name") for a in arguments] == [a.name for a in known.arguments]
        for shown, argument in zip(arguments, known.arguments, strict=True):
            assert texts(shown, "Description")["es"] == argument.help
            assert 0 < len(argument.help) <= MAX_HELP


def read_library(data: bytes) -> tuple[str, list[Method]]:
    """The interface in a type library, read as the format says."""
    at = 0

    def number() -> int:
        nonlocal at
        at += 4
        return int(struct.unpack_from("<I", data, at - 4)[0])

    def text() -> str:
        nonlocal at
        length = number()
        if length & 0x80000000:
            back, at = at, length & 0x7FFFFFFF
            found, at = text(), back
            return found
        at += length
        return data[at - length : at].decode("ascii")

    def label(place: int) -> str:
        return data[place : data.index(b"\0", place)].decode("ascii")

    assert data[:8] == b"UNOIDL\xff\0"
    at = 8
    place, entries = number(), number()
    path = []
    while entries == 1:
        at = place
        path.append(label(number()))
        place = at = number()
        kind, at = data[at], at + 1
        if kind == 5:
            break
        assert kind == 0
        entries, place = number(), at
    assert [text() for _ in range(number())] == ["com.sun.star.uno.XInterface"]
    assert [number(), number()] == [0, 0]
    methods = []
    for _ in range(number()):
        name, returns, parameters = text(), text(), []
        for _ in range(number()):
            assert data[at] == 0, "parameters go in"
            at += 1
            parameters.append((text(), text()))
        assert number() == 0
        methods.append(Method(name, returns, tuple(parameters)))
    return ".".join(path), methods


def test_the_type_library_tells_calc_each_argument(parts: dict[str, bytes]) -> None:
    name, methods = read_library(parts["types.rdb"])
    assert name == oxt.INTERFACE
    for method, known in zip(methods, FUNCTIONS, strict=True):
        assert method.name == oxt.method_name(known.name)
        assert method.returns == ("[][]any" if known.returns == TABLE else "any")
        for (shown, kind), argument in zip(method.parameters, known.arguments, strict=True):
            needed = "com.sun.star.table.XCellRange" if argument.kind == RANGE else "string"
            assert (shown, kind) == (argument.name, "any" if argument.optional else needed)


_NAME = st.from_regex(r"[a-z][A-Za-z0-9]{0,9}", fullmatch=True)
_METHOD = st.builds(Method, _NAME, _NAME, st.lists(st.tuples(_NAME, _NAME), max_size=4).map(tuple))


@given(st.lists(_NAME, min_size=1, max_size=4), st.lists(_METHOD, max_size=5))
def test_type_libraries_are_read_as_they_were_written(path: list[str], methods: list[Method]) -> None:
    assert read_library(type_library(".".join(path), methods)) == (".".join(path), methods)


@pytest.mark.parametrize("name", ["component", "engine", "cells", "documents"])
def test_what_runs_in_old_pythons_is_written_for_them(parts: dict[str, bytes], name: str) -> None:
    """LibreOffice 7.4 brings Python 3.8: newer syntax, or a newer library, and nobody could say what is wrong."""
    path = "xl_perlas_addin.py" if name == "component" else f"pythonpath/xl_perlas_calc/{name}.py"
    tree = ast.parse(parts[path], feature_version=(3, 8))
    assert parts[path] == (HERE / f"{name}.py").read_bytes()
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {"xl_perlas_calc", "xl_perlas_calc.engine", "xlperlas", "unohelper", "com.sun.star.lang", "com.sun.star.task"}
    assert imported - own <= {
        "__future__", "collections", "collections.abc", "gc", "importlib", "itertools", "json", "math", "os", "pickle",
        "re", "site", "struct", "subprocess", "sys", "threading", "typing",
    }  # fmt: skip
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"aiter", "anext"}
    methods = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not methods & {"removeprefix", "removesuffix", "bit_count"}
    keywords = {k.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords}
    assert "strict" not in keywords


def test_the_extension_knows_where_the_program_is() -> None:
    home = oxt.this_home()
    with zipfile.ZipFile(io.BytesIO(oxt.build())) as archive:
        settings = json.loads(archive.read("pythonpath/xl_perlas_calc/settings.json"))
    assert (settings["packages"], settings["python"]) == (home.packages, sys.executable)
    code = "import site, sys; site.addsitedir(sys.argv[1]); import xl_perlas.udfs.libreoffice.server"
    done = subprocess.run([sys.executable, "-ISc", code, home.packages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- cells ------------------------------------------------------------------------------------------------------------


def bits(value: Any) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [("#NULL!", 521), ("#DIV/0!", 532), ("#VALUE!", 519), ("#REF!", 524), ("#NAME?", 525), ("#NUM!", 503),
     ("#N/A", 32767)],
)  # fmt: skip
def test_errors_are_numbers_that_carry_calcs_code(text: str, number: int) -> None:
    shown = cells.result(text)
    assert math.isnan(shown)
    assert bits(shown) & 0xFFFFFFFF == number
    assert bits(shown) >> 32 == 0x7FF80000
    assert cells.error_name(number) == text
    ((inside,),) = cells.table([[text]])
    assert bits(inside) == bits(shown)


def test_results_are_what_calc_takes() -> None:
    assert cells.result(True) == 1.0
    assert type(cells.result(True)) is type(cells.result(7)) is float
    assert cells.result("Cumple") == "Cumple"
    assert cells.result(None) == ""
    assert [bits(cells.result(x)) & 0xFFFF for x in (math.inf, math.nan)] == [503, 503]
    assert cells.table([["a", 1], ["b"]]) == (("a", 1.0), ("b", ""))
    assert cells.table([]) == (("",),)
    ((error,),) = cells.table("#VALUE!")
    assert bits(error) & 0xFFFF == 519
    assert cells.error_name(0) is None
    assert cells.error_name(504) == "#VALUE!", "errors that only Calc has"


# --- documents --------------------------------------------------------------------------------------------------------

NAMES = documents.Names(
    {"functions": {n: {"name": n} for n in ("PERLAS", "PERLAS_E1", "PERLAS_E9", "AHP_PESOS", "PERLAS_MATRIZ")}}
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=perlas_e9(A1:A9;B1:B9)", "=PERLAS_E9(A1:A9;B1:B9)"),
        ("{=perlas_matriz(A1;B1)}", "{=PERLAS_MATRIZ(A1;B1)}"),
        ("=_xldudf_perlas_e9(A1)+_xll.perlas(A1)", "=PERLAS_E9(A1)+PERLAS(A1)"),
        ("=_XLFN.perlas_e1 (A1)*[1]!ahp_pesos(B1)", "=PERLAS_E1 (A1)*AHP_PESOS(B1)"),
        ('=IF(A1="";"";perlas_e1(A1))&"perlas_e1(""x"")"', '=IF(A1="";"";PERLAS_E1(A1))&"perlas_e1(""x"")"'),
        ("=XLPERLAS.ADDIN.PERLASE9(A1)", "=XLPERLAS.ADDIN.PERLASE9(A1)"),
        ("=PERLAS_E9(A1)", "=PERLAS_E9(A1)"),
        ("=mi_perlas_e9(A1)+hoja.perlas_e9(A1)+perlas_e9", "=mi_perlas_e9(A1)+hoja.perlas_e9(A1)+perlas_e9"),
        ("=perlas_e99(A1)", "=perlas_e99(A1)"),
        ("=SUM(1;2)", "=SUM(1;2)"),
    ],
)
def test_names_that_calc_did_not_recognise(formula: str, expected: str) -> None:
    assert NAMES.restore(formula) == expected


def stored_book(path: Path) -> Path:
    """A workbook as LibreOffice 7.4 saves it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = '=IF(B1="","",XLPERLAS.ADDIN.PERLASE9(C1:C9,D1:D9))&"XLPERLAS.ADDIN.NADA(1)"'
    sheet["A2"] = "XLPERLAS.ADDIN.PERLASE9(es texto)"
    sheet["A3"] = ArrayFormula("A3:B4", "=xlperlas.AddIn.perlasMatriz(C1:C9,D1:D9)")
    sheet["A5"] = "=SUM(1,2)"
    book.save(path)
    return path


def test_names_are_repaired_in_place(tmp_path: Path) -> None:
    path = stored_book(tmp_path / "libro.xlsx")
    os.utime(path, ns=(10**18, 10**18))
    with zipfile.ZipFile(path) as archive:
        before = {i.filename: archive.read(i) for i in archive.infolist()}
    assert repair_names(path) == 2
    assert path.stat().st_mtime_ns == 10**18, "whoever has just saved it must not take it for another's"
    with zipfile.ZipFile(path) as archive:
        after = {i.filename: archive.read(i) for i in archive.infolist()}
    assert {name for name in after if after[name] != before[name]} == {"xl/worksheets/sheet1.xml"}
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A1"].value == '=IF(B1="","",PERLAS_E9(C1:C9,D1:D9))&"XLPERLAS.ADDIN.NADA(1)"'
    assert sheet["A2"].value == "XLPERLAS.ADDIN.PERLASE9(es texto)"
    assert sheet["A3"].value.text == "=PERLAS_MATRIZ(C1:C9,D1:D9)"
    whole = path.read_bytes()
    assert repair_names(path) == 0
    assert path.read_bytes() == whole


def test_a_file_that_is_open_or_none_is_left_alone(tmp_path: Path) -> None:
    path = stored_book(tmp_path / "libro.xlsx")
    whole = path.read_bytes()
    (tmp_path / ".~lock.libro.xlsx#").write_text("alguien", encoding="utf-8")
    with pytest.raises(PerlasError, match="L06"):
        repair_names(path)
    assert path.read_bytes() == whole
    assert repair_names(path, force=True) == 2
    (tmp_path / "nada.xlsx").write_bytes(b"nada")
    with pytest.raises(PerlasError, match="A10"):
        repair_names(tmp_path / "nada.xlsx")
    with pytest.raises(PerlasError, match="A04"):
        repair_names(tmp_path / "no está.xlsx")


def test_recalculating_repairs_the_names_too(tmp_path: Path) -> None:
    """Calc without the add-in at hand saves its own names; whoever recalculates then sends the file to Excel."""
    path = create(tmp_path / "libro.xlsx", periods=("2023",))
    with zipfile.ZipFile(path) as archive:
        parts = {i: archive.read(i) for i in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in parts.items():
            archive.writestr(info, content.replace(b"PERLAS_E9(", b"XLPERLAS.ADDIN.PERLASE9("))
    assert stored_formulas(path, "XLPERLAS") > 0
    before = stored_formulas(path, "PERLAS_E9(")
    main(["recalcular", str(path)])
    assert stored_formulas(path, "XLPERLAS") == 0
    assert stored_formulas(path, "PERLAS_E9(") > before


def stored_formulas(path: Path, text: str) -> int:
    """How many formulas of the workbook hold `text`."""
    book = Package.open(path)
    return sum(text in (cell.formula or "") for name in book.sheet_names for cell in book.sheet(name).cells())


# --- the program behind -----------------------------------------------------------------------------------------------

ROWS = ([("1",), ("14",)], [(1000.0,), (750.0,)])


def settings(**changes: Any) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(oxt.build())) as archive:
        found: dict[str, Any] = json.loads(archive.read("pythonpath/xl_perlas_calc/settings.json"))
    return {**found, **changes}


@pytest.mark.parametrize("oldest", [[3, 8], [99, 0]], ids=["inside", "apart"])
def test_the_engine_calls_the_functions(oldest: list[int], tmp_path: Path) -> None:
    program = engine.Engine(settings(oldest_python=oldest))
    assert program("PERLAS_E1", ROWS) == function("PERLAS_E1")(*ROWS) == 0.75
    assert program("PERLAS_E1", ([("1",)], [("#REF!",)])) == "#REF!"
    assert program("PERLAS_MATRIZ", ROWS) == function("PERLAS_MATRIZ")(*ROWS)
    assert program.notice == ""
    with pytest.raises(engine.Absent, match="H12"):
        program("PERLAS_QUE_NO_EXISTE", ())
    path = stored_book(tmp_path / "libro.xlsx")
    program.repair(str(path))
    assert repair_names(path) == 0
    with pytest.raises((PerlasError, RuntimeError), match="A04"):
        program.repair(str(tmp_path / "no está.xlsx"))
    assert program("PERLAS_VERSION", ()) == __version__


def test_a_new_process_takes_the_place_of_one_that_ended() -> None:
    program = engine.Engine(settings(oldest_python=[99, 0]))
    assert program("PERLAS_E1", ROWS) == 0.75
    first = program._program._process
    first.kill()
    first.wait()
    assert program("PERLAS_E1", ROWS) == 0.75
    assert program._program._process is not first


def _stub(folder: Path, text: str) -> str:
    """A Python that is none."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for Python")
@pytest.mark.parametrize("script", ["echo no hay xl_perlas >&2; exit 1", "exit 0", "echo basura"])
def test_a_python_that_does_not_answer(script: str, tmp_path: Path) -> None:
    python = _stub(tmp_path, script)
    program = engine.Engine(settings(oldest_python=[99, 0], python=python))
    with pytest.raises(engine.Absent, match=r"\[H11\] El Python de LibreOffice es 3\.\d+ y hace falta 99\.0") as found:
        program("PERLAS_E1", ROWS)
    assert python in str(found.value)
    assert ("no hay xl_perlas" in str(found.value)) == ("no hay" in script)


def test_what_is_wrong_is_said_once_and_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = engine.Engine(settings(oldest_python=[99, 0], python=str(tmp_path / "python")))
    with pytest.raises(engine.Absent, match=r"\[H11\].*no existe"):
        program("PERLAS_E1", ROWS)
    monkeypatch.setattr(program, "_find", lambda: pytest.fail("it looked again"))
    with pytest.raises(engine.Absent, match="H11"):
        program("PERLAS_E1", ROWS)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (ModuleNotFoundError("No module named 'xl_perlas'", name="xl_perlas"), "H10"),
        (ModuleNotFoundError("No module named 'xl_perlas.udfs'", name="xl_perlas.udfs.functions"), "H10"),
        (ModuleNotFoundError("No module named 'tomllib'", name="tomllib"), "H13"),
        (SyntaxError("invalid syntax"), "H13"),
    ],
)
def test_a_program_that_cannot_be_imported(trouble: Exception, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(packages: str) -> None:
        raise trouble

    monkeypatch.setattr(engine, "_import_server", fail)
    with pytest.raises(engine.Absent, match=rf"\[{code}\]") as found:
        engine.Engine(settings(packages="/no/está"))("PERLAS_E1", ROWS)
    assert ("/no/está" if code == "H10" else str(trouble)) in str(found.value)


def test_another_version_is_noticed_and_works() -> None:
    program = engine.Engine(settings(version="0.0.1"))
    assert program("PERLAS_E1", ROWS) == 0.75
    assert re.match(rf"\[H12\] .* 0\.0\.1 .* {re.escape(__version__)}\. Qué hacer: ", program.notice)


def test_the_server_answers_until_it_is_left() -> None:
    asked = [("PERLAS_E1", ROWS), ("NADA", ()), ("repair_names", ("/no/está",)), ("PERLAS_VERSION", ())]
    requests = io.BytesIO(b"".join(pickle.dumps(one) for one in asked))
    answers = io.BytesIO()
    server.answer(requests, answers)
    answers.seek(0)
    assert pickle.load(answers) == __version__
    assert pickle.load(answers) == (None, 0.75)
    assert isinstance(pickle.load(answers)[0], KeyError)
    assert "A04" in str(pickle.load(answers)[0])
    assert pickle.load(answers) == (None, __version__)
    assert not answers.read()


# --- the component, with stand-ins for UNO ----------------------------------------------------------------------------


@pytest.fixture
def component(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Runs the component as LibreOffice does, with settings of one's own."""

    def load(**changes: Any) -> Any:
        package = types.ModuleType("xl_perlas_calc")
        package.__file__ = str(tmp_path / "__init__.py")
        (tmp_path / "settings.json").write_text(json.dumps(settings(**changes)), encoding="utf-8")
        package.cells, package.documents = cells, documents  # type: ignore[attr-defined]
        helper = types.SimpleNamespace(addImplementation=lambda *given: None)
        uno = {"Base": type("Base", (), {}), "ImplementationHelper": lambda: helper}
        stand_ins: dict[str, Any] = {
            "xl_perlas_calc": package, "xl_perlas_calc.engine": engine,
            "unohelper": types.SimpleNamespace(**uno),
            "com.sun.star.lang": types.SimpleNamespace(XServiceInfo=type("XServiceInfo", (), {})),
            "com.sun.star.task": types.SimpleNamespace(XJob=type("XJob", (), {})),
            "xlperlas": types.SimpleNamespace(XFunctions=type("XFunctions", (), {})),
        }  # fmt: skip
        for name, module in stand_ins.items():
            monkeypatch.setitem(sys.modules, name, module)
        space: dict[str, Any] = {"__name__": "uno_component"}
        exec(compile((HERE / "component.py").read_text("utf-8"), "component.py", "exec"), space)  # noqa: S102
        return types.SimpleNamespace(**space)

    return load


def test_the_component_has_every_function(component: Callable[..., Any]) -> None:
    add_in = component().AddIn(None)
    assert {oxt.method_name(f.name) for f in FUNCTIONS} <= set(dir(add_in))
    assert add_in.getImplementationName() == oxt.SERVICE
    assert add_in.supportsService(oxt.SERVICE)
    assert add_in.perlasVersion() == __version__
    assert add_in.perlasMeta("R5", None) == function("PERLAS_META")("R5")
    assert bits(add_in.perlasMeta("nada", 0.0)) & 0xFFFF == 519
    assert bits(add_in.perlasE1(object(), object(), None, None)) & 0xFFFF == 519, "what Calc hands over is no range"


def test_a_component_without_its_program_says_so(component: Callable[..., Any]) -> None:
    add_in = component(oldest_python=[99, 0], python="/no/está").AddIn(None)
    assert add_in.perlasDiag(None).startswith("[H11] ")
    assert add_in.perlasVersion().startswith("[H11] ")
    assert bits(add_in.perlasMeta("R5", None)) & 0xFFFF == 525


def test_a_job_never_fails(component: Callable[..., Any]) -> None:
    loaded = component()
    job = loaded.NamesJob(None)
    job.execute(())
    job.execute((types.SimpleNamespace(Name="Environment", Value=()),))
    assert "KeyError: 'Model'" in loaded.AddIn(None).perlasDiag(None), "what went wrong last"


# --- instalar, desinstalar --------------------------------------------------------------------------------------------

ORDER = ["--anfitrion", "libreoffice"]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a LibreOffice where the program looks for one; its unopkg writes its arguments down. For POSIX systems."""
    if os.name != "posix":
        pytest.skip("a shell script stands for unopkg")
    folder = tmp_path / "libreoffice" / "program"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(install, "_PLACES", {"": (str(tmp_path / "libre*" / "program"),)})
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    monkeypatch.setattr(install.sys, "platform", "linux")
    monkeypatch.setattr(install, "is_administrator", lambda: False)

    def make(script: str = "", python: bool = True) -> Path:
        unopkg = folder / "unopkg"
        unopkg.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/pedido"\nenv > "{tmp_path}/entorno"\n{script}\n')
        unopkg.chmod(0o755)
        if python:
            (folder / "pythonloader.py").touch()
        return tmp_path

    return make


def asked(home: Path) -> list[str]:
    file = home / "pedido"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_install(
    office: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = office()
    monkeypatch.setenv("PYTHONPATH", "/otro")
    monkeypatch.setenv("VIRTUAL_ENV", "/un/entorno")
    monkeypatch.setenv("PATH", f"/un/entorno/bin{os.pathsep}/usr/bin")
    assert main(["instalar", *ORDER]) == 0
    extension = home / ".local/share/xl-perlas/xl-perlas.oxt"
    assert asked(home) == [f"add --force {extension}"]
    assert extension.read_bytes() == oxt.build()
    environment = (home / "entorno").read_text(encoding="utf-8")
    assert "PATH=/usr/bin:/bin\n" in environment
    assert "entorno/bin" not in environment
    assert "PYTHONPATH" not in environment
    assert f"xl-perlas {__version__} instalado" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "code", "detail"),
    [
        ("echo 'ERROR: está roto' >&2; echo 'ERROR: unopkg failed.' >&2; exit 1", "H03", "está roto"),
        ("exit 7", "H03", "no dijo por qué"),
    ],
)
def test_what_unopkg_says(
    office: Callable[..., Path], script: str, code: str, detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    office(script)
    assert main(["instalar", *ORDER]) == 1
    said = capsys.readouterr().err
    assert f"[{code}]" in said
    assert detail in said
    assert "xl-perlas.oxt" in said, "how to do it by hand"


def test_remove(office: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    home = office("echo Identifier: xl-perlas.libreoffice")
    assert main(["desinstalar", *ORDER]) == 0
    assert asked(home) == ["list", "remove xl-perlas.libreoffice"]
    assert "quitado" in capsys.readouterr().out
    office('case "$1" in list) echo xl-perlas.libreoffice;; *) echo "ERROR: no puedo"; exit 1;; esac')
    assert main(["desinstalar", *ORDER]) == 1
    assert "[H06] no se pudo quitar el complemento: no puedo" in capsys.readouterr().err
    office()
    assert main(["desinstalar", *ORDER]) == 0
    assert "[H07]" in capsys.readouterr().err


def test_for_all_users_the_administrator_gets_one_command(
    office: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = office("echo xl-perlas.libreoffice")
    unopkg = home / "libreoffice/program/unopkg"
    extension = home / ".local/share/xl-perlas/xl-perlas.oxt"
    assert main(["instalar", *ORDER, "--todos"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == f"sudo {unopkg} add --force --shared {extension}"
    assert extension.exists()
    assert main(["desinstalar", *ORDER, "--todos"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"sudo {unopkg} remove --shared xl-perlas.libreoffice"
    assert asked(home) == []
    monkeypatch.setattr(install, "is_administrator", lambda: True)
    assert main(["instalar", *ORDER, "--todos"]) == 0
    assert main(["desinstalar", *ORDER, "--todos"]) == 0
    assert asked(home) == [
        f"add --force --shared {extension}", "list --shared", "remove --shared xl-perlas.libreoffice",
    ]  # fmt: skip
    assert main(["instalar", *ORDER]) == 1
    assert "[H05]" in capsys.readouterr().err


def test_others_must_be_able_to_read_the_program(
    office: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    office()
    closed = tmp_path / "cerrada" / "site-packages"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    monkeypatch.setattr(oxt, "this_home", lambda: oxt.Home(str(closed), sys.executable))
    assert main(["instalar", *ORDER, "--todos"]) == 0
    assert "[H08]" in capsys.readouterr().err
    assert install.unreadable_part() == closed.parent


def test_an_open_libreoffice_comes_first(office: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    home = office()
    lock = home / ".config/libreoffice/4/.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    for order in ("instalar", "desinstalar"):
        assert main([order, *ORDER]) == 1
        said = capsys.readouterr().err
        assert "[H04] LibreOffice está abierto." in said
        assert str(lock) in said
    assert asked(home) == []


def test_what_is_missing_is_said(
    office: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["instalar", *ORDER]) == 1
    said = capsys.readouterr().err
    assert "[H01] no se encuentra LibreOffice (PATH, " in said
    office(python=False)
    assert main(["instalar", *ORDER]) == 1
    said = capsys.readouterr().err
    assert "[H02]" in said
    assert "python3-uno" in said
    monkeypatch.setenv("HOME", str(tmp_path / "archivo"))
    (tmp_path / "archivo").touch()
    office()
    assert main(["instalar", *ORDER]) == 2
    assert "[U05] No se puede escribir" in capsys.readouterr().err


def test_in_path_comes_before_the_usual_places(
    office: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office()
    other = tmp_path / "opt" / "program"
    other.mkdir(parents=True)
    for name in ("soffice", "unopkg", "pythonloader.py"):
        (other / name).touch(mode=0o755)
    link = tmp_path / "bin" / "soffice"
    link.parent.mkdir()
    link.symlink_to(other / "soffice")
    monkeypatch.setattr(install.shutil, "which", lambda name: str(link) if name == "soffice" else None)
    assert install.find_office().unopkg == other / "unopkg"


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_places_of_every_system(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.sys, "platform", system)
    for name in ("PROGRAMFILES", "ProgramFiles", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, r"C:\X")
    for places in (install._PLACES, install._SETTINGS, install._KEPT):
        found = install._here(places)
        assert found
        assert not any("{" in place for place in found)
