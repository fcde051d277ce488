"""What Windows says about Excel: whether it is there, which one, whether it is open, and what other programs answer."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Where Office says how it was built: installed from the web, or by an older installer.
_BITS = (
    (r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform"),
    (r"SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness"),
    (r"SOFTWARE\Microsoft\Office\15.0\Outlook", "Bitness"),
)
_PROGRAM = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CLASS = r"SOFTWARE\Classes\Excel.Application\CurVer"
_SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
_STORE = "windowsapps"  # the folder of what comes from Microsoft's store
_TOO_LONG = 120  # seconds: the first start of Excel after an update takes its time


@dataclass(frozen=True, slots=True)
class Excel:
    """The Excel of this machine: its program and its bits, where they are known."""

    program: Path | None
    bits: int | None

    @property
    def from_store(self) -> bool:
        """Whether it runs shut off, as programs from Microsoft's store do."""
        return self.program is not None and _STORE in str(self.program).lower()


def is_windows() -> bool:
    """Whether this is Windows."""
    return sys.platform == "win32"


def python_from_store() -> bool:
    """Whether this Python, or the one its environment was made from, comes from Microsoft's store."""
    return _STORE in sys.base_prefix.lower()


def has_pywin32() -> bool:
    """Whether this Python can talk with Excel."""
    try:
        importlib.import_module("win32com.client")
    except ImportError:
        return False
    return True


def find_excel() -> Excel | None:
    """The Excel that the registry names; None when it names none."""
    program, known = (
        _registry("HKEY_CURRENT_USER", key) or _registry("HKEY_LOCAL_MACHINE", key) for key in (_PROGRAM, _CLASS)
    )
    if not program and not known:
        return None
    built = next((text for key, name in _BITS if (text := _registry("HKEY_LOCAL_MACHINE", key, name))), "")
    bits = {"x86": 32, "x64": 64}.get(built.lower())
    return Excel(Path(program.strip('"')) if program else None, bits)


def trusts_macros() -> bool:
    """Whether this user's Excel lets programs write macros, as xlwings' "Import Functions" does."""
    return _registry("HKEY_CURRENT_USER", _SECURITY, "AccessVBOM") == "1"


def _registry(root: str, key: str, name: str = "") -> str:
    """A value of the registry as text, from what 64- or 32-bit programs see; nothing where there is none."""
    winreg: Any = importlib.import_module("winreg")
    for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
        with contextlib.suppress(OSError), winreg.OpenKey(getattr(winreg, root), key, 0, winreg.KEY_READ | view) as at:
            return str(winreg.QueryValueEx(at, name)[0])
    return ""


def is_open() -> bool:
    """Whether this user has Excel open; also hidden, as programs that drive it may leave it."""
    filters = ["/FI", "IMAGENAME eq EXCEL.EXE", "/FI", f"USERNAME eq {os.environ.get('USERNAME', '')}"]
    return "excel.exe" in run(["tasklist", *filters]).lower()


def run(command: list[str]) -> str:
    """What a program said, or why it said nothing."""
    program = shutil.which(command[0]) or command[0]
    try:
        done = subprocess.run(
            [program, *command[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"}, timeout=_TOO_LONG, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no contestó en {_TOO_LONG} segundos."
    except OSError as error:
        return str(error.strerror or error)
    return done.stdout.decode("utf-8", "replace")
