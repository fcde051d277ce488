"""The program behind the add-in: called in LibreOffice's Python or, where that one is too old, in its own.

Part of the extension. It runs in LibreOffice's Python: nothing newer than 3.8 and, since the program may not be there,
nothing of `xl_perlas` until it is called.
"""

from __future__ import annotations

import importlib
import os
import pickle
import site
import subprocess
import sys
import threading
from typing import Any

_PYTHON_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "PYTHONSTARTUP", "VIRTUAL_ENV")
_SERVE = "from xl_perlas.udfs.libreoffice.server import serve; serve()"
_PROTOCOL = 4

#: What the program does besides cell functions, asked for like one.
REPAIR = "repair_names"
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Absent(Exception):
    """The program cannot be called; the text says why, and what to do."""


class Engine:
    """Calls cell functions by name. `settings`: those of the extension (see `oxt.py`). It starts at the first call."""

    def __init__(self, settings: dict[str, Any]):
        self._settings = settings
        self._texts: dict[str, str] = settings["texts"]
        self._program: Any = None
        self._trouble = ""
        self._lock = threading.RLock()

    def __call__(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """What the cell shows; errors are texts such as `#N/A`.

        Raises:
            Absent: the program is not there, or has no such function.
        """
        with self._lock:
            self.start()
            try:
                return self._program(name, arguments)
            except KeyError:
                raise Absent(self._version_text()) from None
            except (OSError, EOFError, pickle.PickleError) as error:
                return self._again(name, arguments, error)

    def repair(self, path: str) -> None:
        """Put Excel's names of the functions back in a workbook that Calc saved. Raises whatever keeps it from that."""
        with self._lock:
            self.start()
            self._program(REPAIR, (path,))

    def start(self) -> None:
        """Make ready to call. Raises Absent; once it failed it fails at once, until LibreOffice is started again."""
        if self._trouble:
            raise Absent(self._trouble)
        if self._program is None:
            try:
                self._program = self._find()
            except Absent as absent:
                self._trouble = str(absent)
                raise

    @property
    def notice(self) -> str:
        """What is wrong though it works: another version than the extension was made by. Else nothing."""
        different = self._program is not None and self._program.version != self._settings["version"]
        return self._version_text() if different else ""

    def _version_text(self) -> str:
        return self._texts["version"].format(own=self._settings["version"], have=self._program.version)

    def _find(self) -> Any:
        packages = self._settings["packages"]
        if sys.version_info[:2] < tuple(self._settings["oldest_python"]):
            return self._apart()
        try:
            return _Inside(packages)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == "xl_perlas":
                raise Absent(self._texts["missing"].format(path=packages)) from None
            raise self._broken(error) from None
        except Exception as error:
            raise self._broken(error) from None

    def _apart(self) -> Any:
        python = self._settings["python"]
        try:
            return _Apart(python)
        except Exception as error:
            have = ".".join(map(str, sys.version_info[:2]))
            oldest = ".".join(map(str, self._settings["oldest_python"]))
            detail = str(error).strip() or type(error).__name__
            raise Absent(self._texts["python"].format(have=have, oldest=oldest, python=python, detail=detail)) from None

    def _again(self, name: str, arguments: tuple[Any, ...], error: Exception) -> Any:
        """The other process ended: one more attempt with a new one."""
        if not isinstance(self._program, _Apart):
            raise error
        self._program = None
        self.start()
        try:
            return self._program(name, arguments)
        except (OSError, EOFError, pickle.PickleError) as second:
            self._trouble = str(self._broken(second))
            raise Absent(self._trouble) from None

    def _broken(self, error: Exception) -> Absent:
        return Absent(self._texts["broken"].format(detail=f"{type(error).__name__}: {error}".strip(": ")))


class _Inside:
    """The program imported into this Python."""

    def __init__(self, packages: str):
        self._find = _import_server(packages).find
        self.version: str = sys.modules["xl_perlas._version"].__version__

    def __call__(self, name: str, arguments: tuple[Any, ...]) -> Any:
        return self._find(name)(*arguments)


def _import_server(packages: str) -> Any:
    """What finds the functions. The folder leads the search only for as long as it takes: it holds others' packages."""
    name = "xl_perlas.udfs.libreoffice.server"
    if not os.path.isdir(os.path.join(packages, "xl_perlas", "udfs")):
        if os.path.isdir(packages):
            site.addsitedir(packages)  # an editable install
        return importlib.import_module(name)
    sys.path.insert(0, packages)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(packages)


class _Apart:
    """The program in a process of its own, in the Python that installed it; see `server.py`."""

    def __init__(self, python: str):
        if not os.path.isfile(python):
            raise FileNotFoundError("no existe")
        environment = {k: v for k, v in os.environ.items() if k not in _PYTHON_VARIABLES}
        process: Any = subprocess.Popen(
            [python, "-EP", "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment, creationflags=_NO_WINDOW,
        )  # fmt: skip
        self._process, self._requests, self._answers = process, process.stdin, process.stdout
        try:
            self.version: str = pickle.load(self._answers)
        except (EOFError, pickle.PickleError):
            _, complaint = process.communicate()
            lines = complaint.decode("utf-8", "replace").strip().splitlines()
            raise OSError(lines[-1] if lines else "terminó sin decir por qué") from None

    def __call__(self, name: str, arguments: tuple[Any, ...]) -> Any:
        self._requests.write(pickle.dumps((name, arguments), _PROTOCOL))
        self._requests.flush()
        problem, result = pickle.load(self._answers)
        if problem is not None:
            raise problem
        return result
