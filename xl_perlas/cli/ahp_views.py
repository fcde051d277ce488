"""Results of `xl-perlas ahp`: as JSON for other programs, as CSV, and as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xl_perlas.ahp import LIMIT, Consistency, Matrix, random_indices
from xl_perlas.ahp_review import Doubt, Proposal
from xl_perlas.cli.console import BOLD, GREEN, PLAIN, RED, YELLOW, Cell, Column, Console, problem_lines, table
from xl_perlas.cli.exports import csv_text
from xl_perlas.document.numbers import decimal
from xl_perlas.judgements import written
from xl_perlas.problems import Problem
from xl_perlas.report import problem_json

#: Judgements to review that the table for people shows.
_SHOWN = 5


@dataclass(frozen=True)
class Weighing:
    """A matrix weighed: everything the command shows. `matrix` None: there was nothing to compute with."""

    method: str
    matrix: Matrix | None
    weights: Sequence[float]
    consistency: Consistency | None
    doubts: Sequence[Doubt]
    proposal: Proposal | None
    problems: Sequence[Problem]


def ahp_json(weighing: Weighing) -> dict[str, Any]:
    """The keys that other programs read; they never change. What there is not is null."""
    matrix, found = weighing.matrix, weighing.consistency
    tables = found.ratios if found else dict.fromkeys(random_indices())
    return {
        "metodo": weighing.method,
        "criterios": list(matrix.names) if matrix else [],
        "pesos": dict(zip(matrix.names, weighing.weights, strict=True)) if matrix else None,
        "lambda_max": found.lambda_max if found else None,
        "lambda_ecuacion_6": found.lambda_equation_6 if found else None,
        "ic": found.index if found else None,
        "rc": dict(tables),
        "koczkodaj": found.koczkodaj if found else None,
        "terna": list(found.triad) if found else [],
        "consistente": found.consistent if found else None,
        "coherencia": found.verdict if found else None,
        "faltan": [f"{matrix.names[i]}/{matrix.names[j]}" for i, j in matrix.missing] if matrix else [],
        "revisar": [_doubt_json(d) for d in weighing.doubts],
        "propuesta": _proposal_json(weighing.proposal),
        "problemas": [problem_json(p) for p in weighing.problems],
    }


def _doubt_json(doubt: Doubt) -> dict[str, Any]:
    return {
        "juicio": f"{doubt.row}/{doubt.column}",
        "valor": doubt.value,
        "los_demas_implican": doubt.implied,
        "en_la_escala": written(doubt.nearest),
        "parte": doubt.share,
        "rc_si_se_cambia": doubt.ratio_if_changed,
    }


def _proposal_json(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {
        "tabla": proposal.table,
        "cambios": [
            {"juicio": f"{c.row}/{c.column}", "antes": c.before, "despues": float(c.after), "escrito": written(c.after)}
            for c in proposal.changes
        ],
        "rc_antes": proposal.before,
        "rc_despues": proposal.after,
        "minimo_demostrado": proposal.proven,
    }


def ahp_csv(weighing: Weighing) -> str:
    """One row a criterion."""
    names = weighing.matrix.names if weighing.matrix else ()
    return csv_text(("criterio", "peso"), zip(names, weighing.weights, strict=True))


def ahp_lines(weighing: Weighing, console: Console) -> list[str]:
    """Weights from the heaviest, coherence by each table, judgements to reconsider and the proposal."""
    matrix, found = weighing.matrix, weighing.consistency
    if matrix is None or found is None:
        return problem_lines(weighing.problems, console)
    lines = [console.paint(console.plain(f"AHP · {matrix.size} criterios · {weighing.method}"), BOLD), ""]
    ranked = sorted(zip(matrix.names, weighing.weights, strict=True), key=lambda pair: -pair[1])
    rows = [(name, decimal(weight * 100) + "%", "█" * round(weight * 40)) for name, weight in ranked]
    lines += table((Column("Criterio"), Column("Peso", right=True), Column("")), rows, console)
    lines += ["", *_coherence(found, console)]
    if weighing.doubts and found.verdict != "Consistente":
        lines += ["", *_review(weighing, console)]
    return lines + problem_lines(weighing.problems, console)


def _coherence(found: Consistency, console: Console) -> list[str]:
    style = {True: GREEN, False: RED, None: YELLOW}[found.consistent]
    lines = console.wrap(f"λmax {decimal(found.lambda_max, 4)} · IC {decimal(found.index, 4)}")
    rows = []
    for name, ratio in found.ratios.items():
        value = "sin índice" if ratio is None else decimal(ratio, 4)
        over = PLAIN if ratio is None else RED if ratio > LIMIT else GREEN
        rows.append((name, Cell(value, over), random_indices()[name].name))
    lines += table((Column("Tabla"), Column("RC", right=True), Column("Índice aleatorio")), rows, console)
    text = f"{found.verdict}. Koczkodaj {decimal(found.koczkodaj, 4)}" + (
        f", en la terna {', '.join(found.triad)}." if found.triad else "."
    )
    return [*lines, "", *(console.paint(line, style) for line in console.wrap(text))]


def _review(weighing: Weighing, console: Console) -> list[str]:
    rows = [
        (f"{d.row} / {d.column}", written(d.value), decimal(d.implied), written(d.nearest),
         "" if d.ratio_if_changed is None else decimal(d.ratio_if_changed, 4))
        for d in weighing.doubts[:_SHOWN] if d.share > 0
    ]  # fmt: skip
    columns = (
        Column("Juicio a revisar"), Column("Dice", right=True), Column("Los demás implican", right=True),
        Column("En la escala", right=True), Column("RC si se cambia", right=True),
    )  # fmt: skip
    lines = table(columns, rows, console)
    if (proposal := weighing.proposal) is None:
        return lines
    changes = "; ".join(f"{c.row}/{c.column} de {written(c.before)} a {written(c.after)}" for c in proposal.changes)
    least = "El menor cambio" if proposal.proven else "Un cambio"
    text = f"{least} que lleva RC ({proposal.table}) de {decimal(proposal.before, 3)} a {decimal(proposal.after, 3)}: "
    return [*lines, "", *console.wrap(f"{text}{changes}. Es una propuesta: decide quien opina.")]
