"""Which language to speak: what the account says, else what the browser asks for."""

from __future__ import annotations

from sarai.server.words.catalogue import LANGUAGES

MOST_ASKED = 20  # languages in one header; no browser sends so many


def negotiate(accept_language: str = "", account_language: str = "", default: str = "en") -> str:
    """The code of a language that the pages speak.

    Parameters
    ----------
    accept_language
        The header ``Accept-Language`` (RFC 9110, 12.5.4), as it came; what is malformed in it is passed over.
    account_language
        What the person has chosen. It wins.
    default
        Where neither names a language that there is.

    >>> negotiate("de, kk-KZ;q=0.8, ru;q=0.9"), negotiate("ru", "kk"), negotiate("fr")
    ('ru', 'kk', 'en')
    """
    if account_language in LANGUAGES:
        return account_language
    asked = [_asked(part) for part in accept_language.split(",")[:MOST_ASKED]]
    wanted = sorted((each for each in asked if each[1] > 0), key=lambda each: -each[1])
    spoken = (code for code, _ in wanted if code in LANGUAGES)
    return next(spoken, default)


def _asked(part: str) -> tuple[str, int]:
    """A language and how much it is wanted, in thousandths; 0 if not at all."""
    tag, *parameters = part.split(";")
    code = tag.strip().lower().partition("-")[0]
    return code, min((_thousandths(each) for each in parameters), default=1000)


def _thousandths(parameter: str) -> int:
    """The weight of ``q=0.8``; of what is none, 0.

    >>> _thousandths(" q=0.85"), _thousandths("q=1"), _thousandths("q=high")
    (850, 1000, 0)
    """
    name, _, weight = parameter.strip().partition("=")
    whole, _, part = weight.partition(".")
    digits = f"{whole}{part[:3]:0<3}"
    known = name.strip().lower() == "q" and digits.isascii() and digits.isdecimal()
    return min(int(digits), 1000) if known else 0
