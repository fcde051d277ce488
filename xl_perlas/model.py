"""What a definition is made of. Plain immutable data: `load.py` makes it from TOML, everything else reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from xl_perlas.formula import LinearForm, Node

COMPONENTS = {
    "P": "Protección",
    "E": "Estructura financiera eficaz",
    "R": "Tasas de rendimiento y costos",
    "L": "Liquidez",
    "A": "Calidad de activos",
    "S": "Señales de crecimiento",
}


class Status(StrEnum):
    """What a result is. Zero is a value; these say why there is none, or why to doubt it."""

    OK = "ok"
    NO_DATA = "sin_dato"
    ZERO_DENOMINATOR = "denominador_cero"
    NOT_APPLICABLE = "no_aplica"
    INCONSISTENT = "dato_inconsistente"


@dataclass(frozen=True, slots=True)
class Result:
    """Value of an indicator in a period: a ratio (0.10 is 10 %) or an amount, its status and a note in Spanish.

    `value` is None exactly when the status is sin_dato, denominador_cero or no_aplica.
    """

    value: float | None
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document, and where in it."""

    document: str
    title: str
    place: str

    def __str__(self) -> str:
        return f"{self.title}, {self.place}"


@dataclass(frozen=True, slots=True)
class Line:
    """A named sum of accounts (`accounts`, `bands`) or a formula over other lines (`formula`): one or the other.

    `bands` are kinds of portfolio and ages of arrears that each catalogue spells out in accounts. `reason` says why a
    profile or an entity departs from the definition it overrides; `origin` who does.
    """

    id: str
    name: str
    source: Source
    accounts: Mapping[str, Fraction] = field(default_factory=dict)
    bands: Bands | None = None
    formula: Node | None = None
    formula_text: str = ""
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account that an entity adds to a line (coefficient 1) or takes from it (-1), and why."""

    line: str
    code: str
    coefficient: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """Sub-accounts by age of arrears: which portfolios (`no_devenga`, `vencida`) and which ages (`mas_12m` …)."""

    portfolios: tuple[str, ...]
    ages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """`operator` bound: the value must satisfy it. `when` limits it to periods where another condition holds."""

    operator: str
    bound: Node
    bound_text: str
    when: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`subject operator bound`, e.g. `E9 < 0.10`."""

    subject: str
    operator: str
    bound: Node
    bound_text: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What an indicator should reach.

    One kind at a time: `conditions` that all must hold; `requires` other indicators to meet theirs; `structure`, the
    E indicator that decides whether a growth must exceed, equal or stay under `reference`; or nothing but `minimise`.
    """

    text: str
    conditions: tuple[Condition, ...] = ()
    requires: tuple[str, ...] = ()
    structure: str = ""
    reference: str = ""
    tolerance: str = ""
    minimise: bool = False
    note: str = ""


class Kind(StrEnum):
    """How the two linear forms make a value."""

    RATIO = "cociente"
    GROWTH = "crecimiento"
    AMOUNT = "monto"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quotient of two formulas over lines (growth: minus one; amount: no denominator).

    `flow`: the numerator is income or expense accumulated from January, to be annualised. `unit`: `%`, `veces`, `USD`.
    `direction`: which way is better (`mayor`, `menor`, `rango`, `relativa`). `area`: its group, in a method whose ids
    do not begin with it.
    """

    id: str
    name: str
    kind: Kind
    numerator: Node
    numerator_text: str
    denominator: Node | None
    denominator_text: str
    unit: str
    direction: str
    goal: Goal
    action: str
    purpose: str
    source: Source
    flow: bool = False
    reason: str = ""
    origin: str = ""
    area: str = ""

    @property
    def component(self) -> str:
        """Letter of its area: P, E, R, L, A or S in PERLAS; C, A, M, E or L in CAMEL."""
        return self.area or self.id[0]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number the user sets once: a market rate, the inflation, a required provision.

    `values` by year win over `value`; both None/absent: not set, and what depends on it has no verdict. `in_formulas`:
    part of the formulas themselves (the 35 % of P2), so it must have a value.
    """

    id: str
    name: str
    unit: str
    source: str
    date: str
    value: float | None = None
    values: Mapping[int, float] = field(default_factory=dict)
    in_formulas: bool = False

    def at(self, year: int) -> float | None:
        """Value in force in `year`, or None."""
        return self.values.get(year, self.value)


@dataclass(frozen=True, slots=True)
class Profile:
    """A complete set of definitions: lines, indicators in order, and the parameters they use."""

    id: str
    name: str
    description: str
    catalog: str
    lines: Mapping[str, Line]
    indicators: Mapping[str, Indicator]
    parameters: Mapping[str, Parameter]
    version: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """A chart of accounts as the supervisor publishes it.

    `portfolios` are the four-digit accounts that do not accrue interest and that are overdue; `ages` the suffixes of
    their sub-accounts by age of arrears. `contra`: accounts that reduce their group. `not_summed`: children
    that are no part of their parent's sum.
    """

    id: str
    name: str
    era: str
    accounts: Mapping[str, str]
    portfolios: Mapping[str, tuple[str, ...]]
    ages: Mapping[str, tuple[str, ...]]
    contra: frozenset[str]
    not_summed: frozenset[str]
    exclusive: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """An indicator compiled for a catalogue and a set of parameters: its two linear forms over account codes."""

    indicator: Indicator
    numerator: LinearForm
    denominator: LinearForm | None
    denominator_words: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """A profile compiled: what evaluation, batch, trace and native formulas all read."""

    profile: Profile
    catalog: Catalog
    lines: Mapping[str, LinearForm]
    ratios: Mapping[str, Ratio]
    constants: Mapping[str, Fraction]
