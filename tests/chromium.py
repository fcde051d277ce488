"""Chromium for tests: found, and run headless on pages that the tests made.

XL_PERLAS_CHROMIUM names the program; else `chromium` is looked for. Where it is absent the tests that need it are
skipped, saying why; with XL_PERLAS_REQUIRE_CHROMIUM=1 they fail instead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
          "--disable-background-networking", "--enable-logging=stderr")  # fmt: skip
_CSP = re.compile(r"<meta http-equiv=.Content-Security-Policy[^>]*>")


def program() -> str:
    """The browser; skips or fails the test where there is none."""
    asked = os.environ.get("XL_PERLAS_CHROMIUM")
    found = asked if asked and Path(asked).exists() else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = "no Chromium: set XL_PERLAS_CHROMIUM, or install chromium"
        if os.environ.get("XL_PERLAS_REQUIRE_CHROMIUM") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def run(page: Path, *flags: str) -> tuple[str, str]:
    """What the browser writes and what it logs, with `flags`, on a page."""
    browser, profile = program(), page.with_name("navegador")  # looked for before anything is run
    command = [browser, *_FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


def console(page: Path) -> list[str]:
    """What the page says on the console: errors, warnings and whatever its policy stops."""
    _, log = run(page, "--dump-dom")
    return [line for line in log.splitlines() if "CONSOLE" in line]


def ask(page: Path, script: str, width: int) -> Any:
    """What `script`, an expression, gives in the page when it is `width` wide.

    The script goes into a copy of the page, without the policy that would stop it; the copy is in a frame, for no
    window is as narrow as a telephone.
    """
    text = page.read_text(encoding="utf-8")
    asked = f"parent.document.getElementById('respuesta').textContent=JSON.stringify({script})"
    inner = _CSP.sub("", text).replace("</body>", f"<script>onload=()=>{{{asked}}}</script></body>")
    frame = f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{escape(inner)}"></iframe>'
    copy = page.with_name(f"{page.stem}-{width}.html")
    copy.write_text(f"<!DOCTYPE html><meta charset=utf-8><pre id=respuesta></pre>{frame}", encoding="utf-8")
    out, _ = run(copy, "--window-size=1400,1000", "--virtual-time-budget=4000", "--dump-dom")
    found = re.search(r"<pre id=.respuesta.>(.*?)</pre>", out, re.S)
    assert found, "the page gave no answer"
    return json.loads(unescape(found[1]))


def printed_pages(page: Path) -> int:
    """How many pages it prints on."""
    target = page.with_suffix(".pdf")
    run(page, f"--print-to-pdf={target}", "--no-pdf-header-footer")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", target.read_bytes()))
