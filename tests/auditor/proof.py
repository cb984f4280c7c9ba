"""Page "Proof": the leaf of an entry and the root of the log, as RFC 6962 writes them down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import rfc8785
from msgspec import NODEFAULT, Struct, to_builtins
from msgspec.structs import fields

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest(record: Struct) -> str:
    """SHA-256 of a record in canonical form (RFC 8785)."""
    return sha256(rfc8785.dumps(plain(record))).hexdigest()


def plain(value):
    """A record as JSON has it; what is as it would be if nothing were said is left out."""
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if not isinstance(value, Struct):
        return to_builtins(value)
    config = value.__struct_config__
    found = {config.tag_field: config.tag} if config.tag_field else {}
    for field in fields(value):
        default = field.default_factory() if field.default_factory is not NODEFAULT else field.default
        stated = getattr(value, field.name)
        if stated != default or not config.omit_defaults:
            found[field.name] = plain(stated)
    return found


def leaf(entry: int, recorded: datetime, mode: str, result, content: str, terms: str) -> bytes:
    """The seven lines of an entry; `result` gives the code and, if refused, pointer and message."""
    microseconds = (recorded - EPOCH) // timedelta(microseconds=1)
    refusal = ""
    if result.code:
        refusal = sha256(f"{result.pointer}\0{result.message}".encode()).hexdigest()
    lines = (entry, microseconds, mode, int(result.code), content, refusal, terms)
    return "".join(f"{line}\n" for line in lines).encode()


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: the Merkle tree hash of a list of leaves."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()
