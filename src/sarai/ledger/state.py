"""What the book must have at hand to post the next document.

Held in memory, read from the projections when missed, and let go at a checkpoint when there is
too much of it. Between checkpoints everything that changed stays, so that what is missed can
always be read from the projections as they were at the last one.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable, Sequence
from operator import attrgetter

from sarai.ledger.rows import Consignment, Identity, Layer, age
from sarai.ledger.store import PROJECTIONS, Store, Table

LAYER, IDENTITY, REFUSED, CONSIGNMENT = PROJECTIONS

MAX_POOLS = 50_000  # kept in memory between checkpoints; some 400 bytes each
MAX_OTHERS = 100_000

AccountKey = tuple[str, str, str, str]
IdentityKey = tuple[str, str]
RefusalKey = tuple[str, str, int]


class State:
    """Pools of layers, identities, consignments and accounts, over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pools: dict[int, deque[Layer]] = {}
        self.identities: dict[IdentityKey, tuple[Identity, ...]] = {}
        self.consignments: dict[int, Consignment] = {}
        self.refusals: dict[RefusalKey, int] = {}
        self.accounts: dict[AccountKey, int] = {}
        self.next_account = 1 + (store.query("SELECT max(id) FROM account")[0][0] or 0)
        self.dirty_layers: dict[int, Layer] = {}
        self.dirty_identities: dict[tuple[str, str, int], Identity] = {}
        self.dirty_consignments: dict[int, Consignment] = {}
        self.dirty_refusals: dict[RefusalKey, int] = {}
        self.recent_pools: set[int] = set()

    # -- layers ------------------------------------------------------------------------------

    def pool(self, key: int) -> deque[Layer]:
        """The layers of a pool, the first acquired first."""
        pool = self.pools.get(key)
        if pool is None:
            rows = self.store.query(
                "SELECT pool, acquired, id, lot, code, origin, item, quantity FROM layer "
                "WHERE pool = ? ORDER BY acquired, id",
                (key,),
            )
            pool = self.pools[key] = deque(map(_layer, rows))
        return pool

    def give(self, layer: Layer) -> None:
        """Put a layer in its place by age."""
        pool = self.pool(layer.pool)
        if not pool or pool[-1].acquired < layer.acquired or age(pool[-1]) <= age(layer):
            pool.append(layer)
        else:
            insort(pool, layer, key=age)
        self.dirty_layers[layer.id] = layer

    def drop(self, layer: Layer) -> None:
        """Take a spent layer out of its pool (nothing to do if it is out already)."""
        pool = self.pools[layer.pool]
        if pool and pool[0] is layer:
            pool.popleft()
        elif layer in pool:
            pool.remove(layer)

    def take_out(self, layer: Layer, former: Layer | None) -> None:
        """Undo `give`; ``former`` is what was to be stored under its number before."""
        self.pools[layer.pool].remove(layer)
        del self.dirty_layers[layer.id]
        if former is not None:
            self.dirty_layers[layer.id] = former

    def layer(self, key: int, number: int) -> Layer | None:
        """One layer of a pool, if anything of it is left."""
        return next((layer for layer in self.pool(key) if layer.id == number), None)

    # -- identities --------------------------------------------------------------------------

    def versions(self, issuer: str, number: str) -> tuple[Identity, ...]:
        """What bears this number, the oldest version first."""
        known = self.identities.get((issuer, number))
        if known is None:
            rows = self.store.query(
                "SELECT version, entry, target FROM identity WHERE issuer = ? AND number = ? ORDER BY version",
                (issuer, number),
            )
            known = self.identities[issuer, number] = tuple(Identity(*row) for row in rows)
        return known

    def identify(self, issuer: str, number: str, identity: Identity) -> None:
        """Give a number to a new version."""
        self.identities[issuer, number] = (*self.versions(issuer, number), identity)
        self.dirty_identities[issuer, number, identity.version] = identity

    def forget_identity(self, issuer: str, number: str) -> None:
        """Undo the latest `identify`."""
        *rest, last = self.identities[issuer, number]
        self.identities[issuer, number] = tuple(rest)
        del self.dirty_identities[issuer, number, last.version]

    def know_identities(self, keys: Iterable[IdentityKey]) -> None:
        """Read at once what is not at hand of these."""
        missing = sorted(set(keys).difference(self.identities))
        found: dict[IdentityKey, list[Identity]] = {key: [] for key in missing}
        for issuer, number, *identity in self.store.find(IDENTITY, 2, missing):
            found[issuer, number].append(Identity(*identity))
        self.identities.update((key, tuple(sorted(rows))) for key, rows in found.items())

    def know_pools(self, keys: Iterable[int]) -> None:
        """Read at once what is not at hand of these pools."""
        missing = sorted(set(keys).difference(self.pools))
        for key in missing:
            self.pools[key] = deque()
        for layer in map(_layer, self.store.find(LAYER, 1, [(key,) for key in missing])):
            self.pools[layer.pool].append(layer)

    # -- consignments ------------------------------------------------------------------------

    def consignment(self, number: int) -> Consignment:
        """A consignment by its number."""
        found = self.consignments.get(number)
        if found is None:
            names = ", ".join(CONSIGNMENT.names)
            rows = self.store.query(f"SELECT {names} FROM consignment WHERE id = ?", (number,))
            found = self.consignments[number] = Consignment(*rows[0])
        return found

    def overdue(self, now: int) -> list[Consignment]:
        """Open waybills whose deadline is before now, by deadline, then by number."""
        rows = self.store.query(
            "SELECT id FROM consignment WHERE state = 'open' AND kind = 'waybill' AND deadline < ?", (now,)
        )
        numbers = {number for (number,) in rows} | set(self.dirty_consignments)
        due = [self.consignment(number) for number in sorted(numbers)]
        open_ = (c for c in due if c.state == "open" and c.kind == "waybill" and c.deadline < now)
        return sorted(open_, key=attrgetter("deadline", "id"))

    # -- refusals and accounts ---------------------------------------------------------------

    def refusal(self, key: RefusalKey) -> int:
        """The latest entry that refused this input, or 0."""
        known = self.refusals.get(key)
        if known is None:
            rows = self.store.query(
                "SELECT entry FROM refused WHERE issuer = ? AND number = ? AND version = ?", key
            )
            known = self.refusals[key] = rows[0][0] if rows else 0
        return known

    def refuse(self, key: RefusalKey, entry: int) -> None:
        """Remember a refusal as the latest of its input."""
        self.refusals[key] = self.dirty_refusals[key] = entry

    def stored_account(self, key: AccountKey) -> int | None:
        """The number of an account that the store knows."""
        rows = self.store.query(
            "SELECT id FROM account WHERE party = ? AND place = ? AND regime = ? AND state = ?", key
        )
        return rows[0][0] if rows else None

    # -- checkpoint --------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring the projections up to date; must run within `Store.writing`."""
        layers = sorted(self.dirty_layers.values(), key=attrgetter("pool", "acquired", "id"))
        spent = [
            (layer.pool, layer.acquired, layer.id) for layer in layers if not layer.left and layer.stored
        ]
        left = [layer for layer in layers if layer.left]
        self.store.delete(LAYER, spent)
        self.store.upsert(LAYER, [_layer_row(layer) for layer in left])
        for layer in layers:
            layer.stored = bool(layer.left)
        self._flush(IDENTITY, [(*key, row.entry, row.target) for key, row in self.dirty_identities.items()])
        self._flush(REFUSED, [(*key, entry) for key, entry in self.dirty_refusals.items()])
        names = CONSIGNMENT.names
        self._flush(
            CONSIGNMENT,
            [tuple(getattr(c, name) for name in names) for c in self.dirty_consignments.values()],
        )
        self.recent_pools = {layer.pool for layer in layers}
        for dirty in (self.dirty_layers, self.dirty_identities, self.dirty_refusals, self.dirty_consignments):
            dirty.clear()

    def _flush(self, table: Table, rows: Sequence[tuple]) -> None:
        self.store.upsert(table, sorted(rows))

    def trim(self, pools: int, others: int) -> None:
        """After a flush: let go of what is beyond these numbers, the least recent first."""
        if len(self.pools) > pools:
            self.pools = {key: self.pools[key] for key in sorted(self.recent_pools) if key in self.pools}
        if len(self.pools) > pools:
            self.pools.clear()
        for cache in (self.identities, self.consignments, self.refusals, self.accounts):
            if len(cache) > others:
                cache.clear()


def _layer(row: tuple) -> Layer:
    pool, acquired, number, lot, code, origin, item, quantity = row
    return Layer(acquired, number, lot, code, origin, item, quantity, pool, stored=True)


def _layer_row(layer: Layer) -> tuple:
    return (
        layer.pool, layer.acquired, layer.id, layer.lot, layer.code, layer.origin, layer.item, layer.left,
    )  # fmt: skip
