"""Signing in at a provider of OpenID Connect: authorisation code, PKCE, state and nonce.

Source: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700
(best current practice). Who answers, and with which keys, is taken from the configured issuer alone.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hmac import compare_digest
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from sarai.goods.errors import SaraiError
from sarai.server.access.account import Account
from sarai.server.access.claims import account_of
from sarai.server.access.oidc_settings import OidcSettings
from sarai.server.access.secret import Secret

if TYPE_CHECKING:
    import httpx
    from joserfc.jwk import KeySet

ALGORITHMS = (
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
    "Ed25519",
)  # public keys only: never none, never a shared secret
TIMEOUT_S = 10.0
MOST_BYTES = 2**20  # of an answer of the provider
KEYS_LAST_S = 3600.0
KEYS_AGAIN_S = 60.0  # an unknown key is asked for again, but no oftener: the token's sender chooses its name
PENDING_LAST_S = 600.0
PENDING_MOST = 1_000
LEEWAY_S = 60  # clocks differ


class ProviderFault(SaraiError):
    """The provider does not answer, or not as the standard says."""


class NotSignedIn(SaraiError):
    """What came back from the provider signs nobody in."""


class Begun(NamedTuple):
    """A sign-in that began: where to send the browser, and the secret that goes into its cookie."""

    url: str
    state: Secret


class Pending(NamedTuple):
    """What is kept of a sign-in until it comes back."""

    nonce: Secret
    verifier: Secret
    until: float


class Oidc:
    """Signs people in at one provider; from any thread.

    Parameters
    ----------
    client
        Asks the provider; made by default. It follows no redirects.
    clock
        Seconds since 1970, for the times in tokens.
    ticks
        Seconds that never run back, for what is kept here.
    entropy
        Random bytes, of the length asked for.
    """

    def __init__(
        self,
        settings: OidcSettings,
        *,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.settings = settings
        self._client, self._clock, self._ticks, self._entropy = client, clock, ticks, entropy
        self._turn = Lock()
        self._pending: OrderedDict[bytes, Pending] = OrderedDict()
        self._found: dict[str, Any] = {}
        self._keys: tuple[KeySet, float] | None = None

    # -- there and back ----------------------------------------------------------------------------

    def begin(self) -> Begun:
        """Where to send a browser that wants to sign in."""
        state, nonce, verifier = (self._token() for _ in range(3))
        with self._turn:
            self._forget()
            self._pending[state.digest()] = Pending(nonce, verifier, self._ticks() + PENDING_LAST_S)
        challenge = urlsafe_b64encode(verifier.digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.settings.client_id,
            "scope": " ".join(self.settings.scopes), "redirect_uri": self.settings.redirect_uri,
            "state": state.reveal(), "nonce": nonce.reveal(),
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return Begun(f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}", state)

    def finish(self, answer: Mapping[str, str], state: Secret | None) -> Account:
        """Whom the provider signed in.

        Parameters
        ----------
        answer
            The parameters with which the browser came back.
        state
            Out of its cookie, so that nobody is signed in by a link that somebody else sent.
        """
        pending = self._take(answer, state)
        if "error" in answer:
            raise NotSignedIn(f"the provider said {answer['error'][:100]!r}; sign in again")
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:
            raise NotSignedIn("another provider answered; sign in again")
        token = self._exchange(Secret(answer.get("code", "")), pending.verifier)
        return account_of(self._claims(token, pending.nonce), self.settings)

    def _take(self, answer: Mapping[str, str], state: Secret | None) -> Pending:
        given = Secret(answer.get("state", ""))
        if state is None or not given or given != state:
            raise NotSignedIn("this sign-in did not begin in this browser; begin it here")
        with self._turn:
            self._forget()
            pending = self._pending.pop(state.digest(), None)
        if pending is None:
            raise NotSignedIn("this sign-in is over, or took too long; begin again")
        return pending

    def _forget(self) -> None:
        while self._pending:
            oldest = next(iter(self._pending.values()))
            if oldest.until > self._ticks() and len(self._pending) < PENDING_MOST:
                break
            self._pending.popitem(last=False)

    def _token(self) -> Secret:
        return Secret(urlsafe_b64encode(self._entropy(32)).rstrip(b"=").decode())

    # -- what the provider says ----------------------------------------------------------------------

    def _exchange(self, code: Secret, verifier: Secret) -> Secret:
        """The id token for a code."""
        settings = self.settings
        form = {
            "grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": settings.redirect_uri,
            "client_id": settings.client_id, "code_verifier": verifier.reveal(),
        }  # fmt: skip
        if settings.client_secret:
            form["client_secret"] = settings.client_secret.reveal()
        told = self._ask("POST", self._endpoint("token_endpoint"), form)
        if not isinstance(told.get("id_token"), str):
            raise ProviderFault("the provider gave no id token; is `openid` among the scopes?")
        return Secret(told["id_token"])

    def _claims(self, token: Secret, nonce: Secret) -> dict[str, Any]:
        """The claims of an id token, if all of it holds (Core, section 3.1.3.7)."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        options = {"essential": True}
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock()), leeway=LEEWAY_S,
            iss={**options, "value": self.settings.issuer}, aud={**options, "value": self.settings.client_id},
            sub=options, exp=options, iat=options, nonce=options,
        )  # fmt: skip
        try:
            claims = self._decoded(token)
            registry.validate(claims)
        except (JoseError, ValueError) as fault:
            raise NotSignedIn(
                f"the provider's token does not hold ({type(fault).__name__}); sign in again"
            ) from None
        if not compare_digest(str(claims["nonce"]).encode(), nonce.reveal().encode()):
            raise NotSignedIn("the provider's token is of another sign-in; begin again")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self.settings.client_id:
            raise NotSignedIn("the provider's token was made for another client; sign in again")
        return claims

    def _decoded(self, token: Secret) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        try:
            return jwt.decode(token.reveal(), self._key_set(), algorithms=list(ALGORITHMS)).claims
        except InvalidKeyIdError:  # the provider may have new keys
            return jwt.decode(token.reveal(), self._key_set(renew=True), algorithms=list(ALGORITHMS)).claims

    def _key_set(self, *, renew: bool = False) -> KeySet:
        from joserfc.jwk import KeySet

        now, lasts = self._ticks(), KEYS_AGAIN_S if renew else KEYS_LAST_S
        if self._keys is None or now - self._keys[1] >= lasts:
            told = self._ask("GET", self._endpoint("jwks_uri"))
            if not isinstance(told.get("keys"), list):
                raise ProviderFault("the provider's keys are no JWK set; mend the provider")
            self._keys = KeySet.import_key_set({"keys": told["keys"]}), now
        return self._keys[0]

    def _endpoint(self, name: str) -> str:
        """An address of the provider, which must lie with the issuer itself."""
        if not self._found:
            issuer = self.settings.issuer
            found = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise ProviderFault(
                    f"{issuer} calls itself {found.get('issuer')!r}; set the issuer as it does"
                )
            self._found = found
        url = str(self._found.get(name, ""))
        if urlsplit(url)[:2] != urlsplit(self.settings.issuer)[:2]:
            raise ProviderFault(f"{name} {url[:200]!r} is not at {self.settings.issuer}; mend the provider")
        return url

    def _ask(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        import httpx

        if self._client is None:
            self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)
        try:
            with self._client.stream(method, url, data=form, headers={"Accept": "application/json"}) as told:
                body = b""
                for part in told.iter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise ProviderFault(f"{url} answers with more than {MOST_BYTES} bytes")
        except httpx.HTTPError as fault:
            raise ProviderFault(f"{url} does not answer ({type(fault).__name__}); try again later") from None
        return _object(url, told.status_code, body)


def _object(url: str, status: int, body: bytes) -> dict[str, Any]:
    import msgspec

    if status != 200:
        raise ProviderFault(f"{url} answers with status {status}; look at the provider's log")
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        raise ProviderFault(
            f"{url} answers with something that is no JSON object; mend the provider"
        ) from None
