"""Profiles, overlays, parameters and catalogues: from the bundled definitions, or from a user's file.

A profile may have a base: its lines and indicators then override or add, each with its reason (`motivo`). An overlay
(`personalización`) does the same for one entity, and can extend a line with accounts of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from xl_perlas.formula import Node, names
from xl_perlas.model import Catalog, Goal, Indicator, Line, OwnAccount, Parameter, Profile
from xl_perlas.problems import PerlasError, problem
from xl_perlas.schema import PROFILE_KEYS, Reader, Table, merge_override, read_indicator, read_line, read_parameter

# --- files ------------------------------------------------------------------------------------------------------------


def _bundled(kind: str) -> dict[str, Any]:
    folder = resources.files("xl_perlas.definitions") / kind
    return {p.name.removesuffix(".toml"): p for p in folder.iterdir() if p.name.endswith(".toml")}


_KINDS = {
    "profiles": "el perfil", "catalogs": "el catálogo", "parameters": "el archivo de parámetros",
    "camel": "la metodología CAMEL", "segments": "el segmento",
}  # fmt: skip


def read_bundled(kind: str, name: str) -> tuple[Table, str]:
    """The bundled file `name` of a kind (a folder of the definitions), and what to call it in messages.

    Raises:
        PerlasError: there is no such file (D02).
    """
    known = _bundled(kind)
    if name not in known:
        options = ", ".join(sorted(n for n in known if n != "comun"))
        raise PerlasError(problem("D02", kind=_KINDS[kind], name=f"«{name}»", options=options))
    return tomllib.loads(known[name].read_text(encoding="utf-8")), f"{kind}/{name}.toml"


def _read_file(path: str | Path) -> tuple[Table, str]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig")), str(path)
    except OSError as error:
        raise PerlasError(problem("D01", where=str(path), detail=error.strerror or str(error))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PerlasError(problem("D01", where=str(path), detail=f"no es TOML válido ({error})")) from None


def profile_names() -> list[str]:
    """Names of the bundled profiles."""
    return sorted(_bundled("profiles"))


def parameter_names() -> list[str]:
    """Names of the bundled parameter files; one with a profile's own name holds what its source published."""
    return sorted(_bundled("parameters"))

# --- profiles ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _raw_profile(name: str) -> tuple[Profile, Mapping[str, Table]]:
    data, where = read_bundled("profiles", name)
    return _build_profile(data, where)


def load_profile(name: str = "woccu") -> Profile:
    """A bundled profile (`woccu`, `tulcan_2016`, `banco_indigena_2013`).

    Raises:
        PerlasError: unknown name (D02), or definitions that do not load (D01, with every place and reason).
    """
    return _raw_profile(name)[0]


def apply_overlay(profile: Profile, path: str | Path) -> Profile:
    """`profile` with an entity's own definitions from a TOML file, each with its reason.

    Raises:
        PerlasError: the file does not load (D01).
    """
    data, where = _read_file(path)
    reader = Reader(where)
    own = {k: v for k, v in data.items() if k != "personalizacion"}
    raw = _raw_profile(profile.id)[1]
    head = reader.table("personalizacion", data.get("personalizacion", {}))
    reader.keys("personalizacion", head, {"entidad"})
    name = head.get("entidad") or Path(path).stem
    return _override(reader, profile, raw, own, f"personalización de {name}")[0]


def _build_profile(data: Table, where: str) -> tuple[Profile, Mapping[str, Table]]:
    reader = Reader(where)
    head = data.get("perfil", {})
    reader.keys("perfil", head, PROFILE_KEYS)
    base, raw = _raw_profile(head["base"]) if "base" in head else (_EMPTY, {})
    omitted = head.get("omite", [])
    if omitted and not head.get("motivo_omite"):
        reader.complain("perfil", "omite indicadores y no dice el motivo (motivo_omite)")
    for key in omitted:
        if key not in base.indicators:
            reader.complain("perfil", f"omite «{key}», que la base no tiene")
    profile = Profile(
        reader.text("perfil", head, "id"), reader.text("perfil", head, "nombre"),
        reader.text("perfil", head, "descripcion"), str(head.get("catalogo", "")), base.lines,
        {k: v for k, v in base.indicators.items() if k not in omitted}, base.parameters,
    )  # fmt: skip
    raw = {k: v for k, v in raw.items() if k not in omitted}
    return _override(reader, profile, raw, {k: v for k, v in data.items() if k != "perfil"}, profile.id)


_EMPTY = Profile("", "", "", "", {}, {}, {})


def _override(
    reader: Reader, profile: Profile, raw: Mapping[str, Table], data: Table, origin: str
) -> tuple[Profile, Mapping[str, Table]]:
    for key in sorted(set(data) - {"lineas", "indicadores", "parametros"}):
        reader.complain(key, "tabla desconocida")
    parameters = dict(profile.parameters)
    for key, table in reader.tables(data, "parametros"):
        parameters[key] = read_parameter(reader, key, table)
    lines, own_lines = dict(profile.lines), reader.tables(data, "lineas")
    for key, table in own_lines:
        lines[key] = read_line(reader, key, table, profile.lines.get(key), origin)
        old = profile.lines.get(key)
        if old and (lines[key].accounts, lines[key].bands, lines[key].formula_text) == (
            old.accounts, old.bands, old.formula_text,
        ):  # fmt: skip
            reader.complain(f"lineas.{key}", "no cambia nada de la base")
    raws, indicators = dict(raw), dict(profile.indicators)
    for key, table in reader.tables(data, "indicadores"):
        old_raw = raws.get(key, {})
        indicators[key] = read_indicator(reader, key, table, profile.indicators.get(key), old_raw, origin)
        raws[key] = merge_override(old_raw, {k: v for k, v in table.items() if k != "motivo"})
    used = check_names(reader, lines, indicators, parameters, {key for key, _ in own_lines})
    _check_goals(reader, indicators, parameters)
    reader.finish()
    goals = {name for indicator in indicators.values() for name in _goal_names(indicator.goal)}
    return replace(
        profile,
        lines={k: v for k, v in lines.items() if k in used},
        indicators={k: indicators[k] for k in sorted(indicators, key=_perlas_order)},
        parameters={k: v for k, v in parameters.items() if k in used | goals},
    ), raws


def _perlas_order(key: str) -> tuple[int, float]:
    return "PERLAS".index(key[0]), float(key[1:] or 0)


def check_names(
    reader: Reader, lines: Mapping[str, Line], indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter], own: set[str],
) -> set[str]:  # fmt: skip
    """Every name must exist, and every line that this file defines must be used. Gives the names in use."""
    used: set[str] = set()

    def use(table: str, key: str, node: Node | None) -> None:
        for name in names(node) if node else ():
            if name in lines:
                if name not in used:
                    used.add(name)
                    use(f"lineas.{name}", "formula", lines[name].formula)
            elif name not in parameters:
                reader.complain(table, f"{key}: línea o parámetro desconocido «{name}»")
            elif parameters[name].in_formulas:
                used.add(name)
            else:
                reader.complain(table, f"{key}: el parámetro «{name}» no está marcado en_formulas")

    for indicator in indicators.values():
        table = f"indicadores.{indicator.id}"
        use(table, "numerador", indicator.numerator)
        use(table, "denominador", indicator.denominator)
    for key in sorted(own - used):
        reader.complain(f"lineas.{key}", "ninguna fórmula la usa")
    for key in sorted(own & set(parameters)):
        reader.complain(f"lineas.{key}", "tiene el nombre de un parámetro")
    return used


def _check_goals(
    reader: Reader, indicators: Mapping[str, Indicator], parameters: Mapping[str, Parameter]
) -> None:
    """Every name in a goal must exist, and no goal may rest on itself."""
    for indicator in indicators.values():
        table, goal = f"indicadores.{indicator.id}", indicator.goal
        for name in _goal_names(goal):
            if name not in indicators and name not in parameters:
                reader.complain(table, f"meta: indicador o parámetro desconocido «{name}»")
        for name in (*goal.requires, goal.structure):
            if name in parameters:
                reader.complain(table, f"meta: «{name}» es un parámetro y debe ser un indicador")
        if _requires_itself(indicator.id, indicators):
            reader.complain(table, "meta: depende de sí misma (meta_cumplen)")


def _requires_itself(key: str, indicators: Mapping[str, Indicator]) -> bool:
    pending, seen = [key], set[str]()
    while pending:
        one = indicators.get(pending.pop())
        for name in one.goal.requires if one else ():
            if name == key:
                return True
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return False


def _goal_names(goal: Goal) -> Iterable[str]:
    for condition in goal.conditions:
        yield from names(condition.bound)
        if condition.when:
            yield condition.when.subject
            yield from names(condition.when.bound)
    yield from goal.requires
    yield from (n for n in (goal.structure, goal.reference, goal.tolerance) if n)

# --- own accounts -----------------------------------------------------------------------------------------------------

OWN_ACCOUNTS = "cuentas propias de la entidad"


def with_own_accounts(profile: Profile, own: Iterable[OwnAccount]) -> Profile:
    """`profile` with accounts of the entity added to its lines (or taken from them); each line then says why.

    Raises:
        PerlasError: a line that does not exist, or that is a formula over other lines (D03).
    """
    lines = dict(profile.lines)
    bad = []
    for item in own:
        line = lines.get(item.line)
        if line is None or line.formula is not None:
            bad.append(problem("D03", accounts=(item.code,), line=item.line, code=item.code))
            continue
        accounts = {**line.accounts, item.code: line.accounts.get(item.code, Fraction(0)) + item.coefficient}
        reason = f"{'+' if item.coefficient > 0 else '−'} {item.code}: {item.reason or 'sin motivo escrito'}"
        reason = f"{line.reason}; {reason}" if line.origin == OWN_ACCOUNTS else reason
        lines[item.line] = replace(line, accounts=accounts, reason=reason, origin=OWN_ACCOUNTS)
    if bad:
        raise PerlasError(bad)
    return replace(profile, lines=lines)


def own_changes(profile: Profile, indicator: Indicator) -> list[Line]:
    """Lines with own accounts that the value of `indicator` rests on."""
    pending = [n for node in (indicator.numerator, indicator.denominator) if node for n in names(node)]
    found: dict[str, Line] = {}
    while pending:
        line = profile.lines.get(pending.pop())
        if line is None:
            continue
        pending += names(line.formula) if line.formula else ()
        if line.origin == OWN_ACCOUNTS:
            found[line.id] = line
    return list(found.values())


# --- parameters -------------------------------------------------------------------------------------------------------


def with_parameters(profile: Profile, origin: str | Path | Mapping[str, Any]) -> Profile:
    """`profile` with parameters from a TOML file, a bundled file's name, or `{id: number}`; only known ids.

    Raises:
        PerlasError: an unknown parameter or a value that is no number (D01).
    """
    where = str(origin) if isinstance(origin, str | Path) else "parámetros"
    if isinstance(origin, Mapping):
        data: Table = {"parametros": {k: {"valor": v} for k, v in origin.items()}}
    elif isinstance(origin, str) and origin in _bundled("parameters"):
        data = read_bundled("parameters", origin)[0]
    else:
        data = _read_file(origin)[0]
    reader = Reader(where)
    reader.keys("archivo", data, {"parametros"})
    parameters = dict(profile.parameters)
    for key, table in reader.tables(data, "parametros"):
        if key not in parameters:
            reader.complain(f"parametros.{key}", f"el perfil {profile.id} no usa ese parámetro")
            continue
        old = parameters[key]
        merged = {"nombre": old.name, "unidad": old.unit, "fuente": old.source, "fecha": old.date, **table}
        if old.in_formulas:
            merged["en_formulas"] = True
        parameters[key] = read_parameter(reader, key, merged)
    reader.finish()
    return replace(profile, parameters=parameters)

# --- catalogues -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def load_catalog(name: str) -> Catalog:
    """The catalogue `sbs` or `seps`. Raises PerlasError (D02) for another name."""
    data, _ = read_bundled("catalogs", name)
    common, _ = read_bundled("catalogs", data["comun"])
    accounts: dict[str, str] = dict(common["cuentas"])
    for span, label in data.get("rangos", {}).items():
        accounts.update(dict.fromkeys(_expand([span]), label))
    rules = data["reglas"]
    return Catalog(
        id=data["id"],
        name=data["nombre"],
        era=data["epoca"],
        accounts=accounts,
        portfolios={key: _expand(data[key]) for key in ("no_devenga", "vencida")},
        ages={key: tuple(value) for key, value in data["tramos"].items()},
        contra=frozenset(rules["contra"]),
        not_summed=frozenset(rules["no_suman"]),
        exclusive=_expand(rules["exclusivas"]),
        source=data["fuente"],
    )


def _expand(spans: Iterable[str]) -> tuple[str, ...]:
    """`["1411-1413", "1479"]` -> `("1411", "1412", "1413", "1479")`."""
    codes: list[str] = []
    for span in spans:
        first, _, last = span.partition("-")
        codes += map(str, range(int(first), int(last or first) + 1))
    return tuple(codes)
