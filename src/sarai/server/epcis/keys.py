"""GS1 keys: an EPC URN and a GS1 Digital Link that name the same thing, in one form.

The form is the constrained canonical GS1 Digital Link of CBV 2.0, section 8.9: id.gs1.org, the
primary key and its finest qualifier, nothing else. Tables: EPC Tag Data Standard 2.0, section 6;
GS1 Digital Link URI Syntax 1.2, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote, unquote

ROOT = "https://id.gs1.org"
ANY = "*"

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)\Z", re.DOTALL)

ALIASES = {
    "gtin": "01", "sscc": "00", "gln": "414", "party": "417", "grai": "8003", "giai": "8004", "itip": "8006",
    "cpid": "8010", "gsrnp": "8017", "gsrn": "8018", "gdti": "253", "gcn": "255", "ginc": "401",
    "gsin": "402", "ser": "21", "lot": "10", "cpv": "22", "glnx": "254", "cpsn": "8011", "tpx": "235",
}  # fmt: skip

PRIMARY = {
    "00": r"\d{18}", "01": r"\d{8}|\d{12,14}", "253": r"\d{13}[^/]{0,51}", "255": r"\d{13}\d{0,12}",
    "401": r"\d{4}[^/]{0,78}", "402": r"\d{17}",
    "414": r"\d{13}", "417": r"\d{13}",
    "8003": r"\d{14}[^/]{0,48}", "8004": r"\d{4}[^/]{0,78}", "8006": r"\d{18}",
    "8010": r"\d{4}[^/]{0,78}", "8017": r"\d{18}",
    "8018": r"\d{18}",
}  # fmt: skip
"""Primary keys, and what the value of each looks like; a character may take three, percent-encoded."""

QUALIFIERS = {"01": ("21", "235", "10"), "414": ("254",), "8006": ("21", "10"), "8010": ("8011",)}
"""The qualifiers that count, the finest first."""


def check_digit(digits: str) -> str:
    """The digit that GS1 keys end with; unknown if one of theirs is.

    >>> check_digit("401234500011")
    '5'
    """
    if not digits.isdigit():
        return "?"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _checked(digits: str) -> str:
    return digits + check_digit(digits)


def _gtin(company: str, item: str) -> str:
    if ANY in item:  # an indicator and as many digits as the company's prefix leaves
        return "?" + company + "?" * (13 - len(company))
    return _checked(item[:1] + company + item[1:])


def _fixed(company: str, reference: str, digits: int) -> str:
    if ANY in reference:
        return company + "?" * (digits + 1 - len(company))
    return _checked(company + reference)


def _free(value: str) -> str:
    """Text within a path: reserved characters by their number, as canonical links have it."""
    return quote(unquote(value), safe="'")


def _sscc(company: str, serial: str) -> str:
    if ANY in serial:
        return "/00/?" + company + "?" * (17 - len(company))
    return f"/00/{_checked(serial[:1] + company + serial[1:])}"


def _sgln(company: str, location: str, extension: str) -> str:
    tail = "" if extension == "0" else f"/254/{_free(extension)}"
    return f"/414/{_fixed(company, location, 12)}{tail}"


Build = Callable[..., str]

SCHEMES: dict[str, tuple[int, Build]] = {
    "sgtin": (3, lambda c, i, s: f"/01/{_gtin(c, i)}/21/{_free(s)}"),
    "lgtin": (3, lambda c, i, s: f"/01/{_gtin(c, i)}/10/{_free(s)}"),
    "upui": (3, lambda c, i, s: f"/01/{_gtin(c, i)}/235/{_free(s)}"),
    "sscc": (2, _sscc),
    "sgln": (3, _sgln),
    "pgln": (2, lambda c, p: f"/417/{_fixed(c, p, 12)}"),
    "grai": (3, lambda c, t, s: f"/8003/0{_fixed(c, t, 12)}{_free(s)}"),
    "gdti": (3, lambda c, t, s: f"/253/{_fixed(c, t, 12)}{_free(s)}"),
    "sgcn": (3, lambda c, t, s: f"/255/{_fixed(c, t, 12)}{_free(s)}"),
    "giai": (2, lambda c, a: f"/8004/{c}{_free(a)}"),
    "ginc": (2, lambda c, r: f"/401/{c}{_free(r)}"),
    "cpi": (3, lambda c, p, s: f"/8010/{c}{_free(p)}/8011/{_free(s)}"),
    "gsin": (2, lambda c, r: f"/402/{_fixed(c, r, 16)}"),
    "gsrn": (2, lambda c, r: f"/8018/{_fixed(c, r, 17)}"),
    "gsrnp": (2, lambda c, r: f"/8017/{_fixed(c, r, 17)}"),
    "itip": (5, lambda c, i, n, of, s: f"/8006/{_gtin(c, i)}{n}{of}/21/{_free(s)}"),
}
"""Parts of each scheme of EPC URNs, and the path that they make."""

CLASSES = {
    "sgtin": (3, lambda c, i: f"/01/{_gtin(c, i)}"),
    "upui": (3, lambda c, i: f"/01/{_gtin(c, i)}"),
    "lgtin": (3, lambda c, i: f"/01/{_gtin(c, i)}"),
    "grai": (3, lambda c, t: f"/8003/0{_fixed(c, t, 12)}"),
    "gdti": (3, lambda c, t: f"/253/{_fixed(c, t, 12)}"),
    "sgcn": (3, lambda c, t: f"/255/{_fixed(c, t, 12)}"),
    "cpi": (3, lambda c, p: f"/8010/{c}{_free(p)}"),
    "itip": (5, lambda c, i, n, of: f"/8006/{_gtin(c, i)}{n}{of}"),
}
"""The same for patterns that leave only the serial open: they name the class."""


def _parts(rest: str, count: int) -> list[str] | None:
    parts = rest.split(".", count - 1)
    digits = parts[0].isdigit() and 6 <= len(parts[0]) <= 12
    return parts if digits and len(parts) == count else None


def _link_of_urn(kind: str, scheme: str, rest: str) -> str | None:
    """The canonical link of an EPC URN; None if it has none."""
    if kind == "idpat" and scheme in CLASSES:
        count, class_path = CLASSES[scheme]
        parts = _parts(rest, count)
        if parts and parts[-1] == ANY and ANY not in "".join(parts[:-1]):
            return ROOT + class_path(*parts[:-1])
    if kind == "idpat" or scheme not in SCHEMES:
        return None
    count, path = SCHEMES[scheme]
    parts = _parts(rest, count)
    return ROOT + path(*parts) if parts else None


def _finest(key: str, rest: Sequence[str]) -> str:
    found = {ALIASES.get(name, name): value for name, value in zip(rest[::2], rest[1::2], strict=False)}
    for qualifier in QUALIFIERS.get(key, ()):
        if found.get(qualifier) and not (qualifier == "254" and found[qualifier] == "0"):
            return f"/{qualifier}/{_free(found[qualifier])}"
    return ""


def _link_of_web(uri: str) -> str | None:
    """The canonical link of a Digital Link on whatever host; None if it is another address."""
    path = uri.split("://", 1)[1].split("#", 1)[0].split("?", 1)[0]
    segments = path.split("/")[1:]
    for place, segment in enumerate(segments[:-1]):
        key, value = ALIASES.get(segment, segment), segments[place + 1]
        if key in PRIMARY and re.fullmatch(PRIMARY[key], value):
            value = value.zfill(14) if key == "01" else _free(value)
            return f"{ROOT}/{key}/{value}{_finest(key, segments[place + 2 :])}"
    return None


@lru_cache(maxsize=65_536)
def canonical(uri: str) -> str:
    """The one form of what names a thing by a GS1 key; anything else as it is.

    >>> canonical("urn:epc:id:sgtin:4012345.011111.9876")
    'https://id.gs1.org/01/04012345111118/21/9876'
    >>> canonical("https://shop.example.com/gtin/04012345111118/10/A/21/9876?color=red")
    'https://id.gs1.org/01/04012345111118/21/9876'
    """
    urn = _URN.match(uri)
    if urn:
        return _link_of_urn(*urn.groups()) or uri
    if uri.startswith(("https://", "http://")):
        return _link_of_web(uri) or uri
    return uri


def pattern(uri: str) -> str | None:
    """What a pattern of EPCs stands for, as SQL's GLOB has it; None if it is no pattern.

    >>> pattern("urn:epc:idpat:sgtin:4012345.011111.*")
    'https://id.gs1.org/01/04012345111118/21/*'
    >>> pattern("urn:epc:idpat:sgtin:4012345.*.*")
    'https://id.gs1.org/01/?4012345??????/21/*'
    """
    urn = _URN.match(uri)
    if not urn or urn[1] == "id" or ANY not in urn[3]:
        return None
    if urn[2] not in SCHEMES:
        return f"urn:epc:id:{urn[2]}:{urn[3].replace('[', '[[]').replace('?', '[?]')}"
    count, path = SCHEMES[urn[2]]
    parts = _parts(urn[3], count)
    return (ROOT + path(*parts)).replace("%2A", ANY) if parts else None
