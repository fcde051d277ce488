"""The PERLAS report and the command `informe`: what its readers see, of good balances and of bad ones."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path

import pytest
import reportcases as cases
from ratedbooks import choose_period, rated

from xl_perlas.balance import Balance
from xl_perlas.cli import main
from xl_perlas.document import Document, Figure, Gallery, LineChart, RadarChart, StackedBars, to_html
from xl_perlas.perlas_document import met_by_component, perlas_document
from xl_perlas.problems import PerlasError, problem
from xl_perlas.report import calculate


def text_of(page: str) -> str:
    """What a page says, without its looks and its tags."""
    body = re.sub(r"<(style|desc|title)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def section(document: Document, name: str) -> str:
    """What a chapter says."""
    own = next(one for one in document.sections if one.id == name)
    return text_of(to_html(Document("", "", "", "", (own,))))


def figures(document: Document) -> list[Figure]:
    blocks = [block for one in document.sections for block in one.blocks]
    single = [b for b in blocks if isinstance(b, Figure)]
    return single + [f for b in blocks if isinstance(b, Gallery) for f in b.figures]


@pytest.fixture(scope="module")
def demo() -> Document:
    return cases.whole_report(cases.demo())


# --- the document -----------------------------------------------------------------------------------------------------


def test_every_indicator_has_its_row_its_source_and_its_chart(demo: Document) -> None:
    report = calculate(cases.demo())
    titles = [f.chart.title for f in figures(demo) if isinstance(f.chart, LineChart)]
    for one in report.indicators:
        assert f"{one.id} · {one.name}" in titles
        said = section(demo, f"area-{one.component.lower()}")
        assert f"{one.name} {one.source}" in said
    said = section(demo, "area-e")
    assert "E1 Préstamos netos / activo total" in said
    assert "70 % - 80 % ✗ No cumple ✗ 82,20 % ✗ 82,20 % ✗ 81,33 %" in said
    assert "E4 Inversiones no financieras / activo total" in said
    assert "· Sin veredicto sin dato sin dato sin dato" in said


def test_the_summary_says_where_the_cooperative_stands(demo: Document) -> None:
    said = section(demo, "resumen")
    assert "BBB+ en 2010, BBB" in said
    assert "17 de 35 49 % de las que tienen veredicto" in said
    assert "✓ 17 cumplen ✗ 18 no cumplen · 10 sin veredicto" in said
    assert "[C01] La cuenta 4 «GASTOS» dice 19.459,88 en 2011" in said


def test_the_radar_is_the_share_of_goals_met_in_each_component(demo: Document) -> None:
    radar = next(f.chart for f in figures(demo) if isinstance(f.chart, RadarChart))
    report = cases.demo()
    counts = met_by_component(calculate(report), 2)
    assert [one.name[0] for one in radar.spokes] == list("PERLAS") == list(counts)
    shares = {one.name[0]: (one.detail, one.value.value) for one in radar.spokes}
    assert shares["E"] == ("3 de 8", pytest.approx(0.375))
    assert shares["L"] == ("1 de 3", pytest.approx(1 / 3))
    assert radar.before == "2010"


def test_compositions_add_up_to_the_whole(demo: Document) -> None:
    found = [f.chart for f in figures(demo) if isinstance(f.chart, StackedBars)]
    assert [one.title for one in found] == [
        "Composición del activo", "Composición del pasivo", "Composición del patrimonio", "Composición de los ingresos",
        "Composición de los gastos",
    ]  # fmt: skip
    for one in found:
        for i in range(3):
            assert sum(part.values[i].value or 0.0 for part in one.parts) == pytest.approx(1)


def test_the_other_chapters_have_their_figures(demo: Document) -> None:
    assert "Margen neto de intereses 9.058,20 10.918,04 14.892,98 69,39 % 36,41 %" in section(demo, "analisis")
    assert "14 CARTERA DE CRÉDITOS 65.411,35 90.897,58 25.486,23 38,96 %" in section(demo, "analisis")
    assert "MOR_MICRO" in section(demo, "supervision")
    assert "Morosidad por segmento de crédito" in section(demo, "supervision")
    assert re.search(r"lugar \d+ de 10", section(demo, "pares"))
    assert "Fortalezas (" in section(demo, "fortalezas")
    assert "Nota de cada indicador y periodo" in section(demo, "camel")
    assert "Qué hacer:" in section(demo, "dudas")
    assert "E1 cartera neta ÷ activo total Tesis COAC" in section(demo, "fuentes")


def test_what_was_not_computed_is_said_where_it_would_stand() -> None:
    document = perlas_document(calculate(cases.demo()))
    for name, words in {
        "resumen": "hacen falta los pesos", "analisis": "No hay análisis financiero", "pares": "--pares",
        "supervision": "No hay indicadores de supervisión", "camel": "hace falta un segmento",
        "fortalezas": "No hay fortalezas", "dudas": "No se revisaron",
    }.items():  # fmt: skip
        assert words in section(document, name)


def test_a_report_of_an_earlier_period_shows_nothing_later() -> None:
    document = cases.whole_report(cases.demo(), "2010")
    assert document.period == "2010"
    assert "El balance tiene también 2011" in section(document, "resumen")
    assert "2011" not in section(document, "area-e")
    assert all(p.year <= 2010 for f in figures(document) if isinstance(f.chart, LineChart) for p in f.chart.periods)


# --- balances that break careless programs ----------------------------------------------------------------------------


def _missing(document: Document) -> None:
    chart = next(f.chart for f in figures(document) if f.chart.title.startswith("A1 "))
    assert isinstance(chart, LineChart)
    assert len(chart.periods) == 36
    assert [i for i, v in enumerate(chart.series[0].values) if v.value is None] == [17]


def _two(document: Document) -> None:
    said = section(document, "supervision")
    assert re.search(r"Morosidad, crédito productivo MOR_PROD · .*? no aplica no aplica \d", said)
    assert re.search(r"Morosidad, crédito comercial MOR_COM · .*? no aplica no aplica", said)
    chart = next(f.chart for f in figures(document) if f.chart.title == "Morosidad por segmento de crédito")
    assert isinstance(chart, LineChart)
    assert [p.label for p in chart.periods] == ["2011", "2012", "2013", "2014", "2015"], "2013 has a gap of its own"


def _negative(document: Document) -> None:
    chart = next(f.chart for f in figures(document) if f.chart.title == "Composición del patrimonio")
    assert isinstance(chart, StackedBars)
    assert chart.unit == "USD", "parts of a negative whole are no percentages"
    assert min(v.value or 0 for one in chart.parts for v in one.values) < 0


def _no_income(document: Document) -> None:
    chart = next(f.chart for f in figures(document) if f.chart.title == "Composición de los ingresos")
    assert isinstance(chart, StackedBars)
    assert all(one.values[2].value is None for one in chart.parts)
    assert "total 0" in to_html(document)


def _single(document: Document) -> None:
    assert "hacen falta dos al menos" in section(document, "analisis")
    assert "sin periodo anterior" in section(document, "resumen")


@pytest.mark.parametrize(
    ("balance", "check"),
    [
        (lambda: cases.months(36, (17,)), _missing), (cases.two_catalogues, _two), (cases.negative_equity, _negative),
        (cases.no_income, _no_income), (lambda: cases.only(cases.demo(), 2), _single),
    ],
    ids=["missing period", "two catalogues", "negative equity", "no income", "one period"],
)  # fmt: skip
def test_bad_balances_give_an_honest_report(balance: Callable[[], Balance], check: Callable[[Document], None]) -> None:
    document = cases.whole_report(balance())
    check(document)
    page = to_html(document)
    assert page == to_html(document)
    assert not re.search(r"\b(nan|inf|None)\b", re.sub(r"<style>.*?</style>", "", page, flags=re.S))


def test_an_entity_may_be_called_anything() -> None:
    page = to_html(cases.whole_report(cases.months(2, entity='<script>x</script> "=cmd"')))
    assert "<script" not in page
    assert '<script>x</script> "=cmd"' in text_of(page)


# --- the command ------------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["informe", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.fixture
def balance(tmp_path: Path) -> Path:
    return Path(shutil.copy(cases.DEMO, tmp_path / "balance.csv"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_balance_gives_a_page_beside_it(balance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(balance)
    code, out, err = run(capsys, balance, "--pesos", "tulcan_2016", "--entidad", "Coop <b>Uno</b>")
    page = balance.with_name("balance-informe.html")
    assert code == 1, "the chart has accounts that do not add up"
    assert out.strip() == str(page)
    assert f"escrito {page}" in " ".join(err.split())
    said = text_of(page.read_text(encoding="utf-8"))
    assert "Coop <b>Uno</b>" in said
    assert "Calificación de riesgo" in said
    assert "Archivos leídos: balance.csv" in said
    assert digest(balance) == before


def test_nothing_is_replaced_unless_asked(balance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = balance.with_name("balance-informe.html")
    page.write_text("mío", encoding="utf-8")
    code, _, err = run(capsys, balance)
    assert code == 2
    assert "[U04]" in err
    assert page.read_text(encoding="utf-8") == "mío"
    assert run(capsys, balance, "--reemplazar")[0] == 1
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--salida", "balance.csv"], "U01"), (["--salida", "informe.docx"], "U01"), (["--periodo", "1999"], "U03"),
        (["--unidad-pares", "razon"], "U01"), (["--pesos", "nadie"], "D02"), (["--pares", "pares.csv"], "A01"),
        (["--pesos", "tulcan_2016", "--doce-meses", "--salida", "i.pdf"], "U01"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_writes_nothing(
    options: Sequence[str], code: str, balance: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(balance.parent)
    before = sorted(p.name for p in balance.parent.iterdir())
    status, out, err = run(capsys, "balance.csv", *options)
    assert status == 2
    assert out == ""
    assert f"[{code}]" in err
    assert sorted(p.name for p in balance.parent.iterdir()) == before


def test_a_balance_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(shutil.copy(cases.DEMO, tmp_path / "balance.html"))
    before = digest(page)
    code, _, err = run(capsys, page, "--salida", page, "--reemplazar")
    assert code == 2
    assert "[U08]" in err
    assert digest(page) == before


def test_periods_and_peers_are_those_asked_for(balance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    peers = balance.with_name("pares.csv")
    peers.write_text("entidad,ROA,MOR_TOT\nUno,1.5,4\nDos,2.5,6\nTres,0.5,9\nCuatro,3,2\nCinco,1,5\n", encoding="utf-8")
    page = balance.with_name("i.html")
    run(capsys, balance, "--periodo", "2010", "--pares", peers, "--salida", page)
    said = text_of(page.read_text(encoding="utf-8"))
    assert "y sus pares en 2010" in said
    assert "pares.csv: 5 entidades" in said
    assert "ROA 0,40 % 1,70 % −1,30 6 de 6" in said
    assert "81,33 %" not in said, "the figure of 2011"


def test_a_workbook_gives_the_report_of_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = rated(tmp_path / "libro.xlsx", cases.demo())
    choose_period(book, 2010)
    before = digest(book)
    run(capsys, book)
    said = text_of(book.with_name("libro-informe.html").read_text(encoding="utf-8"))
    assert "Informe PERLAS" in said
    assert "juicios de la hoja AHP" in said
    assert "Huella de las entradas:" in said
    assert "El balance tiene también 2011" in said, "the period chosen on Decisiones is 2010"
    assert digest(book) == before
    code, _, err = run(capsys, book, "--pesos", "tulcan_2016", "--reemplazar")
    assert code == 2
    assert "--pesos no va con un libro" in err


def test_an_empty_workbook_has_nothing_to_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from xl_perlas.workbook.build import create

    book = create(tmp_path / "vacio.xlsx", periods=("2020", "2021"))
    code, _, err = run(capsys, book)
    assert code == 1
    assert "[I01]" in err
    assert not book.with_name("vacio-informe.html").exists()


@pytest.mark.parametrize("kind", ["balance", "workbook"])
def test_a_pdf_is_printed_from_a_workbook_and_the_page_stands_beside_it(
    kind: str, balance: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from xl_perlas.workbook import informe_pdf

    source = balance if kind == "balance" else rated(balance.with_name("libro.xlsx"), cases.demo())
    seen: list[tuple[str, bool]] = []

    def fake(book: Path, target: Path) -> None:
        seen.append((book.suffix, book == source))
        target.write_bytes(b"%PDF-1.7")

    monkeypatch.setattr(informe_pdf, "to_pdf", fake)
    target = balance.with_name("informe.pdf")
    _, out, _ = run(capsys, source, "--salida", target)
    assert seen == [(".xlsx", kind == "workbook")]
    assert out.strip() == str(target)
    assert target.read_bytes().startswith(b"%PDF")
    assert target.with_suffix(".html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_without_libreoffice_there_is_a_page_and_the_reason(
    balance: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from xl_perlas.workbook import informe_pdf

    def none(book: Path, target: Path) -> None:
        raise PerlasError(problem("H01", places="ninguna carpeta"))

    monkeypatch.setattr(informe_pdf, "to_pdf", none)
    code, _, err = run(capsys, balance, "--salida", balance.with_name("informe.pdf"))
    assert code == 1
    assert "[H01]" in err
    assert "[I05]" in err
    assert balance.with_name("informe.html").exists()
    assert not balance.with_name("informe.pdf").exists()
