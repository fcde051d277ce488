"""A workbook as PDF, by the LibreOffice of this machine. It works beside one that the user has open."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.libreoffice.install import find_converter, run_program


def pdf_of(book: Path) -> bytes:
    """The PDF of the sheets of `book` that print.

    Raises:
        PerlasError: there is no LibreOffice (H01), or it made no PDF (H31).
    """
    program = find_converter()
    with tempfile.TemporaryDirectory() as folder:
        # a profile of its own: with the user's, an open LibreOffice would take the file and give nothing back
        profile = f"-env:UserInstallation={(Path(folder) / 'perfil').as_uri()}"
        code, said = run_program(
            [str(program), profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder, str(book)]
        )
        made = Path(folder) / f"{book.stem}.pdf"
        if code or not made.is_file():
            raise PerlasError(problem("H31", detail=" ".join(said.split())[:300] or "no dijo por qué"))
        return made.read_bytes()
