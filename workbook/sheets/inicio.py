"""Inicio: what the workbook is for, how to use it, what colours mean, and where its definitions come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas._version import __version__
from xl_perlas.goals import FAILS, MEETS
from xl_perlas.schema import sources
from xl_perlas.workbook import names
from xl_perlas.workbook.copy_view import as_copy
from xl_perlas.workbook.hosts import is_copy
from xl_perlas.workbook.plan import (
    AHP,
    AUDITORIA,
    BITACORA,
    CALIFICACION,
    CAMEL,
    CATALOGO,
    DATOS,
    DECISIONES,
    DEFINICIONES,
    DETALLE,
    FODA,
    GRAFICOS,
    HORIZONTAL,
    INDICADORES,
    INFORME,
    INICIO,
    LINEAS,
    PARAMETROS,
    PARES,
    PESOS,
    SEGMENTO,
    SENSIBILIDAD,
    SUPERVISION,
    TABLERO,
    TENDENCIAS,
    VERIFICACION,
    VERTICAL,
    Plan,
    quoted,
    ref,
)
from xl_perlas.workbook.seal import Seal, definitions_digest
from xl_perlas.workbook.sheets import auditoria, common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import FONT, NAVY, light_rules, style
from xl_perlas.workbook.view import View

NAME = INICIO
VALUE = 3
#: Labels and texts.
Pairs: TypeAlias = Iterable[tuple[str, str]]
FACT_FIRST = 5
(ENTITY, PROFILE, PROGRAM, PERIODS, UPDATED, INPUTS_SEAL, RESULTS_SEAL, MET, NOT_MET, NONE) = range(
    FACT_FIRST, FACT_FIRST + 10
)

#: Only in an auditor's copy: the definitions behind it and, written once when it is made, where it comes from.
COPY_SECTION = NONE + 2
(COPY_OWN_DEFINITIONS, COPY_FILE, COPY_SEALED, COPY_INPUTS, COPY_DEFINITIONS, COPY_RESULTS, COPY_STATE, COPY_PROBLEMS,
 COPY_AUDIT, COPY_WITHOUT) = range(COPY_SECTION + 1, COPY_SECTION + 11)  # fmt: skip
_COPY_LABELS = {
    COPY_OWN_DEFINITIONS: "Huella de las definiciones",
    COPY_FILE: "Copia del libro", COPY_SEALED: "Último recálculo de ese libro",
    COPY_INPUTS: "Su huella de las entradas", COPY_DEFINITIONS: "Su huella de las definiciones",
    COPY_RESULTS: "Su huella de los resultados", COPY_STATE: "¿Estaba al día?",
    COPY_PROBLEMS: "Problemas al sellar la copia", COPY_AUDIT: "Lo sellado y las fórmulas nativas, ahora",
    COPY_WITHOUT: "Lo que no se copió",
}  # fmt: skip

_STEPS = (
    ("1", f"Pegue el balance en {CATALOGO}: código, cuenta y saldos; escriba el año o la fecha sobre cada columna."),
    ("2", f"Complete {DATOS} (socios y otros) y {PARAMETROS} (inflación y tasas, con su fuente)."),
    ("3", f"Para tener una calificación, compare los indicadores de dos en dos en {AHP}; para CAMEL, escriba en "
          f"{SEGMENTO} la media y la desviación de su segmento."),
    ("4", "Recalcule: con el complemento instalado, las celdas se recalculan solas; sin él, ejecute "
          "«xl-perlas recalcular» sobre este archivo."),
    ("5", f"Lea {VERIFICACION} primero: lo que no cuadra en el balance no puede estar bien en los indicadores."),
    ("6", f"Lea {TABLERO}, {DECISIONES} y {GRAFICOS}; "
          f"{INDICADORES}, {LINEAS} y {DEFINICIONES} muestran de qué cuentas sale cada cifra."),
)  # fmt: skip

_COPY_STEPS = (
    ("1", f"Mire la luz de arriba y la de {AUDITORIA}: allí, cada valor y cada veredicto que dio xl-perlas al sellar "
          "está junto a su fórmula nativa, con la diferencia."),
    ("2", f"En {DETALLE} elija indicador y periodo: cuentas, coeficientes y saldos, hasta el valor. "
          f"{DEFINICIONES} da la página de cada cuenta."),
    ("3", f"Para probar otro saldo, quite la protección de {CATALOGO}, que no tiene contraseña (Excel: Revisar > "
          "Desproteger hoja; LibreOffice: Herramientas > Proteger hoja), cambie la cifra y siga su efecto en "
          f"{INDICADORES}, {DECISIONES}, {CALIFICACION} y {CAMEL}. {AUDITORIA} dirá entonces qué dejó de coincidir."),
    ("4", "Con xl-perlas instalado, «xl-perlas verificar» sobre este archivo recalcula todo desde las entradas y lo "
          "compara con cada celda y con las huellas."),
    ("5", "Las mismas entradas dan siempre la misma huella: pida al contador la que muestra su libro y compárela. "
          "Una huella dice que algo cambió, no quién lo cambió: no es una firma."),
)  # fmt: skip

_COPY_KINDS = (
    ("Vivo", "Líneas, valores, veredictos, detalle, pesos, puntaje, calificación y CAMEL nativos, tablero, decisiones "
             "y gráficos: fórmulas de cualquier programa, sin complemento ni macros."),
    ("Valores", "Lo que dice «al sellar»: lo que dio xl-perlas con estas entradas. También las notas, qué cuentas "
                f"faltan ({LINEAS}), los hallazgos de {VERIFICACION}, el diagnóstico de cada experto en {AHP}, las "
                f"metas dibujadas en {GRAFICOS} y las tablas 2 a 4 de {SENSIBILIDAD}."),
    ("Entradas", "Copiadas como se escribieron y bloqueadas; de lo que era fórmula queda su valor. Solo se eligen "
                 f"periodo e indicador en {DECISIONES} y {DETALLE}: no cambian ningún dato."),
)  # fmt: skip

#: What xlwings Lite needs, once a workbook: its functions come from a package, not from the file. The lines to copy
#: stand alone in their cells.
LITE = (
    ("1", "En Excel (Inicio > Complementos) busque xlwings Lite en la tienda, agréguelo y abra su panel."),
    ("2", "Agregue a estos archivos de su panel la línea que sigue (en vez de xl-perlas, la dirección de un .whl)."),
    ("requirements.txt", "xl-perlas"),
    ("main.py", "from xl_perlas.udfs.lite import *"),
    ("3", "Reinicie xlwings Lite desde su menú: las celdas se calculan solas. El botón «recalcular» de su panel rehace "
          "lo demás: notas, gráficos y Bitácora."),
)  # fmt: skip

_INDEX = (
    (CATALOGO, "entradas", "El balance: cuentas y saldos por periodo"),
    (DATOS, "entradas", "Cifras de la entidad que el balance no trae"),
    (PARAMETROS, "entradas", "Catálogo, tasas, inflación y porcentajes, con su fuente"),
    (AHP, "entradas", "Los juicios de los expertos: cuánto importa un indicador frente a otro"),
    (SEGMENTO, "entradas", "Con quién se compara la entidad en CAMEL"),
    (PARES, "entradas", "Otras cooperativas, y dónde está la entidad entre ellas en las razones de supervisión"),
    (DEFINICIONES, "calculo", "Las cuentas de cada línea y su coeficiente"),
    (LINEAS, "calculo", "Cada línea con fórmulas nativas sobre el Catálogo"),
    (INDICADORES, "calculo", "La matriz: valor, veredicto y comprobación nativa"),
    (DETALLE, "calculo", "Un indicador y un periodo, cuenta por cuenta"),
    (PESOS, "calculo", "El peso de cada indicador, y su comprobación con fórmulas nativas"),
    (TABLERO, "resultados", "Una página: calificación, tendencia, lo que más pesa y qué hacer"),
    (CALIFICACION, "resultados", "Puntaje y calificación por periodo, y lo que aporta cada indicador"),
    (SENSIBILIDAD, "resultados", "Qué tendría que cambiar para que la calificación fuera otra"),
    (CAMEL, "resultados", "Once indicadores frente al segmento, con su nota y el total"),
    (HORIZONTAL, "calculo", "Cuánto cambió cada cuenta y cada margen de un periodo a otro"),
    (VERTICAL, "calculo", "Qué parte del activo o de los ingresos es cada cuenta, y la composición"),
    (TENDENCIAS, "calculo", "Hacia dónde va cada cuenta: recta, ajuste y crecimiento medio anual"),
    (SUPERVISION, "calculo", "Las razones del supervisor, dos veces, y la morosidad por segmento"),
    (DECISIONES, "resultados", "Qué se alcanzó y qué hacer, en el periodo elegido"),
    (FODA, "resultados", "Fortalezas y debilidades que dicen las cifras, con su evidencia"),
    (INFORME, "resultados", "Todo lo anterior, resumido para imprimir en A4"),
    (GRAFICOS, "resultados", "Un gráfico por indicador, con su meta"),
    (VERIFICACION, "control", "Lo que no cuadra y lo que conviene revisar"),
    (AUDITORIA, "control", "Cada valor y veredicto por un segundo camino, y la diferencia"),
    (BITACORA, "control", "Historia de los recálculos"),
)

_LEGEND = (
    ("Entrada: aquí se escribe", "entrada"), ("Cálculo: no se edita", "calculo"), ("Resultado", "resultado"),
    ("Control", "control"),
)  # fmt: skip

_GROUP_NAMES = {"entradas": "Entradas", "calculo": "Cálculo", "resultados": "Resultados", "control": "Control"}

_NO_ADDIN = "#NAME? / #¿NOMBRE?"
_READING = (
    ("#N/A", "No hay dato o no aplica: la nota dice qué falta. No es cero."),
    ("#DIV/0!", "El denominador es cero: no hay base para el cociente."),
    (_NO_ADDIN, "Falta el complemento: los últimos valores están a salvo en el archivo; no guarde encima."),
    ("Cumple / No cumple", "Verde y rojo, y la palabra. Gris: no hay veredicto; la nota dice por qué."),
)


#: Sources of the methods that weigh and compare.
_METHODS = ("saaty_2005", "harker_1987", "koczkodaj_1993")


def formulas(plan: Plan) -> Cells:
    """Entity, verdict counts and light."""
    verdicts = f"COUNTIF({DECISIONES}!$E:$E"
    cells: Cells = {
        (ENTITY, 3): f'={names.ENTITY}&""',
        (MET, 3): f'={verdicts},"{MEETS}")',
        (NOT_MET, 3): f'={verdicts},"{FAILS}")',
        (NONE, 3): f"={len(plan.indicators)}-{ref(3, MET)}-{ref(3, NOT_MET)}",
    }
    if is_copy(plan):
        cells[(COPY_AUDIT, 3)] = f"={names.AUDIT}"
    return common.light(cells)


def results(view: View) -> Cells:
    """What they show, and the periods of the last recalculation."""
    k, copy = view.decision_column, as_copy(view)
    shown = [copy.verdict_cell(i.id, k) if k is not None else None for i in view.plan.indicators]
    met, failed = shown.count(MEETS), shown.count(FAILS)
    period = view.report.balance.periods
    cells: Cells = {
        (ENTITY, 3): view.report.balance.entity, (MET, 3): met, (NOT_MET, 3): failed,
        (NONE, 3): len(shown) - met - failed, (PERIODS, 3): ", ".join(p.label for p in period) or "—",
    }  # fmt: skip
    if is_copy(view.plan):
        cells[(COPY_OWN_DEFINITIONS, 3)] = definitions_digest(view.plan.profile.id)
        cells[(COPY_AUDIT, 3)] = auditoria.light(view)
    return common.light(cells, view.state)


def sealed(when: str, seal: Seal) -> dict[int, str]:
    """The moment and the seal of a recalculation, by row; they stand in column `VALUE`."""
    return {UPDATED: when, INPUTS_SEAL: seal.inputs, RESULTS_SEAL: seal.results}


def build(sheet: Worksheet, plan: Plan) -> None:
    """A page a newcomer reads in a minute."""
    copy = is_copy(plan)
    common.start(
        sheet, "inicio", "PERLAS · copia de auditor" if copy else "PERLAS · indicadores de la cooperativa",
        "Cada cifra se puede seguir hasta sus cuentas y hasta la página que la define.",
    )  # fmt: skip
    facts = (
        (ENTITY, "Entidad", None), (PROFILE, "Perfil", f"{plan.profile.id}: {plan.profile.description}"),
        (PROGRAM, "Programa", f"xl-perlas {__version__}"), (PERIODS, "Periodos", "—"),
        (UPDATED, "Copia de auditor sellada el" if copy else "Último recálculo", "—"),
        (INPUTS_SEAL, "Huella de las entradas", "—"), (RESULTS_SEAL, "Huella de los resultados", "—"),
        (MET, "Cumplen (periodo elegido en Decisiones)", None),
        (NOT_MET, "No cumplen", None), (NONE, "Sin veredicto", None),
    )  # fmt: skip
    for row, label, value in facts:
        fact(sheet, row, label, value)
    if copy:
        row = copy_section(sheet, _COPY_STEPS, _COPY_KINDS)
    else:
        row = block(sheet, NONE + 2, "Cómo se usa", _STEPS)
    if plan.host == "lite":
        row = block(sheet, row + 1, "Una sola vez: instalar las funciones en xlwings Lite", LITE)
    row = index(sheet, row + 1, _INDEX)
    row = legend(sheet, row + 1, copy)
    reading = [(shown, text) for shown, text in _READING if not (copy and shown == _NO_ADDIN)]
    row = block(sheet, row + 1, "Cómo leer las celdas", reading)
    cited = {i.source.document for i in plan.indicators} | {line.source.document for line in plan.lines}
    cited |= {document for document in sources() if document in _METHODS}
    documents = [(sources()[d][0], sources()[d][1]) for d in sources() if d in cited]
    block(sheet, row + 1, "Fuentes de las definiciones", documents)
    common.widths(sheet, {1: 24, 2: 20, 3: 34, 4: 34, 5: 34})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, landscape=False, repeat_rows="1:3")


def fact(sheet: Worksheet, row: int, label: str, value: object) -> None:
    """A fact and its label; the fact stands in column `VALUE`."""
    common.put(sheet, row, 1, label, style("rotulo"))
    common.put(sheet, row, 2, None, style("rotulo"))
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    _wide(sheet, row, value, style("resultado"), 3)
    sheet.cell(row, 3).alignment = Alignment(horizontal="left", vertical="center")


def copy_section(sheet: Worksheet, steps: Pairs, kinds: Pairs) -> int:
    """Of an auditor's copy: where it comes from, how to check it, and what in it lives; the row after it."""
    common.section(sheet, COPY_SECTION, "De dónde sale esta copia", 5)
    for row, label in _COPY_LABELS.items():
        fact(sheet, row, label, None if row == COPY_AUDIT else "—")
        sheet.cell(row, 3).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    sheet.row_dimensions[COPY_STATE].height = sheet.row_dimensions[COPY_WITHOUT].height = 28
    for row in (COPY_STATE, COPY_AUDIT):
        light_rules(sheet, ref(3, row))
    row = block(sheet, COPY_WITHOUT + 2, "Cómo comprobarla", steps)
    return block(sheet, row + 1, "Qué está vivo y qué es un valor", kinds)


def block(sheet: Worksheet, row: int, title: str, items: Pairs, height: float = 18) -> int:
    """A heading and texts under it, each with its label; the row after them."""
    common.section(sheet, row, title, 5)
    for label, text in items:
        row += 1
        common.put(sheet, row, 1, label, style("rotulo", "texto"))
        _wide(sheet, row, text, "xlp_texto_libre", 2)
        common.fit_height(sheet, row, [(text, 118)], height)
    return row + 1


def _wide(sheet: Worksheet, row: int, value: object, look: str, first: int) -> None:
    for column in range(first, 6):
        sheet.cell(row, column).style = look
    sheet.cell(row, first).value = value  # type: ignore[assignment]
    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=5)


def index(sheet: Worksheet, row: int, entries: Iterable[tuple[str, str, str]]) -> int:
    """The sheets there are, with their group and what each is for; the row after them."""
    common.section(sheet, row, "Hojas", 5)
    for name, group, text in entries:
        if name not in sheet.parent.sheetnames:  # type: ignore[union-attr]
            continue
        row += 1
        cell = sheet.cell(row, 1, name)
        cell.style = style("rotulo", "texto")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quoted(name)}!A1", display=name)
        cell.font = Font(name=FONT, size=10, bold=True, color=NAVY, underline="single")
        common.put(sheet, row, 2, _GROUP_NAMES[group], f"xlp_encabezado_{group}")
        _wide(sheet, row, text, "xlp_texto_libre", 3)
    return row + 1


def legend(sheet: Worksheet, row: int, copy: bool) -> int:
    """What the colours of cells mean; the row after it."""
    common.section(sheet, row, "Colores", 5)
    for column, (text, kind) in enumerate(_LEGEND, 1):
        text = "Entrada: copiada y bloqueada" if copy and kind == "entrada" else text
        common.put(sheet, row + 1, column, text, style(kind))
    return row + 2
