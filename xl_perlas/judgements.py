"""Pairwise judgements as people write them, checked: from cells to a `Matrix`, with every fault named by its cell.

Also the scale that judgements are chosen from, and matrices that were published.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Any

from xl_perlas.ahp import Matrix
from xl_perlas.problems import ERROR, PerlasError, Problem, problem

#: The scale: from 1/9 to 9, the 17 judgements that an expert chooses from.
SCALE: tuple[Fraction, ...] = (*(Fraction(1, k) for k in range(9, 1, -1)), *(Fraction(k) for k in range(1, 10)))
_LOWEST, _HIGHEST = float(SCALE[0]), float(SCALE[-1])

#: How far a judgement times its opposite may be from 1 and still be the same judgement, rounded when it was written.
TOLERANCE = 0.02

_FRACTION = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_DECIMAL = re.compile(r"-?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
#: Numbers farther than this from 1 are not judgements: computing with them overflows.
_FARTHEST = 10_000
#: Text that says what a judgement means follows this mark.
MARK = "·"
_SHOWN = 12


# --- the scale in words -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def scale_words() -> Mapping[Fraction, str]:
    """Each judgement of the scale as a list shows it: `3 · solo un poco más`, `1/3 · solo un poco menos` (Tabla 8)."""
    text = (resources.files("xl_perlas.definitions") / "ahp" / "scale.toml").read_text(encoding="utf-8")
    words = {int(key): value for key, value in tomllib.loads(text)["palabras"].items()}
    found = {}
    for value in reversed(SCALE):
        phrase = words[max(value.numerator, value.denominator)]
        if value < 1:
            phrase = phrase.replace(" más", " menos")
        found[value] = f"{written(value)} {MARK} {phrase}"
    return found


def written(value: float | Fraction) -> str:
    """A judgement as people write it: `3`, `1/3`, `2,5`."""
    exact = Fraction(value).limit_denominator(9)
    if abs(float(exact) - float(value)) < 1e-9 and 1 in (exact.numerator, exact.denominator):
        return str(exact)
    return f"{float(value):.4g}".replace(".", ",")


# --- cells ------------------------------------------------------------------------------------------------------------


def read_judgement(cell: object) -> float | str | None:
    """The judgement in a cell: a number, None when blank, or the text of what cannot be read.

    `3`, `1/3`, `0,333`, `0.333` and `3 · solo un poco más` are read. A decimal that is the inverse of a whole number
    rounded (0.333) is that inverse: the scale has no other value it could be.
    """
    if cell is None or isinstance(cell, bool | dt.date):
        return None if cell is None else str(cell)
    if isinstance(cell, int | float):
        return _unrounded(float(cell), repr(float(cell))) if _readable(cell) else str(cell)
    text = str(cell).partition(MARK)[0].strip()
    if not text:
        return None if not str(cell).strip() else str(cell)
    if match := _FRACTION.fullmatch(text):
        above, below = int(match[1]), int(match[2])
        return above / below if below and _readable(above / below) else text
    if _DECIMAL.fullmatch(text):
        plain = text.replace(",", ".")
        return _unrounded(float(plain), plain) if _readable(float(plain)) else text
    return text


def _readable(value: float) -> bool:
    """Whether a number can be a judgement, in the scale or not."""
    return -_FARTHEST <= value <= 0 or 1 / _FARTHEST <= value <= _FARTHEST


def _unrounded(value: float, text: str) -> float:
    """`0.333` -> 1/3; other values as they are."""
    decimals = len(text.partition(".")[2])
    if not 0 < value < 1 or decimals < 2 or "e" in text:
        return value
    inverse = round(1 / value)
    return 1 / inverse if 2 <= inverse <= 9 and abs(value - 1 / inverse) <= 0.5001 * 10.0**-decimals else value


def read_matrix(
    names: Sequence[str], rows: Sequence[Sequence[object]], where: str = ""
) -> tuple[Matrix | None, tuple[Problem, ...]]:
    """A matrix from its cells, and everything wrong with them; None when there is nothing to compute with.

    The axioms are those of Coral y Ruano (2016), pp. 83-84: unit diagonal, reciprocal cells, scale from 1/9 to 9.
    Either triangle is enough. Opposite cells whose product is within 2 % of 1 are one judgement and its rounded
    inverse: the one above 1 holds. A matrix that is not reciprocal is computed as it stands, and said to be wrong.
    """
    names = tuple(names)
    found: list[Problem] = _name_problems(names, where)
    if any(len(row) != len(names) for row in rows) or len(rows) != len(names):
        width = max(map(len, rows), default=0)
        found.append(problem("J01", where=where, rows=len(rows), columns=width))
    if found:
        return None, tuple(found)
    cells = [[read_judgement(cell) for cell in row] for row in rows]
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            found += _cell_problems(value, names, i, j, where, rows[i][j])
    if any(p.code in ("J02", "J03") for p in found):
        return None, tuple(found)
    matrix = _paired(names, cells, found, where)
    if missing := matrix.missing:
        places = _listed([f"{names[i]}/{names[j]}" for i, j in missing])
        found.append(problem("J07", where=where, count=len(missing), total=len(matrix.pairs), cells=places))
    if not matrix.connected:
        found.append(problem("J09", where=where))
        return None, tuple(found)
    return matrix, tuple(found)


def _name_problems(names: Sequence[str], where: str) -> list[Problem]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    details = [f"«{name}» está más de una vez" for name in repeated]
    details += ["hay un criterio sin nombre"] * any(not name for name in names)
    details += ["no hay ninguno"] * (not names)
    return [problem("J08", where=where, detail="; ".join(details))] if details else []


def _cell_problems(
    value: float | str | None, names: Sequence[str], i: int, j: int, where: str, cell: object
) -> list[Problem]:
    place = f"{names[i]}/{names[j]}"
    if isinstance(value, str):
        hint = " Parece una fecha: el programa de hojas de cálculo convirtió la fracción." * isinstance(cell, dt.date)
        return [problem("J02", where=where, cell=place, text=value[:40], hint=hint)]
    if value is None:
        return []
    if value <= 0:
        return [problem("J03", where=where, cell=place, value=written(value))]
    if i == j:
        return [problem("J04", where=where, cell=place, value=written(value))] if value != 1 else []
    slack = 1 + TOLERANCE
    if not _LOWEST / slack <= value <= _HIGHEST * slack:
        return [problem("J06", where=where, cell=place, value=written(value))]
    return []


def _paired(
    names: tuple[str, ...], cells: list[list[float | str | None]], found: list[Problem], where: str
) -> Matrix:
    """The matrix, each cell with its opposite; what contradicts its opposite goes into `found` and stays as it is."""
    size = len(names)
    values: list[list[float | None]] = [[1.0 if i == j else None for j in range(size)] for i in range(size)]
    for i in range(size):
        for j in range(i + 1, size):
            upper, lower = cells[i][j], cells[j][i]
            if isinstance(upper, float) and isinstance(lower, float) and abs(upper * lower - 1) > TOLERANCE:
                found.append(_not_inverse(names, i, j, upper, lower, where))
                values[i][j], values[j][i] = upper, lower
            elif isinstance(upper, float) and (upper >= 1 or lower is None):
                values[i][j], values[j][i] = upper, 1 / upper
            elif isinstance(lower, float):
                values[i][j], values[j][i] = 1 / lower, lower
    return Matrix(names, tuple(map(tuple, values)))


def _not_inverse(names: Sequence[str], i: int, j: int, upper: float, lower: float, where: str) -> Problem:
    return problem(
        "J05", where=where, cell=f"{names[j]}/{names[i]}", value=written(lower), expected=written(1 / upper),
        opposite=f"{names[i]}/{names[j]}", other=written(upper),
    )  # fmt: skip


def _listed(places: Sequence[str]) -> str:
    return ", ".join(places[:_SHOWN]) + (f" y {len(places) - _SHOWN} más" if len(places) > _SHOWN else "")


# --- published matrices -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _published(name: str) -> tuple[str, Mapping[str, Any]]:
    folder = resources.files("xl_perlas.definitions") / "ahp" / "judgements"
    known = {p.name.removesuffix(".toml"): p for p in folder.iterdir() if p.name.endswith(".toml")}
    if name not in known:
        options = ", ".join(sorted(known))
        raise PerlasError(problem("D02", kind="un grupo de juicios", name=f"«{name}»", options=options))
    data = tomllib.loads(known[name].read_text(encoding="utf-8"))
    return data["juicios"]["nombre"], data["matrices"]


def published_name(name: str = "tulcan_2016") -> str:
    """Whose judgements they are. Raises PerlasError (D02): there are none of that name."""
    return _published(name)[0]


@lru_cache(maxsize=4)
def published(name: str = "tulcan_2016") -> Mapping[str, Matrix]:
    """Matrices that a source printed, by group (`PERLAS`: the components; `P`, `E` …: their indicators).

    Raises:
        PerlasError: there are none of that name (D02), or their file has faults.
    """
    matrices, faults = {}, []
    for group, data in _published(name)[1].items():
        cells = [row.split() for row in data["filas"]]
        matrix, problems = read_matrix(data["criterios"].split(), cells, f"ahp/judgements/{name}.toml, {group}")
        faults += [p for p in problems if p.severity == ERROR]
        if matrix is not None:
            matrices[group] = matrix
    if faults:
        raise PerlasError(faults)
    return matrices
