"""The hierarchy: components of PERLAS, their indicators, and the global weight of each indicator.

The weight of an indicator in the score is the weight of its component times its own inside the component (Coral y Ruano
2016, Tabla 12, pp. 96-97). Weights come from matrices of comparisons, from those that were published, or from a file.
"""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from xl_perlas.ahp import EIGENVECTOR, Matrix, weights
from xl_perlas.goals import percent
from xl_perlas.model import COMPONENTS
from xl_perlas.problems import ERROR, PerlasError, Problem, problem

#: The group that compares the components; the others are named after their component.
COMPONENTS_GROUP = "PERLAS"

#: How far from 1 weights may add up without a warning: printed weights are rounded, and their sum is not exactly 1.
TOLERANCE = 0.001

_INDICATOR = re.compile(rf"[{''.join(COMPONENTS)}]\d+(\.\d+)?")
#: Global weights and products of a hierarchy that differ by less than this are the same, rounded.
_SAME = 1e-6
_COMPONENT_KEYS, _GLOBAL_KEY = ("componentes", "indicadores"), "pesos"


@dataclass(frozen=True)
class Hierarchy:
    """Weights of the components, and inside each component those of its indicators (`local["P"]["P1"]`).

    Each set adds up to 1, or nearly: what a source printed is kept as it is.
    """

    components: Mapping[str, float]
    local: Mapping[str, Mapping[str, float]]

    @cached_property
    def global_weights(self) -> Mapping[str, float]:
        """Weight of each indicator in the score: component times local. Components in the order of PERLAS."""
        order = list(COMPONENTS)
        return {
            indicator: self.components[component] * weight
            for component in sorted(self.components, key=lambda c: order.index(c) if c in order else len(order))
            for indicator, weight in self.local.get(component, {}).items()
        }


@dataclass(frozen=True)
class Weights:
    """Global weight of each indicator, where they come from, the hierarchy if there is one, and what was noticed."""

    values: Mapping[str, float]
    source: str
    hierarchy: Hierarchy | None = None
    problems: tuple[Problem, ...] = ()


def indicator_id(text: object) -> str | None:
    """`" e9 "` -> `E9`; None for what is not a letter of PERLAS and a number."""
    key = str(text).strip().upper()
    return key if _INDICATOR.fullmatch(key) else None


# --- from comparisons -------------------------------------------------------------------------------------------------


def from_matrices(
    matrices: Mapping[str, Matrix], method: str = EIGENVECTOR
) -> tuple[Hierarchy | None, tuple[Problem, ...]]:
    """The hierarchy that comparisons give, and why there is none.

    `matrices` has the group `PERLAS` (the components) and one for each component, as `judgements.published` has; a
    component with one indicator has a matrix of 1 × 1. Every component that is compared must have its indicators, and
    the other way round (J31, J32), and each group only its own (J33); judgements must link all criteria (J09).

    Raises:
        PerlasError: an unknown method (D02).
    """
    found = [
        problem("J09", where=f"{group}: {', '.join(matrix.names)}")
        for group, matrix in matrices.items()
        if not matrix.connected
    ]
    if COMPONENTS_GROUP not in matrices:
        return None, (problem("J30", group=COMPONENTS_GROUP), *found)
    groups = {group: matrix.names for group, matrix in matrices.items() if group != COMPONENTS_GROUP}
    found += _mismatches(matrices[COMPONENTS_GROUP].names, groups, "")
    if found:
        return None, tuple(found)
    of = {group: dict(zip(m.names, weights(m, method), strict=True)) for group, m in matrices.items()}
    return Hierarchy(of.pop(COMPONENTS_GROUP), of), ()


def _mismatches(
    components: tuple[str, ...], groups: Mapping[str, tuple[str, ...]], where: str
) -> list[Problem]:
    found = [problem("J31", where=where, component=c) for c in components if not groups.get(c)]
    found += [problem("J32", where=where, component=g) for g in groups if g not in components]
    for group, names in groups.items():
        strange = [name for name in names if not (indicator_id(name) == name and name.startswith(group))]
        if strange:
            found.append(problem("J33", where=where, component=group, names=", ".join(strange)))
    return found


# --- published --------------------------------------------------------------------------------------------------------


def weight_names() -> list[str]:
    """Names of the published weights."""
    files = (resources.files("xl_perlas.definitions") / "score").iterdir()
    return sorted(p.name[8:-5] for p in files if p.name.startswith("weights_") and p.name.endswith(".toml"))


def published_weights(name: str = "tulcan_2016") -> Hierarchy:
    """The weights that a source really used. Raises PerlasError (D02): there are none of that name."""
    return _published(name)[0]


@lru_cache(maxsize=4)
def _published(name: str) -> tuple[Hierarchy, str]:
    if name not in weight_names():
        options = ", ".join(weight_names())
        raise PerlasError(problem("D02", kind="un archivo de pesos", name=f"«{name}»", options=options))
    file = resources.files("xl_perlas.definitions") / "score" / f"weights_{name}.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    local = {component: group["pesos"] for component, group in data["indicadores"].items()}
    return Hierarchy(data["componentes"]["pesos"], local), data["pesos"]["nombre"]


# --- from a file ------------------------------------------------------------------------------------------------------


def check_weights(values: Mapping[str, object], name: str = "los indicadores", where: str = "") -> tuple[Problem, ...]:
    """What is wrong with weights: not a number from 0 (J35); adding up to something else than 1 (J36, a warning)."""
    numbers = {key: _number(value) for key, value in values.items()}
    bad = [problem("J35", where=where, name=key, value=values[key]) for key, n in numbers.items() if n is None]
    if bad:
        return tuple(bad)
    total = math.fsum(n for n in numbers.values() if n is not None)
    if abs(total - 1) <= TOLERANCE:
        return ()
    return (problem("J36", where=where, name=name, total=percent(total)),)


def _number(value: object) -> float | None:
    """A finite number from 0, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def read_weights(source: str | os.PathLike[str]) -> Weights:
    """Weights by the name under which they were published (`tulcan_2016`), or from a JSON file.

    The file is `{"P1": 0.06, …}`, global weights; or the same under `pesos`, as `xl-perlas ahp` writes it; or
    `{"componentes": {"P": 0.2, …}, "indicadores": {"P": {"P1": 0.3, …}, …}}`, which gives a hierarchy, and then the
    global weights are its products. Weights that do not add up to 1 are used as they are, with a warning.

    Raises:
        PerlasError: no such file or name (A01, D02), a file that cannot be read (A04) or is not such a file (J34), or
            faults in it (J31 to J38), all of them.
    """
    name = os.fspath(source)
    if name in weight_names():
        hierarchy, title = _published(name)
        return Weights(hierarchy.global_weights, title, hierarchy)
    where = Path(name).name
    data = _read_json(Path(name), where)
    found = _hierarchy(data, where) if any(key in data for key in _COMPONENT_KEYS) else _flat(data, where)
    if any(p.severity == ERROR for p in found.problems):
        raise PerlasError(found.problems)
    return found


def _read_json(path: Path, where: str) -> dict[str, Any]:
    repeated: list[str] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key.strip().upper() for key, _ in pairs]
        repeated.extend(key for i, key in enumerate(keys) if key in keys[:i])
        return dict(pairs)

    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=table)
    except FileNotFoundError:
        if path.suffix:
            raise PerlasError(problem("A01", where=str(path))) from None
        options = f"{', '.join(weight_names())}, o un archivo JSON"
        raise PerlasError(problem("D02", kind="un archivo de pesos", name=f"«{path}»", options=options)) from None
    except OSError as error:
        raise PerlasError(problem("A04", where=str(path), detail=error.strerror or str(error))) from None
    except (ValueError, RecursionError):
        raise PerlasError(problem("J34", where=where, detail="no es JSON")) from None
    if not isinstance(data, dict) or not data:
        raise PerlasError(problem("J34", where=where, detail="no tiene pesos"))
    if repeated:
        raise PerlasError(problem("J34", where=where, detail=f"repite {', '.join(repeated)}"))
    return data


def _table(data: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    """The table under `key`, its names in capitals."""
    table = data.get(key)
    if not isinstance(table, dict) or not table:
        raise PerlasError(problem("J34", where=where, detail=f"falta «{key}», o no es una tabla"))
    return {name.strip().upper(): value for name, value in table.items()}


def _flat(data: Mapping[str, Any], where: str) -> Weights:
    table = _table(data if _GLOBAL_KEY in data else {_GLOBAL_KEY: data}, _GLOBAL_KEY, where)
    if set(table) <= set(COMPONENTS):
        return Weights({}, where, None, (problem("J38", where=where, names=", ".join(table)),))
    found = list(check_weights(table, where=where))
    if strange := [name for name in table if indicator_id(name) is None]:
        found.append(problem("J34", where=where, detail=f"no son indicadores: {', '.join(strange)}"))
    return Weights(_numbers(table), where, None, tuple(found))


def _hierarchy(data: Mapping[str, Any], where: str) -> Weights:
    components, groups = (_table(data, key, where) for key in _COMPONENT_KEYS)
    local = {group: _table(groups, group, where) for group in groups}
    found = _mismatches(tuple(components), {group: tuple(table) for group, table in local.items()}, where)
    found += check_weights(components, "los componentes", where)
    for group, table in local.items():
        found += check_weights(table, group, where)
    hierarchy = Hierarchy(_numbers(components), {group: _numbers(table) for group, table in local.items()})
    if _GLOBAL_KEY in data and not any(p.severity == ERROR for p in found):
        found += _differences(_table(data, _GLOBAL_KEY, where), hierarchy.global_weights, where)
    return Weights(hierarchy.global_weights, where, hierarchy, tuple(found))


def _differences(given: Mapping[str, object], products: Mapping[str, float], where: str) -> list[Problem]:
    """Global weights that a file gives beside a hierarchy and that are not its products."""
    numbers = {key: _number(value) for key, value in given.items()}
    differ = [key for key in {**products, **numbers} if abs((numbers.get(key) or 0) - products.get(key, 0)) > _SAME]
    return [problem("J37", where=where, names=", ".join(differ))] if differ else []


def _numbers(table: Mapping[str, object]) -> dict[str, float]:
    return {key: number for key, value in table.items() if (number := _number(value)) is not None}
