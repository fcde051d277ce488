"""What several test modules share: the bundled charts, read once."""

from __future__ import annotations

import gc
import os
from importlib.resources import as_file, files
from pathlib import Path

import madeonce
import pytest
from hypothesis import settings

from xl_perlas.balance import Balance
from xl_perlas.reading import read_balance

#: No test is about time: a busy machine fails none.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

madeonce.install()

#: Workbooks are a great many small objects that live long: looking for cycles among them is most of a test's time.
gc.set_threshold(200_000, 50, 100)

#: What the command line shows depends on how wide the terminal is; here it is the same however tests are run.
os.environ["COLUMNS"] = "100"


#: What modules use whose tests take seconds: they make workbooks, or start LibreOffice.
_LONG = ("create", "create_social", "sealed_book", "running_office", "running_calc")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Long modules come first, so that no processor waits at the end for another that has just begun one."""
    items.sort(key=lambda item: not any(name in vars(item.module) for name in _LONG))


@pytest.fixture(scope="session")
def banco_indigena() -> Balance:
    """The bundled charts of 2009, 2010 and 2011."""
    with as_file(files("xl_perlas.definitions") / "demo" / "banco_indigena.csv") as path:
        return read_balance(path)


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy to change of the workbook that the module's own fixture `made` gives."""
    copy = tmp_path / "copia.xlsx"
    copy.write_bytes(made.read_bytes())
    return copy
