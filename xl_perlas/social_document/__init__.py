"""The Balance Social report as a document: from results, marks and plan, whatever country they are of.

    marks = mark_report(report, load_thresholds(report.method.id))
    document = social_document(marks, improvement_plan(marks), problems=report.problems)
    page = to_html(document)
"""

from xl_perlas.social_document.assemble import social_document
from xl_perlas.social_document.material import ActivityRow

__all__ = ["ActivityRow", "social_document"]
