"""Ratios between things timed in turns, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: Seconds for the threads of a linear algebra library to stop waiting for more work.
_REST = 0.03


@dataclass(frozen=True)
class Ratio:
    """One line of the benchmark: what was compared, the ratio of medians, its goal if any (at most, or at least)."""

    name: str
    value: float
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        if self.goal is None:
            return f"      {self.value:7.2f}             {self.name}"
        sign = "≥" if self.at_least else "≤"
        return f"{'pass' if self.met else 'MISS'}  {self.value:7.2f}  goal {sign} {self.goal:<4g}{self.name}"


def medians(candidates: Mapping[str, Callable[[], object]], repetitions: int = 9) -> dict[str, float]:
    """Median seconds of each candidate; they take turns.

    At its turn each runs once uncounted, so that it does not pay for the memory and the busy threads that the one
    before it left behind, and then counts.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(repetitions):
        for name, candidate in candidates.items():
            candidate()
            gc.collect()
            time.sleep(_REST)
            start = time.perf_counter()
            candidate()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}
