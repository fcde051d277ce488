"""Compare two versions of a workbook: what changed in its inputs, and what each change moved.

Both are computed again from what was typed in them, by this program; results stored in the files are not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.workbook.compare.change import Change, Side
from xl_perlas.workbook.compare.inputs import find_changes
from xl_perlas.workbook.compare.mixture import Mixture
from xl_perlas.workbook.compare.movements import Movement, Part, Turn, grade_turns, value_movements, verdict_turns
from xl_perlas.workbook.compare.players import Players
from xl_perlas.workbook.compare.totals import score_movements, score_of, total_movements
from xl_perlas.workbook.compare.versions import Version, common_periods, read_version

#: How contributions are shared out, as it is told beside them.
METHOD = (
    "El aporte de cada cambio es su valor de Shapley, el promedio sobre todos los órdenes en que pudieron hacerse; con "
    "más de 8 cambios, el promedio de un orden y su inverso. Los aportes suman el movimiento completo."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Score, rating and CAMEL total of one period in both versions; None where there is none."""

    period: str
    score: tuple[float | None, float | None]
    rating: tuple[str | None, str | None]
    camel: tuple[float | None, float | None]

    @property
    def moved(self) -> bool:
        """Whether any of them is another."""
        return any(one[0] != one[1] for one in (self.score, self.rating, self.camel))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two versions `a` and `b` of a workbook, what differs in their inputs, and what that moved.

    `standings` has every period that both hold; `total` is how many changes there are, of which `only` leaves some.
    """

    a: Version
    b: Version
    changes: tuple[Change, ...]
    movements: tuple[Movement, ...]
    turns: tuple[Turn, ...]
    standings: tuple[Standing, ...]
    total: int

    @property
    def equal(self) -> bool:
        """Whether nothing differs in the inputs."""
        return self.total == 0

    @cached_property
    def periods(self) -> list[Period]:
        """Periods that both versions hold, in order of time."""
        return common_periods(self.a, self.b)

    def only(self, period: str = "", indicator: str = "") -> Comparison:
        """What moved in one period, or one indicator alone, and the changes that took part in it.

        Raises:
            PerlasError: neither version has the indicator (U02), or not both the period (U03).
        """
        found = [problem for problem in (self._unknown(indicator), self._outside(period)) if problem]
        if found:
            raise PerlasError(found)
        if not (period or indicator):
            return self
        label = next((p.label for p in self.periods if _same(p, period)), "")

        def wanted(one: Movement | Turn) -> bool:
            return (not period or one.period == label) and (not indicator or one.key == indicator)

        movements = tuple(one for one in self.movements if wanted(one))
        turns = tuple(one for one in self.turns if wanted(one))
        parts = [part.changes for one in movements for part in one.parts] + [one.changes for one in turns]
        involved = {one.id for changes in parts for one in changes}
        standings = tuple(one for one in self.standings if not period or one.period == label)
        changes = tuple(one for one in self.changes if one.id in involved)
        return replace(self, changes=changes, movements=movements, turns=turns, standings=standings)

    def _unknown(self, indicator: str) -> Problem | None:
        known = [*self.a.report.profile.indicators, *self.b.report.profile.indicators, *self.b.camel.method.indicators]
        if not indicator or indicator in known:
            return None
        options = ", ".join(dict.fromkeys(known))
        return problem("U02", profile=self.b.report.profile.id, indicator=indicator, options=options)

    def _outside(self, period: str) -> Problem | None:
        if not period or any(_same(p, period) for p in self.periods):
            return None
        return problem("U03", wanted=period, options=", ".join(p.label for p in self.periods) or "ninguno en común")

    def to_json(self) -> dict[str, Any]:
        """The comparison as other programs read it; keys never change. A value is null where there is none."""
        return {
            "version": __version__,
            "a": _version_json(self.a),
            "b": _version_json(self.b),
            "periodos": [p.label for p in self.periods],
            "iguales": self.equal,
            "total_cambios": self.total,
            "cambios": [_change_json(one) for one in self.changes],
            "movimientos": [_movement_json(one) for one in self.movements],
            "veredictos": [_turn_json(one) for one in self.turns],
            "calificaciones": [_standing_json(one) for one in self.standings],
            "metodo": METHOD,
        }


def _same(period: Period, text: str) -> bool:
    asked = parse_period(text)
    return asked is not None and asked.key == period.key


def compare(a: str | os.PathLike[str], b: str | os.PathLike[str]) -> Comparison:
    """Compare the workbooks at `a` and `b`, the earlier version first. Neither is changed.

    Raises:
        PerlasError: one of them cannot be read, or is not a workbook of this program: the problems of both.
    """
    return compare_versions(*_read([a, b]))


def compare_versions(a: Version, b: Version) -> Comparison:
    """Compare two versions that have been read. Raises nothing: what has no value says so."""
    changes = find_changes(a, b)
    mixture = Mixture(a, b, changes)
    players = Players(mixture)
    turns = (*verdict_turns(players), *grade_turns(players))
    movements = (*score_movements(mixture, turns), *total_movements(mixture, turns), *value_movements(players))
    standings = tuple(_standing(a, b, period) for period in common_periods(a, b))
    return Comparison(a, b, changes, movements, turns, standings, len(changes))


def _read(paths: Iterable[str | os.PathLike[str]]) -> tuple[Version, Version]:
    found: list[Version] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(read_version(os.fspath(path)))
        except PerlasError as error:
            problems += [replace(p, where=_located(p.where, os.fspath(path))) for p in error.problems]
    if problems:
        raise PerlasError(dict.fromkeys(problems))
    return found[0], found[1]


def _located(where: str, path: str) -> str:
    """The whole path instead of the name: files of the same name may lie in different folders."""
    rest = where.removeprefix(path).removeprefix(Path(path).name)
    return path + (f", {rest}" if rest and rest == where else rest)


def _standing(a: Version, b: Version, period: Period) -> Standing:
    before, after = (score_of(v, period) for v in (a, b))
    camel = [v.camel.total[v.positions[period.key]].value for v in (a, b)]
    return Standing(
        period.label,
        (before.value if before else None, after.value if after else None),
        (before.rating if before else None, after.rating if after else None),
        (camel[0], camel[1]),
    )


# --- JSON -------------------------------------------------------------------------------------------------------------


def _version_json(version: Version) -> dict[str, Any]:
    return {
        "archivo": version.book.file,
        "entidad": version.balance.entity,
        "perfil": version.report.profile.id,
        "catalogo": version.report.choice.catalog.id,
        "periodos": version.report.periods,
        "recalculado_con": version.program or None,
    }


def _change_json(one: Change) -> dict[str, Any]:
    return {
        "id": one.id, "tipo": str(one.kind), "clave": one.key, "periodo": one.period or None,
        "antes": _side_json(one.before), "despues": _side_json(one.after), "donde": one.where, "texto": one.text,
    }  # fmt: skip


def _side_json(side: Side) -> dict[str, Any]:
    return {"estado": str(side.state), "valor": side.value}


def _movement_json(one: Movement) -> dict[str, Any]:
    return {
        "que": str(one.what), "indicador": one.key or None, "periodo": one.period, "unidad": one.unit,
        "antes": one.before, "despues": one.after, "estado_antes": one.state_before, "estado_despues": one.state_after,
        "diferencia": one.change, "partes": [_part_json(part) for part in one.parts],
    }  # fmt: skip


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "texto": part.label, "indicador": part.indicator or None, "aporte": part.amount,
        "cambios": _ids(part.changes),
    }  # fmt: skip


def _turn_json(one: Turn) -> dict[str, Any]:
    return {
        "que": str(one.what), "indicador": one.key, "periodo": one.period, "antes": one.before, "despues": one.after,
        "cambios": _ids(one.changes),
    }  # fmt: skip


def _standing_json(one: Standing) -> dict[str, Any]:
    pairs = (("puntaje", one.score), ("calificacion", one.rating), ("camel", one.camel))
    return {"periodo": one.period, **{name: {"antes": p[0], "despues": p[1]} for name, p in pairs}}


def _ids(changes: Sequence[Change]) -> list[str]:
    return [one.id for one in changes]
