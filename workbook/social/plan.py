"""Where everything stands in a Balance Social workbook: sheets are built from it, recalculation finds their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_perlas.formula import Binary, Call, Negative, Node
from xl_perlas.social import SocialIndicator, SocialInput, SocialMethod, load_social
from xl_perlas.social.model import NUMERIC, BalanceList, InputKind, SocialKind
from xl_perlas.workbook.plan import ref, span

VERSION = 1
#: What a workbook calls itself, and the method behind it.
TEMPLATES = {"balance-social-co": "colombia", "balance-social-ec": "ecuador"}
MIN_YEARS = 3
ACCOUNT_ROWS = 1500
BALANCE_ROWS = 5000

INICIO, DATOS, CUENTAS, SALDOS, NOTAS = "Inicio", "Datos", "Cuentas", "Saldos", "Notas"
INDICADORES, RESULTADOS, MAPA, COMPARACION = "Indicadores", "Resultados", "Mapa", "Comparación"
MEJORA, ACTIVIDADES, INFORME = "Plan de mejora", "Actividades", "Informe"
VERIFICACION, BITACORA = "Verificación", "Bitácora"

#: Blocks of year columns on Indicadores, in their order; `CHANGE`, `ANALYSIS` and `SOURCE` are one column each.
VALUE, CHANGE, MARK, LIGHT, REASON, ANALYSIS, SOURCE, DECLARED, NOTE, ADDIN, GAP, PREVIOUS, MARKED = range(13)
_SINGLE = frozenset({CHANGE, ANALYSIS, SOURCE})


@dataclass(frozen=True)
class SocialPlan:
    """Geometry of one workbook: `capacity` year columns, and `rows` for accounts (0 where no input comes from them)."""

    method: SocialMethod
    capacity: int
    rows: int
    host: str = "libreoffice"

    @property
    def template(self) -> str:
        """What the workbook calls itself."""
        return f"balance-social-{self.method.country.lower()}"

    @property
    def has_accounts(self) -> bool:
        """Whether some input comes from a chart of accounts."""
        return bool(self.account_inputs)

    @cached_property
    def account_inputs(self) -> list[SocialInput]:
        """Inputs that a chart of accounts gives."""
        return [one for one in self.method.inputs.values() if one.accounts is not None]

    @property
    def lists(self) -> list[BalanceList]:
        """Lists of balances of which the largest holders are counted."""
        return list(self.method.lists.values())

    @cached_property
    def indicators(self) -> list[SocialIndicator]:
        """Indicators in the order they are shown."""
        return list(self.method.indicators.values())

    # --- Datos: entity, the two years compared, keys of the years, then the inputs by group
    entity_row, now_row, before_row, key_row, used_key_row, head_row = range(4, 10)
    data_header = 10
    choice_column = 3
    data_id, data_name, data_unit, data_kind, data_moment, first_typed = range(1, 7)

    @cached_property
    def groups(self) -> dict[str, list[SocialInput]]:
        """Inputs by group, groups in the order in which they first come."""
        found: dict[str, list[SocialInput]] = {}
        for one in self.method.inputs.values():
            found.setdefault(one.group, []).append(one)
        return found

    @cached_property
    def group_rows(self) -> dict[str, int]:
        """Row of each group's heading on Datos."""
        row, rows = self.data_header + 1, {}
        for group, own in self.groups.items():
            rows[group] = row
            row += len(own) + 1
        return rows

    @cached_property
    def input_rows(self) -> dict[str, int]:
        """Row of each input on Datos."""
        return {
            one.id: self.group_rows[group] + 1 + i for group, own in self.groups.items() for i, one in enumerate(own)
        }

    @property
    def input_span(self) -> tuple[int, int]:
        """First and last row with an input on Datos."""
        return self.data_header + 1, max(self.input_rows.values())

    def typed_column(self, k: int) -> int:
        """What people typed for year `k`; the year stands over it."""
        return self.first_typed + k

    @property
    def check_column(self) -> int:
        """Whether the input is complete, in a symbol and words; who, when and what shows it follow."""
        return self.first_typed + self.capacity

    def _data_block(self, block: int, k: int) -> int:
        return self.check_column + 4 + block * self.capacity + k

    def origin_column(self, k: int) -> int:
        """Where the value in use comes from, or why there is none."""
        return self._data_block(0, k)

    def use_column(self, k: int) -> int:
        """The value in use."""
        return self._data_block(1, k)

    def lag_column(self, k: int) -> int:
        """The value in use a year before."""
        return self._data_block(2, k)

    def passed_column(self, k: int) -> int:
        """The value of a year before as the add-in's function takes it, without errors, hidden.

        Calc refuses a range with an error in it where an argument may be left out (Err:504).
        """
        return self._data_block(3, k)

    def date_column(self, k: int) -> int:
        """The number of a date, or of TRUE, typed where a figure belongs: written by recalculation, hidden."""
        return self._data_block(4, k)

    @property
    def option_column(self) -> int:
        """First of the answers of inputs that are chosen from a list, hidden."""
        return self._data_block(5, 0)

    @property
    def option_count(self) -> int:
        """Most answers that an input has."""
        return max((len(one.options) for one in self.method.inputs.values()), default=0)

    @property
    def data_last_column(self) -> int:
        """Last column that is shown on Datos."""
        return self.lag_column(self.capacity - 1)

    # --- addresses on Datos

    def there(self, column: int, row: int) -> str:
        """A fixed cell of Datos."""
        return f"{DATOS}!{ref(column, row, fix_column=True, fix_row=True)}"

    def head(self, k: int) -> str:
        """The year over column `k` on Datos, as other sheets show it."""
        return f"{DATOS}!{ref(self.typed_column(k), self.head_row, fix_row=True)}"

    def key(self, k: int) -> str:
        """Months since year 0 of year `k`: nothing where the column is not used."""
        return f"{DATOS}!{ref(self.typed_column(k), self.used_key_row, fix_row=True)}"

    def year_span(self, row: int) -> str:
        """A row of Datos over all years."""
        return f"{DATOS}!{span(self.typed_column(0), row, row, self.typed_column(self.capacity - 1))}"

    def in_use(self, name: str, lag: int, k: int) -> str:
        """The cell of Datos with an input of year `k`, or of the year before it."""
        column = self.lag_column(k) if lag else self.use_column(k)
        return f"{DATOS}!{ref(column, self.input_rows[name])}"

    # --- Cuentas: code, name, balances; beside them what each input sums up, and how many of its accounts are missing
    account_header = 6
    account_first_balance = 3

    @property
    def account_span(self) -> tuple[int, int]:
        """First and last row for accounts."""
        return self.account_header + 1, self.account_header + self.rows

    @property
    def sum_column(self) -> int:
        """First column of the inputs that accounts give: id, name, accounts, then sums and missing accounts by year."""
        return self.account_first_balance + self.capacity + 1

    @property
    def sum_rows(self) -> dict[str, int]:
        """Row of each input on Cuentas."""
        return {one.id: self.account_header + 1 + i for i, one in enumerate(self.account_inputs)}

    def account_sum_column(self, k: int) -> int:
        """Sum of the accounts of an input in year `k`."""
        return self.sum_column + 3 + k

    def account_missing_column(self, k: int) -> int:
        """How many of its accounts are missing in year `k`: written by recalculation."""
        return self.sum_column + 3 + self.capacity + k

    # --- Saldos: a column of balances for each list and year, under what they come to
    list_total_row, list_people_row, list_step_row = 6, 7, 8
    list_steps = tuple(2**i for i in range(12, -1, -1))

    @property
    def list_holders_row(self) -> int:
        """How many holders have the share of each list."""
        return self.list_step_row + len(self.list_steps)

    @property
    def list_header(self) -> int:
        """Years over the pasted balances."""
        return self.list_holders_row + 2

    @property
    def list_span(self) -> tuple[int, int]:
        """First and last row of the pasted balances."""
        return self.list_header + 1, self.list_header + BALANCE_ROWS

    def list_column(self, i: int, k: int) -> int:
        """Column of list `i` in year `k`."""
        return 2 + i * self.capacity + k

    # --- Notas: settings, then a row an indicator that has a formula of its own
    green_row, amber_row, policy_row = 6, 7, 8
    note_header = 15
    note_value = 3
    points = 7
    (note_id, note_name, note_subject, note_mode, note_point) = range(1, 6)

    @cached_property
    def note_rows(self) -> dict[str, int]:
        """Row of the thresholds of each indicator: one that is shown again has those of the first."""
        own = [one.id for one in self.indicators if not one.repeats]
        rows = {key: self.note_header + 1 + i for i, key in enumerate(own)}
        return {one.id: rows[one.repeats or one.id] for one in self.indicators}

    @property
    def note_mark(self) -> int:
        """First of the marks, one a point."""
        return self.note_point + self.points

    @property
    def note_answered(self) -> int:
        """Mark of any other answer; then the source, the check, how many points there are and whether marks rise."""
        return self.note_mark + self.points

    def note_points(self, row: int, first: int = 0, last: int | None = None) -> str:
        """Values of the points of an indicator, on Notas."""
        return self._points(self.note_point, row, first, last)

    def note_marks(self, row: int, first: int = 0, last: int | None = None) -> str:
        """Marks of the points of an indicator, on Notas."""
        return self._points(self.note_mark, row, first, last)

    def _points(self, column: int, row: int, first: int, last: int | None) -> str:
        end = column + (self.points - 1 if last is None else last)
        return f"{NOTAS}!{span(column + first, row, row, end)}"

    def note_cell(self, column: int, row: int) -> str:
        """A fixed cell of Notas."""
        return f"{NOTAS}!{ref(column, row, fix_column=True, fix_row=True)}"

    # --- Indicadores: id, name, formula, unit, direction, then the blocks
    indicator_header = 5
    indicator_id, indicator_name, indicator_formula, indicator_unit, indicator_direction = range(1, 6)

    def column(self, block: int, k: int = 0) -> int:
        """Column of a block on Indicadores, of year `k`."""
        sizes = [1 if b in _SINGLE else self.capacity for b in range(block)]
        return self.indicator_direction + 1 + sum(sizes) + k

    @cached_property
    def principle_rows(self) -> dict[str, int]:
        """Row of each principle's heading on Indicadores."""
        row, rows = self.indicator_header + 1, {}
        for key in self.method.principles:
            rows[key] = row
            row += 1 + len(self.method.of_principle(key))
        return rows

    @cached_property
    def indicator_rows(self) -> dict[str, int]:
        """Row of each indicator."""
        return {
            one.id: row + 1 + i
            for key, row in self.principle_rows.items()
            for i, one in enumerate(self.method.of_principle(key))
        }

    @property
    def indicator_span(self) -> tuple[int, int]:
        """First and last row with an indicator."""
        return min(self.indicator_rows.values()), max(self.indicator_rows.values())

    def principle_span(self, principle: str) -> tuple[int, int]:
        """First and last row of the indicators of a principle."""
        first = self.principle_rows[principle] + 1
        return first, first + len(self.method.of_principle(principle)) - 1

    @cached_property
    def scale_rows(self) -> dict[str, int]:
        """Row of each scale, under the indicators."""
        first = self.indicator_span[1] + 3
        return {key: first + i for i, key in enumerate(self.method.scales)}

    def cell(self, block: int, key: str, k: int) -> str:
        """A cell of Indicadores, its row free and its column fixed."""
        return f"{INDICADORES}!{ref(self.column(block, k), self.indicator_rows[key], fix_column=True)}"

    def years(self, block: int, row: int) -> str:
        """A row of a block of Indicadores, over all years."""
        return f"{INDICADORES}!{span(self.column(block), row, row, self.column(block, self.capacity - 1))}"

    def area(self, block: int, first: int, last: int) -> str:
        """Rows of a block of Indicadores, over all years."""
        return f"{INDICADORES}!{span(self.column(block), first, last, self.column(block, self.capacity - 1))}"

    # --- Plan de mejora: categories, then a row an indicator where people type, then all of them by category
    category_header = 6
    action_header = 13
    (action_id, action_name, action_principle, action_light, action_mark, action_category, action_before,
     action_evolution, action_strategy, action_responsible, action_date, action_follow_up,
     action_order) = range(1, 14)  # fmt: skip

    @cached_property
    def action_rows(self) -> dict[str, int]:
        """Row of each indicator: what is typed there stays with it, whatever its mark."""
        return {one.id: self.action_header + 1 + i for i, one in enumerate(self.indicators)}

    @property
    def listed_header(self) -> int:
        """Headings of the list by category."""
        return self.action_header + len(self.indicators) + 3

    # --- Actividades: by principle, then the list that people type
    activity_summary = 6
    activity_count = 60
    (activity_number, activity_date, activity_principle, activity_text, activity_people, activity_budget,
     activity_spent, activity_share) = range(1, 9)  # fmt: skip

    @property
    def activity_header(self) -> int:
        """Headings of the list of activities."""
        return self.activity_summary + len(self.method.principles) + 5

    @property
    def activity_span(self) -> tuple[int, int]:
        """First and last row for activities."""
        return self.activity_header + 1, self.activity_header + self.activity_count

    # --- the plan inside the workbook

    def to_text(self) -> str:
        """The plan as the workbook keeps it."""
        return (
            f"version={VERSION};plantilla={self.template};anios={self.capacity};cuentas={self.rows};"
            f"anfitrion={self.host}"
        )


def make_plan(country: str, years: Sequence[object], accounts: int = 0, host: str = "libreoffice") -> SocialPlan:
    """A plan with room for `years` and `accounts`. `country`: `co` or `ec`. Raises KeyError for any other."""
    method = load_social(TEMPLATES[f"balance-social-{country.lower()}"])
    known = any(one.accounts for one in method.inputs.values())
    return SocialPlan(
        method, max(MIN_YEARS, len(years)), max(ACCOUNT_ROWS, accounts + 500) if known else 0, host
    )  # fmt: skip


def is_number(one: SocialIndicator) -> bool:
    """Whether an indicator has a number: the others have a yes/no, a text or an answer."""
    return one.kind not in (SocialKind.COMPLIANCE, SocialKind.TEXT, SocialKind.CHOICE)


def takes_number(one: SocialInput) -> bool:
    """Whether an input is a number."""
    return one.kind in NUMERIC


def is_text(one: SocialInput) -> bool:
    """Whether an input is any text."""
    return one.kind is InputKind.TEXT


def lagged(node: Node, lag: int = 0) -> Iterator[tuple[Node, int]]:
    """A formula and everything in it, each with how many years back it is looked for."""
    yield node, lag
    match node:
        case Binary(_, left, right):
            yield from lagged(left, lag)
            yield from lagged(right, lag)
        case Negative(inner):
            yield from lagged(inner, lag)
        case Call(_, inner):
            yield from lagged(inner, lag + 1)
