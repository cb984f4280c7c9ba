"""Access: who may do and see what; accounts, sessions, keys, and what guards them."""

from __future__ import annotations

from importlib import import_module

_LATER = {
    "ANOTHER": "eyes",
    "NOBODY": "visitor",
    "RIGHTS": "rules",
    "RULES": "rules",
    "Access": "web",
    "AccessMiddleware": "web",
    "AccessSettings": "settings",
    "Account": "account",
    "AccountStore": "accounts",
    "AccountsUnavailable": "file",
    "Consigned": "scope",
    "Denied": "accounts",
    "Explanation": "rules",
    "Eyes": "eyes",
    "Grant": "visitor",
    "Oidc": "oidc",
    "OidcSettings": "oidc_settings",
    "Role": "roles",
    "Rule": "rules",
    "Scope": "roles",
    "Secret": "secret",
    "Visitor": "visitor",
    "allow": "web",
    "allowed": "rules",
    "csrf_of": "web",
    "declared": "web",
    "declares": "web",
    "demo_accounts": "demo",
    "granted": "web",
    "holders": "rules",
    "refused": "posting",
    "rights_of": "rules",
    "router": "routes",
    "seen_alert": "scope",
    "seen_case": "scope",
    "seen_consignment": "scope",
    "seen_destinations": "tracing",
    "seen_document": "scope",
    "seen_holds": "scope",
    "seen_origins": "tracing",
    "seen_rows": "scope",
    "seen_steps": "tracing",
    "sees_consigned": "scope",
    "sees_document": "scope",
    "stated_password": "demo",
    "why": "rules",
}  # read when first asked for: a command that makes an account needs no web framework

__all__ = sorted(_LATER)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"sarai.server.access.{_LATER[name]}"), name)
    raise AttributeError(f"module 'sarai.server.access' has no attribute {name!r}")
