"""What is done with accounts from their pages."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sarai.goods import BadSetting
from sarai.server.access import Account, AccountStore, Denied, Role, Secret
from sarai.server.access.audit import Audit, Deed

Fields = Mapping[str, str]
FIRST_BYTES = 15  # of a first password: 120 bits, 24 letters
GROUP = 6
KEY_DAYS = 90
LINES = 50  # of the log, on a page


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and from where; both go into the log."""

    account: str
    address: str = ""

    @property
    def signed(self) -> dict[str, str]:
        """As the store wants to be told."""
        return {"by": self.account, "address": self.address}


def first_password(entropy: Callable[[int], bytes]) -> Secret:
    """A password that an admin hands over, to be changed by who gets it.

    >>> first_password(lambda count: bytes(range(count))).reveal()
    'aaaqea-yeauda-ocajbi-fqydio'
    """
    letters = b32encode(entropy(FIRST_BYTES)).decode().lower()
    return Secret("-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP)))


def account_of(fields: Fields) -> dict[str, Any]:
    """The fields of an account as a form says them."""
    role = fields.get("role", "")
    if role not in {each.value for each in Role if each is not Role.NOBODY}:
        raise BadSetting(f"role {role!r} is none; choose one of the list")
    return {
        "name": fields.get("name", "").strip(),
        "role": Role(role),
        "parties": tuple(dict.fromkeys(fields.get("parties", "").replace(",", " ").split())),
        "officer": fields.get("officer", "").strip(),
        "authority": fields.get("authority", "").strip(),
        "language": fields.get("language", "en"),
    }


def make(
    store: AccountStore, fields: Fields, hand: Hand, entropy: Callable[[int], bytes]
) -> tuple[Account, Secret]:
    """Make an account, with a first password."""
    password = first_password(entropy)
    account = Account(id=fields.get("id", "").strip().casefold(), **account_of(fields))
    return store.add(account, password, **hand.signed), password


def change(store: AccountStore, id_: str, fields: Fields, hand: Hand) -> Account:
    """Change what an account is."""
    return store.change(id_, **hand.signed, **account_of(fields))


def switch(store: AccountStore, id_: str, hand: Hand, *, active: bool) -> Account:
    """Let an account in again, or no more. Nobody shuts out itself: there must be somebody to undo it."""
    if id_ == hand.account and not active:
        raise BadSetting(f"{id_} is your own account; ask another admin to switch it off")
    return store.change(id_, **hand.signed, active=active)


def reset(store: AccountStore, id_: str, hand: Hand, entropy: Callable[[int], bytes]) -> Secret:
    """Give an account a new first password; its sessions end."""
    password = first_password(entropy)
    store.set_password(id_, password, **hand.signed)
    return password


# -- one's own -------------------------------------------------------------------------------------


def own_password(store: AccountStore, fields: Fields, hand: Hand) -> None:
    """Change one's own password; all one's sessions end, this one too."""
    if fields.get("new", "") != fields.get("again", ""):
        raise BadSetting("the passwords are not the same; write the new one twice")
    found = store.log_in(hand.account, Secret(fields.get("old", "")), address=hand.address)
    if isinstance(found, Denied):
        raise BadSetting(
            f"too many attempts; try again in {found.wait_s} s"
            if found.wait_s
            else "the old password is wrong; try again"
        )
    store.set_password(hand.account, Secret(fields.get("new", "")), **hand.signed)


def new_key(store: AccountStore, fields: Fields, hand: Hand) -> Secret:
    """Make an API key; what is returned is known to nobody else, and to nobody later."""
    days = fields.get("days", "")
    if not (days.isascii() and days.isdecimal() and len(days) < 5):
        raise BadSetting(f"{days[:20]!r} is no number of days; give one such as {KEY_DAYS}")
    _, secret = store.keys.make(
        hand.account, fields.get("label", "").strip(), int(days), address=hand.address
    )
    return secret


# -- the log ---------------------------------------------------------------------------------------


def latest(audit: Audit, before: int = 0, most: int = LINES) -> list[Deed]:
    """The last lines of the log, or the last before one of them; the latest first."""
    end = before - 1 if before > 1 else _last(audit)
    return [line for line in audit.read(max(0, end - most), most) if line.id <= end][::-1]


def _last(audit: Audit) -> int:
    """The number of the last line: lines are numbered without a gap."""
    low, high = 0, 1
    while audit.read(high, 1):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if audit.read(middle, 1) else (low, middle)
    return low
