"""Balance Social workbooks for tests: the bundled demonstrations, and cells changed in a file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from books import package, spoil
from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.reading import read_balances
from xl_perlas.social import SocialInputs, load_social
from xl_perlas.social.read import read_social_inputs
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.recalc import Recalculation, recalculate
from xl_perlas.workbook.social.build import create_social
from xl_perlas.workbook.social.inputs import read_plan
from xl_perlas.workbook.social.plan import SocialPlan

DEMO = Path(str(resources.files("xl_perlas.definitions"))) / "demo"
METHODS = {"co": "colombia", "ec": "ecuador"}


def demo_inputs(country: str) -> SocialInputs:
    """Inputs of the demonstration of a country."""
    return read_social_inputs(DEMO / f"balance_social_{country}.csv", load_social(METHODS[country]))


def demo_balance() -> Balance:
    """The invented balance of Ecuador."""
    return read_balances([DEMO / "balance_social_ec_cuentas.csv"])


def demo_book(path: Path, country: str, make: Any = create_social, **options: Any) -> Path:
    """A workbook filled with a demonstration: Colombia's reports 2023 against 2021."""
    if country == "co":
        options = {"report": "2023", "against": "2021", **options}
    else:
        options = {"balance": demo_balance(), **options}
    made: Path = make(path, country, inputs=demo_inputs(country), entity="Cooperativa Ñandú", **options)
    return made


def plan_of(path: Path) -> SocialPlan:
    """The plan of a workbook."""
    return read_plan(package(path))


def typed(plan: SocialPlan, key: str, k: int) -> tuple[str, str]:
    """Sheet and place of what is typed for an input in column `k`."""
    return "Datos", ref(plan.typed_column(k), plan.input_rows[key])


def change(
    path: Path, cells: Mapping[tuple[str, str], object], formats: Mapping[tuple[str, str], str] | None = None
) -> Recalculation:
    """Write cells, by sheet and place, and recalculate; `formats`: a cell whose look another takes (a date's)."""
    package = Package.open(path)
    for (sheet, place), value in cells.items():
        package.sheet(sheet).set_value(place, value)
    for (sheet, place), source in (formats or {}).items():
        package.sheet(sheet).set_style(place, style_of=source)
    package.save()
    return recalculate(path)


def value(path: Path, sheet: str, row: int, column: int) -> Any:
    """What a cell of a file holds."""
    return package(path).sheet(sheet).cell(f"{get_column_letter(column)}{row}").value


def spoilt(source: Path, target: Path, places: list[tuple[str, int, int]]) -> Path:
    """A copy with deliberately wrong results: what is right afterwards was really recalculated."""
    target.write_bytes(source.read_bytes())
    spoil(target, places)
    return target
