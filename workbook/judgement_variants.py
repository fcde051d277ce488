"""Every judgement of a matrix with each of the 17 values of the scale, weighed together: one by one takes too long."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from xl_perlas.ahp import EIGENVECTOR, Matrix, Row
from xl_perlas.ahp_batch import weigh_many
from xl_perlas.judgements import SCALE


def weighed_together(matrices: Mapping[str, Matrix], method: str) -> Mapping[str, Matrix]:
    """The same matrices; those that the eigenvector weighs and that are complete know those of their variants.

    What `sensitivity` finds in them is the same, in a fraction of the time.
    """
    if method != EIGENVECTOR:
        return matrices
    return {
        group: matrix if matrix.missing else _WithVariants(matrix.names, matrix.values)
        for group, matrix in matrices.items()
    }


class _WithVariants(Matrix):
    """A complete matrix whose changed judgements come with their eigenvector."""

    @cached_property
    def _eigenvectors(self) -> dict[tuple[int, int, float], tuple[float, Row]]:
        """By judgement and value: principal eigenvalue and eigenvector."""
        changes = [(i, j, float(value)) for i, j in self.pairs for value in SCALE]
        stack = np.repeat(np.array(self.values, dtype=np.float64)[None], len(changes), axis=0)
        for matrix, (i, j, value) in zip(stack, changes, strict=True):
            matrix[i, j], matrix[j, i] = value, 1 / value
        found = weigh_many(stack)
        pairs = zip(found.lambda_max.tolist(), map(tuple, found.weights.tolist()), strict=True)
        return dict(zip(changes, pairs, strict=True))

    def with_judgement(self, i: int, j: int, value: float | None) -> Matrix:
        changed = super().with_judgement(i, j, value)
        known = None if value is None else self._eigenvectors.get((i, j, value))
        if known is not None:
            changed.__dict__["eigen"] = known  # where the cached property would put it
        return changed
