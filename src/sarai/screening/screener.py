"""Screening: a subject against the lists in force, with what officers have decided before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple, Self

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods.errors import BadSetting
from sarai.screening.decisions import Hit, HitDifference, Log, Screening, Verdict, difference, facts
from sarai.screening.listed import Kind, ListedEntity, Publication
from sarai.screening.lists.content import content_digest, lists_digest, merge
from sarai.screening.lists.reading import ListError, read
from sarai.screening.lists.store import ListStore
from sarai.screening.matching import THRESHOLD, VERSION
from sarai.screening.matching.explain import explain
from sarai.screening.matching.index import Index
from sarai.screening.parallel import spread
from sarai.screening.subject import Subject, identifier

SQLITE = b"SQLite format 3\x00"
BLOCK = 1_000  # screened again and recorded together


class Found(NamedTuple):
    """A hit as it comes from another process: little."""

    entity: str
    name: str
    score: float
    reasons: tuple[str, ...]


class ScreenHit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody listed who the subject may be.

    Attributes
    ----------
    name
        The listed name that was hit.
    decision
        ``clear`` or ``confirm`` if an officer has decided on these very facts; else empty.
    changed
        If one has decided on other facts: what changed since.
    """

    list: str
    entity: str
    kind: Kind
    name: str
    score: float
    decision: str = ""
    reasons: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the lists say of a subject. ``screening`` is its number in the log, if it was recorded."""

    query: str
    hits: tuple[ScreenHit, ...] = ()
    screening: int = 0

    @property
    def open(self) -> tuple[ScreenHit, ...]:
        """The hits that an officer still has to look at, or has confirmed."""
        return tuple(hit for hit in self.hits if hit.decision != Verdict.CLEAR)


class Rescreened(NamedTuple):
    """Who was screened again, what differs from the time before, and all that the lists say now."""

    subject: Subject
    news: HitDifference
    answer: Answer


class Screener:
    """The lists in force, to be asked.

    Parameters
    ----------
    publications
        One of each list.
    log
        Where screenings are recorded and decisions are found; none, and nothing is.
    """

    def __init__(self, publications: Iterable[Publication], log: Log | None = None) -> None:
        publications = list(publications)
        self.log = log
        self.contents = {each.list: content_digest(each.entities) for each in publications}
        self._list_of = {entity.id: each.list for each in publications for entity in each.entities}
        self._entities = {entity.id: entity for each in publications for entity in each.entities}
        self._index = Index(entity for each in publications for entity in each.entities)

    @classmethod
    def from_paths(cls, paths: Sequence[str | Path], on: date | None = None, log: Log | None = None) -> Self:
        """Screen against list files, directories of them, or stores of lists, all together.

        Raises
        ------
        ListError
            One of them cannot be read, or a file is of a day after ``on``.
        """
        together: dict[str, Publication] = {}
        for path in map(Path, paths):
            for publication in _publications(path, on):
                known = together.get(publication.list)
                together[publication.list] = _union(known, publication) if known else publication
        return cls(together.values(), log)

    @property
    def entities(self) -> int:
        """How many are listed."""
        return len(self._index.entities)

    @property
    def listed(self) -> Mapping[str, ListedEntity]:
        """Who is listed, by the entity's id."""
        return self._entities

    @property
    def digest(self) -> str:
        """What identifies the lists that are asked."""
        return lists_digest(self.contents)

    # -- asking ------------------------------------------------------------------------------------

    def screen(
        self, subjects: Iterable[Subject], now: datetime | None = None, threshold: float = THRESHOLD
    ) -> list[Answer]:
        """Screen subjects, in order; with a log and a time, each is recorded with its threshold."""
        subjects = list(subjects)
        found = spread(lambda subject: self._ask(subject, threshold), subjects)
        numbers: Sequence[int] = [0] * len(subjects)
        if self.log and now:
            results = [
                (_question(subject, threshold), self._recorded(subject, hits))
                for subject, hits in zip(subjects, found, strict=True)
            ]
            numbers = self.log.record(results, now, self.contents, VERSION)
        return [
            Answer(
                query=subject.name,
                hits=tuple(self._shown(subject, hit) for hit in hits),
                screening=number,
            )
            for subject, hits, number in zip(subjects, found, numbers, strict=True)
        ]

    def recall(self, subject: Subject, answer: Answer) -> Answer:
        """An answer of before, with what officers have decided since."""
        if not (self.log and answer.hits):
            return answer
        standing = (self._standing(subject, self._entities[hit.entity]) for hit in answer.hits)
        hits = (
            replace(hit, decision=decision, changed=changed)
            for hit, (decision, changed) in zip(answer.hits, standing, strict=True)
        )
        return replace(answer, hits=tuple(hits))

    def _ask(self, subject: Subject, threshold: float) -> list[Found]:
        hits = self._index.screen_text(
            subject.name, threshold,
            kind=subject.kind, identifiers=subject.identifiers, births=subject.births,
            countries=subject.countries,
        )  # fmt: skip
        return [Found(hit.entity.id, hit.name, hit.match.score, tuple(explain(hit.match))) for hit in hits]

    def _recorded(self, subject: Subject, hits: Iterable[Found]) -> list[Hit]:
        return [
            Hit(
                list=self._list_of[hit.entity], entity=hit.entity, name=hit.name, score=hit.score,
                facts=facts(subject.facts(), self._entities[hit.entity], VERSION).digest,
            )
            for hit in hits
        ]  # fmt: skip

    def _shown(self, subject: Subject, hit: Found) -> ScreenHit:
        entity = self._entities[hit.entity]
        decision, changed = self._standing(subject, entity)
        return ScreenHit(
            list=self._list_of[hit.entity], entity=hit.entity, kind=entity.kind, name=hit.name,
            score=hit.score, decision=decision, reasons=hit.reasons, programmes=entity.programmes,
            changed=changed,
        )  # fmt: skip

    def _standing(self, subject: Subject, entity: ListedEntity) -> tuple[str, tuple[str, ...]]:
        if not self.log:
            return "", ()
        standing = self.log.standing(facts(subject.facts(), entity, VERSION))
        decided = str(standing.decision.verdict) if standing.decision else ""
        return decided, tuple(map(str, standing.changed))

    # -- deciding, and a new list --------------------------------------------------------------------

    def decide(
        self, screening: int, entity: str, verdict: Verdict, reason: str, officer: str, now: datetime
    ) -> int:
        """Record an officer's decision on a hit of a recorded screening; the decision's number.

        Raises
        ------
        NotInBook
            No such screening.
        BadSetting
            No hit of it, or the facts of today are not those that the officer was shown.
        """
        log = self._kept()
        former = log.screening(screening)
        shown = next((hit for hit in former.hits if hit.entity == entity), None)
        if shown is None:
            raise BadSetting(f"{entity!r} is no hit of screening {screening}; give the entity of a hit")
        listed = self._entities.get(entity)
        now_so = listed and facts(_subject(former.query).facts(), listed, VERSION)
        if now_so is None or now_so.digest != shown.facts:
            raise BadSetting(
                f"{entity} is not as it was in screening {screening}; screen again, and decide on that"
            )
        return log.decide(now_so, verdict, reason, officer, now).id

    def _kept(self) -> Log:
        if self.log is None:
            raise BadSetting("nothing is recorded without a log; give the screener one")
        return self.log

    def rescreen(self, now: datetime) -> Iterator[Rescreened]:
        """Screen again what was screened against other lists, or by another matcher; only what differs."""
        log = self._kept()
        for threshold, formers in _blocks(log.to_rescreen(self.digest, VERSION)):
            answers = self.screen([_subject(former.query) for former in formers], now, threshold)
            for former, answer in zip(formers, answers, strict=True):
                news = difference(former.hits, log.screening(answer.screening).hits)
                if news.appeared or news.gone or news.changed:
                    yield Rescreened(_subject(former.query), news, answer)


def _blocks(screenings: Iterator[Screening]) -> Iterator[tuple[float, list[Screening]]]:
    """In their order, so many as are recorded together, which were made from one threshold on."""
    for threshold, alike in groupby(screenings, _threshold):
        while block := list(islice(alike, BLOCK)):
            yield threshold, block


def _threshold(screening: Screening) -> float:
    return float(next(iter(screening.query.get("threshold", ())), THRESHOLD))


def _question(subject: Subject, threshold: float) -> dict[str, Sequence[str]]:
    """What was asked, as it is recorded; the threshold where it is not the default."""
    return {**subject.facts(), **({"threshold": (str(threshold),)} if threshold != THRESHOLD else {})}


def _subject(query: Mapping[str, Sequence[str]]) -> Subject:
    kind = next(iter(query.get("kind", ())), "")
    return Subject(
        name=next(iter(query["names"]), ""),
        kind=Kind(kind) if kind else None,
        identifiers=tuple(identifier(each) for each in query.get("identifiers", ())),
        births=tuple(query.get("births", ())),
        countries=tuple(query.get("countries", ())),
        subject=next(iter(query.get("subject", ())), ""),
    )


def _publications(path: Path, on: date | None) -> list[Publication]:
    if path.is_file() and _is_store(path):
        with ListStore.open(path, create=False) as store:
            return [store.publication(version.list, on) for version in store.in_force(on=on)]
    found = read(path)
    if found.damaged:
        raise found.damaged[0]
    later = [each for each in found.publications if on and each.published > on.isoformat()]
    if later:
        raise ListError(
            f"{path}: {later[0].list} is of {later[0].published}; what it said on {on} only a store of its "
            "versions can tell (sarai lists load)"
        )
    return found.publications


def _is_store(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(SQLITE)) == SQLITE


def _union(one: Publication, other: Publication) -> Publication:
    return Publication(
        list=one.list, publisher=one.publisher, entities=merge(one.entities, other.entities),
        published=max(one.published, other.published), sources=(*one.sources, *other.sources),
    )  # fmt: skip
