"""The report of the Balance Social as its readers see it: both countries, the command, a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import chromium
import pytest
from test_informe import figures, text_of
from test_informe_browser import _CHECK
from test_social import COLOMBIA, ECUADOR, whole_row
from test_social_published import COLOMBIA as PUBLISHED

from xl_perlas.cli import main
from xl_perlas.document import Document, GroupedBars, Origin, RadarChart, to_html
from xl_perlas.model import Status
from xl_perlas.problems import PerlasError, problem
from xl_perlas.social import (
    Action,
    ImprovementPlan,
    Provenance,
    SocialInputs,
    SocialMarks,
    SocialMethod,
    build_thresholds,
    evaluate_social,
    improvement_plan,
    load_thresholds,
    mark_report,
)
from xl_perlas.social.texts import shown
from xl_perlas.social_document import ActivityRow, social_document
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.social.build import create_social
from xl_perlas.workbook.social.plan import ACTIVIDADES, MEJORA, make_plan

ACTION = Action("Gerencia", "2024-06-30", "Encuesta de cada semestre")
ACTIVITIES: tuple[ActivityRow, ...] = (
    ("2023-03-01", "P4", "Taller de ahorro", 120.0, 5000.0, 4500.0),
    ("2023-05-10", "P6", "Siembra de árboles", 300.0, None, 1200.0),
    ("2023-07-01", "P4", "Escuela de delegados", None, 3000.0, 1500.5),
    ("", "", "Feria", 0.0, 0.0, 0.0),
)
HOSTILE = '<script>x</script> "=cmd" \' onload=1 </style>&lt;'

REASONS = {
    Status.NO_DATA: "sin dato", Status.ZERO_DENOMINATOR: "denominador cero", Status.NOT_APPLICABLE: "no aplica",
}  # fmt: skip


def marked(method: SocialMethod, values: dict[Any, dict[str, Any]], entity: str = "") -> SocialMarks:
    inputs = SocialInputs.build(method, values, Provenance("Ana", "2026-01-31", "Acta 4"), entity)
    return mark_report(evaluate_social(method, inputs), load_thresholds(method.id))


@cache
def colombia() -> tuple[SocialMarks, ImprovementPlan]:
    """The published years 2023 and 2021, which are not one after the other."""
    marks = marked(COLOMBIA, PUBLISHED["datos"], "Cooperativa de Ejemplo")
    before = improvement_plan(marks, period="2021")
    return marks, improvement_plan(marks, before, period="2023", actions={"CO09": ACTION})


@cache
def ecuador() -> tuple[SocialMarks, ImprovementPlan]:
    """Every input, but for some that are missing, do not apply or are zero."""
    now, before = whole_row(ECUADOR, year=9), whole_row(ECUADOR)
    for i, key in enumerate(now):
        if i % 23 == 5:
            now[key] = None
        elif i % 23 == 11:
            now[key] = "no aplica"
        elif i % 29 == 3 and ECUADOR.inputs[key].kind == "conteo":
            now[key] = before[key] = 0
        elif ECUADOR.inputs[key].kind == "texto":
            now[key] = "la página web, las redes sociales, la radio local y los carteles de las agencias"
    marks = marked(ECUADOR, {"2024": before, "2025": now}, "COAC Ejemplo")
    return marks, improvement_plan(marks)


CASES = {"colombia": colombia, "ecuador": ecuador}
both = pytest.mark.parametrize("name", CASES)


@cache
def document(name: str) -> Document:
    marks, plan = CASES[name]()
    return social_document(marks, plan, activities=ACTIVITIES, origin=Origin(("datos.csv",)))


def chapter(found: Document, name: str) -> str:
    """A chapter as a page."""
    own = next(one for one in found.sections if one.id == name)
    return to_html(Document("", "", "", "", (own,)))


def said(found: Document, name: str) -> str:
    """What a chapter says."""
    return text_of(chapter(found, name)).replace("\u00a0", " ")


def rows(page: str) -> list[list[str]]:
    """Rows of the tables of a page that have a heading of their own, as texts."""
    lines = re.findall(r"<tr(?: class=\"total\")?><th scope=\"row\".*?</tr>", page)
    return [
        [text_of(cell).replace("\u00a0", " ") for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", line)]
        for line in lines
    ]


# --- chapters of the principles ---------------------------------------------------------------------------------------


@both
def test_each_principle_shows_each_of_its_indicators_once_with_its_figures(name: str) -> None:
    marks, _ = CASES[name]()
    report, found = marks.report, document(name)
    shown_keys = []
    for principle in report.method.principles:
        page = chapter(found, f"principio-{principle.lower()}")
        own = report.method.of_principle(principle)
        table = rows(page)
        assert [row[0] for row in table] == [*(one.id for one in own), principle]
        text = text_of(page).replace("\u00a0", " ")
        for one, row in zip(own, table, strict=False):
            assert row[1].startswith(one.name)
            for cell, position in zip(row[2:4], (-1, _earlier(name, marks)), strict=True):
                assert cell.removesuffix(" !") == _expected(marks, one.id, position)
            mark = marks.marks[one.id][-1]
            assert row[6].endswith("sin nota" if mark.value is None else str(mark.light))
            if mark.value is None:
                assert row[5]
                assert not re.search(r"\d", row[5]), "a word, never a figure"
            else:
                assert row[5] == f"{mark.value:.2f}".replace(".", ",")
            assert report.results[one.id][-1].analysis in text
        shown_keys += [row[0] for row in table[:-1]]
    assert shown_keys == list(report.method.indicators)
    assert len(shown_keys) == {"colombia": 42, "ecuador": 159}[name]


def _earlier(name: str, marks: SocialMarks) -> int:
    return marks.report.labels.index("2021" if name == "colombia" else "2024")


def _expected(marks: SocialMarks, key: str, position: int) -> str:
    result, one = marks.report.results[key][position], marks.report.method.indicators[key]
    if result.text:
        return result.text if len(result.text) <= 18 else result.text[:17].rstrip() + "…"
    return REASONS[result.status] if result.value is None else shown(result.value, one.unit)


@pytest.mark.parametrize("row", [
    ["CO01", "Asociados activos", "98,87 %", "103,13 % !", "−4,26 p. p.", "10,00", "✓ verde"],
    ["CO04", "Antigüedad de los votantes", "100,00 %", "sin dato", "no se compara", "10,00", "✓ verde"],
    ["CO42", "Economías de escala", "denominador cero", "denominador cero", "no se compara", "denominador cero",
     "· sin nota"],
    ["CO11", "Transacciones por asociado En transacciones por asociado", "65,70", "20", "+45,70", "no se compara",
     "· sin nota"],
])  # fmt: skip
def test_rows_of_the_published_years(row: list[str]) -> None:
    found = document("colombia")
    assert row in [own for p in COLOMBIA.principles for own in rows(chapter(found, f"principio-{p.lower()}"))]


def test_a_repeated_indicator_says_so_under_its_second_principle() -> None:
    assert "Es el mismo que CO12" not in said(document("colombia"), "principio-p2")
    assert "Desembolsos de crédito a mujeres Es el mismo que CO12" in said(document("colombia"), "principio-p3")


@both
def test_why_there_is_no_value_is_told_in_words_and_never_beside_a_percent_sign(name: str) -> None:
    marks, _ = CASES[name]()
    page = to_html(document(name))
    text = text_of(page)
    assert not re.search(r"(sin \w+|cero|aplica|compara|negativa)\s*%", text.replace("\u00a0", " "))
    assert not re.search(r"\b(nan|inf|None)\b", re.sub(r"<style>.*?</style>", "", page, flags=re.S))
    for key, row in marks.report.results.items():
        if row[-1].value is None and not row[-1].text:
            words = said(document(name), f"principio-{marks.report.method.indicators[key].principle.lower()}")
            cause = row[-1].note[6:].partition(" Qué hacer")[0]
            assert cause[1:] in words, "the cause stands under the sentence"
    missing = {r[-1].status for r in marks.report.results.values() if r[-1].value is None and not r[-1].text}
    wanted = {Status.ZERO_DENOMINATOR} if name == "colombia" else set(REASONS)
    assert missing == wanted, "the case has every reason"


# --- summary, charts, changes -----------------------------------------------------------------------------------------


def test_the_summary_has_both_years_and_every_light() -> None:
    text = said(document("colombia"), "resumen")
    assert "Nota total, de 0 a 10 5,30 en 2021, 4,08" in text
    assert "39 de 42 denominador cero: 3" in text
    assert "✓ 16 en verde 38,10 % ▲ 7 en amarillo 16,67 % ✗ 8 en rojo 19,05 % · 11 sin nota (N/A) 26,19 %" in text
    assert "P6 · Servicio a la comunidad 5,00 sin nota 1 1 1 2 5" in text
    assert "2023 se compara con 2021, que no es el año anterior" in text
    assert "31 la tienen en 2023 y 26 en 2021" in text
    assert "Los umbrales de 41 de los 42 indicadores son un criterio propio de xl-perlas" in text


@both
def test_charts_draw_the_marks_and_the_lights_of_both_years(name: str) -> None:
    marks, plan = CASES[name]()
    places = [marks.report.labels.index(label) for label in (plan.period, plan.previous)]
    bars, radar, lights = (f.chart for f in figures(document(name)))
    assert isinstance(bars, GroupedBars)
    assert isinstance(lights, GroupedBars)
    assert isinstance(radar, RadarChart)
    for series, i in zip(bars.series, places, strict=True):
        assert [v.value for v in series.values] == [row[i] for row in marks.principles.values()]
    for spoke, row in zip(radar.spokes, marks.principles.values(), strict=True):
        for value, i in zip((spoke.value, spoke.before), places, strict=True):
            assert value.value == (None if row[i] is None else pytest.approx((row[i] or 0) / 10))
    for series in lights.series:
        assert sum(v.value or 0 for v in series.values) == pytest.approx(1)


def test_what_moved_is_told_from_the_largest_change() -> None:
    marks = marked(COLOMBIA, {
        "2022": {"satisfaccion": 0.7, "asociados": 100, "ahorradores": 10, "deudores": 100, "mayores_deudores": 30},
        "2023": {"satisfaccion": 0.9, "asociados": 100, "ahorradores": 90, "deudores": 100, "mayores_deudores": 1},
    })  # fmt: skip
    page = chapter(social_document(marks, improvement_plan(marks)), "cambios")
    text = text_of(page)
    assert "De 42 indicadores, 3 tienen nota en 2022 y en 2023: en 2 subió, en 1 bajó y en 0 no cambió." in text
    assert [row[0] for row in rows(page)] == ["CO15", "CO14", "CO31"]
    assert "Mejoraron (2)" in text
    assert "Empeoraron (1)" in text
    assert rows(page)[0][2:] == ["10,00", "0,00", "90,00 %", "10,00 %", "+80,00 p. p.", "✓ verde"]


# --- plan and activities ----------------------------------------------------------------------------------------------


@both
def test_each_indicator_is_in_one_category_of_the_plan(name: str) -> None:
    _, plan = CASES[name]()
    listed = rows(chapter(document(name), "plan"))
    ids = [row[0] for row in listed[3:]]
    assert [row[0] for row in listed[:3]] == ["Urgentes", "Importantes", "De impacto"]
    order = ["urgentes", "importantes", "impacto"]
    assert ids == [one.indicator for category in order for one in plan.items if one.category == category]
    for row, category in zip(listed[:3], order, strict=True):
        move = next(m for m in plan.evolution if m.category == category)
        assert [row[1], row[3], row[4]] == [str(move.now), str(move.before), str(len(move.stayed))]
        assert row[5] == (f"{len(move.entered)}: {', '.join(move.entered)}" if move.entered else "ninguno")


def test_the_plan_says_who_does_what_by_when() -> None:
    text = said(document("colombia"), "plan")
    assert "CO09 Jóvenes en los órganos Principio P1 ✗ rojo nota 0,00 sigue Gerencia 30/06/2024 Encuesta de" in text
    assert "CO10 Crecimiento neto de asociados hábiles Principio P2 · sin nota no se compara sigue sin asignar" in text
    assert "antes, urgentes" in text
    assert "Ninguno tiene todavía responsable" in said(document("ecuador"), "plan")


def test_activities_add_up_and_what_is_missing_is_no_zero() -> None:
    table = rows(chapter(document("colombia"), "actividades"))
    assert table[0][1:] == ["2", "120", "8.000,00", "6.000,50", "75,01 %"]
    assert table[1][1:] == ["1", "300", "sin presupuesto", "1.200,00", "sin presupuesto"]
    assert table[2] == ["Sin principio", "1", "0", "0,00", "0,00", "presupuesto cero"]
    assert table[3] == ["Total", "4", "420", "8.000,00", "7.200,50", "90,01 %"]
    assert table[6][:6] == ["01/07/2023", "Escuela de delegados", "P4", "sin cifra", "3.000,00", "1.500,50"]
    assert "1 sin beneficiarios; 1 sin presupuesto" in said(document("colombia"), "actividades")


def test_without_a_list_of_activities_there_is_no_chapter_of_them() -> None:
    marks, plan = colombia()
    assert "actividades" not in [one.id for one in social_document(marks, plan).sections]
    assert "No hay actividades" in said(social_document(marks, plan, activities=()), "actividades")


# --- doubts and sources -----------------------------------------------------------------------------------------------


def test_every_problem_is_told_with_what_to_do() -> None:
    marks, plan = colombia()
    own = problem("N44", where="Cuentas!C9", code="1401", text="abc")
    found = social_document(marks, plan, problems=[own, marks.report.problems[0]])
    text = said(found, "dudas")
    assert "Errores: 1; avisos: 9." in text
    assert "[N44] Cuentas!C9: El saldo de la cuenta 1401, «abc», no es un número" in text
    for one in marks.report.problems:
        assert text.count(one.cause[1:]) == 1
        assert one.next_step in text
    assert "Cifras marcadas con ! por dudosas: CO01, CO15, CO21, CO22." in text
    clean = marked(COLOMBIA, {"2023": {"satisfaccion": 0.9}})
    quiet = said(social_document(clean, improvement_plan(clean)), "dudas")
    assert "N29" in quiet, "principles without a mark"


def test_sources_name_the_norm_the_thresholds_and_who_gave_each_figure() -> None:
    text = said(document("ecuador"), "fuentes")
    assert "Norma: Resolución JPRF-F-2022-048." in text
    assert "Umbrales de las notas: Criterio propio de xl-perlas (Ecuador); cámbielo." in text
    assert "indicadores son un criterio propio de xl-perlas: la norma no publica los suyos" in text
    assert "el valor, por escalones: 0 % → 0; 20 % → 5; 50 % → 10 xl-perlas: criterio propio" in text
    assert "la respuesta: Sí → 10; No → 0" in text
    assert re.search(r"Socios En personas [\d.]+ [\d.]+ escrito Ana 31/01/2026 Acta 4", text)
    assert "Archivos leídos: datos.csv." in text
    assert len(re.findall(r"<th scope=\"row\">P\d{3}</th>", chapter(document("ecuador"), "fuentes"))) == 159


def test_thresholds_of_the_entity_are_no_criterion_of_the_program() -> None:
    marks, _ = colombia()
    names = list(COLOMBIA.indicators)
    for count, told in ((1, "40 de los 42"), (len(names), None)):
        rules = {key: {"puntos": [[0, 0], [1, 10]], "fuente": "entidad: acta 7"} for key in names[:count]}
        own = build_thresholds({
            "notas": {"id": "e", "nombre": "Los nuestros", "base": "colombia", "fuente": "entidad: acta 7"},
            "indicadores": rules,
        }, "e.toml")  # fmt: skip
        found = mark_report(marks.report, own)
        page = to_html(social_document(found, improvement_plan(found)))
        assert ("criterio propio de xl-perlas: la norma" in page) is (told is not None)
        assert told is None or told in page
        assert "Los nuestros" in page


# --- odd cases --------------------------------------------------------------------------------------------------------


def test_one_year_is_compared_with_nothing() -> None:
    marks = marked(COLOMBIA, {"2023": {"satisfaccion": 0.9, "asociados": 0, "ahorradores": 0}})
    found = social_document(marks, improvement_plan(marks))
    assert "No hay otro año con que comparar 2023" in said(found, "resumen")
    assert "Hacen falta dos años" in said(found, "cambios")
    assert "Cambio" not in said(found, "principio-p2")
    assert ["CO14", "Satisfacción de los asociados", "90,00 %", "10,00", "✓ verde"] in rows(
        chapter(found, "principio-p2")
    )  # fmt: skip
    assert ["CO15", "Cultura de ahorro", "denominador cero", "denominador cero", "· sin nota"] in rows(
        chapter(found, "principio-p3")
    )  # fmt: skip


@pytest.mark.parametrize("method", [COLOMBIA, ECUADOR], ids=lambda m: m.id)
def test_with_nothing_typed_there_is_no_figure(method: SocialMethod) -> None:
    marks = marked(method, {"2023": {}})
    found = social_document(marks, improvement_plan(marks))
    for principle in method.principles:
        for row in rows(chapter(found, f"principio-{principle.lower()}"))[:-1]:
            assert row[2:] == ["sin dato", "sin dato", "· sin nota"]
    assert "Nota total, de 0 a 10 sin nota" in said(found, "resumen")


def test_without_a_year_there_is_nothing_to_report() -> None:
    marks = marked(COLOMBIA, {})
    with pytest.raises(PerlasError, match="N70"):
        social_document(marks, improvement_plan(marks))
    with pytest.raises(KeyError):
        social_document(colombia()[0], improvement_plan(marked(COLOMBIA, {"1999": {}})))


def test_what_people_typed_is_only_text() -> None:
    row = whole_row(ECUADOR) | {k: HOSTILE for k, one in ECUADOR.inputs.items() if one.kind == "texto"}
    inputs = SocialInputs.build(ECUADOR, {"2025": row}, Provenance(HOSTILE, HOSTILE, HOSTILE), HOSTILE)
    marks = mark_report(evaluate_social(ECUADOR, inputs), load_thresholds("ecuador"))
    plan = improvement_plan(marks, actions={"P101": Action(HOSTILE, HOSTILE, HOSTILE)})
    page = to_html(social_document(
        marks, plan, problems=[problem("N44", where=HOSTILE, code=HOSTILE, text=HOSTILE)],
        activities=[(HOSTILE, HOSTILE, HOSTILE, 1.0, 2.0, 3.0)], origin=Origin((HOSTILE,), "", {HOSTILE: HOSTILE}),
    ))  # fmt: skip
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert not re.search(r"<[^>]*\sonload=", page)
    assert unescape(page).count(HOSTILE.partition(" ")[0]) > 185, "who gave each figure, and the rest"


@both
def test_the_page_is_the_same_every_time_and_fetches_nothing(name: str) -> None:
    marks, plan = CASES[name]()
    page = to_html(document(name))
    again = social_document(marks, plan, activities=ACTIVITIES, origin=Origin(("datos.csv",)))
    assert to_html(again) == page
    assert not re.search(r"(https?:)?//\w|<script|<link|<img|url\(|@import|\ssrc=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# --- the command ------------------------------------------------------------------------------------------------------

DATA = "dato;2022;2023\nasociados;100;100\nahorradores;50;40\nsatisfaccion;\"70 %\";\"89,5 %\"\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["balance-social", "--pais", "co", *map(str, arguments)])
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "datos.csv"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.mark.parametrize("options", [["--formato", "html"], []])
def test_the_command_writes_the_page(data: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str]) -> None:
    page = data.with_name("informe.html")
    page.write_text("lo de antes", encoding="utf-8")
    code, out, err = run(capsys, data, *options, "--salida", page)
    assert (code, out) == (0, "")
    assert "escrito" in err
    text = text_of(page.read_text(encoding="utf-8")).replace("\u00a0", " ")
    assert "CO15 Cultura de ahorro 40,00 % 50,00 % −10,00 p. p." in text
    assert "Archivos leídos: datos.csv." in text
    assert sorted(one.name for one in data.parent.iterdir()) == ["datos.csv", "informe.html"]
    assert data.read_text(encoding="utf-8") == DATA


@pytest.mark.parametrize(("options", "code"), [
    (["--formato", "html"], "U01"), (["--formato", "html", "--salida", "informe.xlsx"], "U01"),
    (["--salida", "datos.html"], "U08"), (["--salida", "no/hay/i.html"], "L07"),
])  # fmt: skip
def test_what_the_command_refuses_writes_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: Sequence[str], code: str
) -> None:
    monkeypatch.chdir(data.parent)
    read = data.rename(data.with_name("datos.html")) if "datos.html" in options else data
    status, out, err = run(capsys, read.name, *options)
    assert (status, out) == (2 if code[0] == "U" else 1, "")
    assert f"[{code}]" in err
    assert [one.name for one in data.parent.iterdir()] == [read.name]
    assert read.read_text(encoding="utf-8") == DATA


def test_the_blank_table_is_no_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "--plantilla", "2024", "--formato", "html", "--salida", tmp_path / "i.html")
    assert code == 2
    assert "--plantilla va sola" in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


# --- a workbook -------------------------------------------------------------------------------------------------------


def informe(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["informe", *map(str, arguments)])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_a_workbook_gives_the_report_of_the_years_chosen_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = SocialInputs.build(COLOMBIA, PUBLISHED["datos"], entity="Coop <b>Uno</b>")
    book = create_social(tmp_path / "libro.xlsx", "co", inputs=inputs, report="2023", against="2021")
    plan = make_plan("co", ())
    first = plan.activity_span[0]
    typed = {
        (MEJORA, plan.action_responsible, plan.action_rows["CO09"]): "Gerencia <i>",
        (ACTIVIDADES, plan.activity_principle, first): "P4", (ACTIVIDADES, plan.activity_text, first): "Taller",
        (ACTIVIDADES, plan.activity_budget, first): 400.0, (ACTIVIDADES, plan.activity_spent, first): 100.0,
    }  # fmt: skip
    package = Package.open(book)
    for (sheet, column, row), value in typed.items():
        package.sheet(sheet).set_value(ref(column, row), value)
    package.save()
    before = book.read_bytes()
    code, out, _ = informe(capsys, book)
    assert (code, out.strip()) == (0, str(tmp_path / "libro-informe.html"))
    text = text_of(Path(out.strip()).read_text(encoding="utf-8")).replace("\u00a0", " ")
    for part in (
        "Coop <b>Uno</b>", "Balance Social de Colombia, comparado con 2021", "Nota total, de 0 a 10 5,30 en 2021, 4,08",
        "CO01 Asociados activos 98,87 % 103,13 % !", "sigue Gerencia <i> sin fecha",
        "Taller P4 sin cifra 400,00 100,00 25,00 %", "Archivos leídos: libro.xlsx.", "Huella de las entradas:",
        "criterio propio de xl-perlas: la norma",
    ):  # fmt: skip
        assert part in text
    assert book.read_bytes() == before


def test_a_workbook_without_data_and_options_of_a_balance_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = create_social(tmp_path / "vacio.xlsx", "co")
    for options, code in (([], "N70"), (["--pares", "x.csv"], "U01"), (["--catalogo", "seps"], "U01")):
        assert informe(capsys, book, *options)[0] == (1 if code == "N70" else 2)
        _, _, err = informe(capsys, book, *options)
        assert f"[{code}]" in err
    assert [one.name for one in tmp_path.iterdir()] == ["vacio.xlsx"]


# --- a browser --------------------------------------------------------------------------------------------------------


def _nothing(method: SocialMethod) -> Document:
    marks = marked(method, {"2023": {}})
    return social_document(marks, improvement_plan(marks))


PAGES: dict[str, Callable[[], Document]] = {
    "colombia": lambda: document("colombia"), "ecuador": lambda: document("ecuador"),
    "nothing": lambda: _nothing(ECUADOR),
}  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_overlaps_or_overflows(name: str, width: int, tmp_path: Path) -> None:
    page = tmp_path / "informe.html"
    page.write_text(to_html(PAGES[name]()), encoding="utf-8")
    found = chromium.ask(page, _CHECK, width)
    assert found["page"] <= width, "the page scrolls sideways"
    assert found["charts"] == 3
    assert found["bad"] == []


def test_the_page_opens_without_a_complaint_and_prints(tmp_path: Path) -> None:
    page = tmp_path / "informe.html"
    page.write_text(to_html(document("ecuador")), encoding="utf-8")
    assert chromium.console(page) == []
    assert 15 <= chromium.printed_pages(page) <= 60
