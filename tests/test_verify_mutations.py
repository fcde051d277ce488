"""Two hundred random tamperings with a sealed workbook, one at a time: `verificar` reports each where it is."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sealedbooks import sealed_book, verified_once
from tampering import Raw, RawCell, without_kind

from xl_perlas.balance import Balance
from xl_perlas.workbook.plan import SHEETS
from xl_perlas.workbook.verify import verify

#: Of each kind.
TIMES = 15
#: The digest of the inputs in the last row of Bitácora.
SEALED_INPUTS = "Bitácora!M7"
#: What must be reported: the code, and the place or what it begins with.
Report = tuple[str, str]
Mutation = Callable[[Raw, random.Random], Report]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Iterator[Raw]:
    """The bundled charts as a sealed workbook."""
    with verified_once(sealed_book(tmp_path_factory.mktemp("sellado") / "libro.xlsx", banco_indigena)) as raw:
        yield raw


# --- what is tampered with --------------------------------------------------------------------------------------------


def formula_cells(raw: Raw) -> list[tuple[str, RawCell]]:
    return [(name, c) for name in SHEETS for c in raw.cells(name) if c.formula is not None and not c.is_array]


def typed(raw: Raw, sheet: str, columns: str, rows: range) -> list[RawCell]:
    """Cells with something typed in them."""
    pattern = re.compile(columns)
    return [c for c in raw.cells(sheet) if c.row in rows and pattern.fullmatch(c.column) and c.body and not c.formula]


def other_number(value: str, rng: random.Random) -> float:
    number = float(value)
    return rng.choice([number * 1.01 + 0.01, -number - 1.0, number + 100.0, number * 10 + 3])


def a_balance(raw: Raw, rng: random.Random) -> Report:
    cell = rng.choice(typed(raw, "Catálogo", "[C-E]", range(12, 200)))
    raw.number("Catálogo", cell, other_number(cell.value, rng))
    return "V02", SEALED_INPUTS


def an_account_code(raw: Raw, rng: random.Random) -> Report:
    cell = rng.choice(typed(raw, "Catálogo", "A", range(12, 200)))
    raw.inline("Catálogo", cell, f"{cell.value}77")
    return "V02", SEALED_INPUTS


def a_parameter(raw: Raw, rng: random.Random) -> Report:
    cell = rng.choice(typed(raw, "Parámetros", "F", range(13, 24)))
    raw.number("Parámetros", cell, rng.choice([0.0, 0.123, float(cell.value) + 0.01]))
    return "V02", SEALED_INPUTS


def a_judgement(raw: Raw, rng: random.Random) -> Report:
    cells = [c for c in raw.cells("AHP") if re.match(r"\d(/\d)? · ", c.value) and c.row > 30 and not c.formula]
    cell = rng.choice(cells)
    others = sorted({c.value for c in cells} - {cell.value})
    raw.inline("AHP", cell, rng.choice(others))
    return "V02", SEALED_INPUTS


def a_result(raw: Raw, rng: random.Random) -> Report:
    name, cell = rng.choice(formula_cells(raw))
    formula = re.search(r"<f.*?</f>", cell.body, re.S)
    assert formula
    kind, value = "str", f"{cell.value}x"
    if cell.kind == "n":
        kind, value = "n", repr(other_number(cell.value, rng))
    elif cell.kind == "e":
        kind, value = "e", "#NUM!"
    attributes = without_kind(cell.attributes) + (f' t="{kind}"' if kind != "n" else "")
    raw.put(name, cell, attributes, f"{formula[0]}<v>{value}</v>")
    return "V09", f"{name}!{cell.ref}"


def a_formula(raw: Raw, rng: random.Random) -> Report:
    name, cell = rng.choice(formula_cells(raw))
    formula = re.search(r"(<f[^>]*>)(.*?)</f>", cell.body, re.S)
    assert formula
    ways = [lambda t: f"{t}+0", lambda t: f"IFERROR({t},0)", lambda t: f"({t})*1"]
    if digits := list(re.finditer(r"(?<=[A-Z$])\d+", formula[2])):
        at = rng.choice(digits)
        ways.append(lambda t: t[: at.start()] + str(int(at[0]) + 1) + t[at.end() :])
    if (sign := re.search(r"(?<=[)\d])[+-](?=[('A-Z])", formula[2])) is not None:
        ways.append(lambda t: t[: sign.start()] + ("-" if sign[0] == "+" else "+") + t[sign.end() :])
    body = cell.body.replace(formula[0], f"{formula[1]}{rng.choice(ways)(formula[2])}</f>")
    raw.put(name, cell, cell.attributes, body)
    return "V15", f"{name}!{cell.ref}"


def a_constant(raw: Raw, rng: random.Random) -> Report:
    name, cell = rng.choice([(n, c) for n, c in formula_cells(raw) if c.value])
    raw.put(name, cell, cell.attributes, re.sub(r"<f.*?</f>", "", cell.body, flags=re.S))
    return "V14", f"{name}!{cell.ref}"


def an_erased_formula(raw: Raw, rng: random.Random) -> Report:
    name, cell = rng.choice(formula_cells(raw))
    raw.put(name, cell, without_kind(cell.attributes), "")
    return "V16", f"{name}!{cell.ref}"


def a_label(raw: Raw, rng: random.Random) -> Report:
    """Labels, formulas in words, units, sources, and the accounts and coefficients of definitions."""
    sheet, columns, first = rng.choice(
        [("Indicadores", "[B-DFG]", 7), ("Definiciones", "[A-DF]", 6), ("Auditoría", "[A-C]", 7),
         ("Decisiones", "B", 12)]
    )  # fmt: skip
    cell = rng.choice(typed(raw, sheet, columns, range(first, 57)))
    if cell.kind == "n":
        raw.number(sheet, cell, other_number(cell.value, rng))
    else:
        raw.inline(sheet, cell, rng.choice([f"{cell.value} ", "otra cosa ", "no "]) + "*")
    return "V19", f"{sheet}!{cell.ref}"


def a_note(raw: Raw, rng: random.Random) -> Report:
    """What recalculating writes where there is no formula: notes, the list of problems, the accounts on Detalle."""
    sheet, columns, rows = rng.choice(
        [("Indicadores", "A[C-E]", range(6, 57)), ("Verificación", "[C-D]", range(29, 45)),
         ("Detalle", "[P-R]", range(6, 300))]
    )  # fmt: skip
    cell = rng.choice([c for c in typed(raw, sheet, columns, rows) if c.value and "Catálogo!" not in c.value])
    if cell.kind == "n":
        raw.number(sheet, cell, float(cell.value) + 1)
    else:
        raw.inline(sheet, cell, f"{cell.value}1")
    return "V10", f"{sheet}!{cell.ref}"


def a_hidden_sheet(raw: Raw, rng: random.Random) -> Report:
    name, state = rng.choice(SHEETS), rng.choice(["hidden", "veryHidden"])
    raw.edit("xl/workbook.xml", lambda t: re.sub(rf'(name="{name}" [^>]*state=")visible', rf"\g<1>{state}", t))
    return "V27", name


def a_hidden_row_or_column(raw: Raw, rng: random.Random) -> Report:
    name = rng.choice([n for n in SHEETS if n not in ("Gráficos",)])
    if rng.random() < 0.5:
        cell = rng.choice([c for c in raw.cells(name) if c.body])
        how = rng.choice(['hidden="1"', 'ht="0.5" customHeight="1"'])
        row = re.compile(rf'<row r="{cell.row}"[^>]*>')
        raw.edit_sheet(name, lambda t: row.sub(f'<row r="{cell.row}" {how}>', t, count=1))
        return "V28", f"{name}!{cell.row}:{cell.row}"
    shown = re.findall(r'<col\b(?![^>]*hidden)[^>]*min="(\d+)" max="\1"[^>]*/>', raw.sheet(name))
    letters = {i: chr(64 + int(i)) for i in shown if int(i) <= 26}
    used = {c.column for c in raw.cells(name) if c.body}
    number = rng.choice([i for i, letter in letters.items() if letter in used])
    how = rng.choice(['hidden="1"', 'width="0.2"'])
    column = re.compile(rf'<col\b[^>]*min="{number}" max="{number}"[^>]*/>')
    raw.edit_sheet(name, lambda t: column.sub(f'<col min="{number}" max="{number}" {how}/>', t, count=1))
    return "V28", f"{name}!{letters[number]}:{letters[number]}"


def a_format_that_hides(raw: Raw, rng: random.Random) -> Report:
    name = rng.choice([n for n in SHEETS if n != "Gráficos"])
    kinds = ("n", "str", "inlineStr")
    cell = rng.choice([c for c in raw.cells(name) if c.value.strip() and c.kind in kinds and c.value[0] != "#"])
    numeric = cell.kind == "n"
    looks: list[dict[str, Any]] = [
        {"code": ";;;"}, {"font": '<sz val="10"/><color rgb="FFFFFFFF"/><name val="Calibri"/>', "fill": 0},
        {"font": '<sz val="1"/><name val="Calibri"/>'}, {"font": '<sz val="10"/><name val="Wingdings"/>'},
        {"font": '<sz val="10"/><color theme="0"/><name val="Calibri"/>', "fill": 0},
        {"code": '"0,00"' if numeric else '0;0;0;"Cumple"'}, {"code": '[White]General' if numeric else ";;;"},
    ]  # fmt: skip
    look = rng.choice(looks)
    if look.get("code", "").startswith("[White]"):
        look = {**look, "fill": 0}
    raw.restyle(name, cell, raw.style(cell.style, **look))
    return "V29", f"{name}!{cell.ref}"


def a_name(raw: Raw, rng: random.Random) -> Report:
    text = raw.text("xl/workbook.xml")
    pattern = r'<definedName name="(xlp_\w+)"[^>]*>([^<]*\$[A-Z]+\$\d+[^<]*)</definedName>'
    every = list(re.finditer(pattern, text))
    chosen = rng.choice(every)
    if rng.random() < 0.3:
        local = f'<definedName name="{chosen[1]}" localSheetId="7">{chosen[2]}</definedName>'
        raw.edit("xl/workbook.xml", lambda t: t.replace("</definedNames>", f"{local}</definedNames>"))
        return "V24", SHEETS[7]
    moved = re.sub(r"\$(\d+)", lambda m: f"${int(m[1]) + 1}", chosen[2], count=1)
    raw.edit("xl/workbook.xml", lambda t: t.replace(chosen[0], chosen[0].replace(chosen[2], moved)))
    return "V23", "libro.xlsx"


def the_seal(raw: Raw, rng: random.Random) -> Report:
    where = rng.choice(["entry", "link", "row", "inicio"])
    if where == "inicio":
        cell = raw.cell("Inicio", rng.choice(["C9", "C10", "C11"]))
        raw.inline("Inicio", cell, cell.value.replace("1", "7") + "0")
        return "V06", f"Inicio!{cell.ref}"
    row = rng.choice([6, 7])
    if where == "row":
        raw.edit_sheet("Bitácora", lambda t: re.sub(rf'<row r="{row}".*?</row>', "", t, flags=re.S))
        return ("V05", "Bitácora!P7") if row == 6 else ("V06", "Inicio!C9")
    column = "P" if where == "link" else rng.choice("ACEFGHIJKL")
    cell = raw.cell("Bitácora", f"{column}{row}")
    raw.inline("Bitácora", cell, f"{cell.value}0")
    return "V05", f"Bitácora!P{row}"


MUTATIONS: tuple[Mutation, ...] = (
    a_balance, an_account_code, a_parameter, a_judgement, a_result, a_formula, a_constant, an_erased_formula, a_label,
    a_note, a_hidden_sheet, a_hidden_row_or_column, a_format_that_hides, a_name, the_seal,
)  # fmt: skip


def test_there_are_enough() -> None:
    assert len(MUTATIONS) * TIMES >= 200


def test_the_untouched_workbook_holds(sealed: Raw, tmp_path: Path) -> None:
    found = verify(sealed.save(tmp_path / "libro.xlsx"))
    assert found.holds
    assert not found.problems
    assert found.seal.holds


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_each_is_reported(mutation: Mutation, sealed: Raw, tmp_path: Path) -> None:
    for seed in range(TIMES):
        raw = sealed.copy()
        code, place = mutation(raw, random.Random(f"{mutation.__name__} {seed}"))
        found = verify(raw.save(tmp_path / "libro.xlsx"))
        assert not found.holds, (seed, code, place)
        reported = {(p.code, p.where) for p in found.problems}
        assert (code, place) in reported, (seed, sorted(reported)[:10])
