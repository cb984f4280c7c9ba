"""With whose eyes something is looked at: what is one's own, and what stands for what is not."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from hmac import new as hmac

from msgspec import Struct

from sarai.ledger import LotName
from sarai.ledger.way import Account, DocumentName
from sarai.server.access.roles import Role, Scope
from sarai.server.access.visitor import Visitor

ANOTHER = "another party"
DIGITS = 10  # of a label: two of a million parties have the same one in a case of two


class Eyes(Struct, frozen=True, kw_only=True):
    """A visitor, as far as one right reaches.

    Attributes
    ----------
    key
        Makes labels; without it nobody can tell which party a label stands for.
    offices
        Issuers that are offices and no parties, so that their names hide nobody; one that ends in a
        colon means all that begin so.
    """

    visitor: Visitor
    scope: Scope
    key: bytes = b""
    offices: tuple[str, ...] = ()

    def owns(self, parties: Iterable[str]) -> bool:
        """Whether the visitor acts for one of them."""
        return not set(self.visitor.parties).isdisjoint(parties)

    def is_office(self, issuer: str) -> bool:
        """Whether a document's issuer is an office."""
        return any(
            issuer == office or (office[-1:] == ":" and issuer.startswith(office)) for office in self.offices
        )

    def label(self, what: str, name: str) -> str:
        """What stands for a name: the same each time, and no way back."""
        return f"{what} {hmac(self.key, f'{what}/{name}'.encode(), sha256).hexdigest()[:DIGITS]}"

    # -- names as they are shown ---------------------------------------------------------------------

    def party(self, name: str) -> str:
        """A party's name: itself, a label, or only that it is another."""
        if not name or self.scope is Scope.ALL or name in self.visitor.parties or self.is_office(name):
            return name
        return ANOTHER if self.scope is Scope.OWN else self.label("party", name)

    def number(self, issuer: str, number: str) -> str:
        """A document's number; numbers of other parties may speak of their trade."""
        if self.scope is Scope.ALL or issuer in self.visitor.parties:
            return number
        if self.scope is Scope.OWN and self.is_office(issuer):
            return number
        return self.label("document", f"{issuer}/{number}")

    def lot(self, name: LotName) -> LotName:
        """A lot's name. An office's stays: whoever holds the goods must be able to name them."""
        return LotName(self.party(name.issuer), self.number(name.issuer, name.number), name.item)

    def document(self, name: DocumentName) -> DocumentName:
        """A document's name."""
        return name._replace(issuer=self.party(name.issuer), number=self.number(name.issuer, name.number))

    def account(self, account: Account) -> Account:
        """An account; those outside are nobody's and keep their names."""
        if not account.state or self.scope is Scope.ALL or account.party in self.visitor.parties:
            return account
        if self.scope is Scope.OWN:
            return Account(ANOTHER, "", "", account.state)
        return account._replace(party=self.party(account.party))

    @property
    def carries(self) -> bool:
        """Whether the visitor is let in for what it carries, and for nothing else."""
        return self.visitor.role is Role.CARRIER
