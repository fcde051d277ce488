"""The functions' names as Excel knows them, put back in a workbook that Calc saved.

LibreOffice 7.4 writes an add-in's function into an .xlsx by the name that it has inside LibreOffice:
`XLPERLAS.ADDIN.PERLASE9(…)`. In Excel, and anywhere without the add-in, that means nothing. Standard library only: the
add-in itself calls this when Calc has saved.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

from xl_perlas.problems import PerlasError, problem
from xl_perlas.reading.safe_archive import safe_parts
from xl_perlas.udfs.libreoffice.oxt import SERVICE, stored_names
from xl_perlas.workbook.archive import rewrite
from xl_perlas.workbook.atomic import replace_file, stamp

#: Elements that hold formulas: those of cells, of validations and conditional formats, and of names.
_FORMULA = re.compile(rb"(<(?:\w+:)?(?:f|formula[12]?|definedName)(?:\s[^>]*)?>)([^<]+)(?=<)")
_CALL = re.compile(rf"\b{re.escape(SERVICE)}\.\w+(?=\s*\()".encode(), re.I)
_PARTS = ("xl/worksheets/", "xl/workbook.xml")


def repair_names(path: str | os.PathLike[str], *, force: bool = False) -> int:
    """Put the names back in the workbook at `path`, in place, and give how many; everything else stays as it is.

    The file keeps its time, so that the program that has just saved it does not take it for another's. `force`: even
    if a lock file says that it is open.

    Raises:
        PerlasError: it cannot be read (A04), is damaged or not safe to open (A06, A10, A12-A14), or cannot be written
            (L06-L08, L11). It is then as it was.
    """
    file = Path(path)
    try:
        status, data = file.stat(), file.read_bytes()
    except OSError as error:
        raise PerlasError(problem("A04", where=str(file), detail=error.strerror or str(error))) from error
    changed, count = {}, 0
    for name, content in safe_parts(data, file.name):
        if name.startswith(_PARTS) and SERVICE.upper().encode() in content.upper():
            changed[name], found = _restored(content)
            count += found
    if count:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            new = rewrite(data, archive.infolist(), changed, archive.comment)
        replace_file(file, new, force=force, seen=stamp(status))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    return count


def _restored(content: bytes) -> tuple[bytes, int]:
    """A part with the names put back, and how many were."""
    names = {stored.encode(): name.encode() for stored, name in stored_names().items()}
    count = 0

    def call(m: re.Match[bytes]) -> bytes:
        nonlocal count
        known = names.get(m[0].upper())
        count += known is not None
        return known or m[0]

    return _FORMULA.sub(lambda m: m[1] + _CALL.sub(call, m[2]), content), count
