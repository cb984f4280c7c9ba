"""What the pages say: texts in English, Russian and Kazakh, and values as each language writes them."""

from sarai.server.words.catalogue import LANGUAGES, Language
from sarai.server.words.choosing import negotiate
from sarai.server.words.saying import Words

__all__ = ["LANGUAGES", "Language", "Words", "negotiate"]
