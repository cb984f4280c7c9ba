"""Keys, notes and checkpoints against published ones, and docs/proofs.md against a checker of its own."""

import os
import re
import shutil
import stat
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods import BadSetting, ProofError
from sarai.ledger.checkpoint import (
    MAX_NAME,
    MAX_NOTE,
    Checkpoint,
    SigningKey,
    VerifierKey,
    open_note,
    sign,
    sign_text,
    verified_text,
)
from sarai.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Frontier,
    SubtreeReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"

# Keys and notes of golang.org/x/mod/sumdb/note (its documentation and note_test.go).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}"

# The Go checksum database: its verifier key, and a checkpoint that it published.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = """\
go.sum database tree
15368405
/g9am3I6YWNKaZX/jkne1fqd9zEyjss+JXyPXG0WfkY=

— sum.golang.org Az3grqJGUaSGukG9p8nI2vKgiFn7qGHxn0W+mrwyI6Gz3F0t1J3LzmWk/p96Ybf295EjwdSwlzgijq5WA9d1Ded7owM=
"""

BOOK = "customs.example/book"
KEY = SigningKey(BOOK, bytes(range(32)))
OTHER = SigningKey("court.example/witness", bytes(range(1, 33)))
ROOT = sha256(b"any root").digest()
CHECKPOINT = Checkpoint(BOOK, 7, ROOT)


class TestPublished:
    def test_notes_verify(self):
        assert verified_text(NOTE, VerifierKey.parse(PETER)) == TEXT
        both = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
        assert verified_text(NOTE + ENOCH_LINE, *both) == TEXT

    def test_signing_gives_the_same_note(self):
        key = SigningKey.parse(PETER_SECRET)
        assert str(key.verifier) == PETER
        assert key.secret_text() == PETER_SECRET
        assert sign_text(TEXT, key) == NOTE

    def test_a_real_checkpoint_verifies(self):
        root = b64decode("/g9am3I6YWNKaZX/jkne1fqd9zEyjss+JXyPXG0WfkY=")
        opened = open_note(GO_CHECKPOINT, VerifierKey.parse(GO_KEY))
        assert opened == Checkpoint("go.sum database tree", 15_368_405, root)
        assert open_note(GO_CHECKPOINT.encode(), VerifierKey.parse(GO_KEY)) == opened

    @pytest.mark.parametrize(
        "note",
        [
            TEXT,
            TEXT + "\n",
            NOTE[:-1],
            "\x01" + NOTE,
            b"\xff" + NOTE.encode(),
            TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"),
            NOTE + "Unexpected line.\n",
        ],
    )
    def test_malformed_notes_of_the_reference_are_refused(self, note):
        with pytest.raises(ProofError, match=r"not a signed note|signature line|may not be|not UTF-8"):
            verified_text(note, VerifierKey.parse(PETER))

    def test_malformed_keys_of_the_reference_are_refused(self):
        altered = [PETER[:i] + chr(ord(c) + 1) + PETER[i + 1 :] for i, c in enumerate(PETER)]
        parts = [PETER[:i] for i in range(len(PETER))] + [PETER[i:] for i in range(1, len(PETER))]
        wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
        other_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        for text in (*altered, *parts, wrong_length, other_type):
            with pytest.raises(BadSetting):
                VerifierKey.parse(text)


class TestKeys:
    def test_text_and_back(self):
        assert SigningKey.parse(KEY.secret_text()) == KEY
        assert VerifierKey.parse(str(KEY.verifier)) == KEY.verifier

    def test_generated_from_the_given_source(self):
        assert SigningKey.generate(BOOK, lambda count: bytes(range(count))) == KEY
        assert SigningKey.generate(BOOK) != SigningKey.generate(BOOK)

    @pytest.mark.parametrize(
        "name", ["", "two words", "a+b", "no\u00a0break", "new\nline", "\ud800", "n" * 256]
    )
    def test_names_that_no_note_could_bear(self, name):
        with pytest.raises(BadSetting, match="key name"):
            SigningKey(name, KEY.seed)

    def test_a_short_key(self):
        with pytest.raises(BadSetting, match="31 bytes instead of 32"):
            SigningKey(BOOK, KEY.seed[1:])

    def test_the_secret_does_not_show(self):
        shown = f"{KEY!r} {KEY} {[KEY]}"
        assert BOOK in shown
        assert not any(secret in shown for secret in secrets(KEY))

    def test_the_secret_is_not_in_messages(self):
        secret = KEY.secret_text()
        another_id, no_prefix = secret.replace("aa7614f0", "aa7614f1"), secret.removeprefix("PRIVATE+KEY+")
        for text in (secret[:-1], secret[1:], secret + "=", another_id, no_prefix):
            with pytest.raises(BadSetting, match="not a signing key") as caught:
                SigningKey.parse(text)
            assert not any(part in str(caught.value) for part in secrets(KEY))
        with pytest.raises(BadSetting, match="not an Ed25519 verifier key") as caught:
            VerifierKey.parse(secret)
        assert not any(part in str(caught.value) for part in secrets(KEY))

    def test_altered_secrets_are_refused(self):
        for i, character in enumerate(PETER_SECRET):
            with pytest.raises(BadSetting):
                SigningKey.parse(PETER_SECRET[:i] + chr(ord(character) + 1) + PETER_SECRET[i + 1 :])


class TestKeyFile:
    def test_saved_for_its_owner_alone(self, tmp_path):
        path = tmp_path / "book.key"
        before = os.umask(0)
        try:
            KEY.save(path)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() == KEY.secret_text() + "\n"
        assert SigningKey.load(path) == KEY

    def test_never_overwritten(self, tmp_path):
        path = tmp_path / "book.key"
        KEY.save(path)
        with pytest.raises(BadSetting, match="must be a new file"):
            OTHER.save(path)
        assert SigningKey.load(path) == KEY

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
    def test_open_to_others(self, tmp_path, mode):
        path = tmp_path / "book.key"
        KEY.save(path)
        path.chmod(mode)
        with pytest.raises(BadSetting, match=rf"mode 0{mode:o}: chmod 600"):
            SigningKey.load(path)

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PRIVATE+KEY+"])
    def test_no_key_in_it(self, tmp_path, content):
        path = tmp_path / "book.key"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(BadSetting, match=r"book\.key: not a signing key"):
            SigningKey.load(path)

    def test_no_file(self, tmp_path):
        with pytest.raises(BadSetting, match="No such file"):
            SigningKey.load(tmp_path / "none.key")


class TestNote:
    @given(st.integers(0, MAX_SIZE), st.binary(min_size=32, max_size=32), st.text("abc./-é —", min_size=1))
    @settings(deadline=None, max_examples=50)
    def test_what_is_signed_comes_back(self, size, root, origin):
        signed = Checkpoint(origin, size, root if size else EMPTY_ROOT)
        assert open_note(sign(signed, KEY, OTHER), KEY.verifier) == signed
        assert open_note(sign(signed, KEY, OTHER).encode(), OTHER.verifier) == signed

    @given(st.data())
    @settings(deadline=None, max_examples=200)
    def test_a_changed_character_fails(self, data):
        note = sign(CHECKPOINT, KEY)
        at = data.draw(st.integers(0, len(note) - 1))
        character = data.draw(st.sampled_from("0A+/= \n\x00—z").filter(lambda c: c != note[at]))
        with pytest.raises(ProofError):
            open_note(note[:at] + character + note[at + 1 :], KEY.verifier)

    @given(st.data())
    @settings(deadline=None, max_examples=100)
    def test_a_changed_byte_fails(self, data):
        note = bytearray(sign(CHECKPOINT, KEY).encode())
        note[data.draw(st.integers(0, len(note) - 1))] ^= data.draw(st.integers(1, 255))
        with pytest.raises(ProofError):
            open_note(bytes(note), KEY.verifier)

    def test_unknown_signatures_are_passed_over(self):
        note = sign(CHECKPOINT, OTHER, KEY)
        assert open_note(note, KEY.verifier) == CHECKPOINT
        unknown_kind = f"— witness.example {b64encode(bytes(5_000)).decode()}\n"
        assert open_note(sign(CHECKPOINT, KEY) + unknown_kind * 16, KEY.verifier) == CHECKPOINT

    def test_same_name_with_another_key_is_unknown(self):
        namesake = SigningKey(BOOK, OTHER.seed)
        assert open_note(sign(CHECKPOINT, namesake, KEY), KEY.verifier) == CHECKPOINT
        with pytest.raises(ProofError, match="no known key signed the note"):
            open_note(sign(CHECKPOINT, namesake), KEY.verifier)

    def test_no_known_key_names_both_sides(self):
        with pytest.raises(ProofError) as caught:
            open_note(sign(CHECKPOINT, OTHER), KEY.verifier)
        assert f"signed by {OTHER.verifier.label}; known: {KEY.verifier.label}" in str(caught.value)
        with pytest.raises(ProofError, match="known: none"):
            open_note(sign(CHECKPOINT, KEY))

    @pytest.mark.parametrize("signature", [bytes(64), bytes(63), bytes(65), b"\0"])
    def test_a_false_signature_spoils_the_note(self, signature):
        false = f"— {BOOK} {b64encode(KEY.verifier.key_id + signature).decode()}\n"
        for note in (sign(CHECKPOINT, OTHER) + false, sign(CHECKPOINT, KEY, OTHER) + false):
            with pytest.raises(
                ProofError, match=f"signature of {re.escape(KEY.verifier.label)} does not fit"
            ):
                open_note(note, KEY.verifier, OTHER.verifier)

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "— x",
            f"- {BOOK} AAAAAAA=",
            f"— {BOOK} AAAAAA==",
            f"— {BOOK} AAAAAAB=",
            f"— {BOOK}  AAAAAAA=",
            "— a+b AAAAAAA=",
        ],
    )
    def test_malformed_signature_lines(self, line):
        with pytest.raises(ProofError, match=r"signature line|not a signed note"):
            open_note(f"{sign(CHECKPOINT, KEY)}{line}\n", KEY.verifier)

    @pytest.mark.parametrize("note", ["", "\n", "\n\n", b"", "\ud800\n\n— x y\n", "a\r\n\r\n— x y\r\n"])
    def test_not_a_note(self, note):
        with pytest.raises(ProofError):
            open_note(note, KEY.verifier)

    def test_too_long(self):
        with pytest.raises(ProofError, match=f"{MAX_NOTE} is the most"):
            open_note("a" * (MAX_NOTE + 1), KEY.verifier)

    def test_nothing_is_signed_without_a_key_or_out_of_form(self):
        with pytest.raises(BadSetting, match="give a signing key"):
            sign(CHECKPOINT)
        with pytest.raises(ProofError, match="end in a line feed"):
            sign_text("no line feed", KEY)
        with pytest.raises(ProofError, match="may not be in a note"):
            sign_text("a tab\t\n", KEY)


class TestCheckpoint:
    def test_text(self):
        lines = CHECKPOINT.text().split("\n")
        assert lines == [BOOK, "7", b64encode(ROOT).decode(), ""]

    def test_extension_lines_are_kept(self):
        extended = Checkpoint(BOOK, 7, ROOT, ("one more", "and another"))
        assert open_note(sign(extended, KEY), KEY.verifier) == extended

    @pytest.mark.parametrize(
        "size", ["", "07", "00", "-1", "+1", "1 ", "1_0", "0x1", "1e3", "٣", str(MAX_SIZE + 1), "9" * 30]
    )
    def test_sizes_out_of_form(self, size):
        with pytest.raises(ProofError, match=r"^size "):
            opened(BOOK, size, b64encode(ROOT).decode())

    @pytest.mark.parametrize(
        "root",
        [
            "",
            "é",
            "AAAA",
            b64encode(ROOT).decode()[:-1],
            b64encode(ROOT + b"0").decode(),
            f"{b64encode(ROOT).decode()} ",
        ],
    )
    def test_roots_out_of_form(self, root):
        with pytest.raises(ProofError, match="root"):
            opened(BOOK, "7", root)

    def test_one_way_to_write_a_root(self):
        written = b64encode(bytes(32)).decode()
        assert opened(BOOK, "7", written).root == bytes(32)
        assert b64decode(written.replace("A=", "B=")) == bytes(32)
        with pytest.raises(ProofError, match="is not base64"):
            opened(BOOK, "7", written.replace("A=", "B="))

    @pytest.mark.parametrize("lines", [(), (BOOK,), (BOOK, "7"), ("", "7", b64encode(ROOT).decode())])
    def test_lines_missing(self, lines):
        with pytest.raises(ProofError):
            opened(*lines)

    @pytest.mark.parametrize("origin", ["", "two\nlines", "tab\t", "\ud800", "n" * (MAX_NAME + 1)])
    def test_origins_that_no_note_could_bear(self, origin):
        with pytest.raises(ProofError, match=r"origin|not a line"):
            Checkpoint(origin, 7, ROOT)

    def test_an_empty_book_has_the_empty_root(self):
        assert opened(BOOK, "0", b64encode(EMPTY_ROOT).decode()).size == 0
        with pytest.raises(ProofError, match="root of size 0"):
            Checkpoint(BOOK, 0, ROOT)


def opened(*lines):
    return open_note(sign_text("".join(f"{line}\n" for line in lines) or "\n", KEY), KEY.verifier)


def secrets(key):
    encoded = b64encode(b"\x01" + key.seed).decode()
    return key.seed.hex(), repr(key.seed), encoded, encoded[4:20]


# A checker that was written from docs/proofs.md and shares nothing with the code under test.


def up(f, s, r, p):
    """Steps of sections 3 and 4 for one hash: f and s of the next level, and on which side p stood."""
    assert s > 0 and len(p) == 32
    left = bool(f % 2 or f == s)
    if left:
        while f % 2 == 0 and f:
            f, s = f // 2, s // 2
    return f // 2, s // 2, [sha256(b"\x01" + (p + x if left else x + p)).digest() for x in r], left


def is_included(entry, number, size, proof, root):
    f, s, r = number - 1, size - 1, [sha256(b"\x00" + entry).digest()]
    assert 0 <= f <= s
    for p in proof:
        f, s, r, _ = up(f, s, r, p)
    return s == 0 and r == [root]


def continues(old, new, old_root, new_root, proof):
    if old == new:
        return old_root == new_root and not proof
    f, s, (a, *rest) = old - 1, new - 1, [old_root, *proof] if old & (old - 1) == 0 else proof
    while f % 2:
        f, s = f // 2, s // 2
    b = a
    for p in rest:
        f, s, (above_a, b), left = up(f, s, [a, b], p)
        a = above_a if left else a
    return s == 0 and (a, b) == (old_root, new_root)


def checkpoint_lines(note):
    origin, size, root = note.split("\n\n")[0].split("\n")
    return origin, int(size), b64decode(root)


class TestProofsPage:
    """What docs/proofs.md says is so, by its own words and by our code."""

    @pytest.fixture
    def blocks(self):
        texts = re.findall(
            r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        names = ("note", "key", "shell", "document", "entry", "leaf", "inclusion", "old root", "consistency")
        return {name: text for name, (_, text) in zip(names, texts, strict=True)}

    def test_the_example_holds(self, blocks):
        origin, size, root = checkpoint_lines(blocks["note"])
        assert (origin, size) == (BOOK, 5)
        entry = blocks["entry"].encode()
        number, _, mode, code, content, refusal, terms, end = entry.split(b"\n")
        assert len(terms) == 64
        assert (number, mode, code, refusal, end) == (b"3", b"strict", b"0", b"", b"")
        assert content.decode() == sha256(blocks["document"].strip().encode()).hexdigest()
        assert leaf_hash(entry) == bytes.fromhex(blocks["leaf"])
        assert is_included(entry, 3, size, hashes(blocks["inclusion"]), root)
        assert continues(3, size, *hashes(blocks["old root"]), root, hashes(blocks["consistency"]))

    def test_our_code_opens_the_example(self, blocks):
        verifier = VerifierKey.parse(blocks["key"].strip())
        assert verifier == KEY.verifier
        assert sign(open_note(blocks["note"], verifier), KEY) == blocks["note"]

    @pytest.mark.skipif(
        not all(map(shutil.which, ("sh", "openssl", "base64"))), reason="needs openssl and base64"
    )
    def test_its_commands_check_our_signature(self, blocks, tmp_path):
        environment = {**os.environ, "KEY": str(KEY.verifier).split("+", 2)[2]}
        note = sign(CHECKPOINT, OTHER, KEY)
        for tried, fits in ((note, True), (note.replace("\n7\n", "\n8\n"), False)):
            (tmp_path / "checkpoint").write_text(tried, encoding="utf-8")
            command = ["sh", "-ec", blocks["shell"]]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
            assert (done.returncode == 0) is fits, done.stderr

    @given(st.integers(1, 600), st.data())
    @settings(deadline=None)
    def test_the_checker_accepts_our_proofs_and_no_others(self, size, data):
        entries = [b"%d\n%d\nobserve\n0\n%064x\n\n%064x\n" % (n, n * 10**6, n, 7) for n in range(1, size + 1)]
        leaves = [leaf_hash(entry) for entry in entries]
        frontier, old_frontier, old = Frontier(), Frontier(), data.draw(st.integers(1, size))
        kept = {(node.level, node.index): node.hash for node in frontier.extend(leaves)}
        old_frontier.extend(leaves[:old])
        _, signed_size, root = checkpoint_lines(sign(Checkpoint(BOOK, size, frontier.root()), KEY))
        subtree = SubtreeReader(lambda a, b: leaves[a:b], lambda level, index: kept.get((level, index)))
        number = data.draw(st.integers(1, size))
        proof = inclusion_proof(number - 1, size, subtree)
        assert is_included(entries[number - 1], number, signed_size, proof, root)
        assert not is_included(entries[number - 1] + b"\n", number, signed_size, proof, root)
        proof = consistency_proof(old, size, subtree)
        assert continues(old, size, old_frontier.root(), root, proof)
        assert not continues(old, size, ROOT, root, proof)


def hashes(block):
    return [bytes.fromhex(line) for line in block.split()]
