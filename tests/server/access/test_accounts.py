"""Accounts: passwords, tries, the first admin, changes, and what is logged of them."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from access_desk import CHEAP, PASSWORD, Clock, store_at
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.low_level import verify_secret

from sarai.goods import BadSetting, NotInBook
from sarai.server.access import (
    AccessSettings,
    Account,
    AccountStore,
    AccountsUnavailable,
    Denied,
    Role,
    Secret,
    demo_accounts,
    stated_password,
)
from sarai.server.access.passwords import default_hasher

AUDITOR = Account(id="auditor", name="The auditor", role=Role.AUDITOR)
ADMIN = Account(id="admin", name="The admin", role=Role.ADMIN)


def rows(path, sql):
    with sqlite3.connect(path) as connection:
        return connection.execute(sql).fetchall()


def deeds(store: AccountStore) -> list[tuple[str, str, str]]:
    return [(deed.actor, deed.deed, deed.account) for deed in store.audit.read()]


# -- passwords -------------------------------------------------------------------------------------


def test_passwords_are_hashed_as_rfc_9106_recommends():
    parameters = extract_parameters(default_hasher().hash("any"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (64 * 1024, 3, 4)
    assert (parameters.salt_len, parameters.hash_len, parameters.version) == (16, 32, 0x13)


def test_only_the_hash_is_kept_and_it_is_argon2id(store, tmp_path):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    ((kept,),) = rows(tmp_path / "accounts.db", "SELECT password FROM account")
    assert kept.startswith("$argon2id$")
    assert verify_secret(kept.encode(), PASSWORD.encode(), Type.ID)
    for file in tmp_path.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()


def test_a_hash_of_other_parameters_is_made_anew_when_its_owner_signs_in(tmp_path, clock):
    path = tmp_path / "accounts.db"
    with AccountStore(path, clock=clock, hasher=PasswordHasher(1, 16, 1)) as old:
        old.add(AUDITOR, Secret(PASSWORD), by="test")
    with store_at(path, clock) as store:
        assert store.log_in("auditor", Secret("wrong")) == Denied()
        assert extract_parameters(rows(path, "SELECT password FROM account")[0][0]).memory_cost == 16
        assert store.log_in("auditor", Secret(PASSWORD)) == AUDITOR
    assert (
        extract_parameters(rows(path, "SELECT password FROM account")[0][0]).memory_cost == CHEAP.memory_cost
    )


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short but fine", "14 characters"),
        ("x" * 257, "257 characters"),
        ("abcabcabcabcabcabc", "6 different"),
        ("the auditor 1234", "a name that others know"),
        ("Sarai-Sarai-2026", "a name that others know"),
    ],
)
def test_weak_passwords_are_refused_and_not_repeated(store, password, words):
    with pytest.raises(BadSetting, match=words) as fault:
        store.add(AUDITOR, Secret(password), by="test")
    assert password not in str(fault.value)
    assert store.all() == []


def test_a_password_may_be_typed_on_any_keyboard(store):
    store.add(AUDITOR, Secret("cafe\u0301 au lait, tout noir"), by="test")
    assert store.log_in("auditor", Secret("caf\u00e9 au lait, tout noir")) == AUDITOR


# -- signing in ------------------------------------------------------------------------------------


def test_sign_in(store):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    assert store.log_in(" Auditor ", Secret(PASSWORD), address="192.0.2.1") == AUDITOR
    assert store.log_in("auditor", Secret("another one")) == Denied()
    assert store.log_in("nobody-there", Secret(PASSWORD)) == Denied()
    assert deeds(store)[1:] == [("auditor", "login", "auditor"), ("", "login.refused", "auditor"),
                                ("", "login.refused", "")]  # fmt: skip


def test_who_has_no_password_or_is_switched_off_does_not_sign_in(store):
    store.add(AUDITOR, by="test")
    assert store.log_in("auditor", Secret("")) == Denied()
    store.set_password("auditor", Secret(PASSWORD), by="test")
    store.change("auditor", by="test", active=False)
    assert store.log_in("auditor", Secret(PASSWORD)) == Denied()


@pytest.mark.parametrize("name", ["auditor", "nobody-there"])
def test_wrong_passwords_are_slowed_down_whether_or_not_there_is_such_an_account(store, clock, name):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    for _ in range(5):
        assert store.log_in(name, Secret("wrong")) == Denied()
    assert store.log_in(name, Secret("wrong")) == Denied(wait_s=1)
    waits = []
    for _ in range(12):
        clock.on(seconds=store.log_in(name, Secret("wrong")).wait_s)
        store.log_in(name, Secret("wrong"))
        waits.append(store.log_in(name, Secret("wrong")).wait_s)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


def test_while_it_is_slowed_down_the_right_password_is_not_looked_at(store, clock):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    for _ in range(6):
        store.log_in("auditor", Secret("wrong"))
    assert store.log_in("auditor", Secret(PASSWORD)) == Denied(wait_s=1)
    clock.on(seconds=1)
    assert store.log_in("auditor", Secret(PASSWORD)) == AUDITOR
    assert store.log_in("auditor", Secret("wrong")) == Denied()  # counted from the beginning


def test_many_tries_at_once_are_no_way_round(store):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: store.log_in("auditor", Secret("wrong")), range(40)))
    assert sum(denied == Denied() for denied in tried) == 5


def test_a_clock_set_back_shuts_nobody_out(store, clock):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    for _ in range(6):
        store.log_in("auditor", Secret("wrong"))
    clock.on(days=-365)
    assert store.log_in("auditor", Secret(PASSWORD)) == Denied(wait_s=1)
    clock.on(seconds=1)
    assert store.log_in("auditor", Secret(PASSWORD)) == AUDITOR


def test_names_that_were_tried_are_bounded_and_not_kept_as_typed(tmp_path, clock):
    with store_at(tmp_path / "accounts.db", clock, settings=AccessSettings(names_most=3)) as store:
        for name in ("a", "b", "my-password-by-mistake", "c", "d"):
            clock.on(seconds=1)
            store.log_in(name, Secret("wrong"))
        assert rows(tmp_path / "accounts.db", "SELECT count(*) FROM failure") == [(3,)]
    assert b"by-mistake" not in (tmp_path / "accounts.db").read_bytes()


# -- accounts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (Account(id="Big Name", name="N", role=Role.AUDITOR), "small letters"),
        (Account(id="a", name=" ", role=Role.AUDITOR), "name of its owner"),
        (Account(id="a", name="N", role=Role.NOBODY), "no role"),
        (Account(id="a", name="N", role=Role.TRADER), "acts for a party"),
        (Account(id="a", name="N", role=Role.OFFICER, officer="o"), "authority"),
        (Account(id="a", name="N", role=Role.AUDITOR, language="tlh"), "language 'tlh'"),
    ],
)
def test_an_account_that_could_do_nothing_is_refused(store, account, words):
    with pytest.raises(BadSetting, match=words):
        store.add(account, by="test")


def test_two_accounts_do_not_share_a_name(store):
    store.add(AUDITOR, by="test")
    with pytest.raises(BadSetting, match="already"):
        store.add(AUDITOR, by="test")


def test_what_is_changed_is_logged_and_ends_sessions_if_it_changes_rights(store):
    store.add(AUDITOR, by="test")
    token = store.sessions.begin("auditor")
    store.change("auditor", by="admin", language="kk")
    assert store.sessions.find(token)
    store.change("auditor", by="admin", role=Role.ANALYST)
    assert store.sessions.find(token) is None
    assert store.audit.read()[-1].detail == {"role": ["auditor", "analyst"]}
    assert store.get("auditor").language == "kk"


def test_who_is_switched_off_loses_sessions_and_keys(store):
    store.add(AUDITOR, by="test")
    token, (_, key) = store.sessions.begin("auditor"), store.keys.make("auditor", "scripts", 30)
    store.change("auditor", by="admin", active=False)
    store.change("auditor", by="admin", active=True)
    assert store.sessions.find(token) is None
    assert store.keys.find(key) is None


def test_a_new_password_ends_sessions(store):
    store.add(AUDITOR, Secret(PASSWORD), by="test")
    token = store.sessions.begin("auditor")
    store.set_password("auditor", Secret("another lorry by a lake"), by="auditor")
    assert store.sessions.find(token) is None
    assert store.log_in("auditor", Secret(PASSWORD)) == Denied()


def test_the_last_admin_stays(store):
    store.add(ADMIN, by="test")
    for changes in ({"active": False}, {"role": Role.AUDITOR}):
        with pytest.raises(BadSetting, match="last admin"):
            store.change("admin", by="admin", **changes)
    assert store.get("admin") == ADMIN
    with pytest.raises(NotInBook):
        store.change("nobody-there", by="admin", active=False)


def test_the_log_is_only_appended_to(store, tmp_path):
    store.add(AUDITOR, by="test")
    for change in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="not changed"):
            rows(tmp_path / "accounts.db", change)


def test_the_log_takes_no_secret(store):
    with pytest.raises(TypeError, match="would log a secret"), store._file.writing() as run:
        store.audit.write(run, 0, "deed", password=Secret("x"))
    assert store.audit.read() == []


# -- the first admin -------------------------------------------------------------------------------


def test_the_first_admin_is_made_by_the_token_and_only_once(store):
    token = store.setup_token()
    assert store.set_up(Secret("0" * 64), "boss", "The boss", Secret(PASSWORD)) == Denied()
    with pytest.raises(BadSetting):
        store.set_up(token, "boss", "The boss", Secret("short"))
    made = store.set_up(token, "boss", "The boss", Secret(PASSWORD))
    assert made == Account(id="boss", name="The boss", role=Role.ADMIN)
    assert store.set_up(token, "other", "Another", Secret(PASSWORD)) == Denied()
    assert store.setup_token() is None
    assert store.log_in("boss", Secret(PASSWORD)) == made


def test_a_later_token_makes_the_earlier_one_void(store):
    first, second = store.setup_token(), store.setup_token()
    assert store.set_up(first, "boss", "The boss", Secret(PASSWORD)) == Denied()
    assert store.set_up(second, "boss", "The boss", Secret(PASSWORD)) != Denied()


def test_there_is_no_account_and_no_password_at_first(store):
    assert store.all() == []
    assert store.log_in("admin", Secret("admin")) == Denied()


# -- the demo --------------------------------------------------------------------------------------


def test_a_demo_has_an_account_of_each_role(tmp_path, clock):
    with store_at(tmp_path / "demo.db", clock, demo=True) as store:
        made = demo_accounts(store, authority="customs:KZ", trader="KZ-A", carrier="KZ-B")
        assert made == demo_accounts(store, authority="customs:KZ", trader="KZ-A", carrier="KZ-B")
        assert {account.role for account, _ in made} == set(Role) - {Role.NOBODY}
        for account, password in made:
            assert store.log_in(account.id, Secret(password)) == account


def test_known_passwords_open_nothing_but_a_demo(tmp_path, clock):
    with store_at(tmp_path / "accounts.db", clock, demo=True) as demo:
        demo_accounts(demo, authority="customs:KZ", trader="KZ-A", carrier="KZ-B")
        token, (_, key) = demo.sessions.begin("admin"), demo.keys.make("admin", "scripts", 30)
        assert demo.sessions.find(token) and demo.keys.find(key)
    with store_at(tmp_path / "accounts.db", clock) as store:
        assert store.log_in("admin", Secret(stated_password(Role.ADMIN))) == Denied()
        assert store.sessions.find(token) is None
        assert store.keys.find(key) is None
        assert store.setup_token() is not None
        with pytest.raises(BadSetting, match="demo only"):
            demo_accounts(store, authority="customs:KZ", trader="KZ-A", carrier="KZ-B")


# -- the file --------------------------------------------------------------------------------------


def test_the_file_is_nobody_elses_business(store, tmp_path):
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


def test_a_file_of_something_else_is_refused(tmp_path):
    rows(tmp_path / "other.db", "CREATE TABLE other (x)")
    (tmp_path / "text.db").write_text("no database at all, but long enough to be taken for one" * 30)
    with pytest.raises(AccountsUnavailable, match="something else"):
        store_at(tmp_path / "other.db", Clock())
    with pytest.raises(AccountsUnavailable, match="file is not a database"):
        store_at(tmp_path / "text.db", Clock())


def test_a_file_that_cannot_be_written_is_a_fault_of_ours(store):
    store._file._writer.execute("PRAGMA query_only = 1")
    with pytest.raises(AccountsUnavailable, match="could not be written"):
        store.add(AUDITOR, by="test")
    assert store.all() == []
