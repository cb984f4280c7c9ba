"""Add texts to all catalogues at once: ``python -m sarai.server.words.adding FILE ...``.

A line of a file is a text in each language, `` | `` between them. Where the English has two forms, `` / ``
stands between those, and between the three of Russian:

    Nothing yet | Пока ничего | Әзірге ештеңе жоқ
    {count} lorry / {count} lorries | {count} машина / {count} машины / {count} машин | {count} көлік
    kind: landing | Landing | Посадка | Қону

The third is the name of a code, with what it is a code of before it. Empty lines and lines with ``#`` are
passed over, and so are texts that the catalogues have already: to change one, edit the catalogues.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sarai.goods.errors import BadSetting
from sarai.server.words.catalogue import LANGUAGES, read

HERE = Path(__file__).resolve().parent
FORMS = {"en": 2, "ru": 3, "kk": 1}


class Text(NamedTuple):
    """A text to be added: its context and English, and what each language says, in its forms."""

    context: str
    key: tuple[str, ...]
    said: dict[str, tuple[str, ...]]


def parse(line: str) -> Text:
    """The text of a line; BadSetting says what is wrong with it."""
    parts = [part.strip() for part in line.split(" | ")]
    context, key = "", parts[0]
    if len(parts) == len(LANGUAGES) + 1:
        context, _, key = (part.strip() for part in parts.pop(0).partition(":"))
    if len(parts) != len(LANGUAGES) or not all(parts) or not key:
        raise BadSetting(f"line {line!r} is no text in {', '.join(LANGUAGES)}; set ' | ' between them")
    said = {code: (part,) for code, part in zip(LANGUAGES, parts, strict=True)}
    forms = tuple(key.split(" / ")) if "{count}" in key and not context else (key,)
    if len(forms) > 1:
        said = {code: tuple(part.split(" / ")) for code, (part,) in said.items()}
        if any(len(said[code]) != FORMS[code] for code in said):
            raise BadSetting(f"line {line!r} lacks a form: 2 of English, 3 of Russian, 1 of Kazakh")
    return Text(context, forms, said)


def entry(text: Text, code: str) -> str:
    """A text as the catalogue of a language has it."""
    from babel.messages.pofile import normalize

    lines = [f"msgctxt {normalize(text.context, width=0)}"] if text.context else []
    lines.append(f"msgid {normalize(text.key[0], width=0)}")
    said = text.said[code]
    if len(text.key) == 1:
        lines.append(f"msgstr {normalize(said[0], width=0)}")
    else:
        lines.append(f"msgid_plural {normalize(text.key[1], width=0)}")
        lines += [f"msgstr[{index}] {normalize(form, width=0)}" for index, form in enumerate(said)]
    return "\n" + "\n".join(lines) + "\n"


def unknown(lines: list[str]) -> Iterator[Text]:
    """The texts of lines that the catalogues do not have, each once."""
    known = {(each.context or "", each.id if isinstance(each.id, str) else each.id[0]) for each in read("en")}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            text = parse(line)
            if (text.context, text.key[0]) not in known:
                known.add((text.context, text.key[0]))
                yield text


def main() -> None:
    """Read the files that are named, append what is new."""
    lines = [line for name in sys.argv[1:] for line in Path(name).read_text("utf-8").splitlines()]
    texts = list(unknown(lines))
    for code in LANGUAGES:
        with (HERE / code / "LC_MESSAGES" / "sarai.po").open("a", encoding="utf-8") as file:
            file.writelines(entry(text, code) for text in texts)


if __name__ == "__main__":
    main()
