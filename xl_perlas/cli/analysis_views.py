"""Financial analysis for people: tables that fit the width of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from xl_perlas._version import __version__
from xl_perlas.analysis import Analysis, Change, Composition, Figure, Item, Share, State, Trend, VerticalRow
from xl_perlas.cli.analysis_exports import COMPOSITION, HORIZONTAL, INCOME, TREND, VERTICAL, all_trends
from xl_perlas.cli.console import (
    BOLD,
    GAP,
    PLAIN,
    YELLOW,
    Cell,
    Column,
    Console,
    Row,
    figure,
    problem_lines,
    table,
)
from xl_perlas.cli.views import note_lines
from xl_perlas.document.numbers import decimal
from xl_perlas.problems import money

#: What stands for a figure that there is not, and what it means.
_WORDS = {
    State.NO_DATA: ("sin dato", "falta la cuenta o su cifra"),
    State.NO_BASE: ("sin base", "el balance no tiene el periodo con que se compara"),
    State.FROM_ZERO: ("desde 0", "pasa de cero a una cifra; no hay porcentaje"),
    State.ZERO_TO_ZERO: ("0/0", "es cero en los dos periodos; no hay variación que medir"),
    State.ZERO_DENOMINATOR: ("total 0", "el total con que se compara es cero"),
    State.NOT_APPLICABLE: ("no aplica", "vea la nota"),
}

#: These notes only say what the word in the cell says.
_SILENT = ("[F01]", "[F02]", "[F03]")
_CLASSES = {
    "1": "Activo", "2": "Pasivo", "3": "Patrimonio", "4": "Gastos", "5": "Ingresos", "6": "Cuentas contingentes",
    "7": "Cuentas de orden",
}  # fmt: skip
_TEXT_WIDTH = 30  # code and name, wrapped
_COMPARISONS = 3  # tables of changes before only the last one is shown
_PROBLEMS_SHOWN = 15

#: (note, row, period) of a figure with something to say.
_Noted = tuple[str, str, str]


def analysis_lines(analysis: Analysis, kinds: Sequence[str], level: int, console: Console) -> list[str]:
    """The analyses asked for as tables, and everything that qualifies them."""
    lines = _heading(analysis, console)
    seen: list[tuple[Figure, str, str]] = []
    for kind in kinds:
        lines += ["", *_TABLES[kind](analysis, level, console, seen)]
    lines += ["", *_legend([one for one, _, _ in seen], console)]
    lines += problem_lines(analysis.problems, console, _PROBLEMS_SHOWN)
    noted = dict.fromkeys(
        (one.note, row, period) for one, row, period in seen if one.note and not one.note.startswith(_SILENT)
    )
    return lines + note_lines("Notas de las cifras", noted, console)


def _heading(analysis: Analysis, console: Console) -> list[str]:
    title = f"Análisis financiero · catálogo {analysis.choice.catalog.id}"
    count = len(analysis.balance.chart.codes)
    about = [analysis.balance.entity, f"{count} cuentas", f"periodos {_span(analysis.periods)}"]
    if not all(p.month == 12 for p in analysis.balance.periods):
        about.append(f"base {analysis.base}; ingresos y gastos, con el mismo mes del año anterior")
    about.append(f"xl-perlas {__version__}")
    return [console.paint(line, BOLD) for line in console.wrap(title)] + console.wrap(" · ".join(filter(None, about)))


def _span(labels: Sequence[str]) -> str:
    return ", ".join(labels) if len(labels) <= 6 else f"{labels[0]} a {labels[-1]} ({len(labels)})"


def _legend(figures: Iterable[Figure], console: Console) -> list[str]:
    states = {one.state for one in figures}
    texts = [f"{word}: {meaning}" for state, (word, meaning) in _WORDS.items() if state in states]
    if State.INCONSISTENT in states:
        texts.append("!: cifra dudosa, vea la nota")
    return console.wrap(" · ".join(texts)) if texts else []


# --- cells ------------------------------------------------------------------------------------------------------------


class _Cells:
    """Makes cells out of figures and keeps each with its row and period, for the legend and the notes."""

    def __init__(self, seen: list[tuple[Figure, str, str]]):
        self.seen = seen

    def __call__(self, one: Figure, unit: str, row: str, period: str, style: str = PLAIN) -> Cell:
        self.seen.append((one, row, period))
        if one.value is None:
            return Cell(_WORDS[one.state][0], style)
        doubtful = one.state is State.INCONSISTENT
        text = decimal(one.value, 4) if unit == "" else figure(one.value, unit)
        return Cell(text + "!" * doubtful, YELLOW if doubtful else style)


def _title(text: str, console: Console) -> list[str]:
    return [console.paint(line, BOLD) for line in console.wrap(text)]


def _accounts(items: Iterable[tuple[Item, Sequence[Cell | str]]]) -> Iterator[Row]:
    """Rows of accounts under the heading of their class; the class itself in bold."""
    last = ""
    for item, cells in items:
        heading = "Resultados por márgenes" if item.line else _CLASSES.get(item.id[0], f"Clase {item.id[0]}")
        if heading != last:
            last = heading
            yield heading
        yield _row(item, cells, len(item.id) == 1)


def _row(item: Item, cells: Sequence[Cell | str], strong: bool) -> list[Cell | str]:
    style = BOLD if strong else PLAIN
    return [Cell("" if item.line else item.id, style), Cell(item.name, style), *cells]


# --- horizontal -------------------------------------------------------------------------------------------------------


def _horizontal(analysis: Analysis, level: int, console: Console, seen: list[tuple[Figure, str, str]]) -> list[str]:
    cells, rows = _Cells(seen), analysis.horizontal(level)
    compared = [p for p in range(len(analysis.periods)) if any(_compares(row.changes[p]) for row in rows)]
    shown = compared if len(compared) <= _COMPARISONS else compared[-1:]
    lines = _title("Análisis horizontal", console)
    if not shown:
        return lines + console.wrap("No hay dos periodos que comparar.")
    if len(shown) < len(compared):
        lines += console.wrap(f"Se muestra el último de {len(compared)} periodos comparados; todos, con --formato csv.")
    for position in shown:
        changes = [(row.item, row.changes[position]) for row in rows]
        bases = list(dict.fromkeys(change.base for _, change in changes))
        period = analysis.periods[position]
        columns = [
            Column("Cuenta"), Column("Nombre", wraps=True), Column(bases[0] if len(bases) == 1 else "Base", True),
            Column(period, True), Column("Variación", True), Column("Var. %", True),
        ]  # fmt: skip
        body = [(item, _change_cells(item, change, cells)) for item, change in changes]
        lines += [*([""] if position != shown[0] else []), *table(columns, list(_accounts(body)), console)]
        if len(bases) > 1:
            lines += console.wrap(f"Base: {' o '.join(bases)} (ingresos y gastos).")
    return lines


def _compares(change: Change) -> bool:
    return change.relative.state is not State.NO_BASE


def _change_cells(item: Item, change: Change, cells: _Cells) -> list[Cell]:
    pairs = ((change.previous, "USD"), (change.current, "USD"), (change.absolute, "USD"), (change.relative, "%"))
    return [cells(one, unit, item.id, change.period) for one, unit in pairs]


# --- by period --------------------------------------------------------------------------------------------------------


def _last(analysis: Analysis, width: int, console: Console) -> range:
    """Positions of the last periods that fit side by side, `width` characters each, or more if their labels do."""
    count = len(analysis.periods)
    many = max(1, (console.width - _TEXT_WIDTH) // (max(width, *map(len, ("", *analysis.periods))) + GAP))
    return range(max(0, count - many), count)


def _widest(shares: Iterable[Share]) -> int:
    """Characters of the longest amount, with a mark of doubt."""
    return max((len(money(one.amount.value)) + 1 for one in shares if one.amount.value is not None), default=10)


def _hidden(analysis: Analysis, shown: range, console: Console) -> list[str]:
    count = len(analysis.periods)
    if len(shown) == count:
        return []
    return console.wrap(f"Se muestran los últimos {len(shown)} de {count} periodos; todos, con --formato csv.")


def _columns(analysis: Analysis, shown: range) -> list[Column]:
    periods = [Column(analysis.periods[p], right=True) for p in shown]
    return [Column("Cuenta"), Column("Nombre", wraps=True), *periods]


def _share_cells(row: VerticalRow, shown: range, cells: _Cells, style: str = PLAIN) -> list[Cell]:
    return [cells(row.shares[p].share, "%", row.item.id, row.shares[p].period, style) for p in shown]


def _vertical(analysis: Analysis, level: int, console: Console, seen: list[tuple[Figure, str, str]]) -> list[str]:
    cells, shown = _Cells(seen), _last(analysis, 10, console)
    body = [(row.item, _share_cells(row, shown, cells)) for row in analysis.vertical(level)]
    lines = _title("Análisis vertical: parte del activo, o de los ingresos", console)
    return [*lines, *_hidden(analysis, shown, console),
            *table(_columns(analysis, shown), list(_accounts(body)), console)]  # fmt: skip


def _income(analysis: Analysis, _level: int, console: Console, seen: list[tuple[Figure, str, str]]) -> list[str]:
    cells, statement = _Cells(seen), analysis.statement()
    shown = _last(analysis, _widest(share for row in statement for share in row.shares) + GAP + 7, console)
    columns = [Column("Nombre", wraps=True)]
    for p in shown:
        columns += [Column(analysis.periods[p], right=True), Column("% ingr.", right=True)]
    rows: list[Row] = []
    for row in statement:
        style = BOLD if row.item.subtotal or row.item.id == analysis.statements.income[0] else PLAIN
        texts: list[Cell | str] = [Cell(row.item.name, style)]
        for p in shown:
            one = row.shares[p]
            texts += [cells(one.amount, "USD", row.item.id, one.period, style),
                      cells(one.share, "%", row.item.id, one.period, style)]  # fmt: skip
        rows.append(texts)
    lines = _title("Estado de resultados por márgenes", console)
    source = console.wrap(f"Fuente: {analysis.statements.income_source}.")
    return [*lines, *_hidden(analysis, shown, console), *table(columns, rows, console), *source]


def _compositions(analysis: Analysis, _level: int, console: Console, seen: list[tuple[Figure, str, str]]) -> list[str]:
    cells, compositions = _Cells(seen), analysis.compositions()
    shown = _last(analysis, _widest(share for one in compositions for share in one.total.shares), console)
    rows: list[Row] = []
    for one in compositions:
        rows += [one.name, *_composition(one, shown, cells)]
    lines = _title("Composición: cada parte de la suma de las partes", console)
    return [*lines, *_hidden(analysis, shown, console), *table(_columns(analysis, shown), rows, console)]


def _composition(one: Composition, shown: range, cells: _Cells) -> Iterator[Row]:
    for part in one.parts:
        if any(part.shares[p].amount.value != 0 for p in shown):
            yield _row(part.item, _share_cells(part, shown, cells), False)
    totals = [cells(one.total.shares[p].amount, "USD", one.total.item.id, one.total.shares[p].period, BOLD)
              for p in shown]  # fmt: skip
    yield _row(one.total.item, totals, True)


# --- trend ------------------------------------------------------------------------------------------------------------


def _trends(analysis: Analysis, level: int, console: Console, seen: list[tuple[Figure, str, str]]) -> list[str]:
    cells, trends = _Cells(seen), all_trends(analysis, level)
    columns = [Column("Cuenta"), Column("Nombre", wraps=True), Column("n", True), Column("Promedio", True),
               Column("Por año", True), Column("R²", True), Column("Crec. anual", True)]  # fmt: skip
    body = [(one.item, [Cell(str(one.count)), *_trend_cells(one, cells)]) for one in trends]
    lines = [*_title("Tendencias", console), *table(columns, list(_accounts(body)), console)]
    if any(one.seasons for one in trends):
        lines += console.wrap("La recta se ajusta descontada la estacionalidad de cada mes.")
    lines += console.wrap("Por año: pendiente de la recta. Crec. anual: tasa constante entre la primera y la última "
                          "cifra del mismo mes; n cifras anuales son n − 1 años.")  # fmt: skip
    general = dict.fromkeys((one.note, "todas", _span(analysis.periods)) for one in trends
                            if one.note.startswith("[F13]"))  # fmt: skip
    return lines + note_lines("Notas de las tendencias", general, console)


def _trend_cells(one: Trend, cells: _Cells) -> list[Cell]:
    span = " a ".join(filter(None, one.span))
    pairs = ((one.mean, "USD"), (one.slope, "USD"), (one.r_squared, ""), (one.growth, "%"))
    return [cells(found, unit, one.item.id, span) for found, unit in pairs]


_TABLES: Mapping[str, Callable[[Analysis, int, Console, list[tuple[Figure, str, str]]], list[str]]] = {
    HORIZONTAL: _horizontal, VERTICAL: _vertical, INCOME: _income, COMPOSITION: _compositions, TREND: _trends,
}  # fmt: skip
