"""The documentation says what the program does: its examples work, its links lead somewhere, its tables are current."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from pathlib import Path

import pytest

from xl_perlas.cli import arguments
from xl_perlas.load import apply_overlay, load_profile, with_parameters
from xl_perlas.problems import MESSAGES
from xl_perlas.udfs.functions import FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES}


def _blocks(kind: str) -> list[tuple[str, str]]:
    return [(page, block) for page, text in TEXT.items() for block in re.findall(rf"```{kind}\n(.*?)```", text, re.S)]


COMMANDS = [
    (page, line.removeprefix("$ "))
    for kind in ("sh", "console")
    for page, block in _blocks(kind)
    for line in block.splitlines()
    if line.removeprefix("$ ").startswith("xl-perlas ")
]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands_are_understood(page: str, command: str) -> None:
    found = arguments.build().parse_args(shlex.split(command)[1:])
    assert found.command, page


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) > 8


@pytest.mark.parametrize(("page", "block"), _blocks("toml"))
def test_definitions_load(page: str, block: str, tmp_path: Path) -> None:
    path = tmp_path / "ejemplo.toml"
    path.write_text(block, encoding="utf-8")
    profile = load_profile()
    load = apply_overlay if "personalizacion" in tomllib.loads(block) else with_parameters
    assert load(profile, path) != profile, page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", TEXT[page.name]):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_codes_and_functions_exist(page: Path) -> None:
    text = TEXT[page.name]
    assert set(re.findall(r"\b[ABCDEFHIJKLNRSTUV]\d\d(?=:|\])", text)) <= set(MESSAGES)
    known = {f.name for f in FUNCTIONS}
    families = "PERLAS|BALANCE|AHP|CAMEL|ANALISIS|SEPS|PERCENTIL|BS"
    assert set(re.findall(rf"\b(?:{families})_[A-Z0-9_]+\b(?=\()", text)) <= known


@pytest.mark.parametrize("name", ["codigos.md", "funciones.md", "indicadores.md", "camel.md"])
def test_generated_pages_are_current(name: str) -> None:
    page = runpy.run_path(str(ROOT / "docs" / "generar.py"))["pages"]()[name]
    assert TEXT.get(name) == page, "run `make docs`"
