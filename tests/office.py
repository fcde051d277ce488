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
from collections.abc import Iterator, Mapping
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
import json, os, sys, time
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
def _missing() -> str:
    if not shutil.which("soffice", path=PATH):
        return f"LibreOffice (soffice) is not in {PATH}"
    if not Path(SYSTEM_PYTHON).exists():
        return f"{SYSTEM_PYTHON} is not there"
    command = [SYSTEM_PYTHON, "-c", "import uno"]
    found = subprocess.run(command, env=clean_environment(), capture_output=True, check=False)
    return "" if found.returncode == 0 else f"{SYSTEM_PYTHON} has no uno module (python3-uno)"


def require_office() -> str:
    """Path of soffice. Skips the test where LibreOffice is absent; fails it when XL_PERLAS_REQUIRE_OFFICE=1."""
    if missing := _missing():
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


def convert(source: Path, kind: str, folder: Path, profile: Path, timeout: float = 180) -> Path:
    """`soffice --convert-to kind`: the converted file. `profile` is the user profile's folder, made when absent."""
    soffice = require_office()
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore",
         "--convert-to", kind, "--outdir", str(folder), str(source)],
        env=clean_environment(), check=True, capture_output=True, timeout=timeout,
    )  # fmt: skip
    return folder / f"{source.stem}.{kind.partition(':')[0]}"
