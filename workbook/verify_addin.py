"""Results that differ, told apart: tampered or stale ones, and those that only miss the add-in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from xl_perlas.problems import Problem, problem
from xl_perlas.udfs.functions import FUNCTIONS
from xl_perlas.workbook.cellxml import split_reference
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.template import Place
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_cells import Basis, Difference, SheetCheck, text_of
from xl_perlas.workbook.verify_sheet import Area, areas
from xl_perlas.workbook.verify_values import told

_UNKNOWN = "#NAME?"
_STRINGS = re.compile(r'"(?:[^"]|"")*"')
_PART = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?"
    r"(?:(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3})(?![\w(])|([^\W\d][\w.]*)(?![\w.(!]))"
)
_Spot = tuple[str, Place]


def settle_results(book: Received, basis: Basis, checks: Iterable[SheetCheck]) -> list[Problem]:
    """What is wrong with the results of all sheets."""
    checked = list(checks)
    missing, different = ([one for c in checked for one in getattr(c, k)] for k in ("missing", "different"))
    found: list[Problem] = []
    if missing and not any(c.calculated for c in checked):
        found.append(problem("V11", where=book.file, count=len(missing)))
    else:
        found += [problem("V12", where=_at(one), wanted=told(one.wanted)) for one in missing]
    without = {
        (one.sheet, one.place)
        for one in different
        if one.found == _UNKNOWN and _calls_addin(text_of(basis.formulas[one.sheet][one.place]))
    }
    excused = _dependents(basis, without) if without else frozenset()
    left = [one for one in different if (one.sheet, one.place) not in excused]
    if without:
        first = next(one for one in different if (one.sheet, one.place) in without)
        more = len(different) - len(left) - len(without)
        found.append(problem("V13", where=_at(first), count=len(without), more=more))
    return found + [
        problem("V09", where=_at(one), found=told(one.found), wanted=told(one.wanted)) for one in left
    ]


def _at(one: Difference) -> str:
    return f"{one.sheet}!{ref(one.place[1], one.place[0])}"


@lru_cache(maxsize=1)
def _calls() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(f.name) for f in FUNCTIONS)})\s*\(")


def _calls_addin(formula: str) -> bool:
    return bool(_calls().search(_STRINGS.sub("", formula)))


# --- what depends on them ---------------------------------------------------------------------------------------------


def _dependents(basis: Basis, first: Collection[_Spot]) -> set[_Spot]:
    """`first`, and every cell whose formula in the template reads one of them, directly or through others."""
    named = _named_areas(basis)
    readers = {
        (sheet, place): list(_read(sheet, text_of(formula), named))
        for sheet, cells in basis.formulas.items()
        for place, formula in cells.items()
    }
    reached, fresh = set(first), set(first)
    while fresh:
        index = _Index(fresh)
        fresh = {spot for spot, parts in readers.items() if spot not in reached and any(map(index.touches, parts))}
        reached |= fresh
    return reached


def _named_areas(basis: Basis) -> dict[str, tuple[str, Area]]:
    found = {}
    for name, text in basis.template.defined_names.items():
        try:
            sheet, area = split_reference(text)
        except ValueError:
            continue
        found[name] = (sheet, areas(area)[0])
    return found


def _read(sheet: str, formula: str, named: dict[str, tuple[str, Area]]) -> Iterator[tuple[str, Area]]:
    """Sheet and area of everything that a formula refers to."""
    for quoted, bare, area, word in _PART.findall(_STRINGS.sub("", formula)):
        if area:
            yield from ((quoted.replace("''", "'") or bare or sheet, one) for one in areas(area))
        elif word in named:
            yield named[word]


class _Index:
    """Cells by sheet and column, to ask whether an area touches any."""

    def __init__(self, spots: Collection[_Spot]):
        self._rows: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for sheet, (row, column) in sorted(spots):
            self._rows[sheet][column].append(row)

    def touches(self, part: tuple[str, Area]) -> bool:
        """Whether one of the cells lies in the area."""
        sheet, area = part
        for column, rows in self._rows.get(sheet, {}).items():
            if area.left <= column <= area.right:
                at = bisect_left(rows, area.top)
                if at < len(rows) and rows[at] <= area.bottom:
                    return True
        return False
