"""The printed report of a workbook, recalculated, as PDF."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xl_perlas.udfs.libreoffice.pdf import pdf_of
from xl_perlas.workbook import recalc
from xl_perlas.workbook.atomic import replace_file
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.templates import template_of


def to_pdf(book: Path, target: Path) -> None:
    """Write the report of the workbook `book` to `target`, as LibreOffice prints it. The workbook is not touched.

    What is printed is recalculated from what the workbook holds, in a copy.

    Raises:
        PerlasError: it is not a workbook of this program or cannot be read (as `recalculate`), there is no LibreOffice
            (H01), it made no PDF (H31), or `target` cannot be written (L06, L07, L11).
    """
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / f"informe{book.suffix.lower()}"
        draft.write_bytes(Package.open(book).data)
        recalc.recalculate(draft, log=False)
        copy = Package.open(draft)
        copy.print_only(template_of(copy).printed)
        copy.save()
        replace_file(target, pdf_of(draft))
