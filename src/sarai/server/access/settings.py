"""Every bound of who may, with its reason."""

from __future__ import annotations

from msgspec import Struct


class AccessSettings(Struct, frozen=True, kw_only=True):
    """Bounds and habits.

    Attributes
    ----------
    idle_s
        A session that nobody used for so long is over: an officer who went to lunch.
    session_s
        A session is over after so long in any case: a shift, with its overtime.
    seen_s
        How often it is written down that a session or key was used; each is a commit.
    key_days
        How long an API key lasts at most, so that forgotten ones end.
    keys_most, sessions_most
        Of one account; more are a program gone wrong. The oldest session ends for a new one.
    password_least, password_most
        Characters: NIST SP 800-63B-4 asks for 15 where a password is all there is, and bounds keep
        hashing cheap.
    tries
        Wrong passwords in a row that cost nothing; from then on each doubles the wait.
    wait_most_s
        The longest wait after a wrong password: some 300 tries a day, and an owner who is shut out by
        others' tries is back soon.
    names_most
        Names whose wrong passwords are remembered.
    hashing
        Passwords that are hashed at once; each takes 64 MiB and a few processors for some 0.1 s.
    hashing_wait_s
        How long a sign-in waits for its turn to be hashed.
    rate_per_s, burst
        Requests of one account, or of one address if nobody is signed in; many sit behind one address.
    logins_per_s, logins_burst
        Sign-ins of one address.
    buckets_most
        Accounts and addresses whose rate is remembered.
    body_bytes
        The most that a request to the routes of accounts may bring.
    answers_s, answers_most
        How long it is known what was answered to a request with an Idempotency-Key, and how many of one
        account: a program that heard nothing asks again within minutes, one that was down within a day.
    offices
        Issuers that are offices; one that ends in a colon stands for all that begin so.
    rate_free, token_free
        Beginnings of paths without a rate limit, and without a token against forgery: the parts of pages,
        which a browser asks for by the dozen, and which carry the page's own unguessable name.
    """

    idle_s: int = 30 * 60
    session_s: int = 12 * 3600
    seen_s: int = 60
    key_days: int = 366
    keys_most: int = 20
    sessions_most: int = 20
    password_least: int = 15
    password_most: int = 256
    tries: int = 5
    wait_most_s: int = 300
    names_most: int = 10_000
    hashing: int = 4
    hashing_wait_s: float = 5.0
    rate_per_s: float = 50.0
    burst: int = 500
    logins_per_s: float = 0.2
    logins_burst: int = 10
    buckets_most: int = 10_000
    body_bytes: int = 64 * 2**10
    answers_s: int = 24 * 3600
    answers_most: int = 1_000
    offices: tuple[str, ...] = ("customs:",)
    rate_free: tuple[str, ...] = ("/_nicegui/", "/_nicegui_ws/")
    token_free: tuple[str, ...] = ("/_nicegui/", "/_nicegui_ws/")
