"""One request at a time: paced, never off https, redirected only where that is safe, and tried again."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from random import Random
from ssl import SSLCertVerificationError, SSLError
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from msgspec import Struct

from sarai.goods import BadSetting, SaraiError

__all__ = ["NotThere", "PullError", "PullSettings", "RangeRefused", "TryAgain", "Web", "of_the_net"]

AGENT = "sarai (statistics download)"  # some publishers turn away requests that do not name themselves
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
REDIRECTS = {301, 302, 303, 307, 308}
PASSING = {408, 429, 500, 502, 503, 504}
OF_THE_NET = (URLError, HTTPException, SSLError, ConnectionError, TimeoutError)  # and not of the disk
HOPELESS = (socket.gaierror, SSLCertVerificationError, ConnectionRefusedError)  # the same in a minute
VISIBLE = re.compile("[!-~]+")


class PullError(SaraiError):
    """A part cannot be fetched, or is not what was asked for."""


class NotThere(PullError):
    """The publisher has nothing there, or nothing yet."""


class RangeRefused(PullError):
    """The rest of a part cannot be had; its beginning is of no use."""


class TryAgain(PullError):
    """It may go better later; `after_s` says when, if the publisher did."""

    def __init__(self, text: str, after_s: float | None = None) -> None:
        super().__init__(text)
        self.after_s = after_s


class PullSettings(Struct, frozen=True, kw_only=True):
    """The bounds of a pull.

    Attributes
    ----------
    timeout_s : float
        Without a byte.
    attempts : int
        Of one part, in one run; the next run goes on where the last one ended.
    first_wait_s, longest_wait_s : float
        The wait after a failure doubles from the first up to the longest; who is told to come back later
        than the longest is told to the caller.
    redirects : int
        Of one request.
    safe_bytes : int
        After so many a partial file is made safe against a power cut.
    """

    timeout_s: float = 60
    attempts: int = 6
    first_wait_s: float = 2
    longest_wait_s: float = 300
    redirects: int = 5
    safe_bytes: int = 8 << 20

    def __post_init__(self) -> None:
        if min(self.attempts, self.safe_bytes) < 1 or min(self.timeout_s, self.first_wait_s) <= 0:
            raise BadSetting("attempts, safe_bytes, timeout_s and first_wait_s must be above zero")


class _Stay(HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_: object) -> None:
        return None


def default_opener() -> Callable[..., HTTPResponse]:
    """What opens a request within a timeout, as `urllib.request.urlopen` does, and follows no redirect."""
    return build_opener(_Stay).open


class Web:
    """Everything that a pull needs of the world outside.

    Parameters
    ----------
    clock : callable
        The time, UTC and aware.
    sleep : callable
        Waits so many seconds.
    random : Random
        Spreads the waits of many pullers.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Random,
        settings: PullSettings | None = None,
        opener: Callable[..., HTTPResponse] | None = None,
    ) -> None:
        self.clock = clock
        self.settings = settings or PullSettings()
        self._sleep = sleep
        self._random = random
        self._open = opener or default_opener()
        self._last: datetime | None = None

    def get(
        self, url: str, headers: dict[str, str], secret: dict[str, str], between_s: float
    ) -> HTTPResponse:
        """The answer to a request; redirects are followed, and the secret stays with its host.

        Raises
        ------
        PullError
            The publisher refuses. `NotThere`, `RangeRefused` and `TryAgain` are kinds of it.
        """
        host = urlsplit(url).netloc
        for _ in range(self.settings.redirects + 1):
            allowed(url)
            self._pace(between_s)
            sent = {"User-Agent": AGENT, **headers, **(secret if urlsplit(url).netloc == host else {})}
            try:
                with of_the_net():
                    return self._open(Request(url, headers=sent), timeout=self.settings.timeout_s)
            except HTTPError as answer:
                answer.close()
                if answer.code not in REDIRECTS:
                    self._refused(answer)
                url = _onward(url, answer.headers.get("Location", ""))
        raise PullError(f"it redirects more than {self.settings.redirects} times")

    def wait(self, attempt: int, fault: TryAgain) -> None:
        """Wait before the next attempt: as long as was asked for, else twice as long each time, jittered."""
        bounds = self.settings
        if fault.after_s is not None and fault.after_s > bounds.longest_wait_s:
            raise PullError(f"{fault}; it asks to come back in {fault.after_s:,.0f} s: run it again then")
        longest = min(bounds.first_wait_s * 2**attempt, bounds.longest_wait_s)
        self._sleep(self._random.uniform(longest / 2, longest) if fault.after_s is None else fault.after_s)

    def _pace(self, between_s: float) -> None:
        if self._last is not None:
            since_s = max(0.0, (self.clock() - self._last).total_seconds())
            if since_s < between_s:
                self._sleep(between_s - since_s)
        self._last = self.clock()

    def _refused(self, answer: HTTPError) -> NoReturn:
        said = f"it answers {answer.code}"  # and not its words, which may repeat what was sent
        if answer.code in (404, 410):
            raise NotThere(said)
        if answer.code == 416:
            raise RangeRefused(said)
        if answer.code in PASSING:
            raise TryAgain(said, _retry_after(answer.headers.get("Retry-After"), self.clock()))
        if answer.code in (401, 403):
            raise PullError(f"{said}: the key is missing, not accepted, or has no requests left today")
        raise PullError(said)


@contextmanager
def of_the_net() -> Iterator[None]:
    """Faults of the net as `TryAgain`, or as `PullError` where it would not go better."""
    try:
        yield
    except HTTPError:
        raise
    except OF_THE_NET as fault:
        reason = getattr(fault, "reason", fault)
        if isinstance(reason, HOPELESS):
            raise PullError(f"it cannot be reached: {reason}") from fault
        raise TryAgain(f"it broke off: {reason or type(fault).__name__}") from fault


def allowed(url: str) -> None:
    """Refuse an address that is not https, nor on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise PullError(f"{parts.scheme}://{parts.hostname} is not https; nothing is fetched from there")


def checked_key(key: str) -> str:
    """A key that can be sent; BadSetting, which does not show it, if it cannot."""
    if key and not VISIBLE.fullmatch(key):
        raise BadSetting(
            "the key has characters that no key has, such as a space or a line end; copy it again"
        )
    return key


def _onward(url: str, location: str) -> str:
    onward = urljoin(url, location)
    if not location or urlsplit(onward).scheme != urlsplit(url).scheme:
        raise PullError(f"it redirects from {urlsplit(url).scheme} to {urlsplit(onward).scheme or 'nowhere'}")
    return onward


def _retry_after(said: str | None, now: datetime) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3); none if it is not said, or not understood."""
    if not said:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        then = parsedate_to_datetime(said)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
