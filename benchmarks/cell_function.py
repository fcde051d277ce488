"""Cost of a cell function over 1,500 accounts, against what xlwings alone needs to convert the same arguments.

    python -m benchmarks.cell_function

Both sides run xlwings' classic Windows machinery with pywin32 replaced (see tests/classic_host.py), so the time that
COM itself takes, the same on both sides, is in neither.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import classic_host

from xl_perlas.load import load_catalog

MODULE = "xl_perlas.udfs.excel.xlwings_udfs"
ROWS, GOAL = 1500, 1.5
ROUNDS, CALLS = 40, 10


def chart(rows: int = ROWS) -> list[tuple[str, float]]:
    """Codes and balances of a made-up balance that adds up, with every account of past-due loans."""
    catalog = load_catalog("seps")
    suffixes = [suffix for ages in catalog.ages.values() for suffix in ages]
    loans = [account for accounts in catalog.portfolios.values() for account in accounts]
    others = [a for a in catalog.accounts if len(a) == 4 and a not in loans and a not in catalog.contra]
    leaves = [account + suffix for account in loans for suffix in suffixes]
    leaves += [f"{account}{suffix:02d}" for suffix in range(5, 100, 5) for account in others]
    cents: dict[str, int] = {}
    for i, leaf in enumerate(leaves):
        parents = [leaf[:length] for length in (1, 2, 4, 6)]
        if len(cents.keys() | parents) <= rows:
            for code in parents:
                cents[code] = cents.get(code, 0) + 1000 + 37 * i
    return [(code, total / 100) for code, total in sorted(cents.items())]


def run(function: str = "PERLAS_E9") -> float:
    """How many times the time of the bare conversion a whole call takes; the best of many rounds of each."""
    host = classic_host.load()
    host.load(MODULE)
    rows = chart()

    def arguments() -> tuple[classic_host.Range, classic_host.Range]:
        """New objects, as COM makes them for every call: nothing about them is known from the call before."""
        codes = [("".join(list(code)),) for code, _ in rows]
        return host.range(codes), host.range([(figure * 1.0,) for _, figure in rows])

    def convert(codes: classic_host.Range, balances: classic_host.Range) -> object:
        return [host.read(cells, ndim=2, err_to_str=True) for cells in (codes, balances)]

    def call(codes: classic_host.Range, balances: classic_host.Range) -> object:
        return host.call(MODULE, function, codes, balances, host.MISSING, host.MISSING)

    result = call(*arguments())
    if not isinstance(result, float):
        raise RuntimeError(f"{function} = {result}")
    best_call = best_conversion = float("inf")
    gc.disable()
    try:
        for _ in range(ROUNDS):  # by turns, so that a slow moment of the machine falls on both
            best_conversion = min(best_conversion, _seconds(convert, [arguments() for _ in range(CALLS)]))
            best_call = min(best_call, _seconds(call, [arguments() for _ in range(CALLS)]))
    finally:
        gc.enable()
    return best_call / best_conversion


def _seconds(what: Callable[..., object], arguments: Sequence[tuple[object, ...]]) -> float:
    start = perf_counter()
    for one in arguments:
        what(*one)
    return (perf_counter() - start) / len(arguments)


def main() -> int:
    """Print the ratio; 1 when it is over the goal."""
    ratio = run()
    print(f"c  función de celda / conversión de xlwings: {ratio:.2f} (meta <= {GOAL})")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
