"""Rows of a table as accounts: codes, names, figures, and everything that is wrong with them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xl_perlas.balance import Balance, normalise_code
from xl_perlas.chart import ENTITY_DATA, ENTITY_DATA_NAMES
from xl_perlas.figures import Unreadable, parse_figure, read_column
from xl_perlas.periods import Period
from xl_perlas.problems import Problem, problem
from xl_perlas.reading.grid import Grid, column_letters
from xl_perlas.reading.layout import Layout, fold

MAX_ALIKE = 200  # problems of one kind that are told one by one
_EXAMPLES = 3
_TOTAL = re.compile(r"(?:sub ?total|total|suman?|sumas|resultado|utilidad|perdida|excedente|pasivo [y+] patrimonio)")
_HEADER_AGAIN = re.compile(r"cod|codigo|cuenta|cta")
_ENTITY = {fold(name): code for code, name in ENTITY_DATA_NAMES.items()} | {
    fold(re.sub(r"\(.*", "", name)): code for code, name in ENTITY_DATA_NAMES.items()
} | {fold(code): code for code in ENTITY_DATA}  # fmt: skip

Values = list[list[float | None]]


@dataclass
class _Rows:
    """The rows of accounts (`where[i]` is the row in the grid of `codes[i]`), and what was set aside."""

    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    where: list[int] = field(default_factory=list)
    shifted: list[int] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_table(grid: Grid, layout: Layout) -> Balance:
    """The balance in `grid`; its problems say everything that was noticed on the way."""
    rows = _accounts(grid, layout)
    problems = [*layout.notes, *rows.problems, *_set_aside(rows)]
    rows.codes, padded = _without_padding(rows.codes)
    problems += padded
    values: Values = []
    for column in layout.values:
        cells = [_cell(grid.rows[r], column.column) for r in rows.where]
        figures, found = read_column(
            cells, _Addresses(grid, rows.where, column.column), f"la columna {column.period.label}"
        )
        values.append(figures)
        problems += found
    _blank_shifted(rows, values)
    periods = [v.period for v in layout.values]
    problems += _merge_periods(grid, layout, rows, periods, values)
    problems += _merge_codes(grid, layout, rows, periods, values)
    if periods != sorted(periods, key=lambda p: p.key):
        order = ", ".join(p.label for p in sorted(periods, key=lambda p: p.key))
        problems.append(problem("B08", where=grid.file, periods=order))
    problems += _formula_like(grid, layout, rows)
    if not rows.codes:
        problems.append(problem("B19", where=grid.file))
    return Balance.build(
        rows.codes, dict(zip(periods, values, strict=True)), rows.names, capped(problems), layout.entity
    )


def capped(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, with those beyond `MAX_ALIKE` of one code replaced by their number."""
    kept: list[Problem] = []
    counts: Counter[str] = Counter()
    for one in problems:
        counts[one.code] += 1
        if counts[one.code] <= MAX_ALIKE:
            kept.append(one)
    return kept + [
        problem("B29", count=_thousands(n - MAX_ALIKE), code=code) for code, n in counts.items() if n > MAX_ALIKE
    ]


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


@dataclass(frozen=True)
class _Addresses:
    """Addresses of the cells of a column, made only for those that are told."""

    grid: Grid
    rows: Sequence[int]
    column: int

    def __call__(self, position: int) -> str:
        return self.grid.address(self.rows[position], self.column)


def _cell(row: Sequence[object], column: int | None) -> object:
    return row[column] if column is not None and column < len(row) else None


def _accounts(grid: Grid, layout: Layout) -> _Rows:
    rows = _Rows()
    columns = [v.column for v in layout.values]
    for r in range(layout.first, len(grid.rows)):
        row = grid.rows[r]
        raw, name = _cell(row, layout.code), _cell(row, layout.name)
        code = normalise_code(raw) or _entity_code(raw, name)
        if code is None:
            _note_other_row(grid, layout, rows, r, [_cell(row, c) for c in columns])
            continue
        rows.codes.append(code)
        rows.names.append(" ".join(str(name).split()) if name is not None else "")
        rows.where.append(r)
        if not grid.sheet and len(row) > layout.width and any(_is_figure(v) for v in row[layout.width :]):
            rows.shifted.append(len(rows.codes) - 1)
            rows.problems.append(problem("B18", where=grid.address(r, layout.width), accounts=(code,)))
    return rows


def _entity_code(raw: object, name: object) -> str | None:
    """A row of data of the entity, by its name in the column of codes, or in that of names when there is no code."""
    for text in (raw, name):
        if isinstance(text, str) and text.strip():
            return _ENTITY.get(fold(text))
    return None


def _note_other_row(grid: Grid, layout: Layout, rows: _Rows, r: int, cells: Sequence[object]) -> None:
    texts = [str(v).strip() for v in grid.rows[r] if v is not None and str(v).strip()]
    if not texts:
        rows.blank += 1
        return
    raw, name = _cell(grid.rows[r], layout.code), _cell(grid.rows[r], layout.name)
    code = "" if raw is None else str(raw).strip()
    title = fold(code or name)
    figures = any(_is_figure(v) for v in cells)
    if _TOTAL.match(title) or _TOTAL.match(fold(name)):
        kind = "totales"
    elif not figures or _HEADER_AGAIN.fullmatch(title):
        kind = "títulos y firmas"
    elif code:
        rows.problems.append(problem("B13", where=grid.address(r, layout.code), text=code[:60]))
        return
    else:
        kind = "sin código"
    rows.ignored.setdefault(kind, []).append(f"{grid.address(r, layout.code)} «{texts[0][:40]}»")


def _is_figure(value: object) -> bool:
    """Whether a cell holds a figure, or something that was meant as one."""
    figure = parse_figure(value)
    if isinstance(figure, Unreadable):
        return figure.code != "B23" or bool(figure.suggestion) or re.search(r"\d", figure.text) is not None
    return figure is not None


def _set_aside(rows: _Rows) -> list[Problem]:
    bare = rows.ignored.pop("sin código", [])
    detail = [f"{len(places)} {kind} ({_some(places)})" for kind, places in rows.ignored.items()]
    if rows.blank:
        detail.append(f"{rows.blank} en blanco")
    problems = [problem("B14", detail="; ".join(detail))] if detail else []
    if bare:
        problems.append(problem("B15", count=len(bare), examples=_some(bare)))
    return problems


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:_EXAMPLES]) + ("…" if len(places) > _EXAMPLES else "")


def _without_padding(codes: list[str]) -> tuple[list[str], list[Problem]]:
    """Codes of fixed length (`100000`, `110000`, `110105`) without the zeros that fill them at the right.

    The evidence asked for: every code has the same even length, at least one is a class (a digit and zeros), and
    nearly all start with the digit of such a class.
    """
    accounts = [c for c in codes if c not in ENTITY_DATA]
    lengths = {len(c) for c in accounts}
    if len(accounts) < 3 or len(lengths) != 1 or (length := lengths.pop()) < 4 or length % 2:
        return codes, []
    classes = {c[0] for c in accounts if not c[1:].strip("0")}
    if sum(c[0] in classes for c in accounts) < 0.9 * len(accounts):
        return codes, []
    short = [c if c in ENTITY_DATA else _unpadded(c) for c in codes]
    example = next(f"{long} por {code}" for long, code in zip(codes, short, strict=True) if long != code)
    return short, [problem("B16", example=example)]


def _unpadded(code: str) -> str:
    """Levels have 1, 2, 4, 6, 8… digits."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code[0] if len(code) == 2 and code[1] == "0" else code


def _blank_shifted(rows: _Rows, values: Values) -> None:
    for position in rows.shifted:
        for column in values:
            column[position] = math.nan


def _merge_periods(
    grid: Grid, layout: Layout, rows: _Rows, periods: list[Period], values: Values
) -> list[Problem]:
    """Keep one column a period; figures that two columns disagree on become unreadable."""
    problems: list[Problem] = []
    first: dict[tuple[int, int], int] = {}
    drop: list[int] = []
    for i, period in enumerate(periods):
        known = first.setdefault(period.key, i)
        if known == i:
            continue
        drop.append(i)
        merged = [_agree(a, b) for a, b in zip(values[known], values[i], strict=True)]
        differ = sum(_conflict(a, b) for a, b in zip(values[known], values[i], strict=True))
        places = " y ".join(column_letters(layout.values[c].column) for c in (known, i))
        values[known] = merged
        problems.append(
            problem("B12" if differ else "B11", where=grid.file, period=period.label, columns=places, count=differ)
        )
    for i in reversed(drop):
        del periods[i], values[i]
    return problems


def _conflict(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and a != b and not (a != a and b != b)


def _agree(a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return b if a is None else a
    return a if a == b else math.nan


def _merge_codes(
    grid: Grid, layout: Layout, rows: _Rows, periods: Sequence[Period], values: Values
) -> list[Problem]:
    """Keep one row a code; figures that two rows disagree on become unreadable."""
    if len(set(rows.codes)) == len(rows.codes):
        return []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    drop: set[int] = set()
    for i, code in enumerate(rows.codes):
        known = first.setdefault(code, i)
        if known == i:
            continue
        drop.add(i)
        rows.names[known] = rows.names[known] or rows.names[i]
        differ = [p.label for p, v in zip(periods, values, strict=True) if _conflict(v[known], v[i])]
        for column in values:
            column[known] = _agree(column[known], column[i])
        places = " y ".join(grid.address(rows.where[r], layout.code) for r in (known, i))
        problems.append(
            problem("B10" if differ else "B09", where=grid.address(rows.where[i], layout.code), accounts=(code,),
                    period=", ".join(differ), code=code, places=places)
        )  # fmt: skip
    keep = [i for i in range(len(rows.codes)) if i not in drop]
    rows.codes, rows.names, rows.where = ([part[i] for i in keep] for part in (rows.codes, rows.names, rows.where))  # type: ignore[assignment]
    values[:] = [[column[i] for i in keep] for column in values]
    return problems


def _formula_like(grid: Grid, layout: Layout, rows: _Rows) -> list[Problem]:
    if layout.name is None:
        return []
    found = [i for i, name in enumerate(rows.names) if name[:1] in "=+-@" and name]
    if not found:
        return []
    places = [f"{grid.address(rows.where[i], layout.name)} «{rows.names[i][:40]}»" for i in found[:_EXAMPLES]]
    more = "…" if len(found) > _EXAMPLES else ""
    return [problem("B17", where=places[0].split(" «")[0], count=len(found), examples=", ".join(places) + more)]
