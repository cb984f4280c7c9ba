"""A trained model: all that is needed to rank with it, and to say where it comes from, in one file."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple, Self

import msgspec
import numpy as np
from msgspec import Meta, Struct

from sarai.goods.errors import BadSetting
from sarai.watch.targeting.boosting import Trees
from sarai.watch.targeting.calibration import Calibrator
from sarai.watch.targeting.columns import Columns
from sarai.watch.targeting.declarations import Declarations, Floats
from sarai.watch.targeting.drift import Drift, Reference, hit_rate
from sarai.watch.targeting.features import Feature, Memory, Seen, as_kept, gains_of, table
from sarai.watch.targeting.measures import Measures
from sarai.watch.targeting.settings import Settings

VERSION = 1
MAGIC = b"sarai targeting model"
MAX_FILE = 4_000_000_000  # bytes; the past of a hundred million parties and combinations


class Window(Struct, frozen=True):
    """A stretch of the training time.

    Attributes
    ----------
    use
        ``past``: only fills the past. ``growing``, ``stopping``, ``calibrating``.
    begin_s, end_s
        When the first and the last declaration was made, seconds since 1970 (UTC).
    """

    use: str
    begin_s: int
    end_s: int
    declarations: int
    wrong: int


class Judged(Struct, frozen=True):
    """How the same recipe, trained on what was known at a moment, did on what came after it."""

    from_s: int
    measures: Measures


class Card(Struct, frozen=True, kw_only=True):
    """What a model is, beside its trees.

    Attributes
    ----------
    trees
        SHA-256 of the trees.
    history
        SHA-256 of the table that it learnt from.
    library
        What grew the trees.
    gains
        The share of what was gained by each feature.
    """

    version: int
    trees: str
    history: str
    library: str
    columns: Columns
    settings: Settings
    features: tuple[Feature, ...]
    gains: tuple[float, ...]
    windows: tuple[Window, ...]
    calibrator: Calibrator
    reference: Reference
    memory: Memory
    judged: Judged | None = None


class Scored(NamedTuple):
    """Declarations as a model sees them."""

    seen: Seen
    scores: Floats
    probability: Floats


class Model:
    """A model that ranks.

    Parameters
    ----------
    card
        What it is.
    trees
        What it has grown.
    """

    def __init__(self, card: Card, trees: Trees) -> None:
        self.card, self.trees = card, trees

    def score(self, new: Declarations) -> Scored:
        """Score declarations by what was known when the model was trained, and nothing later."""
        seen = as_kept(self.card.columns, self.card.settings, self.card.memory, new)
        scores = self.trees.scores(seen.matrix)
        return Scored(seen, scores, self.card.calibrator(scores))

    def unknown_before(self, new: Declarations) -> Declarations:
        """The same, with the outcomes only of those that were made after the training: they may judge it."""
        later = new.time_s >= self.card.memory.moment_s
        return replace(new, outcome=np.where(later, new.outcome, np.nan))

    def drift(self, new: Declarations, scored: Scored) -> Drift:
        """What has changed since the training, in what is declared and in what is found."""
        found = hit_rate(scored.probability, self.unknown_before(new).outcome)
        gains = gains_of(self.card.columns, self.card.gains)
        return self.card.reference.drift(new, scored.scores, gains, found)

    @property
    def digest(self) -> str:
        """SHA-256 of the file that it is written to."""
        return sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Three parts: a line that says what it is, with the digest of the card; the card; the trees."""
        card = msgspec.json.encode(self.card)
        head = b"%s %d %s %d\n" % (MAGIC, VERSION, sha256(card).hexdigest().encode(), len(card))
        return head + card + b"\n" + self.trees.text.encode()

    def write(self, path: Path) -> None:
        """Write it to a file, which is replaced once all is written."""
        beside = path.with_name(f"{path.name}.part")
        beside.write_bytes(self.to_bytes())
        beside.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from a file; nothing in it is run.

        Raises
        ------
        BadSetting
            It is no model, one of another version, or not as it was written.
        """
        if path.stat().st_size > MAX_FILE:
            raise BadSetting(f"{path} has more than {MAX_FILE:,} bytes, more than any model; name a model")
        return cls.from_bytes(path.read_bytes(), str(path))

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "the model") -> Self:
        """Read it; digests are held against what they are of before anything is made of it."""
        head, _, rest = data.partition(b"\n")
        words = head[: len(MAGIC) + 100].removeprefix(MAGIC).split()
        if not head.startswith(MAGIC) or len(words) != 3:
            raise BadSetting(f"{name} is no model of targeting; make one with `sarai target train`")
        if words[0] != b"%d" % VERSION:
            raise BadSetting(f"{name} is of version {words[0]!r}, not {VERSION}; train it again")
        try:
            length = msgspec.json.decode(words[2], type=Annotated[int, Meta(ge=0)])
            body, text = rest[:length], rest[length + 1 :]
            if sha256(body).hexdigest().encode() != words[1]:
                raise ValueError("its card is not as it was written")
            card = msgspec.json.decode(body, type=Card)
            if sha256(text).hexdigest() != card.trees:
                raise ValueError("its trees are not as they were written")
        except ValueError as fault:
            raise BadSetting(f"{name} is damaged: {fault}; copy it again, or train it again") from fault
        if card.features != table(card.columns):
            raise BadSetting(f"{name} sees other features than this program; train it again")
        return cls(card, Trees(text.decode(), card.settings.threads))
