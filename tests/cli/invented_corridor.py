"""A network of two ways from Abay to Dover, small enough to reckon by hand.

By rail, over the sea and by rail: 63 hours and USD 750 a TEU; by road, one leg: 34 hours and USD 1,860.
"""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "sources": """
        code,title,kind
        made,invented for tests,assumed""",
    "places": """
        code,name,country,kind,latitude_deg,longitude_deg,source
        AAA,Abay,KZ,city,43.0,53.0,made
        BBB,Bay,KZ,port,43.0,52.0,made
        CCC,Cove,AZ,port,41.0,50.5,made
        DDD,Dover,GE,city,41.0,48.5,made""",
    "legs": """
        code,start,end,mode,gauge_mm,distance_km,via,group,source
        AB,AAA,BBB,rail,1520,100,,,made
        BC,BBB,CCC,sea,,300,42.0 51.0,caspian,made
        CD,CCC,DDD,rail,1520,200,,,made
        AD,AAA,DDD,road,,900,,,made""",
    "paces": """
        mode,speed_kmh,source
        rail,25,made
        sea,20,made
        road,45,made""",
    "tariffs": """
        mode,form,usd_per_km,source
        rail,container,0.5,made
        sea,container,1,made
        road,container,2,made""",
    "handlings": """
        kind,start,end,form,hours,usd_per_unit,source
        city,door,rail-1520,*,5,50,made
        city,door,road,*,2,30,made
        port,rail-1520,sea,*,10,100,made""",
    "borders": """
        start,end,mode,hours,source
        *,*,rail,4,made
        *,*,sea,2,made
        *,*,road,10,made""",
    "limits": """
        code,name,on,capacity,unit,source
        crossing,the crossing,leg:BC,50000,t,made""",
    "closures": """
        on,months,share,mean_h,cause,source,of
        leg:BC,11,0.5,48,storms,made,2026""",
    "goods": """
        code,name,form,t_per_unit,usd_per_t,source
        container,mixed goods,container,10,3000,made""",
    "demands": """
        good,start,end,t,t_high,source
        container,AAA,DDD,60000,90000,made""",
    "emissions": """
        mode,g_per_tkm,source
        rail,20,made
        sea,10,made
        road,80,made""",
    "exposures": """
        country,risk,regimes,source
        AZ,0.5,EU,made
        GE,0.25,,made""",
    "projects": """
        code,name,cost_musd,lead_years,does,after,source
        pier,A second pier,10,1,widen limit:crossing +20000,,made
        crane,A crane,5,1,slow place:BBB x0.5,,made""",
}


def write(folder: Path, **other: str) -> Path:
    """The tables as files of a folder, some of them in another wording."""
    folder.mkdir(exist_ok=True)
    for name, text in (TABLES | other).items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
