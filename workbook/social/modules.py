"""The sheets of a Balance Social workbook."""

from __future__ import annotations

from xl_perlas.workbook.social.plan import SocialPlan
from xl_perlas.workbook.social.sheets import (
    actividades,
    bitacora,
    comparacion,
    cuentas,
    datos,
    indicadores,
    informe,
    inicio,
    mapa,
    mejora,
    notas,
    resultados,
    saldos,
    verificacion,
)
from xl_perlas.workbook.template import Module


def modules(plan: SocialPlan) -> tuple[Module, ...]:
    """In the order of their tabs: some only where the method has what they are for."""
    return (
        inicio, datos, *((cuentas,) if plan.has_accounts else ()), *((saldos,) if plan.lists else ()), notas,
        indicadores, resultados, mapa, comparacion, mejora, actividades, informe, verificacion, bitacora,
    )  # fmt: skip
