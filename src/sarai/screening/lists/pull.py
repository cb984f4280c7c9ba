"""Where lists are published, and how they are fetched: only when somebody asks, and whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from ssl import SSLError
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sarai.goods.errors import NotInBook
from sarai.screening.lists.reading import ListError

TIMEOUT_S = 60  # without a byte
MAX_BYTES = 512 << 20  # the largest, OFAC's advanced XML, has about 120 MB
CHUNK = 1 << 16
AGENT = "sarai (list download)"  # some publishers turn away requests that do not name themselves

OF_THE_NET = (URLError, HTTPException, SSLError, ConnectionError, TimeoutError)  # and not of the disk

Opener = Callable[..., HTTPResponse]


class PublicAddress(NamedTuple):
    """Where a list is published.

    Attributes
    ----------
    page
        For people: what the list is, and its files to fetch by hand.
    files
        Address of each file by its name here; none where the publisher has no lasting address.
    terms
        On what terms it may be used, in short.
    """

    name: str
    publisher: str
    page: str
    files: dict[str, str]
    terms: str


_OFAC = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
_OFAC_PAGE = "https://ofac.treasury.gov/sanctions-list-service"
_US = "work of the United States government, public domain"
_TRADE = "https://data.trade.gov/downloadable_consolidated_screening_list/v1"
_TRADE_PAGE = "https://www.trade.gov/consolidated-screening-list"


def _from(base: str, *files: str) -> dict[str, str]:
    return {file: f"{base}/{file}" for file in files}


ADDRESSES = (
    PublicAddress(
        "ofac-sdn", "OFAC", _OFAC_PAGE, _from(_OFAC, "SDN.CSV", "ADD.CSV", "ALT.CSV", "SDN_COMMENTS.CSV"), _US
    ),
    PublicAddress("ofac-sdn-advanced", "OFAC", _OFAC_PAGE, _from(_OFAC, "SDN_ADVANCED.XML"), _US),
    PublicAddress(
        "ofac-consolidated",
        "OFAC",
        _OFAC_PAGE,
        _from(_OFAC, "CONS_PRIM.CSV", "CONS_ADD.CSV", "CONS_ALT.CSV", "CONS_COMMENTS.CSV"),
        _US,
    ),
    PublicAddress("ofac-consolidated-advanced", "OFAC", _OFAC_PAGE, _from(_OFAC, "CONS_ADVANCED.XML"), _US),
    PublicAddress(
        "eu-fsf",
        "European Commission",
        "https://data.europa.eu/data/datasets/"
        "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions",
        # the token is part of the public address, the same for everybody
        {
            "xmlFullSanctionsList_1_1.xml": "https://webgate.ec.europa.eu/fsd/fsf/public/files/"
            "xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"
        },
        "reuse with acknowledgement (Commission Decision 2011/833/EU)",
    ),
    PublicAddress(
        "un",
        "United Nations Security Council",
        "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
        {"consolidated.xml": "https://scsanctions.un.org/resources/xml/en/consolidated.xml"},
        "terms of use of the United Nations' sites",
    ),
    PublicAddress(
        "uk",
        "Foreign, Commonwealth & Development Office",
        "https://www.gov.uk/government/publications/the-uk-sanctions-list",
        {"UK-Sanctions-List.csv": "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"},
        "Open Government Licence 3.0",
    ),
    PublicAddress(
        "us-csl", "International Trade Administration", _TRADE_PAGE, _from(_TRADE, "consolidated.csv"), _US
    ),
    PublicAddress(
        "us-csl-json",
        "International Trade Administration",
        _TRADE_PAGE,
        _from(_TRADE, "consolidated.json"),
        _US,
    ),
    # the files of these two are named by their days
    PublicAddress(
        "bis-dpl", "Bureau of Industry and Security", "https://www.bis.gov/denied-persons-list", {}, _US
    ),
    PublicAddress(
        "japan-meti",
        "Ministry of Economy, Trade and Industry",
        "https://www.meti.go.jp/policy/anpo/law05.html",
        {},
        "Public Data License 1.0 of Japan",
    ),
)
"""Addresses as of November 2026. Publishers move their files: the page is what to go by then."""


def address(name: str) -> PublicAddress:
    """Where a list is published; NotInBook if its name is not one of ours."""
    for each in ADDRESSES:
        if each.name == name:
            return each
    raise NotInBook(f"no address of a list {name!r}; there are {', '.join(each.name for each in ADDRESSES)}")


def pull(name: str, into: Path, opener: Opener = urlopen) -> list[Path]:
    """Fetch the files of a list into a directory, and replace what was there once all of them are whole.

    Parameters
    ----------
    opener
        Opens a request within a timeout, as `urllib.request.urlopen` does.

    Raises
    ------
    ListError
        It cannot be reached, is cut, too large, or a page instead of a list. The files of before stay.
    """
    source = address(name)
    if not source.files:
        raise ListError(
            f"{source.publisher} has no lasting address for {name}; fetch its files from {source.page} and "
            "load them: sarai lists load FILE"
        )
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".pull-", dir=into) as fresh:
        for file, url in source.files.items():
            with _told(source, url):
                _fetch(url, Path(fresh) / file, opener)
        return [(Path(fresh) / file).replace(into / file) for file in source.files]


@contextmanager
def _told(source: PublicAddress, url: str) -> Iterator[None]:
    """Say what to do if an address does not give what it should."""
    try:
        yield
    except (*OF_THE_NET, ListError) as fault:
        if isinstance(fault, HTTPError):
            fault.close()
        raise ListError(
            f"{url} cannot be fetched: {fault or type(fault).__name__}. Without a way to the internet, fetch "
            f"the files of {source.name} elsewhere ({source.page}) and load them: sarai lists load FILE"
        ) from fault


def _fetch(url: str, file: Path, opener: Opener) -> None:
    request = Request(url, headers={"User-Agent": AGENT})
    with closing(opener(request, timeout=TIMEOUT_S)) as answer, file.open("wb") as stream:
        said = answer.headers.get("Content-Length")
        size = 0
        while chunk := answer.read(CHUNK):
            if size == 0 and chunk.lstrip().lower().startswith((b"<!doctype html", b"<html")):
                raise ListError("it answers with a page for people, not with the list")
            size += len(chunk)
            if size > MAX_BYTES:
                raise ListError(f"it is larger than {MAX_BYTES:,} bytes")
            stream.write(chunk)
    # http.client does not mind a body that ends early
    if size == 0 or (said is not None and size != int(said)):
        raise ListError(f"it broke off after {size:,} of {int(said or 0):,} bytes")
