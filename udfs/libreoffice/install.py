"""LibreOffice on this machine: where it is, and its program `unopkg`, which adds and removes extensions."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.libreoffice import oxt

_NAMES = ("unopkg.com", "unopkg.exe") if sys.platform == "win32" else ("unopkg",)
_OFFICE = ("soffice.com", "soffice.exe") if sys.platform == "win32" else ("soffice",)
_STARTERS = ("soffice", "libreoffice", "localc", "unopkg")
_PLACES = {
    "win32": ("{ProgramFiles}/LibreOffice*/program", "{ProgramFiles(x86)}/LibreOffice*/program",
              "{LOCALAPPDATA}/Programs/LibreOffice*/program"),
    "darwin": ("/Applications/LibreOffice*.app/Contents/MacOS", "{HOME}/Applications/LibreOffice*.app/Contents/MacOS"),
    "": ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice*/program",
         "/usr/local/lib/libreoffice/program"),
}  # fmt: skip
_SETTINGS = {
    "win32": ("{APPDATA}/LibreOffice/4",), "darwin": ("{HOME}/Library/Application Support/LibreOffice/4",),
    "": ("{XDG_CONFIG_HOME}/libreoffice/4", "{HOME}/.config/libreoffice/4"),
}  # fmt: skip
_KEPT = {
    "win32": ("{LOCALAPPDATA}/xl-perlas",), "darwin": ("{HOME}/Library/Application Support/xl-perlas",),
    "": ("{XDG_DATA_HOME}/xl-perlas", "{HOME}/.local/share/xl-perlas"),
}  # fmt: skip
_TOO_LONG = 300  # seconds

#: What makes LibreOffice's Python another than its own; a virtual environment's bin first in PATH makes it crash.
_PYTHON_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Office:
    """A LibreOffice: its program `unopkg`."""

    unopkg: Path

    def command(self, *arguments: str) -> list[str]:
        """The command line of `unopkg` with `arguments`."""
        return [str(self.unopkg), *arguments]


def add_arguments(extension: Path, everyone: bool) -> list[str]:
    """What `unopkg` is told to install `extension`, or to put it in the place of another version."""
    return ["add", "--force", *(["--shared"] if everyone else []), str(extension)]


def remove_arguments(everyone: bool) -> list[str]:
    """What `unopkg` is told to remove the extension."""
    return ["remove", *(["--shared"] if everyone else []), oxt.EXTENSION]


def find_office() -> Office:
    """The first LibreOffice in PATH or in the usual places.

    Raises:
        PerlasError: there is none (H01), or one without what runs Python in it (H02).
    """
    unopkg = _find(_NAMES)
    _check_python(unopkg.parent)
    return Office(unopkg)


def find_converter() -> Path:
    """The program of the first LibreOffice in PATH or in the usual places, which turns files into others.

    Raises:
        PerlasError: there is none (H01).
    """
    return _find(_OFFICE)


def _find(names: Sequence[str]) -> Path:
    for folder in _folders():
        found = next((folder / name for name in names if (folder / name).is_file()), None)
        if found:
            return found
    raise PerlasError(problem("H01", places=", ".join(("PATH", *_here(_PLACES)))))


def _folders() -> Iterator[Path]:
    for name in _STARTERS:
        if found := shutil.which(name):
            yield Path(found).resolve().parent
    for place in _here(_PLACES):
        yield from map(Path, sorted(glob.glob(place), reverse=True))


def _here(places: Mapping[str, Sequence[str]]) -> list[str]:
    """Those of this system, without those whose variables are not set."""
    found = []
    for place in places.get(sys.platform, places[""]):
        with contextlib.suppress(KeyError):
            found.append(place.format_map({"HOME": str(Path.home()), **os.environ}))
    return found


def _check_python(folder: Path) -> None:
    """Debian, Ubuntu and others pack it on its own; elsewhere it is part of LibreOffice."""
    if sys.platform.startswith("linux") and not (folder / "pythonloader.py").is_file():
        raise PerlasError(problem("H02", path=folder))


def write_extension() -> Path:
    """Build the extension for the running program, where this user's programs keep their data; its path."""
    folder = Path(next(iter(_here(_KEPT)), tempfile.gettempdir()))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / oxt.FILE_NAME
    path.write_bytes(oxt.build())
    return path


def unreadable_part() -> Path | None:
    """The folder that keeps other users from the program that the extension calls; None where nothing does."""
    packages = Path(oxt.this_home().packages)
    closed = (folder for folder in (packages, *packages.parents) if not folder.stat().st_mode & stat.S_IXOTH)
    return next(closed, None) if os.name == "posix" else None


def is_administrator() -> bool:
    """Whether this user may change what all users have."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install(office: Office, everyone: bool) -> None:
    """Build the extension and install it; another version of it goes.

    Raises:
        PerlasError: LibreOffice is open (H04), refuses root (H05), or says that it cannot (H03).
        OSError: the extension cannot be written.
    """
    _check_ready(everyone)
    extension = write_extension()
    code, said = run_program(office.command(*add_arguments(extension, everyone)))
    if code:
        raise PerlasError(problem("H03", detail=_last_words(said), oxt=extension))


def uninstall(office: Office, everyone: bool) -> bool:
    """Remove the extension; False when it was not there.

    Raises:
        PerlasError: LibreOffice is open (H04), refuses root (H05), or says that it cannot (H06).
    """
    _check_ready(everyone)
    _, listed = run_program(office.command("list", *(["--shared"] if everyone else [])))
    if oxt.EXTENSION not in listed:
        return False
    code, said = run_program(office.command(*remove_arguments(everyone)))
    if code:
        raise PerlasError(problem("H06", detail=_last_words(said)))
    return True


def _check_ready(everyone: bool) -> None:
    """Nothing keeps `unopkg` from doing it. What all users have does not wait for this one's LibreOffice."""
    if everyone:
        return
    if is_administrator():
        raise PerlasError(problem("H05"))
    for settings in _here(_SETTINGS):
        lock = Path(settings) / ".lock"
        if lock.exists():
            raise PerlasError(problem("H04", lock=lock))


def run_program(command: Sequence[str]) -> tuple[int, str]:
    """Exit code of a program of LibreOffice and all it said.

    Not through pipes: a LibreOffice that it starts would hold them open.
    """
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(
                command, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                timeout=_TOO_LONG, check=False,
            )  # fmt: skip
            code = done.returncode
        except subprocess.TimeoutExpired:
            return 1, f"no terminó en {_TOO_LONG} segundos."
        except OSError as error:
            return 1, str(error.strerror or error)
        said.seek(0)
        return code, said.read().decode("utf-8", "replace")


def clean_environment() -> dict[str, str]:
    """The environment without anything that leads LibreOffice to another Python than its own."""
    kept = {k: v for k, v in os.environ.items() if k not in _PYTHON_VARIABLES}
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        return {**kept, "PATH": os.pathsep.join((rf"{root}\System32", root))}
    return {**kept, "PATH": "/usr/bin:/bin"}


def _last_words(said: str) -> str:
    """What it complains of, on one line."""
    lines = [line.strip().removeprefix("ERROR:").strip() for line in said.splitlines() if line.startswith("ERROR:")]
    lines = [line for line in lines if line and "unopkg failed" not in line] or said.split("\n")
    return " ".join(" ".join(lines).split())[:300] or "no dijo por qué."
