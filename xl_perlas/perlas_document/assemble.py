"""All of it in one document."""

from __future__ import annotations

from collections.abc import Sequence

from xl_perlas._version import __version__
from xl_perlas.analysis import Analysis
from xl_perlas.camel import CamelReport
from xl_perlas.document import Document, Origin
from xl_perlas.findings.finding import Finding
from xl_perlas.peers import PeerReport
from xl_perlas.perlas_document import finance, indicators, overview, remarks, standing
from xl_perlas.perlas_document.material import Material
from xl_perlas.report import Report
from xl_perlas.score import ScoreReport
from xl_perlas.strengths import Strengths
from xl_perlas.supervision import SupervisionReport


def perlas_document(
    report: Report, *, analysis: Analysis | None = None, scores: ScoreReport | None = None,
    camel: CamelReport | None = None, supervision: SupervisionReport | None = None, peers: PeerReport | None = None,
    strengths: Strengths | None = None, findings: Sequence[Finding] | None = None, period: str | None = None,
    origin: Origin | None = None,
) -> Document:  # fmt: skip
    """The report of `period` (the last one unless told); later periods are not shown.

    What is None was not computed: its chapter says in a line what it needs. `analysis` and `supervision` are of the
    same balance, or of its periods up to `period`; `peers` are of `period`; `scores` have the labels of the report.

    Raises:
        KeyError: the balance does not hold the period.
    """
    position = len(report.periods) - 1 if period is None else report.balance.position(period)
    found = None if findings is None else tuple(findings)
    material = Material(
        report, position, analysis, scores, camel, supervision, peers, strengths, found, origin or Origin()
    )  # fmt: skip
    sections = (
        overview.summary(material), overview.components(material), *indicators.areas(material),
        finance.finance(material), standing.supervision(material), standing.peers(material),
        remarks.strengths(material), standing.camel(material), remarks.doubts(material), remarks.sources(material),
    )  # fmt: skip
    return Document(
        "Informe PERLAS", report.balance.entity, material.period, _about(material), sections,
        f"Hecho con xl-perlas {__version__}. Cada cifra sale de las cuentas del balance con las definiciones que se "
        "nombran en «Fuentes y método».",
    )  # fmt: skip


def _about(material: Material) -> str:
    labels = material.labels
    span = labels[0] if len(labels) == 1 else f"{labels[0]} a {labels[-1]} ({len(labels)} periodos)"
    return f"Definiciones de {material.report.profile.name} · Balances de {span}"
