"""An account: who may sign in, and as what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.server.access.roles import OFFICER_ROLES, PARTY_ROLES, Role

LANGUAGES = ("en", "ru", "kk")
ID = re.compile(r"[a-z0-9][a-z0-9._@:-]{0,63}")
MOST_NAME = 200
MOST_PARTIES = 100
FIELDS = "id, name, role, parties, officer, authority, language, active, demo, subject"


class Account(Struct, frozen=True, kw_only=True):
    """Who may sign in.

    Attributes
    ----------
    id
        What one signs in with: small letters, digits, and ``. _ @ : -``.
    parties
        Identifiers of the parties that it acts for; traders and carriers have at least one.
    officer, authority
        An officer's own identifier, and the authority that the officer acts for.
    demo
        It has a password that everybody knows, and is let in by a demo only.
    subject
        Issuer and subject of OpenID Connect, for those who sign in elsewhere.
    """

    id: str
    name: str
    role: Role
    parties: tuple[str, ...] = ()
    officer: str = ""
    authority: str = ""
    language: str = "en"
    active: bool = True
    demo: bool = False
    subject: str | None = None


def check_account(account: Account) -> None:
    """Refuse an account that could do nothing, or that nobody could name."""
    if not ID.fullmatch(account.id):
        raise BadSetting(
            f"account {account.id[:70]!r}: 1 to 64 small letters, digits and . _ @ : - are a name"
        )
    if not account.name.strip() or len(account.name) > MOST_NAME:
        raise BadSetting(f"account {account.id}: the name of its owner has 1 to {MOST_NAME} characters")
    if account.role is Role.NOBODY:
        raise BadSetting(f"account {account.id}: nobody is no role of an account; choose another")
    if account.role in PARTY_ROLES and not any(account.parties):
        raise BadSetting(
            f"account {account.id}: a {account.role.value} acts for a party; name its identifier"
        )
    if len(account.parties) > MOST_PARTIES:
        raise BadSetting(f"account {account.id}: {MOST_PARTIES} parties at most, not {len(account.parties)}")
    if account.role in OFFICER_ROLES and not (account.officer and account.authority):
        raise BadSetting(
            f"account {account.id}: an officer has an identifier and an authority; name officer and authority"
        )
    if account.language not in LANGUAGES:
        raise BadSetting(f"language {account.language!r} is none of {', '.join(LANGUAGES)}")


def row_of(account: Account) -> tuple:
    """As it is stored (`FIELDS`)."""
    parties = msgspec.json.encode(account.parties).decode()
    return (
        account.id, account.name, account.role.value, parties, account.officer, account.authority,
        account.language, account.active, account.demo, account.subject,
    )  # fmt: skip


def account_of(row: Sequence[Any]) -> Account:
    """Out of its row (`FIELDS`)."""
    id_, name, role, parties, officer, authority, language, active, demo, subject = row
    return Account(
        id=id_, name=name, role=Role(role), parties=tuple(msgspec.json.decode(parties)), officer=officer,
        authority=authority, language=language, active=bool(active), demo=bool(demo), subject=subject,
    )  # fmt: skip
