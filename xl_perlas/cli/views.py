"""Results for people: the table of indicators, and the build-up of one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_perlas._version import __version__
from xl_perlas.cli.console import (
    BOLD,
    GAP,
    GREEN,
    PLAIN,
    RED,
    YELLOW,
    Cell,
    Column,
    Console,
    Row,
    coefficient,
    figure,
    problem_lines,
    table,
)
from xl_perlas.cli.exports import account_name, totals
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, Contribution
from xl_perlas.formula import names
from xl_perlas.goals import Verdict
from xl_perlas.model import COMPONENTS, Indicator, Profile, Result, Status
from xl_perlas.periods import TWELVE_MONTHS
from xl_perlas.problems import Problem, money, notes_in
from xl_perlas.report import Report
from xl_perlas.words import indicator_words, line_words

NO_VALUE = {
    Status.NO_DATA: "sin dato",
    Status.ZERO_DENOMINATOR: "denom. 0",
    Status.NOT_APPLICABLE: "no aplica",
}

#: The name and the goal of an indicator need this much of the width beside the periods.
_TEXT_WIDTH = 30

#: At most this many problems of each severity after a table; `validar` shows them all.
_PROBLEMS_SHOWN = 15

#: Notes that only repeat what stands beside them.
_SILENT_NOTES = ("[E23]", "[E24]")


# --- the table of indicators ------------------------------------------------------------------------------------------


def report_lines(report: Report, console: Console, notes: Sequence[Problem] = ()) -> list[str]:
    """Value, goal and verdict of every indicator and period, and everything that qualifies them."""
    lines = _heading(report, console)
    for positions in _blocks(report, console):
        lines += ["", *_block(report, positions, console)]
    lines += ["", *_legend(console)]
    lines += note_lines("Valores con cifras dudosas", _value_notes(report, with_value=True), console)
    lines += problem_lines([*notes, *report.problems], console, _PROBLEMS_SHOWN)
    lines += note_lines("Sin valor", _value_notes(report, with_value=False), console)
    return lines + note_lines("Sin veredicto", _verdict_notes(report), console)


def _heading(report: Report, console: Console) -> list[str]:
    catalog, count = report.choice.catalog.id, len(report.balance.chart.codes)
    title = f"PERLAS · perfil {report.profile.name} ({report.profile.id}) · catálogo {catalog}"
    about = [report.balance.entity, f"{count} cuentas", f"periodos {', '.join(report.periods)}"]
    if report.mode == TWELVE_MONTHS:
        about.append("doce meses")
    about.append(f"xl-perlas {__version__}")
    return [
        console.paint(line, BOLD) for line in console.wrap(title)
    ] + console.wrap(" · ".join(filter(None, about)))  # fmt: skip


def _blocks(report: Report, console: Console) -> Iterator[range]:
    """Positions of the periods that fit side by side."""
    widest = max(
        (len(_value_text(r, i.unit)) for i in report.indicators for r in report.results[i.id]), default=8
    )
    cell = max(widest + 4, *map(len, report.periods)) + GAP
    many = max(1, (console.width - _TEXT_WIDTH - 5) // cell)
    for first in range(0, len(report.periods), many):
        yield range(first, min(first + many, len(report.periods)))


def _block(report: Report, positions: range, console: Console) -> list[str]:
    columns = [Column("Id"), Column("Indicador", wraps=True), Column("Meta", wraps=True)]
    columns += [Column(report.periods[p], right=True) for p in positions]
    rows: list[Row] = []
    area = ""
    for indicator in report.indicators:
        if indicator.component != area:
            area = indicator.component
            rows.append(f"{area} · {COMPONENTS[area]}")
        results, verdicts = report.results[indicator.id], report.verdicts[indicator.id]
        cells = [_value_cell(results[p], verdicts[p], indicator.unit, console) for p in positions]
        rows.append([indicator.id, indicator.name, verdicts[positions[-1]].goal, *cells])
    counts = [_count(v[p] for v in report.verdicts.values()) for p in positions]
    rows.append(["", Cell("Cumplen, de los que tienen veredicto", BOLD), "", *(Cell(c, BOLD) for c in counts)])
    return table(columns, rows, console)


def _value_text(result: Result, unit: str) -> str:
    return NO_VALUE[result.status] if result.value is None else figure(result.value, unit)


def _value_cell(result: Result, verdict: Verdict, unit: str, console: Console) -> Cell:
    doubtful = result.status is Status.INCONSISTENT
    mark = console.mark(verdict.meets) if result.value is not None or verdict.meets is not None else ""
    width = max(len(console.mark(m)) for m in (True, False, None)) + 1
    style = {True: GREEN, False: RED, None: PLAIN}[verdict.meets]
    text = f"{_value_text(result, unit)} {(mark + '!' * doubtful).ljust(width)}"
    return Cell(text, YELLOW if doubtful else style)


def _count(verdicts: Iterable[Verdict]) -> str:
    judged = [v.meets for v in verdicts if v.meets is not None]
    return f"{sum(judged)} de {len(judged)}"


def _legend(console: Console) -> list[str]:
    yes, no, none = (console.mark(m) for m in (True, False, None))
    return console.wrap(f"{yes} cumple la meta · {no} no cumple · {none} sin veredicto · ! cifra dudosa")


def _value_notes(report: Report, with_value: bool) -> Iterator[tuple[str, str, str]]:
    """(note, indicator, period) of the results that have a value and a note, or of those that have none."""
    for key, results in report.results.items():
        for period, result in zip(report.periods, results, strict=True):
            if result.note and (result.value is not None) == with_value:
                yield result.note, key, period


def _verdict_notes(report: Report) -> Iterator[tuple[str, str, str]]:
    for key, verdicts in report.verdicts.items():
        for period, verdict in zip(report.periods, verdicts, strict=True):
            if verdict.note and verdict.meets is None and not verdict.note.startswith(_SILENT_NOTES):
                yield verdict.note, key, period


def note_lines(title: str, found: Iterable[tuple[str, str, str]], console: Console) -> list[str]:
    """(note, row, period) under a title: each next step once; under it each cause once, after the rows it is about."""
    steps: dict[tuple[str, str], dict[str, dict[str, list[str]]]] = {}
    for note, key, period in found:
        for code, cause, step in notes_in(note):
            periods = steps.setdefault((code, step), {}).setdefault(cause, {}).setdefault(key, [])
            periods += [period] if period not in periods else []
    lines: list[str] = []
    for (code, step), causes in steps.items():
        lines += console.wrap(f"[{code}] Qué hacer: {step}", "  ", "    ")
        for cause, keys in causes.items():
            lines += console.wrap(f"{cause.rstrip('.')}: {_whom(keys)}.", "    - ", "      ")
    return ["", console.paint(console.plain(title), BOLD), *lines] if lines else []


def _whom(keys: dict[str, list[str]]) -> str:
    """`R1, R2 (2009); S8 (2010, 2011)`."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, periods in keys.items():
        groups.setdefault(tuple(periods), []).append(key)
    return "; ".join(f"{', '.join(own)} ({', '.join(periods)})" for periods, own in groups.items())


# --- the build-up of one value ----------------------------------------------------------------------------------------


def detail_lines(report: Report, key: str, period: str, console: Console) -> list[str]:
    """Numerator and denominator of an indicator account by account, their sums, the value, and who says so."""
    indicator, result = report.profile.indicators[key], report.result(key, period)
    verdict, trace = report.verdict(key, period), report.trace(key, period)
    sums = totals(trace)
    title = f"{key} · {indicator.name} · {period}"
    lines = [console.paint(line, BOLD) for line in console.wrap(title)]
    lines += console.wrap(f"Perfil {report.profile.name} ({report.profile.id}), catálogo {report.choice.catalog.id}.")
    lines += console.wrap(f"Definición: {indicator_words(report.profile, indicator)}")
    lines += console.wrap(f"Fuente: {indicator.source}")
    if indicator.reason:
        lines += console.wrap(f"Cambio de {indicator.origin}: {indicator.reason}")
    for part in (NUMERATOR, DENOMINATOR):
        lines += _part_lines(report, [c for c in trace if c.part == part], part, sums[part], console)
    value = _value_text(result, indicator.unit)
    mark = console.mark(verdict.meets)
    lines += ["", console.paint(console.plain(f"{key} = {value}"), BOLD)]
    lines += console.wrap(f"Meta: {verdict.goal}  {mark} {_meaning(verdict.meets)}")
    lines += [line for note in (result.note, verdict.note) if note for line in console.wrap(note)]
    return lines + line_definitions(indicator, report.profile, console)


def _meaning(meets: bool | None) -> str:
    return {True: "cumple", False: "no cumple", None: "sin veredicto"}[meets]


def _part_lines(
    report: Report, trace: Sequence[Contribution], part: str, total: float | None, console: Console
) -> list[str]:
    """A table of the accounts that the balance lists or misses; those that it leaves out at zero in one line."""
    if not trace:
        return []
    shown = [c for c in trace if c.listed or c.balance is None or c.balance]
    columns = [Column("Cuenta"), Column("Nombre", wraps=True), Column("Periodo"), Column("Coeficiente", True),
               Column("Saldo", True), Column("Aporte", True)]  # fmt: skip
    rows: list[Row] = [_trace_row(report, one) for one in shown]
    rows.append([
        "", Cell(f"Total del {part}", BOLD), "", "", "", Cell("sin dato" if total is None else money(total), BOLD)
    ])  # fmt: skip
    lines = ["", console.paint(console.plain(part.capitalize()), BOLD), *table(columns, rows, console)]
    absent: dict[str, list[str]] = {}
    for one in trace:
        if not (one.listed or one.balance is None or one.balance):
            absent.setdefault(one.period, []).append(one.code)
    for period, codes in absent.items():
        text = f"Cuentas que el balance de {period} no trae y valen cero ({len(codes)}): {_ranges(codes)}."
        lines += console.wrap(text)
    return lines


def _trace_row(report: Report, one: Contribution) -> list[Cell | str]:
    missing = one.balance is None
    balance = Cell("falta", RED) if one.balance is None else Cell(money(one.balance))
    amount = Cell("", RED) if missing else Cell(money(one.amount))
    return [one.code, account_name(report, one.code), one.period, coefficient(one.coefficient), balance, amount]


def _ranges(codes: Sequence[str]) -> str:
    """Codes of accounts by four digits, their suffixes together: `1411(25, 30), 34`."""
    groups: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        head = code[:4] if code.isdigit() and len(code) > 4 else code
        groups.setdefault(head, []).append(code[len(head) :])
    return ", ".join(f"{head}({', '.join(tails)})" if any(tails) else head for head, tails in groups.items())


def line_definitions(indicator: Indicator, profile: Profile, console: Console) -> list[str]:
    """Every line that the indicator rests on: what it adds up, and its source."""
    found: dict[str, None] = {}
    pending = [*names(indicator.numerator), *(names(indicator.denominator) if indicator.denominator else ())]
    while pending:
        name = pending.pop(0)
        if name in profile.lines and name not in found:
            found[name] = None
            formula = profile.lines[name].formula
            pending += names(formula) if formula else ()
    lines = ["", console.paint(console.plain("De qué se compone"), BOLD)] if found else []
    for name in found:
        line = profile.lines[name]
        own = f" Cambio de {line.origin}: {line.reason}" if line.reason else ""
        text = f"{line.name} = {line_words(profile, line)}. Fuente: {line.source}.{own}"
        lines += console.wrap(text, "  - ", "    ")
    return lines
