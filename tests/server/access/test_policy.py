"""The policy in a browser: NiceGUI's pages work under it, and a text that became markup does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
SCRIPT = Path(__file__).with_name("policy_page.py")


def test_pages_work_and_what_became_markup_does_nothing():
    """In a process of its own, for NiceGUI has one application to a process."""
    pytest.importorskip("nicegui", reason="pages need NiceGUI")
    pytest.importorskip("playwright", reason="a browser needs playwright")
    if not CHROMIUM.exists():
        pytest.skip("no chromium at /usr/bin/chromium")
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(CHROMIUM)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    (blocked,) = found.pop("said")  # the one that was meant to be
    assert blocked.startswith("Executing inline event handler violates")
    assert found == {"outside": [], "pressed": [1, 2], "dropped": 200, "hacked": 0, "charts": 1}
