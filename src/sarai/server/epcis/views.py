"""Who captures and who asks, as far as the events are concerned."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct
from starlette.requests import HTTPConnection

from sarai.server.epcis.conditions import Condition, Has, Own


class View(Struct, frozen=True, omit_defaults=True):
    """Somebody with a right, kept with what it captured until that has landed.

    Attributes
    ----------
    parties
        For whom it acts, if it may see and capture only its own; None: everything.
    """

    account: str = ""
    role: str = ""
    parties: tuple[str, ...] | None = None

    def condition(self) -> tuple[Condition, ...]:
        """What events must meet to be seen: captured by the account, or naming one of its parties."""
        if self.parties is None:
            return ()
        return (Own(self.account, Has(("=party",), self.parties)),)

    def owner(self) -> str | None:
        """Whose capture jobs may be seen; None: everybody's."""
        return None if self.parties is None else self.account


Guard = Callable[[HTTPConnection, str], View]
"""Gives the view of who asks for a right, or raises a Problem."""

ALL = View()


def unguarded(connection: HTTPConnection, right: str) -> View:
    """Everybody may do and see everything: for a repository that something else guards."""
    return ALL


def guarded(connection: HTTPConnection, right: str) -> View:
    """As the role table of the house says (`sarai.server.access`)."""
    from sarai.server.access import Scope, granted

    grant = granted(connection.state.visitor, right)
    parties = None if grant.scope is Scope.ALL else grant.visitor.parties
    return View(grant.visitor.account, grant.visitor.role.value, parties)


def kept(view: View) -> bytes:
    """A view as it is kept."""
    return msgspec.json.encode(view)


def again(body: bytes) -> View:
    """A view that was kept."""
    return msgspec.json.decode(body, type=View)
