"""Which provider of OpenID Connect people sign in at, and what its words mean here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.server.access.origin import LOOPBACK
from sarai.server.access.roles import Role
from sarai.server.access.secret import Secret

PREFIX = "SARAI_OIDC_"


class OidcSettings(Struct, frozen=True, kw_only=True):
    """A provider.

    Attributes
    ----------
    issuer
        As the provider writes it; by TLS, but on a machine that talks to itself.
    redirect_uri
        ``https://DESK/oidc/callback``, as the provider knows it.
    roles
        Which of our roles each value of ``role_claim`` means, in order: the first that the token has counts.
        Who has none is not let in.
    role_claim, parties_claim, officer_claim
        Where the token says them; parts of a path are parted by dots (``realm_access.roles``).
    authority
        For which officers of this provider act.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    roles: tuple[tuple[str, Role], ...]
    client_secret: Secret | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    role_claim: str = "roles"
    parties_claim: str = "parties"
    officer_claim: str = "preferred_username"
    authority: str = ""

    def __post_init__(self) -> None:
        for url in (self.issuer, self.redirect_uri):
            parts = urlsplit(url)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
                raise BadSetting(f"{url} is not by TLS; give an address that begins with https://")
        if "openid" not in self.scopes:
            raise BadSetting(f"scopes {' '.join(self.scopes)}: without `openid` there is no id token; add it")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> OidcSettings | None:
        """The provider that ``SARAI_OIDC_ISSUER`` and its like name; None if there is none.

        ``SARAI_OIDC_CLIENT_SECRET_FILE`` names a file for the secret, so that no list of processes shows it.
        """
        given = {
            name.removeprefix(PREFIX).lower(): v for name, v in environment.items() if name.startswith(PREFIX)
        }
        if not given.get("issuer"):
            return None
        lacking = [name for name in ("client_id", "redirect_uri", "roles") if not given.get(name)]
        if lacking:
            raise BadSetting(
                f"{PREFIX}ISSUER is set, but not {', '.join(PREFIX + name.upper() for name in lacking)}"
            )
        plain = (
            "issuer",
            "client_id",
            "redirect_uri",
            "role_claim",
            "parties_claim",
            "officer_claim",
            "authority",
        )
        fields = {name: given[name] for name in plain if given.get(name)}
        if given.get("scopes"):
            fields["scopes"] = tuple(given["scopes"].split())
        return cls(**fields, roles=_roles(given["roles"]), client_secret=_secret(given))


def _roles(text: str) -> tuple[tuple[str, Role], ...]:
    """``customs-officers=officer, customs-heads=supervisor``."""
    pairs = [pair.strip().partition("=") for pair in text.split(",") if pair.strip()]
    known = {role.value for role in Role} - {Role.NOBODY.value}
    for value, _, role in pairs:
        if not value or role not in known:
            raise BadSetting(
                f"{PREFIX}ROLES: {value}={role} is not VALUE=ROLE with a role of {', '.join(sorted(known))}"
            )
    return tuple((value, Role(role)) for value, _, role in pairs)


def _secret(given: Mapping[str, str]) -> Secret | None:
    if given.get("client_secret_file"):
        try:
            return Secret(Path(given["client_secret_file"]).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as fault:
            name = type(fault).__name__
            raise BadSetting(
                f"{PREFIX}CLIENT_SECRET_FILE {given['client_secret_file']}: {name}; mend it"
            ) from None
    return Secret(given["client_secret"]) if given.get("client_secret") else None
