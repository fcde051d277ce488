"""How far apart two results of the same cells are."""

from __future__ import annotations

from dataclasses import dataclass

from xl_perlas.model import Result, Status

#: What is still the same number: a few units in the last of its sixteen digits.
TOLERANCE = 1e-12

_ERRORS = {Status.NO_DATA: "#N/A", Status.NOT_APPLICABLE: "#N/A", Status.ZERO_DENOMINATOR: "#DIV/0!"}


def as_cell(result: Result) -> float | str:
    """A result of the engine as a cell shows it."""
    return _ERRORS[result.status] if result.value is None else result.value


@dataclass
class Gap:
    """The largest differences among `cells` pairs, `numbers` of them numbers; `absolute` in the unit of the cell."""

    absolute: float = 0.0
    relative: float = 0.0
    cells: int = 0
    numbers: int = 0

    def add(self, expected: object, shown: object, place: object = "") -> Gap:
        """Compare what a cell shows, or a table of cells. Fails where they are not the same but for rounding."""
        if isinstance(expected, list | tuple):
            assert isinstance(shown, list | tuple), place
            assert len(shown) == len(expected), place
            for i, (one, other) in enumerate(zip(expected, shown, strict=True)):
                self.add(one, other, f"{place}[{i}]")
            return self
        self.cells += 1
        if isinstance(expected, bool) or not isinstance(expected, int | float):
            assert shown == expected, place
            return self
        assert isinstance(shown, int | float), (place, expected, shown)
        self.numbers += 1
        gap = abs(shown - expected)
        assert gap <= TOLERANCE * max(1.0, abs(expected)), (place, expected, shown)
        self.absolute = max(self.absolute, gap)
        self.relative = max(self.relative, gap / abs(expected) if expected else gap)
        return self
