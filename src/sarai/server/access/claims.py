"""What a provider says of somebody, as an account here."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sarai.goods.errors import BadSetting
from sarai.server.access.account import MOST_NAME, Account
from sarai.server.access.oidc_settings import OidcSettings
from sarai.server.access.roles import OFFICER_ROLES, PARTY_ROLES, Role


def account_of(claims: Mapping[str, Any], settings: OidcSettings) -> Account:
    """The account that verified claims mean; BadSetting if they mean none of our roles."""
    role = _role(claims, settings)
    subject = f"{settings.issuer}|{claims['sub']}"
    officer = role in OFFICER_ROLES
    return Account(
        id=f"oidc:{sha256(subject.encode()).hexdigest()[:16]}",
        name=str(claims.get("name") or claims.get("preferred_username") or claims["sub"])[:MOST_NAME],
        role=role,
        parties=tuple(values(claims, settings.parties_claim)) if role in PARTY_ROLES else (),
        officer=next(iter(values(claims, settings.officer_claim)), "") if officer else "",
        authority=settings.authority if officer else "",
        subject=subject,
    )


def _role(claims: Mapping[str, Any], settings: OidcSettings) -> Role:
    said = values(claims, settings.role_claim)
    for value, role in settings.roles:
        if value in said:
            return role
    raise BadSetting(
        f"the provider's claim {settings.role_claim} names no role that is known here; ask its keeper for "
        f"one of {', '.join(value for value, _ in settings.roles)}"
    )


def values(claims: Mapping[str, Any], path: str) -> list[str]:
    """The texts at a path; one is as good as a list of one.

    >>> values({"realm": {"roles": ["a", "b"]}, "name": "c"}, "realm.roles"), values({"name": "c"}, "name")
    (['a', 'b'], ['c'])
    """
    found: Any = claims
    for part in [path] if path in claims else path.split("."):  # some write claims as addresses
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
