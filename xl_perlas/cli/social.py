"""The command `balance-social`: indicators, marks and improvement plan of a Balance Social. Gives the exit code."""

from __future__ import annotations

import argparse

from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, errors, format_asked, json_output, lines_text
from xl_perlas.periods import parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.social import (
    SocialInputs,
    SocialMethod,
    concentration,
    evaluate_social,
    improvement_plan,
    load_social,
    load_thresholds,
    mark_report,
)
from xl_perlas.social.read import read_balance_list, read_social_inputs, template_csv

_METHODS = {"co": "colombia", "ec": "ecuador"}


def balance_social(args: argparse.Namespace) -> int:
    """Every indicator with its analysis and mark; or with --plantilla, the table of inputs to fill in."""
    from xl_perlas.cli.social_views import social_csv, social_json, social_lines
    from xl_perlas.reading import read_balances

    method = load_social(_METHODS[args.pais])
    if args.plantilla:
        _check_template(args)
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
    if shown == JSON:
        deliver(args, json_output(args, social_json(marks, plan)), files)
    elif shown == CSV:
        deliver(args, social_csv(marks, plan), files)
    else:
        deliver(args, lines_text(social_lines(marks, plan, problems, console_for(args))), files)
    return BAD_DATA if errors(problems) else DONE


def _check_template(args: argparse.Namespace) -> None:
    """Raises PerlasError (U01) for what does not go with --plantilla or is no period."""
    if args.datos or args.balance or args.lista or args.formato == JSON:
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
