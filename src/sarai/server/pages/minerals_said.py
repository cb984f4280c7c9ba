"""Names and notes of raw materials, in somebody's language."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup

from sarai.minerals import materials
from sarai.server.pages.look.markup import link
from sarai.server.pages.minerals_sides import PATH
from sarai.server.words import Words

__all__ = [
    "NOTES",
    "SHORT",
    "UNITS",
    "amount",
    "country",
    "material",
    "note",
    "parted",
    "stage",
    "to_material",
]

UNITS = {"t": "tonnes", "kUSD": "thousand USD"}
LISTED = ("goods", "ways")  # blanks of notes that have ; in them
SHORT = {"t": "t", "kUSD": "thousand USD"}  # beside a figure
FORMER = {
    "others": "others", "SCG": "Serbia and Montenegro", "ANT": "Netherlands Antilles",
    "ZA1": "Southern African Customs Union", "PUS": "US Pacific islands",
}  # fmt: skip
"""What the language does not name: the rest, and areas of the past by the codes of BACI."""

WORTH_SAYING = 0.0005  # of a share that is reckoned: less is 0.0 %
DECIMALS_BELOW = 100  # tonnes: of less, a decimal says something

NOTES = (
    "the trade data have no code {codes}",
    "trade under {hs}, which the nomenclature ended in {year}, has dried up: it moved to another code, "
    "and is no zero",
    "trade under {hs} has dried up: it moved to another code, and is no zero",
    "there is no trade under {hs} in {year}",
    "no tonnes are stated",
    "shared: {goods}; told apart by what each country produces",
    "shared: {goods}; counted whole, as nothing tells them apart",
    "production of {stage} is not known: who exports more than it imports begins",
    "who produces is by the EU's study",
    "who produces is by the EU's study and by mining",
    "no score: the world's production is not known",
    "own production is not counted: the EU's study has shares alone",
    "own production is not counted: trade is told by value",
    "the score's production is of {stage}",
    "the study's shares are the mean of years before it, not of the year asked",
    "as if it bought of all that the world produces; bounds: all from one producer",
    "{who} bought none of it in {year} (codes {codes})",
    "recycling is not known: 0 is taken",
    "recycling is not known",
    "at a stage only one of the two supplies is known, and stands alone",
    "the mean of {count} members",
    "of a stage without production of {year}, world shares are the EU's of {study}",
    "no governance of {countries}: the middle of the scale is taken",
    "sourcing at {stage} is not known",
    "at {stage} the study counts the EU's sourcing alone",
    "at {stage} the study counts world supply alone",
    "at {stage} the study states {stated} import reliance; its table of sourcing has {found} from abroad, "
    "which is taken",
    "Shares, import reliance, recycling and substitution (SI_SR) of the EU's study of {study}; governance "
    "of {years}.",
    "Of {year} are governance and members alone.",
    "World production of {year} where there is such data, else the EU's world shares of {study}; governance "
    "of {years}.",
    "The importer's own sourcing, recycling and t are not known: world supply stands alone.",
    "{low} to {high} if all figures were low, or high, at once.",
    "{share} of it rests on figures of which some are assumed, or were not looked up.",
    "Terminals, packing, capital goods and the making of fuels and reagents are not counted.",
    "Other ways of making it: {ways}.",
    "sourcing is not known",
    "all is from within",
)
"""What is told of a figure, with blanks; the catalogues have them all."""


def material(code: str, words: Words) -> str:
    """What a material is called; a member of a group by its own name."""
    known = materials().get(code)
    return words(known.name) if known else words(code)


def to_material(code: str, words: Words, query: str = "") -> Markup:
    """Its name, which leads to its page."""
    return link(material(code, words), f"{PATH}?material={code}{query}")


def stage(code: str, words: Words) -> str:
    """What a stage is called."""
    return words.name("stage", code) if code else ""


def country(code: str, words: Words) -> str:
    """A country, or a group of them."""
    name = FORMER.get(code)
    return words(name) if name else words.country(code)


def amount(value: float, words: Words) -> str:
    """Tonnes, or thousands of dollars."""
    return words.number(value, 0 if value >= DECIMALS_BELOW else 1)


def parted(text: str) -> str:
    """A sentence out of a note."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def note(text: str, words: Words) -> str:
    """A note in somebody's language, several with ``;`` between them one by one; else as it stands.

    >>> note("there is no trade under 260500 in 2001", Words("en"))
    'there is no trade under 260500 in 2001'
    """
    if (known := _known(text)) is not None:
        template, found = known
        return words(template, **{name: _filled(name, each, words) for name, each in found.items()})
    if _known(text.partition("; ")[0]) is not None:
        return "; ".join(note(each, words) for each in text.split("; "))
    return text


def _known(text: str) -> tuple[str, dict[str, str]] | None:
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return template, found.groupdict()
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    blank = re.compile(r"\\\{(\w+)\\\}")
    return [(each, re.compile(blank.sub(_blank, re.escape(each)))) for each in NOTES]


def _blank(name: re.Match[str]) -> str:
    """What may stand in a blank: within one note, but of goods, which are listed so themselves."""
    return f"(?P<{name[1]}>{'.+' if name[1] in LISTED else '[^;]+'}?)"


def _filled(name: str, value: str, words: Words) -> str:
    if name in ("stage", "who"):
        return stage(value, words) if name == "stage" else words.country(value)
    return ", ".join(map(words.country, value.split(", "))) if name == "countries" else value
