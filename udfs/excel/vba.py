"""The VBA module that Excel for Windows calls, with errors that are errors, and the macro of the button Recalcular.

xlwings' own import returns texts: a cell that shows `#N/A` as text is passed over by SUM without a word. This module
turns those texts into Excel's errors on the VBA side of the call. It has a name of its own, so xlwings' "Import
Functions" (which replaces the module `xlwings_udfs`) must not be used beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_perlas.udfs.functions import FUNCTIONS, Argument, Function
from xl_perlas.udfs.ranges import ERRORS

MODULE_NAME = "PerlasFunciones"
PYTHON_MODULE = "xl_perlas.udfs.excel.xlwings_udfs"

#: The macro of the button, and the Python it runs: without quotes, for it passes through a command line.
MACRO = "PerlasRecalcular"
RECALCULATION = "import xl_perlas.udfs.excel.recalculate as r; r.main()"

#: The .bas file is written in Windows' western encoding: VBA knows no other.
ENCODING = "cp1252"

_HEAD = """Attribute VB_Name = "{module}"
Option Explicit
' Generado por xl-perlas. No use "Import Functions" de xlwings en este libro: duplica estas funciones.
' Necesita la referencia a xlwings (o su módulo) en el proyecto.
"""

_ERRORS = """' Mientras el asistente de funciones está abierto no se calcula.
Private Function PerlasAsistente() As Boolean
    On Error Resume Next
    PerlasAsistente = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

Private Function PerlasError(ByVal dato As Variant) As Variant
    PerlasError = dato
    If VarType(dato) <> vbString Then Exit Function
    Select Case dato
{cases}
    End Select
End Function

Private Function PerlasDevolver(ByVal dato As Variant) As Variant
    Dim fila As Long, columna As Long, columnas As Long
    If Not IsArray(dato) Then
        PerlasDevolver = PerlasError(dato)
        Exit Function
    End If
    columnas = PerlasColumnas(dato)
    For fila = LBound(dato, 1) To UBound(dato, 1)
        If columnas < 0 Then
            dato(fila) = PerlasError(dato(fila))
        Else
            For columna = LBound(dato, 2) To columnas
                dato(fila, columna) = PerlasError(dato(fila, columna))
            Next columna
        End If
    Next fila
    PerlasDevolver = dato
End Function

' Última columna de una tabla; -1 si es una lista.
Private Function PerlasColumnas(ByRef dato As Variant) As Long
    PerlasColumnas = -1
    On Error Resume Next
    PerlasColumnas = UBound(dato, 2)
End Function
"""

_RECALCULATE = """' Lo que hace el botón Recalcular. xlwings muestra el error de Python, si lo hay, y entonces da -1.
Public Sub {macro}()
    Dim resultado As Variant
    On Error GoTo fallo
    ThisWorkbook.Activate
    resultado = RunPython("{command}")
    If resultado = -1 Then MsgBox "El recálculo no terminó." & vbCrLf & vbCrLf & {step}, vbExclamation, "xl-perlas"
    Exit Sub
fallo:
    MsgBox "No se pudo recalcular: " & Err.Description & vbCrLf & vbCrLf & {step}, vbExclamation, "xl-perlas"
End Sub
"""

_NEXT_STEP = (
    '"Qué hacer: guarde y cierre Excel, ejecute en una consola «xl-perlas instalar --anfitrion excel», que dice qué "'
    ' & "falta, y repita. Sin Excel: «xl-perlas recalcular» sobre este archivo."'
)

#: Functions whose answer is read by a person: when Python cannot be reached they say so in words.
_SPEAKING = ("PERLAS_DIAG", "PERLAS_VERSION")

_NO_PYTHON = (
    '"No se pudo llamar a Python: " & Err.Description & " Qué hacer: cierre Excel, ejecute en una consola «xl-perlas '
    'instalar --anfitrion excel», que dice qué falta, y vuelva a abrir el libro."'
)


def vba_module(functions: Sequence[Function] = FUNCTIONS, module: str = MODULE_NAME) -> str:
    """Text of the VBA module; write it with `ENCODING` and Windows line ends."""
    cases = "\n".join(f'        Case "{text}": PerlasError = CVErr({number})' for number, text in ERRORS.items())
    button = _RECALCULATE.format(macro=MACRO, command=RECALCULATION, step=_NEXT_STEP)
    wrappers = map(_wrapper, functions)
    parts = [_HEAD.format(module=module), *wrappers, _ERRORS.format(cases=cases), button, _wizard(functions)]
    return "\n".join(parts)


def _wrapper(function: Function) -> str:
    names = ", ".join(a.name for a in function.arguments)
    failure = _NO_PYTHON if function.name in _SPEAKING else "CVErr(2015)"
    return f"""Public Function {function.name}({", ".join(map(_declaration, function.arguments))}) As Variant
    If PerlasAsistente() Then Exit Function
    On Error GoTo fallo
    {function.name} = PerlasDevolver(XLPy.CallUDF("{PYTHON_MODULE}", "{function.name}", \
Array({names}), ThisWorkbook, Application.Caller))
    Exit Function
fallo:
    {function.name} = {failure}
End Function
"""


def _declaration(argument: Argument) -> str:
    return f"Optional {argument.name} As Variant" if argument.optional else f"{argument.name} As Variant"


# --- texts of the function wizard -------------------------------------------------------------------------------------


def _wizard(functions: Sequence[Function]) -> str:
    """A procedure may not grow past 64 KB compiled, so functions with the same arguments share their descriptions."""
    distinct = dict.fromkeys(f.arguments for f in functions if f.arguments)
    kinds = {arguments: f"ayuda{i}" for i, arguments in enumerate(distinct, 1)}
    lines = [f"    Dim {', '.join(f'{name} As Variant' for name in kinds.values())}"]
    for arguments, name in kinds.items():
        texts = ", _\n        ".join(_quoted(a.help) for a in arguments)
        lines.append(f"    {name} = Array({texts})")
    lines += [line for function in functions for line in _macro_options(function, kinds.get(function.arguments))]
    calls = "\n".join(lines)
    return f"""' Textos del asistente de funciones: se ejecuta al abrir el libro.
Public Sub Auto_Open()
    PerlasAyuda
End Sub

Public Sub PerlasAyuda()
    On Error Resume Next
{calls}
End Sub
"""


def _macro_options(function: Function, descriptions: str | None) -> Iterator[str]:
    yield f'    Application.MacroOptions Macro:="{function.name}", Category:="{function.category}", _'
    if descriptions:
        yield f"        ArgumentDescriptions:={descriptions}, _"
    yield f"        Description:={_quoted(function.wizard_text)}"


def _quoted(text: str) -> str:
    """A VBA string, without the minus sign that its encoding lacks."""
    return '"' + text.replace("−", "-").replace('"', '""') + '"'
