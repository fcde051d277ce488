"""What depends on the program that opens a workbook: how add-in functions are spelt, and where there are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from xl_perlas.udfs.functions import FUNCTIONS
from xl_perlas.workbook.cellxml import ERRORS, ErrorValue, PlainText
from xl_perlas.workbook.plan import Plan

#: Host of an auditor's copy: native formulas and values, nothing that needs the add-in.
AUDITOR = "auditor"


def is_copy(plan: Plan) -> bool:
    """Whether the workbook is an auditor's copy."""
    return plan.host == AUDITOR


def spelling(plan: Plan, function: str) -> str:
    """How the host stores an add-in function's name in the file."""
    return f"_xldudf_{function}" if plan.host == "lite" else function


def native_only(plan: Plan, cells: Mapping[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    """The formulas of a sheet; in an auditor's copy, without those that call the add-in.

    Their cells then hold values: what xl-perlas gave when the copy was sealed.
    """
    if not is_copy(plan):
        return dict(cells)
    calls = _calls()
    return {place: text for place, text in cells.items() if not calls.search(str(getattr(text, "text", text)))}


@lru_cache(maxsize=1)
def _calls() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(f.name for f in FUNCTIONS)})\(")


def settled(plan: Plan, cells: Mapping[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    """What cells show; in an auditor's copy errors are errors, not texts: no cell of it waits for the add-in."""
    if not is_copy(plan):
        return dict(cells)
    return {
        place: ErrorValue(value) if isinstance(value, PlainText) and value in ERRORS else value
        for place, value in cells.items()
    }
