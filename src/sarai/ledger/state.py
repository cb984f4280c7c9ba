"""What the book must have at hand to post the next document.

Held in memory, read from the projections when missed, and let go at a checkpoint when there is
too much of it. Between checkpoints everything that changed stays, so that what is missed can
always be read from the projections as they were at the last one.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from sarai.ledger.rows import Consignment, Identity, Layer, age
from sarai.ledger.store import PROJECTIONS, Store, Table

LAYER, IDENTITY, REFUSED, CONSIGNMENT = PROJECTIONS

AccountKey = tuple[str, str, str, str]
IdentityKey = tuple[str, str]
RefusalKey = tuple[str, str, int]


class State:
    """Pools of layers, identities, consignments and accounts, over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pools: dict[int, deque[Layer]] = {}
        self._unread: dict[int, list[Layer]] = {}
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
            self.know_pools([key])
            pool = self.pools[key]
        return pool

    def know_pools(self, keys: Iterable[int]) -> None:
        """Read at once what is not at hand of these pools."""
        missing = sorted(set(keys).difference(self.pools))
        found: dict[int, list[Layer]] = {key: self._unread.pop(key, []) for key in missing}
        for row in self.store.find(LAYER, 1, [(key,) for key in missing]):
            found[row[0]].append(_layer(row))
        for key, layers in found.items():
            self.pools[key] = deque(sorted(layers, key=age))

    def open_pool(self, key: int) -> None:
        """A pool that is new: there is nothing to read."""
        self.pools[key] = deque()

    def give(self, layer: Layer) -> None:
        """Put a layer in its place by age; into a pool that is not at hand, when it is read."""
        self.dirty_layers[layer.id] = layer
        pool = self.pools.get(layer.pool)
        if pool is None:
            self._unread.setdefault(layer.pool, []).append(layer)
        elif not pool or pool[-1].acquired <= layer.acquired:
            pool.append(layer)
        else:
            insort(pool, layer, key=age)

    def refill(self, layer: Layer) -> Callable[[], None]:
        """Put a spent layer back in its place, under its old number; returns what undoes it."""
        former = self.dirty_layers.get(layer.id)
        insort(self.pool(layer.pool), layer, key=age)
        self.dirty_layers[layer.id] = layer

        def undo() -> None:
            self.take_out(layer)
            if former is not None:
                self.dirty_layers[layer.id] = former

        return undo

    def drop(self, layer: Layer) -> None:
        """Take a spent layer out of its pool (nothing to do if it is out already)."""
        pool = self.pools.get(layer.pool)
        if pool is None:
            pool = self._unread.get(layer.pool, ())
        if pool and pool[0] is layer:
            del pool[0]
        elif layer in pool:
            pool.remove(layer)
        if not layer.stored:
            self.dirty_layers.pop(layer.id, None)

    def take_out(self, layer: Layer) -> None:
        """Undo `give`."""
        pool = self.pools.get(layer.pool)
        (self._unread[layer.pool] if pool is None else pool).remove(layer)
        del self.dirty_layers[layer.id]

    def layer(self, key: int, number: int) -> Layer | None:
        """One layer of a pool, if anything of it is left."""
        return next((layer for layer in self.pool(key) if layer.id == number), None)

    # -- identities --------------------------------------------------------------------------

    def versions(self, issuer: str, number: str) -> tuple[Identity, ...]:
        """What bears this number, the oldest version first."""
        known = self.identities.get((issuer, number))
        if known is None:
            rows = self.store.query(
                "SELECT version, entry, target FROM identity WHERE issuer = ? AND number = ? "
                "ORDER BY version",
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
        self._flush_layers()
        self._flush(IDENTITY, [(*key, row.entry, row.target) for key, row in self.dirty_identities.items()])
        self._flush(REFUSED, [(*key, entry) for key, entry in self.dirty_refusals.items()])
        names = CONSIGNMENT.names
        self._flush(
            CONSIGNMENT,
            [tuple(getattr(c, name) for name in names) for c in self.dirty_consignments.values()],
        )
        for dirty in (self.dirty_layers, self.dirty_identities, self.dirty_refusals, self.dirty_consignments):
            dirty.clear()

    def _flush_layers(self) -> None:
        """In the order of their keys: spent ones go, new ones are added, others are replaced."""
        new, changed, spent = [], [], []
        for layer in self.dirty_layers.values():
            if layer.left:
                (changed if layer.stored else new).append(_layer_row(layer))
                layer.stored = True
            elif layer.stored:
                spent.append((layer.pool, layer.acquired, layer.id))
                layer.stored = False
        for rows in (new, changed, spent):
            rows.sort()
        self.store.delete(LAYER, spent)
        self.store.append(LAYER, new)
        self.store.upsert(LAYER, changed)
        self.recent_pools = {row[0] for rows in (new, changed) for row in rows}

    def _flush(self, table: Table, rows: Sequence[tuple]) -> None:
        self.store.upsert(table, sorted(rows))

    def trim(self, pools: int, others: int) -> None:
        """After a flush: let go of what is beyond these numbers, the least recent first."""
        if len(self.pools) > pools:
            self.pools = {key: self.pools[key] for key in sorted(self.recent_pools) if key in self.pools}
        if len(self.pools) > pools:
            self.pools.clear()
        self._unread.clear()
        for cache in (self.identities, self.consignments, self.refusals, self.accounts):
            if len(cache) > others:
                cache.clear()


def _layer(row: tuple) -> Layer:
    pool, acquired, number, lot, commodity, origin, item, quantity = row
    return Layer(acquired, number, lot, commodity, origin, item, quantity, pool, stored=True)


def _layer_row(layer: Layer) -> tuple:
    return (
        layer.pool, layer.acquired, layer.id, layer.lot, layer.commodity, layer.origin, layer.item,
        layer.left,
    )  # fmt: skip
