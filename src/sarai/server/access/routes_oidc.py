"""Routes of signing in at a provider of OpenID Connect."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from sarai.goods.errors import BadSetting
from sarai.server.access.accounts import Denied
from sarai.server.access.bodies import gives
from sarai.server.access.oidc import NotSignedIn, ProviderFault
from sarai.server.access.origin import cookie, set_cookie
from sarai.server.access.signing import access_of, begin, slow_down_logins, with_session
from sarai.server.access.visitor import Grant
from sarai.server.access.web import CHALLENGE, address_of, allow
from sarai.server.problems import Problem

STATE_COOKIE = "sarai-oidc"
STATE_S = 600
HOME = "/"

routes = APIRouter()


@routes.get("/oidc/login", status_code=302, responses=gives(None, 302, 502, what="To the provider."))
def go_to_provider(request: Request, grant: Annotated[Grant, allow("pages.login")]) -> Response:
    """Begin to sign in at the provider."""
    slow_down_logins(request)
    try:
        begun = access_of(request).oidc.begin()
    except ProviderFault as fault:
        raise Problem(502, "Provider fault", str(fault)) from None
    response = RedirectResponse(begun.url, 302)
    set_cookie(request, response, STATE_COOKIE, begun.state, STATE_S)
    return response


@routes.get("/oidc/callback", status_code=302, responses=gives(None, 302, 502, what="Signed in."))
def come_from_provider(request: Request, grant: Annotated[Grant, allow("pages.login")]) -> Response:
    """Come back from the provider, and be signed in."""
    slow_down_logins(request)
    access = access_of(request)
    try:
        wanted = access.oidc.finish(request.query_params, cookie(request, STATE_COOKIE))
        found = access.store.welcome(wanted, address=address_of(request))
    except ProviderFault as fault:
        raise Problem(502, "Provider fault", str(fault)) from None
    except NotSignedIn as fault:
        raise Problem(401, "Not signed in", str(fault), headers=CHALLENGE) from None
    except BadSetting as fault:  # the provider knows it, and it is none of ours
        raise Problem(403, "No role", str(fault)) from None
    if isinstance(found, Denied):
        raise Problem(403, "Not active", "this account is switched off; ask an admin")
    response = with_session(request, begin(request, found), RedirectResponse(HOME, 302))
    set_cookie(request, response, STATE_COOKIE, None, 0)
    return response
