"""How the state stands between powers: channels of dependence, what-ifs, the game of inspections."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["standing"])
