"""The command `balance-social`: indicators, marks and improvement plan of a Balance Social. Gives the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.output import (
    CSV,
    JSON,
    console_for,
    deliver,
    errors,
    format_asked,
    json_output,
    lines_text,
    progress,
)
from xl_perlas.periods import parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.social import (
    SocialInputs,
    SocialMarks,
    SocialMethod,
    concentration,
    evaluate_social,
    improvement_plan,
    load_social,
    load_thresholds,
    mark_report,
)
from xl_perlas.social.read import read_balance_list, read_social_inputs, template_csv

HTML, _PAGES = "html", (".html", ".htm")
_METHODS = {"co": "colombia", "ec": "ecuador"}


def balance_social(args: argparse.Namespace) -> int:
    """Every indicator with its analysis and mark, the report as a page, or with --plantilla the inputs to fill in."""
    from xl_perlas.cli.social_views import social_csv, social_json, social_lines
    from xl_perlas.reading import read_balances

    method = load_social(_METHODS[args.pais])
    page = _is_page(args)
    if args.plantilla:
        _check_template(args, page)
        deliver(args, template_csv(method, args.plantilla), [])
        return DONE
    balance = read_balances(args.balance) if args.balance else None
    if not args.datos and balance is None:
        raise PerlasError(problem("U01", where="balance-social", detail="falta indicar: DATOS, o --plantilla AÑO."))
    inputs = read_social_inputs(args.datos, method) if args.datos else SocialInputs((), {})
    inputs = _with_lists(args, method, inputs)
    report = evaluate_social(method, inputs, balance, args.catalogo)
    marks = mark_report(report, load_thresholds(args.notas or method.id))
    plan = improvement_plan(marks)
    problems = [*report.problems, *marks.problems]
    lists = [one.partition("=")[2] for one in args.lista]
    files = [*filter(None, (args.datos, args.notas)), *(args.balance or ()), *lists]
    shown = format_asked(args)
    if page:
        _write_page(args, marks, files)
    elif shown == JSON:
        deliver(args, json_output(args, social_json(marks, plan)), files)
    elif shown == CSV:
        deliver(args, social_csv(marks, plan), files)
    else:
        deliver(args, lines_text(social_lines(marks, plan, problems, console_for(args))), files)
    return BAD_DATA if errors(problems) else DONE


def _is_page(args: argparse.Namespace) -> bool:
    """Whether the report is asked for, by its format or by the name of the output. Raises PerlasError (U01)."""
    named = bool(args.salida) and Path(args.salida).suffix.lower() in _PAGES
    if args.formato == HTML and not named:
        detail = f"--formato {HTML} va con --salida, y ese archivo termina en {' o '.join(_PAGES)}."
        raise PerlasError(problem("U01", where="balance-social", detail=detail))
    return named and args.formato in (None, HTML)


def _write_page(args: argparse.Namespace, marks: SocialMarks, files: Sequence[str]) -> None:
    """The report of the last year, against the one before it in the data, written whole or not at all.

    Raises:
        PerlasError: the output is a file that is read (U08), or it cannot be written (L06, L07, L11).
    """
    from xl_perlas.document import Origin, to_html
    from xl_perlas.social_document import social_document
    from xl_perlas.workbook.atomic import replace_file

    target = Path(args.salida)
    if any(target.resolve() == Path(one).resolve() for one in files):
        raise PerlasError(problem("U08", file=str(target), detail="es un archivo que esta orden lee"))
    earlier = marks.report.labels[-2:-1]
    plan = improvement_plan(marks, improvement_plan(marks, period=earlier[0]) if earlier else None)
    document = social_document(marks, plan, origin=Origin(tuple(Path(one).name for one in files)))
    replace_file(target, to_html(document).encode("utf-8"))
    progress(f"escrito {target}")


def _check_template(args: argparse.Namespace, page: bool) -> None:
    """Raises PerlasError (U01) for what does not go with --plantilla or is no period."""
    if args.datos or args.balance or args.lista or page or args.formato == JSON:
        raise PerlasError(problem("U01", where="balance-social", detail="--plantilla va sola, o con --salida."))
    if parse_period(args.plantilla) is None:
        raise PerlasError(problem("U01", where="balance-social", detail=f"«{args.plantilla}» no es un periodo."))
    args.formato = CSV


def _with_lists(args: argparse.Namespace, method: SocialMethod, inputs: SocialInputs) -> SocialInputs:
    """The inputs with the counts of each list of balances, in its period or the last. Raises PerlasError (N37, U01)."""
    for written in args.lista:
        name, _, path = written.partition("=")
        name, _, when = name.partition("@")
        if name not in method.lists or not path:
            options = ", ".join(method.lists) or "ninguna"
            raise PerlasError(problem("N37", text=written, method=method.name, options=options))
        period = parse_period(when) if when else next(iter(inputs.periods[-1:]), None)
        if period is None:
            raise PerlasError(problem("U01", where="balance-social", detail=f"--lista {written}: falta el periodo."))
        balances, source = read_balance_list(path)
        found = concentration(balances, method.lists[name].share, source)
        inputs = inputs.with_concentration(method, name, period, found)
    return inputs
