"""The workbook as people get it: complete, deterministic, protected, and recalculated without losing their work."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from books import ShownBook, opened, plan_of
from madeonce import fresh
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string, coordinate_to_tuple

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.problems import PerlasError
from xl_perlas.reading import read_balance
from xl_perlas.report import calculate
from xl_perlas.workbook import perlas
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_inputs
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import SHEETS, make_plan
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import MODULES, bitacora, decisiones, indicadores, lineas, verificacion

PROFILES = ("woccu", "tulcan_2016", "banco_indigena_2013")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts as a workbook, with the thesis's parameters."""
    path = tmp_path_factory.mktemp("libro") / "perlas.xlsx"
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(path, balance=banco_indigena, profile=profile, entity="Banco Indígena")


def shown(path: Path) -> ShownBook:
    return ShownBook(path)


def set_cell(path: Path, sheet: str, cell: str, value: object) -> None:
    package = Package.open(path)
    package.sheet(sheet).set_value(cell, value)
    package.save()


def row_of(path: Path, code: str) -> int:
    sheet = shown(path)["Catálogo"]
    return next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == code)


def formula_cells(path: Path) -> Iterator[tuple[str, str, str]]:
    for sheet in opened(path):
        for row in sheet.iter_rows():
            for cell in row:
                text = getattr(cell.value, "text", cell.value)
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, str(text)


# --- what is in it


def test_sheets_are_grouped_and_in_order(made: Path) -> None:
    book = opened(made)
    assert book.sheetnames == list(SHEETS)
    assert len({sheet.sheet_properties.tabColor.rgb for sheet in book}) == 5


def test_building_twice_gives_the_same_bytes(tmp_path: Path, banco_indigena: Balance) -> None:
    first = create(tmp_path / "a.xlsx", balance=banco_indigena).read_bytes()
    assert fresh(tmp_path / "b.xlsx", balance=banco_indigena).read_bytes() == first


def test_every_formula_has_its_result(made: Path) -> None:
    package = Package.open(made)
    for name in package.sheet_names:
        for cell in package.sheet(name).cells():
            assert cell.formula is None or cell.calculated, f"{name}!{cell.ref}"


def test_matrix_shows_what_the_engine_computes(made: Path, banco_indigena: Balance) -> None:
    report = calculate(banco_indigena)
    plan, sheet = plan_of(made), shown(made)["Indicadores"]
    for key, row in plan.indicator_rows.items():
        for k, result in enumerate(report.results[key]):
            for column in (plan.value_column(k), plan.native_column(k)):
                value = sheet.cell(row, column).value
                if result.value is None:
                    assert value == ("#DIV/0!" if result.status == "denominador_cero" else "#N/A"), (key, k)
                else:
                    assert value == pytest.approx(result.value, rel=1e-12, abs=1e-15), (key, k)


def test_cells_hold_functions_and_their_reasons(made: Path) -> None:
    plan = plan_of(made)
    sheet, values = opened(made)["Indicadores"], shown(made)["Indicadores"]
    row = plan.indicator_rows["E9"]
    formula = str(sheet.cell(row, plan.value_column(2)).value)
    assert "PERLAS_E9(xlp_codigos," in formula
    assert "xlp_saldos" in formula
    assert formula.startswith("=IF('Líneas'!G$5")
    missing = plan.indicator_rows["P4"]
    assert values.cell(missing, plan.value_column(2)).value == "#N/A"
    assert "7103" in str(values.cell(missing, plan.note_column(2)).value)
    assert "110" in str(values.cell(row, indicadores.SOURCE).value)


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_makes_a_complete_workbook(name: str, tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena, profile=name, catalog="sbs")
    profile = load_profile(name)
    plan, sheet = plan_of(path), shown(path)["Indicadores"]
    assert set(plan.indicator_rows) == set(profile.indicators)
    report = calculate(banco_indigena, profile, "sbs")
    for key, results in report.results.items():
        value = sheet.cell(plan.indicator_rows[key], plan.native_column(2)).value
        assert isinstance(value, str) if results[2].value is None else value == pytest.approx(results[2].value)


def test_one_chart_an_indicator_with_its_goal(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        found = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    charts = [c for c in found if re.search(r">[PERLAS]\d+ · ", c)]
    assert len(charts) == 45
    e9 = next(c for c in charts if "E9 · " in c)
    assert "Meta mínima" in e9
    assert "Meta máxima" not in e9
    assert all('<c:dispBlanksAs val="gap"' in c or 'dispBlanksAs val="gap"' in c for c in charts)
    band = next(c for c in charts if "E5 · " in c)
    assert "Meta mínima" in band
    assert "Meta máxima" in band


def test_good_spreadsheet_practice(made: Path) -> None:
    book = opened(made)
    assert all(name.startswith("xlp_") for name in book.defined_names)
    for sheet in book:
        assert sheet.protection.sheet, f"{sheet.title} is not protected"
        assert sheet["A3"].value == "=xlp_estado", f"{sheet.title} does not repeat the light"
    catalog = book["Catálogo"]
    assert not catalog["A12"].protection.locked
    assert not catalog["C12"].protection.locked
    assert book["Indicadores"]["H7"].protection.locked
    assert catalog.data_validations.dataValidation
    assert book["Parámetros"].data_validations.dataValidation
    for sheet_name, cell, text in formula_cells(made):
        plain = re.sub(r"IFERROR|COUNTIF|SUMIF|IFS", "", text)
        assert plain.count("IF(") <= 1, f"{sheet_name}!{cell}: nested IF in {text}"


def test_frozen_columns_leave_room_on_a_small_screen(made: Path) -> None:
    """What is frozen never scrolls: wider than the window, it hides everything else."""
    for sheet in opened(made):
        if sheet.freeze_panes is None:
            continue
        column, _ = coordinate_from_string(sheet.freeze_panes)
        letters = [get_column_letter(i) for i in range(1, column_index_from_string(column))]
        assert sum(sheet.column_dimensions[letter].width for letter in letters) < 100, sheet.title


def test_one_formula_pattern_a_row(made: Path) -> None:
    """Across periods a row's formula differs only in its column."""
    plan = plan_of(made)
    sheet = opened(made)["Indicadores"]
    for key, row in plan.indicator_rows.items():
        for block in (plan.value_column, plan.native_column, plan.verdict_column):
            patterns = {_relative(str(sheet.cell(row, block(k)).value), k) for k in range(plan.capacity)}
            assert len(patterns) == 1, (key, patterns)


def _relative(formula: str, shift: int) -> str:
    def back(match: re.Match[str]) -> str:
        number = openpyxl.utils.column_index_from_string(match[1]) - shift
        return f"{openpyxl.utils.get_column_letter(max(number, 1))}{match[2]}"

    return re.sub(r"(?<![$\w])([A-Z]{1,2})(\$?\d+)", back, formula)


def test_names_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    names = ("ACTIVO", "=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)")
    balance = Balance.build(("1", "11", "1101", "1103", "14"), {2020: (3.0, 2.0, 1.0, 1.0, 1.0)}, names)
    path = create(tmp_path / "x.xlsx", balance=balance)
    recalculate(path)
    sheet = opened(path)["Catálogo"]
    cells = [sheet.cell(12 + i, 2) for i in range(5)]
    assert [c.value for c in cells] == list(names)
    assert all(c.data_type == "s" for c in cells)


# --- recalculating


def test_a_changed_balance_flows_to_every_sheet(book: Path) -> None:
    row = row_of(book, "1499")
    set_cell(book, "Catálogo", f"E{row}", -5000.0)
    result = recalculate(book)
    plan = plan_of(book)
    sheets = shown(book)
    e9 = result.view.report.result("E9", "2011").value
    assert e9 == pytest.approx((463.27 + 5000 - 308 - 0.35 * 4290.12) / 111766.18, abs=1e-9)
    matrix_row = plan.indicator_rows["E9"]
    assert sheets["Indicadores"].cell(matrix_row, plan.value_column(2)).value == pytest.approx(e9)
    assert sheets["Decisiones"].cell(decisiones.rows(plan)["E9"], decisiones.REACHED).value == pytest.approx(e9)
    assert sheets["Líneas"].cell(plan.line_rows["provisiones"], plan.line_column(2)).value == 5000
    assert "✖" in str(sheets["Inicio"]["A3"].value)


def test_state_counts_the_problems(made: Path) -> None:
    sheets = shown(made)
    assert sheets["Verificación"].cell(verificacion.ERROR_ROW, 3).value == 2
    top = verificacion.PROBLEM_HEADER + 1
    rows = sheets["Verificación"].rows(f"A{top}:D{top + 1}")
    assert [tuple(row[:2]) for row in rows[:2]] == [("C01", "error")] * 2
    first = str(rows[0][3])
    assert "R12 de 2011 sería 2,00 % y no 2,09 %" in first
    assert "Lo mismo explica: [C03]" in first
    assert "Qué hacer: " in first
    assert all(sheets[name]["A3"].value == "✖ 2 errores: vea Verificación" for name in SHEETS)


def test_clearing_the_errors_clears_the_light(book: Path) -> None:
    set_cell(book, "Catálogo", f"E{row_of(book, '4')}", 19549.88)
    set_cell(book, "Catálogo", f"D{row_of(book, '1899')}", -7130.36)
    set_cell(book, "Catálogo", f"D{row_of(book, '18')}", 3802.25)
    set_cell(book, "Catálogo", f"D{row_of(book, '1')}", 79669.22)
    set_cell(book, "Catálogo", f"D{row_of(book, '3')}", 32491.07)
    set_cell(book, "Catálogo", f"D{row_of(book, '36')}", 392.89)
    set_cell(book, "Catálogo", f"D{row_of(book, '3603')}", 392.89)
    set_cell(book, "Catálogo", f"D{row_of(book, '5')}", 17123.79)
    set_cell(book, "Catálogo", f"D{row_of(book, '51')}", 11860.27)
    set_cell(book, "Catálogo", f"D{row_of(book, '5104')}", 11858.77)
    for code in ("510420",):
        sheet = shown(book)["Catálogo"]
        row = row_of(book, code)
        set_cell(book, "Catálogo", f"D{row}", sheet.cell(row, 4).value + 90)
    result = recalculate(book)
    assert [p for p in result.problems if p.severity == "error"] == []
    assert str(shown(book)["Inicio"]["A3"].value).startswith("▲ Sin errores")


def test_what_people_added_stays(book: Path) -> None:
    edited = openpyxl.load_workbook(book)
    edited.create_sheet("Mis notas")["B2"] = "revisado por mí"
    sheet = edited["Catálogo"]
    sheet["B13"].value = "Mi nombre de cuenta"
    sheet["C13"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF00FF00")
    sheet["C13"].comment = openpyxl.comments.Comment("ojo", "yo")
    edited.save(book)
    recalculate(book)
    after = opened(book)
    assert after["Mis notas"]["B2"].value == "revisado por mí"
    assert after["Catálogo"]["B13"].value == "Mi nombre de cuenta"
    assert after["Catálogo"]["C13"].fill.fgColor.rgb == "FF00FF00"
    assert after["Catálogo"]["C13"].comment.text == "ojo"
    assert shown(book)["Indicadores"]["H7"].value is not None


def test_log_only_grows(book: Path) -> None:
    recalculate(book)
    area = f"A{bitacora.FIRST_ROW}:Z{bitacora.FIRST_ROW}"
    first = shown(book)["Bitácora"].rows(area)
    set_cell(book, "Catálogo", f"E{row_of(book, '1499')}", -1.0)
    recalculate(book)
    sheet = shown(book)["Bitácora"]
    assert sheet.rows(area) == first
    assert sheet.cell(bitacora.FIRST_ROW + 1, 1).value is not None
    assert sheet.cell(bitacora.FIRST_ROW + 2, 1).value is None


def test_a_new_period_appears_when_it_is_typed(book: Path) -> None:
    package = Package.open(book)
    sheet = package.sheet("Catálogo")
    sheet.set_value("F5", 2012)
    for code in ("1", "11", "1101", "14", "33", "34"):
        row = next((r for r in range(12, 200) if sheet.cell(f"A{r}").value == code), None)
        if row:
            sheet.set_value(f"F{row}", 100.0)
    package.save()
    result = recalculate(book)
    assert result.view.report.periods == ["2009", "2010", "2011", "2012"]
    plan = plan_of(book)
    letters = [openpyxl.utils.get_column_letter(plan.value_column(k)) for k in range(5)]
    columns = opened(book)["Indicadores"].column_dimensions
    assert not columns[letters[3]].hidden
    assert columns[letters[4]].hidden


def test_parameters_of_the_sheet_rule(book: Path) -> None:
    plan = plan_of(book)
    row = plan.parameter_rows["tasa_empresarial"]
    set_cell(book, "Parámetros", f"F{row}", 0.5)
    assert recalculate(book).view.report.verdict("R1", "2011").meets is False
    set_cell(book, "Parámetros", f"F{row}", None)
    assert recalculate(book).view.report.verdict("R1", "2011").meets is None
    year_2011 = openpyxl.utils.get_column_letter(plan.year_first_column + 2)
    set_cell(book, "Parámetros", f"{year_2011}{row}", 0.2)
    again = recalculate(book).view.report
    assert again.verdict("R1", "2011").meets is True
    assert again.verdict("R1", "2010").meets is None


def test_percentages_in_formulas_come_from_the_sheet(book: Path) -> None:
    plan = plan_of(book)
    set_cell(book, "Parámetros", f"F{plan.parameter_rows['provision_1_12m']}", 0.5)
    report = recalculate(book).view.report
    assert report.result("P2", "2011").value == pytest.approx(1914.22 / (0.5 * 4290.12))


def test_members_come_from_datos(book: Path) -> None:
    set_cell(book, "Datos", "D6", 100)
    set_cell(book, "Datos", "E6", 120)
    assert recalculate(book).view.report.result("S10", "2011").value == pytest.approx(0.2)


def test_the_template_reads_back_as_a_balance(made: Path, banco_indigena: Balance) -> None:
    again = read_balance(made)
    assert [p.year for p in again.periods] == [2009, 2010, 2011]
    assert again.to_frame().loc["1499"].tolist() == banco_indigena.to_frame().loc["1499"].tolist()


def test_ten_years_of_1500_accounts(tmp_path: Path) -> None:
    codes = ["1", "14"] + [f"14{i:04d}" for i in range(1498)]
    years = list(range(2014, 2024))
    column = [1498.0, 1498.0] + [1.0] * 1498
    path = create(tmp_path / "x.xlsx", balance=Balance.build(codes, dict.fromkeys(years, column)))
    result = recalculate(path)
    assert len(result.view.report.balance.chart.codes) >= 1500
    assert result.view.report.result("E1", "2023").value == 1.0
    assert result.view.report.result("S11", "2023").value == 0.0


# --- the empty template


def test_empty_template_says_what_to_do(tmp_path: Path) -> None:
    path = create(tmp_path / "nuevo.xlsx", periods=("2019", "2020", "2021"))
    result = recalculate(path)
    assert any(p.code == "L31" for p in result.problems)
    assert [p for p in result.problems if p.severity == "error"] == []
    plan, sheet = plan_of(path), shown(path)["Indicadores"]
    values = {sheet.cell(r, plan.value_column(0)).value for r in plan.indicator_rows.values()}
    assert values == {"#N/A"}


def test_months_head_their_columns_as_dates(tmp_path: Path) -> None:
    path = create(tmp_path / "m.xlsx", periods=("2022-12", "2023-01", "2023-02"))
    heads = [c.value for c in opened(path)["Catálogo"][5][2:5]]
    assert heads == [dt.datetime(2022, 12, 31), dt.datetime(2023, 1, 31), dt.datetime(2023, 2, 28)]
    assert recalculate(path).view.report.periods == ["2022-12-31", "2023-01-31", "2023-02-28"]


def test_hosts_spell_functions_their_own_way(tmp_path: Path) -> None:
    lite = create(tmp_path / "lite.xlsx", periods=("2020",), host="lite")
    assert any("_xldudf_PERLAS_E9(" in text for _, _, text in formula_cells(lite))
    with pytest.raises(PerlasError, match="anfitrión"):
        create(tmp_path / "x.xlsx", host="otro")


# --- bad input


def test_bad_cells_are_told_with_their_address_and_next_step(book: Path) -> None:
    package = Package.open(book)
    sheet = package.sheet("Catálogo")
    row = row_of(book, "33")
    sheet.set_value(f"E{row}", "1.460.91")
    sheet.set_value("F5", "hola")
    sheet.set_value("G5", 2011)
    sheet.set_value("A200", "1.01.05")
    sheet.set_value("C200", "1.912,41")
    package.save()
    result = recalculate(book)
    told = {p.code: p for p in result.problems}
    assert told["B23"].where.endswith(f"E{row}")
    assert {"L26", "L27", "L28", "L30"} <= set(told)
    assert all(p.next_step for p in result.problems)
    e8 = result.view.report.result("E8", "2011")
    assert e8.value is None
    assert "33" in e8.note


def test_a_figure_that_could_not_be_read_is_not_an_absent_account(tmp_path: Path) -> None:
    balance = Balance.build(("1", "11", "14", "33", "3"), {2020: (10.0, 4.0, 6.0, math.nan, 1.0)})
    path = create(tmp_path / "x.xlsx", balance=balance)
    assert recalculate(path).view.report.result("E8", "2020").status == "sin_dato"


def test_a_formula_without_result_is_not_a_blank(book: Path) -> None:
    edited = openpyxl.load_workbook(book)
    edited["Catálogo"].cell(row_of(book, "33"), 5).value = "=1+1"
    edited.save(book)
    result = recalculate(book)
    assert result.view.report.result("E8", "2011").status == "sin_dato"
    assert any(p.code == "B27" for p in result.problems)


@pytest.mark.parametrize("make", ["other", "moved", "newer", "older"])
def test_a_workbook_that_is_not_the_template_is_left_alone(make: str, book: Path) -> None:
    if make == "other":
        other = openpyxl.Workbook()
        other.save(book)
    elif make == "moved":
        edited = openpyxl.load_workbook(book)
        edited["Indicadores"].insert_rows(8)
        edited.save(book)
    else:
        edited = openpyxl.load_workbook(book)
        version = {"newer": "version=99", "older": "version=1"}[make]
        text = re.sub(r"version=\d+", version, edited.defined_names["xlp_plantilla"].attr_text)
        edited.defined_names["xlp_plantilla"].attr_text = text
        edited.save(book)
    before = book.read_bytes()
    with pytest.raises(PerlasError) as error:
        recalculate(book)
    assert {p.code for p in error.value.problems} <= {"L19", "L20", "L21", "L23"}
    assert book.read_bytes() == before


def test_a_failure_while_writing_leaves_the_file(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = book.read_bytes()
    set_cell(book, "Catálogo", f"E{row_of(book, '1499')}", -1.0)
    changed = book.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError("disco lleno")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(PerlasError):
        recalculate(book)
    assert book.read_bytes() == changed != before
    assert [p.name for p in book.parent.iterdir()] == [book.name]


def test_plan_has_room_for_what_it_gets() -> None:
    plan = make_plan(load_profile(), [2019, 2020], 4000)
    assert plan.capacity > 2
    assert plan.rows >= 4000
    columns = [plan.value_column(k) for k in range(plan.capacity)] + [plan.verdict_column(0)]
    assert len(set(columns)) == len(columns)


def test_results_cover_every_formula(made: Path) -> None:
    """A formula without a result of its own would show a stale one."""
    package = Package.open(made)
    inputs = read_inputs(package)
    view = perlas.make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))
    repeated = {sheet: set[tuple[int, int]]() for sheet, _ in perlas.PERLAS.repeated(view.plan)}
    for sheet, place in perlas.PERLAS.repeated(view.plan):  # what Inicio holds, which no view knows
        repeated[sheet].add(coordinate_to_tuple(place))
    for module in MODULES:
        missing = set(module.formulas(view.plan)) - set(module.results(view)) - repeated.get(module.NAME, set())
        assert not missing, (module.NAME, sorted(missing)[:5])


# --- own accounts


def test_own_accounts_extend_a_line_and_say_why(book: Path) -> None:
    plan = plan_of(book)
    row = plan.own_first_row
    package = Package.open(book)
    sheet = package.sheet("Parámetros")
    for cell, value in (("A", "ingresos_prestamos"), ("B", "540110"), ("C", 1), ("D", "Comisiones de crédito")):
        sheet.set_value(f"{cell}{row}", value)
    sheet.set_value(f"A{row + 1}", "no_existe")
    package.save()
    result = recalculate(book)
    assert result.view.report.result("R1", "2011").value == pytest.approx(0.26822498, abs=1e-8)
    assert any(p.code == "L33" for p in result.problems)
    sheets = shown(book)
    matrix = sheets["Indicadores"]
    r1 = plan.indicator_rows["R1"]
    assert matrix.cell(r1, plan.native_column(2)).value == pytest.approx(0.26822498, abs=1e-8)
    assert "Comisiones de crédito" in str(matrix.cell(r1, plan.note_column(2)).value)
    assert "540110" in str(sheets["Líneas"].cell(plan.line_rows["ingresos_prestamos"], lineas.SOURCE).value)
    assert "cuentas=ingresos_prestamos:+540110," in sheets["Líneas"].cell(plan.options_row, plan.line_column(2)).value


def test_a_text_in_datos_is_told_too(book: Path) -> None:
    set_cell(book, "Datos", "D6", "100")
    set_cell(book, "Datos", "E6", 120)
    result = recalculate(book)
    assert result.view.report.result("S10", "2011").value == pytest.approx(0.2)
    assert any(p.code == "L30" and p.accounts == ("SOCIOS",) for p in result.problems)
    assert shown(book)["Verificación"].cell(verificacion.NATIVE_ROW, 3).value > 0
