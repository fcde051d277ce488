"""The Balance Social workbooks: what they hold, what they tell of bad input, and what stays where people typed it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import ShownBook, opened
from madeonce import fresh_social
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from socialbooks import METHODS, change, demo_balance, demo_book, demo_inputs, plan_of, typed, value

from xl_perlas.cli import main
from xl_perlas.problems import PerlasError
from xl_perlas.social import evaluate_social, load_social, load_thresholds, mark_report
from xl_perlas.workbook.auditor_copy import make_copy
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.social.build import create_social
from xl_perlas.workbook.social.plan import ADDIN, ANALYSIS, DECLARED, LIGHT, MARK, REASON, VALUE
from xl_perlas.workbook.social.sheets import comparacion, mejora, resultados, verificacion
from xl_perlas.workbook.templates import template_of
from xl_perlas.workbook.verify import verify

COUNTRIES = ("co", "ec")
PUBLISHED = tomllib.loads((Path(__file__).parent / "published" / "social_colombia.toml").read_text(encoding="utf-8"))
HOSTS = ("libreoffice", "excel", "lite", "auditor")


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(country: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_book(tmp_path_factory.mktemp("social") / "x.xlsx", country)


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "libro.xlsx"
    copy.write_bytes(made.read_bytes())
    return copy


@pytest.fixture
def colombia(tmp_path: Path) -> Path:
    return demo_book(tmp_path / "co.xlsx", "co")


def indicator(path: Path, block: int, key: str, k: int) -> Any:
    plan = plan_of(path)
    return value(path, "Indicadores", plan.indicator_rows[key], plan.column(block, k))


def codes(found: Any) -> set[str]:
    return {p.code for p in found.problems}


# --- what it holds ----------------------------------------------------------------------------------------------------


def test_building_twice_gives_the_same_bytes(country: str, made: Path, tmp_path: Path) -> None:
    again = demo_book(tmp_path / "otra.xlsx", country, make=fresh_social)
    assert again.read_bytes() == made.read_bytes()


@pytest.mark.parametrize("year, k", [("2021", 1), ("2023", 3)])
def test_published_results_of_colombia(year: str, k: int, tmp_path: Path) -> None:
    path = demo_book(tmp_path / "x.xlsx", "co")
    for key, text in PUBLISHED["publicado"][year]["resultados"].items():
        shown = indicator(path, VALUE, key, k)
        if text in ("denominador_cero", "sin_dato"):
            assert shown == {"denominador_cero": "#DIV/0!", "sin_dato": "#N/A"}[text]
            words = {"denominador_cero": "denominador cero", "sin_dato": "falta"}
            assert indicator(path, REASON, key, k) == words[text]
        else:
            times = 100 if load_social("colombia").indicators[key].unit == "%" else 1
            places = Decimal(1).scaleb(-len(text.partition(".")[2]))
            assert Decimal(repr(shown * times)).quantize(places, ROUND_HALF_UP) == Decimal(text), key


def test_every_sheet_shows_the_engine(country: str, made: Path) -> None:
    method = load_social(METHODS[country])
    balance = demo_balance() if country == "ec" else None
    report = evaluate_social(method, demo_inputs(country), balance, "seps")
    marks = mark_report(report, load_thresholds(method.id))
    plan, sheets = plan_of(made), ShownBook(made)
    sheet = sheets["Indicadores"]
    for key, row in plan.indicator_rows.items():
        for k in range(plan.capacity):
            result, mark = report.results[key][k], marks.marks[key][k]
            shown = sheet.cell(row, plan.column(VALUE, k)).value
            if result.value is None or result.text:
                errors = {"denominador_cero": "#DIV/0!"}
                assert shown == (result.text or errors.get(result.status, "#N/A"))
            else:
                assert shown == pytest.approx(result.value, rel=1e-12)
            assert (sheet.cell(row, plan.column(MARK, k)).value or None) == (mark.value or None), (key, k)
        now = plan.capacity - 1
        assert sheet.cell(row, plan.column(ANALYSIS)).value == report.results[key][now].analysis
    totals = sheets["Resultados"]
    for key, row in {**resultados.principle_rows(plan), "": resultados.total_row(plan)}.items():
        means = marks.principles[key] if key else marks.totals
        shown = totals.cell(row, resultados.before_column(plan) + 1).value
        assert shown == pytest.approx(means[-1], rel=1e-12)


def test_empty_workbooks_ask_for_data(country: str, tmp_path: Path) -> None:
    path = create_social(tmp_path / "x.xlsx", country)
    found = recalculate(path)
    assert found.problems == ()
    assert found.view.state == "✔ Sin errores ni avisos"
    assert len(found.view.plan.indicators) == {"co": 42, "ec": 159}[country]


def test_good_spreadsheet_practice(made: Path) -> None:
    book = opened(made)
    assert all(name.startswith("xlp_") for name in book.defined_names)
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        assert sheet["A3"].value == "=xlp_estado", sheet.title
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            text = str(cell.value)
            assert isinstance(cell.value, str), f"{sheet.title}!{cell.coordinate} is an array formula"
            assert len(text) < 8192
            assert re.sub(r"IFERROR|COUNTIF|SUMIF|IFS", "", text).count("IF(") <= 1, f"{sheet.title}!{cell.coordinate}"
            assert not re.search(r"\b(OFFSET|INDIRECT|TODAY|NOW|RAND|CELL|INFO)\(", text)
    for name in ("Datos", "Notas", "Indicadores", "Actividades"):
        assert book[name].data_validations.dataValidation, name


def test_frozen_columns_leave_room(made: Path) -> None:
    for sheet in opened(made):
        if sheet.freeze_panes:
            column, _ = coordinate_from_string(sheet.freeze_panes)
            letters = [get_column_letter(i) for i in range(1, column_index_from_string(column))]
            assert sum(sheet.column_dimensions[letter].width for letter in letters) < 100, sheet.title


def test_only_inputs_are_open(made: Path) -> None:
    plan = plan_of(made)
    open_cells = {
        sheet.title: sum(not c.protection.locked for row in sheet.iter_rows() for c in row if c.has_style)
        for sheet in opened(made)
    }
    assert {name for name, count in open_cells.items() if count} - {"Inicio"} == {
        "Datos", "Notas", "Indicadores", "Plan de mejora", "Actividades",
        *(["Cuentas"] if plan.has_accounts else []), *(["Saldos"] if plan.lists else []),
    }  # fmt: skip
    assert open_cells["Plan de mejora"] == 3 * len(plan.indicators)


def test_charts_of_results_and_report(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    assert sum("<c:radarChart" in c or "<radarChart" in c for c in charts) == 2
    assert sum("Nota de cada principio" in c for c in charts) == 2
    assert sum("Parte de los indicadores con cada luz" in c for c in charts) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_hosts_differ_in_how_the_function_is_spelt(host: str, tmp_path: Path) -> None:
    path = create_social(tmp_path / "x.xlsx", "co", host=host, inputs=demo_inputs("co"))
    plan, sheet = plan_of(path), opened(path)["Indicadores"]
    cell = str(sheet.cell(plan.indicator_rows["CO01"], plan.column(ADDIN, 3)).value)
    assert plan.host == host
    if host == "auditor":
        assert not cell.startswith("=")
    else:
        assert ("_xldudf_BS_INDICADOR(" in cell) is (host == "lite")
        assert '"pais=co"' in cell
    assert sheet.protection.sheet is (host != "lite")


@pytest.mark.parametrize("given, code", [({"country": "pe"}, "D02"), ({"host": "numbers"}, "D02"),
                                         ({"years": ["mañana"]}, "U01")])  # fmt: skip
def test_what_cannot_be_made_is_told(given: dict[str, Any], code: str, tmp_path: Path) -> None:
    with pytest.raises(PerlasError) as error:
        create_social(tmp_path / "x.xlsx", **{"country": "co", **given})
    assert code in str(error.value)
    assert not (tmp_path / "x.xlsx").exists()


# --- verified, copied -------------------------------------------------------------------------------------------------


def test_verified_and_copied(book: Path, tmp_path: Path) -> None:
    recalculate(book)
    checked = verify(book)
    assert (checked.holds, [p for p in checked.problems if p.severity == "error"]) == (True, [])
    copy = make_copy(book, tmp_path / "copia.xlsx")
    assert (copy.changed, verify(copy.path).holds) == ((), True)
    plan = plan_of(book)
    place = ref(plan.column(MARK, plan.capacity - 1), plan.indicator_span[0])
    package = Package.open(book)
    package.sheet("Indicadores").set_value(place, 10.0)
    package.save()
    assert f"Indicadores!{place}" in {p.where for p in verify(book).problems if p.severity == "error"}


def test_rows_that_moved_are_refused(book: Path) -> None:
    plan = plan_of(book)
    package = Package.open(book)
    package.sheet("Datos").set_value(f"A{plan.input_span[1]}", "otro_dato")
    package.save()
    with pytest.raises(PerlasError) as error:
        recalculate(book)
    assert "L23" in str(error.value)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key, what, code", [
    ("asociados", -1.0, "N03"), ("asociados", 10.5, "N04"), ("asociados", "20000", "N43"), ("asociados", "mil", "N43"),
    ("asociados", True, "N02"), ("satisfaccion", 89.0, "N10"), ("satisfaccion", "89 %", "N43"),
])  # fmt: skip
def test_a_bad_cell_has_no_value_and_says_why(key: str, what: object, code: str, colombia: Path) -> None:
    plan = plan_of(colombia)
    found = change(colombia, {typed(plan, key, 3): what})
    (told,) = [p for p in found.problems if p.code == code]
    assert told.where == "!".join(typed(plan, key, 3))
    assert found.view.in_use(key, 3) == "#N/A"
    assert found.view.origin(key, 3) == "no sirve"
    users = {"asociados": "CO11", "satisfaccion": "CO14"}
    assert indicator(colombia, VALUE, users[key], 3) == "#N/A"
    assert indicator(colombia, REASON, users[key], 3) == "falta"
    assert indicator(colombia, LIGHT, users[key], 3) == "○ sin nota"
    assert str(value(colombia, "Inicio", 3, 1)).startswith("✖ 1 errores")


def test_a_date_for_a_count(colombia: Path) -> None:
    plan = plan_of(colombia)
    place = typed(plan, "asociados", 3)
    sheet = openpyxl.load_workbook(colombia)
    sheet["Datos"][place[1]].number_format = "dd/mm/yyyy"
    sheet["Datos"][place[1]].value = dt.date(2023, 12, 31)
    sheet.save(colombia)
    found = recalculate(colombia)
    assert "N05" in codes(found)
    assert found.view.in_use("asociados", 3) == "#N/A"
    found = change(colombia, {place: 45292.0}, {place: ref(plan.typed_column(2), plan.input_rows["asociados"])})
    assert "N05" not in codes(found)
    assert found.view.in_use("asociados", 3) == 45292


def test_answers_that_are_none(tmp_path: Path) -> None:
    path = demo_book(tmp_path / "ec.xlsx", "ec")
    plan = plan_of(path)
    cells = {typed(plan, "manual_inclusion", 2): "puede", typed(plan, "frecuencia_paneles", 2): "a ratos",
             typed(plan, "medios_tasas", 2): 7.0}  # fmt: skip
    found = change(path, cells)
    assert {"N08", "N09", "N53"} <= codes(found)
    assert [indicator(path, REASON, key, 2) for key in ("P108", "P705", "P414")] == ["falta"] * 3


def test_without_the_year_before(book: Path) -> None:
    plan = plan_of(book)
    heads = {("Datos", ref(plan.typed_column(k), plan.data_header)): None for k in range(plan.capacity - 1)}
    found = change(book, heads)
    assert "N57" in codes(found)
    assert found.view.before is None
    row = comparacion.rows(plan)[plan.indicators[0].id]
    assert value(book, "Comparación", row, comparacion.VALUE_BEFORE) == "#N/A"
    assert value(book, "Comparación", row, comparacion.MOVE) in (comparacion.CAME, comparacion.NOWHERE)
    assert {item.before for item in found.view.improvement.items} == {None}


@pytest.mark.parametrize("head, code", [("2023", "N40"), (2021.0, "L27"), (99.0, "N40")])
def test_a_year_that_is_none(head: object, code: str, colombia: Path) -> None:
    plan = plan_of(colombia)
    found = change(colombia, {("Datos", ref(plan.typed_column(3), plan.data_header)): head})
    assert code in codes(found)
    assert [p.label for p in found.view.report.periods] == ["2020", "2021", "2022"]


def test_a_principle_without_an_applicable_indicator(colombia: Path) -> None:
    plan = plan_of(colombia)
    cells = {("Indicadores", ref(plan.column(DECLARED, 3), plan.indicator_rows[one.id])): "No aplica"
             for one in plan.method.of_principle("P7")}  # fmt: skip
    found = change(colombia, cells)
    assert any(p.code == "N29" and "P7" in p.cause for p in found.problems)
    row = resultados.principle_rows(plan)["P7"]
    assert value(colombia, "Resultados", row, resultados.before_column(plan) + 1) == "#N/A"
    others = [found.view.mean(key, 3) for key in plan.method.principles if key != "P7"]
    assert found.view.total(3) == pytest.approx(sum(others) / 6)
    assert "no aplica" in indicator(colombia, REASON, "CO40", 3)
    assert "no aplica" in str(value(colombia, "Indicadores", plan.indicator_rows["CO40"], plan.column(ANALYSIS)))


def test_nothing_applies(book: Path) -> None:
    plan = plan_of(book)
    k = plan.capacity - 1
    found = change(book, {typed(plan, key, k): "no aplica" for key in plan.method.inputs})
    assert "N30" in codes(found)
    assert found.view.total(k) == "#N/A"
    counts = [value(book, "Resultados", row, resultados.before_column(plan) + 1)
              for row in resultados.light_rows(plan).values()]  # fmt: skip
    assert counts == [0, 0, 0, len(plan.indicators)]
    reasons = [indicator(book, REASON, one.id, k) for one in plan.indicators]
    assert set(reasons) == {"no aplica"}


def test_declaring_one_that_is_shown_twice(colombia: Path) -> None:
    plan = plan_of(colombia)
    place = ("Indicadores", ref(plan.column(DECLARED, 3), plan.indicator_rows["CO12"]))
    change(colombia, {place: "no aplica"})
    assert [indicator(colombia, REASON, key, 3) for key in ("CO12", "CO18")] == ["no aplica"] * 2
    found = change(colombia, {place: "quién sabe"})
    assert "N52" in codes(found)
    assert indicator(colombia, VALUE, "CO18", 3) == pytest.approx(0.4249)


# --- thresholds, plan, activities -------------------------------------------------------------------------------------


def test_own_thresholds_change_marks_and_lights(colombia: Path) -> None:
    plan = plan_of(colombia)
    row, first, mark = plan.note_rows["CO07"], plan.note_point, plan.note_mark
    points = {first: 0.0, first + 1: 0.5, first + 2: None, mark: 0.0, mark + 1: 10.0, mark + 2: None}
    cells: dict[tuple[str, str], object] = {("Notas", ref(column, row)): v for column, v in points.items()}
    cells["Notas", ref(plan.note_mode, row)] = "lineal"
    cells["Notas", f"C{plan.green_row}"] = 7.0
    change(colombia, cells)
    assert indicator(colombia, VALUE, "CO07", 3) == pytest.approx(80 / 216)
    assert indicator(colombia, MARK, "CO07", 3) == pytest.approx(80 / 216 * 20)
    assert indicator(colombia, LIGHT, "CO07", 3) == "▲ verde"
    cells["Notas", ref(first + 1, row)] = -1.0
    found = change(colombia, cells)
    assert "N47" in codes(found)
    assert indicator(colombia, LIGHT, "CO07", 3) == "○ sin nota"


def test_without_mark_may_count_as_zero(colombia: Path) -> None:
    plan = plan_of(colombia)
    before = recalculate(colombia).view.mean("P7", 3)
    found = change(colombia, {("Notas", f"C{plan.policy_row}"): "cero", ("Notas", f"C{plan.amber_row}"): 9.0})
    assert "N48" in codes(found)
    assert found.view.mean("P7", 3) == before == 0.0
    assert found.view.mean("P2", 3) == pytest.approx(4.0)  # 20 points over five, not over the three that have a mark


def test_what_is_typed_stays_with_its_indicator(colombia: Path) -> None:
    plan = plan_of(colombia)
    row = plan.action_rows["CO09"]
    cells: dict[tuple[str, str], object] = {
        ("Plan de mejora", ref(plan.action_responsible, row)): "Comité de educación",
        ("Plan de mejora", ref(plan.action_date, row)): 45500.0,
        ("Plan de mejora", ref(plan.action_follow_up, row)): "Convocatoria abierta",
    }
    change(colombia, cells)
    assert listed(colombia, "CO09")[:2] == ("Urgentes", "Comité de educación")
    change(colombia, {typed(plan, "jovenes_organos", 3): 200.0})
    after = listed(colombia, "CO09")
    assert after[:2] == ("De impacto", "Comité de educación")
    assert value(colombia, "Plan de mejora", row, plan.action_responsible) == "Comité de educación"


def listed(path: Path, key: str) -> tuple[object, ...]:
    """Category and responsible of an indicator in the list by category."""
    plan = plan_of(path)
    for row in range(mejora.listed_span(plan)[0], mejora.listed_span(plan)[1] + 1):
        if value(path, "Plan de mejora", row, mejora.L_ID) == key:
            return tuple(value(path, "Plan de mejora", row, c) for c in (mejora.L_CATEGORY, mejora.L_WHO, mejora.L_HOW))
    raise AssertionError(key)


def test_activities_and_budget(colombia: Path) -> None:
    plan = plan_of(colombia)
    first = plan.activity_span[0]
    rows = [(45000.0, "P1", "Charla", 30.0, 500.0, 480.0), (None, "P1", "Taller", 20.0, 300.0, 320.0),
            (None, "P99", "Otra", 1.0, "mil", 5.0)]  # fmt: skip
    cells = {("Actividades", ref(plan.activity_date + j, first + i)): v
             for i, values in enumerate(rows) for j, v in enumerate(values)}  # fmt: skip
    found = change(colombia, cells)
    assert {"N49", "N50"} <= codes(found)
    at = plan.activity_summary + 1
    shown = [value(colombia, "Actividades", at, c) for c in range(plan.activity_people, plan.activity_share + 1)]
    assert shown == [50.0, 800.0, 800.0, 1.0]
    assert value(colombia, "Actividades", at, plan.activity_principle) == 2


def test_a_typed_value_wins_over_the_accounts(tmp_path: Path) -> None:
    path = demo_book(tmp_path / "ec.xlsx", "ec")
    plan = plan_of(path)
    booked = recalculate(path).view.in_use("patrimonio", 2)
    found = change(path, {typed(plan, "patrimonio", 2): 1000.0})
    assert found.view.in_use("patrimonio", 2) == 1000.0 != booked
    assert any(p.code == "N22" and "patrimonio" in p.cause.lower() for p in found.problems)


def test_the_years_compared_are_chosen(colombia: Path) -> None:
    plan = plan_of(colombia)
    found = change(colombia, {("Datos", f"C{plan.now_row}"): None, ("Datos", f"C{plan.before_row}"): None})
    assert (found.view.label(found.view.now), found.view.label(found.view.before)) == ("2023", "2022")
    found = change(colombia, {("Datos", f"C{plan.now_row}"): 2021.0, ("Datos", f"C{plan.before_row}"): 1990.0})
    assert (found.view.label(found.view.now), found.view.label(found.view.before)) == ("2021", "2020")
    assert "N41" in codes(found)


def test_a_recalculation_is_told_on_bitacora(book: Path) -> None:
    recalculate(book)
    row = [value(book, "Bitácora", 6, column) for column in range(1, 17)]
    plan = plan_of(book)
    assert row[2:4] == [plan.method.id, plan.method.country]
    assert row[12:15] == [value(book, "Inicio", 10, 3), row[13], value(book, "Inicio", 11, 3)]
    assert value(book, "Verificación", verificacion.STATE_ROW, verificacion.VALUE) == row[11]


def test_the_template_is_told_by_the_plan(made: Path, country: str) -> None:
    kind = template_of(Package.open(made))
    assert kind.name == load_social(METHODS[country]).name
    assert [module.NAME for module in kind.modules] == Package.open(made).sheet_names


def test_what_is_for_perlas_workbooks_says_so(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = made.read_bytes()
    assert main(["comparar", str(made), str(made)]) == 1
    assert "[L61]" in capsys.readouterr().err
    assert made.read_bytes() == before
