"""A workbook for xlwings Lite: functions spelt as that host stores them, which no other program minds."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from books import opened
from office import running_calc, steps
from openpyxl.utils import get_column_letter
from parity import Gap, as_cell

from xl_perlas.balance import Balance
from xl_perlas.report import calculate
from xl_perlas.udfs.functions import FUNCTIONS
from xl_perlas.udfs.libreoffice import oxt
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_plan
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.recalc import recalculate

MARK = "_xldudf_"
_NAMES = "|".join(sorted((re.escape(f.name) for f in FUNCTIONS), key=len, reverse=True))
_CALL = re.compile(rf"(?<![\w.])([\w.]*?)({_NAMES})\s*\(")
_FORMULA = re.compile(r"<(f|formula[12]?|definedName)(\s[^>]*)?>([^<]+)<")


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """Part, attributes and text of every formula: of cells, of rules and of names."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if part.startswith("xl/") and part.endswith(".xml"):
                for match in _FORMULA.finditer(archive.read(part).decode("utf-8")):
                    yield part, match[2] or "", match[3]


def calls(path: Path) -> list[tuple[str, str]]:
    """Every call of a function of the table: what stands before its name, and the name."""
    return [(m[1], m[2]) for _, _, text in formulas(path) for m in _CALL.finditer(text)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    path = tmp_path_factory.mktemp("lite") / "lite.xlsx"
    return create(path, balance=banco_indigena, catalog="sbs", host="lite", judgements="tulcan_2016")


@pytest.fixture(scope="module")
def plain(made: Path, banco_indigena: Balance) -> Path:
    return create(made.with_name("calc.xlsx"), balance=banco_indigena, catalog="sbs", judgements="tulcan_2016")


def test_every_function_is_spelt_as_the_host_stores_it(made: Path, plain: Path) -> None:
    there = calls(made)
    assert len(there) > 1000
    assert {mark for mark, _ in there} == {MARK}
    assert [("", name) for _, name in there] == calls(plain)
    assert {name for _, name in there} <= {f.name for f in FUNCTIONS}


def test_nothing_but_the_spelling_differs(made: Path, plain: Path) -> None:
    def cells(path: Path) -> list[tuple[str, str, str]]:
        return [(p, a, t.replace(MARK, "")) for p, a, t in formulas(path) if "xlp_plantilla" not in a]

    assert cells(made) == cells(plain)


def test_no_function_fills_an_array(made: Path) -> None:
    """Whether the host would keep it as one that grows is not known, so the workbook has none."""
    assert not [text for _, attributes, text in formulas(made) if "array" in attributes and _CALL.search(text)]


def test_recalculating_keeps_the_spelling(book: Path) -> None:
    before = calls(book)
    recalculate(book)
    assert calls(book) == before


@pytest.mark.office
def test_calc_with_the_add_in_computes_it(book: Path, banco_indigena: Balance) -> None:
    package = Package.open(book)
    plan, sheet = read_plan(package), package.sheet("Indicadores")
    columns = [get_column_letter(plan.value_column(k)) for k in range(3)]
    for row in plan.indicator_rows.values():  # wrong results: what is right afterwards was really computed
        for column in columns:
            assert sheet.set_cached(f"{column}{row}", 123456.0)
    package.save()
    first, last = min(plan.indicator_rows.values()), max(plan.indicator_rows.values())
    with running_calc(oxt.build()) as office:
        shown, *unknown = steps(
            office, ("open", str(book)), ("calculate",),
            ("read", "Indicadores", f"{columns[0]}{first}:{columns[2]}{last}"), ("unknown names",),
        )  # fmt: skip
    assert unknown == []
    report, gap = calculate(banco_indigena, catalog="sbs"), Gap()
    for key, row in plan.indicator_rows.items():
        gap.add([as_cell(r) for r in report.results[key]], [_plain(cell) for cell in shown[row - first]], key)
    assert gap.cells == 135


def _plain(cell: object) -> object:
    return str(cell) if isinstance(cell, str) else cell


# --- what a person reads


def rows(path: Path) -> list[tuple[str, str]]:
    return [(str(a.value), str(b.value)) for a, b in opened(path)["Inicio"].iter_rows(max_col=2)]


def test_the_first_sheet_says_how_to_install(made: Path, plain: Path) -> None:
    assert not [text for row in rows(plain) for text in row if "xlwings" in text]
    told = dict(rows(made))
    assert told["requirements.txt"] == "xl-perlas"
    main: dict[str, object] = {}
    exec(told["main.py"], main)  # noqa: S102
    assert main.keys() > {f.name for f in FUNCTIONS} | {"recalcular"}
