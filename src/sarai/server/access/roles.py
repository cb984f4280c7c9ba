"""Who there is: roles, and how far a right may reach."""

from __future__ import annotations

from enum import Enum


class Role(str, Enum):
    """What somebody is to the state's book. One account has one."""

    TRADER = "trader"
    CARRIER = "carrier"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMIN = "admin"
    NOBODY = "nobody"  # who has not signed in


class Scope(str, Enum):
    """How far a right reaches."""

    ALL = "all"
    OWN = "own"
    SUMMARY = "summary"


PRINCIPLES: dict[Role, str] = {
    Role.TRADER: "A trader sees its own book only, and nothing of anyone else's.",
    Role.CARRIER: "A carrier sees the consignments that it carries, and nobody's stock.",
    Role.OFFICER: "An officer sees what there is, and acts; somebody else decides.",
    Role.SUPERVISOR: "A supervisor sees what officers see, decides cases and lets goods go.",
    Role.ANALYST: "An analyst sees what happens, and not to whom: labels stand for parties.",
    Role.PARTNER: "A partner can check what it was given, and is given it by the state, not by a search.",
    Role.AUDITOR: "An auditor sees everything and changes nothing.",
    Role.ADMIN: "An admin keeps accounts and the machine, and sees nothing of the book.",
    Role.NOBODY: "Who has not signed in learns whether the house is open, and no more.",
}
"""What decides for each role, in one sentence."""

PARTY_ROLES = (Role.TRADER, Role.CARRIER)
"""Roles that act for parties, and are nothing without one."""

OFFICER_ROLES = (Role.OFFICER, Role.SUPERVISOR)
"""Roles that act for an authority."""
