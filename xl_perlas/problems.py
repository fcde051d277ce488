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
#: E evaluación, L libro de Excel, U uso.
MESSAGES: dict[str, tuple[str, str, str]] = {
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
    # --- identities and catalogue
    "C01": (ERROR, "La cuenta {code} ({name}) dice {given} en {period} y sus subcuentas suman {expected}: "
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
    "C05": (WARNING, "La cuenta {code} ({name}) reduce a su grupo y debería ser negativa; en {period} es {given}.",
            "confirme el signo; el programa la usa tal como está."),
    "C06": (WARNING, "La cuenta {code} ({name}) no existe en el catálogo {catalog}.",
            "confirme el código; si es propia de la entidad, agréguela a una línea con una personalización."),
    "C07": (WARNING, "La cuenta {code} ({name}) pasó de {before} en {base} a {given} en {period}.",
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
    "D02": (ERROR, "No existe {kind} {name}.", "use uno de estos: {options}."),
    # --- use
    "U01": (ERROR, "{detail}", "consulte la ayuda con --help."),
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
