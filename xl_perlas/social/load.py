"""Social methods from TOML, `definitions/social/<id>.toml`: strict keys, all complaints at once with their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from string import Formatter
from tomllib import loads
from typing import Any

from xl_perlas.formula import AVERAGE, Call, LinearForm, Node, names, parse, parts
from xl_perlas.problems import PerlasError, problem
from xl_perlas.schema import Reader, Table
from xl_perlas.social.model import (
    AT_DATE,
    DURING_YEAR,
    HIGHER,
    LOWER,
    NEUTRAL,
    NUMERIC,
    BalanceList,
    Control,
    ControlKind,
    InputKind,
    Principle,
    Scale,
    SocialIndicator,
    SocialInput,
    SocialKind,
    SocialMethod,
)

COUNTRIES = ("CO", "EC")
#: What an analysis sentence may say; the values are put in by `texts.py`.
PLACEHOLDERS = frozenset({"valor", "numerador", "denominador", "periodo", "anterior", "cambio", "variacion"})

_TABLES = {"metodo", "principios", "datos", "indicadores", "controles", "listas", "escalas"}
_METHOD_KEYS = {"id", "nombre", "pais", "descripcion", "fuente", "norma"}
_INPUT_KEYS = {"nombre", "unidad", "tipo", "momento", "cuentas", "grupo", "fuente", "opciones"}
_INDICATOR_KEYS = {
    "principio", "nombre", "tipo", "numerador", "denominador", "unidad", "sentido", "parte", "proposito", "analisis",
    "fuente", "repite", "nota",
}  # fmt: skip
_REPEAT_KEYS = {"principio", "nombre", "fuente", "repite", "proposito", "analisis", "nota"}
_CONTROL_KEYS = {"tipo", "nombre", "parte", "todo", "partes", "datos", "indicadores", "maximo", "fuente"}
_LIST_KEYS = {"nombre", "mayores", "total", "parte", "fuente"}
_SCALE_KEYS = {"nombre", "indicador", "referencia", "limites", "niveles", "fuente"}

_INPUT_ID = re.compile(r"[a-z][a-z0-9_]*")
_INDICATOR_ID = re.compile(r"[A-Z]+\d+")
_ACCOUNT = re.compile(r"\s*([-+−]?)\s*(\d+)\s*")
#: A share of more people than this says nothing about how many they are.
_MOST = 10_000

_NEEDS = {
    SocialKind.RATIO: NUMERIC, SocialKind.GROWTH: NUMERIC, SocialKind.VALUE: NUMERIC,
    SocialKind.COMPLIANCE: frozenset({InputKind.YES_NO}), SocialKind.TEXT: frozenset({InputKind.TEXT}),
    SocialKind.CHOICE: frozenset({InputKind.CHOICE}),
}  # fmt: skip


def social_names() -> list[str]:
    """Names of the bundled methods."""
    return sorted(n for n in _bundled() if not n.startswith("notas_"))


def _bundled() -> dict[str, Any]:
    folder = resources.files("xl_perlas.definitions") / "social"
    return {p.name.removesuffix(".toml"): p for p in folder.iterdir() if p.name.endswith(".toml")}


def read_social_file(name: str, kind: str, prefix: str = "") -> tuple[Table, str]:
    """The bundled file `prefix + name` and what to call it in messages. Raises PerlasError (D02) for an unknown one."""
    known = _bundled()
    if prefix + name not in known:
        options = [n.removeprefix(prefix) for n in known if n.startswith("notas_") == bool(prefix)]
        raise PerlasError(problem("D02", kind=kind, name=f"«{name}»", options=", ".join(sorted(options))))
    return loads(known[prefix + name].read_text(encoding="utf-8")), f"social/{prefix}{name}.toml"


@lru_cache(maxsize=4)
def load_social(name: str) -> SocialMethod:
    """The method `colombia` or `ecuador`.

    Raises:
        PerlasError: unknown name (D02), or definitions that do not load (D01, with every place and reason).
    """
    return build_social(*read_social_file(name, "el Balance Social"))


def build_social(data: Table, where: str) -> SocialMethod:
    """A method from the tables of a TOML file called `where`.

    Raises:
        PerlasError: whatever is wrong, all at once (D01).
    """
    reader = Reader(where)
    for key in sorted(set(data) - _TABLES):
        reader.complain(key, "tabla desconocida")
    head = reader.table("metodo", data.get("metodo", {}))
    reader.keys("metodo", head, _METHOD_KEYS)
    country = _one_of(reader, "metodo", head, "pais", COUNTRIES)
    principles = {k: _principle(reader, k, t) for k, t in reader.tables(data, "principios")}
    inputs = {k: _input(reader, k, t) for k, t in reader.tables(data, "datos")}
    raw = dict(reader.tables(data, "indicadores"))
    indicators = {k: _indicator(reader, k, t, raw, principles, inputs) for k, t in raw.items()}
    method = SocialMethod(
        reader.text("metodo", head, "id"), reader.text("metodo", head, "nombre"), country,
        reader.text("metodo", head, "descripcion"), reader.text("metodo", head, "norma", required=False),
        reader.source("metodo", head), principles, inputs, indicators,
        {k: _control(reader, k, t, inputs, indicators) for k, t in reader.tables(data, "controles")},
        {k: _list(reader, k, t, inputs) for k, t in reader.tables(data, "listas")},
        {k: _scale(reader, k, t, inputs, indicators) for k, t in reader.tables(data, "escalas")},
    )  # fmt: skip
    _check_used(reader, method)
    reader.finish()
    return method


def _one_of(reader: Reader, table: str, data: Table, key: str, options: Collection[str]) -> str:
    text = reader.text(table, data, key)
    if text and text not in options:
        reader.complain(table, f"{key} «{text}»: debe ser uno de {', '.join(options)}")
        text = ""
    return text or next(iter(options))


def _principle(reader: Reader, key: str, data: Table) -> Principle:
    table = f"principios.{key}"
    reader.keys(table, data, {"nombre", "fuente"})
    return Principle(key, reader.text(table, data, "nombre"), reader.source(table, data))


# --- inputs -----------------------------------------------------------------------------------------------------------


def _input(reader: Reader, key: str, data: Table) -> SocialInput:
    table = f"datos.{key}"
    reader.keys(table, data, _INPUT_KEYS)
    if not _INPUT_ID.fullmatch(key):
        reader.complain(table, "el nombre lleva letras minúsculas sin tilde, cifras y guion bajo")
    kind = InputKind(_one_of(reader, table, data, "tipo", [str(k) for k in InputKind]))
    options = data.get("opciones", [])
    if not isinstance(options, list) or not all(isinstance(o, str) for o in options):
        reader.complain(table, "opciones: debe ser una lista de textos")
        options = []
    if bool(options) != (kind is InputKind.CHOICE):
        reader.complain(table, "lleva «opciones» si y solo si el tipo es opcion")
    accounts = _accounts(reader, table, data["cuentas"]) if "cuentas" in data else None
    if accounts and kind not in NUMERIC:
        reader.complain(table, "cuentas: solo un número sale de las cuentas")
    return SocialInput(
        key, reader.text(table, data, "nombre"), reader.text(table, data, "unidad"), kind,
        _one_of(reader, table, data, "momento", (AT_DATE, DURING_YEAR)), reader.text(table, data, "grupo"),
        reader.source(table, data), accounts, accounts_words(accounts) if accounts else "", tuple(options),
    )  # fmt: skip


def _accounts(reader: Reader, table: str, written: object) -> LinearForm | None:
    """`"14 - 1499"`; or a list of codes and pairs of a code and its coefficient: `["1404", ["1499", -1]]`."""
    pairs = _text_accounts(written) if isinstance(written, str) else _listed_accounts(written)
    if not pairs or len({code for code, _ in pairs}) < len(pairs):
        reader.complain(table, f"cuentas: «{written}» no son cuentas que se sumen y resten, cada una una vez")
        return None
    return LinearForm({(code, 0): coefficient for code, coefficient in pairs})


def _text_accounts(text: str) -> list[tuple[str, Fraction]]:
    found: list[tuple[str, Fraction]] = []
    at = 0
    while at < len(text):
        match = _ACCOUNT.match(text, at)
        if match is None or bool(match[1]) < bool(found):
            return []
        found.append((match[2], Fraction(1 if match[1] in ("", "+") else -1)))
        at = match.end()
    return found


def _listed_accounts(written: object) -> list[tuple[str, Fraction]]:
    found = []
    for one in written if isinstance(written, list) else ():
        code, coefficient = one if isinstance(one, list) and len(one) == 2 else (one, 1)
        number = isinstance(coefficient, int | float) and not isinstance(coefficient, bool)
        if not isinstance(code, str) or not code.isdigit() or not number:
            return []
        found.append((code, Fraction(str(coefficient))))
    return found


def accounts_words(form: LinearForm) -> str:
    """`14 − 1499`: accounts as people read them."""
    words = ""
    for (code, _), coefficient in form.coefficients.items():
        size = "" if abs(coefficient) == 1 else f"{float(abs(coefficient)):g} × "
        sign = "−" if coefficient < 0 else "+"
        words += f" {sign} {size}{code}" if words else f"{'−' if coefficient < 0 else ''}{size}{code}"
    return words


# --- indicators -------------------------------------------------------------------------------------------------------


def _indicator(
    reader: Reader, key: str, own: Table, raw: Mapping[str, Table], principles: Collection[str],
    inputs: Mapping[str, SocialInput],
) -> SocialIndicator:  # fmt: skip
    table = f"indicadores.{key}"
    if not _INDICATOR_ID.fullmatch(key):
        reader.complain(table, "el nombre lleva letras mayúsculas y un número")
    repeated = str(own.get("repite", ""))
    reader.keys(table, own, _REPEAT_KEYS if repeated else _INDICATOR_KEYS)
    original = raw.get(repeated, {}) if repeated else {}
    if repeated and (repeated == key or not original or "repite" in original):
        reader.complain(table, f"repite: «{repeated}» no es un indicador que tenga su propia fórmula")
    data = {**original, **own}
    principle = reader.text(table, data, "principio")
    if principle and principle not in principles:
        reader.complain(table, f"el principio «{principle}» no existe")
    kind = SocialKind(_one_of(reader, table, data, "tipo", [str(k) for k in SocialKind]))
    part = data.get("parte", False)
    if not isinstance(part, bool):
        reader.complain(table, "parte: debe ser true o false")
    one = SocialIndicator(
        key, principle, reader.text(table, data, "nombre"), kind, *_formulas(reader, table, data, kind, inputs),
        reader.text(table, data, "unidad"), _one_of(reader, table, data, "sentido", (HIGHER, LOWER, NEUTRAL)),
        part is True, reader.text(table, data, "proposito"), reader.text(table, data, "analisis"),
        reader.source(table, data), repeated, reader.text(table, data, "nota", required=False),
    )  # fmt: skip
    _check_analysis(reader, table, one)
    return one


def _formulas(
    reader: Reader, table: str, data: Table, kind: SocialKind, inputs: Mapping[str, SocialInput]
) -> tuple[Node, str, Node | None, str]:
    numerator, denominator = (reader.text(table, data, k, required=False) for k in ("numerador", "denominador"))
    if not numerator or bool(denominator) != (kind is SocialKind.RATIO):
        reader.complain(table, "lleva «numerador», y «denominador» si y solo si el tipo es razon")
        return parse("0"), "", None, ""
    first = check_formula(reader, table, "numerador", numerator, inputs, _NEEDS[kind])
    if kind not in (SocialKind.RATIO, SocialKind.GROWTH, SocialKind.VALUE) and numerator.strip() not in inputs:
        reader.complain(table, "numerador: con este tipo es un dato, no una fórmula")
    if kind is SocialKind.GROWTH:
        if any(isinstance(p, Call) for p in parts(first)):
            reader.complain(table, "numerador: un crecimiento ya compara con el año anterior; sobra previo()")
            return first, numerator, None, ""
        return first, numerator, Call("previo", first), f"previo({numerator})"
    if not denominator:
        return first, numerator, None, ""
    second = check_formula(reader, table, "denominador", denominator, inputs, _NEEDS[kind])
    return first, numerator, second, denominator


def check_formula(
    reader: Reader, table: str, key: str, text: object, inputs: Mapping[str, SocialInput],
    kinds: Collection[InputKind] = NUMERIC,
) -> Node:  # fmt: skip
    """A formula over inputs of the kinds that fit; a complaint for any other."""
    node = reader.formula(table, key, text)
    for name in dict.fromkeys(names(node)):
        if name not in inputs:
            reader.complain(table, f"{key}: el dato «{name}» no existe")
        elif inputs[name].kind not in kinds:
            reader.complain(table, f"{key}: el dato «{name}» es de tipo {inputs[name].kind}, que no sirve aquí")
    calls = [p for p in parts(node) if isinstance(p, Call)]
    if any(c.function == AVERAGE for c in calls):
        reader.complain(table, f"{key}: promedio() no se usa en el Balance Social")
    if any(isinstance(p, Call) for c in calls for p in parts(c.argument)):
        reader.complain(table, f"{key}: previo() no se aplica dos veces")
    return node


def _check_analysis(reader: Reader, table: str, one: SocialIndicator) -> None:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(one.analysis) if field is not None}
    except ValueError:
        reader.complain(table, "analisis: las llaves no están en pares")
        return
    allowed = set(PLACEHOLDERS)
    if one.denominator is None:
        allowed -= {"denominador"}
    if one.kind is not SocialKind.GROWTH:
        allowed -= {"variacion"}
    for field in sorted(fields - allowed):
        reader.complain(table, f"analisis: «{{{field}}}» no se puede usar")
    if one.analysis and not fields & {"valor", "variacion"}:
        reader.complain(table, "analisis: debe decir {valor}")


# --- controls, lists, scales ------------------------------------------------------------------------------------------


def _control(
    reader: Reader, key: str, data: Table, inputs: Mapping[str, SocialInput],
    indicators: Mapping[str, SocialIndicator],
) -> Control:  # fmt: skip
    table = f"controles.{key}"
    reader.keys(table, data, _CONTROL_KEYS)
    kind = ControlKind(_one_of(reader, table, data, "tipo", [str(k) for k in ControlKind]))
    name = reader.text(table, data, "nombre", required=False)
    source = reader.source(table, data)
    blank = Control(key, kind, name, source)
    if kind is ControlKind.SAME_BASE:
        shares = _texts(reader, table, data, "indicadores")
        for one in shares:
            if one not in indicators or indicators[one].kind is not SocialKind.RATIO:
                reader.complain(table, f"indicadores: «{one}» no es una razón de este método")
        most = data.get("maximo", _MOST)
        if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= _MOST:
            reader.complain(table, f"maximo: debe ser un entero de 1 a {_MOST}")
            most = _MOST
        return replace(blank, indicators=shares, most=most)
    formulas = [
        check_formula(reader, table, k, data.get(k), inputs) if k in data else None for k in ("parte", "todo")
    ]
    several = "datos" if kind is ControlKind.TOGETHER else "partes"
    listed = _texts(reader, table, data, several) if kind is not ControlKind.NOT_MORE else ()
    missing = {ControlKind.NOT_MORE: None in formulas, ControlKind.SUM: formulas[1] is None}.get(kind, False)
    if missing:
        reader.complain(table, "lleva «parte» y «todo», o con suma «partes» y «todo»")
    nodes = tuple(check_formula(reader, table, several, text, inputs) for text in listed)
    return replace(blank, part=formulas[0], whole=formulas[1], parts=nodes)


def _texts(reader: Reader, table: str, data: Table, key: str) -> tuple[str, ...]:
    value = data.get(key)
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(v, str) for v in value):
        reader.complain(table, f"{key}: debe ser una lista de dos textos o más")
        return ()
    return tuple(value)


def _list(reader: Reader, key: str, data: Table, inputs: Mapping[str, SocialInput]) -> BalanceList:
    table = f"listas.{key}"
    reader.keys(table, data, _LIST_KEYS)
    holders, total = (reader.text(table, data, k) for k in ("mayores", "total"))
    for name in (holders, total):
        if name not in inputs or inputs[name].kind is not InputKind.COUNT:
            reader.complain(table, f"«{name}» no es un dato de tipo conteo")
    share = data.get("parte")
    if not isinstance(share, float) or not 0 < share < 1:
        reader.complain(table, "parte: debe estar entre 0 y 1 (0.8 es el 80 %)")
        share = 0.5
    return BalanceList(key, reader.text(table, data, "nombre"), holders, total, share, reader.source(table, data))


def _scale(
    reader: Reader, key: str, data: Table, inputs: Mapping[str, SocialInput],
    indicators: Mapping[str, SocialIndicator],
) -> Scale:  # fmt: skip
    table = f"escalas.{key}"
    reader.keys(table, data, _SCALE_KEYS)
    indicator, reference = (reader.text(table, data, k) for k in ("indicador", "referencia"))
    if indicator not in indicators:
        reader.complain(table, f"el indicador «{indicator}» no existe")
    if reference not in inputs or inputs[reference].kind is not InputKind.PERCENT:
        reader.complain(table, f"referencia: «{reference}» no es un dato de tipo porcentaje")
    limits, levels = data.get("limites"), data.get("niveles")
    if not isinstance(limits, list) or len(limits) != 2 or not all(isinstance(v, float) for v in limits):
        reader.complain(table, "limites: debe ser una lista de dos razones, como [0.02, 0.05]")
        limits = [0.0, 0.0]
    if not isinstance(levels, list) or len(levels) != 3 or not all(type(v) is int for v in levels):
        reader.complain(table, "niveles: debe ser una lista de tres enteros")
        levels = [1, 2, 3]
    if limits[0] > limits[1]:
        reader.complain(table, "limites: van de menor a mayor")
    return Scale(
        key, reader.text(table, data, "nombre"), indicator, reference, (limits[0], limits[1]),
        (levels[0], levels[1], levels[2]), reader.source(table, data),
    )  # fmt: skip


def _check_used(reader: Reader, method: SocialMethod) -> None:
    """An input that nothing uses would be typed for nothing; a principle without indicators has no mark."""
    used = {n for one in method.indicators.values() for node in (one.numerator, one.denominator) if node
            for n in names(node)}  # fmt: skip
    used |= {n for c in method.controls.values() for node in (c.part, c.whole, *c.parts) if node for n in names(node)}
    used |= {scale.reference for scale in method.scales.values()}
    used |= {name for one in method.lists.values() for name in (one.holders, one.total)}
    for key in method.inputs:
        if key not in used:
            reader.complain(f"datos.{key}", "nadie lo usa")
    for key in method.principles:
        if not method.of_principle(key):
            reader.complain(f"principios.{key}", "no tiene indicadores")
