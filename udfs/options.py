"""The argument `opciones` of the cell functions: a text `clave=valor; clave=valor`, or a range of two columns."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xl_perlas.catalogs import AUTO, CATALOGS
from xl_perlas.compile import definitions
from xl_perlas.figures import Unreadable, parse_figure
from xl_perlas.load import load_profile, profile_names, with_own_accounts, with_parameters
from xl_perlas.model import Definitions, OwnAccount, Profile
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE, Period, parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.ranges import error_text, is_blank, rows_of

PROFILE, CATALOG, PERIOD, MODE, OWN = "perfil", "catalogo", "periodo", "modo", "cuentas"
_OWN_ACCOUNT = re.compile(r"(\w+)\s*:\s*([+-])\s*(\d+)")
_HEADERS = ("clave", "opcion", "parametro")
_SERIALS = range(20_000, 80_000)  # Excel's day numbers, October 1954 to January 2119: no year and no amount of months
_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Options:
    """What a cell asks for besides its ranges. `parameters`: (id, value) as given; ratios (0.035 is 3.5 %)."""

    profile: str = "woccu"
    catalog: str = AUTO
    period: Period | None = None
    mode: str = YEAR_TO_DATE
    parameters: tuple[tuple[str, float], ...] = ()
    own: tuple[OwnAccount, ...] = ()

    def loaded(self) -> Profile:
        """The profile with these parameters. Raises PerlasError for a profile that does not exist (D02)."""
        return _profile(self.profile, self.parameters, self.own)

    def definitions(self, catalog: str) -> Definitions:
        """The profile compiled for a catalogue, with these parameters in its formulas."""
        known = load_profile(self.profile).parameters
        constants = tuple(p for p in self.parameters if known[p[0]].in_formulas)
        return definitions(self.profile, catalog, constants, self.own)


@lru_cache(maxsize=64)
def _profile(name: str, parameters: tuple[tuple[str, float], ...], own: tuple[OwnAccount, ...]) -> Profile:
    profile = with_own_accounts(load_profile(name), own)
    return with_parameters(profile, dict(parameters)) if parameters else profile


DEFAULTS = Options()


def parse_options(argument: object) -> Options:
    """Read `opciones`; left out or blank, the defaults. Keys without a value are as if they were not there.

    Raises:
        PerlasError: an unknown key (U25), a value that is none (U26), another shape (U29), an unknown profile (D02).
    """
    rows = rows_of(argument)
    return DEFAULTS if rows is None else _parse(tuple(map(tuple, rows)))


def parse_choices(argument: object, known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Options that are words from a list, for functions that take no balance; the first of each list is the default.

    Raises:
        PerlasError: an unknown key (U25), a word that is not on its list (U26), another shape (U29).
    """
    rows = rows_of(argument)
    given = dict(pairs(tuple(map(tuple, rows)))) if rows else {}
    for key in given:
        if key not in known:
            raise PerlasError(problem("U25", key=key, options=", ".join(known)))
    return {key: _one_of(given, key, choices) for key, choices in known.items()}


def cell_period(cell: object) -> Period | None:
    """The period in a cell: a year, a date, a text such as `2011-6`, or Excel's number of a day; else None."""
    period = parse_period(cell)
    if period is None and not isinstance(cell, bool) and isinstance(cell, int | float | str):
        number = parse_figure(cell)
        if isinstance(number, float) and int(number) in _SERIALS:
            return parse_period(_DAY_ZERO + dt.timedelta(days=int(number)))
    return period


@lru_cache(maxsize=64)
def _parse(rows: tuple[tuple[Any, ...], ...]) -> Options:
    given: dict[str, Any] = {}
    for key, value in pairs(rows):
        if key in given and given[key] != value:
            raise PerlasError(problem("U26", key=key, value=value, why="la clave está dos veces", example=f"{key}=…"))
        given[key] = value
    profile = str(given.pop(PROFILE, DEFAULTS.profile)).strip().lower()
    catalog = _one_of(given, CATALOG, (AUTO, *CATALOGS))
    mode = _one_of(given, MODE, (YEAR_TO_DATE, TWELVE_MONTHS))
    period = None
    if PERIOD in given:
        value = given.pop(PERIOD)
        period = cell_period(value)
        if period is None:
            raise _bad(PERIOD, value, "no es un año ni una fecha", "periodo=2011 o periodo=2011-6")
    own = _own_accounts(given.pop(OWN, ""))
    known = load_profile(profile).parameters
    for key in given:
        if key not in known:
            options = ", ".join((PROFILE, CATALOG, PERIOD, MODE, OWN, *known))
            raise PerlasError(problem("U25", key=key, options=options))
    parameters = tuple((key, number_option(key, value, unit=known[key].unit)) for key, value in given.items())
    return Options(profile, catalog, period, mode, parameters, own)


def _own_accounts(value: object) -> tuple[OwnAccount, ...]:
    """`ingresos_prestamos:+540110, depositos:-2105`."""
    found = []
    for item in filter(None, (part.strip() for part in str(value).split(","))):
        match = _OWN_ACCOUNT.fullmatch(item)
        if not match:
            raise _bad(OWN, value, f"no se entiende «{item[:30]}»", f"{OWN}=ingresos_prestamos:+540110")
        found.append(OwnAccount(match[1], match[3], 1 if match[2] == "+" else -1))
    return tuple(found)


def pairs(rows: tuple[tuple[Any, ...], ...]) -> list[tuple[str, Any]]:
    """(key, value) of every option that has a value."""
    width = len(rows[0])
    if width > 2:
        raise PerlasError(problem("U29"))
    if width == 2:
        pairs = [(key, value) for key, value in rows if not is_blank(key)]
        if pairs and _fold(pairs[0][0]) in _HEADERS:
            del pairs[0]
    else:
        texts = [part for (cell,) in rows if not is_blank(cell) for part in str(cell).replace("\n", ";").split(";")]
        split = [text.partition("=") for text in texts if text.strip()]
        if any(not sign or "=" in value for _, sign, value in split):
            raise PerlasError(problem("U29"))
        pairs = [(key, value.strip()) for key, _, value in split]
    return [(_fold(key), value) for key, value in pairs if not is_blank(value)]


def _fold(key: object) -> str:
    """`Catálogo ` -> `catalogo`."""
    text = unicodedata.normalize("NFKD", str(key).strip().lower())
    return "".join(c for c in text if not unicodedata.combining(c)).replace(" ", "_")


def _one_of(given: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = given.pop(key, choices[0])
    text = _fold(value)
    if text not in choices:
        raise _bad(key, value, "no es una de las posibles", " o ".join(f"{key}={c}" for c in choices))
    return text


def number_option(key: str, value: object, example: str = "", unit: str = "") -> float:
    """The figure that an option has: `3,5%` and `0,035` are the same. `example`: what an error shows how to write.

    Raises:
        PerlasError: no figure; or where `unit` is `%`, one that without its sign is over 100 % (U26).
    """
    example = example or f"{key}=3,5% o {key}=0,035"
    text = value.strip() if isinstance(value, str) else value
    percent = isinstance(text, str) and text.endswith("%")
    number = parse_figure(text[:-1] if isinstance(text, str) and percent else text)
    if error_text(value) or not isinstance(number, float):
        why = "no es un número"
        if isinstance(number, Unreadable) and number.suggestion:
            why = f"puede ser {number.suggestion}"
        raise _bad(key, value, why, example)
    if unit == "%" and not percent and abs(number) > 1:
        raise _bad(key, value, "sin el signo % sería más de 100 %", f"{key}={text}% o {key}=0,035")
    return number / 100 if percent else number


def _bad(key: str, value: object, why: str, example: str) -> PerlasError:
    return PerlasError(problem("U26", key=key, value=str(value)[:40], why=why, example=example))


def profile_list() -> str:
    """Names of the profiles that `perfil=` takes."""
    return ", ".join(profile_names())
