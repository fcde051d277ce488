"""One sheet, one module: each builds its sheet, gives its formulas, and says what they show."""

from __future__ import annotations

from xl_perlas.workbook.sheets import (
    bitacora,
    catalogo,
    datos,
    decisiones,
    definiciones,
    graficos,
    indicadores,
    inicio,
    lineas,
    parametros,
    verificacion,
)
from xl_perlas.workbook.sheets.common import SheetModule

#: In the order of their tabs.
MODULES: tuple[SheetModule, ...] = (
    inicio, catalogo, datos, parametros, definiciones, lineas, indicadores, decisiones, graficos, verificacion,
    bitacora,
)  # fmt: skip
