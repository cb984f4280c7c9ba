"""Sessions and API keys: how long they last, who ends them, and what is kept of them."""

from __future__ import annotations

import re

import pytest
from access_desk import store_at

from sarai.goods import BadSetting, NotInBook
from sarai.server.access import AccessSettings, Account, Role, Secret

TRADER = Account(id="trader", name="The trader", role=Role.TRADER, parties=("KZ-A", "KZ-B"), language="ru")


@pytest.fixture
def tickets(store):
    store.add(TRADER, by="test")
    return store


def test_a_session_tells_who_it_is(tickets):
    found = tickets.sessions.find(
        tickets.sessions.begin("trader", address="192.0.2.1", agent="Browser")
    ).visitor
    assert (found.account, found.name, found.role, found.parties) == ("trader", "The trader", Role.TRADER,
                                                                      ("KZ-A", "KZ-B"))  # fmt: skip
    assert (found.how, found.language) == ("session", "ru")
    (view,) = tickets.sessions.of("trader")
    assert (view.id, view.address, view.agent) == (found.ticket, "192.0.2.1", "Browser")


def test_tokens_have_256_bits_and_only_their_hash_is_kept(tickets, tmp_path):
    token, (view, key) = tickets.sessions.begin("trader"), tickets.keys.make("trader", "scripts", 30)
    assert len(token.reveal()) == 43
    assert re.fullmatch(rf"sarai_{view.id}_[\w-]{{43}}", key.reveal())
    for secret in (token.reveal(), key.reveal().split("_", 2)[2]):
        for file in tmp_path.iterdir():
            assert secret.encode() not in file.read_bytes()


def test_a_session_ends_when_nobody_uses_it(tickets, clock):
    token = tickets.sessions.begin("trader")
    id_ = tickets.sessions.find(token).visitor.ticket
    clock.on(minutes=29, seconds=59)
    assert tickets.sessions.find(token).due
    tickets.sessions.touch(id_)
    clock.on(minutes=29, seconds=59)
    assert tickets.sessions.find(token)
    assert tickets.sessions.still(id_)
    clock.on(seconds=1)
    assert tickets.sessions.find(token) is None
    assert not tickets.sessions.still(id_)
    assert tickets.sessions.of("trader") == []


def test_a_session_ends_after_a_shift_however_busy(tickets, clock):
    token = tickets.sessions.begin("trader")
    id_ = tickets.sessions.find(token).visitor.ticket
    for _ in range(12 * 3 - 1):
        clock.on(minutes=20)
        tickets.sessions.touch(id_)
        assert tickets.sessions.find(token)
    clock.on(minutes=20)
    assert tickets.sessions.find(token) is None


def test_use_is_written_down_now_and_then(tickets, clock):
    token = tickets.sessions.begin("trader")
    assert not tickets.sessions.find(token).due
    clock.on(seconds=60)
    assert tickets.sessions.find(token).due


def test_sessions_are_bounded_and_the_oldest_goes(tmp_path, clock):
    with store_at(tmp_path / "few.db", clock, settings=AccessSettings(sessions_most=2)) as store:
        store.add(TRADER, by="test")
        tokens = []
        for _ in range(3):
            tokens.append(store.sessions.begin("trader"))
            clock.on(seconds=1)
        assert [bool(store.sessions.find(token)) for token in tokens] == [False, True, True]


def test_nobody_ends_the_session_of_somebody_else(tickets):
    token = tickets.sessions.begin("trader")
    id_ = tickets.sessions.find(token).visitor.ticket
    with pytest.raises(NotInBook):
        tickets.sessions.end("other", id_, actor="other")
    tickets.sessions.end("trader", id_, actor="trader")
    assert tickets.sessions.find(token) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_what_is_no_token_opens_nothing(tickets, token):
    assert tickets.sessions.find(Secret(token)) is None


# -- keys ------------------------------------------------------------------------------------------


def test_a_key_tells_who_it_is_until_it_expires(tickets, clock):
    view, key = tickets.keys.make("trader", " scripts ", 30)
    found = tickets.keys.find(key)
    assert (found.visitor.how, found.visitor.ticket, found.visitor.role) == ("key", view.id, Role.TRADER)
    assert (view.label, view.used, (view.until - view.made).days) == ("scripts", None, 30)
    clock.on(days=29)
    tickets.keys.touch(view.id)
    assert tickets.keys.of("trader")[0].used == clock.now
    clock.on(days=1)
    assert tickets.keys.find(key) is None
    assert tickets.keys.of("trader") == []


def test_a_key_that_is_ended_opens_nothing(tickets):
    view, key = tickets.keys.make("trader", "scripts", 30)
    with pytest.raises(NotInBook):
        tickets.keys.end("other", view.id, actor="other")
    tickets.keys.end("trader", view.id, actor="trader")
    assert tickets.keys.find(key) is None


def test_a_key_is_all_of_it(tickets):
    view, key = tickets.keys.make("trader", "scripts", 30)
    _, other = tickets.keys.make("trader", "more scripts", 30)
    secret = key.reveal().split("_", 2)[2]
    swapped = f"sarai_{view.id}_{other.reveal().split('_', 2)[2]}"
    for wrong in (
        key.reveal()[:-1],
        key.reveal() + "a",
        secret,
        swapped,
        f"other_{view.id}_{secret}",
        "sarai__",
        "",
    ):
        assert tickets.keys.find(Secret(wrong)) is None


@pytest.mark.parametrize(("label", "days"), [("scripts", 0), ("scripts", 367), ("", 30), ("x" * 101, 30)])
def test_a_key_has_a_purpose_and_an_end(tickets, label, days):
    with pytest.raises(BadSetting):
        tickets.keys.make("trader", label, days)


def test_keys_are_bounded(tmp_path, clock):
    with store_at(tmp_path / "few.db", clock, settings=AccessSettings(keys_most=1)) as store:
        store.add(TRADER, by="test")
        store.keys.make("trader", "scripts", 30)
        with pytest.raises(BadSetting, match="has 1 keys"):
            store.keys.make("trader", "more scripts", 30)
