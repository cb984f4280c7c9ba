"""Who asks, and what was granted."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sarai.server.access.roles import Role, Scope


class Visitor(Struct, frozen=True, kw_only=True):
    """Who asks.

    Attributes
    ----------
    parties
        Identifiers of the parties that it acts for.
    officer, authority
        The officer's own identifier, and the authority that the officer acts for.
    how
        What it showed: the cookie of a ``session``, an API ``key``, or nothing.
    ticket
        Public name of that session or key, by which it can be ended.
    """

    account: str = ""
    name: str = ""
    role: Role = Role.NOBODY
    parties: tuple[str, ...] = ()
    officer: str = ""
    authority: str = ""
    language: str = "en"
    how: Literal["session", "key", "nobody"] = "nobody"
    ticket: str = ""


NOBODY = Visitor()
"""Who has not signed in."""


class Grant(Struct, frozen=True):
    """A right that somebody has, and how far it reaches."""

    visitor: Visitor
    scope: Scope
    right: str = ""
