"""The command `hallazgos`: everything the program doubts, the most important first. Gives the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import resources

from xl_perlas.balance import Balance
from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.commands import DEMO_ENTITY, DEMO_PARAMETERS, DEMO_RATING, profile_asked
from xl_perlas.cli.console import complain
from xl_perlas.cli.findings_views import findings_csv, findings_json, findings_lines
from xl_perlas.cli.output import CSV, JSON, console_for, deliver, format_asked, json_output, lines_text
from xl_perlas.findings import review
from xl_perlas.findings.claims import Claims, read_claims
from xl_perlas.hierarchy import read_weights
from xl_perlas.load import parameter_names, with_parameters
from xl_perlas.model import Profile
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE
from xl_perlas.problems import ERROR, PerlasError, Problem, problem
from xl_perlas.report import calculate

#: The bundled balances and what was published about them: files in the definitions' folder `demo`.
DEMO_CHART, DEMO_CLAIMS = "banco_indigena.csv", "banco_indigena_publicado.csv"

_NO_CLAIMS = Claims(())


@dataclass(frozen=True)
class _Input:
    """What the command reads: balances, definitions, claims and weights."""

    balance: Balance
    profile: Profile
    claims: Claims
    weights: Mapping[str, float] | None
    weights_name: str
    problems: tuple[Problem, ...]


def hallazgos(args: argparse.Namespace) -> int:
    """What is doubtful in a balance and in results that somebody else computed."""
    if args.demo and args.balance:
        raise PerlasError(problem("U01", where="hallazgos", detail="BALANCE y --demo no van juntos."))
    if not args.demo and not args.balance:
        raise PerlasError(problem("U01", where="hallazgos", detail="falta indicar: BALANCE, o --demo."))
    given = _read(args)
    mode = TWELVE_MONTHS if args.doce_meses else YEAR_TO_DATE
    report = calculate(given.balance, given.profile, args.catalogo, mode)
    found = review(report, given.weights, args.politica, given.claims.values, given.problems)
    shown, inputs = format_asked(args), _inputs(args)
    if shown == JSON:
        deliver(args, json_output(args, findings_json(report, found, given.weights_name, given.claims.source)), inputs)
    elif shown == CSV:
        deliver(args, findings_csv(found), inputs)
    else:
        lines = findings_lines(report, found, given.weights_name, given.claims.source, console_for(args))
        deliver(args, lines_text(lines), inputs)
    return BAD_DATA if any(one.severity == ERROR for one in found.findings) else DONE


def _inputs(args: argparse.Namespace) -> list[str]:
    """Files that the command reads, and so does not write."""
    names = ("publicados", "pesos", "parametros", "personalizacion")
    return [*args.balance, *filter(None, (getattr(args, name) for name in names))]


def _read(args: argparse.Namespace) -> _Input:
    from xl_perlas.reading import read_balances

    profile, notes = profile_asked(args)
    complain(notes)
    with _files(args) as (balances, published):
        balance = read_balances(balances)
        claims = read_claims(published) if published else _NO_CLAIMS
    if args.demo:
        balance = replace(balance, entity=DEMO_ENTITY)
        if not args.parametros and profile.id not in parameter_names():
            profile = with_parameters(profile, DEMO_PARAMETERS)
    source = args.pesos or (DEMO_RATING if args.demo else "")
    weights = read_weights(source) if source else None
    problems = (*claims.problems, *(weights.problems if weights else ()))
    if weights is None:
        return _Input(balance, profile, claims, None, "", problems)
    return _Input(balance, profile, claims, weights.values, weights.source, problems)


@contextmanager
def _files(args: argparse.Namespace) -> Iterator[tuple[list[str], str]]:
    """Paths of the balances and of the claims: those given, or the bundled ones."""
    with ExitStack() as stack:
        folder = resources.files("xl_perlas.definitions") / "demo"

        def bundled(name: str) -> str:
            return str(stack.enter_context(resources.as_file(folder / name)))

        balances = [bundled(DEMO_CHART)] if args.demo else args.balance
        yield balances, args.publicados or (bundled(DEMO_CLAIMS) if args.demo else "")
