"""What each command does. Every function takes the parsed arguments and gives the exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xl_perlas.cli import BAD_DATA, DONE, exports, views
from xl_perlas.cli.console import complain, problem_lines, terminal
from xl_perlas.cli.output import (
    CSV,
    JSON,
    TABLE,
    console_for,
    deliver,
    errors,
    format_asked,
    json_output,
    lines_text,
    progress,
    unwritable,
)
from xl_perlas.load import apply_overlay, load_profile, parameter_names, with_parameters
from xl_perlas.model import Profile, Status
from xl_perlas.periods import TWELVE_MONTHS, YEAR_TO_DATE, Period
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.report import Report, calculate, problem_json
from xl_perlas.words import indicator_words

if TYPE_CHECKING:
    from xl_perlas.supervision import SupervisionReport

DEMO_BOOK = Path("salida") / "perlas_banco_indigena.xlsx"
DEMO_ENTITY = "Cooperativa de Ahorro y Crédito Banco Indígena Ltda."
DEMO_PARAMETERS = "banco_indigena_2013"
#: Whose judgements weigh the demonstration's indicators, and whose segment its CAMEL is graded against.
DEMO_RATING = "tulcan_2016"

# --- calcular, detalle, validar ---------------------------------------------------------------------------------------


def calcular(args: argparse.Namespace) -> int:
    """Every indicator of a balance."""
    report, notes = _report(args)
    if format_asked(args) == TABLE:
        console = console_for(args)
        deliver(args, lines_text(views.report_lines(report, console, notes)), _inputs(args))
    else:
        complain([*notes, *errors(report.problems)])
        data = exports.report_csv(report) if format_asked(args) == CSV else json_output(args, report.to_json())
        deliver(args, data, _inputs(args))
    return BAD_DATA if errors(report.problems) else DONE


def detalle(args: argparse.Namespace) -> int:
    """Which accounts an indicator is made of, in one period."""
    report, notes = _report(args)
    key = _indicator(report, args.indicador)
    period = asked_period(report, args.periodo)
    complain([*notes, *errors(report.balance.problems)])
    if format_asked(args) == TABLE:
        deliver(args, lines_text(views.detail_lines(report, key, period, console_for(args))), _inputs(args))
    else:
        definition = indicator_words(report.profile, report.profile.indicators[key])
        data = exports.detail_json(report, key, period, definition)
        deliver(args, exports.detail_csv(data) if format_asked(args) == CSV else json_output(args, data), _inputs(args))
    return BAD_DATA if report.result(key, period).status in (Status.NO_DATA, Status.INCONSISTENT) else DONE


def validar(args: argparse.Namespace) -> int:
    """What does not add up in a balance."""
    from xl_perlas.catalogs import choose_for
    from xl_perlas.identities import check
    from xl_perlas.reading import read_balances

    balance = read_balances(args.balance)
    choice = choose_for(balance, args.catalogo)
    found = [*balance.problems, choice.problem, *check(balance, choice.catalog)]
    broken = errors(found)
    if format_asked(args) == CSV:
        deliver(args, exports.problems_csv(found), _inputs(args))
    elif format_asked(args) == JSON:
        periods = [p.label for p in balance.periods]
        data = {"catalogo": choice.catalog.id, "periodos": periods, "valido": not broken,
                "problemas": [problem_json(p) for p in found]}  # fmt: skip
        deliver(args, json_output(args, data), _inputs(args))
    else:
        periods_text = ", ".join(p.label for p in balance.periods)
        about = f"{len(balance.chart.codes)} cuentas, periodos {periods_text}, catálogo {choice.catalog.id}."
        verdict = f"El balance no cuadra: {len(broken)} errores." if len(broken) > 1 else "El balance tiene un error."
        console = console_for(args)
        lines = console.wrap(f"{verdict if broken else 'El balance cuadra.'} {about}")
        deliver(args, lines_text([*lines, *problem_lines(found, console)]), _inputs(args))
    return BAD_DATA if broken else DONE


def _inputs(args: argparse.Namespace) -> list[str]:
    """Files that the command reads, and so does not write."""
    return [*args.balance, *filter(None, (getattr(args, name, None) for name in ("parametros", "personalizacion")))]


def _report(args: argparse.Namespace) -> tuple[Report, list[Problem]]:
    from xl_perlas.reading import read_balances

    profile, notes = profile_asked(args)
    balance = read_balances(args.balance)
    mode = TWELVE_MONTHS if args.doce_meses else YEAR_TO_DATE
    return calculate(balance, profile, args.catalogo, mode), notes


def profile_asked(args: argparse.Namespace) -> tuple[Profile, list[Problem]]:
    """The profile asked for, with the parameters published with it, the entity's definitions and the user's figures."""
    profile, notes = load_profile(args.perfil), []
    if profile.id in parameter_names():
        before = profile.parameters
        profile = with_parameters(profile, profile.id)
        changed = [key for key, parameter in profile.parameters.items() if parameter != before[key]]
        notes.append(problem("U07", profile=profile.id, names=", ".join(changed) or "ninguno"))
    if args.personalizacion:
        profile = apply_overlay(profile, args.personalizacion)
    if args.parametros:
        profile = with_parameters(profile, args.parametros)
    return profile, notes


def _indicator(report: Report, written: str) -> str:
    key = written.strip().upper()
    if key not in report.profile.indicators:
        options = ", ".join(report.profile.indicators)
        raise PerlasError(problem("U02", profile=report.profile.id, indicator=written, options=options))
    return key


def asked_period(report: Report | SupervisionReport, written: str | None) -> str:
    """Label of the period that was asked for, the last unless told. Raises PerlasError (U03)."""
    if written is None:
        return report.periods[-1]
    try:
        return report.periods[report.balance.position(written)]
    except KeyError:
        raise PerlasError(problem("U03", wanted=written, options=", ".join(report.periods))) from None


# --- demo, nuevo, recalcular ------------------------------------------------------------------------------------------


def demo(args: argparse.Namespace) -> int:
    """The bundled charts as a finished workbook, and its summary."""
    from importlib import resources

    from xl_perlas.reading import read_balances

    path = Path(args.salida) if args.salida else DEMO_BOOK
    _check_book(path, allowed=args.reemplazar or not args.salida)
    chart = resources.files("xl_perlas.definitions") / "demo" / "banco_indigena.csv"
    with resources.as_file(chart) as file:
        balance = read_balances([file])
    balance = replace(balance, entity=DEMO_ENTITY)
    profile = with_parameters(load_profile(), DEMO_PARAMETERS)
    periods = tuple(p.label for p in balance.periods)
    from xl_perlas.workbook.build import create

    made_folder(path)
    progress(f"haciendo {path} …")
    create(
        path, host="libreoffice", periods=periods, profile=profile, balance=balance, entity=DEMO_ENTITY,
        judgements=DEMO_RATING, segment=DEMO_RATING,
    )  # fmt: skip
    _show_recalculation(path)
    print(terminal(sys.stdout).plain(str(path)))
    return DONE


def nuevo(args: argparse.Namespace) -> int:
    """An empty workbook."""
    path = Path(args.libro)
    _check_book(path, allowed=args.reemplazar)
    if args.plantilla != "perlas":
        from xl_perlas.cli.social_book import new_social

        return new_social(args, path)
    periods = tuple(p.label for p in asked_periods(args.periodos))
    profile, notes = profile_asked(args)
    from xl_perlas.catalogs import AUTO, choose

    if args.catalogo != AUTO:
        choose(args.catalogo, ())
    from xl_perlas.workbook.build import create

    complain(notes)
    made_folder(path)
    host = args.anfitrion or ("excel" if path.suffix.lower() == ".xlsm" else "libreoffice")
    create(
        path, host=host, periods=periods, profile=profile, catalog=args.catalogo, entity=args.entidad,
        judgements=args.juicios, segment=args.segmento,
    )  # fmt: skip
    console = terminal(sys.stdout)
    print(*console.wrap("Pegue su balance en la hoja Catálogo, complete Datos y Parámetros, y recalcule."), sep="\n")
    print(console.plain(str(path)))
    return DONE


def recalcular(args: argparse.Namespace) -> int:
    """Compute a workbook again, in place."""
    path = Path(args.libro)
    if not path.exists():
        raise PerlasError(problem("A01", where=str(path)))
    from xl_perlas.workbook.addin_names import repair_names

    problems = _show_recalculation(path)
    repair_names(path)  # a workbook that an old Calc saved without the add-in at hand
    print(terminal(sys.stdout).plain(str(path)))
    return BAD_DATA if errors(problems) else DONE


def _show_recalculation(path: Path) -> list[Problem]:
    from xl_perlas.cli.score_views import rating_lines
    from xl_perlas.workbook.recalc import recalculate
    from xl_perlas.workbook.view import View

    done = recalculate(path, progress=progress)
    console = terminal(sys.stdout)
    if not isinstance(done.view, View):
        from xl_perlas.cli.social_book import recalculated_lines

        print(lines_text(recalculated_lines(done, console)))
        return list(done.problems)
    report, rating, camel = done.view.report, done.view.rating, done.view.camel
    known = set(report.problems)
    extra = [p for p in done.problems if p not in known]
    totals = [total.value for total in camel.total]
    print(lines_text(views.report_lines(report, console, extra)))
    print(lines_text(rating_lines(report.periods, rating.scores, totals, console)))
    return [*report.problems, *extra]


def asked_periods(text: str | None, years: int = 5) -> Sequence[Period]:
    """The periods asked for; without them the last `years`."""
    import datetime

    from xl_perlas.cli.spans import parse_periods

    year = datetime.date.today().year
    return parse_periods(text or f"{year - years}-{year - 1}")


def _check_book(path: Path, allowed: bool) -> None:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise PerlasError(problem("U10", file=str(path)))
    if path.is_dir():
        raise PerlasError(problem("A02", where=str(path)))
    if path.exists() and not allowed:
        raise PerlasError(problem("U04", file=str(path)))


def made_folder(path: Path) -> None:
    """Make the folder of a file that is to be written. Raises PerlasError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None
