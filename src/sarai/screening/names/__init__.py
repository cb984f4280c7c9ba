"""Names: across scripts, spellings, orders and legal forms, compared word by word."""

from sarai.screening.names.compare import Agreement, compare
from sarai.screening.names.parse import Name, Word, parse, variants

__all__ = ["Agreement", "Name", "Word", "compare", "parse", "variants"]
