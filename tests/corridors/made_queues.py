"""Networks so small that theory knows what happens on them."""

from __future__ import annotations

import pytest

from sarai.corridors.loading import read
from sarai.corridors.network import Network
from sarai.corridors.simulation import Estimate

TOLERANCE = 4  # standard errors: with fixed seeds a test passes for ever or never

SOURCES = "code,title,kind\nmade,Made up,assumed\n"
PLACES = """code,name,country,kind,latitude_deg,longitude_deg,source
A,Alpha,KZ,station,43,76,made
B,Beta,KZ,port,44,51,made
C,Gamma,AZ,port,40,49,made
D,Delta,AZ,station,41,46,made
"""
LEGS = """code,start,end,mode,gauge_mm,distance_km,source
A-B,A,B,rail,1520,2000,made
B-C,B,C,sea,0,300,made
C-D,C,D,rail,1520,500,made
"""
PACES = "mode,speed_kmh,source\nrail,25,made\nsea,15,made\n"
GOODS = """code,name,form,t_per_unit,t_per_train,source
boxes,Containers,container,10,500,made
ore,Ore,bulk,1,2000,made
"""
HANDLINGS = """kind,start,end,form,hours,hours_low,hours_high,source
station,rail-1520,door,*,6,3,12,made
port,rail-1520,sea,*,24,12,48,made
port,door,sea,*,0,,,made
"""
BORDERS = "start,end,mode,hours,hours_low,hours_high,source\nKZ,AZ,*,0,,,made\nKZ,AZ,sea,12,6,24,made\n"


def network(**tables: str) -> Network:
    """Alpha to Beta by rail, over the sea to Gamma, and on to Delta; tables given take the place of these."""
    texts = {
        "sources": SOURCES, "places": PLACES, "legs": LEGS, "paces": PACES, "goods": GOODS,
        "handlings": HANDLINGS, "borders": BORDERS,
    }  # fmt: skip
    return read({name: [(name, text)] for name, text in (texts | tables).items() if text})


def counter(per_day: float, **tables: str) -> Network:
    """Two places with nothing between them but a counter that handles so much a day."""
    return network(
        places=PLACES,
        legs="code,start,end,mode,distance_km,source\nB-C,B,C,sea,0,made\n",
        handlings=f"place,start,end,form,hours,per_day,both,source\nB,door,sea,*,0,{per_day},no,made\n",
        borders="", **tables,
    )  # fmt: skip


def check(estimate: Estimate, theory: float) -> None:
    """That an estimate agrees with theory, and is not so rough that it would agree with anything."""
    assert estimate.value == pytest.approx(theory, abs=TOLERANCE * estimate.error)
    assert estimate.error < 0.1 * theory
