"""Who may do and see what: one table, and why it says so.

Whatever is not in the table is forbidden. Routes, pages and streams ask here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.server.access.roles import PRINCIPLES, Role, Scope
from sarai.server.access.visitor import Visitor

ALL, OWN, SUMMARY = Scope.ALL, Scope.OWN, Scope.SUMMARY


class Rule(Struct, frozen=True, kw_only=True):
    """A row of the table.

    Attributes
    ----------
    right
        Its name: a subject and a verb.
    what
        What it lets one do, as the end of "you may ...".
    grants
        The roles that have it, and how far it reaches for each.
    why
        The reason for the row.
    summary
        What ``summary`` leaves, where a role has no more.
    """

    right: str
    what: str
    grants: Mapping[Role, Scope]
    why: str
    summary: str = ""


def _row(right: str, what: str, why: str, summary: str = "", **grants: Scope) -> Rule:
    by_role = {Role(role): scope for role, scope in grants.items()}
    return Rule(right=right, what=what, grants=by_role, why=why, summary=summary)


LABELS = "Labels stand for parties and documents: the same label for the same one, and no way back to it."
NO_CONTENT = (
    "The proof without the document: it convinces who holds the document, and tells nobody else of it."
)

# fmt: off
RULES: tuple[Rule, ...] = (
    # -- documents
    _row("documents.post", "hand in documents",
         "Who answers for goods writes their documents, in its own name. Officers do for who cannot.",
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL),
    _row("documents.read", "read documents",
         "A document is known to those it names; officers and auditors must see every one.", LABELS,
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("book.read", "search the book",
         "A search finds what one may read, and nothing else; not even that there is more.", LABELS,
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("proofs.read", "get the proof that a document is in the book",
         "A proof carries its document, so it goes with that; a partner needs the proof alone.",
         NO_CONTENT,
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, partner=SUMMARY, auditor=ALL),
    _row("checkpoint.read", "get the signed checkpoint",
         "It tells the size of the book only. The more who keep it, the harder to rewrite the book.",
         trader=ALL, carrier=ALL, officer=ALL, supervisor=ALL, analyst=ALL, partner=ALL, auditor=ALL),
    # -- goods
    _row("balances.read", "see who holds what",
         "Stocks are trade secrets of their holders. A carrier holds none.", LABELS,
         trader=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("traces.read", "see where goods came from and went",
         "A trace runs through other people's books: a trader's stops where its own ends.", LABELS,
         trader=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("consignments.read", "see consignments, their way and their seals",
         "Who sends, carries or is to receive goods may know where they are.", LABELS,
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("holds.read", "see which goods are held",
         "A holder must learn that its goods are held, or it would sell them; but not for which case.",
         trader=OWN, officer=ALL, supervisor=ALL, auditor=ALL),
    _row("lots.hold", "hold and seize goods",
         "Goods that leave do not come back: whoever finds them must be able to stop them at once.",
         officer=ALL, supervisor=ALL),
    _row("lots.release", "let held goods go",
         "What one person stopped another lets go, so that nobody can do both for money.",
         supervisor=ALL),
    # -- the watch
    _row("alerts.read", "see alerts",
         "An alert warns those whom it is about: traders and carriers never see one.", LABELS,
         officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("stream.read", "follow alerts as they are raised",
         "The stream shows what the list shows, only sooner.", LABELS,
         officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("cases.read", "see cases",
         "A case names suspects: who works on it must know them, who counts cases need not.", LABELS,
         officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("cases.act", "take, note and hand on cases",
         "Every step is a document of the authority, and names its officer.",
         officer=ALL, supervisor=ALL),
    _row("cases.decide", "confirm or dismiss a case",
         "Who gathered the evidence does not judge it: two people see each case before it ends.",
         supervisor=ALL),
    # -- screening
    _row("screening.ask", "screen names, goods and owners",
         "Each question is kept, so it needs somebody who may change what is kept. The lists are public, "
         "what officers decided on them is not.",
         officer=ALL, supervisor=ALL, analyst=ALL),
    _row("screening.read", "see what was screened and decided",
         "Who asked about whom tells whom the state suspects.",
         officer=ALL, supervisor=ALL, auditor=ALL),
    _row("screening.decide", "clear or confirm a hit",
         "A decision is an officer's word, and stands under the officer's name.",
         officer=ALL, supervisor=ALL),
    # -- trade statistics
    _row("flows.read", "ask trade statistics",
         "Statistics name nobody and are public; a question takes the machine for a while, so who works with "
         "the answers may ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    # -- corridors
    _row("corridors.read", "ask the network of corridors",
         "The network is made of what was published, and names nobody; a question takes the machine for a "
         "while, so who works with the answers may ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    # -- raw materials and standing
    _row("minerals.read", "ask about raw materials",
         "What is asked is public; a question takes the machine for a while, so who works with the answers "
         "may ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("standing.read", "ask how the state stands between powers",
         "The tables are public, what is supposed of them is not: the plan of inspections that follows from "
         "it tells where nobody looks.",
         supervisor=ALL, analyst=ALL, auditor=ALL),
    # -- EPCIS
    _row("epcis.capture", "hand in EPCIS events",
         "An event that means a movement is a document, so whoever may post the one may capture the other.",
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL),
    _row("epcis.query", "ask for EPCIS events",
         "An event names its parties as a document does. Without them it says nothing: no summary.",
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, auditor=ALL),
    # -- the machine
    _row("health.read", "see whether the house works",
         "A balancer must know whether to send people here; what is wrong helps whoever mends, or breaks in.",
         "Whether it works, and nothing about why.",
         officer=ALL, supervisor=ALL, auditor=ALL, admin=ALL,
         trader=SUMMARY, carrier=SUMMARY, analyst=SUMMARY, partner=SUMMARY, nobody=SUMMARY),
    _row("metrics.read", "read the counters",
         "Counters tell how much trade is recorded, and of nobody's in particular.",
         supervisor=ALL, auditor=ALL, admin=ALL),
    # -- accounts
    _row("self.manage", "manage your own sessions, keys and password",
         "What is done in your name you must be able to see and to end.",
         trader=OWN, carrier=OWN, officer=OWN, supervisor=OWN, analyst=OWN, partner=OWN, auditor=OWN,
         admin=OWN),
    _row("accounts.read", "see accounts and the log of what was done with them",
         "Who watches over the house must know who has its keys.",
         auditor=ALL, admin=ALL),
    _row("accounts.manage", "make and change accounts",
         "Who hands out rights has none over the book: neither can misuse the other alone.",
         admin=ALL),
    # -- pages
    _row("pages.now", "open the page Now",
         "It draws what consignments.read lets through.", LABELS,
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("pages.alerts", "open the page Alerts", "It lists what alerts.read lets through.", LABELS,
         officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("pages.case", "open the page Case", "It shows what cases.read lets through.", LABELS,
         officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("pages.trace", "open the page Trace", "It draws what traces.read lets through.", LABELS,
         trader=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("pages.balances", "open the page Balances", "It lists what balances.read lets through.", LABELS,
         trader=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, auditor=ALL),
    _row("pages.flows", "open the page Flows", "It shows what flows.read lets one ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("pages.corridors", "open the page Corridors", "It shows what corridors.read lets one ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("pages.minerals", "open the page Minerals", "It shows what minerals.read lets one ask.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("pages.standing", "open the page Standing", "It shows what standing.read lets one ask.",
         supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("pages.screening", "open the page Screening",
         "It asks for who may ask, and shows what was decided to who may read that.",
         officer=ALL, supervisor=ALL, analyst=ALL, auditor=ALL),
    _row("pages.book", "open the page Book",
         "It finds what book.read lets through; a partner gets proofs there.", f"{LABELS} {NO_CONTENT}",
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL, analyst=SUMMARY, partner=SUMMARY, auditor=ALL),
    _row("pages.post", "open the page Post", "It hands in what documents.post lets through.",
         trader=OWN, carrier=OWN, officer=ALL, supervisor=ALL),
    _row("pages.health", "open the page Health", "It tells what health.read tells in full.",
         officer=ALL, supervisor=ALL, auditor=ALL, admin=ALL),
    _row("pages.account", "open the page of your own account", "It shows what self.manage lets you manage.",
         trader=OWN, carrier=OWN, officer=OWN, supervisor=OWN, analyst=OWN, partner=OWN, auditor=OWN,
         admin=OWN),
    _row("pages.accounts", "open the page Accounts", "It lists what accounts.read lets through.",
         auditor=ALL, admin=ALL),
    _row("pages.why", "ask why you may see something", "Who is held to rules must be able to read them.",
         trader=ALL, carrier=ALL, officer=ALL, supervisor=ALL, analyst=ALL, partner=ALL, auditor=ALL,
         admin=ALL, nobody=ALL),
    _row("pages.login", "open the page on which one signs in", "Everybody begins there.",
         trader=ALL, carrier=ALL, officer=ALL, supervisor=ALL, analyst=ALL, partner=ALL, auditor=ALL,
         admin=ALL, nobody=ALL),
)
# fmt: on
"""The table."""

_BY_RIGHT = {rule.right: rule for rule in RULES}
RIGHTS: tuple[str, ...] = tuple(_BY_RIGHT)
"""The names of all rights, in the order of the table."""


def rule_of(right: str) -> Rule:
    """The row of a right; BadSetting if there is none."""
    if right not in _BY_RIGHT:
        raise BadSetting(f"no right {right!r} in the table; the rights are {', '.join(RIGHTS)}")
    return _BY_RIGHT[right]


def allowed(visitor: Visitor, right: str) -> Scope | None:
    """How far a right reaches for somebody; None if it does not.

    >>> allowed(Visitor(role=Role.AUDITOR), "cases.read").value
    'all'
    >>> allowed(Visitor(role=Role.AUDITOR), "cases.act")
    """
    return rule_of(right).grants.get(visitor.role)


def rights_of(visitor: Visitor) -> dict[str, Scope]:
    """All that somebody may do, in the order of the table."""
    return {rule.right: rule.grants[visitor.role] for rule in RULES if visitor.role in rule.grants}


def holders(right: str) -> tuple[Role, ...]:
    """The roles that have a right, in the order of `Role`."""
    grants = rule_of(right).grants
    return tuple(role for role in Role if role in grants)


class Sentence(Struct, frozen=True):
    """Words with gaps, kept apart so that a catalogue can translate the words."""

    words: str
    gaps: dict[str, str] = {}

    def __str__(self) -> str:
        return self.words.format(**self.gaps)


class Explanation(Struct, frozen=True, kw_only=True):
    """Why somebody may, or may not.

    Attributes
    ----------
    sentences
        The answer, in the order in which it is read.
    holders
        The roles that have the right.
    """

    right: str
    role: Role
    scope: Scope | None
    sentences: tuple[Sentence, ...]
    holders: tuple[Role, ...]

    @property
    def text(self) -> str:
        """The answer in English."""
        return " ".join(map(str, self.sentences))


def why(visitor: Visitor, right: str) -> Explanation:
    """Which rule decides about somebody's right, for which role, how far, and for what reason."""
    rule, scope = rule_of(right), allowed(visitor, right)
    gaps = {"what": rule.what, "right": right, "role": visitor.role.value}
    sentences = [Sentence(_VERDICTS[scope is not None], gaps)]
    if scope is not None:
        sentences.append(_reach(visitor, rule, scope))
    sentences += [Sentence(rule.why), Sentence(PRINCIPLES[visitor.role])]
    if scope is None:
        names = ", ".join(role.value for role in holders(right))
        sentences.append(Sentence("Those who may: {roles}.", {"roles": names}))
    return Explanation(
        right=right, role=visitor.role, scope=scope, sentences=tuple(sentences), holders=holders(right)
    )


_VERDICTS = {
    True: "You may {what}: rule {right} grants it to the role {role}.",
    False: "You may not {what}: rule {right} does not grant it to the role {role}.",
}


def _reach(visitor: Visitor, rule: Rule, scope: Scope) -> Sentence:
    """How far it reaches, in words."""
    if scope is ALL:
        return Sentence("Scope all: nothing of it is kept from you.")
    if scope is SUMMARY:
        return Sentence(f"Scope summary. {rule.summary}")
    if visitor.role is Role.CARRIER:
        words = "Scope own: consignments that name {parties}, and their documents."
    elif visitor.role is Role.TRADER:
        words = "Scope own: documents and goods of {parties}."
    else:
        return Sentence("Scope own: what belongs to your account.")
    return Sentence(words, {"parties": ", ".join(visitor.parties) or "no party yet"})


def as_table() -> str:
    """The table in Markdown, as docs/access.md shows it."""
    roles = [role.value for role in Role]
    lines = [f"| right | {' | '.join(roles)} | why |", f"|---|{'---|' * len(roles)}---|"]
    for rule in RULES:
        cells = [rule.grants[role].value if role in rule.grants else "" for role in Role]
        lines.append(f"| `{rule.right}` | {' | '.join(cells)} | {rule.why} |")
    return "\n".join(lines)
