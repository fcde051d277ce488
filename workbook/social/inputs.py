"""What people typed in a Balance Social workbook, understood: what cannot be used is told, all of it, and has no value.

Every cell is read as the native formulas read it, so that the workbook and the program give the same figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_perlas.balance import Balance
from xl_perlas.periods import Period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.social import (
    Action,
    Concentration,
    Entry,
    Provenance,
    SocialInputs,
    Thresholds,
    concentration,
    load_social,
)
from xl_perlas.social.inputs import without_provenance
from xl_perlas.workbook import names
from xl_perlas.workbook.cellxml import Cell, to_serial
from xl_perlas.workbook.plan import parse_plan, ref
from xl_perlas.workbook.protocols import BookLike, SheetLike
from xl_perlas.workbook.social.accounts import read_accounts
from xl_perlas.workbook.social.activities import Activity, read_activities
from xl_perlas.workbook.social.cells import (
    NOT_APPLYING,
    entry_of,
    heading,
    is_empty,
    period_in,
    said,
    trimmed,
)
from xl_perlas.workbook.social.notes import NoteRow, Settings, read_notes, read_settings, thresholds_of
from xl_perlas.workbook.social.plan import (
    CUENTAS,
    DATOS,
    DECLARED,
    INDICADORES,
    MEJORA,
    NOTAS,
    SALDOS,
    TEMPLATES,
    VERSION,
    SocialPlan,
    takes_number,
)


@dataclass(frozen=True)
class SocialBook:
    """What was typed. `columns[k]` is the year over column `k`, None where it is not used; `heads[k]` as it was typed.

    `now` and `before` are the columns compared, None where there is none. `raw_keys` are the months since year 0 of
    every column, `backed` the inputs with somebody, a date and evidence. `blank` are the (input, column) with nothing
    in them; `dates` the numbers of dates (and of yes and no) typed for figures; `from_lists` what lists of balances
    gave; `declared` the (indicator, column) said not to apply, `declared_texts` what stands there; `lists` the balances
    of each (list, column); `typed_actions` responsible, date (as a number where it is one) and follow-up as cells hold
    them.
    """

    plan: SocialPlan
    entity: str
    heads: Sequence[object]
    columns: Sequence[Period | None]
    now: int | None
    before: int | None
    choices: tuple[object, object]
    inputs: SocialInputs
    balance: Balance | None
    raw_keys: Sequence[object]
    blank: frozenset[tuple[str, int]]
    backed: frozenset[str]
    dates: Mapping[tuple[str, int], float]
    from_lists: frozenset[tuple[str, int]]
    lists: Mapping[tuple[str, int], Sequence[float]]
    declared: frozenset[tuple[str, int]]
    settings: Settings
    notes: Mapping[str, NoteRow]
    thresholds: Thresholds
    actions: Mapping[str, Action]
    typed_actions: Mapping[str, tuple[object, object, object]]
    declared_texts: Mapping[tuple[str, int], str]
    activities: Sequence[Activity]
    problems: tuple[Problem, ...]

    @property
    def used(self) -> list[tuple[int, Period]]:
        """Columns with a year, and the year."""
        return [(k, period) for k, period in enumerate(self.columns) if period is not None]


@dataclass
class _Typed:
    """Entries of Datos as they are read."""

    entries: dict[tuple[str, tuple[int, int]], Entry] = field(default_factory=dict)
    blank: set[tuple[str, int]] = field(default_factory=set)
    backed: set[str] = field(default_factory=set)
    dates: dict[tuple[str, int], float] = field(default_factory=dict)


def read_social(book: BookLike) -> SocialBook:
    """Everything that was typed in `book`.

    Raises:
        PerlasError: no Balance Social workbook of this program (L20), of another version (L19, L21), or changed in its
            structure (L23).
    """
    plan = read_plan(book)
    found: list[Problem] = []
    data = book.sheet(DATOS)
    heads, columns, raw_keys = _read_years(data, plan, found)
    now, before, choices = _read_choices(data, plan, heads, columns, found)
    typed = _read_data(data, plan, columns, found)
    entity = str(data.cell(ref(plan.choice_column, plan.entity_row)).value or "")
    used = [(k, period) for k, period in enumerate(columns) if period is not None]
    inputs = SocialInputs(tuple(sorted((p for _, p in used), key=lambda p: p.key)), typed.entries, entity)
    lists, counted = _read_lists(book, plan, columns)
    inputs, from_lists = _with_lists(plan, inputs, columns, counted)
    found += inputs.problems
    declared, declared_texts = _read_declared(book, plan, columns, found)
    actions, typed_actions = _read_actions(book.sheet(MEJORA), plan)
    balance = read_accounts(book, plan, columns, found) if plan.has_accounts else None
    settings = read_settings(book.sheet(NOTAS), plan, found)
    notes = read_notes(book.sheet(NOTAS), plan, found)
    return SocialBook(
        plan, entity, heads, columns, now, before, choices, replace(inputs, problems=()), balance,
        raw_keys, frozenset(typed.blank), frozenset(typed.backed), typed.dates, frozenset(from_lists), lists, declared,
        settings, notes, thresholds_of(plan, settings, notes), actions, typed_actions, declared_texts,
        read_activities(book, plan, found), tuple(found),
    )  # fmt: skip


def read_plan(book: BookLike) -> SocialPlan:
    """The plan that the workbook keeps. Raises PerlasError, as `read_social`."""
    text = book.defined_names.get(names.PLAN)
    found = parse_plan(text or "")
    try:
        method = load_social(TEMPLATES[found["plantilla"]])
        version = int(found["version"])
        if version != VERSION:
            raise PerlasError(problem("L21" if version > VERSION else "L19", where=book.file, version=version))
        plan = SocialPlan(method, int(found["anios"]), int(found["cuentas"]), found.get("anfitrion", ""))
    except (KeyError, ValueError) as error:
        raise PerlasError(problem("L20", where=book.file)) from error
    _check_structure(book, plan)
    return plan


def _check_structure(book: BookLike, plan: SocialPlan) -> None:
    """Rows that are found by place must still be there: results never land in the wrong cell."""
    own = {key: row for key, row in plan.note_rows.items() if not plan.method.indicators[key].repeats}
    rows: list[tuple[str, Mapping[str, int], int]] = [
        (DATOS, plan.input_rows, 1), (NOTAS, own, 1), (INDICADORES, plan.indicator_rows, 1),
        (MEJORA, plan.action_rows, 1),
    ]  # fmt: skip
    if plan.has_accounts:
        rows.append((CUENTAS, plan.sum_rows, plan.sum_column))
    moved: dict[str, str] = {}
    for sheet, wanted, column in rows:
        for key, row in wanted.items():
            if sheet not in moved and str(book.sheet(sheet).cell(ref(column, row)).value or "") != key:
                moved[sheet] = ref(column, row)
    if moved:
        raise PerlasError(problem("L23", where=f"{book.file}, hoja {s}", cell=cell) for s, cell in moved.items())


# --- years ------------------------------------------------------------------------------------------------------------


def _read_years(
    sheet: SheetLike, plan: SocialPlan, found: list[Problem]
) -> tuple[list[object], list[Period | None], list[object]]:
    heads: list[object] = []
    columns: list[Period | None] = []
    keys: list[object] = []
    seen: dict[tuple[int, int], str] = {}
    for k in range(plan.capacity):
        cell = sheet.cell(ref(plan.typed_column(k), plan.data_header))
        where, period = f"{DATOS}!{cell.ref}", period_in(cell)
        keys.append("" if period is None else period.year * 12 + period.month)
        if not is_empty(cell):
            if period is None:
                found.append(problem("N40", where=where, value=said(cell)))
            elif period.key in seen:
                found.append(problem("L27", where=where, value=period.label, other=seen[period.key]))
                period = None
            else:
                seen[period.key] = where
        heads.append(heading(cell))
        columns.append(period)
    return heads, columns, keys


def _read_choices(
    sheet: SheetLike, plan: SocialPlan, heads: Sequence[object], columns: Sequence[Period | None], found: list[Problem]
) -> tuple[int | None, int | None, tuple[object, object]]:
    """The column reported, the one it is compared with, and the choices as they were typed."""
    by_key = {period.key: k for k, period in enumerate(columns) if period is not None}
    cells = [sheet.cell(ref(plan.choice_column, row)) for row in (plan.now_row, plan.before_row)]
    choices = (heading(cells[0]), heading(cells[1]))
    used = set(by_key.values())

    def chosen(choice: object) -> int | None:
        return next((k for k in sorted(used) if choice is not None and heads[k] == choice), None)

    now = chosen(choices[0])
    if now is None:
        now = by_key[max(by_key)] if by_key else None
    before = chosen(choices[1])
    if before is None and now is not None:
        earlier = [key for key in by_key if key < _key(columns, now)]
        before = by_key[max(earlier)] if earlier else None
    for cell, choice in zip(cells, choices, strict=True):
        if choice is not None and chosen(choice) is None:
            found.append(problem("N41", where=f"{DATOS}!{cell.ref}", value=said(cell)))
    found += _about_comparison(columns, now, before)
    return now, before if now is not None else None, choices


def _key(columns: Sequence[Period | None], k: int) -> tuple[int, int]:
    period = columns[k]
    assert period is not None
    return period.key


def _about_comparison(columns: Sequence[Period | None], now: int | None, before: int | None) -> list[Problem]:
    if now is None:
        return []
    year, month = _key(columns, now)
    label = columns[now].label  # type: ignore[union-attr]
    if before is None:
        return [problem("N57", period=label)]
    other = columns[before].label  # type: ignore[union-attr]
    if before == now:
        return [problem("N42", period=label)]
    return [] if _key(columns, before) == (year - 1, month) else [problem("N58", period=label, other=other)]


# --- inputs -----------------------------------------------------------------------------------------------------------


def _read_data(sheet: SheetLike, plan: SocialPlan, columns: Sequence[Period | None], found: list[Problem]) -> _Typed:
    typed = _Typed()
    for key, row in plan.input_rows.items():
        one = plan.method.inputs[key]
        if all(sheet.cell(ref(plan.check_column + i, row)).value is not None for i in (1, 2, 3)):
            typed.backed.add(key)
        for k, period in enumerate(columns):
            cell = sheet.cell(ref(plan.typed_column(k), row))
            if is_empty(cell):
                typed.blank.add((key, k))
            if period is None:
                continue
            if takes_number(one) and isinstance(cell.value, bool | dt.date):
                typed.dates[(key, k)] = cell.value if isinstance(cell.value, bool) else to_serial(cell.value)
            entry = entry_of(one, cell, period, _provenance(sheet, plan, row), f"{DATOS}!{cell.ref}")
            if entry:
                typed.entries[key, period.key] = entry
                found += [entry.problem] if entry.problem else []
    lacking, total = without_provenance(typed.entries.values())
    if lacking:
        found.append(problem("N18", where=DATOS, count=lacking, total=total))
    return typed


def _provenance(sheet: SheetLike, plan: SocialPlan, row: int) -> Provenance:
    cells = (sheet.cell(ref(plan.check_column + i, row)) for i in (1, 2, 3))
    return Provenance(*map(_text, cells))


def _text(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else " ".join(str(value).split())


# --- lists of balances ------------------------------------------------------------------------------------------------


def _read_lists(
    book: BookLike, plan: SocialPlan, columns: Sequence[Period | None]
) -> tuple[dict[tuple[str, int], list[float]], dict[tuple[str, int], Concentration]]:
    """The numbers of each list and year, and what they come to where there is anything."""
    figures: dict[tuple[str, int], list[float]] = {}
    counted: dict[tuple[str, int], Concentration] = {}
    if not plan.lists:
        return figures, counted
    sheet, (first, last) = book.sheet(SALDOS), plan.list_span
    for i, one in enumerate(plan.lists):
        for k, period in enumerate(columns):
            column = plan.list_column(i, k)
            cells = [row[0] for row in sheet.rows(f"{ref(column, first)}:{ref(column, max(last, sheet.last_row))}")]
            inside = cells[: last - first + 1]
            figures[one.id, k] = [c.value for c in inside if isinstance(c.value, float)]
            raw = [c.value if isinstance(c.value, float) else "?" for c in cells if not is_empty(c)]
            if period is not None and raw:
                counted[one.id, k] = concentration(raw, one.share, f"{SALDOS}!{ref(column, first)}")
    return figures, counted


def _with_lists(
    plan: SocialPlan, inputs: SocialInputs, columns: Sequence[Period | None],
    counted: Mapping[tuple[str, int], Concentration],
) -> tuple[SocialInputs, set[tuple[str, int]]]:  # fmt: skip
    """The inputs with what lists give where nothing that can be used was typed."""
    taken: set[tuple[str, int]] = set()
    for (name, k), found in counted.items():
        period, spec = columns[k], plan.method.lists[name]
        assert period is not None
        entries = dict(inputs.entries)
        for key in (spec.holders, spec.total):
            entry = entries.get((key, period.key))
            if found.total and (entry is None or (entry.value is None and entry.applies)):
                entries.pop((key, period.key), None)
                taken.add((key, k))
        inputs = replace(inputs, entries=entries).with_concentration(plan.method, name, period, found)
    return inputs, taken


# --- declared not to apply, and actions -------------------------------------------------------------------------------


def _read_declared(
    book: BookLike, plan: SocialPlan, columns: Sequence[Period | None], found: list[Problem]
) -> tuple[frozenset[tuple[str, int]], dict[tuple[str, int], str]]:
    """Indicators and columns said not to apply, and what stands there; one shown again follows the first."""
    sheet = book.sheet(INDICADORES)
    declared: set[tuple[str, int]] = set()
    texts: dict[tuple[str, int], str] = {}
    for one in plan.indicators:
        for k, period in enumerate(columns):
            if one.repeats:
                continue
            cell = sheet.cell(ref(plan.column(DECLARED, k), plan.indicator_rows[one.id]))
            if is_empty(cell):
                continue
            texts[one.id, k] = said(cell)
            if trimmed(cell.value).lower() not in NOT_APPLYING:
                found.append(problem("N52", where=f"{INDICADORES}!{cell.ref}", text=said(cell)))
            elif period is not None:
                declared.add((one.id, k))
    again = {(o.id, k) for o in plan.indicators for key, k in declared if o.repeats == key}
    return frozenset(declared | again), texts


def _read_actions(
    sheet: SheetLike, plan: SocialPlan
) -> tuple[dict[str, Action], dict[str, tuple[object, object, object]]]:
    columns = (plan.action_responsible, plan.action_date, plan.action_follow_up)
    actions: dict[str, Action] = {}
    typed: dict[str, tuple[object, object, object]] = {}
    for key, row in plan.action_rows.items():
        cells = [sheet.cell(ref(column, row)) for column in columns]
        if any(cell.value is not None for cell in cells):
            who, when, how = (to_serial(c.value) if isinstance(c.value, dt.date) else c.value for c in cells)
            actions[key], typed[key] = Action(*map(_text, cells)), (who, when, how)
    return actions, typed


__all__ = ["SocialBook", "read_plan", "read_social"]
