"""The one way to write a document as bytes, so that equal documents have equal hashes."""

import msgspec

from sarai.goods.document import Document

_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(document: Document) -> bytes:
    """Write a document as canonical JSON (RFC 8785): sorted keys, no white space, UTF-8.

    Fields at their default are left out. Decimals are strings and keep their digits, so 12.5
    and 12.50 are different documents; no number in a document is a float, which is what makes
    the plain encoder canonical.
    """
    # The encoder leaves out a default only if it is the same object, which these two need not be.
    # Neither can be the first key of its object, and within a string the quotes would be escaped.
    return _encode(document).replace(b',"unit":"KGM"', b"").replace(b',"shortage":"0"', b"")
