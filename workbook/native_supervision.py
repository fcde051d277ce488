"""The ratios of supervision as native formulas over Catálogo: the accounts and coefficients stand in the cell itself.

A period has its own catalogue and its own form (before or after the year is closed): where a line is not the same in
all of them, CHOOSE takes the one that the helper cells of the period tell. Averages are those of the helper rows.
"""

from __future__ import annotations

from xl_perlas.catalogs import CATALOGS
from xl_perlas.formula import Binary, Call, Name, Node, spreadsheet
from xl_perlas.model import Line
from xl_perlas.supervision import Average
from xl_perlas.supervision_load import all_ratios, load_supervision, supervision_definitions
from xl_perlas.workbook import names
from xl_perlas.workbook.native_values import arrears_of, balances_of, sum_of
from xl_perlas.workbook.plan import HEADER_ROW, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_supervision import (
    CATALOG_ROW,
    Block,
    Helper,
    average_rows,
    block_column,
    catalogs_of,
    helper_cell,
    native_cell,
)

_LINES = f"{quoted(LINEAS)}!"
_RESULTS = ("4", "5")  # accounts of expenses and income, by how they begin


def ratio_formula(plan: Plan, key: str, row: int, k: int) -> str:
    """`=IF(faltan>0,NA(),SUMPRODUCT(…)*factor/SUMIF(…))` for the ratio `key` in period column `k`."""
    indicator, lines = all_ratios()[key], _Lines(plan, catalogs_of(key), k)
    factor = f"*{_lines_cell(plan, plan.factor_row, k)}" if indicator.flow else ""
    denominator = "" if indicator.denominator is None else f"/{_grouped(lines, indicator.denominator)}"
    numerator = _grouped(lines, indicator.numerator)
    return f"=IF({_blocked(plan, key, row, k)}>0,NA(),{numerator}{factor}{denominator})"


def _grouped(lines: _Lines, node: Node) -> str:
    text = lines.text(node)
    return f"({text})" if isinstance(node, Binary) else text


def _blocked(plan: Plan, key: str, row: int, k: int) -> str:
    """More than zero where there is no value: accounts missing, none in this catalogue, or 4 and 5 emptied."""
    reasons = [ref(block_column(plan, Block.MISSING, k), row)]
    catalogs = catalogs_of(key)
    if len(catalogs) < len(CATALOGS):
        reasons.append(f'({native_cell(plan, CATALOG_ROW, k)}<>"{catalogs[0]}")')
    if _needs_results(key):
        reasons.append(helper_cell(plan, Helper.EMPTIED, k))
    return "+".join(reasons)


def _needs_results(key: str) -> bool:
    """Whether income or expenses count in a ratio even when the year is closed."""
    ratios = [supervision_definitions(name, closed=True).ratios[key] for name in catalogs_of(key)]
    forms = [form for ratio in ratios for form in (ratio.numerator, ratio.denominator) if form]
    return any(code[0] in _RESULTS for form in forms for code, _, coefficient in form.terms if coefficient)


def balance_formula(plan: Plan, line: str, row: int, k: int) -> str:
    """The balance of an averaged line in period column `k`."""
    missing = ref(block_column(plan, Block.MISSING, k), row)
    return f"=IF({missing}>0,NA(),{_Lines(plan, CATALOGS, k).text(Name(line))})"


def average_formula(plan: Plan, row: int, k: int) -> str:
    """The average of the balances in `row`: with last December, or of every month from it to the period."""
    first, last = (block_column(plan, Block.NATIVE, i) for i in (0, plan.capacity - 1))
    balances, keys = span(first, row, row, last), month_keys(plan)
    base, until = _lines_cell(plan, plan.base_key_row, k), _lines_cell(plan, plan.key_row, k)
    complete = f"{helper_cell(plan, Helper.MONTHS, k)}={_lines_cell(plan, plan.month_row, k)}+1"
    months = f"CHOOSE(1+({complete}),NA(),{helper_cell(plan, Helper.MONTHS, k)})"
    monthly = f'SUMIFS({balances},{keys},">="&{base},{keys},"<="&{until})/{months}'
    december = f"IFERROR(INDEX({balances},{_lines_cell(plan, plan.base_column_row, k)}),NA())"
    ends = f"AVERAGE({ref(block_column(plan, Block.NATIVE, k), row)},{december})"
    return f'=IF({head(plan, k)}="",NA(),CHOOSE(1+({names.AVERAGE}="{Average.MONTHLY}"),{ends},{monthly}))'


def head(plan: Plan, k: int) -> str:
    """Heading of period column `k`; empty where there is no period."""
    return native_cell(plan, HEADER_ROW, k)


def month_keys(plan: Plan) -> str:
    """The keys (year × 100 + month) of every period."""
    return f"{_LINES}{span(plan.line_column(0), plan.key_row, plan.key_row, plan.line_column(plan.capacity - 1))}"


def in_year(plan: Plan, k: int) -> str:
    """For SUMPRODUCT: 1 for each period from last December to that of column `k`."""
    keys = month_keys(plan)
    return f"({keys}>={_lines_cell(plan, plan.base_key_row, k)})*({keys}<={_lines_cell(plan, plan.key_row, k)})"


def _lines_cell(plan: Plan, row: int, k: int) -> str:
    return _LINES + ref(plan.line_column(k), row, fix_row=True)


class _Lines:
    """Lines spelt out in one period column, for the catalogues that a ratio has."""

    def __init__(self, plan: Plan, catalogs: tuple[str, ...], k: int):
        self._plan, self._catalogs, self._k = plan, catalogs, k
        self._balances = balances_of(plan, k)

    def text(self, node: Node) -> str:
        """A formula over lines; an average is the cell of its helper row."""
        if isinstance(node, Call):
            if not isinstance(node.argument, Name):
                raise ValueError("promedio() de una fórmula: dele un nombre a la línea")
            return native_cell(self._plan, average_rows()[node.argument.name][1], self._k)
        return spreadsheet(node, lambda name, _: self._line(name))

    def _line(self, name: str) -> str:
        """A line: one text, or one for each catalogue that has another."""
        texts = [self._form(name, catalog) for catalog in self._catalogs]
        if len(set(texts)) == 1:
            return texts[0]
        chosen = f'1+({native_cell(self._plan, CATALOG_ROW, self._k)}="{self._catalogs[1]}")'
        return f"CHOOSE({chosen},{','.join(texts)})"

    def _form(self, name: str, catalog: str) -> str:
        """A line in one catalogue: one text, or another once the year is closed."""
        loaded = load_supervision(catalog)
        texts = [self._definition(p.lines[name], catalog) for p in (loaded.profile, loaded.closed)]
        if texts[0] == texts[1]:
            return texts[0]
        return f"CHOOSE(1+{helper_cell(self._plan, Helper.CLOSED, self._k)},{','.join(texts)})"

    def _definition(self, line: Line, catalog: str) -> str:
        if line.formula is not None:
            return f"({self.text(line.formula)})"
        parts = [sum_of(line.accounts.items(), self._balances)] if line.accounts else []
        if line.bands:
            parts.append(arrears_of(line.bands, catalog, self._balances))
        plain = len(parts) == 1 and parts[0].startswith("SUM")
        return parts[0] if plain else f"({'+'.join(parts)})"
