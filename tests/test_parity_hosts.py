"""The same cells in every host: the 45 indicators of two years of the bundled charts, against the engine.

`pytest -s tests/test_parity_hosts.py` prints the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import classic_host
import pyodide_host
import pytest
from office import running_calc, steps
from parity import TOLERANCE, Gap, as_cell

from xl_perlas.balance import Balance
from xl_perlas.report import calculate
from xl_perlas.udfs.excel.vba import PYTHON_MODULE
from xl_perlas.udfs.functions import INDICATORS
from xl_perlas.udfs.libreoffice import oxt

#: The years with an earlier one beside them, by their column in the balance.
YEARS = {"2010": 1, "2011": 2}
PLACES = [(key, year) for year in YEARS for key in INDICATORS]

#: Results in the order of `PLACES`; an error is its text.
Values = list[object]


def engine(balance: Balance) -> Values:
    report = calculate(balance)
    return [as_cell(report.result(key, year)) for key, year in PLACES]


def classic(balance: Balance) -> Values:
    """Excel for Windows: xlwings' own code, from the cell's call to its result."""
    host = classic_host.load()
    host.import_functions(PYTHON_MODULE)
    codes = host.range([(code,) for code in balance.chart.codes])
    columns = [host.range([(v,) for v in values]) for values in balance.values]
    try:
        return [
            host.call(PYTHON_MODULE, f"PERLAS_{key}", codes, columns[YEARS[year]], columns[YEARS[year] - 1],
                      host.MISSING)
            for key, year in PLACES
        ]  # fmt: skip
    finally:
        sys.modules.pop(PYTHON_MODULE, None)  # the next import must not find the functions with Windows' decorators


def calc(balance: Balance) -> Values:
    """Cells of LibreOffice Calc, with the add-in."""
    rows = [[code, *values] for code, *values in zip(balance.chart.codes, *balance.values, strict=True)]

    def area(column: str) -> str:
        return f"{column}$1:{column}${len(rows)}"

    formulas = [
        f"=PERLAS_{key}({area('A')};{area('BCD'[YEARS[year]])};{area('BCD'[YEARS[year] - 1])})" for key, year in PLACES
    ]
    with running_calc(oxt.build()) as office:
        (shown,) = steps(
            office, ("new",), ("data", "", "A1", rows), ("formulas", "", "F1", formulas),
            ("read", "", f"F1:F{len(formulas)}"),
        )  # fmt: skip
    return [str(cell) if isinstance(cell, str) else cell for (cell,) in shown]


def pyodide(balance: Balance) -> Values:
    """The functions that xlwings Lite is given, in its Python."""
    codes, *columns = ([[cell] for cell in column] for column in (balance.chart.codes, *balance.values))
    calls = [[f"PERLAS_{key}", codes, columns[YEARS[year]], columns[YEARS[year] - 1], None] for key, year in PLACES]
    return pyodide_host.run(pyodide_host.CALLS, calls)


Host = Callable[[Balance], Values]
HOSTS = [
    pytest.param(classic, id="classic",
                 marks=pytest.mark.skipif(sys.platform == "win32", reason="on Windows the real pywin32 answers")),
    pytest.param(calc, id="calc", marks=pytest.mark.office),
    pytest.param(pyodide, id="pyodide"),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(banco_indigena: Balance) -> Iterator[dict[str, Values]]:
    """Every host's values, printed as a table at the end; the engine's are there from the start."""
    values = {"engine": engine(banco_indigena)}
    yield values
    print("\n\n" + table(values))


def table(values: dict[str, Values]) -> str:
    """A row an indicator and year, and how far each host is from the engine at most."""
    expected = values["engine"]
    lines = [["", "", *values]]
    lines += [[*place, *map(str, row)] for place, *row in zip(PLACES, *values.values(), strict=True)]
    gaps = [Gap().add(expected, column) for column in values.values()]
    lines.append(["cells", "", *(f"{g.cells}, {g.numbers} of them numbers" for g in gaps)])
    lines.append(["largest", "absolute", *(f"{g.absolute:.1e}" for g in gaps)])
    lines.append(["largest", "relative", *(f"{g.relative:.1e}" for g in gaps)])
    return "\n".join("  ".join(f"{text:<{9 if i < 2 else 26}}" for i, text in enumerate(row)).rstrip() for row in lines)


def test_the_engine_has_all_of_them(found: dict[str, Values]) -> None:
    errors = [v for v in found["engine"] if isinstance(v, str)]
    assert len(found["engine"]) == 90
    assert 0 < len(errors) < 45
    assert set(errors) == {"#N/A", "#DIV/0!"}


@pytest.mark.parametrize("host", HOSTS)
def test_the_same_numbers_and_the_same_errors(
    found: dict[str, Values], banco_indigena: Balance, host: Host, request: pytest.FixtureRequest
) -> None:
    values = host(banco_indigena)
    gap = Gap()
    for place, expected, shown in zip(PLACES, found["engine"], values, strict=True):
        gap.add(expected, shown, place)
    found[request.node.callspec.id] = values
    assert gap.cells == 90
    assert gap.absolute <= TOLERANCE
    assert gap.relative <= TOLERANCE
