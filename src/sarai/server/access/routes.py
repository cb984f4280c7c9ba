"""Routes of accounts: signing in and out, who one is and why one may, keys, everybody's accounts."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from hmac import new as hmac
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from msgspec import UNSET
from starlette.concurrency import run_in_threadpool

from sarai.server.access import bodies
from sarai.server.access.account import Account
from sarai.server.access.accounts import Denied
from sarai.server.access.audit import PAGE, Deed
from sarai.server.access.bodies import body_of, gives, said, takes
from sarai.server.access.once import IdempotencyKey, once
from sarai.server.access.origin import csrf_token
from sarai.server.access.routes_oidc import routes as provider
from sarai.server.access.rules import RIGHTS, RULES, Explanation, rights_of, why
from sarai.server.access.signing import begin, denied, slow_down_logins, store_of, visitor_of, with_session
from sarai.server.access.tickets import KeyView, SessionView
from sarai.server.access.visitor import Grant, Visitor
from sarai.server.access.web import Access, address_of, allow, csrf_of
from sarai.server.problems import Problem

LEAST_SEED = 20  # characters of a key of which a secret is made; a UUID has 32 and more


def router(access: Access, prefix: str = "") -> APIRouter:
    """All routes of accounts, under a prefix; those of a provider only if there is one, and under none.

    A provider sends browsers back to the address that it was told.
    """
    whole = APIRouter(tags=["accounts"])
    for part in (everybody, own, accounts):
        whole.include_router(part, prefix=prefix)
    if access.oidc is not None:
        whole.include_router(provider)
    return whole


everybody, own, accounts = APIRouter(), APIRouter(), APIRouter()


# -- signing in and out ------------------------------------------------------------------------------


@everybody.post(
    "/login", openapi_extra=takes(bodies.SignIn), responses=gives(bodies.Me, 200, 413, what="Signed in."),
    dependencies=[allow("pages.login")],
)  # fmt: skip
def log_in(request: Request, body: Annotated[Any, body_of(bodies.SignIn)]) -> Response:
    """Sign in by name and password; the answer sets the cookie of a new session."""
    slow_down_logins(request)
    found = store_of(request).log_in(body.name, body.password, address=address_of(request))
    if isinstance(found, Denied):
        raise denied(found, "name or password is wrong; look at both and try again")
    token = begin(request, found)
    return with_session(request, token, said(_me(visitor_of(request, token), csrf_token(token))))


@everybody.post(
    "/setup", openapi_extra=takes(bodies.SetUp), responses=gives(bodies.Me, 200, 413, what="Set up."),
    dependencies=[allow("pages.login")],
)  # fmt: skip
def set_up(request: Request, body: Annotated[Any, body_of(bodies.SetUp)]) -> Response:
    """Make the first admin, by the token that the server printed when it was started."""
    slow_down_logins(request)
    where = address_of(request)
    found = store_of(request).set_up(body.token, body.id, body.name, body.password, address=where)
    if isinstance(found, Denied):
        raise denied(found, "the token is wrong or was used; start the server again for a new one")
    token = begin(request, found)
    return with_session(request, token, said(_me(visitor_of(request, token), csrf_token(token))))


@everybody.get("/me", responses=gives(bodies.Me), dependencies=[allow("pages.why")])
def me(request: Request) -> Response:
    """Who asks, and what it may."""
    return said(_me(request.state.visitor, csrf_of(request)))


@everybody.get("/why", responses=gives(list[bodies.Why]), dependencies=[allow("pages.why")])
def explain(
    request: Request,
    right: Annotated[str, Query(max_length=60, description="One; else all")] = "",
) -> Response:
    """Why who asks may do something, or may not."""
    rights = [right] if right else RIGHTS
    return said([_why(why(request.state.visitor, each)) for each in rights])


@everybody.get("/rules", responses=gives(list[bodies.Row]), dependencies=[allow("pages.why")])
def rules() -> Response:
    """The whole table: who may do and see what, and why."""
    return said([
        bodies.Row(rule.right, rule.what, rule.why, {role.value: rule.grants[role] for role in rule.grants})
        for rule in RULES
    ])  # fmt: skip


def _me(visitor: Visitor, csrf: str) -> bodies.Me:
    fields = {name: getattr(visitor, name) for name in bodies.Me.__struct_fields__ if hasattr(visitor, name)}
    return bodies.Me(**fields, csrf=csrf, rights=rights_of(visitor))


def _why(told: Explanation) -> bodies.Why:
    sentences = tuple(map(str, told.sentences))
    return bodies.Why(told.right, told.role, told.scope, told.text, sentences, told.holders)


# -- one's own ---------------------------------------------------------------------------------------

Own = Annotated[Grant, allow("self.manage")]


def _in_person(grant: Grant) -> Visitor:
    """Who signed in itself: a key that was stolen makes no more keys, and changes no password."""
    if grant.visitor.how != "session":
        raise Problem(403, "Not in person", "a key cannot do this; sign in and do it yourself")
    return grant.visitor


@own.post("/logout", status_code=204, responses=gives(None, 204, 404, what="Signed out."))
def log_out(request: Request, grant: Own) -> Response:
    """End this session."""
    visitor = _in_person(grant)
    store_of(request).sessions.end(
        visitor.account, visitor.ticket, actor=visitor.account, address=address_of(request), deed="logout"
    )
    return with_session(request, None, Response(status_code=204))


@own.patch("/me", openapi_extra=takes(bodies.OwnChange), responses=gives(bodies.Me, 200, 413))
def change_me(request: Request, grant: Own, body: Annotated[Any, body_of(bodies.OwnChange)]) -> Response:
    """Choose the language of pages."""
    visitor = _in_person(grant)
    store_of(request).change(
        visitor.account, by=visitor.account, address=address_of(request), language=body.language
    )
    return said(_me(msgspec.structs.replace(visitor, language=body.language), csrf_of(request)))


@own.post(
    "/me/password", status_code=204, openapi_extra=takes(bodies.NewPassword), responses=gives(None, 204, 413)
)
def change_password(
    request: Request, grant: Own, body: Annotated[Any, body_of(bodies.NewPassword)]
) -> Response:
    """Change one's password; all sessions end but a new one for this browser."""
    visitor, store, where = _in_person(grant), store_of(request), address_of(request)
    slow_down_logins(request)
    account = store.log_in(visitor.account, body.old, address=where, deed="password.checked")
    if isinstance(account, Denied):
        raise denied(account, "the old password is wrong; try again")
    store.set_password(visitor.account, body.new, by=visitor.account, address=where)
    token = store.sessions.begin(account.id, address=where, agent=request.headers.get("user-agent", ""))
    return with_session(request, token, Response(status_code=204))


@own.get("/me/sessions", responses=gives(list[SessionView]))
def list_sessions(request: Request, grant: Own) -> Response:
    """One's sessions."""
    return said(store_of(request).sessions.of(grant.visitor.account))


@own.delete("/me/sessions/{id_}", status_code=204, responses=gives(None, 204, 404))
def end_session(request: Request, grant: Own, id_: str) -> Response:
    """End one of one's sessions."""
    account = _in_person(grant).account
    store_of(request).sessions.end(account, id_, actor=account, address=address_of(request))
    return Response(status_code=204)


@own.get("/me/keys", responses=gives(list[KeyView]))
def list_keys(request: Request, grant: Own) -> Response:
    """One's API keys."""
    return said(store_of(request).keys.of(grant.visitor.account))


@own.post(
    "/me/keys", status_code=201, openapi_extra=takes(bodies.NewKey),
    responses=gives(bodies.MadeKey, 201, 404, 409, 413),
)  # fmt: skip
async def make_key(
    request: Request, grant: Own, body: Annotated[Any, body_of(bodies.NewKey)], key: IdempotencyKey = None
) -> Response:
    """Make an API key; its secret is in this answer and nowhere else."""
    account, store = _in_person(grant).account, store_of(request)
    if key is not None and len(key) < LEAST_SEED:
        raise Problem(
            422, "Bad key", f"the secret is made with the Idempotency-Key: it needs {LEAST_SEED} characters, "
            "as a UUID has", name="bad-key",
        )  # fmt: skip

    async def do(name: str) -> Response:
        seed = hmac(store.label_key, f"{name}/{key}".encode(), sha256).digest() if name else b""
        make = partial(
            store.keys.make, account, body.label, body.days, address=address_of(request), seed=seed
        )
        view, secret = await run_in_threadpool(make)
        return said(bodies.MadeKey(view, secret.reveal()), 201)

    return await once(request, key, body, do, secret=True)


@own.delete("/me/keys/{id_}", status_code=204, responses=gives(None, 204, 404))
def end_key(request: Request, grant: Own, id_: str) -> Response:
    """End one of one's API keys."""
    account = _in_person(grant).account
    store_of(request).keys.end(account, id_, actor=account, address=address_of(request))
    return Response(status_code=204)


# -- everybody's -------------------------------------------------------------------------------------

Manage = Annotated[Grant, allow("accounts.manage")]


@accounts.get("/accounts", responses=gives(list[Account]), dependencies=[allow("accounts.read")])
def list_accounts(request: Request) -> Response:
    """Every account."""
    return said(store_of(request).all())


@accounts.post(
    "/accounts", status_code=201, openapi_extra=takes(bodies.NewAccount), responses=gives(Account, 201, 413)
)
def make_account(
    request: Request, grant: Manage, body: Annotated[Any, body_of(bodies.NewAccount)]
) -> Response:
    """Make an account."""
    fields = {name: getattr(body, name) for name in body.__struct_fields__ if name != "password"}
    by, where = grant.visitor.account, address_of(request)
    return said(store_of(request).add(Account(**fields), body.password, by=by, address=where), 201)


@accounts.patch(
    "/accounts/{id_}", openapi_extra=takes(bodies.AccountChange), responses=gives(Account, 200, 404, 413)
)
def change_account(
    request: Request, grant: Manage, id_: str, body: Annotated[Any, body_of(bodies.AccountChange)]
) -> Response:
    """Change an account; its sessions end if what it may do changes."""
    changes = {name: getattr(body, name) for name in body.__struct_fields__}
    changes = {name: value for name, value in changes.items() if value is not UNSET}
    by, where = grant.visitor.account, address_of(request)
    return said(store_of(request).change(id_, by=by, address=where, **changes))


@accounts.post(
    "/accounts/{id_}/password", status_code=204, openapi_extra=takes(bodies.GivenPassword),
    responses=gives(None, 204, 404, 413),
)  # fmt: skip
def give_password(
    request: Request, grant: Manage, id_: str, body: Annotated[Any, body_of(bodies.GivenPassword)]
) -> Response:
    """Give an account a new password; its sessions end."""
    by, where = grant.visitor.account, address_of(request)
    store_of(request).set_password(id_, body.password, by=by, address=where)
    return Response(status_code=204)


@accounts.get("/audit", responses=gives(list[Deed]), dependencies=[allow("accounts.read")])
def read_audit(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> Response:
    """What was done with accounts, after the line of that number."""
    return said(store_of(request).audit.read(after, limit))
