"""What a user installs: the wheel holds everything that the project needs, and nothing else, and it runs."""

from __future__ import annotations

import email
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from packaging.requirements import Requirement
from wheels import FOLDERS, ROOT, build_wheel, pip

import xl_perlas

#: Files of those folders that are for whoever reads the project, not for the program.
_NOT_SHIPPED = (".md", ".pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("project"))


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    expected = {
        f"{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in _NOT_SHIPPED and "__pycache__" not in path.parts
    }
    assert expected - _names(wheel) == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    info = f"xl_perlas-{xl_perlas.__version__}.dist-info"
    assert {name.split("/")[0] for name in _names(wheel)} == {"xl_perlas", info}
    assert not [name for name in _names(wheel) if "/tests/" in name or "/benchmarks/" in name]


def test_the_wheel_is_python_alone(wheel: Path) -> None:
    """So that it installs in a browser too, where nothing is built."""
    assert wheel.name.endswith("-py3-none-any.whl")


def _asked(wheel: Path, platform: str) -> set[str]:
    """The packages that installing the wheel asks for on a platform."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    asked = map(Requirement, lines)
    return {r.name for r in asked if not r.marker or r.marker.evaluate({"sys_platform": platform, "extra": ""})}


def test_a_browser_is_asked_only_for_what_it_can_have(wheel: Path) -> None:
    """Pyodide builds numpy; openpyxl, defusedxml and xlwings are Python alone. Not every Pyodide has calamine."""
    cells_and_recalculation = {"numpy", "openpyxl", "defusedxml", "xlwings"}
    assert _asked(wheel, "emscripten") == cells_and_recalculation
    assert _asked(wheel, "linux") == {*cells_and_recalculation, "pandas", "python-calamine"}


def test_what_a_browser_lacks_is_needed_only_to_read_workbooks(tmp_path: Path) -> None:
    """Without pandas and calamine all that a browser uses loads and CSV is read; a workbook tells what is missing."""
    (tmp_path / "b.csv").write_text("codigo;2023\n1;10,5\n14;3,5\n", encoding="utf-8")
    Workbook().save(tmp_path / "b.xlsx")
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('pandas', 'python_calamine')))\n"
        "import xl_perlas.udfs.lite, xl_perlas.workbook.recalc\n"
        "from xl_perlas import PerlasError, calculate, read_balance\n"
        "assert calculate(read_balance('b.csv')).result('E1', '2023').value == 3.5 / 10.5\n"
        "try:\n"
        "    read_balance('b.xlsx')\n"
        "except PerlasError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert re.match(r"\[H30\] b\.xlsx: .*python-calamine", done.stdout), done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the installed console script in an environment of its own, which borrows the dependencies of this one.

    A path line in a .pth file adds this environment's packages without its editable install of the project.
    """
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = home / folder / ("python.exe" if sys.platform == "win32" else "python")
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    scheme = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def run(*args: str, cwd: Path = home) -> subprocess.CompletedProcess[str]:
        script = home / folder / ("xl-perlas.exe" if sys.platform == "win32" else "xl-perlas")
        command = [str(script), *args]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)

    return run


def test_the_installed_script_calculates_outside_the_project(
    installed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    assert installed("--version").stdout == f"xl-perlas {xl_perlas.__version__}\n"
    balance = tmp_path / "balance.csv"
    shutil.copy(ROOT / "xl_perlas" / "definitions" / "demo" / "banco_indigena.csv", balance)
    done = installed("detalle", "E9", str(balance), "--periodo", "2011", cwd=tmp_path)
    assert "875,95" in done.stdout, done.stderr


def test_the_installed_script_makes_the_demo(
    installed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = installed("demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / done.stdout.splitlines()[-1]).stat().st_size > 0
