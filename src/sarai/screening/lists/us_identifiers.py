"""The labels under which American lists print identifiers, and what each is an identifier of."""

from __future__ import annotations

import re

from sarai.reference.countries import by_name, exists
from sarai.screening.listed import Identifier, IdentifierKind, Kind
from sarai.screening.lists.reading import clean

_BY_KIND = {
    IdentifierKind.PASSPORT: """
        Passport; Diplomatic Passport; Stateless Person Passport; British National Overseas Passport;
        Travel Document Number""",
    IdentifierKind.NATIONAL: """
        National ID No.; National Foreign ID Number; Tazkira National ID Card; Personal ID Card;
        Identification Number; UAE Identification; Turkish Identification Number; Bosnian Personal ID
        No.; Moroccan Personal ID No.; Kenyan ID No.; Citizen's Card Number; Numero de Identidad; Cedula
        No.; C.U.R.P.; D.N.I.; N.I.E.; I.F.E.; C.U.I.; C.U.I.P.; CNP (Personal Numerical Code); LE
        Number; SSN; Electoral Registry No.; Credencial electoral; Cartilla de Servicio Militar
        Nacional; Residency Number; Stateless Person ID Card; Refugee ID Card; Public Security and
        Immigration No.; Immigration No.; Driver's License No.; Seafarer's Identification Document;
        Birth Certificate Number""",
    IdentifierKind.TAX: """
        Tax ID No.; US FEIN; V.A.T. Number; NIT #; RUC #; RIF #; R.F.C.; RFC; RTN; C.U.I.T.; C.I.F.;
        Fiscal Code; Italian Fiscal Code; RSIN; Romanian Tax Registration; Paraguayan tax identification
        number; Numero Unico de Identificacao Tributaria (NUIT)""",
    IdentifierKind.REGISTRATION: """
        Registration ID; Registration Number; Company Number; Company ID; UK Company Number; Commercial
        Registry Number; Business Registration Number; Business Registration Document #; Business
        Number; Public Registration Number; MSB Registration Number; C.R. No.; Romanian C.R.; Matricula
        Mercantil No; Folio Mercantil No.; Trade License No.; Tourism License No.; License; Chamber of
        Commerce Number; Istanbul Chamber of Comm. No.; Dubai Chamber of Commerce Membership No.;
        Enterprise Number; Branch Unit Number; Economic Register Number (CBLS); Central Registration
        System Number; Unified Social Credit Code (USCC); United Social Credit Code Certificate (USCCC);
        Organization Code; Certificate of Incorporation Number; Registered Charity No.; File Number;
        Vessel Registration Identification""",
    IdentifierKind.OKPO: "Government Gazette Number; GovernmentGazette Number",
    IdentifierKind.LEI: "Legal Entity Number",
    IdentifierKind.SWIFT: "SWIFT/BIC",
    IdentifierKind.MMSI: "MMSI",
    IdentifierKind.TAIL: "Aircraft Tail Number; Previous Aircraft Tail Number",
    IdentifierKind.OTHER: """
        D-U-N-S Number; ISIN; BIK (RU); Digital Currency Address; Serial No.; Vessel Call Sign; Other
        Vessel Call Sign; Aircraft Manufacturer's Serial Number (MSN); Aircraft Construction Number
        (also called L/N or S/N or F/N); Aircraft Mode S Transponder Code; Aircraft Serial
        Identification""",
}
"""By what OFAC and the Consolidated Screening List call them."""


def _key(label: str) -> str:
    return clean(label).casefold().split(" - ")[0].rstrip(" .:#-")


KINDS = {_key(label): kind for kind, labels in _BY_KIND.items() for label in labels.split(";")}

_NEIGHBOURS_INN = {("RU", 10), ("RU", 12), ("KG", 14), ("TJ", 9), ("UZ", 9)}
"""Where a taxpayer's number is an INN, and how many digits it has there."""

_LABELS = "|".join(re.escape(label) for label in sorted(KINDS, key=lambda label: (-len(label), label)))
_STATEMENT = re.compile(
    rf"(?:alt\. )?(?P<label>{_LABELS})[.:#]*(?: [-#])?\s+(?P<value>\S.*?)"
    r"(?:\s+\((?P<country>[^()]*)\))?(?:\s+(?:issued|expires)\b.*)?",
    re.IGNORECASE,
)


def identifier(label: str, value: str, country: str = "", holder: Kind = Kind.OTHER) -> Identifier | None:
    """An identifier, if its label is one's; with its kind as exact as country and digits tell.

    Parameters
    ----------
    country
        A name or an alpha-2 code.

    >>> identifier("Tax ID No.", "7703270067", "Russia")
    Identifier(kind=<IdentifierKind.INN: 'inn'>, value='7703270067', country='RU')
    >>> identifier("Vessel Registration Identification", "IMO 8898831").kind
    <IdentifierKind.IMO: 'imo'>
    """
    kind = KINDS.get(_key(label))
    value = clean(value).rstrip(".")
    if kind is None or not _identifies(kind, value):
        return None
    if imo := re.fullmatch(r"IMO[ .:]*(\d{7})", value):
        return Identifier(IdentifierKind.IMO, imo[1])
    if _key(label) == "digital currency address":
        value = value.split()[-1]
    country = alpha2(country)
    return Identifier(_exact(kind, value, country, holder), value, country)


def stated_identifier(statement: str, holder: Kind = Kind.OTHER) -> Identifier | None:
    """The identifier in a statement such as ``Passport A1 (Iran) expires 2020``, if that is what it is."""
    match = _STATEMENT.fullmatch(statement)
    return identifier(match["label"], match["value"], match["country"] or "", holder) if match else None


def alpha2(country: str) -> str:
    """The alpha-2 code of a country given by code or by name; empty if it is neither."""
    country = clean(country)
    return country if len(country) == 2 and exists(country) else by_name(country)


def _identifies(kind: IdentifierKind, value: str) -> bool:
    return any(map(str.isdigit, value)) or (kind is IdentifierKind.SWIFT and len(value) in (8, 11))


def _exact(kind: IdentifierKind, value: str, country: str, holder: Kind) -> IdentifierKind:
    digits = len(value) if value.isdecimal() else 0
    if kind is IdentifierKind.OKPO and country not in ("", "RU"):
        return IdentifierKind.OTHER
    if kind not in (IdentifierKind.TAX, IdentifierKind.REGISTRATION, IdentifierKind.NATIONAL):
        return kind
    if country == "KZ" and digits == 12:
        return IdentifierKind.IIN if holder is Kind.PERSON else IdentifierKind.BIN
    if kind is IdentifierKind.TAX and (country, digits) in _NEIGHBOURS_INN:
        return IdentifierKind.INN
    if kind is IdentifierKind.REGISTRATION and country == "RU" and digits in (13, 15):
        return IdentifierKind.OGRN
    return kind
