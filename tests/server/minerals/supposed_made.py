"""A small made-up trade of rare earths, as a folder of data."""

from __future__ import annotations

from pathlib import Path

from sarai.corridors import shipped
from sarai.server.minerals import Bench
from sarai.server.settings import ServerSettings

TRADE = """t,exp,imp,k,v,q
2009,CHN,JPN,280530,800,80
2009,CHN,VNM,280530,400,40
2009,CHN,DEU,280530,300,30
2009,VNM,JPN,280530,200,20
2009,CHN,FRA,280530,100,10
"""
DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "minerals"


def bench_of(folder: Path) -> Bench:
    """A bench over the made-up trade."""
    (folder / "baci_raw_materials_made_up.csv").write_text(TRADE, encoding="utf-8")
    return Bench(ServerSettings(), folder, shipped)
