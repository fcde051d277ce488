"""What is doubtful in a balance, and what a correction would do to the indicators.

Which rules have a correction that can be imagined, and which; the others leave the effect open, and say so:

    C01  the total takes the sum of its sub-accounts, unless something else that holds would then break: the fault is
         then in a sub-account, and which one is not known
    C03  expense is what makes 5 − 4 the result that the balance carries in 3603 and 3604
    C05  a contra account that is positive becomes negative, in all periods at once
    C11  the other catalogue
    C14  the two periods change places
    C02, C04, C06 to C09, C12, C13, B…  none: there is more than one correction, or nothing to correct
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xl_perlas.balance import Balance
from xl_perlas.catalogs import CATALOGS
from xl_perlas.findings.finding import Finding, users, weighed
from xl_perlas.findings.whatif import Changes, affected, corrected, evaluated, listed, standing
from xl_perlas.identities import check
from xl_perlas.periods import comparisons
from xl_perlas.problems import ERROR, INFO, Problem, money, problem
from xl_perlas.report import Report, calculate
from xl_perlas.score import EXCLUDE

#: At most this many totals are corrected and evaluated, those with the largest differences: more is not a slip.
MOST_CORRECTED = 60

#: At most this many indicators are named.
_NAMED = 12

#: Identity of a break within a balance: rule, accounts, period.
_Break = tuple[str, tuple[str, ...], str]


@dataclass(frozen=True)
class _Case:
    """A problem and its correction: the balance as it would be, the breaks that go away and those that appear."""

    problem: Problem
    balance: Balance
    positions: tuple[int, ...]
    fixed: frozenset[_Break]
    created: frozenset[_Break]


def balance_findings(
    report: Report, weights: Mapping[str, float] | None = None, policy: str = EXCLUDE
) -> list[Finding]:
    """Every doubt about the balance and its catalogue, each with the problems that it explains folded into it."""
    problems = _merged([p for p in report.problems if p.severity != INFO])
    cases = _cases(report, problems)
    folded = _folded(cases, problems)
    hidden = {one for others in folded.values() for one in others}
    return [
        _finding(report, one, cases.get(one), folded.get(one, ()), weights, policy)
        for one in problems
        if one not in hidden
    ]


# --- problems that are one --------------------------------------------------------------------------------------------


def _merged(problems: Sequence[Problem]) -> list[Problem]:
    """A contra account that is positive in several periods is one doubt: its sign is a habit, not a slip."""
    found: list[Problem] = []
    signs: dict[tuple[str, ...], list[Problem]] = {}
    for one in dict.fromkeys(problems):
        if one.code == "C05":
            signs.setdefault(one.accounts, []).append(one)
        else:
            found.append(one)
    return [*found, *(_same_sign(group) for group in signs.values())]


def _same_sign(group: Sequence[Problem]) -> Problem:
    if len(group) == 1:
        return group[0]
    (code,) = group[0].accounts
    name = group[0].cause.partition("«")[2].partition("»")[0]
    given = listed(money(one.amount or 0.0) for one in group)
    return problem(
        "C05", accounts=(code,), period=listed(one.period for one in group), amount=group[-1].amount, code=code,
        name=name, given=given,
    )  # fmt: skip


def _key(one: Problem) -> _Break:
    return one.code, one.accounts, one.period


def _folded(cases: Mapping[Problem, _Case], problems: Sequence[Problem]) -> dict[Problem, tuple[Problem, ...]]:
    """Which problems each explains: those that its correction takes away, and the same change in an account above."""
    by_key = {_key(one): one for one in problems}
    found: dict[Problem, tuple[Problem, ...]] = {}
    taken: set[Problem] = set()
    sound = [case for case in cases.values() if case.problem.code == "C05" or not case.created]
    for case in sorted(sound, key=lambda c: -len(c.fixed)):
        others = [by_key[key] for key in sorted(case.fixed) if key in by_key and by_key[key] != case.problem]
        own = [one for one in others if one not in taken and one not in found]
        if own and case.problem not in taken:
            found[case.problem] = tuple(own)
            taken.update(own)
    return found | _same_jumps(problems)


def _same_jumps(problems: Sequence[Problem]) -> dict[Problem, tuple[Problem, ...]]:
    """A jump of a sub-account is also one of its total: it is told once, where it comes from."""
    jumps = sorted((p for p in problems if p.code == "C07"), key=lambda p: -len(p.accounts[0]))
    found: dict[Problem, list[Problem]] = {}
    taken: set[Problem] = set()
    for one in jumps:
        above = [
            other for other in jumps
            if other not in taken and other.period == one.period and other.accounts != one.accounts
            and one.accounts[0].startswith(other.accounts[0]) and other.amount == one.amount
        ]  # fmt: skip
        if above and one not in taken:
            found[one] = above
            taken.update(above)
    return {one: tuple(others) for one, others in found.items()}


# --- corrections ------------------------------------------------------------------------------------------------------


def _cases(report: Report, problems: Sequence[Problem]) -> dict[Problem, _Case]:
    totals = sorted((p for p in problems if p.code == "C01"), key=lambda p: -abs(p.amount or 0.0))[:MOST_CORRECTED]
    chosen = {*totals, *(p for p in problems if p.code != "C01" and p.code in _CORRECTIONS)}
    return {p: case for p in problems if p in chosen and (case := _CORRECTIONS[p.code](report, p))}


def _changed(report: Report, one: Problem, changes: Changes) -> _Case:
    balance, at = corrected(report.balance, changes), sorted({position for _, position in changes})
    return _case(report, one, balance, at)


def _case(report: Report, one: Problem, balance: Balance, at: Sequence[int]) -> _Case:
    before = {_key(p) for p in report.problems if p.severity == ERROR and p.period in {report.periods[i] for i in at}}
    after = {key for i in at for key in _breaks(report, balance, i)}
    return _Case(one, balance, tuple(affected(report, at)), frozenset(before - after), frozenset(after - before))


def _breaks(report: Report, balance: Balance, position: int) -> Iterable[_Break]:
    """The identities that one period of a balance breaks."""
    alone = replace(
        balance, periods=(balance.periods[position],), values=(balance.values[position],), problems=()
    )
    return [_key(p) for p in check(alone, report.choice.catalog) if p.severity == ERROR]


def _sum_of_children(report: Report, one: Problem) -> _Case:
    """C01: the total as its sub-accounts add up to."""
    at = one.accounts[0], report.balance.position(one.period)
    return _changed(report, one, {at: _figure(report, report.balance, one) - (one.amount or 0.0)})


def _booked_result(report: Report, one: Problem) -> _Case:
    """C03: expense as the result that the balance carries needs it. Only 5 − 4 matters: income would do as well."""
    at = one.accounts[1], report.balance.position(one.period)
    return _changed(report, one, {at: _figure(report, report.balance, one, 1) + (one.amount or 0.0)})


def _figure(report: Report, balance: Balance, one: Problem, account: int = 0) -> float:
    """The balance of an account that a problem names."""
    return balance.values[report.balance.position(one.period)][balance.chart.row[one.accounts[account]]] or 0.0


def _other_sign(report: Report, one: Problem) -> _Case:
    """C05: the account negative wherever it is positive."""
    (code,), row = one.accounts, report.balance.chart.row[one.accounts[0]]
    columns = enumerate(report.balance.values)
    return _changed(report, one, {(code, i): -value for i, column in columns if (value := column[row]) and value > 0})


def _other_place(report: Report, one: Problem) -> _Case | None:
    """C14: the period and the one that is compared with it change places."""
    first = report.balance.position(one.period)
    later = [i for i, c in enumerate(comparisons(report.balance.periods)) if c.base == first]
    annual = [i for i in later if report.balance.periods[i].month == 12]
    if not annual:
        return None
    values = list(report.balance.values)
    values[first], values[annual[0]] = values[annual[0]], values[first]
    return _case(report, one, replace(report.balance, values=tuple(values)), sorted((first, annual[0])))


_CORRECTIONS: Mapping[str, Callable[[Report, Problem], _Case | None]] = {
    "C01": _sum_of_children,
    "C03": _booked_result,
    "C05": _other_sign,
    "C14": _other_place,
}


# --- findings ---------------------------------------------------------------------------------------------------------


def _finding(
    report: Report, one: Problem, case: _Case | None, folded: tuple[Problem, ...],
    weights: Mapping[str, float] | None, policy: str,
) -> Finding:  # fmt: skip
    if one.code == "C11":
        return _other_catalog(report, one, weights, policy)
    if case is None:
        touched = users(report, one.accounts)
        return Finding(one, (), _unmoved(weights), _open(report, one, touched), touched, None, folded)
    if one.code == "C01" and case.created:
        return _inside(report, one, case, folded, weights)
    before, after = standing(report, case.positions), evaluated(report, case.balance, case.positions)
    effects, found = weighed(report, before, after, case.positions, weights, policy)
    touched = tuple(dict.fromkeys(effect.indicator for effect in effects))
    reading = _supposing(report, one, case, bool(effects))
    return Finding(one, effects, found, reading, touched, None, folded)


def _unmoved(weights: Mapping[str, float] | None) -> tuple[()] | None:
    return None if weights is None else ()


def _supposing(report: Report, one: Problem, case: _Case, matters: bool) -> str:
    """What an effect supposes, or that there is none."""
    code = one.accounts[0]
    if one.code == "C01":
        text = f"Si la cuenta {code} es la suma de sus subcuentas, {money(_figure(report, case.balance, one))}"
    elif one.code == "C03":
        text = "Si vale el resultado que lleva el balance"
    elif one.code == "C05":
        text = f"Con el signo negativo en {code}"
        if case.created:
            text = f"Los totales del balance suman la cuenta tal como está. {text}"
    else:
        text = "Con los periodos en el otro orden"
    return f"{text}:" if matters else f"{text}, ningún indicador cambia."


def _inside(
    report: Report, one: Problem, case: _Case, folded: tuple[Problem, ...], weights: Mapping[str, float] | None
) -> Finding:
    """A total that the rest of the balance bears out: the fault is under it."""
    (code,) = one.accounts
    holders = listed(_holder(rule, accounts[0]) for rule, accounts, _ in sorted(case.created))
    plural = "n" if len(case.created) > 1 else ""
    below = [report.balance.chart.codes[row] for row in report.balance.chart.descendants(code)]
    touched = users(report, below)
    text = (
        f"{holders[:1].upper()}{holders[1:]} sí cuadra{plural} con {money(_figure(report, report.balance, one))}: "
        f"lo que falla está en las subcuentas de {code}. "
        + (_used(touched, "esas subcuentas") if touched else "Ningún indicador las usa, así que ningún valor cambia.")
    )
    return Finding(one, (), _unmoved(weights), text, touched, None, folded)


def _holder(rule: str, account: str) -> str:
    """What holds as the balance stands, in words."""
    words = {"C02": "la igualdad de activo con pasivo y patrimonio", "C03": "el resultado del ejercicio"}
    return words.get(rule, f"la cuenta {account}")


def _open(report: Report, one: Problem, touched: tuple[str, ...]) -> str:
    """Why no effect is told, and which indicators it may reach."""
    if one.code == "C01":
        text = f"Hay más de {MOST_CORRECTED} totales que no cuadran: solo se estima el efecto de los mayores."
    elif one.code[0] == "C" and one.accounts:
        text = "No hay una corrección única, así que no se estima un efecto."
    else:
        return ""
    if touched:
        return f"{text} {_used(touched, listed(one.accounts))}"
    return f"{text} Ningún indicador usa {'esas cuentas' if len(one.accounts) > 1 else 'esa cuenta'} directamente."


def _used(touched: Sequence[str], what: str) -> str:
    rest = [f"{len(touched) - _NAMED} más"] if len(touched) > _NAMED else []
    return f"Usan {what}: {listed([*touched[:_NAMED], *rest])}."


def _other_catalog(
    report: Report, one: Problem, weights: Mapping[str, float] | None, policy: str
) -> Finding:
    """C11: every indicator with the catalogue that was not chosen."""
    (other,) = (name for name in CATALOGS if name != report.choice.catalog.id)
    positions = range(len(report.periods))
    read_so = calculate(report.balance, report.profile, other, report.mode)
    before, after = standing(report, positions), (read_so.results, read_so.verdicts)
    effects, found = weighed(report, before, after, positions, weights, policy)
    touched = tuple(dict.fromkeys(effect.indicator for effect in effects))
    text = f"Con el catálogo {other}:" if effects else f"Con el catálogo {other} los indicadores son los mismos."
    return Finding(one, effects, found, text, touched)
