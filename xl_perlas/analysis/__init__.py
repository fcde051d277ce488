"""Financial analysis of balances over time: horizontal, vertical, income statement, composition and trend.

    analysis = analyse(balance)
    analysis.change("14", "2011").relative.value     # 0.3896… : loans grew 38.96 %
    analysis.share("14", "2011").share.value         # 0.8132… of total assets
    analysis.change("margen_neto_intereses", "2011") # lines of the statements have ids of their own
    analysis.trend("1").growth                       # average annual growth over n − 1 years

Standard library alone. No figure is missing without a reason: see `State`.
"""

from xl_perlas.analysis.engine import LEVELS, Analysis, analyse
from xl_perlas.analysis.load import load_statements
from xl_perlas.analysis.model import (
    Change,
    Composition,
    Figure,
    HorizontalRow,
    Item,
    Share,
    State,
    StatementRow,
    Statements,
    Trend,
    VerticalRow,
)
from xl_perlas.analysis.spacing import BASES, DECEMBER, GIVEN, PREVIOUS, YEAR_AGO
from xl_perlas.analysis.trends import average_growth, fit

__all__ = [
    "BASES", "DECEMBER", "GIVEN", "LEVELS", "PREVIOUS", "YEAR_AGO", "Analysis", "Change", "Composition", "Figure",
    "HorizontalRow", "Item", "Share", "State", "StatementRow", "Statements", "Trend", "VerticalRow", "analyse",
    "average_growth", "fit", "load_statements",
]  # fmt: skip
