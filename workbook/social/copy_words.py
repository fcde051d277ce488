"""What labels of a Balance Social say in the auditor's copy, where they would otherwise not be true."""

from __future__ import annotations

from collections.abc import Mapping

from xl_perlas.workbook.social.plan import ACTIVIDADES, CUENTAS, DATOS, INDICADORES, MEJORA, NOTAS, SALDOS

_AS_TYPED = "como se escribieron; bloqueados."

#: By sheet: what a label says in the template (… ends a key that is only its beginning), and what it says in the copy.
WORDS: Mapping[str, Mapping[str, str]] = {
    DATOS: {"Cada dato se escribe una vez, …": f"Los datos de cada año, {_AS_TYPED} Vacío es «falta», cero «no hay»."},
    CUENTAS: {"Pegue aquí el balance de cada año: …": "El balance de cada año, como se escribió; bloqueado."},
    SALDOS: {"Pegue el saldo de cada persona, …": f"Saldos de cada persona, {_AS_TYPED}",
             "Saldos: pegue desde aquí": "Saldos"},
    NOTAS: {"Con qué umbrales cada valor …": f"Los umbrales con que cada valor recibe nota y luz, {_AS_TYPED}",
            "Escriba": "Escrito"},
    INDICADORES: {"Valor (función del complemento)": "Valor según xl-perlas al sellar",
                  "Declare aquí «no aplica»": "Se declaró «no aplica»"},
    MEJORA: {"Qué conservar, vigilar y corregir. …": "Qué conservar, vigilar y corregir, con lo que se escribió de "
                                                     "cada indicador; bloqueado."},
    ACTIVIDADES: {"Escriba cada actividad …": f"Actividades y presupuesto, {_AS_TYPED}"},
}  # fmt: skip
