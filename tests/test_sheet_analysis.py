"""Sheets Horizontal, Vertical and Tendencias: the thesis's figures in cells, what has none, and what is typed there."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from analysisbooks import (
    BASE,
    CASES,
    CHARTED,
    CHOICES,
    NO_INCOME,
    TWO_CATALOGS,
    Tables,
    codes,
    monthly,
    some,
    typed,
    unreadable,
    view_of,
    yearly,
)
from books import opened
from openpyxl.utils import column_index_from_string, get_column_letter

from xl_perlas.analysis import State, fit
from xl_perlas.balance import Balance
from xl_perlas.load import load_catalog
from xl_perlas.problems import PerlasError
from xl_perlas.udfs.functions import FUNCTIONS
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook import seal
from xl_perlas.workbook.auditor_copy import make_copy
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import ErrorValue, to_serial
from xl_perlas.workbook.inputs import read_inputs
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HEADER_ROW, HORIZONTAL, TENDENCIAS, VERTICAL, ref
from xl_perlas.workbook.plan_analysis import Block, Help, Part, TrendColumn, TrendHelp
from xl_perlas.workbook.recalc import Recalculation, recalculate
from xl_perlas.workbook.sheets import horizontal, tendencias, vertical

PRINTED = tomllib.loads(
    (Path(__file__).parent / "published" / "banco_indigena_analisis.toml").read_text(encoding="utf-8")
)
ERRATUM = PRINTED["erratas"]["relativa"]
SHEETS = (HORIZONTAL, VERTICAL, TENDENCIAS)
MODULES = (horizontal, vertical, tendencias)
_DAY_ZERO = dt.date(1899, 12, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts of 2009 to 2011."""
    return create(tmp_path_factory.mktemp("analisis") / "x.xlsx", balance=banco_indigena)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of months."""
    return create(tmp_path_factory.mktemp("meses") / "m.xlsx", balance=monthly(24))


def make(folder: Path, balance: Balance) -> Tables:
    return Tables(create(folder / "x.xlsx", balance=balance))


def told(result: Recalculation) -> dict[str, list[str]]:
    """Places of what is said of these sheets, by code."""
    found: dict[str, list[str]] = {}
    for p in result.problems:
        if p.code in ("L35", "L45", "L46", "L47", "L48"):
            found.setdefault(p.code, []).append(p.where)
    return found


def agrees(printed: str, value: object, scale: float = 1) -> bool:
    """Whether a cell rounds to what is printed; the dash is the zero of these tables."""
    if not isinstance(value, int | float):
        return False
    if printed == "-":
        return value == 0
    decimals = len(printed.partition(".")[2])
    return bool(abs(value * scale - float(printed)) <= 0.5 * 10**-decimals + 1e-9)


# --- chapter IV of the thesis, in cells -------------------------------------------------------------------------------


def test_printed_changes(made: Path) -> None:
    tables = Tables(made)
    for table in PRINTED["horizontal"]:
        for key, before, now, absolute, relative in table["filas"]:
            amount, change, growth = tables.horizontal(key, 2)
            assert agrees(before, tables.horizontal(key, 1)[0]), key
            assert agrees(now, amount), key
            assert agrees(absolute, change), key
            if table["cuadro"] == ERRATUM["cuadro"] and key in ERRATUM["filas"]:
                assert growth == ERRATUM["estado"].replace("_", " "), key
            else:
                assert agrees(relative, growth, 100), key


def test_printed_shares(made: Path) -> None:
    tables = Tables(made)
    for table in PRINTED["vertical"]:
        for key, before, share_before, now, share_now in table["filas"]:
            for k, amount, share in ((1, before, share_before), (2, now, share_now)):
                assert agrees(amount, tables.horizontal(key, k)[0]), key
                assert agrees(share, tables.vertical(key, k), 100), key


def test_printed_composition(made: Path) -> None:
    tables = Tables(made)
    for table in PRINTED["composicion"]:
        for key, amount, share in table["filas"]:
            assert agrees(amount, tables.horizontal(key, 2)[0]), key
            assert agrees(share, tables.vertical(key, 2, Part.COMPOSITION), 100), key
        total = tables.at(VERTICAL, pa.sum_rows()[table["id"]], pa.part_column(tables.plan, Part.COMPOSITION, 2))
        assert agrees(table["total"][0], total)
        account = {"ingresos": "5", "gastos": "4"}[table["id"]]
        assert agrees(table["total"][1], tables.vertical(account, 2, Part.COMPOSITION), 100)


@pytest.mark.parametrize("row", PRINTED["tendencia"]["filas"], ids=lambda r: str(r[0]))
def test_printed_trends(made: Path, row: list[str]) -> None:
    tables = Tables(made)
    key, *points, mean = row
    assert all(agrees(printed, found) for printed, found in zip(points, tables.points(key, 3), strict=True))
    assert agrees(mean, tables.trend(key, TrendColumn.MEAN)[0])


def test_a_trend_says_which_figures_it_rests_on(made: Path) -> None:
    first, since, last, until, slope, fit_, growth, count, season = Tables(made).trend(
        "1", TrendColumn.FIRST, TrendColumn.FIRST_PERIOD, TrendColumn.LAST, TrendColumn.LAST_PERIOD, TrendColumn.SLOPE,
        TrendColumn.R_SQUARED, TrendColumn.GROWTH, TrendColumn.COUNT, TrendColumn.SEASONAL,
    )  # fmt: skip
    assert (first, since, last, until, count, season) == (70936.08, 2009, 111766.18, 2011, 3, 0)
    assert growth == pytest.approx((111766.18 / 70936.08) ** 0.5 - 1, rel=1e-12), "three figures are two years"
    line = fit([0, 1, 2], [70936.08, 79579.22, 111766.18])
    assert line is not None
    assert (slope, fit_) == (pytest.approx(line.slope), pytest.approx(line.r_squared))


def test_the_total_that_an_account_denies_is_told_beside_it(made: Path) -> None:
    """The chart's account 4 has two digits of 2011 swapped: its groups add up to 90.00 more."""
    tables = Tables(made)
    for sheet in SHEETS:
        assert "−90,00" in tables.note(sheet, "4"), sheet
    assert "E07" not in tables.note(HORIZONTAL, "41")


# --- the rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", ["sbs", "seps"])
def test_every_class_and_group_has_a_row(catalog: str, made: Path) -> None:
    known = load_catalog(catalog)
    wanted = {c for c in known.accounts if len(c) <= 2 and c[0] in "12345"} - known.not_summed
    assert set(pa.accounts()) == wanted
    for sheet in SHEETS:
        for key, row in pa.rows(sheet).items():
            found = [opened(made)[sheet].cell(row, column).value for column in (pa.CODE, pa.NAME)]
            assert found == [key, pa.name_of(key)]
            if key in wanted:
                assert found[1] == known.accounts[key], "both catalogues call their groups the same"


def test_one_formula_pattern_a_row(made: Path) -> None:
    plan = Tables(made).plan
    blocks = {HORIZONTAL: horizontal.blocks(plan), VERTICAL: vertical.blocks(plan), TENDENCIAS: tendencias.blocks(plan)}
    for module in MODULES:
        cells = module.formulas(plan)
        for row in {row for row, _ in cells}:
            for first in blocks[module.NAME]:
                texts = [cells.get((row, first + k)) for k in range(plan.capacity)]
                assert len({_relative(str(text), k) for k, text in enumerate(texts)}) == 1, (module.NAME, row, texts)


def _relative(formula: str, shift: int) -> str:
    """Columns counted from the first period: those of fixed columns stay as they are."""
    def back(match: re.Match[str]) -> str:
        return f"{get_column_letter(max(1, column_index_from_string(match[1]) - shift))}{match[2]}"

    return re.sub(r"(?<![$\w])([A-Z]{1,2})(\$?\d+)", back, formula)


def test_nothing_calls_the_add_in(made: Path) -> None:
    names = re.compile(rf"\b(?:{'|'.join(f.name for f in FUNCTIONS)})\(")
    for module in MODULES:
        for place, formula in module.formulas(Tables(made).plan).items():
            assert not names.search(str(getattr(formula, "text", formula))), place


def test_formulas_fit_in_a_cell() -> None:
    """Of a hundred periods and as many accounts as anybody has."""
    plan = view_plan(100)
    for module in MODULES:
        lengths = [len(str(getattr(f, "text", f))) for f in module.formulas(plan).values()]
        assert max(lengths) < 8192


def view_plan(periods: int) -> Any:
    from xl_perlas.load import load_profile
    from xl_perlas.workbook.plan import make_plan

    return make_plan(load_profile(), [None] * periods, 100_000)


def test_only_what_is_asked_for_is_open(made: Path) -> None:
    for sheet in SHEETS:
        free = {
            (sheet, c.coordinate)
            for row in opened(made)[sheet].iter_rows() for c in row if c.has_style and not c.protection.locked
        }  # fmt: skip
        wanted = {HORIZONTAL: {BASE, *CHOICES}, VERTICAL: set(), TENDENCIAS: {CHARTED}}[sheet]
        assert free == wanted


# --- what it is compared with -----------------------------------------------------------------------------------------


def labels(tables: Tables, k: int) -> tuple[str, str]:
    """The bases of balances and of income and expense, as the headings say."""
    found = [
        tables.at(HORIZONTAL, row, pa.column(tables.plan, Block.RELATIVE, k))
        for row in (pa.BALANCE_LABEL_ROW, pa.FLOW_LABEL_ROW)
    ]
    one, two = (f"{_DAY_ZERO + dt.timedelta(v):%Y-%m}" if isinstance(v, float) and v > 3000 else str(v) for v in found)
    return one.removesuffix(".0"), two.removesuffix(".0")


@pytest.mark.parametrize(
    ("base", "stock", "before"),
    [("diciembre", "2020-12", 11), ("interanual", "2020-06", 5), ("anterior", "2021-05", 16)],
)
def test_the_base_is_chosen_for_balances_alone(
    base: str, stock: str, before: int, months: Path, tmp_path: Path
) -> None:
    path = tmp_path / "m.xlsx"
    path.write_bytes(months.read_bytes())
    assert told(typed(path, {BASE: base})) == {}
    tables = Tables(path)
    assert labels(tables, 17) == (stock, "2020-06"), "income accumulates: it only compares with as many months"
    assert labels(tables, 0)[1] == "falta 2019-01"
    own = tables.horizontal("14", 17)
    assert own[1] == pytest.approx(own[0] - tables.horizontal("14", before)[0], rel=1e-12)
    flow = tables.horizontal("margen_bruto_financiero", 17)
    assert flow[2] == pytest.approx(flow[0] / tables.horizontal("margen_bruto_financiero", 5)[0] - 1, rel=1e-12)
    assert tables.at(*BASE[:1], pa.BASE_ROW, pa.NAME) == base, "what was typed stays"


def test_years_compare_with_the_year_before(made: Path) -> None:
    tables = Tables(made)
    assert [labels(tables, k) for k in range(3)] == [("falta 2008",) * 2, ("2009",) * 2, ("2010",) * 2]


@pytest.mark.parametrize("value", ["mensual", "diciembre ", ErrorValue("#N/A")])
def test_a_base_that_is_none_is_told_and_december_used(value: object, book: Path) -> None:
    before, keys = Tables(book), pa.rows(HORIZONTAL)
    assert told(typed(book, {BASE: value})) == {"L35": ["!".join(BASE)]}
    after = Tables(book)
    assert [after.horizontal(key, 2) for key in keys] == [before.horizontal(key, 2) for key in keys]


def test_an_empty_base_is_december(book: Path) -> None:
    assert told(typed(book, {BASE: None})) == {}
    assert Tables(book).horizontal("14", 2)[1] == pytest.approx(25486.23)


# --- zero, missing and not applicable ---------------------------------------------------------------------------------


def test_what_has_no_figure_says_why(tmp_path: Path) -> None:
    """Rows are from zero, zero to zero, to zero, from negative to positive, between negatives, and missing."""
    rows: dict[str, tuple[float | None, ...]] = {
        "1": (10.0, 12.0), "11": (0.0, 2), "12": (0.0, 0), "13": (5.0, 0), "14": (5.0, 10), "3": (10.0, 12),
        "33": (-4.0, 2), "36": (-2.0, -3), "31": (16.0, 13),
    }  # fmt: skip
    tables = make(tmp_path, yearly(rows, "2010", "2011"))
    found = {key: tables.horizontal(key, 1) for key in (*rows, "2", "4")}
    assert {key: value[2] for key, value in found.items()} == {
        "1": pytest.approx(0.2), "11": "desde cero", "12": "cero a cero", "13": -1, "14": 1, "3": pytest.approx(0.2),
        "33": "cambia de signo", "36": 0.5, "31": pytest.approx(-3 / 16), "2": "sin dato", "4": "sin dato",
    }  # fmt: skip
    assert found["12"][:2] == (0, 0)
    assert found["11"][:2] == (2, 2)
    assert found["2"][:2] == ("#N/A", "#N/A")
    assert tables.horizontal("15", 1) == (0, 0, "cero a cero"), "unlisted beside its brothers: zero"
    assert {tables.horizontal(key, 0)[2] for key in rows} == {"sin periodo previo"}
    for key, code in {"11": "F01", "33": "F04", "36": "F05", "2": "E01"}.items():
        assert f"[{code}]" in tables.note(HORIZONTAL, key)
    assert tables.note(HORIZONTAL, "15") == "", "the cells say it all"


def test_no_income_and_negative_equity(tmp_path: Path) -> None:
    tables = make(tmp_path, NO_INCOME)
    assert tables.vertical("45", 1) == tables.vertical("51", 1) == "total en cero"
    assert tables.vertical("51", 1, Part.COMPOSITION) == tables.vertical("5", 1, Part.COMPOSITION) == "total en cero"
    assert tables.vertical("ganancia_ejercicio", 1) == "total en cero"
    assert tables.horizontal("ganancia_ejercicio", 1)[:2] == (-60, 0)
    assert "F06" in tables.note(VERTICAL, "45")
    assert tables.vertical("3", 0) == -0.2
    assert [tables.vertical(key, 0, Part.COMPOSITION) for key in ("31", "36", "3")] == [-1.5, 2.5, 1]
    assert "E08" in tables.note(VERTICAL, "31")
    assert tables.vertical("21", 1) == "sin dato", "liabilities are missing, not zero"
    assert tables.trend("3", TrendColumn.GROWTH, TrendColumn.R_SQUARED) == ["no aplica", "no aplica"]


def test_one_single_period(tmp_path: Path) -> None:
    tables = make(tmp_path, yearly({"1": (100.0,), "11": (40.0,), "14": (60.0,)}, "2010"))
    assert tables.horizontal("14", 0) == (60, "#N/A", "sin periodo previo")
    assert tables.vertical("14", 0) == 0.6
    columns = (TrendColumn.MEAN, TrendColumn.SLOPE, TrendColumn.R_SQUARED, TrendColumn.GROWTH, TrendColumn.FIRST)
    assert tables.trend("14", *columns) == [60, "sin dato", "sin dato", "sin dato", None]


def test_two_periods_have_a_slope_and_no_r_squared(tmp_path: Path) -> None:
    tables = make(tmp_path, yearly({"1": (100.0, 120)}, "2010", "2011"))
    assert tables.trend("1", TrendColumn.SLOPE, TrendColumn.R_SQUARED, TrendColumn.GROWTH) == [
        pytest.approx(20), "no aplica", pytest.approx(0.2),
    ]  # fmt: skip
    assert "2 de 2" in tables.note(TENDENCIAS, "1")


def test_a_period_missing_in_the_middle_is_not_skipped(tmp_path: Path) -> None:
    tables = make(tmp_path, some(monthly(12), [0, 1, 2, 4, 5, 11]))
    assert labels(typed_base(tmp_path / "x.xlsx", "anterior"), 3)[0] == "falta 2020-04"
    assert tables.points("51", 6)[3:] == ["sin dato", pytest.approx(12), "sin dato"], "May alone needs April"
    assert tables.points("14", 6)[3] == tables.horizontal("14", 3)[0]


def typed_base(path: Path, base: str) -> Tables:
    typed(path, {BASE: base})
    return Tables(path)


def test_a_figure_that_only_the_program_reads_is_what_formulas_make_of_it(book: Path) -> None:
    unreadable(book)
    recalculate(book)
    tables = Tables(book)
    assert tables.horizontal("11", 2) == (0, -2900.26, -1), "SUMIF does not see a text"
    assert tables.horizontal("33", 1)[0] == "#N/A", "nobody can read it"
    assert tables.horizontal("33", 2)[2] == "sin dato"
    assert tables.horizontal("14", 2)[0] == "#N/A", "a total that is not there is not zero"


# --- accounts to choose -----------------------------------------------------------------------------------------------


def test_an_account_of_any_level(book: Path) -> None:
    assert told(typed(book, codes("1103", "5104", 1499.0))) == {}
    tables = Tables(book)
    engine = view_of(book).analysis
    for place, key in (("#1", "1103"), ("#2", "5104"), ("#3", "1499")):
        change, share, trend = engine.change(key, "2011"), engine.share(key, "2011"), engine.trend(key)
        assert tables.horizontal(place, 2) == (
            change.current.value, pytest.approx(change.absolute.value), pytest.approx(change.relative.value),
        )  # fmt: skip
        assert tables.vertical(place, 2) == pytest.approx(share.share.value)
        assert tables.trend(place, TrendColumn.SLOPE) == [pytest.approx(trend.slope.value)]
        for sheet in (VERTICAL, TENDENCIAS):
            row = tables.row(sheet, place)
            assert [tables.at(sheet, row, c) for c in (pa.CODE, pa.NAME)] == [key, engine.item(key).name]
    wholes = [tables.at(VERTICAL, tables.row(VERTICAL, place), pa.WHOLE) for place in ("#1", "#2")]
    assert wholes == ["Total del activo", "Total de ingresos"]
    again = recalculate(book)
    assert told(again) == {}
    assert tables.at(HORIZONTAL, tables.row(HORIZONTAL, "#1"), pa.CODE) == "1103"


def test_rows_without_an_account_show_nothing(made: Path) -> None:
    tables = Tables(made)
    for k in range(3):
        assert tables.horizontal("#7", k) == (None, None, None)
        assert tables.vertical("#7", k) is None
    assert tables.points("#7", 3) == [None] * 3
    assert tables.trend("#7", *TrendColumn)[: TrendColumn.SEASONAL - 2] == [None] * 10


def test_what_is_no_code_is_told_and_has_no_figure(book: Path) -> None:
    bad: dict[object, str] = {
        "abc": "L45", "SOCIOS": "L45", "=cmd|' /C calc'!A0": "L45", ErrorValue("#NAME?"): "L45", True: "L45",
        14.5: "L45", "1234567890123456": "L45", "  ": "L45", "14.99": "L46", " 1103": "L46", "1103.0": "L46",
    }  # fmt: skip
    result = typed(book, codes("14", *bad))
    wanted: dict[str, list[str]] = {}
    for place, code in zip(CHOICES[1:], bad.values(), strict=False):
        wanted.setdefault(code, []).append("!".join(place))
    assert told(result) == wanted
    assert all(p.next_step for p in result.problems)
    tables = Tables(book)
    assert tables.horizontal("#1", 2)[0] == 90897.58
    for i, value in enumerate(bad, 2):
        shown = tables.horizontal(f"#{i}", 2)
        assert shown == (("#N/A", "#N/A", "sin dato") if isinstance(value, str) and value != "#NAME?" else (None,) * 3)
        kept = tables.book.sheet(HORIZONTAL).cell(CHOICES[i - 1][1])
        assert (kept.formula, kept.value) == (None, value)


def test_an_account_that_is_not_there(book: Path) -> None:
    """No such account: its class is missing, or its brothers stand there and it is zero; the note says which."""
    assert told(typed(book, codes("999999", "119999", "7", "6"))) == {}
    tables = Tables(book)
    assert tables.horizontal("#1", 2) == ("#N/A", "#N/A", "sin dato")
    assert tables.horizontal("#2", 2) == (0, 0, "cero a cero")
    for place in ("#1", "#2"):
        assert "L49" in tables.note(HORIZONTAL, place)
    assert tables.vertical("#1", 2) == "no aplica", "part of no total"
    assert "F07" in tables.note(VERTICAL, "#3")


def test_the_same_account_twice_is_mentioned(book: Path) -> None:
    assert told(typed(book, codes("1103", None, "1103"))) == {"L47": ["!".join(CHOICES[2])]}
    tables = Tables(book)
    assert tables.horizontal("#1", 2) == tables.horizontal("#3", 2)


def test_accounts_that_change_their_meaning(tmp_path: Path) -> None:
    path = create(tmp_path / "x.xlsx", balance=TWO_CATALOGS)
    typed(path, codes("1411", "1401", "14"))
    tables = Tables(path)
    assert tables.horizontal("#1", 1) == (30, 2, pytest.approx(30 / 28 - 1)), "the same catalogue"
    assert tables.horizontal("#1", 2) == (50, "#N/A", "no aplica")
    assert "F09" in tables.note(HORIZONTAL, "#1")
    assert tables.horizontal("#2", 2)[2] == pytest.approx(1 / 6)
    assert tables.horizontal("#3", 2)[2] == pytest.approx(0.3)
    assert tables.points("#1", 3) == ["no aplica"] * 3
    assert tables.trend("#1", TrendColumn.SLOPE, TrendColumn.GROWTH) == ["no aplica", "no aplica"]
    catalogs = [
        tables.at(HORIZONTAL, pa.help_row(Help.CATALOG), pa.column(tables.plan, Block.AMOUNT, k)) for k in range(3)
    ]
    assert catalogs == ["sbs", "sbs", "seps"]


# --- months -----------------------------------------------------------------------------------------------------------


def test_income_of_months_is_that_of_the_month_alone(months: Path) -> None:
    tables = Tables(months)
    rents = tables.points("54", 24)
    assert rents == [pytest.approx(1)] * 24
    assert tables.trend("54", TrendColumn.R_SQUARED) == ["no aplica"], "what binary fractions leave is no variation"
    assert tables.trend("44", TrendColumn.R_SQUARED, TrendColumn.COUNT) == ["no aplica", 24]


def test_the_season_is_taken_off(months: Path) -> None:
    tables, engine = Tables(months), view_of(months).analysis
    for key in ("14", "51", "ganancia_ejercicio"):
        trend = engine.trend(key)
        assert trend.seasons
        assert tables.trend(key, TrendColumn.SLOPE, TrendColumn.R_SQUARED, TrendColumn.SEASONAL) == [
            pytest.approx(trend.slope.value), pytest.approx(trend.r_squared.value), 1,
        ]  # fmt: skip
    figures = tables.points("14", 24)
    plain = fit([i / 12 for i in range(24)], figures)
    assert plain is not None
    assert tables.trend("14", TrendColumn.SLOPE)[0] != pytest.approx(plain.slope, rel=1e-3)


# --- the chart of Tendencias ------------------------------------------------------------------------------------------


def charted(tables: Tables, what: TrendHelp, count: int) -> list[Any]:
    return [tables.at(TENDENCIAS, pa.trend_help_row(what), pa.point_column(tables.plan, k)) for k in range(count)]


def test_the_chart_shows_the_row_that_is_chosen(book: Path) -> None:
    typed(book, {CHARTED: "margen_bruto_financiero"})
    tables, trend = Tables(book), view_of(book).analysis.trend("margen_bruto_financiero")
    facts = [tables.at(TENDENCIAS, row, pa.NAME) for row in (pa.CHOICE_ROW, pa.NAME_ROW, pa.FACT_ROW, pa.FACT_ROW + 1)]
    assert facts == ["margen_bruto_financiero", "Margen bruto financiero", *map(pytest.approx, (
        trend.mean.value, trend.slope.value,
    ))]  # fmt: skip
    assert charted(tables, TrendHelp.DATE, 3) == pytest.approx([2009, 2010, 2011])
    assert charted(tables, TrendHelp.FIGURE, 3) == pytest.approx([p.value for p in trend.points])
    assert charted(tables, TrendHelp.LINE, 3) == pytest.approx(list(trend.fitted))


def test_an_account_that_was_chosen_can_be_charted_by_number(book: Path) -> None:
    assert told(typed(book, codes(None, "110305") | {CHARTED: 110305.0})) == {}
    assert Tables(book).at(TENDENCIAS, pa.INDEX_ROW, pa.NAME) == Tables(book).row(TENDENCIAS, "#2") - 27


@pytest.mark.parametrize("value", ["2*", "1103", ErrorValue("#N/A")])
def test_a_choice_that_is_no_row_is_told_and_the_first_shown(value: object, book: Path) -> None:
    assert told(typed(book, {CHARTED: value})) == {"L48": ["!".join(CHARTED)]}
    tables = Tables(book)
    assert tables.at(TENDENCIAS, pa.NAME_ROW, pa.NAME) == "Activo"
    assert charted(tables, TrendHelp.FIGURE, 3) == [70936.08, 79579.22, 111766.18]


def test_a_gap_in_the_chart_is_no_zero(tmp_path: Path) -> None:
    path = create(tmp_path / "x.xlsx", balance=some(monthly(12), [0, 1, 2, 4, 5]))
    typed(path, {CHARTED: "51"})
    found = charted(Tables(path), TrendHelp.FIGURE, 5)
    assert found[3] == "#N/A"
    assert all(isinstance(value, float) for value in found[:3])


def test_five_charts_with_titles_on_their_axes(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        texts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    own = [t for t in texts if "Vertical'!" in t or "Tendencias'!" in t]
    assert [len(opened(made)[name]._charts) for name in SHEETS] == [0, 4, 1]
    for chart in own:
        assert 'dispBlanksAs val="gap"' in chart
        assert len(re.findall(r"<(?:c:)?title>", chart)) == 3, "the chart's and both axes'"
    financing = next(t for t in own if "Con qué se financia" in t)
    assert len(re.findall(r"<(?:c:)?ser>", financing)) == 15
    assert "pattFill" in financing, "parts are told apart without colours"


# --- the workbook around them -----------------------------------------------------------------------------------------


def test_columns_of_periods_appear_as_they_fill_up(book: Path) -> None:
    def hidden(path: Path, sheet: str, first: int) -> list[bool]:
        columns = opened(path)[sheet].column_dimensions
        return [columns[get_column_letter(first + k)].hidden for k in range(5)]

    plan = Tables(book).plan
    places = [(m.NAME, first) for m in MODULES for first in m.blocks(plan)]
    assert all(hidden(book, *place) == [False] * 3 + [True] * 2 for place in places)
    typed(book, {("Catálogo", "F5"): 2012})
    assert all(hidden(book, *place) == [False] * 4 + [True] for place in places)


def test_low_rows_open_when_an_account_is_chosen(book: Path) -> None:
    def height(sheet: str) -> list[float | None]:
        return [opened(book)[sheet].row_dimensions[row].height for row in pa.choice_rows(sheet)[:2]]

    assert [height(sheet) for sheet in (VERTICAL, TENDENCIAS)] == [[4.5, 4.5], [4.5, 4.5]]
    typed(book, codes("1103"))
    assert [height(sheet) for sheet in (VERTICAL, TENDENCIAS)] == [[None, 4.5], [None, 4.5]]


def test_pages(made: Path) -> None:
    for name in SHEETS:
        sheet = opened(made)[name]
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", sheet.PAPERSIZE_A4)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        assert sheet.freeze_panes.startswith("C")
    assert len(opened(made)[VERTICAL].row_breaks.brk) == 2, "no chart is cut by a page's end"


def test_inputs_that_count_are_sealed(book: Path) -> None:
    def facts() -> dict[str, Any]:
        return seal.input_facts(read_inputs(Package.open(book)))

    first = facts()
    typed(book, {CHARTED: "14"})
    assert facts() == first, "what is looked at changes no figure"
    typed(book, {BASE: "anterior"})
    second = facts()
    typed(book, codes("1103"))
    assert first != second != facts()


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_row_put_in_is_refused(sheet: str, book: Path) -> None:
    import openpyxl

    edited = openpyxl.load_workbook(book)
    edited[sheet].insert_rows(pa.table(sheet)[0] + 3)
    edited.save(book)
    with pytest.raises(PerlasError, match=f"hoja {sheet}"):
        recalculate(book)


def test_an_auditors_copy_shows_the_same(book: Path) -> None:
    typed(book, codes("1103", "abc") | {BASE: "anterior", CHARTED: "1103"})
    copy = make_copy(book).path
    one, other = Tables(book), Tables(copy)
    for module in MODULES:
        for place in module.formulas(one.plan):
            assert other.at(module.NAME, *place) == one.at(module.NAME, *place), (module.NAME, place)
    assert opened(copy)[HORIZONTAL][BASE[1]].protection.locked
    assert "bloqueadas" in other.at(HORIZONTAL, max(pa.headings(HORIZONTAL)), pa.NAME)


@pytest.mark.parametrize("case", ["demo", "months with holes", "two catalogues", "unreadable", "nothing"])
def test_every_formula_has_its_result(case: str, tmp_path: Path, banco_indigena: Balance) -> None:
    """Whatever the balance: nothing is left of an earlier one, and no cell is without."""
    path = tmp_path / "x.xlsx"
    CASES[case](path, banco_indigena)
    package, view = Package.open(path), view_of(path)
    for module in MODULES:
        shown = module.results(view)
        assert set(module.formulas(view.plan)) <= set(shown), module.NAME
        for (row, column), value in shown.items():
            found = package.sheet(module.NAME).cell(ref(column, row)).value
            value = to_serial(value) if isinstance(value, dt.date) else value
            same = found == pytest.approx(value, rel=1e-12) if isinstance(value, float) else found == value
            assert same or (not found and not value), (module.NAME, row, column)


def test_the_words_are_those_of_the_engine() -> None:
    from xl_perlas.workbook.sheets.analysis_rows import WORDS

    assert set(WORDS) == set(State) - {State.OK, State.INCONSISTENT}
    assert len(set(WORDS.values())) == len(WORDS)
    assert HEADER_ROW < pa.BALANCE_LABEL_ROW
