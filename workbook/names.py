"""Defined names of the workbook: prefixed, so that none can be taken for a cell address."""

PLAN = "xlp_plantilla"
CODES = "xlp_codigos"
BALANCES = "xlp_saldos"
PERIODS = "xlp_periodos"
STATE = "xlp_estado"
CATALOG_CHOICE = "xlp_catalogo"
CATALOG_IN_USE = "xlp_catalogo_en_uso"
ENTITY = "xlp_entidad"
#: The entity's own accounts on Parámetros: the line that each extends, its code, and 1 or -1.
OWN_LINES = "xlp_propias_linea"
OWN_CODES = "xlp_propias_cuenta"
OWN_SIGNS = "xlp_propias_signo"
DECISION_PERIOD = "xlp_periodo_decision"
DECISION_POSITION = "xlp_posicion_decision"

METHOD = "xlp_metodo_pesos"
RANDOM_INDEX = "xlp_indice_aleatorio"
POLICY = "xlp_sin_veredicto"
WEIGHTS = "xlp_pesos"
NATIVE_WEIGHTS = "xlp_pesos_nativos"
COMPONENT_WEIGHTS = "xlp_pesos_componentes"
#: Rows over the period columns, native: score, rating and share of the weight with a verdict; CAMEL's total.
SCORES = "xlp_puntaje"
RATINGS = "xlp_calificacion"
COVERAGE = "xlp_cobertura"
CAMEL_TOTALS = "xlp_camel_total"

AUDIT = "xlp_auditoria"
#: Choices on Detalle: the indicator, and the period's place among the columns.
DETAIL_INDICATOR = "xlp_detalle_indicador"
DETAIL_PERIOD = "xlp_detalle_periodo"
DETAIL_POSITION = "xlp_detalle_posicion"

#: On Supervisión: the rule of averages in use; on Pares: whether its means and deviations reach CAMEL.
AVERAGE = "xlp_promedio"
PEERS_IN_CAMEL = "xlp_pares_en_camel"

#: On Horizontal: what balances are compared with.
ANALYSIS_BASE = "xlp_base_analisis"
