"""Ratios between things timed in turns, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One line of the benchmark: what was compared, the ratio of medians, and what it should be at least or at most."""

    name: str
    value: float
    goal: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign, verdict = ("≥" if self.at_least else "≤"), ("pass" if self.met else "MISS")
        return f"{verdict}  ratio {self.value:6.2f}  goal {sign} {self.goal:g}  {self.name}"


def medians(candidates: Mapping[str, Callable[[], object]], repetitions: int = 9) -> dict[str, float]:
    """Median seconds of each candidate; they take turns, after one turn that does not count."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(repetitions + 1):
        for name, candidate in candidates.items():
            gc.collect()
            start = time.perf_counter()
            candidate()
            elapsed = time.perf_counter() - start
            if turn:
                times[name].append(elapsed)
    return {name: statistics.median(taken) for name, taken in times.items()}
