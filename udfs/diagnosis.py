"""No exception reaches a cell: what goes wrong becomes an error value there and a sentence here."""

from __future__ import annotations

import platform
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.load import load_catalog, load_profile
from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.options import parse_options, profile_list
from xl_perlas.udfs.ranges import BAD_VALUE, ErrorCell


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell function that gave `#VALUE!`, and why."""

    function: str
    reason: str


_recent: deque[Failure] = deque(maxlen=5)

#: Who asks, where this process cannot see it: a server sets it (see `libreoffice/server.py`).
asked_from = ""


def recent_failures() -> tuple[Failure, ...]:
    """The last failures, oldest first, each once."""
    return tuple(dict.fromkeys(_recent))


def forget_failures() -> None:
    """Start afresh."""
    _recent.clear()


def safely(name: str, call: Callable[..., Any], arguments: tuple[object, ...]) -> Any:
    """Result of `call(*arguments)`; an error text where it cannot have one. Never raises."""
    try:
        return call(*arguments)
    except ErrorCell as error:
        return str(error)
    except PerlasError as error:
        _recent.append(Failure(name, str(error)))
    except Exception as error:  # the last line of defence: a traceback in a cell helps nobody
        _recent.append(Failure(name, str(problem("U32", detail=f"{type(error).__name__}: {error}"))))
    return BAD_VALUE


def diagnose(opciones: object = None) -> str:
    """Version, host and state of the installation in words; what is wrong and what to do."""
    troubles = _troubles(opciones)
    failures = [f"{f.function}: {f.reason}" for f in recent_failures()]
    parts = [
        f"xl-perlas {__version__}",
        f"Python {platform.python_version()} ({sys.executable or 'integrado'})",
        f"anfitrión: {_host()}",
        f"instalado en {Path(__file__).resolve().parent}",
        "Hay problemas. " + " ".join(troubles) if troubles else "Todo en orden.",
    ]
    if failures:
        parts.append("Últimas funciones con #VALUE!: " + " ".join(reversed(failures)))
    return " | ".join(parts)


def _troubles(opciones: object) -> list[str]:
    found: list[str] = []
    for check in (_definitions, lambda: parse_options(opciones)):
        try:
            check()
        except PerlasError as error:
            found.append(str(error))
        except Exception as error:
            found.append(str(problem("U32", detail=f"{type(error).__name__}: {error}")))
    return found


def _definitions() -> None:
    for name in profile_list().split(", "):
        load_profile(name)
    for name in ("sbs", "seps"):
        load_catalog(name)


def _host() -> str:
    if asked_from:
        return asked_from
    if sys.platform == "emscripten":
        return "xlwings Lite (Python en el navegador)"
    if "uno" in sys.modules:
        return "LibreOffice"
    if "xlwings" in sys.modules:
        return "Excel con xlwings" if sys.platform in ("win32", "darwin") else "xlwings sin Excel"
    return "Python sin hoja de cálculo"
