"""A page of NiceGUI behind the policy, opened in a browser; prints what happened. Run by test_policy."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from access_desk import Desk
from nicegui import ui
from playwright.sync_api import sync_playwright

PRESSED: list[int] = []


@ui.page("/desk")
def page() -> None:
    ui.label("<script>window.hacked = 1</script>")
    ui.html('<img src="data:," onerror="window.hacked = 2">', sanitize=False)
    told = ui.label("not yet")
    ui.button("Go", on_click=lambda: (PRESSED.append(1), told.set_text("pressed")))
    ui.table(rows=[{"a": 1}]).add_slot("body-cell-a", "<q-td><b>{{ props.value }}</b></q-td>")
    ui.echart({"xAxis": {"data": ["a"]}, "yAxis": {}, "series": [{"type": "bar", "data": [1]}]})
    ui.aggrid({"columnDefs": [{"field": "a"}], "rowData": [{"a": 1}]})
    ui.leaflet(center=(48, 67)).clear_layers()
    ui.upload(on_upload=lambda each: PRESSED.append(2), auto_upload=True, label="Drop")


def main(chromium: str) -> None:
    """Serve it, look at it, tell."""
    desk = Desk(Path(tempfile.mkdtemp()))
    ui.run_with(desk.app, storage_secret="of this test alone")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(desk.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        sys.stdout.write(json.dumps(look(f"http://127.0.0.1:{port}", chromium)))
    finally:
        server.should_exit = True
        thread.join()


def look(base: str, chromium: str) -> dict[str, object]:
    """Open the page, press the button, drop a file."""
    said: list[str] = []
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        seen = browser.new_page()
        seen.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        seen.on("pageerror", lambda fault: said.append(str(fault)))
        seen.on("request", lambda each: None if each.url.startswith((base, "data:", "blob:"))
                else outside.append(each.url))  # fmt: skip
        seen.goto(f"{base}/desk")
        seen.get_by_text("Go", exact=True).click()
        seen.get_by_text("pressed").wait_for(timeout=20_000)
        with seen.expect_response("**/upload/**") as dropped:
            seen.set_input_files(
                "input[type=file]", [{"name": "a", "mimeType": "text/plain", "buffer": b"x"}]
            )
        seen.locator(".ag-cell", has_text="1").first.wait_for(timeout=20_000)
        seen.locator("td b", has_text="1").wait_for(timeout=20_000)
        found = {
            "said": said, "outside": outside, "pressed": PRESSED, "dropped": dropped.value.status,
            "hacked": seen.evaluate("window.hacked ?? 0"), "charts": seen.locator("canvas").count(),
        }  # fmt: skip
        browser.close()
    return found


if __name__ == "__main__":
    main(sys.argv[1])
