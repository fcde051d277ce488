"""The improvement plan by category, with who does what by when, and how it evolves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_perlas.document import Block, Cell, Column, Heading, Paragraph, Row, Section, Table, Unit
from xl_perlas.document.numbers import shown as number
from xl_perlas.social import Category
from xl_perlas.social.plan import Action, Movement, PlanItem
from xl_perlas.social.thresholds import PlanRule
from xl_perlas.social_document.material import Material, category_words, day


def plan(material: Material) -> Section:
    """How many indicators each category has and had, and those of each, the most urgent first."""
    found = material.plan
    rules = {one.category: one for one in found.rules}
    order = list(reversed(Category))
    blocks: list[Block] = [
        Paragraph("Cada indicador está en una sola categoría, según su luz: "
                  f"{'; '.join(f'{category_words(rules[c])} ({rules[c].strategy.lower()})' for c in order)}."),
        _evolution(material, order, rules),
    ]  # fmt: skip
    for category in order:
        blocks += _category(material, rules[category])
    return Section("plan", f"Plan de mejora de {found.period}", tuple(blocks), "Plan de mejora")


def _evolution(material: Material, order: Sequence[Category], rules: dict[Category, PlanRule]) -> Table:
    found, compared = material.plan, bool(material.plan.previous)
    moves = {one.category: one for one in found.evolution}
    columns = [Column("Categoría"), Column(found.period, True), Column(f"% {found.period}", True)]
    if compared:
        columns += [Column(found.previous, True), Column("Siguen", True), Column("Entran", wide=True),
                    Column("Salen", wide=True)]  # fmt: skip
    rows = []
    for category in order:
        move = moves[category]
        cells = [Cell(rules[category].name), Cell(float(move.now), Unit.COUNT),
                 Cell(found.shares[category], Unit.PERCENT)]  # fmt: skip
        rows.append(Row((*cells, *(_moves(move) if compared else ()))))
    return Table(tuple(columns), tuple(rows), "Evolución del plan")


def _moves(move: Movement) -> tuple[Cell, ...]:
    before = None if move.before is None else float(move.before)
    listed = (Cell(f"{len(keys)}: {', '.join(keys)}" if keys else "ninguno") for keys in (move.entered, move.left))
    return (Cell(before, Unit.COUNT), Cell(float(len(move.stayed)), Unit.COUNT), *listed)


def _category(material: Material, rule: PlanRule) -> Iterator[Block]:
    own = [one for one in material.plan.items if one.category is rule.category]
    share = material.plan.shares[rule.category]
    told = f"{len(own)}; {number(share, Unit.PERCENT)}" if share is not None else str(len(own))
    yield Heading(f"{rule.name} ({told}): {rule.strategy.lower()}")
    if not own:
        yield Paragraph("Ninguno.", quiet=True)
        return
    acted = any(one.action != Action() for one in own)
    if not acted:
        yield Paragraph("Ninguno tiene todavía responsable, fecha ni seguimiento.", quiet=True)
    columns = [Column("Id"), Column("Indicador", wide=True), Column("Luz y nota")]
    columns += [Column("En el plan")] if material.plan.previous else []
    columns += [Column("Responsable"), Column("Fecha"), Column("Seguimiento", wide=True)] if acted else []
    yield Table(tuple(columns), tuple(_item(material, one, acted) for one in own))


def _item(material: Material, one: PlanItem, acted: bool) -> Row:
    indicator = material.method.indicators[one.indicator]
    cells = [Cell(one.indicator), material.name_cell(indicator, f"Principio {one.principle}"),
             material.light_cell(indicator, material.now, marked=True)]  # fmt: skip
    if material.plan.previous:
        names = {rule.category: rule.name.lower() for rule in material.plan.rules}
        came = one.before is not None and one.before is not one.category
        cells.append(Cell(str(one.evolution), detail=f"antes, {names[one.before]}" if came and one.before else ""))
    if acted:
        action = one.action
        cells += [_said(action.responsible, "sin asignar"), _said(day(action.date), "sin fecha"),
                  _said(action.follow_up, "sin seguimiento")]  # fmt: skip
    return Row(tuple(cells))


def _said(text: str, missing: str) -> Cell:
    return Cell(text or None, missing=missing)
