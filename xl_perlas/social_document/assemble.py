"""All of it in one document."""

from __future__ import annotations

from collections.abc import Iterable

from xl_perlas._version import __version__
from xl_perlas.document import Document, Origin
from xl_perlas.problems import PerlasError, Problem, problem
from xl_perlas.social import ImprovementPlan, SocialMarks
from xl_perlas.social_document import activities as done
from xl_perlas.social_document import changes, improvement, overview, remarks
from xl_perlas.social_document.material import ActivityRow, Material
from xl_perlas.social_document.principles import principles


def social_document(
    marks: SocialMarks, plan: ImprovementPlan, *, problems: Iterable[Problem] = (), entity: str = "",
    activities: Iterable[ActivityRow] | None = None, origin: Origin | None = None,
) -> Document:  # fmt: skip
    """The Balance Social report of the year of `plan`, compared with the one that `plan` is compared with.

    `problems` are told with those of the report and of the marks. `entity`: its name, that of the inputs unless told.
    `activities`: None where no list of them is kept.

    Raises:
        PerlasError: there is no year to report on (N70).
        KeyError: `plan` is of a year that `marks` do not have.
    """
    report = marks.report
    if not report.periods:
        raise PerlasError(problem("N70"))
    if plan.period not in report.labels:
        raise KeyError(plan.period)
    now = report.labels.index(plan.period)
    compared = plan.previous != plan.period and plan.previous in report.labels
    before = report.labels.index(plan.previous) if compared else None
    shown = {report.labels[i] for i in (now, before) if i is not None}
    found = (*problems, *report.problems, *(one for one in marks.problems if one.period in shown))
    known = entity or report.inputs.entity or (report.balance.entity if report.balance else "")
    listed = None if activities is None else tuple(activities)
    material = Material(
        marks, plan, tuple(dict.fromkeys(found)), listed, origin or Origin(), known, now, before
    )  # fmt: skip
    sections = (
        overview.summary(material), overview.standing(material), overview.lights(material),
        changes.moved(material), *principles(material),
        improvement.plan(material), *done.activities(material), remarks.doubts(material), remarks.sources(material),
    )  # fmt: skip
    against = f", comparado con {material.earlier}" if material.before is not None else ""
    about = f"{report.method.name}{against}"
    return Document(
        "Balance Social", known, plan.period, about, sections,
        f"Hecho con xl-perlas {__version__}. Cada cifra sale de los datos y de las fórmulas que se nombran en «Fuentes "
        "y método».",
    )  # fmt: skip
