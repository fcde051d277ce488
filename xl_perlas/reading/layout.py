"""Where the table is in a grid: its header, the column of codes, of names, and one column of balances a period.

What a header says is checked against what the column holds. Nothing is guessed: a period that the header does not
give is looked for above the table, in the name of the sheet and of the file, and where it was found is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_perlas.balance import normalise_code
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.reading.grid import Grid, column_letters

HEADER_ROWS = 30  # a header further down than this is not looked for
MAX_COLUMNS = 1_000  # a balance of eighty years by month
_SAMPLE = 500

_CODE = re.compile(
    r"cod|codigos?|(?:cod|codigo|no|n|num|numero|nro) (?:de )?(?:la )?(?:cuenta|cta|contable|puc|cuc)"
    r"|(?:cta|cuenta contable|code|account code|account|puc|cuc)"
)
_NAME = re.compile(
    r"(?:nombres?|descripcion|detalle|denominacion|concepto|rubro|name|account name|description)"
    r"(?: (?:de )?(?:las? )?cuentas?)?|cuentas?|cuenta contable"
)
_VALUE = re.compile(r"saldos?\b.*|(?:valor|valores|balance|monto|importe|total|amount|usd|dolares)(?: (?:en )?\w+)?")
_BEST_VALUE = re.compile(r"saldos?(?: (?:actual|final|usd|en dolares|al cierre))?")
_NOT_BALANCE = re.compile(
    r"(?:debe|haber|debitos?|creditos?|cargos?|abonos?|variacion|var|diferencia|porcentaje|participacion|peso"
    r"|crecimiento|nivel|tipo|grupo|naturaleza|movimientos?|presupuesto|promedio"
    r"|saldos? (?:anterior(?:es)?|inicial(?:es)?|deudor(?:es)?|acreedor(?:es)?|promedio))\b.*|.*%.*"
)
_DRESS = re.compile(
    r"\b(?:saldos?|valor(?:es)?|balance|monto|importe|usd|us|dolares|en|final|cierre|auditado)\b|[()$]"
)
_DATES = (
    re.compile(r"\b\d{1,2}(?: de |[ -/.])[a-z]{3,10}\.?(?: de | del |[ -/.])(?:19|20)?\d\d\b"),
    re.compile(r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)"),
    re.compile(r"(?<!\d)(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d)"),
    re.compile(
        r"\b(?:ene|feb|mar|abr|may|jun|jul|ago|sep|set|oct|nov|dic)[a-z]*\.?(?: de | del |[ -/.])(?:19|20)?\d\d\b"
    ),
    re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)"),
)
_PRINTED_ON = re.compile(r"impre|emisi|emitid|generad|elaborad|hora\b|usuario|resoluci|pagina|telefono|ruc\b")
_CUT_OFF = re.compile(r"\bal\b|\ba\b|corte|balance|periodo|ejercicio|saldos")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of balances and its period."""

    column: int
    period: Period


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table stands in its grid. `first` is the first row below the header."""

    header: int
    first: int
    code: int
    name: int | None
    values: tuple[ValueColumn, ...]
    width: int
    entity: str
    notes: tuple[Problem, ...]


def fold(value: object) -> str:
    """A text to compare: lower case, no accents, no punctuation, single spaces."""
    text = unicodedata.normalize("NFKD", str(value if value is not None else "")).lower()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\s.:;*#°_\u00a0]+", " ", text).strip()


def find_layout(grid: Grid) -> Layout:
    """Find the table of `grid`.

    Raises:
        PerlasError: no code column (B01), no column of balances (B02), no period (B03), several columns that could
            be the balance (B04), or nothing below the header (B05).
    """
    header = _header_row(grid)
    if header is None:
        raise PerlasError(problem("B01", where=_place(grid), limit=HEADER_ROWS))
    block = _header_block(grid, header)
    first = max(block) + 1
    filled = (c + 1 for r in block for c in range(len(grid.rows[r])) if grid.cell(r, c) is not None)
    width = min(max(filled, default=0), MAX_COLUMNS)
    titles = [[grid.cell(r, c) for r in block] for c in range(width)]
    code = _code_column(grid, titles, first)
    if code is None:
        raise PerlasError(problem("B01", where=_place(grid), limit=HEADER_ROWS))
    name = _name_column(grid, titles, code, first)
    others = [c for c in range(width) if c not in (code, name)]
    values, notes = _value_columns(grid, block, others, header)
    if not any(grid.cell(r, code) is not None for r in range(first, len(grid.rows))):
        raise PerlasError(problem("B05", where=_place(grid)))
    notes = notes + _ignored(grid, titles, {code, name, *(v.column for v in values)}, first)
    return Layout(header, first, code, name, tuple(values), width, _entity(grid, header), tuple(notes))


def _place(grid: Grid) -> str:
    return f"{grid.file}, hoja «{grid.sheet}»" if grid.sheet else grid.file


def _header_row(grid: Grid) -> int | None:
    scores = [(_header_score(grid.rows[r]), -r) for r in range(min(HEADER_ROWS, len(grid.rows)))]
    score, row = max(scores, default=(0, 0))
    return -row if score >= 2 else None


def _header_score(row: Sequence[object]) -> int:
    """How much a row looks like a header: words for codes, names and balances, and periods."""
    cells = [c for c in row if c is not None and c != ""]
    if any(isinstance(c, (int, float)) and parse_period(c) is None for c in cells):
        return 0
    words = [fold(c) for c in cells if isinstance(c, str)]
    periods = sum(_period_of(c) is not None for c in cells)
    code = any(_CODE.fullmatch(w) for w in words)
    if not code and any(isinstance(c, str) and c.strip().isdigit() and parse_period(c) is None for c in cells):
        return 0  # a row of the table whose figures look like years
    name = any(_NAME.fullmatch(w) for w in words)
    value = any(_VALUE.fullmatch(w) for w in words) or any(_month_name(w) for w in words)
    return 3 * code + 2 * name + min(periods, 3) + value


def _header_block(grid: Grid, header: int) -> list[int]:
    """The rows of the header: one, or two when the periods are above the titles or the titles below the periods."""
    rows = [header]
    above = header - 1
    if above >= 0 and any(_period_of(c) is not None for c in grid.rows[above]):
        rows.insert(0, above)
    below = grid.rows[header + 1] if header + 1 < len(grid.rows) else ()
    titles = [c for c in below if c is not None and c != ""]
    if titles and all(_is_value_title(c) or _NOT_BALANCE.fullmatch(fold(c)) or _period_of(c) for c in titles):
        rows.append(header + 1)
    return rows


def _period_of(title: object) -> Period | None:
    """The period that a title of a column gives, also with words such as `Saldo` or `USD` around it."""
    period = parse_period(title)
    if period is None and isinstance(title, str) and any(c.isdigit() for c in title):
        period = parse_period(re.sub(r"\s+", " ", _DRESS.sub(" ", fold(title))).strip())
    return period


def _is_value_title(title: object) -> bool:
    word = fold(title)
    return isinstance(title, str) and (_VALUE.fullmatch(word) is not None or _month_name(word))


def _month_name(word: str) -> bool:
    period = parse_period(f"{word} 2000") if word.isalpha() else None
    return period is not None and not period.annual


def _code_column(grid: Grid, titles: Sequence[Sequence[object]], first: int) -> int | None:
    columns = range(len(titles))
    said = [c for c in columns if any(_CODE.fullmatch(fold(t)) for t in titles[c])]
    may = [c for c in columns if any(_NAME.fullmatch(fold(t)) for t in titles[c])]
    free = [c for c in columns if not any(_period_of(t) or _VALUE.fullmatch(fold(t)) for t in titles[c] if t)]
    for group, share in ((said, 0.5), (may, 0.5)):
        good = [c for c in group if _codes_share(grid, c, first)[0] >= share]
        if good:
            return good[0]
    shares = {c: _codes_share(grid, c, first) for c in free}
    good = [c for c, (codes, nested) in shares.items() if codes >= 0.6 and nested >= 0.6]
    return good[0] if good else next(iter(said), None)


def _codes_share(grid: Grid, column: int, first: int) -> tuple[float, float]:
    """Which part of a column are codes, and which part of those stand under another one (or are a class)."""
    cells = [v for r in range(first, min(first + _SAMPLE, len(grid.rows))) if (v := grid.cell(r, column)) is not None]
    codes = {c for v in cells if (c := normalise_code(v)) is not None}
    if not codes:
        return 0.0, 0.0
    share = sum(normalise_code(v) is not None for v in cells) / len(cells)
    nested = sum(len(c) == 1 or any(c[:end] in codes for end in range(1, len(c))) for c in codes)
    return share, nested / len(codes)


def _name_column(grid: Grid, titles: Sequence[Sequence[object]], code: int, first: int) -> int | None:
    for column, cells in enumerate(titles):
        if column != code and any(_NAME.fullmatch(fold(t)) for t in cells):
            return column
    for column in (code + 1, code - 1):  # without a title: the column beside the codes, if it holds words
        if 0 <= column < len(titles) and not any(t is not None for t in titles[column]):
            cells = [grid.cell(r, column) for r in range(first, min(first + _SAMPLE, len(grid.rows)))]
            words = [isinstance(v, str) and any(c.isalpha() for c in v) for v in cells if v is not None]
            if words and sum(words) > len(words) / 2:
                return column
    return None


def _value_columns(
    grid: Grid, block: Sequence[int], columns: Sequence[int], header: int
) -> tuple[list[ValueColumn], list[Problem]]:
    titles = {c: [grid.cell(r, c) for r in block] for c in columns}
    candidates = [c for c in columns if not any(_NOT_BALANCE.fullmatch(fold(t)) for t in titles[c] if t is not None)]
    above = _spread(grid, block[0], columns) if len(block) > 1 else {}
    for c in candidates:  # a title above several columns holds for those that say `Saldo` or a month below it
        if titles[c][0] is None and c in above and any(_is_value_title(t) for t in titles[c][1:]):
            titles[c][0] = above[c]
    dated = [ValueColumn(c, p) for c in candidates if (p := _first_period(titles[c])) is not None]
    return (dated, []) if dated else _undated(grid, {c: titles[c] for c in candidates}, header)


def _undated(
    grid: Grid, titles: dict[int, list[object]], header: int
) -> tuple[list[ValueColumn], list[Problem]]:
    """The column of balances (or one a month) when the header gives no period: the period is written elsewhere."""
    months = [c for c in titles if any(_month_name(fold(t)) for t in titles[c])]
    plain = [c for c in titles if any(_VALUE.fullmatch(fold(t)) for t in titles[c])]
    best = [c for c in plain if any(_BEST_VALUE.fullmatch(fold(t)) for t in titles[c])]
    chosen = months or (best if len(best) == 1 else plain)
    if not chosen:
        raise PerlasError(problem("B02", where=_place(grid)))
    if len(chosen) > 1 and not months:
        names = ", ".join(f"«{_title(titles[c])}»" for c in chosen)
        raise PerlasError(problem("B04", where=_place(grid), columns=names))
    period, source = _period_around(grid, header)
    if period is None:
        raise PerlasError(problem("B03", where=_place(grid), column=_title(titles[chosen[0]])))
    values = [ValueColumn(c, _month_in(titles[c], period.year) or period) for c in chosen]
    shown = str(period.year) if months else period.label
    return values, [problem("B06", where=_place(grid), found=shown, source=source)]


def _spread(grid: Grid, row: int, columns: Sequence[int]) -> dict[int, object]:
    """The titles of an upper row; a merged title holds for the columns at its right."""
    last: object = None
    titles: dict[int, object] = {}
    for column in columns:
        own = grid.cell(row, column)
        last = own if own is not None else last
        titles[column] = last
    return titles


def _first_period(titles: Sequence[object]) -> Period | None:
    joined = " ".join(str(t) for t in reversed(titles) if t is not None)  # «Diciembre» below «2011»
    for title in (*reversed(titles), joined):
        period = _period_of(title)
        if period is not None and not (period.annual and _period_of(joined) not in (None, period)):
            return period
    return None


def _month_in(titles: Iterable[object], year: int) -> Period | None:
    return next((parse_period(f"{fold(t)} {year}") for t in titles if _month_name(fold(t))), None)


def _period_around(grid: Grid, header: int) -> tuple[Period | None, str]:
    """The period of the whole table and where it is written: a title above it, the sheet's name, the file's name."""
    dated = _dated_titles(grid, header)
    if dated:
        row, column, period = dated[0]
        return period, f"de la celda {grid.address(row, column)} («{str(grid.cell(row, column))[:80]}»)"
    if grid.sheet and (named := find_period(grid.sheet)):
        return named, f"del nombre de la hoja («{grid.sheet}»)"
    if named := find_period(Path(grid.file).stem):
        return named, f"del nombre del archivo («{grid.file}»)"
    return None, ""


def _dated_titles(grid: Grid, header: int) -> list[tuple[int, int, Period]]:
    """Cells above the table that give its period; empty when they disagree."""
    found: list[tuple[int, int, Period]] = []
    cut_off: list[tuple[int, int, Period]] = []
    for row in range(header):
        before = ""
        for column in range(len(grid.rows[row])):
            cell = grid.cell(row, column)
            words = f"{before} {fold(cell)}"
            period = None if cell is None or _PRINTED_ON.search(words) else find_period(cell)
            if period is not None:
                (cut_off if _CUT_OFF.search(words) else found).append((row, column, period))
            before = fold(cell) if isinstance(cell, str) else before
    best = cut_off or found
    return best if len({period.key for *_, period in best}) == 1 else []


def find_period(value: object) -> Period | None:
    """The only period written in a text (`Balance al 31 de diciembre de 2011`, `bi_2010`); None for none or several."""
    if not isinstance(value, str):
        return None if isinstance(value, float) and value != int(value) else parse_period(value)
    if (whole := parse_period(value)) is not None:
        return whole
    text = re.sub(r"\s+", " ", "".join(
        c for c in unicodedata.normalize("NFKD", value.lower()) if not unicodedata.combining(c)
    ).replace("_", "-"))  # fmt: skip
    until = re.search(r"\bdel?\b.*\d.*\bal?\b(.*\d.*)", text)  # «del 1 de enero al 31 de diciembre de 2011»
    text = until[1] if until else text
    for form in _DATES:
        periods = [p for m in form.findall(text) if (p := parse_period(m)) is not None]
        if periods:
            return periods[0] if len({p.key for p in periods}) == 1 else None
    return None


def _ignored(
    grid: Grid, titles: Sequence[Sequence[object]], used: set[int | None], first: int
) -> list[Problem]:
    below = range(first, min(first + _SAMPLE, len(grid.rows)))
    width = max([len(titles), *(len(grid.rows[r]) for r in below)])
    said = []
    for column in range(width):
        title = _title(titles[column]) if column < len(titles) else ""
        if column not in used and (title or any(grid.cell(r, column) is not None for r in below)):
            said.append(f"{column_letters(column)} «{title or 'sin título'}»")
    more = f" y {len(said) - 20} más" if len(said) > 20 else ""
    return [problem("B07", where=_place(grid), columns=", ".join(said[:20]) + more)] if said else []


def _title(titles: Sequence[object]) -> str:
    return " ".join(dict.fromkeys(str(t).strip()[:60] for t in titles if t is not None))


def _entity(grid: Grid, header: int) -> str:
    """The name of the cooperative, if a title above the table gives it."""
    for row in range(header):
        for column in range(len(grid.rows[row])):
            cell = grid.cell(row, column)
            if isinstance(cell, str) and re.search(r"cooperativa|\bcoac\b|mutualista|\bcac\b", fold(cell)):
                return " ".join(cell.split())[:200]
    return ""
