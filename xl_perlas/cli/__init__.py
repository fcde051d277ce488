"""The command line `xl-perlas`.

`main` gives the exit code: 0 done, 1 the data has problems, 2 usage. This module imports next to nothing, so that
`--version` answers at once; each command imports what it needs when it runs.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence

from xl_perlas._version import __version__

DONE, BAD_DATA, USAGE = 0, 1, 2
CRASHED, INTERRUPTED, BROKEN_PIPE = 70, 130, 141

#: With this variable set a fault of the program shows its traceback.
DEBUG = "XL_PERLAS_DEPURAR"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (`sys.argv` when `argv` is None) and give its exit code. Raises nothing."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"xl-perlas {__version__}")
        return DONE
    try:
        code = _guarded(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    return code


def _guarded(arguments: list[str]) -> int:
    from xl_perlas.cli.console import complain, prepare_streams
    from xl_perlas.problems import PerlasError, problem

    prepare_streams()
    try:
        from xl_perlas.cli.arguments import parse

        command = parse(arguments)
        return command() if command else USAGE
    except SystemExit as done:  # argparse ends --help so
        return int(done.code or 0)
    except PerlasError as error:
        complain(error.problems)
        return exit_code(p.code for p in error.problems)
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        complain([problem("U09", detail=f"{type(error).__name__}: {error}")])
        return CRASHED


def exit_code(codes: Iterable[str]) -> int:
    """2 when the command was given something that is not there or cannot be; 1 when what it was given is bad data."""
    usage = ("A01", "A02", "A03", "D01", "D02")
    return USAGE if all(c in usage or c.startswith("U") for c in codes) else BAD_DATA


def _forget_output() -> None:
    """Whoever read our output has gone: let Python's own flush at exit go nowhere, without a complaint."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = io.StringIO()
