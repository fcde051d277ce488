"""An indicator as one native formula over Catálogo: the accounts and coefficients stand in the cell itself.

The second path to a value. Indicadores computes its native column by way of Líneas and Definiciones; this one uses
neither: whoever reads the cell sees every account of the definition, and spreadsheet programs recalculate it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from xl_perlas.formula import AVERAGE, PREVIOUS, Call, Name, Node, parts, spreadsheet
from xl_perlas.load import load_catalog
from xl_perlas.model import Bands, Indicator, Kind, Line
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import CATALOGO, LINEAS, Plan, quoted, ref, span

_LINES = f"{quoted(LINEAS)}!"


def direct_formula(plan: Plan, indicator: Indicator, k: int) -> str:
    """`=IF(faltan>0,NA(),SUMPRODUCT(SUMIF(xlp_codigos,{"33","34"},…),{1,1})/SUMIF(…))` for period column `k`."""
    missing = "+".join(_missing(plan, name, lag, k) for name, lag in _lines_used(plan, indicator))
    return f"=IF({missing}>0,NA(),{_value(plan, indicator, k)})"


def _value(plan: Plan, indicator: Indicator, k: int) -> str:
    numerator = _text(plan, indicator.numerator, k)
    if indicator.denominator is None:
        return numerator
    denominator = _text(plan, indicator.denominator, k)
    if indicator.kind is Kind.GROWTH:  # over a base that is not positive nothing grows
        return f"({numerator})/CHOOSE(1+(({denominator})<0),({denominator}),NA())-1"
    factor = f"*{_LINES}{ref(plan.line_column(k), plan.factor_row, fix_row=True)}" if indicator.flow else ""
    return f"({numerator}){factor}/({denominator})"


def _text(plan: Plan, node: Node, k: int, lag: int = 0) -> str:
    """A formula over lines, with each line spelt out; `lag` moves all of it to the base period."""

    def cell(name: str, at: int) -> str:
        if name in plan.profile.parameters:
            return _LINES + ref(plan.line_column(k), plan.effective_row(name), fix_row=True)
        line = plan.profile.lines[name]
        if line.formula is not None:
            return f"({_text(plan, line.formula, k, lag + at)})"
        return _accounts(line, balances_of(plan, k, lag + at))

    return spreadsheet(node, cell)


def balances_of(plan: Plan, k: int, lag: int = 0) -> str:
    """The balances of period `k`, or of the period that it is compared with."""
    if lag:
        return f"INDEX({names.BALANCES},0,{_LINES}{ref(plan.line_column(k), plan.base_column_row, fix_row=True)})"
    at = plan.catalog_column(k)
    first, last = (ref(at, row, fix_row=True) for row in (plan.entity_first_row, plan.data_last_row))
    return f"{quoted(CATALOGO)}!{first}:{last}"


def _accounts(line: Line, balances: str) -> str:
    """The accounts of a line, those of each catalogue where they differ, and the entity's own."""
    texts = [sum_of(line.accounts.items(), balances)] if line.accounts else []
    if line.bands:
        texts += [
            f'({names.CATALOG_IN_USE}="{catalog}")*{arrears_of(line.bands, catalog, balances)}'
            for catalog in ("sbs", "seps")
        ]
    own = f'({names.OWN_LINES}="{line.id}")*SUMIF({names.CODES},{names.OWN_CODES},{balances})*{names.OWN_SIGNS}'
    return f"({'+'.join([*texts, f'SUMPRODUCT({own})'])})"


def arrears_of(bands: Bands, catalog: str, balances: str) -> str:
    """Arrears by age in a catalogue: accounts in a column, the last digits of ages in a row."""
    known = load_catalog(catalog)
    accounts = ";".join(f'"{account}"' for portfolio in bands.portfolios for account in known.portfolios[portfolio])
    ages = ",".join(f'"{suffix}"' for age in bands.ages for suffix in known.ages[age])
    return f"SUMPRODUCT(SUMIF({names.CODES},{{{accounts}}}&{{{ages}}},{balances}))"


def sum_of(accounts: Iterable[tuple[str, Fraction]], balances: str) -> str:
    """Sum of accounts by coefficient; a single account needs no list, and coefficients of one none either."""
    listed = list(accounts)
    codes = ",".join(f'"{code}"' for code, _ in listed)
    if len(listed) == 1:
        ((code, coefficient),) = listed
        factor = "" if coefficient == 1 else f"{float(coefficient):.15g}*"
        return f'{factor}SUMIF({names.CODES},"{code}",{balances})'
    if all(coefficient == 1 for _, coefficient in listed):
        return f"SUMPRODUCT(SUMIF({names.CODES},{{{codes}}},{balances}))"
    weights = ",".join(f"{float(coefficient):.15g}" for _, coefficient in listed)
    return f"SUMPRODUCT(SUMIF({names.CODES},{{{codes}}},{balances}),{{{weights}}})"


def _lines_used(plan: Plan, indicator: Indicator) -> list[tuple[str, int]]:
    """Lines that the indicator's formula names, each with the lags it is read at."""
    found: dict[tuple[str, int], None] = {}
    for node in (indicator.numerator, indicator.denominator):
        if node is not None:
            found.update(dict.fromkeys(_named(node)))
    return [(name, lag) for name, lag in found if name not in plan.profile.parameters]


def _named(node: Node) -> Iterator[tuple[str, int]]:
    inside: set[int] = set()
    for part in parts(node):
        if isinstance(part, Call):
            for inner in parts(part.argument):
                inside.add(id(inner))
                if isinstance(inner, Name):
                    yield from ((inner.name, lag) for lag in {PREVIOUS: (1,), AVERAGE: (0, 1)}[part.function])
        elif isinstance(part, Name) and id(part) not in inside:
            yield part.name, 0


def _missing(plan: Plan, line: str, lag: int, k: int) -> str:
    """How many accounts of a line the chart lacks in a period; 1 where there is no period to compare with."""
    row = plan.line_rows[line]
    if not lag:
        return _LINES + ref(plan.flag_column(k), row)
    flags = span(plan.flag_column(0), row, row, plan.flag_column(plan.capacity - 1))
    base = ref(plan.line_column(k), plan.base_column_row, fix_row=True)
    return f"IFERROR(INDEX({_LINES}{flags},{_LINES}{base}),1)"
