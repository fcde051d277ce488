"""Supervisión, Pares and what they lend to CAMEL, recalculated by LibreOffice from deliberately wrong results."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from books import spoil
from charts import Rows, chart
from office import Error, Office, read_cells, running_calc, running_office, steps
from test_sheet_supervision import (
    MONTHLY,
    PEERS,
    ROWS,
    Shown,
    changing,
    choose,
    entities,
    fill,
    means,
    monthly,
    plan_of,
)

from xl_perlas.balance import Balance
from xl_perlas.supervision import calculate_supervision
from xl_perlas.udfs.libreoffice import oxt
from xl_perlas.workbook import plan_camel
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook import plan_supervision as ps
from xl_perlas.workbook.build import create
from xl_perlas.workbook.cellxml import ErrorValue
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_supervision import Block, block_column
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import camel, pares, segmento, supervision

pytestmark = pytest.mark.office

Place = tuple[str, int, int]
#: Of the rows of entities that stay blank only some are read.
_ENTITIES = 12
#: With so many periods only the two sheets themselves are read.
_MANY = 20


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with running_office() as running:
        yield running


def places(plan: Plan) -> list[Place]:
    """Every formula that lives without the add-in; differences from it, and the light, are not of these sheets."""
    gaps = {block_column(plan, Block.GAP, k) for k in range(plan.capacity)}
    grades = {plan_camel.block_column(plan, b, k) for b in (plan_camel.Block.GRADE, plan_camel.Block.GAP)
              for k in range(plan.capacity)}  # fmt: skip
    first, last = pp.entity_span()
    idle = {*range(first + _ENTITIES, last + 1), *range(pp.counted_row(first + _ENTITIES), pp.counted_row(last) + 1)}
    skipped = {
        supervision.NAME: lambda r, c: c in gaps or (r, c) == (ps.check_row(), ps.WORDS),
        pares.NAME: lambda r, c: c == pp.GAP or r in idle, segmento.NAME: lambda r, c: False,
        camel.NAME: lambda r, c: c in grades,
    }  # fmt: skip
    found = [
        (module.NAME, row, column)
        for module in (supervision, pares, segmento, camel)
        for (row, column), text in module.formulas(plan).items()
        if row not in (3, HEADER_ROW) and not any(f in str(text) for f in ("SEPS_INDICADOR(", "PERCENTIL_PAR("))
        and not skipped[module.NAME](row, column)
    ]  # fmt: skip
    return found if plan.capacity < _MANY else [place for place in found if place[0] in (supervision.NAME, pares.NAME)]


def check_native(office: Office, path: Path) -> None:
    """Formulas recalculated over deliberately wrong results give what was stored."""
    found, package = places(plan_of(path)), Package.open(path)
    expected = [package.sheet(sheet).cell(ref(column, row)).value for sheet, row, column in found]
    assert sum(isinstance(value, float) for value in expected) > 100
    spoil(path, found)
    shown = read_cells(office, path, found, recalculate=True, timeout=300)
    for place, new, old in zip(found, shown, expected, strict=True):
        kept = "" if old is None else old
        if place[0] == camel.NAME and str(new).startswith("#") and str(kept).startswith("#"):
            continue  # of two errors in a formula of CAMEL, programs do not show the same one
        assert new == (kept if isinstance(kept, str) else pytest.approx(kept, rel=1e-9, abs=1e-12)), place


def values(path: Path, k: int) -> dict[str, object]:
    """The native values of a period."""
    sheet = Shown(path)
    return {key: sheet.block(row, Block.NATIVE, k) for key, row in ROWS.items()}


@pytest.mark.parametrize(("rule", "count"), [("fin_de_anio", 14), ("mensual", 26)])
def test_many_months(rule: str, count: int, office: Office, tmp_path: Path) -> None:
    """A year closed on the way, one month missing; peers of every kind, lent to CAMEL."""
    balance = monthly(count, skip=(8,))
    path = create(tmp_path / "m.xlsx", balance=balance, catalog="seps", entity="La propia")
    odd = {"la PROPIA": {"MOR_TOT": 4.0}, "Cooperativa A": {"MOR_TOT": 40.0}, "Total": {"ROE": 9.0},
           "": {"ROE": 3.0, "MOR_TOT": 3.5}, "Igual": {"LIQ": 20.0}}  # fmt: skip
    fill(path, "Pares", {**entities(PEERS), **entities(odd, 4), **choose(pp.CAMEL_ROW, "sí")})
    first, columns = pp.entity_span()[0], pp.figure_columns()
    bad = {(first, columns["ROA"]): "n/d", (first + 1, columns["ROA"]): ErrorValue("#DIV/0!"),
           (first + 2, columns["ROA"]): 1.0, (first + 3, columns["ROA"]): 1.5}  # fmt: skip
    fill(path, "Pares", bad)
    fill(path, "Supervisión", {(ps.RULE_ROW, ps.RULE_COLUMN): rule})
    recalculate(path)
    report, sheet = calculate_supervision(balance, rule, "seps"), Shown(path)
    for k in range(count - 1):
        shown = values(path, k)
        for key in report.indicators:
            wanted = report.results[key][k].value
            assert isinstance(shown[key], str) if wanted is None else shown[key] == pytest.approx(wanted, rel=1e-12)
    closed = sheet.block(ps.helper_row(ps.Helper.CLOSED), Block.NATIVE, 11)
    assert (closed, values(path, 10)["ROA"] == "#N/A") == (1, rule == "mensual")
    check_native(office, path)


ZEROS = {"36": [0.0, 0.0], "3601": [0.0, 0.0], "45": [0.0, 0.0], "51": [0.0, 0.0]}
CASES: dict[str, tuple[Rows, tuple[str, ...], dict[str, object]]] = {
    "negative equity": (
        {"1": [1000.0, 1000.0], "3": [-60.0, -40.0], "4": [50.0, 90.0], "5": [50.0, 80.0], **ZEROS}, ("2010", "2011"),
        {"ROE": 10 / 50, "ROA": -10 / 1000, "VULN_PAT": "#N/A"},
    ),
    "no income": (
        {"1": [1000.0, 1000.0], "3": [100.0, 100.0], "4": [0.0, 0.0], "5": [0.0, 0.0], **ZEROS}, ("2010", "2011"),
        {"ROA": 0.0, "GO_MNF": "#DIV/0!"},
    ),
    "one period": (
        {"1": 1000.0, "3": 100.0, "4": 60.0, "45": 60.0, "5": 80.0, "51": 80.0}, ("2011",),
        {"GO_MNF": 0.75, "ROA": "#N/A", "GO_ACT": "#N/A"},
    ),
    "emptied after closing": (
        {"1": [900.0, 1000.0], "3": [100.0, 120.0], "36": [0.0, 20.0], "3603": [0.0, 20.0], "4": [50.0, 0.0],
         "45": [50.0, 0.0], "5": [50.0, 0.0], "56": [0.0, 0.0]}, ("2010", "2011"),
        {"ROE": 20 / 110, "GO_ACT": "#N/A", "FK": "#N/A"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_balances_that_are_not_whole(case: str, office: Office, tmp_path: Path) -> None:
    rows, periods, wanted = CASES[case]
    path = create(tmp_path / "x.xlsx", balance=chart(rows, *periods), catalog="sbs")
    shown = values(path, len(periods) - 1)
    for key, value in wanted.items():
        assert shown[key] == (value if isinstance(value, str) else pytest.approx(value)), key
    fill(path, "Pares", {**means({"ROE": (5.0, 2.0), "ROA": (1.0, None)}), **choose(pp.CAMEL_ROW, "sí")})
    recalculate(path)
    check_native(office, path)


def test_a_balance_that_changes_catalogue(office: Office, tmp_path: Path) -> None:
    """Peers as ratios, with the deviation of a population, in the period before the last."""
    path = create(tmp_path / "c.xlsx", balance=changing())
    ratios = {name: {k: v / 100 for k, v in row.items()} for name, row in PEERS.items()}
    fill(path, "Pares", {
        **entities(ratios), **choose(pp.UNIT_ROW, "razón"), **choose(pp.DEVIATION_ROW, "poblacional"),
        **choose(pp.PERIOD_ROW, 2012), **choose(pp.CAMEL_ROW, "sí"),
    })  # fmt: skip
    recalculate(path)
    check_native(office, path)


def test_figures_that_are_text_add_nothing(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "t.xlsx", balance=banco_indigena)
    plan = plan_of(path)
    catalog = Shown(path, "Catálogo")
    row = next(r for r in range(plan.data_first_row, plan.data_last_row) if str(catalog.at(r, 1)) == "1499")
    fill(path, "Catálogo", {(row, plan.catalog_column(2)): "-5.381,77"})
    fill(path, "Pares", entities(PEERS))
    recalculate(path)
    sheet = Shown(path)
    assert sheet.block(ROWS["COB_TOT"], Block.NATIVE, 2) == 0
    assert sheet.block(ROWS["COB_TOT"], Block.VALUE, 2) > 0.1
    assert sheet.at(ps.check_row(), ps.WORDS) > 0
    check_native(office, path)


def test_the_function_lives_in_the_cells(tmp_path: Path) -> None:
    """With the add-in, recalculated from wrong results: both sides agree, with either rule of averages."""
    path = create(tmp_path / "v.xlsx", balance=monthly(5), catalog="seps")
    fill(path, "Pares", entities(PEERS))
    recalculate(path)
    other = tmp_path / "w.xlsx"
    shutil.copy(path, other)
    fill(other, "Supervisión", MONTHLY)
    recalculate(other)
    with running_calc(oxt.build()) as calc:
        for book in (path, other):
            plan, sheet, among = plan_of(book), Shown(book), Shown(book, "Pares")
            columns = [block_column(plan, Block.VALUE, k) for k in range(5)]
            spoil(book, [("Supervisión", row, column) for row in ROWS.values() for column in columns])
            rows = f"{min(ROWS.values())}:{{}}{ps.check_row()}"
            letters = [ref(block_column(plan, b, k), 1)[:-1] for b in (Block.VALUE, Block.GAP) for k in (0, 4)]
            areas = [f"{a}{rows.format(b)}" for a, b in (letters[:2], letters[2:])]
            peers = f"{ref(pp.ADDIN, pp.RESULT_HEADER)}:{ref(pp.GAP, pp.check_row())}"
            found, gaps, shares = steps(
                calc, ("open", str(book)), ("calculate",), ("read", "Supervisión", areas[0]),
                ("read", "Supervisión", areas[1]), ("read", "Pares", peers), timeout=300,
            )  # fmt: skip
            for key, row in ROWS.items():
                for k in range(5):
                    kept, live = sheet.block(row, Block.VALUE, k), found[row - min(ROWS.values())][k]
                    assert live == (Error(kept) if isinstance(kept, str) else pytest.approx(kept, rel=1e-12)), (key, k)
            assert gaps[-1] == [0.0] * 5
            assert shares[-1][1] == 0
            row = pp.result_rows()["MOR_TOT"]
            assert shares[row - pp.RESULT_HEADER][0] == among.at(row, pp.ADDIN)
