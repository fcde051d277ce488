"""Pictures of the guide, taken of Calc's own window: `python docs/imagenes.py`. Linux, for whoever edits the guide.

Needs LibreOffice with its window (libreoffice-gtk3) and Spanish (libreoffice-l10n-es), fonts-crosextra-carlito, xvfb,
matchbox-window-manager, xdotool and imagemagick.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from office import Office, add_extension, clean_environment, require_office, running_office

from xl_perlas.cli import main
from xl_perlas.udfs.libreoffice import oxt

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "imagenes"
WIDTH, HEIGHT = 1360, 800
_DISPLAY = ":97"

#: The user's language, and no tips; what Calc would ask for at its first start.
_SETTINGS = {
    "/org.openoffice.Office.Linguistic/General": {"UILocale": "es"},
    "/org.openoffice.Setup/L10N": {"ooSetupSystemLocale": "es-EC"},
    "/org.openoffice.Office.Common/Misc": {"ShowTipOfTheDay": False},
}

_CONFIGURE = """
provider = context.ServiceManager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
for path, values in arguments.items():
    access = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", (prop("nodepath", path),))
    for name, value in values.items():
        access.setPropertyValue(name, value)
    access.commitChanges()
answer(True)
"""

_HELPERS = """
doc = desktop.CurrentComponent
controller = doc.CurrentController
def dispatch(command, **values):
    helper = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    helper.executeDispatch(controller.Frame, command, "", 0, tuple(prop(k, v) for k, v in values.items()))
"""

_HAND_MADE = _HELPERS + """
sheet = doc.Sheets.getByIndex(0)
data = arguments["data"]
sheet.getCellRangeByPosition(0, 0, len(data[0]) - 1, len(data) - 1).setDataArray(tuple(map(tuple, data)))
for i, (text, formula) in enumerate(arguments["cells"]):
    sheet.getCellByPosition(6, i).setString(text)
    sheet.getCellByPosition(7, i).setFormula(formula)
for column, width in enumerate((1700, 5600, 2400, 2400, 2400, 700, 5200, 4200, 2300, 2300)):
    sheet.Columns.getByIndex(column).Width = width
first = len(arguments["cells"]) + 1
sheet.getCellRangeByPosition(6, first, 9, first + 45).setArrayFormula(arguments["matrix"])
sheet.getCellRangeByPosition(2, 1, 4, len(data)).NumberFormat = 4
sheet.getCellRangeByPosition(7, 0, 7, 2).NumberFormat = 11
sheet.getCellRangeByPosition(7, first + 1, 9, first + 45).NumberFormat = 11
for block in (sheet.getCellRangeByPosition(0, 0, 4, 0), sheet.getCellRangeByPosition(6, first, 9, first)):
    block.CharWeight = 150.0
dispatch(".uno:GoToCell", ToPoint="H1")
answer(True)
"""

_GO = _HELPERS + """
doc.calculateAll()
controller.setActiveSheet(doc.Sheets.getByName(arguments["sheet"]))
dispatch(".uno:GoToCell", ToPoint=arguments["cell"])
answer(True)
"""

_DIALOG = _HELPERS + """
import threading
dispatch(".uno:GoToCell", ToPoint=arguments["cell"])
threading.Thread(target=lambda: dispatch(".uno:FunctionDialog"), daemon=True).start()
time.sleep(4)
answer(True)
"""


@contextmanager
def window(book: bool) -> Iterator[Office]:
    """Calc with the add-in, with the demonstration or an empty book, in a window on a display of its own."""
    soffice = require_office()
    environment = {**clean_environment(), "DISPLAY": _DISPLAY, "SAL_USE_VCLPLUGIN": "gtk3", "LANG": "C.UTF-8"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="perlas-imagen-")))
        profile = add_extension(folder, oxt.build())
        with running_office(profile) as office:
            office.run(_CONFIGURE, _SETTINGS)
        opened = "--calc"
        if book:
            opened = str(folder / "perlas.xlsx")
            main(["demo", "--salida", opened])
        display = subprocess.Popen(["Xvfb", _DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24"],
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        stack.callback(display.wait)
        stack.callback(display.terminate)
        time.sleep(1)
        manager = subprocess.Popen(["matchbox-window-manager", "-use_titlebar", "no"], stderr=subprocess.DEVNULL,
                                   env={**os.environ, "DISPLAY": _DISPLAY})  # fmt: skip
        stack.callback(manager.kill)
        pipe = f"perlas{uuid.uuid4().hex}"
        process = subprocess.Popen(
            [soffice, f"-env:UserInstallation={profile.resolve().as_uri()}", "--norestore", "--nologo", opened,
             f"--accept=pipe,name={pipe};urp;"], env=environment, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        stack.callback(os.killpg, process.pid, signal.SIGKILL)  # it is more than one process
        time.sleep(12)
        yield Office(pipe, profile, environment)


def _display(*command: str) -> str:
    done = subprocess.run(command, env={**os.environ, "DISPLAY": _DISPLAY}, capture_output=True, text=True, check=True)
    return done.stdout


def _window(title: str) -> str:
    """The window with `title` in its name."""
    return _display("xdotool", "search", "--sync", "--onlyvisible", "--name", title).split()[-1]


def shoot(name: str, title: str = "LibreOffice") -> None:
    """The window with `title` as docs/imagenes/NAME.png."""
    time.sleep(2.5)
    FOLDER.mkdir(exist_ok=True)
    _display("import", "-window", _window(title), "-colors", "96", f"PNG8:{FOLDER / name}.png")


def _chart() -> list[list[Any]]:
    with (ROOT / "xl_perlas/definitions/demo/banco_indigena.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))

    def cell(text: str) -> Any:
        try:
            return float(text)
        except ValueError:
            return text

    return [["Código", "Cuenta", *map(float, rows[0][2:5])]] + [
        [row[0], row[1][:34], *map(cell, row[2:5])] for row in rows[1:]
    ]


def hand_made(office: Office) -> None:
    """A sheet made by hand, and the function wizard on one of its cells."""
    data = _chart()
    end = len(data)
    columns = f"A2:A{end};E2:E{end};D2:D{end}"
    cells = [
        ("E9 de 2011", f"=PERLAS_E9({columns})"),
        ("R12 de 2011", f"=PERLAS_R12({columns})"),
        ("E1, columnas enteras", "=PERLAS_E1(A:A;E:E)"),
        ("¿Cumple E9 su meta?", f'=PERLAS_CUMPLE("E9";{columns})'),
        ("Meta de E9", '=PERLAS_META("E9")'),
        ("S11 sin el año previo", f"=PERLAS_S11(A2:A{end};E2:E{end})"),
        ("Rangos que no casan", f"=PERLAS_E9(A2:A{end};E2:E{end - 1})"),
        ("Diagnóstico", "=PERLAS_DIAG()"),
    ]
    office.run(_HAND_MADE, {"data": data, "cells": cells, "matrix": f"=PERLAS_MATRIZ(A1:A{end};C1:E{end})"})
    shoot("calc-celdas")
    office.run(_DIALOG, {"cell": "H1"})
    shoot("calc-asistente", "Asistente")


def workbook(office: Office) -> None:
    """Sheets of the demonstration, alive."""
    for sheet, cell in (
        ("Catálogo", "C14"), ("Indicadores", "J16"), ("Detalle", "C5"), ("Auditoría", "H7"), ("Verificación", "A14"),
        ("Tablero", "A1"),
    ):
        office.run(_GO, {"sheet": sheet, "cell": cell})
        shoot(f"calc-{sheet.lower()}".translate(str.maketrans("áíó", "aio")))


if __name__ == "__main__":
    with window(book=False) as running:
        hand_made(running)
    with window(book=True) as running:
        workbook(running)
