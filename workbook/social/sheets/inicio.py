"""Inicio of a Balance Social: what the workbook is for, how to use it, and where its definitions come from."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas._version import __version__
from xl_perlas.schema import sources
from xl_perlas.social import Light
from xl_perlas.workbook import names
from xl_perlas.workbook.sheets import common, inicio
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.inicio import Pairs
from xl_perlas.workbook.social import facts
from xl_perlas.workbook.social.plan import (
    ACTIVIDADES,
    BITACORA,
    COMPARACION,
    CUENTAS,
    DATOS,
    INDICADORES,
    INFORME,
    INICIO,
    LIGHT,
    MAPA,
    MEJORA,
    NOTAS,
    RESULTADOS,
    SALDOS,
    VERIFICACION,
    SocialPlan,
)
from xl_perlas.workbook.social.sheets.looks import NOW
from xl_perlas.workbook.social.sheets.verificacion import AUDIT_WORDS
from xl_perlas.workbook.social.view import LIGHTS, SocialView

NAME = INICIO
#: Rows of Inicio that count the lights of the year that is reported.
_COUNTS = {inicio.MET: (Light.GREEN,), inicio.NOT_MET: (Light.AMBER,), inicio.NONE: (Light.RED, Light.NONE)}

_COPY_STEPS = (
    ("1", f"Mire la luz de arriba y la de {VERIFICACION}: allí, cada valor que dio xl-perlas al sellar está comparado "
          f"con su fórmula nativa; la diferencia de cada uno está en {INDICADORES}."),
    ("2", f"Siga un indicador: su fórmula en {INDICADORES} toma los datos de {DATOS}, con quién los dio y con qué "
          f"evidencia, y su nota sale de los umbrales de {NOTAS}."),
    ("3", f"Para probar otro dato, quite la protección de {DATOS}, que no tiene contraseña (Excel: Revisar > "
          "Desproteger hoja; LibreOffice: Herramientas > Proteger hoja), cambie la cifra y siga su efecto."),
    ("4", "Con xl-perlas instalado, «xl-perlas verificar» sobre este archivo recalcula todo desde las entradas y lo "
          "compara con cada celda y con las huellas."),
)  # fmt: skip
_COPY_KINDS = (
    ("Vivo", "Valores, cambios, notas, luces, promedios, mapa, comparación, plan y totales: fórmulas de cualquier "
             "programa, sin complemento ni macros."),
    ("Valores", f"En {INDICADORES}, lo que dio la función del complemento, el análisis y las notas de lectura; los "
                f"hallazgos de {VERIFICACION}; y qué cuentas faltan."),
    ("Entradas", "Copiadas como se escribieron y bloqueadas; de lo que era fórmula queda su valor."),
)  # fmt: skip
_INDEX = (
    (DATOS, "entradas", "Cada dato, una vez, con quién lo dio y con qué evidencia"),
    (CUENTAS, "entradas", "El balance: de él salen los datos que tienen cuenta"),
    (SALDOS, "entradas", "Saldos de depósitos y créditos: cuántas personas tienen la mayor parte"),
    (NOTAS, "entradas", "Los umbrales de cada indicador, con su fuente"),
    (INDICADORES, "calculo", "Valor, nota, luz y análisis de cada indicador"),
    (RESULTADOS, "resultados", "Promedio de cada principio, total y luces, con gráficos"),
    (MAPA, "resultados", "Todas las luces en una página"),
    (COMPARACION, "resultados", "Qué mejoró y qué empeoró entre los dos años"),
    (MEJORA, "entradas", "Qué conservar, vigilar y corregir: responsable, fecha y seguimiento"),
    (ACTIVIDADES, "entradas", "Actividades y presupuesto por principio"),
    (INFORME, "resultados", "Todo lo anterior, resumido para imprimir en A4"),
    (VERIFICACION, "control", "Lo que no cuadra, lo que falta y lo que conviene revisar"),
    (BITACORA, "control", "Historia de los recálculos"),
)
_NO_ADDIN = "#NAME? / #¿NOMBRE?"
_READING = (
    ("#N/A", "No hay valor: la columna de al lado dice si falta un dato o si no aplica. No es cero."),
    ("#DIV/0!", "El denominador es cero: no hay base para el cociente."),
    (_NO_ADDIN, "Falta el complemento: solo afecta a una columna de comprobación; los valores son fórmulas nativas."),
    ("▲ ● ▼ ○", "Luz verde, amarilla, roja, y sin nota. El símbolo dice lo mismo que el color."),
)


def _steps(plan: SocialPlan) -> Pairs:
    """How it is used."""
    booked = f" Pegue el balance en {CUENTAS}." if plan.has_accounts else ""
    listed = f" En {SALDOS} puede pegar los saldos de cada persona." if plan.lists else ""
    return (
        ("1", f"En {DATOS} escriba los años sobre las columnas y cada dato una vez, con quién lo dio, la fecha y la "
              f"evidencia.{booked}{listed}"),
        ("2", "El año de antes hace falta para los crecimientos y para las notas por cambio. Lo que no aplica se "
              "escribe «no aplica»; lo que falta se deja vacío."),
        ("3", f"Revise los umbrales de {NOTAS}: son un criterio propio del programa mientras la entidad no ponga los "
              "suyos."),
        ("4", "Las celdas se recalculan solas. Ejecute «xl-perlas recalcular» sobre este archivo para escribir el "
              "análisis, los hallazgos y la Bitácora."),
        ("5", f"Lea {VERIFICACION} primero; después {RESULTADOS}, {MAPA} y {COMPARACION}."),
        ("6", f"En {MEJORA} escriba responsable, fecha y seguimiento; en {ACTIVIDADES}, lo que se hizo y lo que costó. "
              f"{INFORME} lo reúne para imprimir."),
    )  # fmt: skip


def formulas(plan: SocialPlan) -> Cells:
    """Entity, lights of the year that is reported, and the overall light."""
    block = plan.area(LIGHT, *plan.indicator_span)
    cells: Cells = {(inicio.ENTITY, inicio.VALUE): f'={names.ENTITY}&""'}
    for row, lights in _COUNTS.items():
        counts = "+".join(f'COUNTIF(INDEX({block},0,{NOW}),"{LIGHTS[light]}")' for light in lights)
        cells[(row, inicio.VALUE)] = f"=IFERROR({counts},0)"
    if facts.is_copy(plan):
        cells[(inicio.COPY_AUDIT, inicio.VALUE)] = f"={names.AUDIT}"
    return common.light(cells)


def results(view: SocialView) -> Cells:
    """What they show, and the years of the last recalculation."""
    position = view.position(view.now)
    counts = {} if position is None else view.marks.lights[position].counts
    cells: Cells = {
        (inicio.ENTITY, inicio.VALUE): view.book.entity,
        (inicio.PERIODS, inicio.VALUE): ", ".join(view.report.labels) or "—",
    }
    for row, lights in _COUNTS.items():
        cells[(row, inicio.VALUE)] = sum(counts.get(light, 0) for light in lights)
    if facts.is_copy(view.plan):
        cells[(inicio.COPY_OWN_DEFINITIONS, inicio.VALUE)] = facts.definitions_digest(view.plan.method.id)
        cells[(inicio.COPY_AUDIT, inicio.VALUE)] = AUDIT_WORDS[0]
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """A page a newcomer reads in a minute."""
    copy, method = facts.is_copy(plan), plan.method
    common.start(
        sheet, "inicio", f"{method.name} · copia de auditor" if copy else method.name,
        "Cada resultado se puede seguir hasta sus datos, quién los dio y la fuente que lo define.",
    )  # fmt: skip
    rule = f" Norma: {method.rule}." if method.rule else ""
    rows = (
        (inicio.ENTITY, "Entidad", None), (inicio.PROFILE, "Método", f"{method.id}: {method.description}{rule}"),
        (inicio.PROGRAM, "Programa", f"xl-perlas {__version__}"), (inicio.PERIODS, "Años", "—"),
        (inicio.UPDATED, "Copia de auditor sellada el" if copy else "Último recálculo", "—"),
        (inicio.INPUTS_SEAL, "Huella de las entradas", "—"), (inicio.RESULTS_SEAL, "Huella de los resultados", "—"),
        (inicio.MET, "Luces verdes (año que se informa)", None), (inicio.NOT_MET, "Luces amarillas", None),
        (inicio.NONE, "Luces rojas, y sin nota", None),
    )  # fmt: skip
    for row, label, value in rows:
        inicio.fact(sheet, row, label, value)
    common.fit_height(sheet, inicio.PROFILE, [(f"{method.description}{rule}", 100.0)], 16)
    sheet.cell(inicio.PROFILE, inicio.VALUE).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    if copy:
        row = inicio.copy_section(sheet, _COPY_STEPS, _COPY_KINDS)
    else:
        row = inicio.block(sheet, inicio.NONE + 2, "Cómo se usa", _steps(plan))
    if plan.host == "lite":
        row = inicio.block(sheet, row + 1, "Una sola vez: instalar las funciones en xlwings Lite", inicio.LITE)
    row = inicio.index(sheet, row + 1, _INDEX)
    row = inicio.legend(sheet, row + 1, copy)
    reading = [(shown, text) for shown, text in _READING if not (copy and shown == _NO_ADDIN)]
    row = inicio.block(sheet, row + 1, "Cómo leer las celdas", reading)
    cited = {one.source.document for one in plan.indicators} | {one.source.document for one in method.inputs.values()}
    documents = [(sources()[d][0], sources()[d][1]) for d in sources() if d in cited]
    inicio.block(sheet, row + 1, "Fuentes de las definiciones", documents)
    common.widths(sheet, {1: 24, 2: 20, 3: 34, 4: 34, 5: 34})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, landscape=False, repeat_rows="1:3")
