"""The smallest change to pairwise judgements, on the scale, that brings λmax down to a ceiling: search and proof.

It rests on one fact: λmax − 1 is the principal eigenvalue of the matrix without its unit diagonal, whose cells are
exponentials of the logarithms of the judgements, and the logarithm of such an eigenvalue is convex in them (Kingman
1961). So the tangent at any point is a lower bound everywhere, and what it rules out is proven. The derivative of λmax
by the logarithm of a(i,j) is v(i) a(i,j) w(j) − v(j) a(j,i) w(i), with w and v the right and the left eigenvector and
v·w = 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from xl_perlas.ahp import Matrix, principal
from xl_perlas.judgements import SCALE

#: Eigenvalue problems that proving a plan may take, after which it is the best found.
EFFORT = 10_000

#: Differences of logarithms, or of eigenvalues, that are binary rounding.
_SAME = 1e-9
_LOGS = tuple(math.log(value) for value in SCALE)
#: Judgements that a greedy step looks at, and values tried for each.
_PROMISING, _NEAREST = 6, 2
#: When to stop improving a bound: how near it is to the best it can be, as part of what the ceiling leaves over the
#: size; and at most how many times. One eigenvalue problem more would cost more than it prunes.
_LOOSE, _ROUNDS = 0.01, 12


def given(matrix: Matrix) -> list[tuple[int, int, float]]:
    """Row, column and value of every judgement of the upper triangle that is not missing."""
    found = [(i, j, matrix.values[i][j]) for i, j in matrix.pairs]
    return [(i, j, value) for i, j, value in found if value is not None]


def nearest(ratio: float) -> Fraction:
    """The value of the scale nearest to `ratio`, in ratio; halfway, the one nearer to 1, so that inverses agree."""
    log = math.log(ratio)
    return min(zip(SCALE, _LOGS, strict=True), key=lambda known: (round(abs(known[1] - log), 9), abs(known[1])))[0]


def smallest_plan(
    matrix: Matrix, ceiling: float, effort: int = EFFORT
) -> tuple[dict[tuple[int, int], Fraction], bool]:
    """Changes, pair to value of the scale, that bring λmax to `ceiling`; whether fewer were proven not to do.

    Fewest changes; then fewest steps along the scale; then least λmax; then order of the criteria. `effort` is how
    many eigenvalue problems may go into the proof, which also finds the best of as many changes: cut short, the plan is
    the best it had. The ceiling must not be under the size of the matrix, which is λmax of one of ones.
    """
    judged = _Judged(matrix)
    plan, proven = _Search(judged, ceiling, effort).run()
    return {judged.pairs[m]: move.value for m, move in sorted(plan.items())}, proven


# --- judgements as variables ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Move:
    """Another value of the scale for a judgement, and how many steps away it is."""

    steps: int
    log: float
    value: Fraction


#: Changed judgements by number, and what each becomes; the logarithms alone.
_Plan: TypeAlias = Mapping[int, _Move]
_Logs: TypeAlias = Mapping[int, float]


def _moves(present: float) -> list[_Move]:
    """Every other value of the scale, nearest first. From a value between two of the scale, both are one step away."""
    above = [k for k, log in enumerate(_LOGS) if log > present + _SAME]
    below = [k for k, log in enumerate(_LOGS) if log < present - _SAME][::-1]
    found = [_Move(steps, _LOGS[k], SCALE[k]) for side in (below, above) for steps, k in enumerate(side, 1)]
    return sorted(found, key=lambda move: move.steps)


def _logs(plan: _Plan) -> _Logs:
    return {m: move.log for m, move in plan.items()}


@dataclass(frozen=True)
class _Point:
    """λmax of some changes, and its derivative by each judgement's logarithm: `up` less `down`."""

    value: float
    up: Sequence[float]
    down: Sequence[float]

    def slope(self, m: int) -> float:
        """The derivative."""
        return self.up[m] - self.down[m]

    def pull(self, m: int) -> float:
        """How far judgement m would move to bring λmax to its least, if the eigenvectors did not move with it."""
        return math.log(self.down[m] / self.up[m]) / 2

    def promise(self, m: int) -> float:
        """How much λmax would fall in that move."""
        return (math.sqrt(self.up[m]) - math.sqrt(self.down[m])) ** 2

    def bound(self, change: float) -> float:
        """What λmax is at least where the tangent changes by `change`: ln(λ − 1) is convex."""
        return 1 + (self.value - 1) * math.exp(change / (self.value - 1))


class _Judged:
    """λmax as a function of the given judgements, numbered in the order of the criteria; counts what it solves."""

    def __init__(self, matrix: Matrix):
        self.size = matrix.size
        self.pairs = [(i, j) for i, j, _ in given(matrix)]
        self.present = [math.log(value) for _, _, value in given(matrix)]
        self.moves = [_moves(log) for log in self.present]
        self.weights = matrix.eigen[1]
        self.solved = 0
        self._matrix = matrix.harker
        self._right = self._left = (1 / self.size,) * self.size  # the latest eigenvectors: the next are near them

    def value(self, changed: _Logs) -> float:
        """λmax with the judgements of `changed`."""
        return self._solve(self._rows(changed))

    def at(self, changed: _Logs) -> _Point:
        """λmax and its derivatives."""
        rows = self._rows(changed)
        value, w = self._solve(rows), self._right
        self.solved += 1
        v = self._left = principal(list(zip(*rows, strict=True)), self._left)[1]
        scale = math.fsum(a * b for a, b in zip(v, w, strict=True))
        up = [v[i] * rows[i][j] * w[j] / scale for i, j in self.pairs]
        down = [v[j] * rows[j][i] * w[i] / scale for i, j in self.pairs]
        return _Point(value, up, down)

    def _rows(self, changed: _Logs) -> list[list[float]]:
        rows = [list(row) for row in self._matrix]
        for m, log in changed.items():
            i, j = self.pairs[m]
            rows[i][j], rows[j][i] = math.exp(log), math.exp(-log)
        return rows

    def _solve(self, rows: list[list[float]]) -> float:
        self.solved += 1
        value, self._right = principal(rows, self._right)
        return value


# --- a good plan ------------------------------------------------------------------------------------------------------


def _good_plan(judged: _Judged, ceiling: float) -> _Plan:
    """Changes that bring λmax to the ceiling: always the one that lowers it most, then without what is not needed."""
    plan: dict[int, _Move] = {}
    point = judged.at({})
    while point.value > ceiling:
        value, m, move = min(_steps_down(judged, plan, point), key=lambda step: (step[0], step[1], step[2].log))
        if value >= point.value - _SAME:
            return _trimmed(judged, _towards_equality(judged, ceiling), ceiling)
        plan[m] = move
        point = judged.at(_logs(plan))
    return _trimmed(judged, plan, ceiling)


def _steps_down(judged: _Judged, plan: _Plan, point: _Point) -> list[tuple[float, int, _Move]]:
    """λmax after each promising change: the values of the scale nearest to the least λmax."""
    found = []
    for m in sorted(range(len(judged.pairs)), key=point.promise, reverse=True)[:_PROMISING]:
        now = plan[m].log if m in plan else judged.present[m]
        # The weights of a nearly consistent matrix follow 2/n of a change of one judgement: so much further it goes.
        target = now + point.pull(m) * judged.size / (judged.size - 2)
        others = [move for move in judged.moves[m] if move.log != now]
        for move in sorted(others, key=lambda move: abs(move.log - target))[:_NEAREST]:
            found.append((judged.value({**_logs(plan), m: move.log}), m, move))
    return found


def _towards_equality(judged: _Judged, ceiling: float) -> _Plan:
    """Quotients of the weights, brought ever nearer to 1 and to the scale: in the end, ones, with no inconsistency."""
    for tenths in range(10, -1, -1):
        ratios = [(judged.weights[i] / judged.weights[j]) ** (tenths / 10) for i, j in judged.pairs]
        values = [nearest(ratio) for ratio in ratios]
        plan = {m: move for m, value in enumerate(values) for move in judged.moves[m] if move.value == value}
        if judged.value(_logs(plan)) <= ceiling:
            break
    return plan


def _trimmed(judged: _Judged, plan: _Plan, ceiling: float) -> _Plan:
    """The plan without the changes that are not needed and, when all are, without the steps that are not."""
    while True:
        for others in (_without_a_change(plan), _without_a_step(judged, plan)):
            values = [judged.value(_logs(other)) for other in others]
            if values and min(values) <= ceiling:
                plan = others[values.index(min(values))]
                break
        else:
            return plan


def _without_a_change(plan: _Plan) -> list[_Plan]:
    return [{other: move for other, move in plan.items() if other != m} for m in plan]


def _without_a_step(judged: _Judged, plan: _Plan) -> list[_Plan]:
    return [
        {**plan, m: closer}
        for m, move in plan.items()
        for closer in judged.moves[m]
        if closer.steps == move.steps - 1 and (closer.log > judged.present[m]) is (move.log > judged.present[m])
    ]


# --- the smallest plan ------------------------------------------------------------------------------------------------


def _range(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


class _Exhausted(Exception):
    """The proof takes more work than was allowed."""


class _Search:
    """Branch and bound over the judgements to change, and then over their values on the scale."""

    def __init__(self, judged: _Judged, ceiling: float, effort: int):
        self.judged, self.ceiling = judged, ceiling
        self.best = _good_plan(judged, ceiling)
        self.key = self._key(self.best)
        self.stop = judged.solved + effort
        self.loose = _LOOSE * (ceiling - judged.size)
        self.count = 0
        #: Least and greatest logarithm that each judgement can be changed to in at most 1, 2 … steps.
        self.ranges = [
            [_range([move.log for move in moves if move.steps <= steps]) for steps in range(1, len(SCALE) + 1)]
            for moves in judged.moves
        ]

    def run(self) -> tuple[_Plan, bool]:
        """The smallest plan, and whether fewer changes were proven not to do."""
        try:
            while self.count < len(self.best):
                self.count += 1
                self._search({}, (), range(len(self.judged.pairs)), 0)
        except _Exhausted:
            self.best = _trimmed(self.judged, self.best, self.ceiling)
        return self.best, self.count == len(self.best)

    def _key(self, plan: _Plan) -> tuple[int, int, float, tuple[tuple[int, float], ...]]:
        value = round(self.judged.value(_logs(plan)), 9)
        return len(plan), sum(move.steps for move in plan.values()), value, tuple(sorted(_logs(plan).items()))

    def _search(self, start: _Logs, free: tuple[int, ...], candidates: Sequence[int], used: int) -> None:
        """Every plan of `count` changes that has those of `start`, and the rest among `candidates`.

        The judgements `free` have been chosen but not their values; the others of `start` are settled, in `used` steps.
        """
        logs, more = dict(start), self.count - len(start)
        for _ in range(_ROUNDS):
            room, top = self._room(used, len(free) + more)
            if room < 1:
                return
            if self.judged.solved >= self.stop:
                raise _Exhausted
            point = self.judged.at(logs)
            slack = sum(self._gain(point, m, logs[m], room) for m in free)
            gains = {m: self._gain(point, m, self.judged.present[m], room) for m in candidates} if more else {}
            ranked = sorted(gains, key=lambda m: (gains[m], m))
            if point.bound(slack + sum(gains[m] for m in ranked[:more])) > top:
                return
            if slack > -self.loose:
                break
            logs |= {m: self._pulled(point, m, logs[m], room) for m in free}
        if more:
            for k in range(len(ranked) - more + 1):
                m, later = ranked[k], ranked[k + 1 :]
                if point.bound(slack + sum(gains[o] for o in ranked[k : k + more])) > top:
                    break
                there = self._pulled(point, m, self.judged.present[m], room)
                self._search({**logs, m: there}, (*free, m), later, used)
        elif free:
            m = free[0]
            for move in sorted(self.judged.moves[m], key=lambda move: abs(move.log - logs[m])):
                self._search({**logs, m: move.log}, free[1:], (), used + move.steps)
        elif point.value <= self.ceiling:
            self._keep({m: move for m, log in logs.items() for move in self.judged.moves[m] if move.log == log})

    def _keep(self, plan: _Plan) -> None:
        if (key := self._key(plan)) < self.key:
            self.key, self.best = key, plan

    def _room(self, used: int, open_: int) -> tuple[int, float]:
        """Steps that one judgement may take, and λmax that may result, to be better than the best plan."""
        count, steps, value, _ = self.key
        if count > self.count:
            return len(SCALE), self.ceiling + _SAME
        spare = steps - used - open_
        return min(spare + 1, len(SCALE)), (self.ceiling if spare else min(self.ceiling, value)) + _SAME

    def _gain(self, point: _Point, m: int, log: float, room: int) -> float:
        """The most that the tangent can fall (negative) as judgement m goes from `log` to a value it may take."""
        low, high = self.ranges[m][room - 1]
        slope = point.slope(m)
        return slope * ((low if slope > 0 else high) - log)

    def _pulled(self, point: _Point, m: int, log: float, room: int) -> float:
        """Nearer to where λmax is least, by a factor with which any number of judgements converge together."""
        low, high = self.ranges[m][room - 1]
        return min(high, max(low, log + point.pull(m) * self.judged.size / (self.judged.size - 1)))
