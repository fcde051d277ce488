"""Run every benchmark: `python -m benchmarks [name …]`. Prints a ratio a line; never fails because of a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from benchmarks.measure import Ratio


def _batch_matrix() -> Iterable[Ratio]:
    from benchmarks import batch_matrix

    return batch_matrix.run()


def _recalculate() -> Iterable[Ratio]:
    from benchmarks import recalculate

    return recalculate.run()


def _cell_function() -> Iterable[Ratio]:
    from benchmarks import cell_function

    name = f"cell function over {cell_function.ROWS:,} accounts: against xlwings converting its arguments"
    return [Ratio(name, cell_function.run(), cell_function.GOAL)]


def _startup() -> Iterable[Ratio]:
    from benchmarks import startup

    return startup.run()


def _ahp_matrices() -> Iterable[Ratio]:
    from benchmarks import ahp_matrices

    return ahp_matrices.run()


def _calc_cells() -> Iterable[Ratio]:
    from benchmarks import calc_cells

    return calc_cells.run()


BENCHMARKS: dict[str, Callable[[], Iterable[Ratio]]] = {
    "batch_matrix": _batch_matrix,
    "recalculate": _recalculate,
    "cell_function": _cell_function,
    "startup": _startup,
    "ahp_matrices": _ahp_matrices,
    "calc_cells": _calc_cells,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all. 2 for an unknown name, else 0."""
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        try:
            for ratio in BENCHMARKS[name]():
                print(ratio, flush=True)
        except ImportError as error:
            print(f"skip           {name}: {error}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
