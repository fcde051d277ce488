"""xl-perlas in Excel for Windows: what is missing, xlwings' add-in, its settings, and how all of it goes again.

The macros of xl-perlas' workbooks call xlwings' add-in (xlwings.xlam), which Excel loads from its start folder; the
add-in finds Python by the user's settings (`.xlwings/xlwings.conf`). What was there before is written down, so that
`uninstall` gives it back.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import locale
import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlwings

from xl_perlas.problems import ERROR, PerlasError, Problem, problem
from xl_perlas.udfs.excel import windows
from xl_perlas.udfs.excel.project import modules_of
from xl_perlas.udfs.excel.vba import PYTHON_MODULE
from xl_perlas.udfs.excel.windows import Excel

ADDIN = "xlwings.xlam"
_INTERPRETER, _CONDA_PATH, _CONDA_ENV, _MODULES = "INTERPRETER_WIN", "CONDA PATH", "CONDA ENV", "UDF MODULES"
_SETTING = re.compile(r'\s*"([^"]*)"\s*,\s*"?(.*?)"?\s*$')
_NOTHING, _SAME, _OTHER = "", "same", "other"  # what lay in the add-in's place


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` did. `replaced`: the version of the add-in that was there, when it was another one."""

    addin: Path
    version: str
    replaced: str
    python: str
    python_bits: int
    excel: Excel
    trusts_macros: bool
    notes: tuple[Problem, ...]


def install(progress: Callable[[str], None] | None = None) -> Installed:
    """Put xlwings' add-in where Excel loads it, and this Python in xlwings' settings.

    `progress` is told what takes its time, in words.

    Raises:
        PerlasError: all that is missing, at once (H15-H21); Excel does not answer (H22); something cannot be written
            (H23). Nothing has changed then.
    """
    _require_windows()
    excel, found = _check()
    if excel is None or any(p.severity == ERROR for p in found):
        raise PerlasError(found)
    if progress:
        progress("preguntando a Excel dónde van los complementos (se abre y se cierra solo) …")
    addin, content = _addin_place(), (Path(xlwings.__file__).parent / "addin" / ADDIN).read_bytes()
    with _all_or_nothing(addin, _settings_file(), _record_file(), _kept_addin()):
        record = _read_record() or {"addin": None, "settings": {}}
        replaced = _place_addin(addin, content, record)
        _write_settings(record)
        _write(_record_file(), json.dumps(record, ensure_ascii=False, indent=1).encode())
    return Installed(
        addin, _version(content), replaced, sys.executable, struct.calcsize("P") * 8, excel,
        windows.trusts_macros(), tuple(found),
    )  # fmt: skip


def uninstall() -> bool:
    """Take away what `install` put there and give back what it changed; what others changed since stays.

    False when there is nothing of ours.

    Raises:
        PerlasError: not Windows (H15), Excel is open (H18), or something cannot be written (H23); nothing has changed.
    """
    _require_windows()
    record = _read_record()
    if record is None:
        return False
    if windows.is_open():
        raise PerlasError(problem("H18"))
    addin = Path(record["addin"]["path"])
    with _all_or_nothing(addin, _settings_file(), _record_file(), _kept_addin()):
        _give_back_addin(addin, record["addin"])
        _give_back_settings(record["settings"])
        _kept_addin().unlink(missing_ok=True)
        _record_file().unlink()
    return True


# --- what is missing


def _require_windows() -> None:
    if not windows.is_windows():
        raise PerlasError(problem("H15"))


def _check() -> tuple[Excel | None, list[Problem]]:
    """Excel, and everything that keeps it from calling this Python."""
    excel = windows.find_excel()
    if excel is None:
        return None, [problem("H16"), *_check_python(None)]
    found = [problem("H17")] if excel.from_store else []
    if windows.is_open():
        found.append(problem("H18"))
    return excel, [*found, *_check_python(excel.bits), *_check_other_addin(excel)]


def _check_python(bits: int | None) -> Iterator[Problem]:
    """xlwings runs Python beside Excel, so their bits may differ; but its library for Excel's must be there."""
    if windows.python_from_store():
        yield problem("H21", python=sys.executable)
        return
    if not windows.has_pywin32():
        yield problem("H19", python=sys.executable)
    library, folder = f"xlwings{bits or 64}-{xlwings.__version__}.dll", Path(sys.executable).parent
    if not any((place / library).is_file() for place in (folder, folder.parent)):  # where the add-in looks
        yield problem("H20", library=library, folder=folder, python=sys.executable)


def _check_other_addin(excel: Excel) -> Iterator[Problem]:
    """Excel loads what all users have besides what this one has."""
    place = excel.program.parent / "XLSTART" / ADDIN if excel.program else None
    if place and place.is_file():
        other = _version(place.read_bytes())
        if other != xlwings.__version__:
            yield problem("H24", path=place, other=other, version=xlwings.__version__)


# --- the add-in


def _version(addin: bytes) -> str:
    """The version that an add-in's macros say."""
    try:
        with zipfile.ZipFile(io.BytesIO(addin)) as archive:
            modules = modules_of(archive.read("xl/vbaProject.bin"))
    except (zipfile.BadZipFile, KeyError, ValueError):
        return "desconocida"
    said = re.search(r'XLWINGS_VERSION As String = "(.*?)"', "".join(modules.values()))
    return said[1] if said else "desconocida"


def _addin_place() -> Path:
    """Where xlwings' own command would put the add-in: it asks Excel, by the same way as the cells will later.

    Not that command for the copy too: it says that it is done where it is not.
    """
    said = windows.run([sys.executable, "-m", "xlwings.cli", "addin", "status"])
    place = re.search(rf"\bat:? (.+{re.escape(ADDIN)})\s*$", said, re.M)
    if not place:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        raise PerlasError(problem("H22", detail=lines[-1][:300].rstrip(".") if lines else "no dijo por qué"))
    return Path(place[1])


def _place_addin(addin: Path, content: bytes, record: dict[str, Any]) -> str:
    """Copy the add-in; the version of the one it replaces, when that was another."""
    before = addin.read_bytes() if addin.exists() else None
    known = record["addin"]
    if known is None or known["path"] != str(addin):
        kind = _NOTHING if before is None else _SAME if before == content else _OTHER
        record["addin"] = known = {"path": str(addin), "before": kind}
        if kind == _OTHER:
            _write(_kept_addin(), before or b"")
    known["written"] = _digest(content)
    if before == content:
        return ""
    _write(addin, content)
    return _version(before) if before else ""


def _give_back_addin(addin: Path, known: Mapping[str, str]) -> None:
    if not addin.exists() or _digest(addin.read_bytes()) != known["written"]:
        return  # somebody's else
    if known["before"] == _OTHER:
        _write(addin, _kept_addin().read_bytes())
    elif known["before"] == _NOTHING:
        addin.unlink()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- xlwings' settings of the user


def _settings_file() -> Path:
    """Where the add-in looks for them."""
    return Path(os.environ.get("USERPROFILE") or Path.home()) / ".xlwings" / "xlwings.conf"


def _read_settings() -> list[str]:
    """Their lines. The add-in reads them in Windows' code page; what is not in it passes through as it is."""
    file = _settings_file()
    raw = file.read_bytes() if file.exists() else b""
    return raw.decode(locale.getencoding(), "surrogateescape").splitlines()


def _save_settings(lines: list[str]) -> None:
    file = _settings_file()
    if lines:
        _write(file, "".join(f"{line}\r\n" for line in lines).encode(locale.getencoding(), "surrogateescape"))
    else:
        file.unlink(missing_ok=True)


def _is_setting(line: str, key: str) -> bool:
    found = _SETTING.match(line)
    return found is not None and found[1].upper() == key


def _setting(lines: list[str], key: str) -> str | None:
    """The value that the add-in finds: the first one."""
    return next((m[2] for line in lines if _is_setting(line, key) and (m := _SETTING.match(line))), None)


def _with_setting(lines: list[str], key: str, value: str | None) -> list[str]:
    """The lines with a setting, in its place or at the end; without it when `value` is None."""
    at = next((i for i, line in enumerate(lines) if _is_setting(line, key)), len(lines))
    after = [line for line in lines[at:] if not _is_setting(line, key)]
    return [*lines[:at], *([] if value is None else [f'"{key}","{value}"']), *after]


def _wanted(lines: list[str]) -> dict[str, str | None]:
    """What the settings must say: this Python, in the way xlwings wants it, and our functions beside others."""
    program, environment = os.environ.get("CONDA_EXE"), os.environ.get("CONDA_DEFAULT_ENV")
    python: dict[str, str | None] = {_INTERPRETER: sys.executable}
    if program and environment and (Path(sys.prefix) / "conda-meta").is_dir():  # its libraries need its activation
        python = {_INTERPRETER: None, _CONDA_PATH: str(Path(program).parent.parent), _CONDA_ENV: environment}
    others = _modules(_setting(lines, _MODULES))
    return {**python, _MODULES: ";".join([*others, PYTHON_MODULE])}


def _modules(setting: str | None) -> list[str]:
    """The modules of a setting, without ours."""
    return [m for m in (setting or "").split(";") if m and m != PYTHON_MODULE]


def _write_settings(record: dict[str, Any]) -> None:
    lines = _read_settings()
    for key, value in _wanted(lines).items():
        known = record["settings"].setdefault(key, {"before": _setting(lines, key)})
        known["written"] = value
        lines = _with_setting(lines, key, value)
    _save_settings(lines)


def _give_back_settings(known: Mapping[str, Mapping[str, str | None]]) -> None:
    lines = _read_settings()
    for key, one in known.items():
        now = _setting(lines, key)
        if now == one["written"]:
            lines = _with_setting(lines, key, one["before"])
        elif key == _MODULES and now:
            lines = _with_setting(lines, key, ";".join(_modules(now)) or None)
    _save_settings(lines)


# --- files


def _kept_folder() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xl-perlas"


def _record_file() -> Path:
    """What was there before."""
    return _kept_folder() / "excel.json"


def _kept_addin() -> Path:
    """The add-in that was there before, when it was another one."""
    return _kept_folder() / "xlwings_anterior.xlam"


def _read_record() -> dict[str, Any] | None:
    try:
        record: dict[str, Any] = json.loads(_record_file().read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return record


def _draft(file: Path) -> Path:
    return file.with_name(f".{file.name}.tmp")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    _draft(file).write_bytes(content)
    os.replace(_draft(file), file)


@contextlib.contextmanager
def _all_or_nothing(*files: Path) -> Iterator[None]:
    """Give the files back as they were when something goes wrong.

    Raises:
        PerlasError: what cannot be read or written (H23).
    """
    before: dict[Path, bytes | None] = {}
    try:
        before |= {file: file.read_bytes() if file.exists() else None for file in files}
        yield
    except BaseException as error:  # also when the user interrupts
        for file, content in before.items():
            with contextlib.suppress(OSError):
                _give_back(file, content)
        if isinstance(error, UnicodeEncodeError):
            detail = f"la configuración de xlwings no admite las letras de {sys.executable}"
            raise PerlasError(problem("H23", detail=detail)) from None
        if isinstance(error, OSError):
            raise PerlasError(problem("H23", detail=f"{error.filename}: {error.strerror}")) from error
        raise


def _give_back(file: Path, content: bytes | None) -> None:
    _draft(file).unlink(missing_ok=True)
    if content is None:
        file.unlink(missing_ok=True)
    elif not file.exists() or file.read_bytes() != content:
        _write(file, content)
