"""Over HTTP: who is let in, what guards cookies, how often one may ask, and what a browser is told."""

from __future__ import annotations

import json
import logging
import re

import pytest
from access_desk import ACCOUNTS, BASE, PASSWORD, Desk
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from sarai.server.access import AccessSettings, Role, Scope, Secret, Visitor, allowed
from sarai.server.access.limits import Limiter, neighbourhood

ELSEWHERE = "https://evil.example"
SIGN_IN = {"name": "officer", "password": PASSWORD}


def cookie_of(answer) -> tuple[str, set[str]]:
    """A cookie that was set: name=value, and its attributes."""
    first, *attributes = answer.headers["set-cookie"].split("; ")
    return first, set(attributes)


# -- signing in ------------------------------------------------------------------------------------


def test_sign_in_and_out(desk):
    browser = desk.browser()
    assert browser.get("/me").json()["how"] == "nobody"
    signed_in = browser.post("/login", json=SIGN_IN).json()
    assert browser.get("/me").json() == signed_in
    assert (signed_in["account"], signed_in["role"], signed_in["how"]) == ("officer", "officer", "session")
    assert signed_in["rights"]["cases.act"] == "all"
    assert "cases.decide" not in signed_in["rights"]
    out = browser.post("/logout", headers={"X-CSRF-Token": signed_in["csrf"]})
    assert out.status_code == 204
    assert cookie_of(out)[0] == '__Host-sarai=""'
    assert browser.get("/me").json()["how"] == "nobody"
    assert [deed.deed for deed in desk.store.audit.read()][-2:] == ["login", "logout"]


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"name": "nobody-there"}])
def test_what_was_wrong_is_not_told(desk, wrong):
    answer = desk.browser().post("/login", json=SIGN_IN | wrong)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "name or password is wrong; look at both and try again"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "officer", "password": 4711}', 422),
        (b'{"name": ["swordfish"], "password": "swordfish"}', 422),
        (b'{"name": "officer", "password": "swordfish", "swordfish": 1}', 422),
        (b'{"name": "officer"}', 422),
        (b'{"name": "officer", "password": "swordfish"', 400),
        (b"\xff swordfish", 400),
        (b'"' + b"x" * 70_000 + b'"', 413),
    ],
)
def test_a_body_that_is_none_is_refused_and_no_value_repeated(desk, body, status):
    answer = desk.browser().post("/login", content=body)
    assert answer.status_code == status
    assert "4711" not in answer.text
    assert '"swordfish"' not in answer.text


def test_too_many_wrong_passwords_wait(desk):
    browser = desk.browser()
    statuses = [browser.post("/login", json=SIGN_IN | {"password": "another"}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert browser.post("/login", json=SIGN_IN).headers["retry-after"] == "1"
    desk.clock.on(seconds=1)
    assert browser.post("/login", json=SIGN_IN).status_code == 200


def test_a_session_that_was_there_before_ends_at_sign_in(desk):
    browser = desk.signed_in(Role.OFFICER)
    before = browser.cookies["__Host-sarai"]
    browser.post("/login", json=SIGN_IN)
    assert browser.cookies["__Host-sarai"] != before
    assert desk.store.sessions.find(Secret(before)) is None


def test_a_session_in_use_goes_on_and_ends_when_it_is_not(desk):
    browser = desk.signed_in(Role.OFFICER)
    for _ in range(3):
        desk.clock.on(minutes=25)
        assert browser.get("/cases").status_code == 200
    desk.clock.on(minutes=30)
    assert browser.get("/cases").status_code == 401


def test_a_page_that_stays_open_learns_that_the_session_ended(desk):
    browser = desk.signed_in(Role.OFFICER)
    visitor = desk.store.sessions.find(Secret(browser.cookies["__Host-sarai"])).visitor
    assert desk.access.still(visitor)
    browser.post("/logout")
    assert not desk.access.still(visitor)
    assert desk.access.still(Visitor())


# -- what routes ask for ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "right"), [("GET", "/cases", "cases.read"),
                                                       ("POST", "/documents", "documents.post"),
                                                       ("GET", "/accounts", "accounts.read")])  # fmt: skip
def test_a_guarded_route_keeps_to_the_table(desk, role, method, path, right):
    browser = desk.browser() if role is Role.NOBODY else desk.signed_in(role)
    answer, scope = browser.request(method, path), allowed(Visitor(role=role), right)
    if scope is not None:
        assert answer.status_code == 200
        assert path == "/accounts" or answer.json()["scope"] == scope.value
    elif role is Role.NOBODY:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="sarai"'
    else:
        told = answer.json()
        assert (answer.status_code, told["right"], told["role"]) == (403, right, role.value)
        assert f"rule {right}" in told["detail"] and ", ".join(told["holders"]) in told["detail"]


def test_every_route_of_accounts_is_guarded_or_for_everybody(desk):
    for_everybody = {"/login", "/setup", "/me", "/why", "/rules"}
    made_here = {"/cases", "/documents", "/page", "/file", "/_nicegui/client/7/upload/1"}
    for path, methods in desk.app.openapi()["paths"].items():
        for method in methods:
            if path in made_here or (path in for_everybody and (method, path) != ("patch", "/me")):
                continue
            answer = desk.browser().request(method, path.replace("{id_}", "x"), json={})
            assert answer.status_code == 401, (method, path)


def test_why(desk):
    told = desk.signed_in(Role.TRADER).get("/why", params={"right": "balances.read"}).json()
    assert [(each["right"], each["scope"], each["role"]) for each in told] == [
        ("balances.read", "own", "trader")
    ]
    assert "KZ-A" in told[0]["text"] and "trade secrets" in told[0]["text"]
    assert " ".join(told[0]["sentences"]) == told[0]["text"]
    everything = desk.browser().get("/why").json()
    assert {each["scope"] for each in everything} == {None, "summary", "all"}
    assert len(desk.browser().get("/rules").json()) == len(everything)
    assert desk.browser().get("/why", params={"right": "cases.burn"}).status_code == 422


def test_a_misspelt_right_is_a_fault_when_the_route_is_made():
    from sarai.goods import BadSetting
    from sarai.server.access import allow

    with pytest.raises(BadSetting):
        allow("case.read")


# -- keys ------------------------------------------------------------------------------------------


def key_of(desk: Desk, role: Role) -> dict[str, str]:
    _, key = desk.store.keys.make(role.value, "scripts", 30)
    return {"Authorization": f"Bearer {key.reveal()}"}


def test_a_key_lets_in_and_needs_no_token(desk):
    program, headers = desk.browser(), key_of(desk, Role.OFFICER)
    assert program.get("/cases", headers=headers).json() == {"scope": "all", "role": "officer"}
    assert program.post("/documents", headers={**headers, "Origin": ELSEWHERE}).status_code == 200
    assert (
        program.get("/me", headers=headers).json() | {"csrf": "", "how": "key"}
        == program.get("/me", headers=headers).json()
    )
    desk.clock.on(minutes=2)
    program.get("/cases", headers=headers)
    assert desk.store.keys.of("officer")[0].used == desk.clock.now


def test_a_key_that_is_none_is_told_so_and_not_taken_for_nobody(desk):
    for header in ("Bearer sarai_1_2", "Basic b2ZmaWNlcjo=", "Bearer", ""):
        answer = desk.browser().get("/me", headers={"Authorization": header})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_keys_that_are_guessed_are_slowed_down(desk):
    statuses = [
        desk.browser().get("/me", headers={"Authorization": "Bearer sarai_1_2"}).status_code
        for _ in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_a_key_counts_and_not_the_cookie_beside_it(desk):
    browser = desk.signed_in(Role.AUDITOR)
    assert browser.get("/cases", headers=key_of(desk, Role.OFFICER)).json()["role"] == "officer"


def test_keys_are_made_shown_once_listed_and_ended(desk):
    browser = desk.signed_in(Role.TRADER)
    made = browser.post("/me/keys", json={"label": "till", "days": 7})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    secret, id_ = made.json()["secret"], made.json()["key"]["id"]
    listed = browser.get("/me/keys")
    assert [key["label"] for key in listed.json()] == ["till"]
    assert secret.rpartition("_")[2] not in listed.text
    program = desk.browser(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/me").json()["account"] == "trader"
    assert program.post("/me/keys", json={"label": "more"}).status_code == 403
    assert desk.signed_in(Role.CARRIER).delete(f"/me/keys/{id_}").status_code == 404
    assert browser.delete(f"/me/keys/{id_}").status_code == 204
    assert program.get("/me").status_code == 401


# -- one's own -------------------------------------------------------------------------------------


def test_sessions_are_listed_and_ended(desk):
    here, there = desk.signed_in(Role.TRADER), desk.signed_in(Role.TRADER)
    assert len(here.get("/me/sessions").json()) == 2
    other = desk.store.sessions.find(Secret(there.cookies["__Host-sarai"])).visitor.ticket
    assert desk.signed_in(Role.CARRIER).delete(f"/me/sessions/{other}").status_code == 404
    assert here.delete(f"/me/sessions/{other}").status_code == 204
    assert there.get("/me").json()["how"] == "nobody"


def test_a_password_is_changed_by_who_knows_the_old_one(desk):
    browser, other = desk.signed_in(Role.TRADER), desk.signed_in(Role.TRADER)
    new = "a lake paints quiet lorries"
    assert browser.post("/me/password", json={"old": "another", "new": new}).status_code == 401
    assert browser.post("/me/password", json={"old": PASSWORD, "new": "short"}).status_code == 422
    assert browser.post("/me/password", json={"old": PASSWORD, "new": new}).status_code == 204
    assert browser.get("/me").json()["account"] == "trader"
    assert other.get("/me").json()["how"] == "nobody"
    assert desk.browser().post("/login", json={"name": "trader", "password": new}).status_code == 200


def test_one_chooses_a_language(desk):
    browser = desk.signed_in(Role.TRADER)
    assert browser.patch("/me", json={"language": "kk"}).json()["language"] == "kk"
    assert browser.get("/me").json()["language"] == "kk"
    assert browser.patch("/me", json={"language": "tlh"}).status_code == 422


# -- an admin --------------------------------------------------------------------------------------


def test_an_admin_keeps_accounts(desk):
    admin = desk.signed_in(Role.ADMIN)
    wanted = {"id": "new", "name": "New", "role": "trader", "parties": ["KZ-C"], "password": PASSWORD}
    made = admin.post("/accounts", json=wanted)
    assert (made.status_code, made.json()["parties"]) == (201, ["KZ-C"])
    assert "password" not in made.json()
    assert admin.post("/accounts", json=wanted).status_code == 422
    browser = desk.browser()
    assert browser.post("/login", json={"name": "new", "password": PASSWORD}).status_code == 200
    assert admin.patch("/accounts/new", json={"parties": ["KZ-D"]}).json()["parties"] == ["KZ-D"]
    assert browser.get("/me").json()["how"] == "nobody"
    given = "given by the admin in person"
    assert admin.post("/accounts/new/password", json={"password": given}).status_code == 204
    assert browser.post("/login", json={"name": "new", "password": given}).status_code == 200
    assert admin.patch("/accounts/new", json={"active": False}).json()["active"] is False
    assert admin.patch("/accounts/nobody-there", json={"active": False}).status_code == 404
    assert admin.patch("/accounts/admin", json={"active": False}).status_code == 422
    deeds = [
        line["deed"] for line in admin.get("/audit", params={"after": 9}).json() if line["account"] == "new"
    ]
    assert deeds == [
        "account.made",
        "login",
        "account.changed",
        "password.changed",
        "login",
        "account.changed",
    ]


def test_who_is_no_admin_makes_none(desk):
    for role in set(Role) - {Role.ADMIN, Role.NOBODY}:
        browser = desk.signed_in(role)
        assert browser.patch(f"/accounts/{role.value}", json={"role": "admin"}).status_code == 403
        assert browser.post("/accounts", json={"id": "x", "name": "x", "role": "admin"}).status_code == 403
        desk.clock.on(minutes=1)


def test_set_up(tmp_path):
    desk = Desk(tmp_path)
    desk.store.change("admin", by="test", name="Renamed")
    assert desk.store.setup_token() is None
    body = {"token": "0", "id": "boss", "name": "Boss", "password": PASSWORD}
    assert desk.browser().post("/setup", json=body).status_code == 401


# -- forgery ---------------------------------------------------------------------------------------


def test_a_change_by_a_session_needs_its_token(desk):
    browser, other = desk.signed_in(Role.OFFICER), desk.signed_in(Role.OFFICER)
    assert browser.post("/documents").status_code == 200
    for token in ("", "0" * 64, other.headers["X-CSRF-Token"], "\u00e9"):
        answer = browser.post("/documents", headers={b"X-CSRF-Token": token.encode("latin-1")})
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/no-csrf-token"
    assert browser.get("/cases", headers={"X-CSRF-Token": ""}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": f"{BASE}.evil.example"},
        {"Origin": f"{BASE}:8443"},
        {"Origin": "https://desk.example@evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_that_was_sent_from_elsewhere_is_refused(desk, headers):
    browser = desk.signed_in(Role.OFFICER)
    assert browser.post("/documents", headers=headers).json()["type"] == "/problems/sent-from-elsewhere"
    assert desk.browser().post("/login", json=SIGN_IN, headers=headers).status_code == 403
    assert browser.post("/_nicegui/client/7/upload/1", headers=headers).status_code == 403
    assert browser.get("/cases", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": BASE}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_our_own_pages_may_act(desk, headers):
    browser = desk.signed_in(Role.OFFICER)
    assert browser.post("/documents", headers=headers).status_code == 200
    del browser.headers["X-CSRF-Token"]
    assert browser.post("/_nicegui/client/7/upload/1", headers=headers).status_code == 200


def test_a_socket_opens_for_our_own_pages_only(desk):
    @desk.app.websocket("/socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.state.visitor.account)
        await socket.close()

    browser = desk.signed_in(Role.OFFICER)
    with browser.websocket_connect("wss://desk.example/socket", headers={"Origin": BASE}) as line:
        assert line.receive_text() == "officer"
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        browser.websocket_connect("wss://desk.example/socket", headers={"Origin": ELSEWHERE}),
    ):
        pass


# -- cookies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [BASE, "http://desk.example", "http://192.0.2.1:8080"])
def test_a_cookie_is_for_tls_alone_and_for_no_script(desk, base):
    name, attributes = cookie_of(desk.browser(base).post("/login", json=SIGN_IN))
    assert re.fullmatch(r"__Host-sarai=[\w-]{43}", name)
    assert attributes == {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=43200"}


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"])
def test_on_a_machine_that_talks_to_itself_it_goes_without_tls(desk, base):
    name, attributes = cookie_of(desk.browser(base).post("/login", json=SIGN_IN))
    assert re.fullmatch(r"sarai=[\w-]{43}", name)
    assert attributes == {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=43200"}


def test_a_cookie_that_another_host_could_have_set_is_not_read(desk):
    token = desk.store.sessions.begin("officer").reveal()
    assert desk.browser(cookies={"sarai": token}).get("/me").json()["how"] == "nobody"
    assert desk.browser(cookies={"__Host-sarai": token}).get("/me").json()["how"] == "session"


@pytest.mark.parametrize("host", ["", "[", "[::1", "a b", "localhost:"])
def test_a_host_that_is_none_hurts_nobody(desk, host):
    browser = desk.browser("http://127.0.0.1")
    assert browser.post("/login", json=SIGN_IN, headers={"Host": host}).status_code == 200


# -- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/me", "/cases", "/nowhere", "/page", "/file"])
def test_every_answer_has_the_headers_of_safety(desk, path):
    headers = desk.browser().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"] == "max-age=31536000"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    allowed_sources = {"'self'", "'none'", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"}
    for name, sources in policy.items():
        others = {source for source in sources.split() if not source.startswith("'nonce-")} - allowed_sources
        assert others == set(), name
    assert "'unsafe-inline'" not in policy["script-src"]


def test_tls_is_asked_for_only_where_there_is_tls(desk):
    assert "strict-transport-security" not in desk.browser("http://localhost").get("/me").headers


def test_a_turned_away_request_has_them_too(desk):
    answer = desk.browser().post("/documents", headers={"Origin": ELSEWHERE})
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (403, "nosniff")


def test_only_the_scripts_of_a_page_run_and_only_with_its_nonce(desk):
    page = desk.browser().get("/page", headers={"Accept": "text/html"})
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', page.text))
    assert page.text.count(f'<script nonce="{nonce}"') == 2
    assert "<p>&lt;script></p>" in page.text
    assert int(page.headers["content-length"]) == len(page.content)
    assert f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'" in page.headers["content-security-policy"]
    assert nonce not in desk.browser().get("/page").text
    file = desk.browser().get("/file")
    assert "nonce" not in file.text
    assert "script-src 'self';" in file.headers["content-security-policy"]


def test_what_a_route_says_itself_stands(desk):
    from starlette.responses import Response

    @desk.app.get("/own")
    async def own() -> Response:
        return Response("x", headers={"Content-Security-Policy": "default-src 'none'"})

    assert desk.browser().get("/own").headers.get_list("content-security-policy") == ["default-src 'none'"]


# -- how often -------------------------------------------------------------------------------------


def test_requests_are_bounded_for_each_account_and_address(tmp_path):
    desk = Desk(tmp_path, AccessSettings(rate_per_s=1, burst=3))
    browser, other = desk.signed_in(Role.OFFICER), desk.signed_in(Role.AUDITOR)
    assert [browser.get("/cases").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = browser.get("/cases")
    assert (refused.headers["retry-after"], refused.json()["status"]) == ("1", 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert other.get("/cases").status_code == 200
    assert desk.browser().get("/cases").status_code == 401
    assert [desk.browser().get("/cases").status_code for _ in range(2)] == [429, 429]
    assert browser.post("/_nicegui/client/7/upload/1").status_code == 200
    desk.clock.on(seconds=1)
    assert [browser.get("/cases").status_code for _ in range(2)] == [200, 429]


def test_sign_ins_are_bounded_for_each_address(tmp_path):
    desk = Desk(tmp_path, AccessSettings(logins_burst=2, logins_per_s=0.1))
    for name, status in (("trader", 200), ("officer", 200), ("auditor", 429)):
        answer = desk.browser().post("/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == status
    assert answer.headers["retry-after"] == "10"
    assert desk.browser(client=("192.0.2.9", 1)).post("/login", json=SIGN_IN).status_code == 200
    desk.clock.on(seconds=10)
    assert desk.browser().post("/login", json=SIGN_IN).status_code == 200


def test_a_bucket_fills_at_its_rate(clock):
    limiter = Limiter(2.0, 2, 10, clock.ticks)
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]
    clock.on(seconds=0.5)
    assert [limiter.take("a"), limiter.take("a")] == [0, 1]
    clock.on(days=1)
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]


def test_the_table_of_buckets_is_bounded(clock):
    limiter = Limiter(1.0, 1, 3, clock.ticks)
    for name in "abcd":
        assert limiter.take(name) == 0
    assert len(limiter) == 3
    assert limiter.take("d") == 1
    assert limiter.take("a") == 0


def test_whoever_has_one_address_of_a_network_has_them_all():
    assert neighbourhood("2001:db8:1:2:3:4:5:6") == neighbourhood("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert neighbourhood("::ffff:192.0.2.7") == "192.0.2.7"
    assert neighbourhood("192.0.2.7") != neighbourhood("192.0.2.8")
    assert neighbourhood("testclient") == "testclient"


# -- secrets, and faults ---------------------------------------------------------------------------


def test_no_secret_reaches_a_log_or_the_audit(desk, caplog):
    caplog.set_level(logging.DEBUG)
    browser, new = desk.signed_in(Role.ADMIN), "a lake paints quiet lorries"
    secrets = [PASSWORD, new, "swordfish in a basket", browser.cookies["__Host-sarai"],
               browser.headers["X-CSRF-Token"]]  # fmt: skip
    browser.post("/login", json={"name": "admin", "password": "swordfish in a basket"})
    key = browser.post("/me/keys", json={"label": "till"}).json()["secret"]
    desk.browser().get("/cases", headers={"Authorization": f"Bearer {key}"})
    desk.browser().get("/cases", headers={"Authorization": f"Bearer {key}x"})
    browser.post("/accounts/trader/password", json={"password": new})
    browser.post("/me/password", json={"old": PASSWORD, "new": new})
    secrets += [key.rpartition("_")[2], browser.cookies["__Host-sarai"]]
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    audit = "\n".join(map(repr, desk.store.audit.read()))
    assert "login.refused" in audit and "key.made" in audit and "password.changed" in audit
    assert [secret for secret in secrets if secret in logged or secret in audit] == []


def test_secrets_hide():
    import copy
    import pickle

    import msgspec

    secret = Secret("swordfish")
    assert "swordfish" not in f"{secret} {secret!r} {[secret]} {secret!s:>20}"
    for write in (pickle.dumps, copy.copy, msgspec.json.encode, json.dumps, hash):
        with pytest.raises(TypeError):
            write(secret)
    assert secret == Secret("swordfish") != Secret("sword")
    assert secret != "swordfish"


def test_a_disk_that_is_full_shuts_nobody_out(desk, caplog):
    browser = desk.signed_in(Role.OFFICER)
    desk.clock.on(minutes=2)
    desk.store._file._writer.execute("PRAGMA query_only = 1")
    assert browser.get("/cases").status_code == 200
    assert "was not written down" in caplog.text
    assert desk.browser().post("/login", json=SIGN_IN).status_code == 503


def test_a_file_that_cannot_be_read_is_told_as_such(desk):
    browser = desk.signed_in(Role.OFFICER)
    desk.store._file._reader.execute("PRAGMA query_only = 0")
    desk.store._file._writer.execute("ALTER TABLE session RENAME TO gone")
    answer = browser.get("/cases")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_openapi_tells_what_bodies_are_and_hides_passwords(desk):
    paths = desk.app.openapi()["paths"]
    schema = paths["/login"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["password"] == {"type": "string", "format": "password"}
    assert schema["additionalProperties"] is False
    assert "$ref" not in json.dumps(paths["/accounts"]["post"]["requestBody"])
    assert {"401", "403", "429"} <= set(paths["/accounts"]["get"]["responses"])


def test_there_is_an_account_of_each_role(desk):
    assert {account.role for account in desk.store.all()} == set(ACCOUNTS) == set(Role) - {Role.NOBODY}
    assert Scope.ALL.value == "all"
