"""Pulling a plan: what is missing, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from sarai.flows.pulling.checking import check
from sarai.flows.pulling.manifest import Manifest, Noted, note, noted, sha256_of
from sarai.flows.pulling.partial import Partial
from sarai.flows.pulling.plans import Part, Plan
from sarai.flows.pulling.web import NotThere, PullError, RangeRefused, TryAgain, Web, checked_key
from sarai.goods import BadSetting

__all__ = ["Pulled", "pull"]


class Pulled(Struct, frozen=True):
    """What became of a part.

    Attributes
    ----------
    outcome : str
        ``kept`` (it was there, and is what the manifest says), ``fetched``, or ``nothing``: the publisher
        has nothing there, perhaps not yet, so the next run asks again.
    """

    part: Part
    outcome: Literal["kept", "fetched", "nothing"]
    size: int = 0


def pull(plan: Plan, into: Path, web: Web, key: str = "") -> Iterator[Pulled]:
    """Fetch what a folder lacks of a plan, part by part; it is done as it is iterated.

    Parameters
    ----------
    key : str
        For an address that wants one. It is sent to that host alone, and stands in no file and no error.

    Raises
    ------
    BadSetting
        A key is missing, or the folder holds another source.
    PullError
        A part cannot be fetched. All parts of before stay, and the next run goes on from there.
    """
    secret = _secret(plan, key)
    into.mkdir(parents=True, exist_ok=True)
    with _alone(into):
        manifest = _manifest(plan, into)
        for part in plan.parts:
            yield _pulled(plan, part, into, manifest, web, secret)


def _pulled(
    plan: Plan, part: Part, into: Path, manifest: Manifest, web: Web, secret: dict[str, str]
) -> Pulled:
    file, before = into / part.file, manifest.parts.get(part.file)
    if before and _is_there(file, part, before):
        return Pulled(part, "kept", before.size)
    partial = Partial(into, part, plan.source.most_bytes, web.settings.safe_bytes)
    try:
        _fetch(plan, part, partial, web, secret)
    except NotThere:
        partial.drop()
        return Pulled(part, "nothing")
    except PullError as fault:
        raise PullError(
            f"{part.url} cannot be fetched: {fault}. What came before is kept: run it again to go on, "
            f"or fetch it by hand ({plan.source.page}) and load it"
        ) from fault
    size, digest = partial.file.stat().st_size, sha256_of(partial.file)
    partial.finish(file)
    manifest.parts[part.file] = Noted(part.url, digest, size, web.clock())
    note(into, manifest)
    return Pulled(part, "fetched", size)


def _fetch(plan: Plan, part: Part, partial: Partial, web: Web, secret: dict[str, str]) -> None:
    """All of a part in its partial file, checked, in so many attempts."""
    for attempt in range(web.settings.attempts):
        try:
            with closing(web.get(part.url, partial.headers(), secret, plan.source.between_s)) as answer:
                partial.take(answer)
            _check(part, partial)
            return
        except RangeRefused:
            partial.drop()
        except TryAgain as fault:
            if attempt + 1 == web.settings.attempts:
                raise PullError(f"{fault}, after {attempt + 1} attempts") from fault
            web.wait(attempt, fault)
    raise PullError("the rest of it is refused again and again")


def _check(part: Part, partial: Partial) -> None:
    """What is not what it should be is no beginning to go on from."""
    try:
        check(partial.file, part)
    except PullError:
        partial.drop()
        raise


def _is_there(file: Path, part: Part, before: Noted) -> bool:
    return (
        before.url == part.url
        and file.is_file()
        and file.stat().st_size == before.size
        and sha256_of(file) == before.sha256
    )


def _secret(plan: Plan, key: str) -> dict[str, str]:
    if plan.key_header and not key:
        raise BadSetting(f"{plan.source.publisher} wants a key for this; get one from {plan.source.page}")
    return {plan.key_header: checked_key(key)} if plan.key_header else {}


def _manifest(plan: Plan, into: Path) -> Manifest:
    manifest = noted(into) or Manifest(plan.source.name, plan.source.terms)
    if manifest.source != plan.source.name:
        raise BadSetting(f"{into} holds {manifest.source}; pull {plan.source.name} into a folder of its own")
    return manifest


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process pulls into the folder meanwhile; a process that dies lets go."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    with (folder / ".pull.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PullError(
                f"another process is pulling into {folder}; let it end, or take another"
            ) from None
        yield
