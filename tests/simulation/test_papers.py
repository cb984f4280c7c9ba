"""The papers: well formed, in order, and flawed as often as the settings say."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from math import sqrt

import msgspec
import pytest
import rfc8785

from sarai.goods import KINDS, AnyDocument, BadSetting, Consumption, Correction, Export, Import, Waybill
from sarai.goods.canonical import canonical
from sarai.simulation import Scenario, write
from simulation.runs import key


def near(count: int, tries: int, per_mille: int) -> bool:
    """Within four standard deviations of what the share makes one expect."""
    share = per_mille / 1000
    return abs(count - tries * share) <= 4 * sqrt(tries * share * (1 - share)) + 1


def test_every_paper_survives_its_canonical_form(played):
    decoder = msgspec.json.Decoder(AnyDocument)
    for _, document in played.events:
        assert decoder.decode(canonical(document)) == document


def test_canonical_form_is_rfc_8785(played):
    for _, document in played.events[::50]:
        written = canonical(document)
        assert rfc8785.dumps(json.loads(written)) == written


OF_OFFICERS = {
    "hold",
    "release",
    "case_step",
}  # what an authority does about a case; nobody here works on one


def test_every_kind_occurs(played):
    kinds = {document.__struct_config__.tag for _, document in played.events}
    assert kinds == set(KINDS) - OF_OFFICERS


def test_papers_come_in_order_of_record_and_after_the_deed(played):
    assert all(a.record_time <= b.record_time for a, b in pairwise(played.events))
    assert all(event.document.time <= event.record_time for event in played.events)


def test_files_correspond_line_by_line(tmp_path):
    write(Scenario(traders=60, days=5), 3, tmp_path)
    papers = [json.loads(line) for line in (tmp_path / "documents.jsonl").read_text().splitlines()]
    arrivals = [json.loads(line) for line in (tmp_path / "arrivals.jsonl").read_text().splitlines()]
    assert [(p["issuer"], p["number"], p.get("version", 1)) for p in papers] == [key(a) for a in arrivals]
    assert {"scenario", "trader", "lot"} <= {
        json.loads(line)["record"] for line in (tmp_path / "truth.jsonl").read_text().splitlines()
    }
    assert len((tmp_path / "register.jsonl").read_text().splitlines()) >= 60


def test_flaws_are_as_frequent_as_the_settings_say(played):
    scenario, truth, filed = played.scenario, played.truth, played.filed
    assert near(len(truth["lost"]), filed, scenario.lost)
    assert near(len(truth["late"]), filed, scenario.late)
    assert near(len(truth["resent"]), filed, scenario.resent)
    written = sum(isinstance(d, Import | Export | Waybill | Consumption) for _, d in played.events)
    assert near(len(truth["mistake"]), written, scenario.mistakes)
    corrected = sum(record["corrected"] for record in truth["mistake"])
    assert near(corrected, len(truth["mistake"]), scenario.corrected)


def test_lost_papers_are_never_recorded(played):
    assert played.truth["lost"]
    for record in played.truth["lost"]:
        recorded = played.papers.get(key(record["document"]), ())
        drafts = [r for r in played.truth["malformed"] if r["document"] == record["document"]]
        assert len(recorded) == len(drafts)


def test_late_papers_come_more_than_a_day_after_the_deed(played):
    for record in played.truth["late"]:
        times = [event.record_time for event in played.papers[key(record["document"])]]
        assert record["record_time"] in times
        assert (record["record_time"] - record["event_time"]).days >= 1


def test_resent_papers_are_the_same_again(played):
    for record in played.truth["resent"]:
        copies = Counter(canonical(e.document) for e in played.papers[key(record["document"])])
        assert max(copies.values()) == 2


def test_mistakes_stand_in_the_paper_and_corrections_mend_them(played):
    for record in played.truth["mistake"]:
        name = key(record["document"])
        field = {"wrong unit": "unit", "digits swapped": "quantity"}.get(record["what"], "hs")
        wrong = played.papers[name][-1].document
        line = next(line for line in wrong.lines if line.item == record["item"])
        assert getattr(line, field) == record["written"] != record["meant"]
        mended = [e.document for e in played.papers.get((*name[:2], 2), ()) if e.document.replacement]
        if record["corrected"]:
            assert isinstance(mended[0], Correction)
            right = next(line for line in mended[0].replacement.lines if line.item == record["item"])
            assert getattr(right, field) == record["meant"]


@pytest.mark.parametrize(
    "wrong", [{"traders": 3}, {"days": 0}, {"late": 1001}, {"schemes": {"bribery": 1}}], ids=str
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadSetting, match=next(iter(wrong)).rstrip("s")):
        Scenario(**wrong)
