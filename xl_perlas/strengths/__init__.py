"""Strengths and weaknesses of an entity, the internal half of a SWOT analysis, derived by rule from its figures.

    >>> found = find_strengths(calculate(read_balance("balance.csv")))
    >>> for remark in found.of(Side.WEAKNESS):
    ...     print(remark.text)

Every subject gives at most one remark, with the evidence of all that is known of it: verdicts, peers and trends. The
rules and the sentences are data: `definitions/analysis/fortalezas.toml`. Standard library alone.
"""

from xl_perlas.strengths.engine import find_strengths
from xl_perlas.strengths.load import build_rules, load_rules
from xl_perlas.strengths.model import Evidence, Remark, Rules, Side, Strengths

__all__ = ["Evidence", "Remark", "Rules", "Side", "Strengths", "build_rules", "find_strengths", "load_rules"]
