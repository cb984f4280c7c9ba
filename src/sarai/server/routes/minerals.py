"""Raw materials: who depends on whom, what a shock does, what would replace it."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["minerals"])
