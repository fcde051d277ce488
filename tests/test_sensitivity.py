"""How score and rating move, and what flips the rating: the cases of the Tulcán thesis, the rest by brute force."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tulcan_score import PUBLISHED, SCORES, VERDICTS, YEARS, table_11, verdicts_with

from xl_perlas.ahp import EIGENVECTOR, GEOMETRIC_MEAN
from xl_perlas.hierarchy import Hierarchy, from_matrices, published_weights
from xl_perlas.judgements import SCALE as JUDGEMENTS
from xl_perlas.judgements import published
from xl_perlas.problems import PerlasError
from xl_perlas.score import AS_FAILED, EXCLUDE, UPPER, load_scale, score, score_value
from xl_perlas.sensitivity import (
    DOWN,
    component_curve,
    component_flips,
    judgement_curve,
    judgement_flips,
    verdict_flips,
    with_component_weight,
)

THESIS = published_weights()
SCALE = load_scale()
CASES = PUBLISHED["sensibilidad"]

# --- other weights, other cells ---------------------------------------------------------------------------------------


def hierarchy_of(case):
    if "metodo" in case:
        return from_matrices(published(), case["metodo"])[0]
    return table_11() if case.get("pesos") == "tabla_11" else THESIS


def verdicts_of(case):
    changes = {key: (years, "SI") for key, years in case.get("cumplen", {}).items()}
    if "segun_texto" in case:
        changes = {key: (one["periodos"], one["texto"]) for key, one in PUBLISHED["conflictos"].items()}
    return verdicts_with(changes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["como"])
def test_score_and_rating_with_other_weights_or_other_cells(case):
    weights, verdicts = hierarchy_of(case).global_weights, verdicts_of(case)
    for year in YEARS:
        found = score(verdicts[year], weights)
        assert abs(found.value - float(case[year]["puntaje"])) < 1e-6, year
        assert found.rating == case[year]["calificacion"], year


def test_the_text_contradicts_the_table_where_it_is_said_to():
    for key, one in PUBLISHED["conflictos"].items():
        for year in one["periodos"].split():
            assert VERDICTS[year][key] is (one["tabla"] == "SI")
            assert one["tabla"] != one["texto"]


# --- the weight of a component ----------------------------------------------------------------------------------------


@given(st.sampled_from("PERLAS"), st.floats(0, 1))
def test_the_others_keep_their_proportions(component, weight):
    changed = with_component_weight(THESIS, component, weight).components
    assert changed[component] == weight
    assert math.fsum(changed.values()) == pytest.approx(1)
    for one in set("PERLAS") - {component}:
        for other in set("PERLAS") - {component}:
            crossed = changed[one] * THESIS.components[other] - changed[other] * THESIS.components[one]
            assert abs(crossed) < 1e-12


def test_components_that_weigh_nothing_or_stand_alone():
    alone = Hierarchy({"P": 1.0}, {"P": {"P1": 1.0}})
    assert with_component_weight(alone, "P", 0.3).components == {"P": 1}
    nothing = Hierarchy({"P": 1.0, "E": 0.0, "L": 0.0}, {})
    assert with_component_weight(nothing, "P", 0.5).components == {"P": 0.5, "E": 0.25, "L": 0.25}
    for component, weight, error in (("X", 0.5, KeyError), ("P", 1.1, ValueError), ("P", math.nan, ValueError)):
        with pytest.raises(error):
            with_component_weight(THESIS, component, weight)


def test_the_curve_goes_from_the_score_without_a_component_to_the_score_of_that_component_alone():
    verdicts = VERDICTS["2013"]
    (_, without), (_, now), (_, alone) = component_curve(THESIS, verdicts, "P", [0, THESIS.components["P"], 1])
    p = score(verdicts, THESIS.global_weights).by_component["P"]
    assert now.value == pytest.approx(float(SCORES["2013"]["puntaje"]), abs=1e-6)
    assert alone.value == pytest.approx(100 * p.points / p.maximum)
    assert without.value == pytest.approx((now.value - p.points) / (1 - THESIS.components["P"]))


def brute(hierarchy, verdicts, policy, scale, component):
    def rating(weight):
        weights = with_component_weight(hierarchy, component, weight).global_weights
        return scale.rating(score_value(verdicts, weights, policy))

    return rating


def check_component_flip(flip, rating):
    """The rating is the same up to the flip, and another one from there on."""
    end = 0.0 if flip.direction == DOWN else 1.0
    before = rating(flip.weight_now)
    last = end if flip.weight is None else flip.weight
    for k in range(200):
        assert rating(flip.weight_now + (last - flip.weight_now) * k / 200) in (before, None)
    if flip.weight is None:
        assert (flip.rating, flip.change) == (None, None)
        assert rating(end) in (before, None)
        return
    beyond = min(1.0, max(0.0, flip.weight + math.copysign(1e-7, end - 0.5)))
    assert flip.rating != before
    assert rating(flip.weight) == (flip.rating if flip.included else before)
    assert rating(beyond) == flip.rating


@pytest.mark.parametrize("policy", [EXCLUDE, AS_FAILED])
@pytest.mark.parametrize("year", YEARS)
def test_component_flips_of_the_thesis(year, policy):
    verdicts = {**VERDICTS[year], "L1": None, "R2": None} if policy == EXCLUDE else VERDICTS[year]
    for hierarchy in (THESIS, table_11()):
        flips = component_flips(hierarchy, verdicts, policy)
        assert len(flips) == 12
        sizes = [math.inf if flip.change is None else abs(flip.change) for flip in flips]
        assert sizes == sorted(sizes)
        for flip in flips:
            check_component_flip(flip, brute(hierarchy, verdicts, policy, SCALE, flip.component))
            now = with_component_weight(hierarchy, flip.component, flip.weight_now).components
            total = math.fsum(hierarchy.components.values())
            assert [w * total for w in now.values()] == pytest.approx(list(hierarchy.components.values()))


def test_at_the_flip_the_score_is_a_limit():
    found = {(f.component, f.direction): f for f in component_flips(THESIS, VERDICTS["2012"])}
    down = found["L", DOWN]  # liquidity is nearly all failed: the less it weighs, the better
    assert (down.rating, down.included) == ("A-", True)
    there = component_curve(THESIS, VERDICTS["2012"], "L", [down.weight])[0][1]
    assert there.value == pytest.approx(100 * 12 / 21, abs=1e-9)
    assert down.change == pytest.approx(-0.02197, abs=1e-5)


@st.composite
def hierarchies(draw):
    def shares(names):
        parts = [draw(st.integers(1, 9)) for _ in names]
        return {name: part / sum(parts) for name, part in zip(names, parts, strict=True)}

    groups = {"P": ["P1", "P2"], "E": ["E1", "E2", "E3"], "L": ["L1"]}
    local = {group: shares(names) for group, names in groups.items()}
    if draw(st.booleans()):  # weights that do not add up to 1, and a score that is no straight line
        scale = {group: draw(st.sampled_from([1, 1 / 2, 1 / 4])) for group in groups}
        local = {group: {key: w * scale[group] for key, w in row.items()} for group, row in local.items()}
    hierarchy = Hierarchy(shares(groups), local)
    return hierarchy, {key: draw(st.sampled_from([True, False, None])) for key in hierarchy.global_weights}


@settings(max_examples=100, deadline=None)
@given(hierarchies(), st.sampled_from([EXCLUDE, AS_FAILED]), st.booleans())
def test_component_flips_of_any_hierarchy(case, policy, upper):
    hierarchy, verdicts = case
    scale = replace(SCALE, closed=UPPER) if upper else SCALE
    for flip in component_flips(hierarchy, verdicts, policy, scale):
        check_component_flip(flip, brute(hierarchy, verdicts, policy, scale, flip.component))


def test_without_a_score_nothing_flips():
    assert all(flip.weight is None for flip in component_flips(THESIS, {}))
    assert all(flip.steps is None for flip in judgement_flips(published(), {}))
    assert verdict_flips({}, THESIS.global_weights) == ()


# --- one judgement ----------------------------------------------------------------------------------------------------


def test_the_curve_of_a_judgement_has_the_17_values_of_the_scale():
    curve = judgement_curve(published(), VERDICTS["2012"], "PERLAS", "P", "E", GEOMETRIC_MEAN)
    assert [value for value, _ in curve] == list(JUDGEMENTS)
    assert dict(curve)[1].value == pytest.approx(55.779852, abs=1e-6)  # as the expert judged
    scores = [one.value for _, one in curve]
    assert scores == sorted(scores)  # P meets 95 % of its weight, E 25 %
    backwards = judgement_curve(published(), VERDICTS["2012"], "PERLAS", "E", "P", GEOMETRIC_MEAN)
    assert [one.value for _, one in backwards] == pytest.approx(scores[::-1])


@pytest.mark.parametrize("method", [EIGENVECTOR, GEOMETRIC_MEAN])
@pytest.mark.parametrize("year", ["2008", "2012"])
def test_judgement_flips_against_every_value_of_every_judgement(year, method):
    verdicts = VERDICTS[year]
    flips = judgement_flips(published(), verdicts, method)
    assert len(flips) == 15 + 6 + 28 + 66 + 3 + 3 + 45
    sizes = [math.inf if flip.steps is None else abs(flip.steps) for flip in flips]
    assert sizes == sorted(sizes)
    before = score(verdicts, from_matrices(published(), method)[0].global_weights).rating
    for flip in flips:
        if flip.group in ("R", "S") and flip.steps is None:
            continue  # the same again, a hundred times
        curve = judgement_curve(published(), verdicts, flip.group, flip.row, flip.column, method)
        present = min(range(17), key=lambda k: abs(JUDGEMENTS[k] - flip.now))
        changes = {k - present: one.rating for k, (_, one) in enumerate(curve) if one.rating != before}
        if flip.steps is None:
            assert not changes
            continue
        assert abs(flip.steps) == min(map(abs, changes))
        assert flip.rating == changes[flip.steps]
        assert flip.value == JUDGEMENTS[present + flip.steps]


def test_a_judgement_between_two_values_of_the_scale_reaches_either_in_one_step():
    matrices = dict(published())
    matrices["PERLAS"] = matrices["PERLAS"].with_judgement(0, 1, 1.9)
    flips = judgement_flips(matrices, VERDICTS["2012"], GEOMETRIC_MEAN)
    flip = next(f for f in flips if (f.row, f.column) == ("P", "E"))
    curve = dict(judgement_curve(matrices, VERDICTS["2012"], "PERLAS", "P", "E", GEOMETRIC_MEAN))
    now = score(VERDICTS["2012"], from_matrices(matrices, GEOMETRIC_MEAN)[0].global_weights).rating
    assert {curve[1].rating, curve[2].rating} == {"BBB+", "A-"}
    assert (flip.now, abs(flip.steps)) == (1.9, 1)
    assert flip.value == (2 if now == "BBB+" else 1)


def test_judgements_that_were_not_given_are_not_among_those_that_flip():
    matrices = dict(published())
    matrices["L"] = matrices["L"].with_judgement(0, 2, None)
    pairs = {(f.row, f.column) for f in judgement_flips(matrices, VERDICTS["2012"]) if f.group == "L"}
    assert pairs == {("L1", "L2"), ("L2", "L3")}


def test_matrices_that_give_no_weights_say_why():
    matrices = {group: matrix for group, matrix in published().items() if group != "L"}
    with pytest.raises(PerlasError, match="J31"):
        judgement_flips(matrices, VERDICTS["2012"])
    with pytest.raises(PerlasError, match="J31"):
        judgement_curve(matrices, VERDICTS["2012"], "PERLAS", "P", "E")


# --- one verdict ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [EXCLUDE, AS_FAILED])
@pytest.mark.parametrize("year", YEARS)
def test_verdict_flips_are_all_that_change_the_rating_and_no_other(year, policy):
    weights = THESIS.global_weights
    verdicts = {**VERDICTS[year], "S11": None, "R13": None}
    before = score(verdicts, weights, policy)
    expected = {}
    for key in weights:
        for changed in (True, False):
            then = score({**verdicts, key: changed}, weights, policy)
            if then.rating != before.rating:
                expected[key, changed] = (weights[key], verdicts[key], then.value, then.rating)
    flips = verdict_flips(verdicts, weights, policy)
    assert {(f.indicator, f.changed): (f.weight, f.meets, f.value, f.rating) for f in flips} == expected
    assert [f.weight for f in flips] == sorted(f.weight for f in flips)
    gained = {t.indicator for t in before.terms if t.rating_if_met != before.rating}
    assert gained == {f.indicator for f in flips if f.changed}
