"""xlwings' classic Windows machinery, running where there is no Windows and no Excel.

On other systems xlwings' decorators do nothing, so importing a module of functions proves nothing. Here only pywin32
and `ctypes.windll` are stand-ins: the decorators, the VBA generator, "Import Functions" and the call from a cell
(argument conversion, error codes, results) are xlwings' own code.

    host = classic_host.load()
    book = host.import_functions("xl_perlas.udfs.excel.xlwings_udfs")
    host.call("xl_perlas.udfs.excel.xlwings_udfs", "PERLAS_E9", host.range(codes), host.range(figures), host.MISSING)
"""

from __future__ import annotations

import atexit
import ctypes
import datetime as dt
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest import mock

#: What VBA passes for an argument left out, and what COM delivers for an error cell.
MISSING = -2147352572
COM_ERRORS = {
    "#NULL!": -2146826288, "#DIV/0!": -2146826281, "#VALUE!": -2146826273, "#REF!": -2146826265,
    "#NAME?": -2146826259, "#NUM!": -2146826252, "#N/A": -2146826246,
}  # fmt: skip

_RANGE_IID = "{00020846-0000-0000-C000-000000000046}"


class ComError(Exception):
    """`pythoncom.com_error`."""

    hresult = -2147352567


class ComTime(dt.datetime):
    """A date as pywin32 hands it over."""


def _stand_ins() -> dict[str, ModuleType]:
    """The modules of pywin32, with what xlwings touches while it is imported and while a cell calls."""

    def passed(value: object = None, *_: object, **__: object) -> object:
        return value

    def not_wrapped(_: object) -> object:
        raise TypeError("not a Python object behind COM")

    dispatch_type = type("PyIDispatch", (), {})
    contents: dict[str, dict[str, object]] = {
        "pythoncom": {
            "com_error": ComError, "ole_error": ComError, "CoInitialize": passed, "VT_ERROR": 10,
            "IID_IDispatch": "IDispatch", "IID_IEnumVARIANT": "IEnumVARIANT", "TypeIIDs": {"IDispatch": dispatch_type},
        },
        "pywintypes": {"com_error": ComError, "error": ComError, "IID": str, "TimeType": ComTime},
        "win32com": {},
        "win32com.client": {
            "Dispatch": passed, "DispatchEx": passed, "VARIANT": tuple, "CDispatch": type("CDispatch", (), {}),
            "CoClassBaseClass": type("CoClassBaseClass", (), {}),
            "DispatchBaseClass": type("DispatchBaseClass", (), {}), "gencache": mock.MagicMock(),
        },
        "win32com.server": {},
        "win32com.server.util": {"unwrap": not_wrapped, "wrap": passed},
        "win32com.server.dispatcher": {},
        "win32com.server.policy": {"DefaultPolicy": object},
        "win32timezone": {"TimeZoneInfo": mock.MagicMock()},
        "win32process": {"GetWindowThreadProcessId": lambda _: (1, 1)},
        **{name: {} for name in ("win32api", "win32con", "win32gui", "win32event")},
    }  # fmt: skip
    modules: dict[str, ModuleType] = {}
    for name, names in contents.items():
        module = modules[name] = ModuleType(name)
        module.__file__ = name
        module.__path__ = []
        module.__dict__.update(names)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    return modules


@contextmanager
def _windows() -> Iterator[None]:
    """pywin32 and the Windows side of ctypes, as long as xlwings' Windows modules are being imported."""
    absent = mock.MagicMock()
    stand_ins = _stand_ins()
    sys.modules.update(stand_ins)
    try:
        with (
            mock.patch.object(ctypes, "windll", absent, create=True),
            mock.patch.object(ctypes, "oledll", absent, create=True),
            mock.patch.object(ctypes, "PyDLL", absent),
        ):
            yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


_APPLICATION = SimpleNamespace(Version="16.0", Hwnd=1)
_SHEET = SimpleNamespace(
    Name="Datos", Parent=SimpleNamespace(Name="perlas.xlsm", Application=_APPLICATION), Application=_APPLICATION
)


class Range:
    """What a cell function needs of Excel's Range: one cell gives its value, more give rows, as COM does."""

    def __init__(self, value: object, address: str = "$A$1"):
        rows = value if isinstance(value, (list, tuple)) else ((value,),)
        self._rows = tuple(tuple(row) if isinstance(row, (list, tuple)) else (row,) for row in rows)
        self.Address, self.Row, self.Column, self.Worksheet = address, 1, 1, _SHEET
        self.Rows, self.Columns = SimpleNamespace(Count=len(self._rows)), SimpleNamespace(Count=len(self._rows[0]))
        self.Count = self.Rows.Count * self.Columns.Count
        attributes = SimpleNamespace(iid=_RANGE_IID)
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: SimpleNamespace(GetTypeAttr=lambda: attributes))

    @property
    def Value(self) -> object:
        return self._rows[0][0] if self.Count == 1 else self._rows


class Book:
    """A workbook that "Import Functions" writes to: keeps the VBA module and the texts of the wizard."""

    def __init__(self) -> None:
        self.Name = "perlas.xlsm"
        self.Worksheets: list[object] = []
        self.module = ""
        self.help: dict[str, dict[str, object]] = {}
        self.VBProject = SimpleNamespace(VBComponents=self)
        self.Application = SimpleNamespace(Version="16.0", MacroOptions=self._keep_help)

    def __call__(self, name: str) -> object:
        raise ComError(f"no module {name}")

    def Remove(self, component: object) -> None:
        raise AssertionError("there is nothing to remove")

    def Import(self, path: str) -> None:
        self.module = Path(path).read_text(encoding="utf-8")

    def _keep_help(self, macro: str, **texts: object) -> None:
        self.help[macro.rpartition("!")[2]] = texts


class Host:
    """xlwings for classic Excel."""

    MISSING, ERRORS = MISSING, COM_ERRORS
    range, time = Range, ComTime

    def __init__(self, udfs: ModuleType, server: ModuleType, windows: ModuleType):
        self._udfs, self._server = udfs, server
        self.convert = importlib.import_module("xlwings.conversion").read
        self._range = lambda cells: sys.modules["xlwings"].Range(impl=windows.Range(xl=cells))

    @contextmanager
    def _decorators(self) -> Iterator[None]:
        """xlwings' Windows decorators in the place of those that do nothing."""
        import xlwings

        udfs = self._udfs
        with mock.patch.multiple(xlwings, func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret, sub=udfs.xlsub):
            yield

    def load(self, name: str) -> ModuleType:
        """The module of functions, freshly imported with the Windows decorators."""
        self._udfs.udf_modules.pop(name, None)
        sys.modules.pop(name, None)
        with self._decorators():
            return importlib.import_module(name)

    def import_functions(self, name: str) -> Book:
        """What the ribbon's "Import Functions" does."""
        book = Book()
        self.load(name)
        self._udfs.import_udfs(name, book)
        return book

    def call(self, module: str, function: str, *arguments: object) -> object:
        """What a cell runs: `XLPy.CallUDF(module, function, Array(…), ThisWorkbook, Application.Caller)`."""
        return self._server.XLPython().CallUDF(module, function, arguments, None, Range(None))

    def read(self, cells: Range, **options: object) -> object:
        """xlwings' conversion of one argument, alone."""
        return self.convert(self._range(cells), None, options)


@cache
def load() -> Host:
    """xlwings' Windows modules, imported once in a process; pywin32's stand-ins do not stay importable.

    Not for Windows, where the real pywin32 is there.
    """
    import xlwings
    import xlwings.conversion

    with _windows():
        windows = importlib.import_module("xlwings._xlwindows")
        udfs = importlib.import_module("xlwings.udfs")
        server = importlib.import_module("xlwings.com_server")
    atexit.unregister(windows.cleanup)
    vars(xlwings)["_xlwindows"] = windows
    if "excel" not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    return Host(udfs, server, windows)
