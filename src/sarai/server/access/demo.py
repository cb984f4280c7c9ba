"""One account of each role, with passwords that everybody may know, for a state that is played."""

from __future__ import annotations

from sarai.goods.errors import BadSetting
from sarai.server.access.account import Account
from sarai.server.access.accounts import AccountStore
from sarai.server.access.roles import Role
from sarai.server.access.secret import Secret

ROLES = tuple(role for role in Role if role is not Role.NOBODY)


def stated_password(role: Role) -> str:
    """The password of a role's account, as the page for signing in shows it.

    >>> stated_password(Role.OFFICER)
    'officer-of-the-demo'
    """
    return f"{role.value}-of-the-demo"


def demo_accounts(
    store: AccountStore, *, authority: str, trader: str, carrier: str
) -> list[tuple[Account, str]]:
    """Make what is missing of the accounts of a demo; each with its password.

    Parameters
    ----------
    authority
        Party that the book knows as an authority.
    trader, carrier
        Parties that those accounts act for.
    """
    if not store.demo:
        raise BadSetting("accounts with known passwords are for a demo only; open the store as one of a demo")
    there = {account.id for account in store.all()}
    made = []
    for role in ROLES:
        parties = {Role.TRADER: (trader,), Role.CARRIER: (carrier,)}.get(role, ())
        officer = role in (Role.OFFICER, Role.SUPERVISOR)
        account = Account(
            id=role.value,
            name=role.value.capitalize(),
            role=role,
            parties=parties,
            officer=role.value if officer else "",
            authority=authority if officer else "",
            demo=True,
        )
        if account.id not in there:
            store.add(account, Secret(stated_password(role)), by="demo")
        made.append((store.get(account.id), stated_password(role)))
    return made
