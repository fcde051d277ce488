"""Make the workbook: an empty template, or one filled with a balance. Building twice gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.balance import Balance
from xl_perlas.camel import load_segment
from xl_perlas.catalogs import AUTO
from xl_perlas.chart import ENTITY_DATA
from xl_perlas.judgements import published, published_name
from xl_perlas.load import load_profile
from xl_perlas.model import Profile
from xl_perlas.periods import Period, parse_period
from xl_perlas.problems import PerlasError, problem
from xl_perlas.udfs.excel import vba
from xl_perlas.udfs.excel.project import with_modules
from xl_perlas.workbook import names, recalc, styles
from xl_perlas.workbook.atomic import replace_file
from xl_perlas.workbook.button import with_button
from xl_perlas.workbook.copy_look import WORDS, lock, reword
from xl_perlas.workbook.hosts import AUDITOR, is_copy
from xl_perlas.workbook.perlas import PERLAS
from xl_perlas.workbook.plan import CATALOGO, HEADER_ROW, INICIO, SHEETS, Plan, make_plan, quoted, span
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

HOSTS = ("libreoffice", "excel", "lite", AUDITOR)
_SETTINGS = "_xlwings.conf"
_PROJECT = "xl/vbaProject.bin"
_SAMPLES = ("Module1",)  # in xlwings' quickstart.xlsm: a macro that runs a Python file beside the workbook

#: Files carry no time of their own, so that equal workbooks are equal bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_MOMENT = dt.datetime(2026, 1, 1)
_DATE_FORMAT = "dd/mm/yyyy"


def create(
    path: str | os.PathLike[str],
    *,
    host: str = "libreoffice",
    periods: Sequence[str | Period] = (),
    profile: Profile | str = "woccu",
    balance: Balance | None = None,
    catalog: str = "auto",
    entity: str = "",
    judgements: str = "",
    segment: str = "",
) -> Path:
    """Write the workbook to `path` (.xlsx, or .xlsm with xlwings' macros for Excel), replacing it atomically.

    `periods` head the columns of the empty template (years or ISO dates); with `balance` they are the balance's and
    its accounts fill Catálogo. `judgements` and `segment` name published ones to start from on sheets AHP and
    Segmento; without a name they are blank.
    `host` decides how add-in functions are spelt in the file.

    Raises:
        PerlasError: an unknown host, a period that is none, or a path that cannot be written.
    """
    if host not in HOSTS:
        raise PerlasError(problem("D02", kind="el anfitrión", name=f"«{host}»", options=", ".join(HOSTS)))
    loaded = load_profile(profile) if isinstance(profile, str) else profile
    heads = _heads(balance.periods if balance else periods)
    accounts = sum(c not in ENTITY_DATA for c in balance.chart.codes) if balance else 0
    plan = make_plan(loaded, heads, accounts, host)
    target = Path(path)
    macros = target.suffix.lower() == ".xlsm"
    book = start_book(macros)
    _fill(book, plan, heads, balance, entity or (balance.entity if balance else ""), catalog)
    _fill_rating(book, plan, judgements, segment)
    if is_copy(plan):
        reword(book, WORDS)
        lock(book, PERLAS.open_sheets)
    store(book, host, target)
    return target


def store(book: Any, host: str, target: Path) -> None:
    """Write an openpyxl workbook to `target`, recalculated, replacing it atomically.

    Raises:
        PerlasError: a path that cannot be written.
    """
    parts = _parts(book)
    if target.suffix.lower() == ".xlsm" and host == "excel":
        parts = _with_macros(parts)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / target.name
        draft.write_bytes(_packed(parts))
        recalc.recalculate(draft, log=False)
        replace_file(target, draft.read_bytes())


def blank_copy(plan: Plan, first_year: int) -> Any:
    """An auditor's copy without inputs, as an openpyxl workbook whose cells for them are still open.

    `plan` is that of the workbook to copy, for host `auditor`; `first_year` heads the years of Parámetros.
    """
    book = start_book(macros=False)
    _fill(book, plan, [first_year], None, "", AUTO)
    _fill_rating(book, plan, "", "")
    reword(book, WORDS)
    return book


def locked_copy(book: Any, unlocked: Collection[str], dates: Mapping[str, Collection[str]]) -> bytes:
    """The file of a `blank_copy`, locked but for sheets `unlocked`; `dates`: cells, by sheet, that will hold one."""
    lock(book, unlocked)
    for sheet, places in dates.items():
        for place in places:
            book[sheet][place].number_format = _DATE_FORMAT
    return _packed(_parts(book))


def _heads(periods: Sequence[str | Period]) -> list[object]:
    """What stands over each column: a year as a number, a month as its last day."""
    heads: list[object] = []
    for raw in periods:
        period = raw if isinstance(raw, Period) else parse_period(raw)
        if period is None:
            raise PerlasError(problem("U01", detail=f"No se entiende el periodo «{raw}»."))
        heads.append(period.year if period.annual else period.date)
    return heads


def start_book(macros: bool) -> Any:
    """An openpyxl workbook without sheets; with macros, that of xlwings' template."""
    if not macros:
        book = Workbook()
        book.remove(book.active)  # type: ignore[arg-type]
        return book
    import xlwings

    book = load_workbook(Path(xlwings.__file__).parent / "quickstart.xlsm", keep_vba=True)
    # its two sheets stay, renamed: the macro project has a module bound to each
    book["Sheet1"].title = INICIO
    book["_xlwings.conf"].sheet_state = "hidden"
    return book


def _fill(
    book: Any, plan: Plan, heads: list[object], balance: Balance | None, entity: str, catalog: str
) -> None:
    sheets = add_sheets(book, SHEETS)
    first = heads[0] if heads else _MOMENT.year
    first_year = first if isinstance(first, int) else getattr(first, "year", _MOMENT.year)
    catalogo.build(sheets[catalogo.NAME], plan, heads, balance)
    datos.build(sheets[datos.NAME], plan, heads, balance)
    parametros.build(sheets[parametros.NAME], plan, first_year, entity, catalog)
    for module in (
        pares, definiciones, lineas, indicadores, detalle, pesos, tablero, calificacion, sensibilidad, camel,
        horizontal, vertical, tendencias, supervision, decisiones, graficos, foda, informe, verificacion, auditoria,
        bitacora, inicio,
    ):  # fmt: skip
        module.build(sheets[module.NAME], plan)
    last = plan.catalog_column(plan.capacity - 1)
    rows = (plan.entity_first_row, plan.data_last_row)
    own = {
        names.CODES: f"{quoted(CATALOGO)}!{span(1, *rows)}",
        names.BALANCES: f"{quoted(CATALOGO)}!{span(plan.catalog_first_period, *rows, last + 1)}",
        names.PERIODS: f"{quoted(CATALOGO)}!{span(plan.catalog_first_period, HEADER_ROW, HEADER_ROW, last)}",
        names.PLAN: f'"{plan.to_text()}"',
        **parametros.defined(plan),
        **ahp.defined(plan),
        **pesos.defined(plan),
        **calificacion.defined(plan),
        **camel.defined(plan),
        **pares.defined(),
        **horizontal.defined(),
        **supervision.defined(),
        **decisiones.defined(),
        **detalle.defined(),
        **verificacion.defined(),
        **auditoria.defined(plan),
    }
    finish_book(book, plan.host, "Indicadores PERLAS", own)


def add_sheets(book: Any, names_of: Sequence[str]) -> dict[str, Worksheet]:
    """Every named style, and the sheets, in the order of their tabs."""
    styles.register(book)
    sheets = {name: book[name] if name in book.sheetnames else book.create_sheet(name) for name in names_of}
    if _SETTINGS in book.sheetnames:
        book.move_sheet(_SETTINGS, len(names_of))
    return sheets


def finish_book(book: Any, host: str, title: str, own: Mapping[str, str]) -> None:
    """What a workbook has beside its sheets: defined names (`own`), what its host needs, and its properties."""
    for name, text in own.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    if host == "excel":
        _xlwings_settings(book)
    if host == "lite":  # xlwings Lite writes results but cannot lift a sheet's protection
        for sheet in book:
            if sheet.title != _SETTINGS:
                sheet.protection.sheet = False
    book.active = 0
    properties = book.properties
    properties.creator, properties.title = "xl-perlas", title
    properties.created = properties.modified = _MOMENT


def _fill_rating(book: Any, plan: Plan, judgements: str, segment: str) -> None:
    """The sheets that published judgements and segments can start."""
    matrices = published(judgements) if judgements else None
    ahp.build(book[ahp.NAME], plan, matrices, published_name(judgements) if judgements else "")
    segmento.build(book[segmento.NAME], plan, load_segment(segment) if segment else None)


def _xlwings_settings(book: Any) -> None:
    """The sheet from which xlwings' add-in takes what goes with this workbook.

    What it does not say comes from the settings of who opens it, so it must not say which Python: that of one machine
    is nowhere on another, and an empty cell would hide theirs too.
    """
    sheet = book[_SETTINGS] if _SETTINGS in book.sheetnames else book.create_sheet(_SETTINGS)
    sheet.title, sheet.sheet_state = _SETTINGS.removeprefix("_"), "hidden"  # xlwings ignores it while it has the _
    sheet.delete_rows(1, sheet.max_row)
    settings = {
        "UDF Modules": vba.PYTHON_MODULE,
        # nothing is imported from the workbook's folder, which xlwings cannot find when it is in OneDrive
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
    }
    for row, pair in enumerate(settings.items(), 1):
        for column, text in enumerate(pair, 1):
            sheet.cell(row, column, text)


# --- the file


def _parts(book: Any) -> dict[str, bytes]:
    """The parts of the file, in their order, without the time of day in them."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    moment = _MOMENT.isoformat().encode()
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment + b"Z", parts[core])
    return parts


def _with_macros(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The cell functions in the workbook's own macros, in the place of xlwings' sample, and the button Recalcular."""
    project = with_modules(parts[_PROJECT], {vba.MODULE_NAME: vba.vba_module()}, without=_SAMPLES)
    return with_button({**parts, _PROJECT: project}, vba.MACRO)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The archive of `parts`: the same ones give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(info, content)
    return out.getvalue()
