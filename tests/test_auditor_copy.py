"""The auditor's copy: no add-in in it, inputs as they were typed and locked, and native formulas that live."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from books import opened, plan_of
from judgedbooks import EXPERT_2, choose, judge
from office import Office, running_office

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.load import load_catalog, load_profile, with_parameters
from xl_perlas.model import Profile
from xl_perlas.problems import PerlasError
from xl_perlas.report import calculate
from xl_perlas.udfs.functions import FUNCTIONS
from xl_perlas.workbook import plan_ahp, plan_camel, plan_detail
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook.auditor_copy import default_path, make_copy
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import Cell, ErrorValue, parse_ref
from xl_perlas.workbook.inputs import read_inputs, read_plan
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.perlas import make_view
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.seal import chained, seal
from xl_perlas.workbook.sheets import MODULES, auditoria, bitacora, decisiones, inicio

CATALOG_ROW = "1499"
#: Balances of 2011 as text: with them unseen, verdicts change.
TEXTS = {"33": "463,27", "1103": "2.000,00", "21": "78.000,00", "2101": "78.000,00"}


def typed(path: Path, cells: dict[tuple[str, str], object]) -> None:
    package = Package.open(path)
    for (sheet, place), value in cells.items():
        package.sheet(sheet).set_value(place, value)
    package.save()


def account_row(path: Path, code: str) -> int:
    sheet = Package.open(path).sheet("Catálogo")
    return next(c.row for c in _column_a(sheet) if c.code == code)


class _Account:
    def __init__(self, cell: Cell):
        self.row, self.code = int(cell.ref[1:]), str(cell.value)


def _column_a(sheet: Any) -> Iterator[_Account]:
    return (_Account(cell) for cell in sheet.cells("A1:A1600") if cell.value is not None)


@pytest.fixture(scope="session")
def profile() -> Profile:
    return with_parameters(load_profile(), "banco_indigena_2013")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance, profile: Profile) -> Path:
    """Everything that can be typed, typed: three experts' worth of choices, own accounts, a segment, the choices."""
    path = tmp_path_factory.mktemp("libro") / "perlas.xlsx"
    create(path, balance=banco_indigena, profile=profile, judgements="tulcan_2016", segment="tulcan_2016",
           entity="Cooperativa «La Prueba»")  # fmt: skip
    plan = plan_of(path)
    choose(path, plan_ahp.METHOD_ROW, "eigenvector")
    choose(path, plan_ahp.TABLE_ROW, "tabla7")
    choose(path, plan_ahp.POLICY_ROW, "no_cumple")
    judge(path, plan, 1, EXPERT_2)
    choose(path, plan_ahp.expert_row(plan, 1) + 1, "Segunda experta")
    choose(path, plan_ahp.expert_row(plan, 1) + 2, 0.5)
    own = plan.own_first_row
    segment = plan_camel.typed_rows(plan)
    typed(path, {
        ("Datos", f"C{6}"): 0.0, ("Datos", f"D{6}"): 1250.0, ("Datos", f"E{6}"): 1300.0,
        ("Parámetros", f"A{own}"): "ingresos_prestamos", ("Parámetros", f"B{own}"): "540110",
        ("Parámetros", f"C{own}"): 1, ("Parámetros", f"D{own}"): "comisiones de crédito",
        ("Parámetros", ref(plan.year_first_column + 1, plan.parameter_rows["tasa_pasiva"])): 0.0333,
        ("Parámetros", f"E{plan.parameter_first_row}"): dt.date(2012, 1, 31),
        ("Segmento", f"C{plan_camel.DATE_ROW}"): dt.date(2013, 12, 31),
        ("Segmento", ref(plan_camel.FIRST_FIGURE + 2, segment["IF1112"])): 0.19,
        ("Decisiones", f"C{decisiones.CHOICE_ROW}"): 2010,
        ("Detalle", f"C{plan_detail.INDICATOR_ROW}"): "E9", ("Detalle", f"C{plan_detail.PERIOD_ROW}"): 2010,
    })  # fmt: skip
    recalculate(path)
    recalculate(path)
    return path


@pytest.fixture(scope="module")
def made(source: Path) -> Path:
    return make_copy(source).path


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    """What a balance pasted from anywhere can hold."""
    path = tmp_path_factory.mktemp("raro") / "raro.xlsx"
    shutil.copy(source, path)
    last = plan_of(path).data_last_row
    row = account_row(path, "1101")
    typed(path, {
        ("Catálogo", f"B{row}"): "=cmd|' /C calc'!A0", ("Catálogo", f"B{row + 1}"): "+1-1",
        ("Catálogo", f"B{row + 2}"): "@SUM(1)", ("Catálogo", f"B{row + 3}"): "  dos\r\nlíneas _x0041_\t",
        ("Catálogo", f"C{row}"): "1.912,41", ("Catálogo", f"D{row}"): ErrorValue("#N/A"),
        ("Catálogo", f"E{row}"): "#DIV/0!", ("Catálogo", f"C{row + 1}"): 0.0, ("Catálogo", f"D{row + 1}"): None,
        ("Catálogo", f"E{row + 1}"): 0.1 + 0.2, ("Catálogo", f"C{row + 2}"): True,
        ("Catálogo", f"D{row + 2}"): "", ("Catálogo", f"E{row + 2}"): 123.25,
        ("Catálogo", f"A{account_row(path, '1499')}"): "14.99", ("Catálogo", f"A{row + 3}"): 110303.0,
        ("Catálogo", f"A{last + 3}"): "9901", ("Catálogo", f"E{last + 3}"): 7.0,
        ("Parámetros", "F6"): "=1+1",
    })  # fmt: skip
    rewritten(path, "Catálogo", "<v>123.25</v>", "<f>100+23.25</f><v>123.25</v>")
    return path


def rewritten(path: Path, sheet: str, old: str, new: str) -> None:
    """Change the XML of a sheet as only another program would."""
    number = Package.open(path).sheet_names.index(sheet) + 1
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = f"xl/worksheets/sheet{number}.xml"
    assert parts[name].decode().count(old) == 1
    parts[name] = parts[name].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


# --- what is in the file ----------------------------------------------------------------------------------------------


def test_nothing_in_it_names_the_add_in(made: Path) -> None:
    names = "|".join(f.name for f in FUNCTIONS)
    calls = re.compile(rf"\b({names})\s*\(|_xldudf_|\b(PERLAS|AHP|CAMEL|BALANCE|ANALISIS|BS)_[A-Z]|XLPERLAS", re.I)
    with zipfile.ZipFile(made) as archive:
        assert not [n for n in archive.namelist() if "vba" in n.lower() or "webextension" in n.lower()]
        found = {
            (name, m[0]) for name in archive.namelist() for m in calls.finditer(archive.read(name).decode("utf-8"))
        }
    assert found == set()


def test_no_label_speaks_of_functions(made: Path) -> None:
    texts = [(s.title, c.coordinate, c.value) for s in opened(made) for row in s.iter_rows() for c in row
             if isinstance(c.value, str) and re.search(r"complemento|función|funciones", c.value)]  # fmt: skip
    assert [t for t in texts if "sin complemento ni macros" not in t[2]] == []


def test_what_the_columns_are(made: Path, source: Path) -> None:
    book, plan = opened(made), plan_of(made)
    assert plan.host == "auditor"
    assert book["Auditoría"].cell(4, auditoria.addin_column(plan, 0)).value == "Valor según xl-perlas al sellar"
    assert book["CAMEL"]["V4"].value in (None, "Calificación según xl-perlas al sellar")
    labels = {c.value for row in book["Calificación"]["A6:A9"] for c in row}
    assert {"Puntaje · xl-perlas, al sellar", "Calificación · xl-perlas, al sellar"} <= labels
    assert book.sheetnames == opened(source).sheetnames


def test_every_formula_has_its_result(made: Path) -> None:
    package = Package.open(made)
    cells = [(name, c) for name in package.sheet_names for c in package.sheet(name).cells() if c.formula is not None]
    assert len(cells) > 18_000
    assert [(name, c.ref) for name, c in cells if not c.calculated] == []
    broken = [(n, c.ref) for n, c in cells if c.value in ("#REF!", "#NAME?", "#VALUE!") or "#REF!" in str(c.formula)]
    assert broken == []


def test_every_result_is_that_of_the_source(made: Path, source: Path) -> None:
    ours, theirs = Package.open(made), Package.open(source)
    inputs = read_inputs(theirs)
    view = make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))
    shown = {inicio.UPDATED, inicio.INPUTS_SEAL, inicio.RESULTS_SEAL}
    count = 0
    for module in MODULES:
        for row, column in module.results(view):
            place = ref(column, row)
            count += 1
            if module.NAME != inicio.NAME or row not in shown:
                assert ours.sheet(module.NAME).cell(place).value == theirs.sheet(module.NAME).cell(place).value, (
                    module.NAME, place,
                )  # fmt: skip
    assert count > 20_000


# --- what was typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["source", "odd"])
def test_everything_typed_is_there_as_it_was(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    path: Path = request.getfixturevalue(which)
    ours = Package.open(make_copy(path, tmp_path / "c.xlsx").path)
    theirs = Package.open(path)
    looked = 0
    for sheet in opened(path):
        for row in sheet.iter_rows() if sheet.title != inicio.NAME else ():
            for cell in row:
                if cell.has_style and not cell.protection.locked:
                    here = ours.sheet(sheet.title).cell(cell.coordinate)
                    there = theirs.sheet(sheet.title).cell(cell.coordinate).value
                    assert (type(here.value), here.value) == (type(there), there), (sheet.title, cell.coordinate)
                    assert here.formula is None
                    looked += there is not None
    assert looked > 900
    below = f"A{read_plan(theirs).data_last_row + 3}"
    assert ours.sheet("Catálogo").cell(below).value == theirs.sheet("Catálogo").cell(below).value


def test_a_balance_shown_as_a_date_does_not_become_a_number(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "fecha.xlsx"
    shutil.copy(source, path)
    row = account_row(path, "1101")
    book = opened(path)  # the style of the date on Segmento, given to a balance as only a person would
    number = book["Segmento"][f"C{plan_camel.DATE_ROW}"].number_format
    assert number == "General"
    from openpyxl import load_workbook

    changed = load_workbook(path)
    changed["Catálogo"][f"E{row}"].value = dt.datetime(2011, 12, 31)
    changed.save(path)
    recalculate(path)
    copy = Package.open(make_copy(path).path)
    assert copy.sheet("Catálogo").cell(f"E{row}").value == dt.date(2011, 12, 31)


def test_the_seal_is_the_same(made: Path, source: Path) -> None:
    seals = []
    for path in (made, source):
        inputs = read_inputs(Package.open(path))
        seals.append(seal(inputs, make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))))
    assert seals[0] == seals[1]


def test_months_and_twelve_columns(tmp_path: Path) -> None:
    codes = ("1", "11", "14", "2", "3", "4", "45", "5", "51", "5104")
    months = ("2022-12-31", *(f"2023-{m:02d}-28" for m in range(1, 12)))
    balance = Balance.build(codes, {m: tuple(float(10 * i + j) for j in range(10)) for i, m in enumerate(months)})
    path = create(tmp_path / "m.xlsx", balance=balance, catalog="seps")
    recalculate(path)
    copy = make_copy(path)
    before, after = (read_inputs(Package.open(p)) for p in (path, copy.path))
    assert after.columns == before.columns
    assert after.plan.capacity == before.plan.capacity == 15
    assert copy.changed == ()


# --- locked, sealed, told ---------------------------------------------------------------------------------------------


def test_only_what_is_looked_at_can_be_chosen(made: Path) -> None:
    book = opened(made)
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    free = {
        (s.title, c.coordinate) for s in book for row in s.iter_rows() for c in row
        if c.has_style and not c.protection.locked and s.title != inicio.NAME
    }  # fmt: skip
    assert {sheet for sheet, _ in free} == {"Decisiones", "Detalle", "Tendencias"}
    assert {place for sheet, place in free if place.startswith("C")} == {"C5", "C6"}
    assert {place for sheet, place in free if sheet == "Tendencias"} == {"B5"}
    assert book[inicio.NAME].protection.sheet


def test_the_first_sheet_says_what_it_is(made: Path, source: Path) -> None:
    sheet = Package.open(made).sheet(Package.open(made).sheet_names[0])
    log = [c.value for c in Package.open(source).sheet("Bitácora").rows(f"A{bitacora.FIRST_ROW + 1}:P7")[0]]
    fact = {row: sheet.cell(f"C{row}").value for row in range(5, inicio.COPY_WITHOUT + 1)}
    assert sheet.cell("A1").value == "PERLAS · copia de auditor"
    assert fact[inicio.COPY_FILE] == "perlas.xlsx"
    assert fact[inicio.COPY_SEALED] == f"{log[0]} · xl-perlas {log[1]}"
    assert [fact[r] for r in (inicio.COPY_INPUTS, inicio.COPY_DEFINITIONS, inicio.COPY_RESULTS)] == log[12:15]
    own = [fact[r] for r in (inicio.INPUTS_SEAL, inicio.COPY_OWN_DEFINITIONS, inicio.RESULTS_SEAL)]
    assert own == log[12:15]
    assert str(fact[inicio.COPY_STATE]).startswith("✔")
    assert fact[inicio.COPY_AUDIT] == "✔ Todo coincide"
    texts = " ".join(str(c.value) for c in sheet.cells() if isinstance(c.value, str))
    assert "xl-perlas verificar" in texts
    assert "Cómo se usa" not in texts


def test_bitacora_stays_whole_and_has_the_row_of_the_copy(made: Path, source: Path) -> None:
    rows = {}
    for path in (source, made):
        block = Package.open(path).sheet("Bitácora").rows(f"A{bitacora.FIRST_ROW}:P12")
        rows[path] = [[c.value for c in row] for row in block if row[0].value]
    assert rows[made][:2] == rows[source]
    assert len(rows[made]) == 3
    links = ["", *(row[-1] for row in rows[made])]
    for (before, _), row in zip(pairwise(links), rows[made], strict=True):
        assert row[-1] == chained(str(before), row[:-1])


def test_it_says_when_the_workbook_was_not_up_to_date(source: Path, tmp_path: Path) -> None:
    never, stale = tmp_path / "nunca.xlsx", tmp_path / "cambiado.xlsx"
    create(never, periods=("2020",))
    shutil.copy(source, stale)
    typed(stale, {("Catálogo", f"E{account_row(stale, CATALOG_ROW)}"): -5000.0})
    first, second = make_copy(never), make_copy(stale)
    assert (first.origin, first.changed) == (None, ())
    assert second.changed == ("las entradas", "los resultados")
    state = [Package.open(c.path).sheet("Inicio").cell(f"C{inicio.COPY_STATE}").value for c in (first, second)]
    assert str(state[0]).startswith("▲ Ese libro nunca")
    assert "las entradas, los resultados" in str(state[1])
    value = Package.open(second.path).sheet("Catálogo").cell(f"E{account_row(stale, CATALOG_ROW)}").value
    assert value == -5000.0


# --- the file beside it -----------------------------------------------------------------------------------------------


def test_the_workbook_is_not_touched(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "mi libro.xlsx"
    shutil.copy(source, path)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert make_copy(path).path == default_path(path) == tmp_path / "mi libro (auditor).xlsx"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert {p.name for p in tmp_path.iterdir()} == {"mi libro.xlsx", "mi libro (auditor).xlsx"}


@pytest.mark.parametrize(
    "name, code", [("hay.xlsx", "U04"), ("libro.xlsx", "U08"), ("c.xlsm", "L70"), ("c.ods", "L70")]
)
def test_refusals(name: str, code: str, source: Path, tmp_path: Path) -> None:
    path = tmp_path / "libro.xlsx"
    shutil.copy(source, path)
    (tmp_path / "hay.xlsx").write_bytes(b"de otro")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(PerlasError) as raised:
        make_copy(path, tmp_path / name)
    assert [p.code for p in raised.value.problems] == [code]
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_formulas_without_result_are_not_guessed(odd: Path, tmp_path: Path) -> None:
    path = tmp_path / "libro.xlsx"
    shutil.copy(odd, path)
    rewritten(path, "Catálogo", "<f>100+23.25</f><v>123.25</v>", "<f>100+23.25</f>")
    with pytest.raises(PerlasError) as raised:
        make_copy(path)
    (found,) = raised.value.problems
    assert found.code == "L71"
    assert f"Catálogo!E{account_row(path, '1101') + 2}" in found.cause
    assert [p.name for p in tmp_path.iterdir()] == ["libro.xlsx"]


def test_macros_and_settings_stay_behind(tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsm", host="excel", balance=banco_indigena)
    copy = make_copy(path).path
    assert copy.name == "x (auditor).xlsx"
    assert "xlwings.conf" not in Package.open(copy).sheet_names
    assert not [n for n in zipfile.ZipFile(copy).namelist() if "vba" in n]


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "x.xlsx", tmp_path / "revisar.xlsx"
    shutil.copy(source, path)
    assert main(["copia-auditor", str(path), "--salida", str(out)]) == 0
    assert "El libro estaba al día" in capsys.readouterr().out
    assert main(["copia-auditor", str(path), "--salida", str(out)]) == 2
    assert "[U04]" in capsys.readouterr().err
    assert main(["copia-auditor", str(path), "--salida", str(out), "--reemplazar"]) == 0
    assert main(["copia-auditor", str(tmp_path / "no.xlsx")]) == 2


def test_recalculating_a_copy_keeps_it_one(made: Path, book: Path) -> None:
    recalculate(book)
    ours, theirs = Package.open(book), Package.open(made)
    for name in ("Indicadores", "Auditoría", "Calificación", "CAMEL", "Pesos", "Decisiones", "AHP"):
        assert [(c.ref, c.value, c.formula) for c in ours.sheet(name).cells()] == [
            (c.ref, c.value, c.formula) for c in theirs.sheet(name).cells()
        ], name
    test_nothing_in_it_names_the_add_in(book)
    assert ours.sheet("Inicio").cell(f"C{inicio.COPY_FILE}").value == "perlas.xlsx"


# --- in LibreOffice, without the add-in -------------------------------------------------------------------------------

_SHOWN = '''
def shown(document):
    """What every formula shows, by sheet and `row,column`."""
    found = {}
    for name in document.Sheets.ElementNames:
        sheet = document.Sheets.getByName(name)
        cells, rows = {}, look(used(sheet))
        for at in sheet.queryContentCells(16).getRangeAddresses():
            for r in range(at.StartRow, at.EndRow + 1):
                for c in range(at.StartColumn, at.EndColumn + 1):
                    value = rows[r][c]
                    cells["%d,%d" % (r + 1, c + 1)] = value["error"] if isinstance(value, dict) else value
        found[name] = cells
    return found

def put(document, sheet, corner, rows):
    page = document.Sheets.getByName(sheet)
    page.unprotect("")
    at = page.getCellRangeByName(corner).getRangeAddress()
    page.getCellRangeByPosition(
        at.StartColumn, at.StartRow, at.StartColumn + len(rows[0]) - 1, at.StartRow + len(rows) - 1
    ).setDataArray(tuple(tuple("" if v is None else v for v in row) for row in rows))

'''
_RECALCULATE = _SHOWN + """
document = desktop.loadComponentFromURL(url(arguments["path"]), "_blank", 0, (prop("Hidden", True),))
document.calculateAll()
first = shown(document)
put(document, "Catálogo", arguments["cell"], [[arguments["value"]]])
document.calculate()
second = shown(document)
document.close(True)
answer([first, second])
"""


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with running_office() as running:
        yield running


def results(path: Path) -> dict[str, dict[str, Any]]:
    """What the file says that its formulas give, by sheet and `row,column`."""
    package, found = Package.open(path), {}
    for name in package.sheet_names:
        cells = (c for c in package.sheet(name).cells() if c.formula is not None)
        found[name] = {_place(c.ref): c.value for c in cells}
    return found


def _place(cell: str) -> str:
    return "{},{}".format(*parse_ref(cell))


def assert_shown(shown: Any, expected: Any, place: tuple[str, str]) -> None:
    if isinstance(expected, float) and not isinstance(expected, bool):
        if place[0] == "Líneas" and isinstance(shown, str):  # a parameter is text there, as it may be blank
            shown = float(shown)
        assert shown == pytest.approx(expected, rel=1e-12, abs=1e-13), place
    elif isinstance(expected, dt.date):
        assert isinstance(shown, float), place
    else:
        assert shown == ("" if expected is None else expected), place


@pytest.mark.office
def test_it_lives_without_the_add_in(office: Office, made: Path, source: Path, tmp_path: Path) -> None:
    spoilt, changed = tmp_path / "c.xlsx", tmp_path / "cambiado.xlsx"
    shutil.copy(made, spoilt)
    package = Package.open(spoilt)
    for name in package.sheet_names:  # wrong results: what is right afterwards was really computed
        for cell in package.sheet(name).cells():
            if cell.formula is not None:
                package.sheet(name).set_cached(cell.ref, 123456.0)
    package.save()
    row = account_row(made, CATALOG_ROW)
    place = f"D{row}"
    first, second = office.run(_RECALCULATE, {"path": str(spoilt), "cell": place, "value": -9000.0}, timeout=300)
    plan, expected = plan_of(made), results(made)
    # an error that is a value is a formula for LibreOffice: there may be more than ours
    assert all(set(cells) <= set(first[name]) for name, cells in expected.items())
    compared = 0
    for name, cells in expected.items():
        for at, value in cells.items():
            if (name, at) not in unused_bases(plan):
                assert_shown(first[name][at], value, (name, at))
                compared += 1
    assert compared > 18_000

    shutil.copy(source, changed)
    typed(changed, {("Catálogo", place): -9000.0})
    recalculate(changed)
    later, moved = results(make_copy(changed).path), 0
    for name, at in live_places(plan, later):
        assert_shown(second[name][at], later[name][at], (name, at))
        moved += second[name][at] != first[name][at]
    assert moved > 30
    light = f"{auditoria.light_row(plan)},{auditoria.RESIDUAL}"
    assert (first["Auditoría"][light], second["Auditoría"][light]) == ("✔ Todo coincide", "✖ Hay diferencias")
    e9 = f"{plan_detail.SAME_ROW},{plan_detail.VALUE}"
    total = f"{plan_detail.VALUE_ROW},{plan_detail.VALUE}"
    assert second["Detalle"][e9] == "✔ Coincide con Indicadores"
    assert second["Detalle"][total] != first["Detalle"][total]


def unused_bases(plan: Plan) -> set[tuple[str, str]]:
    """Where columns without period look for the one before them: nothing follows from it."""
    return {("Líneas", f"{plan.base_column_row},{plan.line_column(k)}") for k in range(3, plan.capacity)}


def live_places(plan: Plan, cells: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Cells that follow a balance: all but notes, comparisons with what was sealed, and lights."""
    notes = {("Detalle", f"{plan_detail.NOTE_ROW},{plan_detail.VALUE}")}
    notes |= {("Decisiones", f"{row},{decisiones.NOTE}") for row in decisiones.rows(plan).values()}
    still = notes | unused_bases(plan)
    for name in ("Líneas", "Indicadores", "Detalle", "Decisiones", "Gráficos", "Tablero"):
        yield from ((name, at) for at in cells[name] if at != "3,1" and (name, at) not in still)
    sealed_rows = (pr.DIFFERENCE, pr.SAME_RATING)
    yield from (("Calificación", at) for at in cells["Calificación"]
                if int(at.split(",")[0]) not in (3, *sealed_rows))  # fmt: skip
    for k in range(plan.capacity):
        for row in (plan_camel.TOTAL_ROW, plan_camel.WORD_ROW, *plan_camel.grade_rows(plan).values()):
            yield "CAMEL", f"{row},{plan_camel.block_column(plan, plan_camel.Block.NATIVE, k)}"


@pytest.mark.office
def test_where_native_formulas_do_not_see_a_figure_everything_follows_them(
    office: Office, source: Path, tmp_path: Path
) -> None:
    """Of figures written as text formulas see nothing: the copy opens with what it then recalculates."""
    path = tmp_path / "texto.xlsx"
    shutil.copy(source, path)
    typed(path, {("Catálogo", f"E{account_row(path, code)}"): text for code, text in TEXTS.items()})
    recalculate(path)
    copy = make_copy(path).path
    place = f"E{account_row(path, '33')}"
    first, _ = office.run(_RECALCULATE, {"path": str(copy), "cell": place, "value": TEXTS["33"]}, timeout=300)
    plan, expected = plan_of(copy), results(copy)
    for name in ("Inicio", "Indicadores", "Calificación", "Tablero", "Decisiones", "CAMEL", "Verificación",
                 "Auditoría"):  # fmt: skip
        for at, shown in expected[name].items():
            assert_shown(first[name][at], shown, (name, at))
    verdicts = f"{auditoria.light_row(plan) + 2},{auditoria.RESIDUAL}"
    assert first["Auditoría"][verdicts] > 0
    score = ref(pr.period_column(2), pr.SCORE), ref(pr.period_column(2), pr.NATIVE_SCORE)
    own, native = (Package.open(copy).sheet("Calificación").cell(cell).value for cell in score)
    assert own != native
    assert own == Package.open(path).sheet("Calificación").cell(score[0]).value


# --- parity on random charts ------------------------------------------------------------------------------------------

ACCOUNTS, YEARS, CHARTS = 1000, (2021, 2022, 2023), 10

_CHARTS = _SHOWN + """
document = desktop.loadComponentFromURL(url(arguments["path"]), "_blank", 0, (prop("Hidden", True),))
found = []
document.enableAutomaticCalculation(False)
for rows in arguments["charts"]:
    put(document, "Catálogo", arguments["corner"], rows)
    document.calculate()
    rows = look(used(document.Sheets.getByName("Indicadores")))
    blocks = []
    for left, top, right, bottom in arguments["areas"]:
        blocks.append([[None if isinstance(value, dict) else value for value in row[left - 1 : right]]
                       for row in rows[top - 1 : bottom]])
    found.append(blocks)
document.close(True)
answer(found)
"""


def random_chart(catalog: str, seed: int) -> Balance:
    """1,000 accounts, three years; some balances negative and, at the same places in all charts, zero or blank."""
    known, dice, places = load_catalog(catalog), random.Random(seed), random.Random(catalog)
    suffixes = [suffix for ages in known.ages.values() for suffix in ages]
    codes = dict.fromkeys(known.accounts)
    codes |= dict.fromkeys(a + s for kind in known.portfolios.values() for a in kind for s in suffixes)
    codes |= dict.fromkeys(f"{a}{n:02d}" for a in known.accounts if len(a) == 4 for n in range(5, 100, 5))
    chosen = list(codes)[:ACCOUNTS]

    def figure() -> float | None:
        place, value = places.random(), round(dice.uniform(-1e5 if dice.random() < 0.1 else 1, 1e6), 2)
        return None if place < 0.03 else 0.0 if place < 0.06 else value

    assert len(chosen) == ACCOUNTS
    return Balance.build(tuple(chosen), {str(year): [figure() for _ in chosen] for year in YEARS})


@pytest.mark.office
@pytest.mark.parametrize("catalog", ["sbs", "seps"])
def test_native_formulas_equal_the_engine_on_random_charts(
    catalog: str, office: Office, tmp_path: Path, profile: Profile
) -> None:
    """The accounts of a workbook stay, its figures change: which figures are missing is a value of the copy."""
    balances = [random_chart(catalog, seed) for seed in range(CHARTS)]
    path = create(tmp_path / "azar.xlsx", host="auditor", balance=balances[0], profile=profile, catalog=catalog)
    plan = plan_of(path)
    first, last = plan.indicator_first_row, plan.indicator_last_row
    columns = (plan.value_column(0), plan.native_column(0), plan.verdict_column(0))
    found = office.run(_CHARTS, {
        "path": str(path), "corner": ref(plan.catalog_first_period, plan.data_first_row),
        "areas": [(c, first, c + len(YEARS) - 1, last) for c in columns],
        "charts": [list(zip(*balance.values, strict=True)) for balance in balances],
    }, timeout=300)  # fmt: skip
    with_values, worst = 0, 0.0
    for seed, (balance, (direct, by_lines, verdicts)) in enumerate(zip(balances, found, strict=True)):
        report = calculate(balance, profile, catalog)
        for key, row in plan.indicator_rows.items():
            for k in range(len(YEARS)):
                value, at = report.results[key][k].value, row - first
                assert verdicts[at][k] == report.verdicts[key][k].word, (seed, key, k)
                for shown in (direct[at][k], by_lines[at][k]):
                    assert (shown is None) == (value is None), (seed, key, k, shown, value)
                    if value is not None:
                        worst = max(worst, abs(shown - value) / max(abs(value), 1e-12))
                        with_values += 1
    assert with_values > 1500
    assert worst <= 1e-12
