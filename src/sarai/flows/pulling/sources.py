"""Where statistics are published, and the plan of what to ask there. Addresses as of November 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import product
from urllib.parse import urlencode

from sarai.flows.periods import Span
from sarai.flows.pulling.plans import Part, Plan, Source
from sarai.goods import BadSetting
from sarai.reference.countries import country

__all__ = ["SOURCES", "baci", "comext_api", "comext_bulk", "comtrade", "ecb_rates", "eurostat"]

COURTESY = "no limit is published; a publisher that is asked for everything at once shuts everyone out"

COMTRADE = Source(
    name="comtrade",
    publisher="United Nations Statistics Division",
    page="https://comtradeplus.un.org",
    terms="free for internal use; not to be passed on without leave (policy on use and re-dissemination)",
    between_s=6,
    because="ten requests a minute, as published clients keep to; a free key has 500 requests a day",
    most_bytes=256 << 20,  # 100,000 rows of JSON have about 90 MB
)
COMEXT = Source(
    name="comext",
    publisher="Eurostat",
    page="https://ec.europa.eu/eurostat/databrowser/bulk?lang=en&selectedTab=fileComext",
    terms="reuse with acknowledgement (Commission Decision 2011/833/EU)",
    between_s=1,
    because=COURTESY,
    most_bytes=1 << 30,  # a month has about 40 MB, a year about 90 MB
)
EUROSTAT = Source(
    name="eurostat",
    publisher="Eurostat",
    page="https://ec.europa.eu/eurostat/databrowser",
    terms=COMEXT.terms,
    between_s=1,
    because=COURTESY,
    most_bytes=1 << 30,  # an answer has at most five million cells
)
BACI = Source(
    name="baci",
    publisher="CEPII",
    page="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    terms="Etalab Open Licence 2.0",
    between_s=2,
    because=COURTESY,
    most_bytes=8 << 30,  # the longest, HS 1992, has about 2 GB
)
ECB = Source(
    name="ecb",
    publisher="European Central Bank",
    page="https://data.ecb.europa.eu/data/datasets/EXR",
    terms="free with the source named",
    between_s=1,
    because=COURTESY,
    most_bytes=64 << 20,
)

SOURCES = (COMTRADE, COMEXT, EUROSTAT, BACI, ECB)

# M49 with customs territories: these report under a code of their own, Taiwan as "other Asia"
COMTRADE_CODES = {"CH": 757, "FR": 251, "IN": 699, "NO": 579, "TW": 490, "US": 842}
COMTRADE_FLOWS = {"import": "M", "export": "X", "reimport": "RM", "reexport": "RX", "domestic_export": "DX"}
COMTRADE_KEYED = ("https://comtradeapi.un.org/data/v1/get", 100_000)
COMTRADE_PREVIEW = ("https://comtradeapi.un.org/public/v1/preview", 500)
CODES_A_REQUEST = 100  # so that an address has less than a thousand characters

FILES = "https://ec.europa.eu/eurostat/api/dissemination/files"
SDMX = "https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1/data"
SDMX_COMEXT = "https://ec.europa.eu/eurostat/api/comext/dissemination/sdmx/2.1/data"
EU_BY_CN8 = "DS-045409"  # EU trade since 1988 by HS2-4-6 and CN8
COMEXT_FLOWS = {"import": "1", "export": "2"}
INDICATORS = "VALUE_IN_EUROS+QUANTITY_IN_100KG+SUPPLEMENTARY_QUANTITY"

WORD = re.compile(r"[A-Za-z0-9_-]+")
KEY = re.compile(r"[A-Za-z0-9_.+-]+")  # SDMX: dimensions between dots, codes between pluses
CURRENCY = re.compile("[A-Z]{3}")


def comtrade(
    reporters: Sequence[str],
    span: Span,
    *,
    frequency: str = "A",
    codes: Sequence[str] = ("TOTAL",),
    flows: Sequence[str] = ("import", "export"),
    partners: Sequence[str] = (),
    keyed: bool = False,
) -> Plan:
    """UN Comtrade: a part for each reporter and period, as JSON.

    Parameters
    ----------
    reporters, partners : sequence of str
        Alpha-2 codes; no partners are all of them.
    codes : sequence of str
        HS codes as reported, ``TOTAL``, or ``AG2``, ``AG4``, ``AG6`` for all codes of so many digits.
    keyed : bool
        Ask with a key, for up to 100,000 rows a part; without one a preview has at most 500.
    """
    base, most_rows = COMTRADE_KEYED if keyed else COMTRADE_PREVIEW
    asked = [_checked(WORD, code, "code") for code in codes]
    parts = []
    for reporter, period, some in product(reporters, _periods(span, frequency), _batches(asked)):
        query = {
            "reporterCode": _comtrade_code(reporter),
            "period": period,
            "cmdCode": ",".join(some),
            "flowCode": ",".join(_flow(flow, COMTRADE_FLOWS) for flow in flows),
            "partner2Code": 0,  # the sum over second partners, customs procedures, modes of transport
            "customsCode": "C00",
            "motCode": 0,
            "maxRecords": most_rows,
            "includeDesc": "false",
        }
        if partners:
            query["partnerCode"] = ",".join(str(_comtrade_code(partner)) for partner in partners)
        url = f"{base}/C/{frequency}/HS?{urlencode(query, safe=',')}"
        parts.append(_part(f"comtrade_{reporter}_{period}", url, "json", most_rows))
    return Plan(source=COMTRADE, parts=tuple(parts), key_header="Ocp-Apim-Subscription-Key" if keyed else "")


def comext_bulk(span: Span) -> Plan:
    """Eurostat COMEXT, all of the EU's trade: a 7z file for each month, named as Eurostat names it."""
    files = [f"full_v2_{month}.7z" for month in _periods(span, "M")]
    parts = [
        Part(
            file=file, url=f"{FILES}?{urlencode({'file': f'comext/COMEXT_DATA/PRODUCTS/{file}'})}", kind="7z"
        )
        for file in files
    ]
    return Plan(source=COMEXT, parts=tuple(parts))


def comext_api(
    reporters: Sequence[str],
    partners: Sequence[str],
    codes: Sequence[str],
    span: Span,
    flows: Sequence[str] = ("import", "export"),
) -> Plan:
    """Eurostat COMEXT by SDMX: a part for each reporter and year of months, as SDMX-CSV.

    Reporters and partners are Eurostat's codes: alpha-2, but for ``GR``, ``XI`` and the like.
    """
    parts = []
    for reporter, some in product(reporters, _batches(codes)):
        key = ".".join(
            ["M", reporter, "+".join(partners), "+".join(some),
             "+".join(_flow(flow, COMEXT_FLOWS) for flow in flows), INDICATORS]
        )  # fmt: skip
        parts += _sdmx(SDMX_COMEXT, EU_BY_CN8, key, span, f"comext_{reporter}")
    return Plan(source=COMEXT, parts=tuple(parts))


def eurostat(dataset: str, key: str, span: Span) -> Plan:
    """Any Eurostat dataset by SDMX: a part for each year, as SDMX-CSV.

    Parameters
    ----------
    key : str
        The filter: codes of each dimension between dots, several between pluses, none for all.
    """
    base = SDMX_COMEXT if dataset.upper().startswith("DS-") else SDMX
    return Plan(source=EUROSTAT, parts=tuple(_sdmx(base, dataset, key, span, dataset)))


def baci(edition: str, version: str) -> Plan:
    """CEPII's BACI: one zip of all years in an edition, ``HS2017``, and a version, ``202601``."""
    if not re.fullmatch(r"HS\d{4}", edition) or not re.fullmatch(r"\d{6}[a-z]?", version):
        raise BadSetting(f"BACI {edition!r} {version!r} is not understood; write HS2017 and 202601")
    file = f"BACI_HS{edition[-2:]}_V{version}.zip"
    url = f"https://www.cepii.fr/DATA_DOWNLOAD/baci/data/{file}"
    return Plan(source=BACI, parts=(Part(file=file, url=url, kind="zip"),))


def ecb_rates(currencies: Sequence[str], span: Span, frequency: str = "M") -> Plan:
    """Averages of the ECB's euro reference rates over months or years, as SDMX-CSV."""
    asked = "+".join(_checked(CURRENCY, each, "currency") for each in currencies)
    start, end = (f"{each:%Y-%m}" if frequency == "M" else f"{each:%Y}" for each in (span.first, span.last))
    query = urlencode({"startPeriod": start, "endPeriod": end, "format": "csvdata"})
    url = (
        f"https://data-api.ecb.europa.eu/service/data/EXR/{_frequency(frequency)}.{asked}.EUR.SP00.A?{query}"
    )
    return Plan(source=ECB, parts=(_part(f"ecb_{frequency}_{start}_{end}", url, "csv"),))


def _sdmx(base: str, dataset: str, key: str, span: Span, name: str) -> Iterator[Part]:
    path = f"{base}/{_checked(WORD, dataset, 'dataset')}/{_checked(KEY, key, 'key')}"
    for year in range(span.first.year, span.last.year + 1):
        first = f"{span.first:%Y-%m}" if year == span.first.year else f"{year}-01"
        last = f"{span.last:%Y-%m}" if year == span.last.year else f"{year}-12"
        query = urlencode(
            {"startPeriod": first, "endPeriod": last, "format": "SDMX-CSV", "compressed": "false"}
        )
        yield _part(f"{name}_{year}", f"{path}?{query}", "csv")


def _part(name: str, url: str, kind: str, most_rows: int = 0) -> Part:
    """A part whose name tells apart what differs only in its query."""
    return Part(
        file=f"{name}_{sha256(url.encode()).hexdigest()[:8]}.{kind}", url=url, kind=kind, most_rows=most_rows
    )


def _periods(span: Span, frequency: str) -> list[str]:
    years = range(span.first.year, span.last.year + 1)
    if _frequency(frequency) == "A":
        return [str(year) for year in years]
    months = [f"{year}{month:02}" for year in years for month in range(1, 13)]
    return [month for month in months if f"{span.first:%Y%m}" <= month <= f"{span.last:%Y%m}"]


def _frequency(frequency: str) -> str:
    if frequency not in ("A", "M"):
        raise BadSetting(f"frequency {frequency!r} is not known; use A (years) or M (months)")
    return frequency


def _comtrade_code(alpha2: str) -> int:
    return COMTRADE_CODES.get(alpha2) or int(country(alpha2).numeric or _no_number(alpha2))


def _no_number(alpha2: str) -> str:
    raise BadSetting(f"UN Comtrade has no code for {alpha2!r}; leave it out")


def _batches(codes: Sequence[str]) -> list[Sequence[str]]:
    return [codes[start : start + CODES_A_REQUEST] for start in range(0, len(codes), CODES_A_REQUEST)]


def _flow(flow: str, known: dict[str, str]) -> str:
    if flow not in known:
        raise BadSetting(f"flow {flow!r} is not published there; use one of {', '.join(known)}")
    return known[flow]


def _checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text):
        raise BadSetting(f"{what} {text!r} cannot stand in an address; use what {pattern.pattern} allows")
    return text
