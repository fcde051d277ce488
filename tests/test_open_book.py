"""Recalculating a workbook open in Excel gives what recalculating its file gives, and never loses the user's book."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import classic_host
import pytest
from books import plan_of
from hypothesis import example, given
from hypothesis import strategies as st
from openexcel import BLANK, MANUAL, Excel, Held, SheetState, typed
from openlite import lite_book

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.problems import PerlasError
from xl_perlas.udfs.excel import recalculate as entry
from xl_perlas.workbook import plan_ahp
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import ErrorValue, PlainText
from xl_perlas.workbook.excel_cells import Area, rectangles, typed_text
from xl_perlas.workbook.open_book import OpenBook
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.recalc import recalculate, recalculate_open
from xl_perlas.workbook.sheets import bitacora, decisiones

FORMULA_LIKE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module", autouse=True)
def at_one_moment() -> Any:
    """Bitácora's time is the same on both sides."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts with everything a workbook can have: weights, score, sensitivity and CAMEL grades."""
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(
        tmp_path_factory.mktemp("abierto") / "perlas.xlsx", balance=banco_indigena, profile=profile,
        entity="Banco Indígena", judgements="tulcan_2016", segment="tulcan_2016",
    )  # fmt: skip


@pytest.fixture(scope="module")
def plan(made: Path) -> Plan:
    return plan_of(made)


@pytest.fixture(scope="module")
def opened_once(made: Path) -> Excel:
    return Excel.open(made)


@pytest.fixture
def excel(opened_once: Excel) -> Excel:
    """The workbook, open."""
    return opened_once.copy()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What message boxes say: text and kind."""
    shown: list[tuple[str, str]] = []
    classic_host.load()

    def alert(self: object, prompt: str, title: str, buttons: str, mode: str, callback: object) -> str:
        assert title == "xl-perlas"
        shown.append((prompt, mode))
        return "ok"

    monkeypatch.setattr(sys.modules["xlwings._xlwindows"].App, "alert", alert)
    return shown


def with_changes(package: Package, plan: Plan) -> None:
    """Other balances, digits swapped, figures as text, error cells, names and reasons that look like formulas."""
    sheet = package.sheet("Catálogo")
    row = {str(cells[0].value): i for i, cells in enumerate(sheet.rows(f"A1:A{sheet.last_row}"), 1)}
    for place, value in {
        f"C{row['11']}": 123456.78915, f"D{row['11']}": 0.0, f"E{row['21']}": 9988.00005, f"C{row['2101']}": None,
        f"D{row['4']}": "1.234.567,89", f"E{row['1404']}": "12,5", f"E{row['1499']}": ErrorValue("#N/A"),
        f"D{row['5']}": True, f"B{row['1103']}": FORMULA_LIKE, f"B{row['3']}": "@SUM(1)", f"A{row['1414']}": "14.14",
        "F5": dt.date(2012, 6, 30), f"F{row['11']}": 5000.0, f"F{row['14']}": 7.25,
        f"F{row['1']}": ErrorValue("#DIV/0!"),
    }.items():  # fmt: skip
        sheet.set_value(place, value)
    parameters = package.sheet("Parámetros")
    first = plan.own_first_row
    for column, value in zip("ABCD", ("ingresos_prestamos", "540110", 1, FORMULA_LIKE), strict=True):
        parameters.set_value(f"{column}{first}", value)
    parameters.set_value(f"F{plan.parameter_first_row}", "5%")
    package.sheet("AHP").set_value(ref(plan_ahp.CHOICE_COLUMN, plan_ahp.METHOD_ROW), "geometric_mean")
    package.sheet("Decisiones").set_value(ref(3, decisiones.CHOICE_ROW), 2010)


def without_weights(package: Package, plan: Plan) -> None:
    """No judgements and no periods: most cells are emptied."""
    sheet = package.sheet("AHP")
    for block in plan_ahp.blocks(plan, 0):
        for place in (cell.ref for row in sheet.rows(block.area) for cell in row if cell.formula is None):
            sheet.set_value(place, None)
    for place in ("C5", "D5", "E5"):
        package.sheet("Catálogo").set_value(place, None)


def differences(found: Excel, expected: Excel) -> list[str]:
    """Cells, hidden columns and protection that are not as expected; results of formulas are Excel's."""
    wrong = []
    for name, sheet in expected.sheets.items():
        mine = found.sheets[name]
        for place in sheet.cells.keys() | mine.cells.keys():
            one, other = mine.at(*place), sheet.at(*place)
            if (one.formula, other.formula) == (None, None):
                same = one == other and type(one.value) is type(other.value)
            else:
                same = one.formula == other.formula
            if not same:
                wrong.append(f"{name} {place}: {one}, not {other}")
        if (mine.hidden, mine.protection) != (sheet.hidden, sheet.protection):
            wrong.append(f"{name}: {mine.hidden} {mine.protection}, not {sheet.hidden} {sheet.protection}")
    return wrong


# --- the same as on file


@pytest.mark.parametrize("change", [with_changes, without_weights])
def test_open_or_closed_the_results_are_the_same(
    change: Callable[[Package, Plan], None], made: Path, plan: Plan, tmp_path: Path, told: list[tuple[str, str]]
) -> None:
    path = tmp_path / "perlas.xlsx"
    package = Package.open(made)
    change(package, plan)
    package.save(path)
    excel = Excel.open(path)
    lite = excel.copy()
    for sheet in lite.sheets.values():
        sheet.protection = None
    catalog = excel.sheets["Catálogo"].formats
    catalog.update({place: '"$"#,##0.00' for place in catalog if place[0] > 5 and place[1] > 2})  # Value cuts these

    done = recalculate(path)
    expected = Excel.open(path)
    entry.main(excel.book())
    assert differences(excel, expected) == []
    (text, kind), = told
    counts = [sum(p.severity == severity for p in done.problems) for severity in ("error", "aviso")]
    assert kind == "info"
    assert f" {counts[0]} error" in text
    assert f" y {counts[1]} aviso" in text
    assert "guarde el libro" in text
    assert not excel.saved

    for sheet in expected.sheets.values():
        sheet.protection = None
    entry.main(lite_book(lite))
    assert differences(lite, expected) == []


def test_each_recalculation_adds_a_row_to_the_log(excel: Excel, made: Path, tmp_path: Path, told: list[Any]) -> None:
    path = tmp_path / "perlas.xlsx"
    path.write_bytes(made.read_bytes())
    lite = excel.copy()
    for sheet in lite.sheets.values():
        sheet.protection = None
    for _ in range(2):
        recalculate(path)
        entry.main(excel.book())
        entry.main(lite_book(lite))
    assert differences(excel, Excel.open(path)) == []
    assert lite.sheets[bitacora.NAME].cells == excel.sheets[bitacora.NAME].cells
    log = excel.sheets[bitacora.NAME]
    assert [log.at(bitacora.FIRST_ROW + i, 3).value for i in range(3)] == ["woccu", "woccu", None]
    assert log.formats[bitacora.FIRST_ROW + 1, 5] == log.formats[bitacora.FIRST_ROW, 5]


def test_a_cell_that_its_format_cannot_show_is_still_read(excel: Excel, plan: Plan) -> None:
    """Excel gives no date for a balance of millions, nor for a negative one."""
    sheet = excel.sheets["Catálogo"]
    negative = next(p for p, held in sheet.cells.items() if p[1] == 3 and str(held.value).startswith("-"))
    sheet.put(plan.data_first_row, 3, Held(41_274_000.5))
    plain = recalculate_open(excel.copy().book()).view.report.balance.values
    sheet.formats[negative] = sheet.formats[plan.data_first_row, 3] = "dd/mm/yyyy"
    assert recalculate_open(excel.book()).view.report.balance.values == plain


# --- what the user sees and Excel does


def test_excel_calculates_once_and_is_left_as_it_was(excel: Excel, told: list[tuple[str, str]]) -> None:
    before = dict(excel.settings)
    formulas = {(n, p): h.formula for n, s in excel.sheets.items() for p, h in s.cells.items() if h.formula}
    entry.main(excel.book())
    assert excel.calculated == ["changed"]
    assert excel.settings == before
    assert {(n, p): h.formula for n, s in excel.sheets.items() for p, h in s.cells.items() if h.formula} == formulas
    assert [bool(text) for text in excel.bar] == [True, True, True, False]
    assert excel.calls < 60 * len(excel.sheets)


def test_manual_calculation_stays_manual(excel: Excel, told: list[tuple[str, str]]) -> None:
    excel.settings["Calculation"] = MANUAL
    entry.main(excel.book())
    assert excel.settings["Calculation"] == MANUAL
    assert excel.calculated == ["changed"]


def test_functions_unknown_until_now_are_calculated_too(excel: Excel, plan: Plan, told: list[tuple[str, str]]) -> None:
    sheet, place = excel.sheets["Indicadores"], (plan.indicator_rows["E9"], plan.value_column(0))
    sheet.cells[place] = sheet.cells[place]._replace(value=ErrorValue("#NAME?"))
    entry.main(excel.book())
    assert excel.calculated == ["everything"]


def test_the_caller_is_the_book(excel: Excel, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    import xlwings

    monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: excel.book()))
    entry.main()
    assert told[0][0].startswith("Recálculo terminado: 45 indicadores en 3 periodos")


# --- nothing is lost


def emptied(excel: Excel, plan: Plan) -> None:
    excel.names.clear()


def newer(excel: Excel, plan: Plan) -> None:
    excel.names["xlp_plantilla"] = excel.names["xlp_plantilla"].replace("version=", "version=9")


def formula_overwritten(excel: Excel, plan: Plan) -> None:
    excel.sheets["Pesos"].cells[max(p for p, h in excel.sheets["Pesos"].cells.items() if h.formula)] = Held(0.5)


def row_inserted(excel: Excel, plan: Plan) -> None:
    excel.sheets["Líneas"].put(plan.line_first_row, 1, Held("otra"))


def sheet_deleted(excel: Excel, plan: Plan) -> None:
    del excel.sheets["Verificación"]


def password_set(excel: Excel, plan: Plan) -> None:
    excel.sheets["Verificación"].password = "secreta"


@pytest.mark.parametrize(
    ("change", "code", "step"),
    [
        (emptied, "L20", "nuevo"), (newer, "L21", "actualice"), (formula_overwritten, "L23", "Pesos"),
        (row_inserted, "L23", "Líneas"), (sheet_deleted, "L04", "Verificación"),
        (password_set, "H25", "Desproteger hoja"),
    ],
)  # fmt: skip
def test_a_book_that_cannot_be_recalculated_is_left_alone(
    change: Callable[[Excel, Plan], None], code: str, step: str, excel: Excel, plan: Plan, told: list[tuple[str, str]]
) -> None:
    change(excel, plan)
    before = excel.picture()
    entry.main(excel.book())
    assert excel.picture() == before
    (text, kind), = told
    assert kind == "critical"
    assert f"[{code}]" in text
    assert step in text
    assert excel.changes == 0
    assert not excel.calculated


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 5), (20, 20), (60, 61)])
def test_what_excel_refuses_halfway_is_taken_back(
    first: int, last: int, excel: Excel, told: list[tuple[str, str]]
) -> None:
    sheet = excel.sheets["Verificación"]
    sheet.put(40, 3, Held(FORMULA_LIKE))  # what people left in the cells comes back as it was
    sheet.put(41, 3, Held(0.0, "=1+1"))
    sheet.put(42, 3, Held(ErrorValue("#N/A")))
    sheet.put(43, 3, Held(True))
    before = excel.picture()
    excel.refuse_from, excel.refuse_to = first, last
    entry.main(excel.book())
    assert excel.changes > first
    assert excel.picture() == before
    assert "[H26]" in told[-1][0]
    assert "Excel está ocupado. El libro está como estaba." in told[-1][0]


def test_what_cannot_be_taken_back_is_told(excel: Excel, plan: Plan, told: list[tuple[str, str]]) -> None:
    settings = dict(excel.settings)
    excel.sheets["Líneas"].put(plan.line_first_row, plan.flag_column(0), Held(77.0))
    excel.refuse_from, excel.refuse_to = 5, 10_000
    entry.main(excel.book())
    assert "[H27]" in told[0][0]
    assert "sin guardarlo" in told[0][0]
    assert excel.settings == settings
    assert all(sheet.protection for name, sheet in excel.sheets.items() if name in ("Verificación", "Líneas"))


def test_a_calculation_that_fails_is_told_and_results_stay(
    excel: Excel, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: object) -> None:
        raise classic_host.ComError(-1, "x", (0, "Microsoft Excel", "Memoria insuficiente.", None, 0, -1), None)

    book = excel.book()
    monkeypatch.setattr(type(book.api.Application), "Calculate", fails)
    entry.main(book)
    assert "[H28]" in told[0][0]
    assert "recalcular las fórmulas (Memoria insuficiente)" in told[0][0]
    assert excel.sheets[bitacora.NAME].at(bitacora.FIRST_ROW, 3).value == "woccu"


def test_the_unexpected_is_told_in_words(
    excel: Excel, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("algo")

    monkeypatch.setattr(entry, "recalculate_open", fails)
    entry.main(excel.book())
    assert "[H29]" in told[0][0]
    assert "ZeroDivisionError: algo" in told[0][0]
    entry.main(lite_book(excel))  # without message boxes it is printed
    assert "[H29]" in capsys.readouterr().out


# --- cells


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
@example("")
@example(FORMULA_LIKE)
@example("+593 99 999")
@example("-")
@example("@SUM(1)")
@example("'citado'")
@example("2011")
@example("2009, 2010")
@example("31/12/2011")
@example("mar-11")
@example("#N/A")
@example("VERDADERO")
@example("true")
@example("5 %")
@example("error")
def test_text_stays_text(text: str) -> None:
    for look in ("General", "@", "0.00"):
        assert typed(typed_text(text), look) == Held(text)


@pytest.mark.parametrize(
    "value",
    [None, 0.0, -12.5, 1e-300, True, False, "", "texto", "007", FORMULA_LIKE, PlainText("#N/A"), ErrorValue("#N/A"), 3],
)
def test_a_cell_reads_back_what_was_written(value: object) -> None:
    excel = Excel("x.xlsx", {"H": SheetState()}, {})
    book = OpenBook(excel.book())
    book.sheet("h").set_value("B3", value)
    ahead = book.sheet("H").cell("B3").value
    assert excel.changes == 0
    book.commit()
    back = OpenBook(excel.book()).sheet("H").cell("B3")
    assert back.value == ahead == value
    assert back.formula is None
    assert back.is_error is isinstance(value, ErrorValue)
    assert isinstance(back.value, bool) is isinstance(value, bool)


def test_cells_of_all_kinds_are_read_as_from_a_file() -> None:
    state = SheetState()
    held = (
        Held(41274.0), Held(41274.75), Held(0.75), Held(2011.0), Held("=no"), Held(3.0, "=1+2"), Held("", '=""'),
        Held(ErrorValue("#REF!")), BLANK,
    )  # fmt: skip
    for column, one in enumerate(held, 1):
        state.put(2, column, one)
    state.formats.update({(2, 1): "dd/mm/yyyy", (2, 2): "yyyy-mm-dd hh:mm", (2, 3): "hh:mm", (2, 4): "dd/mm/yyyy"})
    state.extent = (2, 9)
    sheet = OpenBook(Excel("x.xlsx", {"H": state}, {}).book()).sheet("H")
    row, = sheet.rows("A2:J2")
    values = [cell.value for cell in row]
    assert values[:3] == [dt.date(2012, 12, 31), dt.datetime(2012, 12, 31, 18), 0.75]
    assert values[4:] == ["=no", 3.0, "", "#REF!", None, None]
    assert [cell.formula for cell in row[4:7]] == [None, "1+2", '""']
    assert row[7].is_error
    assert sheet.last_row == 2
    assert not sheet.set_cached("E2", 1)
    assert sheet.set_cached("F2", 1)


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_rectangles_cover_each_cell_once(cells: set[tuple[int, int]]) -> None:
    areas = rectangles(dict.fromkeys(cells))
    covered = [(r, c) for a in areas for r in range(a.top, a.bottom + 1) for c in range(a.left, a.right + 1)]
    assert sorted(covered) == sorted(cells)


def test_a_block_is_one_rectangle() -> None:
    assert rectangles({(r, c): None for r in range(3, 403) for c in range(1, 9)}) == [Area(3, 1, 402, 8)]


def test_a_sheet_that_is_not_there_is_told() -> None:
    with pytest.raises(PerlasError, match=r"\[L04\].*«Nada».*«H»"):
        OpenBook(Excel("x.xlsx", {"H": SheetState()}, {}).book()).sheet("Nada")
