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
    graficos,
    indicadores,
    inicio,
    lineas,
    parametros,
    pesos,
    segmento,
    sensibilidad,
    tablero,
    verificacion,
)
from xl_perlas.workbook.sheets.common import SheetModule

#: In the order of their tabs.
MODULES: tuple[SheetModule, ...] = (
    inicio, catalogo, datos, parametros, ahp, segmento, definiciones, lineas, indicadores, detalle, pesos, tablero,
    calificacion, sensibilidad, camel, decisiones, graficos, verificacion, auditoria, bitacora,
)  # fmt: skip
