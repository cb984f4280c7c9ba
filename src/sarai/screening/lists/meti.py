"""Japan's lists of entities to which exports are prohibited, as the text of their PDF.

An entry is a number, the name in Japanese, the name in English with its aliases, and the address. Lines
break anywhere, and at the end of a page the next number follows its predecessor's address without a break.
So entries are found by counting: after the address of one there must come the number of the next.
Layout: Ministry of Economy, Trade and Industry; notices of the Ministry of Foreign Affairs No. 82 of 2022
(Russia) and No. 447 of 2023 (other countries).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from sarai.screening.listed import Kind, ListedEntity, ListedName, Publication, Strength
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.places import country_of
from sarai.screening.lists.printed import printed_names
from sarai.screening.lists.reading import ListError, Reader
from sarai.screening.lists.streamed import AGAIN

PUBLISHER = "Japan Ministry of Economy, Trade and Industry"
NOTICES = {
    "以外の国の団体を指定": ("third", ""),  # entities of countries other than Russia and Belarus
    "対象となるロシア連邦の団体": ("russia", "RU"),
    "対象となるベラルーシ共和国の団体": ("belarus", "BY"),
}
"""What a notice says of itself in its title: the list's name, and the country if there is but one."""

UPDATED = re.compile(r"最終更新日:\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
PLACE = re.compile(r"所\s?在\s?地\s?:")
HAN = "\u3400-\u9fff"
JAPANESE = f"\u3001-\u30ff{HAN}"
LATIN_AFTER = re.compile(rf"(?<=[{JAPANESE}])\)*\s?(?P<latin>[^{JAPANESE}()\n]*[A-Za-z][^{JAPANESE}]*)\Z")
IN_BRACKETS = re.compile(r"\(\s*別\s?称\s?、(.*)\)", re.DOTALL)
IN_HAN_AFTER_LATIN = re.compile(rf"(?<=[A-Za-z.])\s?\(([{HAN}、\n]+)\)\s*$")
IN_HAN = re.compile(rf"(.+)\(([{HAN}]+)\)")
ALSO_KNOWN_AS = re.compile(r",?\s*(?:a\.k\.a\.?,?|(?=the following \w+ alias))\s*", re.IGNORECASE)
BEFORE_ALIAS = re.compile(r"[;:]?\s*(?:\band\b,?)?\s*(?:\n|(?<=[;:]))\s*[-—–]\s*")


def _takes(path: Path, head: bytes) -> bool:
    return _notice(head.decode("utf-8", "replace")) is not None


def _read(paths: Sequence[Path]) -> list[Publication]:
    return [_publication(path) for path in paths]


READER = Reader(
    "meti", "Japan's lists of entities under export prohibition, as the text of the PDF", _takes, _read
)


def _notice(text: str) -> tuple[str, str] | None:
    title = re.sub(r"\s", "", text[:500])
    return next((notice for words, notice in NOTICES.items() if words in title), None)


def _publication(path: Path) -> Publication:
    try:
        text = unicodedata.normalize("NFKC", path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ListError(f"{path} is not UTF-8 at byte {error.start}; {AGAIN}") from None
    name, country = _notice(text) or ("", "")
    updated = UPDATED.search(text)
    if updated is None:
        raise ListError(f"{path} does not say when it was last changed (最終更新日); {AGAIN}")
    year, month, day = map(int, updated.groups())
    entries = _entries(path, text, updated.end())
    return Publication(
        list=f"meti-{name}",
        publisher=PUBLISHER,
        published=f"{year}-{month:02}-{day:02}",
        entities=tuple(
            _entity(f"meti-{name}-{number}", country, body) for number, body in enumerate(entries, 1)
        ),
        sources=(path.name,),
    )


def _entries(path: Path, text: str, start: int) -> list[str]:
    """What is between one number and the next, of numbers without a gap, each with one address."""
    entries: list[str] = []
    here = _number(1).search(text, start)
    while here:
        address = PLACE.search(text, here.end())
        following = _number(len(entries) + 2).search(text, address.end()) if address else None
        body = text[here.end() : following.start() if following else len(text)]
        _check(path, len(entries) + 1, body)
        entries.append(body)
        here = following
    if not entries:
        raise ListError(f"{path} has no entry 1; {AGAIN}")
    return entries


def _check(path: Path, number: int, body: str) -> None:
    names, *addresses = PLACE.split(body)
    if len(addresses) != 1:
        what = f"entry {number} has {len(addresses)} addresses (所在地) where there is one"
    elif re.search(rf"\n{number + 1} ", names):
        what = f"entry {number} has no address (所在地) before entry {number + 1}"
    else:
        return
    raise ListError(f"{path}: {what}: a heading or a number is missing; {AGAIN}")


def _number(number: int) -> re.Pattern[str]:
    """The number before a name in Japanese: not a house number."""
    return re.compile(rf"(?:(?<=\n)|(?<=[^\d\s])){number} (?=[^\n]*[{JAPANESE}])")


def _entity(id: str, country: str, body: str) -> ListedEntity:
    names, address = PLACE.split(body)
    draft = Draft(kind=Kind.ORGANISATION)
    draft.names += _names(names.strip())
    for each in re.split(r";\s*(?:and\b)?", " ".join(address.split())):
        text = each.strip(" .,")
        draft.address(text, text and (country_of(text) or country))
    return draft.entity(id)


def _names(text: str) -> Iterator[ListedName]:
    """The English name is the primary one: it is what documents at a border say."""
    own, _, others = text.partition("\n別称:")
    chinese = IN_HAN_AFTER_LATIN.search(own)
    japanese, english = _by_language(IN_HAN_AFTER_LATIN.sub("", own))
    name, *aliases = ALSO_KNOWN_AS.split(english, maxsplit=1)
    yield from _english(name, Strength.PRIMARY)
    bracket = IN_BRACKETS.search(japanese)
    yield from _japanese(IN_BRACKETS.sub("", japanese))
    for alias in BEFORE_ALIAS.split(aliases[0])[1:] if aliases else []:
        yield from _english(alias, Strength.STRONG)
    more_japanese, more_english = _by_language(others)
    for alias in more_english.split(";"):
        yield from _english(alias, Strength.STRONG)
    texts = [match[1] for match in (bracket, chinese) if match] + [more_japanese]
    for alias in re.split("[、;]|及び", ";".join(texts)):
        yield from _japanese(alias)


def _english(text: str, strength: Strength) -> Iterator[ListedName]:
    line = " ".join(text.split())
    return printed_names(re.sub(r"[;,]?\s*and$", "", line).strip(" .;,"), strength, person=False)


def _japanese(text: str) -> Iterator[ListedName]:
    """A name without its line breaks; one in Chinese may follow in brackets."""
    line = re.sub(rf"(?<=[{JAPANESE}])\s+|\s+(?=[{JAPANESE}])", "", text).strip()
    name, chinese = match.groups() if (match := IN_HAN.fullmatch(line)) else (line, "")
    yield from (ListedName(" ".join(each.split()), Strength.STRONG) for each in (name, chinese) if each)


def _by_language(text: str) -> tuple[str, str]:
    """The Japanese, and what follows: lines without any, or the rest of a line where a break is lost."""
    rest, lines = _rest_of_line(text), _latin_lines(text)
    if rest is not None and (lines is None or "a.k.a" in text[rest:lines]):
        return text[:rest], text[rest:]
    if lines is not None:
        return text[:lines], text[lines:]
    return (text, "") if re.search(f"[{JAPANESE}]", text) else ("", text)


def _rest_of_line(text: str) -> int | None:
    """Where the Latin letters begin after the last that are Japanese, and after the bracket around those."""
    match = LATIN_AFTER.search(text)
    if match is None:
        return None
    start = match.start("latin")
    in_bracket = text.count("(", 0, start) > text.count(")", 0, start)
    return (text.find(")", start) + 1 if in_bracket else 0) or start


def _latin_lines(text: str) -> int | None:
    """Where the lines without Japanese begin that end the text; not within a bracket that is still open."""
    last = max((match.end() for match in re.finditer(f"[{JAPANESE}]", text)), default=0)
    breaks = (match.start() for match in re.finditer("\n", text) if match.start() >= last)
    return next((at for at in breaks if text.count("(", 0, at) <= text.count(")", 0, at)), None)
