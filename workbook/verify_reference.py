"""The template as this program makes it: what a received workbook is held against."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook import names
from xl_perlas.workbook.template import Template
from xl_perlas.workbook.verify_book import Received

#: Workbooks kept, by plan: making one takes seconds.
_MOST = 4
_made: dict[tuple[str, bool], Received] = {}


def reference(kind: Template, plan: Any, macros: bool, file: str) -> Received:
    """A new workbook of the same plan, with macros or without. Kept: look, do not change.

    Raises:
        PerlasError: no workbook of this program has such a plan (L20, about `file`).
    """
    key = plan.to_text(), macros
    if key not in _made:
        with tempfile.TemporaryDirectory() as folder:
            if len(_made) >= _MOST:
                _made.pop(next(iter(_made)))
            _made[key] = Received.open(kind.blank(plan, macros, Path(folder)))
    made = _made[key]
    if made.defined_names[names.PLAN].strip('"') != plan.to_text():
        raise PerlasError(problem("L20", where=file))
    return made
