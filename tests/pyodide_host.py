"""Pyodide, the Python of xlwings Lite, under Node: the project's wheel there, imported as Lite's main.py imports it.

Pyodide comes from the npm package of that name; XL_PERLAS_PYODIDE names its folder (else `node_modules/pyodide` beside
the project). Where it or Node is absent the tests are skipped, saying why; with XL_PERLAS_REQUIRE_PYODIDE=1 they fail.

What is real: Pyodide, the wheel, xlwings' own modules but for its `pro` folder. What stands in: the decorators, which
in Lite are of that folder, here only remember what they are given.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xlwings
from wheels import ROOT, build_wheel

_PRELUDE = '''
import inspect, json, sys, time, types
import xlwings

arguments, bundled = json.loads(argument), set(sys.modules)
registered, options, scripts = {}, {}, {}

def func(f=None, **kwargs):
    def keep(f):
        registered[f.__name__] = f
        return f
    return keep(f) if f else keep

def arg(name, *convert, **kwargs):
    def keep(f):
        options.setdefault(f.__name__, {})[name] = kwargs
        return f
    return keep

def script(f=None, **kwargs):
    def keep(f):
        scripts[f.__name__] = f
        return f
    return keep(f) if f else keep

xlwings.func, xlwings.arg, xlwings.script = func, arg, script
start = time.perf_counter()
main = types.ModuleType("main")
exec("from xl_perlas.udfs.lite import *", main.__dict__)
started = time.perf_counter() - start

# Lite offers what is decorated among the names of main.py
functions = {name: f for name, f in inspect.getmembers(main) if f in registered.values()}

def call(name, *given):
    return functions[name](*given)

def answer(value):
    return json.dumps(value)
'''


def folder() -> Path:
    """Where the npm package is looked for."""
    return Path(os.environ.get("XL_PERLAS_PYODIDE") or ROOT / "node_modules" / "pyodide").resolve()


def missing_pyodide() -> str:
    """What is missing to run Pyodide; nothing where it can be."""
    if not shutil.which("node"):
        return "Node is not installed"
    if not (folder() / "pyodide.mjs").exists():
        return f"the npm package pyodide is not in {folder()} (XL_PERLAS_PYODIDE)"
    return ""


def require_pyodide() -> None:
    """Skips the test where Pyodide is absent; fails it when XL_PERLAS_REQUIRE_PYODIDE=1."""
    if missing := missing_pyodide():
        if os.environ.get("XL_PERLAS_REQUIRE_PYODIDE") == "1":
            pytest.fail(missing)
        pytest.skip(missing)


@cache
def _archives() -> tuple[Path, Path]:
    """The wheel, and xlwings without its compiled part and its `pro` folder."""
    home = Path(tempfile.mkdtemp(prefix="perlas-pyodide-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    source, packed = Path(xlwings.__file__).parent, home / "xlwings.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in source.rglob("*.py"):
            inside = path.relative_to(source)
            if inside.parts[0] != "pro":
                archive.write(path, Path("xlwings") / inside)
    build = home / "project"
    build.mkdir()
    return build_wheel(build), packed


def run(script: str, arguments: Any = None, timeout: float = 300) -> Any:
    """Run `script` in a new Pyodide and give what its last line, `answer(value)`, passes.

    The script finds `arguments`, `call(function, *arguments)`, `functions`, `options`, `scripts` and `main` (what
    main.py has), `bundled` (the modules that were there before xl_perlas) and `started` (seconds the import took);
    arguments and answer are JSON.
    """
    require_pyodide()
    job = {"archives": list(map(str, _archives())), "script": _PRELUDE + script, "argument": arguments}
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("pyodide_run.mjs")), str(folder())],
        input=json.dumps(job), capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return json.loads(done.stdout)


#: A script for `run`: every call of the arguments, [function, *its arguments], one result each.
CALLS = "answer([call(name, *given) for name, *given in arguments])"
