"""How often one address may ask: a bucket of tokens that fills with time, kept in this process's memory alone."""

from collections import OrderedDict

from tiemchung.kit.errors import TooManyRequests

# What programs may ask of the open figures, from one address.
PUBLIC_PER_MINUTE, PUBLIC_BURST = 60, 30
# What people may look up by a code, or send without an account, from one address: a household or a station shares one.
LIMITED_PER_MINUTE, LIMITED_BURST = 60, 60
# Beyond so many addresses the one that was quiet longest is forgotten: it starts again with a full bucket.
_MOST_ADDRESSES = 50_000


class Limit:
    """At most `burst` requests at once and `per_minute` over time, from one address."""

    def __init__(self, *, per_minute: int, burst: int) -> None:
        self._rate, self._burst = per_minute / 60, float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now: float) -> None:
        """One request at a moment (seconds of a clock that only goes forward). Raises `TooManyRequests`."""
        left, then = self._buckets.pop(address, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        granted = left >= 1
        self._buckets[address] = (left - 1 if granted else left, now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        if not granted:
            raise TooManyRequests(seconds=int((1 - left) / self._rate) + 1)
