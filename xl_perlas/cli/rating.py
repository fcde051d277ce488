"""The commands of weights, score and rating: `ahp`, `calificar` and `camel`. Each gives the exit code."""

from __future__ import annotations

import argparse

from xl_perlas.ahp import consistency, random_index, weights
from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, errors, format_asked, json_output, lines_text
from xl_perlas.report import problem_json


def ahp(args: argparse.Namespace) -> int:
    """Weights of a matrix of comparisons, how coherent it is, and what to reconsider."""
    from xl_perlas.ahp_review import advice, doubts, propose
    from xl_perlas.cli.ahp_views import Weighing, ahp_csv, ahp_json, ahp_lines
    from xl_perlas.reading.matrix import read_matrix_file

    table = random_index(args.indice)
    matrix, problems = read_matrix_file(args.matriz)
    if matrix is None:
        weighing = Weighing(args.metodo, None, (), None, (), None, problems)
    else:
        reviewable = matrix.reciprocal and table.at(matrix.size) is not None
        weighing = Weighing(
            args.metodo, matrix, weights(matrix, args.metodo), consistency(matrix),
            doubts(matrix, table.id) if matrix.reciprocal else (),
            propose(matrix, table.id) if reviewable else None,
            [*problems, *(advice(matrix, table.id) if matrix.reciprocal else ())],
        )  # fmt: skip
    shown = format_asked(args)
    if shown == JSON:
        deliver(args, json_output(args, ahp_json(weighing)), [args.matriz])
    elif shown == CSV:
        deliver(args, ahp_csv(weighing), [args.matriz])
    else:
        deliver(args, lines_text(ahp_lines(weighing, console_for(args))), [args.matriz])
    return BAD_DATA if errors(weighing.problems) else DONE


def calificar(args: argparse.Namespace) -> int:
    """Score and rating of each period of a table of compliance."""
    from xl_perlas.cli.score_views import score_csv, score_lines
    from xl_perlas.compliance import read_compliance
    from xl_perlas.hierarchy import read_weights
    from xl_perlas.score import score_report

    weights_read, compliance = read_weights(args.pesos), read_compliance(args.cumplimiento)
    report = score_report(compliance.verdicts, weights_read.values, args.politica)
    problems = [*weights_read.problems, *compliance.problems]
    shown, inputs = format_asked(args), [args.cumplimiento, args.pesos]
    if shown == JSON:
        data = report.to_json()
        data["problemas"] = [*map(problem_json, problems), *data["problemas"]]
        deliver(args, json_output(args, data), inputs)
    elif shown == CSV:
        deliver(args, score_csv(report), inputs)
    else:
        lines = score_lines(report, weights_read.source, [*problems, *report.problems], console_for(args))
        deliver(args, lines_text(lines), inputs)
    return BAD_DATA if errors([*problems, *report.problems]) else DONE


def camel(args: argparse.Namespace) -> int:
    """CAMEL grades of each period against a segment."""
    from xl_perlas.camel import calculate_camel, load_segment, read_segment, read_values
    from xl_perlas.cli.camel_views import camel_csv, camel_lines

    values = read_values(args.valores)
    segment = read_segment(args.segmento) if args.segmento else load_segment()
    report = calculate_camel(values, segment)
    shown, inputs = format_asked(args), [args.valores, *([args.segmento] if args.segmento else [])]
    if shown == JSON:
        deliver(args, json_output(args, report.to_json()), inputs)
    elif shown == CSV:
        deliver(args, camel_csv(report), inputs)
    else:
        deliver(args, lines_text(camel_lines(report, console_for(args))), inputs)
    return BAD_DATA if errors(report.problems) else DONE
