"""The command `informe`: the whole report of a balance or a workbook, as a page of HTML and, if asked for, as PDF."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xl_perlas.cli import BAD_DATA, DONE
from xl_perlas.cli.console import terminal
from xl_perlas.cli.informe_inputs import Source, from_balance, is_template
from xl_perlas.cli.output import errors, progress
from xl_perlas.cli.peers import check_peers
from xl_perlas.document import to_html
from xl_perlas.hierarchy import weight_names
from xl_perlas.problems import PerlasError, problem
from xl_perlas.workbook.atomic import replace_file

_PAGES, _PDF = (".html", ".htm"), ".pdf"


def informe(args: argparse.Namespace) -> int:
    """Write the report. Done is done; 1 where the data have errors, which the report itself tells."""
    _check(args)
    page, printed = _targets(args)
    progress(f"leyendo {', '.join(args.entrada)}")
    book = Path(args.entrada[0])
    if len(args.entrada) == 1 and is_template(book):
        from xl_perlas.cli.informe_book import from_book
        from xl_perlas.cli.informe_social import from_social_book, is_social_book

        source = from_social_book(args, book) if is_social_book(book) else from_book(args, book)
    else:
        source = from_balance(args)
    if printed:
        _check_printable(args, source)
    progress("dibujando el informe")
    replace_file(page, to_html(source.document).encode("utf-8"))
    progress(f"escrito {page}")
    if printed:
        _print(args, source, page, printed)
        progress(f"escrito {printed}")
    wrong = errors(dict.fromkeys(source.problems))
    if wrong:
        progress(f"los datos tienen {len(wrong)} errores: el informe los cuenta en «Qué se puede dudar»")
    print(terminal(sys.stdout).plain(str(printed or page)))
    return BAD_DATA if wrong else DONE


def _check(args: argparse.Namespace) -> None:
    """What goes together. Raises PerlasError (U01)."""
    check_peers(args, "informe")
    if len(args.entrada) > 1 and any(is_template(Path(one)) for one in args.entrada):
        raise _wrong("un libro hecho con xl-perlas va solo.")


def _wrong(detail: str) -> PerlasError:
    return PerlasError(problem("U01", where="informe", detail=detail))


def _targets(args: argparse.Namespace) -> tuple[Path, Path | None]:
    """The page and, if asked for, the PDF; beside what is read unless told.

    Raises:
        PerlasError: another kind of file (U01), one that the command reads (U08), one that is there (U04).
    """
    first = Path(args.entrada[0])
    asked = Path(args.salida) if args.salida else first.with_name(f"{first.stem}-informe.html")
    suffix = asked.suffix.lower()
    if suffix not in (*_PAGES, _PDF):
        raise _wrong(f"«{asked.name}» no puede ser el informe: su nombre debe terminar en .html o .pdf.")
    printed = asked if suffix == _PDF else None
    page = asked.with_suffix(".html") if printed else asked
    read = [*args.entrada, *filter(None, (args.pares, args.pesos, args.parametros, args.personalizacion))]
    for one in filter(None, (page, printed)):
        if any(one.resolve() == Path(other).resolve() for other in read):
            raise PerlasError(problem("U08", file=str(one), detail="es un archivo que esta orden lee"))
        if one.exists() and not args.reemplazar:
            raise PerlasError(problem("U04", file=str(one)))
    return page, printed


# --- PDF --------------------------------------------------------------------------------------------------------------


def _check_printable(args: argparse.Namespace, source: Source) -> None:
    """A PDF is printed from a workbook: one made of a balance holds only what a new workbook can start from."""
    if source.book:
        return
    own = [option for on, option in (
        (args.personalizacion, "--personalizacion"), (args.doce_meses, "--doce-meses"), (args.pares, "--pares"),
        (args.pesos and args.pesos not in weight_names(), "--pesos con un archivo"),
        (args.politica, "--sin-veredicto"), (args.segmento and Path(args.segmento).suffix, "--segmento con un archivo"),
    ) if on]  # fmt: skip
    if own:
        raise _wrong(f"{', '.join(own)} no va con un PDF de un balance: use una plantilla, o --salida con .html.")


def _print(args: argparse.Namespace, source: Source, page: Path, target: Path) -> None:
    """The workbook's own printed report, as LibreOffice makes it. Raises PerlasError (I05, with why)."""
    import tempfile

    from xl_perlas.workbook.build import create
    from xl_perlas.workbook.informe_pdf import to_pdf

    progress("haciendo el PDF con LibreOffice")
    try:
        if source.book:
            to_pdf(source.book, target)
            return
        with tempfile.TemporaryDirectory() as folder:
            report = source.report
            assert report is not None  # only a workbook has none
            draft = create(
                Path(folder) / "informe.xlsx", profile=report.profile, balance=report.balance, catalog=args.catalogo,
                entity=report.balance.entity, judgements=args.pesos or "", segment=args.segmento or "",
            )  # fmt: skip
            to_pdf(draft, target)
    except PerlasError as error:
        raise PerlasError((*error.problems, problem("I05", where=str(target), page=page.name))) from error
