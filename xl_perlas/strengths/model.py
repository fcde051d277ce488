"""Strengths and weaknesses as values: each remark has one side, and a figure behind every word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xl_perlas.model import Source
from xl_perlas.problems import Problem
from xl_perlas.report import problem_json


class Side(StrEnum):
    """What a subject is: its facts agree for it or against it, or they do not agree."""

    STRENGTH = "fortaleza"
    WEAKNESS = "debilidad"
    WATCH = "vigilar"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact in Spanish with its figure and period, and where it comes from (definition, account or peer table)."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one subject, and why.

    `group` is its area as people name it. `importance`: with weights their sum over the subject's indicators; else how
    far from its limits the subject is, from 0 to 1.
    """

    subject: str
    name: str
    group: str
    side: Side
    text: str
    evidence: tuple[Evidence, ...]
    importance: float


@dataclass(frozen=True)
class Strengths:
    """The remarks of one period, the most important first, no two of one subject; and what they leave out."""

    period: str
    remarks: tuple[Remark, ...]
    problems: tuple[Problem, ...]

    def of(self, side: Side) -> tuple[Remark, ...]:
        """Those of one side, the most important first."""
        return tuple(one for one in self.remarks if one.side is side)

    def to_json(self) -> dict[str, Any]:
        """What other programs read; keys never change."""
        return {
            "periodo": self.period,
            "observaciones": [
                {
                    "sujeto": one.subject, "nombre": one.name, "grupo": one.group, "lado": str(one.side),
                    "texto": one.text, "importancia": one.importance,
                    "evidencia": [{"texto": e.text, "fuente": e.source} for e in one.evidence],
                }
                for one in self.remarks
            ],
            "problemas": [problem_json(p) for p in self.problems],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about a subject: for it (`sign` 1), against it (−1) or neither (0).

    `clause` says it inside the remark's text. `decides`: a verdict, a light or a loss, without which an indicator gives
    no remark. `caution`: neither for nor against, and yet worth watching. `distance`: how far from its limit, 0 to 1.
    """

    sign: int
    clause: str
    evidence: Evidence
    distance: float = 0.0
    decides: bool = False
    caution: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What one remark is about: indicators and ratios that measure the same thing (`members`), and accounts.

    `against` is the account whose growth theirs is compared with; `positive`: a figure below zero counts against it.
    `reason` says why the members are one; `why`, why a subject of accounts alone matters.
    """

    id: str
    members: tuple[str, ...]
    name: str = ""
    group: str = ""
    why: str = ""
    reason: str = ""
    accounts: tuple[str, ...] = ()
    against: str = ""
    positive: bool = False


@dataclass(frozen=True)
class Rules:
    """The definitions of `definitions/analysis/fortalezas.toml`.

    `line_figures`: figures that a line is fitted to, at least. `years_to_goal`: crossing a limit in so many years
    counts. `yearly_change` is relative, `growth` and `difference` are ratios. `segments`: the total that each family of
    ratios by segment is part of. `phrases`: templates by name.
    """

    id: str
    name: str
    source: Source
    line_figures: int
    years_to_goal: float
    yearly_change: float
    growth: float
    difference: float
    subjects: Mapping[str, Subject]
    segments: Mapping[str, str]
    phrases: Mapping[str, str]

    def say(self, phrase: str, **values: object) -> str:
        """A phrase with its values."""
        return self.phrases[phrase].format(**values)
