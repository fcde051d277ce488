"""The UNO component of the add-in: Calc calls its methods, one a cell function, and tells it of loaded documents.

It is thin: arguments are read in `cells.py`, functions called through `engine.py`, documents repaired in
`documents.py`, all of them beside it in the extension. No exception leaves it; a cell shows a real error instead.
"""

from __future__ import annotations

import gc
import json
import os
from collections import deque
from collections.abc import Callable
from typing import Any

import unohelper  # type: ignore[import-not-found]
import xl_perlas_calc  # type: ignore[import-not-found]
from com.sun.star.lang import XServiceInfo  # type: ignore[import-not-found]
from com.sun.star.task import XJob  # type: ignore[import-not-found]
from xl_perlas_calc import cells, documents
from xl_perlas_calc.engine import Absent, Engine  # type: ignore[import-not-found]
from xlperlas import XFunctions  # type: ignore[import-not-found]

with open(os.path.join(os.path.dirname(xl_perlas_calc.__file__), "settings.json"), encoding="utf-8") as _file:
    SETTINGS: dict[str, Any] = json.load(_file)

_engine = Engine(SETTINGS)

# A range is thousands of small tuples, and while they come in Python would look for cycles among them again and again:
# half of the time of a cell function.
_often, *_seldom = gc.get_threshold()
gc.set_threshold(max(_often, 50_000), *_seldom)

_names = documents.Names(SETTINGS)
_DIAGNOSIS = SETTINGS["speaking"][0]
_troubles: deque[str] = deque(maxlen=2)


def _call(name: str, is_range: list[bool], arguments: tuple[Any, ...]) -> Any:
    """What the cell shows."""
    try:
        if cells.is_wasteful(arguments):
            _remember(SETTINGS["texts"]["column"])
        found = _engine(name, cells.read(arguments, is_range))
        return " | ".join(filter(None, (found, _engine.notice, *_troubles))) if name == _DIAGNOSIS else found
    except Absent as absent:
        return str(absent) if name in SETTINGS["speaking"] else cells.NOT_FOUND
    except Exception:
        return cells.BAD_VALUE


def _remember(trouble: str) -> None:
    """Keep what PERLAS_DIAG should say, once."""
    if trouble not in _troubles:
        _troubles.append(trouble)


class AddIn(unohelper.Base, XFunctions, XServiceInfo):  # type: ignore[misc]
    """The service whose methods Calc calls."""

    def __init__(self, context: Any):
        self.context = context

    def getImplementationName(self) -> str:
        return str(SETTINGS["service"])

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SETTINGS["service"],)


def _method(function: dict[str, Any]) -> Callable[..., Any]:
    name, is_range = function["name"], function["arguments"]
    shape = cells.table if function["table"] else cells.result

    def method(self: AddIn, *arguments: Any) -> Any:
        return shape(_call(name, is_range, arguments))

    return method


for _name, _function in SETTINGS["functions"].items():
    setattr(AddIn, _name, _method(_function))


class NamesJob(unohelper.Base, XJob, XServiceInfo):  # type: ignore[misc]
    """Runs when a document was loaded or saved: sees to the names of the functions where Calc does not.

    A document that cannot be repaired stays as it was; PERLAS_DIAG says why.
    """

    def __init__(self, context: Any):
        self.context = context

    def getImplementationName(self) -> str:
        return str(SETTINGS["job"])

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SETTINGS["job"],)

    def execute(self, arguments: Any) -> None:
        try:
            groups = {a.Name: a.Value for a in arguments}
            event = {e.Name: e.Value for e in groups["Environment"]}
            document = event["Model"]
            if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                return
            if event["EventName"] == "OnLoadFinished":
                documents.resolve(document, _names, _engine.start)
            elif url := documents.saved_workbook(document):
                _engine.repair(unohelper.fileUrlToSystemPath(url))
        except Exception as error:
            text = str(error)
            _remember(text if text.startswith("[") else f"{type(error).__name__}: {text}")


g_ImplementationHelper = unohelper.ImplementationHelper()
for _class, _service in ((AddIn, SETTINGS["service"]), (NamesJob, SETTINGS["job"])):
    g_ImplementationHelper.addImplementation(_class, _service, (_service,))
