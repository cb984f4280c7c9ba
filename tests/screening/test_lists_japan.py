"""Japan's lists, made up and real: every number is found, whatever the PDF did to the lines."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from sarai.screening.listed import Address, Kind, ListedName, Strength
from sarai.screening.lists import meti
from sarai.screening.lists.reading import HEAD, ListError

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions" / "japan_meti_2025-09-12"
FILES = {"daisangoku": ("meti-third", 56), "russia": ("meti-russia", 561)}
NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
ALIASES = {word: number for number, word in enumerate(NUMBERS.split(), 1)}

TEXT = """
○ 国際平和のための国際的な努力に我が国として寄与するために講ずる輸出等に係る禁止措置
の対象となるロシア連邦の団体（令和四年外務省告示第八十二号）
指定日：2022 年03月01 日
最終更新日：2025 年09 月2 日
１ 有限会社テスト（別称、TT及びテスト
商会）
Test LLC (TL), a.k.a., the following two aliases:
-TT; and
-Test Trading
House.
所在地：1 Teststr., Moscow, 127055RU.２ 試験社（试验有限公司）
Shiken Co., Ltd.
所 在 地 ： Yasenevo 3 Kolpachny, Moscow
3 Oktyabrskaya, Kirov; and 2 Abai Ave, Almaty, Kazakhstan.
3 「プログレス」Progress JSC
所在地: Kirov, Russia
4 アルファ FZCO
Alfa FZCO
別称：AMG社; 有限会社 AMG
LLC AMG; Kompaniya AMG
所在地：Dubai, United Arab Emirates"""


def read(tmp_path: Path, text: str):
    path = tmp_path / "list.pdf.txt"
    path.write_text(text, encoding="utf-8")
    return meti.READER.read([path])[0]


def names(entity) -> list[str]:
    return [name.text for name in entity.names]


def test_entries_run_into_each_other(tmp_path):
    publication = read(tmp_path, TEXT)
    one, two, three, four = publication.entities
    assert meti.READER.takes(tmp_path / "any.txt", TEXT.encode()[:HEAD])
    assert (publication.list, publication.published) == ("meti-russia", "2025-09-02")
    assert (one.id, one.kind) == ("meti-russia-1", Kind.ORGANISATION)
    assert one.names[:2] == (ListedName("Test LLC"), ListedName("TL", Strength.WEAK))
    assert names(one) == ["Test LLC", "TL", "有限会社テスト", "TT", "Test Trading House", "テスト商会"]
    assert names(two) == ["Shiken Co., Ltd", "試験社", "试验有限公司"]
    assert two.addresses == (
        Address("Yasenevo 3 Kolpachny, Moscow 3 Oktyabrskaya, Kirov", "RU"),
        Address("2 Abai Ave, Almaty, Kazakhstan", "KZ"),
    )
    assert names(three) == ["Progress JSC", "「プログレス」"]
    assert names(four) == ["Alfa FZCO", "アルファFZCO", "LLC AMG", "Kompaniya AMG", "AMG社", "有限会社AMG"]
    assert four.addresses == (Address("Dubai, United Arab Emirates", "AE"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [(TEXT.replace("3 「", "「"), "entry 2 has 3 addresses"),
     (TEXT.replace("RU.２ ", "RU. "), "entry 1 has 4 addresses"),
     (TEXT.replace("所在地: Kirov", "Kirov"), "entry 3 has no address"),
     (TEXT[: TEXT.rindex("所在地")], "entry 4 has 0"), (TEXT[: TEXT.index("１")], "no entry 1"),
     (TEXT.replace("最終更新日", ""), "最終更新日"), ("", "最終更新日")],
)  # fmt: skip
def test_a_list_with_a_gap_is_refused(tmp_path, text, says):
    with pytest.raises(ListError, match=f"{says}.*download it again"):
        read(tmp_path, text)


def test_a_list_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(TEXT.encode("cp932", "replace"))
    with pytest.raises(ListError, match="not UTF-8"):
        meti.READER.read([path])


@pytest.mark.skipif(not LISTS.is_dir(), reason=f"no shared lists at {LISTS}")
@pytest.mark.parametrize("part", FILES)
def test_the_real_lists_have_an_entity_for_each_address_heading(part):
    (path,) = LISTS.glob(f"*{part}*")
    name, size = FILES[part]
    text = unicodedata.normalize("NFKC", path.read_text("utf-8"))
    assert meti.READER.takes(path, path.read_bytes()[:HEAD])
    (publication,) = meti.READER.read([path])
    assert (publication.list, publication.published) == (name, "2025-09-12")
    assert len(publication.entities) == len(re.sub(r"\s", "", text).split("所在地:")) - 1 == size
    assert [entity.id for entity in publication.entities] == [
        f"{name}-{number}" for number in range(1, size + 1)
    ]
    assert all(address.country for entity in publication.entities for address in entity.addresses)
    assert all(re.match("[\x20-\u024f‘“«]", entity.names[0].text) for entity in publication.entities)


@pytest.mark.skipif(not LISTS.is_dir(), reason=f"no shared lists at {LISTS}")
@pytest.mark.parametrize("part", FILES)
def test_the_real_lists_have_as_many_aliases_as_they_say(part):
    (path,) = LISTS.glob(f"*{part}*")
    text = unicodedata.normalize("NFKC", path.read_text("utf-8"))
    said = [ALIASES[word.lower()] for word in re.findall(r"following\s+(\w+)\s+alias", text)]
    (publication,) = meti.READER.read([path])
    latin = [
        name
        for entity in publication.entities
        for name in entity.names
        if re.match("[\x20-\u2fff]+$", name.text)
    ]
    assert len(said) > 0.4 * len(publication.entities)
    assert len(latin) >= (sum(said) + len(publication.entities))
    left = [name for name in latin if re.search(r"a\.k\.a|following|^and |:$", name.text)]
    assert left == []
