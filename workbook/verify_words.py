"""A verification in words: its verdict, the seal and what was compared, for the terminal and for the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xl_perlas.problems import ERROR, WARNING
from xl_perlas.workbook.verify_seal import SealFacts

if TYPE_CHECKING:
    from xl_perlas.workbook.verify import Verification


def verdict(found: Verification) -> str:
    """Whether the workbook holds, in one sentence."""
    errors, warnings = found.count(ERROR), found.count(WARNING)
    rest = f" ({_several(warnings, 'aviso', 'avisos')})" if warnings else ""
    if found.holds:
        return f"El libro se sostiene: todo sale de sus entradas y de la plantilla{rest}."
    return f"El libro no se sostiene: {_several(errors, 'error', 'errores')}{rest}."


def seal_lines(seal: SealFacts) -> list[str]:
    """When it was sealed and whether each digest is that of what the workbook holds."""
    if seal.written is None:
        return ["Sin sello: el libro nunca se recalculó.", f"Huella de sus entradas: {seal.own.inputs}."]
    pairs = (
        ("entradas", seal.written.inputs, seal.own.inputs),
        ("definiciones", seal.written.definitions, seal.own.definitions),
        ("resultados", seal.written.results, seal.own.results),
    )  # fmt: skip
    when = f"Sellado el {seal.when} con xl-perlas {seal.version}; recálculos en Bitácora: {seal.rows}."
    return [when, *(f"Huella de {what}: {_digest(written, own)}" for what, written, own in pairs)]


def _digest(written: str, own: str) -> str:
    return f"{written}, coincide." if written == own else f"dice {written or 'nada'} y es {own}."


def looked_at(found: Verification) -> str:
    """How much was compared."""
    counts = found.looked_at
    numbers = [f"{counts[key]:,}".replace(",", ".") for key in ("formulas", "resultados", "textos")]
    return f"Se compararon {numbers[0]} fórmulas, {numbers[1]} resultados y {numbers[2]} textos y cifras."


def by_code(found: Verification) -> str:
    """How many findings have each code: `V02: 1; V09: 2.741`."""
    counts = Counter(one.code for one in found.problems)
    return "; ".join(f"{code}: {count:,}".replace(",", ".") for code, count in counts.items()) + "."


def _several(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}".replace(",", ".")
