"""Ecuador's Balance Social: the 159 indicators of the form, each computed by hand from inputs, and its controls."""

from __future__ import annotations

import ast
import operator
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

import pytest
from charts import chart

from xl_perlas.formula import names, parse
from xl_perlas.load import load_catalog
from xl_perlas.model import Status
from xl_perlas.problems import Problem
from xl_perlas.schema import sources
from xl_perlas.social.evaluate import SocialReport, evaluate_social
from xl_perlas.social.inputs import SocialInputs
from xl_perlas.social.load import load_social
from xl_perlas.social.texts import shown

Typed: TypeAlias = Fraction | bool | str

DEFINITIONS = resources.files("xl_perlas.definitions")
DATA = tomllib.loads((DEFINITIONS / "social" / "ecuador.toml").read_text(encoding="utf-8"))
SEGMENTS = tomllib.loads((DEFINITIONS / "supervision" / "seps.toml").read_text(encoding="utf-8"))["segmentos"]
INPUTS: dict[str, dict[str, Any]] = DATA["datos"]
RAW: dict[str, dict[str, Any]] = DATA["indicadores"]
CONTROLS: dict[str, dict[str, Any]] = DATA["controles"]

BEFORE, NOW = 2023, 2024
BY_PRINCIPLE = {"P1": 20, "P2": 11, "P3": 13, "P4": 31, "P5": 29, "P6": 31, "P7": 24}
BY_KIND = {"razon": 68, "crecimiento": 5, "cumplimiento": 39, "valor": 45, "texto": 1, "seleccion": 1}
PERCENT_KINDS = ("razon", "crecimiento", "valor")


def original(code: str) -> dict[str, Any]:
    """The table with the formula: that of another indicator when this one only repeats it."""
    return RAW[RAW[code]["repite"]] if "repite" in RAW[code] else RAW[code]


# --- an arithmetic of its own: Python's parser and exact fractions ----------------------------------------------------

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def by_hand(formula: str, values: Mapping[str, Typed]) -> Fraction:
    def worth(node: ast.expr) -> Fraction:
        match node:
            case ast.Name(id=name):
                found = values[name]
                assert isinstance(found, Fraction)
                return found
            case ast.Constant(value=int(number)):
                return Fraction(number)
            case ast.BinOp(left=left, op=sign, right=right):
                return Fraction(OPERATORS[type(sign)](worth(left), worth(right)))
        raise AssertionError(ast.dump(node))

    return worth(ast.parse(formula, mode="eval").body)


def typed(year: int) -> dict[str, Typed]:
    """A value for every input, different for each one and each year."""
    found: dict[str, Typed] = {}
    for i, (key, one) in enumerate(INPUTS.items()):
        size = Fraction(17 * i + 101 + 13 * (year - BEFORE) * (i + 3))
        by_kind: dict[str, Typed] = {
            "conteo": size, "importe": size * 1000 + Fraction(1, 4), "porcentaje": size % 97 / 100,
            "si_no": (i + year) % 2 == 0, "texto": f"radio y carteles de {year}", "opcion": "Mensual",
        }  # fmt: skip
        found[key] = by_kind[one["tipo"]]
    return found


VALUES = {year: typed(year) for year in (BEFORE, NOW)}


def as_typed(values: Mapping[str, Typed]) -> dict[str, object]:
    return {key: float(v) if isinstance(v, Fraction) else v for key, v in values.items()}


def evaluated(values: Mapping[str, Typed]) -> SocialReport:
    method = load_social("ecuador")
    return evaluate_social(method, SocialInputs.build(method, {str(NOW): as_typed(values)}))


@cache
def two_years() -> SocialReport:
    method = load_social("ecuador")
    return evaluate_social(method, SocialInputs.build(method, {str(y): as_typed(v) for y, v in VALUES.items()}))


def expected(code: str, year: int) -> Typed | None:
    one = original(code)
    top = one["numerador"]
    match one["tipo"]:
        case "razon":
            return by_hand(top, VALUES[year]) / by_hand(one["denominador"], VALUES[year])
        case "crecimiento":
            return by_hand(top, VALUES[year]) / by_hand(top, VALUES[year - 1]) - 1 if year - 1 in VALUES else None
        case "valor":
            return by_hand(top, VALUES[year])
    return VALUES[year][top]


# --- what is there ----------------------------------------------------------------------------------------------------


def test_there_are_159_indicators_as_in_the_form() -> None:
    method = load_social("ecuador")
    assert (method.country, method.rule) == ("EC", "Resolución JPRF-F-2022-048")
    assert list(method.indicators) == [f"{p}{n:02d}" for p, count in BY_PRINCIPLE.items() for n in range(1, count + 1)]
    assert Counter(one.principle for one in method.indicators.values()) == BY_PRINCIPLE
    assert all(one.id.startswith(one.principle) for one in method.indicators.values())
    assert Counter(str(one.kind) for one in method.indicators.values()) == BY_KIND
    assert [p.id for p in method.principles.values()] == list(BY_PRINCIPLE)


def test_names_and_purposes_tell_the_indicators_apart() -> None:
    method = load_social("ecuador")
    indicators = method.indicators.values()
    inputs = [i.name for i in method.inputs.values()]
    for texts in ([i.name for i in indicators], [i.purpose for i in indicators], inputs):
        assert [t for t, times in Counter(texts).items() if times > 1] == []
    for one in indicators:
        assert one.unit
        assert one.purpose.endswith(".")
        assert one.purpose.count(".") == 1, one.id  # one short sentence
        assert "{valor}" in one.analysis or "{variacion}" in one.analysis
        assert one.source.place == one.id
        assert one.source.document in sources()


def test_every_input_says_who_asks_for_it_and_is_asked_for() -> None:
    """The `fuente` of an input lists exactly the indicators whose formula names it."""
    asked: dict[str, set[str]] = {key: set() for key in INPUTS}
    for code in RAW:
        for formula in (original(code)["numerador"], original(code).get("denominador", "0")):
            for name in names(parse(formula)):
                asked[name].add(code)
    for key, one in INPUTS.items():
        assert asked[key], key
        assert asked[key] == set(re.findall(r"P\d{3}", one["fuente"])), key


@pytest.mark.parametrize("code", [c for c in RAW if original(c)["tipo"] == "valor"])
def test_a_value_has_the_unit_of_its_input(code: str) -> None:
    one = load_social("ecuador").indicators[code]
    (name,) = names(one.numerator)
    assert one.unit == INPUTS[name]["unidad"]


# --- every indicator, computed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", RAW)
def test_each_indicator_is_what_its_formula_gives(code: str) -> None:
    one = load_social("ecuador").indicators[code]
    result, want = two_years().result(code, str(NOW)), expected(code, NOW)
    if isinstance(want, Fraction):
        assert result.value == float(want)
        figure = shown(float(want), one.unit)
        assert (figure if one.kind != "crecimiento" else shown(abs(float(want)), "%")) in result.analysis
        earlier = expected(code, BEFORE)
        assert result.previous == (float(earlier) if isinstance(earlier, Fraction) else None)
    else:
        assert result.text == ({True: "Sí", False: "No"}[want] if isinstance(want, bool) else want)
        assert result.text in result.analysis
    assert not set("{}") & set(result.analysis)
    assert "sin dato" not in result.analysis


#: Worked on paper: inputs, value and status. Over 100 % is doubted only of a part of a whole.
ON_PAPER: dict[str, tuple[dict[str, float], float, Status]] = {
    "P101": ({"socios_activos": 300, "socios": 400}, 0.75, Status.OK),
    "P102": ({"certificado_minimo": 23, "salario_basico": 460}, 0.05, Status.OK),
    "P103": ({"socias_activas": 500, "socios": 400}, 1.25, Status.INCONSISTENT),
    "P110": ({"obligaciones_publico": 90_000, "socios_activos": 300}, 300, Status.OK),
    "P112": ({"creditos_pequenos": 150, "creditos": 100}, 1.5, Status.OK),
    "P120": ({"menores_con_cuenta": 500, "socios": 400}, 1.25, Status.OK),
    "P211": ({"asistentes_prioritarios": 6, "asambleistas": 30, "asistentes_asamblea": 12}, 0.2, Status.OK),
    "P309": ({"obligaciones_publico": 900, "obligaciones_financieras": 100}, 0.9, Status.OK),
    "P310": ({"pasivo": 900, "patrimonio": 120}, 7.5, Status.OK),
    "P312": ({"socios_bajo_minimo": 25, "socios": 400}, 0.0625, Status.OK),
    "P405": ({"depositos_sin_reportos_garantias": 1300, "cartera_bruta": 1000}, 1.3, Status.OK),
    "P408": ({"auditoria_externa_cumplidas": 8, "auditoria_externa_incumplidas": 2}, 0.8, Status.OK),
    "P419": ({"asistentes_asamblea": 12, "asambleistas": 30}, 0.4, Status.OK),
    "P516": ({"miembros_gobierno_nuevos": 3, "miembros_gobierno": 12, "futuros_representantes": 9}, 0.25, Status.OK),
    "P611": ({"gasto_eps": 30, "gastos_operacion": 240, "gastos": 600}, 0.125, Status.OK),
    "P703": ({"quejas_atendidas": 0, "quejas_recibidas": 5}, 0, Status.OK),
    "P724": ({"compras_eps": 30, "presupuesto": 240, "presupuesto_compras_eps": 60}, 0.125, Status.OK),
}


@pytest.mark.parametrize("code", ON_PAPER)
def test_worked_on_paper(code: str) -> None:
    inputs, value, status = ON_PAPER[code]
    found = evaluated({key: Fraction(v) for key, v in inputs.items()}).result(code, str(NOW))
    assert (found.value, found.status) == (value, status)


def test_a_growth_needs_the_same_accounts_a_year_before() -> None:
    """Consumer loans from 800 to 1.000: 25 %. The year before has none to compare with, and says so."""
    codes = ["1402", "1426", "1450"]
    balance = chart({"1402": [500, 600], "1426": [200, 300], "1450": [100, 100]}, str(BEFORE), str(NOW))
    method = load_social("ecuador")
    report = evaluate_social(method, SocialInputs.build(method, {}), balance, "seps")
    assert set(codes) < {code for _, code in ACCOUNTS["cartera_consumo"]}
    assert report.result("P620", str(NOW)).value == 0.25
    assert "creció 25,00 %" in report.result("P620", str(NOW)).analysis
    assert report.result("P620", str(BEFORE)).status is Status.NO_DATA


@pytest.mark.parametrize("code", [c for c in RAW if original(c).get("parte")])
def test_a_part_larger_than_its_whole_is_asked_about(code: str) -> None:
    one = original(code)
    values = dict(VALUES[NOW])
    whole = set(re.findall(r"[a-z]\w*", one["denominador"]))
    (part,) = re.findall(r"[a-z]\w*", one["numerador"])
    if part in whole:  # «cumplidas» of «cumplidas + incumplidas»: by its making never more than the whole
        assert evaluated(values).result(code, str(NOW)).status is Status.OK
        return
    values[part] = by_hand(one["denominador"], values) + 1
    found = evaluated(values).result(code, str(NOW))
    assert (found.value or 0) > 1
    assert found.status is Status.INCONSISTENT
    values[part] = by_hand(one["denominador"], values)
    assert evaluated(values).result(code, str(NOW)).status is Status.OK


@pytest.mark.parametrize("code", [c for c, one in RAW.items() if "nota" in one])
def test_a_decision_over_the_form_is_told_with_the_indicator(code: str) -> None:
    assert load_social("ecuador").indicators[code].note == RAW[code]["nota"]


def test_better_is_lower_only_where_less_is_better() -> None:
    """Entry cost, operating expense, debt, members short of the minimum, and capital in few hands."""
    assert [c for c, one in RAW.items() if one.get("sentido") == "menor"] == ["P102", "P306", "P310", "P312", "P313"]


# --- accounts ---------------------------------------------------------------------------------------------------------

ACCOUNTS = {key: re.findall(r"([+-]?) ?(\d+)", one["cuentas"]) for key, one in INPUTS.items() if "cuentas" in one}
SEGMENT_OF = {
    "cartera_productiva": "PROD", "cartera_consumo": "CONS", "cartera_educativa": "EDU", "cartera_vivienda": "VIV_IP",
    "cartera_microcredito": "MICRO",
}  # fmt: skip


def test_accounts_exist_in_the_catalogue() -> None:
    known = load_catalog("seps").accounts
    assert {code for terms in ACCOUNTS.values() for _, code in terms} <= set(known)


@pytest.mark.parametrize("key, segment", SEGMENT_OF.items())
def test_a_portfolio_is_the_segment_that_the_supervisor_publishes(key: str, segment: str) -> None:
    codes = [code for _, code in ACCOUNTS[key]]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(SEGMENTS[segment]["por_vencer"]) | set(SEGMENTS[segment]["improductiva"])


def test_housing_growth_leaves_real_estate_out_and_says_so() -> None:
    """Accounts of real-estate credit are in no growth indicator; the note of P622 names every one."""
    left_out = set(SEGMENTS["INMOB"]["por_vencer"]) | set(SEGMENTS["INMOB"]["improductiva"])
    assert not left_out & {code for key in SEGMENT_OF for _, code in ACCOUNTS[key]}
    assert left_out == set(re.findall(r"14\d\d", RAW["P622"]["nota"]))


@pytest.mark.parametrize("key, amounts, value", [
    ("cartera_bruta", {"14": 800.0, "1499": -200.0}, 1000.0),
    ("depositos_sin_reportos_garantias", {"21": 1000.0, "2102": 100.0, "2104": 50.0}, 850.0),
    ("inversiones", {"13": 90.0, "1399": -10.0}, 90.0),
])  # fmt: skip
def test_what_accounts_take_away(key: str, amounts: dict[str, float], value: float) -> None:
    method = load_social("ecuador")
    report = evaluate_social(method, SocialInputs.build(method, {}), chart(amounts, str(NOW)), "seps")
    assert report.values[key][0].value == value


@pytest.mark.parametrize("key", ACCOUNTS)
def test_an_input_with_accounts_comes_from_the_chart(key: str) -> None:
    method = load_social("ecuador")
    codes = dict.fromkeys(code for _, code in ACCOUNTS[key])
    amounts = {code: (-1.0 if code == "1499" else 1.0) * (1000 + 7 * i) for i, code in enumerate(codes)}
    inputs = SocialInputs.build(method, {str(NOW): {}})
    found = evaluate_social(method, inputs, chart(amounts, str(NOW)), "seps").values[key][0]
    want = sum((-1 if sign == "-" else 1) * amounts[code] for sign, code in ACCOUNTS[key])
    assert found.value == want
    assert found.origin == "cuentas"


# --- controls ---------------------------------------------------------------------------------------------------------


def coherent() -> dict[str, Typed]:
    """Inputs that no control doubts: a whole is ten times, and so more than, the sum of any parts it has."""
    limits = [(set(names(parse(c["parte"]))), set(names(parse(c["todo"])))) for c in CONTROLS.values() if "parte" in c]
    limits += [({original(c)["numerador"]}, set(names(parse(original(c)["denominador"]))))
               for c in RAW if original(c).get("parte") and original(c)["numerador"] in INPUTS]  # fmt: skip

    def height(key: str) -> int:
        below = {part for parts, wholes in limits if key in wholes for part in parts - {key}}
        return 1 + max(map(height, below), default=-1)

    values = {**VALUES[NOW]}
    for key, one in INPUTS.items():
        if one["tipo"] in ("conteo", "importe"):
            values[key] = Fraction(10) ** height(key)
    return values


def doubts(values: Mapping[str, Typed]) -> list[Problem]:
    return [p for p in evaluated(values).problems if p.code in ("N14", "N15", "N17")]


def label(formula: str) -> str:
    """How a problem names the inputs of a formula."""
    one = INPUTS.get(formula)
    return one["nombre"][:1].lower() + one["nombre"][1:] if one else ""


def test_coherent_inputs_have_no_doubts() -> None:
    found = evaluated(coherent())
    assert [str(p) for p in found.problems if p.severity != "info"] == []
    growth = {c for c in RAW if original(c)["tipo"] == "crecimiento"}
    assert {c for c in RAW if found.result(c, str(NOW)).status is not Status.OK} == growth  # no year before


def test_there_are_enough_controls() -> None:
    assert Counter(one["tipo"] for one in CONTROLS.values()) == {"no_mayor": 78, "juntos": 5}


@pytest.mark.parametrize("code", [c for c in RAW if original(c).get("parte")])
def test_what_an_indicator_takes_for_a_part_a_control_does_too(code: str) -> None:
    """Directly or by steps: attendants ≤ members of the assembly, priority groups ≤ attendants. A sum needs none."""
    part, whole = original(code)["numerador"], original(code)["denominador"]
    if whole not in INPUTS:
        assert part in set(names(parse(whole)))
        return
    above = {part}
    for _ in CONTROLS:
        above |= {c["todo"] for c in CONTROLS.values() if c.get("parte") in above}
    assert whole in above


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if c["tipo"] == "no_mayor"])
def test_a_control_catches_a_part_over_its_whole_and_lets_it_be_equal(key: str) -> None:
    control = CONTROLS[key]
    parts = list(names(parse(control["parte"])))
    values = coherent()
    others = by_hand(control["parte"], values) - by_hand(parts[0], values)
    values[parts[0]] = by_hand(control["todo"], values) - others + 1
    broken = [p for p in doubts(values) if label(parts[0]) in p.cause and label(control["todo"]) in p.cause]
    assert "N14" in {p.code for p in broken}
    values[parts[0]] = by_hand(control["todo"], values) - others
    named = [p for p in doubts(values) if label(parts[0]) in p.cause and f"que {label(control['todo'])} (" in p.cause]
    assert named == []


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if c["tipo"] == "juntos"])
def test_a_control_catches_one_that_is_zero_without_the_others(key: str) -> None:
    for zero in CONTROLS[key]["datos"]:
        found = doubts({**coherent(), zero: Fraction(0)})
        assert any(p.code == "N17" and label(zero) in p.cause for p in found)
    none = {**coherent(), **dict.fromkeys(CONTROLS[key]["datos"], Fraction(0))}
    assert not [p for p in doubts(none) if p.code == "N17" and label(CONTROLS[key]["datos"][0]) in p.cause]
