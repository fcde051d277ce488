"""The formula language of the definitions: `+ - * / ( )`, decimals, names, `previo(x)` and `promedio(x)`.

A text is parsed once into a tree. From the tree come the linear form over account codes (what is computed), the
formula in words (what people read) and the spreadsheet formula (what an auditor recalculates). Nothing else evaluates
formulas, and nothing executes their text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

#: An account at a distance in time: lag 0 is the period itself, lag 1 the period it is compared with.
Term: TypeAlias = tuple[str, int]


class FormulaError(ValueError):
    """A formula text that does not parse, names something unknown, or is not linear."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    argument: Node


Node: TypeAlias = Number | Name | Binary | Negative | Call

PREVIOUS, AVERAGE = "previo", "promedio"
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<operator>[-+*/()]))")


def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: with the position of what is wrong.
    """
    return _Parser(text).whole()


class _Parser:
    """Recursive descent; multiplication binds tighter than addition, as on paper."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = list(self._tokens())
        self.position = 0

    def _tokens(self) -> Iterator[tuple[str, str, int]]:
        end = len(self.text.rstrip())
        at = 0
        while at < end:
            match = _TOKEN.match(self.text, at)
            if not match:
                rest = self.text[at:].lstrip()
                raise FormulaError(f"no se entiende «{rest[:20].strip()}» (posición {len(self.text) - len(rest) + 1})")
            kind = str(match.lastgroup)
            yield kind, match[kind], match.start(kind)
            at = match.end()

    def whole(self) -> Node:
        node = self._sum()
        if self.position < len(self.tokens):
            self._fail("sobra")
        return node

    def _sum(self) -> Node:
        node = self._product()
        while operator := self._take("+", "-"):
            node = Binary(operator, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._factor()
        while operator := self._take("*", "/"):
            node = Binary(operator, node, self._factor())
        return node

    def _factor(self) -> Node:
        if self._take("-"):
            operand = self._factor()
            return Number(-operand.value) if isinstance(operand, Number) else Negative(operand)
        if self._take("("):
            node = self._sum()
            self._expect(")")
            return node
        kind, value, _ = self._next()
        if kind == "number":
            return Number(Fraction(value))
        if kind == "name":
            return self._call(value) if self._take("(") else Name(value)
        return self._fail("no se esperaba", back=1)

    def _call(self, function: str) -> Node:
        if function not in (PREVIOUS, AVERAGE):
            raise FormulaError(f"función desconocida «{function}»; hay previo(x) y promedio(x)")
        node = Call(function, self._sum())
        self._expect(")")
        return node

    def _next(self) -> tuple[str, str, int]:
        if self.position >= len(self.tokens):
            raise FormulaError(f"la fórmula «{self.text}» está incompleta")
        self.position += 1
        return self.tokens[self.position - 1]

    def _take(self, *operators: str) -> str:
        if self.position < len(self.tokens):
            kind, value, _ = self.tokens[self.position]
            if kind == "operator" and value in operators:
                self.position += 1
                return value
        return ""

    def _expect(self, operator: str) -> None:
        if not self._take(operator):
            self._fail(f"falta «{operator}» antes de") if self.position < len(self.tokens) else self._next()

    def _fail(self, what: str, back: int = 0) -> Node:
        _, value, at = self.tokens[self.position - back]
        raise FormulaError(f"{what} «{value}» (posición {at + 1}) en «{self.text}»")


def names(node: Node) -> Iterator[str]:
    """Every name in a formula, in reading order, repeats included."""
    return (part.name for part in parts(node) if isinstance(part, Name))


def parts(node: Node) -> Iterator[Node]:
    """A formula and everything in it, in reading order."""
    yield node
    match node:
        case Binary(_, left, right):
            yield from parts(left)
            yield from parts(right)
        case Negative(inner) | Call(_, inner):
            yield from parts(inner)


# --- linear forms -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class LinearForm:
    """A sum of accounts times coefficients: `{(code, lag): coefficient}`.

    A coefficient of zero is kept: the source names the account, and the trace shows it.
    """

    coefficients: Mapping[Term, Fraction]

    @cached_property
    def terms(self) -> tuple[tuple[str, int, float], ...]:
        """(code, lag, coefficient as a float), in the order of the definition."""
        return tuple((code, lag, float(c)) for (code, lag), c in self.coefficients.items())

    def __add__(self, other: LinearForm) -> LinearForm:
        total = dict(self.coefficients)
        for term, coefficient in other.coefficients.items():
            total[term] = total.get(term, Fraction(0)) + coefficient
        return LinearForm(total)

    def times(self, factor: Fraction) -> LinearForm:
        """Every coefficient times `factor`."""
        return LinearForm({term: c * factor for term, c in self.coefficients.items()})

    def earlier(self) -> LinearForm:
        """The same form one period before (`previo`)."""
        if any(lag for _, lag in self.coefficients):
            raise FormulaError("previo() y promedio() no se aplican dos veces")
        return LinearForm({(code, 1): c for (code, _), c in self.coefficients.items()})

    def codes(self) -> set[str]:
        """The accounts it names."""
        return {code for code, _ in self.coefficients}


Value: TypeAlias = LinearForm | Fraction


def linear(node: Node, lookup: Callable[[str], Value]) -> Value:
    """Reduce a formula to a linear form (or to a number, if it names no line).

    `lookup` gives the form of a line or the number of a parameter; it raises FormulaError for an unknown name.

    Raises:
        FormulaError: a product or quotient of two lines, or a number added to a line: not linear.
    """
    match node:
        case Number(value):
            return value
        case Name(name):
            return lookup(name)
        case Negative(inner):
            return _scale(linear(inner, lookup), Fraction(-1))
        case Call(function, inner):
            form = linear(inner, lookup)
            if isinstance(form, Fraction):
                raise FormulaError(f"{function}() se aplica a una línea, no a un número")
            earlier = form.earlier()
            return earlier if function == PREVIOUS else (form + earlier).times(Fraction(1, 2))
        case Binary(operator, left, right):
            return _combine(operator, linear(left, lookup), linear(right, lookup))


def _scale(value: Value, factor: Fraction) -> Value:
    return value * factor if isinstance(value, Fraction) else value.times(factor)


def _combine(operator: str, a: Value, b: Value) -> Value:
    if operator in "+-":
        b = _scale(b, Fraction(-1)) if operator == "-" else b
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a + b
        if isinstance(a, LinearForm) and isinstance(b, LinearForm):
            return a + b
        raise FormulaError("un número suelto no se suma a una línea")
    if operator == "*":
        if isinstance(a, Fraction):
            return _scale(b, a)
        if isinstance(b, Fraction):
            return _scale(a, b)
        raise FormulaError("el producto de dos líneas no es lineal")
    if isinstance(b, LinearForm):
        raise FormulaError("el cociente entre líneas va en numerador y denominador")
    if b == 0:
        raise FormulaError("división por cero en la fórmula")
    return _scale(a, 1 / b)


# --- scalars: the bounds of goals -------------------------------------------------------------------------------------


def number(node: Node, lookup: Callable[[str], float]) -> float:
    """Value of a formula over numbers (parameters and other indicators); `lookup` may raise to stop."""
    match node:
        case Number(value):
            return float(value)
        case Name(name):
            return lookup(name)
        case Negative(inner):
            return -number(inner, lookup)
        case Binary(operator, left, right):
            a, b = number(left, lookup), number(right, lookup)
            return a + b if operator == "+" else a - b if operator == "-" else a * b if operator == "*" else a / b
        case Call(function, _):
            raise FormulaError(f"{function}() no se usa en una meta")


# --- texts ------------------------------------------------------------------------------------------------------------

_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


def render(
    node: Node,
    name: Callable[[str, int], str],
    signs: Mapping[str, str] | None = None,
    call: Callable[[str, Callable[[int], str]], str] | None = None,
    lag: int = 0,
    decimal: str = ".",
) -> str:
    """Write a formula out again.

    `name(name, lag)` gives the text of a line or parameter; `signs` replaces operators (`×` for `*`); `call(function,
    inner)` writes `previo` and `promedio`, where `inner(lag)` is the text of the argument at that lag.
    """
    signs = signs or {}

    def text(n: Node, lag: int, rank: int, right: bool = False) -> str:
        match n:
            case Number(value):
                return _decimal(value).replace(".", decimal)
            case Name(word):
                return name(word, lag)
            case Negative(inner):
                return "-" + text(inner, lag, 3)
            case Call(function, inner):
                def argument(at: int) -> str:
                    return text(inner, at, 0)

                return call(function, argument) if call else f"{function}({argument(lag)})"
            case Binary(operator, left, r):
                own = _RANK[operator]
                body = (
                    f"{text(left, lag, own)} {signs.get(operator, operator)} {text(r, lag, own, True)}"
                )
                tight = own < rank or (own == rank and right)
                return f"({body})" if tight else body

    return text(node, lag, 0)


def _decimal(value: Fraction) -> str:
    """Without an exponent, so that what is written can be read again."""
    return format(Decimal(value.numerator) / value.denominator, "f")


def spreadsheet(node: Node, cell: Callable[[str, int], str]) -> str:
    """US-English spreadsheet text; `cell(name, lag)` is the address of a line's or parameter's value."""

    def call(function: str, argument: Callable[[int], str]) -> str:
        return f"({argument(1)})" if function == PREVIOUS else f"AVERAGE({argument(0)},{argument(1)})"

    return render(node, cell, call=call).replace(" ", "")


def in_words(node: Node, label: Callable[[str], str]) -> str:
    """Spanish words: `promedio de (cartera neta)`, `pérdidas − recuperaciones`."""

    def call(function: str, argument: Callable[[int], str]) -> str:
        inner = argument(0)
        return f"promedio de {inner}" if function == AVERAGE else f"{inner} del periodo base"

    return render(node, lambda n, _: label(n), {"*": "×", "/": "÷", "-": "−"}, call, decimal=",")
