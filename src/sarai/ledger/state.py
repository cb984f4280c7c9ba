"""What the book must have at hand to post the next document.

Held in memory, read from the projections when missed, and let go at a checkpoint when there is
too much of it. Between checkpoints everything that changed stays, so that what is missed can
always be read from the projections as they were at the last one.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from sarai.ledger.holds import Holds
from sarai.ledger.rows import Consignment, Identity, Layer, age
from sarai.ledger.settings import KNOWN_ACCOUNTS, MAX_ACCOUNTS, MAX_DOCUMENTS, MAX_POOLS
from sarai.ledger.store import PROJECTIONS, Query, Store, Table

LAYER, IDENTITY, REFUSED, CONSIGNMENT, HOLD = PROJECTIONS

AccountKey = tuple[str, str, str, str]
IdentityKey = tuple[str, str]
RefusalKey = tuple[str, str, int]


class Wanted(NamedTuple):
    """What a batch will ask for and is not at hand: identities, and pools of layers."""

    identities: Sequence[IdentityKey] = ()
    pools: Sequence[int] = ()


class State:
    """Pools of layers, identities, consignments, holds and accounts, over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pools: dict[int, list[Layer]] = {}
        self._unread: dict[int, list[Layer]] = {}
        self.identities: dict[IdentityKey, tuple[Identity, ...]] = {}
        self.consignments: dict[int, Consignment] = {}
        self.refusals: dict[RefusalKey, int] = {}
        self.accounts: dict[AccountKey, int] = {}
        self.next_account = 1 + (store.query("SELECT max(id) FROM account")[0][0] or 0)
        self._knows_all_accounts = self.next_account <= KNOWN_ACCOUNTS
        if self._knows_all_accounts:
            rows = store.query("SELECT id, party, place, regime, state FROM account")
            self.accounts = {
                (party, place, regime, state): number for number, party, place, regime, state in rows
            }
        self.dirty_layers: dict[int, Layer] = {}
        self.dirty_identities: dict[tuple[str, str, int], Identity] = {}
        self.dirty_consignments: dict[int, Consignment] = {}
        self.dirty_refusals: dict[RefusalKey, int] = {}
        self.holds = Holds(store.query("SELECT * FROM hold ORDER BY lot, entry"))  # few: officers write them
        self._stored_holds = self.holds.rows()

    # -- reading ahead -----------------------------------------------------------------------

    def wanted(self, identities: Iterable[IdentityKey], pools: Iterable[int]) -> Wanted:
        """What of these is not at hand."""
        unknown = set(identities).difference(self.identities)
        return Wanted(sorted(unknown), sorted(set(pools).difference(self.pools)))

    def queries(self, wanted: Wanted) -> list[Query]:
        """How to ask for it."""
        asked = []
        if wanted.identities:
            asked.append(self.store.lookup(IDENTITY, 2, wanted.identities))
        if wanted.pools:
            asked.append(self.store.lookup(LAYER, 1, [(key,) for key in wanted.pools]))
        return asked

    def learn(self, wanted: Wanted, answers: Iterable[list[tuple]]) -> None:
        """Take in the answers; what has come to hand since, as others recorded, is newer and stays."""
        answers = iter(answers)
        if wanted.identities:
            self._learn_identities(wanted.identities, next(answers))
        if wanted.pools:
            self._learn_pools(wanted.pools, next(answers))

    def _learn_identities(self, keys: Iterable[IdentityKey], rows: list[tuple]) -> None:
        found: dict[IdentityKey, list[Identity]] = {}
        for issuer, number, *identity in rows:
            found.setdefault((issuer, number), []).append(Identity(*identity))
        for key in keys:
            self.identities.setdefault(key, tuple(sorted(found.get(key, ()))))

    def _learn_pools(self, keys: Iterable[int], rows: list[tuple]) -> None:
        found = {key: self._unread.pop(key, []) for key in keys if key not in self.pools}
        for row in rows:
            if row[0] in found:
                found[row[0]].append(_layer(row))
        for key, layers in found.items():
            self.pools[key] = sorted(layers, key=age)

    # -- layers ------------------------------------------------------------------------------

    def pool(self, key: int) -> list[Layer]:
        """The layers of a pool, the first acquired first."""
        pool = self.pools.get(key)
        if pool is None:
            self._learn_pools([key], self.store.query(*self.store.lookup(LAYER, 1, [(key,)])))
            pool = self.pools[key]
        return pool

    def open_pool(self, key: int) -> None:
        """A pool that is new: there is nothing to read."""
        self.pools[key] = []

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
        key = (issuer, number)
        known = self.identities.get(key)
        if known is None:
            self._learn_identities([key], self.store.query(*self.store.lookup(IDENTITY, 2, [key])))
            known = self.identities[key]
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
        """The number of an account that the store knows and we do not."""
        if self._knows_all_accounts:
            return None
        rows = self.store.query(
            "SELECT id FROM account WHERE party = ? AND place = ? AND regime = ? AND state = ?", key
        )
        return rows[0][0] if rows else None

    # -- checkpoint --------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring the projections up to date; must run within `Store.writing`."""
        self._flush_layers()
        identities = [(*key, row.entry, row.target) for key, row in self.dirty_identities.items()]
        self.store.append(IDENTITY, sorted(identities))  # all are new: what bears a number is not changed
        self._flush(REFUSED, [(*key, entry) for key, entry in self.dirty_refusals.items()])
        names = CONSIGNMENT.names
        self._flush(
            CONSIGNMENT,
            [tuple(getattr(c, name) for name in names) for c in self.dirty_consignments.values()],
        )
        for dirty in (self.dirty_layers, self.dirty_identities, self.dirty_refusals, self.dirty_consignments):
            dirty.clear()
        self._flush_holds()

    def _flush_holds(self) -> None:
        held, stored = self.holds.rows(), self._stored_holds
        self.store.delete(HOLD, sorted((row.lot, row.entry) for row in stored - held))
        self.store.append(HOLD, sorted(held - stored))
        self._stored_holds = held

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

    def _flush(self, table: Table, rows: Sequence[tuple]) -> None:
        self.store.upsert(table, sorted(rows))

    def trim(self) -> None:
        """After a flush: let go of what is beyond the bounds, what has been at hand for longest first.

        Not all at once: memory that is emptied and filled again is never the same size twice.
        """
        _let_go(self.pools, MAX_POOLS)
        self._unread.clear()
        for cache in (self.identities, self.consignments, self.refusals):
            _let_go(cache, MAX_DOCUMENTS)
        if len(self.accounts) > MAX_ACCOUNTS:
            _let_go(self.accounts, MAX_ACCOUNTS)
            self._knows_all_accounts = False


def _let_go(kept: dict, most: int) -> None:
    for key in list(islice(kept, max(0, len(kept) - most))):
        del kept[key]


def _layer(row: tuple) -> Layer:
    pool, acquired, number, lot, commodity, origin, item, quantity = row
    return Layer(acquired, number, lot, commodity, origin, item, quantity, pool, stored=True)


def _layer_row(layer: Layer) -> tuple:
    return (
        layer.pool, layer.acquired, layer.id, layer.lot, layer.commodity, layer.origin, layer.item,
        layer.left,
    )  # fmt: skip
