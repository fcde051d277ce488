"""How an auditor's copy differs from the template: what its labels say, and that its inputs are locked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from openpyxl.styles import Protection

from xl_perlas.workbook.plan import (
    AHP,
    AUDITORIA,
    CALIFICACION,
    CAMEL,
    CATALOGO,
    DATOS,
    DECISIONES,
    HORIZONTAL,
    INDICADORES,
    INICIO,
    LINEAS,
    PARAMETROS,
    PARES,
    PESOS,
    SEGMENTO,
    SUPERVISION,
    VERIFICACION,
)

#: Ends a key of which only the beginning is compared.
_ETC = "…"
_AS_TYPED = "como se escribió; bloqueado."

#: By sheet: what a label says in the template, and what it says in the copy, where it would otherwise not be true.
WORDS: Mapping[str, Mapping[str, str]] = {
    CATALOGO: {
        "Pegue aquí el balance: …": f"El balance, {_AS_TYPED} Una fila por cuenta, una columna por periodo.",
        "Balance: pegue …": "Balance",
    },
    DATOS: {"Cifras que el balance no trae. …": "Cifras que el balance no trae, como se escribieron; bloqueadas. Vacío "
                                               "es «no se sabe»."},
    PARAMETROS: {
        "Tasas, inflación y porcentajes que usan …": "Tasas, inflación y porcentajes que usan las metas y las "
                                                     f"fórmulas, con su fuente y su fecha: todo {_AS_TYPED}",
        "Para las funciones": "Como lo toma xl-perlas",
    },
    AHP: {
        "Compare los criterios de dos en dos: …": "Los juicios, como se escribieron; bloqueados. De cada experto, "
                                                  "pesos, RC, λmax, IC y juicios a revisar son valores que dio "
                                                  "xl-perlas al sellar; en Pesos están vivos.",
        "Opciones de las funciones": "Método e índice en uso",
        "Lo que reciben …": "Como los toma xl-perlas. Las páginas son de Coral y Ruano (2016).",
    },
    SEGMENTO: {"Con quién se compara la entidad …": f"Con quién se compara la entidad en CAMEL, {_AS_TYPED}"},
    LINEAS: {"Texto que reciben las funciones …": "Los parámetros del periodo, como los toma xl-perlas."},
    INDICADORES: {
        "Valor de cada indicador y periodo, …": "Valor y veredicto con fórmulas nativas, y el valor por otro camino. "
                                                "Lo que dio xl-perlas al sellar está en Auditoría.",
        "Valor (función del complemento)": "Valor (fórmula nativa de Auditoría)",
        "Veredicto": "Veredicto (fórmula nativa de Auditoría)",
        "Comprobación con fórmulas nativas": "El mismo valor, por la hoja Líneas",
    },
    PESOS: {
        "Peso de cada indicador: …": "Peso de cada indicador: el de su componente por el que tiene dentro de él. Cada "
                                     "uno está dos veces: el que dio xl-perlas al sellar y con fórmulas nativas.",
        "Peso global (complemento)": "Peso global (xl-perlas, al sellar)",
        "Peso (complemento)": "Peso (xl-perlas, al sellar)",
        "λmax (complemento)": "λmax (al sellar)",
        "RC (complemento)": "RC (al sellar)",
        "Complemento: …": "Al sellar: un valor, lo que dio xl-perlas con la tabla 1. Nativo: estas fórmulas. La "
                          "diferencia debe ser cero, salvo redondeo.",
    },
    CALIFICACION: {
        "Puntaje · función del complemento": "Puntaje · xl-perlas, al sellar",
        "PERLAS_PUNTAJE: de 0 a 100": "un valor: de 0 a 100",
        "Calificación · función del complemento": "Calificación · xl-perlas, al sellar",
        "PERLAS_CALIFICACION": "un valor",
        "función − nativo": "al sellar − nativo",
    },
    CAMEL: {
        "Calificación (función del complemento)": "Calificación según xl-perlas al sellar",
        "Cuántas difieren entre función y fórmula (Diferencia)": "Cuántas difieren de lo sellado (Diferencia)",
    },
    HORIZONTAL: {"Cuentas a elección: …": "Cuentas a elección, como se escribieron; bloqueadas."},
    SUPERVISION: {
        "Valor (función del complemento)": "Valor según xl-perlas al sellar",
        "Cuántos difieren entre función y fórmula (Diferencia)": "Cuántos difieren de lo sellado (Diferencia)",
        "Para el promedio mensual …": "Con la otra, los meses del promedio mensual.",
        "Texto que reciben …": "El periodo, como lo toma xl-perlas.",
    },
    PARES: {
        "Con quién se compara la entidad. …": f"Con quién se compara la entidad, {_AS_TYPED}",
        "Percentil (función del complemento)": "Percentil según xl-perlas al sellar",
        "Cuántos percentiles difieren …": "Cuántos percentiles difieren de lo sellado",
    },
    DECISIONES: {"Meta": "Meta (texto al sellar)"},
    VERIFICACION: {
        "Función del complemento menos fórmula nativa; …": "Lo que dio xl-perlas al sellar menos la fórmula nativa; "
                                                           "debe ser cero.",
    },
    AUDITORIA: {
        "Cada valor y cada veredicto por un segundo camino: …": "Lo que dio xl-perlas al sellar, como valores, frente "
                                                                "a fórmulas nativas sobre el Catálogo.",
        "Valor (función del complemento)": "Valor según xl-perlas al sellar",
        "El mismo, con una fórmula nativa sobre el Catálogo": "Valor con una fórmula nativa sobre el Catálogo",
    },
}  # fmt: skip


def reword(book: Any, new_words: Mapping[str, Mapping[str, str]]) -> None:
    """Make the labels of an openpyxl workbook those of a copy; `new_words` as `WORDS`."""
    for name, words in new_words.items():
        for row in book[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and (new := _reworded(cell.value, words)):
                    cell.value = new


def _reworded(text: str, words: Mapping[str, str]) -> str | None:
    for old, new in words.items():
        if text.startswith(old.removesuffix(_ETC)) if old.endswith(_ETC) else text == old:
            return new
    return None


def input_cells(book: Any) -> dict[str, list[str]]:
    """The cells where people type, by sheet: those that protection leaves open in the template."""
    sheets = (sheet for sheet in book if sheet.title != INICIO)  # an example of their colour, in its legend
    return {sheet.title: cells for sheet in sheets if (cells := [cell.coordinate for cell in _open_cells(sheet)])}


def lock(book: Any, unlocked: Collection[str]) -> None:
    """Protect the inputs too, but on sheets `unlocked`, where they only choose what is shown.

    Whoever wants to try a figure lifts the protection, which has no password.
    """
    for sheet in book:
        if sheet.title not in unlocked:
            for cell in list(_open_cells(sheet)):
                cell.protection = Protection(locked=True)


def _open_cells(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row if cell.has_style and not cell.protection.locked)
