"""Balance Social: all published results of Colombia (2023, 2021); marks, lights and plan of Ecuador (2024, 2025)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from xl_perlas.model import Status
from xl_perlas.social import (
    Category,
    ImprovementPlan,
    Light,
    SocialInputs,
    SocialMarks,
    SocialMethod,
    SocialReport,
    build_thresholds,
    check_declared,
    compare_counts,
    count_lights,
    evaluate_social,
    feasible_bases,
    improvement_plan,
    load_social,
    load_thresholds,
    mark_report,
    plain_mean,
)

PUBLISHED = Path(__file__).parent / "published"
COLOMBIA = tomllib.loads((PUBLISHED / "social_colombia.toml").read_text(encoding="utf-8"))
ECUADOR = tomllib.loads((PUBLISHED / "social_ecuador.toml").read_text(encoding="utf-8"))
PRINTED: dict[str, dict[str, str]] = {year: one["resultados"] for year, one in COLOMBIA["publicado"].items()}
CASES = [(year, key, text) for year, row in PRINTED.items() for key, text in row.items()]
STATUSES = ("denominador_cero", "sin_dato")


def printed(value: float, like: str) -> str:
    """A value with the decimals that `like` has; a half away from zero."""
    places = len(like.partition(".")[2])
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


# --- Colombia ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def colombia() -> SocialReport:
    method = load_social("colombia")
    return evaluate_social(method, SocialInputs.build(method, COLOMBIA["datos"]))


@pytest.mark.parametrize("year, key, text", CASES)
def test_published_result(colombia: SocialReport, year: str, key: str, text: str) -> None:
    result = colombia.result(key, year)
    if text in STATUSES:
        assert (result.value, str(result.status)) == (None, text)
        assert result.note
    else:
        assert result.value is not None
        percent = colombia.method.indicators[key].unit == "%"
        shown = printed(float(Fraction(repr(result.value)) * (100 if percent else 1)), text)
        assert shown == text or Decimal(shown) == Decimal(text) == 0


def test_all_rows_zero_denominators_and_the_blank_are_there() -> None:
    assert {year: len(row) for year, row in PRINTED.items()} == {"2023": 42, "2021": 42}
    zeros = {year: [k for k, text in row.items() if text == "denominador_cero"] for year, row in PRINTED.items()}
    assert zeros == {
        "2023": ["CO28", "CO37", "CO42"],
        "2021": ["CO20", "CO35", "CO36", "CO37", "CO38", "CO39", "CO42"],
    }
    assert [(year, key) for year, key, text in CASES if text == "sin_dato"] == [("2021", "CO04")]


@pytest.mark.parametrize("year", PRINTED)
def test_what_the_published_results_contradict_is_told(colombia: SocialReport, year: str) -> None:
    told = {p.code for p in colombia.problems if p.period == year}
    told |= {row[colombia.labels.index(year)].note[1:4] for row in colombia.results.values()}
    assert set(COLOMBIA["dudas"][year]) == told & {"N11", "N12", "N13", "N14", "N15", "N16", "N17"}


@pytest.mark.parametrize("case", COLOMBIA["bases"], ids=lambda case: " y ".join(case["impreso"]))
def test_people_that_printed_shares_can_be_of(case: dict[str, Any]) -> None:
    assert feasible_bases(case["impreso"], case["hasta"]) == case["personas"]


def test_the_shares_of_the_published_boards_are_flagged() -> None:
    method = load_social("colombia")
    for year, least in (("2023", "216"), ("2021", "352")):
        declared = {k: text for k, text in PRINTED[year].items() if text not in STATUSES}
        found = [p for p in check_declared(method, declared, year) if p.code == "N16"]
        assert len(found) == 1
        assert least in found[0].cause
    over = [p.where for p in check_declared(method, {"CO01": "103.13", "CO15": "141.84", "CO07": "37.04"})]
    assert over == ["Asociados activos", "Cultura de ahorro"]


def spanish(figure: str, percent: bool) -> str:
    """`8824.71` as a sentence writes it, without the points between thousands."""
    text = printed(float(figure), "0.00").replace(".", ",").replace("-", "−")
    return f"{text} %" if percent else text.removesuffix(",00")


@pytest.mark.parametrize("year", PRINTED)
def test_a_sentence_says_its_value(colombia: SocialReport, year: str) -> None:
    for key, text in PRINTED[year].items():
        sentence = re.sub(r"\.(?=\d{3})", "", colombia.result(key, year).analysis)
        percent = colombia.method.indicators[key].unit == "%"
        wanted = "no tiene valor" if text in STATUSES else spanish(text, percent)
        assert wanted in sentence


def test_a_sentence_cannot_say_another_value(colombia: SocialReport) -> None:
    """Two published sentences give another figure than their result: 12.33 for 12.331, and 19.58 for 35.34."""
    sentences = {key: colombia.result(key, "2023").analysis for key in COLOMBIA["contradicciones"]}
    assert "12,33 %" in sentences["CO29"]
    assert "35,34 %" in sentences["CO36"]
    assert "19,58" not in sentences["CO36"]


def test_the_repeated_indicator_is_computed_once(colombia: SocialReport) -> None:
    method = colombia.method
    assert {one.id: one.repeats for one in method.indicators.values() if one.repeats} == {"CO18": "CO12"}
    for first, second in zip(colombia.results["CO12"], colombia.results["CO18"], strict=True):
        assert (first.value, first.status, first.note) == (second.value, second.status, second.note)
    assert colombia.result("CO12", "2023").analysis != colombia.result("CO18", "2023").analysis


@pytest.mark.parametrize("growth, level", [
    ("-0.3393", 1), ("0.11279", 1), ("0.1128", 2), ("0.1428", 2), ("0.14281", 3), ("2", 3),
])  # fmt: skip
def test_social_funds_against_the_price_index(growth: str, level: int) -> None:
    """CPI 9.28 %: below +2 points is 1, up to +5 is 2, above is 3 (CO20, purpose of the row)."""
    method = load_social("colombia")
    now = float(1000 * (1 + Fraction(growth)))
    inputs = SocialInputs.build(method, {
        "2022": {"fondos_sociales": 1000, "asociados_beneficiados": 1},
        "2023": {"fondos_sociales": now, "asociados_beneficiados": 1, "ipc": "9,28 %"},
    })  # fmt: skip
    report = evaluate_social(method, inputs)
    assert [one.value for one in report.scales["fondos_sociales"]] == [None, level]
    marks = mark_report(report, load_thresholds("colombia"))
    assert marks.marks["CO20"][1].value == {1: 0, 2: 5, 3: 10}[level]


# --- Ecuador ----------------------------------------------------------------------------------------------------------

#: Indicators without data in 2024: their inputs are used by nothing else.
_UNKNOWN = 13


def _rules(
    lights: dict[str, list[int]], unknown: set[str], report: SocialReport
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Thresholds that an entity could set, under which its values have the lights wanted of each principle."""
    for principle, (green, amber) in lights.items():
        known = [one for one in report.method.of_principle(principle) if one.id not in unknown]
        for place, one in enumerate(known):
            mark = 10 if place < green else 5 if place < green + amber else 0
            value, text = report.results[one.id][-1].value, report.results[one.id][-1].text
            rule: dict[str, Any] = {"fuente": "entidad: ensayo"}
            if one.kind == "cumplimiento":
                rule |= {"si": mark, "no": 0}
            elif text:
                rule |= {"opciones": {text: mark}}
            else:
                assert value is not None, one.id
                steps = [[value - mark / 5 + i, 5 * i] for i in range(3)]  # the step of `mark` is at the value itself
                rule |= {"modo": "escalones", "puntos": steps}
            yield one.id, rule


def _inputs(method: SocialMethod, year: str, skip: set[str]) -> SocialInputs:
    """The same for every input of a kind, in a year and the one before it."""
    sample: dict[str, Any] = {"conteo": 40, "importe": 1500.5, "porcentaje": 0.25, "numero": 3, "si_no": True,
                              "texto": "radio"}  # fmt: skip
    row = {k: one.options[0] if one.options else sample[one.kind] for k, one in method.inputs.items() if k not in skip}
    return SocialInputs.build(method, {str(int(year) - 1): row, year: row})


def _marked(year: str, missing: int) -> SocialMarks:
    method = load_social("ecuador")
    uses: dict[str, list[str]] = {}
    for one in method.indicators.values():
        if one.kind in ("valor", "cumplimiento") and not one.repeats:
            uses.setdefault(one.numerator_text, []).append(one.id)
    text = " ".join(f"{o.numerator_text} {o.denominator_text}" for o in method.indicators.values()).split()
    lone = [(name, ids[0]) for name, ids in uses.items() if text.count(name) == 1 and len(ids) == 1]
    lights: dict[str, list[int]] = ECUADOR["luces"][year]
    room = {p: len(method.of_principle(p)) - sum(lights[p]) for p in lights}
    chosen: list[tuple[str, str]] = []
    for name, key in lone:
        principle = method.indicators[key].principle
        if len(chosen) < missing and room[principle]:
            room[principle] -= 1
            chosen.append((name, key))
    assert len(chosen) == missing
    report = evaluate_social(method, _inputs(method, year, {name for name, _ in chosen}))
    rules = dict(_rules(lights, {key for _, key in chosen}, report))
    thresholds = build_thresholds({
        "notas": {"id": "ensayo", "nombre": "Ensayo", "base": "ecuador", "sin_nota": "cero", "fuente": "entidad: x"},
        "indicadores": rules,
    }, "ensayo")  # fmt: skip
    return mark_report(report, thresholds)


@pytest.fixture(scope="module")
def marked() -> dict[str, SocialMarks]:
    return {"2024": _marked("2024", _UNKNOWN), "2025": _marked("2025", 0)}


@pytest.fixture(scope="module")
def plans(marked: dict[str, SocialMarks]) -> dict[str, ImprovementPlan]:
    before = improvement_plan(marked["2024"])
    return {"2024": before, "2025": improvement_plan(marked["2025"], before)}


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_marks_of_the_seven_principles_and_the_total(marked: dict[str, SocialMarks], year: str) -> None:
    wanted = ECUADOR["calificacion"][year]
    marks = marked[year]
    assert len(marks.marks) == 159
    for key, row in marks.principles.items():
        assert row[-1] is not None
        assert printed(row[-1], "0.00") == wanted[key]
    assert marks.totals[-1] is not None
    assert printed(marks.totals[-1], "0.00") == wanted["total"]


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_total_is_the_plain_mean_of_the_seven_printed_marks(year: str) -> None:
    wanted = ECUADOR["calificacion"][year]
    total = plain_mean(float(text) for key, text in wanted.items() if key != "total")
    assert total is not None
    assert printed(total, "0.00") == wanted["total"]


@pytest.mark.parametrize("year, points, green, amber", [("2024", 1015, 93, 17), ("2025", 1255, 121, 9)])
def test_printed_marks_are_ten_five_and_zero_over_all_indicators(
    year: str, points: int, green: int, amber: int
) -> None:
    """One multiple of 5 a principle gives its printed mark; together they are the plan's counts, not the lights'."""
    method, wanted, total = load_social("ecuador"), ECUADOR["calificacion"][year], 0
    for principle in method.principles:
        n = len(method.of_principle(principle))
        found = [p for p in range(0, 10 * n + 1, 5) if printed(p / n, "0.00") == wanted[principle]]
        assert len(found) == 1
        total += found[0]
    assert total == points == 10 * green + 5 * amber
    assert ECUADOR["plan"][year] == {"impacto": green, "importantes": amber, "urgentes": 159 - green - amber}
    lights = ECUADOR["semaforo"]["2024"]
    assert 10 * lights["verde"] + 5 * lights["amarillo"] == 1020


def test_light_shares_of_2024() -> None:
    counts = {Light(k): n for k, n in ECUADOR["semaforo"]["2024"].items()}
    found = count_lights(light for light, n in counts.items() for _ in range(n))
    assert found.total == 159
    for light, share in found.shares.items():
        assert share is not None
        text = ECUADOR["semaforo"]["2024_partes"][light]
        assert printed(share * 100, text) == text


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_categories_of_the_plan(plans: dict[str, ImprovementPlan], marked: dict[str, SocialMarks], year: str) -> None:
    assert {str(k): n for k, n in plans[year].counts.items()} == ECUADOR["plan"][year]
    lights = marked[year].lights[-1].counts
    assert plans[year].counts[Category.URGENT] == lights[Light.RED] + lights[Light.NONE]
    assert lights[Light.NONE] == (_UNKNOWN if year == "2024" else 0)


def test_shares_and_evolution_of_the_plan(plans: dict[str, ImprovementPlan]) -> None:
    for category, share in plans["2025"].shares.items():
        assert share is not None
        text = ECUADOR["plan"]["2025_partes"][category]
        assert printed(share * 100, text) == text
    for one in plans["2025"].evolution:
        assert one.before == ECUADOR["plan"]["2024"][one.category]
        assert one.now == ECUADOR["plan"]["2025"][one.category]
        assert one.now == one.before + len(one.entered) - len(one.left)
        assert len(one.stayed) == one.before - len(one.left)
    assert (plans["2025"].previous, plans["2025"].period) == ("2024", "2025")


def test_lights_and_plan_of_2024_disagree_and_it_is_told() -> None:
    thresholds = load_thresholds("ecuador")
    lights = {Light(k): n for k, n in ECUADOR["semaforo"]["2024"].items()}
    plan = {Category(k): n for k, n in ECUADOR["plan"]["2024"].items()}
    found = compare_counts(thresholds, lights, plan, "2024")
    assert [p.code for p in found] == ["N31"]
    for figure in ("94", "16", "93", "17"):
        assert figure in found[0].cause
    agreeing = {**lights, Light.GREEN: 93, Light.AMBER: 17}
    assert compare_counts(thresholds, agreeing, plan, "2024") == []


def test_status_words_are_those_of_every_other_result() -> None:
    assert set(STATUSES) <= {str(s) for s in Status}
