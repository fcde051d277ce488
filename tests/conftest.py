"""What several test modules share: the bundled charts, read once."""

from __future__ import annotations

from importlib.resources import as_file, files

import pytest

from xl_perlas.balance import Balance
from xl_perlas.reading import read_balance


@pytest.fixture(scope="session")
def banco_indigena() -> Balance:
    """The bundled charts of 2009, 2010 and 2011."""
    with as_file(files("xl_perlas.definitions") / "demo" / "banco_indigena.csv") as path:
        return read_balance(path)
