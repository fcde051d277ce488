"""Workbooks read once: a test that only looks need not wait for the file to be parsed again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl


def opened(path: Path, data_only: bool = False) -> Any:
    """The workbook at `path` with its formulas, or with their results. It is shared: look, do not change."""
    status = path.stat()
    return _opened(path, data_only, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=6)
def _opened(path: Path, data_only: bool, *_version: int) -> Any:
    return openpyxl.load_workbook(path, data_only=data_only)
