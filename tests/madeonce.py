"""Workbooks made once a run, whoever asks: the same call gives the same bytes, and making one takes seconds.

That equal calls do give equal bytes has tests of its own, which use `fresh`.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from xl_perlas.workbook import build
from xl_perlas.workbook.atomic import replace_file
from xl_perlas.workbook.social import build as social_build

Maker = Callable[..., Path]
_FOLDER = "XL_PERLAS_TEST_BOOKS"

#: What really makes a workbook.
fresh: Maker = build.create
fresh_social: Maker = social_build.create_social


def install() -> None:
    """From here on, modules that import `create` and `create_social` get those that remember."""
    _folder()
    build.create = _remembering(fresh)
    social_build.create_social = _remembering(fresh_social)


def _remembering(make: Maker) -> Maker:
    @wraps(make)
    def made(path: str | os.PathLike[str], *given: Any, **options: Any) -> Path:
        target = Path(path)
        asked = repr((make.__name__, target.suffix.lower(), given, sorted(options.items())))
        kept = _folder() / hashlib.sha256(asked.encode()).hexdigest()
        if " at 0x" in asked:  # something without a text of its own
            return make(path, *given, **options)
        if kept.exists():
            replace_file(target, kept.read_bytes())
            return target
        found = make(path, *given, **options)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_bytes(found.read_bytes())
        draft.replace(kept)
        return found

    return made


def _folder() -> Path:
    """One a run: the processes that a run starts get to know the one of theirs."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="xl-perlas-libros-")
        atexit.register(shutil.rmtree, os.environ[_FOLDER], ignore_errors=True)
    return Path(os.environ[_FOLDER])
