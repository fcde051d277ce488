"""`xl-perlas --version` against `python -c "import numpy"`, whole processes: what a user waits for before anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Ratio, medians

GOAL = 1.0


def run() -> list[Ratio]:
    """One ratio. Raises ImportError while the command is not installed or does not run."""
    command = shutil.which("xl-perlas", path=str(Path(sys.executable).parent)) or shutil.which("xl-perlas")
    if command is None or subprocess.run([command, "--version"], capture_output=True, check=False).returncode:
        raise ImportError("the command xl-perlas is not installed beside this Python")
    candidates = {"xl-perlas": [command, "--version"], "numpy": [sys.executable, "-c", "import numpy"]}
    taken = medians(
        {
            name: lambda words=words: subprocess.run(words, stdout=subprocess.DEVNULL, check=True)  # type: ignore[misc]
            for name, words in candidates.items()
        },
        11,
    )
    return [Ratio('xl-perlas --version: against python -c "import numpy"', taken["xl-perlas"] / taken["numpy"], GOAL)]
