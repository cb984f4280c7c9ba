"""REST: what the book, the watch and the desk answer over HTTP, a file for each thing asked about."""

from __future__ import annotations

from fastapi import APIRouter

from sarai.server.routes import (
    alerts,
    cases,
    consignments,
    corridors,
    documents,
    flows,
    health,
    holdings,
    minerals,
    minerals_supposed,
    proofs,
    screening,
    standing,
    standing_supposed,
    traces,
)

PREFIX = "/api/v1"


def router() -> APIRouter:
    """All of it."""
    whole = APIRouter(prefix=PREFIX)
    for part in (
        documents, holdings, consignments, traces, alerts, cases, screening, flows, corridors, minerals,
        minerals_supposed, standing, standing_supposed, proofs,
    ):  # fmt: skip
        whole.include_router(part.router)
    return whole


__all__ = ["PREFIX", "health", "router"]
