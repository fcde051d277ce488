"""What a user installs: the wheel holds everything that the project needs, and nothing else, and it runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import xl_perlas

ROOT = Path(__file__).resolve().parent.parent

#: Folder of the project -> its place in the wheel.
FOLDERS = {"xl_perlas": "xl_perlas", "udfs": "xl_perlas/udfs", "workbook": "xl_perlas/workbook"}

#: Files of the folders above that are for whoever reads the project, not for the program.
_NOT_SHIPPED = (".md", ".pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from a copy so that no build folder of the project's can get into it."""
    copy = tmp_path_factory.mktemp("project")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(copy / "dist"), str(copy))
    (built,) = (copy / "dist").glob("*.whl")
    return built


def _pip(*args: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the installed console script in an environment of its own, which borrows the dependencies of this one.

    A path line in a .pth file adds this environment's packages without its editable install of the project.
    """
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = home / folder / ("python.exe" if sys.platform == "win32" else "python")
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
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
