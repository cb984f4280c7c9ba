"""A small provider of OpenID Connect on loopback, which can lie in every way that matters."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import new as hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT = "desk"
CLIENT_SECRET = "the client's own secret"


def packed(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


class Provider:
    """A provider whose next id token is as it is told to be.

    Attributes
    ----------
    claims
        What is said besides, or instead of, what is right; None leaves a claim out.
    sign
        Makes the token of claims.
    asked
        Paths that were asked for.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published = [self.key]
        self.claims: dict[str, Any] = {}
        self.discovered: dict[str, Any] = {}
        self.sign = self.signed
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.now = 1_800_000_000
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # -- what it signs -------------------------------------------------------------------------------

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        head, body = (packed(json.dumps(part).encode()) for part in ({"alg": "none"}, claims))
        return f"{head}.{body}."

    def signed_by_another(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def signed_with_the_public_key_as_a_secret(self, claims: dict[str, Any]) -> str:
        head = {"alg": "HS256", "kid": "one"}
        signed = ".".join(packed(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{packed(hmac(self.key.as_pem(private=False), signed.encode(), sha256).digest())}"

    def signed_by_a_key_in_its_own_head(self, claims: dict[str, Any]) -> str:
        key = RSAKey.generate_key(2048, {"kid": "mine"})
        return jwt.encode({"alg": "RS256", "kid": "mine", "jwk": key.as_dict(private=False)}, claims, key)

    def altered(self, claims: dict[str, Any]) -> str:
        head, _, tail = self.signed(claims).split(".")
        body = packed(json.dumps(claims | {"sub": "somebody else"}).encode())
        return f"{head}.{body}.{tail}"

    def new_key(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "two"})
        self.published = [self.key]
        self.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "two"}, claims, self.key)

    # -- the browser's part ----------------------------------------------------------------------------

    def visit(self, url: str) -> dict[str, str]:
        """Sign in, as a person would: with what parameters the browser is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    # -- the server's part -----------------------------------------------------------------------------

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            found = {name: f"{self.issuer}/{place}" for name, place in places.items()}
            return {"issuer": self.issuer} | found | self.discovered
        if path == "/keys":
            return KeySet(self.published).as_dict(private=False)
        return self._token(form) if path == "/token" else None

    def _token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("client_secret") != CLIENT_SECRET:
            return None
        challenge = packed(sha256(form["code_verifier"].encode()).digest())
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        right = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "nonce": asked["nonce"], "iat": self.now,
            "exp": self.now + 300, "name": "A person", "preferred_username": "p1",
            "roles": ["staff", "heads"],
        }  # fmt: skip
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._tell(provider.answer(self.path, {}))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._tell(provider.answer(self.path, {n: v[0] for n, v in parse_qs(sent).items()}))

            def _tell(self, told: dict[str, Any] | None) -> None:
                body = json.dumps(told or {"error": "invalid_grant"}).encode()
                self.send_response(200 if told else 400)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
