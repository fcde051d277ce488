"""One sheet, one module: each builds its sheet, gives its formulas, and says what they show."""

from __future__ import annotations

from xl_perlas.workbook.sheets import (
    ahp,
    auditoria,
    bitacora,
    calificacion,
    camel,
    catalogo,
    datos,
    decisiones,
    definiciones,
    detalle,
    foda,
    graficos,
    horizontal,
    indicadores,
    informe,
    inicio,
    lineas,
    parametros,
    pares,
    pesos,
    segmento,
    sensibilidad,
    supervision,
    tablero,
    tendencias,
    verificacion,
    vertical,
)
from xl_perlas.workbook.sheets.common import SheetModule

#: In the order of their tabs.
MODULES: tuple[SheetModule, ...] = (
    inicio, catalogo, datos, parametros, ahp, segmento, pares, definiciones, lineas, indicadores, detalle, pesos,
    tablero, calificacion, sensibilidad, camel, horizontal, vertical, tendencias, supervision, decisiones, foda,
    informe, graficos, verificacion, auditoria, bitacora,
)  # fmt: skip
