"""How often somebody may ask: token buckets, in a table of bounded size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock


class Limiter:
    """A bucket for each name: ``burst`` at once, and ``rate_per_s`` in the long run; from any thread.

    Parameters
    ----------
    clock
        Seconds that never run back.
    most
        Names that are remembered; the one that was not seen for longest is forgotten, and has a full
        bucket when it comes again.
    """

    def __init__(self, rate_per_s: float, burst: int, most: int, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._most, self._clock = rate_per_s, burst, most, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def take(self, name: str) -> int:
        """Take one; 0 if there was one, else in how many seconds there will be."""
        with self._turn:
            now = self._clock()
            left, since = self._buckets.pop(name, (float(self._burst), now))
            left = min(left + (now - since) * self._rate, self._burst)
            self._buckets[name] = (left - 1 if left >= 1 else left), now
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return 0 if left >= 1 else max(ceil((1 - left) / self._rate), 1)

    def __len__(self) -> int:
        return len(self._buckets)


def neighbourhood(address: str) -> str:
    """Whose address it is: of IPv6 the first 64 bits, for whoever has one has all of those.

    >>> neighbourhood("2001:db8::1"), neighbourhood("192.0.2.7")
    ('2001:db8::', '192.0.2.7')
    """
    try:
        parsed = ip_address(address)
    except ValueError:  # a socket file, a test
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
