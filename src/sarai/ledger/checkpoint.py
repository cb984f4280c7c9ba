"""Checkpoints: the size and root of the book, signed by its keeper.

Three layers, from the bottom up: keys and signed notes (https://c2sp.org/signed-note, with Ed25519 of
RFC 8032), and the checkpoint that such a note carries (https://c2sp.org/tlog-checkpoint).
"""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sarai.goods.errors import BadSetting, ProofError
from sarai.ledger.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE

MAX_NOTE = 1 << 18  # bytes; the largest signatures in use take 7,000, and sixteen must be let through
MAX_NAME = 255  # characters of a key's name or an origin: they are written like URLs
MAX_KEY_FILE = 4_096  # bytes
KEY_BYTES = 32
KEY_ID_BYTES = 4

_ED25519 = b"\x01"  # the type of key and signature, in identifiers and in the text of keys
_SECRET = "PRIVATE+KEY+"
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # in a note; surrogates are not UTF-8
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) (\S+)")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key, which says who signs and checks what was signed.

    ``str()`` gives the text to hand out, ``<name>+<key identifier>+<base64>``.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_key(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand for this key in a signature line."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:KEY_ID_BYTES]

    @property
    def label(self) -> str:
        """Name and key identifier, by which people and messages call the key."""
        return f"{self.name}+{self.key_id.hex()}"

    def __str__(self) -> str:
        return f"{self.label}+{_base64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the text that ``str()`` gives; BadSetting if it is not that of a verifier key."""
        name, key_id, public = _split_key(text)
        key = cls(name, public)
        if key.key_id.hex() != key_id:
            raise BadSetting(f"verifier key {name}: identifier and key differ; ask its owner for it again")
        return key

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made the signature of the text."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret half of a key. Only `secret_text` and `save` give the secret away.

    The name should be the origin of what it signs, written like a URL without its scheme.
    """

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        _check_key(self.name, self.seed)

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @classmethod
    def generate(cls, name: str, random_bytes: Callable[[int], bytes] = os.urandom) -> SigningKey:
        """Make a key out of 32 random bytes."""
        return cls(name, random_bytes(KEY_BYTES))

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private_key().public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """The signature of the text, 64 bytes."""
        return self._private_key().sign(text)

    def _private_key(self):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def secret_text(self) -> str:
        """The secret as text, ``PRIVATE+KEY+<name>+<key identifier>+<base64>``."""
        return f"{_SECRET}{self.verifier.label}+{_base64(_ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read the text that `secret_text` gives; BadSetting, which does not repeat it, if it is not one."""
        try:
            name, key_id, seed = _split_key(text.removeprefix(_SECRET))
            key = cls(name, seed)
            sound = text.startswith(_SECRET) and key.verifier.key_id.hex() == key_id
        except BadSetting:
            sound = False
        if not sound:
            raise BadSetting(f"not a signing key: {_SECRET}<name>+<key identifier>+<base64> was expected")
        return key

    def save(self, path: Path) -> None:
        """Write the secret to a new file that its owner alone may read; BadSetting if it cannot."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise BadSetting(f"key file {path}: {error.strerror}; it must be a new file") from error
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(self.secret_text() + "\n")
            file.flush()
            os.fsync(handle)

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read a key file; BadSetting if it cannot be read, holds no key or is open to others."""
        try:
            with Path(path).open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode & 0o777
                content = file.read(MAX_KEY_FILE)
        except OSError as error:
            raise BadSetting(f"key file {path}: {error.strerror}") from error
        if os.name == "posix" and mode & 0o077:
            raise BadSetting(f"key file {path} is open to others, mode {mode:04o}: chmod 600 {path}")
        try:
            return cls.parse(content.decode(errors="replace").removesuffix("\n"))
        except BadSetting as error:
            raise BadSetting(f"key file {path}: {error}") from None


def _check_key(name: str, key: bytes) -> None:
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or re.search(r"[\s+]", name):
        raise BadSetting(f"key name {name[:80]!r} must be 1 to {MAX_NAME} characters, without space or plus")
    if len(key) != KEY_BYTES:
        raise BadSetting(f"the key of {name} has {len(key)} bytes instead of {KEY_BYTES}")


def _split_key(text: str) -> tuple[str, str, bytes]:
    """Name, key identifier and key. The fault does not repeat the text: it may hold a secret."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    typed_key = _from_base64(encoded)
    if typed_key is None or typed_key[:1] != _ED25519:
        raise BadSetting("not an Ed25519 verifier key: <name>+<key identifier>+<base64> was expected")
    return name, key_id, typed_key[1:]


class _Signature(NamedTuple):
    name: str
    key_id: bytes
    value: bytes


def sign_text(text: str, *keys: SigningKey) -> str:
    """The note of a text that ends in a line feed, signed by each of the keys in their order."""
    if not keys:
        raise BadSetting("a note without a signature proves nothing: give a signing key")
    _check_characters(text)
    if not text.endswith("\n"):
        raise ProofError("the text of a note must end in a line feed")
    data = text.encode()
    lines = [f"— {key.name} {_base64(key.verifier.key_id + key.sign(data))}\n" for key in keys]
    return "".join((text, "\n", *lines))


def verified_text(note: str | bytes, *verifiers: VerifierKey) -> str:
    """The text of a note, if at least one of the keys signed it and none of them something else.

    Raises
    ------
    ProofError
        Says what does not hold. Signatures of other keys are passed over.
    """
    text, signatures = _split_note(_decoded(note))
    known = [
        (key, s) for s in signatures for key in verifiers if (key.name, key.key_id) == (s.name, s.key_id)
    ]
    if not known:
        signers = ", ".join(f"{signature.name[:80]}+{signature.key_id.hex()}" for signature in signatures[:5])
        expected = ", ".join(key.label for key in verifiers) or "none"
        raise ProofError(f"no known key signed the note: signed by {signers}; known: {expected}")
    for key, signature in known:
        if not key.verify(text.encode(), signature.value):
            raise ProofError(f"the signature of {key.label} does not fit: note or signature was altered")
    return text


def _decoded(note: str | bytes) -> str:
    if len(note) > MAX_NOTE:
        raise ProofError(f"the note is {len(note)} long, {MAX_NOTE} is the most: it is not a checkpoint")
    if isinstance(note, bytes):
        try:
            note = note.decode()
        except UnicodeDecodeError as error:
            raise ProofError(f"the note is not UTF-8: {error.reason} at byte {error.start}") from error
    _check_characters(note)
    return note


def _check_characters(text: str) -> None:
    found = _FORBIDDEN.search(text)
    if found:
        raise ProofError(f"{found[0]!r} at character {found.start()} may not be in a note")


def _split_note(note: str) -> tuple[str, list[_Signature]]:
    text, empty_line, lines = note.rpartition("\n\n")
    if not empty_line or not lines.endswith("\n"):
        raise ProofError("not a signed note: text, empty line and signatures, all ended by line feeds")
    return text + "\n", [_signature(line) for line in lines[:-1].split("\n")]


def _signature(line: str) -> _Signature:
    parts = _SIGNATURE_LINE.fullmatch(line)
    signed = _from_base64(parts[2]) if parts else None
    if signed is None or len(signed) <= KEY_ID_BYTES:
        raise ProofError(f"signature line {line[:80]!r} is not em dash, key name and base64 of a signature")
    return _Signature(parts[1], signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _from_base64(text: str) -> bytes | None:
    """None unless this is the one proper way of writing the bytes: no character can be altered."""
    try:
        data = b64decode(text)
    except ValueError:
        return None
    return data if _base64(data) == text else None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a book of ``size`` entries commits to.

    ``origin`` names the book: compare it with the one that you expect. ``extensions`` are lines that
    others may add; this book adds none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.origin) > MAX_NAME:
            raise ProofError(f"the origin has {len(self.origin)} characters, {MAX_NAME} is the most")
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line or _FORBIDDEN.search(line):
                raise ProofError(f"{line[:80]!r} is not a line of a checkpoint")
        if not 0 <= self.size <= MAX_SIZE:
            raise ProofError(f"size {self.size} must lie between 0 and {MAX_SIZE}")
        if len(self.root) != HASH_BYTES:
            raise ProofError(f"the root has {len(self.root)} bytes instead of {HASH_BYTES}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise ProofError(f"the root of size 0 must be {EMPTY_ROOT.hex()}, not {self.root.hex()}")

    def text(self) -> str:
        """The lines that are signed."""
        return "\n".join((self.origin, str(self.size), _base64(self.root), *self.extensions, ""))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the lines that `text` gives; ProofError if they are not a checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise ProofError("not a checkpoint: origin, size and root were expected, each on its line")
        origin, size, root, *extensions = lines
        if not _DECIMAL.fullmatch(size):
            raise ProofError(f"size {size[:30]!r} is not a decimal number without leading zeros")
        data = _from_base64(root)
        if data is None:
            raise ProofError(f"root {root[:80]!r} is not base64")
        return cls(origin, int(size), data, tuple(extensions))


def sign(checkpoint: Checkpoint, *keys: SigningKey) -> str:
    """The checkpoint as a note, signed by each of the keys in their order."""
    return sign_text(checkpoint.text(), *keys)


def open_note(note: str | bytes, *verifiers: VerifierKey) -> Checkpoint:
    """The checkpoint of a note, once its signatures were checked; ProofError as in `verified_text`."""
    return Checkpoint.parse(verified_text(note, *verifiers))
