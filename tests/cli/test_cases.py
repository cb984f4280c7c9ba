"""sarai cases: from the queue to a decision, and a file that a partner can check without us."""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alerting import alert
from casework import desk
from lxml import html
from watching import exported, imported, line, on, party, ref, transited

from cli.conftest import Ran, Run
from sarai.goods import Document, SealEvent
from sarai.ledger import SigningKey
from sarai.telling.html import shown
from sarai.watch.finding import Alert

AT = "2026-03-22T08:00:00Z"


@pytest.fixture
def at(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    """Run a command of cases over a small book, two days of March after its alerts."""
    with desk(tmp_path):
        pass
    monkeypatch.setenv("SARAI_LEDGER", str(tmp_path / "book.db"))
    monkeypatch.setenv("SARAI_ALERTS", str(tmp_path / "alerts.db"))
    monkeypatch.setenv("SARAI_OFFICER", "officer-7")

    def command(*arguments: object, now: str = AT) -> Ran:
        return run("cases", *arguments, "--now", now)

    return command


def told(at, *arguments: object) -> Any:
    return at(*arguments, "--json").json


# -- looking -----------------------------------------------------------------------------------------


def test_the_queue(at):
    ran = at("list", "--json")
    assert ran.status == 1  # something is overdue
    second, first = ran.json["cases"]
    assert (first["id"], first["state"], first["overdue"], first["in_reach"]) == (
        "C-aaaa1111",
        "new",
        True,
        True,
    )
    assert [each["clock"] for each in first["due"]] == ["look-here", "decision"]
    assert first["value"] == {"USD": "4000"}
    assert second["under_way"]
    people = at("list").out
    assert "OVERDUE first look" in people
    assert "as the typologies say" in people


def test_nothing_overdue_is_status_0(at):
    assert at("list", now="2026-03-06T08:00:00Z").status == 0


def test_a_case_says_why(at):
    case = told(at, "show", "aaaa")
    assert case["score"] == sum(each["points"] for each in case["contributions"])
    assert case["goods"][0]["lot"] == {"issuer": "customs", "number": "I-1", "item": 1}
    assert case["alerts"][0]["words"] == "6 of 10 chips went on at once."
    people = " ".join(at("show", "aaaa").out.split())
    for said in ("C-aaaa1111: new", "customs/I-1#1", "4 pcs: F at store", "chance that it is confirmed"):
        assert said in people


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["show", "C-zzzz"], 1, "no case 'C-zzzz'"),
        (["decide", "aaaa", "confirm"], 2, "--reason"),
        (["decide", "aaaa", "guilty", "--reason", "x"], 2, "guilty"),
        (["state", "aaaa", "closed"], 2, "closed"),
        (["note", "aaaa", " "], 2, "empty"),
        (["note", "aaaa", "x", "--officer", ""], 2, "SARAI_OFFICER"),
        (["hold", "aaaa", "--lot", "customs/I-9#1"], 2, "customs/I-9#1"),
        (["release", "aaaa"], 2, "nothing to release"),
        (["show", "aaaa", "--alerts", "none.db"], 2, "none.db"),
    ],
)
def test_what_cannot_be_done_is_said(at, arguments: list[str], status: int, said: str):
    ran = at(*arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


def test_the_clocks_may_be_those_of_the_law(at, tmp_path: Path):
    law = tmp_path / "law.toml"
    law.write_text("look-here = 30\n")
    _, first = told(at, "list", "--clocks", law)["cases"]
    assert first["due"][-1]["due"] == "2026-04-04T10:24:00Z"
    assert not first["overdue"]


# -- acting ------------------------------------------------------------------------------------------


def test_from_the_queue_to_a_decision(at):
    assert told(at, "assign", "aaaa") == {
        "case": "C-aaaa1111", "state": "in hand", "entries": [5, 6], "refused": []
    }  # fmt: skip
    assert at("note", "aaaa", "Asked the buyer.").out == "C-aaaa1111 is in hand; entry 7 of the book.\n"
    assert told(at, "state", "aaaa", "waiting", "--reason", "for the buyer")["state"] == "waiting"
    assert told(at, "decide", "aaaa", "dismiss", "--reason", "A known buyer.")["state"] == "closed"
    assert [each["id"] for each in told(at, "list")["cases"]] == ["C-bbbb2222"]
    closed = told(at, "list", "--all")["cases"][-1]
    assert (closed["verdict"], closed["assignee"]) == ("dismissed", "officer-7")
    assert "learnt from 1 decisions" in at("list").out
    steps = [each["document"]["step"] for each in told(at, "show", "aaaa")["steps"]]
    assert steps == ["open", "assign", "note", "state", "decide"]
    assert told(at, "state", "aaaa", "in-hand")["state"] == "in hand"


def test_a_queue_of_ones_own(at):
    at("assign", "bbbb", "officer-8")
    assert [each["id"] for each in told(at, "list", "--assignee", "officer-8")["cases"]] == ["C-bbbb2222"]


def test_hold_and_release(at, run: Run):
    assert at("hold", "aaaa", "--reason", "Under suspicion.").status == 0
    assert "held" in at("list").out
    case = told(at, "show", "aaaa")
    assert [each["number"] for each in case["goods"][0]["held"]] == ["C-aaaa1111/3"]
    assert at("release", "aaaa", "--lot", "customs/I-1#1").status == 0
    assert told(at, "show", "aaaa")["held"] == 0


def test_what_the_book_refuses_is_shown_as_it_is(at):
    ran = at("hold", "aaaa", "--authority", "somebody")
    assert ran.status == 1
    assert "Refused (305): somebody may not issue" in ran.out
    ran = at("release", "aaaa", "--lot", "customs/I-1#1", "--json")
    assert (ran.status, [each["name"] for each in ran.json["refused"]]) == (1, ["NO_HOLD"])


# -- the file of a case ------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    made = SigningKey.generate("customs.example/book")
    made.save(tmp_path / "key")
    return made


def exported_page(at, tmp_path: Path, case: str = "bbbb", *more: object) -> html.HtmlElement:
    out = tmp_path / "case.html"
    ran = at("export", case, "--out", out, *more)
    assert (ran.status, ran.err) == (0, "")
    return html.fromstring(out.read_text(encoding="utf-8"))


def test_the_file_has_all_of_the_case(at, tmp_path: Path, key: SigningKey):
    at("hold", "bbbb", "--reason", "The seal broke.")
    page = exported_page(at, tmp_path, "bbbb", "--key", tmp_path / "key")
    text = " ".join(page.text_content().split())
    for said in (
        "Seal A-1 broke on the road.", "4.00 points",  # the alert, the score
        "customs/T-1#1", "1 lot held", "customs/C-bbbb2222/3",  # goods and hold
        "Seal A-1 of customs/T-1: broken at road.",  # the timeline has what the alert named ...
        "Transit from DE by BYBTS to KZALA, KZ for G, due 08 March 2026: 3 pcs of 880730.",  # and the way
        "officer-7: opened with 1 alert.", "The seal broke.",  # what was done
        str(key.verifier), "customs.example/book", "7 entries",
    ):  # fmt: skip
        assert said in text, said
    assert page.xpath("//figure/*[local-name()='svg']//*[local-name()='path']")


def test_every_proof_in_the_file_holds_by_the_page_on_proofs_alone(at, run, tmp_path: Path, key: SigningKey):
    at("note", "bbbb", "Asked the post.")
    page = exported_page(at, tmp_path, "bbbb", "--key", tmp_path / "key")
    details = page.xpath("//details")
    assert len(details) == 2 + 2  # the transit, its seal, and two steps
    root = page.xpath("//pre[starts-with(., 'customs.example/book\n')]")[0].text.split("\n")[2]
    for each in details:
        document, entry, hashes = (pre.text for pre in each.xpath("pre"))
        assert entry.split("\n")[4] == sha256(document.encode()).hexdigest()
        index, size = map(int, re.search(r"leaf ([\d,]+) of ([\d,]+)", each.text_content()).groups())
        assert entry.split("\n")[0] == str(index + 1)
        assert climbed(entry, index, size, hashes.split("\n")) == b64decode(root)
    for number, link in enumerate(page.xpath("//a[@download]")):
        saved = tmp_path / f"{number}.json"
        saved.write_bytes(b64decode(link.get("href").partition("base64,")[2]))
        assert run("prove", "--check", saved, "--verifier", key.verifier).status == 0


def climbed(entry: str, index: int, size: int, hashes: list[str]) -> bytes:
    """The root, as docs/proofs.md says it in section 3."""
    f, s, r = index, size - 1, sha256(b"\0" + entry.encode()).digest()
    for p in map(b64decode, hashes):
        assert s
        if f % 2 or f == s:
            r = sha256(b"\1" + p + r).digest()
            while f % 2 == 0 and f:
                f, s = f // 2, s // 2
        else:
            r = sha256(b"\1" + r + p).digest()
        f, s = f // 2, s // 2
    assert s == 0
    return r


EVIL = [
    "<script>steal()</script>", '"><img src=x onerror=steal()>', "</style></svg><b>", "]]>", "&lt;i&gt;",
    "javascript:steal()", "Honest\u202eCLL", "a\u200bb", "\ufeffx", "http://evil.example/x.png", "{% raw %}",
]  # fmt: skip
PLAIN = (
    "html head meta title style body main header h1 h2 h3 p span dl div dt dd table thead tbody tr th td "
    "article ol li time br figure details summary pre a svg rect text path"
)
FETCHING = ("src", "srcset", "action", "data", "poster", "background", "xlink:href")


def attacked() -> tuple[list[Document], list[Alert]]:
    """A story every word of which comes from somebody who wishes us ill."""
    who = [party(f"P{n}{text}", name=f"N{text}") for n, text in enumerate(EVIL)]
    papers: list[Document] = [
        imported(f"I{n}{each.id}", on(0), each, line("854231", 2, description=each.name), place=each.id)
        for n, each in enumerate(who)
    ]
    sent = transited(f"T{EVIL[1]}", on(1), who[0], line("854231"), destination=EVIL[0])
    seal = SealEvent(
        issuer=EVIL[2], number=EVIL[1], time=on(2), seal=EVIL[0], event="broken", place=EVIL[3],
        consignment=ref(sent),
    )  # fmt: skip
    papers += [sent, seal]
    papers += [
        exported(f"E{n}{each.id}", on(3), each, line("854231"), place=each.id, consignee=each)
        for n, each in enumerate(who)
    ]
    lots = tuple(n << 16 | 1 for n in range(1, len(who) + 2))
    raised = [
        alert(f"e{n:03}", 4, entry=1 + n, lots=lots, parties=(each.id,), consignment=each.id,
              words=f"{each.name} did.", typology=each.id)
        for n, each in enumerate(who)
    ]  # fmt: skip
    return papers, raised


def test_whatever_traders_write_is_text(at, tmp_path: Path):
    papers, raised = attacked()
    there = tmp_path / "evil"
    there.mkdir()
    with desk(there, papers=papers, raised=raised):
        pass
    book = ("--ledger", there / "book.db", "--alerts", there / "alerts.db")
    assert at("note", "e000", "".join(EVIL), *book).status == 0
    page = exported_page(at, tmp_path, "e000", *book)
    assert {element.tag.rpartition("}")[2] for element in page.iter()} <= set(PLAIN.split())
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in FETCHING]
        assert element.get("href", "data:application/json;").startswith("data:application/json;")
    styles = " ".join(page.xpath("//style/text()"))
    assert "url(" not in styles
    assert "@import" not in styles
    text = page.text_content()
    for each in EVIL:
        assert shown(each) in text
    written = (tmp_path / "case.html").read_text(encoding="utf-8")
    assert not re.search("[\u200b-\u200f\u202a-\u202e\ufeff]", written)


def test_the_file_says_when_nobody_signed(at, tmp_path: Path):
    text = exported_page(at, tmp_path).text_content()
    assert "It is not signed" in text
    assert "give --key FILE" in at("export", "bbbb", "--out", tmp_path / "case.html").out
