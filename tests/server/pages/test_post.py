"""The page Post: whatever is dropped goes in, what is refused can be mended, and nothing is lost."""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sarai.goods import BookError, Code, NotInBook
from sarai.intake import read
from sarai.ledger.search import find
from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.house import House
from sarai.server.pages import post_pump
from sarai.server.pages.post_pump import Pump

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OFFICER = Eyes(
    visitor=Visitor(account="o", role=Role.OFFICER, officer="o", authority="KZ-50000"), scope=Scope.ALL
)
TRADER = Eyes(visitor=Visitor(account="t", role=Role.TRADER, parties=("KZ-BIN-0001",)), scope=Scope.OWN)

GOOD = {
    "kind": "import", "issuer": "KZ-BIN-0001", "number": "1", "time": "2026-03-02T09:15:00+05:00",
    "importer": {"id": "KZ-BIN-0001"}, "place": "KZALA", "country": "DE",
    "lines": [{"item": 1, "hs": "854231", "quantity": "12.5"}],
}  # fmt: skip


@contextmanager
def opened(directory):
    """A pump over a house, which is closed at the end."""
    house = House(str(directory / "book.db"), directory, clock=lambda: NOW)
    pump = Pump(house)
    try:
        yield pump
    finally:
        pump.close()
        house.close()


@pytest.fixture
def pump(tmp_path):
    with opened(tmp_path) as made:
        yield made


def drop(pump, content, name="some.jsonl", eyes=OFFICER):
    """Drop a file, and wait until it was read."""
    path = pump.house.directory / "upload"
    path.write_bytes(content if isinstance(content, bytes) else lines(content))
    taken = pump.take(eyes, name, path)
    return settled(pump, taken.id)


def settled(pump, number):
    pump._workers.submit(lambda: None).result(20)  # what was handed in before has begun
    while pump._running:
        pump._workers.submit(lambda: None).result(20)
    with pump.store() as store:
        return store.one(number)


def lines(documents):
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def refused_of(pump, number):
    with pump.store() as store:
        return store.refused(number)


# -- in --------------------------------------------------------------------------------------------


def test_a_file_goes_in(pump):
    content = (EXAMPLES / "documents.jsonl").read_bytes()
    done = drop(pump, content)
    documents = [step.document for step in read(EXAMPLES / "documents.jsonl")]
    assert (done.state, done.posted, done.refused, done.share) == ("done", len(documents), 0, 1.0), (
        refused_of(pump, done.id)
    )
    assert done.records == len(documents)
    assert {line.number for line in find(pump.house.book.store)} >= {each.number for each in documents}


def test_the_same_again_is_repeated(pump):
    drop(pump, [GOOD])
    again = drop(pump, [GOOD])
    assert (again.posted, again.repeated, again.refused) == (0, 1, 0)


@pytest.mark.parametrize("name", ["documents.jsonl.gz", "upload"])
def test_a_compressed_file_goes_in(pump, name):
    done = drop(pump, gzip.compress(lines([GOOD])), name)
    assert (done.state, done.posted) == ("done", 1)


def test_a_table_goes_in_and_its_refused_row_bears_the_header(pump):
    table = (
        b"kind,issuer,number,time,importer.id,place,country,lines.hs,lines.quantity\n"
        b"import,KZ-BIN-0001,1,2026-03-02T09:15:00Z,KZ-BIN-0001,KZALA,DE,854231,12.5\n"
        b"import,KZ-BIN-0001,2,2026-03-02T09:15:00Z,KZ-BIN-0001,KZALA,DE,no,12.5\n"
    )
    done = drop(pump, table, "t.csv")
    assert (done.posted, done.refused) == (1, 1)
    (record,) = refused_of(pump, done.id)
    assert record.text.startswith("kind,issuer") and "/hs" in record.pointer
    mended = pump.mend(OFFICER, record, record.text.replace(",no,", ",854231,"))
    assert mended.mended > 0


def test_what_is_no_document_is_told_with_its_place(pump):
    done = drop(pump, b'{"kind": "import"}\nnot a document\n' + lines([GOOD]))
    assert (done.posted, done.refused) == (1, 2)
    first, second = refused_of(pump, done.id)
    assert (first.position, first.code) == (1, Code.MISSING_FIELD)
    assert (second.position, second.code) == (2, Code.MALFORMED)
    assert second.text == "not a document"


def test_what_cannot_be_shown_as_text_is_not_for_mending(pump):
    done = drop(pump, b'{"kind": "\xff"}\n' + lines([GOOD]))
    (record,) = refused_of(pump, done.id)
    assert (record.code, record.whole, done.posted) == (Code.NOT_TEXT, False, 1)


def test_a_file_of_nothing_says_so(pump):
    done = drop(pump, b"hello", "odd.bin")
    assert (done.state, done.posted, done.refused) == ("done", 0, 1)
    assert refused_of(pump, done.id)[0].code == Code.UNKNOWN_FORMAT


# -- mending ---------------------------------------------------------------------------------------


def test_what_was_refused_is_mended_and_posted(pump):
    wrong = GOOD | {"country": "J9"}
    done = drop(pump, [wrong])
    (record,) = refused_of(pump, done.id)
    assert (record.code, record.pointer, record.mended) == (Code.UNKNOWN_COUNTRY, "/country", 0)
    again = pump.mend(OFFICER, record, record.text.replace("J9", "J8"))
    assert again.mended == 0 and again.code == Code.UNKNOWN_COUNTRY and '"J8"' in again.text
    mended = pump.mend(OFFICER, again, again.text.replace("J8", "DE"))
    assert mended.mended > 0
    assert refused_of(pump, done.id)[0].mended == mended.mended
    posted = find(pump.house.book.store, number="1", refused=False)
    assert [line.entry for line in posted] == [mended.mended]


def test_an_empty_text_mends_nothing(pump):
    done = drop(pump, [GOOD | {"country": "J9"}])
    (record,) = refused_of(pump, done.id)
    assert pump.mend(OFFICER, record, "  \n").mended == 0


# -- who may ---------------------------------------------------------------------------------------


def test_a_trader_posts_for_itself_only(pump):
    other = GOOD | {"issuer": "KZ-BIN-0002", "number": "2", "importer": {"id": "KZ-BIN-0002"}}
    done = drop(pump, [GOOD, other], eyes=TRADER)
    assert (done.posted, done.refused) == (1, 1)
    (record,) = refused_of(pump, done.id)
    assert (record.code, record.pointer, record.number) == (Code.NOT_ENTITLED, "/issuer", "2")
    assert [line.issuer for line in find(pump.house.book.store, refused=False)] == ["KZ-BIN-0001"]


def test_a_trader_cannot_mend_its_way_around(pump):
    done = drop(pump, [GOOD | {"country": "J9"}], eyes=TRADER)
    (record,) = refused_of(pump, done.id)
    foreign = record.text.replace("J9", "DE").replace("KZ-BIN-0001", "KZ-BIN-0002")
    assert pump.mend(TRADER, record, foreign).code == Code.NOT_ENTITLED


def test_a_waybill_and_its_revocation_in_one_file(pump):
    """Who may revoke hangs on a consignment that is only in the same file."""
    waybill = {
        "kind": "waybill", "issuer": "KZ-BIN-0001", "number": "W", "time": "2026-03-03T09:15:00+05:00",
        "consignor": {"id": "KZ-BIN-0001"}, "consignee": {"id": "KZ-BIN-0002"}, "place": "KZALA",
        "destination": "KZAST", "deadline": "2026-12-05T09:15:00+05:00",
        "lines": [{"item": 1, "hs": "854231", "quantity": "1"}],
    }  # fmt: skip
    revoked = {
        "kind": "answer", "issuer": "KZ-BIN-0001", "number": "A", "time": "2026-03-04T09:15:00+05:00",
        "consignment": {"issuer": "KZ-BIN-0001", "number": "W"}, "decision": "revoke",
    }  # fmt: skip
    done = drop(pump, [GOOD, waybill, revoked], eyes=TRADER)
    assert (done.posted, done.refused) == (3, 0), refused_of(pump, done.id)


def test_each_account_sees_its_own(pump):
    drop(pump, [GOOD], eyes=TRADER)
    with pump.store() as store:
        assert len(store.of("t")) == 1 and store.of("o") == []


# -- nothing is lost -------------------------------------------------------------------------------


def test_a_server_that_died_goes_on_from_the_file(tmp_path):
    many = [GOOD | {"number": str(number)} for number in range(20)] + [GOOD | {"number": "", "issuer": "X"}]
    with opened(tmp_path) as pump, pump.store() as store:
        path = tmp_path / "upload"
        path.write_bytes(lines(many))
        taken = store.add("o", "many.jsonl", NOW, path)
        begun = store.begin(taken.id)
        (answered,) = pump.post(OFFICER, read(store.bytes_of(taken.id)))
        store.keep(post_pump.counted(begun, answered[:5]))  # and here it died
    with opened(tmp_path) as pump:
        with pump.store() as store:
            (found,) = store.of("o")
        assert found.state == "stopped"
        pump.go_on(OFFICER, found.id)
        done = settled(pump, found.id)
        assert (done.state, done.posted, done.repeated, done.refused) == ("done", 0, 20, 1)
        assert len(refused_of(pump, done.id)) == 1


def test_a_book_that_takes_nothing_stops_the_drop_and_keeps_the_file(pump, monkeypatch):
    def full(*_, **__):
        raise BookError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(pump.house, "record_soon", full)
        stopped = drop(pump, [GOOD])
    assert (stopped.state, stopped.fault) == ("stopped", "the disk is full")
    pump.go_on(OFFICER, stopped.id)
    assert settled(pump, stopped.id).posted == 1


def test_the_file_is_kept_no_longer_than_it_is_needed(pump):
    done = drop(pump, [GOOD])
    with pump.store() as store:
        assert not store.bytes_of(done.id).exists()


def test_what_was_mended_stays_mended_when_the_file_is_read_again(pump):
    with pump.store() as store:
        path = pump.house.directory / "upload"
        path.write_bytes(lines([GOOD | {"country": "J9"}]))
        taken = store.add("o", "x.jsonl", NOW, path)
        pump.go_on(OFFICER, taken.id)
        store.bytes_of(taken.id).touch()
        settled(pump, taken.id)
        (record,) = store.refused(taken.id)
        pump.mend(OFFICER, record, record.text.replace("J9", "DE"))
        store.keep(store.one(taken.id)._replace(state="stopped"))
        store.bytes_of(taken.id).write_bytes(lines([GOOD | {"country": "J9"}]))
        pump.go_on(OFFICER, taken.id)
        settled(pump, taken.id)
        assert [each.mended > 0 for each in store.refused(taken.id)] == [True]


def test_what_is_not_there_is_told(pump):
    with pump.store() as store, pytest.raises(NotInBook):
        store.one(99)
