"""The statements as data: `definitions/analysis/estados.toml` to the model, compiled to forms over accounts."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from xl_perlas.analysis.model import CompositionDefinition, Item, Statements
from xl_perlas.catalogs import CATALOGS
from xl_perlas.compile import compile_profile
from xl_perlas.formula import LinearForm, names
from xl_perlas.load import load_catalog, read_bundled
from xl_perlas.model import Line, Profile
from xl_perlas.schema import Reader, Table, read_line

_HEAD_KEYS = {"id", "nombre", "catalogos", "fuente"}
_INCOME_KEYS = {"nombre", "filas", "fuente"}
_COMPOSITION_KEYS = {"nombre", "linea", "cuenta"}


@lru_cache(maxsize=1)
def load_statements() -> Statements:
    """The bundled statements.

    Raises:
        PerlasError: definitions that do not load (D01, with every place and reason).
    """
    data, where = read_bundled("analysis", "estados")
    reader = Reader(where)
    reader.keys("archivo", data, {"metodo", "lineas", "resultados", "composiciones", "vertical"})
    head = reader.table("metodo", data.get("metodo", {}))
    reader.keys("metodo", head, _HEAD_KEYS)
    lines = {key: read_line(reader, key, table, None, "") for key, table in reader.tables(data, "lineas")}
    _check_formulas(reader, lines)
    income = reader.table("resultados", data.get("resultados", {}))
    reader.keys("resultados", income, _INCOME_KEYS)
    rows = tuple(_known(reader, "resultados", key, lines) for key in income.get("filas", ()))
    compositions = tuple(
        _composition(reader, key, table, lines) for key, table in reader.tables(data, "composiciones")
    )
    vertical = reader.table("vertical", data.get("vertical", {}))
    wholes = {digit: _known(reader, "vertical", key, lines) for digit, key in vertical.items()}
    catalogs = tuple(head.get("catalogos", ()))
    for name in catalogs:
        if name not in CATALOGS:
            reader.complain("metodo", f"catálogo desconocido «{name}»")
    source, income_source = reader.source("metodo", head), reader.source("resultados", income)
    reader.finish()
    items = _compile(reader.text("metodo", head, "id"), lines, catalogs[0])
    return Statements(head["id"], head["nombre"], catalogs, source, items, rows, income_source, compositions, wholes)


def account_item(code: str, name: str) -> Item:
    """An account of the balance as something to analyse."""
    return Item(code, name, LinearForm({(code, 0): Fraction(1)}))


def _known(reader: Reader, table: str, key: object, lines: dict[str, Line]) -> str:
    if key not in lines:
        reader.complain(table, f"línea desconocida «{key}»")
    return str(key)


def _check_formulas(reader: Reader, lines: dict[str, Line]) -> None:
    for line in lines.values():
        for name in names(line.formula) if line.formula else ():
            _known(reader, f"lineas.{line.id}", name, lines)


def _composition(reader: Reader, key: str, table: Table, lines: dict[str, Line]) -> CompositionDefinition:
    place = f"composiciones.{key}"
    reader.keys(place, table, _COMPOSITION_KEYS)
    line = _known(reader, place, table.get("linea"), lines)
    return CompositionDefinition(key, reader.text(place, table, "nombre"), line, reader.text(place, table, "cuenta"))


def _compile(name: str, lines: dict[str, Line], catalog: str) -> dict[str, Item]:
    """Each line as a form. They are sums of groups, which every catalogue has, so one catalogue compiles for all."""
    profile = Profile(name, name, "", "", lines, {}, {})
    forms = compile_profile(profile, load_catalog(catalog)).lines
    return {key: Item(key, line.name, forms[key], line) for key, line in lines.items()}
