"""What is found, when, and what is false: counted by hand."""

from __future__ import annotations

from sarai.watch.evaluation import Known, Rate, evaluate
from sarai.watch.finding import Alert, Reason

HOUR_US = 3_600_000_000


def alert(id: str, typology: str, raised_h: int, *entries: int) -> Alert:
    return Alert(
        id=id, typology=typology, version=1, subject=id, raised=raised_h * HOUR_US, entry=entries[-1],
        score=3.0, words="so it is", facts={"what": 1},
        reasons=(Reason(typology=typology, points=3.0, words="so it is", entries=entries),),
    )  # fmt: skip


def known(number: str, kind: str, hour: int) -> Known:
    return Known(("x", number), kind, hour * HOUR_US, hour * HOUR_US)


def scheme(case: str, *numbers: str) -> dict:
    documents = [{"issuer": "x", "number": number, "version": 1} for number in numbers]
    record = {"record": "scheme", "scheme": case.split("/", maxsplit=1)[0], "case": case, "variant": "v"}
    return record | {"documents": documents, "start": "1970-01-01T00:00:00+00:00"}


DOCUMENTS = {
    1: known("T1", "transit", 0), 2: known("S1", "seal_event", 5), 3: known("E1", "exit", 9),
    4: known("T2", "transit", 1), 5: known("E2", "exit", 6), 6: known("I1", "import", 2),
    7: known("H1", "import", 3), 8: known("H2", "waybill", 4), 9: known("H3", "answer", 4),
    10: known("T3", "transit", 2),
}  # fmt: skip
TRUTH = [
    {"record": "lot"},
    scheme("false_transit/1", "T1", "S1", "E1"),
    scheme("false_transit/2", "T2", "E2"),
    scheme("false_transit/3", "T3"),
    scheme("shell_chain/1", "I1"),
    scheme("shell_chain/2"),  # had not begun
]
ALERTS = [
    alert("a", "off-route", 5, 1, 2),  # before the exit at 9
    alert("b", "exit-elsewhere", 7, 4, 5),  # after the exit at 6
    alert("c", "off-route", 8, 7, 9),  # of nobody's case: one honest consignment, and an answer
    alert("d", "transit-overdue", 50, 10),  # no paper says that the goods have left
]


def test_everything_is_counted_once():
    found = evaluate(ALERTS, DOCUMENTS, TRUTH)
    assert found.found == Rate(3, 4)
    assert found.right == Rate(3, 4)
    assert found.false == Rate(1, 2)
    assert found.in_time == Rate(2, 3)
    assert found.missed == [("shell_chain/1", "v")]
    assert [each.id for each in found.wrong] == ["c"]


def test_each_scheme_and_typology_by_itself():
    found = evaluate(ALERTS, DOCUMENTS, TRUTH)
    transit, shells = found.schemes["false_transit"], found.schemes["shell_chain"]
    assert (transit.found, transit.median_h) == (Rate(3, 3), 6.0)  # 5, 6 and 48 hours
    assert dict(transit.by) == {"exit-elsewhere": 1, "off-route": 1, "transit-overdue": 1}
    assert (shells.found, shells.median_h) == (Rate(0, 1), None)
    off = found.typologies["off-route"]
    assert (off.right, off.cases, off.median_h) == (Rate(1, 2), Rate(1, 4), 5.0)


def test_nothing_of_nothing():
    found = evaluate([], {}, [])
    assert found.found.share == found.right.share == found.false.share == 0.0
