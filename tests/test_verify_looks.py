"""What verifying compares by meaning: formulas however they are spelt, and what formats do to a value."""

from __future__ import annotations

import pytest

from xl_perlas.workbook.verify_formulas import reaches_outside, same
from xl_perlas.workbook.verify_looks import contrast
from xl_perlas.workbook.verify_numfmt import conceals
from xl_perlas.workbook.verify_rules import uncovered
from xl_perlas.workbook.verify_sheet import Area

# --- formulas, whatever program spelt them ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SUM($A$1:B2)", "sum( A1:$B$2 )"),
        ("'Catálogo'!C5+1", "Catálogo!C5+1"),
        ("'Mi hoja'!A1&\" x\"", "'mi HOJA'!A1&\" x\""),
        ("IFERROR(A1,0)", "_xlfn.IFERROR(A1,0)"),
        ("PERLAS_E9(a,b)", "XLPERLAS.ADDIN.PERLASE9(a,b)"),
        ("PERLAS_E9(a,b)", "perlas_e9(a,b)"),
        ("PERLAS_E9(a,b)", "_xldudf_PERLAS_E9(a,b)"),
        ("A1>1E-12*MAX(1,B1)", "A1>0.000000000001*MAX(1,B1)"),
        ("IF(A1,TRUE,FALSE)", "IF(A1,TRUE(),FALSE())"),
        ("COUNTIF(Decisiones!$E:$E,1)", "COUNTIF(Decisiones!$E$1:$E$1048576,1)"),
        ("0.5*A1", ".50*A1"),
    ],
)
def test_the_same_formula_in_other_words(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A1+B1", "A1-B1"), ("A1+B1", "B1+A1"), ("A1:B2", "A1:B3"), ("SUM(A1)", "SUM(A1)+0"),
        ('IF(A1="x",1)', 'IF(A1="X",1)'), ("Hoja!A1", "Otra!A1"), ("0.75*A1", "0.750001*A1"), ("A1 B1", "A1,B1"),
        ("PERLAS_E9(a)", "PERLAS_E8(a)"),
        ("{1,2}", "{1;2}"), ('"a b"', '"ab"'), ("-A1", "A1"), ("A1%", "A1"),
    ],
)  # fmt: skip
def test_another_formula(one: str, other: str) -> None:
    assert not same(one, other)


def test_names_keep_what_is_fixed_in_them() -> None:
    assert same("Hoja!A1", "Hoja!$A$1")
    assert not same("Hoja!A1", "Hoja!$A$1", absolute=True)


@pytest.mark.parametrize(
    ("formula", "outside"),
    [
        ("[1]Hoja!A1", True), ("'C:\\x\\[libro.xlsx]Hoja 1'!A1", True), ("cmd|'/c calc'!A0", True),
        ("WEBSERVICE(A1)", True), ("1+RTD(\"a\",,1)", True), ("SUM(A1:A9)", False),
        ('"[1]Hoja!A1"', False), ("IF(A1=\"a|b!\",1)", False),
        ("'Mi hoja'!A1", False), ("SCALL(A1)", False),
    ],
)  # fmt: skip
def test_what_reaches_outside(formula: str, outside: bool) -> None:
    assert bool(reaches_outside(formula)) is outside


# --- what formats do to a value ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (";;;", 5.0), (";;;", "texto"), ("0;0;", 0.0), ("0;;0", -3.0), ('"0,00"', 5.0), ('0;0;0;"ok"', "texto"),
        ("#", 0.0), ("#,##0,", 1500.0), ("0", 0.0078), ("0%", 0.001), ("0.00;0.00", -2.0), ('"1"0', 5.0),
        ("[<9]0;;", 20.0), ("*x", 5.0),
    ],
)  # fmt: skip
def test_formats_that_do_not_show_the_value(code: str, value: object) -> None:
    assert conceals(code, value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("General", 5.0), ("@", "texto"), ("0.00%", 0.0078), ("#,##0.00", -5.5), ("#,##0.00;[Red]#,##0.00", -5.5),
        ("0", 0.0), ("#,##0.00_);(#,##0.00)", -2.0), ("[<3000]0;dd/mm/yyyy", 2011.0), ("0", "texto"),
        ("[<3000]0;dd/mm/yyyy", 40908.0), ("[=0]0;0.0E+00", 1e-16), ('0" USD"', 5.0), ("[h]:mm", 0.5),
        ("0.0;-0.0", -1.0), ("Estándar", 0.0),
    ],
)  # fmt: skip
def test_formats_that_show_it(code: str, value: object) -> None:
    assert not conceals(code, value)


def test_contrast_is_that_of_the_web() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_what_rules_leave_uncovered() -> None:
    area = Area(1, 1, 10, 4)
    assert uncovered(area, [Area(1, 1, 5, 4), Area(6, 1, 10, 2), Area(6, 3, 12, 9)]) == []
    assert uncovered(area, [Area(3, 2, 4, 3)]) == [
        Area(1, 1, 2, 4), Area(5, 1, 10, 4), Area(3, 1, 4, 1), Area(3, 4, 4, 4),
    ]  # fmt: skip
