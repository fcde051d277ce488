"""A formula over inputs evaluated on its tree, exactly: what is missing or divides by zero is told, not raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from xl_perlas.formula import Binary, Call, Name, Negative, Node, Number


@dataclass(frozen=True, slots=True)
class Missing:
    """An input without a value: its id and how many years back it was looked for (0: the period itself)."""

    input: str
    lag: int


@dataclass(frozen=True, slots=True)
class Zero:
    """A divisor that is zero, and how many years back it is."""

    divisor: Node
    lag: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Value of a formula; or None with every input that is missing, or else the divisors that are zero."""

    value: Fraction | None
    missing: tuple[Missing, ...] = ()
    zeros: tuple[Zero, ...] = ()


def evaluate(node: Node, lookup: Callable[[str, int], Fraction | None], lag: int = 0) -> Figure:
    """Value of `node` with `lookup(input, lag)` for its inputs, None where there is no value.

    Everything missing is found, not only the first; a divisor counts as zero only when nothing is missing in it.
    """
    match node:
        case Number(value):
            return Figure(value)
        case Name(name):
            known = lookup(name, lag)
            return Figure(known, () if known is not None else (Missing(name, lag),))
        case Negative(inner):
            found = evaluate(inner, lookup, lag)
            return Figure(None if found.value is None else -found.value, found.missing, found.zeros)
        case Call(_, inner):
            return evaluate(inner, lookup, lag + 1)
        case Binary(operator, left, right):
            return _combine(operator, evaluate(left, lookup, lag), evaluate(right, lookup, lag), Zero(right, lag))


def _combine(operator: str, a: Figure, b: Figure, zero: Zero) -> Figure:
    missing, zeros = (*a.missing, *b.missing), (*a.zeros, *b.zeros)
    if operator == "/" and b.value == 0:
        zeros = (*zeros, zero)
    if a.value is None or b.value is None or missing or zeros:
        return Figure(None, tuple(dict.fromkeys(missing)), zeros)
    if operator == "/":
        return Figure(a.value / b.value)
    if operator == "*":
        return Figure(a.value * b.value)
    return Figure(a.value + b.value if operator == "+" else a.value - b.value)
