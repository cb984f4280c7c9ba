"""The pages of accounts: what is done there is done, logged, and shown once if it is a secret."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from sarai.goods import BadSetting
from sarai.server.access import Account, AccountStore, Denied, Role, Secret, Visitor
from sarai.server.pages import accounts_acts as acts
from sarai.server.pages import accounts_view as view
from sarai.server.pages.accounts_acts import Hand
from sarai.server.words import Words

EN = Words("en")
PASSWORD = "quiet lorry paints a lake"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROOT = Hand("root", "192.0.2.1")
TRADER = {
    "id": "Firm",
    "name": "Firm of the tests",
    "role": "trader",
    "parties": "KZ-1, KZ-2  KZ-1",
    "language": "ru",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AccountStore]:
    with AccountStore(tmp_path / "accounts.db", hasher=CHEAP) as store:
        store.add(Account(id="root", name="Root", role=Role.ADMIN), Secret(PASSWORD), by="tests")
        yield store


def entropy():
    numbers = count(1)
    return lambda size: bytes((next(numbers) * 37 + place * 11) % 256 for place in range(size))


def deeds(store: AccountStore) -> list[tuple[str, str, str]]:
    return [(each.deed, each.actor, each.account) for each in store.audit.read()]


def test_an_account_is_made_with_a_password_that_works(store: AccountStore):
    account, password = acts.make(store, TRADER, ROOT, entropy())
    assert (account.id, account.parties, account.language) == ("firm", ("KZ-1", "KZ-2"), "ru")
    assert store.log_in("firm", password) == account
    assert ("account.made", "root", "firm") in deeds(store)
    assert store.audit.read()[-2].address == ROOT.address


def test_what_is_no_account_is_refused(store: AccountStore):
    for wrong in ({"role": "nobody"}, {"role": "king"}, {"id": "Ä"}, {"parties": ""}):
        with pytest.raises(BadSetting):
            acts.make(store, {**TRADER, **wrong}, ROOT, entropy())
    assert [each.id for each in store.all()] == ["root"]


def test_an_account_is_changed_switched_off_and_let_in_again(store: AccountStore):
    _, password = acts.make(store, TRADER, ROOT, entropy())
    changed = acts.change(store, "firm", {**TRADER, "role": "carrier", "parties": "KZ-3"}, ROOT)
    assert (changed.role, changed.parties) == (Role.CARRIER, ("KZ-3",))
    acts.switch(store, "firm", ROOT, active=False)
    assert isinstance(store.log_in("firm", password), Denied)
    acts.switch(store, "firm", ROOT, active=True)
    assert not isinstance(store.log_in("firm", password), Denied)


def test_nobody_shuts_out_itself(store: AccountStore):
    with pytest.raises(BadSetting):
        acts.switch(store, "root", ROOT, active=False)
    assert store.get("root").active


def test_a_new_first_password_ends_what_was_open(store: AccountStore):
    random = entropy()
    _, old = acts.make(store, TRADER, ROOT, random)
    token = store.sessions.begin("firm")
    new = acts.reset(store, "firm", ROOT, random)
    assert store.sessions.find(token) is None
    assert isinstance(store.log_in("firm", old), Denied)
    assert not isinstance(store.log_in("firm", new), Denied)


def test_ones_own_password_needs_the_old_one(store: AccountStore):
    better = "four words that nobody else says"
    for fields in (
        {"old": "wrong", "new": better, "again": better},
        {"old": PASSWORD, "new": better, "again": "other"},
        {"old": PASSWORD, "new": "short", "again": "short"},
    ):
        with pytest.raises(BadSetting):
            acts.own_password(store, fields, ROOT)
    acts.own_password(store, {"old": PASSWORD, "new": better, "again": better}, ROOT)
    assert not isinstance(store.log_in("root", Secret(better)), Denied)


def test_a_key_is_made_and_finds_its_owner(store: AccountStore):
    secret = acts.new_key(store, {"label": "feed", "days": "30"}, ROOT)
    assert store.keys.find(secret).visitor.account == "root"
    for days in ("", "0", "x", "99999", "²"):
        with pytest.raises(BadSetting):
            acts.new_key(store, {"label": "feed", "days": days}, ROOT)


def test_a_first_password_is_strong_and_new_each_time():
    made = [acts.first_password(entropy()).reveal() for _ in range(2)]
    assert made[0] == made[1], "it hangs on the random bytes alone"
    random = entropy()
    assert acts.first_password(random) != acts.first_password(random)
    assert len(made[0].replace("-", "")) * 5 >= 120


@pytest.mark.parametrize("lines", [0, 1, 7, 130])
def test_the_log_is_read_from_its_end(store: AccountStore, lines: int):
    for number in range(lines):
        store.log_in(f"nobody-{number}", Secret("wrong"))
    every = [each.id for each in store.audit.read()]
    read, before = [], 0
    while page := [each.id for each in acts.latest(store.audit, before)]:
        read += page
        before = page[-1]
        if before == 1:
            break
    assert read == every[::-1]


def test_a_secret_stands_in_no_page_but_the_one_that_tells_it(store: AccountStore):
    account, password = acts.make(store, TRADER, ROOT, entropy())
    key = acts.new_key(store, {"label": "feed", "days": "30"}, ROOT)
    visitor = Visitor(account="root", name="Root", role=Role.ADMIN)
    pages = [
        view.accounts(store.all(), EN, manage=True),
        view.account(account, store.sessions.of("firm"), EN, manage=True),
        view.own(visitor, store.sessions.of("root"), store.keys.of("root"), EN, least=15),
        view.log(acts.latest(store.audit), EN),
    ]
    for secret in (password, key):
        assert not any(secret.reveal() in page for page in pages)
        assert secret.reveal() in view.once("told", secret, EN)


def test_who_may_only_look_is_offered_nothing_to_do(store: AccountStore):
    assert "<form" not in view.accounts(store.all(), EN, manage=False)
    assert "<form" not in view.account(store.get("root"), (), EN, manage=False)


def test_ones_own_session_is_marked_and_others_can_be_ended(store: AccountStore):
    for _ in range(2):
        store.sessions.begin("root", agent="<b>Browser")
    sessions = store.sessions.of("root")
    visitor = Visitor(account="root", role=Role.ADMIN, ticket=sessions[0].id)
    text = view.own(visitor, sessions, (), EN, least=15)
    assert text.count('data-form="end-session"') == 1
    assert f'value="{sessions[1].id}"' in text
    assert "this one" in text
    assert "<b>" not in text
