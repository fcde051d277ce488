"""Workbooks for the tests of sheets Horizontal, Vertical and Tendencias: balances of every kind, and what is typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from xl_perlas.balance import Balance
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.perlas import PERLAS
from xl_perlas.workbook.plan import HORIZONTAL, TENDENCIAS, VERTICAL, ref
from xl_perlas.workbook.plan_analysis import Block, Part, TrendColumn
from xl_perlas.workbook.recalc import Recalculation, recalculate
from xl_perlas.workbook.view import View

BASE, CHARTED = (HORIZONTAL, ref(pa.NAME, pa.BASE_ROW)), (TENDENCIAS, ref(pa.NAME, pa.CHOICE_ROW))
CHOICES = [(HORIZONTAL, ref(pa.CODE, row)) for row in pa.choice_rows(HORIZONTAL)]

_STOCKS = ("1", "11", "1103", "13", "14", "1401", "1499", "16", "18", "19", "2", "21", "25", "3", "31", "36")
_FLOWS = ("4", "41", "44", "45", "5", "51", "5104", "52", "54")


def monthly(months: int, absent: Collection[tuple[str, int]] = ()) -> Balance:
    """Months from January of 2020: a season in loans and interest, constant rents, equity that turns positive."""
    random = Random(20)
    total = dict.fromkeys(_FLOWS, 0.0)
    columns: dict[object, list[float | None]] = {}
    for i in range(months):
        month = i % 12 + 1
        now = {"11": 100 + 20 * random.random() + 3 * i, "13": 0.0, "16": 5.0, "18": 0.1, "19": 3 * random.random()}
        now |= {"1401": 1000.0 + 10 * i + 30 * (month * month % 7), "1499": -10 - i / 10, "31": 100.0, "36": i - 120.5}
        now = {code: round(value, 2) for code, value in now.items()}
        now["1103"], now["14"] = now["11"], round(now["1401"] + now["1499"], 2)
        now["1"] = round(sum(now[code] for code in ("11", "13", "14", "16", "18", "19")), 2)
        now["3"], now["25"] = round(now["31"] + now["36"], 2), 7.1
        now["2"] = round(now["1"] - now["3"], 2)
        now["21"] = round(now["2"] - now["25"], 2)
        if month == 1:
            total = dict.fromkeys(_FLOWS, 0.0)
        earned = {"41": 3 + month / 10, "44": 0.1, "45": 5.01, "5104": 11 + i / 5, "52": 0.3, "54": 1}
        for code, amount in earned.items():
            total[code] = round(total[code] + amount, 2)
        total["51"] = total["5104"]
        total["4"], total["5"] = (
            round(sum(total[code] for code in codes), 2) for codes in (("41", "44", "45"), ("51", "52", "54"))
        )
        now |= total
        label = f"{2020 + i // 12}-{month:02d}"
        columns[label] = [None if (code, i) in absent else now[code] for code in (*_STOCKS, *_FLOWS)]
    return Balance.build((*_STOCKS, *_FLOWS), columns)


def some(balance: Balance, positions: Sequence[int]) -> Balance:
    """The periods at `positions` alone."""
    columns: dict[object, Sequence[float | None]] = {balance.periods[i].label: balance.values[i] for i in positions}
    return Balance.build(balance.chart.codes, columns)


def after_years(balance: Balance) -> Balance:
    """The same periods after two years."""
    columns: dict[object, Sequence[float | None]] = {"2018": balance.values[3], "2019": balance.values[4]}
    columns |= {period.label: values for period, values in zip(balance.periods, balance.values, strict=True)}
    return Balance.build(balance.chart.codes, columns)


def yearly(rows: Mapping[str, Sequence[float | None]], *years: str) -> Balance:
    """Rows of figures, one a year."""
    return Balance.build(tuple(rows), {year: [row[i] for row in rows.values()] for i, year in enumerate(years)})


#: Loans in arrears (1411) of the catalogue of the SBS are refinanced ones in that of the SEPS.
TWO_CATALOGS = yearly(
    {"1": (95.0, 100, 130), "14": (95.0, 100, 130), "1401": (57.0, 60, 70), "1411": (28.0, 30, 50),
     "1421": (10.0, 10, None), "1449": (None, None, 10), "1499": (0.0, 0, 0), "5": (7.0, 8, 9), "51": (7.0, 8, 9)},
    "2011", "2012", "2013",
)  # fmt: skip
#: Equity that turns negative and back, no income at all, and expenses that stay.
NO_INCOME = yearly(
    {"1": (100.0, 120), "11": (40.0, 0), "14": (60.0, 120), "3": (-20.0, 10), "31": (30.0, -20), "36": (-50.0, 30),
     "4": (60.0, 60), "45": (60.0, 60), "5": (0.0, 0), "51": (0.0, 0)},
    "2010", "2011",
)  # fmt: skip
#: A result of nothing but binary rounding, and a year that is missing.
BALANCED = yearly(
    {"4": (0.3, 0.3, 0.3), "41": (0.1, 0.1, 0.1), "45": (0.2, 0.2, 0.2), "5": (0.3, 0.6, 0.3), "51": (0.1, 0.4, 0.2),
     "52": (0.2, 0.2, 0.1), "3": (1.0, 1, 1), "31": (0.3, 2, 3), "33": (-0.1, 2, 3), "36": (-0.2, -3, -5)},
    "2010", "2011", "2013",
)  # fmt: skip


def typed(path: Path, cells: Mapping[tuple[str, str], object]) -> Recalculation:
    """Type into cells (sheet, place), and recalculate."""
    package = Package.open(path)
    for (sheet, place), value in cells.items():
        package.sheet(sheet).set_value(place, value)
    package.save()
    return recalculate(path)


def codes(*given: object) -> dict[tuple[str, str], object]:
    """Accounts to choose, one below the other."""
    return dict(zip(CHOICES, given, strict=False))


def swapped(path: Path) -> None:
    """First and last period of the bundled chart change places; then a period twice, and one that is none."""
    package = Package.open(path)
    sheet = package.sheet("Catálogo")
    for row in (5, *range(12, 400)):
        one, other = (sheet.cell(f"{letter}{row}").value for letter in "CE")
        sheet.set_value(f"C{row}", other)
        sheet.set_value(f"E{row}", one)
    sheet.set_value("F5", 2011)
    sheet.set_value("G5", "hola")
    package.save()


def unreadable(path: Path) -> None:
    """What native formulas do not see, or nobody can read: texts among the figures, a code with a point, a blank."""
    package = Package.open(path)
    sheet = package.sheet("Catálogo")
    rows = {sheet.cell(f"A{row}").value: row for row in range(12, 300)}
    sheet.set_value(f"E{rows['11']}", "10.697,55")
    sheet.set_value(f"D{rows['33']}", "1.460.91")
    sheet.set_value(f"A{rows['19']}", "1.9")
    sheet.set_value(f"E{rows['14']}", None)
    package.save()


#: Every kind of balance, with what is typed: each makes a workbook at a path.
Make = Callable[[Path, Balance], Any]


def _book(balance: Balance, cells: Mapping[tuple[str, str], object] | None = None) -> Make:
    def make(path: Path, _demo: Balance) -> None:
        create(path, balance=balance)
        if cells:
            typed(path, cells)

    return make


def _demo(path: Path, demo: Balance) -> None:
    create(path, balance=demo)
    typed(path, codes("1103", "1499", 110305.0, "999999", "abc", "1103", "14.99", "=cmd", None, "5104", "6", "59")
          | {CHARTED: "5104"})  # fmt: skip


def _changed(change: Callable[[Path], None]) -> Make:
    def make(path: Path, demo: Balance) -> None:
        create(path, balance=demo)
        change(path)
        recalculate(path)

    return make


CASES: dict[str, Make] = {
    "demo": _demo,
    "36 months": _book(monthly(36), codes("1103", "5104", "7") | {CHARTED: "14"}),
    "months, year ago": _book(monthly(15), {BASE: "interanual", CHARTED: "margen_neto_intereses"}),
    "months with holes": _book(
        some(monthly(18, {("1103", 5), ("5104", 7), ("51", 7), ("14", 17)}), [*range(9), *range(11, 18)]),
        codes("1103", "5104") | {BASE: "anterior"},
    ),
    "quarters": _book(some(monthly(36), range(2, 36, 3)), codes("5104") | {CHARTED: "ganancia_ejercicio"}),
    "every five months": _book(some(monthly(36), range(0, 36, 5))),
    "years, then months": _book(after_years(monthly(14)), {BASE: "anterior"}),
    "one period": _book(yearly({"1": (100.0,), "11": (40.0,), "14": (60.0,)}, "2010"), codes("1103")),
    "no income": _book(NO_INCOME),
    "rounding": _book(BALANCED),
    "two catalogues": _book(TWO_CATALOGS, codes("1411", "1401", "1449", "1421", "51") | {CHARTED: "1411"}),
    "out of order": _changed(swapped),
    "unreadable": _changed(unreadable),
    "wrong choices": _book(NO_INCOME, {BASE: "mensual", CHARTED: "2*"}),
    "nothing": lambda path, _demo: create(path),
}


class Tables:
    """What the cells of the three sheets show, by account, line or code chosen, and period column."""

    def __init__(self, path: Path):
        self.book = Package.open(path)
        self.plan = PERLAS.read(self.book).plan

    def row(self, sheet: str, key: str) -> int:
        """Row of a fixed row, or `#3` for the third to choose."""
        return pa.choice_rows(sheet)[int(key[1:]) - 1] if key[0] == "#" else pa.rows(sheet)[key]

    def at(self, sheet: str, row: int, column: int) -> Any:
        value = self.book.sheet(sheet).cell(ref(column, row)).value
        return None if value == "" else value

    def horizontal(self, key: str, k: int) -> tuple[Any, Any, Any]:
        """Amount, absolute and relative change."""
        row = self.row(HORIZONTAL, key)
        one, two, three = (self.at(HORIZONTAL, row, pa.column(self.plan, block, k)) for block in Block)
        return one, two, three

    def vertical(self, key: str, k: int, part: Part = Part.SHARE) -> Any:
        return self.at(VERTICAL, self.row(VERTICAL, key), pa.part_column(self.plan, part, k))

    def trend(self, key: str, *columns: TrendColumn) -> list[Any]:
        return [self.at(TENDENCIAS, self.row(TENDENCIAS, key), column) for column in columns]

    def points(self, key: str, count: int) -> list[Any]:
        row = self.row(TENDENCIAS, key)
        return [self.at(TENDENCIAS, row, pa.point_column(self.plan, k)) for k in range(count)]

    def note(self, sheet: str, key: str) -> str:
        column = {
            HORIZONTAL: pa.note_column, VERTICAL: pa.vertical_note, TENDENCIAS: pa.trend_note,
        }[sheet](self.plan)  # fmt: skip
        return str(self.at(sheet, self.row(sheet, key), column) or "")


def view_of(path: Path) -> View:
    return PERLAS.view(PERLAS.read(Package.open(path)))
