"""Every message about bad data, in one place: code, cause and next step, in Spanish.

Problems are values. They are collected and reported together; nothing here is raised except `PerlasError`, which
carries the problems of an operation that cannot go on (a file that cannot be opened, a definition that does not load).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR, WARNING, INFO = "error", "aviso", "nota"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth knowing.

    `where` is a cell address, a file or a period; `amount` the difference in the currency of the balance, if any.
    """

    code: str
    severity: str
    cause: str
    next_step: str
    where: str = ""
    accounts: tuple[str, ...] = ()
    period: str = ""
    amount: float | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"[{self.code}] {place}{self.cause} Qué hacer: {self.next_step}"


class PerlasError(Exception):
    """An operation that cannot go on; `problems` says why, all of it at once."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(map(str, self.problems)))


#: code -> (severity, cause, next step). Groups: A archivos, B balances, C catálogo e identidades, D definiciones,
#: E evaluación, H anfitrión (Calc), J juicios, puntaje y calificación, K CAMEL, L libro de Excel, U uso.
MESSAGES: dict[str, tuple[str, str, str]] = {
    # --- files
    "A01": (ERROR, "el archivo no existe.", "revise el nombre y la carpeta."),
    "A02": (ERROR, "es una carpeta, no un archivo.", "indique el archivo del balance que está dentro."),
    "A03": (ERROR, "no hay permiso para leer el archivo.",
            "ciérrelo si está abierto en otro programa o pida permiso de lectura."),
    "A04": (ERROR, "el archivo no se puede leer: {detail}.", "cópielo a su equipo y vuelva a intentarlo."),
    "A05": (ERROR, "el archivo está vacío.", "vuelva a exportar el balance desde el sistema contable."),
    "A06": (ERROR, "el archivo está protegido con contraseña.",
            "ábralo en Excel, quite la contraseña (Archivo > Información > Proteger libro) y guárdelo."),
    "A07": (ERROR, "es una página web guardada con nombre de libro de Excel.",
            "ábralo en Excel y guárdelo como libro de Excel (.xlsx)."),
    "A08": (ERROR, "es un libro en el formato XML de Excel 2003.",
            "ábralo en Excel y guárdelo como libro de Excel (.xlsx)."),
    "A10": (ERROR, "el libro está incompleto o dañado.", "descárguelo o cópielo de nuevo; ábralo en Excel y guárdelo."),
    "A11": (ERROR, "no es un balance: es {kind}.", "exporte el balance como .xlsx, .ods o .csv."),
    "A12": (ERROR, "el libro se expande a más de {limit} MB o se comprime demasiado: puede ser un archivo malicioso.",
            "no lo abra si no conoce su origen; si es suyo, copie el balance a un libro nuevo."),
    "A13": (ERROR, "el libro contiene declaraciones XML (DOCTYPE) que ninguna hoja de cálculo escribe.",
            "no lo abra si no conoce su origen; si es suyo, copie el balance a un libro nuevo."),
    "A14": (ERROR, "el libro contiene más de {limit} archivos internos: puede ser malicioso.",
            "no lo abra si no conoce su origen; si es suyo, copie el balance a un libro nuevo."),
    "A15": (ERROR, "el archivo ocupa {size} MB y el máximo es {limit} MB.", "deje solo el balance en el archivo."),
    "A16": (ERROR, "el libro no se puede abrir: su contenido está dañado o es de una versión muy antigua.",
            "ábralo en Excel o LibreOffice y guárdelo como .xlsx."),
    "A17": (ERROR, "no hay una hoja «{sheet}».", "use una de estas: {names}."),
    "A18": (ERROR, "una hoja tiene celdas muy alejadas entre sí o textos enormes repetidos.",
            "copie el balance a un libro nuevo."),
    "A19": (ERROR, "no es un libro ni un archivo de texto.", "exporte el balance como .xlsx, .ods o .csv."),
    "A20": (INFO, "no está en UTF-8; se leyó como {encoding}.",
            "si los acentos se ven mal, guárdelo como CSV UTF-8."),
    "A21": (ERROR, "el libro no tiene hojas con datos.", "indique un libro que contenga el balance."),
    "A22": (INFO, "se leyó la hoja «{sheet}»; no se leyeron: {others}.",
            "si el balance está en otra, indíquela con la opción hoja."),
    "A23": (ERROR, "hay comillas sin cerrar o mal puestas.", "corrija las comillas de esa línea o de las siguientes."),
    # --- balances: tables
    "B01": (ERROR, "no se encontró la columna de códigos en las primeras {limit} filas.",
            "ponga una fila de encabezado: codigo, cuenta y una columna por periodo."),
    "B02": (ERROR, "no se encontró ninguna columna de saldos.",
            "titule cada columna de saldos con su periodo, por ejemplo 2011 o 2011-06-30."),
    "B03": (ERROR, "no se sabe de qué periodo es la columna «{column}».",
            "ponga el periodo como título de la columna (2011 o 2011-06-30), o «Al 31 de diciembre de 2011» arriba."),
    "B04": (ERROR, "varias columnas podrían ser el saldo: {columns}.",
            "titule con su periodo la que se debe usar y deje las demás sin la palabra saldo."),
    "B05": (ERROR, "hay encabezado pero ninguna fila de cuentas debajo.", "vuelva a exportar el balance."),
    "B06": (INFO, "el periodo {found} se tomó {source}.", "si no es ese, póngalo como título de la columna."),
    "B07": (INFO, "columnas que no se usan: {columns}.", "si alguna es un saldo, titúlela con su periodo."),
    "B08": (INFO, "los periodos no estaban en orden; se ordenaron: {periods}.", "no hace falta hacer nada."),
    "B09": (WARNING, "el código {code} está repetido con las mismas cifras ({places}); se usa una vez.",
            "borre la fila que sobra."),
    "B10": (ERROR, "el código {code} está repetido con cifras distintas en {period} ({places}).",
            "deje una sola fila; mientras tanto esa cifra no se usa."),
    "B11": (WARNING, "el periodo {period} está en dos columnas con las mismas cifras ({columns}); se usa una.",
            "borre la columna que sobra."),
    "B12": (ERROR, "el periodo {period} está en dos columnas ({columns}) con cifras distintas en {count} cuentas.",
            "corrija el título de una de ellas; mientras tanto esas cifras no se usan."),
    "B13": (ERROR, "«{text}» no es un código de cuenta y su fila tiene cifras.",
            "corrija el código; mientras tanto la fila no se usa."),
    "B14": (INFO, "filas que no son cuentas y no se usan: {detail}.", "compruebe que ninguna sea una cuenta."),
    "B15": (WARNING, "{count} filas con cifras y sin código no se usan: {examples}.",
            "si son cuentas, escriba su código."),
    "B16": (INFO, "los códigos están rellenados con ceros a la derecha ({example}); se usan sin ellos.",
            "si los ceros son parte del código, quite de la columna los códigos de clase y grupo rellenados."),
    "B17": (WARNING, "{count} nombres de cuenta empiezan con =, +, - o @, como las fórmulas: {examples}.",
            "se conservan como texto; corrija los nombres si puede."),
    "B18": (ERROR, "la línea tiene más campos que el encabezado: un nombre o una cifra contiene el separador.",
            "ponga ese campo entre comillas; mientras tanto las cifras de la línea no se usan."),
    "B19": (ERROR, "no hay ninguna fila con un código de cuenta.", "revise la columna de códigos."),
    # --- balances: figures
    "B20": (INFO, "{column}: se leyó con {mark} (cifras que lo muestran: {comma} con coma, {point} con punto; "
            "dudosas por sí solas: {doubtful}).",
            "si no es así, corrija las cifras o escríbalas como números."),
    "B21": (ERROR, "en {column}, «{text}» es ambiguo{hint} y ninguna otra cifra de la columna lo aclara.",
            "escriba la celda como número, o la columna con dos decimales."),
    "B22": (ERROR, "en {column}, «{text}» contradice el separador decimal del resto de la columna{hint}.",
            "corrija el separador de esa celda; mientras tanto la cifra no se usa."),
    "B23": (ERROR, "en {column}, «{text}» no es una cifra{hint}.",
            "corrija la celda; mientras tanto la cifra no se usa."),
    "B24": (ERROR, "en {column}, la celda contiene el error {text}.",
            "corrija la fórmula de la celda; mientras tanto la cifra no se usa."),
    "B25": (WARNING, "{column}: tantas cifras con coma decimal ({comma}) como con punto decimal ({point}); cada una se "
            "leyó por sí sola y las dudosas ({doubtful}) no se usan.",
            "escriba toda la columna con el mismo separador decimal."),
    "B26": (ERROR, "el periodo {period} está en más de un archivo: {files}.",
            "indique un solo archivo por periodo, o corrija el título de la columna."),
    "B27": (ERROR, "en {column}, la celda tiene una fórmula sin resultado guardado.",
            "abra el libro en Excel o LibreOffice, deje que calcule y guárdelo."),
    "B29": (WARNING, "y {count} problemas más como [{code}].",
            "corrija los que se muestran y vuelva a leer el archivo."),
    # --- identities and catalogue
    "C01": (ERROR, "La cuenta {code} «{name}» dice {given} en {period} y sus subcuentas suman {expected}: "
            "diferencia {difference}.{hint}",
            "revise la cuenta y sus subcuentas en el mayor."),
    "C02": (ERROR, "En {period} el activo (1) es {given} y pasivo más patrimonio suman {expected}: "
            "diferencia {difference}.",
            "revise las cuentas 1, 2 y 3, y si el balance es de antes del cierre las 4 y 5."),
    "C03": (ERROR, "En {period} ingresos menos gastos (5 − 4) da {given} y el resultado del ejercicio (3603, 3604) "
            "dice {expected}: diferencia {difference}.{hint}",
            "corrija la cuenta que no cuadra; ROA (R12) y ROC (R13) dependen de ella."),
    "C04": (ERROR, "En {period} la cuenta 59 dice {given} y 5 − 4 da {expected}: diferencia {difference}.",
            "revise las cuentas 4, 5 y 59."),
    "C05": (WARNING, "La cuenta {code} «{name}» reduce a su grupo y debería ser negativa; en {period} es {given}.",
            "confirme el signo; el programa la usa tal como está."),
    "C06": (WARNING, "La cuenta {code} «{name}» no existe en el catálogo {catalog}.",
            "confirme el código; si es propia de la entidad, agréguela a una línea con una personalización."),
    "C07": (WARNING, "La cuenta {code} «{name}» pasó de {before} en {base} a {given} en {period}.",
            "confirme el cambio; mire si falta o sobra un dígito o si el periodo está en otra unidad."),
    "C08": (WARNING, "En {period} el gasto de {concept} ({expense}) es {given} y {contra} creció {expected}: "
            "diferencia {difference}.",
            "explique la diferencia (castigos, bajas, ventas) o corrija el asiento."),
    "C09": (WARNING, "El activo total es negativo en {period}: {given}.",
            "revise los signos del balance; ningún indicador sobre el activo tiene sentido así."),
    "C10": (INFO, "Catálogo {catalog}: {reason}.", "si no es el suyo, elija otro con la opción catálogo."),
    "C11": (WARNING, "Catálogo {catalog}, sin certeza: {reason}.",
            "confirme el catálogo y fíjelo con la opción catálogo (sbs o seps)."),
    "C12": (WARNING, "En {period} todas las cuentas son cero.", "revise si el periodo está vacío; bórrelo si sobra."),
    "C13": (WARNING, "El perfil {profile} está escrito para el catálogo {expected} y el balance usa {catalog}.",
            "elija un perfil del mismo catálogo o compruebe las cuentas en Líneas."),
    "C14": (WARNING, "Los resultados acumulados (3601) de {period}, {given}, son la utilidad (3603) de {base}: "
            "los periodos parecen intercambiados.",
            "compruebe que cada columna lleve la fecha de su balance."),
    # --- evaluation: notes of a result
    "E01": (ERROR, "falta la cuenta {accounts} en {period}.",
            "agregue esas cuentas al balance (el plan se detiene antes del detalle o no trae la clase)."),
    "E02": (ERROR, "falta el dato {accounts} en {period}.", "escríbalo en la hoja Datos o como fila del balance."),
    "E03": (ERROR, "falta el periodo {period}, que la fórmula compara.", "agregue ese periodo al balance."),
    "E04": (ERROR, "la cifra de {accounts} en {period} no se puede leer.", "corrija la celda en el balance."),
    "E05": (ERROR, "el denominador es cero ({denominator}).",
            "no hay base para el cociente; no se lee como cero ni como cumplido."),
    "E06": (ERROR, "la base del crecimiento es negativa ({amount} en {period}).",
            "analice el cambio en valores; un porcentaje sobre base negativa no significa crecimiento."),
    "E07": (WARNING, "calculado con cifras que no cuadran: {detail}.", "corrija el balance y vuelva a calcular."),
    "E08": (WARNING, "el denominador es negativo ({amount}).",
            "el cociente se muestra, pero su signo engaña: analice numerador y denominador por separado."),
    "E09": (ERROR, "la cuenta {accounts} no figura en {period} aunque sí sus subcuentas.",
            "agregue la fila del total de esa cuenta."),
    "E10": (INFO, "la línea «{line}» tiene cuentas propias ({reason}).", "ver Cuentas propias en Parámetros."),
    # --- goals
    "E20": (INFO, "sin veredicto: falta el parámetro {parameter}.",
            "escríbalo, con su fuente y fecha, en la hoja Parámetros."),
    "E21": (INFO, "sin veredicto: {indicator} no tiene valor.", "complete los datos de {indicator}."),
    "E22": (INFO, "sin veredicto: la meta es minimizar y no fija un número.",
            "compare con periodos anteriores y con entidades pares."),
    "E23": (INFO, "sin veredicto: el indicador no tiene valor.", "siga la nota del valor."),
    "E24": (INFO, "{estructura} está {position} de su rango: debe crecer {rule} que el activo ({reference}).",
            "ver la meta de {estructura}."),
    # --- definitions
    "D01": (ERROR, "La definición no se puede cargar: {detail}.", "corrija el archivo de definiciones."),
    "D03": (ERROR, "La cuenta {code} no se puede agregar a «{line}»: no es una línea de cuentas del perfil.",
            "elija una línea que sume cuentas (hoja Definiciones)."),
    "D02": (ERROR, "No existe {kind} {name}.", "use uno de estos: {options}."),
    # --- workbooks changed in place
    "L01": (ERROR, "es {kind}; solo se puede escribir en un libro .xlsx o .xlsm.",
            "ábralo, guárdelo como «Libro de Excel (.xlsx)» y use ese archivo."),
    "L02": (ERROR, "no es un libro de Excel.", "indique un libro .xlsx o .xlsm, como el que crea xl-perlas nuevo."),
    "L03": (ERROR, "el libro está dañado: no se puede leer {part}.",
            "ábralo en Excel o LibreOffice y guárdelo de nuevo, o use una copia anterior."),
    "L04": (ERROR, "no hay una hoja «{sheet}»; hay {names}.",
            "devuelva a la hoja su nombre o cree un libro nuevo y pegue en él sus datos."),
    "L05": (ERROR, "la hoja «{sheet}» no tiene celdas (es un gráfico o un diálogo).",
            "devuelva a cada hoja del libro su nombre."),
    "L06": (ERROR, "el libro está abierto en {program}; no se cambió nada.",
            "guárdelo, ciérrelo y repita. Si nadie lo tiene abierto, borre el archivo «{lock}» de su carpeta."),
    "L07": (ERROR, "no se pudo guardar: {detail}. El archivo que había está como estaba.",
            "revise el espacio libre y la carpeta, o guarde con otro nombre."),
    "L08": (ERROR, "otro programa guardó el libro mientras se calculaba; no se cambió nada.",
            "repita para usar los datos nuevos."),
    "L09": (ERROR, "el rango {area} pasa de {limit} celdas.", "reduzca el rango a las filas y columnas con datos."),
    "L10": (ERROR, "falta el nombre definido «{name}», o no señala un rango de una hoja.",
            "restáurelo en el administrador de nombres, o cree un libro nuevo y pegue en él sus datos."),
    "L11": (ERROR, "no se pudo reemplazar el archivo: está abierto en otro programa, es de solo lectura o falta "
            "permiso.",
            "ciérrelo, quite «solo lectura» o guarde con otro nombre; el archivo está como estaba."),
    # --- the workbook's contents
    "L20": (ERROR, "El libro no es una plantilla de xl-perlas.",
            "cree uno con «xl-perlas nuevo» y pegue en él su balance."),
    "L21": (ERROR, "El libro es de una versión más nueva de la plantilla ({version}).", "actualice xl-perlas."),
    "L22": (WARNING, "«{value}» no es un catálogo; se detecta por las cuentas.", "elija auto, sbs o seps."),
    "L23": (ERROR, "La estructura de la hoja cambió: la celda {cell} no es la que el programa espera.",
            "deshaga filas o columnas insertadas o borradas en esa hoja, o cree un libro nuevo y pegue sus datos."),
    "L24": (ERROR, "El parámetro {parameter} no es un número: «{value}».", "escriba una razón, como 0,05 o 5%."),
    "L25": (ERROR, "El parámetro {parameter} es parte de las fórmulas y está vacío; se usó {value}.",
            "escriba su valor."),
    "L26": (ERROR, "«{value}» no es un periodo; la columna no se usa.",
            "escriba un año (2024) o la fecha de cierre (31/12/2024)."),
    "L27": (ERROR, "El periodo «{value}» ya está en {other}; esta columna no se usa.", "corrija uno de los dos."),
    "L28": (WARNING, "El código «{text}» se lee {code}, pero las fórmulas nativas lo buscan escrito así.",
            "escriba {code}."),
    "L29": (ERROR, "La cuenta está más abajo de la fila {last}, fuera de la tabla.",
            "suba las filas, o cree un libro nuevo desde el archivo del balance."),
    "L33": (ERROR, "La cuenta propia no está completa: línea «{line}», cuenta «{code}», coeficiente «{weight}».",
            "escriba la línea, el código de la cuenta y 1 (suma) o -1 (resta)."),
    "L34": (WARNING, "La cuenta propia {code} no tiene motivo.", "escriba por qué la línea la lleva."),
    "L35": (WARNING, "«{value}» no es una de las posibilidades; se usó {used}.", "elija una: {options}."),
    "L36": (ERROR, "El peso del experto no es un número: «{value}»; el experto no cuenta.",
            "escriba 0 o más; iguales para todos si opinan por igual."),
    "L37": (ERROR, "«{value}» no es un número{more}; no se usa.",
            "escriba el porcentaje, como 15,12 %, o deje la celda vacía."),
    "L38": (WARNING, "{value} de {indicator} es más de {times} veces lo publicado ({reference}){more}.",
            "si falta el signo, escriba 15,12 % y no 15,12; si la cifra es correcta, no haga nada."),
    "L39": (WARNING, "hay valores escritos en una columna sin periodo; no se usan.",
            "escriba el periodo en el Catálogo o borre los valores."),
    "L19": (ERROR, "El libro es de una versión anterior de la plantilla ({version}).",
            "cree uno con «xl-perlas nuevo» y pegue en él su balance, sus datos y sus parámetros."),
    "L30": (WARNING, "El saldo «{text}» está escrito como texto; las fórmulas nativas no lo suman.",
            "conviértalo en número."),
    "L31": (WARNING, "El Catálogo no tiene cuentas.", "pegue el balance en la hoja Catálogo y recalcule."),
    "L32": (WARNING, "El Catálogo no tiene periodos.", "escriba el año o la fecha de cierre sobre cada columna."),
    # --- hosts: installing the add-in of LibreOffice, and what the add-in says where the program does not answer
    "H01": (ERROR, "no se encuentra LibreOffice ({places}).",
            "instale LibreOffice 7.4 o posterior; si está en otra carpeta, añada a PATH la de su programa unopkg."),
    "H02": (ERROR, "a LibreOffice ({path}) le falta lo que ejecuta Python.",
            "instale el paquete python3-uno del sistema (Debian, Ubuntu: sudo apt install python3-uno) y repita."),
    "H03": (ERROR, "LibreOffice no instaló el complemento: {detail}",
            "cierre LibreOffice y repita; o instálelo a mano: Herramientas > Extensiones > Añadir, archivo {oxt}."),
    "H04": (ERROR, "LibreOffice está abierto.",
            "guarde sus libros, ciérrelo y repita la orden. Si no está abierto, borre el archivo {lock}."),
    "H05": (ERROR, "LibreOffice no instala complementos solo para root.",
            "repita la orden como usuario corriente, o con --todos para todos los usuarios."),
    "H06": (ERROR, "no se pudo quitar el complemento: {detail}",
            "cierre LibreOffice y repita; o quítelo a mano: Herramientas > Extensiones."),
    "H07": (INFO, "el complemento no estaba instalado{whose}.", "no hace falta hacer nada."),
    "H08": (WARNING, "los demás usuarios no pueden entrar en {path}, y xl-perlas está dentro.",
            "instale xl-perlas en una carpeta que todos puedan leer, como /opt/xl-perlas, y repita."),
    "H10": (ERROR, "El complemento no encuentra xl-perlas en {path}.",
            "instale xl-perlas, ejecute «xl-perlas instalar --anfitrion libreoffice» y reinicie LibreOffice."),
    "H11": (ERROR, "El Python de LibreOffice es {have} y hace falta {oldest} o posterior; el de xl-perlas ({python}) "
            "no responde: {detail}.",
            "ejecute «xl-perlas instalar --anfitrion libreoffice» con el Python que tiene xl-perlas y reinicie "
            "LibreOffice."),
    "H12": (WARNING, "El complemento es de xl-perlas {own} y el programa instalado es {have}.",
            "ejecute «xl-perlas instalar --anfitrion libreoffice» y reinicie LibreOffice."),
    "H13": (ERROR, "xl-perlas está instalado y no se puede cargar: {detail}.",
            "reinstale xl-perlas, ejecute «xl-perlas instalar --anfitrion libreoffice» y reinicie LibreOffice."),
    "H14": (WARNING, "En Calc, una columna entera cuesta cerca de un segundo por celda en los argumentos que se pueden "
            "omitir (saldos_previos, opciones); en los demás, nada.",
            "seleccione en ellos solo las filas con datos, o use PERLAS_MATRIZ con las columnas de los dos periodos."),
    # --- judgements, score and rating
    "J01": (ERROR, "La matriz de comparaciones no es cuadrada: {rows} filas y {columns} columnas.",
            "ponga los mismos criterios, en el mismo orden, en la primera fila y en la primera columna."),
    "J02": (ERROR, "El juicio {cell} no se entiende: «{text}».{hint}",
            "escriba un número de la escala, de 1/9 a 9, como 3 o 1/3."),
    "J03": (ERROR, "El juicio {cell} es {value}; debe ser mayor que cero.", "escriba un número de 1/9 a 9."),
    "J04": (ERROR, "La diagonal {cell} es {value}; un criterio comparado consigo mismo es 1.", "escriba 1."),
    "J05": (ERROR, "El juicio {cell} es {value} y debe ser {expected}, el inverso de {opposite} = {other}.",
            "corrija uno de los dos: la matriz no es recíproca y sus pesos no valen."),
    "J06": (WARNING, "El juicio {cell} = {value} está fuera de la escala de 1/9 a 9.",
            "use la escala; si un criterio pesa más de nueve veces otro, agrúpelos de otra manera."),
    "J07": (WARNING, "Faltan {count} de {total} juicios: {cells}.",
            "complételos; mientras tanto los pesos salen de los que hay, y RC es solo un mínimo."),
    "J08": (ERROR, "Los criterios no coinciden: {detail}.",
            "escriba cada criterio una vez, igual en filas y columnas."),
    "J09": (ERROR, "Los juicios no enlazan todos los criterios: no hay pesos.",
            "compare cada criterio al menos con otro del resto del grupo."),
    "J10": (WARNING, "Juicios incoherentes: RC = {ratio} ({table}), sobre 0,10.",
            "reconsidere primero {worst}."),
    "J11": (WARNING, "Coherencia al límite: RC = {ratio} ({table}), con 0,10 como máximo.",
            "revise {worst}: con otra tabla de índices aleatorios podría pasar el límite."),
    "J12": (INFO, "Sin juicios, y por eso sin peso: {names}.", "compárelos en la hoja AHP si deben contar."),
    "J13": (INFO, "La tabla {table} no tiene índice aleatorio para {size} elementos.",
            "use otra tabla: {options}."),
    "J20": (ERROR, "No se pueden reunir los juicios: {detail}.",
            "dé a cada experto un peso de 0 en adelante y al menos a uno, más de 0."),
    "J21": (ERROR, "No todos los expertos compararon los mismos criterios: {detail}.",
            "complete sus juicios, o reúna los juicios en vez de los pesos."),
    "J22": (INFO, "Consenso de {count} expertos: {share} ({word}).{widest}",
            "hablen primero de los juicios en que más difieren."),
    "J30": (ERROR, "Falta la comparación de los componentes entre sí (grupo {group}).",
            "compare los componentes en una matriz {group}, o dé los pesos de los componentes."),
    "J31": (ERROR, "El componente {component} tiene peso y sus indicadores no.",
            "compare los indicadores de {component} (si es uno solo, una matriz de 1 × 1), o quite el componente."),
    "J32": (ERROR, "Los indicadores de {component} se comparan y el componente no.",
            "compare {component} con los demás componentes, o quite la matriz de sus indicadores."),
    "J33": (ERROR, "No son indicadores del componente {component}: {names}.",
            "ponga en cada componente los indicadores que empiezan con su letra."),
    "J34": (ERROR, "no es un archivo de pesos: {detail}.",
            "escriba en JSON un peso por indicador, como {{\"P1\": 0.06, \"P2\": 0.05}}, o componentes e indicadores."),
    "J35": (ERROR, "El peso de {name} no vale: {value}.", "escriba un número de 0 a 1, sin comillas."),
    "J36": (WARNING, "Los pesos de {name} suman {total} y deben sumar 100%.",
            "corríjalos; se usan como están, sin reescalarlos, y el puntaje máximo ya no es 100."),
    "J37": (WARNING, "Los pesos globales no son los productos de la jerarquía: {names}.",
            "quite unos u otros; se usan los productos."),
    "J38": (ERROR, "son pesos de componentes, no de indicadores: {names}.",
            "agregue los pesos de los indicadores dentro de cada componente."),
    "J40": (ERROR, "no se encontró una fila de encabezado con periodos.",
            "titule cada columna de veredictos con su periodo (2011 o 2011-06-30)."),
    "J41": (ERROR, "«{text}» no es un veredicto.",
            "escriba SI o NO, o deje la celda vacía; mientras tanto no hay veredicto."),
    "J42": (ERROR, "El indicador {indicator} está repetido (también en {other}){detail}.", "deje una sola fila."),
    "J43": (ERROR, "El periodo {period} está repetido (también en {other}){detail}.", "deje una sola columna."),
    "J44": (INFO, "columnas que no se usan: {columns}.", "si alguna tiene veredictos, titúlela con su periodo."),
    "J45": (ERROR, "«{text}» no es un indicador y su fila tiene veredictos.",
            "escriba la letra y el número del indicador, como E9; mientras tanto la fila no se usa."),
    "J46": (ERROR, "no hay ninguna fila con un indicador.",
            "escriba en la primera columna la letra y el número de cada indicador, como E9."),
    "J47": (INFO, "Tienen veredicto y no peso, y por eso no cuentan en el puntaje: {names}.",
            "compárelos en la hoja AHP si deben contar."),
    "J48": (INFO, "En {period} no tienen veredicto {names} ({share} del peso): {policy}.",
            "complete sus datos y parámetros, o elija la otra política."),
    "J49": (WARNING, "En {period} ningún indicador con peso tiene veredicto: no hay puntaje.",
            "complete los datos del periodo."),
    # --- use
    "U01": (ERROR, "{detail}", "consulte la ayuda con --help."),
    "U02": (ERROR, "El perfil {profile} no tiene el indicador «{indicator}».", "use uno de estos: {options}."),
    "U03": (ERROR, "El balance no tiene el periodo «{wanted}».", "use uno de estos: {options}."),
    "U04": (ERROR, "El archivo {file} ya existe.", "elija otro nombre, o reemplácelo con --reemplazar."),
    "U05": (ERROR, "No se puede escribir {file}: {detail}.",
            "ciérrelo si está abierto en otro programa, o elija otra carpeta."),
    "U06": (ERROR, "No se entienden los periodos «{text}»: {detail}.",
            "escríbalos como 2019-2024, 2019,2020 o 2023-01..2023-12."),
    "U07": (INFO, "Se usan los parámetros publicados con el perfil {profile}: {names}.",
            "cámbielos con --parametros si los suyos son otros."),
    "U08": (ERROR, "{file} no puede ser la salida: {detail}.", "elija otro nombre para --salida."),
    "U09": (ERROR, "Error interno del programa: {detail}.",
            "repita la orden con la variable de entorno XL_PERLAS_DEPURAR=1 e informe del texto que aparece."),
    "U10": (ERROR, "«{file}» no puede ser un libro nuevo: su nombre debe terminar en .xlsx o .xlsm.",
            "escriba, por ejemplo, perlas.xlsx."),
    # --- use: cell functions
    "U20": (ERROR, "{argument} tiene {found} filas y codigos tiene {expected}.",
            "seleccione las mismas filas en todos los argumentos."),
    "U21": (ERROR, "el perfil {profile} no tiene el indicador «{indicator}».", "use uno de estos: {options}."),
    "U22": (ERROR, "en codigos no hay ningún código de cuenta que se pueda leer.",
            "seleccione la columna de códigos del balance (1, 11, 1101 …)."),
    "U23": (ERROR, "falta el argumento {argument}.", "seleccione su columna del balance."),
    "U24": (ERROR, "{argument} tiene {found} columnas y debe tener una.",
            "seleccione una sola columna; para varios periodos a la vez use PERLAS_MATRIZ."),
    "U25": (ERROR, "la opción «{key}» no existe.", "use una de estas: {options}."),
    "U26": (ERROR, "la opción {key} no puede valer «{value}»: {why}.", "escriba, por ejemplo, {example}."),
    "U27": (ERROR, "modo=doce_meses necesita saber de qué periodo es cada columna.",
            "use PERLAS_MATRIZ con una fila de encabezado que lleve un periodo en cada columna."),
    "U28": (ERROR, "el encabezado de {argument} no da a cada columna un periodo propio ({found}).",
            "escriba sobre cada columna un año o una fecha, sin repetir."),
    "U29": (ERROR, "opciones no tiene la forma esperada.",
            "escriba «clave=valor; clave=valor», o seleccione un rango de dos columnas: clave y valor."),
    "U30": (ERROR, "ninguna columna es del periodo {wanted}; hay {options}.",
            "corrija la opción periodo o el encabezado de los saldos."),
    "U31": (ERROR, "periodo={wanted} no sirve para {found} columnas sin encabezado, que se leen como años seguidos.",
            "dé el año de la última columna, o escriba el periodo sobre cada columna."),
    "U33": (ERROR, "{one} tiene {found} celdas y {other} {expected}.", "seleccione las mismas filas en los dos."),
    "U34": (ERROR, "los pesos suman {total} y no pueden pasar de 1.",
            "seleccione los pesos globales, como razones: 0,06 o 6%."),
    "U35": (ERROR, "{argument} tiene {found} celdas y debe tener una.", "seleccione una sola celda."),
    "U36": (ERROR, "{argument}: «{text}» no vale.", "escriba un número; una calificación va de 1 a 5."),
    "U37": (ERROR, "«{text}» no es un indicador CAMEL ni un sentido.", "use uno de estos: {options}."),
    "U32": (ERROR, "error interno ({detail}).", "copie el texto de PERLAS_DIAG() e informe el problema."),
    # --- CAMEL
    "K01": (ERROR, "«{text}» no es un indicador de {method}.", "use uno de estos: {options}."),
    "K02": (ERROR, "{what} está dos veces con cifras distintas ({places}).",
            "deje una sola; mientras tanto no se usa ninguna."),
    "K03": (WARNING, "{what} está dos veces con la misma cifra ({places}); se usa una.", "borre la que sobra."),
    "K04": (ERROR, "no se encontró una tabla de valores.",
            "ponga una columna de indicadores y una por periodo, o las columnas indicador, periodo y valor."),
    "K05": (ERROR, "no se encontró la tabla de un segmento.",
            "ponga las columnas indicador, media y desviacion, o una fila por entidad y una columna por indicador."),
    "K06": (ERROR, "«{text}» no es un periodo; la fila no se usa.",
            "escriba un año (2024) o la fecha de cierre (31/12/2024)."),
    "K07": (INFO, "columnas que no se usan: {columns}.", "si alguna hace falta, corrija su título."),
    "K08": (WARNING, "la fila «{text}» parece un resumen y no una entidad; no se usa.",
            "si es una entidad, escriba su nombre completo."),
    "K09": (ERROR, "hay tabla pero ninguna cifra que se pueda usar.", "revise los indicadores y las cifras."),
    "K10": (ERROR, "falta el valor de {indicator} en {period}.", "escríbalo; lo que falta no es cero."),
    "K11": (ERROR, "el valor de {indicator} en {period} no se puede leer.", "corrija la celda; lleva una sola cifra."),
    "K12": (INFO, "valor escrito por el usuario{instead}.", "revíselo si cambia el balance."),
    "K13": (WARNING, "hay valores escritos para {period}, que el balance no tiene; no se usan.",
            "corrija el periodo, o agréguelo al balance."),
    "K14": (WARNING, "los valores, en {values}, y las medias del segmento, en {segment}, difieren en un orden de cien.",
            "compruebe que ambos estén en la unidad que dicen: 15,12 es un porcentaje y 0,1512 una razón."),
    "K15": (ERROR, "es un libro, y en sus celdas 15,12 % puede estar guardado como 0,1512: no se sabe qué unidad es.",
            "guárdelo como CSV y use ese archivo."),
    "K20": (ERROR, "«{segment}» no tiene media y desviación de {indicator}: sin ellas no hay bandas.",
            "agregue ese indicador al segmento."),
    "K21": (ERROR, "media y desviación de {indicator} ({text}) no dan bandas: la desviación debe ser mayor que cero.",
            "corrija el segmento, o use uno con entidades distintas entre sí."),
    "K22": (ERROR, "{indicator} no tiene en el segmento dos valores con que calcular su desviación (tiene {count}).",
            "agregue entidades que tengan ese indicador."),
    "K23": (ERROR, "no hay calificación {what} en {period}: falta la de {indicators}.",
            "siga la nota de cada una; lo que falta no cuenta como cero."),
    "K24": (ERROR, "falta la media o la desviación de {indicator}.", "complete la fila."),
}


def problem(
    code: str,
    /,
    *,
    where: str = "",
    accounts: tuple[str, ...] = (),
    period: str = "",
    amount: float | None = None,
    **values: object,
) -> Problem:
    """Build the problem `code`, filling its text with `values` (and `period`)."""
    severity, cause, step = MESSAGES[code]
    values.setdefault("period", period)
    values.setdefault("amount", amount)
    values.setdefault("accounts", ", ".join(accounts))
    return Problem(
        code, severity, cause.format(**values), step.format(**values), where, accounts, period, amount
    )


def money(amount: float) -> str:
    """`1234.5` -> `1.234,50`: how amounts read in every message."""
    text = f"{amount:,.2f}"
    return text.translate(str.maketrans(",.", ".,")).replace("-", "−")
