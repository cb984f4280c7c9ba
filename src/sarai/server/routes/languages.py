"""What the watch says over HTTP: always in English, and beside it in the language that is asked for."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from sarai.server.words import Words, negotiate
from sarai.watch import Alert, told


def asked(request: Request) -> Words:
    """The language that a request asks for, of those that there are."""
    return Words(negotiate(request.headers.get("accept-language", "")))


def spoken(response: Response, words: Words) -> Response:
    """The same response, saying which languages are in it."""
    response.headers["Content-Language"] = "en" if words.code == "en" else f"en, {words.code}"
    response.headers.append("Vary", "Accept-Language")
    return response


def telling(alert: Alert, words: Words) -> dict[str, Any]:
    """An alert in another language: its title, what it says, its reasons in order, and what to do."""
    if words.code == "en":
        return {}
    said = told(alert, words.say)
    return {
        "told": {
            "language": words.code,
            "title": words.name("typology", alert.typology),
            "words": said.sentence,
            "reasons": said.reasons,
            "advice": words.name("advice", alert.typology),
        }
    }
