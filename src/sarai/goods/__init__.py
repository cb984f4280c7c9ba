"""The nouns of the trade: frozen, checked at birth, no input or output."""

from sarai.goods.canonical import canonical
from sarai.goods.document import *  # noqa: F403
from sarai.goods.errors import *  # noqa: F403
from sarai.goods.outcome import Code, FactCode, Refusal
