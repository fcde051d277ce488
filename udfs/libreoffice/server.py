"""What the add-in calls: the cell functions, and the repair of names in saved workbooks.

Where LibreOffice's Python is too old for them, the add-in starts a process in the Python that installed it, and asks
there (`serve`). The messages are pickles of texts, numbers and tuples, between a program and the one it started.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from xl_perlas._version import __version__
from xl_perlas.udfs import diagnosis
from xl_perlas.udfs.functions import function
from xl_perlas.udfs.libreoffice.engine import REPAIR

PROTOCOL = 4  # known to every Python from 3.4 on


def find(name: str) -> Callable[..., Any]:
    """The cell function `name`, or the repair of names. Raises KeyError."""
    return _repair if name == REPAIR else function(name)


def _repair(path: str) -> int:
    from xl_perlas.workbook.addin_names import repair_names

    return repair_names(path, force=True)  # the program that asks has it open


def serve() -> None:
    """Answer on standard output what is asked on standard input, until that ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    diagnosis.asked_from = "LibreOffice (Python aparte)"
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):  # whatever else is written, nobody reads
        os.dup2(silence, stream.fileno())
    answer(sys.stdin.buffer, answers)


def answer(requests: BinaryIO, answers: BinaryIO) -> None:
    """First the version; then, for each (name, arguments), (None, result), or the exception and None.

    Exceptions are KeyError, for an unknown name, or RuntimeError with the text of another.
    """
    _write(answers, __version__)
    while True:
        try:
            name, arguments = pickle.load(requests)
        except EOFError:
            return
        try:
            _write(answers, (None, find(name)(*arguments)))
        except KeyError as error:
            _write(answers, (error, None))
        except Exception as error:
            _write(answers, (RuntimeError(str(error)), None))


def _write(stream: BinaryIO, message: object) -> None:
    stream.write(pickle.dumps(message, PROTOCOL))
    stream.flush()
