"""Horizontal and vertical analysis of one item in one period. Every sum and quotient is the engine's own."""

from __future__ import annotations

from fractions import Fraction

from xl_perlas.analysis.model import Change, Figure, Item, Share, State
from xl_perlas.evaluate import Context, evaluate_ratio, note
from xl_perlas.formula import LinearForm, Number
from xl_perlas.model import Goal, Indicator, Kind, Ratio, Source, Status
from xl_perlas.problems import money

_NOTHING = Number(Fraction(0))


def _shape(kind: Kind) -> Indicator:
    """An indicator without words: the engine asks only for its kind."""
    return Indicator("", "", kind, _NOTHING, "", None, "", "", "", Goal(""), "", "", Source("", "", ""))


_AMOUNT, _RATIO, _GROWTH = _shape(Kind.AMOUNT), _shape(Kind.RATIO), _shape(Kind.GROWTH)


def amount(form: LinearForm, ctx: Context) -> Figure:
    """Value of a form in a period, in the currency of the balance."""
    return Figure.of(evaluate_ratio(Ratio(_AMOUNT, form, None), ctx))


def change(item: Item, ctx: Context, incomparable: str = "") -> Change:
    """Horizontal analysis of an item: the figure before, the figure now, and both ways to compare them.

    Relative change has no value from zero, from zero to zero, without a previous period, where a figure is missing, and
    from a negative figure to a positive one; between two negative figures (contra accounts, losses) it is the growth
    of their size. `incomparable`: why the two figures are not of the same account.
    """
    current = amount(item.form, ctx)
    if ctx.base.column is None:
        none = Figure(None, State.NO_BASE, note("F03", base=ctx.base.label, period=ctx.now.label))
        return Change(ctx.now.label, ctx.base.label, none, current, none, none)
    previous = amount(item.earlier, ctx)
    if incomparable:
        none = Figure(None, State.NOT_APPLICABLE, incomparable)
        return Change(ctx.now.label, ctx.base.label, previous, current, none, none)
    absolute = amount(item.difference, ctx)
    return Change(ctx.now.label, ctx.base.label, previous, current, absolute, _relative(item, ctx, previous, current))


def _relative(item: Item, ctx: Context, previous: Figure, current: Figure) -> Figure:
    before, now = previous.value, current.value
    if before is None or now is None:
        notes = dict.fromkeys(figure.note for figure in (previous, current) if figure.value is None)
        return Figure(None, State.NO_DATA, " ".join(notes))
    if before == 0:
        if now == 0:
            return Figure(None, State.ZERO_TO_ZERO, note("F02", base=ctx.base.label, period=ctx.now.label))
        return Figure(None, State.FROM_ZERO, note("F01", given=money(now)))
    if before > 0:
        return Figure.of(evaluate_ratio(Ratio(_GROWTH, item.form, item.earlier), ctx))
    if now > 0:
        return Figure(None, State.NOT_APPLICABLE, note("F04", before=money(before), given=money(now)))
    grown = evaluate_ratio(Ratio(_GROWTH, *item.negated), ctx)
    return Figure(grown.value, State(str(grown.status)), " ".join(filter(None, (note("F05"), grown.note))))


def share(item: Item, whole: Item | None, reason: str, ctx: Context) -> Share:
    """Vertical analysis of an item: its amount, and what part of `whole` it is.

    No share where the whole is zero or missing, and of an account that is part of no whole (`reason` says why).
    """
    own = amount(item.form, ctx)
    if whole is None:
        none = Figure(None, State.NOT_APPLICABLE, note("F07", account=item.id, reason=reason))
        return Share(ctx.now.label, own, none)
    found = evaluate_ratio(Ratio(_RATIO, item.form, whole.form, whole.name), ctx)
    if found.status is Status.ZERO_DENOMINATOR:
        text = note("F06", whole=whole.name.lower(), period=ctx.now.label)
        return Share(ctx.now.label, own, Figure(None, State.ZERO_DENOMINATOR, text))
    return Share(ctx.now.label, own, Figure.of(found))
