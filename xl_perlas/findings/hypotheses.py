"""Ways in which somebody may have computed an indicator otherwise: changes of its two linear forms.

Nothing here knows an indicator or an account by name. A change takes a compiled indicator and gives another one, which
the engine evaluates like any; where it cannot be made (no average to drop, no contra account) there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from xl_perlas.chart import Absence
from xl_perlas.evaluate import DENOMINATOR, NUMERATOR, Context
from xl_perlas.findings.whatif import account_words, amounts_words, shown
from xl_perlas.formula import LinearForm, Node, Term, Value, linear, names
from xl_perlas.model import Definitions, Kind, Ratio
from xl_perlas.report import Report
from xl_perlas.words import label

_ZERO, _HALF = Fraction(0), Fraction(1, 2)

#: How simple an explanation is: one change of the definition, another definition that is published, two changes.
SINGLE, PUBLISHED, DOUBLE = 1, 2, 3

#: Of a form with hundreds of accounts (bands of arrears) the largest are tried: among the rest several would fit.
_ACCOUNTS = 40


#: Words about some periods, given by position.
Words: TypeAlias = Callable[[Sequence[int]], str]


@dataclass(frozen=True, eq=False)
class Change:
    """One departure from a definition.

    `words` says what was done, as a condition, with the balances of some periods (given by position): `la cuenta 1499
    «Provisiones» (−2.222,22) entra con el signo contrario`. `touches` names what it changes: two changes of the same
    thing do not go together. `accounts` are those that it is about.
    """

    rank: int
    touches: frozenset[str]
    words: Words = field(repr=False)
    accounts: tuple[str, ...]
    apply: Callable[[Ratio], Ratio] = field(repr=False)


def with_both(one: Change, other: Change) -> Change:
    """Two changes at once."""
    return Change(
        DOUBLE, one.touches | other.touches, lambda at: f"{one.words(at)}, y además {other.words(at)}",
        tuple(dict.fromkeys((*one.accounts, *other.accounts))), lambda ratio: other.apply(one.apply(ratio)),
    )  # fmt: skip


def singles(report: Report, indicator: str, positions: Sequence[int]) -> list[Change]:
    """Every single change of an indicator's definition that can matter in the periods at `positions`.

    The order is that in which they are told where two come to the same.
    """
    maker = _Maker(report, indicator, positions)
    return [*maker.accounts(), *maker.lines(), *maker.parameters(), *maker.times(), *maker.shapes()]


# --- accounts ---------------------------------------------------------------------------------------------------------


class _Maker:
    """Makes the changes of one indicator."""

    def __init__(self, report: Report, indicator: str, positions: Sequence[int]):
        self.report = report
        self.ratio = report.definitions.ratios[indicator]
        self.catalog = report.choice.catalog
        self.contexts = [report.contexts[i] for i in positions]

    def _parts(self) -> list[tuple[str, LinearForm]]:
        """The parts that can be changed by themselves: growth compares a line with itself, and changes in both."""
        parts = [(NUMERATOR, self.ratio.numerator)]
        if self.ratio.denominator is not None and self.ratio.indicator.kind is not Kind.GROWTH:
            parts.append((DENOMINATOR, self.ratio.denominator))
        return parts

    def _in(self, part: str) -> str:
        return "" if self.ratio.indicator.kind is not Kind.RATIO else f" en el {part}"

    def _matters(self, code: str) -> bool:
        """Whether an account has a balance in any of the periods, or in those that they are compared with."""
        figures = (ctx.value(code, lag) for ctx in self.contexts for lag in (0, 1))
        return any(not isinstance(figure, Absence) and figure != 0 for figure in figures)

    def _named(self, code: str, at: Sequence[int]) -> str:
        return f"la cuenta {account_words(self.report, code)} ({amounts_words(self.report, code, at)})"

    def accounts(self) -> Iterator[Change]:
        """An account with its sign changed, left out, gross of what reduces it, or as the sum of its sub-accounts."""
        for part, form in self._parts():
            for code in self._largest(form):
                yield from self._account(part, form, code)

    def _largest(self, form: LinearForm) -> list[str]:
        """The accounts that make up most of a form, in its order; those without a balance make up nothing."""
        sizes: dict[str, float] = {}
        for code, lag, coefficient in form.terms:
            figures = (ctx.value(code, lag) for ctx in self.contexts)
            size = max((abs(coefficient * v) for v in figures if isinstance(v, int | float)), default=0.0)
            sizes[code] = max(size, sizes.get(code, 0.0))
        most = set(sorted(sizes, key=lambda code: -sizes[code])[:_ACCOUNTS])
        return [code for code, size in sizes.items() if size and code in most]

    def _account(self, part: str, form: LinearForm, code: str) -> Iterator[Change]:
        place = self._in(part)

        def named(words: str) -> Words:
            return lambda at: words.format(self._named(code, at))

        turned, out = named(f"{{}} entra{place} con el signo contrario"), named(f"{{}} se deja fuera{place}")
        alone = len({c for (c, _), k in form.coefficients.items() if k}) == 1
        if not alone or part == NUMERATOR:  # a denominator of one account turned is the numerator turned
            yield self._change(part, code, turned, [code], {code: Fraction(-1)})
        if not alone:
            yield self._change(part, code, out, [code], {code: _ZERO})
        for contra in sorted(self.catalog.contra):
            if contra.startswith(code) and contra != code and contra not in form.codes() and self._matters(contra):
                gross = partial(self._gross, code, contra, place)
                yield self._change(part, code, gross, [code, contra], {code: {code: 1, contra: -1}})
        children = self._children(code)
        if children:
            whole = named(f"en lugar de {{}} se suman sus subcuentas{place}")
            yield self._change(part, code, whole, [code], {code: dict.fromkeys(children, 1)})

    def _gross(self, code: str, contra: str, place: str, at: Sequence[int]) -> str:
        reducing = self._named(contra, at)
        return f"{self._named(code, at)} se toma{place} en bruto y no neta: sin {reducing}, que la reduce"

    def _children(self, code: str) -> list[str]:
        """Sub-accounts of an account, where they add up to something else."""
        columns = [ctx.now.column for ctx in self.contexts if ctx.now.column]
        rows = columns[0].chart.child_rows(code) if columns else ()
        codes = [columns[0].chart.codes[row] for row in rows]
        codes = [one for one in codes if one not in self.catalog.not_summed]
        for column in columns:
            own, figures = column.get(code), [column.get(one) for one in codes]
            if codes and not any(isinstance(v, Absence) for v in (own, *figures)) and own != sum(figures):  # type: ignore[arg-type]
                return codes
        return []

    def _change(
        self, part: str, touched: str, words: Words, accounts: Iterable[str],
        swap: dict[str, Fraction | dict[str, int]],
    ) -> Change:  # fmt: skip
        """A change that puts other accounts, or another coefficient, in the place of some."""
        whole = self.ratio.indicator.kind is Kind.GROWTH

        def apply(ratio: Ratio) -> Ratio:
            return _with_forms(ratio, lambda form: _swapped(form, swap), part, whole)

        return Change(SINGLE, frozenset((f"{part} {touched}",)), words, tuple(accounts), apply)

    # --- lines and parameters: the definition as it is named, compiled again ------------------------------------------

    def lines(self) -> Iterator[Change]:
        """A whole line left out, or with its sign changed."""
        profile = self.report.profile
        for name in _lines_of(self.report.definitions, self.ratio):
            form = self.report.definitions.lines[name]
            own = [code for code in form.codes() if self._matters(code)]
            if len(own) < 2:
                continue
            for words, factor in (("se deja fuera", _ZERO), ("entra con el signo contrario", Fraction(-1))):
                yield self._recompiled(f"la línea «{label(profile, name)}» {words}", own, {name: factor}, {})

    def parameters(self) -> Iterator[Change]:
        """A percentage of the formula that is not applied."""
        profile = self.report.profile
        for name, value in self.report.definitions.constants.items():
            if value != 1 and name in profile.parameters:
                words = f"no se aplica el {shown(float(value), '%')} de «{label(profile, name)}»"
                yield self._recompiled(words, [], {}, {name: Fraction(1)})

    def _recompiled(
        self, words: str, accounts: Sequence[str], factors: dict[str, Fraction], constants: dict[str, Fraction]
    ) -> Change:
        own, indicator = self.report.definitions, self.ratio.indicator

        def apply(ratio: Ratio) -> Ratio:
            numerator = _compiled(own, indicator.numerator, factors, constants)
            node = indicator.denominator
            denominator = _compiled(own, node, factors, constants) if node else None
            return replace(ratio, numerator=numerator, denominator=denominator)

        # it makes both forms anew, and so goes with no other change
        return Change(SINGLE, frozenset(("*",)), _always(words), tuple(accounts), apply)

    # --- periods and shape --------------------------------------------------------------------------------------------

    def times(self) -> Iterator[Change]:
        """Balances of another date: the end or the beginning instead of the average, or the other period."""
        denominator = self.ratio.denominator
        kind, flow = self.ratio.indicator.kind, self.ratio.indicator.flow
        if kind is Kind.GROWTH or denominator is None:
            return
        if any(lag for _, lag in denominator.coefficients):
            for lag, words in ((0, "el saldo final"), (1, "el saldo inicial")):
                text = f"el denominador es {words} y no el promedio"
                yield _shape(text, _on_denominator(partial(_at, lag=lag)))
        else:
            text = "el denominador es el promedio del periodo y no el saldo final"
            yield _shape(text, _on_denominator(lambda form: (form + _at(form, 1)).times(_HALF)))
            text = "se toman los saldos del periodo anterior"
            yield _shape(text, lambda ratio: _with_forms(ratio, partial(_at, lag=1), NUMERATOR, True))
        if flow and any(ctx.factor != 1 for ctx in self.contexts):
            text = "el ingreso o gasto acumulado no se lleva a un año"
            yield _shape(text, lambda ratio: replace(ratio, indicator=replace(ratio.indicator, flow=False)))

    def shapes(self) -> Iterator[Change]:
        """Another operation between the two forms."""
        kind = self.ratio.indicator.kind
        if kind is Kind.RATIO:
            yield _shape("numerador y denominador están intercambiados", _inverse)
        elif kind is Kind.GROWTH:
            yield _shape("los dos periodos están intercambiados", _inverse)
            yield _shape("al cociente no se le resta 1", lambda ratio: _of_kind(ratio, Kind.RATIO))
            yield _shape("se restan los saldos en lugar de dividirlos", _difference)
            yield _shape("el aumento se divide para el saldo final y no para el inicial", _over_end)


def _always(text: str) -> Words:
    return lambda _: text


def _shape(text: str, apply: Callable[[Ratio], Ratio]) -> Change:
    """A change of the whole formula, which goes with no other."""
    return Change(SINGLE, frozenset(("*",)), _always(text), (), apply)


# --- forms ------------------------------------------------------------------------------------------------------------


def _with_forms(ratio: Ratio, change: Callable[[LinearForm], LinearForm], part: str, whole: bool) -> Ratio:
    numerator, denominator = ratio.numerator, ratio.denominator
    if whole or part == NUMERATOR:
        numerator = change(numerator)
    if denominator is not None and (whole or part == DENOMINATOR):
        denominator = change(denominator)
    return replace(ratio, numerator=numerator, denominator=denominator)


def _on_denominator(change: Callable[[LinearForm], LinearForm]) -> Callable[[Ratio], Ratio]:
    return lambda ratio: _with_forms(ratio, change, DENOMINATOR, False)


def _swapped(form: LinearForm, swap: dict[str, Fraction | dict[str, int]]) -> LinearForm:
    found = {term: c for term, c in form.coefficients.items() if term[0] not in swap}
    for (code, lag), coefficient in form.coefficients.items():
        if code in swap:
            other = swap[code]
            for to, factor in (other if isinstance(other, dict) else {code: other}).items():
                found[to, lag] = found.get((to, lag), _ZERO) + coefficient * factor
    return LinearForm(found)


def _at(form: LinearForm, lag: int) -> LinearForm:
    """The form with all its balances of one date."""
    found: dict[Term, Fraction] = {}
    for (code, _), coefficient in form.coefficients.items():
        found[code, lag] = found.get((code, lag), _ZERO) + coefficient
    return LinearForm(found)


def _inverse(ratio: Ratio) -> Ratio:
    assert ratio.denominator is not None
    return replace(ratio, numerator=ratio.denominator, denominator=ratio.numerator)


def _of_kind(ratio: Ratio, kind: Kind) -> Ratio:
    return replace(ratio, indicator=replace(ratio.indicator, kind=kind))


def _difference(ratio: Ratio) -> Ratio:
    assert ratio.denominator is not None
    less = ratio.numerator + ratio.denominator.times(Fraction(-1))
    return replace(_of_kind(ratio, Kind.AMOUNT), numerator=less, denominator=None)


def _over_end(ratio: Ratio) -> Ratio:
    assert ratio.denominator is not None
    less = ratio.numerator + ratio.denominator.times(Fraction(-1))
    return replace(_of_kind(ratio, Kind.RATIO), numerator=less, denominator=ratio.numerator)


def _lines_of(own: Definitions, ratio: Ratio) -> list[str]:
    """Every line that an indicator names, and those that they name."""
    nodes = [ratio.indicator.numerator, *([ratio.indicator.denominator] if ratio.indicator.denominator else [])]
    found: dict[str, None] = {}
    while nodes:
        for name in names(nodes.pop(0)):
            if name in own.profile.lines and name not in found:
                found[name] = None
                formula = own.profile.lines[name].formula
                nodes += [formula] if formula else []
    return list(found)


def _compiled(
    own: Definitions, node: Node, factors: dict[str, Fraction], constants: dict[str, Fraction]
) -> LinearForm:
    """A formula compiled as `compile.py` does, with lines times a factor and other constants."""

    def lookup(name: str) -> Value:
        if name in own.constants:
            return constants.get(name, own.constants[name])
        formula = own.profile.lines[name].formula
        value = own.lines[name] if formula is None else linear(formula, lookup)
        assert isinstance(value, LinearForm)
        return value.times(factors[name]) if name in factors else value

    form = linear(node, lookup)
    assert isinstance(form, LinearForm)
    return form


# --- what two definitions have in common ---------------------------------------------------------------------------


def trimmed(ratio: Ratio, contexts: Sequence[Context]) -> Ratio:
    """The same indicator without the accounts that are zero in all these periods: as good there, and quicker."""

    def form(whole: LinearForm) -> LinearForm:
        return LinearForm({
            (code, lag): coefficient
            for (code, lag), coefficient in whole.coefficients.items()
            if any(ctx.value(code, at) != 0 for ctx in contexts for at in (0, 1, 2))
        })  # fmt: skip

    denominator = form(ratio.denominator) if ratio.denominator is not None else None
    return replace(ratio, numerator=form(ratio.numerator), denominator=denominator)


def signature(ratio: Ratio, contexts: Sequence[Context]) -> object:
    """What a definition comes to on the balances at hand: its terms without those that are zero everywhere."""

    def terms(form: LinearForm | None) -> object:
        return frozenset(
            (code, lag, coefficient)
            for (code, lag), coefficient in (form.coefficients.items() if form else ())
            if coefficient and any(ctx.value(code, lag) != 0 for ctx in contexts)
        )

    return ratio.indicator.kind, ratio.indicator.flow, terms(ratio.numerator), terms(ratio.denominator)
