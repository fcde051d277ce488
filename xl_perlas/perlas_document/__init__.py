"""The PERLAS report of a cooperative as a document: everything computed about it, in the order in which it is read.

    document = perlas_document(calculate(balance), analysis=analyse(balance), scores=scores)
    page = xl_perlas.document.to_html(document)
"""

from xl_perlas.perlas_document.assemble import perlas_document
from xl_perlas.perlas_document.tally import Tally, met_by_component, tally

__all__ = ["Tally", "met_by_component", "perlas_document", "tally"]
