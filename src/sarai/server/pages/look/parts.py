"""Parts that do something: buttons, toasts, and a question before what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sarai.server.pages.look.colours import SEVERITIES
from sarai.server.pages.look.elements import element, show
from sarai.server.words import Words

if TYPE_CHECKING:
    from nicegui.element import Element

LOOKS = ("", "main", "grave")
TOAST_MS = 6_000  # long enough to read twice
GRAVE_TOAST_MS = 0  # stays until it is closed


class Answer(NamedTuple):
    """That somebody agreed, and the reason that they gave."""

    reason: str


def button(text: str, on_click: Callable[..., object], look: str = "") -> Element:
    """A button: ``main`` is the one thing to do here, ``grave`` what stops goods or cannot be undone."""
    made = element("button", class_=f"button {look}".strip(), type="button").on("click", on_click, [])
    with made:
        show(text, "span")
    return made


def toast(text: str, severity: str = "neutral", *, close: str = "") -> None:
    """Say something for a while at the lower edge, aloud too. What is critical stays until closed."""
    from nicegui import ui

    known = severity if severity in SEVERITIES else "neutral"
    ui.notify(
        text,
        position="bottom-right",
        classes=f"toast {known}",
        timeout=GRAVE_TOAST_MS if known == "critical" and close else TOAST_MS,
        close_button=close or False,
    )


async def confirm(
    words: Words, question: str, consequence: str, action: str, *, grave: bool = False, reason: bool = False
) -> Answer | None:
    """Ask before doing; none if it was not agreed to. With ``reason``, nothing is done without one."""
    from nicegui import ui

    with ui.dialog() as dialog, element("div", class_="sheet"):
        title = show(question, "h2")
        show(consequence, "p")
        dialog.props["aria-labelledby"] = title.html_id
        given = _reason(words) if reason else None

        def agree() -> None:
            said = (given.value or "").strip() if given else ""
            if given and not said:
                given.props["error"] = True
                return
            dialog.submit(Answer(said))

        with element("div", class_="buttons"):
            button(words("Cancel"), lambda: dialog.submit(None))
            button(action, agree, "grave" if grave else "main")
    answer = await dialog
    if not dialog.is_deleted:  # who asked may be gone, and the page with him
        dialog.delete()
    return answer


def _reason(words: Words) -> Element:
    from nicegui import ui

    field = ui.textarea(words("Reason")).props("outlined autogrow").classes("reason")
    field.props["hint"] = words("Give a reason; it is kept in the book.")
    field.props["error-message"] = words("This must be filled in.")
    return field
