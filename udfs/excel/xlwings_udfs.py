"""Excel's functions, made from the table in `xl_perlas.udfs.functions`: the module that xlwings imports.

Only `func` and `arg` are used, which every xlwings host understands. Ranges arrive as rows of cells with errors as
texts; an argument left out arrives as None.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from xlwings import arg, func

from xl_perlas.udfs.functions import FUNCTIONS, RANGE, Argument, Function


def _excel_function(function: Function) -> Callable[..., Any]:
    """`function` as a plain Python function with the name, the arguments and the help that xlwings reads."""

    def call(*arguments: object) -> Any:
        return function(*arguments)

    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = function.wizard_text
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_parameter(argument) for argument in function.arguments]
    )
    call.__annotations__ = {}
    for argument in function.arguments:
        shape = {"ndim": 2} if argument.kind == RANGE else {}
        call = arg(argument.name, err_to_str=True, doc=argument.help, **shape)(call)
    decorated: Callable[..., Any] = func(category=function.category, call_in_wizard=False)(call)
    return decorated


def _parameter(argument: Argument) -> inspect.Parameter:
    default = None if argument.optional else inspect.Parameter.empty
    return inspect.Parameter(argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


globals().update({function.name: _excel_function(function) for function in FUNCTIONS})
