"""The Tulcán thesis's verdicts, scores and weights, as `published/tulcan_score.toml` has them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from xl_perlas.hierarchy import Hierarchy

PUBLISHED = tomllib.loads((Path(__file__).parent / "published" / "tulcan_score.toml").read_text(encoding="utf-8"))
YEARS = PUBLISHED["cumplimiento"]["periodos"].split()
SCORES = PUBLISHED["puntajes"]

_WORDS = {"SI": True, "NO": False}
_ROWS = {key: row.split() for key, row in PUBLISHED["cumplimiento"]["veredictos"].items()}
VERDICTS = {year: {key: _WORDS[row[i]] for key, row in _ROWS.items()} for i, year in enumerate(YEARS)}


def verdicts_with(changes):
    """The verdicts of every year, with others: `{"L2": ("2008 2009", "SI")}`."""
    changed = {year: dict(row) for year, row in VERDICTS.items()}
    for key, (years, word) in changes.items():
        for year in years.split():
            changed[year][key] = _WORDS[word]
    return changed


def table_11() -> Hierarchy:
    """Tabla 11: whole percents of components and of indicators, which do not add up to 100."""
    shares = {
        group: {key: percent / 100 for key, percent in row.items()} for group, row in PUBLISHED["tabla_11"].items()
    }
    return Hierarchy(shares.pop("PERLAS"), shares)


def agrees(printed: str, value: float) -> bool:
    """Whether `value` rounds to what is printed: within half a unit of its last digit."""
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-12
