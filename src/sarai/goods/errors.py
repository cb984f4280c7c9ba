"""The one tree of faults. What is expected of an outside input is a Refusal, not a fault."""


class SaraiError(Exception):
    """Anything that Sarai raises on purpose; the text names the value, the place, the next step."""


class BookError(SaraiError):
    """The book cannot be opened, read or written."""


class BookDamaged(BookError):
    """A stored row is not what the documents say it must be."""


class NotInBook(SaraiError):
    """What was asked for is not in the book."""


class BeforeTheBook(SaraiError):
    """A point in time before the first record: the book knows nothing of it."""


class TooLarge(SaraiError):
    """An answer or an input beyond a stated bound."""


class BadSetting(SaraiError):
    """A setting, option or mapping that cannot be used as it stands."""


class ProofError(SaraiError):
    """A proof, checkpoint or signature that does not hold."""


class NotInNetwork(SaraiError):
    """A place, leg or kind of goods that a network of corridors does not have."""
