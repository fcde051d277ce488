"""The table of cell functions: from it come Excel's functions, LibreOffice's add-in and the reference.

A released name never changes, nor do its arguments or their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from xl_perlas.load import load_profile
from xl_perlas.udfs import analysis_cells, cells, judgement_cells, rating_cells, social_cells, supervision_cells
from xl_perlas.udfs.diagnosis import diagnose, safely

CATEGORY = "PERLAS"
VALUE, TABLE = "valor", "tabla"
RANGE, TEXT = "rango", "texto"

#: Longest text that a function wizard shows.
MAX_HELP = 255


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as the wizard shows it. `kind`: `rango` arrives as rows of cells, `texto` as one cell."""

    name: str
    help: str
    kind: str = RANGE
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A cell function. `returns`: `valor` (one cell) or `tabla` (rows; on bad arguments, one error text)."""

    name: str
    arguments: tuple[Argument, ...]
    help: str
    example: str
    category: str
    returns: str
    implementation: Callable[..., Any]

    @property
    def wizard_text(self) -> str:
        """Help and example, as the wizard shows them: at most `MAX_HELP` characters."""
        return f"{self.help} Ejemplo: {self.example}"

    def __call__(self, *arguments: object) -> Any:
        """What the cell shows. Never raises: errors are texts such as `#N/A` (see `diagnosis.py`)."""
        return safely(self.name, self.implementation, arguments)


CODES = Argument("codigos", "Columna de códigos de cuenta (1, 11, 1101 …). Se pasan por alto títulos y blancos.")
BALANCES = Argument("saldos", "Saldos del periodo, con las mismas filas que codigos. En blanco: la cuenta no figura.")
MANY_BALANCES = Argument(
    "saldos", "Saldos, una columna por periodo; con una fila de encabezado se leen de ella los periodos."
)
PREVIOUS = Argument(
    "saldos_previos", "Saldos del diciembre anterior, para crecimientos y promedios. Sin ellos, esos indicadores "
    "dan #N/A.", optional=True,
)  # fmt: skip
OPTIONS = Argument(
    "opciones", "Texto clave=valor; clave=valor, o rango de dos columnas: perfil, catalogo, periodo, modo, inflacion, "
    "tasa_empresarial y demás parámetros.", optional=True,
)  # fmt: skip
INDICATOR = Argument("indicador", "Indicador: P1 a P6, E1 a E9, A1 a A3, R1 a R13, L1 a L3 o S1 a S11.", TEXT)

_BALANCE = (CODES, BALANCES, PREVIOUS, OPTIONS)
_MANY = (CODES, MANY_BALANCES, PREVIOUS, OPTIONS)
_RANGES = "A2:A900;B2:B900;C2:C900"

#: Indicators with a function of their own. Fixed: a profile that changes them does not change the functions.
INDICATORS = tuple(
    f"{component}{number}"
    for component, count in (("P", 6), ("E", 9), ("R", 13), ("L", 3), ("A", 3), ("S", 11))
    for number in range(1, count + 1)
)


def _indicator(key: str) -> Function:
    name = f"PERLAS_{key}"
    example = f"={name}({_RANGES})"
    return Function(name, _BALANCE, _indicator_help(key, example), example, CATEGORY, VALUE,
                    partial(cells.indicator, key))  # fmt: skip


def _indicator_help(key: str, example: str) -> str:
    """Name and purpose from the profile; where definitions do not load, PERLAS_DIAG must still be there to say so."""
    try:
        known = load_profile().indicators[key]
    except Exception:
        return f"Indicador {key} de PERLAS."
    short = f"{key}. {known.name}."
    full = f"{short} {known.purpose}"
    return full if len(f"{full} Ejemplo: {example}") <= MAX_HELP else short


def _function(
    name: str, arguments: Iterable[Argument], help: str, example: str, returns: str, implementation: Callable[..., Any]
) -> Function:
    return Function(name, tuple(arguments), help, example, CATEGORY, returns, implementation)


_GENERAL = (
    _function(
        "PERLAS", (INDICATOR, *_BALANCE),
        "Valor de un indicador PERLAS cualquiera. #N/A: falta un dato; #DIV/0!: denominador cero.",
        f'=PERLAS("E9";{_RANGES})', VALUE, cells.indicator,
    ),
    _function(
        "PERLAS_MATRIZ", _MANY,
        "Todos los indicadores a la vez: una fila por indicador y una columna por periodo. Es la forma más rápida.",
        "=PERLAS_MATRIZ(A1:A900;B1:D900)", TABLE, cells.matrix,
    ),
    _function(
        "PERLAS_DETALLE", (INDICATOR, *_BALANCE),
        "De dónde sale un indicador: cada cuenta con su coeficiente, saldo y aporte, los totales, la definición con su "
        "página y el valor.",
        f'=PERLAS_DETALLE("E9";{_RANGES})', TABLE, cells.detail,
    ),
    _function(
        "PERLAS_META", (INDICATOR, OPTIONS),
        "Meta de un indicador, con el valor de los parámetros que usa.",
        '=PERLAS_META("R5";"inflacion=3,5%")', VALUE, cells.goal,
    ),
    _function(
        "PERLAS_CUMPLE", (INDICATOR, *_BALANCE),
        "Cumple, No cumple, o Sin veredicto (falta el valor, un parámetro, o la meta no fija un número).",
        f'=PERLAS_CUMPLE("E9";{_RANGES})', VALUE, cells.meets,
    ),
    _function(
        "BALANCE_VALIDAR", _MANY,
        "Lista lo que no cuadra en el balance, con su causa y qué hacer; o Sin problemas.",
        "=BALANCE_VALIDAR(A1:A900;B1:D900)", TABLE, cells.validate,
    ),
    _function("PERLAS_VERSION", (), "Versión de xl-perlas.", "=PERLAS_VERSION()", VALUE, cells.version),
    _function(
        "PERLAS_DIAG", (OPTIONS,),
        "Estado de la instalación en palabras, y por qué las últimas funciones dieron #VALUE!.",
        "=PERLAS_DIAG()", VALUE, diagnose,
    ),
)  # fmt: skip

MATRIX = Argument(
    "matriz", "Juicios de 1/9 a 9, con o sin los nombres arriba y a la izquierda. Basta el triángulo de arriba; "
    "en blanco: sin juicio.",
)  # fmt: skip
AHP_OPTIONS = Argument(
    "opciones", "Texto clave=valor; clave=valor: metodo (eigenvector, geometric_mean, column_mean), indice (saaty, "
    "tabla7, formula_1_98).", optional=True,
)  # fmt: skip
_JUDGEMENTS = (MATRIX, AHP_OPTIONS)

_AHP = (
    _function(
        "AHP_PESOS", _JUDGEMENTS,
        "Pesos de los criterios de una matriz de comparaciones, en columna; suman 1.",
        '=AHP_PESOS(A1:G7;"metodo=geometric_mean")', TABLE, judgement_cells.pesos,
    ),
    _function(
        "AHP_LAMBDA", _JUDGEMENTS, "Lambda máximo: valor propio principal de una matriz de comparaciones.",
        "=AHP_LAMBDA(A1:G7)", VALUE, judgement_cells.lambda_max,
    ),
    _function(
        "AHP_RC", _JUDGEMENTS,
        "Razón de consistencia; hasta 0,10 es aceptable. Sin opciones usa la tabla de Saaty (hasta 15 criterios). "
        "#N/A: la tabla no llega a ese tamaño.",
        '=AHP_RC(A1:G7;"indice=formula_1_98")', VALUE, judgement_cells.ratio,
    ),
    _function(
        "AHP_DIAGNOSTICO", _JUDGEMENTS,
        "Coherencia de los juicios: lambda, IC, RC por tabla, los juicios que más la estropean con lo que los demás "
        "implican, y el menor cambio que la arregla.",
        "=AHP_DIAGNOSTICO(A1:G7)", TABLE, judgement_cells.diagnosis,
    ),
)  # fmt: skip

_RATING = (
    _function(
        "PERLAS_PUNTAJE",
        (
            Argument("veredictos", "Cumple o No cumple (o SI y NO) de cada indicador; en blanco, sin veredicto."),
            Argument("pesos", "Peso global de cada indicador, en las mismas filas; en blanco o #N/A, no cuenta."),
            Argument("opciones", "sin_veredicto=excluir (los demás pesos se reescalan) o sin_veredicto=no_cumple.",
                     optional=True),
        ),
        "Puntaje de 0 a 100: suma de los pesos de los indicadores que cumplen su meta.",
        "=PERLAS_PUNTAJE(B2:B46;C2:C46)", VALUE, rating_cells.points,
    ),
    _function(
        "PERLAS_CALIFICACION",
        (
            Argument("puntaje", "Puntaje de 0 a 100, como el de PERLAS_PUNTAJE."),
            Argument("opciones", "escala=tulcan_2016: 21 bandas iguales.", optional=True),
        ),
        "Calificación de riesgo de un puntaje, de AAA+ a E. Un puntaje en el límite de dos bandas es de la mejor.",
        "=PERLAS_CALIFICACION(B2)", VALUE, rating_cells.rating,
    ),
    _function(
        "CAMEL_NOTA",
        (
            Argument("indicador", "Indicador CAMEL (IF112, IF013 …), o mayor o menor: qué sentido es mejor.", TEXT),
            Argument("valor", "Valor del indicador, en la misma unidad que la media y la desviación."),
            Argument("media", "Media del segmento."),
            Argument("desviacion", "Desviación estándar del segmento."),
            Argument("opciones", "metodo=tulcan_2016.", optional=True),
        ),
        "Nota CAMEL de un indicador frente a su segmento: 1 la mejor, 5 la peor.",
        '=CAMEL_NOTA("IF112";B2;C2;D2)', VALUE, rating_cells.camel_grade,
    ),
    _function(
        "CAMEL_TOTAL",
        (
            Argument("indicadores", "Los indicadores CAMEL (IF114, IF112 …)."),
            Argument("calificaciones", "La nota de cada uno, en las mismas filas."),
            Argument("opciones", "metodo=tulcan_2016.", optional=True),
        ),
        "Calificación CAMEL total, de 1 a 5, con los pesos de indicadores y grupos. #N/A si falta alguna nota.",
        "=CAMEL_TOTAL(A2:A12;B2:B12)", VALUE, rating_cells.camel_total,
    ),
)  # fmt: skip

_ANALYSIS = (
    _function(
        "ANALISIS_HORIZONTAL", _MANY,
        "Variación absoluta y relativa de cada cuenta, en su misma fila. #DIV/0!: desde cero. base=diciembre, "
        "interanual o anterior: con qué se comparan varias columnas.",
        f"=ANALISIS_HORIZONTAL({_RANGES})", TABLE, analysis_cells.horizontal,
    ),
    _function(
        "ANALISIS_VERTICAL", _MANY,
        "Qué parte del activo total (cuentas 1 a 3) o del total de ingresos (4 y 5) es cada cuenta, en su misma fila; "
        "una columna por periodo.",
        "=ANALISIS_VERTICAL(A1:A900;B1:D900)", TABLE, analysis_cells.vertical,
    ),
    _function(
        "ANALISIS_TENDENCIA", _MANY,
        "De cada cuenta, en su misma fila: promedio, pendiente anual de la recta, R² y crecimiento promedio anual. "
        "Con meses, sin su estacionalidad.",
        "=ANALISIS_TENDENCIA(A1:A900;B1:D900)", TABLE, analysis_cells.trend,
    ),
)  # fmt: skip

_SUPERVISION = (
    _function(
        "SEPS_INDICADOR",
        (
            Argument("indicador", "Indicador del supervisor: SUF_PAT, MOR_TOT, COB_MICRO, ROE, GO_ACT, LIQ …", TEXT),
            CODES,
            Argument("saldos", "Saldos del periodo; o los de varios, una columna por mes con su fecha en el "
                     "encabezado: se da el último."),
            PREVIOUS,
            Argument("opciones", "promedio=fin_de_anio (diciembre anterior y el periodo) o promedio=mensual (todos los "
                     "meses desde ese diciembre); catalogo; periodo.", optional=True),
        ),
        "Indicador que el supervisor publica de cada cooperativa, llevado a un año. #N/A: falta un dato o un mes.",
        f'=SEPS_INDICADOR("ROE";{_RANGES})', VALUE, supervision_cells.ratio,
    ),
    _function(
        "PERCENTIL_PAR",
        (
            Argument("valor", "Valor de la entidad, en la misma unidad que los pares."),
            Argument("pares", "Valores de las otras entidades, sin el de la propia; los vacíos no cuentan."),
            Argument("opciones", "sentido=mayor (más alto es mejor) o sentido=menor.", optional=True),
        ),
        "De cada cien pares, a cuántos supera un valor: de 0 a 100, con los empates por mitad.",
        '=PERCENTIL_PAR(B2;C2:C96;"sentido=menor")', VALUE, supervision_cells.percentile_among,
    ),
)  # fmt: skip

SOCIAL_INDICATOR = Argument(
    "indicador", "Indicador del Balance Social: CO01 a CO42 (Colombia) o P101 a P724 (Ecuador).", TEXT
)

_SOCIAL = (
    _function(
        "BS_INDICADOR",
        (
            SOCIAL_INDICATOR,
            Argument("datos", "Claves o nombres de los datos (asociados_activos, Socios …). Se pasan por alto títulos "
                     "y blancos. Aquí no hay balance: los datos que saldrían de cuentas también se escriben."),
            Argument("valores", "Valores del año, tantos como datos. En blanco: falta, que no es cero; «no aplica», sí "
                     "y no también valen."),
            Argument("valores_previos", "Valores del año anterior, tantos como datos, para los crecimientos. Sin ellos "
                     "dan #N/A.", optional=True),
            Argument("opciones", "pais=co o pais=ec; sin ella lo dice el indicador.", optional=True),
        ),
        "Valor de un indicador del Balance Social (0,10 es 10 %). #N/A: falta un dato o no aplica; #DIV/0!: "
        "denominador cero; #VALUE!: un dato suyo está mal escrito.",
        '=BS_INDICADOR("CO01";A2:A69;C2:C69;B2:B69)', VALUE, social_cells.indicator,
    ),
    _function(
        "BS_NOTA",
        (
            SOCIAL_INDICATOR,
            Argument("valor", "Valor del indicador, como el de BS_INDICADOR: 0,10 es 10 %; o sí, no, o la respuesta."),
            Argument("opciones", "previo=, el valor del año anterior, si cuenta el cambio; referencia=, el IPC de "
                     "CO20. Umbrales propios, como en el archivo de notas: modo, sobre, puntos, si, no, respondido, "
                     "opciones (puntos=0:0 | 20%:5 | 50%:10). pais.", optional=True),
        ),
        "Nota de 0 a 10 de un valor, con los umbrales de xl-perlas o con los de opciones. #N/A: no hay con qué "
        "calificar.",
        '=BS_NOTA("CO01";B2;"modo=lineal; puntos=20%:0 | 80%:10")', VALUE, social_cells.mark,
    ),
    _function(
        "BS_SEMAFORO",
        (
            Argument("nota", "Nota de 0 a 10, como la de BS_NOTA."),
            Argument("opciones", "verde= y amarillo=, las notas desde las que se tiene esa luz; pais.", optional=True),
        ),
        "Luz de una nota: Verde, Amarillo o Rojo; N/A sin nota.",
        '=BS_SEMAFORO(C2;"verde=8; amarillo=5")', VALUE, social_cells.light,
    ),
    _function(
        "BS_TOTAL",
        (
            Argument("principios", "Principio de cada indicador (P1 a P7), en las mismas filas que notas."),
            Argument("notas", "Notas de los indicadores, de 0 a 10. En blanco o #N/A: sin nota."),
            Argument("opciones", "sin_nota=excluir (no cuenta) o sin_nota=cero (vale 0 si su principio tiene alguna).",
                     optional=True),
        ),
        "Calificación total del Balance Social: promedio simple de los promedios de los principios que tienen alguna "
        "nota. #N/A si ninguno tiene.",
        "=BS_TOTAL(A2:A43;C2:C43)", VALUE, social_cells.total,
    ),
)  # fmt: skip

FUNCTIONS: tuple[Function, ...] = (
    *_GENERAL, *_ANALYSIS, *_AHP, *_RATING, *_SUPERVISION, *_SOCIAL, *map(_indicator, INDICATORS),
)  # fmt: skip


def function(name: str) -> Function:
    """The function called `name`. Raises KeyError."""
    return _BY_NAME[name]


_BY_NAME = {f.name: f for f in FUNCTIONS}
