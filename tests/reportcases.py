"""Balances and whole reports for the tests of the document: good ones, and those that break careless programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from xl_perlas.analysis import analyse
from xl_perlas.balance import Balance
from xl_perlas.camel import calculate_camel, evaluate_camel, load_segment
from xl_perlas.document import Document
from xl_perlas.findings import review
from xl_perlas.hierarchy import read_weights
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.peers import compare_with_peers, peers_from
from xl_perlas.periods import Period
from xl_perlas.perlas_document import perlas_document
from xl_perlas.reading import read_balance
from xl_perlas.report import calculate
from xl_perlas.score import from_report
from xl_perlas.strengths import find_strengths
from xl_perlas.supervision import SupervisionReport, calculate_supervision

DEMO = Path(str(resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv"))
ENTITY = "Cooperativa Banco Indígena"


def demo() -> Balance:
    """The bundled charts of 2009 to 2011."""
    return replace(read_balance(DEMO), entity=ENTITY)


def months(count: int, without: Sequence[int] = (), entity: str = "Cooperativa mensual") -> Balance:
    """So many months from January 2021 between the charts of 2009 and 2011; `without` some of them."""
    whole = demo()
    columns: dict[object, list[float | None]] = {}
    for i in range(count):
        if i in without:
            continue
        place = 2 * i / max(1, count - 1)
        first, part = min(int(place), 1), place - min(int(place), 1)
        month = i % 12 + 1
        columns[Period(2021 + i // 12, month, False)] = [
            round(((a or 0.0) * (1 - part) + (b or 0.0) * part) * (month / 12 if code[0] in "45" else 1.0), 2)
            for code, a, b in zip(whole.chart.codes, whole.values[first], whole.values[first + 1], strict=True)
        ]
    return replace(Balance.build(whole.chart.codes, columns, whole.names), entity=entity)


def only(balance: Balance, *positions: int) -> Balance:
    """Some periods of a balance."""
    return replace(
        balance, periods=tuple(balance.periods[i] for i in positions),
        values=tuple(balance.values[i] for i in positions),
    )  # fmt: skip


def changed(balance: Balance, position: int, figures: dict[str, float | None]) -> Balance:
    """A balance with other figures in one period."""
    values = [list(column) for column in balance.values]
    for code, figure in figures.items():
        values[position][balance.chart.row[code]] = figure
    return replace(balance, values=tuple(map(tuple, values)))


def negative_equity() -> Balance:
    """Losses larger than everything else in equity, in the last period."""
    own = {"3": -5000.0, "36": -42126.78, "3601": 0.0, "3602": 0.0, "3603": 0.0, "3604": -42126.78}
    balance = demo()
    return changed(balance, 2, {code: v for code, v in own.items() if code in balance.chart.row})


def no_income() -> Balance:
    """A period without any income."""
    balance = demo()
    return changed(balance, 2, dict.fromkeys((c for c in balance.chart.codes if c.startswith("5")), 0.0))


def two_catalogues() -> Balance:
    """Years of the catalogue of banks, and then of that of cooperatives."""
    codes = ("1", "11", "14", "1401", "1402", "1404", "1414", "1449", "1452", "2", "21", "2101", "2103", "3", "31",
             "3103", "36", "4", "41", "5", "51")  # fmt: skip
    old = [100.0, 20, 80, None, 10, 68, 2, None, None, 60, 60, 40, 20, 40, 30, 30, 10, 8, 8, 12, 12]
    new = [150.0, 30, 120, 15, 25, 76, None, 1, 3, 90, 90, 50, 40, 60, 40, 40, 20, 9, 9, 14, 14]
    return Balance.build(codes, {"2011": old, "2012": old, "2014": new, "2015": new}, entity="Dos catálogos")


def some_peers(report: SupervisionReport, count: int = 9) -> dict[str, dict[str, float | None]]:
    """Entities around the figures of the last period, in percent."""
    base = {key: results[-1].value for key, results in report.results.items()}
    return {
        f"Par {i}": {k: None if v is None else 100 * v * (0.6 + 0.1 * ((7 * i + len(k)) % count)) for k, v in
                     base.items()}
        for i in range(count)
    }  # fmt: skip


def whole_report(balance: Balance, period: str | None = None) -> Document:
    """The report with every chapter filled."""
    report = calculate(balance, with_parameters(load_profile(), "banco_indigena_2013"))
    weights, supervision, analysis = read_weights("tulcan_2016").values, calculate_supervision(balance), None
    analysis = analyse(balance)
    peers = compare_with_peers(supervision, peers_from(some_peers(supervision), name="Pares"))
    return perlas_document(
        report, analysis=analysis, scores=from_report(report, weights), supervision=supervision, peers=peers,
        camel=calculate_camel(evaluate_camel(balance), load_segment()), period=period,
        strengths=find_strengths(report, analysis, peers, None, weights), findings=review(report, weights).findings,
    )  # fmt: skip
