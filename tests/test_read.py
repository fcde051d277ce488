"""Trial balances from files: every layout people use, and every file that cannot be trusted."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import math
import os
import random
import re
import time
from importlib.resources import files

import badfiles
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xl_perlas.balance import Balance
from xl_perlas.problems import PerlasError
from xl_perlas.reading import read_balance, read_balances

ROWS = [
    ["1", "ACTIVO", 100.5, 110.0], ["11", "FONDOS", 60.25, None], ["1101", "CAJA", 60.25, 1.0], ["2", "PASIVO", 5, 7],
]  # fmt: skip
TABLE = [["codigo", "cuenta", "2010", "2011"], *ROWS]
WRITERS = {
    "xlsx": badfiles.write_xlsx, "xls": badfiles.write_xls, "ods": badfiles.write_ods, "xlsb": badfiles.write_xlsb,
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    """Write a text as a file and read it."""

    def run(text, name="balance.csv", encoding="utf-8", **options) -> Balance:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_balance(path, **options)

    return run


@pytest.fixture
def refused(read):
    """The codes (and the text) of the problems for which a file is not read."""

    def run(*args, **options):
        with pytest.raises(PerlasError) as caught:
            read(*args, **options)
        return [p.code for p in caught.value.problems], str(caught.value)

    return run


def codes(balance: Balance) -> list[str]:
    return [p.code for p in balance.problems]


def said(balance: Balance, code: str):
    return [p for p in balance.problems if p.code == code]


def figures(balance: Balance) -> dict[str, list[float | None]]:
    rows = zip(*balance.values, strict=True)
    return {c: list(v) for c, v in zip(balance.chart.codes, rows, strict=True)}


def same(a, b):
    return a == b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))


# --- text files


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(read, separator):
    rows = [["codigo", "cuenta", "2010", "2011"], ["1", "ACTIVO", "1912.41", "5"], ["11", "Caja", "", "0"]]
    balance = read("\n".join(separator.join(row) for row in rows))
    assert figures(balance) == {"1": [1912.41, 5.0], "11": [None, 0.0]}
    assert [p.label for p in balance.periods] == ["2010", "2011"]


def test_semicolons_with_decimal_commas(read):
    balance = read("codigo;cuenta;2011\n1;Letreros, rótulos;1.912,41\n11;Caja, chica;12,5\n")
    assert figures(balance) == {"1": [1912.41], "11": [12.5]}
    assert balance.names == ("Letreros, rótulos", "Caja, chica")


def test_quoted_decimal_commas_between_commas(read):
    assert figures(read('codigo,cuenta,2011\n1,"Letreros, rótulos","1.912,41"\n')) == {"1": [1912.41]}


def test_unquoted_decimal_commas_between_commas_are_never_half_read(read):
    balance = read("codigo,cuenta,2010,2011\n1,ACTIVO,70936,08,79579,22\n11,CAJA,5,6\n")
    assert all(map(math.isnan, figures(balance)["1"]))
    assert figures(balance)["11"] == [5.0, 6.0]
    (problem,) = said(balance, "B18")
    assert problem.where == "balance.csv línea 2, columna 5"


def test_an_unquoted_comma_in_a_name(read):
    balance = read("codigo,cuenta,2011\n1,Letreros, Rótulos,100\n11,Caja,5\n")
    assert math.isnan(figures(balance)["1"][0])
    assert figures(balance)["11"] == [5.0]


def test_the_separator_that_excel_declares(read):
    assert figures(read("sep=|\ncodigo|cuenta|2011\n1|a,b;c|5\n")) == {"1": [5.0]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_encodings(read, encoding):
    balance = read("código;descripción;2011\n1;ACTIVO AÑO ÑANDÚ;1\n", encoding=encoding)
    assert balance.names == ("ACTIVO AÑO ÑANDÚ",)
    assert ("A20" in codes(balance)) == (encoding in ("cp1252", "latin-1"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(read, newline):
    assert figures(read(newline.join(["codigo,cuenta,2011", "1,ACTIVO,5", ""]))) == {"1": [5.0]}


def test_addresses_count_lines_also_after_a_name_of_two_lines(read):
    balance = read('codigo,cuenta,2011\n1,"dos\nlíneas",5\n11,CAJA,abc\n')
    assert said(balance, "B23")[0].where == "balance.csv línea 4, columna 3"
    assert balance.names[0] == "dos líneas"


def test_quotes_left_open(refused):
    assert refused('codigo,cuenta,2011\n1,"ACTIVO,5\n11,CAJA,6\n')[0] == ["A23"]


# --- workbooks


@pytest.mark.parametrize("kind", WRITERS)
def test_workbooks(tmp_path, kind):
    balance = read_balance(WRITERS[kind](tmp_path / f"balance.{kind}", {"Hoja1": TABLE}))
    assert figures(balance) == {c: v for c, _, *v in ROWS}
    assert balance.names == ("ACTIVO", "FONDOS", "CAJA", "PASIVO")
    assert codes(balance) == []


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_a_cell_in_error_is_unreadable_and_not_absent(tmp_path, kind, error):
    table = [[], ["", *TABLE[0]], ["", "1", "ACTIVO", 5, error], ["", "11", "CAJA", 5, 6]]
    balance = read_balance(WRITERS[kind](tmp_path / "b", {"Otra": [["x"]], "Mi hoja": table}))
    assert math.isnan(figures(balance)["1"][1])
    (problem,) = said(balance, "B24")
    assert problem.where == "'Mi hoja'!E3"
    assert error in problem.cause


def test_a_formula_without_result_is_unreadable_and_not_absent(tmp_path):
    table = [TABLE[0], ["1", "ACTIVO", "=C3", 5], ["11", "CAJA", 7, 5]]
    balance = read_balance(badfiles.write_xlsx(tmp_path / "b.xlsx", {"Hoja1": table}))
    assert math.isnan(figures(balance)["1"][0])
    assert [p.where for p in said(balance, "B27")] == ["Hoja1!C2"]


def test_the_content_decides_not_the_extension(tmp_path):
    path = badfiles.write_xlsx(tmp_path / "balance.xlsx", {"Hoja1": TABLE})
    assert len(read_balance(path.rename(tmp_path / "balance.csv")).chart.codes) == 4
    (tmp_path / "b.xls").write_text("codigo\tcuenta\t2011\n1\tACTIVO\t5\n", encoding="utf-8")
    assert figures(read_balance(tmp_path / "b.xls")) == {"1": [5.0]}


def test_numbers_and_text_in_one_column(tmp_path):
    table = [["codigo", "cuenta", 2010, dt.date(2011, 6, 30)], [1, "A", 5.5, "1.912,41"], [11.0, "B", "x", "1.234"]]
    balance = read_balance(badfiles.write_xlsx(tmp_path / "b.xlsx", {"Hoja1": table}))
    assert [p.label for p in balance.periods] == ["2010", "2011-06-30"]
    assert figures(balance)["1"] == [5.5, 1912.41]
    assert math.isnan(figures(balance)["11"][0])
    assert figures(balance)["11"][1] == 1234.0
    assert said(balance, "B23")[0].where == "Hoja1!C3"


def test_the_sheet_with_the_best_table_is_read_and_said(tmp_path):
    small = [TABLE[0], TABLE[1]]
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Notas": [["hola"]], "Chica": small, "Grande": TABLE})
    balance = read_balance(path)
    assert len(balance.chart.codes) == 4
    assert "«Grande»" in said(balance, "A22")[0].cause
    assert len(read_balance(path, sheet="chica").chart.codes) == 1


def test_a_hidden_sheet_is_the_last_choice(tmp_path):
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Vieja": TABLE, "Nueva": TABLE[:2]}, hidden=["Vieja"])
    assert len(read_balance(path).chart.codes) == 1


def test_the_sheet_of_the_template_goes_first(tmp_path):
    catalog = [["Cooperativa X"], [], ["Código", "Cuenta", 2010, 2011], *ROWS[:2], [None, None, None, None]]
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Inicio": [["x"]], "Catálogo": catalog, "Horizontal": TABLE})
    balance = read_balance(path)
    assert balance.chart.codes == ("1", "11")
    assert balance.entity == "Cooperativa X"


def test_a_sheet_that_does_not_exist(tmp_path):
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Uno": TABLE, "Dos": TABLE})
    with pytest.raises(PerlasError, match="«Uno», «Dos»") as caught:
        read_balance(path, sheet="Tres")
    assert caught.value.problems[0].code == "A17"


# --- layouts


def test_titles_above_and_columns_around(read):
    balance = read(
        "COOPERATIVA DE AHORRO Y CRÉDITO EL SOL LTDA.;;;;\nBALANCE GENERAL;;;;\n;;;;\n"
        "Nivel;Código;Nombre de la cuenta;Saldo 2010;2011 (USD);Variación;%\n"
        "1;1;ACTIVO;5,00;6,00;1,00;20 %\n2;11;FONDOS;5,00;6,00;1,00;20 %\n"
    )
    assert figures(balance) == {"1": [5.0, 6.0], "11": [5.0, 6.0]}
    assert balance.entity == "COOPERATIVA DE AHORRO Y CRÉDITO EL SOL LTDA."
    assert "A «Nivel», F «Variación», G «%»" in said(balance, "B07")[0].cause


@pytest.mark.parametrize(
    "header",
    ["Código,Cuenta", "CUENTA,DESCRIPCIÓN", "Cód.,Nombre", "cta,detalle", "No. Cuenta,Denominación", "code,name"],
)
def test_names_of_the_columns(read, header):
    balance = read(f"{header},2011\n1,ACTIVO,5\n11,CAJA,5\n1101,CAJA,5\n")
    assert balance.chart.codes == ("1", "11", "1101")
    assert balance.names[0] == "ACTIVO"


def test_codes_are_recognised_without_a_title(read):
    balance = read(",,2010,2011\n1,ACTIVO,5,6\n11,CAJA,5,6\n1101,CAJA,5,6\n2,PASIVO,1,1\n")
    assert balance.chart.codes == ("1", "11", "1101", "2")
    assert balance.names[3] == "PASIVO"


def test_an_item_number_is_not_the_code(read):
    balance = read("N°,Código,Cuenta,2011\n1,1,ACTIVO,5\n2,11,CAJA,5\n3,1101,CAJA,5\n")
    assert balance.chart.codes == ("1", "11", "1101")


def test_the_columns_may_come_in_another_order(read):
    balance = read("2011,Cuenta,Código\n5,ACTIVO,1\n6,CAJA,11\n")
    assert figures(balance) == {"1": [5.0], "11": [6.0]}


def test_figures_that_look_like_years_are_no_header(read):
    balance = read("codigo,cuenta,2010,2011\n1,ACTIVO,2010,2011\n11,CAJA,2005,2006\n")
    assert figures(balance) == {"1": [2010.0, 2011.0], "11": [2005.0, 2006.0]}


def test_two_rows_of_header(read):
    above = read(";;2010;;2011;\nCódigo;Cuenta;Saldo;%;Saldo;%\n1;ACTIVO;5,00;100;6,00;100\n")
    assert figures(above) == {"1": [5.0, 6.0]}
    below = read("Código;Cuenta;2010;2011\n;;Saldo;Saldo\n1;ACTIVO;5,00;6,00\n")
    assert figures(below) == {"1": [5.0, 6.0]}
    assert [p.label for p in above.periods] == [p.label for p in below.periods] == ["2010", "2011"]


def test_months_below_a_year(read):
    balance = read(";;2011;\nCódigo;Cuenta;Junio;Diciembre\n1;ACTIVO;5,00;6,00\n")
    assert [p.label for p in balance.periods] == ["2011-06-30", "2011-12-31"]


def test_months_with_the_year_in_a_title(read):
    balance = read("BALANCES DEL AÑO 2023\n\nCódigo;Cuenta;Enero;Febrero\n1;ACTIVO;5,00;6,00\n")
    assert [p.label for p in balance.periods] == ["2023-01-31", "2023-02-28"]
    assert "B06" in codes(balance)


@pytest.mark.parametrize(
    "title, period",
    [
        ("BALANCE GENERAL AL 31 DE DICIEMBRE DE 2011", "2011-12-31"),
        ("FECHA DEL BALANCE: ;31-DEC-09", "2009-12-31"),
        ("Del 1 de enero al 30 de junio del 2012", "2012-06-30"),
        ("Corte: 30/06/2012;Impreso: 15/08/2012", "2012-06-30"),
        ("AÑO 2011", "2011"),
    ],
)
def test_the_period_from_a_title(read, title, period):
    balance = read(f"{title}\n\nCódigo;Cuenta;Saldo\n1;ACTIVO;5,00\n11;CAJA;5,00\n")
    assert [p.label for p in balance.periods] == [period]
    assert "balance.csv línea 1" in said(balance, "B06")[0].cause


def test_the_period_from_the_sheet_and_from_the_file(tmp_path, read):
    table = [["Código", "Cuenta", "Saldo"], ["1", "ACTIVO", 5]]
    balance = read_balance(badfiles.write_xlsx(tmp_path / "b.xlsx", {"Dic 2011": table}))
    assert balance.periods[0].label == "2011-12-31"
    assert "hoja" in said(balance, "B06")[0].cause
    balance = read("code,name,balance\n1,ACTIVO,5\n", name="bi_2010.csv")
    assert balance.periods[0].label == "2010"
    assert "bi_2010.csv" in said(balance, "B06")[0].cause


def test_no_period_anywhere_is_asked_for_and_not_guessed(refused):
    problems, text = refused("Código;Cuenta;Saldo\n1;ACTIVO;5\n")
    assert problems == ["B03"]
    assert "«Saldo»" in text
    assert refused("COMPARATIVO 2010 - 2011\n\nCódigo;Cuenta;Saldo\n1;ACTIVO;5\n")[0] == ["B03"]


def test_the_final_balance_of_a_trial_balance(read):
    balance = read("Código;Cuenta;Saldo anterior;Debe;Haber;Saldo actual\n1;ACTIVO;1;2;3;4\n", name="2011-06.csv")
    assert figures(balance) == {"1": [4.0]}
    assert "«Saldo anterior»" in said(balance, "B07")[0].cause


def test_several_columns_that_could_be_the_balance(refused):
    assert refused("Código;Cuenta;Valor;Monto\n1;ACTIVO;1;2\n", name="2011.csv")[0] == ["B04"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("hola\nmundo\n", "B01"), ("Código;Cuenta\n1;ACTIVO\n", "B02"), ("Código;Cuenta;Debe\n1;ACTIVO;5\n", "B02"),
        ("codigo,cuenta,2011\n", "B05"), ("codigo,cuenta,2011\nx,y,\nz,w,\n", "B19"),
    ],
)  # fmt: skip
def test_files_without_a_table(refused, text, code):
    assert code in refused(text)[0]


def test_periods_are_sorted_and_said(read):
    balance = read("codigo,cuenta,2011,2009,2010\n1,ACTIVO,11,9,10\n")
    assert figures(balance) == {"1": [9.0, 10.0, 11.0]}
    assert "2009, 2010, 2011" in said(balance, "B08")[0].cause


def test_a_period_twice(read):
    same_figures = read("codigo,cuenta,2011,2011-12-31\n1,ACTIVO,5,5\n11,CAJA,6,\n")
    assert figures(same_figures) == {"1": [5.0], "11": [6.0]}
    assert codes(same_figures) == ["B11"]
    different = read("codigo,cuenta,2011,2011\n1,ACTIVO,5,5\n11,CAJA,6,7\n")
    assert figures(different)["1"] == [5.0]
    assert math.isnan(figures(different)["11"][0])
    assert "en 1 cuentas" in said(different, "B12")[0].cause


# --- rows


@pytest.mark.parametrize(
    "code", ["110105", " 110105 ", "1.10.105", "11-01-05", "000110105", "'110105", "110105.0", "110105."]
)
def test_ways_to_write_a_code(read, code):
    balance = read(f"codigo;cuenta;2011\n1;ACTIVO;5\n11;X;5\n{code};CAJA;5\n")
    assert balance.chart.codes[2] == "110105"


def test_codes_filled_with_zeros_at_the_right(read):
    rows = ["100000", "110000", "110100", "110105", "140000", "141000", "200000"]
    balance = read("codigo,cuenta,2011\n" + "".join(f"{c},x,5\n" for c in rows))
    assert balance.chart.codes == ("1", "11", "1101", "110105", "14", "1410", "2")
    assert codes(balance) == ["B16"]


def test_codes_that_only_happen_to_end_in_zeros(read):
    balance = read("codigo,cuenta,2011\n110100,x,5\n110105,x,5\n140400,x,5\n")
    assert balance.chart.codes == ("110100", "110105", "140400")
    mixed = read("codigo,cuenta,2011\n1,x,5\n1900,x,5\n190000,x,5\n")
    assert mixed.chart.codes == ("1", "1900", "190000")


def test_a_code_twice(read):
    balance = read("codigo,cuenta,2010,2011\n1,ACTIVO,5,6\n11,CAJA,1,2\n11,CAJA,1,2\n1,ACTIVO,5,7\n")
    assert figures(balance)["11"] == [1.0, 2.0]
    assert figures(balance)["1"][0] == 5.0
    assert math.isnan(figures(balance)["1"][1])
    assert [p.accounts for p in said(balance, "B09")] == [("11",)]
    (problem,) = said(balance, "B10")
    assert problem.accounts == ("1",)
    assert problem.period == "2011"
    assert "línea 2" in problem.cause
    assert "línea 5" in problem.cause


def test_rows_that_are_no_accounts(read):
    balance = read(
        "codigo;cuenta;2011\n;ACTIVOS;\n1;ACTIVO;5\n;;\n;TOTAL ACTIVO;5\nTOTAL PASIVO;;5\nSuman;;10\n"
        "codigo;cuenta;2011\n2;PASIVO;5\n;;\nIng. Ana Pérez;CONTADORA;\n"
    )
    assert balance.chart.codes == ("1", "2")
    (note,) = said(balance, "B14")
    assert "3 totales" in note.cause
    assert "3 títulos y firmas" in note.cause
    assert "2 en blanco" in note.cause
    assert "«TOTAL ACTIVO»" in note.cause


def test_figures_without_a_code_are_said(read):
    balance = read("codigo;cuenta;2011\n1;ACTIVO;5\n;Cuenta nueva;7\n")
    assert "«Cuenta nueva»" in said(balance, "B15")[0].cause


@pytest.mark.parametrize("code", ["14x9", "ACTIVO", "1,10", "#REF!", "11 O1"])
def test_an_unreadable_code_with_figures_is_an_error_at_its_cell(read, code):
    balance = read(f"codigo;cuenta;2011\n1;ACTIVO;5\n{code};CAJA;7\n")
    assert balance.chart.codes == ("1",)
    assert [(p.where, p.severity) for p in said(balance, "B13")] == [("balance.csv línea 3, columna 1", "error")]


def test_rows_of_data_of_the_entity(read):
    balance = read(
        "codigo;cuenta;2011\n1;ACTIVO;5\nsocios;;1500\nPERDIDAS POR LIQUIDAR;;3\n;Inversiones no financieras;4\n"
        "RECUPERACIONES_ACUMULADAS;x;9\n7101;Número de socios;8\n"
    )
    assert figures(balance) == {
        "1": [5.0], "SOCIOS": [1500.0], "PERDIDAS_POR_LIQUIDAR": [3.0], "INVERSIONES_NO_FINANCIERAS": [4.0],
        "RECUPERACIONES_ACUMULADAS": [9.0], "7101": [8.0],
    }  # fmt: skip


def test_names_like_formulas_are_kept_and_said(read):
    balance = read('codigo,cuenta,2011\n1,"=HYPERLINK(""http://x"")",5\n11,@SUM(A1),5\n2,PASIVO,1\n')
    assert balance.names == ('=HYPERLINK("http://x")', "@SUM(A1)", "PASIVO")
    (problem,) = said(balance, "B17")
    assert problem.severity == "aviso"
    assert problem.where == "balance.csv línea 2, columna 2"


def test_unreadable_figures_are_listed_and_their_cells_said(read):
    balance = read("codigo;cuenta;2010;2011\n1;A;70.936,08;5,5\n11;B;1.460.91;-\n1101;C;;(2,50)\n")
    assert figures(balance)["1101"] == [None, -2.5]
    assert math.isnan(figures(balance)["11"][0])
    assert figures(balance)["11"][1] is None
    assert [(p.code, p.where) for p in balance.problems if p.severity == "error"] == [
        ("B23", "balance.csv línea 3, columna 3")
    ]


def test_each_column_decides_its_own_decimal_mark(read):
    balance = read("codigo;cuenta;2010;2011\n1;A;1.234;1,234\n11;B;5,50;5.50\n")
    assert figures(balance) == {"1": [1234.0, 1234.0], "11": [5.5, 5.5]}
    assert [p.cause.split(" (")[0] for p in said(balance, "B20")] == [
        "la columna 2010: se leyó con coma decimal", "la columna 2011: se leyó con punto decimal",
    ]  # fmt: skip


def test_many_problems_of_one_kind_are_told_by_their_number(read):
    balance = read("codigo,cuenta,2011\n" + "".join(f"{1000 + i},x,abc\n" for i in range(5000)))
    assert len(said(balance, "B23")) == 200
    assert "4.800" in said(balance, "B29")[0].cause
    assert all(map(math.isnan, balance.values[0]))


# --- several files


def test_several_files_of_one_period_each(tmp_path):
    for year in (2011, 2010):
        text = f"code,name,balance\n1,ACTIVO,{year}.5\n2,X{year},1\n"
        (tmp_path / f"bi_{year}.csv").write_text(text, encoding="utf-8")
    balance = read_balances([tmp_path / "bi_2011.csv", tmp_path / "bi_2010.csv"])
    assert figures(balance) == {"1": [2010.5, 2011.5], "2": [1.0, 1.0]}
    assert balance.name("2") == "X2011"


def test_the_same_period_in_two_files(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("codigo,cuenta,2011\n1,ACTIVO,5\n", encoding="utf-8")
    with pytest.raises(PerlasError, match=r"a\.csv, b\.csv") as caught:
        read_balances([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert [p.code for p in caught.value.problems] == ["B26"]


def test_the_problems_of_all_files_come_together(tmp_path):
    with pytest.raises(PerlasError) as caught:
        read_balances([tmp_path / "no.csv", tmp_path])
    assert [p.code for p in caught.value.problems] == ["A01", "A02"]


# --- files that cannot be read


def test_missing_file_folder_and_no_permission(tmp_path, monkeypatch):
    for path, code in ((tmp_path / "no.csv", "A01"), (tmp_path, "A02")):
        with pytest.raises(PerlasError) as caught:
            read_balance(path)
        assert caught.value.problems[0].code == code
    locked = tmp_path / "abierto.csv"
    locked.write_text("x", encoding="utf-8")

    def deny(self):
        raise PermissionError(13, "denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", deny)
    with pytest.raises(PerlasError, match="permiso"):
        read_balance(locked)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(PerlasError, match="A04"):
        read_balance(tmp_path / "pipe.csv")


HTML = b"<html><body><table><tr><td>codigo</td></tr></table></body></html>"
SPREADSHEETML = (
    b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "A05"), (b" \n\n", "A05"), (b"\xef\xbb\xbf", "A05"), (HTML, "A07"), (b"\xef\xbb\xbf \n" + HTML, "A07"),
        (HTML.decode().encode("utf-16"), "A07"), (b"MIME-Version: 1.0\nContent-Type: multipart/related", "A07"),
        (SPREADSHEETML, "A08"), (b"%PDF-1.7\n", "A11"), (b"{\\rtf1 hola}", "A11"),
        (b"<?xml version='1.0'?><factura/>", "A11"),
        (b"\x1f\x8b\x08\0\0", "A11"), (b"Rar!\x1a\x07\0", "A11"), (bytes(range(256)) * 9, "A19"),
        (b"PK\x03\x04" + b"x" * 200, "A10"), (bytes.fromhex("d0cf11e0a1b11ae1"), "A16"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 2000, "A16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["balance.xls", "balance.xlsx", "balance.csv"])
def test_other_kinds_of_file(refused, content, code, name):
    problems, text = refused(content, name=name)
    assert problems == [code]
    assert name in text
    assert "Qué hacer:" in text


def test_too_large_a_file(refused, monkeypatch):
    monkeypatch.setattr("xl_perlas.reading.grid.MAX_FILE", 10)
    assert refused("codigo,cuenta,2011\n1,a,5\n")[0] == ["A15"]


def hostile(tmp_path):
    def sound(name="b.xlsx"):
        return badfiles.write_xlsx(tmp_path / name, {"Hoja1": TABLE})

    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    sparse = badfiles.part(sound("s.xlsx"), sheet).replace(b"</sheetData>", far)
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    long_text = b"<sst " + space + b"><si><t>" + b"x" * 10**6 + b"</t></si></sst>"
    many_texts = b"<worksheet " + space + b"><sheetData><row>" + b'<c t="s"><v>0</v></c>' * 5000
    many_texts += b"</row></sheetData></worksheet>"
    bomb = '<table:table table:name="H"><table:table-row table:number-rows-repeated="1000000"><table:table-cell {} '
    bomb += 'office:value-type="float" office:value="5"/></table:table-row></table:table>'
    amplified = badfiles.replace_part(sound("t.xlsx"), "xl/sharedStrings.xml", long_text)
    return {
        "encrypted": (badfiles.encrypt_xlsx(sound("e.xlsx")), "A06"),
        "encrypted, made by hand": (badfiles.compound_file(tmp_path / "c.xlsx", "EncryptedPackage", b"x"), "A06"),
        "old encrypted": (badfiles.compound_file(
            tmp_path / "f.xls", "Workbook", bytes.fromhex("09080400000605002f0002000000")), "A06"),
        "Word": (badfiles.compound_file(tmp_path / "w.xls", "WordDocument", b"x"), "A11"),
        "truncated": (badfiles.truncate(sound("tr.xlsx")), "A10"),
        "truncated ods": (badfiles.truncate(badfiles.write_ods(tmp_path / "t.ods", {"H": TABLE})), "A10"),
        "truncated xls": (badfiles.truncate(badfiles.write_xls(tmp_path / "t.xls", {"H": TABLE}), 0.2), "A16"),
        "zip bomb": (badfiles.zip_bomb(sound("z.xlsx"), 100), "A12"),
        "zip bomb that lies": (badfiles.lying_zip_bomb(sound("l.xlsx"), 100), "A12"),
        "too many members": (badfiles.many_members(sound("m.xlsx"), 10_001), "A14"),
        "entity bomb": (badfiles.replace_part(sound("x.xlsx"), "xl/sharedStrings.xml", badfiles.ENTITY_BOMB), "A13"),
        "entity bomb, UTF-16": (badfiles.replace_part(
            sound("y.xlsx"), "xl/sharedStrings.xml", badfiles.ENTITY_BOMB.decode().encode("utf-16")), "A13"),
        "cell at the end of the world": (badfiles.replace_part(sound("far.xlsx"), sheet, sparse), "A18"),
        "the same in xlsb": (badfiles.write_zip(tmp_path / "far.xlsb", far_xlsb(tmp_path)), "A18"),
        "a cell beyond every column": (badfiles.replace_part(
            sound("by.xlsx"), sheet, sparse.replace(b"XFD1048576", b"ZZZZZ4294967290")), "A18"),
        "cells without address in a far row": (badfiles.replace_part(
            sound("fr.xlsx"), sheet, sparse.replace(b'1048576"><c r="XFD1048576"', b'4294967290"><c')), "A18"),
        "more texts declared than there are": (badfiles.replace_part(
            sound("st.xlsx"), "xl/sharedStrings.xml", b"<sst " + space + b' uniqueCount="4294967295"/>'), "A18"),
        "a size declared in xls": (badfiles.compound_file(tmp_path / "dim.xls", "Workbook", bytes.fromhex(
            "09080400000605000002" "0e00" "00000000" "ffffff7f" "0000" "ff7f" "0000")), "A18"),
        "spaces by the million": (badfiles.write_ods_body(
            tmp_path / "sp.ods", '<table:table table:name="H"><table:table-row><table:table-cell office:value-type='
            '"string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row></table:table>'
        ), "A18"),
        "repeated cells": (badfiles.write_ods_body(
            tmp_path / "r.ods", bomb.format('table:number-columns-repeated="16000"')), "A18"),
        "one long text in many cells": (badfiles.replace_part(amplified, sheet, many_texts), "A18"),
        "a plain zip": (badfiles.write_zip(tmp_path / "p.zip", {"a.txt": b"x"}), "A11"),
        "a Word document": (badfiles.write_zip(tmp_path / "d.docx", {"word/document.xml": b"<w/>"}), "A11"),
        "workbook without sheets": (badfiles.write_zip(tmp_path / "n.xlsx", {"xl/workbook.xml": b"<x/>"}), "A16"),
        "empty workbook": (badfiles.write_xlsx(tmp_path / "v.xlsx", {"Hoja1": []}), "A21"),
        "workbook with a header alone": (badfiles.write_xlsx(tmp_path / "h.xlsx", {"Hoja1": TABLE[:1]}), "B05"),
    }  # fmt: skip


def far_xlsb(tmp_path):
    path = badfiles.write_xlsb(tmp_path / "plain.xlsb", {"H": TABLE})
    name = "xl/worksheets/sheet1.bin"
    far = badfiles._record(0, b"\xff\xff\x0f\0" + b"\0" * 13) + badfiles._record(5, b"\xff\x3f\0\0" + b"\0" * 12)
    end = badfiles._record(146)
    names = ("xl/workbook.bin", "xl/_rels/workbook.bin.rels")
    return {n: badfiles.part(path, n) for n in names} | {name: badfiles.part(path, name).replace(end, far + end)}


def test_hostile_and_damaged_workbooks(tmp_path):
    for what, (path, code) in hostile(tmp_path).items():
        begin = time.perf_counter()
        with pytest.raises(PerlasError) as caught:
            read_balance(path)
        assert [p.code for p in caught.value.problems] == [code], what
        assert time.perf_counter() - begin < 5, what


def test_links_and_drawings_are_no_far_cells(tmp_path):
    rows = [["codigo", "cuenta", "2011"], *([str(1000 + i), "x", 5] for i in range(2000))]
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Hoja1": rows})
    sheet = "xl/worksheets/sheet1.xml"
    link = b'</sheetData><hyperlinks><hyperlink ref="A1" r:id="rId1" display="http://x.ec/"/></hyperlinks>'
    badfiles.replace_part(path, sheet, badfiles.part(path, sheet).replace(b"</sheetData>", link))
    assert len(read_balance(path).chart.codes) == 2000


def test_cells_without_address_are_read(tmp_path):
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Hoja1": TABLE[:3]})
    sheet = "xl/worksheets/sheet1.xml"
    badfiles.replace_part(path, sheet, re.sub(rb' r="[A-Z]+\d+"', b"", badfiles.part(path, sheet)))
    assert read_balance(path).chart.codes == ("1", "11")


def test_a_format_at_the_end_of_the_sheet_does_no_harm(tmp_path):
    path = badfiles.write_xlsx(tmp_path / "b.xlsx", {"Hoja1": TABLE})
    sheet = "xl/worksheets/sheet1.xml"
    empty = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    badfiles.replace_part(path, sheet, badfiles.part(path, sheet).replace(b"</sheetData>", empty))
    assert len(read_balance(path).chart.codes) == 4


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(sorted(WRITERS)))
def test_damage_anywhere_is_a_problem_and_never_a_crash(tmp_path, data, kind):
    raw = bytearray(WRITERS[kind](tmp_path / f"damaged.{kind}", {"Hoja1": TABLE}).read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(raw)
    with contextlib.suppress(PerlasError):
        read_balance(path)


# --- real figures, order and size


def test_the_bundled_charts():
    with (files("xl_perlas.definitions") / "demo/banco_indigena.csv").open(encoding="utf-8") as source:
        printed = {row["codigo"]: row for row in csv.DictReader(source)}
    balance = read_balance(str(files("xl_perlas.definitions") / "demo/banco_indigena.csv"))
    assert balance.chart.codes == tuple(printed)
    for code, values in figures(balance).items():
        assert values == [float(printed[code][y]) if printed[code][y] else None for y in ("2009", "2010", "2011")]
    assert set(codes(balance)) == {"B20"}
    assert figures(balance)["1"] == [70936.08, 79579.22, 111766.18]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(7)))
def test_the_order_of_rows_does_not_matter(read, order):
    lines = ["1;A;1.912,41", "11;B;1.234", "1101;C;x", "2;D;5,5", "21;E;-", "3;F;(7,25)", "SOCIOS;;12"]
    expected = figures(read("codigo;cuenta;2011\n" + "\n".join(lines)))
    found = figures(read("codigo;cuenta;2011\n" + "\n".join(lines[i] for i in order)))
    assert set(found) == set(expected)
    assert all(same(found[c][0], expected[c][0]) for c in found)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_reason(read, text):
    with contextlib.suppress(PerlasError):
        assert read("codigo;cuenta;2011\n" + text).chart.codes


def test_200_000_rows_in_a_few_seconds(read):
    chance = random.Random(1)
    lines = [f"{100000 + i};Cuenta {i};{chance.random() * 1e6:.2f};x" for i in range(200_000)]
    text = "codigo;cuenta;2010;2011\n" + "\n".join(lines)
    begin = time.perf_counter()
    balance = read(text)
    assert len(balance.chart.codes) == 200_000
    assert time.perf_counter() - begin < 15  # 2 s on an ordinary machine
