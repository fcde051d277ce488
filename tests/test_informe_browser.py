"""The page of the report in a real browser: nothing overlaps, nothing overflows, nothing complains, and it prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import chromium
import pytest
import reportcases as cases

from xl_perlas.balance import Balance
from xl_perlas.document import to_html

#: What of a page is wrong: sideways scrolling, and texts of one chart that overlap or leave it.
_CHECK = """(() => {
  const bad = [];
  let charts = 0, texts = 0;
  for (const svg of document.querySelectorAll('svg.chart')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    charts += 1;
    const title = svg.querySelector('title').textContent;
    const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    texts += boxes.length;
    boxes.forEach(([words, a], i) => {
      if (a.left < frame.left - 2 || a.right > frame.right + 2 || a.top < frame.top - 2 || a.bottom > frame.bottom + 2)
        bad.push(title + ': «' + words + '» leaves its chart');
      for (const [others, b] of boxes.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1.5 && down > 3.5) bad.push(title + ': «' + words + '» on «' + others + '»');
      }
    });
  }
  const root = document.documentElement;
  return {width: innerWidth, page: root.scrollWidth, charts, texts, bad: bad.slice(0, 20), count: bad.length};
})()"""

BALANCES = {
    "demo": cases.demo,
    "36 months": lambda: cases.months(36, (17, 23)),
    "2 periods": lambda: cases.only(cases.demo(), 1, 2),
    "1 period": lambda: cases.only(cases.demo(), 2),
    "negative equity": cases.negative_equity,
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("balance", BALANCES.values(), ids=BALANCES.keys())
def test_nothing_overlaps_or_overflows(balance: Callable[[], Balance], width: int, tmp_path: Path) -> None:
    page = tmp_path / "informe.html"
    page.write_text(to_html(cases.whole_report(balance())), encoding="utf-8")
    found = chromium.ask(page, _CHECK, width)
    assert found["width"] == width
    assert found["page"] <= width, "the page scrolls sideways"
    assert found["charts"] >= 50
    assert found["texts"] > 300
    assert found["bad"] == []


def test_the_page_opens_without_a_complaint_and_prints(tmp_path: Path) -> None:
    page = tmp_path / "informe.html"
    page.write_text(to_html(cases.whole_report(cases.demo())), encoding="utf-8")
    assert chromium.console(page) == []
    assert 20 <= chromium.printed_pages(page) <= 60
