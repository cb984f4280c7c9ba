"""How the values of the book are said to people."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sarai.ledger import Account, DocumentName, LotName
from sarai.reference import units
from sarai.reference.units import Dimension

SYMBOLS = {"KGM": "kg", "LTR": "l", "MTR": "m", "MTK": "m2", "C62": "pcs", "KWH": "kWh"}


def number(quantity: Decimal) -> str:
    """A quantity with its thousands apart and no idle zeros.

    >>> number(Decimal("12500.500")), number(Decimal("2E+3"))
    ('12,500.5', '2,000')
    """
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def symbol(unit: str) -> str:
    """What people call a unit; its code (UN/ECE Recommendation 20) where it has no short name."""
    return SYMBOLS.get(unit, unit)


def amount(quantity: Decimal, unit: str) -> str:
    """A quantity and its unit.

    >>> amount(Decimal("2.50"), "KGM")
    '2.5 kg'
    """
    return f"{number(quantity)} {symbol(unit)}"


def base_amount(quantity: float, dimension: int) -> str:
    """So many base units, said in the unit in which their dimension is shown."""
    unit = units.base_unit(Dimension(dimension))
    return amount(units.from_base(round(quantity), unit), unit)


def day(moment: datetime) -> str:
    """The day of a time, in UTC."""
    return moment.astimezone(UTC).date().isoformat()


def minute(moment: datetime) -> str:
    """A time to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def plainly(name: str) -> str:
    """A name out of code as people write it.

    >>> plainly("home_use"), plainly("EXITED_ELSEWHERE")
    ('home use', 'exited elsewhere')
    """
    return name.replace("_", " ").lower()


def holder(account: Account) -> str:
    """Who holds goods, where; regime and reservation where they are not the usual.

    >>> holder(Account("KZ-1", "KZALA", "home_use", "free")), holder(Account("abroad:RU", "", "", ""))
    ('KZ-1 at KZALA', 'abroad:RU')
    """
    if not account.place:
        return account.party
    marks = [plainly(account.regime)] if account.regime != "home_use" else []
    if account.state == "reserved":
        marks.append("under way")
    return f"{account.party} at {account.place}" + (f" ({', '.join(marks)})" if marks else "")


def move(giver: Account, taker: Account) -> str:
    """From whom to whom; goods that set off are still their sender's.

    >>> here = Account("KZ-1", "KZALA", "home_use", "free")
    >>> move(here, here._replace(state="reserved"))
    'KZ-1 at KZALA -> under way'
    """
    if taker == giver._replace(state="reserved"):
        return f"{holder(giver)} -> under way"
    return f"{holder(giver)} -> {holder(taker)}"


def lot(name: LotName) -> str:
    """A lot by the document and item that it was born from."""
    return f"{name.issuer}/{name.number} item {name.item}"


def document(name: DocumentName) -> str:
    """A document by issuer and number, and the version if it is not the first."""
    return f"{name.issuer}/{name.number}" + (f" version {name.version}" if name.version > 1 else "")
