"""Commands and their options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from xl_perlas._version import __version__
from xl_perlas.cli.spanish import Parser

EPILOG = """\
Códigos de salida: 0 hecho; 1 los datos tienen problemas; 2 la orden está mal escrita o falta un archivo.

Ejemplos:
  xl-perlas demo
  xl-perlas nuevo perlas.xlsx --periodos 2019-2024
  xl-perlas calcular balance.csv --formato json
  xl-perlas detalle E9 balance.csv --periodo 2011
  xl-perlas validar balance.csv
  xl-perlas hallazgos balance.csv --publicados resultados.csv
  xl-perlas verificar perlas.xlsx
  xl-perlas comparar antes.xlsx despues.xlsx
  xl-perlas analizar balance.csv
  xl-perlas informe perlas.xlsx --salida informe.pdf"""

BALANCE_HELP = "balance de comprobación: .csv, .xlsx, .xlsm, .xls, .xlsb u .ods; varios archivos se unen por periodo"


#: The module of `cli/` with an order; the others are in `commands`.
_MODULES = {
    "ahp": "rating", "calificar": "rating", "camel": "rating", "analizar": "analysis",
    "instalar": "install", "desinstalar": "install",
    "comparar": "compare", "hallazgos": "findings", "fortalezas": "strengths",
    "copia_auditor": "audit", "verificar": "verify", "supervision": "supervision",
    "balance_social": "social", "informe": "informe",
}  # fmt: skip


def parse(arguments: Sequence[str]) -> Callable[[], int] | None:
    """The command that `arguments` ask for, ready to run; None when they ask for none (its help is then shown).

    Raises:
        PerlasError: arguments that are none (U01).
        SystemExit: the help was asked for and shown.
    """
    parser = build()
    found = parser.parse_args(arguments)
    if found.command is None:
        parser.print_help()
        return None
    module = import_module(f"xl_perlas.cli.{_MODULES.get(found.command, 'commands')}")
    return partial(getattr(module, found.command), found)


def build() -> Parser:
    """The whole parser."""
    parser = Parser(
        prog="xl-perlas",
        description="Indicadores PERLAS del Consejo Mundial (WOCCU) para cooperativas de ahorro y crédito.",
        epilog=EPILOG,
    )
    parser.add_argument("-V", "--version", action="version", version=f"xl-perlas {__version__}",
                        help="muestra la versión y termina")  # fmt: skip
    parser.set_defaults(command=None)
    orders = parser.add_subparsers(title="órdenes", metavar="ORDEN")
    _demo(_order(orders, "demo", "hace el libro de demostración y muestra un resumen"))
    _new(_order(orders, "nuevo", "hace un libro nuevo para pegar un balance"))
    _calculate(_order(orders, "calcular", "calcula los indicadores de un balance"))
    _detail(_order(orders, "detalle", "muestra de qué cuentas sale un indicador"))
    _validate(_order(orders, "validar", "comprueba que el balance cuadre"))
    _analyse(_order(orders, "analizar", "hace el análisis horizontal, vertical y de tendencias de un balance"))
    _findings(_order(orders, "hallazgos", "dice todo lo dudoso, de lo que más mueve la calificación a lo que menos"))
    _recalculate(_order(orders, "recalcular", "recalcula un libro sin abrirlo y lo guarda"))
    _auditor_copy(_order(orders, "copia-auditor", "hace una copia que un auditor revisa sin el complemento"))
    _verify(_order(orders, "verificar", "dice si un libro recibido sale de sus entradas y de la plantilla"))
    _compare(_order(orders, "comparar", "dice qué cambió entre dos versiones de un libro, y qué movió cada cambio"))
    _ahp(_order(orders, "ahp", "saca los pesos de una matriz de comparaciones y dice si es coherente"))
    _rate(_order(orders, "calificar", "da el puntaje y la calificación de un cuadro de cumplimiento"))
    _camel(_order(orders, "camel", "califica los indicadores CAMEL frente a su segmento"))
    _supervision(_order(orders, "supervision", "da los indicadores del supervisor, y su lugar entre los pares"))
    _strengths(_order(orders, "fortalezas", "dice fortalezas, debilidades y qué vigilar, por regla y con su evidencia"))
    _report(_order(orders, "informe", "hace el informe completo de un balance o de un libro, en HTML y en PDF"))
    _social(_order(orders, "balance-social", "calcula el Balance Social: indicadores, notas y plan de mejora"))
    _host(_order(orders, "instalar", "pone las funciones de celda en LibreOffice Calc o en Excel, o las actualiza"))
    _host(_order(orders, "desinstalar", "quita de LibreOffice Calc o de Excel lo que puso instalar"))
    return parser


def _order(orders: Any, name: str, text: str) -> Parser:
    parser: Parser = orders.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(command=name)
    return parser


def _demo(parser: Parser) -> None:
    parser.add_argument("--salida", metavar="LIBRO", help="libro que se hace (salida/perlas_banco_indigena.xlsx)")
    parser.add_argument("--reemplazar", action="store_true", help="reemplaza el libro de --salida si ya existe")


def _new(parser: Parser) -> None:
    parser.add_argument("libro", metavar="LIBRO", help="archivo que se hace: .xlsx o .xlsm")
    parser.add_argument("--plantilla", choices=("perlas", "balance-social-co", "balance-social-ec"), default="perlas",
                        help="libro que se hace (perlas)")  # fmt: skip
    parser.add_argument(
        "--anfitrion", choices=("excel", "lite", "libreoffice"),
        help="programa que lo abrirá (excel para .xlsm y libreoffice para .xlsx, si no se indica)",
    )  # fmt: skip
    parser.add_argument("--periodos", metavar="LISTA", help="2019-2024, 2019,2020 o 2023-01..2023-12 "
                        "(los cinco últimos años, si no se indica)")  # fmt: skip
    parser.add_argument("--entidad", metavar="NOMBRE", default="", help="nombre de la cooperativa")
    parser.add_argument("--juicios", metavar="J", default="",
                        help="juicios AHP de los que se parte: tulcan_2016 (en blanco, si no se indica)")  # fmt: skip
    parser.add_argument("--segmento", metavar="S", default="",
                        help="segmento CAMEL del que se parte: tulcan_2016 (en blanco, si no se indica)")  # fmt: skip
    _definitions(parser, overlay=False)
    parser.add_argument("--reemplazar", action="store_true", help="reemplaza el libro si ya existe")


def _calculate(parser: Parser) -> None:
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    _definitions(parser)
    _comparison(parser)
    _output(parser)


def _detail(parser: Parser) -> None:
    parser.add_argument("indicador", metavar="INDICADOR", help="por ejemplo E9")
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    parser.add_argument("--periodo", metavar="P", help="2011 o 2011-06 (el último, si no se indica)")
    _definitions(parser)
    _comparison(parser)
    _output(parser)


def _validate(parser: Parser) -> None:
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    _catalog(parser)
    _output(parser)


def _analyse(parser: Parser) -> None:
    parser.description = (
        "Hace el análisis horizontal y vertical de un balance, el estado de resultados por márgenes, la\n"
        "composición y las tendencias. Lo que no existe se nombra: desde cero, de cero a cero, sin base."
    )
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    parser.add_argument("--tipo", choices=("horizontal", "vertical", "tendencia", "resultados", "composicion"),
                        help="un solo análisis (todos, si no se indica)")  # fmt: skip
    parser.add_argument("--nivel", type=int, choices=(1, 2, 4, 6), default=2,
                        help="hasta cuántos dígitos tienen las cuentas que se muestran (2)")  # fmt: skip
    parser.add_argument("--base", choices=("diciembre", "interanual", "anterior"), default="diciembre",
                        help="con qué se comparan los saldos: el diciembre anterior, el mismo mes del año anterior o "
                        "el periodo anterior (diciembre)")  # fmt: skip
    _catalog(parser)
    _output(parser)


def _findings(parser: Parser) -> None:
    parser.add_argument("balance", metavar="BALANCE", nargs="*", help=BALANCE_HELP)
    parser.add_argument("--demo", action="store_true", help="usa los balances y los resultados publicados que trae el "
                        "programa")  # fmt: skip
    parser.add_argument("--publicados", metavar="TABLA", help="resultados publicados o hechos a mano, para explicar en "
                        "qué difieren: filas indicadores, columnas periodos")  # fmt: skip
    parser.add_argument("--pesos", metavar="W", help="pesos con que se ordena por puntos: archivo JSON, o tulcan_2016")
    parser.add_argument("--sin-veredicto", choices=("excluir", "no_cumple"), default="excluir", dest="politica",
                        help="qué hacer en el puntaje con un indicador sin veredicto (excluir)")  # fmt: skip
    _definitions(parser)
    _comparison(parser)
    _output(parser)


def _recalculate(parser: Parser) -> None:
    parser.add_argument("libro", metavar="LIBRO", help="libro hecho con xl-perlas: .xlsx o .xlsm")


def _auditor_copy(parser: Parser) -> None:
    parser.description = (
        "Hace un libro .xlsx con fórmulas nativas y valores, sin ninguna función del complemento, con las\n"
        "entradas tal como se escribieron y bloqueadas, y con sus huellas en la primera hoja.\n"
        "No modifica el libro del que sale."
    )
    parser.set_defaults(command="copia_auditor")
    parser.add_argument("libro", metavar="LIBRO", help="libro hecho con xl-perlas: .xlsx o .xlsm")
    parser.add_argument("--salida", metavar="COPIA", help="archivo .xlsx que se hace («LIBRO (auditor).xlsx» a su "
                        "lado, si no se indica)")  # fmt: skip
    parser.add_argument("--reemplazar", action="store_true", help="reemplaza la copia si ya existe")


def _verify(parser: Parser) -> None:
    parser.description = (
        "Calcula de nuevo un libro recibido, sin modificarlo, y dice celda por celda qué no sale de sus\n"
        "entradas ni de la plantilla: resultados y fórmulas cambiados, entradas distintas de las selladas,\n"
        "contenido oculto, enlaces a otros archivos y macros ajenas.\n"
        "Sale con 0 si no hay errores (puede haber avisos y notas) y con 1 si los hay."
    )
    parser.add_argument("libro", metavar="LIBRO", help="libro hecho con xl-perlas: .xlsx o .xlsm")
    parser.add_argument("--informe", metavar="COPIA", help="escribe una copia del libro con una hoja que dice qué se "
                        "encontró")  # fmt: skip
    parser.add_argument("--reemplazar", action="store_true", help="reemplaza la copia de --informe si ya existe")
    _output(parser)


def _compare(parser: Parser) -> None:
    parser.description = (
        "Dice qué cambió en lo que se escribió entre dos versiones de un libro, y cuánto movió\n"
        "cada cambio los indicadores, el puntaje y CAMEL. No modifica ninguno de los dos.\n"
        "Sale con 0 tanto si difieren como si no."
    )
    parser.add_argument("a", metavar="A", help="versión anterior: libro .xlsx o .xlsm hecho con xl-perlas")
    parser.add_argument("b", metavar="B", help="versión nueva del mismo libro")
    parser.add_argument("--periodo", metavar="P", help="solo lo que se movió en un periodo: 2011 o 2011-06")
    parser.add_argument("--indicador", metavar="X", help="solo lo que movió un indicador, por ejemplo E9")
    _output(parser)


def _ahp(parser: Parser) -> None:
    parser.add_argument("matriz", metavar="MATRIZ", help="archivo con la matriz: la primera fila y la primera columna "
                        "nombran los criterios; celdas como 1/3 o 0.333")  # fmt: skip
    parser.add_argument("--metodo", choices=("eigenvector", "geometric_mean", "column_mean"), default="eigenvector",
                        help="cómo se sacan los pesos (eigenvector)")  # fmt: skip
    parser.add_argument("--indice", metavar="T", default="saaty",
                        help="tabla de índices aleatorios: saaty, tabla7 o formula_1_98 (saaty)")  # fmt: skip
    _output(parser)


def _rate(parser: Parser) -> None:
    parser.add_argument("--cumplimiento", metavar="ARCHIVO", required=True,
                        help="cuadro SI/NO: filas indicadores, columnas periodos")  # fmt: skip
    parser.add_argument("--pesos", metavar="W", required=True,
                        help="archivo JSON con el peso de cada indicador, o tulcan_2016: los publicados")  # fmt: skip
    parser.add_argument("--sin-veredicto", choices=("excluir", "no_cumple"), default="excluir", dest="politica",
                        help="qué hacer con un indicador sin veredicto (excluir)")  # fmt: skip
    _output(parser)


def _camel(parser: Parser) -> None:
    parser.add_argument("valores", metavar="VALORES", help="indicadores CAMEL en porcentaje, una columna por periodo")
    parser.add_argument("--segmento", metavar="S", help="media y desviación de cada indicador, o las entidades del "
                        "segmento (el publicado por Coral y Ruano, si no se indica)")  # fmt: skip
    _output(parser)


def _supervision(parser: Parser) -> None:
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    parser.add_argument("--promedio", choices=("fin_de_anio", "mensual"), default="fin_de_anio",
                        help="fin_de_anio: diciembre anterior y el periodo; mensual: todos los meses desde ese "
                        "diciembre, como publica el supervisor (fin_de_anio)")  # fmt: skip
    _catalog(parser)
    parser.add_argument("--periodo", metavar="P", help="periodo de --pares y de --detalle (el último, si no se indica)")
    parser.add_argument("--detalle", metavar="INDICADOR", help="muestra de qué cuentas sale uno, por ejemplo ROE")
    parser.add_argument("--pares", metavar="TABLA", help="otras entidades: una fila por entidad y una columna por "
                        "indicador; o entidad, indicador y valor; o indicador, media y desviacion")  # fmt: skip
    parser.add_argument("--unidad-pares", choices=("porcentaje", "razon"), help="porcentaje: 15,12; razon: 0,1512 "
                        "(porcentaje, si es un archivo de texto)")  # fmt: skip
    parser.add_argument("--segmento-pares", metavar="S", help="usa solo las filas de ese segmento")
    parser.add_argument("--desviacion", choices=("muestral", "poblacional"),
                        help="desviación estándar de los pares (muestral)")  # fmt: skip
    parser.add_argument("--segmento-camel", metavar="ARCHIVO", help="escribe la media y la desviación de los pares, "
                        "para xl-perlas camel --segmento")  # fmt: skip
    _output(parser)


def _strengths(parser: Parser) -> None:
    parser.description = (
        "Dice las fortalezas, las debilidades y lo que hay que vigilar en un periodo, por regla: según la meta\n"
        "de cada indicador, su lugar entre los pares y su tendencia. Cada asunto está en un solo lado."
    )
    parser.add_argument("balance", metavar="BALANCE", nargs="+", help=BALANCE_HELP)
    parser.add_argument("--periodo", metavar="P", help="2011 o 2011-06 (el último, si no se indica)")
    parser.add_argument("--pares", metavar="TABLA", help="otras entidades, como en supervision --pares")
    parser.add_argument("--unidad-pares", choices=("porcentaje", "razon"), help="unidad de la tabla de pares")
    parser.add_argument("--segmento-pares", metavar="S", help="usa solo las filas de ese segmento")
    parser.add_argument("--promedio", choices=("fin_de_anio", "mensual"), default="fin_de_anio",
                        help="cómo promedian los indicadores que se comparan con los pares (fin_de_anio)")  # fmt: skip
    parser.add_argument("--pesos", metavar="W", help="pesos con que se ordena: archivo JSON, o tulcan_2016")
    _definitions(parser)
    _comparison(parser)
    _output(parser)


def _report(parser: Parser) -> None:
    parser.description = (
        "Hace el informe completo, con gráficos, en una sola página HTML que se abre en cualquier navegador; con\n"
        "--salida .pdf hace además un PDF con LibreOffice. Un libro se recalcula en memoria y no se modifica.\n"
        "Sale con 1 si los datos tienen errores: el informe se escribe y los cuenta."
    )
    parser.add_argument("entrada", metavar="ENTRADA", nargs="+", help="libro hecho con xl-perlas, o " + BALANCE_HELP)
    parser.add_argument("--salida", metavar="ARCHIVO", help="informe.html o informe.pdf («ENTRADA-informe.html» a su "
                        "lado, si no se indica)")  # fmt: skip
    parser.add_argument("--reemplazar", action="store_true", help="reemplaza el informe si ya existe")
    parser.add_argument("--periodo", metavar="P", help="2011 o 2011-06: los periodos posteriores no se muestran (el "
                        "último; de un libro, el elegido en Decisiones)")  # fmt: skip
    parser.add_argument("--entidad", metavar="NOMBRE", default="", help="nombre de la cooperativa")
    parser.add_argument("--pares", metavar="TABLA", help="otras entidades, como en supervision --pares")
    parser.add_argument("--unidad-pares", choices=("porcentaje", "razon"), help="unidad de la tabla de pares")
    parser.add_argument("--segmento-pares", metavar="S", help="usa solo las filas de ese segmento")
    parser.add_argument("--segmento", metavar="S", help="segmento CAMEL: tabla de medias y desviaciones, o tulcan_2016 "
                        "(el de --pares, si no se indica)")  # fmt: skip
    parser.add_argument("--pesos", metavar="W", help="pesos del puntaje: archivo JSON, o tulcan_2016")
    parser.add_argument("--sin-veredicto", choices=("excluir", "no_cumple"), dest="politica",
                        help="qué hacer en el puntaje con un indicador sin veredicto (excluir)")  # fmt: skip
    _definitions(parser)
    _comparison(parser)
    parser.set_defaults(perfil=None)


def _social(parser: Parser) -> None:
    parser.description = (
        "Calcula los indicadores del Balance Social de Colombia o del Ecuador, con su análisis, su nota sobre 10,\n"
        "su luz y su categoría en el plan de mejora. Lo que falta o no aplica se dice y no cuenta como cero."
    )
    parser.set_defaults(command="balance_social")
    parser.add_argument("datos", metavar="DATOS", nargs="?", help="tabla con dato, periodo y valor (y responsable, "
                        "fecha y evidencia), o con dato y una columna por periodo")  # fmt: skip
    parser.add_argument("--pais", choices=("co", "ec"), required=True, help="co: Colombia; ec: Ecuador")
    parser.add_argument("--balance", metavar="BALANCE", nargs="+",
                        help="balance del que salen los datos que tienen cuentas, si no se escribieron")  # fmt: skip
    _catalog(parser)
    parser.add_argument("--lista", metavar="L=ARCHIVO", action="append", default=[], help="saldos uno por persona, "
                        "para la concentración: depositos=a.csv, o depositos@2023=a.csv; se puede repetir")  # fmt: skip
    parser.add_argument("--notas", metavar="TOML", help="umbrales propios (los de xl-perlas, si no se indica)")
    parser.add_argument("--plantilla", metavar="AÑO", help="escribe la tabla de datos en blanco, y nada más")
    _output(parser, "html")


def _host(parser: Parser) -> None:
    parser.add_argument("--anfitrion", choices=("excel", "libreoffice"), required=True,
                        help="programa de hojas de cálculo; excel es el de escritorio en Windows")  # fmt: skip
    parser.add_argument("--todos", action="store_true", help="para todos los usuarios del equipo (solo libreoffice): "
                        "lo hace un administrador; a otro usuario se le muestra la orden que necesita")  # fmt: skip


def _definitions(parser: Parser, overlay: bool = True) -> None:
    parser.add_argument("--perfil", metavar="P", default="woccu", help="definiciones que se usan (woccu)")
    _catalog(parser)
    parser.add_argument("--parametros", metavar="TOML", help="tasas, inflación y provisiones propias")
    parser.set_defaults(personalizacion=None)
    if overlay:
        parser.add_argument("--personalizacion", metavar="TOML", help="cuentas y fórmulas propias de la entidad")


def _catalog(parser: Parser) -> None:
    parser.add_argument("--catalogo", metavar="C", default="auto", help="plan de cuentas: auto, sbs o seps (auto)")


def _comparison(parser: Parser) -> None:
    parser.add_argument("--doce-meses", action="store_true",
                        help="compara con el mismo mes del año anterior, con ingresos de doce meses")  # fmt: skip


def _output(parser: Parser, *more: str) -> None:
    parser.add_argument("--formato", choices=("tabla", "json", "csv", *more), help="tabla, si no se indica")
    parser.add_argument("--salida", metavar="ARCHIVO", help="escribe en un archivo en vez de la pantalla")
