"""Results of `xl-perlas comparar`: as CSV, and as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from xl_perlas._version import __version__
from xl_perlas.cli.console import BOLD, DIM, GREEN, RED, Console, figure
from xl_perlas.cli.exports import csv_text
from xl_perlas.cli.views import NO_VALUE
from xl_perlas.document.numbers import decimal
from xl_perlas.model import Status
from xl_perlas.workbook.compare import METHOD, Comparison, Standing
from xl_perlas.workbook.compare.change import Change, Kind
from xl_perlas.workbook.compare.movements import Movement, Part, Turn, What

#: Headings of the changes; and what they are counted as, one and several.
_KINDS: dict[Kind, tuple[str, str, str]] = {
    Kind.ENTITY: ("Entidad", "nombre de la entidad", "nombres de la entidad"),
    Kind.VERSION: ("Programa", "versión del programa", "versiones del programa"),
    Kind.DEFINITIONS: ("Definiciones", "cambio de definiciones", "cambios de definiciones"),
    Kind.INDICATOR: ("Indicadores con otra definición", "indicador redefinido", "indicadores redefinidos"),
    Kind.CATALOG: ("Catálogo de cuentas", "catálogo de cuentas", "catálogos de cuentas"),
    Kind.PERIOD: ("Periodos que aparecen o desaparecen", "periodo", "periodos"),
    Kind.ACCOUNT: ("Cuentas que aparecen o desaparecen", "cuenta que aparece o desaparece",
                   "cuentas que aparecen o desaparecen"),
    Kind.NAME: ("Nombres de cuentas", "nombre de cuenta", "nombres de cuentas"),
    Kind.AMOUNT: ("Saldos", "saldo", "saldos"),
    Kind.OWN: ("Cuentas propias", "cuenta propia", "cuentas propias"),
    Kind.PARAMETER: ("Parámetros", "parámetro", "parámetros"),
    Kind.PARAMETER_SOURCE: ("Fuentes y fechas de parámetros", "fuente o fecha", "fuentes o fechas"),
    Kind.WEIGHTING: ("Opciones de ponderación", "opción de ponderación", "opciones de ponderación"),
    Kind.EXPERT: ("Expertos", "dato de un experto", "datos de expertos"),
    Kind.JUDGEMENT: ("Juicios", "juicio", "juicios"),
    Kind.SEGMENT: ("Estadísticas del segmento", "estadística del segmento", "estadísticas del segmento"),
    Kind.SEGMENT_TEXT: ("Textos del segmento", "texto del segmento", "textos del segmento"),
    Kind.TYPED: ("Valores CAMEL escritos", "valor CAMEL escrito", "valores CAMEL escritos"),
    Kind.SUPERVISION: ("Opciones de Supervisión y Pares", "opción de Supervisión o Pares",
                       "opciones de Supervisión o Pares"),
    Kind.PEERS: ("Cifras de los pares", "cifra de un par", "cifras de los pares"),
}  # fmt: skip

#: Parts of a movement that are shown; the others are added up.
_PARTS = 6

#: Parts this small beside the largest are what is left of binary rounding.
_ROUNDING = 1e-9

#: Changes that are named as the cause of a verdict.
_CAUSES = 3

_VERDICTS = {True: "cumple", False: "no cumple", None: "sin veredicto"}

# --- CSV --------------------------------------------------------------------------------------------------------------


def comparison_csv(found: Comparison) -> str:
    """One row a change, a part of a movement (with the whole movement beside it), and a turn."""
    head = ("seccion", "tipo", "clave", "periodo", "antes", "despues", "diferencia", "estado_antes", "estado_despues",
            "unidad", "parte", "aporte", "cambios", "donde", "texto")  # fmt: skip
    rows: list[Sequence[object]] = [
        ("cambio", str(c.kind), c.key, c.period, c.before.value, c.after.value, None, str(c.before.state),
         str(c.after.state), None, None, None, c.id, c.where, c.text)
        for c in found.changes
    ]  # fmt: skip
    rows += [
        ("movimiento", str(m.what), m.key, m.period, m.before, m.after, m.change, m.state_before, m.state_after,
         m.unit, part.label if part else None, part.amount if part else None, _ids(part.changes if part else ()),
         None, None)
        for m in found.movements
        for part in (m.parts or (None,))
    ]  # fmt: skip
    rows += [
        ("veredicto", str(t.what), t.key, t.period, t.before, t.after, None, None, None, None, None, None,
         _ids(t.changes), None, None)
        for t in found.turns
    ]  # fmt: skip
    return csv_text(head, rows)


def _ids(changes: Iterable[Change]) -> str:
    return " | ".join(one.id for one in changes)


# --- text -------------------------------------------------------------------------------------------------------------


def comparison_lines(found: Comparison, console: Console) -> list[str]:
    """A summary, the changes by kind, and what moved, the largest movements first."""
    lines = _heading(found, console)
    if found.equal:
        return [*lines, "", *console.wrap("Los dos libros tienen las mismas entradas.")]
    lines += ["", *_summary(found, console)]
    for kind in Kind:
        own = [one for one in found.changes if one.kind is kind]
        if own:
            lines += ["", console.paint(console.plain(f"{_KINDS[kind][0]} ({len(own)})"), BOLD)]
            for one in own:
                where = f" [{one.where}]" if one.where else ""
                lines += console.wrap(f"{one.text}{where}", "  - ", "    ")
    lines += _turns(found.turns, console)
    return lines + _movements(found.movements, console)


def _heading(found: Comparison, console: Console) -> list[str]:
    names = found.a.book.file, found.b.book.file
    lines = [console.paint(line, BOLD) for line in console.wrap(f"Comparación · A: {names[0]} · B: {names[1]}")]
    definitions = [f"perfil {v.report.profile.id}, catálogo {v.report.choice.catalog.id}" for v in (found.a, found.b)]
    same = definitions[0] == definitions[1]
    about = definitions[0] if same else f"A con {definitions[0]}; B con {definitions[1]}"
    periods = ", ".join(p.label for p in found.periods) or "ninguno"
    about = f"{about[:1].upper()}{about[1:]} · periodos en común: {periods}"
    return lines + console.wrap(f"{about} · calculados de nuevo con xl-perlas {__version__}")


def _summary(found: Comparison, console: Console) -> list[str]:
    counts = Counter(one.kind for one in found.changes)
    words = [f"{counts[kind]} {_KINDS[kind][1 if counts[kind] == 1 else 2]}" for kind in Kind if counts[kind]]
    shown, total = len(found.changes), found.total
    what = f": {', '.join(words)}" if words else ""
    if shown == total:
        lines = console.wrap(f"{total} {'cambio' if total == 1 else 'cambios'}{what}.")
    else:
        lines = console.wrap(f"{shown} de {total} cambios toman parte en lo que se pide{what}.")
    if not found.movements and not found.turns:
        lines += console.wrap("Ningún indicador, puntaje ni CAMEL se mueve.")
    scores = {one.period: one for one in found.movements if one.what is What.SCORE}
    for one in found.standings:
        lines += console.wrap(_standing(one, scores.get(one.period)), "  ", "    ")
    return lines


def _standing(one: Standing, score: Movement | None) -> str:
    rating = _pair(one.rating[0] or "sin calificación", one.rating[1] or "sin calificación")
    text = f"{one.period}: calificación {rating}, puntaje {_pair(*map(_points, one.score))}"
    if one.camel != (None, None):
        text += f", CAMEL {_pair(*map(_points, one.camel))}"
    if score:
        parts = _parts(score)
        text += f"; porque {'; '.join(_part(part, 'puntos', one.period) for part in parts[:_CAUSES])}"
        text += f" y {len(parts) - _CAUSES} más" if len(parts) > _CAUSES else ""
    return text + ("." if one.moved else " (sin cambio).")


def _pair(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _points(value: float | None) -> str:
    return "sin dato" if value is None else decimal(value, 2)


def _turns(turns: Sequence[Turn], console: Console) -> list[str]:
    lines: list[str] = []
    for what, title in ((What.INDICATOR, "Veredictos que cambian"), (What.CAMEL, "Notas CAMEL que cambian")):
        own = [one for one in turns if one.what is what]
        if own:
            lines += ["", console.paint(console.plain(f"{title} ({len(own)})"), BOLD)]
        for one in own:
            words = [_turned(side, what) for side in (one.before, one.after)]
            text = f"{one.key} {one.period}: {words[0]} → {words[1]}, por {_names(one.changes, one.period)}"
            style = GREEN if one.after is True else RED if one.after is False else ""
            lines += [console.paint(line, style) for line in console.wrap(text, "  - ", "    ")]
    return lines


def _turned(side: bool | int | None, what: What) -> str:
    if what is What.INDICATOR:
        return _VERDICTS[None if side is None else bool(side)]
    return "sin nota" if side is None else str(side)


def _names(changes: Sequence[Change], period: str) -> str:
    names = list(dict.fromkeys(one.short(period) for one in changes))
    more = f" y {len(names) - _CAUSES} más" if len(names) > _CAUSES else ""
    return ", ".join(names[:_CAUSES]) + more


def _movements(movements: Sequence[Movement], console: Console) -> list[str]:
    if not movements:
        return []
    lines = ["", console.paint(console.plain(f"Lo que se mueve ({len(movements)})"), BOLD)]
    for one in sorted(movements, key=_size):
        lines += console.wrap(_movement(one), "  - ", "    ")
    return [*lines, "", *(console.paint(line, DIM) for line in console.wrap(METHOD))]


def _size(one: Movement) -> tuple[int, float, str, str]:
    """Totals first, then values that come or go, then the largest movements; amounts by their share."""
    rank = 0 if one.what in (What.SCORE, What.TOTAL) else 1 if one.change is None else 2
    size = abs(one.change or 0.0)
    if one.unit == "USD":
        size /= max(abs(one.before or 0.0), abs(one.after or 0.0)) or 1.0
    return rank, -size, one.key, one.period


_TITLES = {What.SCORE: "Puntaje", What.TOTAL: "CAMEL total"}


def _movement(one: Movement) -> str:
    sides = [_value(v, s, one.unit) for v, s in ((one.before, one.state_before), (one.after, one.state_after))]
    title = f"{_TITLES.get(one.what, one.key)} {one.period}"
    change = "" if one.change is None else f" ({_signed(one.change, one.unit)}{' pp' if one.unit == '%' else ''})"
    parts = _parts(one)
    shown = "; ".join(_part(part, one.unit, one.period) for part in parts[:_PARTS])
    rest = parts[_PARTS:]
    if rest:
        amounts = [part.amount for part in rest if part.amount is not None]
        shown += f"; {len(rest)} más" + (f" {_signed(sum(amounts), one.unit)}" if amounts else "")
    how = ": " if one.change is not None else ", por "
    return f"{title}: {sides[0]} → {sides[1]}{change}{how if shown else ''}{shown}"


def _parts(one: Movement) -> list[Part]:
    """The parts of a movement, without those that are nothing."""
    largest = max((abs(part.amount or 0.0) for part in one.parts), default=0.0)
    return [part for part in one.parts if part.amount is None or abs(part.amount) > _ROUNDING * largest]


def _part(part: Part, unit: str, period: str) -> str:
    """What it is, and how much; of an indicator that carries a total, also why."""
    why = f" ({_names(part.changes, period)})" if part.indicator and part.changes else ""
    return part.label + why + ("" if part.amount is None else f" {_signed(part.amount, unit)}")


def _value(value: float | None, state: str, unit: str) -> str:
    if value is None:
        return NO_VALUE.get(Status(state), state)
    return decimal(value) if unit == "puntos" else figure(value, unit)


def _signed(value: float, unit: str) -> str:
    """A difference, in percentage points for ratios; more decimals where two would show nothing."""
    shown = value * 100 if unit == "%" else value
    places = next((n for n in (2, 4, 6) if round(abs(shown), n)), 8)
    return f"{'+' if shown > 0 else ''}{decimal(shown, places)}"
