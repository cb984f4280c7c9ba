"""The rows of a publisher's CSV, and what of them cannot be read, each with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.reference.countries import alpha2, by_name

__all__ = ["Odd", "country_of", "rows"]

SPELT = {
    "trkiye": "TR", "turkyie": "TR", "brasil": "BR", "brasilia": "BR", "libanon": "LB",
    "ado": "AD", "ksv": "XK", "rom": "RO", "tmp": "TL", "wbg": "PS", "zar": "CD",
}  # fmt: skip
"""Spellings of the EU's tables that lost letters or are not English, and old codes of the World Bank."""


class Odd(Struct, frozen=True, kw_only=True):
    """A row that was not as it should be.

    Attributes
    ----------
    line : int
        The last that it stands on, from 1.
    text : str
        The value in question.
    kept : bool
        Whether it is used nevertheless, as `why` says.
    """

    file: str
    line: int
    text: str
    why: str
    kept: bool = False


def rows(path: Path, columns: Sequence[str], odd: list[Odd]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by line, without blanks about their values; those with too few or many fields go to `odd`.

    Raises
    ------
    BadSetting
        It is no CSV in UTF-8 with these columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise BadSetting(f"{path} has no column {', '.join(missing)}; it needs {', '.join(columns)}")
            for row in reader:
                if None in row or None in row.values():
                    said = " ".join(str(each) for each in row.values())
                    odd.append(_odd(path, reader.line_num, said, "has more or fewer fields than the header"))
                else:
                    yield reader.line_num, {name: " ".join(text.split()) for name, text in row.items()}
        except (csv.Error, UnicodeDecodeError) as fault:
            raise BadSetting(
                f"{path}, after line {reader.line_num}, is no CSV in UTF-8: {fault}; "
                "take the publisher's file"
            ) from fault


def _odd(path: Path, line: int, text: str, why: str) -> Odd:
    return Odd(file=path.name, line=line, text=text, why=why)


def country_of(*said: str) -> str:
    """The alpha-2 code of the first of codes and names that says one; empty if none does.

    >>> country_of("ROM"), country_of("S19", "Taiwan"), country_of("Trkiye"), country_of("Total")
    ('RO', 'TW', 'TR', '')
    """
    for text in said:
        code = SPELT.get(text.casefold()) or alpha2(text) or by_name(text)
        if code:
            return code
    return ""
