"""What a Balance Social is made of: inputs that are typed once, indicators over them, and what must hold among them.

Plain immutable data: `load.py` makes it from TOML, everything else reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xl_perlas.formula import LinearForm, Node
from xl_perlas.model import Source


class InputKind(StrEnum):
    """What may be typed: a `conteo` is whole and not negative, a `porcentaje` is a fraction inside (0.89 is 89 %)."""

    COUNT = "conteo"
    AMOUNT = "importe"
    PERCENT = "porcentaje"
    NUMBER = "numero"
    YES_NO = "si_no"
    TEXT = "texto"
    CHOICE = "opcion"


#: Kinds whose value is a number that a formula can use.
NUMERIC = frozenset({InputKind.COUNT, InputKind.AMOUNT, InputKind.PERCENT, InputKind.NUMBER})

AT_DATE, DURING_YEAR = "corte", "año"


class SocialKind(StrEnum):
    """How an indicator comes from its inputs."""

    RATIO = "razon"
    GROWTH = "crecimiento"
    VALUE = "valor"
    COMPLIANCE = "cumplimiento"
    TEXT = "texto"
    CHOICE = "seleccion"


HIGHER, LOWER, NEUTRAL = "mayor", "menor", "neutro"


@dataclass(frozen=True, slots=True)
class Principle:
    """A cooperative principle, as the country's method names it."""

    id: str
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class SocialInput:
    """Something the entity knows and types once.

    `moment`: `corte` (at the date) or `año` (during the year). `accounts`: where a chart of accounts holds it.
    """

    id: str
    name: str
    unit: str
    kind: InputKind
    moment: str
    group: str
    source: Source
    accounts: LinearForm | None = None
    accounts_text: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SocialIndicator:
    """A quotient of two formulas over inputs, its growth, or a value, a yes/no or a text as it was given.

    A growth is `numerator / previo(numerator) - 1`. `part`: the numerator is part of the denominator, so over 100 % is
    asked about. `repeats`: the indicator that this row shows again under its own principle; it is computed once.
    `note`: what was decided where the source is not clear.
    """

    id: str
    principle: str
    name: str
    kind: SocialKind
    numerator: Node
    numerator_text: str
    denominator: Node | None
    denominator_text: str
    unit: str
    direction: str
    part: bool
    purpose: str
    analysis: str
    source: Source
    repeats: str = ""
    note: str = ""


class ControlKind(StrEnum):
    """What must hold among inputs or indicators."""

    NOT_MORE = "no_mayor"
    SUM = "suma"
    TOGETHER = "juntos"
    SAME_BASE = "misma_base"


@dataclass(frozen=True, slots=True)
class Control:
    """A cross-check, in Spanish words (`name`) and as data.

    `no_mayor`: `part` ≤ `whole`. `suma`: `parts` add up to `whole`. `juntos`: all of `parts` are zero, or none is.
    `misma_base`: the shares of `indicators` are of one same number of people, of at most `most`.
    """

    id: str
    kind: ControlKind
    name: str
    source: Source
    part: Node | None = None
    whole: Node | None = None
    parts: tuple[Node, ...] = ()
    indicators: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class BalanceList:
    """A list of balances of which the largest holders are counted: `holders` get that count, `total` all who hold."""

    id: str
    name: str
    holders: str
    total: str
    share: float
    source: Source


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of an indicator by how far it is above a reference input: up to the first limit, to the last, beyond.

    A value exactly on a limit has the middle level.
    """

    id: str
    name: str
    indicator: str
    reference: str
    limits: tuple[float, float]
    levels: tuple[int, int, int]
    source: Source


@dataclass(frozen=True)
class SocialMethod:
    """A country's Balance Social: principles, inputs and indicators in the order they are shown."""

    id: str
    name: str
    country: str
    description: str
    rule: str
    source: Source
    principles: Mapping[str, Principle]
    inputs: Mapping[str, SocialInput]
    indicators: Mapping[str, SocialIndicator]
    controls: Mapping[str, Control]
    lists: Mapping[str, BalanceList] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def of_principle(self, principle: str) -> list[SocialIndicator]:
        """Indicators shown under a principle, repeated ones too."""
        return [one for one in self.indicators.values() if one.principle == principle]
