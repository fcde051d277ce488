"""Which catalogue of accounts a balance uses, from the codes that occur."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xl_perlas.balance import Balance
from xl_perlas.chart import ENTITY_DATA_NAMES
from xl_perlas.load import load_catalog
from xl_perlas.model import Catalog
from xl_perlas.problems import PerlasError, Problem, problem

AUTO = "auto"
CATALOGS = ("sbs", "seps")

#: From this year on supervised cooperatives report with the catalogue of the SEPS.
SEPS_SINCE = 2013


#: The age of arrears that the last two digits of a sub-account of the portfolio tell.
_AGES = {
    "05": "1 a 30 días", "10": "31 a 90 días", "15": "91 a 180 días", "20": "181 a 360 días",
    "25": "más de 360 días", "30": "más de 720 días",
}  # fmt: skip


def account_name(code: str, catalog: Catalog) -> str:
    """Name of an account, or of one of the entity's data, in a catalogue; nothing when it has none."""
    if code in ENTITY_DATA_NAMES:
        return ENTITY_DATA_NAMES[code]
    if code in catalog.accounts:
        return catalog.accounts[code]
    parent, age = catalog.accounts.get(code[:4], ""), _AGES.get(code[4:])
    return f"{parent}, {age}" if age and code.startswith("14") else parent


@dataclass(frozen=True, slots=True)
class Choice:
    """A catalogue, and why it was chosen: shown wherever results are."""

    catalog: Catalog
    reason: str
    certain: bool = True

    @property
    def problem(self) -> Problem:
        """The statement of the choice, as a note or (when uncertain) a warning."""
        return problem("C10" if self.certain else "C11", catalog=self.catalog.id, reason=self.reason)


def choose(name: str, codes: Iterable[str], years: Iterable[int] = ()) -> Choice:
    """The catalogue called `name`, or for `auto` the one that `codes` show; `years` decide where codes cannot.

    Raises:
        PerlasError: a name that is none (D02).
    """
    if name != AUTO:
        if name not in CATALOGS:
            raise PerlasError(
                problem("D02", kind="el catálogo", name=f"«{name}»", options="auto, " + ", ".join(CATALOGS))
            )
        return Choice(load_catalog(name), "elegido por el usuario")
    return _detect(list(codes), list(years))


def choose_for(balance: Balance, name: str = AUTO) -> Choice:
    """`choose` for a balance."""
    return choose(name, balance.chart.codes, [p.year for p in balance.periods])


def _detect(codes: list[str], years: list[int]) -> Choice:
    sbs, seps = load_catalog("sbs"), load_catalog("seps")
    accounts = sorted({code[:4] for code in codes if code.startswith("14") and len(code) >= 4} - {"1499"})
    only_seps = [a for a in accounts if a in seps.exclusive]
    if only_seps:
        return Choice(seps, f"el balance trae cuentas que solo tiene ese catálogo ({_some(only_seps)})")
    arrears = [a for a in accounts if a in sbs.portfolios["no_devenga"] + sbs.portfolios["vencida"]]
    plain = [a for a in arrears if a in ("1411", "1412", "1413", "1414", "1421", "1422", "1423", "1424")]
    if plain:
        return Choice(sbs, f"la cartera en mora está en {_some(plain)} y no hay cuentas propias del catálogo seps")
    if years:
        chosen = seps if min(years) >= SEPS_SINCE else sbs
        word = "desde" if chosen is seps else "antes de"
        return Choice(chosen, f"las cuentas no lo deciden; los periodos son {word} {SEPS_SINCE}", certain=False)
    return Choice(seps, "las cuentas no lo deciden; se usa el vigente", certain=False)


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:4]) + ("…" if len(codes) > 4 else "")
