"""Notas: how a value becomes a mark from 0 to 10 and a light. Every threshold is here, with its source, to change."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.schema import sources
from xl_perlas.social import SocialIndicator, Thresholds
from xl_perlas.social.thresholds import TOP, Mode, Rule, Subject, Unmarked
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.social.notes import answers_of, defaults
from xl_perlas.workbook.social.plan import NOTAS, SocialPlan, is_number
from xl_perlas.workbook.social.sheets.looks import block, word_rules
from xl_perlas.workbook.social.view import LIGHTS, SocialView
from xl_perlas.workbook.styles import style

NAME = NOTAS
IN_USE, DEFAULT = 4, 5
WORKS, FAILS, EMPTY = "✔", "✖ corrija", "○ sin umbrales"
_WIDTHS = {1: 9, 2: 44, 3: 12, 4: 12}


def source_column(plan: SocialPlan) -> int:
    """Where the thresholds of an indicator come from; then whether they can be used, how many points, which way."""
    return plan.note_answered + 1


def check_column(plan: SocialPlan) -> int:
    """Whether the thresholds can be used."""
    return plan.note_answered + 2


def count_column(plan: SocialPlan) -> int:
    """How many points there are."""
    return plan.note_answered + 3


def way_column(plan: SocialPlan) -> int:
    """1 where marks rise with the value, -1 where they fall."""
    return plan.note_answered + 4


def green(plan: SocialPlan) -> str:
    """The lowest green mark in use."""
    return plan.note_cell(IN_USE, plan.green_row)


def amber(plan: SocialPlan) -> str:
    """The lowest amber mark in use."""
    return plan.note_cell(IN_USE, plan.amber_row)


def policy(plan: SocialPlan) -> str:
    """What an indicator without mark does in its mean, in use."""
    return plan.note_cell(IN_USE, plan.policy_row)


def own(plan: SocialPlan) -> list[SocialIndicator]:
    """Indicators with thresholds of their own."""
    return [one for one in plan.indicators if not one.repeats]


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: SocialPlan) -> Cells:
    """Settings in use, and whether each row can be used."""
    typed = [ref(plan.note_value, row) for row in (plan.green_row, plan.amber_row, plan.policy_row)]
    usual = [ref(DEFAULT, row) for row in (plan.green_row, plan.amber_row, plan.policy_row)]
    limits = f"(COUNT({typed[0]}:{typed[1]})=2)*({typed[1]}>=0)*({typed[1]}<={typed[0]})*({typed[0]}<={TOP:g})"
    word = f"LOWER(TRIM({typed[2]}))"
    known = "+".join(f'({word}="{one}")' for one in Unmarked)
    cells: Cells = {
        (plan.green_row, IN_USE): f"=IF(IFERROR({limits},0),{typed[0]},{usual[0]})",
        (plan.amber_row, IN_USE): f"=IF(IFERROR({limits},0),{typed[1]},{usual[1]})",
        (plan.policy_row, IN_USE): f"=IF(IFERROR({known},0),{word},{usual[2]})",
    }
    scaled = {scale.indicator for scale in plan.method.scales.values()}
    for one in own(plan):
        row = plan.note_rows[one.id]
        values = f"{ref(plan.note_point, row)}:{ref(plan.note_point + plan.points - 1, row)}"
        marks = f"{ref(plan.note_mark, row)}:{ref(plan.note_mark + plan.points - 1, row)}"
        answered, count = ref(plan.note_answered, row), ref(count_column(plan), row)
        tests = _point_tests(plan, row, one.id in scaled) if is_number(one) else f"(COUNT({values})=0)"
        every = f"{marks},{answered}"
        good = (
            f'(COUNTA({every})=COUNT({every}))*(COUNTIF({marks},">{TOP:g}")+COUNTIF({marks},"<0")=0)'
            f"*(N({answered})>=0)*(N({answered})<={TOP:g})*(SUMPRODUCT(--(ISBLANK({values})<>ISBLANK({marks})))=0)"
        )
        words = f'"{FAILS}","{WORKS}"'
        cells[(row, check_column(plan))] = (
            f'=IF(COUNTA({values},{every})=0,"{EMPTY}",CHOOSE(1+IFERROR({good}*{tests},0),{words}))'
        )
        cells[(row, count_column(plan))] = f"=COUNT({values})"
        last = f"INDEX({marks},MAX(1,{count}))"
        cells[(row, way_column(plan))] = f"=1-2*IFERROR(N({last})<N({ref(plan.note_mark, row)}),0)"
    return common.light(cells)


def _point_tests(plan: SocialPlan, row: int, scaled: bool) -> str:
    """1 where the points of a number can be used: two or more in order, and a mode and subject that there are."""

    def part(column: int, first: int, last: int) -> str:
        return f"{ref(column + first, row)}:{ref(column + last, row)}"

    end = plan.points - 1
    before, after = part(plan.note_point, 0, end - 1), part(plan.note_point, 1, end)
    low, high = part(plan.note_mark, 0, end - 1), part(plan.note_mark, 1, end)
    count, mode = ref(count_column(plan), row), ref(plan.note_mode, row)
    whole = part(plan.note_point, 0, end)
    subjects = [str(s) for s in Subject if scaled or s is not Subject.SCALE]
    mode_word, subject_word = f"LOWER(TRIM({mode}))", f"LOWER(TRIM({ref(plan.note_subject, row)}))"
    subject = "+".join(f'({subject_word}="{word}")' for word in subjects)
    falls, rises = (f"SUMPRODUCT(ISNUMBER({after})*({high}{sign}{low}))" for sign in "<>")
    return (
        f"({count}>=2)*(COUNTA({whole})={count})"
        f"*(SUMPRODUCT(ISNUMBER({after})*(1-ISNUMBER({before})*({before}<{after})))=0)"
        f'*(({mode_word}="{Mode.LINEAR}")+({mode_word}="{Mode.STEPS}")*(MIN({falls},{rises})=0))*({subject})'
    )


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: SocialView) -> Cells:
    """What they show."""
    plan, settings = view.plan, view.book.settings
    cells: Cells = {
        (plan.green_row, IN_USE): settings.green, (plan.amber_row, IN_USE): settings.amber,
        (plan.policy_row, IN_USE): str(settings.unmarked),
    }  # fmt: skip
    for key, found in view.book.notes.items():
        row = plan.note_rows[key]
        cells[(row, check_column(plan))] = EMPTY if found.empty else FAILS if found.wrong else WORKS
        cells[(row, count_column(plan))] = found.points
        cells[(row, way_column(plan))] = 1 if found.rises else -1
    return common.light(cells, view.state)


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Settings, categories of the plan, and the thresholds of each indicator, as they are bundled."""
    base = defaults(plan)
    common.start(
        sheet, "entradas", "Notas",
        "Con qué umbrales cada valor recibe una nota de 0 a 10 y una luz. Son propios mientras la entidad no ponga los "
        "suyos: cámbielos y diga de dónde salen.", light_to="B3",
    )  # fmt: skip
    _settings(sheet, plan, base)
    _categories(sheet, base)
    last = way_column(plan)
    common.section(sheet, plan.note_header - 1, "Umbrales de cada indicador: hasta siete puntos, el valor y la nota "
                   "que le toca", last)  # fmt: skip
    heads = ["Id", "Indicador", "Se califica", "Modo", *(f"Valor {i + 1}" for i in range(plan.points)),
             *(f"Nota {i + 1}" for i in range(plan.points)), "Otra respuesta", "Fuente", "¿Sirve?", "Puntos", "Sentido"]
    common.header(sheet, "entradas", heads, plan.note_header)
    for one in own(plan):
        _row(sheet, plan, one, base.rule(one))
    first, end = plan.note_header + 1, max(plan.note_rows.values())
    check = ref(check_column(plan), first)
    word_rules(sheet, block(first, check_column(plan), end, check_column(plan)), check,
               {"✔": "verde", "✖": "rojo", "○": "gris"})  # fmt: skip
    _validation(sheet, plan, first, end)
    common.widths(sheet, _WIDTHS)
    common.widths(sheet, dict.fromkeys(range(plan.note_point, plan.note_answered + 1), 9.5))
    common.widths(sheet, {source_column(plan): 60, check_column(plan): 15, count_column(plan): 8, last: 8})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, first), repeat_rows=f"{plan.note_header}:{plan.note_header}")


def _settings(sheet: Worksheet, plan: SocialPlan, base: Thresholds) -> None:
    common.header(sheet, "entradas", ["", "Ajuste", "Escriba", "En uso", "Original"], plan.green_row - 1)
    rows = (
        (plan.green_row, f"Luz {LIGHTS_IN_WORDS[0]} desde la nota", base.green),
        (plan.amber_row, f"Luz {LIGHTS_IN_WORDS[1]} desde la nota", base.amber),
        (plan.policy_row, "Sin nota: «excluir» del promedio o contar como «cero»", str(base.unmarked)),
    )
    for row, label, value in rows:
        common.put(sheet, row, 2, label, style("rotulo"))
        for column, kind in ((plan.note_value, "entrada"), (IN_USE, "calculo"), (DEFAULT, "rotulo")):
            common.put(sheet, row, column, None if kind == "calculo" else value, style(kind))
            sheet.cell(row, column).number_format = "0.0"
        sheet.row_dimensions[row].height = 30
    common.put(sheet, plan.green_row, 6, f"Fuente: {base.light_source.place or base.light_source}", "xlp_proposito")


LIGHTS_IN_WORDS = ("verde", "amarilla")


def _categories(sheet: Worksheet, base: Thresholds) -> None:
    """What the improvement plan does with each light."""
    common.header(sheet, "entradas", ["", "Categoría del plan de mejora", "Luces", "", "Qué pide"], 10)
    for i, rule in enumerate(base.plan):
        row = 11 + i
        lights = ", ".join(word for light, word in LIGHTS.items() if light in rule.lights)
        for column, text in ((2, rule.name), (3, lights), (4, None), (5, rule.strategy), (6, None), (7, None)):
            common.put(sheet, row, column, text, style("rotulo"))
        sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=4)
        sheet.merge_cells(start_row=row, end_row=row, start_column=5, end_column=7)
        sheet.row_dimensions[row].height = 18


def _row(sheet: Worksheet, plan: SocialPlan, one: SocialIndicator, rule: Rule | None) -> None:
    row = plan.note_rows[one.id]
    common.put(sheet, row, plan.note_id, one.id, style("rotulo", "texto"))
    common.put(sheet, row, plan.note_name, one.name, style("rotulo"))
    number = is_number(one)
    subject = rule.subject if rule and number else None
    percent = subject is Subject.CHANGE or (subject is Subject.VALUE and one.unit == "%")
    for column in range(plan.note_subject, source_column(plan) + 1):
        common.put(sheet, row, column, None, style("entrada"))
    for i in range(plan.points):
        sheet.cell(row, plan.note_point + i).number_format = "0%" if percent else "General"
    for column in range(check_column(plan), way_column(plan) + 1):
        common.put(sheet, row, column, None, style("control" if column == check_column(plan) else "calculo"))
    if number:
        sheet.cell(row, plan.note_subject).value = str(rule.subject if rule else Subject.VALUE)
        sheet.cell(row, plan.note_mode).value = str(rule.mode if rule else Mode.STEPS)
    if rule is None:
        sheet.cell(row, source_column(plan)).value = "Sin umbrales: es neutro mientras la entidad no los ponga."
    else:
        for i, (value, mark) in enumerate(_filled(plan, one, rule)):
            sheet.cell(row, plan.note_point + i).value = value  # type: ignore[assignment]
            sheet.cell(row, plan.note_mark + i).value = mark
        sheet.cell(row, plan.note_answered).value = rule.answered
        sheet.cell(row, source_column(plan)).value = source_text(rule)
    texts = [(one.name, _WIDTHS[2]), (sheet.cell(row, source_column(plan)).value, 60.0)]
    common.fit_height(sheet, row, texts, 18)


def source_text(rule: Rule) -> str:
    """`xl_perlas: criterio propio …`: the document and the place."""
    document = rule.source.document
    return f"{document}: {rule.source.place}" if document in sources() or not rule.source.title else str(rule.source)


def _filled(plan: SocialPlan, one: SocialIndicator, rule: Rule) -> list[tuple[object, float]]:
    """Value and mark of each point or answer."""
    if is_number(one):
        return list(rule.points)
    answers = rule.answers or {}
    order = [*answers_of(plan, one), *(a for a in answers if a not in answers_of(plan, one))]
    return [(answer, answers[answer]) for answer in order if answer in answers]


def _validation(sheet: Worksheet, plan: SocialPlan, first: int, last: int) -> None:
    lists = {
        plan.note_subject: [str(s) for s in Subject], plan.note_mode: [str(m) for m in Mode],
    }  # fmt: skip
    for column, words in lists.items():
        found = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        found.add(block(first, column, last, column))
        sheet.add_data_validation(found)
    policies = DataValidation(type="list", formula1=f'"{",".join(map(str, Unmarked))}"')
    policies.add(ref(plan.note_value, plan.policy_row))
    marks = DataValidation(type="decimal", operator="between", formula1="0", formula2=f"{TOP:g}", allow_blank=True)
    marks.errorTitle, marks.error, marks.showErrorMessage = "Nota", "Escriba una nota de 0 a 10.", True
    marks.add(block(plan.green_row, plan.note_value, plan.amber_row, plan.note_value))
    marks.add(block(first, plan.note_mark, last, plan.note_answered))
    sheet.add_data_validation(policies)
    sheet.add_data_validation(marks)
