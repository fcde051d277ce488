"""What differs between two versions of a workbook: every input that is not the same, one `Change` each.

Zero, blank and absent are three different things, and so is a figure that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xl_perlas._version import __version__
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.compile import definitions
from xl_perlas.goals import goal_text, percent
from xl_perlas.model import OwnAccount, Parameter, Profile, Ratio
from xl_perlas.problems import money
from xl_perlas.words import indicator_words
from xl_perlas.workbook.compare.change import (
    ABSENT,
    BLANK,
    DECIMALS,
    Change,
    Kind,
    Side,
    State,
    change,
    places,
    text_side,
)
from xl_perlas.workbook.compare.judgements import rating_changes
from xl_perlas.workbook.compare.peers import peer_changes
from xl_perlas.workbook.compare.versions import Version, common_periods, own_accounts
from xl_perlas.workbook.plan import BITACORA, CATALOGO, DEFINICIONES, HEADER_ROW, PARAMETROS, ref
from xl_perlas.workbook.sheets import parametros

# --- all changes ------------------------------------------------------------------------------------------------------


def find_changes(a: Version, b: Version) -> tuple[Change, ...]:
    """Every input that is not the same, in an order that does not depend on that of the rows."""
    found = [
        *_general(a, b), *_indicators(a, b), *_periods(a, b), *_accounts(a, b), *_amounts(a, b), *_own_accounts(a, b),
        *_parameters(a, b), *rating_changes(a, b), *peer_changes(a, b),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.order))


def _general(a: Version, b: Version) -> Iterator[Change]:
    cell = ref(parametros.VALUE, parametros.ENTITY_ROW)
    if a.balance.entity != b.balance.entity:
        names = text_side(a.balance.entity), text_side(b.balance.entity)
        yield change(Kind.ENTITY, "nombre", "", *names, f"{PARAMETROS}!{cell}", "Nombre de la entidad")
    if a.program and b.program and a.program != b.program:
        detail = f". Aquí los dos se calculan con {__version__}"
        yield change(
            Kind.VERSION, "xl-perlas", "", text_side(a.program), text_side(b.program), BITACORA,
            "Programa que los recalculó por última vez", detail,
        )  # fmt: skip
    profiles = a.inputs.plan.profile.id, b.inputs.plan.profile.id
    if profiles[0] != profiles[1]:
        place = f"{PARAMETROS}!{ref(parametros.VALUE, parametros.PROFILE_ROW)}"
        before, after = map(text_side, profiles)
        yield change(Kind.DEFINITIONS, "perfil", "", before, after, place, "Las definiciones no son las mismas: perfil")
    elif a.definition_rows != b.definition_rows:
        yield _definition_rows(a, b)
    if a.inputs.catalog != b.inputs.catalog or a.report.choice.catalog.id != b.report.choice.catalog.id:
        place = f"{PARAMETROS}!{ref(parametros.VALUE, parametros.CHOICE_ROW)}"
        yield change(Kind.CATALOG, "catalogo", "", _catalog(a), _catalog(b), place, "Catálogo de cuentas")


def _catalog(version: Version) -> Side:
    typed, used = version.inputs.catalog, version.report.choice.catalog.id
    return Side(State.VALUE, used, used if typed == used else f"{typed} (en uso: {used})")


def _definition_rows(a: Version, b: Version) -> Change:
    """Sheets Definiciones written by programs whose definitions were not the same, or by hand."""
    pairs = list(zip(a.definition_rows, b.definition_rows, strict=True))
    differ = [i for i, (one, other) in enumerate(pairs) if one != other]
    row = a.inputs.plan.definition_first_row + differ[0]
    before, after = (text_side(" ".join(side)) for side in pairs[differ[0]])
    more = f" (y {len(differ) - 1} filas más)" if len(differ) > 1 else ""
    return change(
        Kind.DEFINITIONS, "hoja", "", before, after, f"{DEFINICIONES}!A{row}", "La hoja Definiciones no es la misma",
        f"{more}. Aquí los dos se calculan con las definiciones de xl-perlas {__version__}",
    )  # fmt: skip


def _indicators(a: Version, b: Version) -> Iterator[Change]:
    """Indicators that the two profiles do not define alike."""
    one, other = a.inputs.plan.profile, b.inputs.plan.profile
    if one.id == other.id:
        return
    catalog = b.report.choice.catalog.id
    tables = definitions(one.id, catalog).ratios, definitions(other.id, catalog).ratios
    for key in sorted({*one.indicators, *other.indicators}):
        ratios = [table.get(key) for table in tables]
        before, after = (_definition(v, ratio) for v, ratio in zip((one, other), ratios, strict=True))
        both = [ratio for ratio in ratios if ratio is not None]
        what = _what_differs(*both) if len(both) == 2 else "solo en una versión"
        if what:
            yield change(Kind.INDICATOR, key, "", before, after, "", f"Indicador {key}, {what}")


def _definition(profile: Profile, ratio: Ratio | None) -> Side:
    if ratio is None:
        return ABSENT
    goal = goal_text(ratio.indicator, profile, 0).replace(" (sin dato)", "")
    text = indicator_words(profile, ratio.indicator) + (f"; meta {goal}" if goal else "")
    return Side(State.VALUE, text, text)


def _what_differs(one: Ratio, other: Ratio) -> str:
    formula = [_formula(ratio) for ratio in (one, other)]
    goal = [replace(ratio.indicator.goal, note="") for ratio in (one, other)]
    found = ["otra fórmula"] * (formula[0] != formula[1]) + ["otra meta"] * (goal[0] != goal[1])
    return " y ".join(found)


def _formula(ratio: Ratio) -> object:
    """What the value rests on: accounts and coefficients, and what is made of them."""
    forms = [{t: c for t, c in form.coefficients.items() if c} if form else None
             for form in (ratio.numerator, ratio.denominator)]  # fmt: skip
    return forms, ratio.indicator.kind, ratio.indicator.flow


# --- the balance


def _periods(a: Version, b: Version) -> Iterator[Change]:
    for version, other, is_new in ((a, b, False), (b, a, True)):
        for period in version.balance.periods:
            if period.key not in other.positions:
                figures = version.balance.values[version.positions[period.key]]
                count = sum(v is not None for v in figures)
                side = Side(State.VALUE, float(count), f"{count} saldos")
                column = version.inputs.plan.catalog_column(version.columns[period.key])
                sides = (ABSENT, side) if is_new else (side, ABSENT)
                yield change(
                    Kind.PERIOD, period.label, period.label, *sides, f"{CATALOGO}!{ref(column, HEADER_ROW)}",
                    f"Periodo {period.label}",
                )  # fmt: skip


def _accounts(a: Version, b: Version) -> Iterator[Change]:
    """Accounts with a row in one version only, and names."""
    one, other = a.balance, b.balance
    for code in sorted({*one.chart.codes, *other.chart.codes} - ENTITY_DATA.keys()):
        sides = [text_side(v.name(code)) if code in v.chart.row else ABSENT for v in (one, other)]
        if sides[0] == sides[1]:
            continue
        where = places(a.place(code), b.place(code))
        if ABSENT in sides:
            name = f"Cuenta {code} {one.name(code) or other.name(code)}".strip()
            text = "no figuraba y ahora figura" if sides[0] is ABSENT else "ya no figura"
            yield Change(Kind.ACCOUNT, code, "", sides[0], sides[1], where, f"{name}: {text}")
        else:
            yield change(Kind.NAME, code, "", sides[0], sides[1], where, f"Nombre de la cuenta {code}")


def _amounts(a: Version, b: Version) -> Iterator[Change]:
    codes = sorted({*a.balance.chart.codes, *b.balance.chart.codes})
    for period in common_periods(a, b):
        columns = [v.balance.values[v.positions[period.key]] for v in (a, b)]
        rows = [v.balance.chart.row for v in (a, b)]
        for code in codes:
            values = [column[row[code]] if code in row else None for column, row in zip(columns, rows, strict=True)]
            if not _differ(*values):
                continue
            before, after = (_amount(v, code, value) for v, value in zip((a, b), values, strict=True))
            gap = ""
            if isinstance(before.value, float) and isinstance(after.value, float):
                gap = f" ({_signed(after.value - before.value)})"
                before, after = _told_apart(before, after)
            name = b.balance.name(code) or a.balance.name(code)
            yield change(
                Kind.AMOUNT, code, period.label, before, after, places(a.place(code, period), b.place(code, period)),
                f"{f'{code} {name}'.strip()}, {period.label}", gap,
            )  # fmt: skip


def _differ(a: float | None, b: float | None) -> bool:
    """Two unreadable figures (NaN) are the same."""
    return a is not b and a != b and not (a is not None and b is not None and a != a and b != b)


def _amount(version: Version, code: str, value: float | None) -> Side:
    if value is None:
        return BLANK if code in version.balance.chart.row or code in ENTITY_DATA else ABSENT
    return Side(State.UNREADABLE) if value != value else Side(State.VALUE, value, money(value))


def _told_apart(before: Side, after: Side) -> tuple[Side, Side]:
    """Amounts that differ in less than a cent, with all their digits."""
    if before.text != after.text:
        return before, after
    return tuple(Side(s.state, s.value, f"{s.value:.17g}".replace(".", ",")) for s in (before, after))  # type: ignore[return-value]


def _signed(gap: float) -> str:
    return f"+{money(gap)}" if gap > 0 else money(gap)


# --- parameters and own accounts


def _own_accounts(a: Version, b: Version) -> Iterator[Change]:
    tables = [own_accounts(v) for v in (a, b)]
    for line, code in sorted({*tables[0], *tables[1]}):
        before, after = (_own(table.get((line, code), ())) for table in tables)
        if before != after:
            row = next(r for v in (b, a) for r, one in v.inputs.own.items() if (one.line, one.code) == (line, code))
            yield change(
                Kind.OWN, f"{line} {code}", "", before, after, f"{PARAMETROS}!A{row}",
                f"Cuenta propia {code} en la línea {line}",
            )  # fmt: skip


def _own(accounts: Sequence[OwnAccount]) -> Side:
    if not accounts:
        return ABSENT
    text = "; ".join(f"{'suma' if o.coefficient > 0 else 'resta'}, {o.reason or 'sin motivo'}" for o in accounts)
    return Side(State.VALUE, text, text)


def _parameters(a: Version, b: Version) -> Iterator[Change]:
    tables = [v.inputs.profile.parameters for v in (a, b)]
    for key in sorted({*tables[0], *tables[1]}):
        one, other = (table.get(key) for table in tables)
        name = f"Parámetro {key}"
        rows = [v.inputs.plan.parameter_rows.get(key) for v in (a, b)]
        before, after = _rate(one, one.value if one else None), _rate(other, other.value if other else None)
        if before != after:
            where = places(*(f"{PARAMETROS}!F{row}" if row else "" for row in rows))
            yield change(Kind.PARAMETER, key, "", before, after, where, name)
        for year in sorted({*(one.values if one else ()), *(other.values if other else ())}):
            before, after = _of_year(a, one, year), _of_year(b, other, year)
            if before != after:
                where = places(_year_place(a, key, year), _year_place(b, key, year))
                yield change(Kind.PARAMETER, key, str(year), before, after, where, f"{name}, {year}")
        if one and other:
            for column, field, before_text, after_text in (
                ("D", "fuente", one.source, other.source), ("E", "fecha", one.date, other.date),
            ):  # fmt: skip
                if before_text != after_text:
                    where = places(*(f"{PARAMETROS}!{column}{row}" for row in rows))
                    before, after = text_side(before_text), text_side(after_text)
                    yield change(Kind.PARAMETER_SOURCE, f"{key}, {field}", "", before, after, where, f"{name}, {field}")


def _rate(parameter: Parameter | None, value: float | None) -> Side:
    if parameter is None:
        return ABSENT
    if value is None:
        return BLANK
    text = percent(value, DECIMALS) if parameter.unit == "%" else f"{value:.12g}".replace(".", ",")
    return Side(State.VALUE, value, text)


def _of_year(version: Version, parameter: Parameter | None, year: int) -> Side:
    if parameter is None or year not in version.inputs.parameter_years:
        return ABSENT
    return _rate(parameter, parameter.values.get(year))


def _year_place(version: Version, key: str, year: int) -> str:
    inputs = version.inputs
    row = inputs.plan.parameter_rows.get(key)
    if row is None or year not in inputs.parameter_years:
        return ""
    return f"{PARAMETROS}!{ref(inputs.plan.year_first_column + inputs.parameter_years.index(year), row)}"
