"""Two versions of a workbook: what changed, and how much each change moved."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import plan_of
from charts import chart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judgedbooks import choose
from judgedbooks import judge as type_judgements
from ratedbooks import choose_policy

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.model import Status
from xl_perlas.problems import PerlasError
from xl_perlas.report import calculate
from xl_perlas.workbook import plan_ahp, plan_camel
from xl_perlas.workbook.build import create
from xl_perlas.workbook.camel_inputs import camel_report
from xl_perlas.workbook.compare import Comparison, compare, compare_versions
from xl_perlas.workbook.compare.change import Change
from xl_perlas.workbook.compare.mixture import Mixture
from xl_perlas.workbook.compare.movements import Movement, What
from xl_perlas.workbook.compare.versions import Version, read_version
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.rating import rate
from xl_perlas.workbook.sheets import datos, parametros

Edit = Callable[[Path], None]
COLUMN = {2009: "C", 2010: "D", 2011: "E"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The demonstration: three charts, the judgements and the segment of the Tulcán thesis."""
    path = tmp_path_factory.mktemp("comparar") / "a.xlsx"
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(
        path, balance=banco_indigena, profile=profile, entity="Banco Indígena", judgements="tulcan_2016",
        segment="tulcan_2016",
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(made: Path) -> Mapping[str, int]:
    return read_version(str(made)).rows


def write(sheet: str, cells: Mapping[str, object]) -> Edit:
    def edit(path: Path) -> None:
        package = Package.open(path)
        for cell, value in cells.items():
            package.sheet(sheet).set_value(cell, value)
        package.save()

    return edit


def amounts(values: Mapping[tuple[str, int], object]) -> Edit:
    """Balances by account and year."""

    def edit(path: Path) -> None:
        at = read_version(str(path)).rows
        write("Catálogo", {f"{COLUMN[year]}{at[code]}": v for (code, year), v in values.items()})(path)

    return edit


def recode(code: str, new: str | None) -> Edit:
    """Another code in the row of an account; None empties the row."""

    def edit(path: Path) -> None:
        row = read_version(str(path)).rows[code]
        cells: dict[str, object] = {f"A{row}": new}
        write("Catálogo", cells if new else {f"{c}{row}": None for c in "ABCDE"})(path)

    return edit


def parameter(key: str, column: str, value: object) -> Edit:
    def edit(path: Path) -> None:
        write("Parámetros", {f"{column}{plan_of(path).parameter_rows[key]}": value})(path)

    return edit


def judgements(values: dict[str, object], expert: int = 0) -> Edit:
    return lambda path: type_judgements(path, plan_of(path), expert, values)


def own_account(path: Path) -> None:
    plan = plan_of(path)
    row = plan.own_first_row
    write("Parámetros", {f"A{row}": "ingresos_prestamos", f"B{row}": "54", f"C{row}": 1.0, f"D{row}": "comisiones"})(
        path
    )


def segment(path: Path) -> None:
    write("Segmento", {ref(plan_camel.MEAN, plan_camel.statistic_rows(plan_of(path))["IF013"]): 0.01})(path)


def typed(path: Path) -> None:
    write("Segmento", {ref(plan_camel.FIRST_FIGURE + 2, plan_camel.typed_rows(plan_of(path))["IF013"]): 0.2})(path)


def expert_weight(path: Path) -> None:
    choose(path, plan_ahp.expert_row(plan_of(path), 0) + 2, 3.0)


#: Several of each kind at once: what the properties are checked with.
MANY: tuple[Edit, ...] = (
    amounts({("33", 2011): 2500.5, ("3103", 2011): 40000.0, ("1499", 2011): -900.0, ("14", 2010): 61000.0,
             ("1", 2010): 90000.0, ("1", 2011): 99000.0, ("21", 2011): 51000.25, ("51", 2011): 0.0}),
    recode("2101", "2109"), parameter("provision_mas_12m", "F", 0.5), parameter("inflacion", "G", 0.07),
    judgements({"P/E": "1/5", "R1/R3": None, "A1/A2": 5}), own_account, segment, typed,
)  # fmt: skip


def variant(made: Path, folder: Path, *edits: Edit, name: str = "b.xlsx") -> Path:
    path = folder / name
    path.write_bytes(made.read_bytes())
    for edit in edits:
        edit(path)
    return path


@pytest.fixture(scope="module")
def many(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return variant(made, tmp_path_factory.mktemp("muchos"), *MANY)


def moved(found: Comparison, key: str, period: str, what: What = What.INDICATOR) -> Movement:
    (one,) = [m for m in found.movements if (m.what, m.key, m.period) == (what, key, period)]
    return one


def assert_exact(found: Comparison) -> None:
    """Parts add up to their movement, and only movements without a number have parts without one."""
    assert found.movements
    for one in found.movements:
        assert one.parts, one
        if one.change is None:
            assert all(part.amount is None for part in one.parts)
        else:
            parts = [part.amount or 0.0 for part in one.parts]
            largest = max(map(abs, [*parts, one.before or 0.0, one.after or 0.0]))
            assert math.fsum(parts) == pytest.approx(one.change, rel=1e-12, abs=1e-12 * largest), one


def without_places(found: Comparison) -> dict[str, Any]:
    data = found.to_json()
    for one in data["cambios"]:
        del one["donde"]
    del data["a"], data["b"]
    return data


# --- changes


def test_a_file_has_no_changes_against_itself(made: Path) -> None:
    found = compare(made, made)
    assert found.equal
    assert (found.changes, found.movements, found.turns) == ((), (), ())
    assert [s.period for s in found.standings] == ["2009", "2010", "2011"]
    assert not any(s.moved for s in found.standings)


#: What is done, the change that it is, how its sides read, and what it moves.
CASES: dict[str, tuple[Edit, str, str, set[str]]] = {
    "amount": (amounts({("33", 2011): 500.0}), "saldo:33:2011", "463,27 → 500,00 (+36,73)", {"E8", "E9", "S8"}),
    "zero": (amounts({("33", 2011): 0.0}), "saldo:33:2011", "463,27 → 0,00 (−463,27)", {"E8", "E9"}),
    "blank": (amounts({("33", 2011): None}), "saldo:33:2011", "463,27 → queda en blanco", {"E8"}),
    "unreadable": (amounts({("33", 2011): "hola"}), "saldo:33:2011", "463,27 → no se puede leer", {"E8", "E9"}),
    "below a cent": (amounts({("33", 2011): 463.2700001}), "saldo:33:2011", "463,2700001", {"E8"}),
    "gone": (recode("199010", None), "cuenta:199010:", "ya no figura", set()),
    "gone, its amount": (recode("199010", None), "saldo:199010:2011", "→ ya no figura", set()),
    "name": (lambda p: write("Catálogo", {f"B{read_version(str(p)).rows['33']}": "Otro"})(p), "nombre_cuenta:33:",
             "«RESERVAS» → «Otro»", set()),
    "datum of the entity": (write("Datos", {f"E{datos.FIRST_ROW}": 900.0}), "saldo:SOCIOS:2011",
                            "estaba en blanco → 900,00", set()),
    "parameter": (parameter("provision_mas_12m", "F", 0.5), "parametro:provision_mas_12m:", "100% → 50%", {"P1", "E9"}),
    "parameter of a year": (parameter("inflacion", "H", 0.0375), "parametro:inflacion:2010", "→ 3,75%", {"puntaje"}),
    "source": (parameter("inflacion", "D", "INEC"), "fuente_parametro:inflacion, fuente:", "→ «INEC»", set()),
    "own account": (own_account, "cuenta_propia:ingresos_prestamos 54:", "no figuraba → suma, comisiones", {"R1"}),
    "catalogue": (write("Parámetros", {ref(parametros.VALUE, parametros.CHOICE_ROW): "seps"}), "catalogo:catalogo:",
                  "auto (en uso: sbs) → seps", {"A1", "P1"}),
    "entity": (write("Parámetros", {ref(parametros.VALUE, parametros.ENTITY_ROW): "Otra"}), "entidad:nombre:",
               "«Banco Indígena» → «Otra»", set()),
    "judgement": (judgements({"P/E": "1/5"}), "juicio:P/E, experto 1:", "1 → 1/5", {"puntaje"}),
    "judgement gone": (judgements({"P/E": None}), "juicio:P/E, experto 1:", "1 → queda en blanco", {"puntaje"}),
    "a weight alone": (expert_weight, "experto:peso del experto 1:", "estaba en blanco → 3", set()),
    "method": (lambda p: choose(p, plan_ahp.METHOD_ROW, "geometric_mean"), "ponderacion:método de los pesos:",
               "eigenvector → geometric_mean", {"puntaje"}),
    "table of indices": (lambda p: choose(p, plan_ahp.TABLE_ROW, "tabla7"), "ponderacion:tabla de índices:",
                         "saaty → tabla7", set()),
    "policy": (lambda p: choose_policy(p, "no_cumple"), "ponderacion:indicadores sin veredicto:",
               "excluir: los indicadores", {"puntaje"}),
    "segment": (segment, "segmento:IF013:", "media 1%", {"camel_total"}),
    "typed value": (typed, "valor_camel:IF013:2011", "estaba en blanco → 20%", {"IF013"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_input_is_told_with_what_it_moved(case: str, made: Path, tmp_path: Path) -> None:
    edit, identity, text, moves = CASES[case]
    found = compare(made, variant(made, tmp_path, edit))
    (one,) = [c for c in found.changes if c.id == identity]
    assert text in one.text
    told = {m.key or str(m.what) for m in found.movements}
    assert moves <= told
    assert bool(moves) == bool(told), "nothing reads it"
    for movement in found.movements:
        assert movement.parts, movement
        assert movement.change is None or sum(p.amount or 0 for p in movement.parts) == pytest.approx(movement.change)


def test_zero_blank_and_absent_are_different_things(made: Path, tmp_path: Path) -> None:
    states = {}
    for name, edit in {
        "zero": amounts({("33", 2011): 0.0}), "blank": amounts({("33", 2011): None}), "absent": recode("33", None),
        "unreadable": amounts({("33", 2011): "n/d"}),
    }.items():  # fmt: skip
        found = compare(made, variant(made, tmp_path, edit))
        (one,) = [c for c in found.changes if c.id == "saldo:33:2011"]
        states[name] = (str(one.after.state), one.after.value)
    assert states == {
        "zero": ("valor", 0.0), "blank": ("en_blanco", None), "absent": ("no_figura", None),
        "unreadable": ("ilegible", None),
    }  # fmt: skip


def test_the_program_that_recalculated_each_is_told_when_they_differ(made: Path, tmp_path: Path) -> None:
    a = variant(made, tmp_path, write("Bitácora", {"A6": "2026-01-01", "B6": "0.0.1"}), name="a.xlsx")
    b = variant(made, tmp_path, write("Bitácora", {"A6": "2026-01-01", "B6": "0.0.2"}))
    (one,) = compare(a, b).changes
    assert one.id == "version:xl-perlas:"
    assert "«0.0.1» → «0.0.2»" in one.text
    assert not compare(a, b).movements, "both are computed by this program"


def test_definitions_written_by_another_program_are_told(made: Path, tmp_path: Path) -> None:
    (one,) = compare(made, variant(made, tmp_path, write("Definiciones", {"D6": -1.0}))).changes
    assert one.id == "definiciones:hoja:"
    assert one.where == "Definiciones!A6"


# --- movements


def test_one_change_made_all_of_the_movement(made: Path, tmp_path: Path, banco_indigena: Balance) -> None:
    found = compare(made, variant(made, tmp_path, amounts({("33", 2011): 2500.0})))
    one = moved(found, "E9", "2011")
    assert one.before == calculate(banco_indigena, with_parameters(load_profile(), "banco_indigena_2013")).result(
        "E9", "2011"
    ).value  # fmt: skip
    (part,) = one.parts
    assert part.label == "cuenta 33"
    assert part.amount == one.change
    assert part.changes[0].where == f"Catálogo!E{read_version(str(made)).rows['33']}"


def test_two_changes_share_as_the_average_of_both_orders(
    made: Path, tmp_path: Path, banco_indigena: Balance
) -> None:
    """Against the engine on whole balances: capital in the numerator of E9, assets in its denominator."""
    profile = with_parameters(load_profile(), "banco_indigena_2013")

    def e9(**changed: float) -> float:
        row = banco_indigena.chart.row
        last = list(banco_indigena.values[2])
        for code, value in changed.items():
            last[row[code[1:]]] = value
        balance = replace(banco_indigena, values=(*banco_indigena.values[:2], tuple(last)))
        return calculate(balance, profile).result("E9", "2011").value or math.nan

    found = compare(made, variant(made, tmp_path, amounts({("33", 2011): 2500.0, ("1", 2011): 50000.0})))
    shares = {part.label: part.amount for part in moved(found, "E9", "2011").parts}
    none, capital, assets, both = e9(), e9(_33=2500.0), e9(_1=50000.0), e9(_33=2500.0, _1=50000.0)
    assert shares["cuenta 33"] == pytest.approx(((capital - none) + (both - assets)) / 2, rel=1e-12)
    assert shares["cuenta 1"] == pytest.approx(((assets - none) + (both - capital)) / 2, rel=1e-12)


def test_accounts_of_the_base_period_are_named_with_it(made: Path, tmp_path: Path) -> None:
    found = compare(made, variant(made, tmp_path, amounts({("1", 2010): 70000.0})))
    assert [p.label for p in moved(found, "S11", "2011").parts] == ["cuenta 1 de 2010"]
    assert [p.label for p in moved(found, "S11", "2010").parts] == ["cuenta 1"]


def test_a_value_that_goes_says_which_change_took_it(made: Path, tmp_path: Path) -> None:
    edit = amounts({("1499", 2011): None, ("33", 2011): 500.0})
    one = moved(compare(made, variant(made, tmp_path, edit)), "E9", "2011")
    assert (one.after, one.change, one.state_after) == (None, None, str(Status.NO_DATA))
    assert [(p.label, p.amount) for p in one.parts] == [("cuenta 1499", None)]


def test_shares_are_exact_for_many_changes_of_every_kind(made: Path, many: Path) -> None:
    found = compare(made, many)
    assert {str(c.kind) for c in found.changes} >= {
        "saldo", "cuenta", "parametro", "juicio", "cuenta_propia", "segmento", "valor_camel",
    }  # fmt: skip
    assert_exact(found)
    labels = {p.label.split(" de ")[0] for m in found.movements for p in m.parts}
    assert {"parámetro provision_mas_12m", "cuenta propia ingresos_prestamos 54", "cuenta 33"} <= labels


def test_swapping_the_versions_changes_signs(made: Path, many: Path) -> None:
    forth, back = compare(made, many), compare(many, made)
    assert [c.id for c in forth.changes] == [c.id for c in back.changes]
    assert [(c.before, c.after) for c in forth.changes] == [(c.after, c.before) for c in back.changes]

    def shares(found: Comparison, sign: int) -> dict[object, dict[object, float | None]]:
        return {
            (m.what, m.key, m.period): {
                tuple(c.id for c in p.changes): None if p.amount is None else sign * p.amount for p in m.parts
            }
            for m in found.movements
        }

    assert shares(forth, 1) == shares(back, -1)
    assert [(t.key, t.period, t.before, t.after, t.changes) for t in forth.turns if t.what is What.INDICATOR] == [
        (t.key, t.period, t.after, t.before, tuple(_of(forth.changes, t.changes)))
        for t in back.turns
        if t.what is What.INDICATOR
    ]


def _of(changes: Sequence[Change], others: Sequence[Change]) -> list[Change]:
    by_id = {c.id: c for c in changes}
    return [by_id[c.id] for c in others]


def test_the_order_of_rows_means_nothing(made: Path, many: Path, tmp_path: Path) -> None:
    def reverse(path: Path) -> None:
        package = Package.open(path)
        sheet = package.sheet("Catálogo")
        used = sorted(read_version(str(path)).rows.values())
        contents = [[sheet.cell(f"{c}{row}").value for c in "ABCDE"] for row in used]
        for row, values in zip(used, reversed(contents), strict=True):
            for column, value in zip("ABCDE", values, strict=True):
                sheet.set_value(f"{column}{row}", value)
        package.save()

    turned = variant(many, tmp_path, reverse)
    assert compare(many, turned).equal
    assert without_places(compare(made, turned)) == without_places(compare(made, many))


# --- score, rating, CAMEL


def test_the_score_moves_by_the_weight_of_the_verdict_that_turned(made: Path, tmp_path: Path) -> None:
    """All weights have a verdict under `no_cumple`: the share of a verdict is its weight in points."""
    a = variant(made, tmp_path, lambda p: choose_policy(p, "no_cumple"), name="a.xlsx")
    b = variant(a, tmp_path, amounts({("33", 2011): 50000.0}))
    found = compare(a, b)
    (turn,) = [t for t in found.turns if (t.key, t.period) == ("E8", "2011")]
    assert (turn.before, turn.after, [c.id for c in turn.changes]) == (False, True, ["saldo:33:2011"])
    version = read_version(str(a))
    weight = version.rating.hierarchy.global_weights["E8"] if version.rating.hierarchy else math.nan
    (part,) = [p for p in moved(found, "", "2011", What.SCORE).parts if p.indicator == "E8"]
    assert part.amount == pytest.approx(100 * weight, abs=1e-12)
    assert part.changes == turn.changes
    standing = found.standings[-1]
    assert standing.score[1] == pytest.approx((standing.score[0] or 0) + sum(
        p.amount or 0 for p in moved(found, "", "2011", What.SCORE).parts
    ))  # fmt: skip


def test_judgements_move_the_score_and_the_rating(made: Path, tmp_path: Path) -> None:
    found = compare(made, variant(made, tmp_path, judgements({"P/E": "1/9", "A/S": "1/9"})))
    assert {m.what for m in found.movements} == {What.SCORE}
    assert_exact(found)
    one = moved(found, "", "2011", What.SCORE)
    assert {p.label for p in one.parts} == {"juicio P/E, experto 1", "juicio A/S, experto 1"}
    assert any(s.rating[0] != s.rating[1] for s in found.standings)


def test_judgements_that_weigh_nothing_any_more_leave_no_score(made: Path, tmp_path: Path) -> None:
    """Without the judgements among them, the indicators of A have no weights, and A itself has one."""
    found = compare(made, variant(made, tmp_path, judgements({"A1/A2": None, "A1/A3": None, "A2/A3": None})))
    one = moved(found, "", "2011", What.SCORE)
    assert one.before is not None
    assert one.after is None
    assert next(c.id for p in one.parts for c in p.changes).startswith("juicio:A1/")


def test_many_judgements_are_told_by_matrix(made: Path, tmp_path: Path) -> None:
    pairs = {f"R{i}/R{j}": 3 for i in range(1, 8) for j in range(i + 1, 8)}
    found = compare(made, variant(made, tmp_path, judgements({**pairs, "P/E": 3})))
    assert_exact(found)
    labels = {p.label for p in moved(found, "", "2011", What.SCORE).parts}
    assert labels == {"juicios de R", "juicios de los componentes"}


def test_camel_total_moves_by_the_grades_that_turned(
    made: Path, tmp_path: Path
) -> None:
    """With every value typed there is a total; then one of them is other."""
    plan = plan_of(made)
    keys = list(plan.camel.indicators)
    cells = {
        ref(plan_camel.FIRST_FIGURE + 2, row): read_version(str(made)).inputs.camel.segment.statistics[key].mean
        for key, row in plan_camel.typed_rows(plan).items()
    }
    a = variant(made, tmp_path, write("Segmento", cells), name="a.xlsx")
    b = variant(a, tmp_path, write("Segmento", {ref(plan_camel.FIRST_FIGURE + 2, plan_camel.typed_rows(plan)[keys[0]]):
                                                -9.0}))  # fmt: skip
    found = compare(a, b)
    assert_exact(found)
    (turn,) = found.turns
    assert (turn.what, turn.key) == (What.CAMEL, keys[0])
    one = moved(found, "", "2011", What.TOTAL)
    assert [p.indicator for p in one.parts] == [keys[0]]
    assert one.change == pytest.approx(plan.camel.share(keys[0]) * ((turn.after or 0) - (turn.before or 0)))


# --- the engine, on random balances


@lru_cache(maxsize=1)
def read_once(path: Path) -> Version:
    return read_version(str(path))


def with_balance(version: Version, balance: Balance) -> Version:
    """The same workbook with other figures in its columns."""
    report = calculate(balance, version.inputs.profile, "sbs")
    inputs = replace(version.inputs, balance=balance, catalog="sbs", columns=[*balance.periods, None])
    return Version(version.book, inputs, report, rate(inputs.ahp, report), camel_report(inputs.camel, report))


#: A chart in which accounts come, go and are told only by their sub-accounts.
CODES = ("1", "11", "1103", "14", "1402", "1426", "1499", "149905", "16", "17", "21", "2101", "2103", "3", "31", "33",
         "3303", "34", "41", "4402", "45", "51", "5104", "54", "SOCIOS")  # fmt: skip
FIGURES = st.one_of(
    st.none(), st.just(0.0), st.just(math.nan), st.floats(-1e5, 1e5).map(lambda x: round(x, 6)),
    st.integers(1, 10**6).map(float),
)  # fmt: skip


@st.composite
def balances(draw: st.DrawFn) -> tuple[Balance, Balance]:
    """A balance of two periods and another with some of its figures changed."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=len(CODES), unique=True))
    table = {code: draw(st.tuples(FIGURES, FIGURES)) for code in codes}
    others = dict(table)
    for code in draw(st.lists(st.sampled_from(CODES), max_size=12, unique=True)):
        if draw(st.booleans()):
            others[code] = draw(st.tuples(FIGURES, FIGURES))
        else:
            others.pop(code, None)
    others = others or {"1": (1.0, 1.0)}
    periods = draw(st.sampled_from([("2010", "2011"), ("2010-12-31", "2011-06-30"), ("2009", "2011")]))
    return tuple(chart(dict(sorted(t.items(), reverse=reverse)), *periods)
                 for t, reverse in ((table, False), (others, True)))  # type: ignore[return-value]  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(balances())
def test_any_two_balances_are_accounted_for(made: Path, pair: tuple[Balance, Balance]) -> None:
    """Every difference of the engine is a movement whose parts make it, there and back; nothing else is one."""
    a, b = (with_balance(read_once(made), balance) for balance in pair)
    found, back = compare_versions(a, b), compare_versions(b, a)
    mixture = Mixture(a, b, found.changes)
    every = frozenset(c.id for c in found.changes)
    told = {(m.what, m.key, m.period): m for m in found.movements}
    for what, tables in (
        (What.INDICATOR, (a.report.results, b.report.results)),
        (What.CAMEL, (a.camel.values.results, b.camel.values.results)),
    ):
        for key in tables[0]:
            for i, period in enumerate(found.periods):
                camel = what is What.CAMEL
                sides = [t[key][i].value for t in tables]
                assert mixture.result(key, period, frozenset(), camel).value == sides[0]
                assert mixture.result(key, period, every, camel).value == sides[1]
                if sides[0] != sides[1]:
                    one = told[what, key, period.label]
                    assert (one.before, one.after) == tuple(sides)
    verdicts = {(t.key, t.period) for t in found.turns if t.what is What.INDICATOR}
    assert verdicts == {
        (key, period.label)
        for key in a.report.verdicts
        for i, period in enumerate(found.periods)
        if a.report.verdicts[key][i].meets is not b.report.verdicts[key][i].meets
    }
    if found.movements:
        assert_exact(found)
    assert all(t.changes for t in found.turns)
    returned = {(m.what, m.key, m.period): m for m in back.movements}
    for place, one in told.items():
        assert {(p.indicator, _ids(p.changes)): p.amount for p in one.parts} == {
            (p.indicator, _ids(p.changes)): None if p.amount is None else -p.amount for p in returned[place].parts
        }


def _ids(changes: Sequence[Change]) -> frozenset[str]:
    ids = [c.id for c in changes]
    assert len(ids) == len(set(ids))
    return frozenset(ids)


# --- other periods, other definitions


def test_periods_of_one_version_only_are_told_and_move_what_compares_with_them(
    made: Path, tmp_path: Path
) -> None:
    b = variant(made, tmp_path, write("Catálogo", {"D5": None}))
    found = compare(made, b)
    assert [c.id for c in found.changes if c.kind == "periodo"] == ["periodo:2010:2010"]
    assert [s.period for s in found.standings] == ["2009", "2011"]
    one = moved(found, "S11", "2011")
    assert one.after is None
    assert [p.label for p in one.parts] == ["periodo 2010"]
    assert not [m for m in found.movements if m.period in ("2009", "2010")]
    assert moved(compare(b, made), "S11", "2011").before is None


def test_without_a_common_period_only_changes_are_told(made: Path, tmp_path: Path) -> None:
    found = compare(made, create(tmp_path / "otro.xlsx", periods=("2020",)))
    assert {c.key for c in found.changes if c.kind == "periodo"} == {"2009", "2010", "2011", "2020"}
    assert (found.standings, found.movements, found.turns) == ((), (), ())


def test_other_definitions_are_told_indicator_by_indicator(
    made: Path, tmp_path: Path, banco_indigena: Balance
) -> None:
    other = create(
        tmp_path / "b.xlsx", balance=banco_indigena, judgements="tulcan_2016", segment="tulcan_2016",
        profile=with_parameters(load_profile("banco_indigena_2013"), "banco_indigena_2013"), entity="Banco Indígena",
    )  # fmt: skip
    found = compare(made, other)
    (profile,) = [c for c in found.changes if c.kind == "definiciones"]
    assert "«woccu» → «banco_indigena_2013»" in profile.text
    texts = {c.key: c.text for c in found.changes if c.kind == "indicador"}
    one, two = load_profile(), load_profile("banco_indigena_2013")
    assert {k for k, t in texts.items() if "ya no figura" in t} == set(one.indicators) - set(two.indicators)
    shared = one.indicators.keys() & two.indicators.keys()
    changed = {key for key in shared if one.indicators[key].numerator != two.indicators[key].numerator}
    assert changed
    assert all("otra fórmula" in texts[key] for key in changed)
    assert_exact(found)
    assert {m.key for m in found.movements} <= {"", *one.indicators, *two.indicators}
    by_definitions = [p.label for m in found.movements for p in m.parts if m.what is What.INDICATOR]
    assert set(by_definitions) == {"definiciones"}
    assert_exact(compare(other, made))


# --- bad files


def test_problems_of_both_files_are_told_together(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "x" / "a.xlsx"
    other.parent.mkdir()
    openpyxl.Workbook().save(other)
    with pytest.raises(PerlasError) as error:
        compare(tmp_path / "nada.xlsx", other)
    assert [(p.code, p.where) for p in error.value.problems] == [
        ("A01", str(tmp_path / "nada.xlsx")), ("L20", str(other)),
    ]  # fmt: skip
    with pytest.raises(PerlasError) as error:
        compare(made, other)
    assert [p.code for p in error.value.problems] == ["L20"]


def test_an_older_template_is_refused_with_its_file(made: Path, tmp_path: Path) -> None:
    old = tmp_path / "viejo.xlsx"
    edited = openpyxl.load_workbook(made)
    name = edited.defined_names["xlp_plantilla"]
    name.attr_text = re.sub(r"version=\d+", "version=1", name.attr_text)
    edited.save(old)
    with pytest.raises(PerlasError) as error:
        compare(old, made)
    assert [(p.code, p.where) for p in error.value.problems] == [("L19", str(old))]


def test_neither_file_is_changed(made: Path, many: Path) -> None:
    before = made.read_bytes(), many.read_bytes()
    compare(made, many)
    assert (made.read_bytes(), many.read_bytes()) == before


# --- the command


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["comparar", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_text_summarises_and_fits_a_hundred_columns(
    made: Path, many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, made, many)
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= 100
    text = " ".join(out.split())
    count = len(compare(made, many).changes)
    assert f"{count} cambios:" in text
    assert re.search(r"2011: calificación \S+ → \S+, puntaje \d+,\d\d → \d+,\d\d, .*?; porque ", text)
    assert "33 RESERVAS, 2011: 463,27 → 2.500,50 (+2.037,23) [Catálogo!E" in text
    assert re.search(r"- E9 2009: 0,74% → 0,77% \(\+0,03 pp\): parámetro provision_mas_12m \+0,03", text)
    assert "valor de Shapley" in text


def test_text_says_when_nothing_differs(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, made, made)
    assert code == 0
    assert "Los dos libros tienen las mismas entradas." in out


def test_json_has_the_same_keys_always(made: Path, many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, made, many, "--formato", "json")
    data = json.loads(out)
    assert code == 0
    assert list(data) == [
        "version", "a", "b", "periodos", "iguales", "total_cambios", "cambios", "movimientos", "veredictos",
        "calificaciones", "metodo",
    ]  # fmt: skip
    assert list(data["a"]) == ["archivo", "entidad", "perfil", "catalogo", "periodos", "recalculado_con"]
    assert {tuple(one) for one in data["cambios"]} == {
        ("id", "tipo", "clave", "periodo", "antes", "despues", "donde", "texto")
    }
    assert {tuple(one) for one in data["movimientos"]} == {
        ("que", "indicador", "periodo", "unidad", "antes", "despues", "estado_antes", "estado_despues", "diferencia",
         "partes")
    }  # fmt: skip
    assert {tuple(p) for one in data["movimientos"] for p in one["partes"]} == {
        ("texto", "indicador", "aporte", "cambios")
    }
    assert {tuple(one) for one in data["veredictos"]} == {
        ("que", "indicador", "periodo", "antes", "despues", "cambios")
    }
    assert {tuple(one) for one in data["calificaciones"]} == {("periodo", "puntaje", "calificacion", "camel")}
    ids = {one["id"] for one in data["cambios"]}
    assert len(ids) == len(data["cambios"])
    assert {i for one in data["movimientos"] for p in one["partes"] for i in p["cambios"]} <= ids
    empty = json.loads(run(capsys, made, made, "--formato", "json")[1])
    assert list(empty) == list(data)
    assert empty["iguales"] is True


def test_csv_holds_every_part(made: Path, many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "diferencias.csv"
    assert run(capsys, made, many, "--salida", target)[0] == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    found = compare(made, many)
    assert [r["cambios"] for r in rows if r["seccion"] == "cambio"] == [c.id for c in found.changes]
    shares = [r for r in rows if r["seccion"] == "movimiento" and r["clave"] == "E9" and r["periodo"] == "2011"]
    assert math.fsum(float(r["aporte"]) for r in shares) == pytest.approx(float(shares[0]["diferencia"]), rel=1e-12)
    assert len([r for r in rows if r["seccion"] == "veredicto"]) == len(found.turns)


def test_one_period_or_indicator_shows_only_what_took_part(
    made: Path, many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, made, many, "--indicador", "e9", "--periodo", "2009", "--formato", "json")
    data = json.loads(out)
    assert [(m["indicador"], m["periodo"]) for m in data["movimientos"]] == [("E9", "2009")]
    assert [c["id"] for c in data["cambios"]] == ["parametro:provision_mas_12m:"]
    assert data["iguales"] is False
    assert data["total_cambios"] > 1
    _, text, _ = run(capsys, made, many, "--indicador", "E1", "--periodo", "2009")
    assert "toman parte" in text


@pytest.mark.parametrize("wrong, code", [(("--indicador", "E99"), "U02"), (("--periodo", "1999"), "U03")])
def test_what_is_not_there_is_a_usage_error(
    wrong: Sequence[str], code: str, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = run(capsys, made, made, *wrong)
    assert found == 2
    assert f"[{code}]" in err


def test_output_never_replaces_a_workbook(made: Path, many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = made.read_bytes()
    assert run(capsys, made, many, "--salida", made)[0] == 2
    assert made.read_bytes() == before
