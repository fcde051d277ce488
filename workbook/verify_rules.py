"""Conditional formats, data validations, protection and charts of a received workbook against the template's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from xl_perlas.problems import Problem, problem
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.verify_book import Received
from xl_perlas.workbook.verify_formulas import reaches_outside, relative, tokens
from xl_perlas.workbook.verify_looks import RuleLook, Styles, unreadable
from xl_perlas.workbook.verify_numfmt import conceals
from xl_perlas.workbook.verify_sheet import Area, Rule, SheetXml

_Key = tuple[object, ...]
#: Values of every kind, to see what a format does to them.
_SAMPLES: tuple[float | str, ...] = (1234.5, -1234.5, "texto")


def check_rules(book: Received, template: Received) -> list[Problem]:
    """Rules that hide, that were added, or that are gone; sheets without protection; charts with other figures."""
    known = [name for name in book.sheet_names if name in template.sheet_names]
    found = [one for name in book.sheet_names for one in rules_in(book, template, name)]
    return found + [one for name in known for one in _charts(book, template, name)]


def rules_in(book: Received, template: Received, name: str) -> list[Problem]:
    """Conditional formats, validations and protection of a sheet."""
    sheet = book.sheet_xml(name)
    known = template.sheet_xml(name) if name in template.sheet_names else None
    found = [*_hiding(book, template, name, sheet, known), *_outside(name, sheet)]
    if known is not None:
        found += _formats(book, template, name, sheet, known)
        found += [*_validations(name, sheet, known), *_protection(name, sheet, known)]
    return found


def _outside(name: str, sheet: SheetXml) -> Iterator[Problem]:
    for rule in (*sheet.formats, *sheet.validations):
        for formula in rule.formulas:
            if found := reaches_outside(formula):
                yield problem("V36", where=_where(name, rule.areas), found=found)


def _where(name: str, areas: Sequence[Area]) -> str:
    return f"{name}!{ref(areas[0].left, areas[0].top)}" if areas else name


# --- rules that hide --------------------------------------------------------------------------------------------------


def _hiding(
    book: Received, template: Received, name: str, sheet: SheetXml, known: SheetXml | None
) -> Iterator[Problem]:
    usual = {_format_key(rule, template.styles) for rule in known.formats} if known else set()
    for rule in sheet.formats:
        if _format_key(rule, book.styles) not in usual and (how := _how(book, sheet, rule)):
            yield problem("V30", where=_where(name, rule.areas), how=how)


def _how(book: Received, sheet: SheetXml, rule: Rule) -> str:
    if not rule.shows_value:
        return "muestra un símbolo en lugar del valor"
    look = book.styles.rule(rule.look)
    if look.code and any(conceals(look.code, sample) for sample in _SAMPLES):
        return f"su formato es «{look.code}»"
    if look.ink is None and look.paper is None:
        return ""
    first = rule.areas[0] if rule.areas else None
    cell = sheet.cells.get((first.top, first.left)) if first else None
    own = book.styles.cell(cell.style if cell else 0)
    done = unreadable(look.ink or own.ink, look.paper or own.paper)
    return f"las escribe {done}" if done else ""


# --- rules that are gone or were added --------------------------------------------------------------------------------


def _keys(rule: Rule) -> tuple[_Key, ...]:
    return tuple(relative(f, rule.areas[0]) for f in rule.formulas) if rule.areas else ()


def _format_key(rule: Rule, styles: Styles) -> _Key:
    look = styles.rule(rule.look) if rule.look >= 0 else RuleLook()
    return (rule.kind, _keys(rule), look.ink, look.paper, look.code, rule.shows_value)


def _formats(
    book: Received, template: Received, name: str, sheet: SheetXml, known: SheetXml
) -> Iterator[Problem]:
    ours = [(_format_key(r, template.styles), r) for r in known.formats]
    theirs = [(_format_key(r, book.styles), r) for r in sheet.formats]
    yield from _differences(name, ours, theirs, "un formato condicional")


def _validations(name: str, sheet: SheetXml, known: SheetXml) -> Iterator[Problem]:
    ours, theirs = (_keyed(one.validations) for one in (known, sheet))
    touched = [(key, rule._replace(areas=_touched(rule, key, theirs))) for key, rule in ours]
    yield from _differences(name, touched, theirs, "una validación de datos")


def _keyed(rules: Sequence[Rule]) -> list[tuple[_Key, Rule]]:
    return [((rule.kind, _keys(rule)), rule) for rule in rules]


def _touched(rule: Rule, key: _Key, theirs: list[tuple[_Key, Rule]]) -> tuple[Area, ...]:
    """Areas that none of the same rule reaches: LibreOffice leaves out long runs of empty rows at the end."""
    others = [area for other, one in theirs if other == key for area in one.areas]
    return tuple(area for area in rule.areas if uncovered(area, others) == [area])


def _differences(
    name: str, ours: list[tuple[_Key, Rule]], theirs: list[tuple[_Key, Rule]], what: str
) -> Iterator[Problem]:
    covers: dict[_Key, list[Area]] = {}
    for key, rule in theirs:
        covers.setdefault(key, []).extend(rule.areas)
    gone = [left for key, rule in ours for area in rule.areas for left in uncovered(area, covers.get(key, ()))]
    if gone:
        yield problem("V33", where=_where(name, gone), what=_counted(what, len(gone)))
    usual = {key for key, _ in ours}
    added = [rule for key, rule in theirs if key not in usual]
    if added:
        yield problem("V34", where=_where(name, added[0].areas), what=_counted(what, len(added)))


def _counted(what: str, count: int) -> str:
    return what if count == 1 else f"{what} (y {count - 1} más)"


def uncovered(area: Area, covers: Iterable[Area]) -> list[Area]:
    """What of an area none of the others covers."""
    left = [area]
    for cover in covers:
        left = [piece for one in left for piece in _without(one, cover)]
        if not left:
            break
    return left


def _without(area: Area, cover: Area) -> Iterator[Area]:
    top, left = max(area.top, cover.top), max(area.left, cover.left)
    bottom, right = min(area.bottom, cover.bottom), min(area.right, cover.right)
    if top > bottom or left > right:
        yield area
        return
    for piece in (
        Area(area.top, area.left, top - 1, area.right), Area(bottom + 1, area.left, area.bottom, area.right),
        Area(top, area.left, bottom, left - 1), Area(top, right + 1, bottom, area.right),
    ):  # fmt: skip
        if piece.top <= piece.bottom and piece.left <= piece.right:
            yield piece


# --- protection and charts --------------------------------------------------------------------------------------------


def _protection(name: str, sheet: SheetXml, known: SheetXml) -> Iterator[Problem]:
    if known.protected and not sheet.protected:
        yield problem("V33", where=name, what="la protección de la hoja")
    if sheet.password:
        yield problem("V34", where=name, what="una contraseña en la protección de la hoja,")


def _charts(book: Received, template: Received, name: str) -> Iterator[Problem]:
    ours, theirs = chart_sources(template, name), chart_sources(book, name)
    gone, added = ours - theirs, theirs - ours
    if gone and added and sum(theirs.values()) >= sum(ours.values()):
        yield problem("V35", where=name, found=_source(added), wanted=_source(gone))
    elif gone:
        yield problem("V33", where=name, what=_counted("un gráfico, o parte de uno,", len(gone)))
    elif added:
        yield problem("V34", where=name, what="gráficos, o series de ellos,")


def _source(sources: Counter[tuple[str, ...]]) -> str:
    return "".join(min(sources))


def chart_sources(book: Received, sheet: str) -> Counter[tuple[str, ...]]:
    """Where the charts of a sheet take their figures and names from, and how often."""
    found: Counter[tuple[str, ...]] = Counter()
    for drawing in _linked(book, book.sheet_part(sheet), "drawing"):
        for chart in _linked(book, drawing, "chart"):
            root = book.tree(chart)
            parts = root.iter() if root is not None else ()
            formulas = [e.text or "" for e in parts if e.tag.rpartition("}")[2] == "f"]
            found.update(tokens(text) for text in formulas if "!" in text)  # LibreOffice adds fixed texts
    return found


def _linked(book: Received, part: str, kind: str) -> Iterator[str]:
    return (t.target for t in book.targets if t.part == part and t.kind == kind and not t.outside)
