"""Definitions to numbers: every line and indicator reduced to linear forms over account codes, once."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from xl_perlas.formula import FormulaError, LinearForm, Node, Value, linear
from xl_perlas.load import load_catalog, load_profile, with_own_accounts, with_parameters
from xl_perlas.model import Catalog, Definitions, Line, OwnAccount, Profile, Ratio
from xl_perlas.problems import PerlasError, problem
from xl_perlas.words import formula_words


def compile_profile(profile: Profile, catalog: Catalog) -> Definitions:
    """Reduce every line and indicator of `profile` to linear forms over the accounts of `catalog`.

    Raises:
        PerlasError: a formula that is not linear, or that goes round in circles (D01).
    """
    constants = {
        p.id: Fraction(repr(p.value)) for p in profile.parameters.values() if p.in_formulas and p.value is not None
    }
    forms: dict[str, LinearForm] = {}
    open_lines: list[str] = []

    def lookup(name: str) -> Value:
        return constants[name] if name in constants else line_form(name)

    def line_form(name: str) -> LinearForm:
        if name not in forms:
            if name in open_lines:
                raise FormulaError(f"definición circular: {' → '.join([*open_lines, name])}")
            open_lines.append(name)
            forms[name] = _compile_line(profile.lines[name], catalog, lookup)
            open_lines.pop()
        return forms[name]

    try:
        ratios = {
            key: Ratio(
                indicator,
                _form(indicator.numerator, lookup),
                _form(indicator.denominator, lookup) if indicator.denominator else None,
                formula_words(profile, indicator.denominator) if indicator.denominator else "",
            )
            for key, indicator in profile.indicators.items()
        }
        lines = {name: line_form(name) for name in profile.lines}
    except FormulaError as error:
        raise PerlasError(problem("D01", where=f"perfil {profile.id}", detail=str(error))) from None
    return Definitions(profile, catalog, lines, ratios, constants)


def _form(node: Node, lookup: Callable[[str], Value]) -> LinearForm:
    form = linear(node, lookup)
    if not isinstance(form, LinearForm):
        raise FormulaError("la fórmula no usa ninguna línea")
    return form


def _compile_line(line: Line, catalog: Catalog, lookup: Callable[[str], Value]) -> LinearForm:
    if line.formula is not None:
        return _form(line.formula, lookup)
    accounts = dict(line.accounts)  # with bands: what an entity adds to them or takes from them
    if line.bands:
        for portfolio in line.bands.portfolios:
            for account in catalog.portfolios[portfolio]:
                for age in line.bands.ages:
                    for code in (account + suffix for suffix in catalog.ages[age]):
                        accounts[code] = accounts.get(code, Fraction(0)) + 1
    return LinearForm({(code, 0): c for code, c in accounts.items()})


@lru_cache(maxsize=64)
def definitions(
    profile: str = "woccu",
    catalog: str = "seps",
    constants: tuple[tuple[str, float], ...] = (),
    own: tuple[OwnAccount, ...] = (),
) -> Definitions:
    """A bundled profile compiled for a catalogue, with other parameters in its formulas and own accounts. Cached."""
    loaded = with_own_accounts(load_profile(profile), own)
    if constants:
        loaded = with_parameters(loaded, dict(constants))
    return compile_profile(loaded, load_catalog(catalog))
