"""The LibreOffice extension (.oxt), made from the table of functions; equal settings give equal bytes.

In it: a type library and a configuration that tell Calc the functions and their help, a Python component that calls
them, and settings that tell the component where the program is. The component runs in LibreOffice's own Python.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xl_perlas
from xl_perlas._version import __version__
from xl_perlas.problems import problem
from xl_perlas.udfs.functions import FUNCTIONS, RANGE, TABLE, TEXT, VALUE, Argument, Function
from xl_perlas.udfs.libreoffice.typelib import Method, type_library

#: Released names: files in LibreOffice's own format hold the service and the methods, so they never change.
EXTENSION = "xl-perlas.libreoffice"
MODULE = "xlperlas"
INTERFACE = f"{MODULE}.XFunctions"
SERVICE = f"{MODULE}.AddIn"
JOB = f"{MODULE}.NamesJob"

FILE_NAME = "xl-perlas.oxt"
OLDEST_OFFICE = "7.4"
#: The oldest Python that the program runs in; an older LibreOffice calls it in the Python that installed it.
OLDEST_PYTHON = (3, 11)

#: Functions whose answer is read by a person: where the program cannot be reached they say so in words.
SPEAKING = ("PERLAS_DIAG", "PERLAS_VERSION")

_COMPONENT, _PACKAGE = "xl_perlas_addin.py", "pythonpath/xl_perlas_calc"
_TYPES, _CONFIGURATION, _JOBS, _COMPONENTS = "types.rdb", "CalcAddIns.xcu", "Jobs.xcu", "xl-perlas.components"
_EVENTS = ("OnLoadFinished", "OnSaveDone", "OnSaveAsDone")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

#: UNO types of the arguments that must be given. An argument that may be left out has to be `any`.
_TYPE_OF = {RANGE: "com.sun.star.table.XCellRange", TEXT: "string"}
_RETURNS = {VALUE: "any", TABLE: "[][]any"}
#: What the component says when the program does not answer; it has no other way to these texts.
_TEXTS = {"missing": "H10", "python": "H11", "version": "H12", "broken": "H13", "column": "H14"}


@dataclass(frozen=True, slots=True)
class Home:
    """Where the component finds the program: the folder of its packages, and the Python they are installed in."""

    packages: str
    python: str


def this_home() -> Home:
    """The home of the running program."""
    packages = Path(xl_perlas.__file__).resolve().parents[1]
    if not (packages / "xl_perlas" / "udfs").is_dir():  # an editable install: its .pth file knows where the parts are
        folders = [Path(str(found.locate_file(""))).resolve() for found in distributions(name="xl-perlas")]
        packages = next((folder for folder in folders if any(folder.glob("__editable__*xl_perlas*.pth"))), packages)
    return Home(str(packages), sys.executable)


def method_name(function: str) -> str:
    """`PERLAS_E9` -> `perlasE9`: UNO's names have no underscores."""
    first, *rest = function.split("_")
    return first.lower() + "".join(word.capitalize() for word in rest)


def stored_names(functions: Iterable[Function] = FUNCTIONS) -> dict[str, str]:
    """The function's name by the one that Calc stores where it does not know that Excel's is the same."""
    return {f"{SERVICE}.{method_name(f.name)}".upper(): f.name for f in functions}


def build(
    home: Home | None = None,
    functions: Sequence[Function] = FUNCTIONS,
    oldest_python: tuple[int, int] = OLDEST_PYTHON,
) -> bytes:
    """The extension, for the program in `home` (the running one, if None)."""
    own = files("xl_perlas.udfs.libreoffice")
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        _TYPES: type_library(INTERFACE, [_method(f) for f in functions]),
        _CONFIGURATION: _configuration(functions),
        _JOBS: _jobs(),
        _COMPONENTS: _components(),
        _COMPONENT: (own / "component.py").read_bytes(),
        f"{_PACKAGE}/__init__.py": b"",
        **{f"{_PACKAGE}/{name}.py": (own / f"{name}.py").read_bytes() for name in ("engine", "cells", "documents")},
        f"{_PACKAGE}/settings.json": _settings(home or this_home(), functions, oldest_python),
    }
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _settings(home: Home, functions: Sequence[Function], oldest_python: tuple[int, int]) -> bytes:
    settings = {
        "version": __version__,
        "packages": home.packages,
        "python": home.python,
        "oldest_python": list(oldest_python),
        "service": SERVICE,
        "job": JOB,
        "functions": {
            method_name(f.name): {"name": f.name, "table": f.returns == TABLE,
                                  "arguments": [_type(a) == _TYPE_OF[RANGE] for a in f.arguments]}
            for f in functions
        },
        "speaking": list(SPEAKING),
        "texts": {key: _template(code) for key, code in _TEXTS.items()},
    }  # fmt: skip
    return json.dumps(settings, ensure_ascii=False, indent=1).encode()


def _template(code: str) -> str:
    """The text of a problem whose values are not known yet."""
    unknown: dict[str, Any] = {name: f"{{{name}}}" for name in ("path", "python", "oldest", "detail", "have", "own")}
    return str(problem(code, **unknown))


# --- types ------------------------------------------------------------------------------------------------------------


def _method(function: Function) -> Method:
    parameters = tuple((a.name, _type(a)) for a in function.arguments)
    return Method(method_name(function.name), _RETURNS[function.returns], parameters)


def _type(argument: Argument) -> str:
    return "any" if argument.optional else _TYPE_OF[argument.kind]


# --- XML --------------------------------------------------------------------------------------------------------------

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CONFIG = ('xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
           'oor:package="org.openoffice.Office"')  # fmt: skip


def _manifest() -> bytes:
    kinds = {
        _TYPES: "application/vnd.sun.star.uno-typelibrary;type=RDB",
        _CONFIGURATION: "application/vnd.sun.star.configuration-data",
        _JOBS: "application/vnd.sun.star.configuration-data",
        _COMPONENTS: "application/vnd.sun.star.uno-components",
    }
    entries = "".join(
        f' <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{path}"/>\n'
        for path, kind in kinds.items()
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}'
        "</manifest:manifest>\n"
    ).encode()


def _description() -> bytes:
    return f"""{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006"
 xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:l="http://libreoffice.org/extensions/description/2011">
 <identifier value="{EXTENSION}"/>
 <version value="{escape(__version__)}"/>
 <dependencies>
  <l:LibreOffice-minimal-version value="{OLDEST_OFFICE}" d:name="LibreOffice {OLDEST_OFFICE}"/>
 </dependencies>
 <display-name><name lang="es">xl-perlas: indicadores PERLAS en Calc</name></display-name>
</description>
""".encode()


def _components() -> bytes:
    return f"""{_HEAD}<components xmlns="http://openoffice.org/2010/uno-components">
 <component loader="com.sun.star.loader.Python" uri="{_COMPONENT}">
  <implementation name="{SERVICE}"><service name="{SERVICE}"/></implementation>
  <implementation name="{JOB}"><service name="{JOB}"/></implementation>
 </component>
</components>
""".encode()


def _jobs() -> bytes:
    """The job that sees to a document when it was loaded or saved."""
    lists = "".join(
        f' <node oor:name="{event}" oor:op="fuse"><node oor:name="JobList">'
        f'<node oor:name="XlPerlasNames" oor:op="replace"/></node></node>\n'
        for event in _EVENTS
    )
    return f"""{_HEAD}<oor:component-data oor:name="Jobs" {_CONFIG}>
 <node oor:name="Jobs"><node oor:name="XlPerlasNames" oor:op="replace">
  <prop oor:name="Service"><value>{JOB}</value></prop>
 </node></node>
 <node oor:name="Events">
{lists} </node>
</oor:component-data>
""".encode()


def _configuration(functions: Sequence[Function]) -> bytes:
    """Names and help of functions and arguments. Calc knows no categories but its own: theirs is its «Add-In»."""
    nodes = "".join(map(_function_node, functions))
    return (
        f'{_HEAD}<oor:component-data oor:name="CalcAddIns" {_CONFIG}>\n<node oor:name="AddInInfo">'
        f'<node oor:name="{SERVICE}" oor:op="replace"><node oor:name="AddInFunctions">\n{nodes}'
        "</node></node></node>\n</oor:component-data>\n"
    ).encode()


def _function_node(function: Function) -> str:
    arguments = "".join(
        f"  <node oor:name={quoteattr(a.name)} oor:op=\"replace\">{_text('DisplayName', a.name)}"
        f"{_text('Description', a.help)}</node>\n"
        for a in function.arguments
    )
    return (
        f' <node oor:name="{method_name(function.name)}" oor:op="replace">\n'
        f"  {_text('DisplayName', function.name)}{_text('CompatibilityName', function.name)}\n"
        f"  {_text('Description', function.wizard_text)}\n"
        '  <prop oor:name="Category"><value>Add-In</value></prop>\n'
        f' <node oor:name="Parameters">\n{arguments}  </node>\n </node>\n'
    )


def _text(name: str, text: str) -> str:
    """A text, the same in every language: LibreOffice takes the English one where it has not the user's."""
    values = "".join(f'<value xml:lang="{language}">{escape(text)}</value>' for language in ("en", "es"))
    return f'<prop oor:name="{name}">{values}</prop>'
