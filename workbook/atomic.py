"""Replacing a user's file: all of it or nothing, and never under a program that has it open."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import NamedTuple

from xl_perlas.problems import PerlasError, problem


class Stamp(NamedTuple):
    """What tells whether a file is still the one that was read."""

    size: int
    modified: int


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file from its `stat`."""
    return Stamp(status.st_size, status.st_mtime_ns)


def find_lock(path: Path) -> tuple[str, Path] | None:
    """The program that has the file open and the lock file that says so; None when nobody has."""
    for program, name in (("LibreOffice", f".~lock.{path.name}#"), ("Excel", f"~${path.name}")):
        lock = path.with_name(name)
        if lock.exists():
            return program, lock
    return None


def replace_file(path: Path, data: bytes, *, force: bool = False, seen: Stamp | None = None) -> Stamp:
    """Make `data` the content of `path`, at once: whoever looks sees the old file or the new one.

    The file keeps its permissions, and a link stays a link. `force`: even if a lock file says that it is open.
    `seen`: the stamp the file must still have. Returns the stamp of the new file.

    Raises:
        PerlasError: open in another program (L06), no permission (L11), not writable (L07), or changed
            meanwhile (L08). The old file is
            then untouched and nothing is left beside it.
    """
    target = Path(os.path.realpath(path))
    lock = None if force else find_lock(target) or find_lock(path)
    if lock:
        raise PerlasError(problem("L06", where=path.name, program=lock[0], lock=lock[1].name))
    try:
        status = target.stat() if target.exists() else None
        if status and seen and stamp(status) != seen:
            raise PerlasError(problem("L08", where=path.name))
        if status and not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError("read-only")  # a rename would not mind
        return _swap(target, data, status)
    except PermissionError as error:
        raise PerlasError(problem("L11", where=str(path))) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise PerlasError(problem("L07", where=str(path), detail=detail)) from error


def _swap(target: Path, data: bytes, status: os.stat_result | None) -> Stamp:
    mode = stat.S_IMODE(status.st_mode) if status else 0o666
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    handle = open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115
    try:
        with handle as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if status:
            _keep_owner(temporary, status)
            os.chmod(temporary, mode)
        written = stamp(temporary.stat())
        os.replace(temporary, target)
    except BaseException:  # also when the user interrupts
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _flush_folder(target.parent)
    return written


def _keep_owner(path: Path, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)


def _flush_folder(folder: Path) -> None:
    """Make the rename last a power cut; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
