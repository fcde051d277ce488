"""The `<cols>` of a sheet: which columns are hidden, how wide they are and which style their empty cells take."""

from __future__ import annotations

import re
from functools import lru_cache

from xl_perlas.workbook.cellxml import ATTRIBUTES, attribute, whole, with_attribute

_DEFAULT_WIDTH = "9.140625"  # Excel's own, in characters; a hidden column without width would come back with none


@lru_cache(maxsize=256)
def style_of_column(head: str, p: str, column: int) -> int:
    """Style of the empty cells of `column` (from 1), 0 when it has none. `head`: the sheet's XML before its rows."""
    for first, last, attributes in _columns(head, p):
        if first <= column <= last:
            return whole(attribute(attributes, "style"))
    return 0


def hide_columns(head: str, p: str, first: int, last: int, hidden: bool) -> str:
    """`head` with the columns `first` to `last` (from 1) hidden or shown; ranges are split where they must."""
    kept: list[tuple[int, int, str]] = []
    reached = first  # the first column asked for that no range has covered yet
    for begin, end, attributes in sorted(_columns(head, p)):
        inside, until = max(begin, first), min(end, last)
        if inside > until:
            kept.append((begin, end, attributes))
            continue
        if begin < inside:
            kept.append((begin, inside - 1, attributes))
        if hidden and reached < inside:
            kept.append((reached, inside - 1, _new_column(head, p)))
        kept.append((inside, until, with_attribute(attributes, "hidden", "1" if hidden else None)))
        reached = until + 1
        if until < end:
            kept.append((until + 1, end, attributes))
    if hidden and reached <= last:
        kept.append((reached, last, _new_column(head, p)))
    return _with_columns(head, p, sorted(kept))


def _element(head: str, p: str) -> re.Match[str] | None:
    return re.search(rf"<{p}cols(?=[\s/>]){ATTRIBUTES}\s*(?:/>|>(.*?)</{p}cols\s*>)", head, re.S)


def _columns(head: str, p: str) -> list[tuple[int, int, str]]:
    found = _element(head, p)
    ranges = []
    for attributes in re.findall(rf"<{p}col(?=\s)({ATTRIBUTES})", (found[1] or "") if found else ""):
        first, last = whole(attribute(attributes, "min")), whole(attribute(attributes, "max"))
        if 0 < first <= last:
            ranges.append((first, last, attributes))
    return ranges


def _new_column(head: str, p: str) -> str:
    shape = re.search(rf"<{p}sheetFormatPr({ATTRIBUTES})", head)
    width = attribute(shape[1], "defaultColWidth") if shape else None
    return f' min="0" max="0" width="{width or _DEFAULT_WIDTH}" hidden="1"'


def _with_columns(head: str, p: str, ranges: list[tuple[int, int, str]]) -> str:
    found = _element(head, p)
    inner = "".join(
        f"<{p}col{with_attribute(with_attribute(attributes, 'min', str(a)), 'max', str(b))}/>"
        for a, b, attributes in ranges
    )
    text = f"<{p}cols>{inner}</{p}cols>" if inner else ""
    if not found:
        return head + text  # the last thing before the rows
    return head[: found.start()] + text + head[found.end() :]
