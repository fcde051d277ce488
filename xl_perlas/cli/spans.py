"""Lists of periods as people type them: `2019-2024`, `2019,2020`, `2023-01..2023-12`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, problem

#: Ten years of months: more columns than anyone reads.
MOST = 120

_RANGE = re.compile(r"(.+?)\.\.(.+)|((?:19|20)\d\d)-((?:19|20)\d\d)")


def parse_periods(text: str) -> tuple[Period, ...]:
    """The periods that `text` lists, in order of time: every year or every month of a range, both ends included.

    Raises:
        PerlasError: text that is no list of periods, ends in the wrong order, repeated or too many periods (U06).
    """
    found: list[Period] = []
    for part in text.split(","):
        found += _part(text, part.strip())
        if len(found) > MOST:
            raise _bad(text, f"son más de {MOST}")
    keys = [p.key for p in found]
    for period in found:
        if keys.count(period.key) > 1:
            raise _bad(text, f"{period} está dos veces")
    return tuple(sorted(found, key=lambda p: p.key))


def _part(text: str, part: str) -> Iterator[Period]:
    ends = _RANGE.fullmatch(part)
    if not ends:
        yield _one(text, part)
        return
    first, last = (_one(text, word.strip()) for word in ends.groups() if word)
    if first.annual != last.annual:
        raise _bad(text, f"{first} y {last} no son los dos años o los dos meses")
    if first.key > last.key:
        raise _bad(text, f"{first} es posterior a {last}")
    step = 12 if first.annual else 1
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month, step):
        yield Period(month // 12, month % 12 + 1, first.annual)


def _one(text: str, word: str) -> Period:
    period = parse_period(word)
    if period is None:
        raise _bad(text, f"«{word}» no es un periodo" if word else "falta un periodo")
    return period


def _bad(text: str, detail: str) -> PerlasError:
    return PerlasError(problem("U06", text=text, detail=detail))
