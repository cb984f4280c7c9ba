"""Signing in: forms that work, words for what went wrong, and no way out of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from sarai.server.access import (
    Access,
    AccessMiddleware,
    AccessSettings,
    Account,
    AccountStore,
    Role,
    Secret,
    Visitor,
)
from sarai.server.pages import login_view as view
from sarai.server.pages.login import take_login, take_setup
from sarai.server.words import Words

EN = Words("en")
PASSWORD = "quiet lorry paints a lake"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOME = "https://desk.example"


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    with AccountStore(tmp_path / "accounts.db", AccessSettings(logins_burst=8), hasher=CHEAP) as store:
        yield Access(store)


@pytest.fixture
def client(access: Access) -> Iterator[TestClient]:
    app = FastAPI()
    app.add_route(view.LOGIN_FORM, take_login, methods=["POST"])
    app.add_route(view.SETUP_FORM, take_setup, methods=["POST"])
    app.add_middleware(AccessMiddleware, access=access)
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        yield client


def send(client: TestClient, path: str, **fields: str):
    return client.post(path, data=fields, headers={"Origin": HOME})


def where(response) -> tuple[str, dict]:
    parts = urlsplit(response.headers["location"])
    return parts.path, {name: value[0] for name, value in parse_qs(parts.query).items()}


def anna(access: Access) -> None:
    access.store.add(Account(id="anna", name="Anna", role=Role.AUDITOR), Secret(PASSWORD), by="tests")


def test_a_form_signs_in_and_leads_on(client: TestClient, access: Access):
    anna(access)
    answer = send(client, view.LOGIN_FORM, name="Anna", password=PASSWORD, next="/book?number=1")
    assert (answer.status_code, where(answer)) == (303, ("/book", {"number": "1"}))
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "Secure", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    token = re.match(r"__Host-sarai=([^;]+)", cookie).group(1)
    assert access.store.sessions.find(Secret(token)).visitor.account == "anna"


def test_a_wrong_password_is_told_in_words_and_in_the_same_for_a_wrong_name(
    client: TestClient, access: Access
):
    anna(access)
    for name in ("anna", "nobody"):
        answer = send(client, view.LOGIN_FORM, name=name, password="wrong", next="/book")
        path, query = where(answer)
        assert (answer.status_code, path, query) == (303, "/login", {"failed": "wrong", "next": "/book"})
        assert "set-cookie" not in answer.headers
    text = view.login(query, EN, provider=False)
    assert "Name or password is wrong" in text
    assert 'value="/book"' in text


def test_who_tries_too_often_waits(client: TestClient, access: Access):
    anna(access)
    queries = [where(send(client, view.LOGIN_FORM, name="anna", password="wrong"))[1] for _ in range(9)]
    assert queries[0]["failed"] == "wrong"
    assert queries[-1]["failed"] == "wait"
    assert re.search(r"Try again in \d+", view.login(queries[-1], EN, provider=False))


def test_a_form_from_elsewhere_is_refused(client: TestClient, access: Access):
    anna(access)
    fields = {"name": "anna", "password": PASSWORD}
    answer = client.post(view.LOGIN_FORM, data=fields, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_too_large_is_refused(client: TestClient):
    answer = send(client, view.LOGIN_FORM, name="x" * 100_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere",
        "javascript:alert(1)",
        "/login",
        "/a\n",
        "",
    ],
)
def test_nothing_leads_out_of_the_house(path: str):
    assert view.local(path) == "/"


def test_the_first_admin_is_made_once(client: TestClient, access: Access):
    token = access.store.setup_token().reveal()
    fields = {"token": token, "id": "root", "name": "Root of the tests", "password": PASSWORD}
    path, query = where(send(client, view.SETUP_FORM, **fields, again="other"))
    assert (path, query["failed"], query["id"]) == ("/setup", "differ", "root")
    assert token not in str(query), "the token is no part of an address"
    path, query = where(send(client, view.SETUP_FORM, **{**fields, "password": "short"}, again="short"))
    assert (path, query["failed"]) == ("/setup", "refused")
    assert "15" in view.setup(query, EN, least=15)
    answer = send(client, view.SETUP_FORM, **fields, again=PASSWORD)
    assert where(answer)[0] == "/accounts"
    assert [each.role for each in access.store.all()] == [Role.ADMIN]
    client.cookies.clear()
    assert where(send(client, view.SETUP_FORM, **fields, again=PASSWORD))[1]["failed"] == "token"


def test_the_demo_offers_each_role_with_one_click():
    accounts = [
        (Account(id=role.value, name="x", role=role, demo=True), f"{role.value}-word")
        for role in (Role.OFFICER, Role.ADMIN)
    ]
    text = view.login({}, EN, provider=True, demo=accounts)
    assert text.count(f'action="{view.LOGIN_FORM}"') == 3
    assert 'value="officer-word"' in text
    assert f'href="{view.PROVIDER}"' in text
    assert view.PROVIDER not in view.login({}, EN, provider=False)


def test_hostile_words_in_the_address_are_text():
    query = {"failed": "refused", "why": "<script>x</script>", "token": '"><b>', "next": '/"><b>'}
    text = view.login(query, EN, provider=False) + view.setup(query, EN, least=15)
    assert "<script" not in text
    assert "<b>" not in text
    assert "<b>" not in view.signed_in(Visitor(name="<b>"), query, EN)
