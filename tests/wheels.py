"""The project's wheel, built as a release would be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Folder of the project -> its place in the wheel.
FOLDERS = {"xl_perlas": "xl_perlas", "udfs": "xl_perlas/udfs", "workbook": "xl_perlas/workbook"}


def build_wheel(folder: Path) -> Path:
    """Build the wheel in an empty folder, from a copy, so that no build folder of the project's can get into it."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder / "dist"), str(folder))
    (built,) = (folder / "dist").glob("*.whl")
    return built


def pip(*args: str) -> None:
    """Run pip; fails with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
