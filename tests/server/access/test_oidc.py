"""Signing in at a provider: the way there and back, and every way in which it may be a lie."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from access_desk import Desk
from access_provider import CLIENT, CLIENT_SECRET, Provider

from sarai.goods import BadSetting
from sarai.server.access import Oidc, OidcSettings, Role, Secret
from sarai.server.access.oidc import NotSignedIn, ProviderFault

BACK = "https://desk.example/oidc/callback"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The one provider, as it is when it is honest."""
    from joserfc.jwk import RSAKey

    if not isinstance(running.key, RSAKey):
        running.key = RSAKey.generate_key(2048, {"kid": "one"})
    running.published, running.sign = [running.key], running.signed
    running.claims, running.discovered = {}, {}
    running.asked.clear()
    return running


def settings(provider: Provider, **changes) -> OidcSettings:
    given = {
        "issuer": provider.issuer, "client_id": CLIENT, "client_secret": Secret(CLIENT_SECRET),
        "redirect_uri": BACK, "roles": (("heads", Role.SUPERVISOR), ("staff", Role.OFFICER)),
        "authority": "customs",
    }  # fmt: skip
    return OidcSettings(**(given | changes))


@pytest.fixture
def oidc(provider: Provider) -> Iterator[Oidc]:
    yield from signing(provider)


def signing(provider: Provider, **changes) -> Iterator[Oidc]:
    ticks = [0.0]
    made = Oidc(settings(provider, **changes), clock=lambda: provider.now, ticks=lambda: ticks[0])
    made.wait = lambda seconds: ticks.__setitem__(0, ticks[0] + seconds)
    yield made
    if made._client is not None:
        made._client.close()


def sign_in(oidc: Oidc, provider: Provider):
    begun = oidc.begin()
    return oidc.finish(provider.visit(begun.url), begun.state)


def test_who_signs_in_there_is_an_account_here(oidc, provider):
    account = sign_in(oidc, provider)
    assert (account.name, account.role) == ("A person", Role.SUPERVISOR)  # the first of ours that counts
    assert (account.officer, account.authority, account.parties) == ("p1", "customs", ())
    assert account.subject == f"{provider.issuer}|person-1"


def test_each_sign_in_has_state_nonce_and_challenge_of_its_own(oidc):
    first, second = (parse_qs(urlsplit(oidc.begin().url).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]
    assert first["scope"] == ["openid profile"]


def test_a_sign_in_counts_once(oidc, provider):
    begun = oidc.begin()
    answer = provider.visit(begun.url)
    oidc.finish(answer, begun.state)
    with pytest.raises(NotSignedIn, match="over"):
        oidc.finish(answer, begun.state)


def test_a_sign_in_that_takes_too_long_is_over(oidc, provider):
    begun = oidc.begin()
    oidc.wait(600)
    with pytest.raises(NotSignedIn, match="too long"):
        oidc.finish(provider.visit(begun.url), begun.state)


@pytest.mark.parametrize("state", [None, Secret("another"), Secret("")])
def test_a_state_of_another_browser_is_refused(oidc, provider, state):
    begun = oidc.begin()
    with pytest.raises(NotSignedIn, match="this browser"):
        oidc.finish(provider.visit(begun.url), state)


def test_a_bad_state_is_refused_before_anything_is_asked(oidc, provider):
    begun = oidc.begin()
    answer = provider.visit(begun.url)
    provider.asked.clear()
    for state in ({"state": "another"}, {"state": ""}):
        with pytest.raises(NotSignedIn, match="this browser"):
            oidc.finish(answer | state, begun.state)
    assert provider.asked == []


def test_what_the_provider_refuses_is_refused(oidc, provider):
    begun = oidc.begin()
    with pytest.raises(NotSignedIn, match="access_denied"):
        oidc.finish({"error": "access_denied", "state": begun.state.reveal()}, begun.state)


def test_an_answer_of_another_issuer_is_refused(oidc, provider):
    begun = oidc.begin()
    with pytest.raises(NotSignedIn, match="another provider"):
        oidc.finish(provider.visit(begun.url) | {"iss": "https://evil.example"}, begun.state)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another client"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1_800_000_000 - 61},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 1_800_000_000 + 61},
        {"iat": None},
        {"nbf": 1_800_000_000 + 61},
        {"sub": None},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(oidc, provider, claims):
    provider.claims = claims
    with pytest.raises(NotSignedIn):
        sign_in(oidc, provider)


def test_several_audiences_are_fine_if_it_was_made_for_us(oidc, provider):
    provider.claims = {"aud": [CLIENT, "another client"], "azp": CLIENT}
    assert sign_in(oidc, provider).name == "A person"


@pytest.mark.parametrize(
    "sign",
    ["unsigned", "signed_by_another", "signed_with_the_public_key_as_a_secret",
     "signed_by_a_key_in_its_own_head", "altered"],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_is_refused(oidc, provider, sign):
    provider.sign = getattr(provider, sign)
    with pytest.raises(NotSignedIn):
        sign_in(oidc, provider)


@pytest.mark.parametrize("token", ["", "a.b.c", "no token", "e30.e30.e30"])
def test_what_is_no_token_is_refused(oidc, provider, token):
    provider.sign = lambda claims: token
    with pytest.raises(NotSignedIn):
        sign_in(oidc, provider)


def test_keys_are_kept_and_asked_for_again_when_there_is_a_new_one(oidc, provider):
    for _ in range(3):
        sign_in(oidc, provider)
    assert provider.asked.count("/keys") == 1
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    provider.new_key()
    with pytest.raises(NotSignedIn):
        sign_in(oidc, provider)  # within the minute they are not asked for again
    assert provider.asked.count("/keys") == 1
    oidc.wait(60)
    assert sign_in(oidc, provider).name == "A person"
    assert provider.asked.count("/keys") == 2


@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint", "authorization_endpoint"])
def test_nothing_is_fetched_from_anywhere_else(oidc, provider, name):
    provider.discovered = {name: "http://127.0.0.1:9/elsewhere"}
    with pytest.raises(ProviderFault, match=f"{name} .* is not at"):
        sign_in(oidc, provider)


def test_an_issuer_that_calls_itself_otherwise_is_refused(oidc, provider):
    provider.discovered = {"issuer": "https://evil.example"}
    with pytest.raises(ProviderFault, match="calls itself"):
        oidc.begin()


def test_a_wrong_client_secret_is_the_providers_to_refuse(provider):
    for oidc in signing(provider, client_secret=Secret("wrong")):
        with pytest.raises(ProviderFault, match="status 400"):
            sign_in(oidc, provider)


def test_a_provider_that_is_away_is_told_as_such(provider):
    for oidc in signing(provider, issuer="http://127.0.0.1:9"):
        with pytest.raises(ProviderFault, match="does not answer"):
            oidc.begin()


def test_who_has_no_role_of_ours_is_not_let_in(oidc, provider):
    provider.claims = {"roles": ["guests"]}
    with pytest.raises(BadSetting, match="no role that is known here"):
        sign_in(oidc, provider)


def test_traders_come_with_their_parties(provider):
    provider.claims = {"realm": {"groups": "firms"}, "firm": ["KZ-A", "KZ-B", 7]}
    changes = {"role_claim": "realm.groups", "roles": (("firms", Role.TRADER),), "parties_claim": "firm"}
    for oidc in signing(provider, **changes):
        account = sign_in(oidc, provider)
        assert (account.role, account.parties, account.officer) == (Role.TRADER, ("KZ-A", "KZ-B"), "")


# -- settings --------------------------------------------------------------------------------------


def test_settings_come_from_the_environment(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    environment = {
        "SARAI_OIDC_ISSUER": "https://id.example/realms/state", "SARAI_OIDC_CLIENT_ID": "desk",
        "SARAI_OIDC_REDIRECT_URI": BACK, "SARAI_OIDC_ROLES": "heads=supervisor, staff=officer",
        "SARAI_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"), "SARAI_OIDC_SCOPES": "openid groups",
        "SARAI_OIDC_AUTHORITY": "customs", "PATH": "/bin",
    }  # fmt: skip
    found = OidcSettings.from_environment(environment)
    assert found.roles == (("heads", Role.SUPERVISOR), ("staff", Role.OFFICER))
    assert (found.client_secret, found.scopes) == (Secret("from a file"), ("openid", "groups"))
    assert "from a file" not in repr(found)
    assert OidcSettings.from_environment({}) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SARAI_OIDC_ISSUER": "http://id.example"}, "not by TLS"),
        ({"SARAI_OIDC_REDIRECT_URI": "http://desk.example/oidc/callback"}, "not by TLS"),
        ({"SARAI_OIDC_CLIENT_ID": ""}, "SARAI_OIDC_CLIENT_ID"),
        ({"SARAI_OIDC_ROLES": "heads=king"}, "heads=king"),
        ({"SARAI_OIDC_ROLES": "heads=nobody"}, "heads=nobody"),
        ({"SARAI_OIDC_SCOPES": "profile"}, "openid"),
        ({"SARAI_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"}, "/nowhere/secret"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, words):
    right = {
        "SARAI_OIDC_ISSUER": "https://id.example", "SARAI_OIDC_CLIENT_ID": "desk",
        "SARAI_OIDC_REDIRECT_URI": BACK, "SARAI_OIDC_ROLES": "heads=supervisor",
    }  # fmt: skip
    assert OidcSettings.from_environment(right)
    with pytest.raises(BadSetting, match=words):
        OidcSettings.from_environment(right | changes)


# -- over HTTP -------------------------------------------------------------------------------------


def callback(browser, provider, there):
    return browser.get("/oidc/callback", params=provider.visit(there.headers["location"]))


def test_in_a_browser(tmp_path, oidc, provider, caplog):
    caplog.set_level(logging.DEBUG)
    desk = Desk(tmp_path, oidc=oidc)
    browser = desk.browser()
    there = browser.get("/oidc/login")
    assert there.status_code == 302
    assert there.headers["set-cookie"].startswith("__Host-sarai-oidc=")
    state = browser.cookies["__Host-sarai-oidc"]
    back = callback(browser, provider, there)
    assert (back.status_code, back.headers["location"]) == (302, "/")
    me = browser.get("/me").json()
    assert (me["role"], me["officer"], me["authority"]) == ("supervisor", "p1", "customs")
    assert "__Host-sarai-oidc" not in browser.cookies
    deeds = [(deed.deed, deed.account) for deed in desk.store.audit.read()][-2:]
    assert deeds == [("account.made", me["account"]), ("login", me["account"])]
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("httpx")
    )
    for secret in (state, CLIENT_SECRET, browser.cookies["__Host-sarai"]):
        assert secret not in logged
    assert CLIENT_SECRET not in caplog.text


def test_what_the_provider_says_later_holds(tmp_path, oidc, provider):
    desk = Desk(tmp_path, oidc=oidc)
    browser, other = desk.browser(), desk.browser()
    callback(browser, provider, browser.get("/oidc/login"))
    provider.claims = {"roles": ["staff"]}
    callback(other, provider, other.get("/oidc/login"))
    assert other.get("/me").json()["role"] == "officer"
    assert browser.get("/me").json()["how"] == "nobody"  # what it might has changed
    desk.store.change(other.get("/me").json()["account"], by="admin", active=False)
    assert callback(other, provider, other.get("/oidc/login")).status_code == 403


@pytest.mark.parametrize(
    ("claims", "status"), [({"nonce": "another"}, 401), ({"roles": []}, 403), ({"exp": 1}, 401)]
)
def test_who_is_not_signed_in_is_told_so(tmp_path, oidc, provider, claims, status):
    browser = Desk(tmp_path, oidc=oidc).browser()
    provider.claims = claims
    back = callback(browser, provider, browser.get("/oidc/login"))
    assert (back.status_code, back.headers["content-type"]) == (status, "application/problem+json")
    assert "__Host-sarai" not in browser.cookies


def test_a_link_that_somebody_else_began_signs_nobody_in(tmp_path, oidc, provider):
    desk = Desk(tmp_path, oidc=oidc)
    theirs, ours = desk.browser(), desk.browser()
    there = theirs.get("/oidc/login")
    ours.get("/oidc/login")
    assert callback(ours, provider, there).status_code == 401


def test_a_provider_that_fails_is_a_bad_gateway(tmp_path, oidc, provider):
    provider.discovered = {"issuer": "https://evil.example"}
    assert Desk(tmp_path, oidc=oidc).browser().get("/oidc/login").status_code == 502


def test_without_a_provider_there_is_no_such_way(desk):
    assert desk.browser().get("/oidc/login").status_code == 404
