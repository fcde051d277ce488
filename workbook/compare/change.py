"""One input that is not the same in two versions of a workbook: what it was, what it becomes, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Decimals of a percentage in the text of a change: a rate that changed must not read as before.
DECIMALS = 8


class Kind(StrEnum):
    """What kind of input changed, in the order in which they are told."""

    ENTITY = "entidad"
    VERSION = "version"
    DEFINITIONS = "definiciones"
    INDICATOR = "indicador"
    CATALOG = "catalogo"
    PERIOD = "periodo"
    ACCOUNT = "cuenta"
    NAME = "nombre_cuenta"
    AMOUNT = "saldo"
    OWN = "cuenta_propia"
    PARAMETER = "parametro"
    PARAMETER_SOURCE = "fuente_parametro"
    WEIGHTING = "ponderacion"
    EXPERT = "experto"
    JUDGEMENT = "juicio"
    SEGMENT = "segmento"
    SEGMENT_TEXT = "texto_segmento"
    TYPED = "valor_camel"
    SUPERVISION = "supervision"
    PEERS = "par"


_ORDER = {kind: i for i, kind in enumerate(Kind)}


class State(StrEnum):
    """What an input is in one of the versions."""

    VALUE = "valor"
    BLANK = "en_blanco"
    ABSENT = "no_figura"
    UNREADABLE = "ilegible"


@dataclass(frozen=True, slots=True)
class Side:
    """An input in one version; `value` is None unless the state is `valor`. `text` is how people read it."""

    state: State
    value: float | str | None = None
    text: str = ""


ABSENT, BLANK = Side(State.ABSENT), Side(State.BLANK)
_BEFORE = {State.BLANK: "estaba en blanco", State.ABSENT: "no figuraba", State.UNREADABLE: "no se podía leer"}
_AFTER = {State.BLANK: "queda en blanco", State.ABSENT: "ya no figura", State.UNREADABLE: "no se puede leer"}


@dataclass(frozen=True, slots=True)
class Change:
    """One input that is not the same in both versions.

    `key` names it within its kind (an account, a parameter, a pair of criteria) and `period` is its label, or empty;
    `where` is its cell, in both versions when they are not the same; `text` says it all in a line.
    """

    kind: Kind
    key: str
    period: str
    before: Side
    after: Side
    where: str
    text: str

    @property
    def id(self) -> str:
        """The same for the same input in any comparison: `saldo:33:2011`."""
        return f"{self.kind}:{self.key}:{self.period}"

    @property
    def order(self) -> tuple[int, str, str]:
        """Place in every list: by kind, key and period, never by row."""
        return _ORDER[self.kind], self.key, self.period

    def short(self, period: str = "") -> str:
        """The input in few words; its period only where it is not `period`."""
        of = f" de {self.period}" if self.period not in ("", period, self.key) else ""
        return _SHORT.get(self.kind, "{key}").format(key=self.key) + of


_SHORT = {
    Kind.DEFINITIONS: "definiciones", Kind.CATALOG: "catálogo de cuentas", Kind.PERIOD: "periodo {key}",
    Kind.ACCOUNT: "cuenta {key}", Kind.NAME: "nombre de {key}", Kind.AMOUNT: "cuenta {key}",
    Kind.OWN: "cuenta propia {key}", Kind.PARAMETER: "parámetro {key}", Kind.WEIGHTING: "{key}",
    Kind.JUDGEMENT: "juicio {key}", Kind.SEGMENT: "segmento, {key}", Kind.TYPED: "{key} escrito en Segmento",
    Kind.PEERS: "par {key}",
}  # fmt: skip


def change(
    kind: Kind, key: str, period: str, before: Side, after: Side, where: str, subject: str, detail: str = ""
) -> Change:
    """A change, and its text: `Cuenta 33, 2011: 10,00 → 12,00 (+2,00)`."""
    was = _BEFORE.get(before.state, before.text)
    becomes = _AFTER.get(after.state, after.text)
    return Change(kind, key, period, before, after, where, f"{subject}: {was} → {becomes}{detail}")


def places(a: str, b: str) -> str:
    """The cell in both versions; which is which where they differ."""
    if a == b or not (a and b):
        return a or b
    return f"{a} (A), {b} (B)"


def _text(value: str) -> Side:
    return Side(State.VALUE, value, f"«{value}»") if value else BLANK


def text_side(value: str) -> Side:
    """A text that may be blank."""
    return Side(State.VALUE, value, f"«{value}»") if value else BLANK
