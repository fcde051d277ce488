"""What a received workbook brings with it beyond cells: links to other files, embedded objects, macros."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_perlas.problems import Problem, problem
from xl_perlas.udfs.excel import cfb
from xl_perlas.udfs.excel.project import modules_of
from xl_perlas.workbook.plan import Plan
from xl_perlas.workbook.verify_book import Received

_PROJECT = "vbaproject.bin"
#: What must not come with a workbook, by the kind of what refers to it.
_REFUSED = {
    "externalLink": "enlaces a otros libros", "externalLinkPath": "un enlace a otro archivo",
    "oleObject": "un objeto incrustado", "package": "un archivo incrustado", "connections": "conexiones a datos",
    "queryTable": "una consulta a datos", "pivotCacheDefinition": "datos de una tabla dinámica",
    "control": "un control (formulario o ActiveX)", "ctrlProp": "un control de formulario",
    "activeXControlBinary": "un control ActiveX", "xlMacrosheet": "macros de Excel 4",
    "xlIntlMacrosheet": "macros de Excel 4", "dialogsheet": "un diálogo de Excel 5",
    "extensibility": "órdenes en la cinta", "attachedToolbars": "barras de herramientas",
    "volatileDependencies": "datos en tiempo real",
    "powerPivotData": "un modelo de datos", "customData": "datos de otro programa",
}  # fmt: skip
#: The same by the name of the part, for those that nothing refers to.
_REFUSED_PARTS = {
    "externallinks/": _REFUSED["externalLink"], "embeddings/": _REFUSED["package"],
    "activex/": _REFUSED["activeXControlBinary"], "macrosheets/": _REFUSED["xlMacrosheet"],
    "connections.xml": _REFUSED["connections"], "querytables/": _REFUSED["queryTable"],
    "dialogsheets/": _REFUSED["dialogsheet"], "customui/": _REFUSED["extensibility"],
    "ctrlprops/": _REFUSED["ctrlProp"], "model/item.data": _REFUSED["powerPivotData"],
}  # fmt: skip
#: What any program may leave in a workbook.
_USUAL = {
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "worksheet", "styles",
    "theme", "sharedStrings", "calcChain", "drawing", "chart", "chartStyle", "chartColorStyle", "themeOverride",
    "printerSettings", "sheetMetadata", "vbaProject", "vmlDrawing", "chartUserShapes", "table", "hyperlink", "person",
    "app-properties",
}  # fmt: skip
_NOTED = {
    "image": "una imagen", "comments": "comentarios", "threadedComment": "comentarios",
    "customXml": "datos XML propios", "customXmlProps": "datos XML propios", "webextension": "un complemento web",
    "taskpanes": "un complemento web", "webextensiontaskpanes": "un complemento web",
    "chartsheet": "una hoja de gráfico", "origin": "una firma digital", "pivotTable": "una tabla dinámica",
    "slicer": "una segmentación", "vbaProjectSignature": "la firma de las macros",
}  # fmt: skip


def has_macros(book: Received) -> bool:
    """Whether a workbook carries a project of macros."""
    return bool(_projects(book))


def _projects(book: Received) -> list[str]:
    return [part for part in book.part_names if part.endswith(_PROJECT)]


def check_outside(book: Received, template: Received, plan: Plan) -> list[Problem]:
    """Links to other files, connections, objects and macros that are not the template's; and what to look at."""
    return [*_parts(book), *_links(book), *_shapes(book, template), *_macros(book, template, plan)]


# --- parts ------------------------------------------------------------------------------------------------------------


def _parts(book: Received) -> Iterator[Problem]:
    seen: set[str] = set()
    for target in book.targets:
        what = _REFUSED.get(target.kind)
        if what is None and target.outside and target.kind != "hyperlink":
            what = f"una referencia a un archivo de fuera ({target.target[:60]})"
        if what and what not in seen:
            seen.add(what)
            yield problem("V37", where=_owner(book, target.part), what=what)
    for mark, what in _REFUSED_PARTS.items():
        if what not in seen and any(mark in part for part in book.part_names):
            seen.add(what)
            yield problem("V37", where=book.file, what=what)
    noted: set[tuple[str, str]] = set()
    for target in book.targets:
        known = target.kind in _USUAL or target.kind in _REFUSED or target.outside
        what = _NOTED.get(target.kind, "" if known else f"una parte de otra clase ({target.kind})")
        if what and (what, target.part) not in noted:
            noted.add((what, target.part))
            yield problem("V40", where=_owner(book, target.part), what=what)


def _owner(book: Received, part: str) -> str:
    """The sheet that a part belongs to, directly or by its drawing; else the file."""
    sheets = {book.sheet_part(name): name for name in book.sheet_names}
    if part in sheets:
        return sheets[part]
    holders = (t.part for t in book.targets if t.target == part and not t.outside)
    return next((sheets[holder] for holder in holders if holder in sheets), book.file)


def _links(book: Received) -> Iterator[Problem]:
    for target in book.targets:
        if target.kind == "hyperlink" and target.outside:
            owner = _owner(book, target.part)
            sheet = book.sheet_xml(owner) if owner in book.sheet_names else None
            cell = next((link.cell for link in sheet.links if link.target == target.id), "") if sheet else ""
            where = f"{owner}!{cell}" if cell else owner
            yield problem("V40", where=where, what=f"un enlace a {target.target[:80]}")


def _shapes(book: Received, template: Received) -> Iterator[Problem]:
    """Shapes and pictures that lie over cells; the template's button is one."""
    usual = _shape_count(template)
    for name, count in _shape_count(book).items():
        if count > usual.get(name, 0):
            yield problem("V40", where=name, what="formas, cuadros de texto o imágenes que pueden tapar celdas")


def _shape_count(book: Received) -> dict[str, int]:
    found: dict[str, int] = {}
    for target in book.targets:
        root = book.tree(target.target) if target.kind == "drawing" and not target.outside else None
        owner = _owner(book, target.part)
        if root is not None and owner in book.sheet_names:
            marks = (e.tag.rpartition("}")[2] for e in root.iter())
            found[owner] = found.get(owner, 0) + sum(mark in ("sp", "pic", "cxnSp") for mark in marks)
    return found


# --- macros -----------------------------------------------------------------------------------------------------------

#: Lines of a module that do nothing: its attributes and options.
_IDLE = re.compile(
    r"(?:attribute\s.*|option\s+(?:explicit|base\s+\d|compare\s+\w+|private\s+module)|'.*|rem\s.*)?", re.I
)


def _macros(book: Received, template: Received, plan: Plan) -> Iterator[Problem]:
    projects, macro_file = _projects(book), b"macroEnabled" in book.content("[content_types].xml")
    suffix = book.path.suffix.lower()
    if not projects:
        if plan.host == "excel" and suffix == ".xlsm":
            step = "con ellas Excel calcula las funciones: use el libro original"
            yield problem("V39", where=book.file, what="faltan las macros de la plantilla", step=step)
        return
    if suffix == ".xlsx" or not macro_file:
        what = "el libro lleva macros y su nombre o su tipo es de libro sin ellas: Excel no lo abre, o las quita"
        yield problem("V39", where=book.file, what=what, step="guárdelo como .xlsm")
    usual = {name.casefold(): _code(text) for name, text in _modules(template).items()}
    for part in projects:
        yield from _project(book, part, usual)


def _modules(book: Received) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _projects(book):
        found |= modules_of(book.content(part))
    return found


def _project(book: Received, part: str, usual: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    try:
        modules = modules_of(book.content(part))
        compiled = any(len(content) > _BARE for path, content in cfb.read(book.content(part)).items()
                       if path[-1].casefold() == "_vba_project")  # fmt: skip
    except (ValueError, UnicodeDecodeError):
        yield problem("V38", where=book.file, name=part, why="está dañado o no se puede leer")
        return
    for name, text in modules.items():
        code, known = _code(text), usual.get(name.casefold())
        if code and known is None:
            yield problem("V38", where=book.file, name=name, why="no es de la plantilla y tiene código")
        elif code and code != known:
            yield problem("V38", where=book.file, name=name, why="no dice lo mismo que el de la plantilla")
    for name in sorted(name for name, code in usual.items() if code and name not in map(str.casefold, modules)):
        yield problem("V39", where=book.file, what=f"falta el módulo de macros «{name}»", step="use el libro original")
    if compiled:
        what = "macros compiladas por Excel: se comparó su texto, y no lo compilado"
        yield problem("V40", where=book.file, what=what)


#: Length of the stream of compiled code where there is none.
_BARE = 7


def _code(text: str) -> tuple[str, ...]:
    """The lines of a module that do something, as VBA's editor leaves their blanks and capitals to no one."""
    joined = re.sub(r"[ \t]_\r?\n", " ", text)
    lines = (re.sub(r"\s+", "", line).casefold() for line in joined.splitlines() if not _IDLE.fullmatch(line.strip()))
    return tuple(line for line in lines if line)
