"""What charts over time share: labels of the periods, and the mark of a period without a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_perlas.document import draw
from xl_perlas.document.scale import TimeAxis, text_width

#: Height of a row of labels.
ROW = 13.0
#: Words that go upwards are this far apart, at least.
_APART = 13.0


def time_marks(time: TimeAxis, bottom: float) -> Iterator[str]:
    """Labels of the periods and the ends of the years, below a chart."""
    for x in time.breaks:
        yield draw.line(x, bottom, x, bottom + ROW * time.rows, draw.GRID)
    for label in time.labels:
        colour = draw.INK if label.row == time.rows - 1 else draw.MUTED
        yield draw.text(label.x, bottom + 12 + ROW * label.row, label.text, size=draw.SMALL, anchor="middle",
                        fill=colour)  # fmt: skip


def gap_marks(time: TimeAxis, empty: Mapping[int, str], base: float) -> Iterator[str]:
    """A cross for every period without a figure (`empty`: its word by position), and the word once a stretch."""
    stretches: list[list[int]] = []
    for i in sorted(empty):
        if stretches and stretches[-1][-1] == i - 1:
            stretches[-1].append(i)
        else:
            stretches.append([i])
    last = -100.0
    for stretch in stretches:
        for i in stretch:
            yield draw.cross(time.xs[i], base - 5, min(3.0, time.slot / 3))
        words = empty[stretch[0]]
        first, end = time.xs[stretch[0]], time.xs[stretch[-1]]
        centre = (first + end) / 2
        if text_width(words, draw.SMALL) <= end - first + time.slot - 4:
            yield draw.text(centre, base - 12, words, size=draw.SMALL, anchor="middle", fill=draw.MUTED, halo=True)
        elif centre - last >= _APART:
            yield draw.text(centre + 3.5, base - 12, words, size=draw.SMALL, fill=draw.MUTED, halo=True, turned=True)
            last = centre
