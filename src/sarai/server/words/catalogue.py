"""The catalogues as they lie beside this file: gettext's ``.po``, read once when first asked for."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from sarai.goods.errors import BadSetting

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog


class Language(NamedTuple):
    """A language that the pages speak: its code, the locale that numbers and dates follow, its own name."""

    code: str
    locale: str
    name: str


LANGUAGES = {
    each.code: each
    for each in (
        Language("en", "en_GB", "English"),  # the day before the month, and 24 hours
        Language("ru", "ru_KZ", "Русский"),
        Language("kk", "kk_KZ", "Қазақша"),
    )
}


def language(code: str) -> Language:
    """A language by its code; BadSetting names those that there are."""
    if code not in LANGUAGES:
        raise BadSetting(f"language {code!r} is not known; use one of {', '.join(LANGUAGES)}")
    return LANGUAGES[code]


@cache
def read(code: str) -> Catalog:
    """The catalogue of a language, with its comments, as a translator sees it."""
    from importlib.resources import files

    from babel.messages.pofile import read_po

    path = files("sarai.server.words").joinpath(language(code).code, "LC_MESSAGES", "sarai.po")
    return read_po(BytesIO(path.read_bytes()), locale=code, domain="sarai", abort_invalid=True)


@cache
def translations(code: str) -> GNUTranslations:
    """The catalogue of a language, to be asked; compiled in memory, so no build step can be forgotten."""
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, read(code))
    compiled.seek(0)
    return GNUTranslations(compiled)
