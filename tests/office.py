"""LibreOffice for tests: found, started headless with a profile of its own, driven from its own Python.

Tests that need it are marked `office`. Where it is absent they are skipped, saying why; with XL_PERLAS_REQUIRE_OFFICE=1
they fail instead, so that a build that promises them cannot pass without them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

#: The Python that has LibreOffice's `uno` module, and where LibreOffice is looked for: a virtual environment's bin
#: first in PATH makes it crash once it loads Python code.
SYSTEM_PYTHON = "/usr/bin/python3"
PATH = "/usr/bin:/bin"

_PRELUDE = '''
import json, os, re, sys, time
import uno
from com.sun.star.beans import PropertyValue

def prop(name, value):
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one

def url(path):
    return uno.systemPathToFileUrl(os.path.abspath(path))

def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(0.1)
    sys.exit("LibreOffice does not answer")

context = connect(sys.argv[1])
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
arguments = json.loads(sys.stdin.read())

#: Names that Excel has; what Calc calls Err:502, as the logarithm of zero, is its #NUM!.
ERRORS = {502: "#NUM!", 503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?",
          532: "#DIV/0!", 32767: "#N/A"}

#: In LibreOffice itself a cell answers in a microsecond; from here it takes a thousand times as long.
BASIC = """
Function Errors(block)
    Dim found(), sheet, parts, part, n, r, c, k
    sheet = block.getSpreadsheet()
    parts = block.queryFormulaCells(4).getRangeAddresses()
    n = 0
    For k = 0 To UBound(parts)
        part = parts(k)
        n = n + (part.EndRow - part.StartRow + 1) * (part.EndColumn - part.StartColumn + 1)
    Next k
    If n = 0 Then
        Errors = Array()
        Exit Function
    End If
    ReDim found(n - 1)
    n = 0
    For k = 0 To UBound(parts)
        part = parts(k)
        For r = part.StartRow To part.EndRow
            For c = part.StartColumn To part.EndColumn
                found(n) = Array(r, c, sheet.getCellByPosition(c, r).getError())
                n = n + 1
            Next c
        Next r
    Next k
    Errors = found
End Function
"""

def basic():
    """The function of BASIC, in a library of this profile."""
    make = context.ServiceManager.createInstanceWithContext
    libraries = make("com.sun.star.script.ApplicationScriptLibraryContainer", context)
    if not libraries.hasByName("Pruebas"):
        libraries.createLibrary("Pruebas")
        libraries.getByName("Pruebas").insertByName("Celdas", BASIC)
    provider = make("com.sun.star.script.provider.MasterScriptProviderFactory", context).createScriptProvider("")
    return provider.getScript("vnd.sun.star.script:Pruebas.Celdas.Errors?language=Basic&location=application")

def look(block):
    """What a range shows, by rows; an error is {"error": its name}."""
    rows, at = [list(row) for row in block.getDataArray()], block.getRangeAddress()
    for r, c, number in basic().invoke((block,), (), ())[0]:
        rows[r - at.StartRow][c - at.StartColumn] = {"error": ERRORS.get(number, "Err:%d" % number)}
    return rows

def used(sheet):
    """The range from A1 to the last cell in use."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.getRangeAddress()
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)

def answer(value):
    """Ends the script: at its own exit the bridge sometimes crashes, after everything is done."""
    print("ANSWER " + json.dumps(value), flush=True)
    os._exit(0)
'''


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without anything that points LibreOffice's Python to another one."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, "PATH": PATH, **(extra or {})}


@cache
def missing_office() -> str:
    """What is missing to run LibreOffice; nothing where it can be."""
    if not shutil.which("soffice", path=PATH):
        return f"LibreOffice (soffice) is not in {PATH}"
    if not Path(SYSTEM_PYTHON).exists():
        return f"{SYSTEM_PYTHON} is not there"
    command = [SYSTEM_PYTHON, "-c", "import uno"]
    found = subprocess.run(command, env=clean_environment(), capture_output=True, check=False)
    return "" if found.returncode == 0 else f"{SYSTEM_PYTHON} has no uno module (python3-uno)"


def require_office() -> str:
    """Path of soffice. Skips the test where LibreOffice is absent; fails it when XL_PERLAS_REQUIRE_OFFICE=1."""
    if missing := missing_office():
        if os.environ.get("XL_PERLAS_REQUIRE_OFFICE") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return str(shutil.which("soffice", path=PATH))


class Office:
    """A running LibreOffice. `profile` is its user profile's folder."""

    def __init__(self, pipe: str, profile: Path, environment: Mapping[str, str]):
        self.pipe, self.profile, self._environment = pipe, profile, environment

    def run(self, script: str, arguments: Any = None, timeout: float = 120) -> Any:
        """Run `script` in LibreOffice's Python, connected, and give what it passes to `answer()`, which ends it.

        The script finds `context`, `desktop`, `arguments`, `answer(value)`, `prop(name, value)` and `url(path)`;
        arguments and answer are JSON.
        """
        done = subprocess.run(
            [SYSTEM_PYTHON, "-c", _PRELUDE + script, self.pipe],
            input=json.dumps(arguments), env=dict(self._environment), capture_output=True, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip
        answers = [line[7:] for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
        if done.returncode or not answers:
            raise AssertionError(f"the script failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        return json.loads(answers[-1])


@contextmanager
def running_office(profile: Path | None = None, environment: Mapping[str, str] | None = None) -> Iterator[Office]:
    """LibreOffice, headless, with a new profile (or `profile`), ended on the way out. Calls `require_office`."""
    soffice = require_office()
    with tempfile.TemporaryDirectory(prefix="perlas-office-", ignore_cleanup_errors=True) as folder:
        home, env = profile or Path(folder) / "profile", clean_environment(environment)
        pipe = f"perlas{uuid.uuid4().hex}"
        process = subprocess.Popen(
            [soffice, f"-env:UserInstallation={home.resolve().as_uri()}", "--headless", "--norestore", "--nologo",
             "--nodefault", f"--accept=pipe,name={pipe};urp;"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        office = Office(pipe, home, env)
        try:
            yield office
        finally:
            _end(office, process)


def _end(office: Office, process: subprocess.Popen[bytes]) -> None:
    try:
        office.run("desktop.terminate(); answer(True)", timeout=30)
        process.wait(30)
    except (AssertionError, subprocess.TimeoutExpired):
        process.kill()
        process.wait(30)


# --- extensions -------------------------------------------------------------------------------------------------------

#: `unopkg` refuses root without --shared, which would change the machine: root lends the profile to nobody.
_NOBODY: dict[str, Any] = {"user": 65534, "group": 65534}


def unprivileged(folder: Path) -> dict[str, Any]:
    """Options of `subprocess.run` for a program that refuses root; `folder` becomes its user's. Nothing for others."""
    if os.geteuid() != 0:
        return {}
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY["user"], _NOBODY["group"])
    return _NOBODY


def add_extension(folder: Path, extension: bytes) -> Path:
    """Install an extension in a profile of its own in `folder`, which must be reachable for all; the profile."""
    require_office()
    file, profile = folder / "complemento.oxt", folder / "profile"
    file.write_bytes(extension)
    done = subprocess.run(
        ["unopkg", "add", "--force", f"-env:UserInstallation={profile.resolve().as_uri()}", str(file)],
        env={**clean_environment(), "HOME": str(folder)}, capture_output=True, text=True, timeout=120, check=False,
        **unprivileged(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return profile


@contextmanager
def running_calc(extension: bytes) -> Iterator[Office]:
    """LibreOffice with an extension, in a profile of its own that is gone afterwards."""
    require_office()
    with (
        tempfile.TemporaryDirectory(prefix="perlas-calc-", ignore_cleanup_errors=True) as folder,
        running_office(add_extension(Path(folder), extension)) as office,
    ):
        yield office


_STEPS = '''
document, shown = None, []

def area(sheet, name):
    sheets = document.Sheets
    return (sheets.getByName(sheet) if sheet else sheets.getByIndex(0)).getCellRangeByName(name)

for step, *given in arguments:
    if step == "new":
        document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    elif step == "open":
        document = desktop.loadComponentFromURL(url(given[0]), "_blank", 0, (prop("Hidden", True),))
    elif step == "data":
        sheet, corner, rows = given
        at = area(sheet, corner).getRangeAddress()
        last = area(sheet, corner).getSpreadsheet().getCellRangeByPosition(
            at.StartColumn, at.StartRow, at.StartColumn + len(rows[0]) - 1, at.StartRow + len(rows) - 1)
        last.setDataArray(tuple(tuple("" if v is None else v for v in row) for row in rows))
    elif step == "formulas":
        sheet, corner, texts = given
        at = area(sheet, corner).getRangeAddress()
        area(sheet, corner).getSpreadsheet().getCellRangeByPosition(
            at.StartColumn, at.StartRow, at.StartColumn, at.StartRow + len(texts) - 1
        ).setFormulaArray(tuple((t,) for t in texts))
    elif step == "array":
        area(given[0], given[1]).setArrayFormula(given[2])
    elif step == "read":
        shown.append(look(area(given[0], given[1])))
    elif step == "calculate":
        document.calculateAll()
    elif step == "save":
        document.store()
    elif step == "save as":
        kinds = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8"}
        document.storeAsURL(url(given[0]), (prop("FilterName", kinds[given[0].rpartition(".")[2]]),))
    elif step == "unknown names":  # Calc shows them in small letters
        for sheet in [document.Sheets.getByIndex(i) for i in range(document.Sheets.getCount())]:
            for at in sheet.queryContentCells(16).getRangeAddresses():
                block = sheet.getCellRangeByPosition(at.StartColumn, at.StartRow, at.EndColumn, at.EndRow)
                shown += [f for row in block.getFormulaArray() for f in row if re.search(r"[a-z]_[a-z0-9_]+\\(", f)]
    elif step == "modified":
        shown.append(document.isModified())
    elif step == "close":
        document.close(True)
        document = None
if document:
    document.close(True)
answer(shown)
'''


class Error(str):
    """An error in a cell, as `read` shows it: `#N/A`, or `Err:504` for one that only Calc has."""


def steps(office: Office, *given: Sequence[Any], timeout: float = 120) -> list[Any]:
    """Do the steps on a document, and give what they show.

    ("new",), ("open", path), ("data", sheet, corner, rows), ("formulas", sheet, corner, texts, one below the other),
    ("array", sheet, area, text), ("read", sheet, area), ("unknown names",), ("calculate",), ("save",),
    ("save as", path), ("modified",), ("close",). A sheet "" is the first one. What is read are rows of numbers, texts
    and `Error`s; unknown names are the formulas with one.
    """
    found = office.run(_STEPS, [list(one) for one in given], timeout)
    return [[[_plain(cell) for cell in row] for row in block] if isinstance(block, list) else block for block in found]


def _plain(cell: Any) -> Any:
    return Error(cell["error"]) if isinstance(cell, dict) else cell


def convert(source: Path, kind: str, folder: Path, profile: Path, timeout: float = 180) -> Path:
    """`soffice --convert-to kind`: the converted file. `profile` is the user profile's folder, made when absent."""
    soffice = require_office()
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore",
         "--convert-to", kind, "--outdir", str(folder), str(source)],
        env=clean_environment(), check=True, capture_output=True, timeout=timeout,
    )  # fmt: skip
    return folder / f"{source.stem}.{kind.partition(':')[0]}"


# --- cells of a workbook ----------------------------------------------------------------------------------------------

_READ_SHEETS = """
document = desktop.loadComponentFromURL(url(arguments["path"]), "_blank", 0, (prop("Hidden", True),))
if arguments["recalculate"]:
    document.calculateAll()
found = {name: look(used(document.Sheets.getByName(name))) for name in arguments["sheets"]}
document.close(True)
answer(found)
"""


def read_cells(
    office: Office, path: Path, cells: Sequence[tuple[str, int, int]], recalculate: bool, timeout: float = 300
) -> list[Any]:
    """What cells (sheet, row, column) of a workbook show: numbers, texts, errors such as `#N/A`."""
    names = list(dict.fromkeys(name for name, _, _ in cells))
    found = office.run(_READ_SHEETS, {"path": str(path), "sheets": names, "recalculate": recalculate}, timeout)
    return [_shown(found[name], row - 1, column - 1) for name, row, column in cells]


def _shown(rows: list[list[Any]], row: int, column: int) -> Any:
    """A cell of what was in use; there is nothing beyond."""
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    return str(_plain(value)) if isinstance(value, dict) else value
